"""Boxes in images: drawn, cropped and resized, chosen among those that overlap.

A box is `[y_min, x_min, y_max, x_max]`, in fractions of height and width.
"""

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import assertion as assertion_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow import grouping
from evergraph.ops.inference import constant_value_as_shape
from evergraph.ops.registry import FLOATS, INTEGERS, device_op, host_op

_REALS = FLOATS + INTEGERS
# Yellow, blue, red, lime, purple, olive, maroon, navy, aqua, fuchsia: RGBA.
_COLOURS = np.array(
    [
        [1, 1, 0, 1],
        [0, 0, 1, 1],
        [1, 0, 0, 1],
        [0, 1, 0, 1],
        [0.5, 0, 0.5, 1],
        [0.5, 0.5, 0, 1],
        [0.5, 0, 0, 1],
        [0, 0, 0.5, 1],
        [0, 1, 1, 1],
        [1, 0, 1, 1],
    ],
    np.float32,
)


def _invalid(message):
    return errors.InvalidArgumentError(None, None, message)


# -- drawing ---------------------------------------------------------------------------------------------------------


@host_op(
    "DrawBoundingBoxes",
    "images: T, boxes: float32 -> output: T",
    types={"T": (dtypes.float32, dtypes.float16)},
    shape=lambda op: op.input_tensors[0].shape.with_rank(4),
)
def draw_bounding_boxes_op(images, boxes):
    if images.shape[3] not in (1, 3, 4):
        raise _invalid(f"images must have 1, 3 or 4 channels, got shape {list(images.shape)}")
    if boxes.shape[:1] != images.shape[:1] or boxes.ndim != 3 or boxes.shape[2] != 4:
        raise _invalid(f"boxes must be [{len(images)}, boxes, 4], got shape {list(boxes.shape)}")
    colours = _COLOURS[:, : images.shape[3]].copy()
    if images.shape[3] == 1:
        colours[:] = 1
    drawn = images.copy()
    sides = np.array(images.shape[1:3] * 2, np.float32) - 1
    for image, of_image in zip(drawn, boxes):
        for index, box in enumerate(of_image):
            if np.isfinite(box).all():
                _draw(image, [int(end) for end in box * sides], colours[index % len(colours)])
    return drawn


def _draw(image, box, colour):
    """The edges of a box in pixels, as far as they are within the image."""
    top, left, bottom, right = box
    height, width = image.shape[:2]
    if top > bottom or left > right or top >= height or bottom < 0 or left >= width or right < 0:
        return
    rows, columns = slice(max(top, 0), bottom + 1), slice(max(left, 0), right + 1)
    for row in (top, bottom):
        if 0 <= row < height:
            image[row, columns] = colour
    for column in (left, right):
        if 0 <= column < width:
            image[rows, column] = colour


@public("image.draw_bounding_boxes")
def draw_bounding_boxes(images: TensorLike, boxes: TensorLike, name: str | None = None) -> Tensor:
    """Images with the edges of boxes drawn into them, each box of an image in another colour, white in grey ones.

    Args:
      images: floats in [0, 1] `[batch, height, width, channels]`, of 1, 3 or 4 channels.
      boxes: float32 `[batch, boxes, 4]`. What of a box is outside of the image is not drawn.
      name: the operation's name.

    Raises:
      InvalidArgumentError: (when run) images or boxes of another shape.
    """
    return draw_bounding_boxes_op(images, boxes, name=name)


# -- boxes that overlap ----------------------------------------------------------------------------------------------


@host_op(
    "NonMaxSuppressionV3",
    "boxes: float32, scores: float32, max_output_size: int32, iou_threshold: float32, score_threshold: float32 "
    "-> selected_indices: int32",
    shape=lambda op: [None],
    data_sized=True,
)
def non_max_suppression_op(boxes, scores, max_output_size, iou_threshold, score_threshold):
    if boxes.ndim != 2 or boxes.shape[1] != 4 or scores.shape != boxes.shape[:1]:
        raise _invalid(
            f"boxes must be [n, 4] and scores [n], got shapes {list(boxes.shape)} and {list(scores.shape)}"
        )
    if not 0 <= iou_threshold <= 1:
        raise _invalid(f"iou_threshold must be in [0, 1], got {iou_threshold}")
    low, high = np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])
    areas = (high - low).prod(axis=1)
    left = np.argsort(-scores, kind="stable")
    left = left[scores[left] > score_threshold]
    chosen = []
    while len(left) and len(chosen) < max_output_size:
        best, left = left[0], left[1:]
        chosen.append(best)
        sides = np.maximum(np.minimum(high[left], high[best]) - np.maximum(low[left], low[best]), 0)
        common, either = sides.prod(axis=1), areas[left] + areas[best]
        share = np.where(
            (areas[left] > 0) & (areas[best] > 0), common / np.maximum(either - common, 1e-30), 0
        )
        left = left[share <= iou_threshold]
    return np.array(chosen, np.int32)


@public("image.non_max_suppression")
def non_max_suppression(
    boxes: TensorLike,
    scores: TensorLike,
    max_output_size: TensorLike,
    iou_threshold: TensorLike = 0.5,
    score_threshold: TensorLike = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """The indices of boxes, best first, without those that overlap a better one too much.

    Args:
      boxes: float32 `[n, 4]`: two opposite corners, y and x of each.
      scores: float32 `[n]`.
      max_output_size: an int32 scalar, how many are wanted at most.
      iou_threshold: the largest ratio of intersection to union that is no overlap, in [0, 1].
      score_threshold: boxes must have more than it.
      name: a name for the operations.

    Returns:
      int32 `[m]`, `m` at most `max_output_size`.

    Running it raises InvalidArgumentError for other shapes and another threshold.
    """
    with name_scope(name, "non_max_suppression"):
        return non_max_suppression_op(boxes, scores, max_output_size, iou_threshold, score_threshold)


# -- crops -----------------------------------------------------------------------------------------------------------


def _crops_shape(operation):
    image, boxes, _, size = operation.input_tensors
    wanted = constant_value_as_shape(size).with_rank(2)
    return TensorShape([boxes.shape.with_rank(2)[0], wanted[0], wanted[1], image.shape.with_rank(4)[3]])


def _places(first, last, side, count):
    """Where the pixels of a crop lie along an axis `[boxes, count]`, and whether that is within the image."""
    if count > 1:
        steps = (last - first) * (side - 1) / (count - 1)
        places = first[:, None] * (side - 1) + jnp.arange(count, dtype=np.float32) * steps[:, None]
    else:
        places = 0.5 * (first + last)[:, None] * (side - 1)
    return places, (places >= 0) & (places <= side - 1)


@device_op(
    "CropAndResize",
    "image: T, boxes: float32, box_ind: int32, crop_size: int32 -> crops: float32",
    static=("crop_size",),
    types={"T": _REALS},
    shape=_crops_shape,
)
def crop_and_resize_op(image, boxes, box_ind, crop_size, *, method="bilinear", extrapolation_value=0.0):
    method = method.decode() if isinstance(method, bytes) else method
    height, width = image.shape[1:3]
    ys, rows_within = _places(boxes[:, 0], boxes[:, 2], height, int(crop_size[0]))
    xs, columns_within = _places(boxes[:, 1], boxes[:, 3], width, int(crop_size[1]))
    image = image.astype(np.float32)

    def taken(rows, columns):
        rows = jnp.clip(rows, 0, height - 1).astype(np.int32)
        columns = jnp.clip(columns, 0, width - 1).astype(np.int32)
        return image[box_ind[:, None, None], rows[:, :, None], columns[:, None, :]]

    if method == "nearest":
        # Halves go away from zero, as C's round does.
        found = taken(jnp.floor(ys + 0.5), jnp.floor(xs + 0.5))
    else:
        top, left, bottom, right = jnp.floor(ys), jnp.floor(xs), jnp.ceil(ys), jnp.ceil(xs)
        down, across = (ys - top)[:, :, None, None], (xs - left)[:, None, :, None]
        upper = taken(top, left) + (taken(top, right) - taken(top, left)) * across
        lower = taken(bottom, left) + (taken(bottom, right) - taken(bottom, left)) * across
        found = upper + (lower - upper) * down
    within = (rows_within[:, :, None] & columns_within[:, None, :])[..., None]
    return jnp.where(within, found, np.float32(extrapolation_value))


@public("image.crop_and_resize")
@also_called(box_indices="box_ind")
def crop_and_resize(
    image: TensorLike,
    boxes: TensorLike,
    box_ind: TensorLike,
    crop_size: TensorLike,
    method: str = "bilinear",
    extrapolation_value: float = 0,
    name: str | None = None,
) -> Tensor:
    """Parts of images, all resized to one size; the corner pixels of a part are those of its result.

    Args:
      image: real numbers `[batch, height, width, channels]`.
      boxes: float32 `[n, 4]`; an end before its beginning mirrors, beyond [0, 1] is outside of the image.
      box_ind: int32 `[n]`, the image of each box.
      crop_size: int32 `[2]`, height and width of the results.
      method: "bilinear" or "nearest".
      extrapolation_value: what is outside of the image.
      name: the operation's name.

    Returns:
      float32 `[n, crop_height, crop_width, channels]`.

    Raises:
      ValueError: another method.
    Running it raises InvalidArgumentError for a `box_ind` that is no image's.
    """
    if method not in ("bilinear", "nearest"):
        raise ValueError(f"method must be 'bilinear' or 'nearest', got {method!r}")
    image = convert_to_tensor(image, name="image")
    box_ind = convert_to_tensor(box_ind, dtypes.int32, name="box_ind")
    if image.shape.ndims not in (None, 4):
        raise ValueError(f"image must be [batch, height, width, channels], got shape {image.shape}")
    count = math_ops.reduce_all((box_ind >= 0) & (box_ind < array_ops.shape(image)[0]))
    check = assertion_ops.Assert(count, ["box_ind must be the index of an image, got ", box_ind])
    box_ind = grouping.with_dependencies([check] if check is not None else [], box_ind)
    return crop_and_resize_op(
        image,
        boxes,
        box_ind,
        crop_size,
        method=method,
        extrapolation_value=float(extrapolation_value),
        name=name,
    )
