"""The graph of k-means: distances, assignments, and the operations that choose and move centers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.factorization.first_centers import (
    KMC2,
    KMEANS_PLUS_PLUS,
    RANDOM,
    WAYS,
    FirstCenters,
    Settings,
)
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import clustering as clustering_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.constants import constant, identity, no_op
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign, assign_sub, scatter_add
from evergraph.ops.variables.creation import new_variable

public_module("contrib.factorization.python.ops.clustering_ops")

SQUARED_EUCLIDEAN_DISTANCE = public("contrib.factorization.SQUARED_EUCLIDEAN_DISTANCE")("squared_euclidean")
COSINE_DISTANCE = public("contrib.factorization.COSINE_DISTANCE")("cosine")
RANDOM_INIT = public("contrib.factorization.RANDOM_INIT")(RANDOM)
KMEANS_PLUS_PLUS_INIT = public("contrib.factorization.KMEANS_PLUS_PLUS_INIT")(KMEANS_PLUS_PLUS)
KMC2_INIT = public()(KMC2)
CLUSTERS_VAR_NAME = public()("clusters")

_ALMOST_ZERO = 1e-6  # added to the size of a cluster, which may be 0


@public("contrib.factorization.KMeans")
class KMeans:
    """The graph of k-means clustering (Lloyd, 1982), or of its form for small batches (Sculley, 2010).

    With whole batches a step is one iteration: each center becomes the mean of the points nearest to it. With small
    batches a step moves the centers towards their points, the less the more points they have seen; the centers that
    points are compared with are replaced by the moved ones each `mini_batch_steps_per_iteration` steps.

    Args:
      inputs: a float32 matrix of points, one a row, or a list of such; in random order where only some of them choose centers.
      num_clusters: how many centers, an int or an integer tensor; those of `initial_clusters` where these are given.
      initial_clusters: "random", "kmeans_plus_plus" or "kmc2"; the centers themselves; or a function of (inputs, how many centers
        are missing) that returns some. One batch may give fewer centers than are wanted: then more batches are taken.
      distance_metric: "squared_euclidean", or "cosine": 1 minus the cosine of the angle.
      use_mini_batch: whether batches are a part of the points only.
      mini_batch_steps_per_iteration: how many steps with small batches are an iteration.
      random_seed: of the choice of centers.
      kmeans_plus_plus_num_retries: as of `kmeans_plus_plus_initialization`.
      kmc2_chain_length: how many points are candidates for one center of "kmc2".

    Raises:
      ValueError: another way to begin, or another distance.
    """

    def __init__(
        self,
        inputs: TensorLike,
        num_clusters: TensorLike,
        initial_clusters: str | Callable | TensorLike = RANDOM_INIT,
        distance_metric: str = SQUARED_EUCLIDEAN_DISTANCE,
        use_mini_batch: bool = False,
        mini_batch_steps_per_iteration: int = 1,
        random_seed: int = 0,
        kmeans_plus_plus_num_retries: int = 2,
        kmc2_chain_length: int = 200,
    ) -> None:
        check_ways(initial_clusters, WAYS, distance_metric)
        inputs = list(inputs) if isinstance(inputs, list) else [inputs]
        self._inputs = [convert_to_tensor(each) for each in inputs]
        self._num_clusters = num_clusters
        self._initial = initial_clusters
        self._is_cosine = distance_metric == COSINE_DISTANCE
        self._use_mini_batch = use_mini_batch
        self._steps = int(mini_batch_steps_per_iteration)
        self._random_seed = random_seed
        self._retries = kmeans_plus_plus_num_retries
        self._chain_length = kmc2_chain_length

    @property
    def _has_copy(self):
        """Whether the centers that move are others than those that points are compared with."""
        return self._use_mini_batch and self._steps > 1

    @property
    def _keeps_normalized(self):
        return self._is_cosine and (not self._use_mini_batch or self._has_copy)

    def training_graph(self) -> tuple[Any, Any, Any, Any, Any, Any]:
        """Records the graph. Run `init_op` until `is_initialized` is true, then `training_op` as often as you like.

        Returns:
          (all_scores, cluster_idx, scores, is_initialized, init_op, training_op)
          all_scores: for each input, the distance of each point from each center, float32 `[points, clusters]`.
          cluster_idx: for each input, the number of the nearest center, int64 `[points]`.
          scores: for each input, the distance from it, float32 `[points]`.
          is_initialized: a bool variable.
          init_op: an operation that chooses centers.
          training_op: an operation that makes a step.
        """
        initial, number = self._initial, self._num_clusters
        if not isinstance(initial, (str, Callable)):
            initial = convert_to_tensor(initial)
            number = array_ops.shape(initial)[0]
        number = convert_to_tensor(number)
        self._create_variables(number)
        settings = Settings(
            number, initial, self._is_cosine, self._random_seed, self._retries, self._chain_length
        )
        init_op = FirstCenters(self._inputs, settings, self._centers, self._moving, self._is_initialized).op()
        inputs, centers = self._inputs, self._centers
        if self._is_cosine:
            inputs = [nn.l2_normalize(each, 1) for each in inputs]
            if not self._keeps_normalized:
                centers = nn.l2_normalize(centers, 1)
        found = [self._nearest(points, centers) for points in inputs]
        all_scores, scores, numbers = zip(*found)
        if self._use_mini_batch:
            with control_dependencies([self._end_of_iteration()]):
                training_op = group(*(self._moved(*each) for each in zip(inputs, numbers)))
        else:
            training_op = self._means(inputs, numbers, number)
        return all_scores, numbers, scores, self._is_initialized, init_op, training_op

    def _create_variables(self, number):
        nothing = constant([], dtypes.float32)
        self._centers = new_variable(nothing, name=CLUSTERS_VAR_NAME, validate_shape=False)
        self._is_initialized = new_variable(False, dtype=dtypes.bool, name="initialized")
        self._moving, self._steps_left, self._counts = self._centers, None, None
        if self._has_copy:
            self._moving = new_variable(nothing, name="clusters_updated", validate_shape=False)
            self._steps_left = new_variable(self._steps, dtype=dtypes.int64, name="update_in_steps")
        if self._use_mini_batch:
            # with a copy the counts begin anew in each iteration; without, the first center counts as a point
            start = array_ops.zeros if self._has_copy else array_ops.ones
            self._counts = new_variable(
                start(array_ops.reshape(number, [1]), dtype=dtypes.int64), validate_shape=False
            )

    def _nearest(self, points, centers) -> tuple[Tensor, Tensor, Tensor]:
        """(all distances, the least, the number of its center) of the points of one input."""
        products = math_ops.matmul(points, centers, transpose_b=True)
        if self._is_cosine:
            everything = 1 - products
        else:
            squares = [math_ops.reduce_sum(math_ops.square(x), 1, keepdims=True) for x in (points, centers)]
            everything = squares[0] - 2 * products + array_ops.transpose(squares[1])
        numbers, distances = clustering_ops.nearest_neighbors(points, centers, 1)
        if self._is_cosine:  # of normalized vectors it is half of the squared distance
            distances = distances * 0.5
        return everything, array_ops.squeeze(distances, [-1]), array_ops.squeeze(numbers, [-1])

    def _means(self, inputs, numbers, number):
        """Makes each center the mean of its points."""
        sums = math_ops.add_n(
            [math_ops.unsorted_segment_sum(x, places, number) for x, places in zip(inputs, numbers)]
        )
        sizes = math_ops.add_n(
            [
                math_ops.unsorted_segment_sum(array_ops.ones_like(x[:, :1]), places, number)
                for x, places in zip(inputs, numbers)
            ]
        )
        means = sums / (sizes + _ALMOST_ZERO)
        if self._keeps_normalized:
            means = nn.l2_normalize(means, 1)
        return assign(self._centers, means)

    def _end_of_iteration(self):
        """Counts the step; the first step after an iteration takes over the centers that have moved."""
        if not self._has_copy:
            return no_op()

        def take_over():
            with control_dependencies([assign(self._steps_left, self._steps - 1)]):
                moved = nn.l2_normalize(self._moving, 1) if self._is_cosine else identity(self._moving)
                taken = assign(self._centers, moved)
            with control_dependencies([taken]):
                none = assign(self._counts, array_ops.zeros_like(self._counts))
            with control_dependencies([none]):
                return identity(self._steps_left)

        return cond(self._steps_left <= 0, take_over, lambda: identity(assign_sub(self._steps_left, 1)))

    def _moved(self, points, numbers):
        """Moves centers towards their points: x + (sum of points - k x) / (n + k) for k points, n of them seen before."""
        chosen, places = array_ops.unique(array_ops.reshape(numbers, [-1]))
        size = array_ops.size(chosen)
        before = array_ops.gather(self._counts, chosen)
        centers = array_ops.gather(self._moving, chosen)
        new = math_ops.unsorted_segment_sum(array_ops.ones_like(places, dtype=dtypes.int64), places, size)
        sums = math_ops.unsorted_segment_sum(points, places, size)
        added, total = (
            array_ops.expand_dims(math_ops.cast(count, points.dtype), 1) for count in (new, before + new)
        )
        steps = (sums - added * centers) / total
        with control_dependencies([steps]):  # both are read before either is written
            return group(scatter_add(self._counts, chosen, new), scatter_add(self._moving, chosen, steps))


def check_ways(initial_clusters: Any, ways: tuple[str, ...], distance_metric: str) -> None:
    """ValueError for a way to begin, or a distance, that there is not."""
    if isinstance(initial_clusters, str) and initial_clusters not in ways:
        raise ValueError(
            f"Unsupported initialization algorithm {initial_clusters!r}; one of {list(ways)} is allowed"
        )
    allowed = [SQUARED_EUCLIDEAN_DISTANCE, COSINE_DISTANCE]
    if distance_metric not in allowed:
        raise ValueError(f"Unsupported distance metric {distance_metric!r}; one of {allowed} is allowed")
