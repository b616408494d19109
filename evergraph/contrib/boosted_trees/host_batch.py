"""The features of a batch on the host: dense numbers, sparse numbers and sparse categories, and which examples a test sends left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from evergraph.framework import errors


class Sparse(NamedTuple):
    """A sparse column: `indices` int64 `[n, 2]`, `values` `[n]`, `shape` int64 `[2]`."""

    indices: np.ndarray
    values: np.ndarray
    shape: np.ndarray


class Batch(NamedTuple):
    """The columns of a batch.

    Attributes:
      dense: float32 `[batch]` each.
      floats: Sparse columns of numbers.
      categories: Sparse columns of int64.
    """

    dense: list[np.ndarray]
    floats: list[Sparse]
    categories: list[Sparse]

    @property
    def size(self) -> int:
        """How many examples there are."""
        if self.dense:
            return len(self.dense[0])
        return int((self.floats or self.categories)[0].shape[0])


def batch_of(
    dense: Sequence[np.ndarray],
    float_parts: Sequence[Sequence[np.ndarray]],
    category_parts: Sequence[Sequence[np.ndarray]],
) -> Batch:
    """A Batch of columns `[batch, 1]`, and of the indices, values and shapes of sparse ones.

    Raises:
      InvalidArgumentError: no columns, columns of several numbers, or of batches that differ.
    """
    for column in dense:
        if column.ndim > 2 or column.ndim == 2 and column.shape[1] != 1:
            raise errors.InvalidArgumentError(
                None, None, f"a dense feature is [batch, 1], got {list(column.shape)}"
            )
    columns = [column.reshape(-1) for column in dense]
    floats, categories = (
        [Sparse(*parts) for parts in zip(*group, strict=True)] for group in (float_parts, category_parts)
    )
    sizes = {len(column) for column in columns} | {int(c.shape[0]) for c in (*floats, *categories)}
    if len(sizes) != 1:
        raise errors.InvalidArgumentError(
            None, None, f"all features have the same number of examples, one at least; got {sorted(sizes)}"
        )
    return Batch(columns, floats, categories)


def children(node: Any) -> tuple[int, int]:
    """The numbers of the nodes below a test."""
    test = getattr(node, node.WhichOneof("node"))
    test = test.split if node.WhichOneof("node").startswith("sparse_float") else test
    return test.left_id, test.right_id


def link(node: Any, left: int, right: int) -> None:
    """Says which nodes are below a test."""
    test = getattr(node, node.WhichOneof("node"))
    test = test.split if node.WhichOneof("node").startswith("sparse_float") else test
    test.left_id, test.right_id = left, right


def goes_left(node: Any, batch: Batch) -> np.ndarray:
    """Whether each example passes the test of a node, bool `[batch]`. Raises InvalidArgumentError for a missing column."""
    kind = node.WhichOneof("node")
    test = getattr(node, kind)
    try:
        if kind == "dense_float_binary_split":
            return batch.dense[test.feature_column] <= np.float32(test.threshold)
        if kind.startswith("sparse_float"):
            column = batch.floats[test.split.feature_column]
            left = np.full(batch.size, kind.endswith("left"))
            here = column.indices[:, 1] == test.split.dimension_id
            left[column.indices[here, 0]] = column.values[here] <= np.float32(test.split.threshold)
            return left
        column = batch.categories[test.feature_column]
    except IndexError as error:
        raise errors.InvalidArgumentError(
            None, None, f"the trees test a feature that is not there: {kind} {test}"
        ) from error
    wanted = [test.feature_id] if kind == "categorical_id_binary_split" else list(test.feature_ids)
    left = np.zeros(batch.size, bool)
    left[column.indices[np.isin(column.values, wanted), 0]] = True
    return left
