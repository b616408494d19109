"""Operations of matrix factorization, those of `tf.contrib.factorization`: their sizes depend on data, they run on the host."""

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import host_op

public_module(
    "contrib.factorization.python.ops.gen_factorization_ops",
    "contrib.factorization.python.ops.factorization_ops",
)


def _require_rank(rank, **arrays):
    for what, array in arrays.items():
        if np.ndim(array) != rank:
            kind = ("scalar", "vector", "matrix")[rank]
            raise ValueError(f"Input {what} should be a {kind}, got shape {list(np.shape(array))}")


def _require_within(what, numbers, size):
    """InvalidArgumentError in the run, for a row or column number that is not there."""
    outside = (numbers < 0) | (numbers >= size)
    if outside.any():
        place = int(np.argmax(outside))
        raise ValueError(f"{what} {int(numbers[place])} at [{place}] is out of bounds [0, {size})")


def _equation_shapes(operation):
    rank = operation.input_tensors[0].shape.with_rank(2)[1]
    size = constant_value(operation.input_tensors[6])
    rows = None if size is None else int(size)
    return [TensorShape([rows, rank, rank]), TensorShape([rows, rank])]


@public()
@host_op(
    "WALSComputePartialLhsAndRhs",
    "factors: float32, factor_weights: float32, unobserved_weights: float32, input_weights: float32, "
    "input_indices: int64, input_values: float32, input_block_size: int64, input_is_transpose: bool "
    "-> partial_lhs: float32, partial_rhs: float32",
    shape=_equation_shapes,
    differentiable=False,
)
def wals_compute_partial_lhs_and_rhs(
    factors,
    factor_weights,
    unobserved_weights,
    input_weights,
    input_indices,
    input_values,
    input_block_size,
    input_is_transpose,
):
    """What the entries of a sparse matrix add to the normal equations of weighted alternating least squares.

    An entry (i, j) of value a and weight w = input_weights[i] * factor_weights[j] adds w v_j v_j' to the left side of
    row i, and (unobserved_weights + w) a v_j to the right, where v_j is row j of the factors (Hu, Koren and Volinsky, 2008).

    Args:
      factors: float32 `[m, k]`.
      factor_weights: float32 `[m]`, not negative in a product with those of the input.
      unobserved_weights: float32 scalar.
      input_weights: float32 `[n]`.
      input_indices: int64 `[entries, 2]`, (row, column) of each.
      input_values: float32 `[entries]`.
      input_block_size: int64 scalar, n, the number of rows.
      input_is_transpose: bool scalar, whether the indices are (column, row).

    Returns:
      A named tuple: `partial_lhs`, float32 `[n, k, k]`, and `partial_rhs`, float32 `[n, k]`.

    Raises:
      InvalidArgumentError: a wrong rank; an index out of bounds; a negative weight.
    """
    _require_rank(2, factors=factors, input_indices=input_indices)
    _require_rank(1, factor_weights=factor_weights, input_weights=input_weights, input_values=input_values)
    _require_rank(
        0,
        unobserved_weights=unobserved_weights,
        input_block_size=input_block_size,
        input_is_transpose=input_is_transpose,
    )
    size, rank = int(input_block_size), factors.shape[1]
    columns = (1, 0) if input_is_transpose else (0, 1)
    rows, places = (input_indices[:, column] for column in columns)
    _require_within("the row", rows, min(size, len(input_weights)))
    _require_within("the factor", places, min(len(factors), len(factor_weights)))
    weights = input_weights[rows] * factor_weights[places]
    if (weights < 0).any():
        raise ValueError(f"weights must not be negative, got {weights.min()}")
    order = np.argsort(rows, kind="stable")
    rows, vectors = rows[order], factors[places[order]]
    roots = vectors * np.sqrt(weights[order])[:, None]
    scaled = vectors * (input_values[order] * (unobserved_weights + weights[order]))[:, None]
    lhs, rhs = np.zeros((size, rank, rank), np.float32), np.zeros((size, rank), np.float32)
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    if len(rows):
        rhs[rows[starts]] = np.add.reduceat(scaled, starts, axis=0)
    for start, end in zip(starts, [*starts[1:], len(rows)]):
        lhs[rows[start]] = roots[start:end].T @ roots[start:end]
    return lhs, rhs


@public()
@host_op(
    "MaskedMatmul",
    "a: float32, b: float32, mask_indices: int64, transpose_a: bool, transpose_b: bool -> prod_values: float32",
    shape=lambda op: [TensorShape([op.input_tensors[2].shape.with_rank(2)[0]])],
    differentiable=False,
)
def masked_matmul(a, b, mask_indices, transpose_a, transpose_b):
    """Some entries of the product of two matrices.

    Args:
      a, b: float32 matrices.
      mask_indices: int64 `[entries, 2]`, the (row, column) of those that are wanted, in any order.
      transpose_a, transpose_b: bool scalars, whether the transpose of a matrix is meant.

    Returns:
      float32 `[entries]`.

    Raises:
      InvalidArgumentError: a wrong rank; matrices that cannot be multiplied; an index out of bounds.
    """
    _require_rank(2, a=a, b=b, mask_indices=mask_indices)
    _require_rank(0, transpose_a=transpose_a, transpose_b=transpose_b)
    left, right = a.T if transpose_a else a, b if transpose_b else b.T  # rows of both
    if left.shape[1] != right.shape[1]:
        raise ValueError(
            f"Matrix shapes are incompatible: a has shape {a.shape}, while b has shape {b.shape}"
        )
    if mask_indices.shape[1] != 2:
        raise ValueError(f"mask_indices should be a matrix of shape [entries, 2], got {mask_indices.shape}")
    rows, columns = mask_indices.T
    _require_within("the row", rows, len(left))
    _require_within("the column", columns, len(right))
    return np.einsum("ij,ij->i", left[rows], right[columns])
