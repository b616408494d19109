"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import tensor_shape_pb2
from tensorboard.compat.proto import types_pb2


class CostGraphDef(Message):
    class Node(Message):
        class InputInfo(Message):
            preceding_node: int
            preceding_port: int
            def __init__(self, *, preceding_node: int | None = ..., preceding_port: int | None = ...) -> None: ...
        class OutputInfo(Message):
            size: int
            alias_input_port: int
            shape: Final[tensor_shape_pb2.TensorShapeProto]
            dtype: int
            def __init__(self, *, size: int | None = ..., alias_input_port: int | None = ..., shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., dtype: int | str | None = ...) -> None: ...
        name: str
        device: str
        id: int
        input_info: Final[RepeatedCompositeFieldContainer[CostGraphDef.Node.InputInfo]]
        output_info: Final[RepeatedCompositeFieldContainer[CostGraphDef.Node.OutputInfo]]
        temporary_memory_size: int
        persistent_memory_size: int
        host_temp_memory_size: int
        device_temp_memory_size: int
        device_persistent_memory_size: int
        compute_cost: int
        compute_time: int
        memory_time: int
        is_final: bool
        control_input: Final[RepeatedScalarFieldContainer[int]]
        inaccurate: bool
        def __init__(self, *, name: str | None = ..., device: str | None = ..., id: int | None = ..., input_info: Iterable[CostGraphDef.Node.InputInfo] | None = ..., output_info: Iterable[CostGraphDef.Node.OutputInfo] | None = ..., temporary_memory_size: int | None = ..., persistent_memory_size: int | None = ..., host_temp_memory_size: int | None = ..., device_temp_memory_size: int | None = ..., device_persistent_memory_size: int | None = ..., compute_cost: int | None = ..., compute_time: int | None = ..., memory_time: int | None = ..., is_final: bool | None = ..., control_input: Iterable[int] | None = ..., inaccurate: bool | None = ...) -> None: ...
    class AggregatedCost(Message):
        cost: float
        dimension: str
        def __init__(self, *, cost: float | None = ..., dimension: str | None = ...) -> None: ...
    node: Final[RepeatedCompositeFieldContainer[CostGraphDef.Node]]
    cost: Final[RepeatedCompositeFieldContainer[CostGraphDef.AggregatedCost]]
    def __init__(self, *, node: Iterable[CostGraphDef.Node] | None = ..., cost: Iterable[CostGraphDef.AggregatedCost] | None = ...) -> None: ...
