"""Masks of weights: variables of ones and zeros, their thresholds, and the collections that hold them."""

from typing import Any

from evergraph.framework.collections import add_to_collection, get_collection
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.ops.nn.normalization import zero_fraction
from evergraph.ops.variables.initializers import Ones, Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.ops.variables.scope_object import VariableScope

public_module("contrib.model_pruning.python.pruning", "contrib.model_pruning.python.layers.core_layers")

MASK_COLLECTION = public()("masks")
THRESHOLD_COLLECTION = public()("thresholds")
MASKED_WEIGHT_COLLECTION = public()("masked_weights")
WEIGHT_COLLECTION = public()("kernel")
MASKED_WEIGHT_NAME = public()("weights/masked_weight")


def masked(weights: Any, mask: Any, threshold: Any) -> Tensor:
    """`mask * weights`; all of them join their collections, once."""
    product = math_ops.multiply(mask, weights, MASKED_WEIGHT_NAME)
    if not any(mask is each for each in get_collection(MASK_COLLECTION)):
        add_to_collection(THRESHOLD_COLLECTION, threshold)
        add_to_collection(MASK_COLLECTION, mask)
        add_to_collection(MASKED_WEIGHT_COLLECTION, product)
        add_to_collection(WEIGHT_COLLECTION, weights)
    return product


@public("contrib.model_pruning.apply_mask")
def apply_mask(x: Any, scope: VariableScope | str = "") -> Tensor:
    """Weights with a mask: variables `mask` (ones) and `threshold` (zero) are made for them.

    Args:
      x: a variable, or a tensor of static shape.
      scope: the variable scope of the mask.

    Returns:
      A tensor like `x`: `mask * x`.
    """
    with variable_scope(scope):
        mask = get_variable("mask", x.get_shape(), x.dtype.base_dtype, initializer=Ones(), trainable=False)
        threshold = get_variable("threshold", [], x.dtype.base_dtype, initializer=Zeros(), trainable=False)
    return masked(x, mask, threshold)


@public("contrib.model_pruning.get_masked_weights")
def get_masked_weights() -> list:
    """The masked weights of the graph, tensors."""
    return get_collection(MASKED_WEIGHT_COLLECTION)


@public("contrib.model_pruning.get_masks")
def get_masks() -> list:
    """The masks of the graph, variables in the shapes of the weights."""
    return get_collection(MASK_COLLECTION)


@public("contrib.model_pruning.get_thresholds")
def get_thresholds() -> list:
    """The thresholds of the graph, scalar variables."""
    return get_collection(THRESHOLD_COLLECTION)


@public("contrib.model_pruning.get_weights")
def get_weights() -> list:
    """The weights of the graph that have masks."""
    return get_collection(WEIGHT_COLLECTION)


@public("contrib.model_pruning.get_weight_sparsity")
def get_weight_sparsity() -> list[Tensor]:
    """For each mask a scalar: the share of its zeros."""
    return [zero_fraction(mask) for mask in get_masks()]
