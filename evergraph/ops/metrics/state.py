"""What every streaming metric has: its variables, and the collections its two results join."""

from collections.abc import Sequence
from typing import Any

from evergraph.framework import collections as graph_collections
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.variables.reference import Variable

public_module("python.ops.metrics", "python.ops.metrics_impl")


@public()
def metric_variable(
    shape: ShapeLike, dtype: DTypeLike, validate_shape: bool = True, name: str | None = None
) -> Variable:
    """A variable of zeros, not trainable, in LOCAL_VARIABLES and METRIC_VARIABLES."""
    return Variable(
        lambda: array_ops.zeros(shape, dtype),
        trainable=False,
        validate_shape=validate_shape,
        name=name,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
    )


def collected(
    value: Any,
    update_op: Any,
    metrics_collections: Sequence[str] | None,
    updates_collections: Sequence[str] | None,
) -> tuple[Tensor, Tensor]:
    """The pair, each of which has joined its collections; None or [] names none."""
    if metrics_collections:
        graph_collections.add_to_collections(metrics_collections, value)
    if updates_collections:
        graph_collections.add_to_collections(updates_collections, update_op)
    return value, update_op


def safe_div(numerator: TensorLike, denominator: TensorLike, name: str | None = None) -> Tensor:
    """The quotient; 0 where the denominator is not positive."""
    quotient = math_ops.truediv(numerator, denominator)
    positive = math_ops.greater(denominator, array_ops.zeros_like(denominator))
    return array_ops.where(positive, quotient, array_ops.zeros_like(quotient), name=name)
