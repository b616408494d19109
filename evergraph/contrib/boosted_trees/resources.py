"""Ensembles, and what their next layer grows from, as resources of the graph with their places in checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.checkpoint.saveable import SaveableObject, SaveSpec
from evergraph.contrib.boosted_trees import operations
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.resources import register_resource


class _EnsembleSaveable(SaveableObject):
    def __init__(self, handle, create):
        stamp, serialized = operations.serialize_ensemble_op(handle)
        name = handle.name
        specs = [SaveSpec(stamp, "", f"{name}_stamp"), SaveSpec(serialized, "", f"{name}_config")]
        super().__init__(handle, specs, name)
        self._create = create

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Any) -> Operation:
        with control_dependencies([self._create]):
            return operations.deserialize_ensemble_op(self.op, *restored_tensors)


class _LayerSaveable(SaveableObject):
    def __init__(self, handle, create):
        serialized = operations.serialize_layer_op(handle)
        super().__init__(handle, [SaveSpec(serialized, "", handle.name)], handle.name)
        self._create = create

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Any) -> Operation:
        with control_dependencies([self._create]):
            return operations.deserialize_layer_op(self.op, restored_tensors[0])


@public("contrib.boosted_trees.python.ops.model_ops.tree_ensemble_variable")
def tree_ensemble_variable(
    stamp_token: TensorLike, tree_ensemble_config: TensorLike, name: str, container: str | None = None
) -> Tensor:
    """An ensemble of trees.

    Args:
      stamp_token: int64 scalar: the stamp that it begins with.
      tree_ensemble_config: string scalar: a serialized DecisionTreeEnsembleConfig message; empty for no trees.
      name: its name.
      container: accepted.

    Returns:
      The handle, a resource scalar.
    """
    with name_scope(name, "TreeEnsembleVariable") as scope:
        handle = operations.ensemble_handle_op(shared_name=scope, name=scope)
        create = operations.create_ensemble_op(
            handle,
            convert_to_tensor(stamp_token, dtypes.int64),
            convert_to_tensor(tree_ensemble_config, dtypes.string),
        )
        add_to_collection(GraphKeys.SAVEABLE_OBJECTS, _EnsembleSaveable(handle, create))
        register_resource(handle, create, operations.ensemble_is_initialized_op(handle))
        return handle


def layer_variable(
    stamp_token: TensorLike, learner_config: bytes, counts: Sequence[int], logits: int, name: str
) -> Tensor:
    """What the next layer grows from.

    Args:
      stamp_token: int64 scalar: the stamp of the ensemble.
      learner_config: a serialized LearnerConfig message.
      counts: how many dense, sparse and categorical features there are.
      logits: how many logits an example has.
      name: its name.

    Returns:
      The handle, a resource scalar.
    """
    with name_scope(name, "TreeLayer") as scope:
        handle = operations.layer_handle_op(shared_name=scope, name=scope)
        create = operations.create_layer_op(
            handle,
            convert_to_tensor(stamp_token, dtypes.int64),
            learner_config=learner_config,
            counts=list(counts),
            logits=logits,
        )
        add_to_collection(GraphKeys.SAVEABLE_OBJECTS, _LayerSaveable(handle, create))
        register_resource(handle, create, operations.layer_is_initialized_op(handle))
        return handle
