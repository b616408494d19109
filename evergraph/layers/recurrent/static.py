"""`static_rnn`: a cell over a list of inputs, unrolled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, is_sequence, map_structure, pack_sequence_as
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.recurrent.cell import assert_like_rnncell
from evergraph.layers.recurrent.sequences import (
    check_lengths,
    network_scope,
    require_sequence,
    state_dtype,
    until_the_end,
)
from evergraph.layers.recurrent.sizes import zeros_of
from evergraph.ops import array as array_ops
from evergraph.ops.constants import identity
from evergraph.ops.variables.scope_object import VariableScope

if TYPE_CHECKING:
    from evergraph.layers.recurrent.cell import RNNCell

public_module("python.ops.rnn", "contrib.rnn")


@public("nn.static_rnn")
def static_rnn(
    cell: RNNCell,
    inputs: Sequence,
    initial_state: Any = None,
    dtype: DTypeLike = None,
    sequence_length: TensorLike = None,
    scope: VariableScope | str | None = None,
) -> tuple:
    """Runs a cell over a list of inputs, a step for each.

    Args:
      cell: an RNNCell.
      inputs: a list of tensors `[batch, size]`, or of nested tuples of such, one for each step.
      initial_state: the state to start with, in the structure of `cell.state_size`; zeros when None.
      dtype: the DType of the state of zeros.
      sequence_length: an integer vector `[batch]`: from there on an example's outputs are zeros, and its state stays.
      scope: the variable scope, "rnn" when None.

    Returns:
      A pair: a list of outputs, and the final state.

    Raises:
      TypeError: `cell` is no RNNCell, or `inputs` no sequence.
      ValueError: `inputs` is empty; sizes beside the batch are not known, or batches differ; neither state nor dtype;
        `sequence_length` is no vector.
    """
    assert_like_rnncell("cell", cell)
    require_sequence(inputs)
    with network_scope(scope) as opened:
        batch_size = _batch_size(inputs)
        state = initial_state
        if state is None:
            if not dtype:
                raise ValueError("If no initial_state is provided, dtype must be specified")
            state = cell.zero_state(batch_size, dtype)
        zero_output = None
        if sequence_length is not None:
            sequence_length = check_lengths(sequence_length)
            zero_dtype = state_dtype(dtype, state)
            zero_output = map_structure(lambda size: zeros_of(batch_size, size, zero_dtype), cell.output_size)
        outputs = []
        for time, step_input in enumerate(inputs):
            if time > 0:
                opened.reuse_variables()
            output, new_state = cell(step_input, state)
            if sequence_length is not None:
                output, new_state = until_the_end(
                    time, sequence_length, zero_output, state, output, new_state
                )
            state = new_state
            outputs.append(output)
        return outputs, state


def _batch_size(inputs):
    """The batch size of all inputs, an int or a scalar tensor.

    Raises ValueError when they differ, or another size is unknown.
    """
    flat_inputs = flatten(inputs)
    first = flat_inputs[0]
    batch = first.shape.with_rank_at_least(1)[0]
    if first.shape.ndims != 1:
        for each in flat_inputs:
            shape = each.shape.with_rank_at_least(2)
            batch = batch.merge_with(shape[0])
            if not shape[1:].is_fully_defined():
                raise ValueError(
                    "Input size (the dimensions after the batch) must be accessible via shape inference, but saw "
                    f"{each}"
                )
    return array_ops.shape(first)[0] if batch.value is None else batch.value


@public("nn.static_state_saving_rnn")
def static_state_saving_rnn(
    cell: RNNCell,
    inputs: Sequence,
    state_saver: Any,
    state_name: Any,
    sequence_length: TensorLike = None,
    scope: VariableScope | str | None = None,
) -> tuple:
    """`static_rnn` that takes its initial state from a saver of states, and gives it the final one.

    Args:
      cell, inputs, sequence_length, scope: as for `static_rnn`.
      state_saver: an object with methods `state(name)` and `save_state(name, value)`, which returns an operation.
      state_name: the name(s) of the state for it, in the structure of `cell.state_size`.

    Returns:
      As `static_rnn`; the last output and the state wait until the state is saved.

    Raises:
      TypeError: as `static_rnn`.
      ValueError: as `static_rnn`, and where `state_name` has not the structure of `cell.state_size`.
    """
    size = cell.state_size
    if is_sequence(size) != is_sequence(state_name) or len(flatten(size)) != len(flatten(state_name)):
        raise ValueError(
            f"state_name should be the same type as cell.state_size. state_name: {state_name}, cell.state_size: {size}"
        )
    names = flatten(state_name)
    initial_state = pack_sequence_as(size, [state_saver.state(name) for name in names])
    outputs, state = static_rnn(
        cell, inputs, initial_state=initial_state, sequence_length=sequence_length, scope=scope
    )
    saves = [state_saver.save_state(name, part) for name, part in zip(names, flatten(state))]
    with control_dependencies(saves):
        outputs[-1] = map_structure(identity, outputs[-1])
        state = map_structure(identity, state)
    return outputs, state
