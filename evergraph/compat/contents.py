"""Which names are public in which module, and the modules of TensorFlow that show them.

Written by `make contents` from what is marked `@public`: not to be edited. `compat/table.py` says what the words mean.
"""

PUBLIC = {
    "evergraph": (
        "AUTO_REUSE AggregationMethod Assert AttrValue COMPILER_VERSION CXX11_ABI_FLAG "
        "ConditionalAccumulator ConditionalAccumulatorBase ConfigProto DType DeviceSpec Dimension Event "
        "FIFOQueue FixedLenFeature FixedLenSequenceFeature FixedLengthRecordReader GIT_VERSION GPUOptions "
        "GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER GRAPH_DEF_VERSION_MIN_PRODUCER Graph GraphDef "
        "GraphKeys GraphOptions HistogramProto IdentityReader IndexedSlices InteractiveSession LogMessage "
        "MONOLITHIC_BUILD MetaGraphDef NameAttrList NoGradient NodeDef NotDifferentiable OpError Operation "
        "OptimizerOptions PaddingFIFOQueue Print PriorityQueue QUANTIZED_DTYPES QueueBase RandomShuffleQueue "
        "ReaderBase RegisterGradient RunMetadata RunOptions Session SessionLog SparseConditionalAccumulator "
        "SparseFeature SparseTensor SparseTensorValue Summary SummaryMetadata TFRecordReader Tensor "
        "TensorArray TensorInfo TensorShape TextLineReader VERSION VarLenFeature Variable VariableScope "
        "WholeFileReader __version__ abs accumulate_n acos acosh add add_check_numerics_ops add_n "
        "add_to_collection add_to_collections all_variables angle app arg_max arg_min argmax argmin as_dtype "
        "as_string asin asinh assert_equal assert_greater assert_greater_equal assert_integer assert_less "
        "assert_less_equal assert_near assert_negative assert_non_negative assert_non_positive "
        "assert_none_equal assert_positive assert_proper_iterable assert_rank assert_rank_at_least "
        "assert_rank_in assert_same_float_dtype assert_scalar assert_type assert_variables_initialized "
        "assign assign_add assign_sub atan atan2 atanh batch_to_space batch_to_space_nd betainc bfloat16 "
        "bincount bitcast bitwise bool boolean_mask broadcast_dynamic_shape broadcast_static_shape case cast "
        "ceil check_numerics cholesky cholesky_solve clip_by_average_norm clip_by_global_norm clip_by_norm "
        "clip_by_value colocate_with compat complex complex128 complex64 concat cond conj constant "
        "constant_initializer container control_dependencies convert_to_tensor "
        "convert_to_tensor_or_indexed_slices convert_to_tensor_or_sparse_tensor cos cosh count_nonzero "
        "count_up_to create_partitioned_variables cross cumprod cumsum custom_gradient decode_base64 "
        "decode_compressed decode_csv decode_json_example decode_raw delete_session_tensor depth_to_space "
        "deserialize_many_sparse device diag diag_part digamma div divide double dynamic_partition "
        "dynamic_stitch edit_distance einsum encode_base64 equal erf erfc errors executing_eagerly exp "
        "expand_dims expm1 extract_image_patches eye fake_quant_with_min_max_args "
        "fake_quant_with_min_max_args_gradient fake_quant_with_min_max_vars "
        "fake_quant_with_min_max_vars_gradient fake_quant_with_min_max_vars_per_channel "
        "fake_quant_with_min_max_vars_per_channel_gradient feature_column fill fixed_size_partitioner flags "
        "float16 float32 float64 floor floor_div floordiv floormod foldl foldr gather gather_nd "
        "get_collection get_collection_ref get_default_graph get_default_session get_local_variable get_seed "
        "get_session_handle get_session_tensor get_variable get_variable_scope gfile global_norm "
        "global_variables global_variables_initializer glorot_normal_initializer glorot_uniform_initializer "
        "gradients graph_util greater greater_equal group guarantee_const half hessians "
        "histogram_fixed_width histogram_fixed_width_bins identity identity_n igamma igammac imag image "
        "import_graph_def initialize_all_tables initialize_all_variables initialize_local_variables "
        "initialize_variables initializers int16 int32 int64 int8 invert_permutation is_finite is_inf is_nan "
        "is_non_decreasing is_numeric_tensor is_strictly_increasing is_variable_initialized layers lbeta "
        "less less_equal lgamma lin_space linalg linspace local_variables local_variables_initializer log "
        "log1p logging logical_and logical_not logical_or logical_xor losses make_ndarray make_template "
        "make_tensor_proto manip map_fn matching_files math matmul matrix_band_part matrix_determinant "
        "matrix_diag matrix_diag_part matrix_inverse matrix_set_diag matrix_solve matrix_solve_ls "
        "matrix_transpose matrix_triangular_solve maximum meshgrid metrics min_max_variable_partitioner "
        "minimum mod model_variables moving_average_variables multinomial multiply name_scope negative "
        "newaxis nn no_op no_regularizer norm not_equal one_hot ones ones_initializer ones_like op_scope "
        "orthogonal_initializer pad parallel_stack parse_example parse_single_example "
        "parse_single_sequence_example parse_tensor placeholder placeholder_with_default polygamma pow "
        "py_func python_io qint16 qint32 qint8 qr quint16 quint8 random_crop random_gamma random_normal "
        "random_normal_initializer random_poisson random_shuffle random_uniform random_uniform_initializer "
        "range rank read_file real realdiv reciprocal reduce_all reduce_any reduce_join reduce_logsumexp "
        "reduce_max reduce_mean reduce_min reduce_prod reduce_sum regex_replace "
        "register_tensor_conversion_function report_uninitialized_variables required_space_to_batch_paddings "
        "reset_default_graph reshape resource resource_loader reverse reverse_sequence reverse_v2 rint round "
        "rsqrt saturate_cast scalar_mul scan scatter_add scatter_div scatter_max scatter_min scatter_mul "
        "scatter_nd scatter_nd_add scatter_nd_sub scatter_nd_update scatter_sub scatter_update segment_max "
        "segment_mean segment_min segment_prod segment_sum self_adjoint_eig self_adjoint_eigvals "
        "sequence_mask serialize_many_sparse serialize_sparse serialize_tensor set_random_seed setdiff1d "
        "shape shape_n sigmoid sign sin sinh size slice space_to_batch space_to_batch_nd space_to_depth "
        "sparse sparse_add sparse_concat sparse_fill_empty_rows sparse_mask sparse_maximum sparse_merge "
        "sparse_minimum sparse_placeholder sparse_reduce_max sparse_reduce_max_sparse sparse_reduce_sum "
        "sparse_reduce_sum_sparse sparse_reorder sparse_reset_shape sparse_reshape sparse_retain "
        "sparse_segment_mean sparse_segment_sqrt_n sparse_segment_sum sparse_slice sparse_softmax "
        "sparse_split sparse_tensor_dense_matmul sparse_tensor_to_dense sparse_to_dense sparse_to_indicator "
        "sparse_transpose split sqrt square squared_difference squeeze stack stop_gradient strided_slice "
        "string string_join string_split string_strip string_to_hash_bucket string_to_hash_bucket_fast "
        "string_to_hash_bucket_strong string_to_number strings substr subtract summary svd "
        "tables_initializer tan tanh tensordot test tile to_bfloat16 to_complex128 to_complex64 to_double "
        "to_float to_int32 to_int64 trace train trainable_variables transpose truediv truncated_normal "
        "truncated_normal_initializer truncatediv truncatemod tuple uint16 uint32 uint64 uint8 "
        "uniform_unit_scaling_initializer unique unique_with_counts unsorted_segment_max "
        "unsorted_segment_mean unsorted_segment_min unsorted_segment_prod unsorted_segment_sqrt_n "
        "unsorted_segment_sum unstack variable_axis_size_partitioner variable_op_scope variable_scope "
        "variables_initializer variance_scaling_initializer variant verify_tensor_all_finite where "
        "while_loop write_file zeros zeros_initializer zeros_like zeta"
    ),
    "evergraph.app": "flags run",
    "evergraph.bitwise": "bitwise_and bitwise_or bitwise_xor invert left_shift right_shift",
    "evergraph.checkpoint.builder": "BaseSaverBuilder BulkSaverBuilder",
    "evergraph.checkpoint.inspect": "init_from_checkpoint list_variables load_checkpoint load_variable",
    "evergraph.checkpoint.management": (
        "checkpoint_exists checkpoints_on_disk damage_of generate_checkpoint_state_proto "
        "get_checkpoint_mtimes get_checkpoint_state known_checkpoints latest_checkpoint meta_graph_filename "
        "remove_checkpoint restorable update_checkpoint_state"
    ),
    "evergraph.checkpoint.meta_graph": (
        "collection_message create_meta_graph_def import_meta_graph_def read_meta_graph_file "
        "register_collection_class strip_default_attributes write_meta_graph"
    ),
    "evergraph.checkpoint.partial_restore": "RestoreReport restore_matching",
    "evergraph.checkpoint.reader": "NewCheckpointReader",
    "evergraph.checkpoint.remapping": (
        "load_and_remap_matrix load_and_remap_matrix_initializer load_embedding_initializer"
    ),
    "evergraph.checkpoint.retention": "KeepBest KeepEveryHours KeepEverySteps KeepLatest",
    "evergraph.checkpoint.saveable": "ResourceVariableSaveable SaveSpec SaveableObject VariableSaveable",
    "evergraph.checkpoint.saver": "Saver export_meta_graph get_saver_or_default import_meta_graph",
    "evergraph.checkpoint.scoped_graphs": (
        "copy_scoped_meta_graph export_scoped_meta_graph import_scoped_meta_graph"
    ),
    "evergraph.checkpoint.tracking": (
        "Checkpointable CheckpointableBase CheckpointableReference NoDependency NotCheckpointable "
        "VARIABLE_VALUE_KEY"
    ),
    "evergraph.checkpoint.warm_start": (
        "VocabInfo name_in_checkpoint warm_start warm_start_rows warm_start_variable"
    ),
    "evergraph.compat": (
        "as_bytes as_str as_str_any as_text bytes_or_text_types complex_types install integral_types "
        "path_to_str real_types"
    ),
    "evergraph.compat.installation": "install",
    "evergraph.compat.text": (
        "as_bytes as_str as_str_any as_text bytes_or_text_types complex_types integral_types path_to_str "
        "real_types"
    ),
    "evergraph.contrib.learn.datasets.downloads": "Dataset Datasets maybe_download",
    "evergraph.contrib.learn.datasets.mnist": (
        "DEFAULT_SOURCE_URL DataSet dense_to_one_hot extract_images extract_labels fake load_mnist "
        "read_data_sets"
    ),
    "evergraph.distributed.cluster": "ClusterSpec",
    "evergraph.distributed.device_setter": "replica_device_setter",
    "evergraph.distributed.server": "Server",
    "evergraph.errors": (
        "ABORTED ALREADY_EXISTS AbortedError AlreadyExistsError CANCELLED CancelledError DATA_LOSS "
        "DEADLINE_EXCEEDED DataLossError DeadlineExceededError FAILED_PRECONDITION FailedPreconditionError "
        "INTERNAL INVALID_ARGUMENT InternalError InvalidArgumentError NOT_FOUND NotFoundError OK "
        "OUT_OF_RANGE OpError OutOfRangeError PERMISSION_DENIED PermissionDeniedError RESOURCE_EXHAUSTED "
        "ResourceExhaustedError UNAUTHENTICATED UNAVAILABLE UNIMPLEMENTED UNKNOWN UnauthenticatedError "
        "UnavailableError UnimplementedError UnknownError error_code_from_exception_type "
        "exception_type_from_error_code"
    ),
    "evergraph.examples.tutorials.mnist.mnist": (
        "IMAGE_PIXELS IMAGE_SIZE NUM_CLASSES evaluation inference loss training"
    ),
    "evergraph.feature_column": (
        "bucketized_column categorical_column_with_hash_bucket categorical_column_with_identity "
        "categorical_column_with_vocabulary_file categorical_column_with_vocabulary_list crossed_column "
        "embedding_column indicator_column input_layer linear_model make_parse_example_spec numeric_column "
        "shared_embedding_columns weighted_categorical_column"
    ),
    "evergraph.feature_column.builder": "_LazyBuilder _transform_features",
    "evergraph.feature_column.categorical": (
        "_HashedCategoricalColumn _IdentityCategoricalColumn categorical_column_with_hash_bucket "
        "categorical_column_with_identity"
    ),
    "evergraph.feature_column.checks": "clean_feature_columns verify_static_batch_size_equality",
    "evergraph.feature_column.crossed": "_CrossedColumn crossed_column",
    "evergraph.feature_column.embedding": "_EmbeddingColumn _EmbeddingColumnLayer embedding_column",
    "evergraph.feature_column.indicator": "_IndicatorColumn indicator_column",
    "evergraph.feature_column.inputs": "InputLayer _internal_input_layer input_layer",
    "evergraph.feature_column.kinds": "_CategoricalColumn _DenseColumn _FeatureColumn _SequenceDenseColumn",
    "evergraph.feature_column.linear": "_LinearModel linear_model",
    "evergraph.feature_column.numeric": "_BucketizedColumn _NumericColumn bucketized_column numeric_column",
    "evergraph.feature_column.parse_spec": "make_parse_example_spec",
    "evergraph.feature_column.safe_lookup": "_safe_embedding_lookup_sparse",
    "evergraph.feature_column.sequence": "_SequenceCategoricalColumn",
    "evergraph.feature_column.shared_embedding": "_SharedEmbeddingColumn shared_embedding_columns",
    "evergraph.feature_column.sparse_inputs": "_sequence_length_from_sparse_tensor _to_sparse_input",
    "evergraph.feature_column.vocabulary": (
        "_VocabularyFileCategoricalColumn _VocabularyListCategoricalColumn "
        "categorical_column_with_vocabulary_file categorical_column_with_vocabulary_list"
    ),
    "evergraph.feature_column.weighted": "_WeightedCategoricalColumn weighted_categorical_column",
    "evergraph.feature_column.weights": "_add_to_collections _get_expanded_variable_list",
    "evergraph.formats.messages": (
        "AttrValue BytesList CheckpointState ClusterDef ConfigProto Event Example Feature FeatureList "
        "FeatureLists Features FloatList GPUOptions GraphDef GraphOptions HistogramProto Int64List JobDef "
        "LogMessage MetaGraphDef NameAttrList NodeDef OptimizerOptions RunMetadata RunOptions SaverDef "
        "SequenceExample ServerDef SessionLog Summary SummaryDescription SummaryMetadata TaggedRunMetadata "
        "TensorInfo"
    ),
    "evergraph.formats.paths": "FileStatistics",
    "evergraph.framework.collections": (
        "GraphKeys add_to_collection add_to_collections get_collection get_collection_ref"
    ),
    "evergraph.framework.composite": (
        "IndexedSlices IndexedSlicesValue SparseTensor SparseTensorValue convert_to_tensor_or_indexed_slices "
        "convert_to_tensor_or_sparse_tensor"
    ),
    "evergraph.framework.conversion": (
        "convert_n_to_tensor convert_to_tensor is_dense_tensor_like register_dense_tensor_like_type "
        "register_tensor_conversion_function"
    ),
    "evergraph.framework.default_graph": (
        "clear_default_graphs colocate_with container control_dependencies device get_default_graph "
        "graph_from_inputs init_scope name_scope op_scope reset_default_graph"
    ),
    "evergraph.framework.device": "DeviceSpec canonical_name merge_device",
    "evergraph.framework.dtypes": (
        "DType QUANTIZED_DTYPES as_dtype bfloat16 bool complex128 complex64 double float16 float32 float64 "
        "half int16 int32 int64 int8 qint16 qint32 qint8 quint16 quint8 resource string uint16 uint32 uint64 "
        "uint8 variant"
    ),
    "evergraph.framework.errors": (
        "ABORTED ALREADY_EXISTS AbortedError AlreadyExistsError CANCELLED CancelledError DATA_LOSS "
        "DEADLINE_EXCEEDED DataLossError DeadlineExceededError FAILED_PRECONDITION FailedPreconditionError "
        "INTERNAL INVALID_ARGUMENT InternalError InvalidArgumentError NOT_FOUND NotFoundError OK "
        "OUT_OF_RANGE OpError OutOfRangeError PERMISSION_DENIED PermissionDeniedError RESOURCE_EXHAUSTED "
        "ResourceExhaustedError UNAUTHENTICATED UNAVAILABLE UNIMPLEMENTED UNKNOWN UnauthenticatedError "
        "UnavailableError UnimplementedError UnknownError error_code_from_exception_type "
        "exception_type_from_error_code"
    ),
    "evergraph.framework.execution": "executing_eagerly graph_mode",
    "evergraph.framework.graph": "Graph",
    "evergraph.framework.graph_import": "import_graph_def",
    "evergraph.framework.graph_util": (
        "convert_variables_to_constants extract_sub_graph must_run_on_cpu remove_training_nodes "
        "tensor_shape_from_node_def_name"
    ),
    "evergraph.framework.logging": (
        "DEBUG ERROR FATAL INFO TaskLevelStatusMessage WARN debug error fatal flush get_verbosity info log "
        "log_every_n log_first_n log_if set_verbosity vlog warn warning"
    ),
    "evergraph.framework.operation": "Operation",
    "evergraph.framework.protos": "MakeNdarray from_attr_value make_ndarray make_tensor_proto to_attr_value",
    "evergraph.framework.seeds": "DEFAULT_GRAPH_SEED get_seed set_random_seed",
    "evergraph.framework.shape_functions": "RegisterShape scalar_shape shape_function unknown_shape",
    "evergraph.framework.shapes": (
        "Dimension TensorShape as_dimension as_shape broadcast_shapes dimension_at_index dimension_value "
        "matrix scalar unknown_shape vector"
    ),
    "evergraph.framework.structures": (
        "assert_same_structure assert_shallow_structure flatten flatten_dict_items flatten_up_to "
        "flatten_with_joined_string_paths get_traverse_shallow_structure is_sequence map_structure "
        "map_structure_up_to pack_sequence_as yield_flat_paths yield_flattened_up_to"
    ),
    "evergraph.framework.tensor": "Operand Tensor",
    "evergraph.framework.versions": (
        "COMPILER_VERSION CXX11_ABI_FLAG GIT_VERSION GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER "
        "GRAPH_DEF_VERSION_MIN_PRODUCER MONOLITHIC_BUILD VERSION"
    ),
    "evergraph.gfile": (
        "Copy DeleteRecursively Exists FastGFile GFile Glob IsDirectory ListDirectory MakeDirs MkDir Open "
        "Remove Rename Stat Walk"
    ),
    "evergraph.gradients.custom_gradient": "custom_gradient",
    "evergraph.gradients.gradients": "AggregationMethod gradients hessians",
    "evergraph.gradients.registry": (
        "NoGradient NotDifferentiable RegisterGradient gradient_function own_gradient_function"
    ),
    "evergraph.graph_util": (
        "convert_variables_to_constants extract_sub_graph must_run_on_cpu remove_training_nodes "
        "tensor_shape_from_node_def_name"
    ),
    "evergraph.image": (
        "ResizeMethod adjust_brightness central_crop crop_to_bounding_box flip_left_right flip_up_down "
        "pad_to_bounding_box per_image_standardization random_brightness random_flip_left_right "
        "random_flip_up_down resize_bilinear resize_images resize_nearest_neighbor transpose_image"
    ),
    "evergraph.initializers": (
        "constant global_variables identity local_variables ones orthogonal random_normal random_uniform "
        "truncated_normal uniform_unit_scaling variables variance_scaling zeros"
    ),
    "evergraph.keras": (
        "Input Model Sequential activations applications backend callbacks constraints datasets initializers "
        "layers losses metrics models optimizers preprocessing regularizers utils wrappers"
    ),
    "evergraph.keras.activations": (
        "deserialize elu get hard_sigmoid linear relu selu serialize sigmoid softmax softplus softsign tanh"
    ),
    "evergraph.keras.applications": (
        "DenseNet121 DenseNet169 DenseNet201 InceptionResNetV2 InceptionV3 MobileNet NASNetLarge "
        "NASNetMobile ResNet50 VGG16 VGG19 Xception densenet inception_resnet_v2 inception_v3 mobilenet "
        "nasnet resnet50 vgg16 vgg19 xception"
    ),
    "evergraph.keras.applications.dense_blocks": (
        "DenseNet DenseNet121 DenseNet169 DenseNet201 preprocess_input"
    ),
    "evergraph.keras.applications.densenet": (
        "DenseNet121 DenseNet169 DenseNet201 decode_predictions preprocess_input"
    ),
    "evergraph.keras.applications.imagenet": "_obtain_input_shape decode_predictions preprocess_input",
    "evergraph.keras.applications.inception_blocks": "InceptionV3 preprocess_input",
    "evergraph.keras.applications.inception_residual_blocks": "InceptionResNetV2 preprocess_input",
    "evergraph.keras.applications.inception_resnet_v2": (
        "InceptionResNetV2 decode_predictions preprocess_input"
    ),
    "evergraph.keras.applications.inception_v3": "InceptionV3 decode_predictions preprocess_input",
    "evergraph.keras.applications.mobile_blocks": "MobileNet preprocess_input relu6",
    "evergraph.keras.applications.mobilenet": "MobileNet decode_predictions preprocess_input relu6",
    "evergraph.keras.applications.nasnet": "NASNetLarge NASNetMobile decode_predictions preprocess_input",
    "evergraph.keras.applications.residual": "ResNet50",
    "evergraph.keras.applications.resnet50": "ResNet50 decode_predictions preprocess_input",
    "evergraph.keras.applications.searched_cells": "NASNet NASNetLarge NASNetMobile preprocess_input",
    "evergraph.keras.applications.separable_blocks": "Xception preprocess_input",
    "evergraph.keras.applications.vgg": "VGG16 VGG19",
    "evergraph.keras.applications.vgg16": "VGG16 decode_predictions preprocess_input",
    "evergraph.keras.applications.vgg19": "VGG19 decode_predictions preprocess_input",
    "evergraph.keras.applications.xception": "Xception decode_predictions preprocess_input",
    "evergraph.keras.backend": (
        "abs all any arange argmax argmin backend batch_dot batch_flatten batch_get_value "
        "batch_normalization batch_set_value bias_add binary_crossentropy cast cast_to_floatx "
        "categorical_crossentropy clear_session clip concatenate constant conv1d conv2d conv2d_transpose "
        "conv3d conv3d_transpose cos count_params ctc_label_dense_to_sparse cumprod cumsum depthwise_conv2d "
        "dot dropout dtype elu epsilon equal eval exp expand_dims eye flatten floatx foldl foldr function "
        "gather get_session get_uid get_value gradients greater greater_equal hard_sigmoid identity "
        "image_data_format in_test_phase in_top_k in_train_phase int_shape is_keras_tensor is_placeholder "
        "is_sparse l2_normalize learning_phase less less_equal local_conv1d local_conv2d log logsumexp "
        "manual_variable_initialization map_fn max maximum mean min minimum moving_average_update name_scope "
        "ndim normalize_batch_in_training not_equal one_hot ones ones_like permute_dimensions placeholder "
        "pool2d pool3d pow print_tensor prod random_binomial random_normal random_normal_variable "
        "random_uniform random_uniform_variable relu repeat repeat_elements reset_uids reshape resize_images "
        "resize_volumes reverse rnn round separable_conv1d separable_conv2d set_epsilon set_floatx "
        "set_image_data_format set_learning_phase set_session set_value shape sigmoid sign sin softmax "
        "softplus softsign sparse_categorical_crossentropy spatial_2d_padding spatial_3d_padding sqrt square "
        "squeeze stack std stop_gradient sum switch tanh temporal_padding tile to_dense transpose "
        "truncated_normal update update_add update_sub var variable zeros zeros_like"
    ),
    "evergraph.keras.backend.arrays": (
        "arange batch_flatten concatenate expand_dims flatten gather in_top_k one_hot permute_dimensions "
        "repeat repeat_elements reshape resize_images resize_volumes reverse spatial_2d_padding "
        "spatial_3d_padding squeeze stack temporal_padding tile transpose"
    ),
    "evergraph.keras.backend.config": (
        "backend cast_to_floatx epsilon floatx image_data_format set_epsilon set_floatx set_image_data_format"
    ),
    "evergraph.keras.backend.control_flow": "foldl foldr in_test_phase in_train_phase map_fn rnn switch",
    "evergraph.keras.backend.convolution": (
        "conv1d conv2d conv2d_transpose conv3d conv3d_transpose ctc_label_dense_to_sparse depthwise_conv2d "
        "local_conv1d local_conv2d pool2d pool3d separable_conv1d separable_conv2d"
    ),
    "evergraph.keras.backend.elementwise": (
        "abs all any argmax argmin batch_dot clip cos cumprod cumsum dot equal exp greater greater_equal "
        "less less_equal log logsumexp max maximum mean min minimum not_equal pow prod round sign sin sqrt "
        "square std sum var"
    ),
    "evergraph.keras.backend.functions": (
        "Function function gradients moving_average_update stop_gradient update update_add update_sub"
    ),
    "evergraph.keras.backend.naming": (
        "get_default_graph_uid_map get_uid name_scope reset_uids unique_object_name"
    ),
    "evergraph.keras.backend.nn": (
        "batch_normalization bias_add binary_crossentropy categorical_crossentropy dropout elu hard_sigmoid "
        "l2_normalize normalize_batch_in_training relu sigmoid softmax softplus softsign "
        "sparse_categorical_crossentropy tanh"
    ),
    "evergraph.keras.backend.random": "random_binomial random_normal random_uniform truncated_normal",
    "evergraph.keras.backend.session": (
        "clear_session get_session learning_phase learning_phase_scope manual_variable_initialization "
        "set_learning_phase set_session"
    ),
    "evergraph.keras.backend.tensors": (
        "batch_get_value batch_set_value cast constant count_params dtype eval eye get_value identity "
        "int_shape is_keras_tensor is_placeholder is_sparse ndim ones ones_like placeholder print_tensor "
        "random_normal_variable random_uniform_variable set_value shape to_dense variable zeros zeros_like"
    ),
    "evergraph.keras.basics.convolution_sizes": (
        "conv_input_length conv_output_length convert_data_format convert_kernel deconv_output_length "
        "normalize_data_format normalize_padding normalize_tuple"
    ),
    "evergraph.keras.basics.downloads": "extract_archive get_file hash_file validate_file",
    "evergraph.keras.basics.enqueuers": "GeneratorEnqueuer OrderedEnqueuer SequenceEnqueuer",
    "evergraph.keras.basics.generic": (
        "CustomObjectScope custom_object_scope deserialize_keras_object func_dump func_load "
        "get_custom_objects has_arg is_all_none make_batches object_list_uid serialize_keras_object "
        "slice_arrays to_list to_snake_case"
    ),
    "evergraph.keras.basics.hdf5_matrix": "HDF5Matrix ask_to_proceed_with_overwrite",
    "evergraph.keras.basics.layer_summary": "count_params print_summary",
    "evergraph.keras.basics.numpy": "normalize to_categorical",
    "evergraph.keras.basics.progress": "Progbar",
    "evergraph.keras.basics.sequence": "Sequence",
    "evergraph.keras.callbacks": (
        "BaseLogger CSVLogger Callback EarlyStopping History LambdaCallback LearningRateScheduler "
        "ModelCheckpoint ProgbarLogger ReduceLROnPlateau RemoteMonitor TensorBoard TerminateOnNaN"
    ),
    "evergraph.keras.callbacks.callback": "Callback CallbackList LambdaCallback",
    "evergraph.keras.callbacks.running": "BaseLogger History ProgbarLogger TerminateOnNaN",
    "evergraph.keras.callbacks.watching": (
        "EarlyStopping LearningRateScheduler ModelCheckpoint ReduceLROnPlateau"
    ),
    "evergraph.keras.callbacks.writing": "CSVLogger RemoteMonitor TensorBoard",
    "evergraph.keras.constraints": (
        "Constraint MaxNorm MinMaxNorm NonNeg UnitNorm deserialize get max_norm min_max_norm non_neg "
        "serialize unit_norm"
    ),
    "evergraph.keras.datasets": "boston_housing cifar10 cifar100 fashion_mnist imdb mnist reuters",
    "evergraph.keras.datasets.boston_housing": "load_data",
    "evergraph.keras.datasets.cifar": "load_batch",
    "evergraph.keras.datasets.cifar10": "load_data",
    "evergraph.keras.datasets.cifar100": "load_data",
    "evergraph.keras.datasets.fashion_mnist": "load_data",
    "evergraph.keras.datasets.imdb": "get_word_index load_data",
    "evergraph.keras.datasets.mnist": "load_data",
    "evergraph.keras.datasets.reuters": "get_word_index load_data",
    "evergraph.keras.engine.base_layer": "InputSpec Layer",
    "evergraph.keras.engine.cloning": "_clone_graph _clone_sequential clone_model",
    "evergraph.keras.engine.drawing": "model_to_dot plot_model",
    "evergraph.keras.engine.graph_map": "map_graph_network",
    "evergraph.keras.engine.hdf5": (
        "load_attributes_from_hdf5_group load_weights_from_hdf5_group load_weights_from_hdf5_group_by_name "
        "save_attributes_to_hdf5_group save_weights_to_hdf5_group"
    ),
    "evergraph.keras.engine.input_layer": "Input InputLayer",
    "evergraph.keras.engine.kernels": "convert_all_kernels_in_model convert_dense_weights_data_format",
    "evergraph.keras.engine.network": "Network",
    "evergraph.keras.engine.node": "Node collect_previous_mask get_source_inputs have_all_keras_metadata",
    "evergraph.keras.engine.objectives": "weighted_masked_objective",
    "evergraph.keras.engine.saving": (
        "load_model model_from_config model_from_json model_from_yaml save_model"
    ),
    "evergraph.keras.engine.sequential": "Sequential",
    "evergraph.keras.engine.standardize": (
        "batch_shuffle check_array_lengths check_loss_and_target_compatibility check_num_samples "
        "check_steps_argument collect_metrics has_symbolic_tensors standardize_class_weights "
        "standardize_input_data standardize_sample_or_class_weights standardize_sample_weights "
        "standardize_single_array standardize_weights"
    ),
    "evergraph.keras.engine.training": "Model",
    "evergraph.keras.engine.training_arrays": "fit_loop predict_loop test_loop",
    "evergraph.keras.engine.training_generator": "evaluate_generator fit_generator predict_generator",
    "evergraph.keras.engine.weight_layouts": "convert_rnn_weights preprocess_weights_for_loading",
    "evergraph.keras.initializers": (
        "Constant Identity Initializer Ones Orthogonal RandomNormal RandomUniform TruncatedNormal "
        "VarianceScaling Zeros constant deserialize get glorot_normal glorot_uniform he_normal he_uniform "
        "identity lecun_normal lecun_uniform normal ones orthogonal random_normal random_uniform serialize "
        "truncated_normal uniform zeros"
    ),
    "evergraph.keras.layers": (
        "Activation ActivityRegularization Add AlphaDropout Average AveragePooling1D AveragePooling2D "
        "AveragePooling3D AvgPool1D AvgPool2D AvgPool3D BatchNormalization Bidirectional Concatenate Conv1D "
        "Conv2D Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM2D Convolution1D Convolution2D "
        "Convolution2DTranspose Convolution3D Convolution3DTranspose ConvolutionalLSTM2D Cropping1D "
        "Cropping2D Cropping3D CuDNNGRU CuDNNLSTM Dense DepthwiseConv2D Dot Dropout ELU Embedding Flatten "
        "GRU GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D "
        "GlobalAveragePooling3D GlobalAvgPool1D GlobalAvgPool2D GlobalAvgPool3D GlobalMaxPool1D "
        "GlobalMaxPool2D GlobalMaxPool3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D Input "
        "InputLayer InputSpec LSTM LSTMCell Lambda Layer LeakyReLU LocallyConnected1D LocallyConnected2D "
        "Masking MaxPool1D MaxPool2D MaxPool3D MaxPooling1D MaxPooling2D MaxPooling3D Maximum Minimum "
        "Multiply PReLU Permute RNN RepeatVector Reshape SeparableConv1D SeparableConv2D "
        "SeparableConvolution1D SeparableConvolution2D SimpleRNN SimpleRNNCell Softmax SpatialDropout1D "
        "SpatialDropout2D SpatialDropout3D StackedRNNCells Subtract ThresholdedReLU TimeDistributed "
        "UpSampling1D UpSampling2D UpSampling3D Wrapper ZeroPadding1D ZeroPadding2D ZeroPadding3D add "
        "average concatenate deserialize dot maximum minimum multiply serialize subtract"
    ),
    "evergraph.keras.layers.advanced_activations": "ELU LeakyReLU PReLU Softmax ThresholdedReLU",
    "evergraph.keras.layers.convolutional": "Conv Conv1D Conv2D Conv2DTranspose Conv3D Conv3DTranspose",
    "evergraph.keras.layers.convolutional_recurrent": "ConvLSTM2D ConvLSTM2DCell ConvRNN2D",
    "evergraph.keras.layers.core": (
        "Activation ActivityRegularization Dense Dropout Flatten Lambda Masking Permute RepeatVector Reshape "
        "SpatialDropout1D SpatialDropout2D SpatialDropout3D"
    ),
    "evergraph.keras.layers.cudnn_recurrent": "CuDNNGRU CuDNNLSTM",
    "evergraph.keras.layers.embeddings": "Embedding",
    "evergraph.keras.layers.local": "LocallyConnected1D LocallyConnected2D",
    "evergraph.keras.layers.merge": (
        "Add Average Concatenate Dot Maximum Minimum Multiply Subtract add average concatenate dot maximum "
        "minimum multiply subtract"
    ),
    "evergraph.keras.layers.noise": "AlphaDropout GaussianDropout GaussianNoise",
    "evergraph.keras.layers.normalization": "BatchNormalization",
    "evergraph.keras.layers.pooling": (
        "AveragePooling1D AveragePooling2D AveragePooling3D GlobalAveragePooling1D GlobalAveragePooling2D "
        "GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D MaxPooling1D "
        "MaxPooling2D MaxPooling3D"
    ),
    "evergraph.keras.layers.recurrent": (
        "GRU GRUCell LSTM LSTMCell RNN SimpleRNN SimpleRNNCell StackedRNNCells standardize_args"
    ),
    "evergraph.keras.layers.recurrent.cells": "GRUCell LSTMCell SimpleRNNCell StackedRNNCells",
    "evergraph.keras.layers.recurrent.networks": "GRU LSTM SimpleRNN",
    "evergraph.keras.layers.recurrent.rnn": "RNN standardize_args",
    "evergraph.keras.layers.resizing": (
        "Cropping1D Cropping2D Cropping3D UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D "
        "ZeroPadding3D"
    ),
    "evergraph.keras.layers.separable": "DepthwiseConv2D SeparableConv SeparableConv1D SeparableConv2D",
    "evergraph.keras.layers.serialization": "deserialize serialize",
    "evergraph.keras.layers.wrappers": "Bidirectional TimeDistributed Wrapper",
    "evergraph.keras.losses": (
        "KLD MAE MAPE MSE MSLE binary_crossentropy categorical_crossentropy categorical_hinge cosine "
        "cosine_proximity deserialize get hinge kld kullback_leibler_divergence logcosh mae mape "
        "mean_absolute_error mean_absolute_percentage_error mean_squared_error "
        "mean_squared_logarithmic_error mse msle poisson serialize sparse_categorical_crossentropy "
        "squared_hinge"
    ),
    "evergraph.keras.metric_functions": (
        "binary_accuracy categorical_accuracy deserialize get serialize sparse_categorical_accuracy "
        "sparse_top_k_categorical_accuracy top_k_categorical_accuracy"
    ),
    "evergraph.keras.metrics": (
        "KLD MAE MAPE MSE MSLE binary_accuracy binary_crossentropy categorical_accuracy "
        "categorical_crossentropy cosine cosine_proximity deserialize get hinge kld "
        "kullback_leibler_divergence mae mape mean_absolute_error mean_absolute_percentage_error "
        "mean_squared_error mean_squared_logarithmic_error mse msle poisson serialize "
        "sparse_categorical_accuracy sparse_categorical_crossentropy sparse_top_k_categorical_accuracy "
        "squared_hinge top_k_categorical_accuracy"
    ),
    "evergraph.keras.models": (
        "Model Sequential clone_model load_model model_from_config model_from_json model_from_yaml save_model"
    ),
    "evergraph.keras.multi_gpu": "multi_gpu_model",
    "evergraph.keras.optimizers": (
        "Adadelta Adagrad Adam Adamax Nadam Optimizer RMSprop SGD deserialize get serialize"
    ),
    "evergraph.keras.optimizers.lookup": "deserialize get serialize",
    "evergraph.keras.optimizers.optimizer": "Optimizer TFOptimizer clip_norm",
    "evergraph.keras.optimizers.rules": "Adadelta Adagrad Adam Adamax Nadam RMSprop SGD",
    "evergraph.keras.preprocessing": "image sequence text",
    "evergraph.keras.preprocessing.image": (
        "DirectoryIterator ImageDataGenerator Iterator NumpyArrayIterator apply_transform array_to_img "
        "flip_axis img_to_array load_img random_brightness random_channel_shift random_rotation random_shear "
        "random_shift random_zoom"
    ),
    "evergraph.keras.preprocessing.image_batches": "DirectoryIterator Iterator NumpyArrayIterator",
    "evergraph.keras.preprocessing.image_generator": "ImageDataGenerator",
    "evergraph.keras.preprocessing.sequence": (
        "TimeseriesGenerator make_sampling_table pad_sequences skipgrams"
    ),
    "evergraph.keras.preprocessing.text": "Tokenizer hashing_trick one_hot text_to_word_sequence",
    "evergraph.keras.preprocessing.transforms": (
        "apply_transform array_to_img flip_axis img_to_array list_pictures load_img random_brightness "
        "random_channel_shift random_rotation random_shear random_shift random_zoom "
        "transform_matrix_offset_center"
    ),
    "evergraph.keras.regularizers": "L1L2 Regularizer deserialize get l1 l1_l2 l2 serialize",
    "evergraph.keras.utils": (
        "CustomObjectScope GeneratorEnqueuer HDF5Matrix Progbar Sequence SequenceEnqueuer "
        "convert_all_kernels_in_model custom_object_scope deserialize_keras_object get_custom_objects "
        "get_file multi_gpu_model normalize plot_model serialize_keras_object to_categorical"
    ),
    "evergraph.keras.wrappers": "scikit_learn",
    "evergraph.keras.wrappers.scikit_learn": "KerasClassifier KerasRegressor",
    "evergraph.layers": (
        "AveragePooling2D BatchNormalization Conv2D Dense Dropout Flatten InputSpec Layer MaxPooling2D "
        "average_pooling2d batch_normalization conv2d dense dropout flatten max_pooling2d"
    ),
    "evergraph.layers.base": "Layer",
    "evergraph.layers.convolution": "Conv2D conv2d",
    "evergraph.layers.dense": "Dense dense",
    "evergraph.layers.dropout": "Dropout dropout",
    "evergraph.layers.flattening": "Flatten flatten",
    "evergraph.layers.input_spec": "InputSpec",
    "evergraph.layers.normalization": "BatchNormalization batch_normalization",
    "evergraph.layers.pooling": "AveragePooling2D MaxPooling2D average_pooling2d max_pooling2d",
    "evergraph.layers.recurrent": (
        "ASSERT_LIKE_RNNCELL_ERROR_REGEXP BIAS_NAME BasicLSTMCell BasicRNNCell DeviceWrapper DropoutWrapper "
        "GRUCell KERNEL_NAME LSTMCell LSTMStateTuple LayerRNNCell MultiRNNCell RNNCell ResidualWrapper "
        "assert_like_rnncell best_effort_batch_size bidirectional_dynamic_rnn dynamic_rnn raw_rnn "
        "reverse_list static_bidirectional_rnn static_rnn static_state_saving_rnn transpose_batch_time"
    ),
    "evergraph.layers.recurrent.basic": "BasicRNNCell",
    "evergraph.layers.recurrent.bidirectional": "bidirectional_dynamic_rnn static_bidirectional_rnn",
    "evergraph.layers.recurrent.cell": (
        "ASSERT_LIKE_RNNCELL_ERROR_REGEXP BIAS_NAME KERNEL_NAME LayerRNNCell RNNCell assert_like_rnncell"
    ),
    "evergraph.layers.recurrent.dropout": "DropoutWrapper",
    "evergraph.layers.recurrent.dynamic": "dynamic_rnn",
    "evergraph.layers.recurrent.gru": "GRUCell",
    "evergraph.layers.recurrent.lstm": "BasicLSTMCell LSTMCell LSTMStateTuple",
    "evergraph.layers.recurrent.multi": "MultiRNNCell",
    "evergraph.layers.recurrent.raw": "raw_rnn",
    "evergraph.layers.recurrent.rnn_cell": (
        "BasicLSTMCell BasicRNNCell DeviceWrapper DropoutWrapper GRUCell LSTMCell LSTMStateTuple "
        "MultiRNNCell RNNCell ResidualWrapper"
    ),
    "evergraph.layers.recurrent.sequences": "best_effort_batch_size reverse_list transpose_batch_time",
    "evergraph.layers.recurrent.static": "static_rnn static_state_saving_rnn",
    "evergraph.layers.recurrent.wrappers": "DeviceWrapper ResidualWrapper",
    "evergraph.linalg": (
        "band_part cholesky cholesky_solve det diag diag_part eigh eigvalsh einsum expm eye inv logdet lstsq "
        "norm qr set_diag slogdet solve svd tensordot trace transpose triangular_solve"
    ),
    "evergraph.logging": (
        "DEBUG ERROR FATAL INFO TaskLevelStatusMessage WARN debug error fatal flush get_verbosity info log "
        "log_every_n log_first_n log_if set_verbosity vlog warn warning"
    ),
    "evergraph.losses": (
        "Reduction absolute_difference add_loss compute_weighted_loss cosine_distance get_losses "
        "get_regularization_loss get_regularization_losses get_total_loss hinge_loss huber_loss log_loss "
        "mean_pairwise_squared_error mean_squared_error sigmoid_cross_entropy softmax_cross_entropy "
        "sparse_softmax_cross_entropy"
    ),
    "evergraph.manip": "roll",
    "evergraph.math": "polyval",
    "evergraph.metrics": (
        "accuracy auc false_negatives false_negatives_at_thresholds false_positives "
        "false_positives_at_thresholds mean mean_absolute_error mean_cosine_distance mean_iou "
        "mean_per_class_accuracy mean_relative_error mean_squared_error mean_tensor percentage_below "
        "precision precision_at_thresholds recall recall_at_thresholds root_mean_squared_error "
        "true_negatives true_negatives_at_thresholds true_positives true_positives_at_thresholds"
    ),
    "evergraph.nn": (
        "all_candidate_sampler atrous_conv2d atrous_conv2d_transpose avg_pool avg_pool3d "
        "batch_norm_with_global_normalization batch_normalization bias_add bidirectional_dynamic_rnn "
        "compute_accidental_hits conv1d conv2d conv2d_backprop_filter conv2d_backprop_input conv2d_transpose "
        "conv3d conv3d_backprop_filter_v2 conv3d_transpose convolution crelu depthwise_conv2d "
        "depthwise_conv2d_native depthwise_conv2d_native_backprop_filter "
        "depthwise_conv2d_native_backprop_input dilation2d dropout dynamic_rnn elu embedding_lookup "
        "embedding_lookup_sparse erosion2d fixed_unigram_candidate_sampler fused_batch_norm in_top_k l2_loss "
        "l2_normalize leaky_relu local_response_normalization log_poisson_loss log_softmax "
        "log_uniform_candidate_sampler lrn max_pool max_pool3d max_pool_with_argmax moments nce_loss "
        "normalize_moments pool raw_rnn relu relu6 relu_layer rnn_cell sampled_softmax_loss selu "
        "separable_conv2d sigmoid sigmoid_cross_entropy_with_logits softmax "
        "softmax_cross_entropy_with_logits softmax_cross_entropy_with_logits_v2 softplus softsign "
        "sparse_softmax_cross_entropy_with_logits static_bidirectional_rnn static_rnn "
        "static_state_saving_rnn sufficient_statistics swish tanh top_k uniform_candidate_sampler "
        "weighted_cross_entropy_with_logits weighted_moments xw_plus_b zero_fraction"
    ),
    "evergraph.ops.array": (
        "batch_to_space batch_to_space_nd bitcast boolean_mask broadcast_dynamic_shape "
        "broadcast_static_shape broadcast_to concat depth_to_space diag diag_part dynamic_partition "
        "dynamic_stitch edit_distance expand_dims extract_image_patches fake_quant_with_min_max_args "
        "fake_quant_with_min_max_args_gradient fake_quant_with_min_max_vars "
        "fake_quant_with_min_max_vars_gradient fake_quant_with_min_max_vars_per_channel "
        "fake_quant_with_min_max_vars_per_channel_gradient fill gather gather_nd guarantee_const identity_n "
        "invert_permutation listdiff matrix_band_part matrix_diag matrix_diag_part matrix_set_diag "
        "matrix_transpose meshgrid newaxis one_hot ones ones_like pad parallel_dynamic_stitch parallel_stack "
        "rank required_space_to_batch_paddings reshape reverse reverse_sequence reverse_v2 roll scatter_nd "
        "scatter_nd_add scatter_nd_sub scatter_nd_update sequence_mask setdiff1d shape shape_n size slice "
        "space_to_batch space_to_batch_nd space_to_depth sparse_mask split squeeze stack strided_slice tile "
        "transpose unique unique_with_counts unstack where zeros zeros_like"
    ),
    "evergraph.ops.array.bitcasting": "bitcast",
    "evergraph.ops.array.blocks": (
        "batch_to_space batch_to_space_nd depth_to_space required_space_to_batch_paddings space_to_batch "
        "space_to_batch_nd space_to_depth"
    ),
    "evergraph.ops.array.diagonals": (
        "diag diag_part matrix_band_part matrix_diag matrix_diag_part matrix_set_diag"
    ),
    "evergraph.ops.array.filling": "fill one_hot ones ones_like sequence_mask zeros zeros_like",
    "evergraph.ops.array.gathering": "gather gather_nd scatter_nd",
    "evergraph.ops.array.indexing": "newaxis",
    "evergraph.ops.array.joining": "concat meshgrid split tile",
    "evergraph.ops.array.padding": "pad",
    "evergraph.ops.array.partitioning": "dynamic_partition dynamic_stitch parallel_dynamic_stitch",
    "evergraph.ops.array.patches": "extract_image_patches",
    "evergraph.ops.array.quantization": (
        "fake_quant_with_min_max_args fake_quant_with_min_max_args_gradient fake_quant_with_min_max_vars "
        "fake_quant_with_min_max_vars_gradient fake_quant_with_min_max_vars_per_channel "
        "fake_quant_with_min_max_vars_per_channel_gradient"
    ),
    "evergraph.ops.array.reshaping": (
        "broadcast_to expand_dims guarantee_const identity_n invert_permutation matrix_transpose reshape "
        "squeeze transpose"
    ),
    "evergraph.ops.array.reversing": "reverse reverse_sequence reverse_v2 roll",
    "evergraph.ops.array.scattering": "scatter_nd_add scatter_nd_sub scatter_nd_update",
    "evergraph.ops.array.selecting": "boolean_mask where",
    "evergraph.ops.array.shapes": "broadcast_dynamic_shape broadcast_static_shape rank shape shape_n size",
    "evergraph.ops.array.slicing": "slice strided_slice",
    "evergraph.ops.array.stacking": "parallel_stack stack unstack",
    "evergraph.ops.array.uniqueness": (
        "edit_distance listdiff setdiff1d sparse_mask unique unique_with_counts"
    ),
    "evergraph.ops.assertion": "Assert add_check_numerics_ops check_numerics verify_tensor_all_finite",
    "evergraph.ops.checks": (
        "assert_equal assert_greater assert_greater_equal assert_integer assert_less assert_less_equal "
        "assert_near assert_negative assert_non_negative assert_non_positive assert_none_equal "
        "assert_positive assert_proper_iterable assert_rank assert_rank_at_least assert_rank_in "
        "assert_same_float_dtype assert_scalar assert_type is_non_decreasing is_numeric_tensor "
        "is_strictly_increasing"
    ),
    "evergraph.ops.clip": "clip_by_average_norm clip_by_global_norm clip_by_norm clip_by_value global_norm",
    "evergraph.ops.constants": "constant identity no_op placeholder placeholder_with_default stop_gradient",
    "evergraph.ops.control_flow.case": "case",
    "evergraph.ops.control_flow.conditional": "cond smart_cond",
    "evergraph.ops.control_flow.functional": "foldl foldr map_fn scan",
    "evergraph.ops.control_flow.grouping": "group tuple with_dependencies",
    "evergraph.ops.control_flow.loop": "while_loop",
    "evergraph.ops.control_flow.tensor_array": "TensorArray",
    "evergraph.ops.files.contents": "matching_files read_file write_file",
    "evergraph.ops.files.readers": (
        "FixedLengthRecordReader IdentityReader ReaderBase TFRecordReader TextLineReader WholeFileReader"
    ),
    "evergraph.ops.files.saving": (
        "RESERVED_PREFIX merge_v2_checkpoints restore_v2 save_v2 sharded_filename sharded_filespec"
    ),
    "evergraph.ops.files.saving_v1": "restore restore_slice save save_slices",
    "evergraph.ops.image": (
        "ResizeMethod adjust_brightness central_crop crop_to_bounding_box flip_left_right flip_up_down "
        "pad_to_bounding_box per_image_standardization random_brightness random_flip_left_right "
        "random_flip_up_down resize_bilinear resize_images resize_nearest_neighbor transpose_image"
    ),
    "evergraph.ops.image.arranging": (
        "adjust_brightness central_crop crop_to_bounding_box flip_left_right flip_up_down "
        "pad_to_bounding_box per_image_standardization random_brightness random_flip_left_right "
        "random_flip_up_down transpose_image"
    ),
    "evergraph.ops.image.resizing": "ResizeMethod resize_bilinear resize_images resize_nearest_neighbor",
    "evergraph.ops.inference": "constant_value constant_value_as_shape",
    "evergraph.ops.linalg": (
        "cholesky cholesky_solve cross expm eye logdet matrix_determinant matrix_inverse matrix_solve "
        "matrix_solve_ls matrix_triangular_solve norm qr self_adjoint_eig self_adjoint_eigvals slogdet svd "
        "trace"
    ),
    "evergraph.ops.lookup.classes": (
        "HashTable IdTableWithHashBuckets KeyValueTensorInitializer MutableHashTable TextFileIndex "
        "TextFileInitializer"
    ),
    "evergraph.ops.lookup.operations": "LINE_NUMBER WHOLE_LINE",
    "evergraph.ops.lookup.vocabularies": (
        "index_table_from_file index_table_from_tensor index_to_string_table_from_file "
        "index_to_string_table_from_tensor"
    ),
    "evergraph.ops.losses": (
        "Reduction absolute_difference add_loss compute_weighted_loss cosine_distance get_losses "
        "get_regularization_loss get_regularization_losses get_total_loss hinge_loss huber_loss log_loss "
        "mean_pairwise_squared_error mean_squared_error sigmoid_cross_entropy softmax_cross_entropy "
        "sparse_softmax_cross_entropy"
    ),
    "evergraph.ops.math": (
        "abs accumulate_n acos acosh add add_n angle approximate_equal arg_max arg_min argmax argmin asin "
        "asinh atan atan2 atanh betainc bincount bitwise_and bitwise_or bitwise_xor bucketize cast ceil "
        "complex conj cos cosh count_nonzero cumprod cumsum digamma div divide einsum equal erf erfc exp "
        "expm1 floor floor_div floordiv floormod greater greater_equal histogram_fixed_width "
        "histogram_fixed_width_bins igamma igammac imag invert is_finite is_inf is_nan lbeta left_shift less "
        "less_equal lgamma lin_space linspace log log1p logical_and logical_not logical_or logical_xor "
        "matmul maximum minimum mod multiply negative not_equal polygamma polyval pow range real realdiv "
        "reciprocal reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod "
        "reduce_sum right_shift rint round rsqrt saturate_cast scalar_mul segment_max segment_mean "
        "segment_min segment_prod segment_sum sigmoid sign sin sinh sparse_segment_mean "
        "sparse_segment_sqrt_n sparse_segment_sum sqrt square squared_difference subtract tan tanh tensordot "
        "to_bfloat16 to_complex128 to_complex64 to_double to_float to_int32 to_int64 truediv truncatediv "
        "truncatemod unsorted_segment_max unsorted_segment_mean unsorted_segment_min unsorted_segment_prod "
        "unsorted_segment_sqrt_n unsorted_segment_sum zeta"
    ),
    "evergraph.ops.math.accumulate": "accumulate_n add_n",
    "evergraph.ops.math.argextremes": "arg_max arg_min argmax argmin",
    "evergraph.ops.math.binary": (
        "add atan2 div divide floor_div floordiv floormod maximum minimum mod multiply pow realdiv "
        "scalar_mul squared_difference subtract truediv truncatediv truncatemod"
    ),
    "evergraph.ops.math.bitwise": "bitwise_and bitwise_or bitwise_xor invert left_shift right_shift",
    "evergraph.ops.math.casting": (
        "cast saturate_cast to_bfloat16 to_complex128 to_complex64 to_double to_float to_int32 to_int64"
    ),
    "evergraph.ops.math.comparison": (
        "approximate_equal equal greater greater_equal less less_equal logical_and logical_not logical_or "
        "logical_xor not_equal"
    ),
    "evergraph.ops.math.complex": "angle complex conj imag real",
    "evergraph.ops.math.contraction": "einsum tensordot",
    "evergraph.ops.math.counting": "bincount bucketize histogram_fixed_width histogram_fixed_width_bins",
    "evergraph.ops.math.matmul": "matmul",
    "evergraph.ops.math.reductions": (
        "count_nonzero reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod "
        "reduce_sum"
    ),
    "evergraph.ops.math.segments": "segment_max segment_mean segment_min segment_prod segment_sum",
    "evergraph.ops.math.sequences": "cumprod cumsum lin_space linspace range",
    "evergraph.ops.math.sparse_segments": "sparse_segment_mean sparse_segment_sqrt_n sparse_segment_sum",
    "evergraph.ops.math.special": (
        "betainc digamma erf erfc igamma igammac lbeta lgamma polygamma polyval zeta"
    ),
    "evergraph.ops.math.unary": (
        "abs acos acosh asin asinh atan atanh ceil cos cosh exp expm1 floor is_finite is_inf is_nan log "
        "log1p negative reciprocal rint round rsqrt sigmoid sign sin sinh sqrt square tan tanh"
    ),
    "evergraph.ops.math.unsorted_segments": (
        "unsorted_segment_max unsorted_segment_mean unsorted_segment_min unsorted_segment_prod "
        "unsorted_segment_sqrt_n unsorted_segment_sum"
    ),
    "evergraph.ops.metrics": (
        "accuracy auc false_negatives false_negatives_at_thresholds false_positives "
        "false_positives_at_thresholds mean mean_absolute_error mean_cosine_distance mean_iou "
        "mean_per_class_accuracy mean_relative_error mean_squared_error mean_tensor metric_variable "
        "percentage_below precision precision_at_thresholds recall recall_at_thresholds "
        "root_mean_squared_error true_negatives true_negatives_at_thresholds true_positives "
        "true_positives_at_thresholds"
    ),
    "evergraph.ops.metrics.classes": "mean_iou mean_per_class_accuracy",
    "evergraph.ops.metrics.counts": (
        "false_negatives false_positives precision recall true_negatives true_positives"
    ),
    "evergraph.ops.metrics.curves": (
        "auc false_negatives_at_thresholds false_positives_at_thresholds precision_at_thresholds "
        "recall_at_thresholds true_negatives_at_thresholds true_positives_at_thresholds"
    ),
    "evergraph.ops.metrics.means": (
        "accuracy mean mean_absolute_error mean_cosine_distance mean_relative_error mean_squared_error "
        "mean_tensor percentage_below root_mean_squared_error"
    ),
    "evergraph.ops.metrics.state": "metric_variable",
    "evergraph.ops.name_scopes": "prepend_name_scope strip_name_scope",
    "evergraph.ops.nn": (
        "all_candidate_sampler atrous_conv2d atrous_conv2d_transpose avg_pool avg_pool3d "
        "batch_norm_with_global_normalization batch_normalization bias_add compute_accidental_hits conv1d "
        "conv2d conv2d_backprop_filter conv2d_backprop_input conv2d_transpose conv3d "
        "conv3d_backprop_filter_v2 conv3d_transpose convolution crelu depthwise_conv2d "
        "depthwise_conv2d_native depthwise_conv2d_native_backprop_filter "
        "depthwise_conv2d_native_backprop_input dilation2d dropout elu embedding_lookup "
        "embedding_lookup_sparse erosion2d fixed_unigram_candidate_sampler fused_batch_norm in_top_k l2_loss "
        "l2_normalize leaky_relu local_response_normalization log_poisson_loss log_softmax "
        "log_uniform_candidate_sampler lrn max_pool max_pool3d max_pool_with_argmax moments nce_loss "
        "normalize_moments pool relu relu6 relu_layer sampled_softmax_loss selu separable_conv2d "
        "sigmoid_cross_entropy_with_logits softmax softmax_cross_entropy_with_logits "
        "softmax_cross_entropy_with_logits_v2 softplus softsign sparse_softmax_cross_entropy_with_logits "
        "sufficient_statistics swish top_k uniform_candidate_sampler weighted_cross_entropy_with_logits "
        "weighted_moments xw_plus_b zero_fraction"
    ),
    "evergraph.ops.nn.activations": "crelu elu leaky_relu relu relu6 selu softplus softsign swish",
    "evergraph.ops.nn.bias": "bias_add relu_layer xw_plus_b",
    "evergraph.ops.nn.candidate_sampling": (
        "all_candidate_sampler compute_accidental_hits fixed_unigram_candidate_sampler "
        "log_uniform_candidate_sampler uniform_candidate_sampler"
    ),
    "evergraph.ops.nn.conv": (
        "conv1d conv2d conv2d_backprop_filter conv2d_backprop_input conv2d_transpose conv3d "
        "conv3d_backprop_filter_v2 conv3d_transpose"
    ),
    "evergraph.ops.nn.cross_entropy": (
        "log_poisson_loss sigmoid_cross_entropy_with_logits softmax_cross_entropy_with_logits "
        "softmax_cross_entropy_with_logits_v2 sparse_softmax_cross_entropy_with_logits "
        "weighted_cross_entropy_with_logits"
    ),
    "evergraph.ops.nn.dilated": (
        "atrous_conv2d atrous_conv2d_transpose convolution depthwise_conv2d depthwise_conv2d_native "
        "depthwise_conv2d_native_backprop_filter depthwise_conv2d_native_backprop_input pool "
        "separable_conv2d"
    ),
    "evergraph.ops.nn.dilation": "dilation2d erosion2d",
    "evergraph.ops.nn.dropout": "dropout",
    "evergraph.ops.nn.embedding": "embedding_lookup embedding_lookup_sparse",
    "evergraph.ops.nn.fused_batch_norm": "fused_batch_norm",
    "evergraph.ops.nn.normalization": (
        "batch_norm_with_global_normalization batch_normalization l2_loss l2_normalize "
        "local_response_normalization lrn moments normalize_moments sufficient_statistics weighted_moments "
        "zero_fraction"
    ),
    "evergraph.ops.nn.pooling": "avg_pool avg_pool3d max_pool max_pool3d max_pool_with_argmax",
    "evergraph.ops.nn.sampled_loss": "nce_loss sampled_softmax_loss",
    "evergraph.ops.nn.softmax": "log_softmax softmax",
    "evergraph.ops.nn.top_k": "in_top_k top_k",
    "evergraph.ops.parsing.decoding": "decode_compressed decode_csv decode_json_example decode_raw",
    "evergraph.ops.parsing.examples": (
        "FixedLenFeature FixedLenSequenceFeature SparseFeature VarLenFeature parse_example "
        "parse_single_example parse_single_sequence_example"
    ),
    "evergraph.ops.parsing.tensors": "parse_tensor serialize_tensor",
    "evergraph.ops.queues.accumulators": (
        "ConditionalAccumulator ConditionalAccumulatorBase SparseConditionalAccumulator"
    ),
    "evergraph.ops.queues.classes": "FIFOQueue PaddingFIFOQueue PriorityQueue QueueBase RandomShuffleQueue",
    "evergraph.ops.random.crop": "random_crop",
    "evergraph.ops.random.distributions": (
        "multinomial parameterized_truncated_normal random_gamma random_normal random_poisson random_shuffle "
        "random_uniform truncated_normal"
    ),
    "evergraph.ops.resources": (
        "initialize_all_tables initialize_resources local_resources register_resource "
        "report_uninitialized_resources shared_resources tables_initializer"
    ),
    "evergraph.ops.script": "Print py_func",
    "evergraph.ops.session_handles": (
        "TensorHandle delete_session_tensor get_session_handle get_session_tensor"
    ),
    "evergraph.ops.sparse": (
        "deserialize_many_sparse serialize_many_sparse serialize_sparse sparse_add sparse_concat "
        "sparse_cross sparse_cross_hashed sparse_fill_empty_rows sparse_maximum sparse_merge sparse_minimum "
        "sparse_placeholder sparse_reduce_max sparse_reduce_max_sparse sparse_reduce_sum "
        "sparse_reduce_sum_sparse sparse_reorder sparse_reset_shape sparse_reshape sparse_retain "
        "sparse_slice sparse_softmax sparse_split sparse_tensor_dense_matmul sparse_tensor_to_dense "
        "sparse_to_dense sparse_to_indicator sparse_transpose"
    ),
    "evergraph.ops.sparse.arithmetic": (
        "sparse_add sparse_maximum sparse_minimum sparse_reduce_max sparse_reduce_max_sparse "
        "sparse_reduce_sum sparse_reduce_sum_sparse sparse_softmax sparse_tensor_dense_matmul"
    ),
    "evergraph.ops.sparse.crossing": "_HASH_KEY sparse_cross sparse_cross_hashed",
    "evergraph.ops.sparse.dense": "sparse_placeholder sparse_tensor_to_dense sparse_to_dense",
    "evergraph.ops.sparse.merging": "sparse_merge sparse_to_indicator",
    "evergraph.ops.sparse.serialization": "deserialize_many_sparse serialize_many_sparse serialize_sparse",
    "evergraph.ops.sparse.structure": (
        "sparse_concat sparse_fill_empty_rows sparse_reorder sparse_reset_shape sparse_reshape sparse_retain "
        "sparse_slice sparse_split sparse_transpose"
    ),
    "evergraph.ops.strings.base64": "decode_base64 encode_base64",
    "evergraph.ops.strings.formatting": "as_string",
    "evergraph.ops.strings.hashing": (
        "string_to_hash_bucket string_to_hash_bucket_fast string_to_hash_bucket_strong"
    ),
    "evergraph.ops.strings.joining": "reduce_join string_join",
    "evergraph.ops.strings.numbers": "string_to_number",
    "evergraph.ops.strings.regex": "regex_full_match regex_replace",
    "evergraph.ops.strings.splitting": "string_split string_split_v2 string_strip substr",
    "evergraph.ops.summaries": (
        "audio_summary_v2 histogram_summary image_summary make_histogram merge_summary scalar_summary "
        "tensor_summary_v2"
    ),
    "evergraph.ops.updates.operations": (
        "apply_ada_max apply_adadelta apply_adagrad apply_adagrad_da apply_adam apply_add_sign "
        "apply_centered_rms_prop apply_ftrl apply_ftrl_v2 apply_gradient_descent apply_momentum "
        "apply_power_sign apply_proximal_adagrad apply_proximal_gradient_descent apply_rms_prop "
        "resource_apply_ada_max resource_apply_adadelta resource_apply_adagrad resource_apply_adagrad_da "
        "resource_apply_adam resource_apply_add_sign resource_apply_centered_rms_prop resource_apply_ftrl "
        "resource_apply_ftrl_v2 resource_apply_gradient_descent resource_apply_momentum "
        "resource_apply_power_sign resource_apply_proximal_adagrad resource_apply_proximal_gradient_descent "
        "resource_apply_rms_prop resource_sparse_apply_adadelta resource_sparse_apply_adagrad "
        "resource_sparse_apply_adagrad_da resource_sparse_apply_centered_rms_prop resource_sparse_apply_ftrl "
        "resource_sparse_apply_ftrl_v2 resource_sparse_apply_momentum resource_sparse_apply_proximal_adagrad "
        "resource_sparse_apply_proximal_gradient_descent resource_sparse_apply_rms_prop "
        "sparse_apply_adadelta sparse_apply_adagrad sparse_apply_adagrad_da sparse_apply_centered_rms_prop "
        "sparse_apply_ftrl sparse_apply_ftrl_v2 sparse_apply_momentum sparse_apply_proximal_adagrad "
        "sparse_apply_proximal_gradient_descent sparse_apply_rms_prop sum_repeated_rows"
    ),
    "evergraph.ops.variables.assign": (
        "assign assign_add assign_sub count_up_to scatter_add scatter_div scatter_max scatter_min "
        "scatter_mul scatter_sub scatter_update"
    ),
    "evergraph.ops.variables.collections": (
        "all_saveable_objects all_variables global_variables global_variables_initializer "
        "initialize_all_variables initialize_local_variables initialize_variables local_variables "
        "local_variables_initializer model_variables moving_average_variables trainable_variables "
        "variables_initializer"
    ),
    "evergraph.ops.variables.creation": "variable_creator_scope",
    "evergraph.ops.variables.initializers": (
        "Constant Identity Initializer Ones Orthogonal RandomNormal RandomUniform TruncatedNormal "
        "UniformUnitScaling VarianceScaling Zeros _compute_fans constant_initializer "
        "glorot_normal_initializer glorot_uniform_initializer he_normal he_uniform identity_initializer "
        "lecun_normal lecun_uniform ones_initializer orthogonal_initializer random_normal_initializer "
        "random_uniform_initializer truncated_normal_initializer uniform_unit_scaling_initializer "
        "variance_scaling_initializer zeros_initializer"
    ),
    "evergraph.ops.variables.partitioned": "PartitionedVariable",
    "evergraph.ops.variables.partitioners": (
        "create_partitioned_variables fixed_size_partitioner min_max_variable_partitioner "
        "variable_axis_size_partitioner"
    ),
    "evergraph.ops.variables.reference": "SaveSliceInfo Variable",
    "evergraph.ops.variables.resource": "ResourceVariable is_resource_variable",
    "evergraph.ops.variables.scope": (
        "get_local_variable get_variable no_regularizer variable_op_scope variable_scope"
    ),
    "evergraph.ops.variables.scope_object": "AUTO_REUSE VariableScope get_variable_scope",
    "evergraph.ops.variables.template": "make_template",
    "evergraph.ops.variables.uninitialized": (
        "assert_variables_initialized is_variable_initialized report_uninitialized_variables"
    ),
    "evergraph.ops.weights": "assert_broadcastable broadcast_weights remove_squeezable_dimensions",
    "evergraph.optimizers.adadelta": "AdadeltaOptimizer",
    "evergraph.optimizers.adagrad": "AdagradOptimizer",
    "evergraph.optimizers.adagrad_da": "AdagradDAOptimizer",
    "evergraph.optimizers.adam": "AdamOptimizer",
    "evergraph.optimizers.ftrl": "FtrlOptimizer",
    "evergraph.optimizers.gradient_descent": "GradientDescentOptimizer",
    "evergraph.optimizers.momentum": "MomentumOptimizer",
    "evergraph.optimizers.moving_averages": (
        "ExponentialMovingAverage assign_moving_average weighted_moving_average"
    ),
    "evergraph.optimizers.optimizer": "Optimizer accepts_repeated_rows",
    "evergraph.optimizers.proximal_adagrad": "ProximalAdagradOptimizer",
    "evergraph.optimizers.proximal_gradient_descent": "ProximalGradientDescentOptimizer",
    "evergraph.optimizers.rmsprop": "RMSPropOptimizer",
    "evergraph.optimizers.schedules": (
        "cosine_decay cosine_decay_restarts exponential_decay inverse_time_decay linear_cosine_decay "
        "natural_exp_decay noisy_linear_cosine_decay piecewise_constant polynomial_decay"
    ),
    "evergraph.optimizers.slots": "create_slot create_slot_with_initializer create_zeros_slot",
    "evergraph.platform.app": "run",
    "evergraph.platform.file_io": (
        "FileIO atomic_write_string_to_file copy create_dir delete_file delete_recursively file_exists "
        "get_matching_files is_directory list_directory read_file_to_string recursive_create_dir rename stat "
        "walk write_string_to_file"
    ),
    "evergraph.platform.gfile": "FastGFile GFile Open",
    "evergraph.platform.inspection": (
        "ArgSpec FullArgSpec currentframe getargspec getdoc getfile getfullargspec getmembers getmodule "
        "getmro getsource isbuiltin isclass isfunction isgenerator ismethod ismodule isroutine signature "
        "stack"
    ),
    "evergraph.platform.python_io": (
        "TFRecordCompressionType TFRecordOptions TFRecordWriter tf_record_iterator"
    ),
    "evergraph.platform.resource_loader": (
        "get_data_files_path get_path_to_datafile get_root_dir_with_all_resources load_resource "
        "readahead_file_path"
    ),
    "evergraph.python_io": "TFRecordCompressionType TFRecordOptions TFRecordWriter tf_record_iterator",
    "evergraph.resource_loader": (
        "get_data_files_path get_path_to_datafile get_root_dir_with_all_resources load_resource "
        "readahead_file_path"
    ),
    "evergraph.session.defaults": "_stack default_session get_default_session",
    "evergraph.session.devices": "DeviceAttributes",
    "evergraph.session.fetches": "register_session_run_conversion_functions",
    "evergraph.session.local_devices": "list_local_devices",
    "evergraph.session.session": "BaseSession InteractiveSession Session SessionInterface",
    "evergraph.session.timeline": "AllocationMaximum StepStatsAnalysis Timeline",
    "evergraph.sparse": "cross cross_hashed",
    "evergraph.strings": "regex_full_match split",
    "evergraph.summary": (
        "Event FileWriter FileWriterCache SessionLog Summary SummaryDescription TaggedRunMetadata audio "
        "get_summary_description histogram image merge merge_all scalar tensor_summary text"
    ),
    "evergraph.summary.events_writer": "EventsWriter",
    "evergraph.summary.iterator": "summary_iterator",
    "evergraph.summary.plugin_asset": "PluginAsset get_all_plugin_assets get_plugin_asset",
    "evergraph.summary.summary": (
        "audio get_summary_description histogram image merge merge_all scalar tensor_summary text"
    ),
    "evergraph.summary.writer": "EventFileWriter FileWriter SummaryToEventTransformer",
    "evergraph.summary.writer_cache": "FileWriterCache",
    "evergraph.test": (
        "Benchmark StubOutForTesting TestCase assert_equal_graph_def compute_gradient compute_gradient_error "
        "create_local_cluster get_temp_dir gpu_device_name is_built_with_cuda is_gpu_available main mock "
        "test_src_dir_path"
    ),
    "evergraph.testing.benchmark": "Benchmark run_benchmarks",
    "evergraph.testing.case": "TestCase",
    "evergraph.testing.cluster": "create_local_cluster",
    "evergraph.testing.devices": (
        "CudaSupportsHalfMatMulAndConv InstallStackTraceHandler IsGoogleCudaEnabled IsMklEnabled device "
        "gpu_device_name is_built_with_cuda is_gpu_available"
    ),
    "evergraph.testing.directories": "get_temp_dir test_src_dir_path",
    "evergraph.testing.gradient_checker": "compute_gradient compute_gradient_error",
    "evergraph.testing.graphs": (
        "assert_equal_graph_def assert_meta_graph_protos_equal assert_ops_in_graph get_node_def_from_graph "
        "set_producer_version"
    ),
    "evergraph.testing.layouts": "NCHWToNHWC NCHW_VECT_CToNHWC NHWCToNCHW NHWCToNCHW_VECT_C",
    "evergraph.testing.modes": (
        "assert_no_garbage_created assert_no_new_pyobjects_executing_eagerly assert_no_new_tensors "
        "disable_c_api enable_c_api enable_c_shapes run_all_in_graph_and_eager_modes "
        "run_in_graph_and_eager_modes skip_if with_c_api with_c_shapes"
    ),
    "evergraph.testing.runner": "main",
    "evergraph.testing.stubs": "StubOutForTesting mock",
    "evergraph.train": (
        "AdadeltaOptimizer AdagradDAOptimizer AdagradOptimizer AdamOptimizer BestCheckpointHook BytesList "
        "CheckpointSaverHook CheckpointSaverListener ChiefSessionCreator ClusterDef ClusterSpec Coordinator "
        "EarlyStoppingHook Example ExponentialMovingAverage Feature FeatureList FeatureLists Features "
        "FeedFnHook FinalOpsHook FloatList FtrlOptimizer GlobalStepWaiterHook GoodputHook "
        "GradientDescentOptimizer Int64List JobDef KeepBest KeepEveryHours KeepEverySteps KeepLatest "
        "LoggingTensorHook LooperThread MomentumOptimizer MonitoredSession MonitoredTrainingSession "
        "NanLossDuringTrainingError NanTensorHook NewCheckpointReader Optimizer ProfilerHook ProgressHook "
        "ProximalAdagradOptimizer ProximalGradientDescentOptimizer QueueRunner RMSPropOptimizer "
        "ReduceLearningRateHook RestoreReport Saver SaverDef Scaffold SecondOrStepTimer SequenceExample "
        "Server ServerDef SessionCreator SessionManager SessionRunArgs SessionRunContext SessionRunHook "
        "SessionRunValues SingularMonitoredSession StepCounterHook StopAtStepHook SummarySaverHook "
        "Supervisor SyncReplicasOptimizer ValidationHook VocabInfo WatchdogHook WorkerSessionCreator "
        "add_queue_runner assert_global_step basic_train_loop batch batch_join checkpoint_exists "
        "cosine_decay cosine_decay_restarts create_global_step exponential_decay export_meta_graph "
        "generate_checkpoint_state_proto get_checkpoint_mtimes get_checkpoint_state get_global_step "
        "get_or_create_global_step global_step import_meta_graph init_from_checkpoint input_producer "
        "inverse_time_decay latest_checkpoint limit_epochs linear_cosine_decay list_variables "
        "load_checkpoint load_variable match_filenames_once maybe_batch maybe_batch_join maybe_shuffle_batch "
        "maybe_shuffle_batch_join natural_exp_decay noisy_linear_cosine_decay piecewise_constant "
        "polynomial_decay queue_runner range_input_producer replica_device_setter restore_matching "
        "shuffle_batch shuffle_batch_join slice_input_producer start_queue_runners string_input_producer "
        "summary_iterator update_checkpoint_state warm_start write_graph"
    ),
    "evergraph.training.basic_loops": "basic_train_loop",
    "evergraph.training.batching": (
        "batch batch_join maybe_batch maybe_batch_join maybe_shuffle_batch maybe_shuffle_batch_join "
        "shuffle_batch shuffle_batch_join"
    ),
    "evergraph.training.coordinator": "Coordinator LooperThread",
    "evergraph.training.evaluation": "StopAfterNEvalsHook evaluate_once get_or_create_eval_step",
    "evergraph.training.global_step": (
        "assert_global_step create_global_step get_global_step get_global_step_read "
        "get_or_create_global_step get_or_create_global_step_read global_step increment_global_step"
    ),
    "evergraph.training.graph_io": "write_graph",
    "evergraph.training.hooks": (
        "FeedFnHook FinalOpsHook GlobalStepWaiterHook LoggingTensorHook NanLossDuringTrainingError "
        "NanTensorHook StopAtStepHook global_step_for"
    ),
    "evergraph.training.input": (
        "input_producer limit_epochs match_filenames_once range_input_producer slice_input_producer "
        "string_input_producer"
    ),
    "evergraph.training.metric_hooks": (
        "BestCheckpointHook EarlyStoppingHook ReduceLearningRateHook ValidationHook"
    ),
    "evergraph.training.monitored_session": (
        "MonitoredSession MonitoredTrainingSession SingularMonitoredSession _SessionWithHooks"
    ),
    "evergraph.training.profiler_hook": "ProfilerHook",
    "evergraph.training.progress_hooks": "GoodputHook ProgressHook WatchdogHook",
    "evergraph.training.queue_runner": "QueueRunner add_queue_runner start_queue_runners",
    "evergraph.training.saving_hooks": (
        "CheckpointSaverHook CheckpointSaverListener StepCounterHook SummarySaverHook"
    ),
    "evergraph.training.scaffold": "Scaffold",
    "evergraph.training.session_creator": "ChiefSessionCreator SessionCreator WorkerSessionCreator",
    "evergraph.training.session_manager": "SessionManager",
    "evergraph.training.session_run_hook": "SessionRunArgs SessionRunContext SessionRunHook SessionRunValues",
    "evergraph.training.supervisor": "Supervisor",
    "evergraph.training.sync_replicas": "SyncReplicasOptimizer",
    "evergraph.training.timers": "NeverTriggerTimer SecondOrStepTimer StepTrigger",
}

SHOWN = {
    "tensorflow.contrib.framework": (
        "checkpoint.inspect assert_scalar=ops.checks: assert_same_float_dtype=ops.checks: "
        "get_global_step=training.global_step: create_global_step=training.global_step: "
        "get_or_create_global_step=training.global_step: assert_global_step=training.global_step:"
    ),
    "tensorflow.contrib.framework.python.framework.checkpoint_utils": "checkpoint.inspect",
    "tensorflow.contrib.framework.python.ops.variables": "training.global_step",
    "tensorflow.contrib.learn.datasets": "load_mnist=contrib.learn.datasets.mnist:",
    "tensorflow.contrib.learn.python.learn.datasets": "load_mnist=contrib.learn.datasets.mnist:",
    "tensorflow.contrib.learn.python.learn.datasets.base": "contrib.learn.datasets.downloads",
    "tensorflow.contrib.learn.python.learn.datasets.mnist": "contrib.learn.datasets.mnist",
    "tensorflow.contrib.rnn": (
        "layers.recurrent.static static_bidirectional_rnn=layers.recurrent.bidirectional: "
        "LayerRNNCell=layers.recurrent.cell: transpose_batch_time=layers.recurrent.sequences: "
        "best_effort_input_batch_size=layers.recurrent.sequences:best_effort_batch_size"
    ),
    "tensorflow.examples.tutorials.mnist.input_data": "read_data_sets=contrib.learn.datasets.mnist:",
    "tensorflow.examples.tutorials.mnist.mnist": "examples.tutorials.mnist.mnist",
    "tensorflow.python.client.device_lib": "session.local_devices",
    "tensorflow.python.client.session": (
        "session.session _DeviceAttributes=session.devices:DeviceAttributes "
        "register_session_run_conversion_functions=session.fetches:"
    ),
    "tensorflow.python.client.timeline": "session.timeline",
    "tensorflow.python.data.util.nest": "framework.structures",
    "tensorflow.python.eager.context": "framework.execution",
    "tensorflow.python.feature_column.feature_column": (
        "feature_column.builder feature_column.categorical feature_column.crossed feature_column.embedding "
        "feature_column.indicator feature_column.inputs feature_column.kinds feature_column.linear "
        "feature_column.numeric feature_column.parse_spec feature_column.safe_lookup feature_column.sequence "
        "feature_column.shared_embedding feature_column.sparse_inputs feature_column.vocabulary "
        "feature_column.weighted feature_column.weights "
        "_clean_feature_columns=feature_column.checks:clean_feature_columns "
        "_verify_static_batch_size_equality=feature_column.checks:verify_static_batch_size_equality"
    ),
    "tensorflow.python.framework.common_shapes": (
        "framework.shape_functions broadcast_shape=ops.array.shapes:broadcast_static_shape"
    ),
    "tensorflow.python.framework.constant_op": "constant=ops.constants:",
    "tensorflow.python.framework.device": "framework.device",
    "tensorflow.python.framework.dtypes": "framework.dtypes",
    "tensorflow.python.framework.errors": "framework.errors",
    "tensorflow.python.framework.errors_impl": "framework.errors",
    "tensorflow.python.framework.graph_io": "training.graph_io",
    "tensorflow.python.framework.graph_util": "framework.graph_util",
    "tensorflow.python.framework.importer": "framework.graph_import",
    "tensorflow.python.framework.meta_graph": "checkpoint.meta_graph checkpoint.scoped_graphs",
    "tensorflow.python.framework.ops": (
        "framework.collections framework.composite framework.conversion framework.default_graph "
        "framework.execution framework.graph framework.operation framework.tensor gradients.registry "
        "ops.name_scopes session.defaults get_collection_proto_type=checkpoint.meta_graph:collection_message "
        "RegisterShape=framework.shape_functions: _default_session_stack=session.defaults:_stack "
        "Session=session.session:"
    ),
    "tensorflow.python.framework.random_seed": "framework.seeds",
    "tensorflow.python.framework.smart_cond": "smart_cond=ops.control_flow.conditional:",
    "tensorflow.python.framework.sparse_tensor": "framework.composite",
    "tensorflow.python.framework.tensor_shape": "framework.shapes",
    "tensorflow.python.framework.tensor_util": (
        "framework.protos is_tensor=framework.conversion:is_dense_tensor_like constant_value=ops.inference: "
        "constant_value_as_shape=ops.inference:"
    ),
    "tensorflow.python.framework.test_util": (
        "testing.devices testing.graphs testing.layouts testing.modes "
        "TensorFlowTestCase=testing.case:TestCase"
    ),
    "tensorflow.python.framework.versions": "framework.versions",
    "tensorflow.python.keras.activations": "keras.activations",
    "tensorflow.python.keras.applications.densenet": "keras.applications.dense_blocks",
    "tensorflow.python.keras.applications.imagenet_utils": "keras.applications.imagenet",
    "tensorflow.python.keras.applications.inception_resnet_v2": (
        "keras.applications.inception_residual_blocks"
    ),
    "tensorflow.python.keras.applications.inception_v3": "keras.applications.inception_blocks",
    "tensorflow.python.keras.applications.mobilenet": "keras.applications.mobile_blocks",
    "tensorflow.python.keras.applications.nasnet": "keras.applications.searched_cells",
    "tensorflow.python.keras.applications.resnet50": "keras.applications.residual",
    "tensorflow.python.keras.applications.vgg16": "keras.applications.vgg",
    "tensorflow.python.keras.applications.vgg19": "keras.applications.vgg",
    "tensorflow.python.keras.applications.xception": "keras.applications.separable_blocks",
    "tensorflow.python.keras.backend": (
        "keras.backend.arrays keras.backend.config keras.backend.control_flow keras.backend.convolution "
        "keras.backend.elementwise keras.backend.functions keras.backend.naming keras.backend.nn "
        "keras.backend.random keras.backend.session keras.backend.tensors"
    ),
    "tensorflow.python.keras.callbacks": (
        "keras.callbacks.callback keras.callbacks.running keras.callbacks.watching keras.callbacks.writing"
    ),
    "tensorflow.python.keras.constraints": "keras.constraints",
    "tensorflow.python.keras.datasets.boston_housing": "keras.datasets.boston_housing",
    "tensorflow.python.keras.datasets.cifar": "keras.datasets.cifar",
    "tensorflow.python.keras.datasets.cifar10": "keras.datasets.cifar10",
    "tensorflow.python.keras.datasets.cifar100": "keras.datasets.cifar100",
    "tensorflow.python.keras.datasets.fashion_mnist": "keras.datasets.fashion_mnist",
    "tensorflow.python.keras.datasets.imdb": "keras.datasets.imdb",
    "tensorflow.python.keras.datasets.mnist": "keras.datasets.mnist",
    "tensorflow.python.keras.datasets.reuters": "keras.datasets.reuters",
    "tensorflow.python.keras.engine": (
        "keras.engine.base_layer keras.engine.input_layer keras.engine.network keras.engine.training "
        "InputSpec=keras.engine.base_layer: Sequential=keras.engine.sequential:"
    ),
    "tensorflow.python.keras.engine.base_layer": (
        "keras.engine.base_layer keras.engine.node InputSpec=keras.engine.base_layer:"
    ),
    "tensorflow.python.keras.engine.input_layer": "keras.engine.input_layer",
    "tensorflow.python.keras.engine.network": (
        "keras.engine.graph_map keras.engine.network keras.engine.node "
        "_map_graph_network=keras.engine.graph_map:map_graph_network"
    ),
    "tensorflow.python.keras.engine.saving": (
        "keras.engine.hdf5 keras.engine.saving keras.engine.weight_layouts "
        "_convert_rnn_weights=keras.engine.weight_layouts:convert_rnn_weights"
    ),
    "tensorflow.python.keras.engine.sequential": "keras.engine.sequential",
    "tensorflow.python.keras.engine.training": "keras.engine.training",
    "tensorflow.python.keras.engine.training_arrays": "keras.engine.training_arrays",
    "tensorflow.python.keras.engine.training_generator": "keras.engine.training_generator",
    "tensorflow.python.keras.engine.training_utils": "keras.engine.objectives keras.engine.standardize",
    "tensorflow.python.keras.initializers": "keras.initializers",
    "tensorflow.python.keras.layers.advanced_activations": "keras.layers.advanced_activations",
    "tensorflow.python.keras.layers.convolutional": (
        "keras.layers.convolutional keras.layers.resizing keras.layers.separable"
    ),
    "tensorflow.python.keras.layers.convolutional_recurrent": "keras.layers.convolutional_recurrent",
    "tensorflow.python.keras.layers.core": "keras.layers.core",
    "tensorflow.python.keras.layers.cudnn_recurrent": "keras.layers.cudnn_recurrent",
    "tensorflow.python.keras.layers.embeddings": "keras.layers.embeddings",
    "tensorflow.python.keras.layers.local": "keras.layers.local",
    "tensorflow.python.keras.layers.merge": "keras.layers.merge",
    "tensorflow.python.keras.layers.noise": "keras.layers.noise",
    "tensorflow.python.keras.layers.normalization": "keras.layers.normalization",
    "tensorflow.python.keras.layers.pooling": "keras.layers.pooling",
    "tensorflow.python.keras.layers.recurrent": (
        "keras.layers.recurrent.cells keras.layers.recurrent.networks keras.layers.recurrent.rnn "
        "_standardize_args=keras.layers.recurrent.rnn:standardize_args"
    ),
    "tensorflow.python.keras.layers.serialization": "keras.layers.serialization",
    "tensorflow.python.keras.layers.wrappers": "keras.layers.wrappers",
    "tensorflow.python.keras.losses": "keras.losses",
    "tensorflow.python.keras.metrics": "keras.metric_functions",
    "tensorflow.python.keras.models": (
        "keras.engine.cloning keras.engine.saving keras.engine.sequential keras.engine.training "
        "_clone_functional_model=keras.engine.cloning:_clone_graph "
        "_clone_sequential_model=keras.engine.cloning:_clone_sequential"
    ),
    "tensorflow.python.keras.optimizers": (
        "keras.optimizers.lookup keras.optimizers.optimizer keras.optimizers.rules"
    ),
    "tensorflow.python.keras.preprocessing.image": (
        "keras.preprocessing.image_batches keras.preprocessing.image_generator keras.preprocessing.transforms"
    ),
    "tensorflow.python.keras.preprocessing.sequence": (
        "keras.preprocessing.sequence _remove_long_seq=keras.preprocessing.sequence:remove_long_seq"
    ),
    "tensorflow.python.keras.preprocessing.text": "keras.preprocessing.text",
    "tensorflow.python.keras.regularizers": "keras.regularizers",
    "tensorflow.python.keras.utils.conv_utils": "keras.basics.convolution_sizes",
    "tensorflow.python.keras.utils.data_utils": (
        "keras.basics.downloads keras.basics.enqueuers keras.basics.sequence "
        "_hash_file=keras.basics.downloads:hash_file _extract_archive=keras.basics.downloads:extract_archive"
    ),
    "tensorflow.python.keras.utils.generic_utils": (
        "keras.basics.generic keras.basics.progress to_snake_case=keras.basics.generic:"
    ),
    "tensorflow.python.keras.utils.io_utils": "keras.basics.hdf5_matrix",
    "tensorflow.python.keras.utils.layer_utils": "keras.basics.layer_summary keras.engine.kernels",
    "tensorflow.python.keras.utils.multi_gpu_utils": "keras.multi_gpu",
    "tensorflow.python.keras.utils.np_utils": "keras.basics.numpy",
    "tensorflow.python.keras.utils.vis_utils": "keras.engine.drawing",
    "tensorflow.python.keras.wrappers.scikit_learn": "keras.wrappers.scikit_learn",
    "tensorflow.python.layers.base": "layers.base InputSpec=layers.input_spec:",
    "tensorflow.python.layers.convolutional": "layers.convolution",
    "tensorflow.python.layers.core": "layers.dense layers.dropout layers.flattening",
    "tensorflow.python.layers.normalization": "layers.normalization",
    "tensorflow.python.layers.pooling": "layers.pooling",
    "tensorflow.python.lib.io.file_io": "platform.file_io FileStatistics=formats.paths:",
    "tensorflow.python.lib.io.python_io": "platform.python_io",
    "tensorflow.python.lib.io.tf_record": "platform.python_io",
    "tensorflow.python.ops.array_ops": (
        "ops.array.bitcasting ops.array.blocks ops.array.diagonals ops.array.filling ops.array.gathering "
        "ops.array.indexing ops.array.joining ops.array.padding ops.array.partitioning ops.array.patches "
        "ops.array.quantization ops.array.reshaping ops.array.reversing ops.array.scattering "
        "ops.array.selecting ops.array.shapes ops.array.slicing ops.array.stacking ops.array.uniqueness "
        "ops.constants ops.sparse.dense"
    ),
    "tensorflow.python.ops.bitwise_ops": "ops.math.bitwise",
    "tensorflow.python.ops.candidate_sampling_ops": "ops.nn.candidate_sampling",
    "tensorflow.python.ops.check_ops": "ops.checks",
    "tensorflow.python.ops.clip_ops": "ops.clip",
    "tensorflow.python.ops.control_flow_ops": (
        "ops.assertion ops.control_flow.case ops.control_flow.conditional ops.control_flow.grouping "
        "ops.control_flow.loop no_op=ops.constants:"
    ),
    "tensorflow.python.ops.custom_gradient": "gradients.custom_gradient",
    "tensorflow.python.ops.data_flow_ops": (
        "ops.queues.accumulators ops.queues.classes dynamic_partition=ops.array.partitioning: "
        "dynamic_stitch=ops.array.partitioning: tables_initializer=ops.resources:"
    ),
    "tensorflow.python.ops.embedding_ops": "ops.nn.embedding",
    "tensorflow.python.ops.functional_ops": "ops.control_flow.functional",
    "tensorflow.python.ops.gradient_checker": "testing.gradient_checker",
    "tensorflow.python.ops.gradients": "gradients.custom_gradient gradients.gradients",
    "tensorflow.python.ops.gradients_impl": "gradients.gradients",
    "tensorflow.python.ops.histogram_ops": "ops.math.counting",
    "tensorflow.python.ops.init_ops": "ops.variables.initializers _compute_fans=ops.variables.initializers:",
    "tensorflow.python.ops.io_ops": (
        "ops.files.contents ops.files.readers ops.files.saving ops.files.saving_v1"
    ),
    "tensorflow.python.ops.linalg_ops": "ops.linalg",
    "tensorflow.python.ops.logging_ops": "ops.summaries Print=ops.script:",
    "tensorflow.python.ops.lookup_ops": (
        "ops.lookup.classes ops.lookup.host ops.lookup.operations ops.lookup.vocabularies "
        "tables_initializer=ops.resources:"
    ),
    "tensorflow.python.ops.losses.losses": "ops.losses",
    "tensorflow.python.ops.losses.losses_impl": "ops.losses",
    "tensorflow.python.ops.losses.util": "ops.losses",
    "tensorflow.python.ops.math_ops": (
        "ops.math.accumulate ops.math.argextremes ops.math.binary ops.math.casting ops.math.comparison "
        "ops.math.complex ops.math.contraction ops.math.counting ops.math.matmul ops.math.reductions "
        "ops.math.segments ops.math.sequences ops.math.sparse_segments ops.math.special ops.math.unary "
        "ops.math.unsorted_segments _bucketize=ops.math.counting:bucketize"
    ),
    "tensorflow.python.ops.metrics": (
        "ops.metrics.classes ops.metrics.counts ops.metrics.curves ops.metrics.means ops.metrics.state"
    ),
    "tensorflow.python.ops.metrics_impl": (
        "ops.metrics.classes ops.metrics.counts ops.metrics.curves ops.metrics.means ops.metrics.state"
    ),
    "tensorflow.python.ops.nn": (
        "ops.nn.activations ops.nn.bias ops.nn.candidate_sampling ops.nn.conv ops.nn.cross_entropy "
        "ops.nn.dilated ops.nn.dilation ops.nn.dropout ops.nn.embedding ops.nn.fused_batch_norm "
        "ops.nn.normalization ops.nn.pooling ops.nn.sampled_loss ops.nn.softmax ops.nn.top_k"
    ),
    "tensorflow.python.ops.nn_impl": (
        "ops.nn.activations ops.nn.bias ops.nn.candidate_sampling ops.nn.conv ops.nn.cross_entropy "
        "ops.nn.dilated ops.nn.dilation ops.nn.dropout ops.nn.embedding ops.nn.fused_batch_norm "
        "ops.nn.normalization ops.nn.pooling ops.nn.sampled_loss ops.nn.softmax ops.nn.top_k"
    ),
    "tensorflow.python.ops.nn_ops": (
        "ops.nn.activations ops.nn.bias ops.nn.candidate_sampling ops.nn.conv ops.nn.cross_entropy "
        "ops.nn.dilated ops.nn.dilation ops.nn.dropout ops.nn.embedding ops.nn.fused_batch_norm "
        "ops.nn.normalization ops.nn.pooling ops.nn.sampled_loss ops.nn.softmax ops.nn.top_k"
    ),
    "tensorflow.python.ops.numerics": "ops.assertion",
    "tensorflow.python.ops.parsing_ops": "ops.parsing.decoding ops.parsing.examples ops.parsing.tensors",
    "tensorflow.python.ops.partitioned_variables": (
        "ops.variables.partitioners PartitionedVariable=ops.variables.partitioned:"
    ),
    "tensorflow.python.ops.random_ops": "ops.random.crop ops.random.distributions",
    "tensorflow.python.ops.resource_variable_ops": "ops.variables.resource",
    "tensorflow.python.ops.resources": "ops.resources",
    "tensorflow.python.ops.rnn": (
        "layers.recurrent.bidirectional layers.recurrent.dynamic layers.recurrent.raw "
        "layers.recurrent.static _transpose_batch_time=layers.recurrent.sequences:transpose_batch_time "
        "_best_effort_input_batch_size=layers.recurrent.sequences:best_effort_batch_size "
        "_reverse_seq=layers.recurrent.sequences:reverse_list"
    ),
    "tensorflow.python.ops.rnn_cell": (
        "layers.recurrent.cell _WEIGHTS_VARIABLE_NAME=layers.recurrent.cell:KERNEL_NAME "
        "_BIAS_VARIABLE_NAME=layers.recurrent.cell:BIAS_NAME"
    ),
    "tensorflow.python.ops.rnn_cell_impl": (
        "layers.recurrent.cell _WEIGHTS_VARIABLE_NAME=layers.recurrent.cell:KERNEL_NAME "
        "_BIAS_VARIABLE_NAME=layers.recurrent.cell:BIAS_NAME"
    ),
    "tensorflow.python.ops.script_ops": "py_func=ops.script:",
    "tensorflow.python.ops.session_ops": "ops.session_handles",
    "tensorflow.python.ops.sparse_ops": (
        "framework.composite ops.sparse.arithmetic ops.sparse.crossing ops.sparse.dense ops.sparse.merging "
        "ops.sparse.serialization ops.sparse.structure _DEFAULT_HASH_KEY=ops.sparse.crossing:_HASH_KEY "
        "_sparse_cross=ops.sparse.crossing:sparse_cross "
        "_sparse_cross_hashed=ops.sparse.crossing:sparse_cross_hashed"
    ),
    "tensorflow.python.ops.special_math_ops": "einsum=ops.math.contraction: lbeta=ops.math.special:",
    "tensorflow.python.ops.state_ops": (
        "ops.variables.assign scatter_nd_update=ops.array.scattering: scatter_nd_add=ops.array.scattering: "
        "scatter_nd_sub=ops.array.scattering:"
    ),
    "tensorflow.python.ops.string_ops": (
        "ops.strings.base64 ops.strings.formatting ops.strings.hashing ops.strings.joining "
        "ops.strings.numbers ops.strings.regex ops.strings.splitting"
    ),
    "tensorflow.python.ops.summary_ops": "tensor_summary=summary.summary:",
    "tensorflow.python.ops.template": "ops.variables.template",
    "tensorflow.python.ops.tensor_array_ops": "ops.control_flow.tensor_array",
    "tensorflow.python.ops.variable_scope": (
        "ops.variables.scope variable_creator_scope=ops.variables.creation: "
        "variable=ops.variables.reference:Variable AUTO_REUSE=ops.variables.scope_object: "
        "VariableScope=ops.variables.scope_object: get_variable_scope=ops.variables.scope_object:"
    ),
    "tensorflow.python.ops.variables": (
        "ops.variables.collections ops.variables.partitioned ops.variables.reference "
        "ops.variables.uninitialized"
    ),
    "tensorflow.python.ops.weights_broadcast_ops": "ops.weights",
    "tensorflow.python.platform.app": "platform.app",
    "tensorflow.python.platform.benchmark": "testing.benchmark",
    "tensorflow.python.platform.gfile": (
        "platform.gfile Exists=platform.file_io:file_exists Remove=platform.file_io:delete_file "
        "Glob=platform.file_io:get_matching_files MkDir=platform.file_io:create_dir "
        "MakeDirs=platform.file_io:recursive_create_dir Copy=platform.file_io:copy "
        "Rename=platform.file_io:rename DeleteRecursively=platform.file_io:delete_recursively "
        "IsDirectory=platform.file_io:is_directory ListDirectory=platform.file_io:list_directory "
        "Walk=platform.file_io:walk Stat=platform.file_io:stat"
    ),
    "tensorflow.python.platform.googletest": "GetTempDir=testing.directories:get_temp_dir",
    "tensorflow.python.platform.resource_loader": "platform.resource_loader",
    "tensorflow.python.platform.tf_logging": "framework.logging",
    "tensorflow.python.pywrap_tensorflow": (
        "NewCheckpointReader=checkpoint.reader: EventsWriter=summary.events_writer:"
    ),
    "tensorflow.python.summary.plugin_asset": "summary.plugin_asset",
    "tensorflow.python.summary.summary_iterator": "summary.iterator",
    "tensorflow.python.summary.text_summary": "text_summary=summary.summary:text",
    "tensorflow.python.summary.writer.event_file_writer": "summary.writer",
    "tensorflow.python.summary.writer.writer": "summary.writer",
    "tensorflow.python.summary.writer.writer_cache": "summary.writer_cache",
    "tensorflow.python.training.adadelta": "optimizers.adadelta",
    "tensorflow.python.training.adagrad": "optimizers.adagrad",
    "tensorflow.python.training.adagrad_da": "optimizers.adagrad_da",
    "tensorflow.python.training.adam": "optimizers.adam",
    "tensorflow.python.training.basic_loops": "training.basic_loops",
    "tensorflow.python.training.basic_session_run_hooks": (
        "training.hooks training.profiler_hook training.saving_hooks training.timers "
        "SessionRunHook=training.session_run_hook: SessionRunArgs=training.session_run_hook:"
    ),
    "tensorflow.python.training.checkpoint_management": "checkpoint.management",
    "tensorflow.python.training.checkpoint_ops": (
        "_load_and_remap_matrix=checkpoint.remapping:load_and_remap_matrix "
        "_load_and_remap_matrix_initializer=checkpoint.remapping:load_and_remap_matrix_initializer "
        "_load_embedding_initializer=checkpoint.remapping:load_embedding_initializer"
    ),
    "tensorflow.python.training.checkpoint_state_pb2": "CheckpointState=formats.messages:",
    "tensorflow.python.training.checkpoint_utils": "checkpoint.inspect",
    "tensorflow.python.training.checkpointable.base": "checkpoint.tracking",
    "tensorflow.python.training.coordinator": "training.coordinator",
    "tensorflow.python.training.device_setter": "distributed.device_setter",
    "tensorflow.python.training.evaluation": (
        "training.evaluation _get_or_create_eval_step=training.evaluation:get_or_create_eval_step "
        "_StopAfterNEvalsHook=training.evaluation:StopAfterNEvalsHook "
        "_evaluate_once=training.evaluation:evaluate_once"
    ),
    "tensorflow.python.training.ftrl": "optimizers.ftrl",
    "tensorflow.python.training.gradient_descent": "optimizers.gradient_descent",
    "tensorflow.python.training.input": "training.batching training.input",
    "tensorflow.python.training.learning_rate_decay": "optimizers.schedules",
    "tensorflow.python.training.momentum": "optimizers.momentum",
    "tensorflow.python.training.monitored_session": (
        "training.monitored_session training.scaffold training.session_creator "
        "_WrappedSession=training.monitored_session:_SessionWithHooks"
    ),
    "tensorflow.python.training.moving_averages": "optimizers.moving_averages",
    "tensorflow.python.training.optimizer": "optimizers.optimizer",
    "tensorflow.python.training.proximal_adagrad": "optimizers.proximal_adagrad",
    "tensorflow.python.training.proximal_gradient_descent": "optimizers.proximal_gradient_descent",
    "tensorflow.python.training.queue_runner": "training.queue_runner",
    "tensorflow.python.training.queue_runner_impl": "training.queue_runner",
    "tensorflow.python.training.rmsprop": "optimizers.rmsprop",
    "tensorflow.python.training.saveable_object": (
        "SaveSpec=checkpoint.saveable: SaveableObject=checkpoint.saveable:"
    ),
    "tensorflow.python.training.saver": (
        "checkpoint.builder checkpoint.management checkpoint.saveable checkpoint.saver "
        "_get_saver_or_default=checkpoint.saver:get_saver_or_default"
    ),
    "tensorflow.python.training.server_lib": "distributed.cluster distributed.server",
    "tensorflow.python.training.session_manager": "training.session_manager",
    "tensorflow.python.training.session_run_hook": "training.session_run_hook",
    "tensorflow.python.training.slot_creator": "optimizers.slots",
    "tensorflow.python.training.summary_io": "summary.iterator SummaryWriter=summary.writer:FileWriter",
    "tensorflow.python.training.supervisor": "training.supervisor",
    "tensorflow.python.training.sync_replicas_optimizer": "training.sync_replicas",
    "tensorflow.python.training.training_ops": "ops.updates.operations",
    "tensorflow.python.training.training_util": (
        "training.global_step _get_global_step_read=training.global_step:get_global_step_read "
        "_get_or_create_global_step_read=training.global_step:get_or_create_global_step_read "
        "_increment_global_step=training.global_step:increment_global_step"
    ),
    "tensorflow.python.training.warm_starting_util": (
        "checkpoint.warm_start _infer_var_name=checkpoint.warm_start:name_in_checkpoint "
        "_warm_start_var=checkpoint.warm_start:warm_start_variable "
        "_warm_start_var_with_vocab=checkpoint.warm_start:warm_start_rows"
    ),
    "tensorflow.python.util.nest": "framework.structures",
    "tensorflow.python.util.tf_inspect": "platform.inspection",
}
