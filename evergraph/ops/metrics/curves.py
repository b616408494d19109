"""Streaming counts at many thresholds, and the area under the curve they draw.

`labels` are cast to bool, `predictions` are floats from 0 to 1 (InvalidArgumentError otherwise, when run); a prediction
above a threshold counts as true there. Other arguments as in `evergraph.ops.metrics.means`. Results are float32 of shape
`[len(thresholds)]`, that of `auc` a scalar.
"""

from collections.abc import Sequence

from evergraph.framework import dtypes, logging
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants
from evergraph.ops import math as math_ops
from evergraph.ops import weights as weight_ops
from evergraph.ops.metrics.alignment import aligned
from evergraph.ops.metrics.state import collected, metric_variable, safe_div
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.scope import variable_scope

public_module("python.ops.metrics", "python.ops.metrics_impl")

# Kind -> (label, prediction, the variable's name), in the order in which variables are made.
_KINDS = {
    "tp": (True, True, "true_positives"),
    "fn": (True, False, "false_negatives"),
    "tn": (False, False, "true_negatives"),
    "fp": (False, True, "false_positives"),
}
_CLOSE = 1e-7  # how far the outermost thresholds of `auc` lie outside of [0, 1]
_SMALL = 1e-6  # keeps the rates of `auc` finite


def _counts_at_thresholds(labels, predictions, thresholds, weights, kinds=tuple(_KINDS)):
    """({kind: variable}, {kind: update_op}), each `[len(thresholds)]`."""
    predictions = convert_to_tensor(predictions)
    low, high = (math_ops.cast(bound, predictions.dtype) for bound in (0.0, 1.0))
    in_range = [
        checks.assert_greater_equal(predictions, low, message="predictions must be in [0, 1]"),
        checks.assert_less_equal(predictions, high, message="predictions must be in [0, 1]"),
    ]
    with control_dependencies(in_range):
        predictions, labels, weights = aligned(
            math_ops.to_float(predictions), math_ops.cast(labels, dtypes.bool), weights
        )
    positive = math_ops.greater(  # [threshold, element]
        array_ops.reshape(predictions, [1, -1]),
        array_ops.expand_dims(constants.constant(list(thresholds), dtypes.float32), 1),
    )
    true = array_ops.reshape(labels, [1, -1])
    if weights is not None:
        weights = weight_ops.broadcast_weights(math_ops.to_float(weights), predictions)
        weights = array_ops.reshape(weights, [1, -1])
    values, update_ops = {}, {}
    for kind in kinds:
        label, prediction, name = _KINDS[kind]
        values[kind] = metric_variable([len(thresholds)], dtypes.float32, name=name)
        matches = math_ops.to_float(
            math_ops.logical_and(
                true if label else math_ops.logical_not(true),
                positive if prediction else math_ops.logical_not(positive),
            )
        )
        if weights is not None:
            matches = math_ops.multiply(matches, weights)
        update_ops[kind] = assign_add(values[kind], math_ops.reduce_sum(matches, axis=1))
    return values, update_ops


# -- counts --------------------------------------------------------------------------------------------------------


def _kind_at_thresholds(
    kind, labels, predictions, thresholds, weights, metrics_collections, updates_collections, name
):
    with variable_scope(name, _KINDS[kind][2], (predictions, labels, weights)):
        values, update_ops = _counts_at_thresholds(labels, predictions, thresholds, weights, (kind,))
        return collected(values[kind], update_ops[kind], metrics_collections, updates_collections)


@public("metrics.true_positives_at_thresholds")
def true_positives_at_thresholds(
    labels: TensorLike,
    predictions: TensorLike,
    thresholds: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`true_positives` at each threshold. Both results are float32 `[len(thresholds)]`."""
    return _kind_at_thresholds(
        "tp", labels, predictions, thresholds, weights, metrics_collections, updates_collections, name
    )


@public("metrics.true_negatives_at_thresholds")
def true_negatives_at_thresholds(
    labels: TensorLike,
    predictions: TensorLike,
    thresholds: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`true_negatives` at each threshold. Both results are float32 `[len(thresholds)]`."""
    return _kind_at_thresholds(
        "tn", labels, predictions, thresholds, weights, metrics_collections, updates_collections, name
    )


@public("metrics.false_positives_at_thresholds")
def false_positives_at_thresholds(
    labels: TensorLike,
    predictions: TensorLike,
    thresholds: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`false_positives` at each threshold. Both results are float32 `[len(thresholds)]`."""
    return _kind_at_thresholds(
        "fp", labels, predictions, thresholds, weights, metrics_collections, updates_collections, name
    )


@public("metrics.false_negatives_at_thresholds")
def false_negatives_at_thresholds(
    labels: TensorLike,
    predictions: TensorLike,
    thresholds: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`false_negatives` at each threshold. Both results are float32 `[len(thresholds)]`."""
    return _kind_at_thresholds(
        "fn", labels, predictions, thresholds, weights, metrics_collections, updates_collections, name
    )


def _share_at_thresholds(
    other, labels, predictions, thresholds, weights, metrics_collections, updates_collections, name, default
):
    with variable_scope(name, default, (predictions, labels, weights)):
        counts, updates = _counts_at_thresholds(labels, predictions, thresholds, weights, ("tp", other))
        value, update_op = (
            math_ops.div(
                each["tp"], _CLOSE + each["tp"] + each[other], name=f"{default.partition('_')[0]}_{role}"
            )
            for each, role in ((counts, "value"), (updates, "update_op"))
        )
        return collected(value, update_op, metrics_collections, updates_collections)


@public("metrics.precision_at_thresholds")
def precision_at_thresholds(
    labels: TensorLike,
    predictions: TensorLike,
    thresholds: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`precision` at each threshold. Both results are float32 `[len(thresholds)]`."""
    return _share_at_thresholds(
        "fp",
        labels,
        predictions,
        thresholds,
        weights,
        metrics_collections,
        updates_collections,
        name,
        "precision_at_thresholds",
    )


@public("metrics.recall_at_thresholds")
def recall_at_thresholds(
    labels: TensorLike,
    predictions: TensorLike,
    thresholds: TensorLike,
    weights: TensorLike = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`recall` at each threshold. Both results are float32 `[len(thresholds)]`."""
    return _share_at_thresholds(
        "fn",
        labels,
        predictions,
        thresholds,
        weights,
        metrics_collections,
        updates_collections,
        name,
        "recall_at_thresholds",
    )


# -- the area ------------------------------------------------------------------------------------------------------


@public("metrics.auc")
def auc(
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = None,
    num_thresholds: int = 200,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    curve: str = "ROC",
    name: str | None = None,
    summation_method: str = "trapezoidal",
) -> tuple[Tensor, Tensor]:
    """The area under the ROC or PR curve, approximated at `num_thresholds` thresholds spread evenly over [0, 1].

    It is a float32 scalar.

    Args:
      labels, predictions, weights, metrics_collections, updates_collections, name: see above.
      num_thresholds: how many points the curve has.
      curve: "ROC" or "PR".
      summation_method: "trapezoidal", "minoring", "majoring", or "careful_interpolation" (of the true and false
        positives rather than of the precision, which is not linear between thresholds; for "PR").

    Raises:
      ValueError: another curve or summation method; shapes that do not fit.
    """
    with variable_scope(name, "auc", (labels, predictions, weights)):
        if curve not in ("ROC", "PR"):
            raise ValueError(f"curve is {curve!r}: it must be either ROC or PR")
        if summation_method not in ("trapezoidal", "minoring", "majoring", "careful_interpolation"):
            raise ValueError(
                f"Invalid summation_method: {summation_method!r}; use trapezoidal, minoring, majoring or "
                "careful_interpolation"
            )
        if curve == "PR" and summation_method == "trapezoidal":
            logging.warning(
                "The trapezoidal rule gives wrong areas under PR curves: "
                "use summation_method='careful_interpolation'"
            )
        thresholds = [-_CLOSE, *_inner(num_thresholds), 1.0 + _CLOSE]
        values, updates = _counts_at_thresholds(labels, predictions, thresholds, weights)
        value = _area(curve, summation_method, **values, name="value")
        update_op = _area(curve, summation_method, **updates, name="update_op")
        return collected(value, update_op, metrics_collections, updates_collections)


def _area(curve, method, tp, fn, tn, fp, name):
    if curve == "PR" and method == "careful_interpolation":
        return _interpolated_precision_area(tp, fp, fn)
    recall = math_ops.div(tp + _SMALL, tp + fn + _SMALL)
    if curve == "ROC":
        x, y = math_ops.div(fp, fp + tn + _SMALL), recall
    else:
        x, y = recall, math_ops.div(tp + _SMALL, tp + fp + _SMALL)
    left, right = y[:-1], y[1:]
    if method == "minoring":
        height = math_ops.minimum(left, right)
    elif method == "majoring":
        height = math_ops.maximum(left, right)
    else:
        height = (left + right) / 2.0
    return math_ops.reduce_sum(math_ops.multiply(x[:-1] - x[1:], height), name=name)


def _interpolated_precision_area(tp, fp, fn):
    """The area under the PR curve if true positives are linear in all positives between two thresholds.

    With TP = a + s P, where s is the slope and a the intercept, precision is s + a / P, whose integral over TP is
    `s (dTP + a log(P2 / P1))`.
    """
    positives = tp + fp
    gained = tp[:-1] - tp[1:]
    slope = safe_div(gained, positives[:-1] - positives[1:])
    intercept = tp[1:] - slope * positives[1:]
    ratio = array_ops.where(
        math_ops.logical_and(positives[:-1] > 0, positives[1:] > 0),
        safe_div(positives[:-1], positives[1:]),
        array_ops.ones_like(positives[1:]),
    )
    pieces = safe_div(slope * (gained + intercept * math_ops.log(ratio)), tp[1:] + fn[1:])
    return math_ops.reduce_sum(pieces, name="interpolate_pr_auc")


# -- one rate at another -------------------------------------------------------------------------------------------


def _rate_at(what, wanted, choose, labels, predictions, weights, thresholds, collections, name):
    if wanted < 0 or wanted > 1:
        raise ValueError(f"`{what[1]}` must be in the range [0, 1], got {wanted}.")
    with variable_scope(name, f"{what[0]}_at_{what[1]}", (predictions, labels, weights)):
        counts, updates = _counts_at_thresholds(labels, predictions, thresholds, weights)
        value, update_op = (
            choose(name=role, **each) for each, role in ((counts, "value"), (updates, "update_op"))
        )
        return collected(value, update_op, *collections)


def _inner(num_thresholds):
    return [step / (num_thresholds - 1) for step in range(1, num_thresholds - 1)]


@public("metrics.sensitivity_at_specificity")
def sensitivity_at_specificity(
    labels: TensorLike,
    predictions: TensorLike,
    specificity: float,
    weights: TensorLike = None,
    num_thresholds: int = 200,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of what is true that is predicted so, at the threshold whose specificity is closest to the one asked for.

    Both results are float32 scalars.

    Args:
      labels, predictions, weights, metrics_collections, updates_collections, name: see above.
      specificity: the share of what is false that is to be predicted so.
      num_thresholds: how many thresholds are tried.

    Raises:
      ValueError: a specificity that is none; shapes that do not fit.
    """

    def choose(tp, fn, tn, fp, name):
        distance = math_ops.abs(math_ops.div(tn, tn + fp + _CLOSE) - specificity)
        place = math_ops.cast(math_ops.argmin(distance, 0), dtypes.int32)
        return math_ops.div(tp[place], tp[place] + fn[place] + _CLOSE, name=name)

    thresholds = [-_CLOSE, *_inner(num_thresholds), 1.0 + _CLOSE]
    what, collections = ("sensitivity", "specificity"), (metrics_collections, updates_collections)
    return _rate_at(what, specificity, choose, labels, predictions, weights, thresholds, collections, name)


@public("metrics.specificity_at_sensitivity")
def specificity_at_sensitivity(
    labels: TensorLike,
    predictions: TensorLike,
    sensitivity: float,
    weights: TensorLike = None,
    num_thresholds: int = 200,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of what is false that is predicted so, at the threshold whose sensitivity is closest to the one asked for.

    Of several thresholds that are as close the highest is taken.

    Both results are float32 scalars.

    Args:
      labels, predictions, weights, metrics_collections, updates_collections, name: see above.
      sensitivity: the share of what is true that is to be predicted so.
      num_thresholds: how many thresholds are tried.

    Raises:
      ValueError: a sensitivity that is none; shapes that do not fit.
    """

    def choose(tp, fn, tn, fp, name):
        distance = math_ops.abs(math_ops.div(tp, tp + fn + _CLOSE) - sensitivity)
        from_behind = math_ops.cast(math_ops.argmin(array_ops.reverse(distance, [0]), 0), dtypes.int32)
        place = len(thresholds) - 1 - from_behind
        return math_ops.div(tn[place], tn[place] + fp[place] + _CLOSE, name=name)

    thresholds = [-_CLOSE, *_inner(num_thresholds), 1.0 - _CLOSE]
    what, collections = ("specificity", "sensitivity"), (metrics_collections, updates_collections)
    return _rate_at(what, sensitivity, choose, labels, predictions, weights, thresholds, collections, name)
