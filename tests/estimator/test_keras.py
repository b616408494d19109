"""Keras models as Estimators."""

import numpy as np
import pytest

import evergraph as tf

keras = tf.keras
X = np.linspace(-1, 1, 16, dtype=np.float32).reshape(8, 2)
Y = X.sum(1, keepdims=True)


@pytest.fixture(autouse=True)
def session_of_the_test():
    """Keras keeps its session, of the graph of another test."""
    keras.backend.set_session(None)


def compiled(optimizer="sgd", **options):
    inputs = keras.Input(shape=(2,), name="x")
    outputs = keras.layers.Dense(1, name="y")(inputs)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer, "mse", metrics=["mae"], **options)
    return model


def inputs(epochs=None):
    return tf.estimator.inputs.numpy_input_fn({"x": X}, Y, 8, epochs, False)


def gradient_step(kernel, rate):
    return kernel - rate * 2 * X.T @ (X @ kernel - Y) / 8


@pytest.mark.parametrize("optimizer", ["sgd", lambda: tf.train.GradientDescentOptimizer(0.01)])
def test_a_model_goes_on_from_its_weights(optimizer, tmp_path):
    model = compiled(optimizer() if callable(optimizer) else optimizer)
    kernel, bias = model.get_weights()
    estimator = tf.keras.estimator.model_to_estimator(model, model_dir=str(tmp_path))
    predicted = np.stack([each["y"] for each in estimator.predict(inputs(1))])
    np.testing.assert_allclose(predicted, X @ kernel + bias, rtol=1e-5)
    estimator.train(inputs(), steps=1)
    assert estimator.get_variable_value("global_step") == 1
    np.testing.assert_allclose(
        estimator.get_variable_value("y/kernel"), gradient_step(kernel, 0.01), rtol=1e-4
    )
    found = estimator.evaluate(inputs(1))
    after = np.stack([each["y"] for each in estimator.predict(inputs(1))])
    np.testing.assert_allclose(found["loss"], np.mean((after - Y) ** 2), rtol=1e-4)
    np.testing.assert_allclose(found["mae"], np.mean(np.abs(after - Y)), rtol=1e-4)


def test_a_sequential_model_with_one_input(tmp_path):
    model = keras.Sequential(
        [keras.layers.Dense(3, activation="relu", input_shape=(2,)), keras.layers.Dense(1)]
    )
    model.compile("adam", "mse")
    estimator = keras.estimator.model_to_estimator(keras_model=model)
    input_fn = tf.estimator.inputs.numpy_input_fn(X, Y, 8, None, False)
    losses = []
    for _ in range(2):
        estimator.train(input_fn, steps=30)
        losses.append(estimator.evaluate(input_fn, steps=1)["loss"])
    assert losses[1] < losses[0]


def test_what_is_wrong_is_said():
    with pytest.raises(ValueError, match="needs to be provided"):
        keras.estimator.model_to_estimator()
    model = keras.Sequential([keras.layers.Dense(1, input_shape=(2,))])
    with pytest.raises(ValueError, match="has not been compiled yet"):
        keras.estimator.model_to_estimator(model)
    with pytest.raises(ValueError, match='Cannot find input with name "z".*: x'):
        keras.estimator.model_to_estimator(compiled()).train(
            lambda: ({"z": tf.constant(X)}, tf.constant(Y)), steps=1
        )
