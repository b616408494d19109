"""MetaGraphDef: a graph with its collections and its Saver, in one message.

Members of a collection are written as messages of their class where the collection is of a registered kind
(variables, savers, queue runners), else as the names of graph elements, or as strings and numbers.
"""

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from typing import Any

from google.protobuf import text_format
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError

from evergraph.formats import paths
from evergraph.formats.messages import (
    CollectionDef,
    GraphDef,
    MetaGraphDef,
    OpList,
    SaverDef,
    VariableDef,
)
from evergraph.framework import errors, logging, registry
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.graph_def import graph_to_graph_def, op_def_of
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops.imported import flows as flow_operations  # noqa: F401 (what imported graphs may hold)
from evergraph.ops.imported import gradients as gradient_operations  # noqa: F401 (what imported graphs may hold)
from evergraph.ops.imported import later as later_operations  # noqa: F401 (what imported graphs may hold)
from evergraph.ops.imported import normalization as normalization_operations  # noqa: F401 (what imported graphs may hold)
from evergraph.ops.imported import pooling as pooling_operations  # noqa: F401 (what imported graphs may hold)
from evergraph.ops.name_scopes import strip_name_scope
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable

public_module("python.framework.meta_graph")

_LARGEST = 2**31 - 1
_UNBOUND = "$unbound_inputs_"  # begins the name of an input from outside an exported scope
# collection: (message class, function (message, import_scope) -> object, function (object, export_scope) -> message)
_CLASSES = {}


@public()
def register_collection_class(
    collections: Collection[str],
    message: type | None,
    from_proto: Callable | None,
    to_proto: Callable | None = None,
) -> None:
    """Says that members of some collections are written as `message`, and read by `from_proto`.

    Args:
      collections: their names.
      message: the message class.
      from_proto: function of a message and `import_scope` that gives a member.
      to_proto: function of a member and `export_scope` that gives a message, or None where it is outside that scope; the
        members' method of that name when None.
    """
    for name in collections:
        _CLASSES[name] = message, from_proto, to_proto


@public("python.framework.ops.register_proto_function")
def register_proto_function(
    collection_name: str,
    proto_type: type | None = None,
    to_proto: Callable | None = None,
    from_proto: Callable | None = None,
) -> None:
    """`register_collection_class` for one collection.

    Raises:
      TypeError: `to_proto` or `from_proto` cannot be called.
    """
    for name, function in (("to_proto", to_proto), ("from_proto", from_proto)):
        if function and not callable(function):
            raise TypeError(f"{name} must be callable, got {function!r}")
    register_collection_class([collection_name], proto_type, from_proto, to_proto)


@public("python.framework.ops.get_collection_proto_type")
def collection_message(collection: str) -> type | None:
    """The message class that members of a collection are written as, None when they are no such messages."""
    return _CLASSES[collection][0] if collection in _CLASSES else None


def _variable_from_proto(message, import_scope=None):
    kind = ResourceVariable if message.is_resource else Variable
    return kind.from_proto(message, import_scope=import_scope)


register_collection_class(
    [
        GraphKeys.GLOBAL_VARIABLES,
        GraphKeys.TRAINABLE_VARIABLES,
        GraphKeys.MOVING_AVERAGE_VARIABLES,
        GraphKeys.LOCAL_VARIABLES,
        GraphKeys.MODEL_VARIABLES,
        GraphKeys.GLOBAL_STEP,
    ],
    VariableDef,
    _variable_from_proto,
)


# -- writing -------------------------------------------------------------------------------------------------------


@public()
def write_meta_graph(
    filename: str | None,
    *,
    graph: Graph,
    meta_info_def: MetaGraphDef.MetaInfoDef | None = None,
    graph_def: GraphDef | None = None,
    saver_def: SaverDef | None = None,
    collection_list: Iterable[str] | None = None,
    as_text: bool = False,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    unbound_inputs: str = "unbound_inputs",
    **kwargs: Any,
) -> MetaGraphDef:
    """Makes a MetaGraphDef and writes it, whole or not at all; see `tf.train.export_meta_graph`.

    `unbound_inputs` is the collection that lists inputs from outside `export_scope`; None for no such list.
    """
    if kwargs:
        raise TypeError(f"export_meta_graph has no arguments {sorted(kwargs)}")
    if graph_def is None:
        graph_def = graph_to_graph_def(graph, add_shapes=True)
    left_out = _operations_of_other_savers(graph_def, saver_def) if clear_extraneous_savers else set()
    if export_scope or clear_devices or left_out:
        graph_def = _part_of(graph_def, export_scope, clear_devices, left_out)
    message = create_meta_graph_def(
        meta_info_def,
        graph_def,
        saver_def,
        collection_list,
        graph,
        export_scope,
        left_out,
        clear_extraneous_savers,
        strip_default_attrs,
    )
    unbound = sorted({r for node in message.graph_def.node for r in node.input if r.startswith(_UNBOUND)})
    if unbound and unbound_inputs:
        message.collection_def[unbound_inputs].bytes_list.value.extend(name.encode() for name in unbound)
    if message.ByteSize() > _LARGEST:
        raise ValueError(
            f"GraphDef cannot be larger than 2GB: the metagraph has {message.ByteSize()} bytes. Feed or load large "
            "constants instead, or pass write_meta_graph=False to Saver.save."
        )
    if filename:
        content = text_format.MessageToString(message) if as_text else message.SerializeToString()
        paths.atomic_write(filename, content)
    return message


@public()
def create_meta_graph_def(
    meta_info_def: MetaGraphDef.MetaInfoDef | None = None,
    graph_def: GraphDef | None = None,
    saver_def: SaverDef | None = None,
    collection_list: Iterable[str] | None = None,
    graph: Graph | None = None,
    export_scope: str | None = None,
    exclude_nodes: Container[str] = (),
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
) -> MetaGraphDef:
    """The MetaGraphDef of a GraphDef (the graph's own when None) and the collections of `graph` (the default one).

    The other arguments are those of `write_meta_graph`; `exclude_nodes` names operations that collections must not
    mention.
    """
    graph = get_default_graph() if graph is None else graph
    if graph_def is None:
        graph_def = graph_to_graph_def(graph, add_shapes=True)
    message = MetaGraphDef()
    if meta_info_def is not None:
        message.meta_info_def.MergeFrom(meta_info_def)
    if not message.meta_info_def.tensorflow_version:
        message.meta_info_def.tensorflow_version = "1.9.0"
        message.meta_info_def.tensorflow_git_version = "evergraph"
    message.graph_def.MergeFrom(graph_def)
    if not message.meta_info_def.stripped_op_list.op:
        message.meta_info_def.stripped_op_list.MergeFrom(stripped_op_list_for_graph(message.graph_def))
    if strip_default_attrs:
        strip_default_attributes(message)
    if saver_def is not None:
        message.saver_def.MergeFrom(saver_def)
    names = graph.get_all_collection_keys() if collection_list is None else collection_list
    for name in names:
        if name == GraphKeys.SAVERS and clear_extraneous_savers:
            continue
        _add_collection(message, name, graph.get_collection(name), export_scope, exclude_nodes)
    return message


def _functions_and_types(graph_def):
    """(the names of the functions of its library, the types of the operations that it and the functions it calls have)."""
    functions = {function.signature.name: function for function in graph_def.library.function}
    types, waiting = set(), {node.op for node in graph_def.node}
    while waiting:
        type_ = waiting.pop()
        types.add(type_)
        if type_ in functions:
            waiting |= {node.op for node in functions[type_].node_def} - types
    return set(functions), types


@public()
def stripped_op_list_for_graph(graph_def: GraphDef) -> OpList:
    """The signatures of the operation types that a graph uses, and the functions it calls, without documentation."""
    functions, types = _functions_and_types(graph_def)
    return OpList(
        op=[
            op_def_of(registry.definition_named(type_))
            for type_ in sorted(types - functions)
            if registry.has_definition(type_)
        ]
    )


@public()
def strip_default_attributes(message: MetaGraphDef) -> None:
    """Removes attributes that have their default values, which programs of other versions may not know."""
    defaults = {
        op.name: {a.name: a.default_value for a in op.attr if a.HasField("default_value")}
        for op in message.meta_info_def.stripped_op_list.op
    }
    nodes = list(message.graph_def.node)
    nodes += [node for function in message.graph_def.library.function for node in function.node_def]
    for node in nodes:
        known = defaults.get(node.op, {})
        for key in [k for k, value in node.attr.items() if k in known and value == known[k]]:
            del node.attr[key]
    message.meta_info_def.stripped_default_attrs = True


# -- parts of a graph -----------------------------------------------------------------------------------------------


def _node_name(reference):
    return reference.removeprefix("^").partition(":")[0]


def _in_scope(name, scope):
    return not scope or name.startswith(scope.rstrip("/") + "/")


def _part_of(graph_def, scope, clear_devices, left_out) -> GraphDef:
    """The nodes in a scope, without it in their names; inputs from outside become `$unbound_inputs_` names."""
    part = GraphDef(versions=graph_def.versions)
    part.library.CopyFrom(graph_def.library)
    for node in graph_def.node:
        if not _in_scope(node.name, scope) or node.name in left_out:
            continue
        copy = part.node.add()
        copy.CopyFrom(node)
        copy.name = strip_name_scope(node.name, scope)
        del copy.input[:]
        for reference in node.input:
            if _in_scope(_node_name(reference), scope):
                copy.input.append(strip_name_scope(reference, scope))
            elif not reference.startswith("^"):
                copy.input.append(_UNBOUND + reference)
        if "_class" in copy.attr:
            groups = [g.decode() for g in node.attr["_class"].list.s]
            kept = [g for g in groups if _in_scope(g.removeprefix("loc:@"), scope)]
            copy.attr["_class"].list.s[:] = [strip_name_scope(g, scope).encode() for g in kept]
            if not kept:
                del copy.attr["_class"]
        if "_forward" in copy.attr:  # the operation that a gradient is of
            copy.attr["_forward"].s = strip_name_scope(node.attr["_forward"].s.decode(), scope).encode()
        if clear_devices:
            copy.device = ""
    return part


_SAVER_TYPES = frozenset(
    [
        "SaveV2",
        "RestoreV2",
        "MergeV2Checkpoints",
        "ShardedFilename",
        "ShardedFilespec",
        "Save",
        "SaveSlices",
        "Restore",
        "RestoreSlice",
    ]
)


def _operations_of_other_savers(graph_def, saver_def: SaverDef | None) -> set[str]:
    """The names of the operations that only savers other than `saver_def` use."""
    nodes = {node.name: node for node in graph_def.node}
    users = {}
    for node in graph_def.node:
        for reference in node.input:
            users.setdefault(_node_name(reference), set()).add(node.name)
    own = set()
    if saver_def is not None:
        own = _reach(
            [_node_name(saver_def.save_tensor_name), _node_name(saver_def.restore_op_name)],
            lambda name: [_node_name(r) for r in nodes[name].input] if name in nodes else [],
        )
    seeds = [node.name for node in graph_def.node if node.op in _SAVER_TYPES and node.name not in own]
    others = _reach(seeds, lambda name: users.get(name, ()))
    # What feeds them and nothing else: names, slices, paths.
    grown = True
    while grown:
        feeding = {
            _node_name(r)
            for name in others
            for r in nodes[name].input
            if _node_name(r) not in others
            and users[_node_name(r)] <= others
            and nodes[_node_name(r)].op == "Const"
        }
        grown = bool(feeding)
        others |= feeding
    return others - own


def _reach(seeds, following):
    reached, stack = set(), list(seeds)
    while stack:
        name = stack.pop()
        if name not in reached:
            reached.add(name)
            stack.extend(following(name))
    return reached


# -- collections -------------------------------------------------------------------------------------------------------


def _add_collection(message, name, items, export_scope, left_out):
    items = [item for item in items if not _is_excluded(item, export_scope, left_out)]
    try:
        collection = _collection_def(name, items, export_scope)
    except (TypeError, AttributeError, ValueError) as error:
        # What a program keeps in its collections is its own affair: it need not be something that can be written.
        logging.warning(
            "The collection %r is not written to the metagraph: %s. Its members need `to_proto`, or must be graph "
            "elements, strings or numbers.",
            name,
            error,
        )
        return
    if collection.WhichOneof("kind") is not None or not items:
        message.collection_def[name].CopyFrom(collection)


def _is_excluded(item, export_scope, left_out):
    name = item if isinstance(item, str) else getattr(item, "name", None)
    if not isinstance(name, str):
        return False
    if not isinstance(item, str) and not _in_scope(name, export_scope):
        return True
    return _node_name(name) in left_out


def _collection_def(name, items, export_scope) -> CollectionDef:
    collection = CollectionDef()
    to_proto = _CLASSES[name][2] if name in _CLASSES else None
    if name in _CLASSES and (to_proto or all(hasattr(item, "to_proto") for item in items)):
        write = to_proto or (lambda item, export_scope: item.to_proto(export_scope=export_scope))
        protos = [write(item, export_scope=export_scope) for item in items]
        collection.bytes_list.value.extend(p.SerializeToString() for p in protos if p is not None)
        if not protos:
            collection.bytes_list.SetInParent()
    elif not items:
        collection.node_list.SetInParent()
    elif all(isinstance(item, AnyMessage) for item in items):
        collection.any_list.value.extend(items)
    elif all(isinstance(item, (str, bytes)) for item in items):
        collection.bytes_list.value.extend(i.encode() if isinstance(i, str) else i for i in items)
    elif all(isinstance(item, int) for item in items):
        collection.int64_list.value.extend(items)
    elif all(isinstance(item, (int, float)) for item in items):
        collection.float_list.value.extend(items)
    else:
        collection.node_list.value.extend(_element_name(item, export_scope) for item in items)
    return collection


def _element_name(item, export_scope):
    if not hasattr(item, "graph") or not isinstance(item.name, str):
        raise TypeError(f"{item!r} of type {type(item).__name__} is no graph element")
    return strip_name_scope(item.name, export_scope)


# -- reading -------------------------------------------------------------------------------------------------------


@public()
def read_meta_graph_file(filename: str) -> MetaGraphDef:
    """Reads a MetaGraphDef, as bytes or as text.

    Raises:
      OSError: there is no such file, or it holds no MetaGraphDef.
    """
    try:
        content = paths.read_bytes(filename)
    except errors.NotFoundError as error:
        raise OSError(f"File {filename} does not exist.") from error
    try:
        return MetaGraphDef.FromString(content)
    except DecodeError:
        pass  # it may be text
    try:
        return text_format.Parse(content, MetaGraphDef())
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise OSError(f"Cannot parse file {filename} as a MetaGraphDef: {error}.") from error


@public()
def import_meta_graph_def(
    message: MetaGraphDef,
    clear_devices: bool = False,
    import_scope: str | None = None,
    input_map: Mapping[str, TensorLike] | None = None,
    graph: Graph | None = None,
    unbound_inputs: str = "unbound_inputs",
    restores_collection: Callable[[str], bool] = lambda name: True,
    **kwargs: Any,
) -> tuple[dict[str, Any], str]:
    """Adds the graph and the collections of a MetaGraphDef to `graph` (the default one when None).

    `unbound_inputs` is the collection that lists inputs which `input_map` must give; `restores_collection` says of each
    other collection whether to add it. See `tf.train.import_meta_graph` for the rest.

    Returns:
      ({name in the message: variable}, the name scope that everything is in: "" for none).

    Raises:
      ValueError: an input that must be given is not.
    """
    graph = get_default_graph() if graph is None else graph
    unbound = (
        [name.decode() for name in message.collection_def[unbound_inputs].bytes_list.value]
        if (unbound_inputs in message.collection_def)
        else []
    )
    missing = [name for name in unbound if name not in (input_map or {})]
    if missing:
        raise ValueError(
            f"Graph contains unbound inputs: {missing}. Must provide these inputs through input_map."
        )
    graph_def = message.graph_def
    if clear_devices:
        graph_def = _part_of(graph_def, None, True, frozenset())
    scope = graph.unique_name(import_scope, mark_as_used=False) if import_scope else graph.get_name_scope()
    with graph.as_default():
        registry.public_function("import_graph_def")(
            graph_def,
            name=import_scope or (scope and f"{scope}/"),
            input_map=input_map,
            producer_op_list=message.meta_info_def.stripped_op_list,
            **kwargs,
        )
        return _add_collections(
            message, scope, graph, lambda name: name != unbound_inputs and restores_collection(name)
        )


def _add_collections(message, scope, graph, is_wanted):
    variables, made = {}, {}
    for name in filter(is_wanted, sorted(message.collection_def)):
        for item in _members(name, message.collection_def[name], scope, graph, made):
            graph.add_to_collection(name, item)
            if isinstance(item, Variable):
                variables[strip_name_scope(item.name, scope)] = item
    return variables, scope


def _parsed(message_class, serialized, name):
    try:
        return message_class.FromString(serialized)
    except DecodeError as error:
        raise errors.DataLossError(
            None,
            None,
            f"The MetaGraphDef is damaged: what is in its collection {name!r} is no {message_class.__name__} ({error}). "
            "Take the file from a copy, or write it again.",
        ) from error


def _members(name, collection, scope, graph, made):
    kind = collection.WhichOneof("kind")
    if name in _CLASSES and kind == "bytes_list":
        message_class, from_proto, _ = _CLASSES[name]
        for serialized in collection.bytes_list.value:
            # A variable that is in several collections is one object.
            key = message_class, serialized
            if key not in made:
                made[key] = from_proto(_parsed(message_class, serialized, name), import_scope=scope)
            yield made[key]
    elif kind == "node_list":
        for element in collection.node_list.value:
            yield graph.as_graph_element(f"{scope}/{element}" if scope else element)
    elif kind == "int64_list":
        yield from (int(value) for value in collection.int64_list.value)
    elif kind is not None:
        yield from getattr(collection, kind).value
