"""`tf.linalg`: linear algebra."""

from evergraph.ops.array import diag, diag_part, transpose
from evergraph.ops.linalg import cholesky, cholesky_solve, expm, eye, logdet, norm, qr, slogdet, svd, trace
from evergraph.ops.math import einsum, tensordot

__all__ = [
    "cholesky", "cholesky_solve", "diag", "diag_part", "einsum", "expm", "eye", "logdet", "norm", "qr",
    "slogdet", "svd", "tensordot", "trace", "transpose",
]  # fmt: skip
