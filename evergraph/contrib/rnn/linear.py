"""A linear map of several matrices by variables of the current scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.framework.structures import is_sequence
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.recurrent.cell import BIAS_NAME, KERNEL_NAME
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable

public_module("contrib.rnn.python.ops.core_rnn_cell", "contrib.rnn.python.ops.rnn_cell")


@public("contrib.rnn.python.ops.core_rnn_cell._linear", "python.ops.rnn_cell_impl._linear")
def linear(
    args: TensorLike | Sequence[TensorLike],
    output_size: int,
    bias: bool,
    bias_initializer: Callable | None = None,
    kernel_initializer: Callable | None = None,
) -> Tensor:
    """`concat(args) @ kernel + bias`, with the variables `kernel` and `bias` of the current variable scope.

    Args:
      args: a floating matrix `[batch, n]`, or several of one batch.
      output_size: the columns of the result.
      bias: whether a bias is added.
      bias_initializer: its initializer; zeros when None.
      kernel_initializer: that of the kernel; the scope's when None.

    Returns:
      A tensor `[batch, output_size]`.

    Raises:
      ValueError: nothing is given, or something that is no matrix of known columns.
    """
    return Linear(args, output_size, bias, bias_initializer, kernel_initializer)(args)


@public("contrib.rnn.python.ops.core_rnn_cell._Linear", "python.ops.rnn_cell_impl._Linear")
class Linear:
    """A linear map of matrices, whose variables are made once: see `linear` for the arguments."""

    def __init__(
        self,
        args: TensorLike | Sequence[TensorLike],
        output_size: int,
        build_bias: bool,
        bias_initializer: Callable | None = None,
        kernel_initializer: Callable | None = None,
    ) -> None:
        tensors = _tensors(args)
        columns = [_columns(tensor) for tensor in tensors]
        dtype = tensors[0].dtype
        self._kernel = get_variable(
            KERNEL_NAME, [sum(columns), output_size], dtype, initializer=kernel_initializer
        )
        self._bias = None
        if build_bias:
            self._bias = get_variable(
                BIAS_NAME, [output_size], dtype, initializer=bias_initializer or Zeros(dtype=dtype)
            )

    def __call__(self, args: TensorLike | Sequence[TensorLike]) -> Tensor:
        """The map of `args`, `[batch, output_size]`."""
        tensors = _tensors(args)
        result = math_ops.matmul(
            tensors[0] if len(tensors) == 1 else array_ops.concat(tensors, 1), self._kernel
        )
        return result if self._bias is None else nn.bias_add(result, self._bias)


def _tensors(args) -> list[Any]:
    tensors = list(args) if is_sequence(args) else [args]
    if args is None or not tensors:
        raise ValueError("a linear map needs `args`: a matrix or several; nothing was given")
    return tensors


def _columns(tensor):
    shape = tensor.shape
    if shape.ndims != 2 or shape[1].value is None:
        raise ValueError(
            f"a linear map takes matrices whose columns are known, not {tensor} of shape {shape}"
        )
    return shape[1].value
