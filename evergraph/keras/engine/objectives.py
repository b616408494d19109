"""The losses and metrics of a compiled model: masked, weighted, named, summed."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework import logging
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.keras import backend, losses, metrics
from evergraph.keras.engine.standardize import collect_metrics
from evergraph.ops import constants
from evergraph.ops import math as math_ops

public_module("python.keras.engine.training_utils")


@public()
def weighted_masked_objective(fn: Callable | None) -> Any:
    """A loss as a function `(y_true, y_pred, weights, mask)` whose result is one number."""
    if fn is None:
        return None

    def weighted(y_true, y_pred, weights, mask=None):
        score = fn(y_true, y_pred)
        if mask is not None:
            mask = math_ops.cast(mask, score.dtype.base_dtype)
            if (score.shape.ndims or 0) > (mask.shape.ndims or 0):
                mask = backend.reshape(
                    mask,
                    backend.concatenate(
                        [backend.shape(mask), backend.shape(score)[mask.shape.ndims :] * 0 + 1], 0
                    ),
                )
            score = score * mask / math_ops.reduce_mean(mask)
        if weights is not None:
            weights = math_ops.cast(weights, score.dtype.base_dtype)
            axes = list(range(weights.shape.ndims, score.shape.ndims or 0))
            score = math_ops.reduce_mean(score, axes) if axes else score
            score = score * weights
            some = math_ops.cast(math_ops.not_equal(weights, 0.0), score.dtype.base_dtype)
            score = score / math_ops.reduce_mean(some)
        return math_ops.reduce_mean(score)

    return weighted


def loss_functions(loss: Any, output_names: Sequence[str]) -> list:
    """The loss of each output, from one for all, a list, or a dict by name; None for an output without.

    Raises:
      ValueError: a name that no output has, a list of another length.
    """
    if not loss:
        return [None for _ in output_names]
    if isinstance(loss, dict):
        for name in loss:
            if name not in output_names:
                raise ValueError(
                    f'Unknown entry in loss dictionary: "{name}". Only the following are: {output_names}'
                )
        for name in output_names:
            if name not in loss:
                logging.warning("output %r has no loss: it is not trained", name)
        return [losses.get(loss.get(name)) for name in output_names]
    if isinstance(loss, (list, tuple)):
        if len(loss) != len(output_names):
            raise ValueError(
                f"a list of losses should have one for each output: the outputs are {output_names}, the losses {loss}"
            )
        return [losses.get(each) for each in loss]
    return [losses.get(loss) for _ in output_names]


def weights_of_losses(loss_weights: Any, output_names: Sequence[str]) -> list[float]:
    """The weight of each output's loss.

    Raises:
      ValueError: a name that no output has, a list of another length.
      TypeError: neither a list nor a dict.
    """
    if loss_weights is None:
        return [1.0] * len(output_names)
    if isinstance(loss_weights, dict):
        for name in loss_weights:
            if name not in output_names:
                raise ValueError(
                    f'Unknown entry in loss_weights dictionary: "{name}". Only the following are: {output_names}'
                )
        return [loss_weights.get(name, 1.0) for name in output_names]
    if isinstance(loss_weights, list):
        if len(loss_weights) != len(output_names):
            raise ValueError(
                f"a list of loss_weights should have one for each output: {output_names}, got {loss_weights}"
            )
        return loss_weights
    raise TypeError(f"loss_weights should be a list, or a dict by output name, got {loss_weights!r}")


def sample_weight_modes(mode: Any, output_names: Sequence[str], skipped: Sequence[int]) -> list:
    """The `sample_weight_mode` of each output.

    Raises:
      ValueError: a name that no output has or that is missing, a list of another length.
    """
    if isinstance(mode, dict):
        for name in mode:
            if name not in output_names:
                raise ValueError(
                    f'Unknown entry in sample_weight_mode dictionary: "{name}". Only the following are: {output_names}'
                )
        missing = [name for at, name in enumerate(output_names) if at not in skipped and name not in mode]
        if missing:
            raise ValueError(f"the sample_weight_mode dictionary says nothing of the outputs {missing}")
        return [mode.get(name) for name in output_names]
    if isinstance(mode, list):
        if len(mode) != len(output_names):
            raise ValueError(
                f"a list of sample_weight_mode should have one for each output: {output_names}, got {mode}"
            )
        return mode
    return [mode for _ in output_names]


def sample_weight_placeholder(name: str, mode: str | None) -> Tensor:
    """What takes the weights of examples; 1 when it is not fed."""
    default, shape = ([[1.0]], [None, None]) if mode == "temporal" else ([1.0], [None])
    return constants.placeholder_with_default(
        backend.cast_to_floatx(default), shape=shape, name=name + "_sample_weights"
    )


def total_loss(model: Any) -> Tensor:
    """The sum of the weighted losses of outputs and layers; the losses of several outputs become metrics.

    Raises:
      ValueError: there is nothing to minimise.
    """
    total, several = None, len(model.outputs) > 1
    with name_scope("loss"):
        for at, (name, output) in enumerate(zip(model.output_names, model.outputs)):
            if at in model._skip_target_indices:
                continue
            with name_scope(name + "_loss"):
                objective = weighted_masked_objective(model.loss_functions[at])
                loss = objective(model.targets[at], output, model.sample_weights[at], model._output_masks[at])
            if several:
                model.metrics_tensors.append(loss)
                model.metrics_names.append(name + "_loss")
            weighted = model.loss_weights_list[at] * loss
            total = weighted if total is None else total + weighted
        for loss in model.losses:
            total = loss if total is None else total + loss
    if total is None:
        raise ValueError("the model has no loss to minimise: no output has one, and no layer adds one")
    return total


_KINDS = {"accuracy": "acc", "acc": "acc", "crossentropy": "ce", "ce": "ce"}
_BY_LOSS = {
    "acc": (
        metrics.binary_accuracy,
        metrics.sparse_categorical_accuracy,
        metrics.categorical_accuracy,
    ),
    "ce": (
        losses.binary_crossentropy,
        losses.sparse_categorical_crossentropy,
        losses.categorical_crossentropy,
    ),
}


def metric_function(metric: Any, output: Tensor, loss: Any) -> tuple[Any, str]:
    """The function that a metric stands for with that output and loss, and the name it is reported under."""
    kind = _KINDS.get(metric) if isinstance(metric, str) else None
    if kind is None:
        function = metrics.get(metric)
        return function, function.name if hasattr(function, "name") else function.__name__
    binary, sparse, categorical = _BY_LOSS[kind]
    sizes = output.shape.as_list()
    if sizes[-1] == 1 or loss is losses.binary_crossentropy:
        return binary, kind
    return sparse if loss is losses.sparse_categorical_crossentropy else categorical, kind


def add_metrics(model: Any, given: Any, given_weighted: Any) -> None:
    """Adds the metrics of all outputs to a model, each under a name of its own."""
    plain = collect_metrics(given, model.output_names)
    weighted = collect_metrics(given_weighted, model.output_names)
    for at, output in enumerate(model.outputs):
        if at in model._skip_target_indices:
            continue
        rows = [(each, False) for each in plain[at]] + [(each, True) for each in weighted[at]]
        for metric, is_weighted in rows:
            function, name = metric_function(metric, output, model.loss_functions[at])
            if is_weighted:
                name = f"weighted_{name}"
            if len(model.output_names) > 1:
                name = f"{model.output_names[at]}_{name}"
            name = _unused(name, model.metrics_names)
            stateful = bool(getattr(function, "stateful", False))
            with name_scope("metrics/" + name):
                if stateful:
                    value = function(model.targets[at], output)
                else:
                    value = weighted_masked_objective(function)(
                        model.targets[at],
                        output,
                        weights=model.sample_weights[at] if is_weighted else None,
                        mask=model._output_masks[at],
                    )
            model.metrics_names.append(name)
            model.metrics_tensors.append(value)
            if stateful:
                model.stateful_metric_names.append(name)
                model.stateful_metric_functions.append(function)
                model.metrics_updates += function.updates


def _unused(name, names):
    number, found = 1, name
    while found in names:
        found = f"{name}_{number}"
        number += 1
    return found
