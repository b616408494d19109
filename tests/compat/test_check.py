"""`evergraph check`: names are found where they are used, and judged without running the program."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from evergraph.compat import known_differences
from evergraph.compat.program_names import uses

ROOT = pathlib.Path(__file__).parents[2]
PROGRAM = """
import numpy as np
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data
from tensorflow.contrib import slim as s
layers = tf.layers
def f(layers, x=tf.zeros([1])):
    layers.nothing(tf.nn.relu(x))
    return later.flatten(x), s.nets.vgg
def g():
    return layers.dense(1, units=3), [tf.mul for tf in ()]
later = tf.layers
try:
    from tensorflow.none import anything
except ImportError:
    anything = None
class C(tf.train.SessionRunHook):
    layers = None
    def h(self):
        return layers.conv2d
np.nn.nothing
tf.app.flags.FLAGS.anything
tf.contrib = 3
"""


def _names(program):
    return {(use.name, use.line) for use in uses(program)}


def test_names_follow_imports_and_assignments():
    found = _names(PROGRAM)
    assert {
        ("examples.tutorials.mnist.input_data", 4),
        ("contrib.slim", 5),
        ("zeros", 7),
        ("nn.relu", 8),
        ("layers.flatten", 9),
        ("contrib.slim.nets.vgg", 9),
        ("layers.dense", 11),
        ("train.SessionRunHook", 17),
        ("layers.conv2d", 20),
    } <= found
    assert not [name for name, _ in found if "nothing" in name]


def test_what_a_program_does_without_is_guarded():
    guarded = {use.name for use in uses(PROGRAM) if use.guarded}
    assert guarded == {"none.anything"}
    (use,) = [
        u for u in uses("import tensorflow as tf\nx = tf.a.b if hasattr(tf, 'a') else 1") if u.name == "a.b"
    ]
    assert use.guarded


def test_keywords_of_calls():
    (use,) = [
        u for u in uses("import tensorflow as tf\ntf.nn.softmax(1, dim=tf.one)") if u.keywords is not None
    ]
    assert (use.name, use.keywords) == ("nn.softmax", ("dim",))


def _check(folder, *arguments, code):
    command = [sys.executable, "-m", "evergraph", "check", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=_environment())
    assert done.returncode == code, done.stderr
    return done.stdout if code < 2 else done.stderr


def _environment():
    return {**os.environ, "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(ROOT)}


def test_the_command(tmp_path):
    (tmp_path / "good.py").write_text("import tensorflow as tf\ntf.nn.relu(tf.train.Saver.save)\n")
    (tmp_path / "bad.py").write_text(
        "import tensorflow as tf\nraise SystemExit(tf.mul(1, 2))\ntf.nn.relu(x=1)\ntf.train.Saver.nothing\ntf.mul\n"
    )
    (tmp_path / "old.py").write_text("print 'of Python 2'\n")
    assert "2 names are there, 0 differ, 0 are missing." in _check(tmp_path, "good.py", code=0)
    shown = _check(tmp_path, ".", code=1)
    assert "bad.py:2" in shown and "use tf.multiply (and in 1 more lines)" in shown
    assert "tf.nn.relu(x=)" in shown and "tf.train.Saver.nothing" in shown and "no Python 3" in shown
    told = json.loads(_check(tmp_path, "--json", "bad.py", "old.py", code=1))
    assert told["counts"] == {"there": 0, "differs": 0, "missing": 3, "guarded": 0, "unreadable": 1}
    row = told["findings"][0]
    assert (row["file"], row["line"], row["name"], row["status"]) == ("bad.py", 2, "tf.mul", "missing")
    assert "there is no file or folder 'none.py'" in _check(tmp_path, "none.py", code=2)


@pytest.mark.parametrize("name", known_differences.DIFFERENCES)
def test_known_differences_are_on_their_page(name):
    page = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
    assert f"`{name}`" in page or f"`{name.rpartition('.')[2]}`" in page
