"""The tests' own waiting, and that no test's outcome hangs on how busy the machine is."""

import re
import threading
import tomllib
from pathlib import Path

from tests.waiting import is_waiting, joined, until, until_waiting

ROOT = Path(__file__).resolve().parent.parent


def test_a_thread_that_waits_is_told_from_one_that_works():
    gate, working = threading.Event(), threading.Event()

    def work():
        while not gate.is_set():
            working.set()

    waiter, worker = threading.Thread(target=gate.wait), threading.Thread(target=work)
    waiter.start(), worker.start()
    until(working.is_set)
    until_waiting(waiter)
    assert is_waiting(waiter) and waiter.is_alive() and worker.is_alive()
    gate.set()
    joined(waiter, worker)
    assert is_waiting(waiter)  # it has ended


def test_limits_are_guards_against_hanging():
    """Seconds within which a thread has to end, a process to finish or a step to be made, are not for a test to set."""
    short = re.compile(
        r"\.join\((timeout=)?[0-9.]+\)|\.wait\((timeout=)?[0-9.]+\)|\btimeout=(?!0[,)])[0-9.]+[,)]|monotonic\(\) - \w+ <"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if short.search(line) and path.name not in ("test_waiting.py",) and "acceptance" not in path.parts
    ]
    assert found == [], "use tests.waiting"
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert (
        900 <= options["timeout"] < options["faulthandler_timeout"] < 1200
        and options["faulthandler_exit_on_timeout"]
    )


def test_long_files_start_first(request):
    config = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--no-loadscope-reorder" in config
    names = [item.path for item in request.session.items]
    first = [path for path in dict.fromkeys(names)]
    marked = [
        any(
            item.get_closest_marker("slow") or item.get_closest_marker("multiprocess")
            for item in request.session.items
            if item.path == path
        )
        for path in first
    ]
    assert marked == sorted(marked, reverse=True)
