"""`tf.train.FtrlOptimizer`."""

from evergraph.framework.default_graph import colocate_with
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops.constants import constant
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.ftrl")


@public("train.FtrlOptimizer")
class FtrlOptimizer(RuleOptimizer):
    """Follow the regularized leader (McMahan et al., 2013), with online L2 and shrinkage-type L2.

    Args:
      learning_rate: a number, a floating scalar tensor, or a function that gives one.
      learning_rate_power: how the rate falls with the sum of squared gradients; not positive.
      initial_accumulator_value: what the sums of squared gradients start with; not negative.
      l1_regularization_strength, l2_regularization_strength: not negative.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations and slots.
      accum_name, linear_name: the names of the slots; `name` when None.
      l2_shrinkage_regularization_strength: a penalty that acts on the gradient; not negative.

    Raises:
      ValueError: a hyperparameter is out of its range.
    """

    def __init__(
        self,
        learning_rate: TensorLike,
        learning_rate_power: TensorLike = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
    ) -> None:
        super().__init__(use_locking, name)
        if learning_rate_power > 0.0:
            raise ValueError(f"learning_rate_power {learning_rate_power} needs to be negative or zero")
        for key, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if value < 0.0:
                raise ValueError(f"{key} {value} needs to be positive or zero")
        self._learning_rate = learning_rate
        self._learning_rate_power = learning_rate_power
        self._initial_accumulator_value = initial_accumulator_value
        self._l1_regularization_strength = l1_regularization_strength
        self._l2_regularization_strength = l2_regularization_strength
        self._l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self._learning_rate_tensor = None
        self._learning_rate_power_tensor = None
        self._l1_regularization_strength_tensor = None
        self._l2_regularization_strength_tensor = None
        self._l2_shrinkage_regularization_strength_tensor = None
        self._accum_name = accum_name
        self._linear_name = linear_name

    def _create_slots(self, var_list):
        for var in var_list:
            with colocate_with(var):
                initial = constant(
                    self._initial_accumulator_value, dtype=var.dtype.base_dtype, shape=var.shape
                )
                self._get_or_make_slot(var, initial, "accum", self._accum_name or self._name)
                self._zeros_slot(var, "linear", self._linear_name or self._name)

    def _prepare(self):
        self._prepare_hyperparameters(
            "learning_rate",
            "l1_regularization_strength",
            "l2_regularization_strength",
            "l2_shrinkage_regularization_strength",
            "learning_rate_power",
        )

    def _shrinks(self):
        return self._l2_shrinkage_regularization_strength > 0.0

    def _rule(self):
        return "FtrlV2" if self._shrinks() else "Ftrl", {}

    def _slot_inputs(self):
        return {"accum": "accum", "linear": "linear"}

    def _hyperparameters(self):
        given = {
            "lr": self._learning_rate_tensor,
            "l1": self._l1_regularization_strength_tensor,
            "l2": self._l2_regularization_strength_tensor,
            "lr_power": self._learning_rate_power_tensor,
        }
        if self._shrinks():
            given["l2_shrinkage"] = self._l2_shrinkage_regularization_strength_tensor
        return given
