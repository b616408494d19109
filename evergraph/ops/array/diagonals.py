"""Diagonals of tensors and of (batches of) matrices."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.static import dims_of, same_as_first
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.array_ops")


def _twice(operation):
    dims = dims_of(operation.input_tensors[0])
    if dims == ():
        raise ValueError(f"{operation.type} {operation.name!r}: Shape must be at least rank 1 but is rank 0")
    return unknown_shape() if dims is None else as_shape(dims + dims)


def _check_rank(array, least):
    if array.ndim < least:
        raise ValueError(f"input must be at least {least}-dim, received shape: {list(array.shape)}")


@device_op("Diag", "diagonal: T -> output: T", shape=_twice)
def diag_op(diagonal):
    count = diagonal.size
    flat = (
        jnp.zeros((count, count), diagonal.dtype)
        .at[jnp.arange(count), jnp.arange(count)]
        .set(diagonal.reshape(-1))
    )
    return flat.reshape(diagonal.shape * 2)


@public("diag")
def diag(diagonal: TensorLike, name: str | None = None) -> Tensor:
    """A tensor `[d1..dk, d1..dk]` with `diagonal` (`[d1..dk]`) on its diagonal, zero elsewhere."""
    return diag_op(diagonal, name=name)


def _half(operation):
    dims = dims_of(operation.input_tensors[0])
    if dims is None:
        return unknown_shape()
    count = len(dims) // 2
    if not dims or len(dims) % 2:
        raise ValueError(
            f"DiagPart {operation.name!r}: Input must have even and non-zero rank, got shape {as_shape(dims)}"
        )
    try:
        return as_shape(dims[:count]).merge_with(as_shape(dims[count:]))
    except ValueError as error:
        raise ValueError(
            f"DiagPart {operation.name!r}: both halves of the shape {as_shape(dims)} must be equal"
        ) from error


@device_op("DiagPart", "input: T -> diagonal: T", shape=_half)
def diag_part_op(input):
    dims = input.shape[: input.ndim // 2]
    if dims != input.shape[input.ndim // 2 :]:
        raise ValueError(f"both halves of the shape {list(input.shape)} must be equal")
    count = int(np.prod(dims))
    return jnp.diagonal(input.reshape(count, count)).reshape(dims)


@public("diag_part")
def diag_part(input: TensorLike, name: str | None = None) -> Tensor:
    """The diagonal `[d1..dk]` of a tensor `[d1..dk, d1..dk]`; ValueError for another shape."""
    return diag_part_op(input, name=name)


def _matrix_rank(operation, dims, least=2):
    if len(dims) < least:
        raise ValueError(
            f"{operation.type} {operation.name!r}: Shape must be at least rank {least} but is rank "
            f"{len(dims)}"
        )


def _matrix_diag_shape(operation):
    dims = dims_of(operation.input_tensors[0])
    if dims is None:
        return unknown_shape()
    _matrix_rank(operation, dims, 1)
    return as_shape((*dims, dims[-1]))


@device_op("MatrixDiag", "diagonal: T -> output: T", shape=_matrix_diag_shape)
def matrix_diag_op(diagonal):
    _check_rank(diagonal, 1)
    count = diagonal.shape[-1]
    return jnp.where(jnp.eye(count, dtype=bool), diagonal[..., None], jnp.zeros((), diagonal.dtype))


@public("matrix_diag", "linalg.diag")
def matrix_diag(diagonal: TensorLike, name: str | None = None) -> Tensor:
    """Matrices `[..., n, n]` with `diagonal` (`[..., n]`) on their diagonals, zero elsewhere."""
    return matrix_diag_op(diagonal, name=name)


def _least(a, b):
    return None if None in (a, b) else min(a, b)


def _diagonal_shape(operation):
    dims = dims_of(operation.input_tensors[0])
    if dims is None:
        return unknown_shape()
    _matrix_rank(operation, dims)
    return as_shape((*dims[:-2], _least(*dims[-2:])))


@device_op("MatrixDiagPart", "input: T -> diagonal: T", shape=_diagonal_shape)
def matrix_diag_part_op(input):
    _check_rank(input, 2)
    return jnp.diagonal(input, axis1=-2, axis2=-1)


@public("matrix_diag_part", "linalg.diag_part")
def matrix_diag_part(input: TensorLike, name: str | None = None) -> Tensor:
    """The diagonals `[..., min(m, n)]` of matrices `[..., m, n]`."""
    return matrix_diag_part_op(input, name=name)


def _set_diagonal_shape(operation):
    matrix, diagonal = operation.input_tensors
    dims, other = dims_of(matrix), dims_of(diagonal)
    if dims is None:
        return unknown_shape()
    _matrix_rank(operation, dims)
    expected = as_shape((*dims[:-2], _least(*dims[-2:])))
    if other is not None and (
        len(other) != expected.ndims or not expected.is_compatible_with(diagonal.shape)
    ):
        raise ValueError(
            f"MatrixSetDiag {operation.name!r}: diagonal of shape {diagonal.shape} must have shape "
            f"{expected} for an "
            f"input of shape {matrix.shape}"
        )
    return matrix.shape


@device_op("MatrixSetDiag", "input: T, diagonal: T -> output: T", shape=_set_diagonal_shape)
def matrix_set_diag_op(input, diagonal):
    _check_rank(input, 2)
    positions = jnp.arange(diagonal.shape[-1])
    if diagonal.shape != (*input.shape[:-2], min(input.shape[-2:])):
        raise ValueError(
            "the diagonal must have the shape of the diagonals of input, but received input shape: "
            f"[{','.join(map(str, input.shape))}] and diagonal shape: [{','.join(map(str, diagonal.shape))}]"
        )
    return input.at[..., positions, positions].set(diagonal)


@public("matrix_set_diag", "linalg.set_diag")
def matrix_set_diag(input: TensorLike, diagonal: TensorLike, name: str | None = None) -> Tensor:
    """Matrices `[..., m, n]` with their diagonals replaced by `diagonal` (`[..., min(m, n)]`).

    ValueError for shapes that do not fit.
    """
    return matrix_set_diag_op(input, diagonal, name=name)


@device_op(
    "MatrixBandPart",
    "input: T, num_lower: Tindex=int64, num_upper: Tindex=int64 -> band: T",
    shape=same_as_first,
    types={"Tindex": INDEX},
)
def matrix_band_part_op(input, num_lower, num_upper):
    rows, columns = jnp.arange(input.shape[-2])[:, None], jnp.arange(input.shape[-1])[None, :]
    below = (num_lower < 0) | (rows - columns <= num_lower)
    above = (num_upper < 0) | (columns - rows <= num_upper)
    return jnp.where(below & above, input, jnp.zeros((), input.dtype))


@public("matrix_band_part", "linalg.band_part")
def matrix_band_part(
    input: TensorLike, num_lower: TensorLike, num_upper: TensorLike, name: str | None = None
) -> Tensor:
    """Matrices `[..., m, n]` with zeros outside a band of `num_lower` sub- and `num_upper` superdiagonals.

    A negative number keeps the whole triangle.
    """
    return matrix_band_part_op(input, num_lower, num_upper, name=name)
