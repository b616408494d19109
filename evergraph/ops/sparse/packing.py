"""Ids of examples in few different sizes, for programs that are compiled for each size."""

import math

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.portability import is_portable
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.ops import array as array_ops
from evergraph.ops import inference
from evergraph.ops import math as math_ops
from evergraph.ops.math.unsorted_segments import sums_of_known, unsorted_segment_sum
from evergraph.ops.registry import FLOATS, device_op, host_op
from evergraph.ops.sparse.places import all_places, ones_before_zeros, row_numbers


def _weights_gradient(op, *grads):
    """The gradient of each weight is that of its packed one; what was left out has none."""
    if len(op.inputs) < 4 or grads[3] is None:
        return [None] * len(op.inputs)
    return [None, None, None, unsorted_segment_sum(grads[3], op.outputs[4], array_ops.shape(op.inputs[3])[0])]


def _packed_shapes(operation):
    return [unknown_shape(1)] * (len(operation.outputs) - 1) + [TensorShape([])]


@host_op(
    "PackSparseIds",
    "indices: int64, ids: T, dense_shape: int64, weights: [Tweights] -> packed_ids: T, examples: int32, "
    "presence: float32, packed_weights: [Tweights], places: int32, count: int32",
    gradient=_weights_gradient,
    shape=_packed_shapes,
    types={"T": (dtypes.int32, dtypes.int64)},
)
def pack_sparse_ids_op(run, indices, ids, dense_shape, weights, *, positive_weights=False, default_id=-1):
    """The ids from 0 on, each with the number of its example: how many there are is rounded up to a power of two.

    An example is what shares all indices but the last. Those that round up repeat an id in example -1, with a weight
    and presence of 0 and place -1; `places` are those in `ids`.

    Attributes:
      positive_weights: whether ids whose weight is not above 0 are left out too.
      default_id: the id of examples that have none, with a weight of 1; -1 leaves them without.
    """
    shape = tuple(dense_shape.tolist())
    outer = shape[:-1]
    count = math.prod(outer)
    if not weights and len(ids) == count and indices is all_places(shape) and (not count or ids.min() >= 0):
        # One id in each example, as dense features have them.
        size = _rounded(count)
        filler = ids[-1] if count else 0
        rows = row_numbers(count, size)
        return (
            _filled(ids, size, filler, ids.dtype),
            rows,
            ones_before_zeros(count, size),
            rows,
            np.array(count, np.int32),
        )
    examples = np.zeros(len(ids), np.int64)
    for axis, size in enumerate(outer):
        along = indices[:, axis]
        if len(along) and (along.min() < 0 or along.max() >= size):
            raise errors.InvalidArgumentError(
                None, run.operation, f"an index is out of bounds of shape {dense_shape.tolist()}"
            )
        examples = examples * size + along if axis else along
    for weight in weights:
        if len(weight) != len(ids):
            raise errors.InvalidArgumentError(
                None,
                run.operation,
                f"ids and their weights must have the same size, got {len(ids)} and {len(weight)}",
            )
    kept = ids >= 0
    for weight in weights if positive_weights else ():
        kept &= weight > 0
    chosen, chosen_weights = ids, weights
    if kept.all():
        places = np.arange(len(ids))
    else:
        places = np.flatnonzero(kept)
        examples, chosen = examples[places], ids[places]
        chosen_weights = [weight[places] for weight in weights]
    if default_id >= 0:
        empty = np.flatnonzero(np.bincount(examples, minlength=count) == 0)
        examples, places = np.append(examples, empty), np.append(places, np.full(len(empty), -1))
        chosen = np.append(chosen, np.full(len(empty), default_id, ids.dtype))
        chosen_weights = [np.append(weight, np.ones(len(empty), weight.dtype)) for weight in chosen_weights]
    size = _rounded(len(chosen))
    filler = (
        chosen[-1] if len(chosen) else 0
    )  # an id that is looked up anyway: its gradient touches no other row
    packed = [_filled(weight, size, 0, weight.dtype) for weight in chosen_weights]
    presence = np.zeros(size, np.float32)
    presence[: len(chosen)] = 1
    return (
        _filled(chosen, size, filler, chosen.dtype),
        _filled(examples, size, -1, np.int32),
        presence,
        *packed,
        _filled(places, size, -1, np.int32),
        np.array(count, np.int32),
    )


def _rounded(count):
    return 1 << max(count - 1, 0).bit_length()


def _filled(values, size, filler, dtype):
    result = np.empty(size, dtype)
    result[: len(values)] = values
    result[len(values) :] = filler
    return result


def _sum_shape(operation):
    data, _, count = operation.input_tensors
    number = inference.constant_value(count)
    return TensorShape([None if number is None else int(number)]).concatenate(data.shape[1:])


@device_op(
    "SumByExample",
    "data: T, examples: int32, count: int32 -> sums: T",
    types={"T": FLOATS},
    static=("count",),
    shape=_sum_shape,
)
def sum_by_example_op(data, examples, count):
    """UnsortedSegmentSum for examples that `PackSparseIds` gave, all of which are below `count`."""
    return sums_of_known(data, examples, int(count))


def sum_by_example(data, examples, count):
    """The sum of the rows of each example.

    Args:
      data: floats `[n, ...]`.
      examples, count: what `pack_sparse_ids` gave.

    Returns:
      `[count, ...]`; 0 for an example without rows.
    """
    return (unsorted_segment_sum if is_portable() else sum_by_example_op)(data, examples, count)


def pack_sparse_ids(sparse_ids, weights=None, positive_weights=False, default_id=None):
    """Ids of examples, in few different sizes.

    Args:
      sparse_ids: a SparseTensor of int32 or int64; what shares all indices but the last is an example.
      weights: the weights of the ids, a vector of floats, or None for 1.
      positive_weights: whether ids whose weight is not above 0 are left out, as those below 0 are.
      default_id: the id of examples without any; None for none.

    Returns:
      The ids, the number of the example of each (-1 for those to leave out), their weights, and the number of examples.
      The weights are 0 for those to leave out.

    Raises:
      ValueError: ids and weights that are known to differ in number.
      InvalidArgumentError: in the run, for those that do, and for indices outside the shape.
    """
    if weights is not None:
        sparse_ids.values.shape.with_rank(1)[0].merge_with(weights.shape.with_rank(1)[0])
    if is_portable():
        return _plain_ids(sparse_ids, weights, positive_weights, default_id)
    ids, examples, presence, packed, _, count = pack_sparse_ids_op(
        sparse_ids.indices,
        sparse_ids.values,
        sparse_ids.dense_shape,
        [] if weights is None else [weights],
        positive_weights=positive_weights and weights is not None,
        default_id=-1 if default_id is None else default_id,
    )
    return ids, examples, presence if weights is None else packed[0], count


def _plain_ids(sparse_ids, weights, positive_weights, default_id):
    """The same by TensorFlow's operations, without rounding up."""
    sizes = math_ops.to_int32(sparse_ids.dense_shape)[:-1]
    count = math_ops.reduce_prod(sizes)
    # The number of an example among all: its indices in the mixed radix of the sizes.
    strides = math_ops.cumprod(sizes, exclusive=True, reverse=True)
    examples = math_ops.reduce_sum(math_ops.to_int32(sparse_ids.indices[:, :-1]) * strides, axis=1)
    weights = array_ops.ones_like(sparse_ids.values, dtypes.float32) if weights is None else weights
    kept = math_ops.greater_equal(sparse_ids.values, 0)
    if positive_weights:
        kept = math_ops.logical_and(kept, math_ops.greater(weights, 0))
    places = array_ops.reshape(array_ops.where(kept), [-1])
    ids, examples, weights = (array_ops.gather(t, places) for t in (sparse_ids.values, examples, weights))
    if default_id is not None:
        found = unsorted_segment_sum(array_ops.ones_like(examples), examples, count)
        empty = array_ops.reshape(array_ops.where(math_ops.equal(found, 0)), [-1])
        filler = array_ops.ones_like(empty)
        ids = array_ops.concat([ids, math_ops.cast(filler * default_id, ids.dtype)], 0)
        examples = array_ops.concat([examples, math_ops.to_int32(empty)], 0)
        weights = array_ops.concat([weights, math_ops.cast(filler, weights.dtype)], 0)
    return ids, examples, weights, count
