"""The variables of columns, and the collections they join."""

from collections.abc import Iterable
from typing import Any

from evergraph.framework.collections import add_to_collections
from evergraph.framework.public import public, public_module
from evergraph.ops.variables.partitioned import PartitionedVariable

public_module("python.feature_column.feature_column")


@public()
def _get_expanded_variable_list(variable: Any) -> list:
    """The partitions of a PartitionedVariable; a list of the variable otherwise."""
    return list(variable) if isinstance(variable, PartitionedVariable) else [variable]


@public()
def _add_to_collections(variable: Any, weight_collections: Iterable[str]) -> None:
    """Adds a variable, or each of its partitions, to graph collections."""
    for part in _get_expanded_variable_list(variable):
        add_to_collections(weight_collections, part)
