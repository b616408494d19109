"""`Monitor`: runs a step many times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.framework.errors import OutOfRangeError
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public, public_module
from evergraph.ops.variables.collections import global_variables, variables_initializer

public_module("contrib.distribute.python.monitor")


@public("contrib.distribute.Monitor")
class Monitor:
    """Runs steps, in a session unless in the eager mode.

    Args:
      step_callable: a Step, or another function without arguments.
      session: the session; its variables are initialised first.

    Raises:
      ValueError: a session in the eager mode, or none in a graph.
    """

    def __init__(self, step_callable: Callable, session: Any = None) -> None:
        if executing_eagerly():
            if session is not None:
                raise ValueError("Should not provide a `session` when executing eagerly.")
            self._run_step = step_callable
            return
        if session is None:
            raise ValueError("Should provide a `session` when executing in graph mode.")
        step = step_callable()
        session.run(variables_initializer(global_variables()))
        self._run_step = session.make_callable(step)

    def run_steps(self, num_steps: int | None = None) -> None:
        """Runs so many steps, or fewer if the input ends before; without a number until it ends."""
        done = 0
        while num_steps is None or done < num_steps:
            try:
                self._run_step()
            except OutOfRangeError:
                return
            done += 1
