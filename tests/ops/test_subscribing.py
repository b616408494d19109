"""Side effects of tensors that are computed."""

import pytest

import evergraph as tf
from evergraph.ops.subscribing import subscribe


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def noting(seen):
    """A side effect that notes each value."""

    def note(value):
        seen.append(value.tolist())
        return value

    return lambda tensor: tf.py_func(note, [tensor], [tensor.dtype])


def test_a_side_effect_happens_when_somebody_uses_the_tensor():
    seen = []
    x = tf.constant([1.0, 2.0], name="x")
    doubled, other = x * 2.0, tf.constant(3.0)
    subscribed = subscribe(x, noting(seen))
    with tf.Session() as session:
        assert session.run(other) == 3.0 and seen == []
        assert session.run(doubled).tolist() == [2.0, 4.0]
        assert seen == [[1.0, 2.0]]
        assert session.run(subscribed).tolist() == [1.0, 2.0]
    assert seen == [[1.0, 2.0]] * 2


def test_more_side_effects_join_the_first():
    first, second = [], []
    x = tf.constant(1.0)
    result = x + 1.0
    one = subscribe(x, noting(first))
    assert subscribe(x, noting(second)) is one
    assert subscribe(one, [noting(second)]) is one
    with tf.Session() as session:
        assert session.run(result) == 2.0
    assert (first, second) == ([1.0], [1.0, 1.0])


def test_structures_and_variables():
    seen = []
    v = tf.Variable(4.0)
    pair = {"a": tf.constant(1.0), "b": [v]}
    found = subscribe(pair, noting(seen))
    with tf.Session() as session:
        session.run(v.initializer)
        assert session.run(found) == {"a": 1.0, "b": [4.0]}
    assert sorted(seen) == [1.0, 4.0]


def test_who_waited_for_the_operation_waits_for_the_side_effect():
    seen = []
    x = tf.constant(1.0)
    with tf.control_dependencies([x]):
        after = tf.constant(2.0)
    subscribe(x, noting(seen))
    with tf.Session() as session:
        assert session.run(after) == 2.0
    assert seen == [1.0]


def test_what_is_no_tensor_is_refused():
    with pytest.raises(TypeError, match="has invalid type str"):
        subscribe("x", noting([]))


def test_gradients_flow_through():
    seen = []
    x = tf.constant(3.0)
    y = tf.square(x)
    subscribe(x, noting(seen))
    (gradient,) = tf.gradients(y, x)
    with tf.Session() as session:
        assert session.run(gradient) == 6.0
    assert seen == [3.0]
