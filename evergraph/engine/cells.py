"""The places of variables, and how new values come into them all at once."""

import itertools
import threading

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.engine import wide_types

__all__ = ["Cell", "CellStore", "copy_of"]


class Cell:
    """A variable's place in the store: `value` is its array, or None before it is initialised.

    `declared` is the (dtype, shape) that the graph that gave the value declares.
    """

    __slots__ = ("name", "value", "declared")

    def __init__(self, name, declared=None):
        self.name = name
        self.value = None
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
            store.pending = record        # (list that takes the results, commit(results, counted), counted)
            list.extend(record[0], itertools.starmap(program, (arguments,)))
            commit(record[0][0], counted)
            store.pending = None

    Python looks at signals after a call has returned, not before one, so none is handled between the last two of these
    lines that touch the record and the program.  A commit may be made twice: it gives the same cells the same values.

    Attributes:
      lock: guards the cells of all variables; reentrant, as a signal handler may run the session.
      pending: the record of a commit that is not finished, or None.
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.pending = None
        self._caller = None

    def settle(self):
        """Finishes the commit that another run left; the lock is held."""
        caller = self._caller
        if caller is not None and caller is not threading.current_thread():
            caller.join()
        record = self.pending
        if record is not None:
            results, commit, counted = record
            if results:
                commit(results[0], counted)
            self.pending = None

    def call_young(self, program, record, arguments):
        """Calls a program that JAX may call in Python: out of the reach of signals.

        Only the main thread handles signals; there another thread makes the call.
        """
        results = record[0]
        calls = itertools.starmap(program.call, (arguments,))
        program.young -= 1
        if threading.current_thread() is not threading.main_thread():
            self.pending = record
            results.extend(calls)
            return
        failures, interruptions = [], []
        caller = threading.Thread(target=_call, args=(results, calls, failures), name="call", daemon=True)
        self._caller, self.pending = caller, record
        try:
            caller.start()
        except BaseException as interruption:
            interruptions.append(interruption)
        while caller.is_alive():
            try:
                caller.join()
            except BaseException as interruption:
                interruptions.append(interruption)
        self._caller = None
        for error in (*failures, *interruptions):
            raise error


def _call(results, calls, failures):
    before = wide_types.current()
    try:
        wide_types.widen()
        results.extend(calls)
    except BaseException as error:
        failures.append(error)
    finally:
        wide_types.restore(before)


_copy_on_device = jax.jit(jnp.copy)


def copy_of(value):
    """A copy of a variable's value that no later run writes into, without waiting for it to be computed."""
    if isinstance(value, jax.Array):
        before = wide_types.current()
        try:
            wide_types.widen()
            return _copy_on_device(value)
        finally:
            wide_types.restore(before)
    return np.array(value) if isinstance(value, np.ndarray) else value
