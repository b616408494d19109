"""Changing the dtype of tensors."""

import builtins
from typing import Any

import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.math.elementwise import shape_of_first
from evergraph.ops.registry import device_op

public_module("python.ops.math_ops")


def _numpy_cast(x, *, DstT):  # noqa: N803 (TensorFlow's name)
    if x.dtype == object and DstT.is_integer:  # sizes that are not known while the graph is built
        return x
    if np.iscomplexobj(x) and not DstT.is_complex:
        x = x.real
    with np.errstate(all="ignore"):
        return np.asarray(x).astype(DstT.storage_dtype)


@device_op("Cast", "x: SrcT -> y: DstT", shape=shape_of_first, numpy=_numpy_cast)
def cast_op(x, *, DstT: dtypes.DType):  # noqa: N803
    if DstT.is_bool:
        return x != 0
    if jnp.iscomplexobj(x) and not DstT.is_complex:
        x = jnp.real(x)
    return x.astype(DstT.storage_dtype)


@public("cast")
@registry.register_function("cast")
def cast(x: TensorLike, dtype: DTypeLike, name: str | None = None) -> Any:
    """The values of a tensor or SparseTensor in another dtype.

    Floating point numbers are truncated towards 0 when they become integers; a complex number gives its real
    part; anything but 0 becomes True. A tensor that has the dtype already is returned itself.

    Raises:
      TypeError: there is no such conversion (from or to strings).
    """
    base = dtypes.as_dtype(dtype).base_dtype
    if isinstance(x, Tensor) and x.dtype.base_dtype is base:
        return x
    with name_scope(name, "Cast", [x]) as scope:
        if isinstance(x, SparseTensor):
            return SparseTensor(x.indices, cast(x.values, base, name=scope), x.dense_shape)
        x = convert_to_tensor(x, name="x")
        if x.dtype.base_dtype is base:
            return x
        for end in (x.dtype.base_dtype, base):
            if not end.is_numpy_compatible or end is dtypes.string:
                raise TypeError(
                    f"Cannot cast {x} of dtype {x.dtype.name} to {base.name}: use tf.string_to_number, "
                    "tf.as_string or tf.decode_raw for strings"
                )
        return cast_op(x, DstT=base, name=scope)


@public("saturate_cast")
def saturate_cast(value: TensorLike, dtype: DTypeLike, name: str | None = None) -> Tensor:
    """`cast` that keeps values within the range of `dtype` instead of letting them overflow."""
    with name_scope(name, "saturate_cast", [value]) as scope:
        value = convert_to_tensor(value, name="value")
        dtype = dtypes.as_dtype(dtype).base_dtype
        if value.dtype.min < dtype.min:
            smallest = convert_to_tensor(dtype.min, dtype=value.dtype.base_dtype, name="min")
            value = registry.definition_named("Maximum")(value, smallest)
        if value.dtype.max > dtype.max:
            largest = convert_to_tensor(
                _largest_within(dtype, value.dtype), value.dtype.base_dtype, name="max"
            )
            value = registry.definition_named("Minimum")(value, largest)
        return cast(value, dtype, name=scope)


def _largest_within(dtype, source):
    """The largest value of dtype `source` that `dtype` holds: rounding its maximum up would overflow."""
    largest = dtype.max
    if not source.is_floating or not dtype.is_integer:
        return largest
    rounded = source.storage_dtype.type(largest)
    if builtins.int(rounded) > builtins.int(largest):
        rounded = np.nextafter(rounded, source.storage_dtype.type(0))
    return rounded


@public("to_float")
def to_float(x: TensorLike, name: str | None = "ToFloat") -> Any:
    """`cast(x, float32)`."""
    return cast(x, dtypes.float32, name=name)


@public("to_double")
def to_double(x: TensorLike, name: str | None = "ToDouble") -> Any:
    """`cast(x, float64)`."""
    return cast(x, dtypes.float64, name=name)


@public("to_int32")
def to_int32(x: TensorLike, name: str | None = "ToInt32") -> Any:
    """`cast(x, int32)`."""
    return cast(x, dtypes.int32, name=name)


@public("to_int64")
def to_int64(x: TensorLike, name: str | None = "ToInt64") -> Any:
    """`cast(x, int64)`."""
    return cast(x, dtypes.int64, name=name)


@public("to_bfloat16")
def to_bfloat16(x: TensorLike, name: str | None = "ToBFloat16") -> Any:
    """`cast(x, bfloat16)`."""
    return cast(x, dtypes.bfloat16, name=name)


@public("to_complex64")
def to_complex64(x: TensorLike, name: str | None = "ToComplex64") -> Any:
    """`cast(x, complex64)`."""
    return cast(x, dtypes.complex64, name=name)


@public("to_complex128")
def to_complex128(x: TensorLike, name: str | None = "ToComplex128") -> Any:
    """`cast(x, complex128)`."""
    return cast(x, dtypes.complex128, name=name)
