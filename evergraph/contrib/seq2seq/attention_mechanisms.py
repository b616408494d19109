"""Scores of a memory's places: products or sums of query and keys, each of which may be monotonic."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from evergraph.contrib.seq2seq.attention_memory import BaseAttentionMechanism
from evergraph.contrib.seq2seq.attention_scores import monotonic_attention
from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.dense import Dense
from evergraph.layers.recurrent.sizes import zeros_of
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.random.distributions import random_normal
from evergraph.ops.variables.initializers import Constant, Ones, Zeros
from evergraph.ops.variables.scope import get_variable

public_module("contrib.seq2seq.python.ops.attention_wrapper")


def _layer(num_units, name, dtype):
    return Dense(num_units, use_bias=False, name=name, dtype=dtype or dtypes.float32)


class _Multiplicative(BaseAttentionMechanism):
    def _prepare(self, num_units, scale, dtype) -> dict[str, Any]:
        self._num_units = num_units
        self._scale = scale
        return {"query_layer": None, "memory_layer": _layer(num_units, "memory_layer", dtype)}

    def _score(self, query):
        if query.shape[-1].value is None or query.shape[-1].value != self._keys.shape[-1].value:
            raise ValueError(
                f"the query has {query.shape[-1]} columns and the keys {self._keys.shape[-1]}: they are multiplied, so "
                "num_units must be the query's columns"
            )
        score = math_ops.matmul(array_ops.expand_dims(query, 1), self._keys, transpose_b=True)
        score = array_ops.squeeze(score, [1])
        if not self._scale:
            return score
        return get_variable("attention_g", [], query.dtype, initializer=Ones()) * score


class _Additive(BaseAttentionMechanism):
    def _prepare(self, num_units, normalize, dtype) -> dict[str, Any]:
        self._num_units = num_units
        self._normalize = normalize
        return {
            "query_layer": _layer(num_units, "query_layer", dtype),
            "memory_layer": _layer(num_units, "memory_layer", dtype),
        }

    def _score(self, query):
        asked = self._query_layer(query) if self._query_layer else query
        units, dtype = self._keys.shape[2].value, asked.dtype
        v = get_variable("attention_v", [units], dtype)
        sums = self._keys + array_ops.expand_dims(asked, 1)
        if not self._normalize:
            return math_ops.reduce_sum(v * math_ops.tanh(sums), [2])
        g = get_variable("attention_g", [], dtype, initializer=Constant(math.sqrt(1 / units)))
        b = get_variable("attention_b", [units], dtype, initializer=Zeros())
        direction = g * v * math_ops.rsqrt(math_ops.reduce_sum(math_ops.square(v)))
        return math_ops.reduce_sum(direction * math_ops.tanh(sums + b), [2])


class _Monotonic(BaseAttentionMechanism):
    """Alignments that never go back, from scores with a bias."""

    def _prepare_monotonic(self, sigmoid_noise, seed, score_bias_init, mode):
        self._score_bias_init = score_bias_init

        def probability_fn(score, previous):
            if sigmoid_noise > 0:
                noise = random_normal(array_ops.shape(score), dtype=score.dtype, seed=seed)
                score = score + sigmoid_noise * noise
            if mode == "hard":
                chosen = math_ops.cast(score > 0, score.dtype)
            else:
                chosen = math_ops.sigmoid(score)
            return monotonic_attention(chosen, previous, mode)

        return probability_fn

    def initial_alignments(self, batch_size: TensorLike, dtype: DTypeLike) -> Tensor:
        """The alignments before the first step: 1 at the first place, `[batch_size, places]`."""
        zeros = zeros_of(batch_size, self._alignments_size, dtype)
        first = array_ops.one_hot(array_ops.zeros([batch_size], "int32"), self._alignments_size, dtype=dtype)
        first.set_shape(zeros.shape)
        return first

    def _score(self, query):
        score = super()._score(query)
        bias = get_variable(
            "attention_score_bias", [], score.dtype, initializer=Constant(self._score_bias_init)
        )
        return score + bias


@public("contrib.seq2seq.LuongAttention")
class LuongAttention(_Multiplicative):
    """Scores that are products of query and keys (Luong et al. 2015, arXiv:1508.04025, section 3.1).

    Args:
      num_units: the columns of the keys, which are those of the query.
      memory: the memory, `[batch, places, ...]`.
      memory_sequence_length: how many places each memory has, `[batch]`; all when None.
      scale: whether scores are multiplied by the variable `attention_g`.
      probability_fn: a function of the scores that returns the alignments, `tf.nn.softmax` when None.
      score_mask_value: the score of places after a memory's end; minus infinity when None.
      dtype: the type of the memory layer's variable, float32 when None.
      name: a name for the operations.
    """

    _scope = "luong_attention"

    def __init__(
        self,
        num_units: int,
        memory: TensorLike,
        memory_sequence_length: TensorLike = None,
        scale: bool = False,
        probability_fn: Callable | None = None,
        score_mask_value: float | None = None,
        dtype: DTypeLike = None,
        name: str = "LuongAttention",
    ) -> None:
        spread = probability_fn or nn.softmax
        super().__init__(
            memory=memory,
            probability_fn=lambda score, _: spread(score),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
            **self._prepare(num_units, scale, dtype),
        )


@public("contrib.seq2seq.BahdanauAttention")
class BahdanauAttention(_Additive):
    """Scores of a sum of query and keys (Bahdanau et al. 2015, arXiv:1409.0473, appendix A.1.2).

    Args:
      num_units: the columns of query and keys, after their layers.
      memory: the memory, `[batch, places, ...]`.
      memory_sequence_length: how many places each memory has, `[batch]`; all when None.
      normalize: whether the weights are normalized (Salimans and Kingma 2016, arXiv:1602.07868).
      probability_fn: a function of the scores that returns the alignments, `tf.nn.softmax` when None.
      score_mask_value: the score of places after a memory's end; minus infinity when None.
      dtype: the type of the layers' variables, float32 when None.
      name: a name for the operations.
    """

    _scope = "bahdanau_attention"

    def __init__(
        self,
        num_units: int,
        memory: TensorLike,
        memory_sequence_length: TensorLike = None,
        normalize: bool = False,
        probability_fn: Callable | None = None,
        score_mask_value: float | None = None,
        dtype: DTypeLike = None,
        name: str = "BahdanauAttention",
    ) -> None:
        spread = probability_fn or nn.softmax
        super().__init__(
            memory=memory,
            probability_fn=lambda score, _: spread(score),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
            **self._prepare(num_units, normalize, dtype),
        )


@public("contrib.seq2seq.LuongMonotonicAttention")
class LuongMonotonicAttention(_Monotonic, _Multiplicative):
    """`LuongAttention` that never goes back (Raffel et al. 2017, arXiv:1704.00784).

    Args:
      num_units, memory, memory_sequence_length, scale, score_mask_value, dtype, name: as in `LuongAttention`.
      sigmoid_noise: the standard deviation of noise that is added to the scores.
      sigmoid_noise_seed: the seed of the noise.
      score_bias_init: the first value of the variable `attention_score_bias`.
      mode: as in `monotonic_attention`.
    """

    _scope = "luong_monotonic_attention"

    def __init__(
        self,
        num_units: int,
        memory: TensorLike,
        memory_sequence_length: TensorLike = None,
        scale: bool = False,
        score_mask_value: float | None = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: DTypeLike = None,
        name: str = "LuongMonotonicAttention",
    ) -> None:
        super().__init__(
            memory=memory,
            probability_fn=self._prepare_monotonic(sigmoid_noise, sigmoid_noise_seed, score_bias_init, mode),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
            **self._prepare(num_units, scale, dtype),
        )


@public("contrib.seq2seq.BahdanauMonotonicAttention")
class BahdanauMonotonicAttention(_Monotonic, _Additive):
    """`BahdanauAttention` that never goes back (Raffel et al. 2017, arXiv:1704.00784).

    Args:
      num_units, memory, memory_sequence_length, normalize, score_mask_value, dtype, name: as in `BahdanauAttention`.
      sigmoid_noise, sigmoid_noise_seed, score_bias_init, mode: as in `LuongMonotonicAttention`.
    """

    _scope = "bahdanau_monotonic_attention"

    def __init__(
        self,
        num_units: int,
        memory: TensorLike,
        memory_sequence_length: TensorLike = None,
        normalize: bool = False,
        score_mask_value: float | None = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: DTypeLike = None,
        name: str = "BahdanauMonotonicAttention",
    ) -> None:
        super().__init__(
            memory=memory,
            probability_fn=self._prepare_monotonic(sigmoid_noise, sigmoid_noise_seed, score_bias_init, mode),
            memory_sequence_length=memory_sequence_length,
            score_mask_value=score_mask_value,
            name=name,
            **self._prepare(num_units, normalize, dtype),
        )
