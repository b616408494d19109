"""Rounding to a range that is given, that of the last values, or a moving average of ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.framework.variables import model_variable
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.variables.assign import assign
from evergraph.ops.variables.initializers import Constant
from evergraph.ops.variables.scope import variable_scope
from evergraph.optimizers.moving_averages import assign_moving_average

public_module("contrib.quantize.python.quant_ops")


@public()
@add_arg_scope
def FixedQuantize(  # noqa: N802 (TensorFlow's name)
    inputs: Tensor, init_min: float = -6.0, init_max: float = 6.0, scope: str | None = None
) -> Tensor:
    """Floats of any shape rounded to 256 steps from `init_min` to `init_max`."""
    with name_scope(scope, "FixedQuantize", [inputs]):
        return array_ops.fake_quant_with_min_max_args(inputs, min=init_min, max=init_max)


def _quantized(
    inputs: Tensor,
    update: Callable,
    per_channel: bool,
    init_min: float,
    init_max: float,
    vars_collection: Any,
    name_prefix: str,
    reuse: bool | None,
    is_training: bool,
    num_bits: int,
    narrow_range: bool,
) -> Tensor:
    """Makes `min` and `max`, which `update(variable, value, name)` changes in training, and rounds."""
    with variable_scope(None, default_name=name_prefix, values=[inputs], reuse=reuse) as scope:
        scope.set_partitioner(None)
        rank: Any = inputs.shape.ndims
        if per_channel and rank not in (1, 2, 4):
            raise ValueError(f"Expected 1D, 2D or 4D input, was: {inputs.shape} in scope: {name_prefix}")
        ends = []
        for name, start, reduce, bound in (
            ("min", init_min, math_ops.reduce_min, math_ops.minimum),
            ("max", init_max, math_ops.reduce_max, math_ops.maximum),
        ):
            variable = model_variable(
                name,
                shape=[inputs.shape[-1]] if per_channel else [],
                initializer=Constant(start),
                collections=[vars_collection],
                trainable=False,
            )
            if not is_training:
                ends.append(variable)
                continue
            axes = list(range(rank - 1)) if per_channel else None
            of_batch = inputs if axes == [] else reduce(inputs, axis=axes, name=f"Batch{name.title()}")
            # Zero is always in the range, so that padding with it is exact.
            ends.append(update(variable, bound(of_batch, 0.0), f"Assign{name.title()}"))
        function = (
            array_ops.fake_quant_with_min_max_vars_per_channel
            if per_channel
            else array_ops.fake_quant_with_min_max_vars
        )
        return function(inputs, *ends, num_bits=num_bits, narrow_range=narrow_range)


@public()
@add_arg_scope
def LastValueQuantize(  # noqa: N802 (TensorFlow's name)
    inputs: Tensor,
    per_channel: bool = False,
    init_min: float = -6.0,
    init_max: float = 6.0,
    vars_collection: Any = GraphKeys.MOVING_AVERAGE_VARIABLES,
    name_prefix: str = "LastValueQuant",
    reuse: bool | None = None,
    is_training: bool = True,
    num_bits: int = 8,
    narrow_range: bool = False,
) -> Tensor:
    """Floats rounded to steps between variables `min` and `max`, which are set to the range of the last inputs.

    Args:
      inputs: a tensor.
      per_channel: whether each entry of the last dimension has a range of its own; inputs of rank 1, 2 or 4.
      init_min, init_max: the range at first.
      vars_collection: the collection of the variables.
      name_prefix: the name of their scope.
      reuse: whether they are there already.
      is_training: whether they change.
      num_bits: 2 to 16: the logarithm of how many steps there are.
      narrow_range: whether there is a step less, so that zero can be in the middle.

    Raises:
      ValueError: `per_channel` with another rank.
    """
    return _quantized(
        inputs,
        lambda variable, value, name: assign(variable, value, name=f"{name}Last"),
        per_channel,
        init_min,
        init_max,
        vars_collection,
        name_prefix,
        reuse,
        is_training,
        num_bits,
        narrow_range,
    )


@public()
@add_arg_scope
def MovingAvgQuantize(  # noqa: N802 (TensorFlow's name)
    inputs: Tensor,
    per_channel: bool = False,
    init_min: float = -6.0,
    init_max: float = 6.0,
    ema_decay: float = 0.999,
    vars_collection: Any = GraphKeys.MOVING_AVERAGE_VARIABLES,
    name_prefix: str = "MovingAvgQuantize",
    reuse: bool | None = None,
    is_training: bool = True,
    num_bits: int = 8,
    narrow_range: bool = False,
) -> Tensor:
    """Floats rounded to steps between variables `min` and `max`, moving averages of the ranges of inputs.

    `ema_decay` is that of the averages; the other arguments and errors are those of `LastValueQuantize`.
    """
    return _quantized(
        inputs,
        lambda variable, value, name: assign_moving_average(variable, value, ema_decay, name=f"{name}Ema"),
        per_channel,
        init_min,
        init_max,
        vars_collection,
        name_prefix,
        reuse,
        is_training,
        num_bits,
        narrow_range,
    )
