"""Programs as TensorFlow's users write them, run by whatever plays TensorFlow, and what they show written down.

A program is a function `(tf, note)`.  `note(key, value)` writes a value down: an array with its dtype and shape,
nested Python values as they are.  `note.attempt(key, function)` writes down what the function returns or the type
of what it raises.  `note.directory()` gives an empty directory.

    python -m tests.acceptance.recording evergraph OUT.json [PROGRAM ...]
    python -m tests.acceptance.recording tensorflow OUT.json

OUT.messages tells what every error said, to read as a beginner would.  `recorded.json` is TensorFlow's record.
"""

import collections.abc
import importlib
import inspect
import json
import math
import os
import pathlib
import sys
import tempfile
import traceback

import numpy as np

FILES = ("graph", "operations", "variables", "gradients", "training", "failures", "models", "sessions")


class Note:
    """What one program shows, in order."""

    def __init__(self, directory):
        self.rows = []
        self.messages = {}
        self._directory = directory
        self._directories = 0

    def __call__(self, key, value):
        self.rows.append([key, plain(value)])

    def attempt(self, key, function):
        try:
            value = function()
        except Exception as error:  # the type of whatever it is belongs to the record
            self.messages[key] = f"{type(error).__name__}: {error}"
            self.rows.append([key, {"raises": kind(error)}])
            return None
        self(key, value)
        return value

    def directory(self):
        self._directories += 1
        path = os.path.join(self._directory, str(self._directories))
        os.mkdir(path)
        return path


def kind(error):
    """The class of an error that a program can name: Python's own, or one of tf.errors."""
    return next(
        c.__name__
        for c in type(error).__mro__
        if c.__module__ == "builtins" or "OpError" in [b.__name__ for b in c.__mro__]
    )


def plain(value):
    """The value as JSON can hold it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.ndarray | np.generic):
        flat = (
            value.ravel().tolist() if value.dtype.name != "bfloat16" else value.astype(float).ravel().tolist()
        )
        return {"dtype": value.dtype.name, "shape": list(value.shape), "values": [plain(v) for v in flat]}
    if isinstance(value, bytes):
        return "b:" + value.decode("latin1")
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, complex):
        return [value.real, value.imag]
    if isinstance(value, collections.abc.Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {"tuple": type(value).__name__, **{f: plain(getattr(value, f)) for f in value._fields}}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(v) for v in value)
    return f"a {type(value).__name__}".replace("Symbolic", "")


def programs():
    """{name: function} of every program."""
    found = {}
    for file in FILES:
        module = importlib.import_module(f"tests.acceptance.{file}")
        for name, function in vars(module).items():
            if inspect.isfunction(function) and list(inspect.signature(function).parameters) == [
                "tf",
                "note",
            ]:
                found[f"{file}.{name}"] = function
    return found


def run(tf, program):
    """The note of one program, run in a graph of its own."""
    with tempfile.TemporaryDirectory() as directory:
        note = Note(directory)
        with tf.Graph().as_default():
            try:
                program(tf, note)
            except Exception as error:  # what ends a program belongs to the record
                note.rows.append(["ended by", kind(error)])
                note.messages["ended by"] = traceback.format_exc()
        return note


def close(one, other, tolerance=1e-5):
    """Whether two recorded values agree: floating point within the tolerance, all else exactly."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.get("dtype") in ("float16", "bfloat16"):
            tolerance = 1e-2
        return one.keys() == other.keys() and all(close(one[k], other[k], tolerance) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(close(a, b, tolerance) for a, b in zip(one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= tolerance * (1 + abs(other))
    return type(one) is type(other) and one == other


def differences(rows, others):
    """Readable lines: where two records part."""
    lines = []
    for one, other in zip(rows, others):
        if one[0] != other[0]:
            return [*lines, f"{one[0]!r} where {other[0]!r} was expected"]
        if not close(one[1], other[1]):
            lines.append(f"{one[0]}: {one[1]} where {other[1]} was expected")
    if len(rows) != len(others):
        lines.append(f"{len(rows)} rows where {len(others)} were expected")
    return lines


def main(backend, path, *names):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if backend == "tensorflow":
        tf = importlib.import_module("tensorflow").compat.v1
        tf.disable_v2_behavior()
    else:
        tf = importlib.import_module(backend)
    tf.logging.set_verbosity(tf.logging.ERROR)
    record, messages = {}, {}
    for name, program in programs().items():
        if not names or any(n in name for n in names):
            note = run(tf, program)
            record[name], messages[name] = note.rows, note.messages
    write(record, path)
    pathlib.Path(path).with_suffix(".messages").write_text(json.dumps(messages, indent=1))


def write(record, path):
    """One line for each row, so that a change shows as one."""
    blocks = []
    for name, rows in record.items():
        lines = ",\n".join("  " + json.dumps(row) for row in rows)
        blocks.append(f"{json.dumps(name)}: [\n{lines}\n]")
    pathlib.Path(path).write_text("{\n" + ",\n".join(blocks) + "\n}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
