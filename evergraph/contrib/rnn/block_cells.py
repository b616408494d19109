"""The cells that TensorFlow computed in one kernel: here XLA fuses the plain ones, and these differ in their variables' names."""

from __future__ import annotations

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.recurrent.cell import BIAS_NAME, KERNEL_NAME, LayerRNNCell
from evergraph.layers.recurrent.gru import GRUCell
from evergraph.layers.recurrent.lstm import LSTMStateTuple, lstm_step
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros

public_module("contrib.rnn.python.ops.gru_ops")


class LSTMWeights:
    """The variables of a block LSTM, which a layer makes in its own scope.

    Args:
      layer: the layer.
      input_size: the columns of its inputs.
      num_units: the size of memory and output.
      use_peephole: whether the gates see the memory through diagonal weights.
    """

    def __init__(self, layer: Any, input_size: int, num_units: int, use_peephole: bool) -> None:
        self.kernel = layer.add_variable(KERNEL_NAME, shape=[input_size + num_units, 4 * num_units])
        self.bias = layer.add_variable(BIAS_NAME, shape=[4 * num_units], initializer=Zeros())
        self.diagonals = None
        if use_peephole:
            self.diagonals = {gate: layer.add_variable(f"w_{gate}_diag", shape=[num_units]) for gate in "ifo"}


def clip_bound(cell_clip: float | None) -> float | None:
    """The bound of the memory, or None: a block LSTM takes any number that is not positive for none."""
    return cell_clip if cell_clip is not None and cell_clip > 0 else None


@public("contrib.rnn.LSTMBlockCell", "contrib.rnn.python.ops.lstm_ops.LSTMBlockCell")
class LSTMBlockCell(LayerRNNCell):
    """An LSTM cell (Zaremba et al. 2014, arXiv:1409.2329), with the variables of `tf.nn.rnn_cell.LSTMCell`.

    Args:
      num_units: the size of output and memory.
      forget_bias: added to the forget gate.
      cell_clip: a bound of the memory's absolute value; None or a number that is not positive leaves it free.
      use_peephole: whether the gates see the memory through diagonal weights.
      reuse: whether the variables exist already in the scope.
      name: the layer's name.

    Raises (when called):
      ValueError: the inputs are no matrix, or their second size is not known; the state is no pair.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: bool | None = None,
        name: str | None = "lstm_cell",
    ) -> None:
        super().__init__(_reuse=reuse, name=name)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = clip_bound(cell_clip)
        self._use_peephole = use_peephole

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(num_units, num_units)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """`num_units`."""
        return self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Makes `kernel`, `[inputs + num_units, 4 * num_units]`, `bias`, and the peepholes `w_i_diag` and so on."""
        size = self._input_size(inputs_shape)
        self._weights = LSTMWeights(self, size, self._num_units, self._use_peephole)
        self.built = True

    def call(self, inputs: TensorLike, state: Any) -> tuple:
        """The output `h`, and the new state. ValueError for a state that is no pair."""
        if len(state) != 2:
            raise ValueError(f"the state of {self.name} must be a pair (c, h), not {state}")
        c, h = state
        gates = math_ops.matmul(array_ops.concat([inputs, h], 1), self._weights.kernel)
        gates = nn.bias_add(gates, self._weights.bias)
        c, h = lstm_step(gates, c, math_ops.tanh, self._forget_bias, self._cell_clip, self._weights.diagonals)
        return h, LSTMStateTuple(c, h)


class _BlockGRU(GRUCell):
    def __init__(self, num_units, cell_size, reuse, name):
        if (num_units is None) == (cell_size is None):
            raise ValueError(
                f"give num_units or cell_size (its old name), not both: {num_units!r} and {cell_size!r}"
            )
        super().__init__(cell_size if num_units is None else num_units, reuse=reuse, name=name)

    def call(self, inputs: TensorLike, state: Any) -> tuple[Tensor, Tensor]:
        """The output, and the same as the new state; ValueError when the state has not `num_units` columns."""
        columns = state.shape.with_rank(2)[1].value
        if columns != self._num_units:
            raise ValueError(f"the state of {self.name} must have {self._num_units} columns, not {columns}")
        return super().call(inputs, state)


@public("contrib.rnn.GRUBlockCell")
class GRUBlockCell(_BlockGRU):
    """A gated recurrent unit (Cho et al. 2014, arXiv:1406.1078), with variables `w_ru`, `b_ru`, `w_c` and `b_c`.

    Args:
      num_units: the size of output and state.
      cell_size: the old name of `num_units`.
      reuse: whether the variables exist already in the scope.
      name: the layer's name.

    Raises:
      ValueError: both or neither of `num_units` and `cell_size`; when called: inputs or state of other sizes.
    """

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: bool | None = None,
        name: str | None = "gru_cell",
    ) -> None:
        super().__init__(num_units, cell_size, reuse, name)

    def _weights(self, name, rows, columns, bias_initializer):
        suffix = {"gates": "ru", "candidate": "c"}[name]
        return (
            self.add_variable(f"w_{suffix}", shape=[rows, columns]),
            self.add_variable(f"b_{suffix}", shape=[columns], initializer=bias_initializer),
        )


@public("contrib.rnn.GRUBlockCellV2")
class GRUBlockCellV2(_BlockGRU):
    """A gated recurrent unit with the variables of `tf.nn.rnn_cell.GRUCell`; see `GRUBlockCell`."""

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: bool | None = None,
        name: str | None = "gru_cell",
    ) -> None:
        super().__init__(num_units, cell_size, reuse, name)
