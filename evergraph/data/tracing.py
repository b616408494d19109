"""Functions that users give to datasets: traced once, into the body of the operation that describes the dataset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.data.elements import Elements, flat_tensors, to_leaves
from evergraph.framework import dtypes
from evergraph.framework.bodies import BodyGraph
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import captured_value_op, identity


def build_body(body: BodyGraph, build: Callable[[BodyGraph], None]) -> BodyGraph:
    """Records in a body what `build(body)` calls."""
    try:
        with body.graph.inside(body), body.graph._within(colocation=(), devices=(), original_op=None):
            build(body)
    finally:
        body.graph.finish_body(body)
    return body


def _parameter(body, dtype, shape, name):
    tensor = body.graph.record(captured_value_op, [], {"dtype": dtype, "shape": shape}, name).outputs[0]
    body.inputs.append(tensor)
    return tensor


class Traced:
    """A function of one element, traced.

    Args:
      function: the user's function.  An element that is a plain tuple comes as several arguments.
      arguments: the Elements of each structure it takes; `unpack` says that the only one is an element.
      name: what it is called in messages.
      finish: what is made of its result: function from that to (list of tensors, what to keep as `result`).

    Attributes:
      body: the BodyGraph; its first inputs are the components.
      captured: the tensors outside that it uses.
      result: what `finish` keeps, such as the Elements of its result.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: list[Elements],
        name: str,
        finish: Callable[[Any], tuple[list[Tensor], Any]],
        unpack: bool = True,
    ) -> None:
        if not callable(function):
            raise TypeError(f"{name} must be callable, got {function!r}")
        self.result: Any = None

        def build(body):
            values = []
            for elements in arguments:
                rows = zip(elements.flat_types, elements.flat_shapes, strict=True)
                values.append(elements.pack([_parameter(body, t, s, "arg") for t, s in rows]))
            if unpack and type(values[0]) is tuple:
                values = list(values[0])
            tensors, self.result = finish(function(*values))
            body.outputs = [self._own(body, tensor) for tensor in tensors]

        self.body = build_body(BodyGraph(get_default_graph(), name), build)
        self.captured = list(self.body.captures)

    @staticmethod
    def _own(body, tensor):
        return identity(tensor) if tensor.op.body is not body or tensor.dtype._is_ref_dtype else tensor


def element_result(value: Any) -> tuple[list[Tensor], Elements]:
    """`finish` of a function that gives an element: a list that it returns is a tuple."""
    if isinstance(value, list):
        value = tuple(value)
    if value is None:
        raise TypeError(
            "a function of a dataset returned None: it must return a tensor, or a structure of tensors"
        )
    value = to_leaves(value)
    return flat_tensors(value), Elements.like(value)


def scalar_result(dtype: dtypes.DType, complaint: str) -> Callable[[Any], tuple[list[Tensor], None]]:
    """`finish` of a function that gives a scalar; ValueError with the complaint for anything else."""

    def finish(value):
        try:
            tensor = convert_to_tensor(value, dtype)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{complaint} Got {value!r}") from error
        if not tensor.shape.is_compatible_with([]):
            raise ValueError(f"{complaint} Got {value!r}")
        return [tensor], None

    return finish


_OF_FILES = frozenset(("MatchingFiles", "ReadFile"))  # which depend on no session


class CopyingBody(BodyGraph):
    """A body that copies what it uses of the graph around it, for what must not depend on a run: one-shot iterators.

    A dataset that was made in another graph is copied, too: a program makes it once, and an iterator of it in each graph.

    Raises (where such a tensor is used):
      ValueError: it is a placeholder, or depends on state such as a variable or a table.
    """

    copies = True

    def _bring_in(self, tensor):
        operation = tensor.op
        definition = operation.definition
        if definition.role == "placeholder":
            raise ValueError(
                f"Cannot capture a placeholder (name:{operation.name}, type:{operation.type}) by value."
            )
        depends = definition.stateful and operation.type not in _OF_FILES
        if depends or definition.role == "variable":
            raise ValueError(
                f"Cannot capture a stateful node (name:{operation.name}, type:{operation.type}) by value."
            )
        name = operation.name.rpartition("/")[2]
        copied = self.graph.record(definition, list(operation.input_tensors), dict(operation.attrs), name)
        for own, other in zip(copied.outputs, operation.outputs):
            own._shape = other._shape
            self._brought_in[other] = own
        return copied.outputs[tensor.value_index]
