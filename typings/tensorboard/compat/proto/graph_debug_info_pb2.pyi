"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message


class GraphDebugInfo(Message):
    class FileLineCol(Message):
        file_index: int
        line: int
        col: int
        func: str
        code: str
        def __init__(self, *, file_index: int | None = ..., line: int | None = ..., col: int | None = ..., func: str | None = ..., code: str | None = ...) -> None: ...
    class StackTrace(Message):
        file_line_cols: Final[RepeatedCompositeFieldContainer[GraphDebugInfo.FileLineCol]]
        frame_id: Final[RepeatedScalarFieldContainer[int]]
        def __init__(self, *, file_line_cols: Iterable[GraphDebugInfo.FileLineCol] | None = ..., frame_id: Iterable[int] | None = ...) -> None: ...
    files: Final[RepeatedScalarFieldContainer[str]]
    frames_by_id: Final[MessageMap[int, GraphDebugInfo.FileLineCol]]
    traces_by_id: Final[MessageMap[int, GraphDebugInfo.StackTrace]]
    traces: Final[MessageMap[str, GraphDebugInfo.StackTrace]]
    name_to_trace_id: Final[ScalarMap[str, int]]
    def __init__(self, *, files: Iterable[str] | None = ..., frames_by_id: Mapping[int, GraphDebugInfo.FileLineCol] | None = ..., traces_by_id: Mapping[int, GraphDebugInfo.StackTrace] | None = ..., traces: Mapping[str, GraphDebugInfo.StackTrace] | None = ..., name_to_trace_id: Mapping[str, int] | None = ...) -> None: ...
