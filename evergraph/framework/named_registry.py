"""`Registry`: things under names, as TensorFlow's own modules keep them."""

import inspect
from collections.abc import Iterable
from typing import Any

from evergraph.framework.public import public, public_module

public_module("python.framework.registry")


@public()
class Registry:
    """Things under unique names.

    Args:
      name: what the things are, for messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._registry = {}  # name -> (thing, where it was registered)

    def register(self, candidate: Any, name: str | None = None) -> None:
        """Keeps a thing under a name, its own (`__name__`) when None. KeyError for a name that is taken."""
        name = name or candidate.__name__
        if name in self._registry:
            raise KeyError(
                f"there is a {self._name} with the name {name!r} already, registered in {self._registry[name][1]}"
            )
        frame = inspect.currentframe()
        caller = frame.f_back if frame is not None else None
        place = f"{caller.f_code.co_filename}:{caller.f_lineno}" if caller is not None else "an unknown place"
        self._registry[name] = candidate, place

    def list(self) -> Iterable[str]:
        """The names."""
        return self._registry.keys()

    def lookup(self, name: str | bytes) -> Any:
        """The thing under a name. LookupError when there is none."""
        text = name.decode() if isinstance(name, bytes) else name
        if text not in self._registry:
            raise LookupError(f"{self._name} registry has no entry for: {text}")
        return self._registry[text][0]
