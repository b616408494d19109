"""TensorFlow's modules, and where in Evergraph their names come from: what is not said beside a name (`@public`).

A row is the name of a module and words. A word is a module of `evergraph`, all of whose public names are shown;
`name=module:other_name` shows one of them (`name=module:` under the same name), `name=module` the module itself; `raw` shows
every operation under TensorFlow's name for the function that only records it, such as `mat_mul`. An empty row is a package,
or a module of which nothing exists here: it can be imported and has no names.
"""

from evergraph.compat.contents import SHOWN

# The modules below `tensorflow` that are no module here, but filled from this table when a program asks for them.
ON_FIRST_USE = ("contrib", "core", "estimator", "examples", "profiler", "python", "saved_model")
# The packages of Evergraph that are public modules, and load when a program asks for them.
LAZY_PACKAGES = ("keras", "distributions")
# What such a package shows without importing it, since it comes later in the house.
ROOMS = ("keras.estimator",)


# TensorFlow's own Python packages, below `tensorflow.python`.
_PYTHON = {
    "client": "",
    "data": "",
    "data.ops": "",
    "data.ops.dataset_ops": "",
    "data.ops.iterator_ops": "",
    "data.ops.readers": "",
    "data.util": "",
    "eager": "",
    "eager.backprop": "",
    "eager.function": "",
    "eager.tape": "",
    "eager.test": "test",
    "estimator": "",
    "estimator.estimator_lib": "export=evergraph.estimator.export inputs=evergraph.estimator.inputs",
    "feature_column": "",
    "feature_column.feature_column_lib": "feature_column",
    "framework": "",
    "framework.c_api_util": "",
    "framework.function": "",
    "framework.function_def_to_graph": "",
    "framework.graph_to_function_def": "",
    "framework.load_library": "",
    "framework.registry": "",
    "framework.subscribe": "",
    "framework.tensor_spec": "",
    "framework.test_ops": "raw testing.test_operations",
    "framework.test_util": "test",
    "keras": "keras",
    "keras.applications": "keras.applications",
    "keras.backend": "variables_module=ops.variables.reference",
    "keras.datasets": "keras.datasets",
    "keras.layers": "keras.layers",
    "keras.layers.serialization": "keras.layers.serialization",
    "keras.preprocessing": "keras.preprocessing",
    "keras.utils": "keras.utils",
    "keras.wrappers": "keras.wrappers",
    "layers": "",
    "layers.layers": "layers",
    "lib": "",
    "lib.core": "",
    "lib.io": "",
    "ops": "",
    "ops.array_ops": "raw",
    "ops.control_flow_ops": "raw",
    "ops.control_flow_util": "",
    "ops.data_flow_ops": "raw",
    "ops.distributions": "",
    "ops.distributions.distributions": "distributions",
    "ops.functional_ops": "raw",
    "ops.image_ops": "raw image",
    "ops.image_ops_impl": "image",
    "ops.inplace_ops": "",
    "ops.io_ops": "raw",
    "ops.linalg": "",
    "ops.linalg.linalg": "linalg",
    "ops.linalg.linalg_impl": "linalg",
    "ops.linalg_ops": "raw",
    "ops.list_ops": "",
    "ops.logging_ops": "raw",
    "ops.losses": "",
    "ops.manip_ops": "raw manip",
    "ops.math_ops": "raw",
    "ops.nn": "nn",
    "ops.nn_ops": "raw",
    "ops.parsing_ops": "raw",
    "ops.random_ops": "raw",
    "ops.resource_variable_ops": "raw",
    "ops.rnn_cell": "layers.recurrent.rnn_cell",
    "ops.rnn_cell_impl": "layers.recurrent.rnn_cell",
    "ops.sets": "",
    "ops.sparse_ops": "raw",
    "ops.spectral_ops": "",
    "ops.standard_ops": "",
    "ops.state_ops": "raw",
    "ops.string_ops": "raw",
    "ops.summary_ops_v2": "",
    "ops.variables": "dtypes=framework.dtypes",
    "platform": "",
    "platform.flags": "platform.flags",
    "platform.googletest": "test",
    "platform.test": "test",
    "saved_model": "",
    "summary": "",
    "summary.summary": "summary",
    "summary.writer": "",
    "training": "",
    "training.checkpointable": "",
    "training.checkpointable.data_structures": "",
    "training.checkpointable.util": "",
    "training.saver": "time=checkpoint.retention:",
    "training.tensorboard_logging": "",
    "training.training": "train",
    "training.training_ops": "raw",
    "util": "",
    "util.compat": "compat",
}

# What registers gradients when it is imported: here an operation has its own, and the modules have no names.
_GRADIENTS = "array control_flow data_flow image math nn sparse state tensor_array".split()

# The clock and the network of downloads, which tests replace.
_DOWNLOADS = "time=contrib.learn.datasets.downloads: urllib=contrib.learn.datasets.downloads:"

_CONTRIB = {
    "": "",
    ".distributions.python": "",
    ".distributions.python.ops": "contrib.distributions",
    ".distributions.python.ops.bijectors": "contrib.distributions.bijectors",
    ".framework": "nest=framework.structures",
    ".framework.python": "",
    ".framework.python.framework": "contrib.framework",
    ".framework.python.ops": "contrib.framework",
    ".layers.python.layers": "contrib.layers",
    ".eager.python": "",
    ".eager.python.tfe": "contrib.eager metrics=contrib.eager.metrics",
    ".keras": "keras",
    ".learn": "",
    ".learn.datasets": "mnist=contrib.learn.datasets.mnist",
    ".learn.datasets.base": _DOWNLOADS,
    ".learn.python": "",
    ".learn.python.learn": "run_config=contrib.learn.run_config",
    ".learn.python.learn.datasets": "mnist=contrib.learn.datasets.mnist",
    ".learn.python.learn.datasets.base": _DOWNLOADS,
    ".util": "make_tensor_proto=framework.protos: make_ndarray=framework.protos: constant_value=ops.inference:",
    ".losses.python.losses": "contrib.losses",
    ".slim": "contrib.framework contrib.layers losses=contrib.losses metrics=contrib.metrics",
    ".slim.nets.inception": "",
    ".slim.python.slim.nets.inception": "contrib.slim.nets.inception",
    ".slim.layers": "contrib.layers",
    ".slim.initializers": "contrib.layers.initializers",
    ".slim.regularizers": "contrib.layers.regularizers",
    ".slim.losses": "contrib.losses",
    ".slim.metrics": "contrib.metrics",
    ".rnn": "layers.recurrent.rnn_cell",
}

_RAW_FAMILIES = (
    "array audio bitwise boosted_trees candidate_sampling checkpoint collective control_flow ctc data_flow dataset "
    "functional image io linalg list logging lookup math nn parsing random resource_variable script sdca set sparse "
    "spectral state string summary training user"
).split()

# Where operations are that no public name needs: the module is loaded first.
_RAW_HOMES = {
    "audio": "ops.audio",
    "boosted_trees": "ops.boosted_trees.operations",
    "data_flow": "ops.imported.flows",
    "lookup": "ops.lookup.operations ops.lookup.host",
}

# Where TensorFlow 0.12 to 1.3 had what 1.9 has in another module.
_EARLIER = {
    **{
        f"contrib.distributions.python.ops.{name}": f"python.ops.distributions.{name}"
        for name in (
            "bernoulli beta bijector categorical dirichlet dirichlet_multinomial distribution exponential gamma "
            "kullback_leibler laplace multinomial normal special_math student_t transformed_distribution uniform"
        ).split()
    },
    "contrib.rnn.python.ops.core_rnn": "python.ops.rnn",
    "contrib.rnn.python.ops.core_rnn_cell_impl": "python.ops.rnn_cell_impl",
    "contrib.learn.python.learn.monitored_session": "python.training.monitored_session",
    "contrib.learn.python.learn.basic_session_run_hooks": "python.training.basic_session_run_hooks",
    "contrib.learn.python.learn.session_run_hook": "python.training.session_run_hook",
    "contrib.learn.python.learn.summary_writer_cache": "python.summary.writer.writer_cache",
    "python.ops.seq2seq": "contrib.legacy_seq2seq.python.ops.seq2seq",
}

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
    yield "tensorflow.compat.v1", "evergraph"  # the name of this API in TensorFlow 1.13 and later
    for name, words in _PYTHON.items():
        yield f"tensorflow.python.{name}", words
    for family in _GRADIENTS:
        yield f"tensorflow.python.ops.{family}_grad", ""
    for family in _RAW_FAMILIES:
        yield f"tensorflow.python.ops.gen_{family}_ops", f"raw {_RAW_HOMES.get(family, '')}"
    for name in ("", ".tutorials", ".tutorials.mnist"):
        yield f"tensorflow.examples{name}", ""
    yield "tensorflow.examples.tutorials.mnist.input_data", "read_data_sets=contrib.learn.datasets.mnist:"
    yield "tensorflow.examples.tutorials.mnist.mnist", "examples.tutorials.mnist.mnist"
    for name, words in _CONTRIB.items():
        yield f"tensorflow.contrib{name}", words
    yield "tensorflow.core", ""
    for folder in ("example", "framework", "lib", "lib.core", "protobuf", "util"):
        yield f"tensorflow.core.{folder}", ""
    yield "tensorflow.core.lib.core.error_codes_pb2", "framework.errors"
    for name in ("generic_tree_model_pb2", "generic_tree_model_extensions_pb2"):
        yield f"tensorflow.contrib.decision_trees.proto.{name}", "contrib.tensor_forest.messages"
    for name in ("fertile_stats_pb2", "tensor_forest_params_pb2"):
        yield f"tensorflow.contrib.tensor_forest.proto.{name}", "contrib.tensor_forest.messages"
    yield "tensorflow.core.kernels.boosted_trees.boosted_trees_pb2", "ops.boosted_trees.messages"
    for folder, names in _BORROWED.items():
        for name in names.split():
            more = " RPCOptions=formats.messages:" if name == "config" else ""
            yield f"tensorflow.core.{folder}.{name}_pb2", f"tensorboard.compat.proto.{name}_pb2{more}"
    # its RPC options have a file of their own since
    yield (
        "tensorflow.core.protobuf.config_pb2",
        "tensorboard.compat.proto.config_pb2 RPCOptions=formats.messages:",
    )
    for name, messages in _DESCRIBED.items():
        yield (
            f"tensorflow.core.{name}",
            " ".join(f"{message}=formats.messages:" for message in messages.split()),
        )


def _all_rows():
    """What is written here and what is written beside the names (`contents.py`), with the packages above each row."""
    written = dict(_rows())
    rows = {name: f"{words} {written.get(name, '')}".strip() for name, words in SHOWN.items()}
    rows = {**written, **rows}
    for earlier, name in _EARLIER.items():
        rows.setdefault(f"tensorflow.{earlier}", rows[f"tensorflow.{name}"])
    rows["tensorflow.contrib.rnn.python.ops.core_rnn_cell"] += " layers.recurrent.rnn_cell"
    for name in list(rows):
        while "." in name:
            name = name.rpartition(".")[0]
            rows.setdefault(name, "")
    return rows


MODULES = _all_rows()

_IMPORTING = ("client", "eager", "framework", "ops", "platform", "training", "util")


def _modules_by_last_name():
    """{the last part of its name: a module} for those of `tensorflow.python` that others import, and so show."""
    found = {}
    for name in MODULES:
        parts = name.split(".")
        if parts[:2] == ["tensorflow", "python"] and len(parts) == 4 and parts[2] in _IMPORTING:
            found.setdefault(parts[3], []).append(name)
    return {last: names[0] for last, names in found.items() if len(names) == 1}


# `from tensorflow.python.ops.rnn import rnn_cell_impl`: modules are also found in those that import them.
IMPORTED = _modules_by_last_name()
