"""The type of what a kernel gives: the dtype that its operation declares, and a shape that it claims.

A run converts what has another dtype.  Tests make that an error (`strict`), so that no kernel leaves it to the
conversion by accident: under 64-bit types JAX gives float64 where TensorFlow says float32, which costs time and may
round differently.
"""

import contextlib

import jax.numpy as jnp
import numpy as np

from evergraph.framework import errors

__all__ = ["as_declared", "strict"]

_strict = False


@contextlib.contextmanager
def strict():
    """A context in which a kernel whose result is not of the declared type fails."""
    global _strict
    before, _strict = _strict, True
    try:
        yield
    finally:
        _strict = before


def as_declared(tensor, array):
    """A kernel's result for `tensor`, as an array of its declared dtype.

    Raises:
      InternalError: the result has another dtype or a shape that the tensor does not claim; in `strict` only.
    """
    wanted = tensor.dtype.base_dtype.as_numpy_dtype
    if _strict:
        found = getattr(array, "dtype", None)
        if found != wanted:
            raise errors.InternalError(
                None, tensor.op, f"its kernel gave {found or type(array).__name__} for {tensor}, declared {np.dtype(wanted)}"
            )
        if not tensor.shape.is_compatible_with(np.shape(array)):
            raise errors.InternalError(None, tensor.op, f"its kernel gave shape {np.shape(array)} for {tensor}")
    if getattr(array, "dtype", None) == wanted:
        return array
    return jnp.asarray(array).astype(wanted)
