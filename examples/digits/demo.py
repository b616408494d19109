"""What `make demo` runs: training that is killed in the middle and goes on where it stopped.

1. Start train.py in a process of its own.
2. When a checkpoint of the middle step or a later one is there, kill the process (SIGKILL).
3. Start train.py again. It restores the newest checkpoint, finishes, and prints the test accuracy.

With --uninterrupted train.py runs once, from start to end. Both ways end with the same accuracy.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

TRAIN = Path(__file__).resolve().parent / "train.py"
POLL_SECS = 0.05


def empty(directory):
    """Removes what an earlier run left there, and nothing else's files."""
    if not directory.exists():
        return
    if any(directory.iterdir()) and not any(directory.glob("events.out.tfevents.*")):
        sys.exit(f"demo: {directory} has files, but none of an earlier run; give an empty --directory")
    print(
        f"demo: deleting {directory}, which an earlier run left; to keep one: --directory OTHER", flush=True
    )
    shutil.rmtree(directory)


def newest_step(directory):
    """Returns the step of the newest checkpoint that is complete, or 0."""
    state = directory / "checkpoint"
    if not state.exists():
        return 0
    found = re.match(r'model_checkpoint_path: ".*-(\d+)"', state.read_text(encoding="utf-8"))
    return int(found.group(1)) if found else 0


def kill_after(process, directory, step):
    """Kills the process once it has saved `step` or a later one; returns the newest checkpoint's step."""
    while newest_step(directory) < step:
        if process.poll() is not None:
            sys.exit(
                f"demo: training ended with status {process.returncode} before its checkpoint of step "
                f"{step}, so it could not be killed in the middle"
            )
        time.sleep(POLL_SECS)
    process.kill()
    process.wait()
    return newest_step(directory)


def tensorboard_command(directory):
    """Returns the command that shows the summaries, as it can be pasted: with the tensorboard beside this Python."""
    program = Path(sys.executable).parent / "tensorboard"
    if not program.exists():
        return shlex.join(["tensorboard", "--logdir", str(directory)])
    nearby = os.path.relpath(program)
    return shlex.join([str(program) if nearby.startswith("..") else nearby, "--logdir", str(directory)])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--directory",
        type=Path,
        default=Path("demo_run"),
        help="for checkpoints and summaries; an earlier run's go (default: %(default)s)",
    )
    parser.add_argument("--uninterrupted", action="store_true", help="do not kill the training")
    parser.add_argument("--steps", type=int, default=1000, help="the last step (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=1, help="of weights, dropout and input order (default: %(default)s)"
    )
    arguments = parser.parse_args()

    directory = arguments.directory
    command = [
        sys.executable,
        str(TRAIN),
        "--directory",
        str(directory),
        "--steps",
        str(arguments.steps),
        "--seed",
        str(arguments.seed),
    ]
    empty(directory)
    print(
        f"demo: a convolutional net learns 1,500 handwritten digits in {arguments.steps} steps"
        + (
            ""
            if arguments.uninterrupted
            else f"; it is killed after step {arguments.steps // 2} and started again"
        ),
        flush=True,
    )

    if not arguments.uninterrupted:
        started = time.monotonic()
        with subprocess.Popen(command) as process:
            try:
                step = kill_after(process, directory, arguments.steps // 2)
            finally:
                process.kill()
        print(
            f"demo: killed after {time.monotonic() - started:.0f} s; the newest checkpoint is of step {step};"
            " starting again",
            flush=True,
        )

    status = subprocess.call(command)
    if status == 0:
        print(f"demo: checkpoints and summaries are in {directory}; this shows them in a browser:")
        print(tensorboard_command(directory))
    sys.exit(status)


if __name__ == "__main__":
    main()
