"""A network of 20 layers of 256 units, batches of 64, gradient descent, the loss fetched.

python benchmarks/wide_mlp.py --tensorflow
"""

import jax
import jax.numpy as jnp
import numpy as np
from descent import bare_descent, session_descent
from rounds import Step, main, session_sides

BATCH, UNITS, LAYERS, RATE = 64, 256, 20, 1e-2


def initial_weights() -> list[np.ndarray]:
    random = np.random.RandomState(0)
    return [(random.randn(UNITS, UNITS) / np.sqrt(UNITS / 2)).astype(np.float32) for _ in range(LAYERS)]


def batch() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(1)
    return random.randn(BATCH, UNITS).astype(np.float32), random.randn(BATCH, UNITS).astype(np.float32)


def bare() -> Step:
    def loss_of(weights, x, y):
        for w in weights[:-1]:
            x = jax.nn.relu(x @ w)
        return jnp.mean((x @ weights[-1] - y) ** 2)

    return bare_descent(loss_of, initial_weights(), batch(), RATE)


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    x, y = tf.placeholder(tf.float32, [BATCH, UNITS]), tf.placeholder(tf.float32, [BATCH, UNITS])
    weights = [
        tf.get_variable(f"w{i}", w.shape, initializer=tf.constant_initializer(w))
        for i, w in enumerate(initial_weights())
    ]
    hidden = x
    for w in weights[:-1]:
        hidden = tf.nn.relu(tf.matmul(hidden, w))
    loss = tf.reduce_mean(tf.square(tf.matmul(hidden, weights[-1]) - y))
    return session_descent(tf, loss, (x, y), batch(), RATE)


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare", steps=100)
