"""Special functions: error function, gamma and beta functions, zeta."""

from collections.abc import Sequence

import jax.numpy as jnp
import jax.scipy.special
from jax import lax

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.math.binary import multiply, subtract
from evergraph.ops.math.elementwise import binary, unary
from evergraph.ops.math.reductions import reduce_sum
from evergraph.ops.registry import FLOATS, device_op

public_module("python.ops.math_ops")

_WIDE = (dtypes.float32, dtypes.float64)


@public("erf")
@unary("Erf", FLOATS, sparse=True)
def erf(x):
    """The Gauss error function. A SparseTensor gives a SparseTensor."""
    return lax.erf(x)


@public("erfc")
@unary("Erfc", FLOATS)
def erfc(x):
    """`1 - erf(x)`, exact for large x."""
    return lax.erfc(x)


@public("lgamma")
@unary("Lgamma", FLOATS)
def lgamma(x):
    """The logarithm of the magnitude of the gamma function."""
    return lax.lgamma(x)


@public("digamma")
@unary("Digamma", FLOATS)
def digamma(x):
    """The derivative of `lgamma`."""
    return lax.digamma(x)


@unary("Ndtri", _WIDE)
def ndtri(x):
    """The x below which a standard normal variable lies with the given probability; infinite at 0 and 1."""
    return jax.scipy.special.ndtri(x)


def _in_float64(function, *operands):
    """An incomplete function of operands that broadcast, in their dtype.

    Its factor in front is the exponential of a difference of large logarithms, of which float32 leaves three digits.
    """
    wide = jnp.broadcast_arrays(*[operand.astype(jnp.float64) for operand in operands])
    return function(*wide).astype(operands[0].dtype)


@public("igamma")
@binary("Igamma", _WIDE)
def igamma(a, x):
    """The lower regularized incomplete gamma function P(a, x)."""
    return _in_float64(lax.igamma, a, x)


@public("igammac")
@binary("Igammac", _WIDE)
def igammac(a, x):
    """The upper regularized incomplete gamma function Q(a, x)."""
    return _in_float64(lax.igammac, a, x)


@public("zeta")
@binary("Zeta", _WIDE)
def zeta(x, q):
    """The Hurwitz zeta function: the sum over n >= 0 of `(q + n) ** -x`. No gradient flows to x."""
    return lax.zeta(*jnp.broadcast_arrays(lax.stop_gradient(x), q))


@public("polygamma")
@binary("Polygamma", _WIDE)
def polygamma(a, x):
    """The derivative of order a of `digamma`. No gradient flows to a."""
    return lax.polygamma(*jnp.broadcast_arrays(lax.stop_gradient(a), x))


def _betainc_shape(operation):
    """All operands have one shape, but scalars stretch."""
    known = [t.shape for t in operation.input_tensors]
    if all(s.ndims == 0 for s in known):
        return known[0]
    shape = unknown_shape()
    for s in known:
        if s.ndims != 0 and s.ndims is not None:
            if not shape.is_compatible_with(s):
                raise ValueError(
                    f"the shapes of a, b and x must be equal unless they are scalars, got {known}"
                )
            shape = shape.merge_with(s)
    return shape


@device_op("Betainc", "a: T, b: T, x: T -> z: T", types={"T": _WIDE}, shape=_betainc_shape)
def betainc_op(a, b, x):
    if len({v.shape for v in (a, b, x) if v.ndim}) > 1:
        raise ValueError(f"Shapes of a, b and x are inconsistent: {a.shape}, {b.shape} and {x.shape}")
    return _in_float64(lax.betainc, lax.stop_gradient(a), lax.stop_gradient(b), x)


@public("betainc")
def betainc(a: TensorLike, b: TensorLike, x: TensorLike, name: str | None = None) -> Tensor:
    """The regularized incomplete beta function I_x(a, b). No gradient flows to a and b.

    a, b and x are all float32 or all float64, of one shape; scalars stretch to it. ValueError for other shapes
    (InvalidArgumentError where only the run can tell).
    """
    return betainc_op(a, b, x, name=name)


@public("lbeta", "python.ops.special_math_ops.lbeta")
def lbeta(x: TensorLike, name: str | None = None) -> Tensor:
    """`sum(lgamma(x)) - lgamma(sum(x))` over the last axis: the logarithm of the multivariate beta function.

    Args:
      x: `[..., n]`, floating point. With n = 0 the result is -inf.
      name: the name scope.
    """
    with name_scope(name, "lbeta", [x]):
        x = convert_to_tensor(x, name="x")
        return subtract(reduce_sum(lgamma(x), axis=[-1]), lgamma(reduce_sum(x, axis=[-1])))


@public("math.polyval")
def polyval(coeffs: Sequence[TensorLike], x: TensorLike, name: str | None = None) -> Tensor:
    """The polynomial with these coefficients, the highest power first, by Horner's rule.

    Args:
      coeffs: a list of tensors that broadcast with x.
      x: numbers of any shape, of the dtype of the coefficients.
      name: the name scope.
    """
    with name_scope(name, "polyval", [*coeffs, x]):
        x = convert_to_tensor(x, name="x")
        if len(coeffs) < 1:
            return array_ops.zeros_like(x, name=name)
        coeffs = [convert_to_tensor(c, name=f"{i}_coeff") for i, c in enumerate(coeffs)]
        total = coeffs[0]
        for coefficient in coeffs[1:]:
            total = coefficient + multiply(total, x)
        return total


@unary("BesselI0e", FLOATS)
def bessel_i0e(x):
    """`exp(-|x|)` times the modified Bessel function of order 0."""
    return lax.bessel_i0e(x)


@unary("BesselI1e", FLOATS)
def bessel_i1e(x):
    """`exp(-|x|)` times the modified Bessel function of order 1."""
    return lax.bessel_i1e(x)
