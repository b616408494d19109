"""The law: a program at a bound gives what the exact shape gives, whatever its padding holds.

`holds(function, specs, ...)` traces a function with symbolic sizes, compiles it for small bounds, and calls it with
arguments of random true sizes (0, 1 and the bound among them) whose padding is NaN, infinite or huge.
"""

import jax
import numpy as np
from jax.export import SymbolicScope, symbolic_shape

from evergraph.bounded import trace

BOUNDS = {"B": 3, "T": 5, "S": 4}
GARBAGE = {
    "f": [np.nan, np.inf, -np.inf, 1e30, -1e30],
    "i": [2**31 - 1, -(2**31), -7, 99],
    "u": [2**32 - 1, 2**31],
    "b": [True, False],
}


def avals_of(specs, arguments, constraints=()):
    """The types of arguments, with the symbolic sizes of `specs` where they are given."""
    scope = SymbolicScope(constraints)
    return [
        jax.ShapeDtypeStruct(symbolic_shape(spec, scope=scope), array.dtype)
        if spec
        else jax.tree.map(lambda a: jax.ShapeDtypeStruct(np.shape(a), a.dtype), array)
        for spec, array in zip(specs, arguments)
    ]


def sizes_to_try(random, names, least, count):
    """Choices of true sizes: the least, 1, the bound, and random ones."""
    choices = [{n: max(least, at) for n in names} for at in (0, 1)] + [{n: BOUNDS[n] for n in names}]
    while len(choices) < count:
        choices.append({n: random.randint(least, BOUNDS[n] + 1) for n in names})
    return choices


def with_garbage(random, padded, argument):
    """A padded argument whose padding holds what would show."""
    if np.shape(padded) == np.shape(argument):
        return padded
    fill = GARBAGE[padded.dtype.kind]
    filled = np.array([fill[i] for i in random.randint(0, len(fill), padded.size)]).astype(padded.dtype)
    filled = filled.reshape(padded.shape)
    filled[tuple(map(slice, argument.shape))] = argument
    return filled


def holds(function, specs, make, least=0, constraints=(), tolerance=2e-6, count=4, seed=0):
    """Compares a function at a bound with itself at the exact shapes.

    Args:
      function: of positional arrays.
      specs: for each its symbolic shape as a string, or None.
      make: `make(random, sizes)` gives the arguments.
      least: the least size of a symbol.
    """
    random = np.random.RandomState(seed)
    names = sorted({name for name in BOUNDS for spec in specs if spec and name in spec})
    example = make(random, {name: BOUNDS[name] for name in names})
    program = trace(function, avals_of(specs, example, constraints))
    compiled, exact = jax.jit(program.at(BOUNDS)), jax.jit(function)
    for sizes in sizes_to_try(random, names, least, count):
        arguments = make(random, sizes)
        assert 0 in sizes.values() or program.sizes_of(arguments) == sizes
        padded = [
            jax.tree.map(lambda p, a: with_garbage(random, p, a), p, a)
            for p, a in zip(program.pad(arguments, BOUNDS), arguments)
        ]
        found = program.cut(compiled(program.scalars(sizes), *padded), sizes)
        wanted = exact(*arguments)
        assert jax.tree.structure(found) == jax.tree.structure(wanted)
        for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(wanted)):
            assert_same(np.asarray(a), np.asarray(b), tolerance, sizes)


def assert_same(found, wanted, tolerance, sizes):
    """Equal integers; floats within a tolerance of the largest of them, NaN for NaN."""
    assert found.shape == wanted.shape, (sizes, found.shape, wanted.shape)
    assert found.dtype == wanted.dtype, sizes
    if found.dtype.kind not in "fc":
        np.testing.assert_array_equal(found, wanted, err_msg=str(sizes))
        return
    finite = np.abs(wanted[np.isfinite(wanted)])
    scale = max(1.0, finite.max()) if finite.size else 1.0
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * scale, err_msg=str(sizes))
