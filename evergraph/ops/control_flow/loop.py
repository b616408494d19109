"""`while_loop`: a body runs as long as a condition holds.

The loop is one operation of type `While`.  It lowers to `lax.while_loop`; when it is differentiated, to
`lax.scan` if its trip count is known while tracing, to a scan with a conditional step if a small `maximum_iterations`
bounds it, and else to Equinox's checkpointed loop.  It runs on the host when its body holds host operations, or
when shapes change from one iteration to the next.
"""

import collections
import functools
import types
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, get_default_graph, name_scope
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.framework.structures import assert_same_structure, flatten, is_sequence, pack_sequence_as
from evergraph.ops.constants import captured_value_op, constant, identity
from evergraph.ops.control_flow.bodies import (
    Composites,
    ControlFlowDefinition,
    bool_scalar,
    captured_parameters,
    flatten_structure,
    make_body,
)
from evergraph.ops.control_flow.loop_places import loop_places

public_module("python.ops.control_flow_ops")

CHECKPOINTS = 64  # states that a differentiated loop of unknown length keeps; the others are recomputed
CHECKPOINT_BYTES = 1 << 30  # that they may take together; a few are kept all the same
MASKED_TRIPS = 128  # of a scan that skips what comes after the loop's end, but has memory for it
MAX_MASKED_TRIPS = 10_000  # the same, where checkpoints would take more than CHECKPOINT_BYTES
MAX_FOLDED_TRIPS = 100_000


class WhileDefinition(ControlFlowDefinition):
    """A loop: its first `_count` inputs are the loop variables, the others are captured."""

    def work_of(self, operation):
        return super().work_of(operation) | {"loop"}

    def parameters(self, operation):
        attrs = operation.attrs
        return [(attrs["cond"], attrs["_cond"]), (attrs["body"], attrs["_body"])]

    positions = ("_cond", "_body", "_count", "_maximum")

    def attributes_to_export(self, operation):
        shapes = [t.shape for t in operation.attrs["_variables"]]
        return {**super().attributes_to_export(operation), "output_shapes": shapes}

    def attributes_from_import(self, attrs, inputs, nodes):
        everything = range(len(inputs))  # where TensorFlow wrote it, both bodies take every input
        count = attrs.setdefault("_count", len(inputs))
        attrs.setdefault("_maximum", None)
        shapes = attrs.get("output_shapes") or [t.shape for t in inputs[:count]]
        for key, positions in (("cond", "_cond"), ("body", "_body")):
            attrs[positions] = list(attrs.get(positions, everything))
            makers = [functools.partial(_parameter, t.dtype.base_dtype, s) for t, s in zip(inputs, shapes)]
            makers += captured_parameters(inputs, attrs[positions][count:])
            attrs[key] = nodes.library.body(attrs[key], makers, nodes)
        attrs["_variables"] = attrs["body"].inputs[:count]
        attrs["Tout"] = [t.dtype.base_dtype for t in inputs[:count]]
        return attrs

    def varying(self, operation):
        return set(range(operation.attrs["_count"]))

    def sizes_vary(self, operation):
        return super().sizes_vary(operation) or _variables_vary(operation)

    def host_kernel(self, operation):
        return _while_on_host


def _variables_vary(operation):
    """Whether a loop variable whose shape is known on entry has another, or an unknown one, after an iteration."""
    return any(
        enters.shape.is_fully_defined()
        and leaves.dtype.base_dtype != dtypes.variant
        and not (leaves.shape.is_fully_defined() and leaves.shape == enters.shape)
        for enters, leaves in zip(operation.input_tensors, operation.attrs["body"].outputs)
    )


class _Loop:
    """One lowering of a loop: how its state (loop variables, written variables, iteration, error) is bound to
    the parameters of its bodies."""

    def __init__(self, lowering, inputs, attrs):
        self.lowering = lowering
        self.operation = lowering.operation
        self.inputs = inputs
        self.count = attrs["_count"]
        self.bodies = {"cond": (attrs["cond"], attrs["_cond"]), "body": (attrs["body"], attrs["_body"])}
        _, self.writes = while_op.variable_access(self._forward())
        self.checks = while_op.may_fail(self._forward())
        self.known = {p: a for p, a in lowering.known_inputs().items() if p < len(inputs)}
        self.rows = {}  # of arrays that an iteration reads in order, by positions behind those of the inputs

    def _forward(self):
        return self.operation.attrs.get("_forward", self.operation)

    def start(self):
        error = self.lowering.error if self.lowering.error is not None else np.int32(0)
        return (
            [jnp.asarray(a) for a in self.inputs[: self.count]],
            [jnp.asarray(self.inputs[p]) for p in self.writes],
            jnp.int32(0),
            jnp.asarray(error, jnp.int32),
        )

    def _arguments(self, positions, state):
        variables, written, _, _ = state
        changed = dict(zip(self.writes, written))
        found = []
        for p in positions:
            if p in self.rows:
                array = self.rows[p]
            else:
                array = variables[p] if p < self.count else changed.get(p, self.inputs[p])
            found.append(array if array is None else jnp.asarray(array))
        return found

    def _call(self, which, state):
        body, positions = self.bodies[which]
        statics = [self.known.get(p) if p >= self.count else None for p in positions]
        return self.lowering.call(
            body,
            self._arguments(positions, state),
            statics,
            iteration=state[2],
            error=state[3] if self.checks else None,
        )

    def holds(self, state):
        """The condition, false once a check has failed."""
        outputs, _, _ = self._call("cond", state)
        ok = jnp.reshape(outputs[0], ())
        return jnp.logical_and(ok, state[3] == 0) if self.checks else ok

    def step(self, state):
        """One iteration."""
        outputs, updates, error = self._call("body", state)
        _, positions = self.bodies["body"]
        new = {positions[i]: a for i, a in updates.items()}
        variables = [jnp.asarray(a).astype(b.dtype) for a, b in zip(outputs, state[0])]
        written = [new.get(p, old) for p, old in zip(self.writes, state[1])]
        return variables, written, state[2] + jnp.int32(1), error if self.checks else state[3]

    def settle(self, state) -> Any:
        """The state with TensorArrays that the first iteration allocates; other shapes may not change."""
        for _ in range(3):
            after = jax.eval_shape(self.step, state)
            changed = False
            if [v.shape for v in state[1]] != [v.shape for v in after[1]]:  # of variables that are assigned
                self.lowering.run_on_host(self._forward())
            for i, (old, new) in enumerate(zip(state[0], after[0])):
                if old.shape == new.shape:
                    continue
                if old.ndim == 2 and old.shape[1] == 0 and new.shape[:1] == old.shape[:1]:
                    state[0][i] = jnp.zeros(new.shape, old.dtype)
                    changed = True
                else:
                    self.lowering.run_on_host(self._forward())
            if not changed:
                return state
        self.lowering.run_on_host(self._forward())

    def bound(self, position):
        """The most iterations, if the input that says so (or None) is known while tracing; else None."""
        known = None if position is None else self.known.get(position)
        return None if known is None else int(known)

    def scan(self, state, trips):
        """All iterations, `trips` of them, as a `lax.scan`."""
        rows, carry = self._by_rows(state, trips)

        def step(state, read):
            self.rows = read
            state = self.step(state)
            return carry(state), {i: state[0][i] for i in rows}

        (variables, *others), arrays = jax.lax.scan(step, carry(state), self.rows, length=trips)
        return [arrays.get(i, a) for i, a in enumerate(variables)], *others

    def masked_scan(self, state, bound):
        """As many iterations as there may be, as a `lax.scan`; those after the end change nothing."""
        self.counted = self._count_without_end(bound)
        rows, carry = self._by_rows(state, bound)

        def step(state, given):
            self.rows, old = given

            def go_on(state):
                state = self.step(state)
                return carry(state), {i: state[0][i] for i in rows}

            return jax.lax.cond(self.holds(state), go_on, lambda state: (state, old), state)

        given = self.rows, {i: state[0][i] for i in rows}
        (variables, *others), arrays = jax.lax.scan(step, carry(state), given, length=bound)
        return [arrays.get(i, a) for i, a in enumerate(variables)], *others

    def _by_rows(self, state, trips):
        """Has TensorArrays that are read or written in order given and taken row by row.

        Returns:
          (those that are written, a function that takes them out of a state); `rows` are those that are read.
        """
        collected, reads = self._collected(state, trips), self._read_in_order(trips)
        body, positions = self.bodies["body"]
        outputs = [collected.get(i, tensor) for i, tensor in enumerate(body.outputs)]
        inputs, places = (
            [*body.inputs, *reads],
            [*positions, *range(len(self.inputs), len(self.inputs) + len(reads))],
        )
        self.bodies["body"] = types.SimpleNamespace(inputs=inputs, outputs=outputs), places
        self.rows = {p: self.inputs[of] for p, of in zip(places[len(positions) :], reads.values())}

        def carry(state):
            variables = [jnp.zeros((), a.dtype) if i in collected else a for i, a in enumerate(state[0])]
            return (variables, *state[1:])

        return collected, carry

    def _count_without_end(self, trips):
        """The value of each counter in each of `trips` iterations, as if the loop went on so long."""
        counters, found = {p for p in self.known if p < self.count and np.ndim(self.known[p]) == 0}, {}
        while True:
            known = counters | {p for p in self.known if p >= self.count}
            varying = {p for p in counters if not self._depends("body", p) <= known}
            if not varying:
                break
            counters -= varying
        values = {p: self.known[p] for p in counters}
        order = sorted(counters)
        for _ in range(trips if order else 0):
            for p in order:
                found.setdefault(p, []).append(int(values[p]))
            after = self.fold("body", order, values)
            if after is None:
                return {}
            values.update(zip(order, after))
        return found

    def _in_order(self, trips):
        """The counters that are 0, 1, ... in the iterations."""
        return {i for i, values in self.counted.items() if values == list(range(trips))}

    def _read_in_order(self, trips):
        """{tensor that is read: position of the TensorArray}: those that iterations 0, 1, ... read at 0, 1, ...

        The derivative of an array that is read row by row is put together by the scan; otherwise each iteration adds a
        whole array.
        """
        body, positions = self.bodies["body"]
        parameters, in_order = dict(zip(body.inputs, positions)), self._in_order(trips)
        found = {}
        for op in body.get_operations():
            if op.type != "TensorArrayReadV3" or op.control_inputs:
                continue
            array, index = (parameters.get(tensor) for tensor in op.input_tensors)
            if array is None or array < self.count or array in self.writes or index not in in_order:
                continue
            if trips and np.shape(self.inputs[array])[:1] == (trips,):
                found[op.outputs[0]] = array
        return found

    def _collected(self, state, trips):
        """{loop variable: tensor written}: TensorArrays that iterations 0, 1, ... only write to, at 0, 1, ...

        What the iterations write is put together by the scan. An array that is carried along costs as much again: its
        derivative is an array that every iteration changes.
        """
        body, positions = self.bodies["body"]
        test, tested = self.bodies["cond"]
        uses = collections.Counter(t for op in body.get_operations() for t in op.input_tensors)
        uses.update(body.outputs)
        in_order = self._in_order(trips)
        tests = {t for op in test.get_operations() for t in op.input_tensors}
        in_test = {p for p, t in zip(tested, test.inputs) if t in tests}
        parameters = dict(zip(body.inputs, positions))
        found = {}
        for i, output in enumerate(body.outputs):
            if output.op.type != "TensorArrayWriteV3" or uses[output] != 1 or i in in_test:
                continue
            if output.op.control_inputs:  # what has to happen before would not
                continue
            array, index, value = output.op.input_tensors
            if parameters.get(array) != i or uses[array] != 1 or parameters.get(index) not in in_order:
                continue
            if trips and state[0][i].shape[0] == trips:
                found[i] = value
        return found

    def trip_count(self):
        """How often the loop runs, when that follows from values known while tracing; else None.

        `counted` becomes the value of each counter, a scalar loop variable, in each iteration.
        """
        self.counted, trips = {}, 0
        for values in self.iterations(MAX_FOLDED_TRIPS):
            if values is None:
                return None
            if not trips:
                self.counted = {
                    p: [] for p, value in values.items() if p < self.count and np.ndim(value) == 0
                }
            for p, seen in self.counted.items():
                seen.append(int(values[p]))
            trips += 1
        return trips

    def iterations(self, most):
        """The values that the condition depends on, {input: value}, in each iteration; None in place of the first
        that is not known while tracing, or of the one after `most`."""
        counters = self._counters()
        if counters is None or not all(p in self.known for p in counters):
            yield None
            return
        values = {p: self.known[p] for p in counters}
        variables = [p for p in counters if p < self.count]
        for _ in range(most):
            ok = self.fold("cond", [0], values)
            if ok is not None and not ok[0].reshape(()):
                return
            after = None if ok is None else self.fold("body", variables, values)
            if after is None:
                break
            yield dict(values)
            values.update(zip(variables, after))
        yield None

    def _counters(self):
        """The inputs that the condition depends on, directly or through the loop variables; None if one varies."""
        found, waiting = set(), self._depends("cond", 0)
        while waiting:
            position = waiting.pop()
            if position in found:
                continue
            found.add(position)
            if position < self.count:
                waiting |= self._depends("body", position)
        return found

    def _depends(self, which, index):
        body, positions = self.bodies[which]
        where = dict(zip(body.inputs, positions))
        found, stack, seen = set(), [body.outputs[index]], set()
        while stack:
            tensor = stack.pop()
            if tensor in seen:
                continue
            seen.add(tensor)
            if tensor in where:
                found.add(where[tensor])
            elif tensor.op.definition.role != "shape":
                stack.extend(tensor.op.input_tensors)
        return found

    def fold(self, which, indices, values):
        """Some outputs of a body for known values of inputs of the loop; None if they are not known then."""
        body, positions = self.bodies[which]
        known = {i: values[p] for i, p in enumerate(positions) if p in values}
        known.update(
            {i: self.known[p] for i, p in enumerate(positions) if p >= self.count and p in self.known}
        )
        arrays = [self.inputs[p] for p in positions]
        return self.lowering.fold_body(body, indices, known, arrays)


def _while(lowering, input, *, cond, body, _cond, _body, _count, _maximum):  # noqa: A002
    attrs = {"cond": cond, "body": body, "_cond": _cond, "_body": _body, "_count": _count}
    loop = _Loop(lowering, input, attrs)
    loop_places(loop)
    state = loop.settle(loop.start())
    if not lowering.differentiated:
        state = jax.lax.while_loop(loop.holds, loop.step, state)
    else:
        trips = loop.trip_count()
        if trips is not None:
            state = loop.scan(state, trips)
        else:
            bound = loop.bound(_maximum)
            if not _exits_early(state, bound):
                state = _masked_loop(loop, state, bound)
            elif lowering.differentiated == 1:
                state = _checkpointed_loop(loop, state)
            else:  # such a loop has a first derivative only
                lowering.run_on_host(loop._forward())
    if loop.checks:
        lowering.error = state[3]
    return [*state[1], *state[0]]


def _exits_early(state, bound):
    """Whether a loop of at most `bound` iterations (None: of any number) must cost only those that it makes.

    A masked scan has memory for all iterations and looks at all, but computes nothing twice: right for a few, and where
    checkpoints do not fit (they hold whole TensorArrays, of which an iteration keeps nothing).
    """
    if bound is None or bound > MAX_MASKED_TRIPS:
        return True
    return bound > MASKED_TRIPS and CHECKPOINTS * _bytes_of(state) <= CHECKPOINT_BYTES


def _bytes_of(state):
    return sum(array.size * array.dtype.itemsize for array in jax.tree.leaves(state))


def _masked_loop(loop, state, bound):
    """As many iterations as there may be; those after the end change nothing."""
    return loop.masked_scan(state, bound)


def _checkpointed_loop(loop, state):
    """A loop that keeps some states and computes the others again, at the cost of the iterations that it makes."""
    import equinox.internal as eqxi  # takes a tenth of a second, and few programs have such a loop

    count = max(4, min(CHECKPOINTS, CHECKPOINT_BYTES // max(1, _bytes_of(state))))
    return eqxi.while_loop(loop.holds, loop.step, state, kind="checkpointed", checkpoints=count)


def _while_on_host(run, input, *, cond, body, _cond, _body, _count, _maximum):  # noqa: A002
    recorder = run.recorder()
    values = recorder.enter(input)  # the cells of variables among them, which the bodies read and update
    while True:
        (holds,) = run.call(cond, recorder.plain([values[p] for p in _cond]))
        if not np.asarray(holds).reshape(()):
            break
        values[:_count] = recorder.call(body, [values[p] for p in _body])
    return recorder.leave(values[:_count])


def _while_shapes(operation):
    return [t.shape for t in operation.attrs["_variables"]]


while_op = WhileDefinition(
    "While", "input: [T] -> output: [Tout]", _while, kind="device", shape=_while_shapes
)


@public("while_loop")
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: int | None = None,
) -> Any:
    """Repeats `body` while `cond` holds.

    Args:
      cond: function of the loop variables that returns a bool scalar.
      body: function of the loop variables that returns new values in the same structure.
      loop_vars: a (nested) list or tuple of tensors, TensorArrays, SparseTensors or IndexedSlices.
      shape_invariants: TensorShapes in the structure of `loop_vars`, for variables whose shape changes.
      parallel_iterations, swap_memory: kept for compatibility, without effect.
      back_prop: whether gradients flow through the loop.
      name: the name scope.
      maximum_iterations: an upper bound of the number of iterations.

    Returns:
      The loop variables after the loop, in the same structure; a single tensor for a list of one.

    Raises:
      TypeError: `cond` or `body` is not callable.
      ValueError: `loop_vars` is empty, or a shape or type changes from one iteration to the next.
    """
    with name_scope(name, "while", []):
        if not loop_vars:
            raise ValueError("No loop variables provided: loop_vars is empty")
        for role, function in (("cond", cond), ("body", body)):
            if not callable(function):
                raise TypeError(f"{role} must be callable. Received: {function!r}")
        if isinstance(parallel_iterations, int) and parallel_iterations < 1:
            raise TypeError(f"parallel_iterations must be a positive integer, got {parallel_iterations}")
        if executing_eagerly():
            result = _repeated(cond, body, loop_vars, maximum_iterations)
        elif maximum_iterations is not None:
            cond, body, loop_vars, shape_invariants, limit = _bounded(
                cond, body, loop_vars, shape_invariants, maximum_iterations
            )
            result = _record_loop(cond, body, loop_vars, shape_invariants, limit, back_prop)[1]
        else:
            result = _record_loop(cond, body, loop_vars, shape_invariants, None, back_prop)
    if isinstance(result, (list, tuple)) and len(result) == 1:
        return result[0]
    return result


def _repeated(cond, body, loop_vars, maximum_iterations):
    """What a loop of the eager mode gives: its body is called again and again."""
    count = 0
    while (maximum_iterations is None or count < maximum_iterations) and cond(*loop_vars):
        found = body(*loop_vars)
        loop_vars = found if isinstance(found, (list, tuple)) else [found]
        count += 1
    return loop_vars


def _bounded(cond, body, loop_vars, shape_invariants, maximum_iterations):
    """The same loop with a counter in front that `maximum_iterations` bounds."""
    limit = convert_to_tensor(maximum_iterations, name="maximum_iterations")
    if limit.shape.ndims not in (None, 0):
        raise ValueError(f"maximum_iterations must be a scalar, saw shape: {limit.shape}")
    zero = constant(0, limit.dtype, name="iteration_counter")
    one = constant(1, limit.dtype)

    def bounded_cond(i, variables):
        return _logical_and(i < limit, cond(*variables))

    def bounded_body(i, variables):
        result = body(*variables)
        if len(variables) == 1 and not isinstance(result, (list, tuple)):
            result = [result]
        return i + one, result

    variables = list(loop_vars) if not isinstance(loop_vars, tuple) else loop_vars
    if shape_invariants is not None:
        shape_invariants = (TensorShape([]), shape_invariants)
    return bounded_cond, bounded_body, (zero, variables), shape_invariants, limit


def _logical_and(a, b):
    return convert_to_tensor(a) & convert_to_tensor(b)


def _record_loop(cond, body, loop_vars, shape_invariants, limit, back_prop):
    leaves = flatten_structure(loop_vars)
    tensors, put_together = Composites().take_apart(leaves)
    tensors = [identity(t) if t.dtype._is_ref_dtype else t for t in tensors]
    shapes = _invariants(loop_vars, leaves, tensors, shape_invariants)

    def parameters(graph):
        made = [_parameter(tensor.dtype.base_dtype, shape) for tensor, shape in zip(tensors, shapes)]
        return pack_sequence_as(loop_vars, put_together(made))

    def build_cond(graph):
        test = cond(*parameters(graph))
        graph.outputs = [bool_scalar(test, "what cond returns")]
        if graph.outputs[0].shape.ndims not in (None, 0) and graph.outputs[0].shape.num_elements() != 1:
            raise ValueError(f"cond must return a bool scalar, it returns {graph.outputs[0]}")

    cond_graph = make_body("cond", build_cond)
    body_graph = make_body(
        "body", lambda graph: _build_body(graph, body, parameters, loop_vars, tensors, shapes)
    )
    result = _record(cond_graph, body_graph, tensors, shapes, limit, back_prop)
    return pack_sequence_as(loop_vars, put_together(result))


def _parameter(dtype, shape):
    """The parameter of the current body that stands for a loop variable."""
    graph = get_default_graph()
    tensor = graph.record(captured_value_op, [], {"dtype": dtype, "shape": shape}, "variable").outputs[0]
    graph.body.inputs.append(tensor)
    return tensor


def _build_body(graph, body, parameters, loop_vars, tensors, shapes):
    result = body(*parameters(graph))
    if not is_sequence(result) or (len(loop_vars) == 1 and not _same_kind(result, loop_vars)):
        result = [result]
    if isinstance(result, list) and isinstance(loop_vars, tuple) and not hasattr(loop_vars, "_fields"):
        result = tuple(result)
    elif isinstance(result, tuple) and isinstance(loop_vars, list) and not hasattr(result, "_fields"):
        result = list(result)
    assert_same_structure(list(result), list(loop_vars), check_types=False)
    outputs, _ = Composites().take_apart(flatten(result))
    graph.outputs = []
    for given, entered, shape in zip(outputs, tensors, shapes):
        if given.dtype.base_dtype != entered.dtype.base_dtype:
            raise TypeError(
                f"{entered.name} enters the loop with type {entered.dtype.base_dtype.name}, but has type "
                f"{given.dtype.base_dtype.name} after one iteration; cast it in the body"
            )
        if given.dtype.base_dtype != dtypes.variant and not _within(given.shape, shape):
            raise ValueError(
                f"The shape for {entered.name} is not an invariant for the loop. It enters the loop with shape "
                f"{shape}, but has shape {given.shape} after one iteration. Provide shape invariants using either "
                "the `shape_invariants` argument of tf.while_loop or set_shape() on the loop variables."
            )
        graph.outputs.append(
            identity(given) if given.op.body is not graph or given.dtype._is_ref_dtype else given
        )


def _same_kind(result, loop_vars):
    return isinstance(result, (list, tuple)) and len(result) == len(loop_vars)


def _within(shape, invariant):
    """Whether every shape that `shape` allows is one that `invariant` allows."""
    if invariant.ndims is None:
        return True
    if shape.ndims is None or shape.ndims != invariant.ndims:
        return False
    return all(i is None or i == s for s, i in zip(shape.dims_or_none, invariant.dims_or_none))


def _invariants(loop_vars, leaves, tensors, shape_invariants):
    if shape_invariants is None:
        return [t.shape for t in tensors]
    given = [
        as_shape(s) if not isinstance(s, TensorShape) else s
        for s in _flat_shapes(loop_vars, shape_invariants)
    ]
    if len(given) != len(leaves):
        raise ValueError(f"shape_invariants has {len(given)} shapes for {len(leaves)} loop variables")
    shapes, position = [], 0
    for leaf, invariant in zip(leaves, given):
        count = len(Composites().take_apart([leaf])[0])
        if count == 1:
            tensor = tensors[position]
            if tensor.dtype.base_dtype == dtypes.variant:
                shapes.append(tensor.shape)
            elif not _within(tensor.shape, invariant):
                raise ValueError(
                    f"The shape invariant specified for {tensor.name} is not compatible with the initial shape of "
                    f"the loop variable. It enters the loop with shape {tensor.shape}, but the specified shape "
                    f"invariant is {invariant}."
                )
            else:
                shapes.append(invariant)
        else:
            shapes.extend(
                TensorShape([None] * (t.shape.ndims or 0)) for t in tensors[position : position + count]
            )
        position += count
    return shapes


def _flat_shapes(loop_vars, shape_invariants):
    if isinstance(shape_invariants, TensorShape):
        return [shape_invariants]
    if not is_sequence(loop_vars):
        return [shape_invariants]
    found = []
    for variable, invariant in zip(loop_vars, shape_invariants):
        found.extend(_flat_shapes(variable, invariant) if is_sequence(variable) else [invariant])
    return found


def _record(cond_graph, body_graph, tensors, shapes, limit, back_prop):
    count = len(tensors)
    captured = list(dict.fromkeys([*cond_graph.captures, *body_graph.captures]))
    if limit is not None and limit not in captured:
        captured.append(limit)
    position = {tensor: count + i for i, tensor in enumerate(captured)}
    attrs = {
        "cond": cond_graph,
        "body": body_graph,
        "_cond": [*range(count), *[position[t] for t in cond_graph.captures]],
        "_body": [*range(count), *[position[t] for t in body_graph.captures]],
        "_count": count,
        "_maximum": position.get(limit) if limit is not None else None,
        "_variables": body_graph.inputs[:count],
        "T": [t.dtype.base_dtype for t in (*tensors, *captured)],
        "Tout": [t.dtype.base_dtype for t in tensors],
    }
    if not back_prop:
        attrs["_gradient_function"] = _no_gradient
    with control_dependencies([*cond_graph.outer_control, *body_graph.outer_control]):
        return get_default_graph().record(while_op, [*tensors, *captured], attrs, "Exit").outputs


def _no_gradient(operation, *gradients):
    return [None] * len(operation.input_tensors)
