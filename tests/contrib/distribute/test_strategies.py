"""Strategies on two host devices; the counterpart is one process that has the batches of all towers in one."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.distribute.values import PerDevice, regroup, select_device
from evergraph.ops import distribute as base

DEVICES = ["/device:GPU:0", "/device:GPU:1"]
RANDOM = np.random.RandomState(0)
X = RANDOM.rand(8, 4, 3).astype(np.float32)  # eight batches of four
Y = X.sum(2, keepdims=True)


@pytest.fixture
def mirrored():
    return tf.contrib.distribute.MirroredStrategy(DEVICES)


def batches():
    return tf.data.Dataset.from_tensor_slices((X, Y)).repeat()


def dense(x, y):
    hidden = tf.layers.dense(x, 5, tf.tanh, kernel_initializer=tf.glorot_uniform_initializer(seed=1))
    out = tf.layers.dense(hidden, 1, kernel_initializer=tf.glorot_uniform_initializer(seed=2))
    return tf.losses.mean_squared_error(y, out)


def named(x, y):
    w = tf.get_variable("w", [3, 1], initializer=tf.ones_initializer())
    with tf.variable_scope("deep"):
        b = tf.get_variable("b", initializer=0.5)
    return tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y))


def normalized(x, y):
    x = tf.layers.batch_normalization(x, training=True, momentum=0.5)
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        return tf.identity(named(x, y))


def summed(x, y):
    w = tf.get_variable("w", [3, 1], initializer=tf.ones_initializer())
    return tf.losses.mean_squared_error(y, tf.matmul(x, w), reduction=tf.losses.Reduction.SUM)


def looked_up(x, y):
    table = tf.get_variable("table", [6, 1], initializer=tf.ones_initializer())
    rows = tf.nn.embedding_lookup(table, tf.cast(x[:, 0] * 6, tf.int32))
    return tf.reduce_mean(tf.square(rows - y))


def train_op(loss, optimizer):
    step = tf.train.get_or_create_global_step()
    return optimizer.minimize(loss, global_step=step), loss


def train_with(strategy, model, optimizer, steps=5):
    """({name: value} of the trained variables, the losses of the last step, the global step)"""
    with tf.Graph().as_default() as graph, strategy.scope():
        tf.train.get_or_create_global_step()
        iterator = strategy.distribute_dataset(batches).make_one_shot_iterator()

        def tower(x, y):
            return train_op(model(x, y), optimizer)

        train, losses = strategy.call_for_each_tower(tower, *iterator.get_next())
        train, losses = strategy.group(train), strategy.unwrap(losses)
        with tf.Session(graph=graph) as session:
            session.run(tf.global_variables_initializer())
            for _ in range(steps):
                _, found = session.run([train, losses])
            variables = {v.op.name: session.run(v) for v in tf.global_variables()}
            return variables, found, variables["global_step"]


def train_alone(model, optimizer, steps=5):
    """The same by one device with batches of twice the size."""
    with tf.Graph().as_default(), tf.Session() as session:
        x, y = tf.placeholder(tf.float32, [None, 3]), tf.placeholder(tf.float32, [None, 1])
        train, _ = train_op(model(x, y), optimizer)
        session.run(tf.global_variables_initializer())
        for step in range(steps):
            both = [2 * step % 8, 2 * step % 8 + 1]
            session.run(train, {x: np.concatenate(X[both]), y: np.concatenate(Y[both])})
        return {v.op.name: session.run(v) for v in tf.global_variables()}


@pytest.mark.parametrize("model", [dense, named, summed, looked_up])
@pytest.mark.parametrize(
    "make", [lambda: tf.train.AdamOptimizer(0.1), lambda: tf.train.GradientDescentOptimizer(0.01)]
)
def test_towers_make_the_steps_of_one_device_with_all_their_batches(mirrored, model, make):
    found, _, step = train_with(mirrored, model, make())
    expected = train_alone(model, make())
    assert step == 5
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-4, atol=2e-5, err_msg=name)


def test_moving_averages_take_the_mean_of_the_towers(mirrored):
    found, *_ = train_with(mirrored, normalized, tf.train.GradientDescentOptimizer(0.0), steps=1)
    first, second = (X[i].mean(0) for i in (0, 1))
    mean = next(value for name, value in found.items() if name.endswith("moving_mean"))
    np.testing.assert_allclose(mean, 0.5 * (first + second) / 2, rtol=1e-5)


def test_a_step_is_one_program_of_all_towers(mirrored):
    with tf.Graph().as_default() as graph, mirrored.scope():
        tf.train.get_or_create_global_step()
        iterator = mirrored.distribute_dataset(batches).make_one_shot_iterator()
        optimizer = tf.train.AdamOptimizer(0.1)
        train, _ = mirrored.call_for_each_tower(
            lambda x, y: train_op(dense(x, y), optimizer), *iterator.get_next()
        )
        with tf.Session(graph=graph) as session:
            session.run(tf.global_variables_initializer())
            metadata = tf.RunMetadata()
            options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
            for _ in range(2):
                session.run(mirrored.group(train), options=options, run_metadata=metadata)
    assert "one program of 2 towers" in str(metadata.step_stats)


def test_one_device():
    strategy = tf.contrib.distribute.OneDeviceStrategy("/device:GPU:1")
    with strategy.scope():
        x, y = strategy.distribute_dataset(batches).make_one_shot_iterator().get_next()
        optimizer = tf.train.GradientDescentOptimizer(0.1)
        train, loss = strategy.call_for_each_tower(lambda x, y: train_op(named(x, y), optimizer), x, y)
        assert tf.trainable_variables()[0].device == "/device:GPU:1"
        assert strategy.unwrap(loss) == [loss]
        assert strategy.reduce("mean", loss) is loss
        squares = strategy.map([1.0, 2.0], lambda v: tf.constant(v) ** 2)
        total = strategy.reduce("mean", squares)
        assert strategy.num_towers == 1
        assert strategy.is_single_tower
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        before = session.run(loss)
        session.run(train)
        assert before > 0
        assert session.run(total) == 2.5


def test_the_steps_of_a_monitor(mirrored):
    def dataset():
        return tf.data.Dataset.from_tensors([[1.0]]).repeat(40)

    with tf.Graph().as_default(), mirrored.scope(), tf.Session() as session:
        layer = tf.layers.Dense(1, use_bias=False)
        step = tf.contrib.distribute.StandardSingleLossStep(
            dataset,
            lambda x: tf.square(tf.reshape(layer(x), []) - 1.0),
            tf.train.GradientDescentOptimizer(0.1),
            mirrored,
        )
        monitor = tf.contrib.distribute.Monitor(step, session)
        monitor.run_steps(10)
        monitor.run_steps()  # to the end of the input, which is two elements a step
        np.testing.assert_allclose(session.run(layer.kernel), [[1.0]], atol=1e-3)


def test_contexts(mirrored):
    distribute = tf.contrib.distribute
    default = distribute.get_tower_context()
    assert default.tower_id == 0
    assert not distribute.has_distribution_strategy()
    assert distribute.get_cross_tower_context() is None
    with mirrored.scope():
        with mirrored.scope():  # again
            assert distribute.get_cross_tower_context() is mirrored
        assert distribute.get_tower_context() is None
        seen = []

        def tower(number):
            context = distribute.get_tower_context()
            distribute.require_tower_context(context)
            with pytest.raises(RuntimeError, match="merge_call"):
                mirrored.unwrap(1)
            seen.append((context.tower_id, number, context.device, context.num_towers))
            first = context.merge_call(lambda strategy, n: sum(strategy.unwrap(n)), number + 1)
            own = context.merge_call(lambda strategy, n: n, number)
            return first, own, tf.constant(0.0).name

        first, own, names = mirrored.call_for_each_tower(tower, mirrored.worker_device_index)
        assert first == 3
        assert mirrored.unwrap(own) == [0, 1]
        assert mirrored.unwrap(names) == ["Const:0", "tower_1/Const:0"]
    assert seen == [(0, 0, DEVICES[0], 2), (1, 1, DEVICES[1], 2)]
    assert distribute.get_tower_context() is default


def test_mistakes_of_towers(mirrored):
    with mirrored.scope():
        context = tf.contrib.distribute.get_tower_context

        def uneven(number):
            if number:
                context().merge_call(lambda strategy: None)

        with pytest.raises(RuntimeError, match="different number"):
            mirrored.call_for_each_tower(uneven, mirrored.worker_device_index)

        def unlike(number):
            return tf.contrib.framework.model_variable("w", []) if number == 0 else tf.get_variable("v", [])

        with pytest.raises((RuntimeError, ValueError), match="v"):
            mirrored.call_for_each_tower(unlike, mirrored.worker_device_index)

        def fails(number):
            raise KeyError(number)

        with pytest.raises(KeyError):
            mirrored.call_for_each_tower(fails, mirrored.worker_device_index)
        with pytest.raises(RuntimeError, match="cross-tower context"):
            tf.train.GradientDescentOptimizer(0.1).apply_gradients([])
        with pytest.raises(ValueError, match="'sum' or 'mean'"):
            mirrored.reduce("max", 1)
    with pytest.raises(RuntimeError, match="Need to be inside"):
        mirrored.reduce("sum", 1)
    with pytest.raises(ValueError, match="only specify one"):
        tf.contrib.distribute.MirroredStrategy(DEVICES, num_gpus=2)
    with pytest.raises(ValueError, match="No duplicates"):
        tf.contrib.distribute.MirroredStrategy(["/gpu:0", "/gpu:0"])
    with pytest.raises(ValueError, match="at least one"):
        tf.contrib.distribute.MirroredStrategy([])


def test_devices_that_are_not_named():
    strategy = tf.contrib.distribute.MirroredStrategy(num_gpus=2)
    assert strategy.worker_devices == DEVICES
    assert tf.contrib.distribute.MirroredStrategy().num_towers >= 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: tf.contrib.distribute.ReductionToOneDeviceCrossTowerOps(),
        lambda: tf.contrib.distribute.ReductionToOneDeviceCrossTowerOps(
            "/cpu:0", accumulation_fn=lambda v: v[0] + v[1]
        ),
        lambda: tf.contrib.distribute.AllReduceCrossTowerOps("nccl", num_packs=2),
    ],
)
def test_cross_tower_ops(make):
    ways = make()
    value = PerDevice({DEVICES[0]: tf.constant([1.0, 2.0]), DEVICES[1]: tf.constant([3.0, 6.0])})
    rows = PerDevice(
        {
            device: tf.IndexedSlices(tf.constant([[float(i)]]), tf.constant([i]), tf.constant([2, 1]))
            for i, device in enumerate(DEVICES)
        }
    )
    total, mean = ways.batch_reduce("sum", [(value, None)])[0], ways.reduce("mean", value, "/cpu:0")
    joined = ways.reduce("mean", rows)
    with tf.Session() as session:
        assert session.run(total).tolist() == [4.0, 8.0]
        assert session.run(mean).tolist() == [2.0, 4.0]
        assert session.run([joined.values, joined.indices])[0].tolist() == [[0.0], [0.5]]
    with pytest.raises(ValueError, match="must be a PerDevice"):
        ways.reduce("sum", tf.constant(1.0))


def test_structures_of_values():
    per_device = {"/gpu:0": {"a": (1, [2])}, "/gpu:1": {"a": (1, [3])}}
    grouped = regroup(per_device)
    assert grouped["a"][0] == 1
    assert grouped["a"][1][0].values() == [2, 3]
    assert select_device("/gpu:1", grouped) == per_device["/gpu:1"]
    with pytest.raises(ValueError, match="not found"):
        grouped["a"][1][0].get("/gpu:7")
    with pytest.raises(ValueError, match="different keys"):
        regroup({"/gpu:0": {"a": 1}, "/gpu:1": {"b": 1}})


def test_fetch_update_and_local_variables(mirrored):
    with mirrored.scope():
        v = tf.get_variable("v", initializer=2.0)
        with mirrored.tower_local_var_scope("sum"):
            count = tf.get_variable("count", initializer=0.0)
        assert count not in tf.trainable_variables()
        counted = mirrored.group(
            mirrored.call_for_each_tower(
                lambda n: tf.assign_add(count, n + 1.0).op, mirrored.worker_device_index
            )
        )
        grown = mirrored.group(mirrored.update(v, tf.assign_add, 1.0))
        read = mirrored.fetch(v, fn=lambda x: x * 2)
        assert base.get_update_device() is None
        mirrored.update_non_slot(mirrored.non_slot_devices([v]), lambda: None)
        assert mirrored.broadcast(v) is v
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run([counted, grown])
        assert session.run([count, read]) == [3.0, 6.0]


def test_summaries_are_those_of_the_first_tower(mirrored):
    with mirrored.scope():
        mirrored.call_for_each_tower(lambda: tf.summary.scalar("loss", tf.constant(1.0)))
    assert [s.op.name for s in tf.get_collection(tf.GraphKeys.SUMMARIES)] == ["loss"]
