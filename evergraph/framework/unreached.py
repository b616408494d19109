"""Calls that no signal handler interrupts: Python runs handlers in the main thread only, so another one makes the call.

JAX does not survive an exception in the middle of a compilation; what it compiles for the main thread is compiled so.
"""

import threading

from evergraph.framework.condition import Event


def unreached(function, *arguments):
    """Calls `function(*arguments)` where no signal handler can interrupt it.

    In the main thread another thread makes the call, and this one waits; an exception that a handler raises meanwhile leaves
    the call to end by itself.

    Returns:
      What the function returns.

    Raises:
      What the function raises.
    """
    if threading.current_thread() is not threading.main_thread():
        return function(*arguments)
    outcome: list = []
    done = Event()

    def call():
        try:
            outcome.extend((function(*arguments), None))
        except BaseException as error:
            outcome.extend((None, error))
        finally:
            done.set()

    threading.Thread(target=call, name="unreached").start()  # the interpreter waits for it at exit
    done.wait()
    result, error = outcome
    if error is not None:
        raise error
    return result
