"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import summary_pb2

WorkerHealth: EnumTypeWrapper
OK: int
RECEIVED_SHUTDOWN_SIGNAL: int
INTERNAL_ERROR: int
SHUTTING_DOWN: int
WorkerShutdownMode: EnumTypeWrapper
DEFAULT: int
NOT_CONFIGURED: int
WAIT_FOR_COORDINATOR: int
SHUTDOWN_AFTER_TIMEOUT: int

class Event(Message):
    wall_time: float
    step: int
    file_version: str
    graph_def: bytes
    summary: Final[summary_pb2.Summary]
    log_message: Final[LogMessage]
    session_log: Final[SessionLog]
    tagged_run_metadata: Final[TaggedRunMetadata]
    meta_graph_def: bytes
    source_metadata: Final[SourceMetadata]
    def __init__(self, *, wall_time: float | None = ..., step: int | None = ..., file_version: str | None = ..., graph_def: bytes | None = ..., summary: summary_pb2.Summary | Mapping[str, Any] | None = ..., log_message: LogMessage | Mapping[str, Any] | None = ..., session_log: SessionLog | Mapping[str, Any] | None = ..., tagged_run_metadata: TaggedRunMetadata | Mapping[str, Any] | None = ..., meta_graph_def: bytes | None = ..., source_metadata: SourceMetadata | Mapping[str, Any] | None = ...) -> None: ...

class SourceMetadata(Message):
    writer: str
    def __init__(self, *, writer: str | None = ...) -> None: ...

class LogMessage(Message):
    Level: EnumTypeWrapper
    UNKNOWN: int
    DEBUGGING: int
    INFO: int
    WARN: int
    ERROR: int
    FATAL: int
    level: int
    message: str
    def __init__(self, *, level: int | str | None = ..., message: str | None = ...) -> None: ...

class SessionLog(Message):
    SessionStatus: EnumTypeWrapper
    STATUS_UNSPECIFIED: int
    START: int
    STOP: int
    CHECKPOINT: int
    status: int
    checkpoint_path: str
    msg: str
    def __init__(self, *, status: int | str | None = ..., checkpoint_path: str | None = ..., msg: str | None = ...) -> None: ...

class TaggedRunMetadata(Message):
    tag: str
    run_metadata: bytes
    def __init__(self, *, tag: str | None = ..., run_metadata: bytes | None = ...) -> None: ...

class WatchdogConfig(Message):
    timeout_ms: int
    def __init__(self, *, timeout_ms: int | None = ...) -> None: ...

class RequestedExitCode(Message):
    exit_code: int
    def __init__(self, *, exit_code: int | None = ...) -> None: ...

class WorkerHeartbeatRequest(Message):
    shutdown_mode: int
    watchdog_config: Final[WatchdogConfig]
    exit_code: Final[RequestedExitCode]
    def __init__(self, *, shutdown_mode: int | str | None = ..., watchdog_config: WatchdogConfig | Mapping[str, Any] | None = ..., exit_code: RequestedExitCode | Mapping[str, Any] | None = ...) -> None: ...

class WorkerHeartbeatResponse(Message):
    health_status: int
    worker_log: Final[RepeatedCompositeFieldContainer[Event]]
    hostname: str
    def __init__(self, *, health_status: int | str | None = ..., worker_log: Iterable[Event] | None = ..., hostname: str | None = ...) -> None: ...
