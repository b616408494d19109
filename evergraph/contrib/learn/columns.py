"""Columns for the features that an input has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.learn.arrays import arrays_input_fn
from evergraph.feature_column.numeric import numeric_column
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module

public_module(
    "contrib.learn",
    "contrib.learn.python.learn.estimators",
    "contrib.learn.python.learn.estimators.estimator",
)


@public()
def infer_real_valued_columns_from_input_fn(input_fn: Callable) -> list[Any]:
    """A numeric column for each feature that an input_fn gives; a single tensor is the feature "".

    Raises:
      ValueError: a feature that is no number, or whose size is not known.
    """
    with Graph().as_default():
        features, _ = input_fn()
        named = features if isinstance(features, dict) else {"": features}
        return [_column(key, tensor) for key, tensor in sorted(named.items())]


def _column(key, tensor):
    if not (tensor.dtype.is_floating or tensor.dtype.is_integer):
        raise ValueError(f"on feature {key!r}: a number is needed, got {tensor.dtype.name}")
    if tensor.shape.ndims is None or not tensor.shape[1:].is_fully_defined():
        raise ValueError(f"on feature {key!r}: the shape must be known but for the batch, got {tensor.shape}")
    return numeric_column(key, shape=tensor.shape[1:].as_list() or [1], dtype=tensor.dtype)


@public()
def infer_real_valued_columns_from_input(x: Any) -> list[Any]:
    """A numeric column for each feature of arrays; a single array is the feature ""."""
    return infer_real_valued_columns_from_input_fn(arrays_input_fn(x))
