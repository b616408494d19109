"""The programs that readers are shown or told to run: the README's example and the benchmarks."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import evergraph as tf

ROOT = Path(__file__).resolve().parent.parent


def run(*command, directory):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JAX_PLATFORMS": "cpu"}
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=directory,
        env=environment,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    ).stdout


@pytest.mark.slow
@pytest.mark.multiprocess
def test_readme_example_trains_and_goes_on(tmp_path):
    (program,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    run("-c", program, directory=tmp_path)
    reader = tf.train.NewCheckpointReader(tf.train.latest_checkpoint(str(tmp_path / "run")))
    assert reader.get_tensor("global_step") == 200
    assert reader.get_tensor("w").ravel().tolist() == pytest.approx([1.0, -2.0, 0.5], abs=1e-3)

    run("-c", program.replace("last_step=200", "last_step=250"), directory=tmp_path)
    reader = tf.train.NewCheckpointReader(tf.train.latest_checkpoint(str(tmp_path / "run")))
    assert reader.get_tensor("global_step") == 250


@pytest.mark.slow
@pytest.mark.multiprocess
@pytest.mark.parametrize(
    "workload, sides",
    [
        *(
            (name, ["evergraph", "bare"])
            for name in ("linear", "mlp", "deep_mlp", "cnn", "lstm", "word2vec", "transformer")
        ),
        *((name, ["evergraph"]) for name in ("graph_building", "initialization")),
    ],
)
def test_benchmark_runs(workload, sides, tmp_path):
    """Its sides start and compute the same losses; how long they take is not a test's business."""
    output = run(ROOT / "benchmarks" / f"{workload}.py", "--rounds", 2, "--steps", 5, directory=tmp_path)
    times = {words[0]: float(words[1]) for words in map(str.split, output.splitlines()) if words[0] in sides}
    assert list(times) == sides
    assert all(time > 0 for time in times.values())
