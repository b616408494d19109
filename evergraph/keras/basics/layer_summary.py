"""The table of a model's layers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module

public_module("python.keras.utils.layer_utils")


@public()
def count_params(weights: list) -> int:
    """How many numbers different variables hold."""
    return int(sum(np.prod(each.shape.as_list()) for each in {id(each): each for each in weights}.values()))


def _is_chain(model):
    """Whether each layer of a model has one call, whose input the layer before gave."""
    if type(model).__name__ == "Sequential" or not getattr(model, "_is_graph_network", False):
        return True
    for nodes in model._nodes_by_depth.values():
        if len(nodes) > 1 or len(nodes[0].inbound_layers) > 1:
            return False
    return all(len(_calls(model, layer)) <= 1 for layer in model.layers)


def _calls(model, layer):
    own = {id(node) for nodes in model._nodes_by_depth.values() for node in nodes}
    return [node for node in getattr(layer, "_inbound_nodes", ()) if id(node) in own]


def _output_shape(layer):
    try:
        return str(layer.output_shape)
    except AttributeError:  # several calls of different shapes, or none
        return "multiple"


@public()
def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: list | None = None,
    print_fn: Callable[[str], Any] | None = None,
) -> None:
    """Prints the layers of a model, their output shapes and numbers of weights.

    Args:
      model: a model that is built.
      line_length: the width of the table.
      positions: where its columns end, as shares of the width or in characters.
      print_fn: is called with each line; `print` when None.
    """
    print_fn = print_fn or print
    chain = _is_chain(model)
    line_length = line_length or (65 if chain else 98)
    positions = positions or ([0.45, 0.85, 1.0] if chain else [0.33, 0.55, 0.67, 1.0])
    if positions[-1] <= 1:
        positions = [int(line_length * each) for each in positions]
    headings = ["Layer (type)", "Output Shape", "Param #"] + ([] if chain else ["Connected to"])

    def row(fields):
        line = ""
        for field, end in zip(fields, positions):
            line = ((line + " " if line else "") + str(field))[:end].ljust(end)
        print_fn(line)

    print_fn("_" * line_length)
    row(headings)
    print_fn("=" * line_length)
    layers = model.layers
    for layer in layers:
        fields = [f"{layer.name} ({type(layer).__name__})", _output_shape(layer), layer.count_params()]
        before = (
            []
            if chain
            else [
                f"{source.name}[{index}][{tensor}]"
                for node in _calls(model, layer)
                for source, index, tensor in zip(node.inbound_layers, node.node_indices, node.tensor_indices)
            ]
        )
        row(fields if chain else [*fields, before[0] if before else ""])
        for each in before[1:]:
            row(["", "", "", each])
        print_fn(("=" if layer is layers[-1] else "_") * line_length)
    trainable = count_params(getattr(model, "_collected_trainable_weights", None) or model.trainable_weights)
    frozen = count_params(model.non_trainable_weights)
    print_fn(f"Total params: {trainable + frozen:,}")
    print_fn(f"Trainable params: {trainable:,}")
    print_fn(f"Non-trainable params: {frozen:,}")
    print_fn("_" * line_length)
