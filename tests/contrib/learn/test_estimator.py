"""Estimators of tf.contrib.learn: arrays, monitors, metrics by name, experiments."""

import numpy as np
import pytest

import evergraph as tf

learn = tf.contrib.learn
RANDOM = np.random.RandomState(0)
X = RANDOM.rand(30, 2)
BINARY = (X.sum(1) > 1).astype(np.int32)
COLUMNS = learn.infer_real_valued_columns_from_input(X)


def model_fn(features, labels, mode, params):
    """Knows no modes: makes a loss to predict too."""
    y = tf.layers.dense(features, 1, name="d", kernel_initializer=tf.zeros_initializer())[:, 0]
    loss = tf.losses.mean_squared_error(labels, y)
    step = tf.contrib.layers.optimize_loss(loss, tf.train.get_global_step(), params["rate"], "SGD")
    return y, loss, step


@pytest.fixture
def model(tmp_path):
    return learn.Estimator(model_fn, str(tmp_path), params={"rate": 0.1})


def test_columns_of_arrays():
    (column,) = COLUMNS
    assert (column.key, column.shape, column.dtype) == ("", (2,), tf.float32)
    assert [c.key for c in learn.infer_real_valued_columns_from_input({"b": X, "a": X[:, 0]})] == ["a", "b"]
    with pytest.raises(ValueError, match="a number is needed"):
        learn.infer_real_valued_columns_from_input(np.array([["a"]]))


def test_arrays_train_and_predict(model):
    y = X[:, 0].astype(np.float32)
    model.fit(X, y, steps=1)
    x, rate = X.astype(np.float32), 0.1
    w, b = 2 * rate * x.T @ y / 30, 2 * rate * y.mean()  # one step of all examples from zero
    np.testing.assert_allclose(model.get_variable_value("d/kernel")[:, 0], w, rtol=1e-4)
    predicted = model.predict(X, as_iterable=False)
    np.testing.assert_allclose(predicted, x @ w + b, rtol=1e-4)
    np.testing.assert_allclose(list(model.predict(X, batch_size=7)), predicted, rtol=1e-6)
    found = model.evaluate(X, y, metrics={"mae": learn.MetricSpec(tf.metrics.mean_absolute_error)})
    np.testing.assert_allclose(found["mae"], np.abs(predicted - y).mean(), rtol=1e-4)
    assert found["global_step"] == 1
    model.partial_fit(X, y)
    assert model.evaluate(X, y)["global_step"] == 2


def test_an_input_that_does_not_end_is_predicted_once(model):
    def input_fn():
        return tf.constant(X.astype(np.float32)), tf.constant(X[:, 0].astype(np.float32))

    model.fit(input_fn=input_fn, steps=1)
    assert len(list(model.predict(input_fn=input_fn))) == 30


def test_a_classifier():
    model = learn.DNNClassifier([4], COLUMNS, n_classes=2, enable_centered_bias=True)
    model.fit(X, BINARY, steps=3)
    names = [n for n in model.get_variable_names() if "Adagrad" not in n]
    assert names == [
        "dnn/binary_logistic_head/centered_bias_weight",
        "dnn/dnn/learning_rate",
        "dnn/hiddenlayer_0/biases",
        "dnn/hiddenlayer_0/weights",
        "dnn/logits/biases",
        "dnn/logits/weights",
        "global_step",
    ]
    probabilities = np.stack(list(model.predict_proba(X)))
    classes = np.array(list(model.predict(X)))
    assert classes.shape == (30,) and classes.tolist() == probabilities.argmax(1).tolist()
    found = model.evaluate(X, BINARY)
    losses = -np.log(probabilities[np.arange(30), BINARY])
    np.testing.assert_allclose(found["loss"], losses.mean(), rtol=1e-4)
    np.testing.assert_allclose(found["accuracy"], np.mean(classes == BINARY), rtol=1e-5)
    assert sorted(found) == sorted(
        "accuracy accuracy/baseline_label_mean accuracy/threshold_0.500000_mean auc auc_precision_recall global_step "
        "labels/actual_label_mean labels/prediction_mean loss precision/positive_threshold_0.500000_mean "
        "recall/positive_threshold_0.500000_mean".split()
    )


@pytest.mark.slow
def test_the_other_models():
    for make, labels in (
        (lambda: learn.LinearClassifier(COLUMNS, n_classes=3), np.digitize(X[:, 0], [0.3, 0.6])),
        (lambda: learn.LinearRegressor(COLUMNS), X[:, 0]),
        (lambda: learn.DNNRegressor([3], COLUMNS), X[:, 0]),
        (
            lambda: learn.DNNLinearCombinedClassifier(
                linear_feature_columns=COLUMNS, dnn_feature_columns=COLUMNS, dnn_hidden_units=[3]
            ),
            BINARY,
        ),
        (lambda: learn.DNNLinearCombinedRegressor(linear_feature_columns=COLUMNS), X[:, 0]),
    ):
        model = make()
        losses = []
        for _ in range(2):
            model.fit(X, labels, steps=20)
            losses.append(model.evaluate(X, labels)["loss"])
        assert losses[1] < losses[0]
        assert model.get_variable_value("global_step") == 40
        assert len(list(model.predict(X))) == 30


def test_scikit_learn_interface(model):
    outer = learn.SKCompat(model)
    y = X[:, 0].astype(np.float32)
    assert outer.fit(X, y, batch_size=8, steps=2) is outer
    assert outer.score(X, y)["global_step"] == 2
    assert outer.predict(X).shape == (30,)


def test_monitors_watch(tmp_path):
    config = learn.RunConfig(save_checkpoints_steps=2)
    model = learn.Estimator(model_fn, str(tmp_path), config, {"rate": 0.1})
    y = X[:, 0].astype(np.float32)
    validation = learn.monitors.ValidationMonitor(
        X,
        y,
        every_n_steps=2,
        early_stopping_rounds=1,
        early_stopping_metric_minimize=False,
        check_interval_secs=None,
    )
    captured = learn.monitors.CaptureVariable("d/bias:0", every_n=1)
    model.fit(X, y, steps=50, monitors=[validation, captured])
    assert validation.early_stopped and model.get_variable_value("global_step") < 50
    assert validation.best_metrics["loss"] == validation.best_value
    assert sorted(captured.values) == list(range(1, max(captured.values) + 1))


def test_an_experiment_and_its_schedules(tmp_path):
    def input_fn():
        return tf.constant(X.astype(np.float32)), tf.constant(X[:, 0].astype(np.float32))

    def experiment_fn(output_dir):
        model = learn.Estimator(model_fn, output_dir, params={"rate": 0.1})
        return learn.Experiment(model, input_fn, input_fn, train_steps=3, eval_steps=1, eval_delay_secs=0)

    results, exported = learn.learn_runner.run(experiment_fn, str(tmp_path))
    assert results["global_step"] == 3 and exported == []
    assert learn.learn_runner.run(experiment_fn, str(tmp_path), "evaluate")["global_step"] == 3
    with pytest.raises(ValueError, match="non-existent task fly"):
        learn.learn_runner.run(experiment_fn, str(tmp_path), "fly")
    with pytest.raises(ValueError, match="one of them is needed"):
        learn.learn_runner.run(experiment_fn)


def test_an_experiment_with_a_core_estimator_exports(tmp_path):
    column = tf.feature_column.numeric_column("x", shape=[2])
    model = tf.estimator.LinearRegressor([column], str(tmp_path))
    input_fn = tf.estimator.inputs.numpy_input_fn({"x": X.astype(np.float32)}, X[:, 0], 30, None, False)
    receiver_fn = tf.estimator.export.build_parsing_serving_input_receiver_fn(
        tf.feature_column.make_parse_example_spec([column])
    )
    experiment = learn.Experiment(
        model,
        input_fn,
        input_fn,
        train_steps=2,
        eval_steps=1,
        export_strategies=learn.make_export_strategy(receiver_fn),
    )
    results, (path,) = experiment.train_and_evaluate()
    assert results["global_step"] == 2 and tf.saved_model.loader.maybe_saved_model_directory(path.decode())


def test_an_exported_model_is_served(model, tmp_path):
    def served_fn(features, labels, mode):
        y = features["x"] * tf.get_variable("w", [], initializer=tf.ones_initializer())
        loss = tf.reduce_mean(y)
        return learn.ModelFnOps(
            mode,
            {"y": y},
            loss,
            tf.assign_add(tf.train.get_global_step(), 1).op,
            output_alternatives={None: (learn.ProblemType.UNSPECIFIED, {"y": y})},
        )

    def input_fn():
        return {"x": tf.constant([1.0])}, None

    def serving_fn():
        x = tf.placeholder(tf.float32, [None])
        return learn.InputFnOps({"x": x}, None, {"x": x})

    model = learn.Estimator(served_fn, str(tmp_path / "m"))
    model.fit(input_fn=input_fn, steps=1)
    served = tf.contrib.predictor.from_saved_model(model.export_savedmodel(str(tmp_path / "e"), serving_fn))
    assert served({"x": [2.0]})["y"].tolist() == [2.0]
    assert tf.contrib.predictor.from_contrib_estimator(model, serving_fn)({"x": [3.0]})["y"].tolist() == [3.0]
    with pytest.raises(TypeError, match="from_contrib_estimator"):
        tf.contrib.predictor.from_estimator(model, serving_fn)


def test_metric_specs():
    labels, predictions = tf.constant([1.0]), tf.constant([2.0])
    spec = learn.MetricSpec(lambda target, prediction: (target, prediction), "p", "l")
    assert spec.create_metric_ops({}, {"l": labels}, {"p": predictions}) == (labels, predictions)
    spec = learn.MetricSpec(lambda a, label: (a, label))
    assert spec.create_metric_ops({}, labels, predictions) == (predictions, labels)
    with pytest.raises(KeyError, match="'q' missing"):
        learn.MetricSpec(tf.metrics.mean, "q").create_metric_ops({}, None, {"p": predictions})
    with pytest.raises(ValueError, match="Ambiguous"):
        learn.MetricSpec(lambda label, labels: 0)


def test_what_is_wrong_is_said(model):
    with pytest.raises(ValueError, match="Either x or input_fn"):
        model.fit(steps=1)
    with pytest.raises(ValueError, match="both input_fn and x"):
        model.fit(X, input_fn=lambda: None)
    with pytest.raises(learn.NotFittedError, match="Couldn't find trained model"):
        model.evaluate(X, BINARY)
    with pytest.raises(ValueError, match="Activation name should be one of"):
        learn.DNNClassifier([1], COLUMNS, activation_fn="elu").fit(X, BINARY, steps=1)


def test_what_does_not_count_in_a_uid():
    """A program's own RunConfig names the list by its place in TensorFlow."""
    module = tf.contrib.learn.python.learn.run_config
    one, other = (learn.RunConfig(save_checkpoints_secs=seconds) for seconds in (10, 20))
    assert one.uid() == other.uid() == one.uid(module._DEFAULT_UID_WHITE_LIST)
    assert one.uid([]) != other.uid([])
