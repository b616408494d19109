"""Gradients while a stage is lowered: a forward operation whose gradient is in the same stage is lowered once.

It goes through `jax.vjp` over the inputs that its gradients want, and leaves its pullback for them.
"""

import jax
import jax.numpy as jnp


class Pullbacks:
    """The pullbacks that forward operations left."""

    def __init__(self):
        self._kept = {}  # forward node -> (pullback, positions of its inputs, (shape, dtype) of its results)

    def run_forward(self, node, call, arguments, wanted):
        """Runs a forward kernel through `jax.vjp` over the inputs that its gradients want; returns its results."""
        wanted = tuple(sorted(wanted))

        def function(*chosen):
            full = list(arguments)
            for position, array in zip(wanted, chosen):
                full[position] = array
            return call(full)

        results, pullback = jax.vjp(function, *[arguments[p] for p in wanted])
        self._kept[node] = (pullback, wanted, [(jnp.shape(r), jnp.result_type(r)) for r in results])
        return results

    def run_gradient(self, node, flows):
        """The results of a gradient, by the pullback that its forward operation left; None where none is left for it.

        Args:
          node: the gradient's.
          flows: function that gives the arrays that flow into the gradient.
        """
        kept = self._of(node)
        if kept is None:
            return None
        pullback, wanted, results = kept
        definition = node.operation.definition
        flowing = definition.flowing_out(pullback(definition.cotangents(node.operation, flows(), results)))
        found = dict(zip(wanted, flowing))
        return [found[position] for position in node.operation.attrs["wanted"]]

    def _of(self, node):
        forward = node.operation.attrs["_forward"]
        for other, kept in self._kept.items():
            if other.operation is forward:
                return kept if _takes_the_same(node, other) else None
        return None


def wanted_gradients(nodes) -> dict:
    """forward node -> positions of the inputs that gradients in the same stage want."""
    by_operation = {node.operation: node for node in nodes}
    wanted = {}
    for node in reversed(nodes):
        forward = node.operation.attrs.get("_forward")
        if forward is None or node in wanted:  # a gradient that is differentiated lowers from its own kernel
            continue
        forward_node = by_operation.get(forward)
        if forward_node is not None and _takes_the_same(node, forward_node):
            wanted.setdefault(forward_node, set()).update(node.operation.attrs["wanted"])
    return wanted


def _takes_the_same(gradient, forward):
    """Whether a gradient's first inputs are the forward operation's (what flows in comes after them)."""
    return all(a is b for a, b in zip(gradient.inputs, forward.inputs))


def apart_from_written(operation, call):
    """Calls a kernel that writes variables in a body that JAX differentiates: what is written has no gradient.

    What flows into a variable's new value flows on to the variable, as what reads it depends on the variable.
    """
    _, writes = operation.definition.variable_access(operation)

    def call_apart(arguments):
        results = call([jax.lax.stop_gradient(a) if isinstance(a, jax.Array) else a for a in arguments])
        new = [_passing(arguments[p], r) for p, r in zip(writes, results)]
        return [*new, *results[len(writes) :]]

    return call_apart


def _passing(old, new):
    """The new value of a variable, whose gradient flows to the old one."""
    if (
        old is None
        or not jnp.issubdtype(jnp.result_type(new), jnp.inexact)
        or jnp.shape(old) != jnp.shape(new)
    ):
        return new
    return _passed(old, new)


@jax.custom_vjp
def _passed(old, new):
    return new


_passed.defvjp(lambda old, new: (new, None), lambda _, flow: (flow, jnp.zeros_like(flow)))
