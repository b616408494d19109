"""Tests go on when one of their processes dies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = [pytest.mark.slow, pytest.mark.multiprocess]

MANY = """
import pytest

@pytest.mark.parametrize("i", range(4))
def test_of_many(i):
    pass
"""
DEADLY = """
import os

def test_before():
    pass

def test_deadly():
    os.abort()

def test_after():
    pass
"""
ALONE = """
import os

def test_alone():
    os.abort()
"""
HELD = """
import ctypes

def test_held():
    ctypes.PyDLL(None).sleep(600)  # in C, and the interpreter's lock with it
"""
CONFTEST = "from tests.conftest import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler\n"


def play(path, files, *options):
    """Run the files' tests in two processes; the last line that is printed, and all of it."""
    for name, text in {"conftest.py": CONFTEST, **files}.items():
        (path / name).write_text(text)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        *options,
    ]
    (path / "pytest.ini").write_text("[pytest]\n")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("PYTEST_ADDOPTS", None)
    played = subprocess.run(command, cwd=path, env=environment, text=True, capture_output=True)
    return played.stdout.strip().splitlines()[-1], played.stdout + played.stderr


@pytest.mark.parametrize("last", [DEADLY, ALONE], ids=["among others", "alone and last"])
def test_a_process_that_dies_costs_the_test_that_it_ran(tmp_path, last):
    summary, printed = play(
        tmp_path, {"test_a.py": MANY, "test_b.py": MANY, "test_c.py": DEADLY, "test_d.py": last}
    )
    passed = 4 + 4 + 2 + (2 if last is DEADLY else 0)
    assert f"2 failed, {passed} passed" in summary, printed
    assert "crashed while running 'test_c.py::test_deadly'" in printed


def test_a_process_that_is_held_outside_python_ends(tmp_path):
    options = ["-o", "faulthandler_timeout=2", "-o", "faulthandler_exit_on_timeout=true"]
    summary, printed = play(tmp_path, {"test_a.py": MANY, "test_b.py": HELD}, *options)
    assert "1 failed, 4 passed" in summary, printed
    assert "test_held" in printed and "Timeout" in printed
