"""The first values of variables, on the device: arrays of their own, with little on the way at a time.

`on_device`   one value
`Arrivals`    what a kernel reads that variables take over as it is, such as a checkpoint: many values, one after the other
"""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np

_MOST_WAITING = (
    1 << 24
)  # bytes of a batch: arrays go to the device together, at a third of the cost of each by itself
_ALIGNMENT = 64  # of memory that JAX takes for its own without a copy


def on_device(value, dtype) -> jax.Array:
    """An array on the device that shares no memory with `value`; a large one is there when this returns."""
    value = np.asarray(value, dtype)
    if value.ctypes.data % _ALIGNMENT == 0:
        shared, value = value, empty(value.shape, dtype)
        np.copyto(value, shared)
    (array,) = _put([value])
    if value.nbytes >= _MOST_WAITING:
        array.block_until_ready()  # until then the value stays in memory
    return array


def empty(shape, dtype) -> np.ndarray:
    """An array that JAX copies: memory that it takes as it is stays NumPy's, and a program cannot write into it."""
    dtype = np.dtype(dtype)
    if dtype.hasobject:  # strings do not go to the device
        return np.empty(shape, dtype)
    size = math.prod(shape) * dtype.itemsize
    raw = np.empty(size + 2 * _ALIGNMENT, np.uint8)
    start = _ALIGNMENT // 4 - raw.ctypes.data % _ALIGNMENT
    return raw[start % _ALIGNMENT :][:size].view(dtype).reshape(shape)


def _put(values) -> list:
    with jax.enable_x64():
        return jax.device_put(values)


class Arrivals:
    """Where a kernel puts what it reads: on the device, what variables take over; other results stay as they are.

    Args:
      positions: those of the kernel's results that become the values of variables, and that nothing else uses.
    """

    def __init__(self, positions=frozenset()):
        self.positions = positions
        self._values = {}
        self._waiting, self._size = {}, 0
        self._flying = []

    empty = staticmethod(empty)

    def add(self, position, value):
        """Takes the result at a position: a NumPy array that nothing else has, best from `empty`."""
        if position not in self.positions:
            self._values[position] = value
            return
        self._waiting[position] = value
        self._size += value.nbytes
        if self._size >= _MOST_WAITING:
            self._send()

    def add_pieces(self, position, shape, dtype, pieces):
        """Takes the result at a position from its elements in order: 1-D arrays, of which only one is in memory."""
        self._send()
        with jax.enable_x64():
            array, start = jnp.zeros(shape, dtype), 0
            for piece in pieces:
                array = _with_piece(array, piece, np.int64(start))
                array.block_until_ready()
                start += len(piece)
        self._values[position] = array

    def values(self) -> list:
        """All results, in order."""
        self._send()
        return [self._values[position] for position in range(len(self._values))]

    def _send(self):
        """Sends what waits, when what was sent before has arrived: its memory is used again."""
        jax.block_until_ready(self._flying)
        self._flying = _put(list(self._waiting.values()))
        self._values.update(zip(self._waiting, self._flying))
        self._waiting, self._size = {}, 0


@functools.partial(jax.jit, donate_argnums=0)
def _with_piece(array, piece, start):
    flat = jax.lax.dynamic_update_slice(array.reshape(-1), piece, (start,))
    return flat.reshape(array.shape)
