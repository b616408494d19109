"""The layers that configurations name. Files that define layers enter them here."""

from typing import Any, TypeVar

from evergraph.keras.basics.generic import deserialize_keras_object

T = TypeVar("T", bound=type)
LAYERS: dict[str, Any] = {}


def known_layer(layer_class: T) -> T:
    """Enters a class of layers or models under its name; a decorator."""
    LAYERS[layer_class.__name__] = layer_class
    return layer_class


def deserialize_layer(config: dict, custom_objects: dict | None = None) -> Any:
    """The layer or model that a configuration stands for; ValueError for an unknown class."""
    return deserialize_keras_object(
        config, module_objects=LAYERS, custom_objects=custom_objects, printable_module_name="layer"
    )
