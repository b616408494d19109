"""A training step of a small network: 784-256-10, batches of 64, Adam, the loss fetched.

python benchmarks/mlp.py --tensorflow

evergraph    in SingularMonitoredSession, batches fed
bare         the same arithmetic as one jax.jit function with donated state: the limit
tensorflow   the program of `evergraph`, under TensorFlow's compat.v1
"""

import jax
import numpy as np
from adam import CLASSES, PIXELS, bare_adam, session_adam
from rounds import Step, main, session_sides

HIDDEN = 256


def initial_weights() -> dict[str, np.ndarray]:
    random = np.random.RandomState(0)
    return {
        "w1": (random.randn(PIXELS, HIDDEN) / np.sqrt(PIXELS)).astype(np.float32),
        "b1": np.zeros(HIDDEN, np.float32),
        "w2": (random.randn(HIDDEN, CLASSES) / np.sqrt(HIDDEN)).astype(np.float32),
        "b2": np.zeros(CLASSES, np.float32),
    }


def bare() -> Step:
    def logits_of(weights, images):
        hidden = jax.nn.relu(images @ weights["w1"] + weights["b1"])
        return hidden @ weights["w2"] + weights["b2"]

    return bare_adam(logits_of, initial_weights())


def session_step(tf) -> Step:
    """The program of TensorFlow 1, under the module given as `tf`."""
    start = initial_weights()

    def variable(name):
        return tf.get_variable(name, start[name].shape, initializer=tf.constant_initializer(start[name]))

    def logits_of(images):
        hidden = tf.nn.relu(tf.matmul(images, variable("w1")) + variable("b1"))
        return tf.matmul(hidden, variable("w2")) + variable("b2")

    return session_adam(tf, logits_of)


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare")
