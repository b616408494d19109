"""Two 5x5 convolutions with pooling and two dense layers on 28x28 images, batches of 64, the loss fetched.

The bare side writes pooling, whose windows do not overlap, as reshape and max.

    python benchmarks/cnn.py --tensorflow
"""

import jax
import jax.numpy as jnp
import numpy as np
from descent import bare_descent, session_descent
from jax import lax
from rounds import Step, main, session_sides

BATCH, RATE = 64, 1e-3
SHAPES = {"c1": (5, 5, 1, 32), "c2": (5, 5, 32, 64), "d1": (7 * 7 * 64, 512), "d2": (512, 10)}


def initial_weights() -> dict[str, np.ndarray]:
    random = np.random.RandomState(0)
    return {
        name: (random.randn(*shape) / np.sqrt(np.prod(shape[:-1]))).astype(np.float32)
        for name, shape in SHAPES.items()
    }


def batch() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(1)
    return random.rand(BATCH, 28, 28, 1).astype(np.float32), random.randint(10, size=BATCH).astype(np.int32)


def bare() -> Step:
    def layer(x, w):
        x = jax.nn.relu(
            lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        )
        n, h, w, c = x.shape
        return x.reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4))

    def loss_of(weights, x, y):
        x = layer(layer(x, weights["c1"]), weights["c2"]).reshape(BATCH, -1)
        logits = jax.nn.relu(x @ weights["d1"]) @ weights["d2"]
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1))

    return bare_descent(loss_of, initial_weights(), batch(), RATE)


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    w = {
        name: tf.get_variable(name, value.shape, initializer=tf.constant_initializer(value))
        for name, value in initial_weights().items()
    }
    x, y = tf.placeholder(tf.float32, [BATCH, 28, 28, 1]), tf.placeholder(tf.int32, [BATCH])
    hidden = x
    for name in ("c1", "c2"):
        hidden = tf.nn.relu(tf.nn.conv2d(hidden, w[name], strides=[1, 1, 1, 1], padding="SAME"))
        hidden = tf.nn.max_pool(hidden, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    hidden = tf.nn.relu(tf.matmul(tf.reshape(hidden, [BATCH, -1]), w["d1"]))
    logits = tf.matmul(hidden, w["d2"])
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    return session_descent(tf, loss, (x, y), batch(), RATE)


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare", steps=10, warm_up=5)
