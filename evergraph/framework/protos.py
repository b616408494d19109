"""Arrays and attribute values as protocol messages: TensorProto and AttrValue."""

from __future__ import annotations

from typing import Any

import numpy as np
from tensorboard.compat.proto.attr_value_pb2 import AttrValue, NameAttrList
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

from evergraph.framework import dtypes
from evergraph.framework.dtypes import DType, as_dtype
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.framework.values import fit_to_shape, to_numpy

public_module("python.framework.tensor_util")

# No protocol message may be larger.
_LARGEST_CONTENT = 2**31 - 1

# The types whose raw bytes TensorFlow writes as `tensor_content`, from two elements on.
_CONTENT_TYPES = frozenset(
    [dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64]
    + [dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.uint8, dtypes.uint32, dtypes.uint64]
    + [dtype for dtype in dtypes.QUANTIZED_DTYPES if not dtype._is_ref_dtype]
)

# dtype: the repeated field of TensorProto that holds its elements one by one.
_FIELDS = {
    dtypes.float16: "half_val",
    dtypes.bfloat16: "half_val",
    dtypes.float32: "float_val",
    dtypes.float64: "double_val",
    dtypes.complex64: "scomplex_val",
    dtypes.complex128: "dcomplex_val",
    dtypes.bool: "bool_val",
    dtypes.string: "string_val",
    dtypes.int64: "int64_val",
    dtypes.uint32: "uint32_val",
    dtypes.uint64: "uint64_val",
} | {
    dtype: "int_val"
    for dtype in (dtypes.int8, dtypes.int16, dtypes.int32, dtypes.uint8, dtypes.uint16)
    + (dtypes.qint8, dtypes.qint16, dtypes.qint32, dtypes.quint8, dtypes.quint16)
}


@public("make_tensor_proto")
def make_tensor_proto(
    values: Any, dtype: DTypeLike = None, shape: ShapeLike = None, verify_shape: bool = False
) -> TensorProto:
    """A TensorProto holding `values`.

    Args:
      values: what `to_numpy` takes. A TensorProto is returned as it is, whatever the other arguments.
      dtype: a DType or what `as_dtype` takes; None to infer it as `to_numpy` does.
      shape: sizes; where `values` has fewer elements, the last one is repeated. What is one element
        everywhere is stored once.
      verify_shape: demand that `values` has exactly this shape.

    Raises:
      TypeError: values without a dtype or not suiting the given one; not of the shape with `verify_shape`.
      ValueError: None, ragged lists, more elements than `shape` holds, 2 GB or more.
    """
    if isinstance(values, TensorProto):
        return values
    if verify_shape and shape is not None:
        wanted, got = tuple(as_shape(shape).as_list()), to_numpy(values, dtype).shape
        if wanted != got:
            raise TypeError(f"Expected Tensor's shape: {wanted}, got {got}.")
    array = to_numpy(values, dtype, shape)
    shape = array.shape
    if array.size > 1 and not any(array.strides):
        # One element in every place, as `fit_to_shape` makes it.
        array = array[(slice(1),) * array.ndim]
    return _encode(array, TensorShape(shape))


def _encode(array: np.ndarray, shape: TensorShape) -> TensorProto:
    dtype = as_dtype(array.dtype)
    proto = TensorProto(dtype=dtype.as_datatype_enum, tensor_shape=shape.as_proto())
    if array.nbytes > _LARGEST_CONTENT:
        raise ValueError(
            f"Cannot create a tensor proto whose content is larger than 2GB: shape {shape} of {dtype.name} "
            f"has {array.nbytes} bytes."
        )
    if dtype in _CONTENT_TYPES and array.size == shape.num_elements() and array.size > 1:
        proto.tensor_content = array.tobytes()
        return proto
    flat = np.ascontiguousarray(array).reshape(-1)
    if dtype in (dtypes.float16, dtypes.bfloat16):
        flat = flat.view(np.uint16)
    elif dtype.is_complex:
        flat = flat.view(dtype.real_dtype.as_numpy_dtype)
    elif dtype.is_quantized:
        flat = flat.view(dtype.storage_dtype)
    getattr(proto, _FIELDS[dtype]).extend(flat.tolist())
    return proto


@public("python.framework.tensor_util.ShapeEquals")
def has_shape(tensor_proto: TensorProto, shape: Any) -> bool:
    """Whether a TensorProto is of a shape: a list or tuple of sizes, or a TensorShapeProto.

    Raises:
      TypeError: an argument of another kind.
    """
    if not isinstance(tensor_proto, TensorProto):
        raise TypeError(f"tensor_proto is not a TensorProto: {tensor_proto!r}")
    if isinstance(shape, TensorShapeProto):
        shape = [dim.size for dim in shape.dim]
    elif not isinstance(shape, (list, tuple)):
        raise TypeError(f"shape is not a list or tuple: {shape!r}")
    return [dim.size for dim in tensor_proto.tensor_shape.dim] == list(shape)


@public("make_ndarray")
def make_ndarray(tensor: TensorProto) -> np.ndarray:
    """The array in a TensorProto; a new one, strings as an object array of bytes.

    Raises:
      TypeError: the proto's data type has no array form (resources and variants).
      ValueError: the content does not fill the shape.
    """
    dtype = as_dtype(tensor.dtype).base_dtype
    shape = tuple(dim.size for dim in tensor.tensor_shape.dim)
    target = np.dtype(dtype.as_numpy_dtype)
    if tensor.tensor_content:
        if dtype is dtypes.string:
            raise TypeError("Strings packed in tensor_content cannot be read; string_val is expected.")
        return np.frombuffer(tensor.tensor_content, dtype=target).copy().reshape(shape)
    elements = getattr(tensor, _FIELDS[dtype])
    if dtype is dtypes.string:
        flat = np.empty(len(elements), object)
        flat[:] = list(elements)
    elif dtype in (dtypes.float16, dtypes.bfloat16):
        flat = np.array(elements, np.uint16).view(target)
    elif dtype.is_complex:
        flat = np.array(elements, dtype.real_dtype.as_numpy_dtype).view(target)
    else:
        flat = np.array(elements, dtype.storage_dtype).view(target)
    whole = fit_to_shape(flat, shape)
    return whole if whole.flags.writeable else whole.copy()


MakeNdarray = make_ndarray
public()(MakeNdarray)


# kind of attribute: (field of AttrValue and of its ListValue, Python value to field, field to Python value)
_KINDS = {
    "int": ("i", int, int),
    "float": ("f", float, float),
    "bool": ("b", bool, bool),
    "string": ("s", lambda value: value.encode() if isinstance(value, str) else bytes(value), bytes),
    "type": ("type", lambda value: as_dtype(value).as_datatype_enum, as_dtype),
    "shape": ("shape", lambda value: as_shape(value).as_proto(), TensorShape),
    "tensor": ("tensor", make_tensor_proto, make_ndarray),
    "func": ("func", lambda value: value, lambda value: value),
}
_KIND_OF_FIELD = {field: kind for kind, (field, _, _) in _KINDS.items()}


def _infer_kind(value) -> str:
    # bool before int, of which it is a subclass.
    for types, kind in (
        (bool, "bool"),
        ((int, np.integer), "int"),
        ((float, np.floating), "float"),
        ((str, bytes), "string"),
        (DType, "type"),
        (TensorShape, "shape"),
        ((np.ndarray, TensorProto), "tensor"),
        (NameAttrList, "func"),
    ):
        if isinstance(value, types):
            return kind
    raise TypeError(f"No attribute kind is known for {value!r} of type {type(value).__name__}.")


@public()
def to_attr_value(value: Any, kind: str | None = None) -> AttrValue:
    """An AttrValue.

    Args:
      value: an int, float, bool, str or bytes, DType, TensorShape, array, NameAttrList, or a list of these.
      kind: as in an OpDef: "int", "float", "bool", "string", "type", "shape", "tensor", "func", or
        "list(int)" and so on. None tells it from the value; an empty list needs it only to be precise.

    Raises:
      TypeError: a value that no kind fits. ValueError: an unknown kind.
    """
    if kind is None:
        if not isinstance(value, (list, tuple)):
            kind = _infer_kind(value)
        elif not value:
            return AttrValue(list=AttrValue.ListValue())
        else:
            kinds = {_infer_kind(one) for one in value}
            if kinds == {"int", "float"}:
                kinds = {"float"}
            if len(kinds) > 1:
                raise TypeError(f"The values of a list attribute must be of one kind, got {value!r}.")
            kind = f"list({kinds.pop()})"
    is_list = kind.startswith("list(")
    base = kind[len("list(") : -1] if is_list else kind
    if base not in _KINDS:
        raise ValueError(f"Unknown attribute kind {kind!r}; allowed are {sorted(_KINDS)}, or list() of one.")
    field, encode, _ = _KINDS[base]
    if is_list:
        return AttrValue(list=AttrValue.ListValue(**{field: [encode(one) for one in value]}))
    return AttrValue(**{field: encode(value)})


@public()
def from_attr_value(attr: AttrValue) -> Any:
    """The Python value of an AttrValue: int, float, bool, bytes, DType, TensorShape, array, NameAttrList, or
    a list of one of these.

    Raises ValueError when it holds no value, or the name of a function's attribute in place of one.
    """
    field = attr.WhichOneof("value")
    if field == "list":
        for list_field, _, decode in _KINDS.values():
            elements = getattr(attr.list, list_field)
            if len(elements):
                return [decode(one) for one in elements]
        return []
    if field not in _KIND_OF_FIELD:
        raise ValueError(f"The attribute holds no value (its field is {field!r}): {attr!s}")
    return _KINDS[_KIND_OF_FIELD[field]][2](getattr(attr, field))
