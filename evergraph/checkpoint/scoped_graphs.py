"""Parts of a graph, cut out at a name scope with their collections, and put into another scope or graph."""

from collections.abc import Callable, Mapping
from typing import Any

from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.saver_pb2 import SaverDef

from evergraph.checkpoint.meta_graph import import_meta_graph_def, read_meta_graph_file, write_meta_graph
from evergraph.formats.messages import MetaGraphDef
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops.name_scopes import strip_name_scope

public_module("python.framework.meta_graph")


@public()
def export_scoped_meta_graph(
    filename: str | None = None,
    graph_def: GraphDef | None = None,
    graph: Graph | None = None,
    export_scope: str | None = None,
    as_text: bool = False,
    unbound_inputs_col_name: str = "unbound_inputs",
    clear_devices: bool = False,
    saver_def: SaverDef | None = None,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    **kwargs: Any,
) -> tuple[MetaGraphDef, dict]:
    """The MetaGraphDef of a graph, or of what is in one of its scopes; optionally written to a file.

    Args:
      filename: where to write it; nowhere when None.
      graph_def: a GraphDef in place of the graph's own.
      graph: the Graph; the default one when None.
      export_scope: the name scope; names lose it. The whole graph when None.
      as_text: whether to write text.
      unbound_inputs_col_name: the collection that lists inputs from outside the scope, `$unbound_inputs_` and their name.
      clear_devices: whether to leave out devices.
      saver_def: the SaverDef to hold.
      clear_extraneous_savers: whether to leave out savers other than `saver_def`.
      strip_default_attrs: whether to leave out attributes that have their default values.
      **kwargs: `meta_info_def` and `collection_list`.

    Returns:
      (the MetaGraphDef, {name in it: variable} of the global variables in it).

    Raises:
      ValueError: it has more than 2 GB.
    """
    graph = get_default_graph() if graph is None else graph
    message = write_meta_graph(
        filename,
        graph=graph,
        graph_def=graph_def,
        saver_def=saver_def,
        as_text=as_text,
        export_scope=export_scope,
        clear_devices=clear_devices,
        clear_extraneous_savers=clear_extraneous_savers,
        strip_default_attrs=strip_default_attrs,
        unbound_inputs=unbound_inputs_col_name,
        **kwargs,
    )
    scope = f"{export_scope.rstrip('/')}/" if export_scope else ""
    variables = [v for v in graph.get_collection(GraphKeys.GLOBAL_VARIABLES) if v.name.startswith(scope)]
    return message, {strip_name_scope(variable.name, export_scope): variable for variable in variables}


@public()
def import_scoped_meta_graph(
    meta_graph_or_file: MetaGraphDef | str,
    clear_devices: bool = False,
    graph: Graph | None = None,
    import_scope: str | None = None,
    input_map: Mapping[str, TensorLike] | None = None,
    unbound_inputs_col_name: str = "unbound_inputs",
    restore_collections_predicate: Callable[[str], bool] = lambda key: True,
) -> dict:
    """Adds the graph and the collections of a MetaGraphDef to a graph.

    Args:
      meta_graph_or_file: the MetaGraphDef, or the path of its file.
      clear_devices: whether to leave out devices.
      graph: the Graph; the default one when None.
      import_scope: a name scope to put everything in.
      input_map: {name of a tensor in it: tensor of its dtype and shape to use in its place}.
      unbound_inputs_col_name: the collection that lists inputs from outside, which `input_map` must give.
      restore_collections_predicate: function of a collection's name: whether to add it.

    Returns:
      {name in the MetaGraphDef: variable}.

    Raises:
      ValueError: an input from outside is not in `input_map`.
      OSError: the file does not exist, or holds no MetaGraphDef.
    """
    message = meta_graph_or_file
    if not isinstance(message, MetaGraphDef):
        message = read_meta_graph_file(message)
    variables, _ = import_meta_graph_def(
        message,
        clear_devices=clear_devices,
        import_scope=import_scope,
        input_map=input_map,
        graph=graph,
        unbound_inputs=unbound_inputs_col_name,
        restores_collection=restore_collections_predicate,
    )
    return variables


@public()
def copy_scoped_meta_graph(
    from_scope: str, to_scope: str, from_graph: Graph | None = None, to_graph: Graph | None = None
) -> dict:
    """Copies what is in a name scope to another scope of the same graph or of another.

    Returns:
      {name within the scope: new variable}.

    Raises:
      ValueError: both scopes and both graphs are the same, or an input comes from outside the scope.
    """
    from_graph = get_default_graph() if from_graph is None else from_graph
    to_graph = get_default_graph() if to_graph is None else to_graph
    if from_graph is to_graph and from_scope == to_scope:
        raise ValueError(
            f"'from_scope' and 'to_scope' need to be different in one graph; both are {from_scope!r}"
        )
    message, _ = export_scoped_meta_graph(export_scope=from_scope, graph=from_graph)
    return import_scoped_meta_graph(message, graph=to_graph, import_scope=to_scope)
