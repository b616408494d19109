"""Moments, and normalisation built of them; the L2 norm."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import dtypes
from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import scalar
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.math.summation import summed
from evergraph.ops.nn.deprecation import renamed_argument
from evergraph.ops.registry import FLOATS, device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")


@device_op(
    "L2Loss",
    "t: T -> output: T",
    types={"T": FLOATS},
    shape=lambda op: scalar(),
    gradient=lambda op, grad: op.inputs[0] * grad,
)
def l2_loss_op(t):
    # In half precision the sum may be too large where half of it is not.
    wide = t.astype(np.float32) if t.dtype.itemsize == 2 else t
    return (summed(jnp.square(wide), range(t.ndim)) / 2).astype(t.dtype)


@public("nn.l2_loss")
def l2_loss(t: TensorLike, name: str | None = None) -> Tensor:
    """Half the sum of squares, `sum(t ** 2) / 2`. `t` is a float of any shape, the result a scalar of its dtype."""
    return l2_loss_op(t, name=name)


@public("nn.l2_normalize")
def l2_normalize(
    x: TensorLike,
    axis: TensorLike = None,
    epsilon: float = 1e-12,
    name: str | None = None,
    dim: TensorLike = None,
) -> Tensor:
    """`x / sqrt(max(sum(x ** 2), epsilon))`, the sum along `axis` (all dimensions when None).

    `dim` is the deprecated spelling of `axis`.
    """
    with name_scope(name, "l2_normalize", [x]) as scope:
        axis = renamed_argument("axis", axis, "dim", dim)
        x = convert_to_tensor(x, name="x")
        total = math_ops.reduce_sum(math_ops.square(x), axis, keepdims=True)
        return math_ops.multiply(x, math_ops.rsqrt(math_ops.maximum(total, epsilon)), name=scope)


@public("nn.zero_fraction")
def zero_fraction(value: TensorLike, name: str | None = None) -> Tensor:
    """The fraction of the elements that are zero, float32."""
    with name_scope(name, "zero_fraction", [value]):
        value = convert_to_tensor(value, name="value")
        zero = constants.constant(0, value.dtype.base_dtype, name="zero")
        return math_ops.reduce_mean(math_ops.cast(math_ops.equal(value, zero), dtypes.float32))


@public("nn.moments")
def moments(
    x: TensorLike,
    axes: TensorLike,
    shift: TensorLike = None,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """(mean, variance) over `axes`; the variance is the biased one. `shift` has no effect.

    Half precision is computed in float32. `keepdims` is the name that `keep_dims`, False when neither is given, has since
    TensorFlow 1.13; ValueError where both are given.
    """
    keep_dims = renamed_argument("keepdims", keepdims, "keep_dims", keep_dims)
    with name_scope(name, "moments", [x, axes]):
        x = convert_to_tensor(x, name="x")
        half = x.dtype.base_dtype == dtypes.float16
        y = math_ops.cast(x, dtypes.float32) if half else x
        mean = math_ops.reduce_mean(y, axes, keepdims=True, name="mean")
        deviations = math_ops.squared_difference(y, constants.stop_gradient(mean))
        variance = math_ops.reduce_mean(deviations, axes, keepdims=True, name="variance")
        if not keep_dims:
            mean, variance = array_ops.squeeze(mean, axes), array_ops.squeeze(variance, axes)
        if half:
            return math_ops.cast(mean, dtypes.float16), math_ops.cast(variance, dtypes.float16)
        return mean, variance


@public("nn.sufficient_statistics")
@also_called(keepdims="keep_dims")
def sufficient_statistics(
    x: TensorLike,
    axes: TensorLike,
    shift: TensorLike = None,
    keep_dims: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """What the moments over `axes` are computed from.

    Args:
      x: a tensor.
      axes: a list of dimensions.
      shift: a value near the mean, for precision; or None.
      keep_dims: whether the sums keep dimensions of size 1.
      name: a name for the operations.

    Returns:
      (how many elements, their sum, the sum of their squares, shift); the sums are of `x - shift`.
    """
    axes = sorted(set(axes))
    with name_scope(name, "sufficient_statistics", [x, shift]):
        x = convert_to_tensor(x, name="x")
        dtype = x.dtype.base_dtype
        sizes = None if x.shape.ndims is None else [x.shape[d].value for d in axes]
        if sizes is not None and None not in sizes:
            counts = constants.constant(float(np.prod(sizes)), dtype)
        else:
            chosen = array_ops.gather(math_ops.cast(array_ops.shape(x), dtype), axes)
            counts = math_ops.reduce_prod(chosen, name="count")
        if shift is None:
            first, second = x, math_ops.square(x)
        else:
            shift = convert_to_tensor(shift, name="shift")
            first, second = math_ops.subtract(x, shift), math_ops.squared_difference(x, shift)
        mean_ss = math_ops.reduce_sum(first, axes, keepdims=keep_dims, name="mean_ss")
        var_ss = math_ops.reduce_sum(second, axes, keepdims=keep_dims, name="var_ss")
    return counts, mean_ss, var_ss, shift


@public("nn.normalize_moments")
def normalize_moments(
    counts: TensorLike,
    mean_ss: TensorLike,
    variance_ss: TensorLike,
    shift: TensorLike,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """(mean, variance) from what `sufficient_statistics` gave. Both have the shape and dtype of `mean_ss`."""
    with name_scope(name, "normalize", [counts, mean_ss, variance_ss, shift]):
        divisor = math_ops.reciprocal(counts, name="divisor")
        if shift is None:
            mean = shifted = math_ops.multiply(mean_ss, divisor, name="mean")
        else:
            shifted = math_ops.multiply(mean_ss, divisor, name="shifted_mean")
            mean = math_ops.add(shifted, shift, name="mean")
        second = math_ops.multiply(variance_ss, divisor)
        variance = math_ops.subtract(second, math_ops.square(shifted), name="variance")
    return mean, variance


@public("nn.weighted_moments")
@also_called(keepdims="keep_dims")
def weighted_moments(
    x: TensorLike,
    axes: TensorLike,
    frequency_weights: TensorLike,
    name: str | None = None,
    keep_dims: bool = False,
) -> tuple[Tensor, Tensor]:
    """(mean, variance) over `axes`, each element counted as often as `frequency_weights` (broadcast) says."""
    with name_scope(name, "weighted_moments", [x, frequency_weights, axes]):
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(frequency_weights, name="frequency_weights")
        half = x.dtype.base_dtype == dtypes.float16
        if half:
            x = math_ops.cast(x, dtypes.float32)
        if weights.dtype.base_dtype != x.dtype.base_dtype:
            weights = math_ops.cast(weights, x.dtype.base_dtype)
        total = math_ops.reduce_sum(weights * x, axes, name="weighted_input_sum", keepdims=True)
        everywhere = weights + array_ops.zeros_like(x)
        count = math_ops.reduce_sum(everywhere, axes, name="sum_of_weights", keepdims=True)
        divisor = math_ops.reciprocal(count, name="inv_weight_sum")
        mean = math_ops.multiply(total, divisor)
        squares = weights * math_ops.squared_difference(x, mean)
        distance = math_ops.reduce_sum(squares, axes, name="weighted_distsq", keepdims=True)
        variance = math_ops.multiply(distance, divisor)
        if not keep_dims:
            mean, variance = array_ops.squeeze(mean, axes), array_ops.squeeze(variance, axes)
        if half:
            mean, variance = math_ops.cast(mean, dtypes.float16), math_ops.cast(variance, dtypes.float16)
        return mean, variance


@public("nn.batch_normalization")
def batch_normalization(
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    offset: TensorLike,
    scale: TensorLike,
    variance_epsilon: float,
    name: str | None = None,
) -> Tensor:
    """`(x - mean) / sqrt(variance + variance_epsilon) * scale + offset`, in the shape and dtype of `x`, to which all broadcast.

    `offset` and `scale` may be None.

    Ioffe and Szegedy 2015, arXiv:1502.03167.
    """
    with name_scope(name, "batchnorm", [x, mean, variance, scale, offset]):
        inverse = math_ops.rsqrt(variance + variance_epsilon)
        if scale is not None:
            inverse *= scale
        dtype = x.dtype.base_dtype
        # Not x * inverse + (offset - mean * inverse): there XLA rounds one product and not the other, and what is equal to its
        # mean would not become the offset.
        deviation = x - math_ops.cast(mean, dtype)
        inverse = math_ops.cast(inverse, dtype)
        if offset is None:
            return math_ops.multiply(deviation, inverse, name="add_1")  # what TensorFlow calls the result
        return math_ops.add(deviation * inverse, math_ops.cast(offset, dtype), name="add_1")


@public("nn.batch_norm_with_global_normalization")
@also_called(input="t", mean="m", variance="v")
def batch_norm_with_global_normalization(
    t: TensorLike,
    m: TensorLike,
    v: TensorLike,
    beta: TensorLike,
    gamma: TensorLike,
    variance_epsilon: float,
    scale_after_normalization: bool,
    name: str | None = None,
) -> Tensor:
    """Older spelling of `batch_normalization`; `gamma` takes part only with `scale_after_normalization`.

    `t` is `[..., channels]`, the others `[channels]`.
    """
    scale = gamma if scale_after_normalization else None
    return batch_normalization(t, m, v, beta, scale, variance_epsilon, name)


@device_op(
    "LRN",
    "input: T -> output: T",
    types={"T": FLOATS},
    shape=lambda op: op.input_tensors[0].shape.with_rank(4),
)
def lrn_op(input, *, depth_radius=5, bias=1.0, alpha=1.0, beta=0.5):  # noqa: A002
    squares = jnp.square(input)
    width = 2 * depth_radius + 1
    sums = lax.reduce_window(
        squares,
        np.zeros((), input.dtype),
        lax.add,
        (1, 1, 1, width),
        (1, 1, 1, 1),
        ((0, 0), (0, 0), (0, 0), (depth_radius, depth_radius)),
    )
    return input / jnp.power(jnp.asarray(bias + alpha * sums, input.dtype), jnp.asarray(beta, input.dtype))


@public("nn.local_response_normalization")
def local_response_normalization(
    input: TensorLike,  # noqa: A002
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """`input / (bias + alpha * s) ** beta`, s the sum of squares over the channels within `depth_radius`.

    Args:
      input: floats `[batch, height, width, channels]`.
      depth_radius, bias, alpha, beta: numbers as above.
      name: the operation's name.
    """
    return lrn_op(
        input,
        depth_radius=int(depth_radius),
        bias=float(bias),
        alpha=float(alpha),
        beta=float(beta),
        name=name,
    )


lrn = public("nn.lrn")(local_response_normalization)
