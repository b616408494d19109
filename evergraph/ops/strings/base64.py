"""Bytes as text: `encode_base64`, `decode_base64`."""

import base64
import re

from evergraph.framework import errors
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op
from evergraph.ops.strings.elementwise import each, same_shape

public_module("python.ops.string_ops")


@host_op("EncodeBase64", "input: string -> output: string", shape=same_shape, differentiable=False)
def encode_base64_op(input, *, pad=False):
    encoded = each(base64.urlsafe_b64encode, input)
    return encoded if pad else each(lambda v: v.rstrip(b"="), encoded)


@public("encode_base64")
def encode_base64(input: TensorLike, pad: bool = False, name: str | None = None) -> Tensor:
    """Each string in web-safe base64, padded with "=" if `pad`."""
    return encode_base64_op(input, pad=pad, name=name)


_BASE64 = re.compile(rb"[A-Za-z0-9_-]*={0,2}")


def _decode(value):
    text = value.rstrip(b"=")
    if len(text) % 4 == 1 or len(value) > len(text) and len(value) % 4:
        raise errors.InvalidArgumentError(
            None, None, f"Base64 string length cannot be 1 modulo 4, and 0 where it is padded: {value!r}"
        )
    if not _BASE64.fullmatch(value):
        raise errors.InvalidArgumentError(
            None, None, f"Invalid character found in web-safe base64: {value!r}"
        )
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


@host_op("DecodeBase64", "input: string -> output: string", shape=same_shape, differentiable=False)
def decode_base64_op(input):
    return each(_decode, input)


@public("decode_base64")
def decode_base64(input: TensorLike, name: str | None = None) -> Tensor:
    """The bytes that web-safe base64 strings stand for, padded or not.

    InvalidArgumentError when a string is no such encoding.
    """
    return decode_base64_op(input, name=name)
