"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import attr_value_pb2
from tensorboard.compat.proto import step_stats_pb2


class CodeDef(Message):
    class Trace(Message):
        file_id: int
        lineno: int
        function_id: int
        line_id: int
        func_start_line: int
        def __init__(self, *, file_id: int | None = ..., lineno: int | None = ..., function_id: int | None = ..., line_id: int | None = ..., func_start_line: int | None = ...) -> None: ...
    traces: Final[RepeatedCompositeFieldContainer[CodeDef.Trace]]
    def __init__(self, *, traces: Iterable[CodeDef.Trace] | None = ...) -> None: ...

class OpLogEntry(Message):
    name: str
    float_ops: int
    types: Final[RepeatedScalarFieldContainer[str]]
    code_def: Final[CodeDef]
    def __init__(self, *, name: str | None = ..., float_ops: int | None = ..., types: Iterable[str] | None = ..., code_def: CodeDef | Mapping[str, Any] | None = ...) -> None: ...

class OpLogProto(Message):
    log_entries: Final[RepeatedCompositeFieldContainer[OpLogEntry]]
    id_to_string: Final[ScalarMap[int, str]]
    def __init__(self, *, log_entries: Iterable[OpLogEntry] | None = ..., id_to_string: Mapping[int, str] | None = ...) -> None: ...

class ProfileProto(Message):
    nodes: Final[MessageMap[int, ProfileNode]]
    has_trace: bool
    miss_accelerator_stream: bool
    steps: Final[RepeatedScalarFieldContainer[int]]
    id_to_string: Final[ScalarMap[int, str]]
    def __init__(self, *, nodes: Mapping[int, ProfileNode] | None = ..., has_trace: bool | None = ..., miss_accelerator_stream: bool | None = ..., steps: Iterable[int] | None = ..., id_to_string: Mapping[int, str] | None = ...) -> None: ...

class ProfileNode(Message):
    name: str
    op: str
    id: int
    inputs: Final[ScalarMap[int, int]]
    input_shapes: Final[MessageMap[int, Tuple]]
    outputs: Final[ScalarMap[int, int]]
    output_shapes: Final[MessageMap[int, Tuple]]
    src_output_index: Final[ScalarMap[int, int]]
    shape: Final[RepeatedScalarFieldContainer[int]]
    op_types: Final[RepeatedScalarFieldContainer[str]]
    canonical_device: str
    host_device: str
    float_ops: int
    trace: Final[CodeDef]
    attrs: Final[MessageMap[str, attr_value_pb2.AttrValue]]
    execs: Final[MessageMap[int, ExecProfile]]
    def __init__(self, *, name: str | None = ..., op: str | None = ..., id: int | None = ..., inputs: Mapping[int, int] | None = ..., input_shapes: Mapping[int, Tuple] | None = ..., outputs: Mapping[int, int] | None = ..., output_shapes: Mapping[int, Tuple] | None = ..., src_output_index: Mapping[int, int] | None = ..., shape: Iterable[int] | None = ..., op_types: Iterable[str] | None = ..., canonical_device: str | None = ..., host_device: str | None = ..., float_ops: int | None = ..., trace: CodeDef | Mapping[str, Any] | None = ..., attrs: Mapping[str, attr_value_pb2.AttrValue] | None = ..., execs: Mapping[int, ExecProfile] | None = ...) -> None: ...

class ExecProfile(Message):
    run_count: int
    all_start_micros: int
    latest_end_micros: int
    accelerator_execs: Final[MessageMap[str, ExecTime]]
    cpu_execs: Final[MessageMap[str, ExecTime]]
    memory_execs: Final[RepeatedCompositeFieldContainer[ExecMemory]]
    allocations: Final[RepeatedCompositeFieldContainer[step_stats_pb2.AllocationRecord]]
    devices: Final[RepeatedScalarFieldContainer[str]]
    def __init__(self, *, run_count: int | None = ..., all_start_micros: int | None = ..., latest_end_micros: int | None = ..., accelerator_execs: Mapping[str, ExecTime] | None = ..., cpu_execs: Mapping[str, ExecTime] | None = ..., memory_execs: Iterable[ExecMemory] | None = ..., allocations: Iterable[step_stats_pb2.AllocationRecord] | None = ..., devices: Iterable[str] | None = ...) -> None: ...

class ExecTime(Message):
    times: Final[RepeatedCompositeFieldContainer[Tuple]]
    def __init__(self, *, times: Iterable[Tuple] | None = ...) -> None: ...

class ExecMemory(Message):
    memory_micros: int
    host_temp_bytes: int
    host_persistent_bytes: int
    accelerator_temp_bytes: int
    accelerator_persistent_bytes: int
    requested_bytes: int
    peak_bytes: int
    residual_bytes: int
    output_bytes: int
    allocator_bytes_in_use: int
    output_memory: Final[MessageMap[int, Memory]]
    def __init__(self, *, memory_micros: int | None = ..., host_temp_bytes: int | None = ..., host_persistent_bytes: int | None = ..., accelerator_temp_bytes: int | None = ..., accelerator_persistent_bytes: int | None = ..., requested_bytes: int | None = ..., peak_bytes: int | None = ..., residual_bytes: int | None = ..., output_bytes: int | None = ..., allocator_bytes_in_use: int | None = ..., output_memory: Mapping[int, Memory] | None = ...) -> None: ...

class Tuple(Message):
    int64_values: Final[RepeatedScalarFieldContainer[int]]
    def __init__(self, *, int64_values: Iterable[int] | None = ...) -> None: ...

class Memory(Message):
    bytes: int
    ptr: int
    def __init__(self, *, bytes: int | None = ..., ptr: int | None = ...) -> None: ...
