"""`tf.estimator.BaselineClassifier` and `BaselineRegressor`: what can be said without looking at features."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.estimator.canned.classification import class_head
from evergraph.estimator.canned.head import Head
from evergraph.estimator.canned.optimizers import get_optimizer_instance
from evergraph.estimator.canned.regression import RegressionHead
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.model_fn import EstimatorSpec
from evergraph.estimator.run_config import RunConfig
from evergraph.feature_column.numeric import _NumericColumn
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops import math as math_ops
from evergraph.ops.losses import Reduction
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.training.global_step import get_global_step

public_module("python.estimator.canned.baseline")

_LEARNING_RATE = 0.3


def _key_of(weight_column):
    if weight_column is None or isinstance(weight_column, str):
        return weight_column
    if not isinstance(weight_column, _NumericColumn):
        raise TypeError(
            f"Weight column must be either a string or _NumericColumn. Given type: {type(weight_column)}."
        )
    return weight_column.key


@public("python.estimator.canned.baseline._baseline_logit_fn_builder")
def baseline_logit_fn_builder(num_outputs: int, weight_column: Any = None) -> Callable[[Mapping], Tensor]:
    """A function of features that gives the same logits for each example, `[batch, num_outputs]`.

    TypeError for a `weight_column` that is no string or numeric column.
    """
    weights_key = _key_of(weight_column)

    def baseline_logit_fn(features):
        sizes = [array_ops.shape(feature)[0] for key, feature in features.items() if key != weights_key]
        with control_dependencies([checks.assert_equal(sizes[0], size) for size in sizes[1:]]):
            with variable_scope("baseline"):
                bias = get_variable("bias", shape=[num_outputs], initializer=Zeros)
                return math_ops.multiply(bias, array_ops.ones([sizes[0], num_outputs]))

    return baseline_logit_fn


@public("python.estimator.canned.baseline._baseline_model_fn")
def baseline_model_fn(
    features: Mapping,
    labels: Any,
    mode: str,
    head: Head,
    optimizer: Any,
    weight_column: Any = None,
    config: RunConfig | None = None,
) -> EstimatorSpec:
    """One bias for each logit under a head: `baseline/bias`."""

    def train_op_fn(loss):
        chosen = get_optimizer_instance(optimizer, learning_rate=_LEARNING_RATE)
        return chosen.minimize(loss, global_step=get_global_step())

    return head.create_estimator_spec(
        features=features,
        mode=mode,
        logits=baseline_logit_fn_builder(head.logits_dimension, weight_column)(features),
        labels=labels,
        train_op_fn=train_op_fn,
    )


@public("contrib.estimator.BaselineEstimator")
class BaselineEstimator(Estimator):
    """A bias for each logit of any head.

    Args:
      head: a head.
      model_dir: where checkpoints and events are.
      optimizer: an Optimizer, or its name; "Ftrl" with rate 0.3.
      config: a RunConfig.
    """

    def __init__(
        self,
        head: Head,
        model_dir: str | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
    ) -> None:
        def model_fn(features, labels, mode, config):
            return baseline_model_fn(
                features=features,
                labels=labels,
                mode=mode,
                head=head,
                optimizer=optimizer,
                weight_column=getattr(head, "_weight_column", None),
                config=config,
            )

        super().__init__(model_fn=model_fn, model_dir=model_dir, config=config)


@public("estimator.BaselineClassifier", "python.estimator.estimator_lib.BaselineClassifier")
class BaselineClassifier(BaselineEstimator):
    """Says of each example how frequent the classes are; arguments as of LinearClassifier, without columns."""

    def __init__(
        self,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Sequence[str] | None = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        head = class_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        super().__init__(head, model_dir, optimizer, config)


@public("estimator.BaselineRegressor", "python.estimator.estimator_lib.BaselineRegressor")
class BaselineRegressor(BaselineEstimator):
    """Says the mean label of each example; arguments as of LinearRegressor, without columns."""

    def __init__(
        self,
        model_dir: str | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: RunConfig | None = None,
        loss_reduction: str = Reduction.SUM,
    ) -> None:
        head = RegressionHead(weight_column, label_dimension, loss_reduction)
        super().__init__(head, model_dir, optimizer, config)
