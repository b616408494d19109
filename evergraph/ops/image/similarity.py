"""Images compared: PSNR and SSIM; and how they change from pixel to pixel."""

from collections.abc import Sequence

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import assertion as assertion_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow import grouping
from evergraph.ops.image.colours import convert_image_dtype
from evergraph.ops.math.reductions import reduce_prod
from evergraph.ops.nn.activations import relu
from evergraph.ops.nn.dilated import depthwise_conv2d
from evergraph.ops.nn.pooling import avg_pool

_WINDOW, _SIGMA = 11, 1.5
_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


@public("python.ops.image_ops_impl._verify_compatible_image_shapes")
def _verify_compatible_image_shapes(img1: TensorLike, img2: TensorLike) -> tuple[Tensor, Tensor, list]:
    """(shape of `img1`, shape of `img2`, operations that fail when the last three dimensions are not there or differ).

    ValueError where the static shapes tell already.
    """
    images = [convert_to_tensor(img1, name="img1"), convert_to_tensor(img2, name="img2")]
    first, second = (image.shape.with_rank_at_least(3) for image in images)
    first[-3:].assert_is_compatible_with(second[-3:])
    shapes = array_ops.shape_n(images)
    checks = []
    for image, shape in zip(images, shapes):
        enough = math_ops.greater_equal(array_ops.size(shape), 3)
        checks.append(assertion_ops.Assert(enough, ["an image needs three dimensions, got ", shape, image]))
    with control_dependencies([check for check in checks if check is not None]):
        sides = [identity(shape)[-3:] for shape in shapes]
    same = math_ops.reduce_all(math_ops.equal(*sides))
    checks.append(assertion_ops.Assert(same, ["the images must have one size, got ", *shapes]))
    return shapes[0], shapes[1], [check for check in checks if check is not None]


def _pair(first, second, max_val):
    """Two images as float32 and the width of their range in that, checked to be of one size."""
    first = convert_to_tensor(first, name="img1")
    second = convert_to_tensor(second, dtype=first.dtype, name="img2")
    checks = _verify_compatible_image_shapes(first, second)[2]
    first = grouping.with_dependencies(checks, first)
    max_val = convert_image_dtype(math_ops.cast(max_val, first.dtype), dtypes.float32)
    return convert_image_dtype(first, dtypes.float32), convert_image_dtype(second, dtypes.float32), max_val


@public("image.psnr")
def psnr(a: TensorLike, b: TensorLike, max_val: TensorLike, name: str | None = None) -> Tensor:
    """The peak signal-to-noise ratio of images `[..., height, width, channels]`, in dB: `10 log10(max_val^2 / mean((a - b)^2))`.

    Args:
      a, b: the images, of one dtype.
      max_val: the width of the range of their values, such as 255 or 1.
      name: a name for the operations.

    Returns:
      float32 of the shape in front of the last three axes; infinite for equal images.
    """
    with name_scope(name, "PSNR", [a, b]):
        a, b, max_val = _pair(a, b, max_val)
        error = math_ops.reduce_mean(math_ops.square(a - b), [-3, -2, -1])
        ten = np.float32(10 / np.log(10))
        return math_ops.subtract(2 * ten * math_ops.log(max_val), ten * math_ops.log(error), name="psnr")


def _gaussian():
    """`[11, 11, 1, 1]`, whose sum is 1."""
    along = np.exp(-0.5 * ((np.arange(_WINDOW) - (_WINDOW - 1) / 2) / _SIGMA) ** 2)
    window = np.outer(along, along)
    return (window / window.sum()).astype(np.float32)[..., None, None]


def _ssim_of_channels(first, second, max_val):
    """(SSIM, its part of contrast and structure) of each channel: Wang et al., IEEE Trans. IP 13(4), 2004, section III."""
    sides = array_ops.shape(first)[-3:-1]
    large = assertion_ops.Assert(
        math_ops.reduce_all(sides >= _WINDOW),
        [f"SSIM needs images of {_WINDOW} x {_WINDOW} or more, got ", sides],
    )
    with control_dependencies([large] if large is not None else []):
        first = identity(first)
    kernel = array_ops.tile(constant(_gaussian()), array_ops.stack([1, 1, array_ops.shape(first)[-1], 1]))

    def local_mean(x):
        shape = array_ops.shape(x)
        flat = array_ops.reshape(x, array_ops.concat([[-1], shape[-3:]], 0))
        found = depthwise_conv2d(flat, kernel, strides=[1, 1, 1, 1], padding="VALID")
        return array_ops.reshape(found, array_ops.concat([shape[:-3], array_ops.shape(found)[1:]], 0))

    c1, c2 = (0.01 * max_val) ** 2, (0.03 * max_val) ** 2
    mean1, mean2 = local_mean(first), local_mean(second)
    product, squares = 2 * mean1 * mean2, math_ops.square(mean1) + math_ops.square(mean2)
    luminance = (product + c1) / (squares + c1)
    covariance = 2 * local_mean(first * second) - product
    variances = local_mean(math_ops.square(first) + math_ops.square(second)) - squares
    structure = (covariance + c2) / (variances + c2)
    return math_ops.reduce_mean(luminance * structure, [-3, -2]), math_ops.reduce_mean(structure, [-3, -2])


@public("image.ssim")
def ssim(img1: TensorLike, img2: TensorLike, max_val: TensorLike) -> Tensor:
    """The structural similarity of images `[..., height, width, channels]` (Wang et al., 2004), at most 1.

    Windows are Gaussian, 11 x 11 with sigma 1.5; k1 is 0.01, k2 0.03; the mean over places and channels is given.

    Args:
      img1, img2: the images, of one dtype, 11 x 11 or larger.
      max_val: the width of the range of their values, such as 255 or 1.

    Returns:
      float32 of the shape in front of the last three axes.

    Running it raises InvalidArgumentError for smaller images, and for two sizes.
    """
    with name_scope(None, "SSIM", [img1, img2]):
        found, _ = _ssim_of_channels(*_pair(img1, img2, max_val))
        return math_ops.reduce_mean(found, [-1])


def _halved(images):
    """Means over 2 x 2 pixels; an odd side has its last pixel twice."""
    shape = array_ops.shape(images)
    flat = array_ops.reshape(images, array_ops.concat([[-1], shape[-3:]], 0))
    odd = shape[-3:-1] % 2
    padded = array_ops.pad(flat, [[0, 0], [0, odd[0]], [0, odd[1]], [0, 0]], mode="SYMMETRIC")
    found = avg_pool(padded, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
    return array_ops.reshape(found, array_ops.concat([shape[:-3], array_ops.shape(found)[1:]], 0))


@public("image.ssim_multiscale")
def ssim_multiscale(
    img1: TensorLike, img2: TensorLike, max_val: TensorLike, power_factors: Sequence[float] = _SCALES
) -> Tensor:
    """SSIM over several scales (Wang, Simoncelli and Bovik, Asilomar 2003), in [0, 1].

    Args:
      img1, img2: images `[..., height, width, channels]` of one dtype; at the last scale still 11 x 11 or larger.
      max_val: the width of the range of their values, such as 255 or 1.
      power_factors: the exponent of each scale; each has half the resolution of the one before.

    Returns:
      float32 of the shape in front of the last three axes.

    Running it raises InvalidArgumentError for smaller images, and for two sizes.
    """
    with name_scope(None, "MS-SSIM", [img1, img2]):
        first, second, max_val = _pair(img1, img2, max_val)
        parts = []
        for scale in range(len(power_factors)):
            if scale:
                first, second = _halved(first), _halved(second)
            whole, structure = _ssim_of_channels(first, second, max_val)
            parts.append(relu(whole if scale == len(power_factors) - 1 else structure))
        powers = math_ops.pow(array_ops.stack(parts, axis=-1), list(power_factors))
        return math_ops.reduce_mean(reduce_prod(powers, [-1]), [-1])


# -- from pixel to pixel ---------------------------------------------------------------------------------------------


def _steps(images):
    """What each pixel is more than the one above, and than the one to the left."""
    down = images[..., 1:, :, :] - images[..., :-1, :, :]
    return down, images[..., :, 1:, :] - images[..., :, :-1, :]


@public("image.total_variation")
def total_variation(images: TensorLike, name: str | None = None) -> Tensor:
    """The sum of the absolute differences of neighbouring pixels: a scalar for one image, `[batch]` for a batch.

    Raises:
      ValueError: a rank that is not 3 or 4.
    """
    with name_scope(name, "total_variation"):
        images = convert_to_tensor(images, name="images")
        if images.shape.ndims not in (3, 4):
            raise ValueError(f"'images' must be either 3 or 4-dimensional, got shape {images.shape}")
        down, right = (math_ops.reduce_sum(math_ops.abs(step), [-3, -2, -1]) for step in _steps(images))
        return down + right


@public("image.image_gradients")
def image_gradients(image: TensorLike) -> tuple[Tensor, Tensor]:
    """(dy, dx) of images `[batch, height, width, channels]`, of their shape: the next pixel less this one, 0 at the end.

    Raises:
      ValueError: another rank.
    """
    image = convert_to_tensor(image, name="image")
    if image.shape.ndims != 4:
        raise ValueError(f"image_gradients expects [batch, height, width, channels], got shape {image.shape}")
    down, right = _steps(image)
    down = array_ops.pad(down, [[0, 0], [0, 1], [0, 0], [0, 0]])
    right = array_ops.pad(right, [[0, 0], [0, 0], [0, 1], [0, 0]])
    for found in (down, right):
        found.set_shape(image.shape)
    return down, right


@public("image.sobel_edges")
def sobel_edges(image: TensorLike) -> Tensor:
    """Sobel's derivatives (dy, dx) of images `[batch, height, width, channels]`, as `[..., channels, 2]`; edges are mirrored."""
    image = convert_to_tensor(image, name="image")
    down = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    kernel = constant(np.stack([down, down.T], -1)[:, :, None], dtype=image.dtype)
    shape = array_ops.shape(image)
    kernel = array_ops.tile(kernel, array_ops.stack([1, 1, shape[-1], 1]), name="sobel_filters")
    padded = array_ops.pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    edges = depthwise_conv2d(padded, kernel, [1, 1, 1, 1], "VALID")
    edges = array_ops.reshape(edges, array_ops.concat([shape, [2]], 0))
    edges.set_shape(image.shape.concatenate([2]))
    return edges
