"""Printing a tensor with what is known of it."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.script import Print
from evergraph.ops.variables.reference import Variable

public_module("contrib.framework.python.ops.prettyprint_ops")

_KINDS = (
    (Tensor, "Tensor"),
    (SparseTensor, "SparseTensor"),
    (TensorArray, "TensorArray"),
    (Variable, "Variable"),
)


@public("contrib.framework.print_op")
def print_op(
    input_: Any,
    data: Sequence[Any] | None = None,
    message: str | None = None,
    first_n: int | None = None,
    summarize: int = 20,
    print_tensor_name: bool = True,
    print_tensor_type: bool = True,
    print_shape: bool = True,
    summarize_indicator_vector: bool = True,
    name: str | None = None,
) -> Any:
    """`tf.Print` of a tensor, sparse tensor, variable or tensor array, with its name, type and shape.

    Args:
      input_: what is printed, and returned.
      data: what else is printed.
      message, first_n, summarize: as for `tf.Print`.
      print_tensor_name, print_tensor_type, print_shape: what of it is printed.
      summarize_indicator_vector: whether the place of a first True is printed.
      name: the operation's name.

    Raises:
      ValueError: None, or another kind of value.
    """
    if input_ is None:
        raise ValueError(
            "input_ must be of type Tensor, SparseTensor, TensorArray or Variable. Received: None"
        )
    parts = []
    for value in (input_, *(data or ())):
        parts += _said_of(
            value, print_tensor_name, print_tensor_type, print_shape, summarize_indicator_vector
        )
    if isinstance(input_, (Tensor, Variable)):
        return Print(input_, parts, message or "", first_n, summarize, name)
    printed = Print(constant([]), parts, message or "", first_n, summarize, name)
    with control_dependencies([printed]):
        if isinstance(input_, SparseTensor):
            return SparseTensor(
                identity(input_.indices), identity(input_.values), identity(input_.dense_shape)
            )
        return input_.identity()


def _kind_of(value) -> str | None:
    return next((name for type_, name in _KINDS if isinstance(value, type_)), None)


def _said_of(value: Any, with_name, with_type, with_shape, with_first):
    kind = _kind_of(value)
    if kind is None:
        raise ValueError(
            f"input_ must be of type Tensor, SparseTensor, TensorArray or Variable. Received: {value!r}"
        )
    parts: list[Any] = []
    if with_name and kind == "Tensor":
        parts.append(constant(f"Name: {value.name}"))
    if with_type:
        parts.append(constant(f"Type: {kind} ({value.dtype.name})"))
    if with_shape:
        if kind == "SparseTensor":
            parts += [constant("Shape:"), value.dense_shape]
        elif kind == "Tensor":
            parts.append(constant(f"Shape: {value.get_shape()}"))
        elif kind == "TensorArray":
            parts += [constant("Size:"), value.size()]
    if with_first and value.dtype == dtypes.bool and kind in ("Tensor", "Variable"):
        parts += [
            constant("First True in Boolean tensor at:"),
            math_ops.argmax(math_ops.cast(value, dtypes.uint8), 0),
        ]
    if kind == "SparseTensor":
        parts += [constant("Sparse indices:"), value.indices, constant("Sparse values:"), value.values]
    elif kind == "TensorArray":
        parts += [constant("Value:"), value.stack()]
    else:
        parts += [constant("Value:"), value]
    return parts
