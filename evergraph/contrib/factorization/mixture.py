"""Mixtures of Gaussians, fitted by expectation and maximization (Dempster, Laird and Rubin, 1977)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, linalg, nn
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity, no_op
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.variables.assign import assign
from evergraph.ops.variables.creation import new_variable

public_module("contrib.factorization.python.ops.gmm_ops")

FULL_COVARIANCE = public()("full")
DIAG_COVARIANCE = public()("diag")
_EPSILON = float(np.finfo(float).eps)
_LEAST_VARIANCE = 1e-3  # added to variances, so that covariances have inverses


@public("contrib.factorization.python.ops.gmm_ops._covariance")
def covariance(x: TensorLike, diag: bool) -> Tensor:
    """The covariances of the columns of a matrix, over one less than its rows.

    Args:
      x: float32 `[rows, columns]`.
      diag: whether the variances alone are wanted.

    Returns:
      `[columns, columns]`, or variances `[1, columns]`.
    """
    x = convert_to_tensor(x)
    less_one = math_ops.cast(array_ops.shape(x)[0], dtypes.float32) - 1
    x = x - math_ops.reduce_mean(x, 0, keepdims=True)
    if diag:
        return math_ops.reduce_sum(math_ops.square(x), 0, keepdims=True) / less_one
    return math_ops.matmul(x, x, transpose_a=True) / less_one


def _some_of(data, number, seed):
    """So many rows, drawn from all inputs."""
    size = math_ops.add_n([array_ops.shape(each)[0] for each in data])
    with control_dependencies([checks.assert_less_equal(number, size)]):
        size = math_ops.cast(size, dtypes.int64)
        chosen = random_uniform([number], minval=0, maxval=size, seed=seed, dtype=dtypes.int64)
    return nn.embedding_lookup(data, chosen, partition_strategy="div")


@public("contrib.factorization.GmmAlgorithm")
class GmmAlgorithm:
    """The graph of a mixture of Gaussians: likelihoods, assignments, and operations that begin and train it.

    Args:
      data: a list of float32 matrices of points, one a row.
      num_classes: how many Gaussians.
      initial_means: their means to begin with, `[num_classes, dimensions]`; some of the points when None.
      params: which parameters are trained: letters of "w" (weights), "m" (means) and "c" (covariances).
      covariance_type: "full", or "diag" for variances only.
      random_seed: of the points that are drawn.

    Raises:
      ValueError: another `covariance_type`.
    """

    CLUSTERS_WEIGHT = "alphas"  # names of variables
    CLUSTERS_VARIABLE = "clusters"
    CLUSTERS_COVS_VARIABLE = "clusters_covs"

    def __init__(
        self,
        data: Sequence[Any],
        num_classes: int,
        initial_means: TensorLike = None,
        params: str = "wmc",
        covariance_type: str = FULL_COVARIANCE,
        random_seed: int = 0,
    ) -> None:
        if covariance_type not in (FULL_COVARIANCE, DIAG_COVARIANCE):
            raise ValueError(f"Invalid covariance type: {covariance_type!r}; 'full' and 'diag' are allowed")
        self._data = [convert_to_tensor(each) for each in data]
        self._number, self._params = num_classes, params
        self._is_full = covariance_type == FULL_COVARIANCE
        self._dimensions = array_ops.shape(self._data[0])[1]
        self._least = array_ops.diag(array_ops.ones(array_ops.stack([self._dimensions]))) * _LEAST_VARIANCE
        self._create_variables()
        self._init_op = self._start(initial_means, random_seed)
        self._logs = [self._log_probabilities(each) for each in self._data]  # [points, classes] each
        self._sums = [math_ops.reduce_logsumexp(each, axis=1, keepdims=True) for each in self._logs]
        self._shares = [math_ops.exp(each - total) for each, total in zip(self._logs, self._sums)]
        self._train_op = self._maximization()

    def _create_variables(self):
        nothing = constant([], dtypes.float32)
        self._means = new_variable(nothing, name=self.CLUSTERS_VARIABLE, validate_shape=False)
        self._covs = new_variable(nothing, name=self.CLUSTERS_COVS_VARIABLE, validate_shape=False)
        even = array_ops.tile([1.0 / self._number], [self._number])
        self._alpha = new_variable(even, name=self.CLUSTERS_WEIGHT, validate_shape=False)
        self._is_initialized = new_variable(False, dtype=dtypes.bool, name="initialized")

    def _start(self, initial_means, seed):
        """The operation that gives means `[classes, 1, dimensions]` and covariances their first values, once."""
        if initial_means is None:
            initial_means = _some_of(self._data, self._number, seed)
        means = array_ops.expand_dims(initial_means, 1)
        spread = covariance(self._data[0], diag=not self._is_full) + self._least
        if self._is_full:
            covs = array_ops.tile(array_ops.expand_dims(spread, 0), [self._number, 1, 1])
        else:
            covs = array_ops.tile(array_ops.expand_dims(array_ops.diag_part(spread), 0), [self._number, 1])

        def begin():
            values = [
                assign(self._means, means, validate_shape=False),
                assign(self._covs, covs, validate_shape=False),
            ]
            with control_dependencies(values):
                return group(assign(self._is_initialized, True))

        return group(cond(identity(self._is_initialized), no_op, begin))

    def _log_probabilities(self, points):
        """The logarithm of each point's density under each Gaussian, times its weight: `[points, classes]`."""
        apart = array_ops.expand_dims(points, 0) - self._means  # [classes, points, dimensions]
        if self._is_full:
            roots = linalg.cholesky(self._covs + self._least)
            log_sizes = 2.0 * math_ops.reduce_sum(math_ops.log(array_ops.matrix_diag_part(roots)), 1)
            solved = linalg.matrix_triangular_solve(roots, array_ops.transpose(apart, [0, 2, 1]), lower=True)
            distances = array_ops.transpose(math_ops.reduce_sum(math_ops.square(solved), 1))
        else:
            variances = self._covs + _LEAST_VARIANCE
            log_sizes = math_ops.reduce_sum(math_ops.log(variances), 1)
            scaled = math_ops.matmul(math_ops.square(apart), array_ops.expand_dims(1.0 / variances, 2))
            distances = array_ops.transpose(array_ops.squeeze(scaled, [2]))
        constants = math_ops.cast(self._dimensions, dtypes.float32) * float(np.log(2 * np.pi))
        return -0.5 * (distances + constants + log_sizes) + math_ops.log(self._alpha)

    def _maximization(self):
        """Makes weights, means and covariances those of the points, each counted by its share in the class."""
        sizes = math_ops.add_n([math_ops.reduce_sum(share, 0) for share in self._shares])
        weighted = math_ops.add_n(
            [math_ops.matmul(w, x, transpose_a=True) for w, x in zip(self._shares, self._data)]
        )
        squares = math_ops.add_n([self._weighted_squares(w, x) for w, x in zip(self._shares, self._data)])
        divisors = array_ops.reshape(sizes, [self._number, 1, 1]) + _EPSILON
        updates = []
        with control_dependencies([sizes, weighted, squares]):
            if "w" in self._params:
                mean_sizes = sizes / len(self._data)
                total = math_ops.reduce_sum(mean_sizes)
                updates.append(assign(self._alpha, mean_sizes / (total + _EPSILON), validate_shape=False))
            means: Any = self._means
            if "m" in self._params:
                means = assign(
                    self._means, array_ops.expand_dims(weighted, 1) / divisors, validate_shape=False
                )
                updates.append(means)
            if "c" in self._params:
                means = array_ops.squeeze(identity(means), [1])
                outer = array_ops.expand_dims(means, 2) * array_ops.expand_dims(means, 1)
                covs = squares / divisors - outer + self._least
                if not self._is_full:
                    covs = array_ops.matrix_diag_part(covs)
                updates.append(assign(self._covs, covs, validate_shape=False))
        return group(*updates)

    def _weighted_squares(self, shares, points):
        """The sum of x x' over the points, by their shares in each class: `[classes, dimensions, dimensions]`."""
        weighted = array_ops.expand_dims(array_ops.transpose(shares), 2) * array_ops.expand_dims(points, 0)
        copies = array_ops.tile(array_ops.expand_dims(points, 0), [self._number, 1, 1])
        return math_ops.matmul(weighted, copies, transpose_a=True)

    def init_ops(self) -> Operation:
        """The operation that begins: it changes nothing once the means are there."""
        return self._init_op

    def training_ops(self) -> Operation:
        """The operation that makes a step."""
        return self._train_op

    def is_initialized(self) -> Any:
        """The bool variable that says whether the means are there."""
        return self._is_initialized

    def alphas(self) -> Any:
        """The variable of the weights, `[classes]`."""
        return self._alpha

    def clusters(self) -> Any:
        """The variable of the means, `[classes, 1, dimensions]`."""
        return self._means

    def covariances(self) -> Any:
        """The variable of the covariances, `[classes, dimensions, dimensions]`, or of variances, `[classes, dimensions]`."""
        return self._covs

    def assignments(self) -> list[Tensor]:
        """For each input the class of the largest share of each point, int64 `[points]`."""
        return [math_ops.argmax(share, 1) for share in self._shares]

    def scores(self) -> Tensor:
        """The logarithm of the density of each point, `[points, 1]`; those of inputs of one size for several: `[inputs, points, 1]`."""
        logs = [
            math_ops.reduce_logsumexp(total + math_ops.log(share), axis=1, keepdims=True)
            for total, share in zip(self._sums, self._shares)
        ]
        return logs[0] if len(logs) == 1 else array_ops.stack(logs)

    def log_likelihood_op(self) -> Tensor:
        """The logarithm of the sum of the densities of all points, a scalar, as TensorFlow calls the log-likelihood."""
        return math_ops.reduce_logsumexp([math_ops.reduce_logsumexp(each) for each in self._sums])


@public("contrib.factorization.gmm")
def gmm(
    inp: TensorLike,
    initial_clusters: TensorLike,
    num_clusters: int,
    random_seed: int,
    covariance_type: str = FULL_COVARIANCE,
    params: str = "wmc",
) -> tuple[Tensor, Tensor, list[list[Tensor]], Operation, Operation, Any]:
    """The graph of a mixture of Gaussians.

    Args:
      inp: a float32 matrix of points, one a row, or a list of such.
      initial_clusters: the means to begin with, `[num_clusters, dimensions]`, or "random".
      num_clusters: how many Gaussians.
      random_seed: of the points that are drawn.
      covariance_type, params: as of GmmAlgorithm.

    Returns:
      (loss, scores, [assignments], training_op, init_op, is_initialized); see the methods of GmmAlgorithm.

    Raises:
      ValueError: another `covariance_type`.
    """
    means: Any = None
    if not (isinstance(initial_clusters, str) and initial_clusters == "random"):
        is_tensor = isinstance(initial_clusters, Tensor)
        means = initial_clusters if is_tensor else constant(initial_clusters, dtype=dtypes.float32)
    tool = GmmAlgorithm(
        inp if isinstance(inp, list) else [inp], num_clusters, means, params, covariance_type, random_seed
    )
    return (
        tool.log_likelihood_op(),
        tool.scores(),
        [tool.assignments()],
        tool.training_ops(),
        tool.init_ops(),
        tool.is_initialized(),
    )
