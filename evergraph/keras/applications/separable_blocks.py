"""Xception (Chollet 2016, arXiv:1610.02357)."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.applications.building import ROOT, begin, finish, pooled, top
from evergraph.keras.applications.imagenet import preprocess_input as scaled
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.convolutional import Conv2D
from evergraph.keras.layers.core import Activation
from evergraph.keras.layers.merge import add
from evergraph.keras.layers.normalization import BatchNormalization
from evergraph.keras.layers.pooling import MaxPooling2D
from evergraph.keras.layers.separable import SeparableConv2D

public_module("python.keras.applications.xception")


def _separable(x, width, name, first_act=True):
    """Set to zero where negative (if wanted), convolved by channel, normalised."""
    if first_act:
        x = Activation("relu", name=name + "_act")(x)
    x = SeparableConv2D(width, 3, padding="same", use_bias=False, name=name)(x)
    return BatchNormalization(name=name + "_bn")(x)


def _reducing(x, widths, block):
    """Two separable convolutions and pooling, beside a shortcut of half the size."""
    shortcut = BatchNormalization()(Conv2D(widths[1], 1, strides=2, padding="same", use_bias=False)(x))
    for number, width in enumerate(widths, 1):
        x = _separable(x, width, f"block{block}_sepconv{number}", first_act=block > 2 or number > 1)
    x = MaxPooling2D(3, strides=2, padding="same", name=f"block{block}_pool")(x)
    return add([x, shortcut])


@public("keras.applications.Xception", "keras.applications.xception.Xception")
def Xception(  # noqa: N802 (TensorFlow's name)
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A network of convolutions by channel; only with channels last.

    Args:
      include_top: whether the layers that tell the classes are there.
      weights: None, "imagenet" (from ~/.keras/models, or fetched), or a file.
      input_tensor: a tensor to begin with.
      input_shape: the shape of an image.
      pooling: without the top, "avg" or "max" over the places, or None.
      classes: how many classes there are.

    Raises:
      ValueError: arguments that do not go together, or a shape that it cannot take.
      OSError: the weights of ImageNet are neither there nor to be fetched.
    """
    return _xception(include_top, weights, input_tensor, input_shape, pooling, classes)


@public("keras.applications.xception.preprocess_input")
def preprocess_input(x: Any) -> Any:
    """Images from 0 to 255 as values from -1 to 1, on which this network was trained."""
    return scaled(x, mode="tf")


def _xception(include_top, weights, input_tensor, input_shape, pooling, classes):
    if backend.image_data_format() != "channels_last":
        raise NotImplementedError(
            "Xception has its channels last only: set_image_data_format('channels_last')"
        )
    inputs = x = begin(
        input_shape,
        input_tensor,
        default_size=299,
        min_size=71,
        include_top=include_top,
        weights=weights,
        classes=classes,
    )
    for number, (width, strides) in enumerate(((32, 2), (64, 1)), 1):
        x = Conv2D(width, 3, strides=strides, use_bias=False, name=f"block1_conv{number}")(x)
        x = Activation("relu", name=f"block1_conv{number}_act")(
            BatchNormalization(name=f"block1_conv{number}_bn")(x)
        )
    for block, width in ((2, 128), (3, 256), (4, 728)):
        x = _reducing(x, (width, width), block)
    for block in range(5, 13):
        shortcut = x
        for number in (1, 2, 3):
            x = _separable(x, 728, f"block{block}_sepconv{number}")
        x = add([x, shortcut])
    x = _reducing(x, (728, 1024), 13)
    for number, width in enumerate((1536, 2048), 1):
        x = _separable(x, width, f"block14_sepconv{number}", first_act=False)
        x = Activation("relu", name=f"block14_sepconv{number}_act")(x)
    x = top(x, classes) if include_top else pooled(x, pooling)
    address = ROOT + "xception/xception_weights_tf_dim_ordering_tf_kernels{top}.h5"
    return finish(x, inputs, input_tensor, "xception", weights, include_top, address)
