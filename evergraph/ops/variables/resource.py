"""`ResourceVariable`: a variable behind a handle, whose reads are operations of their own.

A read gives the value at its place in the order of the run, whatever is assigned later.
"""

import contextlib
from collections.abc import Callable, Collection
from typing import Any

from evergraph.formats.messages import VariableDef
from evergraph.framework import conversion
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import (
    colocate_with,
    control_dependencies,
    device,
    get_default_graph,
    name_scope,
)
from evergraph.framework.dtypes import DType
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.recordings import variable_accessed
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.framework.tensor import Operand, Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import state
from evergraph.ops.constants import identity
from evergraph.ops.name_scopes import prepend_name_scope
from evergraph.ops.variables import assign as assignment
from evergraph.ops.variables.initial_values import guard_initial_value
from evergraph.ops.variables.reference import Variable, initial_value_of
from evergraph.ops.variables.replication import VariableAggregation, VariableSynchronization
from evergraph.ops.variables.rows import resource_gather_op

public_module("python.ops.resource_variable_ops")


@public()
class ResourceVariable(Variable):
    """A variable behind a resource handle (`tf.get_variable(..., use_resource=True)`).

    Args and errors as for `tf.Variable`.  Assignments return an object that stands for the new value; with
    `read_value=False` the bare Operation.
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Collection[str] | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        dtype: DTypeLike = None,
        variable_def: Any = None,
        import_scope: str | None = None,
        constraint: Callable[..., Any] | None = None,
        synchronization: VariableSynchronization | None = VariableSynchronization.AUTO,
        aggregation: VariableAggregation | None = VariableAggregation.NONE,
    ) -> None:
        super().__init__(
            initial_value,
            trainable,
            collections,
            validate_shape,
            caching_device,
            name,
            variable_def,
            dtype,
            import_scope=import_scope,
            constraint=constraint,
            synchronization=synchronization,
            aggregation=aggregation,
        )

    def _create(self, initial_value, validate_shape, caching_device, name, dtype):
        from_function = callable(initial_value)
        with name_scope(name, "Variable", [] if from_function else [initial_value]) as scope:
            variable_name = scope[:-1]
            if from_function:
                value = initial_value_of(initial_value, variable_name, dtype)
            else:
                with name_scope("Initializer"):
                    value = convert_to_tensor(initial_value, dtype=dtype, name="initial_value")
            self._initial_value = value
            self._shape = value.shape
            self._dtype = value.dtype.base_dtype
            self._handle = state.var_handle_op(
                shape=self._shape,
                dtype=self._dtype,
                container=get_default_graph()._container,
                shared_name=variable_name,
                name=scope,
            )
            with name_scope("IsInitialized"):
                self._is_initialized_op = state.var_is_initialized_op(self._handle)
            with name_scope("Assign") as assign_scope, colocate_with(self._handle):
                self._initializer_op = state.assign_variable_op(
                    self._handle, guard_initial_value(value, self.name), name=assign_scope
                )
            with name_scope("Read"), colocate_with(self._handle):
                self._graph_element = self._read()
                self._cached_value = None
                if caching_device is not None:
                    with colocate_with(None, ignore_existing=True), device(caching_device):
                        self._cached_value = identity(self._graph_element)

    def _init_from_proto(self, variable_def, import_scope):
        if not variable_def.is_resource:
            raise ValueError(
                f"{variable_def.variable_name!r} describes a reference variable: use tf.Variable"
            )
        graph = get_default_graph()

        def element(name):
            return graph.as_graph_element(prepend_name_scope(name, import_scope))

        self._handle = element(variable_def.variable_name)
        self._shape = as_shape(state.handle_shape(self._handle))
        self._dtype = state.handle_dtype(self._handle)
        self._initializer_op = element(variable_def.initializer_name)
        self._initial_value = (
            element(variable_def.initial_value_name) if variable_def.initial_value_name else None
        )
        self._is_initialized_op = None
        self._cached_value = None
        if variable_def.snapshot_name:
            read = self._cached_value = element(variable_def.snapshot_name)
            while read.op.type != "ReadVariableOp":
                read = read.op.inputs[0]
            if read is self._cached_value:
                self._cached_value = None  # the snapshot is the variable's own read: nothing was cached
            self._graph_element = read
        else:
            self._graph_element = graph.get_tensor_by_name(self._handle.op.name + "/Read/ReadVariableOp:0")
        self._init_rest_from_proto(variable_def, import_scope)

    # -- what it is ----------------------------------------------------------------------------------------------

    @property
    def handle(self) -> Tensor:
        """The resource tensor that names it."""
        return self._handle

    @property
    def name(self) -> str:
        """The name of its handle, "w:0"."""
        return self._handle.name

    @property
    def dtype(self) -> DType:
        """The DType of its value."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """Its static TensorShape."""
        return self._shape

    def _shape_as_list(self):
        return None if self._shape.ndims is None else self._shape.as_list()

    def _shape_tuple(self):
        return None if self._shape.ndims is None else tuple(self._shape.as_list())

    @property
    def device(self) -> str:
        """The name of its device."""
        return self._handle.device

    @property
    def op(self) -> Operation:
        """The Operation of its handle."""
        return self._handle.op

    @property
    def graph(self) -> Graph:
        """Its Graph."""
        return self._handle.graph

    @property
    def create(self) -> Operation:
        """The Operation that gives it its initial value."""
        return self._initializer_op

    def set_shape(self, shape: ShapeLike) -> None:
        """NotImplementedError: the shape of a resource variable belongs to its handle."""
        raise NotImplementedError(
            "ResourceVariable does not implement set_shape(): give it a shape when it is made"
        )

    # -- reading -------------------------------------------------------------------------------------------------

    def _read(self):
        if self._trainable:
            variable_accessed(self)
        return state.read_variable_op(self._handle, dtype=self._dtype)

    def value(self) -> Tensor:
        """A new read of its value (or the cached one)."""
        if self._cached_value is not None:
            return self._cached_value
        with colocate_with(None, ignore_existing=True), device(self._handle.device):
            return self._read()

    def read_value(self) -> Tensor:
        """A new read of its value, which obeys the control dependencies around it."""
        with name_scope("Read"), device(self._handle.device):
            value = self._read()
        return identity(value)

    def sparse_read(self, indices: TensorLike, name: str | None = None) -> Tensor:
        """The rows of the variable that `indices` (int32 or int64, any shape) name."""
        if self._trainable:
            variable_accessed(self)
        with name_scope("Gather" if name is None else name) as scope:
            value = resource_gather_op(self._handle, indices, dtype=self._dtype, name=scope)
        return identity(value)

    def _as_graph_element(self):
        return self._graph_element

    def _ref(self):
        raise NotImplementedError("ResourceVariable has no reference: use its handle, or value()")

    def numpy(self) -> Any:
        """Its value as a NumPy array or scalar, in the eager mode; NotImplementedError in a graph, see `eval`."""
        if not self.graph.is_eager:
            raise NotImplementedError("numpy() needs eager execution: use sess.run(variable)")
        return self._read().numpy()

    def __bool__(self) -> bool:
        return bool(self.read_value())

    # -- writing -------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _after_cached_read(self):
        """An update waits for the cached value, which is the one before it."""
        with control_dependencies([] if self._cached_value is None else [self._cached_value]):
            yield

    def _lazy_read(self, operation):
        if self.graph.is_eager:
            return self  # it has the value already
        return _UpdatedVariable(self, operation)

    def _updated(self, definition, value, name, read_value):
        value = convert_to_tensor(value, dtype=self._dtype)
        self._shape.assert_is_compatible_with(value.shape)
        operation = definition(self._handle, value, name=name)
        return self._lazy_read(operation) if read_value else operation

    def assign(
        self,
        value: TensorLike,
        use_locking: bool | None = None,
        name: str | None = None,
        read_value: bool = True,
    ) -> Operand | Operation:
        """Assigns a value.  ValueError for another shape; see `tf.assign`."""
        with self.graph.as_default():
            return self._updated(state.assign_variable_op, value, name, read_value)

    def assign_add(
        self,
        delta: TensorLike,
        use_locking: bool | None = None,
        name: str | None = None,
        read_value: bool = True,
    ) -> Operand | Operation:
        """Adds to it; see `tf.assign_add`."""
        with self.graph.as_default(), self._after_cached_read():
            return self._updated(state.assign_add_variable_op, delta, name, read_value)

    def assign_sub(
        self,
        delta: TensorLike,
        use_locking: bool | None = None,
        name: str | None = None,
        read_value: bool = True,
    ) -> Operand | Operation:
        """Subtracts from it; see `tf.assign_sub`."""
        with self.graph.as_default(), self._after_cached_read():
            return self._updated(state.assign_sub_variable_op, delta, name, read_value)

    def count_up_to(self, limit: TensorLike) -> Tensor:
        """Increments it until it reaches `limit`; returns the value before.  See `tf.count_up_to`."""
        return assignment.count_up_to(self, limit=limit)

    # -- saving --------------------------------------------------------------------------------------------------

    def _snapshot_tensor(self):
        return self._graph_element if self._cached_value is None else self._cached_value

    def to_proto(self, export_scope: str | None = None) -> VariableDef | None:
        """A VariableDef; None when the variable is not in `export_scope`."""
        message = super().to_proto(export_scope)
        if message is not None:
            message.is_resource = True
        return message

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> "ResourceVariable":
        """The variable that a VariableDef describes, from operations that are in the default graph."""
        return ResourceVariable(variable_def=variable_def, import_scope=import_scope)

    # -- Python's own ----------------------------------------------------------------------------------------------

    def _plain_result(self, operator, method, result):
        raise RuntimeError(
            f"Variable {operator} value not supported. Use variable.{method}(...) to change the variable, or "
            f"variable = variable {operator[:-1]} value for a new tensor"
        )


class _UpdatedVariable(ResourceVariable):
    """A resource variable after an update: every read waits for it; fetching it gives the new value."""

    def __init__(self, variable, operation):
        vars(self).update(vars(variable))
        self._cached_value = None
        self._parent_op = operation
        with control_dependencies([operation]):
            self._graph_element = self._read()

    @property
    def op(self):
        """The Operation of the update."""
        return self._parent_op

    def value(self):
        """Its value after the update."""
        return self._read_after()

    def read_value(self):
        """Its value after the update."""
        return self._read_after()

    def _read_after(self):
        with control_dependencies([self._parent_op]):
            return super().read_value()


def variable_from_proto(message: Any, import_scope: str | None = None) -> Variable:
    """The variable that a VariableDef describes, of the kind it says; its operations must be in the graph."""
    kind = ResourceVariable if message.is_resource else Variable
    return kind.from_proto(message, import_scope=import_scope)


@public()
def is_resource_variable(variable: Any) -> bool:
    """Whether the object is a resource variable."""
    return isinstance(variable, ResourceVariable)


def _resource_variable_to_tensor(value, dtype=None, name=None, as_ref=False):
    if dtype is not None and dtype.base_dtype != value.dtype:
        raise ValueError(
            f"Incompatible type conversion requested to type {dtype.name!r} for variable {value.name!r} of type "
            f"{value.dtype.name!r}; convert it with tf.cast"
        )
    return value.handle if as_ref else value.value()


conversion.register_tensor_conversion_function(ResourceVariable, _resource_variable_to_tensor, 99)
conversion.register_dense_tensor_like_type(ResourceVariable)
