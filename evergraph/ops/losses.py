"""Losses with weights, a reduction and a collection: `tf.losses`."""

from typing import Any

from evergraph.framework import collections as graph_collections
from evergraph.framework.collections import GraphKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, get_default_graph, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops import weights as weight_ops
from evergraph.ops.nn.activations import relu
from evergraph.ops.nn.cross_entropy import (
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits_v2,
    sparse_softmax_cross_entropy_with_logits,
)
from evergraph.ops.nn.deprecation import renamed_argument

public_module("python.ops.losses.losses", "python.ops.losses.losses_impl", "python.ops.losses.util")


@public("losses.Reduction")
class Reduction:
    """How the losses of the elements become one.

    NONE leaves them; SUM adds them; MEAN divides the sum by the sum of the weights; SUM_OVER_BATCH_SIZE by the number
    of elements; SUM_BY_NONZERO_WEIGHTS (also SUM_OVER_NONZERO_WEIGHTS) by the number of weights that are not zero.
    """

    NONE = "none"
    SUM = "weighted_sum"
    MEAN = "weighted_mean"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All reductions."""
        return (
            cls.NONE,
            cls.SUM,
            cls.MEAN,
            cls.SUM_OVER_BATCH_SIZE,
            cls.SUM_OVER_NONZERO_WEIGHTS,
            cls.SUM_BY_NONZERO_WEIGHTS,
        )

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises ValueError when `key` is not one of `all()`."""
        if key not in cls.all():
            raise ValueError(
                f"Invalid ReductionKey {key!r}: one of {', '.join(sorted(set(cls.all())))} is allowed"
            )


_DEFAULT = Reduction.SUM_BY_NONZERO_WEIGHTS


# -- the collection ------------------------------------------------------------------------------------------------


@public("losses.add_loss")
def add_loss(loss: Any, loss_collection: str | None = GraphKeys.LOSSES) -> None:
    """Adds a loss to a collection; None or "" adds it to none."""
    if loss_collection:
        graph_collections.add_to_collection(loss_collection, loss)


@public("losses.get_losses")
def get_losses(scope: str | None = None, loss_collection: str | None = GraphKeys.LOSSES) -> list[Tensor]:
    """The losses of a collection whose names match `scope`."""
    return graph_collections.get_collection(loss_collection, scope)


@public("losses.get_regularization_losses")
def get_regularization_losses(scope: str | None = None) -> list[Tensor]:
    """The regularization losses whose names match `scope`."""
    return graph_collections.get_collection(GraphKeys.REGULARIZATION_LOSSES, scope)


@public("losses.get_regularization_loss")
def get_regularization_loss(
    scope: str | None = None, name: str | None = "total_regularization_loss"
) -> Tensor:
    """The sum of the regularization losses; 0.0 when there are none."""
    losses = get_regularization_losses(scope)
    return math_ops.add_n(losses, name=name) if losses else constants.constant(0.0)


@public("losses.get_total_loss")
def get_total_loss(add_regularization_losses: bool = True, name: str | None = "total_loss") -> Tensor:
    """The sum of all losses, and of the regularization losses if asked for.

    Raises:
      ValueError: there are none.
    """
    added = get_regularization_losses() if add_regularization_losses else []
    return math_ops.add_n([*get_losses(), *added], name=name)


# -- reduction -----------------------------------------------------------------------------------------------------


def _safe_div(numerator, denominator, name="value"):
    """The quotient; 0 where the denominator is not positive."""
    divisor = array_ops.where(math_ops.equal(denominator, 0), array_ops.ones_like(denominator), denominator)
    quotient = math_ops.div(numerator, divisor)
    return array_ops.where(
        math_ops.greater(denominator, 0), quotient, array_ops.zeros_like(numerator), name=name
    )


def _safe_mean(losses, count):
    return _safe_div(math_ops.reduce_sum(losses), count)


def _num_elements(losses):
    with name_scope(None, "num_elements", [losses]) as scope:
        return math_ops.cast(array_ops.size(losses, name=scope), losses.dtype.base_dtype)


def _num_present(losses, weights, per_batch=False):
    """How many elements have a weight that is not zero: in all, or (kept as `[batch, 1, ...]`) in each example."""
    with name_scope(None, "num_present", (losses, weights)) as scope:
        weights = math_ops.to_float(weights)
        present = array_ops.where(
            math_ops.equal(weights, 0.0), array_ops.zeros_like(weights), array_ops.ones_like(weights)
        )
        present = weight_ops.broadcast_weights(present, losses)
        if per_batch:
            inner = math_ops.range(1, array_ops.rank(present))
            return math_ops.reduce_sum(present, axis=inner, keepdims=True, name=scope)
        return math_ops.reduce_sum(present, name=scope)


@public("losses.compute_weighted_loss")
def compute_weighted_loss(
    losses: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """The weighted loss.

    Args:
      losses: the losses of the elements.
      weights: a scalar, or a tensor of the rank of `losses` with sizes equal to its or 1.
      scope: the scope of the operations.
      loss_collection: the collection the result is added to.
      reduction: a `Reduction`.

    Returns:
      A scalar of the type of `losses`; of their shape for `Reduction.NONE`.

    Raises:
      ValueError: `weights` cannot be broadcast to `losses`, or `reduction` is none.
    """
    Reduction.validate(reduction)
    get_default_graph()._last_loss_reduction = reduction  # what `ops.distribute.get_loss_reduction` goes by
    with name_scope(scope, "weighted_loss", (losses, weights)):
        with control_dependencies([weight_ops.assert_broadcastable(weights, losses)]):
            losses = convert_to_tensor(losses)
            dtype = losses.dtype.base_dtype
            losses = math_ops.to_float(losses)
            weights = math_ops.to_float(weights)
            loss = math_ops.multiply(losses, weights)
            if reduction != Reduction.NONE:
                loss = math_ops.reduce_sum(loss)
            if reduction == Reduction.MEAN:
                loss = _safe_mean(loss, math_ops.reduce_sum(array_ops.ones_like(losses) * weights))
            elif reduction == Reduction.SUM_BY_NONZERO_WEIGHTS:
                loss = _safe_mean(loss, _num_present(losses, weights))
            elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
                loss = _safe_mean(loss, _num_elements(losses))
            loss = math_ops.cast(loss, dtype)
            add_loss(loss, loss_collection)
            return loss


# -- losses --------------------------------------------------------------------------------------------------------


def _required(**tensors):
    for name, tensor in tensors.items():
        if tensor is None:
            raise ValueError(f"{name} must not be None.")


def _pair(labels, predictions):
    """Both as float32, of compatible shapes."""
    predictions, labels = math_ops.to_float(predictions), math_ops.to_float(labels)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return labels, predictions


@public("losses.absolute_difference")
def absolute_difference(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """`abs(predictions - labels)`, weighted and reduced as by `compute_weighted_loss`."""
    _required(labels=labels, predictions=predictions)
    with name_scope(scope, "absolute_difference", (predictions, labels, weights)) as scope:
        labels, predictions = _pair(labels, predictions)
        losses = math_ops.abs(math_ops.subtract(predictions, labels))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.cosine_distance")
def cosine_distance(
    labels: TensorLike,
    predictions: TensorLike,
    axis: int | None = None,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
    dim: int | None = None,
) -> Tensor:
    """`1 - sum(labels * predictions, axis)`, both of which should be of unit length along `axis`.

    `dim` is the deprecated spelling of `axis`.

    Labels and predictions are of one shape and become float32; arguments and errors as for `compute_weighted_loss`.

    Raises:
      ValueError: no `axis`, labels or predictions, or shapes that do not fit.
    """
    axis = renamed_argument("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("You must specify 'axis'.")
    _required(labels=labels, predictions=predictions)
    with name_scope(scope, "cosine_distance_loss", (predictions, labels, weights)) as scope:
        labels, predictions = _pair(labels, predictions)
        products = math_ops.multiply(predictions, labels)
        losses = 1 - math_ops.reduce_sum(products, axis=(axis,), keepdims=True)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.hinge_loss")
def hinge_loss(
    labels: TensorLike,
    logits: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """`max(1 - y * logits, 0)`, y being -1 or 1 for labels 0 or 1.

    Shapes, arguments and errors as for `compute_weighted_loss`; ValueError when one is missing.
    """
    _required(labels=labels, logits=logits)
    with name_scope(scope, "hinge_loss", (logits, labels, weights)) as scope:
        labels, logits = _pair(labels, logits)
        ones = array_ops.ones_like(labels)
        signs = math_ops.subtract(2 * labels, ones)
        losses = relu(math_ops.subtract(ones, math_ops.multiply(signs, logits)))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.huber_loss")
def huber_loss(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    delta: float = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Half the squared error where the error is at most `delta`, linear beyond.

    The loss of Huber, Robust estimation of a location parameter (1964). Labels and predictions are of one shape and
    become float32; arguments and errors as for `compute_weighted_loss`.
    """
    _required(labels=labels, predictions=predictions)
    with name_scope(scope, "huber_loss", (predictions, labels, weights)) as scope:
        labels, predictions = _pair(labels, predictions)
        error = math_ops.abs(math_ops.subtract(predictions, labels))
        quadratic = math_ops.minimum(error, delta)
        # Not max(error - delta, 0): at error == delta the quadratic part alone has a derivative.
        linear = math_ops.subtract(error, quadratic)
        half = convert_to_tensor(0.5, quadratic.dtype.base_dtype)
        losses = math_ops.add(
            math_ops.multiply(half, math_ops.multiply(quadratic, quadratic)), math_ops.multiply(delta, linear)
        )
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.log_loss")
def log_loss(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """Cross entropy of yes-no labels against predicted probabilities, to which `epsilon` is added.

    Labels and predictions are of one shape and become float32; arguments and errors as for `compute_weighted_loss`.
    """
    _required(labels=labels, predictions=predictions)
    with name_scope(scope, "log_loss", (predictions, labels, weights)) as scope:
        labels, predictions = _pair(labels, predictions)
        yes = math_ops.multiply(labels, math_ops.log(predictions + epsilon))
        no = math_ops.multiply(1 - labels, math_ops.log(1 - predictions + epsilon))
        return compute_weighted_loss(-yes - no, weights, scope, loss_collection, reduction)


@public("losses.mean_squared_error")
def mean_squared_error(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """`(predictions - labels) ** 2`, weighted and reduced as by `compute_weighted_loss`."""
    _required(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_squared_error", (predictions, labels, weights)) as scope:
        labels, predictions = _pair(labels, predictions)
        losses = math_ops.squared_difference(predictions, labels)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.mean_pairwise_squared_error")
def mean_pairwise_squared_error(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
) -> Tensor:
    """The mean squared error between the differences of all pairs of elements within each example.

    Shapes, arguments and errors as for `compute_weighted_loss`; ValueError when one is missing.
    """
    _required(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_pairwise_squared_error", (predictions, labels, weights)):
        weights = math_ops.to_float(weights)
        labels = math_ops.to_float(labels)
        with control_dependencies([weight_ops.assert_broadcastable(weights, labels)]):
            labels, predictions = _pair(labels, predictions)
            errors = math_ops.subtract(predictions, labels)
            inner = math_ops.range(1, array_ops.rank(errors))
            squares = math_ops.reduce_sum(math_ops.square(errors), axis=inner, keepdims=True)
            count = _num_present(errors, weights, per_batch=True)
            first = 2.0 * _safe_div(squares, count - 1)
            total = math_ops.reduce_sum(errors, axis=inner, keepdims=True)
            second = 2.0 * _safe_div(math_ops.square(total), math_ops.multiply(count, count - 1))
            loss = math_ops.reduce_sum(math_ops.multiply(first - second, weights))
            present = math_ops.reduce_sum(count) > 0
            loss = array_ops.where(present, loss, array_ops.zeros_like(loss), name="value")
            add_loss(loss, loss_collection)
            return loss


@public("losses.sigmoid_cross_entropy")
def sigmoid_cross_entropy(
    multi_class_labels: TensorLike,
    logits: TensorLike,
    weights: TensorLike = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """`sigmoid_cross_entropy_with_logits`, weighted; `label_smoothing` moves labels towards a half.

    Labels and logits are of one shape; labels become the dtype of the logits. Arguments and errors as for
    `compute_weighted_loss`.
    """
    _required(multi_class_labels=multi_class_labels, logits=logits)
    with name_scope(scope, "sigmoid_cross_entropy_loss", (logits, multi_class_labels, weights)) as scope:
        logits = convert_to_tensor(logits)
        labels = math_ops.cast(multi_class_labels, logits.dtype.base_dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.softmax_cross_entropy")
def softmax_cross_entropy(
    onehot_labels: TensorLike,
    logits: TensorLike,
    weights: TensorLike = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """`softmax_cross_entropy_with_logits`, weighted; `label_smoothing` moves labels towards all classes alike."""
    _required(onehot_labels=onehot_labels, logits=logits)
    with name_scope(scope, "softmax_cross_entropy_loss", (logits, onehot_labels, weights)) as scope:
        logits = convert_to_tensor(logits)
        labels = math_ops.cast(onehot_labels, logits.dtype.base_dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            classes = math_ops.cast(array_ops.shape(labels)[1], logits.dtype.base_dtype)
            labels = labels * (1.0 - label_smoothing) + label_smoothing / classes
        labels = constants.stop_gradient(labels, name="labels_stop_gradient")
        losses = softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


@public("losses.sparse_softmax_cross_entropy")
def sparse_softmax_cross_entropy(
    labels: TensorLike,
    logits: TensorLike,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _DEFAULT,
) -> Tensor:
    """`sparse_softmax_cross_entropy_with_logits`, weighted; labels (and weights) may have a last dimension of 1."""
    _required(labels=labels, logits=logits)
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", (logits, labels, weights)) as scope:
        labels, logits = weight_ops.remove_squeezable_dimensions(labels, logits, expected_rank_diff=1)
        if weights is not None:
            weights = weight_ops.squeezed_to_rank_of(convert_to_tensor(weights), labels)
        losses = sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)
