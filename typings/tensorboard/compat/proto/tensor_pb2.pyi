"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import resource_handle_pb2
from tensorboard.compat.proto import tensor_shape_pb2
from tensorboard.compat.proto import types_pb2


class TensorProto(Message):
    dtype: int
    tensor_shape: Final[tensor_shape_pb2.TensorShapeProto]
    version_number: int
    tensor_content: bytes
    half_val: Final[RepeatedScalarFieldContainer[int]]
    float_val: Final[RepeatedScalarFieldContainer[float]]
    double_val: Final[RepeatedScalarFieldContainer[float]]
    int_val: Final[RepeatedScalarFieldContainer[int]]
    string_val: Final[RepeatedScalarFieldContainer[bytes]]
    scomplex_val: Final[RepeatedScalarFieldContainer[float]]
    int64_val: Final[RepeatedScalarFieldContainer[int]]
    bool_val: Final[RepeatedScalarFieldContainer[bool]]
    dcomplex_val: Final[RepeatedScalarFieldContainer[float]]
    resource_handle_val: Final[RepeatedCompositeFieldContainer[resource_handle_pb2.ResourceHandleProto]]
    variant_val: Final[RepeatedCompositeFieldContainer[VariantTensorDataProto]]
    uint32_val: Final[RepeatedScalarFieldContainer[int]]
    uint64_val: Final[RepeatedScalarFieldContainer[int]]
    float8_val: bytes
    def __init__(self, *, dtype: int | str | None = ..., tensor_shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., version_number: int | None = ..., tensor_content: bytes | None = ..., half_val: Iterable[int] | None = ..., float_val: Iterable[float] | None = ..., double_val: Iterable[float] | None = ..., int_val: Iterable[int] | None = ..., string_val: Iterable[bytes] | None = ..., scomplex_val: Iterable[float] | None = ..., int64_val: Iterable[int] | None = ..., bool_val: Iterable[bool] | None = ..., dcomplex_val: Iterable[float] | None = ..., resource_handle_val: Iterable[resource_handle_pb2.ResourceHandleProto] | None = ..., variant_val: Iterable[VariantTensorDataProto] | None = ..., uint32_val: Iterable[int] | None = ..., uint64_val: Iterable[int] | None = ..., float8_val: bytes | None = ...) -> None: ...

class VariantTensorDataProto(Message):
    type_name: str
    metadata: bytes
    tensors: Final[RepeatedCompositeFieldContainer[TensorProto]]
    def __init__(self, *, type_name: str | None = ..., metadata: bytes | None = ..., tensors: Iterable[TensorProto] | None = ...) -> None: ...
