"""Files that a TensorBoard plugin finds beside the event files."""

from __future__ import annotations

import abc
from typing import Any

from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module

public_module("python.summary.plugin_asset")

_PREFIX = "__tensorboard_plugin_asset__"


@public()
class PluginAsset(abc.ABC):
    """Subclass it with a `plugin_name`; a FileWriter that is given the graph writes its `assets`."""

    plugin_name: Any = None

    @abc.abstractmethod
    def assets(self) -> dict:
        """{file name: its content, text or bytes}."""
        raise NotImplementedError


@public()
def get_plugin_asset(plugin_asset_cls: type[PluginAsset], graph: Graph | None = None) -> PluginAsset:
    """The graph's one instance of a PluginAsset class, made on first use.

    Raises:
      ValueError: the class has no `plugin_name`, or another class has the same.
    """
    graph = graph or get_default_graph()
    if not plugin_asset_cls.plugin_name:
        raise ValueError(f"Class {plugin_asset_cls.__name__} has no plugin_name")
    key = _PREFIX + plugin_asset_cls.plugin_name
    found = graph.get_collection(key)
    if not found:
        found = [plugin_asset_cls()]
        graph.add_to_collection(key, found[0])
        graph.add_to_collection(_PREFIX, plugin_asset_cls.plugin_name)
    if len(found) > 1 or not isinstance(found[0], plugin_asset_cls):
        raise ValueError(
            f"Plugin name collision: {plugin_asset_cls.plugin_name!r} is used by {plugin_asset_cls.__name__} and by "
            f"{[type(asset).__name__ for asset in found]}"
        )
    return found[0]


@public()
def get_all_plugin_assets(graph: Graph | None = None) -> list[PluginAsset]:
    """The instances of all PluginAsset classes of the graph."""
    graph = graph or get_default_graph()
    return [graph.get_collection(_PREFIX + name)[0] for name in graph.get_collection(_PREFIX)]
