"""Containers whose elements are dependencies: a list, a mapping, and names made unique; values saved in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from collections.abc import Mapping as MappingType
from typing import Any

from evergraph.checkpoint.saveable import SaveableObject, SaveSpec
from evergraph.framework.public import public, public_module
from evergraph.framework.tracking import Checkpointable, CheckpointableBase

public_module(
    "contrib.checkpoint.python.containers",
    "contrib.checkpoint.python.split_dependency",
    "python.training.checkpointable.data_structures",
)


def _required(value):
    if not isinstance(value, CheckpointableBase):
        raise ValueError(
            f"Expected a checkpointable value (a variable, layer, model, optimizer, ...), got {value!r}"
        )
    return value


class _Container(Checkpointable):
    """What the containers share: the layers and variables among their elements."""

    def _elements(self) -> Iterable:
        raise NotImplementedError

    @property
    def layers(self) -> list:
        """The layers and models among the elements, those of containers too."""
        found = []
        for each in self._elements():
            found += each.layers if isinstance(each, _Container) else [each] if callable(each) else []
        return found

    def _collected(self, attribute):
        return [v for each in self._elements() for v in getattr(each, attribute, ())]

    @property
    def weights(self) -> list:
        """The variables of its layers."""
        return self._collected("weights")

    variables = weights

    @property
    def trainable_weights(self) -> list:
        """Those of them that are trained."""
        return self._collected("trainable_weights")

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self) -> list:
        """Those of them that are not."""
        return self._collected("non_trainable_weights")

    non_trainable_variables = non_trainable_weights

    @property
    def losses(self) -> list:
        """The losses of its layers."""
        return self._collected("losses")

    @property
    def updates(self) -> list:
        """The updates of its layers."""
        return self._collected("updates")


@public("contrib.checkpoint.List")
class List(_Container, Sequence):
    """A list that only grows, whose elements are dependencies under their numbers.

    Args:
      *args: iterables of elements, one after the other: variables, layers, models, containers.

    Raises:
      ValueError: an element that cannot be saved.
    """

    def __init__(self, *args: Iterable) -> None:
        self._storage: list[Any] = []
        for each in args:
            self.extend(each)

    def _elements(self):
        return self._storage

    def append(self, value: CheckpointableBase) -> None:
        """Adds an element; ValueError for one that cannot be saved."""
        self._track_checkpointable(_required(value), str(len(self._storage)))
        self._storage.append(value)

    def extend(self, values: Iterable) -> None:
        """Adds elements; ValueError for one that cannot be saved."""
        for value in values:
            self.append(value)

    def __iadd__(self, values: Iterable) -> List:
        self.extend(values)
        return self

    def __add__(self, other: Iterable) -> List:
        return List(self, other)

    def __radd__(self, other: Iterable) -> List:
        return List(other, self)

    def __getitem__(self, key: Any) -> Any:
        return self._storage[key]

    def __len__(self) -> int:
        return len(self._storage)

    def __repr__(self) -> str:
        return f"List({self._storage!r})"


@public("contrib.checkpoint.Mapping")
class Mapping(_Container, MutableMapping):
    """A mapping from strings to dependencies, which only grows.

    Args:
      *args, **kwargs: as for `dict`.

    Raises:
      ValueError: an element that cannot be saved.
      TypeError: a key that is no string.
    """

    def __init__(self, *args: MappingType | Iterable, **kwargs: Any) -> None:
        self._storage: dict[str, Any] = {}
        self.update(*args, **kwargs)

    def _elements(self):
        return [self._storage[key] for key in sorted(self._storage)]

    def __getitem__(self, key: str) -> Any:
        return self._storage[key]

    def __setitem__(self, key: str, value: CheckpointableBase) -> None:
        if not isinstance(key, str):
            raise TypeError(f"Mapping accepts only string keys, but got a key {key!r}")
        if key in self._storage and self._storage[key] is not value:
            raise ValueError(f"Mapping does not replace elements, and has {key!r} already")
        self._track_checkpointable(_required(value), key)
        self._storage[key] = value

    def __delitem__(self, key: str) -> None:
        raise TypeError("Mapping keeps its elements: a checkpoint would no longer have them")

    def __len__(self) -> int:
        return len(self._storage)

    def __iter__(self) -> Iterator[str]:
        return iter(self._storage)

    def __repr__(self) -> str:
        return f"Mapping({self._storage!r})"

    def __hash__(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride] a mapping that is a dependency
        return id(self)


@public("contrib.checkpoint.UniqueNameTracker")
class UniqueNameTracker(_Container):
    """Dependencies under names that are made unique: "x", "x_1", ..."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def _elements(self):
        return [reference.ref for reference in self._checkpoint_dependencies]

    def track(self, checkpointable: CheckpointableBase, base_name: str) -> CheckpointableBase:
        """Makes an object a dependency under `base_name`, or that with a number, and returns it.

        Raises:
          ValueError: an object that cannot be saved.
        """
        _required(checkpointable)
        count = self._counts.get(base_name, 0)
        while self._lookup_dependency(name := f"{base_name}_{count}" if count else base_name) is not None:
            count += 1
        self._counts[base_name] = count + 1
        return self._track_checkpointable(checkpointable, name)


class _Parts:
    """Values that are saved one by one and restored together."""

    def __init__(self, fill: Callable, consume: Callable, names: Sequence[str]) -> None:
        self.fill, self.consume, self.names = fill, consume, tuple(names)
        self.restored: dict[str, Any] = {}

    def take(self, name: str, tensor: Any) -> Any:
        """Keeps a value; what restores all of them, once they are there."""
        self.restored[name] = tensor
        if len(self.restored) < len(self.names):
            return tensor
        whole, self.restored = self.restored, {}
        return self.consume(whole)


class _PartSaveable(SaveableObject):
    def __init__(self, parts, name, dtype, key):
        self._parts, self._part = parts, name
        super().__init__(self, [SaveSpec(lambda: _filled(parts, name), "", key, dtype)], key)

    def restore(self, restored_tensors: Sequence, restored_shapes: Sequence | None) -> Any:
        """Gives the value to the others; the last one restores all of them."""
        return self._parts.take(self._part, restored_tensors[0])


def _filled(parts, name):
    buffer: dict[str, Any] = {}
    parts.fill(buffer)
    return buffer[name]


class _Part(CheckpointableBase):
    """One value, as an object that a checkpoint finds by its name."""

    def __init__(self, parts, name, dtype):
        self._parts, self._name, self._dtype = parts, name, dtype

    def _gather_saveables_for_checkpoint(self):
        return {"VALUE": lambda name: _PartSaveable(self._parts, self._name, self._dtype, name)}


@public("contrib.checkpoint.split_dependency")
def split_dependency(
    component_names: Sequence[str],
    component_dtypes: Sequence,
    fill_save_buffer_fn: Callable[[dict], None],
    consume_restore_buffer_fn: Callable[[dict], Any],
    device: str | None = None,
) -> dict[str, CheckpointableBase]:
    """Several values that belong together as dependencies of their own.

    Args:
      component_names: their names.
      component_dtypes: their dtypes.
      fill_save_buffer_fn: puts {name: tensor} of all of them into a dictionary, to save.
      consume_restore_buffer_fn: takes {name: tensor} of all of them and returns the operation that restores them.
      device: not used.

    Returns:
      {name: a dependency for `_track_checkpointable`}.
    """
    parts = _Parts(fill_save_buffer_fn, consume_restore_buffer_fn, component_names)
    return {
        name: _Part(parts, name, dtype) for name, dtype in zip(component_names, component_dtypes, strict=True)
    }
