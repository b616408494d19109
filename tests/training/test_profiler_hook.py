"""`ProfilerHook`: traces of some runs, written where they belong."""

import json
import os

import pytest

import evergraph as tf
from evergraph.training.profiler_hook import ProfilerHook


def _train(hook, steps):
    step = tf.train.get_or_create_global_step()
    word = tf.string_join(["a", "b"])
    update = tf.group(tf.assign_add(step, 1), word)
    with tf.train.SingularMonitoredSession(hooks=[hook]) as sess:
        for _ in range(steps):
            sess.run(update)


def _steps_traced(directory):
    return sorted(
        int(f[len("timeline-") : -len(".json")]) for f in os.listdir(directory) if f.startswith("timeline")
    )


def test_every_other_step(tmp_path):
    _train(ProfilerHook(save_steps=2, output_dir=str(tmp_path), show_memory=True), 5)
    assert _steps_traced(tmp_path) == [1, 3, 5]
    events = json.loads((tmp_path / "timeline-3.json").read_text())["traceEvents"]
    assert {"StringJoin", "AssignAdd"} <= {e["name"] for e in events}
    (path,) = [str(tmp_path / f) for f in os.listdir(tmp_path) if "tfevents" in f]
    tf.summary.FileWriterCache.get(str(tmp_path)).flush()
    tags = [
        e.tagged_run_metadata.tag
        for e in tf.train.summary_iterator(path)
        if e.HasField("tagged_run_metadata")
    ]
    assert tags == ["step_1", "step_3", "step_5"]


def test_by_time_the_first_only(tmp_path):
    _train(ProfilerHook(save_secs=1000, output_dir=str(tmp_path)), 3)
    assert _steps_traced(tmp_path) == [1]


@pytest.mark.parametrize("arguments", [{}, {"save_steps": 1, "save_secs": 1}])
def test_exactly_one_period(tmp_path, arguments):
    with pytest.raises(ValueError, match="every_secs and every_steps|every_secs or every_steps"):
        ProfilerHook(output_dir=str(tmp_path), **arguments)


def test_it_needs_a_global_step(tmp_path):
    tf.constant(1)
    with pytest.raises(RuntimeError, match="Global step should be created to use ProfilerHook"):
        tf.train.SingularMonitoredSession(hooks=[ProfilerHook(save_steps=1, output_dir=str(tmp_path))])
