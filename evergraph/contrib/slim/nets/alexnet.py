"""AlexNet as in A. Krizhevsky, One weird trick for parallelizing convolutional neural networks, 2014."""

from typing import Any

from evergraph.contrib.slim.nets.plain import Conv, Pool, Top, build, plain_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor

public_module("contrib.slim.python.slim.nets.alexnet")

_LAYERS = (
    Conv("conv1", 64, 11, 4, "VALID"),
    Pool("pool1", 3),
    Conv("conv2", 192, 5),
    Pool("pool2", 3),
    Conv("conv3", 384, 3),
    Conv("conv4", 384, 3),
    Conv("conv5", 256, 3),
    Pool("pool5", 3),
)
_TOP = Top(4096, 5, small_weights=True)


@public("contrib.slim.nets.alexnet.alexnet_v2_arg_scope")
def alexnet_v2_arg_scope(weight_decay: float = 0.0005) -> dict:
    """Default arguments for training it, with the weights' decay."""
    return plain_scope(weight_decay, bias=0.1, pool_padding="VALID")


@public("contrib.slim.nets.alexnet.alexnet_v2")
def alexnet_v2(
    inputs: Tensor,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.5,
    spatial_squeeze: bool = True,
    scope: Any = "alexnet_v2",
) -> tuple[Tensor, dict[str, Tensor]]:
    """AlexNet, version 2.

    Args:
      inputs: images `[batch, 224, 224, 3]`; other sizes with `spatial_squeeze` off.
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
    return build(_LAYERS, _TOP, "alexnet_v2", inputs, options)


vars(alexnet_v2)["default_image_size"] = 224
