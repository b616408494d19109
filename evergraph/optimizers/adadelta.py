"""`tf.train.AdadeltaOptimizer`."""

from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.adadelta")


@public("train.AdadeltaOptimizer")
class AdadeltaOptimizer(RuleOptimizer):
    """Adadelta (Zeiler, 2012).

    Args:
      learning_rate, rho, epsilon: numbers, floating scalar tensors, or functions that give one.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations and slots.
    """

    def __init__(
        self,
        learning_rate: TensorLike = 0.001,
        rho: TensorLike = 0.95,
        epsilon: TensorLike = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._rho = rho
        self._epsilon = epsilon
        self._lr_t = None
        self._rho_t = None
        self._epsilon_t = None

    def _create_slots(self, var_list):
        for var in var_list:
            self._zeros_slot(var, "accum", self._name)
            self._zeros_slot(var, "accum_update", self._name)

    def _prepare(self):
        self._lr_t = self._hyperparameter(self._lr, "lr")
        self._rho_t = self._hyperparameter(self._rho, "rho")
        self._epsilon_t = self._hyperparameter(self._epsilon, "epsilon")

    def _rule(self):
        return "Adadelta", {}

    def _slot_inputs(self):
        return {"accum": "accum", "accum_update": "accum_update"}

    def _hyperparameters(self):
        return {"lr": self._lr_t, "rho": self._rho_t, "epsilon": self._epsilon_t}
