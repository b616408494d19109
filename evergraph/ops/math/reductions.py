"""Sums, means, products, extremes and other reductions over axes."""

import math

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import dtypes
from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants, inference
from evergraph.ops.math.binary import add
from evergraph.ops.math.casting import cast
from evergraph.ops.math.comparison import equal, less, not_equal
from evergraph.ops.math.elementwise import ORDERED, is_inexact, quiet
from evergraph.ops.math.sequences import range as range_of
from evergraph.ops.math.summation import summed
from evergraph.ops.math.unary import exp, is_finite, log
from evergraph.ops.registry import NUMBERS, device_op

public_module("python.ops.math_ops")


def _reduced_shape(operation):
    tensor, indices = operation.input_tensors
    dims = tensor.shape.dims_or_none
    keep = operation.attrs["keep_dims"]
    axes = inference.constant_value(indices)
    if dims is None:
        return unknown_shape()
    if axes is None:
        return unknown_shape(len(dims)) if keep else unknown_shape()
    reduced = set()
    for axis in np.reshape(axes, -1).tolist():
        if not -len(dims) <= axis < len(dims):
            raise ValueError(
                f"{operation.type} {operation.name!r}: Invalid reduction dimension {axis} for input with "
                f"{len(dims)} dimensions: it must be in [{-len(dims)}, {len(dims)})"
            )
        reduced.add(axis % len(dims))
    if keep:
        return TensorShape([1 if i in reduced else d for i, d in enumerate(dims)])
    return TensorShape([d for i, d in enumerate(dims) if i not in reduced])


def _axes(indices, ndim):
    return tuple(sorted({int(axis) % ndim for axis in np.reshape(indices, -1)})) if ndim else ()


def _reduction(type, dtype, types, numpy, **options):  # noqa: A002
    """Defines a reduction from a kernel `(array, axes, keep_dims)`; `numpy` is called with the same."""

    def define(reduce):
        def kernel(input, reduction_indices, *, keep_dims=False):  # noqa: A002
            return reduce(input, _axes(reduction_indices, input.ndim), keep_dims)

        def numpy_kernel(input, reduction_indices, *, keep_dims):  # noqa: A002
            return numpy(input, _axes(reduction_indices, np.ndim(input)), keep_dims)

        kernel.__name__, kernel.__doc__ = reduce.__name__, reduce.__doc__
        return device_op(
            type,
            f"input: {dtype}, reduction_indices: Tidx=int32 -> output: {dtype}",
            types=types,
            static=("reduction_indices",),
            shape=_reduced_shape,
            numpy=quiet(numpy_kernel),
            **options,
        )(kernel)

    return define


def _numpy_sum(x, axes, keep):
    return np.sum(x, axes, x.dtype, keepdims=keep)


@_reduction("Sum", "T", {"T": NUMBERS}, _numpy_sum)
def sum_op(x, axes, keep):
    return summed(x, axes, keep)


def _count(x, axes):
    return math.prod(x.shape[a] for a in axes)


@_reduction("Mean", "T", {"T": NUMBERS}, lambda x, axes, keep: _mean(np, _numpy_sum, x, axes, keep))
def mean_op(x, axes, keep):
    return _mean(jnp, summed, x, axes, keep)


def _mean(xp, add_up, x, axes, keep):
    total = add_up(x, axes, keep)
    if is_inexact(x):
        count = xp.broadcast_to(xp.asarray(_count(x, axes), x.dtype), total.shape)
        # XLA would multiply by the reciprocal of a number that it knows: the mean of seven threes would not be three.
        return total / (count if xp is np else lax.optimization_barrier(count))
    count = max(_count(x, axes), 1)
    return xp.sign(total) * (xp.abs(total) // xp.asarray(count, x.dtype))  # truncated towards 0


@_reduction("Prod", "T", {"T": NUMBERS}, lambda x, axes, keep: np.prod(x, axes, x.dtype, keepdims=keep))
def prod_op(x, axes, keep):
    return jnp.prod(x, axes, x.dtype, keepdims=keep)


def _lowest(dtype):
    dtype = dtypes.as_dtype(dtype)
    return -np.inf if dtype.is_floating else dtype.min


def _highest(dtype):
    dtype = dtypes.as_dtype(dtype)
    return np.inf if dtype.is_floating else dtype.max


def _extreme(reduce, bound):
    """Largest or smallest elements; of none, the bound."""

    def computed(x, axes, keep):
        if _count(x, axes) == 0:
            return reduce(x, axes, keepdims=keep, initial=bound(x.dtype))
        return reduce(x, axes, keepdims=keep)

    return computed


@_reduction("Max", "T", {"T": ORDERED}, _extreme(np.max, _lowest))
def max_op(x, axes, keep):
    return _extreme(jnp.max, _lowest)(x, axes, keep)


@_reduction("Min", "T", {"T": ORDERED}, _extreme(np.min, _highest))
def min_op(x, axes, keep):
    return _extreme(jnp.min, _highest)(x, axes, keep)


@_reduction("All", "bool", {}, lambda x, axes, keep: np.all(x, axes, keepdims=keep), differentiable=False)
def all_op(x, axes, keep):
    return jnp.all(x, axes, keepdims=keep)


@_reduction("Any", "bool", {}, lambda x, axes, keep: np.any(x, axes, keepdims=keep), differentiable=False)
def any_op(x, axes, keep):
    return jnp.any(x, axes, keepdims=keep)


# -- the public functions ---------------------------------------------------------------------------------------


def reduction_axes(
    tensor: TensorLike, axis: TensorLike | None, reduction_indices: TensorLike | None = None
) -> TensorLike:
    """The axes to reduce: those given, else all of them."""
    if reduction_indices is not None:
        if axis is not None:
            raise ValueError("Can't specify both axis and reduction_indices: they mean the same")
        axis = reduction_indices
    if axis is not None:
        return axis
    rank = tensor.shape.ndims if isinstance(tensor, Tensor) else None
    if rank is not None:
        return constants.constant(np.arange(rank), dtype=dtypes.int32)
    return range_of(0, array_ops.rank(tensor))


def choose_keepdims(keepdims: bool | None, keep_dims: bool | None) -> bool:
    """The value of `keepdims`, of which `keep_dims` is the older spelling."""
    if keep_dims is not None:
        if keepdims is not None:
            raise ValueError("Cannot specify both 'keep_dims' and 'keepdims': they mean the same")
        keepdims = keep_dims
    return False if keepdims is None else bool(keepdims)


def _reduce(definition, input_tensor, axis, keepdims, name, reduction_indices, keep_dims):
    keepdims = choose_keepdims(keepdims, keep_dims)
    fixed = definition.signature.inputs[0].dtype
    input_tensor = convert_to_tensor(input_tensor, dtype=fixed, name="input_tensor")
    axes = reduction_axes(input_tensor, axis, reduction_indices)
    reduced = definition(input_tensor, axes, keep_dims=keepdims, name=name)
    if reduced.shape.ndims is None and axis is None and reduction_indices is None and not keepdims:
        reduced.set_shape(())  # all axes of a tensor of unknown rank
    return reduced


_DOCSTRING = """{what} over axes of a tensor.

    Args:
      input_tensor: the tensor.
      axis: one axis or several, negative ones counted from the end; None reduces all.
      keepdims: whether reduced axes stay, with size 1.
      name: the operation's name.
      reduction_indices, keep_dims: deprecated spellings of `axis` and `keepdims`.

    Raises:
      ValueError: an axis is out of range.
    """


def _public_reduction(function_name, definition, what):
    def reduce(
        input_tensor: TensorLike,
        axis: TensorLike | None = None,
        keepdims: bool | None = None,
        name: str | None = None,
        reduction_indices: TensorLike | None = None,
        keep_dims: bool | None = None,
    ) -> Tensor:
        return _reduce(definition, input_tensor, axis, keepdims, name, reduction_indices, keep_dims)

    reduce.__name__ = reduce.__qualname__ = function_name
    reduce.__doc__ = _DOCSTRING.format(what=what)
    return reduce


reduce_sum = public("reduce_sum")(_public_reduction("reduce_sum", sum_op, "The sum"))
reduce_mean = public("reduce_mean")(
    _public_reduction("reduce_mean", mean_op, "The mean (truncated towards 0 for integers)")
)
reduce_prod = public("reduce_prod")(_public_reduction("reduce_prod", prod_op, "The product"))
reduce_max = public("reduce_max")(_public_reduction("reduce_max", max_op, "The largest element"))
reduce_min = public("reduce_min")(_public_reduction("reduce_min", min_op, "The smallest element"))
reduce_all = public("reduce_all")(_public_reduction("reduce_all", all_op, "Whether all elements are true"))
reduce_any = public("reduce_any")(_public_reduction("reduce_any", any_op, "Whether any element is true"))


@public("count_nonzero")
@also_called(input="input_tensor")
def count_nonzero(
    input_tensor: TensorLike,
    axis: TensorLike | None = None,
    keepdims: bool | None = None,
    dtype: DTypeLike = dtypes.int64,
    name: str | None = None,
    reduction_indices: TensorLike | None = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """How many elements over axes of a tensor are not 0, strings not empty, as `dtype`. Arguments as for `reduce_sum`."""
    keepdims = choose_keepdims(keepdims, keep_dims)
    with name_scope(name, "count_nonzero", [input_tensor]):
        input_tensor = convert_to_tensor(input_tensor, name="input_tensor")
        kind = input_tensor.dtype.base_dtype
        zero = constants.constant(b"" if kind == dtypes.string else np.zeros((), kind.storage_dtype), kind)
        counted = cast(not_equal(input_tensor, zero), dtypes.int64)
        total = reduce_sum(counted, axis=axis, keepdims=keepdims, reduction_indices=reduction_indices)
        return cast(total, dtype, name="dtype_cast")


@public()
def reduced_shape(input_shape: TensorLike, axes: TensorLike) -> Tensor:
    """The shape of a tensor after a reduction that keeps its axes: 1 in the place of each of them.

    Args:
      input_shape: an integer vector.
      axes: an integer vector of axes, negative ones counted from the end.

    Returns:
      An int32 vector.
    """
    sizes, axes = cast(input_shape, dtypes.int32), cast(axes, dtypes.int32)
    rank = array_ops.size(sizes)
    places = array_ops.expand_dims(range_of(rank), 1)
    is_reduced = reduce_any(equal(places, array_ops.where(less(axes, 0), add(axes, rank), axes)), 1)
    return array_ops.where(is_reduced, array_ops.ones_like(sizes), sizes)


@public("reduce_logsumexp")
def reduce_logsumexp(
    input_tensor: TensorLike,
    axis: TensorLike | None = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: TensorLike | None = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """`log(sum(exp(x)))` over axes of a tensor, without overflow. Arguments as for `reduce_sum`."""
    keepdims = choose_keepdims(keepdims, keep_dims)
    input_tensor = convert_to_tensor(input_tensor, name="input_tensor")
    with name_scope(name, "ReduceLogSumExp", [input_tensor]) as scope:
        largest = reduce_max(input_tensor, axis=axis, reduction_indices=reduction_indices, keepdims=True)
        finite = array_ops.where(is_finite(largest), largest, array_ops.zeros_like(largest))
        shift = constants.stop_gradient(finite)
        total = reduce_sum(
            exp(input_tensor - shift), axis=axis, keepdims=keepdims, reduction_indices=reduction_indices
        )
        if not keepdims:
            shift = array_ops.reshape(shift, array_ops.shape(total))
        return add(log(total), shift, name=scope)
