"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import tensor_shape_pb2
from tensorboard.compat.proto import types_pb2


class ResourceHandleProto(Message):
    class DtypeAndShape(Message):
        dtype: int
        shape: Final[tensor_shape_pb2.TensorShapeProto]
        def __init__(self, *, dtype: int | str | None = ..., shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ...) -> None: ...
    device: str
    container: str
    name: str
    hash_code: int
    maybe_type_name: str
    dtypes_and_shapes: Final[RepeatedCompositeFieldContainer[ResourceHandleProto.DtypeAndShape]]
    def __init__(self, *, device: str | None = ..., container: str | None = ..., name: str | None = ..., hash_code: int | None = ..., maybe_type_name: str | None = ..., dtypes_and_shapes: Iterable[ResourceHandleProto.DtypeAndShape] | None = ...) -> None: ...
