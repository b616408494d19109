"""Python values to NumPy arrays, by TensorFlow's rules for the dtype.

`to_numpy` makes constants and is strict; `feed_to_numpy` makes feeds, where the placeholder's dtype rules.
Strings become object arrays of bytes.
"""

from __future__ import annotations

import math
import re
import reprlib
from collections.abc import Iterator

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.dtypes import DType, as_dtype
from evergraph.framework.shapes import Dimension, TensorShape

_INT32_MIN, _INT32_MAX = -(2**31), 2**31 - 1
_NESTED = (list, tuple, range)
_SCALARS = (bool, int, float, complex)


def to_numpy(value, dtype=None, shape=None) -> np.ndarray:
    """The array that a constant of this value holds.

    Without a dtype, Python ints become int32 (int64 when they do not fit), floats float32, complex numbers
    complex128, str and bytes string; NumPy arrays and scalars keep their own. With a dtype, Python values
    must suit it (no float for an integer type), while NumPy values are cast. Integers that overflow wrap.

    Args:
      value: a Python or NumPy scalar, nested lists of them, an array or what has `__array__`, a fully defined
        TensorShape, a Dimension.
      dtype: a DType or what `as_dtype` takes; None to infer it.
      shape: the result's shape. A single element fills it, fewer elements are followed by copies of the last.

    Returns:
      An array whose dtype is the dtype's `as_numpy_dtype`. Read-only when it was filled from one element.

    Raises:
      ValueError: None, ragged lists, more elements than `shape` holds.
      TypeError: values that have no dtype or do not suit the one given.
    """
    kind = type(value)
    if shape is None and kind in _SCALARS and dtype is None:
        return _infer_scalar(value)
    if dtype is not None:
        dtype = as_dtype(dtype).base_dtype
        if shape is None and (kind is float or kind is int):
            array = _cast_scalar(value, kind, dtype)
            if array is not None:
                return array
    if shape is not None:
        shape = _as_int_shape(shape)
        if math.prod(shape) == 0 and not _is_array(value) and value is not None:
            return np.empty(shape, np.float32 if dtype is None else dtype.as_numpy_dtype)
    array = _to_array(value, dtype)
    return array if shape is None else fit_to_shape(array, shape)


def feed_to_numpy(value, dtype) -> np.ndarray:
    """The array of `dtype` that feeding `value` gives: numbers are cast as NumPy casts them, lists may hold
    arrays. It is `value` itself, not a copy, where that is such an array.

    Raises:
      ValueError: None, or ragged lists.
      TypeError: values that cannot be cast, such as a number for a string, or an int that overflows `dtype`.
    """
    dtype = as_dtype(dtype).base_dtype
    if value is None:
        raise ValueError("None values not supported.")
    if dtype is dtypes.string:
        if not _is_array(value):
            value = _strings_from(value) if _first_leaf_is_text(value) else np.asarray(value, dtype=object)
        return _encode(np.asarray(value))
    storage = _numpy_type(dtype)
    if type(value) is int and dtype.is_integer:
        limits = np.iinfo(storage)
        if not limits.min <= value <= limits.max:
            raise TypeError(
                f"The fed value {value} does not fit {dtype.name}, which holds {limits.min} to {limits.max}."
            )
    return np.asarray(value, dtype=storage)


def fit_to_shape(array: np.ndarray, shape) -> np.ndarray:
    """`array` with its elements laid out in `shape`, the last one repeated where there are too few.

    Raises ValueError when there are too many.
    """
    shape = _as_int_shape(shape)
    size = math.prod(shape)
    if array.size == size or size == 0 and array.ndim == 0:
        return array.reshape(shape) if size else np.empty(shape, array.dtype)
    if array.size > size:
        raise ValueError(
            f"Too many elements provided. Needed at most {size}, for shape {list(shape)}, but received "
            f"{array.size}, in shape {list(array.shape)}."
        )
    if array.size == 1:
        # No memory for what is all the same: a large tf.zeros costs as much as a small one.
        return np.broadcast_to(array.reshape(()), shape)
    fill = array.reshape(-1)[-1] if array.size else (b"" if array.dtype == object else 0)
    filled = np.full(size, fill, dtype=array.dtype)
    filled[: array.size] = array.reshape(-1)
    return filled.reshape(shape)


def _as_int_shape(shape) -> tuple[int, ...]:
    if isinstance(shape, TensorShape):
        shape.assert_is_fully_defined()
        return tuple(shape.as_list())
    if isinstance(shape, (int, np.integer, Dimension)):
        return (int(shape),)
    return tuple(int(size) for size in shape)


def _numpy_type(dtype: DType) -> np.dtype:
    if not dtype.is_numpy_compatible:
        raise TypeError(f"A value of type {dtype.name} cannot be made from Python or NumPy values.")
    return np.dtype(dtype.as_numpy_dtype)


def _is_array(value) -> bool:
    if isinstance(value, (np.ndarray, np.generic)):
        return not isinstance(value, (str, bytes))
    if isinstance(value, type):
        return False
    return callable(getattr(value, "__array__", None)) or hasattr(value, "__array_interface__")


def _infer_scalar(value) -> np.ndarray:
    kind = type(value)
    if kind is float:
        return np.array(value, np.float32)
    if kind is int:
        if _INT32_MIN <= value <= _INT32_MAX:
            return np.array(value, np.int32)
        array = np.array(value)
        if array.dtype == object:
            raise TypeError(f"The integer {value} fits neither int64 nor uint64.")
        return array
    return np.array(value)


def _cast_scalar(value, kind: type, dtype: DType) -> np.ndarray | None:
    """The quick way for the most common constants; None where the general one has to decide."""
    if dtype.is_floating:
        try:
            return np.array(value, dtype.storage_dtype)
        except OverflowError:
            return None
    if kind is int and dtype.is_integer and 0 <= value <= 127:
        return np.array(value, dtype.storage_dtype)
    return None


def _to_array(value, dtype: DType | None) -> np.ndarray:
    if value is None:
        raise ValueError("None values not supported.")
    if isinstance(value, (str, bytes)):
        if dtype is not None:
            _require(dtype is dtypes.string, dtype, value)
        return _string_scalar(value)
    if isinstance(value, TensorShape):
        value = _as_int_shape(value)
        if not value and dtype is None:
            dtype = dtypes.int32
    elif isinstance(value, Dimension):
        value = int(value)
    if _is_array(value):
        return _cast_array(np.asarray(value), dtype)
    if dtype is dtypes.string or (dtype is None and _first_leaf_is_text(value)):
        return _strings_from(value)
    if dtype is not None and dtype.is_quantized:
        return _quantized_from(value, dtype)
    return _numbers_from(value, dtype)


def _cast_array(array: np.ndarray, dtype: DType | None) -> np.ndarray:
    found = as_dtype(array.dtype)
    if dtype is None:
        dtype = found
    if dtype is dtypes.string:
        return _encode(array)
    target = _numpy_type(dtype)
    return array if array.dtype == target and array.dtype.isnative else array.astype(target)


def _numbers_from(value, dtype: DType | None) -> np.ndarray:
    """The array of nested lists of numbers or of a single one."""
    array = _dense_array(value)
    if array.dtype == object:
        # Dimensions, and integers that no NumPy type holds.
        array = _dense_array(_replace_dimensions(value))
    if dtype is None:
        return _narrow(array, value)
    target = _numpy_type(dtype)
    if array.size and not _suits(array.dtype, dtype):
        for leaf in _leaves(value):
            _require(_suits(np.asarray(_replace_dimensions(leaf)).dtype, dtype), dtype, leaf)
        array = np.array(value, dtype=object)
    return array.astype(target, copy=False)


def _narrow(array: np.ndarray, value) -> np.ndarray:
    """Applies TensorFlow's preference for 32 bits."""
    if array.dtype == np.float64:
        return array.astype(np.float32)
    if array.dtype == np.int64:
        fits = not array.size or (array.min() >= _INT32_MIN and array.max() <= _INT32_MAX)
        return array.astype(np.int32) if fits else array
    if array.dtype.kind in "OUS":
        raise TypeError(
            f"Failed to convert elements of {reprlib.repr(value)}, a {type(value).__name__}, to a tensor: "
            f"they have no common data type. Allowed are numbers, bools, or strings; cast the elements."
        )
    as_dtype(array.dtype)
    return array


def _dense_array(value) -> np.ndarray:
    wanted = _nested_shape(value)
    try:
        array = np.array(value)
    except ValueError as error:
        raise _not_dense(value) from error
    if array.shape != wanted:
        raise ValueError(
            f"Argument must be a dense tensor: {reprlib.repr(value)} - got shape {list(array.shape)}, "
            f"but wanted {list(wanted)}. Stack arrays with np.stack or tf.stack first."
        )
    return array


def _not_dense(value) -> ValueError:
    kind = "with mixed types: elements beside lists" if _is_mixed(value) else "with lists of unequal length"
    return ValueError(
        f"Argument must be a dense tensor: {reprlib.repr(value)} is a non-rectangular Python sequence {kind}."
    )


def _is_mixed(value) -> bool:
    """Whether one of nested lists holds lists and what is none."""
    lists = [child for child in value if isinstance(child, _NESTED)]
    return 0 < len(lists) < len(value) or any(map(_is_mixed, lists))


def _nested_shape(value) -> tuple[int, ...]:
    sizes = []
    while isinstance(value, _NESTED):
        sizes.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(sizes)


def _leaves(value) -> Iterator:
    if isinstance(value, _NESTED):
        for child in value:
            yield from _leaves(child)
    else:
        yield value


def _first_leaf_is_text(value) -> bool:
    while isinstance(value, _NESTED) and len(value):
        value = value[0]
    return isinstance(value, (str, bytes))


def _replace_dimensions(value):
    if isinstance(value, Dimension):
        return int(value)
    return [_replace_dimensions(child) for child in value] if isinstance(value, (list, tuple)) else value


def _suits(numpy_dtype: np.dtype, dtype: DType) -> bool:
    """Whether Python values that NumPy gives this type may become a constant of `dtype`."""
    if numpy_dtype.kind in "OUSMm":
        return False
    found = as_dtype(numpy_dtype)
    if dtype is dtypes.bool or found is dtypes.bool:
        return found is dtypes.bool
    if dtype.is_integer or dtype.is_quantized:
        return found.is_integer
    return found.is_integer or found.is_floating or (found.is_complex and dtype.is_complex)


def _require(suits: bool, dtype: DType, leaf) -> None:
    if not suits:
        raise TypeError(f"Expected {dtype.name}, got {leaf!r} of type '{type(leaf).__name__}' instead.")


def _quantized_from(value, dtype: DType) -> np.ndarray:
    for leaf in _leaves(value):
        _require(_suits(np.asarray(leaf).dtype, dtype), dtype, leaf)
    # NumPy reads the innermost tuples, `[(1,), (2,)]`, as the one-field records of quantized types.
    return np.array(value, dtype=_numpy_type(dtype))


def _string_scalar(value) -> np.ndarray:
    array = np.empty((), object)
    array[()] = _as_bytes(value)
    return array


def _strings_from(value) -> np.ndarray:
    """The array of nested lists of text; not through NumPy's string types, which trim trailing nulls."""
    shape = _nested_shape(value)
    flat = []
    for leaf in _leaves(value):
        _require(isinstance(leaf, (str, bytes)), dtypes.string, leaf)
        flat.append(_as_bytes(leaf))
    if not _is_dense(value, shape):
        raise _not_dense(value)
    array = np.empty(len(flat), object)
    array[:] = flat
    return array.reshape(shape)


def _is_dense(value, shape: tuple[int, ...]) -> bool:
    if not shape:
        return not isinstance(value, _NESTED)
    if not isinstance(value, _NESTED) or len(value) != shape[0]:
        return False
    return all(_is_dense(child, shape[1:]) for child in value)


def _encode(array: np.ndarray) -> np.ndarray:
    """An array of text or of objects that are text, as an object array of bytes."""
    if array.dtype.kind == "U" and array.size and array.dtype.itemsize and array.dtype.isnative:
        codes = np.ascontiguousarray(array).reshape(-1, 1).view(np.uint32)
        if codes.max() < 128:  # ASCII: one byte each
            return codes.astype(np.uint8).view(f"S{codes.shape[1]}").astype(object).reshape(array.shape)
    encoded = np.empty(array.size, object)
    encoded[:] = [e if type(e) is bytes else _as_bytes(e) for e in array.reshape(-1).tolist()]
    return encoded.reshape(array.shape)


def _as_bytes(element) -> bytes:
    if isinstance(element, str):
        return str(element).encode()
    if isinstance(element, bytes):
        return bytes(element)
    raise TypeError(f"Expected binary or unicode string, got {element!r} of type '{type(element).__name__}'.")


def shown(array) -> str:
    """An array in a message: its first ten elements."""
    array = np.asarray(array)
    flat = " ".join(str(x) for x in array.ravel()[:10])
    more = "..." if array.size > 10 else ""
    return f"{flat}{more}" if array.ndim == 0 else f"[{flat}{more}]"


class Shown:
    """An array as messages show it: "{}" its first ten elements.

    Of the first element that is not in [0, 4): "{:outside 4}" is "[2] = 7", "{:place 4}" 2, "{:wrong 4}" 7.
    """

    def __init__(self, array) -> None:
        self.array = np.asarray(array)

    def __format__(self, spec: str) -> str:
        if not spec:
            return shown(self.array)
        what, size = spec.split()
        where = np.argwhere((self.array < 0) | (self.array >= int(size)))[0].tolist()
        place, wrong = ",".join(map(str, where)), str(self.array[tuple(where)])
        if what == "outside":
            return f"[{place}] = {wrong}" if where else f" = {wrong}"
        return place if what == "place" else wrong


def without_arrays(message: str) -> str:
    """A message in which "..." stands for the arrays that it would show."""
    return re.sub(r"\{\d(:[^}]*)?\}", lambda found: " = ..." if "outside" in found[0] else "...", message)


_ALIGNMENT = (
    64  # bytes: XLA takes arrays as they are where these begin at a multiple of it, and copies others
)
_WORTH_ALIGNING = 1 << 13  # bytes


def aligned_copy(array):
    """A copy that the device takes without copying once more."""
    if array.nbytes < _WORTH_ALIGNING or array.dtype.hasobject:
        return array.copy()
    memory = np.empty(array.nbytes + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    copied = np.ndarray(array.shape, array.dtype, memory, start)
    copied[...] = array
    return copied
