"""What was seen is kept, and a disk that is full for a while costs a warning."""

import os
import resource
import shutil
import signal

import numpy as np
import pytest

import evergraph as tf
from evergraph.formats.events import iterate_events
from evergraph.framework import errors
from evergraph.training import saving_hooks
from tests.faults import training_program
from tests.faults.processes import Program, count, wait_until

pytestmark = pytest.mark.slow


def _summarised(directory, steps, ready=None, save_steps=10):
    """Trains, with a summary of every step; goes on for ever after `steps` where `ready` is given."""
    with tf.Graph().as_default():
        train_op, step, _ = training_program.model()
        tf.summary.scalar("step_seen", tf.cast(step, tf.float32))
        with tf.train.MonitoredTrainingSession(
            checkpoint_dir=directory,
            save_checkpoint_steps=save_steps,
            save_summaries_steps=1,
            log_step_count_steps=None,
        ) as sess:
            for _ in range(steps):
                sess.run(train_op)
            if ready is not None:
                with open(ready, "w") as file:
                    file.write("there")
                signal.pause()


def _curve(directory):
    """The steps that TensorBoard shows: a session that starts makes it forget what is not before its first step."""
    steps = []
    paths = sorted(
        (p for p in os.scandir(directory) if "tfevents" in p.name), key=lambda p: p.stat().st_mtime_ns
    )
    for path in paths:
        try:
            for event in iterate_events(path.path):
                if event.session_log.status == tf.SessionLog.START:
                    steps = [step for step in steps if step < event.step]
                if any(value.tag.startswith("step_seen") for value in event.summary.value):
                    steps.append(event.step)
        except errors.DataLossError:
            pass  # the last record of a program that was killed
    return steps


def test_a_killed_program_has_lost_next_to_nothing_and_a_resumed_curve_is_whole(tmp_path):
    run = str(tmp_path / "run")
    program = Program(_summarised, run, 55, str(tmp_path / "ready"), log=tmp_path / "log")
    wait_until(lambda: (tmp_path / "ready").exists(), program=program)
    wait_until(lambda: len(_curve(run)) >= 54, program=program)  # seconds behind at most
    program.kill()
    count("programs killed")
    curve = _curve(run)
    assert curve == list(range(1, len(curve) + 1)) and len(curve) >= 54
    wait_until(lambda: int(os.stat(run).st_mtime) >= 0)
    assert training_program.saved_step(run) == 51 or training_program.saved_step(run) == 50
    assert Program(_summarised, run, 20, log=tmp_path / "log2").join() == 0
    resumed = _curve(run)
    assert resumed == list(range(1, len(resumed) + 1)) and len(resumed) >= 70


def _limited(directory):
    """Trains, from step 3 to 6 under a limit of file sizes that lets no checkpoint and no summary be written."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with tf.Graph().as_default():
        train_op, step, _ = training_program.model(200_000)
        tf.summary.scalar("step_seen", tf.cast(step, tf.float32))
        with tf.train.MonitoredTrainingSession(
            checkpoint_dir=directory,
            save_checkpoint_steps=1,
            save_summaries_steps=1,
            log_step_count_steps=None,
        ) as sess:
            for i in range(1, 10):
                if i == 3:
                    tf.summary.FileWriterCache.flush()
                    (events,) = (p for p in os.scandir(directory) if "tfevents" in p.name)
                    resource.setrlimit(resource.RLIMIT_FSIZE, (events.stat().st_size, resource.RLIM_INFINITY))
                if i == 7:
                    resource.setrlimit(
                        resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                    )
                sess.run(train_op)
    tf.summary.FileWriterCache.clear()


@pytest.mark.parametrize("in_background", [False, True])
def test_a_disk_that_is_full_for_a_while_stops_nothing(in_background, tmp_path):
    run = str(tmp_path / "run")
    program = Program(_limited_in_background if in_background else _limited, run, log=tmp_path / "log")
    assert program.join() == 0, program.output()
    output = program.output()
    assert training_program.saved_step(run) == 9
    assert output.count("Summaries cannot be written") == 1
    assert "is tried" in output
    steps = _curve(run)
    assert steps == list(range(1, 10))  # those of the steps in between were written later
    assert not [name for name in os.listdir(run) if "tempstate" in name or "_temp_" in name]
    count("disks filled")


def _limited_in_background(directory):
    saving_hooks._WORTH_BACKGROUND = 1
    _limited(directory)


def test_a_final_save_is_made_whatever_failed_before(tmp_path, monkeypatch):
    train_op, _, _ = training_program.model()
    with training_program.session(tmp_path, save_steps=2) as sess:
        with monkeypatch.context() as patch:

            def fail(*_, **__):
                raise tf.errors.ResourceExhaustedError(None, None, "the disk is full")

            patch.setattr(tf.train.Saver, "save", fail)
            for _ in range(7):
                sess.run(train_op)
        sess.run(train_op, hooks=False)
    assert training_program.saved_step(tmp_path) == 8
    assert np.unique(tf.train.load_variable(str(tmp_path), "weights")) == [8]


def test_a_directory_that_is_removed_is_made_again(tmp_path, caplog):
    run = tmp_path / "run"
    train_op, _, _ = training_program.model()
    with training_program.session(run, save_steps=2) as sess:
        sess.run(train_op)
        shutil.rmtree(run)
        for _ in range(4):
            sess.run(train_op)
    assert training_program.saved_step(run) == 5
    assert "is gone; it is made again" in caplog.text
