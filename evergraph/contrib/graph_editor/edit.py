"""Parts of a graph taken out of it, and joined."""

from __future__ import annotations

from typing import Any

from evergraph.contrib.graph_editor import reroute, select
from evergraph.contrib.graph_editor.subgraph import SubGraphView, make_view
from evergraph.contrib.graph_editor.util import (
    ControlOutputs,
    check_graphs,
    make_placeholder_from_tensor,
    placeholder_name,
)
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import placeholder

public_module("contrib.graph_editor.edit")


@public("contrib.graph_editor.detach_control_inputs")
def detach_control_inputs(sgv: Any) -> None:
    """Has no operation of a part of a graph wait for one outside."""
    view = make_view(sgv)
    for each in view.ops:
        outside = [before for before in each.control_inputs if before not in view.ops]
        if outside:
            reroute.remove_control_inputs(each, outside)


@public("contrib.graph_editor.detach_control_outputs")
def detach_control_outputs(sgv: Any, control_outputs: ControlOutputs) -> None:
    """Has no operation outside wait for one of a part of a graph.

    Raises:
      TypeError: no ControlOutputs.
    """
    if not isinstance(control_outputs, ControlOutputs):
        raise TypeError(f"Expected a util.ControlOutputs, got: {control_outputs!r}")
    view = make_view(sgv)
    for each in view.ops:
        for waiting in control_outputs.get(each):
            if waiting not in view.ops:
                reroute.remove_control_inputs(waiting, each)


@public("contrib.graph_editor.detach_inputs")
def detach_inputs(sgv: Any, control_inputs: bool = False) -> tuple[SubGraphView, list[Tensor]]:
    """(the part of a graph, placeholders that it takes in place of its inputs).

    `control_inputs` says whether it no longer waits for what is outside either.
    """
    view = make_view(sgv)
    with view.graph.as_default():
        placeholders = [placeholder(t.dtype.base_dtype, name=placeholder_name(t)) for t in view.inputs]
    reroute.swap_inputs(view, placeholders)
    if control_inputs:
        detach_control_inputs(view)
    return view, placeholders


@public("contrib.graph_editor.detach_outputs")
def detach_outputs(
    sgv: Any, control_outputs: ControlOutputs | None = None
) -> tuple[SubGraphView, list[Tensor]]:
    """(the part of a graph, with the outputs that something takes; placeholders that is taken in their place).

    `control_outputs`, when given, says who waits for it, and these do no longer.
    """
    view = make_view(sgv)
    view = view.remap_outputs([i for i, tensor in enumerate(view.outputs) if tensor.consumers()])
    users = SubGraphView(view.consumers())
    users = users.remap_inputs([i for i, tensor in enumerate(users.inputs) if tensor in view.outputs])
    with view.graph.as_default():
        placeholders = [make_placeholder_from_tensor(tensor) for tensor in users.inputs]
    reroute.swap_outputs(view, placeholders)
    if control_outputs is not None:
        detach_control_outputs(view, control_outputs)
    return view, placeholders


@public("contrib.graph_editor.detach")
def detach(
    sgv: Any,
    control_inputs: bool = False,
    control_outputs: ControlOutputs | None = None,
    control_ios: ControlOutputs | None = None,
) -> tuple[SubGraphView, list[Tensor], list[Tensor]]:
    """(the part of a graph, the placeholders of `detach_inputs`, those of `detach_outputs`).

    Raises:
      ValueError: `control_ios` beside one of the others, for which it stands.
    """
    control_inputs, control_outputs = select.check_cios(control_inputs, control_outputs, control_ios)
    _, inputs = detach_inputs(sgv, control_inputs)
    _, outputs = detach_outputs(sgv, control_outputs)
    return sgv, inputs, outputs


@public("contrib.graph_editor.connect")
def connect(sgv0: Any, sgv1: Any, disconnect_first: bool = False) -> tuple[SubGraphView, SubGraphView]:
    """Gives the second part of a graph the outputs of the first as inputs; both are returned.

    `disconnect_first` says whether those who take the outputs now get placeholders.

    Raises:
      ValueError: what does not fit, two graphs.
    """
    first, second = make_view(sgv0), make_view(sgv1)
    check_graphs(first, second)
    if disconnect_first:
        detach_outputs(first)
    reroute.reroute_inputs(SubGraphView(passthrough_ts=first.outputs), second)
    return first, second


@public("contrib.graph_editor.bypass")
def bypass(sgv: Any) -> tuple[SubGraphView, list[Tensor]]:
    """Has who takes the outputs of a part of a graph take its inputs: (the part, the placeholders that it takes now)."""
    view = make_view(sgv)
    inputs = list(view.inputs)
    view, detached = detach_inputs(view)
    reroute.reroute_ts(inputs, view.outputs)
    return view, detached
