"""Ordering without data: `group`, `tuple`, `with_dependencies`."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework.composite import IndexedSlices, SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import (
    colocate_with,
    control_dependencies,
    get_default_graph,
    name_scope,
)
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.constants import identity, no_op

public_module("python.ops.control_flow_ops")


@public()
def with_dependencies(dependencies: Sequence[Any], output_tensor: TensorLike, name: str | None = None) -> Any:
    """`output_tensor`, a Tensor (IndexedSlices for such), available once all `dependencies` have run.

    Its shape and dtype stay.
    """
    if executing_eagerly():
        return output_tensor
    with name_scope(name, "control_dependency", [*dependencies, output_tensor]) as scope:
        if not isinstance(output_tensor, IndexedSlices):
            output_tensor = convert_to_tensor(output_tensor)
        with colocate_with(output_tensor), control_dependencies(dependencies):
            if isinstance(output_tensor, IndexedSlices):
                return IndexedSlices(
                    identity(output_tensor.values, name=scope),
                    output_tensor.indices,
                    output_tensor.dense_shape,
                )
            return identity(output_tensor, name=scope)


@public("group")
def group(*inputs: Any, **kwargs: Any) -> Operation | Any:
    """An operation that has run when all of the inputs (operations or tensors, nested or not) have.

    In the eager mode they have run already, and the result is None.

    Args:
      *inputs: what to wait for; IndexedSlices and variables too.
      name: the operation's name (keyword only).

    Raises:
      TypeError: an input is nothing that can be waited for, or an unknown keyword.
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise TypeError(f"group() takes only the keyword 'name', got {sorted(kwargs)}")
    if executing_eagerly():
        return None
    graph = get_default_graph()
    operations = []
    with name_scope(name, "group_deps", []) as scope:
        for item in flatten(inputs):
            if not hasattr(item, "graph"):
                raise TypeError(
                    f"Expected tf.Tensor or tf.Operation in group, got {item!r} of type {type(item)}"
                )
            operations.append(item if isinstance(item, Operation) else item.op)
    with graph.control_dependencies(operations):
        return no_op(name=scope)


@public("tuple")
def tuple(  # noqa: A001 (TensorFlow's name)
    tensors: Sequence[Any], name: str | None = None, control_inputs: Sequence[Any] | None = None
) -> list[Any]:
    """The tensors, each available only once all of them (and `control_inputs`) are.

    Args:
      tensors: a list of tensors, IndexedSlices or None.
      control_inputs: further operations to wait for.

    Raises:
      ValueError: no tensor among `tensors`.
      TypeError: a control input that is no operation or tensor.
    """
    with name_scope(name, "tuple", tensors):
        gating = [t.op for t in tensors if t is not None]
        for item in control_inputs or ():
            if isinstance(item, Tensor):
                item = item.op
            elif not isinstance(item, Operation):
                raise TypeError(f"Control input must be Operation or Tensor: {item!r}")
            gating.append(item)
        if not gating:
            raise ValueError("Must have at least one Tensor: the list holds only None")
        gate = group(*gating)
        results = []
        for tensor in tensors:
            if isinstance(tensor, SparseTensor):
                tensor = SparseTensor(
                    tensor.indices, with_dependencies([gate], tensor.values), tensor.dense_shape
                )
                results.append(tensor)
            else:
                results.append(None if tensor is None else with_dependencies([gate], tensor))
        return results
