"""Complex numbers: their parts, their conjugates, their angles."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework import dtypes, registry
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.math.elementwise import broadcast_inputs, shape_of_first
from evergraph.ops.registry import COMPLEX, device_op

public_module("python.ops.math_ops")


@device_op(
    "Complex",
    "real: T=float32, imag: T=float32 -> out: Tout",
    shape=broadcast_inputs,
    types={"T": (dtypes.float32, dtypes.float64), "Tout": COMPLEX},
)
def complex_op(real, imag, *, Tout: dtypes.DType = dtypes.complex64):  # noqa: N803 (TensorFlow's name)
    # from parts, without arithmetic: 1j * inf would make the real part nan
    return lax.complex(*jnp.broadcast_arrays(real, imag))


@device_op("Real", "input: T -> output: Tout", types={"T": COMPLEX}, shape=shape_of_first)
def real_op(input, *, Tout: dtypes.DType = dtypes.float32):  # noqa: A002, N803
    return jnp.real(input)


@device_op("Imag", "input: T -> output: Tout", types={"T": COMPLEX}, shape=shape_of_first)
def imag_op(input, *, Tout: dtypes.DType = dtypes.float32):  # noqa: A002, N803
    return jnp.imag(input)


@device_op("Conj", "input: T -> output: T", types={"T": COMPLEX}, shape=shape_of_first, numpy=np.conj)
def conj_op(input):  # noqa: A002
    return jnp.conj(input)


@device_op("Angle", "input: T -> output: Tout", types={"T": COMPLEX}, shape=shape_of_first)
def angle_op(input, *, Tout: dtypes.DType = dtypes.float32):  # noqa: A002, N803
    return jnp.arctan2(jnp.imag(input), jnp.real(input))


@public("complex")
@registry.register_function("complex")
def complex(real: TensorLike, imag: TensorLike, name: str | None = None) -> Tensor:  # noqa: A001 (TensorFlow's name)
    """Complex numbers of their real and imaginary parts: complex64 of float32, complex128 of float64.

    Raises:
      TypeError: the parts are of other, or of different, dtypes.
    """
    real = convert_to_tensor(real, name="real")
    imag = convert_to_tensor(imag, name="imag")
    with name_scope(name, "Complex", [real, imag]) as scope:
        wanted = {dtypes.float32: dtypes.complex64, dtypes.float64: dtypes.complex128}
        pair = real.dtype.base_dtype, imag.dtype.base_dtype
        if pair[0] not in wanted or pair[0] is not pair[1]:
            raise TypeError(
                f"real and imag must both be float32 or both float64, got {pair[0]!r} and {pair[1]!r}"
            )
        return complex_op(real, imag, Tout=wanted[pair[0]], name=scope)


def _part(definition, default_name, input, name):  # noqa: A002
    with name_scope(name, default_name, [input]) as scope:
        input = convert_to_tensor(input, name="input")  # noqa: A001
        return definition(input, Tout=input.dtype.real_dtype, name=scope)


@public("real")
def real(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """The real part: float32 of complex64, float64 of complex128, in the shape of `input`. Real numbers are returned as they are."""
    with name_scope(name, "Real", [input]) as scope:
        input = convert_to_tensor(input, name="input")  # noqa: A001
        if not input.dtype.is_complex:
            return input
        return real_op(input, Tout=input.dtype.real_dtype, name=scope)


@public("imag")
def imag(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """The imaginary part of complex numbers.

    float32 of complex64, float64 of complex128, in the shape of `input`.

    Raises:
      TypeError: the numbers are not complex.
    """
    return _part(imag_op, "Imag", input, name)


@public("angle")
def angle(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
    """The argument of complex numbers in radians, between -pi and pi.

    float32 of complex64, float64 of complex128, in the shape of `input`.

    Raises:
      TypeError: the numbers are not complex.
    """
    return _part(angle_op, "Angle", input, name)


@public("conj")
@registry.register_function("conj")
def conj(x: TensorLike, name: str | None = None) -> Tensor:
    """The complex conjugate, of the shape and dtype of x; real numbers are returned as they are.

    Raises:
      TypeError: x is not numeric.
    """
    with name_scope(name, "Conj", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_complex:
            return conj_op(x, name=scope)
        if x.dtype.is_floating or x.dtype.is_integer:
            return x
        raise TypeError(f"Expected numeric or variant tensor, got dtype {x.dtype!r}")
