"""`Barrier`: elements whose components arrive one after the other, in any order, and are taken when they are complete."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.dtypes import as_dtype
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.inference import constant_value
from evergraph.ops.queues.host_barrier import HostBarrier
from evergraph.ops.registry import host_op

public_module("python.ops.data_flow_ops")


def _scalar(operation):
    return as_shape([])


@host_op("Barrier", "-> handle: resource", stateful=True, shape=_scalar)
def barrier_op(
    run, *, component_types: list, shapes: Sequence = (), capacity=-1, container="", shared_name=""
):
    known = [as_shape(shape) for shape in shapes] or None
    name = run.operation.attrs.get("shared_name") or run.operation.name
    found = run.resource(lambda: HostBarrier(name, component_types, known))
    for what, ours, theirs in (
        ("component types", list(component_types), found.dtypes),
        ("component shapes", str(known), str(found.shapes)),
    ):
        if ours != theirs:
            raise errors.InvalidArgumentError(
                None, None, f"the shared barrier {name!r} has other {what}: {theirs}, asked for {ours}"
            )
    return found


@host_op("BarrierInsertMany", "handle: resource, keys: string, values: T ->", stateful=True)
def insert_many_op(handle, keys, values, *, component_index: int):
    handle.insert_many(component_index, keys, values)


def _taken_shapes(operation):
    count = constant_value(operation.input_tensors[1])
    may_vary = count is None or operation.attrs["allow_small_batch"]
    many = as_shape([None if count is None or may_vary else int(count)])
    parts = operation.input_tensors[0].op.attrs.get("shapes") or ()
    shapes = [many.concatenate(as_shape(shape)) for shape in parts]
    return [many, many, *(shapes or [unknown_shape() for _ in operation.attrs["component_types"]])]


@host_op(
    "BarrierTakeMany",
    "handle: resource, num_elements: int32 -> indices: int64, keys: string, values: [component_types]",
    stateful=True,
    blocking=True,
    shape=_taken_shapes,
)
def take_many_op(
    run,
    handle,
    num_elements,
    *,
    component_types: list,
    allow_small_batch=False,
    wait_for_incomplete=False,
    timeout_ms=-1,
):
    taken = handle.take_many(run, int(num_elements), allow_small_batch)
    keys = np.empty(len(taken), object)
    keys[:] = [key for _, _, key, _ in taken]
    columns = [np.stack(column) for column in zip(*(components for *_, components in taken))]
    if not taken:
        columns = [np.zeros(0, dtype.as_numpy_dtype) for dtype in component_types]
    return np.array([index for index, *_ in taken], np.int64), keys, columns


@host_op("BarrierClose", "handle: resource ->", stateful=True)
def close_op(handle, *, cancel_pending_enqueues=False):
    handle.close(cancel_pending_enqueues)


@host_op("BarrierReadySize", "handle: resource -> size: int32", stateful=True, shape=_scalar)
def ready_size_op(handle):
    return np.int32(handle.ready_size())


@host_op("BarrierIncompleteSize", "handle: resource -> size: int32", stateful=True, shape=_scalar)
def incomplete_size_op(handle):
    return np.int32(handle.incomplete_size())


@public()
class Barrier:
    """A map from keys (strings) to elements: tuples of tensors, whose components are inserted one by one.

    `take_many` gives complete elements, in the order in which their first component came.

    Args:
      types: the DType of each component, or one DType.
      shapes: the shape of each component, or one shape; None where they may vary.
      shared_name: the name under which sessions of one server share the barrier.
      name: the operation's name.

    Raises:
      ValueError: a shape without elements.
    """

    def __init__(
        self, types: Any, shapes: Any = None, shared_name: str | None = None, name: str | None = "barrier"
    ) -> None:
        self._types = [as_dtype(dtype) for dtype in (types if isinstance(types, (list, tuple)) else [types])]
        self._shapes = _shapes_of(shapes, len(self._types))
        self._barrier_ref = barrier_op(
            component_types=self._types, shapes=self._shapes or [], shared_name=shared_name, name=name
        )
        self._name = self._barrier_ref.op.name.rpartition("/")[2]

    @property
    def barrier_ref(self) -> Tensor:
        """The tensor that is the handle of the barrier."""
        return self._barrier_ref

    @property
    def name(self) -> str:
        """The barrier's name."""
        return self._name

    def insert_many(
        self, component_index: int, keys: TensorLike, values: TensorLike, name: str | None = None
    ) -> Operation:
        """An operation that gives a component to the elements of some keys.

        Args:
          component_index: which one.
          keys: strings `[n]`.
          values: `[n, ...]`, the component of each.
          name: the operation's name.

        Running it raises CancelledError when the barrier is closed and a key is new, InvalidArgumentError when an element
        has that component already.
        """
        return insert_many_op(
            self._barrier_ref,
            keys,
            convert_to_tensor(values, self._types[component_index]),
            component_index=component_index,
            name=name or f"{self._name}_BarrierInsertMany",
        )

    def take_many(
        self,
        num_elements: TensorLike,
        allow_small_batch: bool = False,
        timeout: int | None = None,
        name: str | None = None,
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Takes complete elements; running it waits for them.

        Args:
          num_elements: how many.
          allow_small_batch: whether a closed barrier gives what it has, when that is fewer but not none.
          timeout: not used: a run's own `timeout_in_ms` is kept.
          name: the operation's name.

        Returns:
          (indices, keys, [components]): which insertion an element began with, counted from -2**63; its key; its components.

        Running it raises OutOfRangeError when the barrier is closed and will never have so many.
        """
        indices, keys, values = take_many_op(
            self._barrier_ref,
            num_elements,
            component_types=self._types,
            allow_small_batch=allow_small_batch,
            timeout_ms=-1 if timeout is None else timeout,
            name=name or f"{self._name}_BarrierTakeMany",
        )
        return indices, keys, values

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Operation:
        """An operation that closes the barrier: no new keys; with `cancel_pending_enqueues` what is incomplete is dropped."""
        return close_op(
            self._barrier_ref,
            cancel_pending_enqueues=cancel_pending_enqueues,
            name=name or f"{self._name}_BarrierClose",
        )

    def ready_size(self, name: str | None = None) -> Tensor:
        """How many elements are complete, an int32 scalar."""
        return ready_size_op(self._barrier_ref, name=name or f"{self._name}_BarrierReadySize")

    def incomplete_size(self, name: str | None = None) -> Tensor:
        """How many elements lack a component, an int32 scalar."""
        return incomplete_size_op(self._barrier_ref, name=name or f"{self._name}_BarrierIncompleteSize")


def _shapes_of(shapes, count):
    if shapes is None:
        return None
    if not shapes or isinstance(shapes, TensorShape) or not isinstance(shapes[0], (tuple, list, TensorShape)):
        shapes = [shapes] * count
    found = [as_shape(shape) for shape in shapes]
    for index, shape in enumerate(found):
        if 0 in (shape.dims_or_none or ()):
            raise ValueError(
                f"Empty tensors are not supported, but received shape '{shape}' at index {index}"
            )
    return found
