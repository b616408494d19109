"""The likelihood of tags under a linear-chain conditional random field (Lafferty et al. 2001)."""

from __future__ import annotations

from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.layers.recurrent.dynamic import dynamic_rnn
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.variables.scope import get_variable

public_module("contrib.crf.python.ops.crf")


@public("contrib.crf.crf_sequence_score")
def crf_sequence_score(
    inputs: TensorLike, tag_indices: TensorLike, sequence_lengths: TensorLike, transition_params: TensorLike
) -> Tensor:
    """The score of tags, not normalized: that of `crf_unary_score` and that of `crf_binary_score`.

    Args:
      inputs: the score of each tag at each step, a floating tensor `[batch, time, tags]`.
      tag_indices: int32 or int64 tags `[batch, time]`.
      sequence_lengths: the lengths `[batch]`; later steps do not count.
      transition_params: the score of each tag (row) followed by each (column), `[tags, tags]`.

    Returns:
      The scores `[batch]`.
    """
    return crf_unary_score(tag_indices, sequence_lengths, inputs) + crf_binary_score(
        tag_indices, sequence_lengths, transition_params
    )


@public("contrib.crf.crf_log_norm")
def crf_log_norm(inputs: TensorLike, sequence_lengths: TensorLike, transition_params: TensorLike) -> Tensor:
    """The logarithm of the sum of `exp(score)` over all sequences of tags, by the forward algorithm.

    Args:
      inputs, sequence_lengths, transition_params: as in `crf_sequence_score`.

    Returns:
      `[batch]`; 0 for an empty sequence.
    """
    inputs, lengths = convert_to_tensor(inputs), convert_to_tensor(sequence_lengths)
    _, alphas = dynamic_rnn(
        CrfForwardRnnCell(transition_params), inputs[:, 1:], steps_after_first(lengths), inputs[:, 0]
    )
    norm = math_ops.reduce_logsumexp(alphas, [1])
    return array_ops.where(lengths <= 0, array_ops.zeros_like(norm), norm)


@public("contrib.crf.crf_log_likelihood")
def crf_log_likelihood(
    inputs: TensorLike,
    tag_indices: TensorLike,
    sequence_lengths: TensorLike,
    transition_params: TensorLike = None,
) -> tuple[Tensor, Any]:
    """The logarithm of the probability of tags.

    Args:
      inputs, tag_indices, sequence_lengths: as in `crf_sequence_score`.
      transition_params: `[tags, tags]`; the variable `transitions` of the current scope when None.

    Returns:
      (the log-likelihoods `[batch]`, the transition scores).

    Raises:
      ValueError: `transition_params` is None and the number of tags is not known.
    """
    inputs = convert_to_tensor(inputs)
    if transition_params is None:
        tags = inputs.shape.with_rank(3)[2].value
        if tags is None:
            raise ValueError(
                f"the variable `transitions` needs a known number of tags; inputs have the shape {inputs.shape}"
            )
        transition_params = get_variable("transitions", [tags, tags])
    score = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return score - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


@public("contrib.crf.crf_unary_score")
def crf_unary_score(tag_indices: TensorLike, sequence_lengths: TensorLike, inputs: TensorLike) -> Tensor:
    """The sum of the tags' own scores, `[batch]`; see `crf_sequence_score` for the arguments."""
    inputs, tags = convert_to_tensor(inputs), convert_to_tensor(tag_indices)
    shape = array_ops.shape(tags, out_type=tags.dtype)
    batch, steps = shape[0], shape[1]
    rows = array_ops.tile(array_ops.expand_dims(math_ops.range(batch), 1), array_ops.stack([1, steps]))
    columns = array_ops.tile(array_ops.expand_dims(math_ops.range(steps), 0), array_ops.stack([batch, 1]))
    scores = array_ops.gather_nd(inputs, array_ops.stack([rows, columns, tags], axis=2))
    return math_ops.reduce_sum(scores * _mask(sequence_lengths, tags, scores.dtype), 1)


@public("contrib.crf.crf_binary_score")
def crf_binary_score(
    tag_indices: TensorLike, sequence_lengths: TensorLike, transition_params: TensorLike
) -> Tensor:
    """The sum of the scores of each tag with the next, `[batch]`; see `crf_sequence_score` for the arguments."""
    tags = convert_to_tensor(tag_indices)
    pairs = array_ops.stack([tags[:, :-1], tags[:, 1:]], axis=2)
    scores = array_ops.gather_nd(transition_params, pairs)
    return math_ops.reduce_sum(scores * _mask(sequence_lengths, tags, scores.dtype)[:, 1:], 1)


def _mask(lengths, tags, dtype):
    return array_ops.sequence_mask(lengths, array_ops.shape(tags)[1], dtype=dtype)


def steps_after_first(lengths: Tensor) -> Tensor:
    """How many steps follow the first one: none in an empty sequence."""
    return math_ops.maximum(lengths - 1, array_ops.zeros_like(lengths))


class TagsCell(RNNCell):
    """A cell whose state is a score for each tag.

    Args:
      transition_params: `[tags, tags]`, both known.
    """

    def __init__(self, transition_params: TensorLike) -> None:
        super().__init__()
        self._transitions = array_ops.expand_dims(convert_to_tensor(transition_params), 0)
        self._tags = self._transitions.shape[1].value

    @property
    def state_size(self) -> Any:
        """The number of tags."""
        return self._tags

    @property
    def output_size(self) -> Any:
        """The number of tags."""
        return self._tags

    def _scores(self, state):
        """`[batch, tags, tags]`: the state (rows) with the score of what follows (columns)."""
        return array_ops.expand_dims(state, 2) + self._transitions


@public("contrib.crf.CrfForwardRnnCell")
class CrfForwardRnnCell(TagsCell):
    """A step of the forward algorithm (Collins, "The forward-backward algorithm"); the state are the alphas.

    Args:
      transition_params: the score of each tag (row) followed by each (column), `[tags, tags]`.
    """

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Tensor, Tensor]:
        """The next alphas `[batch, tags]`, twice; `inputs` are the scores of the tags at this step."""
        alphas = inputs + math_ops.reduce_logsumexp(self._scores(state), [1])
        return alphas, alphas
