"""Datasets that have the elements of others: some of them, again, one after another, side by side, or shuffled."""

from __future__ import annotations

from collections.abc import Sequence

from evergraph.data.nodes import Cursor, Node, Wrapper, dataset_op, number
from evergraph.framework import errors


class OverOne(Node):
    """A dataset over one input whose elements are among those of the input."""

    costs_little = True

    def __init__(self, source):
        self.source = source

    def over(self, source):
        """The same over another input."""
        raise NotImplementedError

    def rows(self):
        found = self.source.rows()
        return None if found is None else (found[0], self.over(found[1]))


# -- repeat, take, skip ------------------------------------------------------------------------------------------------


class _RepeatNode(OverOne):
    def __init__(self, source, count):
        super().__init__(source)
        self.count = count

    def over(self, source):
        return _RepeatNode(source, self.count)

    def cursor(self):
        return _Repeat(self)


class _Repeat(Cursor):
    def __init__(self, node):
        self.node, self.epoch, self.inner, self.is_empty = node, 0, None, True

    def next(self):
        count = self.node.count
        while count < 0 or self.epoch < count:
            if self.inner is None:
                self.inner, self.is_empty = self.node.source.cursor(), True
            element = self.inner.next()
            if element is not None:
                self.is_empty = False
                return element
            self.inner = None
            if count < 0 and self.is_empty:
                return None  # as often as one likes, there is nothing
            self.epoch += 1
        return None

    def save(self):
        inner = None if self.inner is None else self.inner.save()
        return [self.epoch, self.is_empty, inner is not None, inner]

    def restore(self, state):
        self.epoch, self.is_empty, has_inner, inner = state
        if has_inner:
            self.inner = self.node.source.cursor()
            self.inner.restore(inner)


@dataset_op("RepeatDataset", "input_dataset: variant, count: int64")
def repeat_dataset_op(input_dataset, count, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    return _RepeatNode(input_dataset, number(count, "count"))


class _TakeNode(OverOne):
    def __init__(self, source, count):
        super().__init__(source)
        self.count = count

    def over(self, source):
        return _TakeNode(source, self.count)

    def cursor(self):
        return _Take(self.source.cursor(), self.count)


class _Take(Wrapper):
    def __init__(self, source, left):
        super().__init__(source)
        self.left = left

    def next(self):
        if self.left == 0:
            return None
        element = self.source.next()
        if element is None:
            self.left = 0
        elif self.left > 0:
            self.left -= 1
        return element

    def save(self):
        return [self.left, self.source.save()]

    def restore(self, state):
        self.left, source = state
        self.source.restore(source)


@dataset_op("TakeDataset", "input_dataset: variant, count: int64")
def take_dataset_op(input_dataset, count, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    return _TakeNode(input_dataset, number(count, "count"))


class _SkipNode(OverOne):
    def __init__(self, source, count):
        super().__init__(source)
        self.count = count

    def over(self, source):
        return _SkipNode(source, self.count)

    def cursor(self):
        return _Skip(self.source.cursor(), self.count)


class _Skip(Wrapper):
    def __init__(self, source, left):
        super().__init__(source)
        self.left = left

    def next(self):
        if self.left < 0:
            return None
        while self.left:
            self.left -= 1
            if self.source.next() is None:
                self.left = 0
                return None
        return self.source.next()

    def save(self):
        return [self.left, self.source.save()]

    def restore(self, state):
        self.left, source = state
        self.source.restore(source)


@dataset_op("SkipDataset", "input_dataset: variant, count: int64")
def skip_dataset_op(input_dataset, count, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    return _SkipNode(input_dataset, number(count, "count"))


# -- one of several ----------------------------------------------------------------------------------------------------


class _ShardNode(OverOne):
    def __init__(self, source, count, index):
        super().__init__(source)
        self.count, self.index = count, index

    def over(self, source):
        return _ShardNode(source, self.count, self.index)

    def cursor(self):
        return _Shard(self.source.cursor(), self.count, self.index)


class _Shard(Wrapper):
    def __init__(self, source, count, index):
        super().__init__(source)
        self.count, self.index, self.position = count, index, 0

    def next(self):
        while True:
            element = self.source.next()
            position, self.position = self.position, self.position + 1
            if element is None or position % self.count == self.index:
                return element

    def save(self):
        return [self.position, self.source.save()]

    def restore(self, state):
        self.position, source = state
        self.source.restore(source)


@dataset_op("ShardDataset", "input_dataset: variant, num_shards: int64, index: int64")
def shard_dataset_op(
    input_dataset, num_shards, index, *, output_types: Sequence = (), output_shapes: Sequence = ()
):
    count, index = number(num_shards, "num_shards"), number(index, "index")
    if count < 1 or not 0 <= index < count:
        raise errors.InvalidArgumentError(
            None, None, f"shard needs 0 <= index < num_shards, got index {index} and num_shards {count}"
        )
    return _ShardNode(input_dataset, count, index)


# -- several -----------------------------------------------------------------------------------------------------------


class _ConcatenateNode(Node):
    def __init__(self, first, second):
        self.parts = first, second

    def cursor(self):
        return _Concatenate(self.parts)


class _Concatenate(Cursor):
    def __init__(self, parts):
        self.parts, self.index, self.inner = parts, 0, parts[0].cursor()

    def next(self):
        while self.index < len(self.parts):
            element = self.inner.next()
            if element is not None:
                return element
            self.index += 1
            if self.index < len(self.parts):
                self.inner = self.parts[self.index].cursor()
        return None

    def save(self):
        return [self.index, self.inner.save() if self.index < len(self.parts) else None]

    def restore(self, state):
        self.index, inner = state
        if self.index < len(self.parts):
            self.inner = self.parts[self.index].cursor()
            self.inner.restore(inner)


@dataset_op("ConcatenateDataset", "input_dataset: variant, another_dataset: variant")
def concatenate_dataset_op(
    input_dataset, another_dataset, *, output_types: Sequence = (), output_shapes: Sequence = ()
):
    return _ConcatenateNode(input_dataset, another_dataset)


class _ZipNode(Node):
    costs_little = True

    def __init__(self, sources):
        self.sources = list(sources)

    def cursor(self):
        return _Zip([source.cursor() for source in self.sources])

    def rows(self):
        found = [source.rows() for source in self.sources]
        if any(f is None for f in found) or any(type(f[1]) is not type(found[0][1]) for f in found):
            return None
        numbers = {repr(getattr(f[1], "range", object())) for f in found}
        if len(numbers) > 1:
            return None
        return [array for arrays, _ in found for array in arrays], found[0][1]


class _Zip(Cursor):
    def __init__(self, sources):
        self.sources, self.has_ended = sources, False

    def next(self):
        if self.has_ended:
            return None
        parts = []
        for source in self.sources:
            element = source.next()
            if element is None:
                self.has_ended = True
                return None
            parts.extend(element)
        return tuple(parts)

    def save(self):
        return [self.has_ended, [source.save() for source in self.sources]]

    def restore(self, state):
        self.has_ended, states = state
        for source, inner in zip(self.sources, states, strict=True):
            source.restore(inner)


@dataset_op("ZipDataset", "input_datasets: N*variant")
def zip_dataset_op(input_datasets, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    return _ZipNode(input_datasets)
