"""`evergraph check`: which names of TensorFlow a program uses, and which of them are there. Nothing of the program is run."""

from __future__ import annotations

import argparse
import collections
import dataclasses
import functools
import importlib
import inspect
import json
import pathlib
import sys
import types
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from evergraph.compat.advice import advice
from evergraph.compat.installation import install
from evergraph.compat.known_differences import DIFFERENCES
from evergraph.compat.program_names import Use, uses
from evergraph.compat.source_tree import stands_beside

Status = Literal["there", "differs", "missing", "unreadable"]
_SKIPPED_FOLDERS = {"__pycache__", "build", "dist", "node_modules", "site-packages"}


@dataclasses.dataclass(frozen=True)
class Finding:
    """What is known of one use of a name.

    Attributes:
      file: the program's file, as it was given or found.
      line: its line, from 1.
      name: the name as users say it, "tf.nn.conv2d"; for an argument that a function does not take, "tf.nn.conv2d(data=)".
      status: "there"; "differs", with what is different in `note`; "missing"; "unreadable", for a file that is no Python 3.
      guarded: whether the program goes on where the name is missing.
      note: what to write instead, or what is different.
    """

    file: str
    line: int
    name: str
    status: Status
    guarded: bool
    note: str


def check(paths: Iterable[str | pathlib.Path]) -> list[Finding]:
    """What programs use of TensorFlow, and what of it is there.

    The process has the name `tensorflow` afterwards (`evergraph.compat.install`).

    Args:
      paths: files, and folders of which all `*.py` files are read.

    Returns:
      The findings by file and line: one for each name in a line.

    Raises:
      FileNotFoundError: there is nothing at a path.
    """
    install()
    found = []
    for file in _files(paths):
        found.extend(_check_file(file))
    return found


def _files(paths):
    for path in map(pathlib.Path, paths):
        if not path.exists():
            raise FileNotFoundError(f"there is no file or folder {str(path)!r} to check")
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*.py")):
            below = file.relative_to(path).parts[:-1]
            if not any(part in _SKIPPED_FOLDERS or part.startswith(".") for part in below):
                yield file


def _check_file(file):
    try:
        found = uses(file.read_text(encoding="utf-8"), str(file))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        words = (
            f"no Python 3 ({getattr(error, 'msg', None) or error}); 2to3 or a newer release of it may help"
        )
        return [Finding(str(file), line, "", "unreadable", False, words)]
    return [finding for use in found for finding in _judge(str(file), use)]


def _judge(file: str, use: Use) -> list[Finding]:
    missing, value = _resolve(use.name)
    if missing is not None and stands_beside(file, f"tensorflow.{missing}"):
        return []
    if missing is not None:
        return [Finding(file, use.line, _said(missing), "missing", use.guarded, _advice(missing))]
    name = _said(use.name)
    refused = _refused(value, use.keywords or ())
    if refused:
        takes = ", ".join(inspect.signature(value).parameters)
        return [
            Finding(file, use.line, f"{name}({k}=)", "missing", use.guarded, f"it takes {takes}")
            for k in refused
        ]
    if name in DIFFERENCES:
        return [Finding(file, use.line, name, "differs", use.guarded, DIFFERENCES[name])]
    return [Finding(file, use.line, name, "there", use.guarded, "")] if use.name else []


@functools.cache
def _resolve(name: str) -> tuple[str | None, Any]:
    """(the first part of the name that is missing or None, the value); stops at what is no module and no class."""
    value: Any = importlib.import_module("tensorflow")
    done: list[str] = []
    for part in filter(None, name.split(".")):
        done.append(part)
        if isinstance(value, types.ModuleType):
            try:
                value = _below(value, ".".join(done))
            except (ImportError, AttributeError):
                return ".".join(done), None
        elif inspect.isclass(value):
            if not hasattr(value, part):
                return ".".join(done), None
            value = getattr(value, part)
        else:
            return None, None  # an instance's attributes are not known from outside
    return None, value


def _below(module, name):
    part = name.rpartition(".")[2]
    try:
        return getattr(module, part)
    except AttributeError:
        return importlib.import_module(f"tensorflow.{name}")


def _refused(function, keywords):
    """The keyword arguments that a function or class surely does not take."""
    if not keywords or not callable(function):
        return []
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return []
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return []
    return [k for k in keywords if k not in parameters]


def _said(name: str) -> str:
    root, _, rest = name.partition(".")
    if root in ("python", "core"):
        return f"tensorflow.{name}"
    return f"tf.{name}" if name else "tf"


def _advice(name: str) -> str:
    return advice(_said(name)) if _said(name).startswith("tf.") else "Evergraph does not have it"


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many different names have each status; a missing name that a program does without is "guarded"."""
    by_status: dict[str, set[str]] = collections.defaultdict(set)
    for finding in findings:
        key = "guarded" if finding.status == "missing" and finding.guarded else finding.status
        by_status[key].add(finding.name or finding.file)
    return {
        key: len(by_status[key] - (by_status["missing"] if key == "guarded" else set()))
        for key in ("there", "differs", "missing", "guarded", "unreadable")
    }


def table(findings: Sequence[Finding], everything: bool = False) -> str:
    """The findings for people: a line for each name of a file that is not simply there, and the counts below."""
    lines_of: dict[tuple[str, str, str, str], list[int]] = collections.defaultdict(list)
    for f in findings:
        if everything or f.status != "there":
            status = "guarded" if f.status == "missing" and f.guarded else f.status
            lines_of[f.file, status, f.name, f.note].append(f.line)
    rows = [
        (
            f"{file}:{lines[0]}",
            status,
            name,
            note + (f" (and in {len(lines) - 1} more lines)" if lines[1:] else ""),
        )
        for (file, status, name, note), lines in lines_of.items()
    ]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(3)]
    lines = ["  ".join([*(c.ljust(w) for c, w in zip(row, widths)), row[3]]).rstrip() for row in rows]
    numbers = counts(findings)
    words = (
        f"{numbers['there']} names are there, {numbers['differs']} differ, {numbers['missing']} are missing"
    )
    if numbers["guarded"]:
        words += f", {numbers['guarded']} more are missing where the program does without them"
    if numbers["unreadable"]:
        words += f"; {numbers['unreadable']} files are no Python 3"
    return "\n".join([*lines, *([""] if lines else []), words + "."])


def main(parsed: argparse.Namespace) -> None:
    """Prints what `evergraph check` found, and exits: 0 nothing is missing, 1 something is, 2 there is nothing to check."""
    try:
        findings = check(parsed.paths)
    except FileNotFoundError as error:
        print(f"evergraph: {error}", file=sys.stderr)
        sys.exit(2)
    if parsed.json:
        rows = [dataclasses.asdict(f) for f in findings]
        print(json.dumps({"findings": rows, "counts": counts(findings)}, indent=1))
    else:
        print(table(findings, parsed.all))
    numbers = counts(findings)
    sys.exit(1 if numbers["missing"] or numbers["unreadable"] else 0)
