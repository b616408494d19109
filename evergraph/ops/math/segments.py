"""Reductions over segments: rows with the same id are combined into one.

Sorted segments (`segment_sum`, ...) and sparse ones (`sparse_segment_sum`, ...) have as many as their last id
says, which only the data tells: they run on the host, with gradients made of device operations. Unsorted ones
(`unsorted_segment_sum`, ...) are told their number and run on the device.
"""

from typing import Any

import numpy as np

from evergraph.framework import errors
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.math.binary import realdiv
from evergraph.ops.math.casting import cast
from evergraph.ops.math.comparison import equal
from evergraph.ops.math.elementwise import ORDERED
from evergraph.ops.registry import INDEX, NUMBERS, host_op

public_module("python.ops.math_ops")


def rows_of_unknown_number(operation: Operation) -> TensorShape:
    """The shape rule of an output that has one row for each segment."""
    shape = operation.input_tensors[0].shape
    return unknown_shape() if shape.ndims is None else TensorShape([None]).concatenate(shape[1:])


def check_segments(run: Any, ids: np.ndarray, rows: int, limit: int | None = None) -> int:
    """The number of segments; InvalidArgumentError when the ids are not sorted, or not one for each row."""
    if np.ndim(ids) != 1 or len(ids) != rows:
        raise errors.InvalidArgumentError(
            None,
            run.operation,
            f"segment_ids should be the same size as dimension 0 of input: {np.shape(ids)} "
            f"ids for {rows} rows",
        )
    if len(ids) == 0:
        return limit or 0
    steps = np.diff(ids)
    if np.any(steps < 0) or ids[0] < 0:
        where = int(np.argmax(steps < 0)) + 1 if np.any(steps < 0) else 0
        raise errors.InvalidArgumentError(
            None,
            run.operation,
            f"segment ids are not increasing: id {ids[where]} at position {where}; they must be sorted and >= 0",
        )
    count = int(ids[-1]) + 1
    if limit is not None and count > limit:
        raise errors.InvalidArgumentError(
            None,
            run.operation,
            f"segment id {ids[-1]} is out of range [0, {limit}): segment ids must be < num_segments",
        )
    return count if limit is None else limit


def combine(function: np.ufunc, data: np.ndarray, ids: np.ndarray, count: int, empty: Any) -> np.ndarray:
    """Combines the rows of each segment with a NumPy ufunc; segments without rows hold `empty`."""
    output = np.full((count, *data.shape[1:]), empty, data.dtype)
    if len(ids):
        starts = np.flatnonzero(np.concatenate([[True], np.diff(ids) != 0]))
        with np.errstate(all="ignore"):
            output[ids[starts]] = function.reduceat(data, starts, axis=0, dtype=data.dtype)
    return output


def divide_rows(total: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Divides each row by its count, in the dtype of the rows; integers towards 0."""
    counts = np.maximum(counts, 1).reshape(-1, *[1] * (total.ndim - 1))
    if total.dtype.kind in "iu":
        return np.sign(total) * (np.abs(total) // counts.astype(total.dtype))
    return total / counts.astype(total.dtype)


def _sum_gradient(op, grad):
    return [array_ops.gather(grad, op.inputs[1]), None]


def _mean_gradient(op, grad):
    ids = op.inputs[1]
    ones = array_ops.ones_like(array_ops.gather(grad, ids))
    counts = segment_sum(ones, ids)
    return [array_ops.gather(realdiv(grad, counts), ids), None]


def _extreme_gradient(op, grad):
    """Elements that are the extreme of their segment share its gradient."""
    data, ids = op.inputs
    selected = equal(data, array_ops.gather(op.outputs[0], ids))
    counts = segment_sum(cast(selected, grad.dtype), ids)
    shared = array_ops.gather(realdiv(grad, counts), ids)
    return [array_ops.where(selected, shared, array_ops.zeros_like(shared)), None]


def _segment_op(type, ufunc, empty, types, **options):  # noqa: A002
    def kernel(run, data, segment_ids):
        return combine(ufunc, data, segment_ids, check_segments(run, segment_ids, len(data)), empty)

    kernel.__name__ = type
    return host_op(
        type,
        "data: T, segment_ids: Tindices -> output: T",
        types={"T": types, "Tindices": INDEX},
        shape=rows_of_unknown_number,
        **options,
    )(kernel)


segment_sum_op = _segment_op("SegmentSum", np.add, 0, NUMBERS, gradient=_sum_gradient)
segment_prod_op = _segment_op("SegmentProd", np.multiply, 1, NUMBERS, differentiable=False)
segment_max_op = _segment_op("SegmentMax", np.maximum, 0, ORDERED, gradient=_extreme_gradient)
segment_min_op = _segment_op("SegmentMin", np.minimum, 0, ORDERED, gradient=_extreme_gradient)


@host_op(
    "SegmentMean",
    "data: T, segment_ids: Tindices -> output: T",
    types={"T": NUMBERS, "Tindices": INDEX},
    shape=rows_of_unknown_number,
    gradient=_mean_gradient,
)
def segment_mean_op(run, data, segment_ids):
    count = check_segments(run, segment_ids, len(data))
    total = combine(np.add, data, segment_ids, count, 0)
    return divide_rows(total, np.bincount(segment_ids, minlength=count))


_DOCSTRING = """{what} of the rows of each segment.

    Args:
      data: `[n, ...]`.
      segment_ids: `[n]`, int32 or int64, sorted, not negative.
      name: the operation's name.

    Returns:
      `[segment_ids[-1] + 1, ...]`; {empty} for an id that no row has.

    Raises:
      InvalidArgumentError: in the run, when the ids are not sorted or not one for each row.
    """


def _public_segments(function_name, definition, what, empty):
    def segments(data: TensorLike, segment_ids: TensorLike, name: str | None = None) -> Tensor:
        return definition(data, segment_ids, name=name)

    segments.__name__ = segments.__qualname__ = function_name
    segments.__doc__ = _DOCSTRING.format(what=what, empty=empty)
    return segments


segment_sum = public("segment_sum")(_public_segments("segment_sum", segment_sum_op, "The sum", 0))
segment_mean = public("segment_mean")(_public_segments("segment_mean", segment_mean_op, "The mean", 0))
segment_prod = public("segment_prod")(_public_segments("segment_prod", segment_prod_op, "The product", 1))
segment_max = public("segment_max")(_public_segments("segment_max", segment_max_op, "The largest", 0))
segment_min = public("segment_min")(_public_segments("segment_min", segment_min_op, "The smallest", 0))
