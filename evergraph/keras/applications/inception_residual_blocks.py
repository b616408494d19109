"""Inception-ResNet V2 (Szegedy et al. 2016, arXiv:1602.07261)."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.applications.building import ROOT, begin, finish, pooled, top
from evergraph.keras.applications.imagenet import preprocess_input as scaled
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.convolutional import Conv2D
from evergraph.keras.layers.core import Activation, Lambda
from evergraph.keras.layers.merge import Concatenate
from evergraph.keras.layers.normalization import BatchNormalization
from evergraph.keras.layers.pooling import AveragePooling2D, MaxPooling2D

public_module("python.keras.applications.inception_resnet_v2")

# The branches of a residual block: rows of convolutions (width, kernel).
_BRANCHES = {
    "block35": [[(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)]],
    "block17": [[(192, 1)], [(128, 1), (160, (1, 7)), (192, (7, 1))]],
    "block8": [[(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))]],
}


def _axis():
    return 1 if backend.image_data_format() == "channels_first" else 3


def _conv(x, width, size, strides=1, padding="same", activation: Any = "relu", use_bias=False, name=None):
    x = Conv2D(width, size, strides=strides, padding=padding, use_bias=use_bias, name=name)(x)
    if not use_bias:
        x = BatchNormalization(axis=_axis(), scale=False, name=name and name + "_bn")(x)
    return x if activation is None else Activation(activation, name=name and name + "_ac")(x)


def _row(x, row):
    for each in row:
        x = _conv(x, *each)
    return x


def _scaled_sum(inputs, scale):
    return inputs[0] + inputs[1] * scale


def _residual(x, scale, kind, number, activation: Any = "relu"):
    """A block whose branches, scaled, are added to its inputs."""
    name = f"{kind}_{number}"
    mixed = Concatenate(axis=_axis(), name=name + "_mixed")([_row(x, row) for row in _BRANCHES[kind]])
    up = _conv(mixed, backend.int_shape(x)[_axis()], 1, activation=None, use_bias=True, name=name + "_conv")
    x = Lambda(_scaled_sum, output_shape=backend.int_shape(x)[1:], arguments={"scale": scale}, name=name)(
        [x, up]
    )
    return x if activation is None else Activation(activation, name=name + "_ac")(x)


def _reducing(x, rows, name):
    """Branches whose last convolution, and a pooling, halve the size."""
    branches = [_conv(_row(x, row[:-1]), *row[-1], strides=2, padding="valid") for row in rows]
    pool = MaxPooling2D(3, strides=2)(x)
    return Concatenate(axis=_axis(), name=name)([*branches, pool])


def _stem(inputs):
    x = _conv(inputs, 32, 3, strides=2, padding="valid")
    x = _conv(_conv(x, 32, 3, padding="valid"), 64, 3)
    x = MaxPooling2D(3, strides=2)(x)
    x = _conv(_conv(x, 80, 1, padding="valid"), 192, 3, padding="valid")
    x = MaxPooling2D(3, strides=2)(x)
    rows = [[(96, 1)], [(48, 1), (64, 5)], [(64, 1), (96, 3), (96, 3)]]
    pool = _conv(AveragePooling2D(3, strides=1, padding="same")(x), 64, 1)
    return Concatenate(axis=_axis(), name="mixed_5b")([*(_row(x, row) for row in rows), pool])


@public("keras.applications.InceptionResNetV2", "keras.applications.inception_resnet_v2.InceptionResNetV2")
def InceptionResNetV2(  # noqa: N802 (TensorFlow's name)
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A network of blocks that add convolutions of several sizes to their inputs.

    Args: as for `VGG16`.

    Raises:
      ValueError: arguments that do not go together, or a shape that it cannot take.
      OSError: the weights of ImageNet are neither there nor to be fetched.
    """
    return _inception_resnet_v2(include_top, weights, input_tensor, input_shape, pooling, classes)


@public("keras.applications.inception_resnet_v2.preprocess_input")
def preprocess_input(x: Any) -> Any:
    """Images from 0 to 255 as values from -1 to 1, on which this network was trained."""
    return scaled(x, mode="tf")


def _inception_resnet_v2(include_top, weights, input_tensor, input_shape, pooling, classes):
    inputs = begin(
        input_shape,
        input_tensor,
        default_size=299,
        min_size=139,
        include_top=include_top,
        weights=weights,
        classes=classes,
    )
    x = _stem(inputs)
    for number in range(1, 11):
        x = _residual(x, 0.17, "block35", number)
    x = _reducing(x, [[(384, 3)], [(256, 1), (256, 3), (384, 3)]], "mixed_6a")
    for number in range(1, 21):
        x = _residual(x, 0.1, "block17", number)
    x = _reducing(x, [[(256, 1), (384, 3)], [(256, 1), (288, 3)], [(256, 1), (288, 3), (320, 3)]], "mixed_7a")
    for number in range(1, 10):
        x = _residual(x, 0.2, "block8", number)
    x = _residual(x, 1.0, "block8", 10, activation=None)
    x = _conv(x, 1536, 1, name="conv_7b")
    x = top(x, classes) if include_top else pooled(x, pooling)
    address = ROOT + "inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels{top}.h5"
    return finish(x, inputs, input_tensor, "inception_resnet_v2", weights, include_top, address)
