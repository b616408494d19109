"""Tables of numbers from CSV files, and the irises.

The 150 irises are Fisher's measurements ("The use of multiple measurements in taxonomic problems", Annals of Eugenics 7, 1936),
in the public domain: sepal length and width, petal length and width in centimetres; 0 for setosa, 1 for versicolor, 2 for
virginica.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from evergraph.contrib.learn.datasets.downloads import Dataset
from evergraph.framework.public import public, public_module
from evergraph.platform.file_io import FileIO

public_module(
    "contrib.learn.datasets.base",
    "contrib.learn.python.learn.datasets.base",
)

_IRISES = Path(__file__).resolve().parent / "data" / "iris.csv"


def _rows(filename) -> Iterator[list[str]]:
    with FileIO(filename, "r") as file:
        yield from csv.reader(file)


@public()
def load_csv_with_header(
    filename: str, target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    """The features and targets of a CSV file whose first line begins with the numbers of examples and of features.

    Args:
      filename: the file.
      target_dtype, features_dtype: NumPy dtypes.
      target_column: which column is the target.

    Returns:
      A Dataset: `data` `[examples, features]` and `target` `[examples]`.
    """
    rows = _rows(filename)
    header = next(rows)
    data = np.zeros((int(header[0]), int(header[1])), features_dtype)
    target = np.zeros(int(header[0]), target_dtype)
    for number, row in enumerate(rows):
        target[number] = np.asarray(row.pop(target_column), target_dtype)
        data[number] = np.asarray(row, features_dtype)
    return Dataset(data=data, target=target)


@public()
def load_csv_without_header(
    filename: str, target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    """The features and targets of a CSV file of examples only; see `load_csv_with_header`."""
    data, target = [], []
    for row in _rows(filename):
        target.append(row.pop(target_column))
        data.append(np.asarray(row, features_dtype))
    return Dataset(data=np.array(data), target=np.array(target, target_dtype))


@public()
def shrink_csv(filename: str, ratio: int) -> None:
    """Writes every `ratio`-th line of `name.csv` to `name_small.csv`."""
    name, dot, ending = filename.rpartition(".")
    with FileIO(f"{name}_small{dot}{ending}", "w") as small:
        writer = csv.writer(small)
        writer.writerows(row for number, row in enumerate(_rows(filename)) if number % ratio == 0)


@public("contrib.learn.datasets.load_iris", "contrib.learn.python.learn.datasets.load_iris")
def load_iris(data_path: str | None = None) -> Dataset:
    """The 150 irises, or those of a file: `data` float64 `[150, 4]`, `target` int64 `[150]`."""
    return load_csv_with_header(str(data_path or _IRISES), np.int64, np.float64)


@public("contrib.learn.datasets.load_boston", "contrib.learn.python.learn.datasets.load_boston")
def load_boston(data_path: str | None = None) -> Dataset:
    """The houses of Boston from a file, which Evergraph does not bring along.

    Raises:
      ValueError: no path.
    """
    if data_path is None:
        raise ValueError(
            "load_boston needs the path of boston_house_prices.csv (a header with the counts, 13 features and the price): "
            "the data does not come with Evergraph"
        )
    return load_csv_with_header(data_path, np.float64, np.float64)
