"""`RecordInput`: records of many files in random order, without a queue."""

import random
import threading
from collections.abc import Iterator

import numpy as np

from evergraph.formats import paths
from evergraph.formats.records import COMPRESSIONS, iterate_records
from evergraph.framework import errors
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.array.joining import split
from evergraph.ops.array.reshaping import reshape
from evergraph.ops.registry import host_op

public_module("python.ops.data_flow_ops")


class _Records:
    """Endless records of files, epoch after epoch: all of them, once, before the next epoch begins.

    Args:
      pattern: the files' names, with wildcards.
      seed: of the order; 0 for one that nobody knows.
      shift_ratio: by which part of the files each epoch begins later than the one before.
      buffer_size: among how many records the next one is drawn.
      compression: "", "ZLIB" or "GZIP".
    """

    def __init__(
        self, pattern: str, seed: int, shift_ratio: float, buffer_size: int, compression: str
    ) -> None:
        self._pattern, self._shift_ratio = pattern, shift_ratio
        self._buffer_size, self._compression = max(buffer_size, 1), compression
        self._random = random.Random(seed or None)
        self._lock = threading.Lock()
        self._records = self._endless()

    def take(self, count: int) -> np.ndarray:
        """The next records, a vector of bytes; NotFoundError where no file has the name."""
        with self._lock:
            batch = np.empty(count, object)
            for place in range(count):
                try:
                    batch[place] = next(self._records)
                except BaseException:
                    self._records = self._endless()  # a generator that has raised is at its end
                    raise
            return batch

    def _endless(self) -> Iterator[bytes]:
        epoch = 0
        while True:
            files = sorted(paths.glob(self._pattern))
            if not files:
                raise errors.NotFoundError(None, None, f"Found no files at {self._pattern}")
            self._random.shuffle(files)
            first = int(self._shift_ratio * epoch * len(files)) % len(files)
            yield from self._drawn(files[first:] + files[:first])
            epoch += 1

    def _drawn(self, files):
        waiting, has_any = [], False
        for file in files:
            for record in iterate_records(file, self._compression):
                waiting.append(record)
                if len(waiting) >= self._buffer_size:
                    has_any = True
                    yield self._drawn_from(waiting)
        if not has_any and not waiting:
            raise errors.OutOfRangeError(None, None, f"the files {self._pattern} hold no records")
        while waiting:
            yield self._drawn_from(waiting)

    def _drawn_from(self, waiting):
        place = self._random.randrange(len(waiting))
        waiting[place], waiting[-1] = waiting[-1], waiting[place]
        return waiting.pop()


@host_op("RecordInput", "-> records: string", stateful=True, blocking=True)
def record_input_op(
    run,
    *,
    file_pattern: str,
    file_random_seed=301,
    file_shuffle_shift_ratio=0.0,
    file_buffer_size=10000,
    file_parallelism=16,
    batch_size=32,
    compression_type="",
):
    records = run.resource(
        lambda: _Records(
            file_pattern, file_random_seed, file_shuffle_shift_ratio, file_buffer_size, compression_type
        )
    )
    return records.take(batch_size)


@public("python.ops.data_flow_ops.RecordInput")
class RecordInput:
    """Records of the files that match a pattern, in random order, epoch after epoch.

    Args:
      file_pattern: the files' names, with wildcards.
      batch_size: how many records a run takes.
      buffer_size: among how many records the next one is drawn.
      parallelism: without effect: files are read one after the other.
      shift_ratio: by which part of the files each epoch begins later than the one before.
      seed: of the order; 0 for another one each time.
      name: the operation's name.
      batches: how many batches a run takes; None for one.
      compression_type: a value of TFRecordCompressionType, or None.
    """

    def __init__(
        self,
        file_pattern: str,
        batch_size: int = 1,
        buffer_size: int = 1,
        parallelism: int = 1,
        shift_ratio: float = 0,
        seed: int = 0,
        name: str | None = None,
        batches: int | None = None,
        compression_type: int | None = None,
    ) -> None:
        self._batch_size = batch_size * (batches or 1)
        self._batches, self._name = batches, name
        self._options = {
            "file_pattern": file_pattern,
            "file_buffer_size": buffer_size,
            "file_parallelism": parallelism,
            "file_shuffle_shift_ratio": float(shift_ratio),
            "file_random_seed": seed,
            "compression_type": COMPRESSIONS[compression_type or 0],
        }

    def get_yield_op(self) -> Tensor | list[list[Tensor]]:
        """The next records: a string vector, or with `batches` a list of strings for each batch.

        Raises (when it runs):
          NotFoundError: no file has the name.
          DataLossError: a file is damaged.
        """
        records = record_input_op(batch_size=self._batch_size, **self._options, name=self._name)
        if self._batches is None:
            return records
        with name_scope(self._name):
            parts = [reshape(part, []) for part in split(records, self._batch_size, 0)]
        return [parts[first :: self._batches] for first in range(self._batches)]
