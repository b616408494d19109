"""Metrics at k: over sets written out by hand, and beside TensorFlow."""

import numpy as np
import pytest

import evergraph as tf
from tests.laws import named, tensorflow_1

RANDOM = np.random.RandomState(0)
BATCHES = [
    (RANDOM.randn(4, 6).astype(np.float32), RANDOM.randint(0, 6, (4, 3)), RANDOM.rand(4).astype(np.float32))
    for _ in range(2)
]


def sparse(tf, labels):
    """The labels above 0."""
    places = tf.where(labels > 0)
    return tf.SparseTensor(places, tf.gather_nd(labels, places), tf.shape(labels, out_type=tf.int64))


ROWS = [
    ("precision", lambda tf, y, p, w: tf.metrics.precision_at_k(y, p, 2)),
    (
        "precision, sparse",
        lambda tf, y, p, w: tf.metrics.sparse_precision_at_k(sparse(tf, y), p, 2, weights=0.5),
    ),
    ("precision of a class", lambda tf, y, p, w: tf.metrics.precision_at_k(y, p, 3, class_id=1, name="own")),
    ("precision of one label", lambda tf, y, p, w: tf.metrics.precision_at_k(y[:, 0], p, 2, weights=w)),
    ("recall", lambda tf, y, p, w: tf.metrics.recall_at_k(y, p, 3)),
    ("recall of a class", lambda tf, y, p, w: tf.metrics.recall_at_k(y, p, 3, class_id=2, weights=w)),
    ("recall, sparse", lambda tf, y, p, w: tf.metrics.recall_at_k(sparse(tf, y), p, 2)),
    (
        "recall of given classes",
        lambda tf, y, p, w: tf.metrics.recall_at_top_k(y, tf.constant([[1, 2], [2, 2], [0, 1], [3, 4]])),
    ),
    (
        "precision of given classes",
        lambda tf, y, p, w: tf.metrics.precision_at_top_k(
            y, tf.constant([[1, 2], [2, 2], [0, 1], [3, 4]]), 2
        ),
    ),
    (
        "sensitivity",
        lambda tf, y, p, w: tf.metrics.sensitivity_at_specificity(y[:, 0] > 1, tf.sigmoid(p[:, 0]), 0.7),
    ),
    (
        "specificity",
        lambda tf, y, p, w: tf.metrics.specificity_at_sensitivity(
            y[:, 0] > 1, tf.sigmoid(p[:, 0]), 0.7, w, 50
        ),
    ),
]
# TensorFlow 2.21 names a variable "max_1"
AVERAGES = [
    ("average precision", lambda tf, y, p, w: tf.metrics.average_precision_at_k(y, p, 3, weights=w)),
    (
        "average precision, sparse",
        lambda tf, y, p, w: tf.metrics.sparse_average_precision_at_k(sparse(tf, y), p, 3),
    ),
]


def run(tf, make):
    """(value, update, value after) for each batch, and the names of the variables and results."""
    with tf.Graph().as_default(), tf.Session() as session:
        places = (
            tf.placeholder(tf.int64, [None, 3]),
            tf.placeholder(tf.float32, [None, 6]),
            tf.placeholder(tf.float32, [4]),
        )
        value, update = make(tf, *places)
        session.run(tf.local_variables_initializer())
        results = []
        for predictions, labels, weights in BATCHES:
            feed = dict(zip(places, (labels, predictions, weights), strict=True))
            results += [session.run(value), session.run(update, feed), session.run(value)]
        names = [v.name for v in tf.local_variables()]
        return results, names, [t.name for t in (value, update)], value.dtype.name


@pytest.mark.interop
@pytest.mark.parametrize("make", named(ROWS + AVERAGES))
def test_as_tensorflow(make):
    ours, theirs = run(tf, make), run(tensorflow_1(), make)
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-6, atol=1e-9)
    assert ours[3] == theirs[3]
    if not any(make is row[1] for row in AVERAGES):
        assert ours[1:3] == theirs[1:3]


def likeliest(scores, k):
    return [np.argsort(-row, kind="stable")[:k].tolist() for row in scores]


@pytest.mark.parametrize("class_id", [None, 1])
@pytest.mark.parametrize("kind", ["precision", "recall"])
def test_shares_are_those_of_sets(kind, class_id):
    found, *_ = run(
        tf, lambda tf, y, p, w: getattr(tf.metrics, f"{kind}_at_k")(sparse(tf, y), p, 2, class_id, w)
    )
    right = others = 0.0
    expected = [np.nan]
    for scores, labels, weights in BATCHES:
        for chosen, true, weight in zip(likeliest(scores, 2), labels, weights, strict=True):
            sets = [{c for c in each if class_id in (None, c)} for each in (chosen, true[true > 0].tolist())]
            right += weight * len(sets[0] & sets[1])
            others += weight * len(sets[0] - sets[1] if kind == "precision" else sets[1] - sets[0])
        expected += [right / (right + others) if right + others else np.nan] * 3
    np.testing.assert_allclose(found, expected[:-1], rtol=1e-6)


def test_average_precision_by_hand():
    scores = np.array([[0.9, 0.8, 0.7, 0.1], [0.1, 0.2, 0.9, 0.8]], np.float32)
    value, update = tf.metrics.average_precision_at_k(tf.constant([[0, 2], [3, 1]]), tf.constant(scores), 3)
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        assert session.run(value) == 0
        first, second = (1 / 1 + 2 / 3) / 2, (1 / 2 + 2 / 3) / 2
        np.testing.assert_allclose(session.run(update), (first + second) / 2, rtol=1e-6)


@pytest.mark.parametrize(
    "name, target, arguments",
    [
        ("streaming_sparse_recall_at_k", "recall_at_k", {"k": 2, "class_id": 1}),
        ("streaming_sparse_precision_at_k", "precision_at_k", {"k": 2}),
        ("streaming_sparse_precision_at_top_k", "precision_at_top_k", {}),
        ("sparse_recall_at_top_k", "recall_at_top_k", {"class_id": 1}),
        ("streaming_sparse_average_precision_at_k", "average_precision_at_k", {"k": 3}),
        ("streaming_sparse_average_precision_at_top_k", "average_precision_at_k", {}),
    ],
)
def test_the_names_of_contrib(name, target, arguments):
    def made(function, labels, predictions, **options):
        with tf.Graph().as_default(), tf.Session() as session:
            places = tf.constant(labels), tf.constant(predictions)
            _, update = function(*places, **options)
            session.run(tf.local_variables_initializer())
            return session.run(update)

    scores, labels, _ = BATCHES[0]
    given = np.array(likeliest(scores, 3), np.int64) if name.endswith("top_k") else scores
    own = getattr(tf.contrib.metrics, name)
    face = own if name.startswith("sparse") else lambda y, p, **options: own(p, y, **options)
    wanted_given, more = (scores, {"k": 3}) if "average" in name else (given, arguments)
    wanted = made(getattr(tf.metrics, target), labels, wanted_given, **more)
    assert made(face, labels, given, **arguments) == wanted


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda: tf.metrics.average_precision_at_k([[1]], [[0.1, 0.2]], 0), "Invalid k"),
        (
            lambda: tf.metrics.recall_at_k(tf.zeros([2, 2, 2, 2], tf.int64), tf.zeros([2, 3]), 1),
            "labels shape",
        ),
        (lambda: tf.metrics.sensitivity_at_specificity([1], [0.5], 1.5), "specificity"),
        (lambda: tf.metrics.specificity_at_sensitivity([1], [0.5], -0.5), "sensitivity"),
    ],
)
def test_mistakes_are_refused_while_the_graph_is_built(build, words):
    with pytest.raises(ValueError, match=words):
        build()
