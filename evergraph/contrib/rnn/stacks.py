"""Stacks of bidirectional networks, each on the outputs of both directions of the one below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.recurrent.bidirectional import bidirectional_dynamic_rnn, static_bidirectional_rnn
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.ops import array as array_ops
from evergraph.ops.variables.scope import variable_scope
from evergraph.ops.variables.scope_object import VariableScope

public_module("contrib.rnn.python.ops.rnn")


@public("contrib.rnn.stack_bidirectional_rnn")
def stack_bidirectional_rnn(
    cells_fw: Sequence[RNNCell],
    cells_bw: Sequence[RNNCell],
    inputs: Sequence[TensorLike],
    initial_states_fw: Sequence[Any] | None = None,
    initial_states_bw: Sequence[Any] | None = None,
    dtype: DTypeLike = None,
    sequence_length: TensorLike = None,
    scope: VariableScope | str | None = None,
) -> tuple:
    """Layers of `tf.nn.static_bidirectional_rnn`, one on the other.

    Args:
      cells_fw, cells_bw: a cell of each direction for each layer, lists of one length.
      inputs: matrices `[batch, n]`, one for each step.
      initial_states_fw, initial_states_bw: a state for each layer; zeros of `dtype` when None.
      dtype: the type of the zeros.
      sequence_length: the lengths `[batch]`.
      scope: the variable scope, "stack_bidirectional_rnn" when None.

    Returns:
      (the outputs of the last layer, both directions joined; its final states forwards, a tuple with one for each layer;
      and backwards).

    Raises:
      ValueError: cells or states that are no lists of one length.
    """

    def layer(forwards, backwards, below, first_fw, first_bw, layer_scope):
        return static_bidirectional_rnn(
            forwards, backwards, below, first_fw, first_bw, dtype, sequence_length, layer_scope
        )

    return _stacked(layer, cells_fw, cells_bw, inputs, initial_states_fw, initial_states_bw, scope)


@public("contrib.rnn.stack_bidirectional_dynamic_rnn")
def stack_bidirectional_dynamic_rnn(
    cells_fw: Sequence[RNNCell],
    cells_bw: Sequence[RNNCell],
    inputs: TensorLike,
    initial_states_fw: Sequence[Any] | None = None,
    initial_states_bw: Sequence[Any] | None = None,
    dtype: DTypeLike = None,
    sequence_length: TensorLike = None,
    parallel_iterations: int | None = None,
    time_major: bool = False,
    scope: VariableScope | str | None = None,
) -> tuple:
    """Layers of `tf.nn.bidirectional_dynamic_rnn`, one on the other.

    Args:
      cells_fw, cells_bw: a cell of each direction for each layer, lists of one length.
      inputs: a tensor `[batch, time, n]`, or `[time, batch, n]` when `time_major`.
      initial_states_fw, initial_states_bw: a state for each layer; zeros of `dtype` when None.
      dtype: the type of the zeros.
      sequence_length: the lengths `[batch]`.
      parallel_iterations: without effect: a step of the loop is one program.
      time_major: whether time is the first axis.
      scope: the variable scope, "stack_bidirectional_rnn" when None.

    Returns:
      (the outputs of the last layer, `[batch, time, sizes of both]`; its final states forwards, a tuple with one for each
      layer; and backwards).

    Raises:
      ValueError: cells or states that are no lists of one length.
    """

    def layer(forwards, backwards, below, first_fw, first_bw, _):
        outputs, (state_fw, state_bw) = bidirectional_dynamic_rnn(
            forwards,
            backwards,
            below,
            initial_state_fw=first_fw,
            initial_state_bw=first_bw,
            sequence_length=sequence_length,
            parallel_iterations=parallel_iterations,
            dtype=dtype,
            time_major=time_major,
        )
        return array_ops.concat(outputs, 2), state_fw, state_bw

    return _stacked(layer, cells_fw, cells_bw, inputs, initial_states_fw, initial_states_bw, scope)


def _stacked(layer, cells_fw, cells_bw, inputs, initial_states_fw, initial_states_bw, scope):
    for name, given in (("cells_fw", cells_fw), ("cells_bw", cells_bw)):
        if not isinstance(given, list) or not given:
            raise ValueError(f"{name} must be a list with one RNNCell for each layer, not {given!r}")
    depth = len(cells_fw)
    if len(cells_bw) != depth:
        raise ValueError(
            f"cells_fw has {depth} cells and cells_bw {len(cells_bw)}: give one of each for a layer"
        )
    states = []
    for name, given in (("initial_states_fw", initial_states_fw), ("initial_states_bw", initial_states_bw)):
        if given is not None and (not isinstance(given, list) or len(given) != depth):
            raise ValueError(
                f"{name} must be a list with one state for each of {depth} layers, not {given!r}"
            )
        states.append(given or [None] * depth)
    finals = []
    with variable_scope(scope or "stack_bidirectional_rnn"):
        for i, parts in enumerate(zip(cells_fw, cells_bw, *states)):
            with variable_scope(f"cell_{i}") as layer_scope:
                inputs, *final = layer(*parts[:2], inputs, *parts[2:], layer_scope)
            finals.append(final)
    forwards, backwards = zip(*finals)
    return inputs, tuple(forwards), tuple(backwards)
