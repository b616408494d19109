"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import attr_value_pb2
from tensorboard.compat.proto import cluster_pb2
from tensorboard.compat.proto import config_pb2
from tensorboard.compat.proto import meta_graph_pb2
from tensorboard.compat.proto import tensor_pb2
from tensorboard.compat.proto import tensor_shape_pb2
from tensorboard.compat.proto import types_pb2
from tensorboard.compat.proto import versions_pb2

from tensorboard.compat.proto.allocation_description_pb2 import AllocationDescription as AllocationDescription
from tensorboard.compat.proto.api_def_pb2 import ApiDef as ApiDef
from tensorboard.compat.proto.api_def_pb2 import ApiDefs as ApiDefs
from tensorboard.compat.proto.attr_value_pb2 import AttrValue as AttrValue
from tensorboard.compat.proto.attr_value_pb2 import NameAttrList as NameAttrList
from tensorboard.compat.proto.cluster_pb2 import ClusterDef as ClusterDef
from tensorboard.compat.proto.cluster_pb2 import JobDef as JobDef
from tensorboard.compat.proto.config_pb2 import CallableOptions as CallableOptions
from tensorboard.compat.proto.config_pb2 import ConfigProto as ConfigProto
from tensorboard.compat.proto.config_pb2 import GPUOptions as GPUOptions
from tensorboard.compat.proto.config_pb2 import GraphOptions as GraphOptions
from tensorboard.compat.proto.config_pb2 import OptimizerOptions as OptimizerOptions
from tensorboard.compat.proto.config_pb2 import RunMetadata as RunMetadata
from tensorboard.compat.proto.config_pb2 import RunOptions as RunOptions
from tensorboard.compat.proto.config_pb2 import TensorConnection as TensorConnection
from tensorboard.compat.proto.config_pb2 import ThreadPoolOptionProto as ThreadPoolOptionProto
from tensorboard.compat.proto.cost_graph_pb2 import CostGraphDef as CostGraphDef
from tensorboard.compat.proto.event_pb2 import Event as Event
from tensorboard.compat.proto.event_pb2 import LogMessage as LogMessage
from tensorboard.compat.proto.event_pb2 import SessionLog as SessionLog
from tensorboard.compat.proto.event_pb2 import TaggedRunMetadata as TaggedRunMetadata
from tensorboard.compat.proto.function_pb2 import FunctionDef as FunctionDef
from tensorboard.compat.proto.function_pb2 import FunctionDefLibrary as FunctionDefLibrary
from tensorboard.compat.proto.function_pb2 import GradientDef as GradientDef
from tensorboard.compat.proto.graph_pb2 import GraphDef as GraphDef
from tensorboard.compat.proto.histogram_pb2 import HistogramProto as HistogramProto
from tensorboard.compat.proto.meta_graph_pb2 import AssetFileDef as AssetFileDef
from tensorboard.compat.proto.meta_graph_pb2 import CollectionDef as CollectionDef
from tensorboard.compat.proto.meta_graph_pb2 import MetaGraphDef as MetaGraphDef
from tensorboard.compat.proto.meta_graph_pb2 import SignatureDef as SignatureDef
from tensorboard.compat.proto.meta_graph_pb2 import TensorInfo as TensorInfo
from tensorboard.compat.proto.node_def_pb2 import NodeDef as NodeDef
from tensorboard.compat.proto.op_def_pb2 import OpDef as OpDef
from tensorboard.compat.proto.op_def_pb2 import OpDeprecation as OpDeprecation
from tensorboard.compat.proto.op_def_pb2 import OpList as OpList
from tensorboard.compat.proto.resource_handle_pb2 import ResourceHandleProto as ResourceHandleProto
from tensorboard.compat.proto.rewriter_config_pb2 import RewriterConfig as RewriterConfig
from tensorboard.compat.proto.rpc_options_pb2 import RPCOptions as RPCOptions
from tensorboard.compat.proto.saver_pb2 import SaverDef as SaverDef
from tensorboard.compat.proto.step_stats_pb2 import AllocationRecord as AllocationRecord
from tensorboard.compat.proto.step_stats_pb2 import AllocatorMemoryUsed as AllocatorMemoryUsed
from tensorboard.compat.proto.step_stats_pb2 import DeviceStepStats as DeviceStepStats
from tensorboard.compat.proto.step_stats_pb2 import MemoryStats as MemoryStats
from tensorboard.compat.proto.step_stats_pb2 import NodeExecStats as NodeExecStats
from tensorboard.compat.proto.step_stats_pb2 import NodeOutput as NodeOutput
from tensorboard.compat.proto.step_stats_pb2 import StepStats as StepStats
from tensorboard.compat.proto.summary_pb2 import Summary as Summary
from tensorboard.compat.proto.summary_pb2 import SummaryDescription as SummaryDescription
from tensorboard.compat.proto.summary_pb2 import SummaryMetadata as SummaryMetadata
from tensorboard.compat.proto.tensor_description_pb2 import TensorDescription as TensorDescription
from tensorboard.compat.proto.tensor_pb2 import TensorProto as TensorProto
from tensorboard.compat.proto.tensor_pb2 import VariantTensorDataProto as VariantTensorDataProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto as TensorShapeProto
from tensorboard.compat.proto.tfprof_log_pb2 import OpLogProto as OpLogProto
from tensorboard.compat.proto.types_pb2 import DataType as DataType
from tensorboard.compat.proto.variable_pb2 import SaveSliceInfoDef as SaveSliceInfoDef
from tensorboard.compat.proto.variable_pb2 import VariableDef as VariableDef
from tensorboard.compat.proto.versions_pb2 import VersionDef as VersionDef

class BytesList(Message):
    value: Final[RepeatedScalarFieldContainer[bytes]]
    def __init__(self, *, value: Iterable[bytes] | None = ...) -> None: ...

class FloatList(Message):
    value: Final[RepeatedScalarFieldContainer[float]]
    def __init__(self, *, value: Iterable[float] | None = ...) -> None: ...

class Int64List(Message):
    value: Final[RepeatedScalarFieldContainer[int]]
    def __init__(self, *, value: Iterable[int] | None = ...) -> None: ...

class Feature(Message):
    bytes_list: Final[BytesList]
    float_list: Final[FloatList]
    int64_list: Final[Int64List]
    def __init__(self, *, bytes_list: BytesList | Mapping[str, Any] | None = ..., float_list: FloatList | Mapping[str, Any] | None = ..., int64_list: Int64List | Mapping[str, Any] | None = ...) -> None: ...

class Features(Message):
    feature: Final[MessageMap[str, Feature]]
    def __init__(self, *, feature: Mapping[str, Feature] | None = ...) -> None: ...

class FeatureList(Message):
    feature: Final[RepeatedCompositeFieldContainer[Feature]]
    def __init__(self, *, feature: Iterable[Feature] | None = ...) -> None: ...

class FeatureLists(Message):
    feature_list: Final[MessageMap[str, FeatureList]]
    def __init__(self, *, feature_list: Mapping[str, FeatureList] | None = ...) -> None: ...

class Example(Message):
    features: Final[Features]
    def __init__(self, *, features: Features | Mapping[str, Any] | None = ...) -> None: ...

class SequenceExample(Message):
    context: Final[Features]
    feature_lists: Final[FeatureLists]
    def __init__(self, *, context: Features | Mapping[str, Any] | None = ..., feature_lists: FeatureLists | Mapping[str, Any] | None = ...) -> None: ...

class TensorSliceProto(Message):
    class Extent(Message):
        start: int
        length: int
        def __init__(self, *, start: int | None = ..., length: int | None = ...) -> None: ...
    extent: Final[RepeatedCompositeFieldContainer[TensorSliceProto.Extent]]
    def __init__(self, *, extent: Iterable[TensorSliceProto.Extent] | None = ...) -> None: ...

class BundleHeaderProto(Message):
    Endianness: EnumTypeWrapper
    LITTLE: int
    BIG: int
    num_shards: int
    endianness: int
    version: Final[versions_pb2.VersionDef]
    def __init__(self, *, num_shards: int | None = ..., endianness: int | str | None = ..., version: versions_pb2.VersionDef | Mapping[str, Any] | None = ...) -> None: ...

class BundleEntryProto(Message):
    dtype: int
    shape: Final[tensor_shape_pb2.TensorShapeProto]
    shard_id: int
    offset: int
    size: int
    crc32c: int
    slices: Final[RepeatedCompositeFieldContainer[TensorSliceProto]]
    def __init__(self, *, dtype: int | str | None = ..., shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., shard_id: int | None = ..., offset: int | None = ..., size: int | None = ..., crc32c: int | None = ..., slices: Iterable[TensorSliceProto] | None = ...) -> None: ...

class SavedSliceMeta(Message):
    name: str
    shape: Final[tensor_shape_pb2.TensorShapeProto]
    type: int
    slice: Final[RepeatedCompositeFieldContainer[TensorSliceProto]]
    def __init__(self, *, name: str | None = ..., shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., type: int | str | None = ..., slice: Iterable[TensorSliceProto] | None = ...) -> None: ...

class SavedTensorSliceMeta(Message):
    tensor: Final[RepeatedCompositeFieldContainer[SavedSliceMeta]]
    versions: Final[versions_pb2.VersionDef]
    def __init__(self, *, tensor: Iterable[SavedSliceMeta] | None = ..., versions: versions_pb2.VersionDef | Mapping[str, Any] | None = ...) -> None: ...

class SavedSlice(Message):
    name: str
    slice: Final[TensorSliceProto]
    data: Final[tensor_pb2.TensorProto]
    def __init__(self, *, name: str | None = ..., slice: TensorSliceProto | Mapping[str, Any] | None = ..., data: tensor_pb2.TensorProto | Mapping[str, Any] | None = ...) -> None: ...

class SavedTensorSlices(Message):
    meta: Final[SavedTensorSliceMeta]
    data: Final[SavedSlice]
    def __init__(self, *, meta: SavedTensorSliceMeta | Mapping[str, Any] | None = ..., data: SavedSlice | Mapping[str, Any] | None = ...) -> None: ...

class CheckpointState(Message):
    model_checkpoint_path: str
    all_model_checkpoint_paths: Final[RepeatedScalarFieldContainer[str]]
    all_model_checkpoint_timestamps: Final[RepeatedScalarFieldContainer[float]]
    last_preserved_timestamp: float
    def __init__(self, *, model_checkpoint_path: str | None = ..., all_model_checkpoint_paths: Iterable[str] | None = ..., all_model_checkpoint_timestamps: Iterable[float] | None = ..., last_preserved_timestamp: float | None = ...) -> None: ...

class CheckpointableObjectGraph(Message):
    class CheckpointableObject(Message):
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
        children: Final[RepeatedCompositeFieldContainer[CheckpointableObjectGraph.CheckpointableObject.ObjectReference]]
        attributes: Final[RepeatedCompositeFieldContainer[CheckpointableObjectGraph.CheckpointableObject.SerializedTensor]]
        slot_variables: Final[RepeatedCompositeFieldContainer[CheckpointableObjectGraph.CheckpointableObject.SlotVariableReference]]
        def __init__(self, *, children: Iterable[CheckpointableObjectGraph.CheckpointableObject.ObjectReference] | None = ..., attributes: Iterable[CheckpointableObjectGraph.CheckpointableObject.SerializedTensor] | None = ..., slot_variables: Iterable[CheckpointableObjectGraph.CheckpointableObject.SlotVariableReference] | None = ...) -> None: ...
    nodes: Final[RepeatedCompositeFieldContainer[CheckpointableObjectGraph.CheckpointableObject]]
    def __init__(self, *, nodes: Iterable[CheckpointableObjectGraph.CheckpointableObject] | None = ...) -> None: ...

class QueueRunnerDef(Message):
    queue_name: str
    enqueue_op_name: Final[RepeatedScalarFieldContainer[str]]
    close_op_name: str
    cancel_op_name: str
    queue_closed_exception_types: Final[RepeatedScalarFieldContainer[int]]
    def __init__(self, *, queue_name: str | None = ..., enqueue_op_name: Iterable[str] | None = ..., close_op_name: str | None = ..., cancel_op_name: str | None = ..., queue_closed_exception_types: Iterable[int] | None = ...) -> None: ...

class ValuesDef(Message):
    values: Final[RepeatedScalarFieldContainer[str]]
    external_values: Final[ScalarMap[str, str]]
    def __init__(self, *, values: Iterable[str] | None = ..., external_values: Mapping[str, str] | None = ...) -> None: ...

class ControlFlowContextDef(Message):
    cond_ctxt: Final[CondContextDef]
    while_ctxt: Final[WhileContextDef]
    def __init__(self, *, cond_ctxt: CondContextDef | Mapping[str, Any] | None = ..., while_ctxt: WhileContextDef | Mapping[str, Any] | None = ...) -> None: ...

class CondContextDef(Message):
    context_name: str
    pred_name: str
    pivot_name: str
    branch: int
    values_def: Final[ValuesDef]
    nested_contexts: Final[RepeatedCompositeFieldContainer[ControlFlowContextDef]]
    def __init__(self, *, context_name: str | None = ..., pred_name: str | None = ..., pivot_name: str | None = ..., branch: int | None = ..., values_def: ValuesDef | Mapping[str, Any] | None = ..., nested_contexts: Iterable[ControlFlowContextDef] | None = ...) -> None: ...

class WhileContextDef(Message):
    context_name: str
    parallel_iterations: int
    back_prop: bool
    swap_memory: bool
    pivot_name: str
    pivot_for_pred_name: str
    pivot_for_body_name: str
    loop_exit_names: Final[RepeatedScalarFieldContainer[str]]
    values_def: Final[ValuesDef]
    loop_enter_names: Final[RepeatedScalarFieldContainer[str]]
    maximum_iterations_name: str
    nested_contexts: Final[RepeatedCompositeFieldContainer[ControlFlowContextDef]]
    def __init__(self, *, context_name: str | None = ..., parallel_iterations: int | None = ..., back_prop: bool | None = ..., swap_memory: bool | None = ..., pivot_name: str | None = ..., pivot_for_pred_name: str | None = ..., pivot_for_body_name: str | None = ..., loop_exit_names: Iterable[str] | None = ..., values_def: ValuesDef | Mapping[str, Any] | None = ..., loop_enter_names: Iterable[str] | None = ..., maximum_iterations_name: str | None = ..., nested_contexts: Iterable[ControlFlowContextDef] | None = ...) -> None: ...

class SavedModel(Message):
    saved_model_schema_version: int
    meta_graphs: Final[RepeatedCompositeFieldContainer[meta_graph_pb2.MetaGraphDef]]
    def __init__(self, *, saved_model_schema_version: int | None = ..., meta_graphs: Iterable[meta_graph_pb2.MetaGraphDef] | None = ...) -> None: ...

class NamedTensorProto(Message):
    name: str
    tensor: Final[tensor_pb2.TensorProto]
    def __init__(self, *, name: str | None = ..., tensor: tensor_pb2.TensorProto | Mapping[str, Any] | None = ...) -> None: ...

class ReaderBaseState(Message):
    work_started: int
    work_finished: int
    num_records_produced: int
    current_work: bytes
    def __init__(self, *, work_started: int | None = ..., work_finished: int | None = ..., num_records_produced: int | None = ..., current_work: bytes | None = ...) -> None: ...

class ServerDef(Message):
    cluster: Final[cluster_pb2.ClusterDef]
    job_name: str
    task_index: int
    default_session_config: Final[config_pb2.ConfigProto]
    protocol: str
    port: int
    def __init__(self, *, cluster: cluster_pb2.ClusterDef | Mapping[str, Any] | None = ..., job_name: str | None = ..., task_index: int | None = ..., default_session_config: config_pb2.ConfigProto | Mapping[str, Any] | None = ..., protocol: str | None = ..., port: int | None = ...) -> None: ...

class InterconnectLink(Message):
    device_id: int
    type: str
    strength: int
    def __init__(self, *, device_id: int | None = ..., type: str | None = ..., strength: int | None = ...) -> None: ...

class LocalLinks(Message):
    link: Final[RepeatedCompositeFieldContainer[InterconnectLink]]
    def __init__(self, *, link: Iterable[InterconnectLink] | None = ...) -> None: ...

class DeviceLocality(Message):
    bus_id: int
    numa_node: int
    links: Final[LocalLinks]
    def __init__(self, *, bus_id: int | None = ..., numa_node: int | None = ..., links: LocalLinks | Mapping[str, Any] | None = ...) -> None: ...

class DeviceAttributes(Message):
    name: str
    device_type: str
    memory_limit: int
    locality: Final[DeviceLocality]
    incarnation: int
    physical_device_desc: str
    def __init__(self, *, name: str | None = ..., device_type: str | None = ..., memory_limit: int | None = ..., locality: DeviceLocality | Mapping[str, Any] | None = ..., incarnation: int | None = ..., physical_device_desc: str | None = ...) -> None: ...

class DeviceProperties(Message):
    type: str
    vendor: str
    model: str
    frequency: int
    num_cores: int
    environment: Final[ScalarMap[str, str]]
    num_registers: int
    l1_cache_size: int
    l2_cache_size: int
    l3_cache_size: int
    shared_memory_size_per_multiprocessor: int
    memory_size: int
    bandwidth: int
    def __init__(self, *, type: str | None = ..., vendor: str | None = ..., model: str | None = ..., frequency: int | None = ..., num_cores: int | None = ..., environment: Mapping[str, str] | None = ..., num_registers: int | None = ..., l1_cache_size: int | None = ..., l2_cache_size: int | None = ..., l3_cache_size: int | None = ..., shared_memory_size_per_multiprocessor: int | None = ..., memory_size: int | None = ..., bandwidth: int | None = ...) -> None: ...

class NamedDevice(Message):
    name: str
    properties: Final[DeviceProperties]
    def __init__(self, *, name: str | None = ..., properties: DeviceProperties | Mapping[str, Any] | None = ...) -> None: ...

class KernelDef(Message):
    class AttrConstraint(Message):
        name: str
        allowed_values: Final[attr_value_pb2.AttrValue]
        def __init__(self, *, name: str | None = ..., allowed_values: attr_value_pb2.AttrValue | Mapping[str, Any] | None = ...) -> None: ...
    op: str
    device_type: str
    constraint: Final[RepeatedCompositeFieldContainer[KernelDef.AttrConstraint]]
    host_memory_arg: Final[RepeatedScalarFieldContainer[str]]
    label: str
    def __init__(self, *, op: str | None = ..., device_type: str | None = ..., constraint: Iterable[KernelDef.AttrConstraint] | None = ..., host_memory_arg: Iterable[str] | None = ..., label: str | None = ...) -> None: ...

class KernelList(Message):
    kernel: Final[RepeatedCompositeFieldContainer[KernelDef]]
    def __init__(self, *, kernel: Iterable[KernelDef] | None = ...) -> None: ...
