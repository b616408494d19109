"""`tf.train.ProximalGradientDescentOptimizer`."""

from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.proximal_gradient_descent")


@public("train.ProximalGradientDescentOptimizer")
class ProximalGradientDescentOptimizer(RuleOptimizer):
    """Proximal gradient descent (Duchi and Singer, 2009): L1 and L2 terms are minimized exactly after each step.

    Args:
      learning_rate, l1_regularization_strength, l2_regularization_strength: numbers, floating scalar tensors, or
        functions that give one.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations.
    """

    def __init__(
        self,
        learning_rate: TensorLike,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._learning_rate_tensor = None
        self._l1_regularization_strength_tensor = None
        self._l2_regularization_strength_tensor = None

    def _prepare(self):
        self._prepare_hyperparameters(
            "learning_rate", "l1_regularization_strength", "l2_regularization_strength"
        )

    def _rule(self):
        return "ProximalGradientDescent", {}

    def _hyperparameters(self):
        return {
            "alpha": self._learning_rate_tensor,
            "l1": self._l1_regularization_strength_tensor,
            "l2": self._l2_regularization_strength_tensor,
        }
