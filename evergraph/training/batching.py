"""Batches: `batch`, `shuffle_batch`, and their `join` and `maybe` forms.

All of them do the same, in `_build`:
1. lay the tensors out as a list for each thread     (`_lists_of`)
2. replace sparse tensors by handles                 (`store_sparse_tensors`)
3. make the queue, and the runner that fills it      (`_fill`)
4. dequeue a batch, and restore what was replaced    (`restore_sparse_tensors`)
"""

from collections.abc import Sequence
from typing import Any

from evergraph.framework.composite import convert_to_tensor_or_sparse_tensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import no_op
from evergraph.ops.queues.classes import FIFOQueue, PaddingFIFOQueue, RandomShuffleQueue
from evergraph.summary.summary import scalar
from evergraph.training.queue_runner import QueueRunner, add_queue_runner
from evergraph.training.sparse_batching import keep_or, restore_sparse_tensors, store_sparse_tensors

public_module("python.training.input")

_COMMON = """

    A queue runner for the queue is added to the graph: call `tf.train.start_queue_runners`.

    Raises:
      ValueError: no tensors, shapes that are not known, or a `keep_input` of the wrong rank.
      TypeError: dtypes that differ between the lists.
    Running the result raises OutOfRangeError when the input has ended and too few elements are left.
"""


@public("train.batch")
def batch(
    tensors: Any,
    batch_size: TensorLike,
    num_threads: int = 1,
    capacity: TensorLike = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of `batch_size` elements of `tensors`, in order.

    Args:
      tensors: list or dict of tensors: one element, or several with `enqueue_many`.
      batch_size: int, or an int32 scalar.
      num_threads: how many threads enqueue; with more than one the order is not certain.
      capacity: the queue's.
      enqueue_many: whether the first axis of the tensors counts elements.
      shapes: the shapes of the elements, where the tensors do not tell.
      dynamic_pad: whether elements of differing sizes are padded with zeros.
      allow_smaller_final_batch: whether the last batch may be smaller; otherwise what is left over is dropped.
      shared_name: the name under which sessions of one server share the queue.
      name: the operations' name.

    Returns:
      Tensors laid out as `tensors` (a single one for a list of one).
    """
    return _queue_batch(
        [tensors],
        batch_size,
        True,
        "batch",
        num_threads,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.maybe_batch")
def maybe_batch(
    tensors: Any,
    keep_input: TensorLike,
    batch_size: TensorLike,
    num_threads: int = 1,
    capacity: TensorLike = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Like `batch`, of the elements where `keep_input` (a bool scalar, or a vector with `enqueue_many`) is true."""
    return _queue_batch(
        [tensors],
        batch_size,
        keep_input,
        "batch",
        num_threads,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.batch_join")
def batch_join(
    tensors_list: Sequence[Any],
    batch_size: TensorLike,
    capacity: TensorLike = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Like `batch`, with a thread for each element of `tensors_list`, which are all like `tensors` there."""
    return _queue_batch(
        tensors_list,
        batch_size,
        True,
        "batch_join",
        1,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.maybe_batch_join")
def maybe_batch_join(
    tensors_list: Sequence[Any],
    keep_input: TensorLike,
    batch_size: TensorLike,
    capacity: TensorLike = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Like `batch_join`, of the elements where `keep_input` is true (see `maybe_batch`)."""
    return _queue_batch(
        tensors_list,
        batch_size,
        keep_input,
        "batch_join",
        1,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.shuffle_batch")
def shuffle_batch(
    tensors: Any,
    batch_size: TensorLike,
    capacity: TensorLike,
    min_after_dequeue: TensorLike,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of `batch_size` elements of `tensors`, in random order.

    Args:
      tensors, batch_size, num_threads, capacity, enqueue_many, shapes, allow_smaller_final_batch, shared_name, name:
        see `batch`.
      min_after_dequeue: how many elements stay in the queue, for a minimum of mixing.
      seed: the seed of the order.
    """
    return _shuffled_batch(
        [tensors],
        batch_size,
        capacity,
        min_after_dequeue,
        True,
        "shuffle_batch",
        num_threads,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.maybe_shuffle_batch")
def maybe_shuffle_batch(
    tensors: Any,
    batch_size: TensorLike,
    capacity: TensorLike,
    min_after_dequeue: TensorLike,
    keep_input: TensorLike,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Like `shuffle_batch`, of the elements where `keep_input` is true (see `maybe_batch`)."""
    return _shuffled_batch(
        [tensors],
        batch_size,
        capacity,
        min_after_dequeue,
        keep_input,
        "shuffle_batch",
        num_threads,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.shuffle_batch_join")
def shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: TensorLike,
    capacity: TensorLike,
    min_after_dequeue: TensorLike,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Like `shuffle_batch`, with a thread for each element of `tensors_list`."""
    return _shuffled_batch(
        tensors_list,
        batch_size,
        capacity,
        min_after_dequeue,
        True,
        "shuffle_batch_join",
        1,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


@public("train.maybe_shuffle_batch_join")
def maybe_shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: TensorLike,
    capacity: TensorLike,
    min_after_dequeue: TensorLike,
    keep_input: TensorLike,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Like `shuffle_batch_join`, of the elements where `keep_input` is true (see `maybe_batch`)."""
    return _shuffled_batch(
        tensors_list,
        batch_size,
        capacity,
        min_after_dequeue,
        keep_input,
        "shuffle_batch_join",
        1,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name,
    )


for _function in [
    batch,
    maybe_batch,
    batch_join,
    maybe_batch_join,
    shuffle_batch,
    maybe_shuffle_batch,
    shuffle_batch_join,
    maybe_shuffle_batch_join,
]:
    _function.__doc__ = _function.__doc__.rstrip() + _COMMON


def _queue_batch(
    tensors_list,
    batch_size,
    keep_input,
    default_name,
    threads,
    capacity,
    enqueue_many,
    shapes,
    dynamic_pad,
    smaller,
    shared_name,
    name,
):
    kind = PaddingFIFOQueue if dynamic_pad else FIFOQueue

    def make_queue(dtypes, element_shapes):
        return kind(capacity=capacity, dtypes=dtypes, shapes=element_shapes, shared_name=shared_name)

    return _build(
        tensors_list,
        batch_size,
        keep_input,
        default_name,
        threads,
        enqueue_many,
        shapes,
        smaller,
        name,
        make_queue,
        capacity,
    )


def _shuffled_batch(
    tensors_list,
    batch_size,
    capacity,
    min_after_dequeue,
    keep_input,
    default_name,
    threads,
    seed,
    enqueue_many,
    shapes,
    smaller,
    shared_name,
    name,
):
    if capacity <= min_after_dequeue:
        raise ValueError(f"capacity {capacity} must be bigger than min_after_dequeue {min_after_dequeue}.")

    def make_queue(dtypes, element_shapes):
        return RandomShuffleQueue(
            capacity=capacity,
            min_after_dequeue=min_after_dequeue,
            dtypes=dtypes,
            shapes=element_shapes,
            seed=seed,
            shared_name=shared_name,
        )

    return _build(
        tensors_list,
        batch_size,
        keep_input,
        default_name,
        threads,
        enqueue_many,
        shapes,
        smaller,
        name,
        make_queue,
        capacity,
        min_after_dequeue,
    )


def _build(
    tensors_list,
    batch_size,
    keep_input,
    default_name,
    threads,
    enqueue_many,
    shapes,
    smaller,
    name,
    make_queue,
    capacity,
    reserve=None,
):
    lists = _lists_of(tensors_list)
    with name_scope(name, default_name, [t for one in lists for t in one] + [keep_input]) as scope:
        lists = [[convert_to_tensor_or_sparse_tensor(t) for t in one] for one in lists]
        if not lists[0]:
            raise ValueError(f"Expected at least one tensor in {default_name}().")
        keep_input = _checked_keep_input(keep_input, enqueue_many)
        infos = None
        for index, one in enumerate(lists):
            lists[index], infos = store_sparse_tensors(one, enqueue_many, keep_input, infos)
        queue = make_queue(_dtypes_of(lists), _shapes_of(lists, shapes, enqueue_many))
        _fill(queue, lists, threads, enqueue_many, keep_input)
        _summarize_fullness(queue, capacity, reserve)
        dequeue = queue.dequeue_up_to if smaller else queue.dequeue_many
        dequeued = restore_sparse_tensors(dequeue(batch_size, name=scope), infos)
        return _laid_out_as(tensors_list[0], dequeued)


def _summarize_fullness(queue, capacity, reserve):
    """A scalar summary of how full the queue is, above the elements that always stay in it."""
    size, tag = queue.size(), f"fraction_of_{capacity}_full"
    if reserve is not None:
        size, tag = (
            math_ops.maximum(0, size - reserve),
            f"fraction_over_{reserve}_of_{capacity - reserve}_full",
        )
    scalar(tag, math_ops.to_float(size) * (1.0 / (capacity - (reserve or 0))))


def _lists_of(tensors_list):
    if not tensors_list:
        raise ValueError("Expected at least one set of tensors")
    first = tensors_list[0]
    if not isinstance(first, dict):
        return [list(tensors) for tensors in tensors_list]
    for tensors in tensors_list[1:]:
        if set(tensors) != set(first):
            raise ValueError(
                f"All dictionaries in tensors_list must have the same keys, got {sorted(first)} and {sorted(tensors)}"
            )
    return [[tensors[key] for key in sorted(tensors, key=str)] for tensors in tensors_list]


def _laid_out_as(original, dequeued):
    if not isinstance(original, dict):
        return dequeued
    listed = [dequeued] if len(original) == 1 else dequeued
    return dict(zip(sorted(original, key=str), listed))


def _checked_keep_input(keep_input, enqueue_many):
    keep_input = convert_to_tensor(keep_input)
    rank = keep_input.shape.ndims
    if rank is None:
        raise ValueError("`keep_input` dimensions must be known at graph construction.")
    if rank > 1:
        raise ValueError(f"`keep_input` must be 0 or 1 dimensions, got {keep_input.shape}.")
    if rank == 1 and not enqueue_many:
        raise ValueError("`keep_input` cannot be a vector when `enqueue_many=False`.")
    return keep_input


def _dtypes_of(lists):
    first = [tensor.dtype.base_dtype for tensor in lists[0]]
    for one in lists[1:]:
        others = [tensor.dtype.base_dtype for tensor in one]
        if others != first:
            raise TypeError(
                f"Expected types to be consistent: {[d.name for d in first]} vs. {[d.name for d in others]}."
            )
    return first


def _shapes_of(lists, shapes, enqueue_many):
    """The shapes of the elements: those given, or those of the tensors of the first list."""
    if shapes is not None:
        return shapes
    found = []
    for tensors in zip(*lists):
        for tensor in tensors:
            if tensor.shape.ndims is None:
                raise ValueError(f"Cannot infer Tensor's rank: {tensor}; give `shapes`")
        elements = [as_shape(t.shape) for t in tensors]
        if enqueue_many:
            elements = [shape.with_rank_at_least(1)[1:] for shape in elements]
        for other in elements[1:]:
            elements[0].merge_with(other)
        found.append(elements[0])
    return found


def _fill(queue, lists, threads, enqueue_many, keep_input):
    """The queue runner: one thread for each list, or several for a single one."""
    enqueue = queue.enqueue_many if enqueue_many else queue.enqueue
    if keep_input.shape.ndims == 1:
        operations = [enqueue([array_ops.boolean_mask(t, keep_input) for t in one]) for one in lists]
    else:
        operations = [keep_or(keep_input, lambda one=one: enqueue(one), no_op) for one in lists]
    add_queue_runner(QueueRunner(queue, operations * threads))
