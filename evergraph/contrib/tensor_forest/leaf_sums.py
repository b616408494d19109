"""What was counted in a leaf, or on the left of a candidate, as LeafStat messages."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.contrib.tensor_forest import messages


def write_sums(stat: Any, sums: np.ndarray, weight: float, params: Any) -> None:
    """Writes sums, float32 `[width]` as `HostStats` counts them, and their weight into a LeafStat message."""
    stat.weight_sum = weight
    if params.is_regression:
        count = params.num_outputs
        for vector, values in (
            (stat.regression.mean_output, sums[:count]),
            (stat.regression.mean_output_squares, sums[count:-1]),
        ):
            for value in values.tolist():
                vector.value.add().float_value = value
    elif params.stats_type == messages.STATS_DENSE_GINI:
        for value in sums.tolist():
            stat.classification.dense_counts.value.add().float_value = value
    else:
        stat.classification.sparse_counts.SetInParent()
        for label in np.flatnonzero(sums).tolist():
            stat.classification.sparse_counts.sparse_value[label].float_value = sums[label]


def read_sums(stat: Any, width: int) -> np.ndarray:
    """The sums of a LeafStat message, float32 `[width]`."""
    sums = np.zeros(width, np.float32)
    if stat.WhichOneof("leaf_stat") == "regression":
        regression = stat.regression
        numbers = [*regression.mean_output.value, *regression.mean_output_squares.value]
        sums[: len(numbers)] = [number.float_value for number in numbers]
        sums[-1] = stat.weight_sum
    elif stat.classification.WhichOneof("counts") == "sparse_counts":
        for label, value in stat.classification.sparse_counts.sparse_value.items():
            sums[label] = value.float_value
    else:
        numbers = stat.classification.dense_counts.value
        sums[: len(numbers)] = [number.float_value for number in numbers]
    return sums
