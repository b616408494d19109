"""Circulant matrices, which Fourier transforms make diagonal, and nested blocks of them."""

from __future__ import annotations

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.default_graph import name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.linear_operators import broadcasting, checked
from evergraph.ops.linear_operators.broadcasting import adjoint as adjoint_of
from evergraph.ops.linear_operators.operator import LinearOperator
from evergraph.ops.math import fourier

public_module("python.ops.linalg.linear_operator_circulant")

_TRANSFORMS = {
    1: (fourier.fft, fourier.ifft),
    2: (fourier.fft2d, fourier.ifft2d),
    3: (fourier.fft3d, fourier.ifft3d),
}


@public("python.ops.linalg.linear_operator_circulant._to_complex")
def _to_complex(x: Tensor) -> Tensor:
    """The tensor as complex128 where it has that precision, else as complex64."""
    wide = x.dtype.base_dtype in (dtypes.float64, dtypes.complex128)
    return math_ops.cast(x, dtypes.complex128 if wide else dtypes.complex64)


class _Circulant(LinearOperator):
    """What circulant operators of each depth share.

    Args:
      spectrum: the transform of the first column, `[..., n]` (`[..., n0, n1]`, `[..., n0, n1, n2]` for blocks), float32 or complex64.
      input_output_dtype: the type of what it is multiplied with; where it is real, imaginary parts of products are dropped.
      is_non_singular: a hint, as all that follow (see `LinearOperator`): the spectrum has no zeros.
      is_self_adjoint: a hint; True where the spectrum is real.
      is_positive_definite: a hint: the real parts of the spectrum are positive.
      is_square: a hint; False is an error.
      name: the scope of its operations, the class's name when None.

    Raises:
      TypeError: another type of spectrum.
      ValueError: a spectrum of too few dimensions, or hints that contradict each other.
    """

    _depth = 1

    def __init__(
        self,
        spectrum: TensorLike,
        input_output_dtype: DTypeLike = dtypes.complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool = True,
        name: str | None = None,
    ) -> None:
        name = name or type(self).__name__
        with name_scope(name, values=[spectrum]):
            allowed = (dtypes.float32, dtypes.complex64)
            self._spectrum = checked.entries(spectrum, "spectrum", self._depth, allowed)
            if not self._spectrum.dtype.is_complex:
                if is_self_adjoint is False:
                    raise ValueError("A real spectrum always corresponds to a self-adjoint operator.")
                is_self_adjoint = True
            if is_square is False:
                raise ValueError("A [[nested] block] circulant operator is always square.")
            self._sizes = array_ops.shape(self._spectrum)[-self._depth :]
            super().__init__(
                dtypes.as_dtype(input_output_dtype),
                [self._spectrum],
                is_non_singular,
                is_self_adjoint,
                is_positive_definite,
                True,
                name,
            )

    @property
    def block_depth(self) -> int:
        """How deep blocks are nested: 1 for a circulant matrix."""
        return self._depth

    @property
    def block_shape(self) -> TensorShape:
        """The sizes of the blocks, as far as they are known."""
        return self._spectrum.shape[-self._depth :]

    def block_shape_tensor(self) -> Tensor:
        """The sizes of the blocks, an int32 vector."""
        return self._sizes

    @property
    def spectrum(self) -> Tensor:
        """The transform of the first column."""
        return self._spectrum

    def convolution_kernel(self, name: str = "convolution_kernel") -> Tensor:
        """What multiplying convolves with: the inverse transform of the spectrum, of its shape and the operator's type."""
        with self._name_scope(name):
            _, inverse = _TRANSFORMS[self._depth]
            return math_ops.cast(inverse(self._complex()), self.dtype)

    def assert_hermitian_spectrum(self, name: str = "assert_hermitian_spectrum") -> Operation:
        """An operation that raises InvalidArgumentError where the convolution kernel is not real."""
        with self._name_scope(name):
            kind = self.dtype.real_dtype
            size = math_ops.cast(self.domain_dimension_tensor(), kind)
            _, inverse = _TRANSFORMS[self._depth]
            imaginary = math_ops.abs(math_ops.imag(inverse(self._complex())))
            largest = size * np.finfo(kind.as_numpy_dtype).eps
            return checks.assert_less(
                math_ops.cast(imaginary, kind), largest, message="Spectrum was not Hermitian"
            )

    def _complex(self):
        return math_ops.cast(self._spectrum, dtypes.complex64)

    def _shape(self):
        known = self._spectrum.shape
        if known.ndims is None:
            return known
        size = self.block_shape.num_elements()
        return known[: known.ndims - self._depth].concatenate([size, size])

    def _shape_tensor(self):
        size = math_ops.reduce_prod(self._sizes)
        batch = array_ops.shape(self._spectrum)[: -self._depth]
        return array_ops.concat([batch, array_ops.stack([size, size])], 0)

    def _assert_non_singular(self):
        return broadcasting.assert_no_entries_with_modulus_zero(
            self._spectrum, message="Singular operator:  Spectrum contained zero values."
        )

    def _assert_positive_definite(self):
        message = "Not positive definite:  Real part of spectrum was not all positive."
        return checks.assert_positive(math_ops.real(self._spectrum), message=message)

    def _assert_self_adjoint(self):
        return broadcasting.assert_zero_imag_part(
            self._spectrum,
            message="Not self-adjoint:  The spectrum contained non-zero imaginary part.",
        )

    def _through_spectrum(self, x, adjoint, adjoint_arg, is_inverse):
        """Each column of x, transformed, multiplied with (or divided by) the spectrum, and transformed back."""
        columns = array_ops.matrix_transpose(
            math_ops.cast(adjoint_of(x) if adjoint_arg else x, dtypes.complex64)
        )
        spectrum = math_ops.conj(self._complex()) if adjoint else self._complex()
        blocks = array_ops.concat([array_ops.shape(columns)[:-1], self._sizes], 0)
        forward, inverse = _TRANSFORMS[self._depth]
        spectrum = array_ops.expand_dims(spectrum, -1 - self._depth)  # the same for each column
        there = forward(array_ops.reshape(columns, blocks))
        back = inverse(there / spectrum if is_inverse else there * spectrum)
        flat = array_ops.concat([array_ops.shape(back)[: -self._depth], [-1]], 0)
        result = math_ops.cast(array_ops.matrix_transpose(array_ops.reshape(back, flat)), self.dtype)
        own, given = self.shape, columns.shape
        if own.ndims is not None and given.ndims is not None:
            batch = array_ops.broadcast_static_shape(own[:-2], given[:-2])
            result.set_shape(batch.concatenate(TensorShape([own[-1], given[-2]])))
        return result

    def _matmul(self, x, adjoint=False, adjoint_arg=False):
        return self._through_spectrum(x, adjoint, adjoint_arg, False)

    def _solve(self, rhs, adjoint=False, adjoint_arg=False):
        return self._through_spectrum(rhs, adjoint, adjoint_arg, True)

    def _axes(self):
        return [-1 - axis for axis in range(self._depth)]

    def _determinant(self):
        return math_ops.cast(math_ops.reduce_prod(self._spectrum, axis=self._axes()), self.dtype)

    def _log_abs_determinant(self):
        logarithms = math_ops.log(math_ops.abs(self._spectrum))
        return math_ops.cast(math_ops.reduce_sum(logarithms, axis=self._axes()), self.dtype)

    def _trace(self):
        return math_ops.cast(math_ops.reduce_sum(self._spectrum, axis=self._axes()), self.dtype)

    def _diag_part(self):
        size = math_ops.cast(self.domain_dimension_tensor(), self.dtype)
        entry = self.trace() / size  # all entries of the diagonal are the same
        return entry[..., None] * array_ops.ones(self.shape_tensor()[:-1], self.dtype)


@public("linalg.LinearOperatorCirculant", "contrib.linalg.LinearOperatorCirculant")
class LinearOperatorCirculant(_Circulant):
    """Circulant matrices `[..., n, n]`, by their spectrum: products are convolutions.

    Args:
      spectrum: the Fourier transform of the first column, `[..., n]`, float32 or complex64. The rest is as for `LinearOperator`.

    Raises:
      TypeError: another type of spectrum.
      ValueError: a scalar, or hints that contradict each other.
    """


@public("linalg.LinearOperatorCirculant2D", "contrib.linalg.LinearOperatorCirculant2D")
class LinearOperatorCirculant2D(_Circulant):
    """Circulant matrices of circulant blocks, by their spectrum: products are convolutions of images.

    Args:
      spectrum: the transform of the first column as an image, `[..., n0, n1]`, float32 or complex64.

    Raises:
      TypeError: another type of spectrum.
      ValueError: fewer dimensions than two, or hints that contradict each other.
    """

    _depth = 2


@public("linalg.LinearOperatorCirculant3D", "contrib.linalg.LinearOperatorCirculant3D")
class LinearOperatorCirculant3D(_Circulant):
    """Circulant matrices of blocks of circulant blocks, by their spectrum.

    Args:
      spectrum: the transform of the first column as a volume, `[..., n0, n1, n2]`, float32 or complex64.

    Raises:
      TypeError: another type of spectrum.
      ValueError: fewer dimensions than three, or hints that contradict each other.
    """

    _depth = 3
