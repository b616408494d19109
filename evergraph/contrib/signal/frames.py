"""Signals cut into frames that overlap, and put together again."""

import math

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import inference
from evergraph.ops import math as math_ops

public_module("contrib.signal.python.ops.shape_ops", "contrib.signal.python.ops.reconstruction_ops")


def known(value: TensorLike, name: str) -> TensorLike:
    """A scalar as an int where it is known, else as a tensor.

    Raises:
      ValueError: no scalar, or no integer.
    """
    tensor = convert_to_tensor(value, name=name)
    tensor.shape.with_rank(0)
    if not tensor.dtype.is_integer:
        raise ValueError(f"{name} must be an integer, got dtype {tensor.dtype!r}")
    number = inference.constant_value(tensor)
    return tensor if number is None else int(number)


@public("contrib.signal.frame")
def frame(
    signal: TensorLike,
    frame_length: TensorLike,
    frame_step: TensorLike,
    pad_end: bool = False,
    pad_value: TensorLike = 0,
    axis: int = -1,
    name: str | None = None,
) -> Tensor:
    """Frames of a signal: `frame_length` samples from each `frame_step`-th on.

    Args:
      signal: `[..., samples, ...]`.
      frame_length: scalar int.
      frame_step: scalar int.
      pad_end: whether frames begin up to the end of the signal, filled up with `pad_value`; else only whole frames are given.
      pad_value: a scalar.
      axis: that of the samples.
      name: the name scope.

    Returns:
      `[..., frames, frame_length, ...]`.

    Raises:
      ValueError: a length or step that is no scalar integer.
    """
    with name_scope(name, "frame", [signal, frame_length, frame_step, pad_value]):
        signal = convert_to_tensor(signal, name="signal")
        length, step = known(frame_length, "frame_length"), known(frame_step, "frame_step")
        rank = signal.shape.with_rank_at_least(1).ndims
        if rank is None:
            raise ValueError("frame needs a signal of known rank: set its shape")
        axis = axis % rank
        samples = signal.shape[axis].value
        samples = array_ops.shape(signal)[axis] if samples is None else samples
        if pad_end:
            count = -(-samples // step)
            missing = math_ops.maximum(0, length + step * (count - 1) - samples)
            edges = [[0, 0]] * axis + [[0, missing]] + [[0, 0]] * (rank - axis - 1)
            signal = array_ops.pad(signal, edges, constant_values=pad_value)
        else:
            count = math_ops.maximum(0, 1 + (samples - length) // step)
        # pieces of the greatest length of which frames and steps are made: whole pieces are copied
        piece = math.gcd(length, step) if isinstance(length, int) and isinstance(step, int) else 1
        given = array_ops.shape(signal)
        pieces = given[axis] // piece
        whole = signal[(*[slice(None)] * axis, slice(0, pieces * piece))]
        whole = array_ops.reshape(
            whole, array_ops.concat([given[:axis], [pieces, piece], given[axis + 1 :]], 0)
        )
        first = array_ops.expand_dims(math_ops.range(count) * (step // piece), 1)
        chosen = array_ops.gather(whole, first + math_ops.range(length // piece), axis=axis)
        return array_ops.reshape(
            chosen, array_ops.concat([given[:axis], [count, length], given[axis + 1 :]], 0)
        )


@public("contrib.signal.overlap_and_add")
def overlap_and_add(signal: TensorLike, frame_step: TensorLike, name: str | None = None) -> Tensor:
    """The sum of frames that begin `frame_step` samples after one another.

    Args:
      signal: `[..., frames, frame_length]`.
      frame_step: scalar int, at most `frame_length`.
      name: the name scope.

    Returns:
      `[..., (frames - 1) * frame_step + frame_length]`.

    Raises:
      ValueError: a rank below 2; a step that is no scalar integer or longer than a frame.
    """
    with name_scope(name, "overlap_and_add", [signal, frame_step]):
        signal = convert_to_tensor(signal, name="signal")
        step = known(frame_step, "frame_step")
        length = signal.shape.with_rank_at_least(2)[-1].value
        if isinstance(step, int) and length is not None and step > length:
            raise ValueError(f"frame_step ({step}) must be at most the frame length ({length})")
        given = array_ops.shape(signal)
        outer, count, length = given[:-2], given[-2], given[-1] if length is None else length
        parts = -(-length // step)
        rank = array_ops.rank(signal)
        # each frame is `parts` steps; part j of frame i belongs to step i + j
        signal = _padded_last(signal, rank, 1, parts * step - length)
        signal = array_ops.reshape(signal, array_ops.concat([outer, [count, parts, step]], 0))
        swapped = array_ops.concat([math_ops.range(rank - 2), [rank - 1, rank - 2, rank]], 0)
        signal = _padded_last(array_ops.transpose(signal, swapped), rank + 1, 2, parts)
        # rows of count + parts read as rows of one less: each next row has moved on by one step
        flat = array_ops.reshape(signal, array_ops.concat([outer, [parts * (count + parts), step]], 0))
        flat = flat[..., : parts * (count + parts - 1), :]
        moved = array_ops.reshape(flat, array_ops.concat([outer, [parts, count + parts - 1, step]], 0))
        total = array_ops.reshape(
            math_ops.reduce_sum(moved, -3), array_ops.concat([outer, [(count + parts - 1) * step]], 0)
        )
        return total[..., : (count - 1) * step + length]


def _padded_last(tensor, rank, place, number):
    """The tensor with `number` zeros behind the axis that is `place` before the end."""
    behind = array_ops.one_hot(
        rank - place, rank, dtype=number.dtype if hasattr(number, "dtype") else "int32"
    )
    zeros = array_ops.zeros_like(behind)
    return array_ops.pad(tensor, array_ops.stack([zeros, behind * number], 1))
