"""One realistic call of every operation: its value, static shape and the type of what goes wrong."""

import numpy as np

A = np.array([[1.5, -2.0, 0.5], [3.0, 4.0, -0.25]], np.float32)
B = np.array([[2.0, 0.5, 1.0], [-1.0, 2.0, 8.0]], np.float32)
I = np.array([[1, -2, 3], [4, 0, 6]], np.int32)  # noqa: E741
IMAGE = (np.arange(2 * 5 * 6 * 3) % 7 - 3).reshape(2, 5, 6, 3).astype(np.float32)
FILTER = (np.arange(3 * 3 * 3 * 4) % 5 - 2).reshape(3, 3, 3, 4).astype(np.float32)


def _table(tf, note, rows):
    with tf.Session() as sess:
        for name, row in rows.items():

            def evaluate(row=row):
                made = row()
                if isinstance(made, list | tuple) and not hasattr(made, "_fields"):
                    made = list(made)
                return sess.run(made)

            note.attempt(name, evaluate)


def elementwise(tf, note):
    P = np.abs(A) + 0.1
    U = np.tanh(A) * 0.9
    rows = {
        name: (lambda name=name, x=x: getattr(tf, name)(x))
        for names, x in (
            (
                "abs negative sign square sin cos tan atan sinh cosh tanh asinh exp expm1 sigmoid floor ceil round rint "
                "erf erfc is_nan is_inf is_finite zeros_like ones_like identity to_double to_int32 to_int64 "
                "reciprocal",
                A,
            ),
            ("sqrt rsqrt log log1p lgamma digamma", P),
            ("asin acos atanh", U),
        )
        for name in names.split()
        if "." not in name
    }
    rows.update(
        {
            name: (lambda name=name: getattr(tf, name)(A, B))
            for name in "add subtract multiply divide maximum minimum squared_difference pow atan2 equal not_equal less "
            "less_equal greater greater_equal floormod floordiv realdiv truediv".split()
            if name != "pow"
        }
    )
    rows["pow"] = lambda: tf.pow(P, B)
    rows.update(
        {
            "acosh": lambda: tf.acosh(P + 1),
            "igamma": lambda: tf.igamma(P, np.abs(B)),
            "igammac": lambda: tf.igammac(P, np.abs(B)),
            "zeta": lambda: tf.zeta(P + 1, np.abs(B)),
            "polygamma": lambda: tf.polygamma(np.float32(1), P),
            "betainc": lambda: tf.betainc(P, np.abs(B), np.float32(0.3)),
            "lbeta": lambda: tf.lbeta(P),
            "logical_and": lambda: tf.logical_and(A > 0, B > 1),
            "logical_or": lambda: tf.logical_or(A > 0, B > 1),
            "logical_not": lambda: tf.logical_not(A > 0),
            "logical_xor": lambda: tf.logical_xor(A > 0, B > 1),
            "add_n": lambda: tf.add_n([A, B, A]),
            "accumulate_n": lambda: tf.accumulate_n([A, B]),
            "clip_by_value": lambda: tf.clip_by_value(A, -1, 1),
            "cumsum": lambda: tf.cumsum(A, 1),
            "cumsum exclusive": lambda: tf.cumsum(A, 1, exclusive=True, reverse=True),
            "cumprod": lambda: tf.cumprod(A),
            "cross": lambda: tf.cross(A, B),
            "bitwise": lambda: [
                tf.bitwise.bitwise_and(I, 3),
                tf.bitwise.bitwise_or(I, 8),
                tf.bitwise.bitwise_xor(I, 5),
                tf.bitwise.invert(I),
                tf.bitwise.left_shift(I, 2),
                tf.bitwise.right_shift(I, 1),
            ],
            "invert_permutation": lambda: tf.invert_permutation([2, 0, 1]),
            "real": lambda: [
                tf.real(tf.complex(A, B)),
                tf.imag(tf.complex(A, B)),
                tf.conj(tf.complex(A, B)),
                tf.abs(tf.complex(A, B)),
                tf.angle(tf.complex(A, B)),
            ],
            "saturate": lambda: tf.saturate_cast(A * 200, tf.uint8),
            "log of a negative": lambda: tf.log(A),
            "sqrt of a negative": lambda: tf.sqrt(A),
            "1/0": lambda: tf.constant(1.0) / 0.0,
            "int 1/0": lambda: tf.constant(1) // tf.constant(0),
            "int pow": lambda: tf.pow(I, 2),
            "int abs": lambda: tf.abs(I),
            "sign int": lambda: tf.sign(I),
            "round half": lambda: tf.round([0.5, 1.5, 2.5, -0.5]),
            "mod negative": lambda: tf.mod([-7, 7], [3, -3]),
            "maximum of ints": lambda: tf.maximum(I, 2),
            "square of ints": lambda: tf.square(I),
            "equal strings": lambda: tf.equal(["a", "b"], ["a", "c"]),
            "equal bools": lambda: tf.equal([True], [False]),
            "string add": lambda: tf.constant(["a"]) + tf.constant(["b"]),
            "scalar_mul": lambda: tf.scalar_mul(2.0, A),
            "confusion": lambda: tf.reduce_sum(tf.to_float(A > 0)),
            "cast of nan": lambda: tf.is_nan(tf.constant([float("nan"), 1.0])),
            "float64": lambda: tf.sin(A.astype(np.float64)),
            "float16": lambda: tf.constant(A, tf.float16) * 2,
            "bfloat16": lambda: tf.cast(tf.constant(A, tf.bfloat16) * 2, tf.float32),
            "sin of int": lambda: tf.sin(I),
            "logical of float": lambda: tf.logical_and(A, B),
        }
    )
    _table(tf, note, rows)


def reductions(tf, note):
    rows = {}
    for name in "reduce_sum reduce_mean reduce_prod reduce_max reduce_min reduce_logsumexp".split():
        f = getattr(tf, name)
        rows[name] = lambda f=f: [
            f(A),
            f(A, 0),
            f(A, [0, 1]),
            f(A, -1, keepdims=True),
            f(A, 1, True),
            f(A, []),
        ]
        rows[f"{name} out of range"] = lambda f=f: f(A, 2)
        rows[f"{name} of ints"] = lambda f=f: f(I, 1)
        rows[f"{name} of nothing"] = lambda f=f: f(np.zeros([0, 2], np.float32), 0)
        rows[f"{name} reduction_indices"] = lambda f=f: f(A, reduction_indices=1)
    rows.update(
        {
            "reduce_any": lambda: tf.reduce_any(A > 2, 1),
            "reduce_all": lambda: tf.reduce_all(A > -3),
            "argmax": lambda: [tf.argmax(A, 1), tf.argmin(A, 0), tf.argmax(A, output_type=tf.int32)],
            "count_nonzero": lambda: [tf.count_nonzero(I), tf.count_nonzero(I, 1, dtype=tf.int32)],
            "reduce_join": lambda: tf.reduce_join([["a", "b"], ["c", "d"]], 1, separator="-"),
            "moments": lambda: tf.nn.moments(A, [0]),
            "weighted_moments": lambda: tf.nn.weighted_moments(A, [0], np.abs(B)),
            "norm": lambda: [tf.norm(A), tf.norm(A, ord=1, axis=1), tf.norm(A, ord=np.inf)],
            "segment_sum": lambda: tf.segment_sum(A, [0, 0]),
            "segment_mean": lambda: tf.segment_mean(A, [0, 2]),
            "segment_max": lambda: tf.segment_max(I, [0, 1]),
            "segment_prod": lambda: tf.segment_prod(A, [0, 0]),
            "unsorted_segment_sum": lambda: tf.unsorted_segment_sum(A, [1, 0], 3),
            "unsorted_segment_max": lambda: tf.unsorted_segment_max(I, [1, 1], 2),
            "sparse_segment_sum": lambda: tf.sparse_segment_sum(A, [0, 1, 1], [0, 0, 1]),
            "bincount": lambda: tf.bincount([1, 1, 3]),
            "histogram_fixed_width": lambda: tf.histogram_fixed_width([0.0, 1.0, 2.0, 5.0], [0.0, 5.0], 5),
            "matmul": lambda: [
                tf.matmul(A, B, transpose_b=True),
                tf.matmul(A, B, transpose_a=True),
                tf.matmul(I, I.T),
            ],
            "batch matmul": lambda: tf.matmul(np.stack([A, B]), np.stack([A.T, B.T])),
            "tensordot": lambda: [tf.tensordot(A, B, [[1], [1]]), tf.tensordot(A, B.T, 1)],
            "einsum": lambda: tf.einsum("ij,kj->ik", A, B),
            "linalg": lambda: [
                tf.matrix_inverse(A[:, :2]),
                tf.matrix_determinant(A[:, :2]),
                tf.trace(A[:, :2]),
                tf.cholesky([[2.0, 1.0], [1.0, 2.0]]),
                tf.matrix_solve(A[:, :2], B[:, :1]),
                tf.diag([1.0, 2.0]),
                tf.diag_part(A[:, :2]),
                tf.matrix_diag([[1.0, 2.0]]),
                tf.matrix_diag_part(A),
                tf.matrix_band_part(A, 0, 1),
                tf.eye(2),
                tf.eye(2, 3),
                tf.matrix_transpose(A),
                tf.self_adjoint_eigvals([[2.0, 1.0], [1.0, 2.0]]),
                tf.svd(A, compute_uv=False),
                tf.matrix_triangular_solve([[1.0, 0.0], [2.0, 3.0]], [[1.0], [2.0]]),
            ],
            "l2_normalize": lambda: [tf.nn.l2_normalize(A, 1), tf.nn.l2_loss(A), tf.global_norm([A, B])],
        }
    )
    _table(tf, note, rows)


def arrays(tf, note):
    T = np.arange(24).reshape(2, 3, 4).astype(np.int32)
    rows = {
        "reshape": lambda: [tf.reshape(T, [4, -1]), tf.reshape(T, [-1]), tf.reshape(T[0, 0, 0], [1, 1])],
        "reshape wrong": lambda: tf.reshape(T, tf.placeholder_with_default([5, 5], [2])),
        "slice": lambda: tf.slice(T, [0, 1, 0], [1, 2, -1]),
        "slice beyond": lambda: tf.slice(T, [0, 1, 0], [1, 5, 1]),
        "strided_slice": lambda: tf.strided_slice(T, [0, 2, 0], [2, 0, 4], [1, -1, 2]),
        "concat": lambda: [tf.concat([T, T], -1), tf.concat([T[:1], T], 0)],
        "split": lambda: tf.split(T, [1, 3], 2) + tf.split(T, 2, 0),
        "split -1": lambda: tf.split(T, [1, -1], 2),
        "split unevenly": lambda: tf.split(T, 2, 1),
        "stack": lambda: [tf.stack([I, I], 1), tf.parallel_stack([I, I])],
        "unstack": lambda: tf.unstack(I, axis=1),
        "gather": lambda: [
            tf.gather(T, [1, 0]),
            tf.gather(T, [[2, 0]], axis=1),
            tf.gather_nd(T, [[0, 1], [1, 2]]),
        ],
        "gather beyond": lambda: tf.gather(T, [2]),
        "gather_nd beyond": lambda: tf.gather_nd(T, [[0, 9]]),
        "batch": lambda: [
            tf.batch_to_space(np.arange(16).reshape(4, 2, 2, 1), [[0, 0], [0, 0]], 2),
            tf.space_to_batch(np.arange(16).reshape(1, 4, 4, 1), [[0, 0], [0, 0]], 2),
            tf.space_to_depth(np.arange(16.0).reshape(1, 4, 4, 1), 2),
            tf.depth_to_space(np.arange(16.0).reshape(1, 2, 2, 4), 2),
        ],
        "pad": lambda: [
            tf.pad(I, [[1, 0], [0, 2]]),
            tf.pad(I, [[1, 1], [1, 1]], "REFLECT"),
            tf.pad(I, [[1, 1], [1, 1]], "symmetric"),
            tf.pad(I, [[0, 1], [0, 0]], constant_values=7),
        ],
        "tile": lambda: tf.tile(I, [1, 2]),
        "transpose": lambda: [tf.transpose(T), tf.transpose(T, [1, 0, 2])],
        "where": lambda: [tf.where(I > 1), tf.where(I > 1, I, -I), tf.where([True, False], I, -I)],
        "one_hot": lambda: [
            tf.one_hot([0, 2, -1, 5], 3),
            tf.one_hot([1], 3, 5, -5, dtype=tf.int32),
            tf.one_hot([[0, 1]], 2, axis=0),
        ],
        "sequence_mask": lambda: [tf.sequence_mask([1, 3, 0]), tf.sequence_mask([1, 3], 5, tf.float32)],
        "expand": lambda: [tf.expand_dims(I, -1), tf.squeeze([[1, 2]]), tf.squeeze([[[1], [2]]], [0])],
        "squeeze wrong": lambda: tf.squeeze(I, [0]),
        "shape": lambda: [
            tf.shape(T),
            tf.size(T),
            tf.rank(T),
            tf.shape(T, out_type=tf.int64),
            tf.shape_n([I, T]),
        ],
        "fill": lambda: [
            tf.fill([2, 2], 7),
            tf.zeros([2], tf.int64),
            tf.ones([1, 2], tf.bool),
            tf.zeros([2], tf.string),
        ],
        "range": lambda: [tf.range(5), tf.range(2, 9, 3), tf.range(0.0, 1.0, 0.25), tf.range(5, 0, -2)],
        "linspace": lambda: [tf.linspace(0.0, 1.0, 5), tf.lin_space(1.0, 2.0, 3)],
        "meshgrid": lambda: tf.meshgrid([1, 2], [3, 4, 5]),
        "meshgrid ij": lambda: tf.meshgrid([1, 2], [3, 4], indexing="ij"),
        "reverse": lambda: [tf.reverse(I, [1]), tf.reverse_sequence(I, [2, 3], seq_axis=1, batch_axis=0)],
        "boolean_mask": lambda: [tf.boolean_mask(I, [True, False]), tf.boolean_mask(I, I > 1)],
        "unique": lambda: [*tf.unique([3, 1, 3, 2]), *tf.unique_with_counts([3, 1, 3])],
        "setdiff1d": lambda: [*tf.setdiff1d([1, 2, 3, 4], [2, 4])],
        "dynamic_partition": lambda: tf.dynamic_partition(I, [1, 0], 2),
        "dynamic_stitch": lambda: tf.dynamic_stitch([[0, 2], [1]], [[1, 3], [2]]),
        "scatter_nd": lambda: tf.scatter_nd([[1], [3]], [5, 6], [5]),
        "top_k": lambda: [*tf.nn.top_k(A, 2)],
        "in_top_k": lambda: tf.nn.in_top_k(A, [0, 2], 1),
        "broadcast": lambda: [tf.broadcast_dynamic_shape([1, 3], [2, 1])],
        "extract": lambda: tf.extract_image_patches(
            IMAGE[:1, :, :, :1], [1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID"
        ),
        "bitcast": lambda: tf.bitcast(A, tf.int32),
        "foldl": lambda: [tf.foldl(lambda a, x: a + x, I), tf.foldr(lambda a, x: a - x, I)],
        "map_fn": lambda: [
            tf.map_fn(lambda x: x * 2, I),
            tf.map_fn(lambda x: tf.to_float(x), I, dtype=tf.float32),
        ],
        "map_fn of two": lambda: [
            *tf.map_fn(lambda x: (x[0] + 1, x[1] * 2.0), (I, A), dtype=(tf.int32, tf.float32))
        ],
        "scan": lambda: tf.scan(lambda a, x: a + x, I),
        "scan init": lambda: tf.scan(lambda a, x: a * x, A, initializer=np.ones(3, np.float32)),
        "sparse": lambda: [
            tf.sparse_tensor_to_dense(tf.SparseTensor([[0, 1], [1, 0]], [5, 6], [2, 2])),
            tf.sparse_to_dense([[0, 1]], [2, 2], [9]),
            tf.sparse_tensor_dense_matmul(tf.SparseTensor([[0, 1]], [2.0], [2, 2]), A),
        ],
        "sparse fetched": lambda: tf.SparseTensor([[0, 1]], [2.0], [2, 2]),
        "quantize": lambda: tf.fake_quant_with_min_max_args(A),
        "ones": lambda: tf.ones_like(I, dtype=tf.float64),
    }
    rows["edit_distance"] = lambda: tf.edit_distance(
        tf.SparseTensor([[0, 0]], ["a"], [1, 1]), tf.SparseTensor([[0, 0]], ["b"], [1, 1])
    )
    _table(tf, note, rows)


def networks(tf, note):
    logits, labels = A, np.array([2, 0])
    rows = {
        "conv2d": lambda: [
            tf.nn.conv2d(IMAGE, FILTER, [1, 1, 1, 1], "SAME"),
            tf.nn.conv2d(IMAGE, FILTER, [1, 2, 2, 1], "VALID"),
            tf.nn.conv2d(IMAGE, FILTER, strides=[1, 2, 1, 1], padding="SAME", dilations=[1, 1, 1, 1]),
        ],
        "conv1d": lambda: tf.nn.conv1d(IMAGE[:, 0], FILTER[0], 1, "SAME"),
        "depthwise": lambda: tf.nn.depthwise_conv2d(IMAGE, FILTER[..., :2], [1, 1, 1, 1], "SAME"),
        "separable": lambda: tf.nn.separable_conv2d(
            IMAGE, FILTER[..., :1], np.ones([1, 1, 3, 2], np.float32), [1, 1, 1, 1], "VALID"
        ),
        "transpose": lambda: tf.nn.conv2d_transpose(
            IMAGE, np.transpose(FILTER, [0, 1, 3, 2]), [2, 10, 12, 4], [1, 2, 2, 1], "SAME"
        ),
        "atrous": lambda: tf.nn.atrous_conv2d(IMAGE, FILTER, 2, "SAME"),
        "conv3d": lambda: tf.nn.conv3d(IMAGE[None], FILTER[:2, None][:, :, :, :], [1, 1, 1, 1, 1], "SAME"),
        "convolution": lambda: tf.nn.convolution(IMAGE, FILTER, "VALID", dilation_rate=[1, 2]),
        "max_pool": lambda: [
            tf.nn.max_pool(IMAGE, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
            tf.nn.avg_pool(IMAGE, [1, 3, 3, 1], [1, 2, 2, 1], "SAME"),
            tf.nn.avg_pool(IMAGE, [1, 2, 2, 1], [1, 1, 1, 1], "VALID"),
        ],
        "argmax pool": lambda: [*tf.nn.max_pool_with_argmax(IMAGE, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")],
        "pool": lambda: tf.nn.pool(IMAGE, [2, 2], "MAX", "VALID"),
        "lrn": lambda: tf.nn.local_response_normalization(IMAGE, 1, 1.0, 0.5, 0.5),
        "bias_add": lambda: tf.nn.bias_add(A, [1.0, 2.0, 3.0]),
        "xw_plus_b": lambda: tf.nn.xw_plus_b(A, A.T, [1.0, 2.0]),
        "batch_normalization": lambda: tf.nn.batch_normalization(
            A, [1.0, 2.0, 3.0], [1.0, 4.0, 9.0], None, [2.0, 2.0, 2.0], 1e-3
        ),
        "fused": lambda: [*tf.nn.fused_batch_norm(IMAGE, [1.0, 2.0, 3.0], [0.0, 1.0, 0.0])],
        "fused inference": lambda: tf.nn.fused_batch_norm(
            IMAGE, [1.0, 2.0, 3.0], [0.0, 1.0, 0.0], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0], is_training=False
        )[0],
        "activations": lambda: [
            f(A)
            for f in (
                tf.nn.relu,
                tf.nn.relu6,
                tf.nn.elu,
                tf.nn.selu,
                tf.nn.softplus,
                tf.nn.softsign,
                tf.nn.leaky_relu,
                tf.nn.crelu,
                tf.nn.sigmoid,
                tf.nn.tanh,
                tf.nn.swish,
                tf.nn.log_softmax,
                tf.nn.softmax,
            )
        ],
        "softmax dim": lambda: tf.nn.softmax(A, 0),
        "softmax": lambda: [
            tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(B), logits=A),
            tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.nn.softmax(B), logits=A),
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits),
            tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.sigmoid(B), logits=A),
            tf.nn.weighted_cross_entropy_with_logits(targets=tf.sigmoid(B), logits=A, pos_weight=2.0),
        ],
        "bad label": lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[5, 0], logits=logits),
        "mismatch": lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[[1], [0]], logits=logits),
        "log_poisson": lambda: tf.nn.log_poisson_loss(np.abs(B), A),
        "dropout 1": lambda: tf.nn.dropout(A, 1.0),
        "dropout wrong": lambda: tf.nn.dropout(A, 1.5),
        "losses": lambda: [
            tf.losses.mean_squared_error(A, B),
            tf.losses.absolute_difference(A, B),
            tf.losses.huber_loss(A, B),
            tf.losses.log_loss(tf.sigmoid(A), tf.sigmoid(B)),
            tf.losses.hinge_loss(tf.to_float(A > 0), B),
            tf.losses.sigmoid_cross_entropy(tf.to_int32(A > 0), B),
            tf.losses.softmax_cross_entropy(tf.one_hot(labels, 3), A, label_smoothing=0.1),
            tf.losses.cosine_distance(A, B, axis=1),
            tf.losses.get_total_loss(),
            tf.losses.mean_pairwise_squared_error(A, B),
        ],
        "embedding": lambda: [
            tf.nn.embedding_lookup(A, [1, 0, 1]),
            tf.nn.embedding_lookup([A, B], [0, 1, 2, 3]),
            tf.nn.embedding_lookup([A, B], [0, 1, 2, 3], "div"),
            tf.nn.embedding_lookup(A, [1, 0], max_norm=1.0),
        ],
        "embedding beyond": lambda: tf.nn.embedding_lookup(A, [7]),
        "embedding_sparse": lambda: tf.nn.embedding_lookup_sparse(
            tf.constant(A),
            tf.SparseTensor([[0, 0], [0, 1], [1, 0]], np.array([1, 0, 1], np.int64), [2, 2]),
            None,
            combiner="mean",
        ),
        "zero_fraction": lambda: tf.nn.zero_fraction(I),
        "erosion": lambda: tf.nn.dilation2d(IMAGE, FILTER[..., 0], [1, 1, 1, 1], [1, 1, 1, 1], "SAME"),
        "nan check": lambda: tf.check_numerics(tf.log(A), "here"),
        "rank": lambda: tf.nn.conv2d(A, FILTER, [1] * 4, "SAME"),
        "padding": lambda: tf.nn.conv2d(IMAGE, FILTER, [1] * 4, "WRONG"),
        "image": lambda: [tf.nn.max_pool(IMAGE, [1, 9, 2, 1], [1, 2, 2, 1], "VALID")],
    }
    _table(tf, note, rows)


def strings(tf, note):
    rows = {
        "string_join": lambda: [tf.string_join([["a", "b"], "x"], "-"), tf.string_join(["a", "b"])],
        "as_string": lambda: [
            tf.as_string([1, -2]),
            tf.as_string([1.5, 2.0]),
            tf.as_string([1.5], precision=2),
            tf.as_string([True]),
            tf.as_string([3], width=4, fill="0"),
            tf.as_string([1e10], scientific=True),
            tf.as_string([1.25], shortest=True),
        ],
        "string_to_number": lambda: [
            tf.string_to_number(["1.5", "-2"]),
            tf.string_to_number(["7"], tf.int64),
        ],
        "not a number": lambda: tf.string_to_number(["x"]),
        "string_split": lambda: [*tf.string_split(["a b", "c d e", ""])],
        "string_split delimiter": lambda: tf.string_split(["a,b,,c"], ",").values,
        "string_split keeps": lambda: tf.string_split(["a,b,,c"], ",", skip_empty=False).values,
        "string_split to bytes": lambda: tf.string_split(["abc"], "").values,
        "substr": lambda: tf.substr(["hello", "world"], 1, 3),
        "substr beyond": lambda: tf.substr(["hi"], 5, 1),
        "strip": lambda: tf.string_strip([" a ", "b\n"]),
        "regex": lambda: tf.regex_replace(["a1b22"], "[0-9]+", r"<\0>"),
        "hash": lambda: [
            tf.string_to_hash_bucket_fast(["a", "b"], 100),
            tf.string_to_hash_bucket(["a"], 10),
            tf.string_to_hash_bucket_strong(["a"], 50, [1, 2]),
        ],
        "base64": lambda: [tf.encode_base64(["hello"]), tf.decode_base64(tf.encode_base64(["hi"]))],
        "decode_raw": lambda: [tf.decode_raw(["\x01\x00\x02\x00"], tf.int16), tf.decode_raw("ab", tf.uint8)],
        "decode_raw uneven": lambda: tf.decode_raw("abc", tf.int16),
        "decode_csv": lambda: [*tf.decode_csv(["1,2.5,x", '3,,"y,z"'], [[0], [1.0], [""]])],
        "decode_csv short": lambda: tf.decode_csv(["1"], [[0], [1]]),
        "decode_csv bad": lambda: tf.decode_csv(["x"], [[0]]),
        "decode_csv required": lambda: tf.decode_csv([","], [tf.constant([], tf.int32), [1]]),
        "unicode": lambda: tf.identity("h\u00e9llo"),
        "concat": lambda: tf.concat([["a"], ["b"]], 0),
        "gather": lambda: tf.gather(["a", "b"], [1]),
        "where": lambda: tf.where([True, False], ["a", "b"], ["c", "d"]),
        "stack": lambda: tf.stack(["a", "b"]),
        "reshape": lambda: tf.reshape(["a", "b"], [2, 1]),
        "equal": lambda: tf.equal(["a", "b"], "a"),
        "not_equal": lambda: tf.not_equal(["a", "b"], "a"),
        "slice": lambda: tf.constant(["a", "b", "c"])[1:],
        "fill": lambda: tf.fill([2], "x"),
        "tile": lambda: tf.tile(["a"], [2]),
        "one": lambda: tf.constant("a"),
        "cond": lambda: tf.cond(tf.constant(True), lambda: tf.constant("yes"), lambda: tf.constant("no")),
        "length": lambda: tf.size(["abc", "d"]),
        "expand": lambda: tf.expand_dims(["a"], 0),
        "transpose": lambda: tf.transpose([["a", "b"], ["c", "d"]]),
        "unstack": lambda: tf.unstack(["a", "b"]),
        "pad": lambda: tf.pad(["a"], [[0, 1]]),
        "placeholder": lambda: tf.placeholder_with_default(["a"], [None]),
        "serialize": lambda: tf.parse_tensor(tf.serialize_tensor([1, 2]), tf.int32),
        "boolean_mask": lambda: tf.boolean_mask(["a", "b"], [True, False]),
        "unique": lambda: [*tf.unique(["a", "b", "a"])],
        "json": lambda: tf.py_func(lambda s: s.upper(), [tf.constant("abc")], tf.string),
    }
    _table(tf, note, rows)


def control_flow(tf, note):
    x = tf.placeholder_with_default(3, [])
    with tf.Session() as sess:
        rows = {
            "cond": lambda: tf.cond(x > 2, lambda: x * 2, lambda: x - 1),
            "cond of lists": lambda: tf.cond(x > 5, lambda: [x, x + 1], lambda: [x - 1, x]),
            "cond strict": lambda: tf.cond(x > 5, lambda: [x], lambda: [x + 1], strict=True),
            "case": lambda: tf.case(
                [(x < 2, lambda: tf.constant(1)), (x > 2, lambda: tf.constant(2))],
                default=lambda: tf.constant(3),
            ),
            "case exclusive": lambda: tf.case(
                [(x > 1, lambda: tf.constant(1)), (x > 2, lambda: tf.constant(2))],
                exclusive=True,
                default=lambda: tf.constant(3),
            ),
            "case without default": lambda: tf.case(
                [(x < 2, lambda: tf.constant(1)), (x < 3, lambda: tf.constant(1))]
            ),
            "while": lambda: tf.while_loop(lambda i, s: i < 5, lambda i, s: (i + 1, s + i), [0, 10]),
            "while structured": lambda: tf.while_loop(
                lambda i, d: i < x, lambda i, d: (i + 1, {"a": d["a"] * 2}), [0, {"a": tf.constant(1.0)}]
            ),
            "while growing": lambda: tf.while_loop(
                lambda i, t: i < 3,
                lambda i, t: (i + 1, tf.concat([t, [i]], 0)),
                [0, tf.constant([9])],
                shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
            )[1],
            "while growing, not said": lambda: tf.while_loop(
                lambda i, t: i < 3, lambda i, t: (i + 1, tf.concat([t, [i]], 0)), [0, tf.constant([9])]
            )[1],
            "while maximum": lambda: tf.while_loop(
                lambda i: True, lambda i: i + 1, [0], maximum_iterations=4
            ),
            "while single": lambda: tf.while_loop(lambda i: i < 5, lambda i: i + 2, [0]),
            "while of a float condition": lambda: tf.while_loop(lambda i: i, lambda i: i + 2, [0.0]),
            "cond of an int": lambda: tf.cond(x, lambda: 1, lambda: 2),
            "cond of different dtypes": lambda: tf.cond(x > 1, lambda: 1, lambda: 2.0),
            "cond of a Python bool": lambda: tf.cond(True, lambda: 1, lambda: 2),
            "cond with None": lambda: tf.cond(x > 1, None, lambda: 2),
            "nested": lambda: tf.while_loop(
                lambda i, s: i < 3,
                lambda i, s: (i + 1, s + tf.while_loop(lambda j: j < i, lambda j: j + 1, [0])),
                [0, 0],
            ),
            "array": lambda: tf.while_loop(
                lambda i, ta: i < 3,
                lambda i, ta: (i + 1, ta.write(i, i * i)),
                [0, tf.TensorArray(tf.int32, 3)],
            )[1].stack(),
            "array unstack": lambda: tf.TensorArray(tf.int32, 3).unstack([4, 5, 6]).gather([2, 0]),
            "array dynamic": lambda: (
                tf.TensorArray(tf.float32, 0, dynamic_size=True).write(0, [1.0]).write(1, [2.0]).concat()
            ),
            "array split": lambda: tf.TensorArray(tf.float32, 2).split([1.0, 2.0, 3.0, 4.0], [2, 2]).read(1),
            "array unwritten": lambda: tf.TensorArray(tf.int32, 2, element_shape=[]).read(1),
            "array beyond": lambda: tf.TensorArray(tf.int32, 2).write(5, 1).stack(),
            "py_func": lambda: tf.py_func(
                lambda a, b: (a + b, a > b), [np.float32(1), np.float32(2)], [tf.float32, tf.bool]
            ),
            "py_func wrong dtype": lambda: tf.py_func(lambda: np.float64(1), [], tf.float32),
            "py_func raises": lambda: tf.py_func(lambda: {}["x"], [], tf.float32),
            "py_func raises ValueError": lambda: tf.py_func(lambda: int("x"), [], tf.int64),
            "py_func stops": lambda: tf.py_func(lambda: next(iter([])), [], tf.int64),
            "print": lambda: tf.Print(x, [x], "printed: "),
            "assert": lambda: tf.Assert(x > 5, [x, "too small"]),
            "assert true": lambda: tf.Assert(x > 1, [x]),
            "assert static": lambda: tf.Assert(False, ["never"]),
            "with_dependencies": lambda: _after(tf, [tf.Assert(x > 5, [x])], x),
            "group": lambda: tf.group(x.op, tf.no_op()),
            "tuple": lambda: tf.tuple([x, x + 1]),
        }
        for name, row in rows.items():
            note.attempt(name, lambda row=row: sess.run(row()))
        for value in (1, 9):
            note("cond fed", sess.run(tf.cond(x > 2, lambda: x * 2, lambda: x - 1), {x: value}))
        executed = []
        side = [tf.py_func(lambda n=n: executed.append(n) or np.int64(n), [], tf.int64) for n in (0, 1)]
        chosen = tf.cond(
            x > 2,
            lambda: tf.py_func(lambda: executed.append(2) or np.int64(2), [], tf.int64),
            lambda: tf.py_func(lambda: executed.append(3) or np.int64(3), [], tf.int64),
        )
        note("chosen", sess.run(chosen))
        note("executed", executed)
        note("both", sess.run(side))


def _after(tf, operations, tensor):
    with tf.control_dependencies(operations):
        return tf.identity(tensor)


def checks(tf, note):
    p = tf.placeholder_with_default(A, [None, None])
    rows = {}
    for name, arguments in {
        "assert_equal": [(p, A), (p, B)],
        "assert_none_equal": [(p, A + 1), (p, A)],
        "assert_less": [(p, A + 1), (p, A)],
        "assert_less_equal": [(p, A), (p, A - 1)],
        "assert_greater": [(p, A - 1), (p, A)],
        "assert_greater_equal": [(p, A), (p, A + 1)],
        "assert_positive": [(tf.abs(p),), (p,)],
        "assert_negative": [(-tf.abs(p),), (p,)],
        "assert_non_negative": [(tf.abs(p),), (p,)],
        "assert_non_positive": [(-tf.abs(p),), (p,)],
        "assert_near": [(p, A + 1e-9), (p, B)],
        "assert_integer": [(I,), (A,)],
        "assert_rank": [(A, 2), (A, 1), (tf.placeholder_with_default(A, None), 1)],
        "assert_rank_at_least": [(A, 2), (A, 3)],
        "assert_rank_in": [(A, [1, 2]), (A, [3])],
        "assert_type": [(A, tf.float32), (A, tf.int32)],
        "assert_scalar": [(1,), (A,)],
        "assert_variables_initialized": [()],
        "is_numeric_tensor": [(tf.constant(1),), (tf.constant("a"),)],
        "is_non_decreasing": [([1, 2, 2],), ([2, 1],)],
        "is_strictly_increasing": [([1, 2],), ([2, 2],)],
    }.items():
        for i, row in enumerate(arguments):
            rows[f"{name} {i}"] = lambda name=name, row=row: getattr(tf, name)(*row)
    with tf.Session() as sess:
        for name, row in rows.items():

            def evaluate(row=row):
                made = row()
                if made is None or isinstance(made, bool):
                    return made
                if isinstance(made, tf.Operation):
                    with tf.control_dependencies([made]):
                        made = tf.constant(1)
                return sess.run(made)

            note.attempt(name, evaluate)


def random_numbers(tf, note):
    """The numbers are not TensorFlow's: their dtype, shape, range and moments are."""
    rows = {
        "random_uniform": (lambda: tf.random_uniform([4000], 2.0, 4.0), (2, 4), 3, 0.577),
        "random_uniform ints": (lambda: tf.random_uniform([4000], 0, 10, tf.int32), (0, 9), 4.5, 2.87),
        "random_uniform int64": (lambda: tf.random_uniform([4000], -5, 5, tf.int64), (-5, 4), -0.5, 2.87),
        "random_normal": (lambda: tf.random_normal([4000], 1.0, 2.0), (-12, 14), 1, 2),
        "random_normal64": (lambda: tf.random_normal([4000], dtype=tf.float64), (-7, 7), 0, 1),
        "truncated_normal": (lambda: tf.truncated_normal([4000]), (-2, 2), 0, 0.88),
        "random_gamma": (lambda: tf.random_gamma([4000], 2.0), (0, 40), 2, 1.414),
        "random_poisson": (lambda: tf.random_poisson(3.0, [4000]), (0, 40), 3, 1.73),
        "multinomial": (lambda: tf.multinomial([[0.0, np.log(3.0)]], 4000), (0, 1), 0.75, 0.433),
        "random_shuffle": (lambda: tf.random_shuffle(tf.range(4000)), (0, 3999), 1999.5, 1154.7),
        "dropout": (lambda: tf.nn.dropout(tf.ones([4000]), 0.25), (0, 4), 1, 1.73),
        "random_crop": (lambda: tf.random_crop(tf.range(5000), [4000]), (0, 4999), None, None),
    }
    tf.set_random_seed(3)
    with tf.Session() as sess:
        for name, (make, (low, high), mean, deviation) in rows.items():
            tensor = make()
            value = sess.run(tensor)
            note(
                name,
                [str(tensor.shape), str(value.dtype), bool((value >= low).all() and (value <= high).all())],
            )
            if mean is not None:
                room = 6 * deviation / 60
                note(
                    f"{name} moments",
                    [bool(abs(value.mean() - mean) < room), bool(abs(value.std() - deviation) < 2 * room)],
                )
    note.attempt("no maxval for ints", lambda: tf.random_uniform([2], dtype=tf.int32))
