"""Elementwise arithmetic on two tensors, whose shapes broadcast."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor, is_dense_tensor_like
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.math.casting import cast
from evergraph.ops.math.elementwise import ORDERED, binary, is_inexact, is_real
from evergraph.ops.registry import FLOATS, NUMBERS

public_module("python.ops.math_ops")


@public("add")
@binary("Add", (*NUMBERS, dtypes.string), numpy=np.add)
def add(x, y):
    """`x + y`; strings are joined."""
    return x + y


@binary("AddV2", NUMBERS, numpy=np.add)
def add_v2(x, y):
    """`x + y`."""
    return x + y


@public("subtract")
@binary("Sub", NUMBERS, numpy=np.subtract)
def subtract(x, y):
    """`x - y`."""
    return x - y


@public("multiply")
@binary("Mul", NUMBERS, numpy=np.multiply)
def multiply(x, y):
    """`x * y`."""
    return x * y


@public("squared_difference")
@binary("SquaredDifference", NUMBERS, numpy=lambda x, y: np.square(x - y))
def squared_difference(x, y):
    """`(x - y) * (x - y)`."""
    difference = x - y
    # conj(d) * d for complex numbers: the squared distance
    return jnp.conj(difference) * difference if jnp.iscomplexobj(difference) else difference * difference


# -- division ---------------------------------------------------------------------------------------------------


def _refuse_zero(y):
    if not is_inexact(y) and not np.all(y):
        raise errors.InvalidArgumentError(None, None, "Integer division by zero")


@jax.custom_jvp
def _real_quotient(x, y):
    """`x / y`, rounded once. XLA multiplies by the reciprocal of a constant, which is rounded itself: 41 / 41 is below 1 then."""
    return x / jnp.where(
        x != x, jnp.asarray(jnp.nan, y.dtype), y
    )  # no constant, and NaN where x is NaN anyway


@_real_quotient.defjvp
def _(primals, tangents):
    (x, y), (dx, dy) = primals, tangents
    z = _real_quotient(x, y)
    return z, dx / y + (-z / y) * dy


def _quotient(x, y):
    return _real_quotient(*map(jnp.asarray, (x, y))) if is_real(x) else x / y


def _truncated_quotient(x, y):
    return _quotient(x, y) if is_inexact(x) else lax.div(*jnp.broadcast_arrays(x, y))


def _numpy_truncated_quotient(x, y):
    if is_inexact(x):
        return np.divide(x, y)
    _refuse_zero(y)
    quotient = np.floor_divide(x, y)
    return quotient + ((np.remainder(x, y) != 0) & ((x < 0) != (y < 0))).astype(quotient.dtype)


def _numpy_whole_quotient(x, y):
    return np.trunc(np.divide(x, y)) if is_real(x) else _numpy_truncated_quotient(x, y)


def _floored_quotient(x, y):
    return jnp.floor(_quotient(x, y)) if is_inexact(x) else jnp.floor_divide(x, y)


def _numpy_floored_quotient(x, y):
    if is_inexact(x):
        return np.floor(np.divide(x, y))
    _refuse_zero(y)
    return np.floor_divide(x, y)


@public("realdiv")
@binary("RealDiv", NUMBERS, divides=True, numpy=_numpy_truncated_quotient)
def realdiv(x, y):
    """`x / y` of floating point or complex numbers."""
    return _truncated_quotient(x, y)


@binary("Div", NUMBERS, divides=True, numpy=_numpy_truncated_quotient)
def div_no_promotion(x, y):
    """`x / y`, truncated towards 0 for integers."""
    return _truncated_quotient(x, y)


@public("truncatediv")
@binary("TruncateDiv", NUMBERS, divides=True, numpy=_numpy_whole_quotient, differentiable=False)
def truncatediv(x, y):
    """`x / y` truncated towards 0; of complex numbers `x / y`."""
    return jnp.trunc(_quotient(x, y)) if is_real(x) else _truncated_quotient(x, y)


@public("floor_div")
@binary("FloorDiv", ORDERED, divides=True, numpy=_numpy_floored_quotient, differentiable=False)
def floor_div(x, y):
    """`floor(x / y)`."""
    return _floored_quotient(x, y)


def _floored_remainder(x, y):
    if not is_inexact(x):
        return jnp.remainder(x, y)
    return _float_floored_remainder(*jnp.broadcast_arrays(x, y))


@jax.custom_jvp
def _float_floored_remainder(x, y):
    return jnp.remainder(x, y)


@_float_floored_remainder.defjvp
def _(primals, tangents):
    (x, y), (dx, dy) = primals, tangents
    return _float_floored_remainder(x, y), dx - jnp.floor(x / y) * dy


def _numpy_floored_remainder(x, y):
    _refuse_zero(y)
    return np.remainder(x, y)


@public("floormod")
@binary("FloorMod", ORDERED, divides=True, numpy=_numpy_floored_remainder)
def floormod(x, y):
    """The remainder of `floordiv(x, y)`: it has the sign of y."""
    return _floored_remainder(x, y)


mod = public("mod")(floormod)


def _truncated_remainder(x, y):
    return lax.rem(*jnp.broadcast_arrays(x, y))


def _numpy_truncated_remainder(x, y):
    _refuse_zero(y)
    return np.fmod(x, y)


@public("truncatemod")
@binary("TruncateMod", ORDERED, divides=True, numpy=_numpy_truncated_remainder, differentiable=False)
def truncatemod(x, y):
    """The remainder of the truncated quotient: it has the sign of x."""
    return _truncated_remainder(x, y)


@binary("Mod", ORDERED, divides=True, numpy=_numpy_truncated_remainder, differentiable=False)
def mod_op(x, y):
    """The remainder of the truncated quotient: it has the sign of x."""
    return _truncated_remainder(x, y)


# What an integer becomes before a true division.
TRUE_DIVISION = {
    **dict.fromkeys((dtypes.int8, dtypes.uint8, dtypes.int16, dtypes.uint16), dtypes.float32),
    **dict.fromkeys((dtypes.int32, dtypes.uint32, dtypes.int64, dtypes.uint64), dtypes.float64),
}


def _convert_pair(x, y):
    x = convert_to_tensor(x, name="x")
    y = convert_to_tensor(y, dtype=None if is_dense_tensor_like(y) else x.dtype.base_dtype, name="y")
    if x.dtype.base_dtype != y.dtype.base_dtype:
        raise TypeError(f"x and y must have the same dtype, got {x.dtype!r} != {y.dtype!r}")
    return x, y


@public("truediv")
def truediv(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x / y` as Python 3 divides: integers of up to 16 bits become float32, wider ones float64.

    Raises:
      TypeError: x and y have different dtypes, or one that cannot be divided.
    """
    with name_scope(name, "truediv", [x, y]) as scope:
        x, y = _convert_pair(x, y)
        dtype = x.dtype.base_dtype
        if dtype in TRUE_DIVISION:
            x, y = cast(x, TRUE_DIVISION[dtype]), cast(y, TRUE_DIVISION[dtype])
        elif dtype not in NUMBERS:
            raise TypeError(f"Invalid dtype {dtype.name} in truediv: numbers can be divided")
        return realdiv(x, y, name=scope)


@public("div")
def div(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x / y` as Python 2 divides: integers are rounded down.

    Raises:
      TypeError: x and y have different dtypes.
    """
    with name_scope(name, "div", [x, y]) as scope:
        x, y = _convert_pair(x, y)
        if x.dtype.is_floating or x.dtype.is_complex:
            return realdiv(x, y, name=scope)
        return floor_div(x, y, name=scope)


@public("divide")
def divide(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x / y` as Python 3 divides. Dtypes, shapes and errors as for `truediv`."""
    if name is None and (isinstance(x, Tensor) or isinstance(y, Tensor)):
        return x / y
    return truediv(x, y, name=name)


@public("floordiv")
def floordiv(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`floor(x / y)`, for integers and floating point numbers.

    Raises:
      TypeError: x and y have different dtypes.
    """
    with name_scope(name, "floordiv", [x, y]) as scope:
        return floor_div(x, y, name=scope)


# -- extremes ---------------------------------------------------------------------------------------------------
# Where both are equal, the whole gradient goes to x (JAX would halve it).


@jax.custom_jvp
def _larger(x, y):
    return jnp.maximum(x, y)


@_larger.defjvp
def _(primals, tangents):
    (x, y), (dx, dy) = primals, tangents
    return _larger(x, y), jnp.where(x >= y, dx, dy)


@jax.custom_jvp
def _smaller(x, y):
    return jnp.minimum(x, y)


@_smaller.defjvp
def _(primals, tangents):
    (x, y), (dx, dy) = primals, tangents
    return _smaller(x, y), jnp.where(x <= y, dx, dy)


@public("maximum")
@binary("Maximum", ORDERED, numpy=np.maximum)
def maximum(x, y):
    """The larger of x and y."""
    return _larger(x, y) if is_inexact(x) else jnp.maximum(x, y)


@public("minimum")
@binary("Minimum", ORDERED, numpy=np.minimum)
def minimum(x, y):
    """The smaller of x and y."""
    return _smaller(x, y) if is_inexact(x) else jnp.minimum(x, y)


# -- powers and angles ------------------------------------------------------------------------------------------


@jax.custom_jvp
def _real_power(x, y):
    return jnp.power(x, y)


@_real_power.defjvp
def _(primals, tangents):
    (x, y), (dx, dy) = primals, tangents
    z = _real_power(x, y)
    # d/dx: the exponent 0 gives 0 everywhere, also at x == 0;  d/dy: 0 where the logarithm does not exist.
    # What flows back is multiplied by one factor after the other: their product may overflow, and 0 times that is NaN.
    by_x = jnp.where(y == 0, 0, y * (_real_power(x, jnp.where(y == 0, 1, y - 1)) * dx))
    logarithm = jnp.where(x > 0, jnp.log(jnp.where(x > 0, x, 1)), 0)
    return z, by_x + z * (logarithm * dy)


def _numpy_power(x, y):
    if not is_inexact(x) and np.any(np.less(y, 0)):
        raise errors.InvalidArgumentError(None, None, "Integers to negative integer powers are not allowed")
    return np.power(x, y)


@binary("Pow", NUMBERS, numpy=_numpy_power)
def pow_elements(x, y):
    """`x ** y`."""
    if is_inexact(x) and not jnp.iscomplexobj(x):
        return _real_power(x, y)
    return jnp.power(x, y)


@public("pow")
def pow(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:  # noqa: A001 (TensorFlow's name)
    """`x ** y`. x and y are numbers of one dtype, which is that of the result; their shapes are broadcast."""
    with name_scope(name, "Pow", [x]) as scope:
        return pow_elements(x, y, name=scope)


@public("atan2")
@binary("Atan2", FLOATS, numpy=np.arctan2)
def atan2(y, x):
    """The angle in radians of the point (x, y), between -pi and pi."""
    return jnp.arctan2(y, x)


@public("scalar_mul")
def scalar_mul(scalar: TensorLike, x: TensorLike | IndexedSlices, name: str | None = None) -> Any:
    """A scalar times a tensor or IndexedSlices.

    Raises:
      ValueError: `scalar` is not a scalar.
    """
    if not isinstance(x, IndexedSlices):
        x = convert_to_tensor(x, name="x")
    scalar = convert_to_tensor(scalar, dtype=x.dtype.base_dtype, name="scalar")
    if scalar.shape.ndims != 0:
        raise ValueError(f"Only scalar multiply works, got a scalar of shape {scalar.shape}")
    if isinstance(x, IndexedSlices):
        return IndexedSlices(multiply(scalar, x.values, name=name), x.indices, x.dense_shape)
    return scalar * x if name is None else multiply(scalar, x, name=name)
