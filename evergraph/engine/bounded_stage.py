"""A stage as programs for all sizes up to bounds.

1. `BoundedStage`     traced at example sizes and matched; one compiled program for each choice of bounds
2. `_Compiled`        one of them, confirmed by a trace at its bounds
3. `SizedProgram`     it, for the arguments of one shape: how they are padded, what is cut of its results
"""

import math
import threading

import jax
import numpy as np

from evergraph.bounded import Unsupported, choose_bounds
from evergraph.bounded.bounds import bound_of, doubled, roomy
from evergraph.bounded.confirming import confirm
from evergraph.bounded.matching import example_sizes, match
from evergraph.bounded.sizes import Sizes, is_symbolic
from evergraph.engine.programs import beside
from evergraph.engine.run_on_host import RunOnHost
from evergraph.framework import errors

_MOST_PROGRAMS = 96  # of one stage
_MOST_WASTE = 64  # elements of the program that covers all sizes, for one of closer bounds
_PATIENCE = 150  # runs; compiling takes as long as so many, more or less
_AHEAD = 0.7  # of the runs that a closer program waits for: it is compiled beside the others
_YOUNG = 3  # calls that JAX may make in Python, before it knows the kinds of the arguments


class BoundedStage:
    """A stage whose sizes are symbols.

    Args:
      axes: the `Axes` of its arguments.
      trace: function of shapes that traces the stage for them.
      sources: for each argument the variable that it is the value of, or None.
      lessons: the `SizeLessons`, which count how often sizes come.
      written: {position of an output: the name of the variable that it is written to}.

    Attributes:
      refusal: why there was no program for some bounds, or None.

    Raises:
      Unsupported: it cannot be run at a bound.
    """

    def __init__(self, axes, trace, sources, lessons, written):
        self.axes, self.lessons, self.refusal = axes, lessons, None
        for names, source in zip(axes.names, sources):
            if source is not None and any(names):
                raise Unsupported(f"the shape of the variable {source.op.name!r} varies")
        greatest = {name: max(sizes) for name, sizes in axes.seen.items()}
        if not greatest:
            raise Unsupported("no size of what it takes varies")
        # Those of batches are seldom exceeded, lengths mostly.
        self._usual = {name for name in axes.leading if len(set(axes.seen[name])) == 1}
        self._covered = {
            name: size if name in self._usual else bound_of(size) if name in axes.leading else roomy(size)
            for name, size in greatest.items()
        }
        try:
            self._match(trace, greatest, self._covered)
        except Unsupported:
            if len(set(self._covered.values())) == len(self._covered):
                raise
            self._match(trace, greatest)  # sizes that are equal may be a case of their own
        outputs, *_ = jax.tree.unflatten(self.matched.out_tree, self.matched.closed.out_avals)
        for position, name in written.items():  # what a variable gets is not cut
            if any(map(is_symbolic, outputs[position].shape)):
                raise Unsupported(f"the shape of the variable {name!r} varies")
        self._compiled = {}  # bounds -> _Compiled
        self._lock = threading.Lock()

    def _match(self, trace, greatest, last=None):
        """Solves for the stage's sizes; the last example has `last`: bounds that need no trace of their own then."""
        choices, traces = self._examples(trace, greatest, last)
        self._least = {name: min(choice[name] for choice in choices) for name in greatest}
        self._examined = choices[-1]
        if any(t.jaxpr.effects for t in traces):
            raise Unsupported(f"it has the effects {traces[0].jaxpr.effects}")
        self.matched = match(traces, choices)

    def _examples(self, trace, greatest, last):
        """Choices of sizes, small ones too where the stage allows them, and the traces for these."""

        def traced(choices):
            choices = choices if last is None else [*choices[:-1], last]
            return choices, [_traced(trace, self.axes, sizes) for sizes in choices]

        try:
            return traced(example_sizes(greatest))
        except Unsupported:
            least = {name: min(sizes) for name, sizes in self.axes.seen.items()}
            return traced(example_sizes(greatest, least))

    def _small(self, sizes):
        """The sizes below all examples, such as 1: what functions may ask for."""
        return tuple(sorted((name, size) for name, size in sizes.items() if size < self._least[name]))

    def ready(self, shapes, trace, compiler):
        """The program for some shapes if it is compiled, else None."""
        sizes = self.axes.sizes(shapes)
        if sizes is None:
            return None
        uses = _Uses(self.lessons, sizes, self._covered, self._usual)
        compiled = self._compiled.get(uses.bounds)
        if compiled is None or self._small(sizes) not in compiled.confirmed:
            return None
        return self._sized(compiled, sizes, uses, shapes, trace, compiler)

    def program(self, shapes, trace, compiler):
        """The program for some shapes, which fit; None if none has their bounds.  See `AnyLength.program`."""
        sizes = self.axes.sizes(shapes)
        uses = _Uses(self.lessons, sizes, self._covered, self._usual)
        compiled = self._at(uses.bounds)
        if not self._serves(compiled, self._small(sizes), trace, compiler):
            return None
        return self._sized(compiled, sizes, uses, shapes, trace, compiler)

    def _at(self, bounds):
        """The `_Compiled` for some bounds, perhaps not compiled yet."""
        with self._lock:
            compiled = self._compiled.get(bounds)
            if compiled is None:
                compiled = self._compiled[bounds] = _Compiled(self.matched, dict(bounds), self.axes.origins)
            if len(self._compiled) > _MOST_PROGRAMS:
                del self._compiled[next(iter(self._compiled))]
        return compiled

    def _sized(self, compiled, sizes, uses, shapes, trace, compiler):
        """The program for some shapes; it begins to compile the one that will take its place when that is near."""

        def begin():
            if uses.closer not in self._compiled:
                closer = self._at(uses.closer)
                beside(lambda: self._serves(closer, self._small(sizes), trace, compiler))

        return SizedProgram(compiled, sizes, uses, shapes, trace, begin)

    def _serves(self, compiled, small, trace, compiler):
        """Sees to it that a program is compiled and confirmed; gives whether it serves these small sizes."""
        with compiled.lock:
            if small not in compiled.confirmed and small not in compiled.refused:
                held = {**compiled.bounds, **dict(small)}
                try:
                    if held != self._examined:
                        confirm(self.matched, _traced(trace, self.axes, held), held)
                    if compiled.call is None:
                        compiled.make(compiler, self.axes)
                    compiled.confirmed.add(small)
                except Unsupported as refusal:
                    compiled.refused.add(small)
                    self.refusal = str(refusal)
            return small not in compiled.refused


class _Uses:
    """How often sizes of one kind came, and the bounds that follow.

    The first program covers sizes up to those in `covered`.  What comes often enough gets one of closer bounds.

    Attributes:
      bounds: of the program to use: pairs of symbol and bound.
      closer: of the one to use once such sizes have come often enough.
    """

    def __init__(self, lessons, sizes, covered, usual):
        self._lessons = lessons
        close = choose_bounds(sizes)
        for name in usual:  # of batches, which have this size nearly always
            if sizes[name] <= covered[name]:
                is_near = covered[name] < 2 * sizes[name]
                close[name] = covered[name] if is_near else min(close[name], covered[name])
        wide = {n: doubled(size) if size > covered[n] else covered[n] for n, size in sizes.items()}
        waste = math.prod(wide[name] / close[name] for name in sizes)
        self._kind = " ".join(f"{name}={bound}" for name, bound in sorted(close.items()))
        self._worth = None
        if 1 < waste <= _MOST_WASTE:
            self._worth = math.ceil(_PATIENCE / (1 - 1 / waste))
        is_wide = self._worth is not None and lessons.uses.get(self._kind, 0) < self._worth
        self.closer = tuple(sorted(close.items()))
        self.bounds = tuple(sorted(wide.items())) if is_wide else self.closer
        if not is_wide:
            self._worth = None

    def count(self) -> bool:
        """Counts one more; gives whether it is time to compile the closer program."""
        if self._worth is None:
            return False
        uses = self._lessons.uses
        count = uses[self._kind] = uses.get(self._kind, 0) + 1
        if count == self._worth:
            self._lessons.look_again()
        return count >= _AHEAD * self._worth


def _traced(trace, axes, sizes):
    try:
        return trace(axes.shapes(sizes))[0]
    except errors.OpError as error:
        name = "" if error.op is None else f" {error.op.name!r}"
        raise Unsupported(f"at the sizes {sizes}{name} fails: {error.message}") from error
    except RunOnHost as error:
        raise Unsupported(f"at the sizes {sizes} {error.operations[0].name!r} does not compile") from error


class _Compiled:
    """The program for some bounds.

    Attributes:
      call: the compiled function, called by C code as `call(donated, inputs, counts, sizes)`.
      young: how many of its calls are left that JAX may make in Python.
      confirmed, refused: the small sizes for which a trace was held against what is compiled.
      padded: (position, shape at the bounds, shape, dtype) of its inputs that have sizes.
      outputs, operands: the shapes of what it gives; None where there are no sizes in them.
    """

    def __init__(self, matched, bounds, origins):
        self.matched, self.bounds, self.origins = matched, bounds, origins
        self.call, self.young = None, _YOUNG
        self.confirmed, self.refused = set(), set()
        self.lock = threading.Lock()
        room = Sizes(bounds, {})
        _, inputs, _ = jax.tree.unflatten(matched.in_tree, matched.closed.in_avals)
        self.padded = [
            (position, tuple(map(room.bound, aval.shape)), aval.shape, aval.dtype)
            for position, aval in enumerate(inputs)
            if _open_shape(aval) is not None
        ]
        outputs, _, operands = jax.tree.unflatten(matched.out_tree, matched.closed.out_avals)
        self.outputs, self.operands = list(map(_open_shape, outputs)), list(map(_open_shape, operands))

    def make(self, compiler, axes):
        """Compiles it, or raises Unsupported."""
        inner, names = self.matched.at(self.bounds), self.matched.symbols

        def function(donated, inputs, counts, sizes):
            return inner({name: sizes[i] for i, name in enumerate(names)}, donated, inputs, counts)

        try:
            self.call = compiler(function, axes.shapes(self.bounds), np.zeros(len(names), np.int32))
        except (TypeError, ValueError, NotImplementedError) as error:
            raise Unsupported(f"a rule does not fit: {error}") from error


class SizedProgram:
    """A compiled program for arguments of one shape; like `engine.programs.Program`.

    Attributes:
      sizes: itself: what pads and cuts.
    """

    def __init__(self, compiled, sizes, uses, shapes, trace, begin_closer):
        self._compiled, self.true_sizes, self._uses = compiled, sizes, uses
        self._shapes, self._trace, self._begin_closer = shapes, trace, begin_closer
        self.call = compiled.call
        self.used = True
        self.sizes = self
        self._vector = np.array([sizes[name] for name in compiled.matched.symbols], np.int32)
        self._padded = [(p, room, _slices(shape, sizes), dtype) for p, room, shape, dtype in compiled.padded]
        self._cut = [_slices(shape, sizes) for shape in compiled.outputs]
        self._cut_operands = [_slices(shape, sizes) for shape in compiled.operands]

    @property
    def young(self):
        return self._compiled.young

    @young.setter
    def young(self, calls):
        self._compiled.young = calls

    @property
    def description(self) -> str:
        """The true size and the bound of each symbol, for a trace."""
        bounds, origins = self._compiled.bounds, self._compiled.origins
        return "".join(f" {origins[n]}: {size} of {bounds[n]}" for n, size in self.true_sizes.items())

    def pad(self, arguments):
        """The arguments of the compiled function, from those of true shapes."""
        donated, inputs, counts = arguments
        inputs = list(inputs)
        if self._uses.count():
            self._begin_closer()
        for position, shape, true, dtype in self._padded:
            room = np.zeros(shape, dtype)
            room[true] = inputs[position]
            inputs[position] = room
        return donated, tuple(inputs), counts, self._vector

    def cut(self, outputs):
        """The results in their true shapes; waits where something is cut."""
        return tuple(a if s is None else np.asarray(a)[s] for s, a in zip(self._cut, outputs))

    def cut_operands(self, operands):
        """The operands of checks in their true shapes."""
        return [a if s is None else np.asarray(a)[s] for s, a in zip(self._cut_operands, operands)]

    @property
    def lowered(self):
        """The `StageFunction` for the true shapes: what error codes mean."""
        return self._trace(self._shapes)[1]


def _open_shape(aval):
    """The shape of an array that has a bound's; None for one that has its true shape."""
    shape = getattr(aval, "shape", ())
    return shape if any(map(is_symbolic, shape)) else None


def _slices(shape, sizes):
    """What cuts an array of bound shape; None where it has its true shape."""
    return None if shape is None else tuple(slice(0, _now(size, sizes)) for size in shape)


def _now(size, sizes):
    return int(size._evaluate(sizes)) if is_symbolic(size) else size
