"""Colours of images: their range, grey, HSV, YIQ and YUV, contrast, gamma, hue and saturation."""

import jax.numpy as jnp

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import assertion as assertion_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import identity
from evergraph.ops.control_flow import grouping
from evergraph.ops.math.casting import saturate_cast
from evergraph.ops.math.contraction import tensordot
from evergraph.ops.math.summation import summed
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.registry import FLOATS, device_op

# Rec. 601 luma, rounded as TensorFlow has it for grey.
_GREY = [0.2989, 0.5870, 0.1140]
# Rows are red, green, blue (or Y and its two colour differences); columns what they become.
_RGB_TO_YIQ = [
    [0.299, 0.59590059, 0.2115],
    [0.587, -0.27455667, -0.52273617],
    [0.114, -0.32134392, 0.31119955],
]
_YIQ_TO_RGB = [[1, 1, 1], [0.95598634, -0.27201283, -1.10674021], [0.6208248, -0.64720424, 1.70423049]]
_RGB_TO_YUV = [
    [0.299, -0.14714119, 0.61497538],
    [0.587, -0.28886916, -0.51496512],
    [0.114, 0.43601035, -0.10001026],
]
_YUV_TO_RGB = [[1, 1, 1], [0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0]]


@public("image.convert_image_dtype")
def convert_image_dtype(
    image: TensorLike, dtype: DTypeLike, saturate: bool = False, name: str | None = None
) -> Tensor:
    """Another dtype, and its range: integers go from 0 to their largest, floats from 0 to 1.

    Args:
      image: real numbers of any shape.
      dtype: what they become.
      saturate: whether values beyond the range become its ends; else they wrap.
      name: a name for the operations.
    """
    image = convert_to_tensor(image, name="image")
    dtype = dtypes.as_dtype(dtype)
    if dtype == image.dtype:
        return identity(image, name=name)
    cast = saturate_cast if saturate else math_ops.cast
    with name_scope(name, "convert_image", [image]) as scope:
        if image.dtype.is_floating and dtype.is_floating:
            return math_ops.cast(image, dtype, name=scope)
        if image.dtype.is_floating:
            # Half more than the largest: the cast cuts fractions off.
            return cast(math_ops.multiply(image, dtype.max + 0.5), dtype, name=scope)
        if dtype.is_floating:
            return math_ops.multiply(math_ops.cast(image, dtype), 1.0 / image.dtype.max, name=scope)
        if image.dtype.max > dtype.max:
            return cast(math_ops.div(image, (image.dtype.max + 1) // (dtype.max + 1)), dtype, name=scope)
        return math_ops.multiply(cast(image, dtype), (dtype.max + 1) // (image.dtype.max + 1), name=scope)


# -- grey, HSV, YIQ, YUV ---------------------------------------------------------------------------------------------


@public("image.rgb_to_grayscale")
def rgb_to_grayscale(images: TensorLike, name: str | None = None) -> Tensor:
    """The luma of RGB images `[..., 3]`, as `[..., 1]` of their dtype."""
    with name_scope(name, "rgb_to_grayscale", [images]) as scope:
        images = convert_to_tensor(images, name="images")
        weighted = convert_image_dtype(images, dtypes.float32) * _GREY
        grey = math_ops.reduce_sum(weighted, -1, keepdims=True)
        return convert_image_dtype(grey, images.dtype, name=scope)


@public("image.grayscale_to_rgb")
def grayscale_to_rgb(images: TensorLike, name: str | None = None) -> Tensor:
    """Grey images `[..., 1]` with their channel three times, `[..., 3]`."""
    with name_scope(name, "grayscale_to_rgb", [images]) as scope:
        images = convert_to_tensor(images, name="images")
        images.shape[-1:].assert_is_compatible_with([1])
        return array_ops.concat([images] * 3, -1, name=scope)


def _mixed(images, matrix):
    """The channels, mixed by a matrix `[3, 3]`."""
    images = convert_to_tensor(images, name="images")
    kernel = convert_to_tensor(matrix, dtype=images.dtype, name="kernel")
    return tensordot(images, kernel, [[images.shape.ndims - 1], [0]])


@public("image.rgb_to_yiq")
def rgb_to_yiq(images: TensorLike) -> Tensor:
    """RGB in [0, 1] as YIQ (NTSC): floats `[..., 3]`."""
    return _mixed(images, _RGB_TO_YIQ)


@public("image.yiq_to_rgb")
def yiq_to_rgb(images: TensorLike) -> Tensor:
    """YIQ (NTSC) as RGB: floats `[..., 3]`."""
    return _mixed(images, _YIQ_TO_RGB)


@public("image.rgb_to_yuv")
def rgb_to_yuv(images: TensorLike) -> Tensor:
    """RGB in [0, 1] as YUV (PAL): floats `[..., 3]`."""
    return _mixed(images, _RGB_TO_YUV)


@public("image.yuv_to_rgb")
def yuv_to_rgb(images: TensorLike) -> Tensor:
    """YUV (PAL) as RGB: floats `[..., 3]`."""
    return _mixed(images, _YUV_TO_RGB)


def _last_is_colour(operation):
    shape = operation.input_tensors[0].shape.with_rank_at_least(1)
    return shape if shape.ndims is None else shape[:-1].concatenate(shape[-1:].merge_with([3]))


def _to_hsv(images):
    red, green, blue = images[..., 0], images[..., 1], images[..., 2]
    value = jnp.max(images, axis=-1)
    span = value - jnp.min(images, axis=-1)
    safe = jnp.where(span > 0, span, 1)
    sixths = jnp.where(
        value == red,
        (green - blue) / safe,
        jnp.where(value == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    hue = jnp.where(span > 0, sixths / 6, 0)
    saturation = jnp.where(value > 0, span / jnp.where(value > 0, value, 1), 0)
    return jnp.stack([jnp.where(hue < 0, hue + 1, hue), saturation, value], axis=-1)


def _to_rgb(images):
    hue, saturation, value = images[..., :1] * 6, images[..., 1:2], images[..., 2:]
    # How much of each colour is in the hue: three ramps that overlap.
    ramps = jnp.concatenate([jnp.abs(hue - 3) - 1, 2 - jnp.abs(hue - 2), 2 - jnp.abs(hue - 4)], axis=-1)
    return (1 - saturation + saturation * jnp.clip(ramps, 0, 1)) * value


@device_op("RGBToHSV", "images: T -> output: T", types={"T": FLOATS}, shape=_last_is_colour)
def rgb_to_hsv_op(images):
    return _to_hsv(images)


@device_op("HSVToRGB", "images: T -> output: T", types={"T": FLOATS}, shape=_last_is_colour)
def hsv_to_rgb_op(images):
    return _to_rgb(images)


@public("image.rgb_to_hsv")
def rgb_to_hsv(images: TensorLike, name: str | None = None) -> Tensor:
    """RGB in [0, 1] as hue, saturation and value, each in [0, 1]: floats `[..., 3]` (A. R. Smith, 1978)."""
    return rgb_to_hsv_op(images, name=name)


@public("image.hsv_to_rgb")
def hsv_to_rgb(images: TensorLike, name: str | None = None) -> Tensor:
    """Hue, saturation and value in [0, 1] as RGB: floats `[..., 3]`."""
    return hsv_to_rgb_op(images, name=name)


# -- adjusting -------------------------------------------------------------------------------------------------------


@device_op(
    "AdjustContrastv2",
    "images: float32, contrast_factor: float32 -> output: float32",
    shape=lambda op: op.input_tensors[0].shape.with_rank_at_least(3),
)
def adjust_contrast_op(images, contrast_factor):
    axes = images.ndim - 3, images.ndim - 2
    mean = summed(images, axes, keepdims=True) / (images.shape[axes[0]] * images.shape[axes[1]])
    return (images - mean) * contrast_factor + mean


@device_op("AdjustHue", "images: float32, delta: float32 -> output: float32", shape=_last_is_colour)
def adjust_hue_op(images, delta):
    hsv = _to_hsv(images)
    return _to_rgb(jnp.concatenate([(hsv[..., :1] + delta) % 1, hsv[..., 1:]], axis=-1))


@device_op("AdjustSaturation", "images: float32, scale: float32 -> output: float32", shape=_last_is_colour)
def adjust_saturation_op(images, scale):
    # The hue stays, so each colour keeps its place between the least and the greatest one, which is the value.
    red, green, blue = images[..., 0:1], images[..., 1:2], images[..., 2:3]
    value = jnp.maximum(jnp.maximum(red, green), blue)
    span = value - jnp.minimum(jnp.minimum(red, green), blue)
    most = value / jnp.where(span > 0, span, 1)  # of which the saturation becomes 1
    factor = jnp.where(value > 0, jnp.clip(scale, 0, most), 0)
    return value - (value - images) * factor


def _adjusted(operation, image, amount, name, saturate=False):
    """The operation on floats, in the image's own dtype and range again."""
    image = convert_to_tensor(image, name="image")
    found = operation(convert_image_dtype(image, dtypes.float32), amount)
    return convert_image_dtype(found, image.dtype, saturate=saturate, name=name)


@public("image.adjust_contrast")
def adjust_contrast(images: TensorLike, contrast_factor: TensorLike) -> Tensor:
    """`(x - mean) * contrast_factor + mean`, with the mean of each channel of each image `[..., height, width, channels]`."""
    with name_scope(None, "adjust_contrast", [images, contrast_factor]) as scope:
        return _adjusted(adjust_contrast_op, images, contrast_factor, scope, saturate=True)


@public("image.random_contrast")
def random_contrast(image: TensorLike, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """`adjust_contrast` by a factor drawn from `[lower, upper)`; ValueError unless `0 <= lower < upper`."""
    return adjust_contrast(image, _factor(lower, upper, seed))


@public("image.adjust_saturation")
def adjust_saturation(image: TensorLike, saturation_factor: TensorLike, name: str | None = None) -> Tensor:
    """RGB images `[..., 3]` whose saturation (of HSV) is multiplied by a factor, and at most 1."""
    with name_scope(name, "adjust_saturation", [image]) as scope:
        return _adjusted(adjust_saturation_op, image, saturation_factor, scope)


@public("image.random_saturation")
def random_saturation(image: TensorLike, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """`adjust_saturation` by a factor drawn from `[lower, upper)`; ValueError unless `0 <= lower < upper`."""
    return adjust_saturation(image, _factor(lower, upper, seed))


def _factor(lower, upper, seed):
    if upper <= lower or lower < 0:
        raise ValueError(f"upper must be > lower, and lower >= 0, got lower {lower} and upper {upper}")
    return random_uniform([], lower, upper, seed=seed)


@public("image.adjust_hue")
def adjust_hue(image: TensorLike, delta: TensorLike, name: str | None = None) -> Tensor:
    """RGB images `[..., 3]` whose hue (of HSV) is turned by `delta`, 1 being a whole turn."""
    with name_scope(name, "adjust_hue", [image]) as scope:
        return _adjusted(adjust_hue_op, image, delta, scope)


@public("image.random_hue")
def random_hue(image: TensorLike, max_delta: float, seed: int | None = None) -> Tensor:
    """`adjust_hue` by a number drawn from `[-max_delta, max_delta)`; ValueError unless `0 <= max_delta <= 0.5`."""
    if not 0 <= max_delta <= 0.5:
        raise ValueError(f"max_delta must be within [0, 0.5], got {max_delta}")
    return adjust_hue(image, random_uniform([], -max_delta, max_delta, seed=seed))


@public("image.adjust_gamma")
def adjust_gamma(image: TensorLike, gamma: TensorLike = 1, gain: TensorLike = 1) -> Tensor:
    """`(image / scale) ** gamma * scale * gain` as float32; `scale` is 1 for floats, else the width of the dtype's range.

    Raises:
      ValueError: a negative `gamma` (InvalidArgumentError where only the run can tell).
    """
    with name_scope(None, "adjust_gamma", [image, gamma, gain]):
        image = convert_to_tensor(image, name="image")
        if not isinstance(gamma, Tensor) and gamma < 0:
            raise ValueError(f"Gamma should be a non-negative real number. Got {gamma}")
        if isinstance(gamma, Tensor):
            check = assertion_ops.Assert(
                gamma >= 0, ["Gamma should be a non-negative real number. Got ", gamma]
            )
            gamma = grouping.with_dependencies([check], gamma)
        low, high = image.dtype.limits
        scale = float(high - low)
        return (math_ops.cast(image, dtypes.float32) / scale) ** gamma * scale * gain
