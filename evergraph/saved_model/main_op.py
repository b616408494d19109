"""Operations that are run once a SavedModel is loaded."""

from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import resources
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables import collections

public_module("saved_model.main_op", "python.saved_model.main_op", "python.saved_model.main_op_impl")


@public()
def main_op() -> Operation:
    """Initialises all variables, local ones too, and tables."""
    return group(
        collections.global_variables_initializer(),
        collections.local_variables_initializer(),
        resources.tables_initializer(),
    )


@public()
def main_op_with_restore(restore_op_name: TensorLike) -> Operation:
    """What `main_op` records, and then the operation `restore_op_name` (a string scalar, or the operation)."""
    with control_dependencies([main_op()]):
        return group(restore_op_name)
