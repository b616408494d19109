"""Cells that go through frequencies as they go through time.

Sainath and Li, "Modeling time-frequency patterns with LSTM vs. convolutional architectures for LVCSR tasks" (2016);
Kalchbrenner, Danihelka and Graves, "Grid long short-term memory" (2016, arXiv:1507.01526).
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.rnn.pair_cell import joined_rows, known_columns
from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.layers.recurrent.lstm import lstm_step
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.clip import clip_by_value
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module("contrib.rnn.python.ops.rnn_cell")


def _windows(inputs, begin, width, size, skip):
    """Windows of `size` columns, `skip` apart, from `begin` on among `width` columns."""
    return [inputs[:, begin + i * skip : begin + i * skip + size] for i in range((width - size) // skip + 1)]


@public("contrib.rnn.TimeFreqLSTMCell")
class TimeFreqLSTMCell(RNNCell):
    """An LSTM that goes through windows of frequencies, each with the memory it had a step before.

    The output of one window is an input of the next.  States are tensors `[batch, 2 num_units windows]`: memory and output
    of each window.

    Args:
      num_units: the size of the memory of a window.
      use_peepholes: whether the gates see the memory.
      cell_clip: a bound of the memory's absolute value.
      initializer: accepted and not used, as in TensorFlow.
      num_unit_shards: in how many parts the kernel is kept.
      forget_bias: added to the forget gate.
      feature_size: the columns of a window.
      frequency_skip: how far windows are apart.
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
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int = 1,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units, self._cell_clip, self._forget_bias = num_units, cell_clip, forget_bias
        self._use_peepholes, self._shards = use_peepholes, num_unit_shards
        self._feature_size: Any = feature_size
        self._frequency_skip = frequency_skip

    @property
    def state_size(self) -> int:
        """`2 * num_units`: of one window, which is what TensorFlow says too."""
        return 2 * self._num_units

    @property
    def output_size(self) -> int:
        """`num_units`: of one window, which is what TensorFlow says too."""
        return self._num_units

    def call(self, inputs: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """The outputs of all windows, `[batch, num_units windows]`, and the new state."""
        units, dtype = self._num_units, inputs.dtype
        windows = _windows(inputs, 0, known_columns(inputs, self), self._feature_size, self._frequency_skip)
        kernel = joined_rows("W", self._feature_size + 2 * units, 4 * units, dtype, self._shards)
        bias = get_variable("B", [4 * units], dtype, initializer=Zeros())
        diagonals = None
        if self._use_peepholes:
            diagonals = {g: get_variable(f"W_{g.upper()}_diag", [units], dtype) for g in "fio"}
        before = array_ops.zeros_like(state[:, :units])
        outputs, states = [], []
        for number, window in enumerate(windows):
            begin = 2 * number * units
            c, m = state[:, begin : begin + units], state[:, begin + units : begin + 2 * units]
            gates = nn.bias_add(math_ops.matmul(array_ops.concat([window, m, before], 1), kernel), bias)
            c, before = lstm_step(gates, c, math_ops.tanh, self._forget_bias, self._cell_clip, diagonals)
            outputs.append(before)
            states += [c, before]
        return array_ops.concat(outputs, 1), array_ops.concat(states, 1)


@public("contrib.rnn.GridLSTMCell")
class GridLSTMCell(RNNCell):
    """Two LSTMs over windows of frequencies: one goes through time, one through frequencies, and each sees the other.

    Args:
      num_units: the size of a memory.
      use_peepholes: whether the gates see the memories.
      share_time_frequency_weights: whether both have the same weights.
      cell_clip: a bound of the memories' absolute values.
      initializer: accepted and not used, as in TensorFlow.
      num_unit_shards: in how many parts the kernels are kept.
      forget_bias: added to the forget gates.
      feature_size: the columns of a window.
      frequency_skip: how far windows are apart.
      num_frequency_blocks: a list: how many windows each block of frequencies has.
      start_freqindex_list, end_freqindex_list: the columns of each block; one block of all when None.
      couple_input_forget_gates: whether the forget gate is one minus the input gate.
      state_is_tuple: whether a state is a named tuple of memories and outputs, rather than a tensor of their columns.
      reuse: whether the variables exist already in the scope.

    Raises:
      ValueError: `num_frequency_blocks` is None; when called, blocks or windows that do not fit the inputs.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Callable | None = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int | None = None,
        num_frequency_blocks: Sequence[int] | None = None,
        start_freqindex_list: Sequence[int] | None = None,
        end_freqindex_list: Sequence[int] | None = None,
        couple_input_forget_gates: bool = False,
        state_is_tuple: bool = True,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if num_frequency_blocks is None:
            raise ValueError("Must specify num_frequency_blocks")
        if not state_is_tuple:
            logging.warning(
                "%s: a concatenated state is slower and deprecated; use state_is_tuple=True", self.name
            )
        self._num_units, self._cell_clip, self._forget_bias = num_units, cell_clip, forget_bias
        self._use_peepholes, self._shared = use_peepholes, share_time_frequency_weights
        self._coupled, self._shards = couple_input_forget_gates, num_unit_shards
        self._feature_size: Any = feature_size
        self._frequency_skip: Any = frequency_skip
        self._blocks = [int(count) for count in num_frequency_blocks]
        self._starts, self._ends = start_freqindex_list, end_freqindex_list
        self._tuple: Any = self._state_type("GridLSTMStateTuple", ["state"]) if state_is_tuple else None

    def _state_type(self, name, prefixes):
        fields = [
            f"{prefix}_f{window:02d}_b{block:02d}_{part}"
            for prefix in prefixes
            for block, count in enumerate(self._blocks)
            for window in range(count)
            for part in "cm"
        ]
        return collections.namedtuple(name, fields)

    @property
    def state_tuple_type(self) -> Any:
        """The class of states; None where they are tensors."""
        return self._tuple

    @property
    def state_size(self) -> Any:
        """`num_units` for each field of the tuple, or their sum."""
        size = self._num_units
        if self._tuple is None:
            return 2 * size * sum(self._blocks)
        return self._tuple(*[size] * len(self._tuple._fields))

    @property
    def output_size(self) -> int:
        """`2 * num_units` for each window."""
        return 2 * self._num_units * sum(self._blocks)

    def call(self, inputs: Tensor, state: Any) -> tuple[Tensor, Any]:
        """The outputs `[batch, output_size]`, and the new state."""
        outputs, states = self._all_blocks(self._features(inputs), state, "state")
        new = array_ops.concat(states, 1) if self._tuple is None else self._tuple(*states)
        return array_ops.concat(outputs, 1), new

    def _all_blocks(self, features, state, prefix):
        outputs, states = [], []
        for block, windows in enumerate(features):
            of_block = self._block(windows, block, state, prefix)
            outputs += of_block[0]
            states += of_block[1]
        return outputs, states

    def _features(self, inputs, offset=0):
        """The windows of each block, moved by `offset` columns, beyond the ends of which is zero."""
        width = known_columns(inputs, self)
        if offset:
            sides = [0, offset] if offset > 0 else [-offset, 0]
            inputs = array_ops.pad(inputs, [[0, 0], sides])
        begin = max(offset, 0)
        starts, ends = self._starts or [0], self._ends or [width]
        if not len(starts) == len(ends) == len(self._blocks):
            raise ValueError(
                f"num_frequency_blocks has {len(self._blocks)} entries, for {len(starts)} starts and {len(ends)} ends of "
                "blocks"
            )
        found = []
        for start, end, count in zip(starts, ends, self._blocks):
            windows = _windows(inputs, begin + start, end - start, self._feature_size, self._frequency_skip)
            if len(windows) != count:
                raise ValueError(
                    f"Invalid num_frequency_blocks, requires {len(windows)} but gets {count}, please check the input size "
                    "and filter config are correct."
                )
            found.append(windows)
        return found

    def _variables(self, block, kind, dtype):
        """(kernel, bias, weights of the peepholes by gate) of the LSTM of frequency or time."""
        gates, units = (3 if self._coupled else 4), self._num_units
        kernel = joined_rows(
            f"W_{kind}_{block}", self._feature_size + 2 * units, gates * units, dtype, self._shards
        )
        return kernel, get_variable(f"B_{kind}_{block}", [gates * units], dtype, initializer=Zeros())

    def _peepholes(self, block, kind, dtype):
        if not self._use_peepholes:
            return None
        return {
            gate: [
                get_variable(f"W_{gate.upper()}_diag_{kind}{other}_{block}", [self._num_units], dtype)
                for other in "ft"
            ]
            for gate in ("io" if self._coupled else "fio")
        }

    def _block(self, windows, block, state, prefix):
        dtype = windows[0].dtype
        kinds = ["freq"] if self._shared else ["freq", "time"]
        weights = [self._variables(block, kind[0], dtype) for kind in kinds]
        peepholes = [self._peepholes(block, kind, dtype) for kind in kinds]
        c_freq = m_freq = None
        outputs, states = [], []
        for number, window in enumerate(windows):
            c_time, m_time = self._of_time(state, prefix, number, block)
            if c_freq is None:
                c_freq = m_freq = array_ops.zeros_like(c_time)
            together = array_ops.concat([window, m_time, m_freq], 1)
            parts = [
                array_ops.split(
                    nn.bias_add(math_ops.matmul(together, kernel), bias), 3 if self._coupled else 4, axis=1
                )
                for kernel, bias in weights
            ]
            memories = [c_freq, c_time]
            news = [
                self._memory(parts[min(i, len(parts) - 1)], memories, own, peepholes[min(i, len(parts) - 1)])
                for i, own in enumerate(memories)
            ]
            c_freq, c_time = news
            m_freq, m_time = (
                self._output(parts[min(i, len(parts) - 1)][-1], news, own, peepholes[min(i, len(parts) - 1)])
                for i, own in enumerate(news)
            )
            outputs += [m_time, m_freq]
            states += [c_time, m_time]
        return outputs, states

    def _of_time(self, state, prefix, number, block):
        if self._tuple is not None:
            name = f"{prefix}_f{number:02d}_b{block:02d}"
            return getattr(state, f"{name}_c"), getattr(state, f"{name}_m")
        units, before = self._num_units, 2 * number  # of the first block, as TensorFlow has it
        return state[:, before * units : (before + 1) * units], state[
            :, (before + 1) * units : (before + 2) * units
        ]

    def _seen(self, gate, peepholes, memories):
        """What peepholes add to a gate."""
        if peepholes is None:
            return gate
        return gate + peepholes[0] * memories[0] + peepholes[1] * memories[1]

    def _memory(self, parts, memories, own, peepholes):
        take = math_ops.sigmoid(self._seen(parts[0], peepholes and peepholes["i"], memories))
        if self._coupled:
            keep = 1.0 - take
        else:
            forget = parts[2] + self._forget_bias
            keep = math_ops.sigmoid(self._seen(forget, peepholes and peepholes["f"], memories))
        new = keep * own + take * math_ops.tanh(parts[1])
        return new if self._cell_clip is None else clip_by_value(new, -self._cell_clip, self._cell_clip)

    def _output(self, gate, memories, own, peepholes):
        return math_ops.sigmoid(self._seen(gate, peepholes and peepholes["o"], memories)) * math_ops.tanh(own)


@public("contrib.rnn.BidirectionalGridLSTMCell")
class BidirectionalGridLSTMCell(GridLSTMCell):
    """Two grids, one of which goes through the frequencies backwards; in time both go forwards.

    Args:
      backward_slice_offset: by how many columns the windows of the backward one are moved.
      The others: as for `GridLSTMCell`.

    Raises:
      ValueError: as `GridLSTMCell`.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Callable | None = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int | None = None,
        num_frequency_blocks: Sequence[int] | None = None,
        start_freqindex_list: Sequence[int] | None = None,
        end_freqindex_list: Sequence[int] | None = None,
        couple_input_forget_gates: bool = False,
        backward_slice_offset: int = 0,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(
            num_units,
            use_peepholes,
            share_time_frequency_weights,
            cell_clip,
            initializer,
            num_unit_shards,
            forget_bias,
            feature_size,
            frequency_skip,
            num_frequency_blocks,
            start_freqindex_list,
            end_freqindex_list,
            couple_input_forget_gates,
            True,
            reuse,
        )
        self._offset = int(backward_slice_offset)
        self._tuple = self._state_type("BidirectionalGridLSTMStateTuple", ["fwd_state", "bwd_state"])

    @property
    def output_size(self) -> int:
        """`4 * num_units` for each window."""
        return 2 * super().output_size

    def call(self, inputs: Tensor, state: Any) -> tuple[Tensor, Any]:
        """The outputs `[batch, output_size]`, and the new state."""
        with variable_scope("fwd"):
            forward = self._all_blocks(self._features(inputs), state, "fwd_state")
        with variable_scope("bwd"):
            reversed_windows = [windows[::-1] for windows in self._features(inputs, self._offset)]
            backward = self._all_blocks(reversed_windows, state, "bwd_state")
        outputs, states = ([*one, *other] for one, other in zip(forward, backward))
        return array_ops.concat(outputs, 1), self._tuple(*states)
