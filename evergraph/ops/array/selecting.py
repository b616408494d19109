"""Elements by a condition: where, boolean_mask."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import as_shape, broadcast_shapes
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.gathering import gather
from evergraph.ops.array.joining import concat
from evergraph.ops.array.reshaping import reshape, squeeze
from evergraph.ops.array.shapes import shape
from evergraph.ops.array.static import dims_of, merged
from evergraph.ops.registry import device_op, host_op

public_module("python.ops.array_ops")


def _select_shape(operation):
    condition, x, y = operation.input_tensors
    result = merged((x, y), operation)
    dims, wanted = dims_of(condition), result.dims_or_none
    if dims is None or wanted is None or not dims:
        return result
    if len(dims) == 1 and len(wanted) > 1:
        if dims[0] is not None and wanted[0] is not None and dims[0] != wanted[0]:
            raise ValueError(
                f"Select {operation.name!r}: the condition has {dims[0]} elements for {wanted[0]} "
                f"rows (shape {result})"
            )
        return result  # as TensorFlow: the condition's size is no news of the rows
    if not condition.shape.is_compatible_with(result):
        raise ValueError(
            f"Select {operation.name!r}: the condition's shape {condition.shape} must be that of x "
            f"and y, {result}, or "
            "a vector with one element for each row"
        )
    return result.merge_with(condition.shape)


def _select(xp):
    def kernel(condition, t, e):
        if t.shape != e.shape:
            raise ValueError(f"x and y must have the same shape, got {list(t.shape)} and {list(e.shape)}")
        if condition.ndim == 1 and t.ndim > 1:
            condition = condition.reshape(-1, *[1] * (t.ndim - 1))
            if condition.shape[0] != t.shape[0]:
                raise ValueError(f"the condition has {condition.shape[0]} elements for {t.shape[0]} rows")
        elif condition.ndim and condition.shape != t.shape:
            raise ValueError(
                f"the condition's shape {list(condition.shape)} must be that of x, {list(t.shape)}"
            )
        return xp.where(condition, t, e)

    return kernel


select_op = device_op(
    "Select", "condition: bool, t: T, e: T -> output: T", shape=_select_shape, numpy=_select(np)
)(_select(jnp))


@host_op(
    "Where",
    "input: T=bool -> index: int64",
    shape=lambda op: as_shape([None, op.input_tensors[0].shape.ndims]),
    data_sized=True,
    differentiable=False,
)
def where_op(input):
    """Its result's size depends on data, so it runs on the host."""
    return np.argwhere(input).astype(np.int64)


@public("where")
def where(
    condition: TensorLike, x: TensorLike | None = None, y: TensorLike | None = None, name: str | None = None
) -> Tensor:
    """Without `x` and `y`: the coordinates of the elements that are not zero.  With both: `x` where true, else `y`.

    Args:
      condition: a bool tensor; with `x` and `y` a scalar, a vector (one element for each row) or of their
        shape.
      x, y: tensors of one shape and dtype.
      name: the operation's name.

    Returns:
      An int64 tensor `[n, rank]`, or a tensor like `x`.

    Raises:
      ValueError: only one of `x` and `y` is given, or shapes differ.
    """
    if x is None and y is None:
        with name_scope(name, "Where", [condition]) as scope:
            return where_op(
                convert_to_tensor(condition, preferred_dtype=dtypes.bool, name="condition"), name=scope
            )
    if x is None or y is None:
        raise ValueError("where: x and y must both be given, or neither")
    return select_op(condition, x, y, name=name)


def _selected_shape(operation):
    condition, one, other = (t.shape for t in operation.input_tensors)
    return [broadcast_shapes(condition, broadcast_shapes(one, other))]


@device_op("SelectV2", "condition: bool, t: T, e: T -> output: T", shape=_selected_shape, numpy=np.where)
def select_v2_op(condition, t, e):
    return jnp.where(condition, t, e)


@public("where_v2")
def where_v2(
    condition: TensorLike, x: TensorLike | None = None, y: TensorLike | None = None, name: str | None = None
) -> Tensor:
    """`where`, whose `condition`, `x` and `y` broadcast; without the two it gives coordinates, int64 `[n, rank]`.

    Raises:
      ValueError: one of `x` and `y` is given, or shapes do not broadcast.
    """
    if x is None or y is None:
        return where(condition, x, y, name=name)
    return select_v2_op(condition, x, y, name=name)


@public("boolean_mask")
def boolean_mask(
    tensor: TensorLike, mask: TensorLike, name: str | None = "boolean_mask", axis: int | None = None
) -> Tensor:
    """The elements (or slices) of `tensor` where `mask` is true, in row-major order.

    Args:
      tensor: a tensor of rank n.
      mask: a bool tensor of known rank k <= n; its shape is that of axes `axis` to `axis + k` of `tensor`.
      name: a name scope.
      axis: an integer, the first axis that is masked; 0 when None.

    Returns:
      A tensor of rank n - k + 1.

    Raises:
      ValueError: `mask` is a scalar, of unknown rank, or its shape does not fit.
    """
    with name_scope(name, values=[tensor, mask]):
        tensor = convert_to_tensor(tensor, name="tensor")
        mask = convert_to_tensor(mask, name="mask")
        count = mask.shape.ndims
        if count == 0:
            raise ValueError("boolean_mask: mask cannot be scalar.")
        if count is None:
            raise ValueError(
                "boolean_mask: Number of mask dimensions must be specified, e.g. a shape of [None], not None"
            )
        axis = 0 if axis is None else axis
        whole = tensor.shape
        whole[axis : axis + count].assert_is_compatible_with(mask.shape)
        sizes = shape(tensor)
        leading = definition_named("Prod")(sizes[axis : axis + count], [0])
        rows = reshape(tensor, concat([sizes[:axis], [leading], sizes[axis + count :]], 0))
        if whole.ndims is not None:
            first = whole[axis : axis + count].num_elements()
            rows.set_shape(whole[:axis].concatenate([first]).concatenate(whole[axis + count :]))
        indices = squeeze(where(reshape(mask, [-1])), axis=[1])
        return gather(rows, indices, axis=axis)
