"""Names to definitions and functions: how the lower house reaches what the upper one defines.

Operators on Tensor, conversions and the engine find operations here by name, so nothing patches them.
"""

from typing import Any

_DEFINITIONS = {}
_FUNCTIONS = {}


def register_definition(definition):
    """Adds an operation's definition under its type; a type is defined once."""
    if definition.type in _DEFINITIONS:
        raise ValueError(f"operation {definition.type!r} is defined twice")
    _DEFINITIONS[definition.type] = definition


def has_definition(type):  # noqa: A002
    return type in _DEFINITIONS


def definition_named(type):  # noqa: A002
    """The definition of an operation type; LookupError names it when there is none."""
    try:
        return _DEFINITIONS[type]
    except KeyError:
        raise LookupError(f"there is no operation of type {type!r}") from None


def registered_definitions():
    """All definitions by type, in the order they were made."""
    return dict(_DEFINITIONS)


def register_function(name):
    """Decorator: makes a function available to the lower packages as `public_function(name)`."""

    def register(function):
        if name in _FUNCTIONS:
            raise ValueError(f"function {name!r} is registered twice")
        _FUNCTIONS[name] = function
        return function

    return register


def public_function(name) -> Any:
    """The function an operator or a conversion stands for, e.g. "add"; it must have been registered."""
    return _FUNCTIONS[name]
