"""Rows dealt out by number and put back: dynamic_partition, dynamic_stitch."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.gathering import gather
from evergraph.ops.array.reshaping import reshape
from evergraph.ops.array.shapes import shape
from evergraph.ops.array.static import dims_of
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import host_op

public_module("python.ops.array_ops")


def _partition_shape(operation):
    data, partitions = operation.input_tensors
    dims, outer = dims_of(data), dims_of(partitions)
    count = operation.attrs["num_partitions"]
    if dims is None or outer is None:
        return [unknown_shape()] * count
    if len(outer) > len(dims) or not as_shape(dims[: len(outer)]).is_compatible_with(partitions.shape):
        raise ValueError(
            f"DynamicPartition {operation.name!r}: the shape of data {data.shape} must start with "
            "that of partitions "
            f"{partitions.shape}"
        )
    return [as_shape((None, *dims[len(outer) :]))] * count


def _partition_gradient(operation, *gradients):
    data, partitions = operation.input_tensors
    prefix = shape(partitions)
    total = definition_named("Prod")(prefix, 0)
    numbers = reshape(definition_named("Range")(0, total, 1), prefix)
    places = dynamic_partition(numbers, partitions, operation.attrs["num_partitions"])
    return [reshape(dynamic_stitch(places, list(gradients)), shape(data)), None]


@host_op(
    "DynamicPartition",
    "data: T, partitions: int32 -> outputs: num_partitions*T",
    shape=_partition_shape,
    data_sized=True,
    gradient=_partition_gradient,
)
def dynamic_partition_op(data, partitions, *, num_partitions: int):
    if data.shape[: partitions.ndim] != partitions.shape:
        raise ValueError(
            f"the shape of data {list(data.shape)} must start with that of partitions "
            f"{list(partitions.shape)}"
        )
    bad = (partitions < 0) | (partitions >= num_partitions)
    if np.any(bad):
        where = np.argwhere(bad)[0].tolist()
        place = ",".join(map(str, where))
        raise ValueError(f"partitions[{place}] = {partitions[tuple(where)]} is not in [0, {num_partitions})")
    return [data[partitions == i] for i in range(num_partitions)]


@public("dynamic_partition", "python.ops.data_flow_ops.dynamic_partition")
def dynamic_partition(
    data: TensorLike, partitions: TensorLike, num_partitions: int, name: str | None = None
) -> list[Tensor]:
    """The slices of `data` dealt out to `num_partitions` tensors.

    Args:
      data: a tensor whose shape starts with that of `partitions`.
      partitions: an int32 tensor, the number of the tensor each slice goes to.
      num_partitions: an integer.
      name: the operation's name.

    Returns:
      A list of tensors `[n_i, ...]`.

    InvalidArgumentError when a number is out of range at run time.
    """
    return dynamic_partition_op(data, partitions, num_partitions=num_partitions, name=name)


def _stitch_shape(operation):
    count = operation.attrs["N"]
    indices, data = operation.input_tensors[:count], operation.input_tensors[count:]
    tail = unknown_shape()
    for index, part in zip(indices, data):
        outer, dims = dims_of(index), dims_of(part)
        if outer is None or dims is None:
            continue
        if not as_shape(dims[: len(outer)]).is_compatible_with(index.shape):
            raise ValueError(
                f"{operation.type} {operation.name!r}: the shape of data {part.shape} must start with "
                "that of its indices "
                f"{index.shape}"
            )
        tail = tail.merge_with(as_shape(dims[len(outer) :]))
    known: list[Any] = [constant_value(index) for index in indices]
    size = (
        None
        if any(k is None for k in known)
        else max((int(k.max()) for k in known if k.size), default=-1) + 1
    )
    return as_shape([size]).concatenate(tail)


def _stitch_gradient(operation, gradient):
    count = operation.attrs["N"]
    indices = operation.input_tensors[:count]
    return [None] * count + [gather(gradient, index) for index in indices]


def _stitch(indices, data):
    size = max((int(i.max()) for i in indices if i.size), default=-1) + 1
    first = next(zip(indices, data))
    tail = first[1].shape[first[0].ndim :]
    merged = (
        np.full((size, *tail), b"", object)
        if data[0].dtype == object
        else np.zeros((size, *tail), data[0].dtype)
    )
    for index, part in zip(indices, data):
        if index.size and index.min() < 0:
            raise ValueError(f"indices {index.tolist()} must not be negative")
        merged[index.reshape(-1)] = part.reshape(index.size, *tail)
    return merged


dynamic_stitch_op = host_op(
    "DynamicStitch",
    "indices: N*int32, data: N*T -> merged: T",
    shape=_stitch_shape,
    gradient=_stitch_gradient,
)(_stitch)
parallel_dynamic_stitch_op = host_op(
    "ParallelDynamicStitch",
    "indices: N*int32, data: N*T -> merged: T",
    shape=_stitch_shape,
    gradient=_stitch_gradient,
)(_stitch)


@public("dynamic_stitch", "python.ops.data_flow_ops.dynamic_stitch")
def dynamic_stitch(
    indices: Sequence[TensorLike], data: Sequence[TensorLike], name: str | None = None
) -> Tensor:
    """Puts slices together: `merged[indices[m][i, ...]] = data[m][i, ...]`; of equal indices the last counts.

    Args:
      indices: a list of int32 tensors.
      data: a list of tensors, each of whose shapes starts with that of its indices.
      name: the operation's name.

    Returns:
      A tensor `[max(indices) + 1, ...]`.
    """
    return dynamic_stitch_op(indices, data, name=name)


@public()
def parallel_dynamic_stitch(
    indices: Sequence[TensorLike], data: Sequence[TensorLike], name: str | None = None
) -> Tensor:
    """`dynamic_stitch` for indices that are all different."""
    return parallel_dynamic_stitch_op(indices, data, name=name)
