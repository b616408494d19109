"""The type of what a kernel gives: the dtype that its operation declares, and a shape that its tensor claims.

A run converts what has another dtype.  Under `strict`, which tests set, that is an error: no kernel leaves it to the
conversion by accident (under 64-bit types JAX gives float64 where TensorFlow says float32, which takes longer), and
no static shape is a guess.
"""

import contextlib

import numpy as np

from evergraph.framework import errors

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


def check_result(tensor, result):
    """Looks at a kernel's own result for `tensor`, where `strict`.

    Raises:
      InternalError: it has another dtype, or a shape that the tensor does not claim.
    """
    if not _strict:
        return
    wanted = np.dtype(tensor.dtype.base_dtype.as_numpy_dtype)
    found = getattr(result, "dtype", None)
    if found is None or found != wanted:
        raise errors.InternalError(
            None,
            tensor.op,
            f"its kernel gave {found or type(result).__name__} for {tensor}, which is {wanted}",
        )
    if not tensor.shape.is_compatible_with(np.shape(result)):
        raise errors.InternalError(None, tensor.op, f"its kernel gave shape {np.shape(result)} for {tensor}")
