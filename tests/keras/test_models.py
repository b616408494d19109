"""Graphs of layers: how they are joined, named, written down, saved and mixed into sessions."""

import json

import numpy as np
import pytest

import evergraph as tf

keras = tf.keras
K = keras.backend
L = keras.layers


def two_ways():
    """A model with two inputs, a shared layer and two outputs."""
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    shared = L.Dense(4, name="shared")
    joined = L.concatenate([shared(a), shared(b)])
    return keras.Model([a, b], [L.Dense(2, name="first")(joined), L.Dropout(0.5, name="second")(joined)])


def test_names_are_counted_in_each_graph():
    assert [L.Dense(1).name, L.Dense(1).name, L.MaxPooling2D().name] == ["dense", "dense_1", "max_pooling2d"]
    layer = L.Dense(2)
    layer(keras.Input((3,)))
    assert [w.name for w in layer.weights] == ["dense_2/kernel:0", "dense_2/bias:0"]
    with tf.Graph().as_default():
        assert L.Dense(1).name == "dense"


def test_a_layer_remembers_its_calls():
    layer = L.Dense(2)
    with pytest.raises(AttributeError):
        _ = layer.output
    a = keras.Input((3,))
    b = layer(a)
    assert layer.input is a and layer.output is b and layer.output_shape == (None, 2)
    layer(keras.Input((3,)))
    with pytest.raises(AttributeError):
        _ = layer.output
    assert layer.get_output_at(0) is b and layer.output_shape == (None, 2)


def test_a_model_is_written_down_and_read():
    model = two_ways()
    again = keras.models.model_from_json(model.to_json())
    assert [each.name for each in again.layers] == [each.name for each in model.layers]
    again.set_weights(model.get_weights())
    x = [np.ones((2, 3), "f4"), np.arange(6, dtype="f4").reshape(2, 3)]
    for one, other in zip(model.predict(x), again.predict(x)):
        np.testing.assert_allclose(one, other, rtol=1e-6)
    assert json.loads(model.to_json())["class_name"] == "Model"


def test_a_model_is_a_layer():
    inner = keras.Sequential([L.Dense(4, activation="relu", input_shape=(3,)), L.Dense(2)])
    a = keras.Input((3,))
    outer = keras.Model(a, L.Dense(1)(inner(a)))
    assert len(outer.trainable_weights) == 6
    clone = keras.models.clone_model(outer)
    clone.set_weights(outer.get_weights())
    x = np.random.RandomState(0).rand(3, 3)
    np.testing.assert_allclose(outer.predict(x), clone.predict(x), rtol=1e-5)
    assert outer.compute_output_shape((7, 3)).as_list() == [7, 1]
    inner.trainable = False
    assert len(outer.trainable_weights) == 2 and len(outer.non_trainable_weights) == 4


def test_what_is_not_joined_is_an_error():
    a, b = keras.Input((2,)), keras.Input((2,))
    with pytest.raises(ValueError, match="[dD]isconnected"):
        keras.Model(a, L.add([a, b]))
    with pytest.raises(ValueError):
        keras.Model(a, tf.identity(L.Dense(1)(a)))
    with pytest.raises(TypeError):
        L.Dense(3, unknown=1)


def test_layers_of_tf_layers_are_parts_of_models():
    a = keras.Input((3,))
    model = keras.Model(a, tf.layers.Dense(2, name="plain")(L.Dense(4)(a)))
    assert [each.name for each in model.layers][1:] == ["dense", "plain"] and len(model.weights) == 4
    assert model.predict(np.ones((2, 3))).shape == (2, 2)


class Mine(keras.Model):
    def __init__(self):
        super().__init__(name="mine")
        self.hidden = [L.Dense(4, activation="relu"), L.Dropout(0.5)]
        self.last = L.Dense(2)

    def call(self, inputs, training=None):
        x = self.hidden[0](inputs)
        return self.last(self.hidden[1](x, training=training))


def test_a_subclass_is_fitted_and_saved(tmp_path):
    tf.set_random_seed(1)  # of a few units, all may be dead
    model = Mine()
    model.compile(tf.train.AdamOptimizer(0.01), "mse")
    x, y = np.ones((8, 3), "f4"), np.zeros((8, 2), "f4")
    losses = model.fit(x, y, epochs=15, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert [w.name for w in model.weights] == [
        f"mine/dense{n}/{w}:0" for n in ("", "_2") for w in ("kernel", "bias")
    ] or [w.name for w in model.weights] == [
        f"mine/dense{n}/{w}:0" for n in ("", "_1") for w in ("kernel", "bias")
    ]
    model.save_weights(str(tmp_path / "weights"))
    other = Mine()
    other.load_weights(str(tmp_path / "weights"))  # before there are any
    np.testing.assert_allclose(other.predict(x), model.predict(x), rtol=1e-6)


def test_a_model_is_saved_whole(tmp_path):
    pytest.importorskip("h5py")
    model = keras.Sequential(
        [L.Dense(4, activation="tanh", input_shape=(3,)), L.BatchNormalization(), L.Dense(2)]
    )
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    x, y = np.random.RandomState(0).rand(8, 3), np.random.RandomState(1).rand(8, 2)
    model.fit(x, y, epochs=2, verbose=0)
    model.save(str(tmp_path / "model.h5"))
    again = keras.models.load_model(str(tmp_path / "model.h5"))
    np.testing.assert_allclose(again.predict(x), model.predict(x), rtol=1e-6)
    np.testing.assert_allclose(again.train_on_batch(x, y), model.train_on_batch(x, y), rtol=1e-4)
    np.testing.assert_allclose(again.predict(x), model.predict(x), rtol=1e-4)  # the optimizer went on too


def test_layers_in_a_session_of_its_own():
    """Layers on placeholders, their weights trained by an optimizer of tf.train, in the program's session."""
    x, y = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.float32, [None, 1])
    hidden = L.Dropout(0.5)(L.BatchNormalization()(L.Dense(8, activation="relu")(x)))
    loss = tf.reduce_mean(tf.square(L.Dense(1)(hidden) - y))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    data = np.random.RandomState(0).rand(16, 3)
    feeds = {x: data, y: data.sum(1, keepdims=True)}
    with tf.Session() as session:
        K.set_session(session)
        session.run(tf.global_variables_initializer())
        first = session.run(loss, feeds)
        assert session.run(loss, feeds) == first  # the learning phase is 0 where it is not fed
        assert session.run(loss, {**feeds, K.learning_phase(): 1}) != first
        for _ in range(20):
            session.run(train, {**feeds, K.learning_phase(): 1})
        assert session.run(loss, feeds) != first


def test_a_model_in_a_monitored_session():
    model = keras.Sequential([L.Dense(4, activation="relu", input_shape=(3,)), L.Dense(1)])
    x = tf.random_uniform([8, 3], seed=1)
    loss = tf.reduce_mean(tf.square(model(x) - tf.reduce_sum(x, 1, keepdims=True)))
    train = tf.train.AdamOptimizer(0.05).minimize(
        loss, var_list=model.trainable_weights, global_step=tf.train.get_or_create_global_step()
    )
    with tf.train.MonitoredTrainingSession() as session:
        losses = [session.run([loss, train])[0] for _ in range(60)]
    assert np.mean(losses[-5:]) < np.mean(losses[:5])


def test_a_subclass_that_returns_a_dict():
    class Both(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = tf.keras.layers.Dense(2)

        def call(self, first, second):
            return {"a": self.dense(first), "b": second}

    model = Both()
    found = model(tf.ones([3, 4]), tf.zeros([3, 1]))
    again = model(tf.ones([5, 4]), tf.zeros([5, 1]))
    assert found["a"].shape.as_list() == [3, 2] and again["a"].shape.as_list() == [5, 2]
    assert len(model.weights) == 2 and len(model.outputs) == 2
