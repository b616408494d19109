"""`tf.initializers`: initial values of variables."""

from evergraph.ops.initializers import (
    Constant as constant, Identity as identity, Ones as ones, Orthogonal as orthogonal, RandomNormal as
    random_normal, RandomUniform as random_uniform, TruncatedNormal as truncated_normal,
    UniformUnitScaling as uniform_unit_scaling, VarianceScaling as variance_scaling, Zeros as zeros,
)
from evergraph.ops.variable_collections import (
    global_variables_initializer as global_variables, local_variables_initializer as local_variables,
    variables_initializer as variables,
)

__all__ = [
    "constant", "global_variables", "identity", "local_variables", "ones", "orthogonal",
    "random_normal", "random_uniform", "truncated_normal", "uniform_unit_scaling", "variables",
    "variance_scaling", "zeros",
]  # fmt: skip
