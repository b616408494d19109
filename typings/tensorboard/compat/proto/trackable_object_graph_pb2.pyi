"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from google.protobuf import wrappers_pb2


class TrackableObjectGraph(Message):
    class TrackableObject(Message):
        class ObjectReference(Message):
            node_id: int
            local_name: str
            def __init__(self, *, node_id: int | None = ..., local_name: str | None = ...) -> None: ...
        class SerializedTensor(Message):
            name: str
            full_name: str
            checkpoint_key: str
            def __init__(self, *, name: str | None = ..., full_name: str | None = ..., checkpoint_key: str | None = ...) -> None: ...
        class SlotVariableReference(Message):
            original_variable_node_id: int
            slot_name: str
            slot_variable_node_id: int
            def __init__(self, *, original_variable_node_id: int | None = ..., slot_name: str | None = ..., slot_variable_node_id: int | None = ...) -> None: ...
        children: Final[RepeatedCompositeFieldContainer[TrackableObjectGraph.TrackableObject.ObjectReference]]
        attributes: Final[RepeatedCompositeFieldContainer[TrackableObjectGraph.TrackableObject.SerializedTensor]]
        slot_variables: Final[RepeatedCompositeFieldContainer[TrackableObjectGraph.TrackableObject.SlotVariableReference]]
        registered_saver: Final[RegisteredSaver]
        has_checkpoint_values: Final[wrappers_pb2.BoolValue]
        def __init__(self, *, children: Iterable[TrackableObjectGraph.TrackableObject.ObjectReference] | None = ..., attributes: Iterable[TrackableObjectGraph.TrackableObject.SerializedTensor] | None = ..., slot_variables: Iterable[TrackableObjectGraph.TrackableObject.SlotVariableReference] | None = ..., registered_saver: RegisteredSaver | Mapping[str, Any] | None = ..., has_checkpoint_values: wrappers_pb2.BoolValue | Mapping[str, Any] | None = ...) -> None: ...
    nodes: Final[RepeatedCompositeFieldContainer[TrackableObjectGraph.TrackableObject]]
    def __init__(self, *, nodes: Iterable[TrackableObjectGraph.TrackableObject] | None = ...) -> None: ...

class RegisteredSaver(Message):
    name: str
    object_name: str
    def __init__(self, *, name: str | None = ..., object_name: str | None = ...) -> None: ...
