"""Models from sequences to sequences: an encoder, and decoders that start from its last state."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.legacy_seq2seq.attention import embedding_attention_decoder
from evergraph.contrib.legacy_seq2seq.decoders import (
    check_projection,
    embedded_argmax,
    embedding_rnn_decoder,
    rnn_decoder,
)
from evergraph.contrib.rnn.projections import EmbeddingWrapper, OutputProjectionWrapper
from evergraph.framework.dtypes import float32
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, pack_sequence_as
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.layers.recurrent.static import static_rnn
from evergraph.ops import array as array_ops
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.nn.embedding import embedding_lookup
from evergraph.ops.variables.scope import get_variable, get_variable_scope, variable_scope
from evergraph.ops.variables.scope_object import VariableScope

public_module("contrib.legacy_seq2seq.python.ops.seq2seq")


@public("contrib.legacy_seq2seq.basic_rnn_seq2seq")
def basic_rnn_seq2seq(
    encoder_inputs: Sequence[TensorLike],
    decoder_inputs: Sequence[TensorLike],
    cell: RNNCell,
    dtype: DTypeLike = float32,
    scope: VariableScope | str | None = None,
) -> tuple[list, Any]:
    """Encoder and decoder of the same kind of cell, each with its own variables.

    Args:
      encoder_inputs, decoder_inputs: matrices `[batch, n]`, one for each step.
      cell: the decoder's cell; the encoder has a copy.
      dtype: the type of the encoder's first state.
      scope: the variable scope, "basic_rnn_seq2seq" when None.

    Returns:
      (a list of the decoder's outputs `[batch, size]`, its last state).
    """
    with variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


@public("contrib.legacy_seq2seq.tied_rnn_seq2seq")
def tied_rnn_seq2seq(
    encoder_inputs: Sequence[TensorLike],
    decoder_inputs: Sequence[TensorLike],
    cell: RNNCell,
    loop_function: Callable | None = None,
    dtype: DTypeLike = float32,
    scope: VariableScope | str | None = None,
) -> tuple[list, Any]:
    """Encoder and decoder with the same variables.

    Args:
      encoder_inputs, decoder_inputs: matrices `[batch, n]`, one for each step.
      cell: the cell of both.
      loop_function: as in `rnn_decoder`.
      dtype: the type of the encoder's first state.
      scope: the variable scope inside "combined_tied_rnn_seq2seq", "tied_rnn_seq2seq" when None.

    Returns:
      (a list of the decoder's outputs `[batch, size]`, its last state).
    """
    with variable_scope("combined_tied_rnn_seq2seq"):
        scope = scope or "tied_rnn_seq2seq"
        _, state = static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function, scope)


@public("contrib.legacy_seq2seq.embedding_rnn_seq2seq")
def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[TensorLike],
    decoder_inputs: Sequence[TensorLike],
    cell: RNNCell,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: tuple[TensorLike, TensorLike] | None = None,
    feed_previous: TensorLike = False,
    dtype: DTypeLike = None,
    scope: VariableScope | str | None = None,
) -> tuple[list, Any]:
    """Encoder and decoder of symbols, each with its own embedding.

    Args:
      encoder_inputs, decoder_inputs: integer vectors `[batch]`, one for each step.
      cell: the decoder's cell; the encoder has a copy.
      num_encoder_symbols, num_decoder_symbols: how many symbols there are on either side.
      embedding_size: the length of the embeddings.
      output_projection: weights `[size, num_decoder_symbols]` and biases; without, the outputs are projected to scores.
      feed_previous: whether the decoder's likeliest symbols are its next inputs, a bool or a scalar tensor.
      dtype: the type of variables and state; the scope's when None.
      scope: the variable scope, "embedding_rnn_seq2seq" when None.

    Returns:
      (a list of the decoder's outputs, `[batch, num_decoder_symbols]` or as the projection takes them; its last state).
    """
    with variable_scope(scope or "embedding_rnn_seq2seq") as opened:
        if dtype is not None:
            opened.set_dtype(dtype)
        _, encoder_state = _encoded(
            copy.deepcopy(cell), encoder_inputs, num_encoder_symbols, embedding_size, dtype or opened.dtype
        )
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)

        def decode(feed, **options):
            return embedding_rnn_decoder(
                decoder_inputs,
                encoder_state,
                cell,
                num_decoder_symbols,
                embedding_size,
                output_projection=output_projection,
                feed_previous=feed,
                **options,
            )

        return _decoded(decode, feed_previous, encoder_state)


@public("contrib.legacy_seq2seq.embedding_tied_rnn_seq2seq")
def embedding_tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[TensorLike],
    cell: RNNCell,
    num_symbols: int,
    embedding_size: int,
    num_decoder_symbols: int | None = None,
    output_projection: tuple[TensorLike, TensorLike] | None = None,
    feed_previous: TensorLike = False,
    dtype: DTypeLike = None,
    scope: VariableScope | str | None = None,
) -> tuple[list, Any]:
    """Encoder and decoder of symbols with the same embedding and variables.

    Args:
      encoder_inputs, decoder_inputs: integer vectors `[batch]`, one for each step.
      cell: the cell of both.
      num_symbols: how many symbols there are on both sides.
      embedding_size: the length of the embeddings.
      num_decoder_symbols: how many the decoder can put out, the first ones; `num_symbols` when None.
      output_projection: weights `[size, num_symbols]` and biases; without, the outputs are projected to scores.
      feed_previous: whether the decoder's likeliest symbols are its next inputs, a bool or a scalar tensor.
      dtype: the type of variables and state; the scope's when None.
      scope: the variable scope, "embedding_tied_rnn_seq2seq" when None.

    Returns:
      (a list of the decoder's outputs, its last state).

    Raises:
      ValueError: a projection of other shapes.
    """
    with variable_scope(scope or "embedding_tied_rnn_seq2seq", dtype=dtype) as opened:
        dtype = opened.dtype
        check_projection(output_projection, num_symbols, dtype)
        embedding = get_variable("embedding", [num_symbols, embedding_size], dtype=dtype)
        encoded, given = (
            [embedding_lookup(embedding, symbols) for symbols in inputs]
            for inputs in (encoder_inputs, decoder_inputs)
        )
        if output_projection is None:
            cell = OutputProjectionWrapper(
                cell, num_symbols if num_decoder_symbols is None else num_decoder_symbols
            )

        def decode(feed, update_embedding_for_previous=True):
            loop_function = None
            if feed:
                loop_function = embedded_argmax(embedding, output_projection, update_embedding_for_previous)
            return tied_rnn_seq2seq(encoded, given, cell, loop_function, dtype)

        return _decoded(decode, feed_previous, cell.state_size)


@public("contrib.legacy_seq2seq.embedding_attention_seq2seq")
def embedding_attention_seq2seq(
    encoder_inputs: Sequence[TensorLike],
    decoder_inputs: Sequence[TensorLike],
    cell: RNNCell,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: tuple[TensorLike, TensorLike] | None = None,
    feed_previous: TensorLike = False,
    dtype: DTypeLike = None,
    scope: VariableScope | str | None = None,
    initial_state_attention: bool = False,
) -> tuple[list, Any]:
    """Encoder and decoder of symbols, where the decoder looks at the encoder's outputs.

    Args:
      encoder_inputs, decoder_inputs: integer vectors `[batch]`, one for each step.
      cell: the decoder's cell; the encoder has a copy.
      num_encoder_symbols, num_decoder_symbols, embedding_size, output_projection, feed_previous: as in
        `embedding_rnn_seq2seq`.
      num_heads, initial_state_attention: as in `attention_decoder`.
      dtype: the type of variables and state; the scope's when None.
      scope: the variable scope, "embedding_attention_seq2seq" when None.

    Returns:
      (a list of the decoder's outputs, `[batch, num_decoder_symbols]` or as the projection takes them; its last state).
    """
    with variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as opened:
        outputs, encoder_state = _encoded(
            copy.deepcopy(cell), encoder_inputs, num_encoder_symbols, embedding_size, opened.dtype
        )
        attention_states = array_ops.stack(outputs, axis=1)
        output_size = None
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
            output_size = num_decoder_symbols

        def decode(feed, **options):
            return embedding_attention_decoder(
                decoder_inputs,
                encoder_state,
                attention_states,
                cell,
                num_decoder_symbols,
                embedding_size,
                num_heads=num_heads,
                output_size=output_size,
                output_projection=output_projection,
                feed_previous=feed,
                initial_state_attention=initial_state_attention,
                **options,
            )

        return _decoded(decode, feed_previous, encoder_state)


@public("contrib.legacy_seq2seq.one2many_rnn_seq2seq")
def one2many_rnn_seq2seq(
    encoder_inputs: Sequence[TensorLike],
    decoder_inputs_dict: Mapping[str, Sequence[TensorLike]],
    enc_cell: RNNCell,
    dec_cells_dict: Mapping[str, RNNCell],
    num_encoder_symbols: int,
    num_decoder_symbols_dict: Mapping[str, int],
    embedding_size: int,
    feed_previous: TensorLike = False,
    dtype: DTypeLike = None,
    scope: VariableScope | str | None = None,
) -> tuple[dict, dict]:
    """One encoder and several decoders (Luong et al. 2015, arXiv:1511.06114, section 3.1).

    Args:
      encoder_inputs: integer vectors `[batch]`, one for each step.
      decoder_inputs_dict: by a decoder's name, the same for it.
      enc_cell: the encoder's cell.
      dec_cells_dict: by name, a decoder's cell.
      num_encoder_symbols: how many symbols the encoder reads.
      num_decoder_symbols_dict: by name, how many symbols a decoder puts out.
      embedding_size: the length of the embeddings.
      feed_previous: whether a decoder's likeliest symbols are its next inputs, a bool or a scalar tensor.
      dtype: the type of variables and state; the scope's when None.
      scope: the variable scope, "one2many_rnn_seq2seq" when None.

    Returns:
      (by name, a list of outputs `[batch, symbols]`; by name, the last state).

    Raises:
      TypeError: a cell that is no RNNCell.
      ValueError: cells and inputs of different names.
    """
    for name, cell in {"enc_cell": enc_cell, **dec_cells_dict}.items():
        if not isinstance(cell, RNNCell):
            raise TypeError(f"the cell {name!r} must be an RNNCell, not {cell!r}")
    if set(dec_cells_dict) != set(decoder_inputs_dict):
        raise ValueError(
            f"dec_cells_dict and decoder_inputs_dict must have the same names, not {sorted(dec_cells_dict)} and "
            f"{sorted(decoder_inputs_dict)}"
        )
    outputs, states = {}, {}
    with variable_scope(scope or "one2many_rnn_seq2seq", dtype=dtype) as opened:
        _, encoder_state = _encoded(
            enc_cell, encoder_inputs, num_encoder_symbols, embedding_size, opened.dtype
        )
        for name, decoder_inputs in decoder_inputs_dict.items():
            symbols = num_decoder_symbols_dict[name]
            with variable_scope(f"one2many_decoder_{name}"):
                cell = OutputProjectionWrapper(dec_cells_dict[name], symbols)

                # Gradients reach the embedding whichever kind feed_previous is of, as in TensorFlow.
                def decode(feed, *, inputs=decoder_inputs, cell=cell, symbols=symbols, **_):
                    return embedding_rnn_decoder(
                        inputs, encoder_state, cell, symbols, embedding_size, feed_previous=feed
                    )

                outputs[name], states[name] = _decoded(decode, feed_previous, encoder_state)
    return outputs, states


def _encoded(cell, inputs, symbols, embedding_size, dtype):
    return static_rnn(EmbeddingWrapper(cell, symbols, embedding_size), inputs, dtype=dtype)


def _decoded(decode, feed_previous, state_structure):
    """(outputs, last state) of `decode(feed_previous)`; of either of two decoders where a tensor says which."""
    if isinstance(feed_previous, bool):
        return decode(feed_previous)
    lengths = []

    def branch(feed):
        with variable_scope(get_variable_scope(), reuse=None if feed else True):
            outputs, state = decode(feed, update_embedding_for_previous=False)
            lengths.append(len(outputs))
            return [*outputs, *flatten(state)]

    both = cond(feed_previous, lambda: branch(True), lambda: branch(False))
    return both[: lengths[0]], pack_sequence_as(state_structure, both[lengths[0] :])
