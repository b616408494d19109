"""Summaries of tensors and collections by their names."""

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.summary import summary

public_module("contrib.layers.summaries", "contrib.layers.python.layers.summaries")


def _share(condition, name):
    summary.scalar(name, math_ops.reduce_mean(math_ops.cast(condition, dtypes.float32)))


@public("contrib.layers.summarize_activation")
def summarize_activation(op: Tensor) -> Tensor:
    """A histogram of an activation, and the share of zeros (of sixes too) where it comes from a `relu` or its like.

    Any shape of real numbers; the result is a string scalar.
    """
    if op.op.type in ("Relu", "Softplus", "Relu6"):
        inputs = op.op.inputs[0]
        _share(math_ops.less(inputs, math_ops.cast(0.0, inputs.dtype)), f"{op.op.name}/zeros")
        if op.op.type == "Relu6":
            _share(math_ops.greater(inputs, math_ops.cast(6.0, inputs.dtype)), f"{op.op.name}/sixes")
    return summary.histogram(f"{op.op.name}/activation", op)


@public("contrib.layers.summarize_tensor")
def summarize_tensor(tensor: Tensor, tag: str | None = None) -> Tensor | None:
    """A scalar summary of a scalar, a histogram of anything else; None for strings and bools.

    Args:
      tensor: what is summarised.
      tag: the summary's name; `{name}_summary` when None.
    """
    if tensor.dtype.is_compatible_with(dtypes.string) or tensor.dtype.base_dtype == dtypes.bool:
        return None
    function = summary.scalar if tensor.get_shape().ndims == 0 else summary.histogram
    return function(tag or f"{tensor.op.name}_summary", tensor)


@public("contrib.layers.summarize_tensors")
def summarize_tensors(tensors: Iterable[Tensor], summarizer: Callable = summarize_tensor) -> list[Any]:
    """What `summarizer` gives for each tensor, a string scalar unless it does otherwise."""
    return [summarizer(tensor) for tensor in tensors]


@public("contrib.layers.summarize_collection")
def summarize_collection(
    collection: str, name_filter: str | None = None, summarizer: Callable = summarize_tensor
) -> list[Any]:
    """Summaries of a collection.

    Args:
      collection: its key.
      name_filter: a regular expression that the beginning of an operation's name must match.
      summarizer: a function of a tensor.
    """
    tensors = get_collection(collection)
    return summarize_tensors(
        [each for each in tensors if name_filter is None or re.match(name_filter, each.op.name)], summarizer
    )


summarize_variables = public()(functools.partial(summarize_collection, GraphKeys.GLOBAL_VARIABLES))
summarize_weights = public()(functools.partial(summarize_collection, GraphKeys.WEIGHTS))
summarize_biases = public()(functools.partial(summarize_collection, GraphKeys.BIASES))


@public("contrib.layers.summarize_activations")
def summarize_activations(
    name_filter: str | None = None, summarizer: Callable = summarize_activation
) -> list[Any]:
    """`summarize_collection` of `GraphKeys.ACTIVATIONS`, by `summarize_activation`."""
    return summarize_collection(GraphKeys.ACTIVATIONS, name_filter, summarizer)
