"""Lowering: a device stage becomes one pure JAX function.

    (donated variables, other inputs, random counts) -> (outputs, error, check operands)

1. `lower_stage`              makes the function of a stage, to be compiled with `jax.jit`
2. `Lowering.run`             calls the kernel of each node in order
3. `StaticValues.value`       folds the backward slice of a static operand while tracing          (engine.static_values)
4. `Pullbacks.run_forward`    a forward operation whose gradient is in the stage is lowered once  (engine.pullbacks)
5. `RuntimeChecks.add`        a failed check sets the error code, which guards every write        (engine.runtime_checks)
"""

from typing import Any, NoReturn

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from evergraph.engine.body_blocks import body_block
from evergraph.engine.chains import Chains, are_cut, kept
from evergraph.engine.kernel_results import flatten_result
from evergraph.engine.pullbacks import Pullbacks, apart_from_written, wanted_gradients
from evergraph.engine.random_keys import key_of, words_of
from evergraph.engine.run_on_host import RunOnHost
from evergraph.engine.runtime_checks import RuntimeChecks, row_writers_last
from evergraph.engine.static_values import StaticValues
from evergraph.framework import dtypes, errors
from evergraph.framework.declared_types import check_result
from evergraph.framework.kernel_messages import kernel_message


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
        self.donated = [v for v in stage.inputs if v in stage.donated]
        self.inputs = [v for v in stage.inputs if v not in stage.donated and v not in stage.static]
        self.statics = [v for v in stage.inputs if v in stage.static]
        self.outputs = stage.outputs
        self.checks = []
        self.function: Any = None


def lower_stage(stage, statics=(), sizes=None, known=None, sizes_vary=False) -> StageFunction:
    """The `StageFunction` of a stage for given values of its static inputs (in the order of `statics`).

    `sizes`: {operation: what its kernel must know} of those whose places are arguments; `known`: {Value: NumPy array} of
    arguments that are known all the same (engine.places); `sizes_vary`: see `Lowering`.
    """
    lowered = StageFunction(stage)

    def function(donated, inputs, counts):
        lowering = Lowering(stage.random_operations, counts, stage.checked)
        lowering.sizes = sizes or {}
        lowering.statics.known.update(known or {})
        lowering.has_places = bool(known)
        lowering.sizes_vary = sizes_vary
        environment, checks = lowering.environment, lowering.checks
        tracers = set()
        for value, array in zip(lowered.donated + lowered.inputs, (*donated, *inputs)):
            environment[value] = array
            tracers.add(id(array))
        for value, array in zip(lowered.statics, statics):
            lowering.statics.known[value] = array
            environment[value] = jnp.asarray(array)
        lowering.run(stage.nodes)
        outputs = [environment[value] for value in lowered.outputs]
        if checks.table:
            old = {value.source: array for value, array in zip(lowered.donated, donated)}
            outputs = checks.guard(lowered.outputs, outputs, old)
        lowered.checks = checks.table
        return distinct(outputs, tracers), checks.error, checks.operands

    lowered.function = function
    return lowered


def distinct(outputs, taken):
    """No output may be an input's buffer, or another output's: a later step may donate it."""
    distinct, taken = [], set(taken)
    for array in outputs:
        if id(array) in taken or not isinstance(array, Tracer):
            array = jnp.copy(array)
        taken.add(id(array))
        distinct.append(array)
    return distinct


class Lowering:
    """The state of lowering one stage or body: the array of every value so far.

    Kernels that ask for `lowering` get this object: `call` lowers a body, `check` makes a runtime check,
    `static_input` gives the concrete value of an input.

    Attributes:
      environment: Value -> array (traced, mostly).
      statics: the `StaticValues`; checks: the `RuntimeChecks`; pullbacks: the `Pullbacks`.
      sizes: operation -> what its kernel must know of operands that are places; of one with bodies, such pairs of its own.
      operation, node: whose kernel is being called.
      owner: the operation whose body this is, or None.
      differentiated: how often a derivative is taken of what is lowered.
      has_places: whether values are known that the program must not depend on (engine.places).
      sizes_vary: whether programs of other sizes are to have the same operations (engine.bounded_stage): no kernel may then choose
        by a size.
    """

    abstract = False
    cuts_chains = True
    _chains: Any = None

    def __init__(self, random_operations=(), counts=None, checked=frozenset(), parent=None):
        self.environment = {}
        self.statics = StaticValues(self)
        self.pullbacks = Pullbacks()
        self.sizes = {}
        self.operation: Any = None
        self.node: Any = None
        if parent is None:
            self.rows: dict[Any, Any] = {operation: row for row, operation in enumerate(random_operations)}
            self.words: Any = words_of(counts) if self.rows else None
            self.iterations = ()
            self.checks = RuntimeChecks(checked)
            self.owner, self.differentiated, self.has_places = None, 0, False
            self.sizes_vary = False
        else:
            self.rows, self.words, self.iterations = parent.rows, parent.words, parent.iterations
            self.has_places, self.sizes_vary = parent.has_places, parent.sizes_vary
            self.checks = RuntimeChecks(outer=parent.checks)
            self.owner, self.differentiated = parent.operation, parent.differentiated

    def inside(self) -> "Lowering":
        """The state of lowering a body of the current operation."""
        return type(self)(parent=self)

    # -- nodes ----------------------------------------------------------------------------------------------

    def run(self, nodes):
        """Calls the kernel of each node in order and keeps what it gives."""
        gradients = wanted_gradients(nodes)
        nodes, tail = row_writers_last(nodes)
        self._chains = Chains([*nodes, *tail]) if self.cuts_chains and are_cut() else None
        for node in [*nodes, None, *tail]:
            if node is None:
                self._check_rows_of(tail)
                continue
            try:
                self._run_node(node, gradients.get(node))
            except RunOnHost:
                raise
            except errors.OpError as error:
                if error.op is None:  # a kernel does not know whose it is
                    error._op = node.operation
                raise
            except NotImplementedError as error:
                raise errors.UnimplementedError(None, node.operation, str(error)) from error
            except jax.errors.JAXTypeError as error:
                raise errors.InvalidArgumentError(
                    None,
                    node.operation,
                    "a value that must be known when the program is compiled depends on data: "
                    + _first_lines(error),
                ) from error
            except (TypeError, ValueError, IndexError, ZeroDivisionError) as error:
                message = kernel_message(node.operation.type, error, self._shapes(node))
                raise errors.InvalidArgumentError(None, node.operation, message) from error

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
        self.checks.made = self.checks.made | {node.operation for node in nodes}

    def _shapes(self, node):
        return [
            str(list(np.shape(self.array(v))))
            if v is not None and (v in self.environment or v.constant is not None)
            else "?"
            for v in node.inputs
        ]

    def _run_node(self, node, wanted):
        operation = node.operation
        definition = operation.definition
        self.operation, self.node = operation, node
        results = None
        if operation.attrs.get("_forward") is not None and not wanted:
            start = definition.flow_start(operation)
            results = self.pullbacks.run_gradient(node, lambda: [self.array(v) for v in node.inputs[start:]])
        if results is None:
            arguments = self._arguments(node, definition)
            call = self.caller(operation)
            if wanted:
                before, self.differentiated = self.differentiated, self.differentiated + 1
                results = self.pullbacks.run_forward(node, call, arguments, wanted)
                self.differentiated = before
            else:
                results = call(arguments)
        self._keep(node, results)

    def _arguments(self, node, definition):
        static = (
            definition.static_positions(node.operation) if definition.static or definition.has_bodies else ()
        )
        if node.operation in self.sizes:
            places = definition.place_positions(node.operation)
            static = [position for position in static if position not in places]
        arguments = []
        for position, value in enumerate(node.inputs):
            if value is None:
                arguments.append(None)
            elif position in static:
                arguments.append(self.statics.value(value))
            elif value.constant is not None and value.constant.dtype == object:
                arguments.append(value.constant)  # the text of a check
            else:
                arguments.append(self.array(value))
        if definition.row_indices:
            for position in definition.input_positions(node.operation, definition.row_indices):
                arguments[position] = self.checks.guard_rows(arguments[position])
        return arguments

    def caller(self, operation):
        """A function from the operation's flat input arrays to the kernel's flat results."""
        definition = operation.definition
        keywords = definition.kernel_keywords(operation)
        kernel, leading = definition.kernel, ()
        if self.node.operation in self.sizes and definition.places is not None:
            kernel, leading = definition.places.kernel, (self.sizes[self.node.operation],)
        elif definition.leading == "key":
            leading = (key_of(self.words[self.rows[operation]], self.iterations),)
        elif definition.leading == "lowering":
            leading = (self,)
        if self._chains is not None and operation is self.node.operation:
            kernel = self._chains.kernel(self.node) or kernel
        expected = len(definition.variable_access(operation)[1])
        expected += sum(definition.aliased_input(i) is None for i in range(len(operation.outputs)))

        def call(arguments):
            grouped = definition.group_inputs(operation, arguments)
            self.operation = operation
            return flatten_result(kernel(*leading, *grouped, **keywords), expected, operation)

        if self.differentiated and self.owner is not None and definition.writes:
            return apart_from_written(operation, call)
        return call

    def _keep(self, node, results):
        if node.operation.definition.row_indices:
            self.checks.note_row_writes(version for _, version in node.writes)
        for value, array in zip(node.made, results):
            dtype = value.tensor.dtype.base_dtype
            if dtype not in (dtypes.resource, dtypes.variant):  # a TensorArray's array has its own type
                check_result(value.tensor, array)
                wanted = dtype.as_numpy_dtype
                if not hasattr(array, "dtype") or array.dtype != wanted:
                    array = jnp.asarray(array).astype(wanted)
            if self._chains is not None and self._chains.is_to_be_kept(node, value, array):
                array = kept(array)
            self.environment[value] = array

    def has(self, value):
        """Whether there is an array of a value yet."""
        return value in self.environment or value.constant is not None

    def array(self, value):
        """The array (traced, mostly) of a value."""
        found = self.environment.get(value)
        if found is None:
            if value.constant is None:
                raise KeyError(f"{value} was not computed before its use")
            found = self.environment[value] = jnp.asarray(value.constant)
        return found

    # -- what kernels ask for -----------------------------------------------------------------------------------

    def static_input(self, position):
        """The value of an input of the current node if it is known while tracing, else None."""
        try:
            return self.statics.value(self.node.inputs[position])
        except (errors.InvalidArgumentError, RunOnHost):
            return None

    def known_inputs(self) -> dict:
        """{position: NumPy array} of the small integer inputs of the current node whose values are known."""
        definition = self.node.operation.definition
        places = definition.place_positions(self.node.operation) if self.node.operation in self.sizes else ()
        return self.statics.of_inputs(self.node, places)

    def fold_body(self, body, indices, known, arrays):
        """The values of some outputs of a body; see `StaticValues.of_body`."""
        return self.statics.of_body(body, indices, known, arrays)

    def run_on_host(self, operation) -> NoReturn:
        """Gives up compiling a control-flow operation: it runs on the host."""
        raise RunOnHost(operation)

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
        inner = self.inside()
        inner.sizes = dict(self.sizes.get(self.node.operation, ()))
        inner.error = error
        if iteration is not None:
            inner.iterations = (*self.iterations, iteration)
        for position, (tensor, array) in enumerate(zip(body.inputs, arguments)):
            value = block.fed.get(tensor) or block.loads.get(tensor)
            if value is None:
                continue
            inner.environment[value] = array
            if statics and statics[position] is not None:
                inner.statics.known[value] = statics[position]
        inner.run(block.nodes)
        outputs = [inner.array(value) for value in block.fetches]
        updates = {
            position: inner.array(block.finals[tensor])
            for position, tensor in enumerate(body.inputs)
            if tensor in block.finals
        }
        if inner.checks.table and inner.error is not None:
            for position, new in updates.items():
                if new.shape != arguments[position].shape:  # what is given back after a failure would not fit
                    self.run_on_host(self.node.operation)
                updates[position] = jnp.where(inner.error == 0, new, arguments[position])
        return outputs, updates, inner.error

    @property
    def error(self):
        """The error code so far (an int32 scalar), or None before the first check."""
        return self.checks.error

    @error.setter
    def error(self, code):
        self.checks.error = code

    def check(self, ok, message, operands=(), kind=errors.InvalidArgumentError):
        """A check whose failure raises `kind` on the host and leaves every variable as it was.

        Args:
          ok: a bool scalar.
          message: what to say; "{0}", "{1}", ... stand for the operands.
          operands: arrays to show in the message (left out inside bodies).
          kind: the class of the error.
        """
        self.checks.add(self.operation, ok, message, operands, kind)

    def check_rows(self, rows, size):
        """Checks that all of `rows` are rows of a table of `size` (TensorFlow's CPU kernels do).

        Returns the rows to write: all out of range when this check or one before has failed.
        """
        return self.checks.add_rows(self.operation, rows, size)


def _first_lines(error):
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    return " ".join(lines[:3]) if lines else type(error).__name__
