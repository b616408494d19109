"""Heads, extenders and hooks of tf.contrib.estimator."""

import numpy as np
import pytest

import evergraph as tf

contrib, estimator = tf.contrib.estimator, tf.estimator
RANDOM = np.random.RandomState(0)
X = RANDOM.rand(20, 2).astype(np.float32)
MANY = (X > 0.5).astype(np.int64)
COLUMN = tf.feature_column.numeric_column("x", shape=[2])


def inputs(labels=None, epochs=None):
    return estimator.inputs.numpy_input_fn({"x": X}, labels, 20, epochs, False)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def evaluated(head, labels, logits):
    """The values of a head's metrics, and its loss."""
    spec = head.create_estimator_spec({}, "eval", tf.constant(logits), labels)
    with tf.Session() as session:
        session.run([tf.local_variables_initializer(), tf.tables_initializer()])
        session.run({key: pair[1] for key, pair in spec.eval_metric_ops.items()})
        values = session.run({key: pair[0] for key, pair in spec.eval_metric_ops.items()})
        return values, session.run(spec.loss)


LOGITS = np.array([[1.0, -2.0], [0.5, 3.0]], np.float32)


@pytest.mark.parametrize(
    "labels",
    [
        lambda: tf.constant([[1, 0], [1, 1]]),
        lambda: tf.SparseTensor([[0, 0], [1, 0], [1, 1]], [0, 0, 1], [2, 2]),
        lambda: tf.SparseTensor([[0, 0], [1, 0], [1, 1]], ["a", "a", "b"], [2, 2]),
    ],
)
def test_multi_label(labels):
    head = contrib.multi_label_head(
        2, label_vocabulary=["a", "b"], thresholds=[0.5], classes_for_class_based_metrics=["b"]
    )
    values, loss = evaluated(head, labels(), LOGITS)
    wanted = np.array([[1, 0], [1, 1]])
    losses = -np.log(np.where(wanted, sigmoid(LOGITS), 1 - sigmoid(LOGITS))).mean(1)
    np.testing.assert_allclose(loss, losses.mean(), rtol=1e-5)
    np.testing.assert_allclose(values["accuracy/positive_threshold_0.5"], 1.0)
    np.testing.assert_allclose(values["probability_mean/class1"], sigmoid(LOGITS[:, 1]).mean(), rtol=1e-5)


def test_poisson_and_logistic():
    logits, labels = LOGITS[:, :1], np.array([[2.0], [1.0]], np.float32)
    _, loss = evaluated(contrib.poisson_regression_head(compute_full_loss=False), tf.constant(labels), logits)
    np.testing.assert_allclose(loss, np.mean(np.exp(logits) - labels * logits), rtol=1e-5)
    share = np.array([[0.25], [1.0]], np.float32)
    _, loss = evaluated(contrib.logistic_regression_head(), tf.constant(share), logits)
    p = sigmoid(logits)
    np.testing.assert_allclose(loss, np.mean(-share * np.log(p) - (1 - share) * np.log(1 - p)), rtol=1e-5)


def test_multi_head():
    heads = [contrib.regression_head(name="r"), contrib.multi_label_head(2, name="m")]
    head = contrib.multi_head(heads, [1.0, 3.0])
    assert head.logits_dimension == 3 and head.name == "r_m"
    logits = np.concatenate([LOGITS[:, :1], LOGITS], 1)
    labels = {"r": tf.constant([0.0, 1.0]), "m": tf.constant([[1, 0], [1, 1]])}
    values, loss = evaluated(head, labels, logits)
    np.testing.assert_allclose(loss, values["loss/r"] + 3 * values["loss/m"], rtol=1e-5)
    np.testing.assert_allclose(values["average_loss/r"], np.mean([1.0, 0.25]), rtol=1e-5)
    spec = head.create_estimator_spec({}, "infer", tf.constant(logits))
    assert ("m", "probabilities") in spec.predictions and "r/regression" in spec.export_outputs
    with pytest.raises(ValueError, match="must have name"):
        contrib.multi_head([contrib.regression_head()])


def test_what_is_put_around_an_estimator(tmp_path):
    model = estimator.LinearRegressor([COLUMN], str(tmp_path), optimizer="SGD")
    model.train(inputs(X[:, 0]), steps=1)
    more = contrib.add_metrics(model, lambda features: {"mean_x": tf.metrics.mean(features["x"])})
    found = more.evaluate(inputs(X[:, 0], 1))
    np.testing.assert_allclose(found["mean_x"], X.mean(), rtol=1e-5)
    assert "average_loss" in found
    forwarding = contrib.forward_features(model, "x")
    np.testing.assert_array_equal([each["x"] for each in forwarding.predict(inputs(None, 1))], X)
    with pytest.raises(ValueError, match="not expected args"):
        contrib.add_metrics(model, lambda others: {})


def test_clipped_gradients():
    w = tf.Variable([3.0, 4.0])
    step = contrib.clip_gradients_by_norm(tf.train.GradientDescentOptimizer(1.0), 1.0).minimize(
        tf.reduce_sum(tf.square(w)) / 2
    )
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(step)
        np.testing.assert_allclose(session.run(w), [3 - 0.6, 4 - 0.8], rtol=1e-6)


def test_evaluation_from_memory_and_early_stopping(tmp_path):
    config = estimator.RunConfig(save_checkpoints_steps=1000)
    model = contrib.LinearEstimator(contrib.regression_head(), [COLUMN], str(tmp_path), "SGD", config)
    hook = contrib.InMemoryEvaluatorHook(model, inputs(X[:, 0], 1), every_n_iter=4)
    # The loss falls all the time, so it does not increase.
    stop = contrib.stop_if_no_increase_hook(model, "loss", 4, run_every_secs=None, run_every_steps=2)
    model.train(inputs(X[:, 0]), hooks=[hook, stop], steps=50)
    found = contrib.read_eval_metrics(model.eval_dir())
    assert list(found)[:2] == [0, 4] and found[4]["loss"] < found[0]["loss"]
    assert model.get_variable_value("global_step") < 10
    with pytest.raises(ValueError, match="Exactly one"):
        contrib.make_early_stopping_hook(model, lambda: True, 1, 1)
