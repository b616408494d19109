"""Images seen through projective maps, and images read between their pixels at given places."""

import functools

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.shapes import TensorShape
from evergraph.ops.registry import FLOATS, device_op

_PIXELS = (dtypes.uint8, dtypes.int32, dtypes.int64, dtypes.float16, dtypes.float32, dtypes.float64)


def _places(transforms, height, width):
    """(y, x), each `[n, height, width]`: where in the input each pixel of the output is taken from."""
    a = transforms.astype(np.float32)[:, :, None, None]
    y, x = jnp.meshgrid(
        jnp.arange(height, dtype=np.float32), jnp.arange(width, dtype=np.float32), indexing="ij"
    )
    scale = a[:, 6] * x + a[:, 7] * y + 1
    return (a[:, 3] * x + a[:, 4] * y + a[:, 5]) / scale, (a[:, 0] * x + a[:, 1] * y + a[:, 2]) / scale


def _read(images, y, x):
    """`[n, ..., channels]`: the pixels at whole places `[n, ...]` (floats), zero outside of the image."""
    height, width = images.shape[1:3]
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)  # of NaN too: not inside
    row, column = (jnp.where(inside, place, 0).astype(np.int32) for place in (y, x))
    batch = jnp.arange(images.shape[0]).reshape((-1,) + (1,) * (y.ndim - 1))
    return jnp.where(inside[..., None], images[batch, row, column], jnp.zeros((), images.dtype))


def _between(images, y, x):
    """`[n, ..., channels]`: bilinear between the four pixels around each place; pixels outside are zero."""
    top, left = jnp.floor(y), jnp.floor(x)
    down, across = (y - top)[..., None], (x - left)[..., None]
    corners = [[_read(images, top + i, left + j) for j in (0, 1)] for i in (0, 1)]
    upper, lower = ((1 - across) * row[0] + across * row[1] for row in corners)
    return (1 - down) * upper + down * lower


def _half_away(value):
    return jnp.trunc(value + jnp.copysign(jnp.float32(0.5), value))


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def _projected(images, transforms, interpolation):
    transforms = jnp.broadcast_to(transforms, (images.shape[0], 8))
    y, x = _places(transforms, *images.shape[1:3])
    if interpolation == "NEAREST":
        return _read(images, _half_away(y), _half_away(x))
    finite = (jnp.isfinite(y) & jnp.isfinite(x))[..., None]
    return jnp.where(finite, _between(images, y, x), 0).astype(images.dtype)


def _pull_back(interpolation, transforms, gradients):
    """The gradient, seen through the inverse map: what TensorFlow defines, not the derivative; none for the map."""
    ones = jnp.ones((transforms.shape[0], 1), transforms.dtype)
    inverse = jnp.linalg.inv(jnp.concatenate([transforms, ones], 1).reshape(-1, 3, 3)).reshape(-1, 9)
    back = (inverse / inverse[:, 8:])[:, :8]
    return _projected(gradients, back, interpolation), jnp.zeros_like(transforms)


_projected.defvjp(
    lambda images, transforms, how: (_projected(images, transforms, how), transforms), _pull_back
)


@device_op(
    "ImageProjectiveTransform",
    "images: dtype, transforms: float32 -> transformed_images: dtype",
    types={"dtype": _PIXELS},
    shape=lambda op: op.input_tensors[0].shape.with_rank(4),
)
def image_projective_transform_op(images, transforms, *, interpolation):
    if transforms.ndim != 2 or transforms.shape[1] != 8 or transforms.shape[0] not in (1, images.shape[0]):
        raise ValueError(
            f"transforms must be [1, 8] or [{images.shape[0]}, 8], one for all images or one for each, got "
            f"{list(transforms.shape)}"
        )
    return _projected(images, transforms, interpolation)


def _sampled_shape(operation):
    data, warp = (tensor.shape for tensor in operation.input_tensors)
    data, warp = data.with_rank(4), warp.with_rank_at_least(2)
    if warp.ndims is None:
        return TensorShape(None)
    if not warp[-1:].is_compatible_with([2]):
        raise ValueError(f"warp must be [batch, ..., 2], got shape {warp}")
    return data[:1].merge_with(warp[:1]).concatenate(warp[1:-1]).concatenate(data[3:])


@device_op(
    "Resampler",
    "data: T, warp: T -> output: T",
    types={"T": (dtypes.float16, *FLOATS[1:])},
    shape=_sampled_shape,
)
def resampler_op(data, warp):
    if data.ndim != 4 or warp.ndim < 2 or warp.shape[-1] != 2 or warp.shape[0] != data.shape[0]:
        raise ValueError(
            f"data must be [batch, height, width, channels] and warp [batch, ..., 2], got {list(data.shape)} and "
            f"{list(warp.shape)}"
        )
    height, width = data.shape[1:3]
    x, y = warp[..., 0], warp[..., 1]
    near = (x > -1) & (y > -1) & (x < width) & (y < height)
    found = _between(data, jnp.where(near, y, 0), jnp.where(near, x, 0))
    return jnp.where(near[..., None], found, jnp.zeros((), data.dtype))


_YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]], np.float32)
_RGB = np.array(
    [[1, 0.95617069, 0.62143257], [1, -0.2726886, -0.64681324], [1, -1.103744, 1.70062309]], np.float32
)


@device_op(
    "AdjustHsvInYiq",
    "images: T, delta_h: float32, scale_s: float32, scale_v: float32 -> output: T",
    types={"T": (dtypes.uint8, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, *FLOATS)},
    shape=lambda op: op.input_tensors[0].shape.with_rank_at_least(1),
)
def adjust_hsv_in_yiq_op(images, delta_h, scale_s, scale_v):
    """One linear map: to YIQ (https://en.wikipedia.org/wiki/YIQ), turned and scaled there, and back."""
    if images.ndim < 1 or images.shape[-1] != 3:
        raise ValueError(f"images must have 3 channels, got shape {list(images.shape)}")
    chroma = scale_v * scale_s
    zero = jnp.float32(0)
    turned = jnp.array(
        [
            [scale_v, zero, zero],
            [zero, chroma * jnp.cos(delta_h), -chroma * jnp.sin(delta_h)],
            [zero, chroma * jnp.sin(delta_h), chroma * jnp.cos(delta_h)],
        ]
    )
    whole = jnp.matmul(jnp.matmul(_RGB, turned, precision="highest"), _YIQ, precision="highest")
    return jnp.einsum("...c,dc->...d", images, whole.astype(images.dtype), precision="highest")
