"""A condition's lock is given back wherever a handler of a signal raises."""

import contextlib
import re
import sys
import threading
from pathlib import Path

import pytest

import evergraph
from evergraph.framework.condition import Condition, Event, Queue
from tests.waiting import joined, until_waiting

NOW = 0.0  # seconds: without waiting


class Stop(BaseException):
    """What the handler raises."""


def _interrupted(step, number, in_lines=True):
    """Calls `step`, with Stop raised at the event of this number; whether there was one.

    Events are calls of Python functions, where handlers of signals run, and with `in_lines` the lines in them: more than
    Python does, for a `with` of C code is not left between its block and its end.
    """
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if frame.f_code is not step.__code__:  # what calls of Python functions come from the step
            count += 1
            if count == number:
                sys.settrace(None)
                raise Stop
        return trace if in_lines else None

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


def test_wherever_an_event_or_a_queue_is_interrupted_others_go_on():
    event, queue = Event(), Queue(100_000)

    def step():
        event.set()
        event.wait()
        event.clear()
        queue.put(1)

    def use():
        event.set()
        queue.put(2)
        queue.get()
        done.append(1)

    done = []
    at = 0
    while _interrupted(step, at := at + 1, in_lines=False):
        thread = threading.Thread(target=use)
        thread.start()
        joined(thread)
        assert len(done) == at
    assert at > 4


def test_no_other_conditions_are_used():
    """The kind: what the main thread shares with others is on the conditions of this module."""
    package = Path(evergraph.__file__).parent
    others = re.compile(
        r"threading\.(Condition|Event|Semaphore|BoundedSemaphore|Barrier)\(|\bqueue\.\w*Queue\((?<!SimpleQueue\()"
    )
    found = [
        f"{path.relative_to(package)}: {line.strip()}"
        for path in sorted(package.rglob("*.py"))
        if path.name != "condition.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if others.search(line)
    ]
    assert found == []
