"""Every path goes through here: local files by `os`, those with a scheme (gs://, memory://) by fsspec.

Paths are str, bytes or os.PathLike; what comes back is str, spelled as it went in. The functions behave as
`tf.gfile` does and raise its exceptions: NotFoundError for what is missing, AlreadyExistsError for what may
not be overwritten, FailedPreconditionError for a file in place of a directory (or the other way round),
PermissionDeniedError, ResourceExhaustedError for a full disk, UnimplementedError for an unknown scheme,
UnknownError for the rest.
"""

from __future__ import annotations

import errno
import glob as local_glob
import importlib
import os
import posixpath
import shutil
import stat as stat_modes
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, NamedTuple

from evergraph.formats.file_locks import lock_file
from evergraph.framework import errors
from evergraph.framework.public import public


@public("python.lib.io.file_io.FileStatistics")
class FileStatistics(NamedTuple):
    """What `stat` says: length in bytes, time of the last change in nanoseconds, and the kind."""

    length: int
    mtime_nsec: int
    is_directory: bool


def as_path(path: str | bytes | os.PathLike) -> str:
    """`path` as str; a file:// prefix is dropped."""
    text = os.fsdecode(path)
    return text.removeprefix("file://") if text.startswith("file://") else text


def is_local(path: str | bytes | os.PathLike) -> bool:
    """Whether `path` names a file of this machine, rather than one behind a scheme."""
    return "://" not in as_path(path)


def join(first: str, *rest: str) -> str:
    """Joins path components; with a scheme the separator is always '/'."""
    return os.path.join(first, *rest) if is_local(first) else posixpath.join(first, *rest)


@contextmanager
def _raises_op_errors(path: str, action: str):
    """Turns what the system or fsspec raises into the exception that `tf.gfile` documents."""
    try:
        yield
    except errors.OpError:
        raise
    except OSError as error:
        kind = _exception_for(error)
        reason = error.strerror or str(error) or type(error).__name__
        raise kind(None, None, f"Cannot {action} {path!r}: {reason}.") from error


def _exception_for(error: OSError) -> Callable[..., errors.OpError]:
    if isinstance(error, FileNotFoundError):
        return errors.NotFoundError
    if isinstance(error, FileExistsError):
        return errors.AlreadyExistsError
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return errors.PermissionDeniedError
    if isinstance(error, IsADirectoryError | NotADirectoryError):
        return errors.FailedPreconditionError
    if error.errno in (errno.ENOTEMPTY, errno.EBUSY, errno.ETXTBSY):
        return errors.FailedPreconditionError
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EFBIG):
        return errors.ResourceExhaustedError
    if error.errno in (errno.EINVAL, errno.ENAMETOOLONG):
        return errors.InvalidArgumentError
    return errors.UnknownError


def _remote(path: str) -> tuple[Any, str]:
    """The file system behind `path`, and the path as that file system calls it."""
    scheme = path.partition("://")[0]
    try:
        return importlib.import_module("fsspec").core.url_to_fs(path)  # only for those who need it
    except ImportError as error:
        raise errors.UnimplementedError(
            None, None, f"Paths such as {path!r} need another package: {error}. Install it and try again."
        ) from error
    except ValueError as error:
        raise errors.UnimplementedError(
            None, None, f"{path!r} has the scheme {scheme!r}, which fsspec does not know: {error}"
        ) from error


def _respell(path: str, inner: str, found: str) -> str:
    """`found`, a path as the file system calls it, spelled with the scheme (and host) of `path`."""
    head = path[: -len(inner)] if inner and path.endswith(inner) else path.partition("://")[0] + "://"
    return head + found


def open_file(
    path: str | bytes | os.PathLike, mode: str = "rb", encoding: str | None = None, buffering: int = -1
) -> IO:
    """Opens a file as the built-in `open` does. Text is UTF-8 unless `encoding` says otherwise.

    `buffering` counts for files of this machine only.
    """
    path = as_path(path)
    if "b" not in mode:
        encoding = encoding or "utf-8"
    with _raises_op_errors(path, "open"):
        if is_local(path):
            return open(path, mode, buffering, encoding=encoding)
        fs, inner = _remote(path)
        if "b" in mode:
            return fs.open(inner, mode)
        return fs.open(inner, mode, encoding=encoding)


def write_all(file: IO, path: str, data: bytes) -> None:
    """Writes all of `data` to an open file without a buffer; `path` is for the message of what fails."""
    with _raises_op_errors(path, "write"):
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]


def read_bytes(path: str | bytes | os.PathLike) -> bytes:
    """The whole content of a file."""
    path = as_path(path)
    with _raises_op_errors(path, "read"), open_file(path) as file:
        return file.read()


def read_range(path: str | bytes | os.PathLike, start: int, length: int) -> bytes:
    """`length` bytes from offset `start`; fewer at the end of the file."""
    path = as_path(path)
    with _raises_op_errors(path, "read"), open_file(path) as file:
        file.seek(start)
        return file.read(length)


def exists(path: str | bytes | os.PathLike) -> bool:
    """Whether there is a file or directory at `path`."""
    return _is_there(path, "exists")


def isdir(path: str | bytes | os.PathLike) -> bool:
    """Whether there is a directory at `path`; False when there is nothing."""
    return _is_there(path, "isdir")


def _is_there(path, question):
    path = as_path(path)
    if is_local(path):
        return getattr(os.path, question)(path)
    with _raises_op_errors(path, "look for"):
        fs, inner = _remote(path)
        return getattr(fs, question)(inner)


def stat(path: str | bytes | os.PathLike) -> FileStatistics:
    """Length, time of change and kind. Raises NotFoundError when there is nothing."""
    path = as_path(path)
    with _raises_op_errors(path, "stat"):
        if is_local(path):
            found = os.stat(path)
            return FileStatistics(found.st_size, found.st_mtime_ns, stat_modes.S_ISDIR(found.st_mode))
        fs, inner = _remote(path)
        info = fs.info(inner)
        is_directory = info["type"] == "directory"
        try:
            changed = int(fs.modified(inner).timestamp() * 1e9)
        except (NotImplementedError, FileNotFoundError, KeyError):
            changed = 0  # object stores know no time for a directory
        return FileStatistics(0 if is_directory else info["size"], changed, is_directory)


def listdir(path: str | bytes | os.PathLike) -> list[str]:
    """The names in a directory, sorted. Raises NotFoundError when `path` is no directory."""
    path = as_path(path)
    if not isdir(path):
        raise errors.NotFoundError(None, None, f"Could not find directory {path!r}.")
    with _raises_op_errors(path, "list"):
        if is_local(path):
            return sorted(os.listdir(path))
        fs, inner = _remote(path)
        return sorted({posixpath.basename(name.rstrip("/")) for name in fs.ls(inner, detail=False)})


def glob(pattern: str | bytes | os.PathLike) -> list[str]:
    """The paths that match a shell pattern, sorted, perhaps none; `*` does not cross '/'."""
    pattern = as_path(pattern)
    with _raises_op_errors(pattern, "glob"):
        if is_local(pattern):
            return sorted(local_glob.glob(pattern, include_hidden=True))
        fs, inner = _remote(pattern)
        return sorted(_respell(pattern, inner, found) for found in fs.glob(inner))


def walk(top: str | bytes | os.PathLike, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yields (directory, its subdirectories, its files) for `top` and all below; nothing for a missing `top`.

    A directory comes before what it contains when `in_order`, after it otherwise.
    """
    top = as_path(top)
    try:
        names = listdir(top)
    except errors.NotFoundError:
        return
    subdirectories = [name for name in names if isdir(join(top, name))]
    files = sorted(set(names).difference(subdirectories))
    if in_order:
        yield top, subdirectories, files
    for name in subdirectories:
        yield from walk(join(top, name), in_order)
    if not in_order:
        yield top, subdirectories, files


def mkdir(path: str | bytes | os.PathLike) -> None:
    """Makes one directory; its parent must exist. An existing one is left as it is."""
    path = as_path(path)
    with _raises_op_errors(path, "make the directory"):
        if is_local(path):
            with suppress(FileExistsError):
                os.mkdir(path)
        else:
            fs, inner = _remote(path)
            if not fs.exists(inner):
                fs.mkdir(inner, create_parents=False)


def makedirs(path: str | bytes | os.PathLike) -> None:
    """Makes a directory and its parents. Raises FailedPreconditionError when a file is in the way."""
    path = as_path(path)
    with _raises_op_errors(path, "make the directory"):
        if not is_local(path):
            fs, inner = _remote(path)
            fs.makedirs(inner, exist_ok=True)
            return
        try:
            os.makedirs(path, exist_ok=True)
        except FileExistsError as error:
            raise errors.FailedPreconditionError(
                None, None, f"Cannot make the directory {path!r}: a file has that name."
            ) from error


def remove(path: str | bytes | os.PathLike) -> None:
    """Removes a file. Raises NotFoundError when missing, FailedPreconditionError for a directory."""
    path = as_path(path)
    with _raises_op_errors(path, "remove"):
        if is_local(path):
            os.remove(path)
            return
        fs, inner = _remote(path)
        if fs.isdir(inner):
            raise IsADirectoryError(errno.EISDIR, "Is a directory", path)
        fs.rm_file(inner)


def remove_recursively(path: str | bytes | os.PathLike) -> None:
    """Removes a directory with everything in it, or a file. Raises NotFoundError when missing."""
    path = as_path(path)
    with _raises_op_errors(path, "remove"):
        if not exists(path):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        if not is_local(path):
            fs, inner = _remote(path)
            fs.rm(inner, recursive=True)
        elif os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def rename(old: str | bytes | os.PathLike, new: str | bytes | os.PathLike, overwrite: bool = False) -> None:
    """Moves a file or directory. On local disks this is atomic; object stores copy and then delete.

    Raises AlreadyExistsError when there is something at `new`, unless `overwrite`.
    """
    old, new = as_path(old), as_path(new)
    _refuse_overwriting(new, overwrite)
    with _raises_op_errors(old, f"rename to {new!r}"):
        if is_local(old) and is_local(new):
            os.replace(old, new)
        elif is_local(old) or is_local(new):
            _copy_bytes(old, new)
            remove(old)
        else:
            fs, inner = _remote(old)
            fs.mv(inner, _remote(new)[1], recursive=fs.isdir(inner))


def copy(old: str | bytes | os.PathLike, new: str | bytes | os.PathLike, overwrite: bool = False) -> None:
    """Copies a file. Raises AlreadyExistsError when there is something at `new`, unless `overwrite`."""
    old, new = as_path(old), as_path(new)
    _refuse_overwriting(new, overwrite)
    with _raises_op_errors(old, f"copy to {new!r}"):
        _copy_bytes(old, new)


def _refuse_overwriting(path: str, overwrite: bool) -> None:
    if not overwrite and exists(path):
        raise errors.AlreadyExistsError(
            None, None, f"{path!r} already exists. Pass overwrite=True to replace it, or choose another name."
        )


def _copy_bytes(old: str, new: str) -> None:
    with open_file(old) as source, open_file(new, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 22)


_MOST_ATTEMPTS = 5  # to make and lock a file


class AsideFile:
    """A file written under a temporary name beside its own, so that it appears whole or not at all.

        with AsideFile(path) as file:           # leaving without an error commits
            file.write(b"...")

    Both `commit` and `abandon` may be called by hand. Raises `tf.errors` like the functions above.
    """

    def __init__(self, path: str | bytes | os.PathLike):
        self.path = as_path(path)
        self._aside = f"{self.path}.tempstate{uuid.uuid4().hex}"
        with _raises_op_errors(self.path, "write"):
            self._file = open_file(self._aside, "wb") if not is_local(self.path) else self._open_locked()

    def _open_locked(self):
        """The open file, locked: so that whoever removes what killed processes left does not remove this."""
        attempts = 0
        while True:
            attempts += 1
            # Large writes are passed through whole, small ones gather in the buffer.
            file = open(self._aside, "wb", 1 << 20)
            is_locked = lock_file(file.fileno())
            if (is_locked or attempts == _MOST_ATTEMPTS) and os.path.exists(self._aside):
                return file  # without a lock on a file system that has none
            file.close()  # it was removed, or is about to be, before the lock was there
            with suppress(OSError):
                os.remove(self._aside)
            self._aside = f"{self.path}.tempstate{uuid.uuid4().hex}"

    def fileno(self) -> int | None:
        """The descriptor of a file of this machine; None elsewhere."""
        return self._file.fileno() if is_local(self.path) else None

    def write(self, data) -> None:
        """Appends anything with the buffer protocol."""
        with _raises_op_errors(self.path, "write"):
            self._file.write(data)

    def sync(self) -> None:
        """Brings everything to disk; the file keeps its temporary name until `commit`."""
        with _raises_op_errors(self.path, "write"):
            if self._file.closed:
                return
            if is_local(self.path):
                self._file.flush()
                os.fsync(self._file.fileno())
            else:
                self._file.close()

    def commit(self, path: str | bytes | os.PathLike | None = None) -> None:
        """Brings everything to disk and renames, to `path` where given; abandons when it cannot."""
        if path is not None:
            self.path = as_path(path)
        try:
            self.sync()
            rename(self._aside, self.path, overwrite=True)
            self._file.close()
        except BaseException:
            self.abandon()
            raise
        if is_local(self.path):
            with _raises_op_errors(self.path, "write"):
                sync_directory(os.path.dirname(self.path) or ".")

    def abandon(self) -> None:
        """Removes what was written. Harmless after `commit`."""
        with suppress(OSError):  # what can no longer be flushed is thrown away anyway
            self._file.close()
        if exists(self._aside):
            remove(self._aside)

    def __enter__(self) -> AsideFile:
        return self

    def __exit__(self, kind, error, traceback) -> None:
        if kind is None:
            self.commit()
        else:
            self.abandon()


def sync_directory(path: str) -> None:
    """Makes a rename survive a power cut, where the system can sync a directory at all."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network mounts refuse
            raise
    finally:
        os.close(descriptor)


def atomic_write(path: str | bytes | os.PathLike, data: bytes | str) -> None:
    """Writes a whole file, replacing what was there; no reader ever sees a part of it."""
    with AsideFile(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)
