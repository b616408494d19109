"""compile, fit, evaluate, predict: with arrays, tensors and generators, callbacks, optimizers and wrappers."""

import numpy as np
import pytest

import evergraph as tf

keras = tf.keras
K = keras.backend
L = keras.layers


def data(count=64):
    random = np.random.RandomState(0)
    x = random.randn(count, 4)
    return x, np.eye(2)[(x @ random.randn(4, 2)).argmax(1)]


def model_of(optimizer="sgd", **kwargs):
    model = keras.Sequential(
        [L.Dense(8, activation="relu", input_shape=(4,)), L.Dense(2, activation="softmax")]
    )
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"], **kwargs)
    return model


def test_fit_evaluate_predict():
    x, y = data()
    model = model_of(keras.optimizers.SGD(0.5))
    history = model.fit(x, y, epochs=12, batch_size=16, verbose=0, validation_split=0.25)
    assert set(history.history) == {"loss", "acc", "val_loss", "val_acc"} and history.epoch == list(range(12))
    assert type(history.history["loss"][0]) is float  # printed as a number, not as one of NumPy
    loss, accuracy = model.evaluate(x, y, verbose=0)
    assert accuracy > 0.8
    found = model.predict(x)
    expected = -np.log((found * y).sum(1)).mean()
    np.testing.assert_allclose(loss, expected, rtol=1e-4)
    np.testing.assert_allclose(model.test_on_batch(x, y), [loss, accuracy], rtol=1e-4)
    assert np.array_equal(model.predict_classes(x), found.argmax(1))


def test_weights_of_samples_and_classes():
    x, y = data(8)
    model = model_of()
    weights = np.arange(8.0)
    each = -np.log((model.predict(x) * y).sum(1))
    expected = (each * weights).mean() / (weights != 0).mean()
    np.testing.assert_allclose(model.test_on_batch(x, y, sample_weight=weights)[0], expected, rtol=1e-4)
    with pytest.raises(ValueError):
        model.train_on_batch(x, y, class_weight={0: 1.0})


def adam(x0, gradient, lr=0.1, steps=3):
    m = v = 0
    for t in range(1, steps + 1):
        g = gradient(x0)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        x0 = x0 - lr * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-7)
    return x0


def sgd(x0, gradient, lr=0.1, steps=3):
    velocity = 0
    for _ in range(steps):
        velocity = 0.9 * velocity - lr * gradient(x0)
        x0 = x0 + velocity
    return x0


@pytest.mark.parametrize(
    "optimizer, rule",
    [(lambda: keras.optimizers.Adam(0.1), adam), (lambda: keras.optimizers.SGD(0.1, 0.9), sgd)],
)
def test_an_optimizer_is_its_formula(optimizer, rule):
    model = keras.Sequential([L.Dense(1, use_bias=False, input_shape=(1,))])
    model.compile(optimizer(), "mse")
    start = model.get_weights()[0].item()
    for _ in range(3):
        model.train_on_batch(np.ones((1, 1)), np.zeros((1, 1)))
    np.testing.assert_allclose(model.get_weights()[0].item(), rule(start, lambda w: 2 * w), rtol=1e-4)


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("rmsprop", "adagrad", "adadelta", "adamax")]


@pytest.mark.parametrize("name", ["sgd", "adam", "nadam", *SLOW])
def test_every_optimizer_trains_and_is_written_down(name):
    x, y = data()
    model = model_of(name)
    before = model.evaluate(x, y, verbose=0)[0]
    model.fit(x, y, epochs=3, batch_size=32, verbose=0)
    assert model.evaluate(x, y, verbose=0)[0] < before
    again = keras.optimizers.deserialize(keras.optimizers.serialize(model.optimizer))
    assert again.get_config() == model.optimizer.get_config()


class Batches(keras.utils.Sequence):
    def __init__(self):
        self.x, self.y = data()

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return self.x[index * 16 : index * 16 + 16], self.y[index * 16 : index * 16 + 16]


def test_generators():
    model = model_of(keras.optimizers.Adam(0.05))
    history = model.fit_generator(Batches(), epochs=3, verbose=0, workers=2, validation_data=Batches())
    assert history.history["val_loss"][-1] < history.history["val_loss"][0]
    whole = model.evaluate(*data(), verbose=0)
    np.testing.assert_allclose(model.evaluate_generator(Batches()), whole, rtol=1e-4)
    np.testing.assert_allclose(model.predict_generator(Batches()), model.predict(data()[0]), rtol=1e-5)

    def breaks():
        yield data()
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        model.fit_generator(breaks(), steps_per_epoch=3, verbose=0)


def test_tensors_are_data_too():
    model = model_of()
    x, y = (tf.constant(each, tf.float32) for each in data(16))
    assert len(model.fit(x, y, epochs=2, steps_per_epoch=3, verbose=0).history["loss"]) == 2
    assert model.predict(x, steps=2).shape == (32, 2)
    with pytest.raises(ValueError, match="steps_per_epoch"):
        model.fit(x, y, verbose=0)


def test_callbacks(tmp_path):
    x, y = data()
    model = model_of()
    seen = []
    callbacks = [
        keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch)),
        keras.callbacks.CSVLogger(str(tmp_path / "log.csv")),
        keras.callbacks.LearningRateScheduler(lambda epoch: 0.5 / (epoch + 1)),
        keras.callbacks.ModelCheckpoint(str(tmp_path / "w{epoch}"), save_weights_only=True),
        keras.callbacks.TensorBoard(str(tmp_path / "events"), histogram_freq=1),
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=1, min_delta=10.0),
    ]
    model.fit(x, y, epochs=9, verbose=0, callbacks=callbacks, validation_data=(x, y))
    assert seen == [0, 1]  # no epoch is better by 10
    np.testing.assert_allclose(K.get_value(model.optimizer.lr), 0.25)
    assert (tmp_path / "log.csv").read_text().startswith("epoch,acc,loss,val_acc,val_loss\n0,")
    assert (tmp_path / "w2.index").exists()
    events = next((tmp_path / "events").iterdir())
    tags = {value.tag for event in tf.train.summary_iterator(str(events)) for value in event.summary.value}
    assert {"loss", "val_acc", "dense/kernel_0"} <= tags


def test_a_plateau_makes_the_rate_smaller():
    x, y = data(8)
    model = model_of(keras.optimizers.SGD(0.1))
    callback = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.1, patience=1, min_delta=10)
    model.fit(x, y, epochs=2, verbose=0, callbacks=[callback])
    np.testing.assert_allclose(K.get_value(model.optimizer.lr), 0.01, rtol=1e-5)


def test_what_is_printed(capsys):
    x, y = data(32)
    model = model_of()
    model.summary()
    model.fit(x, y, epochs=2, batch_size=16)
    said = capsys.readouterr().out
    assert "Total params: 58" in said and "Epoch 2/2" in said and "32/32 [==" in said and " - acc: " in said


def test_an_estimator_of_scikit_learn():
    x, y = data()
    wrapped = keras.wrappers.scikit_learn.KerasClassifier(model_of, optimizer="adam", epochs=2, verbose=0)
    wrapped.fit(x, y.argmax(1))
    assert wrapped.predict(x).shape == (64,) and 0 <= wrapped.score(x, y.argmax(1)) <= 1
    with pytest.raises(ValueError):
        keras.wrappers.scikit_learn.KerasClassifier(model_of, nothing=3)


def test_a_model_that_is_not_compiled():
    model = keras.Sequential([L.Dense(1, input_shape=(2,))])
    with pytest.raises(RuntimeError):
        model.fit(np.ones((2, 2)), np.ones((2, 1)))
    model.compile("sgd", "mse")
    with pytest.raises(ValueError):
        model.fit(np.ones((2, 3)), np.ones((2, 1)))
    with pytest.raises(ValueError):
        model.fit(np.ones((2, 2)), np.ones((3, 1)))
