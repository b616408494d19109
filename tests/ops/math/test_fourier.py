"""Fourier and cosine transforms: held against NumPy and their definitions, gradients, and TensorFlow."""

import numpy as np
import pytest

import evergraph
from tests.laws import agree, gradients_are_differences, named, outcome, tensorflow_1, weighted_gradient

CUBE = np.random.RandomState(0).randn(2, 5, 6, 8)


def pair(tf, x):
    return tf.complex(x, x**2)


COMPLEX = CUBE + 1j * CUBE**2

# name, function of a real placeholder, what NumPy says
ROWS = [
    ("fft", lambda tf, x: tf.fft(pair(tf, x)), np.fft.fft(COMPLEX)),
    ("ifft", lambda tf, x: tf.ifft(pair(tf, x)), np.fft.ifft(COMPLEX)),
    ("fft2d", lambda tf, x: tf.fft2d(pair(tf, x)), np.fft.fft2(COMPLEX)),
    ("ifft2d", lambda tf, x: tf.spectral.ifft2d(pair(tf, x)), np.fft.ifft2(COMPLEX)),
    ("fft3d", lambda tf, x: tf.spectral.fft3d(pair(tf, x)), np.fft.fftn(COMPLEX, axes=(1, 2, 3))),
    ("ifft3d", lambda tf, x: tf.ifft3d(pair(tf, x)), np.fft.ifftn(COMPLEX, axes=(1, 2, 3))),
    ("rfft", lambda tf, x: tf.spectral.rfft(x), np.fft.rfft(CUBE)),
    ("rfft padded", lambda tf, x: tf.spectral.rfft(x, [11]), np.fft.rfft(CUBE, 11)),
    ("rfft2d", lambda tf, x: tf.spectral.rfft2d(x), np.fft.rfft2(CUBE)),
    ("irfft", lambda tf, x: tf.spectral.irfft(pair(tf, x)), np.fft.irfft(COMPLEX)),
    ("irfft2d", lambda tf, x: tf.spectral.irfft2d(pair(tf, x)), np.fft.irfft2(COMPLEX)),
]
# of these TensorFlow has no gradient, or none at these sizes
CUT = [
    ("rfft cut", lambda tf, x: tf.spectral.rfft(x, [5]), np.fft.rfft(CUBE, 5)),
    ("rfft2d cut", lambda tf, x: tf.spectral.rfft2d(x, [8, 4]), np.fft.rfft2(CUBE, (8, 4))),
    ("rfft3d", lambda tf, x: tf.spectral.rfft3d(x), np.fft.rfftn(CUBE, axes=(1, 2, 3))),
    ("irfft of odd length", lambda tf, x: tf.spectral.irfft(pair(tf, x), [9]), np.fft.irfft(COMPLEX, 9)),
    (
        "irfft3d",
        lambda tf, x: tf.spectral.irfft3d(pair(tf, x), [5, 6, 14]),
        np.fft.irfftn(COMPLEX, axes=(1, 2, 3)),
    ),
]

J, K = np.arange(8)[:, None], np.arange(8)
COSINES = {
    1: np.where(J == 0, 1, np.where(J == 7, (-1.0) ** K, 2 * np.cos(np.pi * J * K / 7))),
    2: 2 * np.cos(np.pi * K * (2 * J + 1) / 16),
    3: np.where(J == 0, 1, 2 * np.cos(np.pi * J * (2 * K + 1) / 16)),
}
ORTHONORMAL = COSINES[2] * np.where(K == 0, np.sqrt(1 / 32), np.sqrt(1 / 16))
ROWS += [
    ("dct", lambda tf, x: tf.spectral.dct(x), CUBE @ COSINES[2]),
    ("dct orthonormal", lambda tf, x: tf.spectral.dct(x, norm="ortho"), CUBE @ ORTHONORMAL),
    ("dct 1", lambda tf, x: tf.spectral.dct(x, type=1), CUBE @ COSINES[1]),
    ("dct 3", lambda tf, x: tf.spectral.dct(x, type=3), CUBE @ COSINES[3]),
    ("idct orthonormal", lambda tf, x: tf.spectral.idct(x, norm="ortho"), CUBE @ ORTHONORMAL.T),
    ("idct 1", lambda tf, x: tf.spectral.idct(x, type=1), CUBE @ COSINES[1]),
]


@pytest.mark.parametrize("dtype, tolerance", [("float32", 1e-4), ("float64", 1e-11)])
@pytest.mark.parametrize("function, expected", named(ROWS + CUT))
def test_values_are_those_of_the_definition(function, expected, dtype, tolerance):
    with evergraph.Graph().as_default(), evergraph.Session() as session:
        x = evergraph.placeholder(dtype, [2, 5, None, None])
        y = function(evergraph, x)
        found = session.run(y, {x: CUBE})
    assert y.shape.is_compatible_with(found.shape) and y.shape.ndims == 4
    assert found.dtype == y.dtype.as_numpy_dtype
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=10 * tolerance)


@pytest.mark.slow
@pytest.mark.parametrize("function, expected", named(ROWS + CUT))
def test_gradients_are_differences(function, expected):
    gradients_are_differences(CUBE[:1, :, :3], lambda tf, x: parts(tf, function(tf, x)))


def parts(tf, y):
    """What is real of complex numbers: both parts, which differ in weight."""
    return tf.concat([tf.real(y), tf.imag(y)], -1) if y.dtype.is_complex else y


@pytest.mark.parametrize(
    "build, error",
    [
        (lambda tf: tf.fft2d(tf.complex([1.0], [1.0])), ValueError),
        (lambda tf: tf.spectral.rfft([1.0], [[1]]), ValueError),
        (lambda tf: tf.spectral.dct([1.0], type=4), ValueError),
        (lambda tf: tf.spectral.dct([1.0], type=1, norm="ortho"), ValueError),
        (lambda tf: tf.spectral.idct([1.0], norm="other"), ValueError),
        (lambda tf: tf.spectral.dct([1.0], n=3), NotImplementedError),
    ],
)
def test_mistakes_are_refused_while_the_graph_is_built(build, error):
    with pytest.raises(error):
        build(evergraph)


@pytest.mark.interop
@pytest.mark.parametrize("function, expected", named(ROWS + CUT))
def test_values_agree(function, expected):
    inputs = [("float32", [2, 5, None, 8], CUBE)]
    results = [outcome(tf, inputs, lambda tf, x: function(tf, x)) for tf in (evergraph, tensorflow_1())]
    agree(*results, rtol=1e-4, atol=1e-4)


@pytest.mark.interop
@pytest.mark.parametrize("function, expected", named(ROWS))
def test_gradients_agree(function, expected):
    found = []
    for tf in (evergraph, tensorflow_1()):
        with tf.Graph().as_default(), tf.Session() as session:
            value = CUBE.astype(np.float32)
            found.append(session.run(weighted_gradient(tf, value, lambda tf, x: parts(tf, function(tf, x)))))
    np.testing.assert_allclose(*found, rtol=1e-3, atol=1e-3 * np.abs(found[1]).max())


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_transforms_of_nothing_and_lengths_that_do_not_fit(rank):
    name = ("fft", "fft2d", "fft3d")[rank - 1]
    there, back = (getattr(evergraph.spectral, kind + name) for kind in ("r", "ir"))
    with evergraph.Session() as session:
        for extra in range(2):
            empty = np.zeros((0,) * (rank + extra))
            assert session.run(there(empty.astype(np.float32))).shape == empty.shape
            assert session.run(back(empty.astype(np.complex64))).shape == empty.shape
    with pytest.raises(ValueError, match=f"Dimension must be {rank} but is {rank + 1}"):
        there(np.zeros((1,) * rank, np.float32), [1] * (rank + 1))
