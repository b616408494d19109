"""Programs of TensorFlow's users show under Evergraph what `recorded.json` says they show under TensorFlow."""

import json
import pathlib
import subprocess
import sys

import pytest

import evergraph as tf
from tests.acceptance import recording

RECORDED = pathlib.Path(__file__).with_name("recorded.json")
ROOT = pathlib.Path(__file__).parents[2]
PROGRAMS = recording.programs()
EXPECTED = json.loads(RECORDED.read_text())
# Whose many operations are compiled one by one.
SLOW = {
    "failures.hooks_that_raise",
    "gradients.first_and_second",
    "graph.dtypes",
    "operations.arrays",
    "operations.elementwise",
    "operations.networks",
    "operations.random_numbers",
    "operations.reductions",
    "training.input_pipelines",
    "training.optimizers",
    "variables.using_variables",
}


# (program, row): what is shown instead.  An OutOfRangeError would pass for the end of the input.
OTHERWISE = {
    ("failures.checkpoints", "data truncated"): {"raises": "DataLossError"},
    ("failures.checkpoints", "data empty"): {"raises": "DataLossError"},
}


def _expected(name):
    return [[row, OTHERWISE.get((name, row), _all_ends(name, row, shown))] for row, shown in EXPECTED[name]]


def _all_ends(name, row, shown):
    """A hook whose `end` raises keeps no other hook from its own, but for an interrupt."""
    if (
        name == "failures.hooks_that_raise"
        and row.startswith("end ")
        and not row.endswith("KeyboardInterrupt")
    ):
        outcome, calls = shown
        return [outcome, [*calls, "c.end"]]
    return shown


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in PROGRAMS]
)
@pytest.mark.filterwarnings("ignore")
def test_shows_what_it_shows_under_tensorflow(name):
    found = recording.run(tf, PROGRAMS[name])
    assert recording.differences(json.loads(json.dumps(found.rows)), _expected(name)) == []


def test_every_record_is_of_a_program():
    assert EXPECTED.keys() == PROGRAMS.keys() >= SLOW


def _recorded_anew(out):
    command = [sys.executable, "-m", "tests.acceptance.recording", "tensorflow", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    found = json.loads(out.read_text())
    assert found.keys() == EXPECTED.keys()
    return {n: d for n in found if (d := recording.differences(found[n], EXPECTED[n]))}


@pytest.mark.interop
def test_the_record_is_what_tensorflow_shows(tmp_path):
    """In processes of their own: TensorFlow's switch to its first version is for the whole process.

    Its reference variables change beneath whatever else reads them in the same run, a loss or a summary: a
    program that differs is asked again, and has to differ every time.
    """
    pytest.importorskip("tensorflow")
    differs = _recorded_anew(tmp_path / "0.json")
    for again in ("1.json", "2.json"):
        if differs:
            others = _recorded_anew(tmp_path / again)
            differs = {name: rows for name, rows in differs.items() if name in others}
    assert differs == {}
