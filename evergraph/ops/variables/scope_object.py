"""`VariableScope`: the defaults that `get_variable` takes from the scope around it, and the current scope."""

import enum
import threading
from collections.abc import Callable, Collection
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope as graph_name_scope
from evergraph.framework.public import public
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.ops.variables.replication import VariableAggregation, VariableSynchronization

_CURRENT_KEY = ("__varscope",)


class ReuseMode(enum.Enum):
    """Modes of reuse beside True, False and None (inherited)."""

    AUTO_REUSE = 1


AUTO_REUSE = public("AUTO_REUSE", "python.ops.variable_scope.AUTO_REUSE")(ReuseMode.AUTO_REUSE)


@public("VariableScope", "python.ops.variable_scope.VariableScope")
class VariableScope:
    """A prefix for variables' names, with defaults for the arguments of `get_variable`.

    Attributes:
      name: the prefix.
      original_name_scope: the name scope in which it was first opened.
      reuse: True (variables must exist), AUTO_REUSE (they are made when missing), else they must not exist.
      initializer, regularizer, caching_device, partitioner, custom_getter, dtype, use_resource, constraint:
        the defaults.
    """

    def __init__(
        self,
        reuse: Any,
        name: str | None = "",
        initializer: Any = None,
        regularizer: Callable[..., Any] | None = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        custom_getter: Callable[..., Any] | None = None,
        name_scope: str = "",
        dtype: DTypeLike = dtypes.float32,
        use_resource: bool | None = None,
        constraint: Callable[..., Any] | None = None,
    ) -> None:
        self._reuse = reuse
        self._name = name
        self._initializer = initializer
        self._regularizer = regularizer
        self._caching_device = caching_device
        self._partitioner = partitioner
        self._custom_getter = custom_getter
        self._name_scope = name_scope
        self._dtype = dtype
        self._use_resource = use_resource
        self._constraint = constraint

    name = property(lambda self: self._name)
    original_name_scope = property(lambda self: self._name_scope)
    reuse = property(lambda self: self._reuse)
    initializer = property(lambda self: self._initializer)
    dtype = property(lambda self: self._dtype)
    use_resource = property(lambda self: self._use_resource)
    regularizer = property(lambda self: self._regularizer)
    caching_device = property(lambda self: self._caching_device)
    partitioner = property(lambda self: self._partitioner)
    custom_getter = property(lambda self: self._custom_getter)
    constraint = property(lambda self: self._constraint)

    def reuse_variables(self) -> None:
        """From now on, variables of this scope must exist already."""
        self._reuse = True

    def set_initializer(self, initializer: Any) -> None:
        """Sets the default initializer."""
        self._initializer = initializer

    def set_dtype(self, dtype: DTypeLike) -> None:
        """Sets the default dtype."""
        self._dtype = dtype

    def set_use_resource(self, use_resource: bool) -> None:
        """Sets whether variables are resource variables by default."""
        self._use_resource = use_resource

    def set_regularizer(self, regularizer: Callable[..., Any] | None) -> None:
        """Sets the default regularizer."""
        self._regularizer = regularizer

    def set_caching_device(self, caching_device: Any) -> None:
        """Sets the default caching device."""
        self._caching_device = caching_device

    def set_partitioner(self, partitioner: Callable[..., Any] | None) -> None:
        """Sets the default partitioner."""
        self._partitioner = partitioner

    def set_custom_getter(self, custom_getter: Callable[..., Any] | None) -> None:
        """Sets the default custom getter."""
        self._custom_getter = custom_getter

    def get_collection(self, name: str) -> list[Any]:
        """The items of a collection whose name lies in this scope."""
        return get_collection(name, self._name + "/" if self._name else "")

    def trainable_variables(self) -> list[Any]:
        """The trainable variables of this scope."""
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)

    def global_variables(self) -> list[Any]:
        """The global variables of this scope."""
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list[Any]:
        """The local variables of this scope."""
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def get_variable(
        self,
        var_store: Any,
        name: str,
        shape: ShapeLike = None,
        dtype: DTypeLike = None,
        initializer: Any = None,
        regularizer: Callable[..., Any] | None = None,
        reuse: Any = None,
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
        """`tf.get_variable` in this scope, from a store of variables; what is None is the scope's.

        ValueError for an initial value of another dtype, and as `tf.get_variable` raises it.
        """
        with graph_name_scope(None):
            if dtype is not None and initializer is not None and not callable(initializer):
                found = convert_to_tensor(initializer).dtype.base_dtype
                if found != dtypes.as_dtype(dtype).base_dtype:
                    raise ValueError(
                        f"variable {name!r}: initializer type {found.name!r} and explicit dtype "
                        f"{dtypes.as_dtype(dtype).name!r} don't match"
                    )
            return var_store.get_variable(
                f"{self._name}/{name}" if self._name else name,
                shape=shape,
                dtype=_first(dtype, self._dtype),
                initializer=_first(initializer, self._initializer),
                regularizer=_first(regularizer, self._regularizer),
                reuse=_first(reuse, self._reuse),
                trainable=trainable,
                collections=collections,
                caching_device=_first(caching_device, self._caching_device),
                partitioner=_first(partitioner, self._partitioner),
                validate_shape=validate_shape,
                use_resource=_first(use_resource, self._use_resource),
                custom_getter=_first(custom_getter, self._custom_getter),
                constraint=_first(constraint, self._constraint),
                synchronization=synchronization,
                aggregation=aggregation,
            )

    def _get_partitioned_variable(
        self,
        var_store,
        name,
        shape=None,
        dtype=None,
        initializer=None,
        regularizer=None,
        trainable=True,
        collections=None,
        caching_device=None,
        partitioner=None,
        validate_shape=True,
        use_resource=None,
        constraint=None,
    ):
        if self._custom_getter is not None:
            raise ValueError(
                "create_partitioned_variables cannot be used in a variable scope with a custom getter "
                f"({self._custom_getter}): use tf.get_variable with a partitioner"
            )
        partitioner = _first(partitioner, self._partitioner)
        if partitioner is None:
            raise ValueError(f"variable {name!r}: no partitioner was specified")
        with graph_name_scope(None):
            return var_store.get_partitioned_variable(
                "/".join(part for part in (self._name, name) if part),
                partitioner,
                shape=shape,
                dtype=dtypes.as_dtype(_first(dtype, self._dtype)).base_dtype,
                initializer=_first(initializer, self._initializer),
                regularizer=_first(regularizer, self._regularizer),
                reuse=self._reuse,
                trainable=trainable,
                collections=collections,
                caching_device=_first(caching_device, self._caching_device),
                validate_shape=validate_shape,
                use_resource=_first(use_resource, self._use_resource),
                constraint=_first(constraint, self._constraint),
            )


def _first(given, default):
    return default if given is None else given


class CurrentScope(threading.local):
    """The variable scope that a thread is in, and how often scopes of each name were opened."""

    def __init__(self):
        self.scope = VariableScope(False)
        self.counts = {}

    def open(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1

    def close_below(self, name: str) -> None:
        """Forgets the scopes opened inside `name`, so that opening it again finds their names free."""
        for key in list(self.counts):
            if not name or key.startswith(name + "/"):
                self.counts[key] = 0

    def unique(self, prefix) -> str:
        """`prefix`, with a number appended if a scope of that name is open or was opened beside it."""
        name = f"{self.scope.name}/{prefix}" if self.scope.name else prefix
        if not self.counts.get(name):
            return prefix
        index = 1
        while self.counts.get(f"{name}_{index}"):
            index += 1
        return f"{prefix}_{index}"


def current_scope() -> CurrentScope:
    """The `CurrentScope` of the default graph."""
    found = get_collection(_CURRENT_KEY)
    if found:
        return found[0]
    current = CurrentScope()
    add_to_collection(_CURRENT_KEY, current)
    return current


@public("get_variable_scope", "python.ops.variable_scope.get_variable_scope")
def get_variable_scope() -> VariableScope:
    """The current variable scope."""
    return current_scope().scope
