"""Models and weights in HDF5 files, as Keras 2 lays them out. Needs the package h5py."""

import importlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.keras import backend, optimizers
from evergraph.keras.basics.generic import as_plain
from evergraph.keras.basics.hdf5_matrix import ask_to_proceed_with_overwrite
from evergraph.keras.engine.registry import deserialize_layer
from evergraph.keras.engine.weight_layouts import preprocess_weights_for_loading
from evergraph.keras.optimizers.optimizer import TFOptimizer

public_module("python.keras.engine.saving")

_VERSION = "2.1.6-tf"
_MOST_BYTES = 64512  # of an attribute: HDF5 has no larger ones


def _h5py():
    if importlib.util.find_spec("h5py") is None:
        raise ImportError("saving as HDF5 needs the package h5py: pip install h5py (or evergraph[keras])")
    return importlib.import_module("h5py")


def _open(filepath, mode) -> tuple[Any, bool]:
    h5py = _h5py()
    return (filepath, False) if isinstance(filepath, h5py.Group) else (h5py.File(str(filepath), mode), True)


def save_model(model: Any, filepath: Any, overwrite: bool, include_optimizer: bool) -> None:
    """Writes a model; see `tf.keras.models.save_model`."""
    _h5py()
    if isinstance(filepath, (str, Path)) and not overwrite and Path(filepath).is_file():
        if not ask_to_proceed_with_overwrite(filepath):
            return
    file, own = _open(filepath, "w")
    try:
        file.attrs["keras_version"] = _VERSION.encode("utf8")
        file.attrs["backend"] = backend.backend().encode("utf8")
        described = {"class_name": type(model).__name__, "config": model.get_config()}
        file.attrs["model_config"] = json.dumps(described, default=as_plain).encode("utf8")
        save_weights_to_hdf5_group(file.create_group("model_weights"), model.layers)
        if include_optimizer and model.optimizer is not None:
            _save_optimizer(model, file)
        file.flush()
    finally:
        if own:
            file.close()


def _save_optimizer(model, file):
    if isinstance(model.optimizer, TFOptimizer):
        logging.warning(
            "an optimizer of tf.train is not saved with a model: compile the model anew when it is loaded"
        )
        return
    described = {
        "optimizer_config": {
            "class_name": type(model.optimizer).__name__,
            "config": model.optimizer.get_config(),
        },
        "loss": model.loss,
        "metrics": model.metrics,
        "sample_weight_mode": model.sample_weight_mode,
        "loss_weights": model.loss_weights,
    }
    file.attrs["training_config"] = json.dumps(described, default=as_plain).encode("utf8")
    weights = model.optimizer.weights
    if weights:
        group = file.create_group("optimizer_weights")
        names = [each.name.encode("utf8") for each in weights]
        if len(set(names)) < len(names):
            names = [f"{number}/{each.name}".encode() for number, each in enumerate(weights)]
        save_attributes_to_hdf5_group(group, "weight_names", names)
        for name, value in zip(names, backend.batch_get_value(weights)):
            group.create_dataset(name, data=value)


def load_model(filepath: Any, custom_objects: dict | None, compile_it: bool) -> Any:
    """Reads a model; see `tf.keras.models.load_model`."""
    file, own = _open(filepath, "r")
    try:
        if file.attrs.get("model_config") is None:
            raise ValueError(
                f"{filepath} holds no model: it has no model_config (weights alone are read by load_weights)"
            )
        model = deserialize_layer(json.loads(_text(file.attrs["model_config"])), custom_objects)
        load_weights_from_hdf5_group(file["model_weights"], model.layers)
        if compile_it:
            _compile(model, file, custom_objects)
        return model
    finally:
        if own:
            file.close()


def _compile(model, file, custom_objects):
    if file.attrs.get("training_config") is None:
        logging.warning("the file has no optimizer: compile the model before it is trained")
        return
    described = json.loads(_text(file.attrs["training_config"]))

    def found(value):
        if isinstance(value, list):
            return [found(each) for each in value]
        if isinstance(value, dict):
            return {key: found(each) for key, each in value.items()}
        return (custom_objects or {}).get(value, value)

    optimizer = optimizers.deserialize(described["optimizer_config"], custom_objects=custom_objects)
    model.compile(
        optimizer=optimizer,
        loss=found(described["loss"]),
        metrics=found(described["metrics"]),
        loss_weights=described["loss_weights"],
        sample_weight_mode=described["sample_weight_mode"],
    )
    if "optimizer_weights" in file:
        model._make_train_function()
        group = file["optimizer_weights"]
        names = load_attributes_from_hdf5_group(group, "weight_names")
        try:
            optimizer.set_weights([group[name] for name in names])
        except ValueError:
            logging.warning(
                "the optimizer's variables in the file do not fit the model: it begins with new ones"
            )


def _text(value):
    return value.decode("utf8") if isinstance(value, bytes) else value


def save_weights(model: Any, filepath: Any, overwrite: bool) -> None:
    """Writes the weights of a model."""
    h5py = _h5py()
    if not overwrite and Path(filepath).is_file() and not ask_to_proceed_with_overwrite(filepath):
        return
    with h5py.File(str(filepath), "w") as file:
        save_weights_to_hdf5_group(file, model.layers)


def load_weights(model: Any, filepath: Any, by_name: bool) -> None:
    """Reads the weights of a model."""
    h5py = _h5py()
    with h5py.File(str(filepath), "r") as file:
        group = file["model_weights"] if "layer_names" not in file.attrs and "model_weights" in file else file
        load = load_weights_from_hdf5_group_by_name if by_name else load_weights_from_hdf5_group
        load(group, model.layers)


@public()
def save_weights_to_hdf5_group(f: Any, layers: list) -> None:
    """Writes the weights of layers, a group for each."""
    save_attributes_to_hdf5_group(f, "layer_names", [layer.name.encode("utf8") for layer in layers])
    f.attrs["backend"] = backend.backend().encode("utf8")
    f.attrs["keras_version"] = _VERSION.encode("utf8")
    for layer in layers:
        group = f.create_group(layer.name)
        weights = layer.weights
        values = backend.batch_get_value(weights)
        names = [each.name.encode("utf8") for each in weights]
        save_attributes_to_hdf5_group(group, "weight_names", names)
        for name, value in zip(names, values):
            group.create_dataset(name, value.shape, dtype=value.dtype)[...] = value


def _weights_of(group, layer, original_version, original_backend):
    names = load_attributes_from_hdf5_group(group, "weight_names")
    values = [np.asarray(group[name]) for name in names]
    return preprocess_weights_for_loading(layer, values, original_version, original_backend)


def _origin(f):
    return tuple(
        _text(f.attrs[key]) if key in f.attrs else other
        for key, other in (("keras_version", "1"), ("backend", None))
    )


@public()
def load_weights_from_hdf5_group(f: Any, layers: list) -> None:
    """Reads the weights of layers, in their order; ValueError when numbers or shapes differ."""
    layers = [layer for layer in layers if layer.weights]
    groups = [f[name] for name in load_attributes_from_hdf5_group(f, "layer_names")]
    groups = [group for group in groups if load_attributes_from_hdf5_group(group, "weight_names")]
    if len(groups) != len(layers):
        raise ValueError(
            f"the file has weights of {len(groups)} layers, and the model has {len(layers)} with weights"
        )
    pairs = []
    for number, (group, layer) in enumerate(zip(groups, layers)):
        values = _weights_of(group, layer, *_origin(f))
        if len(values) != len(layer.weights):
            raise ValueError(
                f"layer {number} ({layer.name}) has {len(layer.weights)} weights, and the file {len(values)} of it"
            )
        pairs += _fitting(layer, values)
    backend.batch_set_value(pairs)


def _fitting(layer, values):
    for variable, value in zip(layer.weights, values):
        if tuple(variable.shape.as_list()) != value.shape:
            raise ValueError(
                f"the weight {variable.name} of layer {layer.name} has shape {variable.shape}, and shape {value.shape} in "
                "the file"
            )
    return list(zip(layer.weights, values))


@public()
def load_weights_from_hdf5_group_by_name(f: Any, layers: list) -> None:
    """Reads the weights of layers that have the names of layers in the file; ValueError when shapes differ."""
    pairs = []
    for name in load_attributes_from_hdf5_group(f, "layer_names"):
        for layer in layers:
            if layer.name == name and layer.weights:
                values = _weights_of(f[name], layer, *_origin(f))
                if len(values) != len(layer.weights):
                    raise ValueError(
                        f"layer {name} has {len(layer.weights)} weights, and the file {len(values)} of it"
                    )
                pairs += _fitting(layer, values)
    backend.batch_set_value(pairs)


@public()
def save_attributes_to_hdf5_group(group: Any, name: str, data: Any) -> None:
    """Writes a list of names as an attribute, in pieces when it is too large for one.

    Raises:
      RuntimeError: a name that is too large by itself.
    """
    large = [each for each in data if len(each) > _MOST_BYTES]
    if large:
        raise RuntimeError(
            f"these are larger than {_MOST_BYTES} bytes, and cannot be in the attribute {name} of an HDF5 file: {large}"
        )
    array, pieces = np.asarray(data), 1
    parts = np.array_split(array, pieces)
    while any(part.nbytes > _MOST_BYTES for part in parts):
        pieces += 1
        parts = np.array_split(array, pieces)
    if pieces == 1:
        group.attrs[name] = data
        return
    for number, part in enumerate(parts):
        group.attrs[f"{name}{number}"] = part


@public()
def load_attributes_from_hdf5_group(group: Any, name: str) -> list[str]:
    """Reads the list of names that `save_attributes_to_hdf5_group` wrote."""
    if name in group.attrs:
        return [_text(each) for each in group.attrs[name]]
    found, number = [], 0
    while f"{name}{number}" in group.attrs:
        found += [_text(each) for each in group.attrs[f"{name}{number}"]]
        number += 1
    return found
