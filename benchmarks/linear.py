"""A linear model, two scalars: what a session costs beside a step. Two hooks, one of which fetches the global step.

python benchmarks/linear.py --tensorflow
"""

import jax
import numpy as np
from rounds import Step, main, session_sides

RATE = 1e-3
X, Y = np.float32(1.0), np.float32(2.0)


def bare(is_fetched=True) -> Step:
    @jax.jit
    def update(w, b, x, y):
        loss, (dw, db) = jax.value_and_grad(lambda w, b: (w * x + b - y) ** 2, (0, 1))(w, b)
        return w - RATE * dw, b - RATE * db, loss

    w, b = jax.numpy.float32(0.5), jax.numpy.float32(0.0)

    def step():
        nonlocal w, b
        w, b, loss = update(w, b, X, Y)
        return np.asarray(loss) if is_fetched else 0.0

    return step


def session_step(tf, is_fetched=True) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    w = tf.get_variable("w", [], initializer=tf.constant_initializer(0.5))
    b = tf.get_variable("b", [], initializer=tf.zeros_initializer())
    x, y = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    loss = tf.square(w * x + b - y)
    global_step = tf.train.get_or_create_global_step()
    train_op = tf.train.GradientDescentOptimizer(RATE).minimize(loss, global_step=global_step)

    class FetchStep(tf.train.SessionRunHook):
        def before_run(self, run_context):
            return tf.train.SessionRunArgs(global_step)

    session = tf.train.SingularMonitoredSession(hooks=[tf.train.StopAtStepHook(num_steps=10**9), FetchStep()])
    if not is_fetched:
        return lambda: session.run(train_op, {x: X, y: Y}) or 0.0
    return lambda: session.run([train_op, loss], {x: X, y: Y})[1]


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare", steps=2000)
