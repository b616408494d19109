"""Assertions on values, ranks and dtypes: static where the graph tells, else operations that fail the run."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.dtypes import DType
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import broadcast_shapes
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants, inference
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert

public_module("python.ops.check_ops")

NUMERIC_TYPES = frozenset(
    (
        dtypes.float16,
        dtypes.float32,
        dtypes.float64,
        dtypes.int8,
        dtypes.int16,
        dtypes.int32,
        dtypes.int64,
        dtypes.uint8,
        dtypes.uint16,
        dtypes.uint32,
        dtypes.uint64,
        dtypes.bfloat16,
        dtypes.complex64,
        dtypes.complex128,
        dtypes.qint8,
        dtypes.quint8,
        dtypes.qint16,
        dtypes.quint16,
        dtypes.qint32,
    )
)


# -- values -----------------------------------------------------------------------------------------------------

_VALUE_DOCSTRING = """An operation that fails the run unless `{sign}` holds for every element.

    An empty tensor passes.

    Args:
      {arguments}
      data: tensors to show when it fails; a default that names the operands.
      summarize: how many elements of each to show.
      message: what to say first.
      name: the name scope.

    Returns:
      The operation that raises InvalidArgumentError in a run. Add it to `tf.control_dependencies`.
    """


def _described(message, sentence, x, y):
    return [message or "", sentence, f"x ({x.name}) = ", x, f"y ({y.name}) = ", y]


def _define_comparison(function_name, compare, sign, static=False):
    """`assert_<comparison>(x, y)`; with `static`, known values are compared while the graph is built."""

    def check(
        x: TensorLike,
        y: TensorLike,
        data: Sequence[TensorLike] | None = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Operation:
        with name_scope(name, function_name, [x, y, *(data or ())]):
            x = convert_to_tensor(x, name="x")
            y = convert_to_tensor(y, name="y")
            if data is None:
                sentence = f"Condition x {sign} y did not hold element-wise:"
                data = _described(message, sentence, x, y)
            if static:
                _compare_static(x, y, data)
            condition = math_ops.reduce_all(compare(x, y))
            return Assert(condition, data, summarize=summarize)

    check.__name__ = check.__qualname__ = function_name
    check.__doc__ = _VALUE_DOCSTRING.format(
        sign=f"x {sign} y", arguments="x, y: numeric tensors whose shapes broadcast."
    )
    return check


def _compare_static(x, y, data):
    values = inference.constant_value(x), inference.constant_value(y)
    if values[0] is None or values[1] is None:
        return
    broadcast_shapes(x.shape, y.shape)
    if np.all(np.equal(values[0], values[1])):
        return
    shown = [part if isinstance(part, str) else str(_static_text(part)) for part in data]
    raise errors.InvalidArgumentError(None, None, "\n".join(shown))


def _static_text(value):
    if not isinstance(value, Tensor):
        return value
    known = inference.constant_value(value)
    return value.name if known is None else known


assert_equal = public("assert_equal")(_define_comparison("assert_equal", math_ops.equal, "==", static=True))
assert_none_equal = public("assert_none_equal")(
    _define_comparison("assert_none_equal", math_ops.not_equal, "!=")
)
assert_less = public("assert_less")(_define_comparison("assert_less", math_ops.less, "<"))
assert_less_equal = public("assert_less_equal")(
    _define_comparison("assert_less_equal", math_ops.less_equal, "<=")
)
assert_greater = public("assert_greater")(_define_comparison("assert_greater", math_ops.greater, ">"))
assert_greater_equal = public("assert_greater_equal")(
    _define_comparison("assert_greater_equal", math_ops.greater_equal, ">=")
)


def _define_sign(function_name, compare, sign, zero_first):
    """`assert_positive(x)` and the like, by comparing x with 0."""

    def check(
        x: TensorLike,
        data: Sequence[TensorLike] | None = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Operation:
        with name_scope(name, function_name, [x, *(data or ())]):
            x = convert_to_tensor(x, name="x")
            if data is None:
                data = [
                    message or "",
                    f"Condition x {sign} 0 did not hold element-wise:",
                    f"x ({x.name}) = ",
                    x,
                ]
            zero = convert_to_tensor(0, dtype=x.dtype.base_dtype)
            operands = (zero, x) if zero_first else (x, zero)
            return compare(*operands, data=data, summarize=summarize)

    check.__name__ = check.__qualname__ = function_name
    check.__doc__ = _VALUE_DOCSTRING.format(sign=f"x {sign} 0", arguments="x: a numeric tensor.")
    return check


assert_negative = public("assert_negative")(
    _define_sign("assert_negative", assert_less, "<", zero_first=False)
)
assert_positive = public("assert_positive")(
    _define_sign("assert_positive", assert_less, ">", zero_first=True)
)
assert_non_negative = public("assert_non_negative")(
    _define_sign("assert_non_negative", assert_less_equal, ">=", zero_first=True)
)
assert_non_positive = public("assert_non_positive")(
    _define_sign("assert_non_positive", assert_less_equal, "<=", zero_first=False)
)


@public("assert_near")
def assert_near(
    x: TensorLike,
    y: TensorLike,
    rtol: TensorLike = None,
    atol: TensorLike = None,
    data: Sequence[TensorLike] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """An operation that fails the run unless `|x - y| <= atol + rtol * |y|` for every element.

    The tolerances are 10 times the machine epsilon of the dtype unless given; the rest as for `assert_equal`.
    """
    with name_scope(name, "assert_near", [x, y, *(data or ())]):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, name="y", dtype=None if isinstance(y, Tensor) else x.dtype.base_dtype)
        storage = x.dtype.real_dtype.base_dtype
        eps = float(10 * machine_epsilon(storage))
        rtol = convert_to_tensor(eps if rtol is None else rtol, dtype=storage, name="rtol")
        atol = convert_to_tensor(eps if atol is None else atol, dtype=storage, name="atol")
        if data is None:
            data = [
                message or "",
                f"x and y not equal to tolerance rtol = {rtol}, atol = {atol}",
                f"x ({x.name}) = ",
                x,
                f"y ({y.name}) = ",
                y,
            ]
        tolerance = atol + rtol * math_ops.abs(y)
        condition = math_ops.reduce_all(math_ops.less_equal(math_ops.abs(x - y), tolerance))
        return Assert(condition, data, summarize=summarize)


def machine_epsilon(dtype: DType) -> float:
    """The distance from 1 to the next number of a floating point dtype."""
    if dtype == dtypes.bfloat16:
        return 2.0**-7
    return np.finfo(dtype.as_numpy_dtype).eps


# -- ranks ------------------------------------------------------------------------------------------------------


def _check_rank(function_name, x, ranks, holds, holds_in_graph, what, data, summarize, message, name):
    """Checks the rank of x: while the graph is built if it is known, else with an operation.

    Args:
      ranks: the ranks that it is compared with, tensors or integers.
      holds: `holds(rank, ranks)` of integers.
      holds_in_graph: the same of tensors.
      what: what was asked for, in words.
    """
    message = message or ""
    with name_scope(name, function_name, [x, *ranks, *(data or ())]):
        x = convert_to_tensor(x, name="x")
        ranks = [convert_to_tensor(rank, name="rank") for rank in ranks]
        for rank in ranks:
            if rank.dtype.base_dtype not in (dtypes.int32, dtypes.int64):
                raise TypeError(f"{message}rank must be of type {dtypes.int32} (or int64), got {rank}")
            if rank.shape.ndims not in (0, None):
                raise ValueError(f"{message}Rank must be a scalar, got {rank}")
        known = [int(value) for value in map(inference.constant_value, ranks) if value is not None]
        if x.shape.ndims is not None and len(known) == len(ranks):
            if not holds(x.shape.ndims, known):
                asked = ", ".join(map(str, known))
                raise ValueError(
                    f"{message}{'. ' if message else ''}Tensor {x.name} must have rank {what}{asked}; "
                    f"received rank {x.shape.ndims}, shape {x.shape}"
                )
            return constants.no_op(name="static_checks_determined_all_ok")
        if data is None:
            data = [
                message,
                f"Tensor {x.name} must have rank {what}",
                *ranks,
                "Received shape: ",
                array_ops.shape(x),
            ]
        scalars = [
            Assert(math_ops.equal(array_ops.rank(rank), 0), ["Rank must be a scalar. Received rank: ", rank])
            for rank in ranks
            if rank.shape.ndims is None
        ]
        with control_dependencies(scalars):
            condition = holds_in_graph(array_ops.rank(x), ranks)
            return Assert(condition, data, summarize=summarize)


_RANK_DOCSTRING = """Checks that x has rank {what}.

    Args:
      x: a numeric tensor.
      {argument}
      data, summarize, message, name: as for `assert_equal`.

    Returns:
      An operation that raises InvalidArgumentError in a run; one that does nothing when the static shape tells.

    Raises:
      ValueError: the static shape shows another rank.
    """


@public("assert_rank")
def assert_rank(
    x: TensorLike,
    rank: TensorLike,
    data: Sequence[TensorLike] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    return _check_rank(
        "assert_rank",
        x,
        [rank],
        lambda actual, wanted: actual == wanted[0],
        lambda actual, wanted: math_ops.equal(actual, wanted[0]),
        "",
        data,
        summarize,
        message,
        name,
    )


@public("assert_rank_at_least")
def assert_rank_at_least(
    x: TensorLike,
    rank: TensorLike,
    data: Sequence[TensorLike] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    return _check_rank(
        "assert_rank_at_least",
        x,
        [rank],
        lambda actual, wanted: actual >= wanted[0],
        lambda actual, wanted: math_ops.greater_equal(actual, wanted[0]),
        "at least ",
        data,
        summarize,
        message,
        name,
    )


@public("assert_rank_in")
def assert_rank_in(
    x: TensorLike,
    ranks: Sequence[TensorLike],
    data: Sequence[TensorLike] | None = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    def one_of(actual, wanted):
        each = [
            array_ops.reshape(math_ops.equal(actual, rank), [-1]) for rank in wanted
        ]  # of a scalar, or refused
        return math_ops.reduce_any(array_ops.concat(each, 0))

    return _check_rank(
        "assert_rank_in",
        x,
        list(ranks),
        lambda actual, wanted: actual in wanted,
        one_of,
        "in ",
        data,
        summarize,
        message,
        name,
    )


assert_rank.__doc__ = _RANK_DOCSTRING.format(what="`rank`", argument="rank: a scalar integer.")
assert_rank_at_least.__doc__ = _RANK_DOCSTRING.format(
    what="`rank` or more", argument="rank: a scalar integer."
)
assert_rank_in.__doc__ = _RANK_DOCSTRING.format(what="among `ranks`", argument="ranks: scalar integers.")


@public("assert_scalar", "contrib.framework.assert_scalar")
def assert_scalar(tensor: TensorLike, name: str | None = None) -> Tensor:
    """`tensor`, converted, whose static shape must be that of a scalar.

    Raises:
      ValueError: it is not.
    """
    with name_scope(name, "assert_scalar", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name=scope + "tensor")
        if tensor.shape.ndims != 0:
            raise ValueError(f"Expected scalar shape for {tensor.name}, saw shape: {tensor.shape}.")
        return tensor


# -- dtypes -----------------------------------------------------------------------------------------------------


@public("assert_integer")
def assert_integer(x: TensorLike, message: str | None = None, name: str | None = None) -> Operation:
    """An operation that does nothing, if x has an integer dtype.

    Raises:
      TypeError: it has another.
    """
    with name_scope(name, "assert_integer", [x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_integer:
            raise TypeError(
                f'{message or ""}Expected "x" to be integer type. Found: {x.dtype!r}, in {x.name}'
            )
        return constants.no_op(name="statically_determined_was_integer")


@public("assert_type")
def assert_type(
    tensor: TensorLike, tf_type: DTypeLike, message: str | None = None, name: str | None = None
) -> Operation:
    """An operation that does nothing, if a tensor (or SparseTensor) has a dtype.

    Raises:
      TypeError: it has another.
    """
    values = [tensor.values] if isinstance(tensor, SparseTensor) else [tensor]
    with name_scope(name, "assert_type", values):
        if not isinstance(tensor, SparseTensor):
            tensor = convert_to_tensor(tensor, name="tensor")
        wanted = dtypes.as_dtype(tf_type)
        if tensor.dtype.base_dtype != wanted.base_dtype:
            raise TypeError(f"{message or ''}{tensor} must be of type {wanted!r}, it has {tensor.dtype!r}")
        return constants.no_op(name="statically_determined_correct_type")


@public("assert_same_float_dtype", "contrib.framework.assert_same_float_dtype")
def assert_same_float_dtype(tensors: Sequence[Any] | None = None, dtype: DTypeLike = None) -> DType:
    """The floating point dtype that all the tensors have (float32 without tensors and dtype).

    Args:
      tensors: tensors; None among them are passed over.
      dtype: the dtype they must have; that of the first when None.

    Raises:
      ValueError: they differ, or are not floating point.
    """
    expected, first = None if dtype is None else dtypes.as_dtype(dtype).base_dtype, "dtype"
    for tensor in tensors or ():
        if tensor is None:
            continue
        actual = dtypes.as_dtype(tensor.dtype).base_dtype
        if expected is None:
            expected, first = actual, tensor
        elif actual != expected:
            raise ValueError(
                f"{tensor}, type={actual.name}, must be of the same type ({expected.name}) as {first}"
            )
    expected = expected or dtypes.float32
    if not expected.is_floating:
        raise ValueError(f"Expected floating point type, got {expected.name}.")
    return expected


@public("is_numeric_tensor", "contrib.framework.is_numeric_tensor")
def is_numeric_tensor(tensor: Any) -> bool:
    """Whether the value is a tensor of numbers."""
    return isinstance(tensor, Tensor) and tensor.dtype.base_dtype in NUMERIC_TYPES


@public("assert_proper_iterable")
def assert_proper_iterable(values: Any) -> None:
    """Refuses what can be iterated but should not be: one tensor, one array, one string.

    Raises:
      TypeError: `values` is one of those or cannot be iterated.
    """
    if isinstance(values, (Tensor, SparseTensor, np.ndarray, str, bytes)):
        raise TypeError(f'Expected argument "values" to be a "proper" iterable. Found: {type(values)}')
    if not hasattr(values, "__iter__"):
        raise TypeError(f'Expected argument "values" to be iterable. Found: {type(values)}')


# -- order ------------------------------------------------------------------------------------------------------


def _differences(x):
    """Each element less the one before it, in row-major order."""
    x = convert_to_tensor(x, name="x")
    if not is_numeric_tensor(x):
        raise TypeError(f"Expected x to be numeric, instead found: {x}")
    flat = array_ops.reshape(x, [-1])
    return flat[1:] - flat[:-1]


@public("is_non_decreasing", "contrib.framework.is_non_decreasing")
def is_non_decreasing(x: TensorLike, name: str | None = None) -> Tensor:
    """Whether no element of x, in row-major order, is smaller than the one before it; a scalar bool.

    Raises:
      TypeError: x is not numeric.
    """
    with name_scope(name, "is_non_decreasing", [x]):
        steps = _differences(x)
        return math_ops.reduce_all(math_ops.less_equal(convert_to_tensor(0, steps.dtype.base_dtype), steps))


@public("is_strictly_increasing", "contrib.framework.is_strictly_increasing")
def is_strictly_increasing(x: TensorLike, name: str | None = None) -> Tensor:
    """Whether each element of x, in row-major order, is larger than the one before it; a scalar bool.

    Raises:
      TypeError: x is not numeric.
    """
    with name_scope(name, "is_strictly_increasing", [x]):
        steps = _differences(x)
        return math_ops.reduce_all(math_ops.less(convert_to_tensor(0, steps.dtype.base_dtype), steps))
