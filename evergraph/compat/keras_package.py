"""The name `keras`, where no Keras is installed that runs on TensorFlow 1.

Programs of that time take Keras from a package of its own. Versions before 2.4 run on Evergraph and are used where they are
installed, as is a `keras` that stands beside the program. What `pip install keras` gives today needs TensorFlow 2: in its place,
and where there is none, `keras` and its modules are those of `tf.keras`, which is Keras 2.1.6.
"""

import functools
import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import re
import sys
import types
from pathlib import Path
from typing import Any

from evergraph.compat.contents import PUBLIC
from evergraph.compat.table import MODULES

_FIRST_OF_TENSORFLOW_2 = (2, 4)
# Modules of the package whose names `tf.keras` has elsewhere, in the first of these that has a name.
_ELSEWHERE = {
    "backend.tensorflow_backend": ("backend",),
    "engine": ("engine", "engine.base_layer"),
    "engine.topology": ("engine", "engine.base_layer", "engine.input_layer", "engine.network"),
    "objectives": ("losses",),
    "utils.training_utils": ("utils.multi_gpu_utils",),
}
# Names of the package that stand for others.
_RENAMED = {
    "engine": {"Container": "Network"},
    "layers": {
        "Convolution2DTranspose": "Conv2DTranspose",
        "Deconvolution2D": "Conv2DTranspose",
        "Deconvolution3D": "Conv3DTranspose",
    },
    "optimizers": {name.lower(): name for name in "Adadelta Adagrad Adam Adamax Nadam RMSprop SGD".split()},
}
_ORDERINGS = {"th": "channels_first", "tf": "channels_last"}


class KerasNames(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `keras` and the modules below it in `tf.keras`, if what is installed is of no use here."""

    _is_ours: bool | None = None  # decided when a program first asks

    def find_spec(self, name: str, path=None, target=None) -> importlib.machinery.ModuleSpec | None:
        """The spec of `keras` or a module below it; None for others, and where an installed Keras is to be used."""
        package, _, below = name.partition(".")
        if package != "keras":
            return None
        if self._is_ours is None:
            self._is_ours = not _runs_here()
        if not self._is_ours or not _places(below):
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """A module that shows what TensorFlow's has."""
        return KerasModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing: the names are looked up when they are asked for."""


class KerasModule(types.ModuleType):
    """A module of the package `keras`: the names of modules of TensorFlow, and the modules below that the package has.

    As in the package, where modules import what they use, a name of the modules above is found too: `keras.layers.convolutional`
    has `MaxPooling2D`.

    Args:
      name: "keras.layers".
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        below = name.partition(".")[2]
        vars(self)["_shown"] = [_load(place) for place in _places(below)]
        vars(self)["_part"] = below.partition(".")[0]
        if self._part == "backend":
            vars(self).update(
                image_dim_ordering=self._image_dim_ordering,
                set_image_dim_ordering=self._set_image_dim_ordering,
            )

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return self._names()
        own_name = _RENAMED.get(self._part, {}).get(name, name)
        below = f"{self.__name__}.{name}"
        found = self._holder(own_name)
        is_module = found is None or isinstance(getattr(found, own_name), types.ModuleType)
        if is_module and not name.startswith("_") and _places(below.partition(".")[2]):
            return _load(below)
        if found is not None and (not name.startswith("__") or name == "__version__"):
            return getattr(found, own_name)
        above = self.__name__.rpartition(".")[0]
        if above and not name.startswith("_") and hasattr(sys.modules[above], own_name):
            return getattr(sys.modules[above], own_name)
        raise AttributeError(
            f"module {self.__name__!r}, which is that of tf.keras here, has no attribute {name!r}", name=name
        )

    def _holder(self, name):
        return next((module for module in self._shown if hasattr(module, name)), None)

    def _image_dim_ordering(self):
        data_format = self.image_data_format()
        return next(ordering for ordering, meant in _ORDERINGS.items() if meant == data_format)

    def _set_image_dim_ordering(self, dim_ordering):
        if dim_ordering not in _ORDERINGS:
            raise ValueError(f"dim_ordering must be 'th' or 'tf', got {dim_ordering!r}")
        self.set_image_data_format(_ORDERINGS[dim_ordering])

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("__") or isinstance(value, types.ModuleType):
            super().__setattr__(name, value)
        else:  # who patches a name here wants it patched where it is used
            setattr(self._holder(name) or self._shown[0], name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._names()})

    def _names(self):
        return sorted({name for module in self._shown for name in dir(module) if not name.startswith("_")})


@functools.cache
def _places(below: str) -> tuple[str, ...]:
    """The modules of TensorFlow that have the names of `keras.<below>`; none where there is no such module."""
    if not below:
        return ("tensorflow.keras", "tensorflow.python.keras")
    found = []
    for path in _ELSEWHERE.get(below, (below,)):
        if (inner := f"tensorflow.python.keras.{path}") in MODULES:
            public = f"evergraph.keras.{path}"
            found += [inner, public] if public in PUBLIC else [inner]
    return tuple(found)


def _load(name: str) -> types.ModuleType:
    return importlib.import_module(name)


def _runs_here() -> bool:
    """Whether the `keras` that Python would import runs on TensorFlow 1: one before 2.4, or of no known version."""
    spec = importlib.machinery.PathFinder.find_spec("keras")
    if spec is None:
        return False
    if spec.origin is None:  # a folder without code, such as one of programs or data
        return False
    found = importlib.metadata.distributions(name="keras", path=[str(Path(spec.origin).parent.parent)])
    versions = [tuple(map(int, re.findall(r"\d+", each.version)[:2])) for each in found]
    return all(version < _FIRST_OF_TENSORFLOW_2 for version in versions)


def install_keras() -> None:
    """Puts the finder before all others on `sys.meta_path`."""
    sys.meta_path.insert(0, KerasNames())
