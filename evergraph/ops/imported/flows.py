"""What imported gradients of TensorFlow's loops keep: gradients of TensorArrays, and stacks."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.public import public
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike
from evergraph.ops.control_flow.tensor_array import HostArray, TensorArrayDefinition
from evergraph.ops.registry import host_op


def _flow_shape(operation):
    return [t.shape for t in operation.input_tensors if t.dtype == dtypes.variant] or [unknown_shape()]


def _gradient_op(type, signature, **options):  # noqa: A002
    def define(kernel):
        return TensorArrayDefinition(type, signature, kernel, kind="device", shape=_flow_shape, **options)

    return define


def _zeros_on_host(flow):
    items = [None if item is None else np.zeros_like(item) for item in flow.items]
    return HostArray(items, flow.dtype, True)


@_gradient_op("TensorArrayZerosLike", "flow: variant -> grad: variant", numpy=_zeros_on_host)
def zeros_like_op(flow):
    """A gradient of an array that nothing has flowed into."""
    return jnp.zeros_like(flow)


def _add_on_host(flow, index, value):
    for i, row in [(index, value)] if np.ndim(index) == 0 else zip(index, value):
        i = int(i)
        before = flow.items[i] if i < len(flow.items) else None
        flow = flow.written(i, row if before is None else before + row, again=True)
    return flow


@_gradient_op(
    "TensorArrayAddAt",
    "flow: variant, index: int32, value: T -> flow_out: variant",
    checks=True,
    numpy=_add_on_host,
)
def add_at_op(lowering, flow, index, value):
    """Adds to the element at an index, or to those at several."""
    element = value.shape[np.ndim(index) :]
    if flow.ndim == 2 and flow.shape[1] == 0 and element != (0,):
        flow = jnp.zeros((flow.shape[0], *element), flow.dtype)
    lowering.check(
        jnp.all((index >= 0) & (index < flow.shape[0])),
        f"Tried to add to index {{0}} but array size is: {flow.shape[0]}",
        [index],
    )
    return flow.at[index].add(value.astype(flow.dtype))


@_gradient_op("TensorArrayNoFlow", "-> flow: variant", numpy=lambda: HostArray([], np.float32, True))
def no_flow_op():
    """Where a sum of gradients of an array begins."""
    return jnp.zeros((0, 0), jnp.float32)


# -- stacks ---------------------------------------------------------------------------------------------------------


class HostStack:
    """What a loop pushes for the loop of its gradient; made anew in each run."""

    def __init__(self):
        self.values = []


@host_op("StackV2", "max_size: int32 -> handle: variant", shape=lambda op: [as_shape([])], stateful=True)
def stack_op(max_size, *, elem_type, stack_name=""):
    return HostStack()


@host_op("Stack", "-> handle: variant", shape=lambda op: [as_shape([])], stateful=True)
def unbounded_stack_op(*, elem_type, stack_name=""):
    return HostStack()


def _pushed_shape(operation):
    return [operation.input_tensors[1].shape]


def _push(handle, elem, *, swap_memory=False):
    handle.values.append(elem)
    return elem


push_op = host_op("StackPushV2", "handle: variant, elem: T -> output: T", shape=_pushed_shape, stateful=True)(
    _push
)
old_push_op = host_op(
    "StackPush", "handle: variant, elem: T -> output: T", shape=_pushed_shape, stateful=True
)(_push)


def _popped_shape(operation):
    return [unknown_shape()]


def _pop(handle, *, elem_type):
    if not handle.values:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Stack is empty when calling Pop(): it held elements of {elem_type.name}. In the gradient of a loop it means "
            "that the gradient's loop runs more often than the loop",
        )
    return handle.values.pop()


pop_op = host_op("StackPopV2", "handle: variant -> elem: elem_type", shape=_popped_shape, stateful=True)(_pop)
old_pop_op = host_op("StackPop", "handle: variant -> elem: elem_type", shape=_popped_shape, stateful=True)(
    _pop
)


@host_op("StackIdentity", "handle: variant -> output: variant", shape=lambda op: [as_shape([])])
def identity_op(handle):
    return handle


def _close(handle):
    handle.values.clear()


close_op = host_op("StackCloseV2", "handle: variant ->", stateful=True)(_close)
old_close_op = host_op("StackClose", "handle: variant ->", stateful=True)(_close)


@public("python.ops.gen_data_flow_ops._stack")
def _stack(elem_type: DTypeLike, stack_name: str = "", name: str | None = None) -> Tensor:
    """The handle of a stack of elements of one dtype, made anew in each run."""
    return unbounded_stack_op(elem_type=dtypes.as_dtype(elem_type), stack_name=stack_name, name=name)
