"""Functions of small elements run on the host, without threads and programs of their own."""

import threading

import numpy as np
import pytest

import evergraph as tf
from tests.data.test_pipelines import elements
from tests.engine.test_places import Programs

WORDS = ["a b c", "d", "e f g h i", "", "j k", "l m n o p q r", "s t", "u"]


def started():
    return {thread for thread in threading.enumerate() if thread.name.startswith(("map", "prefetch"))}


def sentences(calls=4, prefetch=10, times=1):
    """Ids of the words of lines: what programs of translation do, step by step."""
    table = tf.contrib.lookup.index_table_from_tensor([chr(97 + i) for i in range(26)])
    data = tf.data.Dataset.from_tensor_slices(WORDS).repeat(times)
    data = data.map(lambda line: tf.string_split([line]).values, calls).prefetch(prefetch)
    data = data.filter(lambda words: tf.size(words) > 0)
    data = data.map(lambda words: words[:5], calls).prefetch(prefetch)
    data = data.map(lambda words: tf.cast(table.lookup(words), tf.int32), calls).prefetch(prefetch)
    return data.map(lambda ids: (tf.concat([[100], ids], 0), tf.size(ids)), calls).prefetch(prefetch)


def expected():
    for line in WORDS:
        ids = [ord(word) - 97 for word in line.split()][:5]
        if ids:
            yield [100, *ids], len(ids)


def test_no_program_is_compiled_for_a_length():
    following = sentences().make_initializable_iterator()
    one = following.get_next()
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        with Programs() as programs:
            session.run(following.initializer)
            for ids, size in expected():
                found = session.run(one)
                assert (found[0].tolist(), found[1]) == (ids, size)
                assert [part.dtype for part in found] == [np.int32, np.int32]
    assert programs.count == 0


def test_one_thread_prefetches_for_all():
    before = started()
    following = sentences(times=1000).make_initializable_iterator()
    one = following.get_next()
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        session.run(following.initializer)
        session.run(one)
        new = started() - before
    assert [thread.name for thread in new] == ["prefetch"]


def test_the_position_is_saved_and_found_again(tmp_path):
    path = str(tmp_path / "position")
    following = sentences().make_initializable_iterator()
    one = following.get_next()
    saver = tf.train.Saver([tf.contrib.data.make_saveable_from_iterator(following)])
    with tf.Session() as session:
        session.run([tf.tables_initializer(), following.initializer])
        for _ in range(3):
            session.run(one)
        saver.save(session, path)
    with tf.Session() as session:
        session.run([tf.tables_initializer(), following.initializer])
        saver.restore(session, path)
        for ids, _ in list(expected())[3:]:
            assert session.run(one)[0].tolist() == ids
        with pytest.raises(tf.errors.OutOfRangeError):
            session.run(one)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: tf.py_func(lambda v: v + 1, [x], tf.int64),
        lambda x: tf.reduce_sum(tf.ones([100, 100])) + tf.to_float(x),
        lambda x: tf.random_uniform([], seed=1) + tf.to_float(x),
        lambda x: tf.cond(x > 2, lambda: x, lambda: -x),
    ],
    ids=["python", "large", "random", "branches"],
)
def test_other_functions_have_threads(function):
    before = started()
    one = tf.data.Dataset.range(20).map(function, 3).make_one_shot_iterator().get_next()
    with tf.Session() as session:
        session.run(one)
        assert any(thread.name.startswith("map") for thread in started() - before)


def test_an_error_is_that_of_its_element():
    data = tf.data.Dataset.from_tensor_slices([1, 0, 2]).map(lambda x: 4 // x, 2)
    one = data.make_one_shot_iterator().get_next()
    with tf.Session() as session:
        assert session.run(one) == 4
        with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
            session.run(one)
        assert session.run(one) == 2
    assert elements(tf.data.Dataset.range(3).map(lambda x: x * 2, 2)) == [0, 2, 4]
