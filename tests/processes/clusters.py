"""Clusters of real processes, which tests start, disturb and wait for."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.waiting import GUARD_SECS

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("training_program.py")


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for bound in sockets:
        bound.bind(("localhost", 0))
    ports = [bound.getsockname()[1] for bound in sockets]
    for bound in sockets:
        bound.close()
    return ports


class Cluster:
    """Tasks of the program `training_program.py`, each with its output in a file.

    Args:
      folder: for outputs and checkpoints.
      mode, last, pause: what the program is told.
      workers, ps: how many tasks there are.
      late: indices of workers that `start` starts later.
      environment: more variables.
      checkpoints: where they are, if not in `folder`.
    """

    def __init__(
        self,
        folder,
        mode,
        *,
        workers=2,
        ps=1,
        last=20,
        pause=0.0,
        late=(),
        environment=None,
        checkpoints=None,
    ):
        self.folder, self._environment = folder, environment or {}
        self._arguments = [mode, str(checkpoints or folder / "checkpoints"), str(last), str(pause)]
        ports = iter(free_ports(workers + ps))
        self._spec = {"worker": [f"localhost:{next(ports)}" for _ in range(workers)]}
        if ps:
            self._spec["ps"] = [f"localhost:{next(ports)}" for _ in range(ps)]
        self.processes = {}
        self.starts = 0
        for job, addresses in self._spec.items():
            for task in range(len(addresses)):
                if job == "ps" or task not in late:
                    self.start(job, task)

    def start(self, job, task):
        """Starts a task, perhaps again."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "JAX_PLATFORMS": "cpu",
            "TF_CONFIG": json.dumps({"cluster": self._spec, "task": {"type": job, "index": task}}),
            **self._environment,
        }
        self.starts += 1
        with open(self._log(job, task), "ab") as log:
            self.processes[job, task] = subprocess.Popen(
                [sys.executable, str(PROGRAM), *self._arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _log(self, job, task):
        return self.folder / f"{job}{task}.log"

    def output(self, job, task):
        """What a task has printed."""
        return self._log(job, task).read_text(errors="replace")

    def kill(self, job, task, number=signal.SIGKILL):
        self.processes[job, task].send_signal(number)

    def result(self, job, task):
        """What a task has reported, once it has ended well."""
        code = self.processes[job, task].wait(GUARD_SECS)
        assert code == 0, f"{job} {task} ended with {code}:\n{self.output(job, task)}"
        lines = [line for line in self.output(job, task).splitlines() if line.startswith("RESULT ")]
        return json.loads(lines[-1].removeprefix("RESULT "))

    def results(self):
        """{(job, task): what it has reported}"""
        return {key: self.result(*key) for key in self.processes}

    def steps(self):
        """How far the checkpoints have come."""
        names = [path.name for path in self.folder.glob("checkpoints/model.ckpt-*.index")]
        return max([int(name.split("-")[1].removesuffix(".index")) for name in names], default=-1)

    def until_step(self, step):
        """Waits until a checkpoint of this step is there."""
        deadline = time.monotonic() + GUARD_SECS
        while self.steps() < step:
            assert time.monotonic() < deadline, self.output("worker", 0)
            time.sleep(0.05)

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()
