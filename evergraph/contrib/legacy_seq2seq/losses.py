"""Losses of sequences that are lists, and models with one unrolled graph for each bucket of lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.scope import get_variable_scope, variable_scope

public_module("contrib.legacy_seq2seq.python.ops.seq2seq")
_TINY = 1e-12  # added to the weights' sum, which may be zero


@public("contrib.legacy_seq2seq.sequence_loss_by_example")
def sequence_loss_by_example(
    logits: Sequence[TensorLike],
    targets: Sequence[TensorLike],
    weights: Sequence[TensorLike],
    average_across_timesteps: bool = True,
    softmax_loss_function: Callable | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of each sequence.

    Args:
      logits: floating matrices `[batch, symbols]`, one for each step.
      targets: integer vectors `[batch]`.
      weights: floating vectors `[batch]`.
      average_across_timesteps: whether to divide by the sum of a sequence's weights.
      softmax_loss_function: a function of `labels` and `logits` in place of the softmax cross entropy.
      name: a name for the operations.

    Returns:
      The losses `[batch]`.

    Raises:
      ValueError: lists of different lengths.
    """
    if not len(logits) == len(targets) == len(weights):
        raise ValueError(
            f"logits, targets and weights must be lists of one length, not {len(logits)}, {len(targets)} and "
            f"{len(weights)}"
        )
    with name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        losses = []
        for logit, target, weight in zip(logits, targets, weights):
            if softmax_loss_function is None:
                flat = array_ops.reshape(target, [-1])  # a scalar for a batch of one
                loss = nn.sparse_softmax_cross_entropy_with_logits(labels=flat, logits=logit)
            else:
                loss = softmax_loss_function(labels=target, logits=logit)
            losses.append(loss * weight)
        total = math_ops.add_n(losses)
        return total / (math_ops.add_n(weights) + _TINY) if average_across_timesteps else total


@public("contrib.legacy_seq2seq.sequence_loss")
def sequence_loss(
    logits: Sequence[TensorLike],
    targets: Sequence[TensorLike],
    weights: Sequence[TensorLike],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted cross entropy of a batch of sequences, a scalar.

    Args:
      logits, targets, weights, average_across_timesteps, softmax_loss_function: as in `sequence_loss_by_example`.
      average_across_batch: whether to divide the sum over the sequences by their number.
      name: a name for the operations.

    Raises:
      ValueError: lists of different lengths.
    """
    with name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        total = math_ops.reduce_sum(
            sequence_loss_by_example(
                logits, targets, weights, average_across_timesteps, softmax_loss_function
            )
        )
        if not average_across_batch:
            return total
        return total / math_ops.cast(array_ops.shape(targets[0])[0], total.dtype)


@public("contrib.legacy_seq2seq.model_with_buckets")
def model_with_buckets(
    encoder_inputs: Sequence[TensorLike],
    decoder_inputs: Sequence[TensorLike],
    targets: Sequence[TensorLike],
    weights: Sequence[TensorLike],
    buckets: Sequence[tuple[int, int]],
    seq2seq: Callable,
    softmax_loss_function: Callable | None = None,
    per_example_loss: bool = False,
    name: str | None = None,
) -> tuple[list, list]:
    """A model for several pairs of lengths, all with the same variables.

    Args:
      encoder_inputs, decoder_inputs: lists of tensors, as long as the last bucket at least.
      targets: integer vectors `[batch]`, one for each step of the decoder.
      weights: floating vectors `[batch]`, one for each step of the decoder.
      buckets: pairs (steps of the encoder, steps of the decoder), the longest last.
      seq2seq: a function of the inputs of encoder and decoder that returns (outputs, state).
      softmax_loss_function: as in `sequence_loss_by_example`.
      per_example_loss: whether a loss is one for each sequence, `[batch]`, or a scalar.
      name: a name for the operations.

    Returns:
      (the outputs of each bucket, the loss of each bucket).

    Raises:
      ValueError: a list that is shorter than the last bucket.
    """
    for argument, given, needed in (
        ("encoder_inputs", encoder_inputs, buckets[-1][0]),
        ("targets", targets, buckets[-1][1]),
        ("weights", weights, buckets[-1][1]),
    ):
        if len(given) < needed:
            raise ValueError(
                f"{argument} must be as long as the last bucket {buckets[-1]}: {needed}, not {len(given)}"
            )
    loss_of = sequence_loss_by_example if per_example_loss else sequence_loss
    outputs, losses = [], []
    with name_scope(name, "model_with_buckets", [*encoder_inputs, *decoder_inputs, *targets, *weights]):
        for number, (encoded, decoded) in enumerate(buckets):
            with variable_scope(get_variable_scope(), reuse=True if number else None):
                bucket_outputs, _ = seq2seq(encoder_inputs[:encoded], decoder_inputs[:decoded])
                outputs.append(bucket_outputs)
                losses.append(
                    loss_of(
                        bucket_outputs,
                        targets[:decoded],
                        weights[:decoded],
                        softmax_loss_function=softmax_loss_function,
                    )
                )
    return outputs, losses
