"""Functions of the normal and Laplace distributions keep their digits in both tails."""

import math

import numpy as np
import pytest

import evergraph as tf
from evergraph.distributions import special_math
from tests.distributions.laws import run

X = np.array([-35.0, -21, -19, -8, -1, -0.1, 0, 0.3, 2, 7, 9, 30])


def _area_below(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def test_areas_and_their_logarithms():
    below = np.array([_area_below(x) for x in X])
    area, back, logarithm = run(
        special_math.ndtr(X), special_math.ndtri(special_math.ndtr(X[2:9])), special_math.log_ndtr(X)
    )
    np.testing.assert_allclose(area, below, rtol=1e-12)
    np.testing.assert_allclose(back, X[2:9], rtol=1e-9, atol=1e-12)
    above = np.array([_area_below(-x) for x in X])
    with np.errstate(divide="ignore"):  # far below zero, where the other side is taken
        exact = np.where(X > 0, np.log1p(-above), np.log(below))
    np.testing.assert_allclose(logarithm, exact, rtol=1e-6)
    assert np.isinf(run(special_math.ndtri(np.array([0.0, 1])))).all()


def test_gradients_are_finite_in_the_tails():
    place = tf.constant(X)
    (slope,) = tf.gradients(special_math.log_ndtr(place), [place])
    density = np.exp(-(X**2) / 2) / np.sqrt(2 * np.pi)
    near = np.abs(X) < 30  # where neither side of the quotient underflows
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = density / np.array([_area_below(x) for x in X])
    found = run(slope)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[near], wanted[near], rtol=1e-5)


def test_inverse_error_function_and_laplace():
    y = np.array([-0.99, -0.5, 0, 0.2, 0.999])
    back, logarithm = run(tf.erf(special_math.erfinv(y)), special_math.log_cdf_laplace(X))
    np.testing.assert_allclose(back, y, rtol=1e-9, atol=1e-12)
    wanted = np.where(X < 0, X - np.log(2), np.log1p(-0.5 * np.exp(-np.abs(X))))
    np.testing.assert_allclose(logarithm, wanted)


def test_what_is_wrong_is_said():
    with pytest.raises(TypeError, match="not handled"):
        special_math.ndtr(1)
    with pytest.raises(TypeError, match="integer"):
        special_math.log_ndtr(1.0, series_order=1.5)
    for order in (-1, 31):
        with pytest.raises(ValueError, match="series_order"):
            special_math.log_ndtr(1.0, series_order=order)
