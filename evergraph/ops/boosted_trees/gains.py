"""What splits of nodes gain, from sums of gradients and hessians over buckets.

A leaf of gradient g and hessian h that adds w to the logit changes the loss, to second order, by
`g w + (h + l2) w^2 / 2 + l1 |w|`: the best weight is `w = -(g -+ l1) / (h + l2)`, and the gain of it
`(g -+ l1)^2 / (h + l2)` (Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System", 2016, equations 5 and 6, twice).
"""

from typing import NamedTuple

import numpy as np

_EPSILON = np.float32(1e-15)  # no division by hessians below


class Best(NamedTuple):
    """The best split of each node that may be split.

    Attributes:
      node_ids: int32 `[n]`.
      gains: float32 `[n]`: less the gain of the node itself and the complexity of one more leaf.
      thresholds: int32 `[n]`: the last bucket that goes left.
      left_contribs, right_contribs: float32 `[n, 1]`: the weights of the children.
    """

    node_ids: np.ndarray
    gains: np.ndarray
    thresholds: np.ndarray
    left_contribs: np.ndarray
    right_contribs: np.ndarray


def weights_and_gains(
    gradients: np.ndarray, hessians: np.ndarray, l1: np.float32, l2: np.float32
) -> tuple[np.ndarray, np.ndarray]:
    """The best weight of a leaf and what it gains, float32 arrays of the shape of `gradients` and `hessians`."""
    shrunk = gradients
    if l1 > 0:
        shrunk = np.where(
            gradients > l1, gradients - l1, np.where(gradients < -l1, gradients + l1, np.float32(0))
        )
    total = hessians + l2
    usable = ~(total <= _EPSILON)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        weights = np.where(usable, -shrunk / np.where(usable, total, np.float32(1)), np.float32(0))
        return weights, -shrunk * weights


def best_splits(
    first: int,
    end: int,
    summary: np.ndarray,
    l1: np.float32,
    l2: np.float32,
    tree_complexity: np.float32,
    min_node_weight: np.float32,
) -> Best:
    """The best split of the nodes [first, end) by one feature, the lowest bucket where several are best.

    Args:
      first, end: the nodes.
      summary: float32 `[nodes, buckets, 2]`: sums of gradients and hessians.
      l1, l2: regularization of the weights.
      tree_complexity: what a leaf more costs.
      min_node_weight: the hessian that a node needs to be split.
    """
    sums = np.cumsum(summary[first:end], axis=1, dtype=np.float32)
    totals = sums[:, -1]
    open_nodes = np.flatnonzero(~(totals[:, 1] < min_node_weight))
    sums, totals = sums[open_nodes], totals[open_nodes, None]
    left, left_gains = weights_and_gains(sums[..., 0], sums[..., 1], l1, l2)
    rest = totals - sums
    right, right_gains = weights_and_gains(rest[..., 0], rest[..., 1], l1, l2)
    _, own_gains = weights_and_gains(totals[..., 0], totals[..., 1], l1, l2)
    gains = left_gains + right_gains
    lowest = np.finfo(np.float32).min
    comparable = np.where(np.isnan(gains), -np.inf, gains)
    buckets = np.argmax(comparable, axis=1)
    rows = np.arange(len(open_nodes))
    found = comparable[rows, buckets] > lowest  # a sum of infinities splits nothing
    pick = lambda values, other: np.where(found, values[rows, buckets], np.float32(other))  # noqa: E731
    return Best(
        (first + open_nodes).astype(np.int32),
        pick(gains, lowest) - own_gains[:, 0] - tree_complexity,
        np.where(found, buckets, 0).astype(np.int32),
        pick(left, 0)[:, None],
        pick(right, 0)[:, None],
    )


def stats_summary(
    node_ids: np.ndarray,
    gradients: np.ndarray,
    hessians: np.ndarray,
    feature: np.ndarray,
    shape: tuple[int, int],
) -> np.ndarray:
    """Sums of gradients and hessians over the examples of each node and bucket: float32 `[nodes, buckets, 2]`.

    Args:
      node_ids, feature: int32 `[batch]`: the node and the bucket of each example.
      gradients, hessians: float32 `[batch]`.
      shape: (nodes, buckets).
    """
    places = node_ids.astype(np.int64) * shape[1] + feature
    size = shape[0] * shape[1]
    sums = [np.bincount(places, weights=values, minlength=size) for values in (gradients, hessians)]
    return np.stack(sums, axis=-1).reshape(*shape, 2).astype(np.float32)
