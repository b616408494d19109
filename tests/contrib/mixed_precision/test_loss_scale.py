"""Losses that are scaled, and steps that are left out."""

import numpy as np
import pytest

import evergraph as tf

mixed = tf.contrib.mixed_precision


def test_gradients_are_scaled_back_and_bad_steps_left_out():
    w, factor = tf.Variable([1.0, 2.0]), tf.placeholder(tf.float32, [])
    manager = mixed.FixedLossScaleManager(1024.0)
    optimizer = mixed.LossScaleOptimizer(tf.train.MomentumOptimizer(0.5, 0.9), manager)
    step = tf.train.get_or_create_global_step()
    pairs = optimizer.compute_gradients(tf.reduce_sum(w * factor), [w])
    train = optimizer.apply_gradients(pairs, step)
    assert optimizer.get_slot_names() == ["momentum"]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_allclose(session.run(pairs[0][0], {factor: 3.0}), [3.0, 3.0])
        session.run(train, {factor: 1.0})
        session.run(train, {factor: np.nan})
        assert session.run([w, step])[0].tolist() == [0.5, 1.5] and session.run(step) == 1
    with pytest.raises(ValueError, match="at least 1"):
        mixed.FixedLossScaleManager(0.5)


def test_a_scale_grows_and_shrinks():
    finite = tf.placeholder(tf.bool, [])
    manager = mixed.ExponentialUpdateLossScaleManager(8.0, 2, decr_every_n_nan_or_inf=2, decr_ratio=0.25)
    update, found = manager.update_loss_scale(finite), []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for good in (True, True, True, False, True, True, False, True, False, False, False, False, False):
            session.run(update, {finite: good})
            found.append(float(session.run(manager.get_loss_scale())))
    assert found == [8, 16, 16, 16, 16, 32, 32, 32, 8, 8, 2, 2, 1]
    for method in (lambda: mixed.LossScaleManager().get_loss_scale(), lambda: mixed.LossScaleManager().update_loss_scale(finite)):  # fmt: skip
        with pytest.raises(NotImplementedError):
            method()
