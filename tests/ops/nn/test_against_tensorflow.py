"""Values, static shapes and gradients of `tf.nn`, `tf.losses` and clipping, held against TensorFlow's own."""

import types

import numpy as np
import pytest

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices, SparseTensor
from evergraph.gradients.gradients import gradients
from evergraph.ops import array, clip, constants, losses, math, nn
from evergraph.session.session import Session
from tests.laws import tensorflow_1, values_agree

pytestmark = pytest.mark.interop

EG = types.SimpleNamespace(
    nn=nn,
    losses=losses,
    clip=clip,
    float32=dtypes.float32,
    reduce_sum=math.reduce_sum,
    multiply=math.multiply,
    constant=constants.constant,
    int64=dtypes.int64,
    int32=dtypes.int32,
    SparseTensor=SparseTensor,
)

RNG = np.random.RandomState(7)


def f(*shape, low=-2.0, high=2.0):
    return RNG.uniform(low, high, shape).astype(np.float32)


def ties(*shape):
    """Few different values, so that maxima are attained more than once; zeros among them."""
    return RNG.randint(-2, 3, shape).astype(np.float32)


def one_hot(rows, classes):
    return np.eye(classes, dtype=np.float32)[RNG.randint(0, classes, rows)]


X, IMAGE, W = f(4, 5), f(2, 9, 8, 3), f(3, 2, 3, 4)
ROWS = {}


def row(name, function, *inputs, grad=True):
    assert name not in ROWS, name
    ROWS[name] = (function, inputs, grad)


for _name in (
    "relu",
    "relu6",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "leaky_relu",
    "crelu",
    "l2_loss",
    "l2_normalize",
    "softmax",
    "log_softmax",
    "zero_fraction",
):
    row(_name, lambda tf, x, _n=_name: getattr(tf.nn, _n)(x), 4 * f(4, 5), grad=_name != "zero_fraction")
for _name in ("relu", "relu6", "elu", "selu", "softplus", "softsign", "leaky_relu"):
    row(
        f"{_name} at its corners",
        lambda tf, x, _n=_name: getattr(tf.nn, _n)(x),
        np.array([-1e4, -90, -6, -0.0, 0, 1e-20, 6, 6.5, 90, 1e4], np.float32),
    )
row("softmax axis 0", lambda tf, x: tf.nn.softmax(x, axis=0), X)
row("softmax rank 3 axis 1", lambda tf, x: tf.nn.softmax(x, axis=1), f(2, 3, 4))
row("log_softmax large", lambda tf, x: tf.nn.log_softmax(x), np.array([[1e4, 0, -1e4]], np.float32))
row("bias_add", lambda tf, x, b: tf.nn.bias_add(x, b), X, f(5))
row("bias_add NCHW", lambda tf, x, b: tf.nn.bias_add(x, b, data_format="NCHW"), f(2, 3, 4, 5), f(3))
row("bias_add rank 4", lambda tf, x, b: tf.nn.bias_add(x, b), f(2, 3, 4, 5), f(5))
row("xw_plus_b", lambda tf, x, w, b: tf.nn.xw_plus_b(x, w, b), X, f(5, 3), f(3))
row("relu_layer", lambda tf, x, w, b: tf.nn.relu_layer(x, w, b), X, f(5, 3), f(3))
row("moments", lambda tf, x: tf.nn.moments(x, [0, 1]), X)
row("moments keep", lambda tf, x: tf.nn.moments(x, [0], keep_dims=True), X)
row("weighted_moments", lambda tf, x, w: tf.nn.weighted_moments(x, [0], w), X, f(4, 1, low=0.1))
row("sufficient_statistics", lambda tf, x: tf.nn.sufficient_statistics(x, [1])[:3], X)
row(
    "normalize_moments",
    lambda tf, x: tf.nn.normalize_moments(*tf.nn.sufficient_statistics(x, [0], shift=0.3)),
    X,
)
row(
    "batch_normalization",
    lambda tf, x, m, v: tf.nn.batch_normalization(x, m, v, 0.5, 2.0, 1e-3),
    X,
    f(5),
    f(5, low=0.1),
)
for _training in (True, False):
    for _format in ("NHWC",):
        row(
            f"fused_batch_norm {_training} {_format}",
            lambda tf, x, s, o, m, v, _t=_training, _f=_format: tf.nn.fused_batch_norm(
                x, s, o, *((None, None) if _t else (m, v)), is_training=_t, data_format=_f
            )[: 1 if _t else 3],
            f(2, 4, 5, 3),
            f(3),
            f(3),
            f(3),
            f(3, low=0.1),
        )
row(
    "fused_batch_norm statistics",
    lambda tf, x, s, o: tf.nn.fused_batch_norm(x, s, o)[1:],
    f(2, 4, 5, 3),
    f(3),
    f(3),
    grad=False,
)
row("lrn", lambda tf, x: tf.nn.lrn(x, 2, 1.0, 0.3, 0.6), f(2, 3, 2, 7))
row("top_k", lambda tf, x: tf.nn.top_k(x, 3), ties(4, 6))
row("in_top_k", lambda tf, x: tf.nn.in_top_k(x, tf.constant([0, 1, 5, 2]), 2), ties(4, 5), grad=False)

for _padding in ("SAME", "VALID"):
    for _stride in (1, 2, 3):
        row(
            f"conv2d {_padding} {_stride}",
            lambda tf, x, w, p=_padding, s=_stride: tf.nn.conv2d(x, w, [1, s, s, 1], p),
            IMAGE,
            W,
        )
        row(
            f"conv1d {_padding} {_stride}",
            lambda tf, x, w, p=_padding, s=_stride: tf.nn.conv1d(x, w, s, p),
            f(2, 9, 3),
            f(4, 3, 2),
        )
        row(
            f"depthwise_conv2d {_padding} {_stride}",
            lambda tf, x, w, p=_padding, s=_stride: tf.nn.depthwise_conv2d(x, w, [1, s, s, 1], p),
            IMAGE,
            f(3, 3, 3, 2),
        )
        row(
            f"max_pool {_padding} {_stride}",
            lambda tf, x, p=_padding, s=_stride: tf.nn.max_pool(x, [1, 3, 2, 1], [1, s, s, 1], p),
            ties(2, 9, 8, 3),
        )
        row(
            f"max_pool window=stride {_padding} {_stride}",
            lambda tf, x, p=_padding, s=_stride: tf.nn.max_pool(x, [1, s, s, 1], [1, s, s, 1], p),
            ties(2, 9, 8, 3),
        )
        row(
            f"avg_pool {_padding} {_stride}",
            lambda tf, x, p=_padding, s=_stride: tf.nn.avg_pool(x, [1, 3, 2, 1], [1, s, s, 1], p),
            IMAGE,
        )
    row(
        f"conv2d dilated {_padding}",
        lambda tf, x, w, p=_padding: tf.nn.convolution(x, w, p, dilation_rate=[2, 3]),
        IMAGE,
        W,
    )
    row(f"atrous_conv2d {_padding}", lambda tf, x, w, p=_padding: tf.nn.atrous_conv2d(x, w, 2, p), IMAGE, W)
    row(
        f"separable_conv2d {_padding}",
        lambda tf, x, d, w, p=_padding: tf.nn.separable_conv2d(x, d, w, [1, 2, 2, 1], p),
        IMAGE,
        f(3, 2, 3, 2),
        f(1, 1, 6, 4),
    )
    row(
        f"conv2d_transpose {_padding}",
        lambda tf, x, w, p=_padding: tf.nn.conv2d_transpose(
            x, w, [2, 9 if p == "VALID" else 8, 8, 5], [1, 2, 2, 1], p
        ),
        f(2, 4, 4 if _padding == "SAME" else 3, 3),
        f(3, 4, 5, 3),
    )
    row(
        f"conv3d {_padding}",
        lambda tf, x, w, p=_padding: tf.nn.conv3d(x, w, [1, 2, 1, 2, 1], p),
        f(1, 5, 4, 6, 2),
        f(2, 3, 3, 2, 3),
    )
    row(
        f"max_pool3d {_padding}",
        lambda tf, x, p=_padding: tf.nn.max_pool3d(x, [1, 2, 2, 2, 1], [1, 2, 1, 2, 1], p),
        f(1, 5, 4, 6, 2),
    )
    row(
        f"avg_pool3d {_padding}",
        lambda tf, x, p=_padding: tf.nn.avg_pool3d(x, [1, 2, 2, 2, 1], [1, 2, 1, 2, 1], p),
        f(1, 5, 4, 6, 2),
    )
    row(
        f"max_pool_with_argmax {_padding}",
        lambda tf, x, p=_padding: tf.nn.max_pool_with_argmax(x, [1, 2, 3, 1], [1, 2, 2, 1], p),
        f(2, 7, 8, 3),
    )
    for _name in ("dilation2d", "erosion2d"):
        row(
            f"{_name} {_padding}",
            lambda tf, x, w, p=_padding, n=_name: getattr(tf.nn, n)(x, w, [1, 2, 1, 1], [1, 1, 2, 1], p),
            f(2, 7, 8, 3),
            f(3, 2, 3),
        )
    row(f"pool {_padding}", lambda tf, x, p=_padding: tf.nn.pool(x, [3], "MAX", p, strides=[2]), f(2, 9, 3))
for _name in ("dilation2d", "erosion2d"):
    row(
        f"{_name} beside the image",
        lambda tf, x, w, n=_name: getattr(tf.nn, n)(x, w, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
        f(2, 1, 4, 4),
        f(2, 1, 4),
        grad=False,
    )
row(
    "conv2d_transpose NHWC one",
    lambda tf, x, w: tf.nn.conv2d_transpose(x, w, [2, 4, 4, 5], [1, 1, 1, 1]),
    f(2, 4, 4, 3),
    f(3, 3, 5, 3),
)
row(
    "conv3d_transpose",
    lambda tf, x, w: tf.nn.conv3d_transpose(x, w, [1, 4, 4, 4, 2], [1, 2, 2, 2, 1]),
    f(1, 2, 2, 2, 3),
    f(3, 3, 3, 2, 3),
)
row(
    "conv2d_backprop_filter",
    lambda tf, x, g: tf.nn.conv2d_backprop_filter(x, [3, 2, 3, 4], g, [1, 2, 2, 1], "SAME"),
    IMAGE,
    f(2, 5, 4, 4),
)

LOGITS, SPARSE = 3 * f(4, 5), np.array([0, 4, 2, 2], np.int64)
row(
    "softmax_cross_entropy of one logit and several labels",
    lambda tf, x, y: tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x),
    f(4, 1),
    f(4, 3, low=0.0),
    grad=False,
)
row(
    "softmax_cross_entropy v1",
    lambda tf, x, y: tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x),
    LOGITS,
    f(4, 5, low=0),
)
row(
    "softmax_cross_entropy v2",
    lambda tf, x, y: tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x),
    LOGITS,
    f(4, 5, low=0),
)
row(
    "softmax_cross_entropy rank 3 dim 1",
    lambda tf, x, y: tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=x, dim=1),
    f(2, 3, 4),
    f(2, 3, 4, low=0),
)
row(
    "sparse_softmax_cross_entropy",
    lambda tf, x: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.constant(SPARSE), logits=x),
    LOGITS,
)
row(
    "sparse_softmax_cross_entropy rank 3",
    lambda tf, x: tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.constant([[0, 1], [2, 1]]), logits=x
    ),
    f(2, 2, 3),
)
row(
    "sigmoid_cross_entropy",
    lambda tf, x, y: tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x),
    np.array([-200, -1, 0, 0, 2, 90], np.float32),
    f(6, low=0, high=1),
)
row(
    "weighted_cross_entropy",
    lambda tf, x, y: tf.nn.weighted_cross_entropy_with_logits(y, x, 3.0),
    LOGITS,
    f(4, 5, low=0, high=1),
)
row(
    "log_poisson_loss",
    lambda tf, x, y: tf.nn.log_poisson_loss(y, x, compute_full_loss=True),
    X,
    np.array([[0, 1, 2, 3, 9]] * 4, np.float32),
    grad=False,
)

TABLE = f(7, 3)
PLACES = [[0, 0], [0, 1], [1, 0], [2, 1]]
for _strategy in ("mod", "div"):
    row(
        f"embedding_lookup {_strategy}",
        lambda tf, a, b, s=_strategy: tf.nn.embedding_lookup([a, b], [[0, 6, 3], [2, 2, 5]], s),
        f(4, 3),
        f(3, 3),
    )
for _combiner in ("sum", "mean", "sqrtn"):
    for _weighted in (True, False):
        row(
            f"embedding_lookup_sparse {_combiner} {_weighted}",
            lambda tf, a, c=_combiner, w=_weighted: tf.nn.embedding_lookup_sparse(
                a,
                tf.SparseTensor(PLACES, [3, 0, 3, 6], [3, 2]),
                tf.SparseTensor(PLACES, [0.5, 2.0, 1.0, 3.0], [3, 2]) if w else None,
                combiner=c,
            ),
            TABLE,
        )
row("embedding_lookup", lambda tf, a: tf.nn.embedding_lookup(a, [[0, 6, 3], [2, 2, 5]]), TABLE)
row("embedding_lookup max_norm", lambda tf, a: tf.nn.embedding_lookup(a, [0, 6, 3], max_norm=1.0), TABLE)

SAMPLED = (
    np.array([4, 1, 6], np.int64),
    np.array([[0.5, 0.2], [0.1, 0.4]], np.float32),
    np.array([0.3, 0.6, 0.2], np.float32),
)
for _name in ("nce_loss", "sampled_softmax_loss"):
    for _remove in (True, False):
        row(
            f"{_name} {_remove}",
            lambda tf, w, b, x, n=_name, r=_remove: getattr(tf.nn, n)(
                w,
                b,
                tf.constant([[1, 3], [0, 2]]),
                x,
                3,
                7,
                num_true=2,
                remove_accidental_hits=r,
                sampled_values=tuple(map(tf.constant, SAMPLED)),
            ),
            TABLE,
            f(7),
            f(2, 3),
        )
row(
    "compute_accidental_hits",
    lambda tf: tf.nn.compute_accidental_hits(
        tf.constant(np.array([[1, 3], [0, 2], [4, 4]])), tf.constant(np.array([4, 1, 6, 2])), 2
    ),
    grad=False,
)

row("clip_by_value", lambda tf, x: tf.clip.clip_by_value(x, -1.0, 1.0), ties(4, 5))
row("clip_by_norm", lambda tf, x: tf.clip.clip_by_norm(x, 1.5), X)
row("clip_by_norm axes", lambda tf, x: tf.clip.clip_by_norm(x, 1.5, axes=[1]), X)
row("clip_by_norm of zeros", lambda tf, x: tf.clip.clip_by_norm(x, 1.5), np.zeros([3], np.float32))
row("clip_by_average_norm", lambda tf, x: tf.clip.clip_by_average_norm(x, 0.01), X)
row("clip_by_global_norm", lambda tf, x, y: tf.clip.clip_by_global_norm([x, None, y], 1.5)[0][::2], X, f(3))
row("global_norm", lambda tf, x, y: tf.clip.global_norm([x, None, y]), X, f(3))

POSITIVE = f(4, 5, low=0.05, high=0.95)
for _name in (
    "absolute_difference",
    "mean_squared_error",
    "huber_loss",
    "log_loss",
    "hinge_loss",
    "mean_pairwise_squared_error",
):
    for _label, _weights in (
        ("scalar", 1.0),
        ("row", np.array([[1.0], [0], [2], [0.5]], np.float32)),
        ("zero", np.zeros([4, 1], np.float32)),
    ):
        row(
            f"losses.{_name} {_label}",
            lambda tf, x, y, n=_name, w=_weights: getattr(tf.losses, n)(y, x, weights=w),
            POSITIVE,
            one_hot(4, 5),
        )
row("losses.cosine_distance", lambda tf, x, y: tf.losses.cosine_distance(y, x, axis=1), POSITIVE, f(4, 5))
row(
    "losses.sigmoid_cross_entropy",
    lambda tf, x, y: tf.losses.sigmoid_cross_entropy(y, x, label_smoothing=0.1),
    LOGITS,
    one_hot(4, 5),
)
row(
    "losses.softmax_cross_entropy",
    lambda tf, x, y: tf.losses.softmax_cross_entropy(y, x, weights=[1.0, 0, 2, 1], label_smoothing=0.1),
    LOGITS,
    one_hot(4, 5),
)
row(
    "losses.sparse_softmax_cross_entropy",
    lambda tf, x: tf.losses.sparse_softmax_cross_entropy(
        [[0], [4], [2], [2]], x, weights=[[1.0], [0], [2], [1]]
    ),
    LOGITS,
)
for _reduction in ("none", "weighted_sum", "weighted_mean", "weighted_sum_over_batch_size"):
    row(
        f"losses reduction {_reduction}",
        lambda tf, x, r=_reduction: tf.losses.compute_weighted_loss(x, [[0.5], [0], [2], [1]], reduction=r),
        X,
    )


def as_list(outputs):
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def build(tf, placeholder, gradients, function, arrays, grad, shapes):
    """(placeholders, outputs, gradients of their sum, unevenly weighted)."""
    inputs = [placeholder(shape) for shape in shapes]
    outputs = as_list(function(tf, *inputs))
    if not grad:
        return inputs, outputs, [None] * len(inputs)
    floats = [o for o in outputs if o.dtype.is_floating]
    total = sum(tf.reduce_sum(tf.multiply(o, o + 0.7)) for o in floats)
    return inputs, outputs, gradients(total, inputs)


def run(session, inputs, arrays, outputs, grads):
    wanted = outputs + [g for g in grads if g is not None]
    return session.run(wanted, dict(zip(inputs, arrays)))


@pytest.mark.parametrize("partial", [False, True], ids=["known shapes", "unknown batch"])
@pytest.mark.parametrize("name", ROWS)
def test_agrees(name, partial):
    tf1 = tensorflow_1()
    function, arrays, grad = ROWS[name]
    shapes = [([None, *a.shape[1:]] if partial and i == 0 else list(a.shape)) for i, a in enumerate(arrays)]
    tf1.clip = tf1
    with tf1.Graph().as_default():
        theirs = build(
            tf1, lambda s: tf1.placeholder(tf1.float32, s), dense_tf(tf1), function, arrays, grad, shapes
        )
        with tf1.Session() as session:
            expected = run(session, theirs[0], arrays, *theirs[1:])
    ours = build(
        EG, lambda s: constants.placeholder(dtypes.float32, s), dense, function, arrays, grad, shapes
    )
    found = run(Session(), ours[0], arrays, *ours[1:])
    assert [g is None for g in ours[2]] == [g is None for g in theirs[2]]
    for mine, other in zip(ours[1], theirs[1]):
        assert mine.dtype.name == other.dtype.name
        assert mine.shape.is_compatible_with(other.shape.as_list() if other.shape.rank is not None else None)
        if not partial:
            assert mine.shape.as_list() == other.shape.as_list()
    values_agree(found, expected, rtol=2e-4, atol=2e-5)


def dense(total, inputs):
    return [densified(g, x) for g, x in zip(gradients(total, inputs), inputs)]


def densified(gradient, like):
    if not isinstance(gradient, IndexedSlices):
        return gradient
    return math.unsorted_segment_sum(gradient.values, gradient.indices, array.shape(like)[0])


def dense_tf(tf1):
    def compute(total, inputs):
        return [None if g is None else tf1.convert_to_tensor(g) for g in tf1.gradients(total, inputs)]

    return compute
