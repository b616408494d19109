"""An LSTM of 128 units over 50 steps through `tf.nn.dynamic_rnn`, batches of 32, the loss fetched.

    python benchmarks/dynamic_rnn.py --tensorflow

With Keras 3, TensorFlow 2 shows its old cells only under the module that defines them.
"""

import importlib

import jax
import jax.numpy as jnp
import numpy as np
from descent import bare_descent, session_descent
from rounds import Step, main, session_sides

BATCH, STEPS, INPUTS, UNITS, RATE = 32, 50, 64, 128, 1e-2
THEIR_CELLS = "tensorflow.python.keras.layers.legacy_rnn.rnn_cell_impl"


def initial_kernel() -> np.ndarray:
    return (np.random.RandomState(0).randn(INPUTS + UNITS, 4 * UNITS) / np.sqrt(INPUTS + UNITS)).astype(
        np.float32
    )


def batch() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(1)
    return random.randn(BATCH, STEPS, INPUTS).astype(np.float32), random.randn(BATCH, STEPS, UNITS).astype(
        np.float32
    )


def bare() -> Step:
    def loss_of(weights, x, y):
        kernel, bias = weights

        def cell(state, x):
            c, h = state
            i, j, f, o = jnp.split(jnp.concatenate([x, h], 1) @ kernel + bias, 4, 1)
            c = jax.nn.sigmoid(f + 1) * c + jax.nn.sigmoid(i) * jnp.tanh(j)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (c, h), h

        zeros = jnp.zeros((BATCH, UNITS))
        _, outputs = jax.lax.scan(cell, (zeros, zeros), jnp.swapaxes(x, 0, 1))
        return jnp.mean((jnp.swapaxes(outputs, 0, 1) - y) ** 2)

    return bare_descent(loss_of, (initial_kernel(), jnp.zeros(4 * UNITS)), batch(), RATE)


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    x, y = (
        tf.placeholder(tf.float32, [BATCH, STEPS, INPUTS]),
        tf.placeholder(tf.float32, [BATCH, STEPS, UNITS]),
    )
    cells = tf.nn.rnn_cell if tf.__name__ == "evergraph" else importlib.import_module(THEIR_CELLS)
    with tf.variable_scope("rnn", initializer=tf.constant_initializer(initial_kernel())) as scope:
        outputs, _ = tf.nn.dynamic_rnn(cells.BasicLSTMCell(UNITS), x, dtype=tf.float32, scope=scope)
    loss = tf.reduce_mean(tf.square(outputs - y))
    return session_descent(tf, loss, (x, y), batch(), RATE)


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare", steps=20, warm_up=5)
