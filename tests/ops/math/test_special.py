"""Special functions, where rounding shows."""

import numpy as np
import pytest

import evergraph as tf

# P(50, 40), 1 - P(50, 60) and I_0.375(60, 90), to 10 digits.
VALUES = {
    "igamma": (lambda a, x: tf.igamma(a, x), (50.0, 40.0), 0.0703350667),
    "igammac": (lambda a, x: tf.igammac(a, x), (50.0, 60.0), 0.0844066811),
    "betainc": (lambda a, b, x: tf.betainc(a, b, x), (60.0, 90.0, 0.375), 0.2684117800),
    "a betainc of next to nothing": (lambda a, b, x: tf.betainc(a, b, x), (0.1, 2e-9, 0.99), 0.0),
}


@pytest.mark.parametrize("name", VALUES)
def test_incomplete_functions_are_exact_in_float32(name):
    function, operands, wanted = VALUES[name]
    with tf.Session() as session:
        found = session.run(function(*map(np.float32, operands)))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-7)


BELOW = np.array([-0.2, -3.3, -12.6, -67.35])


def run(fetches):
    with tf.Session() as session:
        return session.run(fetches)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_polygamma_below_zero_by_reflection(order):
    """(-1)^m psi_m(1 - x) - psi_m(x) = pi d^m/dx^m cot(pi x) (DLMF 5.15.6), by the functions above zero."""
    turn, half = np.pi * BELOW, np.sin(np.pi * BELOW) ** 2
    derivative = {
        1: -1 / half,
        2: 2 * np.cos(turn) / half / np.sin(turn),
        3: -2 * (1 + 2 * np.cos(turn) ** 2) / half**2,
    }
    orders = np.full(4, float(order))
    below, above = run([tf.polygamma(orders, BELOW), tf.polygamma(orders, 1 - BELOW)])
    expected = (-1) ** order * above - np.pi ** (order + 1) * derivative[order]
    np.testing.assert_allclose(below, expected, rtol=1e-9)


def test_derivatives_of_gamma_functions_are_each_other():
    x = tf.constant(np.append(BELOW, [0.3, 2.5]))
    first = tf.gradients(tf.lgamma(x), x)[0]
    second = tf.gradients(first, x)[0]
    third = tf.gradients(second, x)[0]
    found = run(
        [first, second, third, tf.digamma(x), tf.polygamma(1.0 + 0 * x, x), tf.polygamma(2.0 + 0 * x, x)]
    )
    for derivative, value in zip(found[:3], found[3:], strict=True):
        np.testing.assert_allclose(derivative, value, rtol=1e-12)


def test_zeta_is_differentiable_along_its_second_argument_alone():
    x, q = tf.constant([2.0, 3.0, 4.5], tf.float64), tf.constant([0.5, -1.3, 2.5], tf.float64)
    along_x, along_q = tf.gradients(tf.zeta(x, q), [x, q])
    assert along_x is None
    found, expected = run([along_q, -x * tf.zeta(x + 1.0, q)])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_parameters_have_no_gradient():
    a = tf.constant([2.0, 3.0])
    assert tf.gradients(tf.betainc(a, a, tf.constant([0.2, 0.3])), a) == [None]
    assert tf.gradients(tf.polygamma(a, tf.constant([0.2, 0.3])), a) == [None]


def test_zeta_far_below_zero_is_not_a_number():
    assert np.isnan(run(tf.zeta(2.0, -20_000.5)))


def test_the_derivative_of_acosh_left_of_the_imaginary_axis():
    x = tf.constant([-1 + 2j, 0.5 - 0.3j, -3 - 1j])
    step = 1e-6
    found, after, before = run(
        [tf.gradients(tf.acosh(x), x, tf.ones_like(x))[0], tf.acosh(x + step), tf.acosh(x - step)]
    )
    np.testing.assert_allclose(found, np.conj((after - before) / (2 * step)), rtol=1e-6)
