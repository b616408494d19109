"""The bytes of a tensor read as another dtype."""

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.array.static import dims_of
from evergraph.ops.registry import device_op

public_module("python.ops.array_ops")


def _bitcast_shape(operation):
    (tensor,) = operation.input_tensors
    dims = dims_of(tensor)
    if dims is None:
        return unknown_shape()
    before, after = tensor.dtype.base_dtype.size, operation.attrs["type"].size
    if before == after:
        return as_shape(dims)
    if before > after:
        return as_shape((*dims, before // after))
    if not dims or dims[-1] not in (None, after // before):
        raise ValueError(
            f"Bitcast {operation.name!r}: from {tensor.dtype.name} to {operation.attrs['type'].name} "
            "the last "
            f"axis must have size {after // before}, got shape {tensor.shape}"
        )
    return as_shape(dims[:-1])


def _bitcast_numpy(input, *, type):
    wanted = np.dtype(type.as_numpy_dtype)
    array = np.ascontiguousarray(input).reshape(input.shape)
    if array.dtype.itemsize == wanted.itemsize:
        return array.view(wanted)
    if array.dtype.itemsize > wanted.itemsize:
        return array.reshape(*array.shape, 1).view(wanted)
    return array.view(wanted).reshape(array.shape[:-1])


_BITCAST_TYPES = (
    dtypes.bfloat16,
    dtypes.float16,
    dtypes.float32,
    dtypes.float64,
    dtypes.int64,
    dtypes.int32,
    dtypes.uint8,
    dtypes.uint16,
    dtypes.uint32,
    dtypes.uint64,
    dtypes.int8,
    dtypes.int16,
    dtypes.complex64,
    dtypes.complex128,
    dtypes.qint8,
    dtypes.quint8,
    dtypes.qint16,
    dtypes.quint16,
    dtypes.qint32,
)


@device_op(
    "Bitcast",
    "input: T -> output: type",
    shape=_bitcast_shape,
    differentiable=False,
    types={"T": _BITCAST_TYPES, "type": _BITCAST_TYPES},
    numpy=_bitcast_numpy,
)
def bitcast_op(input, *, type):
    wanted = np.dtype(type.as_numpy_dtype)
    if jnp.iscomplexobj(input) or np.issubdtype(wanted, np.complexfloating):
        return _bitcast_complex(input, wanted)
    return jax.lax.bitcast_convert_type(input, wanted)


def _bitcast_complex(array, wanted):
    """By way of the parts' bytes: XLA reinterprets no complex numbers."""
    before, after = array.dtype.itemsize, wanted.itemsize
    shape = array.shape
    parts = jnp.stack([array.real, array.imag], -1) if jnp.iscomplexobj(array) else array
    octets = jax.lax.bitcast_convert_type(parts, jnp.uint8).reshape(*shape, before)
    if before > after:
        octets = octets.reshape(*shape, before // after, after)
    elif before < after:
        octets = octets.reshape(*shape[:-1], after)
    if not np.issubdtype(wanted, np.complexfloating):
        octets = octets[..., 0] if after == 1 else octets
        return jax.lax.bitcast_convert_type(octets, wanted)
    half = np.dtype(np.float32 if wanted == np.complex64 else np.float64)
    halves = jax.lax.bitcast_convert_type(octets.reshape(*octets.shape[:-1], 2, after // 2), half)
    return jax.lax.complex(halves[..., 0], halves[..., 1])


@public("bitcast")
def bitcast(input: TensorLike, type: DTypeLike, name: str | None = None) -> Tensor:
    """The bytes of `input` read as another dtype.

    To a smaller dtype an axis is added at the end, to a larger one the last axis disappears.

    Raises:
      ValueError: that last axis has another size than the ratio of the two.
    """
    return bitcast_op(input, type=dtypes.as_dtype(type), name=name)
