"""Operations on the bits of integers: `tf.bitwise`."""

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.ops.math.elementwise import binary, unary
from evergraph.ops.registry import INTEGERS, device_op

public_module("python.ops.bitwise_ops")


@public("bitwise.invert")
@unary("Invert", INTEGERS, numpy=np.invert, differentiable=False)
def invert(x):
    """Every bit flipped."""
    return jnp.invert(x)


@public("bitwise.bitwise_and")
@binary("BitwiseAnd", INTEGERS, numpy=np.bitwise_and, differentiable=False)
def bitwise_and(x, y):
    """The bits set in both x and y."""
    return jnp.bitwise_and(x, y)


@public("bitwise.bitwise_or")
@binary("BitwiseOr", INTEGERS, numpy=np.bitwise_or, differentiable=False)
def bitwise_or(x, y):
    """The bits set in x or y."""
    return jnp.bitwise_or(x, y)


@public("bitwise.bitwise_xor")
@binary("BitwiseXor", INTEGERS, numpy=np.bitwise_xor, differentiable=False)
def bitwise_xor(x, y):
    """The bits set in exactly one of x and y."""
    return jnp.bitwise_xor(x, y)


def _bounded(y):
    # a shift by the width or more is undefined in C++; TensorFlow shifts by the largest amount that is not
    width = y.dtype.itemsize * 8
    return jnp.clip(y, 0, width - 1)


@public("bitwise.left_shift")
@binary("LeftShift", INTEGERS, differentiable=False)
def left_shift(x, y):
    """The bits of x moved up by y places, at most its width less one."""
    return jnp.left_shift(x, _bounded(y))


@public("bitwise.right_shift")
@binary("RightShift", INTEGERS, differentiable=False)
def right_shift(x, y):
    """The bits of x moved down by y places, at most its width less one; signed numbers keep their sign."""
    return jnp.right_shift(x, _bounded(y))


def _counted(x):
    octets = np.ascontiguousarray(x).reshape(*x.shape, 1).view(np.uint8)
    return np.unpackbits(octets, axis=-1).sum(-1, dtype=np.uint8)


@device_op(
    "PopulationCount",
    "x: T -> y: uint8",
    types={"T": INTEGERS},
    shape=lambda operation: operation.input_tensors[0].shape,
    differentiable=False,
    numpy=_counted,
)
def population_count_op(x):
    """How many bits of each number are set."""
    return jax.lax.population_count(x).astype(jnp.uint8)
