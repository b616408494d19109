"""Buckets, and examples by chance."""

import numpy as np
import pytest

import evergraph as tf

training = tf.contrib.training


def rows(make, runs):
    """What the tensors give in so many runs, with queue runners."""
    with tf.Graph().as_default(), tf.Session() as session:
        tensors = make()
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        try:
            return [session.run(tensors) for _ in range(runs)]
        finally:
            coordinator.request_stop()
            coordinator.join(threads)


def test_buckets_by_length():
    def make():
        length = tf.train.range_input_producer(8, shuffle=False, num_epochs=None).dequeue()
        lengths, batch = training.bucket_by_sequence_length(
            length, [tf.range(length)], 2, [3, 5], dynamic_pad=True
        )
        return lengths, batch[0]

    for lengths, batch in rows(make, 6):
        assert len({np.searchsorted([3, 5], each, "right") for each in lengths}) == 1
        assert batch.shape == (2, lengths.max())
        for length, row in zip(lengths, batch):
            np.testing.assert_array_equal(row[:length], np.arange(length))


@pytest.mark.parametrize(
    "boundaries, kind", [(3, TypeError), ([], ValueError), ([3, 2], ValueError), ([1, 2.5], TypeError)]
)
def test_boundaries_ascend(boundaries, kind):
    with tf.Graph().as_default(), pytest.raises(kind):
        training.bucket_by_sequence_length(tf.constant(1), [tf.constant(1)], 2, boundaries)


def test_rejection_and_strata():
    def label():
        return tf.train.range_input_producer(4, shuffle=False, num_epochs=None).dequeue()

    def accepted():
        return training.rejection_sample([label()], lambda tensors: tf.cast(tensors[0] < 2, tf.float32), 3)

    assert all((row[0] < 2).all() for row in rows(accepted, 4))

    def strata():
        values, labels = training.stratified_sample(
            [label() * 10], label(), [0.0, 1.0, 0.0, 0.0], 2, [0.25] * 4
        )
        return values[0], labels

    assert all((labels == 1).all() for _, labels in rows(strata, 3))


def test_resampling():
    with tf.Graph().as_default(), tf.Session() as session:
        values = tf.constant(np.arange(4.0, dtype=np.float32))
        found = training.resample_at_rate([values], tf.constant([0.0, 3.0, 0.0, 50.0]), seed=1)[0]
        (resampled,), rates = training.weighted_resample(
            [values], tf.constant([0.0, 1.0, 1.0, 2.0]), 5.0, seed=1
        )
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        found, resampled, rates = session.run([found, resampled, rates])
    assert set(found.tolist()) <= {1.0, 3.0} and (found == 3.0).sum() > 20 and (np.diff(found) >= 0).all()
    assert 0.0 not in resampled and len(resampled) == len(rates)


def test_placement():
    with tf.Graph().as_default():
        variables = [
            tf.get_variable(str(index), [size], use_resource=False) for index, size in enumerate((10, 3, 4))
        ]
        greedy = training.GreedyLoadBalancingStrategy(2, training.byte_size_load_fn)
        assert [greedy(each.op) for each in variables] == [0, 1, 1]
        with tf.device(tf.train.replica_device_setter(cluster={"ps": ["a:1", "b:1"]}, ps_strategy=greedy)):
            assert tf.Variable(tf.zeros([9])).device == "/job:ps/task:1"
        chance = training.RandomStrategy(5)
        assert [chance(each.op) for each in variables] == [chance(each.op) for each in variables]
