"""MobileNet (Howard et al. 2017, arXiv:1704.04861)."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.applications.building import ROOT, begin, finish, pooled
from evergraph.keras.applications.imagenet import preprocess_input as scaled
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.convolutional import Conv2D
from evergraph.keras.layers.core import Activation, Dropout, Reshape
from evergraph.keras.layers.normalization import BatchNormalization
from evergraph.keras.layers.pooling import GlobalAveragePooling2D
from evergraph.keras.layers.resizing import ZeroPadding2D
from evergraph.keras.layers.separable import DepthwiseConv2D

public_module("python.keras.applications.mobilenet")


# (width, strides) of each block of a convolution by channel and one over the channels.
_BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *((512, 1),) * 5, (1024, 2), (1024, 1))


@public("keras.applications.mobilenet.relu6")
def relu6(x: Any) -> Any:
    """`max(x, 0)`, at most 6."""
    return backend.relu(x, max_value=6)


def _axis():
    return 1 if backend.image_data_format() == "channels_first" else -1


def _normalized(x, name):
    return Activation(relu6, name=name + "_relu")(BatchNormalization(axis=_axis(), name=name + "_bn")(x))


@public("keras.applications.MobileNet", "keras.applications.mobilenet.MobileNet")
def MobileNet(  # noqa: N802 (TensorFlow's name)
    input_shape: Any = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 1e-3,
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A small network of convolutions by channel.

    Args:
      alpha: what all widths are multiplied with.
      depth_multiplier: how many channels each channel gives.
      dropout: which share is dropped before the classes.
      The other arguments, and the errors: as for `VGG16`.
    """
    rows = backend.image_data_format() == "channels_last"
    size = 224 if input_shape is None else input_shape[0 if rows else 1]
    if weights == "imagenet":
        if depth_multiplier != 1 or alpha not in (0.25, 0.5, 0.75, 1.0) or size not in (128, 160, 192, 224):
            raise ValueError(
                "weights of ImageNet are there for depth_multiplier 1, alpha 0.25, 0.5, 0.75 or 1, and sizes 128, 160, 192 "
                f"or 224, got {depth_multiplier}, {alpha} and {size}"
            )
    inputs = begin(
        input_shape,
        input_tensor,
        default_size=size if weights == "imagenet" and size else 224,
        min_size=32,
        include_top=include_top,
        weights=weights,
        classes=classes,
    )
    x = Conv2D(int(32 * alpha), 3, strides=2, use_bias=False, name="conv1")(
        ZeroPadding2D(1, name="conv1_pad")(inputs)
    )
    x = _normalized(x, "conv1")
    for number, (width, strides) in enumerate(_BLOCKS, 1):
        x = ZeroPadding2D(1, name=f"conv_pad_{number}")(x)
        x = DepthwiseConv2D(
            3, strides=strides, depth_multiplier=depth_multiplier, use_bias=False, name=f"conv_dw_{number}"
        )(x)
        x = _normalized(x, f"conv_dw_{number}")
        x = Conv2D(int(width * alpha), 1, padding="same", use_bias=False, name=f"conv_pw_{number}")(x)
        x = _normalized(x, f"conv_pw_{number}")
    if include_top:
        shape = (1, 1, int(1024 * alpha)) if rows else (int(1024 * alpha), 1, 1)
        x = Reshape(shape, name="reshape_1")(GlobalAveragePooling2D()(x))
        x = Conv2D(classes, 1, padding="same", name="conv_preds")(Dropout(dropout, name="dropout")(x))
        x = Reshape((classes,), name="reshape_2")(Activation("softmax", name="act_softmax")(x))
    else:
        x = pooled(x, pooling)
    part = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0", 0.25: "2_5"}.get(alpha, str(alpha))
    address = f"{ROOT}mobilenet/mobilenet_{part}_{size}_tf{{top}}.h5".replace(
        "{top}", "" if include_top else "_no_top"
    )
    return finish(x, inputs, input_tensor, f"mobilenet_{alpha:0.2f}_{size}", weights, include_top, address)


@public("keras.applications.mobilenet.preprocess_input")
def preprocess_input(x: Any) -> Any:
    """Images from 0 to 255 as values from -1 to 1, on which this network was trained."""
    return scaled(x, mode="tf")
