"""Operations on points and the centers of clusters, those of `tf.contrib.factorization`."""

import math

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.ops.inference import constant_value
from evergraph.ops.random.philox import Philox
from evergraph.ops.registry import device_op, host_op

public_module("contrib.factorization.python.ops.clustering_ops")


def _require_matrix(what, array):
    if array.ndim != 2:
        raise ValueError(f"Input {what} should be a matrix, got shape {list(array.shape)}")


def _require_scalar(what, array):
    if np.ndim(array) != 0:
        raise ValueError(f"Input {what} should be a scalar, got shape {list(np.shape(array))}")


# -- the nearest centers -----------------------------------------------------------------------------------------


def _nearest_shapes(operation):
    points, centers, k = operation.input_tensors
    points, centers = points.shape.with_rank(2), centers.shape.with_rank(2)
    points[1].assert_is_compatible_with(centers[1])
    wanted, there = constant_value(k), centers[0].value
    count = None if wanted is None or there is None else min(int(wanted), there)
    return [TensorShape([points[0], count])] * 2


def _check_nearest(points, centers, k):
    """How many centers to find. Raises ValueError for shapes that do not fit."""
    _require_matrix("points", points)
    _require_matrix("centers", centers)
    _require_scalar("k", k)
    if points.shape[0] == 0:
        raise ValueError("Expected points.rows() > 0, got none")
    if points.shape[1] != centers.shape[1]:
        raise ValueError(
            f"Expected point_dimensions == center_dimensions: {points.shape[1]} vs {centers.shape[1]}"
        )
    return min(int(k), centers.shape[0])


def _half_distances(xp, points, centers):
    """Half of the squared distances `[points, centers]`, and half of the points' squared norms, which they lack."""
    norms = [xp.sum(x * x, axis=1) * np.float32(0.5) for x in (points, centers)]
    return norms[1] - points @ centers.T, norms[0][:, None]


def _nearest_numpy(points, centers, k):
    count = _check_nearest(points, centers, k)
    partial, rest = _half_distances(np, points, centers)
    found = np.argsort(partial, axis=1, kind="stable")[:, :count]
    return found.astype(np.int64), 2 * (np.take_along_axis(partial, found, 1) + rest)


@public()
@device_op(
    "NearestNeighbors",
    "points: float32, centers: float32, k: int64 -> nearest_center_indices: int64, "
    "nearest_center_distances: float32",
    static=("k",),
    shape=_nearest_shapes,
    numpy=_nearest_numpy,
    differentiable=False,
)
def nearest_neighbors(points, centers, k):
    """The nearest of some centers to each point.

    Args:
      points: float32 `[n, dimensions]`, one at least.
      centers: float32 `[m, dimensions]`.
      k: int64 scalar, how many centers to find; all when there are fewer.

    Returns:
      A named tuple: `nearest_center_indices`, int64 `[n, min(m, k)]`, the nearest center first, of equals the first;
        `nearest_center_distances`, float32, their squared distances, which rounding may make a little negative.

    Raises:
      InvalidArgumentError: no points; no matrices, or of different dimensions.
    """
    count = _check_nearest(points, centers, k)
    partial, rest = _half_distances(jnp, points, centers)
    if count == 1:
        found = jnp.argmin(partial, axis=1)[:, None]
        nearest = jnp.min(partial, axis=1)[:, None]
    else:
        negative, found = lax.top_k(-partial, count)
        nearest = -negative
    return found.astype(np.int64), 2 * (nearest + rest)


# -- centers to begin with ---------------------------------------------------------------------------------------


class _Seeding:
    """The points that k-means++ has chosen, and how far all points are from the nearest of them."""

    def __init__(self, points, random):
        self._points, self._random = points, random
        self._norms = np.einsum("ij,ij->i", points, points) * np.float32(0.5)
        self._nearest = np.full(len(points), np.inf, np.float32)  # half of squared distances
        self._sums = self._nearest
        self._chosen = []

    def _drawn(self):
        """The number of a point that is not chosen, likelier the farther it is."""
        if not self._chosen:
            return self._random.integer(len(self._points))
        while True:
            threshold = self._random.floats(1)[0] * self._sums[-1]
            number = int(np.searchsorted(self._sums, threshold, side="right"))
            if number not in self._chosen:
                return number

    def _nearest_with(self, number):
        number = min(number, len(self._points) - 1)
        distances = self._norms - self._points @ self._points[number] + self._norms[number]
        return np.minimum(self._nearest, distances)

    def choose(self, trials):
        """Chooses one more point: of so many that are drawn, the one that leaves the least sum of distances."""
        self._sums = np.cumsum(self._nearest, dtype=np.float32)
        best, least = (0, self._nearest), np.inf
        for _ in range(trials):
            number = self._drawn()
            nearest = self._nearest_with(number)
            total = nearest.sum()
            if trials == 1 or total < least:
                best, least = (number, nearest), total
        self._nearest = best[1]
        self._chosen.append(min(best[0], len(self._points) - 1))

    def chosen(self):
        return self._points[self._chosen]


def _samples_shape(operation):
    points, number, *_ = operation.input_tensors
    count = constant_value(number)
    return [TensorShape([None if count is None else int(count), points.shape.with_rank(2)[1]])]


@public()
@host_op(
    "KmeansPlusPlusInitialization",
    "points: float32, num_to_sample: int64, seed: int64, num_retries_per_sample: int64 -> samples: float32",
    shape=_samples_shape,
    differentiable=False,
)
def kmeans_plus_plus_initialization(points, num_to_sample, seed, num_retries_per_sample):
    """Some of the points, chosen by k-means++ (Arthur and Vassilvitskii, 2007).

    The first is drawn evenly, each further one with a probability that grows with the squared distance from the nearest
    that is chosen already. Where fewer points differ than are wanted, the last of them fills the rest.

    Args:
      points: float32 `[n, dimensions]`.
      num_to_sample: int64 scalar, how many, 1 to n.
      seed: int64 scalar; the same seed chooses the same points, as TensorFlow does.
      num_retries_per_sample: int64 scalar, how many more are drawn for each, of which the best is kept; about the logarithm of
        `num_to_sample` when negative.

    Returns:
      float32 `[num_to_sample, dimensions]`.

    Raises:
      InvalidArgumentError: no points; fewer than are wanted, or none wanted.
    """
    _require_matrix("points", points)
    for what, value in (("num_to_sample", num_to_sample), ("seed", seed)):
        _require_scalar(what, value)
    _require_scalar("num_retries_per_sample", num_retries_per_sample)
    count, retries = int(num_to_sample), int(num_retries_per_sample)
    if len(points) == 0:
        raise ValueError("Expected points.rows() > 0, got none")
    if count <= 0:
        raise ValueError(f"Expected num_to_sample > 0, got {count}")
    if count > len(points):
        raise ValueError(f"Expected num_to_sample <= points.rows(). {count} vs {len(points)}")
    if retries < 0:
        retries = 2 + int(math.log(count))
    seeding = _Seeding(points, Philox(seed))
    for _ in range(count):
        seeding.choose(1 + retries)
    return seeding.chosen()


@public()
@host_op(
    "KMC2ChainInitialization",
    "distances: float32, seed: int64 -> index: int64",
    shape=lambda op: [TensorShape([])],
    differentiable=False,
)
def kmc2_chain_initialization(distances, seed):
    """The candidate that one Markov chain of k-MC2 ends at (Bachem et al., 2016).

    Args:
      distances: float32 vector, of each candidate the squared distance from the nearest center, one at least.
      seed: int64 scalar; the same seed chooses the same candidate, as TensorFlow does.

    Returns:
      int64 scalar, the number of the candidate.

    Raises:
      InvalidArgumentError: no vector, or an empty one.
    """
    if distances.ndim != 1:
        raise ValueError(f"Input distances should be a vector, got shape {list(distances.shape)}")
    _require_scalar("seed", seed)
    if len(distances) == 0:
        raise ValueError("Expected distances_tensor.size() > 0, got an empty vector")
    chosen = 0
    for number, part in enumerate(Philox(seed).floats(len(distances) - 1), 1):
        if distances[number] > part * distances[chosen]:
            chosen = number
    return np.int64(chosen)
