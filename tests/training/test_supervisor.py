"""Supervisor, its loop, and evaluation: the older ways to train."""

import time

import pytest

from evergraph.checkpoint.management import latest_checkpoint
from evergraph.checkpoint.saver import Saver
from evergraph.formats.events import iterate_events
from evergraph.framework import errors
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import device
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant
from evergraph.ops.queues.classes import FIFOQueue
from evergraph.ops.variables import reference
from evergraph.ops.variables.assign import assign_add
from evergraph.session.session import Session
from evergraph.summary import summary
from evergraph.training.basic_loops import basic_train_loop
from evergraph.training.evaluation import StopAfterNEvalsHook, evaluate_once
from evergraph.training.global_step import create_global_step
from evergraph.training.queue_runner import QueueRunner, add_queue_runner
from evergraph.training.supervisor import Supervisor
from tests.training.saving_programs import Files


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


@pytest.fixture
def train_op():
    return assign_add(create_global_step(), 1)


def test_trains_and_goes_on(tmp_path):
    for expected in ([1, 2, 3], [4, 5, 6]):
        with Graph().as_default():
            train_op = assign_add(create_global_step(), 1)
            summary.scalar("loss", constant(1.0))
            sv = Supervisor(logdir=str(tmp_path), save_model_secs=0, save_summaries_secs=1000)
            # Nothing is saved but here: the thread's first checkpoint could come last, of the step before.
            with sv.managed_session() as sess:
                assert [int(sess.run(train_op)) for _ in range(3)] == expected
                sv.summary_computed(sess, sess.run(sv.summary_op))
                sv.saver.save(sess, sv.save_path, global_step=sv.global_step)
            with pytest.raises(RuntimeError):
                sess.run(train_op)
    assert latest_checkpoint(str(tmp_path)) == str(tmp_path / "model.ckpt-6")
    events = Files(tmp_path, iterate_events).events()
    assert "3 summary loss" in events and "6 summary loss" in events
    assert [e for e in events if e.startswith("0 session_log 2")] == ["0 session_log 2"] * 2, (
        "STOP, one for each run"
    )
    assert "3 session_log 1" in events, "START at the step that was restored"
    assert (tmp_path / "graph.pbtxt").exists()


def test_services_write(tmp_path, train_op):
    summary.scalar("loss", constant(1.0))
    sv = Supervisor(logdir=str(tmp_path), save_model_secs=0.05, save_summaries_secs=0.05)
    with sv.managed_session() as sess:
        for _ in range(3):
            sess.run(train_op)
            sv.coord.wait_for_stop(0.15)
    events = Files(tmp_path, iterate_events).events()
    for what in ("summary loss", "summary global_step/sec", "session_log 3 model.ckpt"):
        assert any(what in e for e in events), what
    assert latest_checkpoint(str(tmp_path)) is not None


def test_end_of_input_is_the_end_of_training(train_op):
    queue = FIFOQueue(3, "int32", shapes=[[]])
    count = reference.Variable(0, trainable=False)
    add_queue_runner(QueueRunner(queue, [queue.enqueue(count.count_up_to(3))]))
    element, seen = queue.dequeue(), []
    sv = Supervisor()
    with sv.managed_session() as sess:
        while not sv.should_stop():
            seen.append(int(sess.run(element)))
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("raised", [ValueError("in the block"), errors.AbortedError(None, None, "lost")])
def test_errors_leave_the_block(train_op, raised):
    sv = Supervisor()
    with pytest.raises(type(raised)):
        with sv.managed_session():
            raise raised
    assert sv.should_stop()
    with sv.managed_session() as sess:
        assert not sv.should_stop(), "a new session begins anew"
        sess.run(train_op)


def test_threads_of_the_supervisor(train_op):
    sv, calls = Supervisor(), []
    with pytest.raises(KeyError):
        with sv.managed_session() as sess:
            sv.loop(0.01, lambda value: calls.append(sess.run(train_op)) or {}[value], args=("missing",))
            sv.wait_for_stop()
    assert len(calls) == 1


def test_pieces_come_from_arguments_collections_or_defaults(graph, train_op):
    sv = Supervisor()
    assert sv.init_op is graph.get_collection(GraphKeys.INIT_OP)[0]
    assert sv.saver is graph.get_collection(GraphKeys.SAVERS)[0]
    assert sv.global_step is graph.get_collection(GraphKeys.GLOBAL_STEP)[0]
    assert sv.summary_op is None and sv.summary_writer is None and sv.save_path is None
    assert graph.finalized
    again = Supervisor()
    assert (again.init_op, again.ready_op, again.saver) == (sv.init_op, sv.ready_op, sv.saver)
    none = Supervisor(init_op=None, ready_op=None, saver=None, local_init_op=None, global_step=None)
    assert (none.init_op, none.ready_op, none.saver, none.global_step) == (None,) * 4
    with pytest.raises(RuntimeError, match="summary writer"):
        sv.summary_computed(None, b"")
    assert Supervisor.PrepareSession is Supervisor.prepare_or_wait_for_session


def test_workers_write_nothing(train_op, tmp_path):
    with pytest.raises(ValueError, match="device set: global_step"):
        Supervisor(is_chief=False)
    with Graph().as_default(), device("/job:localhost"):
        create_global_step()
        sv = Supervisor(is_chief=False, logdir=str(tmp_path), recovery_wait_secs=1)
        assert sv.save_path is None and sv.summary_writer is None
        with pytest.raises(RuntimeError, match="Only chief"):
            sv.start_standard_services(None)
        with pytest.raises(errors.DeadlineExceededError):
            sv.prepare_or_wait_for_session(max_wait_secs=0.1)
    assert list(tmp_path.iterdir()) == []


def test_basic_train_loop_begins_again_when_aborted(train_op):
    sv, steps = Supervisor(), []

    def step(sess, limit, by):
        steps.append(int(sess.run(train_op)))
        if len(steps) == 2:
            raise errors.AbortedError(None, None, "restarted")
        if steps[-1] == limit * by:
            sv.request_stop()

    basic_train_loop(sv, step, args=(3,), kwargs={"by": 1})
    assert steps == [1, 2, 1, 2, 3]


@pytest.mark.parametrize("as_kind", [list, dict, None])
def test_evaluate_once(tmp_path, as_kind):
    with Graph().as_default():
        v = reference.Variable(3.0, name="v")
        init, saver = v.initializer, Saver()
        with Session() as sess:
            sess.run(init)
            path = saver.save(sess, str(tmp_path / "model"))
    v = reference.Variable(0.0, name="v")
    total = reference.Variable(0.0, name="total", trainable=False, collections=[GraphKeys.LOCAL_VARIABLES])
    update = assign_add(total, v)
    eval_ops = {list: [update], dict: {"update": update}, None: update}[as_kind]
    assert evaluate_once(
        path, eval_ops=eval_ops, final_ops={"total": total}, hooks=[StopAfterNEvalsHook(4)]
    ) == {"total": 12.0}
    if as_kind is dict:
        assert eval_ops == {"update": update}, "the caller's own stays as it is"


def test_evaluate_until_the_input_ends_and_nothing(tmp_path):
    v = reference.Variable(3.0, name="v")
    saver, init = Saver(), v.initializer
    count = reference.Variable(0, trainable=False, collections=[GraphKeys.LOCAL_VARIABLES])
    up = count.count_up_to(5)
    with Session() as sess:
        sess.run(init)
        path = saver.save(sess, str(tmp_path / "model"))
    assert evaluate_once(path, eval_ops=up, final_ops=count, hooks=[StopAfterNEvalsHook(None)]) == 5
    assert evaluate_once(path, final_ops=v) == 3.0
    assert evaluate_once(path) is None


def test_what_an_error_ends_is_saved_first(train_op, tmp_path, caplog):
    with pytest.raises(ValueError, match="in the loop"):
        with Supervisor(logdir=str(tmp_path), save_model_secs=600).managed_session() as sess:
            for _ in range(3):
                sess.run(train_op)
            raise ValueError("in the loop")
    assert latest_checkpoint(str(tmp_path)) == f"{tmp_path}/model.ckpt-3"
    assert f"ValueError in training: the work so far is saved in {tmp_path}/model.ckpt-3." in caplog.text


def test_what_is_not_finite_is_not_saved(train_op, tmp_path, caplog):
    weight = reference.Variable(1.0, name="weight")
    spoil = weight.assign(float("nan"))
    with pytest.raises(ValueError, match="in the loop"):
        with Supervisor(logdir=str(tmp_path), save_model_secs=600).managed_session() as sess:
            while latest_checkpoint(str(tmp_path)) is None:
                time.sleep(0.01)
            sess.run([train_op, spoil])
            raise ValueError("in the loop")
    assert latest_checkpoint(str(tmp_path)) == f"{tmp_path}/model.ckpt-0"
    assert "Nothing is saved, as weight is not finite" in caplog.text


def test_a_checkpoint_that_cannot_be_written_is_tried_again(train_op, tmp_path, monkeypatch, caplog):
    saved, real = [], Saver.save

    def save(self, *arguments, **options):
        saved.append(len(saved))
        if len(saved) == 2:
            raise errors.ResourceExhaustedError(None, None, "the disk is full")
        return real(self, *arguments, **options)

    monkeypatch.setattr(Saver, "save", save)
    with Supervisor(logdir=str(tmp_path), save_model_secs=0.02).managed_session() as sess:
        while len(saved) < 4:
            sess.run(train_op)
    assert "training goes on, and the next one is tried: the disk is full" in caplog.text
