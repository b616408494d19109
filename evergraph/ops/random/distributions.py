"""Random operations: uniform, normal, truncated normal, gamma, Poisson, multinomial and shuffles."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import ndtr, ndtri

from evergraph.framework import dtypes, errors
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.seeds import get_seed
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.inference import constant_value, constant_value_as_shape
from evergraph.ops.random import bits as random_bits
from evergraph.ops.registry import FLOATS, device_op

public_module("python.ops.random_ops")

_INDEX = (dtypes.int32, dtypes.int64)


def _shape_given(operation):
    return constant_value_as_shape(operation.input_tensors[0])


def _random_op(type, signature, **options):  # noqa: A002
    options.setdefault("shape", _shape_given)
    options.setdefault("static", ("shape",))
    if "shape" in options["static"]:
        options.setdefault("ranks", {"shape": (1, "shape must be a vector")})
    return device_op(type, signature, role="random", differentiable=False, **options)


@_random_op(
    "RandomUniform",
    "shape: T=int32 -> output: dtype",
    types={"dtype": FLOATS, "T": _INDEX},
    numpy=random_bits.in_blocks(random_bits.uniform),
)
def random_uniform_op(key, shape, *, dtype, seed=0, seed2=0):
    return random_bits.uniform(key, shape, dtype.as_numpy_dtype)


@_random_op(
    "RandomUniformInt",
    "shape: T=int32, minval: Tout, maxval: Tout -> output: Tout",
    types={"Tout": _INDEX, "T": _INDEX},
)
def random_uniform_int_op(key, shape, minval, maxval, *, seed=0, seed2=0):
    return random_bits.uniform_integers(key, shape, minval, maxval)


@_random_op(
    "RandomStandardNormal",
    "shape: T=int32 -> output: dtype",
    types={"dtype": FLOATS, "T": _INDEX},
    numpy=random_bits.in_blocks(random_bits.normal),
)
def random_standard_normal_op(key, shape, *, dtype, seed=0, seed2=0):
    return random_bits.normal(key, shape, dtype.as_numpy_dtype)


@_random_op(
    "TruncatedNormal",
    "shape: T=int32 -> output: dtype",
    types={"dtype": FLOATS, "T": _INDEX},
    numpy=random_bits.in_blocks(random_bits.truncated_normal),
)
def truncated_normal_op(key, shape, *, dtype, seed=0, seed2=0):
    return random_bits.truncated_normal(key, shape, dtype.as_numpy_dtype)


@_random_op(
    "ParameterizedTruncatedNormal",
    "shape: T=int32, means: dtype, stdevs: dtype, minvals: dtype, maxvals: dtype -> output: dtype",
    types={"dtype": FLOATS, "T": _INDEX},
)
def parameterized_truncated_normal_op(key, shape, means, stdevs, minvals, maxvals, *, dtype, seed=0, seed2=0):
    """Parameters are scalars, or vectors with one entry for each row of the output."""

    def align(parameter):
        parameter = parameter.astype(np.float64)
        return parameter.reshape(parameter.shape + (1,) * (len(shape) - 1)) if parameter.ndim else parameter

    mean, deviation = align(means), align(stdevs)
    low, high = (align(minvals) - mean) / deviation, (align(maxvals) - mean) / deviation
    # Both tails by symmetry: ndtr loses all digits far to the right.
    flip = low > 0
    low, high = jnp.where(flip, -high, low), jnp.where(flip, -low, high)
    u = random_bits.uniform(key, shape, np.float64)
    z = ndtri(ndtr(low) + u * (ndtr(high) - ndtr(low)))
    z = jnp.clip(jnp.where(flip, -z, z), jnp.where(flip, -high, low), jnp.where(flip, -low, high))
    return mean + deviation * z


@_random_op("RandomShuffle", "value: T -> output: T", static=(), shape=lambda op: op.input_tensors[0].shape)
def random_shuffle_op(key, value, *, seed=0, seed2=0):
    if value.ndim == 0:
        return value
    order = jnp.argsort(random_bits.uniform_bits(key, value.shape[:1], np.uint64))
    return value[order]


def _multinomial_shape(operation):
    logits, count = operation.input_tensors
    rows = logits.shape.with_rank(2)[0].value
    value = constant_value(count)
    return TensorShape([rows, None if value is None else int(value)])


@_random_op(
    "Multinomial",
    "logits: T, num_samples: int32 -> output: output_dtype",
    static=("num_samples",),
    shape=_multinomial_shape,
    types={"output_dtype": _INDEX},
)
def multinomial_op(key, logits, num_samples, *, output_dtype=dtypes.int64, seed=0, seed2=0):
    if not logits.shape[1]:
        raise errors.InvalidArgumentError(None, None, "num_classes should be positive, got 0")
    logits = logits.astype(np.float64)
    weights = jnp.exp(logits - jnp.max(logits, axis=1, keepdims=True))
    sums = jnp.cumsum(weights, axis=1)
    draws = random_bits.uniform(key, (logits.shape[0], int(num_samples)), np.float64) * sums[:, -1:]
    found = jax.vmap(lambda row, draw: jnp.searchsorted(row, draw, side="right"))(sums, draws)
    return jnp.minimum(found, logits.shape[1] - 1).astype(output_dtype.as_numpy_dtype)


def _samples_shape(operation):
    shape, parameter = operation.input_tensors
    return constant_value_as_shape(shape).concatenate(parameter.shape)


@_random_op(
    "RandomGamma",
    "shape: S=int32, alpha: T -> output: T",
    shape=_samples_shape,
    types={"T": (dtypes.float16, dtypes.float32, dtypes.float64), "S": _INDEX},
)
def random_gamma_op(key, shape, alpha, *, seed=0, seed2=0):
    full = (*(int(s) for s in shape), *alpha.shape)
    # drawn in double precision, whatever the dtype: seeds stand for these numbers
    return jax.random.gamma(key, alpha.astype(random_bits.working_dtype(alpha.dtype)), full).astype(
        alpha.dtype
    )


@_random_op(
    "RandomPoissonV2", "shape: S=int32, rate: R -> output: dtype", shape=_samples_shape, types={"S": _INDEX}
)
def random_poisson_op(key, shape, rate, *, dtype=dtypes.int64, seed=0, seed2=0):
    full = (*(int(s) for s in shape), *rate.shape)
    return jax.random.poisson(key, rate.astype(np.float64), full, np.int64).astype(dtype.as_numpy_dtype)


# -- public ------------------------------------------------------------------------------------------------------


def _shape_tensor(shape):
    empty = isinstance(shape, (list, tuple)) and not shape
    return convert_to_tensor(shape, dtypes.int32 if empty else None, name="shape")


def _seeds(seed) -> dict[str, Any]:
    first, second = get_seed(seed)
    return {"seed": first, "seed2": second}


@public("random_uniform")
def random_uniform(
    shape: TensorLike,
    minval: TensorLike = 0,
    maxval: TensorLike | None = None,
    dtype: DTypeLike = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers drawn uniformly from [minval, maxval).

    Args:
      shape: an integer vector, the shape of the output.
      minval: scalar of type `dtype`, included.
      maxval: scalar of type `dtype`, excluded; 1 for floats when None.
      dtype: a float type, int32 or int64.
      seed: the operation's seed.
      name: a name for the result.

    Raises:
      ValueError: an integer dtype without `maxval`, or a dtype that cannot be drawn.
    """
    dtype = dtypes.as_dtype(dtype)
    if dtype not in (*FLOATS, *_INDEX):
        raise ValueError(f"Invalid dtype {dtype!r}: random_uniform draws floats, int32 or int64")
    if maxval is None:
        if dtype.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {dtype!r}")
        maxval = 1
    with name_scope(name, "random_uniform", [shape, minval, maxval]) as scope:
        shape = _shape_tensor(shape)
        minval = convert_to_tensor(minval, dtype, name="min")
        maxval = convert_to_tensor(maxval, dtype, name="max")
        seeds = _seeds(seed)
        if dtype.is_integer:
            return random_uniform_int_op(shape, minval, maxval, name=scope, **seeds)
        drawn = random_uniform_op(shape, dtype=dtype, **seeds)
        return math_ops.add(drawn * (maxval - minval), minval, name=scope)


def _scaled(definition, default_name, shape, mean, stddev, dtype, seed, name):
    dtype = dtypes.as_dtype(dtype)
    with name_scope(name, default_name, [shape, mean, stddev]) as scope:
        shape = _shape_tensor(shape)
        mean = convert_to_tensor(mean, dtype, name="mean")
        stddev = convert_to_tensor(stddev, dtype, name="stddev")
        drawn = definition(shape, dtype=dtype, **_seeds(seed))
        return math_ops.add(drawn * stddev, mean, name=scope)


@public("random_normal")
def random_normal(
    shape: TensorLike,
    mean: TensorLike = 0.0,
    stddev: TensorLike = 1.0,
    dtype: DTypeLike = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers drawn from the normal distribution with mean `mean` and standard deviation `stddev`.

    `shape` is an integer vector, `dtype` a float type; `mean` and `stddev` are of that type and broadcast to the
    shape.
    """
    return _scaled(random_standard_normal_op, "random_normal", shape, mean, stddev, dtype, seed, name)


@public("truncated_normal")
def truncated_normal(
    shape: TensorLike,
    mean: TensorLike = 0.0,
    stddev: TensorLike = 1.0,
    dtype: DTypeLike = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Normal numbers, drawn anew where they lie more than two standard deviations from the mean.

    Arguments as for `random_normal`.
    """
    return _scaled(truncated_normal_op, "truncated_normal", shape, mean, stddev, dtype, seed, name)


@public()
def parameterized_truncated_normal(
    shape: TensorLike,
    means: TensorLike = 0.0,
    stddevs: TensorLike = 1.0,
    minvals: TensorLike = -2.0,
    maxvals: TensorLike = 2.0,
    dtype: DTypeLike = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Normal numbers restricted to [minvals, maxvals]; parameters are scalars or one for each row."""
    with name_scope(name, "parameterized_truncated_normal", [shape, means, stddevs, minvals, maxvals]):
        shape = _shape_tensor(shape)
        means = convert_to_tensor(means, dtype, name="means")
        stddevs = convert_to_tensor(stddevs, dtype, name="stddevs")
        minvals = convert_to_tensor(minvals, dtype, name="minvals")
        maxvals = convert_to_tensor(maxvals, dtype, name="maxvals")
        return parameterized_truncated_normal_op(shape, means, stddevs, minvals, maxvals, **_seeds(seed))


@public("random_shuffle")
def random_shuffle(value: TensorLike, seed: int | None = None, name: str | None = None) -> Tensor:
    """`value` with its rows (first dimension) in random order."""
    value = convert_to_tensor(value, name="value")
    if value.dtype.base_dtype != dtypes.string:
        return random_shuffle_op(value, name=name, **_seeds(seed))
    with name_scope(name, "RandomShuffle", [value]) as scope:  # strings live on the host: shuffle row numbers
        order = random_shuffle_op(math_ops.range(array_ops.shape(value)[0]), **_seeds(seed))
        return array_ops.gather(value, order, name=scope)


@public("multinomial")
def multinomial(
    logits: TensorLike,
    num_samples: TensorLike,
    seed: int | None = None,
    name: str | None = None,
    output_dtype: DTypeLike | None = None,
) -> Tensor:
    """Draws classes for each row of unnormalised log-probabilities.

    Args:
      logits: floats `[batch, classes]`.
      num_samples: scalar, how many to draw for each row.
      seed: the operation's seed.
      name: a name for the operation.
      output_dtype: int32 or int64 (the default).

    Returns:
      Integers `[batch, num_samples]`.

    Raises:
      InvalidArgumentError: in the run, when there are no classes.
    """
    with name_scope(name, "multinomial", [logits]):
        logits = convert_to_tensor(logits, name="logits")
        return multinomial_op(logits, num_samples, output_dtype=output_dtype or dtypes.int64, **_seeds(seed))


@public("random_gamma")
def random_gamma(
    shape: TensorLike,
    alpha: TensorLike,
    beta: TensorLike | None = None,
    dtype: DTypeLike = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Samples of gamma distributions.

    Args:
      shape: an integer vector: how many samples for each parameter.
      alpha: the shape parameters.
      beta: the inverse scales, broadcast with `alpha`; 1 when None.
      dtype: float16, float32 or float64.
      seed: the operation's seed.
      name: a name for the operations.

    Returns:
      A tensor of shape `shape + broadcast(alpha, beta).shape`.
    """
    with name_scope(name, "random_gamma", [shape, alpha, beta]):
        shape = convert_to_tensor(shape, dtypes.int32, name="shape")
        alpha = convert_to_tensor(alpha, dtype, name="alpha")
        beta = convert_to_tensor(1 if beta is None else beta, dtype, name="beta")
        alpha = alpha + array_ops.zeros_like(beta)
        smallest = np.finfo(dtypes.as_dtype(dtype).as_numpy_dtype).tiny
        return math_ops.maximum(smallest, random_gamma_op(shape, alpha, **_seeds(seed)) / beta)


@public("random_poisson")
def random_poisson(
    lam: TensorLike,
    shape: TensorLike,
    dtype: DTypeLike = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Samples of Poisson distributions of mean `lam`, of shape `shape + lam.shape`."""
    with name_scope(name, "random_poisson", [lam, shape]):
        shape = convert_to_tensor(shape, dtypes.int32, name="shape")
        return random_poisson_op(
            shape, convert_to_tensor(lam, name="rate"), dtype=dtypes.as_dtype(dtype), **_seeds(seed)
        )
