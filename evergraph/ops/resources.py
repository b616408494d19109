"""Resources that are initialised by an operation (tables and their like): the collections that hold them."""

import collections
from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.default_graph import device, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, no_op
from evergraph.ops.control_flow.grouping import group

public_module("python.ops.resources")

Resource = collections.namedtuple("Resource", ["handle", "create", "is_initialized"])


@public()
def register_resource(
    handle: Tensor | Operation, create_op: Operation, is_initialized_op: Tensor, is_shared: bool = True
) -> None:
    """Adds a resource to a collection, so that sessions initialise it.

    Args:
      handle: tensor or operation that names the resource.
      create_op: operation that initialises it.
      is_initialized_op: scalar bool tensor.
      is_shared: whether all sessions of a server see it; if not, every session initialises its own.
    """
    key = GraphKeys.RESOURCES if is_shared else GraphKeys.LOCAL_RESOURCES
    add_to_collection(key, Resource(handle, create_op, is_initialized_op))


@public()
def shared_resources() -> list[Resource]:
    """The registered resources that all sessions see."""
    return get_collection(GraphKeys.RESOURCES)


@public()
def local_resources() -> list[Resource]:
    """The registered resources that belong to one session."""
    return get_collection(GraphKeys.LOCAL_RESOURCES)


@public()
def report_uninitialized_resources(
    resource_list: Sequence[Any] | None = None, name: str | None = "report_uninitialized_resources"
) -> Tensor:
    """The names of the resources that are not initialised.

    Args:
      resource_list: what to look at; all registered resources when None.
      name: the operation's name.

    Returns:
      A string tensor of shape [n].
    """
    if resource_list is None:
        resource_list = shared_resources() + local_resources()
    with name_scope(name), device("/cpu:0"):
        if not resource_list:
            return constant([], dtype=dtypes.string)
        missing = math_ops.logical_not(array_ops.stack([r.is_initialized for r in resource_list]))
        return array_ops.boolean_mask(constant([r.handle.name for r in resource_list]), missing)


@public()
def initialize_resources(resource_list: Sequence[Any], name: str | None = "init") -> Operation:
    """An operation that initialises the resources of a list."""
    if not resource_list:
        return no_op(name=name)
    return group(*[r.create for r in resource_list], name=name)


@public(
    "tables_initializer",
    "python.ops.data_flow_ops.tables_initializer",
    "python.ops.lookup_ops.tables_initializer",
)
def tables_initializer(name: str | None = "init_all_tables") -> Operation:
    """An operation that initialises all lookup tables of the default graph."""
    initializers = get_collection(GraphKeys.TABLE_INITIALIZERS)
    if not initializers:
        return no_op(name=name)
    return group(*initializers, name=name)


@public("initialize_all_tables")
def initialize_all_tables(name: str | None = "init_all_tables") -> Operation:
    """The old name of `tables_initializer`."""
    return tables_initializer(name)
