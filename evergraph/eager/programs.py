"""How the eager mode computes an operation: a graph behind the scenes holds one of its kind, and a session runs it.

Two calls are of one kind if they have the same definition, the same attributes and the same types and shapes of their
operands. So the second one finds its program compiled, and whatever a session does for operations (host and device,
random numbers, variables, checks) is done here too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.bodies import BodyGraph
from evergraph.framework.definition import OpDefinition
from evergraph.framework.errors import InvalidArgumentError
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.shapes import TensorShape
from evergraph.ops.constants import placeholder
from evergraph.session.session import Session


class Programs:
    """The operations of each kind that were called so far, and the session that runs them.

    Attributes:
      graph: the Graph behind the scenes; only the handles of its variables and other resources are seen outside.
      session: the Session.
    """

    def __init__(self) -> None:
        self.graph = Graph()
        self.session = Session(graph=self.graph)
        self._kinds: dict[Any, tuple[Operation, Callable]] = {}

    def run(
        self,
        definition: OpDefinition,
        attrs: dict,
        types: Sequence[dtypes.DType],
        values: Sequence[Any],
        name: str,
    ) -> tuple[Operation, list]:
        """Computes an operation.

        Args:
          definition, attrs: what it is.
          types: the DType of each operand.
          values: an array for each, the handle for a resource.
          name: what it is called in messages.

        Returns:
          The operation behind the scenes, and an array for each result (the handle for a resource).

        Raises:
          What a session raises when it runs the operation; InvalidArgumentError for shapes that a shape rule refuses.
        """
        attrs = {
            key: value.__dict__["program"] if isinstance(value, Operation) else value
            for key, value in attrs.items()
            if not key.startswith("_") or key in definition.attributes or definition.has_bodies
        }
        operands = tuple(
            value if dtype == dtypes.resource else (dtype, None if dtype == dtypes.variant else value.shape)
            for dtype, value in zip(types, values, strict=True)
        )
        try:
            key = (definition, _frozen(attrs), operands)
            found = self._kinds.get(key)
        except TypeError:
            key = found = None  # an attribute that cannot be compared
        if found is None:
            found = self._made(definition, attrs, types, operands, name)
            makes_resource = any(t.dtype == dtypes.resource for t in found[0].outputs)
            if key is not None and not makes_resource:
                self._kinds[key] = found
        operation, call = found
        fed = [value for dtype, value in zip(types, values) if dtype != dtypes.resource]
        results = iter(call(*fed))
        return operation, [
            t if t.dtype == dtypes.resource else _as_value(t, next(results)) for t in operation.outputs
        ]

    def _made(self, definition, attrs, types, operands, name):
        if definition.role == "variable":
            attrs = {**attrs, "shared_name": ""}  # variables of one name are several
        with self.graph.as_default(), self.graph.name_scope(None):
            inputs, fed = [], []
            for dtype, operand in zip(types, operands):
                if dtype == dtypes.resource:
                    inputs.append(operand)
                    continue
                shape = operand[1]
                inputs.append(placeholder(dtype, None if shape is None else list(shape)))
                fed.append(inputs[-1])
            try:
                operation = self.graph.record(definition, inputs, dict(attrs), name.rstrip("/"))
            except ValueError as error:  # of a shape rule: here the operation is run already
                raise InvalidArgumentError(None, None, str(error)) from error
        if operation.definition.role == "variable":
            return operation, lambda *values: ()
        results = [t for t in operation.outputs if t.dtype != dtypes.resource]
        if not results and operation.outputs:
            return operation, lambda *values: ()  # a resource is made when it is used first
        return operation, self.session.make_callable(results or [operation], fed)


def _as_value(tensor, value):
    if tensor.dtype == dtypes.variant:
        return value
    if tensor.dtype == dtypes.string:
        array = np.empty(np.shape(value), object)
        array[...] = value
        return array
    return np.asarray(value)


def _frozen(value):
    """A value that is equal for attributes that are; TypeError where that cannot be told."""
    if isinstance(value, (list, tuple)):
        return (list, *map(_frozen, value))
    if isinstance(value, dict):
        return (dict, *((key, _frozen(value[key])) for key in sorted(value)))
    if isinstance(value, TensorShape):
        return (TensorShape, value.dims_or_none)
    if isinstance(value, np.ndarray):
        return (
            np.ndarray,
            value.dtype.str,
            value.shape,
            value.tobytes() if value.dtype != object else id(value),
        )
    if isinstance(value, (Operation, BodyGraph)):
        return value
    hash(value)
    return (type(value), value)
