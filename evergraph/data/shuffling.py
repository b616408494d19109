"""Datasets whose elements come in random order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evergraph.data.nodes import Wrapper, dataset_op, number
from evergraph.data.order import OverOne
from evergraph.framework import errors


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


class _ShuffleNode(OverOne):
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
    output_types: Sequence = (),
    output_shapes: Sequence = (),
):
    size = number(buffer_size, "buffer_size")
    if size < 1:
        raise errors.InvalidArgumentError(None, None, f"buffer_size must be greater than zero, got {size}.")
    randomness = Randomness(number(seed, "seed"), number(seed2, "seed2"), reshuffle_each_iteration)
    return _ShuffleNode(input_dataset, size, randomness)
