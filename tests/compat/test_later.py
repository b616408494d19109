"""Names of TensorFlow 1.10 to 1.15 mean what 1.9 calls otherwise."""

import subprocess
import sys

import pytest

import evergraph as tf
from evergraph.compat import later
from evergraph.compat.advice import _find


def found(path):
    value = tf
    for name in path.split(".")[1:]:
        value = getattr(value, name)
    return value


@pytest.mark.parametrize("path", sorted(later.SAME))
def test_a_name_that_moved_is_the_earlier_one(path):
    assert found(path) is found(later.SAME[path])


FOUND = """
import evergraph
evergraph.compat.install()
import tensorflow
from evergraph.compat import later

def found(value, path):
    for name in path.split(".")[1:]:
        value = getattr(value, name)
    return value

paths = [*later.SAME, "tf.UnconnectedGradients"]
print([path for path in paths if found(tensorflow, path) is not found(evergraph, path)])
"""


@pytest.mark.multiprocess
def test_programs_find_them_too():
    done = subprocess.run([sys.executable, "-c", FOUND], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def test_no_row_hides_a_name_that_is_there():
    assert [path for path in later.SAME if _find(path) is not None] == []


def test_switches_to_version_1_change_nothing():
    tf.disable_v2_behavior()
    tf.disable_eager_execution()
    tf.disable_resource_variables()
    with tf.Session() as sess:
        assert sess.run(tf.constant(3) + 1) == 4


def test_namespaces_list_their_names_and_refuse_others():
    assert "uniform" in dir(tf.random)
    with pytest.raises(AttributeError, match=r"'tensorflow\.random' has no attribute 'no_such_thing'"):
        tf.random.no_such_thing  # noqa: B018


PROGRAM = """
import evergraph
evergraph.compat.install()
import tensorflow.compat.v1 as tf
from tensorflow.compat import v1
import tensorflow
assert tf is v1 and tf.Session is tensorflow.Session
import tensorflow.compat.v1.keras as keras
from tensorflow.compat.v1.estimator import ModeKeys
from tensorflow.compat.v1 import estimator, layers
assert keras is tensorflow.keras and layers is tensorflow.layers
assert ModeKeys is tf.estimator.ModeKeys is tensorflow.estimator.ModeKeys is estimator.ModeKeys
try:
    import tensorflow.compat.v1.no_such
    raise SystemExit("found")
except ImportError:
    pass
tf.disable_v2_behavior()
tensorflow.compat.v1.logging.set_verbosity(tensorflow.compat.v1.logging.ERROR)
with tf.Session() as sess:
    print(sess.run(tf.math.log(tf.random.uniform([3], 1.0, 2.0))).shape)
"""


@pytest.mark.multiprocess
def test_compat_v1_is_this_api():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.stdout == "(3,)\n", done.stderr


def test_arguments_that_came_later():
    x, unused = tf.placeholder_with_default([[1.0, 2.0], [3.0, 5.0]], [2, 2]), tf.ones([3])
    mean, variance = tf.nn.moments(x, [0], keepdims=True)
    first, last = (
        tf.nn.softmax_cross_entropy_with_logits_v2(labels=x, logits=x, **given)
        for given in ({"axis": 0}, {"dim": 0})
    )
    zeros = tf.gradients(x, [unused], unconnected_gradients=later.UnconnectedGradients.ZERO)
    with tf.Session() as sess:
        found = sess.run([mean, variance, first - last, zeros[0]])
    assert [part.tolist() for part in found] == [[[2.0, 3.5]], [[1.0, 2.25]], [0.0, 0.0], [0.0, 0.0, 0.0]]
    assert tf.gradients(x, [unused], unconnected_gradients="none") == [None]
    with pytest.raises(ValueError, match="'keepdims' and 'keep_dims'"):
        tf.nn.moments(x, [0], keep_dims=True, keepdims=True)
    with pytest.raises(ValueError, match="some"):
        tf.gradients(x, [unused], unconnected_gradients="some")
