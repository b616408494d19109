"""`evergraph launch`: the tasks of a cluster as processes of this machine, watched until they end.

0. `_configs`        which tasks: all of a cluster on this machine, or the one that a scheduler has put here
1. `_Task.start`     a process of its own session, with TF_CONFIG set; its lines are printed behind its name
2. `Launch.run`      waits; what dies is started again, as `--restart` says
3. `Launch._stop`    nothing is left behind: the signal that came, then SIGTERM, then SIGKILL, to all that a task has started
4. `Launch._summary` one line for each task
"""

import argparse
import contextlib
import ctypes
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import Any, NoReturn

_GRACE_SECS = 10.0  # between a signal and a stronger one
_PS_GRACE_SECS = 5.0  # for parameter servers to see that the workers have ended
_PR_SET_PDEATHSIG = 1

EPILOG = """\
Each task finds its place in the environment variable TF_CONFIG, as Estimators and many programs read it:
{"cluster": {"ps": [...], "worker": [...]}, "task": {"type": "worker", "index": 0}}. For programs with flags of their own,
{job}, {task}, {ps_hosts} and {worker_hosts} in ARGS stand for the task's job and index and the addresses, such as

  evergraph launch --workers 2 --ps 1 train.py --job_name={job} --task_index={task}

On several machines there is no need of this command: start the program on each with its own flags or TF_CONFIG. Where Slurm,
Open MPI or an indexed job of Kubernetes starts a process for each task, leave out --workers: each process is the task that its
place in the job says, the last M of them parameter servers:

  srun --ntasks 9 evergraph launch --ps 1 train.py
"""


def add_command(commands: argparse._SubParsersAction) -> None:
    """Adds `launch` to the commands of `evergraph`."""
    parser = commands.add_parser(
        "launch",
        help="run a distributed program: all its tasks on this machine",
        description="Starts parameter servers and workers of a TensorFlow 1 program, prints their lines behind their names, and "
        "starts again what dies.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="evergraph launch [--workers N] [--ps M] [options] (SCRIPT | -m MODULE) [ARGS ...]",
    )
    parser.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="how many workers; without it this process is one task of a job that Slurm, Open MPI or Kubernetes has started",
    )
    parser.add_argument("--ps", type=int, default=0, metavar="M", help="how many parameter servers (0)")
    parser.add_argument(
        "--chief", action="store_true", help="call the first worker's job `chief`, as Estimators want it"
    )
    parser.add_argument(
        "--restart",
        choices=("worker", "gang", "never"),
        default="worker",
        help="what is started again when a task dies: that task (default), all tasks, or nothing: all are stopped",
    )
    parser.add_argument(
        "--max-restarts", type=int, default=3, metavar="K", help="how often at most, in all (3)"
    )
    parser.add_argument("-m", dest="module", action="store_true", help="SCRIPT is a module's name")
    parser.add_argument("script", metavar="SCRIPT", help="the program")
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="passed on to the program"
    )


def main(parsed: argparse.Namespace) -> None:
    """Runs the command; exits with 0 if all workers have, else with what the first that failed did."""
    if (parsed.workers is not None and parsed.workers < 1) or parsed.ps < 0 or parsed.max_restarts < 0:
        _refuse("--workers must be positive, --ps and --max-restarts not negative")
    if parsed.workers is None and parsed.restart == "gang":
        _refuse(
            "--restart gang needs --workers: the tasks of a job on several machines have no launcher in common"
        )
    if not parsed.module and not os.path.exists(parsed.script):
        print(f"evergraph: there is no file {parsed.script!r} to run in {os.getcwd()}", file=sys.stderr)
        sys.exit(2)
    sys.exit(Launch(parsed).run())


def _refuse(why: object) -> NoReturn:
    print(f"evergraph launch: {why}", file=sys.stderr)
    sys.exit(2)


class _Task:
    """One task of the cluster, and the process that is it at present.

    Args:
      job, index: its place.
      command: the command line.
      environment: of the process.
    """

    def __init__(self, job, index, command, environment):
        self.job, self.index = job, index
        self.name = f"{job} {index}"
        self._command, self._environment = command, environment
        self.process: subprocess.Popen | None = None
        self.restarts = 0
        self._readers = []
        self._began = time.monotonic()
        self.seconds = 0.0

    def start(self):
        """Starts the process."""
        self._began = time.monotonic()
        self.process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        streams = ((self.process.stdout, sys.stdout), (self.process.stderr, sys.stderr))
        self._readers = [
            threading.Thread(target=self._print, args=pair, daemon=True, name=self.name) for pair in streams
        ]
        for reader in self._readers:
            reader.start()

    def _print(self, stream, output):
        for line in stream:
            text = line.decode(errors="replace").rstrip("\n")
            with _printing:
                print(f"[{self.name}] {text}", file=output, flush=True)

    def poll(self):
        """The exit code; None while it runs."""
        assert self.process is not None
        code = self.process.poll()
        if code is not None and not self.seconds:
            for reader in self._readers:
                reader.join(1.0)
            self.seconds = time.monotonic() - self._began
        return code

    def again(self):
        """Starts another process in the place of one that has ended."""
        self.signal(signal.SIGKILL)  # what it had started
        self.restarts += 1
        self.seconds = 0.0
        self.start()

    def signal(self, number):
        """Sends a signal to the process and all that it has started."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


class Launch:
    """The tasks of one launch.

    Args:
      parsed: the arguments of the command.
    """

    def __init__(self, parsed):
        self._policy, self._restarts_left = parsed.restart, parsed.max_restarts
        self._signal = None
        words = ["-m", parsed.script] if parsed.module else [parsed.script]
        self._tasks = []
        for config in _configs(parsed):
            cluster = config["cluster"]
            job, index = config["task"]["type"], config["task"]["index"]
            places = {
                "{job}": job,
                "{task}": str(index),
                "{ps_hosts}": ",".join(cluster.get("ps", [])),
                "{worker_hosts}": ",".join(cluster.get("worker", [])),
            }
            command = [sys.executable, "-m", "evergraph", "run", *words]
            command += [_filled(argument, places) for argument in parsed.arguments]
            environment = {**os.environ, "TF_CONFIG": json.dumps(config), "PYTHONUNBUFFERED": "1"}
            self._tasks.append(_Task(job, index, command, environment))
        self._workers = [task for task in self._tasks if task.job != "ps"] or self._tasks

    def run(self) -> int:
        """Runs all tasks to their end; returns the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note_signal)
        try:
            for task in self._tasks:
                task.start()
            code = self._watch()
        finally:
            self._stop(self._signal or signal.SIGTERM)
        self._summary(code)
        return code

    def _note_signal(self, number, _):
        self._signal = number

    def _watch(self):
        """Waits until all workers have ended, or one has for good with an error; returns the exit code."""
        while True:
            if self._signal is not None:
                return 128 + self._signal
            codes = {task: task.poll() for task in self._tasks}
            failed = next((task for task, code in codes.items() if code not in (None, 0)), None)
            if failed is not None:
                code = codes[failed]
                if self._policy == "never" or not self._restarts_left:
                    return code if code > 0 else 128 - code
                self._restart(failed, code)
            elif all(codes[task] == 0 for task in self._workers):
                return 0
            time.sleep(0.05)

    def _restart(self, failed, code):
        self._restarts_left -= 1
        _say(
            f"{failed.name} {_outcome(code)}; {'all tasks are' if self._policy == 'gang' else 'it is'} started again"
        )
        if self._policy == "worker":
            failed.again()
            return
        self._stop(signal.SIGTERM)
        for task in self._tasks:
            task.again()

    def _stop(self, first):
        """Ends all tasks that run: first with a signal, then with stronger ones."""
        if self._signal is None and all(task.poll() == 0 for task in self._workers):
            self._await(_PS_GRACE_SECS)
        for number in (first, signal.SIGTERM, signal.SIGKILL):
            running = [task for task in self._tasks if task.process is not None and task.poll() is None]
            if not running:
                break
            for task in running:
                task.signal(number)
            self._await(_GRACE_SECS)
        for task in self._tasks:
            if task.process is not None:
                task.signal(signal.SIGKILL)  # what it had started

    def _await(self, secs):
        until = time.monotonic() + secs
        while time.monotonic() < until and any(task.process and task.poll() is None for task in self._tasks):
            time.sleep(0.05)

    def _summary(self, code):
        for task in self._tasks:
            outcome = "was not started" if task.process is None else _outcome(task.process.returncode)
            again = f", started again {task.restarts} times" if task.restarts else ""
            _say(f"{task.name} {outcome} after {task.seconds:.1f} s{again}")
        _say("all workers ended well" if code == 0 else f"it ends with code {code}")


_printing = threading.Lock()


def _say(text):
    with _printing:
        print(f"[launch] {text}", file=sys.stderr, flush=True)


def _surroundings():
    return importlib.import_module("evergraph.distributed.surroundings")  # JAX takes its time


def _configs(parsed) -> list[dict[str, Any]]:
    """What TF_CONFIG holds in each task that is to run here."""
    if parsed.workers is None:
        try:
            config = _surroundings().cluster_of_job(parsed.ps, parsed.chief)
        except (ValueError, RuntimeError) as error:
            _refuse(error)
        if config is None:
            _refuse(
                "--workers says how many there are on this machine; it is left out only in a process that Slurm, Open MPI or "
                "an indexed job of Kubernetes has started, and this is none"
            )
        return [config]
    jobs = {"ps": parsed.ps, "chief": int(parsed.chief), "worker": parsed.workers - int(parsed.chief)}
    jobs = {job: count for job, count in jobs.items() if count}
    ports = iter(_free_ports(sum(jobs.values())))
    cluster = {job: [f"localhost:{next(ports)}" for _ in range(count)] for job, count in jobs.items()}
    places = [(job, index) for job, count in jobs.items() for index in range(count)]
    return [{"cluster": cluster, "task": {"type": job, "index": index}} for job, index in places]


def _outcome(code):
    if code is None:
        return "still runs"
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return "ended well" if code == 0 else f"failed with code {code}"


def _filled(argument, places):
    for name, text in places.items():
        argument = argument.replace(name, text)
    return argument


def _free_ports(count):
    with contextlib.ExitStack() as stack:  # all are held until the last is known, so that they differ
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for bound in sockets:
            bound.bind(("localhost", 0))
        return [bound.getsockname()[1] for bound in sockets]


def _die_with_parent():
    """In a process that has just been made: it is killed when the launcher dies without a word (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
