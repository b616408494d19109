"""The protocol of `tf.train.Optimizer`, and what a training step is made of."""

import numpy as np
import pytest

from evergraph.engine.plan import build_plan
from evergraph.framework import errors
from evergraph.ops.updates.operations import sum_repeated_rows
from evergraph.optimizers.moving_averages import weighted_moving_average

RULES = {
    "descent": lambda tf: tf.train.GradientDescentOptimizer(0.1),
    "momentum": lambda tf: tf.train.MomentumOptimizer(0.1, 0.9),
    "adagrad": lambda tf: tf.train.AdagradOptimizer(0.1),
    "adadelta": lambda tf: tf.train.AdadeltaOptimizer(1.0),
    "adam": lambda tf: tf.train.AdamOptimizer(0.1),
    "rmsprop": lambda tf: tf.train.RMSPropOptimizer(0.1, centered=True),
    "ftrl": lambda tf: tf.train.FtrlOptimizer(0.1, l2_shrinkage_regularization_strength=0.1),
    "proximal_descent": lambda tf: tf.train.ProximalGradientDescentOptimizer(0.1, 0.1, 0.1),
    "proximal_adagrad": lambda tf: tf.train.ProximalAdagradOptimizer(0.1),
}


@pytest.fixture
def graph(eg):
    with eg.Graph().as_default() as graph:
        yield graph


def table_and_rows(tf, resource):
    table = tf.get_variable("table", initializer=np.ones((5, 2), np.float32), use_resource=resource)
    rows = tf.placeholder(tf.int32, [None])
    return table, rows, tf.reduce_sum(tf.square(tf.gather(table, rows)))


@pytest.mark.parametrize("resource", [False, True], ids=["ref", "resource"])
@pytest.mark.parametrize("sparse", [False, True], ids=["dense", "sparse"])
@pytest.mark.parametrize("name", RULES)
def test_a_step_is_one_program_that_reuses_the_variables(eg, graph, name, sparse, resource, monkeypatch):
    monkeypatch.setattr(
        "evergraph.engine.donation._SMALL_BYTES", -1
    )  # small ones are kept for the case of failure
    table, rows, loss = table_and_rows(eg, resource)
    loss = loss if sparse else eg.reduce_sum(eg.square(table))
    step = eg.Variable(0, trainable=False, name="global_step")
    optimizer = RULES[name](eg)
    update = optimizer.minimize(loss, global_step=step)
    plan = build_plan((update, loss), (rows,))
    (stage,) = [stage for stage in plan.stages if stage.kind == "device"]
    trained = {table.op.name} | {v.op.name for v in optimizer.variables()}
    assert {value.source.op.name for value in stage.inputs if value in stage.donated} == trained
    counted = [node.operation for stage in plan.stages if stage.kind == "host" for node in stage.nodes]
    assert counted == [update]


class Halving:
    """Mixin for a user's optimizer: takes half of the gradient, and keeps the indices it was given."""

    def __init__(self, name="Halving"):
        super().__init__(False, name)
        self.indices = []


def halving(tf):
    class HalvingOptimizer(Halving, tf.train.Optimizer):
        def _create_slots(self, var_list):
            for var in var_list:
                self._zeros_slot(var, "seen", self._name)

        def _apply_dense(self, grad, var):
            seen = self.get_slot(var, "seen").assign_add(grad)
            return tf.group(seen, tf.assign_sub(var, 0.5 * grad))

        def _resource_apply_dense(self, grad, var):
            return tf.group(self.get_slot(var, "seen").assign_add(grad), var.assign_sub(0.5 * grad))

        def _apply_sparse(self, grad, var):
            self.indices.append(grad.indices)
            return tf.scatter_sub(var, grad.indices, 0.5 * grad.values)

        def _resource_apply_sparse(self, grad, handle, indices):
            self.indices.append(indices)
            return tf.scatter_sub(handle, indices, 0.5 * grad).op

    return HalvingOptimizer()


@pytest.mark.parametrize("resource", [False, True], ids=["ref", "resource"])
def test_a_users_optimizer(eg, graph, resource):
    table, rows, loss = table_and_rows(eg, resource)
    bias = eg.get_variable("bias", initializer=np.float32(3), use_resource=resource)
    optimizer = halving(eg)
    update = optimizer.minimize(loss + bias * bias)
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        _, indices = session.run([update, optimizer.indices[0]], {rows: [3, 1, 3]})
        assert sorted(indices) == [1, 3]
        np.testing.assert_allclose(session.run(table)[:, 0], [1, 0, 1, -1, 1])
        assert session.run([bias, optimizer.get_slot(bias, "seen")]) == [0, 6]
    assert optimizer.get_slot_names() == ["seen"]
    assert [v.name for v in optimizer.variables()] == ["bias/Halving:0", "table/Halving:0"]


def test_a_subclass_of_adam_that_updates_rows_itself_gets_distinct_ones(eg, graph):
    class LazyAdam(eg.train.AdamOptimizer):
        def _apply_sparse(self, grad, var):
            self.seen = grad.indices
            return eg.scatter_sub(var, grad.indices, grad.values)

    table, rows, loss = table_and_rows(eg, False)
    optimizer = LazyAdam()
    update = optimizer.minimize(loss)
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        assert sorted(session.run([update, optimizer.seen], {rows: [4, 4, 0]})[1]) == [0, 4]


@pytest.mark.parametrize("name", sorted(set(RULES) - {"descent"}))
def test_rows_that_repeat_count_as_their_sum(eg, name):
    found = []
    for indices, values in (([3, 1, 3], [1, 2, 3]), ([1, 3], [2, 4])):
        with eg.Graph().as_default():
            table = eg.get_variable("table", initializer=np.ones((5, 2), np.float32))
            slices = eg.IndexedSlices(
                eg.constant(np.stack([values, values], 1), eg.float32),
                eg.constant(indices),
                eg.constant([5, 2]),
            )
            update = RULES[name](eg).apply_gradients([(slices, table)])
            with eg.Session() as session:
                session.run(eg.global_variables_initializer())
                session.run(update)
                session.run(update)
                found.append(session.run({v.name: v for v in eg.global_variables()}))
    for key, value in found[1].items():
        np.testing.assert_allclose(found[0][key], value, rtol=1e-6, err_msg=key)


@pytest.mark.parametrize("name", RULES)
def test_a_row_that_does_not_exist_changes_nothing(eg, graph, name):
    table = eg.get_variable("table", initializer=np.ones((5, 2), np.float32))
    slices = eg.IndexedSlices(eg.constant(np.ones((3, 2), np.float32)), eg.constant([1, 5, 2]), None)
    step = eg.Variable(0, trainable=False, name="global_step")
    update = RULES[name](eg).apply_gradients([(slices, table)], global_step=step)
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        before = session.run({v.name: v for v in eg.global_variables()})
        with pytest.raises(errors.InvalidArgumentError, match="is not in"):
            session.run(update)
        after = session.run({v.name: v for v in eg.global_variables()})
    for key, value in before.items():
        np.testing.assert_array_equal(after[key], value, err_msg=key)


@pytest.mark.parametrize("indices", [[], [2], [1, 1], [4, 0, 4, 2, 0, 4], [0, 1, 2], [7, 7, 7, 7]])
def test_sum_repeated_rows(eg, graph, indices):
    values = np.arange(2.0 * len(indices), dtype=np.float32).reshape(-1, 2)
    with eg.Session() as session:
        sums, rows = session.run(sum_repeated_rows(values, np.array(indices, np.int64)))
    assert sums.shape == values.shape and rows.shape == (len(indices),)
    assert set(rows) == set(indices)
    expected, found = np.zeros((8, 2)), np.zeros((8, 2))
    np.add.at(expected, np.array(indices, int), values)
    np.add.at(found, rows, sums)
    np.testing.assert_allclose(found, expected)
    filled = [row for row, total in zip(rows, sums) if total.any()]
    assert len(filled) == len(set(filled))


@pytest.mark.parametrize("resource", [False, True], ids=["ref", "resource"])
def test_constraint(eg, graph, resource):
    w = eg.get_variable(
        "w",
        initializer=np.array([1, -1], np.float32),
        use_resource=resource,
        constraint=lambda value: eg.maximum(value, 0.0),
    )
    optimizer = eg.train.GradientDescentOptimizer(1.0)
    update = optimizer.apply_gradients([(eg.constant([0.5, 0.5]), w)])
    slices = eg.IndexedSlices(eg.constant([1.0]), eg.constant([0]), eg.constant([2]))
    with pytest.raises(RuntimeError, match="constraint"):
        optimizer.apply_gradients([(slices, w)])
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        session.run(update)
        np.testing.assert_allclose(session.run(w), [0.5, 0])


@pytest.mark.parametrize("gate", ["GATE_NONE", "GATE_OP", "GATE_GRAPH"])
def test_gates(eg, graph, gate):
    a = eg.get_variable("a", initializer=np.float32(2))
    b = eg.get_variable("b", initializer=np.float32(3))
    optimizer = eg.train.GradientDescentOptimizer(1.0)
    pairs = optimizer.compute_gradients(a * b, gate_gradients=getattr(optimizer, gate))
    assert [v for _, v in pairs] == [a, b]
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        session.run(optimizer.apply_gradients(pairs))
        assert session.run([a, b]) == [-1, 1]


def test_loss_may_be_a_function(eg, graph):
    a = eg.get_variable("a", initializer=np.float32(2))
    eg.get_variable("unused", initializer=np.float32(2))
    ((gradient, var),) = eg.train.GradientDescentOptimizer(1.0).compute_gradients(lambda: a * a)
    assert var is a
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        assert session.run(gradient) == 4


def test_grad_loss_scales_the_gradients(eg, graph):
    a = eg.get_variable("a", initializer=np.float32(2))
    optimizer = eg.train.GradientDescentOptimizer(1.0)
    ((gradient, _),) = optimizer.compute_gradients(a * a, grad_loss=eg.constant(0.5))
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        assert session.run(gradient) == 2


@pytest.mark.parametrize("resource", [False, True], ids=["ref", "resource"])
def test_the_step_counts_after_the_update(eg, graph, resource):
    w = eg.get_variable("w", initializer=np.float32(8))
    step = eg.get_variable("step", initializer=np.int64(0), trainable=False, use_resource=resource)
    rate = eg.train.exponential_decay(1.0, step, 1, 0.5)
    update = eg.train.GradientDescentOptimizer(rate).apply_gradients(
        [(eg.constant(1.0), w)], global_step=step
    )
    assert eg.get_collection(eg.GraphKeys.TRAIN_OP) == [update]
    assert update.name == "GradientDescent"
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        seen = []
        for _ in range(3):
            session.run(update)
            seen.append(session.run([w, step]))
    assert seen == [[7, 1], [6.5, 2], [6.25, 3]]


def test_hyperparameters_may_be_tensors_or_functions(eg, graph):
    w = eg.get_variable("w", initializer=np.float64(1))
    rate = eg.placeholder(eg.float32, [])
    momentum = eg.train.MomentumOptimizer(rate, lambda: 0.5)
    update = momentum.apply_gradients([(eg.constant(1.0, eg.float64), w)])
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        session.run(update, {rate: 0.5})
        session.run(update, {rate: 0.25})
        assert session.run(w) == 1 - 0.5 - 0.25 * 1.5


def test_two_optimizers_have_slots_of_their_own(eg, graph):
    w = eg.get_variable("w", initializer=np.float32(1))
    for _ in range(2):
        optimizer = eg.train.MomentumOptimizer(0.1, 0.9)
        optimizer.minimize(w * w)
    assert optimizer.get_slot(w, "momentum").name == "w/Momentum_1:0"


def test_schedule_never_leaves_its_range(eg, graph):
    step = eg.placeholder(eg.int64, [])
    rate = eg.train.polynomial_decay(0.1, step, 20, 0.0, power=0.5)
    with eg.Session() as session:
        assert session.run(rate, {step: 20}) == session.run(rate, {step: 21}) == 0


def test_the_decay_of_a_moving_average_starts_low(eg, graph):
    w = eg.get_variable("w", initializer=np.float32(0))
    average = eg.train.ExponentialMovingAverage(0.99, num_updates=0)
    with eg.control_dependencies([eg.assign_add(w, 1.0)]):
        update = average.apply([w])
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        session.run(update)
        np.testing.assert_allclose(session.run(average.average(w)), 0.9)


def test_weighted_moving_average(eg, graph):
    value, weight = eg.placeholder(eg.float32, []), eg.placeholder(eg.float32, [])
    mean = weighted_moving_average(value, 0.5, weight)
    with eg.Session() as session:
        session.run(eg.global_variables_initializer())
        assert session.run(mean, {value: 2, weight: 3}) == 2
        np.testing.assert_allclose(session.run(mean, {value: 8, weight: 1}), (2 * 1.5 + 8 * 1) / (1.5 + 1))


def test_ftrl_in_float16_stays_near_what_it_approximates(eg, graph):
    found = {}
    for dtype in (eg.float16, eg.float64):
        w = eg.Variable([0.0, 0.0], dtype=dtype)
        update = eg.train.FtrlOptimizer(3.0, initial_accumulator_value=0.1).apply_gradients(
            [(eg.constant([0.1, 0.2], dtype), w)]
        )
        with eg.Session() as session:
            session.run(eg.global_variables_initializer())
            for _ in range(3):
                session.run(update)
            found[dtype] = session.run(w)
    np.testing.assert_allclose(found[eg.float16], found[eg.float64], rtol=1e-3)  # two steps of float16


def test_the_values_of_a_dict_of_variables_are_trained(eg, graph):
    weights = {"b": eg.get_variable("b", initializer=2.0), "a": eg.get_variable("a", initializer=3.0)}
    other = eg.get_variable("other", initializer=5.0)
    pairs = eg.train.GradientDescentOptimizer(0.1).compute_gradients(
        weights["a"] * weights["b"] * other, var_list=weights.values()
    )
    assert [v for _, v in pairs] == [weights["b"], weights["a"]]
