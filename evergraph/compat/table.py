"""TensorFlow's modules, and where in Evergraph their names come from.

A row is the name of a module and words. A word is a module of `evergraph`, all of whose public names are shown;
`name=module:other_name` shows one of them (`name=module:` under the same name), `name=module` the module itself; `raw` shows
every operation under TensorFlow's name for the function that only records it, such as `mat_mul`. An empty row is a package,
or a module of which nothing exists here: it can be imported and has no names.
"""

__all__ = ["MODULES", "ON_FIRST_USE"]

# The modules below `tensorflow` that are no module here, but filled from this table when a program asks for them.
ON_FIRST_USE = ("contrib", "core", "examples", "python")

_ARRAY = "ops.array ops.constants ops.sparse.dense newaxis=ops.array:"
_VARIABLES = "ops.variables ops.variable_collections ops.uninitialized_variables"
_SCOPES = "ops.variable_scope variable=ops.variables:Variable"

_COLUMNS = " ".join(
    f"feature_column.{name}"
    for name in (
        "kinds builder sparse_inputs numeric categorical vocabulary weighted crossed sequence indicator safe_lookup "
        "weights embedding shared_embedding parse_spec inputs linear"
    ).split()
) + (
    " _clean_feature_columns=feature_column.checks:clean_feature_columns "
    "_verify_static_batch_size_equality=feature_column.checks:verify_static_batch_size_equality"
)

_NETWORKS = (
    "layers.recurrent.dynamic layers.recurrent.bidirectional layers.recurrent.raw layers.recurrent.static "
    "_transpose_batch_time=layers.recurrent.sequences:transpose_batch_time "
    "_best_effort_input_batch_size=layers.recurrent.sequences:best_effort_batch_size "
    "_reverse_seq=layers.recurrent.sequences:reverse_list"
)
_CELLS = (
    "layers.recurrent.rnn_cell layers.recurrent.cell _WEIGHTS_VARIABLE_NAME=layers.recurrent.cell:KERNEL_NAME "
    "_BIAS_VARIABLE_NAME=layers.recurrent.cell:BIAS_NAME"
)

# TensorFlow's own Python packages, below `tensorflow.python`.
_PYTHON = {
    "client": "",
    "client.session": (
        "session.session register_session_run_conversion_functions=session.fetches: "
        "_DeviceAttributes=session.devices:DeviceAttributes"
    ),
    "client.device_lib": "session.local_devices",
    "client.timeline": "session.timeline",
    "data": "",
    "data.ops": "",
    "data.ops.dataset_ops": "",
    "data.ops.iterator_ops": "",
    "data.ops.readers": "",
    "data.util": "",
    "data.util.nest": "framework.structures",
    "eager": "",
    "eager.backprop": "",
    "eager.context": "framework.execution",
    "eager.function": "",
    "eager.tape": "",
    "eager.test": "testing",
    "estimator": "",
    "estimator.inputs": "",
    "estimator.inputs.numpy_io": "",
    "feature_column": "",
    "feature_column.feature_column": _COLUMNS,
    "feature_column.feature_column_lib": "feature_column",
    "framework": "",
    "framework.c_api_util": "",
    "framework.common_shapes": "framework.shape_functions broadcast_shape=ops.array.shapes:broadcast_static_shape",
    "framework.constant_op": "constant=ops.constants:",
    "framework.device": "framework.device",
    "framework.dtypes": "framework.dtypes",
    "framework.errors": "framework.errors",
    "framework.errors_impl": "framework.errors",
    "framework.function": "",
    "framework.graph_io": "training.graph_io",
    "framework.graph_util": "framework.graph_util",
    "framework.importer": "framework.graph_import",
    "framework.load_library": "",
    "framework.meta_graph": "checkpoint.meta_graph checkpoint.scoped_graphs",
    "framework.ops": (
        "framework.graph framework.default_graph framework.collections framework.operation framework.tensor framework.composite "
        "framework.conversion framework.execution gradients.registry session.defaults ops.name_scopes "
        "_default_session_stack=session.defaults:_stack "
        "RegisterShape=framework.shape_functions: "
        "Session=session.session: op_scope=framework.default_graph: "
        "get_collection_proto_type=checkpoint.meta_graph:collection_message"
    ),
    "framework.random_seed": "framework.seeds",
    "framework.registry": "",
    "framework.smart_cond": "smart_cond=ops.control_flow.conditional:",
    "framework.sparse_tensor": "framework.composite",
    "framework.subscribe": "",
    "framework.tensor_shape": "framework.shapes",
    "framework.tensor_spec": "",
    "framework.tensor_util": (
        "framework.protos constant_value=ops.inference: constant_value_as_shape=ops.inference: "
        "is_tensor=framework.conversion:is_dense_tensor_like"
    ),
    "framework.test_util": (
        "testing testing.modes testing.devices testing.graphs testing.layouts TensorFlowTestCase=testing.case:TestCase "
    ),
    "framework.versions": "framework.versions",
    "keras": "",
    "keras.engine": "",
    "keras.engine.sequential": "",
    "keras.engine.training": "training.model",
    "keras.layers": "",
    "keras.layers.core": "",
    "keras.layers.normalization": "",
    "layers": "",
    "layers.base": "layers.base",
    "layers.convolutional": "layers.convolution",
    "layers.core": "layers.dense layers.dropout layers.flattening",
    "layers.layers": "layers",
    "layers.normalization": "layers.normalization",
    "layers.pooling": "layers.pooling",
    "lib": "",
    "lib.core": "",
    "lib.io": "",
    "lib.io.file_io": "platform.file_io",
    "lib.io.python_io": "data.records",
    "lib.io.tf_record": "data.records",
    "ops": "",
    "ops.array_ops": f"{_ARRAY} raw",
    "ops.bitwise_ops": "ops.math.bitwise",
    "ops.candidate_sampling_ops": "ops.nn.candidate_sampling",
    "ops.check_ops": "ops.checks",
    "ops.clip_ops": "ops.clip",
    "ops.control_flow_ops": "ops.control_flow ops.assertion no_op=ops.constants: raw",
    "ops.control_flow_util": "",
    "ops.custom_gradient": "gradients.custom_gradient",
    "ops.data_flow_ops": (
        "ops.queues ops.accumulators dynamic_partition=ops.array: dynamic_stitch=ops.array: tables_initializer=ops.resources: "
        "raw"
    ),
    "ops.distributions": "",
    "ops.embedding_ops": "ops.nn.embedding",
    "ops.functional_ops": "ops.functional raw",
    "ops.gradient_checker": "testing.gradient_checker",
    "ops.gradients": "gradients.gradients gradients.custom_gradient",
    "ops.gradients_impl": "gradients.gradients",
    "ops.histogram_ops": "ops.math.counting",
    "ops.image_ops": "",
    "ops.image_ops_impl": "",
    "ops.init_ops": "ops.initializers",
    "ops.inplace_ops": "",
    "ops.io_ops": "ops.readers ops.files ops.saving ops.saving_v1 raw",
    "ops.linalg": "",
    "ops.linalg.linalg": "linalg",
    "ops.linalg_ops": "ops.linalg raw",
    "ops.list_ops": "",
    "ops.logging_ops": "ops.summaries Print=ops.script: raw",
    "ops.lookup_ops": "ops.lookup ops.lookup_tables tables_initializer=ops.resources:",
    "ops.losses": "",
    "ops.losses.losses": "ops.losses",
    "ops.losses.losses_impl": "ops.losses",
    "ops.losses.util": "ops.losses",
    "ops.math_ops": "ops.math raw _bucketize=ops.math:bucketize",
    "ops.metrics": "ops.metrics",
    "ops.metrics_impl": "ops.metrics",
    "ops.nn": "nn ops.nn",
    "ops.nn_grad": "",
    "ops.nn_impl": "ops.nn",
    "ops.nn_ops": "ops.nn raw",
    "ops.numerics": "ops.assertion",
    "ops.parsing_ops": "ops.parsing ops.decoding raw",
    "ops.partitioned_variables": "ops.partitioners PartitionedVariable=ops.variables:",
    "ops.random_ops": "ops.random ops.random_crop raw",
    "ops.resource_variable_ops": "ops.resource_variables raw",
    "ops.resources": "ops.resources",
    "ops.rnn": _NETWORKS,
    "ops.rnn_cell": _CELLS,
    "ops.rnn_cell_impl": _CELLS,
    "ops.script_ops": "py_func=ops.script:",
    "ops.session_ops": "ops.session_handles",
    "ops.sets": "",
    "ops.sparse_grad": "",
    "ops.sparse_ops": (
        "ops.sparse framework.composite raw _sparse_cross=ops.sparse:sparse_cross "
        "_sparse_cross_hashed=ops.sparse:sparse_cross_hashed _DEFAULT_HASH_KEY=ops.sparse.crossing:_HASH_KEY"
    ),
    "ops.special_math_ops": "einsum=ops.math: lbeta=ops.math:",
    "ops.spectral_ops": "",
    "ops.standard_ops": "",
    "ops.state_ops": "ops.assign scatter_nd_update=ops.array: scatter_nd_add=ops.array: scatter_nd_sub=ops.array: raw",
    "ops.string_ops": "ops.strings raw",
    "ops.summary_ops": "tensor_summary=summary.summary:",
    "ops.summary_ops_v2": "",
    "ops.template": "ops.template",
    "ops.tensor_array_ops": "ops.tensor_array",
    "ops.variable_scope": _SCOPES,
    "ops.variables": f"{_VARIABLES} dtypes=framework.dtypes",
    "ops.weights_broadcast_ops": "ops.weights",
    "platform": "",
    "platform.app": "platform.app",
    "platform.benchmark": "testing.benchmark",
    "platform.flags": "platform.flags",
    "platform.gfile": "platform.gfile",
    "platform.googletest": "testing GetTempDir=testing.directories:get_temp_dir",
    "platform.resource_loader": "platform.resource_loader",
    "platform.test": "testing",
    "platform.tf_logging": "framework.logging",
    "pywrap_tensorflow": "NewCheckpointReader=checkpoint.reader: EventsWriter=summary.events_writer:",
    "saved_model": "",
    "summary": "",
    "summary.plugin_asset": "summary.plugin_asset",
    "summary.summary": "summary",
    "summary.summary_iterator": "summary.iterator",
    "summary.text_summary": "text_summary=summary.summary:text",
    "summary.writer": "",
    "summary.writer.event_file_writer": "summary.writer",
    "summary.writer.writer": "summary.writer",
    "summary.writer.writer_cache": "summary.writer_cache",
    "training": "",
    "training.adadelta": "optimizers.adadelta",
    "training.adagrad": "optimizers.adagrad",
    "training.adagrad_da": "optimizers.adagrad_da",
    "training.adam": "optimizers.adam",
    "training.basic_loops": "training.basic_loops",
    "training.basic_session_run_hooks": (
        "training.hooks training.saving_hooks training.profiler_hook training.timers SessionRunArgs=training.session_run_hook: "
        "SessionRunHook=training.session_run_hook:"
    ),
    "training.checkpoint_management": "checkpoint.management",
    "training.checkpoint_ops": (
        "_load_and_remap_matrix=checkpoint.remapping:load_and_remap_matrix "
        "_load_and_remap_matrix_initializer=checkpoint.remapping:load_and_remap_matrix_initializer "
        "_load_embedding_initializer=checkpoint.remapping:load_embedding_initializer"
    ),
    "training.checkpointable": "",
    "training.checkpointable.base": "checkpoint.tracking",
    "training.checkpointable.data_structures": "",
    "training.checkpointable.util": "",
    "training.checkpoint_state_pb2": "CheckpointState=formats.messages:",
    "training.checkpoint_utils": "checkpoint.inspect",
    "training.coordinator": "training.coordinator",
    "training.device_setter": "distributed.device_setter",
    "training.evaluation": (
        "training.evaluation _evaluate_once=training.evaluation:evaluate_once "
        "_StopAfterNEvalsHook=training.evaluation:StopAfterNEvalsHook "
        "_get_or_create_eval_step=training.evaluation:get_or_create_eval_step"
    ),
    "training.ftrl": "optimizers.ftrl",
    "training.gradient_descent": "optimizers.gradient_descent",
    "training.input": "training.input training.batching",
    "training.learning_rate_decay": "optimizers.schedules",
    "training.momentum": "optimizers.momentum",
    "training.monitored_session": (
        "training.monitored_session training.scaffold training.session_creator "
        # the class that monitored sessions are made of there, which people have derived from
        "_WrappedSession=training.monitored_session:_HookedSession"
    ),
    "training.moving_averages": "optimizers.moving_averages",
    "training.optimizer": "optimizers.optimizer",
    "training.proximal_adagrad": "optimizers.proximal_adagrad",
    "training.proximal_gradient_descent": "optimizers.proximal_gradient_descent",
    "training.queue_runner": "training.queue_runner",
    "training.queue_runner_impl": "training.queue_runner",
    "training.rmsprop": "optimizers.rmsprop",
    "training.saveable_object": "SaveableObject=checkpoint.saveable: SaveSpec=checkpoint.saveable:",
    "training.saver": (
        "checkpoint.saver checkpoint.builder checkpoint.management checkpoint.saveable "
        "_get_saver_or_default=checkpoint.saver:get_saver_or_default time=checkpoint.retention:"
    ),
    "training.server_lib": "distributed.server distributed.cluster",
    "training.session_manager": "training.session_manager",
    "training.session_run_hook": "training.session_run_hook",
    "training.slot_creator": "optimizers.slots",
    "training.summary_io": "summary.iterator SummaryWriter=summary.writer:FileWriter",
    "training.supervisor": "training.supervisor",
    "training.sync_replicas_optimizer": "training.sync_replicas",
    "training.tensorboard_logging": "",
    "training.training": "train",
    "training.training_ops": "ops.training_ops raw",
    "training.training_util": (
        "training.global_step _increment_global_step=training.global_step:increment_global_step "
        "_get_global_step_read=training.global_step:get_global_step_read "
        "_get_or_create_global_step_read=training.global_step:get_or_create_global_step_read"
    ),
    "training.warm_starting_util": (
        "checkpoint.warm_start _infer_var_name=checkpoint.warm_start:name_in_checkpoint "
        "_warm_start_var=checkpoint.warm_start:warm_start_variable "
        "_warm_start_var_with_vocab=checkpoint.warm_start:warm_start_rows"
    ),
    "util": "",
    "util.compat": "compat",
    "util.nest": "framework.structures",
    "util.tf_inspect": "",
}

_CONTRIB = {
    "": "",
    ".framework": (
        "checkpoint.inspect assert_global_step=training.global_step: create_global_step=training.global_step: "
        "get_global_step=training.global_step: get_or_create_global_step=training.global_step: nest=framework.structures "
        "assert_scalar=ops.checks: assert_same_float_dtype=ops.checks:"
    ),
    ".framework.python": "",
    ".framework.python.framework": "",
    ".framework.python.framework.checkpoint_utils": "checkpoint.inspect",
    ".framework.python.ops": "",
    ".framework.python.ops.variables": "training.global_step",
    ".learn": "",
    ".learn.datasets": "base=data.downloads mnist=data.mnist load_mnist=data.mnist:",
    ".learn.python": "",
    ".learn.python.learn": "",
    ".learn.python.learn.datasets": "base=data.downloads mnist=data.mnist load_mnist=data.mnist:",
    ".learn.python.learn.datasets.base": "data.downloads",
    ".learn.python.learn.datasets.mnist": "data.mnist",
    ".rnn": (
        "layers.recurrent.rnn_cell layers.recurrent.static LayerRNNCell=layers.recurrent.cell: "
        "static_bidirectional_rnn=layers.recurrent.bidirectional: "
        "transpose_batch_time=layers.recurrent.sequences: "
        "best_effort_input_batch_size=layers.recurrent.sequences:best_effort_batch_size"
    ),
}

_RAW_FAMILIES = (
    "array audio bitwise boosted_trees candidate_sampling checkpoint collective control_flow ctc data_flow dataset "
    "functional image io linalg list logging lookup math nn parsing random resource_variable script sdca set sparse "
    "spectral state string summary training user"
).split()  # fmt: skip

# Where operations are that no public name needs: the module is loaded first.
_RAW_HOMES = {"lookup": "ops.lookup_tables"}

# Messages that the `tensorboard` package has, by TensorFlow's folder; and those that are described here.
_BORROWED = {
    "framework": (
        "allocation_description api_def attr_value cost_graph function graph node_def op_def resource_handle step_stats "
        "summary tensor tensor_description tensor_shape types variable versions"
    ),
    "protobuf": "cluster config debug meta_graph rewriter_config saver",
    "util": "event",
}
_DESCRIBED = {
    "example.example_pb2": "Example SequenceExample",
    "example.feature_pb2": "BytesList Feature FeatureList FeatureLists Features FloatList Int64List",
    "framework.device_attributes_pb2": "DeviceAttributes DeviceLocality InterconnectLink LocalLinks",
    "framework.kernel_def_pb2": "KernelDef KernelList",
    "framework.reader_base_pb2": "ReaderBaseState",
    "framework.tensor_slice_pb2": "TensorSliceProto",
    "protobuf.control_flow_pb2": "CondContextDef ControlFlowContextDef ValuesDef WhileContextDef",
    "protobuf.device_properties_pb2": "DeviceProperties NamedDevice",
    "protobuf.named_tensor_pb2": "NamedTensorProto",
    "protobuf.queue_runner_pb2": "QueueRunnerDef",
    "protobuf.saved_model_pb2": "SavedModel",
    "protobuf.tensor_bundle_pb2": "BundleEntryProto BundleHeaderProto",
    "protobuf.tensorflow_server_pb2": "ServerDef",
    "util.saved_tensor_slice_pb2": "SavedSlice SavedSliceMeta SavedTensorSliceMeta SavedTensorSlices",
}


def _rows():
    """The whole table: the full name of a module, its words."""
    yield "tensorflow", "evergraph"
    yield "tensorflow.python", "evergraph"
    for name, words in _PYTHON.items():
        yield f"tensorflow.python.{name}", words
    for family in _RAW_FAMILIES:
        yield f"tensorflow.python.ops.gen_{family}_ops", f"raw {_RAW_HOMES.get(family, '')}"
    for name in ("", ".tutorials", ".tutorials.mnist"):
        yield f"tensorflow.examples{name}", ""
    yield "tensorflow.examples.tutorials.mnist.input_data", "read_data_sets=data.mnist:"
    yield "tensorflow.examples.tutorials.mnist.mnist", "training.mnist_tutorial"
    for name, words in _CONTRIB.items():
        yield f"tensorflow.contrib{name}", words
    yield "tensorflow.core", ""
    for folder in ("example", "framework", "lib", "lib.core", "protobuf", "util"):
        yield f"tensorflow.core.{folder}", ""
    yield "tensorflow.core.lib.core.error_codes_pb2", "framework.errors"
    for folder, names in _BORROWED.items():
        for name in names.split():
            more = " RPCOptions=formats.messages:" if name == "config" else ""
            yield f"tensorflow.core.{folder}.{name}_pb2", f"tensorboard.compat.proto.{name}_pb2{more}"
    # its RPC options have a file of their own since
    yield "tensorflow.core.protobuf.config_pb2", "tensorboard.compat.proto.config_pb2 RPCOptions=formats.messages:"
    for name, messages in _DESCRIBED.items():
        yield f"tensorflow.core.{name}", " ".join(f"{message}=formats.messages:" for message in messages.split())


MODULES = dict(_rows())
