"""Which shapes of a stage share a program: decided from the shapes that taught something, in the order they came.

1. `AnyLength`     of one stage: the first shapes have exact programs, later ones a bounded program for their sizes
2. `Axes`          which sizes vary, and which are one size, as those shapes say
3. `set_enabled`   the switch

A choice is a function of the graph, of those shapes and of the shape at hand: where they are kept in a checkpoint, a run
that is resumed chooses as the one that was interrupted.  `docs/any_length.md` tells why.
"""

import os
import threading

from evergraph.bounded import Unsupported
from evergraph.engine.bounded_stage import BoundedStage

VARIABLE = "EVERGRAPH_ANY_LENGTH"  # 0 turns it off

_enabled = [os.environ.get(VARIABLE, "1") != "0"]


def set_enabled(enabled: bool) -> None:
    """Has shapes of a stage share programs, or each be compiled by itself; for programs that are compiled from now on."""
    _enabled[0] = bool(enabled)


def is_enabled() -> bool:
    """Whether shapes of a stage may share programs."""
    return _enabled[0]


class AnyLength:
    """What decides for one stage.

    Args:
      values: what its programs take, donated variables first.
      free: for each of them, which axes the graph does not know.
      spare: how many shapes have exact programs.
      forget: called when shapes are to be looked at again.

    Attributes:
      lessons: the shapes that taught something: the first ones, and those that ended a coincidence.
      refusal: why there are no bounded programs, or None.
    """

    def __init__(self, values, free, spare, forget):
        self.values, self.free, self.spare = values, free, spare
        self.forget = forget
        self.lessons = []
        self.refusal = None
        self._stage = None
        self._lock = threading.RLock()

    def is_exact(self, shapes) -> bool:
        """Whether shapes have a program of their own; takes note of the first ones."""
        if self.refusal is not None:
            return True
        with self._lock:
            first = self.lessons[: self.spare]
            if shapes in first:
                return True
            if len(first) < self.spare:
                self.lessons.append(shapes)
                return True
        return not is_enabled() or any(0 in shape for shape in shapes)

    def ready(self, shapes, trace):
        """The program of some shapes if one that fits them is compiled, else None."""
        stage = self._stage
        return None if stage is None else stage.ready(shapes, trace)

    def program(self, shapes, trace, compiler):
        """A bounded program for some shapes; None if they are to be compiled exactly.

        Args:
          shapes: of what the program takes.
          trace: function of shapes that traces the stage for them.
          compiler: function of a function that gives the `jax.jit` of it, and of the shapes it is compiled for.
        """
        try:
            with self._lock:
                if self.refusal is not None:
                    return None
                if self._stage is None or not self._stage.axes.fit(shapes):
                    if shapes not in self.lessons:
                        self.lessons.append(shapes)
                    self.forget()
                    axes = Axes(self.free, self.lessons)
                    self._stage = BoundedStage(axes, trace, [value.source for value in self.values])
                stage = self._stage
            return stage.program(shapes, trace, compiler)
        except Unsupported as refusal:
            self.refusal = str(refusal)
            return None


class Axes:
    """The sizes of arguments: numbers, and symbols for those that vary.

    Sizes that were equal in all lessons are one symbol; those that were always the same are numbers.

    Args:
      free: for each argument the axes that may vary; None for all.
      lessons: the shapes of all arguments, of each run that taught something.

    Attributes:
      names: for each argument and axis the name of its symbol, or None.
      seen: {symbol: its size in each lesson}.
    """

    def __init__(self, free, lessons):
        self.last = lessons[-1]
        self.names, columns = [], {}
        for position, shape in enumerate(self.last):
            if len({len(lesson[position]) for lesson in lessons}) > 1:
                raise Unsupported(f"arguments of the shapes {[lesson[position] for lesson in lessons]}")
            names = []
            for axis in range(len(shape)):
                column = tuple(lesson[position][axis] for lesson in lessons)
                varies = free[position] is None or axis in free[position]
                if len(set(column)) > 1 and not varies:
                    raise Unsupported(f"sizes {column} of an axis that the graph knows")
                varies = varies and len(set(column)) > 1
                names.append(columns.setdefault(column, f"n{len(columns)}") if varies else None)
            self.names.append(names)
        self.seen = {name: column for column, name in columns.items()}

    def sizes(self, shapes) -> dict | None:
        """The size of each symbol for some shapes; None if they do not fit."""
        sizes = {}
        for names, shape, last in zip(self.names, shapes, self.last):
            if len(names) != len(shape):
                return None
            for name, size, number in zip(names, shape, last):
                if (sizes.setdefault(name, size) if name else number) != size:
                    return None
        return sizes

    def fit(self, shapes) -> bool:
        """Whether shapes are as the lessons say."""
        return self.sizes(shapes) is not None

    def shapes(self, sizes) -> tuple:
        """The shapes of all arguments for sizes of the symbols."""
        return tuple(
            tuple(sizes[name] if name else number for name, number in zip(names, last))
            for names, last in zip(self.names, self.last)
        )
