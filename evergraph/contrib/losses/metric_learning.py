"""Losses that put embeddings of one class near each other, and others apart."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.script import Print
from evergraph.ops.sparse import sparse_tensor_to_dense

public_module(
    "contrib.losses.metric_learning",
    "contrib.losses.python.metric_learning",
    "contrib.losses.python.metric_learning.metric_loss_ops",
)


@public()
def pairwise_distance(feature: Tensor, squared: bool = False) -> Tensor:
    """The distances of all pairs of rows, `[n, n]`, with zeros on the diagonal.

    Args:
      feature: floats `[n, size]`.
      squared: whether they are squared.
    """
    lengths = math_ops.reduce_sum(math_ops.square(feature), 1, keepdims=True)
    products = math_ops.matmul(feature, feature, transpose_b=True)
    squares = math_ops.maximum(lengths + array_ops.transpose(lengths) - 2.0 * products, 0.0)
    is_zero = math_ops.cast(math_ops.less_equal(squares, 0.0), squares.dtype)
    # A square root has no gradient at zero: something small stands there meanwhile.
    distances = squares if squared else math_ops.sqrt(squares + is_zero * 1e-16)
    count = array_ops.shape(feature)[0]
    others = 1.0 - array_ops.diag(array_ops.ones([count], squares.dtype))
    return distances * (1.0 - is_zero) * others


@public()
def contrastive_loss(
    labels: TensorLike, embeddings_anchor: Tensor, embeddings_positive: Tensor, margin: float = 1.0
) -> Tensor:
    """The contrastive loss of pairs (R. Hadsell, S. Chopra and Y. LeCun, Dimensionality Reduction by Learning an Invariant
    Mapping, 2006).

    Args:
      labels: `[n]`, 1 for a pair of one class, else 0.
      embeddings_anchor, embeddings_positive: floats `[n, size]`.
      margin: how far apart a pair of two classes should be.
    """
    labels = math_ops.cast(labels, dtypes.float32)
    distances = math_ops.sqrt(
        math_ops.reduce_sum(math_ops.square(embeddings_anchor - embeddings_positive), 1)
    )
    near, far = math_ops.square(distances), math_ops.square(math_ops.maximum(margin - distances, 0.0))
    return math_ops.reduce_mean(labels * near + (1.0 - labels) * far, name="contrastive_loss")


@public()
def masked_maximum(data: Tensor, mask: Tensor, dim: int = 1) -> Tensor:
    """The maximum along an axis, of what `mask` (floats) has a 1 for; the minimum of all where there is none."""
    least = math_ops.reduce_min(data, dim, keepdims=True)
    return math_ops.reduce_max((data - least) * mask, dim, keepdims=True) + least


@public()
def masked_minimum(data: Tensor, mask: Tensor, dim: int = 1) -> Tensor:
    """The minimum along an axis, of what `mask` (floats) has a 1 for; the maximum of all where there is none."""
    most = math_ops.reduce_max(data, dim, keepdims=True)
    return math_ops.reduce_min((data - most) * mask, dim, keepdims=True) + most


def _adjacency(labels):
    """`[n, n]` bools: whether two examples are of one class."""
    column = array_ops.reshape(labels, [-1, 1])
    return math_ops.equal(column, array_ops.transpose(column))


def _positives(adjacency):
    """1.0 for each pair of two examples of one class."""
    count = array_ops.shape(adjacency)[0]
    return math_ops.cast(adjacency, dtypes.float32) - array_ops.diag(array_ops.ones([count]))


@public()
def triplet_semihard_loss(labels: Tensor, embeddings: Tensor, margin: float = 1.0) -> Tensor:
    """The triplet loss with semi-hard negatives (F. Schroff, D. Kalenichenko and J. Philbin, FaceNet, 2015).

    The negative of a pair of one class is the nearest that is farther than the pair's own distance; the farthest when there is none.

    Args:
      labels: integers `[n]`.
      embeddings: floats `[n, size]`, of length 1.
      margin: how much farther a negative should be.
    """
    adjacency = _adjacency(labels)
    distances = pairwise_distance(embeddings, squared=True)
    is_negative = math_ops.cast(math_ops.logical_not(adjacency), dtypes.float32)
    # [anchor, positive, other]: negatives of the anchor that are farther from it than the positive is.
    others = array_ops.expand_dims(distances, 1)
    farther = math_ops.cast(others > array_ops.expand_dims(distances, 2), dtypes.float32)
    outside = farther * array_ops.expand_dims(is_negative, 1)
    nearest = array_ops.squeeze(masked_minimum(others, outside, 2), [2])
    farthest = masked_maximum(distances, is_negative) + array_ops.zeros_like(distances)
    negatives = array_ops.where(math_ops.reduce_sum(outside, 2) > 0.0, nearest, farthest)
    positives = _positives(adjacency)
    losses = math_ops.maximum((margin + distances - negatives) * positives, 0.0)
    return math_ops.truediv(
        math_ops.reduce_sum(losses), math_ops.reduce_sum(positives), name="triplet_semihard_loss"
    )


def _npairs(embeddings_anchor, embeddings_positive, targets, reg_lambda, print_losses):
    """The cross entropy of similarities against the shares in `targets`, and the regularizer."""
    lengths = [
        math_ops.reduce_mean(math_ops.reduce_sum(math_ops.square(each), 1))
        for each in (embeddings_anchor, embeddings_positive)
    ]
    l2loss = math_ops.multiply(0.25 * reg_lambda, lengths[0] + lengths[1], name="l2loss")
    similarity = math_ops.matmul(embeddings_anchor, embeddings_positive, transpose_b=True)
    shares = targets / math_ops.reduce_sum(targets, 1, keepdims=True)
    entropy = math_ops.reduce_mean(
        nn.softmax_cross_entropy_with_logits(logits=similarity, labels=shares), name="xentropy"
    )
    if print_losses:
        entropy = Print(entropy, ["cross entropy:", entropy, "l2loss:", l2loss])
    return l2loss + entropy


@public()
def npairs_loss(
    labels: Tensor,
    embeddings_anchor: Tensor,
    embeddings_positive: Tensor,
    reg_lambda: float = 0.002,
    print_losses: bool = False,
) -> Tensor:
    """The n-pairs loss (K. Sohn, Improved Deep Metric Learning with Multi-class N-pair Loss Objective, 2016).

    Args:
      labels: integers `[n]`.
      embeddings_anchor, embeddings_positive: floats `[n, size]`.
      reg_lambda: of the regularizer of their lengths.
      print_losses: whether both parts are printed.
    """
    targets = math_ops.cast(_adjacency(labels), dtypes.float32)
    return _npairs(embeddings_anchor, embeddings_positive, targets, reg_lambda, print_losses)


@public()
def npairs_loss_multilabel(
    sparse_labels: Sequence[SparseTensor],
    embeddings_anchor: Tensor,
    embeddings_positive: Tensor,
    reg_lambda: float = 0.002,
    print_losses: bool = False,
) -> Tensor:
    """`npairs_loss` of examples with several labels: a target is as large as the number of labels that two share.

    Args:
      sparse_labels: for each example a SparseTensor with a 1 for each of its labels, all of one shape.
      The other arguments: as for `npairs_loss`.

    Raises:
      TypeError: labels that are not all sparse.
    """
    if not all(isinstance(each, SparseTensor) for each in sparse_labels):
        raise TypeError(f"sparse_labels must be a list of SparseTensors, but got {sparse_labels}")
    rows: list[Any] = [
        array_ops.reshape(math_ops.cast(sparse_tensor_to_dense(each), dtypes.float32), [-1])
        for each in sparse_labels
    ]
    sets = math_ops.cast(math_ops.not_equal(array_ops.stack(rows), 0.0), dtypes.float32)
    targets = math_ops.matmul(sets, sets, transpose_b=True)
    return _npairs(embeddings_anchor, embeddings_positive, targets, reg_lambda, print_losses)


@public()
def lifted_struct_loss(labels: Tensor, embeddings: Tensor, margin: float = 1.0) -> Tensor:
    """The lifted structured loss (H. Oh Song et al., Deep Metric Learning via Lifted Structured Feature Embedding, 2016).

    Args:
      labels: integers `[n]`.
      embeddings: floats `[n, size]`, of any length.
      margin: how far apart classes should be.
    """
    adjacency = _adjacency(labels)
    distances = pairwise_distance(embeddings)
    is_negative = math_ops.cast(math_ops.logical_not(adjacency), dtypes.float32)
    difference = margin - distances
    largest = masked_maximum(difference, is_negative)
    largest = math_ops.maximum(largest, array_ops.transpose(largest))
    # [i, j]: the sum over the negatives of i, with the maximum of the pair taken out before the exponential.
    terms = math_ops.exp(array_ops.expand_dims(difference, 1) - array_ops.expand_dims(largest, 2))
    sums = math_ops.reduce_sum(terms * array_ops.expand_dims(is_negative, 1), 2)
    losses = largest + math_ops.log(sums + array_ops.transpose(sums)) + distances
    positives = _positives(adjacency)
    count = math_ops.reduce_sum(positives) / 2.0
    total = math_ops.reduce_sum(math_ops.square(math_ops.maximum(losses * positives, 0.0)))
    return math_ops.truediv(0.25 * total, count, name="liftedstruct_loss")
