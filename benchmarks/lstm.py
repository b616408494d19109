"""An LSTM of 128 units over 50 steps through `tf.while_loop`, batches of 32, the loss fetched.

python benchmarks/lstm.py --tensorflow
"""

import jax
import jax.numpy as jnp
import numpy as np
from descent import bare_descent, session_descent
from rounds import Step, main, session_sides

BATCH, STEPS, INPUTS, UNITS, RATE = 32, 50, 64, 128, 1e-2


def initial_weights() -> np.ndarray:
    return (np.random.RandomState(0).randn(INPUTS + UNITS, 4 * UNITS) / np.sqrt(INPUTS + UNITS)).astype(
        np.float32
    )


def batch() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(1)
    return random.randn(STEPS, BATCH, INPUTS).astype(np.float32), random.randn(BATCH, UNITS).astype(
        np.float32
    )


def bare() -> Step:
    def loss_of(kernel, x, y):
        def cell(state, x):
            c, h = state
            i, g, f, o = jnp.split(jnp.concatenate([x, h], 1) @ kernel, 4, 1)
            c = jax.nn.sigmoid(f + 1) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (c, jax.nn.sigmoid(o) * jnp.tanh(c)), None

        zeros = jnp.zeros((BATCH, UNITS))
        (_, h), _ = jax.lax.scan(cell, (zeros, zeros), x)
        return jnp.mean((h - y) ** 2)

    return bare_descent(loss_of, initial_weights(), batch(), RATE)


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    start = initial_weights()
    kernel = tf.get_variable("kernel", start.shape, initializer=tf.constant_initializer(start))
    x, y = tf.placeholder(tf.float32, [STEPS, BATCH, INPUTS]), tf.placeholder(tf.float32, [BATCH, UNITS])
    inputs = tf.TensorArray(tf.float32, STEPS).unstack(x)

    def cell(time, c, h):
        i, g, f, o = tf.split(tf.matmul(tf.concat([inputs.read(time), h], 1), kernel), 4, 1)
        c = tf.sigmoid(f + 1.0) * c + tf.sigmoid(i) * tf.tanh(g)
        return time + 1, c, tf.sigmoid(o) * tf.tanh(c)

    zeros = tf.zeros([BATCH, UNITS])
    _, _, h = tf.while_loop(lambda time, c, h: time < STEPS, cell, [tf.constant(0), zeros, zeros])
    loss = tf.reduce_mean(tf.square(h - y))
    return session_descent(tf, loss, (x, y), batch(), RATE)


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare", steps=20, warm_up=5)
