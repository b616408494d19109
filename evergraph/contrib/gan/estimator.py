"""`tf.contrib.gan.estimator.GANEstimator`: a generator and a discriminator as an Estimator."""

import enum
import inspect
from collections.abc import Callable, Iterable
from typing import Any

from evergraph.contrib.gan import model_losses as losses
from evergraph.contrib.gan import summaries
from evergraph.contrib.gan.models import gan_model as model_of
from evergraph.contrib.gan.training import gan_loss, gan_train_ops, get_sequential_train_hooks
from evergraph.estimator.estimator import Estimator
from evergraph.estimator.model_fn import EstimatorSpec, ModeKeys
from evergraph.estimator.run_config import RunConfig
from evergraph.framework.public import public, public_module
from evergraph.ops import metrics
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.gan.estimator")


@public()
class SummaryType(enum.IntEnum):
    """What a GANEstimator writes summaries of, when it trains and evaluates."""

    NONE = 0
    IMAGES = 1
    VARIABLES = 2
    IMAGE_COMPARISON = 3


_SUMMARIES = {
    SummaryType.IMAGES: summaries.add_gan_model_image_summaries,
    SummaryType.VARIABLES: summaries.add_gan_model_summaries,
    SummaryType.IMAGE_COMPARISON: summaries.add_image_comparison_summaries,
}


@public()
class GANEstimator(Estimator):
    """Trains a generator and a discriminator, in turns; its predictions are what the generator makes.

    Its features are the generator's inputs, its labels the real data.

    Args:
      model_dir: where checkpoints and events are.
      generator_fn: function of the generator's inputs, and of `mode` if it has such a parameter, that gives data.
      discriminator_fn: function of data and the generator's inputs, and of `mode`, that gives logits.
      generator_loss_fn, discriminator_loss_fn: functions of a GANModel that give its losses (Wasserstein's when None).
      generator_optimizer, discriminator_optimizer: Optimizers, or functions without arguments that make one in the graph of a
        training; needed to train.
      get_hooks_fn: function of GANTrainOps that gives the hooks that run them (`get_sequential_train_hooks()` when None).
      add_summaries: a SummaryType, or several.
      use_loss_summaries: whether the losses have summaries.
      config: a RunConfig.

    Raises:
      ValueError: in training, evaluation and prediction, where a function or an optimizer that they need is None; a summary of
        no such kind.
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
        add_summaries: SummaryType | Iterable[SummaryType] | None = None,
        use_loss_summaries: bool = True,
        config: RunConfig | None = None,
    ) -> None:
        if isinstance(add_summaries, int):
            add_summaries = [add_summaries]
        shown = [SummaryType(each) for each in add_summaries or ()]
        losses_of = (
            generator_loss_fn or losses.wasserstein_generator_loss,
            discriminator_loss_fn or losses.wasserstein_discriminator_loss,
        )
        hooks_of = get_hooks_fn or get_sequential_train_hooks()

        def model_fn(features, labels, mode):
            generator = _with_mode(generator_fn, mode)
            if mode == ModeKeys.PREDICT:
                if labels is not None:
                    raise ValueError(f"labels must be None to predict, got {labels!r}")
                with variable_scope("Generator"):
                    return EstimatorSpec(mode, predictions=generator(features))
            model = model_of(
                generator, _with_mode(discriminator_fn, mode), labels, features, check_shapes=False
            )
            for kind in shown:
                if kind != SummaryType.NONE:
                    _SUMMARIES[kind](model)
            loss = gan_loss(model, *losses_of, add_summaries=use_loss_summaries)
            if mode == ModeKeys.EVAL:
                return _evaluated(model, loss)
            return _trained(model, loss, _made(generator_optimizer), _made(discriminator_optimizer), hooks_of)

        super().__init__(model_fn, model_dir=model_dir, config=config)


def _evaluated(model, loss):
    values = {name: metrics.mean(each) for name, each in loss._asdict().items()}
    total = loss.generator_loss + loss.discriminator_loss
    return EstimatorSpec(ModeKeys.EVAL, predictions=model.generated_data, loss=total, eval_metric_ops=values)


def _trained(model, loss, generator_optimizer, discriminator_optimizer, hooks_of):
    operations = gan_train_ops(model, loss, generator_optimizer, discriminator_optimizer)
    return EstimatorSpec(
        ModeKeys.TRAIN,
        loss=loss.generator_loss + loss.discriminator_loss,
        train_op=operations.global_step_inc_op,
        training_hooks=hooks_of(operations),
    )


def _made(optimizer):
    if optimizer is None:
        raise ValueError("a GANEstimator needs generator_optimizer and discriminator_optimizer to train")
    return optimizer() if callable(optimizer) else optimizer


def _with_mode(function, mode):
    """A function of the model without its parameter `mode`, if it has one."""
    if function is None:
        raise ValueError("a GANEstimator needs generator_fn and discriminator_fn")
    if "mode" not in inspect.signature(function).parameters:
        return function
    return lambda *arguments: function(*arguments, mode=mode)
