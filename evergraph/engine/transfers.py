"""What a stage takes, brought to its device: in one transfer, and a variable only when it has changed."""

import weakref

import jax

from evergraph.engine import wide_types


class Transfers:
    """Brings arrays to a device.

    Args:
      values: the values that a stage takes and does not use up.
      device: the JAX device.
    """

    def __init__(self, values, device):
        self._values, self._device = values, device
        self._sent = {}  # position of a variable -> (the array that it had, the same on this device)

    def all(self, arrays) -> tuple:
        """The arrays on the device."""
        before = wide_types.current()
        try:
            wide_types.widen()
            return tuple(jax.device_put(arrays, self._device))
        finally:
            wide_types.restore(before)

    def inputs(self, arrays) -> tuple:
        """The arrays of the values on the device; a variable that has not changed since the last run is there already."""
        there = [self._there(position, array) for position, array in enumerate(arrays)]
        missing = [position for position, array in enumerate(there) if array is None]
        for position, array in zip(missing, self.all([arrays[position] for position in missing])):
            there[position] = array
            if self._values[position].is_load and isinstance(arrays[position], jax.Array):
                self._sent[position] = weakref.ref(arrays[position]), array
        return tuple(there)

    def _there(self, position, array):
        """What was sent of a variable before, if it still has that value."""
        sent = self._sent.get(position)
        return sent[1] if sent is not None and sent[0]() is array and not sent[1].is_deleted() else None
