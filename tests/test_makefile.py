"""`make help` lists every target, and what the demo says can be done."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def demo():
    spec = importlib.util.spec_from_file_location("demo", ROOT / "examples" / "digits" / "demo.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize("arguments", [[], ["help"]])
def test_help_lists_every_target(arguments):
    said = subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.M).group(1).split()
    listed = re.findall(r"^  make ([\w-]+) +\S", said, re.M)
    assert sorted(listed) == sorted(phony)
    assert "720 MB" in said


def test_the_demos_last_line_can_be_pasted(demo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "tensorboard").touch()
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
    assert demo.tensorboard_command(Path("demo_run")) == ".venv/bin/tensorboard --logdir demo_run"
    assert demo.tensorboard_command(Path("a run")) == ".venv/bin/tensorboard --logdir 'a run'"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert demo.tensorboard_command(Path("run")) == f"{programs}/tensorboard --logdir run"


def test_the_demo_says_what_it_deletes(demo, tmp_path, capsys):
    demo.empty(tmp_path / "none")
    assert capsys.readouterr().out == ""
    run = tmp_path / "run"
    run.mkdir()
    (run / "events.out.tfevents.1").touch()
    demo.empty(run)
    assert not run.exists() and f"deleting {run}, which an earlier run left" in capsys.readouterr().out
    run.mkdir()
    (run / "thesis.tex").touch()
    with pytest.raises(SystemExit, match="has files, but none of an earlier run"):
        demo.empty(run)
    assert (run / "thesis.tex").exists()
