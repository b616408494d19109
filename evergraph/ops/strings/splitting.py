"""Strings taken apart: `string_split`, `substr`, `string_strip`."""

import re

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.arguments import also_called
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, broadcast_shapes
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import INDEX, host_op
from evergraph.ops.strings.elementwise import each, same_shape

public_module("python.ops.string_ops")


def _tokens_shape(operation):
    source = operation.input_tensors[0]
    if source.shape.ndims not in (None, 1):
        raise ValueError(
            f"{operation.type} {operation.name!r}: Shape must be rank 1 but is rank {source.shape.ndims}"
        )
    operation.input_tensors[1].shape.assert_has_rank(0)
    return [as_shape([None, 2]), as_shape([None]), as_shape([2])]


def _one(text, what):
    """The bytes of a scalar. Raises InvalidArgumentError: it is another tensor."""
    if np.ndim(text):
        raise errors.InvalidArgumentError(
            None, None, f"{what} must be a scalar, got shape: {list(np.shape(text))}"
        )
    return bytes(np.asarray(text, object).item())


def _tokens(rows):
    """(indices, values, dense shape) of lists of strings."""
    indices = [[i, j] for i, row in enumerate(rows) for j in range(len(row))]
    values = np.empty(len(indices), object)
    values[:] = [v for row in rows for v in row]
    shape = np.array([len(rows), max((len(row) for row in rows), default=0)], np.int64)
    return np.array(indices, np.int64).reshape(-1, 2), values, shape


@host_op(
    "StringSplit",
    "input: string, delimiter: string -> indices: int64, values: string, shape: int64",
    shape=_tokens_shape,
    data_sized=True,
    differentiable=False,
)
def string_split_op(input, delimiter, *, skip_empty=True):
    delimiters = _one(delimiter, "delimiter")
    pattern = re.compile(b"[" + re.escape(delimiters) + b"]") if delimiters else None

    def split(text):
        if not text:
            return []
        parts = pattern.split(text) if pattern else [text[i : i + 1] for i in range(len(text))]
        return [p for p in parts if p] if skip_empty else parts

    return _tokens([split(text) for text in input.tolist()])


@public("string_split")
@also_called(sep="delimiter")
def string_split(
    source: TensorLike, delimiter: TensorLike = " ", skip_empty: bool = True, name: str | None = None
) -> SparseTensor:
    """The pieces of each string of a vector, as a SparseTensor `[number of strings, most pieces]`.

    Args:
      source: a string vector.
      delimiter: a string scalar; each of its bytes separates pieces; empty splits into single bytes.
      skip_empty: whether to leave empty pieces out.
      name: the operation's name.
    """
    delimiter = convert_to_tensor(delimiter, dtypes.string)
    source = convert_to_tensor(source, dtypes.string)
    return SparseTensor(*string_split_op(source, delimiter, skip_empty=skip_empty, name=name))


@host_op(
    "StringSplitV2",
    "input: string, sep: string -> indices: int64, values: string, shape: int64",
    shape=_tokens_shape,
    differentiable=False,
)
def string_split_v2_op(input, sep, *, maxsplit=-1):
    separator = _one(sep, "sep") or None
    return _tokens([text.split(separator, maxsplit) for text in input.tolist()])


@public("strings.split")
@also_called(input="source")
def string_split_v2(
    source: TensorLike, sep: TensorLike | None = None, maxsplit: int = -1, name: str | None = None
) -> SparseTensor:
    """Like `string_split`, with the rules of Python's `bytes.split(sep, maxsplit)`."""
    sep = convert_to_tensor("" if sep is None else sep, dtypes.string)
    source = convert_to_tensor(source, dtypes.string)
    return SparseTensor(*string_split_v2_op(source, sep, maxsplit=maxsplit, name=name))


def _substr_shape(operation):
    strings, pos, length = operation.input_tensors
    if (
        pos.shape.ndims is not None
        and length.shape.ndims is not None
        and not pos.shape.is_compatible_with(length.shape)
    ):
        raise ValueError(
            f"Substr {operation.name!r}: pos {pos.shape} and len {length.shape} must have the same shape"
        )
    return broadcast_shapes(strings.shape, pos.shape)


@host_op(
    "Substr",
    "input: string, pos: T=int32, len: T=int32 -> output: string",
    shape=_substr_shape,
    types={"T": INDEX},
    differentiable=False,
)
def substr_op(input, pos, len):
    strings, starts, lengths = np.broadcast_arrays(np.asarray(input, object), pos, len)
    result = np.empty(strings.shape, object)
    for at, text in np.ndenumerate(strings):
        start, size = int(starts[at]), text.__len__()
        if not -size <= start <= size:
            raise errors.InvalidArgumentError(
                None, None, f"pos {start} out of range for string {text!r} at index {list(at)}"
            )
        start += size if start < 0 else 0
        result[at] = text[start : start + max(int(lengths[at]), 0)]
    return result


@public("substr")
def substr(input: TensorLike, pos: TensorLike, len: TensorLike, name: str | None = None) -> Tensor:
    """The part of each string that starts at byte `pos` and has up to `len` bytes.

    `pos` and `len` are integer tensors of one shape that broadcasts with the strings; a negative `pos`
    counts from the
    end.  InvalidArgumentError when a position lies outside its string.
    """
    return substr_op(input, pos, len, name=name)


@host_op("StringStrip", "input: string -> output: string", shape=same_shape, differentiable=False)
def string_strip_op(input):
    return each(bytes.strip, input)


@public("string_strip")
def string_strip(input: TensorLike, name: str | None = None) -> Tensor:
    """Each string without white space at its ends."""
    return string_strip_op(input, name=name)
