"""Operations that give shapes: `shape`, `size`, `rank`, broadcasting of shapes."""

import math
from collections.abc import Sequence

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor, SparseTensorValue
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import TensorShape, as_shape, broadcast_shapes
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops.array.static import dims_of
from evergraph.ops.constants import constant
from evergraph.ops.registry import INDEX, device_op
from evergraph.ops.sizes import Size, unknown

public_module("python.ops.array_ops")


def _shape_of_shape(operation):
    return [as_shape([t.shape.ndims]) for t in operation.input_tensors]


def _held(sizes, dtype):
    """Sizes as an array; while the graph is built some may be unknown (`ops.sizes.Size`)."""
    known = not any(isinstance(size, Size) for size in np.ravel(sizes))
    return np.array(sizes, dtype.as_numpy_dtype if known else object)


def _shape_kernel(input, *, out_type=dtypes.int32):
    return _held(input.shape, out_type)


def _shape_n_kernel(input, *, out_type=dtypes.int32):
    return [_held(x.shape, out_type) for x in input]


def _size_kernel(input, *, out_type=dtypes.int32):
    return _held(math.prod(input.shape), out_type)


def _rank_kernel(input):
    return np.int32(len(input.shape))


shape_op = device_op(
    "Shape",
    "input: T -> output: out_type",
    role="shape",
    differentiable=False,
    shape=_shape_of_shape,
    types={"out_type": INDEX},
    numpy=_shape_kernel,
)(_shape_kernel)
shape_n_op = device_op(
    "ShapeN",
    "input: N*T -> output: N*out_type",
    role="shape",
    differentiable=False,
    shape=_shape_of_shape,
    types={"out_type": INDEX},
    numpy=_shape_n_kernel,
)(_shape_n_kernel)
size_op = device_op(
    "Size",
    "input: T -> output: out_type",
    role="shape",
    differentiable=False,
    shape=lambda op: as_shape([]),
    types={"out_type": INDEX},
    numpy=_size_kernel,
)(_size_kernel)
rank_op = device_op(
    "Rank",
    "input: T -> output: int32",
    role="shape",
    differentiable=False,
    shape=lambda op: as_shape([]),
    numpy=_rank_kernel,
)(_rank_kernel)


def is_sparse(value: object) -> bool:
    """Whether a value is a SparseTensor or the value of one."""
    return isinstance(value, (SparseTensor, SparseTensorValue))


@public("shape")
def shape(input: TensorLike, name: str | None = None, out_type: DTypeLike = dtypes.int32) -> Tensor:
    """The shape of a tensor, as a vector `[rank]`; a constant when it is known while the graph is built.

    Args:
      input: a Tensor or SparseTensor.
      name: the operation's name.
      out_type: int32 or int64.
    """
    return shape_of(input, name, out_type=out_type)


@public("python.ops.array_ops.shape_internal")
def shape_of(
    input: TensorLike, name: str | None = None, optimize: bool = True, out_type: DTypeLike = dtypes.int32
) -> Tensor:
    """`shape`; with `optimize=False` an operation even where the shape is known."""
    out_type = dtypes.as_dtype(out_type)
    with name_scope(name, "Shape", [input]) as scope:
        if is_sparse(input):
            return definition_named("Cast")(input.dense_shape, DstT=out_type, name=scope)
        tensor = convert_to_tensor(input)
        if optimize and tensor.shape.is_fully_defined():
            return constant(tensor.shape.as_list(), out_type, [tensor.shape.ndims], name=scope)
        return shape_op(tensor, out_type=out_type, name=scope)


@public("shape_n")
def shape_n(
    input: Sequence[TensorLike], out_type: DTypeLike = dtypes.int32, name: str | None = None
) -> list[Tensor]:
    """The shapes of several tensors of one dtype: a list of vectors."""
    return shape_n_op(input, out_type=dtypes.as_dtype(out_type), name=name)


@public("size")
def size(input: TensorLike, name: str | None = None, out_type: DTypeLike = dtypes.int32) -> Tensor:
    """The number of elements of a tensor, as a scalar of `out_type` (int32 or int64)."""
    return size_of(input, name, out_type=out_type)


@public("python.ops.array_ops.size_internal")
def size_of(
    input: TensorLike, name: str | None = None, optimize: bool = True, out_type: DTypeLike = dtypes.int32
) -> Tensor:
    """`size`; with `optimize=False` an operation even where the number is known."""
    out_type = dtypes.as_dtype(out_type)
    with name_scope(name, "Size", [input]) as scope:
        if is_sparse(input):
            dims = definition_named("Cast")(input.dense_shape, DstT=out_type)
            return definition_named("Prod")(dims, 0, name=scope)
        tensor = convert_to_tensor(input)
        if optimize and tensor.shape.is_fully_defined():
            return constant(tensor.shape.num_elements(), out_type, name=scope)
        return size_op(tensor, out_type=out_type, name=scope)


@public("rank")
def rank(input: TensorLike, name: str | None = None) -> Tensor:
    """The number of axes of a tensor, as an int32 scalar."""
    return rank_of(input, name)


@public("python.ops.array_ops.rank_internal")
def rank_of(input: TensorLike, name: str | None = None, optimize: bool = True) -> Tensor:
    """`rank`; with `optimize=False` an operation even where the rank is known."""
    with name_scope(name, "Rank", [input]) as scope:
        if is_sparse(input):
            return size_op(input.dense_shape, name=scope)
        tensor = convert_to_tensor(input)
        if optimize and tensor.shape.ndims is not None:
            return constant(tensor.shape.ndims, dtypes.int32, name=scope)
        return rank_op(tensor, name=scope)


def _broadcast_args_shape(operation):
    a, b = (dims_of(t) for t in operation.input_tensors)
    for dims in (a, b):
        if dims is not None and len(dims) != 1:
            raise ValueError(
                f"BroadcastArgs {operation.name!r}: a shape is a vector, got one of rank {len(dims)}"
            )
    if a is None or b is None or a[0] is None or b[0] is None:
        return as_shape([None])
    return as_shape([max(a[0], b[0])])


def _broadcast_args(s0, s1):
    if object in (s0.dtype, s1.dtype):
        return _broadcast_sizes(s0.tolist(), s1.tolist())
    return np.array(np.broadcast_shapes(tuple(int(d) for d in s0), tuple(int(d) for d in s1)), s0.dtype)


def _broadcast_sizes(a, b):
    """The shape that two shapes broadcast to, some of whose sizes are unknown (`ops.sizes.Size`)."""
    rank = max(len(a), len(b))
    a, b = [1] * (rank - len(a)) + a, [1] * (rank - len(b)) + b
    result = np.empty(rank, object)
    result[:] = [_broadcast_size(*pair) for pair in zip(a, b)]
    return result


def _broadcast_size(one, other):
    for size, against in ((one, other), (other, one)):
        if isinstance(size, int) and size == 1:
            return against
    known = [size for size in (one, other) if isinstance(size, int)]
    return known[0] if known else one if one is other else unknown()


@device_op(
    "BroadcastArgs",
    "s0: T=int32, s1: T=int32 -> r0: T",
    static=("s0", "s1"),
    differentiable=False,
    shape=_broadcast_args_shape,
    types={"T": INDEX},
    numpy=_broadcast_args,
)
def broadcast_args_op(s0, s1):
    return _broadcast_args(s0, s1)


def _broadcast_axes(s0, s1):
    """For each of two shapes: the axes of their broadcast result along which its gradient must be summed."""
    a, b = [int(d) for d in s0], [int(d) for d in s1]
    rank = max(len(a), len(b))
    a, b = [1] * (rank - len(a)) + a, [1] * (rank - len(b)) + b
    np.broadcast_shapes(tuple(a), tuple(b))
    return [
        np.array([i for i in range(rank) if mine[i] == 1 and (other[i] != 1 or i < rank - given)], s0.dtype)
        for mine, other, given in ((a, b, len(s0)), (b, a, len(s1)))
    ]


@device_op(
    "BroadcastGradientArgs",
    "s0: T=int32, s1: T=int32 -> r0: T, r1: T",
    static=("s0", "s1"),
    differentiable=False,
    types={"T": INDEX},
    numpy=_broadcast_axes,
    shape=lambda op: [as_shape([None])] * 2,
)
def broadcast_gradient_args_op(s0, s1):
    return _broadcast_axes(s0, s1)


@public("broadcast_dynamic_shape")
def broadcast_dynamic_shape(shape_x: TensorLike, shape_y: TensorLike) -> Tensor:
    """The shape, as a vector, of an elementwise operation on tensors of the shapes that two vectors hold.

    InvalidArgumentError when it runs on shapes that do not broadcast.
    """
    return broadcast_args_op(shape_x, shape_y)


@public("broadcast_static_shape", "python.framework.common_shapes.broadcast_shape")
def broadcast_static_shape(shape_x: ShapeLike, shape_y: ShapeLike) -> TensorShape:
    """The TensorShape of an elementwise operation on tensors of these two TensorShapes.

    Raises:
      ValueError: they do not broadcast.
    """
    return broadcast_shapes(shape_x, shape_y)
