"""Decoders: a cell over a list of inputs, which may be what it has put out before, embedded again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.ops import math as math_ops
from evergraph.ops.constants import stop_gradient
from evergraph.ops.nn.bias import xw_plus_b
from evergraph.ops.nn.embedding import embedding_lookup
from evergraph.ops.variables.scope import get_variable, get_variable_scope, variable_scope
from evergraph.ops.variables.scope_object import VariableScope

public_module("contrib.legacy_seq2seq.python.ops.seq2seq")


@public("contrib.legacy_seq2seq.python.ops.seq2seq._extract_argmax_and_embed")
def embedded_argmax(
    embedding: TensorLike,
    output_projection: tuple[TensorLike, TensorLike] | None = None,
    update_embedding: bool = True,
) -> Callable:
    """A `loop_function` for decoders: the embedding of the likeliest symbol of an output.

    Args:
      embedding: `[symbols, size]`.
      output_projection: weights and biases by which an output becomes a score of each symbol.
      update_embedding: whether gradients reach the embedding this way.
    """

    def loop_function(previous, _):
        if output_projection is not None:
            previous = xw_plus_b(previous, *output_projection)
        embedded = embedding_lookup(embedding, math_ops.argmax(previous, 1))
        return embedded if update_embedding else stop_gradient(embedded)

    return loop_function


def check_projection(
    output_projection: tuple | None, num_symbols: int, dtype: Any, weights_too: bool = True
) -> None:
    """ValueError unless weights and biases give a score for each of `num_symbols`."""
    if output_projection is None:
        return
    if weights_too:
        weights = convert_to_tensor(output_projection[0], dtype=dtype)
        weights.shape.assert_is_compatible_with([None, num_symbols])
    biases = convert_to_tensor(output_projection[1], dtype=dtype)
    biases.shape.assert_is_compatible_with([num_symbols])


def next_input(loop_function: Callable | None, outputs: Sequence, number: int, given: Any) -> Any:
    """The input of step `number`: the given one, or what the function makes of the output before."""
    if loop_function is None or not outputs:
        return given
    with variable_scope("loop_function", reuse=True):
        return loop_function(outputs[-1], number)


@public("contrib.legacy_seq2seq.rnn_decoder")
def rnn_decoder(
    decoder_inputs: Iterable[TensorLike],
    initial_state: Any,
    cell: RNNCell,
    loop_function: Callable | None = None,
    scope: VariableScope | str | None = None,
) -> tuple[list, Any]:
    """A cell over a list of inputs, from a given state.

    Args:
      decoder_inputs: matrices `[batch, n]`, one for each step.
      initial_state: the first state.
      cell: the cell.
      loop_function: a function of (the output before, the step's number) that returns the input in place of the given one,
        of all steps but the first.
      scope: the variable scope, "rnn_decoder" when None.

    Returns:
      (a list of the outputs `[batch, size]`, the last state).
    """
    with variable_scope(scope or "rnn_decoder"):
        state, outputs = initial_state, []
        for number, given in enumerate(decoder_inputs):
            current = next_input(loop_function, outputs, number, given)
            if number:
                get_variable_scope().reuse_variables()
            output, state = cell(current, state)
            outputs.append(output)
    return outputs, state


@public("contrib.legacy_seq2seq.embedding_rnn_decoder")
def embedding_rnn_decoder(
    decoder_inputs: Sequence[TensorLike],
    initial_state: Any,
    cell: RNNCell,
    num_symbols: int,
    embedding_size: int,
    output_projection: tuple[TensorLike, TensorLike] | None = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    scope: VariableScope | str | None = None,
) -> tuple[list, Any]:
    """A cell over a list of symbols, which are looked up in the variable `embedding`.

    Args:
      decoder_inputs: integer vectors `[batch]`, one for each step.
      initial_state: the first state.
      cell: the cell.
      num_symbols, embedding_size: the shape of the embedding.
      output_projection: weights `[size, num_symbols]` and biases `[num_symbols]` by which an output becomes scores of the
        symbols, or None when it is that already.
      feed_previous: whether the likeliest symbol of each output is the next input (and of `decoder_inputs`, the first
        alone is used).
      update_embedding_for_previous: whether gradients reach the embedding through those.
      scope: the variable scope, "embedding_rnn_decoder" when None.

    Returns:
      (a list of the outputs `[batch, size]`, the last state).

    Raises:
      ValueError: a projection of other shapes.
    """
    with variable_scope(scope or "embedding_rnn_decoder") as opened:
        check_projection(output_projection, num_symbols, opened.dtype)
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = embedded_argmax(embedding, output_projection, update_embedding_for_previous)
        embedded = (embedding_lookup(embedding, symbols) for symbols in decoder_inputs)
        return rnn_decoder(embedded, initial_state, cell, loop_function)
