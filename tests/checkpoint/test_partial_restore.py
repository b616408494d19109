"""What fits is restored, and the rest reported."""

import numpy as np
import pytest

import evergraph as tf


@pytest.fixture
def saved(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        for name in ("old/a", "old/b", "c", "gone"):
            tf.get_variable(name, initializer=np.full([2], len(name), np.float32))
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, str(tmp_path / "m"))


def test_restores_what_fits_under_other_names_in_a_finalized_graph(saved, caplog):
    for name, shape, dtype in (
        ("new/a", [2], tf.float32),
        ("new/b", [3], tf.float32),
        ("c", [2], tf.int32),
        ("added", [2], tf.float32),
    ):
        tf.get_variable(name, shape, dtype, initializer=tf.ones_initializer())
    reports = []

    def init(scaffold, session):
        reports.append(tf.train.restore_matching(session, saved, renames={"new/": "old/"}))

    with tf.train.SingularMonitoredSession(scaffold=tf.train.Scaffold(init_fn=init)) as sess:
        assert sess.run("new/a:0").tolist() == [5.0, 5.0] and sess.run("new/b:0").tolist() == [1.0] * 3
    (report,) = reports
    assert report.restored == ["new/a"] and report.missing == ["added"] and report.unused == ["gone"]
    assert report.mismatched.keys() == {"new/b", "c"}
    assert str(report) == (
        "1 variables restored; 1 not in the checkpoint: added; 1 not used: gone; of another kind: c (float32 [2], not "
        "int32 (2,)), new/b (float32 [2], not float32 (3,))"
    )


def test_nowhere(tmp_path):
    with tf.Session() as sess, pytest.raises(ValueError, match="Couldn't find"):
        tf.train.restore_matching(sess, str(tmp_path))
