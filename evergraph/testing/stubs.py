"""`tf.test.StubOutForTesting`: attributes replaced for a while."""

import inspect
from types import TracebackType
from typing import Any, Self
from unittest import mock as mock

from evergraph.framework.public import public

public("test.mock")(mock)


@public("test.StubOutForTesting")
class StubOutForTesting:
    """Replaces attributes of modules, classes and objects, and puts the old ones back.

    with tf.test.StubOutForTesting() as stubs:
        stubs.Set(os.path, "exists", lambda path: True)
    """

    def __init__(self) -> None:
        self._set = []
        self._smart = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.CleanUp()

    def __del__(self):
        self.CleanUp()

    def CleanUp(self) -> None:
        """Puts back all that was replaced."""
        self.SmartUnsetAll()
        self.UnsetAll()

    def Set(self, parent: Any, child_name: str, new_child: Any) -> None:
        """Replaces an attribute of exactly this object; AttributeError if it has none of the name."""
        self._set.append((parent, child_name, _old(parent, child_name)))
        setattr(parent, child_name, new_child)

    def UnsetAll(self) -> None:
        """Puts back what `Set` replaced, the last first."""
        _restore(self._set)

    def SmartSet(self, obj: Any, attr_name: str, new_attr: Any) -> None:
        """Replaces an attribute where it is defined: in the object itself, else in the base class that has it.

        Raises AttributeError if there is no attribute of the name.
        """
        owner = obj
        is_own = inspect.ismodule(obj) or (not inspect.isclass(obj) and attr_name in vars(obj))
        if not is_own:
            classes = inspect.getmro(obj if inspect.isclass(obj) else type(obj))
            owner = next((cls for cls in classes if attr_name in vars(cls)), None)
            if owner is None:
                raise AttributeError(f"{obj!r} has no attribute {attr_name!r} to replace")
        self._smart.append((owner, attr_name, _old(owner, attr_name)))
        setattr(owner, attr_name, new_attr)

    def SmartUnsetAll(self) -> None:
        """Puts back what `SmartSet` replaced, the last first."""
        _restore(self._smart)


def _old(owner, name):
    """The attribute as it is stored: a static or class method stays one when it is put back."""
    stored = getattr(owner, "__dict__", {}).get(name)
    return stored if isinstance(stored, (staticmethod, classmethod)) else getattr(owner, name)


def _restore(replaced):
    while replaced:
        owner, name, old = replaced.pop()
        setattr(owner, name, old)
