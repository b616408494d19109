"""Streaming precision and recall of the `k` likeliest classes, where each row may have several labels.

Rows are compared as sets, label by label: what stands twice counts once.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor, SparseTensorValue
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.metrics.state import collected, metric_variable, safe_div
from evergraph.ops.nn.top_k import top_k
from evergraph.ops.sparse.dense import sparse_to_dense
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.weights import assert_broadcastable, broadcast_weights

public_module("python.ops.metrics", "python.ops.metrics_impl")

_NONE = np.iinfo(np.int64).min  # where a row has no label

Labels = TensorLike | SparseTensor | SparseTensorValue


def _name(kind, k, class_id=None):
    own = "" if class_id is None else f"_class{int(class_id)}"
    return f"{kind}_at_{'k' if k is None else int(k)}{own}"


def _dense_labels(labels, predictions):
    """int64 `[..., labels]`, rows filled up with _NONE; labels without that axis get it."""
    if isinstance(labels, (SparseTensor, SparseTensorValue)):
        labels = sparse_to_dense(
            labels.indices,
            labels.dense_shape,
            math_ops.to_int64(labels.values),
            constant(_NONE, dtypes.int64),
        )
    labels = math_ops.to_int64(labels)
    rank, wanted = labels.shape.ndims, predictions.shape.ndims
    if rank is None or wanted is None:
        raise ValueError(f"the ranks of labels and predictions must be known: {labels} and {predictions}")
    if rank == wanted - 1:
        return array_ops.expand_dims(labels, -1)
    if rank != wanted:
        raise ValueError(f"Unexpected labels shape {labels.shape} for predictions shape {predictions.shape}.")
    return labels


def _among(values, others):
    """Whether each value of a row is among the others of the row."""
    equal = math_ops.equal(array_ops.expand_dims(values, -1), array_ops.expand_dims(others, -2))
    return math_ops.reduce_any(equal, -1)


def _counting(values, class_id):
    """Which values of rows count: each the first time, none that is _NONE, of one class alone where that is asked for."""
    equal = math_ops.equal(array_ops.expand_dims(values, -1), array_ops.expand_dims(values, -2))
    place = math_ops.range(array_ops.shape(values)[-1])
    before = array_ops.expand_dims(place, -1) > place  # [value, value that stands before it]
    repeated = math_ops.reduce_any(math_ops.logical_and(equal, before), -1)
    counts = math_ops.logical_and(math_ops.not_equal(values, _NONE), math_ops.logical_not(repeated))
    if class_id is not None:
        counts = math_ops.logical_and(counts, math_ops.equal(values, math_ops.to_int64(class_id)))
    return counts


def _number(counts, weights):
    """How many count in each row, weighted, in all."""
    rows = math_ops.reduce_sum(math_ops.to_double(counts), -1)
    if weights is not None:
        weights = convert_to_tensor(weights)
        with control_dependencies([assert_broadcastable(weights, rows)]):
            rows = math_ops.multiply(rows, math_ops.to_double(weights))
    return math_ops.reduce_sum(rows)


def _total(kind, number, k, class_id):
    with name_scope(None, _name(kind, k, class_id)) as scope:
        variable = metric_variable([], dtypes.float64, name=scope)
        return variable, assign_add(variable, number)


def _share(
    kind, labels, predictions_idx, k, class_id, weights, metrics_collections, updates_collections, name
):
    """Precision or recall of given predictions: true positives over all that is predicted, or all that is true."""
    with name_scope(name, _name(kind, k, class_id), [predictions_idx, labels, weights]) as scope:
        predictions = math_ops.to_int64(predictions_idx)
        labels = _dense_labels(labels, predictions)
        predicted, true = _counting(predictions, class_id), _counting(labels, class_id)
        right = math_ops.logical_and(predicted, _among(predictions, labels))
        if kind == "precision":
            wrong, other = math_ops.logical_and(predicted, math_ops.logical_not(right)), "false_positive"
        else:
            missed = math_ops.logical_not(_among(labels, predictions))
            wrong, other = math_ops.logical_and(true, missed), "false_negative"
        tp, tp_update = _total("true_positive", _number(right, weights), k, class_id)
        others, others_update = _total(other, _number(wrong, weights), k, class_id)
        value = math_ops.div(tp, math_ops.add(tp, others), name=scope)
        update = math_ops.div(tp_update, math_ops.add(tp_update, others_update), name="update")
        return collected(value, update, metrics_collections, updates_collections)


def _of_scores(
    kind, labels, predictions, k, class_id, weights, metrics_collections, updates_collections, name
):
    with name_scope(name, _name(kind, k, class_id), [predictions, labels, weights]) as scope:
        _, likeliest = top_k(predictions, k)
        return _share(
            kind, labels, likeliest, k, class_id, weights, metrics_collections, updates_collections, scope
        )


@public("metrics.precision_at_k")
def precision_at_k(
    labels: Labels,
    predictions: TensorLike,
    k: int,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of the `k` likeliest classes that are among the labels.

    Args:
      labels: integers `[..., labels]`, a tensor or a SparseTensor, or `[...]` for one label.
      predictions: scores `[..., classes]`.
      k: how many classes are looked at.
      class_id: the class that alone is looked at; all when None.
      weights: how much each row counts, of the shape `[...]` or one that broadcasts to it.
      metrics_collections, updates_collections: collections that the results join.
      name: the name scope.

    Returns:
      (the share so far, the operation that adds a batch and gives the new share), float64 scalars; NaN while there is nothing.

    Raises:
      ValueError: shapes that do not fit.
    """
    return _of_scores(
        "precision", labels, predictions, k, class_id, weights, metrics_collections, updates_collections, name
    )


@public("metrics.sparse_precision_at_k")
def sparse_precision_at_k(
    labels: Labels,
    predictions: TensorLike,
    k: int,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The old name of `precision_at_k`."""
    return precision_at_k(
        labels, predictions, k, class_id, weights, metrics_collections, updates_collections, name
    )


@public("metrics.precision_at_top_k")
def precision_at_top_k(
    labels: Labels,
    predictions_idx: TensorLike,
    k: int | None = None,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`precision_at_k` of classes that are given, `[..., k]`; `k` is for the names alone."""
    return _share(
        "precision",
        labels,
        predictions_idx,
        k,
        class_id,
        weights,
        metrics_collections,
        updates_collections,
        name,
    )


@public("metrics.recall_at_k")
def recall_at_k(
    labels: Labels,
    predictions: TensorLike,
    k: int,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The share of the labels that are among the `k` likeliest classes; arguments and results as in `precision_at_k`."""
    return _of_scores(
        "recall", labels, predictions, k, class_id, weights, metrics_collections, updates_collections, name
    )


@public("metrics.recall_at_top_k")
def recall_at_top_k(
    labels: Labels,
    predictions_idx: TensorLike,
    k: int | None = None,
    class_id: int | None = None,
    weights: TensorLike | None = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`recall_at_k` of classes that are given, `[..., k]`; `k` is for the names alone."""
    return _share(
        "recall",
        labels,
        predictions_idx,
        k,
        class_id,
        weights,
        metrics_collections,
        updates_collections,
        name,
    )


def average_precision_at_top_k(
    labels: Labels,
    predictions_idx: TensorLike,
    weights: TensorLike | None = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`average_precision_at_k` of classes that are given, `[..., k]`, the likeliest first."""
    with name_scope(name, "average_precision_at_top_k", [predictions_idx, labels, weights]) as scope:
        average = _average_precision(labels, math_ops.to_int64(predictions_idx))
        if weights is None:
            number = math_ops.to_double(array_ops.size(average))
        else:
            weights = broadcast_weights(math_ops.to_double(weights), average)
            average, number = math_ops.multiply(average, weights), math_ops.reduce_sum(weights)
        totals = []
        for kind, batch in (("max", number), ("total", math_ops.reduce_sum(average))):
            with name_scope(None, kind) as own:
                variable: Any = metric_variable([], dtypes.float64, name=own)
                totals.append((variable, assign_add(variable, batch)))
        (most, most_update), (total, total_update) = totals
        value = safe_div(total, most, "mean")
        return collected(
            value, safe_div(total_update, most_update, scope), metrics_collections, updates_collections
        )


def _average_precision(labels, predictions):
    """The mean over the labels (at most k of them) of the precision at the place of each that is found, `[...]`."""
    if not predictions.shape.ndims:
        raise ValueError(
            f"predictions_idx must have an axis of known size, not the shape {predictions.shape}"
        )
    k = predictions.shape[-1].value
    if k is None:
        raise ValueError(f"the last axis of predictions_idx must be known, not {predictions.shape}")
    is_sparse = isinstance(labels, (SparseTensor, SparseTensorValue))
    labels = _dense_labels(labels, predictions)
    relevant = math_ops.to_double(_among(predictions, labels))
    precision = math_ops.cumsum(relevant, axis=-1) / math_ops.to_double(math_ops.range(1, k + 1))
    if is_sparse:
        number = math_ops.reduce_sum(math_ops.to_int32(_counting(labels, None)), -1)
    else:  # as TensorFlow counts: each place of a dense row is a label
        number = array_ops.fill(array_ops.shape(labels)[:-1], array_ops.shape(labels)[-1])
    most = math_ops.to_double(math_ops.minimum(number, k))
    return math_ops.reduce_sum(precision * relevant, -1) / most


@public("metrics.average_precision_at_k")
def average_precision_at_k(
    labels: Labels,
    predictions: TensorLike,
    k: int,
    weights: TensorLike | None = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean of the average precision of the `k` likeliest classes.

    That is, of each row, the sum of the precision at the place of each label that is found, over the labels, or k where
    there are more (`en.wikipedia.org/wiki/Information_retrieval#Average_precision`). Other arguments and the results are
    those of `precision_at_k`; 0 while there is nothing.

    Raises:
      ValueError: `k` below 1, or shapes that do not fit.
    """
    if k < 1:
        raise ValueError(f"Invalid k={k}: at least 1 class must be looked at")
    with name_scope(name, _name("average_precision", k), [predictions, labels, weights]) as scope:
        _, likeliest = top_k(predictions, k)
        return average_precision_at_top_k(
            labels, likeliest, weights, metrics_collections, updates_collections, scope
        )


@public("metrics.sparse_average_precision_at_k")
def sparse_average_precision_at_k(
    labels: Labels,
    predictions: TensorLike,
    k: int,
    weights: TensorLike | None = None,
    metrics_collections: Sequence[str] | None = None,
    updates_collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The old name of `average_precision_at_k`."""
    return average_precision_at_k(
        labels, predictions, k, weights, metrics_collections, updates_collections, name
    )
