"""Gradients held against finite differences.

1. `_record_gradient`    records dy/dx for a `dy` that can be fed
2. `_analytic_jacobian`  runs it once for each element of y
3. `_numeric_jacobian`   runs y twice for each element of x, a little to either side
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.public import public, public_module
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.session.defaults import get_default_session

public_module("python.ops.gradient_checker")

_ALLOWED = (
    dtypes.float16,
    dtypes.bfloat16,
    dtypes.float32,
    dtypes.float64,
    dtypes.complex64,
    dtypes.complex128,
)


@public("test.compute_gradient")
def compute_gradient(
    x: Any,
    x_shape: Any,
    y: Any,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Mapping | None = None,
) -> Any:
    """The Jacobian of y by x, once from `tf.gradients` and once from finite differences, in the default session.

    Complex numbers count as two real ones each: a complex x of n elements has 2n rows, real and imaginary part in turn,
    and a complex y twice as many columns.

    Args:
      x: a tensor, or a list of tensors.
      x_shape: its shape, or the list of shapes.
      y: a tensor.
      y_shape: its shape, or another of as many elements.
      x_init_value: an array, or a list of arrays, at which to differentiate; random numbers in [0, 1) when None.
      delta: how far to move each element of x.
      init_targets: operations to run first.
      extra_feed_dict: feeds for all runs.

    Returns:
      Two arrays of shape [elements of x, elements of y], analytic and numeric; a list of such pairs for a list.

    Raises:
      TypeError: x or y of a dtype that has no gradients. ValueError: there is no gradient, or a shape does not fit.
    """
    for target in init_targets or ():
        get_default_session().run(target)
    if isinstance(x, list):
        values = x_init_value if x_init_value is not None else [None] * len(x)
        recorded = [_record_gradient(one, y, y_shape) for one in x]
        return [
            _both_jacobians(one, shape, y, y_shape, *gradient, value, delta, extra_feed_dict or {})
            for one, shape, gradient, value in zip(x, x_shape, recorded, values, strict=True)
        ]
    gradient = _record_gradient(x, y, y_shape)
    return _both_jacobians(x, x_shape, y, y_shape, *gradient, x_init_value, delta, extra_feed_dict or {})


@public("test.compute_gradient_error")
def compute_gradient_error(
    x: Any,
    x_shape: Any,
    y: Any,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Mapping | None = None,
) -> float:
    """The largest difference between the two Jacobians of `compute_gradient`, which has the same arguments."""
    pairs = compute_gradient(x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict)
    pairs = [pairs] if isinstance(pairs, tuple) else pairs
    return max((np.abs(ours - theirs).max() for ours, theirs in pairs if ours.size or theirs.size), default=0)


def _sizes(shape) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(int(size) for size in shape)


def _record_gradient(x, y, y_shape):
    for what, tensor in (("x", x), ("y", y)):
        if tensor.dtype.base_dtype not in _ALLOWED:
            raise TypeError(
                f"{what} has the dtype {tensor.dtype.name}; gradients are of {[t.name for t in _ALLOWED]}"
            )
    with x.graph.as_default():
        # Fed in the runs. An identity, since the gradient of an addition is `dy` itself, and one tensor cannot be fed
        # and fetched at once.
        dy = constants.constant(1.0, shape=_sizes(y_shape), dtype=y.dtype.base_dtype)
        passed_on = constants.identity(dy)
        if y.shape.is_fully_defined() and y.shape.as_list() != list(_sizes(y_shape)):
            passed_on = array_ops.reshape(dy, y.shape.as_list())  # [1] for a scalar, say
    (dx,) = gradients(y, x, passed_on)
    if dx is None:
        raise ValueError(f"{y} has no gradient by {x}")
    return dx, dy


def _both_jacobians(x, x_shape, y, y_shape, dx, dy, x_value, delta, feeds):
    x_shape, y_shape = _sizes(x_shape), _sizes(y_shape)
    dtype = x.dtype.base_dtype
    if x_value is None:
        x_value = np.random.random_sample(x_shape).astype(dtype.as_numpy_dtype)
        if dtype.is_complex:
            x_value.imag = np.random.random_sample(x_shape)
    elif tuple(x_value.shape) != x_shape:
        raise ValueError(f"x_shape is {x_shape}, and x_init_value has the shape {x_value.shape}")
    analytic = _analytic_jacobian(x, x_shape, x_value, dx, dy, y_shape, feeds)
    return analytic, _numeric_jacobian(x, x_value, y, y_shape, delta, feeds)


def _analytic_jacobian(x, x_shape, x_value, dx, dy, y_shape, feeds):
    session = get_default_session()
    real = x.dtype.base_dtype.real_dtype.as_numpy_dtype
    row_shape = (*x_shape, 2) if x.dtype.is_complex else x_shape
    seed = np.zeros(y_shape, dy.dtype.as_numpy_dtype)
    seeds = seed.reshape(-1).view(dy.dtype.real_dtype.as_numpy_dtype)
    jacobian = np.zeros((math.prod(row_shape), seeds.size), real)
    for column in range(seeds.size):
        seeds[column] = 1
        gradient = session.run(dx, {**feeds, x: x_value, dy: seed})
        seeds[column] = 0
        if isinstance(dx, IndexedSlices):
            dense = np.zeros(x_shape, x.dtype.base_dtype.as_numpy_dtype)
            np.add.at(dense, gradient.indices, gradient.values)
            gradient = dense
        jacobian[:, column] = np.ascontiguousarray(gradient).reshape(-1).view(real)
    if not seeds.size:
        gradient = session.run(dx, {**feeds, x: x_value, dy: seed})
        if gradient.shape != x_value.shape:
            raise ValueError(
                f"Empty gradient has wrong shape: expected {x_value.shape}, got {gradient.shape}"
            )
        if np.any(gradient):
            raise ValueError(f"Empty tensor with nonzero gradients: {gradient!r}")
    return jacobian


def _numeric_jacobian(x, x_value, y, y_shape, delta, feeds):
    session = get_default_session()
    # bfloat16 is too coarse to be moved a little.
    if y.dtype.base_dtype == dtypes.bfloat16:
        y = math_ops.cast(y, dtypes.float32)
    if x.dtype.base_dtype == dtypes.bfloat16:
        x, x_value = math_ops.cast(x, dtypes.float32), x_value.astype(np.float32)
    x_value = np.asarray(x_value, x.dtype.base_dtype.as_numpy_dtype)
    x_real = x.dtype.base_dtype.real_dtype.as_numpy_dtype
    y_real = y.dtype.base_dtype.real_dtype.as_numpy_dtype
    rows = x_value.size * (2 if x.dtype.is_complex else 1)
    columns = math.prod(y_shape) * (2 if y.dtype.is_complex else 1)
    jacobian = np.zeros((rows, columns), x_real)
    for row in range(rows):
        sides = []
        for step in (delta, -delta):
            moved = x_value.copy()
            moved.reshape(-1).view(x_real)[row] += step
            sides.append(session.run(y, {**feeds, x: moved}))
        difference = np.asarray((sides[0] - sides[1]) / np.asarray(2 * delta, y_real))
        jacobian[row] = np.ascontiguousarray(difference).reshape(-1).view(y_real)
    return jacobian
