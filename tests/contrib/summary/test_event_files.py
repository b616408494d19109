"""The events of a directory, as tests read them."""

import pytest

import evergraph as tf
from evergraph.contrib.summary.event_files import events_from_file, events_from_logdir


def test_events_of_the_only_file(tmp_path):
    writer = tf.summary.FileWriter(str(tmp_path / "log"), graph=None)
    writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag="loss", simple_value=2.0)]), 3)
    writer.close()
    events = events_from_logdir(str(tmp_path / "log"))
    assert (len(events), events[1].step, events[1].summary.value[0].tag) == (2, 3, "loss")
    (file,) = (tmp_path / "log").iterdir()
    assert events_from_file(str(file)) == events
    (tmp_path / "log" / "other").write_text("")
    with pytest.raises(AssertionError, match="Found not exactly one file"):
        events_from_logdir(str(tmp_path / "log"))
    with pytest.raises(AssertionError, match="no directory"):
        events_from_logdir(str(tmp_path / "none"))
