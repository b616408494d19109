"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message


class DebugTensorWatch(Message):
    node_name: str
    output_slot: int
    debug_ops: Final[RepeatedScalarFieldContainer[str]]
    debug_urls: Final[RepeatedScalarFieldContainer[str]]
    tolerate_debug_op_creation_failures: bool
    def __init__(self, *, node_name: str | None = ..., output_slot: int | None = ..., debug_ops: Iterable[str] | None = ..., debug_urls: Iterable[str] | None = ..., tolerate_debug_op_creation_failures: bool | None = ...) -> None: ...

class DebugOptions(Message):
    debug_tensor_watch_opts: Final[RepeatedCompositeFieldContainer[DebugTensorWatch]]
    global_step: int
    reset_disk_byte_usage: bool
    def __init__(self, *, debug_tensor_watch_opts: Iterable[DebugTensorWatch] | None = ..., global_step: int | None = ..., reset_disk_byte_usage: bool | None = ...) -> None: ...

class DebuggedSourceFile(Message):
    host: str
    file_path: str
    last_modified: int
    bytes: int
    lines: Final[RepeatedScalarFieldContainer[str]]
    def __init__(self, *, host: str | None = ..., file_path: str | None = ..., last_modified: int | None = ..., bytes: int | None = ..., lines: Iterable[str] | None = ...) -> None: ...

class DebuggedSourceFiles(Message):
    source_files: Final[RepeatedCompositeFieldContainer[DebuggedSourceFile]]
    def __init__(self, *, source_files: Iterable[DebuggedSourceFile] | None = ...) -> None: ...
