"""Files from the network, kept in ~/.keras."""

import hashlib
import shutil
import tarfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from evergraph.framework.public import public, public_module
from evergraph.keras.backend.config import keras_home

public_module("python.keras.utils.data_utils")


def _digest(path, algorithm, chunk_size=65535):
    found = hashlib.new(algorithm)
    with open(path, "rb") as file:
        while block := file.read(chunk_size):
            found.update(block)
    return found.hexdigest()


@public("python.keras.utils.data_utils._hash_file")
def hash_file(fpath: str, algorithm: str = "sha256", chunk_size: int = 65535) -> str:
    """The SHA-256 or MD5 of a file, in hexadecimal digits."""
    return _digest(fpath, "sha256" if algorithm in ("sha256", "auto") else "md5", chunk_size)


@public()
def validate_file(fpath: str, file_hash: str, algorithm: str = "auto", chunk_size: int = 65535) -> bool:
    """Whether a file has that hash; "auto" tells SHA-256 and MD5 apart by the length."""
    by_length = algorithm == "sha256" or (algorithm == "auto" and len(file_hash) == 64)
    return _digest(fpath, "sha256" if by_length else "md5", chunk_size) == str(file_hash)


@public("python.keras.utils.data_utils._extract_archive")
def extract_archive(file_path: str, path: str = ".", archive_format: str | None = "auto") -> bool:
    """Unpacks a tar or zip file; returns whether it was one."""
    kinds = {"tar": (tarfile.is_tarfile, tarfile.open), "zip": (zipfile.is_zipfile, zipfile.ZipFile)}
    if archive_format is None:
        return False
    wanted = (
        ["tar", "zip"]
        if archive_format == "auto"
        else [archive_format]
        if isinstance(archive_format, str)
        else archive_format
    )
    for kind in wanted:
        is_one, open_it = kinds[kind]
        if is_one(file_path):
            with open_it(file_path) as archive:
                archive.extractall(
                    path, **({"filter": "data"} if kind == "tar" and hasattr(tarfile, "data_filter") else {})
                )
            return True
    return False


@public("keras.utils.get_file")
def get_file(
    fname: str,
    origin: str,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | None = "auto",
    cache_dir: str | None = None,
) -> str:
    """The path of a file, which is fetched from `origin` unless it is there.

    Args:
      fname: its name in the cache; an absolute path stands for itself.
      origin: the address.
      untar: whether it is a tar file to unpack; the path is that of what was in it.
      md5_hash, file_hash, hash_algorithm: what the file should be; one with another hash is fetched anew.
      cache_subdir: the folder below `cache_dir`.
      extract, archive_format: whether and as what it is unpacked.
      cache_dir: ~/.keras when None.

    Raises:
      OSError: the file is not there and cannot be fetched.
    """
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    folder = Path(cache_dir or keras_home()).expanduser() / cache_subdir
    folder.mkdir(parents=True, exist_ok=True)
    unpacked = folder / fname
    path = Path(f"{unpacked}.tar.gz") if untar else unpacked
    good = path.exists() and (file_hash is None or validate_file(str(path), file_hash, hash_algorithm))
    if not good:
        try:
            _fetch(origin, path)
        except OSError:
            if not (untar and unpacked.exists()):  # what was in the archive will do without it
                raise
    if untar:
        if not unpacked.exists():
            extract_archive(str(path), str(folder), archive_format="tar")
        return str(unpacked)
    if extract:
        extract_archive(str(path), str(folder), archive_format)
    return str(path)


def _fetch(origin, path):
    """Fetches a file whole, or not at all."""
    print(f"Fetching {origin}")
    part = path.with_name(path.name + ".part")
    try:
        with urllib.request.urlopen(origin, timeout=60) as answer, open(part, "wb") as file:
            shutil.copyfileobj(answer, file)
        part.replace(path)
    except (OSError, urllib.error.URLError) as error:
        part.unlink(missing_ok=True)
        raise OSError(
            f"{origin} cannot be fetched ({error}), and {path} is not there: put the file there by hand"
        ) from error
