"""What distributions check of their parameters and values, in the run where they must."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import DType
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert
from evergraph.ops.control_flow.grouping import with_dependencies

public_module("python.ops.distributions.util")

_INTEGERS_AS_WIDE = {
    dtypes.float16: dtypes.int16,
    dtypes.float32: dtypes.int32,
    dtypes.float64: dtypes.int64,
}


@public()
def assert_close(
    x: TensorLike,
    y: TensorLike,
    data: list | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str = "assert_close",
) -> Operation:
    """An operation that raises InvalidArgumentError where two tensors of one dtype and shape differ by more than its epsilon."""
    message = message or ""
    x, y = convert_to_tensor(x, name="x"), convert_to_tensor(y, name="y")
    data = data or [message, "Condition x ~= y did not hold element-wise: x = ", x, "y = ", y]
    if x.dtype.is_integer:
        return checks.assert_equal(x, y, data=data, summarize=summarize, message=message, name=name)
    with name_scope(name, values=[x, y]):
        near = math_ops.abs(x - y) <= np.finfo(x.dtype.as_numpy_dtype).eps
        return Assert(math_ops.reduce_all(near), data, summarize=summarize)


@public()
def assert_integer_form(
    x: TensorLike,
    data: list | None = None,
    summarize: int | None = None,
    message: str | None = None,
    int_dtype: DType | None = None,
    name: str = "assert_integer_form",
) -> Operation:
    """An operation that raises InvalidArgumentError where a floating-point tensor holds fractions.

    Args:
      x: the tensor; nothing is checked where its type is an integer's.
      data: what is printed.
      summarize: how many entries of each are printed.
      message: what the error begins with.
      int_dtype: the integers that x is compared with, those of its width when None.
      name: a name for the operations.

    Raises:
      TypeError: x is neither of an integer nor of a floating type.
    """
    with name_scope(name, values=[x]):
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_integer:
            return constants.no_op()
        int_dtype = int_dtype or _INTEGERS_AS_WIDE.get(x.dtype.base_dtype)
        if int_dtype is None:
            raise TypeError(f"Unrecognized type {x.dtype.name}: floats and integers have an integer form")
        whole = math_ops.cast(math_ops.cast(x, int_dtype), x.dtype)
        message = message or f"{x} has non-integer components"
        return checks.assert_equal(x, whole, data=data, summarize=summarize, message=message, name=name)


@public()
def assert_symmetric(matrix: Tensor) -> Tensor:
    """`matrix`, which raises InvalidArgumentError in the run where it is not its own transpose."""
    return with_dependencies([checks.assert_equal(matrix, array_ops.matrix_transpose(matrix))], matrix)


@public()
def embed_check_nonnegative_integer_form(
    x: TensorLike, name: str = "embed_check_nonnegative_integer_form"
) -> Tensor:
    """`x`, which raises InvalidArgumentError in the run where it holds what is no count: negative, or a fraction.

    Its shape and dtype stay.
    """
    with name_scope(name, values=[x]):
        x = convert_to_tensor(x, name="x")
        assertions = [checks.assert_non_negative(x, message=f"'{x}' must be non-negative.")]
        if not x.dtype.is_integer:
            assertions.append(assert_integer_form(x, message=f"'{x}' cannot contain fractional components."))
        return with_dependencies(assertions, x)


def _largest_integer(dtype):
    """The largest n such that a type has all of 0..n; 0 for what holds no numbers."""
    if dtype.is_floating and dtype != dtypes.bfloat16:
        return 2 ** (np.finfo(dtype.as_numpy_dtype).nmant + 1)
    if dtype.is_integer:
        return int(np.iinfo(dtype.as_numpy_dtype).max)
    return int(dtype.base_dtype == dtypes.bool)


@public()
def embed_check_categorical_event_shape(
    categorical_param: TensorLike, name: str = "embed_check_categorical_event_shape"
) -> Tensor:
    """A parameter with one entry for each class, checked: there are two classes or more, and the type can count them.

    Args:
      categorical_param: floats `[..., classes]`.
      name: a name for the operations.

    Returns:
      The parameter; what is only known in the run raises InvalidArgumentError there.

    Raises:
      TypeError: a type that is not floating.
      ValueError: a scalar, one class, or more than the type can count.
    """
    with name_scope(name, values=[categorical_param]):
        x = convert_to_tensor(categorical_param, name="categorical_param")
        dtype = x.dtype.base_dtype
        largest = _largest_integer(dtype) if dtype.is_floating else 0
        if not largest:
            raise TypeError(f"Unable to validate size of unrecognized dtype ({dtype.name}).")
        if x.shape.ndims == 0:
            raise ValueError("A categorical-distribution parameter must have at least 1 dimension.")
        size = x.shape.with_rank_at_least(1)[-1].value
        if size is not None:
            if size < 2:
                raise ValueError("A categorical-distribution parameter must have at least 2 events.")
            if size > largest:
                raise ValueError(
                    f"Number of classes exceeds `dtype` precision, i.e., {dtype.name} implies shape ({size}) cannot "
                    f"exceed {largest}."
                )
            return x
        sizes = array_ops.shape(x, name="x_shape")
        return with_dependencies(
            [
                checks.assert_rank_at_least(
                    x, 1, message="A categorical-distribution parameter must have at least 1 dimension."
                ),
                checks.assert_greater_equal(
                    sizes[-1], 2, message="A categorical-distribution parameter must have at least 2 events."
                ),
                checks.assert_less_equal(
                    sizes[-1],
                    min(largest, 2**31 - 1),
                    message=f"Number of classes exceeds `dtype` precision, i.e., {dtype.name} dtype cannot exceed "
                    f"{largest} shape.",
                ),
            ],
            x,
        )


@public()
def embed_check_integer_casting_closed(
    x: TensorLike,
    target_dtype: DType,
    assert_nonnegative: bool = True,
    name: str = "embed_check_casting_closed",
) -> Tensor:
    """`x`, which raises InvalidArgumentError in the run where a cast to another type would change it.

    Args:
      x: the tensor; one of both types holds integers (or bools).
      target_dtype: the type that x is to be cast to.
      assert_nonnegative: whether negative entries raise too.
      name: a name for the operations.

    Raises:
      TypeError: types that are no numbers, or both floating.
    """
    with name_scope(name, values=[x]):
        x = convert_to_tensor(x, name="x")
        counts = [_counts(dtype) for dtype in (x.dtype.base_dtype, target_dtype)]
        for described, dtype, whole in zip(
            (f"{x.dtype.name}.dtype", f"target_dtype ({target_dtype.name})"), (x.dtype, target_dtype), counts
        ):
            if not whole and not dtype.is_floating:
                raise TypeError(f"{described} must be floating- or integer-type.")
        if not any(counts):
            raise TypeError(
                f"At least one of {x}.dtype ({x.dtype.name}) and target_dtype ({target_dtype.name}) must be integer-type."
            )
        assertions = []
        if assert_nonnegative:
            assertions.append(checks.assert_non_negative(x, message="Elements must be non-negative."))
        if x.dtype.is_floating:
            message = f"Elements must be {target_dtype.name}-equivalent."
            assertions.append(assert_integer_form(x, int_dtype=target_dtype, message=message))
        else:
            assertions += _range_checks(x, target_dtype, assert_nonnegative)
        return with_dependencies(assertions, x) if assertions else x


def _counts(dtype):
    return dtype.is_integer or dtype == dtypes.bool


def _range_checks(x, target_dtype, is_nonnegative):
    largest, smallest = _largest_integer(target_dtype), _smallest_integer(target_dtype)
    found: list[Any] = []
    if _largest_integer(x.dtype.base_dtype) > largest:
        found.append(checks.assert_less_equal(x, largest, message=f"Elements cannot exceed {largest}."))
    if not is_nonnegative and _smallest_integer(x.dtype.base_dtype) < smallest:
        found.append(
            checks.assert_greater_equal(x, smallest, message=f"Elements cannot be smaller than {smallest}.")
        )
    return found


def _smallest_integer(dtype):
    return 0 if dtype.is_unsigned or dtype == dtypes.bool else -_largest_integer(dtype)


@public()
def same_dynamic_shape(a: TensorLike, b: TensorLike) -> Tensor:
    """Whether two tensors have the same shape in the run, a bool scalar."""
    a, b = array_ops.shape(a), array_ops.shape(b)
    crossed = math_ops.equal(array_ops.concat([a, b], 0), array_ops.concat([b, a], 0))
    # Ranks that differ cannot be compared entry by entry, but the two orders of both shapes can.
    return math_ops.logical_and(
        math_ops.equal(array_ops.size(a), array_ops.size(b)), math_ops.reduce_all(crossed)
    )
