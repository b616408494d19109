"""Decoders that look at the encoder's outputs (Vinyals et al. 2014, arXiv:1412.7449, section 2.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.legacy_seq2seq.decoders import check_projection, embedded_argmax, next_input
from evergraph.contrib.rnn.linear import linear
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.layers.recurrent.cell import RNNCell
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.nn.embedding import embedding_lookup
from evergraph.ops.variables.scope import get_variable, get_variable_scope, variable_scope
from evergraph.ops.variables.scope_object import VariableScope

public_module("contrib.legacy_seq2seq.python.ops.seq2seq")


class _Heads:
    """Weighted sums of the encoder's states, with the weights `softmax(v . tanh(W states + U query))`."""

    def __init__(self, states, num_heads):
        steps, size = states.shape[1].value, states.shape[2].value
        self.size = size
        self._steps = array_ops.shape(states)[1] if steps is None else steps
        # Kernels of a convolution of 1 by 1: the shape in which checkpoints have them.
        self._hidden = array_ops.reshape(states, array_ops.stack([-1, self._steps, 1, size]))
        self._features, self._v = [], []
        for head in range(num_heads):
            kernel = get_variable(f"AttnW_{head}", [1, 1, size, size])
            self._features.append(nn.conv2d(self._hidden, kernel, [1, 1, 1, 1], "SAME"))
            self._v.append(get_variable(f"AttnV_{head}", [size]))

    def __call__(self, query: Any) -> list[Tensor]:
        """`[batch, size]` for each head."""
        parts = flatten(query)
        for part in parts:
            part.shape.with_rank(2)
        joined = array_ops.concat(parts, 1)
        reads = []
        for head, (features, v) in enumerate(zip(self._features, self._v)):
            with variable_scope(f"Attention_{head}"):
                asked = array_ops.reshape(linear(joined, self.size, True), [-1, 1, 1, self.size])
                weights = nn.softmax(math_ops.reduce_sum(v * math_ops.tanh(features + asked), [2, 3]))
                weights = array_ops.reshape(weights, array_ops.stack([-1, self._steps, 1, 1]))
                read = math_ops.reduce_sum(weights * self._hidden, [1, 2])
                reads.append(array_ops.reshape(read, [-1, self.size]))
        return reads


@public("contrib.legacy_seq2seq.attention_decoder")
def attention_decoder(
    decoder_inputs: Sequence[Tensor],
    initial_state: Any,
    attention_states: Tensor,
    cell: RNNCell,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: Callable | None = None,
    dtype: DTypeLike = None,
    scope: VariableScope | str | None = None,
    initial_state_attention: bool = False,
) -> tuple[list, Any]:
    """A cell over a list of inputs that looks at other states at each step.

    A step runs the cell on a linear map of its input and of what was read before, reads anew with the new state, and puts
    out a linear map of the cell's output and of what was read.

    Args:
      decoder_inputs: matrices `[batch, n]`, one for each step.
      initial_state: the first state.
      attention_states: what is read, `[batch, steps, size]`, of a known size.
      cell: the cell.
      output_size: the columns of the output; those of the cell when None.
      num_heads: how many sums are read.
      loop_function: as in `rnn_decoder`.
      dtype: the type of the variables; the scope's when None.
      scope: the variable scope, "attention_decoder" when None.
      initial_state_attention: whether the first step gets what is read with the first state, or zeros.

    Returns:
      (a list of the outputs `[batch, output_size]`, the last state).

    Raises:
      ValueError: no inputs, fewer than one head, or a size that is not known.
    """
    if not decoder_inputs:
        raise ValueError("attention_decoder needs decoder_inputs for one step at least")
    if num_heads < 1:
        raise ValueError(f"num_heads must be 1 at least, not {num_heads}: without, use rnn_decoder")
    if attention_states.shape.with_rank(3)[2].value is None:
        raise ValueError(f"the last size of attention_states must be known, not {attention_states.shape}")
    columns: Any = cell.output_size if output_size is None else output_size
    with variable_scope(scope or "attention_decoder", dtype=dtype) as opened:
        heads = _Heads(attention_states, num_heads)
        state, outputs = initial_state, []
        if initial_state_attention:
            reads = heads(initial_state)
        else:
            shape = array_ops.stack([array_ops.shape(decoder_inputs[0])[0], heads.size])
            reads = [array_ops.zeros(shape, opened.dtype) for _ in range(num_heads)]
            for read in reads:
                read.set_shape([None, heads.size])
        for number, given in enumerate(decoder_inputs):
            if number:
                get_variable_scope().reuse_variables()
            current = next_input(loop_function, outputs, number, given)
            size = current.shape.with_rank(2)[1].value
            if size is None:
                raise ValueError(f"the columns of decoder_inputs must be known: {current}")
            cell_output, state = cell(linear([current, *reads], size, True), state)
            # With a first reading, its variables exist before the first step.
            with variable_scope(get_variable_scope(), reuse=True if initial_state_attention else None):
                reads = heads(state)
            with variable_scope("AttnOutputProjection"):
                outputs.append(linear([cell_output, *reads], columns, True))
    return outputs, state


@public("contrib.legacy_seq2seq.embedding_attention_decoder")
def embedding_attention_decoder(
    decoder_inputs: Sequence[TensorLike],
    initial_state: Any,
    attention_states: Tensor,
    cell: RNNCell,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: tuple[TensorLike, TensorLike] | None = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    dtype: DTypeLike = None,
    scope: VariableScope | str | None = None,
    initial_state_attention: bool = False,
) -> tuple[list, Any]:
    """`attention_decoder` over a list of symbols, which are looked up in the variable `embedding`.

    Args:
      decoder_inputs: integer vectors `[batch]`, one for each step.
      initial_state, attention_states, cell, output_size, num_heads: as in `attention_decoder`.
      num_symbols, embedding_size, output_projection, feed_previous, update_embedding_for_previous: as in
        `embedding_rnn_decoder`.
      dtype: the type of the variables; the scope's when None.
      scope: the variable scope, "embedding_attention_decoder" when None.
      initial_state_attention: as in `attention_decoder`.

    Returns:
      (a list of the outputs `[batch, output_size]`, the last state).

    Raises:
      ValueError: as `attention_decoder`; a projection of another shape.
    """
    check_projection(output_projection, num_symbols, dtype, weights_too=False)
    with variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = embedded_argmax(embedding, output_projection, update_embedding_for_previous)
        return attention_decoder(
            [embedding_lookup(embedding, symbols) for symbols in decoder_inputs],
            initial_state,
            attention_states,
            cell,
            output_size=output_size,
            num_heads=num_heads,
            loop_function=loop_function,
            initial_state_attention=initial_state_attention,
        )
