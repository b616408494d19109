"""Reductions over segments of selected rows: what embeddings are made of."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework import errors
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import inference
from evergraph.ops.math.elementwise import ORDERED
from evergraph.ops.math.segments import check_segments, combine, divide_rows, rows_of_unknown_number
from evergraph.ops.math.unsorted_segments import unsorted_segment_sum
from evergraph.ops.registry import FLOATS, INDEX, device_op, host_op

public_module("python.ops.math_ops")


def _sum_rows(run, data, indices, ids, limit):
    bad = (indices < 0) | (indices >= len(data))
    if np.any(bad):
        where = int(np.argmax(bad))
        raise errors.InvalidArgumentError(
            None, run.operation, f"indices[{where}] == {indices[where]} out of range [0, {len(data)})"
        )
    count = check_segments(run, ids, len(indices), limit)
    return combine(np.add, data[indices], ids, count, 0), np.bincount(ids, minlength=count)


def _finish_sum(total, counts):
    return total


def _finish_sqrt_n(total, counts):
    return (total / np.sqrt(np.maximum(counts, 1)).reshape(-1, *[1] * (total.ndim - 1))).astype(total.dtype)


def _sum_gradient(op, grad):
    data, indices, ids = op.inputs[:3]
    rows = array_ops.gather(grad, ids)
    size = array_ops.shape(data)[0]
    return [unsorted_segment_sum(rows, indices, size), None, None] + [None] * (len(op.inputs) - 3)


def _weighted_gradient(definition):
    def gradient(op, grad):
        data, indices, ids = op.inputs[:3]
        size = array_ops.shape(data)[0]
        return [definition(grad, indices, ids, size), None, None] + [None] * (len(op.inputs) - 3)

    return gradient


def _gradient_shape(operation):
    shape = operation.input_tensors[0].shape
    size = inference.constant_value(operation.input_tensors[3])
    if shape.ndims is None:
        return unknown_shape()
    return TensorShape([None if size is None else int(size)]).concatenate(shape[1:])


def _gradient_op(type, weight):  # noqa: A002
    def kernel(grad, indices, segment_ids, output_dim0):
        counts = jnp.zeros(grad.shape[0], grad.dtype).at[segment_ids].add(1)
        weights = weight(jnp.maximum(counts, 1))[segment_ids]
        rows = grad[segment_ids] * weights.reshape(-1, *[1] * (grad.ndim - 1))
        return jnp.zeros((int(output_dim0), *grad.shape[1:]), grad.dtype).at[indices].add(rows)

    kernel.__name__ = type
    return device_op(
        type,
        "grad: T, indices: Tidx=int32, segment_ids: int32, output_dim0: int32 -> output: T",
        types={"T": FLOATS, "Tidx": INDEX},
        static=("output_dim0",),
        shape=_gradient_shape,
    )(kernel)


sparse_segment_mean_grad_op = _gradient_op("SparseSegmentMeanGrad", lambda counts: 1 / counts)
sparse_segment_sqrt_n_grad_op = _gradient_op("SparseSegmentSqrtNGrad", lambda counts: 1 / jnp.sqrt(counts))


def _define(type, types, finish, gradient):  # noqa: A002
    """The operation, and its form that is told the number of segments."""

    def kernel(run, data, indices, segment_ids):
        return finish(*_sum_rows(run, data, indices, segment_ids, None))

    def counted_kernel(run, data, indices, segment_ids, num_segments):
        return finish(*_sum_rows(run, data, indices, segment_ids, int(num_segments)))

    def counted_shape(operation):
        return _gradient_shape(operation)

    inputs = "data: T, indices: Tidx=int32, segment_ids: int32"
    options = {"types": {"T": types, "Tidx": INDEX}, "gradient": gradient}
    kernel.__name__, counted_kernel.__name__ = type, f"{type}WithNumSegments"
    plain = host_op(type, f"{inputs} -> output: T", shape=rows_of_unknown_number, **options)(kernel)
    options["types"] = {**options["types"], "Tnumsegments": INDEX}
    counted = host_op(
        f"{type}WithNumSegments",
        f"{inputs}, num_segments: Tnumsegments=int32 -> output: T",
        shape=counted_shape,
        **options,
    )(counted_kernel)
    return plain, counted


_SUM = _define("SparseSegmentSum", ORDERED, _finish_sum, _sum_gradient)
_MEAN = _define("SparseSegmentMean", FLOATS, divide_rows, _weighted_gradient(sparse_segment_mean_grad_op))
_SQRT_N = _define(
    "SparseSegmentSqrtN", FLOATS, _finish_sqrt_n, _weighted_gradient(sparse_segment_sqrt_n_grad_op)
)

_DOCSTRING = """{what} of the rows that `indices` selects, for each segment.

    Args:
      data: `[n, ...]`.
      indices: `[k]`, int32 or int64, the rows of `data`.
      segment_ids: `[k]`, int32, sorted: the segment that each selected row belongs to.
      name: the operation's name.
      num_segments: their number; None for the last id + 1.

    Returns:
      `[num_segments, ...]`; 0 for an id that no row has.

    Raises:
      InvalidArgumentError: in the run, when an index or an id is out of range or the ids are not sorted.
    """


def _public_segments(function_name, definitions, what):
    plain, counted = definitions

    def segments(
        data: TensorLike,
        indices: TensorLike,
        segment_ids: TensorLike,
        name: str | None = None,
        num_segments: TensorLike | None = None,
    ) -> Tensor:
        if num_segments is None:
            return plain(data, indices, segment_ids, name=name)
        return counted(data, indices, segment_ids, num_segments, name=name)

    segments.__name__ = segments.__qualname__ = function_name
    segments.__doc__ = _DOCSTRING.format(what=what)
    return segments


sparse_segment_sum = public("sparse_segment_sum")(_public_segments("sparse_segment_sum", _SUM, "The sum"))
sparse_segment_mean = public("sparse_segment_mean")(
    _public_segments("sparse_segment_mean", _MEAN, "The mean")
)
sparse_segment_sqrt_n = public("sparse_segment_sqrt_n")(
    _public_segments("sparse_segment_sqrt_n", _SQRT_N, "The sum over the square root of the number")
)
