"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import attr_value_pb2


class ApiDef(Message):
    Visibility: EnumTypeWrapper
    DEFAULT_VISIBILITY: int
    VISIBLE: int
    SKIP: int
    HIDDEN: int
    class Endpoint(Message):
        name: str
        deprecated: bool
        deprecation_version: int
        def __init__(self, *, name: str | None = ..., deprecated: bool | None = ..., deprecation_version: int | None = ...) -> None: ...
    class Arg(Message):
        name: str
        rename_to: str
        description: str
        def __init__(self, *, name: str | None = ..., rename_to: str | None = ..., description: str | None = ...) -> None: ...
    class Attr(Message):
        name: str
        rename_to: str
        default_value: Final[attr_value_pb2.AttrValue]
        description: str
        def __init__(self, *, name: str | None = ..., rename_to: str | None = ..., default_value: attr_value_pb2.AttrValue | Mapping[str, Any] | None = ..., description: str | None = ...) -> None: ...
    graph_op_name: str
    deprecation_message: str
    deprecation_version: int
    visibility: int
    endpoint: Final[RepeatedCompositeFieldContainer[ApiDef.Endpoint]]
    in_arg: Final[RepeatedCompositeFieldContainer[ApiDef.Arg]]
    out_arg: Final[RepeatedCompositeFieldContainer[ApiDef.Arg]]
    arg_order: Final[RepeatedScalarFieldContainer[str]]
    attr: Final[RepeatedCompositeFieldContainer[ApiDef.Attr]]
    summary: str
    description: str
    description_prefix: str
    description_suffix: str
    def __init__(self, *, graph_op_name: str | None = ..., deprecation_message: str | None = ..., deprecation_version: int | None = ..., visibility: int | str | None = ..., endpoint: Iterable[ApiDef.Endpoint] | None = ..., in_arg: Iterable[ApiDef.Arg] | None = ..., out_arg: Iterable[ApiDef.Arg] | None = ..., arg_order: Iterable[str] | None = ..., attr: Iterable[ApiDef.Attr] | None = ..., summary: str | None = ..., description: str | None = ..., description_prefix: str | None = ..., description_suffix: str | None = ...) -> None: ...

class ApiDefs(Message):
    op: Final[RepeatedCompositeFieldContainer[ApiDef]]
    def __init__(self, *, op: Iterable[ApiDef] | None = ...) -> None: ...
