"""`evergraph launch`, on programs that end, fail, die and wait."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes.clusters import PROGRAM as TRAINING
from tests.processes.clusters import free_ports
from tests.waiting import GUARD_SECS, until

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.multiprocess]

PROGRAM = """\
import json, os, pathlib, signal, sys, time
place = json.loads(os.environ["TF_CONFIG"])
job, task = place["task"]["type"], place["task"]["index"]
print(job, task, *sys.argv[2:], sorted(place["cluster"]), flush=True)
pathlib.Path(f"{job}{task}.pid").write_text(str(os.getpid()))
ran = pathlib.Path(f"{job}{task}.ran")
first = not ran.exists()
ran.write_text("yes")
if sys.argv[1] == "wait" or job == "ps":
    time.sleep(1000)
if sys.argv[1] == "die" and task == 1 and first:
    while not pathlib.Path("worker0.pid").exists():
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)
while sys.argv[1] == "fail" and not pathlib.Path("worker0.pid").exists():
    time.sleep(0.01)
if sys.argv[1] == "fail" and task == 1:
    sys.exit(3)
if sys.argv[1] == "fail":
    time.sleep(1000)
"""


@pytest.fixture
def launch(tmp_path):
    """Function that starts `evergraph launch` with options, what the program does, and more arguments of it."""
    (tmp_path / "program.py").write_text(PROGRAM)

    def start(options, *arguments):
        command = [sys.executable, "-m", "evergraph", "launch", *options, "program.py", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "JAX_PLATFORMS": "cpu"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, **pipes)

    return start


def outcome(launched):
    """(exit code, lines of its output, what it has said itself)"""
    output, said = launched.communicate(timeout=GUARD_SECS)
    return launched.returncode, sorted(output.splitlines()), [s for s in said.splitlines() if "[launch]" in s]


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_all_tasks_run_and_what_waits_for_the_workers_is_ended(launch):
    options = ["--workers", "2", "--ps", "1"]
    code, lines, said = outcome(launch(options, "end", "--job={job}", "--task={task}"))
    assert code == 0
    jobs = ["ps", "worker"]
    assert lines == [
        f"[ps 0] ps 0 --job=ps --task=0 {jobs}",
        f"[worker 0] worker 0 --job=worker --task=0 {jobs}",
        f"[worker 1] worker 1 --job=worker --task=1 {jobs}",
    ]
    assert said[0].startswith("[launch] ps 0 was ended by SIGTERM")
    assert said[-1] == "[launch] all workers ended well"


def test_a_worker_that_dies_is_started_again(launch):
    code, lines, said = outcome(launch(["--workers", "2"], "die"))
    assert code == 0
    assert len([line for line in lines if line.startswith("[worker 1]")]) == 2
    assert len([line for line in lines if line.startswith("[worker 0]")]) == 1
    assert "[launch] worker 1 was ended by SIGKILL; it is started again" in said
    assert any("started again 1 times" in line for line in said)


def test_all_are_started_again_as_a_gang(launch):
    code, lines, _ = outcome(launch(["--workers", "2", "--restart", "gang"], "die"))
    assert code == 0
    assert [line.partition("]")[0] for line in lines] == ["[worker 0"] * 2 + ["[worker 1"] * 2


@pytest.mark.parametrize("options", [["--restart", "never"], ["--max-restarts", "0"]])
def test_nothing_is_started_again(launch, tmp_path, options):
    code, _, said = outcome(launch(["--workers", "2", *options], "fail"))
    assert code == 3
    assert any(line.startswith("[launch] worker 1 failed with code 3") for line in said)
    assert not is_running(int((tmp_path / "worker0.pid").read_text()))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_leaves_nobody_behind(launch, tmp_path, number, code):
    launched = launch(["--workers", "2", "--ps", "1", "--chief"], "wait")
    files = [tmp_path / f"{name}.pid" for name in ("ps0", "chief0", "worker0")]
    until(lambda: all(file.exists() and file.read_text() for file in files))
    launched.send_signal(number)
    assert outcome(launched)[0] == code
    assert not any(is_running(int(file.read_text())) for file in files)


def test_mistakes(launch):
    launched = launch(["--workers", "0"], "end")
    assert "--workers must be positive" in launched.communicate()[1]
    assert launched.returncode == 2
    launched = launch(["--restart", "gang"], "end")
    assert "--restart gang needs --workers" in launched.communicate()[1]
    launched = launch(["--ps", "1"], "end")
    assert "--workers says how many there are" in launched.communicate()[1]
    assert launched.returncode == 2


def test_each_process_of_a_slurm_job_is_a_task(tmp_path):
    """Three processes that a scheduler has started, each with its own `launch`, train together."""
    port = free_ports(1)[0]
    slurm = {"SLURM_JOB_ID": "1", "SLURM_STEP_NODELIST": "localhost", "SLURM_NTASKS": "3"}
    program = [str(TRAINING), "sync", str(tmp_path / "checkpoints"), "4", "0"]
    command = [sys.executable, "-m", "evergraph", "launch", "--ps", "1", "--restart", "never", *program]
    launched = []
    for rank in range(3):
        place = {"SLURM_PROCID": str(rank), "SLURM_LOCALID": str(rank), "JAX_COORDINATOR_PORT": str(port)}
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "JAX_PLATFORMS": "cpu", **slurm, **place}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        launched.append(subprocess.Popen(command, env=environment, text=True, **pipes))
    results = []
    for rank, process in enumerate(launched):
        code, lines, said = outcome(process)
        assert code == 0, said
        name = ["worker 0", "worker 1", "ps 0"][rank]
        results += [
            json.loads(line.removeprefix(f"[{name}] RESULT "))
            for line in lines
            if line.startswith(f"[{name}] RESULT ")
        ]
    assert results[0]["digest"] == results[1]["digest"]
    assert results[0]["runs"] == results[1]["runs"] == 4
    assert results[2] == {"joined": True}
