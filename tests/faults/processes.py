"""Programs in processes of their own, which tests kill.

A server process imports Evergraph once and forks a program in a hundredth of a second; nothing of JAX runs in it.
"""

import multiprocessing
import os
import random
import signal
import sys
import time
import traceback

from tests.waiting import GUARD_SECS

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["evergraph"])

LONG = bool(os.environ.get("EVERGRAPH_LONG_FAULTS"))  # set by `make test-faults`

COUNTS: dict[str, int] = {}  # what was done to programs, printed at the end of the tests


def count(what: str, number: int = 1) -> None:
    """Adds to what is printed at the end."""
    COUNTS[what] = COUNTS.get(what, 0) + number


def times(short: int, long: int) -> int:
    """How often a fault is injected: a few times in CI, often in `make test-faults`."""
    return long if LONG else short


class _Share:
    """Until when the test that runs may repeat its faults, as `time.monotonic` has it."""

    until = float("inf")


def share_time(until: float) -> None:
    """Gives the test that begins its time; what tests before it have left over is in it."""
    _Share.until = until


def is_time_up() -> bool:
    """Whether the test that runs has repeated its faults for long enough; never in CI, which repeats little."""
    return LONG and time.monotonic() > _Share.until


def repeated(short: int, long: int):
    """Counts to `short` in CI; to `long` in `make test-faults`, or as far, from `short` on, as the test's time goes."""
    for number in range(times(short, long)):
        if number >= short and is_time_up():
            return
        yield number


def _call(function, arguments, log):
    if log is not None:
        stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        sys.stderr = sys.stdout = os.fdopen(os.dup(stream), "w", buffering=1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        function(*arguments)
    except SystemExit:
        raise
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        # What the interpreter does with an interrupt that nobody catches.
        if isinstance(sys.exc_info()[1], KeyboardInterrupt):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        sys.exit(1)


class Program:
    """`function(*arguments)` running in a process of its own, whose output goes to the file `log`."""

    def __init__(self, function, *arguments, log=None):
        self.log = log
        self._process = _context.Process(target=_call, args=(function, arguments, log))
        self._process.start()

    @property
    def pid(self):
        return self._process.pid

    @property
    def is_alive(self):
        return self._process.is_alive()

    def send(self, number):
        """Sends a signal."""
        os.kill(self._process.pid, number)

    def kill(self):
        """SIGKILL, and waits."""
        self._process.kill()
        self._process.join()

    def join(self, timeout=GUARD_SECS):
        """Waits for the end; the exit code, which is minus the signal for one that ended it."""
        self._process.join(timeout)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
            raise AssertionError(f"the program did not end:\n{self.output()}")
        return self._process.exitcode

    def output(self):
        """What it has printed."""
        if self.log is None or not os.path.exists(self.log):
            return ""
        with open(self.log, errors="replace") as file:
            return file.read()


def wait_until(condition, timeout=GUARD_SECS, program=None):
    """Waits until `condition()` holds; a program that ends before that fails the test."""
    deadline = time.monotonic() + timeout
    while not condition():
        if program is not None and not program.is_alive:
            if condition():
                return
            raise AssertionError(f"the program has ended:\n{program.output()}")
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def kill_soon(program, seconds, generator: random.Random):
    """Kills a program after a random part of `seconds`."""
    time.sleep(generator.random() * seconds)
    program.kill()
    count("programs killed")
