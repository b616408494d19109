"""Cells around a cell: one that looks at its last outputs, and one that was to be compiled."""

from __future__ import annotations

from typing import Any

from evergraph.contrib.rnn.linear import Linear
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, is_sequence
from evergraph.framework.tensor import Tensor
from evergraph.layers.recurrent.cell import RNNCell, assert_like_rnncell
from evergraph.layers.recurrent.wrappers import CellWrapper
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module("contrib.rnn.python.ops.rnn_cell")


@public("contrib.rnn.AttentionCellWrapper")
class AttentionCellWrapper(RNNCell):
    """A cell that looks at its last outputs with attention (Bahdanau et al. 2015, arXiv:1409.0473).

    Its state is the cell's, what was seen last, and the outputs one after the other.

    Args:
      cell: an RNNCell.
      attn_length: how many outputs are looked at.
      attn_size: the columns of an output; those of the cell when None.
      attn_vec_size: the columns in which outputs are compared; `attn_size` when None.
      input_size: the columns of the cell's inputs, which are mapped from the inputs and what was seen; as many as the inputs
        have when None.
      state_is_tuple: whether the state is a tuple or one matrix.
      reuse: whether the variables exist already in the scope.

    Raises:
      TypeError: `cell` is no cell.
      ValueError: the cell's state is a structure and `state_is_tuple` is False; `attn_length` is not positive.
    """

    def __init__(
        self,
        cell: RNNCell,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        assert_like_rnncell("cell", cell)
        if is_sequence(cell.state_size) and not state_is_tuple:
            raise ValueError(
                f"Cell returns tuple of states, but the flag state_is_tuple is not set. State size is: {cell.state_size}"
            )
        if attn_length <= 0:
            raise ValueError(f"attn_length should be greater than zero, got {attn_length}")
        self._cell = cell
        self._attn_length = attn_length
        self._attn_size: int = attn_size or cell.output_size
        self._attn_vec_size: int = attn_vec_size or self._attn_size
        self._input_size = input_size
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        """(the cell's, `attn_size`, `attn_size * attn_length`), or their sum."""
        size = self._cell.state_size, self._attn_size, self._attn_size * self._attn_length
        return size if self._state_is_tuple else sum(size)

    @property
    def output_size(self) -> int:
        """`attn_size`."""
        return self._attn_size

    def call(self, inputs: Tensor, state: Any) -> tuple:
        """The output, and the new state."""
        if not self._state_is_tuple:
            sizes = [self._cell.state_size, self._attn_size, self._attn_size * self._attn_length]
            state = array_ops.split(state, sizes, axis=1)
        state, seen, last = state
        last = array_ops.reshape(last, [-1, self._attn_length, self._attn_size])
        columns = self._input_size or inputs.shape[1].value
        cell_inputs = Linear([inputs, seen], columns, True)([inputs, seen])
        cell_output, state = self._cell(cell_inputs, state)
        seen = self._look(array_ops.concat(flatten(state), 1), last)
        with variable_scope("attn_output_projection"):
            output = Linear([cell_output, seen], self._attn_size, True)([cell_output, seen])
        last = array_ops.concat([last[:, 1:], array_ops.expand_dims(output, 1)], 1)
        last = array_ops.reshape(last, [-1, self._attn_length * self._attn_size])
        state = state, seen, last
        return output, state if self._state_is_tuple else array_ops.concat(state, 1)

    def _look(self, query, last):
        """What is seen of the last outputs, `[batch, attn_size]`."""
        with variable_scope("attention"):
            kernel = get_variable("attn_w", [1, 1, self._attn_size, self._attn_vec_size], last.dtype)
            weights = get_variable("attn_v", [self._attn_vec_size], last.dtype)
            compared = array_ops.expand_dims(Linear(query, self._attn_vec_size, True)(query), 1)
        features = math_ops.tensordot(last, kernel[0, 0], 1)
        places = nn.softmax(math_ops.reduce_sum(weights * math_ops.tanh(features + compared), 2))
        return math_ops.reduce_sum(array_ops.expand_dims(places, 2) * last, 1)


@public("contrib.rnn.CompiledWrapper")
class CompiledWrapper(CellWrapper):
    """A cell, which XLA compiles as everything else.

    Args:
      cell: an RNNCell.
      compile_stateful: without effect.
    """

    def __init__(self, cell: RNNCell, compile_stateful: bool = False) -> None:
        super().__init__(cell)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple:
        """The cell's output and new state."""
        return self._cell(inputs, state, scope=scope)
