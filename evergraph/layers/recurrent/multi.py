"""Cells on top of each other."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.structures import is_sequence
from evergraph.framework.tracking import CheckpointableBase
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.ops import array as array_ops
from evergraph.ops.variables.scope import variable_scope


@public("nn.rnn_cell.MultiRNNCell")
class MultiRNNCell(RNNCell):
    """Cells of which each takes the output of the one before.

    Args:
      cells: a list or tuple of RNNCells.
      state_is_tuple: whether the state is a tuple of the cells' states, or their columns in one tensor (deprecated).

    Raises:
      ValueError: no cells; or `state_is_tuple` is false and a cell has a state of several tensors.
      TypeError: `cells` is no list or tuple.
    """

    def __init__(self, cells: Sequence[RNNCell], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        if not is_sequence(cells):
            raise TypeError(f"cells must be a list or tuple, but saw: {cells}.")
        self._cells = cells
        for number, cell in enumerate(cells):
            if isinstance(cell, CheckpointableBase):
                self._track_checkpointable(cell, name=f"cell-{number}")
        self._state_is_tuple = state_is_tuple
        if not state_is_tuple and any(is_sequence(cell.state_size) for cell in cells):
            raise ValueError(
                "Some cells return tuples of states, but the flag state_is_tuple is not set. State sizes are: "
                f"{[cell.state_size for cell in cells]}"
            )

    @property
    def state_size(self) -> Any:
        """The cells' sizes: a tuple, or their sum with a concatenated state."""
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        """That of the last cell."""
        return self._cells[-1].output_size

    def zero_state(self, batch_size: TensorLike, dtype: DTypeLike) -> Any:
        """The cells' states of zeros; see `RNNCell.zero_state`."""
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            if self._state_is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return super().zero_state(batch_size, dtype)

    def call(self, inputs: TensorLike, state: Any) -> tuple:
        """The output of the last cell, and the new states of all.

        Raises ValueError when `state` is not a tuple with one state for each cell.
        """
        new_states = []
        for number, (cell, own_state) in enumerate(zip(self._cells, self._states(state))):
            with variable_scope(f"cell_{number}"):
                inputs, new_state = cell(inputs, own_state)
            new_states.append(new_state)
        return inputs, tuple(new_states) if self._state_is_tuple else array_ops.concat(new_states, 1)

    def _states(self, state):
        if not self._state_is_tuple:
            sizes = [cell.state_size for cell in self._cells]
            return array_ops.split(state, num_or_size_splits=sizes, axis=1)
        if not is_sequence(state) or len(state) != len(self._cells):
            raise ValueError(
                f"Expected state to be a tuple of length {len(self._cells)}, but received: {state}"
            )
        return state
