"""Products of Hessians and vectors."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.gradients import hessians


def test_hessian_times_a_vector():
    matrix = np.array([[1, 2], [3, 4]], np.float32)
    x = tf.constant([[1.0], [2.0]])
    square = tf.matmul(x, tf.matmul(matrix, x), transpose_a=True)
    product = hessians.hessian_vector_product(square, [x], [tf.constant([[1.0], [-1.0]])])[0]
    with tf.Session() as session:
        np.testing.assert_allclose(session.run(product), (matrix + matrix.T) @ [[1], [-1]])
    with pytest.raises(ValueError, match="same length"):
        hessians.hessian_vector_product(square, [x], [])
