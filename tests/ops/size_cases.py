"""Calls on tensors of unknown sizes: what is claimed of a shape while the graph is built must hold in every run.

Each row: a name, the placeholders (dtype, dims), and a function of a module `tf` and of the placeholders that gives a
tensor or a list of tensors.  A dim is a number, which is known, or an expression in letters ("n", "2*n"), which is
not; each letter is a size that a run draws.  Integers are drawn below the number in their dtype: "int32<3".
"""

import numpy as np

F = "float32"
BATCH, IMAGE, SERIES = (F, ["n", 4]), (F, ["n", "h", "w", 3]), (F, ["n", "t", 3])
N, NM, NMK = (F, ["n"]), (F, ["n", "m"]), (F, ["n", "m", 4])
SQUARE = (F, ["n", "m", "m"])

# -- sizes that are computed: shapes, slices and counts that follow a size other than linearly ------------------------


def count(tf, x):
    return tf.shape(x)[0]


COMPUTED = {
    "minimum": lambda tf, n: tf.minimum(n, 100),
    "minimum small": lambda tf, n: tf.minimum(n, 2),
    "maximum": lambda tf, n: tf.maximum(n, 100),
    "mod": lambda tf, n: n % 8,
    "negative mod": lambda tf, n: -n % 8,
    "floordiv": lambda tf, n: n // 3,
    "floordiv large": lambda tf, n: n // 6000 + 1,
    "ceil div": lambda tf, n: -(-n // 4),
    "parity": lambda tf, n: n % 2 + 1,
    "truncatediv": lambda tf, n: tf.truncatediv(n, 3),
    "difference": lambda tf, n: n - n + 3,
    "twice": lambda tf, n: 2 * n,
    "even part": lambda tf, n: n // 2 * 2,
    "quotient of a multiple": lambda tf, n: (4 * n + 3) // 4,
    "rest of a multiple": lambda tf, n: (4 * n + 3) % 4,
    "abs": lambda tf, n: tf.abs(n - 50),
    "squared": lambda tf, n: tf.minimum(n * n, 50),
    "float": lambda tf, n: tf.cast(tf.cast(n, tf.float32) * 0.5, tf.int32),
    "sqrt": lambda tf, n: tf.cast(tf.sqrt(tf.cast(n, tf.float32)), tf.int32),
    "log": lambda tf, n: tf.cast(tf.log(tf.cast(n + 1, tf.float32)), tf.int32),
    "compared": lambda tf, n: tf.cast(n > 100, tf.int32),
    "equal": lambda tf, n: tf.cast(tf.equal(n, 3), tf.int32) + 1,
    "not zero": lambda tf, n: tf.cast(tf.not_equal(n, 0), tf.int32),
    "where": lambda tf, n: tf.where(n > 100, 4, 5),
    "cond": lambda tf, n: tf.cond(n > 100, lambda: 4, lambda: 5),
    "sign": lambda tf, n: tf.sign(n),
    "clip": lambda tf, n: tf.clip_by_value(n, 2, 5),
    "narrow": lambda tf, n: tf.cast(tf.cast(n * 100, tf.uint8), tf.int32),
    "bits": lambda tf, n: tf.bitwise.bitwise_and(n, 4),
    "sequence": lambda tf, n: tf.reduce_max(tf.range(n + 1)) % 7,
    "product": lambda tf, n: tf.reduce_prod(tf.stack([n, 2])) % 5,
    "mean": lambda tf, n: tf.reduce_mean(tf.stack([n, 2])),
    "smallest": lambda tf, n: tf.reduce_min(tf.stack([n, 6])),
    "argmax": lambda tf, n: tf.cast(tf.argmax(tf.stack([n, 3])), tf.int32),
    "sum of flags": lambda tf, n: tf.reduce_sum(tf.cast(tf.range(5) < n, tf.int32)),
    "int64": lambda tf, n: tf.cast(tf.minimum(tf.cast(n, tf.int64), 4), tf.int32),
    "loop": lambda tf, n: tf.while_loop(lambda i: i * 2 < n, lambda i: i + 1, [0]),
    "one hot": lambda tf, n: tf.argmax(tf.one_hot(n, 5), output_type=tf.int32) + 1,
    "py_func": lambda tf, n: tf.reshape(tf.py_func(lambda v: v % 3, [n], tf.int32, stateful=False), []),
    "string": lambda tf, n: tf.string_to_number(tf.as_string(n % 4), tf.int32),
}

USES = {
    "zeros": lambda tf, x, k: tf.zeros([k]),
    "ones beside": lambda tf, x, k: tf.ones([k, 4]),
    "fill": lambda tf, x, k: tf.fill(tf.stack([4, k]), 1),
    "range": lambda tf, x, k: tf.range(k),
    "range steps": lambda tf, x, k: tf.range(0, k, 3),
    "reshape": lambda tf, x, k: tf.reshape(tf.zeros([k * 6]), tf.stack([k, -1, 2])),
    "slice": lambda tf, x, k: tf.slice(tf.concat([x, tf.ones([200, 4])], 0), [0, 0], tf.stack([k, 4])),
    "slice to the end": lambda tf, x, k: tf.slice(
        tf.concat([x, tf.ones([200, 4])], 0), tf.stack([k, 0]), [-1, 4]
    ),
    "items": lambda tf, x, k: x[:k],
    "items from": lambda tf, x, k: x[k:],
    "items of a constant": lambda tf, x, k: tf.ones([9])[k:],
    "items backwards": lambda tf, x, k: x[: -k - 1],
    "one_hot": lambda tf, x, k: tf.one_hot([1, 2], k),
    "tile": lambda tf, x, k: tf.tile([1.0, 2.0], [k]),
    "pad": lambda tf, x, k: tf.pad(tf.ones([3]), [[0, k]]),
    "top_k": lambda tf, x, k: list(tf.nn.top_k(tf.zeros([300]), k)),
    "broadcast": lambda tf, x, k: tf.zeros([k, 1]) + tf.zeros([1, 2]),
    "random": lambda tf, x, k: tf.random_uniform([k, 2]),
    "expand_dims": lambda tf, x, k: tf.expand_dims(tf.zeros([k, 4]), k % 2),
    "sequence_mask": lambda tf, x, k: tf.sequence_mask([1, 0], k),
    "eye": lambda tf, x, k: tf.eye(k),
    "linspace": lambda tf, x, k: tf.linspace(0.0, 1.0, k + 1),
    "split": lambda tf, x, k: tf.split(tf.zeros([k + 3]), tf.stack([k, 3])),
    "concat": lambda tf, x, k: tf.concat([tf.zeros([k, 2]), tf.zeros([3, 2])], 0),
    "segments": lambda tf, x, k: tf.unsorted_segment_sum([1.0, 2.0], [0, 0], k + 1),
    "scatter": lambda tf, x, k: tf.scatter_nd([[0]], [1.0], [k + 1]),
    "transpose": lambda tf, x, k: tf.transpose(tf.zeros([k, 4]), tf.stack([k % 2, 1 - k % 2])),
    "resize": lambda tf, x, k: tf.image.resize_bilinear(tf.ones([1, 4, 4, 1]), tf.stack([k + 1, 3])),
    "reduce": lambda tf, x, k: tf.reduce_sum(tf.zeros([k, 3, 4]), tf.expand_dims(k % 2, 0)),
    "bincount": lambda tf, x, k: tf.bincount([0, 0], minlength=k, maxlength=k),
    "histogram": lambda tf, x, k: tf.histogram_fixed_width([1.0], [0.0, 5.0], nbins=k + 1),
    "batch_to_space": lambda tf, x, k: tf.pad(tf.ones([2, 2]), tf.stack([[1, k], [0, 1]])),
    "gather rows": lambda tf, x, k: tf.gather(tf.eye(5), tf.zeros([k], tf.int32)),
    "sparse": lambda tf, x, k: tf.sparse_tensor_to_dense(
        tf.SparseTensor([[0, 0]], [1.0], tf.cast(tf.stack([k + 1, 3]), tf.int64))
    ),
    "dropout": lambda tf, x, k: tf.nn.dropout(tf.ones([k, 3]), 0.5, noise_shape=tf.stack([k, 1])),
}


def sparse_of(tf, x):
    places = tf.where(x > 0.5)
    return tf.SparseTensor(places, tf.gather_nd(x, places), tf.shape(x, out_type=tf.int64))


# -- every family of operations, on tensors of unknown sizes ------------------------------------------------------------

ROWS = [
    ("elementwise", [NM], lambda tf, x: [tf.exp(x), tf.nn.relu(x), tf.cast(x, tf.int32), -x, tf.is_nan(x)]),
    ("broadcasting", [NM, (F, ["m"])], lambda tf, x, y: [x + y, x * tf.ones([1, 1]), tf.maximum(x, 2.0)]),
    ("broadcasting with one", [(F, ["n", 1]), (F, [1, "m"])], lambda tf, x, y: x - y),
    ("broadcasting with a size", [(F, ["n", 4]), (F, ["m", 1, 4])], lambda tf, x, y: x / (y + 1)),
    ("select", [NM, NM], lambda tf, x, y: tf.where(x > y, x, y)),
    ("select rows", [N, NM], lambda tf, c, x: tf.where(c > 0, x, x)),
    ("where", [NM], lambda tf, x: tf.where(x > 0.5)),
    ("add_n", [NM, (F, ["n", "m"])], lambda tf, x, y: tf.add_n([x, y])),
    (
        "reductions",
        [NMK],
        lambda tf, x: [
            tf.reduce_sum(x),
            tf.reduce_mean(x, 1),
            tf.reduce_max(x, [0, 2]),
            tf.reduce_logsumexp(x, -1),
            tf.reduce_prod(x, 1, keepdims=True),
        ],
    ),
    (
        "reduction over computed axes",
        [NMK],
        lambda tf, x: [tf.reduce_sum(x, tf.range(1, tf.rank(x))), tf.reduce_sum(x, tf.shape(x)[2:] - 3)],
    ),
    ("count_nonzero", [NMK], lambda tf, x: tf.count_nonzero(x, 1)),
    ("argmax", [NMK], lambda tf, x: [tf.argmax(x + 0, 2), tf.argmin(x, -1)]),
    ("cumsum", [NM], lambda tf, x: tf.cumsum(x, 1)),
    ("matmul", [NM, (F, ["m", "k"])], lambda tf, x, y: [tf.matmul(x, y), tf.matmul(x, x, transpose_a=True)]),
    ("batch matmul", [(F, ["n", "m", "k"]), (F, ["n", "k", 2])], lambda tf, x, y: tf.matmul(x, y)),
    ("batch matmul of one", [(F, ["n", "m", 3]), (F, [1, 3, 2])], lambda tf, x, y: tf.matmul(x, y)),
    ("tensordot", [NMK, (F, [4, "k"])], lambda tf, x, y: tf.tensordot(x, y, 1)),
    ("tensordot axes", [NMK, (F, ["m", 4, 2])], lambda tf, x, y: tf.tensordot(x, y, [[1, 2], [0, 1]])),
    ("einsum", [NMK, (F, [4, "k"])], lambda tf, x, y: tf.einsum("nmd,dk->nkm", x, y)),
    (
        "linear algebra",
        [SQUARE],
        lambda tf, x: [
            tf.matrix_inverse(x + 9 * tf.eye(tf.shape(x)[1])),
            tf.matrix_determinant(x),
            tf.trace(x),
            tf.self_adjoint_eig(x)[0],
            tf.cholesky(tf.matmul(x, x, transpose_b=True) + tf.eye(tf.shape(x)[1])),
        ],
    ),
    (
        "solve",
        [SQUARE, (F, ["n", "m", 2])],
        lambda tf, x, y: [
            tf.matrix_solve(x + 9 * tf.eye(tf.shape(x)[1]), y),
            tf.matrix_triangular_solve(x + 9 * tf.eye(tf.shape(x)[1]), y),
        ],
    ),
    ("svd", [NM], lambda tf, x: list(tf.svd(x))),
    ("svd full", [NM], lambda tf, x: list(tf.svd(x, full_matrices=True))),
    ("svd values", [(F, ["n", "m", 3])], lambda tf, x: tf.svd(x, compute_uv=False)),
    ("qr", [NM], lambda tf, x: list(tf.qr(x))),
    ("qr full", [(F, ["n", 3])], lambda tf, x: list(tf.qr(x, full_matrices=True))),
    ("norm", [NMK], lambda tf, x: [tf.norm(x), tf.norm(x, axis=1), tf.norm(x, axis=-1, keepdims=True)]),
    ("diag", [N, NM], lambda tf, x, y: [tf.diag(x), tf.matrix_diag(y), tf.matrix_diag_part(y)]),
    ("set_diag", [(F, ["n", "n"]), N], lambda tf, x, y: tf.matrix_set_diag(x, y)),
    ("band_part", [NM], lambda tf, x: tf.matrix_band_part(x, 1, 0)),
    (
        "reshape",
        [NMK],
        lambda tf, x: [
            tf.reshape(x, [-1, 4]),
            tf.reshape(x, [-1]),
            tf.reshape(x, tf.stack([tf.shape(x)[0], -1])),
            tf.reshape(x, [tf.shape(x)[0] * tf.shape(x)[1], 4]),
            tf.reshape(x, tf.concat([tf.shape(x)[:1], [-1]], 0)),
            tf.reshape(x, tf.concat([tf.shape(x)[:2], [2, 2]], 0)),
            tf.reshape(x, tf.stack([-1, tf.shape(x)[1] * 2, 2])),
            tf.reshape(x, tf.shape(x)),
            tf.reshape(x, [tf.size(x)]),
        ],
    ),
    (
        "reshape to a remainder",
        [(F, ["6*n", 2])],
        lambda tf, x: [
            tf.reshape(x, [-1, 3, 4]),
            tf.reshape(x, tf.stack([tf.shape(x)[0] // 2, -1])),
            tf.reshape(x, tf.stack([-1, tf.minimum(tf.shape(x)[0], 1)])),
        ],
    ),
    (
        "expand and squeeze",
        [NM],
        lambda tf, x: [
            tf.expand_dims(x, 1),
            tf.squeeze(tf.expand_dims(x, 1), 1),
            tf.squeeze(tf.expand_dims(x, 0)),
        ],
    ),
    ("squeeze unknown", [NM], lambda tf, x: [tf.squeeze(x)]),
    ("squeeze an axis", [(F, ["n", 1, "m"])], lambda tf, x: [tf.squeeze(x, 1), tf.squeeze(x)]),
    ("transpose", [NMK], lambda tf, x: [tf.transpose(x), tf.transpose(x, [1, 0, 2]), tf.matrix_transpose(x)]),
    (
        "transpose by computed axes",
        [NMK],
        lambda tf, x: tf.transpose(x, tf.concat([[tf.rank(x) - 1], tf.range(tf.rank(x) - 1)], 0)),
    ),
    ("stack", [NM, NM], lambda tf, x, y: [tf.stack([x, y]), tf.stack([x, y], -1)]),
    ("unstack", [(F, ["n", 3])], lambda tf, x: tf.unstack(x, axis=1)),
    ("concat", [NM, (F, ["n", 2])], lambda tf, x, y: tf.concat([x, y], 1)),
    (
        "concat first",
        [(F, ["n", 4]), (F, ["m", 4]), (F, [2, 4])],
        lambda tf, x, y, z: tf.concat([x, y, z], 0),
    ),
    ("split", [(F, ["2*n", "m"])], lambda tf, x: tf.split(x, 2)),
    ("split sizes", [(F, ["n", 5])], lambda tf, x: tf.split(x, [1, -1, 2], 1)),
    ("split unknown sizes", [(F, ["n+3", "m"])], lambda tf, x: tf.split(x, [1, -1, 2], 0)),
    ("tile", [NM], lambda tf, x: [tf.tile(x, [1, 2]), tf.tile(x, [0, 1]), tf.tile(x, [tf.shape(x)[1], 1])]),
    ("meshgrid", [N, (F, ["m"])], lambda tf, x, y: tf.meshgrid(x, y)),
    (
        "pad",
        [NM],
        lambda tf, x: [
            tf.pad(x, [[1, 1], [0, 2]]),
            tf.pad(x, [[0, 0], [0, 3 - tf.minimum(3, tf.shape(x)[1])]]),
        ],
    ),
    (
        "pad reflect",
        [(F, ["n+2", "m+3"])],
        lambda tf, x: [tf.pad(x, [[1, 1], [0, 2]], "REFLECT"), tf.pad(x, [[2, 1], [1, 1]], "SYMMETRIC")],
    ),
    (
        "items",
        [(F, ["n+1", "m", 4])],
        lambda tf, x: [
            x[0],
            x[-1],
            x[:, :2],
            x[:100],
            x[::2],
            x[::-1],
            x[..., 0],
            x[:, None],
            x[:-1],
            x[1:, 1:],
            x[2:1],
            x[-3:-1],
            x[0:3],
            x[:, 5:2:-1],
            x[..., 1:3],
            x[:, :, ::3],
            x[:, 100:],
            x[-100:],
            x[:, -2:2],
        ],
    ),
    (
        "items by size",
        [NM],
        lambda tf, x: [x[: tf.shape(x)[0] // 2], x[tf.shape(x)[0] - 1 :], x[:, : tf.shape(x)[1]]],
    ),
    ("strided_slice", [NMK], lambda tf, x: tf.strided_slice(x, [0, 0, 0], tf.shape(x), [2, 3, 1])),
    (
        "slice",
        [(F, ["n+2", "m+1", 4])],
        lambda tf, x: [
            tf.slice(x, [0, 0, 1], [2, -1, 2]),
            tf.slice(x, [1, 1, 1], [-1, -1, -1]),
            tf.slice(x, [0, 0, 0], tf.shape(x) - 1),
            tf.slice(x, tf.shape(x) - 1, [1, 1, 1]),
        ],
    ),
    (
        "gather",
        [(F, ["n+1", "m"]), ("int32<1", ["k"])],
        lambda tf, x, i: [tf.gather(x, i), tf.gather(x, [[0, 0]])],
    ),
    ("gather along", [(F, ["n", 3]), ("int32<3", ["k", 2])], lambda tf, x, i: tf.gather(x, i, axis=1)),
    ("gather_nd", [(F, ["n+1", "m", 4]), ("int32<1", ["k", 1])], lambda tf, x, i: tf.gather_nd(x, i)),
    (
        "scatter_nd",
        [("int32<1", ["n", 1]), NM],
        lambda tf, i, x: tf.scatter_nd(i, x, tf.stack([3, tf.shape(x)[1]])),
    ),
    (
        "embedding_lookup",
        [(F, [5, "m"]), ("int32<5", ["n", "t"])],
        lambda tf, x, i: tf.nn.embedding_lookup(x, i),
    ),
    (
        "embedding_lookup parts",
        [(F, [3, "m"]), (F, [2, "m"]), ("int32<5", ["n", "t"])],
        lambda tf, x, y, i: tf.nn.embedding_lookup([x, y], i, partition_strategy="mod"),
    ),
    ("boolean_mask", [NM, N], lambda tf, x, y: [tf.boolean_mask(x, y > 0.5), tf.boolean_mask(x, x > 0.5)]),
    ("boolean_mask inner", [NM, (F, ["m"])], lambda tf, x, y: tf.boolean_mask(x, y > 0.5, axis=1)),
    ("unique", [("int32<9", ["n"])], lambda tf, x: list(tf.unique(x)) + list(tf.unique_with_counts(x))),
    ("setdiff1d", [("int32<9", ["n"]), ("int32<9", ["m"])], lambda tf, x, y: list(tf.setdiff1d(x, y))),
    ("dynamic_partition", [NM, ("int32<3", ["n"])], lambda tf, x, i: tf.dynamic_partition(x, i, 3)),
    (
        "dynamic_stitch",
        [(F, ["n", 2])],
        lambda tf, x: tf.dynamic_stitch([tf.range(tf.shape(x)[0]), [0]], [x, tf.ones([1, 2])]),
    ),
    (
        "one_hot",
        [("int32<3", ["n", "t"])],
        lambda tf, i: [tf.one_hot(i, 3), tf.one_hot(i, 0), tf.one_hot(i, 2, axis=0)],
    ),
    ("sequence_mask", [("int32<9", ["n"])], lambda tf, i: [tf.sequence_mask(i), tf.sequence_mask(i, 4)]),
    ("reverse", [NM], lambda tf, x: [tf.reverse(x, [0]), tf.reverse_v2(x, [-1])]),
    (
        "reverse_sequence",
        [(F, ["n", "m+1", 2]), ("int32<1", ["n"])],
        lambda tf, x, i: tf.reverse_sequence(x, i, seq_axis=1, batch_axis=0),
    ),
    ("roll", [NM], lambda tf, x: tf.manip.roll(x, 1, 0)),
    (
        "segments",
        [(F, ["n", 3]), ("int32<1", ["n"])],
        lambda tf, x, i: [
            tf.segment_sum(x, i),
            tf.unsorted_segment_sum(x, i, 4),
            tf.unsorted_segment_max(x, i, tf.shape(x)[0] + 1),
        ],
    ),
    (
        "sparse segments",
        [(F, ["n+1", 3]), ("int32<1", ["k"]), ("int32<1", ["k"])],
        lambda tf, x, i, s: [tf.sparse_segment_sum(x, i, s), tf.sparse_segment_mean(x, i, s, num_segments=3)],
    ),
    (
        "bincount",
        [("int32<6", ["n"])],
        lambda tf, i: [tf.bincount(i), tf.bincount(i, minlength=4, maxlength=4)],
    ),
    ("histogram", [NM], lambda tf, x: tf.histogram_fixed_width(x, [0.0, 1.0], nbins=5)),
    ("zeros_like", [NM], lambda tf, x: [tf.zeros_like(x), tf.ones_like(x), tf.fill(tf.shape(x), 2.0)]),
    ("shapes", [NMK], lambda tf, x: [tf.shape(x), tf.size(x), tf.rank(x), *tf.shape_n([x, x])]),
    (
        "broadcast_dynamic_shape",
        [NM, (F, ["k", 1, "m"])],
        lambda tf, x, y: tf.zeros(tf.broadcast_dynamic_shape(tf.shape(x), tf.shape(y))),
    ),
    (
        "space and depth",
        [(F, ["n", "2*h", "2*w", 4])],
        lambda tf, x: [tf.space_to_depth(x, 2), tf.depth_to_space(x, 2)],
    ),
    (
        "space_to_batch",
        [(F, ["n", "2*h", "2*w", 3])],
        lambda tf, x: [
            tf.space_to_batch(x, [[0, 0], [0, 0]], 2),
            tf.space_to_batch_nd(x, [2, 1], [[1, 1], [0, 2]]),
        ],
    ),
    (
        "batch_to_space",
        [(F, ["4*n", "h", "w", 3])],
        lambda tf, x: [
            tf.batch_to_space(x, [[0, 0], [0, 0]], 2),
            tf.batch_to_space_nd(x, [4, 1], [[0, 0], [0, 0]]),
        ],
    ),
    (
        "patches",
        [IMAGE],
        lambda tf, x: [
            tf.extract_image_patches(x, [1, 3, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], padding)
            for padding in ("SAME", "VALID")
        ],
    ),
    ("where 3", [(F, ["n"])], lambda tf, x: tf.cast(tf.where(x > 0.5), tf.int32) + 1),
    *[
        (
            f"conv2d {padding} {stride} {dilation}",
            [IMAGE],
            lambda tf, x, p=padding, s=stride, d=dilation: tf.nn.conv2d(
                x, tf.ones([3, 2, 3, 5]), [1, s, s, 1], p, dilations=[1, d, d, 1]
            ),
        )
        for padding in ("SAME", "VALID")
        for stride, dilation in ((1, 1), (2, 1), (3, 1), (1, 2))
    ],
    (
        "conv1d",
        [SERIES],
        lambda tf, x: [tf.nn.conv1d(x, tf.ones([4, 3, 2]), 2, p) for p in ("SAME", "VALID")],
    ),
    (
        "conv3d",
        [(F, ["n", "t", "h", 4, 2])],
        lambda tf, x: [
            tf.nn.conv3d(x, tf.ones([2, 3, 2, 2, 3]), [1, 2, 1, 1, 1], p) for p in ("SAME", "VALID")
        ],
    ),
    (
        "depthwise_conv2d",
        [IMAGE],
        lambda tf, x: [
            tf.nn.depthwise_conv2d(x, tf.ones([3, 3, 3, 2]), [1, 2, 2, 1], p) for p in ("SAME", "VALID")
        ],
    ),
    (
        "separable_conv2d",
        [IMAGE],
        lambda tf, x: tf.nn.separable_conv2d(
            x, tf.ones([3, 3, 3, 2]), tf.ones([1, 1, 6, 4]), [1, 1, 1, 1], "VALID"
        ),
    ),
    (
        "convolution",
        [IMAGE],
        lambda tf, x: tf.nn.convolution(x, tf.ones([3, 2, 3, 4]), "VALID", dilation_rate=[2, 3]),
    ),
    (
        "atrous_conv2d",
        [IMAGE],
        lambda tf, x: [tf.nn.atrous_conv2d(x, tf.ones([3, 3, 3, 2]), 2, p) for p in ("SAME", "VALID")],
    ),
    (
        "conv2d_transpose",
        [IMAGE],
        lambda tf, x: [
            tf.nn.conv2d_transpose(
                x,
                tf.ones([3, 3, 5, 3]),
                tf.stack([tf.shape(x)[0], 2 * tf.shape(x)[1], 2 * tf.shape(x)[2], 5]),
                [1, 2, 2, 1],
            )
        ],
    ),
    *[
        (
            f"pools {padding} {stride}",
            [IMAGE],
            lambda tf, x, p=padding, s=stride: [
                tf.nn.max_pool(x, [1, 3, 2, 1], [1, s, s, 1], p),
                tf.nn.avg_pool(x, [1, 2, 2, 1], [1, s, s, 1], p),
            ],
        )
        for padding in ("SAME", "VALID")
        for stride in (1, 2, 3)
    ],
    (
        "pool with argmax",
        [IMAGE],
        lambda tf, x: list(tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")),
    ),
    (
        "max_pool3d",
        [(F, ["n", "t", "h", 4, 2])],
        lambda tf, x: [tf.nn.max_pool3d(x, [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], p) for p in ("SAME", "VALID")],
    ),
    ("pool", [SERIES], lambda tf, x: [tf.nn.pool(x, [3], "AVG", p, strides=[2]) for p in ("SAME", "VALID")]),
    (
        "dilation2d",
        [IMAGE],
        lambda tf, x: [
            tf.nn.dilation2d(x, tf.ones([2, 3, 3]), [1, 2, 1, 1], [1, 1, 2, 1], p) for p in ("SAME", "VALID")
        ],
    ),
    ("lrn", [IMAGE], lambda tf, x: tf.nn.lrn(x)),
    ("softmax", [NMK], lambda tf, x: [tf.nn.softmax(x), tf.nn.softmax(x, 1), tf.nn.log_softmax(x)]),
    (
        "cross entropy",
        [NM, NM],
        lambda tf, x, y: [
            tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=y),
            tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=y),
        ],
    ),
    (
        "sparse cross entropy",
        [("int32<1", ["n"]), (F, ["n", "m+1"])],
        lambda tf, i, x: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=i, logits=x),
    ),
    (
        "sparse cross entropy of series",
        [("int32<1", ["n", "t"]), (F, ["n", "t", 5])],
        lambda tf, i, x: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=i, logits=x),
    ),
    ("top_k", [(F, ["n", "m+2"])], lambda tf, x: [*tf.nn.top_k(x, 2), *tf.nn.top_k(x, tf.shape(x)[1] - 1)]),
    ("in_top_k", [(F, ["n", 5]), ("int32<5", ["n"])], lambda tf, x, i: tf.nn.in_top_k(x, i, 2)),
    ("bias and crelu", [NMK], lambda tf, x: [tf.nn.bias_add(x, tf.ones([4])), tf.nn.crelu(x)]),
    ("l2", [NM], lambda tf, x: [tf.nn.l2_loss(x), tf.nn.l2_normalize(x, 1), tf.nn.zero_fraction(x)]),
    ("moments", [NMK], lambda tf, x: [*tf.nn.moments(x, [0, 1]), *tf.nn.moments(x, [1], keep_dims=True)]),
    (
        "fused_batch_norm",
        [(F, ["n+1", "h+1", "w+1", 3])],
        lambda tf, x: list(tf.nn.fused_batch_norm(x, tf.ones([3]), tf.zeros([3])))[:3],
    ),
    ("dropout", [NM], lambda tf, x: tf.nn.dropout(x, 0.5)),
    (
        "images",
        [(F, ["n", "h+1", "w+1", 3])],
        lambda tf, x: [
            tf.image.resize_bilinear(x, [5, 6]),
            tf.image.resize_nearest_neighbor(x, tf.shape(x)[1:3] * 2),
            tf.image.resize_images(x, [4, 5]),
        ],
    ),
    (
        "image",
        [(F, ["h+4", "w+4", 3])],
        lambda tf, x: [
            tf.image.flip_left_right(x),
            tf.image.transpose_image(x),
            tf.image.random_flip_left_right(x),
            tf.random_crop(x, [3, 2, 3]),
        ],
    ),
    (
        "random",
        [NM],
        lambda tf, x: [
            tf.random_normal(tf.shape(x)),
            tf.random_uniform([tf.shape(x)[0], 3]),
            tf.random_shuffle(x),
            tf.truncated_normal(tf.concat([tf.shape(x), [2]], 0)),
            tf.random_gamma([2], tf.nn.relu(x) + 1),
        ],
    ),
    ("multinomial", [(F, ["n", 3])], lambda tf, x: [tf.multinomial(x, 4), tf.multinomial(x, tf.shape(x)[0])]),
    (
        "cond",
        [NM],
        lambda tf, x: [
            tf.cond(tf.shape(x)[0] > 2, lambda: x, lambda: x * 2),
            tf.cond(tf.shape(x)[0] > 2, lambda: x[:2], lambda: x),
        ],
    ),
    (
        "while_loop",
        [NM],
        lambda tf, x: tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * 2), [0, x])[1],
    ),
    (
        "while_loop grows",
        [NM],
        lambda tf, x: tf.while_loop(
            lambda i, y: i < 2,
            lambda i, y: (i + 1, tf.concat([y, y], 0)),
            [0, x],
            [tf.TensorShape([]), tf.TensorShape([None, None])],
        )[1],
    ),
    ("map_fn", [NM], lambda tf, x: [tf.map_fn(lambda v: tf.reduce_sum(v), x), tf.map_fn(lambda v: v * 2, x)]),
    ("scan", [(F, ["n+1", "m"])], lambda tf, x: tf.scan(lambda a, v: a + v, x)),
    ("foldl", [(F, ["n+1", "m"])], lambda tf, x: tf.foldl(lambda a, v: a + v, x)),
    (
        "tensor array",
        [(F, ["n+1", "m"])],
        lambda tf, x: [
            tf.TensorArray(tf.float32, tf.shape(x)[0]).unstack(x).stack(),
            tf.TensorArray(tf.float32, tf.shape(x)[0]).unstack(x).gather([0]),
        ],
    ),
    (
        "gradients",
        [NM],
        lambda tf, x: [
            *tf.gradients(tf.reduce_sum(tf.square(x[:2])), [x]),
            *tf.gradients(tf.reduce_mean(x * tf.ones([1, 1])), [x]),
            *tf.gradients(tf.nn.softmax(x), [x]),
            *tf.gradients(tf.reshape(x, [-1]), [x]),
        ],
    ),
    ("gradients of a broadcast", [NM, (F, [1, "m"])], lambda tf, x, y: tf.gradients(x * y, [x, y])),
    (
        "gradients of images",
        [(F, ["n+1", "h+3", "w+3", 3])],
        lambda tf, x: [
            *tf.gradients(tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"), [x]),
            *tf.gradients(tf.nn.conv2d(x, tf.ones([2, 2, 3, 1]), [1, 1, 1, 1], "VALID"), [x]),
        ],
    ),
    (
        "sparse",
        [(F, ["n+1", 3])],
        lambda tf, x: [
            tf.sparse_reduce_sum(sparse_of(tf, x), 1),
            tf.sparse_tensor_to_dense(sparse_of(tf, x)),
            tf.sparse_tensor_dense_matmul(sparse_of(tf, x), tf.ones([3, 2])),
            sparse_of(tf, x).indices,
        ],
    ),
    (
        "strings",
        [("int32<9", ["n"])],
        lambda tf, i: [
            tf.as_string(i),
            tf.string_join([tf.as_string(i), "a"]),
            tf.substr(tf.as_string(i), 0, 1),
            tf.reduce_join(tf.as_string(i), 0),
            tf.string_to_hash_bucket_fast(tf.as_string(i), 5),
            tf.string_split(tf.as_string(i)).values,
        ],
    ),
    (
        "metrics and losses",
        [("int32<2", ["n"]), ("float32", ["n"])],
        lambda tf, i, x: [
            tf.losses.mean_squared_error(tf.cast(i, tf.float32), x, reduction="none"),
            tf.losses.absolute_difference(tf.cast(i, tf.float32), x),
        ],
    ),
    (
        "clip",
        [NM],
        lambda tf, x: [
            tf.clip_by_value(x, 0.0, 1.0),
            tf.clip_by_norm(x, 1.0),
            tf.clip_by_norm(x, 1.0, [1]),
            tf.clip_by_global_norm([x], 1.0)[1],
        ],
    ),
    (
        "quantities of bits",
        [("uint8<9", ["n", 4])],
        lambda tf, x: [tf.bitcast(x, tf.int32), tf.bitcast(x, tf.int8)],
    ),
    ("bitcast smaller", [NM], lambda tf, x: tf.bitcast(x, tf.uint8)),
    ("invert_permutation", [N], lambda tf, x: tf.invert_permutation(tf.range(tf.shape(x)[0]))),
    ("py_func", [NM], lambda tf, x: tf.py_func(lambda v: v[:2], [x], tf.float32)),
]


# -- the sizes of a run ---------------------------------------------------------------------------------------------------


def size_of(dim, sizes):
    return dim if isinstance(dim, int) else eval(dim, {}, sizes)


def value_of(dtype, dims, sizes):
    name, _, below = dtype.partition("<")
    random = np.random.RandomState(sum(sizes.values()))
    shape = [size_of(d, sizes) for d in dims]
    return random.randint(0, int(below), shape).astype(name) if below else random.rand(*shape).astype(name)


def inputs_at(inputs, sizes):
    """The placeholders of a row, with the shapes and values that they have for these sizes."""
    return [
        (dtype.partition("<")[0], [size_of(d, sizes) for d in dims], value_of(dtype, dims, sizes))
        for dtype, dims in inputs
    ]
