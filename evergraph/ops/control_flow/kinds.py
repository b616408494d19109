"""Whether an operation is one of TensorFlow's control-flow primitives: `control_flow_util`.

Conditionals and loops are single operations here, and an imported graph's primitives become such: only graphs with
operations of these types of a program's own have any.
"""

from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module

public_module("python.ops.control_flow_util")


@public()
def IsSwitch(op: Operation) -> bool:  # noqa: N802 (TensorFlow's name)
    """Whether it passes its operand on to one of two sides."""
    return op.type in ("Switch", "RefSwitch")


@public()
def IsMerge(op: Operation) -> bool:  # noqa: N802 (TensorFlow's name)
    """Whether it takes what comes from one of several sides."""
    return op.type in ("Merge", "RefMerge")


@public()
def IsLoopEnter(op: Operation) -> bool:  # noqa: N802 (TensorFlow's name)
    """Whether it takes its operand into a loop."""
    return op.type in ("Enter", "RefEnter")


@public()
def IsLoopExit(op: Operation) -> bool:  # noqa: N802 (TensorFlow's name)
    """Whether it takes its operand out of a loop."""
    return op.type in ("Exit", "RefExit")


@public()
def IsLoopConstantEnter(op: Operation) -> bool:  # noqa: N802 (TensorFlow's name)
    """Whether it takes its operand into every iteration of a loop."""
    return IsLoopEnter(op) and bool(op.get_attr("is_constant"))


@public()
def IsLoopSwitch(op: Operation) -> bool:  # noqa: N802 (TensorFlow's name)
    """Whether it decides if a loop goes on: a Switch of a condition that comes from LoopCond."""
    return IsSwitch(op) and op.inputs[1].op.type == "LoopCond"


@public()
def IsCondSwitch(op: Operation) -> bool:  # noqa: N802 (TensorFlow's name)
    """Whether it belongs to a conditional: a Switch that is no loop's."""
    return IsSwitch(op) and not IsLoopSwitch(op)


@public()
def IsLoopMerge(op: Operation) -> bool:  # noqa: N802 (TensorFlow's name)
    """Whether an iteration begins with it: a Merge of what enters and what comes back."""
    return IsMerge(op) and any(
        tensor.op.type in ("Enter", "RefEnter", "NextIteration") for tensor in op.inputs
    )


@public()
def IsCondMerge(op: Operation) -> bool:  # noqa: N802 (TensorFlow's name)
    """Whether it ends a conditional: a Merge that is no loop's."""
    return IsMerge(op) and not IsLoopMerge(op)
