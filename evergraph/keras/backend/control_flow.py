"""Choosing between values, the training phase, and loops over time."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.keras.backend.session import annotate, learning_phase
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow import functional
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.variables.reference import Variable

public_module("python.keras.backend")


@public("keras.backend.switch")
def switch(condition: Any, then_expression: Any, else_expression: Any) -> Tensor:
    """One of two values, or of what two functions return.

    Args:
      condition: a bool scalar; or bools whose shape is a prefix of the values' shape, to choose element by element.
      then_expression, else_expression: tensors, or functions without arguments that return tensors.

    Raises:
      ValueError: a condition of higher rank than the values.
    """
    if condition.dtype.base_dtype != dtypes.bool:
        condition = math_ops.cast(condition, dtypes.bool)
    if not condition.shape.ndims:
        choices = [each if callable(each) else _always(each) for each in (then_expression, else_expression)]
        return cond(condition, choices[0], choices[1])
    then, other = (
        convert_to_tensor(each() if callable(each) else each) for each in (then_expression, else_expression)
    )
    rank, wanted = condition.shape.ndims, then.shape.ndims
    if rank > wanted:
        raise ValueError(f"condition, of rank {rank}, should have at most the rank of the values, {wanted}")
    if rank > 1 or wanted > 1:
        for _ in range(wanted - rank):
            condition = array_ops.expand_dims(condition, -1)
        condition = math_ops.logical_and(condition, array_ops.ones_like(then, dtype=dtypes.bool))
    return array_ops.where(condition, then, other)


def _always(value):
    return lambda: value


@public("keras.backend.in_train_phase")
def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """`x` when training, else `alt`; each a tensor or a function that returns one.

    `training` is a bool, 0 or 1, a tensor, or None for the learning phase; the result then says that it depends on it.
    """
    uses_phase = training is None
    if uses_phase:
        training = learning_phase()
    if not isinstance(training, (Tensor, Variable)):
        chosen = x if training else alt
        return chosen() if callable(chosen) else chosen
    result = switch(training, x, alt)
    if uses_phase:
        annotate(result, _uses_learning_phase=True)
    return result


@public("keras.backend.in_test_phase")
def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """`x` when not training, else `alt`; see `in_train_phase`."""
    return in_train_phase(alt, x, training=training)


def _like(mask, value):
    """A mask `[batch, 1]` spread to the shape of `value`."""
    for _ in range(value.shape.ndims - mask.shape.ndims):
        mask = array_ops.expand_dims(mask, -1)
    return math_ops.logical_and(mask, array_ops.ones_like(value, dtype=dtypes.bool))


def _masked_step(step_function, constants, inputs, mask, previous, states):
    """One step, whose outputs and states stay where the mask is false."""
    output, new_states = step_function(inputs, [*states, *constants])
    if mask is None:
        return output, list(new_states)
    previous = array_ops.zeros_like(output) if previous is None else previous
    return array_ops.where(_like(mask, output), output, previous), [
        array_ops.where(_like(mask, new), new, old) for new, old in zip(new_states, states)
    ]


@public("keras.backend.rnn")
def rnn(
    step_function: Callable[..., Any],
    inputs: Any,
    initial_states: Sequence[Any],
    go_backwards: bool = False,
    mask: TensorLike = None,
    constants: Sequence[Any] | None = None,
    unroll: bool = False,
    input_length: Any = None,
) -> tuple:
    """Runs a step over the time axis of `[batch, time, ...]`.

    Args:
      step_function: `(input, states) -> (output, new states)`; `states` ends with the constants.
      inputs: a tensor `[batch, time, ...]`.
      initial_states: the states before the first step.
      go_backwards: whether time runs backwards; the outputs are in that order then.
      mask: bools `[batch, time]` or `[batch, time, 1]`: where false, output and states stay as they were.
      constants: values that every step gets.
      unroll: whether the steps are recorded one by one, which needs a known number of them.
      input_length: not used; the time axis says how many steps there are.

    Returns:
      The last output, the outputs `[batch, time, ...]`, and the last states.

    Raises:
      ValueError: inputs of rank below 3; unrolling over an unknown number of steps; a mask without states.
    """
    inputs = convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None or rank < 3:
        raise ValueError(f"inputs should be at least of rank 3, [batch, time, ...], got shape {inputs.shape}")
    order = [1, 0, *range(2, rank)]
    steps_first = array_ops.transpose(inputs, order)
    if mask is not None:
        mask = math_ops.cast(mask, dtypes.bool)
        if mask.shape.ndims == 2:
            mask = array_ops.expand_dims(mask, -1)
        mask = array_ops.transpose(mask, [1, 0, *range(2, mask.shape.ndims)])
    if go_backwards:
        steps_first = array_ops.reverse(steps_first, [0])
        mask = mask if mask is None else array_ops.reverse(mask, [0])
    run = _unrolled if unroll else _looped
    last, outputs, states = run(step_function, steps_first, list(initial_states), mask, list(constants or []))
    rank_of_outputs: Any = outputs.shape.ndims
    return last, array_ops.transpose(outputs, [1, 0, *range(2, rank_of_outputs)]), states


def _unrolled(step_function, inputs, states, mask, constants):
    if not inputs.shape[0].value:
        raise ValueError(
            f"a loop can be unrolled over a known number of steps, got inputs [time, batch, ...] of shape {inputs.shape}"
        )
    outputs, output = [], None
    steps: Any = inputs.shape[0].value
    masks = [None] * steps if mask is None else array_ops.unstack(mask)
    for each, each_mask in zip(array_ops.unstack(inputs), masks):
        output, states = _masked_step(step_function, constants, each, each_mask, output, states)
        outputs.append(output)
    return output, array_ops.stack(outputs), states


def _looped(step_function, inputs, states, mask, constants):
    if mask is not None and not states:
        raise ValueError(
            "a mask needs states: where it is false, the step keeps the output before, which must be its first state"
        )
    steps = array_ops.shape(inputs)[0]
    states = [convert_to_tensor(state) for state in states]
    first, _ = step_function(inputs[0], [*states, *constants])  # for the type and shape of an output
    outputs = TensorArray(first.dtype, size=steps, tensor_array_name="output_ta")
    shapes = [state.shape for state in states]

    def step(time, previous, outputs, *states):
        each_mask = None if mask is None else mask[time]
        output, new = _masked_step(step_function, constants, inputs[time], each_mask, previous, list(states))
        for state, shape in zip(new, shapes):
            state.set_shape(shape)
        return (time + 1, output, outputs.write(time, output), *new)

    _, last, outputs, *states = while_loop(
        lambda time, *_: time < steps,
        step,
        (0, array_ops.zeros_like(first), outputs, *states),
        parallel_iterations=32,
        swap_memory=True,
    )
    stacked = outputs.stack()
    stacked.set_shape([inputs.shape[0].value, *first.shape.as_list()])
    last.set_shape(first.shape)
    return last, stacked, list(states)


@public("keras.backend.map_fn")
def map_fn(fn: Callable[..., Any], elems: Any, name: str | None = None, dtype: DTypeLike = None) -> Any:
    """`fn` of each element along the first axis."""
    return functional.map_fn(fn, elems, name=name, dtype=dtype)


@public("keras.backend.foldl")
def foldl(fn: Callable[..., Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """The elements along the first axis combined from left to right."""
    return functional.foldl(fn, elems, initializer=initializer, name=name)


@public("keras.backend.foldr")
def foldr(fn: Callable[..., Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """The elements along the first axis combined from right to left."""
    return functional.foldr(fn, elems, initializer=initializer, name=name)
