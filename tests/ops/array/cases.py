"""The table of calls that tests hold to the laws of shapes, and to TensorFlow.

Each row: a name, the placeholders (dtype, static shape, value), and a function of a module `t` that has TensorFlow's
names and of the placeholders.  The function gives a tensor or a list of tensors.
"""

import functools

import numpy as np

CUBE = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
MATRIX = np.arange(12, dtype=np.float32).reshape(3, 4)
IMAGE = np.arange(2 * 4 * 6 * 4, dtype=np.float32).reshape(2, 4, 6, 4)
WORDS = np.array([b"a", b"bc", b"", b"bc", b"d\xff"], object)

cube = ("float32", [None, 3, 4], CUBE)
whole = ("float32", [2, 3, 4], CUBE)
free = ("float32", None, CUBE)
matrix = ("float32", [3, None], MATRIX)
image = ("float32", [None, 4, None, 4], IMAGE)
words = ("string", [None], WORDS)
one = ("int32", [], np.int32(1))
two = ("int32", [], np.int32(2))
no_rows = ("float32", [None, 3], np.zeros((0, 3), np.float32))
none_of_them = ("int32", [None, 2], np.zeros((0, 2), np.int32))
picks = ("int32", [None], np.array([2, 0, 2], np.int32))
complexes = ("complex64", [None, 2], np.array([[1 + 2j, 3 - 1j]], np.complex64))
matrix2 = ("float32", [None, 2], np.array([[1, 2], [3, 4]], np.float32))
spread = ("float32", [None, 4], np.linspace(-7, 7, 24, dtype=np.float32).reshape(6, 4))
low, high = ("float32", [], np.float32(-2.2)), ("float32", [], np.float32(4.1))
lows = ("float32", [4], np.array([-2.2, -1, 0, -6], np.float32))
highs = ("float32", [4], np.array([4.1, 3, 5, 0.5], np.float32))

pairs = ("int32", [None, 2], np.array([[2, 0], [1, 1]], np.int32))


def _scattered(kind, t, x):
    return getattr(t, f"tensor_scatter_nd_{kind}")(x, [[0, 1], [1, 2]], np.full([2, 4], 5.5, np.float32))


ROWS = [
    ("shape", [cube], lambda t, x: t.shape(x)),
    ("shape int64", [free], lambda t, x: t.shape(x, out_type="int64")),
    ("shape of strings", [words], lambda t, x: t.shape(x)),
    ("shape_n", [cube, matrix], lambda t, x, y: t.shape_n([x, y])),
    ("size", [cube], lambda t, x: t.size(x)),
    ("rank", [free], lambda t, x: t.rank(x)),
    ("reshape -1", [cube], lambda t, x: t.reshape(x, [-1, 4])),
    ("reshape known", [whole], lambda t, x: t.reshape(x, [4, -1])),
    ("reshape by shape", [cube], lambda t, x: t.reshape(x, [t.shape(x)[0], 12])),
    ("reshape strings", [words], lambda t, x: t.reshape(x, [5, 1])),
    ("expand_dims", [cube], lambda t, x: t.expand_dims(x, -2)),
    ("expand_dims strings", [words], lambda t, x: t.expand_dims(x, 0)),
    (
        "squeeze",
        [("float32", [None, 1, 3, 1], np.ones((2, 1, 3, 1), np.float32))],
        lambda t, x: t.squeeze(x, [1, -1]),
    ),
    ("squeeze all", [("float32", [1, 3, 1], np.ones((1, 3, 1), np.float32))], lambda t, x: t.squeeze(x)),
    ("transpose", [cube], lambda t, x: t.transpose(x)),
    ("transpose perm", [cube], lambda t, x: t.transpose(x, [1, 0, 2])),
    ("transpose free", [free], lambda t, x: t.transpose(x)),
    ("matrix_transpose", [cube], lambda t, x: t.matrix_transpose(x)),
    (
        "invert_permutation",
        [("int32", [None], np.array([2, 0, 1], np.int32))],
        lambda t, x: t.invert_permutation(x),
    ),
    ("broadcast_to", [matrix], lambda t, x: t.broadcast_to(x, [2, 3, 4])),
    (
        "broadcast_dynamic_shape",
        [cube, matrix],
        lambda t, x, y: t.broadcast_dynamic_shape(t.shape(x), t.shape(y)),
    ),
    ("identity_n", [cube, matrix], lambda t, x, y: t.identity_n([x, y])),
    ("bitcast smaller", [matrix], lambda t, x: t.bitcast(x, "uint8")),
    (
        "bitcast larger",
        [("uint8", [None, 4], np.arange(8, dtype=np.uint8).reshape(2, 4))],
        lambda t, x: t.bitcast(x, "int32"),
    ),
    (
        "bitcast complex",
        [("complex64", [2], np.array([1 + 2j, 3], np.complex64))],
        lambda t, x: t.bitcast(x, "float32"),
    ),
    ("bitcast complex to int", [complexes], lambda t, x: t.bitcast(x, "int64")),
    ("bitcast complex to bytes", [complexes], lambda t, x: t.bitcast(x, "uint8")),
    ("bitcast floats to complex", [matrix2], lambda t, x: t.bitcast(x, "complex64")),
    ("bitcast complex to wider", [complexes], lambda t, x: t.bitcast(x, "complex128")),
    (
        "bitcast half to complex",
        [("float16", [1, 4], np.ones((1, 4), np.float16))],
        lambda t, x: t.bitcast(x, "complex64"),
    ),
    ("fill", [one], lambda t, i: t.fill([2, i], 7.0)),
    ("zeros", [], lambda t: t.zeros([2, 3], "int32")),
    ("zeros large", [], lambda t: t.zeros([40, 50])),
    ("zeros of strings", [], lambda t: t.zeros([2], "string")),
    ("zeros dynamic", [cube], lambda t, x: t.zeros([t.shape(x)[0], 3])),
    ("ones", [], lambda t: t.ones([3], "bool")),
    ("zeros_like", [cube], lambda t, x: t.zeros_like(x)),
    ("zeros_like int", [cube], lambda t, x: t.zeros_like(x, "int64")),
    ("zeros_like strings", [words], lambda t, x: t.zeros_like(x)),
    ("ones_like", [cube], lambda t, x: t.ones_like(x)),
    ("one_hot", [picks], lambda t, i: t.one_hot(i, 3)),
    ("one_hot axis", [picks], lambda t, i: t.one_hot(i, 2, on_value=5, off_value=-1, axis=0)),
    ("sequence_mask", [picks], lambda t, i: t.sequence_mask(i, 4, dtype="float32")),
    ("sequence_mask free", [picks], lambda t, i: t.sequence_mask(i)),
    ("stack", [cube, whole], lambda t, x, y: t.stack([x, y], axis=-1)),
    ("stack strings", [words], lambda t, x: t.stack([x, x])),
    ("stack numbers", [one], lambda t, i: t.stack([i, 5, [i + 1, 3][1]])),
    ("unstack", [cube], lambda t, x: t.unstack(x, axis=1)),
    ("unstack num", [cube], lambda t, x: t.unstack(x, num=2)),
    ("concat", [cube, cube], lambda t, x, y: t.concat([x, y], 0)),
    ("concat end", [cube, whole], lambda t, x, y: t.concat([x, y], -1)),
    ("concat strings", [words], lambda t, x: t.concat([x, ["z"]], 0)),
    ("concat one", [cube], lambda t, x: t.concat([x], 1)),
    ("split", [cube], lambda t, x: t.split(x, 2, axis=2)),
    ("split sizes", [cube], lambda t, x: t.split(x, [1, -1], axis=1)),
    ("split unknown", [cube], lambda t, x: t.split(x, 2)),
    ("tile", [cube], lambda t, x: t.tile(x, [2, 1, 3])),
    ("tile strings", [words], lambda t, x: t.tile(x, [2])),
    ("tile dynamic", [cube, two], lambda t, x, i: t.tile(x, [1, i, 1])),
    ("meshgrid", [picks, one], lambda t, i, j: t.meshgrid(i, [4, 5], [6])),
    ("meshgrid ij", [picks], lambda t, i: t.meshgrid(i, [4, 5], indexing="ij")),
    ("parallel_stack", [], lambda t: t.parallel_stack([t.zeros([2]), t.ones([2])])),
    ("pad", [cube], lambda t, x: t.pad(x, [[0, 0], [1, 2], [0, 1]])),
    ("pad value", [matrix], lambda t, x: t.pad(x, [[1, 0], [0, 2]], constant_values=9.0)),
    ("pad reflect", [matrix], lambda t, x: t.pad(x, [[2, 1], [3, 0]], "REFLECT")),
    ("pad symmetric", [matrix], lambda t, x: t.pad(x, [[3, 1], [4, 0]], "symmetric")),
    ("slice", [cube], lambda t, x: t.slice(x, [0, 1, 0], [-1, 2, 3])),
    ("slice dynamic begin", [cube, one], lambda t, x, i: t.slice(x, [0, i, 0], [1, 2, 4])),
    ("slice dynamic size", [cube, two], lambda t, x, i: t.slice(x, [0, 1, 0], [1, i, 4])),
    ("slice strings", [words], lambda t, x: t.slice(x, [1], [3])),
    ("item", [cube], lambda t, x: x[1]),
    ("item negative", [cube], lambda t, x: x[:, -1]),
    ("item dynamic", [cube, one], lambda t, x, i: x[i]),
    ("item dynamic inner", [cube, one], lambda t, x, i: x[..., i]),
    ("item dynamic mixed", [cube, one], lambda t, x, i: x[:, i, 1:3]),
    ("item dynamic range", [cube, one], lambda t, x, i: x[:i, i:, :]),
    ("item steps", [cube], lambda t, x: x[:, ::-2, 1:-1]),
    ("item beyond", [cube], lambda t, x: x[:10, 1:10, -100:2]),
    ("item empty", [cube], lambda t, x: x[:, 2:1]),
    ("item new axes", [cube], lambda t, x: x[None, ..., None, 0]),
    ("item ellipsis", [free], lambda t, x: x[..., 0]),
    ("item string", [words], lambda t, x: x[1]),
    ("items of strings", [words], lambda t, x: x[::2]),
    ("item of int64", [cube, ("int64", [], np.int64(1))], lambda t, x, i: x[i, 0]),
    ("strided_slice", [cube], lambda t, x: t.strided_slice(x, [0, 2], [2, 0], [1, -1])),
    (
        "strided_slice masks",
        [cube],
        lambda t, x: t.strided_slice(
            x, [0, 0, 1], [0, 0, 2], [1, 1, 1], begin_mask=1, end_mask=1, new_axis_mask=2, shrink_axis_mask=4
        ),
    ),
    ("gather", [cube], lambda t, x: t.gather(x, [[1, 0], [0, 0]])),
    ("gather axis", [cube, picks], lambda t, x, i: t.gather(x, i, axis=1)),
    ("gather none of no rows", [no_rows, none_of_them], lambda t, x, i: t.gather(x, i)),
    (
        "gather none along no columns",
        [no_rows, none_of_them],
        lambda t, x, i: t.gather(t.transpose(x), i, axis=1),
    ),
    ("gather strings", [words, picks], lambda t, x, i: t.gather(x, i)),
    ("gather_nd", [cube], lambda t, x: t.gather_nd(x, [[0, 1], [1, 2]])),
    ("gather_nd elements", [cube], lambda t, x: t.gather_nd(x, [[[0, 1, 2]], [[1, 2, 3]]])),
    ("gather_nd strings", [words], lambda t, x: t.gather_nd(x, [[3], [1]])),
    ("scatter_nd", [picks], lambda t, i: t.scatter_nd(t.expand_dims(i, 1), [1.0, 2.0, 3.0], [4])),
    ("scatter_nd rows", [picks], lambda t, i: t.scatter_nd(t.expand_dims(i, 1), t.ones([3, 2]), [4, 2])),
    ("where", [("bool", [None, 2], np.array([[True, False], [True, True]]))], lambda t, c: t.where(c)),
    ("where numbers", [matrix], lambda t, x: t.where(x)),
    ("where select", [("bool", [3, 4], MATRIX > 5), matrix], lambda t, c, x: t.where(c, x, t.zeros_like(x))),
    ("where rows", [("bool", [3], np.array([True, False, True])), matrix], lambda t, c, x: t.where(c, x, -x)),
    ("where strings", [("bool", [5], WORDS == b"bc"), words], lambda t, c, x: t.where(c, x, t.zeros_like(x))),
    ("boolean_mask", [cube], lambda t, x: t.boolean_mask(x, [True, False, True], axis=1)),
    (
        "boolean_mask free",
        [cube, ("bool", [None, None], np.ones((2, 3), bool))],
        lambda t, x, m: t.boolean_mask(x, m),
    ),
    ("boolean_mask strings", [words], lambda t, x: t.boolean_mask(x, [True, False, False, True, True])),
    ("unique", [("float32", [None], np.array([3, 1, 3, 2, 1], np.float32))], lambda t, x: list(t.unique(x))),
    ("unique strings", [words], lambda t, x: list(t.unique_with_counts(x, out_idx="int64"))),
    ("setdiff1d", [picks], lambda t, i: list(t.setdiff1d(i, [0, 5]))),
    ("reverse", [cube], lambda t, x: t.reverse(x, [0, -1])),
    ("reverse strings", [words], lambda t, x: t.reverse(x, [0])),
    ("reverse_sequence", [cube], lambda t, x: t.reverse_sequence(x, [1, 3], seq_axis=1, batch_axis=0)),
    ("roll", [cube], lambda t, x: t.roll(x, [1, -2], [0, 2])),
    ("diag", [matrix], lambda t, x: t.diag(x)),
    (
        "diag_part",
        [("float32", [2, 3, 2, 3], np.arange(36, dtype=np.float32).reshape(2, 3, 2, 3))],
        lambda t, x: t.diag_part(x),
    ),
    ("matrix_diag", [matrix], lambda t, x: t.matrix_diag(x)),
    ("matrix_diag_part", [cube], lambda t, x: t.matrix_diag_part(x)),
    ("matrix_set_diag", [whole], lambda t, x: t.matrix_set_diag(x, -t.ones([2, 3]))),
    ("matrix_band_part", [cube], lambda t, x: t.matrix_band_part(x, 1, 0)),
    ("matrix_band_part all", [cube], lambda t, x: t.matrix_band_part(x, -1, 1)),
    (
        "extract_image_patches",
        [image],
        lambda t, x: t.extract_image_patches(
            x, ksizes=[1, 2, 3, 1], strides=[1, 2, 1, 1], rates=[1, 1, 2, 1], padding="SAME"
        ),
    ),
    (
        "extract_image_patches valid",
        [image],
        lambda t, x: t.extract_image_patches(
            x, ksizes=[1, 3, 3, 1], strides=[1, 1, 2, 1], rates=[1, 1, 1, 1], padding="VALID"
        ),
    ),
    ("dynamic_partition", [matrix], lambda t, x: t.dynamic_partition(x, [1, 0, 1], 2)),
    ("dynamic_stitch", [matrix], lambda t, x: t.dynamic_stitch([[3, 0, 1], [1]], [x, t.ones([1, 4])])),
    ("space_to_batch_nd", [image], lambda t, x: t.space_to_batch_nd(x, [2, 3], [[0, 0], [2, 1]])),
    (
        "batch_to_space_nd",
        [("float32", [None, 2, 3, 1], np.arange(48, dtype=np.float32).reshape(8, 2, 3, 1))],
        lambda t, x: t.batch_to_space_nd(x, [2, 2], [[0, 1], [1, 0]]),
    ),
    ("space_to_batch", [image], lambda t, x: t.space_to_batch(x, [[0, 0], [1, 1]], 2)),
    ("space_to_depth", [image], lambda t, x: t.space_to_depth(x, 2)),
    ("depth_to_space", [image], lambda t, x: t.depth_to_space(x, 2)),
    ("fake_quant args", [spread], lambda t, x: t.fake_quant_with_min_max_args(x, min=-3, max=5, num_bits=4)),
    (
        "fake_quant vars",
        [spread, low, high],
        lambda t, x, a, b: t.fake_quant_with_min_max_vars(x, a, b, num_bits=3),
    ),
    (
        "fake_quant narrow",
        [spread, low, high],
        lambda t, x, a, b: t.fake_quant_with_min_max_vars(x, a, b, narrow_range=True),
    ),
    (
        "fake_quant channels",
        [spread, lows, highs],
        lambda t, x, a, b: t.fake_quant_with_min_max_vars_per_channel(x, a, b),
    ),
    ("space_to_batch paddings", [], lambda t: list(t.required_space_to_batch_paddings([5, 6], [2, 4]))),
    ("gather batch", [cube, pairs], lambda t, x, i: t.gather(x, i, batch_dims=1)),
    ("gather batch axis", [cube, pairs], lambda t, x, i: t.gather(x, i, axis=2, batch_dims=1)),
    ("gather batch from the end", [cube, pairs], lambda t, x, i: t.gather(x, i, axis=-1, batch_dims=-1)),
    ("gather_nd batch", [cube, pairs], lambda t, x, i: t.gather_nd(x, i, batch_dims=1)),
    ("batch_gather", [cube, pairs], lambda t, x, i: t.batch_gather(x, i)),
    ("repeat", [cube], lambda t, x: t.repeat(x, 2, axis=1)),
    ("repeat each", [cube], lambda t, x: t.repeat(x, [2, 0, 1], axis=-2)),
    ("repeat by tensor", [cube, picks], lambda t, x, i: t.repeat(x, i, axis=1)),
    ("repeat flat", [matrix], lambda t, x: t.repeat(x, 3)),
    ("searchsorted", [cube], lambda t, x: t.searchsorted(x, x[..., 1:3])),
    ("searchsorted right", [cube], lambda t, x: t.searchsorted(x, x, side="right", out_type="int64")),
    ("ensure_shape", [cube], lambda t, x: t.ensure_shape(x, [2, None, 4])),
    *(
        (f"tensor_scatter {kind}", [cube], functools.partial(_scattered, kind))
        for kind in ("update", "add", "sub", "min", "max")
    ),
    ("where_v2", [matrix], lambda t, x: t.where_v2(x[:, :1] > 4, x, 0.0)),
    ("where_v2 alone", [matrix], lambda t, x: t.where_v2(x > 4)),
    ("roll by name", [matrix], lambda t, x: t.roll(x, 1, 0, name="rolled")),
]

# What is refused while the graph is built, with a ValueError or TypeError as in TensorFlow.
REFUSED = [
    ("ensure_shape static", [cube], lambda t, x: t.ensure_shape(x, [None, 2, 4])),
    ("searchsorted side", [cube], lambda t, x: t.searchsorted(x, x, side="middle")),
    (
        "batch_gather of any rank",
        [cube, ("int32", None, np.zeros([2, 1], np.int32))],
        lambda t, x, i: t.batch_gather(x, i),
    ),
    ("gather_nd batch", [cube, pairs], lambda t, x, i: t.gather_nd(x, i, batch_dims=2)),
    ("tensor_scatter shape", [cube], lambda t, x: t.tensor_scatter_nd_add(x, [[0]], np.ones([1, 3, 5]))),
    ("reshape elements", [whole], lambda t, x: t.reshape(x, [5, 5])),
    ("reshape indivisible", [whole], lambda t, x: t.reshape(x, [5, -1])),
    ("expand_dims axis", [cube], lambda t, x: t.expand_dims(x, 5)),
    ("squeeze size", [cube], lambda t, x: t.squeeze(x, 1)),
    ("transpose perm", [cube], lambda t, x: t.transpose(x, [0, 1])),
    ("stack shapes", [cube, matrix], lambda t, x, y: t.stack([x, y])),
    ("stack axis", [cube], lambda t, x: t.stack([x], axis=5)),
    ("stack dtypes", [cube, picks], lambda t, x, i: t.stack([x, i])),
    ("unstack unknown", [cube], lambda t, x: t.unstack(x)),
    ("unstack num", [cube], lambda t, x: t.unstack(x, num=2, axis=1)),
    ("concat shapes", [whole, ("float32", [2, 2, 4], CUBE[:, :2])], lambda t, x, y: t.concat([x, y], 0)),
    ("concat ranks", [cube, matrix], lambda t, x, y: t.concat([x, y], 0)),
    ("split uneven", [cube], lambda t, x: t.split(x, 2, axis=1)),
    ("tile multiples", [cube], lambda t, x: t.tile(x, [1, 2])),
    ("pad rows", [cube], lambda t, x: t.pad(x, [[0, 0], [0, 0]])),
    ("pad mode", [cube], lambda t, x: t.pad(x, [[0, 0]] * 3, "CIRCULAR")),
    ("item beyond", [cube], lambda t, x: x[:, 3]),
    ("items too many", [cube], lambda t, x: x[0, 0, 0, 0]),
    ("item of float", [cube], lambda t, x: x[1.5]),
    ("where one", [matrix], lambda t, x: t.where(x > 0, x)),
    ("where shapes", [matrix, cube], lambda t, x, y: t.where(x > 0, x, y)),
    ("boolean_mask scalar", [cube], lambda t, x: t.boolean_mask(x, True)),
    ("boolean_mask shape", [whole], lambda t, x: t.boolean_mask(x, [True, False, True])),
    ("one_hot dtypes", [picks], lambda t, i: t.one_hot(i, 3, on_value=1, off_value=0.5)),
    ("diag_part odd", [cube], lambda t, x: t.diag_part(x)),
    ("gather axis", [cube], lambda t, x: t.gather(x, [0], axis=3)),
    ("gather_nd rank", [matrix], lambda t, x: t.gather_nd(x, [[0, 0, 0]])),
    ("zeros of unknown", [cube], lambda t, x: t.zeros(x.shape)),
    ("bitcast size", [("uint8", [3], np.zeros(3, np.uint8))], lambda t, x: t.bitcast(x, "int32")),
    ("setdiff1d rank", [matrix], lambda t, x: t.setdiff1d(x, [1.0])),
    ("space_to_batch block", [whole], lambda t, x: t.space_to_batch_nd(x, [2], [[0, 0]])),
]

# What is refused when it runs, with an InvalidArgumentError as in TensorFlow.
FAILING = [
    ("gather batch beyond", [cube, pairs], lambda t, x, i: t.gather(x, i + 2, batch_dims=1)),
    ("ensure_shape other", [cube], lambda t, x: t.ensure_shape(x, [5, 3, 4])),
    ("tensor_scatter beyond", [cube], lambda t, x: t.tensor_scatter_nd_add(x, [[2]], np.ones([1, 3, 4]))),
    ("item beyond", [cube, ("int32", [], np.int32(2))], lambda t, x, i: x[i]),
    ("gather beyond", [cube, picks], lambda t, x, i: t.gather(x, i)),
    ("gather_nd beyond", [cube, picks], lambda t, x, i: t.gather_nd(x, t.expand_dims(i, 1))),
    ("gather strings beyond", [words], lambda t, x: t.gather(x, [9])),
    ("scatter_nd beyond", [picks], lambda t, i: t.scatter_nd(t.expand_dims(i, 1), [1.0, 2.0, 3.0], [2])),
    ("dynamic_partition beyond", [matrix, picks], lambda t, x, i: t.dynamic_partition(x, i, 2)),
    ("slice beyond known", [cube], lambda t, x: t.slice(x, [0, 2, 0], [1, 2, 1])),
    ("slice beyond", [cube, two], lambda t, x, i: t.slice(x, [0, i, 0], [1, 2, 1])),
    ("reshape elements", [cube], lambda t, x: t.reshape(x, [5, -1])),
    (
        "invert_permutation",
        [("int32", [None], np.array([1, 1], np.int32))],
        lambda t, x: t.invert_permutation(x),
    ),
    ("reverse_sequence length", [cube], lambda t, x: t.reverse_sequence(x, [1, 9], seq_axis=1)),
]

# (what it is, a function of the library, what both say). A rank that a shape rule refuses is worded as TensorFlow does.
REFUSED_RANKS = [
    ("pad", lambda t: t.pad(t.zeros([5, 3, 2]), [[0, 0]] * 4), "Shape must be rank 4 but is rank 3"),
    (
        "mirror_pad",
        lambda t: t.pad(t.zeros([5, 3, 2]), [[0, 0]] * 4, mode="REFLECT"),
        "Shape must be rank 4 but is rank 3",
    ),
    ("paddings", lambda t: t.pad(t.zeros([5, 3]), [0, 0]), "Shape must be rank 2 but is rank 1"),
    ("slice", lambda t: t.slice(t.zeros([5, 3, 2]), [0, 0], [1, 1]), "Shape must be rank 2 but is rank 3"),
    ("matmul", lambda t: t.matmul(t.zeros([5]), t.zeros([5, 3])), "Shape must be rank 2 but is rank 1"),
    (
        "conv2d",
        lambda t: t.nn.conv2d(t.zeros([5, 3, 2]), t.zeros([1, 1, 2, 2]), [1] * 4, "SAME"),
        "Shape must be rank 4 but is rank 3",
    ),
    (
        "max_pool",
        lambda t: t.nn.max_pool(t.zeros([5, 3, 2]), [1, 2, 2, 1], [1] * 4, "SAME"),
        "Shape must be rank 4 but is rank 3",
    ),
    ("cholesky", lambda t: t.cholesky(t.zeros([5])), "Shape must be at least rank 2 but is rank 1"),
    ("roll", lambda t: t.manip.roll(t.zeros([3, 3]), [[1]], 0), "Shape must be at most rank 1 but is rank 2"),
    ("gather", lambda t: t.gather(t.zeros([3]), 0, axis=1), "Shape must be at least rank 2 but is rank 1"),
    (
        "add",
        lambda t: t.add(t.zeros([1, 2, 3]), t.zeros([4, 5, 6])),
        "Dimensions must be equal, but are 2 and 5",
    ),
]
