"""Datasets of batches: elements stacked along a new first axis, padded to one shape, or taken apart again."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Sequence

import numpy as np

from evergraph.data.nodes import Cursor, Node, Wrapper, dataset_op, number
from evergraph.data.sparse import SparseElement, join_rows, split_rows
from evergraph.framework import errors


def stack(elements: list[tuple]) -> tuple:
    """One element of several: each component stacked along a new first axis.

    Raises:
      InvalidArgumentError: the components differ in shape.
    """
    return tuple([_stacked(parts, index) for index, parts in enumerate(zip(*elements))])


def _stacked(parts, index):
    first = parts[0]
    if isinstance(first, SparseElement):
        return join_rows(list(parts))
    shape = first.shape
    out = np.empty((len(parts), *shape), first.dtype)
    if not shape:
        for place, part in enumerate(parts):
            if part.shape:
                raise _different(index, shape, place, part.shape)
            out[place] = part[()]
        return out
    for place, part in enumerate(parts):
        if part.shape != shape:
            raise _different(index, shape, place, part.shape)
        out[place] = part
    return out


def _different(index, shape, place, other):
    return errors.InvalidArgumentError(
        None,
        None,
        f"Cannot batch tensors with different shapes in component {index}. First element had shape "
        f"{list(shape)} and element {place} had shape {list(other)}.",
    )


class _BatchNode(Node):
    def __init__(self, source, size, drops):
        self.source, self.size, self.drops = source, size, drops

    def cursor(self):
        found = self.source.rows()
        if found is not None:
            return _RowBatches(found[0], found[1].cursor(), self.size, self.drops)
        mapped = self.source.mapped()
        if mapped is not None:
            source, function, workers = mapped
            return _MappedBatches(source, function, workers, self.size, self.drops)
        return _Batches(self.source.cursor(), self.size, self.drops, stack)


class _Batches(Wrapper):
    def __init__(self, source, size, drops, join):
        super().__init__(source)
        self.size, self.drops, self.join = size, drops, join

    def next(self):
        elements, following = [], self.source.next
        for _ in range(self.size):
            element = following()
            if element is None:
                break
            elements.append(element)
        if not elements or (self.drops and len(elements) < self.size):
            return None
        return self.join(elements)


class _RowBatches(Wrapper):
    """Batches of rows of arrays, by their numbers."""

    def __init__(self, arrays, source, size, drops):
        super().__init__(source)
        self.arrays, self.size, self.drops = arrays, size, drops

    def next(self):
        numbers, following = [], self.source.next
        for _ in range(self.size):
            row = following()
            if row is None:
                break
            numbers.append(row[0])
        if not numbers or (self.drops and len(numbers) < self.size):
            return None
        numbers = np.array(numbers)
        return tuple([array.take(numbers, axis=0) for array in self.arrays])


class _MappedBatches(Wrapper):
    """Batches of what a function gives, which is called for a whole batch.

    What has to be called for each element is called by `workers` threads side by side.
    """

    def __init__(self, source, function, workers, size, drops):
        found = source.rows()
        self.arrays = None if found is None else found[0]
        super().__init__(source.cursor() if found is None else found[1].cursor())
        self.function, self.workers, self.size, self.drops = function, workers, size, drops
        self.waiting, self.takes_many, self.pool = [], True, None

    def next(self):
        taken, self.waiting = self.waiting, []
        following, number_of = self.source.next, self.function.number
        while len(taken) < self.size:
            element = following()
            if element is None:
                break
            taken.append((element, number_of()))
        if not taken or (self.drops and len(taken) < self.size):
            return None
        if self.takes_many:
            try:
                columns = self._columns([element for element, _ in taken])
                return self.function.many(columns, [number for _, number in taken], self._each)
            except ValueError:
                self.takes_many = False  # they differ in shape
            except errors.OpError:
                pass  # that of the first element which fails is raised below
        return self._one_by_one(taken)

    def _columns(self, elements):
        if self.arrays is None:
            return stack(elements)
        numbers = np.array([element[0] for element in elements])
        return tuple([array.take(numbers, axis=0) for array in self.arrays])

    def _each(self, call, count):
        """An iterator of the results of call(0), call(1), ..."""
        if self.workers == 1 or count == 1:
            return map(call, range(count))
        if self.pool is None:
            self.pool = concurrent.futures.ThreadPoolExecutor(self.workers, "map")
        return self.pool.map(call, range(count))

    def _one_by_one(self, taken):
        def call(place):
            element, number = taken[place]
            if self.arrays is not None:
                element = tuple([array[int(element[0]), ...] for array in self.arrays])
            return self.function(element, number)

        results = []
        try:
            for result in self._each(call, len(taken)):
                results.append(result)
        except BaseException:
            self.waiting = taken[len(results) + 1 :]
            raise
        return stack(results)

    def __del__(self):
        if self.pool is not None:
            self.pool.shutdown(wait=False, cancel_futures=True)

    def save(self):
        waiting = [[list(element), number] for element, number in self.waiting]
        return [self.function.save(), waiting, self.takes_many, self.source.save()]

    def restore(self, state):
        function, waiting, self.takes_many, source = state
        self.function.restore(function)
        self.waiting = [(tuple(element), number) for element, number in waiting]
        self.source.restore(source)


def _size(batch_size):
    size = number(batch_size, "batch_size")
    if size < 1:
        raise errors.InvalidArgumentError(None, None, f"Batch size must be greater than zero, got {size}.")
    return size


@dataset_op("BatchDataset", "input_dataset: variant, batch_size: int64")
def batch_dataset_op(input_dataset, batch_size, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    return _BatchNode(input_dataset, _size(batch_size), False)


@dataset_op("BatchDatasetV2", "input_dataset: variant, batch_size: int64, drop_remainder: bool")
def batch_dataset_v2_op(
    input_dataset, batch_size, drop_remainder, *, output_types: Sequence = (), output_shapes: Sequence = ()
):
    return _BatchNode(input_dataset, _size(batch_size), bool(drop_remainder))


# -- padded ------------------------------------------------------------------------------------------------------------


class _PaddedBatchNode(Node):
    def __init__(self, source, size, drops, shapes, values):
        self.source, self.size, self.drops = source, size, drops
        self.shapes, self.values = shapes, values

    def cursor(self):
        return _Batches(self.source.cursor(), self.size, self.drops, self._join)

    def _join(self, elements):
        columns = zip(zip(*elements), self.shapes, self.values)
        return tuple([_padded(parts, shape, value, i) for i, (parts, shape, value) in enumerate(columns)])


def _padded(parts, wanted, value, index):
    rank = len(wanted)
    sizes = [int(d) for d in wanted]
    for part in parts:
        if part.ndim != rank:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"All elements in a batch must have the same rank as the padded shape for component {index}: "
                f"expected rank {rank} but got element with rank {part.ndim}",
            )
    for axis, size in enumerate(sizes):
        largest = max(part.shape[axis] for part in parts)
        if size == -1:
            sizes[axis] = largest
        elif largest > size:
            raise errors.DataLossError(
                None,
                None,
                f"Attempted to pad to a smaller size than the input element: component {index} has size "
                f"{largest} along axis {axis}, its padded shape is {[int(d) for d in wanted]}",
            )
    out = np.full((len(parts), *sizes), value[()] if isinstance(value, np.ndarray) else value, parts[0].dtype)
    for place, part in enumerate(parts):
        out[(place, *(slice(0, d) for d in part.shape))] = part
    return out


def _padding(operation_shapes, values):
    for shape in operation_shapes:
        if (np.asarray(shape) < -1).any():
            raise errors.InvalidArgumentError(None, None, f"padded_shapes has a negative size: {shape}")
    for value in values:
        if np.ndim(value):
            raise errors.InvalidArgumentError(None, None, "All padding values must be scalars")
    return list(operation_shapes), list(values)


@dataset_op(
    "PaddedBatchDataset",
    "input_dataset: variant, batch_size: int64, padded_shapes: N*int64, padding_values: [Toutput_types]",
)
def padded_batch_dataset_op(
    input_dataset, batch_size, padded_shapes, padding_values, *, output_shapes: Sequence = ()
):
    return _PaddedBatchNode(input_dataset, _size(batch_size), False, *_padding(padded_shapes, padding_values))


@dataset_op(
    "PaddedBatchDatasetV2",
    "input_dataset: variant, batch_size: int64, padded_shapes: N*int64, padding_values: [Toutput_types], "
    "drop_remainder: bool",
)
def padded_batch_dataset_v2_op(
    input_dataset, batch_size, padded_shapes, padding_values, drop_remainder, *, output_shapes: Sequence = ()
):
    shapes, values = _padding(padded_shapes, padding_values)
    return _PaddedBatchNode(input_dataset, _size(batch_size), bool(drop_remainder), shapes, values)


# -- dense to sparse, and taken apart ----------------------------------------------------------------------------------


class _DenseToSparseNode(Node):
    def __init__(self, source, size, shape):
        self.source, self.size, self.shape = source, size, shape

    def cursor(self):
        return _Batches(self.source.cursor(), self.size, False, self._join)

    def _join(self, elements):
        rows, arrays = [], [element[0] for element in elements]
        sizes = [int(d) for d in self.shape]
        for array in arrays:
            if array.ndim != len(sizes):
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"Input element had shape ({list(array.shape)}) that is incompatible with the row shape "
                    f"({sizes}).",
                )
        for axis, size in enumerate(sizes):
            largest = max(array.shape[axis] for array in arrays)
            if size == -1:
                sizes[axis] = largest
            elif largest > size:
                raise errors.DataLossError(
                    None,
                    None,
                    f"Input element had size {largest} along axis {axis} that is larger than the row shape "
                    f"({sizes}).",
                )
        for array in arrays:
            indices = np.indices(array.shape).reshape(array.ndim, -1).T.astype(np.int64)
            rows.append(SparseElement(indices, array.reshape(-1), np.array(sizes, np.int64)))
        return (join_rows(rows),)


@dataset_op("DenseToSparseBatchDataset", "input_dataset: variant, batch_size: int64, row_shape: int64")
def dense_to_sparse_batch_dataset_op(
    input_dataset, batch_size, row_shape, *, output_types: Sequence = (), output_shapes: Sequence = ()
):
    return _DenseToSparseNode(input_dataset, _size(batch_size), np.asarray(row_shape))


class _UnbatchNode(Node):
    def __init__(self, source):
        self.source = source

    def cursor(self):
        return _Unbatch(self.source.cursor())


class _Unbatch(Cursor):
    def __init__(self, source):
        self.source, self.batch, self.index = source, None, 0

    def next(self):
        while self.batch is None or self.index >= len(self.batch[0]):
            element = self.source.next()
            if element is None:
                self.batch = None
                return None
            columns = [split_rows(*c.parts) if isinstance(c, SparseElement) else c for c in element]
            if any(not isinstance(c, list) and c.ndim == 0 for c in columns):
                raise errors.InvalidArgumentError(None, None, "Input element must have a non-scalar value.")
            if len({len(c) for c in columns}) > 1:
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"Input element must have the same batch size in each component: {[len(c) for c in columns]}",
                )
            self.element, self.batch, self.index = element, columns, 0
        self.index += 1
        return tuple(
            [c[self.index - 1] if isinstance(c, list) else c[self.index - 1, ...] for c in self.batch]
        )

    def save(self):
        return [None if self.batch is None else list(self.element), self.index, self.source.save()]

    def restore(self, state):
        element, self.index, source = state
        if element is not None:
            self.element = tuple(element)
            self.batch = [split_rows(*c.parts) if isinstance(c, SparseElement) else c for c in element]
        self.source.restore(source)


@dataset_op("UnbatchDataset", "input_dataset: variant")
def unbatch_dataset_op(input_dataset, *, output_types: Sequence = (), output_shapes: Sequence = ()):
    return _UnbatchNode(input_dataset)
