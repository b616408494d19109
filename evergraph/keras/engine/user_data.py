"""Data sets and iterators as a model's data, and the share of data that validates."""

from typing import Any

from evergraph.framework.composite import SparseTensor
from evergraph.keras.basics.generic import slice_arrays
from evergraph.keras.engine.standardize import has_symbolic_tensors


def from_iterator(model: Any, x: Any, y: Any, sample_weight: Any) -> tuple:
    """(x, y) as they are; or the next tensors of a dataset or iterator given as `x`.

    Raises:
      ValueError: targets or weights beside an iterator; an iterator that does not give (x, y).
    """
    if hasattr(x, "make_one_shot_iterator"):
        cached = vars(model).setdefault("_dataset_iterators", {})
        if id(x) not in cached:
            cached[id(x)] = (x, x.make_one_shot_iterator())
        x = cached[id(x)][1]
    if not hasattr(x, "get_next") or not hasattr(x, "output_shapes"):
        return x, y
    if y is not None or sample_weight is not None:
        raise ValueError("an iterator gives inputs and targets: `y` and `sample_weight` must be None")
    cached = vars(model).setdefault("_iterator_tensors", {})
    if id(x) not in cached:
        cached[id(x)] = (x, x.get_next())
    given = cached[id(x)][1]
    if not isinstance(given, (list, tuple)) or isinstance(given, SparseTensor):
        return given, None
    if len(given) != 2:
        raise ValueError(f"an iterator should give pairs (x, y), got {len(given)} elements")
    return given[0], given[1]


def split_validation(data: tuple, share: float) -> tuple[tuple, tuple]:
    """(data to train with, data to validate with): the last share of the examples validates.

    Raises:
      ValueError: tensors, which cannot be split.
    """
    if any(has_symbolic_tensors(each) for each in data):
        raise ValueError("`validation_split` takes arrays: tensors cannot be split")
    first = data[0][0]
    at = int(first.shape[0] * (1.0 - share))
    return tuple(slice_arrays(each, 0, at) for each in data), tuple(slice_arrays(each, at) for each in data)
