"""What the public modules answer for names that they do not have.

`complete` stands at the end of `evergraph/__init__.py`. It makes every public module end its search in `answer`, which opens
the modules that load on first use (`tf.contrib`, `tf.python`, ...: `evergraph.compat.modules`), and else raises with advice
(`evergraph.compat.advice`).

The packages that Evergraph is made of do not answer for TensorFlow's modules: `evergraph.data` is not `tf.data`, so that name
is taken from `evergraph` (imports find the package as before: `from evergraph.data import records`); others, such as
`evergraph.session`, say what they are when asked for what they do not have.
"""

import sys
import types
from collections.abc import Callable, Iterator

from evergraph.compat.advice import PUBLIC, advice_inside, missing_name, tensorflow_names
from evergraph.compat.contents import PUBLIC as CONTENTS
from evergraph.compat.later import later_name
from evergraph.compat.modules import add_rooms, lazy_package
from evergraph.compat.table import LAZY_PACKAGES, ON_FIRST_USE


def complete(tensorflow: types.ModuleType) -> None:
    """Makes `tensorflow` (Evergraph's public module) and all public modules in it answer for missing names.

    A module that has a `__getattr__` of its own keeps it.
    """
    for path, module in _walk("tf", tensorflow):
        PUBLIC[path] = module
        if "__getattr__" not in vars(module):
            module.__dict__["__getattr__"] = _searcher(path)
    for name, value in list(vars(tensorflow).items()):
        if sys.modules.get(f"evergraph.{name}") is value and name not in tensorflow.__all__:
            if name in tensorflow_names()["tf"]:
                delattr(tensorflow, name)
            elif "__getattr__" not in vars(value):
                value.__getattr__ = _refuser(name)
    add_rooms()


def _walk(path: str, module: types.ModuleType) -> Iterator[tuple[str, types.ModuleType]]:
    if module.__name__ in CONTENTS:
        module.__dict__["__all__"] = CONTENTS[module.__name__].split()
    yield path, module
    for name in module.__all__:
        value = vars(module).get(name)
        if (
            isinstance(value, types.ModuleType)
            and value.__name__.startswith("evergraph.")
            and value not in PUBLIC.values()
        ):
            yield from _walk(f"{path}.{name}", value)


def _searcher(path: str) -> Callable[[str], object]:
    def search(name: str) -> object:
        return answer(path, name)

    return search


def _refuser(package: str) -> Callable[[str], object]:
    """What a package of Evergraph's own answers: not as if it were the public module that its name makes one think of."""

    def refuse(name: str) -> object:
        said = f"module 'evergraph.{package}' has no attribute {name!r}"
        if not name.startswith("__"):
            said += f" (a package that Evergraph is made of, no module of TensorFlow's): {advice_inside(package, name)}"
        raise AttributeError(said, name=name)

    return refuse


def answer(path: str, name: str) -> object:
    """The module `name` that loads on first use, or what a later TensorFlow 1 calls so; else raises AttributeError or ImportError with advice.

    Args:
      path: the name for users of the module that was asked, by attribute or in `from module import name`, such as "tf.train".
      name: what it does not have.
    """
    if path == "tf" and name in ON_FIRST_USE:
        return sys.modules[f"evergraph.{name}"]
    if path == "tf" and name in LAZY_PACKAGES:
        return lazy_package(name)
    if not name.startswith("__") and (found := later_name(path, name)) is not None:
        return found
    raise missing_name(f"evergraph{path.removeprefix('tf')}", path, name, sys._getframe(2))
