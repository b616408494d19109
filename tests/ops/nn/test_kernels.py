"""What neural network operations promise beyond agreeing with TensorFlow: errors, seeds, ties, JAX's own derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from evergraph.framework import dtypes, errors, registry
from evergraph.gradients.gradients import gradients
from evergraph.ops import math, nn
from evergraph.ops.constants import constant, placeholder
from evergraph.ops.nn.fused_batch_norm import batch_norm_gradients
from evergraph.ops.nn.pooling_kernels import average_pool, max_pool
from evergraph.session.session import Session


def kernel(type):  # noqa: A002
    return registry.definition_named(type).kernel


def f(*shape):
    return np.random.RandomState(0).standard_normal(shape).astype(np.float32)


# -- derivatives by JAX (as inside loops) are those of the gradient operations --------------------------------------

CORNERS = np.array([-7, -1, -0.0, 0, 0.5, 6, 7], np.float32)


@pytest.mark.parametrize(
    "type, function",
    [
        ("Relu", nn.relu),
        ("Relu6", nn.relu6),
        ("Elu", nn.elu),
        ("Selu", nn.selu),
        ("Softplus", nn.softplus),
        ("Softsign", nn.softsign),
        ("Softmax", nn.softmax),
        ("LogSoftmax", nn.log_softmax),
    ],
)
def test_derivatives_inside_and_outside_loops_agree(type, function):  # noqa: A002
    weights = np.arange(1, 8, dtype=np.float32)
    by_jax = jax.grad(lambda x: jnp.sum(kernel(type)(x) * weights))(CORNERS)
    x = placeholder(dtypes.float32, [7])
    by_graph = gradients(math.reduce_sum(function(x) * weights), [x])[0]
    np.testing.assert_allclose(Session().run(by_graph, {x: CORNERS}), by_jax, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("window, stride", [(2, 2), (3, 3), (3, 2), (2, 3), (3, 1), (1, 2)])
def test_pooling_gradient_against_windows_one_by_one(window, stride, padding):
    x = np.random.RandomState(1).randint(0, 4, (2, 8, 9, 2)).astype(np.float32)
    size, strides = (1, window, window, 1), (1, stride, stride, 1)
    output, pullback = jax.vjp(lambda x: max_pool(x, size, strides, padding), x)
    grad = f(*output.shape)
    expected = np.zeros_like(x)
    margins = [
        max((n - 1) * stride + window - s, 0) // 2 if padding == "SAME" else 0
        for n, s in zip(output.shape[1:3], x.shape[1:3])
    ]
    for n, i, j, c in np.ndindex(*output.shape):
        top, left = i * stride - margins[0], j * stride - margins[1]
        ys, xs = range(max(top, 0), min(top + window, 8)), range(max(left, 0), min(left + window, 9))
        places = [(y, z) for y in ys for z in xs]
        best = max(places, key=lambda place: x[n, place[0], place[1], c])  # the first of equals
        assert output[n, i, j, c] == x[n, best[0], best[1], c]
        expected[n, best[0], best[1], c] += grad[n, i, j, c]
    np.testing.assert_allclose(pullback(grad)[0], expected, rtol=1e-5, atol=1e-6)


def test_average_ignores_padding():
    ones = jnp.ones((1, 5, 5, 1))
    np.testing.assert_allclose(average_pool(ones, (1, 3, 3, 1), (1, 2, 2, 1), "SAME"), np.ones((1, 3, 3, 1)))


# -- cross entropy ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("labels", [[0, 5], [-1, 0]])
def test_labels_outside_the_classes_fail(labels):
    fed = placeholder(dtypes.int64, [None])
    loss = nn.sparse_softmax_cross_entropy_with_logits(labels=fed, logits=constant(f(2, 5)))
    session = Session()
    assert session.run(loss, {fed: [0, 4]}).shape == (2,)
    with pytest.raises(errors.InvalidArgumentError, match="valid range"):
        session.run(loss, {fed: labels})


@pytest.mark.parametrize("sparse", [True, False])
def test_second_derivative_of_cross_entropy(sparse):
    logits = f(2, 4)
    x = placeholder(dtypes.float32, [2, 4])
    if sparse:
        loss = nn.sparse_softmax_cross_entropy_with_logits(labels=constant([1, 3]), logits=x)
    else:
        loss = nn.softmax_cross_entropy_with_logits_v2(
            labels=constant(np.eye(4, dtype=np.float32)[[1, 3]]), logits=x
        )
    first = gradients(loss, [x])[0]
    second = gradients(math.reduce_sum(first * first), [x])[0]

    def reference(x):
        return -jnp.sum(jax.nn.log_softmax(x)[jnp.arange(2), jnp.array([1, 3])])

    expected = jax.grad(lambda x: jnp.sum(jax.grad(reference)(x) ** 2))(logits)
    np.testing.assert_allclose(Session().run(second, {x: logits}), expected, rtol=1e-4, atol=1e-6)


def test_impossible_class_without_label_costs_nothing():
    logits = constant(np.array([[0.0, -np.inf]], np.float32))
    loss = nn.softmax_cross_entropy_with_logits_v2(labels=constant([[1.0, 0.0]]), logits=logits)
    assert Session().run(loss).tolist() == [0.0]


@pytest.mark.parametrize(
    "call",
    [
        lambda: nn.softmax_cross_entropy_with_logits(f(1, 2), f(1, 2)),
        lambda: nn.sigmoid_cross_entropy_with_logits(labels=f(1, 2)),
        lambda: nn.sparse_softmax_cross_entropy_with_logits(labels=[[0]], logits=f(1, 2)),
        lambda: nn.sparse_softmax_cross_entropy_with_logits(labels=0, logits=constant(1.0)),
        lambda: nn.sigmoid_cross_entropy_with_logits(labels=f(1, 2), logits=f(2, 2)),
        lambda: nn.softmax(constant(f(2, 2)), axis=0, dim=0),
        lambda: nn.conv2d(f(1, 4, 4, 3), f(2, 2, 2, 3), [1, 1, 1, 1], "SAME"),
        lambda: nn.conv2d(f(1, 4, 4, 3), f(6, 2, 3, 3), [1, 1, 1, 1], "VALID"),
        lambda: nn.conv2d(f(1, 4, 4, 3), f(2, 2, 3, 3), [1, 1, 1, 1], "SOME"),
        lambda: nn.conv2d(f(1, 4, 4, 3), f(2, 2, 3, 3), [1, 1, 1, 1], "SAME", data_format="HWNC"),
        lambda: nn.conv2d(f(1, 4, 4, 3), f(2, 2, 3, 3), [1, 1], "SAME"),
        lambda: nn.conv2d_transpose(f(1, 4, 4, 3), f(2, 2, 3, 2), [1, 4, 4, 3], [1, 1, 1, 1]),
        lambda: nn.convolution(f(1, 4, 4, 3), f(2, 2, 3, 3), "SAME", strides=[2, 2], dilation_rate=[2, 2]),
        lambda: nn.max_pool(f(1, 4, 4, 3), [1, 5, 5, 1], [1, 1, 1, 1], "LARGE"),
        lambda: nn.bias_add(f(2, 3), f(2)),
        lambda: nn.dropout(f(2), 0.0),
        lambda: nn.dropout(constant([1]), 0.5),
        lambda: nn.top_k(f(2), 3),
        lambda: nn.embedding_lookup([], [0]),
        lambda: nn.embedding_lookup([f(2, 2), f(2, 2)], [0], "hash"),
        lambda: nn.fused_batch_norm(f(1, 2, 2, 1), [1.0], [0.0], mean=[0.0]),
    ],
    ids=range(21),
)
def test_refused_while_building(call):
    with pytest.raises(ValueError):
        call()


# -- dropout ---------------------------------------------------------------------------------------------------------


def test_dropout_keeps_the_mean_and_its_seed():
    x = constant(np.ones([200, 100], np.float32))
    dropped = nn.dropout(x, 0.8, seed=3)
    flow = gradients(dropped, [x])[0]
    values, grads = Session().run([dropped, flow])
    assert set(np.unique(values)) == {np.float32(0), np.float32(1.25)}
    assert values.mean() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(values, grads)
    np.testing.assert_array_equal(values, Session().run(dropped))


def test_dropout_with_a_noise_shape_drops_together():
    x = placeholder(dtypes.float32, [None, 50])
    dropped = nn.dropout(x, 0.5, noise_shape=[None, 1], seed=1)
    values = Session().run(
        nn.dropout(constant(np.ones([40, 50], np.float32)), 0.5, noise_shape=[None, 1], seed=1)
    )
    assert np.all(values == values[:, :1]) and len(np.unique(values)) == 2
    assert dropped.shape.as_list() == [None, 50]


def test_dropout_of_nothing_is_the_input():
    x = constant([1.0])
    assert nn.dropout(x, 1.0) is x
    assert nn.dropout(x, constant(1.0)) is x


def test_fused_batch_norm_channels_first_is_the_same():
    x, scale, offset = f(2, 3, 4, 5), f(3), f(3)
    first = nn.fused_batch_norm(x, scale, offset, data_format="NCHW")
    last = nn.fused_batch_norm(x.transpose(0, 2, 3, 1), scale, offset)
    a, b = Session().run([first, last])
    np.testing.assert_allclose(a[0], b[0].transpose(0, 3, 1, 2), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(a[2], b[2], rtol=1e-5)


@pytest.mark.parametrize(
    "function, window", [(nn.conv2d, f(3, 2, 3, 4)), (nn.depthwise_conv2d_native, f(3, 2, 3, 2))]
)
def test_convolution_channels_first_is_the_same(function, window):
    x = f(2, 3, 6, 7)
    first = function(x, window, [1, 1, 2, 3], "SAME", data_format="NCHW")
    last = function(x.transpose(0, 2, 3, 1), window, [1, 2, 3, 1], "SAME")
    a, b = Session().run([first, last])
    np.testing.assert_allclose(a, b.transpose(0, 3, 1, 2), rtol=1e-4, atol=1e-5)


# -- what is equal to its mean ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [3, 7, 11, 49])
def test_equal_rows_have_that_mean_and_are_normalized_to_the_offset(rows):
    """Last digits count here: neither a reciprocal nor a product that is not rounded may come in between."""
    values = np.tile(np.arange(6, dtype=np.float32), (rows, 1))
    x = placeholder("float32", [rows, 6])
    mean, variance = nn.moments(x, [0])
    offset = constant(np.full(6, 0.1, np.float32))
    plain = nn.batch_normalization(x, mean, variance, None, None, 1e-3)
    shifted = nn.batch_normalization(x, mean, variance, offset, constant(3.0), 1e-3)
    with Session() as sess:
        found = sess.run([mean, variance, plain, shifted], {x: values})
    np.testing.assert_array_equal(found[0], values[0])
    np.testing.assert_array_equal(found[1], 0)
    np.testing.assert_array_equal(found[2], 0)
    np.testing.assert_array_equal(found[3], np.tile(np.float32(0.1), (rows, 6)))


def test_a_window_without_a_number_passes_its_gradient_to_its_first_element():
    x = np.full((1, 2, 4, 1), np.nan, np.float32)
    size = (1, 2, 2, 1)
    output, pullback = jax.vjp(lambda x: max_pool(x, size, size, "VALID"), x)
    (flow,) = pullback(jnp.array([[[[3.0], [5.0]]]]))
    assert np.isnan(output).all() and flow[0, :, :, 0].tolist() == [[3.0, 0.0, 5.0, 0.0], [0.0] * 4]


@pytest.mark.parametrize("data_format", ["NHWC", b"NCHW"])
@pytest.mark.parametrize("is_training", [True, False])
def test_the_gradients_of_a_batch_normalisation_alone(data_format, is_training):
    x, flow = constant(f(2, 3, 3, 3)), constant(f(2, 3, 3, 3)[::-1].copy())
    scale, offset = constant([1.0, 2.0, 3.0]), constant([0.5, 0.0, 1.0])
    means = (None, None) if is_training else (constant([0.1, 0.2, 0.3]), constant([1.0, 2.0, 1.5]))
    layout = data_format.decode() if isinstance(data_format, bytes) else data_format
    y = nn.fused_batch_norm(x, scale, offset, *means, data_format=layout, is_training=is_training)[0]
    alone = batch_norm_gradients(flow, x, scale, *means, 0.001, data_format, is_training)
    found, expected = Session().run([alone, tuple(gradients(y, [x, scale, offset], flow))])
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("pool", [nn.max_pool_with_argmax, nn.max_pool, nn.avg_pool])
def test_windows_larger_than_the_image_give_nothing(pool):
    images = placeholder("float32", [None, None, None, 2])
    pooled = pool(images, [1, 2, 2, 1], [1, 1, 1, 1], "VALID")
    with Session() as session:
        found = session.run(pooled[0] if isinstance(pooled, tuple) else pooled, {images: f(3, 1, 4, 2)})
    assert found.shape == (3, 0, 3, 2)


def test_dilation_with_a_filter_larger_than_the_image_gives_nothing():
    images = placeholder("float32", [None, None, None, 2])
    grown = nn.dilation2d(images, f(2, 2, 2), [1, 1, 1, 1], [1, 1, 3, 1], "VALID")
    with Session() as session:
        assert session.run(grown, {images: f(3, 4, 3, 2)}).shape == (3, 3, 0, 2)


def test_dilation_of_integers_never_chooses_what_is_outside():
    image, window = np.full((1, 2, 2, 1), -3, np.int32), np.full((3, 3, 1), -5, np.int32)
    grown = nn.dilation2d(constant(image), constant(window), [1, 1, 1, 1], [1, 1, 1, 1], "SAME")
    np.testing.assert_array_equal(Session().run(grown), np.full((1, 2, 2, 1), -8))


def test_the_l2_loss_of_halves_may_be_as_large_as_a_half():
    with Session() as session:
        assert session.run(nn.l2_loss(constant(np.full(2, 240, np.float16)))) == 57600
