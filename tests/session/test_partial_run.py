"""Partial runs: fed and fetched piece by piece, each operation once."""

import numpy as np
import pytest

import evergraph as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def _chain():
    a, b, c = (tf.placeholder(tf.float32, []) for _ in range(3))
    total = a + b
    return a, b, c, total, total * c


def test_feeds_and_fetches_come_piecemeal_and_handles_are_independent(sess):
    a, b, c, total, product = _chain()
    one = sess.partial_run_setup([total, product], [a, b, c])
    two = sess.partial_run_setup([total, product], [a, b, c])
    assert sess.partial_run(one, total, {a: 1, b: 2}) == 3
    assert sess.partial_run(two, {"t": total}, {a: 10, b: 2}) == {"t": 12}
    assert sess.partial_run(one, [product], {c: 17}) == [51]
    assert sess.partial_run(two, product, {c: 2}) == 24
    with pytest.raises(tf.errors.InvalidArgumentError, match="setup"):
        sess.partial_run(one, product)  # complete


def test_feeding_alone_and_later_fetches_of_what_was_computed(sess):
    a, b, c, total, product = _chain()
    handle = sess.partial_run_setup([total, product], [a, b, c])
    assert sess.partial_run(handle, [], {a: 1.0, b: 2.0, c: 3.0}) == []
    assert sess.partial_run(handle, product) == 9
    assert sess.partial_run(handle, total) == 3


def test_each_operation_runs_once(sess):
    calls = []

    def count(x):
        calls.append(x)
        return np.float32(len(calls))

    x, y = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    counted = tf.py_func(count, [x], tf.float32)
    drawn = tf.random_uniform([])
    v = tf.get_variable("v", initializer=1.0)
    sess.run(v.initializer)
    added = v.assign_add(counted)
    with tf.control_dependencies([added]):
        first = counted + drawn
    second = counted + drawn + y
    third = added * y
    handle = sess.partial_run_setup([first, second, third, added], [x, y])
    one = sess.partial_run(handle, first, {x: 5.0})
    two = sess.partial_run(handle, second, {y: 1.0})
    assert two == np.float32(one + 1) and calls == [5.0] and sess.run(v) == 2.0
    assert sess.partial_run(handle, [third, added]) == [2.0, 2.0] and sess.run(v) == 2.0


def test_operations_of_the_setup_run_as_soon_as_they_can(sess):
    v = tf.get_variable("v", initializer=0.0)
    sess.run(v.initializer)
    x, y = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    update = v.assign_add(x).op
    handle = sess.partial_run_setup([update, x * 2.0, y * 2.0], [x, y])
    sess.partial_run(handle, [], {y: 1.0})
    assert sess.run(v) == 0.0
    sess.partial_run(handle, [], {x: 3.0})
    assert sess.run(v) == 3.0
    with pytest.raises(RuntimeError, match="operation"):
        sess.partial_run(handle, update)


def test_results_are_the_callers_own(sess):
    x = tf.placeholder(tf.float32, [2])
    text = tf.py_func(lambda a: a + 1, [x], tf.float32)
    text.set_shape([2])
    handle = sess.partial_run_setup([text, text * 2.0], [x])
    fetched = sess.partial_run(handle, text, {x: [1.0, 2.0]})
    fetched[:] = 0
    # The product is another tensor of the same handle: it sees the kept value.
    double = text.consumers()[0].outputs[0]
    np.testing.assert_array_equal(sess.partial_run(handle, double), [4.0, 6.0])


@pytest.mark.parametrize(
    "fetch, feeds, message",
    [
        ("total", "d", "was not specified in partial_run_setup.$"),
        ("other", "ab", "was not specified in partial_run_setup.$"),
        ("total", "a", "can't be computed from the feeds"),
        ("loose", "", "You must feed a value for placeholder"),
    ],
)
def test_what_a_step_may_not_ask(sess, fetch, feeds, message):
    a, b, c, total, product = _chain()
    d = tf.placeholder(tf.float32, [])
    by_name = {"a": a, "b": b, "c": c, "d": d}
    fetches = {"total": total, "other": a * 2.0, "loose": d * 3.0}
    handle = sess.partial_run_setup([total, product, fetches["loose"]], [a, b, c])
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        sess.partial_run(handle, fetches[fetch], {by_name[f]: 1.0 for f in feeds})
    assert sess.partial_run(handle, total, {a: 1.0, b: 2.0}) == 3.0  # nothing was spoilt


def test_nothing_is_fed_or_fetched_twice(sess):
    a, b, c, total, product = _chain()
    handle = sess.partial_run_setup([total, product], [a, b, c])
    sess.partial_run(handle, total, {a: 1, b: 2})
    with pytest.raises(tf.errors.InvalidArgumentError, match="has already been fed.$"):
        sess.partial_run(handle, product, {a: 1, c: 3})
    with pytest.raises(tf.errors.InvalidArgumentError, match="has already been fetched.$"):
        sess.partial_run(handle, total, {c: 3})


def test_a_failure_ends_the_run(sess):
    a = tf.placeholder(tf.int32, [])
    bad = tf.gather([1, 2], a)
    handle = sess.partial_run_setup([bad, a * 2], [a])
    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError, match="2"):
            sess.partial_run(handle, bad, {a: 7})


def test_setups_that_make_no_sense(sess):
    a, *_ = _chain()
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="specify at least one target to fetch or execute."
    ):
        sess.partial_run_setup([], [a])
    with pytest.raises(tf.errors.InvalidArgumentError, match="setup"):
        sess.partial_run("no such run", a)
    sess.close()
    with pytest.raises(RuntimeError, match="closed"):
        sess.partial_run_setup([a])
