"""conv1d, conv2d, conv3d and their transposes and gradients, as functions on tensors."""

from collections.abc import Sequence

import evergraph.ops.nn.convolution as kernels
from evergraph.framework import dtypes
from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.nn.windows import layout_of, padding_name

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")


@public("nn.conv2d")
@also_called(filters="filter")
def conv2d(
    input: TensorLike,  # noqa: A002
    filter: TensorLike,  # noqa: A002
    strides: Sequence[int],
    padding: str,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Sequence[int] = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The two-dimensional convolution of images with a filter.

    Args:
      input: floats `[batch, height, width, channels]`, or as `data_format` says.
      filter: `[height, width, channels, outputs]`, of the type of `input`.
      strides: four integers, one for each dimension of `input`; 1 for batch and channels.
      padding: "SAME" or "VALID".
      use_cudnn_on_gpu: has no effect.
      data_format: "NHWC" or "NCHW".
      dilations: four integers, the spacing of the filter's elements.
      name: the operation's name.

    Raises:
      ValueError: channels that differ, an argument of the wrong form, or no room for the filter.
    """
    return kernels.conv2d_op(
        input,
        filter,
        strides=_entries("strides", strides, 4),
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        data_format=data_format,
        dilations=_entries("dilations", dilations, 4),
        name=name,
    )


@public("nn.conv2d_backprop_input")
@also_called(filters="filter")
def conv2d_backprop_input(
    input_sizes: TensorLike,
    filter: TensorLike,  # noqa: A002
    out_backprop: TensorLike,
    strides: Sequence[int],
    padding: str,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Sequence[int] = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv2d` with respect to its input, of shape `input_sizes`.

    ValueError for strides or dilations of another length than the rank.
    """
    return kernels.conv2d_backprop_input_op(
        input_sizes,
        filter,
        out_backprop,
        strides=_entries("strides", strides, 4),
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        data_format=data_format,
        dilations=_entries("dilations", dilations, 4),
        name=name,
    )


@public("nn.conv2d_backprop_filter")
def conv2d_backprop_filter(
    input: TensorLike,  # noqa: A002
    filter_sizes: TensorLike,
    out_backprop: TensorLike,
    strides: Sequence[int],
    padding: str,
    use_cudnn_on_gpu: bool = True,
    data_format: str | None = "NHWC",
    dilations: Sequence[int] = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv2d` with respect to its filter, of shape `filter_sizes`.

    ValueError for strides or dilations of another length than the rank.
    """
    return kernels.conv2d_backprop_filter_op(
        input,
        filter_sizes,
        out_backprop,
        strides=_entries("strides", strides, 4),
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        data_format=data_format,
        dilations=_entries("dilations", dilations, 4),
        name=name,
    )


@public("nn.conv3d")
@also_called(filters="filter")
def conv3d(
    input: TensorLike,  # noqa: A002
    filter: TensorLike,  # noqa: A002
    strides: Sequence[int],
    padding: str,
    data_format: str | None = "NDHWC",
    dilations: Sequence[int] = (1, 1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The three-dimensional convolution of volumes `[batch, depth, height, width, channels]`; as `conv2d`."""
    return kernels.conv3d_op(
        input,
        filter,
        strides=_entries("strides", strides, 5),
        padding=padding,
        data_format=data_format,
        dilations=_entries("dilations", dilations, 5),
        name=name,
    )


@public("nn.conv3d_backprop_filter_v2")
def conv3d_backprop_filter_v2(
    input: TensorLike,  # noqa: A002
    filter_sizes: TensorLike,
    out_backprop: TensorLike,
    strides: Sequence[int],
    padding: str,
    data_format: str | None = "NDHWC",
    dilations: Sequence[int] = (1, 1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv3d` with respect to its filter, of shape `filter_sizes`.

    ValueError for strides or dilations of another length than the rank.
    """
    return kernels.conv3d_backprop_filter_op(
        input,
        filter_sizes,
        out_backprop,
        strides=_entries("strides", strides, 5),
        padding=padding,
        data_format=data_format,
        dilations=_entries("dilations", dilations, 5),
        name=name,
    )


def _entries(what, values, rank):
    values = [int(v) for v in values]
    if len(values) != rank:
        raise ValueError(f"{what} must have {rank} entries, one for each dimension, got {values}")
    return values


def _transpose(
    definition, default_name, value, filters, output_shape, strides, padding, data_format, rank, name
):
    with name_scope(name, default_name, [value, filters, output_shape]) as scope:
        layout = layout_of(data_format, rank)
        value = convert_to_tensor(value, name="value")
        filters = convert_to_tensor(filters, value.dtype.base_dtype, name="filter")
        value_shape, filters_shape = value.shape.with_rank(rank), filters.shape.with_rank(rank)
        if not value_shape[layout.channel].is_compatible_with(filters_shape[-1]):
            raise ValueError(
                f"input channels does not match filter's input channels, {value_shape[layout.channel]} != "
                f"{filters_shape[-1]} (the filter of a transposed convolution is [*window, outputs, inputs])"
            )
        output_shape = convert_to_tensor(output_shape, preferred_dtype=dtypes.int32, name="output_shape")
        if not output_shape.shape.is_compatible_with([rank]):
            raise ValueError(f"output_shape must have shape ({rank},), got {output_shape.shape}")
        result = definition(
            output_shape,
            filters,
            value,
            strides=_entries("strides", strides, rank),
            padding=padding_name(padding),
            data_format=layout.data_format,
            name=scope,
        )
        channels = result.shape.with_rank(rank)[layout.channel]
        if not channels.is_compatible_with(filters_shape[-2]):
            raise ValueError(
                f"output_shape does not match filter's output channels, {channels} != {filters_shape[-2]}"
            )
        return result


@public("nn.conv2d_transpose")
@also_called(input="value", filters="filter")
def conv2d_transpose(
    value: TensorLike,
    filter: TensorLike,  # noqa: A002
    output_shape: TensorLike,
    strides: Sequence[int],
    padding: str = "SAME",
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The transpose of `conv2d`: what some call deconvolution.

    Args:
      value: floats `[batch, height, width, inputs]`, or as `data_format` says.
      filter: `[height, width, outputs, inputs]`.
      output_shape: four integers, the shape of the result.
      strides: four integers.
      padding: "SAME" or "VALID".
      data_format: "NHWC" or "NCHW".
      name: the operation's name.

    Raises:
      ValueError: channels or shapes that do not fit, or an argument of the wrong form.
    """
    return _transpose(
        kernels.conv2d_backprop_input_op,
        "conv2d_transpose",
        value,
        filter,
        output_shape,
        strides,
        padding,
        data_format,
        4,
        name,
    )


@public("nn.conv3d_transpose")
@also_called(input="value", filters="filter")
def conv3d_transpose(
    value: TensorLike,
    filter: TensorLike,  # noqa: A002
    output_shape: TensorLike,
    strides: Sequence[int],
    padding: str = "SAME",
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """The transpose of `conv3d`; arguments as for `conv2d_transpose`, with five dimensions."""
    return _transpose(
        kernels.conv3d_backprop_input_op,
        "conv3d_transpose",
        value,
        filter,
        output_shape,
        strides,
        padding,
        data_format,
        5,
        name,
    )


@public("nn.conv1d")
@also_called(input="value")
def conv1d(
    value: TensorLike,
    filters: TensorLike,
    stride: int,
    padding: str,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The convolution of sequences: a `conv2d` of images one pixel high.

    Args:
      value: floats `[batch, width, channels]` ("NWC", the default, or "NHWC") or `[batch, channels, width]`
        ("NCW" or "NCHW").
      filters: `[width, channels, outputs]`.
      stride: the step between windows.
      padding: "SAME" or "VALID".
      use_cudnn_on_gpu: has no effect.
      data_format: one of the above.
      name: a name for the operations.

    Raises:
      ValueError: a data format that is none.
    """
    with name_scope(name, "conv1d", [value, filters]):
        if data_format in (None, "NHWC", "NWC"):
            data_format, dimension, strides = "NHWC", 1, [1, 1, stride, 1]
        elif data_format in ("NCHW", "NCW"):
            data_format, dimension, strides = "NCHW", 2, [1, 1, 1, stride]
        else:
            raise ValueError(f"data_format must be NWC or NCW, got {data_format!r}")
        value = array_ops.expand_dims(value, dimension)
        filters = array_ops.expand_dims(filters, 0)
        result = kernels.conv2d_op(value, filters, strides=strides, padding=padding, data_format=data_format)
        return array_ops.squeeze(result, [dimension])
