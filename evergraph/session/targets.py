"""Session targets: whose variables and queues a session works on, and the devices it lists."""

import collections
import threading

from evergraph.engine.resources import Resources
from evergraph.framework import errors

__all__ = ["DeviceAttributes", "list_devices", "register_target", "resources_of", "unregister_target"]

DeviceAttributes = collections.namedtuple("DeviceAttributes", ["name", "device_type", "memory_limit_bytes"])

_targets = {}
_lock = threading.Lock()


def register_target(target: str, resources: Resources, address: str = "/job:localhost/replica:0/task:0"):
    """Makes a server's resources reachable under its target."""
    with _lock:
        _targets[target] = (resources, address)


def unregister_target(target: str):
    """Forgets a target."""
    with _lock:
        _targets.pop(target, None)


def resources_of(target: str) -> Resources:
    """The resources behind a target.

    Raises:
      NotFoundError: no server of this process has the target.
    """
    with _lock:
        found = _targets.get(target)
    if found is None:
        raise errors.NotFoundError(
            None, None, f"no server with the target {target!r} runs in this process; known: {sorted(_targets)}. "
            "Leave the target empty for a session of its own"
        )  # fmt: skip
    return found[0]


def list_devices(target, runtime) -> list[DeviceAttributes]:
    """One entry for each device, named as TensorFlow names them."""
    address = _targets[target][1] if target else "/job:localhost/replica:0/task:0"
    counts, found = {}, []
    for device in runtime.devices:
        kind = {"cuda": "GPU", "rocm": "GPU"}.get(device.platform, device.platform.upper())
        index = counts.get(kind, 0)
        counts[kind] = index + 1
        limit = (device.memory_stats() or {}).get("bytes_limit", 0)
        found.append(DeviceAttributes(f"{address}/device:{kind}:{index}", kind, limit))
    return found
