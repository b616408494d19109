"""bias_add, and layers written as one function: xw_plus_b, relu_layer."""

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.math.summation import summed
from evergraph.ops.nn.activations import relu
from evergraph.ops.registry import NUMBERS, device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")


def _channel_axis(data_format, rank):
    return 1 if data_format in ("NCHW", b"NCHW", "NCDHW") else rank - 1


def _bias_shape(operation):
    value, bias = operation.input_tensors
    shape = value.shape.with_rank_at_least(2)
    bias_shape = bias.shape.with_rank(1)
    if shape.ndims is None:
        return shape
    axis = _channel_axis(operation.attrs.get("data_format"), shape.ndims)
    sizes = shape.as_list()
    sizes[axis] = shape[axis].merge_with(bias_shape[0]).value
    return TensorShape(sizes)


def _bias_grad_shape(operation):
    shape = operation.input_tensors[0].shape
    if shape.ndims is None:
        return unknown_shape(1)
    return TensorShape([shape[_channel_axis(operation.attrs["data_format"], shape.ndims)]])


@device_op("BiasAddGrad", "out_backprop: T -> output: T", types={"T": NUMBERS}, shape=_bias_grad_shape)
def bias_add_grad_op(out_backprop, *, data_format="NHWC"):
    axis = _channel_axis(data_format, out_backprop.ndim)
    return summed(out_backprop, [d for d in range(out_backprop.ndim) if d != axis])


def _bias_gradient(op, grad):
    return [grad, bias_add_grad_op(grad, data_format=op.attrs["data_format"])]


def _add_bias(value, bias, data_format):
    axis = _channel_axis(data_format, value.ndim)
    return value + bias.reshape([-1 if d == axis else 1 for d in range(value.ndim)])


@device_op(
    "BiasAdd",
    "value: T, bias: T -> output: T",
    types={"T": NUMBERS},
    shape=_bias_shape,
    gradient=_bias_gradient,
)
def bias_add_op(value, bias, *, data_format="NHWC"):
    return _add_bias(value, bias, data_format)


@device_op("BiasAddV1", "value: T, bias: T -> output: T", types={"T": NUMBERS}, shape=_bias_shape)
def bias_add_v1_op(value, bias):
    return value + bias


@public("nn.bias_add")
def bias_add(
    value: TensorLike, bias: TensorLike, data_format: str | None = None, name: str | None = None
) -> Tensor:
    """Adds a vector along the channels of `value`.

    Args:
      value: numbers of rank 2 or more.
      bias: a vector of the type of `value`, one entry for each channel.
      data_format: "NHWC" (channels last, the default) or "NCHW" (dimension 1).
      name: the operation's name.

    Raises:
      ValueError: the vector's length is not the number of channels, or a rank that does not fit.
    """
    with name_scope(name, "BiasAdd", [value, bias]) as scope:
        value = convert_to_tensor(value, name="input")
        bias = convert_to_tensor(bias, value.dtype.base_dtype, name="bias")
        if data_format not in (None, "NHWC", "NCHW"):
            raise ValueError(f"data_format must be 'NHWC' or 'NCHW', got {data_format!r}")
        return bias_add_op(value, bias, data_format=data_format or "NHWC", name=scope)


@public("nn.xw_plus_b")
def xw_plus_b(x: TensorLike, weights: TensorLike, biases: TensorLike, name: str | None = None) -> Tensor:
    """`matmul(x, weights) + biases`, for matrices and a vector."""
    with name_scope(name, "xw_plus_b", [x, weights, biases]) as scope:
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return bias_add(math_ops.matmul(x, weights), biases, name=scope)


@public("nn.relu_layer")
def relu_layer(x: TensorLike, weights: TensorLike, biases: TensorLike, name: str | None = None) -> Tensor:
    """`relu(matmul(x, weights) + biases)`, for matrices and a vector."""
    with name_scope(name, "relu_layer", [x, weights, biases]) as scope:
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return relu(bias_add(math_ops.matmul(x, weights), biases), name=scope)
