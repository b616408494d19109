"""Names of TensorFlow 1.10 to 1.15 for what 1.9 has too, so that programs of 2019 run: `tf.compat.v1`, `tf.random.uniform`, ...

1. `SWITCHES`   those that choose version 1 where a program might get version 2: it is chosen already
2. `SAME`       namespaces that came later, and the names that moved into them
3. `later_name` what a public module answers for such a name; `evergraph.compat.public` asks it last

These are no public names of Evergraph: they are in no table of contents, and `import *` does not bring them.
"""

import types
from collections.abc import Callable
from typing import Any

from evergraph.compat.advice import PUBLIC
from evergraph.gradients.gradients import UnconnectedGradients

# -- switches ---------------------------------------------------------------------------------------------------


def disable_v2_behavior() -> None:
    """Nothing: this is the API of version 1."""


def disable_eager_execution() -> None:
    """Nothing: operations are recorded in a graph unless `tf.enable_eager_execution` was called.

    Raises:
      ValueError: it was called.
    """
    if PUBLIC["tf"].executing_eagerly():
        raise ValueError(
            "tf.disable_eager_execution must be called before tf.enable_eager_execution, which has been called"
        )


def disable_resource_variables() -> None:
    """Nothing: variables are read and written in the order that the graph says, of either kind."""


def enable_resource_variables() -> None:
    """Nothing: see `disable_resource_variables`."""


SWITCHES: dict[str, Callable[[], None]] = {
    f"tf.{function.__name__}": function
    for function in (
        disable_v2_behavior,
        disable_eager_execution,
        disable_resource_variables,
        enable_resource_variables,
    )
}

# -- names that moved -------------------------------------------------------------------------------------------

# A row: the later namespace, where its names are in 1.9, and the names; `later=earlier` where they differ.
_ROWS = (
    (
        "tf.math",
        "tf",
        "abs accumulate_n acos acosh add add_n angle argmax argmin asin asinh atan atan2 atanh betainc ceil conj cos cosh "
        "count_nonzero cumprod cumsum digamma divide equal erf erfc exp expm1 floor floordiv floormod greater greater_equal igamma "
        "igammac imag invert_permutation is_finite is_inf is_nan less less_equal lbeta lgamma log log1p "
        "logical_and logical_not logical_or logical_xor maximum minimum mod multiply negative not_equal polygamma pow real "
        "reciprocal reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum rint round "
        "rsqrt scalar_mul segment_max segment_mean segment_min segment_prod segment_sum sigmoid sign sin sinh sqrt square "
        "squared_difference subtract tan tanh truediv unsorted_segment_max unsorted_segment_mean unsorted_segment_min "
        "unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum zeta confusion_matrix bincount",
    ),
    ("tf.math", "tf.nn", "in_top_k l2_normalize softmax softplus softsign top_k zero_fraction log_softmax"),
    (
        "tf.random",
        "tf",
        "uniform=random_uniform normal=random_normal truncated_normal shuffle=random_shuffle gamma=random_gamma "
        "poisson=random_poisson categorical=multinomial multinomial set_random_seed get_seed",
    ),
    (
        "tf.random",
        "tf.nn",
        "all_candidate_sampler fixed_unigram_candidate_sampler log_uniform_candidate_sampler "
        "uniform_candidate_sampler",
    ),
    (
        "tf.io",
        "tf",
        "gfile read_file write_file matching_files decode_raw decode_csv parse_example parse_single_example parse_tensor "
        "parse_single_sequence_example serialize_tensor FixedLenFeature FixedLenSequenceFeature VarLenFeature SparseFeature "
        "decode_json_example decode_base64 encode_base64 PaddingFIFOQueue QueueBase RandomShuffleQueue FIFOQueue PriorityQueue",
    ),
    (
        "tf.io",
        "tf.image",
        "decode_png decode_jpeg decode_gif decode_bmp decode_image encode_jpeg encode_png extract_jpeg_shape is_jpeg "
        "decode_and_crop_jpeg",
    ),
    ("tf.io", "tf.python_io", "TFRecordWriter tf_record_iterator TFRecordOptions TFRecordCompressionType"),
    ("tf.io", "tf.train", "write_graph match_filenames_once"),
    (
        "tf.gfile",
        "tf.gfile",
        "makedirs=MakeDirs exists=Exists glob=Glob listdir=ListDirectory isdir=IsDirectory remove=Remove rename=Rename copy=Copy "
        "mkdir=MkDir rmtree=DeleteRecursively stat=Stat walk=Walk",
    ),
    (
        "tf.debugging",
        "tf",
        "assert_equal assert_greater assert_greater_equal assert_integer assert_less assert_less_equal assert_near "
        "assert_negative assert_non_negative assert_non_positive assert_none_equal assert_positive assert_proper_iterable "
        "assert_rank assert_rank_at_least assert_rank_in assert_same_float_dtype assert_scalar assert_type check_numerics "
        "is_finite is_inf is_nan is_non_decreasing is_numeric_tensor is_strictly_increasing Assert",
    ),
    (
        "tf.dtypes",
        "tf",
        "as_dtype DType cast as_string complex saturate_cast bool float32 float64 int32 int64 uint8 string",
    ),
    ("tf.queue", "tf", "FIFOQueue PaddingFIFOQueue PriorityQueue QueueBase RandomShuffleQueue"),
    (
        "tf.sparse",
        "tf",
        "SparseTensor SparseConditionalAccumulator placeholder=sparse_placeholder to_dense=sparse_tensor_to_dense "
        "matmul=sparse_tensor_dense_matmul add=sparse_add concat=sparse_concat reorder=sparse_reorder reshape=sparse_reshape "
        "retain=sparse_retain slice=sparse_slice split=sparse_split reduce_sum=sparse_reduce_sum reduce_max=sparse_reduce_max "
        "softmax=sparse_softmax merge=sparse_merge transpose=sparse_transpose to_indicator=sparse_to_indicator "
        "fill_empty_rows=sparse_fill_empty_rows mask=sparse_mask minimum=sparse_minimum maximum=sparse_maximum "
        "segment_sum=sparse_segment_sum segment_mean=sparse_segment_mean segment_sqrt_n=sparse_segment_sqrt_n",
    ),
    (
        "tf.strings",
        "tf",
        "as_string join=string_join to_number=string_to_number substr reduce_join to_hash_bucket=string_to_hash_bucket "
        "to_hash_bucket_fast=string_to_hash_bucket_fast to_hash_bucket_strong=string_to_hash_bucket_strong",
    ),
    (
        "tf.quantization",
        "tf",
        "fake_quant_with_min_max_args fake_quant_with_min_max_vars",
    ),
    (
        "tf.signal",
        "tf.spectral",
        "fft fft2d fft3d ifft ifft2d ifft3d rfft rfft2d rfft3d irfft irfft2d irfft3d dct idct",
    ),
    (
        "tf.signal",
        "tf.contrib.signal",
        "frame hamming_window hann_window overlap_and_add stft inverse_stft linear_to_mel_weight_matrix "
        "mfccs_from_log_mel_spectrograms",
    ),
    ("tf.linalg", "tf", "matmul cross"),
    (
        "tf.initializers",
        "tf",
        "glorot_uniform=glorot_uniform_initializer glorot_normal=glorot_normal_initializer",
    ),
    ("tf.initializers", "tf.keras.initializers", "he_normal he_uniform lecun_normal lecun_uniform"),
    ("tf.image", "tf.image", "resize=resize_images resize_with_crop_or_pad=resize_image_with_crop_or_pad"),
    ("tf.nn", "tf.nn", "silu=swish"),
    ("tf", "tf", "no_gradient=NoGradient"),
    (
        "tf.lookup",
        "tf.contrib.lookup",
        "KeyValueTensorInitializer TextFileInitializer TextFileIndex StaticHashTable=HashTable",
    ),
    (
        "tf.data.experimental",
        "tf.contrib.data",
        "AUTOTUNE Counter CsvDataset SqlDataset choose_from_datasets dense_to_sparse_batch enumerate_dataset get_single_element "
        "group_by_window ignore_errors make_batched_features_dataset make_csv_dataset map_and_batch parallel_interleave "
        "rejection_resample sample_from_datasets scan shuffle_and_repeat unbatch unique Reducer group_by_reducer "
        "bucket_by_sequence_length prefetch_to_device CheckpointInputPipelineHook "
        "make_saveable_from_iterator",
    ),
    (
        "tf.nest",
        "tf.contrib.framework.nest",
        "assert_same_structure flatten map_structure pack_sequence_as is_nested=is_sequence",
    ),
    ("tf.version", "tf", "VERSION GIT_VERSION COMPILER_VERSION"),
    ("tf", "tf.contrib.framework", "sort argsort is_tensor TensorSpec"),
    ("tf", "tf.python.framework.ops", "init_scope"),
    ("tf", "tf.python.framework.tensor_util", "get_static_value=constant_value"),
    (
        "tf.dtypes",
        "tf",
        "QUANTIZED_DTYPES bfloat16 complex64 complex128 double float16 half int8 int16 qint8 qint16 qint32 quint8 quint16 resource "
        "uint16 uint32 uint64 variant",
    ),
    (
        "tf.data.experimental",
        "tf.python.data.util.options",
        "DistributeOptions OptimizationOptions ThreadingOptions",
    ),
    ("tf.graph_util", "tf", "import_graph_def"),
    ("tf.image", "tf", "extract_image_patches random_crop"),
    ("tf.image", "tf.image", "transpose=transpose_image"),
    ("tf.initializers", "tf", "tables_initializer"),
    ("tf.io", "tf", "decode_compressed deserialize_many_sparse serialize_many_sparse serialize_sparse"),
    (
        "tf.linalg",
        "tf",
        "global_norm matrix_transpose tensor_diag=diag tensor_diag_part=diag_part",
    ),
    ("tf.linalg", "tf.nn", "l2_normalize"),
    ("tf.manip", "tf", "batch_to_space_nd gather_nd reshape reverse scatter_nd space_to_batch_nd tile"),
    ("tf.math", "tf", "log_sigmoid is_non_decreasing is_strictly_increasing"),
    ("tf.math", "tf.python.ops.math_ops", "bessel_i0e bessel_i1e"),
    ("tf.nn", "tf", "depth_to_space space_to_depth space_to_batch"),
    ("tf.nn", "tf.contrib.layers", "safe_embedding_lookup_sparse"),
    (
        "tf.quantization",
        "tf",
        "fake_quant_with_min_max_args_gradient fake_quant_with_min_max_vars_gradient "
        "fake_quant_with_min_max_vars_per_channel fake_quant_with_min_max_vars_per_channel_gradient",
    ),
    (
        "tf.random",
        "tf.contrib.stateless",
        "stateless_uniform=stateless_random_uniform stateless_normal=stateless_random_normal stateless_truncated_normal "
        "stateless_multinomial stateless_categorical=stateless_multinomial",
    ),
    (
        "tf.saved_model",
        "tf.saved_model.signature_constants",
        "CLASSIFY_INPUTS CLASSIFY_METHOD_NAME CLASSIFY_OUTPUT_CLASSES CLASSIFY_OUTPUT_SCORES DEFAULT_SERVING_SIGNATURE_DEF_KEY "
        "PREDICT_INPUTS PREDICT_METHOD_NAME PREDICT_OUTPUTS REGRESS_INPUTS REGRESS_METHOD_NAME REGRESS_OUTPUTS",
    ),
    (
        "tf.saved_model",
        "tf.saved_model.constants",
        "ASSETS_DIRECTORY ASSETS_KEY LEGACY_INIT_OP_KEY MAIN_OP_KEY SAVED_MODEL_FILENAME_PB SAVED_MODEL_FILENAME_PBTXT "
        "SAVED_MODEL_SCHEMA_VERSION VARIABLES_DIRECTORY VARIABLES_FILENAME",
    ),
    ("tf.saved_model", "tf.saved_model.tag_constants", "GPU SERVING TPU TRAINING"),
    ("tf.saved_model", "tf.saved_model.builder", "Builder=SavedModelBuilder"),
    ("tf.saved_model", "tf.saved_model.utils", "build_tensor_info get_tensor_from_tensor_info"),
    (
        "tf.saved_model",
        "tf.saved_model.signature_def_utils",
        "build_signature_def classification_signature_def is_valid_signature predict_signature_def regression_signature_def",
    ),
    (
        "tf.saved_model",
        "tf.saved_model.loader",
        "load maybe_saved_model_directory contains_saved_model=maybe_saved_model_directory",
    ),
    ("tf.saved_model", "tf.saved_model.main_op", "main_op_with_restore"),
    (
        "tf.sets",
        "tf.sets",
        "difference=set_difference intersection=set_intersection union=set_union size=set_size",
    ),
    ("tf.signal", "tf.contrib.signal", "inverse_stft_window_fn"),
    (
        "tf.sparse",
        "tf",
        "reduce_max_sparse=sparse_reduce_max_sparse reduce_sum_sparse=sparse_reduce_sum_sparse "
        "sparse_dense_matmul=sparse_tensor_dense_matmul",
    ),
    ("tf.strings", "tf", "regex_replace strip=string_strip"),
    ("tf.summary", "tf.contrib.summary", "initialize all_v2_summary_ops=all_summary_ops"),
    ("tf.test", "tf.test", "is_built_with_gpu_support=is_built_with_cuda"),
    ("tf.train", "tf.contrib.training", "checkpoints_iterator"),
    ("tf.train", "tf.train", "piecewise_constant_decay=piecewise_constant"),
    (
        "tf.version",
        "tf",
        "GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER GRAPH_DEF_VERSION_MIN_PRODUCER",
    ),
)


def _moved():
    for later, earlier, names in _ROWS:
        for name in names.split():
            new, _, old = name.partition("=")
            yield f"{later}.{new}", f"{earlier}.{old or new}"


SAME: dict[str, str] = dict(_moved())
_NAMESPACES = {path.rpartition(".")[0] for path in SAME}


class _Namespace(types.ModuleType):
    """A namespace that came after 1.9."""

    def __init__(self, path):
        super().__init__(
            path.replace("tf", "tensorflow", 1), f"Names of TensorFlow 1.9 that are in `{path}` since."
        )
        self._path = path

    def __dir__(self):
        return [path.rpartition(".")[2] for path in SAME if path.rpartition(".")[0] == self._path]

    def __getattr__(self, name):
        found = None if name.startswith("__") else later_name(self._path, name)
        if found is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name)
        return found


_namespaces: dict[str, _Namespace] = {}


def later_name(path: str, name: str) -> Any:
    """What `name` means in the public module `path`, such as "tf.math", for a program of a later TensorFlow 1; None if nothing."""
    asked = f"{path}.{name}"
    if asked == "tf.compat.v1":
        return PUBLIC["tf"]
    if asked == "tf.UnconnectedGradients":
        return UnconnectedGradients
    if asked in SWITCHES:
        return SWITCHES[asked]
    if asked in SAME:
        value: Any = PUBLIC["tf"]
        for part in SAME[asked].split(".")[1:]:
            value = getattr(value, part)
        return value
    if asked in _NAMESPACES:
        return _namespaces.setdefault(asked, _Namespace(asked))
    return None
