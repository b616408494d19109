"""Inception V3 (Szegedy et al. 2015, arXiv:1512.00567)."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.applications.building import ROOT, begin, finish, pooled, top
from evergraph.keras.applications.imagenet import preprocess_input as scaled
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.convolutional import Conv2D
from evergraph.keras.layers.core import Activation
from evergraph.keras.layers.merge import concatenate
from evergraph.keras.layers.normalization import BatchNormalization
from evergraph.keras.layers.pooling import AveragePooling2D, MaxPooling2D

public_module("python.keras.applications.inception_v3")


# Blocks as branches; a branch is a row of convolutions (width, (height, width of the kernel)), after a pooling if it begins so.
_A = lambda last: [
    [(64, (1, 1))],
    [(48, (1, 1)), (64, (5, 5))],
    [(64, (1, 1)), (96, (3, 3)), (96, (3, 3))],
    ["pool", (last, (1, 1))],
]
_B = lambda w: [
    [(192, (1, 1))],
    [(w, (1, 1)), (w, (1, 7)), (192, (7, 1))],
    [(w, (1, 1)), (w, (7, 1)), (w, (1, 7)), (w, (7, 1)), (192, (1, 7))],
    ["pool", (192, (1, 1))],
]


def _axis():
    return 1 if backend.image_data_format() == "channels_first" else 3


def _conv(x, width, size, padding="same", strides=1):
    x = Conv2D(width, size, strides=strides, padding=padding, use_bias=False)(x)
    return Activation("relu")(BatchNormalization(axis=_axis(), scale=False)(x))


def _block(x, branches, name):
    outputs = []
    for branch in branches:
        out = x
        for row in branch:
            out = AveragePooling2D(3, strides=1, padding="same")(out) if row == "pool" else _conv(out, *row)
        outputs.append(out)
    return concatenate(outputs, axis=_axis(), name=name)


def _reducing(x, branches, name):
    """Branches whose last convolution, and a pooling, halve the size."""
    outputs = []
    for branch in branches:
        out = x
        for width, size in branch[:-1]:
            out = _conv(out, width, size)
        outputs.append(_conv(out, *branch[-1], padding="valid", strides=2))
    return concatenate([*outputs, MaxPooling2D(3, strides=2)(x)], axis=_axis(), name=name)


def _wide(x, name):
    """A block whose branches part again at their ends."""
    first = _conv(x, 320, (1, 1))
    second = _conv(x, 384, (1, 1))
    second = concatenate([_conv(second, 384, (1, 3)), _conv(second, 384, (3, 1))], axis=_axis())
    third = _conv(_conv(x, 448, (1, 1)), 384, (3, 3))
    third = concatenate([_conv(third, 384, (1, 3)), _conv(third, 384, (3, 1))], axis=_axis())
    pool = _conv(AveragePooling2D(3, strides=1, padding="same")(x), 192, (1, 1))
    return concatenate([first, second, third, pool], axis=_axis(), name=name)


@public("keras.applications.InceptionV3", "keras.applications.inception_v3.InceptionV3")
def InceptionV3(  # noqa: N802 (TensorFlow's name)
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A network of blocks with convolutions of several sizes side by side.

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
    return _inception_v3(include_top, weights, input_tensor, input_shape, pooling, classes)


@public("keras.applications.inception_v3.preprocess_input")
def preprocess_input(x: Any) -> Any:
    """Images from 0 to 255 as values from -1 to 1, on which this network was trained."""
    return scaled(x, mode="tf")


def _inception_v3(include_top, weights, input_tensor, input_shape, pooling, classes):
    inputs = begin(
        input_shape,
        input_tensor,
        default_size=299,
        min_size=139,
        include_top=include_top,
        weights=weights,
        classes=classes,
    )
    x = _conv(inputs, 32, (3, 3), "valid", 2)
    x = _conv(_conv(x, 32, (3, 3), "valid"), 64, (3, 3))
    x = MaxPooling2D(3, strides=2)(x)
    x = _conv(_conv(x, 80, (1, 1), "valid"), 192, (3, 3), "valid")
    x = MaxPooling2D(3, strides=2)(x)
    for number, last in enumerate((32, 64, 64)):
        x = _block(x, _A(last), f"mixed{number}")
    x = _reducing(x, [[(384, (3, 3))], [(64, (1, 1)), (96, (3, 3)), (96, (3, 3))]], "mixed3")
    for number, width in enumerate((128, 160, 160, 192), 4):
        x = _block(x, _B(width), f"mixed{number}")
    tail = [(192, (1, 1)), (192, (1, 7)), (192, (7, 1)), (192, (3, 3))]
    x = _reducing(x, [[(192, (1, 1)), (320, (3, 3))], tail], "mixed8")
    x = _wide(_wide(x, "mixed9"), "mixed10")
    x = top(x, classes) if include_top else pooled(x, pooling)
    address = ROOT + "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels{top}.h5"
    return finish(x, inputs, input_tensor, "inception_v3", weights, include_top, address)
