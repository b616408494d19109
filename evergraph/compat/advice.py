"""What to write instead of a name that a public module does not have.

In this order: the name that it has now (`evergraph.compat.renames`); that TensorFlow 1.9 has it and Evergraph not yet; where
else the name is; the nearest one. The exception is Python's own, AttributeError or, in `from ... import`, ImportError.
"""

import difflib
import functools
import opcode
import pathlib
import sys
import types

from evergraph.compat.renames import RENAMES
from evergraph.compat.table import ON_FIRST_USE

_IMPORT_FROM = opcode.opmap["IMPORT_FROM"]
_NAMES_FILE = pathlib.Path(__file__).with_name("tensorflow_1_9.txt")
_CHECK = "evergraph check PROGRAM.py"
_LIKENESS = (
    0.8  # of two names, by difflib: `plaecholder` and `placeholder` have 0.91, `testing` and `string` 0.77
)


class _NoNames:
    """What is given to Python as the object that lacks a name, so that it adds no guess of its own to ours."""

    def __dir__(self):
        return []


_NOTHING = _NoNames()

# The public modules by their names for users, {"tf": evergraph, "tf.train": evergraph.train, ...}; `public.py` fills it.
PUBLIC: dict[str, types.ModuleType] = {}


@functools.cache
def tensorflow_names() -> dict[str, frozenset[str]]:
    """The names that each public module of TensorFlow 1.9 has, `tf.contrib` and the inside of `tf.keras` aside."""
    rows: list[str] = []
    for line in _NAMES_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            rows[-1] += line
        elif not line.startswith("#"):
            rows.append(line)
    return {path: frozenset(names.split()) for path, _, names in (row.partition(":") for row in rows)}


def missing_name(
    module: str, path: str, name: str, frame: types.FrameType | None
) -> AttributeError | ImportError:
    """The exception for a name that a public module does not have.

    Args:
      module: the module's full name for the program, "evergraph.train" or "tensorflow.train".
      path: its name for users, such as "tf.train".
      name: what it does not have.
      frame: that of the code that asked.
    """
    # Python asks for names such as __path__ all the time, and finds a loaded submodule by itself after an AttributeError.
    if name.startswith("__") or (f"{module}.{name}" in sys.modules and _is_from_import(frame)):
        return AttributeError(f"module {module!r} has no attribute {name!r}", name=name, obj=_NOTHING)
    words = answer(f"{path}.{name}")
    if _is_from_import(frame):
        return ImportError(f"cannot import name {name!r} from {module!r}: {words}", name=module)
    return AttributeError(f"module {module!r} has no attribute {name!r}: {words}", name=name, obj=_NOTHING)


def _is_from_import(frame: types.FrameType | None) -> bool:
    """Whether the code of `frame` stands in `from module import name`, where Python puts its own words for an AttributeError."""
    return frame is not None and frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] == _IMPORT_FROM


def answer(path: str) -> str:
    """`advice`, and where it has nothing to write instead, how to learn of all that a program lacks."""
    words = advice(path)
    return f"{words}; `{_CHECK}` lists all that a program lacks" if "does not have" in words else words


@functools.lru_cache(maxsize=10_000)
def advice(path: str) -> str:
    """What to write instead of the missing public name `path`, such as "tf.mul", in words that end a sentence."""
    parent, _, name = path.rpartition(".")
    if path in RENAMES:
        return _instead(RENAMES[path])
    if name in tensorflow_names().get(parent, ()):
        return f"TensorFlow 1.9 has {path}, Evergraph does not have it yet"
    if elsewhere := _elsewhere(parent, name):
        return f"use {elsewhere}"
    near = _nearest(parent, name)
    if near:
        has = "" if _find(f"{parent}.{near}") is not None else " (which Evergraph does not have yet)"
        return f"did you mean {parent}.{near}{has}?"
    if parent in tensorflow_names():
        return f"TensorFlow 1.9 has no {path} either"
    return f"Evergraph does not have {path}"


def advice_inside(package: str, name: str) -> str:
    """What to write instead of `tf.{package}.{name}`, where the package is one that Evergraph is made of."""
    if elsewhere := _elsewhere("", name):
        return f"use {elsewhere}"
    path = f"tf.{package}"
    if path in RENAMES:
        return _instead(RENAMES[path])
    near = _nearest("tf", package)
    return (
        f"did you mean tf.{near}?" if near else f"its modules are for `from evergraph.{package} import ...`"
    )


def _elsewhere(parent: str, name: str) -> str | None:
    """Another public module's name that is `name` to the letter."""
    if name.startswith("_"):
        return None
    for path, module in PUBLIC.items():
        value = vars(module).get(name) if path != parent else None
        if value is not None and not isinstance(value, types.ModuleType):
            return f"{path}.{name}"
    return None


def _instead(new: str) -> str:
    if new.startswith("tf.") and new.replace(".", "").replace("_", "").isalnum() and _find(new) is None:
        return f"it is {new} in TensorFlow 1.9, which Evergraph does not have yet"
    return f"use {new}"


def _find(path: str) -> object:
    """The object at a public path, None when there is none; asks no module for what it lacks."""
    if path.split(".")[1:2] and path.split(".")[1] in ON_FIRST_USE:
        home, _, name = path.replace("tf", "evergraph", 1).rpartition(".")
        return (
            sys.modules.get(f"{home}.{name}") or vars(sys.modules[home]).get(name)
            if home in sys.modules
            else None
        )
    value: object = PUBLIC.get("tf")
    for name in path.split(".")[1:]:
        value = vars(value).get(name) if isinstance(value, types.ModuleType) else getattr(value, name, None)
    return value


def _nearest(parent: str, name: str) -> str | None:
    """The name in the module `parent` that is most like `name`, by its letters, else one that begins with it."""
    module = _find(parent)
    known = {*tensorflow_names().get(parent, ()), *(getattr(module, "__all__", None) or ())}
    by_letters: dict[str, list[str]] = {}
    for other in sorted(known):
        by_letters.setdefault(_letters(other), []).append(other)
    found = difflib.get_close_matches(_letters(name), list(by_letters), n=1, cutoff=_LIKENESS)
    if found:
        return max(by_letters[found[0]], key=lambda other: difflib.SequenceMatcher(None, name, other).ratio())
    longer = [other for other in known if len(name) > 2 and other.lower().startswith(name.lower())]
    return min(longer, key=lambda other: (len(other), other), default=None)


def _letters(name: str) -> str:
    return name.replace("_", "").lower()
