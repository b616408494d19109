"""Each public module has a page in the documentation, and the numbers of what is there are those of the modules."""

import importlib.util
import re
from pathlib import Path

import pytest

from evergraph.compat.advice import PUBLIC, tensorflow_names

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def hook():
    pytest.importorskip("mkdocs", reason="make docs installs it")
    spec = importlib.util.spec_from_file_location("api_pages", ROOT / "scripts" / "api_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_module_has_a_page_with_all_its_names(hook):
    pages = hook.pages()
    for path, module in PUBLIC.items():
        if path in hook._NOT_OURS:
            continue
        title, text = pages[f"api/{path}.md"]
        assert title == path and f"::: {module.__name__}\n" in text
        assert set(re.findall(r"^ {8}- (\w+)$", text, re.M)) <= set(module.__all__)


def test_the_numbers(hook):
    rows = {row.split("|")[1].strip(" []").split("]")[0]: row for row in hook.coverage().splitlines()[2:]}
    assert rows.keys() == tensorflow_names().keys()
    assert "| 5 | 5 |  |" in rows["tf.data"] and "| 14 | 14 |  |" in rows["tf.feature_column"]


def test_the_repository(hook, monkeypatch):
    monkeypatch.setenv("EVERGRAPH_REPOSITORY", "https://example.org/evergraph")
    assert hook.repository() == "https://example.org/evergraph"
