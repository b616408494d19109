"""`KMeansClustering`: k-means as an Estimator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from evergraph.contrib.factorization import clustering
from evergraph.contrib.factorization.clustering import check_ways
from evergraph.contrib.factorization.starting import InitializeClustersHook
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.export.outputs import PredictOutput
from evergraph.estimator.model_fn import EstimatorSpec
from evergraph.estimator.run_config import RunConfig
from evergraph.feature_column.inputs import input_layer
from evergraph.framework.public import public, public_module
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.metrics import mean
from evergraph.ops.variables.assign import assign_add
from evergraph.saved_model import signature_constants
from evergraph.summary import summary
from evergraph.training.global_step import get_global_step
from evergraph.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

public_module("contrib.factorization.python.ops.kmeans")


@public("contrib.factorization.python.ops.kmeans._LossRelativeChangeHook")
class LossRelativeChangeHook(SessionRunHook):
    """Ends the training when the loss hardly changes from one step to the next.

    Args:
      loss: a scalar tensor.
      tolerance: the least change, relative to 1 + the loss before.
    """

    def __init__(self, loss: Any, tolerance: float) -> None:
        self._loss, self._tolerance = loss, tolerance
        self._before: float | None = None

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Asks for the loss."""
        return SessionRunArgs(self._loss)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Compares it."""
        loss = run_values.results
        if self._before and abs(loss - self._before) / (1 + abs(self._before)) < self._tolerance:
            run_context.request_stop()
        self._before = loss


@public("contrib.factorization.python.ops.kmeans._parse_features_if_necessary")
def points_of(features: Any, feature_columns: Iterable[Any] | None) -> Any:
    """The points of an input: a tensor as it is, a dict joined along axis 1 by the order of its keys, or through columns."""
    if not isinstance(features, Mapping):
        return features
    if feature_columns:
        return input_layer(features, feature_columns)
    return array_ops.concat([features[key] for key in sorted(features)], axis=1)


@public("contrib.factorization.KMeansClustering")
class KMeansClustering(Estimator):
    """K-means as an Estimator: `input_fn` returns points, and no labels.

    A model that is exported has no centers of its own beside its checkpoint's; `cluster_centers` gives them.

    Args:
      num_clusters: how many centers.
      model_dir: where checkpoints and events are.
      initial_clusters: "random" or "kmeans_plus_plus", centers, or a function of (inputs, how many are missing).
      distance_metric: "squared_euclidean" or "cosine".
      random_seed: of the choice of the first centers.
      use_mini_batch, mini_batch_steps_per_iteration, kmeans_plus_plus_num_retries: as of `KMeans`.
      relative_tolerance: training ends when the loss changes by less; see LossRelativeChangeHook.
      config: a RunConfig.
      feature_columns: what makes points of a dict of features; all features, joined, when None.

    Raises:
      ValueError: another way to begin, or another distance.
    """

    SQUARED_EUCLIDEAN_DISTANCE = clustering.SQUARED_EUCLIDEAN_DISTANCE
    COSINE_DISTANCE = clustering.COSINE_DISTANCE
    RANDOM_INIT = clustering.RANDOM_INIT
    KMEANS_PLUS_PLUS_INIT = clustering.KMEANS_PLUS_PLUS_INIT
    SCORE = "score"  # what `evaluate` returns it as
    CLUSTER_INDEX = "cluster_index"  # keys of predictions
    ALL_DISTANCES = "all_distances"
    CLUSTER_CENTERS_VAR_NAME = clustering.CLUSTERS_VAR_NAME

    def __init__(
        self,
        num_clusters: int,
        model_dir: str | None = None,
        initial_clusters: Any = RANDOM_INIT,
        distance_metric: str = SQUARED_EUCLIDEAN_DISTANCE,
        random_seed: int = 0,
        use_mini_batch: bool = True,
        mini_batch_steps_per_iteration: int = 1,
        kmeans_plus_plus_num_retries: int = 2,
        relative_tolerance: float | None = None,
        config: RunConfig | None = None,
        feature_columns: Iterable[Any] | None = None,
    ) -> None:
        check_ways(initial_clusters, (self.RANDOM_INIT, self.KMEANS_PLUS_PLUS_INIT), distance_metric)
        options = {
            "initial_clusters": initial_clusters,
            "distance_metric": distance_metric,
            "use_mini_batch": use_mini_batch,
            "mini_batch_steps_per_iteration": mini_batch_steps_per_iteration,
            "random_seed": random_seed,
            "kmeans_plus_plus_num_retries": kmeans_plus_plus_num_retries,
        }
        columns = None if feature_columns is None else list(feature_columns)

        def model_fn(features, mode, config):
            graph = clustering.KMeans(points_of(features, columns), num_clusters, **options).training_graph()
            return _spec(graph, mode, config, relative_tolerance)

        super().__init__(model_fn, model_dir, config)

    def _predictions_of(self, input_fn, key) -> Iterator[Any]:
        for each in self.predict(input_fn, predict_keys=[key]):
            yield each[key]

    def predict_cluster_index(self, input_fn: Callable) -> Iterator[Any]:
        """Yields the number of the nearest center of each point."""
        return self._predictions_of(input_fn, self.CLUSTER_INDEX)

    def transform(self, input_fn: Callable) -> Iterator[Any]:
        """Yields the distances of each point from all centers: squared ones where they are Euclidean."""
        return self._predictions_of(input_fn, self.ALL_DISTANCES)

    def score(self, input_fn: Callable) -> Any:
        """The sum of the distances of the points of one batch from their nearest centers."""
        return self.evaluate(input_fn, steps=1)[self.SCORE]

    def cluster_centers(self) -> Any:
        """The centers, `[clusters, dimensions]`, in the newest checkpoint. ValueError when there is none."""
        return self.get_variable_value(self.CLUSTER_CENTERS_VAR_NAME)


def _spec(graph, mode, config, relative_tolerance) -> EstimatorSpec:
    """The model: the loss is the sum of the distances from the nearest centers."""
    (everything,), (numbers,), (distances,), is_initialized, init_op, training_op = graph
    loss = math_ops.reduce_sum(distances)
    summary.scalar("loss/raw", loss)
    hooks: list[SessionRunHook] = [InitializeClustersHook(init_op, is_initialized, config.is_chief)]
    if relative_tolerance is not None:
        hooks.append(LossRelativeChangeHook(loss, relative_tolerance))
    predictions = {
        KMeansClustering.ALL_DISTANCES: everything,
        KMeansClustering.CLUSTER_INDEX: numbers,
    }
    outputs = {key: PredictOutput(value) for key, value in predictions.items()}
    outputs[signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY] = PredictOutput(numbers)
    return EstimatorSpec(
        mode=mode,
        predictions=predictions,
        loss=loss,
        train_op=group(training_op, assign_add(get_global_step(), 1)),
        eval_metric_ops={KMeansClustering.SCORE: mean(loss)},
        training_hooks=hooks,
        export_outputs=outputs,
    )
