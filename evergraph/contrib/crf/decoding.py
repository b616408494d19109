"""The most likely tags under a linear-chain conditional random field: the algorithm of Viterbi (1967)."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.contrib.crf.scores import TagsCell, steps_after_first
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.layers.recurrent.dynamic import dynamic_rnn
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("contrib.crf.python.ops.crf")


@public("contrib.crf.viterbi_decode")
def viterbi_decode(score: np.ndarray, transition_params: np.ndarray) -> tuple[list, np.floating]:
    """The best tags of one sequence, in NumPy.

    Args:
      score: an array `[time, tags]`, of one step at least.
      transition_params: the score of each tag (row) followed by each (column), `[tags, tags]`.

    Returns:
      (a list of `time` tags, their score).
    """
    best, choices = score[0], []
    for step in score[1:]:
        reached = best[:, None] + transition_params
        choices.append(reached.argmax(0))
        best = step + reached.max(0)
    tags = [best.argmax()]
    for choice in reversed(choices):
        tags.append(choice[tags[-1]])
    return tags[::-1], best.max()


@public("contrib.crf.crf_decode")
def crf_decode(
    potentials: TensorLike, transition_params: TensorLike, sequence_length: TensorLike
) -> tuple[Tensor, Tensor]:
    """The best tags of each sequence.

    Args:
      potentials: the score of each tag at each step, a floating tensor `[batch, time, tags]`.
      transition_params: the score of each tag (row) followed by each (column), `[tags, tags]`.
      sequence_length: the lengths `[batch]`; tags after them are 0.

    Returns:
      (int32 tags `[batch, time]`, their scores `[batch]`).
    """
    potentials, lengths = convert_to_tensor(potentials), convert_to_tensor(sequence_length)
    after_first = steps_after_first(lengths)
    forward = CrfDecodeForwardRnnCell(transition_params)
    backpointers, last = dynamic_rnn(forward, potentials[:, 1:], after_first, potentials[:, 0], dtype="int32")
    best = array_ops.expand_dims(math_ops.argmax(last, axis=1, output_type="int32"), 1)
    backwards = array_ops.reverse_sequence(backpointers, after_first, seq_axis=1, batch_axis=0)
    tags, _ = dynamic_rnn(
        CrfDecodeBackwardRnnCell(forward.state_size), backwards, after_first, best, dtype="int32"
    )
    found = array_ops.concat([best, array_ops.squeeze(tags, [2])], axis=1)
    found = array_ops.reverse_sequence(found, lengths, seq_axis=1, batch_axis=0)
    return found, math_ops.reduce_max(last, axis=1)


@public("contrib.crf.CrfDecodeForwardRnnCell")
class CrfDecodeForwardRnnCell(TagsCell):
    """A step forwards: the state is the score of the best way to each tag, the output the tag before it on that way.

    Args:
      transition_params: the score of each tag (row) followed by each (column), `[tags, tags]`.
    """

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Tensor, Tensor]:
        """(int32 tags `[batch, tags]`, the next scores); `inputs` are the scores of the tags at this step."""
        scores = self._scores(state)
        before = math_ops.argmax(scores, axis=1, output_type="int32")
        return before, inputs + math_ops.reduce_max(scores, [1])


@public("contrib.crf.CrfDecodeBackwardRnnCell")
class CrfDecodeBackwardRnnCell(RNNCell):
    """A step backwards along the best way: state and output are a tag.

    Args:
      num_tags: how many tags there are.
    """

    def __init__(self, num_tags: int) -> None:
        super().__init__()
        self._num_tags = num_tags

    @property
    def state_size(self) -> int:
        """1: the tag."""
        return 1

    @property
    def output_size(self) -> int:
        """1: the tag."""
        return 1

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Tensor, Tensor]:
        """The int32 tag before `state`, `[batch, 1]`, twice; `inputs` is a row of tags `[batch, num_tags]`."""
        chosen = array_ops.one_hot(array_ops.squeeze(state, [1]), self._num_tags, dtype="int32")
        tag = math_ops.reduce_sum(inputs * chosen, axis=1, keepdims=True)
        return tag, tag
