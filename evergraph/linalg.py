"""`tf.linalg`: linear algebra."""

from evergraph.ops.array import (
    matrix_band_part as band_part, matrix_diag as diag, matrix_diag_part as diag_part, matrix_set_diag
    as set_diag, matrix_transpose as transpose,
)
from evergraph.ops.linalg import (
    cholesky, cholesky_solve, expm, eye, logdet, matrix_determinant as det, matrix_inverse as inv,
    matrix_solve as solve, matrix_solve_ls as lstsq, matrix_triangular_solve as triangular_solve, norm,
    qr, self_adjoint_eig as eigh, self_adjoint_eigvals as eigvalsh, slogdet, svd, trace,
)
from evergraph.ops.math import einsum, tensordot

__all__ = [
    "band_part", "cholesky", "cholesky_solve", "det", "diag", "diag_part", "eigh", "eigvalsh", "einsum",
    "expm", "eye", "inv", "logdet", "lstsq", "norm", "qr", "set_diag", "slogdet", "solve", "svd",
    "tensordot", "trace", "transpose", "triangular_solve",
]  # fmt: skip
