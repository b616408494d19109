"""First and second order gradients of many functions, held against TensorFlow's `tf.gradients`."""

import numpy as np
import pytest

import evergraph

RNG = np.random.RandomState(7)


def normal(*shape):
    return RNG.standard_normal(shape).astype(np.float64)


def positive(*shape):
    return np.abs(normal(*shape)) + 0.5


A, B, V = normal(3, 4), normal(4, 2), normal(4)
POS, UNIT = positive(3, 4), np.tanh(normal(3, 4)) * 0.9
IMAGE, FILTER = normal(2, 5, 5, 3), normal(3, 3, 3, 2)
SQUARE = normal(3, 3) + 3 * np.eye(3)
LABELS = np.array([[1, 0, 0, 0], [0.25] * 4, [0, 0, 0.5, 0.5]])
TIES = np.array([[1.0, 2, 2, 0], [0, 0, 0, 0], [-1, 3, 1, 3]])

# name -> (function of tensors, arrays)
FUNCTIONS = {
    "add broadcast": (lambda tf, a, v: a + v, A, V),
    "sub": (lambda tf, a, v: v - a, A, V),
    "mul broadcast": (lambda tf, a, v: a * v, A, V),
    "div": (lambda tf, a, v: a / v, A, positive(4)),
    "realdiv scalar": (lambda tf, a: 2.0 / a, POS),
    "pow": (lambda tf, a, v: a**v, POS, V),
    "pow constant": (lambda tf, a: a**3, A),
    "maximum": (lambda tf, a, v: tf.maximum(a, v), A, V),
    "minimum ties": (lambda tf, a: tf.minimum(a, 0.0), TIES),
    "squared_difference": (lambda tf, a, v: tf.squared_difference(a, v), A, V),
    "mod": (lambda tf, a: tf.mod(a, 0.7), POS),
    "floordiv": (lambda tf, a: a * tf.floor(a * 3), A),
    "atan2": (lambda tf, a, b: tf.atan2(a, b), A, POS),
    "matmul": (lambda tf, a, b: tf.matmul(a, b), A, B),
    "matmul transposed": (
        lambda tf, a, b: tf.matmul(a, b, transpose_a=True, transpose_b=True),
        normal(4, 3),
        normal(2, 4),
    ),
    "batch matmul": (lambda tf, a, b: tf.matmul(a, b), normal(2, 3, 4), normal(2, 4, 2)),
    "tensordot": (lambda tf, a, b: tf.tensordot(a, b, [[1], [0]]), A, B),
    "einsum": (lambda tf, a, b: tf.einsum("ij,jk->ki", a, b), A, B),
    "exp": (lambda tf, a: tf.exp(a), A),
    "log": (lambda tf, a: tf.log(a), POS),
    "log1p": (lambda tf, a: tf.log1p(a), POS),
    "sqrt": (lambda tf, a: tf.sqrt(a), POS),
    "rsqrt": (lambda tf, a: tf.rsqrt(a), POS),
    "reciprocal": (lambda tf, a: tf.reciprocal(a), POS),
    "square": (lambda tf, a: tf.square(a), A),
    "abs at 0": (lambda tf, a: tf.abs(a), TIES),
    "sign": (lambda tf, a: a * tf.sign(a), A),
    "sigmoid": (lambda tf, a: tf.sigmoid(a), A),
    "tanh": (lambda tf, a: tf.tanh(a), A),
    "sin": (lambda tf, a: tf.sin(a), A),
    "tan": (lambda tf, a: tf.tan(a), UNIT),
    "asin": (lambda tf, a: tf.asin(a), UNIT),
    "atan": (lambda tf, a: tf.atan(a), A),
    "sinh": (lambda tf, a: tf.sinh(a), A),
    "erf": (lambda tf, a: tf.erf(a), A),
    "lgamma": (lambda tf, a: tf.lgamma(a), POS),
    "relu": (lambda tf, a: tf.nn.relu(a), TIES),
    "relu6": (lambda tf, a: tf.nn.relu6(a * 3), TIES),
    "leaky_relu": (lambda tf, a: tf.nn.leaky_relu(a), A),
    "elu": (lambda tf, a: tf.nn.elu(a), A),
    "selu": (lambda tf, a: tf.nn.selu(a), A),
    "softplus": (lambda tf, a: tf.nn.softplus(a), A),
    "softsign": (lambda tf, a: tf.nn.softsign(a), A),
    "softmax": (lambda tf, a: tf.nn.softmax(a), A),
    "log_softmax": (lambda tf, a: tf.nn.log_softmax(a), A),
    "softmax xent": (
        lambda tf, a, b: tf.nn.softmax_cross_entropy_with_logits_v2(labels=b, logits=a),
        A,
        LABELS,
    ),
    "sparse xent": (
        lambda tf, a: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 0, 3], logits=a),
        A,
    ),
    "sigmoid xent": (lambda tf, a: tf.nn.sigmoid_cross_entropy_with_logits(labels=LABELS, logits=a), TIES),
    "weighted xent": (lambda tf, a: tf.nn.weighted_cross_entropy_with_logits(LABELS, a, 2.0), A),
    "l2_loss": (lambda tf, a: tf.nn.l2_loss(a), A),
    "l2_normalize": (lambda tf, a: tf.nn.l2_normalize(a, 1), A),
    "reduce_sum": (lambda tf, a: tf.reduce_sum(a * a, axis=[0], keepdims=True), A),
    "reduce_mean": (lambda tf, a: tf.reduce_mean(a * a, axis=-1), A),
    "reduce_max ties": (lambda tf, a: tf.reduce_max(a, axis=1), TIES),
    "reduce_min ties": (lambda tf, a: tf.reduce_min(a), TIES),
    "reduce_prod": (lambda tf, a: tf.reduce_prod(a, axis=0), TIES),
    "reduce_logsumexp": (lambda tf, a: tf.reduce_logsumexp(a, axis=1), A),
    "norm": (lambda tf, a: tf.norm(a), A),
    "cumsum": (lambda tf, a: tf.cumsum(a * a, axis=1, exclusive=True, reverse=True), A),
    "cumprod": (lambda tf, a: tf.cumprod(a, axis=1), POS),
    "moments": (lambda tf, a: tf.nn.moments(a, [0])[1], A),
    "reshape": (lambda tf, a: tf.reshape(a * a, [2, -1]), A),
    "transpose": (lambda tf, a: tf.transpose(a) ** 2, A),
    "concat": (lambda tf, a, b: tf.concat([a, b * b, a], 0) ** 2, A, normal(2, 4)),
    "stack": (lambda tf, a, b: tf.stack([a, b], axis=1) ** 2, A, POS),
    "unstack": (lambda tf, a: tf.unstack(a, axis=1)[2] ** 2, A),
    "split": (lambda tf, a: tf.split(a, [1, 3], axis=1)[1] ** 2, A),
    "strided slice": (lambda tf, a: a[::2, 1:-1] ** 2, A),
    "new axis": (lambda tf, a: a[..., None, 0] ** 2, A),
    "slice": (lambda tf, a: tf.slice(a, [1, 0], [2, -1]) ** 2, A),
    "gather": (lambda tf, a: tf.gather(a, [[0, 2], [2, 1]]) ** 2, A),
    "gather axis": (lambda tf, a: tf.gather(a, [3, 3, 0], axis=1) ** 2, A),
    "gather_nd": (lambda tf, a: tf.gather_nd(a, [[0, 1], [2, 3], [0, 1]]) ** 2, A),
    "scatter_nd": (lambda tf, v: tf.scatter_nd([[1], [0], [1], [5]], v * v, [6]), V),
    "embedding_lookup": (lambda tf, a: tf.nn.embedding_lookup(a, [2, 0, 2]) ** 2, A),
    "tile": (lambda tf, a: tf.tile(a, [2, 3]) ** 2, A),
    "expand, squeeze": (lambda tf, a: tf.squeeze(tf.expand_dims(a, 1) ** 2, [1]), A),
    "pad": (lambda tf, a: tf.pad(a, [[1, 0], [0, 2]]) ** 2, A),
    "mirror pad": (lambda tf, a: tf.pad(a, [[1, 1], [0, 2]], mode="REFLECT") ** 2, A),
    "reverse": (lambda tf, a: tf.reverse(a, [1]) * a, A),
    "where": (lambda tf, a, b: tf.where(a > b, a * a, b * 3), A, POS),
    "clip": (lambda tf, a: tf.clip_by_value(a, -0.5, 0.5), A),
    "clip by norm": (lambda tf, a: tf.clip_by_norm(a, 1.0), A),
    "segment_sum": (lambda tf, a: tf.segment_sum(a * a, [0, 0, 1]), A),
    "unsorted_segment_sum": (lambda tf, a: tf.unsorted_segment_sum(a * a, [2, 0, 2], 3), A),
    "diag_part": (lambda tf, a: tf.matrix_diag_part(a) ** 2, SQUARE),
    "matrix_inverse": (lambda tf, a: tf.matrix_inverse(a), SQUARE),
    "determinant": (lambda tf, a: tf.matrix_determinant(a), SQUARE),
    "cholesky": (lambda tf, a: tf.cholesky(tf.matmul(a, a, transpose_b=True)), SQUARE),
    "cast": (lambda tf, a: tf.cast(tf.cast(a, tf.float32), tf.float64) * a, A),
    "stop_gradient": (lambda tf, a: a * tf.stop_gradient(a), A),
    "identity": (lambda tf, a: tf.identity(a) * tf.identity_n([a, a])[1], A),
    "dynamic stitch": (lambda tf, a: tf.dynamic_stitch([[0, 2, 1]], [a * a]), A),
    "one input twice": (lambda tf, a: tf.matmul(a, a) * a, SQUARE),
    "conv2d": (lambda tf, x, w: tf.nn.conv2d(x, w, [1, 2, 2, 1], "SAME"), IMAGE, FILTER),
    "conv2d valid": (lambda tf, x, w: tf.nn.conv2d(x, w, [1, 1, 1, 1], "VALID"), IMAGE, FILTER),
    "depthwise": (lambda tf, x, w: tf.nn.depthwise_conv2d_native(x, w, [1, 1, 1, 1], "SAME"), IMAGE, FILTER),
    "conv2d_transpose": (
        lambda tf, x, w: tf.nn.conv2d_transpose(x, w, [2, 9, 9, 3], [1, 2, 2, 1], "SAME"),
        normal(2, 5, 5, 2),
        FILTER,
    ),
    "bias_add": (lambda tf, x, b: tf.nn.bias_add(x, b) ** 2, IMAGE, normal(3)),
    "max_pool": (lambda tf, x: tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"), IMAGE),
    "avg_pool": (lambda tf, x: tf.nn.avg_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME") ** 2, IMAGE),
    "lrn": (lambda tf, x: tf.nn.local_response_normalization(tf.cast(x, tf.float32), 1), IMAGE),
    "batch norm": (
        lambda tf, x, b: tf.nn.batch_normalization(x, *tf.nn.moments(x, [0, 1, 2]), b, b, 1e-3),
        IMAGE,
        normal(3),
    ),
    "space_to_depth": (lambda tf, x: tf.space_to_depth(x[:, :4, :4], 2) ** 2, IMAGE),
    "boolean_mask": (lambda tf, a: tf.boolean_mask(a, a > 0) ** 2, A),
    "top_k": (lambda tf, a: tf.nn.top_k(a, 2)[0] ** 2, A),
    "cond": (lambda tf, a: tf.cond(tf.reduce_sum(a) > 0, lambda: a * a, lambda: a * 3), A),
    "while_loop": (
        lambda tf, a: tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * a), [0, a])[1],
        A,
    ),
}
# TensorFlow itself has no second gradient, or not one on a CPU, or not for these types.
ONLY_FIRST = {"lrn", "softsign"}


def derivatives(tf, function, arrays, second):
    """The value, its gradients weighted by a fixed flow, and (a norm of) those differentiated again."""
    with tf.Graph().as_default():
        inputs = [tf.constant(array) for array in arrays]
        y = function(tf, *inputs)
        flow = tf.cast(tf.cos(tf.cast(tf.reshape(tf.range(tf.size(y)), tf.shape(y)), tf.float64)), y.dtype)
        first = tf.gradients(y, inputs, grad_ys=flow)
        dense = [tf.convert_to_tensor(g) for g in first if g is not None]
        twice = tf.gradients([tf.reduce_sum(g * tf.sin(g)) for g in dense], inputs) if second else []
        # A gradient that does not depend on an input: TensorFlow says None where it does not take the input, here
        # it may be zeros.
        twice = [tf.zeros_like(x) if g is None else g for g, x in zip(twice, inputs)]
        fetches = {"y": y, "first": dense}
        fetches["second"] = [tf.convert_to_tensor(g) for g in twice]
        kinds = ["sparse" if hasattr(g, "indices") else "none" if g is None else "dense" for g in first]
        static = [g.shape.as_list() for g in dense]
        with tf.Session() as session:
            return session.run(fetches), kinds, static


@pytest.mark.interop
@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_agree(name):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    function, *arrays = FUNCTIONS[name]
    second = name not in ONLY_FIRST
    tf1.enable_control_flow_v2()  # the older one, which other tests choose, has no second derivatives of loops
    wanted, wanted_kinds, wanted_static = derivatives(tf1, function, arrays, second)
    found, kinds, static = derivatives(evergraph, function, arrays, second)
    assert kinds == wanted_kinds
    assert static == wanted_static
    tolerance = 1e-4 if found["y"].dtype == np.float32 else 1e-7
    np.testing.assert_allclose(found["y"], wanted["y"], rtol=tolerance, atol=tolerance)
    for key in ("first", "second"):
        for got, want in zip(found[key], wanted[key], strict=True):
            np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=key)
