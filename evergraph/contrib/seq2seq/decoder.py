"""`dynamic_decode`: a decoder in a loop until all its sequences have ended."""

from __future__ import annotations

import abc
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import assert_same_structure, map_structure
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.recurrent.sequences import keep_where, transpose_batch_time
from evergraph.layers.recurrent.sizes import join_sizes, zeros_of
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.variables.scope import variable_scope
from evergraph.ops.variables.scope_object import VariableScope

public_module("contrib.seq2seq.python.ops.decoder")


@public("contrib.seq2seq.Decoder")
class Decoder(abc.ABC):
    """What `dynamic_decode` runs: it says how decoding starts, and what one step of it is."""

    @property
    def batch_size(self) -> Any:
        """How many sequences are decoded, an int or a scalar tensor."""
        raise NotImplementedError(f"{type(self).__name__} does not say its batch_size")

    @property
    def output_size(self) -> Any:
        """The sizes of the outputs of a step for one example, in their structure."""
        raise NotImplementedError(f"{type(self).__name__} does not say its output_size")

    @property
    def output_dtype(self) -> Any:
        """The DTypes of the outputs, in their structure."""
        raise NotImplementedError(f"{type(self).__name__} does not say its output_dtype")

    @abc.abstractmethod
    def initialize(self, name: str | None = None) -> tuple:
        """(whether each sequence has ended already, the first inputs, the first state)."""

    @abc.abstractmethod
    def step(self, time: Tensor, inputs: Any, state: Any, name: str | None = None) -> tuple:
        """(the outputs, the next state, the next inputs, whether each sequence has ended) of step `time`."""

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Tensor) -> tuple:
        """(the outputs, the final state) that decoding gives; a decoder without it leaves them as they are."""
        raise NotImplementedError(f"{type(self).__name__} does not change its outputs at the end")

    @property
    def tracks_own_finished(self) -> bool:
        """Whether `step` says of all sequences whether they have ended, or of those alone that had not ended before."""
        return False


@public("contrib.seq2seq.dynamic_decode")
def dynamic_decode(
    decoder: Decoder,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: TensorLike = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: VariableScope | str | None = None,
) -> tuple:
    """Runs a decoder until all its sequences have ended.

    How many steps that takes is not known before, so the loop runs on the host.

    Args:
      decoder: a Decoder.
      output_time_major: whether time is the first axis of the outputs.
      impute_finished: whether outputs after a sequence's end are zeros, and its state stays.
      maximum_iterations: an int32 scalar: the most steps that are run; no bound when None.
      parallel_iterations, swap_memory: kept for compatibility, without effect.
      scope: the variable scope, "decoder" when None.

    Returns:
      (the outputs `[batch, time, ...]`, or time first; the last state; the int32 lengths `[batch]`).

    Raises:
      TypeError: `decoder` is no Decoder.
      ValueError: `maximum_iterations` is no scalar; a structure changes from one step to the next.
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(f"decoder must be a Decoder, not {decoder!r}")
    with variable_scope(scope, "decoder"):
        limit = _limit(maximum_iterations)
        finished, inputs, state = decoder.initialize()
        finished = convert_to_tensor(finished)
        if limit is not None:
            finished = math_ops.logical_or(finished, limit <= 0)
        sizes, dtypes = decoder.output_size, decoder.output_dtype
        zeros = map_structure(lambda size, kind: zeros_of(decoder.batch_size, size, kind), sizes, dtypes)
        arrays = map_structure(lambda size, kind: _array(decoder.batch_size, size, kind), sizes, dtypes)

        def step(time, arrays, state, inputs, finished, lengths):
            outputs, next_state, next_inputs, ended = decoder.step(time, inputs, state)
            for before, after in ((state, next_state), (arrays, outputs), (inputs, next_inputs)):
                assert_same_structure(before, after)
            lengths = array_ops.where(finished, lengths, array_ops.ones_like(lengths) * (time + 1))
            if impute_finished:
                outputs = map_structure(lambda zero, new: keep_where(finished, zero, new), zeros, outputs)
                next_state = map_structure(lambda old, new: _kept(finished, old, new), state, next_state)
            if not decoder.tracks_own_finished:
                ended = math_ops.logical_or(ended, finished)
            ended.set_shape(finished.shape)
            arrays = map_structure(lambda array, each: array.write(time, each), arrays, outputs)
            return time + 1, arrays, next_state, next_inputs, ended, lengths

        _, arrays, state, _, _, lengths = while_loop(
            lambda *variables: math_ops.logical_not(math_ops.reduce_all(variables[4])),
            step,
            (
                constant(0, "int32"),
                arrays,
                state,
                inputs,
                finished,
                array_ops.zeros_like(finished, dtype="int32"),
            ),
            maximum_iterations=limit,
        )
        outputs = map_structure(lambda array: array.stack(), arrays)
        if type(decoder).finalize is not Decoder.finalize:
            outputs, state = decoder.finalize(outputs, state, lengths)
        if not output_time_major:
            outputs = map_structure(transpose_batch_time, outputs)
    return outputs, state, lengths


def _limit(maximum_iterations):
    if maximum_iterations is None:
        return None
    limit = convert_to_tensor(maximum_iterations, dtype="int32", name="maximum_iterations")
    if limit.shape.ndims != 0:
        raise ValueError(f"maximum_iterations must be a scalar, not of the shape {limit.shape}")
    return limit


def _array(batch_size, size, dtype):
    # A size that is no shape, or that of a scalar, says nothing of what a decoder puts out, as in TensorFlow.
    known = isinstance(size, TensorShape) and size.ndims != 0
    return TensorArray(
        dtype, size=0, dynamic_size=True, element_shape=join_sizes(batch_size, size) if known else None
    )


def _kept(finished, old, new):
    if not isinstance(old, TensorArray):
        new.set_shape(old.shape)
    return keep_where(finished, old, new)
