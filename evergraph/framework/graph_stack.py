"""Which graphs a thread has made its default, innermost last."""

import contextlib
import threading


class _GraphStack(threading.local):
    """The graphs whose `as_default` blocks the current thread is in."""

    def __init__(self):
        self.stack = []


GRAPHS = _GraphStack()


@contextlib.contextmanager
def entered(graph):
    """Makes a graph the thread's default inside the block; AssertionError when blocks are left out of order."""
    stack = GRAPHS.stack
    stack.append(graph)
    try:
        yield graph
    finally:
        if stack[-1] is not graph:
            raise AssertionError("graphs entered by `as_default` must be left in the reverse order")
        stack.pop()
