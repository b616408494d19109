"""Recurrent cells: what a layer does at one step."""

from collections.abc import Callable
from typing import Any, Self

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.keras import backend, initializers
from evergraph.keras.backend.session import annotate
from evergraph.keras.basics.generic import has_arg
from evergraph.keras.engine.arguments import from_names, to_config
from evergraph.keras.engine.base_layer import Layer
from evergraph.keras.engine.registry import deserialize_layer, known_layer
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn

public_module("python.keras.layers.recurrent")


def dropout_masks(ones: Any, rate: float, training: Any, count: int) -> list:
    """`count` masks: ones of which a share is dropped when training."""

    def mask():
        return backend.in_train_phase(lambda: backend.dropout(ones, rate), ones, training=training)

    return [mask() for _ in range(count)]


def forgetful(cell: Any, before: int) -> Callable:
    """An initializer of biases that is 1 for the forget gate, which `before` gates precede and two follow.

    Jozefowicz et al., An empirical exploration of recurrent network architectures, 2015.
    """

    def initial(shape, dtype=None, **_):
        parts = (
            (cell.bias_initializer, before),
            (initializers.Ones(), 1),
            (cell.bias_initializer, 2),
        )
        return array_ops.concat([make((cell.units * count,), dtype=dtype) for make, count in parts], 0)

    return initial


class GatedCell(Layer):
    """A cell with `gates` kernels side by side, for inputs and for the last output, and biases.

    Attributes:
      gates: how many there are.
      settings: the names of the constructor's arguments, for the configuration.
    """

    gates = 1
    settings = (
        "units activation use_bias kernel_initializer recurrent_initializer bias_initializer kernel_regularizer "
        "recurrent_regularizer bias_regularizer kernel_constraint recurrent_constraint bias_constraint dropout "
        "recurrent_dropout"
    )
    activation: Any
    recurrent_activation: Any
    bias_initializer: Any

    def __init__(self, *, units, use_bias, dropout, recurrent_dropout, named, implementation=1, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.use_bias = use_bias
        vars(self).update(from_names(named))
        self.dropout = min(1.0, max(0.0, dropout))
        self.recurrent_dropout = min(1.0, max(0.0, recurrent_dropout))
        self.implementation = implementation
        self.state_size = units
        self._dropout_mask = None
        self._recurrent_dropout_mask = None

    def _bias_shape(self) -> tuple[int, ...]:
        return (self.units * self.gates,)

    def build(self, input_shape: ShapeLike) -> None:
        """Makes `kernel`, `recurrent_kernel` and `bias` (None without)."""
        size = TensorShape(input_shape).as_list()[-1]
        width = self.units * self.gates
        self.kernel = self._matrix("kernel", "kernel", (size, width))
        self.recurrent_kernel = self._matrix("recurrent_kernel", "recurrent", (self.units, width))
        self.bias = self._matrix("bias", "bias", self._bias_shape()) if self.use_bias else None
        self.built = True

    def _initial_bias(self):
        return self.bias_initializer

    def _matrix(self, name, kind, shape):
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=self._initial_bias() if kind == "bias" else getattr(self, f"{kind}_initializer"),
            regularizer=getattr(self, f"{kind}_regularizer"),
            constraint=getattr(self, f"{kind}_constraint"),
        )

    def _masks(self, inputs, state, training):
        """The dropout masks of inputs and state: made at the first step, and the same at all."""
        if 0 < self.dropout < 1 and self._dropout_mask is None:
            self._dropout_mask = dropout_masks(
                array_ops.ones_like(inputs), self.dropout, training, self.gates
            )
        if 0 < self.recurrent_dropout < 1 and self._recurrent_dropout_mask is None:
            ones = array_ops.ones_like(state)
            self._recurrent_dropout_mask = dropout_masks(ones, self.recurrent_dropout, training, self.gates)
        return self._dropout_mask, self._recurrent_dropout_mask

    def _product(self, value, kernel, masks):
        """`value @ kernel`, the value dropped by a mask for each gate (the first for all with implementation 2)."""
        if masks is None:
            return math_ops.matmul(value, kernel)
        if self.gates == 1 or self.implementation == 2:
            return math_ops.matmul(value * masks[0], kernel)
        parts = array_ops.split(kernel, self.gates, axis=1)
        return array_ops.concat([math_ops.matmul(value * mask, part) for mask, part in zip(masks, parts)], 1)

    def _split(self, value):
        return array_ops.split(value, self.gates, axis=1)

    def _mark(self, output, training):
        if (self.dropout or self.recurrent_dropout) and training is None:
            annotate(output, _uses_learning_phase=True)
        return output

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), **to_config(self, self.settings.split())}


@public("keras.layers.SimpleRNNCell")
@known_layer
class SimpleRNNCell(GatedCell):
    """`output = state = activation(inputs @ kernel + state @ recurrent_kernel + bias)`.

    Elman, Finding structure in time, 1990.

    Args:
      units: the size of output and state.
      activation: a function or its name.
      use_bias: whether there is a bias.
      kernel_initializer, ..., bias_constraint: of the weights.
      dropout, recurrent_dropout: which share of inputs and state is dropped, the same at all steps.
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        **kwargs: Any,
    ) -> None:
        named = dict(
            activation=activation,
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
            units=units,
            use_bias=use_bias,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            named=named,
            **kwargs,
        )

    def call(self, inputs: TensorLike, states: Any, training: Any = None) -> tuple:
        """The output, and [the output] as the new states."""
        of_inputs, of_state = self._masks(inputs, states[0], training)
        output = self._product(inputs, self.kernel, of_inputs) + self._product(
            states[0], self.recurrent_kernel, of_state
        )
        if self.bias is not None:
            output = nn.bias_add(output, self.bias)
        output = self._mark(output if self.activation is None else self.activation(output), training)
        return output, [output]


@public("keras.layers.GRUCell")
@known_layer
class GRUCell(GatedCell):
    """A gated recurrent unit (Cho et al. 2014, arXiv:1406.1078).

    With gates `z` (update) and `r` (reset), the output is `z * h + (1 - z) * candidate`.

    Args:
      recurrent_activation: of the gates.
      implementation: 1 or 2: whether each gate drops inputs by a mask of its own.
      reset_after: whether the reset gate applies after the product with the state (as in cuDNN), not before.
      The other arguments: see `SimpleRNNCell`.
    """

    gates = 3
    settings = GatedCell.settings + " recurrent_activation implementation reset_after"

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "hard_sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        implementation: int = 1,
        reset_after: bool = False,
        **kwargs: Any,
    ) -> None:
        named = dict(
            activation=activation,
            recurrent_activation=recurrent_activation,
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
            units=units,
            use_bias=use_bias,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            implementation=implementation,
            named=named,
            **kwargs,
        )
        self.reset_after = reset_after

    def _bias_shape(self):
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def call(self, inputs: TensorLike, states: Any, training: Any = None) -> tuple:
        """The output, and [the output] as the new states."""
        h = states[0]
        of_inputs, of_state = self._masks(inputs, h, training)
        bias = recurrent_bias = None
        if self.bias is not None:
            bias, recurrent_bias = array_ops.unstack(self.bias) if self.reset_after else (self.bias, None)
        x = self._product(inputs, self.kernel, of_inputs)
        x_z, x_r, x_h = self._split(x if bias is None else nn.bias_add(x, bias))
        if self.reset_after:
            inner = self._product(h, self.recurrent_kernel, of_state)
            h_z, h_r, h_h = self._split(
                inner if recurrent_bias is None else nn.bias_add(inner, recurrent_bias)
            )
            z, r = self.recurrent_activation(x_z + h_z), self.recurrent_activation(x_r + h_r)
            candidate = x_h + r * h_h
        else:
            kernels = array_ops.split(self.recurrent_kernel, 3, axis=1)
            masks = [None] * 3 if of_state is None else of_state
            if of_state is not None and self.implementation == 2:
                masks = [of_state[0]] * 3
            dropped = [h if mask is None else h * mask for mask in masks]
            z = self.recurrent_activation(x_z + math_ops.matmul(dropped[0], kernels[0]))
            r = self.recurrent_activation(x_r + math_ops.matmul(dropped[1], kernels[1]))
            candidate = x_h + math_ops.matmul(r * dropped[2], kernels[2])
        if self.activation is not None:
            candidate = self.activation(candidate)
        output = self._mark(z * h + (1 - z) * candidate, training)
        return output, [output]


@public("keras.layers.LSTMCell")
@known_layer
class LSTMCell(GatedCell):
    """A long short-term memory (Hochreiter and Schmidhuber 1997), with a forget gate.

    Args:
      recurrent_activation: of the gates: input, forget, output.
      unit_forget_bias: whether the bias of the forget gate begins at 1 (Jozefowicz et al. 2015).
      implementation: 1 or 2: whether each gate drops inputs by a mask of its own.
      The other arguments: see `SimpleRNNCell`.
    """

    gates = 4
    settings = GatedCell.settings + " recurrent_activation unit_forget_bias implementation"

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "hard_sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        implementation: int = 1,
        **kwargs: Any,
    ) -> None:
        named = dict(
            activation=activation,
            recurrent_activation=recurrent_activation,
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
            units=units,
            use_bias=use_bias,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            implementation=implementation,
            named=named,
            **kwargs,
        )
        self.unit_forget_bias = unit_forget_bias
        self.state_size = (units, units)

    def _initial_bias(self):
        return forgetful(self, 1) if self.unit_forget_bias else self.bias_initializer

    def call(self, inputs: TensorLike, states: Any, training: Any = None) -> tuple:
        """The output `h`, and [h, c] as the new states."""
        h, c = states
        of_inputs, of_state = self._masks(inputs, h, training)
        z = self._product(inputs, self.kernel, of_inputs) + self._product(h, self.recurrent_kernel, of_state)
        if self.bias is not None:
            z = nn.bias_add(z, self.bias)
        i, f, candidate, o = self._split(z)
        c = self.recurrent_activation(f) * c + self.recurrent_activation(i) * self.activation(candidate)
        h = self._mark(self.recurrent_activation(o) * self.activation(c), training)
        return h, [h, c]


@public("keras.layers.StackedRNNCells")
@known_layer
class StackedRNNCells(Layer):
    """Cells one above the other, as one cell.

    Args:
      cells: the cells, the lowest first.

    Raises:
      ValueError: a cell without `call` or `state_size`.
    """

    def __init__(self, cells: list, **kwargs: Any) -> None:
        for cell in cells:
            check_cell(cell)
        self.cells = cells
        super().__init__(**kwargs)

    @property
    def state_size(self) -> tuple:
        """The sizes of all states, those of the highest cell first."""
        found = []
        for cell in self.cells[::-1]:
            found += sizes_of(cell)
        return tuple(found)

    def call(self, inputs: Any, states: Any, constants: Any = None, **kwargs: Any) -> tuple:
        """The output of the highest cell, and all new states."""
        nested, rest = [], list(states)
        for cell in self.cells[::-1]:
            count = len(sizes_of(cell))
            nested.append(rest[:count])
            rest = rest[count:]
        new = []
        for cell, own in zip(self.cells, nested[::-1]):
            more = {"constants": constants} if has_arg(cell.call, "constants") else {}
            if "training" in kwargs and has_arg(cell.call, "training"):
                more["training"] = kwargs["training"]
            inputs, own = cell.call(inputs, own, **more)
            new.append(own)
        return inputs, [state for own in new[::-1] for state in own]

    def build(self, input_shape: Any) -> None:
        """Builds the cells."""
        if isinstance(input_shape, list):
            constants, input_shape = input_shape[1:], input_shape[0]
        else:
            constants = []
        shape = TensorShape(input_shape).as_list()
        for cell in self.cells:
            if isinstance(cell, Layer):
                takes = constants and has_arg(cell.call, "constants")
                cell.build([TensorShape(shape), *constants] if takes else TensorShape(shape))
                cell.built = True
            shape = [shape[0], sizes_of(cell)[0]]
        self.built = True

    def get_config(self) -> dict:
        """The constructor's arguments."""
        cells = [{"class_name": type(cell).__name__, "config": cell.get_config()} for cell in self.cells]
        return {**super().get_config(), "cells": cells}

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> Self:
        """A layer from what `get_config` gave."""
        config = dict(config)
        cells = [deserialize_layer(each, custom_objects=custom_objects) for each in config.pop("cells")]
        return cls(cells, **config)

    def _of_cells(self, what):
        return [each for cell in self.cells if isinstance(cell, Layer) for each in getattr(cell, what)]

    @property
    def trainable_weights(self) -> list:
        """The variables that training changes."""
        return self._of_cells("trainable_weights") if self.trainable else []

    @property
    def non_trainable_weights(self) -> list:
        """The variables that training leaves as they are."""
        rest = self._of_cells("non_trainable_weights")
        return rest if self.trainable else self._of_cells("trainable_weights") + rest

    @property
    def losses(self) -> list:
        """The losses of the cells."""
        return self._of_cells("losses")

    @property
    def updates(self) -> list:
        """The updates of the cells."""
        return self._of_cells("updates")

    def get_losses_for(self, inputs: Any) -> list:
        """The losses that depend on `inputs`; None gives those that depend on no inputs."""
        return [
            each for cell in self.cells if isinstance(cell, Layer) for each in cell.get_losses_for(inputs)
        ]

    def get_updates_for(self, inputs: Any) -> list:
        """The updates that depend on `inputs`; None gives those that depend on no inputs."""
        return [
            each for cell in self.cells if isinstance(cell, Layer) for each in cell.get_updates_for(inputs)
        ]

    def get_weights(self) -> list:
        """The values of the weights, cell by cell."""
        return backend.batch_get_value(self._of_cells("weights"))

    def set_weights(self, weights: list) -> None:
        """Sets the weights from arrays, cell by cell."""
        backend.batch_set_value(list(zip(self._of_cells("weights"), weights)))


def check_cell(cell: Any) -> None:
    """Raises ValueError for what is no cell."""
    for name in ("call", "state_size"):
        if not hasattr(cell, name):
            raise ValueError(f"a cell must have a `{name}`, and {cell!r} has none")


def sizes_of(cell: Any) -> list:
    """The sizes of the states of a cell."""
    size = cell.state_size
    return list(size) if hasattr(size, "__len__") else [size]
