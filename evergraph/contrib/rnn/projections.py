"""What can be put around a cell: an embedding or a projection of its inputs, a projection of its outputs, a highway."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from evergraph.contrib.rnn.linear import Linear
from evergraph.framework import logging
from evergraph.framework.default_graph import device
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import assert_same_structure, flatten, map_structure
from evergraph.framework.types import TensorLike
from evergraph.layers.recurrent.cell import RNNCell, assert_like_rnncell
from evergraph.layers.recurrent.wrappers import CellWrapper
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.nn.bias import xw_plus_b
from evergraph.ops.nn.embedding import embedding_lookup
from evergraph.ops.variables.initializers import Constant, RandomUniform
from evergraph.ops.variables.scope import get_variable, get_variable_scope

public_module("contrib.rnn.python.ops.core_rnn_cell")


class _Wrapper(CellWrapper):
    def __init__(self, cell, reuse):
        assert_like_rnncell("cell", cell)
        super().__init__(cell)
        self._reuse = reuse


@public("contrib.rnn.EmbeddingWrapper")
class EmbeddingWrapper(_Wrapper):
    """A cell whose inputs are ids, which are looked up in the variable `embedding`, `[embedding_classes, embedding_size]`.

    Args:
      cell: an RNNCell.
      embedding_classes: how many ids there are.
      embedding_size: the length of an embedding.
      initializer: that of the variable; the scope's when None, else uniform numbers of variance 1.
      reuse: whether the variable exists already in the scope.

    Raises:
      TypeError: `cell` is no cell.
      ValueError: a size below 1.
    """

    def __init__(
        self,
        cell: RNNCell,
        embedding_classes: int,
        embedding_size: int,
        initializer: Callable | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                f"embedding_classes and embedding_size must be positive, not {embedding_classes} and {embedding_size}"
            )
        self._table_shape = [embedding_classes, embedding_size]
        self._initializer = initializer

    def call(self, inputs: TensorLike, state: Any) -> tuple:
        """The cell's output and state for the embeddings of the ids `[batch]` or `[batch, 1]`."""
        with device("/cpu:0"):
            bound = math.sqrt(3)  # uniform numbers below it have variance 1
            initializer = (
                self._initializer or get_variable_scope().initializer or RandomUniform(-bound, bound)
            )
            dtype = flatten(state)[0].dtype
            embedding = get_variable("embedding", self._table_shape, initializer=initializer, dtype=dtype)
            return self._cell(embedding_lookup(embedding, array_ops.reshape(inputs, [-1])), state)


@public("contrib.rnn.InputProjectionWrapper")
class InputProjectionWrapper(_Wrapper):
    """A cell whose inputs are mapped to `num_proj` columns first, linearly and then by `activation`.

    Args:
      cell: an RNNCell.
      num_proj: the columns that the cell gets.
      activation: a function; none when None.
      input_size: deprecated, without effect.
      reuse: whether the variables exist already in the scope.

    Raises:
      TypeError: `cell` is no cell.
    """

    def __init__(
        self,
        cell: RNNCell,
        num_proj: int,
        activation: Callable | None = None,
        input_size: int | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if input_size is not None:
            logging.warning("%s: input_size is deprecated and has no effect", self)
        self._num_proj = num_proj
        self._activation = activation
        self._linear = None

    def call(self, inputs: TensorLike, state: Any) -> tuple:
        """The cell's output and state for the projected inputs."""
        self._linear = self._linear or Linear(inputs, self._num_proj, True)
        projected = self._linear(inputs)
        return self._cell(self._activation(projected) if self._activation else projected, state)


@public("contrib.rnn.OutputProjectionWrapper")
class OutputProjectionWrapper(_Wrapper):
    """A cell whose outputs are mapped to `output_size` columns, linearly and then by `activation`.

    Args:
      cell: an RNNCell.
      output_size: the columns of the output.
      activation: a function; none when None.
      reuse: whether the variables exist already in the scope.

    Raises:
      TypeError: `cell` is no cell.
      ValueError: `output_size` is below 1.
    """

    def __init__(
        self,
        cell: RNNCell,
        output_size: int,
        activation: Callable | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f"output_size must be positive, not {output_size}")
        self._output_size = output_size
        self._activation = activation
        self._linear = None

    @property
    def output_size(self) -> int:
        """The columns of the projected output."""
        return self._output_size

    def call(self, inputs: TensorLike, state: Any) -> tuple:
        """The projected output of the cell, and its new state."""
        output, new_state = self._cell(inputs, state)
        self._linear = self._linear or Linear(output, self._output_size, True)
        projected = self._linear(output)
        return self._activation(projected) if self._activation else projected, new_state


@public("contrib.rnn.HighwayWrapper", "contrib.rnn.python.ops.rnn_cell.HighwayWrapper")
class HighwayWrapper(CellWrapper):
    """A cell beside which its inputs are carried on (Srivastava et al. 2015, arXiv:1505.00387).

    The output is `inputs * carry + output * transform` with `carry = sigmoid(inputs @ carry_w + carry_b)` and `transform`
    `1 - carry`, or a gate of its own.

    Args:
      cell: an RNNCell whose outputs have the shapes of its inputs.
      couple_carry_transform_gates: whether `transform` is `1 - carry`.
      carry_bias_init: the first value of `carry_b`; its negative is that of `transform_b`.
    """

    def __init__(
        self, cell: RNNCell, couple_carry_transform_gates: bool = True, carry_bias_init: float = 1.0
    ) -> None:
        super().__init__(cell)
        self._coupled = couple_carry_transform_gates
        self._carry_bias_init = carry_bias_init

    def _gate(self, inputs, name, bias):
        size = inputs.shape.with_rank(2)[1].value
        weight = get_variable(f"{name}_w", [size, size])
        return math_ops.sigmoid(
            xw_plus_b(inputs, weight, get_variable(f"{name}_b", [size], initializer=Constant(bias)))
        )

    def _highway(self, inputs, outputs):
        inputs.shape.assert_is_compatible_with(outputs.shape)
        carry = self._gate(inputs, "carry", self._carry_bias_init)
        transform = 1 - carry if self._coupled else self._gate(inputs, "transform", -self._carry_bias_init)
        return inputs * carry + outputs * transform

    def __call__(self, inputs: TensorLike, state: Any, scope: Any = None) -> tuple:
        """The gated output, and the cell's new state."""
        outputs, new_state = self._cell(inputs, state, scope=scope)
        assert_same_structure(inputs, outputs)
        return map_structure(self._highway, inputs, outputs), new_state
