"""Cells with other gates than those of LSTMs and GRUs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.rnn.linear import Linear
from evergraph.contrib.rnn.pair_cell import PairCell, known_columns
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike
from evergraph.layers.recurrent.cell import BIAS_NAME, KERNEL_NAME, RNNCell, UnitsCell
from evergraph.layers.recurrent.lstm import LSTMStateTuple, lstm_step
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, get_variable_scope, variable_scope

public_module("contrib.rnn.python.ops.rnn_cell")


@public("contrib.rnn.NASCell")
class NASCell(PairCell):
    """The cell that a search found (Zoph and Le 2016, arXiv:1611.01578, appendix A).

    Args:
      num_units: the size of the memory.
      num_proj: the columns of a projection of the output.
      use_biases: whether the recurrent part has a bias.
      reuse: whether the variables exist already in the scope.

    Raises (when called):
      ValueError: the columns of the inputs are not known.
    """

    def __init__(
        self,
        num_units: int,
        num_proj: int | None = None,
        use_biases: bool = False,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, num_proj, reuse)
        self._use_biases = use_biases

    def call(self, inputs: Tensor, state: Any) -> tuple:
        """The output, and the new state."""
        c, h = state
        sigmoid, tanh, relu = math_ops.sigmoid, math_ops.tanh, nn.relu
        columns, dtype, rows = 8 * self._num_units, inputs.dtype, known_columns(inputs, self)
        of_state = math_ops.matmul(h, get_variable("recurrent_kernel", [self.output_size, columns], dtype))
        of_inputs = math_ops.matmul(inputs, get_variable(KERNEL_NAME, [rows, columns], dtype))
        if self._use_biases:
            of_state = nn.bias_add(of_state, get_variable(BIAS_NAME, [columns], dtype, initializer=Zeros()))
        x, m = (array_ops.split(each, 8, axis=1) for each in (of_inputs, of_state))
        first = tanh(sigmoid(x[0] + m[0]) * relu(x[1] + m[1]))
        second = tanh(sigmoid(x[2] + m[2]) + relu(x[3] * m[3]))
        third = tanh(tanh(x[4] + m[4]) * sigmoid(x[5] + m[5]))
        fourth = sigmoid(tanh(x[6] + m[6]) + sigmoid(x[7] + m[7]))
        c = tanh(first + c) * second
        h = tanh(c * tanh(third + fourth))
        if self._num_proj is not None:
            h = math_ops.matmul(
                h, get_variable("projection_weights", [self._num_units, self._num_proj], dtype)
            )
        return h, LSTMStateTuple(c, h)


class _OneState(RNNCell):
    """A cell whose output and state have `num_units` columns, and whose variables an initializer makes."""

    def __init__(self, num_units, initializer, forget_bias, reuse):
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._forget_bias = forget_bias

    @property
    def state_size(self) -> int:
        """`num_units`."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """`num_units`."""
        return self._num_units


@public("contrib.rnn.UGRNNCell")
class UGRNNCell(_OneState):
    """A cell with one gate, of what it keeps (Collins et al. 2017, arXiv:1611.09913).

    Args:
      num_units: the size of output and state.
      initializer: of the variables; the scope's when None.
      forget_bias: added to the gate.
      activation: of the candidate.
      reuse: whether the variables exist already in the scope.

    Raises (when called):
      ValueError: the columns of the inputs are not known.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Callable | None = None,
        forget_bias: float = 1.0,
        activation: Callable = math_ops.tanh,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, initializer, forget_bias, reuse)
        self._activation = activation

    def call(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The output, and the same as the new state."""
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            joined = array_ops.concat([inputs, state], 1)
            gate, candidate = array_ops.split(Linear(joined, 2 * self._num_units, True)(joined), 2, axis=1)
        gate = math_ops.sigmoid(gate + self._forget_bias)
        new_state = gate * state + (1.0 - gate) * self._activation(candidate)
        return new_state, new_state


@public("contrib.rnn.IntersectionRNNCell")
class IntersectionRNNCell(_OneState):
    """A cell that is gated along time and along depth (Collins et al. 2017, arXiv:1611.09913).

    Args:
      num_units: the size of output and state.
      num_in_proj: `num_units`, where the inputs have other columns: they are mapped to as many.
      initializer: of the variables; the scope's when None.
      forget_bias: added to both gates.
      y_activation: of the candidate along depth.
      reuse: whether the variables exist already in the scope.

    Raises (when called):
      ValueError: the columns of the inputs are not known, or other than `num_units` without `num_in_proj`.
    """

    def __init__(
        self,
        num_units: int,
        num_in_proj: int | None = None,
        initializer: Callable | None = None,
        forget_bias: float = 1.0,
        y_activation: Callable = nn.relu,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, initializer, forget_bias, reuse)
        self._num_input_proj = num_in_proj
        self._y_activation = y_activation

    def call(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The output along depth, and the new state; ValueError for inputs of another width without `num_in_proj`."""
        columns = known_columns(inputs, self)
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            if columns != self._num_units:
                if not self._num_input_proj:
                    raise ValueError(
                        f"the inputs of {self.name} have {columns} columns and num_units is {self._num_units}. Must have "
                        "input size == output size for Intersection RNN. To fix, num_in_proj should be set to num_units "
                        "at cell init."
                    )
                with variable_scope("in_projection"):
                    inputs = Linear(inputs, self._num_units, True)(inputs)
            joined = array_ops.concat([inputs, state], 1)
            gates = Linear(joined, 4 * self._num_units, True)(joined)
        of_time, candidate, of_depth, deeper = array_ops.split(gates, 4, axis=1)
        of_time, of_depth = (math_ops.sigmoid(gate + self._forget_bias) for gate in (of_time, of_depth))
        new_state = of_time * state + (1.0 - of_time) * math_ops.tanh(candidate)
        return of_depth * inputs + (1.0 - of_depth) * self._y_activation(deeper), new_state


@public("contrib.rnn.SRUCell")
class SRUCell(UnitsCell):
    """A simple recurrent unit (Lei et al. 2017, arXiv:1709.02755): all its products are of the inputs alone.

    Args:
      num_units: the size of output and state.
      activation: a function; `tf.tanh` when None.
      reuse: whether the variables exist already in the scope.
      name: the layer's name.

    Raises (when called):
      ValueError: the inputs are no matrix, or their columns are not known.
    """

    def __init__(
        self,
        num_units: int,
        activation: Callable | None = None,
        reuse: bool | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, None)

    def build(self, inputs_shape: ShapeLike) -> None:
        """Makes `kernel`, `[inputs, 4 * num_units]`, and the `bias` of both gates."""
        rows = self._input_size(inputs_shape)
        self._kernel = self.add_variable(KERNEL_NAME, shape=[rows, 4 * self._num_units])
        self._bias = self.add_variable(BIAS_NAME, shape=[2 * self._num_units], initializer=Zeros())
        self.built = True

    def call(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The output, and the new state."""
        sizes = [self._num_units, 2 * self._num_units, self._num_units]
        candidate, gates, carried = array_ops.split(math_ops.matmul(inputs, self._kernel), sizes, axis=1)
        forget, reset = array_ops.split(math_ops.sigmoid(nn.bias_add(gates, self._bias)), 2, axis=1)
        c = forget * state + (1.0 - forget) * candidate
        return reset * self._activation(c) + (1.0 - reset) * carried, c


@public("contrib.rnn.GLSTMCell")
class GLSTMCell(PairCell):
    """An LSTM cell whose weights are blocks: inputs, outputs and memory are groups (Kuchaiev and Ginsburg 2017, arXiv:1703.10722).

    Args:
      num_units: the size of the memory.
      initializer: of the variables; the scope's when None.
      num_proj: the columns of a projection of the output.
      number_of_groups: how many groups there are; `num_units`, `num_proj` and the inputs' columns are multiples of it.
      forget_bias: added to the forget gate.
      activation: of the memory; that of the candidate is `tf.tanh`.
      reuse: whether the variables exist already in the scope.

    Raises:
      ValueError: a size that is no multiple of the groups.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Callable | None = None,
        num_proj: int | None = None,
        number_of_groups: int = 1,
        forget_bias: float = 1.0,
        activation: Callable = math_ops.tanh,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, num_proj, reuse)
        self._initializer = initializer
        self._groups = number_of_groups
        self._forget_bias = forget_bias
        self._activation = activation
        for what, size in (("num_units", num_units), ("num_proj", num_proj or 0)):
            self._check_groups(what, size)

    def _check_groups(self, what, size):
        if size % self._groups:
            raise ValueError(f"{what} ({size}) must be divisible by number_of_groups ({self._groups})")

    def call(self, inputs: Tensor, state: Any) -> tuple:
        """The output, and the new state."""
        c, h = state
        self._check_groups("input size", known_columns(inputs, self))
        units = self._num_units // self._groups
        parts = []
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            pieces = [array_ops.split(each, self._groups, axis=1) for each in (inputs, h)]
            for group, (x, m) in enumerate(zip(*pieces, strict=True)):
                with variable_scope(f"group{group}"):
                    joined = array_ops.concat([x, m], 1)
                    linear = Linear(joined, 4 * units, False)
                parts.append(array_ops.split(linear(joined), 4, axis=1))
            gates = [
                nn.bias_add(
                    array_ops.concat([part[place] for part in parts], 1),
                    get_variable(f"bias_{gate}", [self._num_units], inputs.dtype, initializer=Zeros()),
                )
                for place, gate in enumerate("ijfo")
            ]
        c, h = lstm_step(
            array_ops.concat(gates, 1), c, self._activation, self._forget_bias, None, None, math_ops.tanh
        )
        if self._num_proj is not None:
            with variable_scope("projection"):
                h = Linear(h, self._num_proj, False)(h)
        return h, LSTMStateTuple(c, h)
