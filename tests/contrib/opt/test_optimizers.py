"""Optimizers of tf.contrib.opt, step by step against NumPy, with dense and sparse gradients."""

import numpy as np
import pytest

import evergraph as tf

opt = tf.contrib.opt
GRADIENTS = [np.array([0.5, -1.0, 2.0], np.float32), np.array([-0.5, -1.0, 1.0], np.float32)]


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def adamax(x, m, v, g, t):
    m, v = 0.9 * m + 0.1 * g, np.maximum(0.999 * v, abs(g))
    return x - 0.001 / (1 - 0.9**t) * m / (v + 1e-8), m, v


def nadam(x, m, v, g, t):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    rate = 0.001 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return x - rate * (0.9 * m + 0.1 * g) / (np.sqrt(v) + 1e-8), m, v


def adam(x, m, v, g, t):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
    return x - 0.001 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-8), m, v


def addsign(x, m, v, g, t):
    m = 0.9 * m + 0.1 * g
    return x - 0.1 * (1 + np.sign(g) * np.sign(m)) * g, m, v


def powersign(x, m, v, g, t):
    m = 0.9 * m + 0.1 * g
    return x - 0.1 * np.exp(np.sign(g) * np.sign(m)) * g, m, v


@pytest.mark.parametrize("resource", [False, True])
@pytest.mark.parametrize("sparse", [False, True])
@pytest.mark.parametrize(
    "make, rule, is_lazy",
    [
        (opt.AdaMaxOptimizer, adamax, True),
        (opt.NadamOptimizer, nadam, False),
        (opt.LazyAdamOptimizer, adam, True),
        (opt.AddSignOptimizer, addsign, False),
        (opt.PowerSignOptimizer, powersign, False),
    ],
)
def test_steps(make, rule, is_lazy, sparse, resource):
    rows = [0, 2] if sparse else [0, 1, 2]
    x = tf.get_variable("x", initializer=np.ones(3, np.float32), use_resource=resource)
    fed = tf.placeholder(tf.float32, [len(rows)])
    gradient = tf.IndexedSlices(fed, tf.constant(rows), tf.constant([3])) if sparse else fed
    optimizer = make()
    train = optimizer.apply_gradients([(gradient, x)])
    value, m, v = np.ones(3), np.zeros(3), np.zeros(3)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for step, g in enumerate(GRADIENTS, 1):
            session.run(train, {fed: g[rows]})
            whole = np.zeros(3)
            whole[rows] = g[rows]
            new = rule(value, m, v, whole, step)
            if (
                sparse
            ):  # rows without a gradient do not move; their moments decay unless the optimizer is lazy
                moved = np.isin(np.arange(3), rows)
                value = np.where(moved, new[0], value)
                m, v = (np.where(moved | (not is_lazy), a, b) for a, b in zip(new[1:], (m, v)))
            else:
                value, m, v = new
        np.testing.assert_allclose(session.run(x), value, rtol=1e-4)


def test_decays_of_signs():
    from evergraph.contrib.opt.python.training import sign_decay  # noqa: PLC0415

    steps = np.arange(0, 12, 3)
    functions = [
        (sign_decay.get_linear_decay_fn(8), np.maximum(0, 1 - steps / 8)),
        (sign_decay.get_cosine_decay_fn(8), 0.5 * (1 + np.cos(np.pi * np.minimum(steps / 8, 1)))),
        (
            sign_decay.get_restart_decay_fn(8, 2),
            0.5 * (1 + np.cos(np.pi * (2 * np.minimum(steps / 8, 1) % 1))),
        ),
    ]
    with tf.Session() as session:
        for function, wanted in functions:
            found = [session.run(function(tf.constant(step))) for step in steps]
            np.testing.assert_allclose(found, wanted, atol=1e-6)
        with pytest.raises(ValueError, match="global_step"):
            functions[0][0](None)


def test_averages_are_saved_under_the_names_of_variables(tmp_path):
    x = tf.get_variable("x", initializer=4.0)
    optimizer = opt.MovingAverageOptimizer(tf.train.GradientDescentOptimizer(0.5), average_decay=0.5)
    with pytest.raises(RuntimeError):
        optimizer.swapping_saver()
    train = optimizer.minimize(tf.square(x) / 2)
    saver = optimizer.swapping_saver()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        path = saver.save(session, str(tmp_path / "model"))
    assert (
        tf.train.load_variable(path, "x") == 3.0
        and tf.train.load_variable(path, "x/ExponentialMovingAverage") == 2.0
    )


def test_a_task_without_gradient_is_left_alone():
    x = tf.get_variable("x", initializer=1.0)
    optimizer = opt.MultitaskOptimizerWrapper(tf.train.MomentumOptimizer(1.0, 0.9))
    fed = tf.placeholder(tf.float32, [])
    train = optimizer.apply_gradients([(fed, x)])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for gradient in (1.0, 0.0):
            session.run(train, {fed: gradient})
        assert session.run(x) == 0.0  # the momentum did not move it
    pairs, norm = opt.clip_gradients_by_global_norm([(tf.constant([3.0, 4.0]), x)], 1.0)
    with tf.Session() as session:
        assert session.run(norm) == 5.0
        np.testing.assert_allclose(session.run(pairs[0][0]), [0.6, 0.8])


@pytest.mark.parametrize("sparse", [False, True])
def test_variables_are_clipped(sparse):
    x = tf.get_variable("x", initializer=np.array([[3.0, 4.0], [0.3, 0.4]], np.float32))
    gradient = tf.zeros([2, 2])
    if sparse:
        gradient = tf.IndexedSlices(tf.zeros([2, 2]), tf.constant([0, 0]), tf.constant([2, 2]))
    optimizer = opt.VariableClippingOptimizer(tf.train.GradientDescentOptimizer(1.0), {x: [1]}, 1.0)
    train = optimizer.apply_gradients([(gradient, x)])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(train)
        np.testing.assert_allclose(session.run(x), [[0.6, 0.8], [0.3, 0.4]], rtol=1e-5)


@pytest.mark.parametrize("method", ["L-BFGS-B", "SLSQP"])
def test_scipy_minimizes(method):
    x = tf.get_variable("x", initializer=np.array([7.0, 7.0], np.float32))
    loss = tf.reduce_sum(tf.square(x - [1.0, 5.0]))
    options = (
        {"inequalities": [x[0] - 2.0]}
        if method == "SLSQP"
        else {"var_to_bounds": {x: ([2.0, -np.inf], np.inf)}}
    )
    seen = []
    optimizer = opt.ScipyOptimizerInterface(loss, method=method, **options)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        optimizer.minimize(session, fetches=[loss], loss_callback=seen.append)
        np.testing.assert_allclose(session.run(x), [2.0, 5.0], atol=1e-3)
    assert min(seen) == pytest.approx(1.0, abs=1e-2)
