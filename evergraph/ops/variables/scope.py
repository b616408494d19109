"""`variable_scope` and `get_variable`: variables shared by name."""

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from evergraph.framework import dtypes, logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import get_default_graph, graph_from_inputs, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.ops.variables.creation import variable_creator_scope as variable_creator_scope
from evergraph.ops.variables.replication import VariableAggregation, VariableSynchronization
from evergraph.ops.variables.scope_object import AUTO_REUSE, VariableScope, current_scope, get_variable_scope
from evergraph.ops.variables.store import default_variable_store

public_module("python.ops.variable_scope")


@public("no_regularizer")
def no_regularizer(_: Any) -> None:
    """A regularizer that adds nothing: against one inherited from the variable scope."""
    return None


@public("get_variable")
def get_variable(
    name: str,
    shape: ShapeLike = None,
    dtype: DTypeLike = None,
    initializer: Any = None,
    regularizer: Callable[..., Any] | None = None,
    trainable: bool | None = None,
    collections: Collection[str] | None = None,
    caching_device: Any = None,
    partitioner: Callable[..., Any] | None = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Callable[..., Any] | None = None,
    constraint: Callable[..., Any] | None = None,
    synchronization: VariableSynchronization | None = VariableSynchronization.AUTO,
    aggregation: VariableAggregation | None = VariableAggregation.NONE,
) -> Any:
    """Gets the variable of that name in the current variable scope, or makes it.

    Args:
      name: its name within the scope.
      shape: its static shape; None when it exists, or when `initializer` is a value.
      dtype: its DType; the scope's (float32) when None.
      initializer: a function `f(shape, dtype=...)` giving its initial value, a class of such, a value, or a
        tensor.  None takes the scope's; without one, floats are drawn from `glorot_uniform_initializer` and
        integers and bools are zero.
      regularizer: a function of the variable whose result joins `GraphKeys.REGULARIZATION_LOSSES`.
      trainable, collections, caching_device, validate_shape, constraint, synchronization, aggregation: as for `tf.Variable`.
      partitioner: a function `f(shape=TensorShape, dtype=DType)` giving the number of parts along each axis.
      use_resource: whether to make a resource variable; the scope's (False) when None.
      custom_getter: a function `f(getter, name, ...)` that stands between this call and the making.

    Returns:
      The variable, or a PartitionedVariable when there is a partitioner.

    Raises:
      ValueError: it exists and the scope does not reuse, or it does not exist and the scope reuses; another
        shape or dtype than it was made with; a shape that is not fully defined for a new variable.
    """
    return get_variable_scope().get_variable(
        default_variable_store(),
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=collections,
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


@public("get_local_variable")
def get_local_variable(
    name: str,
    shape: ShapeLike = None,
    dtype: DTypeLike = None,
    initializer: Any = None,
    regularizer: Callable[..., Any] | None = None,
    trainable: bool = False,
    collections: Collection[str] | None = None,
    caching_device: Any = None,
    partitioner: Callable[..., Any] | None = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Callable[..., Any] | None = None,
    constraint: Callable[..., Any] | None = None,
    synchronization: VariableSynchronization | None = VariableSynchronization.AUTO,
    aggregation: VariableAggregation | None = VariableAggregation.NONE,
) -> Any:
    """`get_variable` for a variable of this process: not trainable, in `GraphKeys.LOCAL_VARIABLES`."""
    return get_variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=False,
        collections=[*(collections or ()), GraphKeys.LOCAL_VARIABLES],
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


@public("python.ops.variable_scope._pure_variable_scope")
class _pure_variable_scope:  # noqa: N801 (TensorFlow's name)
    """Context manager: a variable scope without a name scope."""

    def __init__(
        self,
        name_or_scope: Any,
        reuse: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        old_name_scope: Any = None,
        dtype: Any = dtypes.float32,
        use_resource: Any = None,
        constraint: Any = None,
    ) -> None:
        self._name_or_scope = name_or_scope
        self._reuse = reuse
        self._custom_getter = custom_getter
        self._old_name_scope = old_name_scope
        self._constraint = constraint
        self._changes = dict(
            initializer=initializer,
            regularizer=regularizer,
            caching_device=caching_device,
            partitioner=partitioner,
            dtype=dtype,
            use_resource=use_resource,
        )
        self._current = current_scope()
        self._reopened = (
            self._scope_from(name_or_scope, name_or_scope.name, name_or_scope.original_name_scope)
            if isinstance(name_or_scope, VariableScope)
            else None
        )

    def _scope_from(self, parent, name, original_name_scope):
        """A scope with the defaults of `parent`, except where this one was given others."""
        options = {
            key: getattr(parent, key) if value is None else value for key, value in self._changes.items()
        }
        return VariableScope(
            self._reuse or parent.reuse,
            name=name,
            name_scope=original_name_scope,
            constraint=self._constraint,
            custom_getter=_nested_getter(self._custom_getter, parent.custom_getter),
            **options,
        )

    def __enter__(self):
        current = self._current
        self._old = current.scope
        if self._reopened is not None:
            current.open(self._reopened.name)
            self._old_counts = dict(current.counts)
            current.scope = self._reopened
        else:
            name = self._name_or_scope
            original = name if self._old_name_scope is None else self._old_name_scope
            full_name = f"{self._old.name}/{name}" if self._old.name else name
            current.scope = self._scope_from(self._old, full_name, original)
            current.open(full_name)
        self._entered = current.scope
        return current.scope

    def __exit__(self, kind, value, trace):
        if self._reopened is not None:
            self._current.counts = self._old_counts
        else:
            self._current.close_below(self._entered.name)
        self._current.scope = self._old


def _nested_getter(getter, outer):
    """A custom getter whose own `getter` is the outer scope's custom getter."""
    if getter is None:
        return outer
    if outer is None:
        return getter

    def nested(getter_of_store, *args, **kwargs):
        return getter(functools.partial(outer, getter_of_store), *args, **kwargs)

    # `getter` reaches a custom getter by keyword.
    return lambda getter, *args, **kwargs: nested(getter, *args, **kwargs)


@public("variable_scope")
class variable_scope:  # noqa: N801 (TensorFlow's name)
    """Context manager: a scope for `get_variable`, and a name scope of the same name.

    Args:
      name_or_scope: its name, or a VariableScope to open again (absolutely: not below the current scope).
      default_name: used when `name_or_scope` is None, made unique.
      values: tensors whose graph is used.
      initializer, regularizer, caching_device, partitioner, custom_getter, dtype, use_resource, constraint:
        defaults for `get_variable` inside; inherited when None (except `constraint`).
      reuse: True, `tf.AUTO_REUSE`, or None/False to inherit.
      auxiliary_name_scope: False leaves the name scope as it is.

    Raises:
      ValueError: another `reuse`, or reuse without a name.
      TypeError: neither name nor default name, or a name that is no string or VariableScope.
    """

    def __init__(
        self,
        name_or_scope: Any,
        default_name: str | None = None,
        values: Sequence[Any] | None = None,
        initializer: Any = None,
        regularizer: Callable[..., Any] | None = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        custom_getter: Callable[..., Any] | None = None,
        reuse: Any = None,
        dtype: DTypeLike = None,
        use_resource: bool | None = None,
        constraint: Callable[..., Any] | None = None,
        auxiliary_name_scope: bool = True,
    ) -> None:
        if default_name is None and name_or_scope is None:
            raise TypeError("If default_name is None then name_or_scope is required")
        if name_or_scope is not None and not isinstance(name_or_scope, (str, VariableScope)):
            raise TypeError(f"name_or_scope must be a string or a VariableScope, got {name_or_scope!r}")
        if reuse is not True and reuse is not AUTO_REUSE and reuse is not None and reuse is not False:
            raise ValueError(f"the reuse parameter must be True, False, None or tf.AUTO_REUSE, got {reuse!r}")
        if not isinstance(auxiliary_name_scope, bool):
            raise TypeError(f"auxiliary_name_scope must be True or False, got {auxiliary_name_scope!r}")
        self._name_or_scope = name_or_scope
        self._default_name = default_name
        self._reuse = reuse or None
        self._options = dict(
            initializer=initializer,
            regularizer=regularizer,
            caching_device=caching_device,
            partitioner=partitioner,
            custom_getter=custom_getter,
            dtype=dtype,
            use_resource=use_resource,
            constraint=constraint,
        )
        self._auxiliary_name_scope = auxiliary_name_scope
        self._graph = graph_from_inputs(values or ())
        self._pure_scope = None
        self._contexts = []

    def __enter__(self) -> VariableScope:
        with contextlib.ExitStack() as contexts:
            if get_default_graph() is not self._graph:
                contexts.enter_context(self._graph.as_default())
            scope_name = self._enter_name_scope(contexts)
            if self._pure_scope is None:
                self._pure_scope = self._new_pure_scope(scope_name)
            scope = contexts.enter_context(self._pure_scope)
            self._contexts.append(contexts.pop_all())
        return scope

    def _enter_name_scope(self, contexts):
        """Enters the name scope, and returns its name."""
        if not self._auxiliary_name_scope:
            return contexts.enter_context(name_scope(_with_slash(get_default_graph().get_name_scope())))
        if self._name_or_scope is None:
            name = self._default_name
        elif isinstance(self._name_or_scope, str):
            name = self._name_or_scope
        else:
            name = self._name_or_scope.name.rpartition("/")[2]
        return contexts.enter_context(name_scope(name)) if name else None

    def _new_pure_scope(self, scope_name):
        name = self._name_or_scope
        if isinstance(name, VariableScope):
            scope_name = name.original_name_scope
        elif name is None:
            if self._reuse:
                raise ValueError(f"reuse={self._reuse} cannot be used without a name_or_scope")
            name = current_scope().unique(self._default_name)
        return _pure_variable_scope(name, reuse=self._reuse, old_name_scope=scope_name, **self._options)

    def __exit__(self, kind: Any, value: Any, trace: Any) -> bool | None:
        return self._contexts.pop().__exit__(kind, value, trace)


def _with_slash(name):
    return name + "/" if name else name


@public("variable_op_scope")
@contextlib.contextmanager
def variable_op_scope(
    values: Sequence[Any] | None,
    name_or_scope: Any,
    default_name: str | None = None,
    initializer: Any = None,
    regularizer: Callable[..., Any] | None = None,
    caching_device: Any = None,
    partitioner: Callable[..., Any] | None = None,
    custom_getter: Callable[..., Any] | None = None,
    reuse: Any = None,
    dtype: DTypeLike = None,
    use_resource: bool | None = None,
    constraint: Callable[..., Any] | None = None,
) -> Iterator[VariableScope]:
    """Deprecated: use `variable_scope(name_or_scope, default_name, values)`."""
    logging.log_first_n(
        logging.WARN,
        "tf.variable_op_scope is deprecated: use tf.variable_scope(name, default_name, values)",
        1,
    )
    with variable_scope(
        name_or_scope,
        default_name=default_name,
        values=values,
        initializer=initializer,
        regularizer=regularizer,
        caching_device=caching_device,
        partitioner=partitioner,
        custom_getter=custom_getter,
        reuse=reuse,
        dtype=dtype,
        use_resource=use_resource,
        constraint=constraint,
    ) as scope:
        yield scope
