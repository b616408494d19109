"""Helpers of a decoder that says itself what comes next: greedily, by samples, or by functions of the program's."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import DType, int32
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.nn.embedding import embedding_lookup
from evergraph.ops.random.distributions import multinomial

public_module("contrib.seq2seq.python.ops.helper")


@public("contrib.seq2seq.Helper")
class Helper(abc.ABC):
    """What a BasicDecoder asks: its first inputs, a sample of each output, and the inputs after it."""

    @property
    @abc.abstractmethod
    def batch_size(self) -> Any:
        """How many sequences there are, a scalar int32 tensor."""

    @property
    @abc.abstractmethod
    def sample_ids_shape(self) -> TensorShape:
        """The shape of one example's sample."""

    @property
    @abc.abstractmethod
    def sample_ids_dtype(self) -> DType:
        """The DType of a sample."""

    @abc.abstractmethod
    def initialize(self, name: str | None = None) -> tuple:
        """(whether each sequence has ended already, the first inputs)."""

    @abc.abstractmethod
    def sample(self, time: Tensor, outputs: Any, state: Any, name: str | None = None) -> Tensor:
        """What is sampled from the outputs of step `time`."""

    @abc.abstractmethod
    def next_inputs(
        self, time: Tensor, outputs: Any, state: Any, sample_ids: Tensor, name: str | None = None
    ) -> tuple:
        """(whether each sequence has ended, the inputs of step `time + 1`, the state to go on with)."""


class SymbolHelper(Helper):
    """A helper whose samples are symbols, an int32 scalar for each of `_batch_size` sequences."""

    _batch_size: Tensor

    @property
    def batch_size(self) -> Tensor:
        """How many sequences there are, an int32 scalar."""
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        """A scalar's."""
        return TensorShape([])

    @property
    def sample_ids_dtype(self) -> DType:
        """int32."""
        return int32


@public("contrib.seq2seq.CustomHelper")
class CustomHelper(Helper):
    """A helper made of functions.

    Args:
      initialize_fn: a function that returns `(finished, first_inputs)`.
      sample_fn: a function of `time`, `outputs` and `state` that returns the sample.
      next_inputs_fn: a function of `time`, `outputs`, `state` and `sample_ids` that returns `(finished, next_inputs,
        next_state)`.
      sample_ids_shape: the shape of one example's sample, a scalar's when None.
      sample_ids_dtype: its DType, int32 when None.
    """

    def __init__(
        self,
        initialize_fn: Callable,
        sample_fn: Callable,
        next_inputs_fn: Callable,
        sample_ids_shape: ShapeLike = None,
        sample_ids_dtype: DTypeLike = None,
    ) -> None:
        self._initialize_fn = initialize_fn
        self._sample_fn = sample_fn
        self._next_inputs_fn = next_inputs_fn
        self._batch_size = None
        self._sample_ids_shape = TensorShape(sample_ids_shape or [])
        self._sample_ids_dtype: Any = sample_ids_dtype or int32

    @property
    def batch_size(self) -> Any:
        """How many flags `initialize_fn` returned; ValueError before it was called."""
        if self._batch_size is None:
            raise ValueError("batch_size is not known before initialize() is called: dynamic_decode does so")
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        """The shape of one example's sample."""
        return self._sample_ids_shape

    @property
    def sample_ids_dtype(self) -> DType:
        """The DType of a sample."""
        return self._sample_ids_dtype

    def initialize(self, name: str | None = None) -> tuple:
        """What `initialize_fn` returns."""
        with name_scope(name, f"{type(self).__name__}Initialize"):
            finished, inputs = self._initialize_fn()
            if self._batch_size is None:
                self._batch_size = array_ops.size(finished)
        return finished, inputs

    def sample(self, time: Tensor, outputs: Any, state: Any, name: str | None = None) -> Tensor:
        """What `sample_fn` returns."""
        with name_scope(name, f"{type(self).__name__}Sample", [time, *flatten(outputs)]):
            return self._sample_fn(time=time, outputs=outputs, state=state)

    def next_inputs(
        self, time: Tensor, outputs: Any, state: Any, sample_ids: Tensor, name: str | None = None
    ) -> tuple:
        """What `next_inputs_fn` returns."""
        with name_scope(name, f"{type(self).__name__}NextInputs", [time, *flatten(outputs)]):
            return self._next_inputs_fn(time=time, outputs=outputs, state=state, sample_ids=sample_ids)


@public("contrib.seq2seq.InferenceHelper")
class InferenceHelper(Helper):
    """A helper whose next inputs follow from the sample.

    Args:
      sample_fn: a function of the outputs that returns the sample.
      sample_shape: the shape of one example's sample.
      sample_dtype: its DType.
      start_inputs: the first inputs, `[batch, ...]`.
      end_fn: a function of the sample that returns whether each sequence has ended, a bool vector `[batch]`.
      next_inputs_fn: a function of the sample that returns the next inputs; the sample itself when None.
    """

    def __init__(
        self,
        sample_fn: Callable,
        sample_shape: ShapeLike,
        sample_dtype: DTypeLike,
        start_inputs: TensorLike,
        end_fn: Callable,
        next_inputs_fn: Callable | None = None,
    ) -> None:
        self._sample_fn = sample_fn
        self._end_fn = end_fn
        self._sample_shape = TensorShape(sample_shape)
        self._sample_dtype: Any = sample_dtype
        self._next_inputs_fn = next_inputs_fn
        self._start_inputs = convert_to_tensor(start_inputs, name="start_inputs")
        self._batch_size = array_ops.shape(self._start_inputs)[0]

    @property
    def batch_size(self) -> Tensor:
        """How many first inputs there are."""
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        """The shape of one example's sample."""
        return self._sample_shape

    @property
    def sample_ids_dtype(self) -> DType:
        """The DType of a sample."""
        return self._sample_dtype

    def initialize(self, name: str | None = None) -> tuple:
        """(no sequence has ended, the first inputs)."""
        return _none_finished(self._batch_size), self._start_inputs

    def sample(self, time: Tensor, outputs: Any, state: Any, name: str | None = None) -> Tensor:
        """What `sample_fn` returns."""
        return self._sample_fn(outputs)

    def next_inputs(
        self, time: Tensor, outputs: Any, state: Any, sample_ids: Tensor, name: str | None = None
    ) -> tuple:
        """(what `end_fn` says, what follows from the sample, the state)."""
        inputs = sample_ids if self._next_inputs_fn is None else self._next_inputs_fn(sample_ids)
        return self._end_fn(sample_ids), inputs, state


@public("contrib.seq2seq.GreedyEmbeddingHelper")
class GreedyEmbeddingHelper(SymbolHelper):
    """A helper whose next inputs are the embeddings of the likeliest symbols.

    Args:
      embedding: a function of ids `[batch]` that returns inputs, or what `tf.nn.embedding_lookup` looks them up in.
      start_tokens: the first symbols, an int32 vector `[batch]`.
      end_token: the symbol that ends a sequence, an int32 scalar.

    Raises:
      ValueError: tokens of another rank.
    """

    def __init__(self, embedding: Any, start_tokens: TensorLike, end_token: TensorLike) -> None:
        self._embedding_fn = embedding_function(embedding)
        self._start_tokens = convert_to_tensor(start_tokens, dtype="int32", name="start_tokens")
        self._end_token = convert_to_tensor(end_token, dtype="int32", name="end_token")
        if self._start_tokens.shape.ndims != 1:
            raise ValueError(f"start_tokens must be a vector, not of the shape {self._start_tokens.shape}")
        if self._end_token.shape.ndims != 0:
            raise ValueError(f"end_token must be a scalar, not of the shape {self._end_token.shape}")
        self._batch_size = array_ops.size(self._start_tokens)
        self._start_inputs = self._embedding_fn(self._start_tokens)

    def initialize(self, name: str | None = None) -> tuple:
        """(no sequence has ended, the embeddings of the first symbols)."""
        return _none_finished(self._batch_size), self._start_inputs

    def sample(self, time: Tensor, outputs: Any, state: Any, name: str | None = None) -> Tensor:
        """The likeliest symbols, int32 `[batch]`; TypeError when the outputs are no single tensor."""
        return math_ops.argmax(_single(outputs), axis=-1, output_type="int32")

    def next_inputs(
        self, time: Tensor, outputs: Any, state: Any, sample_ids: Tensor, name: str | None = None
    ) -> tuple:
        """(whether each sample is the last symbol, the samples' embeddings, the state)."""
        return math_ops.equal(sample_ids, self._end_token), self._embedding_fn(sample_ids), state


@public("contrib.seq2seq.SampleEmbeddingHelper")
class SampleEmbeddingHelper(GreedyEmbeddingHelper):
    """A helper whose next inputs are the embeddings of symbols that are drawn by their probability.

    Args:
      embedding, start_tokens, end_token: as in `GreedyEmbeddingHelper`.
      softmax_temperature: what the logits are divided by, a positive scalar; None leaves them.
      seed: the seed of the draws.

    Raises:
      ValueError: tokens of another rank.
    """

    def __init__(
        self,
        embedding: Any,
        start_tokens: TensorLike,
        end_token: TensorLike,
        softmax_temperature: TensorLike = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(embedding, start_tokens, end_token)
        self._softmax_temperature = softmax_temperature
        self._seed = seed

    def sample(self, time: Tensor, outputs: Any, state: Any, name: str | None = None) -> Tensor:
        """The drawn symbols, int32 `[batch]`; TypeError when the outputs are no single tensor."""
        logits = _single(outputs)
        if self._softmax_temperature is not None:
            logits = logits / self._softmax_temperature
        return drawn(logits, self._seed)


def embedding_function(embedding: Any) -> Callable:
    """`embedding` itself when it is a function, else the lookup in it."""
    return embedding if callable(embedding) else lambda ids: embedding_lookup(embedding, ids)


def drawn(logits: Tensor, seed: int | None) -> Tensor:
    """A class for each row of unnormalised log-probabilities, int32 `[batch]`."""
    return array_ops.squeeze(multinomial(logits, 1, seed=seed, output_dtype="int32"), [1])


def _none_finished(batch_size):
    return array_ops.fill(array_ops.expand_dims(batch_size, 0), False)


def _single(outputs):
    if not isinstance(outputs, Tensor):
        raise TypeError(f"outputs must be a single tensor of logits, not {outputs!r}")
    return outputs
