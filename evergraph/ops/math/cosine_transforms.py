"""Discrete cosine transforms, by Fourier transforms of real numbers.

The definitions and their scales are those of Makhoul, "A Fast Cosine Transform in One and Two Dimensions" (1980), as
`scipy.fft.dct` has them.
"""

import math

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.math.casting import cast
from evergraph.ops.math.complex import complex as complex_of
from evergraph.ops.math.complex import real
from evergraph.ops.math.fourier import irfft, rfft
from evergraph.ops.math.sequences import range as range_of
from evergraph.ops.math.unary import cos, rsqrt, sin

public_module("python.ops.spectral_ops")


def _checked(type, n, axis, norm):  # noqa: A002
    if type not in (1, 2, 3):
        raise ValueError(f"type must be 1, 2 or 3, got {type!r}")
    if n is not None or axis != -1:
        raise NotImplementedError(
            f"the transform is over all of the last axis: n must be None and axis -1, got {n!r} and {axis!r}"
        )
    if norm not in (None, "ortho"):
        raise ValueError(f"norm must be None or 'ortho', got {norm!r}")
    if type == 1 and norm == "ortho":
        raise ValueError("there is no orthonormal transform of type 1: norm must be None")


def _turned(size, count, sign):
    """exp(sign pi i k / 2 n) for k = 0, 1, ..., n - 1."""
    angles = sign * math.pi / 2 * range_of(count) / count
    return complex_of(cos(angles), sin(angles))


def _weights(size, count, first, others):
    """`first` and then `others`, `[size]`."""
    is_first = array_ops.one_hot(0, size, dtype=count.dtype)
    return is_first * first + (1 - is_first) * others


@public("spectral.dct")
def dct(
    input: TensorLike,  # noqa: A002
    type: int = 2,  # noqa: A002
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The discrete cosine transform over the last axis.

    Args:
      input: float32 or float64 `[..., samples]`.
      type: 1, 2 or 3: X_k is x_0 + (-1)^k x_(N-1) + 2 sum_j x_j cos(pi j k / (N - 1)), or 2 sum_j x_j cos(pi k (2j + 1) / 2N), or
        x_0 + 2 sum_(j > 0) x_j cos(pi j (2k + 1) / 2N).
      n: None.
      axis: -1.
      norm: "ortho" makes the transform of type 2 or 3 orthonormal; None.
      name: the name scope.

    Returns:
      A tensor of the same dtype and shape.

    Raises:
      ValueError: another type or norm.
      NotImplementedError: another n or axis.
    """
    _checked(type, n, axis, norm)
    with name_scope(name, "dct", [input]):
        x = convert_to_tensor(input, preferred_dtype=dtypes.float32)
        size = x.shape[-1].value or array_ops.shape(x)[-1]
        if type == 1:
            mirrored = array_ops.reverse(x[..., 1:-1], [-1])
            return real(rfft(array_ops.concat([x, mirrored], -1)))
        count = cast(size, x.dtype)
        if type == 2:
            found = 2 * real(rfft(x, [2 * size])[..., :size] * _turned(size, count, -1))
            if norm is None:
                return found
            return found * _weights(size, count, 0.5 * rsqrt(count), rsqrt(2 * count))
        if norm == "ortho":
            x = x * _weights(size, count, rsqrt(count), rsqrt(2 * count))
        bins = complex_of(x, array_ops.zeros_like(x)) * _turned(size, count, 1)
        closed = array_ops.concat([bins, array_ops.zeros_like(bins[..., :1])], -1)
        return 2 * count * irfft(closed, [2 * size])[..., :size]


@public("spectral.idct")
def idct(
    input: TensorLike,  # noqa: A002
    type: int = 2,  # noqa: A002
    n: int | None = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The inverse of `dct` of this type, up to the factor 2N (2 (N - 1) for type 1), which "ortho" leaves out.

    Arguments, result and errors are those of `dct`.
    """
    _checked(type, n, axis, norm)
    with name_scope(name, "idct", [input]):
        return dct(input, {1: 1, 2: 3, 3: 2}[type], norm=norm)
