"""`dynamic_rnn`: a cell over a sequence, as a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten, map_structure, pack_sequence_as
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.recurrent.cell import assert_like_rnncell
from evergraph.layers.recurrent.sequences import (
    best_effort_batch_size,
    check_lengths,
    network_scope,
    state_dtype,
    transpose_batch_time,
    until_the_end,
)
from evergraph.layers.recurrent.sizes import join_sizes, zeros_of
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.variables.scope_object import VariableScope

if TYPE_CHECKING:
    from evergraph.layers.recurrent.cell import RNNCell

public_module("python.ops.rnn")


@public("nn.dynamic_rnn")
def dynamic_rnn(
    cell: RNNCell,
    inputs: Any,
    sequence_length: TensorLike = None,
    initial_state: Any = None,
    dtype: DTypeLike = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: VariableScope | str | None = None,
) -> tuple:
    """Runs a cell over sequences, in a loop.

    Args:
      cell: an RNNCell.
      inputs: a tensor `[batch, time, ...]`, or a nested tuple of such; `[time, batch, ...]` when `time_major`. Only
        batch and time may be unknown.
      sequence_length: an integer vector `[batch]`: from there on an example's outputs are zeros, and its state stays.
      initial_state: the state to start with, in the structure of `cell.state_size`; zeros when None.
      dtype: the DType of the state of zeros and of the outputs; the state's when None.
      parallel_iterations, swap_memory: kept for compatibility, without effect.
      time_major: whether time is the first dimension of inputs and outputs.
      scope: the variable scope, "rnn" when None.

    Returns:
      A pair: the outputs, `[batch, time, ...size]` (or time major) in the structure of `cell.output_size`, and the
      final state.

    Raises:
      TypeError: `cell` is no RNNCell.
      ValueError: neither state nor dtype; inputs that differ in time or batch, or whose other sizes are not known;
        `sequence_length` is no vector.
      InvalidArgumentError: when it runs, `sequence_length` is not as long as the batch.
    """
    assert_like_rnncell("cell", cell)
    with network_scope(scope):
        flat_inputs = [convert_to_tensor(each) for each in flatten(inputs)]
        if not time_major:
            flat_inputs = [transpose_batch_time(each) for each in flat_inputs]
        batch_size = best_effort_batch_size(flat_inputs)
        if sequence_length is not None:
            sequence_length = _checked_lengths(sequence_length, batch_size)
        if initial_state is None:
            if not dtype:
                raise ValueError("If there is no initial_state, you must give a dtype.")
            initial_state = cell.zero_state(batch_size, dtype)
        outputs, state = _loop(cell, inputs, flat_inputs, batch_size, initial_state, sequence_length, dtype)
        if not time_major:
            outputs = map_structure(transpose_batch_time, outputs)
        return outputs, state


def _checked_lengths(sequence_length, batch_size):
    lengths = identity(check_lengths(sequence_length), name="sequence_length")
    if isinstance(batch_size, int) and lengths.shape.ndims == 1 and lengths.shape[0].value == batch_size:
        return lengths
    found, expected = array_ops.shape(lengths), array_ops.stack([batch_size])
    fits = Assert(
        math_ops.reduce_all(math_ops.equal(found, expected)),
        [f"Expected shape for Tensor {lengths.name} is ", expected, " but saw shape: ", found],
    )
    with control_dependencies([fits]):
        return identity(lengths, name="CheckSeqLen")


def _loop(cell, structure, flat_inputs, batch_size, initial_state, sequence_length, dtype):
    """Outputs `[time, batch, ...]` and final state, from inputs `[time, batch, ...]` in the order of `structure`."""
    steps, batch = _time_and_batch(flat_inputs)
    # Where time is known, the number of iterations is a constant, and the loop is differentiated as a scan.
    count = array_ops.shape(flat_inputs[0])[0] if steps is None else steps
    output_dtype = state_dtype(dtype, initial_state)
    sizes = flatten(cell.output_size)
    zero_output = [zeros_of(batch_size, size, output_dtype) for size in sizes]
    with name_scope("dynamic_rnn"):
        input_arrays = [
            TensorArray(each.dtype, size=count, element_shape=each.shape[1:]).unstack(each)
            for each in flat_inputs
        ]
        output_arrays = tuple(
            TensorArray(output_dtype, size=count, element_shape=join_sizes(TensorShape([batch]), size))
            for size in sizes
        )
    bound = count
    # Batches of an unknown length are padded to their own longest element: there is no end before it, and a loop of a
    # number of iterations that follows from a shape is differentiated as a scan.
    stops_early = sequence_length is not None and steps is not None
    if stops_early:
        bound = math_ops.minimum(count, math_ops.maximum(1, math_ops.reduce_max(sequence_length)))

    def step(time, arrays, state):
        elements = [array.read(time) for array in input_arrays]
        for element, whole in zip(elements, flat_inputs):
            element.set_shape(whole.shape[1:])
        output, new_state = cell(pack_sequence_as(structure, elements), state)
        if sequence_length is not None:
            packed = pack_sequence_as(cell.output_size, zero_output)
            output, new_state = until_the_end(time, sequence_length, packed, state, output, new_state)
        outputs = flatten(output)
        if len(outputs) != len(arrays):
            raise ValueError(
                f"cell {cell!r} has output_size {cell.output_size}, but its call returned {len(outputs)} outputs: "
                f"{output}"
            )
        return time + 1, tuple(array.write(time, each) for array, each in zip(arrays, outputs)), new_state

    _, output_arrays, state = while_loop(
        lambda time, *_: time < bound,
        step,
        (constant(0, "int32", name="time"), output_arrays, initial_state),
        maximum_iterations=count if stops_early else None,
    )
    outputs = [array.stack() for array in output_arrays]
    for output, size in zip(outputs, sizes):
        output.set_shape(TensorShape([steps, batch]).concatenate(join_sizes([], size)))
    return pack_sequence_as(cell.output_size, outputs), state


def _time_and_batch(flat_inputs):
    """Time and batch size of the inputs, None where unknown; ValueError when they differ or other sizes are unknown."""
    shapes = [each.shape.with_rank_at_least(3) for each in flat_inputs]
    for shape in shapes:
        if not shape[2:].is_fully_defined():
            raise ValueError(
                f"Input size (depth of inputs) must be accessible via shape inference, but saw inputs of shape {shape}."
            )
    for axis, what in ((0, "Time steps"), (1, "Batch_size")):
        if len({shape[axis].value for shape in shapes}) != 1:
            found = [shape[axis].value for shape in shapes]
            raise ValueError(f"{what} is not the same for all the elements in the input: {found}")
    return shapes[0].as_list()[:2] if shapes[0].ndims is not None else (None, None)
