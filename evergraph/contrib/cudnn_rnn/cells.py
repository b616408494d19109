"""The cells that compute what cuDNN's networks do, with the variables that those save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.rnn.block_cells import LSTMBlockCell
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.layers.recurrent.cell import BIAS_NAME, KERNEL_NAME
from evergraph.layers.recurrent.gru import GRUCell
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros

public_module("contrib.cudnn_rnn.python.ops.cudnn_rnn_ops")


@public("contrib.cudnn_rnn.CudnnCompatibleLSTMCell")
class CudnnCompatibleLSTMCell(LSTMBlockCell):
    """An LSTM cell that computes what CudnnLSTM does: nothing is added to the forget gate.

    Args:
      num_units: the size of output and memory.
      reuse: whether the variables exist already in the scope.
    """

    def __init__(self, num_units: int, reuse: bool | None = None) -> None:
        super().__init__(num_units, forget_bias=0, reuse=reuse, name="cudnn_compatible_lstm_cell")


@public("contrib.cudnn_rnn.CudnnCompatibleGRUCell")
class CudnnCompatibleGRUCell(GRUCell):
    """A GRU cell that computes what CudnnGRU does: the reset gate acts after the product with the state.

    Args:
      num_units: the size of output and state.
      reuse: whether the variables exist already in the scope.
      kernel_initializer: the scope's when None.
    """

    def __init__(
        self, num_units: int, reuse: bool | None = None, kernel_initializer: Callable | None = None
    ) -> None:
        super().__init__(num_units, reuse=reuse, kernel_initializer=kernel_initializer)

    def _weights(self, name, rows, columns, bias_initializer):
        if name == "gates":
            return super()._weights(name, rows, columns, bias_initializer)
        sizes = {"input": rows - self._num_units, "hidden": self._num_units}
        kernels = {
            part: self.add_variable(
                f"{name}/{part}_projection/{KERNEL_NAME}",
                shape=[size, columns],
                initializer=self._kernel_initializer,
            )
            for part, size in sizes.items()
        }
        biases = {
            part: self.add_variable(
                f"{name}/{part}_projection/{BIAS_NAME}",
                shape=[columns],
                initializer=self._bias_initializer or Zeros(),
            )
            for part in sizes
        }
        return kernels, biases

    def call(self, inputs: Tensor, state: Any) -> tuple[Tensor, Tensor]:
        """The output, and the same as the new state."""
        new = gru_step(
            inputs,
            state,
            [self._gate_kernel, self._candidate_kernel["input"], self._candidate_kernel["hidden"]],
            [self._gate_bias, self._candidate_bias["input"], self._candidate_bias["hidden"]],
        )
        return new, new


def gru_step(inputs: Tensor, state: Tensor, kernels: list[Any], biases: list[Any]) -> Tensor:
    """The new state, from kernels and biases of gates, candidate on inputs, candidate on state."""
    gates = nn.bias_add(math_ops.matmul(array_ops.concat([inputs, state], 1), kernels[0]), biases[0])
    reset, update = array_ops.split(math_ops.sigmoid(gates), 2, axis=1)
    of_state = reset * nn.bias_add(math_ops.matmul(state, kernels[2]), biases[2])
    candidate = math_ops.tanh(nn.bias_add(math_ops.matmul(inputs, kernels[1]), biases[1]) + of_state)
    return (1 - update) * candidate + update * state
