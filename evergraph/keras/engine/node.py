"""`Node`: one call of a layer, by which a graph of layers is known."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, map_structure
from evergraph.framework.tensor import Tensor
from evergraph.keras import backend
from evergraph.keras.backend.session import annotate
from evergraph.keras.basics.generic import single_or_list
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable

public_module("python.keras.engine.base_layer", "python.keras.engine.network")


@public()
class Node:
    """A call of `outbound_layer` with tensors that other layers gave.

    Args:
      outbound_layer: the layer that was called.
      inbound_layers: the layers that gave the inputs, with `node_indices` and `tensor_indices`: which call of each, and
        which of its outputs.
      input_tensors, output_tensors: lists of tensors.
      arguments: the other arguments of the call.
    """

    def __init__(
        self,
        outbound_layer: Any,
        inbound_layers: list,
        node_indices: list,
        tensor_indices: list,
        input_tensors: list,
        output_tensors: list,
        arguments: dict | None = None,
    ) -> None:
        self.outbound_layer = outbound_layer
        self.inbound_layers = inbound_layers
        self.node_indices = node_indices
        self.tensor_indices = tensor_indices
        self.input_tensors = input_tensors
        self.output_tensors = output_tensors
        self.arguments = arguments or {}
        self.input_shapes = [backend.int_shape(each) for each in input_tensors]
        self.output_shapes = [backend.int_shape(each) for each in output_tensors]
        for layer in inbound_layers:
            if layer is not None:
                nodes_of(layer, "outbound").append(self)
        nodes_of(outbound_layer, "inbound").append(self)

    def get_config(self) -> dict:
        """The names of the layers and the numbers of calls and outputs."""
        return {
            "outbound_layer": self.outbound_layer.name,
            "inbound_layers": [layer.name for layer in self.inbound_layers],
            "node_indices": self.node_indices,
            "tensor_indices": self.tensor_indices,
        }


def nodes_of(layer: Any, side: str) -> list:
    """The calls of a layer ("inbound"), or those that take its outputs ("outbound"); `tf.layers` have none at first."""
    return vars(layer).setdefault(f"_{side}_nodes", [])


@public()
def have_all_keras_metadata(iterable_or_element: Any) -> bool:
    """Whether Keras layers gave all of these tensors."""
    return all(hasattr(each, "_keras_history") for each in flatten(iterable_or_element))


def history_of(tensor: Any) -> tuple:
    """(layer, number of its call, number of the output) that gave a tensor."""
    return tensor._keras_history


def add_inbound_node(
    layer: Any, input_tensors: Any, output_tensors: Any, arguments: dict | None = None
) -> Node:
    """Records a call, and writes on each output where it comes from."""
    inputs, outputs = flatten(input_tensors), flatten(output_tensors)
    histories = [getattr(each, "_keras_history", (None, None, None)) for each in inputs]
    node = Node(
        layer,
        inbound_layers=[history[0] for history in histories if history[0] is not None],
        node_indices=[history[1] for history in histories if history[0] is not None],
        tensor_indices=[history[2] for history in histories if history[0] is not None],
        input_tensors=inputs,
        output_tensors=outputs,
        arguments=arguments,
    )
    number = len(nodes_of(layer, "inbound")) - 1
    for index, each in enumerate(outputs):
        each._keras_history = (layer, number, index)
    return node


@public()
def collect_previous_mask(input_tensors: Any) -> Any:
    """The masks that the layers before gave with these tensors; None for each without."""
    masks = [getattr(each, "_keras_mask", None) for each in flatten(input_tensors)]
    return single_or_list(masks) if masks else None


def mark(outputs: list, uses_phase: bool, masks: Any) -> None:
    """Writes on outputs whether they depend on the learning phase, and their masks."""
    masks = masks if isinstance(masks, (list, tuple)) else [masks] * len(outputs)
    for output, mask in zip(outputs, masks):
        annotate(output, _uses_learning_phase=uses_phase or getattr(output, "_uses_learning_phase", False))
        if isinstance(output, Tensor):
            annotate(output, _keras_mask=mask)


def depends_on_phase(values: Any) -> bool:
    """Whether one of these tensors depends on the learning phase."""
    return any(getattr(each, "_uses_learning_phase", False) for each in flatten(values))


@public()
def get_source_inputs(tensor: Any, layer: Any = None, node_index: int | None = None) -> Any:
    """The tensors of `Input` from which a tensor was made."""
    history = getattr(tensor, "_keras_history", None)
    if history is None:
        return tensor
    if node_index or layer is None:
        layer, node_index = history[:2]
    if not nodes_of(layer, "inbound"):
        return [tensor]
    node = nodes_of(layer, "inbound")[node_index or 0]
    if not node.inbound_layers:
        return node.input_tensors
    found = []
    for each, before, number in zip(node.input_tensors, node.inbound_layers, node.node_indices):
        for source in get_source_inputs(each, before, number):
            if not any(source is known for known in found):
                found.append(source)
    return found


def source_of(value: Any) -> Any:
    """The tensor on which all reads of a variable depend; a tensor as it is."""
    if not isinstance(value, Variable):
        return value
    return value._handle if isinstance(value, ResourceVariable) else value._ref()


def shapes_of(inputs: Any) -> Any:
    """The static shape of each tensor of a structure; None when one has none."""
    leaves = flatten(inputs)
    if not all(hasattr(leaf, "get_shape") for leaf in leaves):
        return None
    return map_structure(lambda leaf: leaf.get_shape(), inputs)
