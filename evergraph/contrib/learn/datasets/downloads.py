"""Files of public datasets: taken from a directory, or fetched into it once."""

import collections
import os
import urllib.request

from evergraph.framework import logging
from evergraph.framework.public import public, public_module

public_module("contrib.learn.datasets.base", "contrib.learn.python.learn.datasets.base")

Dataset = collections.namedtuple("Dataset", ["data", "target"])
public()(Dataset)
Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])
public()(Datasets)


@public()
def maybe_download(filename: str, work_directory: str, source_url: str) -> str:
    """The path of a file in a directory; it is fetched if it is not there.

    Args:
      filename: its name.
      work_directory: the directory, made if there is none.
      source_url: where the file is fetched from.

    Raises:
      OSError: the file could not be fetched; nothing is left in its place.
    """
    os.makedirs(work_directory, exist_ok=True)
    path = os.path.join(work_directory, filename)
    if os.path.exists(path):
        return path
    partial = f"{path}.{os.getpid()}.partial"
    try:
        urllib.request.urlretrieve(source_url, partial)
        os.replace(partial, path)
    except OSError as error:
        raise OSError(
            f"{path!r} does not exist, and fetching {source_url} failed: {error}; put the file there by hand"
        ) from error
    finally:
        if os.path.exists(partial):
            os.remove(partial)
    logging.info("Fetched %s, %d bytes.", filename, os.path.getsize(path))
    return path
