"""Hooks that look, feed, wait and stop, each in a real session."""

import threading
import time

import numpy as np
import pytest

from evergraph.framework import errors, logging
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant, no_op, placeholder
from evergraph.ops.queues.classes import FIFOQueue
from evergraph.ops.variables import reference
from evergraph.ops.variables.assign import assign, assign_add
from evergraph.training import hooks, timers
from evergraph.training.global_step import get_or_create_global_step
from evergraph.training.hooks import (
    FeedFnHook,
    FinalOpsHook,
    GlobalStepWaiterHook,
    LoggingTensorHook,
    NanLossDuringTrainingError,
    NanTensorHook,
    StopAtStepHook,
)
from evergraph.training.monitored_session import SingularMonitoredSession
from evergraph.training.session_run_hook import SessionRunHook
from evergraph.training.timers import NeverTriggerTimer, SecondOrStepTimer, StepTrigger
from tests.waiting import joined


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


@pytest.fixture
def clock(monkeypatch):
    """A clock that moves when told to."""

    class Clock:
        now = 1000.0

        def time(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(timers, "time", clock)
    return clock


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.INFO, logger="tensorflow")
    return caplog


# -- when --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "every, steps, triggered",
    [
        (1, range(4), [0, 1, 2, 3]),
        (3, range(8), [0, 3, 6]),
        (3, [0, 0, 2, 5, 5, 9], [0, 5, 9]),
        (10, [7, 16, 17, 30], [7, 17, 30]),
    ],
)
def test_timer_counts_steps(every, steps, triggered):
    timer, found = SecondOrStepTimer(every_steps=every), []
    for step in steps:
        if timer.should_trigger_for_step(step):
            timer.update_last_triggered_step(step)
            found.append(step)
    assert found == triggered and timer.last_triggered_step() == triggered[-1]


def test_timer_measures_seconds(clock):
    timer = SecondOrStepTimer(every_secs=2.0)
    assert timer.should_trigger_for_step(0) and timer.update_last_triggered_step(0) == (None, None)
    clock.now += 1.9
    assert not timer.should_trigger_for_step(5)
    clock.now += 0.2
    assert not timer.should_trigger_for_step(0), "a step triggers only once"
    assert timer.should_trigger_for_step(5)
    assert timer.update_last_triggered_step(5) == (pytest.approx(2.1), 5)
    timer.reset()
    assert timer.should_trigger_for_step(5) and timer.last_triggered_step() is None


class Steps:
    """In place of a session: gives the real step, and counts how often it was asked for."""

    def __init__(self):
        self.step, self.looks = 0, 0

    def run(self, _):
        self.looks += 1
        return self.step


@pytest.mark.parametrize(
    "taken, acted, looks",
    [
        ([1, 1, 1, 1, 1], [1, 3, 5], 3),
        ([0, 0, 0, 0], [0, 0], 2),  # 2 was expected of the third, as in TensorFlow
        ([2, 2, 2, 2], [2, 6], 2),  # the second was expected to end at 3
        ([3, 1, 1, 1], [3, 5], 2),
    ],
)
def test_trigger_that_is_asked_before_runs(taken, acted, looks):
    """Every two steps, in runs that take so many of them."""
    trigger, steps, found = StepTrigger(SecondOrStepTimer(every_steps=2)), Steps(), []
    for count in taken:
        due, before = trigger.is_due(), steps.step
        steps.step += count
        step = trigger.step_after(steps, None, before, acted=due)
        if due:
            found.append(step)
        else:
            assert step == before + 1
    assert found == acted and steps.looks == looks


def test_trigger_whose_first_run_is_put_off():
    trigger = StepTrigger(SecondOrStepTimer(every_steps=10))
    assert trigger.at_first_run and trigger.is_due() and trigger.is_due()
    trigger.step_after(Steps(), None, 0, acted=True)
    assert not trigger.at_first_run and not trigger.is_due()
    trigger.begin()
    assert trigger.at_first_run and trigger.is_due()


def test_trigger_takes_the_time_as_an_argument():
    trigger, steps = StepTrigger(SecondOrStepTimer(every_secs=5.0)), Steps()
    trigger.step_after(steps, None, 0, acted=True, now=100.0)
    assert not trigger.is_due(now=104.0) and trigger.is_due(now=105.0)
    steps.step = 7
    assert trigger.due_step(steps, None, 6, now=104.0) is None
    assert trigger.due_step(steps, None, 6, now=105.0) == 7


def test_trigger_looks_again_where_a_run_took_no_step():
    trigger, steps = StepTrigger(SecondOrStepTimer(every_steps=2)), Steps()
    trigger.timer.update_last_triggered_step(4)
    steps.step = 5
    assert trigger.due_step(steps, None, 5) is None and steps.looks == 1  # 6 was expected


def test_timer_that_never_triggers():
    timer = NeverTriggerTimer()
    timer.reset()
    assert not timer.should_trigger_for_step(0)
    assert timer.update_last_triggered_step(0) == (None, None) and timer.last_triggered_step() is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: SecondOrStepTimer(),
        lambda: SecondOrStepTimer(every_secs=1, every_steps=1),
        lambda: LoggingTensorHook(["t"]),
        lambda: LoggingTensorHook(["t"], every_n_iter=1, every_n_secs=1),
        lambda: LoggingTensorHook(["t"], every_n_iter=0),
        lambda: LoggingTensorHook(["t"], every_n_iter=-5, at_end=True),
        lambda: StopAtStepHook(),
        lambda: StopAtStepHook(num_steps=1, last_step=1),
    ],
)
def test_contradictory_arguments(make):
    with pytest.raises(ValueError):
        make()


@pytest.mark.parametrize("make", [lambda: StopAtStepHook(last_step=1), lambda: GlobalStepWaiterHook(1)])
def test_global_step_is_needed(make):
    with pytest.raises(RuntimeError, match="Global step should be created.*get_or_create_global_step"):
        make().begin()


# -- LoggingTensorHook -------------------------------------------------------------------------------------


def logged(log, hook, runs, what=None):
    count = reference.Variable(0, name="count")
    train_op = assign_add(count, 1)
    with SingularMonitoredSession(hooks=[hook]) as session:
        log.clear()
        for _ in range(runs):
            session.run(train_op if what is None else what)
    return [r.getMessage() for r in log.records if " = " in r.getMessage()]


def test_tensors_are_logged_every_n_runs(log):
    x, y = constant(42.0, name="x"), constant([1.5e-9, 2.0], name="y")
    messages = logged(log, LoggingTensorHook({"b": x, "a": y.name}, every_n_iter=2), 5)
    assert [m.split(" (")[0] for m in messages] == ["a = [0. 2.], b = 42.0"] * 3
    assert [" sec)" in m for m in messages] == [False, True, True]
    assert np.get_printoptions()["suppress"] is False, "only while it logs"


def test_tensors_are_logged_in_the_order_given(log):
    constant(1, name="z"), constant(2, name="a")
    assert logged(log, LoggingTensorHook(iter(["z", "a:0"]), every_n_iter=10), 3) == ["z = 1, a:0 = 2"]


def test_tensors_are_logged_every_n_seconds(log, clock):
    class Later(SessionRunHook):
        def after_run(self, run_context, run_values):
            clock.now += 0.6

    x, count = constant(1, name="x"), reference.Variable(0)
    train_op = assign_add(count, 1)
    with SingularMonitoredSession(hooks=[LoggingTensorHook(["x"], every_n_secs=1.0), Later()]) as session:
        log.clear()
        for _ in range(5):
            session.run(train_op)
    assert log.messages.count("x = 1") == 1 and log.messages.count("x = 1 (1.200 sec)") == 2, log.messages
    assert x.name == "x:0"


@pytest.mark.parametrize("options, expected", [({}, 1), ({"every_n_iter": 2}, 3)])
def test_tensors_are_logged_at_the_end(log, options, expected):
    constant(1, name="x")
    assert len(logged(log, LoggingTensorHook(["x"], at_end=True, **options), 3)) == expected


def test_formatter(log):
    x = constant(7, name="x")
    hook = LoggingTensorHook({"x": x}, every_n_iter=1, formatter=lambda values: f"x = {values['x']:03d} 100%")
    assert logged(log, hook, 1) == ["x = 007 100%"]


def test_names_must_be_clear():
    FIFOQueue(2, ["int32", "int32"], shapes=[[], []]).dequeue(name="two")
    with Graph().as_default():
        elsewhere = constant(1)
    for tensor, error in (
        (elsewhere, ValueError),
        ("two", ValueError),
        ("nowhere", KeyError),
        (3, ValueError),
    ):
        with pytest.raises(error):
            LoggingTensorHook([tensor], every_n_iter=1).begin()


# -- StopAtStepHook ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, start, by, expected",
    [
        ({"last_step": 3}, 0, 1, [1, 2, 3]),
        ({"num_steps": 3}, 0, 1, [1, 2, 3]),
        ({"last_step": 12}, 10, 1, [11, 12]),
        ({"num_steps": 2}, 10, 1, [11, 12]),
        ({"last_step": 5}, 0, 2, [2, 4, 6]),
        ({"last_step": 3}, 10, 1, [11]),
    ],
)
def test_stop_at_step(arguments, start, by, expected):
    step = get_or_create_global_step()
    train_op, set_step = assign_add(step, by), assign(step, start)

    class SetStep(SessionRunHook):
        def after_create_session(self, session, coord):
            session.run(set_step)

    with SingularMonitoredSession(hooks=[SetStep(), StopAtStepHook(**arguments)]) as session:
        values = []
        while not session.should_stop():
            values.append(int(session.run(train_op)))
    assert values == expected


def test_runs_that_take_no_step_do_not_count():
    step = get_or_create_global_step()
    train_op, nothing = assign_add(step, 1), no_op()
    with SingularMonitoredSession(hooks=[StopAtStepHook(last_step=1)]) as session:
        for _ in range(3):
            session.run(nothing)
            assert not session.should_stop()
        session.run(train_op)
        assert session.should_stop()


# -- the others --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fails", [True, False])
def test_nan_loss(log, fails):
    loss = placeholder("float32", [])
    hook = NanTensorHook(loss, fail_on_nan_loss=fails)
    with SingularMonitoredSession(hooks=[hook]) as session:
        session.run(loss, {loss: 1.0})
        session.run(loss, {loss: np.inf})
        assert not session.should_stop()
        if fails:
            with pytest.raises(NanLossDuringTrainingError, match="NaN loss"):
                session.run(loss, {loss: np.nan})
        else:
            session.run(loss, {loss: np.nan})
            assert session.should_stop()
    assert [r.levelno for r in log.records if "diverged" in r.message] == [
        logging.ERROR if fails else logging.WARN
    ]


def test_waiting_for_the_global_step(monkeypatch):
    monkeypatch.setattr(hooks, "_POLL_SECS", 0.01)
    step = get_or_create_global_step()
    train_op, nothing = assign_add(step, 1), no_op()
    with SingularMonitoredSession(hooks=[GlobalStepWaiterHook(3)]) as session:
        waiting = threading.Thread(target=session.run, args=(nothing,), daemon=True)
        waiting.start()
        for _ in range(3):
            time.sleep(0.03)
            assert waiting.is_alive()
            session.raw_session().run(train_op)
        joined(waiting)
        assert not waiting.is_alive()
        session.run(nothing)


def test_not_waiting_for_step_zero():
    get_or_create_global_step()
    nothing = no_op()
    with SingularMonitoredSession(hooks=[GlobalStepWaiterHook(0)]) as session:
        session.run(nothing)


def test_final_ops():
    count, x = reference.Variable(0), placeholder("int32", [])
    train_op = assign_add(count, 1)
    hook = FinalOpsHook({"a": [count + x]}, {x: 100})
    with SingularMonitoredSession(hooks=[hook, FinalOpsHook(None)]) as session:
        session.run(train_op)
        assert hook.final_ops_values is None
    assert hook.final_ops_values == {"a": [101]}


def test_final_ops_that_read_input(log):
    from_queue = FIFOQueue(1, "int32", shapes=[[]])
    element, close, x = from_queue.dequeue(), from_queue.close(), constant(1)
    with pytest.raises(errors.OutOfRangeError):
        with SingularMonitoredSession(hooks=[FinalOpsHook(element)]) as session:
            session.run([x, close])
    assert any("ran out of input" in m for m in log.messages)


def test_feed_function():
    x, calls = placeholder("int32", []), []

    def feed():
        calls.append(len(calls))
        return {x: calls[-1]}

    with SingularMonitoredSession(hooks=[FeedFnHook(feed)]) as session:
        assert [int(session.run(x)) for _ in range(3)] == [0, 1, 2]
