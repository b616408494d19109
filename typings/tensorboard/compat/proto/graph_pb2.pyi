"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import function_pb2
from tensorboard.compat.proto import graph_debug_info_pb2
from tensorboard.compat.proto import node_def_pb2
from tensorboard.compat.proto import versions_pb2


class GraphDef(Message):
    node: Final[RepeatedCompositeFieldContainer[node_def_pb2.NodeDef]]
    versions: Final[versions_pb2.VersionDef]
    version: int
    library: Final[function_pb2.FunctionDefLibrary]
    debug_info: Final[graph_debug_info_pb2.GraphDebugInfo]
    def __init__(self, *, node: Iterable[node_def_pb2.NodeDef] | None = ..., versions: versions_pb2.VersionDef | Mapping[str, Any] | None = ..., version: int | None = ..., library: function_pb2.FunctionDefLibrary | Mapping[str, Any] | None = ..., debug_info: graph_debug_info_pb2.GraphDebugInfo | Mapping[str, Any] | None = ...) -> None: ...
