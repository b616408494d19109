"""The same elements in another arrangement: reshape, expand_dims, squeeze, transpose, broadcast."""

import math
from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import as_shape, broadcast_shapes, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.shapes import rank
from evergraph.ops.array.static import axis_in, dims_of, product, same_as_first, static_int, static_list
from evergraph.ops.constants import constant
from evergraph.ops.inference import constant_value_as_shape, size_value, static_sizes
from evergraph.ops.registry import COMPLEX, INDEX, device_op
from evergraph.ops.sizes import Size

public_module("python.ops.array_ops")


def _reshape_shape(operation):
    tensor, target = operation.input_tensors
    wanted, sizes = size_value(target), dims_of(tensor)
    if wanted is None or target.shape.ndims == 0:
        return constant_value_as_shape(target)
    dims = [None if isinstance(size, Size) or size < 0 else size for size in wanted]
    if sizes is None:
        return as_shape(dims)
    total = product(sizes)
    if total is None:
        return as_shape(_with_the_rest(dims, static_sizes(tensor), wanted))
    free = [i for i, d in enumerate(dims) if d is None]
    rest = product([d for d in dims if d is not None])
    if not free and rest != total or len(free) == 1 and rest and total % rest:
        asked = ",".join("?" if isinstance(size, Size) else str(size) for size in wanted)
        why = f", and {total} must be evenly divisible by {rest}" if free else ""
        raise ValueError(
            f"Cannot reshape a tensor with {total} elements to shape [{asked}]: it has shape {tensor.shape}{why} "
            f"(operation {operation.name!r})"
        )
    if len(free) == 1 and rest:
        dims = [total // rest if d is None else d for d in dims]
    return as_shape(dims)


def _with_the_rest(dims, sizes, wanted):
    """`dims` with the number for -1 where it follows: `[n, 3, 4]` in the shape `[n, -1]` has rows of 12."""
    places = [i for i, size in enumerate(wanted) if isinstance(size, int) and size == -1]
    others = math.prod(size for i, size in enumerate(wanted) if i not in places)
    if len(places) != 1 or isinstance(others, int) and others == 0:
        return dims
    rest, left = divmod(math.prod(sizes), others)
    if isinstance(rest, Size) or isinstance(left, Size) or left:
        return dims
    return [rest if i in places else d for i, d in enumerate(dims)]


@device_op(
    "Reshape",
    "tensor: T, shape: Tshape=int32 -> output: T",
    rearranges=("tensor",),
    static=("shape",),
    ranks={"shape": (1, "sizes input must be 1-D")},
    shape=_reshape_shape,
    types={"Tshape": INDEX},
    numpy=lambda tensor, shape: np.reshape(tensor, _sizes_for(tensor, shape)),
    numpy_gradient=lambda flows, tensor, shape: (flows[0].reshape(tensor.shape), None),
)
def reshape_op(tensor, shape):
    return jnp.reshape(tensor, _sizes_for(tensor, shape))


def _sizes_for(tensor, shape):
    sizes = shape.tolist() if isinstance(shape, np.ndarray) else [int(size) for size in shape]
    wanted = math.prod(sizes)
    if wanted != tensor.size and -1 not in sizes:
        raise ValueError(
            f"Input to reshape is a tensor with {tensor.size} values, but the requested shape has {wanted}: {sizes}"
        )
    return sizes


@public("reshape")
def reshape(tensor: TensorLike, shape: TensorLike, name: str | None = None) -> Tensor:
    """A tensor with the elements of `tensor`, in row-major order, in another shape.

    Args:
      tensor: the tensor.
      shape: an integer vector; one size may be -1, which stands for what is left.
      name: the operation's name.

    Raises:
      ValueError: the number of elements is known and differs.
    """
    return reshape_op(tensor, shape, name=name)


def _expanded(array, axis):
    """`np.expand_dims`, at a tenth of its cost."""
    shape = array.shape
    if not -len(shape) <= axis + (axis < 0) <= len(shape):
        raise ValueError(f"axis {axis} is out of bounds for array of dimension {len(shape) + 1}")
    axis += (len(shape) + 1) * (axis < 0)
    return array.reshape(*shape[:axis], 1, *shape[axis:])


def _expand_dims_shape(operation):
    tensor, dim = operation.input_tensors
    dims, axis = dims_of(tensor), static_int(dim)
    if dims is None:
        return unknown_shape()
    if axis is None:
        return unknown_shape(len(dims) + 1)
    axis = axis_in(operation, axis, len(dims) + 1, "dim")
    return as_shape((*dims[:axis], 1, *dims[axis:]))


@device_op(
    "ExpandDims",
    "input: T, dim: Tdim=int32 -> output: T",
    rearranges=("input",),
    static=("dim",),
    shape=_expand_dims_shape,
    types={"Tdim": INDEX},
    numpy=lambda input, dim: _expanded(input, dim.item()),
)
def expand_dims_op(input, dim):
    return jnp.expand_dims(input, int(np.reshape(dim, ())))


@public("expand_dims")
def expand_dims(
    input: TensorLike, axis: TensorLike | None = None, name: str | None = None, dim: TensorLike | None = None
) -> Tensor:
    """A tensor with an axis of size 1 inserted before `axis` (negative: counted from the end of the result).

    Raises:
      ValueError: neither or both of `axis` and its older name `dim` are given, or it is out of range.
    """
    if (axis is None) == (dim is None):
        raise ValueError("expand_dims needs `axis` (`dim` is its older name): give exactly one of the two")
    return expand_dims_op(input, dim if axis is None else axis, name=name)


def _squeeze_shape(operation):
    dims, axes = dims_of(operation.input_tensors[0]), operation.attrs["squeeze_dims"]
    if dims is None:
        return unknown_shape()
    if not axes:
        return unknown_shape() if None in dims else as_shape([d for d in dims if d != 1])
    axes = {axis_in(operation, a, len(dims), "squeeze_dims") for a in axes}
    for axis in axes:
        if dims[axis] not in (None, 1):
            raise ValueError(
                f"Can not squeeze dim[{axis}], expected a dimension of 1, got {dims[axis]} "
                f"(operation {operation.name!r}, shape {as_shape(dims)})"
            )
    return as_shape([d for i, d in enumerate(dims) if i not in axes])


def _squeeze_numpy(input, *, squeeze_dims=()):
    return np.squeeze(input, tuple(squeeze_dims) or None)


@device_op(
    "Squeeze", "input: T -> output: T", rearranges=("input",), shape=_squeeze_shape, numpy=_squeeze_numpy
)
def squeeze_op(input, *, squeeze_dims=()):
    return jnp.squeeze(input, tuple(squeeze_dims) or None)


@public("squeeze")
def squeeze(
    input: TensorLike,
    axis: int | Sequence[int] | None = None,
    name: str | None = None,
    squeeze_dims: int | Sequence[int] | None = None,
) -> Tensor:
    """A tensor without its axes of size 1, or without those named by `axis` (an integer or a list).

    Raises:
      ValueError: a named axis is not of size 1, or both `axis` and its older name are given.
    """
    if squeeze_dims is not None:
        if axis is not None:
            raise ValueError("squeeze: give `axis` or its older name `squeeze_dims`, not both")
        axis = squeeze_dims
    if axis is None:
        axis = []
    axes = [int(a) for a in np.reshape(np.asarray(axis, np.int64), -1)]
    return squeeze_op(input, squeeze_dims=axes, name=name)


def _transpose_shape(operation):
    x, perm = operation.input_tensors
    dims, order = dims_of(x), static_list(perm)
    if order is None:
        count = dims_of(perm)
        length = None if not count else count[0]
        return unknown_shape(len(dims) if dims is not None else length)
    if dims is None:
        return unknown_shape(len(order))
    order = [axis + len(dims) if axis < 0 else axis for axis in order]  # as later versions allow
    if sorted(order) != list(range(len(dims))):
        raise ValueError(
            f"{operation.type} {operation.name!r}: perm = {order} must hold each axis of the input (shape "
            f"{x.shape}) once"
        )
    return as_shape([dims[i] for i in order])


def _order(perm):
    return [int(i) for i in perm]


@device_op(
    "Transpose",
    "x: T, perm: Tperm=int32 -> y: T",
    rearranges=("x",),
    static=("perm",),
    shape=_transpose_shape,
    types={"Tperm": INDEX},
    numpy=lambda x, perm: np.transpose(x, _order(perm)),
)
def transpose_op(x, perm):
    return jnp.transpose(x, _order(perm))


@device_op(
    "ConjugateTranspose",
    "x: T, perm: Tperm=int32 -> y: T",
    static=("perm",),
    shape=_transpose_shape,
    types={"Tperm": INDEX},
    numpy=lambda x, perm: np.conj(np.transpose(x, _order(perm))),
)
def conjugate_transpose_op(x, perm):
    return jnp.conj(jnp.transpose(x, _order(perm)))


@public("transpose")
def transpose(
    a: TensorLike, perm: TensorLike | None = None, name: str | None = "transpose", conjugate: bool = False
) -> Tensor:
    """A tensor whose axis `i` is axis `perm[i]` of `a`.

    Args:
      a: the tensor.
      perm: a permutation of its axes; None reverses them.
      name: the operation's name.
      conjugate: whether to conjugate complex elements too.

    Raises:
      ValueError: `perm` is not a permutation of the axes.
    """
    with name_scope(name, "transpose", [a]) as scope:
        a = convert_to_tensor(a, name="a")
        define = conjugate_transpose_op if conjugate and a.dtype.base_dtype in COMPLEX else transpose_op
        if perm is None:
            perm = _reversed_axes(a)
        return define(a, perm, name=scope)


def _reversed_axes(a):
    if a.shape.ndims is not None:
        return constant(np.arange(a.shape.ndims - 1, -1, -1, dtype=np.int32), name="perm")
    count = rank(a)
    return count - 1 - definition_named("Range")(0, count, 1)


@public("matrix_transpose", "linalg.transpose")
def matrix_transpose(a: TensorLike, name: str | None = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """`a` with its last two axes swapped.

    Raises:
      ValueError: its rank is known and below 2.
    """
    with name_scope(name, values=[a]) as scope:
        a = convert_to_tensor(a, name="a")
        ndims = a.shape.ndims
        if ndims is not None and ndims < 2:
            raise ValueError(
                f"a should be a matrix, or several, of rank 2 or more, got {a} of shape {a.shape}"
            )
        if ndims is not None:
            perm = [*range(ndims - 2), ndims - 1, ndims - 2]
        else:
            count = rank(a)
            axes = definition_named("Range")(0, count - 2, 1)
            perm = definition_named("ConcatV2")([axes, [count - 1, count - 2]], 0)
        return transpose(a, perm, name=scope, conjugate=conjugate)


def _permutation_numpy(x):
    inverse = np.empty_like(x)
    if sorted(int(i) for i in x) != list(range(len(x))):
        raise ValueError(f"{x.tolist()} is not a permutation of 0 to {len(x) - 1}")
    inverse[x] = np.arange(len(x), dtype=x.dtype)
    return inverse


@device_op(
    "InvertPermutation",
    "x: T=int32 -> y: T",
    differentiable=False,
    shape=same_as_first,
    checks=True,
    types={"T": INDEX},
    numpy=_permutation_numpy,
)
def invert_permutation_op(lowering, x):
    count = x.shape[0]
    lowering.check(jnp.all(jnp.sort(x) == jnp.arange(count)), "{0} is not a permutation", [x])
    return jnp.zeros_like(x).at[x].set(jnp.arange(count, dtype=x.dtype), mode="drop")


@public("invert_permutation")
def invert_permutation(x: TensorLike, name: str | None = None) -> Tensor:
    """The inverse of a permutation: `y[x[i]] = i`; `x` is an integer vector.

    InvalidArgumentError when it runs on something else than a permutation.
    """
    return invert_permutation_op(x, name=name)


def _broadcast_to_shape(operation):
    tensor, target = operation.input_tensors
    wanted = constant_value_as_shape(target)
    if wanted.is_fully_defined() and tensor.shape.ndims is not None:
        if broadcast_shapes(tensor.shape, wanted).ndims != wanted.ndims:
            raise ValueError(f"BroadcastTo {operation.name!r}: cannot broadcast {tensor.shape} to {wanted}")
    return wanted


def _broadcast_to_gradient(flows, input, shape):
    (flow,) = flows
    added = flow.ndim - input.ndim
    axes = [i for i, size in enumerate(flow.shape) if i < added or size != input.shape[i - added]]
    return flow.sum(tuple(axes), flow.dtype).reshape(input.shape), None


@device_op(
    "BroadcastTo",
    "input: T, shape: Tidx=int32 -> output: T",
    static=("shape",),
    shape=_broadcast_to_shape,
    types={"Tidx": INDEX},
    numpy=lambda input, shape: np.broadcast_to(input, [int(d) for d in shape]),
    numpy_gradient=_broadcast_to_gradient,
)
def broadcast_to_op(input, shape):
    return jnp.broadcast_to(input, [int(d) for d in shape])


@public("broadcast_to")
def broadcast_to(input: TensorLike, shape: TensorLike, name: str | None = None) -> Tensor:
    """`input` repeated along new axes and axes of size 1, to the shape that the integer vector `shape` holds."""
    return broadcast_to_op(input, shape, name=name)


@device_op(
    "IdentityN",
    "input: [T] -> output: [T]",
    shape=lambda op: [t.shape for t in op.input_tensors],
    numpy=lambda input: list(input),
)
def identity_n_op(input):
    return list(input)


@public("identity_n")
def identity_n(input: Sequence[TensorLike], name: str | None = None) -> list[Tensor]:
    """The tensors of a list, passed on together: all of them are computed before any of the results.

    Each result has the shape and the dtype of its tensor.
    """
    return identity_n_op(input, name=name)


@device_op(
    "GuaranteeConst",
    "input: T -> output: T",
    shape=same_as_first,
    differentiable=False,
    numpy=lambda input: input,
)
def guarantee_const_op(input):
    return input


@public("guarantee_const")
def guarantee_const(input: TensorLike, name: str | None = None) -> Tensor:
    """`input`, promised never to change; no gradient flows through it. Any shape and dtype."""
    return guarantee_const_op(input, name=name)
