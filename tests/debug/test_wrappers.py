"""Sessions and hooks of tfdbg run, filter and write."""

import numpy as np
import pytest
from evergraph.python import debug

import evergraph as tf


@pytest.fixture
def words(monkeypatch):
    said = []
    monkeypatch.setattr("evergraph.framework.logging.warning", lambda text, *given: said.append(text % given))
    return said


def test_a_wrapped_session_runs_and_filters(words):
    x = tf.placeholder(tf.float32, name="x")
    y = tf.log(x, name="y")
    with debug.LocalCLIDebugWrapperSession(tf.Session(), ui_type="readline") as sess:
        sess.add_tensor_filter("has_inf_or_nan", debug.has_inf_or_nan)
        assert sess.run(y, {x: 1.0}) == 0 and sess.graph is tf.get_default_graph()
        assert y.eval({x: 1.0}) == 0
        assert [w for w in words if "holds" in w] == []
        sess.run({"a": y, "b": x}, {x: 0.0})
    assert [w for w in words if "holds" in w] == [
        "LocalCLIDebugWrapperSession: the filter 'has_inf_or_nan' holds for y:0 = -inf"
    ]


def test_what_runs_fetch_is_written(tmp_path):
    sess = debug.DumpingDebugWrapperSession(tf.Session(), str(tmp_path / "d"))
    with tf.name_scope("a"):
        x = tf.constant([1.0, 2.0], name="x")
    sess.run([x])
    with np.load(tmp_path / "d" / "run_1.npz") as found:
        assert found["a|x:0"].tolist() == [1, 2]


def test_a_hook(words):
    step = tf.train.get_or_create_global_step()
    bad = tf.log(tf.to_float(step) * 0, name="bad")
    hook = debug.LocalCLIDebugHook()
    hook.add_tensor_filter("bad", debug.has_inf_or_nan)
    with tf.train.SingularMonitoredSession([hook]) as sess:
        assert np.isinf(sess.run(bad))
    assert any("holds for bad:0" in word for word in words)


def test_what_is_wrong_is_said():
    with pytest.raises(TypeError, match="Expected type tf.Session"):
        debug.LocalCLIDebugWrapperSession("session")
    sess = debug.LocalCLIDebugWrapperSession(tf.Session())
    with pytest.raises(ValueError, match="non-empty str"):
        sess.add_tensor_filter("", debug.has_inf_or_nan)
    with pytest.raises(TypeError, match="callable"):
        sess.add_tensor_filter("a", 1)


def test_infinities():
    assert debug.has_inf_or_nan(None, np.array([1, np.nan])) and not debug.has_inf_or_nan(None, np.array([1]))
    assert not debug.has_inf_or_nan(None, None)
