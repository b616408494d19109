"""VGG16 and VGG19 (Simonyan and Zisserman 2014, arXiv:1409.1556)."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras.applications.building import ROOT, begin, finish, pooled
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.convolutional import Conv2D
from evergraph.keras.layers.core import Dense, Flatten
from evergraph.keras.layers.pooling import MaxPooling2D

public_module("python.keras.applications.vgg16", "python.keras.applications.vgg19")

_WIDTHS = (64, 128, 256, 512, 512)


def _vgg(name, depths, include_top, weights, input_tensor, input_shape, pooling, classes):
    inputs = x = begin(
        input_shape,
        input_tensor,
        default_size=224,
        min_size=48,
        include_top=include_top,
        weights=weights,
        classes=classes,
    )
    for block, (depth, width) in enumerate(zip(depths, _WIDTHS), 1):
        for number in range(1, depth + 1):
            x = Conv2D(width, 3, activation="relu", padding="same", name=f"block{block}_conv{number}")(x)
        x = MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
    if include_top:
        x = Flatten(name="flatten")(x)
        for number in (1, 2):
            x = Dense(4096, activation="relu", name=f"fc{number}")(x)
        x = Dense(classes, activation="softmax", name="predictions")(x)
    else:
        x = pooled(x, pooling)
    address = f"{ROOT}{name}/{name}_weights_tf_dim_ordering_tf_kernels{{top}}.h5"
    return finish(x, inputs, input_tensor, name, weights, include_top, address)


@public("keras.applications.VGG16", "keras.applications.vgg16.VGG16")
def VGG16(  # noqa: N802 (TensorFlow's name)
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A network of 16 layers.

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
    return _vgg("vgg16", (2, 2, 3, 3, 3), include_top, weights, input_tensor, input_shape, pooling, classes)


@public("keras.applications.VGG19", "keras.applications.vgg19.VGG19")
def VGG19(  # noqa: N802 (TensorFlow's name)
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A network of 19 layers.

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
    return _vgg("vgg19", (2, 2, 4, 4, 4), include_top, weights, input_tensor, input_shape, pooling, classes)
