"""Under `evergraph run` an uncaught exception shows the program's lines, the message last, and none of JAX's words."""

import os
import subprocess
import sys

import pytest


def fails(folder, program, *, code=1, **environment):
    """Runs a program that fails; returns what it wrote to stderr."""
    (folder / "program.py").write_text(program)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "JAX_PLATFORMS": "cpu",
        "EVERGRAPH_TRACEBACK": "",
        **environment,
    }
    done = subprocess.run(
        [sys.executable, "-m", "evergraph", "run", "program.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stderr
    return done.stderr


MATMUL = """\
import tensorflow as tf
a = tf.placeholder(tf.float32, [None, None])
b = tf.matmul(a, tf.ones([3, 4]))
with tf.Session() as sess:
    sess.run(b, {a: [[1.0, 2.0]]})
"""


def frames(text):
    return [line.strip() for line in text.splitlines() if line.startswith("  File ")]


def test_the_programs_line_and_the_message_last(tmp_path):
    said = fails(tmp_path, MATMUL)
    assert frames(said) == [
        'File "program.py", line 5, in <module>',
        'File "program.py", line 3, in <module>',
    ]
    assert "InvalidArgumentError: Matrix size-incompatible: In[0]: [1, 2], In[1]: [3, 4]" in said
    assert said.endswith('File "program.py", line 3, in <module>\n    b = tf.matmul(a, tf.ones([3, 4]))\n')
    assert "frames hidden; EVERGRAPH_TRACEBACK=full shows them" in said.splitlines()[0]
    assert "dot_general" not in said and "JAX" not in said


def test_one_variable_shows_all(tmp_path):
    said = fails(tmp_path, MATMUL, EVERGRAPH_TRACEBACK="full")
    assert "session.py" in said and "hidden" not in said


def test_the_cause_in_the_programs_own_function_is_kept(tmp_path):
    said = fails(
        tmp_path,
        "import tensorflow as tf\n"
        "def divide(x):\n    return 1 / 0\n"
        "y = tf.py_func(divide, [1.0], tf.float32)\n"
        "with tf.train.SingularMonitoredSession() as sess:\n    sess.run(y)\n",
    )
    found = [line for line in frames(said) if "line 3" in line]  # of the cause, and in the message
    assert set(found) == {'File "program.py", line 3, in divide'} and len(found) == 2
    assert said.count("Traceback (most recent call last)") == 3 and "evergraph/" not in said


def test_threads(tmp_path):
    said = fails(
        tmp_path,
        MATMUL.replace(
            "with tf.Session() as sess:\n    sess.run(b, {a: [[1.0, 2.0]]})",
            "import threading\nsess = tf.Session()\ndef step():\n"
            "    sess.run(b, {a: [[1.0, 2.0]]})\n"
            "t = threading.Thread(target=step, name='mine')\nt.start()\nt.join()",
        ),
        code=0,
    )
    assert said.startswith("Exception in thread mine:\nTraceback") and "threading.py" not in said
    assert frames(said)[0] == 'File "program.py", line 7, in step'


@pytest.mark.parametrize(
    "line, words",
    [
        (
            "from tensorflow import mul",
            "ImportError: cannot import name 'mul' from 'tensorflow': use tf.multiply\n",
        ),
        (
            "import tensorflow.user_ops",
            "No module named 'tensorflow.user_ops'\n  TensorFlow 1.9 has tf.user_ops, Evergraph does not have it yet; `evergraph check PROGRAM.py` "
            "lists all that a program lacks\n",
        ),
        (
            "import tensorflow as tf; tf.pack",
            "AttributeError: module 'tensorflow' has no attribute 'pack': use tf.stack\n",
        ),
    ],
)
def test_names_that_are_not_there(tmp_path, line, words):
    said = fails(tmp_path, line + "\n")
    assert said.endswith(words) and frames(said) == ['File "program.py", line 1, in <module>']
    assert "Did you mean" not in said


def test_a_syntax_error(tmp_path):
    said = fails(tmp_path, "x = (\n")
    assert frames(said) == ['File "program.py", line 1'] and said.endswith(
        "SyntaxError: '(' was never closed\n"
    )
