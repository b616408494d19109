"""The places of variables, and how new values come into them all at once."""

import concurrent.futures
import itertools
import threading
from typing import Any

from evergraph.engine import wide_types


class Cell:
    """A variable's place in the store: `value` is its array, or None before it is initialised.

    `declared` is the (dtype, shape) that the graph that gave the value declares.
    """

    __slots__ = ("name", "value", "declared")

    def __init__(self, name, declared=None):
        self.name = name
        self.value: Any = None
        self.declared = declared

    @property
    def initialized(self) -> bool:
        return self.value is not None


class CellStore:
    """The lock that guards cells, and the commit that is under way.

    A signal handler may run, and raise, between any two bytecodes of the main thread.  So the results of a program that
    uses up the old values of variables are stored by C code (`list.extend` over `itertools.starmap`) in a record that
    `pending` names already, and whoever takes the lock next finishes the commit if its owner could not:

        with store.lock:
            if store.pending is not None: store.settle()
            ...
            store.pending = record        # (list that takes the results, commit, what was counted)
            list.extend(record[0], itertools.starmap(program, (arguments,)))
            commit(store, record)

    Python looks at signals when a call has returned or a loop goes back, and at no other time: none is handled between the
    lines that set `pending` and call the program.  `commit` says `if store.pending is record` before it writes each cell,
    so that it can be begun twice, and ends where a signal handler has come to its end before it.

    Attributes:
      lock: guards the cells of all variables; reentrant, as a signal handler may run the session.
      pending: the record of a commit that is not finished, or None.
      spread: {cell: (the value it has, the array over several devices that this is a part of)} (engine.tower_step).
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.pending = None
        self.spread = {}
        self._young_call = None

    def settle(self):
        """Finishes the commit that another run left; the lock is held."""
        call = self._young_call
        if call is not None:
            call.finish()
        record = self.pending
        if record is not None:
            if record[0]:
                record[1](self, record)
            self.pending = None

    def call_young(self, program, record, arguments):
        """Calls a program that JAX may call in Python: out of the reach of signals.

        Only the main thread handles signals; there another thread makes the call.

        Raises:
          Disturbed: a signal handler has run the session before the call was made.
          What the program, or a signal handler, raises.
        """
        calls = itertools.starmap(program.call, (arguments,))
        if threading.current_thread() is not threading.main_thread():
            self.pending = record
            record[0].extend(calls)
        else:
            call = _YoungCall(record[0], calls)
            try:
                self._young_call, self.pending = call, record
                call.make()
            finally:
                self._young_call = None
        program.young -= 1


class Disturbed(Exception):
    """A call was not made, since a signal handler has run the session; it is to be made again."""


class _YoungCall:
    """One call, made by another thread for the main one.

    Args:
      results: the list that takes what the call gives.
      calls: an iterator that makes the call.
    """

    def __init__(self, results, calls):
        self._results, self._calls = results, calls
        self._state = concurrent.futures.Future()  # it runs, is cancelled, or done: one of these at a time

    def make(self):
        """Makes the call; what a signal handler raises meanwhile is raised when it has come to its end."""
        interruptions = []
        try:
            threading.Thread(target=self._run, name="call", daemon=True).start()
        except BaseException as interruption:
            interruptions.append(interruption)
            self._state.cancel()
        while not self._state.done():
            try:
                concurrent.futures.wait([self._state])
            except BaseException as interruption:
                interruptions.append(interruption)
                self._state.cancel()
        if interruptions:
            raise interruptions[-1]
        if self._state.cancelled():
            raise Disturbed
        failure = self._state.exception()
        if failure is not None:
            raise failure

    def finish(self):
        """Waits for the call if it is being made; sees to it that it is not made later."""
        if not self._state.cancel():
            concurrent.futures.wait([self._state])

    def _run(self):
        if not self._state.set_running_or_notify_cancel():
            return
        before = wide_types.current()
        try:
            wide_types.widen()
            self._results.extend(self._calls)
        except BaseException as error:
            self._state.set_exception(error)
        else:
            self._state.set_result(None)
        finally:
            wide_types.restore(before)
