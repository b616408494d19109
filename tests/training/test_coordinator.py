"""Threads that stop together: what is raised where, and when `join` gives up."""

import sys
import threading
import time

import pytest

from evergraph.framework import errors
from evergraph.training.coordinator import Coordinator, LooperThread
from tests.waiting import GUARD_SECS


def out_of_range():
    return errors.OutOfRangeError(None, None, "end of input")


def raised(error):
    """The error as it is after being raised and caught: with a traceback."""
    try:
        raise error
    except type(error) as caught:
        return caught


def started(target, *args, name=None):
    thread = threading.Thread(target=target, args=args, name=name, daemon=True)
    thread.start()
    return thread


def test_stop_is_seen_by_all_and_can_be_cleared():
    coord = Coordinator()
    assert not coord.should_stop() and not coord.wait_for_stop(0.0)
    coord.request_stop()
    assert coord.should_stop() and coord.wait_for_stop()
    coord.join([])
    assert coord.joined
    coord.clear_stop()
    assert not coord.should_stop() and not coord.joined


def test_join_waits_for_registered_and_given_threads():
    coord, done = Coordinator(), []
    gate = threading.Event()

    def work(name):
        gate.wait(GUARD_SECS)
        done.append(name)

    coord.register_thread(started(work, "registered"))
    threading.Timer(0.05, gate.set).start()
    coord.join([started(work, "given")])
    assert sorted(done) == ["given", "registered"]


def test_join_ends_soon_after_threads_that_request_no_stop():
    coord = Coordinator()
    looks = []
    wait_for_stop = coord.wait_for_stop
    coord.wait_for_stop = lambda seconds: looks.append(seconds) or wait_for_stop(seconds)
    gate = threading.Event()
    threading.Timer(0.02, gate.set).start()
    coord.join([started(gate.wait, GUARD_SECS)])
    assert looks and max(looks) < 0.7, "it looks again soon whether they have ended"
    assert not coord.should_stop()


@pytest.mark.parametrize(
    "clean, error, is_raised",
    [
        (None, ValueError("bad"), True),
        (None, out_of_range(), False),
        ((), out_of_range(), True),
        ((StopIteration, ValueError), ValueError("bad"), False),
        ((StopIteration,), StopIteration(), False),
        ((errors.OpError,), out_of_range(), False),  # subclasses count
        (None, None, False),
    ],
)
@pytest.mark.parametrize("how", ["exception", "exc_info"])
def test_first_report_is_raised_by_join(clean, error, is_raised, how):
    coord = Coordinator(clean_stop_exception_types=clean)

    def work():
        try:
            if error is not None:
                raise error
            coord.request_stop()
        except Exception as caught:
            coord.request_stop(caught if how == "exception" else sys.exc_info())

    threads = [started(work)]
    if not is_raised:
        coord.raise_requested_exception()
        coord.join(threads)
    else:
        with pytest.raises(type(error)) as info:
            coord.join(threads)
        assert info.value is error
        assert "work" in [entry.name for entry in info.traceback], "raised with the thread's own traceback"
        with pytest.raises(type(error)):
            coord.raise_requested_exception()
    assert coord.should_stop() and coord.joined


def test_only_the_first_of_several_exceptions_counts():
    coord = Coordinator()
    coord.request_stop(raised(ValueError("first")))
    coord.request_stop(raised(KeyError("second")))
    with pytest.raises(ValueError, match="first"):
        coord.join([])


def test_exception_after_a_plain_stop_is_dropped():
    coord = Coordinator()
    coord.request_stop()
    coord.request_stop(raised(ValueError("too late")))
    coord.join([])


def test_exception_after_join_is_raised_at_once():
    coord = Coordinator()
    coord.request_stop()
    coord.join([])
    with pytest.raises(ValueError, match="nobody"):
        coord.request_stop(raised(ValueError("nobody else would raise it")))
    coord.request_stop(raised(out_of_range()))  # a clean stop is none
    coord.clear_stop()
    coord.request_stop(raised(ValueError("again")))
    coord.clear_stop()
    coord.raise_requested_exception()
    coord.join([])


def test_raising_again_does_not_lengthen_the_traceback():
    coord = Coordinator()
    coord.request_stop(raised(ValueError("bad")))
    lengths = []
    for _ in range(3):
        with pytest.raises(ValueError) as info:
            coord.raise_requested_exception()
        lengths.append(len(info.traceback))
    assert len(set(lengths)) == 1


def test_nonsense_is_reported_as_such():
    coord = Coordinator()
    coord.request_stop("nonsense")
    with pytest.raises(ValueError, match="nonsense"):
        coord.join([])


def test_stop_on_exception_swallows_and_reports():
    coord = Coordinator()
    with coord.stop_on_exception():
        pass
    assert not coord.should_stop()
    with coord.stop_on_exception():
        raise ValueError("reported")
    with pytest.raises(ValueError, match="reported"):
        coord.join([])


@pytest.mark.parametrize("ignore", [False, True])
def test_grace_period(ignore):
    coord, gate = Coordinator(), threading.Event()
    threads = [started(gate.wait, GUARD_SECS, name=name) for name in ("straggler", "another")]
    coord.request_stop()
    begin = time.monotonic()
    if ignore:
        coord.join(threads, stop_grace_period_secs=0.05, ignore_live_threads=True)
    else:
        with pytest.raises(RuntimeError, match="threads still running: another straggler"):
            coord.join(threads, stop_grace_period_secs=0.05)
    assert time.monotonic() - begin > 0.04 and all(thread.is_alive() for thread in threads)
    gate.set()


def test_report_comes_before_stragglers():
    coord, gate = Coordinator(), threading.Event()
    coord.request_stop(raised(KeyError("reported")))
    with pytest.raises(KeyError):
        coord.join([started(gate.wait, 20)], stop_grace_period_secs=0.01)
    gate.set()


def test_registered_threads_are_forgotten_after_join():
    coord, gate = Coordinator(), threading.Event()
    coord.register_thread(started(gate.wait, 20))
    coord.request_stop()
    coord.join(stop_grace_period_secs=0.01, ignore_live_threads=True)
    coord.join(stop_grace_period_secs=0.01)  # would raise
    gate.set()


@pytest.mark.parametrize("interval", [None, 0.001])
def test_looper_calls_until_stop(interval):
    coord, calls = Coordinator(), []

    def work(number, step):
        calls.append((number, step))
        if len(calls) == 3:
            coord.request_stop()

    LooperThread.loop(coord, interval, work, args=(1,), kwargs={"step": 2})
    coord.join()
    assert calls == [(1, 2)] * 3


def test_looper_order_and_exception():
    coord, calls = Coordinator(), []

    class Looper(LooperThread):
        def start_loop(self):
            calls.append("start")

        def run_loop(self):
            calls.append("run")
            if calls.count("run") == 2:
                raise ValueError("in the loop")

        def stop_loop(self):
            calls.append("stop")

    looper = Looper(coord, None)
    assert looper.daemon
    looper.start()
    with pytest.raises(ValueError, match="in the loop"):
        coord.join()
    assert calls == ["start", "run", "run"]


@pytest.mark.parametrize(
    "args",
    [("not a coordinator", 1), (Coordinator(), 1, None, (1,)), (Coordinator(), 1, None, None, {"a": 1})],
)
def test_looper_arguments(args):
    with pytest.raises(ValueError):
        LooperThread(*args)
