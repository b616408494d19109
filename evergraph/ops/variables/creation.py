"""Making a variable of the right kind, through the creators of `variable_creator_scope`."""

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator
from typing import Any

from evergraph.framework import registry
from evergraph.framework.collections import get_collection_ref
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public
from evergraph.framework.types import DTypeLike
from evergraph.ops.variables.reference import Variable, reference_variable
from evergraph.ops.variables.replication import VariableAggregation, VariableSynchronization
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
    return ResourceVariable(**kwargs) if use_resource else reference_variable(**kwargs)


@public("python.ops.variable_scope.variable")
def new_variable(
    initial_value: Any = None,
    trainable: bool | None = None,
    collections: Collection[str] | None = None,
    validate_shape: bool = True,
    caching_device: Any = None,
    name: str | None = None,
    dtype: DTypeLike = None,
    constraint: Callable[..., Any] | None = None,
    use_resource: bool | None = None,
    synchronization: VariableSynchronization | None = VariableSynchronization.AUTO,
    aggregation: VariableAggregation | None = VariableAggregation.NONE,
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
        synchronization=synchronization,
        aggregation=aggregation,
    )


@registry.register_function("create_variable")
def _create_variable(
    initial_value=None,
    trainable=None,
    collections=None,
    validate_shape=True,
    caching_device=None,
    name=None,
    variable_def=None,
    dtype=None,
    expected_shape=None,
    import_scope=None,
    constraint=None,
    **options,
):
    """What `tf.Variable(...)` is: a new variable, or, from a VariableDef, a reference variable that is in the graph."""
    if variable_def:
        return reference_variable(
            initial_value=initial_value, variable_def=variable_def, import_scope=import_scope
        )
    return new_variable(
        initial_value,
        trainable,
        collections,
        validate_shape,
        caching_device,
        name,
        dtype,
        constraint,
        **options,
    )


def exchange_creators(creators: list) -> list:
    """Puts a list in the place of the present creators of variables, and returns these."""
    present = get_collection_ref(_CREATORS_KEY)
    before, present[:] = list(present), creators
    return before


@public("variable_creator_scope", "python.ops.variable_scope.variable_creator_scope")
@contextlib.contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """Inside, `tf.Variable` and `get_variable` make variables with `variable_creator(next_creator, **kwargs)`.

    The keyword arguments are those of `tf.Variable`; the function may change them, call
    `next_creator(**kwargs)`, and returns a variable.  Scopes nest: the innermost is called first.
    """
    creators = get_collection_ref(_CREATORS_KEY)
    creators.append(variable_creator)
    try:
        yield
    finally:
        creators.remove(variable_creator)
