"""Reductions over segments whose ids need not be sorted; their number is given."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import inference
from evergraph.ops.math.binary import maximum
from evergraph.ops.math.elementwise import ORDERED, is_inexact
from evergraph.ops.math.unary import sqrt
from evergraph.ops.registry import INDEX, NUMBERS, device_op

public_module("python.ops.math_ops")


def _unsorted_shape(operation):
    data, ids = (t.shape for t in operation.input_tensors[:2])
    number = inference.constant_value(operation.input_tensors[2])
    if number is not None and number < 0:
        raise ValueError(
            f"{operation.type} {operation.name!r}: num_segments must not be negative, got {int(number)}"
        )
    if ids.ndims is None or data.ndims is None:
        return unknown_shape()
    if ids.ndims > data.ndims or not data[: ids.ndims].is_compatible_with(ids):
        raise ValueError(
            f"{operation.type} {operation.name!r}: the shape of data must start with that of "
            f"segment_ids, got {data} and {ids}"
        )
    return TensorShape([None if number is None else int(number)]).concatenate(data[ids.ndims :])


def _flatten(data, ids):
    """One row for each id; ids that are dropped (negative ones) are set far out of range."""
    rows = jnp.reshape(data, (ids.size, *data.shape[ids.ndim :]))
    flat = jnp.reshape(ids, -1)
    return rows, jnp.where(flat < 0, jnp.iinfo(flat.dtype).max, flat)


def _scatter(method, rows, ids, number, start):
    output = jnp.full((number, *rows.shape[1:]), start, rows.dtype)
    if number == 0:
        return output  # JAX has no gradient of a scatter into nothing
    return getattr(output.at[ids], method)(rows, mode="drop")


def _pick(output, ids):
    return output.at[ids].get(mode="fill", fill_value=0)


# JAX has no derivative for scattered extremes and products.


@functools.partial(jax.custom_jvp, nondiff_argnums=(0, 1, 2))
def _scattered_extreme(method, number, start, rows, ids):
    return _scatter(method, rows, ids, number, start)


@_scattered_extreme.defjvp
def _(method, number, start, primals, tangents):
    rows, ids = primals
    output = _scattered_extreme(method, number, start, rows, ids)
    selected = (rows == _pick(output, ids)).astype(rows.dtype)  # several share the gradient
    counts = jnp.maximum(_scatter("add", selected, ids, number, 0), 1)
    return output, _scatter("add", tangents[0] * selected / _pick(counts, ids), ids, number, 0)


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _scattered_product(number, rows, ids):
    return _scatter("multiply", rows, ids, number, 1)


@_scattered_product.defjvp
def _(number, primals, tangents):
    rows, ids = primals
    output = _scattered_product(number, rows, ids)
    # The product of the others: where an element is 0, that of the other elements, unless they hold a 0 too.
    zero = rows == 0
    others_if_zero = _scattered_product(number, jnp.where(zero, 1, rows), ids)
    zeros = _pick(_scatter("add", zero.astype(jnp.int32), ids, number, 0), ids)
    others = jnp.where(
        zero,
        jnp.where(zeros == 1, _pick(others_if_zero, ids), 0),
        _pick(output, ids) / jnp.where(zero, 1, rows),
    )
    return output, _scatter("add", tangents[0] * others, ids, number, 0)


def _unsorted_op(type, types, compute):  # noqa: A002
    def kernel(lowering, data, segment_ids, num_segments):
        number = int(num_segments)
        if segment_ids.size:
            largest = jnp.max(segment_ids)
            lowering.check(
                largest < number,
                f"segment id {{0}} is out of range [0, {number}): ids must be < num_segments",
                [largest],
            )
        return compute(*_flatten(data, segment_ids), number)

    kernel.__name__ = type
    return device_op(
        type,
        "data: T, segment_ids: Tindices, num_segments: Tnumsegments=int32 -> output: T",
        types={"T": types, "Tindices": INDEX, "Tnumsegments": INDEX},
        static=("num_segments",),
        ranks={"num_segments": (0, "num_segments should be a scalar")},
        shape=_unsorted_shape,
        checks=True,
    )(kernel)


def _bound(dtype, kind):
    # not infinite: the value of an empty segment is the lowest (highest) finite number, as in TensorFlow
    return np.asarray(getattr(dtypes.as_dtype(dtype), kind), dtype).item()


def _extreme(method, kind):
    def compute(rows, ids, number):
        start = _bound(rows.dtype, kind)
        if is_inexact(rows):
            return _scattered_extreme(method, number, start, rows, ids)
        return _scatter(method, rows, ids, number, start)

    return compute


def _product(rows, ids, number):
    if is_inexact(rows):
        return _scattered_product(number, rows, ids)
    return _scatter("multiply", rows, ids, number, 1)


def _sum(rows, ids, number):
    return _scatter("add", rows, ids, number, 0)


def sums_of_known(data, segment_ids, number):
    """What UnsortedSegmentSum gives, for ids that are known to be below `number`."""
    return _sum(*_flatten(data, segment_ids), number)


unsorted_segment_sum_op = _unsorted_op("UnsortedSegmentSum", NUMBERS, _sum)
unsorted_segment_prod_op = _unsorted_op("UnsortedSegmentProd", NUMBERS, _product)
unsorted_segment_max_op = _unsorted_op("UnsortedSegmentMax", ORDERED, _extreme("max", "min"))
unsorted_segment_min_op = _unsorted_op("UnsortedSegmentMin", ORDERED, _extreme("min", "max"))

_DOCSTRING = """{what} of the rows of each segment.

    Args:
      data: a tensor whose shape starts with that of `segment_ids`.
      segment_ids: int32 or int64; rows with a negative id are dropped.
      num_segments: their number, above every id.
      name: the operation's name.

    Returns:
      `[num_segments, ...]`; {empty} for an id that no row has.

    Raises:
      InvalidArgumentError: in the run, when an id is too large.
    """


def _public_segments(function_name, definition, what, empty):
    def segments(
        data: TensorLike, segment_ids: TensorLike, num_segments: TensorLike, name: str | None = None
    ) -> Tensor:
        return definition(data, segment_ids, num_segments, name=name)

    segments.__name__ = segments.__qualname__ = function_name
    segments.__doc__ = _DOCSTRING.format(what=what, empty=empty)
    return segments


unsorted_segment_sum = public("unsorted_segment_sum")(
    _public_segments("unsorted_segment_sum", unsorted_segment_sum_op, "The sum", 0)
)
unsorted_segment_prod = public("unsorted_segment_prod")(
    _public_segments("unsorted_segment_prod", unsorted_segment_prod_op, "The product", 1)
)
unsorted_segment_max = public("unsorted_segment_max")(
    _public_segments(
        "unsorted_segment_max", unsorted_segment_max_op, "The largest", "the lowest number of the dtype"
    )
)
unsorted_segment_min = public("unsorted_segment_min")(
    _public_segments(
        "unsorted_segment_min", unsorted_segment_min_op, "The smallest", "the highest number of the dtype"
    )
)
registry.register_function("unsorted_segment_sum")(unsorted_segment_sum)


def _segment_sizes(data, segment_ids, num_segments):
    """How many rows each segment has, at least 1, shaped to divide the segments' sums."""
    segment_ids = convert_to_tensor(segment_ids)
    ones = array_ops.ones(array_ops.shape(segment_ids), dtype=data.dtype.base_dtype)
    sizes = unsorted_segment_sum(ones, segment_ids, num_segments)
    inner = array_ops.shape(data)[array_ops.rank(segment_ids) :]
    shape = array_ops.concat([array_ops.shape(sizes), array_ops.ones_like(inner)], axis=0)
    one = convert_to_tensor(1, dtype=data.dtype.base_dtype)
    return maximum(array_ops.reshape(sizes, shape), one)


@public("unsorted_segment_mean")
def unsorted_segment_mean(
    data: TensorLike, segment_ids: TensorLike, num_segments: TensorLike, name: str | None = None
) -> Tensor:
    """The mean of the rows of each segment, 0 for an id that no row has; arguments as for `unsorted_segment_sum`."""
    with name_scope(name, "UnsortedSegmentMean"):
        data = convert_to_tensor(data)
        total = unsorted_segment_sum(data, segment_ids, num_segments)
        return total / _segment_sizes(data, segment_ids, num_segments)


@public("unsorted_segment_sqrt_n")
def unsorted_segment_sqrt_n(
    data: TensorLike, segment_ids: TensorLike, num_segments: TensorLike, name: str | None = None
) -> Tensor:
    """The sum of the rows of each segment over the square root of their number; arguments as for
    `unsorted_segment_sum`."""
    with name_scope(name, "UnsortedSegmentSqrtN"):
        data = convert_to_tensor(data)
        total = unsorted_segment_sum(data, segment_ids, num_segments)
        return total / sqrt(_segment_sizes(data, segment_ids, num_segments))
