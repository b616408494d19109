"""`Layer`: a layer of Keras, named and counted in its graph, that remembers its calls."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten, map_structure
from evergraph.framework.tensor import Tensor
from evergraph.framework.tracking import CheckpointableBase
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.keras import backend, constraints, initializers, regularizers
from evergraph.keras.backend.naming import unique_object_name
from evergraph.keras.backend.session import annotate
from evergraph.keras.basics.generic import has_arg, is_all_none, to_list, to_snake_case
from evergraph.keras.engine.node import (
    add_inbound_node,
    collect_previous_mask,
    depends_on_phase,
    have_all_keras_metadata,
    mark,
    nodes_of,
    shapes_of,
    source_of,
)
from evergraph.layers import base
from evergraph.layers.input_spec import InputSpec, check_inputs
from evergraph.ops import constants
from evergraph.ops.variables.creation import new_variable
from evergraph.ops.variables.replication import (
    VariableAggregation,
    VariableSynchronization,
    checked_replication,
)

public_module("python.keras.engine.base_layer", "python.keras.engine")

public("keras.layers.InputSpec", "python.keras.engine.base_layer.InputSpec", "python.keras.engine.InputSpec")(
    InputSpec
)

_OPTIONS = {"weights", "activity_regularizer"}


@public("keras.layers.Layer")
class Layer(base.Layer):
    """A layer: a subclass defines `build(input_shape)`, `call(inputs)`, `compute_output_shape` and `get_config`.

    Variables are made with `add_weight` and are named after the layer: `dense/kernel`.

    Args:
      trainable: whether its weights are trained.
      name: its name; the class in snake case, made unique in the graph, when None.
      dtype: the type of its weights.
      **kwargs: `input_shape`, `batch_input_shape`, `batch_size`: what a first layer of a model takes; `weights`: arrays
        that it begins with; `activity_regularizer`: a function of the outputs.

    Raises:
      TypeError: another keyword argument.
    """

    def __init__(
        self, trainable: bool = True, name: str | None = None, dtype: DTypeLike = None, **kwargs: Any
    ) -> None:
        of_input = {key: value for key, value in kwargs.items() if key not in _OPTIONS}
        super().__init__(trainable=trainable, name=name, dtype=dtype, **of_input)
        self._activity_regularizer = regularizers.get(kwargs.get("activity_regularizer"))
        self.supports_masking = False
        self._uses_inputs_arg = True
        self._call_takes_mask = "mask" in inspect.signature(self.call).parameters
        self._initial_weights = kwargs.get("weights")

    def _name_as(self, name):
        self._base_name = to_snake_case(type(self).__name__)
        self._name = name or unique_object_name(self._base_name, zero_based=True)

    def _init_set_name(self, name, zero_based=True):
        self._name = name or unique_object_name(to_snake_case(type(self).__name__), zero_based=zero_based)

    @property
    def activity_regularizer(self) -> Callable | None:
        """The function of each output whose result joins `losses`, or None."""
        return self._activity_regularizer

    @activity_regularizer.setter
    def activity_regularizer(self, regularizer: Callable | None) -> None:
        self._activity_regularizer = regularizer

    # These go through properties that subclasses override.

    @property
    def trainable_variables(self) -> list:
        """The same as `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list:
        """The same as `non_trainable_weights`."""
        return self.non_trainable_weights

    @property
    def weights(self) -> list:
        """All variables, the trainable ones first."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def variables(self) -> list:
        """The same as `weights`."""
        return self.weights

    # -- losses and updates ----------------------------------------------------------------------------------------

    @property
    def updates(self) -> list:
        """The operations that must run in each training step; none when the layer is neither trainable nor stateful."""
        if not self.trainable and not self.stateful:
            return []
        return [update for update, _ in self._updates]

    def get_updates_for(self, inputs: Any) -> list:
        """The updates that depend on `inputs`; None gives those that depend on no inputs."""
        return super().get_updates_for(_reached(inputs)) if self.updates else []

    def get_losses_for(self, inputs: Any) -> list:
        """The losses that depend on `inputs`; None gives those that depend on no inputs."""
        return super().get_losses_for(_reached(inputs))

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Adds losses; those that depend on `inputs` go with them."""
        for loss in to_list(losses):
            tensor = loss if isinstance(loss, Tensor) else convert_to_tensor(loss, dtype=backend.floatx())
            self._losses.append((tensor, inputs is not None))

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Adds operations that must run in each training step; those that depend on `inputs` go with them."""
        for update in to_list(updates):
            recorded = isinstance(update, (Tensor, Operation))
            self._updates.append((update if recorded else update.op, inputs is not None))

    # -- variables -------------------------------------------------------------------------------------------------

    def add_weight(  # pyright: ignore[reportIncompatibleMethodOverride] TensorFlow has them in another order here
        self,
        name: str,
        shape: ShapeLike,
        dtype: DTypeLike = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool | None = None,
        constraint: Any = None,
        partitioner: Callable | None = None,
        use_resource: bool | None = None,
        getter: Callable | None = None,
        synchronization: VariableSynchronization | None = VariableSynchronization.AUTO,
        aggregation: VariableAggregation | None = VariableAggregation.NONE,
    ) -> Any:
        """Makes a variable named after the layer.

        Args:
          name: its name in the layer.
          shape: its static shape.
          dtype: its type; the layer's, else that of `floatx()`, when None.
          initializer: an initializer or its name; `glorot_uniform` for floats and zeros for the rest when None.
          regularizer: a function of the variable, or its name; the result joins `losses`.
          trainable: whether it is among `trainable_weights`.
          constraint: a function applied after an optimizer's update, or its name.
          partitioner: not used: a layer of Keras has its weights in one piece.
          use_resource: whether it is a resource variable; it is when None.
          getter: makes the variable, from the arguments of `tf.Variable`.
          synchronization, aggregation: as for `tf.Variable`.

        Raises:
          ValueError: a type that is no number or bool, without an initializer.
        """
        synchronization, aggregation, trainable = checked_replication(
            synchronization, aggregation, trainable, name
        )
        kind = dtypes.as_dtype(dtype or self.dtype or backend.floatx())
        initialize = initializers.get(initializer)
        if initialize is None:
            if not (kind.is_floating or kind.is_integer or kind.is_bool):
                raise ValueError(
                    f"An initializer for variable {name} of type {kind.name} is required for layer {self.name}"
                )
            initialize = initializers.glorot_uniform() if kind.is_floating else initializers.Zeros()
        if isinstance(initialize, type):
            initialize = initialize(dtype=kind)
        sizes = TensorShape(tuple(shape)).as_list()
        variable = (getter or new_variable)(
            initial_value=lambda: initialize(sizes, dtype=kind),
            name=name,
            dtype=kind,
            trainable=trainable and self.trainable,
            constraint=constraints.get(constraint),
            use_resource=True if use_resource is None else use_resource,
            synchronization=synchronization,
            aggregation=aggregation,
        )
        regularize = regularizers.get(regularizer)
        if regularize is not None:
            with name_scope(name + "/Regularizer"):
                self.add_loss(regularize(variable))
        (self._trainable_weights if trainable else self._non_trainable_weights).append(variable)
        if isinstance(variable, CheckpointableBase):
            self._track_checkpointable(variable, name, overwrite=True)
        return variable

    def get_weights(self) -> list:
        """The values of the weights, as arrays."""
        return backend.batch_get_value(self.weights)

    def set_weights(self, weights: list) -> None:
        """Sets the weights from arrays in the order of `weights`; ValueError when number or shapes differ."""
        variables = self.weights
        if len(variables) != len(weights):
            raise ValueError(
                f"layer {self.name} has {len(variables)} weights, and set_weights() was given {len(weights)}"
            )
        for variable, value in zip(variables, weights):
            if tuple(variable.shape.as_list()) != np.shape(value):
                raise ValueError(
                    f"weight {variable.name} has shape {variable.shape}, and cannot take an array of shape {np.shape(value)}"
                )
        backend.batch_set_value(list(zip(variables, weights)))

    # -- the call --------------------------------------------------------------------------------------------------

    def _name_scope(self):
        return self.name

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Builds the layer the first time, and returns what `call` does.

        Args:
          inputs: a tensor, or a structure of tensors; arrays count as constants.
          *args, **kwargs: for `call`. A mask that came with the inputs is given when `call` takes one.

        Raises:
          ValueError: inputs that do not fit `input_spec`; `call` returned None.
        """
        if any(isinstance(each, (np.ndarray, float, int)) for each in flatten(inputs)):
            inputs = map_structure(
                lambda each: convert_to_tensor(each) if isinstance(each, (np.ndarray, float, int)) else each,
                inputs,
            )
        self._check_arguments(args)
        given = dict(kwargs)
        previous_mask = collect_previous_mask(inputs)
        if self._call_takes_mask and "mask" not in kwargs and not is_all_none(previous_mask):
            kwargs["mask"] = previous_mask
        self._graph = self._graph or next((each.graph for each in flatten(inputs)), None)
        with name_scope(self._name_scope()):
            self._build_for(inputs)
            check_inputs(self.name, self.input_spec, inputs)
            outputs = self.call(inputs, *args, **kwargs)
            if outputs is None:
                raise ValueError(
                    f"call() of layer {self.name} returned None: it must return a tensor or a list of tensors"
                )
            self._regularize_activity(inputs, outputs)
            mask = kwargs.get("mask", previous_mask)
            new_mask = self.compute_mask(inputs, mask) if hasattr(self, "compute_mask") else None
        if have_all_keras_metadata(inputs):
            outputs = self._connected(inputs, outputs, args, given)
        mark(flatten(outputs), depends_on_phase([inputs, *flatten(outputs)]), new_mask)
        if self._initial_weights is not None:
            weights, self._initial_weights = self._initial_weights, None
            self.set_weights(weights)
        return outputs

    def _check_arguments(self, args):
        """Raises TypeError for a second positional argument of a layer whose first is called `inputs`."""
        names = list(inspect.signature(self.call).parameters)
        if args and names[:1] == ["inputs"] and any(isinstance(each, Tensor) for each in args):
            raise TypeError(
                f"layer {self.name} takes its inputs as the first argument, and everything else as a keyword argument, since "
                f"its call() has an argument `inputs`"
            )

    def _build_for(self, inputs):
        """Makes the variables, once."""
        if self.built:
            return
        check_inputs(self.name, self.input_spec, inputs)
        leaves = flatten(inputs)
        if self._dtype is None and leaves and hasattr(leaves[0], "dtype"):
            self._dtype = leaves[0].dtype.base_dtype.name
        self.build(shapes_of(inputs))
        self.built = True

    def _regularize_activity(self, inputs, outputs):
        if self._activity_regularizer is not None:
            for output in flatten(outputs):
                with name_scope("ActivityRegularizer"):
                    self.add_loss(self._activity_regularizer(output), inputs=inputs)

    def _connected(self, inputs, outputs, args, kwargs):
        """Records the call; an output that is one of the inputs becomes a tensor of its own first."""
        taken = {id(each) for each in flatten(inputs)}
        phased = {id(each) for each in flatten(outputs) if depends_on_phase(each)}

        def own(output):
            if id(output) not in taken:
                return output
            copy = constants.identity(output)
            annotate(copy, _uses_learning_phase=id(output) in phased)
            return copy

        outputs = map_structure(own, outputs)
        arguments = {key: value for key, value in kwargs.items() if key != "inputs"}
        if args:
            names = [name for name in inspect.signature(self.call).parameters if name != "inputs"]
            names = names[1:] if not has_arg(self.call, "inputs") else names
            arguments.update(zip(names, args))
        self._add_inbound_node(inputs, outputs, arguments)
        return outputs

    def _add_inbound_node(self, input_tensors, output_tensors, arguments=None):
        add_inbound_node(self, input_tensors, output_tensors, arguments)

    # -- configuration ---------------------------------------------------------------------------------------------

    def get_config(self) -> dict:
        """The constructor's arguments."""
        config = {"name": self.name, "trainable": self.trainable}
        if hasattr(self, "_batch_input_shape"):
            config["batch_input_shape"] = self._batch_input_shape
        if self.dtype is not None:
            config["dtype"] = self.dtype
        return config

    def count_params(self) -> int:
        """How many numbers the weights hold; ValueError before they are made."""
        if not self.built:
            if type(self).__name__ == "Sequential":
                self.build(None)
            else:
                raise ValueError(
                    f"layer {self.name} has no weights yet: call it, or its build(), before count_params()"
                )
        return int(sum(np.prod(variable.shape.as_list()) for variable in self.weights))


def _reached(inputs):
    """Inputs, variables as their handles: every read of a variable depends on that."""
    if inputs is None:
        return None
    return [source_of(each) for each in flatten(inputs)]


@registry.register_function("record_layer_call")
def record_layer_call(layer: Any, inputs: Any, outputs: Any) -> Any:
    """Records a call of a layer of `tf.layers` with tensors of Keras; returns the outputs."""
    add_inbound_node(layer, inputs, outputs)
    mark(flatten(outputs), depends_on_phase(inputs), None)
    return outputs


def is_layer(value: Any) -> bool:
    """Whether it is a layer, of Keras or of `tf.layers`."""
    return isinstance(value, base.Layer)


def calls_of(layer: Any) -> list:
    """The calls of a layer, of Keras or of `tf.layers`."""
    return nodes_of(layer, "inbound")
