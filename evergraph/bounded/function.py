"""`bounded`: a JAX function that is compiled once for all sizes up to a bound."""

import functools
import inspect
import operator
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.export import SymbolicScope, symbolic_shape

from evergraph.bounded.bounds import choose_bounds
from evergraph.bounded.program import BoundedProgram, trace
from evergraph.bounded.sizes import is_symbolic


def bounded(
    function: Callable,
    in_specs: Mapping[str, Any],
    *,
    bounds: Callable[[Mapping[str, int]], Mapping[str, int]] = choose_bounds,
    constraints: Sequence[str] = (),
    donate: Sequence[str] = (),
) -> Callable:
    """A function that does what `function` does, for all sizes of some axes with few compiled programs.

    It is traced once with symbolic sizes, and compiled once for each choice of bounds; arguments are padded to the bounds,
    the true sizes are arguments of the program, and padding is masked wherever elements meet along an axis. Results are
    those of the exact shapes, but for the order in which floating point sums are taken. Where a size is 0, it is compiled for
    the exact shapes.

        def step(weights, x, lengths):                  # x: [B, T, features], lengths: [B]
            def loss(weights):
                mask = jnp.arange(x.shape[1]) < lengths[:, None]
                return jnp.sum(jnp.tanh(x @ weights)[..., 0] * mask) / jnp.sum(mask)
            return jax.value_and_grad(loss)(weights)

        step = bounded(step, {"x": ("B", "T", None), "lengths": ("B",)})
        loss, gradient = step(weights, x, lengths)      # any B and T

    Args:
      function: a function of arrays or trees of arrays; what it returns likewise. Derivatives are taken inside.
      in_specs: for each parameter with varying sizes its axes: a tuple with a name for each axis that varies and None for
        each that does not, or a string of symbolic sizes such as "B, T+1, _" (`jax.export.symbolic_shape`). A parameter
        that is a tree has a tree of these, or of None for what does not vary. Axes of one name have one size.
      bounds: the bounds `{name: bound}` for the sizes `{name: size}` of a call.
      constraints: what may be taken for granted of the sizes, such as "T >= 2"; see `jax.export.SymbolicScope`.
      donate: parameters whose buffers the program may reuse.

    Returns:
      The function. Its results are JAX arrays where their shape does not vary, else NumPy arrays; its attribute
      `programs` holds what was compiled, by bounds.

    Raises (when it is called):
      Unsupported: something in it cannot be run at a bound; the message names the primitive.
      ValueError: sizes of one name differ, or a constraint does not hold.
      jax.errors.InconclusiveDimensionOperation: the function turns a varying size into a Python number.
    """
    return functools.wraps(function)(_Bounded(function, in_specs, bounds, constraints, donate))


class _Bounded:
    """What `bounded` returns: one `BoundedProgram` for each structure of the arguments."""

    def __init__(self, function, in_specs, bounds, constraints, donate):
        self.function, self.choose = function, bounds
        self.signature = inspect.signature(function)
        self.constraints = tuple(constraints)
        self.relations: dict[Any, tuple[Any, ...]] = {
            constraint: _relation(constraint) for constraint in constraints
        }
        unknown = {*in_specs, *donate} - set(self.signature.parameters)
        if unknown:
            raise ValueError(
                f"{sorted(unknown)} are no parameters of {function!r}; it has {list(self.signature.parameters)}"
            )
        for parameter in self.signature.parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                raise ValueError(f"{function!r} takes {parameter}: each parameter needs a name of its own")
        names = list(self.signature.parameters)
        self.specs = [in_specs.get(name) for name in names]
        self.donated = tuple(1 + names.index(name) for name in donate)
        self.traced: dict[Any, BoundedProgram] = {}
        self.programs: dict[Any, Callable] = {}
        self.lock = threading.Lock()

    def __call__(self, *args, **kwargs):
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = jax.tree.map(_as_array, tuple(bound.arguments.values()))
        key, program = self._program(arguments)
        if self._is_empty(arguments):  # JAX takes sizes to be 1 at least while it traces
            return jax.jit(self.function, donate_argnums=[i - 1 for i in self.donated])(*arguments)
        sizes = program.sizes_of(arguments)
        self._check(sizes)
        limits = dict(self.choose(sizes))
        small = [name for name, size in sizes.items() if limits[name] < size]
        if small:
            raise ValueError(f"the bounds {limits} are below the sizes {sizes}")
        compiled = self._compiled(key, program, limits)
        results = compiled(program.scalars(sizes), *program.pad(arguments, limits))
        return program.cut(results, sizes)

    def _program(self, arguments):
        leaves, tree = jax.tree.flatten(arguments)
        axes = self._axes(arguments)
        fixed = tuple(
            (leaf.dtype, jax.typeof(leaf).weak_type, np.ndim(leaf) if spec is not None else np.shape(leaf))
            for leaf, spec in zip(leaves, axes)
        )
        free = tuple(_fixed_sizes(spec, np.shape(leaf)) for leaf, spec in zip(leaves, axes))
        key = tree, fixed, free
        with self.lock:
            if key not in self.traced:
                scope = SymbolicScope(self.constraints)
                avals = [_aval(leaf, spec, scope) for leaf, spec in zip(leaves, axes)]
                self.traced[key] = trace(self.function, jax.tree.unflatten(tree, avals))
            return key, self.traced[key]

    def _is_empty(self, arguments):
        """Whether an axis that varies has the size 0."""
        return any(
            spec is not None and 0 in np.shape(leaf)
            for leaf, spec in zip(jax.tree.leaves(arguments), self._axes(arguments))
        )

    def _axes(self, arguments):
        """The axes of each leaf, or None."""
        found = []
        for spec, argument in zip(self.specs, arguments):
            if spec is None or _is_axes(spec):
                found.extend([spec] * len(jax.tree.leaves(argument)))
            else:
                found.extend(
                    jax.tree.leaves(
                        jax.tree.map(
                            lambda s, a: [_Leaf(s)] * len(jax.tree.leaves(a)),
                            spec,
                            argument,
                            is_leaf=_is_leaf,
                        )
                    )
                )
        return [spec.axes if isinstance(spec, _Leaf) else spec for spec in found]

    def _check(self, sizes):
        for constraint, (left, holds, right) in self.relations.items():
            names = {name for side in (left, right) if is_symbolic(side) for name in side.get_vars()}
            if names <= set(sizes) and not holds(_evaluated(left, sizes), _evaluated(right, sizes)):
                raise ValueError(f"the constraint {constraint!r} does not hold for the sizes {sizes}")

    def _compiled(self, key, program, limits):
        at = key, tuple(sorted(limits.items()))
        with self.lock:
            if at not in self.programs:
                self.programs[at] = jax.jit(program.at(limits), donate_argnums=self.donated)
            return self.programs[at]


class _Leaf:
    """Axes as a leaf of a tree."""

    def __init__(self, axes):
        self.axes = axes


def _as_array(value):
    return value if isinstance(value, (np.ndarray, jax.Array)) else jnp.asarray(value)


def _is_axes(spec):
    return isinstance(spec, str) or (
        isinstance(spec, (tuple, list))
        and all(entry is None or isinstance(entry, (str, int)) for entry in spec)
    )


def _is_leaf(spec):
    return spec is None or _is_axes(spec)


def _text(spec):
    if isinstance(spec, str):
        return spec
    return ", ".join("_" if entry is None else str(entry) for entry in spec)


def _fixed_sizes(spec, shape):
    """The sizes of the axes that do not vary."""
    if spec is None:
        return ()
    entries = [entry.strip() for entry in _text(spec).split(",") if entry.strip()]
    if len(entries) != len(shape):
        raise ValueError(f"the axes {spec!r} were given for an array of shape {shape}")
    return tuple(size for entry, size in zip(entries, shape) if entry == "_")


def _aval(array, spec, scope):
    if spec is None:
        return jax.ShapeDtypeStruct(np.shape(array), array.dtype, weak_type=jax.typeof(array).weak_type)
    return jax.ShapeDtypeStruct(symbolic_shape(_text(spec), scope=scope, like=np.shape(array)), array.dtype)


RELATIONS = {">=": operator.ge, "<=": operator.le, "==": operator.eq}


def _relation(constraint):
    """The two sides of a constraint and what must hold between them."""
    for sign, holds in RELATIONS.items():
        left, found, right = constraint.partition(sign)
        if found:
            left, right = (symbolic_shape(side, scope=SymbolicScope())[0] for side in (left, right))
            return left, holds, right
    raise ValueError(f"the constraint {constraint!r} has no relation: use one of {list(RELATIONS)}")


def _evaluated(side, sizes):
    return int(side._evaluate(sizes)) if is_symbolic(side) else side
