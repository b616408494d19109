"""`tensorflow.python.util`: decorated functions that know what they decorate, and managers of contexts made of generators."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any

from evergraph.framework.public import public

contextmanager = public("python.util.tf_contextlib.contextmanager")(contextlib.contextmanager)


@public("python.util.tf_decorator.TFDecorator")
class TFDecorator:
    """What is known of a decorated function; calling it calls what it decorates.

    Args:
      decorator_name: the decorator's name.
      target: what is decorated: a function, or what `make_decorator` gave.
      decorator_doc: what the decorator says of itself.
      decorator_argspec: the arguments that the decorated function takes; those of the target when None.
    """

    def __init__(
        self,
        decorator_name: str,
        target: Callable[..., Any],
        decorator_doc: str = "",
        decorator_argspec: Any = None,
    ) -> None:
        functools.update_wrapper(self, target)
        self._name, self._target, self._argspec = decorator_name, target, decorator_argspec
        self.decorator_doc = decorator_doc

    @property
    def decorated_target(self) -> Callable[..., Any]:
        """What is decorated."""
        return self._target

    @property
    def decorator_name(self) -> str:
        """The decorator's name."""
        return self._name

    @property
    def decorator_argspec(self) -> Any:
        """The arguments that the decorated function takes; None when they are the target's."""
        return self._argspec

    def __get__(self, instance: Any, owner: type) -> Any:
        return self._target.__get__(instance, owner)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._target(*args, **kwargs)


@public("python.util.tf_decorator.make_decorator")
def make_decorator(
    target: Callable[..., Any],
    decorator_func: Callable[..., Any],
    decorator_name: str | None = None,
    decorator_doc: str = "",
    decorator_argspec: Any = None,
) -> Callable[..., Any]:
    """Makes a wrapper known as one.

    Args:
      target: the function that is wrapped.
      decorator_func: the wrapper. It gets the name and the documentation of the target.
      decorator_name: the decorator's name; that of the wrapper when None.
      decorator_doc: what the decorator says of itself.
      decorator_argspec: the arguments that the wrapper takes; those of the target when None.

    Returns:
      The wrapper.
    """
    name = decorator_name or getattr(decorator_func, "__name__", type(decorator_func).__name__)
    known = TFDecorator(name, target, decorator_doc, decorator_argspec)
    functools.update_wrapper(decorator_func, target)
    vars(decorator_func)["_tf_decorator"] = known
    return decorator_func


@public("python.util.tf_decorator.unwrap")
def unwrap(maybe_tf_decorator: Callable[..., Any]) -> tuple[list[TFDecorator], Callable[..., Any]]:
    """(The TFDecorators around a function, outermost first, and the function itself.)"""
    found, target = [], maybe_tf_decorator
    while True:
        known = target if isinstance(target, TFDecorator) else getattr(target, "_tf_decorator", None)
        if known is None:
            return found, target
        found.append(known)
        target = known.decorated_target
