"""Host operations that compute the same of the same run once, see `evergraph/engine/repeats.py`."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine.plan import build_plan


def host_types(*fetches):
    plan = build_plan(fetches, [t for op in tf.get_default_graph().get_operations() for t in op.outputs][:1])
    return sorted(node.operation.type for node in plan.block.nodes if node.placement == "host")


def hashed(words, buckets=10):
    return tf.string_to_hash_bucket_fast(tf.expand_dims(words, -1), buckets)


def run(fetches, feed):
    with tf.Session() as session:
        return session.run(fetches, feed)


def test_equal_operations_are_one():
    words = tf.placeholder(tf.string, [None])
    first, second = hashed(words), hashed(words)
    assert host_types(first + 1, second + 2) == ["ExpandDims", "StringToHashBucketFast"]
    values = run([first + 1, second + 2], {words: ["a", "b"]})
    np.testing.assert_array_equal(values[1], values[0] + 1)


def test_what_is_fetched_has_arrays_of_its_own():
    words = tf.placeholder(tf.string, [None])
    first, second, again = run([hashed(words), hashed(words), hashed(words) + 0], {words: ["a", "b"]})
    np.testing.assert_array_equal(first, second)
    first += 1
    np.testing.assert_array_equal(first - 1, second)
    np.testing.assert_array_equal(again, second)


def test_other_attributes_or_inputs_are_other_operations():
    words = tf.placeholder(tf.string, [None])
    assert host_types(hashed(words) + 1, hashed(words, 11) + 1) == [
        "ExpandDims",
        "StringToHashBucketFast",
        "StringToHashBucketFast",
    ]
    many, few = run([hashed(words, 1000), hashed(words, 2)], {words: ["a", "b", "c"]})
    np.testing.assert_array_equal(many % 2, few)
    joined = [tf.expand_dims(tf.string_join([words, tail]), 0) for tail in ("x", "y", "x")]
    assert [v.tolist() for v in run(joined, {words: ["a"]})] == [[[b"ax"]], [[b"ay"]], [[b"ax"]]]
    assert host_types(*joined).count("StringJoin") == 2


def test_what_has_a_state_or_comes_after_something_stays():
    words = tf.placeholder(tf.string, [None])
    calls = []
    functions = [
        tf.py_func(lambda w: calls.append(w) or np.int64(len(calls)), [words], tf.int64) for _ in range(2)
    ]
    assert sorted(run(functions, {words: ["a"]})) == [1, 2]
    first = hashed(words)
    with tf.control_dependencies([first]):
        second = tf.string_to_hash_bucket_fast(words, 10)
    third = tf.string_to_hash_bucket_fast(words, 10)
    assert host_types(first + 1, second + 1, third + 1).count("StringToHashBucketFast") == 3


def test_queues_give_each_their_own():
    queue = tf.FIFOQueue(4, tf.string)
    fill = queue.enqueue_many([["a", "b"]])
    with tf.Session() as session:
        session.run(fill)
        assert sorted(session.run([queue.dequeue(), queue.dequeue()])) == [b"a", b"b"]


@pytest.mark.parametrize("change", ["assign", "initialize"])
def test_variables_have_arrays_of_their_own(change):
    first, second = (tf.get_variable(name, initializer=tf.zeros([4])) for name in "ab")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        if change == "assign":
            session.run(tf.assign_add(first, tf.ones([4])))
        else:
            session.run([tf.assign_add(first, [1.0, 1, 1, 1]), second.initializer])
        np.testing.assert_array_equal(session.run(second), np.zeros(4))
        np.testing.assert_array_equal(session.run(first), np.ones(4))
