"""What a checkpoint of a whole program carries beside variables and random numbers: the state of hooks, and which shapes
share programs (`engine.size_history`).

It lies under reserved keys, which TensorFlow never asks for: `_EVERGRAPH/hooks/<hook>/<name>` for hooks,
`_EVERGRAPH/sizes` for shapes, `_EVERGRAPH/inputs/...` for the positions of input pipelines.  Whoever has such state provides it for a
session (`provide_state`); a Saver of all variables writes it with them, and keeps what it restores for whoever asks
(`restored_state`).
"""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from evergraph.engine.plans import plans_of
from evergraph.formats.checkpoint_reader import open_checkpoint
from evergraph.ops.files.saving import RESERVED_PREFIX

_SIZES = RESERVED_PREFIX + "sizes"
_ROOTS = (RESERVED_PREFIX + "hooks/", RESERVED_PREFIX + "inputs/")

_providers: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
_holds: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
_restored: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def provide_state(
    session,
    provider: Callable[[], Mapping[str, object]],
    hold: Callable[[], contextlib.AbstractContextManager] | None = None,
) -> None:
    """Has `provider()`, {name: array or number or bytes}, saved with the variables of a session.

    Names begin with "hooks/" or "inputs/".

    Args:
      session: the session.
      provider: gives the state.
      hold: gives a context manager inside of which the state stays as it is. A save is inside from before it asks for
        the states of all providers until it has copied the variables.
    """
    _providers.setdefault(session, []).append(provider)
    if hold is not None:
        _holds.setdefault(session, []).append(hold)


@contextlib.contextmanager
def held_state(session) -> Iterator[tuple[dict[str, np.ndarray], Callable[[], None]]]:
    """Context manager: (`state_of(session)`, a function that lets the state change again before the end)."""
    with contextlib.ExitStack() as stack:
        for hold in _holds.get(session, ()):
            stack.enter_context(hold())
        yield state_of(session), stack.close


def state_of(session) -> dict[str, np.ndarray]:
    """What is to be saved for a session: {reserved name: array}."""
    found = {}
    for provider in _providers.get(session, ()):
        for name, value in provider().items():
            array = np.asarray(value)
            found[RESERVED_PREFIX + name] = array.astype(object) if array.dtype.kind in "SU" else array
    sizes = _sizes_of(session).state()
    if sizes:
        found[_SIZES] = np.array(sizes, object)
    return found


def read_state(session, path: str) -> None:
    """Keeps what the checkpoint `path` holds for `restored_state`, and takes over which shapes share programs."""
    with open_checkpoint(path) as reader:
        if _SIZES in reader:
            _sizes_of(session).restore(reader.read(_SIZES).item())
        names = [name for name in reader.keys() if name.startswith(_ROOTS)]
        _restored[session] = {name.removeprefix(RESERVED_PREFIX): reader.read(name) for name in names}


def restored_state(session, root: str) -> dict[str, np.ndarray]:
    """What was restored in a session under `root` ("hooks/LoggingHook/"): {rest of the name: array}."""
    found = _restored.get(session, {})
    return {name.removeprefix(root): value for name, value in found.items() if name.startswith(root)}


def forget_restored(session, root: str) -> None:
    """Takes what was restored in a session under `root` as if the checkpoint had not held it."""
    if session in _restored:
        _restored[session] = {k: v for k, v in _restored[session].items() if not k.startswith(root)}


def _sizes_of(session):
    return plans_of(session.graph, session._runtime).sizes
