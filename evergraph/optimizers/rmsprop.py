"""`tf.train.RMSPropOptimizer`."""

from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.variables.initializers import ones_initializer
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.rmsprop")


@public("train.RMSPropOptimizer")
class RMSPropOptimizer(RuleOptimizer):
    """RMSProp (Tieleman and Hinton, 2012), with momentum.

    A sparse gradient touches its rows only: the moving averages of other rows do not decay.

    Args:
      learning_rate, decay, momentum, epsilon: numbers, floating scalar tensors, or functions that give one.
      use_locking: accepted; updates never interleave here.
      centered: whether to divide by the variance of the gradient rather than its mean square.
      name: the name of its operations and slots.
    """

    def __init__(
        self,
        learning_rate: TensorLike,
        decay: TensorLike = 0.9,
        momentum: TensorLike = 0.0,
        epsilon: TensorLike = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._decay = decay
        self._momentum = momentum
        self._epsilon = epsilon
        self._centered = centered
        self._learning_rate_tensor = None
        self._decay_tensor = None
        self._momentum_tensor = None
        self._epsilon_tensor = None

    def _create_slots(self, var_list):
        for var in var_list:
            dtype = var.dtype.base_dtype
            known = var.shape.is_fully_defined()
            initial = ones_initializer(dtype=dtype) if known else array_ops.ones_like(var)
            self._get_or_make_slot_with_initializer(var, initial, var.shape, dtype, "rms", self._name)
            if self._centered:
                self._zeros_slot(var, "mg", self._name)
            self._zeros_slot(var, "momentum", self._name)

    def _prepare(self):
        self._prepare_hyperparameters("learning_rate", "decay", "momentum", "epsilon")

    def _rule(self):
        return "CenteredRMSProp" if self._centered else "RMSProp", {}

    def _slot_inputs(self):
        slots = {"ms": "rms", "mom": "momentum"}
        return {"mg": "mg", **slots} if self._centered else slots

    def _hyperparameters(self):
        return {
            "lr": self._learning_rate_tensor,
            "rho": self._decay_tensor,
            "momentum": self._momentum_tensor,
            "epsilon": self._epsilon_tensor,
        }
