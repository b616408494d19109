"""The operations that parse Example and SequenceExample messages; `examples.py` has the functions that record them."""

import math
from collections.abc import Sequence

import numpy as np

from evergraph.formats.examples import SerializedExample
from evergraph.formats.messages import SequenceExample
from evergraph.framework import dtypes, errors
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.ops.registry import host_op

_FEW = 8  # values of a feature: of more, those of each example are converted by themselves
_FIELDS = {dtypes.float32: "float_list", dtypes.int64: "int64_list", dtypes.string: "bytes_list"}


def _invalid(message):
    return errors.InvalidArgumentError(None, None, message)


def _parse(read, serialized, name):
    try:
        return read(serialized)
    except Exception as error:  # noqa: BLE001 the message library's own exception type is no part of its interface
        raise _unreadable(name, serialized) from error


def _unreadable(name, serialized):
    return _invalid(f"Name: {name}, Could not parse example input, value: {serialized[:60]!r}")


def _values(feature, dtype, where):
    """The values of a feature as an array, or None when it has none of any kind."""
    kind = feature.WhichOneof("kind")
    if kind is None:
        return None
    if kind != _FIELDS[dtype]:
        raise _other_kind(kind, dtype, where)
    return _array(getattr(feature, kind).value, dtype)


def _other_kind(kind, dtype, where):
    return _invalid(
        f"{where}.  Data types don't match. Expected type: {dtypes.short_name(dtype)}  Feature is: {kind}"
    )


def _array(values, dtype):
    if dtype is dtypes.string:
        array = np.empty(len(values), object)
        array[:] = values
        return array
    if isinstance(values, bytes):  # floats of a SerializedExample
        return np.frombuffer(bytearray(values), "<f4")
    return np.array(values, dtype.as_numpy_dtype)


def _found(features, key, dtype, name, index=0):
    """The values of a feature of a SerializedExample or of Features; None where it has none."""
    if not isinstance(features, SerializedExample):
        return _values(features[key], dtype, _place(name, key, index)) if key in features else None
    values = _unconverted(features, key, key.encode(), dtype, name, index)
    return None if values is None else _array(values, dtype)


def _unconverted(example, key, key_bytes, dtype, name, index):
    kind = example.kind(key_bytes)
    if kind is None:
        return None
    if kind != _FIELDS[dtype]:
        raise _other_kind(kind, dtype, _place(name, key, index))
    try:
        return example.values(key_bytes)
    except Exception as error:  # noqa: BLE001 as above: what is damaged inside of a feature shows when it is asked for
        raise _unreadable(name, example.data) from error


def _place(name, key, index):
    """Which feature of which example of a batch is meant, in TensorFlow's words."""
    return f"Name: {name}, Key: {key}, Index: {index}"


def _kind(dtype):
    return "bytes" if dtype is dtypes.string else dtypes.short_name(dtype)


def _text(key):
    return key.decode() if isinstance(key, bytes) else str(key)


def _is_ragged(shape):
    dims = shape.dims_or_none
    return bool(dims) and dims[0] is None


def _fixed(values, default, shape, key, dtype, name, index=0):
    """The values of a dense feature in its shape, or its default."""
    sizes = shape.as_list()
    wanted = math.prod(sizes)
    if values is None:
        if default.size != wanted or (default.size == 0 and wanted):
            raise _invalid(
                f"Name: {name}, Feature: {key} (data type: {dtypes.short_name(dtype)}) is required but could not be found."
            )
        return default.reshape(sizes)
    if values.size != wanted:
        raise _invalid(
            f"{_place(name, key, index)}.  Number of {_kind(dtype)} values != expected.  "
            f"values size: {values.size} but output shape: {sizes}"
        )
    return values.reshape(sizes)


def _fixed_batch(examples, key, default, shape, dtype, labels):
    """A dense feature of all examples in its shape, the first axis along them; converted at once."""
    sizes, key_bytes = shape.as_list(), key.encode()
    wanted = math.prod(sizes)
    found, width = [], 4 if dtype is dtypes.float32 else 1
    for index, example in enumerate(examples):
        values = _unconverted(example, key, key_bytes, dtype, labels[index], index)
        if values is None or len(values) != wanted * width:
            array = None if values is None else _array(values, dtype)
            array = _fixed(array, default, shape, key, dtype, labels[index], index).reshape(-1)
            values = array.astype("<f4").tobytes() if dtype is dtypes.float32 else array
        found.append(values)
    if dtype is dtypes.float32:
        batch = _array(b"".join(found), dtype)
    elif dtype is dtypes.string or wanted <= _FEW:
        batch = _array([value for values in found for value in values], dtype)
    else:
        batch = np.concatenate(found) if found else _array([], dtype)
    return batch.reshape(len(examples), *sizes)


def _rows(values, shape, key, dtype, name, index=0):
    """The values of a dense feature whose first size varies, as rows."""
    sizes = shape.as_list()[1:]
    size = math.prod(sizes)
    values = _array([], dtype) if values is None else values
    if size == 0 or values.size % size:
        raise _invalid(
            f"{_place(name, key, index)}.  Number of {_kind(dtype)} values is not a multiple of stride length.  "
            f"values size: {values.size} but output shape: {['?', *sizes]}"
        )
    return values.reshape(-1, *sizes)


def _padded(parts, padding, shape, dtype):
    longest = max((len(part) for part in parts), default=0)
    result = np.empty((len(parts), longest, *shape.as_list()[1:]), dtype.as_numpy_dtype)
    result[...] = padding.reshape(-1)[0]
    for row, part in zip(result, parts):
        row[: len(part)] = part
    return result


def _sparse_batch(parts, dtype):
    """(indices, values, dense shape) of rows of differing lengths."""
    lengths = np.array([len(part) for part in parts], np.int64)
    indices = np.empty((int(lengths.sum()), 2), np.int64)
    indices[:, 0] = np.repeat(np.arange(len(parts)), lengths)
    starts = np.cumsum(lengths) - lengths
    indices[:, 1] = np.arange(len(indices)) - np.repeat(starts, lengths)
    values = np.concatenate(parts) if parts else _array([], dtype)
    return indices, values, np.array([len(parts), lengths.max(initial=0)], np.int64)


def _sparse_shapes(count, rank):
    return ([as_shape([None, rank])] * count, [as_shape([None])] * count, [as_shape([rank])] * count)


def _example_shapes(operation):
    attrs = operation.attrs
    batch = operation.input_tensors[0].shape.with_rank(1)
    indices, values, shapes = _sparse_shapes(attrs["Nsparse"], 2)
    dense = [batch.concatenate(as_shape(shape)) for shape in attrs["dense_shapes"]]
    return [*indices, *values, *shapes, *dense]


@host_op(
    "ParseExample",
    "serialized: string, names: string, sparse_keys: Nsparse*string, dense_keys: Ndense*string, "
    "dense_defaults: [Tdense] -> sparse_indices: Nsparse*int64, sparse_values: [sparse_types], "
    "sparse_shapes: Nsparse*int64, dense_values: [Tdense]",
    shape=_example_shapes,
)
def parse_example_op(
    serialized,
    names,
    sparse_keys,
    dense_keys,
    dense_defaults,
    *,
    sparse_types: list,
    dense_shapes: list,
    Tdense: Sequence = (),
):
    if names.size and names.shape != serialized.shape:
        raise _invalid(f"names has shape {names.shape}, serialized {serialized.shape}: they must be the same")
    labels = [_text(n) for n in names] if names.size else ["<unknown>"] * len(serialized)
    maps = [_parse(SerializedExample, s, label) for s, label in zip(serialized, labels)]
    sparse = []
    for key, dtype in zip(map(_text, (k.item() for k in sparse_keys)), sparse_types):
        found = [_found(features, key, dtype, labels[i], i) for i, features in enumerate(maps)]
        sparse.append(_sparse_batch([_array([], dtype) if v is None else v for v in found], dtype))
    dense = []
    keys = [_text(k.item()) for k in dense_keys]
    for key, default, shape, dtype in zip(keys, dense_defaults, map(as_shape, dense_shapes), Tdense):
        if _is_ragged(shape):
            found = [_found(features, key, dtype, labels[i], i) for i, features in enumerate(maps)]
            rows = [_rows(v, shape, key, dtype, labels[i], i) for i, v in enumerate(found)]
            dense.append(_padded(rows, default, shape, dtype))
        else:
            dense.append(_fixed_batch(maps, key, default, shape, dtype, labels))
    return [s[0] for s in sparse], [s[1] for s in sparse], [s[2] for s in sparse], dense


def _single_shapes(operation):
    attrs = operation.attrs
    indices, values, shapes = _sparse_shapes(attrs["num_sparse"], 1)
    return [*indices, *values, *shapes, *(as_shape(shape) for shape in attrs["dense_shapes"])]


@host_op(
    "ParseSingleExample",
    "serialized: string, dense_defaults: [Tdense] -> sparse_indices: num_sparse*int64, "
    "sparse_values: [sparse_types], sparse_shapes: num_sparse*int64, dense_values: [Tdense]",
    shape=_single_shapes,
)
def parse_single_example_op(
    serialized,
    dense_defaults,
    *,
    num_sparse: int,
    sparse_keys: list,
    dense_keys: list,
    sparse_types: list,
    dense_shapes: list,
    Tdense: Sequence = (),
):
    if serialized.ndim:
        raise _invalid(f"serialized must be a scalar, got shape {serialized.shape}")
    features = _parse(SerializedExample, serialized.item(), "<unknown>")
    return _one_example(
        features, sparse_keys, sparse_types, dense_keys, Tdense, dense_shapes, dense_defaults, "<unknown>"
    )


def _parse_examples(call, run, serialized, *defaults):
    """ParseSingleExample for a vector of messages."""
    attrs = call.operation.attrs
    shapes = [as_shape(shape) for shape in attrs["dense_shapes"]]
    if attrs["num_sparse"] or any(map(_is_ragged, shapes)) or serialized.ndim != 1:
        raise ValueError("messages that differ in shape are parsed one by one")
    keys = [np.array(_text(key).encode(), object) for key in attrs["dense_keys"]]
    names = np.empty(0, object)
    return parse_example_op.kernel(
        serialized,
        names,
        [],
        keys,
        list(defaults),
        sparse_types=[],
        dense_shapes=shapes,
        Tdense=attrs["Tdense"],
    )[3]


parse_single_example_op.batched = _parse_examples


def _one_example(features, sparse_keys, sparse_types, dense_keys, dense_types, dense_shapes, defaults, name):
    sparse = []
    for key, dtype in zip(map(_text, sparse_keys), sparse_types):
        values = _found(features, key, dtype, name)
        sparse.append(_array([], dtype) if values is None else values)
    dense = []
    for key, dtype, shape, default in zip(
        map(_text, dense_keys), dense_types, map(as_shape, dense_shapes), defaults
    ):
        values = _found(features, key, dtype, name)
        ragged = _is_ragged(shape)
        dense.append(
            _rows(values, shape, key, dtype, name)
            if ragged
            else _fixed(values, default, shape, key, dtype, name)
        )
    indices = [np.arange(len(values), dtype=np.int64)[:, np.newaxis] for values in sparse]
    return indices, sparse, [np.array([len(values)], np.int64) for values in sparse], dense


def _sequence_shapes(operation):
    attrs = operation.attrs
    indices, values, shapes = _sparse_shapes(attrs["Ncontext_sparse"], 1)
    context = [*indices, *values, *shapes, *(as_shape(shape) for shape in attrs["context_dense_shapes"])]
    indices, values, shapes = _sparse_shapes(attrs["Nfeature_list_sparse"], 2)
    steps = TensorShape([None])
    dense = [steps.concatenate(as_shape(shape)) for shape in attrs["feature_list_dense_shapes"]]
    return [*context, *indices, *values, *shapes, *dense]


@host_op(
    "ParseSingleSequenceExample",
    "serialized: string, feature_list_dense_missing_assumed_empty: string, "
    "context_sparse_keys: Ncontext_sparse*string, context_dense_keys: Ncontext_dense*string, "
    "feature_list_sparse_keys: Nfeature_list_sparse*string, feature_list_dense_keys: Nfeature_list_dense*string, "
    "context_dense_defaults: [Tcontext_dense], debug_name: string -> "
    "context_sparse_indices: Ncontext_sparse*int64, context_sparse_values: [context_sparse_types], "
    "context_sparse_shapes: Ncontext_sparse*int64, context_dense_values: [Tcontext_dense], "
    "feature_list_sparse_indices: Nfeature_list_sparse*int64, "
    "feature_list_sparse_values: [feature_list_sparse_types], "
    "feature_list_sparse_shapes: Nfeature_list_sparse*int64, "
    "feature_list_dense_values: [feature_list_dense_types]",
    shape=_sequence_shapes,
)
def parse_single_sequence_example_op(
    serialized,
    feature_list_dense_missing_assumed_empty,
    context_sparse_keys,
    context_dense_keys,
    feature_list_sparse_keys,
    feature_list_dense_keys,
    context_dense_defaults,
    debug_name,
    *,
    context_sparse_types: Sequence = (),
    Tcontext_dense: Sequence = (),
    feature_list_sparse_types: Sequence = (),
    feature_list_dense_types: Sequence = (),
    context_dense_shapes: Sequence = (),
    feature_list_dense_shapes: Sequence = (),
):
    name = _text(debug_name.item()) or "<unknown>"
    if serialized.ndim:
        raise _invalid(f"serialized must be a scalar, got shape {serialized.shape}")
    message = _parse(SequenceExample.FromString, serialized.item(), name)
    context = _one_example(
        message.context.feature,
        [k.item() for k in context_sparse_keys],
        context_sparse_types,
        [k.item() for k in context_dense_keys],
        Tcontext_dense,
        context_dense_shapes,
        context_dense_defaults,
        name,
    )
    lists = message.feature_lists.feature_list
    sparse = []
    for key, dtype in zip((_text(k.item()) for k in feature_list_sparse_keys), feature_list_sparse_types):
        steps = lists[key].feature if key in lists else ()
        found = [_values(feature, dtype, _step(name, key, i)) for i, feature in enumerate(steps)]
        sparse.append(_sparse_batch([_array([], dtype) if v is None else v for v in found], dtype))
    may_miss = {_text(k) for k in feature_list_dense_missing_assumed_empty.reshape(-1)}
    keys = [_text(k.item()) for k in feature_list_dense_keys]
    dense = [
        _steps(lists, key, dtype, as_shape(shape), key in may_miss, name)
        for key, dtype, shape in zip(keys, feature_list_dense_types, feature_list_dense_shapes)
    ]
    return (*context, [s[0] for s in sparse], [s[1] for s in sparse], [s[2] for s in sparse], dense)


def _step(name, key, index):
    return f"Name: {name}, Feature list: {key}, Index: {index}"


def _steps(lists, key, dtype, shape, may_miss, name):
    """The steps of a dense feature list, stacked."""
    if key not in lists and not may_miss:
        raise _invalid(
            f"Name: {name}, Feature list '{key}' is required but could not be found.  Did you mean to include it in "
            "feature_list_dense_missing_assumed_empty or feature_list_dense_defaults? A FixedLenSequenceFeature with "
            "allow_missing=True may be missing"
        )
    sizes = shape.as_list()
    rows = []
    for feature in lists[key].feature if key in lists else ():
        values = _values(feature, dtype, _step(name, key, len(rows)))
        if values is None or values.size != math.prod(sizes):
            count = 0 if values is None else values.size
            raise _invalid(
                f"{_place(name, key, len(rows))}.  Number of {dtypes.short_name(dtype)} values != expected.  "
                f"values size: {count} but output shape: {sizes}"
            )
        rows.append(values.reshape(sizes))
    return np.stack(rows) if rows else np.empty((0, *sizes), dtype.as_numpy_dtype)
