"""Weights of losses and metrics: what shapes they may have, and how they are broadcast."""

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import assertion as assertion_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow import conditional

public_module("python.ops.weights_broadcast_ops")

_RULE = "weights can not be broadcast to values"


@public()
def assert_broadcastable(weights: TensorLike, values: TensorLike) -> Operation:
    """An operation that fails unless `weights` is a scalar, or has the rank of `values` and sizes equal or 1.

    Raises:
      ValueError: the static shapes tell already that it is not so.
      InvalidArgumentError: when run.
    """
    with name_scope(None, "assert_broadcastable", [weights, values]):
        weights = convert_to_tensor(weights, name="weights")
        values = convert_to_tensor(values, name="values")
        weights_rank, values_rank = weights.shape.ndims, values.shape.ndims
        if weights_rank == 0:
            return constants.no_op(name="static_scalar_check_success")
        if weights_rank is not None and values_rank is not None:
            if weights_rank != values_rank:
                raise ValueError(
                    f"{_RULE}. values.rank={values_rank}. weights.rank={weights_rank}. values.shape={values.shape}. "
                    f"weights.shape={weights.shape}."
                )
            undecided = False
            for i, (size, wanted) in enumerate(zip(weights.shape.as_list(), values.shape.as_list())):
                if size == 1 or (size is not None and size == wanted):
                    continue
                if size is None or wanted is None:
                    undecided = True
                    continue
                raise ValueError(
                    f"{_RULE}. Mismatch at dim {i}. values.shape={values.shape} weights.shape={weights.shape}."
                )
            if not undecided:
                return constants.no_op(name="static_dims_check_success")
        return _assert_when_run(weights, values)


def _assert_when_run(weights, values):
    weights_shape, values_shape = array_ops.shape(weights), array_ops.shape(values)
    weights_rank, values_rank = array_ops.rank(weights), array_ops.rank(values)
    data = [_RULE + ". weights.shape, values.shape: ", weights_shape, values_shape]

    def sizes_fit():
        fits = math_ops.logical_or(
            math_ops.equal(weights_shape, values_shape), math_ops.equal(weights_shape, 1)
        )
        return math_ops.reduce_all(fits)

    def shapes_fit():
        same_rank = math_ops.equal(weights_rank, values_rank)
        if weights.shape.ndims is not None and weights.shape.ndims == values.shape.ndims:
            return sizes_fit()
        return conditional.cond(same_rank, sizes_fit, lambda: constants.constant(False))

    is_scalar = math_ops.equal(weights_rank, 0)
    if weights.shape.ndims is not None:
        fits = shapes_fit()
    else:
        fits = conditional.cond(is_scalar, lambda: constants.constant(True), shapes_fit)
    return assertion_ops.Assert(fits, data)


@public()
def broadcast_weights(weights: TensorLike, values: TensorLike) -> Tensor:
    """`weights` as `assert_broadcastable` allows them, broadcast to the shape of `values`."""
    with name_scope(None, "broadcast_weights", [weights, values]) as scope:
        values = convert_to_tensor(values, name="values")
        weights = convert_to_tensor(weights, values.dtype.base_dtype, name="weights")
        if (
            weights.shape.is_fully_defined()
            and values.shape.is_fully_defined()
            and weights.shape.as_list() == values.shape.as_list()
        ):
            return weights
        with control_dependencies([assert_broadcastable(weights, values)]):
            return math_ops.multiply(weights, array_ops.ones_like(values), name=scope)


@public()
def remove_squeezable_dimensions(
    labels: TensorLike, predictions: TensorLike, expected_rank_diff: TensorLike = 0, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """(labels, predictions), of which one has lost a last dimension of size 1 where their ranks call for it.

    Args:
      labels: a tensor.
      predictions: a tensor whose rank should be that of `labels` plus `expected_rank_diff`.
      expected_rank_diff: see above.
      name: a name for the operations.
    """
    with name_scope(name, "remove_squeezable_dimensions", [labels, predictions]):
        labels, predictions = convert_to_tensor(labels), convert_to_tensor(predictions)
        labels_rank, predictions_rank = labels.shape.ndims, predictions.shape.ndims
        if labels_rank is not None and predictions_rank is not None:
            difference = predictions_rank - labels_rank
            if difference == expected_rank_diff + 1:
                predictions = array_ops.squeeze(predictions, [-1])
            elif difference == expected_rank_diff - 1:
                labels = array_ops.squeeze(labels, [-1])
            return labels, predictions
        difference = array_ops.rank(predictions) - array_ops.rank(labels)
        return (
            _squeezed_if(labels, math_ops.equal(expected_rank_diff - 1, difference)),
            _squeezed_if(predictions, math_ops.equal(expected_rank_diff + 1, difference)),
        )


def squeezed_to_rank_of(weights: Tensor, labels: Tensor) -> Tensor:
    """Weights without their last dimension, which is 1, where they have one more than the labels; in the run, where only it tells."""
    if weights.shape.ndims is not None and labels.shape.ndims is not None:
        longer = weights.shape.ndims - labels.shape.ndims == 1
        return array_ops.squeeze(weights, [-1]) if longer else weights
    return _squeezed_if(weights, math_ops.equal(array_ops.rank(weights) - array_ops.rank(labels), 1))


def _squeezed_if(tensor, condition):
    """`tensor`, without its last dimension where `condition` holds when run."""
    rank = tensor.shape.ndims
    if rank is not None and (rank == 0 or not tensor.shape[-1].is_compatible_with(1)):
        return tensor
    return conditional.cond(condition, lambda: array_ops.squeeze(tensor, [-1]), lambda: tensor)
