"""The simplest recurrent cell."""

from collections.abc import Callable
from typing import Any

from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.layers.recurrent.cell import BIAS_NAME, KERNEL_NAME, UnitsCell
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros


@public("nn.rnn_cell.BasicRNNCell")
class BasicRNNCell(UnitsCell):
    """`output = state = activation([inputs, state] @ kernel + bias)`.

    Args:
      num_units: the size of output and state.
      activation: a function; `tf.tanh` when None.
      reuse: whether the variables exist already in the scope.
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
        name: str | None = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)

    def build(self, inputs_shape: ShapeLike) -> None:
        """Makes `kernel`, `[inputs + num_units, num_units]`, and `bias`, `[num_units]`."""
        size = self._input_size(inputs_shape)
        self._kernel = self.add_variable(KERNEL_NAME, shape=[size + self._num_units, self._num_units])
        self._bias = self.add_variable(BIAS_NAME, shape=[self._num_units], initializer=Zeros())
        self.built = True

    def call(self, inputs: TensorLike, state: Any) -> tuple[Tensor, Tensor]:
        """The output, and the same as the new state."""
        both = array_ops.concat([inputs, state], 1)
        output = self._activation(nn.bias_add(math_ops.matmul(both, self._kernel), self._bias))
        return output, output
