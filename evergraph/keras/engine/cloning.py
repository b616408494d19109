"""Copies of models, with new weights."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.basics.generic import single_or_list
from evergraph.keras.engine.input_layer import Input, InputLayer
from evergraph.keras.engine.network import to_list_of
from evergraph.keras.engine.sequential import Sequential
from evergraph.keras.engine.training import Model

public_module("python.keras.models")


@public("keras.models.clone_model")
def clone_model(model: Any, input_tensors: Any = None) -> Any:
    """A model with the same layers, and new weights.

    Args:
      model: a model that is no subclass.
      input_tensors: tensors to build it upon; new placeholders when None.

    Raises:
      ValueError: a model that is a subclass; tensors that do not fit.
    """
    return (
        _clone_sequential(model, input_tensors)
        if isinstance(model, Sequential)
        else _clone_graph(model, input_tensors)
    )


@public("python.keras.models._clone_functional_model")
def _clone_graph(model: Any, input_tensors: Any = None) -> Any:
    """`clone_model` of layers joined by calls; ValueError for another model."""
    if not isinstance(model, Model) or isinstance(model, Sequential) or not model._is_graph_network:
        raise ValueError(f"a model of layers joined by calls can be cloned so, got {model!r}")
    made = {}  # layer -> its copy
    if input_tensors is None:
        inputs = [
            Input(
                batch_shape=layer._batch_input_shape, dtype=layer.dtype, sparse=layer.sparse, name=layer.name
            )
            for layer in model._input_layers
        ]
    else:
        inputs = [
            _as_input(each, layer) for each, layer in zip(to_list_of(input_tensors), model._input_layers)
        ]
    values = {id(own): new for own, new in zip(model.inputs, inputs)}
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            layer = node.outbound_layer
            if isinstance(layer, InputLayer) or not node.inbound_layers:
                continue
            if layer not in made:
                made[layer] = type(layer).from_config(layer.get_config())
            taken = single_or_list([values[id(each)] for each in node.input_tensors])
            outputs = to_list_of(made[layer](taken, **node.arguments))
            values.update((id(own), new) for own, new in zip(node.output_tensors, outputs))
    return Model(inputs, [values[id(each)] for each in model.outputs], name=model.name)


def _as_input(tensor, layer):
    """A tensor that a model can begin with."""
    is_from_layer = hasattr(tensor, "_keras_history") and backend.is_keras_tensor(tensor)
    return tensor if is_from_layer else Input(tensor=tensor, name=f"input_wrapper_for_{layer.name}")


@public("python.keras.models._clone_sequential_model")
def _clone_sequential(model: Any, input_tensors: Any = None) -> Any:
    """`clone_model` of a Sequential; ValueError for another model, or several tensors to begin with."""
    if not isinstance(model, Sequential):
        raise ValueError(f"a Sequential model can be cloned so, got {model!r}")
    layers = [type(layer).from_config(layer.get_config()) for layer in model.layers]
    if input_tensors is None:
        return Sequential(layers=layers, name=model.name)
    given = to_list_of(input_tensors)
    if len(given) != 1:
        raise ValueError(f"a Sequential model begins with one tensor, got {len(given)}")
    x = _as_input(given[0], layers[0])
    return Sequential(layers=[x._keras_history[0], *layers], name=model.name)
