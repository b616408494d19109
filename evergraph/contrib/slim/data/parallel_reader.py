"""Several readers that fill one queue."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework import dtypes as tf_dtypes
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.ops.files.readers import ReaderBase
from evergraph.ops.queues.classes import FIFOQueue, QueueBase, RandomShuffleQueue
from evergraph.platform.file_io import get_matching_files
from evergraph.summary import summary
from evergraph.training.input import string_input_producer
from evergraph.training.queue_runner import QueueRunner, add_queue_runner

public_module("contrib.slim.parallel_reader", "contrib.slim.python.slim.data.parallel_reader")


@public()
class ParallelReader(ReaderBase):
    """A reader of records that others have read ahead, in their threads.

    Args:
      reader_class: a reader class, such as `tf.TFRecordReader`.
      common_queue: a queue of two strings, (key, value).
      num_readers: how many read.
      reader_kwargs: arguments of the class.

    Raises:
      TypeError: a queue of other components.
    """

    def __init__(
        self,
        reader_class: Callable,
        common_queue: QueueBase,
        num_readers: int = 4,
        reader_kwargs: dict[str, Any] | None = None,
    ) -> None:
        if len(common_queue.dtypes) != 2:
            raise TypeError(
                f"common_queue must have two components, (key, value). It has: {common_queue.dtypes}"
            )
        if any(not dtype.is_compatible_with(tf_dtypes.string) for dtype in common_queue.dtypes):
            raise TypeError(f"common_queue's components must be strings. They are: {common_queue.dtypes}")
        self._readers = [reader_class(**(reader_kwargs or {})) for _ in range(num_readers)]
        self._common_queue = common_queue

    @property
    def num_readers(self) -> int:
        """How many readers there are."""
        return len(self._readers)

    @property
    def common_queue(self) -> QueueBase:
        """The queue that they fill."""
        return self._common_queue

    def read(self, queue: QueueBase, name: str | None = None) -> Any:
        """(key, value) of the next record of the files in `queue`."""
        self._fill_from(queue)
        return self._common_queue.dequeue(name=name)

    def read_up_to(self, queue: QueueBase, num_records: Any, name: str | None = None) -> Any:
        """(keys, values) of at most so many records."""
        self._fill_from(queue)
        return self._common_queue.dequeue_up_to(num_records, name)

    def _fill_from(self, queue):
        fill = [self._common_queue.enqueue(reader.read(queue)) for reader in self._readers]
        add_queue_runner(QueueRunner(self._common_queue, fill))

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """How many records all readers have given."""
        return math_ops.add_n([reader.num_records_produced() for reader in self._readers], name=name)

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """How many files all readers have read to the end."""
        return math_ops.add_n([reader.num_work_units_completed() for reader in self._readers], name=name)


@public()
def parallel_read(
    data_sources: Any,
    reader_class: Callable,
    num_epochs: int | None = None,
    num_readers: int = 4,
    reader_kwargs: dict[str, Any] | None = None,
    shuffle: bool = True,
    dtypes: Sequence[Any] | None = None,
    capacity: int = 256,
    min_after_dequeue: int = 128,
    seed: int | None = None,
    scope: str | None = None,
) -> Any:
    """(key, value) of a record, read by several readers.

    Args:
      data_sources: the files, or patterns of their names.
      reader_class, num_readers, reader_kwargs: as for `ParallelReader`.
      num_epochs: how often each file is read; None for no bound.
      shuffle: whether files and records are shuffled.
      dtypes: of key and value; strings when None.
      capacity, min_after_dequeue: of the queue of records.
      seed: of the shuffling.
      scope: a name for the operations.

    Raises:
      ValueError: no files.
    """
    files = get_data_files(data_sources)
    with name_scope(scope, "parallel_read"):
        names = string_input_producer(
            files, num_epochs=num_epochs, shuffle=shuffle, seed=seed, name="filenames"
        )
        dtypes = list(dtypes or [tf_dtypes.string, tf_dtypes.string])
        if shuffle:
            queue: QueueBase = RandomShuffleQueue(
                capacity=capacity,
                min_after_dequeue=min_after_dequeue,
                dtypes=dtypes,
                seed=seed,
                name="common_queue",
            )
        else:
            queue = FIFOQueue(capacity=capacity, dtypes=dtypes, name="common_queue")
        _summarize_fullness(queue, capacity)
        return ParallelReader(reader_class, queue, num_readers, reader_kwargs).read(names)


def _summarize_fullness(queue, capacity):
    size = math_ops.cast(queue.size(), tf_dtypes.float32)
    summary.scalar(f"fraction_of_{capacity}_full", size * (1.0 / capacity))


@public()
def single_pass_read(
    data_sources: Any,
    reader_class: Callable,
    reader_kwargs: dict[str, Any] | None = None,
    scope: str | None = None,
) -> Any:
    """(key, value) of a record of the files, in order and once. Arguments and errors as for `parallel_read`."""
    files = get_data_files(data_sources)
    with name_scope(scope, "single_pass_read"):
        names = string_input_producer(files, num_epochs=1, shuffle=False, capacity=1, name="filenames")
        return reader_class(**(reader_kwargs or {})).read(names)


@public()
def get_data_files(data_sources: Any) -> list[str]:
    """The files of a pattern, or of several.

    Args:
      data_sources: a path, a pattern, or a list of these.

    Raises:
      ValueError: there are none.
    """
    if isinstance(data_sources, (list, tuple)):
        files = [path for source in data_sources for path in get_data_files(source)]
    elif any(each in data_sources for each in "*?["):
        files = get_matching_files(data_sources)
    else:
        files = [data_sources]
    if not files:
        raise ValueError(f"No data files found in {data_sources}")
    return files
