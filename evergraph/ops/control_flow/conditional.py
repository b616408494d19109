"""`cond`: one of two bodies runs, chosen by a boolean scalar.

The branches become bodies of an operation of type `If`, which lowers to `lax.cond`, or runs on the host when a
branch holds host operations or the branches give different shapes.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.default_graph import control_dependencies, get_default_graph, name_scope
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.structures import assert_same_structure, is_sequence, pack_sequence_as
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.bodies import (
    Composites,
    ControlFlowDefinition,
    bool_scalar,
    captured_parameters,
    flatten_structure,
    make_body,
)
from evergraph.ops.inference import constant_value

public_module("python.ops.control_flow_ops")


class IfDefinition(ControlFlowDefinition):
    """An operation with two branches: `_then`, `_else` are the positions their parameters are bound to."""

    def parameters(self, operation):
        attrs = operation.attrs
        return [(attrs["then_branch"], attrs["_then"]), (attrs["else_branch"], attrs["_else"])]

    positions = ("_then", "_else")

    def attributes_from_import(self, attrs, inputs, nodes):
        everything = range(1, len(inputs))  # where TensorFlow wrote it, both branches take every input
        attrs = {
            **attrs,
            "_then": list(attrs.get("_then", everything)),
            "_else": list(attrs.get("_else", everything)),
        }
        for key, positions in (("then_branch", "_then"), ("else_branch", "_else")):
            attrs[key] = nodes.library.body(attrs[key], captured_parameters(inputs, attrs[positions]), nodes)
        attrs["Tout"] = [t.dtype.base_dtype for t in attrs["then_branch"].outputs]
        return attrs

    def host_kernel(self, operation):
        return _if_on_host

    def chosen_branch(self, operation, predicate):
        """The body that runs for the value of the predicate, and the positions that its parameters are bound to."""
        attrs = operation.attrs
        if np.asarray(predicate).reshape(()):
            return attrs["then_branch"], attrs["_then"]
        return attrs["else_branch"], attrs["_else"]

    def sizes_vary(self, operation):
        return super().sizes_vary(operation) or _branches_differ(operation)

    def predicate_of(self, operation, position):
        attrs = operation.attrs
        return 0 if position in attrs["_then"] and position not in attrs["_else"] else None


def _branches_differ(operation):
    """Whether the branches are known to give different shapes, and it is not known which one runs."""
    if constant_value(operation.input_tensors[0]) is not None:
        return False
    branches = zip(operation.attrs["then_branch"].outputs, operation.attrs["else_branch"].outputs)
    return any(not then.shape.is_compatible_with(other.shape) for then, other in branches)


def _if(lowering, cond, input, *, then_branch, else_branch, _then, _else):  # noqa: A002
    operation = lowering.operation
    definition = if_op
    _, writes = definition.variable_access(operation)
    checks = definition.may_fail(operation)
    known = lowering.known_inputs()
    error = lowering.error if lowering.error is not None else np.int32(0)
    dtypes_out = [t.dtype.base_dtype for t in operation.outputs]

    def run(body, positions):
        arguments = [None if input[p - 1] is None else jnp.asarray(input[p - 1]) for p in positions]
        outputs, updates, code = lowering.call(
            body, arguments, [known.get(p) for p in positions], error=error if checks else None
        )
        new = {positions[i]: array for i, array in updates.items()}
        written = [new.get(p, input[p - 1]) for p in writes]
        outputs = [
            a if d == dtypes.variant else jnp.asarray(a).astype(d.as_numpy_dtype)
            for a, d in zip(outputs, dtypes_out)
        ]
        return [jnp.asarray(w) for w in written], outputs, code if checks else np.int32(0)

    # What follows from shapes is known here: the other branch may not even fit them.
    chosen = np.asarray(cond) if not isinstance(cond, Tracer) else None
    if chosen is None and not lowering.has_places:
        chosen = lowering.static_input(0)
    if chosen is not None:
        written, outputs, code = run(*((then_branch, _then) if chosen.reshape(()) else (else_branch, _else)))
    else:
        try:
            written, outputs, code = jax.lax.cond(
                jnp.reshape(cond, ()), lambda: run(then_branch, _then), lambda: run(else_branch, _else)
            )
        except (
            errors.InvalidArgumentError
        ):  # perhaps of the branch that is not taken: the host runs the other one alone
            return lowering.run_on_host(operation)
        except TypeError as failure:
            if "branch" not in str(failure) and "true_fun" not in str(failure):
                raise
            return lowering.run_on_host(operation)
    if checks:
        lowering.error = code
    return [*written, *outputs]


def _if_on_host(run, cond, input, *, then_branch, else_branch, _then, _else):  # noqa: A002
    recorder = run.recorder()
    values = recorder.enter([cond, *input])
    body, positions = (then_branch, _then) if np.asarray(cond).reshape(()) else (else_branch, _else)
    return recorder.leave(recorder.call(body, [values[p] for p in positions]))


def _if_shapes(operation):
    shapes = []
    for then, other in zip(operation.attrs["then_branch"].outputs, operation.attrs["else_branch"].outputs):
        shapes.append(_either(then.shape, other.shape))
    return shapes


def _either(a, b):
    if a.ndims is None or b.ndims is None or a.ndims != b.ndims:
        return unknown_shape()
    return TensorShape([x if x == y else None for x, y in zip(a.dims_or_none, b.dims_or_none)])


if_op = IfDefinition("If", "cond: bool, input: [Tin] -> output: [Tout]", _if, kind="device", shape=_if_shapes)


@public("cond")
def cond(
    pred: TensorLike,
    true_fn: Callable[..., Any] | None = None,
    false_fn: Callable[..., Any] | None = None,
    strict: bool = False,
    name: str | None = None,
    fn1: Callable[..., Any] | None = None,
    fn2: Callable[..., Any] | None = None,
) -> Any:
    """`true_fn()` if `pred` is true, else `false_fn()`.

    Args:
      pred: a bool scalar tensor.
      true_fn, false_fn: functions without arguments that return the same structure of tensors (or operations).
      strict: keep a list of one element a list.
      name: the name scope.
      fn1, fn2: deprecated spellings of true_fn and false_fn.

    Returns:
      What the functions return, as tensors; a single tensor for a list of one. In the place of an operation stands the
      value of `pred`, once the operation has run.

    Raises:
      TypeError: a branch is not callable, `pred` is a Python bool, or one branch returns a list where the other has a tuple.
      ValueError: the branches return different structures or types.
    """
    true_fn = _one_of(true_fn, fn1, "true_fn", "fn1")
    false_fn = _one_of(false_fn, fn2, "false_fn", "fn2")
    if executing_eagerly():
        result = (true_fn if pred else false_fn)()
        alone = isinstance(result, (list, tuple)) and len(result) == 1 and not strict
        return result[0] if alone else result
    if isinstance(pred, (bool, np.bool_)):
        raise TypeError(
            f"pred must not be a Python bool, got {pred!r}: write `if` in Python, or pass tf.constant(...)"
        )
    with name_scope(name, "cond", [pred]):
        pred = bool_scalar(pred, "pred")
        branches = [_Branch(true_fn, "true_fn", True, strict), _Branch(false_fn, "false_fn", False, strict)]
        _check_same(*branches)
        return _record(pred, *branches)


def known_condition(pred: Any) -> bool | None:
    """A condition where it is known already: that of a bool, of 0 or 1, and of a constant; None else, also for a variable."""
    if isinstance(pred, (bool, int)):
        return bool(pred)
    value = constant_value(pred) if isinstance(pred, Tensor) else None
    return None if value is None else bool(value)


@public("python.framework.smart_cond.smart_cond")
def smart_cond(
    pred: TensorLike, true_fn: Callable[..., Any], false_fn: Callable[..., Any], name: str | None = None
) -> Any:
    """`cond`, or just the branch when `pred` is a Python bool or a constant."""
    known = known_condition(pred)
    if known is None:
        return cond(pred, true_fn, false_fn, name=name)
    return true_fn() if known else false_fn()


def _one_of(function, old, name, old_name):
    if old is not None:
        if function is not None:
            raise TypeError(f"cond(): '{old_name}' and '{name}' may not be set simultaneously; use '{name}'")
        function = old
    if function is None:
        raise TypeError(f"cond(): '{name}' argument required")
    if not callable(function):
        raise TypeError(f"{name} must be callable.")
    return function


class _Branch:
    """A branch that was built: its body, and the structure it returned; a list of one is that one unless `strict`."""

    def __init__(self, function, name, taken_when, strict):
        self.name = name
        self.taken_when = taken_when
        self.strict = strict
        self.body = make_body(name, lambda body: self._build(body, function), runs_once=True)

    def _build(self, body, function):
        self.result = function()
        if not self.strict and isinstance(self.result, list | tuple) and len(self.result) == 1:
            self.result = self.result[0]
        leaves = flatten_structure(self.result)
        tensors, self.put_together = Composites().take_apart(leaves, done=self.taken_when)
        body.outputs = [identity(t) if t.op.body is not body or t.dtype._is_ref_dtype else t for t in tensors]


def _check_same(true, false):
    assert_same_structure([true.result], [false.result])
    for a, b in zip(flatten_structure(true.result), flatten_structure(false.result)):
        if isinstance(a, IndexedSlices) != isinstance(b, IndexedSlices):
            raise ValueError(f"Outputs of true_fn and false_fn must have the same type: {a!r} and {b!r}")
    types = [[t.dtype.base_dtype for t in branch.body.outputs] for branch in (true, false)]
    for position, (a, b) in enumerate(zip(*types)):
        if a != b:
            raise ValueError(
                f"Outputs of true_fn and false_fn must have the same type: {a.name}, {b.name} (output {position})"
            )


def _record(pred, true, false):
    captured = list(dict.fromkeys([*true.body.captures, *false.body.captures]))
    position = {tensor: i + 1 for i, tensor in enumerate(captured)}
    attrs = {
        "then_branch": true.body,
        "else_branch": false.body,
        "_then": [position[t] for t in true.body.captures],
        "_else": [position[t] for t in false.body.captures],
        "Tin": [t.dtype.base_dtype for t in captured],
        "Tout": [t.dtype.base_dtype for t in true.body.outputs],
    }
    graph = get_default_graph()
    waits = [*true.body.outer_control, *false.body.outer_control]
    with control_dependencies(waits):
        operation = graph.record(if_op, [pred, *captured], attrs, "Merge")
    outputs = true.put_together(operation.outputs)
    if not is_sequence(true.result):
        return _unwrapped(outputs[0])
    outputs = [_unwrapped(o) for o in outputs]
    return pack_sequence_as(true.result, outputs)


def _unwrapped(output):
    return output.outputs[0] if isinstance(output, Operation) else output
