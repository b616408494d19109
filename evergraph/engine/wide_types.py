"""64-bit types for the length of a call, in this thread: `jax.enable_x64()` without the price of a context manager.

    before = current()
    try:
        widen()
        program(...)
    finally:
        restore(before)

What there was is read before it is changed, so that a signal handler that raises in between leaves it as it was.
"""

import contextlib
import functools
import threading

import jax

if hasattr(jax.enable_x64, "get_local") and hasattr(jax.enable_x64, "set_local"):
    # What the context manager does, where this version of JAX lets it be done directly.
    current, restore = jax.enable_x64.get_local, jax.enable_x64.set_local
    widen = functools.partial(restore, True)
else:
    _entered = threading.local()

    def current():
        """What `restore` needs to know."""
        _entered.contexts = getattr(_entered, "contexts", [])
        return len(_entered.contexts)

    def widen():
        """Makes 64-bit types available in this thread."""
        context = jax.enable_x64(True)
        _entered.contexts.append(context)
        context.__enter__()

    def restore(before):
        """Goes back to what `current` gave."""
        while len(_entered.contexts) > before:
            _entered.contexts.pop().__exit__(None, None, None)


@contextlib.contextmanager
def widened():
    """64-bit types for the length of a block, where its price does not matter."""
    before = current()
    try:
        widen()
        yield
    finally:
        restore(before)
