"""A data set in an HDF5 file in the place of an array."""

import importlib
import importlib.util
from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module

public_module("python.keras.utils.io_utils")


@public("keras.utils.HDF5Matrix")
class HDF5Matrix:
    """Rows of a data set in an HDF5 file, read when they are asked for.

    Args:
      datapath: the file.
      dataset: the name of the data set.
      start, end: the rows; all from `start` when `end` is None.
      normalizer: a function of what is read.

    Raises:
      ImportError: the package h5py is not there.
    """

    refs: dict = {}

    def __init__(
        self, datapath: str, dataset: str, start: int = 0, end: int | None = None, normalizer: Any = None
    ) -> None:
        if datapath not in self.refs:
            self.refs[datapath] = _open_file(datapath)
        self.data = self.refs[datapath][dataset]
        self.start = start
        self.end = self.data.shape[0] if end is None else end
        self.normalizer = normalizer

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, key: Any) -> Any:
        """The rows, counted from `start`; IndexError for one that is not there."""
        if isinstance(key, slice):
            start, stop = key.start or 0, len(self) if key.stop is None else key.stop
            if stop > len(self):
                raise IndexError(f"rows up to {stop} are asked for, and there are {len(self)}")
            rows: Any = slice(start + self.start, stop + self.start)
        elif isinstance(key, (int, np.integer)):
            if key + self.start >= self.end:
                raise IndexError(f"row {key} is asked for, and there are {len(self)}")
            rows = int(key) + self.start
        else:
            rows = [int(each) + self.start for each in key]
            if rows and max(rows) >= self.end:
                raise IndexError(f"row {max(rows) - self.start} is asked for, and there are {len(self)}")
        # HDF5 takes rows in their order only.
        found = self.data[sorted(rows)] if isinstance(rows, list) else self.data[rows]
        if isinstance(rows, list):
            found = found[np.argsort(np.argsort(rows))]
        return found if self.normalizer is None else self.normalizer(found)

    @property
    def shape(self) -> tuple:
        """The shape of the rows together."""
        first = self.data[0:1] if self.normalizer is None else self.normalizer(self.data[0:1])
        return (len(self), *np.shape(first)[1:])

    @property
    def dtype(self) -> Any:
        """The type of the elements."""
        return self.data.dtype if self.normalizer is None else self.normalizer(self.data[0:1]).dtype

    @property
    def ndim(self) -> int:
        """The rank."""
        return self.data.ndim

    @property
    def size(self) -> int:
        """How many elements there are."""
        return int(np.prod(self.shape))


def _open_file(datapath):
    if importlib.util.find_spec("h5py") is None:
        raise ImportError("HDF5Matrix needs the package h5py: pip install h5py (or evergraph[keras])")
    return importlib.import_module("h5py").File(datapath, "r")


@public()
def ask_to_proceed_with_overwrite(filepath: Any) -> bool:
    """Asks on the terminal whether a file may be overwritten."""
    answer = input(f"{filepath} exists already: overwrite it? [y/n] ").strip().lower()
    while answer not in ("y", "n"):
        answer = input('Enter "y" (overwrite) or "n" (keep). ').strip().lower()
    return answer == "y"
