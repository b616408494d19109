"""Datasets as they were in `tf.contrib.data` before there was `tf.data`: what transforms them gives more of the kind.

Their `map` takes `num_threads` and `output_buffer_size`, and what became functions for `apply` are methods here
(`enumerate`, `unbatch`, `ignore_errors`, `group_by_window`, `dense_to_sparse_batch`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from evergraph.contrib.data import grouping, transformations
from evergraph.data import dataset as current
from evergraph.data import readers
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike

public_module("contrib.data.python.ops.dataset_ops")

_TRANSFORMATIONS = "concatenate prefetch repeat shuffle cache take skip shard batch padded_batch flat_map interleave filter apply"
_SOURCES = "from_tensors from_tensor_slices from_sparse_tensor_slices from_generator range list_files zip"


def _of_the_kind(function):
    """A function that gives a dataset, made to give a `Dataset` of this module."""

    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        return Dataset(function(*args, **kwargs))

    return wrapped


@public("contrib.data.Dataset")
class Dataset(current.Dataset):
    """A dataset of `tf.data` with the methods that datasets had in `tf.contrib.data`.

    Args:
      dataset: a `tf.data.Dataset`; its elements are those of this one.
    """

    def __init__(self, dataset: current.Dataset) -> None:
        super().__init__()
        self._dataset = dataset

    def _as_variant_tensor(self) -> Tensor:
        return self._dataset._as_variant_tensor()

    @property
    def output_classes(self) -> Any:
        """tf.Tensor or tf.SparseTensor for each component of an element."""
        return self._dataset.output_classes

    @property
    def output_shapes(self) -> Any:
        """The TensorShape of each component of an element."""
        return self._dataset.output_shapes

    @property
    def output_types(self) -> Any:
        """The DType of each component of an element."""
        return self._dataset.output_types

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: TensorLike | None = None,
        output_buffer_size: TensorLike | None = None,
        num_threads: TensorLike | None = None,
    ) -> Dataset:
        """Each element put through a function.

        Args:
          map_func: function of the components of an element.
          num_parallel_calls, num_threads: how many calls go on at a time (two names for one thing).
          output_buffer_size: how many results to have ready; none when None.
        """
        calls = num_threads if num_parallel_calls is None else num_parallel_calls
        mapped = super().map(map_func, calls)
        return Dataset(mapped if output_buffer_size is None else mapped.prefetch(output_buffer_size))

    def enumerate(self, start: TensorLike = 0) -> current.Dataset:
        """Pairs (number from `start` on, element)."""
        return self.apply(transformations.enumerate_dataset(start))

    def unbatch(self) -> current.Dataset:
        """The rows of each element, one by one."""
        return self.apply(transformations.unbatch())

    def ignore_errors(self) -> current.Dataset:
        """The elements that can be made, without those whose making fails."""
        return self.apply(transformations.ignore_errors())

    def dense_to_sparse_batch(self, batch_size: TensorLike, row_shape: ShapeLike) -> current.Dataset:
        """Batches of elements of different sizes as SparseTensors; see `tf.contrib.data.dense_to_sparse_batch`."""
        return self.apply(transformations.dense_to_sparse_batch(batch_size, row_shape))

    def group_by_window(
        self, key_func: Callable[..., Any], reduce_func: Callable[..., Any], window_size: TensorLike
    ) -> current.Dataset:
        """Windows of elements with equal keys, each reduced; see `tf.contrib.data.group_by_window`."""
        return self.apply(grouping.group_by_window(key_func, reduce_func, window_size))


for _name in _TRANSFORMATIONS.split():
    setattr(Dataset, _name, _of_the_kind(getattr(current.Dataset, _name)))
for _name in _SOURCES.split():
    setattr(Dataset, _name, staticmethod(_of_the_kind(getattr(current.Dataset, _name))))


@public("contrib.data.TextLineDataset")
class TextLineDataset(Dataset):
    """The lines of text files; see `tf.data.TextLineDataset`."""

    @functools.wraps(readers.TextLineDataset.__init__)
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(readers.TextLineDataset(*args, **kwargs))


@public("contrib.data.TFRecordDataset")
class TFRecordDataset(Dataset):
    """The records of TFRecord files; see `tf.data.TFRecordDataset`."""

    @functools.wraps(readers.TFRecordDataset.__init__)
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(readers.TFRecordDataset(*args, **kwargs))


@public("contrib.data.FixedLengthRecordDataset")
class FixedLengthRecordDataset(Dataset):
    """The records of files of records of one length; see `tf.data.FixedLengthRecordDataset`."""

    @functools.wraps(readers.FixedLengthRecordDataset.__init__)
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(readers.FixedLengthRecordDataset(*args, **kwargs))
