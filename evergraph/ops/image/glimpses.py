"""Windows of images at places that tensors give: `tf.image.extract_glimpse`."""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.array.gathering import gather_nd
from evergraph.ops.inference import constant_value_as_shape
from evergraph.ops.random.distributions import random_normal, random_uniform


@public("image.extract_glimpse")
def extract_glimpse(
    input: TensorLike,  # noqa: A002 (TensorFlow's word)
    size: TensorLike,
    offsets: TensorLike,
    centered: bool = True,
    normalized: bool = True,
    uniform_noise: bool = True,
    name: str | None = None,
) -> Tensor:
    """A window of each image, around a place; what of it is outside of the image is noise.

    Args:
      input: float32 `[batch, height, width, channels]`.
      size: int32 `[2]`, height and width of the windows.
      offsets: float32 `[batch, 2]`, y and x of each window's middle.
      centered: whether offsets are from the image's middle (-1 to 1 when normalised), else from its first corner.
      normalized: whether offsets are in fractions of the sides, else in pixels.
      uniform_noise: whether noise is uniform over the range of the images, else normal with their mean and deviation.
      name: a name for the operations.

    Returns:
      float32 `[batch, glimpse_height, glimpse_width, channels]`.
    """
    with name_scope(name, "ExtractGlimpse", [input, size, offsets]):
        image = convert_to_tensor(input, dtypes.float32, name="input")
        size = convert_to_tensor(size, dtypes.int32, name="size")
        offsets = convert_to_tensor(offsets, dtypes.float32, name="offsets")
        image.shape.with_rank(4)
        shape = array_ops.shape(image)
        sides = math_ops.cast(shape[1:3], dtypes.float32)
        if normalized:
            offsets = offsets * sides
        if centered:
            offsets = offsets / 2.0 + sides / 2.0
        # The cast cuts fractions off, towards zero.
        corner = math_ops.cast(offsets - math_ops.cast(size, dtypes.float32) / 2.0, dtypes.int32)
        rows, rows_within = _along(corner[:, 0], size[0], shape[1])
        columns, columns_within = _along(corner[:, 1], size[1], shape[2])
        wanted = array_ops.stack([shape[0], size[0], size[1]])
        batch = array_ops.reshape(math_ops.range(shape[0]), [-1, 1, 1])
        zeros = array_ops.zeros(wanted, dtypes.int32)
        places = [batch + zeros, rows[:, :, None] + zeros, columns[:, None, :] + zeros]
        found = gather_nd(image, array_ops.stack(places, axis=-1))
        within = math_ops.logical_and(rows_within[:, :, None], columns_within[:, None, :])
        within = math_ops.logical_and(within[..., None], array_ops.ones_like(found, dtypes.bool))
        glimpse = array_ops.where(within, found, _noise(image, array_ops.shape(found), uniform_noise))
        glimpse.set_shape([image.shape[0], *constant_value_as_shape(size).as_list(), image.shape[3]])
        return glimpse


def _along(first, count, side):
    """The pixels of the windows along an axis `[batch, count]`, and whether each is there."""
    places = first[:, None] + math_ops.range(count)
    within = math_ops.logical_and(places >= 0, places < side)
    return math_ops.minimum(math_ops.maximum(places, 0), side - 1), within


def _noise(image, shape, uniform):
    if uniform:
        low, high = (find(image, [0, 1, 2]) for find in (math_ops.reduce_min, math_ops.reduce_max))
        return low + random_uniform(shape) * (high - low)
    mean = math_ops.reduce_mean(image, [0, 1, 2])
    deviation = math_ops.sqrt(math_ops.reduce_mean(math_ops.square(image - mean), [0, 1, 2]))
    return mean + random_normal(shape) * deviation
