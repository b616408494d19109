"""Gradients inside compiled bodies that are not those of JAX.

A loop that is differentiated is a JAX function, and JAX differentiates its kernels.  Where an operation in it has a
gradient of its own (`custom_gradient`, `gradient_override_map`, one that is registered or defined), none at all
(`stop_gradient`), or changes a variable, its results are attached to its arguments by a rule:

`_Stopped`     nothing flows
`_Written`     what flows into a variable's new value flows to the variable, as what reads it depends on the variable
`_Recorded`    the operations that the gradient function records, built beside the body (`gradients.annex`)
"""

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.engine.block import build_block
from evergraph.engine.lower import Lowering
from evergraph.framework import registry
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.gradients.annex import Annex, flow_parameter
from evergraph.gradients.connection import is_differentiable
from evergraph.gradients.registry import gradient_function, has_own_gradient

__all__ = ["gradient_rule"]

_PASSED_ON = ("constant", "placeholder", "shape", "variable", "identity")


def gradient_rule(operation):
    """What attaches the results of an operation in a body to its arguments; None where JAX's derivative is right."""
    found = operation.__dict__.get("_gradient_rule", ())
    if found == ():
        found = operation.__dict__["_gradient_rule"] = _rule_for(operation)
    return found


def _rule_for(operation):
    definition = operation.definition
    function = gradient_function(operation)
    if function == "pullback" or (definition.role in _PASSED_ON and not has_own_gradient(operation)):
        return None
    if function is None:
        return _Written() if definition.writes else _Stopped()
    rule = _Recorded(operation)
    return None if rule.is_sparse and not has_own_gradient(operation) else rule  # rows: the same as JAX's


class _Stopped:
    """No gradient flows through the operation."""

    def attach(self, lowering, operation, arguments, results):
        """The results, from arguments and results that nothing connects."""
        return results


class _Written:
    """What flows into a variable's new value flows to the variable, and nothing to what was written."""

    def attach(self, lowering, operation, arguments, results):
        """The results; see `_Stopped.attach`."""
        _, writes = operation.definition.variable_access(operation)
        new = [
            r if arguments[p] is None or not jnp.issubdtype(r.dtype, jnp.inexact) else _passing(arguments[p], r)
            for p, r in zip(writes, results)
        ]  # fmt: skip
        return [*new, *results[len(writes) :]]


@jax.custom_vjp
def _passing(old, new):
    return new


_passing.defvjp(lambda old, new: (new, None), lambda _, flow: (flow, jnp.zeros_like(flow)))


class _Recorded:
    """The gradient that a function records, as operations beside those of the body."""

    def __init__(self, operation):
        graph = operation.graph
        annex = Annex([*getattr(graph, "beside", ()), graph])
        with annex.as_default(), annex.control_dependencies(None):
            self.flows = [flow_parameter(annex, t) if is_differentiable(t) else None for t in operation.outputs]
            found = registry.public_function("input_gradients")(operation, self.flows) or [None] * len(operation.input_tensors)
            self.is_sparse = any(isinstance(g, IndexedSlices) for g in found)
            found = [None if g is None else convert_to_tensor(g) for g in found]
        wanted = [p for p, t in enumerate(operation.input_tensors) if found[p] is not None and is_differentiable(t)]
        self.wanted = wanted
        gradients = [found[p] for p in wanted]
        used = {t for op in annex.get_operations() for t in op.input_tensors} | set(gradients)
        self.given, again = _sources([t for t in used if t.graph is not annex], operation)
        flows = [f for f in self.flows if f is not None]
        done = frozenset(op for other in annex.beside for op in other.get_operations() if op not in again)
        self.block = build_block(gradients, [*flows, *self.given], done)

    def attach(self, lowering, operation, arguments, results):
        """The results; see `_Stopped.attach`."""
        if not self.wanted:
            return results
        inputs = dict(zip(operation.input_tensors, arguments))
        indices = {t: i for i, t in enumerate(t for t in operation.outputs if not t.dtype._is_ref_dtype)}
        known, beside = {}, {}
        for tensor in self.given:
            if tensor not in indices:
                array = inputs[tensor] if tensor in inputs else lowering.array_of(tensor)
                (beside if isinstance(array, jax.core.Tracer) else known)[tensor] = array
        chosen = [jnp.asarray(arguments[p]) for p in self.wanted]
        return list(_attached(self, indices, known, tuple(beside), chosen, list(beside.values()), results))

    def gradients(self, values, flows):
        """The gradients of the wanted arguments, as JAX has them."""
        inner = Lowering()
        inner.nested = inner.differentiated = True
        for tensor, array in values.items():
            value = self.block.fed[tensor]
            if isinstance(array, jax.core.Tracer):
                inner.environment[value] = array
            else:
                inner.known[value], inner.environment[value] = np.asarray(array), jnp.asarray(array)
        for tensor, flow in zip(self.flows, flows):
            if tensor is not None:
                inner.environment[self.block.fed[tensor]] = _conjugate(flow)
        inner.run(self.block.nodes)
        return [_conjugate(inner.array(value)) for value in self.block.fetches]


def _sources(tensors, operation):
    """(tensors, operations to run again) that tensors of a body are computed from, in the gradient of an operation.

    What the gradient function recorded before, or with, the operation may be nothing that the body itself computes.
    """
    ends = {*operation.input_tensors, *operation.outputs}
    given, again, stack = {}, set(), list(tensors)
    while stack:
        tensor = stack.pop()
        if tensor in given or tensor.op in again:
            continue
        definition = tensor.op.definition
        if definition.role == "constant":
            again.add(tensor.op)
        elif tensor in ends or definition.role in ("placeholder", "variable") or not _is_pure(tensor.op):
            given[tensor] = None
        else:
            again.add(tensor.op)
            stack.extend(tensor.op.input_tensors)
    return list(given), again


def _is_pure(operation):
    definition = operation.definition
    reads, writes = definition.variable_access(operation)
    return not (definition.stateful or reads or writes or definition.has_bodies)


def _conjugate(array):
    return jnp.conj(array) if jnp.issubdtype(array.dtype, jnp.complexfloating) else array


def _attached(rule, indices, known, names, chosen, beside, results):
    """`results`, whose gradients flow to `chosen`; `beside` are other values (named `names`) that the rule uses."""

    types = [(a.shape, a.dtype) for a in chosen]

    @jax.custom_vjp
    def attach(chosen, beside, results):
        return results

    def forward(chosen, beside, results):
        results = attach(chosen, beside, results)
        return results, (beside, [results[i] for t, i in indices.items() if t in rule.given])

    def backward(kept, flows):
        others, outputs = kept
        values = {**known, **dict(zip(names, others))}
        values.update(zip([t for t in indices if t in rule.given], outputs))
        found = rule.gradients(values, flows)
        found = [g.astype(dtype).reshape(shape) for g, (shape, dtype) in zip(found, types)]
        return found, [_zero(a) for a in beside], [_zero(a) for a in results]

    attach.defvjp(forward, backward)
    return attach(chosen, beside, results)


def _zero(array):
    if jnp.issubdtype(array.dtype, jnp.inexact):
        return jnp.zeros(array.shape, array.dtype)
    return np.zeros(array.shape, jax.dtypes.float0)
