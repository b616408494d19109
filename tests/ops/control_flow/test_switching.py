"""`switch` and `merge`: of several computations, the one that is taken."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.control_flow.switching import merge, switch


def selected(x, selector, functions):
    """What image models do to distort each image in one of several ways."""
    return merge(
        [function(switch(x, tf.equal(selector, case))[1]) for case, function in enumerate(functions)]
    )


FUNCTIONS = [lambda x: x + 1.0, lambda x: x * x, lambda x: tf.reduce_sum(x) * x]


@pytest.mark.parametrize("case", [0, 1, 2])
def test_the_one_that_is_taken(case):
    x = tf.constant([1.0, 2.0, 4.0])
    selector = tf.placeholder(tf.int32, [])
    output, index = selected(x, selector, FUNCTIONS)
    gradient = tf.gradients(output, x)[0]
    wanted = FUNCTIONS[case](x)
    with tf.Session() as sess:
        found = sess.run([output, index, gradient], {selector: case})
        expected = sess.run([wanted, tf.constant(case), tf.gradients(wanted, x)[0]])
    for a, b in zip(found, expected):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_only_that_is_computed():
    calls = []

    def noted(name):
        def note(x):
            calls.append(name)
            return x

        return lambda x: tf.py_func(note, [x], tf.float32)

    selector = tf.placeholder(tf.int32, [])
    output = selected(tf.constant(3.0), selector, [noted("a"), noted("b"), noted("c")]).output
    with tf.Session() as sess:
        assert sess.run(output, {selector: 1}) == 3
        assert calls == ["b"]


def test_sides_of_one_predicate():
    pred = tf.placeholder(tf.bool, [])
    no, yes = switch(tf.constant(5.0), pred)
    both = switch(yes * 2.0, pred)[1]  # a switch of a switch
    output, index = merge([no - 1.0, both + 1.0])
    with tf.Session() as sess:
        assert sess.run([output, index], {pred: False}) == [4, 0]
        assert sess.run([output, index], {pred: True}) == [11, 1]


def test_what_depends_on_no_switch_is_always_there():
    output, index = merge([tf.constant(1.0), switch(tf.constant(2.0), tf.constant(True))[1]])
    with tf.Session() as sess:
        assert sess.run([output, index]) == [1, 0]


def test_in_the_function_of_a_dataset():
    data = tf.data.Dataset.range(3).map(
        lambda n: selected(tf.cast(n, tf.float32) + 1.0, tf.cast(n, tf.int32), FUNCTIONS).output
    )
    following = data.make_one_shot_iterator().get_next()
    with tf.Session() as sess:
        assert [sess.run(following) for _ in range(3)] == [2, 4, 9]


def test_bad_arguments():
    with pytest.raises(ValueError, match="merge needs tensors"):
        merge([])
    with pytest.raises(TypeError, match="must be of dtype bool"):
        switch(tf.constant(1.0), tf.constant(1))
