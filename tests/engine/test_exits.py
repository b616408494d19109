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
