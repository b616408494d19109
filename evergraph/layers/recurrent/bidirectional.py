"""Two cells over a sequence, one from its start and one from its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, pack_sequence_as
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.recurrent.cell import assert_like_rnncell
from evergraph.layers.recurrent.dynamic import dynamic_rnn
from evergraph.layers.recurrent.sequences import require_sequence, reverse_list, reverse_time
from evergraph.layers.recurrent.static import static_rnn
from evergraph.ops import array as array_ops
from evergraph.ops.variables.scope import variable_scope
from evergraph.ops.variables.scope_object import VariableScope

if TYPE_CHECKING:
    from evergraph.layers.recurrent.cell import RNNCell

public_module("python.ops.rnn")


@public("nn.bidirectional_dynamic_rnn")
def bidirectional_dynamic_rnn(
    cell_fw: RNNCell,
    cell_bw: RNNCell,
    inputs: Any,
    sequence_length: TensorLike = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: DTypeLike = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: VariableScope | str | None = None,
) -> tuple:
    """`dynamic_rnn` forwards with one cell, and backwards (from the end of each sequence) with another.

    Args:
      cell_fw, cell_bw: RNNCells.
      initial_state_fw, initial_state_bw: the states to start with; zeros when None.
      inputs, sequence_length, dtype, parallel_iterations, swap_memory, time_major: as for `dynamic_rnn`.
      scope: the variable scope, "bidirectional_rnn" when None; the cells are in "fw" and "bw" below it.

    Returns:
      `(outputs_fw, outputs_bw), (state_fw, state_bw)`; both outputs are in the order of the inputs.

    Raises:
      TypeError, ValueError: as `dynamic_rnn`.
    """
    assert_like_rnncell("cell_fw", cell_fw)
    assert_like_rnncell("cell_bw", cell_bw)
    options: dict[str, Any] = dict(
        sequence_length=sequence_length,
        dtype=dtype,
        parallel_iterations=parallel_iterations,
        swap_memory=swap_memory,
        time_major=time_major,
    )
    time_axis, batch_axis = (0, 1) if time_major else (1, 0)
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as forwards:
            output_fw, state_fw = dynamic_rnn(
                cell_fw, inputs, initial_state=initial_state_fw, scope=forwards, **options
            )
        with variable_scope("bw") as backwards:
            inputs = reverse_time(inputs, sequence_length, time_axis, batch_axis)
            output_bw, state_bw = dynamic_rnn(
                cell_bw, inputs, initial_state=initial_state_bw, scope=backwards, **options
            )
    output_bw = reverse_time(output_bw, sequence_length, time_axis, batch_axis)
    return (output_fw, output_bw), (state_fw, state_bw)


@public("nn.static_bidirectional_rnn", "contrib.rnn.static_bidirectional_rnn")
def static_bidirectional_rnn(
    cell_fw: RNNCell,
    cell_bw: RNNCell,
    inputs: Any,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: DTypeLike = None,
    sequence_length: TensorLike = None,
    scope: VariableScope | str | None = None,
) -> tuple:
    """`static_rnn` forwards with one cell, and backwards (from the end of each sequence) with another.

    Args:
      cell_fw, cell_bw: RNNCells.
      initial_state_fw, initial_state_bw: the states to start with; zeros when None.
      inputs, dtype, sequence_length: as for `static_rnn`.
      scope: the variable scope, "bidirectional_rnn" when None; the cells are in "fw" and "bw" below it.

    Returns:
      `outputs, state_fw, state_bw`: the outputs are a list with the forward and backward output of each step side by
      side.

    Raises:
      TypeError, ValueError: as `static_rnn`.
    """
    assert_like_rnncell("cell_fw", cell_fw)
    assert_like_rnncell("cell_bw", cell_bw)
    require_sequence(inputs)
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as forwards:
            output_fw, state_fw = static_rnn(
                cell_fw, inputs, initial_state_fw, dtype, sequence_length, scope=forwards
            )
        with variable_scope("bw") as backwards:
            output_bw, state_bw = static_rnn(
                cell_bw,
                reverse_list(inputs, sequence_length),
                initial_state_bw,
                dtype,
                sequence_length,
                scope=backwards,
            )
    output_bw = reverse_list(output_bw, sequence_length)
    joined = [array_ops.concat(pair, 1) for pair in zip(flatten(output_fw), flatten(output_bw))]
    return pack_sequence_as(output_fw, joined), state_fw, state_bw
