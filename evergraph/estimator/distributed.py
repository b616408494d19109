"""Training an Estimator with a distribution strategy: its model on several devices (`RunConfig(train_distribute=...)`).

The input is a dataset, of which each tower gets an element (a batch) of its own in each step; the model function is called for
each tower, and its optimizer applies the sum of all gradients.  Evaluation and prediction are on one device.
"""

from collections.abc import Callable
from typing import Any

from evergraph.estimator.input_fn import parse_input_fn_result
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.framework.default_graph import device
from evergraph.framework.graph import Graph
from evergraph.framework.seeds import set_random_seed
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.distribute import DistributionStrategy, get_loss_reduction
from evergraph.training.global_step import get_or_create_global_step_read


def train_model(
    estimator: Any, strategy: DistributionStrategy, input_fn: Any, hooks: list, saving_listeners: list
) -> Any:
    """Trains the model of an Estimator, as its `train` does; returns the loss of the last step.

    Raises:
      ValueError: `input_fn` returns no dataset.
    """
    strategy.configure(estimator._session_config)
    graph = Graph()
    with graph.as_default(), strategy.scope():
        set_random_seed(estimator.config.tf_random_seed)
        step = estimator._create_global_step(graph)
        get_or_create_global_step_read(graph)
        dataset = strategy.distribute_dataset(lambda: estimator._call_input_fn(input_fn, ModeKeys.TRAIN))
        features, labels, input_hooks = parse_input_fn_result(dataset)
        spec = spec_of_towers(
            strategy,
            lambda features, labels: estimator._call_model_fn(
                features, labels, ModeKeys.TRAIN, estimator.config
            ),
            features,
            labels,
        )
    with graph.as_default(), device(None):
        return estimator._train_with_estimator_spec(spec, list(input_hooks), hooks, step, saving_listeners)


def spec_of_towers(
    strategy: DistributionStrategy, model: Callable, features: Any, labels: Any
) -> EstimatorSpec:
    """The EstimatorSpec of training, of the ones that `model(features, labels)` gives for each tower.

    The losses are joined as `get_loss_reduction` says; hooks are those of the first tower.
    """
    specs: list[Any] = []

    def tower(features, labels):
        specs.append(model(features, labels))
        return specs[-1].loss, specs[-1].train_op

    losses, train_ops = strategy.call_for_each_tower(tower, features, labels)
    return specs[0]._replace(
        loss=strategy.unwrap(strategy.reduce(get_loss_reduction(), losses, "/device:CPU:0"))[0],
        train_op=strategy.group(train_ops),
        scaffold=_scaffold_of_all(specs),
    )


def _scaffold_of_all(specs: list[EstimatorSpec]) -> Any:
    """That of the first tower, whose variables are those of all, with the initializers that the others give besides."""
    scaffold = specs[0].scaffold
    for attribute in ("_init_op", "_local_init_op"):
        given = dict.fromkeys(getattr(spec.scaffold, attribute) for spec in specs)
        given.pop(None, None)
        if len(given) > 1:
            setattr(scaffold, attribute, group(*given))
    return scaffold
