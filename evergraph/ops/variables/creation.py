"""Making a variable of the right kind, through the creators of `variable_creator_scope`."""

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator
from typing import Any

from evergraph.framework.collections import get_collection_ref
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public
from evergraph.framework.types import DTypeLike
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable
from evergraph.ops.variables.scope_object import get_variable_scope

_CREATORS_KEY = ("__variable_creators",)


def default_variable_creator(
    next_creator: Any = None, *, use_resource: bool | None = None, **kwargs: Any
) -> Variable:
    """Makes a ResourceVariable or a Variable, as `use_resource` or else the variable scope says; in the eager mode the former."""
    if executing_eagerly():
        return ResourceVariable(**kwargs)
    if use_resource is None:
        use_resource = get_variable_scope().use_resource
    return (ResourceVariable if use_resource else Variable)(**kwargs)


@public("python.ops.variable_scope.variable")
def new_variable(
    initial_value: Any = None,
    trainable: bool = True,
    collections: Collection[str] | None = None,
    validate_shape: bool = True,
    caching_device: Any = None,
    name: str | None = None,
    dtype: DTypeLike = None,
    constraint: Callable[..., Any] | None = None,
    use_resource: bool | None = None,
) -> Any:
    """A new variable, made by the innermost `variable_creator_scope` around; arguments, shape and dtype as for `tf.Variable`."""
    create = functools.partial(default_variable_creator, None)
    for creator in get_collection_ref(_CREATORS_KEY):
        create = functools.partial(creator, create)
    return create(
        initial_value=initial_value,
        trainable=trainable,
        collections=collections,
        validate_shape=validate_shape,
        caching_device=caching_device,
        name=name,
        dtype=dtype,
        constraint=constraint,
        use_resource=use_resource,
    )


def exchange_creators(creators: list) -> list:
    """Puts a list in the place of the present creators of variables, and returns these."""
    present = get_collection_ref(_CREATORS_KEY)
    before, present[:] = list(present), creators
    return before


@public("python.ops.variable_scope.variable_creator_scope")
@contextlib.contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """Inside, `get_variable` makes variables with `variable_creator(next_creator, **kwargs)`.

    The keyword arguments are those of `tf.Variable` and `use_resource`; the function may change them, call
    `next_creator(**kwargs)`, and returns a variable.  Scopes nest: the innermost is called first.
    """
    creators = get_collection_ref(_CREATORS_KEY)
    creators.append(variable_creator)
    try:
        yield
    finally:
        creators.remove(variable_creator)
