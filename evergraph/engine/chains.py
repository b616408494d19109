"""Long chains of cheap operations, cut where XLA would compute them again and again.

XLA fuses a cheap operation into each of its users, and computes it once for each.  What is a chain through all steps of an
unrolled recurrent network (`c = c * forget + input * new`, and its derivative) would be computed from its beginning by
every step: as many different programs of growing length, of which those of a two-layer LSTM of 20 steps take 9 s to compile.
A value in the middle of such a chain goes through a function that XLA is asked not to inline, and fuses nothing into: 2 s.

Where no chain is long, nothing is cut: what is fused there is fused well.

Such programs also join many small arrays, one pair in each step.  XLA's loop for a concatenation is compiled for each of them, at up to
70 ms; a choice among padded arrays is fused, and compiled once.
"""

import collections
import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.xla_metadata import set_xla_metadata

_LONG = 40  # operations: a chain through ten steps or more
_PIECE = 4  # operations that users may compute again, of a long chain
_MOST_JOINED = 4
_LEAST = 64  # elements of what is worth a place in memory

# What XLA computes again rather than keep: arithmetic, and what moves elements.
_CHEAP = frozenset(
    (
        "Add AddV2 AddN Sub Mul Neg Abs Square Maximum Minimum Select SelectV2 Identity Cast BiasAdd Relu Relu6 LeakyRelu "
        "ClipByValue Reshape ExpandDims Squeeze Transpose Slice StridedSlice Split SplitV Concat ConcatV2 Pack Unpack Pad "
        "BroadcastTo TanhGrad SigmoidGrad ReluGrad"
    ).split()
)
# Their derivatives are cheap, though they are not.
_CHEAP_BEFORE = _CHEAP | {"Tanh", "Sigmoid", "Exp", "Sqrt", "Rsqrt"}

NAME = "kept"


def kept(array):
    """The array, in memory."""
    with set_xla_metadata(inlineable="false"):
        return _identity(array)


def _identity(array):
    return array


_identity.__name__ = NAME
_identity = jax.jit(_identity)


def joined(values, axis):
    """The arrays joined along an axis, each element chosen among them with room for the others."""
    return _joined(int(axis) % values[0].ndim, tuple(value.shape[axis] for value in values), *values)


def cut_apart(split_dim, value, *, num_split):
    """`value` in `num_split` parts along an axis, whose gradients are `joined`."""
    axis = int(split_dim) % value.ndim
    return _cut(axis, (value.shape[axis] // num_split,) * num_split, value)


@functools.partial(jax.custom_vjp, nondiff_argnums=(0, 1))
def _joined(axis, sizes, *values):
    whole, result, begin = sum(sizes), None, 0
    for size, value in zip(sizes, values):
        room = [(0, 0, 0)] * value.ndim
        room[axis] = (begin, whole - begin - size, 0)
        value = jax.lax.pad(value, np.zeros((), value.dtype), room)
        if result is not None:
            value = jnp.where(jax.lax.broadcasted_iota(np.int32, value.shape, axis) < begin, result, value)
        result, begin = value, begin + size
    return result


@functools.partial(jax.custom_vjp, nondiff_argnums=(0, 1))
def _cut(axis, sizes, value):
    ends = itertools.accumulate(sizes)
    return tuple(jax.lax.slice_in_dim(value, end - size, end, axis=axis) for size, end in zip(sizes, ends))


_joined.defvjp(
    lambda axis, sizes, *values: (_joined(axis, sizes, *values), None),
    lambda axis, sizes, _, flow: _cut(axis, sizes, flow),
)
_cut.defvjp(
    lambda axis, sizes, value: (_cut(axis, sizes, value), None),
    lambda axis, sizes, _, flows: (_joined(axis, sizes, *flows),),
)


class Chains:
    """How long the chains are that the values of some nodes end.

    Args:
      nodes: the nodes of a stage or body, in order.
    """

    def __init__(self, nodes):
        self._uses = collections.Counter()
        for node in reversed(nodes):
            # What takes a value for several results that are used, computes it for each.
            uses = max(1, sum(self._uses[value] > 0 for value in node.made))
            for value in set(node.inputs):
                self._uses[value] += uses
        self._lengths = {}
        for node in nodes:
            self._lengths.update(dict.fromkeys(node.made, self._length(node)))
        self._has_long = max(self._lengths.values(), default=0) >= _LONG
        self._lengths.clear()

    def kernel(self, node):
        """`joined` or `cut_apart` for a node that joins or cuts arrays of known sizes; None for others."""
        if not self._has_long or node.operation.type not in ("ConcatV2", "Split"):
            return None
        joins = node.operation.type == "ConcatV2"
        axis, values = (node.inputs[-1], node.inputs[:-1]) if joins else (node.inputs[0], node.inputs[1:])
        if axis is None or axis.constant is None:
            return None
        parts = values if joins else node.made
        dims = [None if value is None else value.tensor.shape.dims_or_none for value in parts]
        axis = int(axis.constant)
        if not 2 <= len(parts) <= _MOST_JOINED or not all(d and axis % len(d) and d[axis] for d in dims):
            return None
        return joined if joins else cut_apart

    def is_to_be_kept(self, node, value, array) -> bool:
        """Whether a value that a node has made, an array, is to be in memory; to be asked in the order of the nodes."""
        if not self._has_long:
            return False
        length = self._lengths[value] = self._length(node)
        if length < _PIECE or self._uses[value] < 2 or array.size < _LEAST:
            return False
        if not value.tensor.dtype.base_dtype.is_floating:
            return False
        self._lengths[value] = 0
        return True

    def _length(self, node):
        forward = node.operation.attrs.get("_forward")
        is_cheap = node.operation.type in _CHEAP if forward is None else forward.type in _CHEAP_BEFORE
        return 1 + max((self._lengths.get(v, 0) for v in node.inputs), default=0) if is_cheap else 0


def are_cut() -> bool:
    """Whether chains are cut: by XLA's compiler for CPU."""
    return jax.default_backend() == "cpu"
