"""Which shapes of a stage share a program: decided from the shapes that taught something, in the order they came.

1. `AnyLengths`    of one stage: an `AnyLength` for each choice of what its static operands hold, as far as these are few
2. `AnyLength`     the first shapes have exact programs, later ones a bounded program for their sizes
3. `Axes`          which sizes vary, and which are one size, as those shapes say
4. `set_enabled`   the switch

A choice is a function of the graph, of what `engine.size_history` keeps and of the shape at hand: that goes into checkpoints,
and a run that is resumed chooses as the one that was interrupted.  `docs/any_length.md` tells why.
"""

import os
import threading

from evergraph.bounded import Unsupported
from evergraph.engine.bounded_stage import BoundedStage

VARIABLE = "EVERGRAPH_ANY_LENGTH"  # 0 turns it off

_MOST_STATICS = 8  # choices of what a stage's static operands hold, whose shapes share programs

_enabled = [os.environ.get(VARIABLE, "1") != "0"]


def set_enabled(enabled: bool) -> None:
    """Has shapes of a stage share programs, or each be compiled by itself, from now on."""
    _enabled[0] = bool(enabled)


def is_enabled() -> bool:
    """Whether shapes of a stage may share programs."""
    return _enabled[0]


class AnyLengths:
    """What decides for one stage, whose programs may depend on the values of static operands as well.

    Args:
      values, free: see `AnyLength`.
      stage: the `Stage`.
      table: its ProgramTable.

    Attributes:
      found: {key of the static operands: its `AnyLength`, or None where there were too many before it}.
    """

    def __init__(self, values, free, stage, table):
        self._values, self._free = values, free
        self._stage, self._table = stage, table
        self.found = {}
        self._lock = threading.Lock()

    def of(self, statics) -> "AnyLength | None":
        """The one for some static operands.

        Args:
          statics: what each adds to the key of a program.
        """
        with self._lock:
            if statics not in self.found:
                contents = repr(statics) if statics else ""
                found = AnyLength.of_stage(self._values, self._free, self._stage, self._table, contents)
                if found is None and len(self.found) > _MOST_STATICS:
                    return None
                self.found[statics] = found
            return self.found[statics]


class AnyLength:
    """What decides for one stage and one choice of what its static operands hold.

    Args:
      values: what its programs take, donated variables first.
      free: for each of them, which axes the graph does not know: a set; None for all.
      lessons: the `SizeLessons` of the stage.
      batches: which of them have a first size that is that of batches.
      presumed: (value, axis) whose sizes are taken to vary before two have been seen; pairs of positions.
      written: {position of an output: the name of the variable that it is written to}.

    Attributes:
      refusal: why there are no bounded programs, or why there was none for some sizes; None while there is no reason.
    """

    def __init__(self, values, free, lessons, batches=(), presumed=(), written=None):
        self.values, self.free, self.lessons, self._written = values, free, lessons, written or {}
        self._batches, self._presumed = frozenset(batches), frozenset(presumed)
        # What is presumed may be refused: the second size of the indices of a fed sparse matrix is its rank, and what
        # follows from data may be as many rows as a batch has labels.
        follow = frozenset(pair for pair in self._presumed if _is_data_sized(values[pair[0]]))
        # Where lengths vary, most programs come to a smaller batch at the end of their data.
        leading = (
            frozenset((p, 0) for p in self._batches) if _has_lengths(free, self._batches) else frozenset()
        )
        self._presumptions = list(
            dict.fromkeys((self._presumed | leading, self._presumed, follow, frozenset()))
        )
        self.refusal = None
        self._positions = [p for p, axes in enumerate(free) if axes is None or axes]
        self._positions.sort(key=lambda p: values[p].tensor.name)
        self._stage = self._axes = self._learned = None
        self._lock = threading.RLock()

    @classmethod
    def of_stage(cls, values, free, stage, table, statics=""):
        """What decides for a `Stage` that takes `values`, and has a `ProgramTable`.

        Args:
          statics: what its static operands hold; empty if it has none.

        Returns:
          None where there are enough for other contents of the static operands.
        """
        open_positions = [p for p, axes in enumerate(free) if axes is None or axes]
        batches = [p for p in open_positions if _is_batch(values[p])]
        presumed = _presumed(values, free, batches)
        leading = not _has_lengths(free, batches)
        names = sorted(values[p].tensor.name for p in open_positions)
        names += ["", *sorted(source.name for source in stage.writes)]
        spare = 0 if presumed else 2 if leading else 1
        lessons = table.graph_sizes.lessons(names, spare, statics, _MOST_STATICS)
        if lessons is None:
            return None
        lessons.tell(table)
        return cls(values, free, lessons, batches, presumed, stage.written_outputs())

    def is_exact(self, shapes) -> bool:
        """Whether shapes are to have a program of their own; takes note of the first ones."""
        found = self._open(shapes)
        return any(0 in shape for shape in found) or self.lessons.is_first(found) or not is_enabled()

    def ready(self, shapes, trace, compiler):
        """The program of some shapes if one that fits them is compiled, else None."""
        with self._lock:
            stage = self._stage if self._learned == self.lessons.shapes else None
        return None if stage is None else stage.ready(shapes, trace, compiler)

    def program(self, shapes, trace, compiler):
        """A bounded program for some shapes; None if they are to be compiled exactly.

        Args:
          shapes: of what the program takes.
          trace: function of shapes that traces the stage for them: (what `jax.jit(...).trace` gives, StageFunction).
          compiler: function of a function, the shapes that it takes and what comes besides, that compiles it.
        """
        with self._lock:
            stage = self._fitting(shapes, trace)
        program = None if stage is None else stage.program(shapes, trace, compiler)
        if program is None and stage is not None:
            self.refusal = stage.refusal
        return program

    def _fitting(self, shapes, trace):
        if self._learned == self.lessons.shapes and (
            self._axes is None or self._axes.sizes(shapes) is not None
        ):
            return self._stage  # None: refused
        tried = 0
        while tried < len(self._presumptions):
            known = len(self.lessons.shapes)
            self._stage = self._solved(shapes, trace, self._presumptions[tried])
            if tried and known < len(self.lessons.shapes):
                tried = 0  # a resumed run knows the new lesson from the first attempt on
            elif self._stage is not None:
                break
            else:
                tried += 1
        return self._stage

    def _solved(self, shapes, trace, presumed):
        """The stage for some shapes where these (value, axis) vary besides those that have; None if it is refused."""
        with self.lessons.lock:
            try:
                if not self.lessons.shapes:
                    self.lessons.learn(self._open(shapes))
                axes = self._axes_of(shapes, presumed)
                if axes.sizes(shapes) is None:
                    self.lessons.learn(self._open(shapes))
                    axes = self._axes_of(shapes, presumed)
            except Unsupported as refusal:
                axes, self.refusal = None, str(refusal)
            self._learned = list(self.lessons.shapes)
        # Only what was not presumed may be refused today and fit tomorrow, when more of it has varied.
        self._axes = axes if self._presumed else None
        if axes is None:
            return None
        try:
            sources = [value.source for value in self.values]
            stage = BoundedStage(axes, trace, sources, self.lessons, self._written)
        except Unsupported as refusal:
            self.refusal = str(refusal)
            return None
        self._axes = axes
        return stage

    def _open(self, shapes):
        """The shapes of the values whose sizes are open, by name."""
        return tuple(shapes[p] for p in self._positions)

    def _axes_of(self, shapes, presumed):
        """What the lessons say, and what is presumed; `shapes` has those that do not vary."""
        found = []
        for lesson in self.lessons.shapes:
            known = dict(zip(self._positions, lesson))
            found.append(tuple(known.get(p, shape) for p, shape in enumerate(shapes)))
        names = [value.tensor.name for value in self.values]
        return Axes(names, self.free, found, self._batches, presumed)


class Axes:
    """The sizes of arguments: numbers, and symbols for those that vary.

    Sizes that were equal in all lessons are one symbol; those that were always the same are numbers.

    Args:
      arguments: their names.
      free: for each argument the axes that may vary; None for all.
      lessons: the shapes of all arguments, of each run that taught something.
      batches: the arguments whose first size is that of batches.
      presumed: (argument, axis) that vary even if all lessons have one size there.

    Attributes:
      names: for each argument and axis the name of its symbol, or None.
      seen: {symbol: its size in each lesson}.
      origins: {symbol: the argument and axis that it is named after}.
      leading: the symbols that are sizes of batches.

    Raises:
      Unsupported: something varies that cannot.
    """

    def __init__(self, arguments, free, lessons, batches=(), presumed=()):
        self.last = lessons[-1]
        self.origins = {}
        self.names, columns = [], {}
        for position, shape in enumerate(self.last):
            if len({len(lesson[position]) for lesson in lessons}) > 1:
                raise Unsupported(f"an argument has the shapes {[lesson[position] for lesson in lessons]}")
            names = []
            for axis in range(len(shape)):
                column = tuple(lesson[position][axis] for lesson in lessons)
                varies = len(set(column)) > 1 or (position, axis) in presumed
                if varies and free[position] is not None and axis not in free[position]:
                    raise Unsupported(f"the sizes {column} of an axis that the graph knows")
                name = columns.setdefault(column, f"n{len(columns)}") if varies else None
                self.origins.setdefault(name, f"{arguments[position]}[{axis}]")
                names.append(name)
            self.names.append(names)
        self.seen = {name: column for column, name in columns.items()}
        self.leading = {names[0] for p, names in enumerate(self.names) if names and p in batches} - {None}

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

    def shapes(self, sizes) -> tuple:
        """The shapes of all arguments for sizes of the symbols."""
        return tuple(
            tuple(sizes[name] if name else number for name, number in zip(names, last))
            for names, last in zip(self.names, self.last)
        )


def _presumed(values, free, batches):
    """Where sizes follow from data, they vary, and so will what else the graph leaves open, but for the size of batches.

    Returns:
      Pairs of position and axis; none if no size follows from data: shapes may come to be always the same.
    """
    if not any(axes and _is_data_sized(value) for value, axes in zip(values, free)):
        return []
    return [(p, axis) for p, axes in enumerate(free) for axis in axes or () if axis or p not in batches]


def _has_lengths(free, batches):
    """Whether something is open besides the size of batches."""
    return any(axes is None or bool(axes - {0} if p in batches else axes) for p, axes in enumerate(free))


def _is_data_sized(value):
    """Whether a value comes from an operation of the host whose results' sizes follow from the values of its inputs."""
    waiting, seen = [value.node], set()
    while waiting:
        node = waiting.pop()
        if node is not None and node.placement == "host" and node not in seen:
            if node.operation.definition.data_sized:
                return True
            seen.add(node)
            waiting.extend(v.node for v in node.inputs if v is not None)
    return False


def _is_batch(value):
    """Whether an unknown first axis is that of batches, which mostly have one size, rather than follows from data."""
    node = value.node
    return value.fed or (node is not None and node.operation.definition.is_blocking(node.operation))
