"""The configuration of a graph of layers, written and read."""

import copy
from typing import Any

from evergraph.keras.basics.generic import as_plain
from evergraph.keras.engine.graph_map import node_key
from evergraph.keras.engine.node import nodes_of
from evergraph.keras.engine.registry import deserialize_layer


def get_config(network: Any) -> dict:
    """{name, layers, input_layers, output_layers}: each layer with the calls that are part of the network."""
    numbers = {}  # a call -> its number among those of its layer that are part of the network
    for layer in network.layers:
        # A model has one call more, with its own inputs and outputs, before those of others.
        kept = int(hasattr(layer, "_is_graph_network"))
        for index, _ in enumerate(nodes_of(layer, "inbound")):
            key = node_key(layer.name, index)
            if key in network._network_nodes:
                numbers[key] = kept
                kept += 1
    layers = [
        {
            "name": layer.name,
            "class_name": type(layer).__name__,
            "config": layer.get_config(),
            "inbound_nodes": [
                _written(node, numbers)
                for index, node in enumerate(nodes_of(layer, "inbound"))
                if node_key(layer.name, index) in network._network_nodes and node.inbound_layers
            ],
        }
        for layer in network.layers
    ]
    return copy.deepcopy(
        {
            "name": network.name,
            "layers": layers,
            "input_layers": [_end(each, numbers) for each in network._input_coordinates],
            "output_layers": [_end(each, numbers) for each in network._output_coordinates],
        }
    )


def _written(node, numbers):
    arguments = {key: _plain(value) for key, value in node.arguments.items()}
    return [
        [layer.name, numbers.get(node_key(layer.name, index), 0), tensor_index, arguments]
        for layer, index, tensor_index in zip(node.inbound_layers, node.node_indices, node.tensor_indices)
    ]


def _plain(value):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    try:
        return as_plain(value)
    except TypeError as error:
        raise ValueError(
            f"an argument of a call of a layer, {value!r}, cannot be part of a configuration"
        ) from error


def _end(coordinates, numbers):
    layer, index, tensor_index = coordinates
    return [layer.name, numbers.get(node_key(layer.name, index), 0), tensor_index]


def from_config(config: dict, custom_objects: dict | None = None) -> tuple[list, list]:
    """The inputs and outputs of a graph of layers built from its configuration.

    Raises:
      ValueError: a call of a layer that never comes to be.
    """
    made, waiting = {}, []
    for each in config["layers"]:
        layer = deserialize_layer(each, custom_objects=custom_objects)
        made[each["name"]] = layer
        waiting += [(layer, node) for node in each["inbound_nodes"]]
    while waiting:
        rest = [(layer, node) for layer, node in waiting if not _call(layer, node, made)]
        if len(rest) == len(waiting):
            raise ValueError(
                f"the layers {[layer.name for layer, _ in rest]} are called with what no layer of the configuration gives"
            )
        waiting = rest
    return (
        [_tensor(made, *each) for each in config["input_layers"]],
        [_tensor(made, *each) for each in config["output_layers"]],
    )


def _tensor(made, name, index, tensor_index):
    return nodes_of(made[name], "inbound")[index].output_tensors[tensor_index]


def _call(layer, node, made):
    """Makes a call when what it needs is there; returns whether it did."""
    inputs, kwargs = [], {}
    for name, index, tensor_index, *arguments in node:
        if name not in made or len(nodes_of(made[name], "inbound")) <= index:
            return False
        inputs.append(_tensor(made, name, index, tensor_index))
        kwargs = arguments[0] if arguments else {}
    layer(inputs[0] if len(inputs) == 1 else inputs, **kwargs)
    return True
