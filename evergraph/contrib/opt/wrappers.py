"""Optimizers around others: averages of variables, steps that are left out, and variables that are clipped."""

import types
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evergraph.checkpoint.saver import Saver
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import clip
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group, no_op
from evergraph.ops.variables.assign import assign_sub, scatter_sub
from evergraph.ops.variables.collections import global_variables
from evergraph.optimizers.moving_averages import ExponentialMovingAverage
from evergraph.optimizers.optimizer import Optimizer

public_module(
    "contrib.opt.python.training.moving_average_optimizer",
    "contrib.opt.python.training.multitask_optimizer_wrapper",
    "contrib.opt.python.training.variable_clipping_optimizer",
)


@public("contrib.opt.MovingAverageOptimizer")
class MovingAverageOptimizer(Optimizer):
    """Keeps moving averages of what another optimizer trains; `swapping_saver` saves them under the variables' names.

    Args:
      opt: the optimizer.
      average_decay: of the averages.
      num_updates: how many updates there were, for a smaller decay in the beginning.
      sequential_update: whether an average takes in the variable after the step, rather than either.
    """

    def __init__(
        self,
        opt: Optimizer,
        average_decay: TensorLike = 0.9999,
        num_updates: TensorLike = None,
        sequential_update: bool = True,
    ) -> None:
        self._optimizer = opt
        self._ema = ExponentialMovingAverage(average_decay, num_updates=num_updates)
        self._swapped: dict[str, str] | None = None
        self._sequential_update = sequential_update

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[tuple]:
        """That of the optimizer."""
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Iterable[tuple], global_step: Any = None, name: str | None = None
    ) -> Operation:
        """That of the optimizer, and the update of the averages."""
        step = self._optimizer.apply_gradients(grads_and_vars, global_step=global_step, name=name)
        variables = [variable for gradient, variable in grads_and_vars if gradient is not None]
        with control_dependencies([step] if self._sequential_update else []):
            update = self._ema.apply(variables)
        self._swapped = {}
        for variable in variables:
            own, average = variable.op.name, self._ema.average(variable).op.name
            self._swapped.update({own: average, average: own})
        return group(step, update, name="train_with_avg")

    def swapping_saver(self, var_list: Any = None, name: str = "swapping_saver", **kwargs: Any) -> Saver:
        """A Saver that saves averages under the names of their variables, and the variables under theirs.

        Args:
          var_list: variables, or {name: variable}; all global ones when None.
          name: of the saver.
          **kwargs: as for `tf.train.Saver`.

        Raises:
          RuntimeError: `apply_gradients` was not called yet.
          ValueError: an average whose variable is not in the list, or the other way round.
        """
        if self._swapped is None:
            raise RuntimeError("Must call apply_gradients or minimize before creating the swapping_saver")
        listed = global_variables() if var_list is None else var_list
        named = dict(listed) if isinstance(listed, Mapping) else {each.op.name: each for each in listed}
        by_name = {each.op.name: each for each in named.values()}
        swapped = {}
        for key, variable in named.items():
            other = self._swapped.get(variable.op.name)
            if other is not None and other not in by_name:
                raise ValueError(
                    f"Variable to swap {other} is not part of variables to save. This breaks MovingAverageOptimizer."
                )
            swapped[key] = variable if other is None else by_name[other]
        return Saver(swapped, name=name, **kwargs)


def _is_all_zeros(gradient):
    values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
    return math_ops.equal(math_ops.count_nonzero(values), 0)


@public("contrib.opt.MultitaskOptimizerWrapper")
class MultitaskOptimizerWrapper:
    """Leaves variables whose gradient is all zeros alone, with their slots: those of tasks that a batch does not have.

    Args:
      opt: the optimizer, which is changed.

    Raises:
      TypeError: what is none.
    """

    def __init__(self, opt: Optimizer) -> None:
        if not isinstance(opt, Optimizer):
            raise TypeError(
                f"Supplied optimizer must be an instance of tf.train.Optimizer. Received: {opt!r}"
            )
        self._opt = opt
        for name in ("_apply_dense", "_resource_apply_dense", "_apply_sparse", "_resource_apply_sparse"):
            setattr(opt, name, types.MethodType(_unless_zeros(getattr(opt, name)), opt))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opt, name)


def _unless_zeros(function):
    def apply(self, grad, *args, **kwargs):
        def update():
            with control_dependencies([function(grad, *args, **kwargs)]):
                return no_op()

        return cond(_is_all_zeros(grad), no_op, update)

    return apply


@public("contrib.opt.clip_gradients_by_global_norm")
def clip_gradients_by_global_norm(
    gradients_variables: Sequence[tuple], clip_norm: TensorLike = 20.0
) -> tuple[list[tuple], Tensor]:
    """(the pairs with gradients clipped by their global norm, that norm); zeros stay zeros.

    Args:
      gradients_variables: (gradient or None, variable) pairs.
      clip_norm: the largest norm, a scalar of the dtype of the gradients.
    """
    gradients = [gradient for gradient, _ in gradients_variables]
    norm = clip.global_norm(gradients)
    clipped, _ = clip.clip_by_global_norm(gradients, clip_norm, use_norm=norm)
    return list(zip(clipped, [variable for _, variable in gradients_variables])), norm


@public("contrib.opt.VariableClippingOptimizer")
class VariableClippingOptimizer(Optimizer):
    """Clips variables by their norm after each step of another optimizer.

    Args:
      opt: the optimizer.
      vars_to_clip_dims: {variable: the axes that a norm is taken over}.
      max_norm: the largest norm.
      use_locking: accepted; updates never interleave here.
      colocate_clip_ops_with_vars: has no effect.
      name: of its operations.
    """

    def __init__(
        self,
        opt: Optimizer,
        vars_to_clip_dims: Mapping[Any, Sequence[int]],
        max_norm: TensorLike,
        use_locking: bool = False,
        colocate_clip_ops_with_vars: bool = False,
        name: str = "VariableClipping",
    ) -> None:
        super().__init__(use_locking, name)
        self._opt = opt
        self._axes = {variable: list(axes) for variable, axes in vars_to_clip_dims.items()}
        self._max_norm = max_norm

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[tuple]:
        """That of the optimizer."""
        return self._opt.compute_gradients(*args, **kwargs)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """That of the optimizer."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """That of the optimizer."""
        return self._opt.get_slot_names(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Iterable[tuple], global_step: Any = None, name: str | None = None
    ) -> Operation:
        """That of the optimizer, and the clipping after it."""
        with name_scope(name, self._name) as scope:
            step = self._opt.apply_gradients(grads_and_vars, global_step=global_step)
            with control_dependencies([step]):
                clipped = [
                    self._clip(gradient, variable)
                    for gradient, variable in grads_and_vars
                    if gradient is not None and variable in self._axes
                ]
            return group(step, *clipped, name=scope)

    def _clip(self, gradient, variable):
        axes = self._axes[variable]
        with name_scope(f"clip_{variable.op.name}"):
            if isinstance(gradient, IndexedSlices) and 0 not in axes:  # rows that did not move need no look
                rows, indices = array_ops.gather(variable, gradient.indices), gradient.indices
                delta = rows - clip.clip_by_norm(rows, self._max_norm, axes)
                # A row that is listed twice moves once: the others of its kind subtract nothing.
                first = _is_first(indices)
                shape = [-1] + [1] * (len(rows.shape) - 1)
                delta *= math_ops.cast(array_ops.reshape(first, shape), rows.dtype)
                return scatter_sub(variable, indices, delta)
            value = convert_to_tensor(variable.read_value())
            return assign_sub(variable, value - clip.clip_by_norm(value, self._max_norm, axes))


def _is_first(indices):
    """Whether no earlier element is the same."""
    count = array_ops.size(indices)
    same = math_ops.equal(array_ops.expand_dims(indices, 0), array_ops.expand_dims(indices, 1))
    earlier = math_ops.range(count) < array_ops.expand_dims(math_ops.range(count), 1)
    return math_ops.logical_not(math_ops.reduce_any(math_ops.logical_and(same, earlier), 1))
