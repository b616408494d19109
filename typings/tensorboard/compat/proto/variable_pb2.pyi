"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message

VariableSynchronization: EnumTypeWrapper
VARIABLE_SYNCHRONIZATION_AUTO: int
VARIABLE_SYNCHRONIZATION_NONE: int
VARIABLE_SYNCHRONIZATION_ON_WRITE: int
VARIABLE_SYNCHRONIZATION_ON_READ: int
VariableAggregation: EnumTypeWrapper
VARIABLE_AGGREGATION_NONE: int
VARIABLE_AGGREGATION_SUM: int
VARIABLE_AGGREGATION_MEAN: int
VARIABLE_AGGREGATION_ONLY_FIRST_REPLICA: int

class VariableDef(Message):
    variable_name: str
    initial_value_name: str
    initializer_name: str
    snapshot_name: str
    save_slice_info_def: Final[SaveSliceInfoDef]
    is_resource: bool
    trainable: bool
    synchronization: int
    aggregation: int
    def __init__(self, *, variable_name: str | None = ..., initial_value_name: str | None = ..., initializer_name: str | None = ..., snapshot_name: str | None = ..., save_slice_info_def: SaveSliceInfoDef | Mapping[str, Any] | None = ..., is_resource: bool | None = ..., trainable: bool | None = ..., synchronization: int | str | None = ..., aggregation: int | str | None = ...) -> None: ...

class SaveSliceInfoDef(Message):
    full_name: str
    full_shape: Final[RepeatedScalarFieldContainer[int]]
    var_offset: Final[RepeatedScalarFieldContainer[int]]
    var_shape: Final[RepeatedScalarFieldContainer[int]]
    def __init__(self, *, full_name: str | None = ..., full_shape: Iterable[int] | None = ..., var_offset: Iterable[int] | None = ..., var_shape: Iterable[int] | None = ...) -> None: ...
