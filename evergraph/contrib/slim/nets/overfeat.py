"""OverFeat (P. Sermanet et al., OverFeat: Integrated Recognition, Localization and Detection, 2014)."""

from typing import Any

from evergraph.contrib.slim.nets.plain import Conv, Pool, Top, build, plain_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor

public_module("contrib.slim.python.slim.nets.overfeat")

_LAYERS = (
    Conv("conv1", 64, 11, 4, "VALID"),
    Pool("pool1", 2),
    Conv("conv2", 256, 5, padding="VALID"),
    Pool("pool2", 2),
    Conv("conv3", 512, 3),
    Conv("conv4", 1024, 3),
    Conv("conv5", 1024, 3),
    Pool("pool5", 2),
)
_TOP = Top(3072, 6, small_weights=True)


@public("contrib.slim.nets.overfeat.overfeat_arg_scope")
def overfeat_arg_scope(weight_decay: float = 0.0005) -> dict:
    """Default arguments for training it, with the weights' decay."""
    return plain_scope(weight_decay, pool_padding="VALID")


@public("contrib.slim.nets.overfeat.overfeat")
def overfeat(
    inputs: Tensor,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.5,
    spatial_squeeze: bool = True,
    scope: Any = "overfeat",
) -> tuple[Tensor, dict[str, Tensor]]:
    """OverFeat, the fast model.

    Args:
      inputs: images `[batch, 231, 231, 3]`; other sizes with `spatial_squeeze` off.
      num_classes: how many classes there are.
      is_training: whether dropout trains.
      dropout_keep_prob: the share of elements that stay.
      spatial_squeeze: whether logits are `[batch, num_classes]`, rather than `[batch, height, width, num_classes]`.
      scope: the variable scope.

    Returns:
      (logits, {name of a layer: its outputs}).
    """
    options = {
        "num_classes": num_classes,
        "is_training": is_training,
        "dropout_keep_prob": dropout_keep_prob,
        "spatial_squeeze": spatial_squeeze,
        "scope": scope,
    }
    return build(_LAYERS, _TOP, "overfeat", inputs, options)


vars(overfeat)["default_image_size"] = 231
