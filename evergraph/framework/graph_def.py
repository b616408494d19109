"""A graph as a GraphDef message.

Every operation is a NodeDef with TensorFlow's type, input and attribute names.  A body of a control-flow operation
is a FunctionDef in the library, named by the operation's attribute.  Attributes whose names begin with "_" are
Evergraph's own and left out, but for TensorFlow's `_class` and `_output_shapes` and those that an operation needs when
it is imported again (`OpDefinition.attributes_to_export`).
"""

import re

import numpy as np
from tensorboard.compat.proto import attr_value_pb2, function_pb2, graph_pb2, node_def_pb2, op_def_pb2

from evergraph.framework import dtypes, protos, registry
from evergraph.framework.bodies import BodyGraph
from evergraph.framework.declaration import UNSET

_MEANT_FOR_OTHERS = frozenset(
    ["_class", "_gradient_op_type", "_kernel", "_XlaCompile", "_XlaScope", "_XlaSeparateCompiledGradients"]
)


@registry.register_function("graph_to_graph_def")
def graph_to_graph_def(graph, from_version=None, add_shapes=False) -> graph_pb2.GraphDef:
    """The graph as a GraphDef.

    Args:
      graph: the Graph.
      from_version: include only operations recorded after this version of the graph.
      add_shapes: whether each node says the static shapes of its outputs (`_output_shapes`).
    """
    message = graph_pb2.GraphDef()
    message.versions.CopyFrom(graph.graph_def_versions)
    library = {}
    for operation in graph.operations_outside_bodies():
        if from_version is None or operation._id > from_version:
            message.node.append(node_to_node_def(operation, add_shapes))
            _collect_functions(operation, library, add_shapes)
    if library:  # an empty one would count as set
        message.library.function.extend(library.values())
    return message


@registry.register_function("node_to_node_def")
def node_to_node_def(operation, add_shapes=False) -> node_def_pb2.NodeDef:
    """One operation as a NodeDef."""
    node = node_def_pb2.NodeDef(
        name=operation.name, op=_exported_type(operation), device=operation.device or ""
    )
    node.input.extend(_input_name(tensor) for tensor in operation.input_tensors)
    node.input.extend(f"^{before.name}" for before in operation.control_inputs)
    _fill_attributes(node, operation, add_shapes)
    return node


def _exported_type(operation):
    """The type that others know an operation by; `Operation.type` may be the name of a function of the program's."""
    return operation.attrs.get("_exported_type", operation.type)


def _input_name(tensor):
    return tensor.op.name if tensor.value_index == 0 else f"{tensor.op.name}:{tensor.value_index}"


def _fill_attributes(node, operation, add_shapes):
    attrs = operation.definition.attributes_to_export(operation)
    attrs.update((key, operation.attrs[key]) for key in _MEANT_FOR_OTHERS & operation.attrs.keys())
    for key in sorted(attrs):
        value = _attr_value(operation, key, attrs[key])
        if value is not None:
            node.attr[key].CopyFrom(value)
    if operation._colocation:
        node.attr["_class"].list.s.extend(group.encode() for group in operation._colocation)
    if add_shapes and operation.outputs:
        node.attr["_output_shapes"].list.shape.extend(t.shape.as_proto() for t in operation.outputs)


def _attr_value(operation, key, value) -> attr_value_pb2.AttrValue | None:
    """An attribute as TensorFlow has it; None for one that is not set, or that only Evergraph can make sense of."""
    if value is None:
        return None
    definition = operation.definition
    if isinstance(value, BodyGraph):
        return attr_value_pb2.AttrValue(func=attr_value_pb2.NameAttrList(name=_function_name(operation, key)))
    if _is_bodies(value):
        names = [_function_name(operation, key, position) for position in range(len(value))]
        functions = [attr_value_pb2.NameAttrList(name=name) for name in names]
        return attr_value_pb2.AttrValue(list=attr_value_pb2.AttrValue.ListValue(func=functions))
    if key in definition.type_list_attributes:
        return protos.to_attr_value(list(value), "list(type)")
    if isinstance(value, dtypes.DType):
        return protos.to_attr_value(value.base_dtype)
    if isinstance(value, (np.bool_, np.integer, np.floating)):
        value = value.item()
    try:
        return protos.to_attr_value(value)
    except TypeError:
        return None


def _is_bodies(value):
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(v, BodyGraph) for v in value)


# -- control-flow bodies ------------------------------------------------------------------------------------------


def _function_name(operation, key, position=None):
    """The name of a body in the library: that of its operation, which is unique, and of the attribute."""
    name = f"{operation.name.replace('/', '_')}_{key}"
    return name if position is None else f"{name}_{position}"


def _functions_of(operation):
    """Yields (name in the library, body) for the control-flow bodies among an operation's attributes."""
    for key, value in sorted(operation.attrs.items()):
        if key.startswith("_"):
            continue
        if isinstance(value, BodyGraph):
            yield _function_name(operation, key), value
        elif _is_bodies(value):
            for position, body in enumerate(value):
                yield _function_name(operation, key, position), body


def _collect_functions(operation, library, add_shapes):
    for name, body in _functions_of(operation):
        library[name] = _function_def(name, body, add_shapes)
        for inner in body.get_operations():
            _collect_functions(inner, library, add_shapes)


def _function_def(name, body, add_shapes) -> function_pb2.FunctionDef:
    function = function_pb2.FunctionDef()
    function.signature.name = name
    arguments, taken = {}, set()
    for tensor in body.inputs:
        arguments[tensor] = _argument_name(tensor.op.name, taken)
        function.signature.input_arg.add(
            name=arguments[tensor],
            type=tensor.dtype.base_dtype.as_datatype_enum,
            is_ref=tensor.dtype._is_ref_dtype,
        )
    parameters = {tensor.op for tensor in body.inputs}
    for operation in body.get_operations():
        if operation in parameters:
            continue
        node = function.node_def.add(
            name=operation.name, op=_exported_type(operation), device=operation.device or ""
        )
        node.input.extend(_name_in_function(tensor, arguments) for tensor in operation.input_tensors)
        node.input.extend(
            f"^{before.name}" for before in operation.control_inputs if before not in parameters
        )
        _fill_attributes(node, operation, add_shapes)
    for tensor in body.outputs:
        name = _argument_name(tensor.op.name, taken)
        function.signature.output_arg.add(name=name, type=tensor.dtype.base_dtype.as_datatype_enum)
        function.ret[name] = _name_in_function(tensor, arguments)
    return function


def _argument_name(name, taken):
    base = re.sub(r"[^a-z0-9_]", "_", name.lower()).lstrip("_0123456789") or "arg"
    candidate, count = base, 0
    while candidate in taken:
        count += 1
        candidate = f"{base}_{count}"
    taken.add(candidate)
    return candidate


def _name_in_function(tensor, arguments):
    if tensor in arguments:
        return arguments[tensor]
    definition, operation, index = tensor.op.definition, tensor.op, tensor.value_index
    for spec in definition.signature.outputs:
        count = definition.list_length(spec, operation) if spec.is_list else 1
        if index < count:
            return f"{operation.name}:{spec.name}:{index}"
        index -= count
    return f"{operation.name}:output:{tensor.value_index}"


# -- signatures ----------------------------------------------------------------------------------------------------


@registry.register_function("op_def_of")
def op_def_of(definition) -> op_def_pb2.OpDef:
    """A definition's signature as an OpDef, with its attributes and their defaults."""
    message = op_def_pb2.OpDef(name=definition.type, is_stateful=definition.stateful)
    for specs, target in (
        (definition.signature.inputs, message.input_arg),
        (definition.signature.outputs, message.output_arg),
    ):
        for spec in specs:
            argument = target.add(name=spec.name, is_ref=spec.is_ref)
            if spec.dtype is not None:
                argument.type = spec.dtype.as_datatype_enum
            if spec.type_attr:
                argument.type_attr = spec.type_attr
            if spec.number_attr:
                argument.number_attr = spec.number_attr
            if spec.list_attr:
                argument.type_list_attr = spec.list_attr
    _describe_attributes(definition, message)
    return message


def _describe_attributes(definition, message):
    specs = (*definition.signature.inputs, *definition.signature.outputs)
    kinds: dict[str, str | None] = {spec.number_attr: "int" for spec in specs if spec.number_attr}
    defaults = {
        spec.type_attr: spec.default for spec in specs if spec.default is not None
    } | definition.attributes
    kinds |= dict.fromkeys(definition.type_attributes, "type")
    kinds |= dict.fromkeys(definition.type_list_attributes, "list(type)")
    for key, default in definition.attributes.items():
        kinds.setdefault(key, _kind_of(definition.attribute_kinds[key], default))
    for key, kind in sorted(kinds.items()):
        if kind is None:
            continue
        attribute = message.attr.add(name=key, type=kind)
        default = defaults.get(key, UNSET)
        if default is not UNSET and default is not None:
            attribute.default_value.CopyFrom(protos.to_attr_value(default, kind))


def _kind_of(annotation, default):
    for type_, kind in ((bool, "bool"), (int, "int"), (float, "float"), (str, "string"), (bytes, "string")):
        if annotation is type_ or type(default) is type_:
            return kind
    if annotation is not None and annotation.__name__ == "TensorShape":
        return "shape"
    if isinstance(default, dtypes.DType):
        return "type"
    return None
