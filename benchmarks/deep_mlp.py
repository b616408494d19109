"""A network of 20 layers, 784-128-...-128-10, batches of 64, Adam, the loss fetched.

python benchmarks/deep_mlp.py --tensorflow
"""

import jax
import numpy as np
from adam import CLASSES, PIXELS, bare_adam, session_adam
from rounds import Step, main, session_sides

UNITS, LAYERS = 128, 20


def initial_weights() -> list[tuple[np.ndarray, np.ndarray]]:
    """A (kernel, bias) for each layer."""
    random, sizes = np.random.RandomState(0), [PIXELS, *[UNITS] * (LAYERS - 1), CLASSES]
    return [
        ((random.randn(m, n) * np.sqrt(2 / m)).astype(np.float32), np.zeros(n, np.float32))
        for m, n in zip(sizes, sizes[1:])
    ]


def bare() -> Step:
    def logits_of(weights, hidden):
        for w, b in weights[:-1]:
            hidden = jax.nn.relu(hidden @ w + b)
        w, b = weights[-1]
        return hidden @ w + b

    return bare_adam(logits_of, initial_weights())


def session_step(tf) -> Step:
    def variable(name, value):
        return tf.get_variable(name, value.shape, initializer=tf.constant_initializer(value))

    def logits_of(hidden):
        for layer, (w, b) in enumerate(initial_weights()):
            hidden = tf.matmul(hidden, variable(f"w{layer}", w)) + variable(f"b{layer}", b)
            hidden = tf.nn.relu(hidden) if layer < LAYERS - 1 else hidden
        return hidden

    return session_adam(tf, logits_of)


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare", steps=100)
