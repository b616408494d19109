"""What the workloads share that train a classifier of images by Adam: a step of the bare side, and one of a session."""

import itertools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from rounds import Step

BATCH, PIXELS, CLASSES = 64, 784, 10
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def batches():
    """Returns an endless iterator of 16 different batches: float32 [64, 784], int32 [64]."""
    random = np.random.RandomState(1)
    return itertools.cycle(
        [
            (
                random.rand(BATCH, PIXELS).astype(np.float32),
                random.randint(CLASSES, size=BATCH).astype(np.int32),
            )
            for _ in range(16)
        ]
    )


def bare_adam(logits_of: Callable, weights) -> Step:
    """A jitted step with donated state.

    Args:
      logits_of: function from the weights, in their structure, and images to logits.
      weights: arrays in any structure.
    """

    def loss_of(weights, images, labels):
        logits = logits_of(weights, images)
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1))

    def update(state, images, labels):
        weights, mean, square, count = state
        loss, gradient = jax.value_and_grad(loss_of)(weights, images, labels)
        count += 1
        mean = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, mean, gradient)
        square = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, square, gradient)
        rate = RATE * jnp.sqrt(1 - BETA2**count) / (1 - BETA1**count)
        weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + EPSILON), weights, mean, square)
        return (weights, mean, square, count), loss

    update = jax.jit(update, donate_argnums=0)
    weights = jax.tree.map(jnp.asarray, weights)
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros(()))
    data = batches()

    def step():
        nonlocal state
        state, loss = update(state, *next(data))
        return float(loss)

    return step


def session_adam(tf, logits_of: Callable) -> Step:
    """The same in `SingularMonitoredSession`; `logits_of` makes the logits from the images fed."""
    tf.logging.set_verbosity(tf.logging.ERROR)
    images, labels = tf.placeholder(tf.float32, [BATCH, PIXELS]), tf.placeholder(tf.int32, [BATCH])
    logits = logits_of(images)
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    optimizer = tf.train.AdamOptimizer(RATE, BETA1, BETA2, EPSILON)
    train_op = optimizer.minimize(loss, global_step=tf.train.get_or_create_global_step())
    session = tf.train.SingularMonitoredSession()
    data = batches()

    def step():
        image_values, label_values = next(data)
        return session.run([loss, train_op], {images: image_values, labels: label_values})[0]

    return step
