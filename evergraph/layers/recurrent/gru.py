"""Gated recurrent units."""

from collections.abc import Callable
from typing import Any

from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.layers.recurrent.cell import BIAS_NAME, KERNEL_NAME, UnitsCell
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Constant, Zeros


@public("nn.rnn_cell.GRUCell")
class GRUCell(UnitsCell):
    """A gated recurrent unit (Cho et al. 2014, arXiv:1406.1078).

    With `r, u = sigmoid([inputs, state] @ gates + bias)`, the output and new state is
    `u * state + (1 - u) * activation([inputs, r * state] @ candidate + bias)`.

    Args:
      num_units: the size of output and state.
      activation: a function; `tf.tanh` when None.
      reuse: whether the variables exist already in the scope.
      kernel_initializer: the scope's when None.
      bias_initializer: of both biases; ones for the gates and zeros for the candidate when None.
      name: the layer's name.
      dtype: the type of the variables; that of the first input when None.

    Raises (when called):
      ValueError: the inputs are no matrix, or their second size is not known.
    """

    def __init__(
        self,
        num_units: int,
        activation: Callable | None = None,
        reuse: bool | None = None,
        kernel_initializer: Callable | None = None,
        bias_initializer: Callable | None = None,
        name: str | None = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    def build(self, inputs_shape: ShapeLike) -> None:
        """Makes kernel and bias of `gates`, with `2 * num_units` columns, and of `candidate`, with `num_units`."""
        rows = self._input_size(inputs_shape) + self._num_units
        self._gate_kernel, self._gate_bias = self._weights("gates", rows, 2 * self._num_units, Constant(1.0))
        self._candidate_kernel, self._candidate_bias = self._weights(
            "candidate", rows, self._num_units, Zeros()
        )
        self.built = True

    def _weights(self, name, rows, columns, bias_initializer):
        if self._bias_initializer is not None:
            bias_initializer = self._bias_initializer
        return (
            self.add_variable(
                f"{name}/{KERNEL_NAME}", shape=[rows, columns], initializer=self._kernel_initializer
            ),
            self.add_variable(f"{name}/{BIAS_NAME}", shape=[columns], initializer=bias_initializer),
        )

    def call(self, inputs: TensorLike, state: Any) -> tuple[Tensor, Tensor]:
        """The output, and the same as the new state."""
        gates = math_ops.matmul(array_ops.concat([inputs, state], 1), self._gate_kernel)
        gates = math_ops.sigmoid(nn.bias_add(gates, self._gate_bias))
        reset, update = array_ops.split(gates, num_or_size_splits=2, axis=1)
        candidate = math_ops.matmul(array_ops.concat([inputs, reset * state], 1), self._candidate_kernel)
        candidate = self._activation(nn.bias_add(candidate, self._candidate_bias))
        new_state = update * state + (1 - update) * candidate
        return new_state, new_state
