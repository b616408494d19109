"""Default arguments of functions, given for a block of code.

    with arg_scope([conv2d, fully_connected], weights_regularizer=regularizer):
        with arg_scope([conv2d], stride=2) as scope:
            net = conv2d(images, 64, 3)               weights_regularizer and stride
        net = fully_connected(net, 10)                weights_regularizer

    with arg_scope(scope):                            the defaults of that block again, and no others

A scope is a dict {key of a function: {argument: value}}: scopes that are inside others copy and extend it.
"""

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from evergraph.framework.public import public, public_module

public_module("contrib.framework.python.ops.arg_scope")

Function = TypeVar("Function", bound=Callable)

_scopes: list[dict] = [{}]  # the blocks around, the innermost last
_arguments: dict[str, tuple[str, ...]] = {}  # the arguments with defaults of what is decorated, by its key


@public("contrib.framework.current_arg_scope")
def current_arg_scope() -> dict:
    """The defaults that hold here: {key of a function: {argument: value}}."""
    return _scopes[-1]


@public()
def arg_scope_func_key(op: Callable) -> str:
    """What a function's defaults are found by in a scope."""
    return getattr(op, "_key_op", str(op))


@public("contrib.framework.arg_scope")
@contextlib.contextmanager
def arg_scope(list_ops_or_scope: Any, **kwargs: Any) -> Iterator[dict]:
    """Gives functions other default arguments inside of a block.

    Args:
      list_ops_or_scope: a list of functions decorated with `add_arg_scope`; or a scope, whose defaults take the place of all
        others.
      **kwargs: the defaults, which all of the functions must take.

    Yields:
      The scope, for a later `arg_scope`.

    Raises:
      TypeError: neither a list nor a scope.
      ValueError: a function that is not decorated; defaults together with a scope.
    """
    if isinstance(list_ops_or_scope, dict):
        if kwargs:
            raise ValueError(
                f"When attempting to re-use a scope by suppling a dictionary, kwargs must be empty, got {sorted(kwargs)}"
            )
        scope = dict(list_ops_or_scope)
    elif isinstance(list_ops_or_scope, (list, tuple)):
        scope = dict(current_arg_scope())
        for op in list_ops_or_scope:
            if not has_arg_scope(op):
                raise ValueError(
                    f"{op.__module__}.{op.__name__} is not decorated with @add_arg_scope: arg_scope cannot give it arguments"
                )
            key = arg_scope_func_key(op)
            scope[key] = {**scope.get(key, {}), **kwargs}
    else:
        raise TypeError(
            "list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict). Received: "
            f"{list_ops_or_scope!r}"
        )
    _scopes.append(scope)
    try:
        yield scope
    finally:
        _scopes.pop()


@public("contrib.framework.add_arg_scope")
def add_arg_scope(func: Function) -> Function:
    """Decorates a function, so that `arg_scope` can give it default arguments; a caller's own arguments come first."""
    key = arg_scope_func_key(func)

    @functools.wraps(func)
    def with_defaults(*args, **kwargs):
        defaults = _scopes[-1].get(key)
        return func(*args, **({**defaults, **kwargs} if defaults else kwargs))

    _arguments.setdefault(
        key,
        tuple(
            name
            for name, parameter in inspect.signature(func).parameters.items()
            if parameter.default is not parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ),
    )
    vars(with_defaults)["_key_op"] = key
    return cast(Function, with_defaults)


@public("contrib.framework.has_arg_scope")
def has_arg_scope(func: Callable) -> bool:
    """Whether the function is decorated with `add_arg_scope`."""
    return arg_scope_func_key(func) in _arguments


@public("contrib.framework.arg_scoped_arguments")
def arg_scoped_arguments(func: Callable) -> tuple[str, ...]:
    """The names of the arguments that a scope can give to a decorated function. AssertionError for another function."""
    assert has_arg_scope(func), f"{func} is not decorated with @add_arg_scope"
    return _arguments[arg_scope_func_key(func)]
