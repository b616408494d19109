"""Products and quotients that are 0 where an operand is: `div_no_nan`, `multiply_no_nan`, `xlogy`, `xdivy`."""

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.math.elementwise import INEXACT, binary

public_module("python.ops.math_ops")


def _quotient(x, y):
    zero = y == 0
    return jnp.where(zero, 0, x / jnp.where(zero, 1, y))


@binary("DivNoNan", INEXACT, numpy=lambda x, y: np.where(y == 0, 0, np.divide(x, y)).astype(x.dtype))
def div_no_nan_op(x, y):
    """`x / y`, and 0 where y is 0."""
    return _quotient(x, y)


@jax.custom_vjp
def _product(x, y):
    return jnp.where(y == 0, 0, x * y)


_product.defvjp(
    lambda x, y: (_product(x, y), (x, y)),
    lambda kept, gradient: (_product(gradient, kept[1]), _product(kept[0], gradient)),
)


@binary("MulNoNan", INEXACT, numpy=lambda x, y: np.where(y == 0, 0, np.multiply(x, y)).astype(x.dtype))
def multiply_no_nan_op(x, y):
    """`x * y`, and 0 where y is 0 whatever x is."""
    return _product(*jnp.broadcast_arrays(x, y))


@public("math.xlogy")
@binary("Xlogy", INEXACT)
def xlogy(x, y):
    """`x * log(y)`, and 0 where x is 0."""
    zero = x == 0
    return jnp.where(zero, 0, x * jnp.log(jnp.where(zero, 1, y)))


@public("math.xlog1py")
@binary("Xlog1py", INEXACT)
def xlog1py(x, y):
    """`x * log1p(y)`, and 0 where x is 0."""
    zero = x == 0
    return jnp.where(zero, 0, x * jnp.log1p(jnp.where(zero, 0, y)))


@public("math.xdivy")
@binary("Xdivy", INEXACT)
def xdivy(x, y):
    """`x / y`, and 0 where x is 0."""
    zero = x == 0
    return jnp.where(zero, 0, x / jnp.where(zero, 1, y))


def _converted(x, y):
    x = convert_to_tensor(x, name="x")
    return x, convert_to_tensor(y, x.dtype.base_dtype, name="y")


@public("div_no_nan", "math.divide_no_nan")
def div_no_nan(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x / y`, and 0 where y is 0; x and y are floating point or complex numbers of one dtype that broadcast.

    TypeError for other dtypes.
    """
    with name_scope(name, "div_no_nan", [x, y]) as scope:
        return div_no_nan_op(*_converted(x, y), name=scope)


@public("math.multiply_no_nan")
def multiply_no_nan(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x * y`, and 0 where y is 0 even if x is infinite or NaN; x and y are of one floating point or complex dtype.

    ValueError or TypeError for other dtypes.
    """
    with name_scope(name, "multiply_no_nan", [x, y]) as scope:
        return multiply_no_nan_op(*_converted(x, y), name=scope)


@public("math.reciprocal_no_nan")
def reciprocal_no_nan(x: TensorLike, name: str | None = None) -> Tensor:
    """`1 / x`, and 0 where x is 0; x is a floating point or complex number."""
    with name_scope(name, "reciprocal_no_nan", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return div_no_nan_op(convert_to_tensor(1, x.dtype.base_dtype, name="one"), x, name=scope)
