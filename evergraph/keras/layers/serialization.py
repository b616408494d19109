"""Layers as configurations."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras.engine.registry import deserialize_layer

public_module("python.keras.layers.serialization")


@public("keras.layers.serialize")
def serialize(layer: Any) -> dict:
    """The configuration of a layer: {class_name, config}."""
    return {"class_name": type(layer).__name__, "config": layer.get_config()}


@public("keras.layers.deserialize")
def deserialize(config: dict, custom_objects: dict | None = None) -> Any:
    """The layer that a configuration stands for; ValueError for an unknown class."""
    return deserialize_layer(config, custom_objects=custom_objects)
