"""A random box for a crop that shows enough of an object: `tf.image.sample_distorted_bounding_box`."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from evergraph.framework import errors
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.registry import INTEGERS, host_op


def _invalid(message):
    return errors.InvalidArgumentError(None, None, message)


class DistortedBox(NamedTuple):
    """What `sample_distorted_bounding_box` gives."""

    begin: Tensor
    size: Tensor
    bboxes: Tensor


@host_op(
    "ChooseDistortedBoundingBox",
    "image_size: T, bounding_boxes: float32, min_object_covered: float32, draws: float32 "
    "-> begin: T, size: T, bboxes: float32",
    types={"T": INTEGERS},
    shape=lambda op: [TensorShape([3]), TensorShape([3]), TensorShape([1, 1, 4])],
)
def choose_distorted_bounding_box_op(
    image_size,
    bounding_boxes,
    min_object_covered,
    draws,
    *,
    aspect_ratio_range=(0.75, 1.33),
    area_range=(0.05, 1.0),
    use_image_if_no_bounding_boxes=False,
):
    """The first of the boxes that `draws` `[attempts, 4]` (numbers in [0, 1)) stand for that will do; else the whole image."""
    if np.shape(image_size) != (3,):
        raise _invalid(f"image_size must be height, width, channels, got shape {list(np.shape(image_size))}")
    height, width = int(image_size[0]), int(image_size[1])
    if height <= 0 or width <= 0:
        raise _invalid(f"image height and width must be positive, got {height} and {width}")
    objects = _objects(bounding_boxes, height, width, use_image_if_no_bounding_boxes)
    chosen = (0, 0, height, width)
    for draw in draws:
        box = _drawn_box(draw, height, width, aspect_ratio_range, area_range)
        if box is not None and _covers(box, objects, float(min_object_covered)):
            chosen = box
            break
    top, left, bottom, right = chosen
    kind = image_size.dtype
    return (
        np.array([top, left, 0], kind),
        np.array([bottom - top, right - left, -1], kind),
        (np.array(chosen, np.float32) / np.array([height, width] * 2, np.float32)).reshape(1, 1, 4),
    )


def _objects(boxes, height, width, whole_if_none):
    """The boxes of objects in pixels."""
    boxes = np.reshape(boxes, (-1, 4))
    if not len(boxes):
        if not whole_if_none:
            raise _invalid("there are no bounding_boxes: give some, or use_image_if_no_bounding_boxes=True")
        boxes = np.array([[0, 0, 1, 1]], np.float32)
    if not ((boxes >= 0) & (boxes <= 1)).all() or (boxes[:, :2] >= boxes[:, 2:]).any():
        raise _invalid(
            f"bounding_boxes must be within [0, 1], each end beyond its beginning, got {boxes.tolist()}"
        )
    return (boxes * np.array([height, width] * 2, np.float32)).astype(np.int64)


def _drawn_box(draw, height, width, ratios, areas):
    """A box of a ratio and an area in the ranges, or None; all its sizes and places are equally likely."""
    ratio = ratios[0] + float(draw[0]) * (ratios[1] - ratios[0])
    least, most = areas[0] * height * width, areas[1] * height * width
    low, high = round((least / ratio) ** 0.5), round((most / ratio) ** 0.5)
    if round(high * ratio) > width:
        high = int((width + 0.5 - 1e-7) / ratio)
        high -= round(high * ratio) > width
    high = min(high, height)
    tall = min(low, high) + int(float(draw[1]) * (max(high - low, 0) + 1))
    wide = round(tall * ratio)
    if tall * wide < least:
        tall += 1
    elif tall * wide > most:
        tall -= 1
    wide = round(tall * ratio)
    if not (least <= tall * wide <= most and 0 < wide <= width and 0 < tall <= height):
        return None
    top, left = int(float(draw[2]) * (height - tall + 1)), int(float(draw[3]) * (width - wide + 1))
    return top, left, top + tall, left + wide


def _covers(box, objects, share):
    """Whether the box covers at least a share of one of the objects."""
    first, last = np.maximum(objects[:, :2], box[:2]), np.minimum(objects[:, 2:], box[2:])
    common = np.maximum(last - first, 0).prod(axis=1)
    area = (objects[:, 2:] - objects[:, :2]).prod(axis=1)
    return bool(((area >= 1) & (common >= share * area)).any())


@public("image.sample_distorted_bounding_box")
def sample_distorted_bounding_box(
    image_size: TensorLike,
    bounding_boxes: TensorLike,
    seed: int | None = None,
    seed2: int | None = None,
    min_object_covered: TensorLike = 0.1,
    aspect_ratio_range: Sequence[float] | None = None,
    area_range: Sequence[float] | None = None,
    max_attempts: int | None = None,
    use_image_if_no_bounding_boxes: bool | None = None,
    name: str | None = None,
) -> DistortedBox:
    """A random box that covers enough of some object: for crops of images whose objects are known.

    Args:
      image_size: integers `[3]`: height, width, channels.
      bounding_boxes: float32 `[batch, boxes, 4]`, of the objects.
      seed, seed2: the seeds of the operation; as for other random operations when both are None or 0.
      min_object_covered: the share of one object that the box must cover at least.
      aspect_ratio_range: of width to height; (0.75, 1.33) when None.
      area_range: of the box's share of the image; (0.05, 1) when None.
      max_attempts: after so many boxes that do not do, the whole image is taken; 100 when None.
      use_image_if_no_bounding_boxes: whether the whole image is the object when there is none.
      name: a name for the operations.

    Returns:
      (begin, size, bboxes): `[y, x, 0]` and `[height, width, -1]` for `tf.slice`, and the box as float32 `[1, 1, 4]`.

    Raises:
      ValueError: ranges that are empty or not positive, or no attempt.
    Running it raises InvalidArgumentError for boxes that are none, and where there are none.
    """
    ratios, areas = tuple(aspect_ratio_range or (0.75, 1.33)), tuple(area_range or (0.05, 1.0))
    attempts = 100 if max_attempts is None else max_attempts
    if len(ratios) != 2 or not 0 < ratios[0] <= ratios[1]:
        raise ValueError(f"aspect_ratio_range must be two positive numbers in order, got {ratios}")
    if len(areas) != 2 or not 0 < areas[0] <= areas[1] <= 1:
        raise ValueError(f"area_range must be two numbers within (0, 1] in order, got {areas}")
    if attempts <= 0:
        raise ValueError(f"max_attempts must be > 0, got {attempts}")
    with name_scope(name, "sample_distorted_bounding_box"):
        draws = random_uniform([attempts, 4], seed=seed or seed2 or None)
        return DistortedBox(
            *choose_distorted_bounding_box_op(
                image_size,
                bounding_boxes,
                min_object_covered,
                draws,
                aspect_ratio_range=ratios,
                area_range=areas,
                use_image_if_no_bounding_boxes=bool(use_image_if_no_bounding_boxes),
            )
        )
