"""Objects by name, and small tools for lists and arrays."""

import codecs
import inspect
import marshal
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.layers.calls import single_or_list as single_or_list
from evergraph.layers.naming import to_snake_case

public_module("python.keras.utils.generic_utils")

public("python.keras.utils.generic_utils.to_snake_case")(to_snake_case)

_custom_objects: dict[str, Any] = {}


@public("keras.utils.CustomObjectScope")
class CustomObjectScope:
    """A `with` block in which objects are known by names that configurations use.

    Args:
      *args: dictionaries {name: class or function}.
    """

    def __init__(self, *args: dict) -> None:
        self.custom_objects = args
        self.backup: dict = {}

    def __enter__(self):
        self.backup = _custom_objects.copy()
        for objects in self.custom_objects:
            _custom_objects.update(objects)
        return self

    def __exit__(self, *args, **kwargs):
        _custom_objects.clear()
        _custom_objects.update(self.backup)


@public("keras.utils.custom_object_scope")
def custom_object_scope(*args: dict) -> CustomObjectScope:
    """A `CustomObjectScope` of dictionaries {name: class or function}."""
    return CustomObjectScope(*args)


@public("keras.utils.get_custom_objects")
def get_custom_objects() -> dict:
    """The dictionary of objects that configurations may name anywhere."""
    return _custom_objects


@public("keras.utils.serialize_keras_object")
def serialize_keras_object(instance: Any) -> Any:
    """The configuration of an object: {class_name, config}, or its name; ValueError for what has neither."""
    if instance is None:
        return None
    if hasattr(instance, "get_config"):
        return {"class_name": type(instance).__name__, "config": instance.get_config()}
    if hasattr(instance, "__name__"):
        return instance.__name__
    raise ValueError(f"Cannot serialize {instance!r}: it has no get_config() and no __name__")


@public("keras.utils.deserialize_keras_object")
def deserialize_keras_object(
    identifier: Any,
    module_objects: dict | None = None,
    custom_objects: dict | None = None,
    printable_module_name: str = "object",
) -> Any:
    """The object that a configuration, {class_name, config}, or a name stands for.

    Args:
      identifier: the configuration or name; a function stands for itself.
      module_objects: {name: object} that are known.
      custom_objects: {name: object} that go before these.
      printable_module_name: what kind of object it is, for messages.

    Raises:
      ValueError: an unknown name, or something that is no configuration.
    """
    if isinstance(identifier, dict):
        if "class_name" not in identifier or "config" not in identifier:
            raise ValueError(f"Improper config format: {identifier}")
        config, name = identifier["config"], identifier["class_name"]
        found = _named(name, module_objects, custom_objects, printable_module_name)
        if not hasattr(found, "from_config"):
            with CustomObjectScope(custom_objects or {}):
                return found(**config)
        if has_arg(found.from_config, "custom_objects"):
            return found.from_config(config, custom_objects={**_custom_objects, **(custom_objects or {})})
        with CustomObjectScope(custom_objects or {}):
            return found.from_config(config)
    if isinstance(identifier, str):
        found = _named(identifier, module_objects, custom_objects, printable_module_name)
        return found() if inspect.isclass(found) else found
    if isinstance(identifier, types.FunctionType):
        return identifier
    raise ValueError(f"Could not interpret serialized {printable_module_name}: {identifier!r}")


def _named(name, module_objects, custom_objects, what):
    for objects in (custom_objects, _custom_objects, module_objects):
        found = (objects or {}).get(name)
        if found is not None:
            return found
    raise ValueError(f"Unknown {what}: {name}. Give it in `custom_objects`, as {{{name!r}: ...}}")


def object_of(identifier: Any, deserialize: Callable, what: str) -> Any:
    """An object of a kind from its name, its configuration, None or a function.

    Args:
      identifier: what stands for it; None and functions stand for themselves.
      deserialize: makes it of a configuration.
      what: the kind, for the message.

    Raises:
      ValueError: an unknown name, or something else.
    """
    if identifier is None or callable(identifier):
        return identifier
    if isinstance(identifier, str):
        identifier = {"class_name": identifier, "config": {}}
    if isinstance(identifier, dict):
        return deserialize(identifier)
    raise ValueError(f"Could not interpret {what} identifier: {identifier!r}")


@public()
def func_dump(func: Callable) -> tuple:
    """A function as (code in base 64, defaults, values it closes over)."""
    code = codecs.encode(marshal.dumps(func.__code__), "base64").decode("ascii")
    closure = tuple(cell.cell_contents for cell in func.__closure__) if func.__closure__ else None
    return code, func.__defaults__, closure


@public()
def func_load(
    code: Any, defaults: tuple | None = None, closure: tuple | None = None, globs: dict | None = None
) -> Callable:
    """The function that `func_dump` took apart."""
    if isinstance(code, (tuple, list)):
        code, defaults, closure = code
        defaults = tuple(defaults) if isinstance(defaults, list) else defaults
    cells = tuple(types.CellType(value) for value in closure) if closure is not None else None
    loaded = marshal.loads(codecs.decode(code.encode("ascii"), "base64"))
    return types.FunctionType(loaded, globs or globals(), loaded.co_name, defaults, cells)


@public()
def has_arg(fn: Callable, name: str, accept_all: bool = False) -> bool:
    """Whether a function takes an argument of that name; with `accept_all`, `**kwargs` counts."""
    parameters = inspect.signature(fn).parameters
    if accept_all and any(each.kind is each.VAR_KEYWORD for each in parameters.values()):
        return True
    return name in parameters


@public()
def make_batches(size: int, batch_size: int) -> list[tuple[int, int]]:
    """(start, end) of each batch of `size` examples."""
    return [(start, min(start + batch_size, size)) for start in range(0, size, batch_size)]


@public()
def slice_arrays(arrays: Any, start: Any = None, stop: int | None = None) -> Any:
    """The rows of each array from `start` to `stop`, or at the indices `start`; None stays None.

    Raises:
      ValueError: indices together with `stop`.
    """
    if arrays is None:
        return [None]
    if isinstance(start, list) and stop is not None:
        raise ValueError("The stop argument has to be None if the value of start is a list.")
    if hasattr(start, "__len__"):
        # HDF5 data takes lists of indices only.
        rows = np.asarray(start).tolist() if hasattr(start, "shape") else start
        take = lambda each: each[rows]
    else:
        take = lambda each: each[start:stop]
    if isinstance(arrays, list):
        return [None if each is None else take(each) for each in arrays]
    return take(arrays) if hasattr(start, "__len__") or hasattr(start, "__index__") else [None]


@public()
def to_list(x: Any) -> list:
    """A list as it is, anything else as the one element of a list."""
    return x if isinstance(x, list) else [x]


@public()
def object_list_uid(object_list: Any) -> str:
    """A name for the identities of objects."""
    return ", ".join(str(abs(id(each))) for each in to_list(object_list))


@public()
def is_all_none(iterable_or_element: Any) -> bool:
    """Whether there is nothing but None."""
    many = iterable_or_element if isinstance(iterable_or_element, (list, tuple)) else [iterable_or_element]
    return all(each is None for each in many)


def as_plain(value: Any) -> Any:
    """What JSON can write of a NumPy number or array, a shape or a class."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if hasattr(value, "as_list"):
        return value.as_list()
    if hasattr(value, "value") and type(value).__name__ == "Dimension":
        return value.value
    if isinstance(value, type):
        return value.__name__
    if hasattr(value, "get_config"):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    if callable(value):
        return value.__name__
    raise TypeError(f"cannot write {value!r} of type {type(value).__name__} as JSON")
