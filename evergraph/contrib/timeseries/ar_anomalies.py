"""`AnomalyMixtureARModel`: an autoregressive model that takes some values for anomalies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.timeseries.ar_model import LEAST_VARIANCE, ARModel, mean_over
from evergraph.contrib.timeseries.ar_networks import FlatPredictionModel
from evergraph.distributions.normal import Normal
from evergraph.distributions.student_t import StudentT
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable

public_module("contrib.timeseries.python.timeseries.ar_model")


@public()
class AnomalyMixtureARModel(ARModel):
    """A model whose loss counts anomalies little: each value is one, of a wide distribution, with some probability.

    Args:
      periodicities, input_window_size, output_window_size, num_features, prediction_model_factory: as of ARModel.
      anomaly_prior_probability: how many values are anomalies, between 0 and 1.
      anomaly_distribution: "gaussian" or "cauchy".
      num_time_buckets, exogenous_feature_columns: as of ARModel.

    Raises:
      ValueError: another probability or distribution; what ARModel refuses.
    """

    GAUSSIAN_ANOMALY = "gaussian"
    CAUCHY_ANOMALY = "cauchy"

    def __init__(
        self,
        periodicities: Any,
        anomaly_prior_probability: float,
        input_window_size: int,
        output_window_size: int,
        num_features: int,
        prediction_model_factory: Callable = FlatPredictionModel,
        anomaly_distribution: str = GAUSSIAN_ANOMALY,
        num_time_buckets: int = 10,
        exogenous_feature_columns: Sequence[Any] | None = None,
    ) -> None:
        if not 0.0 < anomaly_prior_probability < 1.0:
            raise ValueError(
                f"anomaly_prior_probability must lie between 0 and 1, not {anomaly_prior_probability}"
            )
        allowed = (self.GAUSSIAN_ANOMALY, self.CAUCHY_ANOMALY)
        if anomaly_distribution not in allowed:
            raise ValueError(f"anomaly_distribution must be one of {allowed}, not {anomaly_distribution!r}")
        self._anomaly_prior_probability = anomaly_prior_probability
        self._anomaly_distribution = anomaly_distribution
        super().__init__(
            periodicities,
            input_window_size,
            output_window_size,
            num_features,
            prediction_model_factory,
            num_time_buckets,
            ARModel.NORMAL_LIKELIHOOD_LOSS,
            exogenous_feature_columns,
        )

    def prediction_ops(self, times: Tensor, values: Any, exogenous_regressors: Tensor) -> dict[str, Tensor]:
        """What the network predicts, and "anomaly_params", the variance or the scale of anomalies, a scalar."""
        predictions = super().prediction_ops(times, values, exogenous_regressors)
        log = get_variable("anomaly_log_param", shape=[], dtype=self.dtype, initializer=Zeros())
        predictions["anomaly_params"] = math_ops.exp(log)
        return predictions

    def loss_op(self, targets: Tensor, prediction_ops: Mapping[str, Tensor]) -> Tensor:
        """The mean loss of predictions, a scalar: less the logarithm of the density of the mixture."""
        deviation = math_ops.sqrt(math_ops.maximum(prediction_ops["covariance"], LEAST_VARIANCE))
        prior = self._anomaly_prior_probability
        usual = Normal(targets, deviation).log_prob(prediction_ops["mean"]) + math_ops.log(1 - prior)
        anomalous = self._anomaly_log_prob(targets, prediction_ops) + math_ops.log(prior)
        mixed = math_ops.reduce_logsumexp(array_ops.stack([usual, anomalous]), axis=0)
        return mean_over(-math_ops.reduce_sum(mixed), targets)

    def _anomaly_log_prob(self, targets, prediction_ops):
        parameter = prediction_ops["anomaly_params"]
        if self._anomaly_distribution == self.GAUSSIAN_ANOMALY:
            spread: Any = Normal(targets, math_ops.sqrt(math_ops.maximum(parameter, LEAST_VARIANCE)))
        else:
            spread = StudentT(df=array_ops.ones([], dtype=parameter.dtype), loc=targets, scale=parameter)
        return spread.log_prob(prediction_ops["mean"])
