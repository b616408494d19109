"""Convolution in any number of dimensions and with holes: convolution, atrous, depthwise and separable; pool."""

from collections.abc import Sequence

import evergraph.ops.nn.convolution as kernels
from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.nn.dilated_pooling import dilated_pool
from evergraph.ops.nn.pooling import avg_pool, avg_pool3d, max_pool, max_pool3d
from evergraph.ops.nn.windows import layout_of

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")


def _per_dimension(what, values, count):
    """One positive integer for each spatial dimension; 1 when None."""
    values = [1] * count if values is None else [int(v) for v in values]
    if len(values) != count:
        raise ValueError(f"len({what}) must be {count}, one for each spatial dimension, got {values}")
    if min(values) < 1:
        raise ValueError(f"all values of {what} must be positive, got {values}")
    return values


def _spatial_rank(tensors, extra):
    for tensor in tensors:
        if tensor.shape.ndims is not None:
            rank = tensor.shape.ndims - extra
            if rank not in (1, 2, 3):
                raise ValueError(f"one to three spatial dimensions are possible, got {rank} ({tensor})")
            return rank
    raise ValueError(f"the rank of {tensors[0]} must be known")


def _strides_and_rates(strides, dilation_rate, count):
    strides = _per_dimension("strides", strides, count)
    rates = _per_dimension("dilation_rate", dilation_rate, count)
    if max(strides) > 1 and max(rates) > 1:
        raise ValueError(
            f"strides > 1 not supported in conjunction with dilation_rate > 1, got {strides}, {rates}"
        )
    return strides, rates


def _is_first(data_format, rank):
    """Whether a data format has the channels before the spatial dimensions."""
    last, first = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}[rank]
    if data_format not in (None, first, last):
        raise ValueError(
            f"data_format must be {last} or {first} for {rank} spatial dimensions, got {data_format!r}"
        )
    return data_format == first


def _full(values, first):
    """Entries for every dimension, from those of the spatial ones."""
    return [1, 1, *values] if first else [1, *values, 1]


@public("nn.convolution")
@also_called(filters="filter", dilations="dilation_rate")
def convolution(
    input: TensorLike,  # noqa: A002
    filter: TensorLike,  # noqa: A002
    padding: str,
    strides: Sequence[int] | None = None,
    dilation_rate: Sequence[int] | None = None,
    name: str | None = None,
    data_format: str | None = None,
) -> Tensor:
    """The convolution in one, two or three dimensions, possibly with holes.

    Args:
      input: floats `[batch, *spatial, channels]`, or `[batch, channels, *spatial]` for a format starting with "NC".
      filter: `[*window, channels, outputs]`.
      padding: "SAME" or "VALID".
      strides: one for each spatial dimension; 1 when None.
      dilation_rate: the spacing of the filter's elements, one for each spatial dimension; 1 when None.
      name: the name of the result.
      data_format: "NWC", "NHWC", "NDHWC" (the defaults), or "NCW", "NCHW", "NCDHW".

    Raises:
      ValueError: ranks, channels or sizes that do not fit; strides and dilation rates that are both more than 1.
    """
    with name_scope(name, "convolution", [input, filter]) as scope:
        input = convert_to_tensor(input, name="input")  # noqa: A001
        filter = convert_to_tensor(filter, name="filter")  # noqa: A001
        count = _spatial_rank([filter, input], 2)
        strides, rates = _strides_and_rates(strides, dilation_rate, count)
        first = _is_first(data_format, count)
        if count == 3:
            return kernels.conv3d_op(
                input,
                filter,
                strides=_full(strides, first),
                padding=padding,
                data_format="NCDHW" if first else "NDHWC",
                dilations=_full(rates, first),
                name=scope,
            )
        if count == 2:
            return kernels.conv2d_op(
                input,
                filter,
                strides=_full(strides, first),
                padding=padding,
                data_format="NCHW" if first else "NHWC",
                dilations=_full(rates, first),
                name=scope,
            )
        added = 2 if first else 1
        image = array_ops.expand_dims(input, added)
        result = kernels.conv2d_op(
            image,
            array_ops.expand_dims(filter, 0),
            strides=_full([1, *strides], first),
            padding=padding,
            data_format="NCHW" if first else "NHWC",
            dilations=_full([1, *rates], first),
        )
        return array_ops.squeeze(result, [added], name=scope)


@public("nn.atrous_conv2d")
def atrous_conv2d(
    value: TensorLike, filters: TensorLike, rate: int, padding: str, name: str | None = None
) -> Tensor:
    """`conv2d` with `rate - 1` holes between the elements of the filter.

    Args:
      value: floats `[batch, height, width, channels]`.
      filters: `[height, width, channels, outputs]`.
      rate: a positive integer.
      padding: "SAME" or "VALID".
      name: the name of the result.
    """
    return convolution(value, filters, padding, dilation_rate=[rate, rate], name=name)


@public("nn.atrous_conv2d_transpose")
def atrous_conv2d_transpose(
    value: TensorLike,
    filters: TensorLike,
    output_shape: TensorLike,
    rate: int,
    padding: str,
    name: str | None = None,
) -> Tensor:
    """The transpose of `atrous_conv2d`: `filters` is `[height, width, outputs, inputs]`, `output_shape` an int32 vector of
    four sizes; other arguments as for `atrous_conv2d`.

    Raises:
      ValueError: the channels of `value` and `filters` differ, `rate` is less than 1, or a rank is not 4.
    """
    with name_scope(name, "atrous_conv2d_transpose", [value, filters, output_shape]) as scope:
        value = convert_to_tensor(value, name="value")
        filters = convert_to_tensor(filters, name="filters")
        if not value.shape.with_rank(4)[3].is_compatible_with(filters.shape.with_rank(4)[3]):
            raise ValueError(
                f"value's input channels {value.shape[3]} do not match filters' {filters.shape[3]}"
            )
        if rate < 1:
            raise ValueError(f"rate {rate} cannot be less than one")
        return kernels.conv2d_backprop_input_op(
            output_shape,
            filters,
            value,
            strides=[1, 1, 1, 1],
            padding=padding,
            dilations=[1, rate, rate, 1],
            name=scope,
        )


@public("nn.depthwise_conv2d_native")
def depthwise_conv2d_native(
    input: TensorLike,  # noqa: A002
    filter: TensorLike,  # noqa: A002
    strides: Sequence[int],
    padding: str,
    data_format: str | None = "NHWC",
    dilations: Sequence[int] = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """Convolves each channel with filters of its own.

    Args:
      input: floats `[batch, height, width, channels]`, or as `data_format` says.
      filter: `[height, width, channels, multiplier]`.
      strides, dilations: four integers.
      padding: "SAME" or "VALID".
      data_format: "NHWC" or "NCHW".
      name: the operation's name.

    Returns:
      A tensor with `channels * multiplier` channels.
    """
    return kernels.depthwise_conv2d_native_op(
        input,
        filter,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


@public("nn.depthwise_conv2d_native_backprop_input")
def depthwise_conv2d_native_backprop_input(
    input_sizes: TensorLike,
    filter: TensorLike,  # noqa: A002
    out_backprop: TensorLike,
    strides: Sequence[int],
    padding: str,
    data_format: str | None = "NHWC",
    dilations: Sequence[int] = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `depthwise_conv2d_native` with respect to its input, of shape `input_sizes`."""
    return kernels.depthwise_backprop_input_op(
        input_sizes,
        filter,
        out_backprop,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


@public("nn.depthwise_conv2d_native_backprop_filter")
def depthwise_conv2d_native_backprop_filter(
    input: TensorLike,  # noqa: A002
    filter_sizes: TensorLike,
    out_backprop: TensorLike,
    strides: Sequence[int],
    padding: str,
    data_format: str | None = "NHWC",
    dilations: Sequence[int] = (1, 1, 1, 1),
    name: str | None = None,
) -> Tensor:
    """The gradient of `depthwise_conv2d_native` with respect to its filter, of shape `filter_sizes`."""
    return kernels.depthwise_backprop_filter_op(
        input,
        filter_sizes,
        out_backprop,
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


@public("nn.depthwise_conv2d")
@also_called(dilations="rate")
def depthwise_conv2d(
    input: TensorLike,  # noqa: A002
    filter: TensorLike,  # noqa: A002
    strides: Sequence[int],
    padding: str,
    rate: Sequence[int] | None = None,
    name: str | None = None,
    data_format: str | None = None,
) -> Tensor:
    """As `depthwise_conv2d_native`; `rate` gives the filter's spacing in height and width.

    Raises:
      ValueError: strides and rate are both more than 1.
    """
    with name_scope(name, "depthwise", [input, filter]) as scope:
        input = convert_to_tensor(input, name="tensor_in")  # noqa: A001
        filter = convert_to_tensor(filter, name="filter_in")  # noqa: A001
        layout = layout_of(data_format, 4)
        _, rates = _strides_and_rates([strides[d] for d in layout.spatial], rate, 2)
        return depthwise_conv2d_native(
            input, filter, strides, padding, layout.data_format, layout.arrange(1, rates, 1), name=scope
        )


@public("nn.separable_conv2d")
@also_called(dilations="rate")
def separable_conv2d(
    input: TensorLike,  # noqa: A002
    depthwise_filter: TensorLike,
    pointwise_filter: TensorLike,
    strides: Sequence[int],
    padding: str,
    rate: Sequence[int] | None = None,
    name: str | None = None,
    data_format: str | None = None,
) -> Tensor:
    """A depthwise convolution, followed by one that mixes the channels of each pixel.

    Args:
      input: floats `[batch, height, width, channels]`, or as `data_format` says.
      depthwise_filter: `[height, width, channels, multiplier]`.
      pointwise_filter: `[1, 1, channels * multiplier, outputs]`.
      strides, padding, rate, data_format: of the depthwise convolution; see `depthwise_conv2d`.
      name: the name of the result.

    Raises:
      ValueError: shapes that do not fit.
    """
    with name_scope(name, "separable_conv2d", [input, depthwise_filter, pointwise_filter]) as scope:
        input = convert_to_tensor(input, name="tensor_in")  # noqa: A001
        depthwise_filter = convert_to_tensor(depthwise_filter, name="depthwise_filter")
        pointwise_filter = convert_to_tensor(pointwise_filter, name="pointwise_filter")
        shape = pointwise_filter.shape.with_rank(4)
        shape[0].assert_is_compatible_with(1)
        shape[1].assert_is_compatible_with(1)
        layout = layout_of(data_format, 4)
        _, rates = _strides_and_rates([strides[d] for d in layout.spatial], rate, 2)
        mixed = depthwise_conv2d_native(
            input,
            depthwise_filter,
            strides,
            padding,
            layout.data_format,
            layout.arrange(1, rates, 1),
            name="depthwise",
        )
        return kernels.conv2d_op(
            mixed,
            pointwise_filter,
            strides=[1, 1, 1, 1],
            padding="VALID",
            data_format=layout.data_format,
            name=scope,
        )


@public("nn.pool")
@also_called(dilations="dilation_rate")
def pool(
    input: TensorLike,  # noqa: A002
    window_shape: Sequence[int],
    pooling_type: str,
    padding: str,
    dilation_rate: Sequence[int] | None = None,
    strides: Sequence[int] | None = None,
    name: str | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Pooling in one, two or three dimensions.

    Args:
      input: a tensor `[batch, *spatial, channels]`, or `[batch, channels, *spatial]` for a format starting with "NC".
      window_shape: the size of the window in each spatial dimension.
      pooling_type: "AVG" or "MAX".
      padding: "SAME" or "VALID".
      dilation_rate: the distance of the elements of a window in each spatial dimension; 1 when None. Beyond 1 only with
        "VALID" padding and strides of 1.
      strides: one for each spatial dimension; 1 when None.
      name: the name of the result.
      data_format: as for `convolution`.

    Raises:
      ValueError: an argument of the wrong form.
      UnimplementedError: a dilation rate beyond 1 with "SAME" padding.
    """
    with name_scope(name, "pool", [input]) as scope:
        input = convert_to_tensor(input, name="input")  # noqa: A001
        count = _spatial_rank([input], 2)
        if pooling_type not in ("AVG", "MAX"):
            raise ValueError(f"pooling_type must be 'AVG' or 'MAX', got {pooling_type!r}")
        windows = _per_dimension("window_shape", window_shape, count)
        strides, rates = _strides_and_rates(strides, dilation_rate, count)
        first = _is_first(data_format, count)
        if max(rates) > 1:
            return dilated_pool(input, windows, pooling_type, padding, rates, first, scope, pool)
        if count == 3:
            function = {"AVG": avg_pool3d, "MAX": max_pool3d}[pooling_type]
            return function(
                input,
                _full(windows, first),
                _full(strides, first),
                padding,
                "NCDHW" if first else "NDHWC",
                name=scope,
            )
        function = {"AVG": avg_pool, "MAX": max_pool}[pooling_type]
        form = "NCHW" if first else "NHWC"
        if count == 2:
            return function(input, _full(windows, first), _full(strides, first), padding, form, name=scope)
        added = 2 if first else 1
        result = function(
            array_ops.expand_dims(input, added),
            _full([1, *windows], first),
            _full([1, *strides], first),
            padding,
            form,
        )
        return array_ops.squeeze(result, [added], name=scope)
