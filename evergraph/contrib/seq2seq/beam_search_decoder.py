"""`BeamSearchDecoder`: the likeliest sequences, of which the best few are kept after each step.

The penalty of long sequences is that of Wu et al., arXiv:1609.08144, equation (14).
"""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from evergraph.contrib.seq2seq.beam_states import (
    gather_tree_from_array,
    known_size,
    merge_beams,
    split_beams,
    take_beams,
)
from evergraph.contrib.seq2seq.decoder import Decoder
from evergraph.contrib.seq2seq.helper import embedding_function
from evergraph.framework import dtypes, logging
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import flatten, map_structure
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.base import Layer
from evergraph.layers.recurrent.cell import RNNCell, assert_like_rnncell
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.inference import constant_value
from evergraph.ops.nn.gather_tree import gather_tree

public_module("contrib.seq2seq.python.ops.beam_search_decoder")


@public("contrib.seq2seq.BeamSearchDecoderState")
class BeamSearchDecoderState(
    collections.namedtuple("BeamSearchDecoderState", ("cell_state", "log_probs", "finished", "lengths"))
):
    """The beams after a step: the cell's states, their log-probabilities, whether they have ended, and their lengths."""

    __slots__ = ()


@public("contrib.seq2seq.BeamSearchDecoderOutput")
class BeamSearchDecoderOutput(
    collections.namedtuple("BeamSearchDecoderOutput", ("scores", "predicted_ids", "parent_ids"))
):
    """What a step puts out, `[batch, beams]`: the score, the symbol, and the beam of the step before it was added to."""

    __slots__ = ()


@public("contrib.seq2seq.FinalBeamSearchDecoderOutput")
class FinalBeamSearchDecoderOutput(
    collections.namedtuple("FinalBeamSearchDecoderOutput", ("predicted_ids", "beam_search_decoder_output"))
):
    """What decoding puts out: the sequences `[batch, time, beams]`, the best first, and the outputs of the steps."""

    __slots__ = ()


@public("contrib.seq2seq.BeamSearchDecoder")
class BeamSearchDecoder(Decoder):
    """A decoder that keeps the best `beam_width` sequences after each step.

    With an AttentionWrapper, repeat the memory, its lengths and the encoder's state with `tile_batch`, and make the first
    state by `zero_state(batch_size * beam_width, ...)`, `.clone(cell_state=...)`.

    Args:
      cell: an RNNCell.
      embedding: a function of ids that returns inputs, or what `tf.nn.embedding_lookup` looks them up in.
      start_tokens: the first symbols, int32 `[batch]`.
      end_token: the symbol that ends a sequence, an int32 scalar.
      initial_state: the cell's first state, of `batch * beam_width` rows.
      beam_width: how many sequences are kept, an int.
      output_layer: a layer that makes logits of the cell's outputs.
      length_penalty_weight: the score is the log-probability over ((5 + length) / 6) to this power; 0 for none.
      reorder_tensor_arrays: whether TensorArrays in the final state (the alignment history) are given as tensors `[time,
        batch * beam_width, ...]` in the order of the final sequences: of each step what is at the sequence's place after it.

    Raises:
      TypeError: a cell or a layer that is none.
      ValueError: `start_tokens` is no vector or `end_token` no scalar; a state of another number of rows.
    """

    def __init__(
        self,
        cell: RNNCell,
        embedding: Any,
        start_tokens: TensorLike,
        end_token: TensorLike,
        initial_state: Any,
        beam_width: int,
        output_layer: Layer | None = None,
        length_penalty_weight: TensorLike = 0.0,
        reorder_tensor_arrays: bool = True,
    ) -> None:
        assert_like_rnncell("cell", cell)
        if output_layer is not None and not isinstance(output_layer, Layer):
            raise TypeError(f"output_layer must be a Layer, not {output_layer!r}")
        self._cell = cell
        self._output_layer = output_layer
        self._reorder_tensor_arrays = reorder_tensor_arrays
        self._embedding_fn = embedding_function(embedding)
        tokens = convert_to_tensor(start_tokens, dtypes.int32, name="start_tokens")
        if tokens.shape.ndims != 1:
            raise ValueError(f"start_tokens must be a vector, not of the shape {tokens.shape}")
        self._end_token = convert_to_tensor(end_token, dtypes.int32, name="end_token")
        if self._end_token.shape.ndims != 0:
            raise ValueError(f"end_token must be a scalar, not of the shape {self._end_token.shape}")
        self._batch_size = array_ops.size(tokens)
        self._beam_width = beam_width
        self._length_penalty_weight = length_penalty_weight
        self._initial_cell_state = map_structure(self._split, initial_state)
        self._start_tokens = array_ops.tile(array_ops.expand_dims(tokens, 1), [1, beam_width])
        self._start_inputs = self._embedding_fn(self._start_tokens)
        self._finished = self._first_beam(False, True, dtypes.bool)

    def _first_beam(self, first, others, dtype):
        """`[batch, beams]`: one value in the first beam, another in the others, which have not begun."""
        return array_ops.one_hot(
            array_ops.zeros(array_ops.expand_dims(self._batch_size, 0), dtypes.int32),
            self._beam_width,
            on_value=convert_to_tensor(first, dtype),
            off_value=convert_to_tensor(others, dtype),
            dtype=dtype,
        )

    def _split(self, t):
        return split_beams(t, self._batch_size, self._beam_width)

    def _merge(self, t):
        return merge_beams(t, self._batch_size, self._beam_width)

    @property
    def batch_size(self) -> Tensor:
        """How many examples are decoded, a scalar."""
        return self._batch_size

    @property
    def tracks_own_finished(self) -> bool:
        """True: which sequences have ended changes with the beams."""
        return True

    @property
    def output_size(self) -> BeamSearchDecoderOutput:
        """The width of the beam, three times."""
        return BeamSearchDecoderOutput(*[TensorShape([self._beam_width])] * 3)

    @property
    def output_dtype(self) -> BeamSearchDecoderOutput:
        """The DType of the state for scores, int32 for ids."""
        return BeamSearchDecoderOutput(self._dtype, dtypes.int32, dtypes.int32)

    @property
    def _dtype(self):
        return flatten(self._initial_cell_state)[0].dtype

    def initialize(self, name: str | None = None) -> tuple:
        """(whether each beam has ended, the embeddings of the first symbols, the first BeamSearchDecoderState)."""
        with name_scope(name, "BeamSearchDecoderInitialize"):
            state = BeamSearchDecoderState(
                cell_state=self._initial_cell_state,
                log_probs=self._first_beam(0.0, -np.inf, self._dtype),
                finished=self._finished,
                lengths=array_ops.zeros_like(self._start_tokens, dtype=dtypes.int64),
            )
        return self._finished, self._start_inputs, state

    def step(self, time: Tensor, inputs: Any, state: Any, name: str | None = None) -> tuple:
        """(a BeamSearchDecoderOutput, the next state, the next inputs, whether each beam has ended)."""
        with name_scope(name, "BeamSearchDecoderStep", [time, *flatten(inputs), *flatten(state)]):
            cell_inputs = map_structure(self._merge, inputs)
            outputs, cell_state = self._cell(cell_inputs, map_structure(self._merge, state.cell_state))
            outputs = map_structure(self._split, outputs)
            cell_state = map_structure(self._split, cell_state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            output, next_state = beam_search_step(
                time=time,
                logits=outputs,
                next_cell_state=cell_state,
                beam_state=state,
                batch_size=self._batch_size,
                beam_width=self._beam_width,
                end_token=self._end_token,
                length_penalty_weight=self._length_penalty_weight,
            )
            return output, next_state, self._embedding_fn(output.predicted_ids), next_state.finished

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Tensor) -> tuple:
        """(a FinalBeamSearchDecoderOutput of sequences, time first; the last state)."""
        longest = math_ops.to_int32(math_ops.reduce_max(final_state.lengths, axis=1))
        sequences = gather_tree(
            outputs.predicted_ids,
            outputs.parent_ids,
            max_sequence_lengths=longest,
            end_token=self._end_token,
        )
        if self._reorder_tensor_arrays:
            ordered = map_structure(
                lambda t: _ordered(t, outputs.parent_ids, final_state.lengths), final_state.cell_state
            )
            final_state = final_state._replace(cell_state=ordered)
        return FinalBeamSearchDecoderOutput(sequences, outputs), final_state


def _ordered(t, parent_ids, lengths):
    """A TensorArray as a tensor in the order of the sequences; what has no beams is left as it is."""
    if not isinstance(t, TensorArray):
        return t
    stacked = t.stack()
    if stacked.shape.ndims is None or stacked.shape.ndims < 2:
        logging.warn(
            f"a TensorArray of the cell's state stays in the order of the steps: its elements have the shape "
            f"{stacked.shape[1:]}; give it an element_shape with a row for each beam"
        )
        return t
    return gather_tree_from_array(stacked, parent_ids, lengths)


@public("contrib.seq2seq.python.ops.beam_search_decoder._beam_search_step")
def beam_search_step(
    time: TensorLike,
    logits: Tensor,
    next_cell_state: Any,
    beam_state: BeamSearchDecoderState,
    batch_size: TensorLike,
    beam_width: int,
    end_token: TensorLike,
    length_penalty_weight: TensorLike,
) -> tuple[BeamSearchDecoderOutput, BeamSearchDecoderState]:
    """One step of a beam search: of all beams, each with every symbol added, the best; one that has ended stays as it is.

    Args:
      time: the step.
      logits: `[batch, beams, symbols]`.
      next_cell_state: the cell's states after the step, by beams.
      beam_state: the BeamSearchDecoderState before it.
      batch_size, beam_width: the sizes.
      end_token: the symbol that ends a sequence.
      length_penalty_weight: as in BeamSearchDecoder.

    Returns:
      (a BeamSearchDecoderOutput, the next BeamSearchDecoderState).
    """
    symbols = logits.shape[-1].value or array_ops.shape(logits)[-1]
    ended, lengths = beam_state.finished, beam_state.lengths
    steps = mask_probs(nn.log_softmax(logits), end_token, ended)
    total = array_ops.expand_dims(beam_state.log_probs, 2) + steps
    is_longer = math_ops.logical_not(array_ops.one_hot(end_token, symbols, True, False, dtype=dtypes.bool))
    grows = math_ops.logical_and(is_longer, array_ops.expand_dims(math_ops.logical_not(ended), 2))
    longer = array_ops.expand_dims(lengths, 2) + math_ops.to_int64(grows)
    scores = total / _length_penalty(longer, length_penalty_weight, total.dtype)
    all_of = array_ops.stack([batch_size, beam_width * symbols])
    best, places = nn.top_k(array_ops.reshape(scores, all_of), k=beam_width)
    ids, parents = places % symbols, places // symbols
    was_ended = take_beams(ended, parents)
    output = BeamSearchDecoderOutput(scores=best, predicted_ids=ids, parent_ids=parents)
    state = BeamSearchDecoderState(
        cell_state=map_structure(lambda t: take_beams(t, parents), next_cell_state),
        log_probs=take_beams(array_ops.reshape(total, all_of), places),
        finished=math_ops.logical_or(was_ended, math_ops.equal(ids, end_token)),
        lengths=take_beams(lengths, parents) + math_ops.to_int64(math_ops.logical_not(was_ended)),
    )
    known = known_size(batch_size)
    for each in (*output, *state[1:]):
        each.set_shape([known, beam_width])
    map_structure(_same_shape, next_cell_state, state.cell_state)
    return output, state


def _same_shape(before, after):
    if not isinstance(after, TensorArray):
        after.set_shape(before.shape)
    return after


@public("contrib.seq2seq.python.ops.beam_search_decoder._mask_probs")
def mask_probs(probs: Tensor, eos_token: TensorLike, finished: TensorLike) -> Tensor:
    """Log-probabilities `[batch, beams, symbols]` in which a beam that has ended can add the last symbol alone, at no cost."""
    symbols = array_ops.shape(probs)[2]
    row = array_ops.one_hot(
        eos_token,
        symbols,
        on_value=convert_to_tensor(0.0, probs.dtype),
        off_value=convert_to_tensor(probs.dtype.min, probs.dtype),
        dtype=probs.dtype,
    )
    alike = array_ops.zeros_like(probs)
    mask = math_ops.logical_and(
        array_ops.expand_dims(finished, 2), array_ops.ones_like(alike, dtype=dtypes.bool)
    )
    return array_ops.where(mask, alike + row, probs)


def _length_penalty(lengths, weight, dtype):
    weight = convert_to_tensor(weight, name="penalty_factor")
    weight.shape.with_rank(0)
    known = constant_value(weight)
    if known is not None and known == 0:
        return convert_to_tensor(1.0, dtype)
    return ((5.0 + math_ops.cast(lengths, dtype)) / 6.0) ** math_ops.cast(weight, dtype)
