"""Calls of functions that `Defun` makes: `If`, `While`, `For`, `Gradient`, `remote_call`, `partitioned_call`.

TensorFlow records one operation that names functions of a library; here the call is the control flow of `tf.cond` and
`tf.while_loop`, or what the function does.
"""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework import dtypes, errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, device, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.conditional import cond as conditional
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.inference import constant_value

public_module("python.ops.functional_ops")


def _results(found):
    """What a function gave, as a list; none where it gave an operation."""
    if isinstance(found, Operation):
        return []
    return list(found) if isinstance(found, (list, tuple)) else [found]


def _truth(value):
    """A tensor as what decides: numbers other than zero and text that is not empty are true, and what has elements."""
    value = convert_to_tensor(value)
    if value.shape.ndims not in (None, 0):
        return array_ops.size(value) > 0
    if value.dtype.base_dtype == dtypes.bool:
        return value
    return math_ops.not_equal(
        value, "" if value.dtype.base_dtype == dtypes.string else array_ops.zeros_like(value)
    )


def _expect(found, count, what):
    if len(found) != count:
        raise errors.InvalidArgumentError(
            None, None, f"{what} returned {len(found)} arguments. Expected: {count}"
        )
    return found


@public()
def If(  # noqa: N802 (TensorFlow's name)
    cond: TensorLike,
    inputs: Sequence[TensorLike],
    then_branch: Callable,
    else_branch: Callable,
    name: str | None = None,
) -> list[Tensor]:
    """The results of one of two functions of the same inputs.

    Args:
      cond: a scalar; a number is true unless it is zero, text unless it is empty.
      inputs: what the functions take.
      then_branch: the function where `cond` is true; its results have the types of the other's.
      else_branch: the other one.
      name: a name scope.

    Returns:
      A list of tensors.
    """
    with name_scope(name, "If", [cond, *inputs]):
        values = [convert_to_tensor(value) for value in inputs]
        found = conditional(
            _truth(cond),
            lambda: _results(then_branch(*values)),
            lambda: _results(else_branch(*values)),
            strict=True,
        )
    return _results(found)


@public()
def While(  # noqa: N802 (TensorFlow's name)
    input_: Sequence[TensorLike],
    cond: Callable,
    body: Callable,
    name: str | None = None,
    hostmem: Sequence[int] | None = None,
) -> list[Tensor]:
    """What a function makes of values, called again on its results as long as another says so.

    Args:
      input_: the first values.
      cond: function of the values whose result decides, as for `If`.
      body: function of the values that gives as many, of the same types and shapes.
      name: a name scope.
      hostmem: which values are on the host; without effect.

    Returns:
      A list of tensors.

    Raises:
      InvalidArgumentError: a function gives another number of results.
    """
    values = [convert_to_tensor(value) for value in input_]

    def goes_on(*now):
        found = _results(cond(*now))
        if len(found) != 1:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Expected a single scalar return value of the condition, got {len(found)} tensors.",
            )
        return _truth(found[0])

    return _loop(
        goes_on,
        lambda *now: _expect(_results(body(*now)), len(values), "While loop body"),
        values,
        name=name or "While",
    )


def _loop(goes_on, step, values, name=None):
    """The last values; their shapes may change from one call to the next, as nothing is said of them."""
    anything = [unknown_shape() for _ in values]
    return _results(while_loop(goes_on, step, values, shape_invariants=anything, name=name))


def _bound(value, what):
    value = convert_to_tensor(value, dtypes.int32, name=what)
    if value.shape.ndims not in (None, 0):
        raise errors.InvalidArgumentError(None, None, f"{what} must be a scalar, got shape {value.shape}")
    return value


def _checked_bounds(start, limit, delta):
    """`start`, once the run knows that a loop gets from it to `limit`.

    Raises:
      InvalidArgumentError: it is known now that no loop does.
    """
    fits = array_ops.where(delta > 0, start <= limit, (delta < 0) & (start >= limit))
    message = "Invalid start/limit/delta: "
    known = constant_value(fits)
    if known is None:
        with control_dependencies([Assert(fits, [message, start, limit, delta])]):
            return identity(start)
    if not known:
        numbers = [constant_value(each) for each in (start, limit, delta)]
        raise errors.InvalidArgumentError(None, None, message + " ".join(map(str, numbers)))
    return start


@public()
def For(  # noqa: N802 (TensorFlow's name)
    start: TensorLike,
    limit: TensorLike,
    delta: TensorLike,
    inputs: Sequence[TensorLike],
    body: Callable,
    name: str | None = None,
    hostmem: Sequence[int] | None = None,
    rewrite_with_while: bool | None = None,
) -> list[Tensor]:
    """What a function makes of values, called for each number from `start` to before `limit`.

    Args:
      start, limit, delta: int32 scalars.
      inputs: the first values.
      body: function of a number and the values that gives as many, of the same types and shapes.
      name: a name scope.
      hostmem, rewrite_with_while: where values are, and how TensorFlow runs the loop; without effect.

    Returns:
      A list of tensors.

    Raises:
      InvalidArgumentError: numbers that lead nowhere, or another number of results.
    """
    with name_scope(name, "For", [start, limit, delta, *inputs]):
        start, limit, delta = _bound(start, "start"), _bound(limit, "limit"), _bound(delta, "delta")
        values = [convert_to_tensor(value) for value in inputs]

        def step(i, *now):
            found = _results(body(i, *now))
            return [i + delta, *_expect(found, len(values), "For loop body")]

        def goes_on(i, *now):
            return array_ops.where(delta > 0, i < limit, i > limit)

        return _loop(goes_on, step, [_checked_bounds(start, limit, delta), *values])[1:]


@public()
def Gradient(inputs: Sequence[TensorLike], f: Any, name: str | None = None) -> list[Tensor]:  # noqa: N802
    """The gradients of a `Defun` function of tensors of any shapes.

    Args:
      inputs: its arguments, then the gradients that flow into its results.
      f: the function; the dtypes of its arguments are given.
      name: a name scope.

    Returns:
      A list of a tensor for each argument, zeros where none flows.

    Raises:
      ValueError: another number of inputs.
    """
    types = f.declared_input_types
    with name_scope(name, "SymbolicGradient", list(inputs)):
        xs = [convert_to_tensor(value, dtype) for value, dtype in zip(inputs, types)]
        ys = _results(f(*xs))
        if len(inputs) != len(types) + len(ys):
            raise ValueError(
                f"the gradient of {f.name} takes {len(types)} arguments and {len(ys)} gradients, got {len(inputs)} inputs"
            )
        flows = [convert_to_tensor(flow, y.dtype) for flow, y in zip(inputs[len(types) :], ys, strict=True)]
        found = gradients(ys, xs, flows)
        return [
            array_ops.zeros_like(x) if g is None else convert_to_tensor(g)
            for g, x in zip(found, xs, strict=True)
        ]


@public()
def remote_call(
    args: Sequence[TensorLike],
    Tout: Sequence[Any],
    f: Callable,
    target: Any,
    name: str | None = None,  # noqa: N803
) -> list[Tensor]:
    """What a function gives, recorded under a device.

    Args:
      args: its arguments.
      Tout: the DTypes of its results.
      f: the function.
      target: the name of the device; a tensor has no effect.
      name: a name scope.

    Raises:
      ValueError: its results are of other types.
    """
    with name_scope(name, "RemoteCall", list(args)), device(None if isinstance(target, Tensor) else target):
        found = _results(f(*[convert_to_tensor(value) for value in args]))
    if [each.dtype.base_dtype for each in found] != [dtypes.as_dtype(dtype) for dtype in Tout]:
        raise ValueError(f"the function gives {found}, the results were to be of the types {Tout}")
    return found


@public()
def partitioned_call(args: Sequence[TensorLike], f: Callable) -> list[Tensor]:
    """What a function gives for `args`: tensors of the shapes and dtypes that it makes, on the devices that it names."""
    return _results(f(*[convert_to_tensor(value) for value in args]))
