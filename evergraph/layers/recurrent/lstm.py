"""Long short-term memory."""

import collections
from collections.abc import Callable, Mapping
from typing import Any

from evergraph.framework import logging
from evergraph.framework.dtypes import DType
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.layers.recurrent.cell import BIAS_NAME, KERNEL_NAME, UnitsCell
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.clip import clip_by_value
from evergraph.ops.constants import constant
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.partitioners import fixed_size_partitioner


@public("nn.rnn_cell.LSTMStateTuple")
class LSTMStateTuple(collections.namedtuple("LSTMStateTuple", ("c", "h"))):
    """The state of an LSTM cell (or its sizes): the memory `c`, and the last output `h`."""

    __slots__ = ()

    @property
    def dtype(self) -> DType:
        """The DType of both; TypeError when they differ."""
        if self.c.dtype != self.h.dtype:
            raise TypeError(f"Inconsistent internal state: c is {self.c.dtype} and h is {self.h.dtype}")
        return self.c.dtype


def _warn_of_concatenated_state(cell):
    logging.warning("%s: a concatenated state is slower and deprecated; use state_is_tuple=True", cell.name)


@public("nn.rnn_cell.BasicLSTMCell")
class BasicLSTMCell(UnitsCell):
    """A basic LSTM cell (Zaremba et al. 2014, arXiv:1409.2329).

    With `i, j, f, o` the quarters of `[inputs, h] @ kernel + bias`, the memory is
    `c = c * sigmoid(f + forget_bias) + sigmoid(i) * activation(j)` and the output `h = activation(c) * sigmoid(o)`.

    Args:
      num_units: the size of output and memory.
      forget_bias: added to the forget gate.
      state_is_tuple: whether states are an LSTMStateTuple, or one tensor `[batch, 2 * num_units]` (deprecated).
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
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Callable | None = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)
        if not state_is_tuple:
            _warn_of_concatenated_state(self)
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        """LSTMStateTuple(num_units, num_units), or `2 * num_units` with a concatenated state."""
        units = self._num_units
        return LSTMStateTuple(units, units) if self._state_is_tuple else 2 * units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Makes `kernel`, `[inputs + num_units, 4 * num_units]`, and `bias`, `[4 * num_units]`."""
        units = self._num_units
        self._kernel = self.add_variable(
            KERNEL_NAME, shape=[self._input_size(inputs_shape) + units, 4 * units]
        )
        self._bias = self.add_variable(BIAS_NAME, shape=[4 * units], initializer=Zeros())
        self.built = True

    def call(self, inputs: TensorLike, state: Any) -> tuple:
        """The output `h`, and the new state."""
        c, h = state if self._state_is_tuple else array_ops.split(state, num_or_size_splits=2, axis=1)
        gates = math_ops.matmul(array_ops.concat([inputs, h], 1), self._kernel)
        i, j, f, o = array_ops.split(nn.bias_add(gates, self._bias), num_or_size_splits=4, axis=1)
        forget = math_ops.sigmoid(f + constant(self._forget_bias, dtype=f.dtype))
        new_c = c * forget + math_ops.sigmoid(i) * self._activation(j)
        new_h = self._activation(new_c) * math_ops.sigmoid(o)
        new_state = (
            LSTMStateTuple(new_c, new_h) if self._state_is_tuple else array_ops.concat([new_c, new_h], 1)
        )
        return new_h, new_state


@public("nn.rnn_cell.LSTMCell")
class LSTMCell(UnitsCell):
    """An LSTM cell with peepholes, a projection of the output and clipping (Sak et al. 2014), each if wanted.

    Args:
      num_units: the size of the memory.
      use_peepholes: whether the gates see the memory through diagonal weights.
      cell_clip: a bound of the memory's absolute value.
      initializer: of all weights but the bias; the scope's when None.
      num_proj: the size of the output, which is projected then; None leaves it at `num_units`.
      proj_clip: a bound of the projected output's absolute value.
      num_unit_shards, num_proj_shards: deprecated: in how many parts kernel and projection are kept.
      forget_bias: added to the forget gate.
      state_is_tuple: whether states are an LSTMStateTuple, or one tensor of their columns (deprecated).
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
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Callable | None = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Callable | None = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)
        if not state_is_tuple:
            _warn_of_concatenated_state(self)
        if num_unit_shards is not None or num_proj_shards is not None:
            logging.warning(
                "%s: num_unit_shards and num_proj_shards are deprecated; use a variable scope with a partitioner",
                self.name,
            )
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        """LSTMStateTuple(num_units, output_size), or their sum with a concatenated state."""
        sizes = LSTMStateTuple(self._num_units, self.output_size)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        """`num_proj`, else `num_units`."""
        return self._num_proj or self._num_units

    def build(self, inputs_shape: ShapeLike) -> None:
        """Makes `kernel`, `[inputs + output_size, 4 * num_units]`, `bias`, and what peepholes and projection need."""
        units, initializer = self._num_units, self._initializer
        self._kernel = self.add_variable(
            KERNEL_NAME,
            shape=[self._input_size(inputs_shape) + self.output_size, 4 * units],
            initializer=initializer,
            partitioner=_partitioner(self._num_unit_shards),
        )
        self._bias = self.add_variable(BIAS_NAME, shape=[4 * units], initializer=Zeros())
        if self._use_peepholes:
            self._w_f_diag, self._w_i_diag, self._w_o_diag = (
                self.add_variable(f"w_{gate}_diag", shape=[units], initializer=initializer) for gate in "fio"
            )
        if self._num_proj:
            self._proj_kernel = self.add_variable(
                f"projection/{KERNEL_NAME}",
                shape=[units, self._num_proj],
                initializer=initializer,
                partitioner=_partitioner(self._num_proj_shards),
            )
        self.built = True

    def _diagonals(self):
        """The peepholes' weights, by gate; none without."""
        if not self._use_peepholes:
            return None
        return {"i": self._w_i_diag, "f": self._w_f_diag, "o": self._w_o_diag}

    def call(self, inputs: TensorLike, state: Any) -> tuple:
        """The output `h`, and the new state."""
        sizes = [self._num_units, self.output_size]
        c, h = state if self._state_is_tuple else array_ops.split(state, num_or_size_splits=sizes, axis=1)
        gates = nn.bias_add(math_ops.matmul(array_ops.concat([inputs, h], 1), self._kernel), self._bias)
        c, h = lstm_step(gates, c, self._activation, self._forget_bias, self._cell_clip, self._diagonals())
        if self._num_proj:
            h = math_ops.matmul(h, self._proj_kernel)
            if self._proj_clip is not None:
                h = clip_by_value(h, -self._proj_clip, self._proj_clip)
        return h, LSTMStateTuple(c, h) if self._state_is_tuple else array_ops.concat([c, h], 1)


def lstm_step(
    gates: Tensor,
    c: Tensor,
    activation: Callable,
    forget_bias: float,
    cell_clip: float | None,
    diagonals: Mapping[str, Any] | None,
    candidate_activation: Callable | None = None,
    memory_norm: Callable | None = None,
) -> tuple[Tensor, Tensor]:
    """One step of an LSTM from the sums that go into its gates (Sak et al. 2014, equations 1 to 6).

    Args:
      gates: `[batch, 4 * units]`: input gate, candidate, forget gate, output gate.
      c: the memory before, `[batch, units]`.
      activation: of candidate and memory.
      forget_bias: added to the forget gate.
      cell_clip: a bound of the memory's absolute value.
      diagonals: weights `[units]` through which the gates `i`, `f` and `o` see the memory.
      candidate_activation: of the candidate, where it is another.
      memory_norm: what the new memory goes through before it is bounded.

    Returns:
      The new memory and the output, `[batch, units]` both.
    """
    i, j, f, o = array_ops.split(gates, num_or_size_splits=4, axis=1)
    f = f + forget_bias
    if diagonals:
        f = f + diagonals["f"] * c
        i = i + diagonals["i"] * c
    c = math_ops.sigmoid(f) * c + math_ops.sigmoid(i) * (candidate_activation or activation)(j)
    if memory_norm is not None:
        c = memory_norm(c)
    if cell_clip is not None:
        c = clip_by_value(c, -cell_clip, cell_clip)
    if diagonals:
        o = o + diagonals["o"] * c
    return c, math_ops.sigmoid(o) * activation(c)


def _partitioner(shards):
    return None if shards is None else fixed_size_partitioner(shards)
