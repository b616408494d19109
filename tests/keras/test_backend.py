"""`tf.keras.backend`, with losses, activations, constraints and what is found by name."""

import numpy as np
import pytest

import evergraph as tf

keras = tf.keras
K = keras.backend
X = np.random.RandomState(0).randn(3, 4).astype("f4")
Y = np.random.RandomState(1).rand(3, 4).astype("f4")


ROWS = [
    (lambda: K.sqrt(X), np.sqrt(np.maximum(X, 0))),
    (lambda: K.clip(X, -0.5, 0.5), np.clip(X, -0.5, 0.5)),
    (lambda: K.var(X, axis=1), X.var(1)),
    (lambda: K.std(X, axis=0, keepdims=True), X.std(0, keepdims=True)),
    (lambda: K.mean(X > 0), (X > 0).mean()),
    (lambda: K.logsumexp(X, axis=1), np.log(np.exp(X).sum(1))),
    (lambda: K.any(X > 9), np.array(False)),
    (lambda: K.dot(X, Y.T), X @ Y.T),
    (lambda: K.batch_dot(X, Y, axes=1), (X * Y).sum(1, keepdims=True)),
    (lambda: K.repeat_elements(X, 2, axis=1), np.repeat(X, 2, 1)),
    (lambda: K.batch_flatten(X.reshape(3, 2, 2)), X),
    (lambda: K.relu(X, alpha=0.1, max_value=0.5), np.where(X > 0, np.minimum(X, 0.5), 0.1 * X)),
    (lambda: K.hard_sigmoid(X), np.clip(0.2 * X + 0.5, 0, 1)),
    (lambda: K.elu(X, 0.5), np.where(X > 0, X, 0.5 * (np.exp(X) - 1))),
    (lambda: K.switch(tf.constant(X[:, 0] > 0), X, Y), np.where(X[:, :1] > 0, X, Y)),
    (
        lambda: K.resize_images(X.reshape(1, 3, 4, 1), 2, 1, "channels_last"),
        np.repeat(X, 2, 0).reshape(1, 6, 4, 1),
    ),
    (lambda: K.temporal_padding(X.reshape(1, 3, 4), (1, 0)), np.vstack([np.zeros((1, 4)), X])[None]),
    (lambda: keras.losses.mean_squared_error(X, Y), ((X - Y) ** 2).mean(1)),
    (lambda: keras.losses.hinge(X, Y), np.maximum(1 - X * Y, 0).mean(1)),
    (lambda: keras.losses.logcosh(X, Y), np.log(np.cosh(Y - X)).mean(1)),
    (lambda: keras.losses.poisson(Y, Y), (Y - Y * np.log(Y + 1e-7)).mean(1)),
    (
        lambda: keras.losses.categorical_crossentropy(Y, Y),
        -(Y * np.log(Y / Y.sum(1, keepdims=True))).sum(1),
    ),
    (lambda: keras.losses.binary_crossentropy(Y, Y), -(Y * np.log(Y) + (1 - Y) * np.log(1 - Y)).mean(1)),
    (
        lambda: keras.losses.sparse_categorical_crossentropy(
            np.array([[0], [1], [2]], "f4"), Y / Y.sum(1, keepdims=True)
        ),
        -np.log((Y / Y.sum(1, keepdims=True))[np.arange(3), [0, 1, 2]]),
    ),
    (lambda: keras.metrics.sparse_categorical_accuracy(Y.argmax(1).astype("f4")[:, None], Y), np.ones(3)),
    (
        lambda: keras.activations.softmax(X.reshape(1, 3, 4)),
        (np.exp(X) / np.exp(X).sum(1, keepdims=True))[None],
    ),
    (
        lambda: keras.constraints.max_norm(0.5)(tf.constant(X)),
        X * np.minimum(1, 0.5 / np.linalg.norm(X, axis=0)),
    ),
    (lambda: keras.regularizers.l1_l2(0.1, 0.2)(tf.constant(X)), 0.1 * np.abs(X).sum() + 0.2 * (X**2).sum()),
]


@pytest.mark.parametrize("function, expected", ROWS, ids=[str(number) for number in range(len(ROWS))])
def test_values(function, expected):
    np.testing.assert_allclose(K.eval(function()), expected, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize("mask", [None, np.array([[1, 1, 0, 0, 0], [1, 1, 1, 1, 0]], bool)])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_loop_is_its_steps(mask, backwards):
    x = np.random.RandomState(0).randn(2, 5, 3).astype("f4")

    def step(inputs, states):
        out = K.tanh(inputs + 0.5 * states[0])
        return out, [out]

    start = [tf.zeros([2, 3])]
    results = [
        K.get_session().run(
            K.rnn(
                step,
                tf.constant(x),
                start,
                go_backwards=backwards,
                mask=None if mask is None else tf.constant(mask),
                unroll=unroll,
            )
        )
        for unroll in (False, True)
    ]
    for one, other in zip(*(tf.contrib.framework.nest.flatten(each) for each in results)):
        np.testing.assert_allclose(one, other, rtol=1e-5)
    h = np.zeros((2, 3))
    for t in reversed(range(5)) if backwards else range(5):
        new = np.tanh(x[:, t] + 0.5 * h)
        h = new if mask is None else np.where(mask[:, t : t + 1], new, h)
    np.testing.assert_allclose(results[0][0], h, rtol=1e-4, atol=1e-6)


def test_variables_and_functions():
    a, x = K.variable(np.ones(2), name="a"), K.placeholder((2,))
    assert K.int_shape(x) == (2,) and K.dtype(a) == "float32" and K.is_placeholder(x)
    function = K.function([x], [a + x], updates=[(a, a + 1.0)])
    np.testing.assert_allclose(function([np.zeros(2)])[0], [1, 1])
    np.testing.assert_allclose(K.get_value(a), [2, 2])
    K.batch_set_value([(a, [5, 5])])
    np.testing.assert_allclose(K.batch_get_value([a])[0], [5, 5])
    with pytest.raises(ValueError):
        K.function([x], [a], nothing=1)
    with pytest.raises(TypeError):
        K.function(x, [a])


def test_the_learning_phase():
    x = K.in_train_phase(lambda: tf.constant(1.0), lambda: tf.constant(0.0))
    session = K.get_session()
    assert session.run(x) == 0 and session.run(x, {K.learning_phase(): 1}) == 1
    K.set_learning_phase(1)
    assert K.learning_phase() == 1 and K.eval(K.in_train_phase(tf.constant(2.0), tf.constant(3.0))) == 2
    with pytest.raises(ValueError):
        K.set_learning_phase(2)


def test_the_session_is_the_default_one_or_that_of_set_session():
    with tf.Session() as session:
        assert K.get_session() is session
    own = tf.Session()
    K.set_session(own)
    assert K.get_session() is own


def test_names_that_are_not_known():
    for module in (
        keras.activations,
        keras.losses,
        keras.metrics,
        keras.initializers,
        keras.constraints,
        keras.regularizers,
    ):
        with pytest.raises(ValueError):
            module.get("nothing")
    with keras.utils.custom_object_scope({"mine": lambda x: x}):
        assert callable(keras.activations.get("mine"))


def test_settings():
    before = K.epsilon()
    try:
        K.set_epsilon(1e-3)
        assert K.epsilon() == 1e-3
    finally:
        K.set_epsilon(before)
    for bad in (lambda: K.set_floatx("int8"), lambda: K.set_image_data_format("rows")):
        with pytest.raises(ValueError):
            bad()


def test_connectionist_temporal_classification():
    probabilities = np.array([[[0.6, 0.3, 0.1], [0.2, 0.1, 0.7], [0.5, 0.4, 0.1]]], np.float32)
    labels, one = np.array([[0, 0, 9]]), np.array([[2]])
    losses = K.ctc_batch_cost(tf.constant(labels), tf.constant(probabilities), np.array([[3]]), one)
    np.testing.assert_allclose(K.eval(losses), [[-np.log(0.6 * 0.7 * 0.5)]], rtol=1e-5)
    for greedy in (True, False):
        paths, _ = K.ctc_decode(tf.constant(probabilities), np.array([3]), greedy=greedy, beam_width=9)
        assert K.eval(paths[0]).tolist() == [[0, 0] if greedy else [0, 1]]
