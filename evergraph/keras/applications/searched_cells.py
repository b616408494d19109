"""NASNet: networks of cells that a search found (Zoph et al. 2017, arXiv:1707.07012)."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.applications.building import ROOT, begin, finish, pooled
from evergraph.keras.applications.imagenet import preprocess_input as scaled
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.convolutional import Conv2D
from evergraph.keras.layers.core import Activation, Dense
from evergraph.keras.layers.merge import add, concatenate
from evergraph.keras.layers.normalization import BatchNormalization
from evergraph.keras.layers.pooling import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from evergraph.keras.layers.resizing import Cropping2D, ZeroPadding2D
from evergraph.keras.layers.separable import SeparableConv2D

public_module("python.keras.applications.nasnet")


def _axis():
    return 1 if backend.image_data_format() == "channels_first" else -1


def _normal(x, name):
    return BatchNormalization(axis=_axis(), momentum=0.9997, epsilon=1e-3, name=name)(x)


def _separable(x, width, size, strides, name):
    """Two separable convolutions, each after a step that sets what is negative to zero."""
    for number, step in ((1, strides), (2, 1)):
        x = Activation("relu")(x)
        x = SeparableConv2D(
            width, size, strides=step, padding="same", use_bias=False, name=f"separable_conv_{number}_{name}"
        )(x)
        x = _normal(x, f"separable_conv_{number}_bn_{name}")
    return x


def _adjusted(p, x, width, name):
    """The output of the cell before the last, brought to the size and width of the last one's."""
    if p is None:
        return x
    rows = 2 if _axis() == 1 else 1
    if backend.int_shape(p)[rows] != backend.int_shape(x)[rows]:
        p = Activation("relu", name=f"adjust_relu_1_{name}")(p)
        straight = AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_1_{name}")(p)
        straight = Conv2D(width // 2, 1, use_bias=False, name=f"adjust_conv_1_{name}")(straight)
        # the same, one pixel further
        moved = Cropping2D(((1, 0), (1, 0)))(ZeroPadding2D(((0, 1), (0, 1)))(p))
        moved = AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_2_{name}")(moved)
        moved = Conv2D(width // 2, 1, use_bias=False, name=f"adjust_conv_2_{name}")(moved)
        return _normal(concatenate([straight, moved], axis=_axis()), f"adjust_bn_{name}")
    if backend.int_shape(p)[_axis()] != width:
        p = Conv2D(width, 1, use_bias=False, name=f"adjust_conv_projection_{name}")(Activation("relu")(p))
        p = _normal(p, f"adjust_bn_{name}")
    return p


def _squeezed(x, width, name):
    x = Conv2D(width, 1, use_bias=False, name=f"{name[0]}_conv_1_{name[1]}")(Activation("relu")(x))
    return _normal(x, f"{name[0]}_bn_1_{name[1]}")


def _normal_cell(x, p, width, name):
    p = _adjusted(p, x, width, name)
    h = _squeezed(x, width, ("normal", name))
    one = lambda value, size, at: _separable(value, width, size, 1, f"normal_{at}_{name}")
    mean = lambda value: AveragePooling2D(3, strides=1, padding="same")(value)
    cells = [
        add([one(h, 5, "left1"), one(p, 3, "right1")]),
        add([one(p, 5, "left2"), one(p, 3, "right2")]),
        add([mean(h), p]),
        add([mean(p), mean(p)]),
        add([one(h, 3, "left5"), h]),
    ]
    return concatenate([p, *cells], axis=_axis(), name=f"normal_concat_{name}")


def _reduction_cell(x, p, width, name):
    p = _adjusted(p, x, width, name)
    h = _squeezed(x, width, ("reduction", name))
    two = lambda value, size, at: _separable(value, width, size, 2, f"reduction_{at}_{name}")
    largest = lambda value: MaxPooling2D(3, strides=2, padding="same")(value)
    mean = lambda value, strides: AveragePooling2D(3, strides=strides, padding="same")(value)
    first = add([two(h, 5, "left1"), two(p, 7, "right1")])
    second = add([largest(h), two(p, 7, "right2")])
    third = add([mean(h, 2), two(p, 5, "right3")])
    fourth = add([second, mean(first, 1)])
    fifth = add([_separable(first, width, 3, 1, f"reduction_left4_{name}"), largest(h)])
    return concatenate([second, third, fourth, fifth], axis=_axis(), name=f"reduction_concat_{name}")


@public()
def NASNet(  # noqa: N802 (TensorFlow's name)
    input_shape: Any = None,
    penultimate_filters: int = 4032,
    num_blocks: int = 6,
    stem_block_filters: int = 96,
    skip_reduction: bool = True,
    filter_multiplier: int = 2,
    include_top: bool = True,
    weights: str | None = None,
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    default_size: int | None = None,
) -> Model:
    """A network of cells that a search found.

    Args:
      penultimate_filters: the width before the classes.
      num_blocks: how many normal cells there are between two that reduce the size.
      stem_block_filters: the width of the first convolution.
      skip_reduction: whether a cell sees the reducing cell's input rather than its output.
      filter_multiplier: by what the width grows where the size is reduced.
      default_size: of images, where `input_shape` does not say.
      The other arguments, and the errors: as for `VGG16`.
    """
    inputs = begin(
        input_shape,
        input_tensor,
        default_size=default_size or 331,
        min_size=32,
        include_top=include_top,
        weights=weights,
        classes=classes,
    )
    if penultimate_filters % 24:
        raise ValueError(f"penultimate_filters should be a multiple of 24, got {penultimate_filters}")
    width = penultimate_filters // 24
    x = Conv2D(
        stem_block_filters, 3, strides=2, use_bias=False, name="stem_conv1", kernel_initializer="he_normal"
    )(inputs)
    x, p = _normal(x, "stem_bn1"), None
    x, p = _reduction_cell(x, p, width // filter_multiplier**2, "stem_1"), x
    x, p = _reduction_cell(x, p, width // filter_multiplier, "stem_2"), x
    number = 0
    for stage in range(3):
        if stage:
            reduced = _reduction_cell(x, p, width * filter_multiplier**stage, f"reduce_{num_blocks * stage}")
            x, p = reduced, p if skip_reduction else x
        for _ in range(num_blocks):
            x, p = _normal_cell(x, p, width * filter_multiplier**stage, str(number)), x
            number += 1
    x = Activation("relu")(x)
    if include_top:
        x = Dense(classes, activation="softmax", name="predictions")(GlobalAveragePooling2D()(x))
    else:
        x = pooled(x, pooling)
    kind = "large" if default_size == 331 else "mobile"
    address = f"{ROOT}nasnet/NASNet-{kind}{{top}}.h5".replace("{top}", "" if include_top else "-no-top")
    return finish(x, inputs, input_tensor, "NASNet", weights, include_top, address)


@public("keras.applications.NASNetLarge", "keras.applications.nasnet.NASNetLarge")
def NASNetLarge(  # noqa: N802 (TensorFlow's name)
    input_shape: Any = None,
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """The large one of the searched networks.

    Args: as for `VGG16`.

    Raises:
      ValueError: arguments that do not go together, or a shape that it cannot take.
      OSError: the weights of ImageNet are neither there nor to be fetched.
    """
    return NASNet(
        input_shape,
        penultimate_filters=4032,
        num_blocks=6,
        stem_block_filters=96,
        skip_reduction=True,
        include_top=include_top,
        weights=weights,
        input_tensor=input_tensor,
        pooling=pooling,
        classes=classes,
        default_size=331,
    )


@public("keras.applications.NASNetMobile", "keras.applications.nasnet.NASNetMobile")
def NASNetMobile(  # noqa: N802 (TensorFlow's name)
    input_shape: Any = None,
    include_top: bool = True,
    weights: str | None = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
) -> Model:
    """The mobile one of the searched networks.

    Args: as for `VGG16`.

    Raises:
      ValueError: arguments that do not go together, or a shape that it cannot take.
      OSError: the weights of ImageNet are neither there nor to be fetched.
    """
    return NASNet(
        input_shape,
        penultimate_filters=1056,
        num_blocks=4,
        stem_block_filters=32,
        skip_reduction=False,
        include_top=include_top,
        weights=weights,
        input_tensor=input_tensor,
        pooling=pooling,
        classes=classes,
        default_size=224,
    )


@public("keras.applications.nasnet.preprocess_input")
def preprocess_input(x: Any) -> Any:
    """Images from 0 to 255 as values from -1 to 1, on which these networks were trained."""
    return scaled(x, mode="tf")
