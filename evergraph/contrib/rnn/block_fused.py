"""An LSTM over a whole sequence, time first: what does not depend on the state is computed for all steps at once."""

from __future__ import annotations

import abc
from typing import Any

from evergraph.contrib.rnn.block_cells import LSTMWeights, clip_bound
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.layers.recurrent.dynamic import dynamic_rnn
from evergraph.layers.recurrent.lstm import LSTMStateTuple, lstm_step
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("contrib.rnn.python.ops.lstm_ops")


@public("contrib.rnn.LSTMBlockWrapper")
class LSTMBlockWrapper(Layer):
    """What LSTMs over a whole sequence share: the first state, the lengths, and the last state.

    A kind of it defines `num_units` and `_call_cell`.
    """

    @property
    @abc.abstractmethod
    def num_units(self) -> int:
        """The size of memory and output."""

    @abc.abstractmethod
    def _call_cell(
        self,
        inputs: Tensor,
        initial_cell_state: TensorLike,
        initial_output: TensorLike,
        dtype: DTypeLike,
        sequence_length: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        """The memory and the output of each step, `[time, batch, num_units]` both; see `call` for the arguments."""

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> tuple:
        """The outputs and the last state; see `call`."""
        if not isinstance(inputs, list):
            return super().__call__(convert_to_tensor(inputs), *args, **kwargs)
        outputs, state = super().__call__(array_ops.stack(inputs), *args, **kwargs)
        return array_ops.unstack(outputs, num=len(inputs)), state

    def call(
        self,
        inputs: Tensor,
        initial_state: Any = None,
        dtype: DTypeLike = None,
        sequence_length: TensorLike = None,
    ) -> tuple:
        """The outputs of all steps and the last state.

        Args:
          inputs: a tensor `[time, batch, n]`, or a list of matrices `[batch, n]`.
          initial_state: a pair (memory, output), `[batch, num_units]` both; zeros of `dtype` when None.
          dtype: the type of the zeros.
          sequence_length: the lengths `[batch]`: from there on outputs are zeros; all steps when None.

        Returns:
          (outputs `[time, batch, num_units]`, or a list as the inputs are; an LSTMStateTuple of each sequence's end).

        Raises:
          ValueError: neither `initial_state` nor `dtype`, or a state that is no pair.
        """
        steps, batch = (
            known.value if known.value is not None else array_ops.shape(inputs)[axis]
            for axis, known in enumerate(inputs.shape.with_rank(3)[:2])
        )
        if initial_state is None:
            if dtype is None:
                raise ValueError(f"{self.name} needs initial_state or dtype, the type of a state of zeros")
            zeros = array_ops.zeros(array_ops.stack([batch, self.num_units]), dtype)
            zeros.set_shape([inputs.shape[1].value, self.num_units])
            initial_state = zeros, zeros
        elif len(initial_state) != 2:
            raise ValueError(f"initial_state of {self.name} must be a pair (c, h), not {initial_state}")
        first_c, first_h = (convert_to_tensor(each) for each in initial_state)
        lengths = None if sequence_length is None else convert_to_tensor(sequence_length)
        memories, outputs = self._call_cell(inputs, first_c, first_h, dtype or first_c.dtype, lengths)
        if lengths is None:
            return outputs, LSTMStateTuple(memories[-1], outputs[-1])
        mask = array_ops.sequence_mask(lengths, steps, dtype=outputs.dtype)
        outputs = outputs * array_ops.expand_dims(array_ops.transpose(mask), 2)
        # Step 0 is the first state: that is the last one of an empty sequence.
        ends = array_ops.stack([math_ops.to_int32(lengths), math_ops.range(batch)], axis=1)
        final = [
            array_ops.gather_nd(array_ops.concat([array_ops.expand_dims(first, 0), rest], 0), ends)
            for first, rest in ((first_c, memories), (first_h, outputs))
        ]
        return outputs, LSTMStateTuple(*final)


@public("contrib.rnn.LSTMBlockFusedCell")
class LSTMBlockFusedCell(LSTMBlockWrapper):
    """An LSTM (Zaremba et al. 2014, arXiv:1409.2329) over a whole sequence, with the variables of `LSTMBlockCell`.

    Args:
      num_units: the size of output and memory.
      forget_bias: added to the forget gate.
      cell_clip: a bound of the memory's absolute value; None or a number that is not positive leaves it free.
      use_peephole: whether the gates see the memory through diagonal weights.
      reuse: whether the variables exist already in the scope.
      name: the layer's name.

    Raises (when called):
      ValueError: inputs whose last size is not known; neither `initial_state` nor `dtype`.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: bool | None = None,
        name: str | None = "lstm_fused_cell",
    ) -> None:
        super().__init__(_reuse=reuse, name=name)
        self.input_spec = InputSpec(ndim=3)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = clip_bound(cell_clip)
        self._use_peephole = use_peephole

    @property
    def num_units(self) -> int:
        """The size of memory and output."""
        return self._num_units

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `[inputs + num_units, 4 * num_units]`, `bias`, and the peepholes `w_i_diag` and so on.

        ValueError when the last size of the inputs is not known.
        """
        size = input_shape[2].value
        if size is None:
            raise ValueError(f"the last size of the inputs of {self.name} must be known, not {input_shape}")
        self._weights = LSTMWeights(self, size, self._num_units, self._use_peephole)
        self.built = True

    def _call_cell(self, inputs, initial_cell_state, initial_output, dtype, sequence_length):
        size, units = inputs.shape[2].value, self._num_units
        of_inputs, of_outputs = array_ops.split(self._weights.kernel, [size, units], axis=0)
        flat = math_ops.matmul(array_ops.reshape(inputs, [-1, size]), of_inputs)
        leading = array_ops.shape(inputs)[:2]
        gates = array_ops.reshape(
            nn.bias_add(flat, self._weights.bias), array_ops.concat([leading, [4 * units]], 0)
        )
        gates.set_shape(inputs.shape[:2].concatenate([4 * units]))
        step = _Step(
            units,
            of_outputs,
            lambda sums, c: lstm_step(
                sums, c, math_ops.tanh, self._forget_bias, self._cell_clip, self._weights.diagonals
            ),
        )
        first = LSTMStateTuple(initial_cell_state, initial_output)
        every_step, _ = dynamic_rnn(step, gates, sequence_length, first, dtype=dtype, time_major=True)
        return every_step.c, every_step.h


class _Step(RNNCell):
    """A step from what the inputs add to the gates; the output is the whole state."""

    def __init__(self, num_units, kernel, from_gates):
        super().__init__()
        self._sizes = LSTMStateTuple(num_units, num_units)
        self._kernel = kernel
        self._from_gates = from_gates

    @property
    def state_size(self) -> LSTMStateTuple:
        """The sizes of memory and output."""
        return self._sizes

    @property
    def output_size(self) -> LSTMStateTuple:
        """Those of the state."""
        return self._sizes

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple:
        """The new state, twice."""
        new_state = LSTMStateTuple(
            *self._from_gates(inputs + math_ops.matmul(state.h, self._kernel), state.c)
        )
        return new_state, new_state
