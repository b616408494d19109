"""How operations run: always by recording them in a graph. Evergraph has no eager mode."""

import contextlib
from collections.abc import Iterator

from evergraph.framework.public import public, public_module

public_module("python.eager.context", "python.framework.ops")


@public("executing_eagerly")
def executing_eagerly() -> bool:
    """Whether operations run as they are called: never, they are recorded and run by a session."""
    return False


@public()
@contextlib.contextmanager
def graph_mode() -> Iterator[None]:
    """Context manager inside which operations are recorded, as they are outside it."""
    yield
