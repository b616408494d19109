"""Crosses of features: every combination of the values that several columns have in one row."""

from typing import Any

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import SparseTensor
from evergraph.framework.dtypes import DType
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.ops.registry import host_op
from evergraph.ops.sparse.places import all_places
from evergraph.ops.strings.fingerprints import (
    farm_fingerprints64,
    prepared,
    prepared_fingerprints64,
    with_prepared,
)

public_module("python.ops.sparse_ops")

_HASH_KEY = public("python.ops.sparse_ops._DEFAULT_HASH_KEY")(0xDECAFCAFFE)
_SEPARATOR = b"_X_"
_LARGEST = 2**63 - 1  # hashes that fall into no bucket are taken modulo this: they are never negative
_WORD = (1 << 64) - 1
_GOLDEN = np.uint64(0x9E3779B97F4A7800)


def _column_of_sparse(indices, values, rows):
    """(the values, where those of each row start, how many there are, or None for one in each row) of a sparse column."""
    if indices is all_places((rows, 1)) or (
        len(values) == rows and np.array_equal(indices[:, 0], np.arange(rows))
    ):
        return values, None, None
    bounds = np.searchsorted(indices[:, 0], np.arange(rows + 1))
    return values, bounds[:-1], np.diff(bounds)


def _column_of_dense(matrix):
    """The same of a dense one."""
    rows, width = matrix.shape
    if width == 1:
        return matrix.ravel(), None, None
    return matrix.ravel(), np.arange(rows) * width, np.full(rows, width)


def _combinations(columns, rows):
    """(the row of each combination, for each column which of its values is in it); the last column changes fastest."""
    row, picks = np.arange(rows), []
    if all(counts is None for _, _, counts in columns):
        return row, [row] * len(columns)
    for _, starts, counts in columns:
        if counts is None:
            starts, counts = np.arange(rows), np.ones(rows, int)
        times = counts[row]
        first = np.repeat(
            np.cumsum(times) - times, times
        )  # the place of the first of those that come from one
        picks = [np.repeat(pick, times) for pick in picks]
        row = np.repeat(row, times)
        picks.append(starts[row] + np.arange(len(row)) - first)
    return row, picks


def _as_text(values):
    return np.array(
        [each if isinstance(each, bytes) else str(each).encode() for each in values], dtype=object
    )


def _prepared(values):
    if values.dtype == object:
        return prepared_fingerprints64(values)
    return prepared(values.astype(np.int64, copy=False).view(np.uint64))


def _hashed(columns, row, picks, num_buckets, hash_key):
    result = np.uint64(hash_key & _WORD)
    for (values, _, _), pick in zip(columns, picks):
        found = _prepared(values)
        result = with_prepared(result, found if pick is row else found[pick])
    return (result % np.uint64(num_buckets or _LARGEST)).astype(np.int64)


def _chained(columns, row, picks, num_buckets):
    """The hashes of TensorFlow's first way, which shifts and adds: the last bits of a value decide those of its combination."""
    result = np.uint64(_HASH_KEY)
    for (values, _, _), pick in zip(columns, picks):
        found = (
            farm_fingerprints64(values) if values.dtype == object else values.astype(np.int64).view(np.uint64)
        )
        shifted = (np.asarray(result).view(np.int64) >> 4).view(
            np.uint64
        )  # an arithmetic shift: the sign stays
        result = result ^ (found[pick] + _GOLDEN + (result << np.uint64(10)) + shifted)
    return (result % np.uint64(num_buckets or _LARGEST)).astype(np.int64)


def _joined(columns, picks):
    parts = [_as_text(values)[pick] for (values, _, _), pick in zip(columns, picks)]
    result = np.empty(len(picks[0]), object)
    result[:] = [_SEPARATOR.join(each) for each in zip(*parts)]
    return result


def _check_columns(operation, indices, shapes, dense_inputs):
    """The number of rows, which all columns must have."""
    if not shapes and not dense_inputs:
        raise errors.InvalidArgumentError(
            None, operation, "a cross needs at least one column, none was given"
        )
    for where in indices:
        if where.ndim != 2 or where.shape[1] != 2:
            raise errors.InvalidArgumentError(
                None,
                operation,
                f"columns to cross must be matrices: indices [n, 2] expected, got shape {where.shape}",
            )
    for dense in dense_inputs:
        if dense.ndim != 2:
            raise errors.InvalidArgumentError(
                None, operation, f"columns to cross must be matrices, got a dense one of shape {dense.shape}"
            )
    counts = [int(shape[0]) for shape in shapes] + [len(dense) for dense in dense_inputs]
    if len(set(counts)) > 1:
        raise errors.InvalidArgumentError(
            None, operation, f"columns to cross differ in their number of rows: {counts}"
        )
    return counts[0]


@host_op(
    "SparseCross",
    "indices: N*int64, values: [sparse_types], shapes: N*int64, dense_inputs: [dense_types] -> "
    "output_indices: int64, output_values: out_type, output_shape: int64",
    differentiable=False,
    types={"out_type": (dtypes.int64, dtypes.string)},
    shape=lambda op: [TensorShape([None, 2]), TensorShape([None]), TensorShape([2])],
)
def sparse_cross_op(
    run,
    indices,
    values,
    shapes,
    dense_inputs,
    *,
    hashed_output: bool,
    num_buckets: int,
    hash_key: int,
    out_type: DType,
    internal_type: DType,
):
    def hashed(columns, row, picks):
        return _hashed(columns, row, picks, num_buckets, hash_key)

    return _crossed(run, indices, values, shapes, dense_inputs, hashed if hashed_output else None)


@host_op(
    "SparseFeatureCross",
    "indices: N*int64, values: [sparse_types], shapes: N*int64, dense: [dense_types] -> "
    "output_indices: int64, output_values: out_type, output_shape: int64",
    differentiable=False,
    types={"out_type": (dtypes.int64, dtypes.string)},
    shape=lambda op: [TensorShape([None, 2]), TensorShape([None]), TensorShape([2])],
)
def sparse_feature_cross_op(
    run,
    indices,
    values,
    shapes,
    dense,
    *,
    hashed_output: bool,
    num_buckets: int,
    out_type: DType,
    internal_type: DType,
):
    def hashed(columns, row, picks):
        return _chained(columns, row, picks, num_buckets)

    return _crossed(run, indices, values, shapes, dense, hashed if hashed_output else None)


def _crossed(run, indices, values, shapes, dense_inputs, hashed):
    """The results of an operation that crosses columns; `hashed(columns, row, picks)` makes numbers, None joins strings."""
    rows = _check_columns(run.operation, indices, shapes, dense_inputs)
    columns = [_column_of_sparse(where, what, rows) for where, what in zip(indices, values)]
    columns += [_column_of_dense(matrix) for matrix in dense_inputs]
    row, picks = _combinations(columns, rows)
    result = hashed(columns, row, picks) if hashed else _joined(columns, picks)
    if all(counts is None for _, _, counts in columns):
        return all_places((rows, 1)), result, np.array([rows, min(rows, 1)], np.int64)
    counts = np.bincount(row, minlength=rows)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    places = np.stack([row, np.arange(len(row)) - first], axis=1).astype(np.int64)
    return places, result, np.array([rows, counts.max(initial=0)], np.int64)


def _cross(inputs, name, *, operation=sparse_cross_op, hashed_output, **attributes):
    if not isinstance(inputs, list):
        raise TypeError(f"Inputs must be a list of SparseTensors and Tensors, got {inputs!r}")
    for each in inputs:
        if not isinstance(each, SparseTensor | Tensor):
            raise TypeError(
                f"All inputs must be SparseTensors or Tensors, got {each!r} of type {type(each).__name__}"
            )
    sparse = [each for each in inputs if isinstance(each, SparseTensor)]
    values = [_as_crossable(each.values) for each in sparse]
    dense = [_as_crossable(each) for each in inputs if isinstance(each, Tensor)]
    only_text = all(each.dtype.base_dtype == dtypes.string for each in values + dense)
    places, result, shape = operation(
        [each.indices for each in sparse],
        values,
        [each.dense_shape for each in sparse],
        dense,
        hashed_output=hashed_output,
        out_type=dtypes.int64 if hashed_output else dtypes.string,
        internal_type=dtypes.string if only_text else dtypes.int64,
        name=name,
        **attributes,
    )
    return SparseTensor(places, result, shape)


def _as_crossable(values):
    return values if values.dtype.base_dtype == dtypes.string else math_ops.to_int64(values)


@public("sparse.cross", "python.ops.sparse_ops._sparse_cross")
def sparse_cross(inputs: list[Any], name: str | None = None) -> SparseTensor:
    """The combinations of the values of several columns, row by row, as strings joined by `_X_`.

    Args:
      inputs: a list of SparseTensors (in row-major order) and Tensors, all matrices of as many rows, of strings or
        integers. The sparse ones come first in the result.
      name: the operation's name.

    Returns:
      A SparseTensor of strings, `[rows, the greatest number of combinations]`; the last column changes fastest.

    Raises:
      TypeError: `inputs` is no list of tensors.
      InvalidArgumentError: in the run, for columns that are no matrices or differ in their number of rows.
    """
    return _cross(inputs, name, hashed_output=False, num_buckets=0, hash_key=_HASH_KEY)


@public("sparse.cross_hashed", "python.ops.sparse_ops._sparse_cross_hashed")
def sparse_cross_hashed(
    inputs: list[Any], num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> SparseTensor:
    """The combinations of the values of several columns, row by row, as fingerprints.

    Args:
      inputs: as for `sparse_cross`.
      num_buckets: results are modulo this; with 0 they are any int64 from 0 on.
      hash_key: an integer that the fingerprint starts with; TensorFlow's when None.
      name: the operation's name.

    Returns:
      A SparseTensor of int64; otherwise as for `sparse_cross`, and the same errors.
    """
    return _cross(inputs, name, hashed_output=True, num_buckets=num_buckets, hash_key=hash_key or _HASH_KEY)


def sparse_cross_chained(inputs: list[Any], num_buckets: int = 0, name: str | None = None) -> SparseTensor:
    """As `sparse_cross_hashed`, with the numbers of TensorFlow's first hash, which takes no key and collides more often."""
    return _cross(
        inputs, name, operation=sparse_feature_cross_op, hashed_output=True, num_buckets=num_buckets
    )
