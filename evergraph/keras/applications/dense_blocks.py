"""DenseNet (Huang et al. 2016, arXiv:1608.06993)."""

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
from evergraph.keras.layers.resizing import ZeroPadding2D

public_module("python.keras.applications.densenet")


def _axis():
    return 1 if backend.image_data_format() == "channels_first" else 3


def _normalized(x, name):
    """Normalised, and what is negative set to zero; `name` is that of both layers, with `{}` for which."""
    x = BatchNormalization(axis=_axis(), epsilon=1.001e-5, name=name.format("bn"))(x)
    return Activation("relu", name=name.format("relu"))(x)


def _dense_block(x, depth, name):
    for number in range(1, depth + 1):
        each = f"{name}_block{number}"
        new = Conv2D(128, 1, use_bias=False, name=each + "_1_conv")(_normalized(x, each + "_0_{}"))
        new = Conv2D(32, 3, padding="same", use_bias=False, name=each + "_2_conv")(
            _normalized(new, each + "_1_{}")
        )
        x = concatenate([x, new], axis=_axis(), name=each + "_concat")
    return x


def _transition(x, name):
    x = _normalized(x, name + "_{}")
    x = Conv2D(backend.int_shape(x)[_axis()] // 2, 1, use_bias=False, name=name + "_conv")(x)
    return AveragePooling2D(2, strides=2, name=name + "_pool")(x)


@public()
def DenseNet(  # noqa: N802 (TensorFlow's name)
    blocks: list,
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A network of blocks whose layers see all those before them; `blocks` has their depths. See `DenseNet121`."""
    inputs = begin(
        input_shape,
        input_tensor,
        default_size=224,
        min_size=221,
        include_top=include_top,
        weights=weights,
        classes=classes,
    )
    x = Conv2D(64, 7, strides=2, use_bias=False, name="conv1/conv")(ZeroPadding2D(((3, 3), (3, 3)))(inputs))
    x = ZeroPadding2D(((1, 1), (1, 1)))(_normalized(x, "conv1/{}"))
    x = MaxPooling2D(3, strides=2, name="pool1")(x)
    for number, depth in enumerate(blocks, 2):
        x = _dense_block(x, depth, f"conv{number}")
        if number < 5:
            x = _transition(x, f"pool{number}")
    x = BatchNormalization(axis=_axis(), epsilon=1.001e-5, name="bn")(x)
    x = top(x, classes, "fc1000") if include_top else pooled(x, pooling)
    name = {
        (6, 12, 24, 16): "densenet121",
        (6, 12, 32, 32): "densenet169",
        (6, 12, 48, 32): "densenet201",
    }.get(tuple(blocks), "densenet")
    address = f"{ROOT}densenet/{name}_weights_tf_dim_ordering_tf_kernels{{top}}.h5"
    return finish(x, inputs, input_tensor, name, weights, include_top, address)


@public("keras.applications.DenseNet121", "keras.applications.densenet.DenseNet121")
def DenseNet121(  # noqa: N802 (TensorFlow's name)
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A densely connected network of 121 layers.

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
    return DenseNet([6, 12, 24, 16], include_top, weights, input_tensor, input_shape, pooling, classes)


@public("keras.applications.DenseNet169", "keras.applications.densenet.DenseNet169")
def DenseNet169(  # noqa: N802 (TensorFlow's name)
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A densely connected network of 169 layers.

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
    return DenseNet([6, 12, 32, 32], include_top, weights, input_tensor, input_shape, pooling, classes)


@public("keras.applications.DenseNet201", "keras.applications.densenet.DenseNet201")
def DenseNet201(  # noqa: N802 (TensorFlow's name)
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    input_shape: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """A densely connected network of 201 layers.

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
    return DenseNet([6, 12, 48, 32], include_top, weights, input_tensor, input_shape, pooling, classes)


@public("keras.applications.densenet.preprocess_input")
def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Images as these networks were trained on them; see `imagenet_utils.preprocess_input`."""
    return scaled(x, data_format=data_format, mode="torch")
