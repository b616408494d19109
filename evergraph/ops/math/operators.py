"""What `x + y`, `x < y` and the like record: the operators of Tensor, by name (see `framework.tensor.Operand`)."""

from typing import Any

from evergraph.framework import registry
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.math import binary, comparison
from evergraph.ops.math.matmul import matmul

# operator: (name scope, function).  Comparisons open no scope, as in TensorFlow.
_OPERATORS = {
    "add": ("add", binary.add),
    "sub": ("sub", binary.subtract),
    "mul": ("mul", binary.multiply),
    "div": ("div", binary.div),
    "truediv": ("truediv", binary.truediv),
    "floordiv": ("floordiv", binary.floordiv),
    "mod": ("mod", binary.floormod),
    "pow": ("pow", binary.pow),
    "matmul": ("matmul", matmul),
    "logical_and": ("and", comparison.logical_and),
    "logical_or": ("or", comparison.logical_or),
    "logical_xor": ("xor", comparison.logical_xor),
}
_COMPARISONS = {
    "less": comparison.less,
    "less_equal": comparison.less_equal,
    "greater": comparison.greater,
    "greater_equal": comparison.greater_equal,
}


@registry.register_function("binary_operator")
def apply_operator(operator: str, x: Tensor, y: Any) -> Any:
    """`x <operator> y` for a tensor x; y is converted to its dtype.

    Returns NotImplemented where y cannot be converted and has the reflected operator itself.
    """
    comparison_function = _COMPARISONS.get(operator)
    if comparison_function is not None:
        return comparison_function(x, y)
    scope_name, function = _OPERATORS[operator]
    with name_scope(None, scope_name, [x, y]) as scope:
        if isinstance(y, SparseTensor):
            if operator == "mul":
                return registry.public_function("sparse_dense_mul")(y, x)
            raise TypeError(f"{scope_name} of a Tensor and a SparseTensor is not defined: {x}, {y}")
        if not isinstance(y, Tensor):
            try:
                y = convert_to_tensor(y, dtype=x.dtype.base_dtype, name="y")
            except TypeError:
                if hasattr(type(y), f"__r{scope_name}__"):
                    return NotImplemented
                raise
        return function(x, y, name=scope)


@registry.register_function("reflected_operator")
def apply_reflected_operator(operator: str, y: Tensor, x: TensorLike) -> Tensor:
    """`x <operator> y` for a tensor y and an x that is none; x is converted to the dtype of y."""
    scope_name, function = _OPERATORS[operator]
    with name_scope(None, scope_name, [x, y]) as scope:
        x = convert_to_tensor(x, dtype=y.dtype.base_dtype, name="x")
        return function(x, y, name=scope)
