"""Ordinary differential equations: Dormand and Prince's method of Runge and Kutta, and steps on a fixed grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import assertion as assertion_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.functional import scan
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray

public_module("contrib.integrate.python.ops.odes")

# Shampine (1986), "Some Practical Runge-Kutta Formulas", section 4: (time, weights of the slopes before) of each stage.
_STAGES = (
    (1 / 5, (1 / 5,)),
    (3 / 10, (3 / 40, 9 / 40)),
    (4 / 5, (44 / 45, -56 / 15, 32 / 9)),
    (8 / 9, (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729)),
    (1.0, (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656)),
    (1.0, (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84)),
)
_MIDDLE = (
    6025192743 / 30085553152 / 2,
    0,
    51252292925 / 65400821598 / 2,
    -2691868925 / 45128329728 / 2,
    187940372067 / 1594534317056 / 2,
    -1776094331 / 19743644256 / 2,
    11237099 / 235043384 / 2,
)
_ERROR = (
    1951 / 21600 - 35 / 384,
    0,
    22642 / 50085 - 500 / 1113,
    451 / 720 - 125 / 192,
    -12231 / 42400 + 2187 / 6784,
    649 / 6300 - 11 / 84,
    1 / 60,
)


class _State(NamedTuple):
    """Where the solver is: value, slope, begin and end of the last step, next step, polynomial over the last one."""

    y: Tensor
    slope: Tensor
    begin: Tensor
    end: Tensor
    step: Tensor
    polynomial: list


def _weighted(step, weights, slopes):
    return math_ops.add_n([(step * w) * k for w, k in zip(weights, slopes) if w])


def _stages(func, y, slope, time, step):
    """(value after the step, all slopes)."""
    cast, slopes, reached = math_ops.cast(step, y.dtype), [slope], y
    for part, weights in _STAGES:
        reached = y + _weighted(cast, weights, slopes)
        slopes.append(convert_to_tensor(func(reached, time + part * step), dtype=y.dtype))
    return reached, slopes  # the last stage is the solution


def _fitted(before, after, slopes, step):
    """Coefficients, the highest first, of the polynomial of degree 4 over a step: ends, slopes there, and the middle."""
    step = math_ops.cast(step, before.dtype)
    middle = before + _weighted(step, _MIDDLE, slopes)
    first, last = step * slopes[0], step * slopes[-1]
    return [
        -2.0 * first + 2.0 * last - 8.0 * before - 8.0 * after + 16.0 * middle,
        5.0 * first - 3.0 * last + 18.0 * before + 14.0 * after - 32.0 * middle,
        -4.0 * first + last - 11.0 * before - 5.0 * after + 16.0 * middle,
        first,
        before,
    ]


def _at(state, time):
    inside = assertion_ops.Assert(
        math_ops.logical_and(state.begin <= time, time <= state.end),
        ["odeint: a time is outside of the last step:", state.begin, time, state.end],
    )
    with control_dependencies([inside]):
        x = math_ops.cast((time - state.begin) / (state.end - state.begin), state.y.dtype)
    result = state.polynomial[0]
    for coefficient in state.polynomial[1:]:
        result = result * x + coefficient
    return result


def _squared(x):
    return (
        math_ops.square(math_ops.real(x)) + math_ops.square(math_ops.imag(x)) if x.dtype.is_complex else x * x
    )


def _next_step(step, error, safety, ifactor, dfactor):
    error = math_ops.cast(error, step.dtype)
    smaller = math_ops.minimum(error ** math_ops.cast(1 / 5, step.dtype) / safety, 1 / dfactor)
    return step / math_ops.maximum(1 / ifactor, smaller)


def _appended(array, value):
    return array.write(array.size(), value)


def _dopri5(func, y0, t, rtol, atol, full_output, name, first_step=None, safety=0.9, ifactor=10.0, dfactor=0.2,
            max_num_steps=1000):  # fmt: skip
    first_step, safety, ifactor, dfactor = (
        convert_to_tensor(value, dtype=t.dtype)
        for value in (1.0 if first_step is None else first_step, safety, ifactor, dfactor)
    )

    def step(state, times, errors, count):
        begin, size = state.end, state.step
        checks = [
            assertion_ops.Assert(begin + size > begin, ["odeint: underflow of the step", size]),
            assertion_ops.Assert(count < max_num_steps, ["odeint: max_num_steps exceeded"]),
            assertion_ops.Assert(
                math_ops.reduce_all(math_ops.is_finite(math_ops.abs(state.y))),
                ["odeint: values that are not finite", state.y],
            ),
        ]
        with control_dependencies(checks):
            after, slopes = _stages(func, state.y, state.slope, begin, size)
        wrong = _weighted(math_ops.cast(size, after.dtype), _ERROR, slopes)
        allowed = atol + rtol * math_ops.maximum(math_ops.abs(state.y), math_ops.abs(after))
        error = math_ops.sqrt(math_ops.reduce_mean(_squared(wrong) / _squared(allowed)))
        taken = error <= 1
        y, slope, end = cond(
            taken,
            lambda: (constants.identity(after), constants.identity(slopes[-1]), begin + size),
            lambda: (state.y, state.slope, begin),
        )
        polynomial = cond(
            taken, lambda: _fitted(state.y, after, slopes, size), lambda: list(state.polynomial)
        )
        following = _next_step(size, error, safety, ifactor, dfactor)
        moved = _State(y, slope, begin, end, following, list(polynomial))
        return moved, _appended(times, begin + size), _appended(errors, error), count + 1

    def reach(solution, times, errors, state, i):
        state, times, errors, _ = while_loop(
            lambda state, *_: t[i] > state.end, step, (state, times, errors, 0), name="integrate_loop"
        )
        return solution.write(i, _at(state, t[i])), times, errors, state, i + 1

    with _increasing(t):
        count = array_ops.size(t)
    begin = t[0]
    slope = convert_to_tensor(func(y0, begin), dtype=y0.dtype)
    state = _State(y0, slope, begin, begin, first_step, [y0] * 5)
    times = TensorArray(t.dtype, size=0, dynamic_size=True, element_shape=[])
    errors = TensorArray(rtol.dtype, size=0, dynamic_size=True, element_shape=[])
    solution = TensorArray(y0.dtype, size=count).write(0, y0)
    solution, times, errors, _, _ = while_loop(
        lambda *all_of_it: all_of_it[-1] < count,
        reach,
        (solution, times, errors, state, 1),
        name="interpolate_loop",
    )
    y = solution.stack(name=name)
    y.set_shape(t.shape.concatenate(y0.shape))
    if not full_output:
        return y
    points = times.stack()
    return y, {
        "num_func_evals": 6 * array_ops.size(points) + 1,
        "integrate_points": points,
        "error_ratio": errors.stack(),
    }


def _increasing(t):
    rises = math_ops.reduce_all(t[1:] > t[:-1])
    return control_dependencies([assertion_ops.Assert(rises, ["`t` must be monotonic increasing"])])


def _check_types(t, y0):
    if not (y0.dtype.is_floating or y0.dtype.is_complex):
        raise TypeError(f"y0 must be of a floating or complex dtype, got {y0.dtype.name}")
    if not t.dtype.is_floating:
        raise TypeError(f"t must be of a floating dtype, got {t.dtype.name}")


@public("contrib.integrate.odeint")
def odeint(
    func: Callable,
    y0: TensorLike,
    t: TensorLike,
    rtol: TensorLike = 1e-6,
    atol: TensorLike = 1e-12,
    method: str | None = None,
    options: dict[str, Any] | None = None,
    full_output: bool = False,
    name: str | None = None,
) -> Any:
    """Solves `dy/dt = func(y, t)`, `y(t[0]) = y0`, with steps as long as the error allows.

    The method is Dormand and Prince's of order 5, between whose steps a polynomial gives the values:
    Shampine (1986), "Some Practical Runge-Kutta Formulas".

    Args:
      func: a function of `y` and a scalar time, which gives the slope in the shape of `y`.
      y0: floats or complex numbers of any shape.
      t: increasing times `[n]`, floats; float64 where they are no tensor.
      rtol, atol: how large the error of an element may be, relative and absolute.
      method: "dopri5", or None for it.
      options: `first_step` (1.0), `safety` (0.9), `ifactor` and `dfactor` (10 and 0.2: by what a step grows or shrinks at
        most) and `max_num_steps` (1000, between two times); only with `method`.
      full_output: whether to give a dictionary too: `num_func_evals`, `integrate_points` and `error_ratio`.
      name: the name scope.

    Returns:
      `[n, ...]`, the values at `t`; (them, the dictionary) with `full_output`.

    Raises:
      ValueError: another method; options without one.
      TypeError: another dtype.
      InvalidArgumentError: (when run) times that do not increase, too many steps, values that are not finite.
    """
    if method not in (None, "dopri5"):
        raise ValueError(f"invalid method: {method!r}; use 'dopri5'")
    if options is not None and method is None:
        raise ValueError("cannot supply `options` without specifying `method`")
    with name_scope(name, "odeint", [y0, t, rtol, atol]) as scope:
        y0 = convert_to_tensor(y0, name="y0")
        t = convert_to_tensor(t, preferred_dtype=dtypes.float64, name="t")
        _check_types(t, y0)
        real = y0.dtype.real_dtype
        rtol = convert_to_tensor(rtol, dtype=real, name="rtol")
        atol = convert_to_tensor(atol, dtype=real, name="atol")
        return _dopri5(func, y0, t, rtol, atol, full_output, scope, **(options or {}))


@public("contrib.integrate.odeint_fixed")
def odeint_fixed(
    func: Callable, y0: TensorLike, t: TensorLike, method: str = "rk4", name: str | None = None
) -> Tensor:
    """Solves `dy/dt = func(y, t)`, `y(t[0]) = y0`, with one step from each time to the next.

    Formula: https://en.wikipedia.org/wiki/Runge-Kutta_methods.

    Args:
      func, y0, t: as for `odeint`.
      method: "rk4", or "midpoint".
      name: the name scope.

    Returns:
      `[n, ...]`, the values at `t`.

    Raises:
      ValueError: another method.
      TypeError: another dtype.
      InvalidArgumentError: (when run) times that do not increase.
    """
    if method not in ("midpoint", "rk4"):
        raise ValueError(f"method not supported: {method!r}; use 'rk4' or 'midpoint'")
    with name_scope(name, "odeint_fixed", [y0, t]):
        t = convert_to_tensor(t, preferred_dtype=dtypes.float64, name="t")
        y0 = convert_to_tensor(y0, name="y0")
        _check_types(t, y0)

        def moved(y, time_and_step):
            time, step = time_and_step
            size, middle = math_ops.cast(step, y.dtype), time + step / 2
            first = func(y, time)
            if method == "midpoint":
                return y + math_ops.cast(size * func(y + first * size / 2, middle), y.dtype)
            second = func(y + size * first / 2, middle)
            third = func(y + size * second / 2, middle)
            fourth = func(y + size * third, time + step)
            return y + math_ops.cast((first + 2 * second + 2 * third + fourth) * (size / 6), y.dtype)

        with _increasing(t):
            values = scan(moved, (t[:-1], t[1:] - t[:-1]), y0)
        return array_ops.concat([array_ops.expand_dims(y0, 0), values], axis=0)
