"""Datasets of files of examples, rows of CSV and results of SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.data.csv_nodes import sql_dataset_op
from evergraph.contrib.data.interleaving import parallel_interleave
from evergraph.contrib.data.transformations import batch_and_drop_remainder, map_and_batch, shuffle_and_repeat
from evergraph.data import nest
from evergraph.data.dataset import Dataset, Described
from evergraph.data.elements import Elements
from evergraph.data.readers import TFRecordDataset
from evergraph.formats import paths
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import TensorLike
from evergraph.ops.parsing.examples import parse_example

public_module("contrib.data.python.ops.readers")


def file_names(file_pattern: Any, shuffle: bool) -> list[str]:
    """The files that match a pattern or list of patterns, sorted unless they are to be shuffled; ValueError for none."""
    patterns = file_pattern if isinstance(file_pattern, (list, tuple)) else [file_pattern]
    if not patterns:
        raise ValueError("File pattern is empty.")
    found = [name for pattern in patterns for name in paths.glob(pattern)]
    if not found:
        raise ValueError(f"No files match {file_pattern}.")
    return found if shuffle else sorted(found)


def mixed(
    dataset: Dataset, num_epochs: int | None, shuffle: bool, buffer_size: int, seed: int | None
) -> Dataset:
    """The dataset, shuffled and repeated as asked for."""
    if shuffle:
        if num_epochs == 1:
            return dataset.shuffle(buffer_size, seed)
        return dataset.apply(shuffle_and_repeat(buffer_size, num_epochs, seed))
    return dataset if num_epochs == 1 else dataset.repeat(num_epochs)


def _batches(dataset, batch_size, drops):
    return dataset.apply(batch_and_drop_remainder(batch_size)) if drops else dataset.batch(batch_size)


# -- examples ----------------------------------------------------------------------------------------------------------


@public()
def make_tf_record_dataset(
    file_pattern: Any,
    batch_size: TensorLike,
    parser_fn: Callable[..., Any] | None = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int | None = None,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: int | None = None,
    num_parallel_parser_calls: int | None = None,
    drop_final_batch: bool = False,
) -> Dataset:
    """Batches of records of TFRecord files, parsed by `parser_fn`.

    Args:
      file_pattern: a pattern, or list of patterns.
      batch_size: how many records a batch has, an int64 scalar. Without `parser_fn` a batch is a string `[batch]`.
      parser_fn: function of a record; the record itself when None.
      num_epochs: how often to go through the files; without end when None.
      shuffle, shuffle_buffer_size, shuffle_seed: whether and how the records are shuffled.
      prefetch_buffer_size: how many batches are made ahead.
      num_parallel_reads: from how many files to take records in turn.
      num_parallel_parser_calls: for how many records `parser_fn` is called side by side.
      drop_final_batch: whether all batches have `batch_size` records.
    """
    files = Dataset.list_files(file_pattern, shuffle=shuffle, seed=shuffle_seed)
    dataset = TFRecordDataset(
        files, num_parallel_reads=24 if num_parallel_reads is None else num_parallel_reads
    )
    dataset = mixed(dataset, num_epochs, shuffle, shuffle_buffer_size or 10000, shuffle_seed)
    if parser_fn is None:
        dataset = _batches(dataset, batch_size, drop_final_batch)
    else:
        dataset = dataset.apply(
            map_and_batch(
                parser_fn,
                batch_size,
                num_parallel_calls=num_parallel_parser_calls,
                drop_remainder=drop_final_batch,
            )
        )
    return dataset.prefetch(-1 if prefetch_buffer_size is None else prefetch_buffer_size)


@public("contrib.data.make_batched_features_dataset")
def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: TensorLike,
    features: Mapping[str, Any],
    reader: Callable[..., Dataset] = TFRecordDataset,
    reader_args: Sequence[Any] | None = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int = 1,
    reader_num_threads: int = 1,
    parser_num_threads: int = 2,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Dataset:
    """Batches of Example messages as dicts of tensors and SparseTensors, see `tf.parse_example`.

    Args:
      file_pattern: a pattern, or list of patterns.
      batch_size: how many examples a batch has.
      features: {key: FixedLenFeature, VarLenFeature or another}.
      reader: function of a file's name (and `reader_args`) that gives a dataset of serialized examples.
      reader_args: more arguments of `reader`.
      num_epochs: how often to go through the files; without end when None.
      shuffle, shuffle_buffer_size, shuffle_seed: whether and how files and examples are shuffled.
      prefetch_buffer_size: how many batches are made ahead.
      reader_num_threads: from how many files to take examples in turn.
      parser_num_threads: how many batches are parsed side by side.
      sloppy_ordering: whether the order may vary.
      drop_final_batch: whether all batches have `batch_size` examples.

    Raises:
      ValueError: no pattern, or no file that matches.
    """
    names = file_names(file_pattern, False)
    dataset = Dataset.from_tensor_slices(names)
    if shuffle:
        dataset = dataset.shuffle(len(names), shuffle_seed)
    arguments = list(reader_args or ())
    dataset = dataset.apply(
        parallel_interleave(
            lambda name: reader(name, *arguments), cycle_length=reader_num_threads, sloppy=sloppy_ordering
        )
    )
    if dataset.output_types == (dtypes.string, dtypes.string):
        dataset = dataset.map(lambda _, value: value)
    dataset = mixed(dataset, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)
    dataset = _batches(dataset, batch_size, drop_final_batch)
    dataset = dataset.map(lambda batch: parse_example(batch, features), num_parallel_calls=parser_num_threads)
    return dataset.prefetch(prefetch_buffer_size)


@public("contrib.data.read_batch_features")
def read_batch_features(
    file_pattern: Any,
    batch_size: TensorLike,
    features: Mapping[str, Any],
    reader: Callable[..., Dataset] = TFRecordDataset,
    reader_args: Sequence[Any] | None = None,
    randomize_input: bool = True,
    num_epochs: int | None = None,
    capacity: int = 10000,
) -> dict[str, Any]:
    """The next batch of `make_batched_features_dataset`, as a dict of tensors and SparseTensors.

    Arguments as for `make_batched_features_dataset`; `capacity` is how many examples are shuffled at a time.
    """
    dataset = make_batched_features_dataset(
        file_pattern,
        batch_size,
        features,
        reader=reader,
        reader_args=reader_args,
        shuffle=randomize_input,
        num_epochs=num_epochs,
        shuffle_buffer_size=capacity,
    )
    return dataset.make_one_shot_iterator().get_next()


# -- SQL ---------------------------------------------------------------------------------------------------------------


@public("contrib.data.SqlDataset")
class SqlDataset(Described):
    """The rows that an SQL query gives.

    Args:
      driver_name: "sqlite".
      data_source_name: the database's file.
      query: the query.
      output_types: a tuple of the dtypes of the columns.
    """

    def __init__(
        self, driver_name: TensorLike, data_source_name: TensorLike, query: TensorLike, output_types: Any
    ) -> None:
        arguments = [
            convert_to_tensor(value, dtypes.string, name=name)
            for value, name in (
                (driver_name, "driver_name"),
                (data_source_name, "data_source_name"),
                (query, "query"),
            )
        ]
        types = nest.map_structure(dtypes.as_dtype, output_types)
        elements = Elements(types, nest.map_structure(lambda _: TensorShape([]), types))
        super().__init__(elements, lambda: sql_dataset_op(*arguments, **elements.attributes()))
