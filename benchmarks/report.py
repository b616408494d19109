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

from picture import draw

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"
PICTURE = PAGE.with_name("performance.svg")
MEASURED = "<!-- Everything from here on is written by benchmarks/report.py. -->"

WORKLOADS = {  # file: (what the table calls it, unit, seconds in it, rounds)
    "linear": ("linear model, two hooks, loss fetched", "us", 1e-6, 15),
    "linear_unfetched": ("linear model, two hooks, nothing fetched", "us", 1e-6, 15),
    "mlp": ("MLP 784-256-10, Adam", "us", 1e-6, 15),
    "deep_mlp": ("20-layer MLP, 128 units, Adam", "us", 1e-6, 15),
    "wide_mlp": ("20-layer MLP, 256 units, gradient descent", "us", 1e-6, 15),
    "cnn": ("CNN, two 5x5 convolutions", "ms", 1e-3, 7),
    "lstm": ("LSTM, 50 steps through while_loop", "ms", 1e-3, 7),
    "dynamic_rnn": ("the same through dynamic_rnn, all outputs", "ms", 1e-3, 7),
    "word2vec": ("word2vec, 50,000 x 128, batches of 1,024 with 5 negatives each", "us", 1e-6, 15),
    "word2vec_shared": ("word2vec, batches of 128 that share 64 negatives", "us", 1e-6, 15),
    "transformer": ("transformer, 4 layers x 256", "ms", 1e-3, 5),
    "first_step": ("start to first step, small model", "s", 1, 5),
    "first_step_cold": ("the same, nothing compiled before", "s", 1, 5),
    "graph_building": ("building a graph, for each operation", "us", 1e-6, 5),
    "initialization": ("building and initialising 300 variables", "ms", 1e-3, 5),
    "records": ("a batch of 128 from TFRecord files", "ms", 1e-3, 7),
    "saving": ("saving 500 MB", "ms", 1e-3, 3),
    "restoring": ("restoring 500 MB", "ms", 1e-3, 3),
    "save_stall": ("what a save of 500 MB holds up", "ms", 1e-3, 5),
}

def measure(name: str, tensorflow: bool, rounds: int) -> dict[str, dict]:
    """{"seconds": {side: [seconds a step, ...]}, "peak": {side: MB}}; the workload's own words go to stderr."""
    command = [sys.executable, str(HERE / f"{name}.py"), "--json", "--rounds", str(rounds)]
    done = subprocess.run(command + ["--tensorflow"] * tensorflow, check=True, text=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def ratios(seconds: dict[str, list[float]], numerator: str, denominator: str) -> list[float]:
    """The ratios of two sides within rounds; none where a side is missing."""
    if numerator not in seconds or denominator not in seconds:
        return []
    return [a / b for a, b in zip(seconds[numerator], seconds[denominator], strict=True)]


def row(name: str, measured: dict[str, dict]) -> str:
    """The table's row of a workload."""
    seconds, peak = measured["seconds"], measured["peak"]
    label, unit, scale, _ = WORKLOADS[name]

    def time_of(side):
        return f"{statistics.median(seconds[side]) / scale:,.1f}" if side in seconds else ""

    def ratio(numerator, denominator):
        found = ratios(seconds, numerator, denominator)
        if not found:
            return ""
        low, middle, high = statistics.quantiles(found, n=4)
        return f"{middle:.2f} ({low:.2f} to {high:.2f})"

    memory = " / ".join(f"{peak[side]:,.0f}" for side in ("evergraph", "bare", "tensorflow") if side in peak)
    cells = [label, unit, time_of("evergraph"), time_of("bare"), time_of("tensorflow"), ratio("evergraph", "bare"),
             ratio("tensorflow", "evergraph"), memory]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tensorflow", action="store_true", help="TensorFlow too, which has to be installed")
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), help="some workloads")
    parser.add_argument("--rounds", type=int, help="turns of each side, instead of the workload's own number")
    parser.add_argument("--note", help="what to say about the machine and its state")
    arguments = parser.parse_args()
    rows, bars = [], {}
    for name in arguments.only:
        measured = measure(name, arguments.tensorflow, arguments.rounds or WORKLOADS[name][3])
        rows.append(row(name, measured))
        found = {side: ratios(measured["seconds"], side, "bare") for side in ("evergraph", "tensorflow")}
        found = {side: statistics.median(values) for side, values in found.items() if values}
        if found:
            bars[WORKLOADS[name][0]] = found
        print(rows[-1], flush=True)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}."
    lines = ["| workload | unit | Evergraph | bare JAX | TensorFlow | Evergraph / bare | TensorFlow / Evergraph | peak MB |",
             "| --- | --- | --- | --- | --- | --- | --- | --- |", *rows]
    note = f" {arguments.note}" if arguments.note else ""
    words = PAGE.read_text().partition(MEASURED)[0]
    PAGE.write_text(
        f"{words}{MEASURED}\n\nMeasured on {machine}{note}\n\n![times the bare loop]({PICTURE.name})\n\n"
        + "\n".join(lines) + "\n"
    )
    PICTURE.write_text(draw(bars))
    print(f"written to {PAGE.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
