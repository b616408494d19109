"""Functions over the first dimension: `map_fn`, `scan`, `foldl`, `foldr`."""

from collections.abc import Callable
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape
from evergraph.framework.structures import assert_same_structure, flatten, is_sequence, pack_sequence_as
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray

public_module("python.ops.functional_ops")


class _Elements:
    """The elements of a nested structure of tensors, read one after the other along the first dimension."""

    def __init__(self, elems):
        self.structure = elems
        self.tensors = (
            [convert_to_tensor(e, name="elem") for e in flatten(elems)]
            if is_sequence(elems)
            else [convert_to_tensor(elems, name="elems")]
        )
        for tensor in self.tensors:
            if tensor.shape.ndims == 0:
                several = "s, not scalars" if is_sequence(elems) else ", not a scalar"
                raise ValueError(f"elements must be at least one-dimensional tensor{several}: {tensor}")
        static = [t.shape[0].value for t in self.tensors if t.shape.ndims and t.shape[0].value is not None]
        self.static_count = static[0] if static else None
        self.count: Any = self.static_count if static else array_ops.shape(self.tensors[0])[0]
        self.arrays = [
            TensorArray(t.dtype, size=self.count, dynamic_size=False, infer_shape=True).unstack(t)
            for t in self.tensors
        ]

    def at(self, index):
        """The structure of the elements at an index."""
        return self.pack([a.read(index) for a in self.arrays])

    def pack(self, tensors):
        """A flat list of tensors in the structure of the elements."""
        return pack_sequence_as(self.structure, tensors) if is_sequence(self.structure) else tensors[0]

    def for_each(self, step, start, parallel_iterations, back_prop, swap_memory):
        """What `step(i, ...)` makes of `start`, (the first i, ...), called once for each i up to the number of elements."""
        return while_loop(
            lambda i, *_: i < self.count,
            step,
            start,
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=self.count,
        )

    def stacked(self, arrays, structure):
        """What TensorArrays hold, one value for each element, as tensors in a structure."""
        return _pack_like(structure, [_with_count(a.stack(), self.static_count) for a in arrays])


def _flat(value):
    return flatten(value) if is_sequence(value) else [value]


def _pack_like(structure, tensors):
    return pack_sequence_as(structure, tensors) if is_sequence(structure) else tensors[0]


def _check_callable(fn):
    if not callable(fn):
        raise TypeError("fn must be callable.")


def _with_count(tensor, count):
    if isinstance(tensor, Tensor) and tensor.shape.ndims is not None:
        tensor.set_shape(as_shape([count]).concatenate(tensor.shape[1:]))
    return tensor


def _results(dtype, elements, infer_shape, element_shape=None):
    """A TensorArray for one result of each element; all are stacked, so they have one shape, known or not."""
    array = TensorArray(dtype, size=elements.count, dynamic_size=False, element_shape=element_shape)
    array._infer_shape = infer_shape
    return array


@public("map_fn")
def map_fn(
    fn: Callable[..., Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
) -> Any:
    """Applies `fn` to each of the elements along the first dimension and stacks what it returns.

    Args:
      fn: function of one element (in the structure of `elems`).
      elems: a tensor or nested structure of tensors with equal first dimensions.
      dtype: the (structure of) dtypes of what `fn` returns; that of `elems` when None.
      parallel_iterations, swap_memory: kept for compatibility.
      back_prop: whether gradients flow through.
      infer_shape: whether all results have one shape.
      name: the name scope.

    Raises:
      TypeError: `fn` is not callable, or `dtype` has another structure than its results.
      ValueError: the structures do not match.
    """
    _check_callable(fn)
    with name_scope(name, "map", _flat(elems)):
        elements = _Elements(elems)
        structure = elems if dtype is None else dtype
        kinds = (
            [t.dtype for t in elements.tensors]
            if dtype is None
            else [dtypes.as_dtype(d) for d in _flat(dtype)]
        )
        results = [_results(k, elements, infer_shape) for k in kinds]

        def step(i, arrays):
            value = fn(elements.at(i))
            assert_same_structure([structure], [value], check_types=False)
            return i + 1, [a.write(i, v) for a, v in zip(arrays, _flat(value))]

        _, arrays = elements.for_each(step, (0, results), parallel_iterations, back_prop, swap_memory)
        return elements.stacked(arrays, structure)


def _fold(fn, elems, initializer, backwards, parallel_iterations, back_prop, swap_memory, name, default_name):
    _check_callable(fn)
    with name_scope(name, default_name, _flat(elems)):
        elements = _Elements(elems)
        first = 0
        if initializer is None:
            start = elements.count - 1 if backwards else 0
            accumulated = elements.at(convert_to_tensor(start))
            first = 1
        else:
            accumulated = _pack_like(initializer, [convert_to_tensor(i) for i in _flat(initializer)])

        def step(i, value):
            index = elements.count - 1 - i if backwards else i
            return i + 1, fn(value, elements.at(index))

        return elements.for_each(step, (first, accumulated), parallel_iterations, back_prop, swap_memory)[1]


@public("foldl")
def foldl(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """Combines the elements along the first dimension from the left: `fn(fn(initializer, e0), e1) ...`.

    Args:
      fn: function (accumulated, element) -> accumulated.
      elems: a tensor or structure of tensors.
      initializer: the start; the first element when None.

    Raises:
      TypeError: `fn` is not callable.
    """
    return _fold(fn, elems, initializer, False, parallel_iterations, back_prop, swap_memory, name, "foldl")


@public("foldr")
def foldr(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """Combines the elements along the first dimension from the right; see `foldl`."""
    return _fold(fn, elems, initializer, True, parallel_iterations, back_prop, swap_memory, name, "foldr")


@public("scan")
def scan(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """Every intermediate result of `foldl`, stacked along a new first dimension.

    Args:
      fn: function (accumulated, element) -> accumulated.
      elems: a tensor or structure of tensors.
      initializer: the start; the first element (which is then the first result) when None.
      reverse: whether to go from the last element to the first.
      infer_shape: whether all results have one shape.

    Raises:
      TypeError: `fn` is not callable.
      ValueError: the structures do not match.
    """
    _check_callable(fn)
    with name_scope(name, "scan", _flat(elems)):
        elements = _Elements(elems)
        structure = elems if initializer is None else initializer
        last = convert_to_tensor(elements.count) - 1
        if initializer is None:
            accumulated = [a.read(last if reverse else 0) for a in elements.arrays]
            first = 1
        else:
            accumulated = [convert_to_tensor(i) for i in _flat(initializer)]
            first = 0
        arrays = [
            _results(a.dtype, elements, infer_shape, a.shape if infer_shape else None) for a in accumulated
        ]
        if initializer is None:
            arrays = [a.write(last if reverse else 0, v) for a, v in zip(arrays, accumulated)]

        def step(i, values, results):
            index = last - i if reverse else i
            value = fn(_pack_like(structure, values), elements.at(index))
            assert_same_structure([structure], [value], check_types=False)
            flat = _flat(value)
            return (
                i + 1,
                [convert_to_tensor(v) for v in flat],
                [a.write(index, v) for a, v in zip(results, flat)],
            )

        start = first, accumulated, arrays
        _, _, arrays = elements.for_each(step, start, parallel_iterations, back_prop, swap_memory)
        return elements.stacked(arrays, structure)
