"""What can be put around a cell: a residual connection, a device."""

from collections.abc import Callable
from typing import Any

from evergraph.framework.default_graph import device, name_scope
from evergraph.framework.public import public
from evergraph.framework.structures import assert_same_structure, map_structure
from evergraph.framework.tracking import CheckpointableBase
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.ops.variables.scope_object import VariableScope


class CellWrapper(RNNCell):
    """A cell around another, `_cell`, with the sizes and states of that."""

    def __init__(self, cell: RNNCell) -> None:
        super().__init__()
        self._cell = cell
        if isinstance(cell, CheckpointableBase):
            self._track_checkpointable(cell, name="cell")

    @property
    def state_size(self) -> Any:
        """That of the cell."""
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        """That of the cell."""
        return self._cell.output_size

    def zero_state(self, batch_size: TensorLike, dtype: DTypeLike) -> Any:
        """That of the cell."""
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return self._cell.zero_state(batch_size, dtype)


@public("nn.rnn_cell.ResidualWrapper")
class ResidualWrapper(CellWrapper):
    """A cell whose inputs are added to its outputs.

    Args:
      cell: an RNNCell.
      residual_fn: a function of inputs and outputs that gives the outputs; their sum when None.

    Raises (when called, without `residual_fn`):
      TypeError, ValueError: inputs and outputs differ in structure or shape.
    """

    def __init__(self, cell: RNNCell, residual_fn: Callable | None = None) -> None:
        super().__init__(cell)
        self._residual_fn = residual_fn

    def __call__(self, inputs: TensorLike, state: Any, scope: VariableScope | str | None = None) -> tuple:
        """The cell's output with the inputs added, and its new state."""
        outputs, new_state = self._cell(inputs, state, scope=scope)
        return (self._residual_fn or _add)(inputs, outputs), new_state


def _add(inputs, outputs):
    assert_same_structure(inputs, outputs)
    return map_structure(_add_same_shape, inputs, outputs)


def _add_same_shape(given, output):
    given.shape.assert_is_compatible_with(output.shape)
    return given + output


@public("nn.rnn_cell.DeviceWrapper")
class DeviceWrapper(CellWrapper):
    """A cell on a device.

    Args:
      cell: an RNNCell.
      device: a device's name, or a function, as for `tf.device`.
    """

    def __init__(self, cell: RNNCell, device: Any) -> None:
        super().__init__(cell)
        self._device = device

    def zero_state(self, batch_size: TensorLike, dtype: DTypeLike) -> Any:
        """That of the cell, on the device."""
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]), device(self._device):
            return self._cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: TensorLike, state: Any, scope: VariableScope | str | None = None) -> tuple:
        """The cell's output and new state, on the device."""
        with device(self._device):
            return self._cell(inputs, state, scope=scope)
