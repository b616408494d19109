"""`tensorflow.python.client.device_lib`: the devices of this machine, without a session."""

import secrets
import weakref

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.engine.runtime import current_runtime
from evergraph.formats.messages import DeviceAttributes
from evergraph.framework.public import public, public_module
from evergraph.session.devices import find_devices, memory_of

public_module("python.client.device_lib")

_incarnations = (
    weakref.WeakKeyDictionary()
)  # Runtime -> a number that is another each time devices are made anew


@public()
def list_local_devices(session_config: ConfigProto | None = None) -> list:
    """The devices that a session with this ConfigProto has.

    Args:
      session_config: a ConfigProto, of which `device_count` counts; None for all devices.

    Returns:
      A list of DeviceAttributes messages, the CPUs first: `name` ("/device:GPU:0"), `device_type`, `memory_limit` in
      bytes (0 where the device does not say), `incarnation`, and for all but CPUs `physical_device_desc`.
    """
    runtime = current_runtime()
    base = _incarnations.setdefault(runtime, secrets.randbits(62))
    devices = find_devices(runtime, {} if session_config is None else session_config.device_count)
    ordered = sorted(devices.items(), key=lambda item: (item[0][0] != "CPU", item[0]))
    return [_attributes(kind, index, device, base + i) for i, ((kind, index), device) in enumerate(ordered)]


def _attributes(kind, index, device, incarnation):
    return DeviceAttributes(
        name=f"/device:{kind}:{index}",
        device_type=kind,
        memory_limit=memory_of(device),
        locality={},
        incarnation=incarnation,
        physical_device_desc="" if kind == "CPU" else f"device: {index}, name: {device.device_kind}",
    )
