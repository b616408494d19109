"""Resizing images: bilinear, nearest neighbour, bicubic and area, with TensorFlow 1's placement of pixels."""

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.inference import constant_value, constant_value_as_shape
from evergraph.ops.registry import FLOATS, INTEGERS, device_op

_REALS = FLOATS + INTEGERS


def _resized_shape(operation):
    images, size = operation.input_tensors
    shape = images.shape.with_rank(4)
    wanted = constant_value_as_shape(size).with_rank(2)
    return TensorShape([shape[0], wanted[0], wanted[1], shape[3]])


# What follows from the size of the images is computed by `xp`, jax.numpy while XLA compiles: so that one program serves images of
# any size (`evergraph.bounded`).  XLA folds it where the size is known.


def _places(size, wanted, align_corners, xp, count=None):
    """Where the pixels of the result, or the first `count`, lie in the image, along one axis; float32.

    A product of two float32 is exact in float64. Rounded by itself it is never fused with what is subtracted from it.
    """
    scale = _scale(size, wanted, align_corners, xp).astype(np.float64)
    return (xp.arange(wanted if count is None else count, dtype=np.float64) * scale).astype(np.float32)


def _scale(size, wanted, align_corners, xp):
    """How far apart in the image two neighbouring pixels of the result are; float32.

    Of a size that is not known XLA makes a product with the reciprocal, which is rounded rightly in float64 only.
    """
    if align_corners and wanted > 1:
        size, wanted = size - 1, wanted - 1
    return (xp.float64(size) / xp.float64(wanted)).astype(np.float32)


def _between(size, wanted, align_corners, xp):
    """(lower pixel, upper pixel, how far towards the upper) for each place in the result."""
    places = _places(size, wanted, align_corners, xp)
    lower = xp.minimum(xp.floor(places).astype(np.int32), size - 1)
    return lower, xp.minimum(lower + 1, size - 1), places - lower.astype(np.float32)


def _bilinear(images, height, width, align_corners):
    images = images.astype(
        jnp.promote_types(images.dtype, np.float32) if images.dtype == np.float64 else np.float32
    )
    top, bottom, down = _between(images.shape[1], height, align_corners, jnp)
    left, right, across = _between(images.shape[2], width, align_corners, jnp)
    down, across = down[:, None, None].astype(images.dtype), across[:, None].astype(images.dtype)
    above, below = (jnp.take(images, rows, axis=1, mode="clip") for rows in (top, bottom))
    rows = above + (below - above) * down
    before, after = (jnp.take(rows, columns, axis=2, mode="clip") for columns in (left, right))
    return before + (after - before) * across


def _resized(images, size, *, align_corners=False):
    return _bilinear(images, int(size[0]), int(size[1]), align_corners).astype(np.float32)


def _resized_on_host(images, size, *, align_corners=False):
    """The same bit for bit, in a small part of the time that NumPy takes for it.

    Rows are flat: NumPy moves single numbers quickly, and the three of a pixel slowly.
    """
    images = images.astype(np.float64 if images.dtype == np.float64 else np.float32, copy=False)
    count, height, width, channels = images.shape
    top, bottom, down = _between(height, int(size[0]), align_corners, np)
    left, right, across = _between(width, int(size[1]), align_corners, np)
    rows = _mixed(images.reshape(count, height, width * channels), top, bottom, down[:, None], 1)
    of_pixel = np.arange(channels)
    lower, upper = ((places[:, None] * channels + of_pixel).ravel() for places in (left, right))
    resized = _mixed(rows, lower, upper, np.repeat(across, channels), 2).astype(np.float32, copy=False)
    return resized.reshape(count, len(top), len(left), channels)


def _mixed(images, lower, upper, share, axis):
    low, difference = images.take(lower, axis), images.take(upper, axis)
    difference -= low
    difference *= share.astype(images.dtype)
    low += difference
    return low


@device_op(
    "ResizeBilinear",
    "images: T, size: int32 -> resized_images: float32",
    static=("size",),
    types={"T": _REALS},
    shape=_resized_shape,
    numpy=_resized_on_host,
)
def resize_bilinear_op(images, size, *, align_corners=False):
    return _resized(images, size, align_corners=align_corners)


@device_op(
    "ResizeBilinearGrad",
    "grads: float32, original_image: T -> output: T",
    types={"T": FLOATS},
    shape=lambda op: op.input_tensors[1].shape,
)
def resize_bilinear_grad_op(grads, original_image, *, align_corners=False):
    height, width = grads.shape[1:3]

    def forward(image):
        return _bilinear(image, height, width, align_corners).astype(np.float32)

    return jax.vjp(forward, original_image)[1](grads)[0]


def _nearest(images, size, *, align_corners=False, xp=jnp):
    def places(count, wanted):
        exact = _places(count, wanted, align_corners, xp)
        found = xp.floor(exact + np.float32(0.5)) if align_corners else xp.floor(exact)
        return xp.minimum(found.astype(np.int32), count - 1)

    rows = xp.take(images, places(images.shape[1], int(size[0])), 1, mode="clip")
    return xp.take(rows, places(images.shape[2], int(size[1])), 2, mode="clip")


@device_op(
    "ResizeNearestNeighbor",
    "images: T, size: int32 -> resized_images: T",
    static=("size",),
    types={"T": _REALS},
    shape=_resized_shape,
    numpy=lambda images, size, *, align_corners=False: _nearest(
        images, size, align_corners=align_corners, xp=np
    ),
)
def resize_nearest_neighbor_op(images, size, *, align_corners=False):
    return _nearest(images, size, align_corners=align_corners)


def _bicubic_weights(size, wanted, align_corners, xp):
    """`[wanted, size]`: Keys's cubic with a = -0.75 (IEEE Trans. ASSP 29, 1981), at steps of 1/1024 as TensorFlow has it."""
    places = _places(size, wanted, align_corners, xp)
    first = xp.floor(places)
    away = xp.round((places - first) * 1024) / 1024
    pixels = xp.arange(size, dtype=np.float32)
    weights = 0.0
    for tap in range(-1, 3):
        x = xp.abs(away - tap)
        near = (1.25 * x - 2.25) * x * x + 1
        far = ((-0.75 * x + 3.75) * x - 6) * x + 3
        column = xp.clip(first + tap, 0, size - 1)
        value = xp.where(x <= 1, near, far).astype(np.float32)
        weights = weights + xp.where(column[:, None] == pixels, value[:, None], np.float32(0))
    return weights


def _area_weights(size, wanted, align_corners, xp):
    """`[wanted, size]`: how much of each pixel lies under a pixel of the result; beyond the edge is the last one."""
    scale = _scale(size, wanted, align_corners, xp)
    edges = _places(size, wanted, align_corners, xp, wanted + 1)[:, None]
    start, end = edges[:-1], edges[1:]
    pixels = xp.arange(size, dtype=np.float32)
    beyond = xp.where(pixels == size - 1, xp.maximum(end, pixels + 1), pixels + 1)
    covered = xp.minimum(beyond, end) - xp.minimum(xp.maximum(pixels, start), beyond)
    return xp.maximum(covered, np.float32(0)) / scale


def _by_weights(weights, images, size, align_corners, xp=jnp):
    images = images.astype(np.float32)
    down = weights(images.shape[1], int(size[0]), align_corners, xp)
    across = weights(images.shape[2], int(size[1]), align_corners, xp)
    exactly = {"precision": "highest"} if xp is jnp else {"optimize": True}
    rows = xp.einsum("yh,bhwc->bywc", down, images, **exactly)
    return xp.einsum("xw,bywc->byxc", across, rows, **exactly)


@device_op(
    "ResizeBicubic",
    "images: T, size: int32 -> resized_images: float32",
    static=("size",),
    types={"T": _REALS},
    shape=_resized_shape,
    numpy=lambda images, size, *, align_corners=False: _by_weights(
        _bicubic_weights, images, size, align_corners, np
    ),
)
def resize_bicubic_op(images, size, *, align_corners=False):
    return _by_weights(_bicubic_weights, images, size, align_corners)


@device_op(
    "ResizeArea",
    "images: T, size: int32 -> resized_images: float32",
    static=("size",),
    types={"T": _REALS},
    shape=_resized_shape,
    numpy=lambda images, size, *, align_corners=False: _by_weights(
        _area_weights, images, size, align_corners, np
    ),
)
def resize_area_op(images, size, *, align_corners=False):
    return _by_weights(_area_weights, images, size, align_corners)


@public("image.ResizeMethod")
class ResizeMethod:
    """Ways to resize."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


@public("image.resize_bilinear")
def resize_bilinear(
    images: TensorLike, size: TensorLike, align_corners: bool = False, name: str | None = None
) -> Tensor:
    """Resizes `[batch, height, width, channels]` to the two entries of `size`, mixing four neighbours; float32.

    With `align_corners` the centres of the corner pixels stay where they are.
    """
    return resize_bilinear_op(images, size, align_corners=align_corners, name=name)


@public("image.resize_nearest_neighbor")
def resize_nearest_neighbor(
    images: TensorLike, size: TensorLike, align_corners: bool = False, name: str | None = None
) -> Tensor:
    """Resizes `[batch, height, width, channels]` by taking the nearest pixel; keeps the dtype."""
    return resize_nearest_neighbor_op(images, size, align_corners=align_corners, name=name)


@public("image.resize_bicubic")
def resize_bicubic(
    images: TensorLike, size: TensorLike, align_corners: bool = False, name: str | None = None
) -> Tensor:
    """Resizes `[batch, height, width, channels]` to the two entries of `size` by cubics over 4 x 4 pixels; float32."""
    return resize_bicubic_op(images, size, align_corners=align_corners, name=name)


@public("image.resize_area")
def resize_area(
    images: TensorLike, size: TensorLike, align_corners: bool = False, name: str | None = None
) -> Tensor:
    """Resizes `[batch, height, width, channels]` to the two entries of `size` by means over areas; float32."""
    return resize_area_op(images, size, align_corners=align_corners, name=name)


def _in_proportion(batch, size):
    """The largest size, an int32 vector, of the proportions of the images within `size`."""
    height, width = batch.shape[1].value, batch.shape[2].value
    room = constant_value(size)
    if room is not None and height is not None and width is not None:
        scale = min(np.float32(room[0]) / np.float32(height), np.float32(room[1]) / np.float32(width))
        return convert_to_tensor([round(float(scale * side)) for side in (height, width)], dtypes.int32)
    sides = math_ops.cast(array_ops.shape(batch)[1:3], dtypes.float32)
    scale = math_ops.reduce_min(math_ops.cast(size, dtypes.float32) / sides)
    return math_ops.cast(math_ops.round(scale * sides), dtypes.int32)


@public("image.resize_images")
def resize_images(
    images: TensorLike,
    size: TensorLike,
    method: int = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> Tensor:
    """Resizes one image `[height, width, channels]` or a batch of them.

    Args:
      images: real numbers of rank 3 or 4.
      size: an int32 vector, the new height and width.
      method: a `ResizeMethod`: bilinear, nearest neighbour, bicubic or area.
      align_corners: see `resize_bilinear`.
      preserve_aspect_ratio: whether the result is the largest of the images' proportions that `size` has room for.
      name: a scope for the operations.

    Returns:
      The images; float32 but for the nearest neighbour, unless the size does not change.

    Raises:
      ValueError: an unknown rank, another method, or a size that is no vector of two.
    """
    with name_scope(name, "resize_images", [images, size]):
        images = convert_to_tensor(images, name="images")
        rank = images.shape.ndims
        if rank not in (3, 4):
            raise ValueError(f"'images' must have either 3 or 4 dimensions, got shape {images.shape}")
        batch = images if rank == 4 else array_ops.expand_dims(images, 0)
        size = convert_to_tensor(size, dtypes.int32, name="size")
        if not size.shape.is_compatible_with([2]):
            raise ValueError(f"'size' must be a 1-D Tensor of 2 elements: new_height, new_width; got {size}")
        functions = {
            ResizeMethod.BILINEAR: resize_bilinear,
            ResizeMethod.NEAREST_NEIGHBOR: resize_nearest_neighbor,
            ResizeMethod.BICUBIC: resize_bicubic,
            ResizeMethod.AREA: resize_area,
        }
        if method not in functions:
            raise ValueError(
                f"Resize method is not implemented: {method!r} (0 bilinear, 1 nearest neighbour, 2 bicubic, 3 area)"
            )
        if preserve_aspect_ratio:
            size = _in_proportion(batch, size)
        wanted = constant_value_as_shape(size)
        if wanted.is_fully_defined() and batch.shape[1:3].as_list() == wanted.as_list():
            return images
        resized = functions[method](batch, size, align_corners=align_corners)
        return resized if rank == 4 else array_ops.squeeze(resized, [0])
