"""How k-means chooses the centers that it begins with: from as many batches as it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from evergraph.framework import dtypes
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import checks, clustering, nn
from evergraph.ops import math as math_ops
from evergraph.ops.constants import identity, no_op
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.variables.assign import assign

RANDOM, KMEANS_PLUS_PLUS, KMC2 = "random", "kmeans_plus_plus", "kmc2"
WAYS = (RANDOM, KMEANS_PLUS_PLUS, KMC2)


class Settings(NamedTuple):
    """What the choice depends on.

    Attributes:
      num_clusters: int32 scalar tensor, how many centers.
      initial: one of WAYS, the centers as a tensor, or a function of (inputs, how many are missing) that returns some.
      is_cosine: whether centers are normalized.
      seed: of what is drawn.
      retries: of k-means++.
      chain_length: how many candidates a Markov chain of k-MC2 goes through.
    """

    num_clusters: Any
    initial: Any
    is_cosine: bool
    seed: int
    retries: int
    chain_length: int


class FirstCenters:
    """An operation that chooses centers, `op`; run it until `is_initialized` is true.

    Args:
      inputs: a list of matrices of points.
      settings: a Settings.
      centers: the variable of the centers; those that are chosen are added behind its rows.
      copy: the variable that gets the same value, or `centers` itself.
      is_initialized: a bool variable.
    """

    def __init__(
        self, inputs: list[Tensor], settings: Settings, centers: Any, copy: Any, is_initialized: Any
    ) -> None:
        self._inputs, self._settings = inputs, settings
        self._centers, self._copy, self._is_initialized = centers, copy, is_initialized
        self._selected = array_ops.shape(centers)[0]
        self._missing = settings.num_clusters - self._selected
        self._size = math_ops.add_n([array_ops.shape(each)[0] for each in inputs])

    def op(self) -> Any:
        """The operation. In a run where all centers are there it asserts that `is_initialized` says so."""
        return cond(
            math_ops.equal(self._missing, 0),
            lambda: checks.assert_equal(self._is_initialized, True),
            self._some_more,
        )

    def _some_more(self):
        with control_dependencies([checks.assert_positive(self._missing)]):
            if isinstance(self._settings.initial, str) and self._settings.initial == KMC2:
                missing = self._with_chains()
            else:
                missing = self._with_new(self._chosen())
            return cond(math_ops.equal(missing, 0), lambda: assign(self._is_initialized, True), no_op)

    def _normalized(self, centers):
        return nn.l2_normalize(centers, 1) if self._settings.is_cosine else centers

    def _assigned(self, centers):
        """How many are missing once the centers are these."""
        value = assign(self._centers, centers, validate_shape=False)
        if self._copy is not self._centers:
            value = assign(self._copy, value, validate_shape=False)
        return self._settings.num_clusters - array_ops.shape(value)[0]

    def _with_new(self, new):
        new = self._normalized(new)
        # before the first, the variable is a vector without elements
        none = math_ops.equal(self._selected, 0)
        return self._assigned(cond(none, lambda: new, lambda: array_ops.concat([self._centers, new], 0)))

    def _chosen(self):
        initial = self._settings.initial
        if isinstance(initial, str) and initial == RANDOM:
            # a batch that is too small is taken whole
            return cond(self._size <= self._missing, lambda: array_ops.concat(self._inputs, 0), self._random)
        if isinstance(initial, str):
            with control_dependencies([checks.assert_greater_equal(self._size, self._missing)]):
                return self._plus_plus()
        if isinstance(initial, Callable):
            return initial(self._inputs, self._missing)
        with control_dependencies([checks.assert_equal(self._missing, array_ops.shape(initial)[0])]):
            return identity(initial)

    def _random(self):
        numbers = random_uniform(
            array_ops.reshape(self._missing, [-1]),
            minval=0,
            maxval=math_ops.cast(self._size, dtypes.int64),
            seed=self._settings.seed,
            dtype=dtypes.int64,
        )
        return nn.embedding_lookup(self._inputs, numbers, partition_strategy="div")

    def _plus_plus(self):
        points = self._normalized(self._inputs[0])  # those of the first input only, as in TensorFlow
        number = math_ops.cast(self._missing, dtypes.int64)
        return clustering.kmeans_plus_plus_initialization(
            points, number, self._settings.seed, self._settings.retries
        )

    def _with_chains(self):
        """Adds a center for each `chain_length` points, one at least: where a chain through these ends."""
        points, length = self._inputs[0], self._settings.chain_length
        chains = array_ops.shape(points)[0] // length
        count = math_ops.maximum(math_ops.minimum(self._missing, chains), 1)

        def add(number, _):
            def end_of_chain():
                part = points[number * length : (number + 1) * length]
                _, distances = clustering.nearest_neighbors(part, self._centers, 1)
                found = clustering.kmc2_chain_initialization(
                    array_ops.squeeze(distances, [1]), self._settings.seed
                )
                center = self._normalized(array_ops.reshape(part[found], [1, -1]))
                return array_ops.concat([self._centers, center], 0)

            def first_point():
                return self._normalized(array_ops.reshape(points[0], [1, -1]))

            none = math_ops.equal(array_ops.shape(self._centers)[0], 0)
            return number + 1, self._assigned(cond(none, first_point, end_of_chain))

        return while_loop(lambda number, _: number < count, add, [0, 0])[1]
