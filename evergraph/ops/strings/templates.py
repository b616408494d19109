"""Tensors as text in the gaps of a template: `tf.strings.format`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op

# Digits that a number of each type keeps, and digits that tell it from all others.
_DIGITS = {np.dtype(np.float32): (6, 9), np.dtype(np.float64): (15, 17)}


def _float(value):
    """The fewer of two numbers of digits that give the value back."""
    if not np.isfinite(value):
        return str(float(value))
    kind = value.dtype if value.dtype in _DIGITS else np.dtype(np.float32)
    few, many = _DIGITS[kind]
    short = f"{float(value):.{few}g}"
    return short if kind.type(float(short)) == kind.type(value) else f"{float(value):.{many}g}"


def _element(value):
    if isinstance(value, (bytes, str)):
        return f'"{value.decode("utf-8", "replace") if isinstance(value, bytes) else value}"'
    if isinstance(value, np.bool_):
        return str(int(value))
    if isinstance(value, np.complexfloating):
        return "?"  # as TensorFlow has it
    return str(int(value)) if isinstance(value, np.integer) else _float(value)


def text_of(array: np.ndarray, summarize: int) -> str:
    """A tensor as text: `summarize` elements at both ends of each dimension, all where it is negative."""
    if not array.ndim:
        return _element(array[()])

    def of_dimension(part, depth):
        if depth == array.ndim:
            return _element(part)
        at_ends = len(part) if summarize < 0 else summarize
        start = min(at_ends, len(part))
        end = max(len(part) - at_ends, start)
        last = depth == array.ndim - 1
        gap = " " if last else "\n" * (array.ndim - depth - 1) + " " * (depth + 1)
        shown = [of_dimension(each, depth + 1) for each in part[:start]]
        shown += ["..."] if end > start else []
        shown += [of_dimension(each, depth + 1) for each in part[end:]]
        return f"[{gap.join(shown)}]"

    return of_dimension(array, 0)


@host_op(
    "StringFormat",
    "inputs: [T] -> output: string",
    shape=lambda operation: TensorShape([]),
    differentiable=False,
)
def string_format_op(inputs, *, template="%s", placeholder="%s", summarize=3):
    parts = template.split(placeholder)
    texts = [text_of(np.asarray(each), summarize) for each in inputs]
    filled = parts[0] + "".join(text + part for text, part in zip(texts, parts[1:], strict=True))
    return np.array(filled.encode(), object)


@public("strings.format")
def string_format(
    template: str,
    inputs: TensorLike | Sequence[Any],
    placeholder: str = "{}",
    summarize: int = 3,
    name: str | None = None,
) -> Tensor:
    """A template with tensors in the places of its placeholders.

    Args:
      template: the text.
      inputs: a tensor, or a list or other structure of as many tensors as there are placeholders.
      placeholder: what stands in the template for a tensor.
      summarize: how many elements at both ends of each dimension are shown; all when -1.
      name: the operation's name.

    Returns:
      A string scalar.

    Raises:
      ValueError: there are more or fewer placeholders than tensors.
    """
    tensors = [convert_to_tensor(each) for each in flatten(inputs)]
    if template.count(placeholder) != len(tensors):
        raise ValueError(
            f"{template.count(placeholder)} placeholder(s) in template does not match {len(tensors)} tensor(s) provided as input"
        )
    return string_format_op(
        tensors, template=template, placeholder=placeholder, summarize=summarize, name=name
    )
