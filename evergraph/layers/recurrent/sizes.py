"""Shapes `[batch, ...size]`, where either part may be known only when the graph runs."""

import numpy as np

from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops.constants import constant
from evergraph.ops.inference import constant_value


def known_sizes(size) -> TensorShape:
    """What is known of a size while the graph is built.

    Args:
      size: an int, Dimension or TensorShape; or an integer tensor, a scalar or vector.

    Raises:
      ValueError: a tensor of another rank.
    """
    if not isinstance(size, Tensor):
        return as_shape(size)
    if size.shape.ndims not in (0, 1):
        raise ValueError(f"a size must be a scalar or vector, but saw tensor: {size}")
    value = constant_value(size)
    if value is not None:
        return TensorShape(np.atleast_1d(value).tolist())
    count = 1 if size.shape.ndims == 0 else size.shape[0].value
    return unknown_shape(count)


def join_sizes(batch_size, size) -> TensorShape:
    """What is known of the shape `[batch_size, ...size]`."""
    return known_sizes(batch_size).concatenate(known_sizes(size))


def _vector(size):
    if isinstance(size, Tensor):
        return array_ops.expand_dims(size, 0) if size.shape.ndims == 0 else size
    known = as_shape(size)
    if not known.is_fully_defined():
        raise ValueError(
            f"zeros need a size that is known, got {size}: give an int or a tensor for what varies"
        )
    return constant(known.as_list(), "int32")


def zeros_of(batch_size, size, dtype):
    """Zeros of the shape `[batch_size, ...size]`; ValueError where a size is None."""
    shape = join_sizes(batch_size, size)
    if shape.is_fully_defined():
        return array_ops.zeros(shape, dtype)
    zeros = array_ops.zeros(array_ops.concat([_vector(batch_size), _vector(size)], 0), dtype)
    zeros.set_shape(shape)
    return zeros
