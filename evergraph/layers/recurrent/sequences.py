"""What all functions that run cells over sequences share: scope, sizes, ends of sequences, reversal."""

import contextlib
from collections.abc import Sequence
from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape
from evergraph.framework.structures import (
    assert_same_structure,
    flatten,
    is_sequence,
    map_structure,
    pack_sequence_as,
)
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.variables.scope import variable_scope


@contextlib.contextmanager
def network_scope(scope):
    """The variable scope of a network, "rnn" by default; its variables are cached where its operations are."""
    with variable_scope(scope or "rnn") as opened:
        if opened.caching_device is None:
            opened.set_caching_device(lambda operation: operation.device)
        yield opened


@public("python.ops.rnn._transpose_batch_time", "contrib.rnn.transpose_batch_time")
def transpose_batch_time(x: Any) -> Tensor:
    """`x` with its first two dimensions exchanged; a scalar or vector as it is."""
    if x.shape.ndims is None:
        order = array_ops.concat([[1, 0], math_ops.range(2, array_ops.rank(x))], 0)
        return array_ops.transpose(x, order)
    if x.shape.ndims < 2:
        return x
    return array_ops.transpose(x, [1, 0, *range(2, x.shape.ndims)])


@public("python.ops.rnn._best_effort_input_batch_size", "contrib.rnn.best_effort_input_batch_size")
def best_effort_batch_size(flat_inputs: Sequence[Tensor]) -> Any:
    """The batch size of inputs `[time, batch, ...]`: an int if one of them tells, else a scalar tensor.

    Raises ValueError for an input of rank 0 or 1.
    """
    for each in flat_inputs:
        if each.shape.ndims is None:
            continue
        if each.shape.ndims < 2:
            raise ValueError(f"Expected input tensor {each} to have rank at least 2")
        if each.shape[1].value is not None:
            return each.shape[1].value
    return array_ops.shape(flat_inputs[0])[1]


def state_dtype(dtype, state):
    """`dtype`, or that of all tensors of the state; ValueError when it has none, or they differ."""
    if dtype is not None:
        return dtype
    found = {each.dtype for each in flatten(state)}
    if len(found) != 1:
        raise ValueError(
            f"the state has tensors of different inferred_dtypes {sorted(each.name for each in found)}: give the dtype"
        )
    return found.pop()


def check_lengths(sequence_length):
    """`sequence_length` as int32; ValueError unless it is a vector."""
    lengths = convert_to_tensor(sequence_length, name="sequence_length")
    if lengths.shape.ndims not in (None, 1):
        raise ValueError(
            f"sequence_length must be a vector of length batch_size, but saw shape: {lengths.shape}"
        )
    return math_ops.to_int32(lengths)


def keep_where(finished, old, new):
    """`old` in the rows where `finished` is true, else `new`; TensorArrays and scalars are always the new ones."""
    if isinstance(old, TensorArray) or old.shape.ndims == 0:
        return new
    with colocate_with(new):
        return array_ops.where(finished, old, new)


def until_the_end(time, sequence_length, zero_output, state, output, new_state):
    """The output and state of a step: zeros, and the state before it, for sequences that have ended.

    Steps after the end of all sequences are computed too: what is selected does not depend on it, and a step without
    conditionals is faster and is differentiated as it is.
    """
    assert_same_structure(state, new_state)
    finished = time >= sequence_length
    outputs = [
        keep_where(finished, old, new) for old, new in zip(flatten(zero_output), flatten(output), strict=True)
    ]
    states = [
        keep_where(finished, old, new) for old, new in zip(flatten(state), flatten(new_state), strict=True)
    ]
    for old, new in zip([*flatten(zero_output), *flatten(state)], [*outputs, *states]):
        if not isinstance(new, TensorArray):
            new.set_shape(old.shape)
    return pack_sequence_as(zero_output, outputs), pack_sequence_as(state, states)


def require_sequence(inputs):
    """TypeError unless `inputs` is a list or tuple, ValueError when it is empty."""
    if not is_sequence(inputs):
        raise TypeError(f"inputs must be a sequence, one element for each step, got {inputs!r}")
    if not inputs:
        raise ValueError("inputs must not be empty")


@public("python.ops.rnn._reverse_seq")
def reverse_list(sequence: Sequence, lengths: TensorLike) -> list:
    """A list of (structures of) tensors `[batch, ...]` in reverse order; only up to `lengths`, if they are given."""
    if lengths is None:
        return list(reversed(sequence))
    reversed_tensors = []
    for steps in zip(*(flatten(step) for step in sequence)):
        shape = TensorShape(None)
        for step in steps:
            shape = shape.merge_with(step.shape)
        joined = array_ops.reverse_sequence(array_ops.stack(steps), lengths, 0, 1)
        results = array_ops.unstack(joined, num=len(steps))
        for result in results:
            result.set_shape(shape)
        reversed_tensors.append(results)
    return [pack_sequence_as(step, list(tensors)) for step, tensors in zip(sequence, zip(*reversed_tensors))]


def reverse_time(inputs, lengths, time_axis, batch_axis):
    """(Structures of) tensors in reverse order along `time_axis`; only up to `lengths`, if they are given."""

    def reverse(tensor):
        if lengths is None:
            return array_ops.reverse(tensor, axis=[time_axis])
        return array_ops.reverse_sequence(tensor, lengths, seq_axis=time_axis, batch_axis=batch_axis)

    return map_structure(lambda each: reverse(convert_to_tensor(each)), inputs)
