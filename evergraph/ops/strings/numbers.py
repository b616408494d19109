"""Strings as numbers: `string_to_number`."""

import re

from evergraph.framework import dtypes, errors
from evergraph.framework.arguments import also_called
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.registry import host_op
from evergraph.ops.strings.elementwise import each, same_shape

public_module("python.ops.string_ops")

_REAL = re.compile(
    rb"[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)", re.IGNORECASE
)


_WHOLE = re.compile(rb"[+-]?\d+")


@host_op(
    "StringToNumber",
    "string_tensor: string -> output: out_type",
    shape=same_shape,
    differentiable=False,
    types={"out_type": (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)},
)
def string_to_number_op(string_tensor, *, out_type=dtypes.float32):
    pattern, kind = (_WHOLE, int) if out_type.is_integer else (_REAL, float)

    def convert(value):
        text = value.strip()
        if pattern.fullmatch(text):
            number = kind(text)
            if not out_type.is_integer or out_type.min <= number <= out_type.max:
                return number
        raise errors.InvalidArgumentError(
            None,
            None,
            f"StringToNumberOp could not correctly convert string: {value.decode(errors='replace')}",
        )

    return each(convert, string_tensor, out_type.as_numpy_dtype)


@public("string_to_number")
@also_called(input="string_tensor")
def string_to_number(
    string_tensor: TensorLike, out_type: DTypeLike = dtypes.float32, name: str | None = None
) -> Tensor:
    """Each string as a number of `out_type` (float32, float64, int32 or int64).

    InvalidArgumentError when a string is no such number at run time.
    """
    return string_to_number_op(string_tensor, out_type=dtypes.as_dtype(out_type), name=name)
