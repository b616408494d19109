"""What the README shows is what happens: its program prints what it says, its links and names exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import evergraph as tf

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


@pytest.mark.multiprocess
def test_the_program_prints_what_it_says(tmp_path):
    (program,), printed = blocks("python"), blocks("text")
    assert len(program.splitlines()) <= 16 and len(printed) == 2
    (tmp_path / "ours.py").write_text(program)
    (tmp_path / "theirs.py").write_text(
        program.replace("import evergraph as tf", "import tensorflow as tf").replace(
            "last_step=200", "last_step=300"
        )
    )
    environment = {
        "PYTHONPATH": str(ROOT),
        "JAX_PLATFORMS": "cpu",
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
    }
    for command, expected in zip([["ours.py"], ["-m", "evergraph", "run", "theirs.py"]], printed):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.stdout == expected, done.stderr


def test_the_first_two_commands():
    first = [line.split("#")[0].strip() for line in README.splitlines() if line.startswith("    ")][:2]
    assert first == ["make demo", "make test"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [
        t for t in targets if "://" not in t and not (page.parent / t).exists() and not t.startswith("api/")
    ] == []


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "docs" / "index.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_nothing_that_is_not_so(page):
    text = " ".join(page.read_text(encoding="utf-8").split())
    for said in ("the same graph", "is a program's only change", "the import is the only change"):
        assert said not in text


def test_names_in_the_table_are_there_or_not_as_it_says():
    missing = {
        name
        for row in README.splitlines()
        if row.endswith("| not yet |")
        for name in re.findall(r"`(tf\.\w+)`", row)
    }
    assert not [name for name in missing if hasattr(tf, name[3:])]
    whole = {
        name
        for row in README.splitlines()
        if re.search(r"\| yes(;.*)? \|$", row)
        for name in re.findall(r"`tf\.([\w.]+)`", row)
    }
    assert whole
    for name in whole:
        value = tf
        for part in name.split("."):
            value = getattr(value, part)


def test_the_picture_is_small():
    picture = ROOT / "docs" / "tensorboard.png"
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size < 200_000


def value_of(path):
    """The object at a public path such as "tf.nn.relu", None when it is not there."""
    value = tf
    for part in path.split(".")[1:]:
        value = getattr(value, part, None)
    return value


def test_the_page_of_what_is_there_is_right():
    rows = [
        row.split("|")[2:4]
        for row in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines()
        if row.startswith("| ") and "---" not in row
    ]
    there, missing = (
        [name for row in rows for name in re.findall(r"`(tf\.[\w.]+)`", row[i])] for i in (0, 1)
    )
    assert (
        len(there) > 50 and len(missing) > 5
    )  # the names are found in the page; the missing ones grow fewer
    assert [name for name in there if value_of(name) is None] == []
    assert [name for name in missing if value_of(name) is not None] == [], "they are there now: say so"
