"""Moving means and variances, kept in variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.framework.collections import GraphKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.variables.assign import assign_add, assign_sub
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope

public_module("contrib.distributions.python.ops.moving_stats")


def _float_type(name, value):
    dtype = value.dtype.base_dtype
    if not dtype.is_floating:
        raise TypeError(f"{name}.base_dtype({dtype.name}) does not have float type `dtype`.")
    return dtype


@public("contrib.distributions.assign_moving_mean_variance")
def assign_moving_mean_variance(
    mean_var: Any, variance_var: Any, value: TensorLike, decay: TensorLike, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Moves a mean and a variance towards a value (Finch 2009, "Incremental calculation of weighted mean and variance", 9).

    Args:
      mean_var: the variable of the mean, floating.
      variance_var: the variable of the variance, of the same type.
      value: a tensor of their shape.
      decay: how much of the old remains, a scalar.
      name: a name for the operations.

    Returns:
      (the new mean, the new variance).

    Raises:
      TypeError: types that differ or are not floating.
    """
    with name_scope(name, "assign_moving_mean_variance", [variance_var, mean_var, value, decay]):
        dtype = _float_type("mean_var", mean_var)
        if dtype != variance_var.dtype.base_dtype:
            raise TypeError(
                f"mean_var.base_dtype({dtype.name}) != variance_var.base_dtype({variance_var.dtype.base_dtype.name})"
            )
        value = convert_to_tensor(value, dtype, name="value")
        decay = convert_to_tensor(decay, dtype, name="decay")
        delta = value - mean_var
        with control_dependencies([delta]):  # both move by the mean as it was
            mean = assign_add(mean_var, (1.0 - decay) * delta)
            spread = variance_var - decay * math_ops.square(delta)
            return mean, assign_sub(variance_var, (1.0 - decay) * spread)


@public("contrib.distributions.assign_log_moving_mean_exp")
def assign_log_moving_mean_exp(
    log_mean_exp_var: Any, log_value: TensorLike, decay: TensorLike, name: str | None = None
) -> Tensor:
    """Moves the logarithm of a mean towards that of a value, without leaving logarithms.

    Args:
      log_mean_exp_var: the variable of the mean's logarithm, floating.
      log_value: the value's logarithm.
      decay: how much of the old remains, a scalar.
      name: a name for the operations.

    Returns:
      The new logarithm.

    Raises:
      TypeError: a variable that is not floating.
    """
    with name_scope(name, "assign_log_moving_mean_exp", [log_mean_exp_var, log_value, decay]):
        dtype = _float_type("log_mean_exp_var", log_mean_exp_var)
        log_value = convert_to_tensor(log_value, dtype, name="log_value")
        decay = convert_to_tensor(decay, dtype, name="decay")
        delta = log_value - log_mean_exp_var
        parts = [math_ops.log(decay) * array_ops.ones_like(delta), delta + math_ops.log1p(-decay)]
        return assign_add(log_mean_exp_var, math_ops.reduce_logsumexp(array_ops.stack(parts), axis=0))


@public("contrib.distributions.moving_mean_variance")
def moving_mean_variance(
    value: TensorLike,
    decay: TensorLike,
    collections: Sequence[str] | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """(moving mean, moving variance) of a value, whose variables it makes: `moving_mean` and `moving_variance`.

    Args:
      value: floats of known shape.
      decay: how much of the old remains, a scalar.
      collections: the collections of the variables, the global variables when None.
      name: the variable scope.

    Raises:
      TypeError: a value that is not floating.
    """
    collections = [GraphKeys.GLOBAL_VARIABLES] if collections is None else list(collections)
    with variable_scope(name, "moving_mean_variance", [value, decay]):
        value = convert_to_tensor(value, name="value")
        dtype = _float_type("value", value)
        variance, mean = (
            get_variable(
                which, value.shape, dtype, initializer=Zeros(), trainable=False, collections=collections
            )
            for which in ("moving_variance", "moving_mean")
        )
        return assign_moving_mean_variance(mean, variance, value, decay)
