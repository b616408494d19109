"""`EagerGraph`: the default graph of the eager mode. What is recorded in it is computed at once, and is not kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from evergraph.eager.programs import Programs
from evergraph.eager.tensor import EagerTensor
from evergraph.framework.collections import GraphKeys
from evergraph.framework.definition import OpDefinition
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.recordings import recordings_that_follow

_KEPT = frozenset(GraphKeys._VARIABLE_COLLECTIONS) | {GraphKeys.GLOBAL_STEP}


class EagerGraph(Graph):
    """A graph whose operations have run when they are recorded.

    What its users ask of a graph (scopes of names, devices and variables, collections of variables, the body that the
    function of a dataset is recorded in) is there. Operations are given out and forgotten, unless a tape has them.
    """

    is_eager = True

    def __init__(self) -> None:
        super().__init__()
        self._programs = Programs()

    def record(self, definition: OpDefinition, inputs: list, attrs: dict, name: str) -> Operation:
        """Computes an operation; in the body of a function, records it.

        Raises:
          RuntimeError: a placeholder or a reference variable, which need a session.
          ValueError: an operand that is a tensor of a graph, and has no value.
          What the operation's kernel raises.
        """
        if self._scopes.body is not None:
            return super().record(definition, inputs, attrs, name)
        if definition.role == "placeholder":
            raise RuntimeError(
                "tf.placeholder() is not compatible with eager execution: call a function with the value"
            )
        output_dtypes = definition.output_dtypes(attrs, inputs)
        if any(dtype._is_ref_dtype for dtype in output_dtypes):
            raise RuntimeError(
                "tf.Variable is not supported when eager execution is enabled: use tf.contrib.eager.Variable"
            )
        for tensor in inputs:
            if not isinstance(tensor, EagerTensor):
                raise ValueError(f"{tensor} was made in a graph and has no value in eager execution")
        if definition.role == "variable":
            name = self.unused_name(name.rstrip("/")) + "/"
        program, values = self._results(definition, inputs, attrs, name)
        operation = Operation(
            self,
            definition,
            definition.type,
            name.rstrip("/"),
            (),
            (),
            attrs,
            "/job:localhost/replica:0/task:0/device:CPU:0",
            (),
        )
        operation._id = self._next_id()
        operation.recordings = 0
        operation.__dict__["program"] = program
        operation.outputs = [
            EagerTensor(operation, i, *pair) for i, pair in enumerate(zip(output_dtypes, values))
        ]
        recordings = recordings_that_follow(inputs)
        if recordings:
            operation._inputs = tuple(inputs)
            operation._original_op = self._scopes.original_op
            mapped = self._scopes.gradient_overrides.get(operation.type)
            if mapped is not None:
                attrs["_gradient_op_type"] = mapped
            for recording in recordings:
                recording.add(operation)
        return operation

    def _results(self, definition, inputs, attrs, name):
        if definition.role == "constant":
            return None, [np.asarray(attrs["value"])]
        if definition.role == "nothing":
            return None, []
        types = [tensor.dtype for tensor in inputs]
        return self._programs.run(definition, attrs, types, [tensor.value for tensor in inputs], name)

    # -- what does not pile up -----------------------------------------------------------------------------------------

    @property
    def _last_id(self):
        """The same for all operations: calls at one place draw from one row of random numbers."""
        return 0

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name` under the current name scope: several operations may have one name."""
        if self._scopes.body is not None:
            return super().unique_name(name, mark_as_used)
        return f"{self._scopes.name}/{name}" if self._scopes.name else name

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Appends a value to a collection of variables; other collections would grow with each call, and stay empty."""
        if isinstance(name, tuple) or name in _KEPT:
            super().add_to_collection(name, value)

    def get_collection_ref(self, name: Any) -> list:
        """The list behind a collection of variables; for others an empty one."""
        return super().get_collection_ref(name) if isinstance(name, tuple) or name in _KEPT else []

    @contextlib.contextmanager
    def control_dependencies(self, control_inputs: Any) -> Iterator[Any]:
        """What is made inside runs after what has run already."""
        if control_inputs is None or self._scopes.body is not None:
            with super().control_dependencies(control_inputs) as controller:
                yield controller
        else:
            yield None

    @contextlib.contextmanager
    def colocate_with(self, op: Any, ignore_existing: bool = False) -> Iterator[None]:
        """Without effect: an operation is computed where its operands can be brought."""
        yield
