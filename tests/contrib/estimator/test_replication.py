"""`replicate_model_fn` on two host devices; the counterpart is the model on one with the whole batch."""

import numpy as np
import pytest

import evergraph as tf

X = np.random.RandomState(2).rand(8, 3).astype(np.float32)
Y = X.sum(1, keepdims=True)
DEVICES = ["/gpu:0", "/gpu:1"]


def momentum():
    return tf.train.MomentumOptimizer(0.05, 0.9)


def model_fn(features, labels, mode, params):
    out = tf.layers.dense(features["x"], 1, kernel_initializer=tf.zeros_initializer())
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tf.estimator.EstimatorSpec(mode, predictions={"out": out})
    loss = tf.losses.mean_squared_error(labels, out, reduction=params["reduction"])
    optimizer = momentum()
    if params["wrapped"]:
        optimizer = tf.contrib.estimator.TowerOptimizer(momentum)
    train = optimizer.minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)


def input_fn():
    return tf.data.Dataset.from_tensors(({"x": X}, Y)).repeat(6)


def weights_after_training(tmp_path, function, **params):
    params = {"reduction": tf.losses.Reduction.SUM_BY_NONZERO_WEIGHTS, "wrapped": True, **params}
    estimator = tf.estimator.Estimator(function, str(tmp_path), params=params)
    estimator.train(input_fn)
    assert estimator.get_variable_value("global_step") == 6
    return estimator, [estimator.get_variable_value(f"dense/{name}") for name in ("kernel", "bias")]


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("reduction", [tf.losses.Reduction.SUM_BY_NONZERO_WEIGHTS, tf.losses.Reduction.SUM])
def test_parts_of_a_batch_train_as_the_whole(tmp_path, reduction, wrapped):
    replicated = tf.contrib.estimator.replicate_model_fn(model_fn, reduction, DEVICES)
    options = {"reduction": reduction, "wrapped": wrapped}
    estimator, found = weights_after_training(tmp_path / "a", replicated, **options)
    _, expected = weights_after_training(tmp_path / "b", model_fn, **options)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
    assert len(list(estimator.predict(lambda: tf.data.Dataset.from_tensors({"x": X})))) == 8


def test_one_device_and_mistakes(tmp_path):
    weights_after_training(tmp_path, tf.contrib.estimator.replicate_model_fn(model_fn))
    with pytest.raises(ValueError, match="need to be reduced"):
        tf.contrib.estimator.replicate_model_fn(model_fn, tf.losses.Reduction.NONE)
