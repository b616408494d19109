"""Convolutions, pooling and connectionist temporal classification."""

import itertools
from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.backend.config import epsilon
from evergraph.layers import spatial
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn, sparse

public_module("python.keras.backend")


def layout_name(data_format: str | None, rank: int) -> str:
    """TensorFlow's name of a layout: "NHWC" for "channels_last" with two spatial axes."""
    return spatial.layout_name(rank, checked_layout(data_format) == "channels_first")


def padding_name(padding: str) -> str:
    """ "SAME" or "VALID", from the name in small letters; ValueError for another."""
    if padding not in ("same", "valid"):
        raise ValueError(f"Invalid padding: {padding!r}. Choose one of same, valid")
    return padding.upper()


def _spatial(values, rank):
    return (values,) * rank if isinstance(values, int) else tuple(values)


def _full(values, data_format, rank):
    """A value for each spatial axis, with 1 for batch and channels."""
    first = checked_layout(data_format) == "channels_first"
    return [1, 1, *_spatial(values, rank)] if first else [1, *_spatial(values, rank), 1]


def _convolution(x, kernel, strides, padding, data_format, dilation_rate, rank):
    return nn.convolution(
        convert_to_tensor(x),
        kernel,
        padding_name(padding),
        strides=_spatial(strides, rank),
        dilation_rate=_spatial(dilation_rate, rank),
        data_format=layout_name(data_format, rank),
    )


@public("keras.backend.conv1d")
def conv1d(
    x: TensorLike,
    kernel: TensorLike,
    strides: int = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int = 1,
) -> Tensor:
    """The convolution of sequences; padding may be "causal" too: no output sees what comes after it.

    Args:
      x: floats `[batch, steps, channels]`, or as `data_format` says.
      kernel: floats `[width, channels, outputs]`.

    Raises:
      ValueError: an unknown layout or padding.
    """
    if padding == "causal":
        before = dilation_rate * (kernel.shape[0].value - 1)
        x, padding = (
            spatial.padded_before(x, before, checked_layout(data_format) == "channels_first"),
            "valid",
        )
    return _convolution(x, kernel, strides, padding, data_format, dilation_rate, 1)


@public("keras.backend.conv2d")
def conv2d(
    x: TensorLike,
    kernel: TensorLike,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Tensor:
    """The convolution of images; ValueError for an unknown layout or padding.

    Images are floats `[batch, height, width, channels]`, "channels_first": `[batch, channels, height, width]`; the
    kernel `[height, width, channels, outputs]`.
    """
    return _convolution(x, kernel, strides, padding, data_format, dilation_rate, 2)


@public("keras.backend.conv3d")
def conv3d(
    x: TensorLike,
    kernel: TensorLike,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1, 1),
) -> Tensor:
    """The convolution of volumes; ValueError for an unknown layout or padding.

    Volumes are floats `[batch, depth, height, width, channels]`, "channels_first": `[batch, channels, depth, height,
    width]`; the kernel `[depth, height, width, channels, outputs]`.
    """
    return _convolution(x, kernel, strides, padding, data_format, dilation_rate, 3)


def _transposed(function, x, kernel, output_shape, strides, padding, data_format, rank):
    x = convert_to_tensor(x)
    if isinstance(output_shape, (tuple, list)):
        known = [each if isinstance(each, int) else None for each in output_shape]
        output_shape = array_ops.stack(list(output_shape))
    else:
        known = None
    out = function(
        x,
        kernel,
        output_shape,
        _full(strides, data_format, rank),
        padding=padding_name(padding),
        data_format=layout_name(data_format, rank),
    )
    if known:
        known[0] = x.shape[0].value if known[0] is None else known[0]
        out.set_shape(out.shape.merge_with(known))
    return out


@public("keras.backend.conv2d_transpose")
def conv2d_transpose(
    x: TensorLike,
    kernel: TensorLike,
    output_shape: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The transpose of `conv2d`, to images of `output_shape`."""
    return _transposed(nn.conv2d_transpose, x, kernel, output_shape, strides, padding, data_format, 2)


@public("keras.backend.conv3d_transpose")
def conv3d_transpose(
    x: TensorLike,
    kernel: TensorLike,
    output_shape: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """The transpose of `conv3d`, to volumes of `output_shape`."""
    return _transposed(nn.conv3d_transpose, x, kernel, output_shape, strides, padding, data_format, 3)


@public("keras.backend.separable_conv2d")
def separable_conv2d(
    x: TensorLike,
    depthwise_kernel: TensorLike,
    pointwise_kernel: TensorLike,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Tensor:
    """A convolution of each channel by itself, then one of kernel size 1 over the channels.

    `depthwise_kernel` is `[height, width, channels, multiplier]`, `pointwise_kernel` `[1, 1, channels * multiplier,
    outputs]`; other arguments and errors as for `conv2d`.
    """
    return nn.separable_conv2d(
        convert_to_tensor(x),
        depthwise_kernel,
        pointwise_kernel,
        strides=_full(strides, data_format, 2),
        padding=padding_name(padding),
        rate=_spatial(dilation_rate, 2),
        data_format=layout_name(data_format, 2),
    )


@public("keras.backend.separable_conv1d")
def separable_conv1d(
    x: TensorLike,
    depthwise_kernel: TensorLike,
    pointwise_kernel: TensorLike,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Tensor:
    """`separable_conv2d` of sequences, as images one pixel high.

    `depthwise_kernel` is `[length, channels, multiplier]`, `pointwise_kernel` `[1, channels * multiplier, outputs]`.
    """
    axis = 2 if checked_layout(data_format) == "channels_first" else 1
    out = separable_conv2d(
        array_ops.expand_dims(convert_to_tensor(x), axis),
        array_ops.expand_dims(depthwise_kernel, 0),
        array_ops.expand_dims(pointwise_kernel, 0),
        _spatial(strides, 1) * 2,
        padding,
        data_format,
        (1, *_spatial(dilation_rate, 1)),
    )
    return array_ops.squeeze(out, [axis])


@public("keras.backend.depthwise_conv2d")
def depthwise_conv2d(
    x: TensorLike,
    depthwise_kernel: TensorLike,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Tensor:
    """A convolution of each channel by itself.

    `depthwise_kernel` is `[height, width, channels, multiplier]`; other arguments and errors as for `conv2d`.
    """
    return nn.depthwise_conv2d(
        convert_to_tensor(x),
        depthwise_kernel,
        strides=_full(strides, data_format, 2),
        padding=padding_name(padding),
        rate=_spatial(dilation_rate, 2),
        data_format=layout_name(data_format, 2),
    )


def pool(
    x: TensorLike, pool_size: Any, strides: Any, padding: str, data_format: str | None, mode: str, rank: int
) -> Tensor:
    """The maximum ("max") or mean ("avg") over each window; ValueError for another mode, layout or padding."""
    if mode not in ("max", "avg"):
        raise ValueError(f"Invalid pooling mode: {mode!r}. Choose one of max, avg")
    return nn.pool(
        convert_to_tensor(x),
        _spatial(pool_size, rank),
        mode.upper(),
        padding_name(padding),
        strides=_spatial(strides, rank),
        data_format=layout_name(data_format, rank),
    )


@public("keras.backend.pool2d")
def pool2d(
    x: TensorLike,
    pool_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Tensor:
    """Pooling of images `[batch, height, width, channels]`; other arguments and errors as for `pool3d`."""
    return pool(x, pool_size, strides, padding, data_format, pool_mode, 2)


@public("keras.backend.pool3d")
def pool3d(
    x: TensorLike,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Tensor:
    """The maximum ("max") or mean ("avg") over each window; ValueError for another mode, layout or padding.

    Volumes are `[batch, depth, height, width, channels]`, "channels_first": `[batch, channels, depth, height,
    width]`.
    """
    return pool(x, pool_size, strides, padding, data_format, pool_mode, 3)


def _local_conv(inputs, kernel, kernel_size, strides, output_shape, data_format):
    """A convolution with a kernel of its own at each place: kernel `[places, window * channels, filters]`."""
    inputs = convert_to_tensor(inputs)
    rank = len(kernel_size)
    first = checked_layout(data_format) == "channels_first"
    windows = []
    for place in itertools.product(*(range(size) for size in output_shape)):
        window = [slice(at * step, at * step + size) for at, step, size in zip(place, strides, kernel_size)]
        part = inputs[(slice(None), slice(None), *window) if first else (slice(None), *window)]
        windows.append(array_ops.reshape(part, (1, -1, kernel.shape[1].value)))
    out = math_ops.matmul(array_ops.concat(windows, 0), kernel)  # [places, batch, filters]
    out = array_ops.reshape(out, (*output_shape, -1, kernel.shape[2].value))
    return array_ops.transpose(
        out, [rank, rank + 1, *range(rank)] if first else [rank, *range(rank), rank + 1]
    )


@public("keras.backend.local_conv1d")
def local_conv1d(
    inputs: TensorLike,
    kernel: TensorLike,
    kernel_size: Sequence[int],
    strides: Sequence[int],
    data_format: str | None = None,
) -> Tensor:
    """A convolution of sequences whose kernel, `[steps, width * channels, filters]`, differs from step to step."""
    return _local_conv(inputs, kernel, kernel_size, strides, (kernel.shape[0].value,), data_format)


@public("keras.backend.local_conv2d")
def local_conv2d(
    inputs: TensorLike,
    kernel: TensorLike,
    kernel_size: Sequence[int],
    strides: Sequence[int],
    output_shape: Sequence[int],
    data_format: str | None = None,
) -> Tensor:
    """A convolution of images whose kernel, `[places, window * channels, filters]`, differs from place to place."""
    return _local_conv(inputs, kernel, kernel_size, strides, tuple(output_shape), data_format)


@public("keras.backend.ctc_label_dense_to_sparse")
def ctc_label_dense_to_sparse(labels: TensorLike, label_lengths: TensorLike) -> Any:
    """Labels `[batch, longest]` of the given lengths, as a SparseTensor."""
    labels = convert_to_tensor(labels)
    lengths = array_ops.reshape(label_lengths, [-1, 1])
    there = math_ops.range(array_ops.shape(labels)[1])[None, :] < math_ops.cast(lengths, dtypes.int32)
    indices = array_ops.where(there)
    shape = math_ops.cast(array_ops.shape(labels), dtypes.int64)
    return SparseTensor(indices, array_ops.gather_nd(labels, indices), shape)


@public("keras.backend.ctc_batch_cost")
def ctc_batch_cost(
    y_true: TensorLike, y_pred: TensorLike, input_length: TensorLike, label_length: TensorLike
) -> Tensor:
    """The loss of connectionist temporal classification (`tf.nn.ctc_loss`) of probabilities.

    Args:
      y_true: labels `[batch, longest]`.
      y_pred: probabilities `[batch, steps, classes]`; the last class is the blank.
      input_length: how many steps of each row count, `[batch, 1]`.
      label_length: how many labels of each row count, `[batch, 1]`.

    Returns:
      The losses `[batch, 1]`.
    """
    lengths = [math_ops.to_int32(array_ops.squeeze(n, axis=-1)) for n in (input_length, label_length)]
    labels = math_ops.to_int32(ctc_label_dense_to_sparse(y_true, lengths[1]))
    losses = nn.ctc_loss(labels, _time_major_logs(y_pred), lengths[0])
    return array_ops.expand_dims(losses, 1)


@public("keras.backend.ctc_decode")
def ctc_decode(
    y_pred: TensorLike,
    input_length: TensorLike,
    greedy: bool = True,
    beam_width: int = 100,
    top_paths: int = 1,
) -> tuple[list[Tensor], Tensor]:
    """The likeliest labels of probabilities: of the best path, or found by a beam (`tf.nn.ctc_beam_search_decoder`).

    Args:
      y_pred: probabilities `[batch, steps, classes]`; the last class is the blank.
      input_length: how many steps of each row count, `[batch]`.
      greedy: whether to follow the best path; `beam_width` and `top_paths` are of the beam.

    Returns:
      (a list of labels `[batch, longest]`, -1 after the last of a row; their scores `[batch, paths]`).
    """
    inputs, lengths = _time_major_logs(y_pred), math_ops.to_int32(input_length)
    if greedy:
        paths, scores = nn.ctc_greedy_decoder(inputs, lengths)
    else:
        paths, scores = nn.ctc_beam_search_decoder(
            inputs, lengths, beam_width=beam_width, top_paths=top_paths
        )
    dense = [sparse.sparse_to_dense(p.indices, p.dense_shape, p.values, default_value=-1) for p in paths]
    return dense, scores


def _time_major_logs(probabilities):
    return math_ops.log(array_ops.transpose(probabilities, [1, 0, 2]) + epsilon())
