"""Metrics over several batches: what they give by hand, and what every one of them keeps to."""

import numpy as np
import pytest

from evergraph.framework import collections, dtypes, errors
from evergraph.framework.collections import GraphKeys
from evergraph.framework.graph import Graph
from evergraph.ops import metrics
from evergraph.ops.constants import placeholder
from evergraph.ops.variables.collections import local_variables_initializer
from evergraph.session.session import Session

RNG = np.random.RandomState(3)
BATCHES = [
    (RNG.randint(0, 2, 6), RNG.uniform(size=6).astype(np.float32), RNG.uniform(size=6).astype(np.float32))
    for _ in range(3)
]


def by_labels(name, **options):
    return lambda m, labels, predictions, weights: getattr(m, name)(
        labels, predictions, weights=weights, **options
    )


def by_values(name, *arguments):
    return lambda m, labels, predictions, weights: getattr(m, name)(predictions, *arguments, weights=weights)


# (name, make, whether predictions are rounded to 0 and 1)
METRICS = [
    ("mean", by_values("mean"), False),
    ("mean_tensor", by_values("mean_tensor"), False),
    ("percentage_below", by_values("percentage_below", 0.4), False),
    *(
        (name, by_labels(name), True)
        for name in (
            "accuracy",
            "precision",
            "recall",
            "true_positives",
            "false_positives",
            "true_negatives",
            "false_negatives",
        )
    ),
    *(
        (name, by_labels(name), False)
        for name in ("mean_squared_error", "root_mean_squared_error", "mean_absolute_error")
    ),
    ("mean_cosine_distance", by_labels("mean_cosine_distance", dim=0), False),
    *((name, by_labels(name, num_classes=3), True) for name in ("mean_iou", "mean_per_class_accuracy")),
    *(
        (name, by_labels(name, thresholds=[0.2, 0.5, 0.9]), False)
        for name in (
            "precision_at_thresholds",
            "recall_at_thresholds",
            "true_positives_at_thresholds",
            "false_positives_at_thresholds",
            "true_negatives_at_thresholds",
            "false_negatives_at_thresholds",
        )
    ),
    *(
        (
            f"auc {curve} {method}",
            by_labels("auc", curve=curve, summation_method=method, num_thresholds=50),
            False,
        )
        for curve, method in (
            ("ROC", "trapezoidal"),
            ("PR", "trapezoidal"),
            ("PR", "careful_interpolation"),
            ("ROC", "minoring"),
            ("PR", "majoring"),
        )
    ),
]


def batches(rounded, weighted, one_weight):
    for labels, predictions, weights in BATCHES:
        predictions = (predictions > 0.5).astype(np.int64) if rounded else predictions
        labels = labels.astype(np.float32 if not rounded else np.int64)
        yield labels, predictions, (weights[:1] if one_weight else weights) if weighted else None


def run(
    make, rounded, weighted, one_weight, metrics_module, new_placeholder, new_session, initializer, graph
):
    """(value, update, value after) for each batch, the names of the variables, and the static shape of the value."""
    with graph.as_default():
        kind = "int64" if rounded else "float32"
        labels, predictions = new_placeholder(kind, [6]), new_placeholder(kind, [6])
        weights = new_placeholder("float32", [1 if one_weight else 6]) if weighted else None
        value, update_op = make(metrics_module, labels, predictions, weights)
        names = [each.name for each in graph.get_collection(GraphKeys.METRIC_VARIABLES)]
        assert names == [each.name for each in graph.get_collection(GraphKeys.LOCAL_VARIABLES)]
        results = []
        with new_session(graph=graph) as session:
            session.run(initializer())
            for batch in batches(rounded, weighted, one_weight):
                feed = {
                    each: array
                    for each, array in zip((labels, predictions, weights), batch)
                    if each is not None
                }
                results += [session.run(value), session.run(update_op, feed), session.run(value)]
        return results, names, value.shape.as_list()


@pytest.mark.interop
@pytest.mark.parametrize("weighting", ["no weights", "weights", "one weight"])
@pytest.mark.parametrize("name, make, rounded", METRICS, ids=[row[0] for row in METRICS])
def test_as_tensorflow(name, make, rounded, weighting):
    if weighting == "one weight" and name in ("mean_iou", "mean_per_class_accuracy", "mean_cosine_distance"):
        pytest.skip("takes a weight for each element")
    if weighting == "weights" and name == "mean_cosine_distance":
        pytest.skip("takes one weight for each vector")
    tf1 = pytest.importorskip("tensorflow").compat.v1
    case = (make, rounded, weighting != "no weights", weighting == "one weight")
    theirs = run(
        *case, tf1.metrics, tf1.placeholder, tf1.Session, tf1.local_variables_initializer, tf1.Graph()
    )
    ours = run(*case, metrics, placeholder, Session, local_variables_initializer, Graph())
    for got, wanted in zip(ours[0], theirs[0], strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6)
    assert ours[1:] == theirs[1:]


def test_accuracy_by_hand():
    with Graph().as_default(), Session() as session:
        labels, predictions = placeholder(dtypes.int32, [None]), placeholder(dtypes.int32, [None])
        value, update_op = metrics.accuracy(labels, predictions)
        session.run(local_variables_initializer())
        assert session.run(value) == 0.0
        assert session.run(update_op, {labels: [1, 2], predictions: [1, 3]}) == 0.5
        assert session.run(update_op, {labels: [1, 2], predictions: [1, 2]}) == 0.75
        assert session.run(value) == 0.75
        assert [each.op.name for each in (value, update_op)] == ["accuracy/value", "accuracy/update_op"]


@pytest.mark.parametrize("name, make, rounded", METRICS, ids=[row[0] for row in METRICS])
def test_results_join_their_collections(name, make, rounded):
    def with_collections(function):
        return lambda *arguments, **options: function(
            *arguments, metrics_collections=["values"], updates_collections=["updates"], **options
        )

    class Collecting:
        def __getattr__(self, attribute):
            return with_collections(getattr(metrics, attribute))

    with Graph().as_default():
        kind = "int64" if rounded else "float32"
        value, update_op = make(Collecting(), placeholder(kind, [6]), placeholder(kind, [6]), None)
        assert collections.get_collection("values") == [value]
        assert collections.get_collection("updates") == [update_op]
        assert collections.get_collection(GraphKeys.TRAINABLE_VARIABLES) == []
        assert collections.get_collection(GraphKeys.GLOBAL_VARIABLES) == []


def test_ranks_that_differ_by_a_last_one():
    with Graph().as_default(), Session() as session:
        unknown = placeholder(dtypes.float32)
        _, update_op = metrics.mean_squared_error([[1.0], [3.0]], [0.0, 0.0], weights=[[1.0], [3.0]])
        _, update_unknown = metrics.mean([[1.0], [3.0]], weights=unknown)
        session.run(local_variables_initializer())
        assert session.run(update_op) == 7.0
        assert session.run(update_unknown, {unknown: [3.0, 1.0]}) == 1.5


def test_what_does_not_fit_is_refused():
    with Graph().as_default(), Session() as session:
        with pytest.raises(ValueError):
            metrics.accuracy([1, 2, 3], [1, 2])
        with pytest.raises(ValueError):
            metrics.mean([1.0, 2.0], weights=[1.0, 2.0, 3.0])
        with pytest.raises(ValueError, match="ROC"):
            metrics.auc([1], [0.5], curve="other")
        with pytest.raises(ValueError, match="summation_method"):
            metrics.auc([1], [0.5], summation_method="other")
        _, update_op = metrics.auc([1.0], placeholder(dtypes.float32, [1], name="p"))
        session.run(local_variables_initializer())
        with pytest.raises(errors.InvalidArgumentError, match="predictions must be in"):
            session.run(update_op, {"p:0": [1.5]})
