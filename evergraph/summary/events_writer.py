"""Event files written at once, by whoever has an Event to write."""

import os

from evergraph.formats.events import EventFile
from evergraph.formats.messages import Event
from evergraph.framework.public import public


@public("python.pywrap_tensorflow.EventsWriter")
class EventsWriter:
    """Writes events to a new file `<file_prefix>.out.tfevents.<seconds>.<host>`.

    Unlike `tf.summary.FileWriter` it has no thread: an event reaches the file at `Flush`.

    Args:
      file_prefix: the path that the file's name begins with, as str or bytes.
    """

    def __init__(self, file_prefix: str) -> None:
        directory, prefix = os.path.split(os.fsdecode(file_prefix))
        self._file = EventFile(directory or ".", prefix=prefix)

    def FileName(self) -> str:
        """The path of the file."""
        return self._file.path

    def WriteEvent(self, event: Event) -> None:
        """Adds an Event; TypeError for anything else."""
        if not isinstance(event, Event):
            raise TypeError(f"Expected an event_pb2.Event proto, but got {event!s} of {type(event)}")
        self._file.write(event)

    def Flush(self) -> bool:
        """Brings all events to the file; True."""
        self._file.flush()
        return True

    def Close(self) -> bool:
        """Flushes and closes; True."""
        self._file.close()
        return True
