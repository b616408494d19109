"""The readers themselves: what a reader operation's handle stands for while a graph runs.

A reader takes the name of a file (a unit of work) from a queue, produces its records one by one, and takes the
next name when there are no more.
"""

import functools
import itertools
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from evergraph.formats import paths
from evergraph.formats.messages import ReaderBaseState
from evergraph.formats.records import RECORD_OVERHEAD, iterate_records
from evergraph.framework import errors
from evergraph.framework.condition import Condition

_DECODERS = {"ZLIB": 15, "GZIP": 31}


class HostReader:
    """A reader.

    Args:
      kind: its name in messages, such as "TextLineReader".
      produce: the function that yields the (key, value) records of a file; None for a reader whose record is the
        name itself.
    """

    def __init__(self, kind: str, produce: Callable[[str], Iterator[tuple[bytes, bytes]]] | None) -> None:
        self.kind = kind
        self.condition = Condition()
        self._produce = produce
        self._user: _Turn | None = None  # whose turn it is
        self._waiting: set[int] = set()  # the threads that wait for their turn
        self._reads = 0  # how many have begun
        self.reset_now()

    def reset_now(self) -> None:
        """Back to the initial state."""
        self._records: Any = None  # an iterator over the current work, when there is one
        self._failure = None  # what every read fails with from now on
        self._late: errors.OpError | None = None  # what only the next one fails with
        self._work, self._taken = b"", 0  # the current work, and how many of its records were taken
        self.work_started = self.work_finished = self.records_produced = 0

    def read(self, run: Any, queue: Any) -> tuple[bytes, bytes]:
        """The next record, as (key, value); waits for the queue to give the name of a file.

        Raises:
          OutOfRangeError: the queue is closed and empty.
          CancelledError: the session was closed.
          NotFoundError, DataLossError: of the file.
        """
        with _Turn(self, run):
            return self._whole(run, lambda: self._read(run, queue))

    def _read(self, run, queue):
        while True:
            record = self._next_record(run, queue)
            if record is not None:
                return record

    def read_up_to(self, run: Any, queue: Any, count: int) -> tuple[list[bytes], list[bytes]]:
        """Up to `count` records of one file, at least one; see `read`."""
        if count <= 0:
            raise errors.InvalidArgumentError(None, None, f"num_records must be positive, got {count}")
        with _Turn(self, run):
            records = self._whole(run, lambda: self._read_up_to(run, queue, count))
        return [key for key, _ in records], [value for _, value in records]

    def read_at_once(self, run: Any, queue: Any, count: int) -> tuple[list[bytes], list[bytes]]:
        """Up to `count` records, at least one, of as many files as the queue has names of now; see `read`."""
        with _Turn(self, run):
            records = self._whole(run, lambda: self._read_at_once(run, queue, count))
        return [key for key, _ in records], [value for _, value in records]

    def _read_up_to(self, run, queue, count):
        records = []
        while len(records) < count and not (records and self._records is None):
            record = self._next_record(run, queue)
            if record is not None:
                records.append(record)
        return records

    def _read_at_once(self, run, queue, count):
        records = self._read_up_to(run, queue, 1)
        while len(records) < count and (self._records is not None or queue.size()):
            try:
                record = self._next_record(run, queue)
            except errors.CancelledError:
                raise
            except errors.OpError as error:
                self._late = error  # what was read before it is not lost
                break
            if record is not None:
                records.append(record)
        return records

    def _whole(self, run, read):
        """Reads; a read that a signal handler interrupts, or whose run is not made, was not made either."""
        self._reads += 1
        go_back = functools.partial(self._go_back, self._reads, self._records is not None, vars(self).copy())
        run.taken.append(go_back)
        try:
            return read()
        except errors.OpError:
            raise
        except BaseException:
            go_back()
            raise

    def _go_back(self, number, had_file, state):
        """Back to where the reader was before a read, unless another one has come since."""
        if self._reads != number:
            return
        for name in ("_failure", "_work", "_taken", "work_started", "work_finished", "records_produced"):
            setattr(self, name, state[name])
        self._records = itertools.islice(self._open(), self._taken, None) if had_file else None

    def _next_record(self, run, queue):
        """A record, or None when the current file has no more."""
        if self._late is not None:
            error, self._late = self._late, None
            raise error
        if self._records is None:
            self._start(run, queue)
        if self._produce is None:
            self._finish()
            self.records_produced += 1
            return self._work, self._work
        if self._failure is not None:
            raise self._failure
        assert self._records is not None, "_start gives records"
        try:
            record = next(self._records)
        except StopIteration:
            self._finish()
            return None
        except errors.NotFoundError:
            self._records = None  # this file never began; the next read goes on with the next one
            self.work_started -= 1
            raise
        except errors.OpError as error:
            self._failure = error  # nothing after the damage can be read: reset, or close the queue
            raise
        self.records_produced += 1
        self._taken += 1
        if self._produce is whole_file:
            self._finish()
        return record

    def _start(self, run, queue):
        if [dtype.name for dtype in queue.dtypes] != ["string"]:
            raise errors.InvalidArgumentError(
                None, None, f"{self.kind} needs a queue of single strings, got {queue!r}"
            )
        names = np.asarray(queue.dequeue(run)[0], object).reshape(-1)
        if names.size != 1:
            raise errors.InvalidArgumentError(
                None, None, f"{self.kind} takes one name at a time from {queue!r}, which gave {names.size}"
            )
        work = names[0]
        self._work, self._taken = work, 0
        self.work_started += 1
        self._records = self._open()

    def _open(self):
        """The records of the current work."""
        if self._produce is None:
            return iter(())
        return self._produce(self._work.decode("utf-8", "surrogateescape"))

    def _finish(self):
        self._records = None
        self.work_finished = self.work_started

    def counted(self, run: Any, attribute: str) -> int:
        """`records_produced` or `work_finished`."""
        with _Turn(self, run):
            return getattr(self, attribute)

    def reset(self, run: Any) -> None:
        """Back to the initial state, once a read under way is done."""
        with _Turn(self, run):
            self.reset_now()

    def serialize(self, run: Any) -> bytes:
        """The state as a message. Raises UnimplementedError for readers of files, as in TensorFlow."""
        with _Turn(self, run):
            self._require_no_file("SerializeState")
            state = ReaderBaseState(
                work_started=self.work_started,
                work_finished=self.work_finished,
                num_records_produced=self.records_produced,
                current_work=self._work,
            )
            return state.SerializeToString(deterministic=True)

    def restore(self, run: Any, serialized: bytes) -> None:
        """Takes over a state. Raises InvalidArgumentError when it is none."""
        with _Turn(self, run):
            self._require_no_file("RestoreState")
            state = _parsed_state(serialized, self.kind)
            self.reset_now()
            self.work_started, self.work_finished = state.work_started, state.work_finished
            self.records_produced, self._work = state.num_records_produced, state.current_work

    # -- what a save looks at, which holds the condition ---------------------------------------------------------

    def is_read_by(self, thread: int) -> bool:
        """Whether it is the turn of a thread."""
        return self._user is not None and self._user.thread == thread

    def waiting(self, waiting: set[int]) -> set[int]:
        """The threads that wait for one of the threads `waiting` to finish its read."""
        return self._waiting if self._user is not None and self._user.thread in waiting else set()

    def position(self) -> tuple[bytes, list[int]]:
        """The current work, and the numbers that say how far it has come."""
        counts = [self.work_started, self.work_finished, self.records_produced]
        return self._work, [int(self._records is not None), self._taken, *counts]

    def go_to(self, work: bytes, numbers: list[int]) -> None:
        """Takes over a position."""
        self.reset_now()
        had_file, self._taken, self.work_started, self.work_finished, self.records_produced = numbers
        self._work = work
        self._records = itertools.islice(self._open(), self._taken, None) if had_file else None

    def _require_no_file(self, what):
        if self._produce is not None:
            raise errors.UnimplementedError(None, None, f"{self.kind} has no {what}; an IdentityReader has")


def _parsed_state(serialized, kind):
    try:
        state = ReaderBaseState.FromString(serialized)
    except Exception as error:  # noqa: BLE001 the message library's own exception type is no part of its interface
        raise errors.InvalidArgumentError(
            None, None, f"the state of a {kind} cannot be read: {error}"
        ) from error
    numbers = (state.work_started, state.work_finished, state.num_records_produced)
    if min(numbers) < 0 or state.work_started != state.work_finished:
        raise errors.InvalidArgumentError(None, None, f"no {kind} can be in the state {numbers}")
    return state


class _Turn:
    """One user of the reader at a time; waiting for a turn can be cancelled."""

    def __init__(self, reader, run):
        self._reader, self._run = reader, run
        self.thread = threading.get_ident()

    def __enter__(self):
        reader = self._reader
        self._run.held.append(self._end)  # a handler may raise at the very start of `__exit__`
        try:
            with reader.condition:
                reader._waiting.add(self.thread)
                self._run.wait_for(reader.condition, lambda: reader._user is None)
                reader._waiting.discard(self.thread)
                reader._user = self
        except BaseException:  # cancelled, out of time, or a signal handler has raised
            self._end()
            raise

    def __exit__(self, kind, value, trace):
        self._end()
        self._run.held.remove(self._end)

    def _end(self):
        reader = self._reader
        with reader.condition:
            reader._waiting.discard(self.thread)
            if reader._user is self:
                reader._user = None
                reader.condition.notify()


# -- what files are made of ----------------------------------------------------------------------------------


def _key(path: str, number: int) -> bytes:
    return f"{path}:{number}".encode("utf-8", "surrogateescape")


def whole_file(path: str) -> Iterator[tuple[bytes, bytes]]:
    """Yields the file itself."""
    yield path.encode("utf-8", "surrogateescape"), paths.read_bytes(path)


def text_lines(path: str, skip_header_lines: int) -> Iterator[tuple[bytes, bytes]]:
    """Yields the lines after the first few, without line ends; keys number them from 1."""
    with paths.open_file(path) as file:
        for number, line in enumerate(file, 1):
            if number > skip_header_lines:
                yield _key(path, number), _without_end(line)


def _without_end(line):
    return line[: -2 if line.endswith(b"\r\n") else -1] if line.endswith(b"\n") else line


def tfrecords(path: str, compression: str) -> Iterator[tuple[bytes, bytes]]:
    """Yields the records; keys are their offsets in the uncompressed data."""
    offset = 0
    for record in iterate_records(path, compression):
        yield _key(path, offset), record
        offset += len(record) + RECORD_OVERHEAD


def fixed_length_records(
    path: str, header: int, length: int, footer: int, hop: int, encoding: str
) -> Iterator[tuple[bytes, bytes]]:
    """Yields pieces of `length` bytes, `hop` apart (0: `length`), between header and footer; numbered from 0."""
    data = paths.read_bytes(path)
    if encoding:
        data = _decoded(data, encoding, path)
    view, end = memoryview(data), len(data) - footer
    position, number = header, 0
    while position + length <= end:
        yield _key(path, number), bytes(view[position : position + length])
        position += hop or length
        number += 1


def _decoded(data, encoding, path):
    try:
        return zlib.decompress(data, _DECODERS[encoding])
    except zlib.error as error:
        raise errors.DataLossError(
            None, None, f"{path!r} cannot be decompressed as {encoding}: {error}"
        ) from error
