"""Random tensors."""

from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike
from evergraph.keras.backend.config import floatx
from evergraph.ops import array as array_ops
from evergraph.ops.random import distributions

public_module("python.keras.backend")


def _seed(seed):
    return np.random.randint(10_000_000) if seed is None else seed


@public("keras.backend.random_normal")
def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: DTypeLike = None, seed: int | None = None
) -> Tensor:
    """Draws from a normal distribution."""
    return distributions.random_normal(
        shape, mean=mean, stddev=stddev, dtype=dtype or floatx(), seed=_seed(seed)
    )


@public("keras.backend.random_uniform")
def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: DTypeLike = None, seed: int | None = None
) -> Tensor:
    """Draws from [minval, maxval)."""
    return distributions.random_uniform(
        shape, minval=minval, maxval=maxval, dtype=dtype or floatx(), seed=_seed(seed)
    )


@public("keras.backend.random_binomial")
def random_binomial(shape: Any, p: float = 0.0, dtype: DTypeLike = None, seed: int | None = None) -> Tensor:
    """1 with probability `p`, else 0."""
    dtype = dtype or floatx()
    draws = distributions.random_uniform(shape, dtype=dtype, seed=_seed(seed))
    return array_ops.where(draws <= p, array_ops.ones(shape, dtype), array_ops.zeros(shape, dtype))


@public("keras.backend.truncated_normal")
def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: DTypeLike = None, seed: int | None = None
) -> Tensor:
    """Draws from a normal distribution, none further than two standard deviations from the mean."""
    return distributions.truncated_normal(shape, mean, stddev, dtype=dtype or floatx(), seed=_seed(seed))
