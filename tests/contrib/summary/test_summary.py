"""Summaries that write themselves: what stands in the event files afterwards."""

import numpy as np
import pytest

import evergraph as tf

summary = tf.contrib.summary


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


def events(directory):
    (path,) = directory.glob("*.v2")
    return list(tf.train.summary_iterator(str(path)))[1:]


def test_each_kind_is_written(tmp_path):
    writer = summary.create_file_writer(str(tmp_path))
    step = tf.train.get_or_create_global_step()
    with writer.as_default(), summary.always_record_summaries():
        made = [
            summary.scalar("loss", tf.constant(0.5), family="train"),
            summary.histogram("weights", tf.constant([1.0, 2.0])),
            summary.image("picture", tf.zeros([1, 2, 2, 3]), max_images=1),
            summary.audio("sound", tf.zeros([1, 8]), 8000.0, 1),
            summary.generic("table", tf.constant(["a"])),
            summary.scalar("other", 2, step=7),
        ]
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            summary.initialize(graph=tf.get_default_graph())
            assert summary.all_summary_ops() == made
            session.run(step.assign(3))
            assert session.run(summary.all_summary_ops()) == [True] * 6
            session.run(summary.import_event(tf.Event(step=9, file_version="x").SerializeToString()))
            session.run(writer.close())
    found = events(tmp_path)
    values = {event.summary.value[0].tag: event for event in found if event.HasField("summary")}
    assert {tag: event.step for tag, event in values.items()} == {
        "train/train/loss": 3,
        "weights": 3,
        "picture/image": 3,
        "sound/audio": 3,
        "table": 3,
        "other": 7,
    }
    assert values["train/train/loss"].summary.value[0].simple_value == 0.5
    assert values["weights"].summary.value[0].histo.num == 2
    assert tf.contrib.util.make_ndarray(values["table"].summary.value[0].tensor).tolist() == [b"a"]
    assert [event.step for event in found if event.graph_def] == [0] and found[-1].step == 9


def test_every_n_global_steps(tmp_path):
    step = tf.train.get_or_create_global_step()
    summary.create_file_writer(str(tmp_path), max_queue=0, filename_suffix=".v2").set_as_default()
    try:
        with summary.record_summaries_every_n_global_steps(3):
            written = summary.scalar("loss", tf.constant(1.5))
        with summary.never_record_summaries():
            never = summary.scalar("never", 1.0)
        bare = summary.scalar("outside", 1.0)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(summary.summary_writer_initializer_op())
            found = []
            for _ in range(7):
                found.append(session.run([written, never, bare]))
                session.run(step.assign_add(1))
        assert found == [[number % 3 == 0, False, False] for number in range(7)]
        assert [event.step for event in events(tmp_path)] == [0, 3, 6]
    finally:
        summary.create_file_writer(None).set_as_default()


def test_without_a_writer_nothing_is_written():
    with summary.always_record_summaries(), summary.create_file_writer(None).as_default() as writer:
        assert isinstance(summary.scalar("loss", 1.0), tf.Operation)
        assert summary.all_summary_ops() == [] and writer.init() is None and writer.flush() is None
        with pytest.raises(RuntimeError, match="No default"):
            summary.initialize()


def test_a_writer_must_be_initialised(tmp_path):
    writer = summary.create_file_writer(str(tmp_path))
    with writer.as_default(), summary.always_record_summaries(), tf.Session() as session:
        session.run(tf.assign(tf.train.get_or_create_global_step(), 0))
        written = summary.scalar("loss", 1.0)
        with pytest.raises(tf.errors.FailedPreconditionError, match="not initialised"):
            session.run(written)
        session.run(writer.init())
        session.run([written, summary.flush(writer)])
        session.run(writer.flush())
    assert [event.step for event in events(tmp_path)] == [0]
    assert np.all([event.wall_time > 0 for event in events(tmp_path)])


def test_the_directory_of_evaluations():
    assert summary.eval_dir("model") == "model/eval" and summary.eval_dir("model", "x") == "model/eval_x"
    with pytest.raises(TypeError, match="tf.Tensor"):
        summary.graph(3)
