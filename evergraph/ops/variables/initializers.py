"""Initializers: objects that make the first value of a variable from its shape."""

import math
from typing import Any, Self

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import linalg as linalg_ops
from evergraph.ops import math as math_ops
from evergraph.ops.random.distributions import random_normal, random_uniform, truncated_normal

public_module("python.ops.init_ops")


@public()
class Initializer:
    """Makes the first value of a variable.

    Subclasses list in `parameters` the constructor arguments that `get_config` gives back.
    """

    parameters = ("dtype",)
    dtype: Any

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        """A tensor of the given shape.

        Args:
          shape: a list of sizes, or TensorShape.
          dtype: overrides the initializer's own dtype.
          partition_info: for a slice of a partitioned variable, where it lies (`full_shape`, `var_offset`).
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how to initialise")

    def get_config(self) -> dict:
        """The constructor's arguments, for `from_config`."""
        config = {key: getattr(self, key) for key in self.parameters}
        if "dtype" in config:
            config["dtype"] = self.dtype.name
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """An initializer from what `get_config` gave."""
        return cls(**config)


@public("python.ops.init_ops._assert_float_dtype")
def _float(dtype: DTypeLike) -> dtypes.DType:
    """The DType; ValueError for one that is not floating."""
    dtype = dtypes.as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"Expected floating point type, got {dtype}.")
    return dtype


def _sizes(shape):
    return [int(size) for size in shape]


@public("zeros_initializer", "initializers.zeros")
class Zeros(Initializer):
    """All zeros."""

    def __init__(self, dtype: DTypeLike = dtypes.float32) -> None:
        self.dtype = dtypes.as_dtype(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtypes.as_dtype(dtype)
        value = False if dtype.is_bool else "" if dtype == dtypes.string else 0
        return (
            constants.constant(value, dtype, shape=_sizes(shape))
            if value == ""
            else array_ops.zeros(shape, dtype)
        )


@public("ones_initializer", "initializers.ones")
class Ones(Initializer):
    """All ones."""

    def __init__(self, dtype: DTypeLike = dtypes.float32) -> None:
        self.dtype = dtypes.as_dtype(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        return array_ops.ones(shape, self.dtype if dtype is None else dtype)


@public("constant_initializer", "initializers.constant")
class Constant(Initializer):
    """Given values, the last of which fills what is missing.

    Args:
      value: a scalar, list, tuple or array, with at most as many elements as the variable.
      dtype: the type of the result.
      verify_shape: whether `value` must have the variable's shape.

    Raises:
      TypeError: `value` is nothing of the above, or (with verify_shape, when called) of another shape.
    """

    parameters = ("value", "dtype")

    def __init__(self, value: Any = 0, dtype: DTypeLike = dtypes.float32, verify_shape: bool = False) -> None:
        if not (np.isscalar(value) or isinstance(value, (list, tuple, np.ndarray))):
            raise TypeError(
                f"Invalid type for initial value: {type(value)} (expected Python scalar, list or tuple of values, "
                f"or numpy.ndarray)."
            )
        self.value = value
        self.dtype = dtypes.as_dtype(dtype)
        self._verify_shape = verify_shape

    def __call__(
        self,
        shape: ShapeLike,
        dtype: DTypeLike = None,
        partition_info: Any = None,
        verify_shape: bool | None = None,
    ) -> Tensor:
        return constants.constant(
            self.value,
            dtype=self.dtype if dtype is None else dtype,
            shape=shape,
            verify_shape=self._verify_shape if verify_shape is None else verify_shape,
        )


@public("random_uniform_initializer", "initializers.random_uniform")
class RandomUniform(Initializer):
    """Uniform numbers in [minval, maxval); `maxval` None is 1 for floats."""

    parameters = ("minval", "maxval", "seed", "dtype")

    def __init__(
        self,
        minval: TensorLike = 0,
        maxval: TensorLike = None,
        seed: int | None = None,
        dtype: DTypeLike = dtypes.float32,
    ) -> None:
        self.minval, self.maxval, self.seed = minval, maxval, seed
        self.dtype = dtypes.as_dtype(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtype
        return random_uniform(shape, self.minval, self.maxval, dtype, seed=self.seed)


@public("random_normal_initializer", "initializers.random_normal")
class RandomNormal(Initializer):
    """Normal numbers. ValueError for a dtype that is no float."""

    parameters = ("mean", "stddev", "seed", "dtype")

    def __init__(
        self,
        mean: TensorLike = 0.0,
        stddev: TensorLike = 1.0,
        seed: int | None = None,
        dtype: DTypeLike = dtypes.float32,
    ) -> None:
        self.mean, self.stddev, self.seed, self.dtype = mean, stddev, seed, _float(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtype
        return random_normal(shape, self.mean, self.stddev, dtype, seed=self.seed)


@public("truncated_normal_initializer", "initializers.truncated_normal")
class TruncatedNormal(Initializer):
    """Normal numbers within two standard deviations of the mean. ValueError for a dtype that is no float."""

    parameters = ("mean", "stddev", "seed", "dtype")

    def __init__(
        self,
        mean: TensorLike = 0.0,
        stddev: TensorLike = 1.0,
        seed: int | None = None,
        dtype: DTypeLike = dtypes.float32,
    ) -> None:
        self.mean, self.stddev, self.seed, self.dtype = mean, stddev, seed, _float(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtype
        return truncated_normal(shape, self.mean, self.stddev, dtype, seed=self.seed)


@public("uniform_unit_scaling_initializer", "initializers.uniform_unit_scaling")
class UniformUnitScaling(Initializer):
    """Uniform numbers in +-sqrt(3 / inputs) * factor, which keep the scale of what a layer passes on.

    `inputs` is the product of all dimensions but the last.

    ValueError for a dtype that is no float.
    """

    parameters = ("factor", "seed", "dtype")

    def __init__(
        self, factor: float = 1.0, seed: int | None = None, dtype: DTypeLike = dtypes.float32
    ) -> None:
        self.factor, self.seed, self.dtype = factor, seed, _float(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        full = shape if partition_info is None else partition_info.full_shape
        limit = math.sqrt(3 / max(math.prod(_sizes(full)[:-1]), 1)) * self.factor
        return random_uniform(shape, -limit, limit, self.dtype if dtype is None else dtype, seed=self.seed)


# The standard deviation of a standard normal distribution cut off at -2 and 2.
_TRUNCATED_DEVIATION = 0.87962566103423978


@public("python.ops.init_ops._compute_fans")
def _compute_fans(shape: ShapeLike) -> tuple[float, float]:
    """(inputs, outputs) of one unit, for weights of dense layers and of convolutions."""
    sizes = _sizes(shape)
    if len(sizes) < 2:
        size = sizes[0] if sizes else 1
        return size, size
    field = math.prod(sizes[:-2])
    return sizes[-2] * field, sizes[-1] * field


@public("variance_scaling_initializer", "initializers.variance_scaling")
class VarianceScaling(Initializer):
    """Random numbers whose variance is `scale / n`.

    Args:
      scale: positive.
      mode: what n is: "fan_in" (inputs of a unit), "fan_out" (outputs) or "fan_avg" (their mean).
      distribution: "normal" (truncated) or "uniform".
      seed: the operation's seed.
      dtype: a float type.

    Raises:
      ValueError: an argument that is none of these.
    """

    parameters = ("scale", "mode", "distribution", "seed", "dtype")

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "normal",
        seed: int | None = None,
        dtype: DTypeLike = dtypes.float32,
    ) -> None:
        if scale <= 0.0:
            raise ValueError(f"`scale` must be positive float, got {scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"Invalid `mode` argument: {mode!r} (fan_in, fan_out and fan_avg are allowed)")
        if distribution.lower() not in ("normal", "uniform"):
            raise ValueError(
                f"Invalid `distribution` argument: {distribution!r} (normal and uniform are allowed)"
            )
        self.scale, self.mode, self.distribution = scale, mode, distribution.lower()
        self.seed, self.dtype = seed, _float(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtype
        inputs, outputs = _compute_fans(shape if partition_info is None else partition_info.full_shape)
        count = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}[self.mode]
        variance = self.scale / max(1.0, count)
        if self.distribution == "normal":
            deviation = math.sqrt(variance) / _TRUNCATED_DEVIATION
            return truncated_normal(shape, 0.0, deviation, dtype, seed=self.seed)
        limit = math.sqrt(3.0 * variance)
        return random_uniform(shape, -limit, limit, dtype, seed=self.seed)


def random_orthogonal(rows, cols, dtype, seed):
    """A matrix `[rows, cols]`, rows >= cols, with orthonormal columns, uniform among all of them."""
    drawn = random_normal([rows, cols], dtype=dtype, seed=seed)
    q, r = linalg_ops.qr_op(drawn, full_matrices=False)
    return q * math_ops.sign(array_ops.matrix_diag_part(r))


@public("orthogonal_initializer", "initializers.orthogonal")
class Orthogonal(Initializer):
    """A matrix with orthonormal rows or columns (whichever are fewer), times `gain`.

    More than two dimensions are taken as `[product of the others, last]`.

    Raises:
      ValueError: (when called) fewer than two dimensions.
    """

    parameters = ("gain", "seed", "dtype")

    def __init__(self, gain: float = 1.0, seed: int | None = None, dtype: DTypeLike = dtypes.float32) -> None:
        self.gain, self.seed, self.dtype = gain, seed, _float(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        dtype = self.dtype if dtype is None else dtype
        if len(shape) < 2:
            raise ValueError(f"The tensor to initialize must be at least two-dimensional, got shape {shape}")
        *outer, cols = _sizes(shape)
        rows = math.prod(outer)
        q = random_orthogonal(max(rows, cols), min(rows, cols), dtype, self.seed)
        if rows < cols:
            q = array_ops.matrix_transpose(q)
        return self.gain * array_ops.reshape(q, shape)


@public("initializers.identity")
class Identity(Initializer):
    """The identity matrix times `gain`, for two-dimensional variables. ValueError for a dtype that is no float."""

    parameters = ("gain", "dtype")

    def __init__(self, gain: float = 1.0, dtype: DTypeLike = dtypes.float32) -> None:
        self.gain, self.dtype = gain, _float(dtype)

    def __call__(self, shape: ShapeLike, dtype: DTypeLike = None, partition_info: Any = None) -> Tensor:
        full = _sizes(shape if partition_info is None else partition_info.full_shape)
        if len(full) != 2:
            raise ValueError(
                f"Identity matrix initializer can only be used for 2D matrices, got shape {full}"
            )
        dtype = dtypes.as_dtype(self.dtype if dtype is None else dtype)
        whole = np.eye(*full, dtype=dtype.as_numpy_dtype)
        if partition_info is not None:
            row, col = partition_info.var_offset
            rows, cols = _sizes(shape)
            whole = whole[row : row + rows, col : col + cols]
        return self.gain * constants.constant(np.ascontiguousarray(whole), dtype)


zeros_initializer = public()(Zeros)
ones_initializer = public()(Ones)
constant_initializer = public()(Constant)
random_uniform_initializer = public()(RandomUniform)
random_normal_initializer = public()(RandomNormal)
truncated_normal_initializer = public()(TruncatedNormal)
uniform_unit_scaling_initializer = public()(UniformUnitScaling)
variance_scaling_initializer = public()(VarianceScaling)
orthogonal_initializer = public()(Orthogonal)
identity_initializer = public()(Identity)


@public("glorot_uniform_initializer")
def glorot_uniform_initializer(seed: int | None = None, dtype: DTypeLike = dtypes.float32) -> VarianceScaling:
    """Uniform in +-sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."""
    return VarianceScaling(1.0, "fan_avg", "uniform", seed=seed, dtype=dtype)


@public("glorot_normal_initializer")
def glorot_normal_initializer(seed: int | None = None, dtype: DTypeLike = dtypes.float32) -> VarianceScaling:
    """Truncated normal of variance 2 / (fan_in + fan_out)."""
    return VarianceScaling(1.0, "fan_avg", "normal", seed=seed, dtype=dtype)


@public()
def lecun_normal(seed: int | None = None) -> VarianceScaling:
    """Truncated normal of variance 1 / fan_in."""
    return VarianceScaling(1.0, "fan_in", "normal", seed=seed)


@public()
def lecun_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform in +-sqrt(3 / fan_in)."""
    return VarianceScaling(1.0, "fan_in", "uniform", seed=seed)


@public()
def he_normal(seed: int | None = None) -> VarianceScaling:
    """Truncated normal of variance 2 / fan_in (He et al., 2015)."""
    return VarianceScaling(2.0, "fan_in", "normal", seed=seed)


@public()
def he_uniform(seed: int | None = None) -> VarianceScaling:
    """Uniform in +-sqrt(6 / fan_in)."""
    return VarianceScaling(2.0, "fan_in", "uniform", seed=seed)
