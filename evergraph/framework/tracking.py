"""Objects that depend on one another, and that a `Saver` can save."""

from __future__ import annotations

from typing import Any, NamedTuple

from evergraph.framework.public import public, public_module

public_module("python.training.checkpointable.base")

VARIABLE_VALUE_KEY = public()(
    "VARIABLE_VALUE"
)  # the one thing that a variable saves, in TensorFlow's object graphs


@public()
class CheckpointableReference(NamedTuple):
    """A dependency: the name that an object knows another one by, and that object."""

    name: str
    ref: object


@public()
class CheckpointableBase:
    """An object that says what it depends on and what of it is saved.

    A subclass overrides `_gather_saveables_for_checkpoint`; `tf.train.Saver([instance])` saves what that gives, and needs
    a property `name` to order it by.
    """

    @property
    def _checkpoint_dependencies(self) -> list[CheckpointableReference]:
        """What this object depends on, in the order in which it was tracked."""
        return [CheckpointableReference(name, ref) for name, ref in self._tracked().items()]

    def _tracked(self) -> dict[str, object]:
        # Not made by an initialiser: subclasses need not call it.
        return self.__dict__.setdefault("_checkpoint_tracked", {})

    def _lookup_dependency(self, name: str):
        """The dependency of that name, None without one."""
        return self._tracked().get(name)

    def _track_checkpointable(self, checkpointable, name: str, overwrite: bool = False):
        """Makes an object a dependency and returns it.

        Raises:
          TypeError: an object that is no CheckpointableBase.
          ValueError: another dependency has the name, unless it may `overwrite` that.
        """
        if not isinstance(checkpointable, CheckpointableBase):
            raise TypeError(f"only checkpointable objects can be tracked, and {checkpointable!r} is none")
        known = self._lookup_dependency(name)
        if known is not None and known is not checkpointable and not overwrite:
            raise ValueError(
                f"{self!r} has a dependency {name!r} already: {known!r}. Give the new one another name, or overwrite=True"
            )
        self._tracked()[name] = checkpointable
        for restoration, node in self._restorations():
            restoration.found_dependency(node, name, checkpointable)
        return checkpointable

    def _restorations(self) -> list:
        """(restoration, number of this object in its checkpoint): those that wait for dependencies to be made."""
        return self.__dict__.get("_checkpoint_restorations", [])

    def _gather_saveables_for_checkpoint(self) -> dict:
        """{key: what is saved under it}: a variable, a SaveableObject, or a function `(name=...)` that makes one."""
        return {}


@public("contrib.checkpoint.NoDependency")
class NoDependency:
    """Wraps a value that is set as an attribute of a Checkpointable and not to be tracked."""

    def __init__(self, value: Any) -> None:
        self.value = value


@public()
class NotCheckpointable:
    """Base class of objects that are never tracked, whatever else they are."""


@public("contrib.checkpoint.Checkpointable")
class Checkpointable(CheckpointableBase):
    """A CheckpointableBase that depends on every such object that becomes an attribute of it."""

    def __setattr__(self, name, value):
        if isinstance(value, NoDependency):
            value = value.value
        elif isinstance(value, CheckpointableBase) and not isinstance(value, NotCheckpointable):
            self._track_checkpointable(value, name, overwrite=True)
        super().__setattr__(name, value)
