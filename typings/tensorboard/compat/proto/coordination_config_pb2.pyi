"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message


class CoordinatedJob(Message):
    name: str
    num_tasks: int
    def __init__(self, *, name: str | None = ..., num_tasks: int | None = ...) -> None: ...

class CoordinationServiceConfig(Message):
    service_type: str
    service_leader: str
    enable_health_check: bool
    cluster_register_timeout_in_ms: int
    cluster_register_with_barrier: bool
    heartbeat_timeout_in_ms: int
    coordinated_job_list: Final[RepeatedCompositeFieldContainer[CoordinatedJob]]
    shutdown_barrier_timeout_in_ms: int
    agent_destruction_without_shutdown: bool
    recoverable_jobs: Final[RepeatedScalarFieldContainer[str]]
    allow_new_incarnation_to_reconnect: bool
    force_disable: bool
    poll_for_error_from_service_at_startup: bool
    def __init__(self, *, service_type: str | None = ..., service_leader: str | None = ..., enable_health_check: bool | None = ..., cluster_register_timeout_in_ms: int | None = ..., cluster_register_with_barrier: bool | None = ..., heartbeat_timeout_in_ms: int | None = ..., coordinated_job_list: Iterable[CoordinatedJob] | None = ..., shutdown_barrier_timeout_in_ms: int | None = ..., agent_destruction_without_shutdown: bool | None = ..., recoverable_jobs: Iterable[str] | None = ..., allow_new_incarnation_to_reconnect: bool | None = ..., force_disable: bool | None = ..., poll_for_error_from_service_at_startup: bool | None = ...) -> None: ...
