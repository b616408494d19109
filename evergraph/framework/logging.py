"""`tf.logging`: the logger named "tensorflow", which programs and their tools already know by that name."""

import itertools
import logging
import sys
import threading
from typing import Any

from evergraph.framework.public import public, public_module

public_module("python.platform.tf_logging")

DEBUG = public("logging.DEBUG")(logging.DEBUG)
INFO = public("logging.INFO")(logging.INFO)
WARN = public("logging.WARN")(logging.WARNING)
ERROR = public("logging.ERROR")(logging.ERROR)
FATAL = public("logging.FATAL")(logging.FATAL)

_FORMAT = "%(levelname)s:%(name)s:%(message)s"
_OUTSIDE = 3  # frames from logging's own method to the caller of a function of this module

_lock = threading.Lock()
_logger = None
_counts = {}  # (file, line) of a log_every_n or log_first_n -> its counter


class _CurrentStream(logging.StreamHandler):
    """Writes to what the stream's name stands for now: programs and tests put another in its place."""

    def __init__(self, name):
        self._stream_name = name
        super().__init__()

    @property
    def stream(self):
        return getattr(sys, self._stream_name)

    @stream.setter
    def stream(self, value):
        """What the base class sets is not kept: the stream is looked up when it is written to."""


def _get_logger():
    """The logger; on first use it gets a handler, unless the program has set up logging for itself."""
    global _logger
    if _logger is not None:
        return _logger
    with _lock:
        if _logger is None:
            logger = logging.getLogger("tensorflow")
            if not logging.getLogger().handlers and not logger.handlers:
                interactive = bool(getattr(sys, "ps1", sys.flags.interactive))
                if interactive:
                    logger.setLevel(INFO)
                handler = _CurrentStream("stdout" if interactive else "stderr")
                handler.setFormatter(logging.Formatter(_FORMAT))
                logger.addHandler(handler)
            _logger = logger
    return _logger


def _write(level, msg, args, kwargs):
    logger = _get_logger()
    if logger.isEnabledFor(level):
        kwargs.setdefault("stacklevel", _OUTSIDE)
        logger.log(level, msg, *args, **kwargs)


@public("logging.log")
def log(level: int, msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at `level`."""
    _write(level, msg, args, kwargs)


@public("logging.debug")
def debug(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at DEBUG."""
    _write(DEBUG, msg, args, kwargs)


@public("logging.info")
def info(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at INFO."""
    _write(INFO, msg, args, kwargs)


@public("logging.warn")
def warn(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at WARN."""
    _write(WARN, msg, args, kwargs)


@public("logging.warning")
def warning(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at WARN."""
    _write(WARN, msg, args, kwargs)


@public("logging.error")
def error(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at ERROR."""
    _write(ERROR, msg, args, kwargs)


@public("logging.fatal")
def fatal(msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at FATAL; the program goes on."""
    _write(FATAL, msg, args, kwargs)


@public("logging.vlog")
def vlog(level: int, msg: object, *args: Any, **kwargs: Any) -> None:
    """Logs `msg % args` at `level`, a number as of Python's logging."""
    _write(level, msg, args, kwargs)


@public("logging.TaskLevelStatusMessage")
def TaskLevelStatusMessage(msg: object) -> None:  # noqa: N802 (TensorFlow's name)
    """Logs `msg` at ERROR."""
    _write(ERROR, msg, (), {})


@public("logging.log_if")
def log_if(level: int, msg: object, condition: Any, *args: Any) -> None:
    """Logs `msg % args` at `level` if `condition` holds."""
    if condition:
        _write(level, msg, args, {})


def _count_of_caller():
    """How often the line that called the caller of this function has got here before."""
    frame = sys._getframe(2)
    place = frame.f_code.co_filename, frame.f_lineno
    with _lock:
        return next(_counts.setdefault(place, itertools.count()))


@public("logging.log_every_n")
def log_every_n(level: int, msg: object, n: int, *args: Any) -> None:
    """Logs `msg % args` the first time this line is reached, and every `n`-th time after it."""
    if _count_of_caller() % n == 0:
        _write(level, msg, args, {})


@public("logging.log_first_n")
def log_first_n(level: int, msg: object, n: int, *args: Any) -> None:
    """Logs `msg % args` the first `n` times this line is reached."""
    if _count_of_caller() < n:
        _write(level, msg, args, {})


@public("logging.flush")
def flush() -> None:
    """Brings what was logged to where it goes."""
    for handler in _get_logger().handlers + logging.getLogger().handlers:
        handler.flush()


@public("logging.get_verbosity")
def get_verbosity() -> int:
    """The level from which on messages are logged."""
    return _get_logger().getEffectiveLevel()


@public("logging.set_verbosity")
def set_verbosity(v: int) -> None:
    """Sets the level from which on messages are logged: a number, or a name such as "INFO"."""
    _get_logger().setLevel(v)
