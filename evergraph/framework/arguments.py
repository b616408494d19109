"""The names of the arguments that a function takes."""

import functools
import inspect
from collections.abc import Callable

from evergraph.framework.public import public, public_module

public_module("python.util.function_utils", "python.estimator.util")


@public()
def fn_args(fn: Callable) -> tuple[str, ...]:
    """The names of the positional and keyword arguments that a caller of `fn` may still give.

    Args:
      fn: a function, method, callable object or `functools.partial` of one; what a partial gives is left out.

    Raises:
      TypeError: it cannot be called.
    """
    if isinstance(fn, functools.partial):
        inner = fn_args(fn.func)
        return tuple(name for name in inner[len(fn.args) :] if name not in (fn.keywords or {}))
    if not callable(fn):
        raise TypeError(f"a function is needed, not {fn!r}")
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    keyword = (*kinds, inspect.Parameter.KEYWORD_ONLY)
    return tuple(n for n, p in inspect.signature(fn).parameters.items() if p.kind in keyword)
