"""`Layer`: variables that are made at the first call, and what is computed with them at each."""

import copy
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.framework import collections as graph_collections
from evergraph.framework import dtypes, registry
from evergraph.framework.collections import GraphKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with, graph_from_inputs, name_scope
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, dimension_value
from evergraph.framework.structures import flatten, map_structure
from evergraph.framework.tensor import Tensor
from evergraph.framework.tracking import CheckpointableBase
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.layers.calls import Calls, Kept
from evergraph.layers.input_spec import InputSpec as InputSpec
from evergraph.layers.input_spec import check_inputs
from evergraph.layers.naming import to_snake_case, unique_layer_name
from evergraph.layers.reach import reachable
from evergraph.ops.variables.collections import global_variables, trainable_variables
from evergraph.ops.variables.partitioned import PartitionedVariable
from evergraph.ops.variables.replication import (
    VariableAggregation,
    VariableSynchronization,
    checked_replication,
)
from evergraph.ops.variables.scope import VariableScope, get_variable, variable_scope

public_module("python.layers.base")

_INPUT_OPTIONS = {"input_shape", "batch_input_shape", "batch_size"}


@public("layers.Layer")
class Layer(Calls, Kept, CheckpointableBase):
    """Variables and a computation with them, in a variable scope of their own.

    A kind of layer defines `build(input_shape)`, which makes the variables with `add_weight`, and
    `call(inputs, ...)`. Calling the layer opens its variable scope, builds it the first time, and returns what `call`
    returns. The scope is `name`, or the class in snake case made unique (`dense`, `dense_1`).

    Args:
      trainable: whether its trainable variables join GraphKeys.TRAINABLE_VARIABLES.
      name: its name, or a VariableScope.
      dtype: the type of its variables; that of the first input when None.
      activity_regularizer: a function of each output whose result joins `losses`.
      _scope: the variable scope, by name or object.
      _reuse: whether the variables exist already in that scope.
      **kwargs: `input_shape`, `batch_input_shape`, `batch_size`: what a first layer of a Keras model takes.

    Attributes:
      built: whether the variables exist.
      input_spec: an InputSpec, or a list of them: what the inputs must be.

    Raises:
      TypeError: another keyword argument.
    """

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: DTypeLike = None,
        activity_regularizer: Callable | None = None,
        _scope: VariableScope | str | None = None,
        _reuse: bool | None = None,
        **kwargs: Any,
    ) -> None:
        for key in kwargs:
            if key not in _INPUT_OPTIONS:
                raise TypeError(f"Keyword argument not understood: {key!r}, layer {type(self).__name__}")
        if "batch_input_shape" in kwargs or "input_shape" in kwargs:
            shape = kwargs.get("batch_input_shape") or (kwargs.get("batch_size"), *kwargs["input_shape"])
            self._batch_input_shape = tuple(dimension_value(size) for size in tuple(shape))
        self.trainable = trainable
        self.built = False
        self.input_spec = None
        self.stateful = False
        self._reuse = _reuse
        self._dtype = None if dtype is None else dtypes.as_dtype(dtype).name
        self._activity_regularizer = activity_regularizer
        self._trainable_weights = []
        self._non_trainable_weights = []
        self._updates = []  # (operation or tensor, whether it depends on the inputs of a call)
        self._losses = []
        self._inbound_nodes = []
        self._outbound_nodes = []
        self._graph = None
        self._scope = None
        self._current_scope: Any = None
        self._takes_scope = None
        self._name_as(name)
        if _scope:
            with variable_scope(_scope) as self._scope:
                pass

    def _name_as(self, name):
        if not name:
            self._base_name = to_snake_case(type(self).__name__)
            self._name = unique_layer_name(self._base_name)
        else:
            self._base_name = name.name if isinstance(name, VariableScope) else name
            self._name = self._base_name

    # -- what it is ------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of the layer."""
        return self._name

    @property
    def dtype(self) -> Any:
        """The name of the type of its variables; None before it is known."""
        return self._dtype

    @property
    def graph(self) -> Graph | None:
        """The graph of its first call; None before."""
        return self._graph

    @property
    def scope_name(self) -> str:
        """The name of its variable scope; ValueError before the first call."""
        if self._scope is None:
            raise ValueError(
                f"No name available for layer scope because the layer {self._name!r} has not been used yet: the "
                "first call chooses it"
            )
        return self._scope.name

    @property
    def activity_regularizer(self) -> Callable | None:
        """The function of each output whose result joins `losses`, or None."""
        return self._activity_regularizer

    @property
    def trainable_weights(self) -> list:
        """The variables that training changes; none when the layer is not trainable."""
        return self._trainable_weights if self.trainable else []

    @property
    def non_trainable_weights(self) -> list:
        """The variables that training leaves as they are."""
        if self.trainable:
            return self._non_trainable_weights
        return self._trainable_weights + self._non_trainable_weights

    @property
    def weights(self) -> list:
        """All variables, the trainable ones first."""
        return self.trainable_weights + self.non_trainable_weights

    trainable_variables = trainable_weights
    non_trainable_variables = non_trainable_weights
    variables = weights

    def count_params(self) -> int:
        """How many numbers the variables hold; ValueError before they are made."""
        if not self.built:
            raise ValueError(f"layer {self.name} has no variables yet: call it, or its build(), first")
        return sum(variable.shape.num_elements() for variable in self.weights)

    # -- losses and updates ----------------------------------------------------------------------------------------

    @property
    def losses(self) -> list:
        """The losses of its regularizers, and what `add_loss` was given."""
        return [loss for loss, _ in self._losses]

    @property
    def updates(self) -> list:
        """The operations that must run in each training step; they are in GraphKeys.UPDATE_OPS too."""
        return [update for update, _ in self._updates]

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Adds losses, also to GraphKeys.REGULARIZATION_LOSSES; those that depend on `inputs` go with them."""
        new = _listed(losses)
        self._losses += [(loss, inputs is not None) for loss in new]
        _add_new(GraphKeys.REGULARIZATION_LOSSES, new)

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Adds operations that must run in each training step; those that depend on `inputs` go with them."""
        self._updates += [(update, inputs is not None) for update in _listed(updates)]

    def get_losses_for(self, inputs: Any) -> list:
        """The losses that depend on `inputs`; None gives those that depend on no inputs."""
        return _those_for(self._losses, inputs)

    def get_updates_for(self, inputs: Any) -> list:
        """The updates that depend on `inputs`; None gives those that depend on no inputs."""
        return _those_for(self._updates, inputs)

    # -- variables -------------------------------------------------------------------------------------------------

    def add_weight(
        self,
        name: str,
        shape: ShapeLike,
        dtype: DTypeLike = None,
        initializer: Callable | None = None,
        regularizer: Callable | None = None,
        trainable: bool | None = None,
        constraint: Callable | None = None,
        use_resource: bool | None = None,
        partitioner: Callable | None = None,
        synchronization: VariableSynchronization | None = VariableSynchronization.AUTO,
        aggregation: VariableAggregation | None = VariableAggregation.NONE,
    ) -> Any:
        """Makes a variable in the layer's scope, or gets the one that exists there when the layer reuses.

        Args:
          name: its name in the scope.
          shape: its static shape.
          dtype: its type; the layer's, else float32, when None.
          initializer: as for `tf.get_variable`; the scope's when None.
          regularizer: a function of the variable; its result joins `losses` when the variable is new.
          trainable: whether it is among `trainable_weights`, rather than `non_trainable_weights`.
          constraint, use_resource, partitioner, synchronization, aggregation: as for `tf.get_variable`.

        Returns:
          The variable; a PartitionedVariable with a partitioner.

        Raises:
          ValueError: as `tf.get_variable`.
        """
        synchronization, aggregation, trainable = checked_replication(
            synchronization, aggregation, trainable, name
        )
        existing = set(global_variables())
        dtype = dtypes.as_dtype(dtype or self.dtype or dtypes.float32)
        self._set_scope()
        with variable_scope(
            self._scope, reuse=self.built or self._reuse, auxiliary_name_scope=False
        ) as scope:
            self._current_scope = scope
            with name_scope(self._name_scope()):
                variable = get_variable(
                    name,
                    shape=shape,
                    dtype=dtype,
                    initializer=initializer or scope.initializer,
                    constraint=constraint,
                    trainable=trainable and self.trainable,
                    partitioner=partitioner,
                    use_resource=use_resource or scope.use_resource,
                    synchronization=synchronization,
                    aggregation=aggregation,
                )
                if regularizer is not None and not existing.intersection(_parts(variable)):
                    for part in _parts(variable):
                        self._regularize(name, part, regularizer)
        # A custom getter may have made it not trainable.
        frozen = trainable and self.trainable and not set(_parts(variable)) <= set(trainable_variables())
        if trainable and not frozen:
            self._trainable_weights.append(variable)
        else:
            self._non_trainable_weights.append(variable)
        if isinstance(variable, CheckpointableBase):
            self._track_checkpointable(variable, name, overwrite=True)
        return variable

    def add_variable(self, *args: Any, **kwargs: Any) -> Any:
        """Another name of `add_weight`."""
        return self.add_weight(*args, **kwargs)

    def _regularize(self, name, variable, regularizer):
        with colocate_with(variable.op), name_scope(name + "/Regularizer"):
            loss = regularizer(variable)
        if loss is not None:
            self.add_loss(loss)

    # -- the call --------------------------------------------------------------------------------------------------

    def build(self, input_shape: Any, /) -> None:
        """Makes the variables, given the shape(s) of the input(s)."""
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """What the layer computes."""
        return inputs

    def compute_output_shape(self, input_shape: ShapeLike) -> TensorShape:
        """The TensorShape of the output for inputs of that shape."""
        raise NotImplementedError(f"{type(self).__name__} does not say what shape its outputs have")

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The same as calling the layer."""
        return self(inputs, *args, **kwargs)

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Builds the layer the first time, and returns what `call` does.

        Args:
          inputs: a tensor, or a nested structure of tensors; arrays count as constants.
          *args, **kwargs: for `call`. `scope` (a name or VariableScope) chooses the scope at the first call.

        Raises:
          ValueError: inputs that do not fit `input_spec` or are of another graph; `call` returned None.
        """
        self._set_scope(kwargs.pop("scope", None))
        if any(isinstance(leaf, np.ndarray) for leaf in flatten(inputs)):
            inputs = map_structure(
                lambda leaf: convert_to_tensor(leaf) if isinstance(leaf, np.ndarray) else leaf, inputs
            )
        self._graph = self._graph_of(flatten(inputs))
        reuse = True if self.built else self._reuse
        with variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope:
            self._current_scope = scope
            if self._takes_scope is None:
                self._takes_scope = "scope" in inspect.signature(self.call).parameters
            if self._takes_scope:
                kwargs["scope"] = scope
            with name_scope(self._name_scope()):
                outputs = self._build_and_call(inputs, args, kwargs)
        _add_new(GraphKeys.UPDATE_OPS, self.updates)
        if hasattr(inputs, "_keras_history"):
            outputs = registry.public_function("record_layer_call")(self, inputs, outputs)
        return outputs

    def _build_and_call(self, inputs, args, kwargs):
        if not self.built:
            check_inputs(self.name, self.input_spec, inputs)
            leaves = flatten(inputs)
            if self._dtype is None and leaves and hasattr(leaves[0], "dtype"):
                self._dtype = dtypes.as_dtype(leaves[0].dtype).base_dtype.name
            has_shapes = all(hasattr(leaf, "get_shape") for leaf in leaves)
            self.build(map_structure(lambda leaf: leaf.get_shape(), inputs) if has_shapes else None)
        check_inputs(self.name, self.input_spec, inputs)
        outputs = self.call(inputs, *args, **kwargs)
        if outputs is None:
            raise ValueError(
                f"call() of layer {self.name} returned None: it must return a tensor or a list of tensors"
            )
        if self._activity_regularizer is not None:
            for output in flatten(outputs):
                with name_scope("ActivityRegularizer"):
                    loss = self._activity_regularizer(output)
                self.add_loss(loss, inputs=inputs)
        self.built = True
        return outputs

    def _graph_of(self, inputs):
        graph = graph_from_inputs(inputs)
        if self._graph is not None and graph is not self._graph:
            raise ValueError(
                f"Input graph and Layer graph are not the same: layer {self.name} was first called in another graph"
            )
        return graph if self._graph is None else self._graph

    def _name_scope(self):
        """The name scope of the layer's operations, with a slash at the end: it is not made unique again."""
        return self._current_scope.original_name_scope

    def _set_scope(self, scope=None):
        if self._scope is not None:
            return
        if self._reuse:
            context = variable_scope(self._base_name if scope is None else scope)
        else:
            context = variable_scope(scope, default_name=self._base_name)
        with context as self._scope:
            pass

    def __deepcopy__(self, memo):
        """A copy that shares the graph and its tensors with this layer."""
        result = type(self).__new__(type(self))
        memo[id(self)] = result
        for key, value in vars(self).items():
            if key == "_graph" or _is_tensors(value):
                copied = value
            elif key in ("_scope", "_current_scope"):
                copied = copy.copy(value)
            else:
                copied = copy.deepcopy(value, memo)
            setattr(result, key, copied)
        return result


def _listed(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _parts(variable):
    return list(variable) if isinstance(variable, PartitionedVariable) else [variable]


def _is_tensors(value):
    return (
        isinstance(value, Tensor)
        or isinstance(value, list)
        and any(isinstance(each, Tensor) for each in value)
    )


def _add_new(key, elements):
    """Adds to a collection what it does not hold yet."""
    collection = graph_collections.get_collection_ref(key)
    for element in elements:
        if not any(element is held for held in collection):
            collection.append(element)


def _those_for(elements, inputs):
    if inputs is None:
        return [element for element, conditional in elements if not conditional]
    found = reachable(flatten(inputs))
    return [element for element, conditional in elements if conditional and element in found]
