"""Positions of iterators in checkpoints: a run that was killed goes on with the next element."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.data import positions
from evergraph.data.sparse import SparseElement

Dataset = tf.data.Dataset
data = tf.contrib.data


def shuffled():
    return Dataset.range(40).shuffle(8).repeat().batch(3)


def rows():
    return Dataset.from_tensor_slices((np.arange(30), np.arange(30.0))).shuffle(7).repeat().batch(4)


def random_numbers():
    return Dataset.range(100).map(lambda x: (x, tf.random_uniform([2]))).prefetch(4)


def parallel():
    return Dataset.range(100).map(lambda x: (x, tf.random_normal([])), num_parallel_calls=3).batch(2)


def nested():
    inner = lambda x: Dataset.range(x).shuffle(4)  # noqa: E731
    return Dataset.range(3, 30).interleave(inner, 3, 2)


def generated():
    return Dataset.from_generator(lambda: ((i, str(i)) for i in range(100)), (tf.int64, tf.string)).skip(3)


def grouped():
    return (
        Dataset.range(200)
        .shuffle(9)
        .apply(data.group_by_window(lambda x: x % 3, lambda _, window: window.batch(3), 3))
    )


def mixed():
    parts = [Dataset.range(100), Dataset.range(1000, 1100)]
    return data.sample_from_datasets(parts).cache().repeat(2)


def sparse():
    whole = tf.SparseTensor([[i, i % 4] for i in range(20)], list(range(20)), [20, 4])
    return Dataset.from_tensor_slices(whole).shuffle(5)


PIPELINES = [shuffled, rows, random_numbers, parallel, nested, generated, grouped, mixed, sparse]


def as_lists(values):
    return [np.asarray(part).tolist() for part in tf.contrib.framework.nest.flatten(values)]


def train(directory, make, initializable, steps, stop=None, save_steps=5):
    """The elements of a run that begins where the last one has saved, by global step."""
    with tf.Graph().as_default():
        step = tf.train.get_or_create_global_step()
        dataset = make()
        if initializable:
            iterator = dataset.make_initializable_iterator()
            tf.add_to_collection(tf.GraphKeys.TABLE_INITIALIZERS, iterator.initializer)
        else:
            iterator = dataset.make_one_shot_iterator()
        fetches = {"element": iterator.get_next(), "step": tf.assign_add(step, 1)}
        found = {}
        saver = tf.train.CheckpointSaverHook(directory, save_steps=save_steps, save_on_stop=False)
        session = tf.train.MonitoredSession(
            tf.train.ChiefSessionCreator(checkpoint_dir=directory), hooks=[saver]
        )
        while len(found) < steps:
            values = session.run(fetches)
            found[int(values["step"])] = as_lists(values["element"])
        if stop is None:
            session.close()
        else:  # as if it was killed: nothing more is saved
            saver._unlock_directory()
            session._raw_session().close() if hasattr(session, "_raw_session") else None
        return found


@pytest.mark.parametrize("initializable", [False, True])
@pytest.mark.parametrize("make", PIPELINES)
def test_a_killed_run_goes_on_with_the_next_element(tmp_path, make, initializable):
    first = train(str(tmp_path), make, initializable, 9, stop=9)
    again = train(str(tmp_path), make, initializable, 8)
    replayed = {step: value for step, value in again.items() if step in first}
    assert replayed
    assert replayed == {step: first[step] for step in replayed}
    assert max(again) > max(first)


def test_positions_are_bytes():
    strings = np.array([b"a", b"bcd"], object)
    state = [
        1,
        None,
        {"x": [2.5, "y"]},
        np.arange(3),
        strings,
        b"z",
        SparseElement(*[np.arange(2)] * 3),
        True,
    ]
    found = positions.decode(positions.encode(state))
    assert found[:3] == state[:3]
    assert found[3].tolist() == [0, 1, 2]
    assert found[4].tolist() == [b"a", b"bcd"]
    assert found[5] == b"z"
    assert found[6].values.tolist() == [0, 1]
    with pytest.raises(TypeError, match="cannot be part"):
        positions.encode(object())


def test_another_dataset_begins_at_its_beginning(tmp_path, caplog):
    train(str(tmp_path), shuffled, True, 6)
    found = train(str(tmp_path), lambda: Dataset.zip((Dataset.range(9), Dataset.range(9))), True, 1)
    assert list(found.values()) == [[0, 0]]


def test_a_validation_set_that_ends_does_not_end_the_training(tmp_path):
    with tf.Graph().as_default():
        step = tf.train.get_or_create_global_step()
        training = Dataset.range(6).make_one_shot_iterator().get_next()
        validation = Dataset.range(2).make_initializable_iterator()
        held_out = validation.get_next()
        train_op = tf.assign_add(step, 1)
        with tf.control_dependencies([training]):
            train_op = tf.assign_add(step, 1)
        with tf.train.MonitoredTrainingSession(checkpoint_dir=str(tmp_path)) as session:
            seen = 0
            while not session.should_stop():
                session.run(train_op)
                session.run(validation.initializer)
                try:
                    while True:
                        session.run(held_out)
                        seen += 1
                except tf.errors.OutOfRangeError:
                    pass
        assert seen == 12
