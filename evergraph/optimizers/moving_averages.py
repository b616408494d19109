"""Moving averages of variables and tensors: `tf.train.ExponentialMovingAverage` and what it is made of."""

from collections.abc import Collection, Iterable
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import (
    colocate_with,
    control_dependencies,
    get_default_graph,
    init_scope,
    name_scope,
)
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.distribute import get_tower_context
from evergraph.ops.variables.assign import assign_add, assign_sub
from evergraph.ops.variables.collections import (
    global_variables,
    moving_average_variables,
    trainable_variables,
)
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.scope import get_variable, get_variable_scope, variable_scope
from evergraph.optimizers import slots

public_module("python.training.moving_averages")


@public()
def assign_moving_average(
    variable: Variable, value: Any, decay: TensorLike, zero_debias: bool = True, name: str | None = None
) -> Any:
    """Updates `variable` to `variable * decay + value * (1 - decay)`.

    Args:
      variable: a floating variable.
      value: a tensor of its shape.
      decay: a number or scalar tensor.
      zero_debias: whether to correct for the variable having started at zero (Kingma and Ba, 2014), with the help
        of two more variables, `biased` and `local_step`, under the name of `variable`.
      name: the operation's name.

    Returns:
      The reference after the update; for a resource variable an object that stands for the new value.
    """
    tower = get_tower_context()
    if tower is None or tower.is_single_tower or get_default_graph().body is not None:
        return _assigned_average(variable, value, decay, zero_debias, name)
    return tower.merge_call(_average_of_towers, variable, value, decay, zero_debias, name)


def _average_of_towers(strategy, variable, value, decay, zero_debias, name):
    """One update, by the mean of the towers' values: what the mean of averages of each tower's own would be."""
    value, decay = (strategy.reduce("mean", each, variable) for each in (value, decay))
    return _assigned_average(variable, value, decay, zero_debias, name)


def _assigned_average(variable, value, decay, zero_debias, name):
    with name_scope(name, "AssignMovingAvg", [variable, value, decay]) as scope, colocate_with(variable):
        rate = convert_to_tensor(1.0 - decay, name="decay")
        if rate.dtype.base_dtype != variable.dtype.base_dtype:
            rate = math_ops.cast(rate, variable.dtype.base_dtype)
        if zero_debias:
            step = _debiased_step(variable, value, rate)
        else:
            step = (variable - value) * rate
        return assign_sub(variable, step, name=scope)


def _debiased_step(unbiased, value, rate):
    """What to subtract from `unbiased` so that it is the average of the values so far."""
    with variable_scope(unbiased.op.name, values=[unbiased, value, rate]) as scope, colocate_with(unbiased):
        dtype = unbiased.dtype.base_dtype
        with init_scope():
            zeros = array_ops.zeros(unbiased.shape, dtype)
        biased = get_variable(_free_name("biased"), initializer=zeros, trainable=False)
        count = get_variable(
            _free_name("local_step"), shape=[], dtype=dtype, initializer=_zero, trainable=False
        )
        updates = [assign_sub(biased, (biased - value) * rate, name=scope.name), assign_add(count, 1)]
        with control_dependencies([update.op for update in updates]):
            return unbiased - biased.read_value() / (1 - math_ops.pow(1.0 - rate, count.read_value()))


def _zero(shape, dtype=None, partition_info=None):
    return array_ops.zeros(shape, dtype)


def _free_name(name):
    """`name`, or `name_1`, ...: the first that no variable of the scope has, unless the scope reuses them."""
    scope = get_variable_scope()
    if scope.reuse:
        return name
    taken = {variable.op.name for variable in scope.global_variables()}
    candidate, number = name, 0
    while f"{scope.name}/{candidate}" in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


@public()
def weighted_moving_average(
    value: Any,
    decay: TensorLike,
    weight: TensorLike,
    truediv: bool = True,
    collections: Collection[str] | None = None,
    name: str | None = None,
) -> Tensor:
    """The moving average of `value * weight` over that of `weight`.

    Args:
      value: a numeric tensor.
      decay: a number or scalar tensor.
      weight: a tensor that broadcasts with `value`.
      truediv: whether integers are divided as floats.
      collections: the collections of the two variables it makes; `[GraphKeys.GLOBAL_VARIABLES]` when None.
      name: the variable scope of them.

    Returns:
      A tensor: the average after this update.
    """
    collections = [GraphKeys.GLOBAL_VARIABLES] if collections is None else collections
    with variable_scope(name, "WeightedMovingAvg", [value, weight, decay]) as scope:
        averages = [
            get_variable(
                key,
                shape=tensor.shape,
                dtype=tensor.dtype,
                initializer=_zero,
                trainable=False,
                collections=list(collections),
            )
            for key, tensor in (("value_x_weight", value), ("weight", weight))
        ]
        numerator = assign_moving_average(averages[0], value * weight, decay, zero_debias=False)
        denominator = assign_moving_average(averages[1], weight, decay, zero_debias=False)
        divide = math_ops.truediv if truediv else math_ops.div
        return divide(numerator, denominator, name=scope.name)


@public("train.ExponentialMovingAverage")
class ExponentialMovingAverage:
    """Keeps exponentially decaying averages of variables (and tensors) in variables of their own.

    `shadow = decay * shadow + (1 - decay) * variable`, at each run of the operation that `apply` returns.

    Args:
      decay: a number or scalar tensor, close to 1.
      num_updates: the number of updates so far, a number, tensor or variable: the decay used is at most
        `(1 + num_updates) / (10 + num_updates)`.
      zero_debias: whether averages of tensors, which start at zero, are corrected for that.
      name: the name of the averages under the names of the variables.
    """

    def __init__(
        self,
        decay: TensorLike,
        num_updates: TensorLike = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        self._averages = {}

    @property
    def name(self) -> str:
        """The name of the averages."""
        return self._name

    def apply(self, var_list: Any = None) -> Operation:
        """Makes the averages of variables or tensors, and the operation that updates them.

        The average of a variable starts at its initial value and the variable joins
        `GraphKeys.MOVING_AVERAGE_VARIABLES`; that of a tensor starts at zero.

        Args:
          var_list: variables and tensors of floating types; the trainable variables when None.

        Returns:
          An Operation.

        Raises:
          TypeError: something of another type.
          ValueError: the average of one of them exists already.
        """
        var_list = trainable_variables() if var_list is None else var_list
        debiased = set()
        for var in var_list:
            if var.dtype.base_dtype not in (dtypes.float16, dtypes.float32, dtypes.float64):
                raise TypeError(
                    f"The variables must be half, float, or double: {var.name} is {var.dtype.name}"
                )
            if var in self._averages:
                raise ValueError(f"Moving average already computed for: {var.name}")
            with init_scope():
                self._averages[var] = self._new_average(var)
            if self._zero_debias and not isinstance(var, Variable):
                debiased.add(var)
        with name_scope(self.name) as scope:
            decay = self._current_decay()
            return group(
                *(
                    assign_moving_average(self._averages[var], var, decay, zero_debias=var in debiased)
                    for var in var_list
                ),
                name=scope,
            )

    def _new_average(self, var):
        if isinstance(var, Variable):
            average = slots.create_slot(var, var.initialized_value(), self.name, colocate_with_primary=True)
            add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, var)
            return average
        is_variable = var.op.type in ("Variable", "VariableV2", "VarHandleOp")
        return slots.create_zeros_slot(var, self.name, colocate_with_primary=is_variable)

    def _current_decay(self):
        decay = convert_to_tensor(self._decay, name="decay")
        if self._num_updates is None:
            return decay
        updates = math_ops.cast(self._num_updates, dtypes.float32, name="num_updates")
        return math_ops.minimum(decay, (1.0 + updates) / (10.0 + updates))

    def average(self, var: Any) -> Variable | Any:
        """The variable that holds the average of `var`, or None."""
        return self._averages.get(var)

    def average_name(self, var: Any) -> str:
        """The name (of the operation) of the average of `var`, whether it exists or is yet to be made."""
        if var in self._averages:
            return self._averages[var].op.name
        return get_default_graph().unique_name(f"{var.op.name}/{self.name}", mark_as_used=False)

    def variables_to_restore(self, moving_avg_variables: Iterable[Variable] | None = None) -> dict:
        """A dict from names in a checkpoint to variables, for a Saver that loads averages in place of values.

        Args:
          moving_avg_variables: the variables to restore from their averages; the trainable ones and those in
            `GraphKeys.MOVING_AVERAGE_VARIABLES` when None.  All other variables are restored as they are.
        """
        if moving_avg_variables is None:
            moving_avg_variables = trainable_variables() + moving_average_variables()
        averaged = list(dict.fromkeys(moving_avg_variables))
        restored = {self.average_name(var): var for var in averaged}
        names = {var.name for var in averaged}
        for var in global_variables():
            if var.name not in names and var.op.name not in restored:
                restored[var.op.name] = var
        return restored
