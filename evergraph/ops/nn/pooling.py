"""Pooling: max_pool, avg_pool, in two and three dimensions, and max_pool_with_argmax."""

from collections.abc import Sequence

import jax

from evergraph.framework import dtypes
from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.inference import constant_value_as_shape
from evergraph.ops.nn.pooling_kernels import average_pool, max_pool_gradient, max_pool_positions
from evergraph.ops.nn.pooling_kernels import max_pool as max_pool_kernel
from evergraph.ops.nn.windows import layout_of, padding_name, pooled_shape
from evergraph.ops.registry import FLOATS, INTEGERS, device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")

_REALS = FLOATS + INTEGERS


def pooling_arguments(ksize, strides, padding):
    """What pooling kernels take after their arrays: tuples of ints, and the name of the padding."""
    return tuple(int(k) for k in ksize), tuple(int(s) for s in strides), padding_name(padding)


def _rank_rule(rank):
    return lambda operation: pooled_shape(operation, rank)


def _like_input(operation):
    return operation.input_tensors[0].shape


def _max_gradient_of(definition):
    def gradient(op, grad):
        attrs = {key: op.attrs[key] for key in ("ksize", "strides", "padding", "data_format")}
        return definition(op.inputs[0], op.outputs[0], grad, **attrs)

    return gradient


@device_op(
    "MaxPoolGrad",
    "orig_input: T, orig_output: T, grad: T -> output: T",
    types={"T": _REALS},
    shape=_like_input,
)
def max_pool_grad_op(
    orig_input, orig_output, grad, *, ksize: list, strides: list, padding, data_format="NHWC"
):
    return max_pool_gradient(orig_input, orig_output, grad, *pooling_arguments(ksize, strides, padding))


@device_op(
    "MaxPool",
    "input: T -> output: T",
    types={"T": _REALS},
    shape=_rank_rule(4),
    gradient=_max_gradient_of(max_pool_grad_op),
)
def max_pool_op(input, *, ksize: list, strides: list, padding, data_format="NHWC"):  # noqa: A002
    return max_pool_kernel(input, *pooling_arguments(ksize, strides, padding))


@device_op(
    "MaxPool3DGrad",
    "orig_input: TInput, orig_output: TInput, grad: T -> output: T",
    types={"T": FLOATS},
    shape=_like_input,
)
def max_pool3d_grad_op(
    orig_input, orig_output, grad, *, ksize: list, strides: list, padding, data_format="NDHWC"
):
    return max_pool_gradient(orig_input, orig_output, grad, *pooling_arguments(ksize, strides, padding))


@device_op(
    "MaxPool3D",
    "input: T -> output: T",
    types={"T": FLOATS},
    shape=_rank_rule(5),
    gradient=_max_gradient_of(max_pool3d_grad_op),
)
def max_pool3d_op(input, *, ksize: list, strides: list, padding, data_format="NDHWC"):  # noqa: A002
    return max_pool_kernel(input, *pooling_arguments(ksize, strides, padding))


@device_op("AvgPool", "value: T -> output: T", types={"T": FLOATS}, shape=_rank_rule(4))
def avg_pool_op(value, *, ksize: list, strides: list, padding, data_format="NHWC"):
    return average_pool(value, *pooling_arguments(ksize, strides, padding))


@device_op("AvgPool3D", "input: T -> output: T", types={"T": FLOATS}, shape=_rank_rule(5))
def avg_pool3d_op(input, *, ksize: list, strides: list, padding, data_format="NDHWC"):  # noqa: A002
    return average_pool(input, *pooling_arguments(ksize, strides, padding))


def _average_gradient(orig_input_shape, grad, ksize, strides, padding):
    spec = jax.ShapeDtypeStruct(tuple(int(s) for s in orig_input_shape), grad.dtype)
    arguments = pooling_arguments(ksize, strides, padding)
    return jax.linear_transpose(lambda value: average_pool(value, *arguments).astype(grad.dtype), spec)(grad)[
        0
    ]


def _shape_given(operation):
    return constant_value_as_shape(operation.input_tensors[0])


@device_op(
    "AvgPoolGrad",
    "orig_input_shape: int32, grad: T -> output: T",
    static=("orig_input_shape",),
    types={"T": FLOATS},
    shape=_shape_given,
)
def avg_pool_grad_op(orig_input_shape, grad, *, ksize: list, strides: list, padding, data_format="NHWC"):
    return _average_gradient(orig_input_shape, grad, ksize, strides, padding)


@device_op(
    "AvgPool3DGrad",
    "orig_input_shape: int32, grad: T -> output: T",
    static=("orig_input_shape",),
    types={"T": FLOATS},
    shape=_shape_given,
)
def avg_pool3d_grad_op(orig_input_shape, grad, *, ksize: list, strides: list, padding, data_format="NDHWC"):
    return _average_gradient(orig_input_shape, grad, ksize, strides, padding)


def _argmax_gradient(op, grad, grad_argmax):
    attrs = {key: op.attrs[key] for key in ("ksize", "strides", "padding")}
    return max_pool_grad_op(op.inputs[0], op.outputs[0], grad, **attrs)


@device_op(
    "MaxPoolWithArgmax",
    "input: T -> output: T, argmax: Targmax",
    types={"T": _REALS},
    shape=_rank_rule(4),
    gradient=_argmax_gradient,
)
def max_pool_with_argmax_op(input, *, ksize: list, strides: list, padding, Targmax=dtypes.int64):  # noqa: A002, N803
    return max_pool_positions(input, *pooling_arguments(ksize, strides, padding))


# -- public ------------------------------------------------------------------------------------------------------


def _checked(what, values, rank):
    values = [int(v) for v in values]
    if len(values) != rank:
        raise ValueError(f"{what} must have {rank} entries, one for each dimension, got {values}")
    if min(values) < 1:
        raise ValueError(f"{what} must be positive, got {values}")
    return values


def _pool(definition, default_name, value, ksize, strides, padding, data_format, name, rank):
    with name_scope(name, default_name, [value]) as scope:
        value = convert_to_tensor(value, name="input")
        layout = layout_of(data_format, rank)
        return definition(
            value,
            ksize=_checked("ksize", ksize, rank),
            strides=_checked("strides", strides, rank),
            padding=padding,
            data_format=layout.data_format,
            name=scope,
        )


@public("nn.max_pool")
@also_called(input="value")
def max_pool(
    value: TensorLike,
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The maximum over windows of images.

    Args:
      value: a tensor `[batch, height, width, channels]`, or as `data_format` says.
      ksize: the size of the window, one entry for each dimension of `value`.
      strides: the step between windows, one entry for each dimension.
      padding: "SAME" or "VALID".
      data_format: "NHWC" or "NCHW".
      name: the operation's name.

    Raises:
      ValueError: a data format or padding that is none, or no room for one window.
    """
    return _pool(max_pool_op, "MaxPool", value, ksize, strides, padding, data_format, name, 4)


@public("nn.avg_pool")
@also_called(input="value")
def avg_pool(
    value: TensorLike,
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The average over windows of images; what is padded does not count. Arguments as for `max_pool`."""
    return _pool(avg_pool_op, "AvgPool", value, ksize, strides, padding, data_format, name, 4)


@public("nn.max_pool3d")
def max_pool3d(
    input: TensorLike,  # noqa: A002
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """The maximum over windows of volumes `[batch, depth, height, width, channels]`; as `max_pool`."""
    return _pool(max_pool3d_op, "MaxPool3D", input, ksize, strides, padding, data_format, name, 5)


@public("nn.avg_pool3d")
def avg_pool3d(
    input: TensorLike,  # noqa: A002
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """The average over windows of volumes `[batch, depth, height, width, channels]`; as `avg_pool`."""
    return _pool(avg_pool3d_op, "AvgPool3D", input, ksize, strides, padding, data_format, name, 5)


@public("nn.max_pool_with_argmax")
def max_pool_with_argmax(
    input: TensorLike,  # noqa: A002
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    Targmax: DTypeLike = dtypes.int64,  # noqa: N803
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The maximum over windows of images, and where it was found.

    `input` is `[batch, height, width, channels]` of real numbers; `ksize` and `strides` are four integers, as for
    `max_pool`.

    Returns:
      (output, argmax): `argmax` holds `(y * width + x) * channels + channel`, within each image.
    """
    return max_pool_with_argmax_op(
        input,
        ksize=_checked("ksize", ksize, 4),
        strides=_checked("strides", strides, 4),
        padding=padding,
        Targmax=Targmax,
        name=name,
    )
