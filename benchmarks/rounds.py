"""Times one training step under several systems, side by side.

Each side runs in a process of its own, so that none changes another's settings, caches or threads. They take
turns: in every round each runs some steps while the others wait, so that whatever else the machine does
falls on all of them. What counts is the ratio within a round; its median and spread are printed.

A workload is a file that defines its sides and calls `main`:

    def bare():                  # builds, then returns a function that runs one step and returns its loss
        ...
        return step

    if __name__ == "__main__":
        main(__doc__, {"bare": bare, ...}, reference="bare")

`main` can write what it measured as JSON (`--json`), from which `report.py` makes a page.

All sides start from the same weights and see the same batches, so their losses agree; `main` checks it.
"""

import argparse
import importlib
import json
import math
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

WARM_UP_STEPS = 20
LOSS_TOLERANCE = 1e-2

Step = Callable[[], float]


class Timed(NamedTuple):
    """What a step returns that measures by itself: the seconds that count, and the loss."""

    seconds: float
    loss: float


def session_sides(
    session_step: Callable, bare: Callable[[], Step] | None = None
) -> dict[str, Callable[[], Step]]:
    """The sides of a program of TensorFlow 1, `session_step(tf)`: only the process that runs one loads its module."""

    def evergraph() -> Step:
        return session_step(importlib.import_module("evergraph"))

    def tensorflow() -> Step:
        tf = importlib.import_module("tensorflow.compat.v1")
        tf.disable_v2_behavior()
        return session_step(tf)

    sides = {"evergraph": evergraph, "bare": bare, "tensorflow": tensorflow}
    return {name: side for name, side in sides.items() if side is not None}


class Side:
    """One system in a process of its own. It reads numbers of steps, and answers with seconds, loss and memory."""

    def __init__(self, name: str):
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, sys.argv[0], "--serve", name],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(self, steps: int) -> tuple[float, float]:
        """Runs that many steps; returns the seconds that one took, and the loss of the last.

        `peak` becomes the most memory that the process has had, in MB.
        """
        try:
            self._process.stdin.write(f"{steps}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended: what follows says so
        answer = self._process.stdout.readline().split()
        if len(answer) != 3:
            sys.exit(f"{self.name}: its process ended with status {self._process.wait()}; its error is above")
        self.peak = float(answer[2])
        return float(answer[0]) / steps, float(answer[1])

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def serve(step: Step):
    """Answers the lines of `Side.run`."""
    # Whatever the step or its libraries print must not come between the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        started, measured = time.perf_counter(), []
        for _ in range(int(line)):
            loss = step()
            if isinstance(loss, Timed):
                seconds, loss = loss
                measured.append(seconds)
        seconds = sum(measured) if measured else time.perf_counter() - started
        peak = (
            max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
            / 1024
        )
        print(seconds, float(loss), peak, file=answers, flush=True)


def check_losses(losses: dict[str, float], reference: str):
    for name, loss in losses.items():
        if not math.isclose(loss, losses[reference], rel_tol=LOSS_TOLERANCE):
            sys.exit(
                f"{name} computes something else: after the first steps its loss is {loss}, "
                f"and {losses[reference]} under {reference}"
            )


def show(seconds: dict[str, list[float]], reference: str):
    print(f"{'':12} {'us a step':>10} {'spread':>17} {'ratio':>7} {'spread':>13}")
    for name, values in seconds.items():
        ratios = [value / base for value, base in zip(values, seconds[reference], strict=True)]
        low, _, high = statistics.quantiles([1e6 * value for value in values], n=4)
        low_ratio, _, high_ratio = statistics.quantiles(ratios, n=4)
        print(
            f"{name:12} {1e6 * statistics.median(values):10.1f} {low:8.1f} {high:8.1f} "
            f"{statistics.median(ratios):7.2f} {low_ratio:6.2f} {high_ratio:6.2f}"
        )
    print(
        "medians; the spread is from the first to the third quartile; "
        f"ratios are to {reference}, within a round"
    )


def main(
    description: str,
    sides: dict[str, Callable[[], Step]],
    reference: str,
    measured: str = "evergraph",
    steps: int = 200,
    warm_up: int = WARM_UP_STEPS,
    same_losses: bool = True,
):
    """Runs the command line of a workload.

    `reference` is the side that ratios refer to. A side called "tensorflow" runs only if asked for.
    `same_losses` says that the sides compute the same and are to be checked against one another.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15, help="turns of each side (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=steps, help="steps in a turn (default: %(default)s)")
    parser.add_argument("--tensorflow", action="store_true", help="TensorFlow too, which has to be installed")
    parser.add_argument("--json", action="store_true", help="print what was measured as JSON")
    parser.add_argument(
        "--max-ratio", type=float, help=f"fail if {measured} takes longer than this times {reference}"
    )
    parser.add_argument("--serve", choices=sides, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(sides[arguments.serve]())
    if arguments.rounds < 2:
        parser.error(f"--rounds is {arguments.rounds}; a spread needs 2 or more")

    running = [Side(name) for name in sides if name != "tensorflow" or arguments.tensorflow]
    losses = {side.name: side.run(warm_up)[1] for side in running}
    if same_losses:
        check_losses(losses, reference)
    seconds: dict[str, list[float]] = {side.name: [] for side in running}
    for turn in range(arguments.rounds):
        # Every other round the other way about, so that no side always follows the same one.
        for side in running if turn % 2 else reversed(running):
            seconds[side.name].append(side.run(arguments.steps)[0])
    for side in running:
        side.close()
    if arguments.json:
        print(json.dumps({"seconds": seconds, "peak": {side.name: side.peak for side in running}}))
    else:
        show(seconds, reference)

    if arguments.max_ratio is not None:
        ratio = statistics.median(a / b for a, b in zip(seconds[measured], seconds[reference], strict=True))
        if ratio > arguments.max_ratio:
            sys.exit(
                f"{measured} takes {ratio:.2f} times as long as {reference}; "
                f"at most {arguments.max_ratio} is allowed"
            )
