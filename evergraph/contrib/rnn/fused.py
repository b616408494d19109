"""Cells over a whole sequence at once, time first: an adaptor for other cells, and what runs one backwards."""

from __future__ import annotations

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.layers.recurrent.dynamic import dynamic_rnn
from evergraph.layers.recurrent.static import static_rnn
from evergraph.ops import array as array_ops

public_module("contrib.rnn.python.ops.fused_rnn_cell")


@public("contrib.rnn.FusedRNNCell")
class FusedRNNCell:
    """A recurrent network over a whole sequence: `outputs, state = cell(inputs, initial_state, ...)`."""

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: DTypeLike = None,
        sequence_length: TensorLike = None,
        scope: Any = None,
    ) -> tuple:
        """The outputs of all steps and the last state.

        Args:
          inputs: a tensor `[time, batch, n]`, or a list of matrices `[batch, n]`.
          initial_state: the first state; zeros of `dtype` when None.
          dtype: the type of the zeros.
          sequence_length: the lengths `[batch]`; all steps when None.
          scope: the variable scope.

        Returns:
          (outputs `[time, batch, size]`, or a list as the inputs are; the state after each sequence's end).
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how it runs a sequence")


@public("contrib.rnn.FusedRNNCellAdaptor")
class FusedRNNCellAdaptor(FusedRNNCell):
    """A fused cell made of an RNNCell.

    Args:
      cell: the cell.
      use_dynamic_rnn: whether it runs in a loop (`tf.nn.dynamic_rnn`), or unrolled (`tf.nn.static_rnn`).
    """

    def __init__(self, cell: RNNCell, use_dynamic_rnn: bool = False) -> None:
        self._cell = cell
        self._use_dynamic_rnn = use_dynamic_rnn

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: DTypeLike = None,
        sequence_length: TensorLike = None,
        scope: Any = None,
    ) -> tuple:
        """The outputs of all steps and the last state; see `FusedRNNCell`."""
        is_list = isinstance(inputs, list)
        given = {
            "initial_state": initial_state,
            "dtype": dtype,
            "sequence_length": sequence_length,
            "scope": scope,
        }
        if self._use_dynamic_rnn:
            whole = array_ops.stack(inputs) if is_list else inputs
            outputs, state = dynamic_rnn(self._cell, whole, time_major=True, **given)
            return array_ops.unstack(outputs) if is_list else outputs, state
        outputs, state = static_rnn(self._cell, inputs if is_list else array_ops.unstack(inputs), **given)
        return outputs if is_list else array_ops.stack(outputs), state


@public("contrib.rnn.TimeReversedFusedRNN")
class TimeReversedFusedRNN(FusedRNNCell):
    """A fused cell that runs another from each sequence's end to its beginning.

    Args:
      cell: the fused cell.
    """

    def __init__(self, cell: FusedRNNCell) -> None:
        self._cell = cell

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: DTypeLike = None,
        sequence_length: TensorLike = None,
        scope: Any = None,
    ) -> tuple:
        """The outputs, in the order of the inputs, and the last state; see `FusedRNNCell`."""
        outputs, state = self._cell(
            _reversed(inputs, sequence_length),
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
            scope=scope,
        )
        return _reversed(outputs, sequence_length), state


def _reversed(sequence, lengths):
    if isinstance(sequence, list):
        return sequence[::-1]
    if lengths is None:
        return array_ops.reverse(sequence, [0])
    return array_ops.reverse_sequence(sequence, lengths, 0, 1)
