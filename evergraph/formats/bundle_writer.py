"""Writes checkpoints in TensorFlow's V2 format, byte for byte as it does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evergraph.formats import paths
from evergraph.formats.bundle_install import install_bundle
from evergraph.formats.bundle_layout import (
    check_same_tensor,
    data_path,
    encode_name,
    make_entry,
    split_prefix,
)
from evergraph.formats.checksums import mask_crc32c
from evergraph.formats.leftovers import give_up_parts, hold_parts
from evergraph.formats.messages import BundleEntryProto
from evergraph.formats.tensor_bytes import StoredBytes, array_and_dtype, write_array, write_strings
from evergraph.formats.tensor_slice import TensorSlice, slice_key
from evergraph.formats.whole_files import WholeOrNothing
from evergraph.framework import dtypes, errors


class BundleWriter(WholeOrNothing):
    """Writes one checkpoint. Values go to disk as they are added; nothing is visible before `finish`.

        with BundleWriter("/tmp/model.ckpt-7") as writer:
            writer.add("w", np.zeros([2, 3], np.float32))

    `finish` syncs both files and renames them, the index last. Leaving the block with an error abandons
    the files. An older checkpoint of the same prefix stays whole until the new one is there. The directory is made
    when its parent exists; otherwise NotFoundError.
    """

    def __init__(self, prefix: str):
        self.prefix = paths.as_path(prefix)
        self._entries: dict[bytes, BundleEntryProto] = {}
        self._offset = 0
        directory = split_prefix(self.prefix)[0]
        if directory:
            paths.mkdir(directory)
            hold_parts(directory)
        self._data = paths.AsideFile(data_path(self.prefix, 0, 1))

    def add(self, name: str, value, dtype=None) -> None:
        """Adds a tensor.

        `value` is an array (object, bytes or str for strings; ml_dtypes for bfloat16); `dtype` says more
        where the array does not, as for quantized types. Raises InvalidArgumentError for a name added twice
        or a value with no stored form.
        """
        self._add(encode_name(name), name, *array_and_dtype(name, value, dtype))

    def add_slice(
        self, name: str, full_shape: Sequence[int], tensor_slice: TensorSlice | str, value, dtype=None
    ) -> None:
        """Adds a part of the tensor `name`, which has `full_shape`; a slice may be text like "0,5:-".

        Raises InvalidArgumentError when shape or dtype do not agree with the slice or with other slices.
        """
        array, dtype = array_and_dtype(name, value, dtype)
        full_shape = tuple(int(size) for size in full_shape)
        if isinstance(tensor_slice, str):
            tensor_slice = TensorSlice.parse(tensor_slice)
        if tensor_slice.shape(full_shape) != array.shape:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"The slice {tensor_slice} of {name!r} with shape {list(full_shape)} has shape "
                f"{list(tensor_slice.shape(full_shape))}, but the value has {list(array.shape)}.",
            )
        whole = make_entry(dtype, full_shape)
        known = self._entries.get(encode_name(name))
        if known is not None:
            check_same_tensor(name, known, whole)
        self._add(slice_key(encode_name(name), tensor_slice), f"{name} {tensor_slice}", array, dtype)
        self._entries.setdefault(encode_name(name), whole).slices.append(tensor_slice.to_proto())

    def _add(self, key: bytes, name: str, array: np.ndarray, dtype: dtypes.DType) -> None:
        if not key or key in self._entries:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Cannot add {name!r} to the checkpoint {self.prefix!r}: names must be unique and not empty.",
            )
        stored = StoredBytes(self._data.write)
        if dtype == dtypes.string:
            write_strings(stored, name, array)
        else:
            write_array(stored, array)
        entry = make_entry(dtype, array.shape)
        entry.offset, entry.size, entry.crc32c = self._offset, stored.size, mask_crc32c(stored.crc)
        self._entries[key] = entry
        self._offset += stored.size

    def finish(self) -> None:
        """Makes the checkpoint appear."""
        try:
            self._data.sync()
            install_bundle(self.prefix, self._entries, [self._data.commit])
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Removes what was written."""
        self._data.abandon()
        give_up_parts(split_prefix(self.prefix)[0])
