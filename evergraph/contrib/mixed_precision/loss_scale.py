"""How much a loss is scaled, and the optimizer that does so.

Micikevicius et al., "Mixed precision training" (2018), section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, no_op
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign
from evergraph.ops.variables.creation import new_variable
from evergraph.optimizers.optimizer import Optimizer

public_module(
    "contrib.mixed_precision.python.loss_scale_manager",
    "contrib.mixed_precision.python.loss_scale_optimizer",
)


@public("contrib.mixed_precision.LossScaleManager")
class LossScaleManager:
    """Says how much a loss is scaled; a subclass defines both methods."""

    def get_loss_scale(self) -> Any:
        """The factor, a float32 scalar."""
        raise NotImplementedError(f"get_loss_scale is not implemented for {self!r}.")

    def update_loss_scale(self, finite_grads: Any) -> Operation:
        """The operation that takes note of a step; `finite_grads` is whether its gradients were finite, a bool scalar."""
        raise NotImplementedError(f"update_loss_scale is not implemented for {self!r}.")


@public("contrib.mixed_precision.FixedLossScaleManager")
class FixedLossScaleManager(LossScaleManager):
    """The same factor in each step.

    Args:
      loss_scale: a number, at least 1.

    Raises:
      ValueError: a number below 1.
    """

    def __init__(self, loss_scale: float) -> None:
        if loss_scale < 1:
            raise ValueError(f"loss scale must be at least 1, got {loss_scale}")
        self._loss_scale = constant(loss_scale, dtypes.float32)

    def get_loss_scale(self) -> Tensor:
        """The factor, a float32 scalar."""
        return self._loss_scale

    def update_loss_scale(self, finite_grads: Any) -> Operation:
        """An operation that does nothing."""
        return no_op()


@public("contrib.mixed_precision.ExponentialUpdateLossScaleManager")
class ExponentialUpdateLossScaleManager(LossScaleManager):
    """A factor that grows while gradients are finite, and shrinks when they are not; never below 1.

    Args:
      init_loss_scale: the factor at first.
      incr_every_n_steps: after how many finite steps in a row it grows.
      decr_every_n_nan_or_inf: after how many steps that were not finite, since it changed, it shrinks.
      incr_ratio, decr_ratio: by what it is multiplied.
    """

    def __init__(
        self,
        init_loss_scale: float,
        incr_every_n_steps: int,
        decr_every_n_nan_or_inf: int = 2,
        incr_ratio: float = 2,
        decr_ratio: float = 0.8,
    ) -> None:
        self._grow_after, self._shrink_after = incr_every_n_steps, decr_every_n_nan_or_inf
        self._grow, self._shrink = incr_ratio, decr_ratio
        self._loss_scale = new_variable(
            float(init_loss_scale), trainable=False, name="loss_scale", dtype=dtypes.float32
        )
        self._good, self._bad = (
            new_variable(0, trainable=False, name=name, dtype=dtypes.int32)
            for name in ("good_steps", "bad_steps")
        )

    def get_loss_scale(self) -> Any:
        """The factor, a float32 variable."""
        return self._loss_scale

    def update_loss_scale(self, finite_grads: Any) -> Operation:
        """The operation that counts a step and changes the factor when it is time."""
        good, bad = self._good + 1, self._bad + 1
        grows = math_ops.logical_and(finite_grads, good >= self._grow_after)
        unlike = math_ops.logical_not(finite_grads)
        shrinks = math_ops.logical_and(unlike, bad >= self._shrink_after)
        larger = self._loss_scale * float(self._grow)
        grown = cond(math_ops.is_finite(larger), lambda: larger + 0.0, lambda: self._loss_scale + 0.0)
        smaller = math_ops.maximum(1.0, self._loss_scale * float(self._shrink))
        changed = cond(grows, lambda: grown + 0.0, lambda: self._loss_scale + 0.0)
        changed = cond(shrinks, lambda: smaller + 0.0, lambda: changed + 0.0)
        anew = math_ops.logical_or(grows, shrinks)
        goes_on = math_ops.logical_and(finite_grads, math_ops.logical_not(anew))
        new_good = math_ops.cast(goes_on, dtypes.int32) * good
        waits = math_ops.cast(math_ops.logical_not(anew), dtypes.int32)
        new_bad = waits * (self._bad + math_ops.cast(unlike, dtypes.int32))
        return group(
            *(
                assign(variable, value).op
                for variable, value in (
                    (self._loss_scale, changed),
                    (self._good, new_good),
                    (self._bad, new_bad),
                )
            )
        )


@public("contrib.mixed_precision.LossScaleOptimizer")
class LossScaleOptimizer(Optimizer):
    """An optimizer that is given the gradients of a scaled loss, scaled back; a step whose gradients are not finite is left out.

    Args:
      opt: the optimizer.
      loss_scale_manager: a LossScaleManager.
    """

    def __init__(self, opt: Optimizer, loss_scale_manager: LossScaleManager) -> None:
        super().__init__(False, "LossScaleOptimizer")
        self._opt, self._manager = opt, loss_scale_manager

    def compute_gradients(self, loss: Any, var_list: Any = None, *args: Any, **kwargs: Any) -> list[tuple]:
        """The gradients; arguments are those of `tf.train.Optimizer.compute_gradients`."""
        scale = self._manager.get_loss_scale()

        def scaled() -> Any:
            value: Any = loss() if callable(loss) else loss
            return value * math_ops.cast(scale, value.dtype.base_dtype)

        found = self._opt.compute_gradients(
            scaled if executing_eagerly() else scaled(), var_list, *args, **kwargs
        )
        back = math_ops.reciprocal(math_ops.cast(scale, dtypes.float32))
        return [(_times(gradient, back), variable) for gradient, variable in found]

    def apply_gradients(
        self, grads_and_vars: Iterable[tuple], global_step: Any = None, name: str | None = None
    ) -> Operation:
        """Applies the gradients when all are finite, and tells the manager; see `tf.train.Optimizer.apply_gradients`."""
        pairs = list(grads_and_vars)
        checks = [
            math_ops.reduce_all(math_ops.is_finite(g.values if isinstance(g, IndexedSlices) else g))
            for g, _ in pairs
            if g is not None
        ]
        finite = math_ops.reduce_all(checks)
        applied = cond(
            finite,
            lambda: group(self._opt.apply_gradients(pairs, global_step, name)),
            lambda: group(),
        )
        return group(applied, self._manager.update_loss_scale(finite))

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """That of the optimizer."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """Those of the optimizer."""
        return self._opt.get_slot_names(*args, **kwargs)

    def variables(self) -> list[Any]:
        """Those of the optimizer."""
        return self._opt.variables()


def _times(gradient, factor):
    if gradient is None:
        return None
    if isinstance(gradient, IndexedSlices):
        values = gradient.values * math_ops.cast(factor, gradient.dtype.base_dtype)
        return IndexedSlices(values, gradient.indices, gradient.dense_shape)
    return gradient * math_ops.cast(factor, gradient.dtype.base_dtype)
