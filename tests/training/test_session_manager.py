"""SessionManager: what makes a model ready, and what is said when nothing does."""

import threading

import numpy as np
import pytest

from evergraph.checkpoint.saver import Saver
from evergraph.framework import errors
from evergraph.framework.collections import GraphKeys
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant, no_op, placeholder
from evergraph.ops.variables import collections as variable_collections
from evergraph.ops.variables import reference, uninitialized
from evergraph.ops.variables.assign import assign
from evergraph.session.session import Session
from evergraph.training.session_manager import SessionManager


@pytest.fixture
def graph():
    with Graph().as_default() as graph:
        yield graph


@pytest.fixture
def model(graph):
    return reference.Variable(1.0, name="v")


@pytest.fixture
def checkpoint(model, tmp_path):
    """A checkpoint in which the variable is 5."""
    saver = Saver()
    set_five = assign(model, 5.0)
    with Session() as sess:
        sess.run(set_five)
        return saver.save(sess, str(tmp_path / "model"), global_step=3)


def local_variable(value):
    return reference.Variable(value, name="w", trainable=False, collections=[GraphKeys.LOCAL_VARIABLES])


def test_initialises_when_there_is_no_checkpoint(model, tmp_path):
    calls = []
    manager = SessionManager(ready_op=uninitialized.report_uninitialized_variables())
    with manager.prepare_session(
        "",
        init_op=variable_collections.global_variables_initializer(),
        saver=Saver(),
        checkpoint_dir=str(tmp_path),
        init_fn=lambda sess: calls.append(float(sess.run(model))),
    ) as sess:
        assert isinstance(sess, Session) and calls == [1.0]


def test_init_feed_dict(graph):
    start = placeholder("float32", [])
    v = reference.Variable(start)
    with SessionManager().prepare_session(
        "", init_op=variable_collections.global_variables_initializer(), init_feed_dict={start: 3.0}
    ) as sess:
        assert sess.run(v) == 3.0


@pytest.mark.parametrize("by", ["directory", "path"])
def test_restores_and_does_not_initialise(model, checkpoint, tmp_path, by):
    where = (
        {"checkpoint_dir": str(tmp_path)}
        if by == "directory"
        else {"checkpoint_filename_with_path": checkpoint}
    )
    local = local_variable(8.0)
    manager = SessionManager(
        local_init_op=variable_collections.local_variables_initializer(),
        ready_op=uninitialized.report_uninitialized_variables(),
    )
    saver = Saver()

    def init_fn(sess):
        raise AssertionError("not after a restore")

    with manager.prepare_session("", init_op=constant(0), saver=saver, init_fn=init_fn, **where) as sess:
        assert sess.run([model, local]) == [5.0, 8.0]
    assert saver.last_checkpoints == ([checkpoint] if by == "directory" else [])


def test_without_saver_nothing_is_restored(model, checkpoint, tmp_path):
    with SessionManager().prepare_session(
        "", init_op=variable_collections.global_variables_initializer(), checkpoint_dir=str(tmp_path)
    ) as sess:
        assert sess.run(model) == 1.0


def test_what_prepare_session_refuses(model, tmp_path):
    nothing, report = no_op(), uninitialized.report_uninitialized_variables()
    not_for_local = SessionManager(local_init_op=nothing, ready_for_local_init_op=report)
    for manager, arguments, error, said in [
        (SessionManager(), {}, RuntimeError, "no init_op or init_fn or local_init_op was given"),
        (
            SessionManager(ready_op=report),
            {"init_op": nothing},
            RuntimeError,
            "did not make model ready.  Init op: NoOp, .*not initialized: v",
        ),
        (not_for_local, {"init_op": nothing}, RuntimeError, "not make model ready for local_init.*: v"),
        (
            SessionManager(),
            {"checkpoint_dir": "a", "checkpoint_filename_with_path": "b"},
            ValueError,
            "'a' and 'b'",
        ),
        (
            SessionManager(),
            {"saver": Saver(), "checkpoint_filename_with_path": str(tmp_path / "none")},
            Exception,
            "none",
        ),
    ]:
        with pytest.raises(error, match=said):
            manager.prepare_session("", **arguments)
    with pytest.raises(ValueError, match="must also pass a local_init_op"):
        SessionManager(ready_for_local_init_op=report)


@pytest.mark.parametrize(
    "value, is_ready",
    [
        (np.array([], object), True),
        (None, True),
        (np.array([3], np.int32), True),
        (np.array([b"v"], object), False),
    ],
)
def test_what_ready_ops_may_say(graph, value, is_ready):
    class Sess:
        def run(self, fetches, **options):
            return value

    manager = SessionManager(ready_op="ready_op")
    assert (manager._why_not_ready(Sess()) is None) == is_ready


def test_ready_op_that_reads_what_is_uninitialised(model):
    manager = SessionManager(ready_op=model)
    with pytest.raises(RuntimeError, match="uninitialized.* v"):
        manager.prepare_session("", init_op=no_op())


def test_recover_session(model, checkpoint, tmp_path):
    ready = uninitialized.report_uninitialized_variables()
    saver, manager = Saver(), SessionManager(ready_op=ready)
    for directory, expected in ((str(tmp_path), True), (str(tmp_path / "empty"), False)):
        sess, restored = manager.recover_session("", saver, checkpoint_dir=directory)
        assert restored == expected
        if restored:
            assert sess.run(model) == 5.0
        sess.close()


def test_restored_model_may_not_be_ready(model, checkpoint):
    saver = Saver([model])
    reference.Variable(1.0, name="more")
    sess, restored = SessionManager(ready_op=uninitialized.report_uninitialized_variables()).recover_session(
        "", saver, checkpoint_filename_with_path=checkpoint
    )
    with sess:
        assert not restored and sess.run(model) == 5.0


def test_waits_for_a_checkpoint(model, tmp_path):
    saver = Saver()
    set_five = assign(model, 5.0)

    def save():
        with Session(graph=model.graph) as sess:
            sess.run(set_five)
            saver.save(sess, str(tmp_path / "model"))

    manager = SessionManager(recovery_wait_secs=0.05)
    thread = threading.Timer(0.1, save)
    thread.start()
    sess, restored = manager.recover_session(
        "", saver, checkpoint_dir=str(tmp_path), wait_for_checkpoint=True, max_wait_secs=30
    )
    thread.join()
    with sess:
        assert restored and sess.run(model) == 5.0
    _, restored = manager.recover_session(
        "", saver, checkpoint_dir=str(tmp_path / "no"), wait_for_checkpoint=True, max_wait_secs=0.1
    )
    assert not restored


def test_waiting_for_a_model(graph):
    manager = SessionManager(ready_op=constant(["v"]), recovery_wait_secs=0.02)
    with pytest.raises(errors.DeadlineExceededError, match="not ready after waiting 0.05 secs: .*v"):
        manager.wait_for_session("", max_wait_secs=0.05)
    SessionManager(ready_op=no_op()).wait_for_session("", max_wait_secs=None).close()
