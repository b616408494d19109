"""The same training program under Evergraph and TensorFlow: same variables, slots, names and values."""

from types import SimpleNamespace

import numpy as np
import pytest

from evergraph import optimizers
from evergraph.framework import dtypes
from evergraph.framework.graph import Graph
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import variables
from evergraph.ops.constants import placeholder
from evergraph.ops.variable_scope import get_variable
from evergraph.session.session import Session

STEPS = 5
ROWS = np.array([[1, 3, 1], [0, 3, 3], [2, 2, 2], [1, 4, 0], [3, 3, 1]], np.int32)


def evergraph_names():
    """The names that the programs below use."""
    return SimpleNamespace(
        Graph=Graph,
        Session=Session,
        Variable=variables.Variable,
        gather=array_ops.gather,
        get_variable=get_variable,
        global_variables=variables.global_variables,
        global_variables_initializer=variables.global_variables_initializer,
        int32=dtypes.int32,
        int64=dtypes.int64,
        placeholder=placeholder,
        reduce_sum=math_ops.reduce_sum,
        square=math_ops.square,
        sigmoid=math_ops.sigmoid,
        train=SimpleNamespace(**{name: getattr(optimizers, name) for name in optimizers.__all__}),
    )


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
            losses = [session.run([loss, update], {rows: chosen})[0] for chosen in ROWS]
            values = session.run({v.name: v for v in tf.global_variables()})
        names = {v.name: optimizer.get_slot(v, name).name
                 for v in (table, bias) for name in optimizer.get_slot_names()}  # fmt: skip
        assert optimizer.get_slot(step, "m") is None
        return added, values, (optimizer.get_slot_names(), names, [v.name for v in optimizer.variables()]), losses


@pytest.mark.interop
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("resource", [False, True], ids=["ref", "resource"])
@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_agrees(name, sparse, resource, dtype):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    if name.startswith("proximal") and dtype == "float64":
        pytest.skip("TensorFlow makes its hyperparameters float32")
    with tf1.Graph().as_default():
        wanted_ops, wanted, wanted_names, wanted_losses = train(tf1, OPTIMIZERS[name], sparse, resource, dtype)
    ops, values, names, losses = train(evergraph_names(), OPTIMIZERS[name], sparse, resource, dtype)
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
