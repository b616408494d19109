"""Tracebacks of a program under `evergraph run`: the program's own lines, and the message last.

What Evergraph, JAX and Python's `runpy` and `threading` do in between is left out, and said to be; EVERGRAPH_TRACEBACK=full
shows it.
"""

import os
import sys
import sysconfig
import threading
import traceback
import types

from evergraph.compat.advice import answer
from evergraph.framework.source import FILE_PREFIX

VARIABLE = "EVERGRAPH_TRACEBACK"
_HINT = f"({{}} hidden; {VARIABLE}=full shows them)"

_EVERGRAPH = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LIBRARY = sysconfig.get_path("stdlib") + os.sep
_HIDDEN_PACKAGES = ("jax", "jaxlib", "equinox", "absl")
_HIDDEN_MODULES = ("runpy", "threading", "contextlib", "concurrent")


def _is_hidden(filename: str) -> bool:
    if filename.startswith(_EVERGRAPH) or filename.startswith("<frozen ") or filename.startswith(FILE_PREFIX):
        return True
    if filename.startswith(_LIBRARY) and "site-packages" not in filename:
        return filename[len(_LIBRARY) :].split(os.sep)[0].removesuffix(".py") in _HIDDEN_MODULES
    _, found, inside = filename.rpartition(f"{os.sep}site-packages{os.sep}")
    command = (
        os.path.basename(filename) == "evergraph" and os.path.basename(os.path.dirname(filename)) == "bin"
    )
    return command or bool(found) and inside.split(os.sep)[0] in _HIDDEN_PACKAGES


def _shorten(exception: traceback.TracebackException) -> int:
    """Takes what is hidden out of one traceback and those it follows; returns how many frames that were."""
    kept = [frame for frame in exception.stack if not _is_hidden(frame.filename)]
    count = len(exception.stack) - len(kept)
    if kept or exception.exc_type is SyntaxError:
        exception.stack = traceback.StackSummary.from_list(kept)
    else:
        count = 0  # nothing of the program's: then all of it
    if exception.__notes__:
        exception.__notes__ = [
            note for note in exception.__notes__ if "JAX_TRACEBACK_FILTERING" not in note
        ] or None
    for name in ("__cause__", "__context__"):
        earlier = getattr(exception, name)
        if earlier is None:
            continue
        if all(_is_hidden(frame.filename) for frame in earlier.stack):
            count += len(earlier.stack)
            setattr(exception, name, None)
        else:
            count += _shorten(earlier)
    return count


def short_traceback(exception: BaseException) -> str:
    """The text of an exception's traceback, without the frames that are not the program's.

    An exception that a hidden one caused is shown alone; one of the program's own, such as that of a `py_func`, is kept. A
    traceback with no line of the program's is shown whole.
    """
    shown = traceback.TracebackException.from_exception(exception)
    count = _shorten(shown)
    lines = list(shown.format())
    if count and shown.stack:
        hint = _HINT.format("1 frame" if count == 1 else f"{count} frames")
        header = "Traceback (most recent call last)"
        last = max(i for i, line in enumerate(lines) if line.startswith(header))
        lines[last] = lines[last].replace(header, f"{header} {hint}", 1)
    name = exception.name or "" if isinstance(exception, ModuleNotFoundError) else ""
    if name.startswith("tensorflow."):
        lines.append(f"  {answer(name.replace('tensorflow', 'tf', 1))}\n")
    return "".join(lines)


def install_tracebacks() -> None:
    """Shows short tracebacks of uncaught exceptions, of the main thread and of others, for the rest of the process.

    EVERGRAPH_TRACEBACK=full leaves Python's own. A program that sets `sys.excepthook` has its own.
    """
    if os.environ.get(VARIABLE) == "full":
        return
    sys.excepthook = _show
    threading.excepthook = _show_in_thread


def _show(_kind: type[BaseException], exception: BaseException, trace: types.TracebackType | None) -> None:
    sys.stderr.write(short_traceback(exception.with_traceback(trace)))


def _show_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_type is SystemExit or arguments.exc_value is None:
        return
    name = arguments.thread.name if arguments.thread is not None else "unknown"
    text = short_traceback(arguments.exc_value.with_traceback(arguments.exc_traceback))
    sys.stderr.write(f"Exception in thread {name}:\n{text}")
