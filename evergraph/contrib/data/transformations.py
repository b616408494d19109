"""Functions for `Dataset.apply`: batches, numbers, errors, what came before, shuffling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.data.nodes import (
    checked_shape_dataset_op,
    ignore_errors_dataset_op,
    single_element_op,
    sliding_dataset_op,
    unique_dataset_op,
)
from evergraph.data import batching, functions, nest
from evergraph.data.dataset import Dataset, Described, elements_of
from evergraph.data.elements import Elements, flat_tensors, to_leaves
from evergraph.data.tracing import Traced, element_result
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike

public_module(
    "contrib.data.python.ops.batching",
    "contrib.data.python.ops.counter",
    "contrib.data.python.ops.enumerate_ops",
    "contrib.data.python.ops.error_ops",
    "contrib.data.python.ops.get_single_element",
    "contrib.data.python.ops.scan_ops",
    "contrib.data.python.ops.shuffle_ops",
    "contrib.data.python.ops.sliding",
    "contrib.data.python.ops.unique",
)

Transformation = Callable[[Dataset], Dataset]
AUTOTUNE = public("contrib.data.AUTOTUNE")(-1)


def _int64(value, name):
    return convert_to_tensor(value, dtypes.int64, name=name)


# -- batches -----------------------------------------------------------------------------------------------------------


@public("contrib.data.batch_and_drop_remainder")
def batch_and_drop_remainder(batch_size: TensorLike) -> Transformation:
    """Batches as those of `Dataset.batch`, but all of `batch_size` elements: what is left over is dropped."""

    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


@public("contrib.data.padded_batch_and_drop_remainder")
def padded_batch_and_drop_remainder(
    batch_size: TensorLike, padded_shapes: Any, padding_values: Any = None
) -> Transformation:
    """Batches as those of `Dataset.padded_batch`, but all of `batch_size` elements."""
    return lambda dataset: dataset.padded_batch(
        batch_size, padded_shapes, padding_values, drop_remainder=True
    )


@public("contrib.data.map_and_batch")
def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: TensorLike,
    num_parallel_batches: TensorLike | None = None,
    drop_remainder: TensorLike = False,
    num_parallel_calls: TensorLike | None = None,
) -> Transformation:
    """`Dataset.map` and then `Dataset.batch`.

    Args:
      map_func: function of an element.
      batch_size: int64 scalar.
      num_parallel_batches: how many batches are made at a time.
      drop_remainder: whether all batches have `batch_size` elements.
      num_parallel_calls: for how many elements the function is called side by side.

    Raises:
      ValueError: both `num_parallel_batches` and `num_parallel_calls` are given.
    """
    if num_parallel_batches is not None and num_parallel_calls is not None:
        raise ValueError(
            "The `num_parallel_batches` and `num_parallel_calls` arguments are mutually exclusive."
        )

    def apply(dataset):
        calls = num_parallel_calls
        if calls is None:
            calls = _CALLS if num_parallel_batches is None else num_parallel_batches * 2
        return dataset.map(map_func, calls).batch(batch_size, drop_remainder)

    return apply


_CALLS = 4  # side by side where the caller does not say: a whole batch of threads is no faster on any machine


@public("contrib.data.dense_to_sparse_batch")
def dense_to_sparse_batch(batch_size: TensorLike, row_shape: ShapeLike) -> Transformation:
    """Batches tensors of different shapes as SparseTensors, whose rows are of the shape `row_shape`.

    Args:
      batch_size: int64 scalar.
      row_shape: the shape of a row; a size that is None is the largest of the batch.

    Raises:
      TypeError: (where it is applied) elements of several components.
    """

    def apply(dataset):
        if nest.is_sequence(dataset.output_types):
            raise TypeError("DenseToSparseDataset requires an input whose elements have a single component.")
        sizes = [-1 if d is None else d for d in as_shape(row_shape).as_list()]
        shape = convert_to_tensor(sizes, dtypes.int64, name="row_shape")
        size = _int64(batch_size, "batch_size")
        elements = Elements(
            dataset.output_types, TensorShape([None]).concatenate(as_shape(row_shape)), SparseTensor
        )
        return Described(
            elements,
            lambda: batching.dense_to_sparse_batch_dataset_op(
                dataset._as_variant_tensor(), size, shape, **elements.attributes()
            ),
        )

    return apply


@public("contrib.data.unbatch")
def unbatch() -> Transformation:
    """The slices of each element along its first axis, one after another."""

    def apply(dataset):
        elements = elements_of(dataset).with_shapes(lambda shape: shape[1:])
        return Described(
            elements,
            lambda: batching.unbatch_dataset_op(dataset._as_variant_tensor(), **elements.attributes()),
        )

    return apply


@public("contrib.data.sliding_window_batch")
def sliding_window_batch(window_size: TensorLike, stride: TensorLike = 1) -> Transformation:
    """Batches of `window_size` consecutive elements, each beginning `stride` elements after the last.

    Args:
      window_size, stride: int64 scalars; the stride is less than the window.
    """

    def apply(dataset):
        elements = elements_of(dataset).with_shapes(TensorShape([None]).concatenate)
        sizes = _int64(window_size, "window_size"), _int64(stride, "stride")
        return Described(
            elements,
            lambda: sliding_dataset_op(dataset._as_variant_tensor(), *sizes, **elements.attributes()),
        )

    return apply


@public("contrib.data.assert_element_shape")
def assert_element_shape(expected_shapes: Any) -> Transformation:
    """The same elements, whose shapes are known and checked when they are made.

    Args:
      expected_shapes: a nested structure of shapes.
    """

    def apply(dataset):
        own = elements_of(dataset)
        shapes = nest.map_structure_up_to(own.shapes, as_shape, expected_shapes)
        for a, b in zip(nest.flatten(own.shapes), nest.flatten(shapes)):
            a.assert_is_compatible_with(b)
        merged = [a.merge_with(b) for a, b in zip(nest.flatten(own.shapes), nest.flatten(shapes))]
        elements = Elements(own.types, nest.pack_sequence_as(own.shapes, merged), own.classes)
        return Described(
            elements,
            lambda: checked_shape_dataset_op(dataset._as_variant_tensor(), **elements.attributes()),
        )

    return apply


# -- one element after another -----------------------------------------------------------------------------------------


@public("contrib.data.Counter")
def Counter(start: int = 0, step: int = 1, dtype: DTypeLike = dtypes.int64) -> Dataset:  # noqa: N802
    """start, start + step, ... without end, as scalars of a dtype."""
    first, by = (
        convert_to_tensor(v, dtypes.as_dtype(dtype), name=n) for v, n in ((start, "start"), (step, "step"))
    )
    return Dataset.from_tensors(0).repeat(None).apply(scan(first, lambda state, _: (state + by, state)))


@public("contrib.data.enumerate_dataset")
def enumerate_dataset(start: TensorLike = 0) -> Transformation:
    """Each element with its number (int64), from `start`."""
    return lambda dataset: dataset._enumerate(start)


@public("contrib.data.ignore_errors")
def ignore_errors() -> Transformation:
    """The elements that can be made: what fails is left out."""

    def apply(dataset):
        elements = elements_of(dataset)
        return Described(
            elements, lambda: ignore_errors_dataset_op(dataset._as_variant_tensor(), **elements.attributes())
        )

    return apply


@public("contrib.data.unique", "contrib.data.python.ops.unique.unique")
def unique() -> Transformation:
    """Each different element once: scalars of int32, int64 or string.

    Raises:
      TypeError: elements of another dtype.
      ValueError: elements that are no scalars.
    """

    def apply(dataset):
        elements = elements_of(dataset)
        if elements.types not in (dtypes.int32, dtypes.int64, dtypes.string):
            raise TypeError(
                f"`tf.contrib.data.unique()` only supports inputs with a single `tf.int32`, `tf.int64`, or "
                f"`tf.string` component, got {elements.types}"
            )
        return Described(
            elements, lambda: unique_dataset_op(dataset._as_variant_tensor(), **elements.attributes())
        )

    return apply


@public("contrib.data.scan")
def scan(initial_state: Any, scan_func: Callable[..., Any]) -> Transformation:
    """What a function makes of a state and each element.

    Args:
      initial_state: a nested structure of tensors.
      scan_func: function (state, element) -> (new state, what is given).

    Raises:
      TypeError: the function returns something else, or states of another structure or type.
    """

    def apply(dataset):
        state = to_leaves(tuple(initial_state) if isinstance(initial_state, list) else initial_state)
        states = Elements.like(state)
        traced = _traced_scan(states, dataset, scan_func)
        shapes = [
            a.most_specific_compatible_shape(b)
            for a, b in zip(nest.flatten(states.shapes), nest.flatten(traced.result[0].shapes))
        ]
        if [s.dims for s in shapes] != [s.dims for s in nest.flatten(states.shapes)]:
            states = Elements(states.types, nest.pack_sequence_as(states.shapes, shapes), states.classes)
            traced = _traced_scan(states, dataset, scan_func)
        elements = traced.result[1]

        def describe():
            inputs = [dataset._as_variant_tensor(), flat_tensors(state), traced.captured]
            attributes = {"f": traced.body, **elements.attributes()}
            return functions.scan_dataset_op.record(inputs, attributes).outputs[0]

        return Described(elements, describe)

    return apply


def _traced_scan(states, dataset, scan_func):
    def finish(value):
        if not isinstance(value, (tuple, list)) or len(value) != 2:
            raise TypeError(
                "The scan function must return a pair comprising the new state and the output value."
            )
        new_state, output = value
        tensors, new_states = element_result(new_state)
        nest.assert_same_structure(states.types, new_states.types)
        for a, b in zip(nest.flatten(states.types), nest.flatten(new_states.types)):
            if a != b:
                raise TypeError(
                    f"The element types for the new state must match the initial state: {a} and {b}"
                )
        for a, b in zip(nest.flatten(states.classes), nest.flatten(new_states.classes)):
            if a is not b:
                raise TypeError(
                    f"The element classes for the new state must match the initial state. Expected {a}; got {b}."
                )
        made, elements = element_result(output)
        return [*tensors, *made], (new_states, elements)

    return Traced(scan_func, [states, elements_of(dataset)], "scan_func", finish, unpack=False)


@public("contrib.data.shuffle_and_repeat")
def shuffle_and_repeat(
    buffer_size: TensorLike, count: TensorLike | None = None, seed: TensorLike | None = None
) -> Transformation:
    """`Dataset.shuffle(buffer_size, seed)`, then `Dataset.repeat(count)`: another order each time.

    The arguments are int64 scalars.
    """
    return lambda dataset: dataset.shuffle(buffer_size, seed).repeat(count)


@public("contrib.data.get_single_element")
def get_single_element(dataset: Dataset) -> Any:
    """The only element of a dataset, a nested structure of tensors.

    Raises:
      TypeError: `dataset` is no dataset.
      InvalidArgumentError (when run): it has no element, or more than one.
    """
    if not isinstance(dataset, Dataset):
        raise TypeError("`dataset` must be a `tf.data.Dataset` object.")
    elements = elements_of(dataset)
    return elements.pack(single_element_op(dataset._as_variant_tensor(), **elements.attributes()))
