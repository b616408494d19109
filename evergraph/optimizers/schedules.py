"""Learning rate schedules: tensors that follow from the global step."""

import math
from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.control_flow.case import case
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.random.distributions import random_normal

public_module("python.training.learning_rate_decay")


def _require_step(global_step, schedule):
    if global_step is None:
        raise ValueError(f"global_step is required for {schedule}: pass the variable that counts the steps")


def _casts(dtype, *values):
    return [math_ops.cast(value, dtype) for value in values]


def _elapsed(global_step, decay_steps, staircase):
    fraction = global_step / decay_steps
    return math_ops.floor(fraction) if staircase else fraction


@public("train.exponential_decay")
def exponential_decay(
    learning_rate: TensorLike,
    global_step: Any,
    decay_steps: TensorLike,
    decay_rate: TensorLike,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """`learning_rate * decay_rate ** (global_step / decay_steps)`.

    Args:
      learning_rate: the rate at step 0, a floating scalar.
      global_step: the step, a scalar tensor or variable; not negative.
      decay_steps: in how many steps the rate decays by `decay_rate`; positive.
      decay_rate: a scalar.
      staircase: whether to round the exponent down, so that the rate falls in steps.
      name: the operation's name.

    Returns:
      A scalar tensor of the type of `learning_rate`.

    Raises:
      ValueError: `global_step` is None.
    """
    _require_step(global_step, "exponential_decay")
    with name_scope(name, "ExponentialDecay", [learning_rate, global_step, decay_steps, decay_rate]) as scope:
        learning_rate = convert_to_tensor(learning_rate, name="learning_rate")
        global_step, decay_steps, decay_rate = _casts(
            learning_rate.dtype.base_dtype, global_step, decay_steps, decay_rate
        )
        elapsed = _elapsed(global_step, decay_steps, staircase)
        return math_ops.multiply(learning_rate, math_ops.pow(decay_rate, elapsed), name=scope)


@public("train.piecewise_constant")
def piecewise_constant(
    x: TensorLike, boundaries: Sequence, values: Sequence[TensorLike], name: str | None = None
) -> Any:
    """`values[0]` up to `boundaries[0]` (included), `values[1]` up to `boundaries[1]`, ..., `values[-1]` beyond.

    Args:
      x: a scalar tensor, often the global step.
      boundaries: ascending numbers or scalar tensors, of the type of `x` (int32 goes with int64).
      values: one more than there are boundaries, all of one type.
      name: the name scope.

    Returns:
      A scalar tensor of the type of `values`.

    Raises:
      ValueError: the lengths do not fit, or the types differ.
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError(
            f"The length of boundaries should be 1 less than the length of values; got {len(boundaries)} "
            f"boundaries for {len(values)} values"
        )
    with name_scope(name, "PiecewiseConstant", [x, *boundaries, *values]):
        x = convert_to_tensor(x)
        boundaries = [_as_boundary(b, x.dtype.base_dtype) for b in boundaries]
        values = [convert_to_tensor(v) for v in values]
        for value in values[1:]:
            if value.dtype.base_dtype != values[0].dtype.base_dtype:
                raise ValueError(
                    "Values must have elements all with the same dtype "
                    f"({values[0].dtype.base_dtype.name} vs {value.dtype.base_dtype.name})."
                )
        pairs = [(x <= boundaries[0], lambda: values[0]), (x > boundaries[-1], lambda: values[-1])]
        for low, high, value in zip(boundaries[:-1], boundaries[1:], values[1:-1]):
            pairs.append(((x > low) & (x <= high), lambda value=value: value))
        return case(pairs, lambda: values[0], exclusive=True)


def _as_boundary(boundary, dtype):
    boundary = convert_to_tensor(boundary)
    found = boundary.dtype.base_dtype
    if found == dtype:
        return boundary
    if found == dtypes.int32 and dtype == dtypes.int64:
        return math_ops.cast(boundary, dtype)
    raise ValueError(f"Boundaries ({found.name}) must have the same dtype as x ({dtype.name}).")


@public("train.polynomial_decay")
def polynomial_decay(
    learning_rate: TensorLike,
    global_step: Any,
    decay_steps: TensorLike,
    end_learning_rate: TensorLike = 0.0001,
    power: TensorLike = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Tensor:
    """From `learning_rate` to `end_learning_rate` in `decay_steps`, along `(1 - step / decay_steps) ** power`.

    Args:
      learning_rate: the rate at step 0, a floating scalar.
      global_step: the step; not negative.
      decay_steps: when the end is reached; positive.
      end_learning_rate: the rate from then on.
      power: of the polynomial; 1 is a straight line.
      cycle: whether to stretch `decay_steps` to the next multiple of it beyond the step, instead of staying.
      name: the operation's name.

    Raises:
      ValueError: `global_step` is None.
    """
    _require_step(global_step, "polynomial_decay")
    given = [learning_rate, global_step, decay_steps, end_learning_rate, power]
    with name_scope(name, "PolynomialDecay", given) as scope:
        learning_rate = convert_to_tensor(learning_rate, name="learning_rate")
        dtype = learning_rate.dtype.base_dtype
        global_step, decay_steps, end, power = _casts(
            dtype, global_step, decay_steps, end_learning_rate, power
        )
        if cycle:
            multiple = cond(
                math_ops.equal(global_step, 0),
                lambda: constant(1, dtype),
                lambda: math_ops.ceil(global_step / decay_steps),
            )
            decay_steps = math_ops.multiply(decay_steps, multiple)
        else:
            global_step = math_ops.minimum(global_step, decay_steps)
        # A compiler may round `1 - step / steps` to just below zero at the end, where a power has no value.
        left = math_ops.maximum(1 - math_ops.div(global_step, decay_steps), 0)
        return math_ops.add(
            math_ops.multiply(learning_rate - end, math_ops.pow(left, power)), end, name=scope
        )


@public("train.natural_exp_decay")
def natural_exp_decay(
    learning_rate: TensorLike,
    global_step: Any,
    decay_steps: TensorLike,
    decay_rate: TensorLike,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """`learning_rate * exp(-decay_rate * global_step / decay_steps)`; arguments as for `exponential_decay`."""
    _require_step(global_step, "natural_exp_decay")
    with name_scope(name, "NaturalExpDecay", [learning_rate, global_step, decay_rate]) as scope:
        learning_rate = convert_to_tensor(learning_rate, name="learning_rate")
        global_step, decay_steps, decay_rate = _casts(
            learning_rate.dtype.base_dtype, global_step, decay_steps, decay_rate
        )
        elapsed = _elapsed(global_step, decay_steps, staircase)
        decayed = math_ops.exp(math_ops.multiply(math_ops.negative(decay_rate), elapsed))
        return math_ops.multiply(learning_rate, decayed, name=scope)


@public("train.inverse_time_decay")
def inverse_time_decay(
    learning_rate: TensorLike,
    global_step: Any,
    decay_steps: TensorLike,
    decay_rate: TensorLike,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """`learning_rate / (1 + decay_rate * global_step / decay_steps)`; arguments as for `exponential_decay`."""
    _require_step(global_step, "inverse_time_decay")
    with name_scope(name, "InverseTimeDecay", [learning_rate, global_step, decay_rate]) as scope:
        learning_rate = convert_to_tensor(learning_rate, name="learning_rate")
        dtype = learning_rate.dtype.base_dtype
        global_step, decay_steps, decay_rate = _casts(dtype, global_step, decay_steps, decay_rate)
        elapsed = _elapsed(global_step, decay_steps, staircase)
        divisor = math_ops.add(constant(1, dtype), math_ops.multiply(decay_rate, elapsed))
        return math_ops.div(learning_rate, divisor, name=scope)


def _half_cosine(fraction):
    """1 at fraction 0, 0 at fraction 1, 1 again at 2."""
    pi = constant(math.pi, fraction.dtype.base_dtype)
    return 0.5 * (1.0 + math_ops.cos(pi * fraction))


@public("train.cosine_decay")
def cosine_decay(
    learning_rate: TensorLike,
    global_step: Any,
    decay_steps: TensorLike,
    alpha: TensorLike = 0.0,
    name: str | None = None,
) -> Tensor:
    """From `learning_rate` to `alpha * learning_rate` in `decay_steps`, along half a cosine.

    Loshchilov and Hutter 2016, arXiv:1608.03983, without restarts.

    Args:
      learning_rate: the rate at step 0, a floating scalar.
      global_step: the step.
      decay_steps: when the end is reached.
      alpha: the part of the rate that is left then.
      name: the name scope.

    Raises:
      ValueError: `global_step` is None.
    """
    _require_step(global_step, "cosine_decay")
    with name_scope(name, "CosineDecay", [learning_rate, global_step]):
        learning_rate = convert_to_tensor(learning_rate, name="learning_rate")
        global_step, decay_steps = _casts(learning_rate.dtype.base_dtype, global_step, decay_steps)
        completed = math_ops.minimum(global_step, decay_steps) / decay_steps
        return math_ops.multiply(learning_rate, (1 - alpha) * _half_cosine(completed) + alpha)


@public("train.cosine_decay_restarts")
def cosine_decay_restarts(
    learning_rate: TensorLike,
    global_step: Any,
    first_decay_steps: TensorLike,
    t_mul: TensorLike = 2.0,
    m_mul: TensorLike = 1.0,
    alpha: TensorLike = 0.0,
    name: str | None = None,
) -> Tensor:
    """`cosine_decay` that starts again whenever it has ended (Loshchilov and Hutter, 2016).

    Args:
      learning_rate: the rate at step 0, a floating scalar.
      global_step: the step.
      first_decay_steps: the length of the first period.
      t_mul: how much longer each period is than the one before.
      m_mul: how much higher each period starts than the one before.
      alpha: the part of the rate that is left at the end of a period.
      name: the operation's name.

    Raises:
      ValueError: `global_step` is None.
    """
    _require_step(global_step, "cosine_decay_restarts")
    with name_scope(name, "SGDRDecay", [learning_rate, global_step]):
        learning_rate = convert_to_tensor(learning_rate, name="initial_learning_rate")
        dtype = learning_rate.dtype.base_dtype
        global_step, first, alpha, t_mul, m_mul = _casts(
            dtype, global_step, first_decay_steps, alpha, t_mul, m_mul
        )
        completed = global_step / first
        period, completed = cond(
            math_ops.equal(t_mul, 1.0),
            lambda: _equal_periods(completed),
            lambda: _growing_periods(completed, t_mul),
        )
        decayed = (1 - alpha) * (m_mul**period * _half_cosine(completed)) + alpha
    return math_ops.multiply(learning_rate, decayed, name=name)


def _equal_periods(completed):
    """(how many periods have ended, the part of the current one), in units of the first."""
    period = math_ops.floor(completed)
    return period, completed - period


def _growing_periods(completed, growth):
    period = math_ops.floor(math_ops.log(1.0 - completed * (1.0 - growth)) / math_ops.log(growth))
    length = growth**period
    return period, (completed - (1.0 - length) / (1.0 - growth)) / length


@public("train.linear_cosine_decay")
def linear_cosine_decay(
    learning_rate: TensorLike,
    global_step: Any,
    decay_steps: TensorLike,
    num_periods: TensorLike = 0.5,
    alpha: TensorLike = 0.0,
    beta: TensorLike = 0.001,
    name: str | None = None,
) -> Tensor:
    """A cosine under a line that falls to zero (Bello et al., 2017).

    `learning_rate * ((alpha + 1 - step / decay_steps) * (1 + cos(2 pi num_periods step / decay_steps)) / 2 + beta)`

    Args:
      learning_rate: the rate at step 0, a floating scalar.
      global_step: the step.
      decay_steps: when the end is reached.
      num_periods: the periods of the cosine until then.
      alpha, beta: as in the formula.
      name: the operation's name.

    Raises:
      ValueError: `global_step` is None.
    """
    _require_step(global_step, "linear_cosine_decay")
    with name_scope(name, "LinearCosineDecay", [learning_rate, global_step]) as scope:
        learning_rate = convert_to_tensor(learning_rate, name="learning_rate")
        global_step, decay_steps, num_periods, alpha, beta = _casts(
            learning_rate.dtype.base_dtype, global_step, decay_steps, num_periods, alpha, beta
        )
        global_step = math_ops.minimum(global_step, decay_steps)
        linear = (decay_steps - global_step) / decay_steps
        cosine = _half_cosine(2.0 * num_periods * (global_step / decay_steps))
        return math_ops.multiply(learning_rate, (alpha + linear) * cosine + beta, name=scope)


@public("train.noisy_linear_cosine_decay")
def noisy_linear_cosine_decay(
    learning_rate: TensorLike,
    global_step: Any,
    decay_steps: TensorLike,
    initial_variance: TensorLike = 1.0,
    variance_decay: TensorLike = 0.55,
    num_periods: TensorLike = 0.5,
    alpha: TensorLike = 0.0,
    beta: TensorLike = 0.001,
    name: str | None = None,
) -> Tensor:
    """`linear_cosine_decay` with noise on the line, of variance `initial_variance / (1 + step) ** variance_decay`."""
    _require_step(global_step, "noisy_linear_cosine_decay")
    with name_scope(name, "NoisyLinearCosineDecay", [learning_rate, global_step]) as scope:
        learning_rate = convert_to_tensor(learning_rate, name="learning_rate")
        dtype = learning_rate.dtype.base_dtype
        global_step, decay_steps, num_periods, alpha, beta = _casts(
            dtype, global_step, decay_steps, num_periods, alpha, beta
        )
        initial_variance, variance_decay = _casts(dtype, initial_variance, variance_decay)
        global_step = math_ops.minimum(global_step, decay_steps)
        linear = (decay_steps - global_step) / decay_steps
        deviation = math_ops.sqrt(initial_variance / math_ops.pow(1.0 + global_step, variance_decay))
        linear = linear + random_normal(linear.shape, stddev=deviation, dtype=dtype)
        cosine = _half_cosine(2.0 * num_periods * (global_step / decay_steps))
        return math_ops.multiply(learning_rate, (alpha + linear) * cosine + beta, name=scope)
