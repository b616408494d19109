"""Indexing: `tensor[key]` and `variable[key]` as strided slices."""

from typing import Any, SupportsIndex, TypeGuard

import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import dimension_value
from evergraph.framework.tensor import Tensor
from evergraph.ops.array.slice_specs import MASKS
from evergraph.ops.array.slicing import strided_slice
from evergraph.ops.array.stacking import stack
from evergraph.ops.constants import constant

public_module("python.ops.array_ops")

newaxis = public("newaxis")(None)


@registry.register_function("getitem")
def getitem(tensor: Tensor, key: Any) -> Tensor:
    """`tensor[key]` with integers, slices, `...`, `tf.newaxis` and integer scalars.

    Raises:
      TypeError: an entry of `key` is something else.
      ValueError: it is known to be out of bounds.
    """
    return _sliced(tensor, key, None)


@registry.register_function("variable_getitem")
def variable_getitem(variable: Any, key: Any) -> Tensor:
    """`variable[key]`: a tensor with a method `assign` that changes that part of the variable."""
    return _sliced(convert_to_tensor(variable), key, variable)


def _sliced(tensor, key, variable):
    entries = key if isinstance(key, (list, tuple)) else [key]
    begin, end, strides = [], [], []
    masks: dict[str, Any] = dict.fromkeys(MASKS, 0)
    for i, entry in enumerate(entries):
        start, stop, step, bits = _entry(entry)
        begin.append(start)
        end.append(stop)
        strides.append(step)
        for mask in bits:
            masks[mask] |= 1 << i
    with name_scope(None, "strided_slice", [tensor, *begin, *end, *strides]) as scope:
        vectors: list[Any] = [_vector(values) for values in (begin, end, strides)]
        if any(v.dtype.base_dtype == dtypes.int64 for v in vectors):
            cast = definition_named("Cast")
            vectors = [
                v if v.dtype.base_dtype == dtypes.int64 else cast(v, DstT=dtypes.int64) for v in vectors
            ]
        begin, end, strides = vectors
        return strided_slice(tensor, begin, end, strides, **masks, var=variable, name=scope)


def _entry(entry):
    """(begin, end, stride, masks whose bit is set) of one entry of an index."""
    if isinstance(entry, slice):
        bits = [m for m, v in (("begin_mask", entry.start), ("end_mask", entry.stop)) if _is_open(v)]
        start, stop = (0 if _is_open(v) else _whole(v) for v in (entry.start, entry.stop))
        return start, stop, 1 if entry.step is None else _whole(entry.step), bits
    if entry is Ellipsis:
        return 0, 0, 1, ["ellipsis_mask"]
    if entry is None:
        return 0, 0, 1, ["new_axis_mask"]
    start = _whole(entry)
    return start, start + 1, 1, ["shrink_axis_mask"]  # the end is never read, but TensorFlow's graph has it


def _is_open(end):
    return end is None or isinstance(end, int) and end == 2**63 - 1


def _whole(value) -> Any:
    """An index that is a Python or NumPy integer, a known Dimension, or an integer tensor.

    Raises:
      TypeError: it is none of these.
    """
    if isinstance(value, (bool, np.bool_, str, bytes, float)):
        kind = {bool: "bool", np.bool_: "bool", float: "float32"}.get(type(value), "string")
        raise TypeError(
            f"Value passed to parameter 'begin' has DataType {kind} not in list of allowed values: int32, int64. Only "
            f"integers, slices, `...`, tf.newaxis and integer scalars index a tensor; got {value!r}"
        )
    if hasattr(value, "dtype") and not isinstance(value, (np.ndarray, np.generic)):
        dtype = dtypes.as_dtype(value.dtype).base_dtype
        if not dtype.is_integer:
            raise TypeError(f"an index must be of an integer dtype, got {value} of dtype {dtype.name}")
        return value
    return (
        dimension_value(value)
        if hasattr(value, "value")
        else value.__index__()
        if _is_integer(value)
        else value
    )


def _is_integer(value) -> TypeGuard[SupportsIndex]:
    return hasattr(value, "__index__") and np.ndim(value) == 0


def _vector(values):
    if not values:
        return constant([], dtypes.int32)
    return stack(values)
