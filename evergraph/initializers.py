"""`tf.initializers`: initial values of variables."""

# -- contents of tf.initializers, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.variables.collections import global_variables_initializer as global_variables
from evergraph.ops.variables.collections import local_variables_initializer as local_variables
from evergraph.ops.variables.collections import variables_initializer as variables
from evergraph.ops.variables.initializers import Constant as constant
from evergraph.ops.variables.initializers import Identity as identity
from evergraph.ops.variables.initializers import Ones as ones
from evergraph.ops.variables.initializers import Orthogonal as orthogonal
from evergraph.ops.variables.initializers import RandomNormal as random_normal
from evergraph.ops.variables.initializers import RandomUniform as random_uniform
from evergraph.ops.variables.initializers import TruncatedNormal as truncated_normal
from evergraph.ops.variables.initializers import UniformUnitScaling as uniform_unit_scaling
from evergraph.ops.variables.initializers import VarianceScaling as variance_scaling
from evergraph.ops.variables.initializers import Zeros as zeros

# -- end of contents --
