"""Images read at places between their pixels."""

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.image.projective import resampler_op

public_module("contrib.resampler.python.ops.resampler_ops")


@public("contrib.resampler.resampler")
def resampler(data: TensorLike, warp: TensorLike, name: str = "resampler") -> Tensor:
    """Images at places between their pixels, bilinearly; around an image all is zero.

    Gradients go to the images and to the places.

    Args:
      data: floats `[batch, height, width, channels]`.
      warp: of the same type, `[batch, ..., 2]`: (x, y), in pixels.
      name: the operation's name.

    Returns:
      `[batch, ..., channels]`.

    Raises:
      ValueError: data or places of another shape.
    """
    with name_scope(name, "resampler", [data, warp]):
        return resampler_op(convert_to_tensor(data, name="data"), convert_to_tensor(warp, name="warp"))
