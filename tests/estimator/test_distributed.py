"""Estimators that train on two host devices."""

import numpy as np
import pytest

import evergraph as tf

X = np.random.RandomState(3).rand(12, 2, 3).astype(np.float32)


def model_fn(features, labels, mode):
    out = tf.layers.dense(features, 1, kernel_initializer=tf.zeros_initializer())
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions=out)
    loss = tf.losses.mean_squared_error(labels, out)
    accuracy = tf.metrics.mean(tf.abs(labels - out))
    tf.summary.scalar("error", accuracy[1])
    train = tf.train.MomentumOptimizer(0.1, 0.5).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train, eval_metric_ops={"error": accuracy})


def input_fn():
    return tf.data.Dataset.from_tensor_slices((X, X.sum(2, keepdims=True))).repeat(6)


@pytest.mark.parametrize("kind", ["mirrored", "one"])
def test_training_takes_a_batch_for_each_tower(tmp_path, kind):
    strategies = {
        "mirrored": lambda: tf.contrib.distribute.MirroredStrategy(["/gpu:0", "/gpu:1"]),
        "one": lambda: tf.contrib.distribute.OneDeviceStrategy("/gpu:0"),
    }
    config = tf.estimator.RunConfig(train_distribute=strategies[kind]())
    estimator = tf.estimator.Estimator(model_fn, str(tmp_path), config)
    estimator.train(input_fn)
    assert estimator.get_variable_value("global_step") == (36 if kind == "mirrored" else 72)
    assert sorted(estimator.get_variable_names()) == [
        "dense/bias",
        "dense/bias/Momentum",
        "dense/kernel",
        "dense/kernel/Momentum",
        "global_step",
    ]
    result = estimator.evaluate(lambda: input_fn().take(12))
    assert result["loss"] < 0.3
    estimator.train(input_fn, steps=2)  # goes on from the checkpoint
    assert estimator.get_variable_value("global_step") == (38 if kind == "mirrored" else 74)


def test_an_input_that_is_no_dataset(tmp_path):
    config = tf.estimator.RunConfig(
        train_distribute=tf.contrib.distribute.MirroredStrategy(["/gpu:0", "/gpu:1"])
    )
    estimator = tf.estimator.Estimator(model_fn, str(tmp_path), config)
    with pytest.raises(ValueError, match="must return a tf.data.Dataset"):
        estimator.train(lambda: (tf.constant(X[0]), tf.constant(X[0])))


def test_a_strategy_that_is_none(tmp_path):
    with pytest.raises(ValueError, match="train_distribute must be a DistributionStrategy"):
        tf.estimator.Estimator(model_fn, str(tmp_path), tf.estimator.RunConfig(train_distribute="mirrored"))
