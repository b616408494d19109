"""Random numbers are a function of seeds and of how often an operation has run."""

import numpy as np

import evergraph as tf


def draws(build, runs=3):
    with tf.Graph().as_default():
        fetch = build()
        with tf.Session() as sess:
            return [np.array(sess.run(fetch)) for _ in range(runs)]


def test_same_seeds_same_numbers_and_every_run_others():
    def build():
        tf.set_random_seed(7)
        return tf.random_uniform([4], seed=3)

    first, second = draws(build), draws(build)
    np.testing.assert_array_equal(first, second)
    assert len({tuple(row) for row in first}) == 3


def test_graph_seed_gives_operations_different_numbers():
    def build():
        tf.set_random_seed(7)
        return tf.stack([tf.random_normal([4]), tf.random_normal([4])])

    (a, b), *_ = draws(build)
    assert not np.allclose(a, b)


def test_without_a_seed_sessions_differ():
    (first,), (second,) = draws(lambda: tf.random_uniform([4]), 1), draws(lambda: tf.random_uniform([4]), 1)
    assert not np.allclose(first, second)


def test_other_runs_and_threads_do_not_move_the_numbers():
    def numbers(disturb):
        with tf.Graph().as_default():
            x = tf.random_uniform([3], seed=5)
            other = tf.random_uniform([7], seed=6)
            with tf.Session() as sess:
                found = []
                for _ in range(3):
                    if disturb:
                        sess.run(other)
                    found.append(sess.run([x, other])[0] if disturb else sess.run(x))
                return found

    np.testing.assert_array_equal(numbers(True), numbers(False))


def test_loop_iterations_draw_different_numbers():
    def build():
        _, total = tf.while_loop(
            lambda i, a: i < 3,
            lambda i, a: (i + 1, tf.concat([a[1:], tf.random_uniform([1], seed=4)], 0)),
            [tf.constant(0), tf.zeros([3])],
        )
        return total

    (first,) = draws(build, 1)
    assert len(set(first.tolist())) == 3


def test_seeds_and_counts_continue_after_a_restore():
    tf.set_random_seed(1)
    x = tf.random_uniform([2], name="noise")
    with tf.Session() as whole:
        expected = [whole.run(x) for _ in range(4)]
    with tf.Session() as first:
        for _ in range(2):
            first.run(x)
        saved = first.resources.seeds.snapshot()
    with tf.Session() as second:
        second.resources.seeds.restore(saved)
        np.testing.assert_array_equal([second.run(x) for _ in range(2)], expected[2:])
