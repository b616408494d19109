"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import allocation_description_pb2
from tensorboard.compat.proto import tensor_description_pb2


class AllocationRecord(Message):
    alloc_micros: int
    alloc_bytes: int
    def __init__(self, *, alloc_micros: int | None = ..., alloc_bytes: int | None = ...) -> None: ...

class AllocatorMemoryUsed(Message):
    allocator_name: str
    total_bytes: int
    peak_bytes: int
    live_bytes: int
    allocation_records: Final[RepeatedCompositeFieldContainer[AllocationRecord]]
    allocator_bytes_in_use: int
    def __init__(self, *, allocator_name: str | None = ..., total_bytes: int | None = ..., peak_bytes: int | None = ..., live_bytes: int | None = ..., allocation_records: Iterable[AllocationRecord] | None = ..., allocator_bytes_in_use: int | None = ...) -> None: ...

class NodeOutput(Message):
    slot: int
    tensor_description: Final[tensor_description_pb2.TensorDescription]
    def __init__(self, *, slot: int | None = ..., tensor_description: tensor_description_pb2.TensorDescription | Mapping[str, Any] | None = ...) -> None: ...

class MemoryStats(Message):
    temp_memory_size: int
    persistent_memory_size: int
    persistent_tensor_alloc_ids: Final[RepeatedScalarFieldContainer[int]]
    device_temp_memory_size: int
    device_persistent_memory_size: int
    device_persistent_tensor_alloc_ids: Final[RepeatedScalarFieldContainer[int]]
    def __init__(self, *, temp_memory_size: int | None = ..., persistent_memory_size: int | None = ..., persistent_tensor_alloc_ids: Iterable[int] | None = ..., device_temp_memory_size: int | None = ..., device_persistent_memory_size: int | None = ..., device_persistent_tensor_alloc_ids: Iterable[int] | None = ...) -> None: ...

class NodeExecStats(Message):
    node_name: str
    all_start_micros: int
    op_start_rel_micros: int
    op_end_rel_micros: int
    all_end_rel_micros: int
    memory: Final[RepeatedCompositeFieldContainer[AllocatorMemoryUsed]]
    output: Final[RepeatedCompositeFieldContainer[NodeOutput]]
    timeline_label: str
    scheduled_micros: int
    thread_id: int
    referenced_tensor: Final[RepeatedCompositeFieldContainer[allocation_description_pb2.AllocationDescription]]
    memory_stats: Final[MemoryStats]
    all_start_nanos: int
    op_start_rel_nanos: int
    op_end_rel_nanos: int
    all_end_rel_nanos: int
    scheduled_nanos: int
    def __init__(self, *, node_name: str | None = ..., all_start_micros: int | None = ..., op_start_rel_micros: int | None = ..., op_end_rel_micros: int | None = ..., all_end_rel_micros: int | None = ..., memory: Iterable[AllocatorMemoryUsed] | None = ..., output: Iterable[NodeOutput] | None = ..., timeline_label: str | None = ..., scheduled_micros: int | None = ..., thread_id: int | None = ..., referenced_tensor: Iterable[allocation_description_pb2.AllocationDescription] | None = ..., memory_stats: MemoryStats | Mapping[str, Any] | None = ..., all_start_nanos: int | None = ..., op_start_rel_nanos: int | None = ..., op_end_rel_nanos: int | None = ..., all_end_rel_nanos: int | None = ..., scheduled_nanos: int | None = ...) -> None: ...

class DeviceStepStats(Message):
    device: str
    node_stats: Final[RepeatedCompositeFieldContainer[NodeExecStats]]
    thread_names: Final[ScalarMap[int, str]]
    def __init__(self, *, device: str | None = ..., node_stats: Iterable[NodeExecStats] | None = ..., thread_names: Mapping[int, str] | None = ...) -> None: ...

class StepStats(Message):
    dev_stats: Final[RepeatedCompositeFieldContainer[DeviceStepStats]]
    def __init__(self, *, dev_stats: Iterable[DeviceStepStats] | None = ...) -> None: ...
