"""Variables: the classes, the collections that list them, initializing them and asking whether they are."""

from evergraph.ops.partitioned_variable import PartitionedVariable
from evergraph.ops.reference_variable import SaveSliceInfo, Variable
from evergraph.ops.uninitialized_variables import (
    assert_variables_initialized,
    is_variable_initialized,
    report_uninitialized_variables,
)
from evergraph.ops.variable_collections import (
    all_saveable_objects,
    all_variables,
    global_variables,
    global_variables_initializer,
    initialize_all_variables,
    initialize_local_variables,
    initialize_variables,
    local_variables,
    local_variables_initializer,
    model_variables,
    moving_average_variables,
    trainable_variables,
    variables_initializer,
)

__all__ = [
    "PartitionedVariable",
    "SaveSliceInfo",
    "Variable",
    "all_saveable_objects",
    "all_variables",
    "assert_variables_initialized",
    "global_variables",
    "global_variables_initializer",
    "initialize_all_variables",
    "initialize_local_variables",
    "initialize_variables",
    "is_variable_initialized",
    "local_variables",
    "local_variables_initializer",
    "model_variables",
    "moving_average_variables",
    "report_uninitialized_variables",
    "trainable_variables",
    "variables_initializer",
]
