"""Decorators for functions, and arguments of functions, that a program wants its callers to leave."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.ops.nn.deprecation import renamed_argument

public_module("python.util.deprecation")


def _where(function):
    return f"{function.__qualname__} (from {function.__module__})"


def _when(date):
    return "in a future version" if date is None else f"after {date}"


@public("contrib.framework.deprecated")
def deprecated(date: str | None, instructions: str, warn_once: bool = True) -> Callable:
    """Decorates a function that logs, when it is called, that it is deprecated.

    Args:
      date: when it will be removed, "YYYY-MM-DD"; None for some day.
      instructions: what to do instead.
      warn_once: whether it says so once.

    Raises:
      ValueError: no instructions.
    """
    if not instructions:
        raise ValueError("deprecated needs instructions: what to use instead")

    def decorate(function):
        said = False

        @functools.wraps(function)
        def warned(*args, **kwargs):
            nonlocal said
            if not (warn_once and said):
                said = True
                logging.warning(
                    "%s is deprecated and will be removed %s.\nInstructions for updating:\n%s",
                    _where(function),
                    _when(date),
                    instructions,
                )
            return function(*args, **kwargs)

        return warned

    return decorate


@public("contrib.framework.deprecated_args")
def deprecated_args(
    date: str | None, instructions: str, *deprecated_arg_names_or_tuples: Any, **kwargs: Any
) -> Callable:
    """Decorates a function that logs when it is called with deprecated arguments.

    Args:
      date, instructions: as for `deprecated`.
      *deprecated_arg_names_or_tuples: names, or (name, a value that is not complained about).
      **kwargs: `warn_once`.

    Raises:
      ValueError: no names, or one that the function does not have.
    """
    if not deprecated_arg_names_or_tuples:
        raise ValueError("Specify which argument is deprecated.")
    names = dict(
        (each, None) if isinstance(each, str) else tuple(each) for each in deprecated_arg_names_or_tuples
    )

    def complaint(name, value):
        ok = names.get(name)
        return name in names and (ok is None or value != ok)

    return _decorate_arguments(date, instructions, list(names), complaint, kwargs.get("warn_once", True))


@public("contrib.framework.deprecated_arg_values")
def deprecated_arg_values(
    date: str | None, instructions: str, warn_once: bool = True, **deprecated_kwargs: Any
) -> Callable:
    """Decorates a function that logs when it is called with deprecated values of arguments.

    Args:
      date, instructions, warn_once: as for `deprecated`.
      **deprecated_kwargs: the values.

    Raises:
      ValueError: no values, or an argument that the function does not have.
    """
    if not deprecated_kwargs:
        raise ValueError("Specify which argument values are deprecated.")

    def complaint(name, value):
        return name in deprecated_kwargs and deprecated_kwargs[name] == value

    return _decorate_arguments(date, instructions, list(deprecated_kwargs), complaint, warn_once)


def _decorate_arguments(date, instructions, names, is_deprecated, warn_once):
    def decorate(function):
        signature = inspect.signature(function)
        unknown = [name for name in names if name not in signature.parameters]
        if unknown:
            raise ValueError(
                f"the deprecated arguments {unknown} are not in the signature of {_where(function)}"
            )
        said = set()

        @functools.wraps(function)
        def warned(*args, **kwargs):
            given = signature.bind(*args, **kwargs).arguments
            for name, value in given.items():
                if is_deprecated(name, value) and not (warn_once and name in said):
                    said.add(name)
                    logging.warning(
                        "Calling %s with %s is deprecated and will be removed %s.\nInstructions for updating:\n%s",
                        _where(function),
                        name,
                        _when(date),
                        instructions,
                    )
            return function(*args, **kwargs)

        return warned

    return decorate


@public()
def deprecated_argument_lookup(new_name: str, new_value: Any, old_name: str, old_value: Any) -> Any:
    """The value of an argument that has two names. ValueError when both are given."""
    return renamed_argument(new_name, new_value, old_name, old_value)
