"""`GMM`: a mixture of Gaussians as an Estimator of `tf.contrib.learn`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from evergraph.checkpoint.inspect import load_variable
from evergraph.contrib.factorization.mixture import GmmAlgorithm, gmm
from evergraph.contrib.factorization.starting import InitializeClustersHook
from evergraph.contrib.learn.estimator import Estimator
from evergraph.contrib.learn.model_fn import ModelFnOps
from evergraph.contrib.learn.run_config import RunConfig
from evergraph.framework.public import public, public_module
from evergraph.ops import array as array_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign_add
from evergraph.training.global_step import get_global_step

public_module("contrib.factorization.python.ops.gmm")


@public("contrib.factorization.GMM")
class GMM(Estimator):
    """A mixture of Gaussians as an Estimator: `input_fn` returns points, and None for labels.

    Args:
      num_clusters: how many Gaussians.
      model_dir: where checkpoints and events are.
      random_seed: of the points that are drawn as first means.
      params: which parameters are trained: letters of "w" (weights), "m" (means) and "c" (covariances).
      initial_clusters: the means to begin with, or "random".
      covariance_type: "full" or "diag".
      config: a RunConfig.

    Raises:
      ValueError (when the model is built): there are labels.
    """

    SCORES = "scores"  # keys of what evaluation and prediction give
    LOG_LIKELIHOOD = "loss"
    ASSIGNMENTS = "assignments"

    def __init__(
        self,
        num_clusters: int,
        model_dir: str | None = None,
        random_seed: int = 0,
        params: str = "wmc",
        initial_clusters: Any = "random",
        covariance_type: str = "full",
        config: RunConfig | None = None,
    ) -> None:
        def model_fn(features, labels, mode, config):
            if labels is not None:
                raise ValueError(f"GMM takes no labels, got {labels!r}")
            if isinstance(features, Mapping):
                features = array_ops.concat([features[key] for key in sorted(features)], 1)
            loss, scores, assignments, training_op, init_op, is_initialized = gmm(
                features, initial_clusters, num_clusters, random_seed, covariance_type, params
            )
            return ModelFnOps(
                mode,
                predictions={GMM.ASSIGNMENTS: assignments[0][0]},
                loss=loss,
                train_op=group(training_op, assign_add(get_global_step(), 1)),
                eval_metric_ops={GMM.SCORES: scores},
                training_hooks=[InitializeClustersHook(init_op, is_initialized, config.is_chief)],
            )

        super().__init__(model_fn, model_dir, config)

    def predict_assignments(
        self,
        input_fn: Callable | None = None,
        batch_size: int | None = None,
        outputs: Sequence[str] | None = None,
    ) -> Iterator[Any]:
        """Yields the class of each point; the arguments are those of `predict`."""
        for each in self.predict(input_fn=input_fn, batch_size=batch_size, outputs=outputs):
            yield each[self.ASSIGNMENTS]

    def score(
        self, input_fn: Callable | None = None, batch_size: int | None = None, steps: int | None = None
    ) -> Any:
        """The logarithm of the sum of the densities of the points of one batch; the arguments are those of `evaluate`."""
        found = self.evaluate(input_fn=input_fn, batch_size=batch_size, steps=steps)
        return np.log(np.sum(np.exp(found[self.SCORES])))

    def weights(self) -> Any:
        """The weights of the Gaussians, `[classes]`, in the newest checkpoint."""
        return load_variable(self.model_dir, GmmAlgorithm.CLUSTERS_WEIGHT)

    def clusters(self) -> Any:
        """Their means, `[classes, dimensions]`."""
        return np.squeeze(load_variable(self.model_dir, GmmAlgorithm.CLUSTERS_VARIABLE), 1)

    def covariances(self) -> Any:
        """Their covariances, `[classes, dimensions, dimensions]`, or variances, `[classes, dimensions]`."""
        return load_variable(self.model_dir, GmmAlgorithm.CLUSTERS_COVS_VARIABLE)
