"""Hooks that follow a metric, and what they remember across a restart."""

import os

import numpy as np
import pytest

import evergraph as tf


def _model(values):
    """(train_op, metric): the metric of the n-th step is values[n]."""
    step = tf.train.get_or_create_global_step()
    metric = tf.gather(tf.constant(values, tf.float32), tf.minimum(step, len(values) - 1))
    with tf.control_dependencies([metric]):
        return tf.assign_add(step, 1), metric


def _run(directory, hooks, train_op, steps=100):
    saver_hook = tf.train.CheckpointSaverHook(str(directory), save_steps=1)
    with tf.train.SingularMonitoredSession([*hooks, saver_hook], checkpoint_dir=str(directory)) as sess:
        done = sess.raw_session().run(tf.train.get_global_step())
        while not sess.should_stop() and done < steps:
            sess.run(train_op)
            done += 1
        return int(sess.raw_session().run(tf.train.get_global_step()))


VALUES = [5.0, 4.0, 3.0, 3.0, 3.5, 3.2, 3.1, 1.0]


def test_early_stopping(tmp_path):
    train_op, metric = _model(VALUES)
    hook = tf.train.EarlyStoppingHook(metric, patience=3, every_n_steps=1)
    assert _run(tmp_path, [hook], train_op) == 6


@pytest.mark.parametrize("killed_after", [4, 5])
def test_early_stopping_goes_on_counting_after_a_restart(killed_after, tmp_path):
    for steps, expected in ((killed_after, killed_after), (100, 6)):
        with tf.Graph().as_default():
            train_op, metric = _model(VALUES)
            hook = tf.train.EarlyStoppingHook(metric, patience=3, every_n_steps=1)
            assert _run(tmp_path, [hook], train_op, steps) == expected


def test_smoothing_and_a_higher_metric(tmp_path):
    train_op, metric = _model([0.0, 1.0, 0.0, 2.0, 0.0, 3.0, 0.0])
    hook = tf.train.EarlyStoppingHook(metric, patience=2, every_n_steps=1, mode="max", smoothing=0.9)
    assert _run(tmp_path, [hook], train_op, 6) == 6


def test_the_learning_rate_is_reduced_on_a_plateau(tmp_path, caplog):
    train_op, metric = _model([1.0] * 10)
    rate = tf.get_variable("rate", initializer=1.0, trainable=False)
    hook = tf.train.ReduceLearningRateHook(metric, rate, factor=0.5, patience=2, every_n_steps=1, minimum=0.3)
    _run(tmp_path, [hook], train_op, 9)
    assert tf.train.load_variable(str(tmp_path), "rate") == np.float32(0.3)
    assert "The learning rate is 0.5 from step 3 on; it was 1." in caplog.text


def test_the_best_checkpoints_are_kept_across_restarts(tmp_path):
    for steps in (4, 8):
        with tf.Graph().as_default():
            train_op, metric = _model([5.0, 2.0, 4.0, 3.0, 9.0, 1.0, 8.0, 7.0])
            hook = tf.train.BestCheckpointHook(tmp_path / "best", metric, count=2, every_n_steps=1)
            _run(tmp_path / "run", [hook], train_op, steps)
    kept = sorted(name for name in os.listdir(tmp_path / "best") if name.endswith(".index"))
    assert kept == ["best.ckpt-2.index", "best.ckpt-6.index"]
    assert tf.train.latest_checkpoint(str(tmp_path / "best"), "best").endswith("best.ckpt-6")


def test_validation_in_the_same_session_fires_no_hook(tmp_path):
    train_op, metric = _model(VALUES)
    runs = []

    class Count(tf.train.SessionRunHook):
        def before_run(self, run_context):
            runs.append(1)

    validation = tf.train.ValidationHook(
        lambda session: np.mean([session.run(metric) for _ in range(3)]), every_n_steps=2
    )
    stop = tf.train.EarlyStoppingHook(validation, patience=1, every_n_steps=2)
    assert _run(tmp_path, [stop, validation, Count()], train_op) == 4  # 3.0 at step 2, 3.5 at step 4
    assert len(runs) == 4 and validation.value == 3.5


def test_run_without_hooks(tmp_path):
    train_op, metric = _model(VALUES)
    runs = []

    class Count(tf.train.SessionRunHook):
        def after_run(self, run_context, run_values):
            runs.append(1)

    for kind in (tf.train.MonitoredSession, tf.train.SingularMonitoredSession):
        with kind(hooks=[Count()]) as sess:
            sess.run(train_op)
            assert sess.run(metric, hooks=False) == 4.0
    assert len(runs) == 2


def test_nan_rolls_back_with_a_limit(tmp_path, caplog):
    step = tf.train.get_or_create_global_step()
    batch = tf.placeholder(tf.float32, [])
    weight = tf.get_variable("weight", initializer=1.0)
    loss = weight * batch
    train_op = tf.group(tf.assign(weight, weight + loss), tf.assign_add(step, 1))
    hook = tf.train.NanTensorHook(loss, max_rollbacks=2, checkpoint_dir=str(tmp_path))
    saver_hook = tf.train.CheckpointSaverHook(str(tmp_path), save_steps=1)
    with pytest.raises(tf.train.NanLossDuringTrainingError):
        with tf.train.SingularMonitoredSession([hook, saver_hook]) as sess:
            seen = []
            for value in (1.0, float("nan"), 1.0, float("nan"), 0.0, float("nan")):
                sess.run(train_op, {batch: value})
                seen.append(float(sess.raw_session().run(weight)))
    assert seen == [2.0, 2.0, 4.0, 4.0, 4.0]
    assert "(this may happen 0 more times)" in caplog.text
    assert tf.train.load_variable(str(tmp_path), "weight") == 4.0


@pytest.mark.parametrize(
    "make",
    [
        lambda: tf.train.EarlyStoppingHook(None, patience=0),
        lambda: tf.train.EarlyStoppingHook(None, patience=1, mode="low"),
        lambda: tf.train.ReduceLearningRateHook(None, None, factor=2),
        lambda: tf.train.BestCheckpointHook("x", None, count=0),
        lambda: tf.train.NanTensorHook(None, max_rollbacks=1),
        lambda: tf.train.KeepLatest(0),
        lambda: tf.train.KeepBest(1, "low"),
        lambda: tf.train.KeepEverySteps(0),
        lambda: tf.train.KeepEveryHours(-1),
    ],
)
def test_arguments_are_checked(make):
    with pytest.raises(ValueError, match=r"0|low|2|1"):
        make()


def test_retention_is_a_value(tmp_path):
    train_op, _ = _model(VALUES)
    hook = tf.train.CheckpointSaverHook(
        str(tmp_path), save_steps=1, retention=[tf.train.KeepLatest(2), tf.train.KeepEverySteps(4)]
    )
    with tf.train.SingularMonitoredSession([hook]) as sess:
        for _ in range(9):
            sess.run(train_op)
    steps = sorted(
        int(name.split("-")[1].split(".")[0]) for name in os.listdir(tmp_path) if name.endswith(".index")
    )
    assert steps == [0, 4, 8, 9]
