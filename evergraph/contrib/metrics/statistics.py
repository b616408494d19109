"""Counts, covariance, correlation and agreement, updated batch by batch."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.metrics.alignment import aligned
from evergraph.ops.metrics.state import collected, metric_variable, safe_div
from evergraph.ops.variables.assign import assign, assign_add
from evergraph.ops.variables.scope import variable_scope
from evergraph.ops.weights import broadcast_weights

public_module("contrib.metrics.python.ops.metric_ops")


@public("contrib.metrics.count")
def count(
    values: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """How many elements there were, or the sum of their weights.

    Args:
      values: a tensor.
      weights, metrics_collections, updates_collections, name: as for `tf.metrics.mean`.
    """
    with variable_scope(name, "count", [values]):
        values = convert_to_tensor(values)
        total = metric_variable([], dtypes.float32, name="count")
        if weights is None:
            number = math_ops.cast(array_ops.size(values), dtypes.float32)
        else:
            _, _, weights = aligned(values, None, weights)
            number = math_ops.reduce_sum(broadcast_weights(math_ops.cast(weights, dtypes.float32), values))
        with control_dependencies([values]):
            update = assign_add(total, number)
        return collected(total, update, metrics_collections, updates_collections)


@public("contrib.metrics.streaming_covariance")
def streaming_covariance(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The unbiased covariance; NaN of one element.

    The moments of a batch are joined to those before as T. Chan, G. Golub and R. LeVeque say (Updating Formulae and a Pairwise
    Algorithm for Computing Sample Variances, 1979).

    Args:
      predictions, labels: floats of one shape.
      weights: how often each counts.
      metrics_collections, updates_collections, name: as for `tf.metrics.mean`.
    """
    with variable_scope(name, "covariance", [predictions, labels]):
        predictions, labels, weights = aligned(predictions, labels, weights)
        names = ("count", "mean_prediction", "mean_label", "comoment")
        total, mean_prediction, mean_label, comoment = (
            metric_variable([], dtypes.float32, name=each) for each in names
        )
        ones = array_ops.ones_like(labels) if weights is None else broadcast_weights(weights, labels)
        number = math_ops.reduce_sum(ones)
        of_batch = [safe_div(math_ops.reduce_sum(each * ones), number) for each in (predictions, labels)]
        residuals = (predictions - of_batch[0]) * (labels - of_batch[1])
        before = [each.read_value() for each in (total, mean_prediction, mean_label)]
        with control_dependencies(before):
            new_total = assign_add(total, number)
            deltas = [mean - old for mean, old in zip(of_batch, before[1:])]
            share = safe_div(number, new_total)
            moved = [assign_add(each, d * share) for each, d in zip((mean_prediction, mean_label), deltas)]
            joint = deltas[0] * deltas[1] * before[0] * share
            new_comoment = assign_add(comoment, math_ops.reduce_sum(residuals * ones) + joint)

        def covariance(comoment, total, which):
            nan = array_ops.ones_like(comoment) * float("nan")
            divisor = array_ops.where(total <= 1.0, array_ops.ones_like(total), total - 1)
            return array_ops.where(total <= 1.0, nan, comoment / divisor, name=which)

        value = covariance(comoment.read_value(), total.read_value(), "covariance")
        with control_dependencies(moved):
            update = covariance(new_comoment + 0.0, new_total + 0.0, "update_op")
        return collected(value, update, metrics_collections, updates_collections)


@public("contrib.metrics.streaming_pearson_correlation")
def streaming_pearson_correlation(
    predictions: TensorLike,
    labels: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """Pearson's correlation: the covariance over the deviations. Arguments as for `streaming_covariance`."""
    with variable_scope(name, "pearson_r", [predictions, labels]):
        predictions, labels, weights = aligned(predictions, labels, weights)
        if weights is not None:
            weights = broadcast_weights(weights, labels)
        pairs = (
            streaming_covariance(predictions, labels, weights, name="covariance"),
            streaming_covariance(predictions, predictions, weights, name="variance_predictions"),
            streaming_covariance(labels, labels, weights, name="variance_labels"),
        )
        value, update = (
            math_ops.truediv(covariance, math_ops.sqrt(of_predictions) * math_ops.sqrt(of_labels), name=which)
            for (covariance, of_predictions, of_labels), which in zip(zip(*pairs), ("pearson_r", "update_op"))
        )
        return collected(value, update, metrics_collections, updates_collections)


@public("contrib.metrics.cohen_kappa")
def cohen_kappa(
    labels: TensorLike,
    predictions_idx: TensorLike,
    num_classes: int,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """Cohen's kappa: how far two agree beyond chance (J. Cohen, A Coefficient of Agreement for Nominal Scales, 1960).

    Args:
      labels: classes `[batch]` or `[batch, 1]`.
      predictions_idx: classes `[batch]`.
      num_classes: how many there are, 2 at least.
      weights, metrics_collections, updates_collections, name: as for `tf.metrics.mean`.

    Raises:
      ValueError: fewer classes than 2, shapes that do not fit.
    """
    if num_classes < 2:
        raise ValueError(f"`num_classes` must be >= 2. Found: {num_classes}")
    with variable_scope(name, "cohen_kappa", [labels, predictions_idx]):
        labels = convert_to_tensor(labels)
        labels.shape.with_rank_at_most(2)
        if labels.shape.ndims == 2:
            labels = array_ops.squeeze(labels, [-1])
        predictions, labels, weights = aligned(predictions_idx, labels, weights)
        dtype = dtypes.int64 if weights is None or weights.dtype.is_integer else dtypes.float32
        agreed, rows, columns = (
            metric_variable((num_classes,), dtype, name=each) for each in ("po", "pe_row", "pe_col")
        )
        ones = array_ops.ones_like(labels, dtype=dtype)
        ones = ones if weights is None else ones * math_ops.cast(weights, dtype)
        places = math_ops.cast(labels, dtypes.int64) * num_classes + math_ops.cast(predictions, dtypes.int64)
        table = array_ops.reshape(
            math_ops.unsorted_segment_sum(ones, places, num_classes**2), [num_classes, num_classes]
        )
        updates = [
            assign_add(agreed, array_ops.diag_part(table)),
            assign_add(rows, math_ops.reduce_sum(table, 0)),
            assign_add(columns, math_ops.reduce_sum(table, 1)),
        ]

        def kappa(agreed, rows, columns, which):
            agreed, rows, columns = (math_ops.cast(each, dtypes.float64) for each in (agreed, rows, columns))
            total = math_ops.reduce_sum(rows)
            chance = math_ops.reduce_sum(safe_div(rows * columns, total * array_ops.ones_like(rows)))
            return safe_div(math_ops.reduce_sum(agreed) - chance, total - chance, which)

        return collected(
            kappa(agreed, rows, columns, "value"),
            kappa(updates[0], updates[1], updates[2], "update_op"),
            metrics_collections,
            updates_collections,
        )


@public("contrib.metrics.streaming_concat")
def streaming_concat(
    values: TensorLike,
    axis: int = 0,
    max_size: int | None = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """All values, joined along an axis.

    Args:
      values: a tensor whose sizes are known but for the axis.
      axis: the axis.
      max_size: how many are kept along it, the first ones; all when None.
      metrics_collections, updates_collections, name: as for `tf.metrics.mean`.

    Returns:
      (the values, an update that gives how many there are).

    Raises:
      ValueError: a rank or size that is not known, or no such axis.
    """
    with variable_scope(name, "streaming_concat", [values]):
        values = convert_to_tensor(values)
        rank = values.shape.ndims
        if rank is None:
            raise ValueError("`values` must have known statically known rank")
        if not -rank <= axis < rank:
            raise ValueError(f"axis = {axis} not in [0, {rank})")
        axis %= rank
        sizes = values.shape.as_list()
        others = sizes[:axis] + sizes[axis + 1 :]
        if None in others:
            raise ValueError(
                f"all dimensions of `values` other than the dimension to concatenate along must have statically "
                f"known size: {values.shape}"
            )
        kept = metric_variable([0, *others], values.dtype.base_dtype, validate_shape=False, name="array")
        before = kept.read_value()
        before.set_shape([None, *others])
        order = [axis, *(each for each in range(rank) if each != axis)]
        added = array_ops.transpose(values, order)
        if max_size is not None:
            room = math_ops.maximum(max_size - array_ops.shape(before)[0], 0)
            added = added[: math_ops.minimum(array_ops.shape(added)[0], room)]
        joined = array_ops.concat([before, added], 0)
        updated = assign(kept, joined, validate_shape=False)
        with control_dependencies([updated]):
            update = array_ops.shape(joined)[0] + 0
        value = array_ops.transpose(before, [order.index(each) for each in range(rank)], name="concat")
        return collected(value, update, metrics_collections, updates_collections)
