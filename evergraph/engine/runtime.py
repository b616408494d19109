"""The one object that devices, arrays and executables hang on.

It can be dropped and made anew (a cluster that lost a member does so): plans and graphs hold nothing of it.
"""

import threading
import weakref

import jax

from evergraph.engine import wide_types
from evergraph.engine.compilation_cache import keep_compiled_programs
from evergraph.engine.host_memory import keep_memory, run_in_calling_thread


class Runtime:
    """Devices, and how stages of other kinds run; stages keep what was compiled of them under it.

    Attributes:
      stage_runners: kind of stage -> class like `DeviceStep`, for kinds beyond host and device.
    """

    def __init__(self):
        keep_compiled_programs()
        keep_memory()
        run_in_calling_thread()
        self._lock = threading.Lock()
        self._devices = None
        self.stage_runners = {}
        self._constants = weakref.WeakKeyDictionary()

    def constant(self, operation):
        """The value of a constant, as an array on the default device that all programs share."""
        found = self._constants.get(operation)
        if found is None:
            before = wide_types.current()
            try:
                wide_types.widen()
                found = jax.device_put(operation.attrs["value"], self.devices[0])
            finally:
                wide_types.restore(before)
            self._constants[operation] = found
        return found

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

    def key_of(self, device) -> str:
        """A short name for one of the devices, "" for the default one: operations of one key may share a stage."""
        return "" if device is self.devices[0] else f"/device:{device.platform.upper()}:{device.id}"

    def device_named(self, key: str):
        """The JAX device that has a key."""
        return next(device for device in self.devices if self.key_of(device) == key)


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
