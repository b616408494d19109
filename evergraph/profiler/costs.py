"""What an operation costs: parameters of variables, floating-point operations by the static shapes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from evergraph.framework.operation import Operation
from evergraph.framework.shapes import TensorShape

_ELEMENTWISE = frozenset(
    "Add AddN Sub Mul RealDiv Div Maximum Minimum Pow SquaredDifference Neg Reciprocal Square Sqrt Rsqrt Log Exp Tanh Sigmoid "
    "Relu Relu6 Elu Selu Softplus Softsign Softmax LogSoftmax BiasAdd L2Loss Greater Less Equal NotEqual".split()
)
_REDUCTIONS = frozenset("Sum Mean Max Min Prod ArgMax ArgMin".split())
_VARIABLES = frozenset(["Variable", "VariableV2", "VarHandleOp"])


def _size(tensor: Any) -> int:
    """How many elements a tensor has; 0 where that is not known."""
    return tensor.shape.num_elements() or 0


def _matmul(operation):
    first = operation.inputs[0].shape
    inner = first[-2 if operation.get_attr("transpose_a") else -1].value if first.ndims else None
    return 2 * _size(operation.outputs[0]) * (inner or 0)


def _convolution(per_output: Callable) -> Callable:
    def count(operation):
        sizes = operation.inputs[1].shape
        if not sizes.is_fully_defined():
            return 0
        return 2 * _size(operation.outputs[0]) * per_output(sizes.as_list())

    return count


def _pooling(operation):
    return _size(operation.outputs[0]) * math.prod(operation.get_attr("ksize"))


# What is not elementwise; as TensorFlow's profiler counts: a multiplication and an addition are two.
_COUNTS: dict[str, Callable[[Any], int]] = {
    "MatMul": _matmul,
    "Conv2D": _convolution(lambda sizes: math.prod(sizes[:3])),
    "DepthwiseConv2dNative": _convolution(lambda sizes: math.prod(sizes[:2])),
    "MaxPool": _pooling,
    "AvgPool": _pooling,
}


def float_operations(operation: Operation) -> int:
    """How many floating-point operations one run takes; 0 where that is not known."""
    if operation.type in _ELEMENTWISE and operation.outputs:
        return _size(operation.outputs[0])
    if operation.type in _REDUCTIONS:
        return _size(operation.inputs[0])
    return _COUNTS[operation.type](operation) if operation.type in _COUNTS else 0


def parameters(operation: Operation) -> int:
    """How many numbers a variable holds; 0 for other operations."""
    if operation.type not in _VARIABLES:
        return 0
    return TensorShape(operation.get_attr("shape")).num_elements() or 0
