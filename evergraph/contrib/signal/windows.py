"""Windows of a raised cosine."""

import math

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("contrib.signal.python.ops.window_ops")


def _raised_cosine(window_length, periodic, dtype, offset, name):
    """offset - (1 - offset) cos(2 pi k / n): Harris, "On the Use of Windows for Harmonic Analysis" (1978)."""
    dtype = dtypes.as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type, got {dtype!r}")
    with name_scope(name[0], name[1], [window_length, periodic]):
        length = convert_to_tensor(window_length, dtypes.int32, name="window_length")
        length.shape.with_rank(0)
        periodic = math_ops.cast(convert_to_tensor(periodic, dtypes.bool, name="periodic"), dtypes.int32)
        period = length + periodic * (1 - length % 2) - 1  # an odd window is symmetric
        steps = math_ops.cast(math_ops.range(length), dtype)
        window = offset - (1 - offset) * math_ops.cos(
            2 * math.pi * steps / math_ops.cast(math_ops.maximum(period, 1), dtype)
        )
        single = array_ops.fill(array_ops.expand_dims(length, 0), math_ops.equal(length, 1))
        return array_ops.where(single, array_ops.ones_like(window), window)


@public("contrib.signal.hann_window")
def hann_window(
    window_length: TensorLike,
    periodic: TensorLike = True,
    dtype: DTypeLike = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """The window of von Hann, `[window_length]`: 0.5 - 0.5 cos(2 pi k / n).

    Args:
      window_length: scalar int32.
      periodic: whether a window of even length is one period (n the length); else, and for an odd one, it is symmetric (n one less).
      dtype: a floating type.
      name: the name scope.

    Raises:
      ValueError: a dtype that is not floating.
    """
    return _raised_cosine(window_length, periodic, dtype, 0.5, (name, "hann_window"))


@public("contrib.signal.hamming_window")
def hamming_window(
    window_length: TensorLike,
    periodic: TensorLike = True,
    dtype: DTypeLike = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """The window of Hamming, `[window_length]`: 0.54 - 0.46 cos(2 pi k / n).

    Arguments and errors are those of `hann_window`.
    """
    return _raised_cosine(window_length, periodic, dtype, 0.54, (name, "hamming_window"))
