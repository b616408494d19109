"""A stage as programs for all sizes up to bounds.

1. `BoundedStage`     traced at example sizes and matched; one compiled program for each choice of bounds
2. `_Compiled`        one of them, confirmed by a trace at its bounds
3. `SizedProgram`     it, for the arguments of one shape: how they are padded, what is cut of its results
"""

import threading

import jax
import numpy as np

from evergraph.bounded import Unsupported, choose_bounds
from evergraph.bounded.confirming import confirm
from evergraph.bounded.matching import example_sizes, match
from evergraph.bounded.sizes import Sizes, is_symbolic
from evergraph.engine.run_on_host import RunOnHost
from evergraph.framework import errors

_MOST_PROGRAMS = 96  # of one stage
_YOUNG = 3  # calls that JAX may make in Python, before it knows the kinds of the arguments


class BoundedStage:
    """A stage whose sizes are symbols.

    Args:
      axes: the `Axes` of its arguments.
      trace: function of shapes that traces the stage for them.
      sources: for each argument the variable that it is the value of, or None.

    Raises:
      Unsupported: it cannot be run at a bound.
    """

    def __init__(self, axes, trace, sources):
        self.axes = axes
        for names, source in zip(axes.names, sources):
            if source is not None and any(names):
                raise Unsupported(f"the shape of the variable {source.op.name!r} varies")
        seen = axes.seen
        self._choices = example_sizes(
            {name: max(sizes) for name, sizes in seen.items()}, {name: min(sizes) for name, sizes in seen.items()}
        )
        traces = [_traced(trace, axes, sizes) for sizes in self._choices]
        if any(t.jaxpr.effects for t in traces):
            raise Unsupported(f"its effects {traces[0].jaxpr.effects}")
        self.matched = match(traces, self._choices)
        self._compiled = {}
        self._lock = threading.Lock()

    def ready(self, shapes, trace):
        """The program for some shapes if it is compiled, else None."""
        sizes = self.axes.sizes(shapes)
        if sizes is None:
            return None
        compiled = self._compiled.get(_key(sizes))
        return None if compiled is None or compiled.call is None else SizedProgram(compiled, sizes, shapes, trace)

    def program(self, shapes, trace, compiler):
        """The program for some shapes, which fit; None if there is none for their bounds.  See `AnyLength.program`."""
        sizes = self.axes.sizes(shapes)
        key = _key(sizes)
        with self._lock:
            compiled = self._compiled.setdefault(key, _Compiled(self.matched, dict(key[0])))
            if len(self._compiled) > _MOST_PROGRAMS:
                del self._compiled[next(iter(self._compiled))]
        with compiled.lock:
            if compiled.call is None and compiled.refusal is None:
                # A size of 1 is what functions ask for; another goes with its bound.
                held = {name: 1 if name in key[1] else bound for name, bound in key[0]}
                try:
                    confirm(self.matched, _traced(trace, self.axes, held), held)
                    compiled.make(compiler, self.axes)
                except Unsupported as refusal:
                    compiled.refusal = str(refusal)
        if compiled.refusal is not None:
            return None
        return SizedProgram(compiled, sizes, shapes, trace)


def _key(sizes):
    """Under what the program for some sizes is kept: (its bounds, the symbols whose size is 1)."""
    return tuple(choose_bounds(sizes).items()), tuple(name for name, size in sizes.items() if size == 1)


def _traced(trace, axes, sizes):
    try:
        return trace(axes.shapes(sizes))[0]
    except errors.OpError as error:
        raise Unsupported(f"at the sizes {sizes}: {error.message}") from error
    except RunOnHost as error:
        raise Unsupported(f"at the sizes {sizes} {error.operations[0].name!r} does not compile") from error


class _Compiled:
    """The program for some bounds.

    Attributes:
      call: the compiled function, called by C code as `call(donated, inputs, counts, sizes)`.
      young: how many of its calls are left that JAX may make in Python.
      refusal: why there is none, or None.
    """

    def __init__(self, matched, bounds):
        self.matched, self.bounds = matched, bounds
        self.call, self.refusal, self.young = None, None, _YOUNG
        self.lock = threading.Lock()

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

    def __init__(self, compiled, sizes, shapes, trace):
        self._compiled, self.true_sizes = compiled, sizes
        self._shapes, self._trace = shapes, trace
        self.call = compiled.call
        self.used = True
        self.sizes = self
        matched, room = compiled.matched, Sizes(compiled.bounds, {})
        _, inputs, _ = jax.tree.unflatten(matched.in_tree, matched.closed.in_avals)
        self._vector = np.array([sizes[name] for name in matched.symbols], np.int32)
        self._padded = []
        for position, aval in enumerate(inputs):
            if any(map(is_symbolic, aval.shape)):
                true = tuple(slice(0, _now(size, sizes)) for size in aval.shape)
                self._padded.append((position, tuple(map(room.bound, aval.shape)), true, aval.dtype))
        outputs, _, operands = jax.tree.unflatten(matched.out_tree, matched.closed.out_avals)
        self._cut = [_slices(aval, sizes) for aval in outputs]
        self._cut_operands = [_slices(aval, sizes) for aval in operands]

    young = property(lambda self: self._compiled.young)

    @young.setter
    def young(self, calls):
        self._compiled.young = calls

    @property
    def bounds(self) -> dict:
        """The bound of each symbol."""
        return self._compiled.bounds

    def pad(self, arguments):
        """The arguments of the compiled function, from those of true shapes."""
        donated, inputs, counts = arguments
        inputs = list(inputs)
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


def _slices(aval, sizes):
    """What cuts an array of bound shape; None where it has its true shape."""
    shape = getattr(aval, "shape", ())
    return tuple(slice(0, _now(size, sizes)) for size in shape) if any(map(is_symbolic, shape)) else None


def _now(size, sizes):
    return int(size._evaluate(sizes)) if is_symbolic(size) else size
