"""Tensors of one value, or of two: zeros, ones, fill, one_hot, sequence_mask."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.array.reshaping import expand_dims, reshape
from evergraph.ops.array.shapes import rank, shape_of
from evergraph.ops.array.static import axis_in, dims_of, same_as_first, static_int
from evergraph.ops.constants import constant
from evergraph.ops.inference import constant_value, constant_value_as_shape
from evergraph.ops.registry import INDEX, device_op

public_module("python.ops.array_ops")

_SMALL = 1000  # elements: below it, zeros and ones are constants


def _fill_shape(operation):
    if operation.input_tensors[1].shape.ndims not in (None, 0):
        raise ValueError(
            f"Fill {operation.name!r}: value must be a scalar, got shape {operation.input_tensors[1].shape}"
        )
    dims = operation.input_tensors[0]
    known = constant_value(dims)
    if known is not None and np.any(known < 0):
        raise ValueError(f"Fill {operation.name!r}: dims must be >= 0, got {known.tolist()}")
    return constant_value_as_shape(dims)


def _sizes(dims):
    return tuple(int(d) for d in dims)


@device_op(
    "Fill",
    "dims: index_type=int32, value: T -> output: T",
    static=("dims",),
    ranks={"dims": (1, "dims must be a vector"), "value": (0, "value must be a scalar")},
    shape=_fill_shape,
    types={"index_type": INDEX},
    numpy=lambda dims, value: np.full(_sizes(dims), value),
    numpy_gradient=lambda flows, dims, value: (None, flows[0].sum(dtype=flows[0].dtype)),
)
def fill_op(dims, value):
    return jnp.full(_sizes(dims), value)


@public("fill")
def fill(dims: TensorLike, value: TensorLike, name: str | None = None) -> Tensor:
    """A tensor of shape `dims` (an integer vector) whose elements all are `value`, a scalar."""
    return fill_op(dims, value, name=name)


def _zeros_numpy(x):
    return np.full(x.shape, b"", object) if x.dtype == object else np.zeros_like(x)


@device_op("ZerosLike", "x: T -> y: T", differentiable=False, shape=same_as_first, numpy=_zeros_numpy)
def zeros_like_op(x):
    return jnp.zeros(x.shape, x.dtype)


@device_op("OnesLike", "x: T -> y: T", differentiable=False, shape=same_as_first, numpy=np.ones_like)
def ones_like_op(x):
    return jnp.ones(x.shape, x.dtype)


def _zero_of(dtype):
    return b"" if dtype == dtypes.string else dtype.as_numpy_dtype(0)


def _filled(value, shape, dtype, scope):
    """A constant when the shape is small and known, else a Fill operation."""
    sizes = _known_sizes(shape)
    if sizes is not None and np.prod(sizes, dtype=np.int64) < _SMALL:
        return constant(value, dtype, sizes, name=scope)
    if sizes is not None:
        shape = constant(
            sizes,
            dtypes.int64 if any(s >= 2**31 for s in sizes) else dtypes.int32,
            [len(sizes)],
            name="shape_as_tensor",
        )
    elif not isinstance(shape, Tensor):
        shape = convert_to_tensor(shape, dtypes.int32, name="shape")
    if shape.shape.ndims == 0:
        shape = reshape(shape, [-1])
    return fill(shape, constant(value, dtype), name=scope)


def _known_sizes(shape) -> list[Any] | None:
    """The sizes as a list of integers; None when they are (or hold) tensors.

    Raises:
      ValueError: a size is unknown or negative.
    """
    if isinstance(shape, Tensor):
        return None
    if isinstance(shape, TensorShape):
        if not shape.is_fully_defined():
            raise ValueError(
                f"Cannot convert a partially known TensorShape to a Tensor: {shape}; use tf.shape(x) for the "
                "shape at run time"
            )
        return shape.as_list()
    if not isinstance(shape, (list, tuple)):
        shape = [shape] if np.ndim(shape) == 0 else list(shape)
    if any(isinstance(s, Tensor) or hasattr(s, "_as_graph_element") for s in shape):
        return None
    return TensorShape(shape).as_list() if None not in shape else _known_sizes(TensorShape(shape))


@public("zeros")
def zeros(shape: TensorLike, dtype: DTypeLike = dtypes.float32, name: str | None = None) -> Tensor:
    """A tensor of zeros (False, empty strings).

    Args:
      shape: a list of integers, a TensorShape that is fully known, or an integer vector.
      dtype: its DType.
      name: the operation's name.
    """
    dtype = dtypes.as_dtype(dtype).base_dtype
    with name_scope(name, "zeros", [shape]) as scope:
        return _filled(_zero_of(dtype), shape, dtype, scope)


@public("ones")
def ones(shape: TensorLike, dtype: DTypeLike = dtypes.float32, name: str | None = None) -> Tensor:
    """A tensor of ones (True); arguments as for `zeros`."""
    dtype = dtypes.as_dtype(dtype).base_dtype
    with name_scope(name, "ones", [shape]) as scope:
        return _filled(True if dtype == dtypes.bool else dtype.as_numpy_dtype(1), shape, dtype, scope)


@public("zeros_like")
@registry.register_function("zeros_like")
def zeros_like(
    tensor: TensorLike, dtype: DTypeLike | None = None, name: str | None = None, optimize: bool = True
) -> Tensor:
    """Zeros in the shape of `tensor`.

    Args:
      tensor: the tensor.
      dtype: the result's DType; None takes that of `tensor`.
      name: the operation's name.
      optimize: whether to give a constant when the shape is known while the graph is built.
    """
    with name_scope(name, "zeros_like", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        own = tensor.dtype.base_dtype
        dtype = own if dtype is None else dtypes.as_dtype(dtype).base_dtype
        if optimize and tensor.shape.is_fully_defined() and own != dtypes.variant:
            return zeros(tensor.shape, dtype, name=scope)
        if dtype != own and dtype != dtypes.variant:
            return zeros(shape_of(tensor, optimize=optimize), dtype, name=scope)
        return zeros_like_op(tensor, name=scope)


@public("ones_like")
@registry.register_function("ones_like")
def ones_like(
    tensor: TensorLike, dtype: DTypeLike | None = None, name: str | None = None, optimize: bool = True
) -> Tensor:
    """Ones in the shape of `tensor`; arguments as for `zeros_like`."""
    with name_scope(name, "ones_like", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        dtype = tensor.dtype if dtype is None else dtype
        result = ones(shape_of(tensor, optimize=optimize), dtype, name=scope)
        result.set_shape(tensor.shape)
        return result


def _one_hot_shape(operation):
    indices, depth = operation.input_tensors[:2]
    dims = dims_of(indices)
    if dims is None:
        return unknown_shape()
    axis = axis_in(operation, operation.attrs["axis"], len(dims) + 1)
    size = static_int(depth)
    if size is not None and size < 0:
        raise ValueError(f"OneHot {operation.name!r}: depth = {size} must not be negative")
    return as_shape((*dims[:axis], size, *dims[axis:]))


def _one_hot(xp):
    def kernel(indices, depth, on_value, off_value, *, axis=-1):
        axis = axis % (indices.ndim + 1)
        depth = int(np.reshape(depth, ()))
        if depth < 0:
            raise ValueError(f"depth = {depth} must not be negative")
        numbers = xp.arange(depth).reshape([-1 if i == axis else 1 for i in range(indices.ndim + 1)])
        return xp.where(xp.expand_dims(indices, axis) == numbers, on_value, off_value)

    return kernel


one_hot_op = device_op(
    "OneHot",
    "indices: TI=int64, depth: int32, on_value: T, off_value: T -> output: T",
    static=("depth",),
    shape=_one_hot_shape,
    differentiable=False,
    numpy=_one_hot(np),
    types={"TI": (dtypes.uint8, dtypes.int32, dtypes.int64)},
)(_one_hot(jnp))


@public("one_hot")
def one_hot(
    indices: TensorLike,
    depth: TensorLike,
    on_value: TensorLike | None = None,
    off_value: TensorLike | None = None,
    axis: int | None = None,
    dtype: DTypeLike | None = None,
    name: str | None = None,
) -> Tensor:
    """`on_value` where the index along a new axis is that in `indices`, `off_value` elsewhere.

    Args:
      indices: an integer tensor; an index outside `[0, depth)` gives `off_value` everywhere.
      depth: a scalar, the size of the new axis.
      on_value: a scalar; 1 when None.
      off_value: a scalar; 0 when None.
      axis: where the new axis is inserted; -1 (the default) is the end.
      dtype: the result's DType; that of the values, else float32.
      name: the operation's name.

    Raises:
      TypeError: `dtype` and the two values disagree.
    """
    axis = -1 if axis is None else axis
    with name_scope(name, "one_hot", [indices, depth, on_value, off_value, axis, dtype]) as scope:
        on_dtype, off_dtype = _value_dtype(on_value), _value_dtype(off_value)
        wanted = None if dtype is None else dtypes.as_dtype(dtype).base_dtype
        if wanted is None:
            wanted = on_dtype or off_dtype or dtypes.float32
            if on_dtype and off_dtype and on_dtype != off_dtype:
                raise TypeError(
                    f"dtype {on_dtype.name} of on_value does not match dtype {off_dtype.name} of off_value"
                )
        for label, found in (("on_value", on_dtype), ("off_value", off_dtype)):
            if found is not None and found != wanted:
                raise TypeError(f"dtype {found.name} of {label} does not match dtype parameter {wanted.name}")
        on_value = convert_to_tensor(1 if on_value is None else on_value, wanted, name="on_value")
        off_value = convert_to_tensor(0 if off_value is None else off_value, wanted, name="off_value")
        return one_hot_op(indices, depth, on_value, off_value, axis=axis, name=scope)


def _value_dtype(value):
    return None if value is None else convert_to_tensor(value).dtype.base_dtype


@public("sequence_mask")
def sequence_mask(
    lengths: TensorLike,
    maxlen: TensorLike | None = None,
    dtype: DTypeLike = dtypes.bool,
    name: str | None = None,
) -> Tensor:
    """A mask with True at the first `lengths[i]` of `maxlen` positions of row `i`.

    Args:
      lengths: an integer tensor `[d1, ..., dn]`.
      maxlen: an integer scalar, the size of the new last axis; None takes the largest length.
      dtype: the DType of the mask.
      name: a name scope.

    Returns:
      A tensor `[d1, ..., dn, maxlen]`.

    Raises:
      ValueError: `maxlen` is not a scalar.
    """
    with name_scope(name, "SequenceMask", [lengths, maxlen]):
        lengths = convert_to_tensor(lengths)
        if maxlen is None:
            count = definition_named("Max")(lengths, _all_axes(lengths))
        else:
            count = convert_to_tensor(maxlen)
        if count.shape.ndims not in (None, 0):
            raise ValueError(f"sequence_mask: maxlen must be scalar, got a tensor of shape {count.shape}")
        kind = count.dtype.base_dtype
        positions = definition_named("Range")(constant(0, kind), count, constant(1, kind))
        column = definition_named("Cast")(expand_dims(lengths, -1), DstT=kind)
        mask = definition_named("Less")(positions, column)
        dtype = dtypes.bool if dtype is None else dtypes.as_dtype(dtype).base_dtype
        return mask if dtype == dtypes.bool else definition_named("Cast")(mask, DstT=dtype)


def _all_axes(x):
    if x.shape.ndims is not None:
        return constant(np.arange(x.shape.ndims, dtype=np.int32))
    return definition_named("Range")(0, rank(x), 1)
