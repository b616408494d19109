"""The rows of tensors as sets: what lies along the last axis, in any order and each once.

How many elements a result has is known only then, so the operations are the host's.
"""

import collections
from typing import Any

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import SparseTensor, SparseTensorValue
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op

public_module("python.ops.sets", "python.ops.sets_impl")

_TYPES = (
    dtypes.int8,
    dtypes.int16,
    dtypes.int32,
    dtypes.int64,
    dtypes.uint8,
    dtypes.uint16,
    dtypes.string,
)
_OPERATIONS = {
    "a-b": lambda a, b: a - b,
    "b-a": lambda a, b: b - a,
    "intersection": lambda a, b: a & b,
    "union": lambda a, b: a | b,
}
_RESULT = "-> result_indices: int64, result_values: T, result_shape: int64"


def _of_dense(values):
    """({place of a row: its set}, the shape of all but the last axis)."""
    if values.ndim < 1:
        raise errors.InvalidArgumentError(None, None, "a set needs an axis of elements, got a scalar")
    outer = values.shape[:-1]
    return {place: set(values[place].tolist()) for place in np.ndindex(outer)}, outer


def _of_sparse(indices, values, shape, validate):
    outer = tuple(int(n) for n in shape[:-1])
    if validate:
        if np.any((indices < 0) | (indices >= shape)):
            raise errors.InvalidArgumentError(
                None, None, f"indices are out of bounds of {shape.tolist()}: {indices.tolist()}"
            )
        pairs = [tuple(row) for row in indices.tolist()]
        if any(later <= before for before, later in zip(pairs, pairs[1:])):
            raise errors.InvalidArgumentError(
                None, None, f"indices are out of order or repeated: {indices.tolist()}; use tf.sparse_reorder"
            )
    rows = collections.defaultdict(set)
    for place, value in zip(indices[:, :-1].tolist(), values.tolist(), strict=True):
        rows[tuple(place)].add(value)
    return rows, outer


def _result(operation, first, second, dtype):
    """The outputs of an operation on two (rows, shape)."""
    if operation not in _OPERATIONS:
        raise errors.InvalidArgumentError(None, None, f"unknown set operation {operation!r}")
    (rows, outer), (others, other_outer) = first, second
    if outer != other_outer:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"the shapes of two sets must be equal but for the last axis: {outer} and {other_outer}",
        )
    indices, values, longest = [], [], 0
    combine = _OPERATIONS[operation]
    for place in sorted({*rows, *others}):
        found = sorted(combine(rows.get(place, set()), others.get(place, set())))
        indices += [(*place, i) for i in range(len(found))]
        values += found
        longest = max(longest, len(found))
    rank = len(outer) + 1
    shape = np.array([*outer, longest], np.int64)
    return np.array(indices, np.int64).reshape(-1, rank), np.array(values, dtype), shape


def _result_shapes(rank):
    return [TensorShape([None, rank]), unknown_shape(1), TensorShape([rank])]


def _rank_of(*shapes):
    """The rank of the sets, from the first shape whose number is known; `shapes`: (shape, how its rank is read)."""
    for shape, read in shapes:
        rank = read(shape)
        if rank is not None:
            return rank
    return None


def _of_dense_rank(shape):
    return shape.ndims


def _of_sparse_rank(shape):
    return None if shape.ndims is None else shape[0].value


@host_op(
    "DenseToDenseSetOperation",
    f"set1: T, set2: T {_RESULT}",
    types={"T": _TYPES},
    shape=lambda op: _result_shapes(_rank_of(*((t.shape, _of_dense_rank) for t in op.input_tensors))),
    differentiable=False,
)
def dense_to_dense_set_operation_op(set1, set2, *, set_operation: str, validate_indices=True):
    return _result(set_operation, _of_dense(set1), _of_dense(set2), set1.dtype)


@host_op(
    "DenseToSparseSetOperation",
    f"set1: T, set2_indices: int64, set2_values: T, set2_shape: int64 {_RESULT}",
    types={"T": _TYPES},
    shape=lambda op: _result_shapes(
        _rank_of((op.input_tensors[0].shape, _of_dense_rank), (op.input_tensors[3].shape, _of_sparse_rank))
    ),
    differentiable=False,
)
def dense_to_sparse_set_operation_op(
    set1, set2_indices, set2_values, set2_shape, *, set_operation: str, validate_indices=True
):
    second = _of_sparse(set2_indices, set2_values, set2_shape, validate_indices)
    return _result(set_operation, _of_dense(set1), second, set1.dtype)


@host_op(
    "SparseToSparseSetOperation",
    "set1_indices: int64, set1_values: T, set1_shape: int64, set2_indices: int64, set2_values: T, set2_shape: int64 "
    + _RESULT,
    types={"T": _TYPES},
    shape=lambda op: _result_shapes(
        _rank_of(*((op.input_tensors[i].shape, _of_sparse_rank) for i in (2, 5)))
    ),
    differentiable=False,
)
def sparse_to_sparse_set_operation_op(
    set1_indices,
    set1_values,
    set1_shape,
    set2_indices,
    set2_values,
    set2_shape,
    *,
    set_operation: str,
    validate_indices=True,
):
    first = _of_sparse(set1_indices, set1_values, set1_shape, validate_indices)
    second = _of_sparse(set2_indices, set2_values, set2_shape, validate_indices)
    return _result(set_operation, first, second, set1_values.dtype)


@host_op(
    "SetSize",
    "set_indices: int64, set_values: T, set_shape: int64 -> size: int32",
    types={"T": _TYPES},
    differentiable=False,
)
def set_size_op(set_indices, set_values, set_shape, *, validate_indices=True):
    rows, outer = _of_sparse(set_indices, set_values, set_shape, validate_indices)
    sizes = np.zeros(outer, np.int32)
    for place, row in rows.items():
        sizes[place] = len(row)
    return sizes


def _converted(a, b):
    a, b = (x if isinstance(x, SparseTensor) else _from_value(x, name) for x, name in ((a, "a"), (b, "b")))
    if a.dtype.base_dtype not in _TYPES:
        raise TypeError(f"'a' invalid dtype {a.dtype!r}: sets are of integers or strings")
    if a.dtype.base_dtype is not b.dtype.base_dtype:
        raise TypeError(f"Types don't match, {a.dtype!r} vs {b.dtype!r}.")
    return a, b


def _from_value(x, name):
    if isinstance(x, SparseTensorValue):
        return SparseTensor(*x)
    return convert_to_tensor(x, name=name)


def _parts(x):
    return (x.indices, x.values, x.dense_shape) if isinstance(x, SparseTensor) else (x,)


def _operate(a, b, operation, validate_indices) -> SparseTensor:
    a, b = _converted(a, b)
    kinds = isinstance(a, SparseTensor), isinstance(b, SparseTensor)
    if kinds == (True, False):  # there is no operation for it: a and b change places
        a, b, kinds = b, a, (False, True)
        operation = {"a-b": "b-a", "b-a": "a-b"}.get(operation, operation)
    definition: Any = {
        (False, False): dense_to_dense_set_operation_op,
        (False, True): dense_to_sparse_set_operation_op,
        (True, True): sparse_to_sparse_set_operation_op,
    }[kinds]
    result = definition(*_parts(a), *_parts(b), set_operation=operation, validate_indices=validate_indices)
    return SparseTensor(*result)


_Set = TensorLike | SparseTensor | SparseTensorValue


@public("sets.set_size", "contrib.metrics.set_size")
def set_size(a: SparseTensor | SparseTensorValue, validate_indices: bool = True) -> Tensor:
    """How many different values each row of a SparseTensor `[..., n]` has, int32 `[...]`.

    Args:
      a: a SparseTensor of integers or strings, its indices in row-major order.
      validate_indices: whether order and bounds of the indices are checked.

    Raises:
      TypeError: no SparseTensor, or one of other values.
      InvalidArgumentError: in the run, for indices that are out of order, repeated or out of bounds.
    """
    if isinstance(a, SparseTensorValue):
        a = SparseTensor(*a)
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {a}.")
    if a.values.dtype.base_dtype not in _TYPES:
        raise TypeError(f"Invalid dtype {a.values.dtype!r}: sets are of integers or strings")
    return set_size_op(a.indices, a.values, a.dense_shape, validate_indices=validate_indices)


@public("sets.set_intersection", "contrib.metrics.set_intersection")
def set_intersection(a: _Set, b: _Set, validate_indices: bool = True) -> SparseTensor:
    """The values that are in both of two rows, for all rows.

    Args:
      a, b: tensors or SparseTensors of integers or strings, whose shapes are equal but for the last axis.
      validate_indices: whether order and bounds of sparse indices are checked.

    Returns:
      A SparseTensor of the sorted values, as long on the last axis as the largest set.

    Raises:
      TypeError: other values, or two dtypes.
      InvalidArgumentError: in the run, for shapes that do not fit, and for indices as in `set_size`.
    """
    return _operate(a, b, "intersection", validate_indices)


@public("sets.set_difference", "contrib.metrics.set_difference")
def set_difference(a: _Set, b: _Set, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """The values of rows of `a` that are not in those of `b`; with `aminusb=False` those of `b` that are not in `a`.

    The other arguments, the result and the errors are those of `set_intersection`.
    """
    return _operate(a, b, "a-b" if aminusb else "b-a", validate_indices)


@public("sets.set_union", "contrib.metrics.set_union")
def set_union(a: _Set, b: _Set, validate_indices: bool = True) -> SparseTensor:
    """The values that are in one of two rows or in both; arguments, result and errors are those of `set_intersection`."""
    return _operate(a, b, "union", validate_indices)
