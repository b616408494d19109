"""64-bit types for the length of a call, in this thread: `jax.enable_x64()` without the price of a context manager.

    before = enter()
    try:
        program(...)
    finally:
        leave(before)
"""

import functools

import jax

__all__ = ["enter", "leave"]


def _enter_context():
    context = jax.enable_x64(True)
    context.__enter__()
    return context


def _leave_context(context):
    context.__exit__(None, None, None)


enter, leave = _enter_context, _leave_context
if hasattr(jax.enable_x64, "swap_local") and hasattr(jax.enable_x64, "set_local"):
    # What the context manager does, where this version of JAX lets it be done directly.
    enter, leave = functools.partial(jax.enable_x64.swap_local, True), jax.enable_x64.set_local
