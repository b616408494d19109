"""The logarithm of matrices, `tf.linalg.logm`: SciPy's, on the host, in double precision."""

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.matrix_shapes import same_square
from evergraph.ops.registry import host_op

public_module("python.ops.linalg.linalg_impl")


def _scipy_logm():
    from scipy.linalg import logm  # for programs that ask for it

    return logm


@host_op(
    "MatrixLogarithm",
    "input: T -> output: T",
    types={"T": (dtypes.complex64, dtypes.complex128)},
    shape=same_square,
)
def matrix_logarithm_op(input):  # noqa: A002
    logarithm, result = _scipy_logm(), np.empty_like(input)
    for place in np.ndindex(input.shape[:-2] if input.size else (0,)):
        result[place] = logarithm(input[place].astype(np.complex128))
    return result


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
