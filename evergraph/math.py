"""`tf.math`: basic arithmetic."""

# -- contents of tf.math, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.math.no_nan import div_no_nan as divide_no_nan
from evergraph.ops.math.no_nan import multiply_no_nan as multiply_no_nan
from evergraph.ops.math.no_nan import reciprocal_no_nan as reciprocal_no_nan
from evergraph.ops.math.no_nan import xdivy as xdivy
from evergraph.ops.math.no_nan import xlog1py as xlog1py
from evergraph.ops.math.no_nan import xlogy as xlogy
from evergraph.ops.math.special import polyval as polyval
from evergraph.ops.math.spread import reduce_euclidean_norm as reduce_euclidean_norm
from evergraph.ops.math.spread import reduce_std as reduce_std
from evergraph.ops.math.spread import reduce_variance as reduce_variance

# -- end of contents --
