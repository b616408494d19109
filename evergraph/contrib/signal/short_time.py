"""The short-time Fourier transform and its inverse: Griffin and Lim, "Signal Estimation from Modified Short-Time Fourier
Transform" (1984), equation (6) for the window of the inverse.
"""

import functools
from collections.abc import Callable

from evergraph.contrib.signal.frames import frame, known, overlap_and_add
from evergraph.contrib.signal.windows import hann_window
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("contrib.signal.python.ops.spectral_ops")

Window = Callable[..., Tensor]
_HANN: Window = functools.partial(hann_window, periodic=True)


def _enclosing_power_of_two(length):
    """The least power of two that is not below a length."""
    if isinstance(length, int):
        return 1 << max(length - 1, 0).bit_length()
    exponent = math_ops.ceil(math_ops.log(math_ops.to_double(length)) / math_ops.log(math_ops.to_double(2)))
    return math_ops.to_int32(math_ops.round(2**exponent))


def _transform_length(fft_length, frame_length):
    return _enclosing_power_of_two(frame_length) if fft_length is None else known(fft_length, "fft_length")


@public("contrib.signal.stft")
def stft(
    signals: TensorLike,
    frame_length: TensorLike,
    frame_step: TensorLike,
    fft_length: TensorLike | None = None,
    window_fn: Window | None = _HANN,
    pad_end: bool = False,
    name: str | None = None,
) -> Tensor:
    """The Fourier transforms of a signal's frames.

    Args:
      signals: real numbers `[..., samples]`.
      frame_length: scalar int, samples of a frame.
      frame_step: scalar int, samples from one frame to the next.
      fft_length: scalar int, the length of the transform; None for the least power of two that holds a frame.
      window_fn: `f(frame_length, dtype=)`, which gives what frames are multiplied with; None for nothing.
      pad_end: whether the end of the signal is padded with zeros (`frame`).
      name: the name scope.

    Returns:
      Complex numbers `[..., frames, fft_length // 2 + 1]`.
    """
    with name_scope(name, "stft", [signals, frame_length, frame_step]):
        signals = convert_to_tensor(signals, preferred_dtype=dtypes.float32, name="signals")
        frame_length = known(frame_length, "frame_length")
        length = _transform_length(fft_length, frame_length)
        framed = frame(signals, frame_length, frame_step, pad_end=pad_end)
        if window_fn is not None:
            framed *= window_fn(frame_length, dtype=framed.dtype)
        return math_ops.rfft(framed, [length])


@public("contrib.signal.inverse_stft_window_fn")
def inverse_stft_window_fn(
    frame_step: TensorLike, forward_window_fn: Window = _HANN, name: str | None = None
) -> Window:
    """The window for `inverse_stft` that makes it the inverse of `stft` with `forward_window_fn` and the same step.

    Args:
      frame_step: scalar int.
      forward_window_fn: the `window_fn` of `stft`.
      name: the name scope.

    Returns:
      `f(frame_length, dtype)`: the window over the sum of its squares, moved by each multiple of the step.
    """
    step = known(frame_step, "frame_step")

    def window_of(frame_length: TensorLike, dtype: dtypes.DType) -> Tensor:
        with name_scope(name, "inverse_stft_window_fn"):
            length = known(frame_length, "frame_length")
            window = forward_window_fn(length, dtype=dtype)
            overlaps = -(-length // step)
            squares = array_ops.pad(math_ops.square(window), [[0, overlaps * step - length]])
            total = math_ops.reduce_sum(array_ops.reshape(squares, [overlaps, step]), 0)
            return window / array_ops.tile(total, [overlaps])[:length]

    return window_of


@public("contrib.signal.inverse_stft")
def inverse_stft(
    stfts: TensorLike,
    frame_length: TensorLike,
    frame_step: TensorLike,
    fft_length: TensorLike | None = None,
    window_fn: Window | None = _HANN,
    name: str | None = None,
) -> Tensor:
    """The signal whose frames have given Fourier transforms, overlapping frames added.

    Args:
      stfts: complex numbers `[..., frames, fft_length // 2 + 1]`.
      frame_length: scalar int.
      frame_step: scalar int.
      fft_length: scalar int; None for the least power of two that holds a frame.
      window_fn: `f(frame_length, dtype=)`; see `inverse_stft_window_fn`. None for nothing.
      name: the name scope.

    Returns:
      Real numbers `[..., (frames - 1) * frame_step + frame_length]`.
    """
    with name_scope(name, "inverse_stft", [stfts]):
        stfts = convert_to_tensor(stfts, preferred_dtype=dtypes.complex64, name="stfts")
        frame_length = known(frame_length, "frame_length")
        length = _transform_length(fft_length, frame_length)
        frames = math_ops.irfft(stfts, [length])[..., :frame_length]
        missing = math_ops.maximum(0, frame_length - length)
        behind = [[0, 0]] * (stfts.shape.with_rank_at_least(2).ndims - 1) + [[0, missing]]
        frames = array_ops.pad(frames, behind)
        if window_fn is not None:
            frames *= window_fn(frame_length, dtype=frames.dtype)
        return overlap_and_add(frames, frame_step)
