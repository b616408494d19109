"""How pure the two sides of a split are: the lower, the better."""

import numpy as np


def split_scores(left: np.ndarray, total: np.ndarray, is_regression: bool) -> np.ndarray:
    """The score of candidates, float32 `[candidates]`.

    Classes: the smoothed Gini impurity of each side, times its weight: with class weights c of n classes and their sum s,
    `s (1 - sum((c + 1)^2) / (s + n)^2)`. Numbers: the variances of both sides, summed over the outputs.

    Args:
      left: float32 `[candidates, width]`: what was counted on the left.
      total: float32 `[width]`: what was counted in all.
      is_regression: whether a row holds sums of numbers, of their squares, and their count, not weights of classes.
    """
    score = _variance if is_regression else _gini
    with np.errstate(divide="ignore", invalid="ignore"):
        return score(left) + score(total - left)


def divides(left: np.ndarray, total: np.ndarray, is_regression: bool) -> np.ndarray:
    """Whether candidates have examples on both sides, bool `[candidates]`; arguments as for `split_scores`."""
    right = total - left
    if is_regression:
        return (left[:, -1] > 0) & (right[:, -1] > 0)
    return (left.sum(axis=1) > 0) & (right.sum(axis=1) > 0)


def _gini(counts):
    classes = counts.shape[1]
    sums, squares = counts.sum(axis=1), np.square(counts).sum(axis=1)
    smoothed = sums + classes
    return sums * (1 - (squares + 2 * sums + classes) / (smoothed * smoothed))


def _variance(sums):
    outputs = (sums.shape[1] - 1) // 2
    means = sums[:, :-1] / sums[:, -1:]
    return (means[:, outputs:] - np.square(means[:, :outputs])).sum(axis=1)


def half_log(fraction: float) -> float:
    """`log(1 / (1 - fraction)) / 2`, of which Hoeffding's bound takes the root."""
    return 0.5 * float(np.log(1.0 / (1.0 - fraction)))
