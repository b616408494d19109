"""Input_fns that return a dataset."""

import numpy as np

import evergraph as tf

X = np.arange(8, dtype=np.float32)


def model_fn(features, labels, mode):
    seen = tf.get_variable("seen", [], initializer=tf.zeros_initializer())
    total = tf.reduce_sum(features["x"])
    step = tf.group(tf.assign_add(seen, total), tf.assign_add(tf.train.get_global_step(), 1))
    return tf.estimator.EstimatorSpec(
        mode,
        predictions={"x": features["x"]},
        loss=total,
        train_op=step,
        eval_metric_ops={"mean": tf.metrics.mean(features["x"])},
    )


def dataset():
    return tf.data.Dataset.from_tensor_slices(({"x": X}, X)).batch(2)


def one_shot():
    return dataset().make_one_shot_iterator().get_next()


def test_each_call_begins_its_input_at_the_beginning(tmp_path):
    model = tf.estimator.Estimator(model_fn, str(tmp_path), tf.estimator.RunConfig(save_checkpoints_steps=2))
    for number, input_fn in enumerate((dataset, one_shot), 1):
        model.train(input_fn)  # to the end
        assert model.get_variable_value("seen") == number * X.sum()
        assert model.get_variable_value("global_step") == number * 4
        assert model.evaluate(input_fn)["mean"] == X.mean()
        assert [each["x"] for each in model.predict(input_fn)] == X.tolist()


def test_features_alone():
    model = tf.estimator.Estimator(model_fn)
    found = model.predict(lambda: tf.data.Dataset.from_tensor_slices({"x": X}).batch(3))
    assert [each["x"] for each in found] == X.tolist()


def test_predictions_need_no_labels():
    """A program's function that makes datasets with and without labels gives tuples of one without them."""
    model = tf.estimator.Estimator(model_fn)
    found = model.predict(lambda: tf.data.Dataset.from_tensor_slices(({"x": X},)).batch(3))
    assert [each["x"] for each in found] == X.tolist()
