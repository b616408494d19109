"""Trees, and what they grow from, as resources of the graph with their places in checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.checkpoint.saveable import SaveableObject, SaveSpec
from evergraph.contrib.tensor_forest import operations
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.resources import register_resource


class _SerializedSaveable(SaveableObject):
    """Saves a resource as its serialized message, and restores it after it is created."""

    def __init__(self, handle, serialized, create, deserialize):
        super().__init__(handle, [SaveSpec(serialized, "", handle.name)], handle.name)
        self._create, self._deserialize = create, deserialize

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Any) -> Operation:
        with control_dependencies([self._create]):
            return self._deserialize(restored_tensors[0])


def _register(
    handle: Tensor, serialized: Tensor, create: Operation, is_initialized: Tensor, deserialize: Callable
) -> Tensor:
    saveable = _SerializedSaveable(handle, serialized, create, deserialize)
    add_to_collection(GraphKeys.SAVEABLE_OBJECTS, saveable)
    register_resource(handle, create, is_initialized)
    return handle


@public("contrib.tensor_forest.python.ops.model_ops.tree_variable")
def tree_variable(
    params: Any, tree_config: TensorLike, stats_handle: Tensor | None, name: str, container: str | None = None
) -> Tensor:
    """A tree.

    Args:
      params: ForestHParams, with `serialized_params_proto`.
      tree_config: string scalar: a serialized Model message; empty for one leaf.
      stats_handle: what it grows from, or None.
      name: its name.
      container: accepted.

    Returns:
      The handle, a resource scalar.
    """
    parameters = params.serialized_params_proto
    with name_scope(name, "TreeVariable") as scope:
        handle = operations.decision_tree_resource_handle_op(shared_name=scope, name=scope)
        config = convert_to_tensor(tree_config, dtypes.string)
        return _register(
            handle,
            operations.tree_serialize_op(handle),
            operations.create_tree_variable_op(handle, config, params=parameters),
            operations.tree_is_initialized_op(handle),
            lambda saved: operations.tree_deserialize_op(handle, saved, params=parameters),
        )


@public("contrib.tensor_forest.python.ops.stats_ops.fertile_stats_variable")
def fertile_stats_variable(
    params: Any, stats_config: TensorLike, name: str, container: str | None = None
) -> Tensor:
    """What a tree grows from: the candidate splits of its leaves.

    Args:
      params: ForestHParams, with `serialized_params_proto`.
      stats_config: string scalar: a serialized FertileStats message; empty for a new tree.
      name: its name.
      container: accepted.

    Returns:
      The handle, a resource scalar.
    """
    parameters = params.serialized_params_proto
    with name_scope(name, "FertileStatsVariable") as scope:
        handle = operations.fertile_stats_resource_handle_op(shared_name=scope, name=scope)
        config = convert_to_tensor(stats_config, dtypes.string)
        return _register(
            handle,
            operations.fertile_stats_serialize_op(handle, params=parameters),
            operations.create_fertile_stats_variable_op(handle, config, params=parameters),
            operations.fertile_stats_is_initialized_op(handle),
            lambda saved: operations.fertile_stats_deserialize_op(handle, saved, params=parameters),
        )
