"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message


class JobDef(Message):
    name: str
    tasks: Final[ScalarMap[int, str]]
    def __init__(self, *, name: str | None = ..., tasks: Mapping[int, str] | None = ...) -> None: ...

class ClusterDef(Message):
    job: Final[RepeatedCompositeFieldContainer[JobDef]]
    def __init__(self, *, job: Iterable[JobDef] | None = ...) -> None: ...
