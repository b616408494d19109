"""The same training program under Evergraph and TensorFlow: same variables, slots, names and values."""

import numpy as np
import pytest

ROWS = np.array([[1, 3, 1], [0, 3, 3], [2, 2, 2], [1, 4, 0], [3, 3, 1]], np.int32)

OPTIMIZERS = {
    "descent": lambda tf, step: tf.train.GradientDescentOptimizer(0.1),
    "momentum": lambda tf, step: tf.train.MomentumOptimizer(0.1, 0.9),
    "nesterov": lambda tf, step: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    "adagrad": lambda tf, step: tf.train.AdagradOptimizer(0.3),
    "adagrad_da": lambda tf, step: tf.train.AdagradDAOptimizer(
        0.3, step, l1_regularization_strength=0.01, l2_regularization_strength=0.1
    ),
    "adadelta": lambda tf, step: tf.train.AdadeltaOptimizer(10.0, epsilon=1e-3),
    "adam": lambda tf, step: tf.train.AdamOptimizer(0.1),
    "rmsprop": lambda tf, step: tf.train.RMSPropOptimizer(0.1, momentum=0.5),
    "centered": lambda tf, step: tf.train.RMSPropOptimizer(0.1, momentum=0.5, centered=True),
    "ftrl": lambda tf, step: tf.train.FtrlOptimizer(
        0.3, l1_regularization_strength=0.05, l2_regularization_strength=0.1
    ),
    "ftrl_power": lambda tf, step: tf.train.FtrlOptimizer(0.3, learning_rate_power=-0.3),
    "ftrl_shrinkage": lambda tf, step: tf.train.FtrlOptimizer(0.3, l2_shrinkage_regularization_strength=0.1),
    "proximal_descent": lambda tf, step: tf.train.ProximalGradientDescentOptimizer(
        0.1, l1_regularization_strength=0.1, l2_regularization_strength=0.2
    ),
    "proximal_adagrad": lambda tf, step: tf.train.ProximalAdagradOptimizer(
        0.3, l1_regularization_strength=0.1, l2_regularization_strength=0.2
    ),
}


def train(tf, make, sparse, resource, dtype):
    """Trains for some steps: (operations of the update, {variable: value}, slot names, losses)."""
    with tf.Graph().as_default() as graph:
        initial = np.linspace(-1, 1, 10).reshape(5, 2).astype(dtype)
        table = tf.get_variable("layer/w", initializer=initial, use_resource=resource)
        bias = tf.get_variable("b", initializer=np.array([0.5, -2], dtype), use_resource=resource)
        step = tf.Variable(0, trainable=False, name="global_step", dtype=tf.int64)
        rows = tf.placeholder(tf.int32, [3])
        chosen = tf.gather(table, rows) if sparse else table
        loss = tf.reduce_sum(tf.square(tf.sigmoid(chosen) * bias - 0.5))
        optimizer = make(tf, step)
        before = {op.name for op in graph.get_operations()}
        update = optimizer.minimize(loss, global_step=step, var_list=[table, bias])
        added = {(op.name, op.type) for op in graph.get_operations() if op.name not in before}
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            # One after the other: TensorFlow's reference variables change beneath a loss in the same run.
            losses = [
                (session.run(loss, {rows: chosen}), session.run(update, {rows: chosen}))[0] for chosen in ROWS
            ]
            values = session.run({v.name: v for v in tf.global_variables()})
        names = {
            v.name: optimizer.get_slot(v, name).name
            for v in (table, bias)
            for name in optimizer.get_slot_names()
        }
        assert optimizer.get_slot(step, "m") is None
        return (
            added,
            values,
            (optimizer.get_slot_names(), names, [v.name for v in optimizer.variables()]),
            losses,
        )


@pytest.mark.interop
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("resource", [False, True], ids=["ref", "resource"])
@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_agrees(eg, tf1, name, sparse, resource, dtype):
    if name.startswith("proximal") and dtype == "float64":
        pytest.skip("TensorFlow makes its hyperparameters float32")
    wanted_ops, wanted, wanted_names, wanted_losses = train(tf1, OPTIMIZERS[name], sparse, resource, dtype)
    ops, values, names, losses = train(eg, OPTIMIZERS[name], sparse, resource, dtype)
    assert names == wanted_names
    assert values.keys() == wanted.keys()
    tolerance = {"float32": 2e-5, "float64": 1e-10}[dtype]
    np.testing.assert_allclose(losses, wanted_losses, rtol=tolerance)
    for key, value in wanted.items():
        assert values[key].dtype == value.dtype, key
        np.testing.assert_allclose(values[key], value, rtol=tolerance, atol=tolerance, err_msg=key)
    scope = next(n for n, _ in wanted_ops if n in {n for n, _ in ops} and "/" not in n)
    updates = {(n, t) for n, t in wanted_ops if n.startswith(scope) and "Apply" in t}
    assert updates <= ops


def schedules(tf, step):
    """Every schedule, as functions of the step."""
    train = tf.train
    return {
        "exponential": train.exponential_decay(0.1, step, 10, 0.9),
        "staircase": train.exponential_decay(0.1, step, 10, 0.9, staircase=True),
        "piecewise": train.piecewise_constant(step, [5, 12, 30], [1.0, 0.5, 0.2, 0.1]),
        "polynomial": train.polynomial_decay(0.1, step, 20, 0.01, power=0.5),
        # 8, since TensorFlow multiplies by the reciprocal: 21 / 7 is more than 3 there, and another cycle.
        "cycle": train.polynomial_decay(0.1, step, 8, 0.01, power=2.0, cycle=True),
        "natural": train.natural_exp_decay(0.1, step, 10, 0.9),
        "natural_staircase": train.natural_exp_decay(0.1, step, 10, 0.9, staircase=True),
        "inverse": train.inverse_time_decay(0.1, step, 10, 0.9),
        "inverse_staircase": train.inverse_time_decay(0.1, step, 10, 0.9, staircase=True),
        "cosine": train.cosine_decay(0.1, step, 20, alpha=0.1),
        "restarts": train.cosine_decay_restarts(0.1, step, 7, m_mul=0.8, alpha=0.1),
        "equal_restarts": train.cosine_decay_restarts(0.1, step, 7, t_mul=1.0),
        "linear_cosine": train.linear_cosine_decay(0.1, step, 20, num_periods=2.0, alpha=0.1, beta=0.01),
        "quiet": train.noisy_linear_cosine_decay(0.1, step, 20, initial_variance=0.0),
    }


def rates(tf):
    with tf.Graph().as_default():
        step = tf.placeholder(tf.int64, [])
        found = schedules(tf, step)
        with tf.Session() as session:
            return [session.run(found, {step: value}) for value in (0, 1, 5, 6, 7, 12, 13, 20, 21, 50)]


@pytest.mark.interop
def test_schedules_agree(eg, tf1):
    for values, wanted in zip(rates(eg), rates(tf1)):
        assert values.keys() == wanted.keys()
        for key, value in wanted.items():
            np.testing.assert_allclose(values[key], value, rtol=2e-5, atol=1e-9, err_msg=key)


def averages(tf, resource, num_updates, zero_debias):
    """Trains a variable and averages it and a tensor; values after some steps, and names."""
    with tf.Graph().as_default():
        w = tf.get_variable("w", initializer=np.array([1, 2], np.float32), use_resource=resource)
        other = tf.get_variable("other", initializer=np.float32(3), trainable=False, use_resource=resource)
        tensor = tf.square(tf.constant([2.0, 3.0]))
        change = tf.assign_add(w, [0.5, -0.25])
        average = tf.train.ExponentialMovingAverage(0.9, num_updates=num_updates, zero_debias=zero_debias)
        names_before = average.average_name(w)
        with tf.control_dependencies([change]):
            update = average.apply([w, tf.identity(tensor, name="seen")])
        names = [v.name for v in tf.global_variables()], names_before, update.name, average.average(other)
        restored = {key: v.name for key, v in average.variables_to_restore().items()}
        with tf.Session() as session:
            session.run([w.initializer, other.initializer])
            session.run(tf.global_variables_initializer())
            for _ in range(3):
                session.run(update)
            return names, restored, session.run({v.name: v for v in tf.global_variables()})


@pytest.mark.interop
@pytest.mark.parametrize("resource", [False, True], ids=["ref", "resource"])
@pytest.mark.parametrize("num_updates, zero_debias", [(None, False), (None, True), (3, False)])
def test_moving_averages_agree(eg, tf1, resource, num_updates, zero_debias):
    names, restored, values = averages(eg, resource, num_updates, zero_debias)
    wanted_names, wanted_restored, wanted = averages(tf1, resource, num_updates, zero_debias)
    assert names == wanted_names
    assert restored == wanted_restored
    assert values.keys() == wanted.keys()
    for key, value in wanted.items():
        np.testing.assert_allclose(values[key], value, rtol=1e-5, err_msg=key)


def losses_without_gradients(tf):
    w = tf.get_variable("w", initializer=np.float32(1))
    whole = tf.get_variable("whole", initializer=np.int32(1))
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    return {
        "no gradient": lambda: optimizer.minimize(tf.constant(1.0)),
        "no pairs": lambda: optimizer.apply_gradients([]),
        "only None": lambda: optimizer.apply_gradients([(None, w)]),
        "no variables": lambda: optimizer.minimize(w * w, var_list=[]),
        "integer loss": lambda: optimizer.minimize(whole * whole),
        "gate": lambda: optimizer.minimize(w * w, gate_gradients=7),
        "gradient of a string": lambda: optimizer.apply_gradients([(object(), w)]),
        "tensor": lambda: optimizer.apply_gradients([(tf.constant(1.0), tf.constant(1.0))]),
        "name": lambda: tf.train.GradientDescentOptimizer(0.1, name=""),
        "accumulator": lambda: tf.train.AdagradOptimizer(0.1, initial_accumulator_value=0.0),
        "power": lambda: tf.train.FtrlOptimizer(0.1, learning_rate_power=0.5),
        "l1": lambda: tf.train.FtrlOptimizer(0.1, l1_regularization_strength=-0.5),
        "step": lambda: tf.train.exponential_decay(0.1, None, 1, 0.5),
        "boundaries": lambda: tf.train.piecewise_constant(tf.constant(1), [1], [1.0]),
        "boundary type": lambda: tf.train.piecewise_constant(tf.constant(1), [1.5], [1.0, 2.0]),
        "averaged integer": lambda: tf.train.ExponentialMovingAverage(0.9).apply([whole]),
    }


def errors_of(tf):
    found = {}
    with tf.Graph().as_default():
        for key, call in losses_without_gradients(tf).items():
            try:
                call()
                found[key] = None
            except Exception as error:
                found[key] = type(error).__name__
    return found


@pytest.mark.interop
def test_errors_agree(eg, tf1):
    assert errors_of(eg) == errors_of(tf1)
