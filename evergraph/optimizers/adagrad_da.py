"""`tf.train.AdagradDAOptimizer`."""

from typing import Any

from evergraph.framework.default_graph import colocate_with, device
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops.constants import constant, identity
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.adagrad_da")


@public("train.AdagradDAOptimizer")
class AdagradDAOptimizer(RuleOptimizer):
    """Adagrad with dual averaging (Duchi et al., 2011), for sparse linear models.

    A variable follows from the sums of its gradients alone, so its initial value is forgotten; start with zeros.

    Args:
      learning_rate: a number, a floating scalar tensor, or a function that gives one.
      global_step: the int64 variable that counts the steps (regularization grows with it).
      initial_gradient_squared_accumulator_value: what the sums of squared gradients start with; positive.
      l1_regularization_strength, l2_regularization_strength: numbers, or tensors of the variable's type.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations and slots.

    Raises:
      ValueError: `initial_gradient_squared_accumulator_value` is not positive.
    """

    def __init__(
        self,
        learning_rate: TensorLike,
        global_step: Any,
        initial_gradient_squared_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "AdagradDA",
    ) -> None:
        if initial_gradient_squared_accumulator_value <= 0.0:
            raise ValueError(
                "initial_gradient_squared_accumulator_value must be positive: "
                f"{initial_gradient_squared_accumulator_value}"
            )
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_gradient_squared_accumulator_value = initial_gradient_squared_accumulator_value
        self._learning_rate_tensor = None
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._global_step = global_step
        self._global_step_on_worker = None

    def _create_slots(self, var_list):
        for var in var_list:
            dtype = var.dtype.base_dtype
            with colocate_with(var):
                total = constant(0.0, shape=var.shape, dtype=dtype)
                squares = constant(
                    self._initial_gradient_squared_accumulator_value, shape=var.shape, dtype=dtype
                )
            self._get_or_make_slot(var, total, "gradient_accumulator", self._name)
            self._get_or_make_slot(var, squares, "gradient_squared_accumulator", self._name)

    def _prepare(self):
        self._learning_rate_tensor = self._hyperparameter(self._learning_rate, "learning_rate")
        with colocate_with(self._learning_rate_tensor):
            self._global_step_on_worker = identity(self._global_step) + 1

    def _rule(self):
        return "AdagradDA", {}

    def _slot_inputs(self):
        return {
            "gradient_accumulator": "gradient_accumulator",
            "gradient_squared_accumulator": "gradient_squared_accumulator",
        }

    def _hyperparameters(self):
        return {
            "lr": self._learning_rate_tensor,
            "l1": self._l1_regularization_strength,
            "l2": self._l2_regularization_strength,
        }

    def _other_inputs(self, var):
        with device(var.device):
            return {"global_step": identity(self._global_step_on_worker)}
