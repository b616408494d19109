"""Losses over a sample of the classes: nce_loss and sampled_softmax_loss."""

from collections.abc import Sequence

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.nn.candidate_sampling import log_uniform_candidate_sampler
from evergraph.ops.nn.cross_entropy import (
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
)
from evergraph.ops.nn.embedding import embedding_lookup

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")

_LOWEST = float(np.finfo(np.float32).min)


@public("python.ops.nn_impl._compute_sampled_logits")
def compute_sampled_logits(
    weights: TensorLike,
    biases: TensorLike,
    labels: TensorLike,
    inputs: TensorLike,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sequence[Tensor] | None = None,
    subtract_log_q: bool = True,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str | None = None,
    seed: int | None = None,
) -> tuple[Tensor, Tensor]:
    """(logits, labels), each `[batch, num_true + num_sampled]`: of the true classes, then of the sampled ones.

    With `subtract_log_q` the logarithm of how often a class is expected in the sample is taken from its logits; the other
    arguments are those of `nce_loss`, the `seed` that of the sampler.
    """
    if not isinstance(weights, (list, tuple)) and not hasattr(weights, "_get_variable_list"):
        weights = [weights]
    weights = list(weights)
    with name_scope(name, "compute_sampled_logits", [*weights, biases, inputs, labels]):
        labels = convert_to_tensor(labels)
        if labels.dtype.base_dtype != dtypes.int64:
            labels = math_ops.cast(labels, dtypes.int64)
        flat = array_ops.reshape(labels, [-1])
        if sampled_values is None:
            sampled_values = log_uniform_candidate_sampler(
                labels, num_true, num_sampled, True, num_classes, seed=seed
            )
        sampled, true_count, sampled_count = (constants.stop_gradient(s) for s in sampled_values)
        sampled = math_ops.cast(sampled, dtypes.int64)
        everything = array_ops.concat([flat, sampled], 0)
        rows = embedding_lookup(weights, everything, partition_strategy=partition_strategy)
        offsets = embedding_lookup(biases, everything, partition_strategy=partition_strategy)
        number = array_ops.shape(flat)[0]
        true_rows, sampled_rows = rows[:number], rows[number:]
        true_offsets, sampled_offsets = offsets[:number], offsets[number:]
        inner = array_ops.shape(rows)[1:2]
        true_rows = array_ops.reshape(true_rows, array_ops.concat([[-1, num_true], inner], 0))
        true_logits = math_ops.reduce_sum(array_ops.expand_dims(inputs, 1) * true_rows, 2)
        true_logits += array_ops.reshape(true_offsets, [-1, num_true])
        sampled_logits = math_ops.matmul(inputs, sampled_rows, transpose_b=True) + sampled_offsets
        if remove_accidental_hits:
            same = math_ops.equal(array_ops.expand_dims(labels, 2), sampled)
            hits = math_ops.cast(math_ops.reduce_any(same, 1), sampled_logits.dtype.base_dtype)
            sampled_logits += hits * _LOWEST
        if subtract_log_q:
            true_logits -= math_ops.log(true_count)
            sampled_logits -= math_ops.log(sampled_count)
        out_labels = [array_ops.ones_like(true_logits) / num_true, array_ops.zeros_like(sampled_logits)]
        return array_ops.concat([true_logits, sampled_logits], 1), array_ops.concat(out_labels, 1)


@public("nn.nce_loss")
def nce_loss(
    weights: TensorLike,
    biases: TensorLike,
    labels: TensorLike,
    inputs: TensorLike,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sequence[Tensor] | None = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str | None = "nce_loss",
) -> Tensor:
    """The noise-contrastive estimation loss of each example.

    Gutmann and Hyvarinen, Noise-contrastive estimation, 2010.

    Args:
      weights: the table of the classes, `[num_classes, dim]`, or a list of its partitions.
      biases: `[num_classes]`.
      labels: int64 `[batch, num_true]`, the true classes.
      inputs: `[batch, dim]`.
      num_sampled: how many classes to sample for the batch.
      num_classes: how many there are.
      num_true: how many true classes an example has.
      sampled_values: what a candidate sampler gave; the log-uniform one is asked when None.
      remove_accidental_hits: whether sampled classes that are true ones do not count.
      partition_strategy: see `embedding_lookup`.
      name: a name for the operations.

    Returns:
      A vector `[batch]`.
    """
    logits, labels = compute_sampled_logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits=remove_accidental_hits,
        partition_strategy=partition_strategy,
        name=name,
    )
    losses = sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="sampled_losses")
    return math_ops.reduce_sum(losses, 1)


@public("nn.sampled_softmax_loss")
def sampled_softmax_loss(
    weights: TensorLike,
    biases: TensorLike,
    labels: TensorLike,
    inputs: TensorLike,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sequence[Tensor] | None = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str | None = "sampled_softmax_loss",
    seed: int | None = None,
) -> Tensor:
    """The softmax cross entropy of each example over the true and the sampled classes (Jean et al. 2014, arXiv:1412.2007, section 3).

    Arguments and errors as for `nce_loss`.
    """
    logits, labels = compute_sampled_logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits=remove_accidental_hits,
        partition_strategy=partition_strategy,
        name=name,
        seed=seed,
    )
    labels = constants.stop_gradient(labels, name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)
