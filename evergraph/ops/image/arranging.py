"""Flips, crops and padding of images, and their standardisation."""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.random import random_uniform

__all__ = ["adjust_brightness", "central_crop", "crop_to_bounding_box", "flip_left_right", "flip_up_down",
           "pad_to_bounding_box", "per_image_standardization", "random_brightness", "random_flip_left_right",
           "random_flip_up_down", "transpose_image"]  # fmt: skip


def _image(image):
    """(tensor, whether it is a batch)."""
    image = convert_to_tensor(image, name="image")
    if image.shape.ndims not in (3, 4):
        raise ValueError(f"'image' must have either 3 or 4 dimensions, got shape {image.shape}")
    return image, image.shape.ndims == 4


def flip_left_right(image):
    """Mirrors one image `[height, width, channels]`, or a batch, left to right."""
    with name_scope(None, "flip_left_right", [image]):
        image, batch = _image(image)
        return array_ops.reverse(image, [2 if batch else 1])


def flip_up_down(image):
    """Mirrors one image `[height, width, channels]`, or a batch, top to bottom."""
    with name_scope(None, "flip_up_down", [image]):
        image, batch = _image(image)
        return array_ops.reverse(image, [1 if batch else 0])


def _flip_at_random(image, flip, seed, scope):
    with name_scope(None, scope, [image]):
        image, _ = _image(image)
        if image.shape.ndims != 3:
            raise ValueError(f"a random flip takes one image of rank 3, got shape {image.shape}")
        kept = random_uniform([], 0, 1.0, seed=seed) < 0.5
        ones = array_ops.ones_like(image, dtype=dtypes.bool)
        return array_ops.where(math_ops.logical_and(kept, ones), flip(image), image)


def random_flip_left_right(image, seed=None):
    """One image, mirrored left to right half of the times."""
    return _flip_at_random(image, flip_left_right, seed, "random_flip_left_right")


def random_flip_up_down(image, seed=None):
    """One image, mirrored top to bottom half of the times."""
    return _flip_at_random(image, flip_up_down, seed, "random_flip_up_down")


def transpose_image(image):
    """Exchanges height and width of one image, or of a batch."""
    with name_scope(None, "transpose_image", [image]):
        image, batch = _image(image)
        return array_ops.transpose(image, [0, 2, 1, 3] if batch else [1, 0, 2], name="transpose_image")


def crop_to_bounding_box(image, offset_height, offset_width, target_height, target_width):
    """The part of an image (or batch) of the given size, from the given corner on.

    Raises:
      ValueError: the box is not within the image.
    """
    with name_scope(None, "crop_to_bounding_box", [image]):
        image, batch = _image(image)
        axis = 1 if batch else 0
        if offset_height < 0 or offset_width < 0 or target_height <= 0 or target_width <= 0:
            raise ValueError(f"offsets must be >= 0 and sizes > 0, got offsets {offset_height}, {offset_width} and "
                             f"sizes {target_height}, {target_width}")  # fmt: skip
        for size, end, what in ((image.shape[axis].value, offset_height + target_height, "height"),
                                (image.shape[axis + 1].value, offset_width + target_width, "width")):  # fmt: skip
            if size is not None and end > size:
                raise ValueError(f"{what} must be >= target + offset: the box ends at {end}, the image at {size}")
        rows = slice(offset_height, offset_height + target_height)
        columns = slice(offset_width, offset_width + target_width)
        return image[:, rows, columns] if batch else image[rows, columns]


def pad_to_bounding_box(image, offset_height, offset_width, target_height, target_width):
    """An image (or batch) on a black ground of the given size, at the given corner.

    Raises:
      ValueError: the image does not fit, or its size is not known.
    """
    with name_scope(None, "pad_to_bounding_box", [image]):
        image, batch = _image(image)
        axis = 1 if batch else 0
        height, width = image.shape[axis].value, image.shape[axis + 1].value
        if height is None or width is None:
            raise ValueError(f"the height and width of the image must be known, got {image.shape}")
        below, right = target_height - offset_height - height, target_width - offset_width - width
        if min(offset_height, offset_width, below, right) < 0:
            raise ValueError(f"an image of {height} x {width} at {offset_height}, {offset_width} does not fit "
                             f"{target_height} x {target_width}")  # fmt: skip
        widths = [[offset_height, below], [offset_width, right], [0, 0]]
        return array_ops.pad(image, [[0, 0], *widths] if batch else widths)


def central_crop(image, central_fraction):
    """The middle of one image `[height, width, channels]` of known size: the given fraction of each side.

    Raises:
      ValueError: a fraction not in (0, 1].
    """
    with name_scope(None, "central_crop", [image]):
        image, _ = _image(image)
        if not 0.0 < central_fraction <= 1.0:
            raise ValueError(f"central_fraction must be within (0, 1], got {central_fraction}")
        if central_fraction == 1.0:
            return image
        height, width = (int(size) for size in image.shape[:2].as_list())
        top, left = (int((size - size * central_fraction) / 2) for size in (height, width))
        return crop_to_bounding_box(image, top, left, height - 2 * top, width - 2 * left)


def per_image_standardization(image):
    """One image less its mean, divided by its standard deviation (at least `1 / sqrt(number of values)`); float32."""
    with name_scope(None, "per_image_standardization", [image]) as scope:
        image, _ = _image(image)
        count = math_ops.cast(array_ops.size(image), dtypes.float32)
        image = math_ops.cast(image, dtypes.float32)
        mean = math_ops.reduce_mean(image)
        variance = math_ops.reduce_mean(math_ops.square(image)) - math_ops.square(mean)
        deviation = math_ops.sqrt(math_ops.maximum(variance, 0.0))
        return math_ops.div(image - mean, math_ops.maximum(deviation, math_ops.rsqrt(count)), name=scope)


def adjust_brightness(image, delta):
    """`image + delta`, for floats."""
    with name_scope(None, "adjust_brightness", [image, delta]) as scope:
        image = convert_to_tensor(image, name="image")
        if not image.dtype.is_floating:
            raise ValueError(f"adjust_brightness takes floating point images, got {image.dtype.name}: convert first")
        return math_ops.add(image, math_ops.cast(delta, image.dtype.base_dtype), name=scope)


def random_brightness(image, max_delta, seed=None):
    """`adjust_brightness` by a number drawn from `[-max_delta, max_delta)`."""
    if max_delta < 0:
        raise ValueError(f"max_delta must be non-negative, got {max_delta}")
    return adjust_brightness(image, random_uniform([], -max_delta, max_delta, seed=seed))
