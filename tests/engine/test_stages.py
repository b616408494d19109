"""How operations gather into stages, and what is donated."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine.plan import build_plan


def plan_of(fetches, feeds=()):
    return build_plan(
        tuple(getattr(f, "op", f) if not isinstance(f, tf.Tensor) else f for f in fetches), tuple(feeds)
    )


def kinds(plan):
    return [stage.kind for stage in plan.stages]


def test_a_training_step_is_one_device_stage_between_host_stages():
    queue = tf.FIFOQueue(10, tf.float32, [[3]])
    x = queue.dequeue()
    w = tf.get_variable("w", [3])
    loss = tf.reduce_sum((w * x - 1.0) ** 2)
    step = tf.train.get_or_create_global_step()
    train = tf.train.AdamOptimizer().minimize(loss, global_step=step)
    summary = tf.summary.scalar("loss", loss)
    plan = plan_of([train, loss, summary])
    assert kinds(plan).count("device") == 1
    device = next(s for s in plan.stages if s.kind == "device")
    assert len(device.donated) == 5  # w, its two moments, the two powers of beta
    assert plan.stages[0].blocking and not plan.transactions[0].locks


def test_the_step_counter_lives_on_the_host():
    step = tf.train.get_or_create_global_step()
    plan = plan_of([tf.assign_add(step, 1)])
    assert kinds(plan) == ["host"]


def test_a_counter_that_the_device_needs_afterwards_stays_there():
    step = tf.get_variable("step", initializer=0, trainable=False)
    average = tf.get_variable("average", initializer=0.0)
    count = tf.assign_add(step, 1)
    with tf.control_dependencies([count]):
        follow = average.assign_add(tf.to_float(step))
    plan = plan_of([follow])
    assert kinds(plan) == ["device"]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        assert [sess.run(follow) for _ in range(3)] == [1.0, 3.0, 6.0]


def test_values_that_a_later_failure_must_not_lose_are_not_donated():
    v = tf.get_variable("v", initializer=1.0)
    new = tf.assign_add(v, 1.0)

    def fail(x):
        raise ValueError(f"no {x}")

    with tf.control_dependencies([new]):
        check = tf.py_func(fail, [new + 0.0], tf.float32)
    plan = plan_of([check])
    assert kinds(plan) == ["device", "host"]
    assert not plan.stages[0].donated
    with tf.Session() as sess:
        sess.run(v.initializer)
        with pytest.raises(tf.errors.InvalidArgumentError, match="no 2.0"):
            sess.run(check)
        assert sess.run(v) == 1.0


def test_writes_wait_for_host_operations_they_do_not_depend_on():
    v = tf.get_variable("v", initializer=1.0)
    loss = v * 2.0

    def fail(x):
        raise RuntimeError("bad loss")

    report = tf.py_func(fail, [loss], tf.float32)
    train = v.assign_sub(loss)
    with tf.Session() as sess:
        sess.run(v.initializer)
        with pytest.raises(tf.errors.UnknownError, match="bad loss"):
            sess.run([train, report])
        assert sess.run(v) == 1.0


STATIC = [
    ("shape of the input", lambda x, n: tf.reshape(x, [tf.shape(x)[0] * 2, -1]), (8, 3)),
    ("fed", lambda x, n: tf.reshape(x, tf.stack([n, -1])), (2, 12)),
    ("fed range", lambda x, n: tf.range(n * 3), (6,)),
    ("computed", lambda x, n: tf.zeros([tf.to_int32(tf.reduce_sum(x)), n]), (24, 2)),
    ("mask", lambda x, n: tf.sequence_mask([1, 2], n), (2, 2)),
    ("data dependent", lambda x, n: tf.boolean_mask(x, tf.equal(tf.range(4), n)) * 2.0, (1, 6)),
]


@pytest.mark.parametrize("make, shape", [row[1:] for row in STATIC], ids=[row[0] for row in STATIC])
def test_static_operands(make, shape):
    x = tf.placeholder(tf.float32, [None, 6])
    n = tf.placeholder(tf.int32, [])
    y = make(x, n)
    with tf.Session() as sess:
        value = sess.run(y, {x: np.ones((4, 6), np.float32), n: 2})
        assert value.shape == shape
        assert y.shape.is_compatible_with(shape)
        sess.run(y, {x: np.ones((4, 6), np.float32), n: 1 if "fed range" not in shape else 4})


def test_a_new_value_of_a_static_operand_compiles_anew_and_old_ones_are_kept():
    n = tf.placeholder(tf.int32, [])
    y = tf.range(n) + 1
    with tf.Session() as sess:
        for count in (3, 5, 3):
            assert sess.run(y, {n: count}).tolist() == list(range(1, count + 1))


def test_two_host_devices():
    with tf.device("/cpu:0"):
        a = tf.get_variable("a", initializer=np.ones((2, 2), np.float32))
    with tf.device("/cpu:1"):
        b = tf.matmul(a, a) + 1.0
    with tf.device("/cpu:0"):
        c = b * 2.0
        train = a.assign_add(c)
    with tf.Session() as sess:
        sess.run(a.initializer)
        assert np.all(sess.run([c, train.op])[0] == 6.0)
        assert np.all(sess.run(a) == 7.0)
        plan = next(r.plan for r in sess._runs.values() if hasattr(r, "plan") and len(r.plan.stages) > 1)
        assert [stage.device for stage in plan.stages] == ["/device:CPU:1", ""]


def test_a_stage_of_another_kind_runs_where_its_runner_says():
    """A collective stage: one program that all processes run together; here a fake that doubles."""
    import jax.numpy as jnp

    from evergraph.engine.device_step import DeviceStep
    from evergraph.framework import registry
    from evergraph.ops.registry import collective_op

    if not registry.has_definition("FakeAllReduce"):

        @collective_op("FakeAllReduce", "value: T -> sum: T")
        def fake_all_reduce(value):
            return jnp.add(value, value)

    ran = []

    class FakeCollective(DeviceStep):
        def make(self, key, donated, inputs, statics):
            ran.append([node.operation.name for node in self.stage.nodes])
            return super().make(key, donated, inputs, statics)

    w = tf.get_variable("w", initializer=1.0)
    gradient = w * 3.0
    total = registry.definition_named("FakeAllReduce")(gradient, name="all_reduce")
    update = w.assign_sub(total)
    with tf.Session() as sess:
        sess._runtime.stage_runners["collective"] = FakeCollective
        try:
            sess.run(w.initializer)
            sess.run(update)
            plan = next(r.plan for r in sess._runs.values() if hasattr(r, "plan") and len(r.plan.stages) == 3)
            assert kinds(plan) == ["device", "collective", "device"]
            assert ran == [["all_reduce"]]
            assert sess.run(w) == -5.0
        finally:
            del sess._runtime.stage_runners["collective"]


def test_sessions_of_a_graph_share_plans_and_programs():
    v = tf.get_variable("v", initializer=np.zeros(3, np.float32))
    traced = []

    def body(x):
        traced.append(1)
        return x

    from evergraph.framework import registry
    from evergraph.ops.registry import device_op

    if not registry.has_definition("CountTraces"):
        device_op("CountTraces", "x: T -> y: T", shape=lambda op: op.input_tensors[0].shape)(
            lambda x: HOOK[0](x)
        )
    HOOK[0] = body
    update = v.assign_add(registry.definition_named("CountTraces")(v + 1.0)).op
    for _ in range(3):
        with tf.Session() as sess:
            sess.run(v.initializer)
            for _ in range(2):
                sess.run(update)
            assert sess.run(v).tolist() == [3.0, 3.0, 3.0]
    assert len(traced) == 1


HOOK = [None]


def test_a_shape_is_known_to_the_stages_after_its_own():
    x = tf.placeholder(tf.float32, [None])
    size = tf.shape(tf.exp(x))[0]  # the first stage makes it, for the host operation between the two
    last = tf.py_func(lambda n: n - 1, [size], tf.int32)
    picked = tf.gather(tf.range(size), last)  # `size` sets a shape here
    with tf.Session() as session:
        for count in (3, 5):
            assert session.run(picked, {x: np.zeros(count)}) == count - 1


@pytest.mark.parametrize("optimizer", [tf.train.AdamOptimizer(), tf.train.MomentumOptimizer(0.1, 0.9)])
def test_donated_variables_of_one_shape_come_in_the_order_of_their_new_values(optimizer):
    """JAX gives the first donated buffer of a type to the first output of that type: others would be copied."""
    x = tf.placeholder(tf.float32, [4, 4])
    hidden = x
    for i in range(3):
        hidden = tf.nn.relu(tf.matmul(hidden, tf.get_variable(f"w{i}", [4, 4])))
    loss = tf.reduce_sum(hidden)
    (stage,) = plan_of([hidden, loss, optimizer.minimize(loss)], [x]).stages
    donated = [v.source for v in stage.inputs if v in stage.donated]
    versions = {version: source for node in stage.nodes for source, version in node.writes}
    assert len(donated) >= 6
    assert [versions.get(v) for v in stage.outputs[: len(donated)]] == donated


def test_a_mask_that_is_fed_is_looked_at_on_the_host():
    x, ids = tf.placeholder(tf.float32, [None, None]), tf.placeholder(tf.int32, [None, None])
    chosen = tf.boolean_mask(x * 2.0, tf.not_equal(ids, 0))
    plan = plan_of([chosen], [x, ids])
    assert kinds(plan) == ["host", "device"]
    with tf.Session() as sess:
        assert sess.run(chosen, {x: [[1.0, 2.0, 3.0]], ids: [[0, 5, 6]]}).tolist() == [4.0, 6.0]


def test_a_comparison_that_the_device_needs_too_stays_there():
    x = tf.placeholder(tf.float32, [None])
    positive = tf.greater(x, 0.0)
    plan = plan_of([tf.where(positive), tf.reduce_sum(tf.where(positive, x, -x))], [x])
    assert kinds(plan).count("device") >= 1
    assert all(node.placement == "device" for node in plan.block.nodes if node.operation is positive.op)
