"""Tests go on when one of their processes dies."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.scheduling import FileScheduling

ROOT = Path(__file__).resolve().parent.parent


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


@pytest.mark.slow
@pytest.mark.multiprocess
@pytest.mark.parametrize("last", [DEADLY, ALONE], ids=["among others", "alone and last"])
def test_a_process_that_dies_costs_the_test_that_it_ran(tmp_path, last):
    summary, printed = play(
        tmp_path, {"test_a.py": MANY, "test_b.py": MANY, "test_c.py": DEADLY, "test_d.py": last}
    )
    passed = 4 + 4 + 2 + (2 if last is DEADLY else 0)
    assert f"2 failed, {passed} passed" in summary, printed
    assert "crashed while running 'test_c.py::test_deadly'" in printed


class Node:
    """A process of tests as the scheduler sees it: what it was sent, and whether it was told to end."""

    def __init__(self):
        self.sent, self.shutting_down, self.gateway = [], False, SimpleNamespace(id="node")

    def send_runtest_some(self, indices):
        self.sent += indices

    def shutdown(self):
        self.shutting_down = True


def test_one_that_still_collects_is_given_work_when_it_is_done(pytestconfig):
    config = SimpleNamespace(option=SimpleNamespace(loadscopereorder=False))
    config.getvalue = lambda name: ["2*popen"] if name == "tx" else pytestconfig.getvalue(name)
    scheduler = FileScheduling(cast(pytest.Config, config))
    tests = [f"{file}.py::test_{i}" for file in "abcdef" for i in range(3)]
    first, second, third, fourth = nodes = [cast(Any, Node()) for _ in range(4)]
    for node in nodes[:2]:
        scheduler.add_node(node)
        scheduler.add_node_collection(node, tests)
    scheduler.schedule()
    assert {scheduler.remove_node(first), scheduler.remove_node(second)} == {"a.py::test_0", "b.py::test_0"}
    scheduler.add_node(third)
    scheduler.add_node(fourth)
    scheduler.add_node_collection(third, tests)
    scheduler.schedule()
    assert third.sent and not fourth.sent and not fourth.shutting_down
    scheduler.add_node_collection(fourth, tests)
    scheduler.schedule()
    assert fourth.sent


@pytest.mark.slow
@pytest.mark.multiprocess
def test_a_process_that_is_held_outside_python_ends(tmp_path):
    options = ["-o", "faulthandler_timeout=2", "-o", "faulthandler_exit_on_timeout=true"]
    summary, printed = play(tmp_path, {"test_a.py": MANY, "test_b.py": HELD}, *options)
    assert "1 failed, 4 passed" in summary, printed
    assert "test_held" in printed and "Timeout" in printed
