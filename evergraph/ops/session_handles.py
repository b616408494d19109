"""Session handles: tensors that stay in the session between runs, and are named by handles outside it."""

import itertools
from typing import Any, Self

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import get_default_graph, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.constants import placeholder
from evergraph.ops.registry import host_op

public_module("python.ops.session_ops")

_STORE = "", "session tensors"  # the resource that holds {handle: array}
_numbers = itertools.count()


@public()
class TensorHandle(bytes):
    """What running `get_session_handle` gives: the name of a tensor that the session keeps.

    The tensor is dropped with its handle.  As a feed, a handle stands for its tensor.

    Attributes:
      handle: the name, for `get_session_tensor` and to feed its placeholder with.
    """

    _store: dict[bytes, Any]
    _persistent: bool

    def __new__(cls, name: bytes, store: dict[bytes, Any]) -> Self:
        made = super().__new__(cls, name)
        made._store = store
        made._persistent = False
        return made

    @property
    def handle(self) -> str:
        return self.decode()

    def value(self) -> np.ndarray:
        """The tensor's value, as the session has it.

        Raises:
          InvalidArgumentError: the tensor was deleted.
        """
        return _kept(self._store, bytes(self), None)

    def eval(self) -> Any:
        """The tensor's value, an array or scalar of the caller's own."""
        return self.value().copy()[()]

    def delete(self) -> None:
        """Drops the tensor."""
        self._store.pop(bytes(self), None)

    def get_raw_handle(self) -> str:
        """The name; the tensor then stays until `delete_session_tensor` or the session's end."""
        self._persistent = True
        return self.handle

    def to_numpy_array(self) -> np.ndarray:
        """The name as a string scalar."""
        return np.array(bytes(self), object)

    def __str__(self) -> str:
        return self.handle

    def __del__(self) -> None:
        if not self._persistent:
            self._store.pop(bytes(self), None)


def _kept(store, name, operation):
    found = store.get(name)
    if found is None:
        raise errors.InvalidArgumentError(
            None,
            operation,
            f"The tensor with handle '{name.decode()}' is not in the session store: it was deleted "
            "with its handle, or belongs to another session",
        )
    return found


def _store_of(run):
    return run.resources.object(_STORE, dict)


@host_op(
    "GetSessionHandle",
    "value: T -> handle: string",
    stateful=True,
    shape=lambda op: [[]],
    differentiable=False,
)
def get_session_handle_op(run, value):
    store = _store_of(run)
    name = f"GetSessionHandle;{run.operation.name};{next(_numbers)}".encode()
    store[name] = np.array(value)
    result = np.empty((), object)
    result[()] = TensorHandle(name, store)
    return result


@host_op("GetSessionTensor", "handle: string -> value: dtype", stateful=True, differentiable=False)
def get_session_tensor_op(run, handle, *, dtype):
    return _kept(_store_of(run), bytes(handle[()]), run.operation)


@host_op("DeleteSessionTensor", "handle: string ->", stateful=True)
def delete_session_tensor_op(run, handle):
    _kept(_store_of(run), bytes(handle[()]), run.operation)
    del _store_of(run)[bytes(handle[()])]


@public("get_session_handle")
def get_session_handle(data: TensorLike, name: str | None = None) -> Tensor:
    """Keeps a tensor in the session; running the result gives its `TensorHandle`.

    Args:
      data: a tensor.
      name: the operation's name.

    Returns:
      A string scalar.

    Raises:
      TypeError: `data` cannot be made a tensor.
    """
    with name_scope(name, "GetSessionHandle", [data]) as scope:
        return get_session_handle_op(convert_to_tensor(data), name=scope)


@public("get_session_tensor")
def get_session_tensor(
    handle: str | bytes, dtype: DTypeLike, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """A tensor that the session keeps.

    Args:
      handle: the `handle` of a TensorHandle.
      dtype: the tensor's dtype.
      name: the operation's name.

    Returns:
      (placeholder for a handle, the tensor, whose shape is not known): feed the placeholder with `handle`.

    Raises (when run):
      InvalidArgumentError: the session keeps no such tensor.
    """
    holder = _holder()
    return holder, get_session_tensor_op(
        holder, dtype=dtypes.as_dtype(dtype), name=name or "GetSessionTensor"
    )


@public("delete_session_tensor")
def delete_session_tensor(handle: str | bytes, name: str | None = None) -> tuple[Tensor, Operation]:
    """An operation that drops a tensor that the session keeps.

    Returns:
      (placeholder for a handle, the operation): feed the placeholder with a handle.
    """
    holder = _holder()
    return holder, delete_session_tensor_op(holder, name=name or "DeleteSessionTensor")


def _holder():
    with get_default_graph().device(None):
        return placeholder(dtypes.string, [], name="handle")


def takes_handles(tensor) -> bool:
    """Whether a tensor is the placeholder of `get_session_tensor` or `delete_session_tensor`."""
    users = {operation.type for operation in tensor.consumers()}
    return bool(users) and users <= {"GetSessionTensor", "DeleteSessionTensor"}
