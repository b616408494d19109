"""Drawings of models, by Graphviz."""

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from evergraph.framework.public import public, public_module

public_module("python.keras.utils.vis_utils")


def _pydot():
    for name in ("pydot", "pydot_ng", "pydotplus"):
        if importlib.util.find_spec(name) is not None:
            return importlib.import_module(name)
    raise ImportError(
        "drawing a model needs the package pydot, and the programs of Graphviz: pip install pydot"
    )


@public()
def model_to_dot(
    model: Any, show_shapes: bool = False, show_layer_names: bool = True, rankdir: str = "TB"
) -> Any:
    """A model as a graph of pydot; see `plot_model`."""
    pydot = _pydot()
    dot = pydot.Dot(rankdir=rankdir, concentrate=True)
    dot.set_node_defaults(shape="record")
    if not model.built:
        raise ValueError(f"model {model.name} has no layers yet: build or call it before it is drawn")
    layers = model._layers if getattr(model, "_is_graph_network", False) else model.layers
    for layer in layers:
        label = type(layer).__name__
        if hasattr(layer, "layer"):
            label = f"{label}({type(layer.layer).__name__})"
        if show_layer_names:
            label = f"{layer.name}: {label}"
        if show_shapes:
            shapes = [str(getattr(layer, what, "multiple")) for what in ("input_shape", "output_shape")]
            label = f"{label}\n|{{input:|output:}}|{{{{{shapes[0]}}}|{{{shapes[1]}}}}}"
        dot.add_node(pydot.Node(str(id(layer)), label=label))
    known = {id(layer) for layer in layers}
    for layer in layers:
        for node in getattr(layer, "_inbound_nodes", ()):
            for before in node.inbound_layers:
                if id(before) in known:
                    dot.add_edge(pydot.Edge(str(id(before)), str(id(layer))))
    return dot


@public("keras.utils.plot_model")
def plot_model(
    model: Any,
    to_file: str = "model.png",
    show_shapes: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
) -> None:
    """Draws a model into a file.

    Args:
      model: a model that is built.
      to_file: the file, whose ending says the format.
      show_shapes, show_layer_names: what is written beside the classes of the layers.
      rankdir: "TB" from top to bottom, "LR" from left to right.

    Raises:
      ImportError: the package pydot is not there.
    """
    kind = Path(to_file).suffix.lstrip(".") or "png"
    model_to_dot(model, show_shapes, show_layer_names, rankdir).write(to_file, format=kind)
