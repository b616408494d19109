"""Optimizers by name and configuration."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras.basics.generic import deserialize_keras_object, serialize_keras_object
from evergraph.keras.optimizers.optimizer import Optimizer, TFOptimizer
from evergraph.keras.optimizers.rules import SGD, Adadelta, Adagrad, Adam, Adamax, Nadam, RMSprop
from evergraph.optimizers.optimizer import Optimizer as GraphOptimizer

public_module("python.keras.optimizers")

_ALL = {
    each.__name__.lower(): each
    for each in (SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam, TFOptimizer)
}


@public("keras.optimizers.serialize")
def serialize(optimizer: Any) -> Any:
    """The configuration of an optimizer."""
    return serialize_keras_object(optimizer)


@public("keras.optimizers.deserialize")
def deserialize(config: dict, custom_objects: dict | None = None) -> Any:
    """The optimizer that a configuration stands for, whose name may be in small letters; ValueError for an unknown one."""
    if config["class_name"].lower() in _ALL:
        config["class_name"] = config["class_name"].lower()
    return deserialize_keras_object(
        config, module_objects=_ALL, custom_objects=custom_objects, printable_module_name="optimizer"
    )


@public("keras.optimizers.get")
def get(identifier: Any) -> Any:
    """An optimizer from its name, configuration, or one of `tf.train`; ValueError for anything else."""
    if isinstance(identifier, GraphOptimizer):
        return TFOptimizer(identifier)
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return deserialize({"class_name": identifier, "config": {}})
    if isinstance(identifier, Optimizer) or hasattr(identifier, "get_updates"):
        return identifier
    raise ValueError(f"Could not interpret optimizer identifier: {identifier!r}")
