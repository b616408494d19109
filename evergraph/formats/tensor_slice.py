"""Which part of a tensor a partition holds, in the three spellings of checkpoints.

TensorFlow has them in tensorflow/core/framework/tensor_slice.cc and tensorflow/core/util/saved_tensor_slice_util.cc.

text    "2,3:-": start,length by dimension, "-" for all of it; with the full shape, "10 4 2,3:-"
proto   TensorSliceProto
key     the bytes under which a slice is stored in a table, which sort by name, then by position
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from evergraph.formats.messages import TensorSliceProto

FULL = -1


class TensorSlice(NamedTuple):
    """`starts` and `lengths` by dimension; a length of -1 spans the whole dimension."""

    starts: tuple[int, ...]
    lengths: tuple[int, ...]

    @classmethod
    def full(cls, rank: int) -> TensorSlice:
        """The slice that is the whole tensor."""
        return cls((0,) * rank, (FULL,) * rank)

    @classmethod
    def parse(cls, text: str) -> TensorSlice:
        """Reads "2,3:-". Raises ValueError."""
        starts, lengths = [], []
        for part in text.split(":") if text else []:
            if part == "-":
                start, length = 0, FULL
            else:
                numbers = part.split(",")
                if len(numbers) != 2 or not all(number.isdigit() for number in numbers) or numbers[1] == "0":
                    raise ValueError(
                        f"{text!r} is no slice: {part!r} must be '-' or 'start,length', length above 0."
                    )
                start, length = map(int, numbers)
            starts.append(start)
            lengths.append(length)
        return cls(tuple(starts), tuple(lengths))

    @classmethod
    def from_proto(cls, proto: TensorSliceProto) -> TensorSlice:
        """The slice that a message describes."""
        return cls(
            tuple(extent.start for extent in proto.extent),
            tuple(extent.length if extent.HasField("length") else FULL for extent in proto.extent),
        )

    def to_proto(self) -> TensorSliceProto:
        """The message that describes the slice."""
        proto = TensorSliceProto()
        for start, length in zip(self.starts, self.lengths, strict=True):
            extent = proto.extent.add()
            if length != FULL:
                extent.start, extent.length = start, length
        return proto

    def bounds(self, full_shape: Sequence[int]) -> tuple[slice, ...]:
        """NumPy indices into a tensor of `full_shape`. Raises ValueError where it does not fit."""
        if len(full_shape) != len(self.starts):
            raise ValueError(
                f"The slice {self} has {len(self.starts)} dimensions, {list(full_shape)} has not."
            )
        bounds = tuple(
            slice(start, size if length == FULL else start + length)
            for start, length, size in zip(self.starts, self.lengths, full_shape, strict=True)
        )
        if any(not 0 <= b.start <= b.stop <= size for b, size in zip(bounds, full_shape, strict=True)):
            raise ValueError(f"The slice {self} reaches beyond the shape {list(full_shape)}.")
        return bounds

    def shape(self, full_shape: Sequence[int]) -> tuple[int, ...]:
        """The shape of the slice of a tensor of `full_shape`. Raises ValueError when it does not fit."""
        return tuple(bound.stop - bound.start for bound in self.bounds(full_shape))

    def __str__(self) -> str:
        return ":".join(
            "-" if length == FULL else f"{start},{length}"
            for start, length in zip(self.starts, self.lengths, strict=True)
        )


def parse_shape_and_slice(text: str) -> tuple[tuple[int, ...], TensorSlice]:
    """Reads "10 4 2,3:-", which SaveV2 and RestoreV2 take: (full shape, slice). Raises ValueError."""
    *sizes, spec = text.rstrip().split(" ")
    if not sizes or not all(size.isdigit() for size in sizes):
        raise ValueError(
            f"{text!r} is no shape and slice; write it like '10 4 2,3:-': sizes, then the slice."
        )
    full_shape, tensor_slice = tuple(map(int, sizes)), TensorSlice.parse(spec)
    tensor_slice.bounds(full_shape)
    return full_shape, tensor_slice


def slice_key(name: bytes, tensor_slice: TensorSlice) -> bytes:
    """The table key of a slice of the tensor `name`."""
    escaped = re.sub(rb"[\x00\xff]", lambda match: match[0] + bytes([0xFF - match[0][0]]), name)
    key = bytearray(_ascending(0) + escaped + b"\x00\x01" + _ascending(len(tensor_slice.starts)))
    for start, length in zip(tensor_slice.starts, tensor_slice.lengths, strict=True):
        key += _ascending_signed(start) + _ascending_signed(length)
    return bytes(key)


def _ascending(number: int) -> bytes:
    """A number >= 0 such that bytes sort as numbers: a length byte, then the number, high byte first."""
    width = (number.bit_length() + 7) // 8
    return bytes([width]) + number.to_bytes(width, "big")


def _ascending_signed(number: int) -> bytes:
    """Any 64-bit number: as many leading ones as there are bytes (zeros when negative), then its bits."""
    width = (number if number >= 0 else ~number).bit_length() // 7 + 1
    magnitude = number & ((1 << 8 * width) - 1)
    header = ((1 << width) - 1) << (7 * width)
    return (magnitude ^ header).to_bytes(width, "big")
