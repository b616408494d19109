"""tf.contrib.metrics over several batches, against NumPy on all of them."""

import numpy as np
import pytest

import evergraph as tf

metrics = tf.contrib.metrics
RANDOM = np.random.RandomState(0)
PREDICTIONS = RANDOM.uniform(size=(3, 8)).astype(np.float32)
LABELS = RANDOM.randint(0, 2, size=(3, 8))


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def run(make, predictions=PREDICTIONS, labels=LABELS):
    """The value after an update with each batch, and what the last update gave."""
    fed = [tf.placeholder(each.dtype, [None]) for each in (predictions, labels)]
    value, update = make(*fed)
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        for batch in zip(predictions, labels):
            last = session.run(update, dict(zip(fed, batch)))
        return session.run(value), last


def rates(above):
    return (LABELS == 0)[above].sum() / (LABELS == 0).sum(), (LABELS == 1)[~above].sum() / (LABELS == 1).sum()


@pytest.mark.parametrize("kind", [0, 1])
def test_rates(kind):
    name = ("streaming_false_positive_rate", "streaming_false_negative_rate")[kind]
    wanted = rates(PREDICTIONS > 0.5)[kind]
    decided = (PREDICTIONS > 0.5).astype(np.int32)
    for found in run(lambda p, y: getattr(metrics, name)(p, y), decided):
        assert found == pytest.approx(wanted)
    for found in run(lambda p, y: getattr(metrics, f"{name}_at_thresholds")(p, y, [0.5])):
        assert found == pytest.approx([wanted], abs=1e-5)


def test_recall_and_precision_at_each_other():
    recall, _ = run(lambda p, y: metrics.recall_at_precision(y, p, 0.5))
    precision, _ = run(lambda p, y: metrics.precision_at_recall(y, p, 0.5))
    assert 0 <= recall <= 1 and 0 < precision <= 1
    points, _ = run(lambda p, y: metrics.streaming_curve_points(y, p, num_thresholds=5))
    assert points.shape == (5, 2) and points[0].tolist() == pytest.approx([1, 1], abs=1e-4)


def test_covariance_and_correlation():
    other = (PREDICTIONS * 2 + RANDOM.normal(size=(3, 8))).astype(np.float32)
    for found in run(metrics.streaming_covariance, PREDICTIONS, other):
        assert found == pytest.approx(np.cov(PREDICTIONS.ravel(), other.ravel())[0, 1], rel=1e-3)
    for found in run(metrics.streaming_pearson_correlation, PREDICTIONS, other):
        assert found == pytest.approx(np.corrcoef(PREDICTIONS.ravel(), other.ravel())[0, 1], rel=1e-3)


@pytest.mark.parametrize("curve", ["ROC", "PR"])
def test_exact_area(curve):
    value, _ = run(lambda p, y: metrics.streaming_dynamic_auc(y, p, curve))
    if curve == "ROC":
        positive, negative = PREDICTIONS[LABELS == 1], PREDICTIONS[LABELS == 0]
        assert value == pytest.approx((positive[:, None] > negative).mean(), rel=1e-6)
    else:
        assert 0 < value <= 1


def test_concatenation_and_counts():
    (values, size), (count, _) = (
        run(lambda p, y: metrics.streaming_concat(p, max_size=20)),
        run(lambda p, y: metrics.count(p)),
    )
    np.testing.assert_array_equal(values, PREDICTIONS.ravel()[:20])
    assert size == 20 and count == 24


def test_kappa():
    other = RANDOM.randint(0, 3, size=(3, 8))
    labels = np.where(RANDOM.uniform(size=(3, 8)) < 0.5, other, RANDOM.randint(0, 3, size=(3, 8)))
    agreed = (other == labels).mean()
    chance = sum((other == each).mean() * (labels == each).mean() for each in range(3))
    for found in run(lambda p, y: metrics.cohen_kappa(y, p, 3), other, labels):
        assert found == pytest.approx((agreed - chance) / (1 - chance), rel=1e-6)


def test_histogram_area():
    value, _ = run(lambda p, y: metrics.auc_using_histogram(tf.cast(y, tf.bool), p, [0.0, 1.0], nbins=1000))
    positive, negative = PREDICTIONS[LABELS == 1], PREDICTIONS[LABELS == 0]
    assert value == pytest.approx((positive[:, None] > negative).mean(), abs=0.02)


def test_faces():
    decided = (PREDICTIONS > 0.5).astype(np.int64)
    found, _ = run(metrics.streaming_accuracy, decided)
    assert found == pytest.approx((decided == LABELS).mean())
    values, updates = metrics.aggregate_metric_map({"a": (1, 2), "b": (3, 4)})
    assert values == {"a": 1, "b": 3} and updates == {"a": 2, "b": 4}
    assert metrics.aggregate_metrics((1, 2), (3, 4)) == ([1, 3], [2, 4])
    with tf.Session() as session:
        accuracy = metrics.accuracy(tf.constant([1, 2]), tf.constant([1, 0]), weights=[1.0, 3.0])
        assert session.run(accuracy) == 0.25


@pytest.mark.parametrize(
    "make",
    [
        lambda: metrics.aggregate_metrics(),
        lambda: metrics.accuracy(tf.constant([1.0]), tf.constant([1.0])),
        lambda: metrics.streaming_dynamic_auc(tf.constant([1]), tf.constant([1.0]), "other"),
        lambda: metrics.streaming_curve_points(tf.constant([1]), tf.constant([1.0]), curve="other"),
        lambda: metrics.recall_at_precision(tf.constant([1]), tf.constant([1.0]), 2),
        lambda: metrics.cohen_kappa(tf.constant([1]), tf.constant([1]), 1),
        lambda: metrics.streaming_concat(tf.constant([1]), axis=3),
        lambda: metrics.auc_using_histogram(tf.constant([1]), tf.constant([1.0]), [0.0, 1.0]),
    ],
)
def test_what_is_refused(make):
    with pytest.raises(ValueError):
        make()
