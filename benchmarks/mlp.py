"""A training step of a small network: 784-256-10, batches of 64, Adam, the loss fetched.

    python benchmarks/mlp.py --tensorflow

    evergraph    in SingularMonitoredSession, batches fed
    bare         the same arithmetic as one jax.jit function with donated state: the limit
    tensorflow   the program of `evergraph`, under TensorFlow's compat.v1
"""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
from rounds import Step, main, session_sides

BATCH, PIXELS, HIDDEN, CLASSES = 64, 784, 256, 10
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def initial_weights() -> dict[str, np.ndarray]:
    random = np.random.RandomState(0)
    return {
        "w1": (random.randn(PIXELS, HIDDEN) / np.sqrt(PIXELS)).astype(np.float32),
        "b1": np.zeros(HIDDEN, np.float32),
        "w2": (random.randn(HIDDEN, CLASSES) / np.sqrt(HIDDEN)).astype(np.float32),
        "b2": np.zeros(CLASSES, np.float32),
    }


def batches():
    """Returns an endless iterator of 16 different batches: float32 [64, 784], int32 [64]."""
    random = np.random.RandomState(1)
    return itertools.cycle([
        (random.rand(BATCH, PIXELS).astype(np.float32), random.randint(CLASSES, size=BATCH).astype(np.int32))
        for _ in range(16)
    ])


def bare() -> Step:
    def loss_of(weights, images, labels):
        hidden = jax.nn.relu(images @ weights["w1"] + weights["b1"])
        logits = hidden @ weights["w2"] + weights["b2"]
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1))

    def update(state, images, labels):
        weights, mean, square, count = state
        loss, gradient = jax.value_and_grad(loss_of)(weights, images, labels)
        count += 1
        mean = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, mean, gradient)
        square = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, square, gradient)
        rate = RATE * jnp.sqrt(1 - BETA2 ** count) / (1 - BETA1 ** count)
        weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + EPSILON), weights, mean, square)
        return (weights, mean, square, count), loss

    update = jax.jit(update, donate_argnums=0)
    weights = jax.tree.map(jnp.asarray, initial_weights())
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros(()))
    data = batches()

    def step():
        nonlocal state
        state, loss = update(state, *next(data))
        return float(loss)

    return step


def session_step(tf) -> Step:
    """The program of TensorFlow 1, under the module given as `tf`."""
    start = initial_weights()

    def variable(name):
        return tf.get_variable(name, start[name].shape, initializer=tf.constant_initializer(start[name]))

    tf.logging.set_verbosity(tf.logging.ERROR)
    images = tf.placeholder(tf.float32, [BATCH, PIXELS])
    labels = tf.placeholder(tf.int32, [BATCH])
    hidden = tf.nn.relu(tf.matmul(images, variable("w1")) + variable("b1"))
    logits = tf.matmul(hidden, variable("w2")) + variable("b2")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    optimizer = tf.train.AdamOptimizer(RATE, BETA1, BETA2, EPSILON)
    train_op = optimizer.minimize(loss, global_step=tf.train.get_or_create_global_step())
    session = tf.train.SingularMonitoredSession()
    data = batches()

    def step():
        image_values, label_values = next(data)
        return session.run([loss, train_op], {images: image_values, labels: label_values})[0]

    return step


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare")
