"""Steps of training as objects, for a strategy: an input, a loss, an optimizer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public, public_module
from evergraph.gradients.gradients import gradients
from evergraph.gradients.tape import GradientTape
from evergraph.ops.distribute import DistributionStrategy
from evergraph.ops.variables.collections import trainable_variables
from evergraph.optimizers.optimizer import Optimizer

public_module("contrib.distribute.python.step_fn")


@public("contrib.distribute.Step")
class Step:
    """One step of an algorithm, made (in a graph: recorded) by calling it.

    Args:
      distribution: the strategy.
    """

    def __init__(self, distribution: DistributionStrategy) -> None:
        self._distribution = distribution

    @property
    def distribution(self) -> DistributionStrategy:
        """The strategy."""
        return self._distribution

    def __call__(self) -> Any:
        """Makes the step on its next inputs."""
        return self.step(self.inputs())

    def inputs(self) -> Any:
        """What `step` takes.  NotImplementedError unless a subclass gives it."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its inputs are")

    def step(self, inputs: Any) -> Any:
        """What is done in a step.  NotImplementedError unless a subclass gives it."""
        raise NotImplementedError(f"{type(self).__name__} does not say what a step is")


@public("contrib.distribute.StandardInputStep")
class StandardInputStep(Step):
    """A step whose inputs are those of a dataset.

    Args:
      dataset_fn: function without arguments that returns a Dataset.
      distribution: the strategy.
    """

    def __init__(self, dataset_fn: Callable, distribution: DistributionStrategy) -> None:
        super().__init__(distribution)
        self._iterator = distribution.distribute_dataset(dataset_fn).make_one_shot_iterator()

    def inputs(self) -> Any:
        """The next element for each tower."""
        return self._iterator.get_next()


@public("contrib.distribute.StandardSingleLossStep")
class StandardSingleLossStep(StandardInputStep):
    """A step that reduces one loss.

    Args:
      dataset_fn: function without arguments that returns a Dataset.
      loss_fn: function of its elements that returns the loss of a tower.
      optimizer: an Optimizer; it applies the sum of the gradients of all towers.
      distribution: the strategy.
    """

    def __init__(
        self,
        dataset_fn: Callable,
        loss_fn: Callable,
        optimizer: Optimizer,
        distribution: DistributionStrategy,
    ) -> None:
        super().__init__(dataset_fn, distribution)
        self._loss_fn, self._optimizer = loss_fn, optimizer

    def step(self, inputs: Any) -> Any:
        """The operation that applies the gradients."""

        def gradients_of_tower(inputs):
            with GradientTape() as tape:
                loss = self._loss_fn(inputs)
            if executing_eagerly():
                variables = tape.watched_variables()
                found = tape.gradient(loss, variables)
            else:
                variables = trainable_variables()
                found = gradients(loss, variables)
            return [pair for pair in zip(found, variables) if pair[0] is not None]

        with self._distribution.scope():
            pairs = self._distribution.call_for_each_tower(gradients_of_tower, inputs)
            return self._optimizer._distributed_apply(self._distribution, pairs)
