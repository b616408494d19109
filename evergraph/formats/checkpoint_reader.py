"""Opens a checkpoint of either format."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from evergraph.formats import paths
from evergraph.formats.background import wait_for_saves
from evergraph.formats.checkpoint_bundle import BundleReader, index_path
from evergraph.formats.checkpoint_v1 import TensorSliceReader, has_v1_files
from evergraph.framework import errors


def checkpoint_exists(path: str) -> bool:
    """Whether there is a V2 checkpoint with this prefix, or a V1 checkpoint of this name."""
    return paths.exists(index_path(path)) or has_v1_files(path)


def open_checkpoint(
    path: str, allocate: Callable[..., np.ndarray] = np.empty
) -> BundleReader | TensorSliceReader:
    """A reader for the checkpoint `path`, V2 or V1; `allocate` makes the arrays that a V2 one reads into.

    Raises NotFoundError when there is neither.
    """
    wait_for_saves()
    if paths.exists(index_path(path)):
        return BundleReader(path, allocate)
    if has_v1_files(path):
        return TensorSliceReader(path)
    raise errors.NotFoundError(
        None,
        None,
        f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {path}: neither {index_path(path)!r} (V2) nor {path!r} (V1) exists. "
        "Pass the path that Saver.save returned, without .index or .data.",
    )
