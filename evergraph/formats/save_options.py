"""What a save is told beyond what is in the graph: state to write beside the variables, and whether to look at values.

The operations that save are in the graph, and run in the thread that saves: it is there that these options stand.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from evergraph.framework import errors

_CHUNK = 1 << 18  # elements that fit into a processor's cache


class NotFiniteError(errors.InvalidArgumentError):
    """A variable has values that are NaN or infinite, and was not saved.

    Attributes:
      names: the names of such variables.
    """

    def __init__(self, names: list[str]):
        self.names = names
        super().__init__(
            None,
            None,
            f"Not finite: {', '.join(names[:5])}{f' and {len(names) - 5} more' if names[5:] else ''}",
        )


class FiniteCheck:
    """Looks at what is saved.

    Args:
      allowed: names of variables that may have values which are not finite.
      refuse: whether others make the save fail; otherwise they are only noted in `found`.
    """

    def __init__(self, allowed=(), refuse: bool = True):
        self.allowed = set(allowed)
        self.refuse = refuse
        self.found: list[str] = []

    def look_at(self, name: str, value: np.ndarray) -> None:
        """Notes a value that is not finite."""
        if name not in self.allowed and not is_finite(value):
            self.found.append(name)

    def conclude(self) -> None:
        """Raises NotFiniteError where there were such values that are refused."""
        if self.found and self.refuse:
            raise NotFiniteError(self.found)


class SaveOptions:
    """What a save is told.

    Attributes:
      extra: {name: array} to write beside the variables of a whole program.
      check: a FiniteCheck, or None.
      held: called by the operation that saves when it has copied the values to write.
    """

    def __init__(
        self,
        extra: Mapping[str, np.ndarray] | None = None,
        check: FiniteCheck | None = None,
        held: Callable[[], None] | None = None,
    ):
        self.extra = dict(extra or {})
        self.check = check
        self.held = held


_NONE = SaveOptions()
_current = threading.local()


def current_options() -> SaveOptions:
    """The options of the save that this thread is making."""
    return getattr(_current, "options", _NONE)


@contextlib.contextmanager
def save_options(
    extra=None, check: FiniteCheck | None = None, held: Callable[[], None] | None = None
) -> Iterator[SaveOptions]:
    """Context manager: saves made inside, by this thread, have these options beside those that stand already."""
    outer = current_options()
    _current.options = SaveOptions({**outer.extra, **(extra or {})}, check or outer.check, held or outer.held)
    try:
        yield _current.options
    finally:
        _current.options = outer


def is_finite(value) -> bool:
    """Whether an array of any dtype holds neither NaN nor infinity; what is no number is finite."""
    array = np.asarray(value)
    if array.dtype.kind == "c":
        return is_finite(np.real(array)) and is_finite(np.imag(array))
    if array.dtype.kind not in "fV" or array.dtype.fields or not array.size:
        return True
    if array.dtype not in (np.float32, np.float64):
        with np.errstate(all="ignore"):
            return (
                array.dtype.kind == "V"
                and not hasattr(array.dtype.type, "dtype")
                or bool(np.isfinite(array).all())
            )
    if not array.flags.c_contiguous:
        return bool(np.isfinite(array).all())
    flat = array.reshape(-1)
    zeros = np.zeros(min(_CHUNK, flat.size), array.dtype)
    with np.errstate(all="ignore"):
        # NaN and infinity times zero are NaN: the quickest look at memory that there is.
        return all(
            np.dot(flat[start : start + _CHUNK], zeros[: min(_CHUNK, flat.size - start)]) == 0
            for start in range(0, flat.size, _CHUNK)
        )
