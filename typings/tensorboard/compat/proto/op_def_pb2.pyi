"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import attr_value_pb2
from tensorboard.compat.proto import full_type_pb2
from tensorboard.compat.proto import resource_handle_pb2
from tensorboard.compat.proto import types_pb2


class OpDef(Message):
    class ArgDef(Message):
        name: str
        description: str
        type: int
        type_attr: str
        number_attr: str
        type_list_attr: str
        handle_data: Final[RepeatedCompositeFieldContainer[resource_handle_pb2.ResourceHandleProto.DtypeAndShape]]
        is_ref: bool
        experimental_full_type: Final[full_type_pb2.FullTypeDef]
        def __init__(self, *, name: str | None = ..., description: str | None = ..., type: int | str | None = ..., type_attr: str | None = ..., number_attr: str | None = ..., type_list_attr: str | None = ..., handle_data: Iterable[resource_handle_pb2.ResourceHandleProto.DtypeAndShape] | None = ..., is_ref: bool | None = ..., experimental_full_type: full_type_pb2.FullTypeDef | Mapping[str, Any] | None = ...) -> None: ...
    class AttrDef(Message):
        name: str
        type: str
        default_value: Final[attr_value_pb2.AttrValue]
        description: str
        has_minimum: bool
        minimum: int
        allowed_values: Final[attr_value_pb2.AttrValue]
        def __init__(self, *, name: str | None = ..., type: str | None = ..., default_value: attr_value_pb2.AttrValue | Mapping[str, Any] | None = ..., description: str | None = ..., has_minimum: bool | None = ..., minimum: int | None = ..., allowed_values: attr_value_pb2.AttrValue | Mapping[str, Any] | None = ...) -> None: ...
    name: str
    input_arg: Final[RepeatedCompositeFieldContainer[OpDef.ArgDef]]
    output_arg: Final[RepeatedCompositeFieldContainer[OpDef.ArgDef]]
    control_output: Final[RepeatedScalarFieldContainer[str]]
    attr: Final[RepeatedCompositeFieldContainer[OpDef.AttrDef]]
    deprecation: Final[OpDeprecation]
    summary: str
    description: str
    is_commutative: bool
    is_aggregate: bool
    is_stateful: bool
    allows_uninitialized_input: bool
    is_distributed_communication: bool
    def __init__(self, *, name: str | None = ..., input_arg: Iterable[OpDef.ArgDef] | None = ..., output_arg: Iterable[OpDef.ArgDef] | None = ..., control_output: Iterable[str] | None = ..., attr: Iterable[OpDef.AttrDef] | None = ..., deprecation: OpDeprecation | Mapping[str, Any] | None = ..., summary: str | None = ..., description: str | None = ..., is_commutative: bool | None = ..., is_aggregate: bool | None = ..., is_stateful: bool | None = ..., allows_uninitialized_input: bool | None = ..., is_distributed_communication: bool | None = ...) -> None: ...

class OpDeprecation(Message):
    version: int
    explanation: str
    def __init__(self, *, version: int | None = ..., explanation: str | None = ...) -> None: ...

class OpList(Message):
    op: Final[RepeatedCompositeFieldContainer[OpDef]]
    def __init__(self, *, op: Iterable[OpDef] | None = ...) -> None: ...
