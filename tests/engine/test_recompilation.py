"""A program that is compiled again and again says why."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine import any_length


@pytest.fixture
def warnings(monkeypatch):
    said = []
    monkeypatch.setattr(any_length, "is_enabled", lambda: False)
    monkeypatch.setattr(
        "evergraph.framework.logging.warning", lambda message, *args: said.append(message % args)
    )
    return said


def test_a_feed_whose_shape_varies_is_named(warnings):
    x = tf.placeholder(tf.float32, [None], name="x")
    scale = tf.placeholder(tf.float32, [], name="scale")
    y = x * scale
    with tf.Session() as sess:
        for size in range(1, 8):
            sess.run(y, {x: np.ones(size), scale: 1})
        assert not warnings
        sess.run(y, {x: np.ones(8), scale: 1})
    assert len(warnings) == 1
    assert "compiled 8 times" in warnings[0] and "shape of 'x:0'" in warnings[0] and "(8,)" in warnings[0]


def test_it_is_said_less_and_less_often(warnings):
    x = tf.placeholder(tf.float32, [None])
    y = x + 1
    with tf.Session() as sess:
        for size in range(1, 33):
            sess.run(y, {x: np.ones(size)})
    assert len(warnings) == 3  # at 8, 16 and 32


def test_the_same_shapes_again_compile_nothing(warnings):
    x = tf.placeholder(tf.float32, [None])
    y = x + 1
    with tf.Session() as sess:
        for step in range(40):
            sess.run(y, {x: np.ones(1 + step % 3)})
    assert not warnings


def test_a_value_that_sets_a_shape_is_named(warnings):
    n = tf.placeholder(tf.int32, [], name="n")
    y = tf.unsorted_segment_sum([1.0, 2.0], [0, 0], n) * 2.0  # the host has no kernel of it
    with tf.Session() as sess:
        for size in range(1, 9):
            sess.run(y, {n: size})
    assert len(warnings) == 1 and "value of 'n:0'" in warnings[0]
