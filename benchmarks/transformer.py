"""A transformer of 4 layers x 256 (4 heads, 1,024 inside), 16 sequences of 64 tokens, the loss fetched.

python benchmarks/transformer.py --tensorflow
"""

import jax
import jax.numpy as jnp
import numpy as np
from descent import bare_descent, session_descent
from rounds import Step, main, session_sides

BATCH, TOKENS, SIZE, HEADS, INNER, LAYERS, WORDS, RATE = 16, 64, 256, 4, 1024, 4, 1000, 1e-2
SHAPES = {"qkv": (SIZE, 3 * SIZE), "out": (SIZE, SIZE), "up": (SIZE, INNER), "down": (INNER, SIZE)}


def initial_weights() -> dict[str, np.ndarray]:
    random = np.random.RandomState(0)

    def draw(*shape):
        return (random.randn(*shape) / np.sqrt(shape[0])).astype(np.float32)

    weights = {f"{name}{layer}": draw(*shape) for layer in range(LAYERS) for name, shape in SHAPES.items()}
    return {**weights, "words": 0.1 * draw(WORDS, SIZE), "logits": draw(SIZE, WORDS)}


def batch() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(1)
    return tuple(random.randint(WORDS, size=(BATCH, TOKENS)).astype(np.int32) for _ in range(2))


def bare() -> Step:
    def normal(x):
        mean = x.mean(-1, keepdims=True)
        return (x - mean) * jax.lax.rsqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-6)

    def loss_of(weights, x, y):
        hidden = weights["words"][x]
        for layer in range(LAYERS):
            heads = (normal(hidden) @ weights[f"qkv{layer}"]).reshape(BATCH, TOKENS, 3, HEADS, SIZE // HEADS)
            q, k, v = heads.transpose(2, 0, 3, 1, 4)
            attended = jax.nn.softmax(q @ k.transpose(0, 1, 3, 2) / np.float32(np.sqrt(SIZE // HEADS))) @ v
            hidden += attended.transpose(0, 2, 1, 3).reshape(BATCH, TOKENS, SIZE) @ weights[f"out{layer}"]
            hidden += jax.nn.relu(normal(hidden) @ weights[f"up{layer}"]) @ weights[f"down{layer}"]
        logits = normal(hidden) @ weights["logits"]
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[..., None], axis=-1))

    return bare_descent(loss_of, initial_weights(), batch(), RATE)


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    w = {
        name: tf.get_variable(name, value.shape, initializer=tf.constant_initializer(value))
        for name, value in initial_weights().items()
    }
    x, y = tf.placeholder(tf.int32, [BATCH, TOKENS]), tf.placeholder(tf.int32, [BATCH, TOKENS])

    def dense(x, name):
        inputs, outputs = w[name].shape.as_list()
        return tf.reshape(tf.matmul(tf.reshape(x, [-1, inputs]), w[name]), [BATCH, TOKENS, outputs])

    def normal(x):
        mean, variance = tf.nn.moments(x, [-1], keep_dims=True)
        return (x - mean) * tf.rsqrt(variance + 1e-6)

    hidden = tf.nn.embedding_lookup(w["words"], x)
    for layer in range(LAYERS):
        heads = tf.reshape(dense(normal(hidden), f"qkv{layer}"), [BATCH, TOKENS, 3, HEADS, SIZE // HEADS])
        q, k, v = tf.unstack(tf.transpose(heads, [2, 0, 3, 1, 4]))
        scores = tf.matmul(q, k, transpose_b=True) / np.float32(np.sqrt(SIZE // HEADS))
        attended = tf.transpose(tf.matmul(tf.nn.softmax(scores), v), [0, 2, 1, 3])
        hidden += dense(tf.reshape(attended, [BATCH, TOKENS, SIZE]), f"out{layer}")
        hidden += dense(tf.nn.relu(dense(normal(hidden), f"up{layer}")), f"down{layer}")
    logits = dense(normal(hidden), "logits")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    return session_descent(tf, loss, (x, y), batch(), RATE)


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare", steps=2, warm_up=2)
