"""Batches of elements of one kind: a queue for each bucket, and one for the batches."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import convert_to_tensor_or_sparse_tensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group, no_op
from evergraph.ops.queues.classes import FIFOQueue, PaddingFIFOQueue
from evergraph.summary import summary
from evergraph.training.batching import _checked_keep_input, _dtypes_of, _laid_out_as, _lists_of, _shapes_of
from evergraph.training.queue_runner import QueueRunner, add_queue_runner
from evergraph.training.sparse_batching import keep_or, restore_sparse_tensors, store_sparse_tensors

public_module("contrib.training.python.training.bucket_ops")

_ENDS = (errors.OutOfRangeError, errors.CancelledError)


@public("contrib.training.bucket")
def bucket(
    tensors: Any,
    which_bucket: TensorLike,
    batch_size: Any,
    num_buckets: int,
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Sequence[int] | None = None,
    shapes: Sequence[Any] | None = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: TensorLike = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """Batches whose elements are all of one bucket.

    Args:
      tensors: a list or dict of tensors: an element.
      which_bucket: its bucket, an int32 scalar.
      batch_size: an integer or scalar tensor, or a list with one for each bucket.
      num_buckets: how many buckets there are.
      num_threads: how many threads put elements into buckets.
      capacity: how many batches are made ahead, and how many elements a bucket holds unless `bucket_capacities` says.
      shapes, dynamic_pad, allow_smaller_final_batch, keep_input, shared_name, name: as for `tf.train.maybe_batch`.

    Returns:
      (the bucket of the batch, the batch as `tensors` is laid out; a tensor for a list of one).

    Raises:
      ValueError: another number of batch sizes or capacities than of buckets, no tensors, shapes that are not known.
    """
    sizes = list(batch_size) if isinstance(batch_size, (list, tuple)) else [batch_size] * num_buckets
    capacities = [capacity] * num_buckets if bucket_capacities is None else list(bucket_capacities)
    for what, values in (("batch_size", sizes), ("bucket_capacities", capacities)):
        if len(values) != num_buckets:
            raise ValueError(
                f"The list {what} must have exactly num_buckets ({num_buckets}) elements, got {len(values)}"
            )
    listed = _lists_of([tensors])[0]
    if not listed:
        raise ValueError("Expected at least one tensor in bucket().")
    with name_scope(name, "bucket", [getattr(each, "values", each) for each in listed]):
        listed = [convert_to_tensor_or_sparse_tensor(each) for each in listed]
        keep = _checked_keep_input(keep_input, False)
        listed, infos = store_sparse_tensors(listed, False, keep)
        types, element_shapes = _dtypes_of([listed]), _shapes_of([listed], shapes, False)
        which_bucket = convert_to_tensor(which_bucket, dtype=dtypes.int32, name="which_bucket")
        kind = PaddingFIFOQueue if dynamic_pad else FIFOQueue
        queues = [
            kind(
                capacity=each,
                dtypes=types,
                shapes=element_shapes,
                shared_name=None if shared_name is None else f"{shared_name}_{index}",
                name=f"bucket_queue_{index}",
            )
            for index, each in enumerate(capacities)
        ]
        is_known = not (allow_smaller_final_batch or isinstance(batch_size, (list, tuple)))
        size = batch_size if is_known and isinstance(batch_size, int) else None
        top = PaddingFIFOQueue(
            capacity=capacity,
            dtypes=[dtypes.int32, *types],
            shapes=[TensorShape([]), *(TensorShape([size]).concatenate(each) for each in queues[0].shapes)],
            shared_name=shared_name,
            name="top_queue",
        )

        def enqueue():
            chosen = [
                cond(math_ops.equal(which_bucket, index), lambda queue=queue: queue.enqueue(listed), no_op)
                for index, queue in enumerate(queues)
            ]
            return group(*chosen, name="group_enqueues")

        _run_queues(queues, top, keep_or(keep, enqueue, no_op), num_threads, sizes, allow_smaller_final_batch)
        summary.scalar(
            f"bucket/{top.name}/fraction_of_{capacity}_full",
            math_ops.cast(top.size(), dtypes.float32) * (1.0 / capacity),
        )
        which, *dequeued = top.dequeue(name="dequeue_top")
        batch = restore_sparse_tensors(dequeued[0] if len(dequeued) == 1 else dequeued, infos)
        return which, _laid_out_as(tensors, batch)


def _run_queues(queues, top, enqueue, num_threads, sizes, allow_smaller):
    """Adds the runners: from elements to buckets, and from each bucket to the batches."""
    moves = []
    for index, (queue, size) in enumerate(zip(queues, sizes)):
        dequeue = queue.dequeue_up_to if allow_smaller else queue.dequeue_many
        taken = dequeue(size, name=f"read_bucket_{index}")
        parts = list(taken) if isinstance(taken, (list, tuple)) else [taken]
        moves.append(top.enqueue([constant(index), *parts], name=f"enqueue_from_bucket_{index}"))
    add_queue_runner(
        QueueRunner(
            queues[0],
            moves,
            close_op=top.close(),
            cancel_op=top.close(cancel_pending_enqueues=True),
            queue_closed_exception_types=_ENDS,
        )
    )
    add_queue_runner(
        QueueRunner(
            top,
            [enqueue] * num_threads,
            close_op=group(*[queue.close() for queue in queues]),
            cancel_op=group(*[queue.close(cancel_pending_enqueues=True) for queue in queues]),
            queue_closed_exception_types=_ENDS,
        )
    )


@public("contrib.training.bucket_by_sequence_length")
def bucket_by_sequence_length(
    input_length: TensorLike,
    tensors: Any,
    batch_size: Any,
    bucket_boundaries: Sequence[int],
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Sequence[int] | None = None,
    shapes: Sequence[Any] | None = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: TensorLike = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`bucket` of sequences of like length.

    Args:
      input_length: the length of an element, an int32 scalar.
      bucket_boundaries: ascending: bucket i has lengths from boundary i - 1 to below boundary i.
      The other arguments: as for `bucket`.

    Returns:
      (the lengths of the batch's elements, the batch).

    Raises:
      TypeError: boundaries that are no list of integers.
      ValueError: no boundaries, or some that do not ascend.
    """
    if not isinstance(bucket_boundaries, (list, tuple)):
        raise TypeError(f"bucket_boundaries must be a list or tuple, but received: {bucket_boundaries}")
    if not bucket_boundaries:
        raise ValueError("bucket_boundaries must not be empty")
    for low, high in zip(bucket_boundaries[:-1], bucket_boundaries[1:]):
        if not isinstance(low, int) or not isinstance(high, int):
            raise TypeError(f"bucket boundaries must be integers, but saw: {low} and {high}")
        if low >= high:
            raise ValueError(
                f"Buckets must contain sequential increasing lengths, but saw: {low} before {high}"
            )
    listed = _lists_of([tensors])[0]
    with name_scope(name, "bucket_by_sequence_length", [input_length]):
        length = convert_to_tensor(input_length, dtype=dtypes.int32, name="input_length")
        ends = np.asarray(bucket_boundaries, np.int32)
        which = math_ops.reduce_sum(math_ops.cast(math_ops.greater_equal(length, ends), dtypes.int32))
        _, dequeued = bucket(
            [length, *listed],
            which,
            batch_size,
            len(bucket_boundaries) + 1,
            num_threads,
            capacity,
            bucket_capacities,
            None if shapes is None else [TensorShape([]), *shapes],
            dynamic_pad,
            allow_smaller_final_batch,
            keep_input,
            shared_name,
        )
        lengths, *batch = dequeued
        return lengths, _laid_out_as(
            tensors, batch[0] if isinstance(tensors, dict) and len(batch) == 1 else batch
        )
