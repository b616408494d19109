"""All tests here inject a fault for real; what they did is printed at the end.

`make test-faults` repeats the faults for most of a quarter of an hour, whatever else the machine does: each test has a share
of that time, and what is left of those before it.
"""

import time

import pytest

from tests.faults import processes

SECONDS = 600  # in which faults are repeated; a slow machine takes minutes for the others
WEIGHTS = {"test_killed_inputs": 8, "test_killed_saves": 5}  # of files whose tests take long; 0.5 for others

_ends = {}  # node id of a test -> until when it repeats its faults


def _weight(item):
    return WEIGHTS.get(item.path.stem, 0.5)


def pytest_collection_modifyitems(items):
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.faults)


def pytest_collection_finish(session):
    items = [item for item in session.items if "faults" in item.path.parts]
    whole, so_far, began = sum(map(_weight, items)), 0.0, time.monotonic()
    for item in items:
        so_far += _weight(item)
        _ends[item.nodeid] = began + SECONDS * so_far / whole


def pytest_runtest_setup(item):
    if item.nodeid in _ends:
        processes.share_time(_ends[item.nodeid])


def pytest_terminal_summary(terminalreporter):
    if processes.COUNTS:
        terminalreporter.section("faults injected")
        for what, number in sorted(processes.COUNTS.items()):
            terminalreporter.write_line(f"{number:8d}  {what}")
