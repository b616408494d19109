"""Windows that slide over tensors: layouts, padding and output sizes, for convolution and pooling."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework.operation import Operation
from evergraph.framework.shapes import TensorShape, unknown_shape


class Layout:
    """Where a data format such as "NHWC" has its dimensions.

    Attributes:
      batch, channel: their positions.
      spatial: the positions of the spatial dimensions, in order.
      rank: how many dimensions there are.
    """

    def __init__(self, data_format: str):
        self.data_format = data_format
        self.rank = len(data_format)
        self.batch = data_format.index("N")
        self.channel = data_format.index("C")
        self.spatial = tuple(i for i in range(self.rank) if i not in (self.batch, self.channel))

    def arrange(self, batch: Any, spatial: Sequence[Any], channel: Any) -> list:
        """The entries as a list in this format's order."""
        entries = [None] * self.rank
        entries[self.batch], entries[self.channel] = batch, channel
        for position, entry in zip(self.spatial, spatial):
            entries[position] = entry
        return entries


_FORMATS = {4: ("NHWC", "NCHW"), 5: ("NDHWC", "NCDHW"), 3: ("NWC", "NCW")}


def layout_of(data_format: str | bytes | None, rank: int) -> Layout:
    """The `Layout` of a data format (bytes or text; empty or None: channels last) for tensors of a rank.

    Raises:
      ValueError: it is not one of the two formats of this rank.
    """
    if isinstance(data_format, bytes):
        data_format = data_format.decode()
    data_format = data_format or _FORMATS[rank][0]
    if data_format not in _FORMATS[rank]:
        raise ValueError(f"data_format must be one of {', '.join(_FORMATS[rank])}, got {data_format!r}")
    return Layout(data_format)


def padding_name(padding: str | bytes) -> str:
    """ "SAME" or "VALID", from bytes or text.

    Raises:
      ValueError: anything else.
    """
    text = padding.decode() if isinstance(padding, bytes) else padding
    if text not in ("SAME", "VALID"):
        raise ValueError(f"padding must be 'SAME' or 'VALID', got {padding!r}")
    return text


def output_size(
    size: int | None, window: int | None, stride: int, padding: str | bytes, dilation: int = 1
) -> int | Any:
    """How many windows fit along one dimension; None when a size is not known.

    Raises:
      ValueError: VALID padding and a window that is larger than the dimension.
    """
    if size is None:
        return None
    if padding == "SAME":
        return -(-size // stride)
    if window is None:
        return None
    extent = (window - 1) * dilation + 1
    count = (size - extent + stride) // stride
    if count < 0:
        raise ValueError(
            f"Negative dimension size: a window of {extent} does not fit a dimension of {size} with VALID padding"
        )
    return count


def pads(sizes, windows, strides, padding, dilations=None):
    """(before, after) for each dimension: what SAME adds so that every stride has its window."""
    result = []
    for i, (size, window, stride) in enumerate(zip(sizes, windows, strides)):
        extent = (window - 1) * (dilations[i] if dilations else 1) + 1
        count = output_size(size, extent, stride, padding)
        total = max((count - 1) * stride + extent - size, 0) if padding == "SAME" else 0
        result.append((total // 2, total - total // 2))
    return result


def pooled_shape(operation: Operation, rank: int) -> TensorShape:
    """The static shape of a pooling operation's output."""
    shape = operation.input_tensors[0].shape.with_rank(rank)
    attrs = operation.attrs
    layout_of(attrs.get("data_format"), rank)
    if shape.ndims is None:
        return unknown_shape(rank)
    padding = padding_name(attrs["padding"])
    return TensorShape(
        [
            output_size(size, window, stride, padding)
            for size, window, stride in zip(shape.as_list(), attrs["ksize"], attrs["strides"])
        ]
    )
