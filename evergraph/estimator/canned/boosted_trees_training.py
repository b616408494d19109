"""The training of boosted trees: what is remembered of examples, the growth of a layer, and when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from evergraph.estimator.canned.boosted_trees_inputs import FeatureGroup
from evergraph.estimator.canned.tree_ensemble import TreeEnsemble
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.boosted_trees import functions as trees
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group, no_op
from evergraph.ops.queues.accumulators import ConditionalAccumulator
from evergraph.ops.variables.assign import assign
from evergraph.ops.variables.reference import Variable
from evergraph.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

public_module("python.estimator.canned.boosted_trees")


@public("python.estimator.canned.boosted_trees._TreeHParams")
class TreeHParams(NamedTuple):
    """What trees are grown by; see `BoostedTreesClassifier`."""

    n_trees: int
    max_depth: int
    learning_rate: float
    l1: float
    l2: float
    tree_complexity: float
    min_node_weight: float

    @property
    def max_splits(self) -> int:
        """How many nodes of a tree may be split: those above its last layer."""
        return (1 << self.max_depth) - 1


class Examples(NamedTuple):
    """The examples of a step: their features, where each was in the ensemble, and what its logit was then.

    Attributes:
      features: int32 `[batch]` each.
      tree_ids, node_ids: int32 `[batch]`.
      logits: float32 `[batch, 1]`.
    """

    features: list[Tensor]
    tree_ids: Tensor
    node_ids: Tensor
    logits: Tensor


def new_examples(features: Sequence[Tensor], labels: Any) -> Examples:
    """Examples that no tree has seen."""
    size = array_ops.shape(labels)[0]
    ids = array_ops.zeros([size], dtypes.int32)
    return Examples(list(features), ids, ids, array_ops.zeros([size, 1], dtypes.float32))


class ExampleMemory:
    """Where all examples of a training are in the ensemble, in local variables: each step has the same examples.

    Args:
      features: their features.
      labels: their labels.
    """

    def __init__(self, features: Sequence[Tensor], labels: TensorLike) -> None:
        self._new = new_examples(features, labels)
        shape = convert_to_tensor(labels).shape
        self._size = shape.dims[0].value if shape.dims else None
        self._tree_ids = self._variable([], dtypes.int32, "tree_ids_cache")
        self._node_ids = self._variable([], dtypes.int32, "node_ids_cache")
        self._logits = self._variable([1], dtypes.float32, "logits_cache")

    def _variable(self, inner, dtype, name):
        return Variable(
            array_ops.zeros([self._size or 0, *inner], dtype),
            trainable=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
            validate_shape=self._size is not None,
            name=name,
        )

    def examples(self) -> Examples:
        """The examples as the last step left them."""
        places: list[Any] = [self._tree_ids, self._node_ids, self._logits]
        if self._size is None:  # how many there are is seen in the first step, which finds none
            new = self._new
            is_first = math_ops.equal(array_ops.size(identity(self._tree_ids)), 0)
            places = cond(
                is_first,
                lambda: [new.tree_ids, new.node_ids, new.logits],
                lambda: [identity(place) for place in places],
            )
            for place, inner in zip(places, ([], [], [1]), strict=True):
                place.set_shape([None, *inner])
        tree_ids, node_ids, logits = places
        return Examples(self._new.features, tree_ids, node_ids, logits)

    def remember(self, tree_ids: Tensor, node_ids: Tensor, logits: Tensor) -> Operation:
        """An operation that puts down where the examples are now."""
        pairs = ((self._tree_ids, tree_ids), (self._node_ids, node_ids), (self._logits, logits))
        return group(
            *[assign(place, value, validate_shape=self._size is not None) for place, value in pairs],
            name="cache_insert",
        )


class Growth:
    """Grows an ensemble by a layer from sums of gradients and hessians.

    Args:
      ensemble: the TreeEnsemble.
      groups: the features.
      hparams: a TreeHParams.
      last_layer: int32 `[2]`: the nodes [first, end) of the last layer.
    """

    def __init__(
        self, ensemble: TreeEnsemble, groups: Sequence[FeatureGroup], hparams: TreeHParams, last_layer: Tensor
    ) -> None:
        self._ensemble, self._groups, self._hparams = ensemble, groups, hparams
        self._last_layer = last_layer

    def summaries(
        self, features: Sequence[Tensor], node_ids: Tensor, gradients: Tensor, hessians: Tensor
    ) -> list[Tensor]:
        """The sums over a batch: float32 `[features, max_splits, buckets, 2]` for each group."""
        return [
            trees.make_stats_summary(
                node_ids,
                gradients,
                hessians,
                [features[f] for f in each.features],
                max_splits=self._hparams.max_splits,
                num_buckets=each.buckets,
            )
            for each in self._groups
        ]

    def grow(self, summaries: Sequence[Tensor]) -> Operation:
        """An operation that grows a layer from such sums."""
        hparams, columns, numbers = self._hparams, ([], [], [], [], []), []
        for each, summary in zip(self._groups, summaries, strict=True):
            best = trees.calculate_best_gains_per_feature(
                self._last_layer,
                array_ops.unstack(summary, num=len(each.features), axis=0),
                hparams.l1,
                hparams.l2,
                hparams.tree_complexity,
                hparams.min_node_weight,
                max_splits=hparams.max_splits,
            )
            numbers += each.features
            for column, found in zip(columns, best, strict=True):
                column.extend(found)
        return trees.update_ensemble(
            self._ensemble.resource_handle,
            numbers,
            *columns,
            max_depth=hparams.max_depth,
            learning_rate=hparams.learning_rate,
            pruning_mode=trees.PruningMode.NO_PRUNING,
        )

    def accumulate(self, summaries: Sequence[Tensor], stamp: Tensor) -> tuple[list[Operation], list[Any]]:
        """Operations that add the sums of a batch to those before it, and the accumulators that hold these."""
        accumulators = [
            ConditionalAccumulator(
                dtypes.float32,
                shape=[len(each.features), self._hparams.max_splits, each.buckets, 2],
                shared_name=f"numeric_stats_summary_accumulator_{i}",
            )
            for i, each in enumerate(self._groups)
        ]
        applied = [each.apply_grad(sums, stamp) for each, sums in zip(accumulators, summaries, strict=True)]
        return applied, accumulators

    def grow_when_accumulated(self, accumulators: Sequence[Any], batches: Any) -> Operation:
        """An operation that grows a layer from the means of the batches, once there are enough of them."""
        least = math_ops.reduce_min(array_ops.stack([each.num_accumulated() for each in accumulators]))
        enough = math_ops.greater_equal(math_ops.to_int64(least), math_ops.cast(batches, dtypes.int64))
        return cond(
            enough,
            lambda: self.grow([each.take_grad(1) for each in accumulators]),
            no_op,
            name="wait_until_n_batches_accumulated",
        )


@public("python.estimator.canned.boosted_trees._StopAtAttemptsHook")
class StopAtAttemptsHook(SessionRunHook):
    """Ends the training when the trees are grown, or after twice the layers that they have.

    Args:
      num_finalized_trees_tensor: int32 scalar.
      num_attempted_layers_tensor: int32 scalar.
      max_trees: how many trees to grow.
      max_depth: how many layers a tree has.
    """

    def __init__(
        self,
        num_finalized_trees_tensor: Tensor,
        num_attempted_layers_tensor: Tensor,
        max_trees: int,
        max_depth: int,
    ) -> None:
        self._counts = [num_finalized_trees_tensor, num_attempted_layers_tensor]
        self._max_trees, self._max_layers = max_trees, 2 * max_trees * max_depth

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        return SessionRunArgs(self._counts)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        finished, layers = run_values.results
        if finished >= self._max_trees - 1 or layers > self._max_layers - 1:
            finished, layers = run_context.session.run(self._counts)  # those of the run are from before it
        if finished >= self._max_trees or layers > self._max_layers:
            run_context.request_stop()
