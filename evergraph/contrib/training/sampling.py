"""Examples by chance: accepted, by their class, or repeated by their weight."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.random.distributions import random_poisson, random_uniform
from evergraph.ops.variables.creation import new_variable
from evergraph.ops.variables.scope import get_local_variable, variable_scope
from evergraph.optimizers.moving_averages import assign_moving_average
from evergraph.training.batching import batch, maybe_batch

public_module("contrib.training.python.training.sampling_ops", "contrib.training.python.training.resample")


@public("contrib.training.rejection_sample")
def rejection_sample(
    tensors: Sequence[TensorLike],
    accept_prob_fn: Callable,
    batch_size: int,
    queue_threads: int = 1,
    enqueue_many: bool = False,
    prebatch_capacity: int = 16,
    prebatch_threads: int = 1,
    runtime_checks: bool = False,
    name: str | None = None,
) -> list[Tensor]:
    """Batches of examples that are each accepted with a probability.

    Args:
      tensors: a list of tensors: an example, or several with `enqueue_many`.
      accept_prob_fn: a function of the list that gives the probability, a scalar.
      batch_size: how many accepted examples make a batch.
      queue_threads: how many threads fill the queue.
      enqueue_many: see above.
      prebatch_capacity, prebatch_threads: of the queue that examples are taken apart in, with `enqueue_many`.
      runtime_checks: whether the probability is checked to be one.
      name: the variable scope.
    """
    with variable_scope(name, "rejection_sample", list(tensors)):
        listed: list[Any] = [convert_to_tensor(each) for each in tensors]
        if enqueue_many:
            batched = batch(listed, 1, prebatch_threads, prebatch_capacity, enqueue_many=True)
            parts = batched if isinstance(batched, (list, tuple)) else [batched]
            listed = [array_ops.squeeze(each, [0]) for each in parts]
        probability = accept_prob_fn(listed)
        if runtime_checks:
            probability = with_dependencies(
                [checks.assert_less_equal(0.0, probability), checks.assert_less_equal(probability, 1.0)],
                probability,
            )
        accepted = maybe_batch(listed, random_uniform([]) < probability, batch_size, queue_threads)
        return list(accepted) if isinstance(accepted, (list, tuple)) else [accepted]


@public("contrib.training.stratified_sample")
def stratified_sample(
    tensors: Sequence[TensorLike],
    labels: TensorLike,
    target_probs: TensorLike,
    batch_size: int,
    init_probs: TensorLike = None,
    enqueue_many: bool = False,
    queue_capacity: int = 16,
    threads_per_queue: int = 1,
    name: str | None = None,
) -> tuple[list[Tensor], Tensor]:
    """Batches whose classes have given probabilities, whatever those of the examples.

    Args:
      tensors: a list of tensors: an example, or several with `enqueue_many`.
      labels: its class, an integer; a vector of them with `enqueue_many`.
      target_probs: the probability of each class in a batch.
      batch_size: how many examples make one.
      init_probs: the probability of each class among the examples; estimated from those seen when None.
      enqueue_many: see above.
      queue_capacity, threads_per_queue: of the queues.
      name: a name for the operations.

    Returns:
      (the batches of `tensors`, the batch of labels).

    Raises:
      ValueError: shapes that do not fit.
      InvalidArgumentError (when run): probabilities that are none, a class that is wanted and never comes.
    """
    with name_scope(name, "stratified_sample", [*tensors, labels]):
        listed: list[Any] = [convert_to_tensor(each) for each in tensors]
        labels = convert_to_tensor(labels)
        target = convert_to_tensor(target_probs, dtype=dtypes.float32)
        if not enqueue_many:
            listed = [array_ops.expand_dims(each, 0) for each in listed]
            labels = array_ops.expand_dims(labels, 0)
        target.shape.assert_is_fully_defined()
        if init_probs is None:
            initial = _estimated_distribution(labels, target.shape.num_elements())
        else:
            initial = convert_to_tensor(init_probs, dtype=dtypes.float32)
        listed, labels, initial, target = _checked(listed, labels, initial, target)
        accepted = _acceptance(initial, target)
        taken = batch([*listed, labels], 1, threads_per_queue, queue_capacity, enqueue_many=True)
        *values, label = (array_ops.squeeze(each, [0]) for each in taken)
        kept = maybe_batch(
            [*values, label],
            random_uniform([]) < array_ops.gather(accepted, label),
            batch_size,
            threads_per_queue,
        )
        return list(kept[:-1]), kept[-1]


def _estimated_distribution(labels, classes, smoothing=10):
    """The shares of the classes among the labels so far; each begins with `smoothing` of them."""
    counts = new_variable([smoothing] * classes, trainable=False, name="class_count", dtype=dtypes.int64)
    seen = math_ops.reduce_sum(array_ops.one_hot(labels, classes, dtype=dtypes.int64), 0)
    counted = convert_to_tensor(counts.assign_add(seen)) + constants.constant(0, dtypes.int64)
    return math_ops.cast(math_ops.truediv(counted, math_ops.reduce_sum(counted)), dtypes.float32)


def _checked(tensors, labels, initial, target):
    """The same, with checks when run that they fit together."""
    probabilities = []
    for each in (initial, target):
        each.shape.assert_is_fully_defined()
        each.shape.assert_has_rank(1)
        total = math_ops.reduce_sum(each)
        probabilities.append(
            with_dependencies(
                [
                    checks.assert_non_negative(each),
                    checks.assert_less(total, 1.0 + 1e-6),
                    checks.assert_less(1.0 - 1e-6, total),
                ],
                each,
            )
        )
    initial, target = probabilities
    if initial.shape != target.shape:
        raise ValueError(
            f"Probability parameters must have the same length: {initial.shape} and {target.shape}"
        )
    labels.shape.assert_has_rank(1)
    for tensor in tensors:
        tensor.shape.with_rank_at_least(1)[0].assert_is_compatible_with(labels.shape[0])
    count = array_ops.shape(labels)[0]
    tensors = [
        with_dependencies([checks.assert_equal(array_ops.shape(tensor)[0], count)], tensor)
        for tensor in tensors
    ]
    checks.assert_integer(labels)
    labels = with_dependencies(
        [
            checks.assert_positive(count),
            checks.assert_non_negative(labels),
            checks.assert_less(labels, math_ops.cast(target.shape.num_elements(), labels.dtype)),
        ],
        labels,
    )
    possible = math_ops.reduce_all(
        math_ops.logical_or(math_ops.not_equal(initial, 0), math_ops.equal(target, 0))
    )
    complaint = "All classes with zero initial probability must also have zero target probability: "
    initial = with_dependencies([Assert(possible, [complaint, initial, target])], initial)
    return tensors, labels, initial, target


@public("contrib.training.python.training.sampling_ops._calculate_acceptance_probabilities")
def _acceptance(initial: TensorLike, target: TensorLike) -> Tensor:
    """The probability with which an example of each class is taken: the largest are 1.

    All are `[classes]`, of the dtype of the probabilities.
    """
    safe = array_ops.where(math_ops.equal(initial, 0), array_ops.ones_like(initial), initial)
    ratios = array_ops.where(math_ops.equal(initial, 0), array_ops.zeros_like(target), target / safe)
    return ratios / math_ops.reduce_max(ratios)


@public("contrib.training.resample_at_rate")
def resample_at_rate(
    inputs: Sequence[TensorLike],
    rates: TensorLike,
    scope: str | None = None,
    seed: int | None = None,
    back_prop: bool = False,
) -> list[Tensor]:
    """Each example as often as a Poisson distribution says, which may be not at all.

    Args:
      inputs: tensors `[n, ...]`.
      rates: the mean of how often, floats `[n]`.
      scope: a name for the operations.
      seed: of the draws.
      back_prop: has no effect: integers have no gradient.
    """
    with name_scope(scope, "resample_at_rate", [*inputs, rates]):
        rates = convert_to_tensor(rates, name="rates")
        counts = math_ops.cast(random_poisson(rates, (), rates.dtype, seed=seed), dtypes.int32)
        ends = math_ops.cumsum(counts)
        # Which example each of the new ones is: how many have ended before it.
        places = math_ops.range(math_ops.reduce_sum(counts))
        before = math_ops.less_equal(array_ops.expand_dims(ends, 0), array_ops.expand_dims(places, 1))
        indices = math_ops.reduce_sum(math_ops.cast(before, dtypes.int32), 1)
        return [array_ops.gather(each, indices) for each in inputs]


@public("contrib.training.weighted_resample")
def weighted_resample(
    inputs: Sequence[TensorLike],
    weights: TensorLike,
    overall_rate: TensorLike,
    scope: str | None = None,
    mean_decay: TensorLike = 0.999,
    seed: int | None = None,
) -> tuple[list[Tensor], Tensor]:
    """Each example as often as its weight says, so that there are `overall_rate` as many on the whole.

    Args:
      inputs: tensors `[n, ...]`.
      weights: floats `[n]`.
      overall_rate: see above.
      scope: a name for the operations.
      mean_decay: of the average of the weights that they are measured by.
      seed: of the draws.

    Returns:
      (the examples, the mean of how often each of them should be there).
    """
    with name_scope(scope, "weighted_resample", list(inputs)) as name:
        weights = convert_to_tensor(weights)
        with variable_scope(scope, "estimate_mean", list(inputs)):
            zero = math_ops.cast(0, weights.dtype)
            average: Any = get_local_variable("estimated_mean", initializer=zero, dtype=weights.dtype)
            mean = assign_moving_average(average, math_ops.reduce_mean(weights), mean_decay)
        rates = weights * overall_rate / mean
        found = resample_at_rate([rates, *inputs], rates, scope=name, seed=seed)
        return found[1:], found[0]
