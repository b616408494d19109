"""`tf.train.AdagradOptimizer`."""

from evergraph.framework.default_graph import colocate_with
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.variables.initializers import constant_initializer
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.adagrad")


@public("train.AdagradOptimizer")
class AdagradOptimizer(RuleOptimizer):
    """Adagrad (Duchi et al., 2011).

    Args:
      learning_rate: a number, a floating scalar tensor, or a function that gives one.
      initial_accumulator_value: what the sums of squared gradients start with; positive.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations and slots.

    Raises:
      ValueError: `initial_accumulator_value` is not positive.
    """

    def __init__(
        self,
        learning_rate: TensorLike,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._learning_rate_tensor = None

    def _create_slots(self, var_list):
        for var in var_list:
            dtype = var.dtype.base_dtype
            with colocate_with(var):
                if var.shape.is_fully_defined():
                    initial = constant_initializer(self._initial_accumulator_value, dtype=dtype)
                else:
                    initial = math_ops.cast(
                        array_ops.fill(array_ops.shape(var), self._initial_accumulator_value), dtype
                    )
            self._get_or_make_slot_with_initializer(var, initial, var.shape, dtype, "accumulator", self._name)

    def _prepare(self):
        self._learning_rate_tensor = self._hyperparameter(self._learning_rate, "learning_rate")

    def _rule(self):
        return "Adagrad", {}

    def _slot_inputs(self):
        return {"accum": "accumulator"}

    def _hyperparameters(self):
        return {"lr": self._learning_rate_tensor}
