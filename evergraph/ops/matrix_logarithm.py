"""The logarithm of matrices, `tf.linalg.logm`: on the host, in double precision.

1. `_by_eigenvalues`    where the eigenvectors are far enough apart for their inverse to be accurate
2. `_by_roots`          else, as of matrices that have too few: inverse scaling and squaring
"""

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.matrix_shapes import same_square
from evergraph.ops.registry import host_op

public_module("python.ops.linalg.linalg_impl")

_ACCURATE = 1e6  # of the condition of eigenvectors: ten digits are left
_NEAR = 0.25  # of a matrix from the identity, where eight points of the quadrature give all digits
_MOST_ROOTS, _MOST_STEPS = 60, 50


@host_op(
    "MatrixLogarithm",
    "input: T -> output: T",
    types={"T": (dtypes.complex64, dtypes.complex128)},
    shape=same_square,
)
def matrix_logarithm_op(input):  # noqa: A002
    result = np.empty_like(input)
    for place in np.ndindex(input.shape[:-2] if input.size else (0,)):
        matrix = input[place].astype(np.complex128)
        values, vectors = np.linalg.eig(matrix)
        by_values = np.linalg.cond(vectors) < _ACCURATE
        result[place] = _by_eigenvalues(values, vectors) if by_values else _by_roots(matrix)
    return result


def _by_eigenvalues(values, vectors):
    return np.linalg.solve(vectors.T, (vectors * np.log(values)).T).T


def _by_roots(matrix):
    """log A = 2**k log(A**(1/2**k)), of which the inner one is the integral of X (I + t X)**-1 over t from 0 to 1."""
    identity, roots = np.eye(len(matrix)), 0
    while np.linalg.norm(matrix - identity, 1) > _NEAR and roots < _MOST_ROOTS:
        matrix, roots = _square_root(matrix), roots + 1
    distance = matrix - identity
    points, weights = np.polynomial.legendre.leggauss(8)
    parts = [
        w / 2 * np.linalg.solve(identity + (t + 1) / 2 * distance, distance) for t, w in zip(points, weights)
    ]
    return 2.0**roots * sum(parts)


def _square_root(matrix):
    """The principal root, by the iteration of Denman and Beavers."""
    root, inverse = matrix, np.eye(len(matrix), dtype=matrix.dtype)
    for _ in range(_MOST_STEPS):
        before = root
        root, inverse = (root + np.linalg.inv(inverse)) / 2, (inverse + np.linalg.inv(root)) / 2
        if np.linalg.norm(root - before, 1) <= 1e-14 * np.linalg.norm(root, 1):
            break
    return root


@public("linalg.logm")
def logm(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """The principal logarithm of each matrix, the inverse of `expm`.

    Args:
      input: complex64 or complex128 `[..., n, n]`, invertible.
      name: the operation's name.

    Returns:
      A tensor like `input`. No gradient flows through it.
    """
    return matrix_logarithm_op(input, name=name)
