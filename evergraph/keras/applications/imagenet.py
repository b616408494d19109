"""Images and classes of ImageNet."""

import json
from typing import Any

import numpy as np

from evergraph.framework import logging
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.basics.downloads import get_file
from evergraph.ops import array as array_ops

public_module("python.keras.applications.imagenet_utils")

_MEANS = (103.939, 116.779, 123.68)  # of blue, green and red
_CLASSES = "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
_classes: dict = {}


@public(
    "keras.applications.vgg16.preprocess_input",
    "keras.applications.vgg19.preprocess_input",
    "keras.applications.resnet50.preprocess_input",
)
def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Images, array or tensor, with values from 0 to 255, as networks were trained on them.

    Args:
      x: images, of rank 3 or 4.
      data_format: their layout; the one that is set when None.
      mode: "caffe" (blue first, less the means), "tf" (from -1 to 1) or "torch" (from 0 to 1, by mean and deviation).

    Raises:
      ValueError: an unknown layout.
    """
    first = checked_layout(data_format) == "channels_first"
    if isinstance(x, np.ndarray):
        x = x.astype("float32", copy=True) if not np.issubdtype(x.dtype, np.floating) else x.copy()
        reverse = lambda value, axis: np.flip(value, axis)
        rank = x.ndim
    else:
        x = convert_to_tensor(x)
        reverse = lambda value, axis: array_ops.reverse(value, [axis])
        rank = x.shape.ndims
    axis = rank - 3 if first else rank - 1

    def along(values):
        return np.reshape(np.array(values, "float32"), [-1 if each == axis else 1 for each in range(rank)])

    if mode == "tf":
        return x / 127.5 - 1.0
    if mode == "torch":
        return (x / 255.0 - along((0.485, 0.456, 0.406))) / along((0.229, 0.224, 0.225))
    return reverse(x, axis) - along(_MEANS)


@public(
    "keras.applications.vgg16.decode_predictions",
    "keras.applications.vgg19.decode_predictions",
    "keras.applications.resnet50.decode_predictions",
    "keras.applications.densenet.decode_predictions",
    "keras.applications.xception.decode_predictions",
    "keras.applications.inception_v3.decode_predictions",
    "keras.applications.mobilenet.decode_predictions",
    "keras.applications.inception_resnet_v2.decode_predictions",
    "keras.applications.nasnet.decode_predictions",
)
def decode_predictions(preds: np.ndarray, top: int = 5) -> list:
    """The best classes of each row: lists of (WordNet's name, name, score).

    Args:
      preds: scores `[batch, 1000]`.
      top: how many.

    Raises:
      ValueError: another shape.
      OSError: the names of the classes are neither in ~/.keras/models nor to be fetched.
    """
    if preds.ndim != 2 or preds.shape[1] != 1000:
        raise ValueError(
            f"`decode_predictions` takes scores of shape (samples, 1000), got shape {preds.shape}"
        )
    if not _classes:
        with open(
            get_file("imagenet_class_index.json", _CLASSES, cache_subdir="models"), encoding="utf-8"
        ) as file:
            _classes.update(json.load(file))
    return [[(*_classes[str(number)], row[number]) for number in row.argsort()[-top:][::-1]] for row in preds]


@public()
def _obtain_input_shape(
    input_shape: Any,
    default_size: int,
    min_size: int,
    data_format: str,
    require_flatten: bool,
    weights: str | None = None,
) -> tuple:
    """The shape of the images that a network takes; ValueError for one that it cannot."""
    first = data_format == "channels_first"
    channels = 3
    if weights != "imagenet" and input_shape and len(input_shape) == 3:
        channels = input_shape[0] if first else input_shape[-1]
        if channels not in (1, 3):
            logging.warning(
                "images usually have 1 or 3 channels, and input_shape %s has %s", input_shape, channels
            )
    default = (channels, default_size, default_size) if first else (default_size, default_size, channels)
    if weights == "imagenet" and require_flatten:
        if input_shape is not None and tuple(input_shape) != default:
            raise ValueError(
                f"with the top, and weights of ImageNet, `input_shape` should be {default}, got {input_shape}"
            )
        return default
    if not input_shape:
        if require_flatten:
            if None in default:
                raise ValueError(f"with the top, `input_shape` should be known, got {input_shape}")
            return default
        return (channels, None, None) if first else (None, None, channels)
    if len(input_shape) != 3:
        raise ValueError(f"`input_shape` should have three sizes, got {input_shape}")
    if weights == "imagenet" and (input_shape[0] if first else input_shape[-1]) != 3:
        raise ValueError(f"the weights of ImageNet are for 3 channels, got input_shape={input_shape}")
    spatial = input_shape[1:] if first else input_shape[:2]
    if any(size is not None and size < min_size for size in spatial):
        raise ValueError(f"images should be at least {min_size}x{min_size}, got input_shape={input_shape}")
    if require_flatten and None in input_shape:
        raise ValueError(f"with the top, `input_shape` should be known, got {input_shape}")
    return tuple(input_shape)
