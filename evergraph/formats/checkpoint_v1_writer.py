"""Writes TensorFlow's V1 checkpoints, or one shard of one: a single table of SavedTensorSlices messages.

Blocks are not compressed (TensorFlow compresses them with Snappy; its readers take both).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evergraph.formats import paths
from evergraph.formats.bundle_layout import encode_name
from evergraph.formats.checkpoint_v1 import META_KEY, RAW_FIELDS, VALUE_FIELDS
from evergraph.formats.messages import SavedSlice, SavedSliceMeta, SavedTensorSlices, TensorProto
from evergraph.formats.sstable import TableWriter
from evergraph.formats.tensor_bytes import array_and_dtype
from evergraph.formats.tensor_slice import TensorSlice, slice_key
from evergraph.formats.varints import append_varint
from evergraph.formats.whole_files import WholeOrNothing
from evergraph.framework import dtypes, errors

VERSION = 1
_MAX_MESSAGE = 1 << 31  # what a protocol message may have, in bytes
_HEADER = 1 << 10  # an allowance for all of a message that is not values

# The most bytes that one value takes in its message.
_VALUE_BYTES = {
    dtypes.float32: 4,
    dtypes.float64: 8,
    dtypes.complex64: 8,
    dtypes.complex128: 16,
    dtypes.float16: 3,
    dtypes.bool: 1,
    dtypes.uint8: 2,
    dtypes.quint8: 2,
    dtypes.uint16: 3,
    dtypes.int8: 10,  # a negative integer takes ten bytes, however small its type
    dtypes.int16: 10,
    dtypes.int32: 10,
    dtypes.int64: 10,
    dtypes.qint8: 10,
    dtypes.qint32: 10,
}


class TensorSliceWriter(WholeOrNothing):
    """Writes one V1 file, with the methods of `BundleWriter`.

        with TensorSliceWriter("/tmp/model.ckpt-7") as writer:
            writer.add("w", np.zeros([2, 3], np.float32))

    Arrays are kept, not copied, until `finish` writes the file under another name, syncs and renames it. Leaving the
    block with an error writes nothing. The directory is made when its parent exists; otherwise NotFoundError.
    """

    def __init__(self, path: str):
        self.path = paths.as_path(path)
        self._metas: dict[str, SavedSliceMeta] = {}
        self._parts: dict[bytes, tuple[str, TensorSlice, np.ndarray, dtypes.DType]] = {}

    def add(self, name: str, value, dtype=None) -> None:
        """Adds a whole tensor.

        `value` and `dtype` as for `BundleWriter.add`. Raises UnimplementedError for a dtype that the format does not
        have, InvalidArgumentError for a name added twice or a tensor of 2 GB or more.
        """
        shape = np.shape(value)
        self.add_slice(name, shape, TensorSlice.full(len(shape)), value, dtype)

    def add_slice(
        self, name: str, full_shape: Sequence[int], tensor_slice: TensorSlice | str, value, dtype=None
    ) -> None:
        """Adds a part of the tensor `name`, which has `full_shape`; a slice may be text like "0,5:-".

        Raises as `add`, and InvalidArgumentError when shape or dtype do not agree with the slice or with other slices.
        """
        array, dtype = array_and_dtype(name, value, dtype)
        full_shape = tuple(int(size) for size in full_shape)
        if isinstance(tensor_slice, str):
            tensor_slice = TensorSlice.parse(tensor_slice)
        if tensor_slice.shape(full_shape) != array.shape:
            raise _invalid(
                f"The slice {tensor_slice} of {name!r} with shape {list(full_shape)} has shape "
                f"{list(tensor_slice.shape(full_shape))}, but the value has {list(array.shape)}."
            )
        _check_storable(name, array, dtype)
        meta = SavedSliceMeta(name=name, type=dtype.as_datatype_enum)
        meta.shape.SetInParent()
        for size in full_shape:
            meta.shape.dim.add(size=size)
        known = self._metas.setdefault(name, meta)
        if known.type != meta.type or known.shape != meta.shape:
            raise _invalid(
                f"The parts of {name!r} disagree: one is of a {dtypes.as_dtype(known.type).name} tensor "
                f"{[dim.size for dim in known.shape.dim]}, another of a {dtype.name} tensor {list(full_shape)}; "
                "all must be slices of the same tensor."
            )
        key = slice_key(encode_name(name), tensor_slice)
        if not name or key in self._parts:
            raise _invalid(
                f"Cannot add {name!r} ({tensor_slice or 'a scalar'}) to the checkpoint {self.path!r}: slices must be unique and "
                "names not empty."
            )
        known.slice.append(tensor_slice.to_proto())
        self._parts[key] = (name, tensor_slice, array, dtype)

    def finish(self) -> None:
        """Makes the file appear."""
        directory = self.path.rpartition("/")[0]
        if directory:
            paths.mkdir(directory)
        with paths.AsideFile(self.path) as file:
            table = TableWriter(file.write)
            head = SavedTensorSlices()
            head.meta.tensor.extend(self._metas[name] for name in sorted(self._metas))
            head.meta.versions.producer = VERSION
            table.add(META_KEY, head.SerializeToString())
            for key in sorted(self._parts):
                table.add(key, _slice_message(*self._parts[key]))
            table.finish()

    def abandon(self) -> None:
        """Forgets what was added."""
        self._parts.clear()


def _invalid(message: str) -> errors.InvalidArgumentError:
    return errors.InvalidArgumentError(None, None, message)


def _check_storable(name: str, array: np.ndarray, dtype: dtypes.DType) -> None:
    """Raises unless the values have a place in a SavedTensorSlices message."""
    if dtype == dtypes.string:
        size = sum(len(element) + 10 for element in array.reshape(-1))
    elif dtype in _VALUE_BYTES:
        size = _VALUE_BYTES[dtype] * array.size
    else:
        raise errors.UnimplementedError(
            None,
            None,
            f"Cannot save {name!r} as V1: the format has no {dtype.name}, only string, "
            f"{', '.join(sorted(known.name for known in _VALUE_BYTES))}. Save it as V2.",
        )
    if size + _HEADER > _MAX_MESSAGE:
        raise _invalid(
            f"Tensor slice is too large to serialize as V1: {name!r} {list(array.shape)} ({dtype.name}) may take {size} "
            f"bytes, {_MAX_MESSAGE - _HEADER} are allowed. Save as V2, which has no such limit, or partition the variable."
        )


def _slice_message(name: str, tensor_slice: TensorSlice, array: np.ndarray, dtype: dtypes.DType) -> bytes:
    """A SavedTensorSlices with one slice, put together by hand: a large tensor is copied once."""
    head = SavedSlice(name=name, slice=tensor_slice.to_proto()).SerializeToString()
    data = _field(SavedSlice, "data", _packed_values(array, dtype))
    return b"".join(_field(SavedTensorSlices, "data", [head, *data]))


def _packed_values(array: np.ndarray, dtype: dtypes.DType) -> list:
    """The pieces of a TensorProto with the values alone; dtype and shape are in the SavedSliceMeta."""
    field = VALUE_FIELDS.get(dtype, "int_val")
    if dtype in RAW_FIELDS:
        values = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        return _field(TensorProto, field, [values.reshape(-1).view(np.uint8).data])
    values = array.view(np.uint16) if dtype == dtypes.float16 else array
    if dtype == dtypes.string:
        values = np.array([_as_bytes(element) for element in array.reshape(-1)], object)
    message = TensorProto()
    getattr(message, field).extend(values.reshape(-1).tolist())
    return [message.SerializeToString()]


def _field(message: type, name: str, pieces: list) -> list:
    """A field of a message: its tag and length, then the pieces of its content."""
    head = bytearray()
    append_varint(head, message.DESCRIPTOR.fields_by_name[name].number << 3 | 2)
    append_varint(head, sum(len(piece) for piece in pieces))
    return [head, *pieces]


def _as_bytes(element: bytes | str) -> bytes:
    return element if isinstance(element, bytes) else element.encode()
