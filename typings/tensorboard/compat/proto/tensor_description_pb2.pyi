"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import allocation_description_pb2
from tensorboard.compat.proto import tensor_shape_pb2
from tensorboard.compat.proto import types_pb2


class TensorDescription(Message):
    dtype: int
    shape: Final[tensor_shape_pb2.TensorShapeProto]
    allocation_description: Final[allocation_description_pb2.AllocationDescription]
    def __init__(self, *, dtype: int | str | None = ..., shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., allocation_description: allocation_description_pb2.AllocationDescription | Mapping[str, Any] | None = ...) -> None: ...
