"""The names of the arguments that a function takes."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

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


_Function = TypeVar("_Function", bound=Callable)


def also_called(**names: str) -> Callable[[_Function], _Function]:
    """Decorator: arguments of a function may be given under other names, those that later versions of TensorFlow have for them.

    Args:
      **names: `new="old"`, of a parameter of the function. A call that gives both is a ValueError.
    """

    def decorate(function: Any) -> Any:
        signature = inspect.signature(function)
        unknown = set(names.values()) - set(signature.parameters)
        if unknown:
            raise TypeError(f"{function.__name__} has no parameters {sorted(unknown)}")
        places = {old: place for place, old in enumerate(signature.parameters)}

        @functools.wraps(function)
        def call(*args, **kwargs):
            for new in names.keys() & kwargs.keys():
                old = names[new]
                value = kwargs.pop(new)
                if value is None:
                    continue  # its default wherever the older name is the one that is given
                if kwargs.get(old) is not None or (places[old] < len(args) and args[places[old]] is not None):
                    raise ValueError(
                        f"Cannot specify both '{new}' and '{old}' of {function.__name__}: they mean the same"
                    )
                if places[old] < len(args):
                    args = (*args[: places[old]], value, *args[places[old] + 1 :])
                else:
                    kwargs[old] = value
            return function(*args, **kwargs)

        more = [inspect.Parameter(new, inspect.Parameter.KEYWORD_ONLY, default=None) for new in names]
        decorated: Any = call
        decorated.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *more])
        said = ", ".join(f"`{new}` for `{old}`" for new, old in names.items())
        decorated.__doc__ = f"{function.__doc__}\n    Also under later names: {said}.\n    "
        return decorated

    return decorate
