"""Tensors as text, as TensorFlow 2.21 writes them."""

import numpy as np
import pytest

import evergraph as tf
from tests.laws import tensorflow_1

NUMBERS = [1.0, 2.5, 1 / 3, 1e10, np.nan, np.inf, 1234567.0, 1e-8]
CASES = [
    ("{}", [tf.float32, NUMBERS], -1, "[1 2.5 0.333333343 1e+10 nan inf 1234567 1e-08]"),
    ("a {}.", [tf.int32, 7], 3, "a 7."),
    ("{}", [tf.int32, np.arange(36).reshape(2, 3, 6)], 1, "[[[0 ... 5]\n  ...\n  [12 ... 17]]\n\n [[18 ... 23]\n  ...\n  [30 ... 35]]]"),
    ("{}", [tf.string, [b"a", b"b"]], 3, '["a" "b"]'),
    ("{}", [tf.bool, [True, False]], 3, "[1 0]"),
    ("{}", [tf.float64, [0.1, 1 / 3]], 3, "[0.1 0.33333333333333331]"),
    ("{}", [tf.float32, []], 3, "[]"),
]  # fmt: skip


def written(tf, template, inputs, **kwargs):
    with tf.Graph().as_default() as graph, tf.Session(graph=graph) as session:
        kind, value = inputs
        made = tf.strings.format(template, tf.constant(value, getattr(tf, kind.name)), **kwargs)
        return session.run(made).decode()


@pytest.mark.parametrize("template, inputs, summarize, expected", CASES)
def test_formats(template, inputs, summarize, expected):
    assert written(tf, template, inputs, summarize=summarize) == expected


@pytest.fixture(scope="module")
def tf1():
    return tensorflow_1()


@pytest.mark.interop
@pytest.mark.parametrize("template, inputs, summarize, expected", CASES)
def test_tensorflow_formats_so(tf1, template, inputs, summarize, expected):
    assert written(tf1, template, inputs, summarize=summarize) == expected


def test_placeholders_are_counted():
    with pytest.raises(ValueError, match="2 placeholder"):
        tf.strings.format("{} {}", tf.constant(1))
    with tf.Session() as session:
        made = tf.strings.format("%t|%t", (tf.constant(1), [tf.constant([2])]), placeholder="%t")
        assert session.run(made) == b"1|[2]"
