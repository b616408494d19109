"""Towers on several devices: what they give is what one device gives, by one program or by programs side by side.

Each row of `PROGRAMS` is a way in which programs write the loop over their devices; it is run on two devices and on one.
"""

import os
import pathlib
import signal
import subprocess
import sys
import threading

import jax
import numpy as np
import pytest

import evergraph as tf

SOFT = tf.ConfigProto(allow_soft_placement=True)
RANDOM = np.random.RandomState(0)
FEATURES = RANDOM.rand(12, 6).astype(np.float32)
LABELS = RANDOM.randint(0, 3, 12)


def dense_loss(x, y, tower, **layers):
    h = tf.layers.dense(x, 8, activation=tf.nn.relu, name="hidden", **layers)
    logits = tf.layers.dense(h, 3, name="logits", **layers)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))


def mean_by_concat(gradients):
    return tf.reduce_mean(tf.concat([tf.expand_dims(g, 0) for g in gradients], 0), 0)


def mean_by_stack(gradients):
    return tf.reduce_mean(tf.stack(gradients), 0)


def mean_by_sum(gradients):
    return tf.add_n(gradients) / len(gradients)


def train_towers(
    devices,
    loss_of=dense_loss,
    inputs=None,
    mean=mean_by_concat,
    optimizer=None,
    variables_on=None,
    home="/cpu:0",
    extra=None,
):
    """(train operation, loss of each tower, feeds) of the usual loop over devices."""
    tf.set_random_seed(7)
    count = len(devices)
    with tf.device(home):
        step = tf.train.get_or_create_global_step()
        xs, ys, feeds = (inputs or split_inputs)(count)
        optimizer = optimizer or tf.train.AdamOptimizer(0.05)
        losses, gradients = [], []
        for tower, device in enumerate(devices):

            def place(operation, device=device):
                is_variable = operation.type in ("VariableV2", "VarHandleOp")
                return variables_on if variables_on and is_variable else device

            with tf.device(place), tf.name_scope(f"tower_{tower}"):
                with tf.variable_scope("net", reuse=tower > 0):
                    losses.append(loss_of(xs[tower], ys[tower], tower))
                gradients.append(optimizer.compute_gradients(losses[-1]))
        means = [(mean([g for g, _ in alike]), alike[0][1]) for alike in zip(*gradients)]
        after = extra(losses) if extra else []
        with tf.control_dependencies(after):
            train = optimizer.apply_gradients(means, global_step=step)
    return train, losses, feeds


def split_inputs(count):
    x, y = tf.placeholder(tf.float32, [None, 6]), tf.placeholder(tf.int64, [None])
    return tf.split(x, count), tf.split(y, count), {x: FEATURES, y: LABELS}


def sliced_inputs(count):
    x, y = tf.placeholder(tf.float32, [None, 6]), tf.placeholder(tf.int64, [None])
    size = len(FEATURES) // count
    parts = [slice(i * size, (i + 1) * size) for i in range(count)]
    return [x[part] for part in parts], [y[part] for part in parts], {x: FEATURES, y: LABELS}


def own_placeholders(count):
    xs = [tf.placeholder(tf.float32, [None, 6]) for _ in range(count)]
    ys = [tf.placeholder(tf.int64, [None]) for _ in range(count)]
    feeds = dict(zip(xs, np.split(FEATURES, count))) | dict(zip(ys, np.split(LABELS, count)))
    return xs, ys, feeds


def constant_inputs(count):
    parts = zip(np.split(FEATURES, count), np.split(LABELS, count))
    xs, ys = zip(*((tf.constant(x), tf.constant(y)) for x, y in parts))
    return xs, ys, {}


def drawn_inputs(count):
    """On the device, from one tensor that is cut there."""
    x = tf.cumsum(tf.fill([12, 6], 0.1))
    y = tf.cast(tf.range(12) % 3, tf.int64)
    return tf.split(x, count), tf.split(y, count), {}


def queue_inputs(count):
    queue = tf.train.input_producer(FEATURES, shuffle=False, capacity=8)
    xs = [queue.dequeue_many(6) for _ in range(count)]
    return xs, [tf.cast(tf.reduce_sum(x, 1), tf.int64) % 3 for x in xs], {}


def normalized_loss(x, y, tower):
    h = tf.layers.batch_normalization(tf.layers.dense(x, 8, name="hidden"), training=True, name="norm")
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=tf.layers.dense(h, 3, name="out"))
    )


def updates_of_first_tower(losses):
    return tf.get_collection(tf.GraphKeys.UPDATE_OPS, "tower_0")


def updates_of_all_towers(losses):
    return tf.get_collection(tf.GraphKeys.UPDATE_OPS)


def dropout_loss(x, y, tower):
    return dense_loss(tf.nn.dropout(x, 0.5), y, tower)


def decayed_loss(x, y, tower):
    decay = tf.contrib.layers.l2_regularizer(0.1)
    loss = dense_loss(x, y, tower, kernel_regularizer=decay)
    return loss + tf.add_n(tf.losses.get_regularization_losses())


def recurrent_loss(x, y, tower):
    cell = tf.nn.rnn_cell.BasicRNNCell(5)
    outputs, _ = tf.nn.dynamic_rnn(cell, tf.reshape(x, [-1, 3, 2]), dtype=tf.float32)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=outputs[:, -1, :3]))


def scaled_loss(x, y, tower):
    return dense_loss(x, y, tower) * (1.0 + tower)


def deeper_second_loss(x, y, tower):
    return dense_loss(tf.tanh(x) if tower else x, y, tower)


DESCENT = tf.train.GradientDescentOptimizer(0.1)

PROGRAMS = {
    "split, concat": ({}, True),
    "slices, stack": ({"inputs": sliced_inputs, "mean": mean_by_stack}, True),
    "placeholders, sum": ({"inputs": own_placeholders, "mean": mean_by_sum}, True),
    "constants": ({"inputs": constant_inputs}, True),
    "cut on the device": ({"inputs": drawn_inputs}, True),
    "queue": ({"inputs": queue_inputs}, True),
    "variables on the CPU": ({"variables_on": "/cpu:0"}, True),
    "momentum": ({"optimizer": tf.train.MomentumOptimizer(0.1, 0.9)}, True),
    "moving averages of the first tower": (
        {"loss_of": normalized_loss, "extra": updates_of_first_tower, "optimizer": DESCENT},
        True,
    ),
    "moving averages of all towers": (
        {"loss_of": normalized_loss, "extra": updates_of_all_towers, "optimizer": DESCENT},
        True,
    ),
    "dropout": ({"loss_of": dropout_loss}, True),
    "weight decay": ({"loss_of": decayed_loss}, True),
    "recurrent": ({"loss_of": recurrent_loss}, True),
    "constants that differ": ({"loss_of": scaled_loss}, True),
    "towers that differ": ({"loss_of": deeper_second_loss}, False),
}


def towers_of(session):
    """How many towers the programs of a session's plans have, one number for each device program with any."""
    plans = {run.plan for run in session._runs.values() if hasattr(run, "plan")}
    return [len(s.towers.devices) for plan in plans for s in plan.stages if s.towers is not None]


def outcome(devices, options, steps=3):
    """(losses of each step, the variables at the end, towers) of a program on these devices."""
    with tf.Graph().as_default():
        train, losses, feeds = train_towers(devices, **options)
        with tf.Session(config=SOFT) as session:
            session.run(tf.global_variables_initializer())
            coordinator = tf.train.Coordinator()
            threads = tf.train.start_queue_runners(session, coordinator)
            found = [session.run([*losses, train], feeds)[:-1] for _ in range(steps)]
            session.run(train, feeds)
            coordinator.request_stop()
            values = session.run({v.op.name: v for v in tf.global_variables()})
            session.run([])
            towers = towers_of(session)
        coordinator.join(threads, stop_grace_period_secs=30, ignore_live_threads=True)
        return np.array(found), values, towers


@pytest.mark.parametrize("name", PROGRAMS)
def test_towers_on_two_devices_give_what_one_device_gives(name):
    options, is_joined = PROGRAMS[name]
    losses, values, towers = outcome(["/gpu:0", "/gpu:1"], options)
    expected_losses, expected, none = outcome(["/gpu:0", "/gpu:0"], options)
    assert towers == ([2, 2] if is_joined else []) and none == []
    np.testing.assert_allclose(losses, expected_losses, rtol=2e-5, atol=1e-6)
    assert values.keys() == expected.keys()
    for variable, value in values.items():
        np.testing.assert_allclose(value, expected[variable], rtol=2e-4, atol=2e-5, err_msg=variable)


def test_parts_of_different_sizes_are_not_joined_in_that_run():
    train, losses, feeds = train_towers(["/gpu:0", "/gpu:1"], inputs=sliced_inputs)
    x, y = feeds
    with tf.Session(config=SOFT) as session:
        session.run(tf.global_variables_initializer())
        for _ in range(2):
            assert session.run([*losses, train], feeds)[0] > 0
            before = session.run([*losses, train], {x: FEATURES[:9], y: LABELS[:9]})
            after = session.run(losses, {x: FEATURES[:9], y: LABELS[:9]})
            assert sum(after) < sum(before[:2])
        assert towers_of(session) == [2, 2]


def test_what_others_do_to_the_variables_is_seen_and_nothing_is_copied_without_need(monkeypatch):
    put = jax.device_put
    train, losses, feeds = train_towers(["/gpu:0", "/gpu:1"], optimizer=DESCENT)
    bias = next(v for v in tf.trainable_variables() if v.op.name == "net/logits/bias")
    raised = bias.assign_add([100.0, 0.0, 0.0])
    with tf.device("/gpu:1"):
        on_other_device = bias * 2.0
    with tf.Session(config=SOFT) as session:
        session.run(tf.global_variables_initializer())
        for _ in range(2):
            session.run(train, feeds)
        spread = dict(session._resources.store.spread)
        assert spread and all(cell.value is part for cell, (part, _) in spread.items())
        assert all(len(array.devices()) == 2 for _, array in spread.values())
        copied = []
        monkeypatch.setattr(jax, "device_put", lambda arrays, to: copied.extend(arrays) or put(arrays, to))
        session.run(train, feeds)
        assert sum(isinstance(array, jax.Array) for array in copied) == 0
        monkeypatch.undo()
        before = session.run(losses[0], feeds)
        value = session.run(bias)
        assert not session.run(raised)[0] < 90
        np.testing.assert_allclose(session.run(bias), value + [100, 0, 0], rtol=1e-5)
        np.testing.assert_allclose(session.run(on_other_device), 2 * (value + [100, 0, 0]), rtol=1e-5)
        assert session.run([losses[0], train], feeds)[0] > before + 10
        session.run(bias.initializer)
        session.run(train, feeds)
        assert np.abs(session.run(bias)).max() < 1


def test_a_check_that_fails_in_a_tower_names_its_operation_and_leaves_the_variables():
    def loss_of(x, y, tower):
        wanted = tf.cast(tf.reduce_sum(x, 1), tf.int64)  # made on the device, so that the program checks it
        return dense_loss(x, wanted, tower)

    train, losses, feeds = train_towers(["/gpu:0", "/gpu:1"], loss_of=loss_of, inputs=own_placeholders)
    first, second = list(feeds)[:2]
    good, bad = np.full([6, 6], 0.3, np.float32), np.full([6, 6], 3, np.float32)
    with tf.Session(config=SOFT) as session:
        session.run(tf.global_variables_initializer())
        session.run(train, {first: good, second: good})
        before = session.run(tf.global_variables())
        for values, tower in (((good, bad), 1), ((bad, good), 0), ((bad, bad), 0)):
            with pytest.raises(tf.errors.InvalidArgumentError, match="18") as caught:
                session.run(train, dict(zip((first, second), values)))
            assert caught.value.op.name.startswith(f"tower_{tower}/")
        assert towers_of(session) == [2]
        for one, other in zip(before, session.run(tf.global_variables())):
            np.testing.assert_array_equal(one, other)
        session.run(train, {first: good, second: good})


def test_a_trace_says_how_towers_ran():
    train, losses, feeds = train_towers(["/gpu:0", "/gpu:1"])
    metadata = tf.RunMetadata()
    with tf.Session(config=SOFT) as session:
        session.run(tf.global_variables_initializer())
        session.run([train, *losses], feeds, tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), metadata)
    nodes = [node for stats in metadata.step_stats.dev_stats for node in stats.node_stats]
    assert any("2 towers" in node.timeline_label for node in nodes)


def test_checkpoints_of_what_several_devices_hold(tmp_path):
    train, losses, feeds = train_towers(["/gpu:0", "/gpu:1"])
    hooks = [tf.train.CheckpointSaverHook(str(tmp_path), save_steps=2)]
    with tf.train.SingularMonitoredSession(hooks, config=SOFT) as session:
        for _ in range(4):
            session.run(train, feeds)
        expected = session.run(tf.global_variables())
        after = session.run([*losses, train], feeds)[:-1]
    for devices in (["/gpu:0", "/gpu:1"], ["/cpu:0", "/cpu:0"]):  # read by any number
        with tf.Graph().as_default():
            train, losses, feeds = train_towers(devices)
            with tf.Session(config=SOFT) as session:
                tf.train.Saver().restore(session, str(tmp_path / "model.ckpt-4"))
                for variable, value in zip(tf.global_variables(), expected):
                    np.testing.assert_array_equal(session.run(variable), value)
                np.testing.assert_allclose(session.run([*losses, train], feeds)[:-1], after, rtol=1e-5)


def test_threads_that_train_the_same_towers():
    """Steps of several threads are made one after the other: none is lost, whoever began it."""
    train, losses, feeds = train_towers(["/gpu:0", "/gpu:1"], optimizer=DESCENT)
    step = tf.train.get_global_step()
    failures = []

    def work(session):
        try:
            for _ in range(5):
                session.run([train, *losses], feeds)
        except Exception as failure:
            failures.append(failure)

    with tf.Session(config=SOFT) as session:
        session.run(tf.global_variables_initializer())
        first = session.run(tf.trainable_variables())
        session.run(train, feeds)
        threads = [threading.Thread(target=work, args=(session,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert session.run(step) == 21
        assert towers_of(session) == [2, 2]
        found = session.run(tf.trainable_variables())
        for variable, value in zip(tf.trainable_variables(), first, strict=True):
            variable.load(value, session)
        for _ in range(21):
            session.run(train, feeds)
        for value, expected in zip(found, session.run(tf.trainable_variables()), strict=True):
            np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-6)


def test_ctrl_c_comes_between_steps_of_towers(tmp_path):
    """The step that is under way is finished and saved; training goes on from it."""
    train, losses, feeds = train_towers(["/gpu:0", "/gpu:1"])
    made = []
    with pytest.raises(KeyboardInterrupt):
        hooks = [tf.train.CheckpointSaverHook(str(tmp_path), save_secs=10_000)]
        with tf.train.SingularMonitoredSession(hooks, config=SOFT) as session:
            session.run(train, feeds)
            main = threading.main_thread().ident
            threading.Thread(target=signal.pthread_kill, args=(main, signal.SIGINT)).start()
            while True:
                made.append(session.run([tf.train.get_global_step(), train], feeds)[0])
    saved = tf.train.latest_checkpoint(str(tmp_path))
    assert int(saved.rpartition("-")[2]) - (made[-1] if made else 1) in (0, 1)
    with tf.Session(config=SOFT) as session:
        tf.train.Saver().restore(session, saved)
        before = session.run(losses, feeds)
        session.run(train, feeds)
        assert sum(session.run(losses, feeds)) < sum(before)


def test_programs_of_devices_that_do_not_wait_for_one_another_are_called_before_any_check_is_looked_at():
    def loss_of(x, y, tower):
        return dense_loss(tf.tanh(x) if tower else x, tf.cast(tf.reduce_sum(x, 1), tf.int64), tower)

    train, losses, feeds = train_towers(["/gpu:0", "/gpu:1"], loss_of=loss_of, inputs=own_placeholders)
    first, second = list(feeds)[:2]
    good, bad = np.full([6, 6], 0.3, np.float32), np.full([6, 6], 3, np.float32)
    with tf.Session(config=SOFT) as session:
        session.run(tf.global_variables_initializer())
        session.run(train, {first: good, second: good})
        with pytest.raises(tf.errors.InvalidArgumentError, match="18"):
            session.run(train, {first: good, second: bad})
        (plan,) = {r.plan for r in session._runs.values() if hasattr(r, "plan") and r.plan.block.fed}
    devices = [stage.device for stage in plan.stages if stage.kind == "device"]
    assert devices == ["", "/device:CPU:1", ""]  # the first tower is not in the program that updates


FOUR = """
import numpy as np, sys
sys.path.insert(0, {root!r})
from tests.engine.test_towers import *
losses, values, towers = outcome([f"/gpu:{{i}}" for i in range(4)], {{"variables_on": "/cpu:0"}})
expected_losses, expected, _ = outcome(["/cpu:0"] * 4, {{}})
assert towers == [4, 4], towers
np.testing.assert_allclose(losses, expected_losses, rtol=2e-5)
for name, value in values.items():
    np.testing.assert_allclose(value, expected[name], rtol=2e-4, atol=2e-5)
"""


@pytest.mark.slow
def test_four_devices():
    root = str(pathlib.Path(__file__).parents[2])
    environment = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=4"}
    subprocess.run([sys.executable, "-c", FOUR.format(root=root)], env=environment, cwd=root, check=True)
