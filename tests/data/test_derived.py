"""Methods that datasets have since TensorFlow 1.10, and `tf.data.Options`."""

import numpy as np
import pytest

import evergraph as tf

RANGE = tf.data.Dataset.range


def elements(dataset):
    following = tf.data.make_one_shot_iterator(dataset).get_next()
    found = []
    with tf.Session() as session:
        while True:
            try:
                found.append(session.run(following))
            except tf.errors.OutOfRangeError:
                return found


def reduced(dataset, *args):
    with tf.Session() as session:
        return session.run(dataset.reduce(*args))


def test_reduce():
    assert reduced(RANGE(10), np.int64(0), lambda total, x: total + x) == 45
    assert reduced(RANGE(0), np.int64(7), lambda total, x: total + x) == 7
    pair = reduced(RANGE(5), (0.0, np.int64(0)), lambda state, x: (state[0] + 1.0, state[1] + x))
    assert pair == (5.0, 10)


def test_the_state_may_grow():
    grown = RANGE(3).reduce(tf.zeros([0], tf.int64), lambda state, x: tf.concat([state, [x]], 0))
    assert grown.shape.as_list() == [None]
    with tf.Session() as session:
        assert session.run(grown).tolist() == [0, 1, 2]


@pytest.mark.parametrize("function", [lambda state, x: x, lambda state, x: (state, x)])
def test_a_state_of_another_type_is_refused(function):
    with pytest.raises(TypeError):
        RANGE(3).reduce(0, function)


def test_enumerate_and_unbatch():
    assert elements(RANGE(2).enumerate(5)) == [(5, 0), (6, 1)]
    assert elements(tf.data.Dataset.from_tensor_slices([[1, 2], [3, 4]]).unbatch()) == [1, 2, 3, 4]


def test_take_while_ends_once():
    dataset = RANGE(10).take_while(lambda x: x % 4 < 3)
    assert elements(dataset.concatenate(RANGE(1)).repeat(2)) == [0, 1, 2, 0] * 2
    with pytest.raises(ValueError, match="scalar boolean"):
        RANGE(3).take_while(lambda x: x)


def test_options_are_remembered():
    options, more = tf.data.Options(), tf.data.Options()
    options.experimental_deterministic = False
    options.experimental_threading.private_threadpool_size = 3
    more.experimental_slack = True
    dataset = RANGE(3).with_options(options).with_options(more)
    assert elements(dataset) == [0, 1, 2]
    assert dataset.options() == options.merge(more) != options
    assert dataset.options().experimental_threading.private_threadpool_size == 3
    assert RANGE(3).options() == tf.data.Options()
    with pytest.raises(AttributeError, match="no_such"):
        options.no_such = 1
    with pytest.raises(TypeError, match="ThreadingOptions"):
        options.experimental_threading = 3
    with pytest.raises(TypeError, match="Options"):
        RANGE(3).with_options(None)


def test_interleave_takes_parallel_calls():
    dataset = RANGE(3).interleave(
        lambda x: tf.data.Dataset.from_tensors(x).repeat(2), 2, num_parallel_calls=2
    )
    assert elements(dataset) == [0, 1, 0, 1, 2, 2]


def test_functions_of_datasets_and_iterators():
    dataset = RANGE(4).batch(2, drop_remainder=True)
    iterator = tf.data.make_initializable_iterator(dataset)
    for each in (dataset, iterator):
        assert tf.data.get_output_types(each) == tf.int64
        assert tf.data.get_output_shapes(each).as_list() == [2]
        assert tf.data.get_output_classes(each) is tf.Tensor
    with tf.Session() as session:
        session.run(iterator.initializer)
        assert session.run(iterator.get_next()).tolist() == [0, 1]
