"""Gradients inside compiled loops and conditionals are those of the same operations outside."""

import itertools

import numpy as np
import pytest

import evergraph as tf

X = np.array([[0.0, 1.0, 1.0, -2.0], [3.0, -0.5, 0.0, 7.0]], np.float32)
_names = itertools.count()


def stopped(lib, x):
    return x * lib.stop_gradient(x)


def customized(lib, x):
    @lib.custom_gradient
    def square(h):
        scale = h * 2.0
        return h * h, lambda dy: dy * scale * 50.0

    return square(x) + x


def overridden(lib, x):
    name = f"Tenfold{next(_names)}"
    lib.RegisterGradient(name)(lambda op, grad: grad * 10.0)
    with lib.get_default_graph().gradient_override_map({"Sign": name}):
        return lib.sign(x) * x


def quantized(lib, x):
    return lib.fake_quant_with_min_max_args(x * x, min=-6, max=6) * x


def pooled(lib, x):
    return lib.nn.max_pool(lib.reshape(x, [1, 2, 4, 1]), [1, 2, 2, 1], [1, 1, 1, 1], "SAME") * 2.0


def normalized(lib, x):
    image = lib.reshape(x, [2, 2, 2, 1])
    return lib.nn.fused_batch_norm(image, lib.reduce_sum(x, keepdims=True)[0], [0.5])[0] * image


def entropy(lib, x):
    return lib.nn.sparse_softmax_cross_entropy_with_logits(labels=[1, 3], logits=x)


def loop_without_gradient(lib, x):
    inner = lib.while_loop(lambda i, _: i < 2, lambda i, h: (i + 1, h * h), [0, x], back_prop=False)[1]
    return inner * x


PROGRAMS = {
    "stop_gradient": stopped,
    "stop_gradient of a part": lambda lib, x: lib.exp(lib.stop_gradient(x * 0.1) - x * 0.2),
    "custom_gradient": customized,
    "gradient_override_map": overridden,
    "fake quantization": quantized,
    "max_pool with ties": pooled,
    "fused_batch_norm": normalized,
    "sparse cross entropy": entropy,
    "argmax and one_hot": lambda lib, x: lib.one_hot(lib.argmax(x, 1), 4) * x,
    "gather": lambda lib, x: lib.gather(x, [1, 1, 0]) * 3.0,
    "dropout by hand": lambda lib, x: x * lib.floor(lib.nn.sigmoid(x) + 0.5),
    "relu": lambda lib, x: lib.nn.relu(x) + lib.nn.relu6(x) + lib.nn.elu(x) + lib.nn.selu(x),
    "clipped": lambda lib, x: lib.clip_by_value(x, 0.0, 1.0) + lib.maximum(x, 1.0),
    "sqrt": lambda lib, x: lib.sqrt(lib.abs(x) + 1.0) + lib.rsqrt(x * x + 1.0) + lib.reciprocal(x + 9.0),
    "softmax": lambda lib, x: (
        lib.nn.softmax(x) * lib.nn.log_softmax(x) + lib.nn.softplus(x) + lib.nn.softsign(x)
    ),
    "a loop with back_prop=False": loop_without_gradient,
}


def outside(lib, n, program, x):
    return program(lib, x)


def in_a_loop(lib, n, program, x):
    shapes = [lib.TensorShape([]), x.shape, program(lib, x).shape]
    return lib.while_loop(
        lambda i, *_: i < n,
        lambda i, h, _: (i + 1, h, program(lib, h)),
        [0, x, lib.zeros_like(program(lib, x))],
        shapes,
    )[2]


def in_a_counted_loop(lib, n, program, x):
    return in_a_loop(lib, 1, program, x)


def in_a_bounded_loop(lib, n, program, x):
    return lib.while_loop(
        lambda i, *_: i < n,
        lambda i, h, _: (i + 1, h, program(lib, h)),
        (0, x, lib.zeros_like(program(lib, x))),
        maximum_iterations=3,
    )[2]


def in_a_conditional(lib, n, program, x):
    return lib.cond(n > 0, lambda: program(lib, x), lambda: program(lib, x) * 2.0)


def in_a_conditional_in_a_loop(lib, n, program, x):
    return in_a_loop(lib, n, lambda lib, h: in_a_conditional(lib, n, program, h), x)


PLACES = [in_a_loop, in_a_counted_loop, in_a_bounded_loop, in_a_conditional, in_a_conditional_in_a_loop]
DEARER = ["stop_gradient", "custom_gradient"]  # to compile in a loop whose length is not known


def slopes(lib, place, program):
    """(value, derivative) of what a program gives, in some place."""
    with lib.Graph().as_default():
        x = lib.placeholder(lib.float32, [2, 4])
        n = lib.placeholder(lib.int32, [])
        y = place(lib, n, program, x)
        weights = lib.reshape(lib.cos(lib.range(lib.to_float(lib.size(y)))), lib.shape(y))
        first = lib.convert_to_tensor(lib.gradients(y * weights, x)[0])
        with lib.Session() as session:
            return session.run([y, first], {x: X, n: 1})


@pytest.mark.parametrize(
    "name, place",
    [(name, place) for name in PROGRAMS for place in (PLACES if name in DEARER else [in_a_conditional])],
)
def test_inside_is_as_outside(name, place):
    for inside, beside in zip(slopes(tf, place, PROGRAMS[name]), slopes(tf, outside, PROGRAMS[name])):
        np.testing.assert_allclose(inside, beside, rtol=1e-5, atol=1e-6)


@pytest.mark.interop
@pytest.mark.parametrize("name", PROGRAMS)
def test_tensorflow_agrees(name):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    with tf1.Graph().as_default():
        tf1.disable_control_flow_v2()
    for ours, theirs in zip(
        slopes(tf, in_a_counted_loop, PROGRAMS[name]), slopes(tf1, in_a_loop, PROGRAMS[name])
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def second_of(place):
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2, 4])
        n = tf.placeholder(tf.int32, [])
        y = place(tf, n, lambda lib, h: lib.tanh(h) * lib.stop_gradient(h) * h + lib.sigmoid(h), x)
        (first,) = tf.gradients(y, x)
        (second,) = tf.gradients(first * first, x)
        with tf.Session() as session:
            return session.run(second, {x: X, n: 1})


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_second_derivatives(place):
    np.testing.assert_allclose(second_of(place), second_of(outside), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("use_resource", [False, True])
def test_what_is_assigned_has_no_gradient(use_resource):
    x = tf.constant(2.0)
    v = tf.get_variable("v", initializer=3.0, use_resource=use_resource)

    def body(i, h):
        with tf.control_dependencies([v.assign_add(h * h)]):
            return i + 1, h * v.read_value()

    y = tf.while_loop(lambda i, _: i < 2, body, [0, x])[1]
    gradients = tf.gradients(y, [x, v])
    with tf.Session() as session:
        session.run(v.initializer)
        # v: 3, 7, 7 + 14^2 = 203; y = x * v1 * v2
        assert session.run([y, *gradients]) == [2 * 7 * 203, 7 * 203, 2 * 203 + 2 * 7]
        assert session.run(v) == 203
