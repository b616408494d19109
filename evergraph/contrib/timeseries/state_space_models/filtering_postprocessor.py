"""What is done with a state after a value was taken into account: anomalies count little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.timeseries.state_space_models.matrices import entropy_matched_cauchy_scale
from evergraph.distributions.student_t import StudentT
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, pack_sequence_as
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("contrib.timeseries.python.timeseries.state_space_models.filtering_postprocessor")


@public()
class FilteringStepPostprocessor:
    """Changes the outcome of a step; `output_names` are the keys of what it adds."""

    output_names: Any = ()

    def process_filtering_step(
        self,
        current_times: Tensor,
        current_values: Tensor,
        predicted_state: Any,
        filtered_state: Any,
        outputs: dict[str, Tensor],
    ) -> tuple[Any, dict[str, Tensor]]:
        """(state, outputs) of a step.

        Args:
          current_times, current_values: `[batch]` and `[batch, features]`.
          predicted_state, filtered_state: before and after the values were taken into account.
          outputs: {key: tensor `[batch, ...]`}, "loss" and "log_likelihood" among them.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define process_filtering_step")


@public()
def cauchy_alternative_to_gaussian(
    current_times: Tensor, current_values: Tensor, outputs: dict[str, Tensor]
) -> Tensor:
    """The logarithm of the density of values `[batch]` under Cauchy distributions of the entropies of the predicted ones."""
    scale = entropy_matched_cauchy_scale(outputs["covariance"])
    one = array_ops.ones([], dtype=current_values.dtype)
    densities = StudentT(df=one, loc=outputs["mean"], scale=scale).log_prob(current_values)
    return math_ops.reduce_sum(densities, axis=1)


@public()
class StateInterpolatingAnomalyDetector(FilteringStepPostprocessor):
    """Takes a value the less into account, the likelier it is an anomaly.

    Args:
      anomaly_log_likelihood: function of `current_times`, `current_values` and `outputs` that returns the logarithm of the density of
        an anomaly, `[batch]`.
      anomaly_prior_probability: how many values are anomalies.
      responsibility_scaling: how sharp the decision is.
    """

    output_names = ("anomaly_score",)

    def __init__(
        self,
        anomaly_log_likelihood: Callable[..., Tensor] = cauchy_alternative_to_gaussian,
        anomaly_prior_probability: float = 0.01,
        responsibility_scaling: float = 1.0,
    ) -> None:
        self._anomaly_log_likelihood = anomaly_log_likelihood
        self._prior, self._scaling = anomaly_prior_probability, responsibility_scaling

    def process_filtering_step(
        self,
        current_times: Tensor,
        current_values: Tensor,
        predicted_state: Any,
        filtered_state: Any,
        outputs: dict[str, Tensor],
    ) -> tuple[Any, dict[str, Tensor]]:
        """The state between both by the odds; "anomaly_score" is the logarithm of these, `[batch]`."""
        found = self._anomaly_log_likelihood(
            current_times=current_times, current_values=current_values, outputs=outputs
        )
        prior = convert_to_tensor(self._prior, dtype=current_values.dtype)
        anomalous = found + math_ops.log(prior)
        usual = outputs["log_likelihood"] + math_ops.log(1.0 - prior)
        odds = anomalous - usual
        share = math_ops.sigmoid(-self._scaling * odds)
        loss = -(share * usual + (1.0 - share) * anomalous)
        state = _between(filtered_state, predicted_state, share)
        return state, {**outputs, "loss": loss, "anomaly_score": odds}


def _between(first, second, share):
    """`share` of the first state, and the rest of the second; times are those of the first."""
    parts = []
    for one, other in zip(flatten(first), flatten(second), strict=True):
        if one.dtype.is_floating:
            own = array_ops.reshape(share, [-1] + [1] * (one.shape.ndims - 1))
            known = one.shape
            one = own * one + (1.0 - own) * other
            one.set_shape(known)
        parts.append(one)
    return pack_sequence_as(first, parts)
