"""What `padded_batch` is told: the shapes to pad to, and what to pad with."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.data import nest
from evergraph.data.elements import Elements
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.framework.tensor import Tensor
from evergraph.ops.inference import constant_value_as_shape


def padding_tensors(
    elements: Elements, padded_shapes: Any, padding_values: Any
) -> tuple[Elements, list[Tensor], list[Tensor]]:
    """(Elements of the batches, an int64 vector for each component's shape, a scalar to pad it with).

    Raises:
      TypeError: sparse components, or a padding value of another dtype.
      ValueError: a padding value that is no scalar, or another structure.
    """
    if SparseTensor in nest.flatten(elements.classes):
        raise TypeError("Batching of padded sparse tensors is not currently supported")
    if padding_values is None:
        padding_values = nest.map_structure(_zero, elements.types)
    shapes = [_shape_tensor(s) for s in nest.flatten_up_to(elements.shapes, padded_shapes)]
    values = [
        _value_tensor(v, t)
        for v, t in zip(nest.flatten_up_to(elements.shapes, padding_values), nest.flatten(elements.types))
    ]
    known = [TensorShape([None]).concatenate(constant_value_as_shape(s)) for s in shapes]
    batches = Elements(elements.types, nest.pack_sequence_as(elements.shapes, known), elements.classes)
    return batches, shapes, values


def _zero(dtype):
    if dtype.base_dtype == dtypes.string:
        return ""
    if dtype.base_dtype == dtypes.variant:
        raise TypeError("Unable to create padding for field of type 'variant'")
    return np.zeros((), dtype.as_numpy_dtype)


def _shape_tensor(shape):
    try:
        sizes = [-1 if d is None else d for d in as_shape(shape).as_list()]
    except (TypeError, ValueError):
        return convert_to_tensor(shape, dtypes.int64)
    return convert_to_tensor(np.array(sizes, np.int64), dtypes.int64)


def _value_tensor(value, dtype):
    tensor = convert_to_tensor(value, name="padding_value")
    if not tensor.shape.is_compatible_with([]):
        raise ValueError(f"Padding value should be a scalar, but is not: {tensor}")
    if tensor.dtype != dtype:
        raise TypeError(f"Padding value tensor ({tensor}) does not match output type: {dtype}")
    return tensor
