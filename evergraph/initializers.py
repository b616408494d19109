"""`tf.initializers`: initial values of variables."""

from evergraph.ops.initializers import (
    Constant as constant, Identity as identity, Ones as ones, Orthogonal as orthogonal, RandomNormal as
    random_normal, RandomUniform as random_uniform, TruncatedNormal as truncated_normal,
    UniformUnitScaling as uniform_unit_scaling, VarianceScaling as variance_scaling, Zeros as zeros,
)

__all__ = [
    "constant", "identity", "ones", "orthogonal", "random_normal", "random_uniform", "truncated_normal",
    "uniform_unit_scaling", "variance_scaling", "zeros",
]  # fmt: skip
