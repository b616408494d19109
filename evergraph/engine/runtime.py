"""The one object that devices, arrays and executables hang on.

It can be dropped and made anew (a cluster that lost a member does so): plans and graphs hold nothing of it.
"""

import threading

import jax

from evergraph.engine.compilation_cache import keep_compiled_programs
from evergraph.framework.device import DeviceSpec

__all__ = ["Runtime", "current_runtime", "reset_runtime"]


class Runtime:
    """Devices, and how stages of other kinds run; stages keep what was compiled of them under it.

    Attributes:
      stage_runners: kind of stage -> function `(runtime, stage) -> runner`, for kinds beyond host and device.
    """

    def __init__(self):
        keep_compiled_programs()
        self._lock = threading.Lock()
        self._devices = None
        self.stage_runners = {}

    @property
    def devices(self) -> list:
        """JAX's local devices, the default platform's first."""
        if self._devices is None:
            with self._lock:
                if self._devices is None:
                    devices = list(jax.local_devices())
                    if devices[0].platform != "cpu":
                        devices += jax.local_devices(backend="cpu")
                    self._devices = devices
        return self._devices

    def device_named(self, name: str):
        """The JAX device that a TensorFlow device name stands for; None for the default one.

        A device that does not exist (a GPU on a machine without) falls back to the default device.
        """
        spec = DeviceSpec.from_string(name)
        if spec.device_type is None:
            return None
        device = self._found(spec)
        return None if device is self.devices[0] else device

    def has_device(self, name: str) -> bool:
        """Whether there is what a device name asks for; a CPU of any index is the machine's own."""
        spec = DeviceSpec.from_string(name)
        return spec.device_type in (None, "CPU") or self._found(spec) is not None

    def _found(self, spec):
        platform = spec.device_type.lower()
        found = [d for d in self.devices if platform in (d.platform, "gpu" if d.platform in ("cuda", "rocm") else "")]
        index = spec.device_index or 0
        return found[index] if index < len(found) else None

    def device_key(self, name: str) -> str:
        """A short name for the device, "" for the default: operations of one key may share a stage."""
        device = self.device_named(name)
        return "" if device is None else f"/device:{device.platform.upper()}:{device.id}"


_current = None
_lock = threading.Lock()


def current_runtime() -> Runtime:
    """The process's runtime, made on first use (building a graph touches no device)."""
    global _current
    if _current is None:
        with _lock:
            if _current is None:
                _current = Runtime()
    return _current


def reset_runtime():
    """Forgets all devices and executables; sessions that were open are of no use afterwards."""
    global _current
    with _lock:
        _current = None
