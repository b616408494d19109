"""`tf.gfile`: files by path, local or remote, with TensorFlow's exceptions."""

import os
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from evergraph.formats import paths
from evergraph.formats.paths import FileStatistics
from evergraph.framework import errors
from evergraph.framework.arguments import also_called
from evergraph.framework.public import public, public_module

public_module("python.lib.io.file_io")

_MODES = ("r", "w", "a", "r+", "w+", "a+")


@public()
class FileIO:
    """A file that is opened when it is first read or written.

    In a text mode ("r", "w", "a", "r+", "w+", "a+") what is read is str, decoded as UTF-8; with a "b" in the mode it is
    bytes. Positions and sizes count bytes in both. Both str and bytes may be written.

    With a "+" the file is read and written independently, as TensorFlow does it: what is read begins at the start of the
    file, wherever was written, and the first `write` makes the file anew ("r+" and "w+") or goes on at its end ("a+").

    Raises (when it is first used):
      PermissionDeniedError: reading a file that is open for writing only, or the other way round.
      NotFoundError: a file to read that does not exist, or a folder to write to.
    """

    def __init__(self, name: str | bytes | os.PathLike, mode: str = "r") -> None:
        if mode.replace("b", "") not in _MODES:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"{mode!r} is no mode of a file; allowed are {', '.join(_MODES)}, each also with a 'b'",
            )
        self._name = name
        self._mode = mode
        self._plain_mode = mode.replace("b", "")
        self._is_binary = "b" in mode
        self._reader = None
        self._writer = None

    @property
    def name(self) -> str | bytes | os.PathLike:
        """The path it was made with."""
        return self._name

    @property
    def mode(self) -> str:
        """The mode it was made with."""
        return self._mode

    def _readable(self):
        if self._plain_mode[0] != "r" and "+" not in self._plain_mode:
            raise errors.PermissionDeniedError(
                None, None, f"{self._name!r} is not open for reading (mode {self._mode!r})"
            )
        if self._reader is None:
            self._reader = paths.open_file(self._name, "rb")
        return self._reader

    def _writable(self):
        if self._plain_mode == "r":
            raise errors.PermissionDeniedError(
                None, None, f"{self._name!r} is not open for writing (mode {self._mode!r})"
            )
        if self._writer is None:
            self._writer = paths.open_file(self._name, "ab" if self._plain_mode[0] == "a" else "wb")
        return self._writer

    def _given(self, data: bytes):
        return data if self._is_binary else data.decode("utf-8")

    def size(self) -> int:
        """The file's length in bytes."""
        return paths.stat(self._name).length

    def write(self, file_content: bytes | str) -> None:
        """Writes str (as UTF-8) or bytes at the end of what was written."""
        self._writable().write(
            file_content.encode("utf-8") if isinstance(file_content, str) else file_content
        )

    def read(self, n: int = -1) -> Any:
        """The next `n` bytes, or all that is left when `n` is -1, as the mode's type."""
        return self._given(self._readable().read(n))

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Moves to an offset from the start (whence 0), the position (1) or the end (2). `position` is the old name.

        InvalidArgumentError for another `whence` or a place before the start; TypeError without an offset, or with both.
        """
        if (offset is None) == (position is None):
            raise TypeError(f"seek() takes one offset, got {offset!r} and position={position!r}")
        if whence not in (0, 1, 2):
            raise errors.InvalidArgumentError(None, None, f"whence must be 0, 1 or 2, not {whence!r}")
        file = self._readable()
        distance: Any = position if offset is None else offset
        target = distance + (file.tell() if whence == 1 else self.size() if whence == 2 else 0)
        if target < 0:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"seek({distance}, {whence}) is {-target} bytes before the start of {self._name!r}",
            )
        file.seek(target)

    def tell(self) -> int:
        """The position in bytes."""
        return self._readable().tell()

    def readline(self) -> Any:
        """The next line with its line break; empty at the end."""
        return self._given(self._readable().readline())

    def readlines(self) -> list:
        """The lines that are left, with their line breaks."""
        return list(self)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    next = __next__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Closes the file; the next use opens it anew."""
        if self._writer is None and self._reader is None and self._plain_mode[0] in "wa":
            self._writable()  # a file opened for writing exists afterwards, even if nothing was written
        for file in (self._reader, self._writer):
            if file is not None:
                file.close()
        self._reader = self._writer = None


@public("gfile.Exists", "python.platform.gfile.Exists")
@also_called(path="filename")
def file_exists(filename: str | bytes | os.PathLike) -> bool:
    """Whether there is a file or a folder at the path."""
    return paths.exists(filename)


@public("gfile.Remove", "python.platform.gfile.Remove")
@also_called(path="filename")
def delete_file(filename: str | bytes | os.PathLike) -> None:
    """Removes a file; NotFoundError when there is none."""
    paths.remove(filename)


@public()
def read_file_to_string(filename: str | bytes | os.PathLike, binary_mode: bool = False) -> Any:
    """The whole file: str, or bytes in `binary_mode`."""
    data = paths.read_bytes(filename)
    return data if binary_mode else data.decode("utf-8")


@public()
def write_string_to_file(filename: str | bytes | os.PathLike, file_content: bytes | str) -> None:
    """Makes a file of str (as UTF-8) or bytes."""
    with FileIO(filename, "w") as file:
        file.write(file_content)


@public()
def atomic_write_string_to_file(
    filename: str | bytes | os.PathLike, contents: bytes | str, overwrite: bool = True
) -> None:
    """Makes a file that appears whole or not at all; AlreadyExistsError unless it may `overwrite`."""
    if not overwrite and paths.exists(filename):
        raise errors.AlreadyExistsError(None, None, f"{filename!r} exists, and overwrite=True was not given")
    paths.atomic_write(filename, contents)


@public("gfile.Glob", "python.platform.gfile.Glob")
@also_called(pattern="filename")
def get_matching_files(filename: Any) -> list[str]:
    """The paths that match a pattern, or any of a list of patterns, sorted."""
    patterns = (
        [filename] if isinstance(filename, (str, bytes)) or hasattr(filename, "__fspath__") else filename
    )
    return [path for pattern in patterns for path in paths.glob(pattern)]


@public("gfile.MkDir", "python.platform.gfile.MkDir")
@also_called(path="dirname")
def create_dir(dirname: str | bytes | os.PathLike) -> None:
    """Makes a folder in one that exists."""
    paths.mkdir(dirname)


@public("gfile.MakeDirs", "python.platform.gfile.MakeDirs")
@also_called(path="dirname")
def recursive_create_dir(dirname: str | bytes | os.PathLike) -> None:
    """Makes a folder and those above it; fine when it exists."""
    paths.makedirs(dirname)


@public("gfile.Copy", "python.platform.gfile.Copy")
@also_called(src="oldpath", dst="newpath")
def copy(
    oldpath: str | bytes | os.PathLike, newpath: str | bytes | os.PathLike, overwrite: bool = False
) -> None:
    """Copies a file; AlreadyExistsError unless it may `overwrite`."""
    paths.copy(oldpath, newpath, overwrite)


@public("gfile.Rename", "python.platform.gfile.Rename")
@also_called(src="oldname", dst="newname")
def rename(
    oldname: str | bytes | os.PathLike, newname: str | bytes | os.PathLike, overwrite: bool = False
) -> None:
    """Moves a file; AlreadyExistsError unless it may `overwrite`."""
    paths.rename(oldname, newname, overwrite)


@public("gfile.DeleteRecursively", "python.platform.gfile.DeleteRecursively")
@also_called(path="dirname")
def delete_recursively(dirname: str | bytes | os.PathLike) -> None:
    """Removes a folder and all that is in it."""
    paths.remove_recursively(dirname)


@public("gfile.IsDirectory", "python.platform.gfile.IsDirectory")
@also_called(path="dirname")
def is_directory(dirname: str | bytes | os.PathLike) -> bool:
    """Whether there is a folder at the path."""
    return paths.isdir(dirname)


@public("gfile.ListDirectory", "python.platform.gfile.ListDirectory")
@also_called(path="dirname")
def list_directory(dirname: str | bytes | os.PathLike) -> list[str]:
    """The names in a folder; NotFoundError when there is no such folder."""
    if not paths.isdir(dirname):
        raise errors.NotFoundError(None, None, f"there is no folder {dirname!r} to list")
    return paths.listdir(dirname)


@public("gfile.Walk", "python.platform.gfile.Walk")
@also_called(topdown="in_order")
def walk(top: str | bytes | os.PathLike, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yields (folder, names of folders in it, names of files in it), from the top down unless `in_order` is False."""
    return paths.walk(top, in_order)


@public("gfile.Stat", "python.platform.gfile.Stat")
@also_called(path="filename")
def stat(filename: str | bytes | os.PathLike) -> FileStatistics:
    """The length, the time of the last change and the kind of a file."""
    return paths.stat(filename)


@public()
def filecmp(filename_a: str | bytes | os.PathLike, filename_b: str | bytes | os.PathLike) -> bool:
    """Whether two files hold the same bytes: their lengths are compared first, then their CRC-32."""
    if paths.stat(filename_a).length != paths.stat(filename_b).length:
        return False
    return file_crc32(filename_a) == file_crc32(filename_b)


@public()
def file_crc32(filename: str | bytes | os.PathLike, block_size: int = 1 << 24) -> str:
    """The CRC-32 (that of zlib and PNG) of a file's bytes.

    Args:
      filename: the file.
      block_size: how many bytes are read at a time; -1 for all at once.

    Returns:
      The sum in hexadecimal, such as "0x3610a686".

    Raises:
      NotFoundError: there is no such file.
    """
    checksum = 0
    with FileIO(filename, "rb") as file:
        while block := file.read(block_size):
            checksum = zlib.crc32(block, checksum)
    return hex(checksum)
