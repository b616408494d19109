"""`evergraph run`, in processes of its own: the names, the shims, the program's surroundings."""

import os
import subprocess
import sys

import pytest

from evergraph.compat.command import main


def run(*arguments, folder, code=0):
    """Runs the command line and returns what it printed."""
    environment = {
        **os.environ,
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }
    result = subprocess.run(
        [sys.executable, "-m", "evergraph", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == code, result.stderr
    return result.stdout if code == 0 else result.stderr


PROGRAM = """
import collections, inspect, sys
import numpy as np
import tensorflow as tf
import tensorflow.train
from tensorflow.core.framework import graph_pb2
from tensorflow.core.protobuf import config_pb2, queue_runner_pb2
from tensorflow.python.framework import dtypes, ops, test_util
from tensorflow.python.ops import gen_array_ops, gen_nn_ops, math_ops
from tensorflow.python.platform import test, tf_logging
from tensorflow.python.util import compat
import beside
import evergraph
from evergraph.framework import logging

same = [
    (ops.Graph, tf.Graph), (tf.Graph, evergraph.Graph), (tf.train, evergraph.train), (tf_logging, logging),
    (tf.python.ops.math_ops, math_ops), (math_ops.add, tf.add), (dtypes.float32, tf.float32),
    (config_pb2.ConfigProto, tf.ConfigProto), (graph_pb2.GraphDef, tf.GraphDef), (test.TestCase, tf.test.TestCase),
    (test_util.TensorFlowTestCase, tf.test.TestCase), (compat.as_bytes, tf.compat.as_bytes),
    (tensorflow, tf), (collections.Iterable, collections.abc.Iterable), (np.int, int), (np.lib.pad, np.pad),
]
assert all(one is other for one, other in same), same
assert inspect.getargspec(lambda a, b=1, *c, **d: 0) == (["a", "b"], "c", "d", (1,))
assert type(np.meshgrid([1], [2])) is type(np.broadcast_arrays([1], 2)) is type(np.gradient(np.eye(2))) is list
assert repr([np.float32(1.5), np.int64(3)]) == "[1.5, 3]"
for name in ("tensorflow.none", "tensorflow.python.none", "tensorflow.python.framework.ops.none"):
    try:
        __import__(name)
    except ImportError:
        continue
    raise AssertionError(name)
try:
    from tensorflow.python.framework.ops import no_such_name
except ImportError as error:
    print("no_such_name" in str(error))
with tf.Session() as sess:
    print(sess.run(gen_array_ops.reshape([1, 2], [2, 1])).tolist(), sess.run(gen_nn_ops.l2_loss([2.0])))
print(sys.argv, __name__, sys.modules["__main__"].PLACE, beside.NUMBER, tf.__version__)
assert not any(module.startswith("tensorflow_cpu") for module in sys.modules)
"""


def test_a_program_finds_what_it_expects(tmp_path):
    (tmp_path / "program.py").write_text("PLACE = __file__\n" + PROGRAM)
    (tmp_path / "beside.py").write_text("NUMBER = 7\n")
    out = run("run", "program.py", "--a", "-m", "b", folder=tmp_path).splitlines()
    assert out == [
        "True",
        "[[1], [2]] 2.0",
        "['program.py', '--a', '-m', 'b'] __main__ program.py 7 1.9.0",
    ]


def test_a_patched_name_is_patched_where_it_is_used(tmp_path):
    (tmp_path / "program.py").write_text(
        "import tensorflow as tf\n"
        "from unittest import mock\n"
        "from tensorflow.python.platform import tf_logging\n"
        "from tensorflow.python.training import saver\n"
        "from evergraph.checkpoint import retention\n"
        "with mock.patch.object(saver, 'time') as time, mock.patch.object(tf_logging, 'info') as info:\n"
        "    tf.logging.info('x') if tf.logging is tf_logging else tf_logging.info('x')\n"
        "    print(retention.time is time, info.call_count)\n"
        "import time\n"
        "print(retention.time is time, saver.time is time)\n"
        "from tensorflow.contrib.learn.python.learn.datasets import base\n"
        "with mock.patch.object(base, 'time'), mock.patch.object(base, 'urllib') as urllib:\n"
        "    urllib.request.urlretrieve.side_effect = [OSError(110, 'timeout'), 'done']\n"
        "    print(base.urlretrieve_with_retry('url'))\n"
    )
    assert run("run", "program.py", folder=tmp_path) == "True 1\nTrue True\ndone\n"


APP = """
import sys
import tensorflow as tf
flags = tf.app.flags
flags.DEFINE_integer(flag_name="steps", default_value=3, docstring="how many")
FLAGS = tf.app.flags.FLAGS

def main(argv):
    print(FLAGS.steps, argv[1:])
    return FLAGS.steps

if __name__ == "__main__":
    tf.app.run()
"""


@pytest.mark.parametrize(
    "arguments, code, printed",
    [
        (["run", "app.py", "--steps=0", "rest"], 0, "0 ['rest']\n"),
        (["run", "-m", "app", "--steps=0", "--unknown=1"], 0, "0 ['--unknown=1']\n"),
        (["run", ".", "--steps=0"], 0, "0 []\n"),
    ],
)
def test_app_and_flags(tmp_path, arguments, code, printed):
    for name in ("app.py", "__main__.py"):
        (tmp_path / name).write_text(APP)
    assert run(*arguments, folder=tmp_path, code=code) == printed


@pytest.mark.parametrize(
    "arguments, said", [(["run", "none.py"], "there is no file 'none.py'"), (["run"], "SCRIPT")]
)
def test_mistakes(arguments, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2 and said in capsys.readouterr().err


def test_the_command_alone_teaches(capsys):
    main([])
    alone = capsys.readouterr().out
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0 and capsys.readouterr().out == alone
    for words in (
        "evergraph run train.py",
        "import evergraph as tf",
        "compat.install()",
        "EVERGRAPH_TRACEBACK=full",
    ):
        assert words in alone


def test_version(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    out = capsys.readouterr().out
    assert stopped.value.code == 0 and "the API of TensorFlow 1.9.0, with jax " in out


def test_a_program_without_run_shows_the_way(tmp_path):
    (tmp_path / "train.py").write_text("")
    assert "to run the program train.py: evergraph run train.py" in run("train.py", folder=tmp_path, code=2)


def test_install_does_from_code_what_the_command_does(tmp_path):
    (tmp_path / "program.py").write_text(
        "import evergraph\n"
        "evergraph.compat.install()\n"
        "evergraph.compat.install()\n"
        "import collections, sys, numpy as np, tensorflow as tf\n"
        "from tensorflow.contrib import rnn\n"
        "from tensorflow.python.framework import ops\n"
        "print(tf.Graph is evergraph.Graph is ops.Graph, np.int, collections.Iterable is not None, rnn.BasicLSTMCell)\n"
    )
    environment = {
        **os.environ,
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout.startswith("True <class 'int'> True <class 'evergraph."), done.stderr


def test_the_exit_code_is_the_programs(tmp_path):
    (tmp_path / "fails.py").write_text(
        "import tensorflow as tf\nraise SystemExit(tf.constant(7).shape.ndims + 3)\n"
    )
    run("run", "fails.py", folder=tmp_path, code=3)


def test_importing_evergraph_changes_nothing():
    code = (
        "import collections, sys, numpy, evergraph\n"
        "assert not hasattr(collections, 'Iterable') and 'int' not in vars(numpy)\n"
        "assert not any(name.split('.')[0] == 'tensorflow' for name in sys.modules)\n"
        "assert not any(type(finder).__module__.startswith('evergraph') for finder in sys.meta_path)\n"
    )
    environment = {
        **os.environ,
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
