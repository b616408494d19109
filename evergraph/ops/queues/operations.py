"""The operations on queues; `queues.py` has the classes that record them."""

from collections.abc import Sequence

import numpy as np

from evergraph.framework import dtypes as dtype_module
from evergraph.framework import errors
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.ops.queues.host_queue import HostQueue
from evergraph.ops.queues.storage import FIFOStore, PriorityStore, ShuffleStore, join_batches, pad_batches
from evergraph.ops.registry import host_op


def _scalar(operation):
    return as_shape([])


_SEEDS = ("seed", "seed2")


def _shared_queue(run, make, kind, component_types, shapes, capacity, **more):
    """The queue of a handle operation; a handle that shares another's queue must describe the same one."""
    spec = {"kind": kind, "component_types": list(component_types), "capacity": capacity, **more}
    spec["shapes"] = [str(shape) for shape in shapes]
    name = run.operation.attrs.get("shared_name") or run.operation.name

    def build():
        return make(name, spec)

    queue = run.resource(build)
    if not isinstance(queue, HostQueue):
        raise errors.InvalidArgumentError(None, None, f"the resource {name!r} is {queue!r}, not a queue")
    if queue.spec is not spec:
        is_seeded = any(spec.get(name) for name in _SEEDS)  # who gives none takes the queue as it is
        queue.check_spec({name: value for name, value in spec.items() if is_seeded or name not in _SEEDS})
    return queue


def _fixed(shapes):
    return [as_shape(shape) for shape in shapes] or None


@host_op("FIFOQueueV2", "-> handle: resource", stateful=True, shape=_scalar)
def fifo_queue_op(
    run, *, component_types: list, shapes: Sequence = (), capacity=-1, container="", shared_name=""
):
    def make(name, spec):
        join = join_batches if shapes else None
        return HostQueue(
            "FIFOQueue", name, FIFOStore(), join, component_types, _fixed(shapes), capacity, spec=spec
        )

    return _shared_queue(run, make, "FIFOQueue", component_types, shapes, capacity)


@host_op("PaddingFIFOQueueV2", "-> handle: resource", stateful=True, shape=_scalar)
def padding_fifo_queue_op(
    run, *, component_types: list, shapes: Sequence = (), capacity=-1, container="", shared_name=""
):
    def make(name, spec):
        return HostQueue(
            "PaddingFIFOQueue",
            name,
            FIFOStore(),
            pad_batches,
            component_types,
            _fixed(shapes),
            capacity,
            spec=spec,
        )

    return _shared_queue(run, make, "PaddingFIFOQueue", component_types, shapes, capacity)


@host_op("PriorityQueueV2", "-> handle: resource", stateful=True, shape=_scalar)
def priority_queue_op(
    run, *, component_types: Sequence = (), shapes: Sequence = (), capacity=-1, container="", shared_name=""
):
    def make(name, spec):
        types = [dtype_module.int64, *component_types]
        known = [TensorShape([]), *map(as_shape, shapes)] if shapes or not component_types else None
        join = join_batches if known else None
        return HostQueue("PriorityQueue", name, PriorityStore(), join, types, known, capacity, spec=spec)

    return _shared_queue(run, make, "PriorityQueue", component_types, shapes, capacity)


@host_op("RandomShuffleQueueV2", "-> handle: resource", stateful=True, shape=_scalar)
def random_shuffle_queue_op(
    run,
    *,
    component_types: list,
    shapes: Sequence = (),
    capacity=-1,
    min_after_dequeue=0,
    seed=0,
    seed2=0,
    container="",
    shared_name="",
):
    def make(name, spec):
        _check_min_after_dequeue(min_after_dequeue, capacity)
        entropy = (seed & (2**64 - 1), seed2 & (2**64 - 1)) if seed or seed2 else None
        known = _fixed(shapes)
        sizes = [shape.as_list() for shape in known] if known else None
        storage = [dtype.as_numpy_dtype for dtype in component_types]
        # With a seed the order must not depend on how quick the threads are that fill the queue.
        window = min_after_dequeue + 1 if entropy and min_after_dequeue else None
        store = ShuffleStore(np.random.default_rng(entropy), sizes, storage, window)
        join = join_batches if known else None
        return HostQueue(
            "RandomShuffleQueue", name, store, join, component_types, known, capacity, min_after_dequeue, spec
        )

    return _shared_queue(
        run,
        make,
        "RandomShuffleQueue",
        component_types,
        shapes,
        capacity,
        min_after_dequeue=min_after_dequeue,
        seed=seed,
        seed2=seed2,
    )


def _check_min_after_dequeue(min_after_dequeue, capacity):
    if min_after_dequeue < 0 or 0 <= capacity <= min_after_dequeue:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"min_after_dequeue {min_after_dequeue} must be at least 0 and less than the capacity "
            f"{capacity} of the queue",
        )


@host_op("QueueEnqueueV2", "handle: resource, components: [Tcomponents] ->", stateful=True, blocking=True)
def queue_enqueue_op(run, handle, components, *, timeout_ms=-1):
    handle.enqueue(run, components)


queue_enqueue_op.puts_many = (
    lambda queue: queue.room(),
    lambda run, queue, components: queue.enqueue_many(run, components),
)


@host_op("QueueEnqueueManyV2", "handle: resource, components: [Tcomponents] ->", stateful=True, blocking=True)
def queue_enqueue_many_op(run, handle, components, *, timeout_ms=-1):
    handle.enqueue_many(run, components)


@host_op("QueueDequeueV2", "handle: resource -> components: [component_types]", stateful=True, blocking=True)
def queue_dequeue_op(run, handle, *, component_types: list, timeout_ms=-1):
    handle.check_dtypes(component_types)
    return handle.dequeue(run)


def _dequeue_many(operation):
    """Takes many at once: of a queue that gives them in the order they came in, whoever asks."""
    queue = operation.input_tensors[0].op
    is_in_order = queue.type == "FIFOQueueV2" and queue.attrs["shapes"]
    return (lambda run, most, handle: handle.dequeue_at_once(run, most)) if is_in_order else None


queue_dequeue_op.gives_many = _dequeue_many


@host_op(
    "QueueDequeueManyV2",
    "handle: resource, n: int32 -> components: [component_types]",
    stateful=True,
    blocking=True,
)
def queue_dequeue_many_op(run, handle, n, *, component_types: list, timeout_ms=-1):
    handle.check_dtypes(component_types)
    return handle.dequeue_many(run, n)


@host_op(
    "QueueDequeueUpToV2",
    "handle: resource, n: int32 -> components: [component_types]",
    stateful=True,
    blocking=True,
)
def queue_dequeue_up_to_op(run, handle, n, *, component_types: list, timeout_ms=-1):
    handle.check_dtypes(component_types)
    return handle.dequeue_many(run, n, small_ok=True)


@host_op("QueueCloseV2", "handle: resource ->", stateful=True, blocking=True)
def queue_close_op(run, handle, *, cancel_pending_enqueues=False):
    handle.close(run, cancel_pending_enqueues)


@host_op("QueueIsClosedV2", "handle: resource -> is_closed: bool", stateful=True, shape=_scalar)
def queue_is_closed_op(handle):
    return np.bool_(handle.closed)


@host_op("QueueSizeV2", "handle: resource -> size: int32", stateful=True, shape=_scalar)
def queue_size_op(handle):
    return np.int32(handle.size())


@host_op("SelectQueue", "index: int32, handles: N*resource -> handle: resource", shape=_scalar)
def select_queue_op(index, handles):
    """The queue at `index`: the handle of `QueueBase.from_list`."""
    if not 0 <= index < len(handles):
        raise errors.InvalidArgumentError(
            None, None, f"index {index} is not in [0, {len(handles)}) of the queues"
        )
    return handles[int(index)]
