"""The name `tensorflow` and its modules, in a process of `evergraph run` or after `evergraph.compat.install()`.

1. `evergraph.compat.table` says, for each module of TensorFlow, where its names come from
2. `install_names`          puts a finder before all others on `sys.meta_path`
3. `Names.find_spec`        is asked for `tensorflow...`; what the table does not have is not found, as usual
4. `Names.exec_module`      fills the module with the very objects that `evergraph` has

A real TensorFlow beside it is neither needed nor imported.

The parts of TensorFlow that are no package here (ON_FIRST_USE) are below `evergraph` too, as `evergraph.contrib...`:
`add_rooms` enters them as modules that are filled when they are first asked for a name.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path

from evergraph.compat.advice import missing_name
from evergraph.compat.contents import PUBLIC
from evergraph.compat.later import later_name
from evergraph.compat.source_tree import spec_in_tree
from evergraph.compat.table import IMPORTED, LAZY_PACKAGES, MODULES, ON_FIRST_USE, ROOMS
from evergraph.framework import registry
from evergraph.framework.declaration import Unset
from evergraph.framework.definition import OpDefinition

_ROOT = Path(__file__).resolve().parent.parent

# TensorFlow's rule for the name of an operation's function: L2Loss -> l2_loss, FIFOQueueV2 -> fifo_queue_v2.
_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])")


class Names(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds and fills the modules of the table, and the public namespaces."""

    def find_spec(self, name: str, path=None, target=None) -> importlib.machinery.ModuleSpec | None:
        """The spec of a module of the table, a public namespace, or what stands beside the program; None for every other name."""
        if same := _same_in_version_1(name):
            return importlib.util.spec_from_loader(name, self, is_package=True) if _can_load(same) else None
        if name not in MODULES and _namespace(name) is None:
            return spec_in_tree(name)
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """An empty module."""
        return Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Fills a module. What is one module here too is that very module, so that a patched name is patched."""
        name = module.__name__
        if same := _same_in_version_1(name):
            sys.modules[name] = _load(same)
            return
        row = _row_name(name)
        words = MODULES.get(row, "").split()
        same = _namespace(row)
        if len(words) == 1 and _is_module(words[0]) and not _has_children(row):
            same = _load(_full_name(words[0]))
        if same is not None:
            sys.modules[name] = same
            return
        assert isinstance(module, Module), module  # made by create_module
        _fill(module)


class Module(types.ModuleType):
    """A module of TensorFlow, filled from the table.

    Attributes:
      origins: {name: (the module it comes from, its name there)}.
      shows_raw_operations: whether operations are found by the names of TensorFlow's functions.
    """

    _is_full = False  # whether the names of its row are there
    _is_filling = False
    shows_raw_operations = False
    origins = types.MappingProxyType({})

    def __reduce__(self) -> tuple:
        """Who pickles a function with the modules that it uses has them imported where it is read, as with any module."""
        return importlib.import_module, (self.__name__,)

    def __dir__(self) -> list[str]:
        _fill(self)
        row = _row_name(self.__name__) + "."
        below = {name.removeprefix(row) for name in MODULES if name.startswith(row)}
        return sorted({*super().__dir__(), *(name for name in below if "." not in name)})

    def __setattr__(self, name: str, value: object) -> None:
        # A module that has just been loaded is entered by the import system, maybe while this one is being filled.
        if not name.startswith("__") and not isinstance(value, types.ModuleType):
            _fill(self)
        is_below = isinstance(value, types.ModuleType) and value.__name__.endswith(f".{name}")
        if is_below and name in self.origins and self.origins[name][1]:
            return  # a submodule whose name stands for something in it here, as `arg_scope` does: the import system enters it late
        super().__setattr__(name, value)
        origin, own_name = self.origins.get(name, (None, None))
        if own_name:  # who patches a name here wants it patched where it is used
            setattr(origin, own_name, value)

    def __getattr__(self, name: str) -> object:
        if self._is_filling:  # a file that is being loaded for it imports one beside it
            raise AttributeError(f"{self.__name__} is being filled and has no {name!r} yet", name=name)
        if not self._is_full and (name == "__all__" or not name.startswith("__")):
            if _is_module_below(self, name):  # filling it now might load the file that asks for the module
                return _load(f"{self.__name__}.{name}")
            _fill(self)
            return getattr(self, name)
        if f"{_row_name(self.__name__)}.{name}" in MODULES:
            return _load(f"{self.__name__}.{name}")
        if self.__name__ == "tensorflow" and name in LAZY_PACKAGES:
            return lazy_package(name)
        if self.shows_raw_operations:
            for definition in registry.registered_definitions().values():
                if _function_name(definition.type) == name.removeprefix("_"):  # some were hidden
                    function = _recording_function(definition)
                    setattr(self, name, function)
                    return function
        if name in IMPORTED and "python" in self.__name__.split("."):
            return _load(IMPORTED[name])
        path = "tf" + _row_name(self.__name__).removeprefix("tensorflow")
        if not name.startswith("__") and (found := later_name(path, name)) is not None:
            return found
        raise missing_name(self.__name__, path, name, sys._getframe(1))


def _is_module_below(module, name):
    """Whether a module is meant: one of the table, or a file of the package; not a name that the row shows."""
    row = _row_name(module.__name__)
    if any(word.startswith(f"{name}=") for word in MODULES.get(row, "").split()):
        return False
    places = getattr(module, "__path__", None) or ()
    return f"{row}.{name}" in MODULES or any(Path(place, f"{name}.py").exists() for place in places)


def _fill(module: Module) -> None:
    """Gives a module the names of its row, once."""
    if module._is_full or module._is_filling:
        return
    row = _row_name(module.__name__)
    vars(module)["_is_filling"] = True
    try:
        words = MODULES.get(row, "").split()
        origins = {}
        for word in words:
            if word != "raw":
                origins.update(_origins_of(word))
        for shown, (origin, own_name) in origins.items():
            value = getattr(origin, own_name) if own_name else origin
            if own_name and f"{row}.{shown}" in MODULES and isinstance(value, types.ModuleType):
                continue  # the module below has a row of its own, which may show more
            vars(module)[shown] = value
    finally:
        del vars(module)["_is_filling"]
    vars(module).update(
        __all__=sorted(origins), origins=origins, shows_raw_operations="raw" in words, _is_full=True
    )


def _row_name(name: str) -> str:
    """The row of the table that is the module `name`: `tensorflow.contrib` for `evergraph.contrib`."""
    return f"tensorflow.{rest}" if (rest := name.removeprefix("evergraph.")) != name else name


def _function_name(operation_type: str) -> str:
    return _WORD_START.sub("_", operation_type).lower()


def _recording_function(definition: OpDefinition) -> Callable:
    """A function that records an operation, with TensorFlow's order of arguments: inputs, attributes, name.

    Attributes that must be given come before those with defaults.
    """
    inputs = [spec.name for spec in definition.signature.inputs]
    attributes = sorted(
        definition.attributes, key=lambda key: not isinstance(definition.attributes[key], Unset)
    )
    from_inputs = {spec.type_attr for spec in definition.signature.inputs}
    types_of_outputs = [
        spec.type_attr
        for spec in definition.signature.outputs
        if spec.type_attr and spec.type_attr not in from_inputs and spec.type_attr not in attributes
    ]
    order = [*dict.fromkeys(types_of_outputs), *attributes, "name"]

    def record(*args, **kwargs):
        values = list(args[: len(inputs)])
        values += [kwargs.pop(name) for name in inputs[len(values) :] if name in kwargs]
        return definition(*values, **dict(zip(order, args[len(inputs) :])), **kwargs)

    record.__name__ = record.__qualname__ = _function_name(definition.type)
    record.__doc__ = definition.__doc__
    return record


def _load(name: str) -> types.ModuleType:
    return importlib.import_module(name)


def _same_in_version_1(name: str) -> str | None:
    """`tensorflow.keras` for `tensorflow.compat.v1.keras`, which is the same module; None for what is not below that."""
    rest = name.removeprefix("tensorflow.compat.v1.")
    return None if rest == name else f"tensorflow.{rest}"


def _can_load(name):
    try:
        _load(name)
    except ModuleNotFoundError:
        return False
    return True


def _namespace(name: str) -> types.ModuleType | None:
    """Evergraph's module of a public namespace: `evergraph.train` for `tensorflow.train`."""
    parent, _, namespace = name.rpartition(".")
    if name.startswith(tuple(f"tensorflow.{package}." for package in LAZY_PACKAGES)):
        own = name.replace("tensorflow", "evergraph", 1)
        return _load(own) if own in PUBLIC and _is_shown(own) else None
    if parent == "tensorflow" and namespace in LAZY_PACKAGES:
        return lazy_package(namespace)
    if parent != "tensorflow":
        return None
    tensorflow = _load("evergraph")
    found = getattr(tensorflow, namespace, None) if namespace in PUBLIC["evergraph"].split() else None
    return found if isinstance(found, types.ModuleType) else None


def _is_shown(own: str) -> bool:
    """Whether a package's module is public: its parent shows it."""
    parent, _, name = own.rpartition(".")
    return name in PUBLIC.get(parent, "").split()


def lazy_package(name: str) -> types.ModuleType:
    """A package of Evergraph that is a public module, loaded now."""
    package = _load(f"evergraph.{name}")
    for room in ROOMS:
        home, _, last = room.rpartition(".")
        if home == name:
            vars(package).setdefault(last, sys.modules[f"evergraph.{room}"])
    return package


def _is_module(word: str) -> bool:
    return word != "raw" and "=" not in word


def _has_children(name: str) -> bool:
    return any(other.startswith(name + ".") for other in MODULES)


def _full_name(place: str) -> str:
    return place if place.startswith(("tensorboard.", "evergraph")) else f"evergraph.{place}"


def _origins_of(word: str) -> dict[str, tuple[types.ModuleType, str | None]]:
    """The names that one word of the table stands for, and where each comes from: (module, name or None for itself)."""
    name, is_one_name, place = word.partition("=")
    path, is_attribute, own_name = (place if is_one_name else word).partition(":")
    module = _load(_full_name(path))
    if is_one_name:
        return {name: (module, (own_name or name) if is_attribute else None)}
    # What is not ours (a generated message module, absl's flags) lists its names itself, or not at all.
    listed = (
        PUBLIC[module.__name__].split() if module.__name__ in PUBLIC else getattr(module, "__all__", None)
    )
    names = listed or [name for name in vars(module) if not name.startswith("_")]
    return {name: (module, name) for name in names}


def install_names() -> Names:
    """Makes `tensorflow` mean Evergraph for the rest of the process; returns the finder.

    Raises ImportError when another `tensorflow` is loaded already.
    """
    if "tensorflow" in sys.modules:
        raise ImportError("a module `tensorflow` is loaded already: start the program in a new process")
    finder = Names()
    sys.meta_path.insert(0, finder)
    return finder


def add_rooms() -> None:
    """Enters `evergraph.contrib`, `evergraph.python`, ... among the loaded modules, to be filled on first use."""
    for row in MODULES:
        path = row.removeprefix("tensorflow").removeprefix(".")
        if path in ROOMS or path.split(".")[0] in ON_FIRST_USE:
            name = row.replace("tensorflow", "evergraph", 1)
            place = _ROOT.joinpath(*row.split(".")[1:])
            if name not in sys.modules and not place.with_suffix(".py").exists():
                module = Module(name)
                module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
                module.__path__ = (
                    [str(place)] if place.is_dir() else []
                )  # what has a file of its own is loaded from it
                sys.modules[name] = module
