"""Checks of bijectors: they let a true map pass and find what is wrong with others."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.distributions.bijector import Bijector
from evergraph.distributions.bijector_checks import assert_bijective_and_finite, assert_scalar_congruency


class Cube(Bijector):
    """x ** 3 for positive x, stretching `stretch` times as it should."""

    def __init__(self, stretch=1.0):
        self.error = np.log(stretch).astype(np.float32)
        super().__init__(forward_min_event_ndims=0)

    def _forward(self, x):
        return x**3

    def _inverse(self, y):
        return tf.convert_to_tensor(y) ** (1.0 / 3.0)

    def _forward_log_det_jacobian(self, x):
        return tf.log(3.0 * tf.square(x)) + self.error

    def _inverse_log_det_jacobian(self, y):
        return -tf.log(3.0 * tf.convert_to_tensor(y) ** (2.0 / 3.0)) - self.error


def test_a_true_map_passes():
    x = np.array([[0.5, 1.0], [2.0, 3.0]], np.float32)
    with tf.Session().as_default():
        assert_scalar_congruency(Cube(), 1.0, 2.0)
        assert_bijective_and_finite(Cube(), x, x, event_ndims=1)


def test_a_wrong_stretch_is_found():
    with tf.Session().as_default(), pytest.raises(AssertionError, match="Not equal"):
        assert_scalar_congruency(Cube(stretch=1.5), 1.0, 2.0)


def test_what_is_not_finite_is_found():
    with tf.Session().as_default(), pytest.raises(AssertionError, match="not finite"):
        assert_bijective_and_finite(Cube(), np.float32([0.0, 1.0]), np.float32([1.0]), event_ndims=0)
