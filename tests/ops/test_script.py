"""Python inside the graph: what a function's mistakes and results become."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.eager import execution


class Weird(Exception):
    pass


KINDS = [
    (ValueError, tf.errors.InvalidArgumentError),
    (StopIteration, tf.errors.OutOfRangeError),
    (NotImplementedError, tf.errors.UnimplementedError),
    (Weird, tf.errors.UnknownError),
]


def failing(kind):
    def inner():
        raise kind("blah")

    def outer():
        inner()

    return outer


@pytest.mark.parametrize("py_func", [tf.py_func, execution.py_func])
@pytest.mark.parametrize("raised, expected", KINDS)
def test_an_exception_is_told_with_the_functions_lines(py_func, raised, expected):
    operation = py_func(failing(raised), [], [])
    with tf.Session() as session, pytest.raises(expected, match=r"(?s): blah.*in outer.*in inner.*: blah"):
        session.run(operation)


@pytest.mark.parametrize(
    "result, words",
    [
        ({"a": 1}, "Unsupported object type dict"),
        (np.zeros(1, [("a", np.float32)]), "Unsupported numpy type"),
    ],
)
def test_results_that_are_no_tensors(result, words):
    tensor = tf.py_func(lambda: result, [], tf.int64)
    with tf.Session() as session, pytest.raises(tf.errors.UnimplementedError, match=words):
        session.run(tensor)


def test_no_results():
    stateful, stateless = (tf.py_func(lambda: None, [], [], stateful=stateful) for stateful in (True, False))
    with tf.Session() as session:
        assert session.run([stateful, stateless]) == [None, []]


def test_a_variable_is_no_result():
    tensor = execution.py_func(lambda: tf.contrib.eager.Variable(1.0), [], tf.float32)
    with tf.Session() as session, pytest.raises(tf.errors.UnknownError, match="return a variable"):
        session.run(tensor)


def test_numpy_function():
    made = tf.numpy_function(lambda x: x * 2, [tf.constant([1.5])], tf.float32, "doubled")
    assert made.op.name == "doubled" and made.op.type == "PyFunc"
    with tf.Session() as session:
        assert session.run(made).tolist() == [3.0]
