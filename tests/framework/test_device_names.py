"""`device_util`: names of devices with all that they leave out."""

import pytest

import evergraph as tf
from evergraph.framework import device
from evergraph.framework.device_names import canonicalize, current, resolve

FULL = "/job:{}/replica:0/task:{}/device:{}:0"


@pytest.mark.parametrize(
    "name, default, expected",
    [
        ("/cpu:0", None, ("localhost", 0, "CPU")),
        ("/job:worker/task:1", "/gpu:0", ("worker", 1, "GPU")),
        ("/job:worker/task:1/cpu:0", "/gpu:0", ("worker", 1, "CPU")),
        ("/gpu:0", "/job:worker", ("worker", 0, "GPU")),
        ("", None, ("localhost", 0, "CPU")),
    ],
)
def test_what_is_left_out(name, default, expected):
    assert canonicalize(name, default) == FULL.format(*expected)


def test_the_blocks_around():
    assert current() == ""
    with tf.device("/job:worker"), tf.device("/gpu:0"):
        assert current() == "/job:worker/device:GPU:0"
        assert resolve("/task:3") == FULL.format("worker", 3, "GPU")
        with tf.device(None):
            assert current() == ""


def test_the_blocks_say_their_devices():
    class Caught:
        device = None

        def _set_device(self, device):
            self.device = device

    caught = Caught()
    with tf.device("/job:worker"), tf.device("/gpu:1"):
        tf.get_default_graph()._apply_device_functions(caught)
    assert (caught.device.job, caught.device.device_type, caught.device.device_index) == ("worker", "GPU", 1)


def test_check_valid():
    device.check_valid("/job:foo/replica:0")
    with pytest.raises(ValueError, match="Unknown attribute: 'bar'"):
        device.check_valid("/bar:muu/baz:2")
