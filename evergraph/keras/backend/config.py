"""What Keras takes as given: the float type, the fuzz factor and the layout of images, kept in ~/.keras/keras.json."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module

public_module("python.keras.backend")

_LAYOUTS = ("channels_last", "channels_first")
_FLOATS = ("float16", "float32", "float64")


def keras_home() -> Path:
    """The folder of settings, data sets and weights: $KERAS_HOME, else ~/.keras."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")


class _Settings:
    """The settings of this process.

    Attributes:
      floatx: the name of the float type.
      epsilon: the fuzz factor.
      image_data_format: "channels_last" or "channels_first".
    """

    floatx = "float32"
    epsilon = 1e-7
    image_data_format = "channels_last"


def _read_settings(path: Path) -> None:
    """Takes what a settings file says; a file that is not there, or is no JSON, says nothing."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if found.get("floatx") in _FLOATS:
        _Settings.floatx = found["floatx"]
    if isinstance(found.get("epsilon"), float):
        _Settings.epsilon = found["epsilon"]
    if found.get("image_data_format") in _LAYOUTS:
        _Settings.image_data_format = found["image_data_format"]


_read_settings(keras_home() / "keras.json")


@public("keras.backend.backend")
def backend() -> str:
    """The name of what Keras runs on: "tensorflow"."""
    return "tensorflow"


@public("keras.backend.epsilon")
def epsilon() -> float:
    """The fuzz factor that keeps divisions and logarithms finite."""
    return _Settings.epsilon


@public("keras.backend.set_epsilon")
def set_epsilon(value: float) -> None:
    """Sets the fuzz factor."""
    _Settings.epsilon = value


@public("keras.backend.floatx")
def floatx() -> str:
    """The name of the float type that is used where none is given."""
    return _Settings.floatx


@public("keras.backend.set_floatx")
def set_floatx(value: str) -> None:
    """Sets the float type: "float16", "float32" or "float64"; ValueError for another."""
    if value not in _FLOATS:
        raise ValueError(f"Unknown floatx type: {value}. Choose one of {', '.join(_FLOATS)}")
    _Settings.floatx = str(value)


@public("keras.backend.cast_to_floatx")
def cast_to_floatx(x: Any) -> np.ndarray:
    """`x` as a NumPy array of the float type."""
    return np.asarray(x, dtype=_Settings.floatx)


@public("keras.backend.image_data_format")
def image_data_format() -> str:
    """The layout of images where none is given: "channels_last" or "channels_first"."""
    return _Settings.image_data_format


@public("keras.backend.set_image_data_format")
def set_image_data_format(data_format: str) -> None:
    """Sets the layout of images; ValueError for one that does not exist."""
    if data_format not in _LAYOUTS:
        raise ValueError(f"Unknown data_format: {data_format}. Choose one of {', '.join(_LAYOUTS)}")
    _Settings.image_data_format = str(data_format)
