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


@jax.custom_jvp
def _hurwitz(x, q):
    """The Hurwitz zeta function of arrays of one shape: JAX's is for positive q, so negative ones are counted up to it."""
    steps = jnp.where((q < 0) & (q != jnp.floor(q)) & (x == jnp.floor(x)), jnp.ceil(-q), 0)

    def step(state):
        at, total = state
        return at + 1, total + jnp.where(at < steps, jnp.power(q + at, -x), 0)

    most = jnp.minimum(jnp.max(steps, initial=0), _MOST_STEPS)
    _, below = lax.while_loop(
        lambda state: state[0] < most, step, (jnp.zeros((), q.dtype), jnp.zeros_like(q))
    )
    found = lax.zeta(x, q + steps) + below
    return jnp.where(steps > _MOST_STEPS, jnp.nan, found)


_MOST_STEPS = 10_000  # q below the negative of this is answered by NaN


@_hurwitz.defjvp
def _hurwitz_derivative(primals, tangents):
    """Along q alone: d/dq zeta(x, q) = -x zeta(x + 1, q) (DLMF 25.11.17)."""
    x, q = primals
    return _hurwitz(x, q), -x * _hurwitz(x + 1, q) * tangents[1]


@jax.custom_jvp
def _polygamma(a, x):
    """psi^(a)(x) = (-1)^(a + 1) a! zeta(a + 1, x) (DLMF 25.11.12), and digamma for a = 0."""
    is_order = (a >= 0) & (a == jnp.floor(a))
    sign = jnp.where(a % 2 == 0, -1, 1).astype(x.dtype)
    higher = sign * jnp.exp(lax.lgamma(a + 1)) * _hurwitz(a + 1, x)
    return jnp.where(is_order, jnp.where(a == 0, lax.digamma(x), higher), jnp.nan)


@_polygamma.defjvp
def _polygamma_derivative(primals, tangents):
    a, x = primals
    return _polygamma(a, x), _polygamma(a + 1, x) * tangents[1]


@jax.custom_jvp
def _digamma(x):
    return lax.digamma(x)


@_digamma.defjvp
def _digamma_derivative(primals, tangents):
    (x,) = primals
    return _digamma(x), _polygamma(jnp.ones_like(x), x) * tangents[0]


@jax.custom_jvp
def _lgamma(x):
    return lax.lgamma(x)


@_lgamma.defjvp
def _lgamma_derivative(primals, tangents):
    (x,) = primals
    return _lgamma(x), _digamma(x) * tangents[0]


@public("lgamma")
@unary("Lgamma", FLOATS)
def lgamma(x):
    """The logarithm of the magnitude of the gamma function."""
    return _lgamma(x)


@public("digamma")
@unary("Digamma", FLOATS)
def digamma(x):
    """The derivative of `lgamma`."""
    return _digamma(x)


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
@binary("Zeta", _WIDE, without_gradient=("x",))
def zeta(x, q):
    """The Hurwitz zeta function: the sum over n >= 0 of `(q + n) ** -x`. No gradient flows to x."""
    return _hurwitz(*jnp.broadcast_arrays(x, q))


@public("polygamma")
@binary("Polygamma", _WIDE, without_gradient=("a",))
def polygamma(a, x):
    """The derivative of order a of `digamma`. No gradient flows to a."""
    return _polygamma(*jnp.broadcast_arrays(a, x))


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


@device_op(
    "Betainc",
    "a: T, b: T, x: T -> z: T",
    types={"T": _WIDE},
    shape=_betainc_shape,
    without_gradient=("a", "b"),
)
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
