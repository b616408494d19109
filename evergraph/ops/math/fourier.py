"""Discrete Fourier transforms over the last one, two or three axes, of complex and of real numbers."""

from collections.abc import Callable

import jax.numpy as jnp

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.inference import constant_value_as_shape
from evergraph.ops.math.binary import maximum
from evergraph.ops.registry import COMPLEX, device_op

public_module("python.ops.spectral_ops")

_REAL = (dtypes.float32, dtypes.float64)
_COMPLEX_OF = {dtypes.float32: dtypes.complex64, dtypes.float64: dtypes.complex128}
_REAL_OF = {kind: real for real, kind in _COMPLEX_OF.items()}


def _axes(rank):
    return tuple(range(-rank, 0))


def _of_complex(type, transform, rank):  # noqa: A002
    """The definition of a transform of complex numbers over the last `rank` axes."""

    @device_op(
        type,
        "input: Tcomplex=complex64 -> output: Tcomplex",
        types={"Tcomplex": COMPLEX},
        shape=lambda op: op.input_tensors[0].shape.with_rank_at_least(rank),
    )
    def definition(input):  # noqa: A002
        return transform(input, axes=_axes(rank)).astype(input.dtype)

    return definition


def _length_shape(rank, of_last):
    def shape(operation):
        given, length = operation.input_tensors
        given = given.shape.with_rank_at_least(rank)
        sizes = constant_value_as_shape(length)
        if sizes.ndims not in (None, rank):
            raise ValueError(
                f"Dimension must be {rank} but is {sizes.ndims} for {operation.name!r} (op: {operation.type!r}): "
                f"fft_length has a size for each of the last {_number(rank)}"
            )
        sizes = sizes.with_rank(rank)
        if given.ndims is None:
            return unknown_shape()
        last = sizes[-1].value
        return given[:-rank].concatenate(sizes[:-1]).concatenate([None if last is None else of_last(last)])

    return shape


def _half(length):
    """How many numbers of a transform of real ones differ, conjugates aside."""
    return length // 2 + 1 if length else 0


def _of_real(type, rank):  # noqa: A002
    @device_op(
        type,
        "input: Treal=float32, fft_length: int32 -> output: Tcomplex=complex64",
        types={"Treal": _REAL, "Tcomplex": COMPLEX},
        static=("fft_length",),
        shape=_length_shape(rank, _half),
    )
    def definition(input, fft_length, *, Tcomplex: dtypes.DType = dtypes.complex64):  # noqa: A002, N803
        sizes = tuple(int(n) for n in fft_length)
        if 0 in sizes or not input.size:
            return jnp.zeros((*input.shape[:-rank], *sizes[:-1], _half(sizes[-1])), Tcomplex.as_numpy_dtype)
        return jnp.fft.rfftn(input, sizes, _axes(rank)).astype(Tcomplex.as_numpy_dtype)

    return definition


def _to_real(type, rank):  # noqa: A002
    @device_op(
        type,
        "input: Tcomplex=complex64, fft_length: int32 -> output: Treal=float32",
        types={"Treal": _REAL, "Tcomplex": COMPLEX},
        static=("fft_length",),
        shape=_length_shape(rank, lambda length: length),
    )
    def definition(input, fft_length, *, Treal: dtypes.DType = dtypes.float32):  # noqa: A002, N803
        sizes = tuple(int(n) for n in fft_length)
        if 0 in sizes or not input.size:
            return jnp.zeros((*input.shape[:-rank], *sizes), Treal.as_numpy_dtype)
        return jnp.fft.irfftn(input, sizes, _axes(rank)).astype(Treal.as_numpy_dtype)

    return definition


def _complex_transform(type, transform, rank, sign):  # noqa: A002
    """The public function of a transform of complex numbers."""
    definition = _of_complex(type, transform, rank)

    def function(input: TensorLike, name: str | None = None) -> Tensor:  # noqa: A002
        return definition(input, name=name)

    function.__doc__ = f"""The {"inverse " if sign > 0 else ""}discrete Fourier transform over the last {_number(rank)}.

    X_k = {"1 / n " if sign > 0 else ""}sum_j x_j exp({"+" if sign > 0 else "-"}2 pi i j k / n) along each.

    Args:
      input: complex64 or complex128, of rank {rank} at least.
      name: the operation's name.

    Returns:
      A tensor of the same dtype and shape.
    """
    function.__name__ = type.lower()
    return function


def _number(rank):
    return "axis" if rank == 1 else f"{rank} axes"


def _length_of(input, rank, last):  # noqa: A002
    """The sizes of the last axes, of the very last what `last` makes of it: known ones as a constant."""
    shape = input.shape[-rank:]
    if shape.is_fully_defined():
        return convert_to_tensor([*shape.as_list()[:-1], last(shape.as_list()[-1], max)], dtypes.int32)
    sizes = array_ops.unstack(array_ops.shape(input)[-rank:], rank)
    return array_ops.stack([*sizes[:-1], last(sizes[-1], maximum)])


def _padded(input, wanted):  # noqa: A002
    """`input` with zeros behind where an axis is known to be shorter than is wanted: the operation takes no shorter ones."""
    rank = len(wanted)
    if input.shape.ndims is None:
        return input
    have = input.shape.as_list()[-rank:]
    missing = [0 if h is None or w is None else max(0, w - h) for h, w in zip(have, wanted, strict=True)]
    if not any(missing) or 0 in have:
        return input
    before = [[0, 0]] * (input.shape.ndims - rank)
    return array_ops.pad(input, [*before, *([0, n] for n in missing)])


def _real_transform(type, rank, is_inverse):  # noqa: A002
    """The public function of a transform from or to real numbers."""
    definition = (_to_real if is_inverse else _of_real)(type, rank)
    results = _REAL_OF if is_inverse else _COMPLEX_OF
    attribute = "Treal" if is_inverse else "Tcomplex"

    def last(size, larger):
        return larger(0, 2 * (size - 1)) if is_inverse else size

    def function(
        input_tensor: TensorLike, fft_length: TensorLike | None = None, name: str | None = None
    ) -> Tensor:
        with name_scope(name, type.lower(), [input_tensor, fft_length]) as scope:
            given = convert_to_tensor(input_tensor, preferred_dtype=next(iter(results)))
            given.shape.with_rank_at_least(rank)
            if fft_length is None:
                length = _length_of(given, rank, last)
            else:
                length = convert_to_tensor(fft_length, dtypes.int32)
                length.shape.with_rank(1)
            sizes = constant_value_as_shape(length)
            if sizes.ndims == rank:
                wanted = sizes.as_list()
                if is_inverse and wanted[-1] is not None:
                    wanted[-1] = wanted[-1] // 2 + 1
                given = _padded(given, wanted)
            return definition(given, length, **{attribute: results[given.dtype.base_dtype]}, name=scope)

    ends = ("complex", "real") if is_inverse else ("real", "complex")
    half = "`fft_length // 2 + 1` of the last axis"
    function.__doc__ = f"""The {"inverse " if is_inverse else ""}discrete Fourier transform of real numbers over the last {_number(rank)}.

    Of the last axis of what is complex there are as many as differ, {half}: the others are their conjugates.

    Args:
      input_tensor: {ends[0]} numbers of rank {rank} at least.
      fft_length: int32 `[{rank}]`, the sizes of the {"result" if is_inverse else "transform"}: the input is cut to them or padded with
        zeros. None for those of the input{", with 2 (n - 1) on the last axis" if is_inverse else ""}.
      name: the operation's name.

    Returns:
      A tensor of {ends[1]} numbers.

    Raises:
      ValueError: a rank below {rank}.
    """
    function.__name__ = type.lower()
    return function


_Transform = Callable[..., Tensor]

fft: _Transform = public("fft", "spectral.fft")(_complex_transform("FFT", jnp.fft.fftn, 1, -1))
ifft: _Transform = public("ifft", "spectral.ifft")(_complex_transform("IFFT", jnp.fft.ifftn, 1, 1))
fft2d: _Transform = public("fft2d", "spectral.fft2d")(_complex_transform("FFT2D", jnp.fft.fftn, 2, -1))
ifft2d: _Transform = public("ifft2d", "spectral.ifft2d")(_complex_transform("IFFT2D", jnp.fft.ifftn, 2, 1))
fft3d: _Transform = public("fft3d", "spectral.fft3d")(_complex_transform("FFT3D", jnp.fft.fftn, 3, -1))
ifft3d: _Transform = public("ifft3d", "spectral.ifft3d")(_complex_transform("IFFT3D", jnp.fft.ifftn, 3, 1))
rfft: _Transform = public("spectral.rfft")(_real_transform("RFFT", 1, False))
irfft: _Transform = public("spectral.irfft")(_real_transform("IRFFT", 1, True))
rfft2d: _Transform = public("spectral.rfft2d")(_real_transform("RFFT2D", 2, False))
irfft2d: _Transform = public("spectral.irfft2d")(_real_transform("IRFFT2D", 2, True))
rfft3d: _Transform = public("spectral.rfft3d")(_real_transform("RFFT3D", 3, False))
irfft3d: _Transform = public("spectral.irfft3d")(_real_transform("IRFFT3D", 3, True))
