"""Runs every workload and writes the table and picture of docs/performance.md: medians, ratios within a round, their spread.

python benchmarks/report.py --tensorflow [--only linear mlp ...] [--note "..."]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from picture import draw

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"
PICTURE = PAGE.with_name("performance.svg")
MEASURED = "<!-- Everything from here on is written by benchmarks/report.py. -->"


class Workload(NamedTuple):
    """A file of this directory.

    Attributes:
      label: what the table calls it.
      unit: "us", "ms" or "s" for a step, or what is done in a second.
      rounds: turns of each side.
      done: how much of that a step does.
    """

    label: str
    unit: str
    rounds: int
    done: int = 1

    def shown(self, seconds: float) -> float:
        """The number to show for the seconds of a step."""
        scale = {"s": 1, "ms": 1e3, "us": 1e6}.get(self.unit)
        return self.done / seconds if scale is None else scale * seconds


WORKLOADS = {
    "linear": Workload("linear model, two hooks, loss fetched", "us", 15),
    "linear_unfetched": Workload("linear model, two hooks, nothing fetched", "us", 15),
    "mlp": Workload("MLP 784-256-10, Adam", "us", 15),
    "deep_mlp": Workload("20-layer MLP, 128 units, Adam", "us", 15),
    "wide_mlp": Workload("20-layer MLP, 256 units, gradient descent", "us", 15),
    "cnn": Workload("CNN, two 5x5 convolutions", "ms", 7),
    "lstm": Workload("LSTM, 50 steps through while_loop", "ms", 7),
    "dynamic_rnn": Workload("the same through dynamic_rnn, all outputs", "ms", 7),
    "ptb": Workload("PTB's input, a slice at a dequeued position, LSTM", "ms", 7),
    "word2vec": Workload("word2vec, 50,000 x 128, batches of 1,024 with 5 negatives each", "us", 15),
    "word2vec_shared": Workload("word2vec, batches of 128 that share 64 negatives", "us", 15),
    "transformer": Workload("transformer, 4 layers x 256", "ms", 5),
    "towers": Workload("four towers on four devices of the host, MLP 784-512-512-10, Adam", "ms", 7),
    "allreduce": Workload("synchronous step of two processes, 100 small variables", "ms", 15),
    "first_step": Workload("start to first step, small model", "s", 5),
    "first_step_cold": Workload("the same, nothing compiled before", "s", 5),
    "graph_building": Workload("building a graph", "operations/s", 5),
    "initialization": Workload("building and initialising 300 variables", "ms", 5),
    "wide_and_deep": Workload("wide-and-deep model of feature columns, batches of 40", "us", 7),
    "records": Workload("TFRecord files through queues, batches of 128", "examples/s", 7, done=128),
    "queued_images": Workload(
        "CIFAR-10 records, distorted, through queues, batches of 128", "examples/s", 7, done=128
    ),
    "saving": Workload("saving 500 MB", "ms", 3),
    "restoring": Workload("restoring 500 MB", "ms", 3),
    "save_stall": Workload("what a save of 500 MB holds up", "ms", 5),
}


def measure(name: str, tensorflow: bool, rounds: int) -> dict[str, dict]:
    """{"seconds": {side: [seconds a step, ...]}, "peak": {side: MB}}; the workload's own words go to stderr."""
    command = [sys.executable, str(HERE / f"{name}.py"), "--json", "--rounds", str(rounds)]
    done = subprocess.run(
        command + ["--tensorflow"] * tensorflow, check=True, text=True, stdout=subprocess.PIPE
    )
    return json.loads(done.stdout.splitlines()[-1])


def ratios(seconds: dict[str, list[float]], numerator: str, denominator: str) -> list[float]:
    """The ratios of two sides within rounds; none where a side is missing."""
    if numerator not in seconds or denominator not in seconds:
        return []
    return [a / b for a, b in zip(seconds[numerator], seconds[denominator], strict=True)]


def row(name: str, measured: dict[str, dict]) -> str:
    """The table's row of a workload."""
    seconds, peak = measured["seconds"], measured["peak"]
    workload = WORKLOADS[name]

    def shown(side):
        if side not in seconds:
            return ""
        number = workload.shown(statistics.median(seconds[side]))
        return f"{number:,.0f}" if number >= 10_000 else f"{number:,.1f}"

    def ratio(numerator, denominator):
        found = ratios(seconds, numerator, denominator)
        if not found:
            return ""
        low, middle, high = statistics.quantiles(found, n=4)
        return f"{middle:.2f} ({low:.2f} to {high:.2f})"

    memory = " / ".join(f"{peak[side]:,.0f}" for side in ("evergraph", "bare", "tensorflow") if side in peak)
    cells = [
        workload.label,
        workload.unit,
        shown("evergraph"),
        shown("bare"),
        shown("tensorflow"),
        ratio("evergraph", "bare"),
        ratio("tensorflow", "evergraph"),
        memory,
    ]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tensorflow", action="store_true", help="TensorFlow too, which has to be installed")
    parser.add_argument(
        "--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), help="some workloads"
    )
    parser.add_argument("--rounds", type=int, help="turns of each side, instead of the workload's own number")
    parser.add_argument("--note", help="what to say about the machine and its state")
    arguments = parser.parse_args()
    rows, bars = [], {}
    for name in arguments.only:
        measured = measure(name, arguments.tensorflow, arguments.rounds or WORKLOADS[name].rounds)
        rows.append(row(name, measured))
        found = {side: ratios(measured["seconds"], side, "bare") for side in ("evergraph", "tensorflow")}
        found = {side: statistics.median(values) for side, values in found.items() if values}
        if found:
            bars[WORKLOADS[name].label] = found
        print(rows[-1], flush=True)
        if set(arguments.only) != set(WORKLOADS):  # the others stay as they were measured
            words, _, before = PAGE.read_text().partition(MEASURED)
            note = arguments.note if name == arguments.only[-1] else None
            PAGE.write_text(words + MEASURED + with_rows(before, [name], rows[-1:], note))
    if set(arguments.only) != set(WORKLOADS):
        print(f"{len(rows)} rows written to {PAGE.relative_to(HERE.parent)}")
        return
    words = PAGE.read_text().partition(MEASURED)[0]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}."
    lines = [HEAD, RULE, *rows]
    note = f" {arguments.note}" if arguments.note else ""
    PAGE.write_text(
        f"{words}{MEASURED}\n\nMeasured on {machine}{note}\n\n![times the bare loop]({PICTURE.name})\n\n"
        + "\n".join(lines)
        + "\n"
    )
    PICTURE.write_text(draw(bars))
    print(f"written to {PAGE.relative_to(HERE.parent)}")


HEAD = "| workload | unit | Evergraph | bare JAX | TensorFlow | Evergraph / bare | TensorFlow / Evergraph | peak MB |"
RULE = "| --- | --- | --- | --- | --- | --- | --- | --- |"


def with_rows(page: str, names: list[str], rows: list[str], note: str | None) -> str:
    """The measured part of the page with some rows measured anew, in the order of WORKLOADS."""
    found = {line.split("|")[1].strip(): line for line in page.splitlines() if line.startswith("| ")}
    found.update((WORKLOADS[name].label, row) for name, row in zip(names, rows, strict=True))
    table = [HEAD, RULE, *(found[w.label] for w in WORKLOADS.values() if w.label in found)]
    before, _, after = page.partition(HEAD)
    after = [line for line in after.splitlines()[1:] if not line.startswith("|")]
    said = [] if note is None else ["", note]
    return before + "\n".join([*table, *after, *said]) + "\n"


if __name__ == "__main__":
    main()
