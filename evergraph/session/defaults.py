"""The stack of default sessions of a thread."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from evergraph.framework import registry
from evergraph.framework.public import public, public_module

public_module("python.framework.ops")


class _Stack(threading.local):
    def __init__(self):
        self.sessions = []

    def get_default(self):
        """The innermost default session of the current thread, or None."""
        return self.sessions[-1] if self.sessions else None

    def reset(self):
        """Leaves all of them."""
        self.sessions = []


_stack = public("python.framework.ops._default_session_stack")(_Stack())


@public("get_default_session")
def get_default_session() -> Any:
    """The innermost default session of the current thread, or None."""
    return _stack.get_default()


@public()
@contextlib.contextmanager
def default_session(session: Any, in_any_order: bool = False) -> Iterator[Any]:
    """Makes a session the default inside the block.

    Raises AssertionError when the block is left while a session that became the default inside it still is (a context
    entered by hand), unless they may be left `in_any_order`.
    """
    _stack.sessions.append(session)
    try:
        yield session
    finally:
        if not in_any_order and _stack.get_default() is not session:
            raise AssertionError(
                f"Nesting violated: {session} is left as the default session, but the default is "
                f"{_stack.get_default()}. Leave the inner one first."
            )
        _stack.sessions.reverse()
        _stack.sessions.remove(session)
        _stack.sessions.reverse()


def _session_for(what, session, graph):
    if session is None:
        session = get_default_session()
        if session is None:
            raise ValueError(
                f"Cannot {what}: No default session is registered. Use `with sess.as_default()` or pass an "
                "explicit session."
            )
        if session.graph is not graph:
            raise ValueError(
                f"Cannot {what} using the default session: it belongs to another graph. Pass an explicit session."
            )
    elif session.graph is not graph:
        raise ValueError(f"Cannot {what}: the session belongs to another graph.")
    return session


@registry.register_function("eval_tensor")
def eval_tensor(tensors, feed_dict=None, session=None):
    """Evaluates a tensor (or list of tensors) in the given or default session."""
    first = tensors[0] if isinstance(tensors, list) else tensors
    return _session_for("evaluate tensor using `eval()`", session, first.graph).run(tensors, feed_dict)


@registry.register_function("run_operation")
def run_operation(operation, feed_dict=None, session=None):
    """Runs an operation in the given or default session."""
    _session_for("execute operation using `run()`", session, operation.graph).run(operation, feed_dict)
