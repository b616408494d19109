"""LSTM cells whose gates or weights are normalised: layer normalisation (Ba, Kiros and Hinton 2016, arXiv:1607.06450) and
weight normalisation (Salimans and Kingma 2016, arXiv:1602.07868).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from evergraph.contrib.layers.normalization import layer_norm
from evergraph.contrib.rnn.linear import Linear
from evergraph.contrib.rnn.pair_cell import PairCell, clipped, diagonals, joined_rows, known_columns
from evergraph.framework import logging
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.layers.recurrent.cell import BIAS_NAME, KERNEL_NAME
from evergraph.layers.recurrent.lstm import LSTMStateTuple, lstm_step
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Constant, Zeros
from evergraph.ops.variables.scope import get_variable, get_variable_scope, variable_scope

public_module("contrib.rnn.python.ops.rnn_cell")

_GATES = ("input", "transform", "forget", "output")


def _normed(values: Tensor, scope: str, gain: float, shift: float) -> Tensor:
    """Layer normalisation with the variables `gamma` and `beta` of a scope."""
    with variable_scope(scope):
        for name, first in (("gamma", gain), ("beta", shift)):
            get_variable(name, values.shape[-1:], values.dtype, initializer=Constant(first))
    return layer_norm(values, reuse=True, scope=scope)


def _normed_gates(gates, names, gain, shift):
    parts = array_ops.split(gates, num_or_size_splits=len(names), axis=1)
    return array_ops.concat(
        [_normed(part, name, gain, shift) for part, name in zip(parts, names, strict=True)], 1
    )


@public("contrib.rnn.LayerNormBasicLSTMCell")
class LayerNormBasicLSTMCell(PairCell):
    """An LSTM cell with layer normalisation, and dropout of the candidate alone (Semeniuta et al. 2016, arXiv:1603.05118).

    Args:
      num_units: the size of output and memory.
      forget_bias: added to the forget gate.
      input_size: deprecated, without effect.
      activation: of candidate and memory.
      layer_norm: whether gates and memory are normalised.
      norm_gain, norm_shift: the first values of `gamma` and `beta`.
      dropout_keep_prob: how much of the candidate is kept, a float or a scalar tensor.
      dropout_prob_seed: the seed.
      reuse: whether the variables exist already in the scope.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: int | None = None,
        activation: Callable = math_ops.tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, reuse=reuse)
        if input_size is not None:
            logging.warning("%s: input_size is deprecated and has no effect", self)
        self._forget_bias = forget_bias
        self._activation = activation
        self._norm = (norm_gain, norm_shift) if layer_norm else None
        self._keep_prob = dropout_keep_prob
        self._seed = dropout_prob_seed

    def _candidate(self, values):
        values = self._activation(values)
        if isinstance(self._keep_prob, float) and self._keep_prob >= 1:
            return values
        return nn.dropout(values, self._keep_prob, seed=self._seed)

    def call(self, inputs: Tensor, state: Any) -> tuple:
        """The output `h`, and the new state."""
        c, h = state
        joined = array_ops.concat([inputs, h], 1)
        columns = 4 * self._num_units
        gates = math_ops.matmul(joined, get_variable(KERNEL_NAME, [joined.shape[1], columns], joined.dtype))
        memory_norm = None
        if self._norm is None:
            gates = nn.bias_add(gates, get_variable(BIAS_NAME, [columns], joined.dtype))
        else:
            gain, shift = self._norm
            gates = _normed_gates(gates, _GATES, gain, shift)
            memory_norm = functools.partial(_normed, scope="state", gain=gain, shift=shift)

        c, h = lstm_step(
            gates, c, self._activation, self._forget_bias, None, None, self._candidate, memory_norm
        )
        return h, LSTMStateTuple(c, h)


@public("contrib.rnn.LayerNormLSTMCell")
class LayerNormLSTMCell(PairCell):
    """An LSTM cell (Sak et al. 2014) with layer normalisation, peepholes and a projection of the output.

    Args:
      num_units: the size of the memory.
      use_peepholes: whether the gates see the memory through diagonal weights.
      cell_clip: a bound of the memory's absolute value.
      initializer: of the weights; the scope's when None.
      num_proj: the columns of a projection of the output.
      proj_clip: a bound of its absolute value.
      forget_bias: added to the forget gate.
      activation: of candidate and memory; `tf.tanh` when None.
      layer_norm: whether gates and memory are normalised; the gates then have no bias.
      norm_gain, norm_shift: the first values of `gamma` and `beta`.
      reuse: whether the variables exist already in the scope.

    Raises (when called):
      ValueError: the columns of the inputs are not known.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Callable | None = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1.0,
        activation: Callable | None = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, num_proj, reuse)
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._proj_clip = proj_clip
        self._forget_bias = forget_bias
        self._activation = activation or math_ops.tanh
        self._norm = (norm_gain, norm_shift) if layer_norm else None

    def call(self, inputs: Tensor, state: Any) -> tuple:
        """The output `h`, and the new state."""
        c, h = state
        rows, columns = known_columns(inputs, self) + self.output_size, 4 * self._num_units
        with variable_scope(get_variable_scope(), initializer=self._initializer):
            kernel = get_variable(KERNEL_NAME, [rows, columns], inputs.dtype)
            bias = get_variable(BIAS_NAME, [columns], inputs.dtype, initializer=Zeros())
            gates = math_ops.matmul(array_ops.concat([inputs, h], 1), kernel)
            memory_norm = None
            if self._norm is None:
                gates = nn.bias_add(gates, bias)
            else:
                gain, shift = self._norm
                gates = _normed_gates(gates, _GATES, gain, shift)
                memory_norm = functools.partial(_normed, scope="state", gain=gain, shift=shift)

            peepholes = diagonals(self._num_units, inputs.dtype) if self._use_peepholes else None
            c, h = lstm_step(
                gates,
                c,
                self._activation,
                self._forget_bias,
                self._cell_clip,
                peepholes,
                memory_norm=memory_norm,
            )
            if self._num_proj is not None:
                with variable_scope("projection"):
                    h = clipped(Linear(h, self._num_proj, False)(h), self._proj_clip)
        return h, LSTMStateTuple(c, h)


@public("contrib.rnn.WeightNormLSTMCell")
class WeightNormLSTMCell(PairCell):
    """An LSTM cell whose weights are `g v / |v|`, column by column; its scope has a scope `wn_lstm_cell`.

    Args:
      num_units: the size of the memory.
      norm: whether the weights are normalised.
      use_peepholes: whether the gates see the memory through diagonal weights.
      cell_clip: a bound of the memory's absolute value.
      initializer: of the weights; the scope's when None.
      num_proj: the columns of a projection of the output.
      proj_clip: a bound of its absolute value.
      forget_bias: added to the forget gate.
      activation: of candidate and memory; `tf.tanh` when None.
      reuse: whether the variables exist already in the scope.

    Raises (when called):
      ValueError: the columns of the inputs are not known.
    """

    def __init__(
        self,
        num_units: int,
        norm: bool = True,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Callable | None = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1,
        activation: Callable | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(num_units, num_proj, reuse)
        self._norm = norm
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._proj_clip = proj_clip
        self._forget_bias = forget_bias
        self._activation = activation or math_ops.tanh

    def _product(self, matrices, columns):
        """The matrices times the rows of `kernel` that are theirs, which are normalised by themselves."""
        rows = [known_columns(each, self) for each in matrices]
        kernel = get_variable(KERNEL_NAME, [sum(rows), columns], matrices[0].dtype)
        if self._norm:
            scales = [get_variable(f"norm_{i}", [columns], kernel.dtype) for i in range(len(rows))]
            with control_dependencies(None):
                parts = array_ops.split(kernel, rows, axis=0)
                kernel = array_ops.concat(
                    [nn.l2_normalize(v, axis=0) * g for v, g in zip(parts, scales, strict=True)], 0
                )
        return math_ops.matmul(array_ops.concat(matrices, 1), kernel)

    def call(self, inputs: Tensor, state: Any) -> tuple:
        """The output `h`, and the new state."""
        c, h = state
        with variable_scope("wn_lstm_cell", initializer=self._initializer):
            gates = self._product([inputs, h], 4 * self._num_units)
            gates = nn.bias_add(
                gates, get_variable(BIAS_NAME, [4 * self._num_units], inputs.dtype, initializer=Zeros())
            )
            peepholes = diagonals(self._num_units, inputs.dtype) if self._use_peepholes else None
            c, h = lstm_step(gates, c, self._activation, self._forget_bias, self._cell_clip, peepholes)
            if self._num_proj is not None:
                with variable_scope("projection"):
                    h = clipped(self._product([h], self._num_proj), self._proj_clip)
        return h, LSTMStateTuple(c, h)


@public("contrib.rnn.CoupledInputForgetGateLSTMCell")
class CoupledInputForgetGateLSTMCell(PairCell):
    """An LSTM cell that takes in as much as it forgets (Greff et al. 2015, arXiv:1503.04069).

    Args:
      num_units: the size of the memory.
      use_peepholes: whether the gates see the memory through diagonal weights.
      initializer: accepted; the variables have the scope's.
      num_proj: the columns of a projection of the output.
      proj_clip: a bound of its absolute value.
      num_unit_shards, num_proj_shards: how many variables the weights are split into.
      forget_bias: added to the forget gate.
      state_is_tuple: whether the state is a pair or one matrix.
      activation: of candidate and memory.
      reuse: whether the variables exist already in the scope.
      layer_norm: whether gates and memory are normalised; the gates then have no bias.
      norm_gain, norm_shift: the first values of `gamma` and `beta`.

    Raises (when called):
      ValueError: the columns of the inputs are not known, or are too few for the shards.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        initializer: Callable | None = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int = 1,
        num_proj_shards: int = 1,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Callable = math_ops.tanh,
        reuse: bool | None = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
    ) -> None:
        super().__init__(num_units, num_proj, reuse)
        self._use_peepholes = use_peepholes
        self._proj_clip = proj_clip
        self._shards = num_unit_shards, num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation
        self._norm = (norm_gain, norm_shift) if layer_norm else None

    @property
    def state_size(self) -> Any:
        """A pair of sizes, or their sum."""
        return super().state_size if self._state_is_tuple else self._num_units + self.output_size

    def call(self, inputs: Tensor, state: Any) -> tuple:
        """The output, and the new state."""
        sizes = [self._num_units, self.output_size]
        c, h = state if self._state_is_tuple else array_ops.split(state, sizes, axis=1)
        columns, dtype = 3 * self._num_units, inputs.dtype
        rows = known_columns(inputs, self) + self.output_size
        kernel = joined_rows("W", rows, columns, dtype, self._shards[0])
        bias = get_variable("B", [columns], dtype, initializer=Zeros())
        gates = math_ops.matmul(array_ops.concat([inputs, h], 1), kernel)
        if self._norm is None:
            gates = nn.bias_add(gates, bias)
        else:
            gates = _normed_gates(gates, _GATES[1:], *self._norm)
        j, f, o = array_ops.split(gates, num_or_size_splits=3, axis=1)
        f = f + self._forget_bias
        peepholes = diagonals(self._num_units, dtype, "FO", "W_{}_diag") if self._use_peepholes else {}
        forget = math_ops.sigmoid(f + peepholes["F"] * c if peepholes else f)
        c = forget * c + (1 - forget) * self._activation(j)
        if self._norm is not None:
            c = _normed(c, "state", *self._norm)
        h = math_ops.sigmoid(o + peepholes["O"] * c if peepholes else o) * self._activation(c)
        if self._num_proj is not None:
            projection = joined_rows("W_P", self._num_units, self._num_proj, dtype, self._shards[1])
            h = clipped(math_ops.matmul(h, projection), self._proj_clip)
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else array_ops.concat([c, h], 1)
