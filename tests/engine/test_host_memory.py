"""Memory that a step takes is kept for the next one; other processes, whose settings nothing else has touched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = os.sysconf("SC_PAGE_SIZE")

STEP = """
import resource
import statistics
import jax
import numpy as np
import evergraph as tf

def page_faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

x = tf.placeholder(tf.float32, [1024])
table = tf.reshape(x, [-1, 1]) * tf.range({floats} / 1024, dtype=tf.float32)
result = tf.reduce_sum(tf.nn.top_k(table, 128)[0], 1)
with tf.Session() as session:
    faults = []
    for _ in range(9):
        before = page_faults()
        session.run(result, {{x: np.ones(1024)}})
        faults.append(page_faults() - before)
    print(statistics.median(faults), jax.config.read("jax_cpu_enable_async_dispatch"))
"""


def faults_of_a_step(megabytes, **environment):
    """(page faults of a step, whether JAX dispatches asynchronously) where a program takes so much memory."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "",
        **environment,
    }
    program = STEP.format(floats=megabytes << 18)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, check=True, text=True, stdout=subprocess.PIPE
    )
    faults, asynchronous = done.stdout.split()
    return float(faults), asynchronous == "True"


@pytest.mark.skipif(not os.confstr("CS_GNU_LIBC_VERSION"), reason="another C library")
@pytest.mark.parametrize("megabytes", [48, 96])
def test_a_step_finds_its_memory_where_the_last_one_left_it(megabytes):
    kept, asynchronous = faults_of_a_step(megabytes)
    anew, _ = faults_of_a_step(megabytes, EVERGRAPH_KEEP_MEMORY="0")
    assert anew > 0.9 * (megabytes << 20) / PAGE  # what the test is about does happen
    assert kept < 0.1 * anew
    assert not asynchronous


@pytest.mark.parametrize(
    "environment",
    [
        {"EVERGRAPH_KEEP_MEMORY": "0"},
        {"JAX_CPU_ENABLE_ASYNC_DISPATCH": "1"},
        {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"},
    ],
)
def test_what_the_user_has_set_stays(environment):
    assert faults_of_a_step(1, **environment)[1]


def test_limits_of_the_users_stay():
    faults, _ = faults_of_a_step(48, MALLOC_MMAP_THRESHOLD_="131072")
    assert faults > 0.9 * (48 << 20) / PAGE
