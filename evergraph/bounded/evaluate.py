"""`evaluate`: runs a jaxpr with symbolic sizes on values at a bound, equation by equation."""

import jax.numpy as jnp

from evergraph.bounded.rules import RULES, Unsupported
from evergraph.bounded.sizes import is_symbolic
from evergraph.bounded.values import Value, is_dynamic, static


def evaluate(sizes, jaxpr, consts, values) -> list[Value]:
    """The results of a jaxpr for some values at a bound.

    Raises:
      Unsupported: it has an equation that no rule knows.
    """
    known = dict(zip(jaxpr.constvars, map(static, consts)))
    known.update(zip(jaxpr.invars, values))

    def read(atom):
        return static(jnp.asarray(atom.val, atom.aval.dtype)) if hasattr(atom, "val") else known[atom]

    for eqn in jaxpr.eqns:
        results = _run(sizes, eqn, [read(atom) for atom in eqn.invars])
        for variable, value in zip(eqn.outvars, results):
            _check(sizes, eqn, value)
            known[variable] = value
    return [read(atom) for atom in jaxpr.outvars]


def _run(sizes, eqn, values):
    name = eqn.primitive.name
    try:
        with eqn.ctx.manager:  # what held while it was traced, such as how random numbers are drawn
            if not _has_symbols(eqn) and not any(is_dynamic(axis) for value in values for axis in value.axes):
                return _as_it_is(eqn, values)
            if name not in RULES:
                raise Unsupported("has no rule")
            results = RULES[name](sizes, eqn, *values)
    except Unsupported as refusal:
        if not refusal.located:
            refusal = Unsupported(f"{name}{_place_of(eqn)}: {refusal}")
            refusal.located = True
        raise refusal from None
    return results if isinstance(results, list) else [results]


def _as_it_is(eqn, values):
    params = eqn.primitive.get_bind_params(eqn.params)
    results = eqn.primitive.bind(*(value.array for value in values), **params)
    return list(map(static, results if eqn.primitive.multiple_results else [results]))


def _place_of(eqn):
    stack = str(eqn.source_info.name_stack)
    shapes = ", ".join(str(getattr(atom.aval, "shape", ())) for atom in eqn.invars)
    return f" of {shapes}" + (f" in {stack}" if stack else "")


def _check(sizes, eqn, value):
    """A rule that gave an array of another size than it says would give wrong numbers: refuse instead."""
    if tuple(value.array.shape) != sizes.shape(value.axes):
        raise Unsupported(
            f"{eqn.primitive.name}: its rule gave the shape {value.array.shape} for the axes {value.axes}"
        )


def _has_symbols(eqn):
    """Whether a size that an equation gives, or that hides in its parameters or in what it calls, is symbolic."""
    if any(is_symbolic(size) for variable in eqn.outvars for size in getattr(variable.aval, "shape", ())):
        return True
    return any(_hides_symbols(param) for param in eqn.params.values())


def _hides_symbols(param):
    if type(param).__name__ == "_DimExpr":
        return True
    if any(_has_symbols(eqn) for jaxpr in jaxprs_in(param) for eqn in jaxpr.eqns):
        return True
    return isinstance(param, (list, tuple)) and any(map(_hides_symbols, param))


def jaxprs_in(param):
    """The jaxprs that a parameter of an equation holds."""
    if hasattr(param, "jaxpr") and hasattr(param, "consts"):
        return [param.jaxpr]
    if hasattr(param, "eqns"):
        return [param]
    if isinstance(param, (list, tuple)):
        return [jaxpr for part in param for jaxpr in jaxprs_in(part)]
    return []
