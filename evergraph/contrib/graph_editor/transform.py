"""Parts of a graph copied, into it or another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evergraph.contrib.graph_editor import select
from evergraph.contrib.graph_editor.subgraph import SubGraphView, make_view
from evergraph.contrib.graph_editor.util import (
    ControlOutputs,
    flatten_tree,
    get_predefined_collection_names,
    get_unique_graph,
    make_placeholder_from_tensor,
    scope_finalize,
    transform_tree,
)
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor

public_module("contrib.graph_editor.transform")


@public("contrib.graph_editor.replace_t_with_placeholder_handler")
def replace_t_with_placeholder_handler(info: Any, t: Tensor) -> Tensor:
    """A placeholder in the place of a tensor from outside, of its dtype and shape."""
    with info.graph_.as_default():
        return make_placeholder_from_tensor(t, scope=info.scope_)


@public("contrib.graph_editor.keep_t_if_possible_handler")
def keep_t_if_possible_handler(info: Any, t: Tensor) -> Tensor:
    """A tensor from outside as it is, in another graph a placeholder of its dtype and shape."""
    return t if info.graph is info.graph_ else replace_t_with_placeholder_handler(info, t)


@public("contrib.graph_editor.assign_renamed_collections_handler")
def assign_renamed_collections_handler(info: Any, elem: Any, elem_: Any) -> None:
    """Adds a copy to the collections of the original, those that TensorFlow does not know under the new scope."""
    known = set(get_predefined_collection_names())
    for key in info.graph.get_all_collection_keys():
        if any(elem is each for each in info.graph.get_collection(key)):
            renamed = info.new_name(key) if isinstance(key, str) and key not in known else key
            info.graph_.add_to_collection(renamed, elem_)


@public("contrib.graph_editor.transform_op_if_inside_handler")
def transform_op_if_inside_handler(
    info: Any, op: Operation, keep_if_possible: bool = True
) -> Operation | None:
    """The copy of an operation that is copied; another one as it is, where it is of the same graph and may be kept."""
    if op in info.inside:
        return info.transformed_ops[op]
    return op if keep_if_possible and info.graph is info.graph_ else None


@public("contrib.graph_editor.copy_op_handler")
def copy_op_handler(
    info: Any,
    op: Operation,
    new_inputs: Any = None,
    copy_shape: bool = True,
    nodedef_fn: Callable | None = None,
) -> tuple[Operation, tuple]:
    """Copies one operation: (the copy, its outputs).

    Args:
      info: what is being copied.
      op: the operation.
      new_inputs: the inputs of the copy; those of the operation when None.
      copy_shape: whether the outputs get the static shapes of the originals.
      nodedef_fn: gets the NodeDef and gives another one, whose attributes the copy has.
    """
    graph, inputs = info.graph_, list(op.inputs if new_inputs is None else new_inputs)
    attributes, name = dict(op.attrs), info.new_name(op.name)
    if nodedef_fn is not None:
        changed = nodedef_fn(op.node_def)
        shared = {key: value for key, value in changed.attr.items() if not key.startswith("_")}
        with graph.as_default(), graph.control_dependencies(None), graph.name_scope(None):
            made = graph.create_op(
                op.type,
                inputs,
                [t.dtype for t in op.outputs],
                name=f"{graph.unique_name(name, False)}/",
                attrs=shared,
            )
    else:
        with graph.as_default(), graph.control_dependencies(None), graph.name_scope(None):
            made = graph.record(op.definition, inputs, attributes, f"{graph.unique_name(name)}/")
    made._device = op.device
    if copy_shape:
        for tensor, copied in zip(op.outputs, made.outputs):
            copied._shape = tensor.shape
    made._original_op = op
    return made, tuple(made.outputs)


@public("contrib.graph_editor.TransformerInfo")
class TransformerInfo:
    """What was copied to what.

    Attributes:
      graph, graph_: the graph of the originals, and of the copies.
      scope, scope_: the scopes of both.
    """

    def __init__(self, info: Any) -> None:
        self.graph, self.graph_ = info.graph, info.graph_
        self.scope, self.scope_ = info.scope, info.scope_
        self._transformed_ops = info.transformed_ops
        self._transformed_ts = info.transformed_ts

    def _map(self, each):
        if isinstance(each, Operation):
            return self._transformed_ops
        if isinstance(each, Tensor):
            return self._transformed_ts
        raise TypeError(f"Expected a tf.Tensor or a tf.Operation, got a {type(each).__name__}")

    def transformed(self, original: Any, missing_fn: Callable | None = None) -> Any:
        """The copies of tensors and operations, in nested collections; what `missing_fn` gives, else None, for others."""

        def copy_of(each: Any) -> Any:
            found = self._map(each)
            return found[each] if each in found else missing_fn and missing_fn(each)

        return transform_tree(original, copy_of)

    def original(self, transformed: Any, missing_fn: Callable | None = None) -> Any:
        """The originals of copies, in nested collections; what `missing_fn` gives, else None, for others."""

        def original_of(each: Any) -> Any:
            for original, copied in self._map(each).items():
                if copied is each:
                    return original
            return missing_fn and missing_fn(each)

        return transform_tree(transformed, original_of)

    def __str__(self) -> str:
        lines = [f"Transformer result info: {len(self._transformed_ops)} operations"]
        lines += [f"  {op.name} => {made.name}" for op, made in self._transformed_ops.items()]
        return "\n".join(lines)


class _Copying:
    """What handlers are told: both graphs and scopes, and what is copied so far."""

    def __init__(self, sgv, dst_graph, dst_scope, src_scope):
        self.sgv = sgv
        self.inside = frozenset(sgv.ops)
        self.graph, self.graph_ = sgv.graph, dst_graph
        self.scope, self.scope_ = src_scope, dst_scope
        self.transformed_ops: dict[Operation, Any] = {}
        self.transformed_ts: dict[Tensor, Any] = {}

    def new_name(self, name):
        if not name.startswith(self.scope):
            raise ValueError(f"{name} does not start with {self.scope}")
        return self.scope_ + name[len(self.scope) :]


@public("contrib.graph_editor.Transformer")
class Transformer:
    """Copies a part of a graph; its handlers say how.

    Attributes:
      transform_op_handler: (info, operation, new inputs) -> (copy, outputs).
      assign_collections_handler: (info, original, copy) -> None.
      transform_external_input_handler: (info, tensor) -> what the copies take in place of an input.
      transform_external_hidden_input_handler: the same, for inputs that the view leaves out.
      transform_original_op_handler: (info, operation) -> the operation that the copy of a gradient names, or None.
    """

    def __init__(self) -> None:
        self.transform_op_handler: Callable = copy_op_handler
        self.assign_collections_handler: Callable = assign_renamed_collections_handler
        self.transform_external_input_handler: Callable = keep_t_if_possible_handler
        self.transform_external_hidden_input_handler: Callable = keep_t_if_possible_handler
        self.transform_original_op_handler: Callable = transform_op_if_inside_handler

    def __call__(
        self,
        sgv: Any,
        dst_graph: Graph,
        dst_scope: str,
        src_scope: str = "",
        reuse_dst_scope: bool = False,
    ) -> tuple[SubGraphView, TransformerInfo]:
        """Copies.

        Args:
          sgv: a view, or what `make_view` takes.
          dst_graph: the graph of the copies.
          dst_scope: their scope.
          src_scope: what of the originals' names it takes the place of.
          reuse_dst_scope: whether the scope is not made unique.

        Returns:
          (a view of the copies, a TransformerInfo).

        Raises:
          TypeError: no graph.
          ValueError: an operation that is not in `src_scope`.
        """
        view = make_view(sgv)
        if not isinstance(dst_graph, Graph):
            raise TypeError(f"Expected a tf.Graph, got: {type(dst_graph).__name__}")
        src_scope, dst_scope = scope_finalize(src_scope), scope_finalize(dst_scope)
        if dst_scope and not reuse_dst_scope:
            dst_scope = scope_finalize(dst_graph.unique_name(dst_scope[:-1]))
        if view.graph is dst_graph and not dst_scope and not src_scope:
            dst_scope = ""  # names are made unique one by one
        info = _Copying(view, dst_graph, dst_scope, src_scope)
        self._copy_operations(info)
        self._connect_control_inputs(info)
        made = SubGraphView(list(info.transformed_ops.values()))
        made._input_ts = [self._taken(info, tensor) for tensor in view.inputs]
        made._output_ts = [info.transformed_ts.get(tensor, tensor) for tensor in view.outputs]
        return made, TransformerInfo(info)

    def _copy_operations(self, info):
        waiting = sorted(info.sgv.ops, key=lambda op: op._id)
        done: set[Operation] = set()
        while waiting:  # what was rerouted may take what was recorded later
            ready = [op for op in waiting if all(t.op in done or t.op not in info.inside for t in op.inputs)]
            if not ready:
                raise ValueError(
                    f"{[op.name for op in waiting]} take what follows from them: the graph has a cycle"
                )
            for op in ready:
                copied, outputs = self.transform_op_handler(
                    info, op, [self._taken(info, t) for t in op.inputs]
                )
                info.transformed_ops[op] = copied
                info.transformed_ts.update(zip(op.outputs, outputs))
                if copied is not op:
                    self.assign_collections_handler(info, op, copied)
                    for tensor, made in zip(op.outputs, outputs):
                        self.assign_collections_handler(info, tensor, made)
                done.add(op)
            waiting = [op for op in waiting if op not in done]
        for op, copied in info.transformed_ops.items():
            if op._original_op is not None and copied is not op:
                copied._original_op = self.transform_original_op_handler(info, op._original_op)

    def _taken(self, info, tensor):
        """What a copy takes in the place of a tensor."""
        if tensor not in info.transformed_ts:
            hidden = tensor not in info.sgv.inputs
            handler = (
                self.transform_external_hidden_input_handler
                if hidden
                else self.transform_external_input_handler
            )
            info.transformed_ts[tensor] = handler(info, tensor)
        return info.transformed_ts[tensor]

    def _connect_control_inputs(self, info):
        for op, copied in info.transformed_ops.items():
            if copied is op:
                continue
            before = [transform_op_if_inside_handler(info, each) for each in op.control_inputs]
            kept = [each for each in before if each is not None]
            if kept:
                copied._add_control_inputs(kept)


@public("contrib.graph_editor.copy")
def copy(
    sgv: Any,
    dst_graph: Graph | None = None,
    dst_scope: str = "",
    src_scope: str = "",
    reuse_dst_scope: bool = False,
) -> tuple[SubGraphView, TransformerInfo]:
    """Copies a part of a graph; arguments, result and errors are those of `Transformer.__call__`.

    `dst_graph` is the graph itself when None.
    """
    view = make_view(sgv)
    return Transformer()(view, dst_graph or view.graph, dst_scope, src_scope, reuse_dst_scope=reuse_dst_scope)


@public("contrib.graph_editor.copy_with_input_replacements")
def copy_with_input_replacements(
    sgv: Any,
    replacement_ts: Mapping[Tensor, Tensor],
    dst_graph: Graph | None = None,
    dst_scope: str = "",
    src_scope: str = "",
    reuse_dst_scope: bool = False,
) -> tuple[SubGraphView, TransformerInfo]:
    """Copies a part of a graph, with other tensors of the same dtypes as its inputs where `replacement_ts` has them.

    The other arguments, result and errors are those of `copy`.
    """
    view = make_view(sgv)
    copier = Transformer()

    def replaced(info: Any, tensor: Tensor) -> Tensor:
        return (
            replacement_ts[tensor] if tensor in replacement_ts else keep_t_if_possible_handler(info, tensor)
        )

    copier.transform_external_input_handler = replaced
    return copier(view, dst_graph or view.graph, dst_scope, src_scope, reuse_dst_scope=reuse_dst_scope)


@public("contrib.graph_editor.graph_replace")
def graph_replace(
    target_ts: Any,
    replacement_ts: Mapping[Tensor, Tensor],
    dst_scope: str = "",
    src_scope: str = "",
    reuse_dst_scope: bool = False,
) -> Any:
    """Tensors computed as before, but from other tensors than before.

    Args:
      target_ts: a tensor, or nested collections of tensors.
      replacement_ts: {tensor: what stands in its place, of its dtype}.
      dst_scope, src_scope, reuse_dst_scope: as for `copy`.

    Returns:
      Tensors in the structure of `target_ts`; one that depends on nothing that was replaced is as it was.

    Raises:
      ValueError: none of the targets depends on what is replaced.
    """
    targets = flatten_tree(target_ts)
    graph: Any = get_unique_graph(targets, check_types=Tensor)
    operations = select.get_walks_intersection_ops(
        list(replacement_ts), targets, control_ios=ControlOutputs(graph)
    )
    if not operations:
        raise ValueError("Targets and replacements are not connected!")
    _, info = copy_with_input_replacements(
        operations, replacement_ts, None, dst_scope, src_scope, reuse_dst_scope
    )
    return info.transformed(target_ts, lambda tensor: tensor)
