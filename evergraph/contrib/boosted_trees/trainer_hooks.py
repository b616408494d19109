"""Hooks of the training of trees."""

from __future__ import annotations

from typing import Any

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import no_op
from evergraph.training.global_step import get_global_step
from evergraph.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

public_module("contrib.boosted_trees.estimator_batch.trainer_hooks")


@public()
class StopAfterNTrees(SessionRunHook):
    """Ends the training after a number of trees, or twice as many attempts.

    Args:
      n: how many trees.
      num_attempted_trees_tensor: int64 scalar.
      num_finalized_trees_tensor: int64 scalar.
    """

    def __init__(
        self, n: int, num_attempted_trees_tensor: Tensor, num_finalized_trees_tensor: Tensor
    ) -> None:
        self._num_trees = n
        self._counts = [num_attempted_trees_tensor, num_finalized_trees_tensor]

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        return SessionRunArgs(self._counts)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        attempted, finalized = run_values.results
        if finalized >= self._num_trees or attempted > 2 * self._num_trees:
            logging.info("Requesting stop since we have reached %d trees.", finalized)
            run_context.request_stop()


@public()
class FeedFnHook(SessionRunHook):
    """Feeds each run what a function gives.

    Args:
      feed_fn: function that returns a feed_dict.
    """

    def __init__(self, feed_fn: Any) -> None:
        self.feed_fn = feed_fn

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        return SessionRunArgs(None, feed_dict=self.feed_fn() if callable(self.feed_fn) else self.feed_fn)


@public()
class SwitchTrainOp(SessionRunHook):
    """Trains by one operation up to a step, and by another one after it.

    Args:
      first_train_op: the operation until then.
      train_steps: the step.
      second_train_op: the operation after it.
    """

    def __init__(self, first_train_op: Any, train_steps: int, second_train_op: Any) -> None:
        self._first, self._second, self._steps = first_train_op, second_train_op, train_steps
        self._current: Any = None

    def begin(self) -> None:
        self._step = get_global_step()
        self._current = no_op()

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        return SessionRunArgs({"global_step": self._step, "train_op": self._current})

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self._current = self._first if run_values.results["global_step"] < self._steps else self._second
