"""Comparisons and logic, element by element."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.math.elementwise import ORDERED, binary, broadcast_inputs, unary
from evergraph.ops.registry import NUMBERS, device_op

public_module("python.ops.math_ops")

_EQUATABLE = (*NUMBERS, dtypes.bool, dtypes.string, *dtypes.QUANTIZED_DTYPES)
_TRUTH = {"result": "bool", "differentiable": False}


def _numpy_equal(x, y):
    return np.equal(x, y).astype(bool)


def _numpy_not_equal(x, y):
    return np.not_equal(x, y).astype(bool)


@public("equal")
@binary("Equal", _EQUATABLE, numpy=_numpy_equal, **_TRUTH)
def equal(x, y):
    """`x == y`, element by element."""
    return x == y


@public("not_equal")
@binary("NotEqual", _EQUATABLE, numpy=_numpy_not_equal, **_TRUTH)
def not_equal(x, y):
    """`x != y`, element by element."""
    return x != y


@public("less")
@binary("Less", ORDERED, numpy=np.less, **_TRUTH)
def less(x, y):
    """`x < y`."""
    return x < y


@public("less_equal")
@binary("LessEqual", ORDERED, numpy=np.less_equal, **_TRUTH)
def less_equal(x, y):
    """`x <= y`."""
    return x <= y


@public("greater")
@binary("Greater", ORDERED, numpy=np.greater, **_TRUTH)
def greater(x, y):
    """`x > y`."""
    return x > y


@public("greater_equal")
@binary("GreaterEqual", ORDERED, numpy=np.greater_equal, **_TRUTH)
def greater_equal(x, y):
    """`x >= y`."""
    return x >= y


@device_op(
    "ApproximateEqual",
    "x: T, y: T -> z: bool",
    types={"T": NUMBERS},
    shape=broadcast_inputs,
    differentiable=False,
)
def approximate_equal_op(x, y, *, tolerance=1e-5):
    return jnp.abs(x - y) < tolerance


@public()
def approximate_equal(
    x: TensorLike, y: TensorLike, tolerance: float = 1e-05, name: str | None = None
) -> Tensor:
    """Whether `|x - y| < tolerance`, element by element."""
    return approximate_equal_op(x, y, tolerance=tolerance, name=name)


@public("logical_not")
@unary("LogicalNot", (dtypes.bool,), numpy=np.logical_not, differentiable=False)
def logical_not(x):
    """`not x`."""
    return jnp.logical_not(x)


registry.register_function("logical_not")(logical_not)


@device_op(
    "LogicalAnd",
    "x: bool, y: bool -> z: bool",
    shape=broadcast_inputs,
    numpy=np.logical_and,
    differentiable=False,
)
def logical_and_op(x, y):
    return jnp.logical_and(x, y)


@device_op(
    "LogicalOr",
    "x: bool, y: bool -> z: bool",
    shape=broadcast_inputs,
    numpy=np.logical_or,
    differentiable=False,
)
def logical_or_op(x, y):
    return jnp.logical_or(x, y)


@public("logical_and")
def logical_and(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x and y`, element by element."""
    return logical_and_op(x, y, name=name)


@public("logical_or")
def logical_or(x: TensorLike, y: TensorLike, name: str | None = None) -> Tensor:
    """`x or y`, element by element."""
    return logical_or_op(x, y, name=name)


@public("logical_xor")
def logical_xor(x: TensorLike, y: TensorLike, name: str | None = "LogicalXor") -> Tensor:
    """Whether exactly one of x and y is true. All are bool; the shapes of x and y are broadcast."""
    either = logical_or(x, y)
    both = logical_and(x, y)
    return logical_and(either, logical_not(both), name=name)
