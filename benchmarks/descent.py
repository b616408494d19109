"""What the workloads share that train by gradient descent: a step of the bare side, and one of a session."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from rounds import Step


def bare_descent(loss_of: Callable, weights, values, rate: float) -> Step:
    """A jitted step with donated weights.

    Args:
      loss_of: function from the weights, in their structure, and `values` to a scalar.
      weights: arrays in any structure.
      values: the batch, the same in every step.
      rate: of learning.
    """

    def update(weights, *values):
        loss, gradients = jax.value_and_grad(loss_of)(weights, *values)
        return jax.tree.map(lambda weight, gradient: weight - rate * gradient, weights, gradients), loss

    update = jax.jit(update, donate_argnums=0)
    weights = jax.tree.map(jnp.asarray, weights)

    def step():
        nonlocal weights
        weights, loss = update(weights, *values)
        return float(loss)

    return step


def session_descent(tf, loss, placeholders, values, rate: float) -> Step:
    """The same in `SingularMonitoredSession`, with `values` fed for `placeholders`."""
    train_op = tf.train.GradientDescentOptimizer(rate).minimize(
        loss, global_step=tf.train.get_or_create_global_step()
    )
    session = tf.train.SingularMonitoredSession()
    return lambda: session.run([loss, train_op], dict(zip(placeholders, values, strict=True)))[0]
