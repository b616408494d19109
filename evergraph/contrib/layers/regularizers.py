"""Regularizers: functions of a weight that give the loss for its size."""

import numbers
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import constants, nn
from evergraph.ops import math as math_ops

public_module("contrib.layers.python.layers.regularizers")


@public("contrib.layers.l1_regularizer")
def l1_regularizer(scale: TensorLike, scope: str | None = None) -> Callable:
    """`scale` times the sum of the absolute values.

    Args:
      scale: a float or a scalar tensor; 0.0 gives no loss.
      scope: a name for the operations.

    Raises:
      ValueError: an integer, or a negative number.
    """
    return _scaled(scale, scope, "l1_regularizer", lambda weights: math_ops.reduce_sum(math_ops.abs(weights)))


@public("contrib.layers.l2_regularizer")
def l2_regularizer(scale: TensorLike, scope: str | None = None) -> Callable:
    """`scale` times half of the sum of the squares; arguments and errors as for `l1_regularizer`."""
    return _scaled(scale, scope, "l2_regularizer", nn.l2_loss)


def _scaled(scale, scope, name, size_of):
    if isinstance(scale, numbers.Integral):
        raise ValueError(f"scale cannot be an integer: {scale}")
    if isinstance(scale, numbers.Real):
        if scale < 0.0:
            raise ValueError(f"Setting a scale less than 0 on a regularizer: {scale}")
        if scale == 0.0:
            logging.info("Scale of 0 disables regularizer.")
            return lambda _: None

    def regularize(weights, name=None):
        with name_scope(scope, default, [weights]) as full_name:
            factor = convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return math_ops.multiply(factor, size_of(weights), name=full_name)

    default = name
    return regularize


@public("contrib.layers.l1_l2_regularizer")
def l1_l2_regularizer(
    scale_l1: TensorLike = 1.0, scale_l2: TensorLike = 1.0, scope: str | None = None
) -> Callable:
    """The sum of both; arguments and errors as for `l1_regularizer`."""
    for scale in (scale_l1, scale_l2):
        if isinstance(scale, numbers.Integral):
            raise ValueError(f"scale cannot be an integer: {scale}")
    scope = scope or "l1_l2_regularizer"
    if isinstance(scale_l1, numbers.Real) and scale_l1 == 0.0:
        return l2_regularizer(scale_l2, scope)
    if isinstance(scale_l2, numbers.Real) and scale_l2 == 0.0:
        return l1_regularizer(scale_l1, scope)
    both = sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope=scope)
    assert both is not None  # there are two
    return both


@public("contrib.layers.sum_regularizer")
def sum_regularizer(regularizer_list: Sequence[Callable | None], scope: str | None = None) -> Callable | None:
    """The sum of what several regularizers give.

    Args:
      regularizer_list: regularizers; None is left out.
      scope: a name for the operations.

    Returns:
      A regularizer; None when there are none.
    """
    regularizers = [each for each in regularizer_list if each is not None]
    if not regularizers:
        return None

    def regularize(weights):
        with name_scope(scope, "sum_regularizer", [weights]) as name:
            losses = [each(weights) for each in regularizers]
            losses = [each for each in losses if each is not None]
            return math_ops.add_n(losses, name=name) if losses else None

    return regularize


@public("contrib.layers.apply_regularization")
def apply_regularization(regularizer: Callable, weights_list: Sequence[Any] | None = None) -> Tensor:
    """The sum of a regularizer's losses of some weights, which joins `GraphKeys.REGULARIZATION_LOSSES`.

    Args:
      regularizer: a function of a weight, giving a scalar or None.
      weights_list: the weights; those of `GraphKeys.WEIGHTS` when None.

    Raises:
      ValueError: no weights, or a loss that is no scalar.
    """
    weights_list = weights_list or get_collection(GraphKeys.WEIGHTS)
    if not weights_list:
        raise ValueError("No weights to regularize.")
    with name_scope("get_regularization_penalty", values=weights_list) as scope:
        penalties = [regularizer(weights) for weights in weights_list]
        penalties = [constants.constant(0.0) if each is None else each for each in penalties]
        for penalty in penalties:
            if penalty.get_shape().ndims != 0:
                raise ValueError(
                    f"regularizer must return a scalar Tensor instead of a Tensor with rank {penalty}"
                )
        total = math_ops.add_n(penalties, name=scope)
        add_to_collection(GraphKeys.REGULARIZATION_LOSSES, total)
        return total
