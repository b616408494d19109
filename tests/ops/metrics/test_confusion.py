"""Confusion matrices, by hand and beside TensorFlow."""

import importlib

import numpy as np
import pytest

import evergraph as tf
from tests.laws import agree, named, outcome, tensorflow_1

ROWS = [
    ("plain", lambda tf, y, p: tf.confusion_matrix(y, p)),
    ("with classes", lambda tf, y, p: tf.confusion_matrix(y, p, num_classes=5, dtype=tf.float64)),
    ("weighted", lambda tf, y, p: tf.confusion_matrix(y, p, 4, tf.float32, weights=[0.5, 1.5, 2.0, 4.0])),
    ("column", lambda tf, y, p: tf.confusion_matrix(tf.expand_dims(y, 1), p, 4)),
]
INPUTS = [("int32", [4], [0, 2, 2, 3]), ("int64", [4], [1, 2, 2, 0])]


@pytest.mark.interop
@pytest.mark.parametrize("function", named(ROWS))
def test_agrees(function):
    theirs = tensorflow_1()
    agree(outcome(tf, INPUTS, function), outcome(theirs, INPUTS, function))


def test_by_hand():
    with tf.Session() as session:
        matrix = session.run(tf.confusion_matrix([0, 2, 2], [1, 2, 2]))
    assert matrix.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 2]] and matrix.dtype == np.int32


@pytest.mark.parametrize("labels, predictions, words", [([-1], [0], "negative"), ([0], [3], "out of bound")])
def test_what_is_no_class_fails_the_run(labels, predictions, words):
    with tf.Graph().as_default(), tf.Session() as session:
        places = tf.placeholder(tf.int32, [1]), tf.placeholder(tf.int32, [1])
        matrix = tf.confusion_matrix(*places, num_classes=3)
        with pytest.raises(tf.errors.InvalidArgumentError, match=words):
            session.run(matrix, dict(zip(places, (labels, predictions))))


def test_the_matrix_of_all_batches():
    impl = importlib.import_module("evergraph.ops.metrics.confusion")
    assert tf.python.ops.metrics_impl._streaming_confusion_matrix is impl.streaming_confusion_matrix
    with tf.Graph().as_default(), tf.Session() as session:
        labels = tf.placeholder(tf.int32, [2, 2])
        total, update = impl.streaming_confusion_matrix(
            labels, [[0, 1], [1, 0]], 2, weights=[[1.0, 2.0], [3.0, 4.0]]
        )
        session.run(tf.local_variables_initializer())
        assert session.run(update, {labels: [[0, 1], [0, 1]]}).tolist() == [[1, 3], [4, 2]]
        assert session.run(update, {labels: [[0, 1], [1, 0]]}).tolist() == [[6, 3], [4, 7]]
        assert session.run(total).tolist() == [[6, 3], [4, 7]]
