"""SIGKILL at any moment of a save: the directory can be used by a restart, nothing is lost, nothing is left lying."""

import os
import random
import re
import time

import numpy as np
import pytest

import evergraph as tf
from evergraph.checkpoint import management
from evergraph.formats.checkpoint_bundle import BundleReader, BundleWriter, merge_bundles
from evergraph.formats.leftovers import remove_leftovers
from tests.faults.processes import Program, count, kill_soon, repeated, wait_until

pytestmark = pytest.mark.slow

VALUES = 300_000  # floats in each of two variables: some writes of a megabyte


def _save_for_ever(directory, mode):
    """Saves values that are all equal to the step, one after the other, until it is killed."""
    step = 0
    while True:
        step += 1
        arrays = {name: np.full(VALUES, step, np.float32) for name in "ab"}
        if mode == "one prefix":
            with BundleWriter(f"{directory}/m") as writer:
                for name, value in arrays.items():
                    writer.add(name, value)
        else:
            parts = f"{directory}/m_temp_{'0' * 31}{step % 10}/part"
            for shard, (name, value) in enumerate(arrays.items()):
                with BundleWriter(f"{parts}-{shard:05d}-of-00002") as writer:
                    writer.add(name, value)
            merge_bundles([f"{parts}-{shard:05d}-of-00002" for shard in range(2)], f"{directory}/m")


def _read(prefix):
    with BundleReader(prefix) as reader:
        return {name: reader.read(name) for name in reader.keys()}


def _changed(path):
    return path.stat().st_mtime_ns if path.exists() else None


@pytest.mark.parametrize("mode", ["one prefix", "shards"])
def test_saving_again_under_one_prefix_always_leaves_a_whole_checkpoint(mode, tmp_path):
    generator = random.Random(1)
    for _ in repeated(8, 120):
        program = Program(_save_for_ever, str(tmp_path), mode)
        for _ in range(generator.randrange(1, 4)):
            begun, before = time.monotonic(), _changed(tmp_path / "m.index")
            wait_until(lambda before=before: _changed(tmp_path / "m.index") != before, program=program)
        kill_soon(program, min(1.2 * (time.monotonic() - begun), 1.0), generator)  # at any place of a save
        values = _read(str(tmp_path / "m"))
        (step,) = {value for array in values.values() for value in np.unique(array)}
        assert step >= 0 and sorted(values) == ["a", "b"] and values["a"].shape == (VALUES,)
        remove_leftovers(str(tmp_path))
        shards = 1 if mode == "one prefix" else 2
        left = sorted(os.listdir(tmp_path))
        data = re.compile(rf"m\.data-\d{{5}}-of-0000[{shards}{2 * shards}]")
        assert len(left) == 1 + shards and "m.index" in left and all(data.fullmatch(n) for n in left[:-1]), (
            left
        )
        count("saves interrupted")


def _train(directory, steps, every, sharded):
    """Counts in a monitored session that saves every few steps; the weights are the step."""
    with tf.Graph().as_default():
        step = tf.train.get_or_create_global_step()
        weights = tf.get_variable("weights", initializer=np.zeros([2, 100_000], np.float32))
        train = tf.group(tf.assign_add(weights, tf.ones_like(weights)), tf.assign_add(step, 1))
        scaffold = tf.train.Scaffold(saver=tf.train.Saver(max_to_keep=3, sharded=sharded))
        hooks = [tf.train.CheckpointSaverHook(directory, save_steps=every, scaffold=scaffold)]
        with tf.train.SingularMonitoredSession(hooks, scaffold, checkpoint_dir=directory) as sess:
            value = sess.raw_session().run(step)
            while value < steps:
                sess.run(train)
                value += 1


def _steps_in(directory):
    return [int(path.rpartition("-")[2]) for path in management.checkpoints_on_disk(str(directory))]


@pytest.mark.parametrize("sharded", [False, True])
def test_training_that_is_killed_again_and_again_goes_on_from_its_last_checkpoint(sharded, tmp_path):
    generator = random.Random(2)
    reached = 0
    for _ in repeated(4, 30):
        program = Program(_train, str(tmp_path), 10**9, 1, sharded)
        wait_until(lambda reached=reached: max(_steps_in(tmp_path), default=0) > reached, program=program)
        kill_soon(program, 0.1, generator)
        count("saves interrupted")
        newest = tf.train.latest_checkpoint(str(tmp_path))
        step = int(newest.rpartition("-")[2])
        count("steps lost", max(0, reached - step))
        assert step >= reached and np.unique(_read(newest)["weights"]) == [step]
        reached = max(_steps_in(tmp_path))
        count("restarts survived")
    assert Program(_train, str(tmp_path), reached + 5, 1, sharded).join() == 0
    assert _steps_in(tmp_path) == [reached + 3, reached + 4, reached + 5]
    names = {re.sub(r"-\d+\.", "-N.", name) for name in os.listdir(tmp_path) if "tfevents" not in name}
    assert names == {
        "checkpoint",
        "graph.pbtxt",
        "model.ckpt-N.data-00000-of-00001",
        "model.ckpt-N.index",
        "model.ckpt-N.meta",
    }
    assert len(os.listdir(tmp_path)) - len([n for n in os.listdir(tmp_path) if "tfevents" in n]) == 2 + 3 * 3
