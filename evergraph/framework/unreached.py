"""Calls that no signal handler interrupts: Python runs handlers in the main thread only, so another one makes the call.

JAX does not survive an exception in the middle of a compilation; what it compiles for the main thread is compiled so.
"""

import concurrent.futures
import threading


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
    future = concurrent.futures.Future()

    def call():
        try:
            future.set_result(function(*arguments))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=call, name="unreached").start()  # the interpreter waits for it at exit
    return future.result()
