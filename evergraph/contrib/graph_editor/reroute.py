"""Ends of tensors, joined to other operations than before."""

from __future__ import annotations

from typing import Any

from evergraph.contrib.graph_editor.subgraph import SubGraphView, make_view
from evergraph.contrib.graph_editor.util import (
    check_graphs,
    get_consuming_ops,
    make_list_of_op,
    make_list_of_t,
)
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module

public_module("contrib.graph_editor.reroute")


def _check(first, second):
    if len(first) != len(second):
        raise ValueError(f"ts0 and ts1 have different sizes: {len(first)} != {len(second)}")
    for a, b in zip(first, second):
        if a.dtype.base_dtype != b.dtype.base_dtype:
            raise ValueError(
                f"Dtypes {a.dtype.name} and {b.dtype.name} are not compatible ({a.name}, {b.name})"
            )
        if not a.shape.is_compatible_with(b.shape):
            raise ValueError(f"Shapes {a.shape} and {b.shape} are not compatible ({a.name}, {b.name})")


def _reroute(ts0, ts1, swap, can_modify=None, cannot_modify=None):
    """Gives the ends of `ts1` to `ts0`, and, where they are swapped, the other way around; the number of changes."""
    first, second = make_list_of_t(ts0), make_list_of_t(ts1)
    _check(first, second)
    allowed = None if can_modify is None else set(make_list_of_op(can_modify))
    forbidden = set() if cannot_modify is None else set(make_list_of_op(cannot_modify))

    def ends(tensor):
        return [
            (user, index)
            for user in dict.fromkeys(tensor.consumers())
            if (allowed is None or user in allowed) and user not in forbidden
            for index, used in enumerate(user.input_tensors)
            if used is tensor
        ]

    changes = [(a, ends(b)) for a, b in zip(first, second) if a is not b]
    if swap:
        changes += [(b, ends(a)) for a, b in zip(first, second) if a is not b]
    for tensor, places in changes:
        for user, index in places:
            user._update_input(index, tensor)
    return sum(len(places) for _, places in changes)


@public("contrib.graph_editor.swap_ts")
def swap_ts(ts0: Any, ts1: Any, can_modify: Any = None, cannot_modify: Any = None) -> int:
    """Swaps who takes the tensors of each pair.

    Args:
      ts0, ts1: tensors, as many.
      can_modify, cannot_modify: operations whose inputs may be changed, all when None, and may not.

    Returns:
      How many inputs were changed.

    Raises:
      ValueError: pairs of different dtypes or shapes, or another number of tensors.
      TypeError: no tensors.
    """
    return _reroute(ts0, ts1, True, can_modify, cannot_modify)


@public("contrib.graph_editor.reroute_ts")
def reroute_ts(ts0: Any, ts1: Any, can_modify: Any = None, cannot_modify: Any = None) -> int:
    """Has who took `ts1` take `ts0`; arguments, result and errors are those of `swap_ts`."""
    return _reroute(ts0, ts1, False, can_modify, cannot_modify)


def _through(first, second):
    """Puts the inputs of `first` in the place of those of `second`, in what goes through too."""
    made = second.copy()
    made._input_ts, made._passthrough_ts = list(first._input_ts), list(first._passthrough_ts)
    made._output_ts = [
        made._input_ts[second._input_ts.index(tensor)] if tensor in second._passthrough_ts else tensor
        for tensor in second._output_ts
    ]
    return made


def _reroute_inputs(sgv0, sgv1, swap):
    first, second = make_view(sgv0), make_view(sgv1)
    check_graphs(first, second)
    may_change = first.ops + second.ops
    may_change += get_consuming_ops(first.passthroughs) + get_consuming_ops(second.passthroughs)
    _reroute(first.inputs, second.inputs, swap, can_modify=list(dict.fromkeys(may_change)))
    new_second = _through(first, second)
    if swap:
        first._assign_from(_through(second, first))
    second._assign_from(new_second)
    return first, second


def _reroute_outputs(sgv0, sgv1, swap):
    first, second = make_view(sgv0), make_view(sgv1)
    check_graphs(first, second)
    _reroute(first.outputs, second.outputs, swap, cannot_modify=first.ops + second.ops)
    return first, second


@public("contrib.graph_editor.swap_inputs")
def swap_inputs(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """Swaps the inputs of two parts of a graph, which are changed and returned.

    Raises:
      ValueError: inputs that do not fit, two graphs.
    """
    return _reroute_inputs(sgv0, sgv1, True)


@public("contrib.graph_editor.reroute_inputs")
def reroute_inputs(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """Gives the second part of a graph the inputs of the first; both are returned.

    Raises:
      ValueError: inputs that do not fit, two graphs.
    """
    return _reroute_inputs(sgv0, sgv1, False)


@public("contrib.graph_editor.swap_outputs")
def swap_outputs(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """Swaps who takes the outputs of two parts of a graph; both are returned.

    Raises:
      ValueError: outputs that do not fit, two graphs.
    """
    return _reroute_outputs(sgv0, sgv1, True)


@public("contrib.graph_editor.reroute_outputs")
def reroute_outputs(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """Has who took the outputs of the second part take those of the first; both are returned.

    Raises:
      ValueError: outputs that do not fit, two graphs.
    """
    return _reroute_outputs(sgv0, sgv1, False)


@public("contrib.graph_editor.swap_ios")
def swap_ios(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """`swap_inputs` and `swap_outputs`."""
    first, second = _reroute_inputs(sgv0, sgv1, True)
    return _reroute_outputs(first, second, True)


@public("contrib.graph_editor.reroute_ios")
def reroute_ios(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """`reroute_inputs` and `reroute_outputs`."""
    first, second = _reroute_inputs(sgv0, sgv1, False)
    return _reroute_outputs(first, second, False)


@public("contrib.graph_editor.remove_control_inputs")
def remove_control_inputs(op: Operation, cops: Any) -> None:
    """Has an operation no longer wait for others.

    Raises:
      TypeError: no operations.
      ValueError: one that it does not wait for.
    """
    if not isinstance(op, Operation):
        raise TypeError(f"Expected a tf.Operation, got: {op!r}")
    gone = make_list_of_op(cops, allow_graph=False)
    for each in gone:
        if each not in op.control_inputs:
            raise ValueError(f"{op.name} is not a control_input of {each.name}")
    op._remove_control_inputs(gone)


@public("contrib.graph_editor.add_control_inputs")
def add_control_inputs(op: Operation, cops: Any) -> None:
    """Has an operation wait for others.

    Raises:
      TypeError: no operations.
      ValueError: one that it waits for already.
    """
    if not isinstance(op, Operation):
        raise TypeError(f"Expected a tf.Operation, got: {op!r}")
    new = make_list_of_op(cops, allow_graph=False)
    for each in new:
        if each in op.control_inputs:
            raise ValueError(f"{each.name} is already a control_input of {op.name}")
    op._add_control_inputs(new)
