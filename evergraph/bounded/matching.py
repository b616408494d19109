"""`match`: a jaxpr with symbolic sizes from traces at several choices of sizes.

A function that turns its sizes into numbers (`int(x.shape[0])`, NumPy on shapes) cannot be traced with symbols.  Its
traces for different sizes are the same equations with different numbers; each number that differs is solved for as an
expression of the symbols, and the first trace is traced again with these in place of the numbers.  JAX's own shape rules then
hold the sizes against each other, so that what was solved wrongly does not pass.

1. `match`         checks that the traces are equal but for numbers and replays the first with symbols
2. `_Solver`       number in each trace -> expression: integer combinations of few products of symbols
3. `_replay`       each equation once more, with the expressions in its parameters and literals

A number that is the same in all traces is taken as fixed.  A trace cannot tell a decision that all of them took in the same
way (`if n > 1000`): give traces that span the sizes to be used, the greatest among them, and three at least.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.export import SymbolicScope, symbolic_shape

from evergraph.bounded.evaluate import jaxprs_in
from evergraph.bounded.program import BoundedProgram
from evergraph.bounded.rules import Unsupported
from evergraph.bounded.sizes import is_symbolic


def match(traces: Sequence, sizes: Sequence[Mapping[str, int]]) -> BoundedProgram:
    """The program of a function that was traced for several choices of sizes.

    Args:
      traces: what `jax.jit(function).trace(*arguments)` gave for each choice; three at least.
      sizes: the choices, `{symbol: size}`. The sizes of an argument must follow from them.

    Raises:
      Unsupported: the traces differ in more than numbers, or a number does not follow from the sizes.
    """
    if len(traces) < 3 or len(traces) != len(sizes):
        raise ValueError(
            f"{len(traces)} traces and {len(sizes)} choices of sizes were given: three of each are needed"
        )
    solver = _Solver(sizes)
    closed = [trace.jaxpr for trace in traces]
    avals = [solver.aval(avals) for avals in zip(*(c.in_avals for c in closed))]
    out_tree = jax.tree.structure(traces[0].out_info)
    in_tree = jax.tree.structure(traces[0].args_info[0])

    def function(*arrays):
        return _replay(solver, [c.jaxpr for c in closed], [c.consts for c in closed], arrays)

    try:
        replayed = jax.jit(function).trace(*avals).jaxpr
    except (TypeError, ValueError, jax.errors.InconclusiveDimensionOperation) as refusal:
        raise Unsupported(f"the sizes that were found do not fit: {refusal}") from refusal
    for found, *wanted in zip(replayed.out_avals, *(c.out_avals for c in closed)):
        solver.check(found, wanted)
    program = BoundedProgram(replayed, in_tree, out_tree)
    program.examples = solver, closed
    return program


def _products_grow(names):
    """What holds of sizes that are 1 at least, and JAX does not find by itself."""
    for a, b in itertools.combinations(names, 2):
        yield from (f"{a}*{b} >= {a}", f"{a}*{b} >= {b}")
    for a, b, c in itertools.combinations(names, 3):
        yield from (f"{a}*{b}*{c} >= {a}*{b}", f"{a}*{b}*{c} >= {a}*{c}", f"{a}*{b}*{c} >= {b}*{c}")


_SMALL = 16  # elements: an array of sizes, each of which is solved for


def example_sizes(
    greatest: Mapping[str, int], least: Mapping[str, int] | None = None
) -> list[dict[str, int]]:
    """Four choices of sizes to trace a function with, from small ones to some at least as great as those given.

    They are primes, each used once, so that a number tells which sizes it comes from.  None is below 3, nor below `least`.
    """
    least = least or {}
    used, choices = set(), []
    for portion in (0, 0.3, 0.7, 1):
        sizes = {}
        for name in sorted(greatest):
            size = max(3, least.get(name, 3), int(greatest[name] * portion))
            while size in used or any(size % i == 0 for i in range(2, int(size**0.5) + 1)):
                size += 1
            used.add(size)
            sizes[name] = size
        choices.append(sizes)
    return choices


class _Solver:
    """Expressions of symbols for numbers that differ from trace to trace."""

    def __init__(self, sizes):
        self.sizes = [dict(each) for each in sizes]
        names = sorted(self.sizes[0])
        least = [f"{name} >= {min(each[name] for each in self.sizes)}" for name in names]
        self.scope = SymbolicScope([*least, *_products_grow(names)])
        symbols = symbolic_shape(", ".join(names) + ",", scope=self.scope)
        self.known = {}
        self.products: list[tuple[Any, tuple[int, ...]]] = [(1, (1,) * len(self.sizes))]
        for count in (1, 2, 3):
            for chosen in itertools.combinations(range(len(names)), count):
                expression, numbers = 1, [1] * len(self.sizes)
                for i in chosen:
                    expression = expression * symbols[i]
                    numbers = [n * each[names[i]] for n, each in zip(numbers, self.sizes)]
                self.products.append((expression, tuple(numbers)))

    def number(self, numbers):
        """The expression that has these values; the number itself if they are all equal."""
        numbers = tuple(int(n) for n in numbers)
        if len(set(numbers)) == 1:
            return numbers[0]
        if numbers not in self.known:
            self.known[numbers] = self._solve(numbers)
        return self.known[numbers]

    def _solve(self, numbers):
        """The simplest of: a * p + c; p + q + c, ...: few terms, since each trace gives one equation and one must check."""
        for terms in range(1, min(3, len(self.sizes) - 1)):
            found = set()
            for chosen in itertools.combinations(self.products[1:], terms):
                expression = self._combination((*chosen, self.products[0]), numbers)
                if expression is not None:
                    found.add(expression)
            if len(found) == 1:
                return found.pop()
            if found:
                raise Unsupported(
                    f"a number that is {numbers} for the sizes {self.sizes} may be any of {found}"
                )
        raise Unsupported(
            f"a number that is {numbers} for the sizes {self.sizes} follows from them in no simple way"
        )

    def _combination(self, products, numbers):
        matrix = np.array([values for _, values in products], np.float64).T
        if np.linalg.matrix_rank(matrix) < len(products):
            return None
        factors = np.linalg.lstsq(matrix, np.array(numbers, np.float64), rcond=None)[0]
        whole = [int(round(f)) for f in factors]
        if 0 in whole[:-1]:
            return None
        for row, number in enumerate(numbers):
            if sum(f * values[row] for f, (_, values) in zip(whole, products)) != number:
                return None
        return sum(f * expression for f, (expression, _) in zip(whole, products))

    def shape(self, shapes):
        """The symbolic shape of an array that has these shapes."""
        if len(set(map(len, shapes))) != 1:
            raise Unsupported(f"an array of shapes {shapes}")
        return tuple(self.number(numbers) for numbers in zip(*shapes))

    def aval(self, avals):
        """The symbolic type of an argument that has these types."""
        if len({(a.dtype, getattr(a, "weak_type", False)) for a in avals}) != 1:
            raise Unsupported(f"an array of types {avals}")
        return jax.ShapeDtypeStruct(
            self.shape([a.shape for a in avals]),
            avals[0].dtype,
            weak_type=getattr(avals[0], "weak_type", False),
        )

    def check(self, found, wanted):
        """Holds a symbolic type against those of the traces."""
        for sizes, aval in zip(self.sizes, wanted):
            shape = tuple(int(s._evaluate(sizes)) if is_symbolic(s) else int(s) for s in found.shape)
            if shape != aval.shape or found.dtype != aval.dtype:
                raise Unsupported(f"{found} was found for {aval} at the sizes {sizes}")

    def param(self, params, where) -> Any:
        """A parameter of an equation, from those of the traces."""
        first = params[0]
        if all(p is first for p in params):
            return first
        if all(isinstance(p, (int, np.integer)) and not isinstance(p, (bool, np.bool_)) for p in params):
            return self.number(params)
        if isinstance(first, (tuple, list)) and len({(type(p), len(p)) for p in params}) == 1:
            parts = [self.param(parts, where) for parts in zip(*params)]
            return type(first)(*parts) if hasattr(first, "_fields") else type(first)(parts)
        if all(same(first, p) for p in params[1:]):
            return first
        raise Unsupported(f"{where} differs from size to size: {', '.join(map(repr, params))}")

    def array(self, values, aval):
        """A literal or constant that has these values: an array."""
        values = [np.asarray(value) for value in values]
        if len({value.shape for value in values}) == 1 and all(same(values[0], v) for v in values[1:]):
            return jnp.asarray(values[0], aval.dtype)
        shape = self.shape([value.shape for value in values])
        if shape == ():
            return self._size(values).astype(aval.dtype)
        if (
            len({value.shape for value in values}) == 1
            and values[0].dtype.kind in "iuf"
            and values[0].size <= _SMALL
        ):
            numbers = [self._size(each) for each in zip(*(value.ravel() for value in values))]
            return jnp.stack([jnp.asarray(n, aval.dtype) for n in numbers]).reshape(shape)
        if len(shape) == 1 and values[0].dtype.kind in "iu":
            return self._range(values, shape[0], aval)
        raise Unsupported(f"a constant of shape {shape} that differs from size to size")

    def _size(self, values):
        if any(float(v) != int(v) for v in values):
            raise Unsupported(f"a number that is {[v.item() for v in values]} for the sizes {self.sizes}")
        return jnp.asarray(self.number(values))

    def _range(self, values, size, aval):
        """first, first + step, ...: what `np.arange` gives."""
        if is_range(values):
            longest = max(values, key=len)
            first, step = longest[0], longest[1] - longest[0]
            return (lax.iota(aval.dtype, size) * step + first).astype(aval.dtype)
        raise Unsupported(f"a constant of shape ({size},) that differs from size to size")


def is_range(values):
    """Whether vectors are the beginnings of one row: first, first + step, ..."""
    longest = max(values, key=len)
    if longest.ndim != 1 or len(longest) < 3 or longest.dtype.kind not in "iu":
        return False
    first, step = longest[0], longest[1] - longest[0]
    return all(np.array_equal(v, first + step * np.arange(len(v), dtype=v.dtype)) for v in values)


def same(a, b):
    """Whether two parameters are equal, as far as can be told."""
    if callable(a) and callable(b):
        return True  # what a derivative would be taken with, or a name: it is not called any more
    try:
        return (
            bool(np.array_equal(a, b, equal_nan=True))
            if isinstance(a, np.ndarray)
            else a == b or repr(a) == repr(b)
        )
    except (TypeError, ValueError):
        return repr(a) == repr(b)


def _replay(solver, jaxprs, consts, arrays):
    """The results of the first jaxpr on symbolic arrays, its numbers replaced by expressions."""
    if len({len(jaxpr.eqns) for jaxpr in jaxprs}) != 1:
        raise Unsupported(f"the traces have {[len(jaxpr.eqns) for jaxpr in jaxprs]} equations")
    known, names = {}, [{} for _ in jaxprs]

    def name(variables):
        for table, variable in zip(names, variables):
            table[variable] = len(known)

    def give(variables, array):
        name(variables)
        known[len(known)] = array

    def read(atoms):
        if hasattr(atoms[0], "val"):
            if not all(hasattr(atom, "val") for atom in atoms):
                raise Unsupported("a constant at one size is computed at another")
            return solver.array([atom.val for atom in atoms], atoms[0].aval)
        places = {table.get(atom) if not hasattr(atom, "val") else None for table, atom in zip(names, atoms)}
        if len(places) != 1 or None in places:
            raise Unsupported("the traces connect their equations in different ways")
        return known[places.pop()]

    for variables, values in zip(zip(*(j.constvars for j in jaxprs)), zip(*consts)):
        give(variables, solver.array(values, variables[0].aval))
    for variables, array in zip(zip(*(j.invars for j in jaxprs)), arrays):
        give(variables, array)
    for eqns in zip(*(j.eqns for j in jaxprs)):
        inputs = [read(atoms) for atoms in zip(*(e.invars for e in eqns))]
        for variables, array in zip(zip(*(e.outvars for e in eqns)), _again(solver, eqns, inputs)):
            give(variables, array)
    return [read(atoms) for atoms in zip(*(j.outvars for j in jaxprs))]


CALLS = {
    "jit",
    "pjit",
    "closed_call",
    "core_call",
    "custom_jvp_call",
    "custom_vjp_call",
    "custom_vjp_call_jaxpr",
    "remat2",
    "checkpoint",
}


def _again(solver, eqns, inputs):
    """The results of an equation, traced again."""
    primitive = eqns[0].primitive
    if any(e.primitive.name != primitive.name for e in eqns):
        raise Unsupported(f"the traces meet {sorted({e.primitive.name for e in eqns})} at one place")
    if primitive.name in CALLS:
        key = next(key for key in ("jaxpr", "call_jaxpr", "fun_jaxpr") if key in eqns[0].params)
        called = [e.params[key] for e in eqns]
        consts = [getattr(c, "consts", ()) for c in called]
        return _replay(solver, [getattr(c, "jaxpr", c) for c in called], consts, inputs)
    if primitive.name in CONTROL:
        return CONTROL[primitive.name](solver, eqns, inputs)
    params = {}
    for key, first in eqns[0].params.items():
        each = [e.params[key] for e in eqns]
        if jaxprs_in(first) and any(str(e) != str(first) for e in each):
            raise Unsupported(f"{primitive.name}'s {key} differs from size to size")
        params[key] = first if jaxprs_in(first) else solver.param(each, f"{primitive.name}'s {key}")
    if primitive.name == "broadcast_in_dim":
        results = lax.broadcast_in_dim(inputs[0], params["shape"], params["broadcast_dimensions"])
    elif primitive.name == "iota":
        results = lax.broadcasted_iota(params["dtype"], params["shape"], params["dimension"])
    elif primitive.name == "reshape":
        results = lax.reshape(inputs[0], params["new_sizes"], params["dimensions"])
    else:
        results = primitive.bind(*inputs, **primitive.get_bind_params(params))
    results = results if primitive.multiple_results else [results]
    for found, *wanted in zip(results, *(e.outvars for e in eqns)):
        solver.check(found, [variable.aval for variable in wanted])
    return results


def _closed(solver, jaxprs, count=None):
    """A function that replays closed jaxprs on symbolic arrays."""
    return lambda *arrays: _replay(solver, [j.jaxpr for j in jaxprs], [j.consts for j in jaxprs], arrays)


def _scan(solver, eqns, inputs):
    params = eqns[0].params
    consts, carries = params["num_consts"], params["num_carry"]
    step = _closed(solver, [e.params["jaxpr"] for e in eqns])
    length = solver.number([e.params["length"] for e in eqns])
    fixed, start, rows = inputs[:consts], inputs[consts : consts + carries], inputs[consts + carries :]

    def body(carry, row):
        row = row[1:] if row else row
        results = step(*fixed, *carry, *row)
        return tuple(results[:carries]), tuple(results[carries:])

    counted = (lax.iota(jnp.int32, length), *rows)  # a scan of a symbolic length needs rows
    carry, stacked = lax.scan(body, tuple(start), counted, reverse=params["reverse"], unroll=params["unroll"])
    return [*carry, *stacked]


def _while(solver, eqns, inputs):
    tests, bodies = eqns[0].params["cond_nconsts"], eqns[0].params["body_nconsts"]
    test, body = (_closed(solver, [e.params[key] for e in eqns]) for key in ("cond_jaxpr", "body_jaxpr"))
    if eqns[0].params["cond_jaxpr"].out_avals[0].shape:
        raise Unsupported("a loop that `vmap` made of several")
    of_test, of_body, start = inputs[:tests], inputs[tests : tests + bodies], inputs[tests + bodies :]
    return lax.while_loop(
        lambda carry: test(*of_test, *carry)[0], lambda carry: tuple(body(*of_body, *carry)), tuple(start)
    )


def _cond(solver, eqns, inputs):
    branches = [_closed(solver, each) for each in zip(*(e.params["branches"] for e in eqns))]
    return lax.switch(
        inputs[0].astype(jnp.int32), [lambda *a, f=f: tuple(f(*a)) for f in branches], *inputs[1:]
    )


CONTROL = {"scan": _scan, "while": _while, "cond": _cond}
