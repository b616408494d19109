"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import cluster_pb2
from tensorboard.compat.proto import coordination_config_pb2
from tensorboard.compat.proto import cost_graph_pb2
from tensorboard.compat.proto import debug_pb2
from tensorboard.compat.proto import graph_pb2
from tensorboard.compat.proto import rewriter_config_pb2
from tensorboard.compat.proto import rpc_options_pb2
from tensorboard.compat.proto import step_stats_pb2


class GPUOptions(Message):
    class Experimental(Message):
        class VirtualDevices(Message):
            memory_limit_mb: Final[RepeatedScalarFieldContainer[float]]
            priority: Final[RepeatedScalarFieldContainer[int]]
            device_ordinal: Final[RepeatedScalarFieldContainer[int]]
            def __init__(self, *, memory_limit_mb: Iterable[float] | None = ..., priority: Iterable[int] | None = ..., device_ordinal: Iterable[int] | None = ...) -> None: ...
        class StreamMergeOptions(Message):
            merge_host_to_device_stream: bool
            merge_device_to_host_stream: bool
            merge_device_to_device_stream: bool
            def __init__(self, *, merge_host_to_device_stream: bool | None = ..., merge_device_to_host_stream: bool | None = ..., merge_device_to_device_stream: bool | None = ...) -> None: ...
        virtual_devices: Final[RepeatedCompositeFieldContainer[GPUOptions.Experimental.VirtualDevices]]
        num_virtual_devices_per_gpu: int
        use_unified_memory: bool
        num_dev_to_dev_copy_streams: int
        collective_ring_order: str
        timestamped_allocator: bool
        kernel_tracker_max_interval: int
        kernel_tracker_max_bytes: int
        kernel_tracker_max_pending: int
        internal_fragmentation_fraction: float
        use_cuda_malloc_async: bool
        disallow_retry_on_allocation_failure: bool
        gpu_host_mem_limit_in_mb: float
        gpu_host_mem_disallow_growth: bool
        gpu_system_memory_size_in_mb: int
        populate_pjrt_gpu_client_creation_info: bool
        node_id: int
        stream_merge_options: Final[GPUOptions.Experimental.StreamMergeOptions]
        def __init__(self, *, virtual_devices: Iterable[GPUOptions.Experimental.VirtualDevices] | None = ..., num_virtual_devices_per_gpu: int | None = ..., use_unified_memory: bool | None = ..., num_dev_to_dev_copy_streams: int | None = ..., collective_ring_order: str | None = ..., timestamped_allocator: bool | None = ..., kernel_tracker_max_interval: int | None = ..., kernel_tracker_max_bytes: int | None = ..., kernel_tracker_max_pending: int | None = ..., internal_fragmentation_fraction: float | None = ..., use_cuda_malloc_async: bool | None = ..., disallow_retry_on_allocation_failure: bool | None = ..., gpu_host_mem_limit_in_mb: float | None = ..., gpu_host_mem_disallow_growth: bool | None = ..., gpu_system_memory_size_in_mb: int | None = ..., populate_pjrt_gpu_client_creation_info: bool | None = ..., node_id: int | None = ..., stream_merge_options: GPUOptions.Experimental.StreamMergeOptions | Mapping[str, Any] | None = ...) -> None: ...
    per_process_gpu_memory_fraction: float
    allow_growth: bool
    allocator_type: str
    deferred_deletion_bytes: int
    visible_device_list: str
    polling_active_delay_usecs: int
    polling_inactive_delay_msecs: int
    force_gpu_compatible: bool
    experimental: Final[GPUOptions.Experimental]
    def __init__(self, *, per_process_gpu_memory_fraction: float | None = ..., allow_growth: bool | None = ..., allocator_type: str | None = ..., deferred_deletion_bytes: int | None = ..., visible_device_list: str | None = ..., polling_active_delay_usecs: int | None = ..., polling_inactive_delay_msecs: int | None = ..., force_gpu_compatible: bool | None = ..., experimental: GPUOptions.Experimental | Mapping[str, Any] | None = ...) -> None: ...

class OptimizerOptions(Message):
    Level: EnumTypeWrapper
    L1: int
    L0: int
    GlobalJitLevel: EnumTypeWrapper
    DEFAULT: int
    OFF: int
    ON_1: int
    ON_2: int
    do_common_subexpression_elimination: bool
    do_constant_folding: bool
    max_folded_constant_in_bytes: int
    do_function_inlining: bool
    opt_level: int
    global_jit_level: int
    cpu_global_jit: bool
    def __init__(self, *, do_common_subexpression_elimination: bool | None = ..., do_constant_folding: bool | None = ..., max_folded_constant_in_bytes: int | None = ..., do_function_inlining: bool | None = ..., opt_level: int | str | None = ..., global_jit_level: int | str | None = ..., cpu_global_jit: bool | None = ...) -> None: ...

class GraphOptions(Message):
    enable_recv_scheduling: bool
    optimizer_options: Final[OptimizerOptions]
    build_cost_model: int
    build_cost_model_after: int
    infer_shapes: bool
    place_pruned_graph: bool
    enable_bfloat16_sendrecv: bool
    timeline_step: int
    rewrite_options: Final[rewriter_config_pb2.RewriterConfig]
    def __init__(self, *, enable_recv_scheduling: bool | None = ..., optimizer_options: OptimizerOptions | Mapping[str, Any] | None = ..., build_cost_model: int | None = ..., build_cost_model_after: int | None = ..., infer_shapes: bool | None = ..., place_pruned_graph: bool | None = ..., enable_bfloat16_sendrecv: bool | None = ..., timeline_step: int | None = ..., rewrite_options: rewriter_config_pb2.RewriterConfig | Mapping[str, Any] | None = ...) -> None: ...

class ThreadPoolOptionProto(Message):
    num_threads: int
    global_name: str
    def __init__(self, *, num_threads: int | None = ..., global_name: str | None = ...) -> None: ...

class SessionMetadata(Message):
    name: str
    version: int
    def __init__(self, *, name: str | None = ..., version: int | None = ...) -> None: ...

class ConfigProto(Message):
    class Experimental(Message):
        MlirBridgeRollout: EnumTypeWrapper
        MLIR_BRIDGE_ROLLOUT_UNSPECIFIED: int
        MLIR_BRIDGE_ROLLOUT_ENABLED: int
        MLIR_BRIDGE_ROLLOUT_DISABLED: int
        collective_group_leader: str
        executor_type: str
        recv_buf_max_chunk: int
        use_numa_affinity: bool
        collective_deterministic_sequential_execution: bool
        collective_nccl: bool
        share_session_state_in_clusterspec_propagation: bool
        disable_thread_spinning: bool
        share_cluster_devices_in_session: bool
        session_metadata: Final[SessionMetadata]
        optimize_for_static_graph: bool
        enable_mlir_bridge: bool
        mlir_bridge_rollout: int
        enable_mlir_graph_optimization: bool
        disable_output_partition_graphs: bool
        xla_fusion_autotuner_thresh: int
        use_tfrt: bool
        enable_multi_host: bool
        tfrt_use_ifrt: bool
        backend_server_port: int
        target_tpu: bool
        target_gpu: bool
        stream_merge_threshold: int
        disable_functional_ops_lowering: bool
        xla_prefer_single_graph_cluster: bool
        coordination_config: Final[coordination_config_pb2.CoordinationServiceConfig]
        disable_optimize_for_static_graph: bool
        disable_eager_executor_streaming_enqueue: bool
        finalize_function_library_runtime: bool
        finalize_resource_manager: bool
        tf2xla_dump_dir: str
        online_cost_analysis: bool
        def __init__(self, *, collective_group_leader: str | None = ..., executor_type: str | None = ..., recv_buf_max_chunk: int | None = ..., use_numa_affinity: bool | None = ..., collective_deterministic_sequential_execution: bool | None = ..., collective_nccl: bool | None = ..., share_session_state_in_clusterspec_propagation: bool | None = ..., disable_thread_spinning: bool | None = ..., share_cluster_devices_in_session: bool | None = ..., session_metadata: SessionMetadata | Mapping[str, Any] | None = ..., optimize_for_static_graph: bool | None = ..., enable_mlir_bridge: bool | None = ..., mlir_bridge_rollout: int | str | None = ..., enable_mlir_graph_optimization: bool | None = ..., disable_output_partition_graphs: bool | None = ..., xla_fusion_autotuner_thresh: int | None = ..., use_tfrt: bool | None = ..., enable_multi_host: bool | None = ..., tfrt_use_ifrt: bool | None = ..., backend_server_port: int | None = ..., target_tpu: bool | None = ..., target_gpu: bool | None = ..., stream_merge_threshold: int | None = ..., disable_functional_ops_lowering: bool | None = ..., xla_prefer_single_graph_cluster: bool | None = ..., coordination_config: coordination_config_pb2.CoordinationServiceConfig | Mapping[str, Any] | None = ..., disable_optimize_for_static_graph: bool | None = ..., disable_eager_executor_streaming_enqueue: bool | None = ..., finalize_function_library_runtime: bool | None = ..., finalize_resource_manager: bool | None = ..., tf2xla_dump_dir: str | None = ..., online_cost_analysis: bool | None = ...) -> None: ...
    device_count: Final[ScalarMap[str, int]]
    intra_op_parallelism_threads: int
    inter_op_parallelism_threads: int
    use_per_session_threads: bool
    session_inter_op_thread_pool: Final[RepeatedCompositeFieldContainer[ThreadPoolOptionProto]]
    placement_period: int
    device_filters: Final[RepeatedScalarFieldContainer[str]]
    gpu_options: Final[GPUOptions]
    pluggable_device_options: Final[GPUOptions]
    allow_soft_placement: bool
    log_device_placement: bool
    graph_options: Final[GraphOptions]
    operation_timeout_in_ms: int
    rpc_options: Final[rpc_options_pb2.RPCOptions]
    cluster_def: Final[cluster_pb2.ClusterDef]
    isolate_session_state: bool
    share_cluster_devices_in_session: bool
    experimental: Final[ConfigProto.Experimental]
    def __init__(self, *, device_count: Mapping[str, int] | None = ..., intra_op_parallelism_threads: int | None = ..., inter_op_parallelism_threads: int | None = ..., use_per_session_threads: bool | None = ..., session_inter_op_thread_pool: Iterable[ThreadPoolOptionProto] | None = ..., placement_period: int | None = ..., device_filters: Iterable[str] | None = ..., gpu_options: GPUOptions | Mapping[str, Any] | None = ..., pluggable_device_options: GPUOptions | Mapping[str, Any] | None = ..., allow_soft_placement: bool | None = ..., log_device_placement: bool | None = ..., graph_options: GraphOptions | Mapping[str, Any] | None = ..., operation_timeout_in_ms: int | None = ..., rpc_options: rpc_options_pb2.RPCOptions | Mapping[str, Any] | None = ..., cluster_def: cluster_pb2.ClusterDef | Mapping[str, Any] | None = ..., isolate_session_state: bool | None = ..., share_cluster_devices_in_session: bool | None = ..., experimental: ConfigProto.Experimental | Mapping[str, Any] | None = ...) -> None: ...

class RunOptions(Message):
    TraceLevel: EnumTypeWrapper
    NO_TRACE: int
    SOFTWARE_TRACE: int
    HARDWARE_TRACE: int
    FULL_TRACE: int
    class Experimental(Message):
        class RunHandlerPoolOptions(Message):
            priority: int
            def __init__(self, *, priority: int | None = ...) -> None: ...
        collective_graph_key: int
        use_run_handler_pool: bool
        run_handler_pool_options: Final[RunOptions.Experimental.RunHandlerPoolOptions]
        def __init__(self, *, collective_graph_key: int | None = ..., use_run_handler_pool: bool | None = ..., run_handler_pool_options: RunOptions.Experimental.RunHandlerPoolOptions | Mapping[str, Any] | None = ...) -> None: ...
    trace_level: int
    timeout_in_ms: int
    inter_op_thread_pool: int
    output_partition_graphs: bool
    debug_options: Final[debug_pb2.DebugOptions]
    report_tensor_allocations_upon_oom: bool
    experimental: Final[RunOptions.Experimental]
    def __init__(self, *, trace_level: int | str | None = ..., timeout_in_ms: int | None = ..., inter_op_thread_pool: int | None = ..., output_partition_graphs: bool | None = ..., debug_options: debug_pb2.DebugOptions | Mapping[str, Any] | None = ..., report_tensor_allocations_upon_oom: bool | None = ..., experimental: RunOptions.Experimental | Mapping[str, Any] | None = ...) -> None: ...

class RunMetadata(Message):
    class FunctionGraphs(Message):
        partition_graphs: Final[RepeatedCompositeFieldContainer[graph_pb2.GraphDef]]
        pre_optimization_graph: Final[graph_pb2.GraphDef]
        post_optimization_graph: Final[graph_pb2.GraphDef]
        def __init__(self, *, partition_graphs: Iterable[graph_pb2.GraphDef] | None = ..., pre_optimization_graph: graph_pb2.GraphDef | Mapping[str, Any] | None = ..., post_optimization_graph: graph_pb2.GraphDef | Mapping[str, Any] | None = ...) -> None: ...
    step_stats: Final[step_stats_pb2.StepStats]
    cost_graph: Final[cost_graph_pb2.CostGraphDef]
    partition_graphs: Final[RepeatedCompositeFieldContainer[graph_pb2.GraphDef]]
    function_graphs: Final[RepeatedCompositeFieldContainer[RunMetadata.FunctionGraphs]]
    session_metadata: Final[SessionMetadata]
    def __init__(self, *, step_stats: step_stats_pb2.StepStats | Mapping[str, Any] | None = ..., cost_graph: cost_graph_pb2.CostGraphDef | Mapping[str, Any] | None = ..., partition_graphs: Iterable[graph_pb2.GraphDef] | None = ..., function_graphs: Iterable[RunMetadata.FunctionGraphs] | None = ..., session_metadata: SessionMetadata | Mapping[str, Any] | None = ...) -> None: ...

class TensorConnection(Message):
    from_tensor: str
    to_tensor: str
    def __init__(self, *, from_tensor: str | None = ..., to_tensor: str | None = ...) -> None: ...

class CallableOptions(Message):
    feed: Final[RepeatedScalarFieldContainer[str]]
    fetch: Final[RepeatedScalarFieldContainer[str]]
    target: Final[RepeatedScalarFieldContainer[str]]
    run_options: Final[RunOptions]
    tensor_connection: Final[RepeatedCompositeFieldContainer[TensorConnection]]
    feed_devices: Final[ScalarMap[str, str]]
    fetch_devices: Final[ScalarMap[str, str]]
    fetch_skip_sync: bool
    def __init__(self, *, feed: Iterable[str] | None = ..., fetch: Iterable[str] | None = ..., target: Iterable[str] | None = ..., run_options: RunOptions | Mapping[str, Any] | None = ..., tensor_connection: Iterable[TensorConnection] | None = ..., feed_devices: Mapping[str, str] | None = ..., fetch_devices: Mapping[str, str] | None = ..., fetch_skip_sync: bool | None = ...) -> None: ...

class BatchingOptions(Message):
    num_batch_threads: int
    max_batch_size: int
    batch_timeout_micros: int
    allowed_batch_sizes: Final[RepeatedScalarFieldContainer[int]]
    max_enqueued_batches: int
    def __init__(self, *, num_batch_threads: int | None = ..., max_batch_size: int | None = ..., batch_timeout_micros: int | None = ..., allowed_batch_sizes: Iterable[int] | None = ..., max_enqueued_batches: int | None = ...) -> None: ...
