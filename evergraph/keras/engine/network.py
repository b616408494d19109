"""`Network`: layers as one layer, joined as a graph of their calls or by the `call` of a subclass."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np

from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.framework.tracking import CheckpointableBase, NoDependency, NotCheckpointable
from evergraph.framework.types import ShapeLike
from evergraph.keras import backend
from evergraph.keras.backend.session import annotate
from evergraph.keras.basics.generic import has_arg, is_all_none, single_or_list, to_list
from evergraph.keras.basics.layer_summary import print_summary
from evergraph.keras.engine import network_config, saving
from evergraph.keras.engine.base_layer import Layer, is_layer
from evergraph.keras.engine.graph_map import map_graph_network
from evergraph.keras.engine.node import Node, depends_on_phase, source_of
from evergraph.layers.reach import reachable
from evergraph.ops.variables.reference import Variable

public_module("python.keras.engine.network", "python.keras.engine")

# Attributes of a model that hold layers without being parts of it.
_NOT_PARTS = frozenset(
    "_inbound_nodes _outbound_nodes _layers _input_layers _output_layers _layers_by_depth _nodes_by_depth "
    "_input_coordinates _output_coordinates metrics weighted_metrics nested_metrics nested_weighted_metrics "
    "stateful_metric_functions _checkpoint_tracked callback_model optimizer loss".split()
)


@public()
class Network(Layer):
    """Layers as one layer.

        Network(inputs, outputs)    the calls between tensors of `Input` and others made from them
        class Mine(Network)         layers as attributes, and `call(inputs)` that applies them

    Args:
      inputs, outputs: tensors, or lists of them.
      name: the name; the class's, made unique, when None.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if len(args) >= 2 or (args and "outputs" in kwargs) or {"inputs", "outputs"} <= set(kwargs):
            self._init_graph_network(*args, **kwargs)
        else:
            self._init_subclassed_network(*args, **kwargs)

    def _base_init(self, name=None):
        Layer.__init__(self, name=name)
        self.supports_masking = False
        self._layers = []
        self._extra_variables = []

    def _init_graph_network(self, inputs, outputs, name=None):
        inputs, outputs = list(to_list_of(inputs)), list(to_list_of(outputs))
        self._base_init(name)
        self._is_graph_network = True
        self.inputs, self.outputs = inputs, outputs
        _check_ends(inputs, outputs, type(self).__name__)
        mapped = map_graph_network(inputs, outputs)
        self._network_nodes, self._nodes_by_depth, self._layers, self._layers_by_depth = mapped
        self._input_coordinates = [each._keras_history for each in inputs]
        self._output_coordinates = [each._keras_history for each in outputs]
        self._input_layers = [layer for layer, _, _ in self._input_coordinates]
        self._output_layers = [layer for layer, _, _ in self._output_coordinates]
        self.built = True
        self._dtype = None
        self.input_names = [layer.name for layer in self._input_layers]
        self.output_names = [layer.name for layer in self._output_layers]
        placeholders = [
            (layer, each)
            for layer, each in zip(self._input_layers, inputs)
            if getattr(layer, "is_placeholder", True)
        ]
        self._feed_input_names = [layer.name for layer, _ in placeholders]
        self._feed_inputs = [each for _, each in placeholders]
        self._feed_input_shapes = [backend.int_shape(each) for _, each in placeholders]
        for number, layer in enumerate(self._layers):
            if isinstance(layer, CheckpointableBase):
                self._track_checkpointable(layer, f"layer-{number}", overwrite=True)
        Node(self, [], [], [], input_tensors=inputs, output_tensors=outputs)

    def _init_subclassed_network(self, name=None):
        self._base_init(name)
        self._is_graph_network = False
        self.outputs: Any = None
        self.inputs: Any = None
        self.built = False

    def __setattr__(self, name: str, value: Any) -> None:
        """Sets an attribute; a variable or layer becomes part of the model.

        Raises:
          RuntimeError: a layer before `super().__init__()`.
        """
        if isinstance(value, NoDependency):
            value = value.value
        elif name not in _NOT_PARTS and not name.startswith("__"):
            if is_layer(value) and "_is_graph_network" not in vars(self):
                raise RuntimeError(
                    f"the layer {name!r} is set before the model is made: a subclass of Model begins its __init__ with "
                    "super().__init__()"
                )
            if isinstance(value, CheckpointableBase) and not isinstance(value, NotCheckpointable):
                self._track_checkpointable(value, name, overwrite=True)
            if isinstance(value, Variable) and not any(value is each for each in self._extra_variables):
                self._extra_variables.append(value)
        super().__setattr__(name, value)

    # -- parts -----------------------------------------------------------------------------------------------------

    @property
    def layers(self) -> list:
        """The layers, in the order of the graph, or in which they became attributes."""
        return list(self._layers) if self._is_graph_network else self._attribute_layers()

    def _attribute_layers(self):
        found = []

        def look(value):
            if is_layer(value):
                if not any(value is each for each in found):
                    found.append(value)
            elif isinstance(value, (list, tuple)):
                for each in value:
                    look(each)
            elif isinstance(value, dict):
                for each in value.values():
                    look(each)

        for key, value in vars(self).items():
            if key not in _NOT_PARTS:
                look(value)
        return found

    def get_layer(self, name: str | None = None, index: int | None = None) -> Any:
        """A layer by its number or name; ValueError when there is none."""
        if index is not None:
            if len(self.layers) <= index:
                raise ValueError(f"the model has {len(self.layers)} layers, and layer {index} is asked for")
            return self.layers[index]
        if not name:
            raise ValueError("get_layer() needs the name of a layer, or its number")
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError(f"no layer is called {name!r}; there are {[layer.name for layer in self.layers]}")

    @property
    def trainable_weights(self) -> list:
        """The variables that training changes; none when the model is not trainable."""
        if not self.trainable:
            return []
        own = [each for each in self._extra_variables if each.trainable] + self._trainable_weights
        return _distinct([weight for layer in self.layers for weight in layer.trainable_weights] + own)

    @property
    def non_trainable_weights(self) -> list:
        """The variables that training leaves as they are."""
        rest = [each for each in self._extra_variables if not each.trainable] + self._non_trainable_weights
        weights = [weight for layer in self.layers for weight in layer.non_trainable_weights]
        if not self.trainable:
            frozen = [weight for layer in self.layers for weight in layer.trainable_weights]
            weights = frozen + weights
            rest = [each for each in self._extra_variables if each.trainable] + self._trainable_weights + rest
        return _distinct(weights + rest)

    def _weights_by_layer(self):
        own = self._extra_variables + self._trainable_weights + self._non_trainable_weights
        return _distinct([weight for layer in self.layers for weight in layer.weights] + own)

    def get_weights(self) -> list:
        """The values of the weights, layer by layer."""
        return backend.batch_get_value(self._weights_by_layer())

    def set_weights(self, weights: list) -> None:
        """Sets the weights from arrays, layer by layer. ValueError for arrays of other shapes."""
        pairs = list(zip(self._weights_by_layer(), weights))
        for variable, value in pairs:
            if tuple(variable.shape.as_list()) != np.shape(value):
                raise ValueError(
                    f"weight {variable.name} has shape {variable.shape}, and cannot take an array of shape {np.shape(value)}"
                )
        backend.batch_set_value(pairs)

    @property
    def uses_learning_phase(self) -> bool:
        """Whether the outputs depend on the learning phase."""
        return bool(self.outputs) and depends_on_phase(self.outputs)

    @property
    def stateful(self) -> bool:
        """Whether a layer keeps a state between batches."""
        return any(getattr(layer, "stateful", False) for layer in self.layers)

    @stateful.setter
    def stateful(self, value: bool) -> None:
        pass  # its layers say so

    def reset_states(self) -> None:
        """Resets the states of all layers that keep one."""
        for layer in self.layers:
            if hasattr(layer, "reset_states") and getattr(layer, "stateful", False):
                layer.reset_states()

    @property
    def state_updates(self) -> list:
        """The updates of the layers that keep a state."""
        return [each for layer in self.layers if getattr(layer, "stateful", False) for each in layer.updates]

    # -- losses and updates ----------------------------------------------------------------------------------------

    def _parts_for(self, what, inputs):
        """What the layers have of "losses" or "updates", that depends on `inputs` or (None) on no inputs."""
        parts = [part for layer in self.layers for part in getattr(layer, f"get_{what}_for")(None)]
        parts += [part for part, conditional in vars(self)[f"_{what}"] if not conditional]
        if inputs is None:
            return _distinct(parts)
        everything = [part for layer in self.layers for part in getattr(layer, what)]
        everything += [part for part, _ in vars(self)[f"_{what}"]]
        found = reachable([source_of(each) for each in flatten(inputs)])
        return _distinct([part for part in everything if part in found])

    def get_updates_for(self, inputs: Any) -> list:
        """The updates that depend on `inputs`; None gives those that depend on no inputs."""
        return self._dependent("updates", inputs) if self.trainable or self.stateful else []

    def get_losses_for(self, inputs: Any) -> list:
        """The losses that depend on `inputs`; None gives those that depend on no inputs."""
        return self._dependent("losses", inputs)

    def _dependent(self, what, inputs):
        if inputs is None:
            return self._parts_for(what, None)
        own = {id(each) for each in getattr(self, what)}
        return [each for each in self._parts_for(what, inputs) if id(each) in own]

    @property
    def updates(self) -> list:
        """The operations that must run in each training step, for all calls of the model."""
        return self._all_parts("updates") if self.trainable or self.stateful else []

    @property
    def losses(self) -> list:
        """The losses of the layers, for all calls of the model."""
        return self._all_parts("losses")

    def _all_parts(self, what):
        inputs = [each for node in self._inbound_nodes for each in node.input_tensors]
        inputs = inputs or self.inputs
        if not inputs:
            own = [part for part, _ in vars(self)[f"_{what}"]]
            return _distinct([part for layer in self.layers for part in getattr(layer, what)] + own)
        return _distinct(self._parts_for(what, inputs) + self._parts_for(what, None))

    @property
    def input_spec(self) -> Any:
        """What the inputs must be, where the layers that take them say so."""
        if not vars(self).get("_is_graph_network"):
            return None
        specs = [getattr(layer, "input_spec", None) for layer in self._input_layers]
        specs = [spec for each in specs for spec in (each if isinstance(each, list) else [each])]
        return None if is_all_none(specs) else single_or_list(specs)

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        pass  # its layers say so

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The outputs for other inputs; see `Layer`. The first call of a subclass says what its inputs are."""
        outputs = super().__call__(inputs, *args, **kwargs)
        if not self._is_graph_network:
            self.built = True
            set_inputs = getattr(self, "_set_inputs", None)
            if self.inputs is None and set_inputs is not None:
                given = [inputs, *(each for each in args if isinstance(each, Tensor))]
                set_inputs(given if len(given) > 1 else inputs, outputs)
            self._load_pending_weights()
        return outputs

    def _load_pending_weights(self):
        """Loads what `load_weights` was asked for before there were weights."""
        path = vars(self).pop("_pending_weights", None)
        if path is not None:
            saving.load_weights(self, path, False)

    # -- the call --------------------------------------------------------------------------------------------------

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The outputs for other inputs; a subclass defines what that is.

        Raises:
          NotImplementedError: a subclass that has no `call`.
        """
        if not self._is_graph_network:
            raise NotImplementedError(f"{type(self).__name__} must implement call(inputs)")
        return self._run_internal_graph(inputs, training=training, mask=mask)[0]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The masks of the outputs for inputs with these masks."""
        if not self._is_graph_network:
            return None
        if not _has_masks(self, mask):
            return single_or_list([None] * len(self.outputs))
        return self._run_internal_graph(inputs, mask=mask)[1]

    def _run_internal_graph(self, inputs, training=None, mask=None):
        """The outputs, and their masks, of the calls of the graph made again with other inputs."""
        inputs = to_list_of(inputs)
        masks = [None] * len(inputs) if mask is None else to_list_of(mask)
        values = {id(own): pair for own, pair in zip(self.inputs, zip(inputs, masks))}
        for depth in sorted(self._nodes_by_depth, reverse=True):
            for node in self._nodes_by_depth[depth]:
                taken = [values.get(id(each)) for each in node.input_tensors]
                is_new = any(id(each) not in values for each in node.output_tensors)
                if is_new and node.inbound_layers and None not in taken:
                    outputs, out_masks = _call_again(node, taken, training)
                    values.update(
                        (id(own), pair) for own, pair in zip(node.output_tensors, zip(outputs, out_masks))
                    )
        missing = [each for each in self.outputs if id(each) not in values]
        assert not missing, f"Could not compute output {missing}"
        found = [values[id(each)] for each in self.outputs]
        return single_or_list([each for each, _ in found]), single_or_list([mask for _, mask in found])

    def compute_output_shape(self, input_shape: ShapeLike) -> Any:
        """The shape(s) of the output(s) for inputs of other shapes.

        Raises:
          NotImplementedError: a subclass that does not say so.
          ValueError: another number of shapes than of inputs.
        """
        if not self._is_graph_network:
            raise NotImplementedError(f"{type(self).__name__} does not say what shape its outputs have")
        given = input_shape if isinstance(input_shape, list) else [input_shape]
        if len(self.inputs) == 1 and not isinstance(given[0], (tuple, list, TensorShape)):
            given = [tuple(given)]
        if len(given) != len(self.inputs):
            raise ValueError(f"the model has {len(self.inputs)} inputs, and got the shapes {input_shape}")
        shapes = {id(own): TensorShape(tuple(shape)) for own, shape in zip(self.inputs, given)}
        for depth in sorted(self._nodes_by_depth, reverse=True):
            for node in self._nodes_by_depth[depth]:
                if not node.inbound_layers:
                    continue
                taken = [shapes[id(each)] for each in node.input_tensors]
                out = node.outbound_layer.compute_output_shape(single_or_list(taken))
                out = out if isinstance(out, list) else [out]
                shapes.update((id(own), shape) for own, shape in zip(node.output_tensors, out))
        return single_or_list([TensorShape(shapes[id(each)]) for each in self.outputs])

    # -- configuration and files -----------------------------------------------------------------------------------

    def get_config(self) -> dict:
        """The layers and how they are joined; NotImplementedError for a subclass."""
        if not self._is_graph_network:
            raise NotImplementedError(
                f"{type(self).__name__}: a model that is a subclass has no configuration"
            )
        return network_config.get_config(self)

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> Self:
        """A model from what `get_config` gave; ValueError for a configuration that does not fit together."""
        inputs, outputs = network_config.from_config(config, custom_objects)
        return cls(inputs=inputs, outputs=outputs, name=config.get("name"))

    def save(self, filepath: str, overwrite: bool = True, include_optimizer: bool = True) -> None:
        """Saves configuration, weights and optimizer into an HDF5 file; see `tf.keras.models.save_model`."""
        if not self._is_graph_network:
            raise NotImplementedError(
                "a model that is a subclass cannot be saved whole: use save_weights, and build it anew from its code"
            )
        saving.save_model(self, filepath, overwrite, include_optimizer)

    def save_weights(self, filepath: str, overwrite: bool = True, save_format: str | None = None) -> None:
        """Saves the weights, as HDF5 ("h5", or a name ending in .h5 or .keras) or a checkpoint ("tf")."""
        saving.save_weights(self, filepath, overwrite, save_format)

    def load_weights(self, filepath: str, by_name: bool = False) -> Any:
        """Takes the weights that `save_weights` wrote; with `by_name`, those of layers of the same name (HDF5)."""
        return saving.load_weights(self, filepath, by_name)

    def _updated_config(self):
        return {"class_name": type(self).__name__, "config": self.get_config(), **saving.versions()}

    def to_json(self, **kwargs: Any) -> str:
        """The configuration as JSON; arguments as for `json.dumps`."""
        return saving.to_json(self._updated_config(), **kwargs)

    def to_yaml(self, **kwargs: Any) -> str:
        """The configuration as YAML; arguments as for `yaml.dump`. ImportError without PyYAML."""
        return saving.to_yaml(self._updated_config(), **kwargs)

    def summary(
        self,
        line_length: int | None = None,
        positions: list | None = None,
        print_fn: Callable[[str], Any] | None = None,
    ) -> None:
        """Prints the layers, their output shapes and numbers of weights; ValueError before the model is built."""
        if not self.built:
            raise ValueError(
                f"model {self.name} has no weights yet, and no summary: build it, or call it on data, first"
            )
        print_summary(self, line_length=line_length, positions=positions, print_fn=print_fn)


def _call_again(node, taken, training):
    """A call of the graph made again with other (tensor, mask) pairs: outputs, masks."""
    layer, kwargs = node.outbound_layer, dict(node.arguments)
    inputs, mask = single_or_list([each for each, _ in taken]), single_or_list([each for _, each in taken])
    if has_arg(layer.call, "mask") and not is_all_none(mask):
        kwargs.setdefault("mask", mask)
    if training is not None and has_arg(layer.call, "training"):
        kwargs.setdefault("training", training)
    with name_scope(layer.name):
        outputs = layer.call(inputs, **kwargs)
        masks = (
            layer.compute_mask(inputs, kwargs.get("mask", mask)) if hasattr(layer, "compute_mask") else None
        )
    regularize = getattr(layer, "_activity_regularizer", None)
    outputs = to_list_of(outputs)
    if regularize is not None:
        layer.add_loss([regularize(each) for each in outputs], inputs)
    phased = depends_on_phase([each for each, _ in taken])
    for each in outputs:
        if phased:
            annotate(each, _uses_learning_phase=True)
    return outputs, to_list_of(masks) if isinstance(masks, (list, tuple)) else [masks] * len(outputs)


def _has_masks(network, mask):
    return not is_all_none(mask) or any(
        getattr(each, "_keras_mask", None) is not None for each in network.outputs
    )


def to_list_of(values: Any) -> list:
    """A list or tuple as a list, anything else as the one element of a list."""
    return list(values) if isinstance(values, (list, tuple)) else to_list(values)


def _distinct(values):
    found, seen = [], set()
    for each in values:
        if id(each) not in seen:
            seen.add(id(each))
            found.append(each)
    return found


def _check_ends(inputs, outputs, kind):
    if len({id(each) for each in inputs}) != len(inputs):
        raise ValueError(f"a tensor is among the inputs of a model twice: {inputs}")
    for each in inputs:
        if not hasattr(each, "_keras_history"):
            raise ValueError(f"{each} cannot be an input of a {kind}: inputs are made by tf.keras.Input")
    for each in outputs:
        if not hasattr(each, "_keras_history"):
            raise ValueError(
                f"{each} cannot be an output of a {kind}: it comes from no layer of Keras (a Lambda makes a layer of a function)"
            )
