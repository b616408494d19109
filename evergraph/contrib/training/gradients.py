"""Gradients that are clipped, multiplied and summarised, and the operation that trains."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, cast

from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys, get_collection, get_collection_ref
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import clip
from evergraph.ops.assertion import check_numerics as checked_numerics
from evergraph.ops.control_flow.grouping import no_op, with_dependencies
from evergraph.ops.variables.collections import trainable_variables
from evergraph.optimizers.optimizer import Optimizer
from evergraph.summary import summary
from evergraph.training.global_step import get_or_create_global_step

public_module("contrib.training.python.training.training")

USE_GLOBAL_STEP = 0  # for an argument: the graph's own, which is made when it has none


def _with_values(gradient, change):
    """A gradient whose values are changed: a tensor's, or those of IndexedSlices."""
    if isinstance(gradient, IndexedSlices):
        return IndexedSlices(change(gradient.values), gradient.indices, gradient.dense_shape)
    return change(gradient)


@public("contrib.training.clip_gradient_norms", "contrib.slim.learning.clip_gradient_norms")
def clip_gradient_norms(gradients_to_variables: Sequence[tuple], max_norm: Any) -> list[tuple]:
    """Clips each gradient by its own norm.

    Args:
      gradients_to_variables: (gradient or None, variable) pairs.
      max_norm: the largest norm.
    """
    return [
        (None if each is None else _with_values(each, lambda v: clip.clip_by_norm(v, max_norm)), variable)
        for each, variable in gradients_to_variables
    ]


@public("contrib.training.clip_gradient_norms_fn")
def clip_gradient_norms_fn(max_norm: Any) -> Callable:
    """`clip_gradient_norms` as a function of the pairs alone."""
    return lambda gradients_to_variables: clip_gradient_norms(gradients_to_variables, max_norm)


@public("contrib.training.multiply_gradients", "contrib.slim.learning.multiply_gradients")
def multiply_gradients(grads_and_vars: list[tuple], gradient_multipliers: dict[Any, Any]) -> list[tuple]:
    """Multiplies the gradients of some variables.

    Args:
      grads_and_vars: (gradient, variable) pairs.
      gradient_multipliers: {variable or its operation's name: a number or scalar tensor}.

    Raises:
      ValueError: pairs that are no list, multipliers that are no dict or empty, one for a variable without a gradient.
    """
    if not isinstance(grads_and_vars, list):
        raise ValueError(f"`grads_and_vars` must be a list. Received: {grads_and_vars!r}")
    if not gradient_multipliers:
        raise ValueError("`gradient_multipliers` is empty.")
    if not isinstance(gradient_multipliers, dict):
        raise ValueError(f"`gradient_multipliers` must be a dict. Received: {gradient_multipliers!r}")
    result = []
    for gradient, variable in grads_and_vars:
        key = variable if variable in gradient_multipliers else variable.op.name
        if key in gradient_multipliers:
            if gradient is None:
                raise ValueError(f"Requested multiple of `None` gradient of {variable.op.name}.")
            factor = convert_to_tensor(gradient_multipliers[key], gradient.dtype)
            gradient = _with_values(gradient, lambda values, factor=factor: values * factor)
        result.append((gradient, variable))
    return result


def gradient_summaries(grads_and_vars: Sequence[tuple], separator: str) -> list[Tensor]:
    """A histogram and the norm of each gradient, named after its variable and a separator."""
    summaries = []
    for gradient, variable in grads_and_vars:
        if gradient is None:
            logging.info("Var %s has no gradient", variable.op.name)
            continue
        values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
        name = f"{variable.op.name}{separator}gradient"
        summaries += [
            summary.histogram(name, values),
            summary.scalar(f"{name}_norm", clip.global_norm([values])),
        ]
    return summaries


@public("contrib.training.add_gradients_summaries")
def add_gradients_summaries(grads_and_vars: Sequence[tuple]) -> list[Tensor]:
    """A histogram `{variable}_gradient` and a scalar `{variable}_gradient_norm` for each gradient that is not None."""
    return gradient_summaries(grads_and_vars, "_")


@public("contrib.training.create_train_op")
def create_train_op(
    total_loss: Tensor,
    optimizer: Optimizer,
    global_step: Any = USE_GLOBAL_STEP,
    update_ops: Collection[Any] | None = None,
    variables_to_train: Sequence[Any] | None = None,
    transform_grads_fn: Callable | None = None,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: int | None = None,
    colocate_gradients_with_ops: bool = False,
    check_numerics: bool = True,
) -> Tensor:
    """The loss, as a tensor that trains when it is computed; it joins `GraphKeys.TRAIN_OP`.

    Args:
      total_loss: a scalar.
      optimizer: what computes and applies gradients.
      global_step: what is counted up; None for nothing, the graph's own when not given.
      update_ops: what runs before the loss is computed; `GraphKeys.UPDATE_OPS` when None.
      variables_to_train: trainable variables; all of them when None.
      transform_grads_fn: a function of (gradient, variable) pairs that gives others.
      summarize_gradients: whether gradients are summarised.
      gate_gradients, aggregation_method, colocate_gradients_with_ops: as for `Optimizer.compute_gradients`.
      check_numerics: whether a loss that is no finite number is an error.

    Raises:
      ValueError: no variables to train, or one that is not trainable.
    """
    if global_step is USE_GLOBAL_STEP:
        global_step = get_or_create_global_step()
    collected = list(dict.fromkeys(get_collection(GraphKeys.UPDATE_OPS)))
    updates = collected if update_ops is None else list(dict.fromkeys(update_ops))
    if not set(collected) <= set(updates):
        logging.warning(
            "update_ops in create_train_op does not contain all the update_ops in GraphKeys.UPDATE_OPS"
        )
    if updates:
        with control_dependencies(updates):
            barrier = no_op(name="update_barrier")
        total_loss = cast(Tensor, with_dependencies([barrier], total_loss))
    trainable = trainable_variables()
    if variables_to_train is None:
        variables_to_train = trainable
    assert all(each in trainable for each in variables_to_train), "a variable to train is not trainable"
    assert variables_to_train, "there are no variables to train"
    gradients = optimizer.compute_gradients(
        total_loss,
        variables_to_train,
        gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
        colocate_gradients_with_ops=colocate_gradients_with_ops,
    )
    if transform_grads_fn:
        gradients = transform_grads_fn(gradients)
    if summarize_gradients:
        with name_scope("summarize_grads"):
            add_gradients_summaries(gradients)
    step = optimizer.apply_gradients(gradients, global_step=global_step)
    with name_scope("train_op"):
        if check_numerics:
            total_loss = checked_numerics(total_loss, "LossTensor is inf or nan")
        train_op = cast(Tensor, with_dependencies([step], total_loss))
    collection = get_collection_ref(GraphKeys.TRAIN_OP)
    if train_op not in collection:
        collection.append(train_op)
    return train_op
