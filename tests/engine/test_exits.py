"""A program that ends while threads run sessions exits with its own code."""

import subprocess
import sys

import pytest

PROGRAM = """
import threading, sys
import numpy as np
import evergraph as tf
tf.logging.set_verbosity(tf.logging.FATAL)
x = tf.random_normal([100, 100])
batch = tf.train.batch([tf.matmul(x, x)], 4, num_threads=3, capacity=8)
gate = threading.Event()
waits = tf.py_func(lambda: gate.wait() and None, [], [])
sess = tf.Session()
tf.train.start_queue_runners(sess, tf.train.Coordinator())
threading.Thread(target=lambda: sess.run(waits), daemon=True).start()
sess.run(batch)
%s
"""

ENDINGS = [("", 0), ("sys.exit(3)", 3), ("raise ValueError('no')", 1), ("gate.set()", 0)]


@pytest.mark.slow
@pytest.mark.multiprocess
@pytest.mark.parametrize("ending, code", ENDINGS)
def test_the_exit_code_is_the_program_s(ending, code):
    done = subprocess.run([sys.executable, "-c", PROGRAM % ending], capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    assert "terminate" not in done.stderr


PREFETCHING = """
import evergraph as tf
def longer(n):
    x = tf.random_uniform([200, 200, 40], seed=1)
    return tf.sqrt(x * x + x) * tf.cast(n, tf.float32)
dataset = tf.data.Dataset.range(10**9).map(longer, num_parallel_calls=%s)%s.prefetch(1000)
batch = dataset.make_one_shot_iterator().get_next()
with tf.Session() as sess:
    sess.run(batch)
"""


@pytest.mark.slow
@pytest.mark.multiprocess
@pytest.mark.parametrize("calls, batch", [(None, ""), (None, ".batch(2)"), (2, ""), (2, ".batch(2)")])
def test_a_program_that_ends_while_elements_are_made_ahead(calls, batch):
    for _ in range(2):
        program = PREFETCHING % (calls, batch)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
