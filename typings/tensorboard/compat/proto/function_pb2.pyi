"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import attr_value_pb2
from tensorboard.compat.proto import node_def_pb2
from tensorboard.compat.proto import op_def_pb2


class FunctionDefLibrary(Message):
    function: Final[RepeatedCompositeFieldContainer[FunctionDef]]
    gradient: Final[RepeatedCompositeFieldContainer[GradientDef]]
    registered_gradients: Final[RepeatedCompositeFieldContainer[RegisteredGradient]]
    def __init__(self, *, function: Iterable[FunctionDef] | None = ..., gradient: Iterable[GradientDef] | None = ..., registered_gradients: Iterable[RegisteredGradient] | None = ...) -> None: ...

class FunctionDef(Message):
    class ArgAttrs(Message):
        attr: Final[MessageMap[str, attr_value_pb2.AttrValue]]
        def __init__(self, *, attr: Mapping[str, attr_value_pb2.AttrValue] | None = ...) -> None: ...
    signature: Final[op_def_pb2.OpDef]
    attr: Final[MessageMap[str, attr_value_pb2.AttrValue]]
    arg_attr: Final[MessageMap[int, FunctionDef.ArgAttrs]]
    resource_arg_unique_id: Final[ScalarMap[int, int]]
    node_def: Final[RepeatedCompositeFieldContainer[node_def_pb2.NodeDef]]
    ret: Final[ScalarMap[str, str]]
    control_ret: Final[ScalarMap[str, str]]
    def __init__(self, *, signature: op_def_pb2.OpDef | Mapping[str, Any] | None = ..., attr: Mapping[str, attr_value_pb2.AttrValue] | None = ..., arg_attr: Mapping[int, FunctionDef.ArgAttrs] | None = ..., resource_arg_unique_id: Mapping[int, int] | None = ..., node_def: Iterable[node_def_pb2.NodeDef] | None = ..., ret: Mapping[str, str] | None = ..., control_ret: Mapping[str, str] | None = ...) -> None: ...

class GradientDef(Message):
    function_name: str
    gradient_func: str
    def __init__(self, *, function_name: str | None = ..., gradient_func: str | None = ...) -> None: ...

class RegisteredGradient(Message):
    gradient_func: str
    registered_op_type: str
    def __init__(self, *, gradient_func: str | None = ..., registered_op_type: str | None = ...) -> None: ...
