"""How far images are from others, by their patches."""

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import linalg as linalg_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn as nn_ops
from evergraph.ops.constants import constant
from evergraph.ops.random.distributions import random_normal, random_uniform

public_module(
    "contrib.gan.python.eval.python.sliced_wasserstein",
    "contrib.gan.python.eval.python.sliced_wasserstein_impl",
)

_GAUSSIAN = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]).astype(np.float32)[:, :, None, None] / 256.0


def _smoothed(images, gain):
    padded = array_ops.pad(images, [[0, 0], [2, 2], [2, 2], [0, 0]], "REFLECT")
    kernel = constant(_GAUSSIAN * gain)
    channels = array_ops.unstack(padded, axis=3)
    parts = [nn_ops.conv2d(each[..., None], kernel, [1] * 4, "VALID") for each in channels]
    return array_ops.concat(parts, 3)


def _pyramid(images, levels):
    """Laplacian pyramid (Burt and Adelson, 1983), the finest level first."""
    found = [math_ops.cast(images, dtypes.float32)]
    for _ in range(1, levels):
        smaller = _smoothed(found[-1], 1)[:, ::2, ::2]
        sizes = array_ops.shape(smaller)
        zeros = array_ops.zeros(array_ops.stack([3 * sizes[0], sizes[1], sizes[2], sizes[3]]), dtypes.float32)
        wide = array_ops.batch_to_space(array_ops.concat([smaller, zeros], 0), [[0, 0], [0, 0]], 2)
        found[-1] = found[-1] - _smoothed(wide, 4)
        found.append(smaller)
    return found


def _patches(images, per_image, size):
    """`[n * per_image, size, size, channels]` at random places."""
    sizes, half = array_ops.shape(images), size // 2
    count = sizes[0] * per_image
    image = math_ops.floordiv(math_ops.range(count), per_image)
    begins = [
        random_uniform(array_ops.stack([count]), 0, sizes[axis] - 2 * half, dtypes.int32) for axis in (1, 2)
    ]
    steps = math_ops.range(size)
    rows = begins[0][:, None, None] + steps[None, :, None]
    columns = begins[1][:, None, None] + steps[None, None, :]
    places = (image[:, None, None] * sizes[1] + rows) * sizes[2] + columns
    flat = array_ops.reshape(images, array_ops.stack([sizes[0] * sizes[1] * sizes[2], sizes[3]]))
    return array_ops.gather(flat, places)


def _normalized(patches):
    mean, variance = nn_ops.moments(patches, [1, 2, 3], keep_dims=True)
    patches = (patches - mean) / math_ops.sqrt(variance)
    return array_ops.reshape(patches, array_ops.stack([array_ops.shape(patches)[0], -1]))


def _distance(a, b):
    """The mean distance of columns, each sorted."""
    ordered = [nn_ops.top_k(array_ops.transpose(each), array_ops.shape(a)[0])[0] for each in (a, b)]
    return math_ops.reduce_mean(math_ops.abs(ordered[0] - ordered[1]))


@public("contrib.gan.eval.sliced_wasserstein_distance")
def sliced_wasserstein_distance(
    real_images: TensorLike,
    fake_images: TensorLike,
    resolution_min: int = 16,
    patches_per_image: int = 64,
    patch_size: int = 7,
    random_sampling_count: int = 1,
    random_projection_dim: int = 7 * 7 * 3,
    use_svd: bool = False,
) -> list[tuple[Tensor, Tensor]]:
    """How far patches of two sets of images are from each other, at each level of their Laplacian pyramids.

    Formula: Karras et al., arXiv:1710.10196.

    Args:
      real_images, fake_images: `[n, height, width, 3]`, of one static shape; squares of a side that is a power of two.
      resolution_min: the side of the coarsest level.
      patches_per_image: how many patches are taken of an image, at random places.
      patch_size: the side of a patch.
      random_sampling_count: over how many random projections the distance is averaged.
      random_projection_dim: how many directions each has.
      use_svd: whether the directions are those of a singular value decomposition instead.

    Returns:
      A list, the finest level first: (distance among real images, distance of fake from real ones), scalars.

    Raises:
      ValueError: shapes that differ or are not known, a height that is below `resolution_min`.
    """
    real, fake = convert_to_tensor(real_images), convert_to_tensor(fake_images)
    real.shape.assert_is_compatible_with(fake.shape)
    height, count = real.shape[1].value, real.shape[0].value
    if height is None or count is None or height < resolution_min:
        raise ValueError(f"images need a static shape of at least {resolution_min} rows, got {real.shape}")
    levels = 1
    while height >> levels >= resolution_min:
        levels += 1
    found = []
    for real_level, fake_level in zip(_pyramid(real, levels), _pyramid(fake, levels)):
        many = _normalized(_patches(real_level, patches_per_image, patch_size))
        others = _normalized(_patches(fake_level, patches_per_image, patch_size))
        half = count * patches_per_image // 2
        pairs = [(many[:half], many[half : 2 * half]), (many, others)]
        found.append(
            tuple(_sliced(a, b, random_sampling_count, random_projection_dim, use_svd) for a, b in pairs)
        )
    return found


def _sliced(a, b, samplings, directions, use_svd):
    if use_svd:
        values, vectors = linalg_ops.svd(array_ops.concat([a, b], 0))[:2]
        return _distance(*array_ops.split(vectors * values, 2, axis=0))
    distances = []
    for _ in range(samplings):
        towards = random_normal(array_ops.stack([array_ops.shape(a)[1], directions]))
        towards *= math_ops.rsqrt(math_ops.reduce_sum(math_ops.square(towards), 0, keepdims=True))
        distances.append(_distance(math_ops.matmul(a, towards), math_ops.matmul(b, towards)))
    return math_ops.reduce_mean(array_ops.stack(distances))
