"""All tests here inject a fault for real; what they did is printed at the end."""

import pytest

from tests.faults import processes


def pytest_collection_modifyitems(items):
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.faults)


def pytest_terminal_summary(terminalreporter):
    if processes.COUNTS:
        terminalreporter.section("faults injected")
        for what, number in sorted(processes.COUNTS.items()):
            terminalreporter.write_line(f"{number:8d}  {what}")
