"""The tables of contents hold: they are fresh, and every public name is documented.

A public name is written once, beside its definition (`framework/public.py`); `scripts/contents.py` writes the tables.
"""

import importlib
import importlib.util
import inspect
from pathlib import Path

import pytest
from google.protobuf.message import Message

from evergraph.compat.contents import PUBLIC

ROOT = Path(__file__).resolve().parent.parent
_spec = importlib.util.spec_from_file_location("contents", ROOT / "scripts/contents.py")
contents = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(contents)

SPACES = {
    name: path
    for name, path in contents.read_sources(ROOT).shown_by.items()
    if not name.startswith("package ")
}


def test_the_tables_are_fresh():
    stale = [
        str(path)
        for path, text in contents.contents(ROOT).items()
        if path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make contents`"


@pytest.fixture(params=SPACES.values(), ids=lambda path: contents.module_name(path, ROOT))
def module(request):
    return importlib.import_module(contents.module_name(request.param, ROOT))


def undocumented(module) -> list[str]:
    """Returns the public functions and classes without a docstring; protocol messages have none in Python."""
    values = {public: getattr(module, public) for public in PUBLIC[module.__name__].split()}
    return [
        public
        for public, value in values.items()
        if callable(value)
        and not (inspect.isclass(value) and issubclass(value, Message))
        and not (vars(value).get("__doc__") if inspect.isclass(value) else value.__doc__)
    ]


def test_every_name_exists_and_is_documented(module):
    assert undocumented(module) == []


# -- the generator, on a small package -------------------------------------------------

MARKS = f"# -- contents of tf{{}}, written --\nold\n{contents.END}\n"


@pytest.fixture
def house(tmp_path):
    """Writes files of a package and returns what the generator makes of it: {path: text}."""

    def make(files):
        for name, text in {"__init__": MARKS.format(""), **files}.items():
            path = tmp_path / "evergraph" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return {
            path.relative_to(tmp_path).as_posix(): text for path, text in contents.contents(tmp_path).items()
        }

    return make


def test_a_name_is_shown_where_it_says(house):
    made = house(
        {
            "nn": '"""Nets."""\n\n' + MARKS.format(".nn") + "\nkept = 1\n",
            "ops/relu": '@public("nn.relu", "python.ops.nn_ops.Relu")\ndef relu(): ...\n\n\nsame = public("nn.same")(relu)\n',
            "ops/made": 'from elsewhere import Made\n\npublic("nn.Made")(Made)\n',
        }
    )
    assert "from evergraph import nn as nn\n" in made["evergraph/__init__.py"]
    assert made["evergraph/nn.py"] == (
        '"""Nets."""\n\n# -- contents of tf.nn, written --\n' + contents.UNUSED + "\n"
        "from evergraph.ops.made import Made as Made\n"
        "from evergraph.ops.relu import relu as relu\n"
        "from evergraph.ops.relu import same as same\n\n" + contents.END + "\n\nkept = 1\n"
    )
    assert '"tensorflow.python.ops.nn_ops": "Relu=ops.relu:relu"' in made[contents.TABLE]
    assert '"evergraph.nn": "Made relu same"' in made[contents.TABLE]


def test_a_module_is_shown_and_shows_its_names(house):
    made = house(
        {
            "train": MARKS.format(".train"),
            "loop": 'public_module("train.loop", "python.training.loop")\n\n\n@public()\ndef hidden(): ...\n',
        }
    )
    assert "from evergraph import loop as loop\n" in made["evergraph/train.py"]
    assert '"tensorflow.python.training.loop": "loop"' in made[contents.TABLE]
    assert '"evergraph.loop": "hidden"' in made[contents.TABLE]


def test_a_package_shows_the_files_beside_it(house):
    made = house(
        {
            "ops/__init__": f"# -- contents of this package, written --\n{contents.END}\n",
            "ops/relu": "@public()\ndef relu(): ...\n\n\n@public()\ndef _own(): ...\n",
        }
    )
    assert "from evergraph.ops.relu import relu as relu\n" in made["evergraph/ops/__init__.py"]
    assert "_own" not in made["evergraph/ops/__init__.py"]


@pytest.mark.parametrize(
    "said, left",
    [
        ("`tf.nn.gone`, `tf.nn.relu`, more", "`tf.nn.gone`, more"),
        ("kinds (`tf.nn.relu`, `tf.nn.gone`), `tf.nn`", "kinds (`tf.nn.gone`)"),
        ("kinds (`tf.nn.relu`)", ""),
        ("`tf.nn.gone`, kinds of it", "`tf.nn.gone`, kinds of it"),
    ],
)
def test_what_is_there_is_not_missing_on_the_page(house, tmp_path, said, left):
    page = tmp_path / contents.PAGE
    page.parent.mkdir()
    page.write_text(f"| | there | not there |\n| --- | --- | --- |\n| Nets | `tf.nn.relu` | {said} |\n")
    made = house({"nn": MARKS.format(".nn"), "a": '@public("nn.relu")\ndef relu(): ...\n'})
    assert made[contents.PAGE].splitlines()[2] == f"| Nets | `tf.nn.relu` | {left} |".replace("|  |", "| |")


@pytest.mark.parametrize(
    "files, complaint",
    [
        ({"a": '@public("nn.relu")\ndef relu(): ...\n'}, "no file shows tf.nn"),
        (
            {
                "nn": MARKS.format(".nn"),
                "a": '@public("nn.x")\ndef a(): ...\n\n\n@public("nn.x")\ndef b(): ...\n',
            },
            "tf.nn.x is both",
        ),
        ({"a": 'a, b = public("x")((1, 2))\n'}, "stands for one name"),
    ],
)
def test_what_cannot_be_shown_is_said(house, files, complaint):
    with pytest.raises(contents.ContentsError, match=complaint):
        house(files)


def test_check_writes_nothing(tmp_path, capsys):
    (tmp_path / "evergraph/compat").mkdir(parents=True)
    (tmp_path / "evergraph/__init__.py").write_text(MARKS.format(""))
    assert contents.main(["--check"], tmp_path) == 1
    assert "evergraph/__init__.py is stale" in capsys.readouterr().out
    assert contents.main([], tmp_path) == 0 and contents.main(["--check"], tmp_path) == 0
