"""A program that trains, for tests that stop it."""

import os
import time

import numpy as np

import evergraph as tf


def model(size=1000):
    """(train_op, step, weights): the weights are the step."""
    step = tf.train.get_or_create_global_step()
    weights = tf.get_variable("weights", [size], initializer=tf.zeros_initializer())
    return tf.group(tf.assign_add(weights, tf.ones_like(weights)), tf.assign_add(step, 1)), step, weights


def session(directory, save_steps=1000, hooks=(), **options):
    """A session that saves seldom."""
    return tf.train.MonitoredTrainingSession(
        checkpoint_dir=str(directory),
        save_checkpoint_steps=save_steps,
        save_summaries_steps=None,
        hooks=list(hooks),
        log_step_count_steps=None,
        **options,
    )


def train(directory, ready, what="train", options=None):
    """Trains until it is stopped, and counts the steps in the file `ready`; `what` it does besides."""
    with tf.Graph().as_default():
        train_op, _, _ = model()
        if what == "off":  # a program that ends with a save of its own
            options = {"save_steps": 1}
        hang = tf.FIFOQueue(1, tf.float32, [[]]).dequeue()  # which nobody fills
        with session(directory, **(options or {})) as sess:
            steps = 0
            while not sess.should_stop():
                sess.run(train_op)
                steps += 1
                _note(ready, steps)  # whoever stops the program finds a number there
                if what == "hang" and steps == 5:
                    sess.run(hang)
                if what == "sleep" and steps == 5:
                    time.sleep(600)
                time.sleep(0.001)
    print("went on after the session", flush=True)


def _note(ready, steps):
    with open(f"{ready}.new", "w") as file:
        file.write(str(steps))
    os.replace(f"{ready}.new", ready)


def train_without_a_block(directory, ready, way):
    """Trains in a session that no `with` block closes: not at all, in `finally`, or by a Supervisor's block."""
    with tf.Graph().as_default():
        train_op, _, _ = model()
        steps = 0
        if way == "supervisor":
            with tf.train.Supervisor(logdir=directory, save_model_secs=600).managed_session() as sess:
                while True:
                    sess.run(train_op)
                    _note(ready, steps := steps + 1)
        sess = session(directory)
        try:
            while not sess.should_stop():
                sess.run(train_op)
                _note(ready, steps := steps + 1)
                if way == "error" and steps == 7:
                    raise ValueError("in the loop")
        finally:
            if way == "finally":
                sess.close()


def saved_step(directory):
    """The step of the newest checkpoint, whose weights must be of that step."""
    path = tf.train.latest_checkpoint(str(directory))
    step = int(path.rpartition("-")[2])
    assert np.unique(tf.train.load_variable(path, "weights")) == [step]
    return step
