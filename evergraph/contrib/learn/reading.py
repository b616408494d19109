"""Examples from files in batches, by queues, and arrays as input_fns (`tf.contrib.learn.io`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evergraph.estimator.inputs import numpy_io, pandas_io
from evergraph.formats import paths
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.files.readers import TFRecordReader
from evergraph.ops.parsing.examples import parse_example
from evergraph.training.batching import batch_join, shuffle_batch_join
from evergraph.training.input import string_input_producer

public_module("contrib.learn", "contrib.learn.io", "contrib.learn.python.learn.learn_io.graph_io")


def _files(file_pattern):
    patterns = file_pattern if isinstance(file_pattern, list | tuple) else [file_pattern]
    if not patterns:
        raise ValueError("No files given to dequeue_examples.")
    found = [name for pattern in patterns for name in paths.glob(pattern)]
    if not found:
        raise ValueError(f"No files match {file_pattern}.")
    return found


def _one_pair(files, reader, read_batch_size, parse_fn):
    """(keys, values or what is parsed of them) of one reader."""
    made = reader()
    keys, values = made.read_up_to(files, read_batch_size) if read_batch_size > 1 else made.read(files)
    return {"keys": keys, "values": parse_fn(values) if parse_fn else values}


@public()
def read_keyed_batch_examples(
    file_pattern: Any,
    batch_size: int,
    reader: Callable,
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    num_threads: int = 1,
    read_batch_size: int = 1,
    parse_fn: Callable | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> tuple[Tensor, Any]:
    """(keys, records) of files, in batches.

    Args:
      file_pattern: names of files, or patterns.
      batch_size: how many records a batch has; the last may have fewer.
      reader: function that makes a reader, such as `tf.TFRecordReader`.
      randomize_input: whether files and records come in random order.
      num_epochs: how often the files are read; without end when None.
      queue_capacity: how many records wait.
      num_threads: how many readers there are.
      read_batch_size: how many records a reader reads at once.
      parse_fn: function of a record (or several) that gives a tensor or {key: tensor}.
      name: the name scope.
      seed: of the order.

    Raises:
      ValueError: no files; numbers that are not positive, or a queue that is too short.
    """
    if batch_size is None or batch_size <= 0:
        raise ValueError(f"Invalid batch_size {batch_size}.")
    if queue_capacity is None or queue_capacity <= batch_size:
        raise ValueError(f"Invalid batch_size {batch_size}, with queue_capacity {queue_capacity}.")
    for what, number in (("num_threads", num_threads), ("read_batch_size", read_batch_size)):
        if number is None or number <= 0:
            raise ValueError(f"Invalid {what} {number}.")
    files = _files(file_pattern)
    with name_scope(name, "read_batch_examples", []) as scope:
        names = string_input_producer(
            files, num_epochs=num_epochs, shuffle=randomize_input, capacity=max(len(files), 1), seed=seed
        )
        pairs = [_one_pair(names, reader, read_batch_size, parse_fn) for _ in range(num_threads)]
        options = {
            "capacity": queue_capacity,
            "enqueue_many": read_batch_size > 1,
            "allow_smaller_final_batch": num_epochs is not None,
            "name": scope,
        }
        if randomize_input:
            least = min(3 * batch_size, queue_capacity - batch_size)
            found = shuffle_batch_join(pairs, batch_size, min_after_dequeue=least, seed=seed, **options)
        else:
            found = batch_join(pairs, batch_size, **options)
        return found["keys"], found["values"]


@public()
def read_batch_examples(
    file_pattern: Any,
    batch_size: int,
    reader: Callable,
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    num_threads: int = 1,
    read_batch_size: int = 1,
    parse_fn: Callable | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> Any:
    """The records of `read_keyed_batch_examples`, without their keys."""
    return read_keyed_batch_examples(
        file_pattern,
        batch_size,
        reader,
        randomize_input,
        num_epochs,
        queue_capacity,
        num_threads,
        read_batch_size,
        parse_fn,
        name,
        seed,
    )[1]


@public()
def read_keyed_batch_features(
    file_pattern: Any,
    batch_size: int,
    features: Mapping[str, Any],
    reader: Callable,
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    reader_num_threads: int = 1,
    feature_queue_capacity: int = 100,
    num_enqueue_threads: int = 2,
    parse_fn: Callable | None = None,
    name: str | None = None,
    read_batch_size: int | None = None,
) -> tuple[Tensor, dict[str, Any]]:
    """(keys, {key: tensor or SparseTensor}): the records of files as `tf.parse_example` parses them.

    Args:
      features: what is parsed.
      feature_queue_capacity, num_enqueue_threads: accepted; batches are parsed in the run that wants them.
      the others: as of `read_keyed_batch_examples`.
    """
    keys, records = read_keyed_batch_examples(
        file_pattern,
        batch_size,
        reader,
        randomize_input,
        num_epochs,
        queue_capacity,
        reader_num_threads,
        read_batch_size or 1,
        parse_fn,
        name,
    )
    return keys, parse_example(records, features)


@public()
def read_batch_features(
    file_pattern: Any,
    batch_size: int,
    features: Mapping[str, Any],
    reader: Callable,
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    feature_queue_capacity: int = 100,
    reader_num_threads: int = 1,
    num_enqueue_threads: int = 2,
    parse_fn: Callable | None = None,
    name: str | None = None,
    read_batch_size: int | None = None,
) -> dict[str, Any]:
    """The features of `read_keyed_batch_features`, without keys."""
    return read_keyed_batch_features(
        file_pattern,
        batch_size,
        features,
        reader,
        randomize_input,
        num_epochs,
        queue_capacity,
        reader_num_threads,
        feature_queue_capacity,
        num_enqueue_threads,
        parse_fn,
        name,
        read_batch_size,
    )[1]


@public()
def read_batch_record_features(
    file_pattern: Any,
    batch_size: int,
    features: Mapping[str, Any],
    randomize_input: bool = True,
    num_epochs: int | None = None,
    queue_capacity: int = 10000,
    reader_num_threads: int = 1,
    name: str | None = "dequeue_record_examples",
) -> dict[str, Any]:
    """`read_batch_features` of TFRecord files."""
    return read_batch_features(
        file_pattern,
        batch_size,
        features,
        TFRecordReader,
        randomize_input,
        num_epochs,
        queue_capacity,
        reader_num_threads=reader_num_threads,
        name=name,
    )


@public("contrib.learn.io.numpy_input_fn", "contrib.learn.python.learn.learn_io.numpy_io.numpy_input_fn")
def numpy_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool = True,
    queue_capacity: int = 1000,
    num_threads: int = 1,
) -> Callable[[], Any]:
    """`tf.estimator.inputs.numpy_input_fn`, which shuffles unless told not to."""
    return numpy_io.numpy_input_fn(x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads)


@public("contrib.learn.io.pandas_input_fn", "contrib.learn.python.learn.learn_io.pandas_io.pandas_input_fn")
def pandas_input_fn(
    x: Any,
    y: Any = None,
    batch_size: int = 128,
    num_epochs: int | None = 1,
    shuffle: bool = True,
    queue_capacity: int | None = 1000,
    num_threads: int = 1,
    target_column: str = "target",
) -> Callable[[], Any]:
    """`tf.estimator.inputs.pandas_input_fn`, which shuffles unless told not to."""
    return pandas_io.pandas_input_fn(
        x, y, batch_size, num_epochs, shuffle, queue_capacity, num_threads, target_column
    )
