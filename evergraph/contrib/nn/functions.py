"""Dropout that keeps mean and deviation, losses over samples, cross entropies of swapped arguments."""

import numbers
from collections.abc import Sequence

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops import nn as nn_ops
from evergraph.ops.inference import constant_value
from evergraph.ops.nn.embedding import embedding_lookup
from evergraph.ops.nn.sampled_loss import compute_sampled_logits
from evergraph.ops.nn.top_k import nth_element
from evergraph.ops.random.distributions import random_uniform

public_module(
    "contrib.nn.python.ops.alpha_dropout",
    "contrib.nn.python.ops.cross_entropy",
    "contrib.nn.python.ops.sampling_ops",
)
public("contrib.nn.nth_element")(nth_element)

_SATURATED = -1.7580993408473766  # what selu tends to at minus infinity


@public("contrib.nn.alpha_dropout")
def alpha_dropout(
    x: TensorLike,
    keep_prob: TensorLike,
    noise_shape: TensorLike | None = None,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Dropout after `selu`: what is dropped saturates, and mean and deviation stay as they are.

    Formula: Klambauer et al., "Self-Normalizing Neural Networks" (2017).

    Args:
      x: floats of any shape.
      keep_prob: with what probability an element is kept: a scalar in (0, 1].
      noise_shape: int32: the shape in which to draw, which broadcasts to that of `x`; that of `x` when None.
      seed: of the operation that draws.
      name: the name scope.

    Returns:
      A tensor like `x`.

    Raises:
      ValueError: a number `keep_prob` that is not in (0, 1].
    """
    with name_scope(name, "alpha_dropout", [x]):
        x = convert_to_tensor(x, name="x")
        if isinstance(keep_prob, numbers.Real) and not 0 < float(keep_prob) <= 1:
            raise ValueError(f"keep_prob must be a scalar tensor or a number in (0, 1], got {keep_prob}")
        keep = convert_to_tensor(keep_prob, dtype=x.dtype, name="keep_prob")
        keep.shape.assert_has_rank(0)
        if constant_value(keep) == 1:
            return x
        shape = array_ops.shape(x) if noise_shape is None else noise_shape
        kept = math_ops.cast(random_uniform(shape, seed=seed, dtype=x.dtype) >= 1 - keep, x.dtype)
        scale = (keep + keep * (1 - keep) * _SATURATED**2) ** -0.5
        return scale * (x * kept + _SATURATED * (1 - kept)) - scale * _SATURATED * (1 - keep)


@public("contrib.nn.conv1d_transpose", "python.ops.nn_ops.conv1d_transpose")
def conv1d_transpose(
    value: TensorLike,
    filter: TensorLike,  # noqa: A002 (TensorFlow's word)
    output_shape: TensorLike,
    stride: int,
    padding: str = "SAME",
    data_format: str = "NWC",
    name: str | None = None,
) -> Tensor:
    """The gradient of `tf.nn.conv1d` with respect to its input, as a layer.

    Args:
      value: floats `[batch, width, in_channels]`, or `[batch, in_channels, width]` for "NCW".
      filter: `[width, out_channels, in_channels]`.
      output_shape: three sizes.
      stride: by how much wider the output is.
      padding: "SAME" or "VALID".
      data_format: "NWC" or "NCW".
      name: the name scope.

    Returns:
      A tensor of shape `output_shape`.

    Raises:
      ValueError: another padding or format, channels that do not fit.
    """
    if data_format not in (None, "NWC", "NCW"):
        raise ValueError(f"data_format must be 'NWC' or 'NCW', got {data_format!r}")
    if padding not in ("SAME", "VALID"):
        raise ValueError(f"padding must be 'SAME' or 'VALID', got {padding!r}")
    with name_scope(name, "conv1d_transpose", [value, filter, output_shape]):
        value, kernel = convert_to_tensor(value, name="value"), convert_to_tensor(filter, name="filter")
        sizes = convert_to_tensor(output_shape, name="output_shape")
        if not sizes.shape.is_compatible_with([3]):
            raise ValueError(f"output_shape must be three sizes, got shape {sizes.shape}")
        axis, row = (1, 2) if data_format == "NCW" else (2, 1)
        given, taken = value.shape[axis], kernel.shape[2]
        if not given.is_compatible_with(taken):
            raise ValueError(f"value has {given} channels, but filter takes {taken}")
        one = constants.constant([1], sizes.dtype)
        result = nn_ops.conv2d_transpose(
            array_ops.expand_dims(value, row),
            array_ops.expand_dims(kernel, 0),
            array_ops.concat([sizes[:row], one, sizes[row:]], 0),
            [1, 1, 1, stride] if data_format == "NCW" else [1, 1, stride, 1],
            padding=padding,
            data_format="NCHW" if data_format == "NCW" else "NHWC",
        )
        return array_ops.squeeze(result, [row])


@public("contrib.nn.deprecated_flipped_softmax_cross_entropy_with_logits")
def deprecated_flipped_softmax_cross_entropy_with_logits(
    logits: TensorLike, labels: TensorLike, dim: int = -1, name: str | None = None
) -> Tensor:
    """`tf.nn.softmax_cross_entropy_with_logits` with its arguments in the order of before TensorFlow 1.0.

    `logits` and `labels` are floats `[..., classes]`, the classes along `dim`; the result has no such dimension.
    """
    return nn_ops.softmax_cross_entropy_with_logits(labels=labels, logits=logits, dim=dim, name=name)


@public("contrib.nn.deprecated_flipped_sparse_softmax_cross_entropy_with_logits")
def deprecated_flipped_sparse_softmax_cross_entropy_with_logits(
    logits: TensorLike, labels: TensorLike, name: str | None = None
) -> Tensor:
    """`tf.nn.sparse_softmax_cross_entropy_with_logits` with its arguments in the order of before TensorFlow 1.0.

    `logits` are floats `[..., classes]`, `labels` integers `[...]` and so is the shape of the result.

    Raises:
      ValueError: labels whose rank is not one less.
    """
    return nn_ops.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name=name)


@public("contrib.nn.deprecated_flipped_sigmoid_cross_entropy_with_logits")
def deprecated_flipped_sigmoid_cross_entropy_with_logits(
    logits: TensorLike, targets: TensorLike, name: str | None = None
) -> Tensor:
    """`tf.nn.sigmoid_cross_entropy_with_logits` with its arguments in the order of before TensorFlow 1.0.

    `logits`, `targets` and the result are floats of one shape.

    Raises:
      ValueError: two shapes.
    """
    return nn_ops.sigmoid_cross_entropy_with_logits(labels=targets, logits=logits, name=name)


@public("contrib.nn.sampled_sparse_softmax_loss")
def sampled_sparse_softmax_loss(
    weights: TensorLike,
    biases: TensorLike,
    labels: TensorLike,
    inputs: TensorLike,
    num_sampled: int,
    num_classes: int,
    sampled_values: Sequence[Tensor] | None = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_sparse_softmax_loss",
) -> Tensor:
    """The softmax cross entropy over the true class and sampled ones: `tf.nn.sampled_softmax_loss` for one true class.

    Formula: Jean et al. 2014, arXiv:1412.2007, section 3.

    Args:
      weights, biases, inputs, num_sampled, num_classes, sampled_values: as for `tf.nn.sampled_softmax_loss`.
      labels: int64 `[batch, 1]`.
      remove_accidental_hits, partition_strategy, name: as there.

    Returns:
      A vector `[batch]`.
    """
    logits, _ = compute_sampled_logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        1,
        sampled_values,
        remove_accidental_hits=remove_accidental_hits,
        partition_strategy=partition_strategy,
        name=name,
    )
    first = array_ops.zeros(array_ops.shape(logits)[:1], "int64")  # the true class is the first one
    return nn_ops.sparse_softmax_cross_entropy_with_logits(labels=first, logits=logits)


@public("contrib.nn.rank_sampled_softmax_loss")
def rank_sampled_softmax_loss(
    weights: TensorLike,
    biases: TensorLike,
    labels: TensorLike,
    inputs: TensorLike,
    num_sampled: int,
    num_resampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Sequence[Tensor],
    resampling_temperature: TensorLike,
    remove_accidental_hits: bool,
    partition_strategy: str,
    name: str | None = None,
) -> Tensor:
    """`tf.nn.sampled_softmax_loss` over those of the sampled classes that are likeliest for the batch.

    Formula: TAPAS, arXiv:1707.03073.

    Args:
      weights, biases, labels, inputs, num_classes, num_true: as for `tf.nn.sampled_softmax_loss`.
      num_sampled: how many classes are sampled.
      num_resampled: how many of them, by `logsumexp(logits / resampling_temperature)` over the batch, are kept.
      sampled_values: what a candidate sampler gave.
      resampling_temperature: a scalar.
      remove_accidental_hits, partition_strategy, name: as there.

    Returns:
      A vector `[batch]`.

    Raises:
      ValueError: not fewer are kept than sampled, or more sampled than there are; another strategy.
    """
    if num_sampled > num_classes:
        raise ValueError(f"num_sampled ({num_sampled}) cannot be greater than num_classes ({num_classes})")
    if num_sampled <= num_resampled:
        raise ValueError(f"num_resampled ({num_resampled}) must be less than num_sampled ({num_sampled})")
    if partition_strategy not in ("div", "mod"):
        raise ValueError(f"partition_strategy must be 'div' or 'mod', got {partition_strategy!r}")
    if not sampled_values:
        raise ValueError(
            "sampled_values must be given: the learned unigram sampler, which is asked for them otherwise, is not here"
        )
    with name_scope(name, "rank_sampled_softmax_loss", [labels, inputs, resampling_temperature]) as scope:
        sampled, true_count, sampled_count = (constants.stop_gradient(value) for value in sampled_values)
        sampled = math_ops.cast(sampled, "int64")
        rows = embedding_lookup(weights, sampled, partition_strategy=partition_strategy)
        near = math_ops.matmul(rows, inputs / resampling_temperature, transpose_b=True)
        offsets = array_ops.reshape(
            embedding_lookup(biases, sampled, partition_strategy=partition_strategy), [-1]
        )
        likely = math_ops.reduce_logsumexp(near, axis=1) + offsets / resampling_temperature
        _, kept = nn_ops.top_k(likely, k=num_resampled, sorted=False)
        return nn_ops.sampled_softmax_loss(
            weights=weights,
            biases=biases,
            labels=labels,
            inputs=inputs,
            num_sampled=num_resampled,
            num_classes=num_classes,
            num_true=num_true,
            sampled_values=(
                array_ops.gather(sampled, kept),
                true_count,
                array_ops.gather(sampled_count, kept),
            ),
            remove_accidental_hits=remove_accidental_hits,
            partition_strategy=partition_strategy,
            name=scope,
        )
