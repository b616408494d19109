"""Values of several towers, and structures of them.

`PerDevice` has one value for each device.  What is one for all towers, such as a variable, is just that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.framework.device import canonical_name
from evergraph.framework.public import public, public_module
from evergraph.ops.distribute import get_tower_context

public_module("contrib.distribute.python.values")


@public()
class PerDevice:
    """A value for each of several devices.

    Args:
      index: {device: value}.
    """

    def __init__(self, index: dict[str, Any]) -> None:
        self._index = {canonical_name(device): value for device, value in index.items()}

    @property
    def devices(self) -> list[str]:
        """The devices."""
        return list(self._index)

    def on_device(self, device: str) -> bool:
        """Whether there is a value for a device."""
        return canonical_name(device) in self._index

    def get(self, device: str | None = None) -> Any:
        """The value for a device; for that of the present tower when None.

        Raises:
          ValueError: there is none for it, or the program is in no tower.
        """
        if device is None:
            tower = get_tower_context()
            if tower is None:
                raise ValueError(f"in a cross-tower context, say for which of {self.devices}")
            device = tower.device
        try:
            return self._index[canonical_name(device)]
        except KeyError as error:
            raise ValueError(f"Device {device} not found in {self.devices}") from error

    def values(self) -> list:
        """The values, in the order of the towers."""
        return list(self._index.values())

    def __repr__(self):
        return f"PerDevice({self._index!r})"


def _mapped(function: Callable, structure: Any, *others: Any) -> Any:
    """A structure of the same kind of what `function` gives for the leaves."""
    everything = (structure, *others)
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        kind: Any = type(
            structure
        )  # a named tuple: what it would make of its arguments anew, it has made already
        return kind._make(_mapped(function, *parts) for parts in zip(*everything, strict=True))
    if isinstance(structure, (list, tuple)):
        return type(structure)(_mapped(function, *parts) for parts in zip(*everything, strict=True))
    if isinstance(structure, dict):
        if any(set(other) != set(structure) for other in others):
            raise ValueError(f"the towers gave different keys: {[sorted(each) for each in everything]}")
        return type(structure)(
            (key, _mapped(function, *(each[key] for each in everything))) for key in structure
        )
    return function(*everything)


@public()
def regroup(per_device: dict[str, Any]) -> Any:
    """One structure of those of all towers; a leaf that is the same object in each stays that.

    Args:
      per_device: {device: structure}.

    Raises:
      ValueError: the structures differ.
    """
    devices, structures = list(per_device), list(per_device.values())

    def joined(*leaves):
        if all(leaf is leaves[0] for leaf in leaves) or (
            isinstance(leaves[0], (str, int, float, bool)) and all(leaf == leaves[0] for leaf in leaves)
        ):
            return leaves[0]
        return PerDevice(dict(zip(devices, leaves)))

    if any(type(structure) is not type(structures[0]) for structure in structures):
        return joined(*structures)
    return _mapped(joined, *structures)


@public()
def select_device(device: str, structured: Any) -> Any:
    """A structure with the values for one device.  ValueError where there is none for it."""
    return _mapped(lambda leaf: leaf.get(device) if isinstance(leaf, PerDevice) else leaf, structured)


class PerDeviceIterator:
    """An iterator whose elements are one of a dataset for each device.

    Args:
      iterator: of the dataset.
      devices: of the towers.
    """

    def __init__(self, iterator: Any, devices: list[str]) -> None:
        self._iterator, self._devices = iterator, devices

    @property
    def initializer(self) -> Any:
        """What initialises it; see `Dataset.make_initializable_iterator`."""
        return self._iterator.initializer

    def get_next(self, name: str | None = None) -> Any:
        """The next element of each device."""
        return regroup({device: self._iterator.get_next(name=name) for device in self._devices})

    def __iter__(self):
        return self

    def __next__(self):
        return regroup({device: next(self._iterator) for device in self._devices})

    next = __next__


@public()
class PerDeviceDataset:
    """A dataset that is divided among devices: each in turn gets an element.  What is left over at the end is dropped.

    Args:
      dataset: the Dataset.
      devices: of the towers.
      prefetch_on_device: accepted; elements go to their devices when they are used.
    """

    def __init__(self, dataset: Any, devices: list[str], prefetch_on_device: bool | None = None) -> None:
        self._dataset, self._devices = dataset, devices

    def make_one_shot_iterator(self) -> PerDeviceIterator:
        """An iterator that needs no initialisation."""
        return PerDeviceIterator(self._dataset.make_one_shot_iterator(), self._devices)

    def make_initializable_iterator(self) -> PerDeviceIterator:
        """An iterator whose `initializer` must run first."""
        return PerDeviceIterator(self._dataset.make_initializable_iterator(), self._devices)

    def __iter__(self):
        return PerDeviceIterator(iter(self._dataset), self._devices)


@public()
class MapOutput:
    """The results of `DistributionStrategy.map`.

    Args:
      values: a list of them.
    """

    def __init__(self, values: list) -> None:
        self._values = values

    def get(self) -> list:
        """The results."""
        return self._values
