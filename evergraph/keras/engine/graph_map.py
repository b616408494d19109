"""The graph of layers between inputs and outputs: which calls it has, and how far from the outputs each is."""

from typing import NamedTuple

from evergraph.framework.public import public, public_module
from evergraph.keras.engine.node import Node, nodes_of

public_module("python.keras.engine.network")


class GraphMap(NamedTuple):
    """The calls and layers of a graph, by depth: 0 at the outputs.

    Attributes:
      keys: the names of the calls.
      nodes_by_depth: {depth: calls}.
      layers: the layers, the deepest first.
      layers_by_depth: {depth: layers}.
    """

    keys: set
    nodes_by_depth: dict
    layers: list
    layers_by_depth: dict


def node_key(layer_name: str, node_index: int) -> str:
    """The name of a call."""
    return f"{layer_name}_ib-{node_index}"


def _nodes_before(outputs) -> tuple[list[Node], dict, set]:
    """All calls that outputs need, inputs before users; each layer's place in the order of first sight.

    Raises:
      ValueError: a call that needs its own output.
    """
    order, places, keys = [], {}, set()
    done, open_nodes = set(), set()
    for output in outputs:
        stack = [(output._keras_history, False)]
        while stack:
            (layer, index, tensor_index), is_left = stack.pop()
            node = nodes_of(layer, "inbound")[index]
            if is_left:
                open_nodes.discard(id(node))
                if id(node) not in done:
                    done.add(id(node))
                    order.append(node)
                continue
            if id(node) in done:
                continue
            if id(node) in open_nodes:
                raise ValueError(
                    f"{node.output_tensors[tensor_index]}, an output of layer {layer.name!r}, leads to itself"
                )
            places.setdefault(layer, len(places))
            keys.add(node_key(layer.name, index))
            open_nodes.add(id(node))
            stack.append(((layer, index, tensor_index), True))
            before = zip(node.inbound_layers, node.node_indices, node.tensor_indices)
            stack += [(each, False) for each in reversed(list(before)) if not _is_done(each, done)]
    return order, places, keys


def _is_done(history, done):
    layer, index, _ = history
    return id(nodes_of(layer, "inbound")[index]) in done


@public("python.keras.engine.network._map_graph_network")
def map_graph_network(inputs: list, outputs: list) -> GraphMap:
    """Follows outputs back to inputs.

    Raises:
      ValueError: outputs that need something which is no input; two layers of one name; a cycle.
    """
    order, places, keys = _nodes_before(outputs)
    depths, layer_depths = {}, {}
    for node in reversed(order):
        layer = node.outbound_layer
        depth = max(depths.get(id(node), 0), layer_depths.get(layer, 0))
        layer_depths[layer] = depths[id(node)] = depth
        for before, index in zip(node.inbound_layers, node.node_indices):
            inbound = nodes_of(before, "inbound")[index]
            depths[id(inbound)] = max(depth + 1, depths.get(id(inbound), 0))
    for tensor in inputs:
        layer = tensor._keras_history[0]
        if layer not in layer_depths:
            layer_depths[layer] = 0
            places.setdefault(layer, -1)
            node = nodes_of(layer, "inbound")[0]
            order.append(node)
            depths[id(node)] = 0
            keys.add(node_key(layer.name, 0))
    nodes_by_depth, layers_by_depth = {}, {}
    for node in order:
        nodes_by_depth.setdefault(depths[id(node)], []).append(node)
    for layer, depth in layer_depths.items():
        layers_by_depth.setdefault(depth, []).append(layer)
    layers = []
    for depth in sorted(layers_by_depth, reverse=True):
        layers_by_depth[depth].sort(key=places.__getitem__)
        layers += layers_by_depth[depth]
    _check_connected(inputs, nodes_by_depth)
    _check_names(layers)
    return GraphMap(keys, nodes_by_depth, layers, layers_by_depth)


def _check_connected(inputs, nodes_by_depth):
    known, seen = {id(each) for each in inputs}, []
    for depth in sorted(nodes_by_depth, reverse=True):
        for node in nodes_by_depth[depth]:
            layer = node.outbound_layer
            for tensor in node.input_tensors:
                if id(tensor) not in known:
                    raise ValueError(
                        f"disconnected graph: layer {layer.name!r} needs {tensor}, which no input of the model leads to; reached so far: {seen}"
                    )
            known.update(id(each) for each in node.output_tensors)
            seen.append(layer.name)


def _check_names(layers):
    names = [layer.name for layer in layers]
    for name in names:
        if names.count(name) != 1:
            raise ValueError(
                f"{names.count(name)} layers of the model have the name {name!r}: each needs one of its own"
            )
