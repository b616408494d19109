"""Flips, crops and padding of images, and their standardisation."""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import assertion as assertion_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import identity
from evergraph.ops.control_flow import grouping
from evergraph.ops.control_flow.case import case
from evergraph.ops.image.colours import convert_image_dtype
from evergraph.ops.random.distributions import random_uniform


def _image(image):
    """(tensor, whether it is a batch); where the rank is not known, it is that of one image."""
    image = convert_to_tensor(image, name="image")
    if image.shape.ndims is None:
        image.set_shape([None] * 3)
    if image.shape.ndims not in (3, 4):
        raise ValueError(f"'image' must have either 3 or 4 dimensions, got shape {image.shape}")
    return image, image.shape.ndims == 4


@public("image.flip_left_right")
def flip_left_right(image: TensorLike) -> Tensor:
    """Mirrors one image `[height, width, channels]`, or a batch, left to right. ValueError for another rank."""
    with name_scope(None, "flip_left_right", [image]):
        image, batch = _image(image)
        return array_ops.reverse(image, [2 if batch else 1])


@public("image.flip_up_down")
def flip_up_down(image: TensorLike) -> Tensor:
    """Mirrors one image `[height, width, channels]`, or a batch, top to bottom. ValueError for another rank."""
    with name_scope(None, "flip_up_down", [image]):
        image, batch = _image(image)
        return array_ops.reverse(image, [1 if batch else 0])


def _flip_at_random(image, flip, seed, scope):
    with name_scope(None, scope, [image]):
        image, batch = _image(image)
        draws = array_ops.stack([array_ops.shape(image)[0], 1, 1, 1]) if batch else []
        flipped = random_uniform(draws, 0, 1.0, seed=seed) < 0.5
        ones = array_ops.ones_like(image, dtype=dtypes.bool)
        result = array_ops.where(math_ops.logical_and(flipped, ones), flip(image), image)
        result.set_shape(image.shape)
        return result


@public("image.random_flip_left_right")
def random_flip_left_right(image: TensorLike, seed: int | None = None) -> Tensor:
    """One image, or each of a batch by itself, mirrored left to right half of the times.

    `image` is `[height, width, channels]`, or with a batch in front, of any dtype; ValueError for another rank.
    """
    return _flip_at_random(image, flip_left_right, seed, "random_flip_left_right")


@public("image.random_flip_up_down")
def random_flip_up_down(image: TensorLike, seed: int | None = None) -> Tensor:
    """One image, or each of a batch by itself, mirrored top to bottom half of the times.

    `image` is `[height, width, channels]`, or with a batch in front, of any dtype; ValueError for another rank.
    """
    return _flip_at_random(image, flip_up_down, seed, "random_flip_up_down")


@public("image.transpose_image")
def transpose_image(image: TensorLike) -> Tensor:
    """Exchanges height and width of one image, or of a batch.

    `image` is `[height, width, channels]` or `[batch, height, width, channels]`, of any dtype; ValueError for another
    rank.
    """
    with name_scope(None, "transpose_image", [image]):
        image, batch = _image(image)
        return array_ops.transpose(image, [0, 2, 1, 3] if batch else [1, 0, 2], name="transpose_image")


def _side(image, axis):
    """The size of an axis: a number where it is known, else a scalar."""
    known = image.shape[axis].value
    return array_ops.shape(image)[axis] if known is None else known


def _known(*values):
    return not any(isinstance(value, Tensor) for value in values)


def _with_sides(result, image, sides, batch):
    """The result with what is known of its static shape: numbers among the sides, and what `image` has besides."""
    sides = [None if isinstance(side, Tensor) else side for side in sides]
    result.set_shape(
        [*image.shape.as_list()[:1], *sides, image.shape[3]] if batch else [*sides, image.shape[2]]
    )
    return result


@public("image.crop_to_bounding_box")
def crop_to_bounding_box(
    image: TensorLike,
    offset_height: TensorLike,
    offset_width: TensorLike,
    target_height: TensorLike,
    target_width: TensorLike,
) -> Tensor:
    """The part of an image (or batch) of the given size, from the given corner on.

    Args:
      image: `[height, width, channels]`, or with a batch in front.
      offset_height, offset_width: integers or int32 scalars, the corner.
      target_height, target_width: integers or int32 scalars, the size.

    Raises:
      ValueError: the box is not within the image (InvalidArgumentError where only the run can tell).
    """
    with name_scope(None, "crop_to_bounding_box", [image]):
        image, batch = _image(image)
        axis = 1 if batch else 0
        for offset, target, size, what in (
            (offset_height, target_height, image.shape[axis].value, "height"),
            (offset_width, target_width, image.shape[axis + 1].value, "width"),
        ):
            if _known(offset) and offset < 0:
                raise ValueError(f"offset_{what} must be >= 0, got {offset}")
            if _known(target) and target <= 0:
                raise ValueError(f"target_{what} must be > 0, got {target}")
            if size is not None and _known(offset, target) and offset + target > size:
                raise ValueError(
                    f"{what} must be >= target + offset: the box ends at {offset + target}, the image at {size}"
                )
        sizes = [t for t in (target_height, target_width) if not _known(t)]
        fit = [assertion_ops.Assert(t > 0, ["the size of a crop must be > 0, got ", t]) for t in sizes]
        image = grouping.with_dependencies(fit, image) if fit else image
        first = [0] if batch else []
        begin = [*first, offset_height, offset_width, 0]
        cropped = array_ops.slice(image, begin, [*[-1 for _ in first], target_height, target_width, -1])
        return _with_sides(cropped, image, [target_height, target_width], batch)


@public("image.pad_to_bounding_box")
def pad_to_bounding_box(
    image: TensorLike,
    offset_height: TensorLike,
    offset_width: TensorLike,
    target_height: TensorLike,
    target_width: TensorLike,
) -> Tensor:
    """An image (or batch) on a black ground of the given size, at the given corner.

    Args:
      image: `[height, width, channels]`, or with a batch in front.
      offset_height, offset_width: integers or int32 scalars, where the image's corner goes.
      target_height, target_width: integers or int32 scalars, the size of the result.

    Raises:
      ValueError: the image does not fit (InvalidArgumentError where only the run can tell).
    """
    with name_scope(None, "pad_to_bounding_box", [image]):
        image, batch = _image(image)
        axis = 1 if batch else 0
        height, width = _side(image, axis), _side(image, axis + 1)
        below, right = target_height - offset_height - height, target_width - offset_width - width
        for offset, after, side, target, what in (
            (offset_height, below, height, target_height, "height"),
            (offset_width, right, width, target_width, "width"),
        ):
            if _known(offset) and offset < 0:
                raise ValueError(f"offset_{what} must be >= 0, got {offset}")
            if _known(after) and after < 0:
                raise ValueError(f"{what} must be <= target - offset, got {side} and {target} - {offset}")
        widths = [[offset_height, below], [offset_width, right], [0, 0]]
        padded = array_ops.pad(image, [[0, 0], *widths] if batch else widths)
        return _with_sides(padded, image, [target_height, target_width], batch)


@public("image.central_crop")
def central_crop(image: TensorLike, central_fraction: float) -> Tensor:
    """The middle of one image `[height, width, channels]`, or of a batch: the given fraction of each side.

    Args:
      image: the image or images.
      central_fraction: a number in (0, 1], or a scalar.

    Raises:
      ValueError: a fraction not in (0, 1] (InvalidArgumentError where only the run can tell).
    """
    with name_scope(None, "central_crop", [image]):
        image, batch = _image(image)
        if _known(central_fraction):
            if not 0.0 < central_fraction <= 1.0:
                raise ValueError(f"central_fraction must be within (0, 1], got {central_fraction}")
            if central_fraction == 1.0:
                return image
        else:
            within = math_ops.logical_and(central_fraction > 0.0, central_fraction <= 1.0)
            check = assertion_ops.Assert(
                within, ["central_fraction must be within (0, 1], got ", central_fraction]
            )
            image = grouping.with_dependencies([check], image)
        axis = 1 if batch else 0
        sides = [_side(image, axis), _side(image, axis + 1)]
        corner = [_margin(side, central_fraction) for side in sides]
        size = [side - margin * 2 for side, margin in zip(sides, corner)]
        first = [0] if batch else []
        cropped = array_ops.slice(image, [*first, *corner, 0], [*[-1 for _ in first], *size, -1])
        return _with_sides(cropped, image, size, batch)


def _margin(side, fraction):
    """What a central crop leaves out at each end of a side."""
    if _known(side, fraction):
        return int((side - side * fraction) / 2)
    side, fraction = math_ops.cast(side, dtypes.float64), math_ops.cast(fraction, dtypes.float64)
    return math_ops.cast((side - side * fraction) / 2, dtypes.int32)


@public("image.per_image_standardization")
def per_image_standardization(image: TensorLike) -> Tensor:
    """One image less its mean, divided by its standard deviation (at least `1 / sqrt(number of values)`); float32.

    The image is `[height, width, channels]`; ValueError for another rank.
    """
    with name_scope(None, "per_image_standardization", [image]) as scope:
        image, _ = _image(image)
        count = math_ops.cast(array_ops.size(image), dtypes.float32)
        image = math_ops.cast(image, dtypes.float32)
        mean = math_ops.reduce_mean(image)
        variance = math_ops.reduce_mean(math_ops.square(image)) - math_ops.square(mean)
        deviation = math_ops.sqrt(math_ops.maximum(variance, 0.0))
        return math_ops.div(image - mean, math_ops.maximum(deviation, math_ops.rsqrt(count)), name=scope)


@public("image.adjust_brightness")
def adjust_brightness(image: TensorLike, delta: TensorLike) -> Tensor:
    """`image + delta`, of images of any shape and a scalar; integers are taken as parts of their largest, and saturate."""
    with name_scope(None, "adjust_brightness", [image, delta]) as scope:
        image = convert_to_tensor(image, name="image")
        dtype = image.dtype.base_dtype
        floats = image if dtype.is_floating else convert_image_dtype(image, dtypes.float32)
        brighter = math_ops.add(floats, math_ops.cast(delta, floats.dtype.base_dtype), name=scope)
        return brighter if dtype.is_floating else convert_image_dtype(brighter, dtype, saturate=True)


@public("image.random_brightness")
def random_brightness(image: TensorLike, max_delta: float, seed: int | None = None) -> Tensor:
    """`adjust_brightness` by a number drawn from `[-max_delta, max_delta)`.

    Arguments and errors as for `adjust_brightness`; ValueError for a negative `max_delta`.
    """
    if max_delta < 0:
        raise ValueError(f"max_delta must be non-negative, got {max_delta}")
    return adjust_brightness(image, random_uniform([], -max_delta, max_delta, seed=seed))


@public("image.rot90")
def rot90(image: TensorLike, k: TensorLike = 1, name: str | None = None) -> Tensor:
    """One image `[height, width, channels]`, or a batch, turned `k` times by 90 degrees, against the clock.

    Args:
      image: the image or images.
      k: an integer, or an int32 scalar.
      name: a name for the operations.

    Raises:
      ValueError: another rank.
    """
    with name_scope(name, "rot90", [image, k]) as scope:
        image, batch = _image(image)
        axes = [1, 2] if batch else [0, 1]
        swapped = [0, 2, 1, 3] if batch else [1, 0, 2]
        turns = [
            lambda: image,
            lambda: array_ops.reverse(array_ops.transpose(image, swapped), axes[:1]),
            lambda: array_ops.reverse(image, axes),
            lambda: array_ops.transpose(array_ops.reverse(image, axes[:1]), swapped),
        ]
        if _known(k):
            return identity(turns[int(k) % 4](), name=scope)
        k = math_ops.mod(k, 4)
        pairs = [(math_ops.equal(k, number), turns[number]) for number in (1, 2, 3)]
        turned = case(pairs, default=turns[0], exclusive=True, name=scope)
        kept = image.shape.as_list()
        kept[axes[0]] = kept[axes[1]] = None
        turned.set_shape(kept)
        return turned


@public("image.resize_image_with_crop_or_pad")
def resize_image_with_crop_or_pad(
    image: TensorLike, target_height: TensorLike, target_width: TensorLike
) -> Tensor:
    """One image `[height, width, channels]`, or a batch, cut or padded with zeros evenly at both ends to a size.

    Args:
      image: the image or images.
      target_height, target_width: integers or int32 scalars, the size.

    Raises:
      ValueError: a size that is not positive (InvalidArgumentError where only the run can tell).
    """
    with name_scope(None, "resize_image_with_crop_or_pad", [image]):
        image, batch = _image(image)
        crops, pads, sizes = [], [], []
        for axis, target, what in ((0, target_height, "height"), (1, target_width, "width")):
            if _known(target) and target <= 0:
                raise ValueError(f"target_{what} must be > 0, got {target}")
            side = _side(image, axis + batch)
            known = _known(side, target)
            largest, least = (max, min) if known else (math_ops.maximum, math_ops.minimum)
            crops.append(largest((side - target) // 2, 0))
            pads.append(largest((target - side) // 2, 0))
            sizes.append(least(target, side))
        cropped = crop_to_bounding_box(image, crops[0], crops[1], sizes[0], sizes[1])
        return pad_to_bounding_box(cropped, pads[0], pads[1], target_height, target_width)
