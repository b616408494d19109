"""`raw_rnn`: a cell in a loop, whose inputs, outputs and end a function decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import assert_same_structure, flatten, map_structure, pack_sequence_as
from evergraph.layers.recurrent.cell import assert_like_rnncell
from evergraph.layers.recurrent.sequences import keep_where, network_scope
from evergraph.layers.recurrent.sizes import join_sizes, zeros_of
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.variables.scope_object import VariableScope

if TYPE_CHECKING:
    from evergraph.layers.recurrent.cell import RNNCell

public_module("python.ops.rnn")


@public("nn.raw_rnn")
def raw_rnn(
    cell: RNNCell,
    loop_fn: Callable,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: VariableScope | str | None = None,
) -> tuple:
    """Runs a cell in a loop until `loop_fn` says that all examples are finished.

    How many steps that takes is not known before, so the loop runs on the host.

    Args:
      cell: an RNNCell.
      loop_fn: a function of `(time, cell_output, cell_state, loop_state)` that returns `(finished, next_input,
        next_cell_state, emit_output, next_loop_state)`. It is called first with time 0 and None, None, None, and
        returns the first input, the initial state, a structure like what is emitted (None: like the cell's output), and
        the first loop state (or None); then after each step of the cell. `finished` is a bool vector `[batch]`.
      parallel_iterations, swap_memory: kept for compatibility, without effect.
      scope: the variable scope, "rnn" when None.

    Returns:
      TensorArrays of what was emitted (zeros for examples that were finished), the final state (which stays from where
      an example is finished), and the final loop state.

    Raises:
      TypeError: `cell` is no RNNCell, or `loop_fn` is not callable.
      ValueError: batch sizes differ, or a structure changes from one step to the next.
    """
    assert_like_rnncell("cell", cell)
    if not callable(loop_fn):
        raise TypeError(f"loop_fn must be a callable, got {loop_fn!r}")
    call: Any = loop_fn
    with network_scope(scope):
        time = constant(0, "int32")
        finished, first_input, initial_state, emitted, first_loop_state = call(time, None, None, None)
        assert_same_structure(initial_state, cell.state_size)
        state = map_structure(convert_to_tensor, initial_state)
        emit_arrays, zero_emit = _emissions(
            cell, emitted, flatten(state)[0].dtype, *_batch_sizes(first_input)
        )
        # The loop needs one; who asked for none gets none.
        loop_state = constant(0, "int32") if first_loop_state is None else first_loop_state

        def step(time, finished, current_input, arrays, state, loop_state):
            output, cell_state = cell(current_input, state)
            assert_same_structure(state, cell_state)
            assert_same_structure(cell.output_size, output)
            next_finished, next_input, next_state, emit, next_loop_state = call(
                time + 1, output, cell_state, loop_state
            )
            assert_same_structure(state, next_state)
            assert_same_structure(current_input, next_input)
            assert_same_structure(arrays, emit)
            emit = map_structure(lambda zero, new: keep_where(finished, zero, new), zero_emit, emit)
            next_state = map_structure(lambda old, new: keep_where(finished, old, new), state, next_state)
            arrays = map_structure(lambda array, each: array.write(time, each), arrays, emit)
            if next_loop_state is not None:
                loop_state = next_loop_state
            finished = math_ops.logical_or(finished, next_finished)
            return time + 1, finished, next_input, arrays, next_state, loop_state

        *_, emit_arrays, state, loop_state = while_loop(
            lambda _, finished, *__: math_ops.logical_not(math_ops.reduce_all(finished)),
            step,
            [time, finished, first_input, emit_arrays, state, loop_state],
        )
        return emit_arrays, state, None if first_loop_state is None else loop_state


def _batch_sizes(first_input):
    """(The batch size as far as it is known, the same as an int or a scalar tensor)."""
    flat_inputs = flatten(first_input)
    size = flat_inputs[0].shape[0]
    for each in flat_inputs:
        size = size.merge_with(each.shape[0])
    return size.value, array_ops.shape(flat_inputs[0])[0] if size.value is None else size.value


def _emissions(cell, emitted, dtype, known_batch, batch_size):
    """TensorArrays for what is emitted, and zeros in place of it, in its structure."""
    if emitted is None:
        structure = cell.output_size
        kinds = [(size, dtype) for size in flatten(structure)]
    else:
        structure = emitted
        kinds = [
            (each.shape if each.shape.is_fully_defined() else array_ops.shape(each), each.dtype)
            for each in flatten(structure)
        ]
    arrays = [
        TensorArray(
            kind,
            size=0,
            dynamic_size=True,
            element_shape=join_sizes(TensorShape([known_batch]), size),
            name=f"rnn_output_{number}",
        )
        for number, (size, kind) in enumerate(kinds)
    ]
    zeros = [zeros_of(batch_size, size, kind) for size, kind in kinds]
    return pack_sequence_as(structure, arrays), pack_sequence_as(structure, zeros)
