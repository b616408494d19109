"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from google.protobuf import any_pb2
from tensorboard.compat.proto import struct_pb2
from tensorboard.compat.proto import tensor_shape_pb2
from tensorboard.compat.proto import trackable_object_graph_pb2
from tensorboard.compat.proto import types_pb2
from tensorboard.compat.proto import variable_pb2
from tensorboard.compat.proto import versions_pb2


class SavedObjectGraph(Message):
    nodes: Final[RepeatedCompositeFieldContainer[SavedObject]]
    concrete_functions: Final[MessageMap[str, SavedConcreteFunction]]
    def __init__(self, *, nodes: Iterable[SavedObject] | None = ..., concrete_functions: Mapping[str, SavedConcreteFunction] | None = ...) -> None: ...

class SavedObject(Message):
    children: Final[RepeatedCompositeFieldContainer[trackable_object_graph_pb2.TrackableObjectGraph.TrackableObject.ObjectReference]]
    dependencies: Final[RepeatedCompositeFieldContainer[trackable_object_graph_pb2.TrackableObjectGraph.TrackableObject.ObjectReference]]
    slot_variables: Final[RepeatedCompositeFieldContainer[trackable_object_graph_pb2.TrackableObjectGraph.TrackableObject.SlotVariableReference]]
    user_object: Final[SavedUserObject]
    asset: Final[SavedAsset]
    function: Final[SavedFunction]
    variable: Final[SavedVariable]
    bare_concrete_function: Final[SavedBareConcreteFunction]
    constant: Final[SavedConstant]
    resource: Final[SavedResource]
    captured_tensor: Final[CapturedTensor]
    saveable_objects: Final[MessageMap[str, SaveableObject]]
    registered_name: str
    serialized_user_proto: Final[any_pb2.Any]
    registered_saver: str
    def __init__(self, *, children: Iterable[trackable_object_graph_pb2.TrackableObjectGraph.TrackableObject.ObjectReference] | None = ..., dependencies: Iterable[trackable_object_graph_pb2.TrackableObjectGraph.TrackableObject.ObjectReference] | None = ..., slot_variables: Iterable[trackable_object_graph_pb2.TrackableObjectGraph.TrackableObject.SlotVariableReference] | None = ..., user_object: SavedUserObject | Mapping[str, Any] | None = ..., asset: SavedAsset | Mapping[str, Any] | None = ..., function: SavedFunction | Mapping[str, Any] | None = ..., variable: SavedVariable | Mapping[str, Any] | None = ..., bare_concrete_function: SavedBareConcreteFunction | Mapping[str, Any] | None = ..., constant: SavedConstant | Mapping[str, Any] | None = ..., resource: SavedResource | Mapping[str, Any] | None = ..., captured_tensor: CapturedTensor | Mapping[str, Any] | None = ..., saveable_objects: Mapping[str, SaveableObject] | None = ..., registered_name: str | None = ..., serialized_user_proto: any_pb2.Any | Mapping[str, Any] | None = ..., registered_saver: str | None = ...) -> None: ...

class SavedUserObject(Message):
    identifier: str
    version: Final[versions_pb2.VersionDef]
    metadata: str
    def __init__(self, *, identifier: str | None = ..., version: versions_pb2.VersionDef | Mapping[str, Any] | None = ..., metadata: str | None = ...) -> None: ...

class SavedAsset(Message):
    asset_file_def_index: int
    def __init__(self, *, asset_file_def_index: int | None = ...) -> None: ...

class SavedFunction(Message):
    concrete_functions: Final[RepeatedScalarFieldContainer[str]]
    function_spec: Final[FunctionSpec]
    def __init__(self, *, concrete_functions: Iterable[str] | None = ..., function_spec: FunctionSpec | Mapping[str, Any] | None = ...) -> None: ...

class CapturedTensor(Message):
    name: str
    concrete_function: str
    def __init__(self, *, name: str | None = ..., concrete_function: str | None = ...) -> None: ...

class SavedConcreteFunction(Message):
    bound_inputs: Final[RepeatedScalarFieldContainer[int]]
    canonicalized_input_signature: Final[struct_pb2.StructuredValue]
    output_signature: Final[struct_pb2.StructuredValue]
    def __init__(self, *, bound_inputs: Iterable[int] | None = ..., canonicalized_input_signature: struct_pb2.StructuredValue | Mapping[str, Any] | None = ..., output_signature: struct_pb2.StructuredValue | Mapping[str, Any] | None = ...) -> None: ...

class SavedBareConcreteFunction(Message):
    concrete_function_name: str
    argument_keywords: Final[RepeatedScalarFieldContainer[str]]
    allowed_positional_arguments: int
    function_spec: Final[FunctionSpec]
    def __init__(self, *, concrete_function_name: str | None = ..., argument_keywords: Iterable[str] | None = ..., allowed_positional_arguments: int | None = ..., function_spec: FunctionSpec | Mapping[str, Any] | None = ...) -> None: ...

class SavedConstant(Message):
    operation: str
    def __init__(self, *, operation: str | None = ...) -> None: ...

class SavedVariable(Message):
    dtype: int
    shape: Final[tensor_shape_pb2.TensorShapeProto]
    trainable: bool
    synchronization: int
    aggregation: int
    name: str
    device: str
    experimental_distributed_variable_components: Final[RepeatedCompositeFieldContainer[SavedVariable]]
    def __init__(self, *, dtype: int | str | None = ..., shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., trainable: bool | None = ..., synchronization: int | str | None = ..., aggregation: int | str | None = ..., name: str | None = ..., device: str | None = ..., experimental_distributed_variable_components: Iterable[SavedVariable] | None = ...) -> None: ...

class FunctionSpec(Message):
    JitCompile: EnumTypeWrapper
    DEFAULT: int
    ON: int
    OFF: int
    fullargspec: Final[struct_pb2.StructuredValue]
    is_method: bool
    input_signature: Final[struct_pb2.StructuredValue]
    jit_compile: int
    def __init__(self, *, fullargspec: struct_pb2.StructuredValue | Mapping[str, Any] | None = ..., is_method: bool | None = ..., input_signature: struct_pb2.StructuredValue | Mapping[str, Any] | None = ..., jit_compile: int | str | None = ...) -> None: ...

class SavedResource(Message):
    device: str
    def __init__(self, *, device: str | None = ...) -> None: ...

class SaveableObject(Message):
    save_function: int
    restore_function: int
    def __init__(self, *, save_function: int | None = ..., restore_function: int | None = ...) -> None: ...
