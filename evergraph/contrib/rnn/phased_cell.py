"""The phased LSTM (Neil et al. 2016, arXiv:1610.09513): a memory that opens in a rhythm of its own."""

from __future__ import annotations

import math
from typing import Any

from evergraph.contrib.rnn.linear import Linear
from evergraph.contrib.rnn.pair_cell import PairCell
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.layers.recurrent.lstm import LSTMStateTuple
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import stop_gradient
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.variables.initializers import Constant, RandomUniform
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module("contrib.rnn.python.ops.rnn_cell")


@public("contrib.rnn.PhasedLSTMCell")
class PhasedLSTMCell(PairCell):
    """An LSTM cell whose units open for a part of a period; the inputs are a pair (time `[batch, 1]`, `[batch, columns]`).

    Args:
      num_units: the size of output and memory.
      use_peepholes: whether the gates see the memory.
      leak: how much goes through while a unit is closed.
      ratio_on: the part of a period in which a unit is open.
      trainable_ratio_on: whether that is trained.
      period_init_min, period_init_max: the bounds of the periods, whose logarithms are drawn evenly.
      reuse: whether the variables exist already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        leak: float = 0.001,
        ratio_on: float = 0.1,
        trainable_ratio_on: bool = True,
        period_init_min: float = 1.0,
        period_init_max: float = 1000.0,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, reuse=reuse)
        self._use_peepholes = use_peepholes
        self._leak = leak
        self._ratio_on = ratio_on
        self._trainable_ratio_on = trainable_ratio_on
        self._periods = period_init_min, period_init_max

    def _linear(self, scope, matrices, columns):
        with variable_scope(scope):
            return Linear(matrices, columns, True)(matrices)

    def call(self, inputs: Any, state: Any) -> tuple:
        """The output `h`, and the new state."""
        c, h = state
        time, x = inputs
        seen = [c] if self._use_peepholes else []
        gates = math_ops.sigmoid(self._linear("mask_gates", [x, h, *seen], 2 * self._num_units))
        take, keep = array_ops.split(gates, 2, axis=1)
        new_c = c * keep + take * math_ops.tanh(self._linear("new_input", [x, h], self._num_units))
        seen = [new_c] if self._use_peepholes else []
        output = math_ops.sigmoid(self._linear("output_gate", [x, h, *seen], self._num_units))
        new_h = math_ops.tanh(new_c) * output
        opened = self._openness(time, new_c.dtype)
        new_c, new_h = (opened * new + (1 - opened) * old for new, old in ((new_c, c), (new_h, h)))
        return new_h, LSTMStateTuple(new_c, new_h)

    def _openness(self, time, dtype):
        """How far each unit is open, `[batch, num_units]`."""
        units, bounds = [self._num_units], [math.log(bound) for bound in self._periods]
        period = get_variable(
            "period",
            units,
            initializer=lambda shape, dtype=None, partition_info=None: _exponential(shape, bounds, dtype),
        )
        phase = get_variable("phase", units, initializer=RandomUniform(0.0, period.initial_value))
        open_part = get_variable(
            "ratio_on", units, initializer=Constant(self._ratio_on), trainable=self._trainable_ratio_on
        )
        shifted, length = time - math_ops.cast(phase, time.dtype), math_ops.cast(period, time.dtype)
        # the rest of a division, through which the derivative goes as if nothing were taken away
        rest = stop_gradient(shifted % length - shifted) + shifted
        place = math_ops.cast(rest / length, dtype)
        rising = 2 * place / open_part
        closed = self._leak * place
        opened = array_ops.where(place < open_part, 2 - rising, closed)
        return array_ops.where(place < 0.5 * open_part, rising, opened)


def _exponential(shape: Any, bounds: list[float], dtype: Any) -> Tensor:
    return math_ops.exp(random_uniform(shape, *bounds, dtype=dtype))
