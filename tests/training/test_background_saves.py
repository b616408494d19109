"""Large checkpoints are written while training goes on."""

import os
import threading

import numpy as np
import pytest

import evergraph as tf
from evergraph.formats import checkpoint_bundle
from evergraph.training import saving_hooks
from tests.waiting import GUARD_SECS


@pytest.fixture(autouse=True)
def every_save_is_large(monkeypatch):
    monkeypatch.setattr(saving_hooks, "_WORTH_BACKGROUND", 1)


@pytest.fixture
def held_writes(monkeypatch):
    """An event without which no checkpoint is finished."""
    go_on, finish = threading.Event(), checkpoint_bundle.BundleWriter.__exit__

    def held(self, *error):
        if threading.current_thread().name == "background_save":
            assert go_on.wait(GUARD_SECS)
        return finish(self, *error)

    monkeypatch.setattr(checkpoint_bundle.BundleWriter, "__exit__", held)
    yield go_on
    go_on.set()


def _model():
    weights = tf.get_variable("weights", initializer=np.zeros(3, np.float32))
    with tf.control_dependencies([tf.assign_add(tf.train.get_or_create_global_step(), 1)]):
        return weights, weights.assign_add(np.ones(3, np.float32)).op


def _saved(directory, step):
    return tf.train.load_variable(os.path.join(directory, f"model.ckpt-{step}"), "weights")[0]


def test_training_goes_on_and_the_checkpoint_is_of_its_step(tmp_path, held_writes):
    weights, train = _model()
    hook = tf.train.CheckpointSaverHook(str(tmp_path), save_steps=2, saver=tf.train.Saver())
    with tf.train.SingularMonitoredSession(hooks=[hook]) as sess:
        for _ in range(3):
            sess.run(train)  # the save after step 2 or 1 is held up
        assert not (tmp_path / "model.ckpt-2.index").exists()
        held_writes.set()
        assert tf.train.latest_checkpoint(str(tmp_path)).endswith("model.ckpt-2")
        assert _saved(tmp_path, 2) == 2.0
        sess.run(train)
    assert [_saved(tmp_path, step) for step in (0, 2, 4)] == [0.0, 2.0, 4.0]


def test_the_next_save_waits_for_the_one_before(tmp_path):
    _, train = _model()
    hook = tf.train.CheckpointSaverHook(str(tmp_path), save_steps=1, saver=tf.train.Saver(max_to_keep=3))
    with tf.train.SingularMonitoredSession(hooks=[hook]) as sess:
        for _ in range(8):
            sess.run(train)
    state = tf.train.get_checkpoint_state(str(tmp_path))
    assert [path.rpartition("-")[2] for path in state.all_model_checkpoint_paths] == ["6", "7", "8"]
    assert [_saved(tmp_path, step) for step in (6, 7, 8)] == [6.0, 7.0, 8.0]


def test_what_goes_wrong_comes_out_of_a_later_run_or_the_end(tmp_path, monkeypatch):
    _, train = _model()
    saver = tf.train.Saver()
    hook = tf.train.CheckpointSaverHook(str(tmp_path), save_steps=1, saver=saver)
    with pytest.raises(tf.errors.ResourceExhaustedError, match="disk is full"):
        with tf.train.SingularMonitoredSession(hooks=[hook]) as sess:

            def fail(*_, **__):
                raise tf.errors.ResourceExhaustedError(None, None, "the disk is full")

            monkeypatch.setattr(checkpoint_bundle.BundleWriter, "add", fail)
            for _ in range(3):
                sess.run(train)
    monkeypatch.undo()
    assert tf.train.latest_checkpoint(str(tmp_path)).endswith("model.ckpt-0")


def test_listeners_are_called_around_the_save_in_the_thread_that_trains(tmp_path):
    _, train = _model()
    calls = []

    class Listener(tf.train.CheckpointSaverListener):
        def after_save(self, session, global_step_value):
            calls.append(
                (threading.current_thread() is threading.main_thread(), _saved(tmp_path, global_step_value))
            )

    hook = tf.train.CheckpointSaverHook(
        str(tmp_path), save_steps=1, saver=tf.train.Saver(), listeners=[Listener()]
    )
    with tf.train.SingularMonitoredSession(hooks=[hook]) as sess:
        sess.run(train)
    assert calls == [(True, 0.0), (True, 1.0)]
