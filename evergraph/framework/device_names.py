"""Names of devices with all that they leave out: `tensorflow.python.training.device_util`."""

from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.device import DeviceSpec
from evergraph.framework.public import public, public_module

public_module("python.training.device_util")


class _Nameless:
    """What the functions of `tf.device` see where there is no operation."""

    device = type = name = ""
    inputs = outputs = ()
    node_def = None

    def _set_device(self, device):
        self.device = device.to_string() if isinstance(device, DeviceSpec) else device or ""


@public()
def canonicalize(d: str, default: str | None = None) -> str:
    """The full name of a device; what `d` leaves out is taken from `default`, then from this machine's first CPU.

    canonicalize("/cpu:0", default="/job:worker/task:1")  # /job:worker/replica:0/task:1/device:CPU:0

    Raises:
      ValueError: what is no name of a device.
    """
    full = DeviceSpec(job="localhost", replica=0, task=0, device_type="CPU", device_index=0)
    for part in (default, d):
        if part:
            full.merge_from(DeviceSpec.from_string(part))
    return full.to_string()


@public()
def resolve(d: str) -> str:
    """`canonicalize(d)`, with what it leaves out from the `tf.device` blocks around."""
    return canonicalize(d, default=current())


@public()
def current() -> str:
    """The device that an operation recorded now would get; "" when nothing is said."""
    graph = get_default_graph()
    if graph.is_eager and graph.body is None:
        return canonicalize("")
    nameless = _Nameless()
    graph._apply_device_functions(nameless)
    return nameless.device
