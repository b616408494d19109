"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message

FullTypeId: EnumTypeWrapper
TFT_UNSET: int
TFT_VAR: int
TFT_ANY: int
TFT_PRODUCT: int
TFT_NAMED: int
TFT_FOR_EACH: int
TFT_CALLABLE: int
TFT_TENSOR: int
TFT_ARRAY: int
TFT_OPTIONAL: int
TFT_LITERAL: int
TFT_ENCODED: int
TFT_SHAPE_TENSOR: int
TFT_BOOL: int
TFT_UINT8: int
TFT_UINT16: int
TFT_UINT32: int
TFT_UINT64: int
TFT_INT8: int
TFT_INT16: int
TFT_INT32: int
TFT_INT64: int
TFT_HALF: int
TFT_FLOAT: int
TFT_DOUBLE: int
TFT_BFLOAT16: int
TFT_COMPLEX64: int
TFT_COMPLEX128: int
TFT_STRING: int
TFT_DATASET: int
TFT_RAGGED: int
TFT_ITERATOR: int
TFT_MUTEX_LOCK: int
TFT_LEGACY_VARIANT: int

class FullTypeDef(Message):
    type_id: int
    args: Final[RepeatedCompositeFieldContainer[FullTypeDef]]
    s: str
    i: int
    def __init__(self, *, type_id: int | str | None = ..., args: Iterable[FullTypeDef] | None = ..., s: str | None = ..., i: int | None = ...) -> None: ...
