"""The nodes of the transformations of `contrib.data`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evergraph.data.batching import stack
from evergraph.data.nodes import Cursor, Node, Wrapper, dataset_op, number
from evergraph.framework import errors
from evergraph.framework.shapes import as_shape
from evergraph.ops.registry import host_op


class OverNode(Node):
    """A dataset over one input: `make(cursor of the input)` gives a cursor."""

    def __init__(self, source, make):
        self.source, self.make = source, make

    def cursor(self):
        return self.make(self.source.cursor())


# -- errors and shapes -------------------------------------------------------------------------------------------------


class _IgnoreErrors(Wrapper):
    def next(self):
        while True:
            try:
                return self.source.next()
            except errors.CancelledError:
                raise
            except errors.OpError:
                continue


@dataset_op("IgnoreErrorsDataset", "input_dataset: variant")
def ignore_errors_dataset_op(input_dataset, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    return OverNode(input_dataset, _IgnoreErrors)


class _CheckedShapes(Wrapper):
    def __init__(self, source, shapes):
        super().__init__(source)
        self.shapes = shapes

    def next(self):
        element = self.source.next()
        for index, (part, shape) in enumerate(zip(element or (), self.shapes)):
            if hasattr(part, "shape") and not shape.is_compatible_with(part.shape):
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"component {index} of an element has the shape {list(part.shape)}, {shape} was asserted",
                )
        return element


@dataset_op("AssertElementShapeDataset", "input_dataset: variant")
def checked_shape_dataset_op(input_dataset, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    shapes = [as_shape(shape) for shape in output_shapes]
    return OverNode(input_dataset, lambda source: _CheckedShapes(source, shapes))


# -- what came before --------------------------------------------------------------------------------------------------


class _Unique(Wrapper):
    def __init__(self, source):
        super().__init__(source)
        self.seen = {}

    def next(self):
        while True:
            element = self.source.next()
            if element is None:
                return None
            value = element[0][()]
            if value not in self.seen:
                self.seen[value] = element[0]
                return element

    def save(self):
        return [list(self.seen.values()), self.source.save()]

    def restore(self, state):
        seen, source = state
        self.seen = {value[()]: value for value in seen}
        self.source.restore(source)


@dataset_op("UniqueDataset", "input_dataset: variant")
def unique_dataset_op(input_dataset, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    return OverNode(input_dataset, _Unique)


class _Sliding(Wrapper):
    def __init__(self, source, size, stride):
        super().__init__(source)
        self.size, self.stride, self.window = size, stride, []

    def next(self):
        while len(self.window) < self.size:
            element = self.source.next()
            if element is None:
                return None
            self.window.append(element)
        batch = stack(self.window)
        self.window = self.window[self.stride :]
        return batch

    def save(self):
        return [[list(element) for element in self.window], self.source.save()]

    def restore(self, state):
        window, source = state
        self.window = [tuple(element) for element in window]
        self.source.restore(source)


@dataset_op("SlideDataset", "input_dataset: variant, window_size: int64, stride: int64")
def sliding_dataset_op(
    input_dataset, window_size, stride, *, output_types: Sequence = (), output_shapes: Sequence = ()
):
    size, by = number(window_size, "window_size"), number(stride, "stride")
    if size < 1:
        raise errors.InvalidArgumentError(None, None, f"Window size must be greater than zero, got {size}.")
    if not 0 < by < size:
        raise errors.InvalidArgumentError(
            None, None, f"Stride must be in [1, window_size), got {by} and {size}."
        )
    return OverNode(input_dataset, lambda source: _Sliding(source, size, by))


# -- one of several datasets -------------------------------------------------------------------------------------------


class _DirectedNode(Node):
    def __init__(self, selector, sources):
        self.selector, self.sources = selector, sources

    def cursor(self):
        return _Directed(self.selector.cursor(), [source.cursor() for source in self.sources])


class _Directed(Cursor):
    """The next element of the dataset that the selector names; one that has ended is passed over."""

    def __init__(self, selector, sources):
        self.selector, self.sources = selector, sources
        self.open = [True] * len(sources)

    def next(self):
        while any(self.open):
            chosen = self.selector.next()
            if chosen is None:
                return None
            index = int(chosen[0])
            if not 0 <= index < len(self.sources):
                raise errors.InvalidArgumentError(
                    None, None, f"Selector index out of range: {index} >= {len(self.sources)}"
                )
            if self.open[index]:
                element = self.sources[index].next()
                if element is not None:
                    return element
                self.open[index] = False
        return None

    def save(self):
        return [self.selector.save(), [source.save() for source in self.sources], self.open]

    def restore(self, state):
        selector, sources, self.open = state
        self.selector.restore(selector)
        for source, inner in zip(self.sources, sources, strict=True):
            source.restore(inner)


@dataset_op("DirectedInterleaveDataset", "selector_input_dataset: variant, data_input_datasets: N*variant")
def directed_interleave_dataset_op(
    selector_input_dataset, data_input_datasets, *, output_types: Sequence = (), output_shapes: Sequence = ()
):
    return _DirectedNode(selector_input_dataset, list(data_input_datasets))


# -- the only element --------------------------------------------------------------------------------------------------


@host_op(
    "DatasetToSingleElement",
    "dataset: variant -> components: [output_types]",
    stateful=True,
    blocking=True,
    shape=lambda op: [as_shape(shape) for shape in op.attrs["output_shapes"]],
)
def single_element_op(dataset, *, output_types: list, output_shapes: list):
    cursor = dataset.cursor()
    element = cursor.next()
    if element is None:
        raise errors.InvalidArgumentError(None, None, "Dataset was empty.")
    if cursor.next() is not None:
        raise errors.InvalidArgumentError(None, None, "Dataset had more than one element.")
    return [part if not isinstance(part, np.generic) else np.asarray(part) for part in element]
