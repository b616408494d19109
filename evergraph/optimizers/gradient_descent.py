"""`tf.train.GradientDescentOptimizer`."""

from evergraph.framework.composite import IndexedSlices
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.state import SCATTER
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.gradient_descent")


@public("train.GradientDescentOptimizer")
class GradientDescentOptimizer(RuleOptimizer):
    """Gradient descent: `var -= learning_rate * gradient`.

    Args:
      learning_rate: a number, a floating scalar tensor, or a function that gives one.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations.
    """

    def __init__(
        self, learning_rate: TensorLike, use_locking: bool = False, name: str = "GradientDescent"
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._learning_rate_tensor = None

    def _prepare(self):
        self._learning_rate_tensor = self._hyperparameter(self._learning_rate, "learning_rate")

    def _rule(self):
        return "GradientDescent", {}

    def _hyperparameters(self):
        return {"alpha": self._learning_rate_tensor}

    def _apply_sparse_duplicate_indices(self, grad, var):
        step = grad.values * math_ops.cast(self._learning_rate_tensor, var.dtype.base_dtype)
        delta = IndexedSlices(step, grad.indices, grad.dense_shape)
        return var.scatter_sub(delta, use_locking=self._use_locking)

    def _resource_apply_sparse_duplicate_indices(self, grad, handle, indices):
        step = -grad * math_ops.cast(self._learning_rate_tensor, grad.dtype.base_dtype)
        return SCATTER["Add"][1](handle.handle, indices, step, dtype=handle.dtype)
