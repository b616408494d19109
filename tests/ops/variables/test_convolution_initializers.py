"""First values of convolution kernels that keep the length of what they are applied to."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.variables import convolution_initializers as kernels

BY_RANK = {
    1: kernels.ConvolutionOrthogonal1D,
    2: kernels.ConvolutionOrthogonal2D,
    3: kernels.ConvolutionOrthogonal3D,
}


@pytest.mark.parametrize("rank", BY_RANK)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_lengths_are_kept(rank, size):
    axes = tuple(range(rank))
    with tf.Session() as session:
        kernel = session.run(BY_RANK[rank](gain=4.0, seed=1, dtype=tf.float64)([size] * rank + [2, 3]))
    signal = np.fft.fftn(np.random.RandomState(0).randn(*[5] * rank, 2), axes=axes)
    response = np.fft.fftn(kernel, s=[5] * rank, axes=axes)
    result = np.einsum("...i,...io->...o", signal, response)
    np.testing.assert_allclose(np.sum(abs(result) ** 2), 4 * np.sum(abs(signal) ** 2))


def test_the_centre_alone():
    with tf.Session() as session:
        kernel = session.run(kernels.ConvolutionDeltaOrthogonal(gain=9.0, dtype=tf.float64)([3, 4, 2, 3]))
    np.testing.assert_allclose(kernel[1, 1] @ kernel[1, 1].T, 9 * np.eye(2), atol=1e-12)
    kernel[1, 1] = 0
    assert not kernel.any()


def test_seeds():
    make = kernels.ConvolutionOrthogonal2D
    with tf.Session() as session:
        one, same, other, drawn = session.run([make(seed=s)([2, 2, 2, 2]) for s in (1, 1, 5, None)])
    assert (one == same).all() and (one != other).any() and (one != drawn).any()
    assert make.from_config(make(gain=2.0, seed=3).get_config()).gain == 2.0


@pytest.mark.parametrize(
    "make, shape, message",
    [
        (kernels.ConvolutionDeltaOrthogonal, [3, 3], "at least three-dimensional"),
        (kernels.ConvolutionDeltaOrthogonal, [3, 3, 6, 5], "In_filters cannot be greater"),
        (kernels.ConvolutionOrthogonal1D, [3, 3, 2, 2], "must have 3 dimensions"),
        (kernels.ConvolutionOrthogonal2D, [3, 2, 2, 2], "Kernel sizes must be equal"),
    ],
)
def test_shapes_that_are_none(make, shape, message):
    with pytest.raises(ValueError, match=message):
        make()(shape)
    with pytest.raises(ValueError, match="floating point"):
        make(dtype=tf.string)
