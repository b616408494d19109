"""Snapshots: the variables as they were when an operation like saving began, for it to take its time over."""

import concurrent.futures

import jax
import numpy as np

from evergraph.framework.unreached import unreached

_MOST_SPARE = 1 << 30  # bytes
_copying = concurrent.futures.ThreadPoolExecutor(2, thread_name_prefix="snapshot")  # two saturate the memory


class Snapshot:
    """Copies variables, into buffers that are kept from one time to the next: new memory costs more than the copy.

    Attributes:
      slots: those of the variables.
    """

    def __init__(self, slots):
        self.slots = slots
        self._spare = []

    def take(self, host_run, arrays) -> list:
        """Copies of the arrays, which later runs write into; the lock is held."""
        jax.block_until_ready(arrays)
        spare, self._spare = self._spare, []
        buffers = spare.pop() if spare else [None] * len(arrays)
        host_run.random_state = host_run.resources.seeds.snapshot()
        return unreached(lambda: list(_copying.map(_copy_into, buffers, arrays)))

    def keep(self, buffers):
        """Keeps the buffers of a snapshot that is no longer needed."""
        if not self._spare and sum(getattr(b, "nbytes", 0) for b in buffers) <= _MOST_SPARE:
            self._spare.append(buffers)

    def drop_spare(self):
        """Keeps no buffers for the next time."""
        self._spare = []


def _copy_into(buffer, value):
    """A copy of an array, in `buffer` where that fits; other objects as they are."""
    if not isinstance(value, (jax.Array, np.ndarray)):
        return value
    array = np.asarray(value)
    if isinstance(buffer, np.ndarray) and buffer.shape == array.shape and buffer.dtype == array.dtype:
        np.copyto(buffer, array)
        return buffer
    return np.array(array)
