"""First values of convolution kernels that keep the length of what they are applied to.

Xiao et al. 2018, arXiv:1806.05393: "Dynamical Isometry and a Mean Field Theory of CNNs".
"""

import functools
import itertools
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.linalg import eye
from evergraph.ops.random.distributions import random_normal
from evergraph.ops.variables.initializers import Initializer, _float, random_orthogonal

public_module("python.ops.init_ops")


class _KernelInitializer(Initializer):
    parameters = ("gain", "seed", "dtype")

    def __init__(self, gain: float = 1.0, seed: int | None = None, dtype: DTypeLike = dtypes.float32) -> None:
        self.gain, self.seed, self.dtype = gain, seed, _float(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        sizes = [int(size) for size in shape]
        self._check_rank(sizes)
        if sizes[-2] > sizes[-1]:
            raise ValueError(
                f"In_filters cannot be greater than out_filters: got {sizes[-2]} and {sizes[-1]} in the shape {sizes}"
            )
        dtype = dtypes.as_dtype(self.dtype if dtype is None else dtype)
        return self._kernel(sizes, dtype) * math_ops.sqrt(math_ops.cast(self.gain, dtype))

    def _check_rank(self, sizes):
        raise NotImplementedError

    def _kernel(self, sizes, dtype):
        raise NotImplementedError


@public(
    "contrib.framework.convolutional_delta_orthogonal", "python.ops.init_ops.convolutional_delta_orthogonal"
)
class ConvolutionDeltaOrthogonal(_KernelInitializer):
    """A kernel `[*window, in, out]` that is zero but for its centre, which has orthonormal rows times `sqrt(gain)`.

    Args:
      gain: a factor of the squared 2-norm of what is convolved.
      seed: of the random matrix.
      dtype: a floating type.

    Raises:
      ValueError: a dtype that is no float; when called, a window that has not one to three dimensions, or `in > out`.
    """

    def _check_rank(self, sizes):
        if not 3 <= len(sizes) <= 5:
            raise ValueError(
                f"The tensor to initialize must be at least three-dimensional and at most five-dimensional, got shape {sizes}"
            )

    def _kernel(self, sizes, dtype):
        *window, channels, filters = sizes
        centre = random_orthogonal(filters, filters, dtype, self.seed)[:channels]
        before = [(size - 1) // 2 for size in window]
        paddings = [[first, size - 1 - first] for first, size in zip(before, window)]
        return array_ops.pad(
            array_ops.reshape(centre, [1] * len(window) + [channels, filters]), [*paddings, [0, 0], [0, 0]]
        )


class _ConvolutionOrthogonal(_KernelInitializer):
    """The product (a convolution) of kernels of size two, each made of projections, and an orthogonal matrix."""

    _rank = 0

    def _check_rank(self, sizes):
        if len(sizes) != self._rank + 2:
            raise ValueError(
                f"The tensor to initialize must have {self._rank + 2} dimensions, got shape {sizes}"
            )
        if len(set(sizes[:-2])) != 1:
            raise ValueError(f"Kernel sizes must be equal, got shape {sizes}")

    def _kernel(self, sizes, dtype):
        size, channels, filters = sizes[0], sizes[-2], sizes[-1]
        draws = itertools.count()

        def seed():
            # Every draw has its own numbers, also when a seed is given.
            return None if self.seed is None else self.seed + next(draws)

        rows = random_orthogonal(filters, filters, dtype, seed())[:channels]
        blocks = [self._block(filters, dtype, seed) for _ in range(size - 1)]
        if blocks:
            places = functools.reduce(_convolved, blocks)
            matrices = [math_ops.matmul(rows, places[place]) for place in sorted(places)]
        else:
            matrices = [rows]
        return array_ops.reshape(array_ops.stack(matrices), sizes)

    def _block(self, filters, dtype, seed):
        """{corner of a window of size two: matrix}: for each axis a projection or what it leaves."""
        sides = []
        for _ in range(self._rank):
            basis = random_orthogonal(filters, filters, dtype, seed())
            kept = basis * math_ops.cast(random_normal([filters], dtype=dtype, seed=seed()) > 0, dtype)
            projection = math_ops.matmul(kept, kept, transpose_b=True)
            sides.append((projection, eye(filters, dtype=dtype) - projection))
        return {
            corner: functools.reduce(math_ops.matmul, [pair[i] for pair, i in zip(sides, corner)])
            for corner in itertools.product((0, 1), repeat=self._rank)
        }


def _convolved(first, second):
    """The product of two kernels {place: matrix}: that of a convolution by one and then by the other."""
    products = {}
    for (a, left), (b, right) in itertools.product(first.items(), second.items()):
        products.setdefault(tuple(map(sum, zip(a, b))), []).append(math_ops.matmul(left, right))
    return {place: math_ops.add_n(terms) for place, terms in products.items()}


@public("contrib.framework.convolutional_orthogonal_1d", "python.ops.init_ops.convolutional_orthogonal_1d")
class ConvolutionOrthogonal1D(_ConvolutionOrthogonal):
    """A kernel `[size, in, out]` that multiplies the 2-norm of what it is convolved with, padded in a circle, by `sqrt(gain)`.

    Args:
      gain: a factor of the squared 2-norm.
      seed: of the random matrices.
      dtype: a floating type.

    Raises:
      ValueError: a dtype that is no float; when called, another number of dimensions, or `in > out`.
    """

    _rank = 1


@public("contrib.framework.convolutional_orthogonal_2d", "python.ops.init_ops.convolutional_orthogonal_2d")
class ConvolutionOrthogonal2D(_ConvolutionOrthogonal):
    """`ConvolutionOrthogonal1D` for kernels `[size, size, in, out]`."""

    _rank = 2


@public("contrib.framework.convolutional_orthogonal_3d", "python.ops.init_ops.convolutional_orthogonal_3d")
class ConvolutionOrthogonal3D(_ConvolutionOrthogonal):
    """`ConvolutionOrthogonal1D` for kernels `[size, size, size, in, out]`."""

    _rank = 3
