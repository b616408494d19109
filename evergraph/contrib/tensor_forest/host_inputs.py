"""The examples of a batch as trees see them on the host: numbered features, dense ones first, and labels."""

from __future__ import annotations

import re

import numpy as np

from evergraph.framework import errors

DATA_FLOAT, DATA_CATEGORICAL = 0, 1
_COLUMN = re.compile(r"original_type: (-?\d+) size: (-?\d+)")


class InputSpec:
    """What features there are: parsed from the text that `data_ops.TensorForestDataSpec` writes.

    Attributes:
      kinds: DATA_FLOAT or DATA_CATEGORICAL of each dense feature.
      sparse_kind: of all sparse features.
    """

    def __init__(self, text: str) -> None:
        dense, _, sparse = text.partition("sparse: [")
        columns = [(int(kind), int(size)) for kind, size in _COLUMN.findall(dense)]
        self.kinds = np.array([kind for kind, size in columns for _ in range(size)], np.int8)
        found = _COLUMN.search(sparse)
        self.sparse_kind = int(found[1]) if found else DATA_FLOAT


class Examples:
    """The features of a batch.

    Args:
      spec: an InputSpec.
      dense: float32 `[batch, features]`, or an empty vector where there are none.
      indices, values, shape: the parts of a sparse matrix, or empty vectors.

    Raises:
      InvalidArgumentError: another number of dense features than the spec has.
    """

    def __init__(
        self, spec: InputSpec, dense: np.ndarray, indices: np.ndarray, values: np.ndarray, shape: np.ndarray
    ) -> None:
        self._spec = spec
        self._dense = dense if dense.ndim == 2 else None
        self._dense_size = 0 if self._dense is None else self._dense.shape[1]
        if self._dense is not None and self._dense_size != len(spec.kinds):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"input_data has {self._dense_size} features, but its specification has {len(spec.kinds)}",
            )
        self._keys = None
        if indices.ndim == 2:
            self._width = max(int(shape[1]), 1)
            keys = indices[:, 0] * self._width + indices[:, 1]
            order = np.argsort(keys, kind="stable")
            self._keys, self._values = keys[order], values[order]
        if self._dense is not None:
            self.count = len(self._dense)
        else:
            self.count = int(shape[0]) if self._keys is not None else 0

    def values(self, rows: np.ndarray, features: np.ndarray) -> np.ndarray:
        """The values, float32, of features of examples: arrays that broadcast; 0 for a sparse one that is not there."""
        rows, features = np.broadcast_arrays(rows, features)
        if self._keys is None and self._dense is not None:
            return self._dense[rows, features]
        result = np.zeros(rows.shape, np.float32)
        is_dense = features < self._dense_size
        if self._dense is not None:
            result[is_dense] = self._dense[rows[is_dense], features[is_dense]]
        if self._keys is not None and len(self._keys):
            wanted = rows[~is_dense] * self._width + (features[~is_dense] - self._dense_size)
            places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
            result[~is_dense] = np.where(self._keys[places] == wanted, self._values[places], 0)
        return result

    def random_features(self, rows: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """A feature for each row: one of the dense ones or of the sparse ones that the example has."""
        if self._keys is None:
            return generator.integers(self._dense_size, size=len(rows))
        first = np.searchsorted(self._keys, rows * self._width)
        present = np.searchsorted(self._keys, (rows + 1) * self._width) - first
        drawn = generator.integers(np.maximum(self._dense_size + present, 1))
        is_dense = drawn < self._dense_size
        places = np.where(is_dense, 0, first + drawn - self._dense_size)
        columns = np.zeros(len(rows), np.int64)  # the first column, for an example without features
        usable = ~is_dense & (present > 0)
        columns[usable] = self._keys[places[usable]] % self._width
        return np.where(is_dense, drawn, columns + self._dense_size)

    def kinds(self, features: np.ndarray) -> np.ndarray:
        """DATA_FLOAT or DATA_CATEGORICAL of features."""
        result = np.full(features.shape, self._spec.sparse_kind, np.int8)
        is_dense = features < self._dense_size
        result[is_dense] = self._spec.kinds[features[is_dense]]
        return result


class Targets:
    """The labels and weights of a batch.

    Args:
      labels: float32 `[batch]`, `[batch, 1]` or `[batch, outputs]`.
      weights: float32 `[batch]`; those after its end weigh 1.
      outputs: how many numbers an example has, or how many classes there are.
      is_regression: whether labels are numbers.

    Raises:
      InvalidArgumentError: a label that is no class.
    """

    def __init__(self, labels: np.ndarray, weights: np.ndarray, outputs: int, is_regression: bool) -> None:
        flat = labels.reshape(-1)
        count = labels.shape[0] if labels.ndim else 1
        self.weights = np.ones(count, np.float32)
        given = weights.reshape(-1)[:count]
        self.weights[: len(given)] = given
        self.numbers = self.classes = None
        if is_regression:
            width = max(1, labels.shape[1] if labels.ndim > 1 else 0)
            if width < outputs:
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"a regression of {outputs} numbers needs labels [batch, {outputs}], got {labels.shape}",
                )
            self.numbers = flat.reshape(count, width)[:, :outputs]
        else:
            self.classes = flat[:count].astype(np.int32)
            if count and (self.classes.min() < 0 or self.classes.max() >= outputs):
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"labels are classes in [0, {outputs}), got {self.classes.min()} to {self.classes.max()}: is "
                    "params.num_classes set correctly?",
                )
