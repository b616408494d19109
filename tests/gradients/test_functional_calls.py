"""Calls of functions made by `Defun`: branches, loops, gradients."""

import pytest

import evergraph as tf
from evergraph.gradients.defined_function import Defun
from evergraph.gradients.functional_calls import For, Gradient, If, While, partitioned_call, remote_call


@Defun(tf.float32)
def twice(x):
    return x * 2


@Defun(tf.float32)
def thrice(x):
    return x * 3 + 1


@Defun(tf.float32, tf.float32)
def positive(n, x):
    return n > 0


@Defun(tf.float32, tf.float32)
def summed(n, x):
    return n - 1, x + n


@Defun(tf.int32, tf.float32)
def with_number(i, x):
    return x + tf.to_float(i)


@Defun(tf.float32, tf.float32)
def both(x, y):
    return x * y, x + y


@pytest.mark.parametrize("given, expected", [(9.0, 18.0), (-8.0, -23.0), (0.0, 1.0)])
def test_if(given, expected):
    x = tf.placeholder(tf.float32)
    (found,) = If(x > 0, [x], twice, thrice)
    with tf.Session() as sess:
        assert sess.run(found, {x: given}) == expected


@pytest.mark.parametrize("decides, expected", [(0, 7.0), (3, 4.0), ("", 7.0), ("text", 4.0), ([1.5], 4.0)])
def test_what_is_true(decides, expected):
    with tf.Session() as sess:
        assert sess.run(If(decides, [2.0], twice, thrice)) == [expected]


def test_while():
    n = tf.placeholder(tf.float32, [])
    _, total = While([n, 0.0], positive, summed)
    with tf.Session() as sess:
        assert sess.run(total, {n: 20.0}) == 210.0
    with pytest.raises(tf.errors.InvalidArgumentError, match="single scalar.* got 2 tensors"):
        While([1.0, 0.0], both, summed)
    with pytest.raises(tf.errors.InvalidArgumentError, match="body returned 1 arguments. Expected: 2"):
        While([1.0, 0.0], positive, positive)


def test_for():
    limit, delta = tf.placeholder(tf.int32, []), tf.placeholder(tf.int32, [])
    upwards, downwards = For(1, 21, 1, [0.0], with_number), For(100, 0, -1, [0.0], with_number)
    asked = For(0, limit, delta, [0.0], with_number)
    with tf.Session() as sess:
        assert sess.run([upwards, downwards]) == [[210.0], [5050.0]]
        assert sess.run(asked, {limit: 4, delta: 2}) == [2.0]
        with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid start/limit/delta"):
            sess.run(asked, {limit: 4, delta: -1})
    for bounds, message in (((0, 10, -1), "Invalid start/limit/delta"), (([0], 10, 1), "must be a scalar")):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            For(*bounds, [0.0], with_number)


def test_gradient():
    xs = tf.constant(2.0), tf.constant(3.0)
    with tf.Session() as sess:
        assert sess.run(Gradient([*xs, 1.0, 10.0], both)) == [3.0 + 10.0, 2.0 + 10.0]
    with pytest.raises(ValueError, match="2 arguments and 2 gradients, got 3"):
        Gradient([*xs, 1.0], both)


def test_calls():
    (product, _), (doubled,) = (
        partitioned_call([2.0, 3.0], both),
        remote_call([4.0], [tf.float32], twice, "/cpu:0"),
    )
    assert doubled.device == "/device:CPU:0"
    with tf.Session() as sess:
        assert sess.run([product, doubled]) == [6.0, 8.0]
    with pytest.raises(ValueError, match="types"):
        remote_call([4.0], [tf.int32], twice, "/cpu:0")
