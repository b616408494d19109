"""Operations on the bits of integers: `tf.bitwise`."""

import jax.numpy as jnp
import numpy as np

from evergraph.ops.math.elementwise import binary, unary
from evergraph.ops.registry import INTEGERS

__all__ = ["bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"]


@unary("Invert", INTEGERS, numpy=np.invert, differentiable=False)
def invert(x):
    """Every bit flipped."""
    return jnp.invert(x)


@binary("BitwiseAnd", INTEGERS, numpy=np.bitwise_and, differentiable=False)
def bitwise_and(x, y):
    """The bits set in both x and y."""
    return jnp.bitwise_and(x, y)


@binary("BitwiseOr", INTEGERS, numpy=np.bitwise_or, differentiable=False)
def bitwise_or(x, y):
    """The bits set in x or y."""
    return jnp.bitwise_or(x, y)


@binary("BitwiseXor", INTEGERS, numpy=np.bitwise_xor, differentiable=False)
def bitwise_xor(x, y):
    """The bits set in exactly one of x and y."""
    return jnp.bitwise_xor(x, y)


def _bounded(y):
    # a shift by the width or more is undefined in C++; TensorFlow shifts by the largest amount that is not
    width = y.dtype.itemsize * 8
    return jnp.clip(y, 0, width - 1)


@binary("LeftShift", INTEGERS, differentiable=False)
def left_shift(x, y):
    """The bits of x moved up by y places, at most its width less one."""
    return jnp.left_shift(x, _bounded(y))


@binary("RightShift", INTEGERS, differentiable=False)
def right_shift(x, y):
    """The bits of x moved down by y places, at most its width less one; signed numbers keep their sign."""
    return jnp.right_shift(x, _bounded(y))
