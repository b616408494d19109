"""Copies of variables that no later run writes into, made on the device, without waiting for what computes them."""

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.engine import wide_types
from evergraph.framework.unreached import unreached

_copy = jax.jit(jnp.copy)
_prepared = set()  # (shape, dtype) for which the program that copies is compiled


def prepare_copy(value):
    """Compiles what `copy_of` needs for values like this one; no lock is held."""
    if isinstance(value, (jax.Array, jax.ShapeDtypeStruct)) and (value.shape, value.dtype) not in _prepared:
        unreached(_compile, value.shape, value.dtype)


def _compile(shape, dtype):
    before = wide_types.current()
    try:
        wide_types.widen()
        _copy.lower(jax.ShapeDtypeStruct(shape, dtype)).compile()
    finally:
        wide_types.restore(before)
    _prepared.add((shape, dtype))


def copy_of(value):
    """A copy of a variable's value; the lock is held."""
    if isinstance(value, jax.Array):
        prepare_copy(value)  # has been done but for a value whose shape has just changed
        before = wide_types.current()
        try:
            wide_types.widen()
            return _copy(value)
        finally:
            wide_types.restore(before)
    return np.array(value) if isinstance(value, np.ndarray) else value
