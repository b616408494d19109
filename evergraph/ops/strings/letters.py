"""The length of strings and their case: `tf.strings.length`, `lower`, `upper`."""

import numpy as np

from evergraph.framework import errors
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op
from evergraph.ops.strings.elementwise import each, same_shape

UNITS = ("BYTE", "UTF8_CHAR")
_ENCODINGS = ("", "utf-8")


def check_unit(unit: str) -> None:
    """ValueError for what is no unit of lengths."""
    if unit not in UNITS:
        raise ValueError(f"unit must be 'BYTE' or 'UTF8_CHAR', got {unit!r}")


def _decoded(text):
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise errors.InvalidArgumentError(None, None, f"{text!r} is not UTF-8: {error}") from None


@host_op("StringLength", "input: string -> output: int32", shape=same_shape, differentiable=False)
def string_length_op(input, *, unit="BYTE"):
    starts = range(0x80, 0xC0)  # bytes inside of a character
    if unit == "BYTE":
        return each(len, input, np.int32)
    return each(lambda text: sum(byte not in starts for byte in text), input, np.int32)


@public("strings.length")
def string_length(input: TensorLike, name: str | None = None, unit: str = "BYTE") -> Tensor:  # noqa: A002 (TensorFlow's name)
    """The int32 length of each string, in bytes or, where `unit` is "UTF8_CHAR", in characters of UTF-8.

    ValueError for another unit.
    """
    check_unit(unit)
    return string_length_op(input, unit=unit, name=name)


def _define(type, of_text, of_bytes):  # noqa: A002
    @host_op(type, "input: string -> output: string", shape=same_shape, differentiable=False)
    def convert(input, *, encoding=""):
        if encoding == "utf-8":
            return each(lambda text: of_text(_decoded(text)).encode("utf-8"), input)
        return each(of_bytes, input)

    return convert


_lower_op = _define("StringLower", str.lower, bytes.lower)
_upper_op = _define("StringUpper", str.upper, bytes.upper)


def _check_encoding(encoding):
    if encoding not in _ENCODINGS:
        raise ValueError(f"encoding must be '' (ASCII) or 'utf-8', got {encoding!r}")


@public("strings.lower")
def lower(input: TensorLike, encoding: str = "", name: str | None = None) -> Tensor:  # noqa: A002 (TensorFlow's name)
    """Each string in lower case: letters of ASCII or, with the encoding "utf-8", all. ValueError for another encoding."""
    _check_encoding(encoding)
    return _lower_op(input, encoding=encoding, name=name)


@public("strings.upper")
def upper(input: TensorLike, encoding: str = "", name: str | None = None) -> Tensor:  # noqa: A002 (TensorFlow's name)
    """Each string in upper case: letters of ASCII or, with the encoding "utf-8", all. ValueError for another encoding."""
    _check_encoding(encoding)
    return _upper_op(input, encoding=encoding, name=name)
