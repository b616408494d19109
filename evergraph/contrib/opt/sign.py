"""Optimizers that look at whether the gradient and its average agree in sign (I. Bello et al., Neural Optimizer Search with
Reinforcement Learning, 2017)."""

import math
from collections.abc import Callable, Iterable
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign, assign_sub, scatter_sub
from evergraph.optimizers.optimizer import Optimizer

public_module("contrib.opt.python.training.addsign", "contrib.opt.python.training.powersign")


class SignOptimizer(Optimizer):
    """Moves by `learning_rate * multiplier(agreement) * gradient`; the agreement is `decay * sign(gradient) * sign(average)`."""

    def __init__(self, learning_rate, beta, sign_decay_fn, use_locking, name):
        super().__init__(use_locking, name)
        self._lr = learning_rate
        self._beta = beta
        self._sign_decay_fn = sign_decay_fn
        self._sign_decay_t = None

    def _multiplier(self, agreement):
        raise NotImplementedError

    def apply_gradients(
        self, grads_and_vars: Iterable[tuple], global_step: Any = None, name: str | None = None
    ) -> Operation:
        """As `Optimizer.apply_gradients`; a decay of the signs is a function of `global_step`."""
        if self._sign_decay_fn is not None:
            self._sign_decay_t = convert_to_tensor(self._sign_decay_fn(global_step), name="sign_decay")
        return super().apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def _create_slots(self, var_list):
        for var in var_list:
            self._zeros_slot(var, "m", self._name)

    def _prepare(self):
        self._lr_t = convert_to_tensor(self._lr, name="learning_rate")
        self._beta_t = convert_to_tensor(self._beta, name="beta")
        if self._sign_decay_fn is None:
            self._sign_decay_t = convert_to_tensor(1.0, name="sign_decay")

    def _averaged(self, var, gradient):
        """The new average, which is assigned, and the rate and decay in the variable's type."""
        dtype = var.dtype.base_dtype
        rate, beta, decay = (
            math_ops.cast(each, dtype) for each in (self._lr_t, self._beta_t, self._sign_decay_t)
        )
        slot: Any = self.get_slot(var, "m")
        average = convert_to_tensor(slot) * beta + gradient * (1 - beta)
        return average, assign(slot, average), rate, decay

    def _apply_dense(self, grad, var):
        average, update, rate, decay = self._averaged(var, grad)
        step = rate * self._multiplier(decay * math_ops.sign(grad) * math_ops.sign(average)) * grad
        return group(assign_sub(var, step), update)

    def _resource_apply_dense(self, grad, handle):
        return self._apply_dense(grad, handle)

    def _apply_sparse(self, grad, var):
        return self._apply_rows(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad, handle, indices):
        return self._apply_rows(grad, handle, indices)

    def _apply_rows(self, grad, var, indices):
        """The update of the rows that have a gradient; the average is that of a dense one."""
        whole = convert_to_tensor(IndexedSlices(grad, indices, array_ops.shape(var)))
        average, update, rate, decay = self._averaged(var, whole)
        signs = math_ops.sign(array_ops.gather(average, indices)) * math_ops.sign(grad)
        step = rate * self._multiplier(decay * signs) * grad
        return group(scatter_sub(var, indices, step), update)


@public("contrib.opt.AddSignOptimizer")
class AddSignOptimizer(SignOptimizer):
    """Moves by `learning_rate * (alpha + agreement) * gradient`.

    Args:
      learning_rate: a number or scalar tensor.
      alpha: see above.
      beta: of the gradient's average.
      sign_decay_fn: a function of the global step that gives a factor for the agreement.
      use_locking: accepted; updates never interleave here.
      name: the name of its operations and slots.
    """

    def __init__(
        self,
        learning_rate: TensorLike = 0.1,
        alpha: TensorLike = 1.0,
        beta: TensorLike = 0.9,
        sign_decay_fn: Callable | None = None,
        use_locking: bool = False,
        name: str = "AddSignOptimizer",
    ) -> None:
        super().__init__(learning_rate, beta, sign_decay_fn, use_locking, name)
        self._alpha = alpha

    def _multiplier(self, agreement):
        return math_ops.cast(convert_to_tensor(self._alpha), agreement.dtype) + agreement


@public("contrib.opt.PowerSignOptimizer")
class PowerSignOptimizer(SignOptimizer):
    """Moves by `learning_rate * base ^ agreement * gradient`.

    Args:
      base: see above.
      The other arguments: as for AddSignOptimizer.
    """

    def __init__(
        self,
        learning_rate: TensorLike = 0.1,
        base: float = math.e,
        beta: TensorLike = 0.9,
        sign_decay_fn: Callable | None = None,
        use_locking: bool = False,
        name: str = "PowerSignOptimizer",
    ) -> None:
        super().__init__(learning_rate, beta, sign_decay_fn, use_locking, name)
        self._logbase = math.log(base)

    def _multiplier(self, agreement):
        return math_ops.exp(self._logbase * agreement)


def _fraction(global_step, decay_steps):
    if global_step is None:
        raise ValueError(
            "global_step is required for a decay of the signs: give it to apply_gradients or minimize"
        )
    done = math_ops.minimum(global_step, decay_steps)
    return math_ops.cast(done, dtypes.float32) / math_ops.cast(decay_steps, dtypes.float32)


def _cosine(fraction):
    return 0.5 * (1.0 + math_ops.cos(math.pi * fraction))


@public("contrib.opt.python.training.sign_decay.get_linear_decay_fn")
def get_linear_decay_fn(decay_steps: TensorLike) -> Callable[[Any], Tensor]:
    """A decay from 1 to 0 in so many steps, as a function of the global step: a float32 scalar.

    ValueError (from that function) without a step.
    """
    return lambda global_step: math_ops.maximum(0.0, 1.0 - _fraction(global_step, decay_steps))


@public("contrib.opt.python.training.sign_decay.get_cosine_decay_fn")
def get_cosine_decay_fn(
    decay_steps: TensorLike, num_periods: float = 0.5, zero_after: float | None = None
) -> Callable[[Any], Tensor]:
    """A decay along a cosine, as a function of the global step: a float32 scalar.

    ValueError (from that function) without a step.

    Args:
      decay_steps: how many steps it takes.
      num_periods: how many periods the cosine has.
      zero_after: the period after which it is 0; None for none.
    """

    def decayed(global_step):
        fraction = 2.0 * num_periods * _fraction(global_step, decay_steps)
        value = _cosine(fraction)
        if zero_after is None:
            return value
        return array_ops.where(fraction >= 2 * zero_after, array_ops.zeros_like(value), value)

    return decayed


@public("contrib.opt.python.training.sign_decay.get_restart_decay_fn")
def get_restart_decay_fn(
    decay_steps: TensorLike, num_periods: int = 1, zero_after: float | None = None
) -> Callable[[Any], Tensor]:
    """A decay along half a cosine, which begins again `num_periods` times; arguments as for `get_cosine_decay_fn`."""

    def decayed(global_step):
        periods = num_periods * _fraction(global_step, decay_steps)
        value = _cosine(periods - math_ops.floor(periods))
        if zero_after is None:
            return value
        return array_ops.where(periods >= zero_after, array_ops.zeros_like(value), value)

    return decayed
