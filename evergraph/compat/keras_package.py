"""The name `keras`, where no Keras is installed that runs on TensorFlow 1.

Programs of that time take Keras from a package of its own. Versions before 2.4 run on Evergraph and are used where they are
installed, as is a `keras` that stands beside the program. What `pip install keras` gives today needs TensorFlow 2: in its place,
and where there is none, `keras` and its modules are those of `tf.keras`, which is Keras 2.1.6.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import re
import sys
import types
from pathlib import Path

from evergraph.compat.table import MODULES

_FIRST_OF_TENSORFLOW_2 = (2, 4)
# Modules of the package that `tf.keras` has under another name.
_ELSEWHERE = {
    "backend.tensorflow_backend": "backend",
    "engine.topology": "engine",
    "objectives": "losses",
    "utils.training_utils": "utils.multi_gpu_utils",
}


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
        if not self._is_ours or _place(below) is None:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """A module that shows what TensorFlow's has."""
        place = _place(spec.name.partition(".")[2])
        assert place is not None, spec.name  # found by find_spec
        return KerasModule(spec.name, place)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing: the names are looked up when they are asked for."""


class KerasModule(types.ModuleType):
    """A module of the package `keras`: the names of a module of TensorFlow, and the modules below that the package has.

    Args:
      name: "keras.layers".
      place: the module whose names it has, "tensorflow.python.keras.layers".
    """

    def __init__(self, name: str, place: str) -> None:
        super().__init__(name)
        vars(self)["_shown"] = _load(place)

    def __getattr__(self, name: str) -> object:
        if name == "__all__":
            return [*getattr(self._shown, "__all__", self._names())]
        below = f"{self.__name__}.{name}"
        if not name.startswith("_") and _place(below.partition(".")[2]) is not None:
            if not hasattr(self._shown, name) or isinstance(getattr(self._shown, name), types.ModuleType):
                return _load(below)
        if name.startswith("__") and name != "__version__":
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name)
        return getattr(self._shown, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("__") or isinstance(value, types.ModuleType):
            super().__setattr__(name, value)
        else:  # who patches a name here wants it patched where it is used
            setattr(self._shown, name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._names()})

    def _names(self):
        return [name for name in dir(self._shown) if not name.startswith("_")]


def _place(below: str) -> str | None:
    """The module of TensorFlow that is `keras.<below>`; None when there is none."""
    below = _ELSEWHERE.get(below, below)
    if not below:
        return "tensorflow.keras"
    return name if (name := f"tensorflow.python.keras.{below}") in MODULES else None


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
