"""ResNet50 (He et al. 2015, arXiv:1512.03385)."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.applications.building import ROOT, begin, finish, pooled
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.convolutional import Conv2D
from evergraph.keras.layers.core import Activation, Dense, Flatten
from evergraph.keras.layers.merge import add
from evergraph.keras.layers.normalization import BatchNormalization
from evergraph.keras.layers.pooling import AveragePooling2D, MaxPooling2D
from evergraph.keras.layers.resizing import ZeroPadding2D

public_module("python.keras.applications.resnet50")


_DEPTHS = (3, 4, 6, 3)


def _axis():
    return 1 if backend.image_data_format() == "channels_first" else 3


def _block(x, width, stage, block, strides):
    """Three convolutions beside a shortcut, which is a convolution itself in the first block of a stage."""
    name = lambda kind, branch: f"{kind}{stage}{block}_branch{branch}"
    out = x
    rows = (("2a", width, 1, strides), ("2b", width, 3, 1), ("2c", 4 * width, 1, 1))
    for branch, filters, size, step in rows:
        out = Conv2D(
            filters, size, strides=step, padding="same" if size == 3 else "valid", name=name("res", branch)
        )(out)
        out = BatchNormalization(axis=_axis(), name=name("bn", branch))(out)
        if branch != "2c":
            out = Activation("relu")(out)
    if block == "a":
        x = Conv2D(4 * width, 1, strides=strides, name=name("res", "1"))(x)
        x = BatchNormalization(axis=_axis(), name=name("bn", "1"))(x)
    return Activation("relu")(add([out, x]))


@public("keras.applications.ResNet50", "keras.applications.resnet50.ResNet50")
def ResNet50(  # noqa: N802 (TensorFlow's name)
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A residual network of 50 layers.

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
    return _resnet50(include_top, weights, input_tensor, input_shape, pooling, classes)


def _resnet50(include_top, weights, input_tensor, input_shape, pooling, classes):
    inputs = begin(
        input_shape,
        input_tensor,
        default_size=224,
        min_size=197,
        include_top=include_top,
        weights=weights,
        classes=classes,
    )
    x = ZeroPadding2D(3, name="conv1_pad")(inputs)
    x = Conv2D(64, 7, strides=2, name="conv1")(x)
    x = Activation("relu")(BatchNormalization(axis=_axis(), name="bn_conv1")(x))
    x = MaxPooling2D(3, strides=2)(x)
    for stage, depth in enumerate(_DEPTHS, 2):
        for number in range(depth):
            strides = 2 if number == 0 and stage > 2 else 1
            x = _block(x, 64 * 2 ** (stage - 2), stage, "abcdef"[number], strides)
    x = AveragePooling2D(7, name="avg_pool")(x)
    if include_top:
        x = Dense(classes, activation="softmax", name="fc1000")(Flatten()(x))
    else:
        x = pooled(x, pooling)
    address = ROOT + "resnet/resnet50_weights_tf_dim_ordering_tf_kernels{top}.h5"
    return finish(x, inputs, input_tensor, "resnet50", weights, include_top, address)
