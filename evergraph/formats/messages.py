"""The protocol messages that programs, checkpoints and event files are made of.

What the `tensorboard` package has is taken from there; the rest is described in the tables below (names and
numbers are those of TensorFlow's .proto files, so the bytes and the text forms are the same).
"""

from __future__ import annotations

from tensorboard.compat.proto.allocation_description_pb2 import AllocationDescription as AllocationDescription
from tensorboard.compat.proto.api_def_pb2 import ApiDef as ApiDef
from tensorboard.compat.proto.api_def_pb2 import ApiDefs as ApiDefs
from tensorboard.compat.proto.attr_value_pb2 import AttrValue as AttrValue
from tensorboard.compat.proto.attr_value_pb2 import NameAttrList as NameAttrList
from tensorboard.compat.proto.cluster_pb2 import ClusterDef as ClusterDef
from tensorboard.compat.proto.cluster_pb2 import JobDef as JobDef
from tensorboard.compat.proto.config_pb2 import (
    CallableOptions as CallableOptions,
)
from tensorboard.compat.proto.config_pb2 import (
    ConfigProto as ConfigProto,
)
from tensorboard.compat.proto.config_pb2 import (
    GPUOptions as GPUOptions,
)
from tensorboard.compat.proto.config_pb2 import (
    GraphOptions as GraphOptions,
)
from tensorboard.compat.proto.config_pb2 import (
    OptimizerOptions as OptimizerOptions,
)
from tensorboard.compat.proto.config_pb2 import (
    RunMetadata as RunMetadata,
)
from tensorboard.compat.proto.config_pb2 import (
    RunOptions as RunOptions,
)
from tensorboard.compat.proto.config_pb2 import (
    TensorConnection as TensorConnection,
)
from tensorboard.compat.proto.config_pb2 import (
    ThreadPoolOptionProto as ThreadPoolOptionProto,
)
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
from tensorboard.compat.proto.meta_graph_pb2 import (
    AssetFileDef as AssetFileDef,
)
from tensorboard.compat.proto.meta_graph_pb2 import (
    CollectionDef as CollectionDef,
)
from tensorboard.compat.proto.meta_graph_pb2 import (
    MetaGraphDef as MetaGraphDef,
)
from tensorboard.compat.proto.meta_graph_pb2 import (
    SignatureDef as SignatureDef,
)
from tensorboard.compat.proto.meta_graph_pb2 import (
    TensorInfo as TensorInfo,
)
from tensorboard.compat.proto.node_def_pb2 import NodeDef as NodeDef
from tensorboard.compat.proto.op_def_pb2 import OpDef as OpDef
from tensorboard.compat.proto.op_def_pb2 import OpDeprecation as OpDeprecation
from tensorboard.compat.proto.op_def_pb2 import OpList as OpList
from tensorboard.compat.proto.resource_handle_pb2 import ResourceHandleProto as ResourceHandleProto
from tensorboard.compat.proto.rewriter_config_pb2 import RewriterConfig as RewriterConfig
from tensorboard.compat.proto.rpc_options_pb2 import RPCOptions as RPCOptions
from tensorboard.compat.proto.saver_pb2 import SaverDef as SaverDef
from tensorboard.compat.proto.step_stats_pb2 import (
    AllocationRecord as AllocationRecord,
)
from tensorboard.compat.proto.step_stats_pb2 import (
    AllocatorMemoryUsed as AllocatorMemoryUsed,
)
from tensorboard.compat.proto.step_stats_pb2 import (
    DeviceStepStats as DeviceStepStats,
)
from tensorboard.compat.proto.step_stats_pb2 import (
    MemoryStats as MemoryStats,
)
from tensorboard.compat.proto.step_stats_pb2 import (
    NodeExecStats as NodeExecStats,
)
from tensorboard.compat.proto.step_stats_pb2 import (
    NodeOutput as NodeOutput,
)
from tensorboard.compat.proto.step_stats_pb2 import (
    StepStats as StepStats,
)
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

from evergraph.formats.message_tables import define_messages
from evergraph.framework.public import public

public("AttrValue")(AttrValue)
public("ConfigProto")(ConfigProto)
public("Event", "summary.Event")(Event)
public("GPUOptions")(GPUOptions)
public("GraphDef")(GraphDef)
public("GraphOptions")(GraphOptions)
public("HistogramProto")(HistogramProto)
public("LogMessage")(LogMessage)
public("MetaGraphDef")(MetaGraphDef)
public("NameAttrList")(NameAttrList)
public("NodeDef")(NodeDef)
public("OptimizerOptions")(OptimizerOptions)
public("RunMetadata")(RunMetadata)
public("RunOptions")(RunOptions)
public("SessionLog", "summary.SessionLog")(SessionLog)
public("Summary", "summary.Summary")(Summary)
public("SummaryMetadata")(SummaryMetadata)
public("TensorInfo")(TensorInfo)
public("train.ClusterDef")(ClusterDef)
public("train.JobDef")(JobDef)
public("train.SaverDef")(SaverDef)
public("summary.SummaryDescription")(SummaryDescription)
public("summary.TaggedRunMetadata")(TaggedRunMetadata)

_EXAMPLE = define_messages(
    "evergraph/formats/example.proto",
    {
        "BytesList": ("repeated bytes value = 1",),
        "FloatList": ("repeated float value = 1",),
        "Int64List": ("repeated int64 value = 1",),
        "Feature": (
            "kind: BytesList bytes_list = 1",
            "kind: FloatList float_list = 2",
            "kind: Int64List int64_list = 3",
        ),
        "Features": ("map<string, Feature> feature = 1",),
        "FeatureList": ("repeated Feature feature = 1",),
        "FeatureLists": ("map<string, FeatureList> feature_list = 1",),
        "Example": ("Features features = 1",),
        "SequenceExample": ("Features context = 1", "FeatureLists feature_lists = 2"),
    },
)
BytesList = _EXAMPLE["BytesList"]
public("train.BytesList")(BytesList)
FloatList = _EXAMPLE["FloatList"]
public("train.FloatList")(FloatList)
Int64List = _EXAMPLE["Int64List"]
public("train.Int64List")(Int64List)
Feature = _EXAMPLE["Feature"]
public("train.Feature")(Feature)
Features = _EXAMPLE["Features"]
public("train.Features")(Features)
FeatureList = _EXAMPLE["FeatureList"]
public("train.FeatureList")(FeatureList)
FeatureLists = _EXAMPLE["FeatureLists"]
public("train.FeatureLists")(FeatureLists)
Example = _EXAMPLE["Example"]
public("train.Example")(Example)
SequenceExample = _EXAMPLE["SequenceExample"]
public("train.SequenceExample")(SequenceExample)

_CHECKPOINT = define_messages(
    "evergraph/formats/checkpoint.proto",
    {
        "TensorSliceProto": ("repeated TensorSliceProto.Extent extent = 1",),
        # An extent without a length spans the dimension; the oneof tells a length of 0 from none.
        "TensorSliceProto.Extent": ("int64 start = 1", "has_length: int64 length = 2"),
        "BundleHeaderProto": (
            "int32 num_shards = 1",
            "BundleHeaderProto.Endianness endianness = 2",
            "VersionDef version = 3",
        ),
        "BundleEntryProto": (
            "DataType dtype = 1",
            "TensorShapeProto shape = 2",
            "int32 shard_id = 3",
            "int64 offset = 4",
            "int64 size = 5",
            "fixed32 crc32c = 6",
            "repeated TensorSliceProto slices = 7",
        ),
        "SavedSliceMeta": (
            "string name = 1",
            "TensorShapeProto shape = 2",
            "DataType type = 3",
            "repeated TensorSliceProto slice = 4",
        ),
        "SavedTensorSliceMeta": ("repeated SavedSliceMeta tensor = 1", "VersionDef versions = 2"),
        "SavedSlice": ("string name = 1", "TensorSliceProto slice = 2", "TensorProto data = 3"),
        "SavedTensorSlices": ("SavedTensorSliceMeta meta = 1", "SavedSlice data = 2"),
        "CheckpointState": (
            "string model_checkpoint_path = 1",
            "repeated string all_model_checkpoint_paths = 2",
            "repeated double all_model_checkpoint_timestamps = 3",
            "double last_preserved_timestamp = 4",
        ),
    },
    {"BundleHeaderProto.Endianness": {"LITTLE": 0, "BIG": 1}},
)
TensorSliceProto = _CHECKPOINT["TensorSliceProto"]
BundleHeaderProto = _CHECKPOINT["BundleHeaderProto"]
BundleEntryProto = _CHECKPOINT["BundleEntryProto"]
SavedSliceMeta = _CHECKPOINT["SavedSliceMeta"]
SavedTensorSliceMeta = _CHECKPOINT["SavedTensorSliceMeta"]
SavedSlice = _CHECKPOINT["SavedSlice"]
SavedTensorSlices = _CHECKPOINT["SavedTensorSlices"]
CheckpointState = _CHECKPOINT["CheckpointState"]

_OBJECTS = define_messages(
    "evergraph/formats/object_graph.proto",
    {
        "CheckpointableObjectGraph": ("repeated CheckpointableObjectGraph.CheckpointableObject nodes = 1",),
        "CheckpointableObjectGraph.CheckpointableObject": (
            "repeated CheckpointableObjectGraph.CheckpointableObject.ObjectReference children = 1",
            "repeated CheckpointableObjectGraph.CheckpointableObject.SerializedTensor attributes = 2",
            "repeated CheckpointableObjectGraph.CheckpointableObject.SlotVariableReference slot_variables = 3",
        ),
        "CheckpointableObjectGraph.CheckpointableObject.ObjectReference": (
            "int32 node_id = 1",
            "string local_name = 2",
        ),
        "CheckpointableObjectGraph.CheckpointableObject.SerializedTensor": (
            "string name = 1",
            "string full_name = 2",
            "string checkpoint_key = 3",
        ),
        "CheckpointableObjectGraph.CheckpointableObject.SlotVariableReference": (
            "int32 original_variable_node_id = 1",
            "string slot_name = 2",
            "int32 slot_variable_node_id = 3",
        ),
    },
)
CheckpointableObjectGraph = _OBJECTS["CheckpointableObjectGraph"]
public("contrib.checkpoint.CheckpointableObjectGraph")(CheckpointableObjectGraph)
public("python.training.checkpoint_state_pb2.CheckpointState")(CheckpointState)

_PROGRAM = define_messages(
    "evergraph/formats/program.proto",
    {
        "QueueRunnerDef": (
            "string queue_name = 1",
            "repeated string enqueue_op_name = 2",
            "string close_op_name = 3",
            "string cancel_op_name = 4",
            "repeated Code queue_closed_exception_types = 5",
        ),
        "ValuesDef": ("repeated string values = 1", "map<string, string> external_values = 2"),
        "ControlFlowContextDef": (
            "ctxt: CondContextDef cond_ctxt = 1",
            "ctxt: WhileContextDef while_ctxt = 2",
        ),
        "CondContextDef": (
            "string context_name = 1",
            "string pred_name = 2",
            "string pivot_name = 3",
            "int32 branch = 4",
            "ValuesDef values_def = 5",
            "repeated ControlFlowContextDef nested_contexts = 6",
        ),
        "WhileContextDef": (
            "string context_name = 1",
            "int32 parallel_iterations = 2",
            "bool back_prop = 3",
            "bool swap_memory = 4",
            "string pivot_name = 5",
            "string pivot_for_pred_name = 6",
            "string pivot_for_body_name = 7",
            "repeated string loop_exit_names = 8",
            "ValuesDef values_def = 9",
            "repeated string loop_enter_names = 10",
            "string maximum_iterations_name = 11",
            "repeated ControlFlowContextDef nested_contexts = 12",
        ),
        "SavedModel": ("int64 saved_model_schema_version = 1", "repeated MetaGraphDef meta_graphs = 2"),
        "NamedTensorProto": ("string name = 1", "TensorProto tensor = 2"),
        "ReaderBaseState": (
            "int64 work_started = 1",
            "int64 work_finished = 2",
            "int64 num_records_produced = 3",
            "bytes current_work = 4",
        ),
    },
    {
        # The status codes shared by every gRPC-like system; the exceptions of `tf.errors` carry the same.
        "Code": {
            "OK": 0,
            "CANCELLED": 1,
            "UNKNOWN": 2,
            "INVALID_ARGUMENT": 3,
            "DEADLINE_EXCEEDED": 4,
            "NOT_FOUND": 5,
            "ALREADY_EXISTS": 6,
            "PERMISSION_DENIED": 7,
            "RESOURCE_EXHAUSTED": 8,
            "FAILED_PRECONDITION": 9,
            "ABORTED": 10,
            "OUT_OF_RANGE": 11,
            "UNIMPLEMENTED": 12,
            "INTERNAL": 13,
            "UNAVAILABLE": 14,
            "DATA_LOSS": 15,
            "UNAUTHENTICATED": 16,
        },
    },
)
QueueRunnerDef = _PROGRAM["QueueRunnerDef"]
ValuesDef = _PROGRAM["ValuesDef"]
ControlFlowContextDef = _PROGRAM["ControlFlowContextDef"]
CondContextDef = _PROGRAM["CondContextDef"]
WhileContextDef = _PROGRAM["WhileContextDef"]
SavedModel = _PROGRAM["SavedModel"]
NamedTensorProto = _PROGRAM["NamedTensorProto"]
ReaderBaseState = _PROGRAM["ReaderBaseState"]

_CLUSTER = define_messages(
    "evergraph/formats/cluster.proto",
    {
        "ServerDef": (
            "ClusterDef cluster = 1",
            "string job_name = 2",
            "int32 task_index = 3",
            "ConfigProto default_session_config = 4",
            "string protocol = 5",
            "int32 port = 6",
        ),
        "InterconnectLink": ("int32 device_id = 1", "string type = 2", "int32 strength = 3"),
        "LocalLinks": ("repeated InterconnectLink link = 1",),
        "DeviceLocality": ("int32 bus_id = 1", "int32 numa_node = 2", "LocalLinks links = 3"),
        "DeviceAttributes": (
            "string name = 1",
            "string device_type = 2",
            "int64 memory_limit = 4",
            "DeviceLocality locality = 5",
            "fixed64 incarnation = 6",
            "string physical_device_desc = 7",
        ),
        "DeviceProperties": (
            "string type = 1",
            "string vendor = 2",
            "string model = 3",
            "int64 frequency = 4",
            "int64 num_cores = 5",
            "map<string, string> environment = 6",
            "int64 num_registers = 7",
            "int64 l1_cache_size = 8",
            "int64 l2_cache_size = 9",
            "int64 l3_cache_size = 10",
            "int64 shared_memory_size_per_multiprocessor = 11",
            "int64 memory_size = 12",
            "int64 bandwidth = 13",
        ),
        "NamedDevice": ("string name = 1", "DeviceProperties properties = 2"),
        "KernelDef": (
            "string op = 1",
            "string device_type = 2",
            "repeated KernelDef.AttrConstraint constraint = 3",
            "repeated string host_memory_arg = 4",
            "string label = 5",
        ),
        "KernelDef.AttrConstraint": ("string name = 1", "AttrValue allowed_values = 2"),
        "KernelList": ("repeated KernelDef kernel = 1",),
    },
)
ServerDef = _CLUSTER["ServerDef"]
public("train.ServerDef")(ServerDef)
InterconnectLink = _CLUSTER["InterconnectLink"]
LocalLinks = _CLUSTER["LocalLinks"]
DeviceLocality = _CLUSTER["DeviceLocality"]
DeviceAttributes = _CLUSTER["DeviceAttributes"]
DeviceProperties = _CLUSTER["DeviceProperties"]
NamedDevice = _CLUSTER["NamedDevice"]
KernelDef = _CLUSTER["KernelDef"]
KernelList = _CLUSTER["KernelList"]
