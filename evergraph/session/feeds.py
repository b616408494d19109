"""Feeds: which tensors a `feed_dict` names, and how their values become arrays."""

import functools
import reprlib

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices, SparseTensor
from evergraph.framework.source import Source
from evergraph.framework.tensor import Tensor
from evergraph.framework.values import aligned_copy, feed_to_numpy
from evergraph.ops.session_handles import TensorHandle, takes_handles
from evergraph.session.fetches import expansion_of

__all__ = ["FeedStructure"]


class FeedStructure:
    """The keys of a feed_dict, resolved once.

    Attributes:
      tensors: the tensors fed, in order.
    """

    def __init__(self, graph, keys):
        self._graph = graph
        self.tensors = []
        self._parts = [(key, self._resolve(key)) for key in keys]

    def converter(self, borrowed=frozenset()):
        """A function from the values of the feed_dict, in order, to the arrays to run with.

        These are copies, never views; but for the positions (among `tensors`) that are `borrowed`: nobody looks at
        those after the run.
        """
        source = Source("feeds")
        source.add(0, "def convert(values):")
        arrays = self.write(source, 1, borrowed)
        source.add(1, f"return ({''.join(array + ', ' for array in arrays)})")
        return source.function("convert")

    def write(self, source, indent, borrowed=frozenset()) -> list[str]:
        """Writes lines that take the local variable `values` apart, as `converter` says.

        Returns:
          The expressions of the arrays.
        """
        if any(part is not None for _, part in self._parts):
            taken_apart = functools.partial(_taken_apart, [part for _, part in self._parts])
            source.add(indent, f"values = {source.name('taken_apart', taken_apart)}(values)")
        if self.tensors:
            source.add(indent, "".join(f"f{i}, " for i in range(len(self.tensors))) + "= values")
        arrays = []
        for i, tensor in enumerate(self.tensors):
            convert, kind = _converter(tensor, i in borrowed)
            array = f"{source.name('convert', convert)}(f{i})"
            if kind is not None:  # a scalar that has its type already passes as it is
                array = f"f{i} if type(f{i}) is {source.name('kind', kind)} else {array}"
            arrays.append(array)
        return arrays

    def _resolve(self, key):
        """Adds the tensors of a key; returns how its value is taken apart, None for a plain tensor."""
        if type(key) is tuple:
            parts = [self._resolve(one) for one in key]
            return lambda value: _taken_apart(parts, value)
        if isinstance(key, SparseTensor):
            self._add_all([key.indices, key.values, key.dense_shape])
            return lambda value: tuple(value)
        if isinstance(key, IndexedSlices):
            tensors = [key.values, key.indices]
            if key.dense_shape is not None:
                tensors.append(key.dense_shape)
            self._add_all(tensors)
            return lambda value: tuple(value)[: len(tensors)]
        entry = expansion_of(key)
        if entry is not None and entry[2] is not None:
            pairs = entry[2](key, _Probe())
            self._add_all([tensor for tensor, _ in pairs])
            return lambda value: [v for _, v in entry[2](key, value)]
        self._add_all([key])
        return None

    def _add_all(self, keys):
        for key in keys:
            try:
                tensor = self._graph.as_graph_element(key, allow_tensor=True, allow_operation=False)
            except (TypeError, ValueError, KeyError) as error:
                raise TypeError(f"Cannot interpret feed_dict key as Tensor: {error}") from error
            if not self._graph.is_feedable(tensor):
                raise ValueError(f"Tensor {tensor} may not be fed.")
            self.tensors.append(tensor)


def _taken_apart(parts, values) -> list:
    """The values of the tensors that several keys stand for."""
    flat = []
    for part, value in zip(parts, values, strict=True):
        flat.extend([value] if part is None else part(value))
    return flat


class _Probe:
    """Stands for a value while a registered feed function is asked which tensors it feeds."""

    def __iter__(self):
        return iter([self] * 64)

    def __getitem__(self, key):
        return self

    def __getattr__(self, name):
        return self


def _converter(tensor, is_borrowed):
    """(what makes an array of a value, the type of values that need nothing or None)."""
    dtype = tensor.dtype.base_dtype
    if dtype in (dtypes.resource, dtypes.variant):
        return _as_is, None
    wanted = dtype.as_numpy_dtype
    is_number = dtype is not dtypes.string
    static = tensor.shape
    dims = static.dims_or_none
    exact = dims if dims is not None and None not in dims else None

    def convert(value):
        if type(value) is np.ndarray and value.dtype == wanted and is_number:
            array = value if is_borrowed else aligned_copy(value)
        else:
            array = _to_array(value, tensor, dtype, wanted)
        if array.shape != exact and not static.is_compatible_with(array.shape):
            raise ValueError(
                f"Cannot feed value of shape {array.shape!r} for Tensor {tensor.name!r}, which has shape "
                f"'{static}'; reshape the value, or give the placeholder a shape with None for sizes that vary"
            )
        return array

    if exact != () or not is_number:
        return convert, None
    if wanted not in (np.float32, np.float64):
        return convert, wanted
    return lambda value: wanted(value) if type(value) is float else convert(value), wanted


def _as_is(value):
    return value


def _to_array(value, tensor, dtype, wanted):
    if isinstance(value, Tensor):
        raise TypeError(
            "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, "
            f"strings, lists, and numpy ndarrays. The tensor was {value}, fed for {tensor}; run it first and feed "
            "what that gives"
        )
    if isinstance(value, TensorHandle):
        value = bytes(value) if takes_handles(tensor) else value.value()
    if hasattr(value, "addressable_shards"):  # a JAX array
        return np.array(value, wanted)
    try:
        array = feed_to_numpy(value, dtype)
    except TypeError as error:
        raise TypeError(
            f"Type of feed value {reprlib.repr(value)} with type {type(value)} is not compatible with Tensor type "
            f"{dtype.name}: {error} (fed for {tensor})"
        ) from error
    except (ValueError, OverflowError) as error:
        raise type(error)(f"{error} (fed for {tensor})") from error
    return array.copy() if array is value or array.base is not None else array
