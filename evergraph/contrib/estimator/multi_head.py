"""`multi_head`: a model with several heads, whose losses are added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.estimator.canned.head import (
    DEFAULT_SERVING_KEY,
    PREDICT_SERVING_KEY,
    Head,
    LossSpec,
    training_operation,
)
from evergraph.estimator.canned.keys import MetricKeys, metric_name
from evergraph.estimator.export.outputs import PredictOutput
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import math as math_ops
from evergraph.ops import metrics
from evergraph.ops.control_flow.grouping import no_op
from evergraph.optimizers.optimizer import Optimizer
from evergraph.summary import summary

public_module("contrib.estimator", "contrib.estimator.python.estimator.multi_head")


@public()
def multi_head(heads: Sequence[Head], head_weights: Sequence[float] | None = None) -> MultiHead:
    """A head made of several: labels are `{head's name: labels}`, logits are split among the heads.

    Args:
      heads: heads that have names.
      head_weights: a factor for the loss of each; 1 when None.

    Raises:
      ValueError: no heads, a head without a name, another number of weights.
    """
    if head_weights and len(head_weights) != len(heads):
        raise ValueError(
            "heads and head_weights must have the same size. Given len(heads): "
            f"{len(heads)}. Given len(head_weights): {len(head_weights)}."
        )
    if not heads:
        raise ValueError(f"Must specify heads. Given: {heads}")
    for head in heads:
        if not head.name:
            raise ValueError(f"All given heads must have name specified. Given: {head}")
    return MultiHead(tuple(heads), tuple(head_weights or ()))


class MultiHead(Head):
    """See `multi_head`."""

    def __init__(self, heads: tuple[Head, ...], head_weights: tuple[float, ...]) -> None:
        self._heads, self._weights = heads, head_weights

    @property
    def name(self) -> str:
        return "_".join(str(head.name) for head in self._heads)

    @property
    def logits_dimension(self) -> int:
        return sum(head.logits_dimension for head in self._heads)

    def _split(self, logits) -> dict[str, Any]:
        """{head's name: its logits}."""
        if isinstance(logits, dict):
            return logits
        with name_scope(None, "split_logits", [logits]):
            logits = convert_to_tensor(logits)
            parts, begin = {}, 0
            for head in self._heads:
                parts[str(head.name)] = logits[..., begin : begin + head.logits_dimension]
                begin += head.logits_dimension
            return parts

    def _weighted(self, values):
        if not self._weights:
            return list(values)
        return [math_ops.multiply(value, weight) for value, weight in zip(values, self._weights)]

    def _sum(self, losses):
        with name_scope("merge_losses", values=tuple(losses)):
            return math_ops.add_n(self._weighted(losses))

    def create_loss(self, features: Mapping, mode: str, logits: Any, labels: Any) -> LossSpec:
        parts, names = self._split(logits), [head.name for head in self._heads]
        specs = [
            head.create_loss(features, mode, parts[str(head.name)], labels[head.name]) for head in self._heads
        ]
        return LossSpec(
            self._sum([spec.training_loss for spec in specs]),
            dict(zip(names, self._weighted(spec.unreduced_loss for spec in specs))),
            dict(zip(names, self._weighted(spec.weights for spec in specs))),
            {name: spec.processed_labels for name, spec in zip(names, specs)},
        )

    def create_estimator_spec(
        self,
        features: Mapping,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Optimizer | None = None,
        train_op_fn: Callable | None = None,
        regularization_losses: Sequence[Tensor] | None = None,
    ) -> EstimatorSpec:
        if labels and not isinstance(labels, dict):
            raise ValueError(f"labels must be a dict. Given: {labels}")
        parts = self._split(logits)
        specs = {
            str(head.name): head.create_estimator_spec(
                features=features,
                mode=mode,
                logits=parts[str(head.name)],
                labels=labels[head.name] if labels else None,
                train_op_fn=lambda loss: no_op(),
            )
            for head in self._heads
        }
        predictions = {(name, key): t for name, spec in specs.items() for key, t in spec.predictions.items()}
        if mode == ModeKeys.PREDICT:
            return EstimatorSpec(mode, predictions=predictions, export_outputs=_merged_outputs(specs))
        loss = self._sum([spec.loss for spec in specs.values()])
        if regularization_losses:
            loss = math_ops.add_n([loss, *regularization_losses])
        if mode == ModeKeys.EVAL:
            return EstimatorSpec(
                mode, predictions=predictions, loss=loss, eval_metric_ops=_merged_metrics(specs)
            )
        train_op = training_operation(loss, optimizer, train_op_fn)
        with name_scope(""):
            summary.scalar(MetricKeys.LOSS, loss)
        return EstimatorSpec(mode, loss=loss, train_op=train_op)


def _merged_metrics(specs):
    found = {}
    with name_scope("merge_eval"):
        for name, spec in specs.items():
            key = metric_name(name, MetricKeys.LOSS)
            found[key] = metrics.mean(spec.loss, name=key)
            found.update(spec.eval_metric_ops)
    return found


def _merged_outputs(specs):
    """The outputs of all heads, `<head>/<key>`; the first head's default is the default, and "predict" has all."""
    first = next(iter(specs.values())).export_outputs
    found = {DEFAULT_SERVING_KEY: first.get(DEFAULT_SERVING_KEY, next(iter(first.values())))}
    everything = {}
    for name, spec in specs.items():
        for key, output in spec.export_outputs.items():
            found[name if key == DEFAULT_SERVING_KEY else f"{name}/{key}"] = output
            if key == PREDICT_SERVING_KEY and isinstance(output, PredictOutput):
                everything.update({f"{name}/{k}": tensor for k, tensor in output.outputs.items()})
    found[PREDICT_SERVING_KEY] = PredictOutput(everything)
    return found
