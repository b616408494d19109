"""Element types of tensors: one interned `DType` per member of TensorFlow's `DataType` enum."""

from __future__ import annotations

import builtins
from typing import Any

import ml_dtypes
import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike

public_module("python.framework.dtypes")

# A reference type's enum number is its base type's plus this.
_REF_OFFSET = 100

# name: (enum number in types.proto, NumPy type that users see, NumPy type that holds the values).
# Quantized types are one-field records for users, as in TensorFlow, so that they differ from plain integers.
_TYPES = {
    "float32": (1, np.float32, np.float32),
    "float64": (2, np.float64, np.float64),
    "int32": (3, np.int32, np.int32),
    "uint8": (4, np.uint8, np.uint8),
    "int16": (5, np.int16, np.int16),
    "int8": (6, np.int8, np.int8),
    "string": (7, np.object_, np.object_),
    "complex64": (8, np.complex64, np.complex64),
    "int64": (9, np.int64, np.int64),
    "bool": (10, np.bool_, np.bool_),
    "qint8": (11, np.dtype([("qint8", np.int8)]), np.int8),
    "quint8": (12, np.dtype([("quint8", np.uint8)]), np.uint8),
    "qint32": (13, np.dtype([("qint32", np.int32)]), np.int32),
    "bfloat16": (14, ml_dtypes.bfloat16, ml_dtypes.bfloat16),
    "qint16": (15, np.dtype([("qint16", np.int16)]), np.int16),
    "quint16": (16, np.dtype([("quint16", np.uint16)]), np.uint16),
    "uint16": (17, np.uint16, np.uint16),
    "complex128": (18, np.complex128, np.complex128),
    "float16": (19, np.float16, np.float16),
    "resource": (20, None, np.object_),
    "variant": (21, None, np.object_),
    "uint32": (22, np.uint32, np.uint32),
    "uint64": (23, np.uint64, np.uint64),
}

_INTERNED: dict[int, DType] = {}


@public("DType")
class DType:
    """The type of a tensor's elements, such as `tf.float32`; a `*_ref` type marks a mutable tensor.

    There is one object per type, so `is` and `==` agree between DTypes. A DType also equals whatever
    `as_dtype` turns into it: `tf.float32 == np.float32 == "float32"`. The exceptions are Python's `int`
    and `str`, which equal no DType.

    `DType(enum)` gives the interned type of that number in TensorFlow's `types.proto`.

    Raises:
      TypeError: the number is not one of a TF1 data type.
    """

    __slots__ = ("_base", "_enum", "_name", "_numpy", "_ref", "_storage")

    def __new__(cls, type_enum: int) -> DType:
        interned = _INTERNED.get(int(type_enum))
        if interned is None:
            raise TypeError(
                f"No data type has the enum number {int(type_enum)}; "
                f"known are 1 to 23, and 101 to 123 for reference types."
            )
        return interned

    @property
    def name(self) -> str:
        """The type's name, such as `"float32"` or `"float32_ref"`."""
        return self._name

    @property
    def as_datatype_enum(self) -> int:
        """The number of this type in TensorFlow's `DataType` enum."""
        return self._enum

    @property
    def as_numpy_dtype(self) -> type:
        """The NumPy type of such values (object for strings, a one-field record for quantized types).

        Raises:
          TypeError: a resource or variant, which have no NumPy form.
        """
        if self._numpy is None:
            raise TypeError(f"{self!r} has no NumPy type; its values are handles, not arrays.")
        return self._numpy

    @property
    def storage_dtype(self) -> np.dtype:
        """The `np.dtype` that holds such values inside: as `as_numpy_dtype`, but quantized types are plain
        integers, and resources and variants objects."""
        return self._storage

    @property
    def base_dtype(self) -> DType:
        """The type without its reference mark."""
        return self._base

    @property
    def _is_ref_dtype(self) -> builtins.bool:
        return self._enum > _REF_OFFSET

    @property
    def _as_ref(self) -> DType:
        return self._ref

    @property
    def real_dtype(self) -> DType:
        """float32 for complex64, float64 for complex128, otherwise the type itself."""
        if self._base is complex64:
            return float32
        if self._base is complex128:
            return float64
        return self

    @property
    def is_numpy_compatible(self) -> builtins.bool:
        """Whether values are NumPy arrays: all but resources and variants."""
        return self._numpy is not None

    @property
    def is_bool(self) -> builtins.bool:
        """Whether this is tf.bool."""
        return self._base is bool

    @property
    def is_integer(self) -> builtins.bool:
        """Whether this is a signed or unsigned integer, quantized ones excluded."""
        return self._base in _INTEGERS

    @property
    def is_floating(self) -> builtins.bool:
        """Whether this is a real floating point type, bfloat16 included."""
        return self._base in _FLOATS

    @property
    def is_complex(self) -> builtins.bool:
        """Whether this is complex64 or complex128."""
        return self._base is complex64 or self._base is complex128

    @property
    def is_quantized(self) -> builtins.bool:
        """Whether this is one of the quantized integers."""
        return self in QUANTIZED_DTYPES

    @property
    def is_unsigned(self) -> builtins.bool:
        """Whether this is an unsigned integer; quantized and non-numeric types are not."""
        return self._base in _INTEGERS and self._storage.kind == "u"

    @property
    def min(self) -> Any:
        """The smallest finite value. Raises TypeError for quantized, complex and non-numeric types."""
        return self._extremes("minimum").min

    @property
    def max(self) -> Any:
        """The largest finite value. Raises TypeError for quantized, complex and non-numeric types."""
        return self._extremes("maximum").max

    def _extremes(self, wanted: str):
        if self._base in _INTEGERS:
            return np.iinfo(self._storage)
        if self._base is bfloat16:
            return ml_dtypes.finfo(self._storage)
        if self._base in _FLOATS:
            return np.finfo(self._storage)
        raise TypeError(f"{self!r} has no {wanted} value; only integer and floating point types have one.")

    @property
    def limits(self) -> tuple:
        """(lowest, highest) intensity of an image of this type: 0 and 1 for floats, 0 and `max` for integers.

        Raises:
          ValueError: the type holds no images (strings, complex, quantized, half precision).
        """
        if self._base in _INTEGERS:
            return 0, int(self.max)
        if self._base is float32 or self._base is float64:
            return 0, 1
        if self._base is bool:
            return 0, True
        raise ValueError(f"{self!r} has no intensity limits; integers, bool, float32 and float64 have.")

    @property
    def size(self) -> int:
        """Bytes per element in memory (of a pointer for strings; 1 for resources and variants)."""
        return 1 if self._numpy is None else self._storage.itemsize

    def is_compatible_with(self, other: Any) -> builtins.bool:
        """Whether a tensor of type `other` is accepted where this type is asked for: the same type, or
        its reference. A reference type accepts only itself."""
        other = as_dtype(other)
        return self is other or self is other._base

    def __eq__(self, other) -> builtins.bool:
        if self is other:
            return True
        # as_dtype takes `int` for convenience; equality must not, since int is no fixed width.
        if other is None or type(other) is DType or any(other is kind for kind in _UNEQUAL_PYTHON_TYPES):
            return False
        try:
            return self is as_dtype(other)
        except TypeError:
            return False

    def __ne__(self, other) -> builtins.bool:
        return not self == other

    def __hash__(self) -> int:
        return self._enum

    def __int__(self) -> int:
        return self._enum

    def __str__(self) -> str:
        return f"<dtype: {self._name!r}>"

    def __repr__(self) -> str:
        return "tf." + self._name

    def __reduce__(self):
        return as_dtype, (self._name,)


def _intern(name: str) -> tuple[DType, DType]:
    number, numpy_type, storage = _TYPES[name]
    base, ref = object.__new__(DType), object.__new__(DType)
    for dtype, enum, own_name in ((base, number, name), (ref, number + _REF_OFFSET, name + "_ref")):
        dtype._base, dtype._ref, dtype._enum, dtype._name = base, ref, enum, own_name
        dtype._numpy, dtype._storage = numpy_type, np.dtype(storage)
        _INTERNED[enum] = dtype
    return base, ref


float16, float16_ref = _intern("float16")
public("float16")(float16)
float32, float32_ref = _intern("float32")
public("float32")(float32)
float64, float64_ref = _intern("float64")
public("float64")(float64)
bfloat16, bfloat16_ref = _intern("bfloat16")
public("bfloat16")(bfloat16)


@public("python.pywrap_tensorflow.TF_bfloat16_type")
def bfloat16_scalar() -> type:
    """The scalar type of NumPy arrays of bfloat16."""
    return ml_dtypes.bfloat16


complex64, complex64_ref = _intern("complex64")
public("complex64")(complex64)
complex128, complex128_ref = _intern("complex128")
public("complex128")(complex128)
int8, int8_ref = _intern("int8")
public("int8")(int8)
int16, int16_ref = _intern("int16")
public("int16")(int16)
int32, int32_ref = _intern("int32")
public("int32")(int32)
int64, int64_ref = _intern("int64")
public("int64")(int64)
uint8, uint8_ref = _intern("uint8")
public("uint8")(uint8)
uint16, uint16_ref = _intern("uint16")
public("uint16")(uint16)
uint32, uint32_ref = _intern("uint32")
public("uint32")(uint32)
uint64, uint64_ref = _intern("uint64")
public("uint64")(uint64)
bool, bool_ref = _intern("bool")
public("bool")(bool)
string, string_ref = _intern("string")
public("string")(string)
qint8, qint8_ref = _intern("qint8")
public("qint8")(qint8)
qint16, qint16_ref = _intern("qint16")
public("qint16")(qint16)
qint32, qint32_ref = _intern("qint32")
public("qint32")(qint32)
quint8, quint8_ref = _intern("quint8")
public("quint8")(quint8)
quint16, quint16_ref = _intern("quint16")
public("quint16")(quint16)
resource, resource_ref = _intern("resource")
public("resource")(resource)
variant, variant_ref = _intern("variant")
public("variant")(variant)


def short_name(dtype: DType) -> str:
    """What TensorFlow's runtime calls a dtype in its messages: "float", "double" and "half", else the name."""
    return {"float32": "float", "float64": "double", "float16": "half"}.get(dtype.base_dtype.name, dtype.name)


half, half_ref = float16, float16_ref
public("half")(half)
double, double_ref = float64, float64_ref
public("double")(double)

QUANTIZED_DTYPES = public("QUANTIZED_DTYPES")(
    frozenset(dtype for base in (qint8, qint16, qint32, quint8, quint16) for dtype in (base, base._as_ref))
)
_INTEGERS = frozenset([int8, int16, int32, int64, uint8, uint16, uint32, uint64])
_FLOATS = frozenset([float16, float32, float64, bfloat16])

# TensorFlow's own tests of data types walk this table, under this name.
_TYPE_TO_STRING = {number: dtype.name for number, dtype in _INTERNED.items()}
_BY_NAME = {name: _INTERNED[number] for number, name in _TYPE_TO_STRING.items()}
_BY_NAME |= {"half": half, "half_ref": half_ref, "float": float32, "float_ref": float32_ref}
_BY_NAME |= {"double": double, "double_ref": double_ref}

_BY_NUMPY = {np.dtype(row[1]): _BY_NAME[name] for name, row in _TYPES.items() if row[1] is not None}
_BY_TYPE = {
    np.dtype(row[1]).type: _BY_NAME[name]
    for name, row in _TYPES.items()
    if row[1] is not None and _BY_NAME[name] not in QUANTIZED_DTYPES
}
# np.longlong is a class of its own where `long` has 64 bits, and np.intc likewise elsewhere.
_BY_TYPE |= {kind: _BY_NUMPY[np.dtype(kind)] for kind in (np.intc, np.uintc, np.longlong, np.ulonglong)}
_BY_TYPE |= {np.str_: string, np.bytes_: string, object: string}
_BY_TYPE |= {float: float32, builtins.bool: bool, int: int32, str: string, bytes: string}

_UNEQUAL_PYTHON_TYPES = (int, str, bytes)


@public("as_dtype")
def as_dtype(type_value: DTypeLike) -> DType:
    """Converts to a DType.

    Args:
      type_value: a DType, a name (`"float32"`, `"float"`, `"float32_ref"`), an enum number, a NumPy scalar
        type or `np.dtype` (fixed-width strings included), or one of Python's float (float32), int (int32),
        bool, str, bytes, object (all three string).

    Raises:
      TypeError: `type_value` is none of these.
    """
    if type(type_value) is DType:
        return type_value
    found = None
    if isinstance(type_value, np.dtype):
        found = string if type_value.kind in "SU" else _BY_NUMPY.get(type_value.newbyteorder("="))
    elif isinstance(type_value, type):
        found = _BY_TYPE.get(type_value)
    elif isinstance(type_value, str):
        found = _BY_NAME.get(type_value)
    elif isinstance(type_value, (int, np.integer)):
        found = _INTERNED.get(int(type_value))
    if found is None:
        raise TypeError(
            f"{type_value!r} names no data type. Allowed are a tf.DType, a name such as 'float32', "
            f"a NumPy type, or a DataType enum number."
        )
    return found


# {NumPy's type: the lowest and the highest value of an image, or a sound, of that type}.
dtype_range = public()(
    {
        np.bool_: (False, True),
        np.float32: (-1, 1),
        np.float64: (-1, 1),
        **{
            kind: (int(np.iinfo(kind).min), int(np.iinfo(kind).max))
            for kind in (np.uint8, np.uint16, np.uint32, np.uint64, np.int8, np.int16, np.int32, np.int64)
        },
    }
)
