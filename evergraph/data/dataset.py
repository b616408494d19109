"""`Dataset`: a sequence of elements, described in the graph. The nodes of its operations are in the files beside this one.

1. a source or transformation gives a `Dataset`: the Elements, and how to record the operation that describes it
2. `make_one_shot_iterator`, `make_initializable_iterator` or `Iterator.make_initializer` record it
3. when a session runs, the operation has a `Node` for its value, which makes cursors (`nodes.py`)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evergraph.data import batching, functions, generators, nest, order, parallel, shuffling, sources
from evergraph.data import iterator_operations as operations
from evergraph.data.cache import cache_dataset_op
from evergraph.data.convert import get_seed
from evergraph.data.derived import DerivedTransformations
from evergraph.data.eager_iterator import EagerIterator
from evergraph.data.elements import Elements, flat_tensors, to_leaves
from evergraph.data.iterators import Iterator
from evergraph.data.padding import padding_tensors
from evergraph.data.sparse import pack_sparse_rows
from evergraph.data.tracing import CopyingBody, Traced, build_body, element_result, scalar_result
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor, is_sparse
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with, get_default_graph, name_scope
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.files.contents import matching_files
from evergraph.ops.inference import constant_value

public_module("python.data.ops.dataset_ops")


@public("data.Dataset")
class Dataset(DerivedTransformations):
    """A sequence of elements: nested structures (tuples, named tuples, dicts) of tensors and SparseTensors.

    A dataset is described in the graph, and gone through by an iterator while a session runs. Functions that are given to
    it are traced once. A subclass gives `_as_variant_tensor`, `output_types`, `output_shapes` and `output_classes`.
    """

    def __init__(self) -> None:
        pass

    def _as_variant_tensor(self) -> Tensor:
        """Records what describes it; returns the handle."""
        raise NotImplementedError("Dataset._as_variant_tensor")

    @property
    def output_classes(self) -> Any:
        """tf.Tensor or tf.SparseTensor for each component of an element."""
        raise NotImplementedError("Dataset.output_classes")

    @property
    def output_shapes(self) -> Any:
        """The TensorShape of each component of an element."""
        raise NotImplementedError("Dataset.output_shapes")

    @property
    def output_types(self) -> Any:
        """The DType of each component of an element."""
        raise NotImplementedError("Dataset.output_types")

    def __repr__(self):
        shapes = nest.map_structure(str, self.output_shapes)
        types = nest.map_structure(repr, self.output_types)
        text = f"shapes: {shapes}, types: {types}".replace("'", "")
        return f"<{type(self).__name__} {text}>"

    def __iter__(self) -> EagerIterator:
        """Its elements, in the eager mode; RuntimeError in a graph."""
        if executing_eagerly():
            return EagerIterator(self)
        raise RuntimeError(
            "dataset.__iter__() is only supported when eager execution is enabled: in a graph, make an iterator "
            "(make_one_shot_iterator) and run its get_next()"
        )

    # -- iterators -----------------------------------------------------------------------------------------------------

    def make_initializable_iterator(self, shared_name: str | None = None) -> Iterator:
        """An iterator that begins whenever its `initializer` is run; what the dataset depends on may be fed then.

        Args:
          shared_name: under which name the sessions of a server share it.

        Raises:
          RuntimeError: in the eager mode.
        """
        if executing_eagerly():
            raise RuntimeError(
                "dataset.make_initializable_iterator is not supported when eager execution is enabled: use `for ... in dataset`"
            )
        elements = elements_of(self)
        resource = operations.iterator_op(
            **elements.attributes(), shared_name=shared_name or "", name="Iterator"
        )
        with colocate_with(resource):
            initializer = operations.make_iterator_op(
                self._as_variant_tensor(), resource, name="MakeIterator"
            )
        return Iterator(resource, initializer, elements.types, elements.shapes, elements.classes)

    def make_one_shot_iterator(self) -> Iterator:
        """An iterator that begins by itself when it is first used, once in a session.

        Raises:
          ValueError: the dataset depends on a placeholder, a variable or a table.
        """
        if executing_eagerly():
            return EagerIterator(self)
        elements = elements_of(self)

        def build(body):
            body.outputs = [self._as_variant_tensor()]

        try:
            factory = build_body(CopyingBody(get_default_graph(), "dataset_factory"), build)
        except ValueError as error:
            if "Cannot capture a stateful node" not in str(error):
                raise
            raise ValueError(
                "Failed to create a one-shot iterator for a dataset. `Dataset.make_one_shot_iterator()` does not support "
                "datasets that capture stateful objects, such as a `Variable` or `LookupTable`. In these cases, use "
                f"`Dataset.make_initializable_iterator()`. (Original error: {error})"
            ) from error
        attributes = {"dataset_factory": factory, **elements.attributes()}
        operation = operations.one_shot_iterator_op.record([], attributes, "OneShotIterator")
        return Iterator(operation.outputs[0], None, elements.types, elements.shapes, elements.classes)

    # -- sources -------------------------------------------------------------------------------------------------------

    @staticmethod
    def from_tensors(tensors: Any) -> Dataset:
        """A dataset of one element: a nested structure of tensors."""
        with name_scope("tensors"):
            tensors = to_leaves(tensors)
        flat = flat_tensors(tensors)
        elements = Elements.like(tensors)
        return Described(
            elements, lambda: sources.tensor_dataset_op(flat, output_shapes=elements.flat_shapes)
        )

    @staticmethod
    def from_tensor_slices(tensors: Any) -> Dataset:
        """A dataset of the slices of tensors along their first axis.

        Args:
          tensors: a nested structure of tensors of the same size along their first axis.

        Raises:
          ValueError: sizes that are known and differ, or a scalar.
        """
        with name_scope("tensors"):
            tensors = to_leaves(tensors)
        leaves = nest.flatten(tensors)
        size = leaves[0].get_shape()[0]
        for leaf in leaves[1:]:
            size.assert_is_compatible_with(leaf.get_shape()[0])
        whole = Elements.like(tensors)
        elements = whole.with_shapes(lambda shape: shape[1:])
        flat = [pack_sparse_rows(leaf) if is_sparse(leaf) else leaf for leaf in leaves]
        return Described(
            elements, lambda: sources.tensor_slice_dataset_op(flat, output_shapes=elements.flat_shapes)
        )

    @staticmethod
    def from_sparse_tensor_slices(sparse_tensor: SparseTensor) -> Dataset:
        """A dataset of the rows of a SparseTensor, each as a tuple (indices, values, dense_shape).

        TypeError for anything else.
        """
        if not isinstance(sparse_tensor, SparseTensor):
            raise TypeError(f"`sparse_tensor` must be a `tf.SparseTensor` object, got {sparse_tensor!r}")
        rank = sparse_tensor.dense_shape.shape[0].value
        rank = None if rank is None else rank - 1
        elements = Elements(
            (dtypes.int64, sparse_tensor.dtype, dtypes.int64),
            (TensorShape([None, rank]), TensorShape([None]), TensorShape([rank])),
        )
        parts = sparse_tensor.indices, sparse_tensor.values, sparse_tensor.dense_shape
        return Described(elements, lambda: sources.sparse_tensor_slice_dataset_op(*parts))

    @staticmethod
    def from_generator(
        generator: Callable[..., Any], output_types: Any, output_shapes: Any = None, args: Any = None
    ) -> Dataset:
        """A dataset of what a Python function's iterators give; each time it is gone through, the function is called.

        Args:
          generator: a callable that returns an object with `__iter__`.
          output_types: a nested structure of the dtypes of what it gives.
          output_shapes: their shapes; unknown when None.
          args: tensors, whose values `generator` is called with.

        Raises:
          TypeError: `generator` is not callable.
        """
        if not callable(generator):
            raise TypeError("`generator` must be callable.")
        elements = Elements.given(output_types, output_shapes)
        arguments = [convert_to_tensor(a, name=f"args_{i}") for i, a in enumerate(args or ())]
        rows = list(zip(elements.flat_types, elements.flat_shapes))

        def convert(value):
            leaves = nest.flatten_up_to(
                elements.types, tuple(value) if _is_row(value, elements.types) else value
            )
            return tuple([generators.checked(v, t, s) for v, (t, s) in zip(leaves, rows, strict=True)])

        attributes = {"_generator": generator, "_convert": convert, **elements.attributes()}
        return Described(
            elements,
            lambda: generators.generator_dataset_op.record(
                [arguments], dict(attributes), "GeneratorDataset"
            ).outputs[0],
        )

    @staticmethod
    def range(*args: TensorLike) -> Dataset:
        """The int64 scalars of a range: `range(stop)`, `range(start, stop)` or `range(start, stop, step)`.

        ValueError for another number of arguments.
        """
        if not 1 <= len(args) <= 3:
            raise ValueError(f"Invalid arguments to RangeDataset: {args}")
        start, stop, step = [(0, *args, 1), (*args, 1), args][len(args) - 1]
        bounds = [
            convert_to_tensor(v, dtypes.int64, name=n)
            for v, n in ((start, "start"), (stop, "stop"), (step, "step"))
        ]
        elements = Elements(dtypes.int64, TensorShape([]))
        return Described(elements, lambda: sources.range_dataset_op(*bounds, **elements.attributes()))

    @staticmethod
    def list_files(
        file_pattern: TensorLike, shuffle: bool | None = None, seed: TensorLike | None = None
    ) -> Dataset:
        """The names of the files that match a pattern, shuffled unless `shuffle` is False.

        Args:
          file_pattern: a string, or string tensor.
          shuffle: whether they come in random order (True when None).
          seed: see `shuffle`.
        """
        names = matching_files(file_pattern)
        dataset = Dataset.from_tensor_slices(names)
        if shuffle is None or shuffle:
            size = math_ops.maximum(array_ops.shape(names, out_type=dtypes.int64)[0], 1)
            dataset = dataset.shuffle(size, seed=seed)
        return dataset

    @staticmethod
    def zip(datasets: Any) -> Dataset:
        """The elements of several datasets side by side, until one of them ends.

        Args:
          datasets: a nested structure of datasets; an element has an element of each in its place.

        Raises:
          TypeError: something that is no dataset, or a list.
        """
        if isinstance(datasets, list):
            raise TypeError(
                "The argument to `Dataset.zip()` must be a nested structure of `Dataset` objects, not a list"
            )
        parts = nest.flatten(datasets)
        for part in parts:
            if not isinstance(part, Dataset):
                raise TypeError(
                    "The argument to `Dataset.zip()` must be a nested structure of `Dataset` objects. "
                    f"Got {part!r} of type {type(part)}"
                )
        elements = Elements(
            *(
                nest.pack_sequence_as(datasets, [getattr(part, name) for part in parts])
                for name in ("output_types", "output_shapes", "output_classes")
            )
        )
        return Described(
            elements,
            lambda: order.zip_dataset_op(
                [part._as_variant_tensor() for part in parts], **elements.attributes()
            ),
        )

    # -- in another order ----------------------------------------------------------------------------------------------

    def concatenate(self, dataset: Dataset) -> Dataset:
        """The elements of this dataset and then those of another.

        Raises:
          TypeError: the types or classes of their elements differ.
        """
        own, other = elements_of(self), elements_of(dataset)
        nest.assert_same_structure(own.types, other.types)
        for what in ("types", "classes"):
            one, two = getattr(own, what), getattr(other, what)
            if nest.flatten(one) != nest.flatten(two):
                raise TypeError(f"Two datasets to concatenate have different {what} {one} and {two}")
        return self._described(order.concatenate_dataset_op, dataset, elements=own.common(other))

    def prefetch(self, buffer_size: TensorLike) -> Dataset:
        """The same elements, of which up to `buffer_size` (int64 scalar) are made ahead by a thread."""
        return self._described(parallel.prefetch_dataset_op, _int64(buffer_size, "buffer_size"))

    def repeat(self, count: TensorLike | None = None) -> Dataset:
        """The same elements `count` times over; without end when None or -1."""
        return self._described(order.repeat_dataset_op, _int64(-1 if count is None else count, "count"))

    def _enumerate(self, start=0):
        return Dataset.zip((Dataset.range(start, np.iinfo(np.int64).max), self))

    def shuffle(
        self,
        buffer_size: TensorLike,
        seed: TensorLike | None = None,
        reshuffle_each_iteration: bool | None = None,
    ) -> Dataset:
        """The elements in random order: each one is drawn from the next `buffer_size` that were not given yet.

        Args:
          buffer_size: int64 scalar.
          seed: int64 scalar, see `tf.set_random_seed`.
          reshuffle_each_iteration: whether the order is another one each time (True when None).
        """
        seeds = get_seed(seed)
        return self._described(
            shuffling.shuffle_dataset_op,
            _int64(buffer_size, "buffer_size"),
            *seeds,
            reshuffle_each_iteration=reshuffle_each_iteration is None or bool(reshuffle_each_iteration),
        )

    def cache(self, filename: TensorLike = "") -> Dataset:
        """The same elements, made once and kept: in memory, or in files that begin with `filename`."""
        return self._described(cache_dataset_op, convert_to_tensor(filename, dtypes.string, name="filename"))

    def take(self, count: TensorLike) -> Dataset:
        """The first `count` elements (int64 scalar); all when -1."""
        return self._described(order.take_dataset_op, _int64(count, "count"))

    def skip(self, count: TensorLike) -> Dataset:
        """The elements after the first `count` (int64 scalar); none when -1."""
        return self._described(order.skip_dataset_op, _int64(count, "count"))

    def shard(self, num_shards: TensorLike, index: TensorLike) -> Dataset:
        """Every `num_shards`-th element, from the one at `index` (int64 scalars).

        Raises:
          ValueError: they are known, and not 0 <= index < num_shards.
        """
        num_shards, index = _int64(num_shards, "num_shards"), _int64(index, "index")
        count, place = constant_value(num_shards), constant_value(index)
        if count is not None and count < 1:
            raise ValueError(f"num_shards must be >= 1; got: {count}")
        if place is not None and place < 0:
            raise ValueError(f"index must be >= 0; got: {place}")
        if count is not None and place is not None and place >= count:
            raise ValueError(f"index must be <= num_shards; {place} is not < {count}")
        return self._described(order.shard_dataset_op, num_shards, index)

    # -- batches -------------------------------------------------------------------------------------------------------

    def batch(self, batch_size: TensorLike, drop_remainder: TensorLike = False) -> Dataset:
        """Consecutive elements stacked along a new first axis.

        Args:
          batch_size: int64 scalar, how many elements a batch has.
          drop_remainder: bool scalar (an argument of TensorFlow 1.10), whether a last batch of fewer is left out.
        """
        size = _int64(batch_size, "batch_size")
        elements = elements_of(self).with_shapes(_batch_axis(size, drop_remainder).concatenate)
        if drop_remainder is False:
            return self._described(batching.batch_dataset_op, size, elements=elements)
        drops = convert_to_tensor(drop_remainder, dtypes.bool, name="drop_remainder")
        return self._described(batching.batch_dataset_v2_op, size, drops, elements=elements)

    def padded_batch(
        self,
        batch_size: TensorLike,
        padded_shapes: Any,
        padding_values: Any = None,
        drop_remainder: TensorLike = False,
    ) -> Dataset:
        """Consecutive elements padded to one shape and stacked.

        Args:
          batch_size: int64 scalar, how many elements a batch has.
          padded_shapes: a nested structure of shapes; a size that is None or -1 is the largest of the batch.
          padding_values: scalars in the same structure; 0 or "" when None.
          drop_remainder: bool scalar (an argument of TensorFlow 1.10), whether a last batch of fewer is left out.

        Raises:
          TypeError: sparse components, or a padding value of another dtype.
          ValueError: a padding value that is no scalar.
        """
        padded, shapes, values = padding_tensors(elements_of(self), padded_shapes, padding_values)
        size = _int64(batch_size, "batch_size")
        if drop_remainder is False:
            operation, more, elements = batching.padded_batch_dataset_op, (), padded
        else:
            operation = batching.padded_batch_dataset_v2_op
            more = (convert_to_tensor(drop_remainder, dtypes.bool, name="drop_remainder"),)
            first = _batch_axis(size, drop_remainder)
            elements = padded.with_shapes(lambda shape: first.concatenate(shape[1:]))
        return Described(
            elements,
            lambda: operation(
                self._as_variant_tensor(), size, shapes, values, *more, output_shapes=elements.flat_shapes
            ),
        )

    # -- functions -----------------------------------------------------------------------------------------------------

    def map(self, map_func: Callable[..., Any], num_parallel_calls: TensorLike | None = None) -> Dataset:
        """What a function gives for each element.

        Args:
          map_func: function of an element (of its parts, if that is a tuple) that returns a structure of tensors.
          num_parallel_calls: int32 scalar: for how many elements it is called side by side; their order stays.
        """
        traced = Traced(map_func, [elements_of(self)], "map_func", element_result)
        if num_parallel_calls is None:
            return self._traced(functions.map_dataset_op, "f", traced, traced.result)
        calls = convert_to_tensor(num_parallel_calls, dtypes.int32, name="num_parallel_calls")
        return self._traced(parallel.parallel_map_dataset_op, "f", traced, traced.result, calls)

    def flat_map(self, map_func: Callable[..., Any]) -> Dataset:
        """The elements of the datasets that a function gives for each element, one dataset after another.

        Raises:
          TypeError: the function returns something else than a dataset.
        """
        traced = dataset_function(self, map_func)
        return self._traced(functions.flat_map_dataset_op, "f", traced, traced.result)

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: TensorLike,
        block_length: TensorLike = 1,
        num_parallel_calls: TensorLike | None = None,
    ) -> Dataset:
        """The elements of the datasets that a function gives, in turn: `block_length` of each of `cycle_length` datasets.

        `num_parallel_calls` is accepted: the order is the same however many are read side by side.

        Raises:
          TypeError: the function returns something else than a dataset.
        """
        traced = dataset_function(self, map_func)
        lengths = _int64(cycle_length, "cycle_length"), _int64(block_length, "block_length")
        return self._traced(functions.interleave_dataset_op, "f", traced, traced.result, *lengths)

    def filter(self, predicate: Callable[..., Any]) -> Dataset:
        """The elements for which a function gives True.

        Raises:
          ValueError: the function returns something else than a bool scalar.
        """
        finish = scalar_result(dtypes.bool, "`predicate` must return a scalar boolean tensor.")
        traced = Traced(predicate, [elements_of(self)], "predicate", finish)
        return self._traced(functions.filter_dataset_op, "predicate", traced, elements_of(self))

    def apply(self, transformation_func: Callable[[Dataset], Dataset]) -> Dataset:
        """`transformation_func(self)`, which must be a dataset; TypeError otherwise."""
        made = transformation_func(self)
        if isinstance(made, Dataset):
            return made
        raise TypeError(
            f"`transformation_func` must return a Dataset. {transformation_func!r} gave: {made!r}"
        )

    # -- describing ----------------------------------------------------------------------------------------------------

    def _described(self, definition, *arguments, elements=None, **attributes):
        """A dataset over this one: what `definition` records for it and the arguments, which may be datasets too."""
        elements = elements_of(self) if elements is None else elements

        def describe():
            inputs = [a._as_variant_tensor() if isinstance(a, Dataset) else a for a in arguments]
            return definition(self._as_variant_tensor(), *inputs, **attributes, **elements.attributes())

        return Described(elements, describe)

    def _traced(self, definition, body, traced, elements, *arguments):
        def describe():
            attributes = {body: traced.body, **elements.attributes()}
            inputs = [self._as_variant_tensor(), traced.captured, *arguments]
            return definition.record(inputs, attributes).outputs[0]

        return Described(elements, describe)


class Described(Dataset):
    """A dataset that a function describes.

    Args:
      elements: what its elements look like.
      describe: function without arguments that records it and returns the handle.
    """

    def __init__(self, elements: Elements, describe: Callable[[], Tensor]) -> None:
        super().__init__()
        self._elements, self._describe = elements, describe

    def _as_variant_tensor(self):
        return self._describe()

    @property
    def output_classes(self):
        return self._elements.classes

    @property
    def output_shapes(self):
        return self._elements.shapes

    @property
    def output_types(self):
        return self._elements.types


def elements_of(dataset: Dataset) -> Elements:
    """What the elements of a dataset look like."""
    return Elements(dataset.output_types, dataset.output_shapes, dataset.output_classes)


def dataset_function(dataset: Dataset, function: Callable[..., Any]) -> Traced:
    """A function of an element that gives a dataset, traced; its result is the Elements of that."""

    def finish(value):
        if not isinstance(value, Dataset):
            raise TypeError("`map_func` must return a `Dataset` object.")
        return [value._as_variant_tensor()], elements_of(value)

    return Traced(function, [elements_of(dataset)], "map_func", finish)


def _int64(value, name):
    return convert_to_tensor(value, dtypes.int64, name=name)


def _batch_axis(size, drop_remainder):
    """The static shape of the first axis of batches: known where all have the same, known size."""
    drops = drop_remainder if isinstance(drop_remainder, bool) else constant_value(drop_remainder)
    known = constant_value(size) if drops else None
    return TensorShape([None if known is None else int(known)])


def _is_row(value, types):
    """Whether a generator gave a list, or another sequence, where a tuple is described."""
    return (
        isinstance(types, tuple)
        and isinstance(value, (list, Sequence))
        and not isinstance(value, (tuple, str, bytes))
    )
