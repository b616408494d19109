"""Areas under curves of all predictions so far, or of their histograms."""

from collections.abc import Sequence
from typing import Any

from evergraph.contrib.metrics.statistics import streaming_concat
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.metrics.state import collected
from evergraph.ops.nn.top_k import top_k
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.ops.weights import remove_squeezable_dimensions

public_module("contrib.metrics.python.ops.metric_ops", "contrib.metrics.python.ops.histogram_ops")


@public("contrib.metrics.streaming_dynamic_auc")
def streaming_dynamic_auc(
    labels: TensorLike,
    predictions: TensorLike,
    curve: str = "ROC",
    metrics_collections: Sequence[str] = (),
    updates_collections: Sequence[str] = (),
    name: str | None = None,
) -> tuple[Any, Any]:
    """The area under a curve, exact: every prediction is a threshold. All predictions are kept.

    Args:
      labels: 0 or 1.
      predictions: numbers of the same shape.
      curve: "ROC" or "PR".
      metrics_collections, updates_collections, name: as for `tf.metrics.mean`.

    Returns:
      (the area, 0 where there are labels of one kind only; an operation).

    Raises:
      ValueError: another curve, shapes that do not fit.
      InvalidArgumentError (when run): another label.
    """
    if curve not in ("PR", "ROC"):
        raise ValueError(f"curve must be either ROC or PR, {curve} unknown")
    with variable_scope(name, default_name="dynamic_auc"):
        labels, predictions = convert_to_tensor(labels), convert_to_tensor(predictions)
        labels.shape.assert_is_compatible_with(predictions.shape)
        predictions = array_ops.reshape(math_ops.cast(predictions, dtypes.float64), [-1])
        labels = array_ops.reshape(math_ops.cast(labels, dtypes.int64), [-1])
        zero, one = array_ops.zeros_like(labels), array_ops.ones_like(labels)
        checked = [
            checks.assert_greater_equal(labels, zero, message="labels must be 0 or 1, at least one is <0"),
            checks.assert_less_equal(labels, one, message="labels must be 0 or 1, at least one is >1"),
        ]
        with control_dependencies(checked):
            labels, predictions = identity(labels), identity(predictions)
        all_predictions, update_predictions = streaming_concat(predictions, name="concat_preds")
        all_labels, update_labels = streaming_concat(labels, name="concat_labels")
        update = group(update_labels, update_predictions)
        area = _exact_area(all_labels, all_predictions, curve)
        return collected(area, update, metrics_collections, updates_collections)


def _exact_area(labels, predictions, curve):
    """By the trapezoidal rule over the distinct predictions, of which equal ones are one point."""
    size = array_ops.size(predictions)
    ordered, indices = top_k(predictions, size)
    positives = math_ops.cumsum(math_ops.cast(array_ops.gather(labels, indices), dtypes.float64))
    number = math_ops.cast(math_ops.range(1, size + 1), dtypes.float64)
    # A point counts where the next prediction is another; its width and height are those to the last point that counted.
    following = array_ops.concat([ordered[1:], ordered[:1] + 1.0], 0)
    last = math_ops.range(0, size) + 1 >= size
    is_point = math_ops.logical_or(math_ops.not_equal(ordered, following), last)
    places = array_ops.reshape(array_ops.where(is_point), [-1])
    start = array_ops.zeros([1], dtypes.float64)
    true = array_ops.concat([start, array_ops.gather(positives, places)], 0)
    taken = array_ops.concat([start, array_ops.gather(number, places)], 0)
    total = math_ops.cast(size, dtypes.float64)
    total_true = math_ops.cast(math_ops.reduce_sum(labels), dtypes.float64)
    if curve == "ROC":
        x = (taken - true) / math_ops.maximum(total - total_true, 1.0)
        y = true / math_ops.maximum(total_true, 1.0)
    else:
        x = true / math_ops.maximum(total_true, 1.0)
        y = array_ops.where(taken > 0.0, true / math_ops.maximum(taken, 1.0), array_ops.ones_like(true))
    area = math_ops.reduce_sum((y[1:] + y[:-1]) / 2.0 * math_ops.abs(x[1:] - x[:-1]))
    is_trivial = math_ops.logical_or(math_ops.equal(total_true, 0.0), math_ops.equal(total_true, total))
    return array_ops.where(is_trivial, array_ops.zeros_like(area), area)


@public("contrib.metrics.auc_using_histogram")
def auc_using_histogram(
    boolean_labels: TensorLike,
    scores: TensorLike,
    score_range: TensorLike,
    nbins: int = 100,
    collections: Sequence[str] | None = None,
    check_shape: bool = True,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The area under the ROC curve, from histograms of the scores.

    Args:
      boolean_labels: bools `[n]`.
      scores: numbers `[n]`.
      score_range: the smallest and largest score; others count as these.
      nbins: how many bins the histograms have.
      collections: of the variables; `GraphKeys.LOCAL_VARIABLES` when None.
      check_shape: whether the ranks are checked when run.
      name: the variable scope.

    Returns:
      (the area, an operation).

    Raises:
      ValueError: labels that are no bools.
    """
    if collections is None:
        collections = [GraphKeys.LOCAL_VARIABLES]
    with variable_scope(name, "auc_using_histogram", [boolean_labels, scores, score_range]):
        labels, scores = remove_squeezable_dimensions(boolean_labels, scores)
        score_range = convert_to_tensor(score_range, name="score_range")
        if labels.dtype != dtypes.bool:
            raise ValueError(f"Argument boolean_labels should have dtype bool. Found: {labels.dtype}")
        ranks = []
        if check_shape:
            ranks = [
                Assert(
                    math_ops.equal(1, array_ops.rank(each)),
                    [f"Argument {what} should have rank 1.  Found: ", array_ops.shape(each)],
                )
                for what, each in (("boolean_labels", labels), ("scores", scores))
            ]
        with control_dependencies(ranks):
            histograms = [
                math_ops.histogram_fixed_width(
                    array_ops.boolean_mask(scores, mask), score_range, nbins=nbins, dtype=dtypes.int64
                )
                for mask in (labels, math_ops.logical_not(labels))
            ]
        totals = [
            get_variable(
                each, [nbins], dtypes.int64, initializer=Zeros(), collections=collections, trainable=False
            )
            for each in ("hist_true_acc", "hist_false_acc")
        ]
        update = group(
            *(total.assign_add(histogram) for total, histogram in zip(totals, histograms)), name="update_op"
        )
        y, x = (
            array_ops.reverse(
                math_ops.cast(math_ops.truediv(total, math_ops.reduce_sum(total)), dtypes.float32), [0]
            )
            for total in totals
        )
        height = math_ops.cumsum(y)
        area = math_ops.reduce_sum(x * (2.0 * height - y) / 2.0, name="auc")
        return area, update
