"""A program for all sizes up to a bound: what a compiler of stages needs of this package.

    program = trace(function, avals)                  # avals with symbolic sizes (jax.export.symbolic_shape)
    sizes = program.sizes_of(arguments)               # {"B": 3, "T": 17}
    bounds = choose_bounds(sizes)                     # {"B": 16, "T": 32}
    compiled = jax.jit(program.at(bounds), donate_argnums=...)     # f(sizes, *arguments), kept for each bounds
    results = compiled(program.scalars(sizes), *program.pad(arguments, bounds))
    results = program.cut(results, sizes)

1. `trace`                traces a function once with symbolic sizes (`matching` does so from examples)
2. `BoundedProgram.at`    the function of padded arrays: `evaluate` on values whose real elements come first
3. `pad`, `cut`           from true shapes to the bound's and back, on the host
"""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np

from evergraph.bounded.evaluate import evaluate
from evergraph.bounded.rules import Unsupported
from evergraph.bounded.sizes import Sizes, is_symbolic
from evergraph.bounded.values import Value, factors_of, whole


def trace(function: Callable, avals) -> "BoundedProgram":
    """Traces a function of arrays once with symbolic sizes.

    Args:
      function: of positional arguments, arrays or trees of them.
      avals: for each argument a `jax.ShapeDtypeStruct`, or a tree of them; all symbols of one scope.

    Raises:
      Unsupported: never here, but when the program is made for bounds (`BoundedProgram.at` is traced).
      jax.errors.InconclusiveDimensionOperation: the function turns a symbolic size into a number.
    """
    traced = jax.jit(function).trace(*avals)
    return BoundedProgram(traced.jaxpr, jax.tree.structure(tuple(avals)), jax.tree.structure(traced.out_info))


class BoundedProgram:
    """A jaxpr with symbolic sizes, as functions of arrays of bound sizes.

    Attributes:
      closed: the closed jaxpr.
      symbols: the names of its symbols.
      examples: what it was solved from, where `matching.match` made it.
    """

    examples: Any = None

    def __init__(self, closed, in_tree, out_tree):
        self.closed, self.in_tree, self.out_tree = closed, in_tree, out_tree
        self.symbols = sorted(
            {
                name
                for aval in closed.in_avals
                for size in _shape(aval)
                if is_symbolic(size)
                for name in size.get_vars()
            }
        )

    def sizes_of(self, arguments) -> dict[str, int]:
        """The true size of each symbol, from arguments of true shapes.

        Raises:
          ValueError: arguments contradict each other, or the shapes that were traced.
          Unsupported: a size is 0. What was traced may have been decided for sizes of 1 at least, as JAX does.
        """
        sizes, arrays = {}, self._leaves(arguments)
        for aval, array in zip(self.closed.in_avals, arrays):
            if len(_shape(aval)) != np.ndim(array):
                raise ValueError(
                    f"an argument of shape {np.shape(array)} was given for one of {_shape(aval)}"
                )
            for size, actual in zip(_shape(aval), np.shape(array)):
                name = str(size)
                if name in self.symbols and sizes.setdefault(name, actual) != actual:
                    raise ValueError(
                        f"the size {name!r} is {sizes[name]} in one argument and {actual} in another; give them "
                        "different names"
                    )
        missing = [name for name in self.symbols if name not in sizes]
        if missing:
            raise ValueError(f"no argument has an axis of the size {missing}: name one so")
        empty = [name for name, size in sizes.items() if size < 1]
        if empty:
            raise Unsupported(f"the sizes {empty} are 0")
        for aval, array in zip(self.closed.in_avals, arrays):
            expected = _true_shape(_shape(aval), sizes)
            if expected != np.shape(array):
                raise ValueError(
                    f"an argument has the shape {np.shape(array)}, but {_shape(aval)} is {expected} for {sizes}"
                )
        return sizes

    def scalars(self, sizes: Mapping[str, int]) -> dict[str, np.int32]:
        """The sizes as the program takes them."""
        return {name: np.int32(sizes[name]) for name in self.symbols}

    def pad(self, arguments, bounds: Mapping[str, int]) -> list:
        """Arguments of true shapes as arrays of the bound's shapes; those that fit already are left as they are.

        The padding is zero here, but may be anything.
        """
        room = Sizes(bounds, {})
        padded = []
        for aval, array in zip(self.closed.in_avals, self._leaves(arguments)):
            shape = tuple(room.bound(size) for size in _shape(aval))
            if np.shape(array) != shape:
                filled = np.zeros(shape, array.dtype)
                filled[tuple(map(slice, np.shape(array)))] = array
                array = filled
            padded.append(array)
        return list(jax.tree.unflatten(self.in_tree, padded))

    def cut(self, results, sizes: Mapping[str, int]) -> Any:
        """Results of bound shapes as arrays of their true shapes: NumPy arrays where something was cut."""
        arrays = []
        for aval, array in zip(self.closed.out_avals, jax.tree.leaves(results)):
            shape = _true_shape(_shape(aval), sizes)
            arrays.append(array if array.shape == shape else np.asarray(array)[tuple(map(slice, shape))])
        return jax.tree.unflatten(self.out_tree, arrays)

    def at(self, bounds: Mapping[str, int]) -> Callable:
        """The function for some bounds, `f(sizes, *arguments)`, to be compiled with `jax.jit`.

        `sizes` are int32 scalars by symbol, the arguments have the bound's shapes, and so have the results. Their real
        elements come first along each axis; their padding holds anything.

        Raises (when it is traced):
          Unsupported: it has a primitive or an operation that cannot be run at a bound.
        """

        def program(sizes, *arguments):
            room = Sizes(bounds, sizes)
            values = [
                Value(array, map(factors_of, _shape(aval)))
                for aval, array in zip(self.closed.in_avals, self._leaves(arguments))
            ]
            results = evaluate(room, self.closed.jaxpr, self.closed.consts, values)
            arrays = [
                _first(room, value, _shape(aval)) for value, aval in zip(results, self.closed.out_avals)
            ]
            return jax.tree.unflatten(self.out_tree, arrays)

        return program

    def _leaves(self, arguments):
        leaves, tree = jax.tree.flatten(tuple(arguments))
        if tree != self.in_tree:
            raise ValueError(f"the arguments have the structure {tree}, but {self.in_tree} was traced")
        return leaves


def _shape(aval):
    return getattr(aval, "shape", ())


def _true_shape(shape, sizes):
    return tuple(int(size._evaluate(dict(sizes))) if is_symbolic(size) else int(size) for size in shape)


def _first(sizes, value, shape):
    """The array with real elements first along each axis."""
    for axis, size in enumerate(shape):
        value = whole(sizes, value, axis, factors_of(size))
    return value.array
