"""`tf.Variable`: a reference variable, and what it shares with resource variables."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from typing import Any, NoReturn

from evergraph.formats.messages import SaveSliceInfoDef, VariableDef
from evergraph.framework import conversion, logging, registry
from evergraph.framework.collections import GraphKeys, add_to_collections
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import (
    colocate_with,
    device,
    get_default_graph,
    init_scope,
    name_scope,
)
from evergraph.framework.dtypes import DType
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Operand, Tensor
from evergraph.framework.tracking import VARIABLE_VALUE_KEY, CheckpointableBase
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import state
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.name_scopes import prepend_name_scope, strip_name_scope
from evergraph.ops.variables import assign as assignment
from evergraph.ops.variables.initial_values import guard_initial_value
from evergraph.ops.variables.replication import (
    VariableAggregation,
    VariableSynchronization,
    checked_replication,
)
from evergraph.ops.variables.row_updates import RowUpdates

public_module("python.ops.variables")


@public()
class SaveSliceInfo:
    """Which slice of a larger variable a variable is, for checkpoints.

    Attributes:
      full_name: the name of the whole variable.
      full_shape, var_offset, var_shape: lists of int, one for each dimension of the whole.
    """

    def __init__(
        self,
        full_name: Any = None,
        full_shape: Any = None,
        var_offset: Any = None,
        var_shape: Any = None,
        save_slice_info_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if save_slice_info_def:
            full_name = prepend_name_scope(save_slice_info_def.full_name, import_scope)
            full_shape = list(save_slice_info_def.full_shape)
            var_offset = list(save_slice_info_def.var_offset)
            var_shape = list(save_slice_info_def.var_shape)
        self.full_name = full_name
        self.full_shape = full_shape
        self.var_offset = var_offset
        self.var_shape = var_shape

    @property
    def spec(self) -> str:
        """The slice as the text that savers use: "10 20 0,5:0,20"."""
        whole = " ".join(str(size) for size in self.full_shape)
        return whole + " " + ":".join(f"{o},{s}" for o, s in zip(self.var_offset, self.var_shape))

    def to_proto(self, export_scope: str | None = None) -> SaveSliceInfoDef | None:
        """A SaveSliceInfoDef; None when the variable is not in `export_scope`."""
        if export_scope is not None and not self.full_name.startswith(export_scope):
            return None
        return SaveSliceInfoDef(
            full_name=strip_name_scope(self.full_name, export_scope),
            full_shape=self.full_shape,
            var_offset=self.var_offset,
            var_shape=self.var_shape,
        )


def collections_for(trainable: bool, collections: Collection[str] | None) -> Collection[str]:
    """The collections that a new variable joins; ValueError when they are not a list, tuple or set."""
    if collections is None:
        collections = [GraphKeys.GLOBAL_VARIABLES]
    if not isinstance(collections, (list, tuple, set)):
        raise ValueError(
            f"collections of a variable must be a list, tuple or set of names, got {collections!r} of type "
            f"{type(collections).__name__}"
        )
    if trainable and GraphKeys.TRAINABLE_VARIABLES not in collections:
        return [*collections, GraphKeys.TRAINABLE_VARIABLES]
    return collections


def check_new_variable(initial_value: Any, constraint: Any) -> None:
    """ValueError unless there is an initial value, made outside control flow, and a callable constraint."""
    if initial_value is None:
        raise ValueError("initial_value must be specified: a value, a tensor, or a function that makes one")
    if constraint is not None and not callable(constraint):
        raise ValueError(f"the constraint of a variable must be a callable, got {constraint!r}")
    if isinstance(initial_value, Tensor) and initial_value.op.body is not None:
        raise ValueError(
            f"the initial value {initial_value.name} is from inside a control-flow construct (a tf.cond or "
            "tf.while_loop body), and the variable lives outside of it: use a lambda as the initializer"
        )


def initial_value_of(function: Callable[[], Any], variable_name: str, dtype: DTypeLike) -> Tensor:
    """Calls an initial-value function under "<variable>/Initializer/", colocated with the variable to be."""
    graph = get_default_graph()
    with graph._attr_scope({"_class": [f"loc:@{variable_name}".encode()]}):
        with name_scope("Initializer"), device(None):
            return convert_to_tensor(function(), dtype=dtype, name="initial_value")


class _MadeByCreators(type):
    """`tf.Variable(...)` goes through the creators of `variable_creator_scope`, and may be a resource variable."""

    __signature__ = property(
        lambda cls: inspect.signature(cls.__init__).replace(parameters=_without_self(cls))
    )

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is Variable:
            return registry.public_function("create_variable")(*args, **kwargs)
        return super().__call__(*args, **kwargs)


def _without_self(kind):
    return list(inspect.signature(kind.__init__).parameters.values())[1:]


def reference_variable(**options: Any) -> Variable:
    """A reference variable, from the arguments of `tf.Variable` but `use_resource`; no creators are asked."""
    return type.__call__(Variable, **options)


@public("Variable")
class Variable(RowUpdates, Operand, CheckpointableBase, metaclass=_MadeByCreators):
    """A value that persists between the runs of a session.

    It must be initialized before it is read: run its `initializer` (`tf.global_variables_initializer()` runs
    those of all variables), restore it from a checkpoint, or assign to it.

    Args:
      initial_value: a tensor, a value convertible to one, or a function without arguments that returns one
        (called outside any control flow).
      trainable: whether it joins `GraphKeys.TRAINABLE_VARIABLES`, which optimizers update.
      collections: the names of the collections it joins; `[GraphKeys.GLOBAL_VARIABLES]` when None.
      validate_shape: False allows an initial value of unknown shape, and assignments of any shape.
      caching_device: a device on which reads are cached.
      name: its name, made unique; "Variable" when None.
      variable_def: a VariableDef: recreates the variable from operations that are in the graph already.
      dtype: the DType the initial value is converted to.
      expected_shape: accepted; not used.
      import_scope: a name scope to prepend to the names in `variable_def`.
      constraint: a function from the new value (a tensor) to its projection, applied after an optimizer's update.
      use_resource: whether it is a ResourceVariable; as the variable scope says (it is not) when None.
      synchronization, aggregation: how its copies in the towers of a strategy belong together.

    Raises:
      ValueError: no initial value; one without a known shape while `validate_shape` is true; one from inside a
        control-flow body; `variable_def` together with an initial value; `collections` that are no list.
    """

    SaveSliceInfo = SaveSliceInfo

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Collection[str] | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: DTypeLike = None,
        expected_shape: ShapeLike = None,
        import_scope: str | None = None,
        constraint: Callable[..., Any] | None = None,
        use_resource: bool | None = None,
        synchronization: VariableSynchronization | None = VariableSynchronization.AUTO,
        aggregation: VariableAggregation | None = VariableAggregation.NONE,
    ) -> None:
        self._save_slice_info: Any = None
        self._caching_device = caching_device
        if variable_def:
            if initial_value is not None:
                raise ValueError("variable_def and initial_value are mutually exclusive")
            self._init_from_proto(variable_def, import_scope)
            return
        check_new_variable(initial_value, constraint)
        self._synchronization, self._aggregation, trainable = checked_replication(
            synchronization, aggregation, trainable, name
        )
        collections = collections_for(trainable, collections)
        self._trainable = trainable
        self._constraint = constraint
        with init_scope():
            self._create(initial_value, validate_shape, caching_device, name, dtype)
            add_to_collections(collections, self)

    def _create(self, initial_value, validate_shape, caching_device, name, dtype):
        from_function = callable(initial_value)
        with name_scope(name, "Variable", [] if from_function else [initial_value]) as scope:
            if from_function:
                value = initial_value_of(initial_value, scope[:-1], dtype)
            else:
                value = convert_to_tensor(initial_value, dtype=dtype, name="initial_value")
            shape = value.shape if validate_shape else unknown_shape()
            if validate_shape and not shape.is_fully_defined():
                raise ValueError(
                    f"initial_value must have a shape specified: {value}; give it a static shape, or pass "
                    "validate_shape=False"
                )
            self._initial_value = value
            self._variable = state.variable_v2(
                shape=shape,
                dtype=value.dtype.base_dtype,
                container=get_default_graph()._container,
                name=scope,
            )
            guarded = guard_initial_value(value, self.name)
            self._initializer_op = assignment.assign(
                self._variable, guarded, validate_shape=validate_shape
            ).op
            with device(caching_device) if caching_device is not None else colocate_with(self._variable.op):
                self._snapshot = identity(self._variable, name="read")

    def _init_from_proto(self, variable_def, import_scope):
        if variable_def.is_resource:
            raise ValueError(
                f"{variable_def.variable_name!r} describes a resource variable: use ResourceVariable"
            )
        element = _element_finder(import_scope)
        self._variable = element(variable_def.variable_name)
        self._initializer_op = element(variable_def.initializer_name)
        self._initial_value = (
            element(variable_def.initial_value_name) if variable_def.initial_value_name else None
        )
        self._snapshot = element(variable_def.snapshot_name)
        self._init_rest_from_proto(variable_def, import_scope)

    def _init_rest_from_proto(self, variable_def, import_scope):
        # `trainable` was added to the message in TensorFlow 1.9; older files list their variables in collections.
        self._trainable = variable_def.trainable
        self._constraint = None
        self._synchronization = VariableSynchronization(variable_def.synchronization)
        self._aggregation = VariableAggregation(variable_def.aggregation)
        if variable_def.HasField("save_slice_info_def"):
            self._save_slice_info = SaveSliceInfo(
                save_slice_info_def=variable_def.save_slice_info_def, import_scope=import_scope
            )

    # -- what it is ----------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of its reference or handle, "w:0"."""
        return self._variable.name

    @property
    def _shared_name(self):
        return self.name.rpartition(":")[0]

    def _gather_saveables_for_checkpoint(self):
        return {VARIABLE_VALUE_KEY: self}

    @property
    def dtype(self) -> DType:
        """Its DType: a `_ref` type for a reference variable."""
        return self._variable.dtype

    @property
    def device(self) -> str:
        """The name of its device."""
        return self._variable.device

    @property
    def op(self) -> Operation:
        """The Operation that holds it."""
        return self._variable.op

    @property
    def graph(self) -> Graph:
        """Its Graph."""
        return self._variable.graph

    @property
    def shape(self) -> TensorShape:
        """Its static TensorShape."""
        return self._variable.shape

    def get_shape(self) -> TensorShape:
        """Its static TensorShape (alias of `shape`)."""
        return self.shape

    def set_shape(self, shape: ShapeLike) -> None:
        """Merges what is known of the shape; ValueError when it contradicts what was known."""
        self._variable.set_shape(shape)
        self._snapshot.set_shape(shape)

    @property
    def trainable(self) -> bool:
        """Whether optimizers update it."""
        return self._trainable

    @property
    def constraint(self) -> Callable[..., Any] | None:
        """Its constraint function, or None."""
        return self._constraint

    @property
    def synchronization(self) -> VariableSynchronization:
        """When its copies in the towers of a strategy are made to agree."""
        return self._synchronization

    @property
    def aggregation(self) -> VariableAggregation:
        """How the values that towers give it are joined."""
        return self._aggregation

    @property
    def initializer(self) -> Operation:
        """The Operation that gives it its initial value."""
        return self._initializer_op

    @property
    def initial_value(self) -> Tensor | None:
        """The tensor of its initial value (not that of another variable's guarded read)."""
        return self._initial_value

    # -- reading -------------------------------------------------------------------------------------------------

    def value(self) -> Tensor:
        """Its value: the tensor that operations use when they are given the variable."""
        return self._snapshot

    def read_value(self) -> Tensor:
        """A new read of its value, which obeys the control dependencies around it."""
        return identity(self._variable, name="read")

    def initialized_value(self) -> Tensor:
        """Its value once initialized, else its initial value: for the initial values of other variables."""
        with init_scope():
            # The initializer's operand, not `initial_value`: it is guarded against other uninitialized variables.
            initializer = self._initializer_op
            initial_value = getattr(initializer, "op", initializer).inputs[1]
            return cond(assignment.is_initialized(self), self.read_value, lambda: initial_value)

    def eval(self, session: Any = None) -> Any:
        """Its value in the given or default session, as a NumPy array."""
        return self._as_graph_element().eval(session=session)

    def load(self, value: TensorLike, session: Any = None) -> None:
        """Gives it a value in the given or default session, without adding operations to the graph.

        Raises:
          ValueError: there is no session, or the shape is not the variable's.
        """
        value_input = self._initializer_op.inputs[1]
        registry.public_function("run_operation")(self._initializer_op, {value_input: value}, session)

    def _operand(self):
        return self.value()

    def _AsTensor(self):  # noqa: N802 (TensorFlow's name)
        return self.value()

    def _as_graph_element(self):
        return self._variable

    def _ref(self):
        return self._variable

    # -- writing -------------------------------------------------------------------------------------------------

    def assign(
        self, value: TensorLike, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Assigns a value; returns the reference after it.  See `tf.assign`."""
        reference = assignment.assign(self._variable, value, use_locking=use_locking, name=name)
        return reference if read_value else reference.op

    def assign_add(
        self, delta: TensorLike, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Adds to it; returns the reference after it.  See `tf.assign_add`."""
        reference = assignment.assign_add(self._variable, delta, use_locking=use_locking, name=name)
        return reference if read_value else reference.op

    def assign_sub(
        self, delta: TensorLike, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtracts from it; returns the reference after it.  See `tf.assign_sub`."""
        reference = assignment.assign_sub(self._variable, delta, use_locking=use_locking, name=name)
        return reference if read_value else reference.op

    def count_up_to(self, limit: TensorLike) -> Tensor:
        """Increments it until it reaches `limit`; returns the value before.  See `tf.count_up_to`."""
        return assignment.count_up_to(self._variable, limit=limit)

    # -- saving --------------------------------------------------------------------------------------------------

    def _snapshot_tensor(self):
        return self._snapshot

    def to_proto(self, export_scope: str | None = None) -> VariableDef | None:
        """A VariableDef; None when the variable is not in `export_scope`."""
        if export_scope is not None and not self.name.startswith(export_scope):
            return None
        message = VariableDef(
            variable_name=strip_name_scope(self.name, export_scope),
            initializer_name=strip_name_scope(self.initializer.name, export_scope),
            snapshot_name=strip_name_scope(self._snapshot_tensor().name, export_scope),
            trainable=self.trainable,
            synchronization=self.synchronization.value,
            aggregation=self.aggregation.value,
        )
        if self._initial_value is not None:
            message.initial_value_name = strip_name_scope(self._initial_value.name, export_scope)
        if self._save_slice_info:
            message.save_slice_info_def.MergeFrom(self._save_slice_info.to_proto(export_scope))
        return message

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> Variable:
        """The variable that a VariableDef describes, from operations that are in the default graph."""
        return Variable(variable_def=variable_def, import_scope=import_scope)

    def _set_save_slice_info(self, save_slice_info):
        self._save_slice_info = save_slice_info

    def _get_save_slice_info(self):
        return self._save_slice_info

    # -- Python's own ----------------------------------------------------------------------------------------------

    def __getitem__(self, key: Any) -> Tensor:
        return registry.public_function("variable_getitem")(self, key)

    def __iter__(self) -> NoReturn:
        raise TypeError(f"'Variable' object is not iterable: {self!r}; use tf.unstack, or index it")

    def __iadd__(self, other: TensorLike) -> Tensor:
        return self._plain_result("+=", "assign_add", self + other)

    def __isub__(self, other: TensorLike) -> Tensor:
        return self._plain_result("-=", "assign_sub", self - other)

    def __imul__(self, other: TensorLike) -> Tensor:
        return self._plain_result("*=", "assign", self * other)

    def __itruediv__(self, other: TensorLike) -> Tensor:
        return self._plain_result("/=", "assign", self / other)

    def __ipow__(self, other: TensorLike) -> Tensor:
        return self._plain_result("**=", "assign", self**other)

    def _plain_result(self, operator, method, result):
        logging.log_first_n(
            logging.WARN,
            "variable %s value makes a new tensor and leaves the variable as it is; use "
            "variable.%s to change it",
            1,
            operator,
            method,
        )
        return result

    def __repr__(self) -> str:
        return f"<tf.Variable '{self.name}' shape={self.shape} dtype={self.dtype.name}>"


def _element_finder(import_scope):
    graph = get_default_graph()
    return lambda name: graph.as_graph_element(prepend_name_scope(name, import_scope))


def _variable_to_tensor(value, dtype=None, name=None, as_ref=False):
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(
            f"Incompatible type conversion requested to type {dtype.name!r} for variable {value.name!r} of type "
            f"{value.dtype.name!r}; convert it with tf.cast"
        )
    return value._ref() if as_ref else value.value()


conversion.register_tensor_conversion_function(Variable, _variable_to_tensor)
conversion.register_dense_tensor_like_type(Variable)
