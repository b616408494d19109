"""Streaming counts of right and wrong yes-or-no predictions; precision and recall.

Labels and predictions are cast to bool. Each function returns (value, update_op), both float32 scalars; arguments as in
`evergraph.ops.metrics.means`.
"""

from collections.abc import Sequence

from evergraph.framework import dtypes
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants
from evergraph.ops import math as math_ops
from evergraph.ops.metrics.alignment import aligned
from evergraph.ops.metrics.state import collected, metric_variable
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.scope import variable_scope

public_module("python.ops.metrics", "python.ops.metrics_impl")


def _as_bool(predictions, labels, weights):
    return aligned(math_ops.cast(predictions, dtypes.bool), math_ops.cast(labels, dtypes.bool), weights)


def _count(
    label, prediction, labels, predictions, weights, metrics_collections, updates_collections, name, default
):
    """The weight of the elements with this label and this prediction."""
    with variable_scope(name, default, (predictions, labels, weights)):
        predictions, labels, weights = _as_bool(predictions, labels, weights)
        matches = math_ops.logical_and(math_ops.equal(labels, label), math_ops.equal(predictions, prediction))
        count = metric_variable([], dtypes.float32, name="count")
        matches = math_ops.to_float(matches)
        if weights is not None:
            with control_dependencies([checks.assert_rank_in(weights, (0, array_ops.rank(matches)))]):
                matches = math_ops.multiply(matches, math_ops.to_float(weights))
        value = constants.identity(count)
        update_op = assign_add(count, math_ops.reduce_sum(matches))
        return collected(value, update_op, metrics_collections, updates_collections)


@public("metrics.true_positives")
def true_positives(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """How many are predicted true and are.

    (value, update_op) are float32 scalars; labels, predictions and weights are of shapes that fit, of any dtype that
    casts to bool.

    Raises:
      ValueError: the shapes of labels and predictions, or of the weights, do not fit.
    """
    return _count(
        True,
        True,
        labels,
        predictions,
        weights,
        metrics_collections,
        updates_collections,
        name,
        "true_positives",
    )


@public("metrics.true_negatives")
def true_negatives(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """How many are predicted false and are; arguments, results and errors as `true_positives`."""
    return _count(
        False,
        False,
        labels,
        predictions,
        weights,
        metrics_collections,
        updates_collections,
        name,
        "true_negatives",
    )


@public("metrics.false_positives")
def false_positives(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """How many are predicted true and are false; arguments, results and errors as `true_positives`."""
    return _count(
        False,
        True,
        labels,
        predictions,
        weights,
        metrics_collections,
        updates_collections,
        name,
        "false_positives",
    )


@public("metrics.false_negatives")
def false_negatives(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """How many are predicted false and are true; arguments, results and errors as `true_positives`."""
    return _count(
        True,
        False,
        labels,
        predictions,
        weights,
        metrics_collections,
        updates_collections,
        name,
        "false_negatives",
    )


def _true_positive_share(
    others, labels, predictions, weights, metrics_collections, updates_collections, name, default
):
    """True positives over themselves and the `others`; 0 when there are none of either."""
    with variable_scope(name, default, (predictions, labels, weights)):
        predictions, labels, weights = _as_bool(predictions, labels, weights)
        right, add_right = true_positives(labels, predictions, weights)
        wrong, add_wrong = others(labels, predictions, weights)

        def share(right, wrong, name):
            return array_ops.where(
                math_ops.greater(right + wrong, 0), math_ops.div(right, right + wrong), 0, name=name
            )

        value, update_op = share(right, wrong, "value"), share(add_right, add_wrong, "update_op")
        return collected(value, update_op, metrics_collections, updates_collections)


@public("metrics.precision")
def precision(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of what is predicted true that is; arguments, results and errors as `true_positives`."""
    return _true_positive_share(
        false_positives,
        labels,
        predictions,
        weights,
        metrics_collections,
        updates_collections,
        name,
        "precision",
    )


@public("metrics.recall")
def recall(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of what is true that is predicted so; arguments, results and errors as `true_positives`."""
    return _true_positive_share(
        false_negatives,
        labels,
        predictions,
        weights,
        metrics_collections,
        updates_collections,
        name,
        "recall",
    )
