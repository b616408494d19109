"""How operations run: always by recording them in a graph. Evergraph has no eager mode."""

import contextlib

__all__ = ["executing_eagerly", "graph_mode"]


def executing_eagerly() -> bool:
    """Whether operations run as they are called: never, they are recorded and run by a session."""
    return False


@contextlib.contextmanager
def graph_mode():
    """Context manager inside which operations are recorded, as they are outside it."""
    yield
