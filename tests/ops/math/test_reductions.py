"""Reductions: what their axes may be."""

import numpy as np
import pytest

import evergraph as tf


@pytest.mark.parametrize("reduce", [tf.reduce_sum, tf.reduce_max, tf.reduce_mean])
def test_axes_are_a_scalar_or_a_vector(reduce):
    values = np.float32([[1, 2, 3], [4, 5, 6]])
    with pytest.raises(ValueError, match="at most rank 1"):
        reduce(values, np.array([[0], [1]]))
    assert reduce(values, [0, 1]).shape == reduce(values).shape == ()
    assert reduce(values, 1).shape == [2]
