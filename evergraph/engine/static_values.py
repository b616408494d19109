"""Static operands while a stage is lowered: the slices that they depend on are folded, and only those."""

from typing import Any

import numpy as np

from evergraph.engine.body_blocks import body_block
from evergraph.engine.kernel_results import flatten_result
from evergraph.engine.run_on_host import RunOnHost
from evergraph.framework import dtypes, errors
from evergraph.framework.definition import OpDefinition


class StaticValues:
    """The values that are known while a stage or body is traced.

    Args:
      lowering: the `Lowering` whose operands they are.

    Attributes:
      known: Value -> NumPy array.
    """

    def __init__(self, lowering):
        self.lowering = lowering
        self.known = {}

    def value(self, value) -> np.ndarray:
        """The value of a static operand, folding the slice it depends on.

        Raises:
          InvalidArgumentError: it depends on something that is known only when the program runs.
          RunOnHost: the same inside a body, whose operation can run on the host.
        """
        if value.constant is not None:
            return value.constant
        found = self.known.get(value)
        if found is not None:
            return found
        node = value.node
        definition: Any = None if node is None else node.operation.definition
        branch = None if node is None else self._of_branch(node)
        if node is not None and branch is not None:
            self.known.update(zip(node.outputs, branch))
            return self.known[value]
        if (
            node is None
            or type(definition).evaluate is OpDefinition.evaluate  # an operation of the host
            or (definition.leading and definition.numpy is None)
            or definition.stateful
            or node.writes
            or (definition.role == "shape" and not all(map(self.lowering.has, node.inputs)))
        ):
            if self.lowering.owner is not None:
                raise RunOnHost(self.lowering.owner)
            raise errors.InvalidArgumentError(
                None,
                self.lowering.operation,
                f"an operand that sets a shape depends on {value.tensor.name}, whose value is known only while "
                "the program runs",
            )
        if definition.role == "shape":
            arrays = definition.group_inputs(node.operation, [self.lowering.array(v) for v in node.inputs])
            results = definition.kernel(*arrays, **definition.kernel_keywords(node.operation))
            results = flatten_result(results, len(node.outputs), node.operation)
        else:
            results = definition.evaluate(node.operation, [self.value(v) for v in node.inputs])
        for output, result in zip(node.outputs, results):
            self.known[output] = np.asarray(result, output.tensor.dtype.base_dtype.as_numpy_dtype)
        return self.known[value]

    def _of_branch(self, node: Any):
        """What a conditional gives whose predicate is known, if that is known too; None else, and for other operations."""
        choose = getattr(node.operation.definition, "chosen_branch", None)
        if choose is None or node.writes:
            return None
        try:
            body, positions = choose(node.operation, self.value(node.inputs[0]))
        except (errors.InvalidArgumentError, RunOnHost):
            return None
        known, arrays = {}, []
        for number, position in enumerate(positions):
            operand = node.inputs[position]
            arrays.append(None if operand is None else self.lowering.array(operand))
            try:
                known[number] = None if operand is None else self.value(operand)
            except (errors.InvalidArgumentError, RunOnHost):
                continue
        known = {number: array for number, array in known.items() if array is not None}
        return self.of_body(body, range(len(node.outputs)), known, arrays)

    def of_inputs(self, node, places=()) -> dict:
        """{position: NumPy array} of the small integer inputs of a node whose values are known.

        All that are static are, but for those at `places`.
        """
        known = {}
        for position, value in enumerate(node.inputs):
            if value is None or value.source is not None:
                continue
            tensor = value.tensor
            if tensor.dtype.base_dtype in (dtypes.int32, dtypes.int64) and (tensor.shape.ndims or 0) <= 1:
                try:
                    known[position] = self.value(value)
                except (errors.InvalidArgumentError, RunOnHost):
                    continue  # not known while tracing
        for position in node.operation.definition.static_positions(node.operation):
            if position not in places:
                known[position] = self.value(node.inputs[position])
        return known

    def of_body(self, body, indices, known, arrays):
        """The values of some outputs of a body, from known values of parameters; None if they cannot be known.

        Args:
          body: a BodyGraph.
          indices: which of `body.outputs`.
          known: {position of a parameter: NumPy array}.
          arrays: an array or None for each parameter, for its shape.
        """
        block = body_block(body)
        inner = self.lowering.inside()
        for position, (tensor, array) in enumerate(zip(body.inputs, arrays)):
            value = block.fed.get(tensor)
            if value is None:
                continue
            if position in known:
                inner.statics.known[value] = known[position]
            if array is not None:
                inner.environment[value] = array
        try:
            return [inner.statics.value(block.fetches[i]) for i in indices]
        except (RunOnHost, errors.InvalidArgumentError, KeyError):
            return None
