"""Files of public datasets: taken from a directory, or fetched into it once."""

import collections
import errno
import functools
import os
import random
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from evergraph.framework import logging
from evergraph.framework.public import public, public_module

public_module("contrib.learn.datasets.base", "contrib.learn.python.learn.datasets.base")

Dataset = collections.namedtuple("Dataset", ["data", "target"])
public()(Dataset)
Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])
public()(Datasets)


@public()
def retry(
    initial_delay: float,
    max_delay: float,
    factor: float = 2.0,
    jitter: float = 0.25,
    is_retriable: Callable[[Exception], bool] | None = None,
) -> Callable:
    """Decorator: calls a function again where it fails, each time after a longer pause.

    Args:
      initial_delay: the first pause in seconds.
      max_delay: the longest; once it is over, the function is called a last time.
      factor: how much longer each pause is than the one before; 1 or more.
      jitter: the share of a pause, below 1, by which it is longer or shorter at random.
      is_retriable: which exceptions are tried again; all when None.

    Raises:
      ValueError: a factor below 1, or a jitter of 1 or more.
    """
    if factor < 1:
        raise ValueError(f"factor must be >= 1; was {factor}")
    if jitter >= 1:
        raise ValueError(f"jitter must be < 1; was {jitter}")

    def decorate(function):
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            delay = initial_delay
            while delay <= max_delay:
                try:
                    return function(*args, **kwargs)
                except Exception as error:
                    if is_retriable is not None and not is_retriable(error):
                        raise
                time.sleep(delay * random.uniform(1 - jitter, 1 + jitter))
                delay *= factor
            return function(*args, **kwargs)

        return call

    return decorate


def _is_timeout(error):
    return isinstance(error, OSError) and error.errno == errno.ETIMEDOUT


@public()
@retry(initial_delay=1.0, max_delay=16.0, is_retriable=_is_timeout)
def urlretrieve_with_retry(url: str, filename: str | None = None) -> tuple[str, Any]:
    """Fetches what is at an address into a file; where the connection times out, up to five times more.

    Args:
      url: the address.
      filename: the file; a temporary one when None.

    Returns:
      The file's name, and the headers.

    Raises:
      OSError: it could not be fetched.
    """
    return urllib.request.urlretrieve(url, filename)


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
        urlretrieve_with_retry(source_url, partial)
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
