"""Recurrent layers with the weights of cuDNN's, computed like all others."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras.engine.registry import known_layer
from evergraph.keras.layers.recurrent.cells import GatedCell, forgetful
from evergraph.keras.layers.recurrent.networks import OfCell
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("python.keras.layers.cudnn_recurrent")

_SETTINGS = (
    "units kernel_initializer recurrent_initializer bias_initializer kernel_regularizer recurrent_regularizer "
    "bias_regularizer kernel_constraint recurrent_constraint bias_constraint"
)


class _CuDNNCell(GatedCell):
    """A cell whose bias has a part for the inputs and one for the last output."""

    settings = _SETTINGS

    def __init__(self, units, unit_forget_bias=True, **named):
        super().__init__(units=units, use_bias=True, dropout=0.0, recurrent_dropout=0.0, named=named)
        self.unit_forget_bias = unit_forget_bias

    def _bias_shape(self):
        return (2 * self.gates * self.units,)

    def _gates_of(self, inputs, h):
        """Of inputs and last output, what each gate gets, with its part of the bias."""
        of_inputs, of_h = array_ops.split(self.bias, 2)
        kernel, recurrent = (self._matrices(each) for each in (self.kernel, self.recurrent_kernel))
        return (
            self._split(math_ops.matmul(inputs, kernel) + of_inputs),
            self._split(math_ops.matmul(h, recurrent) + of_h),
        )

    def _matrices(self, weights):
        """The matrices of the gates, each of which cuDNN takes from memory row by row, one row for a unit."""
        size = weights.shape[0].value
        return array_ops.concat(
            [
                array_ops.transpose(array_ops.reshape(each, [self.units, size]))
                for each in self._split(weights)
            ],
            1,
        )


class _CuDNNGRUCell(_CuDNNCell):
    """A GRU whose reset gate applies after the product with the state."""

    gates = 3

    def call(self, inputs: Any, states: Any, training: Any = None) -> tuple:
        """The output, and [the output] as the new states."""
        h = states[0]
        (x_z, x_r, x_h), (h_z, h_r, h_h) = self._gates_of(inputs, h)
        z, r = math_ops.sigmoid(x_z + h_z), math_ops.sigmoid(x_r + h_r)
        output = z * h + (1 - z) * math_ops.tanh(x_h + r * h_h)
        return output, [output]


class _CuDNNLSTMCell(_CuDNNCell):
    """A long short-term memory."""

    gates = 4
    settings = _SETTINGS + " unit_forget_bias"

    def __init__(self, units, unit_forget_bias=True, **named):
        super().__init__(units, unit_forget_bias, **named)
        self.state_size = (units, units)

    def _initial_bias(self):
        return forgetful(self, 5) if self.unit_forget_bias else self.bias_initializer

    def call(self, inputs: Any, states: Any, training: Any = None) -> tuple:
        """The output `h`, and [h, c] as the new states."""
        h, c = states
        of_inputs, of_h = self._gates_of(inputs, h)
        i, f, candidate, o = (a + b for a, b in zip(of_inputs, of_h))
        c = math_ops.sigmoid(f) * c + math_ops.sigmoid(i) * math_ops.tanh(candidate)
        h = math_ops.sigmoid(o) * math_ops.tanh(c)
        return h, [h, c]


class _CuDNN(OfCell):
    """A recurrent layer of cuDNN: what it cannot do is refused."""

    def call(self, inputs: Any, mask: Any = None, training: Any = None, initial_state: Any = None) -> Any:
        """The outputs, and the states if wanted.

        Raises:
          ValueError: a mask, which cuDNN cannot use.
        """
        mask = mask[0] if isinstance(mask, list) else mask
        if mask is not None:
            raise ValueError("a layer of cuDNN takes no masks: use LSTM or GRU")
        return super().call(inputs, training=training, initial_state=initial_state)


@public("keras.layers.CuDNNGRU")
@known_layer
class CuDNNGRU(_CuDNN):
    """Gated recurrent units as cuDNN computes them, on any device; arguments as for `GRU`.

    The gates use `sigmoid`, and the biases come in two parts, so that weights of `GRU` have another layout.
    """

    _cell_class = _CuDNNGRUCell

    def __init__(
        self,
        units: int,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        cell_arguments = dict(
            units=units,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
        )
        super().__init__(
            cell_arguments=cell_arguments,
            activity_regularizer=activity_regularizer,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            **kwargs,
        )

    def get_config(self) -> dict:
        """The constructor's arguments."""
        config = super().get_config()
        del config["unroll"]
        return config


@public("keras.layers.CuDNNLSTM")
@known_layer
class CuDNNLSTM(_CuDNN):
    """Long short-term memory as cuDNN computes it, on any device; arguments as for `LSTM`.

    The gates use `sigmoid`, and the biases come in two parts, so that weights of `LSTM` have another layout.
    """

    _cell_class = _CuDNNLSTMCell

    def __init__(
        self,
        units: int,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        cell_arguments = dict(
            units=units,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
        )
        super().__init__(
            cell_arguments=cell_arguments,
            activity_regularizer=activity_regularizer,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            **kwargs,
        )

    def get_config(self) -> dict:
        """The constructor's arguments."""
        config = super().get_config()
        del config["unroll"]
        return config
