"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import tensor_pb2
from tensorboard.compat.proto import tensor_shape_pb2
from tensorboard.compat.proto import types_pb2


class AttrValue(Message):
    class ListValue(Message):
        s: Final[RepeatedScalarFieldContainer[bytes]]
        i: Final[RepeatedScalarFieldContainer[int]]
        f: Final[RepeatedScalarFieldContainer[float]]
        b: Final[RepeatedScalarFieldContainer[bool]]
        type: Final[RepeatedScalarFieldContainer[int]]
        shape: Final[RepeatedCompositeFieldContainer[tensor_shape_pb2.TensorShapeProto]]
        tensor: Final[RepeatedCompositeFieldContainer[tensor_pb2.TensorProto]]
        func: Final[RepeatedCompositeFieldContainer[NameAttrList]]
        def __init__(self, *, s: Iterable[bytes] | None = ..., i: Iterable[int] | None = ..., f: Iterable[float] | None = ..., b: Iterable[bool] | None = ..., type: Iterable[int] | None = ..., shape: Iterable[tensor_shape_pb2.TensorShapeProto] | None = ..., tensor: Iterable[tensor_pb2.TensorProto] | None = ..., func: Iterable[NameAttrList] | None = ...) -> None: ...
    s: bytes
    i: int
    f: float
    b: bool
    type: int
    shape: Final[tensor_shape_pb2.TensorShapeProto]
    tensor: Final[tensor_pb2.TensorProto]
    list: Final[AttrValue.ListValue]
    func: Final[NameAttrList]
    placeholder: str
    def __init__(self, *, s: bytes | None = ..., i: int | None = ..., f: float | None = ..., b: bool | None = ..., type: int | str | None = ..., shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., tensor: tensor_pb2.TensorProto | Mapping[str, Any] | None = ..., list: AttrValue.ListValue | Mapping[str, Any] | None = ..., func: NameAttrList | Mapping[str, Any] | None = ..., placeholder: str | None = ...) -> None: ...

class NameAttrList(Message):
    name: str
    attr: Final[MessageMap[str, AttrValue]]
    def __init__(self, *, name: str | None = ..., attr: Mapping[str, AttrValue] | None = ...) -> None: ...
