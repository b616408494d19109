"""`tf.GradientTape` and minimizing functions, in the eager mode and in graphs."""

import gc
import weakref

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.variables.resource import ResourceVariable


def test_gradients_of_what_is_watched():
    x, y = tf.constant(3.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        z = x * x * y
    of_x, of_y = tape.gradient(z, [x, y])
    assert float(of_x) == 12.0 and of_y is None
    with pytest.raises(RuntimeError, match="once"):
        tape.gradient(z, x)


def test_variables_are_watched_when_they_are_read():
    w, fixed = ResourceVariable([1.0, 2.0]), ResourceVariable(3.0, trainable=False)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(w * w * fixed)
    assert tape.watched_variables() == [w]
    found = tape.gradient(loss, {"w": w, "fixed": fixed})
    assert found["w"].numpy().tolist() == [6.0, 12.0] and found["fixed"] is None


def test_rows_of_a_variable():
    table = ResourceVariable(np.ones([4, 2], np.float32))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.nn.embedding_lookup(table, [1, 1, 3]))
    slices = tape.gradient(loss, table)
    assert isinstance(slices, tf.IndexedSlices) and slices.indices.numpy().tolist() == [1, 1, 3]
    tf.train.GradientDescentOptimizer(0.5).apply_gradients([(slices, table)])
    assert table.numpy().tolist() == [[1, 1], [0, 0], [1, 1], [0.5, 0.5]]


def test_nested_tapes_give_derivatives_of_derivatives():
    x = tf.constant(3.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = x * x * x
        first = inner.gradient(y, x)
    assert (float(first), float(outer.gradient(first, x))) == (27.0, 18.0)


def test_a_persistent_tape_and_its_pauses():
    x = tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            hidden = x * 5.0
        z = y * x + hidden
    assert [float(tape.gradient(t, x)) for t in (y, z)] == [4.0, 12.0]
    with tf.GradientTape() as tape:
        tape.watch(x)
        tape.reset()
        y = x * x
    assert tape.gradient(y, x) is None


def test_gradients_end_where_the_tape_begins():
    w = ResourceVariable(2.0)
    with tf.GradientTape() as first:
        state = w * 3.0
    with tf.GradientTape() as second:
        loss = state * w
    assert float(second.gradient(loss, w)) == 6.0
    assert float(first.gradient(state, w)) == 3.0


def test_what_a_tape_has_recorded_goes_with_it():
    x = tf.constant([1.0] * 100)
    with tf.GradientTape() as tape:
        tape.watch(x)
        between = x * 2.0
        y = between + 1.0
    gone = weakref.ref(between)
    del between
    tape.gradient(y, x)
    gc.collect()
    assert gone() is None and y.numpy()[0] == 3.0


def test_gradients_through_loops_and_a_gradient_of_ones_own():
    @tf.custom_gradient
    def tripled(x):
        return 3.0 * x, lambda flow: flow * 7.0

    x = tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        power = tf.while_loop(lambda i, p: i < 3, lambda i, p: (i + 1, p * x), [tf.constant(0), x])[1]
        own = tripled(x)
    assert float(tape.gradient(power, x)) == 4 * 2.0**3
    assert float(tape.gradient(own, x)) == 7.0


@pytest.mark.parametrize("make", [tf.train.AdamOptimizer, tf.train.GradientDescentOptimizer])
def test_optimizers_minimize_functions(make):
    w = ResourceVariable([5.0])
    optimizer = make(0.3)
    step = tf.train.get_or_create_global_step()

    def loss():
        return tf.reduce_sum(tf.square(w - 1.0))

    for _ in range(40):
        optimizer.minimize(loss, global_step=step)
    assert float(loss()) < 0.5 and int(step.numpy()) == 40
    with pytest.raises(RuntimeError, match="should be a function"):
        optimizer.minimize(loss())


def test_a_tape_in_a_graph():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [])
        with tf.GradientTape() as tape:
            y = x * x
        slope = tape.gradient(y, x)
        with tf.Session() as session:
            assert session.run(slope, {x: 3.0}) == 6.0
