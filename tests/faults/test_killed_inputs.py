"""SIGKILL at random moments of training from queues: in the end the variables are those of a run that nobody killed."""

import importlib.util
import random
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import evergraph as tf
from tests.faults.processes import Program, count, is_time_up, times, wait_until

pytestmark = pytest.mark.slow

DIGITS = Path(__file__).resolve().parents[2] / "examples" / "digits" / "train.py"
LINES = 700


def train_digits(directory, steps):
    """What `make demo` runs."""
    specification = importlib.util.spec_from_file_location("digits_train", DIGITS)
    module = importlib.util.module_from_spec(specification)
    sys.modules["digits_train"] = module
    specification.loader.exec_module(module)
    module.train(directory, steps, 1)


def train_on_lines(directory, steps):
    """Trains on shuffled lines of files, by the queues of TensorFlow's own programs."""
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        files = tf.train.string_input_producer(
            [f"{directory}/../{number}.txt" for number in range(3)], num_epochs=steps, seed=3
        )
        _, line = tf.TextLineReader().read(files)
        number = tf.string_to_number(line)
        batch = tf.train.shuffle_batch([number], 8, capacity=120, min_after_dequeue=60, seed=5)
        weight = tf.get_variable("weight", [], initializer=tf.zeros_initializer())
        seen = tf.get_variable("seen", [3 * LINES], tf.int32, tf.zeros_initializer(), use_resource=False)
        loss = tf.reduce_mean(tf.square(weight - batch / LINES + tf.random_normal([8])))
        step = tf.train.get_or_create_global_step()
        update = tf.train.GradientDescentOptimizer(0.1).minimize(loss, step)
        counted = tf.scatter_add(seen, tf.to_int32(batch), tf.ones([8], tf.int32))
        with tf.train.MonitoredTrainingSession(
            checkpoint_dir=directory,
            hooks=[tf.train.StopAtStepHook(last_step=steps)],
            save_checkpoint_steps=20,
            save_summaries_steps=None,
            log_step_count_steps=None,
        ) as session:
            while not session.should_stop():
                session.run([update, counted])
                time.sleep(0.001)


def newest_step(directory):
    path = tf.train.latest_checkpoint(str(directory))
    return int(path.rpartition("-")[2]) if path else 0


def wait_for_step(directory, step, program):
    """Waits for the checkpoint of a step."""
    wait_until(lambda: newest_step(directory) >= step, program=program)


def run_killed(function, directory, steps, kills, log):
    """Trains, is killed at random moments, and trains to the end."""
    generator = random.Random(4)
    directory.mkdir()
    last = steps * 9 // 10  # a program that has ended cannot be killed
    targets = sorted(generator.randrange(last) for _ in range(kills))
    for number, target in enumerate(targets):
        if number >= 2 and is_time_up():
            break
        program = Program(function, str(directory), steps, log=log)
        began = newest_step(directory)
        wait_for_step(directory, max(target, began + 1), program)
        if newest_step(directory) < last:
            time.sleep(generator.uniform(0, 0.1))
        program.kill()
        count("programs killed while they trained from queues")
    assert Program(function, str(directory), steps, log=log).join() == 0, open(log).read()
    count("programs killed and resumed that ended bit for bit as undisturbed ones")


def variables_of(directory, steps):
    """The variables of the last checkpoint, and the counts of random operations."""
    reader = tf.train.NewCheckpointReader(f"{directory}/model.ckpt-{steps}")
    names = [n for n in reader.get_variable_to_shape_map() if not n.startswith("_EVERGRAPH/inputs")]
    return {name: reader.get_tensor(name) for name in names}


def assert_same_end(function, tmp_path, steps, kills):
    log = str(tmp_path / "log")
    (tmp_path / "whole").mkdir()
    assert Program(function, str(tmp_path / "whole"), steps, log=log).join() == 0, open(log).read()
    run_killed(function, tmp_path / "killed", steps, kills, log)
    whole, killed = (variables_of(tmp_path / name, steps) for name in ("whole", "killed"))
    assert whole.keys() == killed.keys()
    for name, value in whole.items():
        np.testing.assert_array_equal(value, killed[name], name)
    return killed


def test_demo_killed_at_random_ends_as_one_that_was_not(tmp_path):
    assert_same_end(train_digits, tmp_path, times(300, 1000), times(3, 10))


def test_shuffled_lines_come_as_often_as_without_kills(tmp_path):
    for number in range(3):
        lines = range(number * LINES, (number + 1) * LINES)
        (tmp_path / f"{number}.txt").write_text("".join(f"{line}\n" for line in lines))
    steps = times(300, 900)
    seen = assert_same_end(train_on_lines, tmp_path, steps, times(2, 10))["seen"]
    assert seen.sum() == 8 * steps
    assert seen.max() - seen.min() <= 2, "an epoch is over, or nearly, before the next begins"
