"""Which names are public in which module, and the modules of TensorFlow that show them.

Written by `make contents` from what is marked `@public`: not to be edited. `compat/table.py` says what the words mean.
"""

PUBLIC = {
    "evergraph": (
        "AUTO_REUSE AggregationMethod Assert AttrValue COMPILER_VERSION CXX11_ABI_FLAG "
        "ConditionalAccumulator ConditionalAccumulatorBase ConfigProto DType DeviceSpec Dimension Event "
        "FIFOQueue FixedLenFeature FixedLenSequenceFeature FixedLengthRecordReader GIT_VERSION GPUOptions "
        "GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER GRAPH_DEF_VERSION_MIN_PRODUCER GradientTape Graph "
        "GraphDef GraphKeys GraphOptions HistogramProto IdentityReader IndexedSlices InteractiveSession "
        "LogMessage MONOLITHIC_BUILD MetaGraphDef NameAttrList NoGradient NodeDef NotDifferentiable OpError "
        "Operation OptimizerOptions PaddingFIFOQueue Print PriorityQueue QUANTIZED_DTYPES QueueBase "
        "RandomShuffleQueue ReaderBase RegisterGradient RunMetadata RunOptions Session SessionLog "
        "SparseConditionalAccumulator SparseFeature SparseTensor SparseTensorValue Summary SummaryMetadata "
        "TFRecordReader Tensor TensorArray TensorInfo TensorShape TextLineReader VERSION VarLenFeature "
        "Variable VariableAggregation VariableScope VariableSynchronization WholeFileReader __version__ abs "
        "accumulate_n acos acosh add add_check_numerics_ops add_n add_to_collection add_to_collections "
        "all_variables angle app arg_max arg_min argmax argmin as_dtype as_string asin asinh assert_equal "
        "assert_greater assert_greater_equal assert_integer assert_less assert_less_equal assert_near "
        "assert_negative assert_non_negative assert_non_positive assert_none_equal assert_positive "
        "assert_proper_iterable assert_rank assert_rank_at_least assert_rank_in assert_same_float_dtype "
        "assert_scalar assert_type assert_variables_initialized assign assign_add assign_sub atan atan2 "
        "atanh batch_gather batch_to_space batch_to_space_nd betainc bfloat16 bincount bitcast bitwise bool "
        "boolean_mask broadcast_dynamic_shape broadcast_static_shape broadcast_to case cast ceil "
        "check_numerics cholesky cholesky_solve clip_by_average_norm clip_by_global_norm clip_by_norm "
        "clip_by_value colocate_with compat complex complex128 complex64 concat cond confusion_matrix conj "
        "constant constant_initializer container control_dependencies convert_to_tensor "
        "convert_to_tensor_or_indexed_slices convert_to_tensor_or_sparse_tensor cos cosh count_nonzero "
        "count_up_to create_partitioned_variables cross cumprod cumsum custom_gradient data decode_base64 "
        "decode_compressed decode_csv decode_json_example decode_raw delete_session_tensor depth_to_space "
        "deserialize_many_sparse device diag diag_part digamma dimension_at_index dimension_value div "
        "div_no_nan divide double dynamic_partition dynamic_stitch edit_distance einsum "
        "enable_eager_execution encode_base64 ensure_shape equal erf erfc errors executing_eagerly exp "
        "expand_dims expm1 extract_image_patches eye fake_quant_with_min_max_args "
        "fake_quant_with_min_max_args_gradient fake_quant_with_min_max_vars "
        "fake_quant_with_min_max_vars_gradient fake_quant_with_min_max_vars_per_channel "
        "fake_quant_with_min_max_vars_per_channel_gradient feature_column fft fft2d fft3d fill "
        "fixed_size_partitioner flags float16 float32 float64 floor floor_div floordiv floormod foldl foldr "
        "gather gather_nd get_collection get_collection_ref get_default_graph get_default_session "
        "get_local_variable get_seed get_session_handle get_session_tensor get_variable get_variable_scope "
        "gfile global_norm global_variables global_variables_initializer glorot_normal_initializer "
        "glorot_uniform_initializer gradients graph_util greater greater_equal group guarantee_const half "
        "hessians histogram_fixed_width histogram_fixed_width_bins identity identity_n ifft ifft2d ifft3d "
        "igamma igammac imag image import_graph_def initialize_all_tables initialize_all_variables "
        "initialize_local_variables initialize_variables initializers int16 int32 int64 int8 "
        "invert_permutation is_finite is_inf is_nan is_non_decreasing is_numeric_tensor "
        "is_strictly_increasing is_variable_initialized layers lbeta less less_equal lgamma lin_space linalg "
        "linspace local_variables local_variables_initializer log log1p log_sigmoid logging logical_and "
        "logical_not logical_or logical_xor losses make_ndarray make_template make_tensor_proto manip map_fn "
        "matching_files math matmul matrix_band_part matrix_determinant matrix_diag matrix_diag_part "
        "matrix_inverse matrix_set_diag matrix_solve matrix_solve_ls matrix_transpose "
        "matrix_triangular_solve maximum meshgrid metrics min_max_variable_partitioner minimum mod "
        "model_variables moving_average_variables multinomial multiply name_scope negative newaxis nn no_op "
        "no_regularizer norm not_equal numpy_function one_hot ones ones_initializer ones_like op_scope "
        "orthogonal_initializer pad parallel_stack parse_example parse_single_example "
        "parse_single_sequence_example parse_tensor placeholder placeholder_with_default polygamma pow print "
        "py_func python_io qint16 qint32 qint8 qr quint16 quint8 random_crop random_gamma random_normal "
        "random_normal_initializer random_poisson random_shuffle random_uniform random_uniform_initializer "
        "range rank read_file real realdiv reciprocal reduce_all reduce_any reduce_join reduce_logsumexp "
        "reduce_max reduce_mean reduce_min reduce_prod reduce_sum regex_replace "
        "register_tensor_conversion_function repeat report_uninitialized_variables "
        "required_space_to_batch_paddings reset_default_graph reshape resource resource_loader reverse "
        "reverse_sequence reverse_v2 rint roll round rsqrt saturate_cast scalar_mul scan scatter_add "
        "scatter_div scatter_max scatter_min scatter_mul scatter_nd scatter_nd_add scatter_nd_sub "
        "scatter_nd_update scatter_sub scatter_update searchsorted segment_max segment_mean segment_min "
        "segment_prod segment_sum self_adjoint_eig self_adjoint_eigvals sequence_mask serialize_many_sparse "
        "serialize_sparse serialize_tensor set_random_seed setdiff1d sets shape shape_n sigmoid sign sin "
        "sinh size slice space_to_batch space_to_batch_nd space_to_depth sparse sparse_add sparse_concat "
        "sparse_fill_empty_rows sparse_mask sparse_maximum sparse_merge sparse_minimum sparse_placeholder "
        "sparse_reduce_max sparse_reduce_max_sparse sparse_reduce_sum sparse_reduce_sum_sparse "
        "sparse_reorder sparse_reset_shape sparse_reshape sparse_retain sparse_segment_mean "
        "sparse_segment_sqrt_n sparse_segment_sum sparse_slice sparse_softmax sparse_split "
        "sparse_tensor_dense_matmul sparse_tensor_to_dense sparse_to_dense sparse_to_indicator "
        "sparse_transpose spectral split sqrt square squared_difference squeeze stack stop_gradient "
        "strided_slice string string_join string_split string_strip string_to_hash_bucket "
        "string_to_hash_bucket_fast string_to_hash_bucket_strong string_to_number strings substr subtract "
        "summary svd tables_initializer tan tanh tensor_scatter_add tensor_scatter_nd_add "
        "tensor_scatter_nd_max tensor_scatter_nd_min tensor_scatter_nd_sub tensor_scatter_nd_update "
        "tensor_scatter_sub tensor_scatter_update tensordot test tile to_bfloat16 to_complex128 to_complex64 "
        "to_double to_float to_int32 to_int64 trace train trainable_variables transpose truediv "
        "truncated_normal truncated_normal_initializer truncatediv truncatemod tuple uint16 uint32 uint64 "
        "uint8 uniform_unit_scaling_initializer unique unique_with_counts unravel_index unsorted_segment_max "
        "unsorted_segment_mean unsorted_segment_min unsorted_segment_prod unsorted_segment_sqrt_n "
        "unsorted_segment_sum unstack variable_axis_size_partitioner variable_creator_scope "
        "variable_op_scope variable_scope variables_initializer variance_scaling_initializer variant "
        "verify_tensor_all_finite where where_v2 while_loop write_file zeros zeros_initializer zeros_like "
        "zeta"
    ),
    "evergraph.app": "flags run",
    "evergraph.bitwise": "bitwise_and bitwise_or bitwise_xor invert left_shift right_shift",
    "evergraph.checkpoint.builder": "BaseSaverBuilder BulkSaverBuilder",
    "evergraph.checkpoint.checkpoint": (
        "Checkpoint CheckpointLoadStatus CheckpointableSaver InitializationOnlyStatus NameBasedSaverStatus "
        "object_metadata"
    ),
    "evergraph.checkpoint.inspect": "init_from_checkpoint list_variables load_checkpoint load_variable",
    "evergraph.checkpoint.management": (
        "checkpoint_exists checkpoints_on_disk damage_of generate_checkpoint_state_proto "
        "get_checkpoint_mtimes get_checkpoint_state known_checkpoints latest_checkpoint meta_graph_filename "
        "remove_checkpoint restorable update_checkpoint_state"
    ),
    "evergraph.checkpoint.meta_graph": (
        "collection_message create_meta_graph_def import_meta_graph_def read_meta_graph_file "
        "register_collection_class register_proto_function strip_default_attributes "
        "stripped_op_list_for_graph write_meta_graph"
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
    "evergraph.checkpoint.warm_start": (
        "VocabInfo name_in_checkpoint warm_start warm_start_rows warm_start_variable"
    ),
    "evergraph.compat": (
        "as_bytes as_str as_str_any as_text bytes_or_text_types complex_types dimension_at_index "
        "dimension_value install integral_types path_to_str real_types"
    ),
    "evergraph.compat.installation": "install",
    "evergraph.compat.source_tree": "remove_undocumented",
    "evergraph.compat.text": (
        "as_bytes as_str as_str_any as_text bytes_or_text_types complex_types integral_types path_to_str "
        "real_types"
    ),
    "evergraph.contrib.boosted_trees.custom_export_strategy": (
        "convert_to_universal_format make_custom_export_strategy"
    ),
    "evergraph.contrib.boosted_trees.dnn_tree": (
        "DNNBoostedTreeCombinedClassifier DNNBoostedTreeCombinedEstimator DNNBoostedTreeCombinedRegressor"
    ),
    "evergraph.contrib.boosted_trees.estimator": (
        "GradientBoostedDecisionTreeClassifier GradientBoostedDecisionTreeEstimator "
        "GradientBoostedDecisionTreeRegressor"
    ),
    "evergraph.contrib.boosted_trees.features": "extract_features",
    "evergraph.contrib.boosted_trees.losses": (
        "per_example_exp_loss per_example_logistic_loss per_example_maxent_loss per_example_squared_loss"
    ),
    "evergraph.contrib.boosted_trees.messages": (
        "AveragingConfig CategoricalIdBinarySplit CategoricalIdSetMembershipBinarySplit DecisionTreeConfig "
        "DecisionTreeEnsembleConfig DecisionTreeMetadata DenseFloatBinarySplit GrowingMetadata Leaf "
        "LearnerConfig LearningRateConfig LearningRateDropoutDrivenConfig LearningRateFixedConfig "
        "LearningRateLineSearchConfig SparseFloatBinarySplitDefaultLeft SparseFloatBinarySplitDefaultRight "
        "SparseVector SplitInfo TreeConstraintsConfig TreeNode TreeNodeMetadata TreeRegularizationConfig "
        "Vector"
    ),
    "evergraph.contrib.boosted_trees.model": (
        "ENSEMBLE_STAMP GradientBoostedDecisionTreeModel NUM_LAYERS_ATTEMPTED NUM_TREES_ATTEMPTED "
        "NUM_USED_HANDLERS PARTITION_IDS PREDICTIONS USED_HANDLERS_MASK estimator_spec_to_model_fn_ops "
        "model_builder"
    ),
    "evergraph.contrib.boosted_trees.resources": "tree_ensemble_variable",
    "evergraph.contrib.boosted_trees.trainer_hooks": "FeedFnHook StopAfterNTrees SwitchTrainOp",
    "evergraph.contrib.checkpoint.containers": "List Mapping UniqueNameTracker split_dependency",
    "evergraph.contrib.checkpoint.visualize": "dot_graph_from_checkpoint",
    "evergraph.contrib.cluster_resolver.cluster_resolver": (
        "ClusterResolver SimpleClusterResolver UnionClusterResolver"
    ),
    "evergraph.contrib.cluster_resolver.tpu_cluster_resolver": "TPUClusterResolver",
    "evergraph.contrib.compiler.jit": "experimental_jit_scope",
    "evergraph.contrib.compiler.xla": "compile",
    "evergraph.contrib.copy_graph.copy_elements": "copy_op_to_graph copy_variable_to_graph get_copied_op",
    "evergraph.contrib.crf.decoding": (
        "CrfDecodeBackwardRnnCell CrfDecodeForwardRnnCell crf_decode viterbi_decode"
    ),
    "evergraph.contrib.crf.scores": (
        "CrfForwardRnnCell crf_binary_score crf_log_likelihood crf_log_norm crf_sequence_score "
        "crf_unary_score"
    ),
    "evergraph.contrib.cudnn_rnn.cells": "CudnnCompatibleGRUCell CudnnCompatibleLSTMCell",
    "evergraph.contrib.cudnn_rnn.layers": "CudnnGRU CudnnLSTM CudnnRNNRelu CudnnRNNTanh",
    "evergraph.contrib.data.csv_files": "CsvDataset make_csv_dataset",
    "evergraph.contrib.data.datasets": "Dataset FixedLengthRecordDataset TFRecordDataset TextLineDataset",
    "evergraph.contrib.data.grouping": (
        "Reducer bucket_by_sequence_length group_by_reducer group_by_window reduce_dataset"
    ),
    "evergraph.contrib.data.interleaving": (
        "choose_from_datasets parallel_interleave rejection_resample sample_from_datasets sloppy_interleave"
    ),
    "evergraph.contrib.data.iterators": (
        "CheckpointInputPipelineHook make_saveable_from_iterator prefetch_to_device"
    ),
    "evergraph.contrib.data.readers": (
        "SqlDataset make_batched_features_dataset make_tf_record_dataset read_batch_features"
    ),
    "evergraph.contrib.data.transformations": (
        "AUTOTUNE Counter assert_element_shape batch_and_drop_remainder dense_to_sparse_batch "
        "enumerate_dataset get_single_element ignore_errors map_and_batch padded_batch_and_drop_remainder "
        "scan shuffle_and_repeat sliding_window_batch unbatch unique"
    ),
    "evergraph.contrib.deprecated.summaries": (
        "audio_summary histogram_summary image_summary merge_all_summaries merge_summary scalar_summary"
    ),
    "evergraph.contrib.distribute.cross_tower_ops": (
        "AllReduceCrossTowerOps CrossTowerOps ReductionToOneDeviceCrossTowerOps"
    ),
    "evergraph.contrib.distribute.mirrored": "MirroredStrategy",
    "evergraph.contrib.distribute.monitor": "Monitor",
    "evergraph.contrib.distribute.one_device": "OneDeviceStrategy",
    "evergraph.contrib.distribute.step_fn": "StandardInputStep StandardSingleLossStep Step",
    "evergraph.contrib.distribute.values": "MapOutput PerDevice PerDeviceDataset regroup select_device",
    "evergraph.contrib.distributions.autoregressive": "Autoregressive",
    "evergraph.contrib.distributions.batch_reshape": "BatchReshape",
    "evergraph.contrib.distributions.bijectors.affine": "Affine AffineLinearOperator",
    "evergraph.contrib.distributions.bijectors.batch_normalization": "BatchNormalization",
    "evergraph.contrib.distributions.bijectors.composed": "Chain ConditionalBijector Inline Invert",
    "evergraph.contrib.distributions.bijectors.cumulative": "Gumbel Kumaraswamy Weibull",
    "evergraph.contrib.distributions.bijectors.elementwise": (
        "AbsoluteValue AffineScalar Exp PowerTransform Sigmoid SinhArcsinh Softplus Softsign Square"
    ),
    "evergraph.contrib.distributions.bijectors.flows": (
        "MaskedAutoregressiveFlow RealNVP masked_autoregressive_default_template masked_dense "
        "real_nvp_default_template"
    ),
    "evergraph.contrib.distributions.bijectors.vectors": (
        "CholeskyOuterProduct MatrixInverseTriL Ordered Permute Reshape SoftmaxCentered"
    ),
    "evergraph.contrib.distributions.conditional": (
        "ConditionalDistribution ConditionalTransformedDistribution"
    ),
    "evergraph.contrib.distributions.counts": "Binomial Geometric NegativeBinomial Poisson",
    "evergraph.contrib.distributions.deterministic": "Deterministic VectorDeterministic",
    "evergraph.contrib.distributions.independent": "Independent",
    "evergraph.contrib.distributions.location_scale": "Cauchy Logistic",
    "evergraph.contrib.distributions.mixture": "Mixture MixtureSameFamily",
    "evergraph.contrib.distributions.moving_stats": (
        "assign_log_moving_mean_exp assign_moving_mean_variance moving_mean_variance"
    ),
    "evergraph.contrib.distributions.multivariate_normal": (
        "MultivariateNormalDiag MultivariateNormalDiagPlusLowRank MultivariateNormalDiagWithSoftplusScale "
        "MultivariateNormalFullCovariance MultivariateNormalLinearOperator MultivariateNormalTriL"
    ),
    "evergraph.contrib.distributions.normal_conjugate_posteriors": (
        "normal_conjugates_known_scale_posterior normal_conjugates_known_scale_predictive"
    ),
    "evergraph.contrib.distributions.onehot_categorical": "OneHotCategorical",
    "evergraph.contrib.distributions.poisson_lognormal": (
        "PoissonLogNormalQuadratureCompound quadrature_scheme_lognormal_gauss_hermite "
        "quadrature_scheme_lognormal_quantiles"
    ),
    "evergraph.contrib.distributions.positive": (
        "Chi2 Chi2WithAbsDf HalfNormal InverseGamma InverseGammaWithSoftplusConcentrationRate Kumaraswamy"
    ),
    "evergraph.contrib.distributions.quantized_distribution": "QuantizedDistribution",
    "evergraph.contrib.distributions.relaxed": (
        "ExpRelaxedOneHotCategorical RelaxedBernoulli RelaxedOneHotCategorical"
    ),
    "evergraph.contrib.distributions.sample_stats": "auto_correlation percentile",
    "evergraph.contrib.distributions.scales": (
        "is_diagonal_scale make_diag_scale make_tril_scale shapes_from_loc_and_scale"
    ),
    "evergraph.contrib.distributions.seed_stream": "SeedStream",
    "evergraph.contrib.distributions.vectors": (
        "SinhArcsinh VectorExponentialDiag VectorExponentialLinearOperator VectorLaplaceDiag "
        "VectorLaplaceLinearOperator VectorSinhArcsinhDiag"
    ),
    "evergraph.contrib.distributions.wishart": "WishartCholesky WishartFull",
    "evergraph.contrib.eager.execution": (
        "ResourceVariable async_clear_error async_wait context custom_gradient defun executing_eagerly "
        "execution_mode list_devices make_template num_gpus py_func run run_in_graph_and_eager_modes "
        "set_execution_mode"
    ),
    "evergraph.contrib.eager.gradient_functions": (
        "gradients_function implicit_gradients implicit_value_and_gradients value_and_gradients_function"
    ),
    "evergraph.contrib.eager.iterator": "Iterator",
    "evergraph.contrib.eager.metrics": "Accuracy Mean Metric",
    "evergraph.contrib.eager.network": "Network Sequential",
    "evergraph.contrib.eager.saver": "Saver get_optimizer_variables",
    "evergraph.contrib.estimator.boosted_trees": (
        "boosted_trees_classifier_train_in_memory boosted_trees_regressor_train_in_memory"
    ),
    "evergraph.contrib.estimator.extenders": (
        "TransformGradients add_metrics call_logit_fn clip_gradients_by_norm export_all_saved_models "
        "export_saved_model_for_mode forward_features"
    ),
    "evergraph.contrib.estimator.heads": (
        "binary_classification_head logistic_regression_head multi_class_head multi_label_head "
        "poisson_regression_head regression_head"
    ),
    "evergraph.contrib.estimator.hooks": (
        "InMemoryEvaluatorHook make_early_stopping_hook read_eval_metrics stop_if_higher_hook "
        "stop_if_lower_hook stop_if_no_decrease_hook stop_if_no_increase_hook"
    ),
    "evergraph.contrib.estimator.replication": "TowerOptimizer replicate_model_fn",
    "evergraph.contrib.estimator.several_heads": "multi_head",
    "evergraph.contrib.factorization.clustering": (
        "CLUSTERS_VAR_NAME COSINE_DISTANCE KMC2_INIT KMEANS_PLUS_PLUS_INIT KMeans RANDOM_INIT "
        "SQUARED_EUCLIDEAN_DISTANCE"
    ),
    "evergraph.contrib.factorization.gmm_estimator": "GMM",
    "evergraph.contrib.factorization.kmeans": "KMeansClustering LossRelativeChangeHook points_of",
    "evergraph.contrib.factorization.mixture": "DIAG_COVARIANCE FULL_COVARIANCE GmmAlgorithm covariance gmm",
    "evergraph.contrib.factorization.starting": "InitializeClustersHook",
    "evergraph.contrib.factorization.wals": "StopAtSweepHook SweepHook WALSMatrixFactorization",
    "evergraph.contrib.factorization.wals_model": "WALSModel",
    "evergraph.contrib.framework.assignment": (
        "assign_from_checkpoint assign_from_checkpoint_fn assign_from_values assign_from_values_fn"
    ),
    "evergraph.contrib.framework.checkpoints": (
        "init_from_checkpoint list_variables load_checkpoint load_linear_multiclass_bias_initializer "
        "load_variable load_variable_slot_initializer"
    ),
    "evergraph.contrib.framework.deprecation": (
        "deprecated deprecated_arg_values deprecated_args deprecated_argument_lookup"
    ),
    "evergraph.contrib.framework.graph_parts": (
        "fuse_op get_graph_from_inputs get_name_scope get_placeholders"
    ),
    "evergraph.contrib.framework.printing": "print_op",
    "evergraph.contrib.framework.python_function": "py_func",
    "evergraph.contrib.framework.scoped_arguments": (
        "add_arg_scope arg_scope arg_scope_func_key arg_scoped_arguments current_arg_scope has_arg_scope"
    ),
    "evergraph.contrib.framework.shape_checks": (
        "assert_scalar_int reduce_sum_n remove_squeezable_dimensions with_same_shape with_shape"
    ),
    "evergraph.contrib.framework.sorting": "argsort sort",
    "evergraph.contrib.framework.static_conditions": "smart_case smart_cond smart_constant_value",
    "evergraph.contrib.framework.variables": (
        "VariableDeviceChooser add_model_variable assert_or_get_global_step filter_variables "
        "get_local_variables get_model_variables get_trainable_variables get_unique_variable "
        "get_variable_full_name get_variables get_variables_by_name get_variables_by_suffix "
        "get_variables_to_restore global_variable local_variable model_variable variable zero_initializer"
    ),
    "evergraph.contrib.gan.classifier_metrics": (
        "INCEPTION_DEFAULT_IMAGE_SIZE classifier_score classifier_score_from_logits "
        "diagonal_only_frechet_classifier_distance_from_activations frechet_classifier_distance "
        "frechet_classifier_distance_from_activations frechet_inception_distance get_graph_def_from_disk "
        "get_graph_def_from_resource get_graph_def_from_url_tarball inception_score "
        "mean_only_frechet_classifier_distance_from_activations preprocess_image run_image_classifier "
        "run_inception trace_sqrt_product"
    ),
    "evergraph.contrib.gan.conditioning": "condition_tensor condition_tensor_from_onehot tensor_pool",
    "evergraph.contrib.gan.estimator": "GANEstimator GANHead SummaryType gan_head",
    "evergraph.contrib.gan.model_losses": (
        "acgan_discriminator_loss acgan_generator_loss combine_adversarial_loss cycle_consistency_loss "
        "least_squares_discriminator_loss least_squares_generator_loss minimax_discriminator_loss "
        "minimax_generator_loss modified_discriminator_loss modified_generator_loss "
        "mutual_information_penalty wasserstein_discriminator_loss wasserstein_generator_loss "
        "wasserstein_gradient_penalty"
    ),
    "evergraph.contrib.gan.models": (
        "ACGANModel CycleGANLoss CycleGANModel GANLoss GANModel GANTrainOps GANTrainSteps InfoGANModel "
        "acgan_model cyclegan_model gan_model infogan_model"
    ),
    "evergraph.contrib.gan.output_losses": (
        "acgan_discriminator_loss acgan_generator_loss combine_adversarial_loss "
        "least_squares_discriminator_loss least_squares_generator_loss minimax_discriminator_loss "
        "minimax_generator_loss modified_discriminator_loss modified_generator_loss "
        "mutual_information_penalty wasserstein_discriminator_loss wasserstein_generator_loss "
        "wasserstein_gradient_penalty"
    ),
    "evergraph.contrib.gan.sliced_wasserstein": "sliced_wasserstein_distance",
    "evergraph.contrib.gan.summaries": (
        "add_cyclegan_image_summaries add_gan_model_image_summaries add_gan_model_summaries "
        "add_image_comparison_summaries add_regularization_loss_summaries image_grid image_reshaper"
    ),
    "evergraph.contrib.gan.training": (
        "RunTrainOpsHook cyclegan_loss gan_loss gan_train gan_train_ops get_joint_train_hooks "
        "get_sequential_train_hooks get_sequential_train_steps"
    ),
    "evergraph.contrib.graph_editor.edit": (
        "bypass connect detach detach_control_inputs detach_control_outputs detach_inputs detach_outputs"
    ),
    "evergraph.contrib.graph_editor.reroute": (
        "add_control_inputs remove_control_inputs reroute_inputs reroute_ios reroute_outputs reroute_ts "
        "swap_inputs swap_ios swap_outputs swap_ts"
    ),
    "evergraph.contrib.graph_editor.select": (
        "can_be_regex check_cios compute_boundary_ts filter_ops filter_ops_from_regex filter_ts "
        "filter_ts_from_regex get_backward_walk_ops get_forward_walk_ops get_name_scope_ops get_ops_ios "
        "get_walks_intersection_ops get_walks_union_ops get_within_boundary_ops make_regex select_ops "
        "select_ops_and_ts select_ts"
    ),
    "evergraph.contrib.graph_editor.subgraph": "SubGraphView make_view make_view_from_scope",
    "evergraph.contrib.graph_editor.transform": (
        "Transformer TransformerInfo assign_renamed_collections_handler copy copy_op_handler "
        "copy_with_input_replacements graph_replace keep_t_if_possible_handler "
        "replace_t_with_placeholder_handler transform_op_if_inside_handler"
    ),
    "evergraph.contrib.graph_editor.util": (
        "ControlOutputs check_graphs concatenate_unique find_corresponding find_corresponding_elem "
        "flatten_tree get_consuming_ops get_generating_ops get_predefined_collection_names get_tensors "
        "get_unique_graph is_iterable make_list_of_op make_list_of_t make_placeholder_from_dtype_and_shape "
        "make_placeholder_from_tensor placeholder_name scope_basename scope_dirname scope_finalize "
        "transform_tree"
    ),
    "evergraph.contrib.image.colours": "adjust_hsv_in_yiq random_hsv_in_yiq",
    "evergraph.contrib.image.segmentation": "bipartite_match connected_components",
    "evergraph.contrib.image.transforms": (
        "angles_to_projective_transforms compose_transforms flat_transforms_to_matrices "
        "matrices_to_flat_transforms rotate transform translate translations_to_projective_transforms"
    ),
    "evergraph.contrib.image.warping": "dense_image_warp interpolate_spline sparse_image_warp",
    "evergraph.contrib.integrate.odes": "odeint odeint_fixed",
    "evergraph.contrib.layers.batch_normalization": "batch_norm bias_add",
    "evergraph.contrib.layers.collected_outputs": (
        "NamedOutputs append_tensor_alias channel_dimension collect_named_outputs constant_value "
        "convert_collection_to_dict gather_tensors_aliases get_tensor_aliases get_variable_collections "
        "last_dimension n_positive_integers smart_cond static_cond two_element_tuple"
    ),
    "evergraph.contrib.layers.convolutions": (
        "conv2d conv3d convolution convolution1d convolution2d convolution3d"
    ),
    "evergraph.contrib.layers.dense": (
        "elu fully_connected legacy_fully_connected legacy_linear legacy_relu linear relu relu6"
    ),
    "evergraph.contrib.layers.divisive_normalization": "GDN gdn",
    "evergraph.contrib.layers.embeddings": (
        "embedding_lookup_sparse_with_distributed_aggregation embedding_lookup_unique "
        "safe_embedding_lookup_sparse scattered_embedding_lookup scattered_embedding_lookup_sparse"
    ),
    "evergraph.contrib.layers.encoders": "bow_encoder embed_sequence",
    "evergraph.contrib.layers.feature_columns": (
        "bucketized_column check_feature_columns create_feature_spec_for_parsing crossed_column "
        "embedding_column infer_real_valued_columns make_place_holder_tensors_for_base_features "
        "one_hot_column real_valued_column shared_embedding_columns sparse_column_with_hash_bucket "
        "sparse_column_with_integerized_feature sparse_column_with_keys sparse_column_with_vocabulary_file "
        "weighted_sparse_column"
    ),
    "evergraph.contrib.layers.feature_inputs": (
        "input_from_feature_columns joint_weighted_sum_from_feature_columns "
        "parse_feature_columns_from_examples transform_features weighted_sum_from_feature_columns"
    ),
    "evergraph.contrib.layers.initializers": (
        "variance_scaling_initializer xavier_initializer xavier_initializer_conv2d"
    ),
    "evergraph.contrib.layers.normalization": "group_norm instance_norm layer_norm",
    "evergraph.contrib.layers.optimization": (
        "OPTIMIZER_CLS_NAMES OPTIMIZER_SUMMARIES _adaptive_max_norm adaptive_clipping_fn optimize_loss"
    ),
    "evergraph.contrib.layers.pooling": "avg_pool2d avg_pool3d max_pool2d max_pool3d pool",
    "evergraph.contrib.layers.regularizers": (
        "apply_regularization l1_l2_regularizer l1_regularizer l2_regularizer sum_regularizer"
    ),
    "evergraph.contrib.layers.repetition": "repeat scale_gradient stack",
    "evergraph.contrib.layers.reshaping": (
        "dense_to_sparse dropout flatten images_to_sequence inner_flatten maxout one_hot_encoding "
        "poincare_normalize sequence_to_images softmax spatial_softmax unit_norm"
    ),
    "evergraph.contrib.layers.separable_convolutions": (
        "conv2d_in_plane convolution2d_in_plane separable_conv2d separable_convolution2d"
    ),
    "evergraph.contrib.layers.sparse_features": (
        "SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY bucketize dense_to_sparse_tensor indicators_to_sparse_ids "
        "sparse_feature_cross sparse_row_envelope"
    ),
    "evergraph.contrib.layers.summaries": (
        "summarize_activation summarize_activations summarize_biases summarize_collection summarize_tensor "
        "summarize_tensors summarize_variables summarize_weights"
    ),
    "evergraph.contrib.layers.transposed_convolutions": (
        "conv2d_transpose conv3d_transpose convolution2d_transpose convolution3d_transpose"
    ),
    "evergraph.contrib.learn.canned": (
        "DNNClassifier DNNEstimator DNNLinearCombinedClassifier DNNLinearCombinedRegressor DNNRegressor "
        "LinearClassifier LinearEstimator LinearRegressor"
    ),
    "evergraph.contrib.learn.columns": (
        "infer_real_valued_columns_from_input infer_real_valued_columns_from_input_fn"
    ),
    "evergraph.contrib.learn.datasets.downloads": (
        "Dataset Datasets maybe_download retry urlretrieve_with_retry"
    ),
    "evergraph.contrib.learn.datasets.mnist": (
        "DEFAULT_SOURCE_URL DataSet dense_to_one_hot extract_images extract_labels fake load_mnist "
        "read_data_sets"
    ),
    "evergraph.contrib.learn.datasets.synthetic": (
        "DATASETS SYNTHETIC circles load_dataset make_dataset spirals"
    ),
    "evergraph.contrib.learn.datasets.tables": (
        "load_boston load_csv_with_header load_csv_without_header load_iris shrink_csv"
    ),
    "evergraph.contrib.learn.datasets.text_datasets": "load_dbpedia maybe_download_dbpedia",
    "evergraph.contrib.learn.estimator": "BaseEstimator Estimator Evaluable NotFittedError Trainable",
    "evergraph.contrib.learn.experiment": "Experiment",
    "evergraph.contrib.learn.head": (
        "Head multi_class_head no_op_train_fn poisson_regression_head regression_head"
    ),
    "evergraph.contrib.learn.keys": "MetricKey PredictionKey",
    "evergraph.contrib.learn.learn_runner": "run tune",
    "evergraph.contrib.learn.metric_spec": "MetricSpec",
    "evergraph.contrib.learn.model_fn": "ModeKeys ModelFnOps ProblemType",
    "evergraph.contrib.learn.monitors": (
        "BaseMonitor CaptureVariable EveryN LoggingTrainable NanLoss NanLossDuringTrainingError PrintTensor "
        "RunHookAdapterForMonitors StopAtStep SummarySaver ValidationMonitor get_default_monitors "
        "replace_monitors_with_hooks"
    ),
    "evergraph.contrib.learn.preprocessing.text": "ByteProcessor TOKENIZER_RE VocabularyProcessor tokenizer",
    "evergraph.contrib.learn.preprocessing.vocabulary": "CategoricalProcessor CategoricalVocabulary",
    "evergraph.contrib.learn.reading": (
        "numpy_input_fn pandas_input_fn read_batch_examples read_batch_features read_batch_record_features "
        "read_keyed_batch_examples read_keyed_batch_features"
    ),
    "evergraph.contrib.learn.run_config": "ClusterConfig Environment RunConfig TaskType",
    "evergraph.contrib.learn.serving": (
        "ExportStrategy InputFnOps build_default_serving_input_fn build_parsing_serving_input_fn "
        "make_export_strategy"
    ),
    "evergraph.contrib.learn.sklearn": "SKCompat",
    "evergraph.contrib.legacy_seq2seq.attention": "attention_decoder embedding_attention_decoder",
    "evergraph.contrib.legacy_seq2seq.decoders": "embedded_argmax embedding_rnn_decoder rnn_decoder",
    "evergraph.contrib.legacy_seq2seq.losses": "model_with_buckets sequence_loss sequence_loss_by_example",
    "evergraph.contrib.legacy_seq2seq.models": (
        "basic_rnn_seq2seq embedding_attention_seq2seq embedding_rnn_seq2seq embedding_tied_rnn_seq2seq "
        "one2many_rnn_seq2seq tied_rnn_seq2seq"
    ),
    "evergraph.contrib.lookup.dense_tables": "MutableDenseHashTable",
    "evergraph.contrib.lookup.string_tables": (
        "index_table_from_tensor index_to_string index_to_string_table_from_tensor string_to_index "
        "string_to_index_table_from_file string_to_index_table_from_tensor"
    ),
    "evergraph.contrib.losses.losses": (
        "absolute_difference add_loss compute_weighted_loss cosine_distance get_losses "
        "get_regularization_losses get_total_loss hinge_loss log_loss mean_pairwise_squared_error "
        "mean_squared_error sigmoid_cross_entropy softmax_cross_entropy sparse_softmax_cross_entropy"
    ),
    "evergraph.contrib.losses.metric_learning": (
        "contrastive_loss lifted_struct_loss masked_maximum masked_minimum npairs_loss "
        "npairs_loss_multilabel pairwise_distance triplet_semihard_loss"
    ),
    "evergraph.contrib.metrics.areas": "auc_using_histogram streaming_dynamic_auc",
    "evergraph.contrib.metrics.at_k": (
        "sparse_recall_at_top_k streaming_sensitivity_at_specificity streaming_sparse_average_precision_at_k "
        "streaming_sparse_average_precision_at_top_k streaming_sparse_precision_at_k "
        "streaming_sparse_precision_at_top_k streaming_sparse_recall_at_k "
        "streaming_specificity_at_sensitivity"
    ),
    "evergraph.contrib.metrics.rates": (
        "precision_at_recall recall_at_precision streaming_curve_points streaming_false_negative_rate "
        "streaming_false_negative_rate_at_thresholds streaming_false_negatives_at_thresholds "
        "streaming_false_positive_rate streaming_false_positive_rate_at_thresholds "
        "streaming_false_positives_at_thresholds streaming_true_negatives_at_thresholds "
        "streaming_true_positives_at_thresholds"
    ),
    "evergraph.contrib.metrics.statistics": (
        "cohen_kappa count streaming_concat streaming_covariance streaming_pearson_correlation"
    ),
    "evergraph.contrib.metrics.streaming": (
        "accuracy aggregate_metric_map aggregate_metrics streaming_accuracy streaming_auc "
        "streaming_false_negatives streaming_false_positives streaming_mean streaming_mean_absolute_error "
        "streaming_mean_cosine_distance streaming_mean_iou streaming_mean_relative_error "
        "streaming_mean_squared_error streaming_mean_tensor streaming_percentage_less streaming_precision "
        "streaming_precision_at_thresholds streaming_recall streaming_recall_at_k "
        "streaming_recall_at_thresholds streaming_root_mean_squared_error streaming_true_negatives "
        "streaming_true_positives"
    ),
    "evergraph.contrib.mixed_precision.loss_scale": (
        "ExponentialUpdateLossScaleManager FixedLossScaleManager LossScaleManager LossScaleOptimizer"
    ),
    "evergraph.contrib.model_pruning.layers": (
        "MaskedBasicLSTMCell MaskedConv2D MaskedFullyConnected MaskedLSTMCell masked_conv2d "
        "masked_convolution masked_fully_connected"
    ),
    "evergraph.contrib.model_pruning.learning": "train",
    "evergraph.contrib.model_pruning.masks": (
        "MASKED_WEIGHT_COLLECTION MASKED_WEIGHT_NAME MASK_COLLECTION THRESHOLD_COLLECTION WEIGHT_COLLECTION "
        "apply_mask get_masked_weights get_masks get_thresholds get_weight_sparsity get_weights"
    ),
    "evergraph.contrib.model_pruning.pruning": "Pruning get_pruning_hparams",
    "evergraph.contrib.nccl.collectives": "all_max all_min all_prod all_sum broadcast reduce_sum",
    "evergraph.contrib.nn.functions": (
        "alpha_dropout conv1d_transpose deprecated_flipped_sigmoid_cross_entropy_with_logits "
        "deprecated_flipped_softmax_cross_entropy_with_logits "
        "deprecated_flipped_sparse_softmax_cross_entropy_with_logits nth_element rank_sampled_softmax_loss "
        "sampled_sparse_softmax_loss"
    ),
    "evergraph.contrib.nn.softplus": "fwd_gradients scaled_softplus",
    "evergraph.contrib.opt.adam_kinds": "AdaMaxOptimizer LazyAdamOptimizer NadamOptimizer",
    "evergraph.contrib.opt.external": "ExternalOptimizerInterface ScipyOptimizerInterface",
    "evergraph.contrib.opt.sign": (
        "AddSignOptimizer PowerSignOptimizer get_cosine_decay_fn get_linear_decay_fn get_restart_decay_fn"
    ),
    "evergraph.contrib.opt.wrappers": (
        "MovingAverageOptimizer MultitaskOptimizerWrapper VariableClippingOptimizer "
        "clip_gradients_by_global_norm"
    ),
    "evergraph.contrib.predictor.predictor": (
        "Predictor from_contrib_estimator from_estimator from_saved_model"
    ),
    "evergraph.contrib.quantize.common": "CreateOrGetQuantizationStep",
    "evergraph.contrib.quantize.fold_batch_norms": "FoldBatchNorms",
    "evergraph.contrib.quantize.quant_ops": "FixedQuantize LastValueQuantize MovingAvgQuantize",
    "evergraph.contrib.quantize.quantize": "Quantize",
    "evergraph.contrib.quantize.quantize_graph": (
        "create_eval_graph create_training_graph experimental_create_eval_graph "
        "experimental_create_training_graph"
    ),
    "evergraph.contrib.resampler.resampling": "resampler",
    "evergraph.contrib.rnn.attention_cell": "AttentionCellWrapper CompiledWrapper",
    "evergraph.contrib.rnn.block_cells": "GRUBlockCell GRUBlockCellV2 LSTMBlockCell",
    "evergraph.contrib.rnn.block_fused": "LSTMBlockFusedCell LSTMBlockWrapper",
    "evergraph.contrib.rnn.convolutional_cells": "Conv1DLSTMCell Conv2DLSTMCell Conv3DLSTMCell ConvLSTMCell",
    "evergraph.contrib.rnn.fused": "FusedRNNCell FusedRNNCellAdaptor TimeReversedFusedRNN",
    "evergraph.contrib.rnn.gated_cells": "GLSTMCell IntersectionRNNCell NASCell SRUCell UGRNNCell",
    "evergraph.contrib.rnn.grid_cells": "BidirectionalGridLSTMCell GridLSTMCell TimeFreqLSTMCell",
    "evergraph.contrib.rnn.linear": "Linear linear",
    "evergraph.contrib.rnn.normalized_cells": (
        "CoupledInputForgetGateLSTMCell LayerNormBasicLSTMCell LayerNormLSTMCell WeightNormLSTMCell"
    ),
    "evergraph.contrib.rnn.phased_cell": "PhasedLSTMCell",
    "evergraph.contrib.rnn.projections": (
        "EmbeddingWrapper HighwayWrapper InputProjectionWrapper OutputProjectionWrapper"
    ),
    "evergraph.contrib.rnn.stacks": "stack_bidirectional_dynamic_rnn stack_bidirectional_rnn",
    "evergraph.contrib.seq2seq.attention_mechanisms": (
        "BahdanauAttention BahdanauMonotonicAttention LuongAttention LuongMonotonicAttention"
    ),
    "evergraph.contrib.seq2seq.attention_memory": "AttentionMechanism BaseAttentionMechanism",
    "evergraph.contrib.seq2seq.attention_scores": "hardmax monotonic_attention safe_cumprod",
    "evergraph.contrib.seq2seq.attention_wrapper": "AttentionWrapper AttentionWrapperState",
    "evergraph.contrib.seq2seq.basic_decoder": "BasicDecoder BasicDecoderOutput",
    "evergraph.contrib.seq2seq.beam_search_decoder": (
        "BeamSearchDecoder BeamSearchDecoderOutput BeamSearchDecoderState FinalBeamSearchDecoderOutput "
        "beam_search_step mask_probs"
    ),
    "evergraph.contrib.seq2seq.beam_states": "gather_tree_from_array tile_batch",
    "evergraph.contrib.seq2seq.decoder": "Decoder dynamic_decode",
    "evergraph.contrib.seq2seq.helper": (
        "CustomHelper GreedyEmbeddingHelper Helper InferenceHelper SampleEmbeddingHelper"
    ),
    "evergraph.contrib.seq2seq.loss": "sequence_loss",
    "evergraph.contrib.seq2seq.training_helpers": (
        "ScheduledEmbeddingTrainingHelper ScheduledOutputTrainingHelper TrainingHelper"
    ),
    "evergraph.contrib.signal.frames": "frame overlap_and_add",
    "evergraph.contrib.signal.mel": "linear_to_mel_weight_matrix mfccs_from_log_mel_spectrograms",
    "evergraph.contrib.signal.short_time": "inverse_stft inverse_stft_window_fn stft",
    "evergraph.contrib.signal.windows": "hamming_window hann_window",
    "evergraph.contrib.slim.data.data_decoder": "DataDecoder",
    "evergraph.contrib.slim.data.data_provider": "DataProvider",
    "evergraph.contrib.slim.data.dataset": "Dataset",
    "evergraph.contrib.slim.data.dataset_data_provider": "DatasetDataProvider",
    "evergraph.contrib.slim.data.parallel_reader": (
        "ParallelReader get_data_files parallel_read single_pass_read"
    ),
    "evergraph.contrib.slim.data.prefetch_queue": "prefetch_queue",
    "evergraph.contrib.slim.data.tfexample_decoder": (
        "BackupHandler BoundingBox Image ItemHandler ItemHandlerCallback LookupTensor SparseTensor "
        "TFExampleDecoder Tensor"
    ),
    "evergraph.contrib.slim.evaluation": (
        "checkpoints_iterator evaluate_once evaluation_loop wait_for_new_checkpoint"
    ),
    "evergraph.contrib.slim.learning": "add_gradients_summaries create_train_op train train_step",
    "evergraph.contrib.slim.model_analyzer": "analyze_ops analyze_vars tensor_description",
    "evergraph.contrib.slim.nets.alexnet": "alexnet_v2 alexnet_v2_arg_scope",
    "evergraph.contrib.slim.nets.inception_v1": "inception_v1 inception_v1_arg_scope inception_v1_base",
    "evergraph.contrib.slim.nets.inception_v2": "inception_v2 inception_v2_arg_scope inception_v2_base",
    "evergraph.contrib.slim.nets.inception_v3": "inception_v3 inception_v3_arg_scope inception_v3_base",
    "evergraph.contrib.slim.nets.overfeat": "overfeat overfeat_arg_scope",
    "evergraph.contrib.slim.nets.resnet_utils": (
        "Block conv2d_same resnet_arg_scope stack_blocks_dense subsample"
    ),
    "evergraph.contrib.slim.nets.resnet_v1": (
        "bottleneck resnet_arg_scope resnet_v1 resnet_v1_101 resnet_v1_152 resnet_v1_200 resnet_v1_50 "
        "resnet_v1_block"
    ),
    "evergraph.contrib.slim.nets.resnet_v2": (
        "bottleneck resnet_arg_scope resnet_v2 resnet_v2_101 resnet_v2_152 resnet_v2_200 resnet_v2_50 "
        "resnet_v2_block"
    ),
    "evergraph.contrib.slim.nets.vgg": "vgg_16 vgg_19 vgg_a vgg_arg_scope vgg_d vgg_e",
    "evergraph.contrib.slim.queues": "NestedQueueRunnerError QueueRunners",
    "evergraph.contrib.slim.summaries": (
        "add_histogram_summaries add_histogram_summary add_image_summaries add_image_summary "
        "add_scalar_summaries add_scalar_summary add_zero_fraction_summaries add_zero_fraction_summary"
    ),
    "evergraph.contrib.sparsemax.projection": "sparsemax sparsemax_loss",
    "evergraph.contrib.summary.event_files": "events_from_file events_from_logdir",
    "evergraph.contrib.summary.summaries": "audio generic graph histogram image import_event scalar",
    "evergraph.contrib.summary.writers": (
        "SummaryWriter all_summary_ops always_record_summaries create_file_writer create_summary_file_writer "
        "eval_dir flush initialize never_record_summaries record_summaries_every_n_global_steps "
        "should_record_summaries summary_writer_initializer_op"
    ),
    "evergraph.contrib.tensor_forest.data_ops": (
        "CastToFloat DATA_CATEGORICAL DATA_FLOAT DTYPE_TO_FTYPE DataColumn DataColumnCollection "
        "GetColumnName ParseDataTensorOrDict ParseLabelTensorOrDict TensorForestDataSpec"
    ),
    "evergraph.contrib.tensor_forest.eval_metrics": (
        "FEATURE_IMPORTANCE_NAME INFERENCE_PRED_NAME INFERENCE_PROB_NAME get_metric get_prediction_key"
    ),
    "evergraph.contrib.tensor_forest.hparams": (
        "CLASSIFICATION_LEAF_MODEL_TYPES FINISH_TYPES ForestHParams PRUNING_TYPES REGRESSION_MODEL_TYPE "
        "SPLIT_TYPES build_params_proto parse_number_or_string_to_proto"
    ),
    "evergraph.contrib.tensor_forest.random_forest": (
        "ALL_SERVING_KEY EPSILON KEYS_NAME LOSS_NAME MultiForestMultiHeadEstimator TREE_PATHS_PREDICTION_KEY "
        "TensorForestEstimator TensorForestLossHook TensorForestRunOpAtEndHook VARIANCE_PREDICTION_KEY "
        "get_combined_model_fn get_default_head get_model_fn"
    ),
    "evergraph.contrib.tensor_forest.tensor_forest": (
        "ForestVariables RandomForestGraphs RandomTreeGraphs TreeVariables"
    ),
    "evergraph.contrib.tensor_forest.tree_variables": "fertile_stats_variable tree_variable",
    "evergraph.contrib.tensorboard.plugins.projector": (
        "EmbeddingInfo ProjectorConfig SpriteMetadata projector_config_pb2 visualize_embeddings"
    ),
    "evergraph.contrib.timeseries.ar_anomalies": "AnomalyMixtureARModel",
    "evergraph.contrib.timeseries.ar_model": "ARModel",
    "evergraph.contrib.timeseries.ar_networks": "FlatPredictionModel LSTMPredictionModel",
    "evergraph.contrib.timeseries.arrays": "batched_series times_to_predict",
    "evergraph.contrib.timeseries.estimators": (
        "ARRegressor StateSpaceRegressor StructuralEnsembleRegressor TimeSeriesRegressor"
    ),
    "evergraph.contrib.timeseries.feature_keys": (
        "FilteringFeatures FilteringResults PredictionFeatures PredictionResults SavedModelLabels State "
        "Times TrainEvalFeatures Values"
    ),
    "evergraph.contrib.timeseries.head": "OneShotPredictionHead TimeSeriesRegressionHead state_to_dictionary",
    "evergraph.contrib.timeseries.input_fns": (
        "RandomWindowInputFn TimeSeriesInputFn WholeDatasetInputFn predict_continuation_input_fn"
    ),
    "evergraph.contrib.timeseries.model": "ModelOutputs TimeSeriesModel",
    "evergraph.contrib.timeseries.readers": (
        "CSVReader NumpyReader ReaderBaseTimeSeriesParser TFExampleReader TimeSeriesReader"
    ),
    "evergraph.contrib.timeseries.saved_model_utils": (
        "cold_start_filter filter_continuation predict_continuation"
    ),
    "evergraph.contrib.timeseries.sequential": "SequentialTimeSeriesModel",
    "evergraph.contrib.timeseries.state_management": (
        "ChainingStateManager FilteringOnlyStateManager PassthroughStateManager"
    ),
    "evergraph.contrib.timeseries.state_space_models.ensembles": (
        "StateSpaceCorrelatedFeaturesEnsemble StateSpaceEnsemble StateSpaceIndependentEnsemble"
    ),
    "evergraph.contrib.timeseries.state_space_models.filtering_postprocessor": (
        "FilteringStepPostprocessor StateInterpolatingAnomalyDetector cauchy_alternative_to_gaussian"
    ),
    "evergraph.contrib.timeseries.state_space_models.kalman_filter": "KalmanFilter",
    "evergraph.contrib.timeseries.state_space_models.level_trend": "AdderStateSpaceModel",
    "evergraph.contrib.timeseries.state_space_models.matrices": (
        "block_diagonal clip_covariance entropy_matched_cauchy_scale log_noninformative_covariance_prior "
        "sign_magnitude_positive_definite transform_to_covariance_matrices variable_covariance_matrix"
    ),
    "evergraph.contrib.timeseries.state_space_models.periodic": "CycleStateSpaceModel ResolutionCycleModel",
    "evergraph.contrib.timeseries.state_space_models.state_space_model": (
        "StateSpaceModel StateSpaceModelConfiguration"
    ),
    "evergraph.contrib.timeseries.state_space_models.structural_ensemble": (
        "MultiResolutionStructuralEnsemble StructuralEnsemble"
    ),
    "evergraph.contrib.timeseries.state_space_models.varma": "VARMA",
    "evergraph.contrib.timeseries.statistics": (
        "InputStatistics InputStatisticsFromMiniBatch Moments replicate_state"
    ),
    "evergraph.contrib.tpu.config": "InputPipelineConfig RunConfig TPUConfig",
    "evergraph.contrib.tpu.estimator": "TPUEstimator TPUEstimatorSpec",
    "evergraph.contrib.tpu.optimizer": "CrossShardOptimizer",
    "evergraph.contrib.tpu.shards": "TpuContext cross_replica_sum get_tpu_context tpu_shard_context",
    "evergraph.contrib.training.buckets": "bucket bucket_by_sequence_length",
    "evergraph.contrib.training.gradients": (
        "add_gradients_summaries clip_gradient_norms clip_gradient_norms_fn create_train_op "
        "multiply_gradients"
    ),
    "evergraph.contrib.training.hparam": "HParams parse_values",
    "evergraph.contrib.training.loops": (
        "SummaryAtEndHook checkpoints_iterator evaluate_repeatedly train wait_for_new_checkpoint"
    ),
    "evergraph.contrib.training.placement": "GreedyLoadBalancingStrategy RandomStrategy byte_size_load_fn",
    "evergraph.contrib.training.sampling": (
        "_acceptance rejection_sample resample_at_rate stratified_sample weighted_resample"
    ),
    "evergraph.data": (
        "Dataset FixedLengthRecordDataset Iterator Options TFRecordDataset TextLineDataset "
        "get_output_classes get_output_shapes get_output_types make_initializable_iterator "
        "make_one_shot_iterator"
    ),
    "evergraph.data.convert": "get_seed optional_param_to_tensor",
    "evergraph.data.dataset": "Dataset",
    "evergraph.data.iterator_functions": (
        "get_output_classes get_output_shapes get_output_types make_initializable_iterator "
        "make_one_shot_iterator"
    ),
    "evergraph.data.iterators": (
        "GET_NEXT_CALL_WARNING_MESSAGE GET_NEXT_CALL_WARNING_THRESHOLD GLOBAL_ITERATORS Iterator"
    ),
    "evergraph.data.nest": (
        "assert_same_structure assert_shallow_structure flatten flatten_up_to is_sequence map_structure "
        "map_structure_up_to pack_sequence_as"
    ),
    "evergraph.data.options": "DistributeOptions OptimizationOptions Options ThreadingOptions",
    "evergraph.data.readers": "FixedLengthRecordDataset TFRecordDataset TextLineDataset",
    "evergraph.data.sparse": (
        "any_sparse as_dense_shapes as_dense_types deserialize_sparse_tensors get_classes "
        "serialize_many_sparse_tensors serialize_sparse_tensors"
    ),
    "evergraph.debug.filters": "has_inf_or_nan",
    "evergraph.debug.wrappers": (
        "DumpingDebugHook DumpingDebugWrapperSession GrpcDebugHook GrpcDebugWrapperSession LocalCLIDebugHook "
        "LocalCLIDebugWrapperSession TensorBoardDebugHook TensorBoardDebugWrapperSession"
    ),
    "evergraph.distributed.cluster": "ClusterSpec",
    "evergraph.distributed.device_setter": "RoundRobinStrategy replica_device_setter",
    "evergraph.distributed.server": "Server",
    "evergraph.distributions": (
        "Bernoulli Beta Categorical Dirichlet DirichletMultinomial Distribution Exponential "
        "FULLY_REPARAMETERIZED Gamma Laplace Multinomial NOT_REPARAMETERIZED Normal RegisterKL "
        "ReparameterizationType StudentT Uniform kl_divergence"
    ),
    "evergraph.distributions.bernoulli": "Bernoulli",
    "evergraph.distributions.beta": "Beta BetaWithSoftplusConcentration",
    "evergraph.distributions.bijector": "Bijector",
    "evergraph.distributions.bijector_checks": (
        "assert_bijective_and_finite assert_finite assert_scalar_congruency assert_strictly_decreasing "
        "assert_strictly_increasing assert_strictly_monotonic"
    ),
    "evergraph.distributions.categorical": "Categorical",
    "evergraph.distributions.checks": (
        "assert_close assert_integer_form assert_symmetric embed_check_categorical_event_shape "
        "embed_check_integer_casting_closed embed_check_nonnegative_integer_form same_dynamic_shape"
    ),
    "evergraph.distributions.dirichlet": "Dirichlet",
    "evergraph.distributions.dirichlet_multinomial": "DirichletMultinomial",
    "evergraph.distributions.distribution": (
        "Distribution FULLY_REPARAMETERIZED NOT_REPARAMETERIZED ReparameterizationType"
    ),
    "evergraph.distributions.exponential": "Exponential ExponentialWithSoftplusRate",
    "evergraph.distributions.gamma": "Gamma GammaWithSoftplusConcentrationRate",
    "evergraph.distributions.identity_bijector": "Identity",
    "evergraph.distributions.kullback_leibler": "RegisterKL cross_entropy kl_divergence",
    "evergraph.distributions.laplace": "Laplace LaplaceWithSoftplusScale",
    "evergraph.distributions.matrices": (
        "fill_triangular fill_triangular_inverse matrix_diag_transform rotate_transpose tridiag"
    ),
    "evergraph.distributions.multinomial": "Multinomial",
    "evergraph.distributions.normal": "Normal NormalWithSoftplusScale",
    "evergraph.distributions.numbers": (
        "gen_new_seed get_logits_and_probs log_combinations reduce_weighted_logsumexp softplus_inverse"
    ),
    "evergraph.distributions.special_math": (
        "LOGNDTR_FLOAT32_LOWER LOGNDTR_FLOAT32_UPPER LOGNDTR_FLOAT64_LOWER LOGNDTR_FLOAT64_UPPER erfinv "
        "log_cdf_laplace log_ndtr ndtr ndtri"
    ),
    "evergraph.distributions.static": (
        "dimension_size maybe_get_static_value parent_frame_arguments pick_vector "
        "prefer_static_broadcast_shape prefer_static_rank prefer_static_shape prefer_static_value"
    ),
    "evergraph.distributions.student_t": "StudentT StudentTWithAbsDfSoftplusScale",
    "evergraph.distributions.transformed_distribution": "TransformedDistribution",
    "evergraph.distributions.uniform": "Uniform",
    "evergraph.eager.mode": (
        "ASYNC DEVICE_PLACEMENT_EXPLICIT DEVICE_PLACEMENT_SILENT DEVICE_PLACEMENT_SILENT_FOR_INT32 "
        "DEVICE_PLACEMENT_WARN SYNC eager_mode enable_eager_execution"
    ),
    "evergraph.eager.tensor": "EagerTensor",
    "evergraph.errors": (
        "ABORTED ALREADY_EXISTS AbortedError AlreadyExistsError CANCELLED CancelledError DATA_LOSS "
        "DEADLINE_EXCEEDED DataLossError DeadlineExceededError FAILED_PRECONDITION FailedPreconditionError "
        "INTERNAL INVALID_ARGUMENT InternalError InvalidArgumentError NOT_FOUND NotFoundError OK "
        "OUT_OF_RANGE OpError OutOfRangeError PERMISSION_DENIED PermissionDeniedError RESOURCE_EXHAUSTED "
        "ResourceExhaustedError UNAUTHENTICATED UNAVAILABLE UNIMPLEMENTED UNKNOWN UnauthenticatedError "
        "UnavailableError UnimplementedError UnknownError error_code_from_exception_type "
        "exception_type_from_error_code"
    ),
    "evergraph.estimator.canned.baseline": (
        "BaselineClassifier BaselineEstimator BaselineRegressor baseline_logit_fn_builder baseline_model_fn"
    ),
    "evergraph.estimator.canned.boosted_trees": (
        "BoostedTreesClassifier BoostedTreesEstimator BoostedTreesRegressor ONE_DIMENSION TWO_CLASSES "
        "boosted_trees_model_fn classification_head classification_head_and_gradients regression_head"
    ),
    "evergraph.estimator.canned.boosted_trees_inputs": "transformed_features",
    "evergraph.estimator.canned.boosted_trees_training": "StopAtAttemptsHook TreeHParams",
    "evergraph.estimator.canned.classification": "BinaryHead MultiClassHead class_head classification_output",
    "evergraph.estimator.canned.dnn": (
        "DNNClassifier DNNEstimator DNNRegressor dnn_logit_fn_builder dnn_model_fn"
    ),
    "evergraph.estimator.canned.dnn_linear_combined": (
        "DNNLinearCombinedClassifier DNNLinearCombinedEstimator DNNLinearCombinedRegressor combined_model_fn"
    ),
    "evergraph.estimator.canned.head": "Head LossSpec",
    "evergraph.estimator.canned.head_inputs": (
        "call_loss_fn check_loss_fn checked_logits dense_labels example_weights in_range"
    ),
    "evergraph.estimator.canned.head_metrics": (
        "accuracy_at accuracy_baseline auc labels_mean precision_at predictions_mean recall_at"
    ),
    "evergraph.estimator.canned.keys": "MetricKeys PredictionKeys",
    "evergraph.estimator.canned.linear": (
        "LinearClassifier LinearEstimator LinearRegressor linear_logit_fn_builder linear_model_fn"
    ),
    "evergraph.estimator.canned.optimizers": "get_optimizer_instance",
    "evergraph.estimator.canned.parsing_utils": "classifier_parse_example_spec regressor_parse_example_spec",
    "evergraph.estimator.canned.regression": "RegressionHead",
    "evergraph.estimator.canned.tree_ensemble": "TreeEnsemble",
    "evergraph.estimator.estimator": "Estimator _device_setter _step_of_newest _verify_model_fn_args",
    "evergraph.estimator.evaluator": "EvalResult EvalStatus",
    "evergraph.estimator.export.outputs": (
        "ClassificationOutput EvalOutput ExportOutput PredictOutput RegressionOutput TrainOutput "
        "_SupervisedOutput"
    ),
    "evergraph.estimator.export.receivers": (
        "ServingInputReceiver SupervisedInputReceiver TensorServingInputReceiver "
        "build_parsing_serving_input_receiver_fn build_raw_serving_input_receiver_fn "
        "build_raw_supervised_input_receiver_fn build_supervised_input_receiver_fn_from_input_fn"
    ),
    "evergraph.estimator.export.signatures": "build_all_signature_defs",
    "evergraph.estimator.export.writing": "get_temp_export_dir get_timestamped_export_dir",
    "evergraph.estimator.exporter": (
        "BestExporter Exporter FinalExporter LatestExporter _SavedModelExporter _loss_smaller"
    ),
    "evergraph.estimator.input_fn": "_DatasetInitializerHook parse_input_fn_result",
    "evergraph.estimator.inputs.numpy_io": "numpy_input_fn",
    "evergraph.estimator.inputs.pandas_io": "pandas_input_fn",
    "evergraph.estimator.keras": "model_to_estimator",
    "evergraph.estimator.model_fn": (
        "AVERAGE_LOSS_METRIC_KEY EXPORT_TAG_MAP EstimatorSpec LOSS_METRIC_KEY ModeKeys"
    ),
    "evergraph.estimator.results": "write_checkpoint_path write_results",
    "evergraph.estimator.run_config": "RunConfig TaskType",
    "evergraph.estimator.specs": "EvalSpec TrainSpec",
    "evergraph.estimator.training": (
        "_ContinuousEvalListener _StopAtSecsHook _TrainingExecutor train_and_evaluate"
    ),
    "evergraph.estimator.warm_start": "VocabInfo WarmStartSettings",
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
        "AttrValue BytesList CheckpointState CheckpointableObjectGraph ClusterDef ConfigProto Event Example "
        "Feature FeatureList FeatureLists Features FloatList GPUOptions GraphDef GraphOptions HistogramProto "
        "Int64List JobDef LogMessage MetaGraphDef NameAttrList NodeDef OptimizerOptions RunMetadata "
        "RunOptions SaverDef SequenceExample ServerDef SessionLog Summary SummaryDescription SummaryMetadata "
        "TaggedRunMetadata TensorInfo"
    ),
    "evergraph.formats.paths": "FileStatistics",
    "evergraph.framework.arguments": "fn_args",
    "evergraph.framework.collections": (
        "GraphKeys add_to_collection add_to_collections get_collection get_collection_ref"
    ),
    "evergraph.framework.composite": (
        "IndexedSlices IndexedSlicesValue SparseTensor SparseTensorValue convert_to_tensor_or_indexed_slices "
        "convert_to_tensor_or_sparse_tensor is_sparse"
    ),
    "evergraph.framework.conversion": (
        "convert_n_to_tensor convert_to_tensor is_dense_tensor_like register_dense_tensor_like_type "
        "register_tensor_conversion_function"
    ),
    "evergraph.framework.decorators": "TFDecorator contextmanager make_decorator unwrap",
    "evergraph.framework.default_graph": (
        "clear_default_graphs colocate_with container control_dependencies device get_default_graph "
        "get_name_scope graph_from_inputs init_scope name_scope op_scope reset_default_graph "
        "use_global_graph"
    ),
    "evergraph.framework.device": "DeviceSpec canonical_name check_valid merge_device",
    "evergraph.framework.device_names": "canonicalize current resolve",
    "evergraph.framework.dtypes": (
        "DType QUANTIZED_DTYPES as_dtype bfloat16 bfloat16_scalar bool complex128 complex64 double "
        "dtype_range float16 float32 float64 half int16 int32 int64 int8 qint16 qint32 qint8 quint16 quint8 "
        "resource string uint16 uint32 uint64 uint8 variant"
    ),
    "evergraph.framework.elements": "element_behind",
    "evergraph.framework.errors": (
        "ABORTED ALREADY_EXISTS AbortedError AlreadyExistsError CANCELLED CancelledError DATA_LOSS "
        "DEADLINE_EXCEEDED DataLossError DeadlineExceededError FAILED_PRECONDITION FailedPreconditionError "
        "INTERNAL INVALID_ARGUMENT InternalError InvalidArgumentError NOT_FOUND NotFoundError OK "
        "OUT_OF_RANGE OpError OutOfRangeError PERMISSION_DENIED PermissionDeniedError RESOURCE_EXHAUSTED "
        "ResourceExhaustedError UNAUTHENTICATED UNAVAILABLE UNIMPLEMENTED UNKNOWN UnauthenticatedError "
        "UnavailableError UnimplementedError UnknownError _make_specific_exception "
        "error_code_from_exception_type exception_type_from_error_code"
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
    "evergraph.framework.named_registry": "Registry",
    "evergraph.framework.operation": "Operation make_node_def",
    "evergraph.framework.protos": (
        "MakeNdarray from_attr_value has_shape make_ndarray make_tensor_proto to_attr_value"
    ),
    "evergraph.framework.seeds": "DEFAULT_GRAPH_SEED get_seed set_random_seed",
    "evergraph.framework.shape_functions": (
        "RegisterShape call_cpp_shape_fn scalar_shape set_default_shape_function shape_function unknown_shape"
    ),
    "evergraph.framework.shapes": (
        "Dimension TensorShape as_dimension as_shape broadcast_shapes dimension_at_index dimension_value "
        "is_broadcast_compatible matrix scalar unknown_shape vector"
    ),
    "evergraph.framework.structures": (
        "assert_same_structure assert_shallow_structure flatten flatten_dict_items flatten_up_to "
        "flatten_with_joined_string_paths get_traverse_shallow_structure is_sequence map_structure "
        "map_structure_up_to pack_sequence_as yield_flat_paths yield_flattened_up_to"
    ),
    "evergraph.framework.tensor": "Operand Tensor TensorKind",
    "evergraph.framework.tensor_spec": "BoundedTensorSpec TensorSpec",
    "evergraph.framework.tracking": (
        "Checkpointable CheckpointableBase CheckpointableReference NoDependency NotCheckpointable "
        "VARIABLE_VALUE_KEY"
    ),
    "evergraph.framework.versions": (
        "COMPILER_VERSION CXX11_ABI_FLAG GIT_VERSION GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER "
        "GRAPH_DEF_VERSION_MIN_PRODUCER MONOLITHIC_BUILD VERSION"
    ),
    "evergraph.gfile": (
        "Copy DeleteRecursively Exists FastGFile GFile Glob IsDirectory ListDirectory MakeDirs MkDir Open "
        "Remove Rename Stat Walk"
    ),
    "evergraph.gradients.custom_gradient": "custom_gradient",
    "evergraph.gradients.defined_function": "Defun",
    "evergraph.gradients.functional_calls": "For Gradient If While partitioned_call remote_call",
    "evergraph.gradients.gradients": "AggregationMethod get_gradient_function gradients",
    "evergraph.gradients.hessians": "hessian_vector_product hessians",
    "evergraph.gradients.registry": (
        "NoGradient NotDifferentiable RegisterGradient gradient_function own_gradient_function"
    ),
    "evergraph.gradients.rows": "aggregated_slices as_indexed_slices as_indexed_slices_list",
    "evergraph.gradients.tape": "GradientTape",
    "evergraph.graph_util": (
        "convert_variables_to_constants extract_sub_graph must_run_on_cpu remove_training_nodes "
        "tensor_shape_from_node_def_name"
    ),
    "evergraph.image": (
        "ResizeMethod adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation "
        "central_crop convert_image_dtype crop_and_resize crop_to_bounding_box decode_and_crop_jpeg "
        "decode_bmp decode_gif decode_image decode_jpeg decode_png draw_bounding_boxes encode_jpeg "
        "encode_png extract_glimpse extract_jpeg_shape flip_left_right flip_up_down grayscale_to_rgb "
        "hsv_to_rgb image_gradients is_jpeg non_max_suppression pad_to_bounding_box "
        "per_image_standardization psnr random_brightness random_contrast random_flip_left_right "
        "random_flip_up_down random_hue random_saturation resize_area resize_bicubic resize_bilinear "
        "resize_image_with_crop_or_pad resize_images resize_nearest_neighbor rgb_to_grayscale rgb_to_hsv "
        "rgb_to_yiq rgb_to_yuv rot90 sample_distorted_bounding_box sobel_edges ssim ssim_multiscale "
        "total_variation transpose_image yiq_to_rgb yuv_to_rgb"
    ),
    "evergraph.initializers": (
        "constant global_variables identity local_variables ones orthogonal random_normal random_uniform "
        "truncated_normal uniform_unit_scaling variables variance_scaling zeros"
    ),
    "evergraph.keras": (
        "Input Model Sequential __version__ activations applications backend callbacks constraints datasets "
        "initializers layers losses metrics models optimizers preprocessing regularizers utils wrappers"
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
        "conv3d conv3d_transpose cos count_params ctc_batch_cost ctc_decode ctc_label_dense_to_sparse "
        "cumprod cumsum depthwise_conv2d dot dropout dtype elu epsilon equal eval exp expand_dims eye "
        "flatten floatx foldl foldr function gather get_session get_uid get_value gradients greater "
        "greater_equal hard_sigmoid identity image_data_format in_test_phase in_top_k in_train_phase "
        "int_shape is_keras_tensor is_placeholder is_sparse l2_normalize learning_phase less less_equal "
        "local_conv1d local_conv2d log logsumexp manual_variable_initialization map_fn max maximum mean min "
        "minimum moving_average_update name_scope ndim normalize_batch_in_training not_equal one_hot ones "
        "ones_like permute_dimensions placeholder pool2d pool3d pow print_tensor prod random_binomial "
        "random_normal random_normal_variable random_uniform random_uniform_variable relu repeat "
        "repeat_elements reset_uids reshape resize_images resize_volumes reverse rnn round separable_conv1d "
        "separable_conv2d set_epsilon set_floatx set_image_data_format set_learning_phase set_session "
        "set_value shape sigmoid sign sin softmax softplus softsign sparse_categorical_crossentropy "
        "spatial_2d_padding spatial_3d_padding sqrt square squeeze stack std stop_gradient sum switch tanh "
        "temporal_padding tile to_dense transpose truncated_normal update update_add update_sub var variable "
        "zeros zeros_like"
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
        "conv1d conv2d conv2d_transpose conv3d conv3d_transpose ctc_batch_cost ctc_decode "
        "ctc_label_dense_to_sparse depthwise_conv2d local_conv1d local_conv2d pool2d pool3d separable_conv1d "
        "separable_conv2d"
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
        "VERSION load_model model_from_config model_from_json model_from_yaml save_model"
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
        "Multiply PReLU Permute RNN ReLU RepeatVector Reshape SeparableConv1D SeparableConv2D "
        "SeparableConvolution1D SeparableConvolution2D SimpleRNN SimpleRNNCell Softmax SpatialDropout1D "
        "SpatialDropout2D SpatialDropout3D StackedRNNCells Subtract ThresholdedReLU TimeDistributed "
        "UpSampling1D UpSampling2D UpSampling3D Wrapper ZeroPadding1D ZeroPadding2D ZeroPadding3D add "
        "average concatenate deserialize dot maximum minimum multiply serialize subtract"
    ),
    "evergraph.keras.layers.advanced_activations": "ELU LeakyReLU PReLU ReLU Softmax ThresholdedReLU",
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
        "AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization Conv1D Conv2D Conv2DTranspose "
        "Conv3D Conv3DTranspose Dense Dropout Flatten InputSpec Layer MaxPooling1D MaxPooling2D MaxPooling3D "
        "SeparableConv1D SeparableConv2D average_pooling1d average_pooling2d average_pooling3d "
        "batch_normalization conv1d conv2d conv2d_transpose conv3d conv3d_transpose dense dropout flatten "
        "max_pooling1d max_pooling2d max_pooling3d separable_conv1d separable_conv2d"
    ),
    "evergraph.layers.base": "Layer",
    "evergraph.layers.convolution": "Conv1D Conv2D Conv3D conv1d conv2d conv3d",
    "evergraph.layers.dense": "Dense dense",
    "evergraph.layers.dropout": "Dropout dropout",
    "evergraph.layers.flattening": "Flatten flatten",
    "evergraph.layers.input_spec": "InputSpec",
    "evergraph.layers.normalization": "BatchNormalization batch_normalization",
    "evergraph.layers.pooling": (
        "AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D "
        "average_pooling1d average_pooling2d average_pooling3d max_pooling1d max_pooling2d max_pooling3d"
    ),
    "evergraph.layers.recurrent": (
        "ASSERT_LIKE_RNNCELL_ERROR_REGEXP BIAS_NAME BasicLSTMCell BasicRNNCell DeviceWrapper DropoutWrapper "
        "GRUCell KERNEL_NAME LSTMCell LSTMStateTuple LayerRNNCell MultiRNNCell RNNCell ResidualWrapper "
        "assert_like_rnncell best_effort_batch_size bidirectional_dynamic_rnn dynamic_rnn raw_rnn "
        "reverse_list static_bidirectional_rnn static_rnn static_state_saving_rnn transpose_batch_time "
        "zero_state_tensors"
    ),
    "evergraph.layers.recurrent.basic": "BasicRNNCell",
    "evergraph.layers.recurrent.bidirectional": "bidirectional_dynamic_rnn static_bidirectional_rnn",
    "evergraph.layers.recurrent.cell": (
        "ASSERT_LIKE_RNNCELL_ERROR_REGEXP BIAS_NAME KERNEL_NAME LayerRNNCell RNNCell assert_like_rnncell "
        "zero_state_tensors"
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
    "evergraph.layers.separable_convolution": (
        "SeparableConv1D SeparableConv2D separable_conv1d separable_conv2d"
    ),
    "evergraph.layers.transposed_convolution": (
        "Conv2DTranspose Conv3DTranspose conv2d_transpose conv3d_transpose"
    ),
    "evergraph.linalg": (
        "LinearOperator LinearOperatorBlockDiag LinearOperatorCirculant LinearOperatorCirculant2D "
        "LinearOperatorCirculant3D LinearOperatorComposition LinearOperatorDiag LinearOperatorFullMatrix "
        "LinearOperatorIdentity LinearOperatorKronecker LinearOperatorLowRankUpdate "
        "LinearOperatorLowerTriangular LinearOperatorScaledIdentity adjoint band_part cholesky "
        "cholesky_solve det diag diag_part eigh eigvalsh einsum expm eye inv logdet logm lstsq matvec norm "
        "qr set_diag slogdet solve svd tensordot trace transpose triangular_solve"
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
    "evergraph.math": (
        "divide_no_nan multiply_no_nan polyval reciprocal_no_nan reduce_euclidean_norm reduce_std "
        "reduce_variance xdivy xlog1py xlogy"
    ),
    "evergraph.metrics": (
        "accuracy auc average_precision_at_k false_negatives false_negatives_at_thresholds false_positives "
        "false_positives_at_thresholds mean mean_absolute_error mean_cosine_distance mean_iou "
        "mean_per_class_accuracy mean_relative_error mean_squared_error mean_tensor percentage_below "
        "precision precision_at_k precision_at_thresholds precision_at_top_k recall recall_at_k "
        "recall_at_thresholds recall_at_top_k root_mean_squared_error sensitivity_at_specificity "
        "sparse_average_precision_at_k sparse_precision_at_k specificity_at_sensitivity true_negatives "
        "true_negatives_at_thresholds true_positives true_positives_at_thresholds"
    ),
    "evergraph.nn": (
        "all_candidate_sampler atrous_conv2d atrous_conv2d_transpose avg_pool avg_pool3d "
        "batch_norm_with_global_normalization batch_normalization bias_add bidirectional_dynamic_rnn "
        "compute_accidental_hits conv1d conv2d conv2d_backprop_filter conv2d_backprop_input conv2d_transpose "
        "conv3d conv3d_backprop_filter_v2 conv3d_transpose convolution crelu ctc_beam_search_decoder "
        "ctc_greedy_decoder ctc_loss depthwise_conv2d depthwise_conv2d_native "
        "depthwise_conv2d_native_backprop_filter depthwise_conv2d_native_backprop_input dilation2d dropout "
        "dynamic_rnn elu embedding_lookup embedding_lookup_sparse erosion2d fixed_unigram_candidate_sampler "
        "fractional_avg_pool fractional_max_pool fused_batch_norm in_top_k l2_loss l2_normalize leaky_relu "
        "local_response_normalization log_poisson_loss log_softmax log_uniform_candidate_sampler lrn "
        "max_pool max_pool3d max_pool_with_argmax moments nce_loss normalize_moments pool raw_rnn relu relu6 "
        "relu_layer rnn_cell sampled_softmax_loss selu separable_conv2d sigmoid "
        "sigmoid_cross_entropy_with_logits softmax softmax_cross_entropy_with_logits "
        "softmax_cross_entropy_with_logits_v2 softplus softsign sparse_softmax_cross_entropy_with_logits "
        "static_bidirectional_rnn static_rnn static_state_saving_rnn sufficient_statistics swish tanh top_k "
        "uniform_candidate_sampler weighted_cross_entropy_with_logits weighted_moments with_space_to_batch "
        "xw_plus_b zero_fraction"
    ),
    "evergraph.ops.array": (
        "alias_inplace_add alias_inplace_sub alias_inplace_update batch_gather batch_to_space "
        "batch_to_space_nd bitcast boolean_mask broadcast_dynamic_shape broadcast_static_shape broadcast_to "
        "concat depth_to_space diag diag_part dynamic_partition dynamic_stitch edit_distance empty "
        "empty_like ensure_shape expand_dims extract_image_patches fake_quant_with_min_max_args "
        "fake_quant_with_min_max_args_gradient fake_quant_with_min_max_vars "
        "fake_quant_with_min_max_vars_gradient fake_quant_with_min_max_vars_per_channel "
        "fake_quant_with_min_max_vars_per_channel_gradient fill gather gather_nd guarantee_const identity_n "
        "inplace_add inplace_sub inplace_update invert_permutation listdiff matrix_band_part matrix_diag "
        "matrix_diag_part matrix_set_diag matrix_transpose meshgrid newaxis one_hot ones ones_like pad "
        "parallel_dynamic_stitch parallel_stack rank rank_of repeat required_space_to_batch_paddings reshape "
        "reverse reverse_sequence reverse_v2 roll scatter_nd scatter_nd_add scatter_nd_non_aliasing_add "
        "scatter_nd_sub scatter_nd_update searchsorted sequence_mask setdiff1d shape shape_n shape_of size "
        "size_of slice space_to_batch space_to_batch_nd space_to_depth sparse_mask split squeeze stack "
        "strided_slice tensor_scatter_nd_add tensor_scatter_nd_max tensor_scatter_nd_min "
        "tensor_scatter_nd_sub tensor_scatter_nd_update tile transpose unique unique_with_counts unstack "
        "where where_v2 zeros zeros_like"
    ),
    "evergraph.ops.array.bitcasting": "bitcast",
    "evergraph.ops.array.blocks": (
        "batch_to_space batch_to_space_nd depth_to_space required_space_to_batch_paddings space_to_batch "
        "space_to_batch_nd space_to_depth"
    ),
    "evergraph.ops.array.diagonals": (
        "diag diag_part matrix_band_part matrix_diag matrix_diag_part matrix_set_diag"
    ),
    "evergraph.ops.array.ensuring": "ensure_shape",
    "evergraph.ops.array.filling": "fill one_hot ones ones_like sequence_mask zeros zeros_like",
    "evergraph.ops.array.gathering": "batch_gather gather gather_nd scatter_nd",
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
    "evergraph.ops.array.repetition": "repeat",
    "evergraph.ops.array.reshaping": (
        "broadcast_to expand_dims guarantee_const identity_n invert_permutation matrix_transpose reshape "
        "squeeze transpose"
    ),
    "evergraph.ops.array.reversing": "reverse reverse_sequence reverse_v2 roll",
    "evergraph.ops.array.scattering": (
        "scatter_nd_add scatter_nd_non_aliasing_add scatter_nd_sub scatter_nd_update"
    ),
    "evergraph.ops.array.searching": "searchsorted",
    "evergraph.ops.array.selecting": "boolean_mask where where_v2",
    "evergraph.ops.array.shapes": (
        "broadcast_dynamic_shape broadcast_static_shape rank rank_of shape shape_n shape_of size size_of"
    ),
    "evergraph.ops.array.slicing": "slice strided_slice",
    "evergraph.ops.array.stacking": "parallel_stack stack unstack",
    "evergraph.ops.array.tensor_scattering": (
        "tensor_scatter_nd_add tensor_scatter_nd_max tensor_scatter_nd_min tensor_scatter_nd_sub "
        "tensor_scatter_nd_update"
    ),
    "evergraph.ops.array.uniqueness": (
        "edit_distance listdiff setdiff1d sparse_mask unique unique_with_counts"
    ),
    "evergraph.ops.array.updating": (
        "alias_inplace_add alias_inplace_sub alias_inplace_update empty empty_like inplace_add inplace_sub "
        "inplace_update"
    ),
    "evergraph.ops.assertion": (
        "Assert _assert add_check_numerics_ops check_numerics verify_tensor_all_finite"
    ),
    "evergraph.ops.audio": "audio_spectrogram decode_wav encode_wav mfcc",
    "evergraph.ops.boosted_trees.functions": (
        "PruningMode calculate_best_gains_per_feature make_stats_summary predict training_predict "
        "update_ensemble"
    ),
    "evergraph.ops.checks": (
        "assert_equal assert_greater assert_greater_equal assert_integer assert_less assert_less_equal "
        "assert_near assert_negative assert_non_negative assert_non_positive assert_none_equal "
        "assert_positive assert_proper_iterable assert_rank assert_rank_at_least assert_rank_in "
        "assert_same_float_dtype assert_scalar assert_type is_non_decreasing is_numeric_tensor "
        "is_strictly_increasing"
    ),
    "evergraph.ops.clip": "clip_by_average_norm clip_by_global_norm clip_by_norm clip_by_value global_norm",
    "evergraph.ops.clustering": "kmc2_chain_initialization kmeans_plus_plus_initialization nearest_neighbors",
    "evergraph.ops.constants": "constant identity no_op placeholder placeholder_with_default stop_gradient",
    "evergraph.ops.control_flow.case": "case",
    "evergraph.ops.control_flow.conditional": "cond smart_cond",
    "evergraph.ops.control_flow.functional": "foldl foldr map_fn scan",
    "evergraph.ops.control_flow.grouping": "group tuple with_dependencies",
    "evergraph.ops.control_flow.kinds": (
        "IsCondMerge IsCondSwitch IsLoopConstantEnter IsLoopEnter IsLoopExit IsLoopMerge IsLoopSwitch "
        "IsMerge IsSwitch"
    ),
    "evergraph.ops.control_flow.loop": "while_loop",
    "evergraph.ops.control_flow.switching": "merge switch",
    "evergraph.ops.control_flow.tensor_array": "TensorArray",
    "evergraph.ops.distribute": (
        "DistributionStrategy TowerContext UpdateContext get_cross_tower_context get_distribution_strategy "
        "get_loss_reduction get_tower_context get_update_device has_distribution_strategy "
        "require_tower_context"
    ),
    "evergraph.ops.factorization": "masked_matmul wals_compute_partial_lhs_and_rhs",
    "evergraph.ops.files.contents": "matching_files read_file write_file",
    "evergraph.ops.files.readers": (
        "FixedLengthRecordReader IdentityReader ReaderBase TFRecordReader TextLineReader WholeFileReader"
    ),
    "evergraph.ops.files.record_input": "RecordInput",
    "evergraph.ops.files.saving": (
        "RESERVED_PREFIX merge_v2_checkpoints restore_v2 save_v2 sharded_filename sharded_filespec"
    ),
    "evergraph.ops.files.saving_v1": "restore restore_slice save save_slices",
    "evergraph.ops.image": (
        "ResizeMethod adjust_brightness adjust_contrast adjust_gamma adjust_hue adjust_saturation "
        "central_crop convert_image_dtype crop_and_resize crop_to_bounding_box decode_and_crop_jpeg "
        "decode_bmp decode_gif decode_image decode_jpeg decode_png draw_bounding_boxes encode_jpeg "
        "encode_png extract_glimpse extract_jpeg_shape flip_left_right flip_up_down grayscale_to_rgb "
        "hsv_to_rgb image_gradients is_jpeg non_max_suppression pad_to_bounding_box "
        "per_image_standardization psnr random_brightness random_contrast random_flip_left_right "
        "random_flip_up_down random_hue random_saturation resize_area resize_bicubic resize_bilinear "
        "resize_image_with_crop_or_pad resize_images resize_nearest_neighbor rgb_to_grayscale rgb_to_hsv "
        "rgb_to_yiq rgb_to_yuv rot90 sample_distorted_bounding_box sobel_edges ssim ssim_multiscale "
        "total_variation transpose_image yiq_to_rgb yuv_to_rgb"
    ),
    "evergraph.ops.image.arranging": (
        "adjust_brightness central_crop crop_to_bounding_box flip_left_right flip_up_down "
        "pad_to_bounding_box per_image_standardization random_brightness random_flip_left_right "
        "random_flip_up_down resize_image_with_crop_or_pad rot90 transpose_image"
    ),
    "evergraph.ops.image.boxes": "crop_and_resize draw_bounding_boxes non_max_suppression",
    "evergraph.ops.image.colours": (
        "adjust_contrast adjust_gamma adjust_hue adjust_saturation convert_image_dtype grayscale_to_rgb "
        "hsv_to_rgb random_contrast random_hue random_saturation rgb_to_grayscale rgb_to_hsv rgb_to_yiq "
        "rgb_to_yuv yiq_to_rgb yuv_to_rgb"
    ),
    "evergraph.ops.image.decoding": (
        "decode_and_crop_jpeg decode_bmp decode_gif decode_image decode_jpeg decode_png encode_jpeg "
        "encode_png extract_jpeg_shape is_jpeg"
    ),
    "evergraph.ops.image.distorted_boxes": "sample_distorted_bounding_box",
    "evergraph.ops.image.glimpses": "extract_glimpse",
    "evergraph.ops.image.resizing": (
        "ResizeMethod resize_area resize_bicubic resize_bilinear resize_images resize_nearest_neighbor"
    ),
    "evergraph.ops.image.similarity": (
        "_verify_compatible_image_shapes image_gradients psnr sobel_edges ssim ssim_multiscale "
        "total_variation"
    ),
    "evergraph.ops.imported.flows": "_stack",
    "evergraph.ops.inference": "constant_value constant_value_as_shape",
    "evergraph.ops.linalg": (
        "cholesky cholesky_solve cross expm eye logdet matrix_determinant matrix_inverse matrix_solve "
        "matrix_solve_ls matrix_triangular_solve norm qr self_adjoint_eig self_adjoint_eigvals slogdet svd "
        "trace"
    ),
    "evergraph.ops.linear_operators.block_diag": "LinearOperatorBlockDiag",
    "evergraph.ops.linear_operators.broadcasting": (
        "adjoint assert_compatible_matrix_dimensions assert_is_batch_matrix "
        "assert_no_entries_with_modulus_zero assert_zero_imag_part broadcast_matrix_batch_dims "
        "cholesky_solve_with_broadcast matmul_with_broadcast matrix_solve_with_broadcast "
        "matrix_triangular_solve_with_broadcast shape_tensor"
    ),
    "evergraph.ops.linear_operators.circulant": (
        "LinearOperatorCirculant LinearOperatorCirculant2D LinearOperatorCirculant3D _to_complex"
    ),
    "evergraph.ops.linear_operators.composition": "LinearOperatorComposition",
    "evergraph.ops.linear_operators.diag": "LinearOperatorDiag",
    "evergraph.ops.linear_operators.full_matrix": "LinearOperatorFullMatrix",
    "evergraph.ops.linear_operators.identity": "LinearOperatorIdentity LinearOperatorScaledIdentity",
    "evergraph.ops.linear_operators.kronecker": "LinearOperatorKronecker",
    "evergraph.ops.linear_operators.low_rank_update": "LinearOperatorLowRankUpdate",
    "evergraph.ops.linear_operators.lower_triangular": "LinearOperatorLowerTriangular",
    "evergraph.ops.linear_operators.operator": "LinearOperator",
    "evergraph.ops.lookup.classes": (
        "HashTable IdTableWithHashBuckets KeyValueTensorInitializer MutableHashTable "
        "TextFileIdTableInitializer TextFileIndex TextFileInitializer TextFileStringTableInitializer"
    ),
    "evergraph.ops.lookup.hashers": "FastHashSpec HasherSpec StrongHashSpec",
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
        "complex conj cos cosh count_nonzero cumprod cumsum dct digamma div div_no_nan divide einsum equal "
        "erf erfc exp expm1 fft fft2d fft3d floor floor_div floordiv floormod greater greater_equal "
        "histogram_fixed_width histogram_fixed_width_bins idct ifft ifft2d ifft3d igamma igammac imag invert "
        "irfft irfft2d irfft3d is_finite is_inf is_nan lbeta left_shift less less_equal lgamma lin_space "
        "linspace log log1p logical_and logical_not logical_or logical_xor matmul matvec maximum minimum mod "
        "multiply multiply_no_nan negative not_equal polygamma polyval pow range real realdiv reciprocal "
        "reciprocal_no_nan reduce_all reduce_any reduce_euclidean_norm reduce_logsumexp reduce_max "
        "reduce_mean reduce_min reduce_prod reduce_std reduce_sum reduce_variance reduced_shape rfft rfft2d "
        "rfft3d right_shift rint round rsqrt saturate_cast scalar_mul segment_max segment_mean segment_min "
        "segment_prod segment_sum sigmoid sign sin sinh sparse_segment_mean sparse_segment_sqrt_n "
        "sparse_segment_sum sqrt square squared_difference subtract tan tanh tensordot to_bfloat16 "
        "to_complex128 to_complex64 to_double to_float to_int32 to_int64 truediv truncatediv truncatemod "
        "unravel_index unsorted_segment_max unsorted_segment_mean unsorted_segment_min unsorted_segment_prod "
        "unsorted_segment_sqrt_n unsorted_segment_sum xdivy xlog1py xlogy zeta"
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
    "evergraph.ops.math.cosine_transforms": "dct idct",
    "evergraph.ops.math.counting": "bincount bucketize histogram_fixed_width histogram_fixed_width_bins",
    "evergraph.ops.math.fourier": (
        "fft fft2d fft3d ifft ifft2d ifft3d irfft irfft2d irfft3d rfft rfft2d rfft3d"
    ),
    "evergraph.ops.math.matmul": "matmul matvec",
    "evergraph.ops.math.no_nan": "div_no_nan multiply_no_nan reciprocal_no_nan xdivy xlog1py xlogy",
    "evergraph.ops.math.reductions": (
        "count_nonzero reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod "
        "reduce_sum reduced_shape"
    ),
    "evergraph.ops.math.segments": "segment_max segment_mean segment_min segment_prod segment_sum",
    "evergraph.ops.math.sequences": "cumprod cumsum lin_space linspace range unravel_index",
    "evergraph.ops.math.sparse_segments": "sparse_segment_mean sparse_segment_sqrt_n sparse_segment_sum",
    "evergraph.ops.math.special": (
        "betainc digamma erf erfc igamma igammac lbeta lgamma polygamma polyval zeta"
    ),
    "evergraph.ops.math.spread": "reduce_euclidean_norm reduce_std reduce_variance",
    "evergraph.ops.math.unary": (
        "abs acos acosh asin asinh atan atanh ceil cos cosh exp expm1 floor is_finite is_inf is_nan log "
        "log1p negative reciprocal rint round rsqrt sigmoid sign sin sinh sqrt square tan tanh"
    ),
    "evergraph.ops.math.unsorted_segments": (
        "unsorted_segment_max unsorted_segment_mean unsorted_segment_min unsorted_segment_prod "
        "unsorted_segment_sqrt_n unsorted_segment_sum"
    ),
    "evergraph.ops.matrix_logarithm": "logm",
    "evergraph.ops.metrics": (
        "accuracy auc average_precision_at_k confusion_matrix false_negatives false_negatives_at_thresholds "
        "false_positives false_positives_at_thresholds mean mean_absolute_error mean_cosine_distance "
        "mean_iou mean_per_class_accuracy mean_relative_error mean_squared_error mean_tensor metric_variable "
        "percentage_below precision precision_at_k precision_at_thresholds precision_at_top_k recall "
        "recall_at_k recall_at_thresholds recall_at_top_k root_mean_squared_error sensitivity_at_specificity "
        "sparse_average_precision_at_k sparse_precision_at_k specificity_at_sensitivity "
        "streaming_confusion_matrix true_negatives true_negatives_at_thresholds true_positives "
        "true_positives_at_thresholds"
    ),
    "evergraph.ops.metrics.at_k": (
        "average_precision_at_k precision_at_k precision_at_top_k recall_at_k recall_at_top_k "
        "sparse_average_precision_at_k sparse_precision_at_k"
    ),
    "evergraph.ops.metrics.classes": "mean_iou mean_per_class_accuracy",
    "evergraph.ops.metrics.confusion": "confusion_matrix streaming_confusion_matrix",
    "evergraph.ops.metrics.counts": (
        "false_negatives false_positives precision recall true_negatives true_positives"
    ),
    "evergraph.ops.metrics.curves": (
        "auc false_negatives_at_thresholds false_positives_at_thresholds precision_at_thresholds "
        "recall_at_thresholds sensitivity_at_specificity specificity_at_sensitivity "
        "true_negatives_at_thresholds true_positives_at_thresholds"
    ),
    "evergraph.ops.metrics.means": (
        "accuracy mean mean_absolute_error mean_cosine_distance mean_relative_error mean_squared_error "
        "mean_tensor percentage_below root_mean_squared_error"
    ),
    "evergraph.ops.metrics.state": "metric_variable",
    "evergraph.ops.name_scopes": "prepend_name_scope strip_name_scope",
    "evergraph.ops.nn": (
        "all_candidate_sampler atrous_conv2d atrous_conv2d_transpose avg_pool avg_pool3d "
        "batch_norm_gradients batch_norm_with_global_normalization batch_normalization bias_add "
        "compute_accidental_hits compute_sampled_logits conv1d conv2d conv2d_backprop_filter "
        "conv2d_backprop_input conv2d_transpose conv3d conv3d_backprop_filter_v2 conv3d_transpose "
        "convolution crelu ctc_beam_search_decoder ctc_greedy_decoder ctc_loss data_format_dim_map "
        "data_format_vec_permute depthwise_conv2d depthwise_conv2d_native "
        "depthwise_conv2d_native_backprop_filter depthwise_conv2d_native_backprop_input dilation2d dropout "
        "elu embedding_lookup embedding_lookup_sparse erosion2d fixed_unigram_candidate_sampler "
        "fractional_avg_pool fractional_max_pool fused_batch_norm gather_tree in_top_k l2_loss l2_normalize "
        "leaky_relu local_response_normalization log_poisson_loss log_sigmoid log_softmax "
        "log_uniform_candidate_sampler lrn max_pool max_pool3d max_pool_with_argmax moments nce_loss "
        "normalize_moments nth_element pool relu relu6 relu_layer sampled_softmax_loss selu separable_conv2d "
        "sigmoid_cross_entropy_with_logits softmax softmax_cross_entropy_with_logits "
        "softmax_cross_entropy_with_logits_v2 softplus softsign sparse_softmax_cross_entropy_with_logits "
        "sufficient_statistics swish top_k uniform_candidate_sampler weighted_cross_entropy_with_logits "
        "weighted_moments with_space_to_batch xw_plus_b zero_fraction"
    ),
    "evergraph.ops.nn.activations": (
        "crelu elu leaky_relu log_sigmoid relu relu6 selu softplus softsign swish"
    ),
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
    "evergraph.ops.nn.ctc": "ctc_loss",
    "evergraph.ops.nn.ctc_decoding": "ctc_beam_search_decoder ctc_greedy_decoder",
    "evergraph.ops.nn.data_formats": "data_format_dim_map data_format_vec_permute",
    "evergraph.ops.nn.dilated": (
        "atrous_conv2d atrous_conv2d_transpose convolution depthwise_conv2d depthwise_conv2d_native "
        "depthwise_conv2d_native_backprop_filter depthwise_conv2d_native_backprop_input pool "
        "separable_conv2d"
    ),
    "evergraph.ops.nn.dilation": "dilation2d erosion2d",
    "evergraph.ops.nn.dropout": "dropout",
    "evergraph.ops.nn.embedding": "embedding_lookup embedding_lookup_sparse",
    "evergraph.ops.nn.fractional_pooling": "fractional_avg_pool fractional_max_pool",
    "evergraph.ops.nn.fused_batch_norm": "batch_norm_gradients fused_batch_norm",
    "evergraph.ops.nn.gather_tree": "gather_tree",
    "evergraph.ops.nn.normalization": (
        "batch_norm_with_global_normalization batch_normalization l2_loss l2_normalize "
        "local_response_normalization lrn moments normalize_moments sufficient_statistics weighted_moments "
        "zero_fraction"
    ),
    "evergraph.ops.nn.pooling": "avg_pool avg_pool3d max_pool max_pool3d max_pool_with_argmax",
    "evergraph.ops.nn.sampled_loss": "compute_sampled_logits nce_loss sampled_softmax_loss",
    "evergraph.ops.nn.softmax": "log_softmax softmax",
    "evergraph.ops.nn.space_to_batch": "with_space_to_batch",
    "evergraph.ops.nn.top_k": "in_top_k nth_element top_k",
    "evergraph.ops.parsing.decoding": "decode_compressed decode_csv decode_json_example decode_raw",
    "evergraph.ops.parsing.examples": (
        "FixedLenFeature FixedLenSequenceFeature SparseFeature VarLenFeature parse_example "
        "parse_single_example parse_single_sequence_example"
    ),
    "evergraph.ops.parsing.tensors": "parse_tensor serialize_tensor",
    "evergraph.ops.printing": "print_v2",
    "evergraph.ops.queues.accumulators": (
        "ConditionalAccumulator ConditionalAccumulatorBase SparseConditionalAccumulator"
    ),
    "evergraph.ops.queues.barriers": "Barrier",
    "evergraph.ops.queues.classes": "FIFOQueue PaddingFIFOQueue PriorityQueue QueueBase RandomShuffleQueue",
    "evergraph.ops.queues.map_staging": "MapStagingArea",
    "evergraph.ops.queues.sparse_maps": (
        "_add_many_sparse_to_tensors_map _add_sparse_to_tensors_map _take_many_sparse_from_tensors_map"
    ),
    "evergraph.ops.queues.staging": "StagingArea",
    "evergraph.ops.random.crop": "random_crop",
    "evergraph.ops.random.distributions": (
        "multinomial parameterized_truncated_normal random_gamma random_normal random_poisson random_shuffle "
        "random_uniform truncated_normal"
    ),
    "evergraph.ops.random.stateless": (
        "stateless_multinomial stateless_random_normal stateless_random_uniform stateless_truncated_normal"
    ),
    "evergraph.ops.resources": (
        "initialize_all_tables initialize_resources local_resources register_resource "
        "report_uninitialized_resources shared_resources tables_initializer"
    ),
    "evergraph.ops.script": "Print numpy_function py_func",
    "evergraph.ops.session_handles": (
        "TensorHandle delete_session_tensor get_session_handle get_session_tensor"
    ),
    "evergraph.ops.sparse": (
        "deserialize_many_sparse deserialize_sparse serialize_many_sparse serialize_sparse set_difference "
        "set_intersection set_size set_union sparse_add sparse_concat sparse_cross sparse_cross_hashed "
        "sparse_dense_cwise_add sparse_fill_empty_rows sparse_maximum sparse_merge sparse_minimum "
        "sparse_placeholder sparse_reduce_max sparse_reduce_max_sparse sparse_reduce_sum "
        "sparse_reduce_sum_sparse sparse_reorder sparse_reset_shape sparse_reshape sparse_retain "
        "sparse_slice sparse_softmax sparse_split sparse_tensor_dense_matmul sparse_tensor_to_dense "
        "sparse_to_dense sparse_to_indicator sparse_transpose"
    ),
    "evergraph.ops.sparse.arithmetic": (
        "sparse_add sparse_dense_cwise_add sparse_maximum sparse_minimum sparse_reduce_max "
        "sparse_reduce_max_sparse sparse_reduce_sum sparse_reduce_sum_sparse sparse_softmax "
        "sparse_tensor_dense_matmul"
    ),
    "evergraph.ops.sparse.crossing": "_HASH_KEY sparse_cross sparse_cross_hashed",
    "evergraph.ops.sparse.dense": "sparse_placeholder sparse_tensor_to_dense sparse_to_dense",
    "evergraph.ops.sparse.merging": "sparse_merge sparse_to_indicator",
    "evergraph.ops.sparse.serialization": (
        "deserialize_many_sparse deserialize_sparse serialize_many_sparse serialize_sparse"
    ),
    "evergraph.ops.sparse.sets": "set_difference set_intersection set_size set_union",
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
    "evergraph.ops.strings.letters": "lower string_length upper",
    "evergraph.ops.strings.numbers": "string_to_number",
    "evergraph.ops.strings.regex": "regex_full_match regex_replace",
    "evergraph.ops.strings.splitting": "string_split string_split_v2 string_strip substr",
    "evergraph.ops.strings.templates": "string_format",
    "evergraph.ops.subscribing": "_is_subscribed_identity subscribe",
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
    "evergraph.ops.variables.bare": "variable_op variable_op_v2",
    "evergraph.ops.variables.collections": (
        "all_saveable_objects all_variables global_variables global_variables_initializer "
        "initialize_all_variables initialize_local_variables initialize_variables local_variables "
        "local_variables_initializer model_variables moving_average_variables trainable_variables "
        "variables_initializer"
    ),
    "evergraph.ops.variables.convolution_initializers": (
        "ConvolutionDeltaOrthogonal ConvolutionOrthogonal1D ConvolutionOrthogonal2D ConvolutionOrthogonal3D"
    ),
    "evergraph.ops.variables.creation": "new_variable variable_creator_scope",
    "evergraph.ops.variables.initializers": (
        "Constant Identity Initializer Ones Orthogonal RandomNormal RandomUniform TruncatedNormal "
        "UniformUnitScaling VarianceScaling Zeros _compute_fans _float constant_initializer "
        "glorot_normal_initializer glorot_uniform_initializer he_normal he_uniform identity_initializer "
        "lecun_normal lecun_uniform ones_initializer orthogonal_initializer random_normal_initializer "
        "random_uniform_initializer truncated_normal_initializer uniform_unit_scaling_initializer "
        "variance_scaling_initializer zeros_initializer"
    ),
    "evergraph.ops.variables.partitioned": "PartitionInfo PartitionedVariable",
    "evergraph.ops.variables.partitioners": (
        "create_partitioned_variables fixed_size_partitioner min_max_variable_partitioner "
        "variable_axis_size_partitioner"
    ),
    "evergraph.ops.variables.reference": "SaveSliceInfo Variable",
    "evergraph.ops.variables.replication": "VariableAggregation VariableSynchronization",
    "evergraph.ops.variables.resource": "ResourceVariable is_resource_variable",
    "evergraph.ops.variables.scope": (
        "_pure_variable_scope get_local_variable get_variable no_regularizer variable_op_scope variable_scope"
    ),
    "evergraph.ops.variables.scope_object": "AUTO_REUSE VariableScope get_variable_scope",
    "evergraph.ops.variables.store": "default_variable_store",
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
        "FileIO atomic_write_string_to_file copy create_dir delete_file delete_recursively file_crc32 "
        "file_exists filecmp get_matching_files is_directory list_directory read_file_to_string "
        "recursive_create_dir rename stat walk write_string_to_file"
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
    "evergraph.profiler.model_analyzer": (
        "FLOAT_OPS_OPTIONS GraphNodeProto PRINT_ALL_TIMING_MEMORY Profiler "
        "TRAINABLE_VARS_PARAMS_STAT_OPTIONS print_model_analysis profile"
    ),
    "evergraph.profiler.op_log": "TRAINABLE_VARIABLES write_op_log",
    "evergraph.profiler.options": "ProfileOptionBuilder",
    "evergraph.profiler.statistics": "OpStats RegisterStatistics get_stats_for_node_def",
    "evergraph.python_io": "TFRecordCompressionType TFRecordOptions TFRecordWriter tf_record_iterator",
    "evergraph.resource_loader": (
        "get_data_files_path get_path_to_datafile get_root_dir_with_all_resources load_resource "
        "readahead_file_path"
    ),
    "evergraph.saved_model.builder": "SavedModelBuilder",
    "evergraph.saved_model.constants": (
        "ASSETS_DIRECTORY ASSETS_KEY LEGACY_INIT_OP_KEY MAIN_OP_KEY SAVED_MODEL_FILENAME_PB "
        "SAVED_MODEL_FILENAME_PBTXT SAVED_MODEL_SCHEMA_VERSION TRAIN_OP_KEY VARIABLES_DIRECTORY "
        "VARIABLES_FILENAME"
    ),
    "evergraph.saved_model.loader": "load maybe_saved_model_directory",
    "evergraph.saved_model.main_op": "main_op main_op_with_restore",
    "evergraph.saved_model.reader": "get_saved_model_tag_sets read_saved_model",
    "evergraph.saved_model.signature_constants": (
        "CLASSIFY_INPUTS CLASSIFY_METHOD_NAME CLASSIFY_OUTPUT_CLASSES CLASSIFY_OUTPUT_SCORES "
        "DEFAULT_SERVING_SIGNATURE_DEF_KEY PREDICT_INPUTS PREDICT_METHOD_NAME PREDICT_OUTPUTS REGRESS_INPUTS "
        "REGRESS_METHOD_NAME REGRESS_OUTPUTS SUPERVISED_EVAL_METHOD_NAME SUPERVISED_TRAIN_METHOD_NAME"
    ),
    "evergraph.saved_model.signature_def_utils": (
        "build_signature_def classification_signature_def get_signature_def_input_shapes "
        "get_signature_def_input_types get_signature_def_output_shapes get_signature_def_output_types "
        "is_valid_signature predict_signature_def regression_signature_def supervised_eval_signature_def "
        "supervised_train_signature_def"
    ),
    "evergraph.saved_model.simple_save": "simple_save",
    "evergraph.saved_model.tag_constants": "EVAL GPU SERVING TPU TRAINING",
    "evergraph.saved_model.utils": "build_tensor_info get_tensor_from_tensor_info",
    "evergraph.session.defaults": "_stack default_session get_default_session",
    "evergraph.session.devices": "DeviceAttributes",
    "evergraph.session.fetches": "register_session_run_conversion_functions",
    "evergraph.session.local_devices": "list_local_devices",
    "evergraph.session.session": "BaseSession InteractiveSession Session SessionInterface",
    "evergraph.session.timeline": "AllocationMaximum StepStatsAnalysis Timeline",
    "evergraph.sets": "set_difference set_intersection set_size set_union",
    "evergraph.sparse": "cross cross_hashed",
    "evergraph.spectral": (
        "dct fft fft2d fft3d idct ifft ifft2d ifft3d irfft irfft2d irfft3d rfft rfft2d rfft3d"
    ),
    "evergraph.strings": "format length lower regex_full_match split upper",
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
        "Checkpoint CheckpointSaverHook CheckpointSaverListener ChiefSessionCreator ClusterDef ClusterSpec "
        "Coordinator EarlyStoppingHook Example ExponentialMovingAverage Feature FeatureList FeatureLists "
        "Features FeedFnHook FinalOpsHook FloatList FtrlOptimizer GlobalStepWaiterHook GoodputHook "
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
        "get_or_create_global_step get_or_create_global_step_read global_step increment_global_step "
        "increment_var"
    ),
    "evergraph.training.graph_io": "write_graph",
    "evergraph.training.hooked_session": "_HookedSession",
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
    "tensorflow.contrib.boosted_trees.estimator_batch.custom_export_strategy": (
        "contrib.boosted_trees.custom_export_strategy"
    ),
    "tensorflow.contrib.boosted_trees.estimator_batch.dnn_tree_combined_estimator": (
        "contrib.boosted_trees.dnn_tree"
    ),
    "tensorflow.contrib.boosted_trees.estimator_batch.estimator": "contrib.boosted_trees.estimator",
    "tensorflow.contrib.boosted_trees.estimator_batch.estimator_utils": (
        "estimator_spec_to_model_fn_ops=contrib.boosted_trees.model:"
    ),
    "tensorflow.contrib.boosted_trees.estimator_batch.model": "model_builder=contrib.boosted_trees.model:",
    "tensorflow.contrib.boosted_trees.estimator_batch.trainer_hooks": "contrib.boosted_trees.trainer_hooks",
    "tensorflow.contrib.boosted_trees.proto.learner_pb2": "contrib.boosted_trees.messages",
    "tensorflow.contrib.boosted_trees.proto.split_info_pb2": "contrib.boosted_trees.messages",
    "tensorflow.contrib.boosted_trees.proto.tree_config_pb2": "contrib.boosted_trees.messages",
    "tensorflow.contrib.boosted_trees.python.ops.model_ops": (
        "tree_ensemble_variable=contrib.boosted_trees.resources:"
    ),
    "tensorflow.contrib.boosted_trees.python.training.functions.gbdt_batch": (
        "contrib.boosted_trees.features contrib.boosted_trees.model"
    ),
    "tensorflow.contrib.boosted_trees.python.utils.losses": "contrib.boosted_trees.losses",
    "tensorflow.contrib.checkpoint": (
        "object_metadata=checkpoint.checkpoint: List=contrib.checkpoint.containers: "
        "Mapping=contrib.checkpoint.containers: UniqueNameTracker=contrib.checkpoint.containers: "
        "split_dependency=contrib.checkpoint.containers: "
        "dot_graph_from_checkpoint=contrib.checkpoint.visualize: CheckpointableObjectGraph=formats.messages: "
        "NoDependency=framework.tracking: Checkpointable=framework.tracking:"
    ),
    "tensorflow.contrib.checkpoint.python.containers": "contrib.checkpoint.containers",
    "tensorflow.contrib.checkpoint.python.split_dependency": "contrib.checkpoint.containers",
    "tensorflow.contrib.checkpoint.python.visualize": "contrib.checkpoint.visualize",
    "tensorflow.contrib.cluster_resolver": (
        "ClusterResolver=contrib.cluster_resolver.cluster_resolver: "
        "SimpleClusterResolver=contrib.cluster_resolver.cluster_resolver: "
        "UnionClusterResolver=contrib.cluster_resolver.cluster_resolver: "
        "TPUClusterResolver=contrib.cluster_resolver.tpu_cluster_resolver:"
    ),
    "tensorflow.contrib.cluster_resolver.python.training.cluster_resolver": (
        "contrib.cluster_resolver.cluster_resolver"
    ),
    "tensorflow.contrib.cluster_resolver.python.training.tpu_cluster_resolver": (
        "contrib.cluster_resolver.tpu_cluster_resolver"
    ),
    "tensorflow.contrib.compiler": "experimental_jit_scope=contrib.compiler.jit:",
    "tensorflow.contrib.compiler.jit": "contrib.compiler.jit",
    "tensorflow.contrib.compiler.xla": "contrib.compiler.xla compile=contrib.compiler.xla:",
    "tensorflow.contrib.copy_graph": (
        "copy_variable_to_graph=contrib.copy_graph.copy_elements: "
        "copy_op_to_graph=contrib.copy_graph.copy_elements: get_copied_op=contrib.copy_graph.copy_elements:"
    ),
    "tensorflow.contrib.copy_graph.python.util.copy_elements": "contrib.copy_graph.copy_elements",
    "tensorflow.contrib.crf": (
        "viterbi_decode=contrib.crf.decoding: crf_decode=contrib.crf.decoding: "
        "CrfDecodeForwardRnnCell=contrib.crf.decoding: CrfDecodeBackwardRnnCell=contrib.crf.decoding: "
        "crf_sequence_score=contrib.crf.scores: crf_log_norm=contrib.crf.scores: "
        "crf_log_likelihood=contrib.crf.scores: crf_unary_score=contrib.crf.scores: "
        "crf_binary_score=contrib.crf.scores: CrfForwardRnnCell=contrib.crf.scores:"
    ),
    "tensorflow.contrib.crf.python.ops.crf": "contrib.crf.decoding contrib.crf.scores",
    "tensorflow.contrib.cudnn_rnn": (
        "CudnnCompatibleLSTMCell=contrib.cudnn_rnn.cells: CudnnCompatibleGRUCell=contrib.cudnn_rnn.cells: "
        "CudnnLSTM=contrib.cudnn_rnn.layers: CudnnGRU=contrib.cudnn_rnn.layers: "
        "CudnnRNNTanh=contrib.cudnn_rnn.layers: CudnnRNNRelu=contrib.cudnn_rnn.layers:"
    ),
    "tensorflow.contrib.cudnn_rnn.python.layers.cudnn_rnn": "contrib.cudnn_rnn.layers",
    "tensorflow.contrib.cudnn_rnn.python.ops.cudnn_rnn_ops": "contrib.cudnn_rnn.cells",
    "tensorflow.contrib.data": (
        "CsvDataset=contrib.data.csv_files: make_csv_dataset=contrib.data.csv_files: "
        "Dataset=contrib.data.datasets: TextLineDataset=contrib.data.datasets: "
        "TFRecordDataset=contrib.data.datasets: FixedLengthRecordDataset=contrib.data.datasets: "
        "group_by_window=contrib.data.grouping: Reducer=contrib.data.grouping: "
        "group_by_reducer=contrib.data.grouping: reduce_dataset=contrib.data.grouping: "
        "bucket_by_sequence_length=contrib.data.grouping: parallel_interleave=contrib.data.interleaving: "
        "sloppy_interleave=contrib.data.interleaving: sample_from_datasets=contrib.data.interleaving: "
        "choose_from_datasets=contrib.data.interleaving: rejection_resample=contrib.data.interleaving: "
        "make_saveable_from_iterator=contrib.data.iterators: "
        "CheckpointInputPipelineHook=contrib.data.iterators: prefetch_to_device=contrib.data.iterators: "
        "make_batched_features_dataset=contrib.data.readers: read_batch_features=contrib.data.readers: "
        "SqlDataset=contrib.data.readers: AUTOTUNE=contrib.data.transformations: "
        "batch_and_drop_remainder=contrib.data.transformations: "
        "padded_batch_and_drop_remainder=contrib.data.transformations: "
        "map_and_batch=contrib.data.transformations: dense_to_sparse_batch=contrib.data.transformations: "
        "unbatch=contrib.data.transformations: sliding_window_batch=contrib.data.transformations: "
        "assert_element_shape=contrib.data.transformations: Counter=contrib.data.transformations: "
        "enumerate_dataset=contrib.data.transformations: ignore_errors=contrib.data.transformations: "
        "unique=contrib.data.transformations: scan=contrib.data.transformations: "
        "shuffle_and_repeat=contrib.data.transformations: get_single_element=contrib.data.transformations: "
        "Iterator=data.iterators:"
    ),
    "tensorflow.contrib.data.python.ops.batching": "contrib.data.transformations",
    "tensorflow.contrib.data.python.ops.counter": "contrib.data.transformations",
    "tensorflow.contrib.data.python.ops.dataset_ops": "contrib.data.datasets",
    "tensorflow.contrib.data.python.ops.enumerate_ops": "contrib.data.transformations",
    "tensorflow.contrib.data.python.ops.error_ops": "contrib.data.transformations",
    "tensorflow.contrib.data.python.ops.get_single_element": "contrib.data.transformations",
    "tensorflow.contrib.data.python.ops.grouping": "contrib.data.grouping",
    "tensorflow.contrib.data.python.ops.interleave_ops": "contrib.data.interleaving",
    "tensorflow.contrib.data.python.ops.iterator_ops": "contrib.data.iterators",
    "tensorflow.contrib.data.python.ops.prefetching_ops": "contrib.data.iterators",
    "tensorflow.contrib.data.python.ops.readers": "contrib.data.csv_files contrib.data.readers",
    "tensorflow.contrib.data.python.ops.resampling": "contrib.data.interleaving",
    "tensorflow.contrib.data.python.ops.scan_ops": "contrib.data.transformations",
    "tensorflow.contrib.data.python.ops.shuffle_ops": "contrib.data.transformations",
    "tensorflow.contrib.data.python.ops.sliding": "contrib.data.transformations",
    "tensorflow.contrib.data.python.ops.unique": (
        "contrib.data.transformations unique=contrib.data.transformations:"
    ),
    "tensorflow.contrib.deprecated": (
        "scalar_summary=contrib.deprecated.summaries: histogram_summary=contrib.deprecated.summaries: "
        "image_summary=contrib.deprecated.summaries: audio_summary=contrib.deprecated.summaries: "
        "merge_summary=contrib.deprecated.summaries: merge_all_summaries=contrib.deprecated.summaries:"
    ),
    "tensorflow.contrib.distribute": (
        "CrossTowerOps=contrib.distribute.cross_tower_ops: "
        "ReductionToOneDeviceCrossTowerOps=contrib.distribute.cross_tower_ops: "
        "AllReduceCrossTowerOps=contrib.distribute.cross_tower_ops: "
        "MirroredStrategy=contrib.distribute.mirrored: Monitor=contrib.distribute.monitor: "
        "OneDeviceStrategy=contrib.distribute.one_device: Step=contrib.distribute.step_fn: "
        "StandardInputStep=contrib.distribute.step_fn: StandardSingleLossStep=contrib.distribute.step_fn: "
        "get_tower_context=ops.distribute: get_cross_tower_context=ops.distribute: "
        "get_distribution_strategy=ops.distribute: has_distribution_strategy=ops.distribute: "
        "get_loss_reduction=ops.distribute: require_tower_context=ops.distribute: "
        "DistributionStrategy=ops.distribute: TowerContext=ops.distribute:"
    ),
    "tensorflow.contrib.distribute.python.cross_tower_ops": "contrib.distribute.cross_tower_ops",
    "tensorflow.contrib.distribute.python.mirrored_strategy": "contrib.distribute.mirrored",
    "tensorflow.contrib.distribute.python.monitor": "contrib.distribute.monitor",
    "tensorflow.contrib.distribute.python.one_device_strategy": "contrib.distribute.one_device",
    "tensorflow.contrib.distribute.python.step_fn": "contrib.distribute.step_fn",
    "tensorflow.contrib.distribute.python.values": "contrib.distribute.values",
    "tensorflow.contrib.distributions": (
        "Autoregressive=contrib.distributions.autoregressive: "
        "BatchReshape=contrib.distributions.batch_reshape: "
        "ConditionalDistribution=contrib.distributions.conditional: "
        "ConditionalTransformedDistribution=contrib.distributions.conditional: "
        "Poisson=contrib.distributions.counts: Geometric=contrib.distributions.counts: "
        "NegativeBinomial=contrib.distributions.counts: Binomial=contrib.distributions.counts: "
        "Deterministic=contrib.distributions.deterministic: "
        "VectorDeterministic=contrib.distributions.deterministic: "
        "Independent=contrib.distributions.independent: Logistic=contrib.distributions.location_scale: "
        "Cauchy=contrib.distributions.location_scale: Mixture=contrib.distributions.mixture: "
        "MixtureSameFamily=contrib.distributions.mixture: "
        "assign_moving_mean_variance=contrib.distributions.moving_stats: "
        "assign_log_moving_mean_exp=contrib.distributions.moving_stats: "
        "moving_mean_variance=contrib.distributions.moving_stats: "
        "MultivariateNormalDiag=contrib.distributions.multivariate_normal: "
        "MultivariateNormalDiagWithSoftplusScale=contrib.distributions.multivariate_normal: "
        "MultivariateNormalTriL=contrib.distributions.multivariate_normal: "
        "MultivariateNormalFullCovariance=contrib.distributions.multivariate_normal: "
        "MultivariateNormalDiagPlusLowRank=contrib.distributions.multivariate_normal: "
        "normal_conjugates_known_scale_posterior=contrib.distributions.normal_conjugate_posteriors: "
        "normal_conjugates_known_scale_predictive=contrib.distributions.normal_conjugate_posteriors: "
        "OneHotCategorical=contrib.distributions.onehot_categorical: "
        "quadrature_scheme_lognormal_gauss_hermite=contrib.distributions.poisson_lognormal: "
        "quadrature_scheme_lognormal_quantiles=contrib.distributions.poisson_lognormal: "
        "PoissonLogNormalQuadratureCompound=contrib.distributions.poisson_lognormal: "
        "HalfNormal=contrib.distributions.positive: InverseGamma=contrib.distributions.positive: "
        "InverseGammaWithSoftplusConcentrationRate=contrib.distributions.positive: "
        "Chi2=contrib.distributions.positive: Chi2WithAbsDf=contrib.distributions.positive: "
        "Kumaraswamy=contrib.distributions.positive: "
        "QuantizedDistribution=contrib.distributions.quantized_distribution: "
        "RelaxedBernoulli=contrib.distributions.relaxed: "
        "ExpRelaxedOneHotCategorical=contrib.distributions.relaxed: "
        "RelaxedOneHotCategorical=contrib.distributions.relaxed: "
        "auto_correlation=contrib.distributions.sample_stats: percentile=contrib.distributions.sample_stats: "
        "SeedStream=contrib.distributions.seed_stream: VectorExponentialDiag=contrib.distributions.vectors: "
        "VectorLaplaceDiag=contrib.distributions.vectors: SinhArcsinh=contrib.distributions.vectors: "
        "VectorSinhArcsinhDiag=contrib.distributions.vectors: WishartCholesky=contrib.distributions.wishart: "
        "WishartFull=contrib.distributions.wishart: Bernoulli=distributions.bernoulli: "
        "Beta=distributions.beta: BetaWithSoftplusConcentration=distributions.beta: "
        "Categorical=distributions.categorical: Dirichlet=distributions.dirichlet: "
        "DirichletMultinomial=distributions.dirichlet_multinomial: "
        "ReparameterizationType=distributions.distribution: "
        "FULLY_REPARAMETERIZED=distributions.distribution: NOT_REPARAMETERIZED=distributions.distribution: "
        "Distribution=distributions.distribution: Exponential=distributions.exponential: "
        "ExponentialWithSoftplusRate=distributions.exponential: Gamma=distributions.gamma: "
        "GammaWithSoftplusConcentrationRate=distributions.gamma: "
        "kl_divergence=distributions.kullback_leibler: RegisterKL=distributions.kullback_leibler: "
        "Laplace=distributions.laplace: LaplaceWithSoftplusScale=distributions.laplace: "
        "fill_triangular=distributions.matrices: fill_triangular_inverse=distributions.matrices: "
        "tridiag=distributions.matrices: matrix_diag_transform=distributions.matrices: "
        "Multinomial=distributions.multinomial: Normal=distributions.normal: "
        "NormalWithSoftplusScale=distributions.normal: softplus_inverse=distributions.numbers: "
        "reduce_weighted_logsumexp=distributions.numbers: StudentT=distributions.student_t: "
        "StudentTWithAbsDfSoftplusScale=distributions.student_t: "
        "TransformedDistribution=distributions.transformed_distribution: Uniform=distributions.uniform:"
    ),
    "tensorflow.contrib.distributions.bijectors": (
        "AffineLinearOperator=contrib.distributions.bijectors.affine: "
        "Affine=contrib.distributions.bijectors.affine: "
        "BatchNormalization=contrib.distributions.bijectors.batch_normalization: "
        "Chain=contrib.distributions.bijectors.composed: Invert=contrib.distributions.bijectors.composed: "
        "Inline=contrib.distributions.bijectors.composed: "
        "ConditionalBijector=contrib.distributions.bijectors.composed: "
        "Gumbel=contrib.distributions.bijectors.cumulative: "
        "Weibull=contrib.distributions.bijectors.cumulative: "
        "Kumaraswamy=contrib.distributions.bijectors.cumulative: "
        "PowerTransform=contrib.distributions.bijectors.elementwise: "
        "Exp=contrib.distributions.bijectors.elementwise: "
        "Sigmoid=contrib.distributions.bijectors.elementwise: "
        "Softplus=contrib.distributions.bijectors.elementwise: "
        "Softsign=contrib.distributions.bijectors.elementwise: "
        "Square=contrib.distributions.bijectors.elementwise: "
        "AbsoluteValue=contrib.distributions.bijectors.elementwise: "
        "AffineScalar=contrib.distributions.bijectors.elementwise: "
        "SinhArcsinh=contrib.distributions.bijectors.elementwise: "
        "MaskedAutoregressiveFlow=contrib.distributions.bijectors.flows: "
        "masked_dense=contrib.distributions.bijectors.flows: "
        "masked_autoregressive_default_template=contrib.distributions.bijectors.flows: "
        "RealNVP=contrib.distributions.bijectors.flows: "
        "real_nvp_default_template=contrib.distributions.bijectors.flows: "
        "SoftmaxCentered=contrib.distributions.bijectors.vectors: "
        "Ordered=contrib.distributions.bijectors.vectors: Permute=contrib.distributions.bijectors.vectors: "
        "MatrixInverseTriL=contrib.distributions.bijectors.vectors: "
        "CholeskyOuterProduct=contrib.distributions.bijectors.vectors: "
        "Reshape=contrib.distributions.bijectors.vectors: Bijector=distributions.bijector: "
        "Identity=distributions.identity_bijector:"
    ),
    "tensorflow.contrib.distributions.python.ops.autoregressive": "contrib.distributions.autoregressive",
    "tensorflow.contrib.distributions.python.ops.batch_reshape": "contrib.distributions.batch_reshape",
    "tensorflow.contrib.distributions.python.ops.bijectors.absolute_value": (
        "contrib.distributions.bijectors.elementwise"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.affine": "contrib.distributions.bijectors.affine",
    "tensorflow.contrib.distributions.python.ops.bijectors.affine_linear_operator": (
        "contrib.distributions.bijectors.affine"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.affine_scalar": (
        "contrib.distributions.bijectors.elementwise"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.batch_normalization": (
        "contrib.distributions.bijectors.batch_normalization"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.chain": "contrib.distributions.bijectors.composed",
    "tensorflow.contrib.distributions.python.ops.bijectors.cholesky_outer_product": (
        "contrib.distributions.bijectors.vectors"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.conditional_bijector": (
        "contrib.distributions.bijectors.composed"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.exp": (
        "contrib.distributions.bijectors.elementwise"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.gumbel": (
        "contrib.distributions.bijectors.cumulative"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.inline": (
        "contrib.distributions.bijectors.composed"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.invert": (
        "contrib.distributions.bijectors.composed"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.kumaraswamy": (
        "contrib.distributions.bijectors.cumulative"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.masked_autoregressive": (
        "contrib.distributions.bijectors.flows"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.matrix_inverse_tril": (
        "contrib.distributions.bijectors.vectors"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.ordered": (
        "contrib.distributions.bijectors.vectors"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.permute": (
        "contrib.distributions.bijectors.vectors"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.power_transform": (
        "contrib.distributions.bijectors.elementwise"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.real_nvp": "contrib.distributions.bijectors.flows",
    "tensorflow.contrib.distributions.python.ops.bijectors.reshape": (
        "Reshape=contrib.distributions.bijectors.vectors:"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.sigmoid": (
        "contrib.distributions.bijectors.elementwise"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.sinh_arcsinh": (
        "contrib.distributions.bijectors.elementwise"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.softmax_centered": (
        "contrib.distributions.bijectors.vectors"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.softplus": (
        "contrib.distributions.bijectors.elementwise"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.softsign": (
        "contrib.distributions.bijectors.elementwise"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.square": (
        "contrib.distributions.bijectors.elementwise"
    ),
    "tensorflow.contrib.distributions.python.ops.bijectors.weibull": (
        "contrib.distributions.bijectors.cumulative"
    ),
    "tensorflow.contrib.distributions.python.ops.binomial": "contrib.distributions.counts",
    "tensorflow.contrib.distributions.python.ops.cauchy": "contrib.distributions.location_scale",
    "tensorflow.contrib.distributions.python.ops.chi2": "contrib.distributions.positive",
    "tensorflow.contrib.distributions.python.ops.conditional_distribution": (
        "contrib.distributions.conditional"
    ),
    "tensorflow.contrib.distributions.python.ops.conditional_transformed_distribution": (
        "contrib.distributions.conditional"
    ),
    "tensorflow.contrib.distributions.python.ops.deterministic": "contrib.distributions.deterministic",
    "tensorflow.contrib.distributions.python.ops.distribution_util": (
        "contrib.distributions.scales distributions.matrices distributions.numbers"
    ),
    "tensorflow.contrib.distributions.python.ops.geometric": "contrib.distributions.counts",
    "tensorflow.contrib.distributions.python.ops.half_normal": "contrib.distributions.positive",
    "tensorflow.contrib.distributions.python.ops.independent": "contrib.distributions.independent",
    "tensorflow.contrib.distributions.python.ops.inverse_gamma": "contrib.distributions.positive",
    "tensorflow.contrib.distributions.python.ops.kumaraswamy": "contrib.distributions.positive",
    "tensorflow.contrib.distributions.python.ops.logistic": "contrib.distributions.location_scale",
    "tensorflow.contrib.distributions.python.ops.mixture": "contrib.distributions.mixture",
    "tensorflow.contrib.distributions.python.ops.mixture_same_family": "contrib.distributions.mixture",
    "tensorflow.contrib.distributions.python.ops.moving_stats": "contrib.distributions.moving_stats",
    "tensorflow.contrib.distributions.python.ops.mvn_diag": "contrib.distributions.multivariate_normal",
    "tensorflow.contrib.distributions.python.ops.mvn_diag_plus_low_rank": (
        "contrib.distributions.multivariate_normal"
    ),
    "tensorflow.contrib.distributions.python.ops.mvn_full_covariance": (
        "contrib.distributions.multivariate_normal"
    ),
    "tensorflow.contrib.distributions.python.ops.mvn_linear_operator": (
        "contrib.distributions.multivariate_normal"
    ),
    "tensorflow.contrib.distributions.python.ops.mvn_tril": "contrib.distributions.multivariate_normal",
    "tensorflow.contrib.distributions.python.ops.negative_binomial": "contrib.distributions.counts",
    "tensorflow.contrib.distributions.python.ops.normal_conjugate_posteriors": (
        "contrib.distributions.normal_conjugate_posteriors"
    ),
    "tensorflow.contrib.distributions.python.ops.onehot_categorical": (
        "contrib.distributions.onehot_categorical"
    ),
    "tensorflow.contrib.distributions.python.ops.poisson": "contrib.distributions.counts",
    "tensorflow.contrib.distributions.python.ops.poisson_lognormal": (
        "contrib.distributions.poisson_lognormal"
    ),
    "tensorflow.contrib.distributions.python.ops.quantized_distribution": (
        "contrib.distributions.quantized_distribution"
    ),
    "tensorflow.contrib.distributions.python.ops.relaxed_bernoulli": "contrib.distributions.relaxed",
    "tensorflow.contrib.distributions.python.ops.relaxed_onehot_categorical": "contrib.distributions.relaxed",
    "tensorflow.contrib.distributions.python.ops.sample_stats": "contrib.distributions.sample_stats",
    "tensorflow.contrib.distributions.python.ops.seed_stream": "contrib.distributions.seed_stream",
    "tensorflow.contrib.distributions.python.ops.sinh_arcsinh": "contrib.distributions.vectors",
    "tensorflow.contrib.distributions.python.ops.vector_exponential_diag": "contrib.distributions.vectors",
    "tensorflow.contrib.distributions.python.ops.vector_exponential_linear_operator": (
        "contrib.distributions.vectors"
    ),
    "tensorflow.contrib.distributions.python.ops.vector_laplace_diag": "contrib.distributions.vectors",
    "tensorflow.contrib.distributions.python.ops.vector_laplace_linear_operator": (
        "contrib.distributions.vectors"
    ),
    "tensorflow.contrib.distributions.python.ops.vector_sinh_arcsinh_diag": "contrib.distributions.vectors",
    "tensorflow.contrib.distributions.python.ops.wishart": "contrib.distributions.wishart",
    "tensorflow.contrib.eager": (
        "CheckpointableSaver=checkpoint.checkpoint: Checkpoint=checkpoint.checkpoint: "
        "Variable=contrib.eager.execution:ResourceVariable executing_eagerly=contrib.eager.execution: "
        "in_eager_mode=contrib.eager.execution:executing_eagerly custom_gradient=contrib.eager.execution: "
        "make_template=contrib.eager.execution: "
        "run_test_in_graph_and_eager_modes=contrib.eager.execution:run_in_graph_and_eager_modes "
        "py_func=contrib.eager.execution: num_gpus=contrib.eager.execution: "
        "list_devices=contrib.eager.execution: run=contrib.eager.execution: defun=contrib.eager.execution: "
        "execution_mode=contrib.eager.execution: set_execution_mode=contrib.eager.execution: "
        "async_wait=contrib.eager.execution: async_clear_error=contrib.eager.execution: "
        "implicit_value_and_gradients=contrib.eager.gradient_functions: "
        "implicit_gradients=contrib.eager.gradient_functions: "
        "value_and_gradients_function=contrib.eager.gradient_functions: "
        "gradients_function=contrib.eager.gradient_functions: Iterator=contrib.eager.iterator: "
        "Network=contrib.eager.network: Sequential=contrib.eager.network: Saver=contrib.eager.saver: "
        "get_optimizer_variables=contrib.eager.saver: DEVICE_PLACEMENT_EXPLICIT=eager.mode: "
        "DEVICE_PLACEMENT_WARN=eager.mode: DEVICE_PLACEMENT_SILENT=eager.mode: "
        "DEVICE_PLACEMENT_SILENT_FOR_INT32=eager.mode: SYNC=eager.mode: ASYNC=eager.mode: "
        "enable_eager_execution=eager.mode: GradientTape=gradients.tape:"
    ),
    "tensorflow.contrib.eager.metrics": (
        "Metric=contrib.eager.metrics: Mean=contrib.eager.metrics: Accuracy=contrib.eager.metrics:"
    ),
    "tensorflow.contrib.eager.python.datasets": "contrib.eager.iterator",
    "tensorflow.contrib.eager.python.metrics": "contrib.eager.metrics",
    "tensorflow.contrib.eager.python.metrics_impl": "contrib.eager.metrics",
    "tensorflow.contrib.eager.python.network": "contrib.eager.network",
    "tensorflow.contrib.eager.python.saver": "contrib.eager.saver",
    "tensorflow.contrib.eager.python.tfe": (
        "contrib.eager.execution contrib.eager.gradient_functions contrib.eager.iterator "
        "contrib.eager.network contrib.eager.saver"
    ),
    "tensorflow.contrib.estimator": (
        "contrib.estimator.boosted_trees contrib.estimator.extenders contrib.estimator.heads "
        "contrib.estimator.hooks contrib.estimator.several_heads call_logit_fn=contrib.estimator.extenders: "
        "TowerOptimizer=contrib.estimator.replication: replicate_model_fn=contrib.estimator.replication: "
        "BaselineEstimator=estimator.canned.baseline: dnn_logit_fn_builder=estimator.canned.dnn: "
        "DNNEstimator=estimator.canned.dnn: DNNLinearCombinedEstimator=estimator.canned.dnn_linear_combined: "
        "linear_logit_fn_builder=estimator.canned.linear: LinearEstimator=estimator.canned.linear:"
    ),
    "tensorflow.contrib.estimator.python.estimator.boosted_trees": (
        "contrib.estimator.boosted_trees "
        "_BoostedTreesEstimator=estimator.canned.boosted_trees:BoostedTreesEstimator"
    ),
    "tensorflow.contrib.estimator.python.estimator.extenders": (
        "contrib.estimator.extenders _TransformGradients=contrib.estimator.extenders:TransformGradients"
    ),
    "tensorflow.contrib.estimator.python.estimator.head": "contrib.estimator.heads",
    "tensorflow.contrib.estimator.python.estimator.hooks": "contrib.estimator.hooks",
    "tensorflow.contrib.estimator.python.estimator.logit_fns": "call_logit_fn=contrib.estimator.extenders:",
    "tensorflow.contrib.estimator.python.estimator.multi_head": "contrib.estimator.several_heads",
    "tensorflow.contrib.estimator.python.estimator.replicate_model_fn": "contrib.estimator.replication",
    "tensorflow.contrib.factorization": (
        "SQUARED_EUCLIDEAN_DISTANCE=contrib.factorization.clustering: "
        "COSINE_DISTANCE=contrib.factorization.clustering: RANDOM_INIT=contrib.factorization.clustering: "
        "KMEANS_PLUS_PLUS_INIT=contrib.factorization.clustering: KMeans=contrib.factorization.clustering: "
        "GMM=contrib.factorization.gmm_estimator: KMeansClustering=contrib.factorization.kmeans: "
        "GmmAlgorithm=contrib.factorization.mixture: gmm=contrib.factorization.mixture: "
        "WALSMatrixFactorization=contrib.factorization.wals: WALSModel=contrib.factorization.wals_model:"
    ),
    "tensorflow.contrib.factorization.python.ops.clustering_ops": (
        "contrib.factorization.clustering ops.clustering"
    ),
    "tensorflow.contrib.factorization.python.ops.factorization_ops": (
        "contrib.factorization.wals_model ops.factorization"
    ),
    "tensorflow.contrib.factorization.python.ops.gen_factorization_ops": "ops.factorization",
    "tensorflow.contrib.factorization.python.ops.gmm": (
        "contrib.factorization.gmm_estimator "
        "_InitializeClustersHook=contrib.factorization.starting:InitializeClustersHook"
    ),
    "tensorflow.contrib.factorization.python.ops.gmm_ops": (
        "contrib.factorization.mixture _covariance=contrib.factorization.mixture:covariance"
    ),
    "tensorflow.contrib.factorization.python.ops.kmeans": (
        "contrib.factorization.kmeans "
        "_LossRelativeChangeHook=contrib.factorization.kmeans:LossRelativeChangeHook "
        "_parse_features_if_necessary=contrib.factorization.kmeans:points_of "
        "_InitializeClustersHook=contrib.factorization.starting:InitializeClustersHook"
    ),
    "tensorflow.contrib.factorization.python.ops.wals": (
        "contrib.factorization.wals _SweepHook=contrib.factorization.wals:SweepHook "
        "_StopAtSweepHook=contrib.factorization.wals:StopAtSweepHook"
    ),
    "tensorflow.contrib.framework": (
        "load_and_remap_matrix_initializer=checkpoint.remapping: "
        "load_embedding_initializer=checkpoint.remapping: assign_from_values=contrib.framework.assignment: "
        "assign_from_values_fn=contrib.framework.assignment: "
        "assign_from_checkpoint=contrib.framework.assignment: "
        "assign_from_checkpoint_fn=contrib.framework.assignment: "
        "load_checkpoint=contrib.framework.checkpoints: load_variable=contrib.framework.checkpoints: "
        "list_variables=contrib.framework.checkpoints: init_from_checkpoint=contrib.framework.checkpoints: "
        "load_linear_multiclass_bias_initializer=contrib.framework.checkpoints: "
        "load_variable_slot_initializer=contrib.framework.checkpoints: "
        "deprecated=contrib.framework.deprecation: deprecated_args=contrib.framework.deprecation: "
        "deprecated_arg_values=contrib.framework.deprecation: "
        "get_placeholders=contrib.framework.graph_parts: "
        "get_graph_from_inputs=contrib.framework.graph_parts: get_name_scope=contrib.framework.graph_parts: "
        "fuse_op=contrib.framework.graph_parts: print_op=contrib.framework.printing: "
        "py_func=contrib.framework.python_function: current_arg_scope=contrib.framework.scoped_arguments: "
        "arg_scope=contrib.framework.scoped_arguments: add_arg_scope=contrib.framework.scoped_arguments: "
        "has_arg_scope=contrib.framework.scoped_arguments: "
        "arg_scoped_arguments=contrib.framework.scoped_arguments: with_shape=contrib.framework.shape_checks: "
        "with_same_shape=contrib.framework.shape_checks: reduce_sum_n=contrib.framework.shape_checks: "
        "remove_squeezable_dimensions=contrib.framework.shape_checks: "
        "assert_scalar_int=contrib.framework.shape_checks: sort=contrib.framework.sorting: "
        "argsort=contrib.framework.sorting: smart_constant_value=contrib.framework.static_conditions: "
        "smart_cond=contrib.framework.static_conditions: smart_case=contrib.framework.static_conditions: "
        "local_variable=contrib.framework.variables: global_variable=contrib.framework.variables: "
        "variable=contrib.framework.variables: model_variable=contrib.framework.variables: "
        "add_model_variable=contrib.framework.variables: zero_initializer=contrib.framework.variables: "
        "assert_or_get_global_step=contrib.framework.variables: get_variables=contrib.framework.variables: "
        "get_model_variables=contrib.framework.variables: get_local_variables=contrib.framework.variables: "
        "get_trainable_variables=contrib.framework.variables: "
        "get_variables_to_restore=contrib.framework.variables: "
        "get_variables_by_suffix=contrib.framework.variables: "
        "get_variables_by_name=contrib.framework.variables: get_unique_variable=contrib.framework.variables: "
        "get_variable_full_name=contrib.framework.variables: filter_variables=contrib.framework.variables: "
        "VariableDeviceChooser=contrib.framework.variables: "
        "convert_to_tensor_or_sparse_tensor=framework.composite: "
        "is_tensor=framework.conversion:is_dense_tensor_like TensorSpec=framework.tensor_spec: "
        "BoundedTensorSpec=framework.tensor_spec: assert_scalar=ops.checks: "
        "assert_same_float_dtype=ops.checks: is_numeric_tensor=ops.checks: is_non_decreasing=ops.checks: "
        "is_strictly_increasing=ops.checks: strip_name_scope=ops.name_scopes: "
        "prepend_name_scope=ops.name_scopes: "
        "convolutional_delta_orthogonal=ops.variables.convolution_initializers:ConvolutionDeltaOrthogonal "
        "convolutional_orthogonal_1d=ops.variables.convolution_initializers:ConvolutionOrthogonal1D "
        "convolutional_orthogonal_2d=ops.variables.convolution_initializers:ConvolutionOrthogonal2D "
        "convolutional_orthogonal_3d=ops.variables.convolution_initializers:ConvolutionOrthogonal3D "
        "get_global_step=training.global_step: create_global_step=training.global_step: "
        "get_or_create_global_step=training.global_step: assert_global_step=training.global_step:"
    ),
    "tensorflow.contrib.framework.python.framework.checkpoint_utils": "contrib.framework.checkpoints",
    "tensorflow.contrib.framework.python.framework.graph_util": "contrib.framework.graph_parts",
    "tensorflow.contrib.framework.python.framework.tensor_util": "contrib.framework.shape_checks",
    "tensorflow.contrib.framework.python.ops.arg_scope": "contrib.framework.scoped_arguments",
    "tensorflow.contrib.framework.python.ops.audio_ops": "ops.audio",
    "tensorflow.contrib.framework.python.ops.ops": "contrib.framework.graph_parts",
    "tensorflow.contrib.framework.python.ops.prettyprint_ops": "contrib.framework.printing",
    "tensorflow.contrib.framework.python.ops.script_ops": "contrib.framework.python_function",
    "tensorflow.contrib.framework.python.ops.sort_ops": "contrib.framework.sorting",
    "tensorflow.contrib.framework.python.ops.variables": (
        "contrib.framework.assignment contrib.framework.variables training.global_step"
    ),
    "tensorflow.contrib.gan": (
        "GANModel=contrib.gan.models: InfoGANModel=contrib.gan.models: ACGANModel=contrib.gan.models: "
        "CycleGANModel=contrib.gan.models: GANLoss=contrib.gan.models: CycleGANLoss=contrib.gan.models: "
        "GANTrainOps=contrib.gan.models: GANTrainSteps=contrib.gan.models: gan_model=contrib.gan.models: "
        "infogan_model=contrib.gan.models: acgan_model=contrib.gan.models: "
        "cyclegan_model=contrib.gan.models: gan_loss=contrib.gan.training: "
        "cyclegan_loss=contrib.gan.training: gan_train_ops=contrib.gan.training: "
        "RunTrainOpsHook=contrib.gan.training: get_sequential_train_hooks=contrib.gan.training: "
        "get_joint_train_hooks=contrib.gan.training: get_sequential_train_steps=contrib.gan.training: "
        "gan_train=contrib.gan.training:"
    ),
    "tensorflow.contrib.gan.estimator": (
        "SummaryType=contrib.gan.estimator: GANEstimator=contrib.gan.estimator:"
    ),
    "tensorflow.contrib.gan.eval": (
        "INCEPTION_DEFAULT_IMAGE_SIZE=contrib.gan.classifier_metrics: "
        "preprocess_image=contrib.gan.classifier_metrics: "
        "get_graph_def_from_disk=contrib.gan.classifier_metrics: "
        "get_graph_def_from_resource=contrib.gan.classifier_metrics: "
        "get_graph_def_from_url_tarball=contrib.gan.classifier_metrics: "
        "run_image_classifier=contrib.gan.classifier_metrics: run_inception=contrib.gan.classifier_metrics: "
        "classifier_score=contrib.gan.classifier_metrics: "
        "classifier_score_from_logits=contrib.gan.classifier_metrics: "
        "inception_score=contrib.gan.classifier_metrics: trace_sqrt_product=contrib.gan.classifier_metrics: "
        "frechet_classifier_distance=contrib.gan.classifier_metrics: "
        "frechet_classifier_distance_from_activations=contrib.gan.classifier_metrics: "
        "mean_only_frechet_classifier_distance_from_activations=contrib.gan.classifier_metrics: "
        "diagonal_only_frechet_classifier_distance_from_activations=contrib.gan.classifier_metrics: "
        "frechet_inception_distance=contrib.gan.classifier_metrics: "
        "sliced_wasserstein_distance=contrib.gan.sliced_wasserstein: image_grid=contrib.gan.summaries: "
        "image_reshaper=contrib.gan.summaries: add_gan_model_image_summaries=contrib.gan.summaries: "
        "add_cyclegan_image_summaries=contrib.gan.summaries: "
        "add_image_comparison_summaries=contrib.gan.summaries: "
        "add_gan_model_summaries=contrib.gan.summaries: "
        "add_regularization_loss_summaries=contrib.gan.summaries:"
    ),
    "tensorflow.contrib.gan.features": (
        "condition_tensor=contrib.gan.conditioning: condition_tensor_from_onehot=contrib.gan.conditioning: "
        "tensor_pool=contrib.gan.conditioning:"
    ),
    "tensorflow.contrib.gan.losses": (
        "wasserstein_generator_loss=contrib.gan.model_losses: "
        "wasserstein_discriminator_loss=contrib.gan.model_losses: "
        "wasserstein_gradient_penalty=contrib.gan.model_losses: "
        "acgan_discriminator_loss=contrib.gan.model_losses: acgan_generator_loss=contrib.gan.model_losses: "
        "minimax_discriminator_loss=contrib.gan.model_losses: "
        "minimax_generator_loss=contrib.gan.model_losses: "
        "modified_discriminator_loss=contrib.gan.model_losses: "
        "modified_generator_loss=contrib.gan.model_losses: "
        "least_squares_generator_loss=contrib.gan.model_losses: "
        "least_squares_discriminator_loss=contrib.gan.model_losses: "
        "mutual_information_penalty=contrib.gan.model_losses: "
        "combine_adversarial_loss=contrib.gan.model_losses: cycle_consistency_loss=contrib.gan.model_losses:"
    ),
    "tensorflow.contrib.gan.losses.wargs": (
        "contrib.gan.output_losses modified_discriminator_loss=contrib.gan.output_losses:"
    ),
    "tensorflow.contrib.gan.python.estimator.python.gan_estimator": "contrib.gan.estimator",
    "tensorflow.contrib.gan.python.estimator.python.gan_estimator_impl": "contrib.gan.estimator",
    "tensorflow.contrib.gan.python.estimator.python.head": "contrib.gan.estimator",
    "tensorflow.contrib.gan.python.estimator.python.head_impl": "contrib.gan.estimator",
    "tensorflow.contrib.gan.python.eval.python.classifier_metrics": "contrib.gan.classifier_metrics",
    "tensorflow.contrib.gan.python.eval.python.classifier_metrics_impl": "contrib.gan.classifier_metrics",
    "tensorflow.contrib.gan.python.eval.python.sliced_wasserstein": "contrib.gan.sliced_wasserstein",
    "tensorflow.contrib.gan.python.eval.python.sliced_wasserstein_impl": "contrib.gan.sliced_wasserstein",
    "tensorflow.contrib.gan.python.namedtuples": "contrib.gan.models",
    "tensorflow.contrib.gan.python.train": "contrib.gan.models contrib.gan.training",
    "tensorflow.contrib.graph_editor": (
        "detach_control_inputs=contrib.graph_editor.edit: detach_control_outputs=contrib.graph_editor.edit: "
        "detach_inputs=contrib.graph_editor.edit: detach_outputs=contrib.graph_editor.edit: "
        "detach=contrib.graph_editor.edit: connect=contrib.graph_editor.edit: "
        "bypass=contrib.graph_editor.edit: swap_ts=contrib.graph_editor.reroute: "
        "reroute_ts=contrib.graph_editor.reroute: swap_inputs=contrib.graph_editor.reroute: "
        "reroute_inputs=contrib.graph_editor.reroute: swap_outputs=contrib.graph_editor.reroute: "
        "reroute_outputs=contrib.graph_editor.reroute: swap_ios=contrib.graph_editor.reroute: "
        "reroute_ios=contrib.graph_editor.reroute: remove_control_inputs=contrib.graph_editor.reroute: "
        "add_control_inputs=contrib.graph_editor.reroute: can_be_regex=contrib.graph_editor.select: "
        "make_regex=contrib.graph_editor.select: filter_ts=contrib.graph_editor.select: "
        "filter_ts_from_regex=contrib.graph_editor.select: filter_ops=contrib.graph_editor.select: "
        "filter_ops_from_regex=contrib.graph_editor.select: get_name_scope_ops=contrib.graph_editor.select: "
        "check_cios=contrib.graph_editor.select: get_ops_ios=contrib.graph_editor.select: "
        "compute_boundary_ts=contrib.graph_editor.select: get_forward_walk_ops=contrib.graph_editor.select: "
        "get_backward_walk_ops=contrib.graph_editor.select: "
        "get_walks_intersection_ops=contrib.graph_editor.select: "
        "get_walks_union_ops=contrib.graph_editor.select: "
        "get_within_boundary_ops=contrib.graph_editor.select: select_ops=contrib.graph_editor.select: "
        "select_ts=contrib.graph_editor.select: select_ops_and_ts=contrib.graph_editor.select: "
        "SubGraphView=contrib.graph_editor.subgraph: make_view=contrib.graph_editor.subgraph: "
        "sgv=contrib.graph_editor.subgraph:make_view make_view_from_scope=contrib.graph_editor.subgraph: "
        "sgv_scope=contrib.graph_editor.subgraph:make_view_from_scope "
        "replace_t_with_placeholder_handler=contrib.graph_editor.transform: "
        "keep_t_if_possible_handler=contrib.graph_editor.transform: "
        "assign_renamed_collections_handler=contrib.graph_editor.transform: "
        "transform_op_if_inside_handler=contrib.graph_editor.transform: "
        "copy_op_handler=contrib.graph_editor.transform: TransformerInfo=contrib.graph_editor.transform: "
        "Transformer=contrib.graph_editor.transform: copy=contrib.graph_editor.transform: "
        "copy_with_input_replacements=contrib.graph_editor.transform: "
        "graph_replace=contrib.graph_editor.transform: make_list_of_op=contrib.graph_editor.util: "
        "get_tensors=contrib.graph_editor.util: make_list_of_t=contrib.graph_editor.util: "
        "get_generating_ops=contrib.graph_editor.util: get_consuming_ops=contrib.graph_editor.util: "
        "ControlOutputs=contrib.graph_editor.util: placeholder_name=contrib.graph_editor.util: "
        "make_placeholder_from_tensor=contrib.graph_editor.util: "
        "make_placeholder_from_dtype_and_shape=contrib.graph_editor.util: "
        "ph=contrib.graph_editor.util:make_placeholder_from_dtype_and_shape"
    ),
    "tensorflow.contrib.graph_editor.edit": "contrib.graph_editor.edit",
    "tensorflow.contrib.graph_editor.reroute": "contrib.graph_editor.reroute",
    "tensorflow.contrib.graph_editor.select": "contrib.graph_editor.select",
    "tensorflow.contrib.graph_editor.subgraph": "contrib.graph_editor.subgraph",
    "tensorflow.contrib.graph_editor.transform": "contrib.graph_editor.transform",
    "tensorflow.contrib.graph_editor.util": "contrib.graph_editor.util",
    "tensorflow.contrib.hooks": "ProfilerHook=training.profiler_hook:",
    "tensorflow.contrib.image": (
        "adjust_hsv_in_yiq=contrib.image.colours: random_hsv_in_yiq=contrib.image.colours: "
        "connected_components=contrib.image.segmentation: bipartite_match=contrib.image.segmentation: "
        "rotate=contrib.image.transforms: translate=contrib.image.transforms: "
        "angles_to_projective_transforms=contrib.image.transforms: "
        "translations_to_projective_transforms=contrib.image.transforms: transform=contrib.image.transforms: "
        "compose_transforms=contrib.image.transforms: flat_transforms_to_matrices=contrib.image.transforms: "
        "matrices_to_flat_transforms=contrib.image.transforms: dense_image_warp=contrib.image.warping: "
        "interpolate_spline=contrib.image.warping: sparse_image_warp=contrib.image.warping:"
    ),
    "tensorflow.contrib.image.python.ops.dense_image_warp": "contrib.image.warping",
    "tensorflow.contrib.image.python.ops.distort_image_ops": "contrib.image.colours",
    "tensorflow.contrib.image.python.ops.image_ops": "contrib.image.segmentation contrib.image.transforms",
    "tensorflow.contrib.image.python.ops.interpolate_spline": "contrib.image.warping",
    "tensorflow.contrib.image.python.ops.sparse_image_warp": "contrib.image.warping",
    "tensorflow.contrib.integrate": "odeint=contrib.integrate.odes: odeint_fixed=contrib.integrate.odes:",
    "tensorflow.contrib.integrate.python.ops.odes": "contrib.integrate.odes",
    "tensorflow.contrib.layers": (
        "batch_norm=contrib.layers.batch_normalization: bias_add=contrib.layers.batch_normalization: "
        "convolution=contrib.layers.convolutions: convolution1d=contrib.layers.convolutions: "
        "convolution2d=contrib.layers.convolutions: convolution3d=contrib.layers.convolutions: "
        "conv2d=contrib.layers.convolutions: conv3d=contrib.layers.convolutions: "
        "fully_connected=contrib.layers.dense: legacy_fully_connected=contrib.layers.dense: "
        "elu=contrib.layers.dense: relu=contrib.layers.dense: relu6=contrib.layers.dense: "
        "linear=contrib.layers.dense: legacy_relu=contrib.layers.dense: legacy_linear=contrib.layers.dense: "
        "GDN=contrib.layers.divisive_normalization: gdn=contrib.layers.divisive_normalization: "
        "safe_embedding_lookup_sparse=contrib.layers.embeddings: "
        "embedding_lookup_sparse_with_distributed_aggregation=contrib.layers.embeddings: "
        "embedding_lookup_unique=contrib.layers.embeddings: "
        "scattered_embedding_lookup=contrib.layers.embeddings: "
        "scattered_embedding_lookup_sparse=contrib.layers.embeddings: bow_encoder=contrib.layers.encoders: "
        "embed_sequence=contrib.layers.encoders: "
        "sparse_column_with_integerized_feature=contrib.layers.feature_columns: "
        "sparse_column_with_hash_bucket=contrib.layers.feature_columns: "
        "sparse_column_with_keys=contrib.layers.feature_columns: "
        "sparse_column_with_vocabulary_file=contrib.layers.feature_columns: "
        "weighted_sparse_column=contrib.layers.feature_columns: "
        "one_hot_column=contrib.layers.feature_columns: embedding_column=contrib.layers.feature_columns: "
        "shared_embedding_columns=contrib.layers.feature_columns: "
        "real_valued_column=contrib.layers.feature_columns: "
        "bucketized_column=contrib.layers.feature_columns: crossed_column=contrib.layers.feature_columns: "
        "create_feature_spec_for_parsing=contrib.layers.feature_columns: "
        "make_place_holder_tensors_for_base_features=contrib.layers.feature_columns: "
        "check_feature_columns=contrib.layers.feature_columns: "
        "infer_real_valued_columns=contrib.layers.feature_columns: "
        "input_from_feature_columns=contrib.layers.feature_inputs: "
        "weighted_sum_from_feature_columns=contrib.layers.feature_inputs: "
        "joint_weighted_sum_from_feature_columns=contrib.layers.feature_inputs: "
        "parse_feature_columns_from_examples=contrib.layers.feature_inputs: "
        "transform_features=contrib.layers.feature_inputs: xavier_initializer=contrib.layers.initializers: "
        "xavier_initializer_conv2d=contrib.layers.initializers: "
        "variance_scaling_initializer=contrib.layers.initializers: layer_norm=contrib.layers.normalization: "
        "instance_norm=contrib.layers.normalization: group_norm=contrib.layers.normalization: "
        "OPTIMIZER_CLS_NAMES=contrib.layers.optimization: OPTIMIZER_SUMMARIES=contrib.layers.optimization: "
        "optimize_loss=contrib.layers.optimization: adaptive_clipping_fn=contrib.layers.optimization: "
        "avg_pool2d=contrib.layers.pooling: max_pool2d=contrib.layers.pooling: "
        "avg_pool3d=contrib.layers.pooling: max_pool3d=contrib.layers.pooling: pool=contrib.layers.pooling: "
        "l1_regularizer=contrib.layers.regularizers: l2_regularizer=contrib.layers.regularizers: "
        "l1_l2_regularizer=contrib.layers.regularizers: sum_regularizer=contrib.layers.regularizers: "
        "apply_regularization=contrib.layers.regularizers: repeat=contrib.layers.repetition: "
        "stack=contrib.layers.repetition: scale_gradient=contrib.layers.repetition: "
        "dropout=contrib.layers.reshaping: flatten=contrib.layers.reshaping: "
        "one_hot_encoding=contrib.layers.reshaping: softmax=contrib.layers.reshaping: "
        "spatial_softmax=contrib.layers.reshaping: unit_norm=contrib.layers.reshaping: "
        "maxout=contrib.layers.reshaping: dense_to_sparse=contrib.layers.reshaping: "
        "images_to_sequence=contrib.layers.reshaping: sequence_to_images=contrib.layers.reshaping: "
        "separable_convolution2d=contrib.layers.separable_convolutions: "
        "convolution2d_in_plane=contrib.layers.separable_convolutions: "
        "separable_conv2d=contrib.layers.separable_convolutions: "
        "conv2d_in_plane=contrib.layers.separable_convolutions: "
        "SPARSE_FEATURE_CROSS_DEFAULT_HASH_KEY=contrib.layers.sparse_features: "
        "sparse_feature_cross=contrib.layers.sparse_features: summarize_activation=contrib.layers.summaries: "
        "summarize_tensor=contrib.layers.summaries: summarize_tensors=contrib.layers.summaries: "
        "summarize_collection=contrib.layers.summaries: summarize_activations=contrib.layers.summaries: "
        "convolution2d_transpose=contrib.layers.transposed_convolutions: "
        "convolution3d_transpose=contrib.layers.transposed_convolutions: "
        "conv2d_transpose=contrib.layers.transposed_convolutions: "
        "conv3d_transpose=contrib.layers.transposed_convolutions:"
    ),
    "tensorflow.contrib.layers.feature_column": "contrib.layers.feature_columns",
    "tensorflow.contrib.layers.python.layers.embedding_ops": "contrib.layers.embeddings",
    "tensorflow.contrib.layers.python.layers.encoders": "contrib.layers.encoders",
    "tensorflow.contrib.layers.python.layers.feature_column": "contrib.layers.feature_columns",
    "tensorflow.contrib.layers.python.layers.feature_column_ops": (
        "contrib.layers.feature_inputs check_feature_columns=contrib.layers.feature_columns:"
    ),
    "tensorflow.contrib.layers.python.layers.initializers": "contrib.layers.initializers",
    "tensorflow.contrib.layers.python.layers.layers": (
        "contrib.layers.batch_normalization contrib.layers.convolutions contrib.layers.dense "
        "contrib.layers.divisive_normalization contrib.layers.pooling contrib.layers.repetition "
        "contrib.layers.reshaping contrib.layers.separable_convolutions "
        "contrib.layers.transposed_convolutions layer_norm=contrib.layers.normalization: "
        "_inner_flatten=contrib.layers.reshaping:inner_flatten poincare_normalize=contrib.layers.reshaping:"
    ),
    "tensorflow.contrib.layers.python.layers.normalization": "contrib.layers.normalization",
    "tensorflow.contrib.layers.python.layers.optimizers": (
        "contrib.layers.optimization _adaptive_max_norm=contrib.layers.optimization:"
    ),
    "tensorflow.contrib.layers.python.layers.regularizers": "contrib.layers.regularizers",
    "tensorflow.contrib.layers.python.layers.summaries": "contrib.layers.summaries",
    "tensorflow.contrib.layers.python.layers.utils": "contrib.layers.collected_outputs",
    "tensorflow.contrib.layers.python.ops.bucketization_op": "contrib.layers.sparse_features",
    "tensorflow.contrib.layers.python.ops.sparse_feature_cross_op": "contrib.layers.sparse_features",
    "tensorflow.contrib.layers.python.ops.sparse_ops": "contrib.layers.sparse_features",
    "tensorflow.contrib.layers.summaries": "contrib.layers.summaries",
    "tensorflow.contrib.layers.utils": "contrib.layers.collected_outputs",
    "tensorflow.contrib.learn": (
        "contrib.learn.canned contrib.learn.columns contrib.learn.estimator contrib.learn.head "
        "contrib.learn.keys contrib.learn.metric_spec contrib.learn.model_fn contrib.learn.reading "
        "contrib.learn.run_config contrib.learn.serving contrib.learn.sklearn "
        "NotFittedError=contrib.learn.estimator: Experiment=contrib.learn.experiment: "
        "NanLossDuringTrainingError=contrib.learn.monitors:"
    ),
    "tensorflow.contrib.learn.datasets": (
        "load_mnist=contrib.learn.datasets.mnist: DATASETS=contrib.learn.datasets.synthetic: "
        "SYNTHETIC=contrib.learn.datasets.synthetic: load_dataset=contrib.learn.datasets.synthetic: "
        "make_dataset=contrib.learn.datasets.synthetic: load_iris=contrib.learn.datasets.tables: "
        "load_boston=contrib.learn.datasets.tables:"
    ),
    "tensorflow.contrib.learn.datasets.base": (
        "contrib.learn.datasets.downloads contrib.learn.datasets.tables"
    ),
    "tensorflow.contrib.learn.datasets.synthetic": "contrib.learn.datasets.synthetic",
    "tensorflow.contrib.learn.estimators.model_fn": "contrib.learn.model_fn",
    "tensorflow.contrib.learn.io": (
        "contrib.learn.reading numpy_input_fn=contrib.learn.reading: pandas_input_fn=contrib.learn.reading:"
    ),
    "tensorflow.contrib.learn.learn_runner": "contrib.learn.learn_runner",
    "tensorflow.contrib.learn.monitors": "contrib.learn.monitors",
    "tensorflow.contrib.learn.preprocessing": (
        "contrib.learn.preprocessing.text contrib.learn.preprocessing.vocabulary"
    ),
    "tensorflow.contrib.learn.python.learn.datasets": (
        "load_mnist=contrib.learn.datasets.mnist: DATASETS=contrib.learn.datasets.synthetic: "
        "SYNTHETIC=contrib.learn.datasets.synthetic: load_dataset=contrib.learn.datasets.synthetic: "
        "make_dataset=contrib.learn.datasets.synthetic: load_iris=contrib.learn.datasets.tables: "
        "load_boston=contrib.learn.datasets.tables:"
    ),
    "tensorflow.contrib.learn.python.learn.datasets.base": (
        "contrib.learn.datasets.downloads contrib.learn.datasets.tables"
    ),
    "tensorflow.contrib.learn.python.learn.datasets.mnist": "contrib.learn.datasets.mnist",
    "tensorflow.contrib.learn.python.learn.datasets.synthetic": "contrib.learn.datasets.synthetic",
    "tensorflow.contrib.learn.python.learn.datasets.text_datasets": "contrib.learn.datasets.text_datasets",
    "tensorflow.contrib.learn.python.learn.estimators": (
        "contrib.learn.canned contrib.learn.columns contrib.learn.estimator contrib.learn.head "
        "contrib.learn.keys contrib.learn.model_fn contrib.learn.sklearn "
        "ClusterConfig=contrib.learn.run_config:"
    ),
    "tensorflow.contrib.learn.python.learn.estimators._sklearn": "NotFittedError=contrib.learn.estimator:",
    "tensorflow.contrib.learn.python.learn.estimators.constants": "ProblemType=contrib.learn.model_fn:",
    "tensorflow.contrib.learn.python.learn.estimators.dnn": (
        "DNNEstimator=contrib.learn.canned: DNNClassifier=contrib.learn.canned: "
        "DNNRegressor=contrib.learn.canned:"
    ),
    "tensorflow.contrib.learn.python.learn.estimators.dnn_linear_combined": (
        "DNNLinearCombinedClassifier=contrib.learn.canned: DNNLinearCombinedRegressor=contrib.learn.canned:"
    ),
    "tensorflow.contrib.learn.python.learn.estimators.estimator": (
        "contrib.learn.columns contrib.learn.estimator contrib.learn.sklearn"
    ),
    "tensorflow.contrib.learn.python.learn.estimators.head": "contrib.learn.head",
    "tensorflow.contrib.learn.python.learn.estimators.linear": (
        "LinearEstimator=contrib.learn.canned: LinearClassifier=contrib.learn.canned: "
        "LinearRegressor=contrib.learn.canned:"
    ),
    "tensorflow.contrib.learn.python.learn.estimators.metric_key": "MetricKey=contrib.learn.keys:",
    "tensorflow.contrib.learn.python.learn.estimators.model_fn": "contrib.learn.model_fn",
    "tensorflow.contrib.learn.python.learn.estimators.prediction_key": "PredictionKey=contrib.learn.keys:",
    "tensorflow.contrib.learn.python.learn.estimators.run_config": "contrib.learn.run_config",
    "tensorflow.contrib.learn.python.learn.evaluable": "Evaluable=contrib.learn.estimator:",
    "tensorflow.contrib.learn.python.learn.experiment": "contrib.learn.experiment",
    "tensorflow.contrib.learn.python.learn.export_strategy": "ExportStrategy=contrib.learn.serving:",
    "tensorflow.contrib.learn.python.learn.learn_io.graph_io": "contrib.learn.reading",
    "tensorflow.contrib.learn.python.learn.learn_io.numpy_io": "numpy_input_fn=contrib.learn.reading:",
    "tensorflow.contrib.learn.python.learn.learn_io.pandas_io": "pandas_input_fn=contrib.learn.reading:",
    "tensorflow.contrib.learn.python.learn.learn_runner": "contrib.learn.learn_runner",
    "tensorflow.contrib.learn.python.learn.metric_spec": "contrib.learn.metric_spec",
    "tensorflow.contrib.learn.python.learn.monitors": "contrib.learn.monitors",
    "tensorflow.contrib.learn.python.learn.preprocessing": (
        "contrib.learn.preprocessing.text contrib.learn.preprocessing.vocabulary"
    ),
    "tensorflow.contrib.learn.python.learn.preprocessing.categorical": (
        "contrib.learn.preprocessing.vocabulary"
    ),
    "tensorflow.contrib.learn.python.learn.preprocessing.categorical_vocabulary": (
        "contrib.learn.preprocessing.vocabulary"
    ),
    "tensorflow.contrib.learn.python.learn.preprocessing.text": "contrib.learn.preprocessing.text",
    "tensorflow.contrib.learn.python.learn.trainable": "Trainable=contrib.learn.estimator:",
    "tensorflow.contrib.learn.python.learn.utils": "contrib.learn.serving",
    "tensorflow.contrib.learn.python.learn.utils.input_fn_utils": (
        "InputFnOps=contrib.learn.serving: build_parsing_serving_input_fn=contrib.learn.serving: "
        "build_default_serving_input_fn=contrib.learn.serving:"
    ),
    "tensorflow.contrib.learn.python.learn.utils.saved_model_export_utils": (
        "make_export_strategy=contrib.learn.serving:"
    ),
    "tensorflow.contrib.learn.utils": "contrib.learn.serving",
    "tensorflow.contrib.learn.utils.input_fn_utils": (
        "InputFnOps=contrib.learn.serving: build_parsing_serving_input_fn=contrib.learn.serving: "
        "build_default_serving_input_fn=contrib.learn.serving:"
    ),
    "tensorflow.contrib.legacy_seq2seq": (
        "attention_decoder=contrib.legacy_seq2seq.attention: "
        "embedding_attention_decoder=contrib.legacy_seq2seq.attention: "
        "rnn_decoder=contrib.legacy_seq2seq.decoders: embedding_rnn_decoder=contrib.legacy_seq2seq.decoders: "
        "sequence_loss_by_example=contrib.legacy_seq2seq.losses: "
        "sequence_loss=contrib.legacy_seq2seq.losses: model_with_buckets=contrib.legacy_seq2seq.losses: "
        "basic_rnn_seq2seq=contrib.legacy_seq2seq.models: tied_rnn_seq2seq=contrib.legacy_seq2seq.models: "
        "embedding_rnn_seq2seq=contrib.legacy_seq2seq.models: "
        "embedding_tied_rnn_seq2seq=contrib.legacy_seq2seq.models: "
        "embedding_attention_seq2seq=contrib.legacy_seq2seq.models: "
        "one2many_rnn_seq2seq=contrib.legacy_seq2seq.models:"
    ),
    "tensorflow.contrib.legacy_seq2seq.python.ops.seq2seq": (
        "contrib.legacy_seq2seq.attention contrib.legacy_seq2seq.decoders contrib.legacy_seq2seq.losses "
        "contrib.legacy_seq2seq.models "
        "_extract_argmax_and_embed=contrib.legacy_seq2seq.decoders:embedded_argmax"
    ),
    "tensorflow.contrib.linalg": (
        "LinearOperatorBlockDiag=ops.linear_operators.block_diag: "
        "LinearOperatorCirculant=ops.linear_operators.circulant: "
        "LinearOperatorCirculant2D=ops.linear_operators.circulant: "
        "LinearOperatorCirculant3D=ops.linear_operators.circulant: "
        "LinearOperatorComposition=ops.linear_operators.composition: "
        "LinearOperatorDiag=ops.linear_operators.diag: "
        "LinearOperatorFullMatrix=ops.linear_operators.full_matrix: "
        "LinearOperatorIdentity=ops.linear_operators.identity: "
        "LinearOperatorScaledIdentity=ops.linear_operators.identity: "
        "LinearOperatorKronecker=ops.linear_operators.kronecker: "
        "LinearOperatorLowRankUpdate=ops.linear_operators.low_rank_update: "
        "LinearOperatorLowerTriangular=ops.linear_operators.lower_triangular: "
        "LinearOperator=ops.linear_operators.operator:"
    ),
    "tensorflow.contrib.lookup": (
        "MutableDenseHashTable=contrib.lookup.dense_tables: "
        "string_to_index_table_from_file=contrib.lookup.string_tables: "
        "string_to_index_table_from_tensor=contrib.lookup.string_tables: "
        "index_table_from_tensor=contrib.lookup.string_tables: string_to_index=contrib.lookup.string_tables: "
        "index_to_string_table_from_tensor=contrib.lookup.string_tables: "
        "index_to_string=contrib.lookup.string_tables: TextFileIndex=ops.lookup.classes: "
        "KeyValueTensorInitializer=ops.lookup.classes: TextFileInitializer=ops.lookup.classes: "
        "TextFileIdTableInitializer=ops.lookup.classes: TextFileStringTableInitializer=ops.lookup.classes: "
        "HashTable=ops.lookup.classes: MutableHashTable=ops.lookup.classes: "
        "IdTableWithHashBuckets=ops.lookup.classes: HasherSpec=ops.lookup.hashers: "
        "FastHashSpec=ops.lookup.hashers: StrongHashSpec=ops.lookup.hashers: "
        "index_table_from_file=ops.lookup.vocabularies: "
        "index_to_string_table_from_file=ops.lookup.vocabularies:"
    ),
    "tensorflow.contrib.lookup.lookup_ops": "contrib.lookup.string_tables",
    "tensorflow.contrib.losses": (
        "add_loss=contrib.losses.losses: get_losses=contrib.losses.losses: "
        "get_regularization_losses=contrib.losses.losses: get_total_loss=contrib.losses.losses: "
        "compute_weighted_loss=contrib.losses.losses: absolute_difference=contrib.losses.losses: "
        "mean_squared_error=contrib.losses.losses: log_loss=contrib.losses.losses: "
        "hinge_loss=contrib.losses.losses: sigmoid_cross_entropy=contrib.losses.losses: "
        "softmax_cross_entropy=contrib.losses.losses: sparse_softmax_cross_entropy=contrib.losses.losses: "
        "mean_pairwise_squared_error=contrib.losses.losses: cosine_distance=contrib.losses.losses:"
    ),
    "tensorflow.contrib.losses.metric_learning": "contrib.losses.metric_learning",
    "tensorflow.contrib.losses.python.losses.loss_ops": "contrib.losses.losses",
    "tensorflow.contrib.losses.python.metric_learning": "contrib.losses.metric_learning",
    "tensorflow.contrib.losses.python.metric_learning.metric_loss_ops": "contrib.losses.metric_learning",
    "tensorflow.contrib.metrics": (
        "streaming_dynamic_auc=contrib.metrics.areas: auc_using_histogram=contrib.metrics.areas: "
        "streaming_sparse_recall_at_k=contrib.metrics.at_k: "
        "streaming_sparse_precision_at_k=contrib.metrics.at_k: "
        "streaming_sparse_precision_at_top_k=contrib.metrics.at_k: "
        "sparse_recall_at_top_k=contrib.metrics.at_k: "
        "streaming_sparse_average_precision_at_k=contrib.metrics.at_k: "
        "streaming_sparse_average_precision_at_top_k=contrib.metrics.at_k: "
        "streaming_sensitivity_at_specificity=contrib.metrics.at_k: "
        "streaming_specificity_at_sensitivity=contrib.metrics.at_k: "
        "streaming_false_positive_rate=contrib.metrics.rates: "
        "streaming_false_negative_rate=contrib.metrics.rates: "
        "streaming_true_positives_at_thresholds=contrib.metrics.rates: "
        "streaming_false_negatives_at_thresholds=contrib.metrics.rates: "
        "streaming_false_positives_at_thresholds=contrib.metrics.rates: "
        "streaming_true_negatives_at_thresholds=contrib.metrics.rates: "
        "streaming_false_positive_rate_at_thresholds=contrib.metrics.rates: "
        "streaming_false_negative_rate_at_thresholds=contrib.metrics.rates: "
        "streaming_curve_points=contrib.metrics.rates: recall_at_precision=contrib.metrics.rates: "
        "precision_at_recall=contrib.metrics.rates: count=contrib.metrics.statistics: "
        "streaming_covariance=contrib.metrics.statistics: "
        "streaming_pearson_correlation=contrib.metrics.statistics: cohen_kappa=contrib.metrics.statistics: "
        "streaming_concat=contrib.metrics.statistics: streaming_true_positives=contrib.metrics.streaming: "
        "streaming_true_negatives=contrib.metrics.streaming: "
        "streaming_false_positives=contrib.metrics.streaming: "
        "streaming_false_negatives=contrib.metrics.streaming: streaming_accuracy=contrib.metrics.streaming: "
        "streaming_precision=contrib.metrics.streaming: streaming_recall=contrib.metrics.streaming: "
        "streaming_mean_absolute_error=contrib.metrics.streaming: "
        "streaming_mean_squared_error=contrib.metrics.streaming: "
        "streaming_root_mean_squared_error=contrib.metrics.streaming: "
        "streaming_mean=contrib.metrics.streaming: streaming_mean_tensor=contrib.metrics.streaming: "
        "streaming_precision_at_thresholds=contrib.metrics.streaming: "
        "streaming_recall_at_thresholds=contrib.metrics.streaming: "
        "streaming_mean_relative_error=contrib.metrics.streaming: "
        "streaming_mean_iou=contrib.metrics.streaming: streaming_percentage_less=contrib.metrics.streaming: "
        "streaming_auc=contrib.metrics.streaming: streaming_recall_at_k=contrib.metrics.streaming: "
        "streaming_mean_cosine_distance=contrib.metrics.streaming: accuracy=contrib.metrics.streaming: "
        "aggregate_metrics=contrib.metrics.streaming: aggregate_metric_map=contrib.metrics.streaming: "
        "confusion_matrix=ops.metrics.confusion: set_size=ops.sparse.sets: set_intersection=ops.sparse.sets: "
        "set_difference=ops.sparse.sets: set_union=ops.sparse.sets:"
    ),
    "tensorflow.contrib.metrics.python.metrics.classification": "accuracy=contrib.metrics.streaming:",
    "tensorflow.contrib.metrics.python.ops.histogram_ops": "contrib.metrics.areas",
    "tensorflow.contrib.metrics.python.ops.metric_ops": (
        "contrib.metrics.areas contrib.metrics.at_k contrib.metrics.rates contrib.metrics.statistics "
        "contrib.metrics.streaming"
    ),
    "tensorflow.contrib.mixed_precision": (
        "LossScaleManager=contrib.mixed_precision.loss_scale: "
        "FixedLossScaleManager=contrib.mixed_precision.loss_scale: "
        "ExponentialUpdateLossScaleManager=contrib.mixed_precision.loss_scale: "
        "LossScaleOptimizer=contrib.mixed_precision.loss_scale:"
    ),
    "tensorflow.contrib.mixed_precision.python.loss_scale_manager": "contrib.mixed_precision.loss_scale",
    "tensorflow.contrib.mixed_precision.python.loss_scale_optimizer": "contrib.mixed_precision.loss_scale",
    "tensorflow.contrib.model_pruning": (
        "MaskedBasicLSTMCell=contrib.model_pruning.layers: MaskedLSTMCell=contrib.model_pruning.layers: "
        "masked_convolution=contrib.model_pruning.layers: masked_conv2d=contrib.model_pruning.layers: "
        "masked_fully_connected=contrib.model_pruning.layers: train=contrib.model_pruning.learning: "
        "apply_mask=contrib.model_pruning.masks: get_masked_weights=contrib.model_pruning.masks: "
        "get_masks=contrib.model_pruning.masks: get_thresholds=contrib.model_pruning.masks: "
        "get_weights=contrib.model_pruning.masks: get_weight_sparsity=contrib.model_pruning.masks: "
        "get_pruning_hparams=contrib.model_pruning.pruning: Pruning=contrib.model_pruning.pruning:"
    ),
    "tensorflow.contrib.model_pruning.python.layers.core_layers": (
        "contrib.model_pruning.layers contrib.model_pruning.masks"
    ),
    "tensorflow.contrib.model_pruning.python.layers.layers": "contrib.model_pruning.layers",
    "tensorflow.contrib.model_pruning.python.layers.rnn_cells": "contrib.model_pruning.layers",
    "tensorflow.contrib.model_pruning.python.learning": "contrib.model_pruning.learning",
    "tensorflow.contrib.model_pruning.python.pruning": (
        "contrib.model_pruning.masks contrib.model_pruning.pruning"
    ),
    "tensorflow.contrib.nccl": (
        "all_sum=contrib.nccl.collectives: all_prod=contrib.nccl.collectives: "
        "all_min=contrib.nccl.collectives: all_max=contrib.nccl.collectives: "
        "reduce_sum=contrib.nccl.collectives: broadcast=contrib.nccl.collectives:"
    ),
    "tensorflow.contrib.nccl.python.ops.nccl_ops": "contrib.nccl.collectives",
    "tensorflow.contrib.nn": (
        "nth_element=contrib.nn.functions: alpha_dropout=contrib.nn.functions: "
        "conv1d_transpose=contrib.nn.functions: "
        "deprecated_flipped_softmax_cross_entropy_with_logits=contrib.nn.functions: "
        "deprecated_flipped_sparse_softmax_cross_entropy_with_logits=contrib.nn.functions: "
        "deprecated_flipped_sigmoid_cross_entropy_with_logits=contrib.nn.functions: "
        "sampled_sparse_softmax_loss=contrib.nn.functions: rank_sampled_softmax_loss=contrib.nn.functions: "
        "scaled_softplus=contrib.nn.softplus:"
    ),
    "tensorflow.contrib.nn.python.ops.alpha_dropout": "contrib.nn.functions",
    "tensorflow.contrib.nn.python.ops.cross_entropy": "contrib.nn.functions",
    "tensorflow.contrib.nn.python.ops.fwd_gradients": "contrib.nn.softplus",
    "tensorflow.contrib.nn.python.ops.sampling_ops": "contrib.nn.functions",
    "tensorflow.contrib.nn.python.ops.scaled_softplus": "contrib.nn.softplus",
    "tensorflow.contrib.opt": (
        "LazyAdamOptimizer=contrib.opt.adam_kinds: AdaMaxOptimizer=contrib.opt.adam_kinds: "
        "NadamOptimizer=contrib.opt.adam_kinds: ExternalOptimizerInterface=contrib.opt.external: "
        "ScipyOptimizerInterface=contrib.opt.external: AddSignOptimizer=contrib.opt.sign: "
        "PowerSignOptimizer=contrib.opt.sign: MovingAverageOptimizer=contrib.opt.wrappers: "
        "MultitaskOptimizerWrapper=contrib.opt.wrappers: clip_gradients_by_global_norm=contrib.opt.wrappers: "
        "VariableClippingOptimizer=contrib.opt.wrappers:"
    ),
    "tensorflow.contrib.opt.python.training.adamax": "contrib.opt.adam_kinds",
    "tensorflow.contrib.opt.python.training.addsign": "contrib.opt.sign",
    "tensorflow.contrib.opt.python.training.external_optimizer": "contrib.opt.external",
    "tensorflow.contrib.opt.python.training.lazy_adam_optimizer": "contrib.opt.adam_kinds",
    "tensorflow.contrib.opt.python.training.moving_average_optimizer": "contrib.opt.wrappers",
    "tensorflow.contrib.opt.python.training.multitask_optimizer_wrapper": "contrib.opt.wrappers",
    "tensorflow.contrib.opt.python.training.nadam_optimizer": "contrib.opt.adam_kinds",
    "tensorflow.contrib.opt.python.training.powersign": "contrib.opt.sign",
    "tensorflow.contrib.opt.python.training.sign_decay": (
        "get_linear_decay_fn=contrib.opt.sign: get_cosine_decay_fn=contrib.opt.sign: "
        "get_restart_decay_fn=contrib.opt.sign:"
    ),
    "tensorflow.contrib.opt.python.training.variable_clipping_optimizer": "contrib.opt.wrappers",
    "tensorflow.contrib.predictor": (
        "from_saved_model=contrib.predictor.predictor: from_estimator=contrib.predictor.predictor: "
        "from_contrib_estimator=contrib.predictor.predictor:"
    ),
    "tensorflow.contrib.predictor.predictor": "contrib.predictor.predictor",
    "tensorflow.contrib.quantize": (
        "create_training_graph=contrib.quantize.quantize_graph: "
        "create_eval_graph=contrib.quantize.quantize_graph: "
        "experimental_create_training_graph=contrib.quantize.quantize_graph: "
        "experimental_create_eval_graph=contrib.quantize.quantize_graph:"
    ),
    "tensorflow.contrib.quantize.python.common": "contrib.quantize.common",
    "tensorflow.contrib.quantize.python.fold_batch_norms": "contrib.quantize.fold_batch_norms",
    "tensorflow.contrib.quantize.python.quant_ops": "contrib.quantize.quant_ops",
    "tensorflow.contrib.quantize.python.quantize": "contrib.quantize.quantize",
    "tensorflow.contrib.quantize.python.quantize_graph": "contrib.quantize.quantize_graph",
    "tensorflow.contrib.resampler": "resampler=contrib.resampler.resampling:",
    "tensorflow.contrib.resampler.python.ops.resampler_ops": "contrib.resampler.resampling",
    "tensorflow.contrib.rnn": (
        "layers.recurrent.static AttentionCellWrapper=contrib.rnn.attention_cell: "
        "CompiledWrapper=contrib.rnn.attention_cell: LSTMBlockCell=contrib.rnn.block_cells: "
        "GRUBlockCell=contrib.rnn.block_cells: GRUBlockCellV2=contrib.rnn.block_cells: "
        "LSTMBlockWrapper=contrib.rnn.block_fused: LSTMBlockFusedCell=contrib.rnn.block_fused: "
        "ConvLSTMCell=contrib.rnn.convolutional_cells: Conv1DLSTMCell=contrib.rnn.convolutional_cells: "
        "Conv2DLSTMCell=contrib.rnn.convolutional_cells: Conv3DLSTMCell=contrib.rnn.convolutional_cells: "
        "FusedRNNCell=contrib.rnn.fused: FusedRNNCellAdaptor=contrib.rnn.fused: "
        "TimeReversedFusedRNN=contrib.rnn.fused: NASCell=contrib.rnn.gated_cells: "
        "UGRNNCell=contrib.rnn.gated_cells: IntersectionRNNCell=contrib.rnn.gated_cells: "
        "SRUCell=contrib.rnn.gated_cells: GLSTMCell=contrib.rnn.gated_cells: "
        "TimeFreqLSTMCell=contrib.rnn.grid_cells: GridLSTMCell=contrib.rnn.grid_cells: "
        "BidirectionalGridLSTMCell=contrib.rnn.grid_cells: "
        "LayerNormBasicLSTMCell=contrib.rnn.normalized_cells: "
        "LayerNormLSTMCell=contrib.rnn.normalized_cells: WeightNormLSTMCell=contrib.rnn.normalized_cells: "
        "CoupledInputForgetGateLSTMCell=contrib.rnn.normalized_cells: "
        "PhasedLSTMCell=contrib.rnn.phased_cell: EmbeddingWrapper=contrib.rnn.projections: "
        "InputProjectionWrapper=contrib.rnn.projections: OutputProjectionWrapper=contrib.rnn.projections: "
        "HighwayWrapper=contrib.rnn.projections: stack_bidirectional_rnn=contrib.rnn.stacks: "
        "stack_bidirectional_dynamic_rnn=contrib.rnn.stacks: "
        "static_bidirectional_rnn=layers.recurrent.bidirectional: LayerRNNCell=layers.recurrent.cell: "
        "transpose_batch_time=layers.recurrent.sequences: "
        "best_effort_input_batch_size=layers.recurrent.sequences:best_effort_batch_size"
    ),
    "tensorflow.contrib.rnn.python.ops.core_rnn_cell": (
        "contrib.rnn.linear contrib.rnn.projections _linear=contrib.rnn.linear:linear "
        "_Linear=contrib.rnn.linear:Linear"
    ),
    "tensorflow.contrib.rnn.python.ops.fused_rnn_cell": "contrib.rnn.fused",
    "tensorflow.contrib.rnn.python.ops.gru_ops": "contrib.rnn.block_cells",
    "tensorflow.contrib.rnn.python.ops.lstm_ops": (
        "contrib.rnn.block_fused LSTMBlockCell=contrib.rnn.block_cells:"
    ),
    "tensorflow.contrib.rnn.python.ops.rnn": "contrib.rnn.stacks",
    "tensorflow.contrib.rnn.python.ops.rnn_cell": (
        "contrib.rnn.attention_cell contrib.rnn.convolutional_cells contrib.rnn.gated_cells "
        "contrib.rnn.grid_cells contrib.rnn.linear contrib.rnn.normalized_cells contrib.rnn.phased_cell "
        "HighwayWrapper=contrib.rnn.projections:"
    ),
    "tensorflow.contrib.saved_model": "maybe_saved_model_directory=saved_model.loader:",
    "tensorflow.contrib.saved_model.python.saved_model.reader": "saved_model.reader",
    "tensorflow.contrib.saved_model.reader": "saved_model.reader",
    "tensorflow.contrib.seq2seq": (
        "LuongAttention=contrib.seq2seq.attention_mechanisms: "
        "BahdanauAttention=contrib.seq2seq.attention_mechanisms: "
        "LuongMonotonicAttention=contrib.seq2seq.attention_mechanisms: "
        "BahdanauMonotonicAttention=contrib.seq2seq.attention_mechanisms: "
        "AttentionMechanism=contrib.seq2seq.attention_memory: hardmax=contrib.seq2seq.attention_scores: "
        "safe_cumprod=contrib.seq2seq.attention_scores: "
        "monotonic_attention=contrib.seq2seq.attention_scores: "
        "AttentionWrapperState=contrib.seq2seq.attention_wrapper: "
        "AttentionWrapper=contrib.seq2seq.attention_wrapper: "
        "BasicDecoderOutput=contrib.seq2seq.basic_decoder: BasicDecoder=contrib.seq2seq.basic_decoder: "
        "BeamSearchDecoderState=contrib.seq2seq.beam_search_decoder: "
        "BeamSearchDecoderOutput=contrib.seq2seq.beam_search_decoder: "
        "FinalBeamSearchDecoderOutput=contrib.seq2seq.beam_search_decoder: "
        "BeamSearchDecoder=contrib.seq2seq.beam_search_decoder: tile_batch=contrib.seq2seq.beam_states: "
        "gather_tree_from_array=contrib.seq2seq.beam_states: Decoder=contrib.seq2seq.decoder: "
        "dynamic_decode=contrib.seq2seq.decoder: Helper=contrib.seq2seq.helper: "
        "CustomHelper=contrib.seq2seq.helper: InferenceHelper=contrib.seq2seq.helper: "
        "GreedyEmbeddingHelper=contrib.seq2seq.helper: SampleEmbeddingHelper=contrib.seq2seq.helper: "
        "sequence_loss=contrib.seq2seq.loss: TrainingHelper=contrib.seq2seq.training_helpers: "
        "ScheduledEmbeddingTrainingHelper=contrib.seq2seq.training_helpers: "
        "ScheduledOutputTrainingHelper=contrib.seq2seq.training_helpers: gather_tree=ops.nn.gather_tree:"
    ),
    "tensorflow.contrib.seq2seq.python.ops.attention_wrapper": (
        "contrib.seq2seq.attention_mechanisms contrib.seq2seq.attention_memory "
        "contrib.seq2seq.attention_scores contrib.seq2seq.attention_wrapper "
        "_BaseAttentionMechanism=contrib.seq2seq.attention_memory:BaseAttentionMechanism"
    ),
    "tensorflow.contrib.seq2seq.python.ops.basic_decoder": "contrib.seq2seq.basic_decoder",
    "tensorflow.contrib.seq2seq.python.ops.beam_search_decoder": (
        "contrib.seq2seq.beam_search_decoder contrib.seq2seq.beam_states "
        "_beam_search_step=contrib.seq2seq.beam_search_decoder:beam_search_step "
        "_mask_probs=contrib.seq2seq.beam_search_decoder:mask_probs"
    ),
    "tensorflow.contrib.seq2seq.python.ops.beam_search_ops": "ops.nn.gather_tree",
    "tensorflow.contrib.seq2seq.python.ops.decoder": "contrib.seq2seq.decoder",
    "tensorflow.contrib.seq2seq.python.ops.helper": "contrib.seq2seq.helper contrib.seq2seq.training_helpers",
    "tensorflow.contrib.seq2seq.python.ops.loss": "contrib.seq2seq.loss",
    "tensorflow.contrib.signal": (
        "frame=contrib.signal.frames: overlap_and_add=contrib.signal.frames: "
        "linear_to_mel_weight_matrix=contrib.signal.mel: mfccs_from_log_mel_spectrograms=contrib.signal.mel: "
        "stft=contrib.signal.short_time: inverse_stft_window_fn=contrib.signal.short_time: "
        "inverse_stft=contrib.signal.short_time: hann_window=contrib.signal.windows: "
        "hamming_window=contrib.signal.windows:"
    ),
    "tensorflow.contrib.signal.python.ops.mel_ops": "contrib.signal.mel",
    "tensorflow.contrib.signal.python.ops.mfcc_ops": "contrib.signal.mel",
    "tensorflow.contrib.signal.python.ops.reconstruction_ops": "contrib.signal.frames",
    "tensorflow.contrib.signal.python.ops.shape_ops": "contrib.signal.frames",
    "tensorflow.contrib.signal.python.ops.spectral_ops": "contrib.signal.short_time",
    "tensorflow.contrib.signal.python.ops.window_ops": "contrib.signal.windows",
    "tensorflow.contrib.slim.data_decoder": "contrib.slim.data.data_decoder",
    "tensorflow.contrib.slim.data_provider": "contrib.slim.data.data_provider",
    "tensorflow.contrib.slim.dataset": "contrib.slim.data.dataset",
    "tensorflow.contrib.slim.dataset_data_provider": "contrib.slim.data.dataset_data_provider",
    "tensorflow.contrib.slim.evaluation": "contrib.slim.evaluation",
    "tensorflow.contrib.slim.learning": (
        "contrib.slim.learning clip_gradient_norms=contrib.training.gradients: "
        "multiply_gradients=contrib.training.gradients:"
    ),
    "tensorflow.contrib.slim.model_analyzer": "contrib.slim.model_analyzer",
    "tensorflow.contrib.slim.nets.alexnet": (
        "alexnet_v2_arg_scope=contrib.slim.nets.alexnet: alexnet_v2=contrib.slim.nets.alexnet:"
    ),
    "tensorflow.contrib.slim.nets.inception": (
        "inception_v1_base=contrib.slim.nets.inception_v1: inception_v1=contrib.slim.nets.inception_v1: "
        "inception_v1_arg_scope=contrib.slim.nets.inception_v1: "
        "inception_v2_base=contrib.slim.nets.inception_v2: inception_v2=contrib.slim.nets.inception_v2: "
        "inception_v2_arg_scope=contrib.slim.nets.inception_v2: "
        "inception_v3_base=contrib.slim.nets.inception_v3: inception_v3=contrib.slim.nets.inception_v3: "
        "inception_v3_arg_scope=contrib.slim.nets.inception_v3:"
    ),
    "tensorflow.contrib.slim.nets.inception_v1": "contrib.slim.nets.inception_v1",
    "tensorflow.contrib.slim.nets.inception_v2": "contrib.slim.nets.inception_v2",
    "tensorflow.contrib.slim.nets.inception_v3": "contrib.slim.nets.inception_v3",
    "tensorflow.contrib.slim.nets.overfeat": (
        "overfeat_arg_scope=contrib.slim.nets.overfeat: overfeat=contrib.slim.nets.overfeat:"
    ),
    "tensorflow.contrib.slim.nets.resnet_utils": "contrib.slim.nets.resnet_utils",
    "tensorflow.contrib.slim.nets.resnet_v1": "contrib.slim.nets.resnet_v1",
    "tensorflow.contrib.slim.nets.resnet_v2": "contrib.slim.nets.resnet_v2",
    "tensorflow.contrib.slim.nets.vgg": (
        "vgg_arg_scope=contrib.slim.nets.vgg: vgg_a=contrib.slim.nets.vgg: vgg_16=contrib.slim.nets.vgg: "
        "vgg_19=contrib.slim.nets.vgg: vgg_d=contrib.slim.nets.vgg: vgg_e=contrib.slim.nets.vgg:"
    ),
    "tensorflow.contrib.slim.parallel_reader": "contrib.slim.data.parallel_reader",
    "tensorflow.contrib.slim.prefetch_queue": "contrib.slim.data.prefetch_queue",
    "tensorflow.contrib.slim.python.slim.data.data_decoder": "contrib.slim.data.data_decoder",
    "tensorflow.contrib.slim.python.slim.data.data_provider": "contrib.slim.data.data_provider",
    "tensorflow.contrib.slim.python.slim.data.dataset": "contrib.slim.data.dataset",
    "tensorflow.contrib.slim.python.slim.data.dataset_data_provider": (
        "contrib.slim.data.dataset_data_provider"
    ),
    "tensorflow.contrib.slim.python.slim.data.parallel_reader": "contrib.slim.data.parallel_reader",
    "tensorflow.contrib.slim.python.slim.data.prefetch_queue": "contrib.slim.data.prefetch_queue",
    "tensorflow.contrib.slim.python.slim.data.tfexample_decoder": "contrib.slim.data.tfexample_decoder",
    "tensorflow.contrib.slim.python.slim.evaluation": "contrib.slim.evaluation",
    "tensorflow.contrib.slim.python.slim.learning": "contrib.slim.learning",
    "tensorflow.contrib.slim.python.slim.model_analyzer": "contrib.slim.model_analyzer",
    "tensorflow.contrib.slim.python.slim.nets.alexnet": "contrib.slim.nets.alexnet",
    "tensorflow.contrib.slim.python.slim.nets.inception_v1": "contrib.slim.nets.inception_v1",
    "tensorflow.contrib.slim.python.slim.nets.inception_v2": "contrib.slim.nets.inception_v2",
    "tensorflow.contrib.slim.python.slim.nets.inception_v3": "contrib.slim.nets.inception_v3",
    "tensorflow.contrib.slim.python.slim.nets.overfeat": "contrib.slim.nets.overfeat",
    "tensorflow.contrib.slim.python.slim.nets.resnet_utils": "contrib.slim.nets.resnet_utils",
    "tensorflow.contrib.slim.python.slim.nets.resnet_v1": "contrib.slim.nets.resnet_v1",
    "tensorflow.contrib.slim.python.slim.nets.resnet_v2": "contrib.slim.nets.resnet_v2",
    "tensorflow.contrib.slim.python.slim.nets.vgg": "contrib.slim.nets.vgg",
    "tensorflow.contrib.slim.python.slim.queues": "contrib.slim.queues",
    "tensorflow.contrib.slim.python.slim.summaries": "contrib.slim.summaries",
    "tensorflow.contrib.slim.queues": "contrib.slim.queues",
    "tensorflow.contrib.slim.summaries": "contrib.slim.summaries",
    "tensorflow.contrib.slim.tfexample_decoder": "contrib.slim.data.tfexample_decoder",
    "tensorflow.contrib.slim.utils": "contrib.layers.collected_outputs",
    "tensorflow.contrib.sparsemax": (
        "sparsemax=contrib.sparsemax.projection: sparsemax_loss=contrib.sparsemax.projection:"
    ),
    "tensorflow.contrib.sparsemax.python.ops.sparsemax": "contrib.sparsemax.projection",
    "tensorflow.contrib.sparsemax.python.ops.sparsemax_loss": "contrib.sparsemax.projection",
    "tensorflow.contrib.staging": "StagingArea=ops.queues.staging:",
    "tensorflow.contrib.stateless": (
        "stateless_random_uniform=ops.random.stateless: stateless_random_normal=ops.random.stateless: "
        "stateless_truncated_normal=ops.random.stateless: stateless_multinomial=ops.random.stateless:"
    ),
    "tensorflow.contrib.summary": (
        "scalar=contrib.summary.summaries: histogram=contrib.summary.summaries: "
        "image=contrib.summary.summaries: audio=contrib.summary.summaries: "
        "generic=contrib.summary.summaries: graph=contrib.summary.summaries: "
        "import_event=contrib.summary.summaries: should_record_summaries=contrib.summary.writers: "
        "record_summaries_every_n_global_steps=contrib.summary.writers: "
        "always_record_summaries=contrib.summary.writers: never_record_summaries=contrib.summary.writers: "
        "SummaryWriter=contrib.summary.writers: create_file_writer=contrib.summary.writers: "
        "create_summary_file_writer=contrib.summary.writers: "
        "summary_writer_initializer_op=contrib.summary.writers: initialize=contrib.summary.writers: "
        "flush=contrib.summary.writers: eval_dir=contrib.summary.writers: "
        "all_summary_ops=contrib.summary.writers:"
    ),
    "tensorflow.contrib.summary.summary": "contrib.summary.summaries contrib.summary.writers",
    "tensorflow.contrib.summary.summary_test_util": "contrib.summary.event_files",
    "tensorflow.contrib.tensor_forest.client.eval_metrics": "contrib.tensor_forest.eval_metrics",
    "tensorflow.contrib.tensor_forest.client.random_forest": "contrib.tensor_forest.random_forest",
    "tensorflow.contrib.tensor_forest.data_ops": "contrib.tensor_forest.data_ops",
    "tensorflow.contrib.tensor_forest.eval_metrics": "contrib.tensor_forest.eval_metrics",
    "tensorflow.contrib.tensor_forest.python.ops.data_ops": "contrib.tensor_forest.data_ops",
    "tensorflow.contrib.tensor_forest.python.ops.model_ops": (
        "tree_variable=contrib.tensor_forest.tree_variables:"
    ),
    "tensorflow.contrib.tensor_forest.python.ops.stats_ops": (
        "fertile_stats_variable=contrib.tensor_forest.tree_variables:"
    ),
    "tensorflow.contrib.tensor_forest.python.tensor_forest": (
        "contrib.tensor_forest.hparams contrib.tensor_forest.tensor_forest"
    ),
    "tensorflow.contrib.tensor_forest.random_forest": "contrib.tensor_forest.random_forest",
    "tensorflow.contrib.tensor_forest.tensor_forest": (
        "contrib.tensor_forest.hparams contrib.tensor_forest.tensor_forest"
    ),
    "tensorflow.contrib.tensorboard.plugins.projector": "contrib.tensorboard.plugins.projector",
    "tensorflow.contrib.tfprof.model_analyzer": (
        "profiler.model_analyzer TRAINABLE_VARS_PARAMS_STAT_OPTIONS=profiler.model_analyzer: "
        "FLOAT_OPS_OPTIONS=profiler.model_analyzer: PRINT_ALL_TIMING_MEMORY=profiler.model_analyzer: "
        "print_model_analysis=profiler.model_analyzer:"
    ),
    "tensorflow.contrib.tfprof.tfprof_logger": "profiler.op_log",
    "tensorflow.contrib.timeseries": (
        "ARModel=contrib.timeseries.ar_model: ARRegressor=contrib.timeseries.estimators: "
        "StructuralEnsembleRegressor=contrib.timeseries.estimators: "
        "TrainEvalFeatures=contrib.timeseries.feature_keys: "
        "FilteringResults=contrib.timeseries.feature_keys: "
        "predict_continuation_input_fn=contrib.timeseries.input_fns: "
        "WholeDatasetInputFn=contrib.timeseries.input_fns: RandomWindowInputFn=contrib.timeseries.input_fns: "
        "NumpyReader=contrib.timeseries.readers: CSVReader=contrib.timeseries.readers:"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.ar_model": (
        "contrib.timeseries.ar_anomalies contrib.timeseries.ar_model contrib.timeseries.ar_networks"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.estimators": "contrib.timeseries.estimators",
    "tensorflow.contrib.timeseries.python.timeseries.feature_keys": "contrib.timeseries.feature_keys",
    "tensorflow.contrib.timeseries.python.timeseries.head": "contrib.timeseries.head",
    "tensorflow.contrib.timeseries.python.timeseries.input_pipeline": (
        "contrib.timeseries.input_fns contrib.timeseries.readers "
        "_canonicalize_numpy_data=contrib.timeseries.arrays:batched_series"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.math_utils": (
        "contrib.timeseries.state_space_models.matrices contrib.timeseries.statistics"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.model": (
        "contrib.timeseries.model contrib.timeseries.sequential"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.model_utils": (
        "canonicalize_times_or_steps_from_output=contrib.timeseries.arrays:times_to_predict"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.saved_model_utils": (
        "contrib.timeseries.saved_model_utils"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.state_management": "contrib.timeseries.state_management",
    "tensorflow.contrib.timeseries.python.timeseries.state_space_models.filtering_postprocessor": (
        "contrib.timeseries.state_space_models.filtering_postprocessor"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.state_space_models.kalman_filter": (
        "contrib.timeseries.state_space_models.kalman_filter"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.state_space_models.level_trend": (
        "contrib.timeseries.state_space_models.level_trend"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.state_space_models.periodic": (
        "contrib.timeseries.state_space_models.periodic"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.state_space_models.state_space_model": (
        "contrib.timeseries.state_space_models.ensembles "
        "contrib.timeseries.state_space_models.state_space_model"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.state_space_models.structural_ensemble": (
        "contrib.timeseries.state_space_models.structural_ensemble"
    ),
    "tensorflow.contrib.timeseries.python.timeseries.state_space_models.varma": (
        "contrib.timeseries.state_space_models.varma"
    ),
    "tensorflow.contrib.timeseries.saved_model_utils": "contrib.timeseries.saved_model_utils",
    "tensorflow.contrib.tpu": (
        "InputPipelineConfig=contrib.tpu.config: TPUConfig=contrib.tpu.config: RunConfig=contrib.tpu.config: "
        "TPUEstimatorSpec=contrib.tpu.estimator: TPUEstimator=contrib.tpu.estimator: "
        "CrossShardOptimizer=contrib.tpu.optimizer: cross_replica_sum=contrib.tpu.shards:"
    ),
    "tensorflow.contrib.tpu.python.ops.tpu_ops": "cross_replica_sum=contrib.tpu.shards:",
    "tensorflow.contrib.tpu.python.tpu.tpu_config": "contrib.tpu.config",
    "tensorflow.contrib.tpu.python.tpu.tpu_estimator": "contrib.tpu.estimator",
    "tensorflow.contrib.tpu.python.tpu.tpu_function": "contrib.tpu.shards",
    "tensorflow.contrib.tpu.python.tpu.tpu_optimizer": "contrib.tpu.optimizer",
    "tensorflow.contrib.training": (
        "bucket=contrib.training.buckets: bucket_by_sequence_length=contrib.training.buckets: "
        "clip_gradient_norms=contrib.training.gradients: clip_gradient_norms_fn=contrib.training.gradients: "
        "multiply_gradients=contrib.training.gradients: add_gradients_summaries=contrib.training.gradients: "
        "create_train_op=contrib.training.gradients: HParams=contrib.training.hparam: "
        "train=contrib.training.loops: wait_for_new_checkpoint=contrib.training.loops: "
        "checkpoints_iterator=contrib.training.loops: SummaryAtEndHook=contrib.training.loops: "
        "evaluate_repeatedly=contrib.training.loops: RandomStrategy=contrib.training.placement: "
        "GreedyLoadBalancingStrategy=contrib.training.placement: "
        "byte_size_load_fn=contrib.training.placement: rejection_sample=contrib.training.sampling: "
        "stratified_sample=contrib.training.sampling: resample_at_rate=contrib.training.sampling: "
        "weighted_resample=contrib.training.sampling: get_or_create_eval_step=training.evaluation: "
        "StopAfterNEvalsHook=training.evaluation: evaluate_once=training.evaluation:"
    ),
    "tensorflow.contrib.training.python.training.bucket_ops": "contrib.training.buckets",
    "tensorflow.contrib.training.python.training.device_setter": "contrib.training.placement",
    "tensorflow.contrib.training.python.training.evaluation": "contrib.training.loops training.evaluation",
    "tensorflow.contrib.training.python.training.hparam": "contrib.training.hparam",
    "tensorflow.contrib.training.python.training.resample": "contrib.training.sampling",
    "tensorflow.contrib.training.python.training.sampling_ops": (
        "contrib.training.sampling _calculate_acceptance_probabilities=contrib.training.sampling:_acceptance"
    ),
    "tensorflow.contrib.training.python.training.training": (
        "contrib.training.gradients train=contrib.training.loops:"
    ),
    "tensorflow.estimator": (
        "BaselineClassifier=estimator.canned.baseline: BaselineRegressor=estimator.canned.baseline: "
        "BoostedTreesClassifier=estimator.canned.boosted_trees: "
        "BoostedTreesRegressor=estimator.canned.boosted_trees: DNNClassifier=estimator.canned.dnn: "
        "DNNRegressor=estimator.canned.dnn: "
        "DNNLinearCombinedClassifier=estimator.canned.dnn_linear_combined: "
        "DNNLinearCombinedRegressor=estimator.canned.dnn_linear_combined: "
        "LinearClassifier=estimator.canned.linear: LinearRegressor=estimator.canned.linear: "
        "classifier_parse_example_spec=estimator.canned.parsing_utils: "
        "regressor_parse_example_spec=estimator.canned.parsing_utils: Estimator=estimator.estimator: "
        "Exporter=estimator.exporter: BestExporter=estimator.exporter: FinalExporter=estimator.exporter: "
        "LatestExporter=estimator.exporter: ModeKeys=estimator.model_fn: EstimatorSpec=estimator.model_fn: "
        "RunConfig=estimator.run_config: TrainSpec=estimator.specs: EvalSpec=estimator.specs: "
        "train_and_evaluate=estimator.training: VocabInfo=estimator.warm_start: "
        "WarmStartSettings=estimator.warm_start:"
    ),
    "tensorflow.estimator.export": (
        "ExportOutput=estimator.export.outputs: ClassificationOutput=estimator.export.outputs: "
        "RegressionOutput=estimator.export.outputs: PredictOutput=estimator.export.outputs: "
        "ServingInputReceiver=estimator.export.receivers: "
        "TensorServingInputReceiver=estimator.export.receivers: "
        "build_parsing_serving_input_receiver_fn=estimator.export.receivers: "
        "build_raw_serving_input_receiver_fn=estimator.export.receivers:"
    ),
    "tensorflow.estimator.inputs": (
        "numpy_input_fn=estimator.inputs.numpy_io: pandas_input_fn=estimator.inputs.pandas_io:"
    ),
    "tensorflow.examples.tutorials.mnist.input_data": "read_data_sets=contrib.learn.datasets.mnist:",
    "tensorflow.examples.tutorials.mnist.mnist": "examples.tutorials.mnist.mnist",
    "tensorflow.keras.estimator": "model_to_estimator=estimator.keras:",
    "tensorflow.profiler": (
        "GraphNodeProto=profiler.model_analyzer: profile=profiler.model_analyzer: "
        "Profiler=profiler.model_analyzer: write_op_log=profiler.op_log: "
        "ProfileOptionBuilder=profiler.options:"
    ),
    "tensorflow.python.client.device_lib": "session.local_devices",
    "tensorflow.python.client.session": (
        "session.session _DeviceAttributes=session.devices:DeviceAttributes "
        "register_session_run_conversion_functions=session.fetches:"
    ),
    "tensorflow.python.client.timeline": "session.timeline",
    "tensorflow.python.data.ops.dataset_ops": "data.dataset",
    "tensorflow.python.data.ops.iterator_ops": "data.iterators",
    "tensorflow.python.data.ops.readers": "data.readers",
    "tensorflow.python.data.util.convert": "optional_param_to_tensor=data.convert:",
    "tensorflow.python.data.util.nest": "data.nest",
    "tensorflow.python.data.util.options": "data.options",
    "tensorflow.python.data.util.random_seed": "get_seed=data.convert:",
    "tensorflow.python.data.util.sparse": "data.sparse",
    "tensorflow.python.debug": "debug.filters debug.wrappers",
    "tensorflow.python.debug.lib.debug_data": "debug.filters",
    "tensorflow.python.debug.wrappers.dumping_wrapper": "DumpingDebugWrapperSession=debug.wrappers:",
    "tensorflow.python.debug.wrappers.grpc_wrapper": (
        "GrpcDebugWrapperSession=debug.wrappers: TensorBoardDebugWrapperSession=debug.wrappers:"
    ),
    "tensorflow.python.debug.wrappers.hooks": (
        "LocalCLIDebugHook=debug.wrappers: DumpingDebugHook=debug.wrappers: GrpcDebugHook=debug.wrappers: "
        "TensorBoardDebugHook=debug.wrappers:"
    ),
    "tensorflow.python.debug.wrappers.local_cli_wrapper": "LocalCLIDebugWrapperSession=debug.wrappers:",
    "tensorflow.python.eager.backprop": (
        "contrib.eager.gradient_functions gradients.tape "
        "implicit_val_and_grad=contrib.eager.gradient_functions:implicit_value_and_gradients "
        "implicit_grad=contrib.eager.gradient_functions:implicit_gradients "
        "val_and_grad_function=contrib.eager.gradient_functions:value_and_gradients_function "
        "gradients_function=contrib.eager.gradient_functions:"
    ),
    "tensorflow.python.eager.context": (
        "contrib.eager.execution framework.execution context=contrib.eager.execution: "
        "get_default_context=contrib.eager.execution:context DEVICE_PLACEMENT_EXPLICIT=eager.mode: "
        "DEVICE_PLACEMENT_WARN=eager.mode: DEVICE_PLACEMENT_SILENT=eager.mode: "
        "DEVICE_PLACEMENT_SILENT_FOR_INT32=eager.mode: SYNC=eager.mode: ASYNC=eager.mode: "
        "eager_mode=eager.mode: device=framework.default_graph:"
    ),
    "tensorflow.python.eager.function": "defun=contrib.eager.execution:",
    "tensorflow.python.estimator.canned.baseline": (
        "estimator.canned.baseline "
        "_baseline_logit_fn_builder=estimator.canned.baseline:baseline_logit_fn_builder "
        "_baseline_model_fn=estimator.canned.baseline:baseline_model_fn"
    ),
    "tensorflow.python.estimator.canned.boosted_trees": (
        "estimator.canned.boosted_trees estimator.canned.boosted_trees_inputs "
        "estimator.canned.boosted_trees_training "
        "_HOLD_FOR_MULTI_CLASS_SUPPORT=estimator.canned.boosted_trees:TWO_CLASSES "
        "_HOLD_FOR_MULTI_DIM_SUPPORT=estimator.canned.boosted_trees:ONE_DIMENSION "
        "_bt_model_fn=estimator.canned.boosted_trees:boosted_trees_model_fn "
        "_create_classification_head=estimator.canned.boosted_trees:classification_head "
        "_create_classification_head_and_closed_form=estimator.canned.boosted_trees:classification_head_and_gradients "
        "_create_regression_head=estimator.canned.boosted_trees:regression_head "
        "_get_transformed_features=estimator.canned.boosted_trees_inputs:transformed_features "
        "_TreeHParams=estimator.canned.boosted_trees_training:TreeHParams "
        "_StopAtAttemptsHook=estimator.canned.boosted_trees_training:StopAtAttemptsHook"
    ),
    "tensorflow.python.estimator.canned.dnn": (
        "estimator.canned.dnn _dnn_logit_fn_builder=estimator.canned.dnn:dnn_logit_fn_builder "
        "_dnn_model_fn=estimator.canned.dnn:dnn_model_fn"
    ),
    "tensorflow.python.estimator.canned.dnn_linear_combined": (
        "estimator.canned.dnn_linear_combined "
        "_dnn_linear_combined_model_fn=estimator.canned.dnn_linear_combined:combined_model_fn"
    ),
    "tensorflow.python.estimator.canned.head": (
        "estimator.canned.head estimator.canned.head_inputs estimator.canned.head_metrics "
        "_classification_output=estimator.canned.classification:classification_output "
        "_binary_logistic_head_with_sigmoid_cross_entropy_loss=estimator.canned.classification:BinaryHead "
        "_multi_class_head_with_softmax_cross_entropy_loss=estimator.canned.classification:MultiClassHead "
        "_binary_logistic_or_multi_class_head=estimator.canned.classification:class_head "
        "LossSpec=estimator.canned.head: _Head=estimator.canned.head:Head "
        "_check_dense_labels_match_logits_and_reshape=estimator.canned.head_inputs:dense_labels "
        "_get_weights_and_check_match_logits=estimator.canned.head_inputs:example_weights "
        "_check_logits_final_dim=estimator.canned.head_inputs:checked_logits "
        "_validate_loss_fn_args=estimator.canned.head_inputs:check_loss_fn "
        "_call_loss_fn=estimator.canned.head_inputs:call_loss_fn "
        "_assert_range=estimator.canned.head_inputs:in_range "
        "_indicator_labels_mean=estimator.canned.head_metrics:labels_mean "
        "_predictions_mean=estimator.canned.head_metrics:predictions_mean "
        "_accuracy_baseline=estimator.canned.head_metrics:accuracy_baseline "
        "_auc=estimator.canned.head_metrics:auc "
        "_accuracy_at_threshold=estimator.canned.head_metrics:accuracy_at "
        "_precision_at_threshold=estimator.canned.head_metrics:precision_at "
        "_recall_at_threshold=estimator.canned.head_metrics:recall_at "
        "_regression_head=estimator.canned.regression:RegressionHead"
    ),
    "tensorflow.python.estimator.canned.linear": (
        "estimator.canned.linear _linear_logit_fn_builder=estimator.canned.linear:linear_logit_fn_builder "
        "_linear_model_fn=estimator.canned.linear:linear_model_fn"
    ),
    "tensorflow.python.estimator.canned.metric_keys": "MetricKeys=estimator.canned.keys:",
    "tensorflow.python.estimator.canned.optimizers": "estimator.canned.optimizers",
    "tensorflow.python.estimator.canned.parsing_utils": "estimator.canned.parsing_utils",
    "tensorflow.python.estimator.canned.prediction_keys": "PredictionKeys=estimator.canned.keys:",
    "tensorflow.python.estimator.estimator": (
        "estimator.estimator estimator.results estimator.warm_start "
        "_get_replica_device_setter=estimator.estimator:_device_setter "
        "_load_global_step_from_checkpoint_dir=estimator.estimator:_step_of_newest "
        "_write_dict_to_summary=estimator.results:write_results "
        "_write_checkpoint_path_to_summary=estimator.results:write_checkpoint_path "
        "VocabInfo=estimator.warm_start:"
    ),
    "tensorflow.python.estimator.estimator_lib": (
        "BaselineClassifier=estimator.canned.baseline: BaselineRegressor=estimator.canned.baseline: "
        "BoostedTreesClassifier=estimator.canned.boosted_trees: "
        "BoostedTreesRegressor=estimator.canned.boosted_trees: DNNClassifier=estimator.canned.dnn: "
        "DNNRegressor=estimator.canned.dnn: "
        "DNNLinearCombinedClassifier=estimator.canned.dnn_linear_combined: "
        "DNNLinearCombinedRegressor=estimator.canned.dnn_linear_combined: "
        "LinearClassifier=estimator.canned.linear: LinearRegressor=estimator.canned.linear: "
        "classifier_parse_example_spec=estimator.canned.parsing_utils: "
        "regressor_parse_example_spec=estimator.canned.parsing_utils: Estimator=estimator.estimator: "
        "Exporter=estimator.exporter: BestExporter=estimator.exporter: FinalExporter=estimator.exporter: "
        "LatestExporter=estimator.exporter: ModeKeys=estimator.model_fn: EstimatorSpec=estimator.model_fn: "
        "RunConfig=estimator.run_config: TrainSpec=estimator.specs: EvalSpec=estimator.specs: "
        "train_and_evaluate=estimator.training:"
    ),
    "tensorflow.python.estimator.export.export": (
        "estimator.export.receivers estimator.export.signatures estimator.export.writing "
        "get_timestamped_export_dir=estimator.export.writing:"
    ),
    "tensorflow.python.estimator.export.export_lib": (
        "ExportOutput=estimator.export.outputs: ClassificationOutput=estimator.export.outputs: "
        "RegressionOutput=estimator.export.outputs: PredictOutput=estimator.export.outputs: "
        "ServingInputReceiver=estimator.export.receivers: "
        "TensorServingInputReceiver=estimator.export.receivers: "
        "build_parsing_serving_input_receiver_fn=estimator.export.receivers: "
        "build_raw_serving_input_receiver_fn=estimator.export.receivers:"
    ),
    "tensorflow.python.estimator.export.export_output": "estimator.export.outputs",
    "tensorflow.python.estimator.exporter": "estimator.exporter _loss_smaller=estimator.exporter:",
    "tensorflow.python.estimator.inputs.inputs": (
        "numpy_input_fn=estimator.inputs.numpy_io: pandas_input_fn=estimator.inputs.pandas_io:"
    ),
    "tensorflow.python.estimator.inputs.numpy_io": "estimator.inputs.numpy_io",
    "tensorflow.python.estimator.inputs.pandas_io": "estimator.inputs.pandas_io",
    "tensorflow.python.estimator.keras": "estimator.keras",
    "tensorflow.python.estimator.model_fn": "estimator.model_fn",
    "tensorflow.python.estimator.run_config": "estimator.run_config",
    "tensorflow.python.estimator.training": (
        "estimator.evaluator estimator.specs estimator.training _EvalStatus=estimator.evaluator:EvalStatus "
        "_EvalResult=estimator.evaluator:EvalResult"
    ),
    "tensorflow.python.estimator.util": (
        "estimator.input_fn framework.arguments "
        "get_timestamped_dir=estimator.export.writing:get_timestamped_export_dir"
    ),
    "tensorflow.python.feature_column.feature_column": (
        "feature_column.builder feature_column.categorical feature_column.crossed feature_column.embedding "
        "feature_column.indicator feature_column.inputs feature_column.kinds feature_column.linear "
        "feature_column.numeric feature_column.parse_spec feature_column.safe_lookup feature_column.sequence "
        "feature_column.shared_embedding feature_column.sparse_inputs feature_column.vocabulary "
        "feature_column.weighted feature_column.weights _HashedCategoricalColumn=feature_column.categorical: "
        "_IdentityCategoricalColumn=feature_column.categorical: "
        "_clean_feature_columns=feature_column.checks:clean_feature_columns "
        "_verify_static_batch_size_equality=feature_column.checks:verify_static_batch_size_equality "
        "_CrossedColumn=feature_column.crossed: _EmbeddingColumn=feature_column.embedding: "
        "_IndicatorColumn=feature_column.indicator: _NumericColumn=feature_column.numeric: "
        "_BucketizedColumn=feature_column.numeric: "
        "_VocabularyFileCategoricalColumn=feature_column.vocabulary: "
        "_VocabularyListCategoricalColumn=feature_column.vocabulary: "
        "_WeightedCategoricalColumn=feature_column.weighted:"
    ),
    "tensorflow.python.feature_column.feature_column_v2": (
        "HashedCategoricalColumn=feature_column.categorical:_HashedCategoricalColumn "
        "IdentityCategoricalColumn=feature_column.categorical:_IdentityCategoricalColumn "
        "CrossedColumn=feature_column.crossed:_CrossedColumn "
        "EmbeddingColumn=feature_column.embedding:_EmbeddingColumn "
        "IndicatorColumn=feature_column.indicator:_IndicatorColumn "
        "NumericColumn=feature_column.numeric:_NumericColumn "
        "BucketizedColumn=feature_column.numeric:_BucketizedColumn "
        "VocabularyFileCategoricalColumn=feature_column.vocabulary:_VocabularyFileCategoricalColumn "
        "VocabularyListCategoricalColumn=feature_column.vocabulary:_VocabularyListCategoricalColumn "
        "WeightedCategoricalColumn=feature_column.weighted:_WeightedCategoricalColumn"
    ),
    "tensorflow.python.framework.common_shapes": (
        "framework.shape_functions is_broadcast_compatible=framework.shapes: "
        "broadcast_shape=ops.array.shapes:broadcast_static_shape"
    ),
    "tensorflow.python.framework.constant_op": "constant=ops.constants:",
    "tensorflow.python.framework.device": "framework.device",
    "tensorflow.python.framework.dtypes": "framework.dtypes",
    "tensorflow.python.framework.errors": "framework.errors",
    "tensorflow.python.framework.errors_impl": "framework.errors _make_specific_exception=framework.errors:",
    "tensorflow.python.framework.function": "gradients.defined_function",
    "tensorflow.python.framework.graph_io": "training.graph_io",
    "tensorflow.python.framework.graph_util": "framework.graph_util",
    "tensorflow.python.framework.importer": "framework.graph_import",
    "tensorflow.python.framework.meta_graph": "checkpoint.meta_graph checkpoint.scoped_graphs",
    "tensorflow.python.framework.ops": (
        "eager.mode framework.collections framework.composite framework.conversion framework.default_graph "
        "framework.execution framework.graph framework.operation framework.tensor gradients.registry "
        "ops.name_scopes session.defaults register_proto_function=checkpoint.meta_graph: "
        "get_collection_proto_type=checkpoint.meta_graph:collection_message EagerTensor=eager.tensor: "
        "get_name_scope=framework.default_graph: _as_graph_element=framework.elements:element_behind "
        "_NodeDef=framework.operation:make_node_def RegisterShape=framework.shape_functions: "
        "_set_call_cpp_shape_fn=framework.shape_functions:set_default_shape_function "
        "_TensorLike=framework.tensor:TensorKind get_gradient_function=gradients.gradients: "
        "OpStats=profiler.statistics: RegisterStatistics=profiler.statistics: "
        "get_stats_for_node_def=profiler.statistics: _default_session_stack=session.defaults:_stack "
        "Session=session.session:"
    ),
    "tensorflow.python.framework.random_seed": "framework.seeds",
    "tensorflow.python.framework.registry": "framework.named_registry",
    "tensorflow.python.framework.smart_cond": (
        "smart_constant_value=contrib.framework.static_conditions: "
        "smart_case=contrib.framework.static_conditions: smart_cond=ops.control_flow.conditional:"
    ),
    "tensorflow.python.framework.sparse_tensor": "framework.composite",
    "tensorflow.python.framework.subscribe": "ops.subscribing",
    "tensorflow.python.framework.tensor_shape": "framework.shapes",
    "tensorflow.python.framework.tensor_spec": "framework.tensor_spec",
    "tensorflow.python.framework.tensor_util": (
        "framework.protos is_tensor=framework.conversion:is_dense_tensor_like "
        "ShapeEquals=framework.protos:has_shape constant_value=ops.inference: "
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
    "tensorflow.python.keras.estimator": "model_to_estimator=estimator.keras:",
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
    "tensorflow.python.layers.convolutional": (
        "layers.convolution layers.separable_convolution layers.transposed_convolution "
        "Convolution1D=layers.convolution:Conv1D Convolution2D=layers.convolution:Conv2D "
        "Convolution3D=layers.convolution:Conv3D "
        "SeparableConvolution1D=layers.separable_convolution:SeparableConv1D "
        "SeparableConvolution2D=layers.separable_convolution:SeparableConv2D "
        "Convolution2DTranspose=layers.transposed_convolution:Conv2DTranspose "
        "Convolution3DTranspose=layers.transposed_convolution:Conv3DTranspose"
    ),
    "tensorflow.python.layers.core": "layers.dense layers.dropout layers.flattening",
    "tensorflow.python.layers.normalization": (
        "layers.normalization BatchNorm=layers.normalization:BatchNormalization "
        "batch_norm=layers.normalization:batch_normalization"
    ),
    "tensorflow.python.layers.pooling": "layers.pooling",
    "tensorflow.python.layers.utils": (
        "keras.basics.convolution_sizes "
        "constant_value=contrib.framework.static_conditions:smart_constant_value "
        "smart_cond=contrib.framework.static_conditions:"
    ),
    "tensorflow.python.lib.io.file_io": "platform.file_io FileStatistics=formats.paths:",
    "tensorflow.python.lib.io.python_io": "platform.python_io",
    "tensorflow.python.lib.io.tf_record": "platform.python_io",
    "tensorflow.python.ops.array_ops": (
        "ops.array.bitcasting ops.array.blocks ops.array.diagonals ops.array.filling ops.array.gathering "
        "ops.array.indexing ops.array.joining ops.array.padding ops.array.partitioning ops.array.patches "
        "ops.array.quantization ops.array.repetition ops.array.reshaping ops.array.reversing "
        "ops.array.scattering ops.array.searching ops.array.selecting ops.array.shapes ops.array.slicing "
        "ops.array.stacking ops.array.tensor_scattering ops.array.uniqueness ops.array.updating "
        "ops.constants ops.sparse.dense scatter_nd_non_aliasing_add=ops.array.scattering: "
        "shape_internal=ops.array.shapes:shape_of size_internal=ops.array.shapes:size_of "
        "rank_internal=ops.array.shapes:rank_of"
    ),
    "tensorflow.python.ops.bitwise_ops": "ops.math.bitwise",
    "tensorflow.python.ops.boosted_trees_ops": (
        "ops.boosted_trees.functions TreeEnsemble=estimator.canned.tree_ensemble:"
    ),
    "tensorflow.python.ops.candidate_sampling_ops": "ops.nn.candidate_sampling",
    "tensorflow.python.ops.check_ops": "ops.array.ensuring ops.checks",
    "tensorflow.python.ops.clip_ops": "ops.clip",
    "tensorflow.python.ops.collective_ops": "ops.collective",
    "tensorflow.python.ops.confusion_matrix": "ops.metrics.confusion",
    "tensorflow.python.ops.control_flow_ops": (
        "ops.assertion ops.control_flow.case ops.control_flow.conditional ops.control_flow.grouping "
        "ops.control_flow.loop ops.control_flow.switching no_op=ops.constants:"
    ),
    "tensorflow.python.ops.control_flow_util": "ops.control_flow.kinds",
    "tensorflow.python.ops.ctc_ops": "ops.nn.ctc ops.nn.ctc_decoding",
    "tensorflow.python.ops.custom_gradient": "gradients.custom_gradient",
    "tensorflow.python.ops.data_flow_ops": (
        "ops.files.record_input ops.queues.accumulators ops.queues.barriers ops.queues.classes "
        "ops.queues.map_staging ops.queues.staging dynamic_partition=ops.array.partitioning: "
        "dynamic_stitch=ops.array.partitioning: RecordInput=ops.files.record_input: "
        "MapStagingArea=ops.queues.map_staging: StagingArea=ops.queues.staging: "
        "tables_initializer=ops.resources:"
    ),
    "tensorflow.python.ops.distributions.bernoulli": "distributions.bernoulli",
    "tensorflow.python.ops.distributions.beta": "distributions.beta",
    "tensorflow.python.ops.distributions.bijector": "distributions.bijector",
    "tensorflow.python.ops.distributions.bijector_impl": "distributions.bijector",
    "tensorflow.python.ops.distributions.bijector_test_util": "distributions.bijector_checks",
    "tensorflow.python.ops.distributions.categorical": "distributions.categorical",
    "tensorflow.python.ops.distributions.dirichlet": "distributions.dirichlet",
    "tensorflow.python.ops.distributions.dirichlet_multinomial": "distributions.dirichlet_multinomial",
    "tensorflow.python.ops.distributions.distribution": "distributions.distribution",
    "tensorflow.python.ops.distributions.exponential": "distributions.exponential",
    "tensorflow.python.ops.distributions.gamma": "distributions.gamma",
    "tensorflow.python.ops.distributions.identity_bijector": "distributions.identity_bijector",
    "tensorflow.python.ops.distributions.kullback_leibler": "distributions.kullback_leibler",
    "tensorflow.python.ops.distributions.laplace": "distributions.laplace",
    "tensorflow.python.ops.distributions.multinomial": "distributions.multinomial",
    "tensorflow.python.ops.distributions.normal": "distributions.normal",
    "tensorflow.python.ops.distributions.special_math": "distributions.special_math",
    "tensorflow.python.ops.distributions.student_t": "distributions.student_t",
    "tensorflow.python.ops.distributions.transformed_distribution": "distributions.transformed_distribution",
    "tensorflow.python.ops.distributions.uniform": "distributions.uniform",
    "tensorflow.python.ops.distributions.util": (
        "distributions.checks distributions.matrices distributions.numbers distributions.static"
    ),
    "tensorflow.python.ops.embedding_ops": "ops.nn.embedding",
    "tensorflow.python.ops.functional_ops": "gradients.functional_calls ops.control_flow.functional",
    "tensorflow.python.ops.gen_data_flow_ops": "_stack=ops.imported.flows:",
    "tensorflow.python.ops.gen_logging_ops": "_assert=ops.assertion:",
    "tensorflow.python.ops.gen_nn_ops": (
        "data_format_dim_map=ops.nn.data_formats: data_format_vec_permute=ops.nn.data_formats:"
    ),
    "tensorflow.python.ops.gradient_checker": "testing.gradient_checker",
    "tensorflow.python.ops.gradients": "gradients.custom_gradient gradients.gradients gradients.hessians",
    "tensorflow.python.ops.gradients_impl": (
        "gradients.gradients gradients.hessians "
        "_hessian_vector_product=gradients.hessians:hessian_vector_product "
        "_AggregateIndexedSlicesGradients=gradients.rows:aggregated_slices"
    ),
    "tensorflow.python.ops.histogram_ops": "ops.math.counting",
    "tensorflow.python.ops.image_ops_impl": "_verify_compatible_image_shapes=ops.image.similarity:",
    "tensorflow.python.ops.init_ops": (
        "ops.variables.convolution_initializers ops.variables.initializers "
        "convolutional_delta_orthogonal=ops.variables.convolution_initializers:ConvolutionDeltaOrthogonal "
        "convolutional_orthogonal_1d=ops.variables.convolution_initializers:ConvolutionOrthogonal1D "
        "convolutional_orthogonal_2d=ops.variables.convolution_initializers:ConvolutionOrthogonal2D "
        "convolutional_orthogonal_3d=ops.variables.convolution_initializers:ConvolutionOrthogonal3D "
        "_assert_float_dtype=ops.variables.initializers:_float _compute_fans=ops.variables.initializers:"
    ),
    "tensorflow.python.ops.inplace_ops": "ops.array.updating",
    "tensorflow.python.ops.io_ops": (
        "ops.files.contents ops.files.readers ops.files.saving ops.files.saving_v1"
    ),
    "tensorflow.python.ops.linalg.linalg_impl": (
        "ops.matrix_logarithm adjoint=ops.linear_operators.broadcasting:"
    ),
    "tensorflow.python.ops.linalg.linear_operator": "ops.linear_operators.operator",
    "tensorflow.python.ops.linalg.linear_operator_block_diag": "ops.linear_operators.block_diag",
    "tensorflow.python.ops.linalg.linear_operator_circulant": (
        "ops.linear_operators.circulant _to_complex=ops.linear_operators.circulant:"
    ),
    "tensorflow.python.ops.linalg.linear_operator_composition": "ops.linear_operators.composition",
    "tensorflow.python.ops.linalg.linear_operator_diag": "ops.linear_operators.diag",
    "tensorflow.python.ops.linalg.linear_operator_full_matrix": "ops.linear_operators.full_matrix",
    "tensorflow.python.ops.linalg.linear_operator_identity": "ops.linear_operators.identity",
    "tensorflow.python.ops.linalg.linear_operator_kronecker": "ops.linear_operators.kronecker",
    "tensorflow.python.ops.linalg.linear_operator_low_rank_update": "ops.linear_operators.low_rank_update",
    "tensorflow.python.ops.linalg.linear_operator_lower_triangular": "ops.linear_operators.lower_triangular",
    "tensorflow.python.ops.linalg.linear_operator_util": "ops.linear_operators.broadcasting",
    "tensorflow.python.ops.linalg_ops": "ops.linalg",
    "tensorflow.python.ops.logging_ops": "ops.summaries Print=ops.script:",
    "tensorflow.python.ops.lookup_ops": (
        "ops.lookup.classes ops.lookup.hashers ops.lookup.host ops.lookup.operations ops.lookup.vocabularies "
        "tables_initializer=ops.resources:"
    ),
    "tensorflow.python.ops.losses.losses": "ops.losses",
    "tensorflow.python.ops.losses.losses_impl": "ops.losses",
    "tensorflow.python.ops.losses.util": "ops.losses",
    "tensorflow.python.ops.math_ops": (
        "ops.math.accumulate ops.math.argextremes ops.math.binary ops.math.casting ops.math.comparison "
        "ops.math.complex ops.math.contraction ops.math.counting ops.math.matmul ops.math.no_nan "
        "ops.math.reductions ops.math.segments ops.math.sequences ops.math.sparse_segments ops.math.special "
        "ops.math.spread ops.math.unary ops.math.unsorted_segments "
        "_as_indexed_slices=gradients.rows:as_indexed_slices "
        "_as_indexed_slices_list=gradients.rows:as_indexed_slices_list trace=ops.linalg: "
        "_bucketize=ops.math.counting:bucketize log_sigmoid=ops.nn.activations:"
    ),
    "tensorflow.python.ops.metrics": (
        "ops.metrics.at_k ops.metrics.classes ops.metrics.counts ops.metrics.curves ops.metrics.means "
        "ops.metrics.state"
    ),
    "tensorflow.python.ops.metrics_impl": (
        "ops.metrics.at_k ops.metrics.classes ops.metrics.counts ops.metrics.curves ops.metrics.means "
        "ops.metrics.state _streaming_confusion_matrix=ops.metrics.confusion:streaming_confusion_matrix"
    ),
    "tensorflow.python.ops.nn": (
        "ops.nn.activations ops.nn.bias ops.nn.candidate_sampling ops.nn.conv ops.nn.cross_entropy "
        "ops.nn.ctc ops.nn.ctc_decoding ops.nn.dilated ops.nn.dilation ops.nn.dropout ops.nn.embedding "
        "ops.nn.fractional_pooling ops.nn.fused_batch_norm ops.nn.normalization ops.nn.pooling "
        "ops.nn.sampled_loss ops.nn.softmax ops.nn.top_k"
    ),
    "tensorflow.python.ops.nn_grad": "_BatchNormGrad=ops.nn.fused_batch_norm:batch_norm_gradients",
    "tensorflow.python.ops.nn_impl": (
        "ops.nn.activations ops.nn.bias ops.nn.candidate_sampling ops.nn.conv ops.nn.cross_entropy "
        "ops.nn.dilated ops.nn.dilation ops.nn.dropout ops.nn.embedding ops.nn.fractional_pooling "
        "ops.nn.fused_batch_norm ops.nn.normalization ops.nn.pooling ops.nn.sampled_loss ops.nn.softmax "
        "ops.nn.top_k _compute_sampled_logits=ops.nn.sampled_loss:compute_sampled_logits"
    ),
    "tensorflow.python.ops.nn_ops": (
        "ops.nn.activations ops.nn.bias ops.nn.candidate_sampling ops.nn.conv ops.nn.cross_entropy "
        "ops.nn.dilated ops.nn.dilation ops.nn.dropout ops.nn.embedding ops.nn.fractional_pooling "
        "ops.nn.fused_batch_norm ops.nn.normalization ops.nn.pooling ops.nn.sampled_loss ops.nn.softmax "
        "ops.nn.space_to_batch ops.nn.top_k conv1d_transpose=contrib.nn.functions: "
        "data_format_dim_map=ops.nn.data_formats: data_format_vec_permute=ops.nn.data_formats:"
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
        "layers.recurrent.cell _linear=contrib.rnn.linear:linear _Linear=contrib.rnn.linear:Linear "
        "_WEIGHTS_VARIABLE_NAME=layers.recurrent.cell:KERNEL_NAME "
        "_BIAS_VARIABLE_NAME=layers.recurrent.cell:BIAS_NAME "
        "_zero_state_tensors=layers.recurrent.cell:zero_state_tensors"
    ),
    "tensorflow.python.ops.script_ops": "eager_py_func=contrib.eager.execution:py_func py_func=ops.script:",
    "tensorflow.python.ops.session_ops": "ops.session_handles",
    "tensorflow.python.ops.sets": "ops.sparse.sets",
    "tensorflow.python.ops.sets_impl": "ops.sparse.sets",
    "tensorflow.python.ops.sparse_ops": (
        "framework.composite ops.sparse.arithmetic ops.sparse.crossing ops.sparse.dense ops.sparse.merging "
        "ops.sparse.serialization ops.sparse.structure _add_sparse_to_tensors_map=ops.queues.sparse_maps: "
        "_add_many_sparse_to_tensors_map=ops.queues.sparse_maps: "
        "_take_many_sparse_from_tensors_map=ops.queues.sparse_maps: "
        "_DEFAULT_HASH_KEY=ops.sparse.crossing:_HASH_KEY _sparse_cross=ops.sparse.crossing:sparse_cross "
        "_sparse_cross_hashed=ops.sparse.crossing:sparse_cross_hashed"
    ),
    "tensorflow.python.ops.special_math_ops": "einsum=ops.math.contraction: lbeta=ops.math.special:",
    "tensorflow.python.ops.spectral_ops": "ops.math.cosine_transforms ops.math.fourier",
    "tensorflow.python.ops.state_ops": (
        "ops.variables.assign scatter_nd_update=ops.array.scattering: scatter_nd_add=ops.array.scattering: "
        "scatter_nd_sub=ops.array.scattering: variable_op_v2=ops.variables.bare: "
        "variable_op=ops.variables.bare:"
    ),
    "tensorflow.python.ops.string_ops": (
        "ops.strings.base64 ops.strings.formatting ops.strings.hashing ops.strings.joining "
        "ops.strings.numbers ops.strings.regex ops.strings.splitting"
    ),
    "tensorflow.python.ops.summary_ops": "tensor_summary=summary.summary:",
    "tensorflow.python.ops.summary_ops_v2": "contrib.summary.summaries contrib.summary.writers",
    "tensorflow.python.ops.template": "ops.variables.template",
    "tensorflow.python.ops.tensor_array_ops": "ops.control_flow.tensor_array",
    "tensorflow.python.ops.variable_scope": (
        "ops.variables.scope variable=ops.variables.creation:new_variable "
        "variable_creator_scope=ops.variables.creation: "
        "_PartitionInfo=ops.variables.partitioned:PartitionInfo _pure_variable_scope=ops.variables.scope: "
        "AUTO_REUSE=ops.variables.scope_object: VariableScope=ops.variables.scope_object: "
        "get_variable_scope=ops.variables.scope_object: "
        "_get_default_variable_store=ops.variables.store:default_variable_store"
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
    "tensorflow.python.profiler.model_analyzer": "profiler.model_analyzer",
    "tensorflow.python.profiler.option_builder": "profiler.options",
    "tensorflow.python.profiler.tfprof_logger": "profiler.op_log TRAINABLE_VARIABLES=profiler.op_log:",
    "tensorflow.python.pywrap_tensorflow": (
        "NewCheckpointReader=checkpoint.reader: TF_bfloat16_type=framework.dtypes:bfloat16_scalar "
        "EventsWriter=summary.events_writer:"
    ),
    "tensorflow.python.saved_model.builder": "saved_model.builder",
    "tensorflow.python.saved_model.builder_impl": "saved_model.builder",
    "tensorflow.python.saved_model.constants": "saved_model.constants",
    "tensorflow.python.saved_model.loader": "saved_model.loader",
    "tensorflow.python.saved_model.loader_impl": (
        "saved_model.loader _parse_saved_model=saved_model.reader:read_saved_model"
    ),
    "tensorflow.python.saved_model.main_op": "saved_model.main_op",
    "tensorflow.python.saved_model.main_op_impl": "saved_model.main_op",
    "tensorflow.python.saved_model.reader": "saved_model.reader",
    "tensorflow.python.saved_model.signature_constants": "saved_model.signature_constants",
    "tensorflow.python.saved_model.signature_def_utils": "saved_model.signature_def_utils",
    "tensorflow.python.saved_model.signature_def_utils_impl": "saved_model.signature_def_utils",
    "tensorflow.python.saved_model.simple_save": "saved_model.simple_save",
    "tensorflow.python.saved_model.tag_constants": "saved_model.tag_constants",
    "tensorflow.python.saved_model.utils": "saved_model.utils",
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
    "tensorflow.python.training.checkpointable.base": "framework.tracking",
    "tensorflow.python.training.checkpointable.data_structures": "contrib.checkpoint.containers",
    "tensorflow.python.training.checkpointable.util": "checkpoint.checkpoint",
    "tensorflow.python.training.coordinator": "training.coordinator",
    "tensorflow.python.training.device_setter": (
        "distributed.device_setter _RoundRobinStrategy=distributed.device_setter:RoundRobinStrategy"
    ),
    "tensorflow.python.training.device_util": "framework.device_names",
    "tensorflow.python.training.distribute": (
        "ops.distribute get_tower_context=ops.distribute: get_cross_tower_context=ops.distribute: "
        "get_distribution_strategy=ops.distribute: has_distribution_strategy=ops.distribute: "
        "get_loss_reduction=ops.distribute: require_tower_context=ops.distribute: "
        "get_update_device=ops.distribute: UpdateContext=ops.distribute: "
        "DistributionStrategy=ops.distribute: TowerContext=ops.distribute: "
        "increment_var=training.global_step:"
    ),
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
        "_HookedSession=training.hooked_session: "
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
    "tensorflow.python.util.all_util": "remove_undocumented=compat.source_tree:",
    "tensorflow.python.util.deprecation": "contrib.framework.deprecation",
    "tensorflow.python.util.function_utils": "framework.arguments",
    "tensorflow.python.util.nest": "framework.structures",
    "tensorflow.python.util.tf_contextlib": "contextmanager=framework.decorators:",
    "tensorflow.python.util.tf_decorator": (
        "TFDecorator=framework.decorators: make_decorator=framework.decorators: unwrap=framework.decorators:"
    ),
    "tensorflow.python.util.tf_inspect": "platform.inspection",
    "tensorflow.saved_model": "simple_save=saved_model.simple_save:",
    "tensorflow.saved_model.builder": "saved_model.builder",
    "tensorflow.saved_model.constants": "saved_model.constants",
    "tensorflow.saved_model.loader": "saved_model.loader",
    "tensorflow.saved_model.main_op": "saved_model.main_op",
    "tensorflow.saved_model.signature_constants": "saved_model.signature_constants",
    "tensorflow.saved_model.signature_def_utils": "saved_model.signature_def_utils",
    "tensorflow.saved_model.tag_constants": "saved_model.tag_constants",
    "tensorflow.saved_model.utils": "saved_model.utils",
}
