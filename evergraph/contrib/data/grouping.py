"""Elements grouped by a key: `group_by_window`, `bucket_by_sequence_length`, `group_by_reducer`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evergraph.contrib.data.group_nodes import group_by_reducer_dataset_op, group_by_window_dataset_op
from evergraph.contrib.data.transformations import get_single_element
from evergraph.data import nest
from evergraph.data.dataset import Dataset, Described, elements_of
from evergraph.data.elements import Elements
from evergraph.data.tracing import Traced, element_result, scalar_result
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.checks import assert_less
from evergraph.ops.constants import constant

public_module("contrib.data.python.ops.grouping")

Transformation = Callable[[Dataset], Dataset]
_KEY = Elements(dtypes.int64, TensorShape([]))


def _key_function(dataset, key_func):
    finish = scalar_result(dtypes.int64, "`key_func` must return a single tf.int64 tensor.")
    return Traced(key_func, [elements_of(dataset)], "key_func", finish)


@public("contrib.data.group_by_window")
def group_by_window(
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Any],
    window_size: TensorLike | None = None,
    window_size_func: Callable[..., Any] | None = None,
) -> Transformation:
    """What a function makes of windows of elements that have the same key.

    Args:
      key_func: function of an element that gives its key, an int64 scalar.
      reduce_func: function (key, dataset of a window) -> dataset, whose elements are given.
      window_size: how many elements a window has (int64 scalar); the last one of a key may have fewer.
      window_size_func: function of the key that gives the size of its windows, in the place of `window_size`.

    Raises:
      ValueError: not exactly one of `window_size` and `window_size_func` is given, or a function returns something else.
      TypeError: `reduce_func` returns no dataset.
    """
    if (window_size is None) == (window_size_func is None):
        raise ValueError("Must pass either window_size or window_size_func.")
    size_of = window_size_func or (lambda _: convert_to_tensor(window_size, dtypes.int64))

    def apply(dataset):
        elements = elements_of(dataset)

        def reduce(key, variant):
            return reduce_func(key, Described(elements, lambda: variant))

        def finish(value):
            if not isinstance(value, Dataset):
                raise TypeError("`reduce_func` must return a `Dataset` object.")
            return [value._as_variant_tensor()], elements_of(value)

        keys = _key_function(dataset, key_func)
        sizes = Traced(
            size_of,
            [_KEY],
            "window_size_func",
            scalar_result(dtypes.int64, "`window_size_func` must return a single tf.int64 tensor."),
        )
        window = Elements(dtypes.variant, TensorShape([]))
        reduced = Traced(reduce, [_KEY, window], "reduce_func", finish, unpack=False)
        given = reduced.result

        def describe():
            inputs = [dataset._as_variant_tensor(), keys.captured, reduced.captured, sizes.captured]
            bodies = {"key_func": keys.body, "reduce_func": reduced.body, "window_size_func": sizes.body}
            return group_by_window_dataset_op.record(inputs, {**bodies, **given.attributes()}).outputs[0]

        return Described(given, describe)

    return apply


@public("contrib.data.Reducer")
class Reducer:
    """How groups are reduced: `init_func(key)` gives a state, `reduce_func(state, element)` the next one, and
    `finalize_func(state)` what is given in the end."""

    def __init__(
        self,
        init_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        finalize_func: Callable[..., Any],
    ) -> None:
        self._init_func, self._reduce_func, self._finalize_func = init_func, reduce_func, finalize_func

    @property
    def init_func(self) -> Callable[..., Any]:
        return self._init_func

    @property
    def reduce_func(self) -> Callable[..., Any]:
        return self._reduce_func

    @property
    def finalize_func(self) -> Callable[..., Any]:
        return self._finalize_func


@public("contrib.data.group_by_reducer")
def group_by_reducer(key_func: Callable[..., Any], reducer: Reducer) -> Transformation:
    """What a Reducer makes of all elements that have the same key, one after another key in the order of the keys.

    Args:
      key_func: function of an element that gives its key, an int64 scalar.
      reducer: a Reducer.

    Raises:
      TypeError: (where it is applied) `reduce_func` gives a state of other types than `init_func`.
      ValueError: (where it is applied) a key that is no int64 scalar.
    """

    def apply(dataset):
        keys = _key_function(dataset, key_func)
        first = Traced(reducer.init_func, [_KEY], "init_func", element_result)
        states = first.result

        def same(value):
            tensors, found = element_result(value)
            nest.assert_same_structure(states.types, found.types)
            if nest.flatten(states.types) != nest.flatten(found.types):
                raise TypeError(
                    f"The element types for the new state must match the initial state: {states.types} and {found.types}"
                )
            return tensors, found

        reduced = Traced(
            reducer.reduce_func, [states, elements_of(dataset)], "reduce_func", same, unpack=False
        )
        last = Traced(reducer.finalize_func, [states], "finalize_func", element_result, unpack=False)
        given = last.result

        def describe():
            inputs = [
                dataset._as_variant_tensor(),
                keys.captured,
                first.captured,
                reduced.captured,
                last.captured,
            ]
            bodies = {
                "key_func": keys.body,
                "init_func": first.body,
                "reduce_func": reduced.body,
                "finalize_func": last.body,
            }
            return group_by_reducer_dataset_op.record(inputs, {**bodies, **given.attributes()}).outputs[0]

        return Described(given, describe)

    return apply


@public("contrib.data.reduce_dataset")
def reduce_dataset(dataset: Dataset, reducer: Reducer) -> Any:
    """What a Reducer makes of all elements of a dataset, a nested structure of tensors."""
    whole = dataset.apply(group_by_reducer(lambda *_: constant(0, dtypes.int64), reducer))
    return get_single_element(whole)


@public("contrib.data.bucket_by_sequence_length")
def bucket_by_sequence_length(
    element_length_func: Callable[..., Any],
    bucket_boundaries: Sequence[int],
    bucket_batch_sizes: Sequence[int],
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
) -> Transformation:
    """Padded batches of elements of similar length.

    Args:
      element_length_func: function of an element that gives its length, an int32 scalar.
      bucket_boundaries: upper bounds (exclusive) of the lengths of all buckets but the last.
      bucket_batch_sizes: the size of the batches of each bucket, one more than boundaries.
      padded_shapes, padding_values: see `Dataset.padded_batch`; the shapes of the elements when None.
      pad_to_bucket_boundary: whether sizes that are not known are padded to the upper bound of the bucket, rather than to
        the largest of the batch.

    Raises:
      ValueError: the lengths of the lists do not fit.
    """
    if len(bucket_batch_sizes) != len(bucket_boundaries) + 1:
        raise ValueError("len(bucket_batch_sizes) must equal len(bucket_boundaries) + 1")
    sizes = np.array(bucket_batch_sizes, np.int64)
    bounds = np.array(bucket_boundaries, np.int64)

    def key(*element):
        length = math_ops.cast(convert_to_tensor(element_length_func(*element)), dtypes.int64)
        reached = math_ops.greater_equal(length, constant(bounds))
        return math_ops.reduce_sum(math_ops.cast(reached, dtypes.int64))

    def batch(bucket, window):
        filler = None
        if pad_to_bucket_boundary:
            check = assert_less(
                bucket,
                constant(len(bounds), dtypes.int64),
                message="When pad_to_bucket_boundary=True, elements must have length <= max(bucket_boundaries).",
            )
            with control_dependencies([check]):
                filler = array_ops.gather(constant(bounds), math_ops.minimum(bucket, len(bounds) - 1))
        shapes = padded_shapes or window.output_shapes
        flat = [_filled(TensorShape(shape), filler) for shape in nest.flatten(shapes)]
        size = array_ops.gather(constant(sizes), bucket)
        return window.padded_batch(size, nest.pack_sequence_as(shapes, flat), padding_values)

    return group_by_window(
        key, batch, window_size_func=lambda bucket: array_ops.gather(constant(sizes), bucket)
    )


def _filled(shape, filler):
    if filler is None or shape.is_fully_defined():
        return shape
    return array_ops.stack([filler if d is None else constant(d, dtypes.int64) for d in shape.as_list()])
