"""`tf.train.MomentumOptimizer`."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.momentum")


@public("train.MomentumOptimizer")
class MomentumOptimizer(RuleOptimizer):
    """Momentum: `accumulation = momentum * accumulation + gradient; var -= learning_rate * accumulation`.

    A sparse gradient touches its rows only: the accumulation of other rows does not decay.

    Args:
      learning_rate, momentum: numbers, floating scalar tensors, or functions that give one.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations and slots.
      use_nesterov: whether to step along where the momentum is about to go (Sutskever et al., 2013).
    """

    _learning_rate_tensor: Any
    _momentum_tensor: Any

    def __init__(
        self,
        learning_rate: TensorLike,
        momentum: TensorLike,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._momentum = momentum
        self._use_nesterov = use_nesterov

    def _create_slots(self, var_list):
        for var in var_list:
            self._zeros_slot(var, "momentum", self._name)

    def _prepare(self):
        self._prepare_hyperparameters("learning_rate", "momentum")

    def _rule(self):
        return "Momentum", {"use_nesterov": self._use_nesterov}

    def _slot_inputs(self):
        return {"accum": "momentum"}

    def _hyperparameters(self):
        return {"lr": self._learning_rate_tensor, "momentum": self._momentum_tensor}
