"""The operations that TensorFlow records as gradients of complex functions of their output: which of them conjugate it."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework.registry import definition_named
from tests.laws import tensorflow_1

TYPES = ["TanhGrad", "SigmoidGrad", "SqrtGrad", "RsqrtGrad", "ReciprocalGrad"]
Y, DY = np.array([0.3 + 0.4j, -0.8 - 0.5j]), np.array([1.2 + 0.5j, 0.25 + 0.96j])


def both(type):  # noqa: A002
    """(dy times what has no conjugate, with the conjugate)."""
    formula = {
        "TanhGrad": lambda y: 1 - y * y,
        "SigmoidGrad": lambda y: y * (1 - y),
        "SqrtGrad": lambda y: 0.5 / y,
        "RsqrtGrad": lambda y: -0.5 * y**3,
        "ReciprocalGrad": lambda y: -y * y,
    }[type]
    return DY * formula(Y), DY * formula(np.conj(Y))


@pytest.mark.parametrize("type", TYPES)
def test_who_conjugates(type):  # noqa: A002
    with tf.Session() as session:
        found = session.run(definition_named(type)(tf.constant(Y), tf.constant(DY)))
    np.testing.assert_allclose(found, both(type)[type not in ("TanhGrad", "SigmoidGrad")], rtol=1e-12)


@pytest.mark.interop
@pytest.mark.parametrize("type", TYPES)
def test_as_tensorflow(type):  # noqa: A002
    theirs = tensorflow_1()
    with theirs.Graph().as_default(), theirs.Session() as session:
        expected = session.run(getattr(theirs.raw_ops, type)(y=Y, dy=DY))
    with tf.Session() as session:
        found = session.run(definition_named(type)(tf.constant(Y), tf.constant(DY)))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("function", [tf.tanh, tf.sigmoid, tf.sqrt, tf.rsqrt, tf.reciprocal])
def test_gradients_are_conjugates_of_derivatives(function):
    x = tf.constant(Y)
    step = 1e-6
    with tf.Session() as session:
        found = session.run(tf.gradients(function(x), x, tf.ones_like(x))[0])
        after, before = session.run([function(x + step), function(x - step)])
    np.testing.assert_allclose(found, np.conj((after - before) / (2 * step)), rtol=1e-6)
