"""Batch normalisation of images in one operation.

The gradient is TensorFlow's: it flows from `y` only, never from the batch's mean and variance.
"""

import math

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import constants
from evergraph.ops.math.summation import summed
from evergraph.ops.nn.windows import layout_of
from evergraph.ops.registry import FLOATS, device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")

_SMALLEST_EPSILON = 1.001e-5  # what cuDNN accepts, and so what every program was trained with
_SMALL = tuple(d for d in FLOATS if d != dtypes.float64)


def _axes(data_format):
    layout = layout_of(data_format, 4)
    return (layout.batch, *layout.spatial), layout.channel


def _along_channel(vector, channel):
    return vector.reshape([-1 if d == channel else 1 for d in range(4)])


def _moments(x, axes):
    mean = _mean(x, axes)
    return mean, _mean(jnp.square(x - mean), axes)


def _mean(x, axes):
    return summed(x, axes, keepdims=True) / math.prod(x.shape[axis] for axis in axes)


def _forward(x, scale, offset, mean, variance, *, epsilon=0.0001, data_format="NHWC", is_training=True):
    axes, channel = _axes(data_format)
    work = x.astype(np.float32)
    if is_training:
        wide_mean, wide_variance = _moments(work, axes)
        batch_mean, batch_variance = wide_mean.reshape(-1), wide_variance.reshape(-1)
        count = x.size // x.shape[channel] if x.shape[channel] else 0
        unbiased = batch_variance * np.float32(count / max(count - 1, 1))
    else:
        batch_mean, batch_variance, unbiased = mean, variance, variance
        wide_mean, wide_variance = _along_channel(mean, channel), _along_channel(variance, channel)
    inverse = _along_channel(scale, channel) / jnp.sqrt(wide_variance + np.float32(epsilon))
    y = (work - wide_mean) * inverse + _along_channel(offset, channel)
    return y.astype(x.dtype), batch_mean, unbiased, batch_mean, batch_variance


def _backward(
    y_backprop,
    x,
    scale,
    reserve_space_1,
    reserve_space_2,
    *,
    epsilon=0.0001,
    data_format="NHWC",
    is_training=True,
):
    mean, variance = reserve_space_1, reserve_space_2
    axes, channel = _axes(data_format)
    work, flow = x.astype(np.float32), y_backprop.astype(np.float32)
    if is_training:  # from x, not from what was saved, so that the second derivative is right too
        wide_mean, wide_variance = _moments(work, axes)
    else:
        wide_mean, wide_variance = _along_channel(mean, channel), _along_channel(variance, channel)
    inverse = 1 / jnp.sqrt(wide_variance + np.float32(epsilon))
    normal = (work - wide_mean) * inverse
    scale_grad = summed(flow * normal, axes)
    offset_grad = summed(flow, axes)
    if is_training:
        mean_flow = _mean(flow, axes)
        mean_product = _mean(flow * normal, axes)
        flow = flow - mean_flow - normal * mean_product
    x_grad = (flow * inverse * _along_channel(scale, channel)).astype(x.dtype)
    empty = jnp.zeros((0,), scale.dtype)
    return x_grad, scale_grad, offset_grad, empty, empty


def _forward_shapes(operation):
    x, scale, offset, mean, variance = operation.input_tensors
    shape = x.shape.with_rank(4)
    _, channel = _axes(operation.attrs["data_format"])
    channels = shape[channel] if shape.ndims is not None else scale.shape.with_rank(1)[0]
    vectors = [scale, offset] if operation.attrs["is_training"] else [scale, offset, mean, variance]
    for vector in vectors:
        channels = channels.merge_with(vector.shape.with_rank(1)[0])
    if shape.ndims is not None:
        sizes = shape.as_list()
        sizes[channel] = channels.value
        shape = TensorShape(sizes)
    return [shape, *[TensorShape([channels])] * 4]


def _backward_shapes(operation):
    x, scale = operation.input_tensors[1:3]
    return [x.shape, scale.shape, scale.shape, TensorShape([0]), TensorShape([0])]


def _gradient_by(definition):
    def gradient(op, grad_y, *_):
        if grad_y is None:
            return [None] * 5
        training = op.attrs["is_training"]
        first, second = (op.outputs[3], op.outputs[4]) if training else (op.inputs[3], op.inputs[4])
        attrs = {key: op.attrs[key] for key in ("epsilon", "data_format", "is_training")}
        found = definition(grad_y, op.inputs[0], op.inputs[1], first, second, **attrs)
        return [found[0], found[1], found[2], None, None]

    return gradient


fused_batch_norm_grad_op = device_op(
    "FusedBatchNormGrad",
    "y_backprop: T, x: T, scale: T, reserve_space_1: T, reserve_space_2: T -> "
    "x_backprop: T, scale_backprop: T, offset_backprop: T, reserve_space_3: T, reserve_space_4: T",
    types={"T": (dtypes.float32,)},
    shape=_backward_shapes,
)(_backward)

fused_batch_norm_grad_v2_op = device_op(
    "FusedBatchNormGradV2",
    "y_backprop: T, x: T, scale: float32, reserve_space_1: U, reserve_space_2: U -> "
    "x_backprop: T, scale_backprop: U, offset_backprop: U, reserve_space_3: U, reserve_space_4: U",
    types={"T": _SMALL, "U": (dtypes.float32,)},
    shape=_backward_shapes,
)(_backward)

fused_batch_norm_op = device_op(
    "FusedBatchNorm",
    "x: T, scale: T, offset: T, mean: T, variance: T -> "
    "y: T, batch_mean: T, batch_variance: T, reserve_space_1: T, reserve_space_2: T",
    types={"T": (dtypes.float32,)},
    shape=_forward_shapes,
    gradient=_gradient_by(fused_batch_norm_grad_op),
)(_forward)

fused_batch_norm_v2_op = device_op(
    "FusedBatchNormV2",
    "x: T, scale: U, offset: U, mean: U, variance: U -> "
    "y: T, batch_mean: U, batch_variance: U, reserve_space_1: U, reserve_space_2: U",
    types={"T": _SMALL, "U": (dtypes.float32,)},
    shape=_forward_shapes,
    gradient=_gradient_by(fused_batch_norm_grad_v2_op),
)(_forward)


@public("python.ops.nn_grad._BatchNormGrad")
def batch_norm_gradients(
    grad_y: TensorLike,
    x: TensorLike,
    scale: TensorLike,
    pop_mean: TensorLike,
    pop_var: TensorLike,
    epsilon: float,
    data_format: str | bytes,
    is_training: bool = True,
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a batch normalisation of images by its images, scale and offset.

    Args:
      grad_y: the gradient of its result, of the shape of `x`.
      x, scale, epsilon, data_format, is_training: as for `fused_batch_norm`.
      pop_mean, pop_var: vectors that it normalises by when not training; not used when it does.
    """
    layout = data_format.decode() if isinstance(data_format, bytes) else data_format
    means = [constants.constant([], dtypes.float32)] * 2 if is_training else [pop_mean, pop_var]
    found = fused_batch_norm_grad_v2_op(
        grad_y, x, scale, *means, epsilon=epsilon, data_format=layout, is_training=is_training
    )
    return found[0], found[1], found[2]


@public("nn.fused_batch_norm")
def fused_batch_norm(
    x: TensorLike,
    scale: TensorLike,
    offset: TensorLike,
    mean: TensorLike = None,
    variance: TensorLike = None,
    epsilon: float = 0.001,
    data_format: str | None = "NHWC",
    is_training: bool = True,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Batch normalisation of images.

    Args:
      x: `[batch, height, width, channels]`, or as `data_format` says; float32, or half precision.
      scale, offset: float32 vectors, one entry for each channel.
      mean, variance: vectors to normalise by when not training; None when training.
      epsilon: added to the variance; at least 1.001e-5.
      data_format: "NHWC" or "NCHW".
      is_training: whether to normalise by the moments of the batch.
      name: the operation's name.

    Returns:
      (y, batch_mean, batch_variance); the variance is the unbiased one.

    Raises:
      ValueError: `mean` or `variance` together with `is_training`.
    """
    x = convert_to_tensor(x, name="input")
    scale = convert_to_tensor(scale, name="scale")
    offset = convert_to_tensor(offset, name="offset")
    if is_training and (mean is not None or variance is not None):
        raise ValueError("Both 'mean' and 'variance' must be None if is_training is True.")
    mean = constants.constant([], dtypes.float32) if mean is None else mean
    variance = constants.constant([], dtypes.float32) if variance is None else variance
    half = x.dtype.base_dtype in (dtypes.float16, dtypes.bfloat16)
    definition = fused_batch_norm_v2_op if half else fused_batch_norm_op
    found = definition(
        x,
        scale,
        offset,
        mean,
        variance,
        epsilon=max(float(epsilon), _SMALLEST_EPSILON),
        data_format=data_format,
        is_training=bool(is_training),
        name=name,
    )
    return found[0], found[1], found[2]
