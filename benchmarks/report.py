"""Runs every workload and writes docs/performance.md: medians, ratios within a round, and their spread.

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

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "performance.md"

WORKLOADS = {  # file: (what the table calls it, unit, seconds in it, rounds)
    "linear": ("linear model, two hooks", "us", 1e-6, 15),
    "mlp": ("MLP 784-256-10, Adam", "us", 1e-6, 15),
    "deep_mlp": ("20-layer MLP", "us", 1e-6, 15),
    "cnn": ("CNN, two 5x5 convolutions", "ms", 1e-3, 9),
    "lstm": ("LSTM, 50 steps through while_loop", "ms", 1e-3, 9),
    "word2vec": ("word2vec, 50,000 x 128, sparse", "us", 1e-6, 15),
    "transformer": ("transformer, 4 layers x 256", "ms", 1e-3, 7),
    "first_step": ("start to first step, small model", "s", 1, 5),
    "graph_building": ("building a graph, for each operation", "us", 1e-6, 5),
    "initialization": ("building and initialising 300 variables", "ms", 1e-3, 5),
    "save_stall": ("what a save of 500 MB holds up", "ms", 1e-3, 3),
}

HEAD = """# Performance

Written by `make bench`. Each workload runs under Evergraph, as a bare `jax.jit` loop (the limit), and under TensorFlow's
`compat.v1` where that is installed, each in a process of its own; they take turns within a round, and ratios are taken
within a round. Shown are medians, and in brackets the first and third quartile of the ratios. Less is better.

"""


def measure(name: str, tensorflow: bool, rounds: int) -> dict[str, list[float]]:
    """{side: [seconds a step, ...]}; the workload's own words go to stderr."""
    command = [sys.executable, str(HERE / f"{name}.py"), "--json", "--rounds", str(rounds)]
    done = subprocess.run(command + ["--tensorflow"] * tensorflow, check=True, text=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def row(name: str, seconds: dict[str, list[float]]) -> str:
    """The table's row of a workload."""
    label, unit, scale, _ = WORKLOADS[name]

    def time_of(side):
        return f"{statistics.median(seconds[side]) / scale:,.1f}" if side in seconds else ""

    def ratio(numerator, denominator):
        if numerator not in seconds or denominator not in seconds:
            return ""
        ratios = [a / b for a, b in zip(seconds[numerator], seconds[denominator], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4)
        return f"{middle:.2f} ({low:.2f} to {high:.2f})"

    cells = [label, unit, time_of("evergraph"), time_of("bare"), time_of("tensorflow"), ratio("evergraph", "bare"),
             ratio("tensorflow", "evergraph")]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tensorflow", action="store_true", help="TensorFlow too, which has to be installed")
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), help="some workloads")
    parser.add_argument("--rounds", type=int, help="turns of each side, instead of the workload's own number")
    parser.add_argument("--note", help="what to say about the machine and its state")
    arguments = parser.parse_args()
    rows = []
    for name in arguments.only:
        rows.append(row(name, measure(name, arguments.tensorflow, arguments.rounds or WORKLOADS[name][3])))
        print(rows[-1], flush=True)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}."
    lines = ["| workload | unit | Evergraph | bare JAX | TensorFlow | Evergraph / bare | TensorFlow / Evergraph |",
             "| --- | --- | --- | --- | --- | --- | --- |", *rows]
    note = f" {arguments.note}" if arguments.note else ""
    PAGE.write_text(HEAD + f"Measured on {machine}{note}\n\n" + "\n".join(lines) + "\n")
    print(f"written to {PAGE.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
