"""`tf.contrib.data.Dataset` and its readers, as TensorFlow 1.2 to 1.7 had them: with the transformations as methods."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from evergraph.contrib.data.grouping import group_by_window
from evergraph.contrib.data.transformations import (
    dense_to_sparse_batch,
    enumerate_dataset,
    ignore_errors,
    unbatch,
)
from evergraph.data import dataset as plain
from evergraph.data import readers
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike

public_module("contrib.data.python.ops.dataset_ops")

P = ParamSpec("P")


def _made(function: Callable[P, plain.Dataset]) -> Callable[P, Dataset]:
    """A method of `tf.data.Dataset`, whose result has the methods of this module's."""

    @wraps(function)
    def method(*args: P.args, **keywords: P.kwargs) -> Dataset:
        return Dataset(function(*args, **keywords))

    return method


@public("contrib.data.Dataset")
class Dataset(plain.Dataset):
    """A `tf.data.Dataset` that has some functions of `tf.contrib.data` as methods, and `map` with threads and a buffer.

    Args:
      dataset: the dataset whose elements it has.
    """

    def __init__(self, dataset: plain.Dataset) -> None:
        super().__init__()
        self._dataset = dataset

    def _as_variant_tensor(self) -> Tensor:
        return self._dataset._as_variant_tensor()

    def make_dataset_resource(self) -> Tensor:
        """Records what describes it; returns the handle, a scalar."""
        return self._as_variant_tensor()

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

    # -- as in tf.data -------------------------------------------------------------------------------------------------

    from_tensors = staticmethod(_made(plain.Dataset.from_tensors))
    from_tensor_slices = staticmethod(_made(plain.Dataset.from_tensor_slices))
    from_sparse_tensor_slices = staticmethod(_made(plain.Dataset.from_sparse_tensor_slices))
    from_generator = staticmethod(_made(plain.Dataset.from_generator))
    range = staticmethod(_made(plain.Dataset.range))
    zip = staticmethod(_made(plain.Dataset.zip))

    concatenate = _made(plain.Dataset.concatenate)
    prefetch = _made(plain.Dataset.prefetch)
    repeat = _made(plain.Dataset.repeat)
    shuffle = _made(plain.Dataset.shuffle)
    cache = _made(plain.Dataset.cache)
    take = _made(plain.Dataset.take)
    skip = _made(plain.Dataset.skip)
    shard = _made(plain.Dataset.shard)
    batch = _made(plain.Dataset.batch)
    padded_batch = _made(plain.Dataset.padded_batch)
    flat_map = _made(plain.Dataset.flat_map)
    interleave = _made(plain.Dataset.interleave)
    filter = _made(plain.Dataset.filter)

    # -- as only here --------------------------------------------------------------------------------------------------

    def apply(self, transformation_func: Callable[[plain.Dataset], plain.Dataset]) -> Dataset:
        """`transformation_func(self)`, which must be a dataset; TypeError otherwise."""
        return Dataset(super().apply(transformation_func))

    @staticmethod
    def list_files(
        file_pattern: TensorLike, shuffle: bool | None = False, seed: TensorLike | None = None
    ) -> Dataset:
        """The names of the files that match a pattern (a string, or string tensor), in order unless `shuffle` is True."""
        return Dataset(plain.Dataset.list_files(file_pattern, shuffle, seed))

    def map(  # pyright: ignore[reportIncompatibleMethodOverride] its second argument was the number of threads
        self,
        map_func: Callable[..., Any],
        num_threads: TensorLike | None = None,
        output_buffer_size: TensorLike | None = None,
        num_parallel_calls: TensorLike | None = None,
    ) -> Dataset:
        """What a function gives for each element.

        Args:
          map_func: function of an element (of its parts, if that is a tuple) that returns a structure of tensors.
          num_threads: the older name of `num_parallel_calls`.
          output_buffer_size: how many results are made ahead (int64 scalar); none when None.
          num_parallel_calls: int32 scalar: for how many elements it is called side by side; their order stays.
        """
        calls = num_threads if num_parallel_calls is None else num_parallel_calls
        mapped = super().map(map_func, calls)
        return Dataset(mapped if output_buffer_size is None else mapped.prefetch(output_buffer_size))

    def enumerate(self, start: TensorLike = 0) -> Dataset:
        """Pairs of a number, from `start` (int64 scalar) on, and an element."""
        return self.apply(enumerate_dataset(start))

    def unbatch(self) -> Dataset:
        """The slices of the elements along their first axis."""
        return self.apply(unbatch())

    def ignore_errors(self) -> Dataset:
        """The elements whose making raises no error."""
        return self.apply(ignore_errors())

    def dense_to_sparse_batch(self, batch_size: TensorLike, row_shape: ShapeLike) -> Dataset:
        """SparseTensors of `batch_size` consecutive elements, each of which fits in `row_shape`."""
        return self.apply(dense_to_sparse_batch(batch_size, row_shape))

    def group_by_window(
        self, key_func: Callable[..., Any], reduce_func: Callable[..., Any], window_size: TensorLike
    ) -> Dataset:
        """See `tf.contrib.data.group_by_window`; `reduce_func` is given a dataset with the methods of this one."""

        def reduce_window(key, window):
            return reduce_func(key, Dataset(window))

        return self.apply(group_by_window(key_func, reduce_window, window_size))


@public("contrib.data.TextLineDataset")
class TextLineDataset(Dataset):
    """A `tf.data.TextLineDataset` with the methods of `tf.contrib.data.Dataset`: the same arguments."""

    @wraps(readers.TextLineDataset.__init__)
    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(readers.TextLineDataset(*args, **keywords))


@public("contrib.data.TFRecordDataset")
class TFRecordDataset(Dataset):
    """A `tf.data.TFRecordDataset` with the methods of `tf.contrib.data.Dataset`: the same arguments."""

    @wraps(readers.TFRecordDataset.__init__)
    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(readers.TFRecordDataset(*args, **keywords))


@public("contrib.data.FixedLengthRecordDataset")
class FixedLengthRecordDataset(Dataset):
    """A `tf.data.FixedLengthRecordDataset` with the methods of `tf.contrib.data.Dataset`: the same arguments."""

    @wraps(readers.FixedLengthRecordDataset.__init__)
    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(readers.FixedLengthRecordDataset(*args, **keywords))
