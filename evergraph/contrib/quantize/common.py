"""The step that delays count, and what follows an operation in a graph."""

from __future__ import annotations

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import identity
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable

public_module("contrib.quantize.python.common")

_STEP = "fake_quantization_step"


@public()
def CreateOrGetQuantizationStep() -> Tensor:  # noqa: N802 (TensorFlow's name)
    """How often the quantized graph has run: a scalar int64, one more in each run."""
    graph = get_default_graph()
    try:
        return graph.get_tensor_by_name(f"{_STEP}/Identity:0")
    except KeyError:
        with graph.name_scope(None):
            step = get_variable(
                _STEP,
                shape=[],
                dtype=dtypes.int64,
                initializer=Zeros(),
                trainable=False,
                collections=[GraphKeys.GLOBAL_VARIABLES],
            )
            with graph.name_scope(f"{step.op.name}/"):
                return identity(assign_add(step, 1))


def users(operation: Operation, *types: str) -> list[Operation]:
    """The operations of these types (all when none is named) that take the first output of an operation."""
    found = operation.outputs[0].consumers() if operation.outputs else []
    return [each for each in found if not types or each.type in types]


def scope_of(operation: Operation) -> str:
    """The name scope of an operation, without a slash at its end."""
    return operation.name.rpartition("/")[0]
