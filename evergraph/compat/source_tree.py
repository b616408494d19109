"""Programs that stand in a source tree of TensorFlow, and import what stands beside them by its full name.

1. `enter`                the tree that a program is in: the folder `tensorflow` above it, in which it is an example or a part of `contrib`
2. `spec_in_tree`         a module of that tree, for the finder of `evergraph.compat.modules`: examples, and parts of `contrib` that
                          Evergraph does not have; never what TensorFlow itself is made of
3. `stands_beside`        whether a program's import is of that tree, for who only reads programs
4. `remove_undocumented`  what the `__init__.py` of such a part calls at its end
"""

import importlib.machinery
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from evergraph.compat.table import MODULES
from evergraph.framework.public import public

_NAME = "tensorflow"
_SYMBOL = re.compile(r"^@@(\w+)\s*$", re.MULTILINE)
_trees: list[Path] = []


def enter(file: str | Path) -> None:
    """Has the modules of the tree found that a program's file is in, if it is in one."""
    tree = _tree_of(file)
    if tree is not None:
        _trees[:] = [tree]


def spec_in_tree(name: str) -> importlib.machinery.ModuleSpec | None:
    """The spec of a module such as `tensorflow.contrib.eager.python.examples.gan`; None where the tree is not to be asked."""
    return _spec(_trees[0], name) if _trees else None


def stands_beside(file: str | Path, name: str) -> bool:
    """Whether `tensorflow.contrib.eager.python.examples.gan`, say, is a module of the tree that a file is in; runs nothing."""
    tree = _tree_of(file)
    return tree is not None and _spec(tree, name) is not None


def _tree_of(file):
    path = Path(file).resolve()
    for folder in path.parents:
        if folder.name == _NAME and path.relative_to(folder).parts[0] in ("contrib", "examples"):
            return folder
    return None


def _spec(tree, name):
    _, *parts = name.split(".")
    if not name.startswith(f"{_NAME}.") or not _is_own(parts):
        return None
    return importlib.machinery.PathFinder.find_spec(name, [str(tree.joinpath(*parts[:-1]))])


def _is_own(parts):
    """Whether a module is the program's rather than TensorFlow's."""
    if parts[0] == "examples":
        return True
    return parts[0] == "contrib" and (
        "examples" in parts or len(parts) > 1 and f"{_NAME}.contrib.{parts[1]}" not in MODULES
    )


@public("python.util.all_util.remove_undocumented")
def remove_undocumented(
    module_name: str,
    allowed_exception_list: Sequence[str] | None = None,
    doc_string_modules: Sequence | None = None,
) -> None:
    """Takes names from a loaded module, but those that a docstring mentions as `@@name`, and some more.

    Args:
      module_name: the module.
      allowed_exception_list: names to leave there.
      doc_string_modules: the modules whose docstrings count; the module itself when None.
    """
    module = sys.modules[module_name]
    kept = set(allowed_exception_list or ())
    for documented in doc_string_modules or (module,):
        kept.update(_SYMBOL.findall(documented.__doc__ or ""))
    for name in list(vars(module)):
        if not name.startswith("_") and name not in kept:
            delattr(module, name)
