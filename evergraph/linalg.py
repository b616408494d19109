"""`tf.linalg`: linear algebra."""

# -- contents of tf.linalg, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.array.diagonals import matrix_band_part as band_part
from evergraph.ops.array.diagonals import matrix_diag as diag
from evergraph.ops.array.diagonals import matrix_diag_part as diag_part
from evergraph.ops.array.diagonals import matrix_set_diag as set_diag
from evergraph.ops.array.reshaping import matrix_transpose as transpose
from evergraph.ops.linalg import cholesky as cholesky
from evergraph.ops.linalg import cholesky_solve as cholesky_solve
from evergraph.ops.linalg import expm as expm
from evergraph.ops.linalg import eye as eye
from evergraph.ops.linalg import logdet as logdet
from evergraph.ops.linalg import matrix_determinant as det
from evergraph.ops.linalg import matrix_inverse as inv
from evergraph.ops.linalg import matrix_solve as solve
from evergraph.ops.linalg import matrix_solve_ls as lstsq
from evergraph.ops.linalg import matrix_triangular_solve as triangular_solve
from evergraph.ops.linalg import norm as norm
from evergraph.ops.linalg import qr as qr
from evergraph.ops.linalg import self_adjoint_eig as eigh
from evergraph.ops.linalg import self_adjoint_eigvals as eigvalsh
from evergraph.ops.linalg import slogdet as slogdet
from evergraph.ops.linalg import svd as svd
from evergraph.ops.linalg import trace as trace
from evergraph.ops.linear_operators.block_diag import LinearOperatorBlockDiag as LinearOperatorBlockDiag
from evergraph.ops.linear_operators.broadcasting import adjoint as adjoint
from evergraph.ops.linear_operators.circulant import LinearOperatorCirculant as LinearOperatorCirculant
from evergraph.ops.linear_operators.circulant import LinearOperatorCirculant2D as LinearOperatorCirculant2D
from evergraph.ops.linear_operators.circulant import LinearOperatorCirculant3D as LinearOperatorCirculant3D
from evergraph.ops.linear_operators.composition import LinearOperatorComposition as LinearOperatorComposition
from evergraph.ops.linear_operators.diag import LinearOperatorDiag as LinearOperatorDiag
from evergraph.ops.linear_operators.full_matrix import LinearOperatorFullMatrix as LinearOperatorFullMatrix
from evergraph.ops.linear_operators.identity import LinearOperatorIdentity as LinearOperatorIdentity
from evergraph.ops.linear_operators.identity import (
    LinearOperatorScaledIdentity as LinearOperatorScaledIdentity,
)
from evergraph.ops.linear_operators.kronecker import LinearOperatorKronecker as LinearOperatorKronecker
from evergraph.ops.linear_operators.low_rank_update import (
    LinearOperatorLowRankUpdate as LinearOperatorLowRankUpdate,
)
from evergraph.ops.linear_operators.lower_triangular import (
    LinearOperatorLowerTriangular as LinearOperatorLowerTriangular,
)
from evergraph.ops.linear_operators.operator import LinearOperator as LinearOperator
from evergraph.ops.math.contraction import einsum as einsum
from evergraph.ops.math.contraction import tensordot as tensordot
from evergraph.ops.math.matmul import matvec as matvec
from evergraph.ops.matrix_logarithm import logm as logm

# -- end of contents --
