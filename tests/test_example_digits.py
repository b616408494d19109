"""The digits example: its records, and its training, killed and not, alone and in turns with TensorFlow."""

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import evergraph as tf

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "digits"
STEPS = 1000  # half of it, where the demo is killed, is in the middle of an epoch


def run(*command, **environment):
    """Runs a Python program; returns what it printed. Shows its errors when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JAX_PLATFORMS": "cpu", **environment}
    done = subprocess.run(
        [sys.executable, *map(str, command)], env=environment, check=False, text=True, stdout=subprocess.PIPE
    )
    assert done.returncode == 0, f"{command} ended with status {done.returncode} after\n{done.stdout}"
    return done.stdout


def accuracy(output):
    return float(re.search(r"^test accuracy: (\d+\.\d) %$", output, re.MULTILINE).group(1))


def progress(output):
    """Returns {step: the rest of its progress line}; where a step was run twice, the last."""
    return dict(re.findall(r"^step +(\d+) of \d+ +(.*)$", output, re.MULTILINE))


def read_examples(path):
    """Returns images, uint8 [N, 64], and labels, int64 [N]."""
    images, labels = [], []
    for record in tf.python_io.tf_record_iterator(str(path)):
        feature = tf.train.Example.FromString(record).features.feature
        images.append(np.frombuffer(feature["image"].bytes_list.value[0], np.uint8))
        labels.append(feature["label"].int64_list.value[0])
    return np.array(images), np.array(labels)


def test_records_are_those_of_the_source():
    train, test = (read_examples(EXAMPLE / name) for name in ("train.tfrecord", "test.tfrecord"))
    assert (len(train[1]), len(test[1])) == (1500, 297)
    for digit in range(10):
        share = np.mean(np.concatenate([train[1], test[1]]) == digit)
        assert abs(np.sum(test[1] == digit) - 297 * share) < 1
    with gzip.open(EXAMPLE / "digits.csv.gz", "rt") as file:
        source = np.loadtxt(file, delimiter=",", dtype=np.int64)
    records = np.concatenate([np.column_stack(train), np.column_stack(test)])
    assert sorted(records.tolist()) == sorted(source.tolist())


@pytest.mark.multiprocess
def test_records_can_be_made_again(tmp_path):
    run(EXAMPLE / "make_records.py", "--output", tmp_path)
    for name in ("train.tfrecord", "test.tfrecord"):
        assert (tmp_path / name).read_bytes() == (EXAMPLE / name).read_bytes()


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    directory = tmp_path_factory.mktemp("uninterrupted") / "run"
    output = run(EXAMPLE / "demo.py", "--uninterrupted", "--directory", directory, "--steps", STEPS)
    return directory, output


@pytest.mark.slow
@pytest.mark.multiprocess
def test_killed_and_resumed_is_as_if_nothing_had_happened(uninterrupted, tmp_path):
    output = run(EXAMPLE / "demo.py", "--directory", tmp_path / "run", "--steps", STEPS)
    killed_at = int(re.search(r"the newest checkpoint is of step (\d+)", output).group(1))
    assert STEPS // 2 <= killed_at < STEPS
    assert f"training from step {killed_at}" in output
    assert accuracy(output) >= 97.0
    assert accuracy(output) == accuracy(uninterrupted[1])
    # The same losses at the same steps: the same records in the same order, and the same dropout. The line of
    # the step at which it was killed may be missing: the checkpoint is there before the line is printed.
    lines = progress(output)
    assert {step for step in progress(uninterrupted[1]) if int(step) > killed_at} <= set(lines)
    assert lines == {step: line for step, line in progress(uninterrupted[1]).items() if step in lines}


@pytest.mark.slow
@pytest.mark.multiprocess
def test_summaries_are_read_by_tensorboard(uninterrupted):
    events = EventAccumulator(str(uninterrupted[0])).Reload()
    tags = events.Tags()
    assert {"loss", "accuracy", "learning_rate"} <= set(tags["scalars"])
    assert "weights/net/conv1/weights" in tags["histograms"]
    assert tags["graph"] and tags["meta_graph"]
    losses = events.Scalars("loss")
    assert [event.step for event in losses] == sorted({event.step for event in losses})
    assert losses[-1].value < 0.5 * losses[0].value
    height_and_width = {(image.height, image.width) for image in events.Images("digits/image/0")}
    assert height_and_width == {(8, 8)}


@pytest.mark.slow
@pytest.mark.multiprocess
def test_finished_training_can_be_evaluated_again(uninterrupted, tmp_path):
    directory = tmp_path / "run"
    shutil.copytree(uninterrupted[0], directory)
    program = "import sys, train; print(round(100 * train.evaluate(sys.argv[1]), 1))"
    output = run("-c", program, directory, PYTHONPATH=f"{ROOT}{os.pathsep}{EXAMPLE}")
    assert float(output) == accuracy(uninterrupted[1])


@pytest.mark.slow
@pytest.mark.interop
@pytest.mark.multiprocess
def test_training_goes_on_in_turns_with_tensorflow(tmp_path):
    """Evergraph, TensorFlow and Evergraph train one third each, in one directory, with the same program."""
    pytest.importorskip("tensorflow")
    for name in ("train.tfrecord", "test.tfrecord"):
        shutil.copy(EXAMPLE / name, tmp_path)
    source = (EXAMPLE / "train.py").read_text(encoding="utf-8")
    theirs = source.replace(
        "import evergraph as tf\n", "import tensorflow.compat.v1 as tf\n\ntf.disable_v2_behavior()\n"
    )
    assert theirs != source
    (tmp_path / "their_train.py").write_text(theirs, encoding="utf-8")

    directory = tmp_path / "run"
    ours = EXAMPLE / "train.py"
    first = run(ours, "--directory", directory, "--steps", 350)
    second = run(
        tmp_path / "their_train.py", "--directory", directory, "--steps", 700, TF_CPP_MIN_LOG_LEVEL="3"
    )
    third = run(ours, "--directory", directory, "--steps", 1000)
    assert "training from step 350" in second
    assert "training from step 700" in third
    assert accuracy(first) <= accuracy(third) + 1.5
    assert accuracy(second) >= 97.0
    assert accuracy(third) >= 97.0
