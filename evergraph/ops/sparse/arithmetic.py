"""Arithmetic on sparse tensors: with dense ones, with each other, and over their axes."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import registry
from evergraph.framework.arguments import also_called
from evergraph.framework.composite import SparseTensor, SparseTensorValue
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import ShapeError, TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import inference
from evergraph.ops import math as math_ops
from evergraph.ops.array.gathering import in_bounds
from evergraph.ops.math.binary import TRUE_DIVISION
from evergraph.ops.registry import FLOATS, INDEX, NUMBERS, device_op, host_op
from evergraph.ops.sparse.checks import require_sparse

public_module("python.ops.sparse_ops")

# -- with dense tensors -----------------------------------------------------------------------------------------


def _values_shape(operation):
    return operation.input_tensors[1].shape


def _dense_at(sp_indices, dense):
    """The elements of a dense tensor, broadcast to the rank of the sparse one, at the sparse places."""
    rank = sp_indices.shape[1]
    places = []
    for axis in range(dense.ndim):
        column = sp_indices[:, rank - dense.ndim + axis]
        places.append(jnp.zeros_like(column) if dense.shape[axis] == 1 else column)
    return dense[tuple(places)]


def _dense_op(type, combine):  # noqa: A002
    def kernel(sp_indices, sp_values, sp_shape, dense):
        return combine(sp_values, _dense_at(sp_indices, dense))

    kernel.__name__ = type
    return device_op(
        type,
        "sp_indices: int64, sp_values: T, sp_shape: int64, dense: T -> output: T",
        types={"T": NUMBERS},
        shape=_values_shape,
    )(kernel)


sparse_dense_cwise_mul_op = _dense_op("SparseDenseCwiseMul", jnp.multiply)
sparse_dense_cwise_div_op = _dense_op("SparseDenseCwiseDiv", lax.div)
sparse_dense_cwise_add_op = _dense_op("SparseDenseCwiseAdd", jnp.add)


def _with_dense(definition, scope_name, sp_x, y):
    with name_scope(None, scope_name, [sp_x.values, y]) as scope:
        y = convert_to_tensor(y, dtype=sp_x.dtype.base_dtype, name="y")
        values = definition(sp_x.indices, sp_x.values, sp_x.dense_shape, y, name=scope)
        return SparseTensor(sp_x.indices, values, sp_x.dense_shape)


@public()
def sparse_dense_cwise_add(sp_t: SparseTensor, dense_t: TensorLike) -> SparseTensor:
    """A SparseTensor with what a dense tensor, which broadcasts to its shape, has at its places added to its values.

    Other elements of `dense_t` do not count: the result has the places of `sp_t`.
    """
    return _with_dense(sparse_dense_cwise_add_op, "add", sp_t, dense_t)


@registry.register_function("sparse_dense_mul")
def sparse_dense_mul(sp_x: SparseTensor, y: TensorLike) -> SparseTensor:
    """`sp_x * y` for a SparseTensor and a dense tensor that broadcasts to it."""
    return _with_dense(sparse_dense_cwise_mul_op, "mul", sp_x, y)


@registry.register_function("sparse_dense_div")
def sparse_dense_div(sp_x: SparseTensor, y: TensorLike) -> SparseTensor:
    """`sp_x / y` for a SparseTensor and a dense tensor that broadcasts to it; integers as floating point."""
    with name_scope(None, "truediv", [sp_x.values, y]):
        y = convert_to_tensor(y, dtype=sp_x.dtype.base_dtype, name="y")
        wide = TRUE_DIVISION.get(sp_x.dtype.base_dtype)
        values, y = (math_ops.cast(sp_x.values, wide), math_ops.cast(y, wide)) if wide else (sp_x.values, y)
        quotient = sparse_dense_cwise_div_op(sp_x.indices, values, sp_x.dense_shape, y)
        return SparseTensor(sp_x.indices, quotient, sp_x.dense_shape)


def _product_shape(operation):
    a_shape, b = operation.input_tensors[2:]
    known = inference.constant_value_as_shape(a_shape)
    rows, inner = known.with_rank(2).as_list()[:: -1 if operation.attrs["adjoint_a"] else 1]
    other, columns = b.shape.with_rank(2).as_list()[:: -1 if operation.attrs["adjoint_b"] else 1]
    if None not in (inner, other) and inner != other:
        raise ShapeError(
            f"The inner sizes of {known} and {b.shape} differ.",
            f"Dimensions must be equal, but are {inner} and {other}",
        )
    return TensorShape([rows, columns])


@device_op(
    "SparseTensorDenseMatMul",
    "a_indices: Tindices=int64, a_values: T, a_shape: int64, b: T -> product: T",
    types={"T": NUMBERS, "Tindices": INDEX},
    static=("a_shape",),
    shape=_product_shape,
    checks=True,
)
def sparse_tensor_dense_matmul_op(
    lowering, a_indices, a_values, a_shape, b, *, adjoint_a=False, adjoint_b=False
):
    rows, columns = a_indices[:, 0], a_indices[:, 1]
    height, width = int(a_shape[0]), int(a_shape[1])
    at = 0, 1
    if adjoint_a:
        rows, columns, a_values, height, width = columns, rows, jnp.conj(a_values), width, height
        at = 1, 0
    for letter, places, size, axis in (("m", rows, height, at[0]), ("k", columns, width, at[1])):
        lowering.check(
            jnp.all((places >= 0) & (places < size)),
            f"{letter} ({{0:wrong {size}}}) from index[{{0:place {size}}},{axis}] out of bounds (>={size})",
            [places],
        )
    b = jnp.conj(b.T) if adjoint_b else b
    if b.shape[0] != width:
        raise ValueError(
            f"Cannot multiply A and B because inner dimension does not match: {width} vs. {b.shape[0]}"
        )
    return jnp.zeros((height, b.shape[1]), b.dtype).at[rows].add(a_values[:, None] * b[columns], mode="drop")


@public("sparse_tensor_dense_matmul")
def sparse_tensor_dense_matmul(
    sp_a: SparseTensor | SparseTensorValue,
    b: TensorLike,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """The matrix product of a SparseTensor `[n, k]` and a dense matrix `[k, m]`; `[n, m]`, dense.

    Args:
      sp_a, b: the matrices, of one dtype.
      adjoint_a, adjoint_b: whether to transpose (and conjugate) each first.
      name: the operation's name.

    Raises:
      ValueError: the inner sizes differ.
    """
    sp_a = require_sparse(sp_a)
    with name_scope(name, "SparseTensorDenseMatMul", [sp_a.indices, sp_a.values, b]) as scope:
        b = convert_to_tensor(b, name="b")
        return sparse_tensor_dense_matmul_op(
            sp_a.indices,
            sp_a.values,
            sp_a.dense_shape,
            b,
            adjoint_a=adjoint_a,
            adjoint_b=adjoint_b,
            name=scope,
        )


@device_op(
    "SparseTensorDenseAdd",
    "a_indices: Tindices, a_values: T, a_shape: Tindices, b: T -> output: T",
    types={"T": NUMBERS, "Tindices": INDEX},
    shape=lambda op: op.input_tensors[3].shape,
    checks=True,
)
def sparse_tensor_dense_add_op(lowering, a_indices, a_values, a_shape, b):
    good = in_bounds(a_indices, b.shape)
    message = f"Sparse tensor has an invalid index on dimension 0 or later: {{0}} in a tensor of shape {list(b.shape)}"
    lowering.check(jnp.all(good), message, [a_indices])
    return b.at[tuple(a_indices.T)].add(a_values, mode="drop")


# -- with each other --------------------------------------------------------------------------------------------


def _places(indices):
    return [tuple(row) for row in indices.tolist()]


def _union(a_indices, b_indices):
    """All places of two sparse tensors in row-major order, and where each one's values go."""
    joined = np.concatenate([a_indices, b_indices])
    union, inverse = (
        np.unique(joined, axis=0, return_inverse=True) if len(joined) else (joined, np.zeros(0, np.int64))
    )
    inverse = np.reshape(inverse, -1)
    return union, inverse[: len(a_indices)], inverse[len(a_indices) :]


def _union_shapes(operation):
    rank = operation.input_tensors[2].shape.num_elements()
    return [TensorShape([None, rank]), unknown_shape(1), TensorShape([rank])][: len(operation.outputs)]


def _sum_gradient(op, *grads):
    a, b = sparse_add_grad_op(grads[1], op.inputs[0], op.inputs[3], op.outputs[0])
    return [None, a, None, None, b, None, None]


@host_op(
    "SparseAdd",
    "a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, b_values: T, b_shape: int64, "
    "thresh: Treal -> sum_indices: int64, sum_values: T, sum_shape: int64",
    types={"T": NUMBERS},
    shape=_union_shapes,
    gradient=_sum_gradient,
)
def sparse_add_op(a_indices, a_values, a_shape, b_indices, b_values, b_shape, thresh):
    union, at_a, at_b = _union(a_indices, b_indices)
    total = np.zeros(len(union), a_values.dtype)
    np.add.at(total, at_a, a_values)
    np.add.at(total, at_b, b_values)
    both = np.bincount(np.concatenate([at_a, at_b]), minlength=len(union)) > 1
    kept = ~both | (np.abs(total) >= thresh)  # what only one of them holds stays, however small
    return union[kept], total[kept], a_shape


@host_op(
    "SparseAddGrad",
    "backprop_val_grad: T, a_indices: int64, b_indices: int64, sum_indices: int64 -> "
    "a_val_grad: T, b_val_grad: T",
    shape=lambda op: [op.input_tensors[1].shape[:1], op.input_tensors[2].shape[:1]],
)
def sparse_add_grad_op(backprop_val_grad, a_indices, b_indices, sum_indices):
    found = dict(zip(_places(sum_indices), backprop_val_grad))
    zero = backprop_val_grad.dtype.type(0)
    return tuple(
        np.array([found.get(place, zero) for place in _places(indices)], backprop_val_grad.dtype)
        for indices in (a_indices, b_indices)
    )


@public("sparse_add")
@also_called(threshold="thresh")
def sparse_add(
    a: SparseTensor | SparseTensorValue | TensorLike,
    b: SparseTensor | SparseTensorValue | TensorLike,
    thresh: TensorLike = 0,
) -> Any:
    """The sum of two tensors of which at least one is sparse.

    Args:
      a, b: SparseTensors or tensors, of one shape.
      thresh: where both are sparse and hold a value, a sum whose magnitude is below it is left out.

    Returns:
      A SparseTensor when both are sparse, else a tensor.

    Raises:
      TypeError: both are dense.
    """
    kinds = (SparseTensor, SparseTensorValue)
    if not isinstance(a, kinds) and not isinstance(b, kinds):
        raise TypeError("At least one input should be SparseTensor; use tf.add for two dense tensors")
    if isinstance(a, kinds) and isinstance(b, kinds):
        a, b = require_sparse(a), require_sparse(b)
        limit = convert_to_tensor(thresh, dtype=a.values.dtype.real_dtype.base_dtype, name="thresh")
        indices, values, total = sparse_add_op(
            a.indices, a.values, a.dense_shape, b.indices, b.values, b.dense_shape, limit
        )
        shape = a.get_shape().merge_with(b.get_shape())
        return SparseTensor(indices, values, shape.as_list() if shape.is_fully_defined() else total)
    if isinstance(b, kinds):
        a, b = b, a
    a = require_sparse(a)
    return sparse_tensor_dense_add_op(a.indices, a.values, a.dense_shape, b)


def _extreme_op(type, combine):  # noqa: A002
    def kernel(a_indices, a_values, a_shape, b_indices, b_values, b_shape):
        if len(a_shape) != len(b_shape):
            raise ValueError(
                f"Operands do not have the same ranks; got shapes: {a_shape.tolist()} and {b_shape.tolist()}"
            )
        if np.any(a_shape != b_shape):
            raise ValueError(f"Operands' shapes do not match: got {a_shape.tolist()} and {b_shape.tolist()}")
        union, at_a, at_b = _union(a_indices, b_indices)
        left, right = (np.zeros(len(union), a_values.dtype) for _ in range(2))
        left[at_a], right[at_b] = a_values, b_values
        return union, combine(left, right)

    kernel.__name__ = type
    return host_op(
        type,
        "a_indices: int64, a_values: T, a_shape: int64, b_indices: int64, b_values: T, b_shape: int64 -> "
        "output_indices: int64, output_values: T",
        types={"T": NUMBERS},
        shape=_union_shapes,
        differentiable=False,
    )(kernel)


sparse_sparse_maximum_op = _extreme_op("SparseSparseMaximum", np.maximum)
sparse_sparse_minimum_op = _extreme_op("SparseSparseMinimum", np.minimum)


def _extreme_of(definition, scope_name, sp_a, sp_b, name):
    with name_scope(name, scope_name, [sp_a.indices, sp_b.indices]) as scope:
        indices, values = definition(
            sp_a.indices,
            sp_a.values,
            sp_a.dense_shape,
            sp_b.indices,
            sp_b.values,
            sp_b.dense_shape,
            name=scope,
        )
        return SparseTensor(indices, values, sp_a.dense_shape)


@public("sparse_maximum")
def sparse_maximum(
    sp_a: SparseTensor | SparseTensorValue, sp_b: SparseTensor | SparseTensorValue, name: str | None = None
) -> SparseTensor:
    """The larger of two SparseTensors at each place of either; a place that one lacks counts as 0.

    Both are of one dense shape and one dtype of numbers, as is the result.
    """
    return _extreme_of(sparse_sparse_maximum_op, "SparseSparseMaximum", sp_a, sp_b, name)


@public("sparse_minimum")
def sparse_minimum(
    sp_a: SparseTensor | SparseTensorValue, sp_b: SparseTensor | SparseTensorValue, name: str | None = None
) -> SparseTensor:
    """The smaller of two SparseTensors at each place of either; a place that one lacks counts as 0.

    Both are of one dense shape and one dtype of numbers, as is the result.
    """
    return _extreme_of(sparse_sparse_minimum_op, "SparseSparseMinimum", sp_a, sp_b, name)


# -- over axes --------------------------------------------------------------------------------------------------


@device_op(
    "SparseSoftmax",
    "sp_indices: int64, sp_values: T, sp_shape: int64 -> output: T",
    types={"T": FLOATS},
    shape=_values_shape,
)
def sparse_softmax_op(sp_indices, sp_values, sp_shape):
    number = sp_values.shape[0]
    if number == 0:
        return sp_values
    # values are in row-major order: a row starts wherever the leading indices change
    leading = sp_indices[:, :-1]
    starts = jnp.concatenate([jnp.zeros(1, bool), jnp.any(leading[1:] != leading[:-1], axis=1)])
    rows = jnp.cumsum(starts)
    largest = jax.ops.segment_max(lax.stop_gradient(sp_values), rows, number)
    powers = jnp.exp(sp_values - largest[rows])
    return powers / jax.ops.segment_sum(powers, rows, number)[rows]


@public("sparse_softmax")
def sparse_softmax(sp_input: SparseTensor | SparseTensorValue, name: str | None = None) -> SparseTensor:
    """The softmax over the last axis of a SparseTensor, of the values that it holds."""
    sp_input = require_sparse(sp_input)
    with name_scope(name, "SparseSoftmax", [sp_input.indices, sp_input.values]) as scope:
        values = sparse_softmax_op(sp_input.indices, sp_input.values, sp_input.dense_shape, name=scope)
        return SparseTensor(sp_input.indices, values, sp_input.dense_shape)


def _axes(reduction_axes, rank):
    """The axes that stay. ValueError for one to be reduced that there is not."""
    wrong = [int(axis) for axis in np.reshape(reduction_axes, -1) if not -rank <= axis < rank]
    if wrong:
        raise ValueError(f"Invalid reduction dimension {wrong[0]}, for input with {rank} dimensions.")
    axes = {int(axis) % rank for axis in np.reshape(reduction_axes, -1)} or set(range(rank))
    return [axis for axis in range(rank) if axis not in axes]


def _reduce_to_dense(method, start):
    def kernel(input_indices, input_values, input_shape, reduction_axes, *, keep_dims=False):
        rank = len(input_shape)
        kept = _axes(reduction_axes, rank)
        sizes = [int(input_shape[axis]) for axis in kept]
        dense = jnp.full(sizes, start(input_values.dtype), input_values.dtype)
        places = tuple(input_indices[:, axis] for axis in kept)
        filled = getattr(dense.at[places], method)(input_values if kept else _whole(method, input_values))
        if method == "max":  # places without values hold 0
            present = jnp.zeros(sizes, bool).at[places].set(bool(input_values.shape[0]) if not kept else True)
            filled = jnp.where(present, filled, 0)
        if keep_dims:
            filled = filled.reshape([int(n) if axis in kept else 1 for axis, n in enumerate(input_shape)])
        return filled

    return kernel


def _whole(method, values):
    if values.shape[0] == 0:
        return jnp.zeros((), values.dtype)
    return jnp.sum(values, dtype=values.dtype) if method == "add" else jnp.max(values)


def _lowest(dtype):
    return -jnp.inf if jnp.issubdtype(dtype, jnp.floating) else jnp.iinfo(dtype).min


def _dense_reduced_shape(operation):
    _, _, whole, axes = operation.input_tensors
    dims, axes = inference.constant_value_as_shape(whole).dims_or_none, inference.constant_value(axes)
    if dims is None or axes is None or not np.all((np.abs(axes) < len(dims)) | (axes == -len(dims))):
        return unknown_shape()
    kept = _axes(axes, len(dims))
    if operation.attrs["keep_dims"]:
        return TensorShape([d if axis in kept else 1 for axis, d in enumerate(dims)])
    return TensorShape([dims[axis] for axis in kept])


def _define_reduction(type, method, start, **options):  # noqa: A002
    kernel = _reduce_to_dense(method, start)
    kernel.__name__ = type
    return device_op(
        type,
        "input_indices: int64, input_values: T, input_shape: int64, reduction_axes: int32 -> output: T",
        types={"T": NUMBERS},
        static=("input_shape", "reduction_axes"),
        shape=_dense_reduced_shape,
        **options,
    )(kernel)


sparse_reduce_sum_op = _define_reduction("SparseReduceSum", "add", lambda dtype: 0)
sparse_reduce_max_op = _define_reduction("SparseReduceMax", "max", _lowest, differentiable=False)


def _define_sparse_reduction(type, ufunc):  # noqa: A002
    def kernel(input_indices, input_values, input_shape, reduction_axes, *, keep_dims=False):
        rank = len(input_shape)
        kept = _axes(reduction_axes, rank)
        groups, inverse = np.unique(input_indices[:, kept], axis=0, return_inverse=True)
        order = np.argsort(np.reshape(inverse, -1), kind="stable")
        starts = np.searchsorted(np.reshape(inverse, -1)[order], np.arange(len(groups)))
        values = ufunc.reduceat(input_values[order], starts) if len(order) else input_values
        if not keep_dims:
            return groups, values, np.asarray(input_shape)[kept]
        indices = np.zeros((len(groups), rank), np.int64)
        indices[:, kept] = groups
        return indices, values, np.array([n if axis in kept else 1 for axis, n in enumerate(input_shape)])

    kernel.__name__ = type
    return host_op(
        type,
        "input_indices: int64, input_values: T, input_shape: int64, reduction_axes: int32 -> "
        "output_indices: int64, output_values: T, output_shape: int64",
        types={"T": NUMBERS},
        differentiable=False,
    )(kernel)


sparse_reduce_sum_sparse_op = _define_sparse_reduction("SparseReduceSumSparse", np.add)
sparse_reduce_max_sparse_op = _define_sparse_reduction("SparseReduceMaxSparse", np.maximum)

_DOCSTRING = """{what} over axes of a SparseTensor, as a {kind}.

    Args:
      sp_input: the SparseTensor.
      axis: one axis or several, negative ones counted from the end; None reduces all.
      keep_dims: whether reduced axes stay, with size 1.
      reduction_axes: deprecated spelling of `axis`.
    """


def _public_reduction(function_name, definition, what, sparse):
    def reduce(
        sp_input: SparseTensor | SparseTensorValue,
        axis: TensorLike | None = None,
        keep_dims: bool = False,
        reduction_axes: TensorLike | None = None,
    ) -> Any:
        sp_input = require_sparse(sp_input)
        axes = axis if axis is not None else reduction_axes
        if axes is None:
            axes = math_ops.range(array_ops.size(sp_input.dense_shape))
        result = definition(
            sp_input.indices, sp_input.values, sp_input.dense_shape, axes, keep_dims=keep_dims
        )
        return SparseTensor(*result) if sparse else result

    reduce.__name__ = reduce.__qualname__ = function_name
    reduce.__doc__ = _DOCSTRING.format(what=what, kind="SparseTensor" if sparse else "tensor")
    return also_called(keepdims="keep_dims")(reduce)


sparse_reduce_sum = public("sparse_reduce_sum")(
    _public_reduction("sparse_reduce_sum", sparse_reduce_sum_op, "The sum", False)
)
sparse_reduce_max = public("sparse_reduce_max")(
    _public_reduction("sparse_reduce_max", sparse_reduce_max_op, "The largest value", False)
)
sparse_reduce_sum_sparse = public("sparse_reduce_sum_sparse")(
    _public_reduction("sparse_reduce_sum_sparse", sparse_reduce_sum_sparse_op, "The sum", True)
)
sparse_reduce_max_sparse = public("sparse_reduce_max_sparse")(
    _public_reduction("sparse_reduce_max_sparse", sparse_reduce_max_sparse_op, "The largest value", True)
)
