"""Queues of tensors: `FIFOQueue`, `RandomShuffleQueue`, `PaddingFIFOQueue`, `PriorityQueue`.

The classes here record the operations of `operations.py`, whose kernels work on a
`host_queue.HostQueue`, which keeps its elements in one of the stores of `storage.py`.
"""

import functools
import hashlib
from collections.abc import Sequence
from typing import Any

from evergraph.framework import dtypes as dtype_module
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import DType
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.seeds import get_seed
from evergraph.framework.shapes import Dimension, TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops.inference import constant_value
from evergraph.ops.queues import operations as queue_operations

public_module("python.ops.data_flow_ops")


@public("QueueBase")
class QueueBase:
    """What all queues have in common; `from_list` makes one that is any of several.

    A queue holds elements: tuples of tensors of fixed dtypes and, where given, fixed shapes.

    Args:
      dtypes: the components' DTypes.
      shapes: their shapes, as many, or None to accept any.
      names: their names, as many, or None; with names, enqueues take and dequeues give dicts.
      queue_ref: the tensor that is the handle of the queue.

    Raises:
      ValueError: lists of different lengths.
    """

    def __init__(
        self,
        dtypes: Sequence[DType],
        shapes: Sequence[ShapeLike] | None,
        names: Sequence[str] | None,
        queue_ref: Tensor,
    ) -> None:
        self._dtypes = dtypes
        if shapes is not None and len(shapes) != len(dtypes):
            raise ValueError(
                f"Queue shapes must have the same length as dtypes, got {len(shapes)} and {len(dtypes)}"
            )
        if names is not None and len(names) != len(dtypes):
            raise ValueError(
                f"Queue names must have the same length as dtypes, got {len(names)} and {len(dtypes)}"
            )
        known = [unknown_shape() for _ in dtypes] if shapes is None else shapes
        self._shapes = [TensorShape(shape) for shape in known]
        self._names = names
        self._queue_ref = queue_ref
        self._name = queue_ref.op.name.rpartition("/")[2]

    @staticmethod
    def from_list(index: TensorLike, queues: list["QueueBase"]) -> "QueueBase":
        """A queue that is `queues[index]` in each run.

        Args:
          index: int32 scalar.
          queues: queues of the same dtypes and names.

        Raises:
          TypeError: something that is no queue, or queues that differ.
        """
        if not queues or not isinstance(queues, list) or not all(isinstance(q, QueueBase) for q in queues):
            raise TypeError(f"A list of queues expected, got {queues!r}")
        first = queues[0]
        for queue in queues[1:]:
            if queue.dtypes != first.dtypes:
                raise TypeError(
                    f"Queues do not have matching component dtypes: {first.dtypes} and {queue.dtypes}"
                )
            if queue.names != first.names:
                raise TypeError(
                    f"Queues do not have matching component names: {first.names} and {queue.names}"
                )
        shapes = [functools.reduce(_common_shape, same) for same in zip(*(q.shapes for q in queues))]
        selected = queue_operations.select_queue_op(index, [q.queue_ref for q in queues])
        return QueueBase(dtypes=first.dtypes, shapes=shapes, names=first.names, queue_ref=selected)

    @property
    def queue_ref(self) -> Tensor:
        """The tensor that is the handle of the queue."""
        return self._queue_ref

    @property
    def name(self) -> str:
        """The name of the queue's operation."""
        return self._queue_ref.op.name

    @property
    def dtypes(self) -> Sequence[DType]:
        """The DTypes of the components of an element."""
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        """The TensorShapes of the components of an element."""
        return self._shapes

    @property
    def names(self) -> Sequence[str] | None:
        """The names of the components, or None."""
        return self._names

    def enqueue(self, vals: Any, name: str | None = None) -> Operation:
        """An operation that adds one element; it waits while the queue is full.

        Args:
          vals: a tensor, a list or tuple of them, or (for a queue with names) a dict.
          name: the operation's name.

        Raises:
          ValueError: `vals` does not fit the queue.

        Running it raises CancelledError when the queue or the session is closed, before or while it waits
        (closing the queue lets those that wait go first unless they are cancelled).
        """
        with name_scope(name, f"{self._name}_enqueue", [self._queue_ref]) as scope:
            tensors = self._convert(vals)
            for tensor, shape in zip(tensors, self._shapes):
                tensor.shape.assert_is_compatible_with(shape)
            return queue_operations.queue_enqueue_op(self._queue_ref, tensors, name=scope)

    def enqueue_many(self, vals: Any, name: str | None = None) -> Operation:
        """An operation that adds the elements along the first axis of `vals`; it waits while the queue is full.

        See `enqueue`; all tensors of `vals` have the same size along their first axis.
        """
        with name_scope(name, f"{self._name}_EnqueueMany", [self._queue_ref]) as scope:
            tensors = self._convert(vals)
            size = Dimension(None)
            for tensor, shape in zip(tensors, self._shapes):
                size = size.merge_with(tensor.shape.with_rank_at_least(1)[0])
                tensor.shape[1:].assert_is_compatible_with(shape)
            return queue_operations.queue_enqueue_many_op(self._queue_ref, tensors, name=scope)

    def dequeue(self, name: str | None = None) -> Any:
        """One element: a tensor, a list of tensors, or (with names) a dict.

        Running it waits while the queue is empty. It raises OutOfRangeError when the queue is closed and empty,
        CancelledError when the session is closed.
        """
        tensors = queue_operations.queue_dequeue_op(
            self._queue_ref, component_types=self._dtypes, name=name or f"{self._name}_Dequeue"
        )
        return self._shaped(tensors, self._shapes)

    def dequeue_many(self, n: TensorLike, name: str | None = None) -> Any:
        """`n` elements, stacked along a new first axis.

        Running it waits while there are fewer. It raises OutOfRangeError when the queue is closed and has fewer,
        InvalidArgumentError when the queue was made without shapes.

        Args:
          n: int32 scalar.
          name: the operation's name.
        """
        tensors = queue_operations.queue_dequeue_many_op(
            self._queue_ref, n, component_types=self._dtypes, name=name or f"{self._name}_DequeueMany"
        )
        size = TensorShape([_known_size(tensors[0].op.inputs[1])])
        return self._shaped(tensors, [size.concatenate(shape) for shape in self._shapes])

    def dequeue_up_to(self, n: TensorLike, name: str | None = None) -> Any:
        """Like `dequeue_many`, but a closed queue that has fewer elements gives those.

        Running it raises OutOfRangeError when the queue is closed and empty.
        """
        tensors = queue_operations.queue_dequeue_up_to_op(
            self._queue_ref, n, component_types=self._dtypes, name=name or f"{self._name}_DequeueUpTo"
        )
        return self._shaped(tensors, [TensorShape([None]).concatenate(shape) for shape in self._shapes])

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Operation:
        """An operation that closes the queue: later enqueues fail, dequeues go on while there are elements.

        Args:
          cancel_pending_enqueues: whether enqueues that wait are cancelled; otherwise closing waits for them.
          name: the operation's name.
        """
        return queue_operations.queue_close_op(
            self._queue_ref,
            cancel_pending_enqueues=cancel_pending_enqueues,
            name=name or f"{self._name}_Close",
        )

    def is_closed(self, name: str | None = None) -> Tensor:
        """A bool scalar: whether the queue is closed."""
        return queue_operations.queue_is_closed_op(self._queue_ref, name=name or f"{self._name}_Is_Closed")

    def size(self, name: str | None = None) -> Tensor:
        """An int32 scalar: the number of elements."""
        return queue_operations.queue_size_op(self._queue_ref, name=name or f"{self._name}_Size")

    def _convert(self, vals):
        if isinstance(vals, dict):
            if not self._names:
                raise ValueError("Queue must have names to enqueue a dictionary")
            if sorted(self._names, key=str) != sorted(vals, key=str):
                raise ValueError(
                    f"Keys in dictionary to enqueue do not match names of Queue. Dictionary: {sorted(vals, key=str)}, "
                    f"Queue: {sorted(self._names, key=str)}"
                )
            vals = [vals[name] for name in self._names]
        elif self._names:
            raise ValueError(f"You must enqueue a dictionary in a Queue with names, here {self._names}")
        elif not isinstance(vals, (list, tuple)):
            vals = [vals]
        if len(vals) != len(self._dtypes):
            raise ValueError(
                f"elements of {self.name!r} have {len(self._dtypes)} components, got {len(vals)}: {vals!r}"
            )
        return [
            convert_to_tensor(value, dtype=dtype, name=f"component_{index}")
            for index, (value, dtype) in enumerate(zip(vals, self._dtypes))
        ]

    def _shaped(self, tensors, shapes):
        for tensor, shape in zip(tensors, shapes):
            tensor.set_shape(shape)
        if self._names:
            return dict(zip(self._names, tensors))
        return tensors[0] if len(tensors) == 1 else tensors


@public("RandomShuffleQueue")
class RandomShuffleQueue(QueueBase):
    """A queue whose elements leave in random order.

    Args:
      capacity: the largest number of elements.
      min_after_dequeue: how many must stay after a dequeue, for a minimum of mixing; ignored once closed.
      dtypes: the components' DTypes, or one.
      shapes: their fully defined shapes; without them `dequeue_many` is not possible.
      names: their names, to enqueue and dequeue dicts.
      seed: with it (or the graph's seed) the order is the same every time.
      shared_name: the name under which sessions of one server share the queue.
      name: the operation's name.

    Raises:
      TypeError: `shapes` is no list.
      ValueError: shapes that are not known, or names of another number than the components.
    """

    def __init__(
        self,
        capacity: int,
        min_after_dequeue: int,
        dtypes: DTypeLike | Sequence[DTypeLike],
        shapes: ShapeLike | Sequence[ShapeLike] | None = None,
        names: str | Sequence[str] | None = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str | None = "random_shuffle_queue",
    ) -> None:
        dtypes = _type_list(dtypes)
        shapes = _shape_list(shapes)
        names = _name_list(names, dtypes)
        seed1, seed2 = _seeds(seed, shared_name)
        ref = queue_operations.random_shuffle_queue_op(
            component_types=dtypes,
            shapes=shapes,
            capacity=capacity,
            min_after_dequeue=min_after_dequeue,
            seed=seed1,
            seed2=seed2,
            shared_name=shared_name,
            name=name,
        )
        super().__init__(dtypes, shapes, names, ref)


@public("FIFOQueue")
class FIFOQueue(QueueBase):
    """A queue whose elements leave in the order they came.

    Args:
      capacity: the largest number of elements.
      dtypes: the components' DTypes, or one.
      shapes: their fully defined shapes; without them `dequeue_many` is not possible.
      names: their names, to enqueue and dequeue dicts.
      shared_name: the name under which sessions of one server share the queue.
      name: the operation's name.

    Raises:
      TypeError: `shapes` is no list.
      ValueError: shapes that are not known, or names of another number than the components.
    """

    def __init__(
        self,
        capacity: int,
        dtypes: DTypeLike | Sequence[DTypeLike],
        shapes: ShapeLike | Sequence[ShapeLike] | None = None,
        names: str | Sequence[str] | None = None,
        shared_name: str | None = None,
        name: str | None = "fifo_queue",
    ) -> None:
        dtypes = _type_list(dtypes)
        shapes = _shape_list(shapes)
        names = _name_list(names, dtypes)
        ref = queue_operations.fifo_queue_op(
            component_types=dtypes, shapes=shapes, capacity=capacity, shared_name=shared_name, name=name
        )
        super().__init__(dtypes, shapes, names, ref)


@public("PaddingFIFOQueue")
class PaddingFIFOQueue(QueueBase):
    """A FIFO queue of elements of differing sizes: a batch is padded with zeros to its largest element.

    Args:
      capacity: the largest number of elements.
      dtypes: the components' DTypes, or one.
      shapes: a list with the shape of each; None stands for a size that differs.
      names: their names, to enqueue and dequeue dicts.
      shared_name: the name under which sessions of one server share the queue.
      name: the operation's name.

    Raises:
      ValueError: shapes that are not a list of shapes, of unknown rank, or of another number than the dtypes.
    """

    def __init__(
        self,
        capacity: int,
        dtypes: DTypeLike | Sequence[DTypeLike],
        shapes: ShapeLike | Sequence[ShapeLike],
        names: str | Sequence[str] | None = None,
        shared_name: str | None = None,
        name: str | None = "padding_fifo_queue",
    ) -> None:
        dtypes = _type_list(dtypes)
        shapes = _shape_list(shapes, partial=True)
        names = _name_list(names, dtypes)
        if len(dtypes) != len(shapes):
            raise ValueError(
                f"Shapes must be provided for all components, but received {len(dtypes)} dtypes and "
                f"{len(shapes)} shapes."
            )
        ref = queue_operations.padding_fifo_queue_op(
            component_types=dtypes, shapes=shapes, capacity=capacity, shared_name=shared_name, name=name
        )
        super().__init__(dtypes, shapes, names, ref)


@public("PriorityQueue")
class PriorityQueue(QueueBase):
    """A queue whose elements leave by priority, smallest first.

    Every element begins with its priority, an int64 scalar (a vector in `enqueue_many`).

    Args:
      capacity: the largest number of elements.
      types: the DTypes of the components after the priority, or one.
      shapes: their fully defined shapes; without them `dequeue_many` is not possible.
      names: the names of all components, the priority first, to enqueue and dequeue dicts.
      shared_name: the name under which sessions of one server share the queue.
      name: the operation's name.

    Raises:
      TypeError: `shapes` is no list.
      ValueError: shapes that are not known, or names of another number than the components.
    """

    def __init__(
        self,
        capacity: int,
        types: DTypeLike | Sequence[DTypeLike],
        shapes: ShapeLike | Sequence[ShapeLike] | None = None,
        names: str | Sequence[str] | None = None,
        shared_name: str | None = None,
        name: str | None = "priority_queue",
    ) -> None:
        types = _type_list(types)
        shapes = _shape_list(shapes)
        ref = queue_operations.priority_queue_op(
            component_types=types, shapes=shapes, capacity=capacity, shared_name=shared_name, name=name
        )
        all_shapes = [TensorShape([]), *shapes] if shapes else None
        super().__init__([dtype_module.int64, *types], all_shapes, names, ref)


def _type_list(dtypes):
    listed = dtypes if isinstance(dtypes, (list, tuple)) else [dtypes]
    return [dtype_module.as_dtype(dtype).base_dtype for dtype in listed]


def _shape_list(shapes, partial=False) -> Any:
    """The shapes as a list of TensorShapes, fully defined or (with `partial`) of known rank; None stays None."""
    if partial and (not isinstance(shapes, (list, tuple)) or not shapes or _is_one_shape(shapes)):
        raise ValueError(f"When providing partial shapes, a list of shapes must be provided, got {shapes!r}")
    if shapes is None:
        return None
    if isinstance(shapes, TensorShape):
        shapes = [shapes]
    if not isinstance(shapes, (list, tuple)):
        raise TypeError(f"shapes must be a TensorShape or a list or tuple of TensorShapes, got {shapes!r}")
    if _is_one_shape(shapes):
        shapes = [shapes]
    shapes = [as_shape(shape) for shape in shapes]
    if not partial and not all(shape.is_fully_defined() for shape in shapes):
        raise ValueError(f"All shapes must be fully defined: {shapes}")
    if any(shape.ndims is None for shape in shapes):
        raise ValueError(f"All shapes must have a defined rank: {shapes}")
    return shapes


def _is_one_shape(shapes):
    return all(size is None or isinstance(size, int) for size in shapes)


def _name_list(names, dtypes) -> list[str] | None:
    if names is None:
        return None
    listed = list(names) if isinstance(names, (list, tuple)) else [names]
    if len(listed) != len(dtypes):
        raise ValueError(
            f"List of names must have the same length as the list of dtypes, got {names} and {dtypes}"
        )
    return listed


def _common_shape(a, b):
    """The most specific shape that covers both."""
    if a.ndims is None or b.ndims is None or a.ndims != b.ndims:
        return unknown_shape()
    return TensorShape([x if x == y else None for x, y in zip(a.as_list(), b.as_list())])


def _known_size(tensor):
    value = constant_value(tensor)
    return None if value is None else int(value)


def _seeds(seed, shared_name):
    """The two seeds of the operation; (0, 0) when nothing is seeded, and the queue draws its own."""
    graph_seed, op_seed = get_seed(seed)
    if graph_seed is None and op_seed is None:
        return 0, 0
    if seed is None and shared_name is not None:
        # Sessions that share the queue may have different graphs: what the number of operations would give
        # must not come in.
        digest = hashlib.md5(f"{graph_seed}{shared_name}".encode()).hexdigest()
        op_seed = int(digest[:8], 16) & 0x7FFFFFFF
    return graph_seed, op_seed
