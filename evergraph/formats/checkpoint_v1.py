"""Reads TensorFlow's V1 checkpoints: tables of SavedTensorSlices messages. They are written by checkpoint_v1_writer.py.

TensorFlow describes them in tensorflow/core/util/saved_tensor_slice.proto.

A checkpoint is one file, or several named `name-?????-of-?????`. The key "" holds the description of all
tensors, every other key a slice of one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from google.protobuf.message import DecodeError

from evergraph.formats import paths
from evergraph.formats.bundle_layout import StoredTensor
from evergraph.formats.messages import SavedSliceMeta, SavedTensorSlices, TensorProto
from evergraph.formats.sstable import TableReader
from evergraph.formats.tensor_slice import TensorSlice, slice_key
from evergraph.framework import dtypes, errors

META_KEY = b""


def has_v1_files(path: str) -> bool:
    """Whether `path` names an existing V1 checkpoint: a file, or shards of one."""
    return bool(_files(path))


def _files(path: str) -> list[str]:
    path = paths.as_path(path)
    if paths.exists(path) and not paths.isdir(path):
        return [path]
    return paths.glob(f"{path}-?????-of-?????") or paths.glob(path)


class TensorSliceReader:
    """Reads one V1 checkpoint, with the methods of `BundleReader`.

    `path` is a file, the common part of the names of its shards, or a pattern that matches them. Raises
    NotFoundError when nothing matches and DataLossError, naming the file, for damage.
    """

    def __init__(self, path: str):
        self.prefix = paths.as_path(path)
        self._tables: list[tuple[str, TableReader]] = []
        self._metas: dict[str, SavedSliceMeta] = {}
        self._where: dict[tuple[str, TensorSlice], int] = {}
        files = _files(self.prefix)
        if not files:
            raise errors.NotFoundError(None, None, f"Failed to find any matching files for {self.prefix}")
        for file in files:
            read = partial(paths.read_range, file)
            self._tables.append((file, TableReader(read, paths.stat(file).length, file)))
            for meta in self._message(len(self._tables) - 1, META_KEY).meta.tensor:
                self._register(meta)

    def _register(self, meta: SavedSliceMeta) -> None:
        for proto in meta.slice:
            self._where[meta.name, TensorSlice.from_proto(proto)] = len(self._tables) - 1
        known = self._metas.setdefault(meta.name, meta)
        if known is not meta:
            if known.type != meta.type or known.shape != meta.shape:
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"The shards of {self.prefix!r} disagree about the dtype or shape of {meta.name!r}.",
                )
            known.slice.extend(meta.slice)

    def keys(self) -> list[str]:
        """The names of all tensors, sorted."""
        return sorted(self._metas)

    def __contains__(self, name: str) -> bool:
        return name in self._metas

    def tensors(self) -> list[StoredTensor]:
        """Name, dtype and shape of all tensors, in the order of their names."""
        return [self.describe(name) for name in self.keys()]

    def describe(self, name: str) -> StoredTensor:
        """Dtype and shape of a tensor. Raises NotFoundError."""
        if name not in self._metas:
            raise errors.NotFoundError(
                None,
                None,
                f"Key {name} not found in checkpoint {self.prefix!r}, which holds {len(self._metas)} "
                "tensors. Was the variable renamed or added since?",
            )
        meta = self._metas[name]
        return StoredTensor(name, dtypes.as_dtype(meta.type), tuple(dim.size for dim in meta.shape.dim))

    def slices(self, name: str) -> list[TensorSlice]:
        """The slices in which a tensor is stored; empty when it is stored whole. Raises NotFoundError."""
        _, _, shape = self.describe(name)
        found = [TensorSlice.from_proto(proto) for proto in self._metas[name].slice]
        return [] if found == [TensorSlice.full(len(shape))] else found

    def read(self, name: str, tensor_slice: TensorSlice | str | None = None) -> np.ndarray:
        """The value of a tensor, or a slice of it, as a new array. Raises as `BundleReader.read` does."""
        _, dtype, shape = self.describe(name)
        if isinstance(tensor_slice, str):
            tensor_slice = TensorSlice.parse(tensor_slice)
        try:
            bounds = (tensor_slice or TensorSlice.full(len(shape))).bounds(shape)
        except ValueError as error:
            raise errors.InvalidArgumentError(
                None, None, f"Cannot read {name!r} from the checkpoint {self.prefix!r}: {error}"
            ) from error
        result = np.empty(shape, dtype.storage_dtype)
        covered = 0
        for proto in self._metas[name].slice:
            part = TensorSlice.from_proto(proto)
            result[part.bounds(shape)] = self._read_slice(name, part, dtype, part.shape(shape))
            covered += math.prod(part.shape(shape))
        if covered < result.size:
            raise errors.NotFoundError(
                None,
                None,
                f"The checkpoint {self.prefix!r} holds {covered} of the {result.size} values of {name!r}; "
                "a shard is missing.",
            )
        return result if tensor_slice is None else result[bounds].copy()

    def pieces(self, name: str) -> Iterator[np.ndarray]:
        """Yields the elements of a tensor in order, as 1-D arrays."""
        yield self.read(name).reshape(-1)

    def check_files(self) -> None:
        """What can be seen without reading values was looked at when it was opened; here for symmetry."""

    def close(self) -> None:
        """Nothing stays open; here for symmetry with BundleReader."""

    def __enter__(self) -> TensorSliceReader:
        return self

    def __exit__(self, kind, error, traceback) -> None:
        self.close()

    def _message(self, table: int, key: bytes) -> SavedTensorSlices:
        file, reader = self._tables[table]
        value = reader.get(key)
        try:
            if value is not None:
                return SavedTensorSlices.FromString(value)
        except DecodeError:
            pass  # the same as absent: said below
        raise errors.DataLossError(
            None,
            None,
            f"The checkpoint file {file!r} is damaged: its entry {key!r} is missing or cannot be decoded.",
        )

    def _read_slice(
        self, name: str, part: TensorSlice, dtype: dtypes.DType, shape: tuple[int, ...]
    ) -> np.ndarray:
        table = self._where[name, part]
        values = _decode_values(self._message(table, slice_key(name.encode(), part)).data.data, dtype)
        if len(values) != math.prod(shape):
            raise errors.DataLossError(
                None,
                None,
                f"The checkpoint file {self._tables[table][0]!r} is damaged: {name!r} has {len(values)} "
                f"values for the shape {list(shape)}.",
            )
        return values.reshape(shape)


VALUE_FIELDS = {  # where a TensorProto holds the values of a dtype; all others are in int_val
    dtypes.float32: "float_val",
    dtypes.float64: "double_val",
    dtypes.int64: "int64_val",
    dtypes.uint32: "uint32_val",
    dtypes.uint64: "uint64_val",
    dtypes.bool: "bool_val",
    dtypes.string: "string_val",
    dtypes.complex64: "scomplex_val",
    dtypes.complex128: "dcomplex_val",
    dtypes.float16: "half_val",
    dtypes.bfloat16: "half_val",
}

# Their packed fields are the array as it lies in memory (a bool is a varint of one byte).
RAW_FIELDS = (dtypes.float32, dtypes.float64, dtypes.complex64, dtypes.complex128, dtypes.bool)


def _decode_values(proto: TensorProto, dtype: dtypes.DType) -> np.ndarray:
    """The values of a TensorProto that has no shape of its own, flat."""
    storage = dtype.storage_dtype
    if proto.tensor_content:
        return np.frombuffer(proto.tensor_content, storage)
    name = VALUE_FIELDS.get(dtype, "int_val")
    field = getattr(proto, name)
    if dtype in RAW_FIELDS:
        for other, _ in proto.ListFields():
            if other.name != name:
                proto.ClearField(other.name)
        packed = (
            proto.SerializeToString()
        )  # tag, length, values: one copy, where going through Python takes seconds
        size = len(field) * (np.dtype(storage).itemsize // (2 if dtype.is_complex else 1))
        return np.frombuffer(packed, storage, offset=len(packed) - size)
    if dtype in (dtypes.float16, dtypes.bfloat16):  # their bits, as integers
        return np.array(field, np.uint16).view(storage)
    values = np.empty(len(field), storage)
    values[:] = field
    return values
