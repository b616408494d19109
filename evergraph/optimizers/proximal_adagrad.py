"""`tf.train.ProximalAdagradOptimizer`."""

from evergraph.framework.default_graph import colocate_with
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops.constants import constant
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.proximal_adagrad")


@public("train.ProximalAdagradOptimizer")
class ProximalAdagradOptimizer(RuleOptimizer):
    """Proximal Adagrad (Duchi and Singer, 2009): Adagrad with L1 and L2 terms that are minimized exactly.

    Args:
      learning_rate: a number, a floating scalar tensor, or a function that gives one.
      initial_accumulator_value: what the sums of squared gradients start with; positive.
      l1_regularization_strength, l2_regularization_strength: as `learning_rate`; not negative.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations and slots.

    Raises:
      ValueError: `initial_accumulator_value` is not positive.
    """

    def __init__(
        self,
        learning_rate: TensorLike,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l1_regularization_strength_tensor = None
        self._l2_regularization_strength_tensor = None
        self._learning_rate_tensor = None

    def _create_slots(self, var_list):
        for var in var_list:
            with colocate_with(var):
                initial = constant(
                    self._initial_accumulator_value, shape=var.shape, dtype=var.dtype.base_dtype
                )
            self._get_or_make_slot(var, initial, "accumulator", self._name)

    def _prepare(self):
        self._prepare_hyperparameters(
            "learning_rate", "l1_regularization_strength", "l2_regularization_strength"
        )

    def _rule(self):
        return "ProximalAdagrad", {}

    def _slot_inputs(self):
        return {"accum": "accumulator"}

    def _hyperparameters(self):
        return {
            "lr": self._learning_rate_tensor,
            "l1": self._l1_regularization_strength_tensor,
            "l2": self._l2_regularization_strength_tensor,
        }
