"""What a decoder looks at: a memory, of which a query gives each place a weight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.recurrent.sizes import zeros_of
from evergraph.ops import array as array_ops
from evergraph.ops.checks import assert_equal, assert_positive
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.seq2seq.python.ops.attention_wrapper")


@public("contrib.seq2seq.AttentionMechanism")
class AttentionMechanism:
    """What an AttentionWrapper looks at: `alignments, next_state = mechanism(query, state)`."""

    @property
    def alignments_size(self) -> Any:
        """How many places there are."""
        raise NotImplementedError(f"{type(self).__name__} does not say its alignments_size")

    @property
    def state_size(self) -> Any:
        """The size of its state."""
        raise NotImplementedError(f"{type(self).__name__} does not say its state_size")


@public("contrib.seq2seq.python.ops.attention_wrapper._BaseAttentionMechanism")
class BaseAttentionMechanism(AttentionMechanism):
    """A mechanism with a memory, whose alignments are its state.

    Args:
      query_layer: a layer for the query, or None.
      memory: the memory, `[batch, places, ...]`.
      probability_fn: a function of the scores and the state before that returns the alignments.
      memory_sequence_length: how many places each memory has, `[batch]`, positive; all when None.
      memory_layer: a layer that makes the keys from the memory; the memory itself when None.
      check_inner_dims_defined: whether the sizes after the first two must be known.
      score_mask_value: the score of places after a memory's end; minus infinity when None.
      name: a name for the operations.

    Raises:
      TypeError: a layer that is none, or a function that cannot be called.
      ValueError: sizes of the memory that are not known.
    """

    def __init__(
        self,
        query_layer: Layer | None,
        memory: TensorLike,
        probability_fn: Callable,
        memory_sequence_length: TensorLike = None,
        memory_layer: Layer | None = None,
        check_inner_dims_defined: bool = True,
        score_mask_value: float | None = None,
        name: str | None = None,
    ) -> None:
        for argument, layer in (("query_layer", query_layer), ("memory_layer", memory_layer)):
            if layer is not None and not isinstance(layer, Layer):
                raise TypeError(f"{argument} must be a Layer, not {layer!r}")
        if not callable(probability_fn):
            raise TypeError(f"probability_fn must be callable, not {probability_fn!r}")
        with name_scope(name, "BaseAttentionMechanismInit", [memory]):
            memory = convert_to_tensor(memory, name="memory")
            if check_inner_dims_defined and not memory.shape[2:].is_fully_defined():
                raise ValueError(
                    f"the sizes of memory after batch and places must be known, not {memory.shape}"
                )
            self._lengths = None
            if memory_sequence_length is not None:
                self._lengths = convert_to_tensor(memory_sequence_length, name="memory_sequence_length")
                memory = _masked(memory, self._lengths)
            self._query_layer = query_layer
            self._memory_layer = memory_layer
            self._values = memory
            self._keys = memory if memory_layer is None else memory_layer(memory)
            self._batch_size = _size(self._keys, 0)
            self._alignments_size = _size(self._keys, 1)
        self.dtype = memory.dtype if memory_layer is None else memory_layer.dtype
        self._score_mask_value = -np.inf if score_mask_value is None else score_mask_value
        self._probability_fn = lambda score, state: probability_fn(self._masked_score(score), state)

    def _masked_score(self, score):
        if self._lengths is None:
            return score
        message = "memory_sequence_length must be positive: an empty memory has no place to look at"
        with control_dependencies([assert_positive(self._lengths, message=message)]):
            mask = array_ops.sequence_mask(self._lengths, maxlen=array_ops.shape(score)[1])
            return array_ops.where(mask, score, self._score_mask_value * array_ops.ones_like(score))

    @property
    def memory_layer(self) -> Layer | None:
        """The layer that made the keys."""
        return self._memory_layer

    @property
    def query_layer(self) -> Layer | None:
        """The layer of queries."""
        return self._query_layer

    @property
    def values(self) -> Tensor:
        """The memory, zeros after each end."""
        return self._values

    @property
    def keys(self) -> Tensor:
        """What queries are compared with."""
        return self._keys

    @property
    def batch_size(self) -> Any:
        """How many memories there are, an int or a scalar tensor."""
        return self._batch_size

    @property
    def alignments_size(self) -> Any:
        """How many places there are, an int or a scalar tensor."""
        return self._alignments_size

    @property
    def state_size(self) -> Any:
        """That of the alignments."""
        return self._alignments_size

    def initial_alignments(self, batch_size: TensorLike, dtype: DTypeLike) -> Tensor:
        """The alignments before the first step: zeros `[batch_size, places]`."""
        return zeros_of(batch_size, self._alignments_size, dtype)

    def initial_state(self, batch_size: TensorLike, dtype: DTypeLike) -> Any:
        """The state before the first step: the first alignments."""
        return self.initial_alignments(batch_size, dtype)

    def _score(self, query: Tensor) -> Tensor:
        """The scores `[batch, places]`, with the variables of the current scope."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it scores")

    _scope = "attention"

    def __call__(self, query: Tensor, state: Any) -> tuple:
        """(the alignments `[batch, places]`, the next state) for a query `[batch, n]`."""
        with variable_scope(None, self._scope, [query]):
            score = self._score(query)
        alignments = self._probability_fn(score, state)
        return alignments, alignments


def _size(tensor, axis):
    known = tensor.shape[axis].value
    return array_ops.shape(tensor)[axis] if known is None else known


def _masked(memory, lengths):
    message = "memory_sequence_length and memory must have the same batch size"
    with control_dependencies([assert_equal(_size(lengths, 0), _size(memory, 0), message=message)]):
        mask = array_ops.sequence_mask(lengths, maxlen=array_ops.shape(memory)[1], dtype=memory.dtype)
        for _ in range(memory.shape.ndims - 2):
            mask = array_ops.expand_dims(mask, -1)
        return memory * mask
