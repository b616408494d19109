"""Operations that GraphDefs of later TensorFlow versions hold (2.x in its 1.x mode); no function here makes them."""

import re

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.shapes import TensorShape
from evergraph.ops.math.matmul import batch_matmul_op
from evergraph.ops.matrix_shapes import batch_product_shape
from evergraph.ops.nn.fused_batch_norm import fused_batch_norm_grad_v2_op, fused_batch_norm_v2_op
from evergraph.ops.registry import FLOATS, NUMBERS, device_op, host_op


@device_op("BatchMatMulV2", "x: T, y: T -> output: T", types={"T": NUMBERS}, shape=batch_product_shape)
def batch_matmul_v2_op(x, y, *, adj_x=False, adj_y=False):
    return batch_matmul_op.kernel(x, y, adj_x=adj_x, adj_y=adj_y)


@device_op(
    "LeakyReluGrad",
    "gradients: T, features: T -> backprops: T",
    types={"T": FLOATS},
    shape=lambda op: op.input_tensors[1].shape,
)
def leaky_relu_grad_op(gradients, features, *, alpha=0.2):
    return jnp.where(features > 0, gradients, gradients * alpha)


@device_op(
    "LeakyRelu",
    "features: T -> activations: T",
    types={"T": FLOATS},
    shape=lambda op: op.input_tensors[0].shape,
    gradient=lambda op, grad: leaky_relu_grad_op(grad, op.inputs[0], alpha=op.attrs["alpha"]),
)
def leaky_relu_op(features, *, alpha=0.2):
    return jnp.where(features > 0, features, features * alpha)


# -- batch normalization: a third reserved output, which only GPUs use ------------------------------------------


def _with_reserve(infer):
    return lambda operation: [*infer(operation)[:5], *[TensorShape([0])] * (len(operation.outputs) - 5)]


@device_op(
    "FusedBatchNormGradV3",
    "y_backprop: T, x: T, scale: float32, reserve_space_1: U, reserve_space_2: U, reserve_space_3: U -> "
    "x_backprop: T, scale_backprop: U, offset_backprop: U, reserve_space_4: U, reserve_space_5: U",
    types={"U": (dtypes.float32,)},
    shape=lambda op: fused_batch_norm_grad_v2_op.infer(op),
)
def fused_batch_norm_grad_v3_op(
    y_backprop,
    x,
    scale,
    reserve_space_1,
    reserve_space_2,
    reserve_space_3,
    *,
    epsilon=0.0001,
    data_format="NHWC",
    is_training=True,
):
    return fused_batch_norm_grad_v2_op.kernel(
        y_backprop,
        x,
        scale,
        reserve_space_1,
        reserve_space_2,
        epsilon=epsilon,
        data_format=data_format,
        is_training=is_training,
    )


def _gradient_v3(op, grad, *_):
    if grad is None:
        return [None] * 5
    training = op.attrs["is_training"]
    first, second = (op.outputs[3], op.outputs[4]) if training else (op.inputs[3], op.inputs[4])
    attrs = {key: op.attrs[key] for key in ("epsilon", "data_format", "is_training")}
    found = fused_batch_norm_grad_v3_op(
        grad, op.inputs[0], op.inputs[1], first, second, op.outputs[5], **attrs
    )
    return [found[0], found[1], found[2], None, None]


@device_op(
    "FusedBatchNormV3",
    "x: T, scale: U, offset: U, mean: U, variance: U -> y: T, batch_mean: U, batch_variance: U, "
    "reserve_space_1: U, reserve_space_2: U, reserve_space_3: U",
    types={"U": (dtypes.float32,)},
    shape=_with_reserve(fused_batch_norm_v2_op.infer),
    gradient=_gradient_v3,
)
def fused_batch_norm_v3_op(
    x,
    scale,
    offset,
    mean,
    variance,
    *,
    epsilon=0.0001,
    exponential_avg_factor=1.0,
    data_format="NHWC",
    is_training=True,
):
    y, new_mean, new_variance, first, second = fused_batch_norm_v2_op.kernel(
        x, scale, offset, mean, variance, epsilon=epsilon, data_format=data_format, is_training=is_training
    )
    if is_training and exponential_avg_factor != 1.0:
        new_mean = mean + (new_mean - mean) * exponential_avg_factor
        new_variance = variance + (new_variance - variance) * exponential_avg_factor
    return y, new_mean, new_variance, first, second, jnp.zeros((0,), scale.dtype)


@host_op(
    "StaticRegexFullMatch",
    "input: string -> output: bool",
    shape=lambda op: op.input_tensors[0].shape,
    differentiable=False,
)
def static_regex_full_match_op(input, *, pattern):  # noqa: A002
    compiled = re.compile(pattern)
    matches = [
        compiled.fullmatch(text.decode("utf-8", "surrogateescape")) is not None for text in np.ravel(input)
    ]
    return np.array(matches, np.bool_).reshape(np.shape(input))
