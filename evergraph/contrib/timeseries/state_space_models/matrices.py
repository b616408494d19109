"""Covariances that can be trained, and powers of transitions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from evergraph.contrib.layers.dense import fully_connected
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import linalg, nn
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable

public_module("contrib.timeseries.python.timeseries.math_utils")

_MOST_BITS = 40  # of a number of steps
_ALMOST_ZERO = 1e-8  # added to a diagonal, so that a determinant has a logarithm
_OFF_DIAGONAL = -5.0  # the logarithm that off-diagonal elements begin with


def transposed(matrices: Tensor) -> Tensor:
    """The transpose of each matrix."""
    return array_ops.matrix_transpose(matrices)


@public()
def clip_covariance(
    covariance_matrix: Tensor, maximum_variance_ratio: float, minimum_variance: float
) -> Tensor:
    """Covariances whose variances are raised to a least one.

    Args:
      covariance_matrix: `[..., n, n]`.
      maximum_variance_ratio: how many times a variance the largest one may be.
      minimum_variance: the least.
    """
    variances = array_ops.matrix_diag_part(covariance_matrix)
    least = math_ops.reduce_max(variances, axis=-1, keepdims=True) / maximum_variance_ratio
    raised = math_ops.maximum(math_ops.maximum(variances, least), minimum_variance)
    return array_ops.matrix_set_diag(covariance_matrix, raised)


@public()
def block_diagonal(
    matrices: Sequence[TensorLike], dtype: DTypeLike = "float32", name: str = "block_diagonal"
) -> Tensor:
    """Matrices, or batches of such, as blocks along the diagonal of one.

    Args:
      matrices: of known sizes `[..., rows, columns]`, of one batch.
      dtype: theirs.
      name: the operation's name.

    Returns:
      `[..., all rows, all columns]`.
    """
    blocks = [convert_to_tensor(each, dtype=dtype) for each in matrices]
    columns = [block.shape[-1].value for block in blocks]
    rows = []
    for number, block in enumerate(blocks):
        around = [sum(columns[:number]), sum(columns[number + 1 :])]
        rows.append(array_ops.pad(block, [[0, 0]] * (block.shape.ndims - 1) + [around]))
    return array_ops.concat(rows, -2, name=name)


@public()
def sign_magnitude_positive_definite(
    raw: TensorLike, off_diagonal_scale: TensorLike = 0.0, overall_scale: TensorLike = 0.0
) -> Tensor:
    """A positive definite matrix of any numbers.

    It is C' C, with an upper triangle C: exp((raw + overall) / 2) on the diagonal, and softsign(raw below) exp((raw + overall +
    off-diagonal) / 2) above.

    Args:
      raw: `[..., n, n]`.
      off_diagonal_scale, overall_scale: `[...]`, or scalars.
    """
    raw = convert_to_tensor(raw)
    overall, off = (
        array_ops.expand_dims(array_ops.expand_dims(convert_to_tensor(each, dtype=raw.dtype), -1), -1)
        for each in (overall_scale, off_diagonal_scale)
    )
    above = math_ops.exp((raw + off + overall) / 2.0) * nn.softsign(transposed(raw))
    above.set_shape(raw.shape)
    diagonal = math_ops.exp((array_ops.matrix_diag_part(raw) + array_ops.squeeze(overall, [-1])) / 2.0)
    root = array_ops.matrix_set_diag(array_ops.matrix_band_part(above, 0, -1), diagonal)
    return math_ops.matmul(root, root, transpose_a=True)


@public()
def transform_to_covariance_matrices(input_vectors: Tensor, matrix_size: int) -> Tensor:
    """Covariances `[batch, n, n]` of vectors `[batch, size]`, by a dense layer."""
    numbers = fully_connected(input_vectors, matrix_size**2 + 2, activation_fn=None)
    raw = array_ops.reshape(numbers[:, :-2], [-1, matrix_size, matrix_size])
    return sign_magnitude_positive_definite(raw, numbers[:, -2], numbers[:, -1])


@public()
def variable_covariance_matrix(
    size: int,
    name: str,
    dtype: DTypeLike,
    initial_diagonal_values: Tensor | None = None,
    initial_overall_scale_log: TensorLike = 0.0,
) -> Tensor:
    """A covariance matrix in variables.

    Args:
      size: n.
      name: what the names of the variables begin with.
      dtype: theirs.
      initial_diagonal_values: variances that it begins with, `[n]`; 1 when None.
      initial_overall_scale_log: the logarithm of what it begins with a multiple of.

    Returns:
      `[n, n]`.
    """
    raw: Any = get_variable(f"{name}_pre_transform", [size, size], dtype=dtype, initializer=Zeros())
    if initial_diagonal_values is not None:
        raw = raw + array_ops.matrix_diag(math_ops.log(initial_diagonal_values))
    off = get_variable(
        f"{name}_off_diagonal_scale", dtype=dtype, initializer=constant(_OFF_DIAGONAL, dtype=dtype)
    )
    overall = get_variable(f"{name}_overall_scale", [], dtype=dtype, initializer=Zeros())
    scale = convert_to_tensor(initial_overall_scale_log, dtype=dtype) + overall
    return identity(sign_magnitude_positive_definite(raw, off, scale), name=name)


@public()
def log_noninformative_covariance_prior(covariance: Tensor) -> Tensor:
    """The logarithm, a scalar, of a prior that favours small covariances `[n, n]`: det^(-(n + 1) / 2) (Villegas, 1969)."""
    size = covariance.shape[0].value
    more = _ALMOST_ZERO * linalg.eye(size, dtype=covariance.dtype)
    return -(size + 1) / 2.0 * math_ops.log(linalg.matrix_determinant(covariance + more))


@public()
def entropy_matched_cauchy_scale(covariance: Tensor) -> Tensor:
    """The scales `[batch, n]` of Cauchy distributions of the entropies of normal ones with these covariances `[batch, n, n]`."""
    return math_ops.sqrt(math.e / (8.0 * math.pi) * array_ops.matrix_diag_part(covariance))


def powers_and_sums(transition: Tensor, noise: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
    """What happens to a state, and to its covariance, in several steps: by repeated squaring.

    Args:
      transition: A, `[n, n]`.
      noise: B, the covariance that a step adds, `[n, n]`.
      counts: how many steps, integers of any shape, not negative.

    Returns:
      (A^count, the sum over i < count of A^i B A'^i), both of the shape of `counts` and `[n, n]`.
    """
    size = transition.shape[0].value
    shape = array_ops.concat([array_ops.shape(counts), [size, size]], 0)
    known = counts.shape.concatenate([size, size])
    power = array_ops.zeros(shape, transition.dtype) + linalg.eye(size, dtype=transition.dtype)
    total = array_ops.zeros(shape, transition.dtype)
    for each in (power, total):
        each.set_shape(known)

    def double(rest, power, total, step, added):
        takes = array_ops.expand_dims(array_ops.expand_dims(math_ops.equal(rest % 2, 1), -1), -1)
        takes = math_ops.logical_and(takes, array_ops.ones_like(power, dtype="bool"))
        flat = array_ops.reshape(power, [-1, size])
        further = array_ops.reshape(math_ops.matmul(flat, added), shape)
        more = array_ops.where(takes, total + math_ops.matmul(further, power, transpose_b=True), total)
        further = array_ops.where(takes, array_ops.reshape(math_ops.matmul(flat, step), shape), power)
        for each in (more, further):
            each.set_shape(known)
        turned = math_ops.matmul(math_ops.matmul(step, added), step, transpose_b=True)
        return rest // 2, further, more, math_ops.matmul(step, step), added + turned

    _, power, total, *_ = while_loop(
        lambda rest, *_: math_ops.reduce_any(rest > 0),
        double,
        [counts, power, total, transition, noise],
        maximum_iterations=_MOST_BITS,
    )
    power.set_shape(TensorShape(known))
    total.set_shape(TensorShape(known))
    return power, total
