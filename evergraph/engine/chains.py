"""Long chains of cheap operations, cut where XLA would compute them again and again.

XLA fuses a cheap operation into each of its users, and computes it once for each.  What is a chain through all steps of an
unrolled recurrent network (`c = c * forget + input * new`, and its derivative) would be computed from its beginning by
every step: as many different programs of growing length, of which those of a two-layer LSTM of 20 steps take 9 s to compile.
A value in the middle of such a chain goes through a function that XLA is asked not to inline, and fuses nothing into: 2 s.

Where no chain is long, nothing is cut: what is fused there is fused well.
"""

import collections

import jax
from jax.experimental.xla_metadata import set_xla_metadata

_LONG = 40  # operations: a chain through ten steps or more
_PIECE = 4  # operations that users may compute again, of a long chain
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
