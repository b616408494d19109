"""Projective maps of images: turning, moving, composing.

A map is eight numbers `[a0, a1, a2, b0, b1, b2, c0, c1]`: the pixel at (x, y) of the result is taken from
`((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)` with `k = c0 x + c1 y + 1`.
"""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.image.projective import image_projective_transform_op

public_module("contrib.image.python.ops.image_ops")

_PIXELS = (dtypes.uint8, dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


def _batched(images):
    """(images as `[n, height, width, channels]`, what makes of such a result one like `images`)."""
    rank = images.shape.ndims
    if images.dtype.base_dtype not in _PIXELS:
        raise TypeError(f"images must be of one of {[d.name for d in _PIXELS]}, got {images.dtype.name}")
    if rank not in (2, 3, 4):
        raise TypeError(
            f"images must have a static rank between 2 and 4: [height, width], [height, width, channels] or "
            f"[n, height, width, channels]; got shape {images.shape}"
        )
    if rank == 2:
        return images[None, :, :, None], lambda result: result[0, :, :, 0]
    return (images[None], lambda result: result[0]) if rank == 3 else (images, lambda result: result)


def _rows(value, what):
    """A tensor with a leading dimension where it had none: `[n]` or `[n, k]`."""
    if value.shape.ndims is None:
        raise TypeError(f"the rank of {what} must be statically known, got shape {value.shape}")
    return value


@public("contrib.image.rotate")
def rotate(
    images: TensorLike, angles: TensorLike, interpolation: str = "NEAREST", name: str | None = None
) -> Tensor:
    """Images turned counterclockwise around their middle.

    Args:
      images: `[n, height, width, channels]`, `[height, width, channels]` or `[height, width]`: uint8, int32, int64,
        float32 or float64.
      angles: in radians: a scalar, or `[n]`, one for each image.
      interpolation: "NEAREST" or "BILINEAR".
      name: the name scope.

    Returns:
      A tensor like `images`; zero where nothing was.

    Raises:
      TypeError: images of another dtype or rank.
    """
    with name_scope(name, "rotate"):
        given = convert_to_tensor(images)
        batch, back = _batched(given)
        height, width = (math_ops.cast(array_ops.shape(batch)[i], dtypes.float32)[None] for i in (1, 2))
        maps = angles_to_projective_transforms(angles, height, width)
        return back(transform(batch, maps, interpolation=interpolation))


@public("contrib.image.translate")
def translate(
    images: TensorLike, translations: TensorLike, interpolation: str = "NEAREST", name: str | None = None
) -> Tensor:
    """Images moved by `[dx, dy]` pixels to the right and down.

    Args:
      images, interpolation: as for `rotate`.
      translations: `[2]`, or `[n, 2]`, one for each image.
      name: the name scope.

    Returns:
      A tensor like `images`; zero where nothing was.

    Raises:
      TypeError: images of another dtype or rank, translations of another rank.
    """
    with name_scope(name, "translate"):
        return transform(images, translations_to_projective_transforms(translations), interpolation)


@public("contrib.image.angles_to_projective_transforms")
def angles_to_projective_transforms(
    angles: TensorLike, image_height: TensorLike, image_width: TensorLike, name: str | None = None
) -> Tensor:
    """The maps that turn images around their middle: float32 `[n, 8]`.

    Args:
      angles: in radians, counterclockwise: a scalar or `[n]`.
      image_height, image_width: float32 sizes of the images, in pixels.
      name: the name scope.

    Raises:
      TypeError: angles of another rank.
    """
    with name_scope(name, "angles_to_projective_transforms"):
        angles = _rows(convert_to_tensor(angles, dtypes.float32, name="angles"), "angles")
        if angles.shape.ndims > 1:
            raise TypeError(f"angles must be a scalar or of rank 1, got shape {angles.shape}")
        angles = angles[None] if angles.shape.ndims == 0 else angles
        cosines, sines = math_ops.cos(angles), math_ops.sin(angles)
        right, bottom = image_width - 1, image_height - 1
        x = (right - (cosines * right - sines * bottom)) / 2.0
        y = (bottom - (sines * right + cosines * bottom)) / 2.0
        ends = array_ops.zeros(array_ops.stack([array_ops.shape(angles)[0], 2]), dtypes.float32)
        columns = [part[:, None] for part in (cosines, -sines, x, sines, cosines, y)]
        return array_ops.concat([*columns, ends], 1)


@public("contrib.image.translations_to_projective_transforms")
def translations_to_projective_transforms(translations: TensorLike, name: str | None = None) -> Tensor:
    """The maps that move images: float32 `[n, 8]`.

    Args:
      translations: `[dx, dy]` or `[n, 2]`, in pixels.
      name: the name scope.

    Raises:
      TypeError: translations of another rank.
    """
    with name_scope(name, "translations_to_projective_transforms"):
        moved = _rows(convert_to_tensor(translations, dtypes.float32, name="translations"), "translations")
        if moved.shape.ndims not in (1, 2):
            raise TypeError(f"translations must have rank 1 or 2, got shape {moved.shape}")
        moved = moved[None] if moved.shape.ndims == 1 else moved
        zero = array_ops.zeros_like(moved[:, :1])
        one = array_ops.ones_like(zero)
        return array_ops.concat([one, zero, -moved[:, :1], zero, one, -moved[:, 1:], zero, zero], 1)


@public("contrib.image.transform")
def transform(
    images: TensorLike, transforms: TensorLike, interpolation: str = "NEAREST", name: str | None = None
) -> Tensor:
    """Images seen through projective maps, which go from places of the result to places of the image.

    The gradient goes to the images, through the inverse maps, and not to the maps.

    Args:
      images, interpolation: as for `rotate`.
      transforms: `[8]`, or `[n, 8]`, one for each image.
      name: the name scope.

    Returns:
      A tensor like `images`; zero where nothing was.

    Raises:
      TypeError: images of another dtype or rank, transforms of another rank.
      ValueError: another interpolation.
    """
    with name_scope(name, "transform"):
        given = convert_to_tensor(images, name="images")
        maps = _rows(convert_to_tensor(transforms, dtypes.float32, name="transforms"), "transforms")
        batch, back = _batched(given)
        if maps.shape.ndims not in (1, 2):
            raise TypeError(f"transforms must have rank 1 or 2, got shape {maps.shape}")
        maps = maps[None] if maps.shape.ndims == 1 else maps
        if interpolation.upper() not in ("NEAREST", "BILINEAR"):
            raise ValueError(f"interpolation must be 'NEAREST' or 'BILINEAR', got {interpolation!r}")
        return back(image_projective_transform_op(batch, maps, interpolation=interpolation.upper()))


@public("contrib.image.compose_transforms")
def compose_transforms(*transforms: TensorLike) -> Tensor:
    """One map in place of several: `[n, 8]`.

    Args:
      *transforms: `[8]` or `[n, 8]`, in the order in which `transform` would be called with them.

    Raises:
      ValueError: none are given.
    """
    if not transforms:
        raise ValueError("compose_transforms needs at least one transform")
    with name_scope("compose_transforms"):
        composed = flat_transforms_to_matrices(transforms[0])
        for each in transforms[1:]:
            composed = math_ops.matmul(composed, flat_transforms_to_matrices(each))
        return matrices_to_flat_transforms(composed)


@public("contrib.image.flat_transforms_to_matrices")
def flat_transforms_to_matrices(transforms: TensorLike) -> Tensor:
    """Maps `[8]` or `[n, 8]` as matrices `[n, 3, 3]` on homogeneous coordinates.

    Raises:
      ValueError: transforms of another rank.
    """
    with name_scope("flat_transforms_to_matrices"):
        flat = convert_to_tensor(transforms, name="transforms")
        if flat.shape.ndims not in (1, 2):
            raise ValueError(f"transforms must have rank 1 or 2, got shape {flat.shape}")
        flat = array_ops.reshape(flat, [-1, 8])
        return array_ops.reshape(array_ops.concat([flat, array_ops.ones_like(flat[:, :1])], 1), [-1, 3, 3])


@public("contrib.image.matrices_to_flat_transforms")
def matrices_to_flat_transforms(transform_matrices: TensorLike) -> Tensor:
    """Matrices `[3, 3]` or `[n, 3, 3]` as maps `[n, 8]`, divided by their last element.

    Raises:
      ValueError: matrices of another rank.
    """
    with name_scope("matrices_to_flat_transforms"):
        matrices = convert_to_tensor(transform_matrices, name="transform_matrices")
        if matrices.shape.ndims not in (2, 3):
            raise ValueError(f"transform_matrices must have rank 2 or 3, got shape {matrices.shape}")
        flat = array_ops.reshape(matrices, [-1, 9])
        return (flat / flat[:, 8:9])[:, :8]
