"""`tf.summary.FileWriterCache`: one FileWriter for each directory."""

import threading

from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.public import public, public_module
from evergraph.summary.writer import FileWriter

public_module("python.summary.writer.writer_cache")


@public("summary.FileWriterCache")
class FileWriterCache:
    """The FileWriters of a process, one for each directory, shared by all that write there."""

    _cache = {}
    _lock = threading.RLock()

    @staticmethod
    def get(logdir: str) -> FileWriter:
        """The FileWriter of a directory; a new one begins with the default graph."""
        with FileWriterCache._lock:
            if logdir not in FileWriterCache._cache:
                FileWriterCache._cache[logdir] = FileWriter(logdir, graph=get_default_graph())
            return FileWriterCache._cache[logdir]

    @staticmethod
    def flush() -> None:
        """Brings what all writers were given to their files; what cannot be written is reported by the writer."""
        with FileWriterCache._lock:
            writers = list(FileWriterCache._cache.values())
        for writer in writers:
            getattr(
                writer, "event_writer", writer
            ).flush()  # a program may put another kind in the place of FileWriter

    @staticmethod
    def clear() -> None:
        """Closes all writers and forgets them."""
        with FileWriterCache._lock:
            writers = list(FileWriterCache._cache.values())
            FileWriterCache._cache.clear()
        for writer in writers:
            writer.close()
