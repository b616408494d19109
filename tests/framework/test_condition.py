"""A condition's lock is given back wherever a handler of a signal raises."""

import contextlib
import sys
import threading

import pytest

from evergraph.framework.condition import Condition
from tests.waiting import joined, until_waiting

NOW = 0.0  # seconds: without waiting


class Stop(BaseException):
    """What the handler raises."""


def _interrupted(step, number):
    """Calls `step`, with Stop raised at the event of this number; whether there was one."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if frame.f_code is not step.__code__:  # what calls of Python functions come from the step
            count += 1
            if count == number:
                sys.settrace(None)
                raise Stop
        return trace

    sys.settrace(trace)
    try:
        step()
    except Stop:
        pass
    finally:
        sys.settrace(None)
    return count >= number


def _is_free(condition):
    """Whether another thread gets the lock."""
    got = []

    def take():
        got.append(condition.acquire(blocking=False))
        if got[0]:
            condition.release()

    thread = threading.Thread(target=take)
    thread.start()
    joined(thread)
    return got[0]


@pytest.mark.parametrize("timeout", [0.0, 0.001])
def test_wherever_it_is_interrupted_the_lock_is_free(timeout):
    condition = Condition()

    def step():
        with condition:
            condition.notify_all()
            condition.wait(timeout)

    at = 0
    while _interrupted(step, at := at + 1):
        assert _is_free(condition), at
        step()
    assert at > 5


def test_the_block_itself_calls_nothing_in_python():
    condition = Condition()

    def step():
        with condition:
            pass

    assert not _interrupted(step, 1)


def test_waiting_and_waking():
    condition, ready = Condition(), []

    def wait():
        with condition:
            with condition:  # it may be held twice
                assert condition.wait_for(lambda: ready)

    thread = threading.Thread(target=wait)
    thread.start()
    until_waiting(thread)
    with condition:
        ready.append(1)
        condition.notify_all()
    joined(thread)
    assert _is_free(condition)


def test_a_wait_ends_in_time_and_asks_for_the_lock():
    condition = Condition()
    with pytest.raises(RuntimeError):
        condition.wait(NOW)
    with condition:
        assert not condition.wait(NOW)


def test_a_stack_of_contexts_takes_it_too():
    condition = Condition()
    with contextlib.ExitStack() as stack:
        stack.enter_context(condition)
        assert condition._is_owned()
    assert not condition._is_owned()
