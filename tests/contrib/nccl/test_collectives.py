"""Collectives, and programs whose towers have variables of their own."""

import numpy as np
import pytest

import evergraph as tf

DEVICES = ["/gpu:0", "/gpu:1"]
VALUES = np.float32([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])


def on_devices():
    found = []
    for device, value in zip(DEVICES, VALUES):
        with tf.device(device):
            found.append(tf.identity(tf.constant(value)))
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [("sum", VALUES.sum(0)), ("prod", VALUES.prod(0)), ("min", VALUES.min(0)), ("max", VALUES.max(0))],
)
def test_every_device_gets_the_result(name, expected):
    results = getattr(tf.contrib.nccl, f"all_{name}")(on_devices())
    assert [result.device for result in results] == ["/device:GPU:0", "/device:GPU:1"]
    with tf.Session() as session:
        for found in session.run(results):
            np.testing.assert_array_equal(found, expected)


def test_one_sum_and_a_broadcast():
    tensors = on_devices()
    with tf.device("/cpu:0"):
        total, same = tf.contrib.nccl.reduce_sum(tensors), tf.contrib.nccl.broadcast(tensors[1])
    with tf.Session() as session:
        np.testing.assert_array_equal(session.run(total), VALUES.sum(0))
        np.testing.assert_array_equal(session.run(same), VALUES[1])


def test_gradients_are_summed():
    tensors = on_devices()
    first, second = tf.contrib.nccl.all_sum(tensors)
    gradients = tf.gradients([2.0 * first, 3.0 * second], tensors)
    with tf.Session() as session:
        for found in session.run(gradients):
            np.testing.assert_array_equal(found, [5.0] * 3)


def test_mistakes():
    with pytest.raises(ValueError, match=">0 tensors"):
        tf.contrib.nccl.all_sum([])
    with pytest.raises(ValueError, match="Device assignment required"):
        tf.contrib.nccl.all_sum([tf.constant(1.0)])
    with tf.device("/gpu:0"), pytest.raises(ValueError, match="one type and shape"):
        tf.contrib.nccl.all_sum([tf.constant(1.0), tf.constant([1.0])])


def test_towers_with_variables_of_their_own():
    """Each device has a copy of the variables, and updates it by the sum that all get: the copies stay equal."""
    x = tf.placeholder(tf.float32, [4, 3])
    optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
    gradients, weights = [], []
    for tower, (device, part) in enumerate(zip(DEVICES, tf.split(x, 2))):
        with tf.device(device), tf.variable_scope(f"v{tower}"):
            w = tf.get_variable("w", [3, 1], initializer=tf.ones_initializer())
            loss = tf.reduce_mean(tf.square(tf.matmul(part, w) - 1.0))
            gradients.append(optimizer.compute_gradients(loss, [w])[0][0])
            weights.append(w)
    updates = []
    for device, total, w in zip(DEVICES, tf.contrib.nccl.all_sum(gradients), weights):
        with tf.device(device):
            updates.append(optimizer.apply_gradients([(total / 2.0, w)]))
    batch = np.random.RandomState(0).rand(4, 3).astype(np.float32)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(10):
            session.run(updates, {x: batch})
        first, second = session.run(weights)
    np.testing.assert_array_equal(first, second)
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.get_variable("w", [3, 1], initializer=tf.ones_initializer())
        step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(
            tf.reduce_mean(tf.square(tf.matmul(batch, w) - 1.0))
        )
        session.run(tf.global_variables_initializer())
        for _ in range(10):
            session.run(step)
        np.testing.assert_allclose(first, session.run(w), rtol=1e-5)
