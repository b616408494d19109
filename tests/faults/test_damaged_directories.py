"""What a restart finds that is torn, lost, or has changed bits: it says so, and goes on from the last good checkpoint."""

import os
import random
import shutil

import numpy as np
import pytest

import evergraph as tf
from tests.faults.processes import count, repeated

STEPS = 6


def _session(directory, **options):
    step = tf.train.get_or_create_global_step()
    weights = tf.get_variable("weights", initializer=np.zeros(1000, np.float32))
    train = tf.group(tf.assign_add(weights, tf.ones_like(weights)), tf.assign_add(step, 1))
    return (
        train,
        step,
        tf.train.MonitoredTrainingSession(
            checkpoint_dir=str(directory),
            save_checkpoint_steps=1,
            save_summaries_steps=None,
            log_step_count_steps=None,
            **options,
        ),
    )


def _train(directory, steps):
    with tf.Graph().as_default():
        train, _, session = _session(directory)
        with session as sess:
            for _ in range(steps):
                sess.run(train)


def _restart(directory):
    """The step that a new session begins at; its variables must be those of that step."""
    with tf.Graph().as_default():
        _, step, session = _session(directory)
        with session as sess:
            value, weights = sess.run([step, tf.get_default_graph().get_tensor_by_name("weights:0")])
            assert np.unique(weights) == [value]
            return int(value)


@pytest.fixture(scope="module")
def six_steps(tmp_path_factory):
    directory = tmp_path_factory.mktemp("six") / "run"
    _train(directory, STEPS)
    return directory


@pytest.fixture
def directory(six_steps, tmp_path):
    """A directory of five checkpoints, of the steps 2 to 6."""
    copied = shutil.copytree(six_steps, tmp_path / "run")
    state = copied / "checkpoint"
    state.write_text(state.read_text().replace(str(six_steps), str(copied)))
    return copied


def _remove(name):
    return lambda directory: os.remove(directory / name)


def _cut(name, share):
    def cut(directory):
        size = (directory / name).stat().st_size
        os.truncate(directory / name, int(size * share))

    return cut


def _write(name, text):
    return lambda directory: (directory / name).write_text(text)


DATA, INDEX = "model.ckpt-6.data-00000-of-00001", "model.ckpt-6.index"

DAMAGES = {
    "state file lost": (_remove("checkpoint"), 6),
    "state file empty": (_cut("checkpoint", 0), 6),
    "state file torn": (_cut("checkpoint", 0.07), 6),
    "state file torn later": (_cut("checkpoint", 0.6), 6),
    "state file of bytes": (lambda d: (d / "checkpoint").write_bytes(b"\xff\x00\xfe" * 30), 6),
    "state file of other text": (_write("checkpoint", "not a state {{{"), 6),
    "state file names what is gone": (_write("checkpoint", 'model_checkpoint_path: "model.ckpt-99"\n'), 6),
    "newest index lost": (_remove(INDEX), 5),
    "newest data lost": (_remove(DATA), 5),
    "newest index torn": (_cut(INDEX, 0.5), 5),
    "newest index empty": (_cut(INDEX, 0), 5),
    "newest data torn": (_cut(DATA, 0.5), 5),
    "newest data empty": (_cut(DATA, 0), 5),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_restart_takes_the_last_good_checkpoint_and_says_so(name, directory, caplog):
    damage, expected = DAMAGES[name]
    damage(directory)
    assert _restart(directory) == expected
    assert (
        "is passed over" in caplog.text
        if expected == 5
        else "missing or cannot be read" in caplog.text or name.endswith("gone")
    )
    count("directories damaged")
    count("restarts survived")


def test_several_damaged_checkpoints_and_a_lost_state_file(directory, caplog):
    os.remove(directory / "checkpoint")
    for step in (6, 5, 4):
        _cut(f"model.ckpt-{step}.data-00000-of-00001", 0.5)(directory)
    assert _restart(directory) == 3
    assert (
        "Restored model.ckpt-3" in caplog.text
        and "passed over: model.ckpt-6, model.ckpt-5, model.ckpt-4" in caplog.text
    )


def test_never_from_the_beginning_where_there_are_checkpoints(directory):
    for step in range(2, 7):
        _cut(f"model.ckpt-{step}.index", 0.5)(directory)
    with pytest.raises(tf.errors.DataLossError, match="None of the 5 checkpoints .* take another directory"):
        _restart(directory)


def test_any_flipped_bit_of_the_newest_is_found(directory):
    generator = random.Random(3)
    for _ in repeated(12, 300):
        name = generator.choice([DATA, INDEX])
        content = (directory / name).read_bytes()
        place = generator.randrange(len(content))
        changed = bytearray(content)
        changed[place] ^= 1 << generator.randrange(8)
        (directory / name).write_bytes(changed)
        with tf.Graph().as_default():
            step = tf.train.get_or_create_global_step()
            weights = tf.get_variable("weights", initializer=np.zeros(1000, np.float32))
            with tf.train.SingularMonitoredSession(checkpoint_dir=str(directory)) as sess:
                value = sess.run(step)
                # A byte that no checksum covers (padding of the footer) harms nobody.
                assert value == 5 or (value == 6 and name == INDEX)
                assert np.unique(sess.run(weights)) == [value]
        (directory / name).write_bytes(content)
        count("bits flipped")


@pytest.mark.parametrize("sharded", [False, True])
@pytest.mark.parametrize("damage", ["lost", "torn", "of another place", "moved"])
def test_checkpoints_of_the_first_format_are_found_too(damage, sharded, tmp_path):
    run = tmp_path / "run"

    def session():
        step = tf.train.get_or_create_global_step()
        weights = tf.get_variable("weights", initializer=np.zeros(10, np.float32))
        train = tf.group(tf.assign_add(weights, tf.ones_like(weights)), tf.assign_add(step, 1))
        saver = tf.train.Saver(write_version=tf.train.SaverDef.V1, sharded=sharded)
        scaffold = tf.train.Scaffold(saver=saver)
        hooks = [tf.train.CheckpointSaverHook(str(run), save_steps=1, scaffold=scaffold)]
        return train, step, tf.train.SingularMonitoredSession(hooks, scaffold, checkpoint_dir=str(run))

    with tf.Graph().as_default():
        train, _, sess = session()
        with sess:
            for _ in range(3):
                sess.run(train)
    if damage == "lost":
        os.remove(run / "checkpoint")
    elif damage == "torn":
        os.truncate(run / "checkpoint", 9)
    elif damage == "of another place":
        (run / "checkpoint").write_text('model_checkpoint_path: "/elsewhere/model.ckpt-3"\n')
    else:
        os.rename(run, tmp_path / "moved")
        run = tmp_path / "moved"
    with tf.Graph().as_default():
        _, step, sess = session()
        with sess:
            assert sess.run(step) == 3


def test_the_directory_may_be_moved(directory, tmp_path):
    os.rename(directory, tmp_path / "moved")
    assert _restart(tmp_path / "moved") == 6


def test_what_is_kept_is_counted_in_the_directory_across_restarts(directory):
    _train(directory, 3)
    assert _steps(directory) == [5, 6, 7, 8, 9]
    with tf.Graph().as_default():  # fewer are kept from now on
        train, _, session = _session(directory, scaffold=tf.train.Scaffold())
        session.close()
    with tf.Graph().as_default():
        step = tf.train.get_or_create_global_step()
        weights = tf.get_variable("weights", initializer=np.zeros(1000, np.float32))
        train = tf.group(tf.assign_add(weights, tf.ones_like(weights)), tf.assign_add(step, 1))
        scaffold = tf.train.Scaffold(saver=tf.train.Saver(max_to_keep=2))
        hooks = [tf.train.CheckpointSaverHook(str(directory), save_steps=1, scaffold=scaffold)]
        with tf.train.SingularMonitoredSession(hooks, scaffold, checkpoint_dir=str(directory)) as sess:
            sess.run(train)
    assert _steps(directory) == [9, 10]


def test_what_a_lost_state_file_does_not_name_is_counted_too(directory):
    os.remove(directory / "checkpoint")
    _train(directory, 2)
    assert _steps(directory) == [4, 5, 6, 7, 8]


def test_a_saver_that_goes_on_counts_the_checkpoints_that_it_goes_on_from(tmp_path):
    tf.get_variable("v", initializer=1.0)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        first = tf.train.Saver(max_to_keep=2)
        for step in range(2):
            path = first.save(sess, str(tmp_path / "m"), global_step=step)
        again, unrelated = tf.train.Saver(max_to_keep=2), tf.train.Saver(max_to_keep=2)
        again.restore(sess, path)
        again.save(sess, str(tmp_path / "m"), global_step=2)
        assert _steps(tmp_path) == [1, 2]
        unrelated.save(sess, str(tmp_path / "m"), global_step=3)  # begins anew: what others saved is theirs
        assert _steps(tmp_path) == [1, 2, 3]


def _steps(directory):
    return sorted(
        int(name.split("-")[1].split(".")[0]) for name in os.listdir(directory) if name.endswith(".index")
    )
