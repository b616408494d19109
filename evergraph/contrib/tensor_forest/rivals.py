"""What becomes of the candidates of a leaf while it counts: the worst are removed, and one that leads ends the count."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.contrib.tensor_forest import messages
from evergraph.contrib.tensor_forest.scores import half_log
from evergraph.framework import errors

_PRUNED_SHARE = {
    messages.SPLIT_PRUNE_HALF: 0.5,
    messages.SPLIT_PRUNE_QUARTER: 0.25,
    messages.SPLIT_PRUNE_10_PERCENT: 0.1,
}


def resolve(param: Any, depth: int) -> float:
    """The value of a DepthDependentParam at a depth. Raises InvalidArgumentError for one that is not set."""
    kind = param.WhichOneof("ParamType")
    if kind == "constant_value":
        return param.constant_value
    if kind == "linear":
        value = depth * param.linear.slope + param.linear.y_intercept
        return min(max(value, param.linear.min_val), param.linear.max_val)
    if kind == "exponential":
        return param.exponential.bias + param.exponential.multiplier * (
            param.exponential.base ** (param.exponential.depth_multiplier * depth)
        )
    if kind == "threshold":
        return param.threshold.on_value if depth >= param.threshold.threshold else param.threshold.off_value
    raise errors.InvalidArgumentError(None, None, f"a parameter of the forest has no value: {param!r}")


def finish_early(stats: Any, row: int) -> None:
    """Says that a row of HostStats is finished when one candidate leads by more than Hoeffding's bound."""
    params = stats.params
    if params.finish_type.type != messages.SPLIT_FINISH_DOMINATE_HOEFFDING:
        return
    depth, weight = int(stats.depth[row]), float(stats.weight[row])
    every = max(1, int(resolve(params.finish_type.check_every_steps, depth)))
    if weight < int(resolve(params.min_split_samples, depth)) or weight < stats.checks[row] * every:
        return
    stats.checks[row] += 1
    scores = np.sort(stats.scores(row))
    if len(scores) > 1:
        bound = 0.25 * params.num_outputs * weight * np.sqrt(_half_log(params, depth) / weight)
        stats.early[row] = scores[1] - scores[0] > bound


def _half_log(params, depth):
    return half_log(resolve(params.dominate_fraction, depth))


def prune(stats: Any, row: int) -> None:
    """Removes the worst candidates of a row of HostStats, each time that so many examples more were counted."""
    params, depth = stats.params, int(stats.depth[row])
    config = params.pruning_type
    if config.type == messages.SPLIT_PRUNE_NONE or stats.is_finished(row):
        return
    if stats.weight[row] < stats.epoch[row] * int(resolve(config.prune_every_samples, depth)):
        return
    stats.epoch[row] += 1
    scores = stats.scores(row)
    if config.type == messages.SPLIT_PRUNE_HOEFFDING:
        weight = float(stats.weight[row])
        reach = weight * (1 - 1 / params.num_outputs) * np.sqrt(_half_log(params, depth) / weight)
        kept = scores - scores.min(initial=np.inf) <= reach
    else:
        worst = np.argsort(-scores, kind="stable")[: int(len(scores) * _PRUNED_SHARE[config.type])]
        kept = np.ones(len(scores), bool)
        kept[worst] = False
    kept = np.flatnonzero(kept)
    for array in (stats.feature, stats.threshold, stats.kind, stats.half, stats.left):
        array[row, : len(kept)] = array[row, kept]
    stats.splits[row] = len(kept)
