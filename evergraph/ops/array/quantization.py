"""Rounding to a grid of a few bits while training: fake_quant."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.static import same_as_first
from evergraph.ops.registry import device_op

public_module("python.ops.array_ops")


def _nudged(low, high, num_bits, narrow_range):
    """The range moved so that zero is on the grid: (low, high, step)."""
    least, most = (1.0 if narrow_range else 0.0), float(2**num_bits - 1)
    step = (high - low) / (most - least)
    zero = least - low / step
    zero = jnp.where(zero < least, least, jnp.where(zero > most, most, jnp.floor(zero + 0.5)))
    return (least - zero) * step, (most - zero) * step, step


@functools.partial(jax.custom_vjp, nondiff_argnums=(3, 4))
def _fake_quantized(inputs, low, high, num_bits, narrow_range):
    start, end, step = _nudged(low, high, num_bits, narrow_range)
    quantized = jnp.floor((jnp.clip(inputs, start, end) - start) / step + 0.5) * step + start
    return jnp.where((low == 0) & (high == 0), 0.0, quantized)


def _fake_gradients(gradients, inputs, low, high, num_bits, narrow_range):
    """Straight through inside the range; to the ends of the range outside of it."""
    start, end, _ = _nudged(low, high, num_bits, narrow_range)
    empty = (low == 0) & (high == 0)
    below, above = inputs < start, inputs > end
    inside = empty | ~(below | above)
    return (
        jnp.where(inside, gradients, 0.0),
        jnp.where(below & ~empty, gradients, 0.0),
        jnp.where(above & ~empty, gradients, 0.0),
    )


def _summed(gradient, like):
    """What flows into a bound: the sum over all that it bounds, a scalar or an element for each channel."""
    return gradient.sum(tuple(range(gradient.ndim - jnp.ndim(like))))


def _pull_back(num_bits, narrow_range, kept, gradients):
    inputs, low, high = kept
    middle, below, above = _fake_gradients(gradients, inputs, low, high, num_bits, narrow_range)
    return middle, _summed(below, low), _summed(above, high)


# JAX's derivative of the rounding is zero; the bodies of control flow are differentiated by JAX.
_fake_quantized.defvjp(lambda *arguments: (_fake_quantized(*arguments), arguments[:3]), _pull_back)


def _check_bits(num_bits):
    if not 2 <= num_bits <= 16:
        raise ValueError(f"num_bits must be between 2 and 16, got {num_bits}")
    return num_bits


def _check_range(low, high):
    if not low < high:
        raise ValueError(f"min must be smaller than max, got {low} and {high}")


def _args_gradient(operation, gradient):
    keys = ("min", "max", "num_bits", "narrow_range")
    attrs = {key: operation.attrs[key] for key in keys}
    return [fake_quant_args_gradient_op(gradient, operation.input_tensors[0], **attrs)]


@device_op(
    "FakeQuantWithMinMaxArgs",
    "inputs: float32 -> outputs: float32",
    shape=same_as_first,
    gradient=_args_gradient,
)
def fake_quant_args_op(inputs, *, min=-6.0, max=6.0, num_bits=8, narrow_range=False):
    return _fake_quantized(inputs, np.float32(min), np.float32(max), num_bits, narrow_range)


@device_op(
    "FakeQuantWithMinMaxArgsGradient",
    "gradients: float32, inputs: float32 -> backprops: float32",
    shape=same_as_first,
    differentiable=False,
)
def fake_quant_args_gradient_op(gradients, inputs, *, min=-6.0, max=6.0, num_bits=8, narrow_range=False):
    return _fake_gradients(gradients, inputs, np.float32(min), np.float32(max), num_bits, narrow_range)[0]


def _gradient_by(find_op):
    """A gradient recorded by the operation that `find_op` gives, which is defined further down."""

    def gradient(operation, flow):
        attrs = {key: operation.attrs[key] for key in ("num_bits", "narrow_range")}
        return list(find_op()(flow, *operation.input_tensors, **attrs))

    return gradient


def _vars_gradient_shape(operation):
    return [t.shape for t in operation.input_tensors[1:]]


@device_op(
    "FakeQuantWithMinMaxVars",
    "inputs: float32, min: float32, max: float32 -> outputs: float32",
    shape=same_as_first,
    gradient=_gradient_by(lambda: fake_quant_vars_gradient_op),
)
def fake_quant_vars_op(inputs, min, max, *, num_bits=8, narrow_range=False):
    return _fake_quantized(inputs, min, max, num_bits, narrow_range)


@device_op(
    "FakeQuantWithMinMaxVarsGradient",
    "gradients: float32, inputs: float32, min: float32, max: float32 -> "
    "backprops_wrt_input: float32, backprop_wrt_min: float32, backprop_wrt_max: float32",
    shape=_vars_gradient_shape,
    differentiable=False,
)
def fake_quant_vars_gradient_op(gradients, inputs, min, max, *, num_bits=8, narrow_range=False):
    return _pull_back(num_bits, narrow_range, (inputs, min, max), gradients)


@device_op(
    "FakeQuantWithMinMaxVarsPerChannel",
    "inputs: float32, min: float32, max: float32 -> outputs: float32",
    shape=same_as_first,
    gradient=_gradient_by(lambda: fake_quant_channels_gradient_op),
)
def fake_quant_channels_op(inputs, min, max, *, num_bits=8, narrow_range=False):
    return _fake_quantized(inputs, min, max, num_bits, narrow_range)


@device_op(
    "FakeQuantWithMinMaxVarsPerChannelGradient",
    "gradients: float32, inputs: float32, min: float32, max: float32 -> "
    "backprops_wrt_input: float32, backprop_wrt_min: float32, backprop_wrt_max: float32",
    shape=_vars_gradient_shape,
    differentiable=False,
)
def fake_quant_channels_gradient_op(gradients, inputs, min, max, *, num_bits=8, narrow_range=False):
    return _pull_back(num_bits, narrow_range, (inputs, min, max), gradients)


@public("fake_quant_with_min_max_args")
def fake_quant_with_min_max_args(
    inputs: TensorLike,
    min: float = -6,
    max: float = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """`inputs` (float32) clipped to a range and rounded to a grid of `2**num_bits` values that holds zero.

    The gradient passes straight through inside the range and is zero outside.

    Raises:
      ValueError: `num_bits` is not between 2 and 16, or `min` is not below `max`.
    """
    _check_range(min, max)
    return fake_quant_args_op(
        inputs, min=min, max=max, num_bits=_check_bits(num_bits), narrow_range=narrow_range, name=name
    )


@public("fake_quant_with_min_max_args_gradient")
def fake_quant_with_min_max_args_gradient(
    gradients: TensorLike,
    inputs: TensorLike,
    min: float = -6,
    max: float = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """The gradient of `fake_quant_with_min_max_args`.

    `gradients` and `inputs` are float32 of one shape; other arguments and errors as for
    `fake_quant_with_min_max_args`.
    """
    _check_range(min, max)
    return fake_quant_args_gradient_op(
        gradients,
        inputs,
        min=min,
        max=max,
        num_bits=_check_bits(num_bits),
        narrow_range=narrow_range,
        name=name,
    )


@public("fake_quant_with_min_max_vars")
def fake_quant_with_min_max_vars(
    inputs: TensorLike,
    min: TensorLike,
    max: TensorLike,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """Like `fake_quant_with_min_max_args`, with a range of float32 scalars that get gradients too."""
    return fake_quant_vars_op(
        inputs, min, max, num_bits=_check_bits(num_bits), narrow_range=narrow_range, name=name
    )


@public("fake_quant_with_min_max_vars_gradient")
def fake_quant_with_min_max_vars_gradient(
    gradients: TensorLike,
    inputs: TensorLike,
    min: TensorLike,
    max: TensorLike,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of `fake_quant_with_min_max_vars` with respect to its three inputs.

    `gradients` and `inputs` are float32 of one shape; other arguments and errors as for
    `fake_quant_with_min_max_vars`.
    """
    return fake_quant_vars_gradient_op(
        gradients, inputs, min, max, num_bits=_check_bits(num_bits), narrow_range=narrow_range, name=name
    )


@public("fake_quant_with_min_max_vars_per_channel")
def fake_quant_with_min_max_vars_per_channel(
    inputs: TensorLike,
    min: TensorLike,
    max: TensorLike,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """Like `fake_quant_with_min_max_vars`, with a range for each index of the last axis: vectors `[d]`."""
    return fake_quant_channels_op(
        inputs, min, max, num_bits=_check_bits(num_bits), narrow_range=narrow_range, name=name
    )


@public("fake_quant_with_min_max_vars_per_channel_gradient")
def fake_quant_with_min_max_vars_per_channel_gradient(
    gradients: TensorLike,
    inputs: TensorLike,
    min: TensorLike,
    max: TensorLike,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of `fake_quant_with_min_max_vars_per_channel` with respect to its three inputs.

    `gradients` and `inputs` are float32 of one shape; other arguments and errors as for
    `fake_quant_with_min_max_vars_per_channel`.
    """
    return fake_quant_channels_gradient_op(
        gradients, inputs, min, max, num_bits=_check_bits(num_bits), narrow_range=narrow_range, name=name
    )
