"""Max pooling whose windows and strides are operands; gradients by position, and of the gradient."""

import jax.numpy as jnp

from evergraph.framework import dtypes
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.ops.array.static import static_list
from evergraph.ops.nn.pooling import pooling_arguments
from evergraph.ops.nn.pooling_kernels import max_pool, max_pool_gradient, max_pool_second_gradient
from evergraph.ops.nn.windows import layout_of, output_size, padding_name
from evergraph.ops.registry import FLOATS, INDEX, INTEGERS, device_op

_REALS = FLOATS + INTEGERS
_STATIC = ("ksize", "strides")


def _like(position):
    return lambda operation: operation.input_tensors[position].shape


def _second_gradient(type, layout, types):  # noqa: A002 (TensorFlow's word)
    def kernel(orig_input, orig_output, grad, *, ksize: list, strides: list, padding, data_format=layout):
        arguments = pooling_arguments(ksize, strides, padding)
        return max_pool_second_gradient(orig_input, orig_output, grad, *arguments)

    signature = "orig_input: T, orig_output: T, grad: T -> output: T"
    return device_op(type, signature, types={"T": types}, shape=_like(1))(kernel)


max_pool_grad_grad_op = _second_gradient("MaxPoolGradGrad", "NHWC", _REALS)
max_pool3d_grad_grad_op = _second_gradient("MaxPool3DGradGrad", "NDHWC", FLOATS)


def _in_rows(lowering, array, argmax):
    """(images in rows `[batch, everything]`, positions in rows); a position outside of its image is an error."""
    rows = array.reshape(array.shape[0], array.size // max(array.shape[0], 1))
    positions = argmax.reshape(argmax.shape[0], argmax.size // max(argmax.shape[0], 1))
    inside = (positions >= 0) & (positions < rows.shape[1])
    lowering.check(jnp.all(inside), f"argmax = {{0}} is not in images of {rows.shape[1]} elements", [argmax])
    return rows, positions


def _by_position(type, like, compute):  # noqa: A002 (TensorFlow's word)
    """An operation on an input, what flows and the positions of the greatest elements; of the shape of input `like`."""

    def kernel(
        lowering,
        input,  # noqa: A002
        grad,
        argmax,
        *,
        ksize: list,
        strides: list,
        padding,
        Targmax=dtypes.int64,  # noqa: N803
    ):
        return compute(lowering, input, grad, argmax)

    signature, types = "input: T, grad: T, argmax: Targmax -> output: T", {"T": _REALS, "Targmax": INDEX}
    return device_op(type, signature, types=types, shape=_like(like), checks=True)(kernel)


def _scattered(lowering, inputs, grad, argmax):
    rows, positions = _in_rows(lowering, jnp.zeros_like(inputs), argmax)
    flows = grad.reshape(positions.shape)
    return (
        rows.at[jnp.arange(rows.shape[0])[:, None], positions].add(flows, mode="drop").reshape(inputs.shape)
    )


def _taken(lowering, inputs, grad, argmax):
    rows, positions = _in_rows(lowering, grad, argmax)
    return jnp.take_along_axis(rows, positions, 1, mode="clip").reshape(argmax.shape)


max_pool_grad_with_argmax_op = _by_position("MaxPoolGradWithArgmax", 0, _scattered)
max_pool_grad_grad_with_argmax_op = _by_position("MaxPoolGradGradWithArgmax", 2, _taken)


def _pooled_shape(operation):
    shape = operation.input_tensors[0].shape.with_rank(4)
    layout_of(operation.attrs["data_format"], 4)
    ksize, strides = (static_list(t) for t in operation.input_tensors[-2:])
    if shape.ndims is None or ksize is None or strides is None:
        return unknown_shape(4)
    padding = padding_name(operation.attrs["padding"])
    return TensorShape([output_size(*sizes, padding) for sizes in zip(shape.as_list(), ksize, strides)])


@device_op(
    "MaxPoolGradV2",
    "orig_input: T, orig_output: T, grad: T, ksize: int32, strides: int32 -> output: T",
    types={"T": _REALS},
    static=_STATIC,
    shape=lambda op: op.input_tensors[0].shape,
)
def max_pool_grad_v2_op(orig_input, orig_output, grad, ksize, strides, *, padding, data_format="NHWC"):
    return max_pool_gradient(orig_input, orig_output, grad, *pooling_arguments(ksize, strides, padding))


@device_op(
    "MaxPoolGradGradV2",
    "orig_input: T, orig_output: T, grad: T, ksize: int32, strides: int32 -> output: T",
    types={"T": _REALS},
    static=_STATIC,
    shape=lambda op: op.input_tensors[1].shape,
)
def max_pool_grad_grad_v2_op(orig_input, orig_output, grad, ksize, strides, *, padding, data_format="NHWC"):
    return max_pool_second_gradient(
        orig_input, orig_output, grad, *pooling_arguments(ksize, strides, padding)
    )


def _gradient(op, grad):
    value, ksize, strides = op.inputs
    attrs = {key: op.attrs[key] for key in ("padding", "data_format")}
    return max_pool_grad_v2_op(value, op.outputs[0], grad, ksize, strides, **attrs), None, None


@device_op(
    "MaxPoolV2",
    "input: T, ksize: int32, strides: int32 -> output: T",
    types={"T": _REALS},
    static=_STATIC,
    shape=_pooled_shape,
    gradient=_gradient,
)
def max_pool_v2_op(input, ksize, strides, *, padding, data_format="NHWC"):  # noqa: A002
    return max_pool(input, *pooling_arguments(ksize, strides, padding))
