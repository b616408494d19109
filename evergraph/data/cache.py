"""Datasets that are made once and kept, in memory or in files."""

from __future__ import annotations

from collections.abc import Sequence

from evergraph.data import positions
from evergraph.data.nodes import Cursor, Node, Wrapper, dataset_op, text
from evergraph.formats import paths
from evergraph.formats.records import RecordWriter, iterate_records
from evergraph.framework import errors


class _MemoryNode(Node):
    def __init__(self, source):
        self.source, self.kept = source, None

    def cursor(self):
        return _Memory(self)


class _Memory(Cursor):
    """Gives what is kept; the first to come to the end keeps what it has seen."""

    def __init__(self, node):
        self.node, self.index, self.seen = node, 0, []
        self.source = None

    def next(self):
        kept = self.node.kept
        if kept is not None and self.source is None:
            if self.index >= len(kept):
                return None
            self.index += 1
            return kept[self.index - 1]
        if self.source is None:
            self.source = self.node.source.cursor()
        element = self.source.next()
        if element is not None:
            self.seen.append(element)
            self.index += 1
        else:
            if self.node.kept is None:
                self.node.kept = self.seen
            self.source = None
            self.index = len(self.node.kept)
        return element

    def save(self):
        if self.source is None and self.node.kept is not None:
            return [self.index, [list(element) for element in self.node.kept], None]
        source = None if self.source is None else self.source.save()
        return [self.index, [list(element) for element in self.seen], [source]]

    def restore(self, state):
        self.index, elements, source = state
        elements = [tuple(element) for element in elements]
        if source is None:
            self.node.kept = elements
            return
        self.seen = elements
        if source[0] is not None:
            self.source = self.node.source.cursor()
            self.source.restore(source[0])


class _FileNode(Node):
    def __init__(self, source, name):
        self.source, self.name = source, name

    @property
    def index_name(self):
        return self.name + ".index"

    @property
    def data_name(self):
        return self.name + ".data-00000-of-00001"

    def cursor(self):
        return _Reader(self) if paths.exists(self.index_name) else _Writer(self)


class _Reader(Cursor):
    def __init__(self, node):
        self.node, self.count, self.records = node, 0, None

    def next(self):
        if self.records is None:
            self.records = iterate_records(self.node.data_name)
            for _ in range(self.count):
                next(self.records)
        record = next(self.records, None)
        if record is None:
            return None
        self.count += 1
        return tuple(positions.decode(record))

    def save(self):
        return self.count

    def restore(self, state):
        self.count = state if isinstance(state, int) else 0


class _Writer(Wrapper):
    """Gives the elements and writes them; they count once all are there."""

    def __init__(self, node):
        super().__init__(node.source.cursor())
        self.node, self.file, self.has_ended = node, None, False

    def next(self):
        if self.has_ended:
            return None
        if self.file is None:
            lock = self.node.name + ".lockfile"
            if paths.exists(lock):
                raise errors.AlreadyExistsError(
                    None,
                    None,
                    f"There appears to be a concurrent caching iterator running - cache lockfile already exists "
                    f"({lock!r}). If you are sure no other running TF computations are using this cache prefix, "
                    "delete the lockfile and re-initialize the iterator.",
                )
            paths.atomic_write(lock, b"")
            self.file = RecordWriter(self.node.data_name)
        element = self.source.next()
        if element is not None:
            self.file.write(positions.encode(list(element)))
            return element
        self.has_ended = True
        self.file.close()
        paths.atomic_write(self.node.index_name, b"complete")
        paths.remove(self.node.name + ".lockfile")
        return None

    def save(self):
        raise NotImplementedError("a cache that is being written to files has no position")

    def restore(self, state):
        raise NotImplementedError("a cache that is being written to files has no position")


@dataset_op("CacheDataset", "input_dataset: variant, filename: string")
def cache_dataset_op(input_dataset, filename, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    name = text(filename)
    return _FileNode(input_dataset, name) if name else _MemoryNode(input_dataset)
