"""A Saver's operations that came with an imported graph.

A GraphDef does not say what Evergraph's own `SaveV2` and `RestoreV2` carry beyond TensorFlow's: whether they save
the random state, and which shapes are expected. It is found again from what the operations are connected to.
"""

from evergraph.checkpoint.saveable import slices_of
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.shapes import unknown_shape
from evergraph.ops.variables.collections import global_variables

_ASSIGNMENTS = {"Assign", "AssignVariableOp"}


def adopt_operations(saver_def) -> None:
    """Marks the operations that `saver_def` names in the default graph; those a Saver made itself stay as they are."""
    operations = get_default_graph()._nodes_by_name
    restore = operations.get(saver_def.restore_op_name)
    save = operations.get(saver_def.save_tensor_name.partition(":")[0])
    if restore is None or save is None:
        return
    reading = _before(restore, "RestoreV2")
    targets = {op.inputs[0].op for op in _before(restore, *_ASSIGNMENTS)}
    whole = all(
        part.op in targets for variable in global_variables() for part in (slices_of(variable) or [variable])
    )
    for position, operation in enumerate(reading):
        operation.attrs.setdefault(
            "_expected_shapes", [_expected_shape(tensor) for tensor in operation.outputs]
        )
        operation.attrs.setdefault("_random_state", whole and position == 0)
    for position, operation in enumerate(_before(save, "SaveV2", "SaveSlices")):
        operation.attrs.setdefault("_random_state", whole and position == 0)


def _before(operation, *types):
    """The operations of some types that `operation` depends on, in creation order."""
    found, stack = set(), [operation]
    while stack:
        current = stack.pop()
        if current not in found:
            found.add(current)
            if current.type not in types or current.type in _ASSIGNMENTS:
                stack.extend(tensor.op for tensor in current.inputs)
            stack.extend(current.control_inputs)
    return sorted((op for op in found if op.type in types), key=lambda op: op._id)


def _expected_shape(tensor):
    """The shape of the variable that a restored tensor is assigned to as it is."""
    for user in tensor.consumers():
        if user.type == "Identity":
            return _expected_shape(user.outputs[0])
        if user.type in _ASSIGNMENTS and user.attrs.get("validate_shape", True):
            target = user.inputs[0]
            shape = target.op.attrs["shape"] if user.type == "AssignVariableOp" else target.shape
            return shape if shape.is_fully_defined() else unknown_shape()
    return unknown_shape()
