"""What the networks have in common: their inputs, outputs and weights."""

import os
from typing import Any

from evergraph.keras import backend
from evergraph.keras.applications.imagenet import _obtain_input_shape
from evergraph.keras.basics.downloads import get_file
from evergraph.keras.engine.input_layer import Input
from evergraph.keras.engine.node import get_source_inputs
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.core import Dense
from evergraph.keras.layers.pooling import GlobalAveragePooling2D, GlobalMaxPooling2D


def begin(
    input_shape: Any,
    input_tensor: Any,
    *,
    default_size: int,
    min_size: int,
    include_top: bool,
    weights: str | None,
    classes: int,
) -> Any:
    """The tensor that a network begins with.

    Raises:
      ValueError: weights of ImageNet with another number of classes; a shape that the network cannot take.
    """
    if weights not in (None, "imagenet") and not os.path.exists(weights):
        raise ValueError(f'weights should be None, "imagenet", or a file that is there, got {weights!r}')
    if weights == "imagenet" and include_top and classes != 1000:
        raise ValueError(
            f"the weights of ImageNet are for 1000 classes, got classes={classes}: leave out the top, or the weights"
        )
    shape = _obtain_input_shape(
        input_shape,
        default_size=default_size,
        min_size=min_size,
        data_format=backend.image_data_format(),
        require_flatten=include_top,
        weights=weights,
    )
    if input_tensor is None:
        return Input(shape=shape)
    return (
        input_tensor if hasattr(input_tensor, "_keras_history") else Input(tensor=input_tensor, shape=shape)
    )


def pooled(x: Any, pooling: str | None) -> Any:
    """The mean ("avg") or maximum ("max") over the places of a network without its top; None leaves it."""
    if pooling == "avg":
        return GlobalAveragePooling2D()(x)
    return GlobalMaxPooling2D()(x) if pooling == "max" else x


def top(x: Any, classes: int, name: str = "predictions") -> Any:
    """The mean over the places, and the probabilities of classes."""
    return Dense(classes, activation="softmax", name=name)(GlobalAveragePooling2D(name="avg_pool")(x))


def finish(
    x: Any, inputs: Any, input_tensor: Any, name: str, weights: str | None, include_top: bool, address: str
) -> Model:
    """The model between two tensors, with its weights.

    Args:
      weights: None, "imagenet", or a file.
      address: where the weights of ImageNet are, with `{top}` for "" or "_notop"; taken from ~/.keras/models if there.

    Raises:
      OSError: the weights of ImageNet are neither there nor to be fetched.
      ValueError: a file that does not fit.
    """
    source = inputs if input_tensor is None else get_source_inputs(input_tensor)
    model = Model(source, x, name=name)
    if weights == "imagenet":
        url = address.format(top="" if include_top else "_notop")
        model.load_weights(get_file(url.rpartition("/")[2], url, cache_subdir="models"))
    elif weights is not None:
        model.load_weights(weights)
    return model


ROOT = "https://storage.googleapis.com/tensorflow/keras-applications/"
