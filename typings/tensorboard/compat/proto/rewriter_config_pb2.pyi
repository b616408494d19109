"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import attr_value_pb2
from tensorboard.compat.proto import verifier_config_pb2


class AutoParallelOptions(Message):
    enable: bool
    num_replicas: int
    def __init__(self, *, enable: bool | None = ..., num_replicas: int | None = ...) -> None: ...

class ScopedAllocatorOptions(Message):
    enable_op: Final[RepeatedScalarFieldContainer[str]]
    def __init__(self, *, enable_op: Iterable[str] | None = ...) -> None: ...

class RewriterConfig(Message):
    Toggle: EnumTypeWrapper
    DEFAULT: int
    ON: int
    OFF: int
    AGGRESSIVE: int
    EXPERIMENTAL_MLIR: int
    EXPERIMENTAL_BOTH: int
    CpuLayout: EnumTypeWrapper
    NO_CONVERSION_ON_CPU: int
    NCHW_TO_NHWC: int
    NHWC_TO_NCHW: int
    NumIterationsType: EnumTypeWrapper
    DEFAULT_NUM_ITERS: int
    ONE: int
    TWO: int
    MemOptType: EnumTypeWrapper
    DEFAULT_MEM_OPT: int
    NO_MEM_OPT: int
    MANUAL: int
    SWAPPING_HEURISTICS: int
    RECOMPUTATION_HEURISTICS: int
    SCHEDULING_HEURISTICS: int
    HEURISTICS: int
    class CustomGraphOptimizer(Message):
        name: str
        parameter_map: Final[MessageMap[str, attr_value_pb2.AttrValue]]
        def __init__(self, *, name: str | None = ..., parameter_map: Mapping[str, attr_value_pb2.AttrValue] | None = ...) -> None: ...
    cpu_layout_conversion: int
    layout_optimizer: int
    constant_folding: int
    shape_optimization: int
    remapping: int
    common_subgraph_elimination: int
    arithmetic_optimization: int
    dependency_optimization: int
    loop_optimization: int
    function_optimization: int
    debug_stripper: int
    disable_model_pruning: bool
    scoped_allocator_optimization: int
    pin_to_host_optimization: int
    implementation_selector: int
    auto_mixed_precision: int
    auto_mixed_precision_mkl: int
    auto_mixed_precision_onednn_bfloat16: int
    auto_mixed_precision_cpu: int
    disable_meta_optimizer: bool
    disable_tfg_optimizer: bool
    use_plugin_optimizers: int
    experimental_conditional_code_motion: int
    meta_optimizer_iterations: int
    min_graph_nodes: int
    experimental_disable_compressed_tensor_optimization: bool
    experimental_disable_folding_quantization_emulation: bool
    memory_optimization: int
    memory_optimizer_target_node_name_scope: str
    meta_optimizer_timeout_ms: int
    auto_parallel: Final[AutoParallelOptions]
    fail_on_optimizer_errors: bool
    scoped_allocator_opts: Final[ScopedAllocatorOptions]
    optimizers: Final[RepeatedScalarFieldContainer[str]]
    custom_optimizers: Final[RepeatedCompositeFieldContainer[RewriterConfig.CustomGraphOptimizer]]
    inter_optimizer_verifier_config: Final[verifier_config_pb2.VerifierConfig]
    post_optimization_verifier_config: Final[verifier_config_pb2.VerifierConfig]
    def __init__(self, *, cpu_layout_conversion: int | str | None = ..., layout_optimizer: int | str | None = ..., constant_folding: int | str | None = ..., shape_optimization: int | str | None = ..., remapping: int | str | None = ..., common_subgraph_elimination: int | str | None = ..., arithmetic_optimization: int | str | None = ..., dependency_optimization: int | str | None = ..., loop_optimization: int | str | None = ..., function_optimization: int | str | None = ..., debug_stripper: int | str | None = ..., disable_model_pruning: bool | None = ..., scoped_allocator_optimization: int | str | None = ..., pin_to_host_optimization: int | str | None = ..., implementation_selector: int | str | None = ..., auto_mixed_precision: int | str | None = ..., auto_mixed_precision_mkl: int | str | None = ..., auto_mixed_precision_onednn_bfloat16: int | str | None = ..., auto_mixed_precision_cpu: int | str | None = ..., disable_meta_optimizer: bool | None = ..., disable_tfg_optimizer: bool | None = ..., use_plugin_optimizers: int | str | None = ..., experimental_conditional_code_motion: int | str | None = ..., meta_optimizer_iterations: int | str | None = ..., min_graph_nodes: int | None = ..., experimental_disable_compressed_tensor_optimization: bool | None = ..., experimental_disable_folding_quantization_emulation: bool | None = ..., memory_optimization: int | str | None = ..., memory_optimizer_target_node_name_scope: str | None = ..., meta_optimizer_timeout_ms: int | None = ..., auto_parallel: AutoParallelOptions | Mapping[str, Any] | None = ..., fail_on_optimizer_errors: bool | None = ..., scoped_allocator_opts: ScopedAllocatorOptions | Mapping[str, Any] | None = ..., optimizers: Iterable[str] | None = ..., custom_optimizers: Iterable[RewriterConfig.CustomGraphOptimizer] | None = ..., inter_optimizer_verifier_config: verifier_config_pb2.VerifierConfig | Mapping[str, Any] | None = ..., post_optimization_verifier_config: verifier_config_pb2.VerifierConfig | Mapping[str, Any] | None = ...) -> None: ...
