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
