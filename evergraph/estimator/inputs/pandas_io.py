"""`tf.estimator.inputs.pandas_input_fn`: the columns of a DataFrame as an input_fn."""

from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.estimator.inputs.batches import batch_arrays, check_shuffle
from evergraph.framework.public import public, public_module

public_module("python.estimator.inputs.pandas_io")


@public("estimator.inputs.pandas_input_fn", "python.estimator.inputs.inputs.pandas_input_fn")
def pandas_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: Any = None,
    queue_capacity: int | None = 1000,
    num_threads: int = 1,
    target_column: str = "target",
) -> Callable[[], Any]:
    """An input_fn that gives the rows of a DataFrame in batches.

    Args:
      x: a pandas DataFrame, a column for each feature.
      y: a Series of labels with the index of `x`, or None.
      batch_size, num_epochs, shuffle, queue_capacity, num_threads: as for `numpy_input_fn`.
      target_column: a name for the labels that no column has.

    Returns:
      A function that returns {column: tensor `[batch]`}, or (that, labels).

    Raises:
      ValueError: `shuffle` is no bool, a column is called `target_column`, the indices of `x` and `y` differ.
    """
    check_shuffle(shuffle)
    columns = {name: x[name] for name in x.columns}
    if y is not None:
        if target_column in columns:
            raise ValueError(
                f"Cannot use name {target_column} for target column: DataFrame already has a column with that name: "
                f"{list(columns)}"
            )
        if not np.array_equal(x.index, y.index):
            raise ValueError(
                f"Index for x and y are mismatched.\nIndex for x: {x.index}\nIndex for y: {y.index}\n"
            )
        columns[target_column] = y

    def input_fn():
        features = batch_arrays(
            {name: column.values for name, column in columns.items()}, batch_size, num_epochs, shuffle
        )
        if y is None:
            return features
        labels = features.pop(target_column)
        return features, labels

    return input_fn
