"""Triangular and banded matrices from vectors, and their diagonals."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from evergraph.distributions.static import prefer_static_rank
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks as check_ops
from evergraph.ops import math as math_ops
from evergraph.ops.inference import constant_value

public_module("python.ops.distributions.util", "contrib.distributions.python.ops.distribution_util")


@public("contrib.distributions.fill_triangular")
def fill_triangular(x: TensorLike, upper: bool = False, name: str | None = None) -> Tensor:
    """A triangular matrix of the entries of a vector, wound round clockwise: `[1..6]` is `[[4, 0, 0], [6, 5, 0], [3, 2, 1]]`.

    Args:
      x: `[..., n * (n + 1) / 2]`.
      upper: whether the matrix is upper triangular: `[[1, 2, 3], [0, 5, 6], [0, 0, 4]]`.
      name: a name for the operations.

    Returns:
      A tensor `[..., n, n]`.

    Raises:
      ValueError: a size that no triangle has.
    """
    with name_scope(name, "fill_triangular", [x]):
        x = convert_to_tensor(x, name="x")
        size = x.shape.with_rank_at_least(1)[-1].value
        if size is None:
            entries = math_ops.cast(2 * array_ops.shape(x)[-1], dtypes.float32)
            n = math_ops.cast(math_ops.sqrt(0.25 + entries), dtypes.int32)
        else:
            n = math.isqrt(2 * size)
            if n * (n + 1) != 2 * size:
                raise ValueError(
                    f"Input right-most shape ({size}) does not correspond to a triangular matrix."
                )
        known = n if size is not None else None
        # A square's worth of entries: those after the first n, and all of them backwards; half of each row is kept.
        axis = prefer_static_rank(x) - 1
        halves = (
            [x, array_ops.reverse(x[..., n:], [axis])]
            if upper
            else [x[..., n:], array_ops.reverse(x, [axis])]
        )
        sizes = array_ops.concat([array_ops.shape(x)[:-1], [n, n]], axis=0)
        square = array_ops.reshape(array_ops.concat(halves, axis=-1), sizes)
        result = array_ops.matrix_band_part(square, 0 if upper else -1, -1 if upper else 0)
        result.set_shape(x.shape.with_rank_at_least(1)[:-1].concatenate([known, known]))
        return result


@public("contrib.distributions.fill_triangular_inverse")
def fill_triangular_inverse(x: TensorLike, upper: bool = False, name: str | None = None) -> Tensor:
    """The vector `[..., n * (n + 1) / 2]` that `fill_triangular` makes the matrices `x` of, which are `[..., n, n]`."""
    with name_scope(name, "fill_triangular_inverse", [x]):
        x = convert_to_tensor(x, name="x")
        known = x.shape.with_rank_at_least(2)[-1].value
        n = array_ops.shape(x)[-1] if known is None else known
        size = n * (n + 1) // 2
        axis = prefer_static_rank(x) - 1
        if upper:
            first, rest = x[..., 0, :], x[..., 1:, :]
        else:
            first, rest = array_ops.reverse(x[..., -1, :], [axis - 1]), x[..., :-1, :]
        whole = rest + array_ops.reverse(rest, [axis - 1, axis])
        flat = array_ops.reshape(whole, array_ops.concat([array_ops.shape(x)[:-2], [n * (n - 1)]], axis=0))
        result = array_ops.concat([first, flat[..., : size - n]], axis=-1)
        result.set_shape(x.shape[:-2].concatenate([None if known is None else size]))
        return result


@public("contrib.distributions.tridiag")
def tridiag(
    below: TensorLike | None = None,
    diag: TensorLike | None = None,
    above: TensorLike | None = None,
    name: str | None = None,
) -> Tensor:
    """Matrices `[..., n, n]` with what is given on three diagonals and zeros elsewhere.

    Args:
      below: `[..., n - 1]`, the diagonal below the main one.
      diag: `[..., n]`, the main diagonal.
      above: `[..., n - 1]`, the diagonal above it.
      name: a name for the operations.

    Raises:
      ValueError: none is given.
    """

    def shifted(entries):
        entries = convert_to_tensor(entries)
        zero = array_ops.zeros_like(entries[..., :1])
        return array_ops.matrix_diag(array_ops.concat([zero, entries, zero], axis=-1))

    with name_scope(name, "tridiag", [below, diag, above]):
        parts = []
        if below is not None:
            parts.append(shifted(below)[..., :-1, 1:])
        if diag is not None:
            parts.append(array_ops.matrix_diag(convert_to_tensor(diag, name="diag")))
        if above is not None:
            parts.append(shifted(above)[..., 1:, :-1])
        if not parts:
            raise ValueError("Must specify at least one of `below`, `diag`, `above`.")
        return sum(parts[1:], parts[0])


@public("contrib.distributions.matrix_diag_transform")
def matrix_diag_transform(
    matrix: TensorLike, transform: Callable[[Tensor], Tensor] | None = None, name: str | None = None
) -> Tensor:
    """`[..., n, n]` matrices with `transform` of their diagonals in the place of these; as they are when it is None."""
    with name_scope(name, "matrix_diag_transform", [matrix]):
        matrix = convert_to_tensor(matrix, name="matrix")
        if transform is None:
            return matrix
        return array_ops.matrix_set_diag(matrix, transform(array_ops.matrix_diag_part(matrix)))


@public()
def rotate_transpose(x: TensorLike, shift: TensorLike, name: str = "rotate_transpose") -> Tensor:
    """A tensor whose axes are moved round to the right by `shift`: by 1, the last axis becomes the first."""
    with name_scope(name, values=[x, shift]):
        x, shift = convert_to_tensor(x, name="x"), convert_to_tensor(shift, name="shift")
        check_ops.assert_integer(shift)
        known, ndims = constant_value(shift), x.shape.ndims
        if known is not None and ndims is not None:
            if ndims < 2 or int(known) % ndims == 0:
                return x
            return array_ops.transpose(x, np.roll(np.arange(ndims), int(known)))
        ndims = array_ops.rank(x)
        first = math_ops.floormod(-shift, ndims)
        order = array_ops.concat([math_ops.range(first, ndims), math_ops.range(0, first)], 0)
        return array_ops.transpose(x, order)
