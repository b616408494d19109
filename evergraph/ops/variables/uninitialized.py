"""Which variables have a value: questions that are answered when a session runs them."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.default_graph import (
    colocate_with,
    control_dependencies,
    device,
    get_default_graph,
    name_scope,
)
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Operand, Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity, stop_gradient
from evergraph.ops.variables.assign import is_initialized
from evergraph.ops.variables.collections import global_variables, local_variables

public_module("python.ops.variables")


@public("is_variable_initialized")
def is_variable_initialized(variable: Operand) -> Tensor:
    """A bool scalar tensor: whether the variable has a value when it is run."""
    return is_initialized(variable)


def _variables_or_all(var_list):
    """`var_list`, or all global and local variables, or (without any) the graph's bare references."""
    if var_list is None:
        var_list = global_variables() + local_variables()
    if not var_list:
        operations = get_default_graph().get_operations()
        var_list = [op.outputs[0] for op in operations if op.type in ("Variable", "VariableV2")]
    return var_list


@public("assert_variables_initialized")
def assert_variables_initialized(var_list: Sequence[Any] | None = None) -> Tensor | None:
    """A tensor whose run raises FailedPreconditionError if a variable is not initialized; None without variables.

    Obsolete: see `report_uninitialized_variables`.
    """
    found = _variables_or_all(var_list)
    if not found:
        return None
    reads, ranks = [], []
    for variable in found:
        with colocate_with(variable.op):
            reads.append(stop_gradient(variable))  # a rank alone needs no value: it is known without one
            ranks.append(array_ops.rank(variable))
    with control_dependencies(reads):
        return identity(ranks[0]) if len(ranks) == 1 else array_ops.stack(ranks)


@public("report_uninitialized_variables")
def report_uninitialized_variables(
    var_list: Sequence[Any] | None = None, name: str | None = "report_uninitialized_variables"
) -> Tensor:
    """A string vector: the names of the variables that have no value when it is run.

    Args:
      var_list: the variables to look at; all global and local ones when None.
      name: a name scope for the operations.
    """
    variables = _variables_or_all(var_list) if var_list is None else var_list
    with name_scope(name), device("/cpu:0"):
        if not variables:
            return constant([], dtype=dtypes.string)
        missing = math_ops.logical_not(array_ops.stack([is_initialized(v) for v in variables]))
        names = constant([variable.op.name for variable in variables])
        return array_ops.boolean_mask(names, missing)
