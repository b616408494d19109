"""Summaries of tensors, named after their operations."""

from collections.abc import Iterable
from typing import Any

from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import nn
from evergraph.ops.script import Print
from evergraph.summary import summary

public_module("contrib.slim.summaries", "contrib.slim.python.slim.summaries")


def _name(tensor, name, prefix, postfix=None):
    return "/".join(each for each in (prefix, name or tensor.op.name, postfix) if each)


def _add(function, tensor, name, print_summary):
    """A summary; one that is printed too stands in the collection as what prints it."""
    result = function(name, tensor, collections=[] if print_summary else None)
    if print_summary:
        result = Print(result, [tensor], name)
        add_to_collection(GraphKeys.SUMMARIES, result)
    return result


@public()
def add_histogram_summary(tensor: Tensor, name: str | None = None, prefix: str | None = None) -> Tensor:
    """A histogram (a string scalar) of a tensor of any shape, named `prefix/name`; its operation's name when None."""
    return summary.histogram(_name(tensor, name, prefix), tensor)


@public()
def add_image_summary(
    tensor: Tensor, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Tensor:
    """An image summary (a string scalar) of `[batch, height, width, channels]`, named as by `add_histogram_summary`; printed too when `print_summary`."""
    return _add(summary.image, tensor, _name(tensor, name, prefix), print_summary)


@public()
def add_scalar_summary(
    tensor: Tensor, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Tensor:
    """A scalar summary, named as by `add_histogram_summary`; printed too when `print_summary`."""
    return _add(summary.scalar, tensor, _name(tensor, name, prefix), print_summary)


@public()
def add_zero_fraction_summary(
    tensor: Tensor, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Tensor:
    """The share of zeros in a tensor, as a scalar summary `.../Fraction_of_Zero_Values`."""
    full_name = _name(tensor, name, prefix, "Fraction_of_Zero_Values")
    return _add(summary.scalar, nn.zero_fraction(tensor), full_name, print_summary)


@public()
def add_histogram_summaries(tensors: Iterable[Tensor], prefix: str | None = None) -> list[Any]:
    """A list: `add_histogram_summary` of each, whatever its shape."""
    return [add_histogram_summary(tensor, prefix=prefix) for tensor in tensors]


@public()
def add_image_summaries(tensors: Iterable[Tensor], prefix: str | None = None) -> list[Any]:
    """A list: `add_image_summary` of each, of rank 4."""
    return [add_image_summary(tensor, prefix=prefix) for tensor in tensors]


@public()
def add_scalar_summaries(
    tensors: Iterable[Tensor], prefix: str | None = None, print_summary: bool = False
) -> list[Any]:
    """`add_scalar_summary` of each."""
    return [add_scalar_summary(tensor, prefix=prefix, print_summary=print_summary) for tensor in tensors]


@public()
def add_zero_fraction_summaries(tensors: Iterable[Tensor], prefix: str | None = None) -> list[Any]:
    """`add_zero_fraction_summary` of each."""
    return [add_zero_fraction_summary(tensor, prefix=prefix) for tensor in tensors]
