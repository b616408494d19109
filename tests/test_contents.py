"""The tables of contents hold: every public name exists, stands once and in order, and is documented.

`evergraph/__init__.py` and the modules beside it (`evergraph/nn.py`, ...) import TensorFlow's public names from
the modules that define them, and do nothing else.
"""

import ast
import importlib
import inspect
from pathlib import Path

import pytest
from google.protobuf.message import Message

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {"evergraph.flags"}  # absl's, as they are
FILES = {
    "evergraph" if path.stem == "__init__" else f"evergraph.{path.stem}": path
    for path in sorted((ROOT / "evergraph").glob("*.py"))
    if path.stem != "__main__" and f"evergraph.{path.stem}" not in NOT_OURS
}


def imports(source: str) -> list[tuple[str, str, str]]:
    """Returns (name, its name there, the module it is imported from) for all that a table of contents imports."""
    return [
        (alias.asname or alias.name, alias.name, node.module or "")
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


@pytest.fixture(params=FILES)
def name(request):
    return request.param


@pytest.fixture
def module(name):
    return importlib.import_module(name)


@pytest.fixture
def imported(name):
    return imports(FILES[name].read_text(encoding="utf-8"))


def test_names_exist_and_stand_in_order(module):
    names = module.__all__
    assert [n for n in names if not hasattr(module, n)] == []
    assert list(names) == sorted(set(names)), "a list of names is sorted, and has each once"


def test_each_name_is_imported_once_and_listed(module, imported):
    names = [new for new, _, _ in imported]
    assert sorted({n for n in names if names.count(n) > 1}) == [], "imported from two places"
    assert sorted(set(names) - set(module.__all__)) == [], "imported but not listed"


def test_each_name_comes_from_a_module_that_makes_it_public(imported):
    strangers = []
    for _, old, source in imported:
        home = importlib.import_module(source)
        is_module = inspect.ismodule(getattr(home, old))
        if not is_module and old not in home.__all__:
            strangers.append((old, source))
    assert strangers == []


def undocumented(module) -> list[str]:
    """Returns the public functions and classes without a docstring; protocol messages have none in Python."""
    values = {public: getattr(module, public) for public in module.__all__}
    return [
        public
        for public, value in values.items()
        if callable(value) and not (inspect.isclass(value) and issubclass(value, Message))
        and not (vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__)
    ]


def test_every_name_is_documented(module):
    assert undocumented(module) == []
