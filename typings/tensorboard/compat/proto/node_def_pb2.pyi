"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import attr_value_pb2
from tensorboard.compat.proto import full_type_pb2


class NodeDef(Message):
    class ExperimentalDebugInfo(Message):
        original_node_names: Final[RepeatedScalarFieldContainer[str]]
        original_func_names: Final[RepeatedScalarFieldContainer[str]]
        def __init__(self, *, original_node_names: Iterable[str] | None = ..., original_func_names: Iterable[str] | None = ...) -> None: ...
    name: str
    op: str
    input: Final[RepeatedScalarFieldContainer[str]]
    device: str
    attr: Final[MessageMap[str, attr_value_pb2.AttrValue]]
    experimental_debug_info: Final[NodeDef.ExperimentalDebugInfo]
    experimental_type: Final[full_type_pb2.FullTypeDef]
    def __init__(self, *, name: str | None = ..., op: str | None = ..., input: Iterable[str] | None = ..., device: str | None = ..., attr: Mapping[str, attr_value_pb2.AttrValue] | None = ..., experimental_debug_info: NodeDef.ExperimentalDebugInfo | Mapping[str, Any] | None = ..., experimental_type: full_type_pb2.FullTypeDef | Mapping[str, Any] | None = ...) -> None: ...
