"""`confirm`: holds a trace at sizes that were no example against what was solved from the examples.

What a function decides by its sizes (`if n == 1`, `if n > 1000`) shows as other equations or other numbers.  Only that is
compared: the equations one by one, how they are connected, and each number with its expression at the new sizes.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from evergraph.bounded.evaluate import jaxprs_in
from evergraph.bounded.matching import is_range, same
from evergraph.bounded.program import BoundedProgram
from evergraph.bounded.rules import Unsupported
from evergraph.bounded.sizes import is_symbolic


def confirm(program: BoundedProgram, trace: Any, sizes: Mapping[str, int]) -> None:
    """Raises Unsupported unless a trace at some sizes is what `matching.match` found for them.

    Args:
      program: what `match` gave.
      trace: of the same function for arguments of these sizes.
      sizes: {symbol: size}.
    """
    solver, closed = program.examples
    _Confirmation(solver, dict(sizes)).closed([*closed, trace.jaxpr])


class _Confirmation:
    """Compares equations; the last of each list is of the new trace, the others are of the examples."""

    def __init__(self, solver, sizes):
        self.solver, self.sizes = solver, sizes

    def closed(self, jaxprs):
        self.equations(
            [getattr(j, "jaxpr", j) for j in jaxprs], [tuple(getattr(j, "consts", ())) for j in jaxprs]
        )

    def equations(self, jaxprs, consts):
        self._alike([len(j.eqns) for j in jaxprs], "equations")
        names = [{} for _ in jaxprs]

        def name(variables):
            for table, variable in zip(names, variables):
                table[variable] = len(table)

        def connect(atoms):
            if any(hasattr(atom, "val") for atom in atoms):
                if not all(hasattr(atom, "val") for atom in atoms):
                    self._refuse("a constant is computed")
                self.array([np.asarray(atom.val) for atom in atoms])
            else:
                self._alike([table.get(atom) for table, atom in zip(names, atoms)], "connections")

        for variables, values in zip(zip(*(j.constvars for j in jaxprs)), zip(*consts)):
            self.array([np.asarray(value) for value in values])
            name(variables)
        for variables in zip(*(j.invars for j in jaxprs)):
            self._shapes(variables)
            name(variables)
        for eqns in zip(*(j.eqns for j in jaxprs)):
            self._alike([e.primitive.name for e in eqns], "primitives")
            self._alike([len(e.invars) for e in eqns], "operands")
            for atoms in zip(*(e.invars for e in eqns)):
                connect(atoms)
            for key in eqns[0].params:
                self.param([e.params[key] for e in eqns])
            for variables in zip(*(e.outvars for e in eqns)):
                self._shapes(variables)
                name(variables)
        for atoms in zip(*(j.outvars for j in jaxprs)):
            connect(atoms)

    def param(self, params):
        """A parameter of an equation."""
        if params[-1] is params[0]:
            return
        if jaxprs_in(params[0]):
            found = [_closed_in(p) for p in params]
            self._alike([len(each) for each in found], "inner functions")
            for jaxprs in zip(*found):
                self.closed(jaxprs)
            return
        wanted = self._now(self.solver.param(params[:-1], "a parameter"))
        if not same(wanted, params[-1]):
            self._refuse(f"{params[-1]} stands for {wanted}")

    def array(self, values):
        """A literal or constant."""
        *examples, found = values
        alike = all(e.shape == examples[0].shape and same(e, examples[0]) for e in examples)
        if alike and found.shape == examples[0].shape and same(examples[0], found):
            return
        self._alike([found.shape == self._shape([e.shape for e in examples])], "shapes", [True])
        if alike:
            self._refuse(f"{found} stands for {examples[0]}")
        if len({e.shape for e in examples}) == 1:
            for *numbers, number in zip(*(value.ravel() for value in values)):
                self._alike([self._now(self.solver.number(numbers))], "numbers", [number])
        elif not is_range([*examples, found]):
            self._refuse(f"a constant of shape {found.shape}")

    def _shapes(self, variables):
        avals = [variable.aval for variable in variables]
        shapes = [getattr(aval, "shape", ()) for aval in avals]
        self._alike([avals[-1].dtype, shapes[-1]], "types", [avals[0].dtype, self._shape(shapes[:-1])])

    def _shape(self, shapes):
        return tuple(map(self._now, self.solver.shape(shapes)))

    def _now(self, value):
        """A value with its expressions at the sizes."""
        if isinstance(value, (tuple, list)):
            parts = [self._now(part) for part in value]
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        is_expression = type(value).__name__ == "_DimExpr" and is_symbolic(value)
        return int(value._evaluate(self.sizes)) if is_expression else value

    def _alike(self, found, what, wanted=None):
        if any(f != w for f, w in zip(found, [found[0]] * len(found) if wanted is None else wanted)):
            self._refuse(f"{what} differ: {found}" + ("" if wanted is None else f" and {wanted}"))

    def _refuse(self, why):
        raise Unsupported(f"at the sizes {self.sizes} the function does something else: {why}")


def _closed_in(param):
    """The jaxprs that a parameter holds, with their constants where they have some."""
    if hasattr(param, "eqns") or hasattr(param, "jaxpr"):
        return [param]
    return [jaxpr for part in param for jaxpr in _closed_in(part)] if isinstance(param, (list, tuple)) else []
