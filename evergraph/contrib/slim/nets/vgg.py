"""VGG (K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2014)."""

from typing import Any

from evergraph.contrib.slim.nets.plain import Conv, Pool, Top, build, plain_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor

public_module("contrib.slim.python.slim.nets.vgg")

_TOP = Top(4096, 7)


def _layers(*times):
    """Five blocks of so many convolutions, each with a pooling layer after it."""
    layers = []
    for index, (count, channels) in enumerate(zip(times, (64, 128, 256, 512, 512)), 1):
        layers += [Conv(f"conv{index}", channels, 3, times=count), Pool(f"pool{index}", 2)]
    return layers


@public("contrib.slim.nets.vgg.vgg_arg_scope")
def vgg_arg_scope(weight_decay: float = 0.0005) -> dict:
    """Default arguments for training it, with the weights' decay."""
    return plain_scope(weight_decay)


def _vgg(name, depth, convolutions):
    """The function `name`: a network of `depth` layers, with as many convolutions in each of five blocks."""

    def vgg(
        inputs: Tensor,
        num_classes: int = 1000,
        is_training: Any = True,
        dropout_keep_prob: float = 0.5,
        spatial_squeeze: bool = True,
        scope: Any = name,
    ) -> tuple[Tensor, dict[str, Tensor]]:
        options = {
            "num_classes": num_classes,
            "is_training": is_training,
            "dropout_keep_prob": dropout_keep_prob,
            "spatial_squeeze": spatial_squeeze,
            "scope": scope,
        }
        return build(_layers(*convolutions), _TOP, name, inputs, options)

    vgg.__name__ = vgg.__qualname__ = name
    vgg.__doc__ = _DOCSTRING.format(depth=depth)
    made: Any = vgg  # it has an attribute
    made.default_image_size = 224
    return made


_DOCSTRING = """VGG of {depth} layers.

    Args:
      inputs: images `[batch, 224, 224, 3]`; other sizes with `spatial_squeeze` off.
      num_classes: how many classes there are.
      is_training: whether dropout trains.
      dropout_keep_prob: the share of elements that stay.
      spatial_squeeze: whether logits are `[batch, num_classes]`, rather than `[batch, height, width, num_classes]`.
      scope: the variable scope.

    Returns:
      (logits, {{name of a layer: its outputs}}).
    """

vgg_a = public("contrib.slim.nets.vgg.vgg_a")(_vgg("vgg_a", 11, (1, 1, 2, 2, 2)))
vgg_16 = public("contrib.slim.nets.vgg.vgg_16")(_vgg("vgg_16", 16, (2, 2, 3, 3, 3)))
vgg_19 = public("contrib.slim.nets.vgg.vgg_19")(_vgg("vgg_19", 19, (2, 2, 4, 4, 4)))
vgg_d = public("contrib.slim.nets.vgg.vgg_d")(vgg_16)
vgg_e = public("contrib.slim.nets.vgg.vgg_e")(vgg_19)
