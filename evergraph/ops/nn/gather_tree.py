"""The sequences of a beam search, from what each step added and the beam it came from."""

import jax.numpy as jnp
from jax import lax

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import device_op

public_module("contrib.seq2seq.python.ops.beam_search_ops")


def _shape(operation):
    steps, parents, lengths, end = (t.shape for t in operation.input_tensors)
    end.with_rank(0)
    shape = steps.with_rank(3).merge_with(parents)
    return shape[:1].concatenate(shape[1:2].merge_with(lengths.with_rank(1))).concatenate(shape[2:])


@device_op(
    "GatherTree",
    "step_ids: T, parent_ids: T, max_sequence_lengths: int32, end_token: T -> beams: T",
    types={"T": (dtypes.int32,)},
    shape=_shape,
    checks=True,
    differentiable=False,
)
def gather_tree_op(lowering, step_ids, parent_ids, max_sequence_lengths, end_token):
    steps, batch, width = step_ids.shape
    times = jnp.arange(steps)
    matters = (times[:, None] > 0) & (times[:, None] < max_sequence_lengths)
    lowering.check(
        jnp.all((parent_ids >= 0) & (parent_ids < width) | ~matters[:, :, None]),
        f"a parent in {{0}} is none of the {width} beams",
        [parent_ids],
    )

    def back(beams, now):
        added, parents, is_within = now
        labels = jnp.take_along_axis(added, beams, 1, mode="clip")
        before = jnp.take_along_axis(parents, beams, 1, mode="clip")
        within = is_within[:, None]
        return jnp.where(within, before, beams), jnp.where(within, labels, end_token)

    own = jnp.broadcast_to(jnp.arange(width, dtype=parent_ids.dtype), (batch, width))
    within = times[:, None] < max_sequence_lengths
    _, found = lax.scan(back, own, (step_ids, parent_ids, within), reverse=True)
    ends = (found == end_token).astype(jnp.int32)
    return jnp.where(jnp.cumsum(ends, 0) - ends > 0, end_token, found)


@public("contrib.seq2seq.gather_tree")
def gather_tree(
    step_ids: TensorLike,
    parent_ids: TensorLike,
    max_sequence_lengths: TensorLike,
    end_token: TensorLike,
    name: str | None = None,
) -> Tensor:
    """The sequences of a beam search: each beam is followed back from the end through the beams it came from.

    Args:
      step_ids: what each step added to each beam, int32 `[time, batch, beams]`.
      parent_ids: which beam of the step before each one came from, of the same shape.
      max_sequence_lengths: how many steps of each batch entry count, int32 `[batch]`.
      end_token: scalar int32; after the first in a sequence, and after the steps that count, there is nothing else.
      name: the operation's name.

    Returns:
      int32 `[time, batch, beams]`.

    Raises:
      InvalidArgumentError: in the run, for a parent that is no beam.
    """
    return gather_tree_op(step_ids, parent_ids, max_sequence_lengths, end_token, name=name)
