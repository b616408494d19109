"""Lowering: a device stage becomes one pure JAX function.

    (donated variables, other inputs, random counts) -> (outputs, error, check operands)

1. `lower_stage`        makes the function of a stage, to be compiled with `jax.jit`
2. `Lowering.run`       calls the kernel of each node in order
3. `Lowering.static`    folds the backward slice of a static operand while tracing
4. `Lowering.pullback`  a forward operation whose gradient is in the same stage is lowered once, through `jax.vjp`
5. `Lowering.check`     a failed check sets the error code, which guards every write
"""

import threading

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.engine.block import build_block
from evergraph.engine.recompilation import CompilationCount
from evergraph.framework import dtypes, errors, registry
from evergraph.framework.definition import ROW_MESSAGE

__all__ = ["Lowering", "RunOnHost", "StageFunction", "flatten_result", "lower_stage", "words_of"]


class StageFunction:
    """The function of a stage and what its results mean.

    Attributes:
      function: `f(donated, inputs, counts)`, to be compiled.
      donated, inputs: the values whose arrays it takes.
      outputs: the values it gives.
      checks: (operation, message, number of operands) for each error code 1, 2, ...; filled while tracing.
    """

    def __init__(self, stage):
        self.stage = stage
        self.donated = [v for v in stage.inputs if id(v) in stage.donated]
        self.inputs = [v for v in stage.inputs if id(v) not in stage.donated and id(v) not in stage.static]
        self.statics = [v for v in stage.inputs if id(v) in stage.static]
        self.outputs = stage.outputs
        self.checks = []
        self.compilations = CompilationCount(self.donated + self.inputs, "shape")


def lower_stage(stage, statics=()) -> StageFunction:
    """The `StageFunction` of a stage for given values of its static inputs (in the order of `statics`)."""
    lowered = StageFunction(stage)

    def function(donated, inputs, counts):
        lowered.compilations.add_shapes((*donated, *inputs))
        lowering = Lowering(stage.random_operations, counts)
        lowering.checked = stage.checked
        environment = lowering.environment
        tracers = set()
        for value, array in zip(lowered.donated + lowered.inputs, (*donated, *inputs)):
            environment[value] = array
            tracers.add(id(array))
        for value, array in zip(lowered.statics, statics):
            lowering.known[value] = array
            environment[value] = jnp.asarray(array)
        lowering.run(stage.nodes)
        outputs = [environment[value] for value in lowered.outputs]
        if lowering.checks:
            old = {value.source: array for value, array in zip(lowered.donated, donated)}
            outputs = lowering.guard(lowered.outputs, outputs, old)
        lowered.checks = lowering.checks
        return _distinct(outputs, tracers), lowering.error, lowering.check_operands

    lowered.function = function
    return lowered


def _distinct(outputs, taken):
    """No output may be an input's buffer, or another output's: a later step may donate it."""
    distinct, taken = [], set(taken)
    for array in outputs:
        if id(array) in taken or not isinstance(array, jax.core.Tracer):
            array = jnp.copy(array)
        taken.add(id(array))
        distinct.append(array)
    return distinct


class Lowering:
    """The state of lowering one stage or body: the array of every value so far.

    Kernels that ask for `lowering` get this object: `call` lowers a body, `check` makes a runtime check,
    `static` gives the concrete value of an input.
    """

    abstract = False

    def __init__(self, random_operations=(), counts=None, parent=None):
        self.environment = {}
        self.known = {}  # Value -> NumPy array, for static operands
        self.vjps = {}  # forward node -> (pullback, positions of its inputs)
        self.check_operands = []
        self.row_writes = {}  # a version made by writing rows -> the number of checks before it
        self.differentiated = 0  # how often
        self.operation = None
        if parent is None:
            self.rows = {operation: row for row, operation in enumerate(random_operations)}
            self.words = words_of(counts) if self.rows else None
            self.iterations = ()
            self.checks = []
            self.checked = frozenset()  # the operations whose checks the host has made
            self.error = None
        else:
            self.rows, self.words, self.iterations = parent.rows, parent.words, parent.iterations
            self.checks, self.checked = parent.checks, parent.checked
            self.error = parent.error
        self.nested = parent is not None
        self.owner = parent.operation if parent is not None else None  # the operation whose body this is
        self.node = None

    # -- nodes ----------------------------------------------------------------------------------------------

    def run(self, nodes):
        """Calls the kernel of each node in order and keeps what it gives."""
        gradients = _gradients_of(nodes)
        nodes, tail = _row_writers_last(nodes)
        for node in [*nodes, None, *tail]:
            if node is None:
                self._check_rows_of(tail)
                continue
            try:
                self._run_node(node, gradients.get(node))
            except (errors.OpError, RunOnHost):
                raise
            except NotImplementedError as error:
                raise errors.UnimplementedError(None, node.operation, str(error)) from error
            except Exception as error:
                if isinstance(error, jax.errors.JAXTypeError):
                    raise _explain(node.operation, error) from error
                if isinstance(error, (TypeError, ValueError, IndexError, ZeroDivisionError)):
                    raise errors.InvalidArgumentError(
                        None, node.operation, f"{_first_lines(error)}; input shapes: {self._shapes(node)}"
                    ) from error
                raise

    def _check_rows_of(self, nodes):
        """Checks the row numbers of all nodes before the first one writes: no table needs another guard then."""
        sizes = {}  # variable -> rows
        for node in nodes:
            definition, self.operation = node.operation.definition, node.operation
            (position,) = definition.input_positions(node.operation, definition.row_indices)
            source = node.writes[0][0]
            if source not in sizes:
                table = next(v for v in node.inputs if v is not None and v.source is source)
                sizes[source] = self.array(table).shape[0]
            self.check_rows(self.array(node.inputs[position]), sizes[source])
        self.checked = self.checked | {node.operation for node in nodes}

    def _shapes(self, node):
        shapes = [
            list(np.shape(self.array(v))) if v is not None and (v in self.environment or v.constant is not None)
            else "?" for v in node.inputs
        ]  # fmt: skip
        return ", ".join(map(str, shapes)) or "none"

    def _run_node(self, node, wanted):
        operation = node.operation
        definition = operation.definition
        self.operation, self.node = operation, node
        if operation.attrs.get("_forward") is not None and not wanted:
            results = self._run_pullback(node, operation, definition)
        else:
            arguments = self._arguments(node, definition)
            call = self.caller(operation)
            if wanted:
                results = self._through_vjp(node, call, arguments, wanted)
            else:
                results = call(arguments)
        self._keep(node, results)

    def _arguments(self, node, definition):
        static = definition.static_positions(node.operation) if definition.static or definition.has_bodies else ()
        arguments = []
        for position, value in enumerate(node.inputs):
            if value is None:
                arguments.append(None)
            elif position in static:
                arguments.append(self.static(value))
            elif value.constant is not None and value.constant.dtype == object:
                arguments.append(value.constant)  # the text of a check
            else:
                arguments.append(self.array(value))
        if definition.row_indices and self.error is not None:
            for position in definition.input_positions(node.operation, definition.row_indices):
                rows = arguments[position]
                arguments[position] = jnp.where(self.error == 0, rows, np.iinfo(rows.dtype).max)
        return arguments

    def caller(self, operation):
        """A function from the operation's flat input arrays to the kernel's flat results."""
        definition = operation.definition
        keywords = definition.kernel_keywords(operation)
        leading = ()
        if definition.leading == "key":
            leading = (self.key(operation),)
        elif definition.leading == "lowering":
            leading = (self,)
        expected = len(definition.variable_access(operation)[1])
        expected += sum(definition.aliased_input(i) is None for i in range(len(operation.outputs)))

        def call(arguments):
            grouped = definition.group_inputs(operation, arguments)
            self.operation = operation
            return flatten_result(definition.kernel(*leading, *grouped, **keywords), expected, operation)

        rule = None
        if self.differentiated and self.nested:
            rule = registry.public_function("gradient_rule")(operation)
        if rule is None:
            return call

        def call_apart(arguments):
            cut = [jax.lax.stop_gradient(a) if isinstance(a, jax.Array) else a for a in arguments]
            return rule.attach(self, operation, arguments, call(cut))

        return call_apart

    def _keep(self, node, results):
        if node.operation.definition.row_indices:
            self.row_writes.update((version, len(self.checks)) for _, version in node.writes)
        targets = [version for _, version in node.writes] + [v for v in node.outputs if v is not None]
        for value, array in zip(targets, results):
            dtype = value.tensor.dtype.base_dtype
            if dtype in (dtypes.resource, dtypes.variant):  # a TensorArray's array has its own type
                self.environment[value] = array
                continue
            wanted = dtype.as_numpy_dtype
            if not hasattr(array, "dtype") or array.dtype != wanted:
                array = jnp.asarray(array).astype(wanted)
            self.environment[value] = array

    def array_of(self, tensor):
        """The array of a tensor that was computed before."""
        found = next((value for value in self.environment if value.tensor is tensor), None)
        if found is None:
            raise errors.UnimplementedError(
                None, self.operation, f"its gradient uses {tensor.name}, which the body does not compute before it"
            )
        return self.array(found)

    def array(self, value):
        """The array (traced, mostly) of a value."""
        found = self.environment.get(value)
        if found is None:
            if value.constant is None:
                raise KeyError(f"{value} was not computed before its use")
            found = self.environment[value] = jnp.asarray(value.constant)
        return found

    # -- static operands ----------------------------------------------------------------------------------------

    def static_input(self, position):
        """The value of an input of the current node if it is known while tracing, else None."""
        try:
            return self.static(self.node.inputs[position])
        except (errors.InvalidArgumentError, RunOnHost):
            return None

    def known_inputs(self) -> dict:
        """{position: NumPy array} of the small integer inputs of the current node whose values are known."""
        known = {}
        for position, value in enumerate(self.node.inputs):
            if value is None or value.source is not None:
                continue
            tensor = value.tensor
            if tensor.dtype.base_dtype in (dtypes.int32, dtypes.int64) and (tensor.shape.ndims or 0) <= 1:
                array = self.static_input(position)
                if array is not None:
                    known[position] = array
        for position in self.node.operation.definition.static_positions(self.node.operation):
            known[position] = self.static(self.node.inputs[position])
        return known

    def fold_body(self, body, indices, known, arrays):
        """The values of some outputs of a body, from known values of parameters; None if they cannot be known.

        Args:
          body: a BodyGraph.
          indices: which of `body.outputs`.
          known: {position of a parameter: NumPy array}.
          arrays: an array or None for each parameter, for its shape.
        """
        block = body_block(body)
        inner = Lowering(parent=self)
        for position, (tensor, array) in enumerate(zip(body.inputs, arrays)):
            value = block.fed.get(tensor)
            if value is None:
                continue
            if position in known:
                inner.known[value] = known[position]
            if array is not None:
                inner.environment[value] = array
        try:
            return [inner.static(block.fetches[i]) for i in indices]
        except (RunOnHost, errors.InvalidArgumentError, KeyError):
            return None

    def run_on_host(self, operation):
        """Gives up compiling a control-flow operation: the plan is made again with it on the host."""
        raise RunOnHost(operation)

    def static(self, value):
        """The value of a static operand as a NumPy array, folding the slice it depends on.

        Raises:
          InvalidArgumentError: it depends on something that is known only when the program runs.
        """
        if value.constant is not None:
            return value.constant
        found = self.known.get(value)
        if found is not None:
            return found
        node = value.node
        definition = None if node is None else node.operation.definition
        if (node is None or (definition.leading and definition.numpy is None) or definition.stateful
                or node.writes):  # fmt: skip
            if self.owner is not None:
                raise RunOnHost(self.owner)
            raise errors.InvalidArgumentError(
                None,
                self.operation,
                f"an operand that sets a shape depends on {value.tensor.name}, whose value is known only while "
                "the program runs",
            )
        if definition.role == "shape":
            arrays = definition.group_inputs(node.operation, [self.array(v) for v in node.inputs])
            results = definition.kernel(*arrays, **definition.kernel_keywords(node.operation))
            results = flatten_result(results, len(node.outputs), node.operation)
        else:
            results = definition.evaluate(node.operation, [self.static(v) for v in node.inputs])
        for output, result in zip(node.outputs, results):
            self.known[output] = np.asarray(result, output.tensor.dtype.base_dtype.as_numpy_dtype)
        return self.known[value]

    # -- gradients ----------------------------------------------------------------------------------------------

    def _through_vjp(self, node, call, arguments, wanted):
        """Runs a forward kernel through `jax.vjp` over the inputs that its gradients want."""
        wanted = tuple(sorted(wanted))

        def function(*chosen):
            full = list(arguments)
            for position, array in zip(wanted, chosen):
                full[position] = array
            return call(full)

        before, self.differentiated = self.differentiated, self.differentiated + 1
        results, pullback = jax.vjp(function, *[arguments[p] for p in wanted])
        self.differentiated = before
        self.vjps[node] = (pullback, wanted, [(jnp.shape(r), jnp.result_type(r)) for r in results])
        return results

    def _run_pullback(self, node, operation, definition):
        """A gradient: by the pullback that its forward operation left, else by lowering the forward anew."""
        kept = self._kept_pullback(node)
        if kept is None:
            return self.caller(operation)(self._arguments(node, definition))
        pullback, wanted, results = kept
        flows = [self.array(v) for v in node.inputs[definition.flow_start(operation) :]]
        flowing = definition.flowing_out(pullback(definition.cotangents(operation, flows, results)))
        found = dict(zip(wanted, flowing))
        return [found[position] for position in operation.attrs["wanted"]]

    def _kept_pullback(self, node):
        forward = node.operation.attrs["_forward"]
        for other, kept in self.vjps.items():
            if other.operation is forward:
                same = all(a is b for a, b in zip(node.inputs, other.inputs))
                return kept if same else None
        return None

    # -- random numbers -------------------------------------------------------------------------------------------

    def key(self, operation):
        """The JAX key of a random operation: folded from its seeds, its count of runs, and loop iterations."""
        word = self.words[self.rows[operation]]
        for iteration in self.iterations:
            word = _scramble(word ^ (jnp.asarray(iteration).astype(np.uint64) + np.uint64(1)) * _GOLDEN)
        halves = jnp.stack([word >> np.uint64(32), word & np.uint64(0xFFFFFFFF)]).astype(np.uint32)
        return jax.random.wrap_key_data(halves, impl="threefry2x32")

    # -- bodies ----------------------------------------------------------------------------------------------------

    def call(self, body, arguments, statics=(), iteration=None, error=None):
        """Lowers a body on arrays.

        Args:
          body: a BodyGraph with `inputs` and `outputs`.
          arguments: an array for each of `body.inputs`.
          statics: for each input a NumPy array if its value is known, else None (or empty).
          iteration: the loop iteration (folded into random keys), or None.
          error: the error code so far (an int32 scalar), or None.

        Returns:
          (outputs, new values of the references among the inputs as {position: array}, error code).
        """
        block = body_block(body)
        inner = Lowering(parent=self)
        inner.error = error
        inner.differentiated = self.differentiated
        if iteration is not None:
            inner.iterations = (*self.iterations, iteration)
        for position, (tensor, array) in enumerate(zip(body.inputs, arguments)):
            value = block.fed.get(tensor) or block.loads.get(tensor)
            if value is None:
                continue
            inner.environment[value] = array
            if statics and statics[position] is not None:
                inner.known[value] = statics[position]
        inner.run(block.nodes)
        outputs = [inner.array(value) for value in block.fetches]
        updates = {
            position: inner.array(block.finals[tensor])
            for position, tensor in enumerate(body.inputs)
            if tensor in block.finals
        }
        if inner.checks and inner.error is not None:
            for position, new in updates.items():
                updates[position] = jnp.where(inner.error == 0, new, arguments[position])
        return outputs, updates, inner.error

    # -- checks -----------------------------------------------------------------------------------------------------

    def check(self, ok, message, operands=(), kind=errors.InvalidArgumentError):
        """A check whose failure raises `kind` on the host and leaves every variable as it was.

        Args:
          ok: a bool scalar.
          message: what to say; "{0}", "{1}", ... stand for the operands.
          operands: arrays to show in the message (left out inside bodies).
        """
        if self.operation in self.checked:
            return
        code = len(self.checks) + 1
        operands = [] if self.nested else list(operands)
        self.checks.append((self.operation, message, len(operands), len(self.check_operands), kind))
        self.check_operands.extend(operands)
        error = np.int32(0) if self.error is None else self.error
        self.error = jnp.where(jnp.logical_and(error == 0, jnp.logical_not(ok)), np.int32(code), error)

    def check_rows(self, rows, size):
        """Checks that all of `rows` are rows of a table of `size` (TensorFlow's CPU kernels do).

        Returns the rows to write: all out of range when this check or one before has failed.
        """
        if self.operation in self.checked:
            return rows
        ok = jnp.all((rows >= 0) & (rows < size))
        self.check(ok, ROW_MESSAGE.format(size), [rows])
        return jnp.where(ok, rows, np.iinfo(rows.dtype).max)

    def guard(self, values, outputs, donated):
        """Keeps the old value of each donated variable when a check has failed.

        What was not donated needs no guard: the host does not commit it.  Kernels that write rows were guarded
        by their row numbers, against all checks that came before.
        """
        guarded = []
        for value, array in zip(values, outputs):
            old = donated.get(value.source) if value.source is not None else None
            if old is not None and self.row_writes.get(value) != len(self.checks):
                array = jnp.where(self.error == 0, array, old)
            guarded.append(array)
        return guarded


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def words_of(counts):
    """One 64-bit word for each row of (seed, seed2, count)."""
    seeds = (counts[:, 0].astype(np.uint64) << np.uint64(32)) | counts[:, 1].astype(np.uint64)
    return _scramble(_scramble(seeds + _GOLDEN) ^ (counts[:, 2].astype(np.uint64) + np.uint64(1)) * _GOLDEN)


def _scramble(word):
    """The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): each bit of the word moves half of the bits."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


class RunOnHost(Exception):
    """A control-flow operation cannot be compiled (a shape changes from one iteration to the next, or depends
    on a loop variable): it must run on the host, and the plan be made again."""

    def __init__(self, operation):
        super().__init__(f"{operation.name} must run on the host")
        self.operation = operation


def _explain(operation, error):
    return errors.InvalidArgumentError(
        None,
        operation,
        "a value that must be known when the program is compiled depends on data: " + _first_lines(error),
    )


def _first_lines(error):
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    return " ".join(lines[:3]) if lines else type(error).__name__


def _row_writers_last(nodes):
    """(the other nodes, those that write rows and whose results only their like need)."""
    needed, tail = set(), []
    for node in reversed(nodes):
        results = [version for _, version in node.writes] + [v for v in node.outputs if v is not None]
        if node.operation.definition.row_indices and node.writes and needed.isdisjoint(results):
            tail.append(node)
        else:
            needed.update(v for v in node.inputs if v is not None)
    chosen = set(tail)
    return [node for node in nodes if node not in chosen], tail[::-1]


def _gradients_of(nodes):
    """forward node -> positions of the inputs that gradients in the same stage want."""
    by_operation = {node.operation: node for node in nodes}
    wanted = {}
    for node in reversed(nodes):
        forward = node.operation.attrs.get("_forward")
        if forward is None or node in wanted:  # a gradient that is differentiated lowers from its own kernel
            continue
        forward_node = by_operation.get(forward)
        if forward_node is None:
            continue
        if all(a is b for a, b in zip(node.inputs, forward_node.inputs)):
            wanted.setdefault(forward_node, set()).update(node.operation.attrs["wanted"])
    return wanted


def flatten_result(result, expected, operation):
    """A kernel's result as a flat list of `expected` arrays."""
    if result is None:
        flat = []
    elif isinstance(result, (list, tuple)):
        flat = []
        for part in result:
            flat.extend(part) if isinstance(part, (list, tuple)) else flat.append(part)
    else:
        flat = [result]
    if len(flat) != expected:
        raise errors.InternalError(
            None, operation, f"its kernel gave {len(flat)} results where {expected} were declared"
        )
    return flat


_BODY_LOCK = threading.Lock()


def body_block(body):
    """The `Block` of a body, kept on the body (bodies do not change once their operation is recorded)."""
    block = getattr(body, "block", None)
    if block is None:
        with _BODY_LOCK:
            fed = [t for t in body.inputs if t.op.definition.role != "variable"]
            block = body.block = build_block(body.outputs, fed)
    return block
