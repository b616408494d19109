"""Compiled programs: one for each set of shapes and static values that a stage meets, looked up in one place.

`ProgramTable`   what was compiled of a stage; kept within a bound, the least recently used goes
`Program`        one of them

Compiling holds no lock of the variables, and different programs compile side by side.  For the main thread it is another
thread that compiles: Ctrl-C does not wait for it, and does not strike JAX in its middle.
"""

import concurrent.futures
import threading
from typing import Any

from evergraph.engine.size_history import GraphSizes
from evergraph.engine.sizes import SizeHistory
from evergraph.framework import logging

_MOST_PROGRAMS = 96  # of one stage; 50 lengths of a batch, each with a smaller last one, fit in
_MOST_SIZED = 4096  # shapes that share programs: next to free
_YOUNG = 3  # calls that JAX may make in Python, before it knows the kinds of the arguments


class Program:
    """A stage compiled for certain shapes and static values.

    Attributes:
      call: the compiled function, called by C code as `call(donated, inputs, counts)`.
      lowered: the `StageFunction`: what its results and error codes mean.
      young: how many calls are left that JAX may make in Python, where a signal handler may come in between.
      used: whether it was called since this was last looked at.
      sizes: None; what pads and cuts where it is a `SizedProgram` (engine.bounded_stage).
    """

    __slots__ = ("call", "lowered", "young", "used")
    sizes = None

    def __init__(self, call, lowered):
        self.call, self.lowered = call, lowered
        self.young = _YOUNG
        self.used = True


_under_way = set()  # threads that compile for the main one


def compilations_under_way() -> list[threading.Thread]:
    """The threads that compile programs which nobody may be waiting for any more."""
    return [thread for thread in list(_under_way) if thread.is_alive()]


def beside(make):
    """Has another thread make something; who needs it will meet the exception, too."""

    def run():
        try:
            make()
        except Exception as error:
            logging.debug("What was to be compiled ahead: %s", error)

    thread = threading.Thread(target=run, name="compile", daemon=True)
    _under_way.difference_update([t for t in list(_under_way) if t.ident is not None and not t.is_alive()])
    _under_way.add(thread)
    thread.start()


class ProgramTable:
    """The programs of a stage, by key; all stages that do the same, of whatever plan, use one table.

    Attributes:
      programs: key -> Program.
      options: what XLA was told besides, None for nothing.
      sizes_seen: the `SizeHistory` of its operations.
      graph_sizes: the `GraphSizes` of its graph.
      any_length: the `AnyLengths` that decide which shapes share a program; None where all have their own.
      shapes_seen, values_seen: the `CompilationCount` of the shapes and static values it was compiled for.
    """

    def __init__(self, graph_sizes=None):
        self.programs = {}
        self.graph_sizes = GraphSizes() if graph_sizes is None else graph_sizes
        self.options: Any = None
        self.shapes_seen: Any = None
        self.values_seen: Any = None
        self.sizes_seen = SizeHistory()
        self.any_length: Any = None
        self._sized = set()  # the keys of shapes that share programs
        self._compilations = {}
        self._lock = threading.RLock()

    def make(self, key, trace):
        """Sees to it that there is a program under a key; returns it.

        Args:
          key: what the program is for.
          trace: function that traces and compiles the stage, giving a `Program` or (what to call, StageFunction).
        """
        while True:
            new = None
            try:
                with self._lock:
                    program = self.programs.get(key)
                    if program is not None:
                        return program
                    compilation = self._compilations.get(key)
                    if compilation is None:
                        compilation = self._compilations[key] = new = concurrent.futures.Future()
                if new is not None:
                    self._begin(key, new, trace)
                return compilation.result()
            except concurrent.futures.CancelledError:
                continue  # who was to make it was interrupted before it began
            except BaseException:
                if new is not None and new.cancel():
                    self._end(key, new)
                raise

    def _begin(self, key, compilation, trace):
        def make():
            if not compilation.set_running_or_notify_cancel():
                return
            try:
                made = trace()
                program = Program(*made) if isinstance(made, tuple) else made
                self.add(key, program)
                self._end(key, compilation)
                compilation.set_result(program)
            except BaseException as error:
                self._end(key, compilation)
                compilation.set_exception(error)

        if threading.current_thread() is not threading.main_thread():
            make()
            return
        beside(
            make
        )  # an exception in the middle of JAX's lowering would break JAX: signals must not reach it

    def _end(self, key, compilation):
        with self._lock:
            if self._compilations.get(key) is compilation:
                del self._compilations[key]

    def add(self, key, program):
        """Keeps a program under a key."""
        with self._lock:
            self.programs[key] = program
            if program.sizes is not None:
                self._sized.add(key)
                if len(self._sized) > _MOST_SIZED:
                    self.forget_sized()
            while len(self.programs) - len(self._sized) > _MOST_PROGRAMS:
                self._drop_one()

    def forget_sized(self):
        """Forgets which shapes share programs."""
        with self._lock:
            for key in self._sized:
                self.programs.pop(key, None)
            self._sized.clear()

    def forget(self):
        """Forgets all programs."""
        with self._lock:
            self.programs.clear()
            self._sized.clear()

    def _drop_one(self):
        """Drops one that was not used since the last time; each that was is spared once."""
        for key, program in list(self.programs.items()):
            if program.sizes is not None:
                continue
            if not program.used:
                del self.programs[key]
                return
            program.used = False
            self.programs[key] = self.programs.pop(key)  # to the end of the line
        del self.programs[next(key for key, program in self.programs.items() if program.sizes is None)]
