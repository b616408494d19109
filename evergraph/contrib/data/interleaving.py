"""Datasets mixed: `parallel_interleave`, `sample_from_datasets`, `choose_from_datasets`, `rejection_resample`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evergraph.contrib.data.nodes import directed_interleave_dataset_op
from evergraph.contrib.data.transformations import scan, unbatch
from evergraph.data import nest
from evergraph.data.dataset import Dataset, Described, elements_of
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.inference import constant_value
from evergraph.ops.random.distributions import random_uniform

public_module("contrib.data.python.ops.interleave_ops", "contrib.data.python.ops.resampling")

Transformation = Callable[[Dataset], Dataset]


@public("contrib.data.parallel_interleave")
def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: TensorLike,
    block_length: TensorLike = 1,
    sloppy: TensorLike = False,
    buffer_output_elements: TensorLike | None = None,
    prefetch_input_elements: TensorLike | None = None,
) -> Transformation:
    """`Dataset.interleave` with a thread for each dataset that is open, which makes its elements ahead.

    Args:
      map_func: function of an element that gives a dataset.
      cycle_length: of how many datasets elements are taken in turn.
      block_length: how many elements of each at a time.
      sloppy: whether the order may vary; it does not.
      buffer_output_elements: how many elements of each dataset are made ahead.
      prefetch_input_elements: kept for compatibility.

    Raises:
      TypeError: (where it is applied) `map_func` gives something else than a dataset.
    """
    ahead = _AHEAD if buffer_output_elements is None else buffer_output_elements

    def opened(*element):
        dataset = map_func(*element)
        if not isinstance(dataset, Dataset):
            raise TypeError("`map_func` must return a `Dataset` object.")
        return dataset.prefetch(ahead)

    return lambda dataset: dataset.interleave(opened, cycle_length, block_length)


_AHEAD = 16


@public("contrib.data.sloppy_interleave")
def sloppy_interleave(
    map_func: Callable[..., Any], cycle_length: TensorLike, block_length: TensorLike = 1
) -> Transformation:
    """The old name of `parallel_interleave(..., sloppy=True)`."""
    return parallel_interleave(map_func, cycle_length, block_length, sloppy=True)


def _directed(selector, datasets):
    first = datasets[0]
    elements = elements_of(first)
    for other in datasets[1:]:
        same_types = nest.flatten(other.output_types) == nest.flatten(first.output_types)
        if not same_types or nest.flatten(other.output_classes) != nest.flatten(first.output_classes):
            raise TypeError("All datasets must have the same type.")
        elements = elements.common(elements_of(other))
    return Described(
        elements,
        lambda: directed_interleave_dataset_op(
            selector._as_variant_tensor(), [d._as_variant_tensor() for d in datasets], **elements.attributes()
        ),
    )


@public("contrib.data.sample_from_datasets")
def sample_from_datasets(
    datasets: Sequence[Dataset], weights: Any = None, seed: TensorLike | None = None
) -> Dataset:
    """Elements of several datasets, each one from a dataset drawn at random.

    Args:
      datasets: datasets of the same types.
      weights: how likely each is, floating-point numbers or a dataset of such vectors; all alike when None.
      seed: see `tf.set_random_seed`.

    Raises:
      TypeError: the datasets differ in type, or the weights are no floating-point numbers.
      ValueError: another number of weights.
    """
    datasets = list(datasets)
    if not isinstance(weights, Dataset):
        tensor = convert_to_tensor(
            np.ones(len(datasets), np.float32) if weights is None else weights, name="weights"
        )
        if tensor.dtype not in (dtypes.float32, dtypes.float64):
            raise TypeError(
                "`weights` must be convertible to a tensor of `tf.float32` or `tf.float64` elements."
            )
        if not tensor.shape.is_compatible_with([len(datasets)]):
            raise ValueError("`weights` must be a vector of length `len(datasets)`.")
        weights = Dataset.from_tensors(tensor).repeat()

    def draw(*parts):
        likely = array_ops.reshape(convert_to_tensor(parts[0]), [-1])
        bounds = math_ops.cumsum(math_ops.cast(likely, dtypes.float64))
        place = random_uniform([], seed=seed, dtype=dtypes.float64) * bounds[-1]
        passed = math_ops.cast(math_ops.less_equal(bounds[:-1], place), dtypes.int64)
        return math_ops.reduce_sum(passed)

    return _directed(weights.map(draw), datasets)


@public("contrib.data.choose_from_datasets")
def choose_from_datasets(datasets: Sequence[Dataset], choice_dataset: Dataset) -> Dataset:
    """Elements of several datasets, each one from that whose number a dataset of int64 scalars gives.

    Raises:
      TypeError: the datasets differ in type, or `choice_dataset` has other elements.
    """
    if nest.is_sequence(choice_dataset.output_types) or choice_dataset.output_types != dtypes.int64:
        raise TypeError("`choice_dataset` must be a dataset of scalar `tf.int64` tensors.")
    if not choice_dataset.output_shapes.is_compatible_with([]):
        raise TypeError("`choice_dataset` must be a dataset of scalar `tf.int64` tensors.")
    return _directed(choice_dataset, list(datasets))


# -- resampling --------------------------------------------------------------------------------------------------------


@public("contrib.data.rejection_resample")
def rejection_resample(
    class_func: Callable[..., Any],
    target_dist: TensorLike,
    initial_dist: TensorLike = None,
    seed: int | None = None,
) -> Transformation:
    """Leaves out elements so that their classes come as often as wanted; gives (class, element).

    With p the share of each class and t the wanted one, r = t / p. An element is taken as it comes with probability
    min r, and else one that was accepted, with probability (r - min r) / (max r - min r) of its class.

    Args:
      class_func: function of an element that gives its class, an int32 scalar.
      target_dist: the wanted share of each class, floating-point numbers.
      initial_dist: the share of each class in the dataset; estimated from the elements when None.
      seed: see `tf.set_random_seed`.
    """

    def apply(dataset):
        target = convert_to_tensor(target_dist, name="target_dist")
        classes = dataset.map(class_func)
        if initial_dist is None:
            shares = _estimated_shares(target, classes)
            pairs = shares.map(lambda share: _acceptance(share, target))
            accepts, mixing = pairs.map(lambda accept, _: accept), pairs.map(lambda _, mix: mix)
            always = None
        else:
            initial = convert_to_tensor(initial_dist, name="initial_dist")
            accept, mix = _acceptance(initial, target)
            accepts, mixing = (Dataset.from_tensors(value).repeat() for value in (accept, mix))
            given, wanted = constant_value(initial), constant_value(target)
            always = None if given is None or wanted is None else min(wanted / given)
        accepted = (
            Dataset.zip((classes, accepts, dataset))
            .map(lambda c, accept, data: (c, array_ops.gather(accept, c), data))
            .filter(lambda _, accept, __: random_uniform([], seed=seed, dtype=accept.dtype) < accept)
            .map(lambda c, _, data: (c, data))
            .prefetch(3)
        )
        whole = Dataset.zip((classes, dataset))
        if always == 1:
            return whole
        if always == 0:
            return accepted
        weights = mixing.map(lambda mix: array_ops.stack([mix, 1 - mix]))
        return sample_from_datasets([whole, accepted], weights, seed)

    return apply


def _acceptance(initial, target):
    ratio = target / (initial + np.finfo(initial.dtype.as_numpy_dtype).tiny)
    least, most = math_ops.reduce_min(ratio), math_ops.reduce_max(ratio)
    return (ratio - least) / (most - least), least


_AT_A_TIME, _SMOOTHING = 32, 10


def _estimated_shares(target, classes):
    """A dataset of the shares of the classes as far as they are known, one for each element."""
    count = target.shape[0].value
    seen = constant(np.full([count], _SMOOTHING, np.int64))

    def update(seen, found):
        seen = seen + math_ops.reduce_sum(array_ops.one_hot(found, count, dtype=dtypes.int64), 0)
        share = math_ops.cast(math_ops.truediv(seen, math_ops.reduce_sum(seen)), target.dtype)
        return seen, array_ops.tile(array_ops.expand_dims(share, 0), [_AT_A_TIME, 1])

    return classes.batch(_AT_A_TIME).apply(scan(seen, update)).apply(unbatch())
