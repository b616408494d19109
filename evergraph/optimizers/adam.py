"""`tf.train.AdamOptimizer`."""

from typing import Any

from evergraph.framework.default_graph import colocate_with, control_dependencies, get_default_graph
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.state import SCATTER
from evergraph.ops.updates.operations import sum_repeated_rows
from evergraph.ops.variables.assign import assign, assign_sub, scatter_add
from evergraph.optimizers.optimizer import accepts_repeated_rows
from evergraph.optimizers.rule_optimizer import RuleOptimizer

public_module("python.training.adam")


@public("train.AdamOptimizer")
class AdamOptimizer(RuleOptimizer):
    """Adam (Kingma and Ba, 2014), in the formulation before section 2.1 of the paper ("epsilon hat").

    A sparse gradient counts as a dense one that is zero elsewhere: the moments of all rows decay and all rows
    move, so such a step costs what the whole table costs.

    Args:
      learning_rate, beta1, beta2, epsilon: numbers, floating scalar tensors, or functions that give one.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations and slots.
    """

    def __init__(
        self,
        learning_rate: TensorLike = 0.001,
        beta1: TensorLike = 0.9,
        beta2: TensorLike = 0.999,
        epsilon: TensorLike = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._beta1 = beta1
        self._beta2 = beta2
        self._epsilon = epsilon
        self._lr_t = None
        self._beta1_t = None
        self._beta2_t = None
        self._epsilon_t = None

    def _get_beta_accumulators(self) -> Any:
        """The variables beta1_power and beta2_power of the default graph."""
        graph = get_default_graph()
        return (
            self._get_non_slot_variable("beta1_power", graph=graph),
            self._get_non_slot_variable("beta2_power", graph=graph),
        )

    def _create_slots(self, var_list):
        first = min(var_list, key=lambda var: var.name)  # on one device, whichever worker builds the graph
        for name, beta in (("beta1_power", self._beta1), ("beta2_power", self._beta2)):
            self._create_non_slot_variable(self._call_if_callable(beta), name=name, colocate_with=first)
        for var in var_list:
            self._zeros_slot(var, "m", self._name)
            self._zeros_slot(var, "v", self._name)

    def _prepare(self):
        self._lr_t = self._hyperparameter(self._lr, "learning_rate")
        self._beta1_t = self._hyperparameter(self._beta1, "beta1")
        self._beta2_t = self._hyperparameter(self._beta2, "beta2")
        self._epsilon_t = self._hyperparameter(self._epsilon, "epsilon")

    def _rule(self):
        return "Adam", {}

    def _slot_inputs(self):
        return {"m": "m", "v": "v"}

    def _hyperparameters(self):
        beta1_power, beta2_power = self._get_beta_accumulators()
        return {
            "beta1_power": beta1_power,
            "beta2_power": beta2_power,
            "lr": self._lr_t,
            "beta1": self._beta1_t,
            "beta2": self._beta2_t,
            "epsilon": self._epsilon_t,
        }

    def _apply_sparse_shared(self, grad, var, indices, scatter_add):
        given = {key: math_ops.cast(v, var.dtype.base_dtype) for key, v in self._hyperparameters().items()}
        rate = given["lr"] * math_ops.sqrt(1 - given["beta2_power"]) / (1 - given["beta1_power"])
        grad, indices = sum_repeated_rows(grad, indices)
        m = self._decay_and_add(var, "m", given["beta1"], indices, grad, scatter_add)
        v = self._decay_and_add(var, "v", given["beta2"], indices, grad * grad, scatter_add)
        update = assign_sub(
            var, rate * m / (math_ops.sqrt(v) + given["epsilon"]), use_locking=self._use_locking
        )
        return group(update, m, v)

    def _decay_and_add(self, var, slot_name, beta, indices, values, scatter_add):
        slot: Any = self.get_slot(var, slot_name)
        scaled = values * (1 - beta)
        decayed = assign(slot, slot * beta, use_locking=self._use_locking)
        with control_dependencies([decayed.op]):
            return scatter_add(slot, indices, scaled)

    @accepts_repeated_rows
    def _apply_sparse(self, grad, var):
        return self._apply_sparse_shared(
            grad.values,
            var,
            grad.indices,
            lambda x, i, v: scatter_add(x, i, v, use_locking=self._use_locking),
        )

    @accepts_repeated_rows
    def _resource_apply_sparse(self, grad, handle, indices):
        return self._apply_sparse_shared(grad, handle, indices, self._resource_scatter_add)

    def _resource_scatter_add(self, x, i, v):
        with control_dependencies([SCATTER["Add"][1](x.handle, i, v, dtype=x.dtype)]):
            return x.value()

    def _finish(self, update_ops, name_scope):
        with control_dependencies(update_ops):
            beta1_power, beta2_power = self._get_beta_accumulators()
            with colocate_with(beta1_power):
                powers = [
                    beta1_power.assign(beta1_power * self._beta1_t, use_locking=self._use_locking),
                    beta2_power.assign(beta2_power * self._beta2_t, use_locking=self._use_locking),
                ]
        return group(*update_ops, *powers, name=name_scope)
