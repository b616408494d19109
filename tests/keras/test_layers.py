"""Every layer: its shapes agree with what it gives, its configuration makes it again, it may be the first of a model."""

import numpy as np
import pytest

import evergraph as tf

keras = tf.keras
K = keras.backend
L = keras.layers
IMAGES, STEPS, VOLUMES = (2, 6, 6, 3), (2, 5, 4), (2, 4, 4, 4, 2)

# A layer, its arguments, the shape of its inputs.
ROWS = [
    (L.Dense, dict(units=3, activation="relu", kernel_regularizer="l2"), (2, 4)),
    (L.Dense, dict(units=3), STEPS),
    (L.Activation, dict(activation="softmax"), (2, 4)),
    (L.Dropout, dict(rate=0.3), (2, 4)),
    (L.SpatialDropout1D, dict(rate=0.3), STEPS),
    (L.SpatialDropout2D, dict(rate=0.3), IMAGES),
    (L.SpatialDropout3D, dict(rate=0.3), VOLUMES),
    (L.Flatten, {}, IMAGES),
    (L.Reshape, dict(target_shape=(2, -1)), (2, 4)),
    (L.Permute, dict(dims=(2, 1)), STEPS),
    (L.RepeatVector, dict(n=3), (2, 4)),
    (L.Masking, {}, STEPS),
    (L.ActivityRegularization, dict(l1=0.1), (2, 4)),
    (L.Conv1D, dict(filters=3, kernel_size=2, padding="causal", dilation_rate=2), STEPS),
    (L.Conv2D, dict(filters=3, kernel_size=(3, 2), strides=2, padding="same"), IMAGES),
    (L.Conv2D, dict(filters=3, kernel_size=2, data_format="channels_first"), (2, 3, 6, 6)),
    (L.Conv3D, dict(filters=2, kernel_size=2), VOLUMES),
    (L.Conv2DTranspose, dict(filters=2, kernel_size=3, strides=2), IMAGES),
    (L.Conv3DTranspose, dict(filters=2, kernel_size=2, padding="same"), VOLUMES),
    (L.SeparableConv1D, dict(filters=3, kernel_size=2), STEPS),
    (L.SeparableConv2D, dict(filters=3, kernel_size=2, depth_multiplier=2), IMAGES),
    (L.DepthwiseConv2D, dict(kernel_size=2, depth_multiplier=2), IMAGES),
    (L.UpSampling1D, dict(size=2), STEPS),
    (L.UpSampling2D, dict(size=(2, 1)), IMAGES),
    (L.UpSampling3D, dict(size=2), VOLUMES),
    (L.ZeroPadding1D, dict(padding=(1, 2)), STEPS),
    (L.ZeroPadding2D, dict(padding=((1, 0), (2, 1))), IMAGES),
    (L.ZeroPadding3D, dict(padding=1), VOLUMES),
    (L.Cropping1D, dict(cropping=(1, 0)), STEPS),
    (L.Cropping2D, dict(cropping=((1, 2), (0, 1))), IMAGES),
    (L.Cropping3D, dict(cropping=1), VOLUMES),
    (L.MaxPooling1D, dict(pool_size=2), STEPS),
    (L.AveragePooling2D, dict(pool_size=2, strides=1, padding="same"), IMAGES),
    (L.MaxPooling3D, dict(pool_size=2), VOLUMES),
    (L.GlobalAveragePooling1D, {}, STEPS),
    (L.GlobalMaxPooling2D, {}, IMAGES),
    (L.GlobalAveragePooling3D, {}, VOLUMES),
    (L.LocallyConnected1D, dict(filters=3, kernel_size=2), STEPS),
    (L.LocallyConnected2D, dict(filters=2, kernel_size=3, strides=2), IMAGES),
    (L.BatchNormalization, dict(momentum=0.9), IMAGES),
    (L.LeakyReLU, dict(alpha=0.2), (2, 4)),
    (L.ReLU, dict(max_value=6.0), (2, 4)),
    (L.ReLU, dict(max_value=5.0, negative_slope=0.1, threshold=1.5), (2, 4)),
    (L.PReLU, dict(shared_axes=[1, 2]), IMAGES),
    (L.ELU, dict(alpha=0.5), (2, 4)),
    (L.ThresholdedReLU, dict(theta=0.5), (2, 4)),
    (L.Softmax, {}, (2, 4)),
    (L.GaussianNoise, dict(stddev=0.1), (2, 4)),
    (L.GaussianDropout, dict(rate=0.2), (2, 4)),
    (L.AlphaDropout, dict(rate=0.2), (2, 4)),
    (L.SimpleRNN, dict(units=3, return_sequences=True), STEPS),
    (L.GRU, dict(units=3, reset_after=True), STEPS),
    (L.LSTM, dict(units=3, unroll=True), STEPS),
    (L.CuDNNGRU, dict(units=3), STEPS),
    (L.CuDNNLSTM, dict(units=3, return_sequences=True), STEPS),
    (L.ConvLSTM2D, dict(filters=2, kernel_size=2, padding="same"), (2, 3, 4, 4, 2)),
]


@pytest.mark.parametrize(
    "layer_class, arguments, shape", ROWS, ids=[f"{row[0].__name__}-{n}" for n, row in enumerate(ROWS)]
)
def test_laws(layer_class, arguments, shape):
    x = np.random.RandomState(0).rand(*shape).astype("f4") - 0.3
    with tf.Graph().as_default(), tf.Session():
        layer = layer_class(**arguments)
        inputs = keras.Input(batch_shape=(None, *shape[1:]))
        model = keras.Model(inputs, layer(inputs))
        value = model.predict(x)
        assert tuple(layer.compute_output_shape(tf.TensorShape(shape)).as_list()) == value.shape
        assert model.outputs[0].shape.is_compatible_with(value.shape)
        config = {**layer.get_config(), "batch_input_shape": shape}
        again = keras.Sequential([layer_class.from_config(config)])
        again.set_weights(model.get_weights())
        np.testing.assert_allclose(again.predict(x), value, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "name, arguments, shape",
    [
        ("Conv1D", (3, 2), STEPS),
        ("Conv2D", (3, 2), IMAGES),
        ("Conv3D", (3, 2), VOLUMES),
        ("Conv2DTranspose", (3, 2), IMAGES),
        ("Conv3DTranspose", (3, 2), VOLUMES),
        ("SeparableConv1D", (3, 2), STEPS),
        ("SeparableConv2D", (3, 2), IMAGES),
        ("MaxPooling1D", (2, 2), STEPS),
        ("AveragePooling2D", (2, 2), IMAGES),
        ("MaxPooling3D", (2, 2), VOLUMES),
    ],
)
def test_a_layer_records_what_that_of_tf_layers_records(name, arguments, shape):
    recorded = []
    for classes in (L, tf.layers):
        with tf.Graph().as_default() as graph:
            layer, x = getattr(classes, name)(*arguments), tf.placeholder(tf.float32, (None, *shape[1:]))
            layer.build(x.shape)
            before = len(graph.get_operations())
            y = layer.call(x)
            # a variable of Keras is a resource, which is read
            steps = [op.type for op in graph.get_operations()[before:] if op.type != "ReadVariableOp"]
            weights = [(w.op.name.split("/")[-1], w.shape.as_list()) for w in layer.weights]
            shapes = y.shape.as_list(), layer.compute_output_shape((None, *shape[1:])).as_list()
            recorded.append((steps, weights, shapes))
    assert recorded[0] == recorded[1]


def test_masks_go_along():
    with tf.Graph().as_default(), tf.Session():
        words = keras.Input((4,), dtype="int32")
        vectors = L.Embedding(6, 3, mask_zero=True)(words)
        model = keras.Model(words, [L.LSTM(2)(vectors), L.Bidirectional(L.GRU(2))(vectors)])
        short, long = np.array([[1, 2, 0, 0]]), np.array([[1, 2, 0, 0]])
        np.testing.assert_allclose(model.predict(short)[0], model.predict(long)[0])
        cut = keras.Model(words, L.TimeDistributed(L.Dense(2))(vectors))
        assert cut.predict(short).shape == (1, 4, 2)


def test_a_state_is_kept_between_batches():
    with tf.Graph().as_default(), tf.Session():
        model = keras.Sequential([L.LSTM(3, stateful=True, batch_input_shape=(2, 4, 1))])
        x = np.ones((2, 4, 1), "f4")
        first, second = model.predict(x, batch_size=2), model.predict(x, batch_size=2)
        assert not np.allclose(first, second)
        model.reset_states()
        np.testing.assert_allclose(model.predict(x, batch_size=2), first, rtol=1e-6)


def lstm(x, kernel, recurrent, bias):
    """The recurrence of LSTM, step by step."""
    hard = lambda v: np.clip(0.2 * v + 0.5, 0, 1)
    h = c = np.zeros((x.shape[0], recurrent.shape[0]))
    for t in range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = hard(f) * c + hard(i) * np.tanh(g)
        h = hard(o) * np.tanh(c)
    return h


def test_lstm_is_its_formula():
    with tf.Graph().as_default(), tf.Session():
        layer = L.LSTM(3)
        model = keras.Sequential([layer])
        x = np.random.RandomState(0).randn(2, 5, 4).astype("f4")
        np.testing.assert_allclose(model.predict(x), lstm(x, *layer.get_weights()), rtol=1e-4, atol=1e-5)


def test_cudnn_weights_are_those_of_lstm_laid_out_otherwise():
    from evergraph.keras.engine.weight_layouts import convert_rnn_weights

    with tf.Graph().as_default(), tf.Session():
        x = np.random.RandomState(0).randn(2, 5, 4).astype("f4")
        cudnn, plain = L.CuDNNLSTM(3), L.LSTM(3, recurrent_activation="sigmoid")
        one, other = keras.Sequential([cudnn]), keras.Sequential([plain])
        value = one.predict(x)
        other.predict(x)
        other.set_weights(convert_rnn_weights(plain, one.get_weights()))
        np.testing.assert_allclose(other.predict(x), value, rtol=1e-4, atol=1e-6)


def test_bad_arguments():
    with tf.Graph().as_default():
        for make in (
            lambda: L.Conv2D(3, (2, 2, 2)),
            lambda: L.Conv2D(3, 2, padding="none"),
            lambda: L.MaxPooling2D(data_format="rows"),
            lambda: L.LocallyConnected1D(3, 2, padding="same"),
            lambda: L.Dense(3)(keras.Input(())),
            lambda: L.add([keras.Input((2,)), keras.Input((3,))]),
            lambda: L.Bidirectional(L.LSTM(2), merge_mode="other"),
        ):
            with pytest.raises(ValueError):
                make()


def test_relu_from_a_threshold():
    x = tf.constant([[-1.0, 1.0, 1.5, 2.0, 9.0]])
    made = L.ReLU(max_value=5.0, negative_slope=0.5, threshold=1.5)(x)
    with tf.Session() as session:
        assert session.run(made).tolist() == [[-1.25, -0.25, 0.0, 2.0, 5.0]]
        assert session.run(L.ReLU(max_value=6.0)(x)).tolist() == [[0.0, 1.0, 1.5, 2.0, 6.0]]
    with pytest.raises(ValueError, match="negative"):
        L.ReLU(threshold=-1.0)
