"""`TensorArray`: a list of tensors of one shape that a loop fills, as one array.

The array is the tensor `flow` (of type variant): `[size, ...element]`, and `[size, 0]` before the first write
tells the element's shape.  Every write gives a new flow, so a TensorArray is an ordinary value: loops carry it,
gradients flow through it.

With `dynamic_size=True`, or elements of different shapes (`infer_shape=False`), it is a Python list on the host: a
`HostArray`.  The static shape of the flow says which of the two it is: a scalar for a list, unknown for an array.
The gradient of a list is a list, in which an element that nothing has flowed into is missing.
"""

import functools
import itertools
from typing import NoReturn

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.dtypes import DType
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops.constants import no_op
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import DeviceDefinition, host_op

public_module("python.ops.tensor_array_ops")


def _is_list(operation):
    """Whether an operation works on a list on the host."""
    flows = (t for t in operation.input_tensors if t.dtype == dtypes.variant)
    attrs = operation.attrs
    return bool(attrs.get("dynamic_size") or attrs.get("_varies")) or any(f.shape.ndims == 0 for f in flows)


class TensorArrayDefinition(DeviceDefinition):
    """An operation on a TensorArray: on the host when that is a list, with a gradient of its own then."""

    def __init__(self, *arguments, list_gradient=None, **options):
        super().__init__(*arguments, **options)
        self.host_gradient = list_gradient

    def placement(self, operation):
        return "host" if _is_list(operation) else super().placement(operation)

    def can_run_on_host(self, operation):
        return _is_list(operation)


def _array_op(type, signature, **options):  # noqa: A002
    def define(kernel):
        return TensorArrayDefinition(type, signature, kernel, kind="device", **options)

    return define


def _unallocated(flow):
    return flow.ndim == 2 and flow.shape[1] == 0


def _flow_shape(operation):
    return [as_shape([]) if _is_list(operation) else unknown_shape()]


# -- the gradients of lists -----------------------------------------------------------------------------------


@host_op("TensorArrayFlowIndices", "flow: variant -> indices: int32", shape=lambda op: [[None]])
def _indices_op(flow):
    """The indices of a list's elements."""
    return np.arange(len(flow.items), dtype=np.int32)


@host_op("TensorArrayFlowRows", "value: T -> indices: int32", shape=lambda op: [[None]])
def _rows_op(value):
    """The indices of a tensor's rows."""
    return np.arange(len(value), dtype=np.int32)


@host_op("TensorArrayFlowLengths", "flow: variant -> lengths: int64", shape=lambda op: [[None]])
def _lengths_op(flow):
    """How many rows each element of a list has."""
    return np.array([len(flow.read(i)) for i in range(len(flow.items))], np.int64)


def _of_gradient(operation, flow) -> list:
    indices, value = operation.inputs
    return [None, _flow_at_op(flow, indices, value)]


def _at_gradient(operation, value) -> list:
    return [_flow_of_op(operation.inputs[1], value), None, None]


def _without_gradient(operation, flow) -> list:
    return [_flow_without_op(flow, operation.inputs[1]), None]


def _pieces_gradient(operation, flow) -> list:
    value, lengths = operation.inputs
    return [_flow_joined_op(flow, lengths, value), None]


def _joined_gradient(operation, value) -> list:
    return [_flow_pieces_op(value, operation.inputs[1]), None, None]


@host_op(
    "TensorArrayFlowOf",
    "indices: int32, value: T -> flow: variant",
    shape=lambda op: [[]],
    gradient=_of_gradient,
)
def _flow_of_op(indices, value):
    """The list with a value at an index, or rows at several (the sum of those at one)."""
    items = [None] * (int(np.max(indices)) + 1 if np.size(indices) else 0)
    for index, row in [(indices, value)] if np.ndim(indices) == 0 else zip(indices, value):
        items[int(index)] = row if items[int(index)] is None else items[int(index)] + row
    return HostArray(items, value.dtype, True)


@host_op(
    "TensorArrayFlowAt",
    "flow: variant, indices: int32, like: T -> value: T",
    shape=lambda op: [op.input_tensors[2].shape],
    gradient=_at_gradient,
)
def _flow_at_op(flow, indices, like):
    """What flows into the element at an index, or the rows at several; zeros like those of `like` for one missing."""
    if np.ndim(indices) == 0:
        return _element_of(flow, int(indices), like)
    return np.stack([_element_of(flow, int(i), row) for i, row in zip(indices, like)]) if len(like) else like


@host_op(
    "TensorArrayFlowWithout",
    "flow: variant, indices: int32 -> flow_out: variant",
    shape=lambda op: [[]],
    gradient=_without_gradient,
)
def _flow_without_op(flow, indices):
    """The list without what is at an index or several."""
    left_out = set(np.ravel(indices).tolist())
    return HostArray([None if i in left_out else e for i, e in enumerate(flow.items)], flow.dtype, True)


@host_op(
    "TensorArrayFlowPieces",
    "value: T, lengths: int64 -> flow: variant",
    shape=lambda op: [[]],
    gradient=_pieces_gradient,
)
def _flow_pieces_op(value, lengths):
    """The list of consecutive pieces of a value."""
    return HostArray(np.split(value, np.cumsum(lengths)[:-1]), value.dtype, True)


@host_op(
    "TensorArrayFlowJoined",
    "flow: variant, lengths: int64, like: T -> value: T",
    shape=lambda op: [op.input_tensors[2].shape],
    gradient=_joined_gradient,
)
def _flow_joined_op(flow, lengths, like):
    """What flows into a list's elements, joined; zeros like the pieces of `like` for those that are missing."""
    pieces = np.split(like, np.cumsum(lengths)[:-1])
    return np.concatenate([_element_of(flow, i, piece) for i, piece in enumerate(pieces)])


def _element_of(flow, index, like):
    found = flow.items[index] if index < len(flow.items) else None
    return np.zeros_like(like) if found is None else found


def _write_gradient(operation, flow):
    _, index, value = operation.inputs
    return [_flow_without_op(flow, index), None, _flow_at_op(flow, index, value)]


def _gather_gradient(operation, value):
    return [_flow_of_op(operation.inputs[1], value), None]


def _stack_gradient(operation, value):
    return [_flow_of_op(_indices_op(operation.inputs[0]), value)]


def _unstack_gradient(operation, flow):
    value = operation.inputs[1]
    rows = _rows_op(value)
    return [_flow_without_op(flow, rows), _flow_at_op(flow, rows, value)]


def _concat_gradient(operation, value):
    return [_flow_pieces_op(value, _lengths_op(operation.inputs[0]))]


def _split_gradient(operation, flow):
    _, value, lengths = operation.inputs
    return [_flow_without_op(flow, _rows_op(lengths)), _flow_joined_op(flow, lengths, value), None]


def _pass_gradient(operation, flow):
    return [flow]


# -- the operations -------------------------------------------------------------------------------------------


def _create_on_host(size, *, dtype, element_shape, dynamic_size):
    """A list; one that does not grow holds elements of different shapes."""
    return HostArray([None] * int(size), dtype.as_numpy_dtype, dynamic_size)


class HostArray:
    """A TensorArray that may grow: a list of NumPy arrays, None where nothing was written."""

    def __init__(self, items, dtype, grows):
        self.items, self.dtype, self.grows = items, dtype, grows

    def written(self, index: int, value: np.ndarray, again: bool = False) -> "HostArray":
        """A new HostArray with an element set, one that was not unless `again`; InvalidArgumentError otherwise, and beyond
        the end if it may not grow."""
        items = list(self.items)
        if index >= len(items) and self.grows:
            items.extend([None] * (index + 1 - len(items)))
        if not 0 <= index < len(items):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Tried to write to index {index} but array is not resizeable and size is: {len(items)}",
            )
        if items[index] is not None and not again:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Could not write to TensorArray index {index} because it has already been written to.",
            )
        items[index] = np.asarray(value)
        return HostArray(items, self.dtype, self.grows)

    def read(self, index: int) -> np.ndarray:
        """The element at an index."""
        if not 0 <= index < len(self.items):
            raise errors.InvalidArgumentError(
                None, None, f"Tried to read from index {index} but array size is: {len(self.items)}"
            )
        if self.items[index] is None:
            raise errors.InvalidArgumentError(
                None, None, f"Could not read from TensorArray index {index}: it has not been written to"
            )
        return self.items[index]

    def zeros(self) -> "HostArray":
        """A gradient of this array that nothing has flowed into."""
        return HostArray([None] * len(self.items), self.dtype, True)

    def plus(self, other: "HostArray") -> "HostArray":
        """The sum of two gradients of one array: an element that nothing has flowed into is zero."""
        items = []
        for a, b in itertools.zip_longest(self.items, other.items):
            items.append(b if a is None else a if b is None else np.add(a, b))
        return HostArray(items, self.dtype, True)

    def gathered(self, indices: np.ndarray, element_shape: TensorShape) -> np.ndarray:
        """The elements at some indices, stacked."""
        if len(indices) == 0:
            known = next((i.shape for i in self.items if i is not None), None)
            if known is None:
                known = element_shape.as_list() if element_shape.is_fully_defined() else ()
            return np.zeros((0, *known), self.dtype)
        return np.stack([self.read(int(i)) for i in indices])


@_array_op(
    "TensorArrayV3",
    "size: int32 -> flow: variant",
    static=("size",),
    stateful=True,
    shape=_flow_shape,
    numpy=_create_on_host,
)
def create_op(size, *, dtype, element_shape: TensorShape, dynamic_size=False):
    if element_shape.is_fully_defined():
        return jnp.zeros((int(size), *element_shape.as_list()), dtype.as_numpy_dtype)
    return jnp.zeros((int(size), 0), dtype.as_numpy_dtype)


def _allocated(flow, element_shape):
    if _unallocated(flow) and tuple(element_shape) != (0,):
        return jnp.zeros((flow.shape[0], *element_shape), flow.dtype)
    if flow.shape[1:] != tuple(element_shape):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"the element's shape {list(element_shape)} differs from that of the TensorArray's others, "
            f"{list(flow.shape[1:])}",
        )
    return flow


def _check_index(lowering, index, size, what):
    is_fixed = " is not resizeable and" if what == "write to" else ""
    message = f"Tried to {what} index {{0}} but array{is_fixed} size is: {size}"
    if isinstance(index, np.ndarray) and index.ndim == 0 and not 0 <= index < size:
        raise errors.InvalidArgumentError(None, lowering.operation, message.format(index))
    lowering.check(jnp.all((index >= 0) & (index < size)), message, [index])


@_array_op(
    "TensorArrayWriteV3",
    "flow: variant, index: int32, value: T -> flow_out: variant",
    shape=_flow_shape,
    checks=True,
    numpy=lambda flow, index, value, *, dynamic_size: flow.written(int(index), value),
    list_gradient=_write_gradient,
)
def write_op(lowering, flow, index, value, *, dynamic_size=False):
    flow = _allocated(flow, value.shape)
    _check_index(lowering, index, flow.shape[0], "write to")
    if flow.shape[0] == 0:  # the body of a loop that makes no iteration
        return flow
    return flow.at[index].set(value.astype(flow.dtype))


@_array_op(
    "TensorArrayReadV3",
    "flow: variant, index: int32 -> value: dtype",
    checks=True,
    shape=lambda op: [op.attrs["element_shape"]],
    numpy=lambda flow, index, *, dtype, element_shape, dynamic_size: flow.read(int(index)),
    list_gradient=_gather_gradient,
)
def read_op(lowering, flow, index, *, dtype, element_shape: TensorShape, dynamic_size=False):
    if _unallocated(flow) and element_shape.dims_or_none != (0,):
        raise errors.InvalidArgumentError(
            None, lowering.operation, "Could not read from TensorArray: nothing has been written to it"
        )
    _check_index(lowering, index, flow.shape[0], "read from")
    if flow.shape[0] == 0:  # a branch that is not taken may read what is not there
        return jnp.zeros(flow.shape[1:], flow.dtype)
    return flow[index]


def _gather_shape(operation):
    count = operation.input_tensors[1].shape
    first = count[0].value if count.ndims == 1 else None
    return [as_shape([first]).concatenate(operation.attrs["element_shape"])]


@_array_op(
    "TensorArrayGatherV3",
    "flow: variant, indices: int32 -> value: dtype",
    shape=_gather_shape,
    checks=True,
    numpy=lambda flow, indices, *, dtype, element_shape, dynamic_size: flow.gathered(indices, element_shape),
    list_gradient=_gather_gradient,
)
def gather_op(lowering, flow, indices, *, dtype, element_shape: TensorShape, dynamic_size=False):
    _check_index(lowering, indices, flow.shape[0], "read from")
    return flow[indices]


def _stack_shape(operation):
    return [as_shape([operation.attrs["size"]]).concatenate(operation.attrs["element_shape"])]


def _stack_on_host(flow, *, dtype, element_shape, size, dynamic_size):
    return flow.gathered(range(len(flow.items)), element_shape)


@_array_op(
    "TensorArrayStack",
    "flow: variant -> value: dtype",
    shape=_stack_shape,
    numpy=_stack_on_host,
    list_gradient=_stack_gradient,
)
def stack_op(flow, *, dtype, element_shape: TensorShape, size=None, dynamic_size=False):
    if _unallocated(flow) and element_shape.is_fully_defined():
        return jnp.zeros((flow.shape[0], *element_shape.as_list()), flow.dtype)
    return flow


def _scatter_on_host(flow, indices, value, *, dynamic_size):
    for index, element in zip(indices, value):
        flow = flow.written(int(index), element)
    return flow


@_array_op(
    "TensorArrayScatterV3",
    "flow: variant, indices: int32, value: T -> flow_out: variant",
    checks=True,
    shape=_flow_shape,
    numpy=_scatter_on_host,
    list_gradient=_write_gradient,
)
def scatter_op(lowering, flow, indices, value, *, dynamic_size=False):
    flow = _allocated(flow, value.shape[1:])
    _check_index(lowering, indices, flow.shape[0], "write to")
    return flow.at[indices].set(value.astype(flow.dtype))


def _unstack_on_host(flow, value, *, dynamic_size):
    for index, element in enumerate(value):
        flow = flow.written(index, element)
    return flow


@_array_op(
    "TensorArrayUnstack",
    "flow: variant, value: T -> flow_out: variant",
    shape=_flow_shape,
    numpy=_unstack_on_host,
    list_gradient=_unstack_gradient,
)
def unstack_op(flow, value, *, dynamic_size=False):
    if value.shape[0] > flow.shape[0]:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Tried to unstack {value.shape[0]} elements but array is not resizeable and size is: "
            f"{flow.shape[0]}",
        )
    if value.shape[0] == flow.shape[0]:
        return value.astype(flow.dtype)
    flow = _allocated(flow, value.shape[1:])
    return flow.at[: value.shape[0]].set(value.astype(flow.dtype))


def _size_on_host(flow, *, dynamic_size):
    return np.int32(len(flow.items))


@_array_op(
    "TensorArraySizeV3",
    "flow: variant -> size: int32",
    role="shape",
    shape=lambda op: [[]],
    numpy=_size_on_host,
)
def size_op(flow, *, dynamic_size=False):
    return np.int32(flow.shape[0])


def _concat_on_host(flow, *, dtype, element_shape, dynamic_size):
    pieces = [flow.read(i) for i in range(len(flow.items))]
    for index, piece in enumerate(pieces):
        if not piece.ndim:
            raise ValueError(f"Concat saw a scalar shape at index {index} but requires at least vectors")
        if piece.shape[1:] != pieces[0].shape[1:]:
            raise ValueError(
                f"TensorArray has inconsistent shapes: index 0 has {list(pieces[0].shape)}, index {index} has "
                f"{list(piece.shape)}: all but the first size must be equal"
            )
    return np.concatenate(pieces)


@_array_op(
    "TensorArrayConcatV3",
    "flow: variant -> value: dtype",
    shape=lambda op: [
        as_shape([None]).concatenate(op.attrs["element_shape"][1:])
        if op.attrs["element_shape"].ndims
        else unknown_shape()
    ],
    numpy=_concat_on_host,
    list_gradient=_concat_gradient,
)
def concat_op(flow, *, dtype, element_shape: TensorShape, dynamic_size=False):
    if flow.ndim == 1:
        raise ValueError("Concat saw a scalar shape at index 0 but requires at least vectors")
    return jnp.reshape(flow, (-1, *flow.shape[2:]))


def _check_split(value, lengths, size):
    """Raises ValueError for lengths that are not those of `size` pieces (None: of any number) of a value."""
    if lengths.ndim != 1:
        raise ValueError(f"Expected lengths to be a vector, received shape: {list(lengths.shape)}")
    if not value.ndim:
        raise ValueError("Expected value to be at least a vector, but received shape: []")
    if lengths.sum() != value.shape[0]:
        raise ValueError(
            f"Expected sum of lengths to be equal to values.shape[0], but sum of lengths is {lengths.sum()} and value's "
            f"shape is: {list(value.shape)}"
        )
    if size is not None and len(lengths) != size:
        raise ValueError(
            f"TensorArray's size is not equal to the size of lengths ({size} vs. {len(lengths)}), and the TensorArray is "
            "not marked as dynamically resizeable"
        )


def _split_on_host(flow, value, lengths, *, dynamic_size):
    _check_split(value, lengths, None if flow.grows else len(flow.items))
    start = 0
    for index, length in enumerate(lengths):
        flow = flow.written(index, value[start : start + int(length)])
        start += int(length)
    return flow


@_array_op(
    "TensorArraySplitV3",
    "flow: variant, value: T, lengths: int64 -> flow_out: variant",
    static=("lengths",),
    shape=_flow_shape,
    numpy=_split_on_host,
    list_gradient=_split_gradient,
)
def split_op(flow, value, lengths, *, dynamic_size=False):
    _check_split(value, lengths, flow.shape[0])
    if len(set(lengths.tolist())) > 1:
        raise errors.UnimplementedError(
            None,
            None,
            f"TensorArray.split into pieces of different lengths {lengths.tolist()} needs dynamic_size=True or "
            "infer_shape=False",
        )
    return jnp.reshape(value, (len(lengths), -1, *value.shape[1:])).astype(flow.dtype)


def _piece_shape(whole, lengths):
    """The static shape of all pieces of a tensor, unknown where they may differ."""
    if whole.ndims is None or lengths is None or not lengths.size or lengths.min() != lengths.max():
        return unknown_shape()
    return TensorShape([int(lengths[0])]).concatenate(whole[1:])


@public("TensorArray")
class TensorArray:
    """A write-once list of tensors; see the module.

    Args:
      dtype: the elements' DType.
      size: how many (an int32 scalar); with `dynamic_size` it may grow.
      dynamic_size: whether writing past the end makes it longer.
      clear_after_read: kept for compatibility: elements may be read any number of times.
      tensor_array_name: a name for the resource.
      handle, flow: an existing TensorArray's, to wrap it again.
      infer_shape: whether all elements must have one static shape.
      element_shape: their static shape, if it is known.
      colocate_with_first_write_call: kept for compatibility.
      name: the name scope.

    Raises:
      ValueError: `handle` and `size` together, or an element whose shape differs from the others'.
    """

    def __init__(
        self,
        dtype: DTypeLike,
        size: TensorLike = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Tensor | None = None,
        flow: Tensor | None = None,
        infer_shape: bool = True,
        element_shape: ShapeLike = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        if handle is not None and tensor_array_name:
            raise ValueError("Cannot construct with both handle and tensor_array_name")
        if handle is None and size is None:
            raise ValueError("Size must be declared unless a handle is passed: give `size`")
        if handle is not None and (size is not None or dynamic_size is not None):
            raise ValueError("Cannot provide both a handle and size or dynamic_size at the same time")
        if handle is not None and element_shape is not None:
            raise ValueError("Cannot provide both a handle and element_shape at the same time")
        self._dtype = dtypes.as_dtype(dtype).base_dtype
        self._infer_shape = infer_shape
        self._dynamic_size = bool(dynamic_size)
        self._static_size = int(size) if isinstance(size, (int, np.integer)) and not dynamic_size else None
        shape = as_shape(element_shape)
        self._element_shape = [shape]  # shared by all that come from this one
        if flow is not None:
            self._flow = flow
            return
        with name_scope(name, "TensorArray", [size]):
            size = convert_to_tensor(size, dtypes.int32, name="size")
            self._flow = create_op(
                size,
                dtype=self._dtype,
                element_shape=shape,
                dynamic_size=self._dynamic_size,
                _varies=self._dtype == dtypes.string or not infer_shape and not shape.is_fully_defined(),
                name=tensor_array_name or "TensorArrayV3",
            )

    @property
    def flow(self) -> Tensor:
        """The tensor that carries the elements."""
        return self._flow

    @property
    def handle(self) -> Tensor:
        """What names this TensorArray: its flow."""
        return self._flow

    @property
    def dtype(self) -> DType:
        """The elements' DType."""
        return self._dtype

    def with_flow(self, flow: Tensor) -> "TensorArray":
        """The same TensorArray after what made `flow`."""
        other = TensorArray(self._dtype, handle=flow, flow=flow, infer_shape=self._infer_shape)
        other._dynamic_size, other._static_size = self._dynamic_size, self._static_size
        other._element_shape = self._element_shape
        return other

    def identity(self) -> "TensorArray":
        """A copy, which waits for the current control dependencies."""
        return self.with_flow(_identity_flow(self._flow))

    def grad(self, source: str, flow: Tensor | None = None, name: str | None = None) -> NoReturn:
        """Not needed: gradients flow through the array itself.

        Raises:
          NotImplementedError: always; use tf.gradients.
        """
        raise NotImplementedError(
            "TensorArray.grad has no use here: tf.gradients differentiates through the array"
        )

    def _merge_element_shape(self, shape):
        if not self._infer_shape:
            return
        known = self._element_shape[0]
        if not known.is_compatible_with(shape):
            raise ValueError(f"Inconsistent shapes: saw {shape} but expected {known} (and infer_shape=True)")
        self._element_shape[0] = known.merge_with(shape)

    def _shape(self):
        return self._element_shape[0] if self._infer_shape else unknown_shape()

    def read(self, index: TensorLike, name: str | None = None) -> Tensor:
        """The element at `index`."""
        with name_scope(name, "TensorArrayRead", [index]):
            return read_op(
                self._flow,
                index,
                dtype=self._dtype,
                element_shape=self._shape(),
                dynamic_size=self._dynamic_size,
                name="TensorArrayReadV3",
            )

    def write(self, index: TensorLike, value: TensorLike, name: str | None = None) -> "TensorArray":
        """The TensorArray with `value` at `index`."""
        with name_scope(name, "TensorArrayWrite", [index, value]):
            value = self._element(value)
            self._merge_element_shape(value.shape)
            return self.with_flow(
                write_op(self._flow, index, value, dynamic_size=self._dynamic_size, name="TensorArrayWriteV3")
            )

    def _element(self, value, name="value"):
        try:
            tensor = convert_to_tensor(value, None if isinstance(value, Tensor) else self._dtype, name=name)
        except TypeError:
            tensor = convert_to_tensor(value, name=name)  # what is of another dtype is refused below
        if tensor.dtype.base_dtype != self._dtype:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"TensorArray dtype is {self._dtype.name} but Op is trying to write dtype {tensor.dtype.name}: {tensor}; "
                "cast it",
            )
        return tensor

    def stack(self, name: str | None = None) -> Tensor:
        """All elements, stacked along a new first dimension."""
        with name_scope(name, "TensorArrayStack", []):
            return stack_op(
                self._flow,
                dtype=self._dtype,
                element_shape=self._shape(),
                size=self._static_size,
                dynamic_size=self._dynamic_size,
            )

    def gather(self, indices: TensorLike, name: str | None = None) -> Tensor:
        """The elements at `indices`, stacked."""
        return gather_op(
            self._flow,
            indices,
            dtype=self._dtype,
            element_shape=self._shape(),
            dynamic_size=self._dynamic_size,
            name=name or "TensorArrayGatherV3",
        )

    def concat(self, name: str | None = None) -> Tensor:
        """All elements, concatenated along their first dimension."""
        return concat_op(
            self._flow,
            dtype=self._dtype,
            element_shape=self._shape(),
            dynamic_size=self._dynamic_size,
            name=name or "TensorArrayConcatV3",
        )

    def unstack(self, value: TensorLike, name: str | None = None) -> "TensorArray":
        """The TensorArray with the rows of `value` as its elements."""
        with name_scope(name, "TensorArrayUnstack", [value]):
            value = self._element(value)
            if value.shape.ndims is not None:
                self._merge_element_shape(value.shape[1:])
            return self.with_flow(unstack_op(self._flow, value, dynamic_size=self._dynamic_size))

    def scatter(self, indices: TensorLike, value: TensorLike, name: str | None = None) -> "TensorArray":
        """The TensorArray with the rows of `value` at `indices`."""
        with name_scope(name, "TensorArrayScatter", [value, indices]):
            value = self._element(value)
            if value.shape.ndims is not None:
                self._merge_element_shape(value.shape[1:])
            return self.with_flow(scatter_op(self._flow, indices, value, dynamic_size=self._dynamic_size))

    def split(self, value: TensorLike, lengths: TensorLike, name: str | None = None) -> "TensorArray":
        """The TensorArray with consecutive pieces of `value`, of the given lengths, as its elements."""
        with name_scope(name, "TensorArraySplit", [value, lengths]):
            value = self._element(value)
            lengths = definition_named("Cast")(lengths, DstT=dtypes.int64)
            self._merge_element_shape(_piece_shape(value.shape, constant_value(lengths)))
            return self.with_flow(split_op(self._flow, value, lengths, dynamic_size=self._dynamic_size))

    def size(self, name: str | None = None) -> Tensor:
        """The number of elements, an int32 scalar."""
        return size_op(self._flow, dynamic_size=self._dynamic_size, name=name or "TensorArraySizeV3")

    def close(self, name: str | None = None) -> Operation:
        """An operation that does nothing: the array is freed when nothing uses it."""
        return no_op(name=name)


def _add_lists(flows):
    return functools.reduce(HostArray.plus, flows)


@_array_op(
    "TensorArrayAddFlows",
    "flows: N*variant -> flow: variant",
    shape=_flow_shape,
    numpy=_add_lists,
    list_gradient=lambda op, flow: [flow] * len(op.inputs),
)
def add_flows(flows):
    """The sum of gradients of one TensorArray; those of an array that nothing was written to are empty."""
    allocated = [f for f in flows if not _unallocated(f)] or flows[:1]
    total = allocated[0]
    for flow in allocated[1:]:
        total = total + flow
    return total


@_array_op(
    "TensorArrayIdentity",
    "flow: variant -> flow_out: variant",
    shape=_flow_shape,
    numpy=lambda flow: flow,
    list_gradient=_pass_gradient,
)
def _identity_flow(flow):
    return flow
