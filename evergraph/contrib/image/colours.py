"""Hue, saturation and value changed in the YIQ space."""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.image import convert_image_dtype
from evergraph.ops.image.projective import adjust_hsv_in_yiq_op
from evergraph.ops.random.distributions import random_uniform

public_module("contrib.image.python.ops.distort_image_ops")


@public("contrib.image.adjust_hsv_in_yiq")
def adjust_hsv_in_yiq(
    image: TensorLike,
    delta_hue: TensorLike = 0,
    scale_saturation: TensorLike = 1,
    scale_value: TensorLike = 1,
    name: str | None = None,
) -> Tensor:
    """An RGB image with its colours turned and scaled in YIQ, which is one linear map of each pixel.

    Args:
      image: `[..., 3]`, integers or floats as `tf.image.convert_image_dtype` takes them.
      delta_hue: a turn around the axis of the luminance, in radians.
      scale_saturation: a factor for I and Q.
      scale_value: a factor for Y, I and Q.
      name: the name scope.

    Returns:
      A tensor like `image`.

    Raises:
      ValueError: not three channels.
    """
    with name_scope(name, "adjust_hsv_in_yiq", [image]):
        given = convert_to_tensor(image, name="image")
        floats = convert_image_dtype(given, dtypes.float32)
        changed = adjust_hsv_in_yiq_op(floats, delta_hue, scale_saturation, scale_value)
        return convert_image_dtype(changed, given.dtype)


def _drawn(low, high, seed):
    return low if low == high else random_uniform([], low, high, seed=seed)


@public("contrib.image.random_hsv_in_yiq")
def random_hsv_in_yiq(
    image: TensorLike,
    max_delta_hue: float = 0,
    lower_saturation: float = 1,
    upper_saturation: float = 1,
    lower_value: float = 1,
    upper_value: float = 1,
    seed: int | None = None,
) -> Tensor:
    """`adjust_hsv_in_yiq` with numbers drawn evenly for each run.

    Args:
      image: `[..., 3]`.
      max_delta_hue: the turn is between its negative and it, in radians.
      lower_saturation, upper_saturation, lower_value, upper_value: between what the factors are.
      seed: of the operations that draw.

    Raises:
      ValueError: a bound that is negative, or a lower one above the upper one.
    """
    for what, bound in (
        ("max_delta_hue", max_delta_hue),
        ("lower_saturation", lower_saturation),
        ("lower_value", lower_value),
    ):
        if bound < 0:
            raise ValueError(f"{what} must not be negative, got {bound}")
    for what, low, high in (
        ("saturation", lower_saturation, upper_saturation),
        ("value", lower_value, upper_value),
    ):
        if low > high:
            raise ValueError(f"lower_{what} must not be above upper_{what}, got {low} and {high}")
    hue = _drawn(-max_delta_hue, max_delta_hue, seed) if max_delta_hue else 0
    saturation = _drawn(lower_saturation, upper_saturation, seed)
    return adjust_hsv_in_yiq(image, hue, saturation, _drawn(lower_value, upper_value, seed))
