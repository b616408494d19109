"""Elementwise functions of one tensor: rounding, powers, exponentials, trigonometry."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import dtypes, registry
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.math.elementwise import INEXACT, is_inexact, shape_of_first, unary
from evergraph.ops.registry import COMPLEX, FLOATS, NUMBERS, device_op

public_module("python.ops.math_ops")


@jax.custom_jvp
def _real_magnitude(x):
    return jnp.abs(x)


@_real_magnitude.defjvp
def _(primals, tangents):
    (x,), (dx,) = primals, tangents
    return _real_magnitude(x), jnp.sign(x) * dx  # 0 at 0, where JAX says 1


@device_op(
    "Abs",
    "x: T -> y: T",
    types={"T": tuple(t for t in NUMBERS if t not in COMPLEX)},
    shape=shape_of_first,
    numpy=np.abs,
)
def abs_op(x):
    return _real_magnitude(x) if is_inexact(x) else jnp.abs(x)


@device_op(
    "ComplexAbs",
    "x: T -> y: Tout",
    types={"T": COMPLEX},
    shape=shape_of_first,
    numpy=lambda x, *, Tout: np.abs(x),
)
def complex_abs_op(x, *, Tout: dtypes.DType = dtypes.float32):  # noqa: N803 (TensorFlow's name)
    # The magnitude has no derivative at 0; TensorFlow's is 0 there.
    zero = x == 0
    return jnp.where(zero, 0, jnp.abs(jnp.where(zero, 1, x)))


@public("abs")
@registry.register_function("abs")
def abs(x: TensorLike, name: str | None = None) -> Any:  # noqa: A001 (TensorFlow's name)
    """The magnitude of each element; real for complex numbers. A SparseTensor gives a SparseTensor."""
    with name_scope(name, "Abs", [x]) as scope:
        if isinstance(x, SparseTensor):
            return SparseTensor(x.indices, _magnitude(x.values, scope), x.dense_shape)
        return _magnitude(convert_to_tensor(x, name="x"), scope)


def _magnitude(x, scope):
    if x.dtype.is_complex:
        return complex_abs_op(x, Tout=x.dtype.real_dtype, name=scope)
    return abs_op(x, name=scope)


@public("negative")
@unary("Neg", NUMBERS, numpy=np.negative, sparse=True)
def negative(x):
    """`-x`. A SparseTensor gives a SparseTensor."""
    return jnp.negative(x)


registry.register_function("negative")(negative)


@public("sign")
@unary("Sign", NUMBERS, numpy=np.sign, sparse=True)
def sign(x):
    """-1, 0 or 1 by the sign of x; `x / |x|` for complex numbers, 0 at 0."""
    return jnp.sign(x)


# -- rounding ---------------------------------------------------------------------------------------------------


@public("floor")
@unary("Floor", FLOATS, numpy=np.floor, differentiable=False)
def floor(x):
    """The largest whole number that is not above x."""
    return jnp.floor(x)


@public("ceil")
@unary("Ceil", FLOATS, numpy=np.ceil, differentiable=False)
def ceil(x):
    """The smallest whole number that is not below x."""
    return jnp.ceil(x)


@public("rint")
@unary("Rint", FLOATS, numpy=np.rint, differentiable=False)
def rint(x):
    """The nearest whole number; halves go to the even one."""
    return jnp.rint(x)


@device_op(
    "Round", "x: T -> y: T", types={"T": NUMBERS}, shape=shape_of_first, numpy=np.rint, differentiable=False
)
def round_op(x):
    return jnp.rint(x) if is_inexact(x) else x


@public("round")
def round(x: TensorLike, name: str | None = None) -> Tensor:  # noqa: A001
    """The nearest whole number; halves go to the even one. Integers are returned as they are."""
    x = convert_to_tensor(x, name="x")
    if x.dtype.is_integer:
        return x
    return round_op(x, name=name)


# -- tests ------------------------------------------------------------------------------------------------------


@public("is_nan")
@unary("IsNan", FLOATS, numpy=np.isnan, result="bool", differentiable=False)
def is_nan(x):
    """Whether each element is not a number."""
    return jnp.isnan(x)


@public("is_inf")
@unary("IsInf", FLOATS, numpy=np.isinf, result="bool", differentiable=False)
def is_inf(x):
    """Whether each element is infinite, of either sign."""
    return jnp.isinf(x)


@public("is_finite")
@unary("IsFinite", FLOATS, numpy=np.isfinite, result="bool", differentiable=False)
def is_finite(x):
    """Whether each element is neither infinite nor not a number."""
    return jnp.isfinite(x)


# -- powers -----------------------------------------------------------------------------------------------------
# The gradients below use the operation's output, as TensorFlow's do: a fed output then changes them.


def _from_output(definition, conjugates=True):
    def gradient(op, grad):
        output = op.outputs[0]
        if not conjugates and output.dtype.base_dtype.is_complex:
            output = registry.definition_named("Conj")(output)
        return definition(output, grad)

    return gradient


def _output_gradient(type, formula, conjugates=True):  # noqa: A002
    """The operation `formula(y, dy)` that TensorFlow records as the gradient of a function with output y.

    Most conjugate a complex y themselves, some are given the conjugate.
    """

    def kernel(y, dy):
        return formula(jnp.conj(y) if conjugates and jnp.iscomplexobj(y) else y, dy)

    return device_op(type, "y: T, dy: T -> z: T", types={"T": INEXACT}, shape=shape_of_first)(kernel)


sqrt_grad_op = _output_gradient("SqrtGrad", lambda y, dy: dy * 0.5 / y)
rsqrt_grad_op = _output_gradient("RsqrtGrad", lambda y, dy: dy * (-0.5) * y * y * y)
reciprocal_grad_op = _output_gradient("ReciprocalGrad", lambda y, dy: -dy * y * y)
inv_grad_op = _output_gradient("InvGrad", lambda y, dy: -dy * y * y)
tanh_grad_op = _output_gradient("TanhGrad", lambda y, dy: dy * (1 - y * y), conjugates=False)
sigmoid_grad_op = _output_gradient("SigmoidGrad", lambda y, dy: dy * y * (1 - y), conjugates=False)


@public("square")
@unary("Square", NUMBERS, numpy=np.square, sparse=True)
def square(x):
    """`x * x`. A SparseTensor gives a SparseTensor."""
    return x * x


@public("sqrt")
@unary("Sqrt", INEXACT, numpy=np.sqrt, sparse=True, gradient=_from_output(sqrt_grad_op))
def sqrt(x):
    """The square root; not a number below 0. A SparseTensor gives a SparseTensor."""
    return jnp.sqrt(x)


@public("rsqrt")
@unary("Rsqrt", INEXACT, gradient=_from_output(rsqrt_grad_op))
def rsqrt(x):
    """`1 / sqrt(x)`."""
    return lax.rsqrt(x)


def _reciprocal(x):
    if is_inexact(x):
        return 1 / x
    one = jnp.ones_like(x)
    return jnp.where(x == 0, 0, lax.div(one, jnp.where(x == 0, one, x)))


@public("reciprocal")
@unary("Reciprocal", NUMBERS, gradient=_from_output(reciprocal_grad_op))
def reciprocal(x):
    """`1 / x`, truncated for integers."""
    return _reciprocal(x)


@unary("Inv", NUMBERS, gradient=_from_output(inv_grad_op))
def inv(x):
    """`1 / x`; an old name of `reciprocal`."""
    return _reciprocal(x)


# -- exponentials and logarithms ------------------------------------------------------------------------------


def _exp_gradient(op, grad):
    y = op.outputs[0]
    return grad * (registry.public_function("conj")(y) if y.dtype.is_complex else y)


@public("exp")
@unary("Exp", INEXACT, numpy=np.exp, gradient=_exp_gradient)
def exp(x):
    """`e ** x`."""
    return jnp.exp(x)


@public("expm1")
@unary("Expm1", INEXACT)
def expm1(x):
    """`e ** x - 1`, exact for small x."""
    return jnp.expm1(x)


@public("log")
@unary("Log", INEXACT, numpy=np.log)
def log(x):
    """The natural logarithm; -inf at 0, not a number below."""
    return jnp.log(x)


@public("log1p")
@unary("Log1p", INEXACT)
def log1p(x):
    """`log(1 + x)`, exact for small x."""
    return jnp.log1p(x)


@public("sigmoid", "nn.sigmoid")
@unary("Sigmoid", INEXACT, gradient=_from_output(sigmoid_grad_op, conjugates=False))
def sigmoid(x):
    """`1 / (1 + exp(-x))`."""
    return 1 / (1 + jnp.exp(-x)) if jnp.iscomplexobj(x) else jax.nn.sigmoid(x)


# -- trigonometry -----------------------------------------------------------------------------------------------


@public("sin")
@unary("Sin", INEXACT)
def sin(x):
    """The sine of x radians."""
    return jnp.sin(x)


@public("cos")
@unary("Cos", INEXACT)
def cos(x):
    """The cosine of x radians."""
    return jnp.cos(x)


@public("tan")
@unary("Tan", NUMBERS)
def tan(x):
    """The tangent of x radians."""
    return jnp.tan(x)


@public("asin")
@unary("Asin", NUMBERS)
def asin(x):
    """The angle in radians whose sine is x; not a number outside [-1, 1]."""
    return jnp.arcsin(x)


@public("acos")
@unary("Acos", NUMBERS)
def acos(x):
    """The angle in radians whose cosine is x; not a number outside [-1, 1]."""
    return jnp.arccos(x)


@public("atan")
@unary("Atan", NUMBERS)
def atan(x):
    """The angle in radians whose tangent is x."""
    return jnp.arctan(x)


@public("sinh")
@unary("Sinh", INEXACT)
def sinh(x):
    """The hyperbolic sine."""
    return jnp.sinh(x)


@public("cosh")
@unary("Cosh", INEXACT)
def cosh(x):
    """The hyperbolic cosine."""
    return jnp.cosh(x)


@public("tanh", "nn.tanh")
@unary("Tanh", INEXACT, sparse=True, gradient=_from_output(tanh_grad_op, conjugates=False))
def tanh(x):
    """The hyperbolic tangent. A SparseTensor gives a SparseTensor."""
    return jnp.tanh(x)


@public("asinh")
@unary("Asinh", INEXACT)
def asinh(x):
    """The inverse of the hyperbolic sine."""
    return jnp.arcsinh(x)


@jax.custom_jvp
def _inverse_cosh(x):
    return jnp.arccosh(x)


@_inverse_cosh.defjvp
def _(primals, tangents):
    (x,), (dx,) = primals, tangents
    if jnp.iscomplexobj(x):  # the square root of the product has another sign left of the imaginary axis
        return _inverse_cosh(x), dx / (jnp.sqrt(x - 1) * jnp.sqrt(x + 1))
    return _inverse_cosh(x), dx * lax.rsqrt((x - 1) * (x + 1))


@public("acosh")
@unary("Acosh", INEXACT)
def acosh(x):
    """The inverse of the hyperbolic cosine; not a number below 1."""
    return _inverse_cosh(x)


@public("atanh")
@unary("Atanh", INEXACT)
def atanh(x):
    """The inverse of the hyperbolic tangent; infinite at -1 and 1, not a number outside."""
    return jnp.arctanh(x)
