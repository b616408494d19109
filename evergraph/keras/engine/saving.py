"""Models and weights in files: HDF5 as Keras lays it out, or a checkpoint."""

import importlib.util
import json
from pathlib import Path
from typing import Any

from evergraph.checkpoint.reader import NewCheckpointReader
from evergraph.checkpoint.saver import Saver
from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.basics.generic import as_plain
from evergraph.keras.basics.hdf5_matrix import ask_to_proceed_with_overwrite
from evergraph.keras.engine import hdf5
from evergraph.keras.engine.registry import deserialize_layer

public_module("python.keras.engine.saving", "python.keras.models")

VERSION = public("keras.__version__")("2.1.6-tf")  # of Keras in TensorFlow 1.9


def versions() -> dict:
    """The version of Keras that files are of, and what it runs on."""
    return {"keras_version": VERSION, "backend": backend.backend()}


def to_json(config: dict, **kwargs: Any) -> str:
    """A configuration as JSON."""
    return json.dumps(config, default=as_plain, **kwargs)


def to_yaml(config: dict, **kwargs: Any) -> str:
    """A configuration as YAML; ImportError without PyYAML."""
    return _yaml().dump(json.loads(to_json(config)), **kwargs)


def _yaml():
    if importlib.util.find_spec("yaml") is None:
        raise ImportError("YAML needs the package PyYAML: pip install pyyaml")
    return importlib.import_module("yaml")


@public("keras.models.model_from_config")
def model_from_config(config: Any, custom_objects: dict | None = None) -> Any:
    """The model that a configuration {class_name, config} stands for.

    Raises:
      TypeError: a list, which is the configuration of a `Sequential` without its name.
    """
    if isinstance(config, list):
        raise TypeError(
            "a list was given, which is what Sequential.get_config() gives: use Sequential.from_config(config)"
        )
    return deserialize_layer(config, custom_objects=custom_objects)


@public("keras.models.model_from_json")
def model_from_json(json_string: str, custom_objects: dict | None = None) -> Any:
    """The model that `to_json` wrote, with new weights."""
    return model_from_config(json.loads(json_string), custom_objects)


@public("keras.models.model_from_yaml")
def model_from_yaml(yaml_string: str, custom_objects: dict | None = None) -> Any:
    """The model that `to_yaml` wrote, with new weights; ImportError without PyYAML."""
    return model_from_config(_yaml().safe_load(yaml_string), custom_objects)


@public("keras.models.save_model")
def save_model(model: Any, filepath: str, overwrite: bool = True, include_optimizer: bool = True) -> None:
    """Saves configuration, weights and, if compiled, optimizer into an HDF5 file.

    Args:
      model: a model that is no subclass.
      filepath: the file.
      overwrite: whether a file that is there is overwritten without a question.
      include_optimizer: whether the optimizer is saved.

    Raises:
      ImportError: the package h5py is not there.
    """
    hdf5.save_model(model, filepath, overwrite, include_optimizer)


@public("keras.models.load_model")
def load_model(filepath: str, custom_objects: dict | None = None, compile: bool = True) -> Any:
    """The model that `save_model` saved.

    Args:
      filepath: the file.
      custom_objects: {name: class or function} of what is not Keras's own.
      compile: whether the model is compiled as it was.

    Raises:
      ImportError: the package h5py is not there.
      ValueError: a file without a model.
    """
    return hdf5.load_model(filepath, custom_objects, compile)


def _is_hdf5(filepath, save_format):
    by_name = str(filepath).endswith((".h5", ".keras"))
    if save_format is None:
        return by_name
    known = {"tensorflow": False, "tf": False, "keras": True, "hdf5": True, "h5": True}
    if save_format.lower() not in known:
        raise ValueError(f'Unknown format "{save_format}". Was expecting one of {{"tf", "h5"}}')
    if by_name and not known[save_format.lower()]:
        raise ValueError(
            f'save_weights got save_format="tf", but the name {filepath!r} is one of an HDF5 file: leave out .h5 or .keras'
        )
    return known[save_format.lower()]


def _check_built(model, what):
    if not model.built:
        raise ValueError(
            f"cannot {what} the weights of model {model.name}, which has none yet: build or call it first"
        )


def save_weights(model: Any, filepath: str, overwrite: bool = True, save_format: str | None = None) -> None:
    """Saves the weights of a model; see `Model.save_weights`."""
    _check_built(model, "save")
    if _is_hdf5(filepath, save_format):
        hdf5.save_weights(model, filepath, overwrite)
        return
    if not overwrite and Path(f"{filepath}.index").exists() and not ask_to_proceed_with_overwrite(filepath):
        return
    with backend.get_session().graph.as_default():
        _saver(model).save(backend.get_session(), str(filepath), write_meta_graph=False)


def load_weights(model: Any, filepath: str, by_name: bool = False) -> Any:
    """Takes saved weights; see `Model.load_weights`."""
    if not Path(f"{filepath}.index").exists():
        _check_built(model, "load")
        hdf5.load_weights(model, filepath, by_name)
        return None
    if by_name:
        raise NotImplementedError(
            "weights by name are loaded from HDF5 files: a checkpoint is read by the places of layers"
        )
    if not model.built:
        vars(model)["_pending_weights"] = filepath
        return None
    session = backend.get_session()
    there = NewCheckpointReader(str(filepath)).get_variable_to_shape_map()
    weights = {key: weight for key, weight in _weights(model).items() if key in there}
    with session.graph.as_default():
        Saver(weights).restore(session, str(filepath))
    return None


def _saver(model):
    weights = _weights(model)
    kept = vars(model).get("_weights_saver")
    if kept is None or kept[0] != list(weights):
        kept = vars(model)["_weights_saver"] = list(weights), Saver(weights)
    return kept[1]


def _weights(model):
    """{key: weight}: the place of the layer (or the attribute that it is) and the name in it, whatever they are called."""
    if getattr(model, "_is_graph_network", False):
        layers = [layer for layer in model.layers if layer.weights]
        places = {f"layer_with_weights-{number}": layer for number, layer in enumerate(layers)}
    else:
        names = {id(value): name for name, value in vars(model).items()}
        places = {names.get(id(layer), f"layer-{number}"): layer for number, layer in enumerate(model.layers)}
    found = {}
    for place, layer in places.items():
        for weight in layer.weights:
            name, count = f"{place}/{weight.op.name.rpartition('/')[2]}", 0
            while f"{name}_{count}" in found if count else name in found:
                count += 1
            found[f"{name}_{count}" if count else name] = weight
    for number, weight in enumerate(getattr(model, "_extra_variables", ())):
        found[f"variable-{number}"] = weight
    return {f"{key}/.ATTRIBUTES/VARIABLE_VALUE": weight for key, weight in found.items()}
