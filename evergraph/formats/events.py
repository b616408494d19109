"""Event files, which TensorBoard reads: TFRecord files of Event messages; the first names the format.

The messages are those of tensorflow/core/util/event.proto.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator

from google.protobuf.message import DecodeError

from evergraph.formats import paths
from evergraph.formats.messages import Event
from evergraph.formats.records import encode_record, iterate_records
from evergraph.framework import errors

_VERSION = "brain.Event:2"


class EventFile:
    """Appends events to a new file `<prefix>.out.tfevents.<seconds>.<host><suffix>` in a directory.

    The directory is made where missing; the file appears, with its first event, at once. Events reach it at
    `flush` and `close`. Not for several threads at a time. Raises the errors of `paths`.
    """

    def __init__(self, directory: str, suffix: str = "", prefix: str = "events"):
        self.directory = paths.as_path(directory)
        self._suffix, self._prefix = suffix, prefix
        self._pending: list[bytes] = []
        self._written = b""
        self._closed = False
        self._file = None
        self._begin()

    @property
    def path(self) -> str:
        """Where the events go."""
        return self._path

    @property
    def takes_appends(self) -> bool:
        """Whether a flush costs what its events cost; in an object store it costs what the whole file costs."""
        return self._file is not None

    def forget_oldest(self, kept: int) -> int:
        """Gives up all but the last `kept` of the events that wait to be written; how many were given up."""
        given_up = max(0, len(self._pending) - kept)
        del self._pending[:given_up]
        return given_up

    def write(self, event: Event | bytes) -> None:
        """Adds an event, serialized or not. Raises FailedPreconditionError once closed."""
        if self._closed:
            raise errors.FailedPreconditionError(
                None, None, f"The event file {self._path!r} is closed already."
            )
        self._pending.append(encode_record(event if isinstance(event, bytes) else event.SerializeToString()))

    def flush(self) -> None:
        """Brings all events to the file. When somebody has deleted it, a new one is begun."""
        if self._closed or not self._pending:
            return
        if self._file is not None and not paths.exists(self._path):
            self._file.close()
            pending, self._pending = self._pending, []
            self._begin()
            self._pending = pending
        self._store()

    def close(self) -> None:
        """Flushes and closes. Closing twice is harmless."""
        if not self._closed:
            self.flush()
            self._closed = True
            if self._file is not None:
                self._file.close()

    def __enter__(self) -> EventFile:
        return self

    def __exit__(self, kind, error, traceback) -> None:
        self.close()

    def _begin(self) -> None:
        now = time.time()
        name = f"{self._prefix}.out.tfevents.{int(now):010d}.{socket.gethostname()}{self._suffix}"
        self._path = paths.join(self.directory, name)
        paths.makedirs(self.directory)
        if paths.is_local(self._path):
            self._file = paths.open_file(self._path, "ab", buffering=0)
        self._pending.append(encode_record(Event(wall_time=now, file_version=_VERSION).SerializeToString()))
        self._store()

    def _store(self) -> None:
        """Brings what waits to the file, whole or not at all: it waits on when it cannot be written."""
        data = b"".join(self._pending)
        if self._file is not None:
            end = self._file.seek(0, os.SEEK_END)
            try:
                paths.write_all(self._file, self._path, data)
            except BaseException:
                self._file.truncate(end)  # half a record would hide all that follow
                raise
        else:
            # Object stores cannot append: the whole object is put again. Event files are small.
            with paths.open_file(self._path, "wb") as file:
                file.write(self._written + data)
            self._written += data
        self._pending.clear()


def iterate_events(path: str) -> Iterator[Event]:
    """Yields the events of a file.

    Raises NotFoundError, or DataLossError where the file is damaged or cut short.
    """
    for record in iterate_records(path):
        try:
            yield Event.FromString(record)
        except DecodeError as error:
            raise errors.DataLossError(
                None, None, f"The file {path!r} holds a record that is no Event."
            ) from error
