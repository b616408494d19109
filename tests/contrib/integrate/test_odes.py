"""Differential equations whose solutions are known."""

import numpy as np
import pytest

import evergraph as tf

integrate = tf.contrib.integrate
TIMES = np.array([0.0, 0.4, 1.0, 2.5])


def run(tensor):
    with tf.Session() as session:
        return session.run(tensor)


def test_decay_and_what_it_took():
    y, info = run(integrate.odeint(lambda y, _: -y, tf.constant(1.0, tf.float64), TIMES, full_output=True))
    np.testing.assert_allclose(y, np.exp(-TIMES), rtol=1e-5)
    assert info["num_func_evals"] == 6 * len(info["integrate_points"]) + 1
    assert (info["error_ratio"] > 0).all()


@pytest.mark.slow
def test_a_turn_in_the_plane():
    turned = integrate.odeint(
        lambda y, _: tf.stack([y[1], -y[0]]), tf.constant([1.0, 0.0], tf.float64), TIMES, method="dopri5",
        options={"first_step": 0.1},
    )  # fmt: skip
    assert turned.shape.as_list() == [4, 2]
    np.testing.assert_allclose(run(turned), np.stack([np.cos(TIMES), -np.sin(TIMES)], 1), atol=1e-5)


@pytest.mark.parametrize("method, places", [("midpoint", 3), ("rk4", 6)])
def test_steps_on_a_grid(method, places):
    grid = np.linspace(0, 1, 41)
    x = tf.constant(1.0, tf.float64)
    y = integrate.odeint_fixed(lambda y, t: y * tf.cast(t, y.dtype), x, grid, method)
    found, slope = run([y, tf.gradients(y[-1], x)[0]])
    np.testing.assert_allclose(found, np.exp(grid**2 / 2), rtol=10.0**-places)
    np.testing.assert_allclose(slope, np.exp(0.5), rtol=10.0**-places)


def test_mistakes():
    with pytest.raises(ValueError, match="invalid method"):
        integrate.odeint(lambda y, t: y, 1.0, [0, 1], method="euler")
    with pytest.raises(ValueError, match="options"):
        integrate.odeint(lambda y, t: y, 1.0, [0, 1], options={"first_step": 1.0})
    with pytest.raises(TypeError, match="y0"):
        integrate.odeint(lambda y, t: y, 1, [0, 1])
    with pytest.raises(ValueError, match="not supported"):
        integrate.odeint_fixed(lambda y, t: y, 1.0, [0, 1], method="euler")
    with pytest.raises(tf.errors.InvalidArgumentError, match="increasing"):
        run(integrate.odeint_fixed(lambda y, t: y, 1.0, [0.0, 1.0, 0.5]))
