"""Partitioners: into how many parts `get_variable` cuts a variable along each axis."""

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any

from evergraph.framework import dtypes, logging
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import DTypeLike
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.scope import variable_scope
from evergraph.ops.variables.scope_object import get_variable_scope
from evergraph.ops.variables.store import default_variable_store

public_module("python.ops.partitioned_variables")


def _element_size(dtype, bytes_per_string_element):
    return bytes_per_string_element if dtype.base_dtype == dtypes.string else dtype.size


@public("fixed_size_partitioner")
def fixed_size_partitioner(num_shards: int, axis: int = 0) -> Callable[..., list[int]]:
    """A partitioner that cuts `axis` into `num_shards` parts (at most one for each of its elements)."""

    def partitioner(shape, **unused_args):
        partitions = [1] * len(shape)
        partitions[axis] = min(num_shards, shape[axis].value)
        return partitions

    return partitioner


@public("variable_axis_size_partitioner")
def variable_axis_size_partitioner(
    max_shard_bytes: int, axis: int = 0, bytes_per_string_element: int = 16, max_shards: int | None = None
) -> Callable[..., list[int]]:
    """A partitioner that cuts `axis` so that no part has more than `max_shard_bytes` (or one row each).

    Args:
      max_shard_bytes: the most bytes a part should have.
      axis: the axis to cut.
      bytes_per_string_element: what an element of a string variable counts for.
      max_shards: the most parts, whatever their size.

    Raises:
      ValueError: a number that is not positive; when called, a shape that is not fully defined or no DType.
    """
    if max_shard_bytes < 1 or bytes_per_string_element < 1:
        raise ValueError(
            "max_shard_bytes and bytes_per_string_element must be positive, got "
            f"{max_shard_bytes} and {bytes_per_string_element}"
        )
    if max_shards and max_shards < 1:
        raise ValueError(f"max_shards must be positive, got {max_shards}")

    def partitioner(shape, dtype):
        if not isinstance(shape, TensorShape) or not shape.is_fully_defined():
            raise ValueError(f"a partitioner needs a fully defined TensorShape, got {shape!r}")
        if not isinstance(dtype, dtypes.DType):
            raise ValueError(f"a partitioner needs a DType, got {dtype!r}")
        sizes = shape.as_list()
        size = sizes[axis]
        row_bytes = math.prod(sizes) / size * _element_size(dtype, bytes_per_string_element)
        rows_in_part = max(1, math.floor(max_shard_bytes / row_bytes))
        count = math.ceil(size / rows_in_part)
        partitions = [1] * len(sizes)
        partitions[axis] = min(max_shards, count) if max_shards else count
        return partitions

    return partitioner


@public("min_max_variable_partitioner")
def min_max_variable_partitioner(
    max_partitions: int = 1,
    axis: int = 0,
    min_slice_size: int = 256 << 10,
    bytes_per_string_element: int = 16,
) -> Callable[..., list[int]]:
    """A partitioner that cuts `axis` into parts of at least `min_slice_size` bytes, at most `max_partitions`.

    Args:
      max_partitions: the most parts.
      axis: the axis to cut; ValueError (when called) if the shape does not have it.
      min_slice_size: the fewest bytes a part should have.
      bytes_per_string_element: what an element of a string variable counts for.
    """

    def partitioner(shape, dtype):
        if axis >= len(shape):
            raise ValueError(
                f"a variable of shape {shape} cannot be cut along axis {axis}: it has no such axis"
            )
        total = shape.num_elements() * _element_size(dtype, bytes_per_string_element)
        partitions = [1] * len(shape)
        partitions[axis] = max(1, min(shape[axis].value, max_partitions, math.ceil(total / min_slice_size)))
        return partitions

    return partitioner


@public("create_partitioned_variables")
def create_partitioned_variables(
    shape: Sequence[int],
    slicing: Sequence[int],
    initializer: Any,
    dtype: DTypeLike = dtypes.float32,
    trainable: bool = True,
    collections: Collection[str] | None = None,
    name: str | None = None,
    reuse: Any = None,
) -> list[Variable]:
    """The parts of a variable, as a list.  Deprecated: use `get_variable` with a partitioner.

    Args:
      shape: the sizes of the whole.
      slicing: the number of parts along each axis; more than one for one axis at most.
      initializer, dtype, trainable, collections, reuse: as for `get_variable`.
      name: the name of the whole; "PartitionedVariable" when None.

    Raises:
      ValueError: `shape` and `slicing` differ in length or are empty.
    """
    logging.log_first_n(
        logging.WARN,
        "tf.create_partitioned_variables is deprecated: use tf.get_variable with a partitioner",
        1,
    )
    if len(shape) != len(slicing):
        raise ValueError(f"shape {shape} and slicing {slicing} differ in length")
    if len(shape) < 1:
        raise ValueError(f"a partitioned variable must have rank at least 1, got shape {shape}")
    with variable_scope(name, "PartitionedVariable", reuse=reuse):
        return list(
            get_variable_scope()._get_partitioned_variable(
                default_variable_store(),
                None,
                shape=shape,
                dtype=dtype,
                initializer=initializer,
                trainable=trainable,
                partitioner=lambda **_: slicing,
                collections=collections,
            )
        )
