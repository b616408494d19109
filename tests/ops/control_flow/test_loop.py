"""while_loop: what a bound costs, gradients in corners, and where a loop runs."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.control_flow import loop

X = np.linspace(0.5, 1.5, 4)


def powers(x, n, bound):
    """`x` to the power n + 1, and the squares on the way."""
    array = tf.TensorArray(tf.float64, 5, element_shape=[4])
    _, h, array = tf.while_loop(
        lambda i, *_: i < n,
        lambda i, h, a: (i + 1, h * x, a.write(i, h * h)),
        (0, x * 1.0, array),
        maximum_iterations=bound,
    )
    return h, array.stack()


# the bound: whether the loop is a masked scan
BOUNDS = {None: False, 3: True, 100: True, 1_000: False, 1_000_000: False}


@pytest.mark.parametrize("bound", BOUNDS)
def test_a_bound_costs_nothing(bound, monkeypatch):
    masked = []
    scan = loop._masked_loop
    monkeypatch.setattr(loop, "_masked_loop", lambda *args: masked.append(args) or scan(*args))
    x, n = tf.placeholder(tf.float64, [4]), tf.placeholder(tf.int32, [])
    h, squares = powers(x, n, bound)
    (slope,) = tf.gradients([h, squares], x)
    with tf.Session() as session:
        for count in (0, 1, 3):
            value, seen, found = session.run([h, squares, slope], {x: X, n: count})
            np.testing.assert_allclose(value, X ** (count + 1))
            np.testing.assert_allclose(seen, [X ** (2 * k + 2) * (k < count) for k in range(5)])
            terms = [(2 * k + 2) * X ** (2 * k + 1) for k in range(count)]
            np.testing.assert_allclose(found, (count + 1) * X**count + sum(terms, np.zeros(4)))
    assert bool(masked) == BOUNDS[bound]


def test_a_bound_that_is_reached():
    x, n = tf.placeholder(tf.float64, [4]), tf.placeholder(tf.int32, [])
    results = [powers(x, n, bound)[0] for bound in (2, tf.minimum(n, 2))]
    slopes = [tf.gradients(h, x)[0] for h in results]
    with tf.Session() as session:
        for found in session.run(slopes, {x: X, n: 5}):
            np.testing.assert_allclose(found, 3 * X**2)


def test_checkpoints_that_do_not_fit(monkeypatch):
    monkeypatch.setattr(loop, "CHECKPOINT_BYTES", 1)
    x, n = tf.placeholder(tf.float64, [4]), tf.placeholder(tf.int32, [])
    slopes = [tf.gradients(powers(x, n, bound)[0], x)[0] for bound in (None, 1_000)]
    with tf.Session() as session:
        for found in session.run(slopes, {x: X, n: 4}):
            np.testing.assert_allclose(found, 5 * X**4)


def test_higher_derivatives_of_a_loop_of_any_length():
    x, n = tf.placeholder(tf.float64, [4]), tf.placeholder(tf.int32, [])
    h, _ = powers(x, n, None)
    first = tf.gradients(h, x)[0]
    second = tf.gradients(first, x)[0]
    with tf.Session() as session:
        for count in (1, 4):
            found = session.run([first, second], {x: X, n: count})
            np.testing.assert_allclose(found[0], (count + 1) * X**count)
            np.testing.assert_allclose(found[1], (count + 1) * count * X ** (count - 1))


def test_loop_variables_without_gradients():
    x = tf.constant(2.0)
    result = tf.while_loop(
        lambda i, h, k, s: i < 3,
        lambda i, h, k, s: (i + 1, h * tf.to_float(k), k + 1, s * h),
        [0, x, tf.to_int32(x), x],
    )
    assert tf.gradients(result[2], x) == [None]
    with tf.Session() as session:
        assert session.run(tf.gradients(result[1], x)) == [2 * 3 * 4]
        assert session.run(tf.gradients([result[1], result[3]], x)) == [24 + 4 * 2.0**3 * 2 * 6]


def test_what_nothing_connects_has_no_gradient():
    a, b, c = tf.constant(1.0), tf.constant(2.0), tf.constant(3.0)
    first, second = tf.while_loop(
        lambda i, *_: i < 3, lambda i, h, k: (i + 1, h * a, k * tf.stop_gradient(c) * h), [0, a, b]
    )[1:]
    assert tf.gradients(first, [b, c]) == [None, None]
    assert tf.gradients(second, c) == [None]
    assert all(g is not None for g in tf.gradients(second, [a, b]))
    branch = tf.cond(a > 0, lambda: (a * b, c), lambda: (a, c * 2.0))
    assert tf.gradients(branch[0], [c]) == [None] and tf.gradients(branch[1], [a, b]) == [None, None]


@pytest.mark.parametrize("use_resource", [False, True])
def test_variables_that_a_loop_uses(use_resource):
    x = tf.constant(2.0)
    v = tf.get_variable("v", initializer=3.0, use_resource=use_resource)
    n = tf.placeholder(tf.int32, [])
    y = tf.while_loop(lambda i, _: i < n, lambda i, h: (i + 1, h * v + 4.0), [0, x])[1]
    slopes = tf.gradients(y, [x, v])
    with tf.Session() as session:
        session.run(v.initializer)
        assert session.run(slopes, {n: 3}) == [27, 3 * 9 * 2 + 2 * 3 * 4 + 4]
        assert session.run(slopes, {n: 0}) == [1, 0]


def shape_of_the_counter(x):
    return tf.while_loop(lambda i, _: i < 3, lambda i, h: (i + 1, h + tf.reduce_sum(tf.ones([i]))), [0, x[0]])


def shape_of_a_variable(x):
    size = tf.get_variable("size", initializer=2, use_resource=True)
    return tf.while_loop(
        lambda i, _: i < 3, lambda i, h: (i + 1, h + tf.reduce_sum(tf.ones([size]))), [0, x[0]]
    )


def shape_inside_a_conditional(x):
    def step(i, h):
        return i + 1, tf.cond(h > 0, lambda: h + tf.reduce_sum(tf.ones([i])), lambda: h)

    return tf.while_loop(lambda i, _: i < 3, step, [0, x[0]])


def growing(x):
    shapes = [tf.TensorShape([]), tf.TensorShape([None])]
    return tf.while_loop(lambda i, _: i < 3, lambda i, h: (i + 1, tf.concat([h, h], 0)), [0, x], shapes)


def branches_of_two_shapes(x):
    return tf.cond(x[0] > 0, lambda: x[:1], lambda: x)


def shape_of_what_is_captured(x):
    size = tf.placeholder_with_default(2, [])
    return tf.while_loop(
        lambda i, _: i < 3, lambda i, h: (i + 1, h + tf.reduce_sum(tf.ones([size]))), [0, x[0]]
    )


def branches_of_one_shape(x):
    return tf.cond(x[0] > 0, lambda: x * 2.0, lambda: x)


# what the graph tells before anything has run
PLACED = {
    shape_of_the_counter: "host",
    shape_of_a_variable: "host",
    shape_inside_a_conditional: "host",
    growing: "host",
    branches_of_two_shapes: "host",
    shape_of_what_is_captured: "device",
    branches_of_one_shape: "device",
}


@pytest.mark.parametrize("program", PLACED, ids=lambda program: program.__name__)
def test_where_it_runs_is_known_before(program):
    result = program(tf.placeholder_with_default([1.0, 2.0], [2]))
    (operation,) = [
        op for op in tf.get_default_graph().operations_outside_bodies() if op.type in ("While", "If")
    ]
    assert operation.definition.placement(operation) == PLACED[program]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(result)
    assert not operation.is_moved_to_host
