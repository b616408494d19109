"""Feeds: which tensors a `feed_dict` names, and how their values become arrays."""

import reprlib
from collections.abc import Mapping

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import IndexedSlices, SparseTensor
from evergraph.framework.source import Source
from evergraph.framework.structures import flatten, is_sequence
from evergraph.framework.tensor import Tensor
from evergraph.framework.values import aligned_copy, feed_to_numpy
from evergraph.ops.session_handles import TensorHandle, takes_handles
from evergraph.session.fetches import expansion_of


class FeedStructure:
    """The keys of a feed_dict, resolved once.

    A key may be a nested structure (a tuple, or a named one as `LSTMStateTuple`), whose value has as many leaves. Keys may
    name one tensor several times, as `x` and "x:0" do: the last value is fed.

    Args:
      graph: the session's graph.
      feeds: the feed_dict, or its keys alone.

    Attributes:
      tensors: the tensors fed, each once, in order.
      is_fixed: whether other values under the same keys feed the same tensors. A registered feed function
        (`register_session_run_conversion_functions`) may decide by the value.

    Raises:
      TypeError: a key is no tensor of the graph.
      ValueError: a tensor that may not be fed, a nested key with a value of another number of leaves, or a key that is
        there twice.
    """

    def __init__(self, graph, feeds):
        self._graph = graph
        self.is_fixed = True
        given = feeds if isinstance(feeds, Mapping) else dict.fromkeys(feeds)
        self._nested = [len(flatten(key)) if is_sequence(key) else None for key in given]
        values = _flat_values(self._nested, given) if isinstance(feeds, Mapping) else None
        flat = [leaf for key in given for leaf in (flatten(key) if is_sequence(key) else [key])]
        _check_unique(flat)
        self._places = {}  # tensor -> its place among all values; the last where several are for it
        self._parts = []
        count = 0
        for position, key in enumerate(flat):
            tensors, split = self._resolve(key, None if values is None else values[position])
            self._places.update((tensor, count + i) for i, tensor in enumerate(tensors))
            self._parts.append(split)
            count += len(tensors)
        self._count = count
        self.tensors = list(self._places)

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
          The expressions of the arrays, one for each of `tensors`.
        """
        if any(count is not None for count in self._nested) or any(
            split is not None for split in self._parts
        ):
            source.add(indent, f"values = {source.name('taken_apart', self._taken_apart)}(values)")
        if self._count:
            source.add(indent, "".join(f"f{i}, " for i in range(self._count)) + "= values")
        arrays = []
        for i, (tensor, place) in enumerate(self._places.items()):
            convert, kind = _converter(tensor, i in borrowed)
            array = f"{source.name('convert', convert)}(f{place})"
            if kind is not None:  # a scalar that has its type already passes as it is
                array = f"f{place} if type(f{place}) is {source.name('kind', kind)} else {array}"
            arrays.append(array)
        return arrays

    def _taken_apart(self, values) -> list:
        """The values of all tensors, one after the other, from those of the feed_dict."""
        found = []
        for split, value in zip(self._parts, _flat_values(self._nested, values), strict=True):
            found.extend([value] if split is None else split(value))
        return found

    def _resolve(self, key, value):
        """(tensors of a key that is no structure, function that splits its value among them or None for one tensor)."""
        if isinstance(key, SparseTensor):
            parts = [key.indices, key.values, key.dense_shape]
            if (
                key.dense_shape.op.definition.role == "constant"
                and isinstance(value, tuple)
                and len(value) == 2
            ):
                parts, self.is_fixed = parts[:2], False  # the shape is known
            return self._tensors(parts), lambda value: _of_length(key, tuple(value), len(parts))
        if isinstance(key, IndexedSlices):
            parts = [key.values, key.indices] + ([] if key.dense_shape is None else [key.dense_shape])
            # A value without a shape of its own has None there; one with is fed to a key without.
            return self._tensors(parts), lambda value: _of_length(key, tuple(value)[: len(parts)], len(parts))
        entry = expansion_of(key)
        if entry is not None and entry[2] is not None:
            return self._resolve_registered(key, value, *entry[2:])
        return self._tensors([key]), None

    def _resolve_registered(self, key, value, feed, feed_for_partial_run):
        self.is_fixed = False
        if value is not None:
            tensors = self._tensors(tensor for tensor, _ in feed(key, value))
        else:  # only what will be fed is asked for
            tensors = self._tensors(feed_for_partial_run(key) if feed_for_partial_run is not None else ())

        def split(value):
            pairs = [(self._graph.as_graph_element(tensor), one) for tensor, one in feed(key, value)]
            if [tensor for tensor, _ in pairs] != tensors:
                raise ValueError(
                    f"The feed function of {key!r} feeds {[tensor.name for tensor, _ in pairs]} for this value, and "
                    f"fed {[tensor.name for tensor in tensors]} before"
                )
            return [one for _, one in pairs]

        return tensors, split

    def _tensors(self, keys) -> list:
        found = []
        for key in keys:
            try:
                tensor = self._graph.as_graph_element(key, allow_tensor=True, allow_operation=False)
            except (TypeError, ValueError, KeyError) as error:
                raise TypeError(f"Cannot interpret feed_dict key as Tensor: {error}") from error
            if not self._graph.is_feedable(tensor):
                raise ValueError(f"Tensor {tensor} may not be fed.")
            found.append(tensor)
        return found


def _flat_values(nested, values) -> list:
    """A value for each leaf of the keys; `nested` has the number of leaves of each key that is a structure.

    `values` are a feed_dict or its values.
    """
    found = []
    for count, value in zip(nested, values.values() if isinstance(values, Mapping) else values, strict=True):
        if count is None or value is None:
            found.extend([value] * (count if count is not None else 1))
            continue
        leaves = flatten(value)
        if len(leaves) != count:
            raise ValueError(
                f"Could not flatten dictionary. Key had {count} elements, but value had {len(leaves)} elements, in "
                f"the feed {reprlib.repr(value)}: give one for each; an element that is not a scalar must be an array"
            )
        found.extend(leaves)
    return found


def _check_unique(keys):
    """ValueError for a key that is there twice; names of one tensor are different keys."""
    seen = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"Could not flatten dictionary: The key {key!r} is not unique: feed it once")
        seen.add(key)


def _of_length(key, parts, count):
    if len(parts) != count:
        raise ValueError(f"{key!r} is fed {count} arrays, got {len(parts)}: {reprlib.repr(parts)}")
    return parts


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
