"""The arguments that convolutions and pooling share, and the sizes of what they give."""

import numbers

from evergraph.framework.shapes import TensorShape
from evergraph.ops import array as array_ops


class Windows:
    """What layers with windows over `rank` spatial axes have in common.

    Attributes:
      padding: "valid", "same" or, with one axis, "causal".
      data_format: "channels_last" or "channels_first".
    """

    _rank = 2
    padding: str
    data_format: str

    @property
    def rank(self) -> int:
        """How many spatial dimensions there are."""
        return self._rank

    @property
    def _channels_first(self):
        return self.data_format == "channels_first"


def entries(value, rank, name):
    """`value` as a tuple of `rank` integers: an integer stands for all. ValueError for anything else."""
    values = (value,) * rank if isinstance(value, numbers.Integral) else value
    try:
        values = tuple(values)
        fits = len(values) == rank and all(int(each) == each for each in values)
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ValueError(
            f"The `{name}` argument must be a tuple of {rank} integers, or one integer. Received: {value!r}"
        )
    return tuple(int(each) for each in values)


def checked_padding(padding):
    """ "valid" or "same", from a name in any case; ValueError for another."""
    if padding.lower() not in ("valid", "same"):
        raise ValueError(f'padding must be "valid" or "same", got {padding!r}')
    return padding.lower()


def checked_layout(data_format):
    """ "channels_first" or "channels_last", from a name in any case; ValueError for another."""
    if data_format.lower() not in ("channels_first", "channels_last"):
        raise ValueError(f'data_format must be "channels_first" or "channels_last", got {data_format!r}')
    return data_format.lower()


def layout_name(rank, channels_first):
    """TensorFlow's name of a layout: "NHWC" for two spatial dimensions with the channels last."""
    spatial = "DHW"[3 - rank :]
    return f"NC{spatial}" if channels_first else f"N{spatial}C"


def convolved_size(size, window, padding, stride):
    """How many windows fit; None when the size is not known."""
    if size is None:
        return None
    if padding not in ("same", "causal"):
        size += window - 1 if padding == "full" else 1 - window
    return -(-size // stride)


def transposed_size(size, window, padding, stride):
    """The size that a convolution takes to `size`, the largest under "valid"; None when that is not known."""
    if size is None:
        return None
    size = size * stride
    if padding == "full":
        return size - (stride + window - 2)
    return size + max(window - stride, 0) if padding == "valid" else size


def padded_before(inputs, count, channels_first):
    """Sequences `[batch, steps, channels]` (or channels before the steps) with `count` zeros before the first step."""
    steps = [count, 0]
    return array_ops.pad(inputs, [[0, 0], [0, 0], steps] if channels_first else [[0, 0], steps, [0, 0]])


def shape_with(input_shape, channels_first, channels, size_of):
    """The TensorShape of outputs.

    Args:
      input_shape: that of the inputs.
      channels_first: whether the channels stand before the spatial dimensions.
      channels: how many the outputs have; None for as many as the inputs.
      size_of: a function of a size (an int or None) and its number among the spatial dimensions.
    """
    sizes = TensorShape(input_shape).as_list()
    first = 2 if channels_first else 1
    channel = 1 if channels_first else len(sizes) - 1
    for axis in range(len(sizes) - 2):
        sizes[first + axis] = size_of(sizes[first + axis], axis)
    if channels is not None:
        sizes[channel] = channels
    return TensorShape(sizes)
