"""Helpers that read what comes next, or mix it with what the decoder says (Bengio et al. 2015, arXiv:1506.03099)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.seq2seq.helper import SymbolHelper, drawn, embedding_function
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.recurrent.sequences import transpose_batch_time
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.random.distributions import random_uniform

public_module("contrib.seq2seq.python.ops.helper")


@public("contrib.seq2seq.TrainingHelper")
class TrainingHelper(SymbolHelper):
    """A helper whose next inputs are given.

    Args:
      inputs: a tensor `[batch, time, ...]`, or `[time, batch, ...]` when `time_major`.
      sequence_length: the lengths, an integer vector `[batch]`.
      time_major: whether time is the first axis of `inputs`.
      name: a name for the operations.

    Raises:
      ValueError: `sequence_length` is no vector.
    """

    def __init__(
        self,
        inputs: TensorLike,
        sequence_length: TensorLike,
        time_major: bool = False,
        name: str | None = None,
    ) -> None:
        with name_scope(name, "TrainingHelper", [inputs, sequence_length]):
            self._inputs = convert_to_tensor(inputs, name="inputs")
            self._steps = _Steps(self._inputs, time_major)
            self._sequence_length = convert_to_tensor(sequence_length, name="sequence_length")
            if self._sequence_length.shape.ndims != 1:
                raise ValueError(
                    f"sequence_length must be a vector, not of the shape {self._sequence_length.shape}"
                )
            self._batch_size = array_ops.size(self._sequence_length)

    @property
    def inputs(self) -> Tensor:
        """The inputs as they were given."""
        return self._inputs

    @property
    def sequence_length(self) -> Tensor:
        """The lengths."""
        return self._sequence_length

    def initialize(self, name: str | None = None) -> tuple:
        """(which sequences are empty, the first inputs)."""
        with name_scope(name, "TrainingHelperInitialize"):
            finished = math_ops.equal(self._sequence_length, array_ops.zeros_like(self._sequence_length))
            return finished, self._steps.read(0, finished)

    def sample(
        self, time: Tensor, outputs: Any, state: Any = None, name: str | None = None, **unused_kwargs: Any
    ) -> Tensor:
        """The likeliest symbols, int32 `[batch]`."""
        with name_scope(name, "TrainingHelperSample", [time, outputs]):
            return math_ops.argmax(outputs, axis=-1, output_type="int32")

    def next_inputs(
        self,
        time: Tensor,
        outputs: Any,
        state: Any,
        sample_ids: Any = None,
        name: str | None = None,
        **unused_kwargs: Any,
    ) -> tuple:
        """(which sequences are no longer than `time + 1`, their inputs there, the state)."""
        with name_scope(name, "TrainingHelperNextInputs", [time]):
            finished = math_ops.cast(time + 1, self._sequence_length.dtype) >= self._sequence_length
            return finished, self._steps.read(time + 1, finished), state


class _Steps:
    """The steps of a tensor, and zeros after the last one."""

    def __init__(self, inputs, time_major):
        rows = inputs if time_major else transpose_batch_time(inputs)
        shape = rows.shape[1:]
        self._array = TensorArray(rows.dtype, size=array_ops.shape(rows)[0], element_shape=shape).unstack(
            rows
        )
        self._zeros = array_ops.zeros(array_ops.shape(rows)[1:], rows.dtype)
        self._zeros.set_shape(shape)

    def read(self, time, finished):
        """Step `time`; zeros when all have finished, where there may be none."""
        found = cond(math_ops.reduce_all(finished), lambda: self._zeros, lambda: self._array.read(time))
        found.set_shape(self._zeros.shape)
        return found


def _probability(sampling_probability):
    found = convert_to_tensor(sampling_probability, name="sampling_probability")
    if found.shape.ndims not in (0, 1):
        raise ValueError(f"sampling_probability must be a scalar or vector, not of the shape {found.shape}")
    return found


def _chosen(probability, batch_size, seed):
    """Which examples are sampled, a bool vector `[batch]`."""
    return (
        random_uniform(array_ops.expand_dims(batch_size, 0), seed=seed, dtype=probability.dtype) < probability
    )


@public("contrib.seq2seq.ScheduledEmbeddingTrainingHelper")
class ScheduledEmbeddingTrainingHelper(TrainingHelper):
    """A helper whose next inputs are given, or now and then the embeddings of symbols drawn from the outputs.

    Samples are the drawn symbols, and -1 where none was drawn.

    Args:
      inputs, sequence_length, time_major: as in `TrainingHelper`.
      embedding: as in `GreedyEmbeddingHelper`; a function of ids gets those of the whole batch, 0 where none was drawn.
      sampling_probability: the probability that a symbol is drawn, a scalar or a vector `[batch]`.
      seed: the seed of the drawn symbols.
      scheduling_seed: the seed of whether one is drawn.
      name: a name for the operations.

    Raises:
      ValueError: `sampling_probability` of another rank; `sequence_length` is no vector.
    """

    def __init__(
        self,
        inputs: TensorLike,
        sequence_length: TensorLike,
        embedding: Any,
        sampling_probability: TensorLike,
        time_major: bool = False,
        seed: int | None = None,
        scheduling_seed: int | None = None,
        name: str | None = None,
    ) -> None:
        with name_scope(name, "ScheduledEmbeddingSamplingWrapper", [sampling_probability]):
            self._embedding_fn = embedding_function(embedding)
            self._sampling_probability = _probability(sampling_probability)
            self._seed = seed
            self._scheduling_seed = scheduling_seed
            super().__init__(inputs, sequence_length, time_major, name)

    def sample(
        self, time: Tensor, outputs: Any, state: Any = None, name: str | None = None, **unused_kwargs: Any
    ) -> Tensor:
        """The drawn symbols, int32 `[batch]`, and -1."""
        with name_scope(name, "ScheduledEmbeddingTrainingHelperSample", [time, outputs]):
            chosen = _chosen(self._sampling_probability, self._batch_size, self._scheduling_seed)
            symbols = drawn(outputs, self._seed)
            return array_ops.where(chosen, symbols, -array_ops.ones_like(symbols))

    def next_inputs(
        self,
        time: Tensor,
        outputs: Any,
        state: Any,
        sample_ids: Any = None,
        name: str | None = None,
        **unused_kwargs: Any,
    ) -> tuple:
        """(which sequences have ended, the inputs or the embeddings of the samples, the state)."""
        with name_scope(name, "ScheduledEmbeddingTrainingHelperNextInputs", [time, outputs, sample_ids]):
            finished, given, state = super().next_inputs(time, outputs, state)
            embedded = self._embedding_fn(math_ops.maximum(sample_ids, array_ops.zeros_like(sample_ids)))
            # One choice for all examples: parts of a batch have a size that is known only when it runs.
            return finished, array_ops.where(sample_ids > -1, embedded, given), state


@public("contrib.seq2seq.ScheduledOutputTrainingHelper")
class ScheduledOutputTrainingHelper(TrainingHelper):
    """A helper whose next inputs are given, or now and then what follows from the outputs.

    Samples are 1 where the outputs are used, else 0.

    Args:
      inputs, sequence_length, time_major: as in `TrainingHelper`.
      sampling_probability: the probability that the outputs are used, a scalar or a vector `[batch]`.
      seed: the seed of that.
      next_inputs_fn: a function of the outputs of the whole batch that returns the inputs; the outputs themselves when None.
      auxiliary_inputs: a tensor like `inputs`, but for the last axis, along which it is joined to either.
      name: a name for the operations.

    Raises:
      ValueError: `sampling_probability` of another rank; `sequence_length` is no vector.
    """

    def __init__(
        self,
        inputs: TensorLike,
        sequence_length: TensorLike,
        sampling_probability: TensorLike,
        time_major: bool = False,
        seed: int | None = None,
        next_inputs_fn: Callable | None = None,
        auxiliary_inputs: TensorLike = None,
        name: str | None = None,
    ) -> None:
        with name_scope(name, "ScheduledOutputTrainingHelper", [inputs, sampling_probability]):
            self._sampling_probability = _probability(sampling_probability)
            self._seed = seed
            self._next_inputs_fn = next_inputs_fn
            self._auxiliary_steps = None
            if auxiliary_inputs is not None:
                auxiliary = convert_to_tensor(auxiliary_inputs, name="auxiliary_inputs")
                self._auxiliary_steps = _Steps(auxiliary, time_major)
                inputs = array_ops.concat([inputs, auxiliary], -1)
            super().__init__(inputs, sequence_length, time_major, name)

    def sample(
        self, time: Tensor, outputs: Any, state: Any = None, name: str | None = None, **unused_kwargs: Any
    ) -> Tensor:
        """Whether the outputs are used, int32 `[batch]`."""
        with name_scope(name, "ScheduledOutputTrainingHelperSample", [time]):
            return math_ops.to_int32(_chosen(self._sampling_probability, self._batch_size, self._seed))

    def next_inputs(
        self,
        time: Tensor,
        outputs: Any,
        state: Any,
        sample_ids: Any = None,
        name: str | None = None,
        **unused_kwargs: Any,
    ) -> tuple:
        """(which sequences have ended, the inputs or what follows from the outputs, the state)."""
        with name_scope(name, "ScheduledOutputTrainingHelperNextInputs", [time, outputs, sample_ids]):
            finished, given, state = super().next_inputs(time, outputs, state)
            own = outputs if self._next_inputs_fn is None else self._next_inputs_fn(outputs)
            if self._auxiliary_steps is not None:
                own = array_ops.concat([own, self._auxiliary_steps.read(time + 1, finished)], -1)
            return finished, array_ops.where(math_ops.cast(sample_ids, "bool"), own, given), state
