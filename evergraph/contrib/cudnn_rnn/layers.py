"""Stacked recurrent networks on sequences, time first: a loop for each layer and direction, which XLA compiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from evergraph.contrib.cudnn_rnn.cells import gru_step
from evergraph.contrib.cudnn_rnn.weights import CanonicalSaveable, Layout
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.dropout import dropout as dropout_layer
from evergraph.layers.input_spec import InputSpec
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.layers.recurrent.dynamic import dynamic_rnn
from evergraph.layers.recurrent.lstm import LSTMStateTuple, lstm_step
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros, glorot_uniform_initializer
from evergraph.ops.variables.scope import get_variable_scope

public_module("contrib.cudnn_rnn.python.layers.cudnn_rnn")

_DIRECTIONS = {"unidirectional": 1, "bidirectional": 2}
_MODES = ("linear_input", "auto_select")


class _GivenCell(RNNCell):
    """A cell whose kernels and biases are tensors."""

    def __init__(self, kind, units, kernels, biases):
        super().__init__()
        self._kind, self._units, self._kernels, self._biases = kind, units, kernels, biases

    @property
    def state_size(self) -> Any:
        """The size, twice for an LSTM."""
        return LSTMStateTuple(self._units, self._units) if self._kind == "lstm" else self._units

    @property
    def output_size(self) -> int:
        """The size."""
        return self._units

    def call(self, inputs: Tensor, state: Any) -> tuple:
        """The output, and the new state."""
        if self._kind == "gru":
            new = gru_step(inputs, state, self._kernels, self._biases)
            return new, new
        before = state.h if self._kind == "lstm" else state
        joined = array_ops.concat([inputs, before], 1)
        sums = nn.bias_add(math_ops.matmul(joined, self._kernels[0]), self._biases[0])
        if self._kind == "lstm":
            c, h = lstm_step(sums, state.c, math_ops.tanh, 0.0, None, None)
            return h, LSTMStateTuple(c, h)
        new = nn.relu(sums) if self._kind == "rnn_relu" else math_ops.tanh(sums)
        return new, new


class _CudnnRNN(Layer):
    """A stack of recurrent layers.

    Args:
      num_layers: how many layers there are.
      num_units: the size of each.
      input_mode: "linear_input" or "auto_select": the first layer multiplies the inputs as the others do.
      direction: "unidirectional" or "bidirectional".
      dropout: the share of what goes from one layer to the next that is left out in training.
      seed: of initialisation and dropout.
      dtype: float16, float32 or float64.
      kernel_initializer: of the matrices, each by itself; Glorot's uniform one when None.
      bias_initializer: zeros when None.
      name: the layer's name.

    Raises:
      ValueError: another direction, mode or dtype.
    """

    _kind: ClassVar[str]

    def __init__(
        self,
        num_layers: int,
        num_units: int,
        input_mode: str = "linear_input",
        direction: str = "unidirectional",
        dropout: float = 0.0,
        seed: int | None = None,
        dtype: DTypeLike = dtypes.float32,
        kernel_initializer: Callable | None = None,
        bias_initializer: Callable | None = None,
        name: str | None = None,
    ) -> None:
        if direction not in _DIRECTIONS:
            raise ValueError(f"Invalid direction: {direction!r}, expecting one of {list(_DIRECTIONS)}")
        if input_mode not in _MODES:
            raise ValueError(f"Invalid input_mode: {input_mode!r}, expecting one of {list(_MODES)}")
        dtype = dtypes.as_dtype(dtype)
        if dtype not in (dtypes.float16, dtypes.float32, dtypes.float64):
            raise ValueError(f"Only support float16, float32, float64, provided {dtype!r}")
        super().__init__(dtype=dtype, name=name)
        self._num_layers, self._num_units = num_layers, num_units
        self._input_mode, self._direction = input_mode, direction
        self._dropout, self._seed = dropout, seed
        self._kernel_initializer = kernel_initializer or glorot_uniform_initializer(seed=seed)
        self._bias_initializer = bias_initializer or Zeros()
        self._layout: Layout | None = None
        self.saveable: CanonicalSaveable | None = None

    @property
    def num_layers(self) -> int:
        """How many layers there are."""
        return self._num_layers

    @property
    def num_units(self) -> int:
        """The size of each."""
        return self._num_units

    @property
    def num_dirs(self) -> int:
        """1, or 2 for both directions."""
        return _DIRECTIONS[self._direction]

    @property
    def direction(self) -> str:
        """ "unidirectional" or "bidirectional"."""
        return self._direction

    @property
    def input_mode(self) -> str:
        """What was given."""
        return self._input_mode

    @property
    def rnn_mode(self) -> str:
        """The kind of network."""
        return self._kind

    @property
    def input_size(self) -> int:
        """The columns of the inputs; ValueError before the layer is built."""
        return self._built_layout.input_size

    @property
    def canonical_weight_shapes(self) -> list[tuple[int, int]]:
        """The shapes of all matrices; ValueError before the layer is built."""
        return self._built_layout.weight_shapes()

    @property
    def canonical_bias_shapes(self) -> list[list[int]]:
        """The shapes of all biases; ValueError before the layer is built."""
        return self._built_layout.bias_shapes()

    @property
    def _built_layout(self):
        if self._layout is None:
            raise ValueError(f"the sizes of {self.name} follow from its inputs: it has not been built")
        return self._layout

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `opaque_kernel`, the vector of all weights; ValueError unless inputs are `[time, batch, columns]`, columns known."""
        shape = as_shape(input_shape)
        if shape.ndims != 3:
            raise ValueError(f"Expecting input_shape with 3 dims, got {shape.ndims}")
        if shape[-1].value is None:
            raise ValueError(
                "The last dimension of the inputs to `CudnnRNN` should be defined. Found `None`."
            )
        layout = Layout(self._kind, self._num_layers, self._num_units, shape[-1].value, self.num_dirs)
        self._layout = layout
        self.input_spec = InputSpec(ndim=3, axes={-1: layout.input_size})

        def first(shape, dtype=None, partition_info=None):
            weights = [self._kernel_initializer(list(each), dtype=dtype) for each in layout.weight_shapes()]
            biases = [self._bias_initializer(list(each), dtype=dtype) for each in layout.bias_shapes()]
            return layout.opaque(weights, biases)

        sizes = [rows * columns for rows, columns in layout.weight_shapes()]
        count = sum(sizes) + sum(size for (size,) in layout.bias_shapes())
        self.kernel: Any = self.add_variable("opaque_kernel", shape=[count], initializer=first)
        scope = get_variable_scope()
        if not scope.reuse:
            own = f"{self.kernel.op.name}_saveable"
            self.saveable = CanonicalSaveable(self.kernel, layout, scope.name, own)
            add_to_collection(GraphKeys.SAVEABLE_OBJECTS, self.saveable)
        self.built = True

    def state_shape(self, batch_size: TensorLike) -> tuple:
        """The shapes of the parts of the state, `[layers * directions, batch, num_units]` each."""
        return ([self.num_layers * self.num_dirs, batch_size, self.num_units],) * self._parts

    @property
    def _parts(self):
        return 2 if self._kind == "lstm" else 1

    def call(
        self, inputs: TensorLike, initial_state: tuple | None = None, training: TensorLike = True
    ) -> tuple:
        """The outputs and the last state.

        Args:
          inputs: `[time, batch, columns]`.
          initial_state: (h, c) for an LSTM, (h,) for others, in the shapes of `state_shape`; zeros when None.
          training: whether there is dropout, a bool or a scalar tensor.

        Returns:
          (outputs `[time, batch, directions * num_units]`, the state, as the initial one).

        Raises:
          ValueError: a state that is no tuple of so many parts.
        """
        if initial_state is not None and (
            not isinstance(initial_state, tuple) or len(initial_state) != self._parts
        ):
            raise ValueError(
                f"Invalid initial_state type: {type(initial_state)}, expecting tuple of {self._parts} tensors"
            )
        outputs = convert_to_tensor(inputs, self.dtype)
        if initial_state is None:
            shape = self.state_shape(array_ops.shape(outputs)[1])
            initial_state = tuple(array_ops.zeros(array_ops.stack(each), self.dtype) for each in shape)
        states = [convert_to_tensor(part, self.dtype) for part in initial_state]
        cells = self._built_layout.cells(self.kernel)
        last = []
        for layer in range(self._num_layers):
            if layer and self._dropout:
                outputs = dropout_layer(outputs, self._dropout, seed=self._seed, training=training)
            found = []
            for side in range(self.num_dirs):
                place = layer * self.num_dirs + side
                output, state = self._run(outputs, cells[place], [part[place] for part in states], side)
                found.append(output)
                last.append(state)
            outputs = array_ops.concat(found, 2)
        return outputs, tuple(array_ops.stack(part) for part in zip(*last, strict=True))

    def _run(self, inputs, weights, state, side):
        """(the outputs, the parts of the last state) of one layer in one direction."""
        cell = _GivenCell(self._kind, self._num_units, *weights)
        first = LSTMStateTuple(state[1], state[0]) if self._kind == "lstm" else state[0]
        turned = array_ops.reverse(inputs, [0]) if side else inputs
        outputs, last = dynamic_rnn(cell, turned, initial_state=first, time_major=True)
        outputs = array_ops.reverse(outputs, [0]) if side else outputs
        return outputs, (last.h, last.c) if self._kind == "lstm" else (last,)


@public("contrib.cudnn_rnn.CudnnLSTM")
class CudnnLSTM(_CudnnRNN):
    """A stack of LSTM layers; arguments, inputs and outputs are those of `_CudnnRNN`, its state is (h, c)."""

    _kind = "lstm"


@public("contrib.cudnn_rnn.CudnnGRU")
class CudnnGRU(_CudnnRNN):
    """A stack of GRU layers whose reset gate acts after the product with the state."""

    _kind = "gru"


@public("contrib.cudnn_rnn.CudnnRNNTanh")
class CudnnRNNTanh(_CudnnRNN):
    """A stack of plain recurrent layers with tanh."""

    _kind = "rnn_tanh"


@public("contrib.cudnn_rnn.CudnnRNNRelu")
class CudnnRNNRelu(_CudnnRNN):
    """A stack of plain recurrent layers with relu."""

    _kind = "rnn_relu"
