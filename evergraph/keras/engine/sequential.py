"""`Sequential`: layers one after another."""

import copy
from typing import Any, Self

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import ShapeLike
from evergraph.keras.basics.generic import has_arg
from evergraph.keras.engine.base_layer import is_layer
from evergraph.keras.engine.input_layer import Input, InputLayer
from evergraph.keras.engine.network import Network
from evergraph.keras.engine.node import add_inbound_node, nodes_of
from evergraph.keras.engine.registry import deserialize_layer, known_layer
from evergraph.keras.engine.training import Model

public_module("python.keras.engine.sequential", "python.keras.models")


@public("keras.Sequential", "keras.models.Sequential", "python.keras.engine.Sequential")
@known_layer
class Sequential(Model):
    """Layers one after another.

    The first may say what it takes (`input_shape`, `batch_input_shape`); the weights are made when it does, else when the
    model is first called, fitted or built.

    Args:
      layers: the layers.
      name: the name; `sequential`, made unique, when None.
    """

    def __init__(self, layers: list | None = None, name: str | None = None) -> None:
        super().__init__(name=name)
        for layer in layers or ():
            self.add(layer)

    @property
    def layers(self) -> list:
        """The layers that were added; without the one of the input that was made for the first."""
        if self._layers and isinstance(self._layers[0], InputLayer):
            return self._layers[1:]
        return list(self._layers)

    def add(self, layer: Any) -> None:
        """Adds a layer at the end.

        Raises:
          TypeError: something that is no layer.
          ValueError: a first layer without outputs, a layer with several outputs.
        """
        if not is_layer(layer):
            raise TypeError(f"a layer can be added to a Sequential model, got {layer!r}")
        self.built = False
        if not self._layers and not isinstance(layer, InputLayer):
            self._begin_with(layer)
        elif not self._layers:
            self.outputs = [nodes_of(layer, "inbound")[-1].output_tensors[-1]]
        elif self.outputs:
            self.outputs = [_one_output(_applied(layer, self.outputs[0]))]
        self._layers.append(layer)
        if self.outputs:
            self.build()

    def _begin_with(self, layer):
        """Makes the input of a first layer that says what it takes, and calls it."""
        first = layer
        while (
            isinstance(first, (Model, Network)) and not hasattr(first, "_batch_input_shape") and first.layers
        ):
            if getattr(first, "inputs", None):
                break
            first = first.layers[0]
        shape = getattr(first, "_batch_input_shape", None)
        if shape is None and getattr(first, "inputs", None):
            shape = first.inputs[0].shape.as_list()
            dtype = first.inputs[0].dtype.name
        else:
            dtype = first.dtype
        if shape is None:
            return
        x = Input(batch_shape=tuple(shape), dtype=dtype, name=first.name + "_input")
        self._layers.append(x._keras_history[0])
        self.outputs = [_one_output(_applied(layer, x), ValueError)]

    def pop(self) -> None:
        """Takes the last layer away; TypeError when there is none."""
        if not self.layers:
            raise TypeError("the model has no layer to take away")
        self._layers.pop()
        self.built = False
        if not self.layers:
            self.outputs, self.inputs = None, None
            self._layers.clear()
        elif self.outputs:
            nodes_of(self._layers[-1], "outbound").clear()
            self.outputs = [nodes_of(self._layers[-1], "inbound")[-1].output_tensors[0]]
            self.build()

    def build(self, input_shape: ShapeLike = None) -> None:
        """Makes the weights, for inputs of that shape (with the batch) where the first layer does not say its own.

        Raises:
          ValueError: no shape where one is needed.
        """
        if self.outputs and self._layers and isinstance(self._layers[0], InputLayer):
            layers, name = self._layers, self.name
            inputs = [self._layers[0]._inbound_nodes[0].output_tensors[0]]
            kept = {key: vars(self)[key] for key in ("trainable", "_uses_compile") if key in vars(self)}
            self._init_graph_network(inputs, list(self.outputs), name=name)
            vars(self).update(kept)
            self._layers = layers
        elif input_shape is not None and self._layers and not self.inputs:
            x = Input(batch_shape=tuple(TensorShape(tuple(input_shape)).as_list()))
            self._set_inputs(x)
        elif input_shape is None:
            raise ValueError(
                "a Sequential model whose first layer does not say its input shape needs one: build(input_shape)"
            )
        self.built = True

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The layers applied one after another."""
        if self._is_graph_network:
            return super().call(inputs, training=training, mask=mask)
        x = inputs
        for layer in self.layers:
            kwargs = (
                {"training": training} if training is not None and has_arg(layer.call, "training") else {}
            )
            x = layer(x, **kwargs)
        return x

    def predict_proba(self, x: Any, batch_size: int = 32, verbose: int = 0) -> Any:
        """The predictions, which should be probabilities."""
        return self.predict(x, batch_size, verbose)

    def predict_classes(self, x: Any, batch_size: int = 32, verbose: int = 0) -> Any:
        """The most likely class of each example; with one output, whether it is above a half."""
        found = self.predict(x, batch_size=batch_size, verbose=verbose)
        return found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")

    def get_config(self) -> Any:
        """The configurations of the layers."""
        return [
            copy.deepcopy({"class_name": type(layer).__name__, "config": layer.get_config()})
            for layer in self.layers
        ]

    @classmethod
    def from_config(cls, config: Any, custom_objects: dict | None = None) -> Self:
        """A model from what `get_config` gave."""
        model = cls()
        for each in config:
            model.add(deserialize_layer(each, custom_objects=custom_objects))
        return model


def _applied(layer, x):
    """The output of a layer, of Keras or of `tf.layers`, recorded as a call."""
    output = layer(x)
    if not hasattr(output, "_keras_history") and not isinstance(output, (list, tuple)):
        add_inbound_node(layer, x, output)
    return output


def _one_output(output, kind: type[Exception] = TypeError):
    if isinstance(output, (list, tuple)):
        raise kind(
            f"a layer of a Sequential model gives one tensor, and this one gave {len(output)}: join layers by calls, as a Model"
        )
    return output
