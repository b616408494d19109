"""`TreeEnsemble`: an ensemble of boosted trees as a resource of the graph, with its place in checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.checkpoint.saveable import SaveableObject, SaveSpec
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.boosted_trees import operations
from evergraph.ops.constants import identity
from evergraph.ops.resources import register_resource

_STATES = (
    "stamp_token",
    "num_trees",
    "num_finalized_trees",
    "num_attempted_layers",
    "last_layer_nodes_range",
)


class _EnsembleSaveable(SaveableObject):
    """Saves an ensemble as its stamp and its serialized message, and restores it after it is created."""

    def __init__(self, handle, create, name):
        stamp, serialized = operations.serialize_ensemble_op(handle)
        specs = [SaveSpec(stamp, "", f"{name}_stamp"), SaveSpec(serialized, "", f"{name}_serialized")]
        super().__init__(handle, specs, name)
        self._create = create

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Any) -> Operation:
        with control_dependencies([self._create]):
            return operations.deserialize_ensemble_op(self.op, *restored_tensors)


@public("python.ops.boosted_trees_ops.TreeEnsemble")
class TreeEnsemble:
    """An ensemble of boosted trees.

    Sessions initialize it with the shared resources (`resources.initialize_resources`); checkpoints of all variables
    hold it.

    Args:
      name: its name.
      stamp_token: int64 scalar: the stamp that it begins with.
      is_local: whether each session has its own, which no checkpoint holds.
      serialized_proto: string scalar: a serialized TreeEnsemble message to begin with; empty for no trees.
    """

    def __init__(
        self,
        name: str | None,
        stamp_token: TensorLike = 0,
        is_local: bool = False,
        serialized_proto: TensorLike = "",
    ) -> None:
        with name_scope(name, "TreeEnsemble") as scope:
            self._handle = operations.boosted_trees_ensemble_resource_handle_op(shared_name=scope, name=scope)
            create = operations.create_ensemble_op(
                self._handle,
                convert_to_tensor(stamp_token, dtypes.int64),
                convert_to_tensor(serialized_proto, dtypes.string),
            )
            is_initialized = operations.is_boosted_trees_ensemble_initialized_op(self._handle)
            if not is_local:
                saveable = _EnsembleSaveable(self._handle, create, self._handle.name)
                add_to_collection(GraphKeys.SAVEABLE_OBJECTS, saveable)
            register_resource(self._handle, create, is_initialized, is_shared=not is_local)

    @property
    def resource_handle(self) -> Tensor:
        """The handle, a resource scalar."""
        return self._handle

    def get_stamp_token(self) -> Tensor:
        """The stamp, an int64 scalar: it grows with each layer."""
        return operations.get_ensemble_states_op(self._handle)[0]

    def get_states(self) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """How far the ensemble is grown.

        Returns:
          The stamp, int64; the numbers of trees, of finished trees and of layers that were tried, int32 scalars; and the
          nodes [first, end) of the last layer, int32 `[2]`.
        """
        states = operations.get_ensemble_states_op(self._handle)
        stamp, trees, finished, layers, last = (
            identity(state, name=name) for state, name in zip(states, _STATES, strict=True)
        )
        return stamp, trees, finished, layers, last

    def serialize(self) -> tuple[Tensor, Tensor]:
        """The stamp, an int64 scalar, and the serialized TreeEnsemble message, a string scalar."""
        stamp, serialized = operations.serialize_ensemble_op(self._handle)
        return stamp, serialized

    def deserialize(self, stamp_token: TensorLike, serialized_proto: TensorLike) -> Operation:
        """An operation that replaces the ensemble by a stamp and a serialized message.

        Running it raises InvalidArgumentError for bytes that are no such message.
        """
        return operations.deserialize_ensemble_op(
            self._handle,
            convert_to_tensor(stamp_token, dtypes.int64),
            convert_to_tensor(serialized_proto, dtypes.string),
        )
