"""Kinds of Adam: AdaMax, Nadam, and one that leaves rows without a gradient alone."""

from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with, control_dependencies, get_default_graph
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.updates.operations import sum_repeated_rows
from evergraph.ops.variables.assign import assign, assign_sub, scatter_sub, scatter_update
from evergraph.optimizers.adam import AdamOptimizer

public_module(
    "contrib.opt.python.training.adamax",
    "contrib.opt.python.training.nadam_optimizer",
    "contrib.opt.python.training.lazy_adam_optimizer",
)


class ComposedAdam(AdamOptimizer):
    """An Adam whose update is composed of operations; `_step` gives how far a variable, or some of its rows, moves."""

    def _moments(self, given, m, v, grad):
        """The new moments."""
        return (
            given["beta1"] * m + (1 - given["beta1"]) * grad,
            given["beta2"] * v + (1 - given["beta2"]) * math_ops.square(grad),
        )

    def _step(self, given, m, v, grad):
        rate = given["lr"] * math_ops.sqrt(1 - given["beta2_power"]) / (1 - given["beta1_power"])
        return rate * m / (math_ops.sqrt(v) + given["epsilon"])

    def _given(self, var):
        return {
            key: math_ops.cast(value, var.dtype.base_dtype) for key, value in self._hyperparameters().items()
        }

    def _apply_composed(self, grad, var):
        given = self._given(var)
        slots: list[Any] = [self.get_slot(var, "m"), self.get_slot(var, "v")]
        m, v = (convert_to_tensor(slot) for slot in slots)
        moments = self._moments(given, m, v, grad)
        step = self._step(given, moments[0], moments[1], grad)
        return group(assign_sub(var, step), *(assign(slot, value) for slot, value in zip(slots, moments)))

    def _apply_rows(self, grad, var, indices):
        """The update of the rows that have a gradient; others stay, and so do their moments."""
        given = self._given(var)
        grad, indices = sum_repeated_rows(grad, indices)
        slots: list[Any] = [self.get_slot(var, "m"), self.get_slot(var, "v")]
        m, v = (array_ops.gather(slot, indices) for slot in slots)
        moments = self._moments(given, m, v, grad)
        step = self._step(given, moments[0], moments[1], grad)
        with control_dependencies([step, *moments]):
            return group(
                scatter_sub(var, indices, step),
                *(scatter_update(slot, indices, value) for slot, value in zip(slots, moments)),
            )

    def _apply_dense(self, grad, var):
        return self._apply_composed(grad, var)

    def _resource_apply_dense(self, grad, handle):
        return self._apply_composed(grad, handle)

    def _apply_sparse(self, grad, var):
        return self._apply_rows(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, handle, indices):
        return self._apply_rows(grad, handle, indices)


@public("contrib.opt.LazyAdamOptimizer")
class LazyAdamOptimizer(ComposedAdam):
    """Adam, where a sparse gradient updates its rows alone: the moments of others do not decay. Arguments as for `tf.train.AdamOptimizer`."""

    def _apply_dense(self, grad, var):
        return AdamOptimizer._apply_dense(self, grad, var)

    def _resource_apply_dense(self, grad, handle):
        return AdamOptimizer._resource_apply_dense(self, grad, handle)


@public("contrib.opt.AdaMaxOptimizer")
class AdaMaxOptimizer(ComposedAdam):
    """AdaMax, the Adam of the infinity norm (D. Kingma and J. Ba, Adam, 2014, section 7.1). Arguments as for Adam."""

    def __init__(
        self,
        learning_rate: TensorLike = 0.001,
        beta1: TensorLike = 0.9,
        beta2: TensorLike = 0.999,
        epsilon: TensorLike = 1e-8,
        use_locking: bool = False,
        name: str = "AdaMax",
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)

    def _create_slots(self, var_list):
        first = min(var_list, key=lambda var: var.name)
        self._create_non_slot_variable(
            self._call_if_callable(self._beta1), name="beta1_power", colocate_with=first
        )
        for var in var_list:
            self._zeros_slot(var, "m", self._name)
            self._zeros_slot(var, "v", self._name)

    def _get_beta_accumulators(self) -> Any:
        return self._get_non_slot_variable("beta1_power", graph=get_default_graph())

    def _hyperparameters(self):
        return {
            "beta1_power": self._get_beta_accumulators(),
            "lr": self._lr_t,
            "beta1": self._beta1_t,
            "beta2": self._beta2_t,
            "epsilon": self._epsilon_t,
        }

    def _moments(self, given, m, v, grad):
        return (
            given["beta1"] * m + (1 - given["beta1"]) * grad,
            math_ops.maximum(given["beta2"] * v, math_ops.abs(grad)),
        )

    def _step(self, given, m, v, grad):
        return given["lr"] / (1 - given["beta1_power"]) * m / (v + given["epsilon"])

    def _finish(self, update_ops, name_scope):
        with control_dependencies(update_ops):
            power = self._get_beta_accumulators()
            with colocate_with(power):
                update = power.assign(power * self._beta1_t)
        return group(*update_ops, update, name=name_scope)


@public("contrib.opt.NadamOptimizer")
class NadamOptimizer(ComposedAdam):
    """Adam with Nesterov's momentum (T. Dozat, Incorporating Nesterov Momentum into Adam, 2016). Arguments as for Adam.

    With a sparse gradient the moments of all rows decay, and the rows that have one move.
    """

    def _step(self, given, m, v, grad):
        return super()._step(given, given["beta1"] * m + (1 - given["beta1"]) * grad, v, grad)

    def _apply_rows(self, grad, var, indices):
        given = self._given(var)
        grad, indices = sum_repeated_rows(grad, indices)
        slots: list[Any] = [self.get_slot(var, "m"), self.get_slot(var, "v")]
        m, v = (array_ops.gather(slot, indices) for slot in slots)
        rows = self._moments(given, m, v, grad)
        decayed = [
            convert_to_tensor(slot) * beta for slot, beta in zip(slots, (given["beta1"], given["beta2"]))
        ]
        step = self._step(given, rows[0], rows[1], grad)
        with control_dependencies([step, *rows]):
            updates = [scatter_sub(var, indices, step)]
            for slot, whole, part in zip(slots, decayed, rows):
                with control_dependencies([assign(slot, whole)]):
                    updates.append(scatter_update(slot, indices, part))
            return group(*updates)
