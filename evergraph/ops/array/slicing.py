"""Parts of a tensor: `slice`, `strided_slice`, indexing, and assignment to parts of a variable.

A slice specification has, for each of its entries, a bit in each of five masks; `index_of` turns it into the
index that NumPy and JAX understand.  A position that is not known when XLA compiles is a dynamic slice where
the result's size does not depend on it: `x[i]` in a loop is one program.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.definition import OpDefinition
from evergraph.framework.operation import Operation
from evergraph.framework.places import Places
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.moving_slices import part_at, part_sizes, with_part_at
from evergraph.ops.array.slice_specs import MASKS, Masks, aligned, checked_index, index_of
from evergraph.ops.array.static import dims_of, partial_list, static_list
from evergraph.ops.registry import INDEX, DeviceDefinition

public_module("python.ops.array_ops")


class SlicingDefinition(DeviceDefinition):
    """A slice whose position may move at run time where its size does not."""

    def static_positions(self, operation: Operation) -> tuple[int, ...]:
        """All positions of the specification, but not those of a position that sets no size."""
        positions = OpDefinition.static_positions(self, operation)
        return positions[-1:] if self.moves(operation) else positions

    def moves(self, operation: Operation) -> bool:
        """Whether the slice's position is unknown and its size is not."""
        raise NotImplementedError

    def may_fail(self, operation: Operation) -> bool:
        return self.moves(operation)  # a mistake in a known position shows while the program is compiled


# -- slice ------------------------------------------------------------


class SliceDefinition(SlicingDefinition):
    def moves(self, operation: Operation) -> bool:
        sizes, begin = static_list(operation.input_tensors[2]), operation.input_tensors[1]
        if sizes is None or static_list(begin) is not None:
            return False
        return None not in [
            1 if s != -1 else b for s, b in zip(sizes, partial_list(begin) or [None] * len(sizes))
        ]


def _slice_shape(operation):
    tensor, begin, size = operation.input_tensors
    dims, start, sizes = dims_of(tensor), partial_list(begin), partial_list(size)
    rank = next((len(x) for x in (start, sizes, dims) if x is not None), None)
    if rank is None:
        return unknown_shape()
    if sizes is not None and len(sizes) != rank:
        raise ValueError(f"Slice {operation.name!r}: begin has {rank} entries, size has {len(sizes)}")
    dims = tensor.shape.with_rank(rank).dims_or_none
    unknown = [None] * rank
    result = []
    for i, (d, b, s) in enumerate(zip(dims or unknown, start or unknown, sizes or unknown)):
        if s == -1:
            s = None if d is None or b is None else d - b
            if s is not None and s < 0:
                raise ValueError(
                    f"Slice {operation.name!r}: begin[{i}] = {b} is beyond the size {d} of axis {i}"
                )
        result.append(s)
    return as_shape(result)


def _sizes(shape, begin, size):
    """The sizes of a part, -1 made good.

    Raises:
      ValueError: it exceeds the tensor.
    """
    sizes = [d - int(b) if s == -1 else int(s) for d, b, s in zip(shape, begin, size)]
    for i, (d, b, s) in enumerate(zip(shape, begin, sizes)):
        if not (0 <= b <= d and 0 <= s <= d - b):
            raise ValueError(
                f"Expected begin[{i}] in [0, {d}] and size[{i}] in [0, {d - int(b)}], got {b} and {s}"
            )
    return tuple(sizes)


def _extent(input, begin, size):
    return tuple(_python_slice(int(b), int(b) + s) for b, s in zip(begin, _sizes(input.shape, begin, size)))


_python_slice = slice


def _slice(lowering, input, begin, size):
    if isinstance(begin, np.ndarray):
        return input[_extent(input, begin, size)]
    known: Any = partial_list(
        lowering.operation.input_tensors[1]
    )  # what is left on an axis is cut off at a known place
    size = np.array(
        [d - known[i] if s == -1 else s for i, (d, s) in enumerate(zip(input.shape, size.tolist()))]
    )
    limit = jnp.array(input.shape, begin.dtype) - size
    lowering.check(
        jnp.all((begin >= 0) & (begin <= limit)),
        f"the slice of size {size.tolist()} that begins at {{0}} exceeds the shape {list(input.shape)}",
        [begin],
    )
    return jax.lax.dynamic_slice(input, list(begin), [int(s) for s in size])


def _slice_gradient(flows, input, begin, size):
    return _around(flows[0], input, _extent(input, begin, size)), None, None


def _around(part, whole, index):
    """Zeros of the shape of `whole`, with `part` where the index says."""
    result = np.zeros(whole.shape, part.dtype)
    result[index] = part
    return result


def _slice_at(sizes, input, begin, size):
    return jax.lax.dynamic_slice(input, list(begin), sizes)


slice_op = SliceDefinition(
    "Slice",
    "input: T, begin: Index=int32, size: Index=int32 -> output: T",
    _slice,
    kind="device",
    static=("begin", "size"),
    places=Places(("begin", "size"), _sizes, _slice_at),
    ranks={name: (1, "Expected begin and size arguments to be 1-D tensors") for name in ("begin", "size")},
    shape=_slice_shape,
    types={"Index": INDEX},
    checks=True,
    parts_of="input",
    numpy=lambda input, begin, size: input[_extent(input, begin, size)],
    numpy_gradient=_slice_gradient,
)


@public("slice")
def slice(input_: TensorLike, begin: TensorLike, size: TensorLike, name: str | None = None) -> Tensor:
    """The part of a tensor that starts at `begin` and has shape `size`.

    Args:
      input_: the tensor.
      begin: an integer vector, where to start on each axis.
      size: an integer vector; -1 takes all that is left on an axis.
      name: the operation's name.

    Raises:
      ValueError: the part is known to exceed the tensor; InvalidArgumentError when that shows at run time.
    """
    return slice_op(input_, begin, size, name=name)


# -- strided_slice ------------------------------------------------------------


class _Unknown:
    """An entry of a specification that is not known while the graph is built."""


def _strided_slice_shape(operation):
    tensor, begin, end, strides = operation.input_tensors[:4]
    dims = dims_of(tensor)
    steps = static_list(strides)
    if dims is None or steps is None:
        return unknown_shape()
    start, stop = partial_list(begin), partial_list(end)
    start = [None] * len(steps) if start is None else start
    stop = [None] * len(steps) if stop is None else stop
    index = index_of(
        [_Unknown if b is None else b for b in start],
        [_Unknown if e is None else e for e in stop],
        steps,
        *(operation.attrs[m] for m in MASKS),
    )
    result, axis = [], 0
    for entry in aligned(index, len(dims)):
        if entry is None:
            result.append(1)
            continue
        d = dims[axis]
        if isinstance(entry, _python_slice):
            result.append(_length(entry, d))
        elif d is not None and entry is not _Unknown and not -d <= entry < d:
            raise ValueError(
                f"slice index {entry} of dimension {axis} out of bounds (StridedSlice {operation.name!r})"
            )
        axis += 1
    return as_shape(result)


def _length(entry, size):
    """The number of elements a slice takes of an axis whose size may be unknown."""
    start, stop, step = entry.start, entry.stop, entry.step or 1
    if start is None and stop is None and size is None:
        return None
    if _Unknown in (start, stop) or size is None:
        return _length_without_size(start, stop, step)
    return len(range(*entry.indices(size)))


def _length_without_size(start, stop, step):
    """Zero where a slice is empty whatever the size is, else unknown: both ends are clipped to the size."""
    if _Unknown in (start, stop) or start is None or stop is None:
        return None
    if (start >= 0) == (stop >= 0) and (stop - start) * step <= 0:
        return 0
    return None


class StridedSliceDefinition(SlicingDefinition):
    def moves(self, operation: Operation) -> bool:
        _, begin, end, strides = operation.input_tensors[:4]
        start, steps = static_list(begin), static_list(strides)
        if start is not None or steps is None:
            return False
        b, e, ellipsis, new, shrink = (operation.attrs[m] for m in MASKS)
        return all((ellipsis | new | shrink | (b & e)) >> i & 1 for i in range(len(steps)))

    def static_positions(self, operation: Operation) -> tuple[int, ...]:
        """Of begin (1), end (2), strides (3): only the strides when single elements are picked."""
        return (3,) if self.moves(operation) else (1, 2, 3)


def _moving_index(lowering, shape, begin, strides, masks):
    """The index of a specification that picks elements at positions known only at run time."""
    count = strides.shape[0]
    entries = aligned(index_of([begin[i] for i in range(count)], [0] * count, strides, *masks), len(shape))
    axis, index = 0, []
    for entry in entries:
        if entry is not None and not isinstance(entry, _python_slice):
            size = shape[axis]
            lowering.check(
                (entry >= -size) & (entry < size),
                f"slice index {{0}} of dimension {axis} out of bounds",
                [entry],
            )
            entry = jnp.where(entry < 0, entry + size, entry)
        axis += entry is not None
        index.append(entry)
    return index


def _take(array, index):
    """`array[index]` by dynamic slices, one axis after the other: their gradient touches only what they took."""
    axis = 0
    for entry in index:
        if entry is None:
            array = jnp.expand_dims(array, axis)
        elif not isinstance(entry, _python_slice):
            array = jax.lax.dynamic_index_in_dim(array, entry, axis, keepdims=False)
            continue
        elif entry != _python_slice(None):
            array = array[(_python_slice(None),) * axis + (entry,)]
        axis += 1
    return array


def _strided_slice(
    lowering,
    input,
    begin,
    end,
    strides,
    *,
    begin_mask=0,
    end_mask=0,
    ellipsis_mask=0,
    new_axis_mask=0,
    shrink_axis_mask=0,
):
    masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    if isinstance(begin, np.ndarray):
        return input[checked_index(input.shape, begin, end, strides, masks)]
    return _take(input, _moving_index(lowering, input.shape, begin, strides, masks))


def _strided_slice_numpy(input, begin, end, strides, **masks):
    return _as_array(input[checked_index(input.shape, begin, end, strides, Masks(**masks))], input.dtype)


def _strided_slice_gradient(flows, input, begin, end, strides, **masks):
    index = checked_index(input.shape, begin, end, strides, Masks(**masks))
    return _around(flows[0], input, index), None, None, None


def _as_array(value, dtype):
    """NumPy gives an element of an object array itself."""
    if isinstance(value, np.ndarray):
        return value
    array = np.empty((), dtype)
    array[()] = value
    return array


_PLACES = ("begin", "end")


strided_slice_op = StridedSliceDefinition(
    "StridedSlice",
    "input: T, begin: Index=int32, end: Index=int32, strides: Index=int32 -> output: T",
    _strided_slice,
    kind="device",
    static=("begin", "end", "strides"),
    places=Places(_PLACES, part_sizes, part_at),
    shape=_strided_slice_shape,
    types={"Index": INDEX},
    checks=True,
    parts_of="input",
    numpy=_strided_slice_numpy,
    numpy_gradient=_strided_slice_gradient,
)


def _assigned(lowering, ref, begin, end, strides, value, masks):
    if isinstance(begin, np.ndarray):
        index = checked_index(ref.shape, begin, end, strides, masks)
    else:
        index = tuple(_moving_index(lowering, ref.shape, begin, strides, masks))
    part = jax.eval_shape(lambda array: array[index], ref).shape
    if 0 in part:
        return ref
    if part != value.shape:
        raise ValueError(
            f"a slice of shape {list(part)} cannot be assigned a value of shape {list(value.shape)}"
        )
    return ref.at[index].set(value)


def _strided_slice_assign(
    lowering,
    ref,
    begin,
    end,
    strides,
    value,
    *,
    begin_mask=0,
    end_mask=0,
    ellipsis_mask=0,
    new_axis_mask=0,
    shrink_axis_mask=0,
):
    masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    return _assigned(lowering, ref, begin, end, strides, value, masks)


strided_slice_assign_op = StridedSliceDefinition(
    "StridedSliceAssign",
    "ref: Ref(T), begin: Index=int32, end: Index=int32, strides: Index=int32, value: T -> output_ref: Ref(T)",
    _strided_slice_assign,
    kind="device",
    static=("begin", "end", "strides"),
    places=Places(_PLACES, part_sizes, with_part_at),
    writes=("ref",),
    checks=True,
    shape=lambda op: op.input_tensors[0].shape,
    types={"Index": INDEX},
)

resource_strided_slice_assign_op = StridedSliceDefinition(
    "ResourceStridedSliceAssign",
    "ref: resource, begin: Index=int32, end: Index=int32, strides: Index=int32, value: T ->",
    _strided_slice_assign,
    kind="device",
    static=("begin", "end", "strides"),
    places=Places(_PLACES, part_sizes, with_part_at),
    writes=("ref",),
    checks=True,
    types={"Index": INDEX},
)


@public("strided_slice")
def strided_slice(
    input_: TensorLike,
    begin: TensorLike,
    end: TensorLike,
    strides: TensorLike | None = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """The part of a tensor from `begin` up to `end` in steps of `strides`: Python's extended slices.

    Args:
      input_: the tensor.
      begin, end, strides: integer vectors, one entry for each entry of the specification.
      begin_mask, end_mask: bit i: entry i starts (ends) where the axis does.
      ellipsis_mask: bit i: entry i stands for all axes that are not named.
      new_axis_mask: bit i: entry i inserts an axis of size 1.
      shrink_axis_mask: bit i: entry i picks the one element at `begin[i]`; the axis disappears.
      var: the variable that `input_` is the value of; the result then has a method `assign(value,
        name=None)`.
      name: the operation's name.

    Raises:
      ValueError: an element that does not exist is asked for, a stride is 0, or there are too many entries.
    """
    if strides is None:
        strides = definition_named("OnesLike")(convert_to_tensor(begin))
    masks = {
        "begin_mask": begin_mask,
        "end_mask": end_mask,
        "ellipsis_mask": ellipsis_mask,
        "new_axis_mask": new_axis_mask,
        "shrink_axis_mask": shrink_axis_mask,
    }
    result = strided_slice_op(input_, begin, end, strides, name=name or "StridedSlice", **masks)
    if var is not None:
        parent = name

        def assign(value, name=None):
            """An operation that gives this part of the variable a new value."""
            return _assign_part(
                var, begin, end, strides, value, name or f"{parent or 'StridedSlice'}_assign", masks
            )

        result.assign = assign
    return result


def _assign_part(var, begin, end, strides, value, name, masks):
    dtype = var.dtype.base_dtype
    value = convert_to_tensor(value, dtype, name="value")
    handle = getattr(var, "handle", None)
    if handle is None:
        return strided_slice_assign_op(var._ref(), begin, end, strides, value, name=name, **masks)
    operation = resource_strided_slice_assign_op(handle, begin, end, strides, value, name=name, **masks)
    return var._lazy_read(operation)
