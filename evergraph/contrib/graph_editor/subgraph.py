"""`SubGraphView`: operations of a graph as one thing with inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from evergraph.contrib.graph_editor import select
from evergraph.contrib.graph_editor.util import (
    concatenate_unique,
    get_consuming_ops,
    get_unique_graph,
    make_list_of_op,
    make_list_of_t,
)
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor

public_module("contrib.graph_editor.subgraph")


def _indices(given, tensors):
    """Positions, of tensors too."""
    return [tensors.index(each) if isinstance(each, Tensor) else int(each) for each in given]


@public("contrib.graph_editor.SubGraphView")
class SubGraphView:
    """Operations, and tensors that go through without one.

    Its inputs are the tensors that the operations take from outside, its outputs those that are taken outside, or by
    nothing; both can be put into another order, or left out.

    Args:
      inside_ops: the operations.
      passthrough_ts: tensors that are both inputs and outputs; those of the operations are left out.

    Raises:
      TypeError: something else.
      ValueError: several graphs.
    """

    def __init__(self, inside_ops: Any = (), passthrough_ts: Any = ()) -> None:
        self._ops = make_list_of_op(inside_ops)
        passing = make_list_of_t(passthrough_ts)
        self._graph = get_unique_graph(self._ops + passing, none_if_empty=True)
        inputs, outputs, inside = select.compute_boundary_ts(self._ops)
        known = {*inputs, *outputs, *inside}
        self._passthrough_ts = [tensor for tensor in passing if tensor not in known]
        self._input_ts = inputs + self._passthrough_ts
        self._output_ts = outputs + self._passthrough_ts

    def __copy__(self) -> SubGraphView:
        made = type(self)()
        made._assign_from(self)
        return made

    def _assign_from(self, other):
        self._graph = other._graph
        self._ops, self._passthrough_ts = list(other._ops), list(other._passthrough_ts)
        self._input_ts, self._output_ts = list(other._input_ts), list(other._output_ts)

    def copy(self) -> SubGraphView:
        """A view of the same operations, which can be changed by itself."""
        return self.__copy__()

    # -- other inputs and outputs ------------------------------------------------------------------------------------

    def remap_inputs(self, new_input_indices: Sequence) -> SubGraphView:
        """A view with these of its inputs (positions, or the tensors), in this order.

        Raises:
          ValueError: a position that there is not, or twice.
        """
        made = self.copy()
        indices = _indices(new_input_indices, self._input_ts)
        if any(not 0 <= i < len(self._input_ts) for i in indices):
            raise ValueError(f"Out of [0, {len(self._input_ts)}) range: {indices}")
        if len(set(indices)) < len(indices):
            raise ValueError(f"Unexpected repetition of inputs: {indices}")
        made._input_ts = [self._input_ts[i] for i in indices]
        return made

    def remap_outputs(self, new_output_indices: Sequence) -> SubGraphView:
        """A view with these of its outputs (positions, or the tensors), in this order; one may come several times.

        Raises:
          ValueError: a position that there is not.
        """
        made = self.copy()
        indices = _indices(new_output_indices, self._output_ts)
        if any(not 0 <= i < len(self._output_ts) for i in indices):
            raise ValueError(f"Out of [0, {len(self._output_ts)}) range: {indices}")
        made._output_ts = [self._output_ts[i] for i in indices]
        return made

    def remap(
        self, new_input_indices: Sequence | None = None, new_output_indices: Sequence | None = None
    ) -> SubGraphView:
        """`remap_inputs` and `remap_outputs`; what is None stays."""
        made = self if new_input_indices is None else self.remap_inputs(new_input_indices)
        return made.copy() if new_output_indices is None else made.remap_outputs(new_output_indices)

    def remap_default(self, remove_input_map: bool = True, remove_output_map: bool = True) -> SubGraphView:
        """A view with the inputs, or outputs, that its operations have."""
        made, fresh = self.copy(), SubGraphView(self._ops, self._passthrough_ts)
        if remove_input_map:
            made._input_ts = fresh._input_ts
        if remove_output_map:
            made._output_ts = fresh._output_ts
        return made

    def remap_outputs_make_unique(self) -> SubGraphView:
        """A view in whose outputs each tensor is once."""
        made = self.copy()
        made._output_ts = concatenate_unique([], self._output_ts)
        return made

    def remap_outputs_to_consumers(self) -> SubGraphView:
        """A view with an output for each operation that takes one."""
        made = self.remap_outputs_make_unique()
        made._output_ts = [tensor for tensor in made._output_ts for _ in tensor.consumers()]
        return made

    def remove_unused_ops(self, control_inputs: bool = True) -> SubGraphView:
        """A view without the operations that neither follow from inputs nor lead to outputs."""
        made = self.copy()
        used = set(
            select.get_walks_union_ops(
                self.connected_inputs,
                self.connected_outputs,
                within_ops=self._ops,
                control_inputs=control_inputs,
            )
        )
        made._ops = [each for each in self._ops if each in used]
        return made

    # -- what it is of -----------------------------------------------------------------------------------------------

    @property
    def graph(self) -> Graph | Any:
        """The graph; None where there is nothing in it."""
        return self._graph

    @property
    def ops(self) -> list[Operation]:
        """The operations."""
        return list(self._ops)

    @property
    def inputs(self) -> list[Tensor]:
        """The tensors that come from outside."""
        return list(self._input_ts)

    @property
    def connected_inputs(self) -> list[Tensor]:
        """The inputs that an operation in it takes."""
        return [tensor for tensor in self._input_ts if not self.is_passthrough(tensor)]

    @property
    def outputs(self) -> list[Tensor]:
        """The tensors that go outside."""
        return list(self._output_ts)

    @property
    def connected_outputs(self) -> list[Tensor]:
        """The outputs that an operation in it gives."""
        return [tensor for tensor in self._output_ts if not self.is_passthrough(tensor)]

    @property
    def passthroughs(self) -> list[Tensor]:
        """The tensors that go through."""
        return list(self._passthrough_ts)

    def __bool__(self) -> bool:
        return self._graph is not None

    __nonzero__ = __bool__

    def op(self, op_id: int) -> Operation:
        """The operation of that number."""
        return self._ops[op_id]

    def is_passthrough(self, t: Tensor) -> bool:
        """Whether a tensor goes through."""
        return t in self._passthrough_ts

    def find_op_by_name(self, op_name: str) -> Operation:
        """The operation of that name; ValueError when it is not in it."""
        for each in self._ops:
            if each.name == op_name:
                return each
        raise ValueError(f"{op_name} not found in subgraph.")

    def input_index(self, t: Tensor) -> int:
        """The position of an input; ValueError when it is none."""
        if t not in self._input_ts:
            raise ValueError(f"Can't find {t.name} in inputs of subgraph.")
        return self._input_ts.index(t)

    def output_index(self, t: Tensor) -> int:
        """The position of an output; ValueError when it is none."""
        if t not in self._output_ts:
            raise ValueError(f"Can't find {t.name} in outputs of subgraph.")
        return self._output_ts.index(t)

    def consumers(self) -> list[Operation]:
        """The operations outside that take its outputs."""
        within = set(self._ops)
        return [each for each in get_consuming_ops(self._output_ts) if each not in within]

    def __enter__(self) -> SubGraphView:
        return self

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        pass

    def __str__(self) -> str:
        def names(what: str, things: Iterable) -> list[str]:
            return [f"** {what}:", *(f"  {each.name}" for each in things)]

        lines = [
            f"SubgraphView ({self._graph!r}):",
            *names("ops", self._ops),
            *names("inputs", self._input_ts),
            *names("outputs", self._output_ts),
        ]
        return "\n".join(lines)


@public("contrib.graph_editor.make_view", "contrib.graph_editor.sgv")
def make_view(*args: Any, **kwargs: Any) -> SubGraphView:
    """A view of what `select_ops_and_ts` finds; a view as it is.

    Raises:
      ValueError: it is not of the `graph` that is given.
      TypeError: something that is neither operation, tensor, expression nor view.
    """
    graph = kwargs.get("graph")
    if len(args) == 1 and isinstance(args[0], SubGraphView):
        view = args[0]
    else:
        view = SubGraphView(*select.select_ops_and_ts(*args, **kwargs))
    if graph is not None and view.graph is not None and view.graph is not graph:
        raise ValueError("Graph mismatch: the operations are of another graph than the one that is given")
    return view


@public("contrib.graph_editor.make_view_from_scope", "contrib.graph_editor.sgv_scope")
def make_view_from_scope(scope: str, graph: Graph) -> SubGraphView:
    """A view of the operations of a name scope."""
    return SubGraphView(select.get_name_scope_ops(graph, scope))
