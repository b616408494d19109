"""`GANEstimator`: generator and discriminator as an `Estimator`, and the head that trains both."""

from __future__ import annotations

import enum
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.framework.variables import get_trainable_variables
from evergraph.contrib.gan import summaries
from evergraph.contrib.gan.models import GANLoss, GANModel, gan_model, tensors_of
from evergraph.contrib.gan.training import gan_train_ops, get_sequential_train_hooks
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.estimator.run_config import RunConfig
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.ops.metrics import mean
from evergraph.ops.variables.scope import variable_scope

public_module(
    "contrib.gan.python.estimator.python.gan_estimator",
    "contrib.gan.python.estimator.python.gan_estimator_impl",
    "contrib.gan.python.estimator.python.head",
    "contrib.gan.python.estimator.python.head_impl",
)


@public("contrib.gan.estimator.SummaryType")
class SummaryType(enum.IntEnum):
    """What a `GANEstimator` writes beside its losses: nothing, variables, images, or generated beside given images."""

    NONE = 0
    VARIABLES = 1
    IMAGES = 2
    IMAGE_COMPARISON = 3


_SUMMARIES = {
    SummaryType.VARIABLES: summaries.add_gan_model_summaries,
    SummaryType.IMAGES: summaries.add_gan_model_image_summaries,
    SummaryType.IMAGE_COMPARISON: summaries.add_image_comparison_summaries,
}


@public("contrib.gan.estimator.GANEstimator")
class GANEstimator(Estimator):
    """An estimator of a generative adversarial network; features are the generator's inputs, labels the real data.

    Args:
      model_dir: where checkpoints and events are; a new temporary directory when None.
      generator_fn: gives data from inputs (a tensor, list or dictionary).
      discriminator_fn: gives logits from data and the generator's inputs. Both get the mode as `mode`, if they have that
        argument.
      generator_loss_fn, discriminator_loss_fn: losses of a GANModel, as in `tf.contrib.gan.losses`.
      generator_optimizer, discriminator_optimizer: optimizers, or functions without arguments that make them.
      get_hooks_fn: gives hooks from GANTrainOps; those of `get_sequential_train_hooks()` when None.
      get_eval_metric_ops_fn: gives {name: metric} from a GANModel.
      add_summaries: a SummaryType, or a list of them.
      use_loss_summaries: whether losses have summaries; as the losses do by themselves when None.
      config: a RunConfig.

    Raises:
      ValueError: labels for a prediction.
    """

    def __init__(
        self,
        model_dir: str | None = None,
        generator_fn: Callable | None = None,
        discriminator_fn: Callable | None = None,
        generator_loss_fn: Callable | None = None,
        discriminator_loss_fn: Callable | None = None,
        generator_optimizer: Any = None,
        discriminator_optimizer: Any = None,
        get_hooks_fn: Callable | None = None,
        get_eval_metric_ops_fn: Callable | None = None,
        add_summaries: SummaryType | Sequence[SummaryType] | None = None,
        use_loss_summaries: bool | None = True,
        config: RunConfig | None = None,
    ) -> None:
        def model_fn(features: Any, labels: Any, mode: str) -> EstimatorSpec:
            head = gan_head(
                generator_loss_fn,
                discriminator_loss_fn,
                _made(generator_optimizer),
                _made(discriminator_optimizer),
                use_loss_summaries,
                get_hooks_fn=get_hooks_fn,
                get_eval_metric_ops_fn=get_eval_metric_ops_fn,
            )
            model = _model(features, labels, mode, generator_fn, discriminator_fn, add_summaries)
            return head.create_estimator_spec(features=None, mode=mode, logits=model, labels=None)

        super().__init__(model_fn=model_fn, model_dir=model_dir, config=config)


def _made(optimizer):
    return optimizer() if callable(optimizer) else optimizer


def _in_mode(function, mode):
    return (
        functools.partial(function, mode=mode)
        if "mode" in inspect.signature(function).parameters
        else function
    )


def _model(features, labels, mode, generator_fn, discriminator_fn, add_summaries) -> GANModel:
    generator = _in_mode(generator_fn, mode)
    if mode == ModeKeys.PREDICT:
        if labels is not None:
            raise ValueError(f"`labels` must be `None` when mode is `predict`. Instead, found {labels}")
        return _generator_alone(features, generator)
    model = gan_model(
        generator,
        _in_mode(discriminator_fn, mode),
        labels,
        features,
        generator_scope="Generator",
        check_shapes=False,
    )
    wanted = (
        add_summaries if isinstance(add_summaries, (list, tuple)) else [add_summaries or SummaryType.NONE]
    )
    with name_scope(None):
        for kind in wanted:
            if kind in _SUMMARIES:
                _SUMMARIES[kind](model)
    return model


def _generator_alone(inputs, generator) -> GANModel:
    with variable_scope("Generator") as scope:
        inputs = tensors_of(inputs)
        data = generator(inputs)
    variables = get_trainable_variables(scope)
    return GANModel(inputs, data, variables, scope, generator, *[None] * 6)


@public()
def gan_head(
    generator_loss_fn: Any,
    discriminator_loss_fn: Any,
    generator_optimizer: Any,
    discriminator_optimizer: Any,
    use_loss_summaries: bool | None = True,
    get_hooks_fn: Callable | None = None,
    get_eval_metric_ops_fn: Callable | None = None,
    name: str | None = None,
) -> GANHead:
    """A `GANHead`; arguments are those of the class."""
    return GANHead(
        generator_loss_fn,
        discriminator_loss_fn,
        generator_optimizer,
        discriminator_optimizer,
        use_loss_summaries,
        get_hooks_fn,
        get_eval_metric_ops_fn,
        name,
    )


@public()
class GANHead:
    """What makes an EstimatorSpec of a GANModel, which stands in the place of logits.

    Args:
      generator_loss_fn, discriminator_loss_fn: losses of a GANModel.
      generator_optimizer, discriminator_optimizer: optimizers.
      use_loss_summaries: whether losses have summaries; as they do by themselves when None.
      get_hooks_fn: gives hooks from GANTrainOps; those of `get_sequential_train_hooks()` when None.
      get_eval_metric_ops_fn: gives {name: metric} from a GANModel.
      name: what comes behind the names of metrics.

    Raises:
      TypeError: a loss is no function.
    """

    def __init__(
        self,
        generator_loss_fn: Any,
        discriminator_loss_fn: Any,
        generator_optimizer: Any,
        discriminator_optimizer: Any,
        use_loss_summaries: bool | None = True,
        get_hooks_fn: Callable | None = None,
        get_eval_metric_ops_fn: Callable | None = None,
        name: str | None = None,
    ) -> None:
        losses = [generator_loss_fn, discriminator_loss_fn]
        for role, function in zip(("generator", "discriminator"), losses):
            if not callable(function):
                raise TypeError(
                    f"{role}_loss_fn has to be a function of a GANModel, such as one of tf.contrib.gan.losses, "
                    f"got {function!r}"
                )
        if use_loss_summaries is not None:
            losses = [functools.partial(each, add_summaries=use_loss_summaries) for each in losses]
        self._generator_loss_fn, self._discriminator_loss_fn = losses
        self._optimizers = generator_optimizer, discriminator_optimizer
        self._get_hooks_fn = get_hooks_fn or get_sequential_train_hooks()
        self._get_eval_metric_ops_fn = get_eval_metric_ops_fn
        self._name = name

    @property
    def name(self) -> str | None:
        """What comes behind the names of metrics."""
        return self._name

    @property
    def logits_dimension(self) -> None:
        """None: there are no logits."""
        return None

    def create_loss(self, features: Any, mode: str, logits: GANModel, labels: Any) -> GANLoss:
        """The GANLoss of a GANModel; `features` and `labels` must be None.

        Raises:
          ValueError: labels; no GANModel.
        """
        _check(logits, labels)
        return GANLoss(self._generator_loss_fn(logits), self._discriminator_loss_fn(logits))

    def create_estimator_spec(
        self,
        features: Any,
        mode: str,
        logits: GANModel,
        labels: Any = None,
        train_op_fn: Callable | None = gan_train_ops,
    ) -> EstimatorSpec:
        """What an Estimator's `model_fn` returns.

        Args:
          features, labels: None.
          mode: one of ModeKeys.
          logits: a GANModel.
          train_op_fn: gives GANTrainOps from (model, loss, generator's optimizer, discriminator's).

        Raises:
          ValueError: features or labels, no GANModel, another mode, training without `train_op_fn`.
          TypeError: metrics that are no dictionary.
        """
        _check(logits, labels)
        if features is not None:
            raise ValueError(f"`features` should be `None`. Instead, found: {features}")
        if mode not in (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT):
            raise ValueError(f"Mode not recognized: {mode}")
        with name_scope("GANHead"):
            if mode == ModeKeys.PREDICT:
                return EstimatorSpec(mode=mode, predictions=logits.generated_data)
            loss = self.create_loss(None, mode, logits, None)
            total = loss.generator_loss + loss.discriminator_loss
            if mode == ModeKeys.EVAL:
                return EstimatorSpec(
                    mode=mode,
                    predictions=logits.generated_data,
                    loss=total,
                    eval_metric_ops=self._metrics(logits, loss),
                )
            if train_op_fn is None:
                raise ValueError("train_op_fn can not be None.")
            operations = train_op_fn(logits, loss, *self._optimizers)
            return EstimatorSpec(
                mode=mode,
                loss=total,
                train_op=operations.global_step_inc_op,
                training_hooks=self._get_hooks_fn(operations),
            )

    def _metrics(self, model, loss):
        behind = f"/{self._name}" if self._name else ""
        with name_scope(None, "metrics", [loss.generator_loss, loss.discriminator_loss]):
            found = {
                f"generator_loss{behind}": mean(loss.generator_loss),
                f"discriminator_loss{behind}": mean(loss.discriminator_loss),
            }
            if self._get_eval_metric_ops_fn is not None:
                own = self._get_eval_metric_ops_fn(model)
                if not isinstance(own, dict):
                    raise TypeError(f"get_eval_metric_ops_fn must return a dict, received: {own}")
                found.update(own)
        return found


def _check(logits, labels):
    if labels is not None:
        raise ValueError(f"`GANHead`'s `labels` must be `None`. Instead, found: {labels}")
    if not isinstance(logits, GANModel):
        raise ValueError(
            f"`GANHead`'s `logits` must be an instance of a `GANModel`. Instead, found: {logits}"
        )
