"""The models that are there: variables and metrics by TensorFlow's names, numbers by hand."""

import numpy as np
import pytest

import evergraph as tf

estimator, column = tf.estimator, tf.feature_column
RANDOM = np.random.RandomState(0)
X = RANDOM.rand(40, 2).astype(np.float32)
BINARY = (X.sum(1) > 1).astype(np.int32)
THREE = np.digitize(X[:, 0], [0.3, 0.6])
X_COLUMN = column.numeric_column("x", shape=[2])
WORDS = RANDOM.choice(["a", "b"], 40)
WORD_COLUMN = column.categorical_column_with_vocabulary_list("word", ["a", "b"])


def inputs(labels=None, weights=None, batch=40, epochs=None, shuffle=False):
    features = {"x": X, "word": WORDS, **({} if weights is None else {"weight": weights})}
    return estimator.inputs.numpy_input_fn(features, labels, batch, epochs, shuffle)


def softmax(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


# name: (model, labels, variables but for slots)
MODELS = {
    "dnn": (
        lambda: estimator.DNNClassifier([3], [X_COLUMN], optimizer="SGD"),
        BINARY,
        ["dnn/hiddenlayer_0/bias", "dnn/hiddenlayer_0/kernel", "dnn/logits/bias", "dnn/logits/kernel"],
    ),
    "dnn of three classes": (
        lambda: estimator.DNNClassifier([3], [X_COLUMN], n_classes=3, optimizer="SGD", dropout=0.5),
        THREE,
        ["dnn/hiddenlayer_0/bias", "dnn/hiddenlayer_0/kernel", "dnn/logits/bias", "dnn/logits/kernel"],
    ),
    "dnn of numbers": (
        lambda: estimator.DNNRegressor([], [X_COLUMN], label_dimension=2, optimizer="SGD"),
        X,
        ["dnn/logits/bias", "dnn/logits/kernel"],
    ),
    "linear": (
        lambda: estimator.LinearClassifier([X_COLUMN, WORD_COLUMN], optimizer="SGD"),
        BINARY,
        [
            "linear/linear_model/bias_weights",
            "linear/linear_model/word/weights",
            "linear/linear_model/x/weights",
        ],
    ),
    "linear of three classes": (
        lambda: estimator.LinearClassifier([X_COLUMN], n_classes=3, optimizer="SGD"),
        THREE,
        ["linear/linear_model/bias_weights", "linear/linear_model/x/weights"],
    ),
    "linear of numbers": (
        lambda: estimator.LinearRegressor([X_COLUMN], optimizer="SGD"),
        X[:, 0],
        ["linear/linear_model/bias_weights", "linear/linear_model/x/weights"],
    ),
    "both": (
        lambda: estimator.DNNLinearCombinedClassifier(
            linear_feature_columns=[WORD_COLUMN],
            linear_optimizer="SGD",
            dnn_feature_columns=[X_COLUMN],
            dnn_optimizer="SGD",
            dnn_hidden_units=[2],
        ),
        BINARY,
        [
            "dnn/hiddenlayer_0/bias",
            "dnn/hiddenlayer_0/kernel",
            "dnn/logits/bias",
            "dnn/logits/kernel",
            "linear/linear_model/bias_weights",
            "linear/linear_model/word/weights",
        ],
    ),
    "both of numbers": (
        lambda: estimator.DNNLinearCombinedRegressor(
            linear_feature_columns=[X_COLUMN], linear_optimizer="SGD"
        ),
        X[:, 0],
        ["linear/linear_model/bias_weights", "linear/linear_model/x/weights"],
    ),
    "baseline": (lambda: estimator.BaselineClassifier(optimizer="SGD"), BINARY, ["baseline/bias"]),
    "baseline of three classes": (
        lambda: estimator.BaselineClassifier(n_classes=3, optimizer="SGD"),
        THREE,
        ["baseline/bias"],
    ),
    "baseline of numbers": (
        lambda: estimator.BaselineRegressor(optimizer="SGD"),
        X[:, 0],
        ["baseline/bias"],
    ),
}
KEYS = {
    "binary": (
        "accuracy accuracy_baseline auc auc_precision_recall average_loss global_step label/mean loss precision "
        "prediction/mean recall"
    ),
    "classes": "accuracy average_loss global_step loss",
    "numbers": "average_loss global_step loss",
}


FAST = ("dnn of numbers", "linear", "baseline of three classes")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in FAST else [pytest.mark.slow]) for name in MODELS]
)
def test_a_model_trains_and_its_loss_is_that_of_its_predictions(name):
    make, labels, variables = MODELS[name]
    model = make()
    model.train(inputs(labels), steps=2)
    assert [n for n in model.get_variable_names() if n != "global_step"] == variables
    found = model.evaluate(inputs(labels, epochs=1))
    kind = "numbers" if "numbers" in name else "classes" if "three" in name else "binary"
    assert sorted(found) == KEYS[kind].split()
    predicted = list(model.predict(inputs(epochs=1)))
    assert len(predicted) == len(X)
    if kind == "numbers":
        values = np.stack([each["predictions"] for each in predicted])
        losses = (values - labels.reshape(values.shape)) ** 2
    else:
        probabilities = np.stack([each["probabilities"] for each in predicted])
        losses = -np.log(probabilities[np.arange(len(labels)), labels])
        classes = np.array([each["class_ids"][0] for each in predicted])
        np.testing.assert_allclose(found["accuracy"], np.mean(classes == labels), rtol=1e-5)
        assert predicted[0]["classes"] == [str(classes[0]).encode()]
    np.testing.assert_allclose(found["loss"], losses.sum(), rtol=1e-4)
    np.testing.assert_allclose(found["average_loss"], losses.mean(), rtol=1e-4)


def test_a_step_is_that_of_the_formula():
    model = estimator.LinearClassifier([X_COLUMN], optimizer=tf.train.GradientDescentOptimizer(0.01))
    model.train(inputs(BINARY), steps=2)
    w, b = np.zeros((2, 1)), np.zeros(1)
    for _ in range(2):
        error = 1 / (1 + np.exp(-(X @ w + b))) - BINARY[:, None]
        w, b = w - 0.01 * X.T @ error, b - 0.01 * error.sum(0)
    np.testing.assert_allclose(model.get_variable_value("linear/linear_model/x/weights"), w, rtol=1e-5)
    np.testing.assert_allclose(model.get_variable_value("linear/linear_model/bias_weights"), b, rtol=1e-4)


def test_weights_and_words_as_labels():
    weights = RANDOM.rand(40).astype(np.float32)
    words = np.array(["no", "yes"])[BINARY]
    model = estimator.LinearClassifier(
        [X_COLUMN], weight_column="weight", label_vocabulary=["no", "yes"], optimizer="SGD"
    )
    model.train(inputs(words, weights), steps=1)
    found = model.evaluate(inputs(words, weights, epochs=1))
    predicted = list(model.predict(inputs(weights=weights, epochs=1)))
    probabilities = np.stack([each["probabilities"] for each in predicted])
    losses = -np.log(probabilities[np.arange(40), BINARY])
    np.testing.assert_allclose(found["loss"], (losses * weights).sum(), rtol=1e-4)
    np.testing.assert_allclose(found["average_loss"], (losses * weights).sum() / weights.sum(), rtol=1e-4)
    np.testing.assert_allclose(found["label/mean"], np.average(BINARY, weights=weights), rtol=1e-4)
    assert {each["classes"][0] for each in predicted} <= {b"no", b"yes"}


@pytest.mark.parametrize("reduction", [tf.losses.Reduction.SUM_OVER_BATCH_SIZE, tf.losses.Reduction.MEAN])
def test_reductions(reduction):
    model = estimator.LinearRegressor([X_COLUMN], loss_reduction=reduction)
    np.testing.assert_allclose(
        model.evaluate(inputs(X[:, 0], epochs=1))["loss"], np.mean(X[:, 0] ** 2), rtol=1e-5
    )


@pytest.mark.parametrize(
    "make, error, message",
    [
        (
            lambda: estimator.DNNClassifier([1], [X_COLUMN], n_classes=1),
            ValueError,
            "n_classes must be > 2: 1",
        ),
        (lambda: estimator.DNNLinearCombinedClassifier(), ValueError, "must be defined"),
        (lambda: estimator.LinearRegressor([X_COLUMN], label_dimension=0), ValueError, "label_dimension 0"),
        (
            lambda: estimator.LinearRegressor([X_COLUMN], loss_reduction="none"),
            ValueError,
            "Invalid loss_red",
        ),
        (
            lambda: estimator.LinearRegressor([X_COLUMN], optimizer="Nadam").train(inputs(X[:, 0]), steps=1),
            ValueError,
            "Unsupported optimizer name: Nadam",
        ),
        (
            lambda: estimator.LinearClassifier([X_COLUMN], n_classes=3).train(inputs(X[:, 0]), steps=1),
            ValueError,
            "Labels dtype should be integer",
        ),
        (
            lambda: estimator.LinearClassifier([X_COLUMN]).train(inputs(X), steps=1),
            ValueError,
            "Mismatched label shape",
        ),
        (
            lambda: estimator.LinearClassifier([X_COLUMN]).train(inputs(), steps=1),
            ValueError,
            "labels Tensor",
        ),
        (
            lambda: estimator.LinearClassifier([X_COLUMN]).train(inputs(BINARY + 1), steps=1),
            tf.errors.InvalidArgumentError,
            "Labels must <= n_classes - 1",
        ),
    ],
)
def test_what_is_wrong_is_said(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_specs_for_parsing():
    spec = estimator.classifier_parse_example_spec([X_COLUMN], "y", weight_column="w")
    assert spec["y"] == tf.FixedLenFeature((1,), tf.int64, None) and set(spec) == {"x", "y", "w"}
    spec = estimator.regressor_parse_example_spec([X_COLUMN], "y", label_dimension=3)
    assert spec["y"] == tf.FixedLenFeature((3,), tf.float32, None)
    with pytest.raises(ValueError, match="label should not be used as feature"):
        estimator.classifier_parse_example_spec([X_COLUMN], "x")


def test_an_exported_classifier_has_the_signatures_of_servers():
    model = estimator.LinearClassifier([X_COLUMN])
    model.train(inputs(BINARY), steps=1)
    receiver_fn = estimator.export.build_parsing_serving_input_receiver_fn(
        column.make_parse_example_spec([X_COLUMN])
    )
    path = model.export_savedmodel(model.model_dir + "/e", receiver_fn)
    example = tf.train.Example()
    example.features.feature["x"].float_list.value.extend([0.5, 0.25])
    served = tf.contrib.predictor.from_saved_model(path, signature_def_key="classification")
    found = served({"inputs": [example.SerializeToString()] * 2})
    assert found["classes"].tolist() == [[b"0", b"1"]] * 2
    np.testing.assert_allclose(found["scores"].sum(1), 1, rtol=1e-5)
    served = tf.contrib.predictor.from_saved_model(path, signature_def_key="regression")
    np.testing.assert_allclose(
        served({"inputs": [example.SerializeToString()]})["outputs"], found["scores"][:1, 1:], rtol=1e-5
    )
