"""Datasets that have the elements of others: some of them, again, one after another, side by side, or shuffled."""

from __future__ import annotations

import numpy as np

from evergraph.data.nodes import Cursor, Node, Wrapper, dataset_op, number
from evergraph.framework import errors


class _Unary(Node):
    """A dataset over one input whose elements are among those of the input."""

    def __init__(self, source):
        self.source = source

    def over(self, source):
        """The same over another input."""
        raise NotImplementedError

    def rows(self):
        found = self.source.rows()
        return None if found is None else (found[0], self.over(found[1]))


# -- repeat, take, skip ------------------------------------------------------------------------------------------------


class _RepeatNode(_Unary):
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
def repeat_dataset_op(input_dataset, count, *, output_types: list = (), output_shapes: list = ()):
    return _RepeatNode(input_dataset, number(count, "count"))


class _TakeNode(_Unary):
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
def take_dataset_op(input_dataset, count, *, output_types: list = (), output_shapes: list = ()):
    return _TakeNode(input_dataset, number(count, "count"))


class _SkipNode(_Unary):
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
def skip_dataset_op(input_dataset, count, *, output_types: list = (), output_shapes: list = ()):
    return _SkipNode(input_dataset, number(count, "count"))


# -- one of several ----------------------------------------------------------------------------------------------------


class _ShardNode(_Unary):
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
def shard_dataset_op(input_dataset, num_shards, index, *, output_types: list = (), output_shapes: list = ()):
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
    input_dataset, another_dataset, *, output_types: list = (), output_shapes: list = ()
):
    return _ConcatenateNode(input_dataset, another_dataset)


class _ZipNode(Node):
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
def zip_dataset_op(input_datasets, *, output_types: list = (), output_shapes: list = ()):
    return _ZipNode(input_datasets)


# -- shuffled ----------------------------------------------------------------------------------------------------------


class Randomness:
    """Random numbers of a dataset: a stream for each time it is gone through.

    Args:
      seed, seed2: where the streams come from; drawn when both are 0.
      changes: whether each time has a stream of its own.
    """

    def __init__(self, seed, seed2, changes=True):
        if not seed and not seed2:
            seed, seed2 = (int(word) for word in np.random.SeedSequence().generate_state(2))
        self.seeds = [seed & (2**64 - 1), seed2 & (2**64 - 1)]
        self.changes, self.times = changes, 0

    def stream(self):
        """The next stream."""
        times, self.times = self.times, self.times + 1
        return Stream(self.seeds, times if self.changes else 0)


_BLOCK = 512


class Stream:
    """Uniform numbers in [0, 1), which can be put to where it was."""

    def __init__(self, seeds, times):
        self.seeds, self.times, self.block = list(seeds), times, -1
        self.position = _BLOCK

    def next(self):
        """The next number."""
        if self.position == _BLOCK:
            self._go_to(self.block + 1)
            self.position = 0
        self.position += 1
        return self.numbers[self.position - 1]

    def _go_to(self, block):
        self.block = block
        words = np.random.SeedSequence([*self.seeds, self.times, block])
        self.numbers = np.random.Generator(np.random.PCG64(words)).random(_BLOCK).tolist()

    def save(self):
        return [self.seeds, self.times, self.block, self.position]

    def restore(self, state):
        self.seeds, self.times, block, self.position = state
        if block >= 0:
            self._go_to(block)


class _ShuffleNode(_Unary):
    def __init__(self, source, size, randomness):
        super().__init__(source)
        self.size, self.randomness = size, randomness

    def over(self, source):
        return _ShuffleNode(source, self.size, self.randomness)

    def cursor(self):
        return _Shuffle(self)


class _Shuffle(Wrapper):
    """Gives a random one of `size` elements, in whose place the next comes."""

    def __init__(self, node):
        super().__init__(node.source.cursor())
        self.node, self.stream = node, node.randomness.stream()
        self.buffer, self.has_ended = [], False

    def next(self):
        buffer, size = self.buffer, self.node.size
        while not self.has_ended and len(buffer) < size:
            element = self.source.next()
            if element is None:
                self.has_ended = True
            else:
                buffer.append(element)
        if not buffer:
            return None
        place = int(self.stream.next() * len(buffer))
        found, buffer[place] = buffer[place], buffer[-1]
        buffer.pop()
        return found

    def save(self):
        randomness = self.node.randomness
        return [
            randomness.seeds,
            randomness.times,
            self.stream.save(),
            self.has_ended,
            list(self.buffer),
            self.source.save(),
        ]

    def restore(self, state):
        randomness = self.node.randomness
        randomness.seeds, randomness.times, stream, self.has_ended, buffer, source = state
        self.stream.restore(stream)
        self.buffer = [tuple(element) for element in buffer]
        self.source.restore(source)


@dataset_op("ShuffleDataset", "input_dataset: variant, buffer_size: int64, seed: int64, seed2: int64")
def shuffle_dataset_op(
    input_dataset,
    buffer_size,
    seed,
    seed2,
    *,
    reshuffle_each_iteration=True,
    output_types: list = (),
    output_shapes: list = (),
):
    size = number(buffer_size, "buffer_size")
    if size < 1:
        raise errors.InvalidArgumentError(None, None, f"buffer_size must be greater than zero, got {size}.")
    randomness = Randomness(number(seed, "seed"), number(seed2, "seed2"), reshuffle_each_iteration)
    return _ShuffleNode(input_dataset, size, randomness)
