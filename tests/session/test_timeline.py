"""Traced runs: what their metadata says, and the Chrome trace that is made of it."""

import json
import time

import numpy as np
import pytest

import evergraph as tf
from evergraph.session.timeline import Timeline

FULL = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)


def _traced(fetches, feeds=None, options=FULL):
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        metadata = tf.RunMetadata()
        sess.run(fetches, feeds, options, metadata)
    return metadata


def _nodes(metadata):
    return {n.node_name: n for d in metadata.step_stats.dev_stats for n in d.node_stats}


def _program():
    x = tf.placeholder(tf.float32, [64, 64], name="x")
    v = tf.get_variable("v", [64, 64])
    product = tf.matmul(x, v, name="product")
    slept = tf.py_func(lambda p: (time.sleep(0.05), p)[1], [product], tf.float32, name="slept")
    slept.set_shape([64, 64])
    return tf.reduce_sum(slept, name="total"), {x: np.ones([64, 64], np.float32)}


def test_only_what_is_asked_for():
    a = tf.constant(1.0)
    with tf.Session() as sess:
        metadata = tf.RunMetadata()
        for options in (None, tf.RunOptions()):
            sess.run(a, options=options, run_metadata=metadata)
            assert not metadata.HasField("step_stats") and not metadata.partition_graphs
        sess.run(a, options=FULL, run_metadata=metadata)
        assert [d.device for d in metadata.step_stats.dev_stats] == [
            "/job:localhost/replica:0/task:0/device:CPU:0"
        ]
        sess.run(a, run_metadata=metadata)
        assert not metadata.HasField("step_stats")  # what an earlier run said is gone
        with pytest.raises(TypeError, match="run_metadata must be a tf.RunMetadata"):
            sess.run(a, run_metadata=5)


def test_times_are_measured():
    total, feeds = _program()
    before = time.time() * 1e6
    nodes = _nodes(_traced(total, feeds))
    after = time.time() * 1e6
    assert {"v", "product", "slept", "total", "Session.run", "xla_program_0"} <= set(nodes)
    assert 50_000 <= nodes["slept"].all_end_rel_micros <= nodes["Session.run"].all_end_rel_micros
    for node in nodes.values():
        assert (
            before - 1000 <= node.all_start_micros <= node.all_start_micros + node.all_end_rel_micros <= after
        )
    assert nodes["product"].all_start_micros <= nodes["slept"].all_start_micros
    assert nodes["slept"].timeline_label == "slept = PyFunc(product)"
    description = nodes["v"].output[0].tensor_description
    assert description.allocation_description.requested_bytes == 64 * 64 * 4
    assert [d.size for d in description.shape.dim] == [64, 64]


def test_a_trace_changes_no_result():
    v = tf.get_variable("v", initializer=1.0)
    update = v.assign_add(tf.random_uniform([], seed=1))
    results = []
    for options in (None, FULL):
        with tf.Session() as sess:
            sess.run(v.initializer)
            results.append(
                [sess.run(update, options=options, run_metadata=tf.RunMetadata()) for _ in range(3)]
            )
    assert results[0] == results[1]


@pytest.mark.parametrize("show_dataflow", [True, False])
@pytest.mark.parametrize("show_memory", [True, False])
def test_chrome_trace(show_dataflow, show_memory):
    total, feeds = _program()
    metadata = _traced(total, feeds)
    events = json.loads(
        Timeline(metadata.step_stats).generate_chrome_trace_format(show_dataflow, show_memory)
    )["traceEvents"]
    phases = {event["ph"] for event in events}
    assert phases == {"M", "X"} | ({"s", "t"} if show_dataflow else set()) | ({"C"} if show_memory else set())
    work = [e for e in events if e["ph"] == "X"]
    assert all(e["dur"] >= 0 and e["pid"] == 0 for e in work)
    assert "PyFunc" in {e["name"] for e in work}
    for one in work:  # nothing overlaps on a row
        for other in work:
            if one is not other and one["tid"] == other["tid"] and one["dur"] and other["dur"]:
                assert one["ts"] + one["dur"] <= other["ts"] or other["ts"] + other["dur"] <= one["ts"]


def test_peaks_of_memory():
    a, b = tf.get_variable("a", initializer=1.0), tf.get_variable("b", initializer=[2.0, 3.0])
    metadata = _traced(tf.py_func(lambda x: x, [a + b + a * b], tf.float32))
    analysis = Timeline(metadata.step_stats).analyze_step_stats()
    peak = analysis.allocator_maximums["cpu"]
    assert peak.num_bytes >= 12 and peak.timestamp > 0 and {"a", "b"} <= peak.tensors
    json.loads(analysis.chrome_trace.format_to_string())


def test_transfers_of_other_programs_are_read():
    metadata = tf.RunMetadata()
    device = metadata.step_stats.dev_stats.add(device="/job:worker/replica:0/task:0/cpu:0")
    device.node_stats.add(
        node_name="RecvTensor",
        all_start_micros=12345,
        op_end_rel_micros=42,
        timeline_label="[1024B] edge_160_conv2/biases/read from /job:ps/task:3/cpu:0 to /job:worker/task:0/cpu:0",
    )
    (event,) = [
        e
        for e in json.loads(Timeline(metadata.step_stats).generate_chrome_trace_format())["traceEvents"]
        if e["ph"] == "X"
    ]
    assert event["ts"] == 12345 and event["dur"] == 42 and event["args"]["input0"] == "conv2/biases/read"


def test_partition_graphs():
    total, feeds = _program()
    tf.constant(1.0, name="unused")
    metadata = _traced(total, feeds, tf.RunOptions(output_partition_graphs=True))
    names = {node.name for graph in metadata.partition_graphs for node in graph.node}
    assert {"v", "product", "slept", "total"} <= names and "unused" not in names
    assert not metadata.HasField("step_stats")


def test_a_run_of_one_program_is_traced_too():
    x = tf.get_variable("x", initializer=[1.0, 2.0])
    nodes = _nodes(_traced(tf.multiply(x, tf.constant(2.0, name="two"), name="twice")))
    assert {"x", "two", "twice", "xla_program_0", "Session.run"} <= set(nodes)
    assert nodes["two"].timeline_label == "two = Const()"
    assert nodes["two"].output[0].tensor_description.allocation_description.requested_bytes == 4
