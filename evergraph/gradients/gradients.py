"""`tf.gradients` and what is built on it.

1. `_between`       the operations on the way from xs to ys
2. `gradients`      walks them backwards, latest created first; the gradients that flow into each output are summed
3. `_input_gradients`   a registered or defined gradient, else `record_pullback`

Inside a body of control flow the way goes on through what the body takes from around it (`_sources`): the gradient of an
operation outside is recorded in the body, and what it needs from outside is captured.
"""

import contextlib
import enum
from collections.abc import Callable, Container
from typing import Any

from evergraph.framework import dtypes, registry
from evergraph.framework.bodies import bodies_of
from evergraph.framework.composite import IndexedSlices, convert_to_tensor_or_indexed_slices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with, get_default_graph, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.gradients.connection import inputs_with_gradients, is_differentiable
from evergraph.gradients.pullback import record_pullback
from evergraph.gradients.registry import gradient_function, own_gradient_function
from evergraph.gradients.rows import joined
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.tensor_array import add_flows

public_module("python.ops.gradients", "python.ops.gradients_impl")


@public("AggregationMethod")
class AggregationMethod:
    """How several gradients of one tensor are summed; all give the same sum here."""

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


class UnconnectedGradients(enum.Enum):
    """What `tf.gradients` gives for an `x` that no `y` depends on: None, or zeros of its shape. A name of TensorFlow 1.12."""

    NONE = "none"
    ZERO = "zero"


@public("gradients")
@registry.register_function("gradients")
def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str | None = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool | int = False,
    aggregation_method: int | None = None,
    stop_gradients: Any = None,
    unconnected_gradients: str | enum.Enum = "none",
) -> list:
    """Symbolic derivatives of the sum of `ys` with respect to each of `xs`.

    Args:
      ys: a tensor or list of tensors.
      xs: a tensor, variable or list of these.
      grad_ys: a list of the gradients of ys (None: ones).
      name: the name scope of the new operations.
      colocate_gradients_with_ops: whether gradients are placed with their forward operation.
      gate_gradients: kept for compatibility: a run is ordered and needs no gates.
      aggregation_method: one of `AggregationMethod`.
      stop_gradients: tensors to differentiate not through.
      unconnected_gradients: what is given for an `x` that no `y` depends on: "none" or "zero", or a member of TensorFlow 1.12's
        `tf.UnconnectedGradients`.

    Returns:
      A list with a tensor (or IndexedSlices, for rows gathered from a variable) for each of `xs`, None (or zeros) where no
      `y` depends on it.

    Raises:
      LookupError: an operation on the way has no gradient.
      ValueError: `grad_ys` does not match `ys`.
      TypeError: a `y` of integer type with a gradient of another type.
      RuntimeError: in the eager mode.
    """
    if get_default_graph().is_eager and get_default_graph().body is None:
        raise RuntimeError(
            "tf.gradients not supported when eager execution is enabled. Use tf.GradientTape instead."
        )
    ys, xs = _as_list(ys), _as_list(xs)
    stop = [] if stop_gradients is None else _as_list(stop_gradients)
    given = [] if grad_ys is None else [g for g in _as_list(grad_ys) if g is not None]
    unconnected = UnconnectedGradients(getattr(unconnected_gradients, "value", unconnected_gradients))
    with name_scope(name, "gradients", [*ys, *xs, *stop, *given]):
        stops = {_differentiated(s).op for s in stop}
        found = gradients_between(ys, xs, grad_ys, stops, aggregation_method, colocate_gradients_with_ops)
        if unconnected is UnconnectedGradients.ZERO:
            found = [
                array_ops.zeros_like(x) if gradient is None else gradient for gradient, x in zip(found, xs)
            ]
        return found


def gradients_between(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    stops: Container[Operation] = (),
    aggregation_method: int | None = None,
    colocate_gradients_with_ops: bool = False,
) -> list:
    """What `gradients` records, or in the eager mode computes: arguments, result and errors are its own.

    Args:
      stops: operations to differentiate not through.
    """
    ys, xs = _as_list(ys), _as_list(xs)
    grad_ys = [None] * len(ys) if grad_ys is None else _as_list(grad_ys)
    if len(grad_ys) != len(ys):
        raise ValueError(f"grad_ys has {len(grad_ys)} elements for {len(ys)} ys; give one for each")
    ys = [convert_to_tensor_or_indexed_slices(y) for y in ys]
    ys = [convert_to_tensor(y) if isinstance(y, IndexedSlices) else y for y in ys]
    xs = [_differentiated(x) for x in xs]
    flowing = _Flows(aggregation_method, colocate_gradients_with_ops)
    for index, (y, grad) in enumerate(zip(ys, grad_ys)):
        if is_differentiable(y) or grad is not None:
            flowing.add(y, _initial_gradient(y, grad, index))
    targets = set(xs)
    between = _between(ys, xs, stops)
    ends, known = set(ys), set(between)
    for operation in between:
        if operation in stops:
            continue
        out = [flowing.take(t, keep=t in targets) for t in operation.outputs]
        if all(g is None for g in out):
            continue
        on_the_way = [
            position
            for position, tensor in enumerate(operation.outputs if operation.type == "While" else ())
            if tensor in ends or not known.isdisjoint(tensor.consumers())
        ]
        _flow_back(operation, out, on_the_way, flowing, colocate_gradients_with_ops)
    return [flowing.take(x, keep=True) for x in xs]


def _as_list(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _differentiated(x):
    """The tensor that gradients flow to: a variable's handle or reference, or the tensor itself."""
    handle = getattr(x, "handle", None)
    if handle is not None and not isinstance(x, Tensor):
        return handle
    if isinstance(x, IndexedSlices):
        return x.values
    return convert_to_tensor(x, as_ref=True)


def _initial_gradient(y, grad, index):
    if grad is None:
        if y.dtype.base_dtype.is_complex:
            raise TypeError(f"Gradients of complex tensors must set grad_ys (y.dtype = {y.dtype!r})")
        one = registry_constant(1, y.dtype.base_dtype, f"grad_ys_{index}")
        return array_ops.fill(array_ops.shape(y), one)
    grad = convert_to_tensor_or_indexed_slices(
        grad, None if isinstance(grad, (Tensor, IndexedSlices)) else y.dtype
    )
    if grad.dtype.base_dtype != y.dtype.base_dtype:
        raise TypeError(
            f"Gradient type {grad.dtype.name} generated for {y} does not match its type {y.dtype.name}"
        )
    if isinstance(grad, Tensor):
        grad = _without_leading_ones(grad, y)
        grad.shape.assert_is_compatible_with(y.shape)
    return grad


def _without_leading_ones(grad, y):
    """A flow that was computed with a list of one gradient, `[gradient] * scale`, has an axis more; TensorFlow lets it through."""
    shape, rank = grad.shape, y.shape.ndims
    if shape.ndims is None or rank is None or shape.ndims <= rank:
        return grad
    more = shape.ndims - rank
    if shape.as_list()[:more] != [1] * more:
        return grad
    return array_ops.squeeze(grad, list(range(more)))


def registry_constant(value, dtype, name):
    """A constant of a dtype."""
    return convert_to_tensor(value, dtype, name=name)


def _between(ys, xs, stops):
    """The operations that some y depends on and that depend on some x, latest created first."""
    behind, users, stack = set(), {}, [y.op for y in ys]
    while stack:
        operation = stack.pop()
        if operation in behind:
            continue
        behind.add(operation)
        if operation not in stops:
            for tensor in _sources(operation):
                users.setdefault(tensor.op, []).append(operation)
                stack.append(tensor.op)
    reached, stack = set(), [x.op for x in xs if x.op in behind]
    while stack:
        operation = stack.pop()
        if operation not in reached:
            reached.add(operation)
            stack.extend(users.get(operation, ()))
    return _latest_first(reached)


def _stands_for(operation):
    """The tensor outside in whose place a body has the operation; None for any other operation."""
    if operation.body is None or len(operation.outputs) != 1 or _stays_in(operation.body):
        return None
    return operation.body.source_of(operation.outputs[0])


def _stays_in(body):
    """Whether the gradients that are being recorded are those of a body apart from what is around it."""
    here = get_default_graph().body
    return here is not None and here.stops_at(body)


def _sources(operation):
    """The tensors that gradients flow on to, as a rule the inputs.

    What a body has from outside passes its gradient on to what it stands for there. An operation with bodies that takes a
    variable in the place of a read passes its gradient on to that read.
    """
    outside = _stands_for(operation)
    if outside is not None:
        return (outside,)
    if not operation.definition.has_bodies or _stays_in(operation.body):
        return operation.input_tensors
    forward, reads = operation, {}
    while forward is not None:
        for body in bodies_of(forward):
            reads.update(body.reads)
        forward = forward.attrs.get("_forward")
    return tuple(reads.get(tensor, tensor) for tensor in operation.input_tensors)


def _latest_first(operations):
    ordered = sorted(operations, key=lambda op: op._id, reverse=True)
    seen = set()
    for operation in ordered:
        if any(t.op in seen for t in _sources(operation)):
            return _reverse_dependency_order(ordered, operations)
        seen.add(operation)
    return ordered


def _reverse_dependency_order(ordered, operations):
    """For graphs whose inputs were replaced after they were recorded."""
    finished, result = set(), []

    def visit(operation):
        stack = [(operation, iter(_sources(operation)))]
        while stack:
            current, inputs = stack[-1]
            for tensor in inputs:
                if tensor.op in operations and tensor.op not in finished:
                    stack.append((tensor.op, iter(_sources(tensor.op))))
                    break
            else:
                stack.pop()
                if current not in finished:
                    finished.add(current)
                    result.append(current)

    for operation in reversed(ordered):
        if operation not in finished:
            visit(operation)
    return result[::-1]


class _Flows:
    """The gradients that have flowed to each tensor so far."""

    def __init__(self, aggregation_method, colocate):
        self._terms = {}
        self._method, self._colocate = aggregation_method, colocate

    def add(self, tensor, gradient):
        self._terms.setdefault(tensor, []).append(gradient)

    def take(self, tensor, keep):
        """The sum of what has flowed to a tensor, or None."""
        terms = self._terms.get(tensor)
        if not terms:
            return None
        if len(terms) == 1:
            total = terms[0]
        else:
            with (
                colocate_with(terms[-1], ignore_existing=True) if self._colocate else contextlib.nullcontext()
            ):
                total = _sum(terms)
        if keep:
            self._terms[tensor] = [total]
        else:
            del self._terms[tensor]
        return total


def _sum(terms):
    if terms[0].dtype == dtypes.variant:
        return add_flows(terms)
    if all(isinstance(t, Tensor) for t in terms):
        return math_ops.add_n(terms)
    if all(isinstance(t, IndexedSlices) for t in terms):
        return joined(terms)
    return math_ops.add_n([convert_to_tensor(t) for t in terms])


def _flow_back(operation, out, on_the_way, flowing, colocate):
    sources = _sources(operation)
    if _stands_for(operation) is not None:
        flowing.add(sources[0], out[0])
        return
    place = colocate_with(operation, ignore_existing=True) if colocate else contextlib.nullcontext()
    graph = get_default_graph()
    with place, name_scope(operation.name + "_grad"), graph._original_op(operation):
        found = _input_gradients(operation, out, on_the_way)
    if found is None:
        return
    for tensor, gradient in zip(sources, found, strict=True):
        if gradient is None or not is_differentiable(tensor):
            continue
        if isinstance(gradient, Tensor) and tensor.dtype != dtypes.resource:
            gradient = _with_shape(gradient, tensor, operation)
        flowing.add(tensor, gradient)


def _with_shape(gradient, tensor, operation):
    try:
        gradient.set_shape(tensor.shape)
    except ValueError:
        raise ValueError(
            f"Incompatible shapes between op input and calculated input gradient. Forward operation: "
            f"{operation.name}. Original input shape: {tensor.shape}. Calculated input gradient shape: "
            f"{gradient.shape}"
        ) from None
    return gradient


@public("python.framework.ops.get_gradient_function")
def get_gradient_function(op: Operation) -> Callable | None:
    """The gradient of an operation as a function of it and the gradients of its outputs; None where none flows through it.

    What the program has registered is given as it is.

    Raises:
      LookupError: a `gradient_override_map` names a gradient that was never registered.
    """
    own = own_gradient_function(op)
    if not op.inputs or gradient_function(op) is None:
        return None
    if own is not None:
        return own[0]
    return lambda operation, *grads: _input_gradients(operation, list(grads))


def _input_gradients(operation, out, on_the_way=()):
    function = gradient_function(operation)
    if function is None:
        return None
    if function == "pullback":
        wanted = inputs_with_gradients(operation)
        if not wanted:
            return None
        out = [convert_to_tensor(g) if isinstance(g, IndexedSlices) else g for g in out]
        return record_pullback(operation, out, wanted, on_the_way)
    filled = [
        g
        if g is not None or not is_differentiable(t) or t.dtype == dtypes.resource
        else array_ops.zeros_like(t)
        for g, t in zip(out, operation.outputs)
    ]
    found = function(operation, *filled)
    found = list(found) if isinstance(found, (list, tuple)) else [found]
    if len(found) != len(operation.input_tensors):
        raise ValueError(
            f"Num gradients {len(found)} generated for op {operation.name} do not match num inputs "
            f"{len(operation.input_tensors)}"
        )
    return found
