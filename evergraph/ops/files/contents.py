"""Files as tensors: `read_file`, `write_file`, `matching_files`."""

import os

import numpy as np

from evergraph.formats import paths
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op

public_module("python.ops.io_ops")


@host_op("ReadFile", "filename: string -> contents: string", stateful=True, shape=lambda op: as_shape([]))
def read_file_op(filename):
    return paths.read_bytes(filename.item())


@host_op("WriteFile", "filename: string, contents: string ->", stateful=True)
def write_file_op(filename, contents):
    path = paths.as_path(filename.item())
    directory = os.path.dirname(path)
    if directory:
        paths.makedirs(directory)
    with paths.open_file(path, "wb") as file:
        file.write(contents.item())


@host_op(
    "MatchingFiles", "pattern: string -> filenames: string", stateful=True, shape=lambda op: as_shape([None])
)
def matching_files_op(pattern):
    found = {path for one in pattern.reshape(-1) for path in paths.glob(one)}
    return np.array([path.encode("utf-8", "surrogateescape") for path in sorted(found)], object)


@public("read_file")
def read_file(filename: TensorLike, name: str | None = None) -> Tensor:
    """The content of a file, as a string scalar.

    Args:
      filename: string scalar.
      name: the operation's name.

    Running it raises NotFoundError when there is none.
    """
    return read_file_op(filename, name=name)


@public("write_file")
def write_file(filename: TensorLike, contents: TensorLike, name: str | None = None) -> Operation:
    """An operation that writes `contents` to a file, and makes its directories where they are missing.

    Args:
      filename: string scalar.
      contents: string scalar.
      name: the operation's name.
    """
    return write_file_op(filename, contents, name=name)


@public("matching_files")
def matching_files(pattern: TensorLike, name: str | None = None) -> Tensor:
    """The names of the files that match shell patterns, sorted: a string vector.

    Args:
      pattern: string scalar or vector. Wildcards do not cross directories.
      name: the operation's name.
    """
    return matching_files_op(pattern, name=name)
