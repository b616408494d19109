"""Training of generative adversarial networks: their losses, what trains them, and hooks that do so in each step."""

from collections.abc import Callable, Sequence
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.contrib.gan import model_losses as losses
from evergraph.contrib.gan.models import (
    ACGANModel,
    CycleGANLoss,
    CycleGANModel,
    GANLoss,
    GANTrainOps,
    GANTrainSteps,
    InfoGANModel,
)
from evergraph.contrib.training.gradients import create_train_op
from evergraph.contrib.training.loops import train
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops.losses import get_regularization_loss
from evergraph.ops.variables.initializers import zeros_initializer
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.training.global_step import get_or_create_global_step
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_run_hook import SessionRunContext, SessionRunHook
from evergraph.training.sync_replicas import SyncReplicasOptimizer

public_module("contrib.gan.python.train")

_ONE_EACH = GANTrainSteps(1, 1)


@public("contrib.gan.gan_loss")
def gan_loss(
    model: Any,
    generator_loss_fn: Callable = losses.wasserstein_generator_loss,
    discriminator_loss_fn: Callable = losses.wasserstein_discriminator_loss,
    gradient_penalty_weight: TensorLike | None = None,
    gradient_penalty_epsilon: float = 1e-10,
    gradient_penalty_target: TensorLike = 1.0,
    gradient_penalty_one_sided: bool = False,
    mutual_information_penalty_weight: TensorLike | None = None,
    aux_cond_generator_weight: TensorLike | None = None,
    aux_cond_discriminator_weight: TensorLike | None = None,
    tensor_pool_fn: Callable | None = None,
    add_summaries: bool = True,
) -> GANLoss:
    """The losses of a model, with their regularization losses: scalars.

    Args:
      model: a GANModel, or one that says more.
      generator_loss_fn, discriminator_loss_fn: functions of the model and `add_summaries`.
      gradient_penalty_weight: of `losses.wasserstein_gradient_penalty`, which the discriminator's loss gets; None for none.
      gradient_penalty_epsilon, gradient_penalty_target, gradient_penalty_one_sided: its arguments.
      mutual_information_penalty_weight: of the penalty of an InfoGANModel, which both get.
      aux_cond_generator_weight, aux_cond_discriminator_weight: of the losses of classes of an ACGANModel.
      tensor_pool_fn: function of (generated data, generator's inputs) that gives earlier ones for the discriminator to see.
      add_summaries: whether losses have summaries.

    Raises:
      ValueError: a weight below zero, or one that the model has no loss for.
    """
    weights = {
        "gradient_penalty_weight": gradient_penalty_weight,
        "mutual_information_penalty_weight": mutual_information_penalty_weight,
        "aux_cond_generator_weight": aux_cond_generator_weight,
        "aux_cond_discriminator_weight": aux_cond_discriminator_weight,
    }
    for name, weight in weights.items():
        _check_weight(name, weight)
        wanted = {"m": InfoGANModel, "a": ACGANModel}.get(name[0])
        if _counts(weight) and wanted is not None and not isinstance(model, wanted):
            raise ValueError(
                f"When `{name}` is provided, `model` must be an `{wanted.__name__}`. Instead, was {type(model)}."
            )
    of_generator = generator_loss_fn(model, add_summaries=add_summaries)
    of_discriminator = discriminator_loss_fn(_pooled(model, tensor_pool_fn), add_summaries=add_summaries)
    if _counts(gradient_penalty_weight):
        of_discriminator += gradient_penalty_weight * losses.wasserstein_gradient_penalty(
            model,
            epsilon=gradient_penalty_epsilon,
            target=gradient_penalty_target,
            one_sided=gradient_penalty_one_sided,
            add_summaries=add_summaries,
        )
    if _counts(mutual_information_penalty_weight):
        penalty = losses.mutual_information_penalty(model, add_summaries=add_summaries)
        of_discriminator += mutual_information_penalty_weight * penalty
        of_generator += mutual_information_penalty_weight * penalty
    if _counts(aux_cond_generator_weight):
        of_generator += aux_cond_generator_weight * losses.acgan_generator_loss(
            model, add_summaries=add_summaries
        )
    if _counts(aux_cond_discriminator_weight):
        of_discriminator += aux_cond_discriminator_weight * losses.acgan_discriminator_loss(
            model, add_summaries=add_summaries
        )
    return GANLoss(
        of_generator + _regularization(model.generator_scope),
        of_discriminator + _regularization(model.discriminator_scope),
    )


@public("contrib.gan.cyclegan_loss")
def cyclegan_loss(
    model: CycleGANModel,
    generator_loss_fn: Callable = losses.least_squares_generator_loss,
    discriminator_loss_fn: Callable = losses.least_squares_discriminator_loss,
    cycle_consistency_loss_fn: Callable = losses.cycle_consistency_loss,
    cycle_consistency_loss_weight: TensorLike = 10.0,
    **kwargs: Any,
) -> CycleGANLoss:
    """The losses of both models of a CycleGANModel, scalars (Zhu et al., 2017, arXiv:1703.10593).

    Args:
      model: the CycleGANModel.
      generator_loss_fn, discriminator_loss_fn, **kwargs: as for `gan_loss`, for each of the two.
      cycle_consistency_loss_fn: function of the model and `add_summaries` that both generators' losses get.
      cycle_consistency_loss_weight: its weight.

    Raises:
      ValueError: another model, or a weight below zero.
    """
    if not isinstance(model, CycleGANModel):
        raise ValueError(f"`model` must be a `CycleGANModel`. Instead, was {type(model)}.")
    _check_weight("cycle_consistency_loss_weight", cycle_consistency_loss_weight)
    comes_back = cycle_consistency_loss_fn(model, add_summaries=kwargs.get("add_summaries", True))

    def partial(name, one):
        with name_scope(name):
            loss = gan_loss(
                one,
                generator_loss_fn=generator_loss_fn,
                discriminator_loss_fn=discriminator_loss_fn,
                **kwargs,
            )
            total = loss.generator_loss + cycle_consistency_loss_weight * comes_back
            return loss._replace(generator_loss=total)

    return CycleGANLoss(
        partial("cyclegan_loss_x2y", model.model_x2y), partial("cyclegan_loss_y2x", model.model_y2x)
    )


def _counts(weight):
    return weight is not None and not (isinstance(weight, (int, float)) and weight == 0)


def _check_weight(name, weight):
    if isinstance(weight, (int, float)) and weight < 0:
        raise ValueError(f"`{name}` must be greater than or equal to 0, got {weight}")


def _regularization(scope):
    return get_regularization_loss(scope.name) if scope else 0


def _pooled(model, tensor_pool_fn):
    """The model as the discriminator sees it: with generated data of a pool."""
    if tensor_pool_fn is None:
        return model
    data, inputs = tensor_pool_fn((model.generated_data, model.generator_inputs))
    from_pool = model._replace(generated_data=data, generator_inputs=inputs)
    scope = model.discriminator_scope
    with variable_scope(scope, reuse=True):
        outputs = model.discriminator_fn(data, inputs)
    if isinstance(model, ACGANModel):
        return from_pool._replace(
            discriminator_gen_outputs=outputs[0], discriminator_gen_classification_logits=outputs[1]
        )
    return from_pool._replace(discriminator_gen_outputs=outputs)


@public("contrib.gan.gan_train_ops")
def gan_train_ops(
    model: Any,
    loss: Any,
    generator_optimizer: Any,
    discriminator_optimizer: Any,
    check_for_unused_update_ops: bool = True,
    **kwargs: Any,
) -> GANTrainOps:
    """What trains the two parts of a model.

    Args:
      model: a GANModel, or a CycleGANModel: then each operation is a tuple of two.
      loss: its GANLoss or CycleGANLoss.
      generator_optimizer, discriminator_optimizer: Optimizers.
      check_for_unused_update_ops: whether updates that belong to neither part are an error.
      **kwargs: for `tf.contrib.training.create_train_op`.

    Raises:
      ValueError: there are such updates.
    """
    if isinstance(model, CycleGANModel):
        parts = []
        for name, one, its_loss in (
            ("cyclegan_x2y_train", model.model_x2y, loss.loss_x2y),
            ("cyclegan_y2x_train", model.model_y2x, loss.loss_y2x),
        ):
            with name_scope(name):
                parts.append(
                    gan_train_ops(
                        one,
                        its_loss,
                        generator_optimizer,
                        discriminator_optimizer,
                        check_for_unused_update_ops,
                        **kwargs,
                    )
                )
        return GANTrainOps(
            tuple(part.generator_train_op for part in parts),
            tuple(part.discriminator_train_op for part in parts),
            _count(),
        )
    counted = _count()
    wanted = kwargs.pop("update_ops", None)
    wanted = get_collection(GraphKeys.UPDATE_OPS) if wanted is None else wanted
    updates = [
        get_collection(GraphKeys.UPDATE_OPS, part.name)
        for part in (model.generator_scope, model.discriminator_scope)
    ]
    unused = [op for op in wanted if op not in updates[0] and op not in updates[1]]
    if unused and check_for_unused_update_ops:
        raise ValueError(f"There are unused update ops: {unused}")
    made: list[Any] = []
    for name, its_loss, optimizer, variables, of_part in (
        ("generator", loss.generator_loss, generator_optimizer, model.generator_variables, updates[0]),
        (
            "discriminator",
            loss.discriminator_loss,
            discriminator_optimizer,
            model.discriminator_variables,
            updates[1],
        ),
    ):
        its_updates = [op for op in of_part if op in wanted]
        step = None
        if isinstance(optimizer, SyncReplicasOptimizer):
            step = _step_of_part(name)
            its_updates.append(step.assign(get_or_create_global_step()))
        with name_scope(f"{name}_train"):
            made.append(
                create_train_op(
                    its_loss,
                    optimizer,
                    variables_to_train=variables,
                    global_step=step,
                    update_ops=its_updates,
                    **kwargs,
                )
            )
    return GANTrainOps(made[0], made[1], counted)


def _step_of_part(part) -> Any:
    """The step that an optimizer of several replicas counts on: its part's own, since the model's is counted once for both."""
    return get_variable(
        f"dummy_global_step_{part}",
        shape=[],
        dtype=get_or_create_global_step().dtype.base_dtype,
        initializer=zeros_initializer(),
        trainable=False,
        collections=[GraphKeys.GLOBAL_VARIABLES],
    )


def _count():
    step: Any = get_or_create_global_step()
    return step.assign_add(1)


@public("contrib.gan.RunTrainOpsHook")
class RunTrainOpsHook(SessionRunHook):
    """A hook that trains before each run.

    Args:
      train_ops: an operation, or a list of them, that are run together.
      train_steps: how often.
    """

    def __init__(self, train_ops: Any, train_steps: int) -> None:
        self._train_ops = train_ops if isinstance(train_ops, (list, tuple)) else [train_ops]
        self._train_steps = train_steps

    def before_run(self, run_context: SessionRunContext) -> None:
        for _ in range(self._train_steps):
            run_context.session.run(self._train_ops)


@public("contrib.gan.get_sequential_train_hooks")
def get_sequential_train_hooks(train_steps: GANTrainSteps = _ONE_EACH) -> Callable:
    """A function of GANTrainOps that gives hooks: the generator is trained some steps, then the discriminator."""

    def get_hooks(train_ops):
        return [
            RunTrainOpsHook(train_ops.generator_train_op, train_steps.generator_train_steps),
            RunTrainOpsHook(train_ops.discriminator_train_op, train_steps.discriminator_train_steps),
        ]

    return get_hooks


@public("contrib.gan.get_joint_train_hooks")
def get_joint_train_hooks(train_steps: GANTrainSteps = _ONE_EACH) -> Callable:
    """A function of GANTrainOps that gives hooks: both are trained in one run as often as may be, then the one that is left."""
    generator, discriminator = train_steps
    both = min(generator, discriminator)

    def get_hooks(train_ops):
        return [
            RunTrainOpsHook([train_ops.generator_train_op, train_ops.discriminator_train_op], both),
            RunTrainOpsHook(train_ops.generator_train_op, generator - both),
            RunTrainOpsHook(train_ops.discriminator_train_op, discriminator - both),
        ]

    return get_hooks


@public("contrib.gan.get_sequential_train_steps")
def get_sequential_train_steps(train_steps: GANTrainSteps = _ONE_EACH) -> Callable:
    """A `train_step_fn` for `tf.contrib.slim.learning.train`: some steps of the generator, then of the discriminator."""

    def step(sess, train_ops, global_step, train_step_kwargs):
        generator = discriminator = 0.0
        for _ in range(train_steps.generator_train_steps):
            generator = sess.run(train_ops.generator_train_op)
        for _ in range(train_steps.discriminator_train_steps):
            discriminator = sess.run(train_ops.discriminator_train_op)
        sess.run(train_ops.global_step_inc_op)
        stop = train_step_kwargs.get("should_stop")
        return generator + discriminator, bool(sess.run(stop)) if stop is not None else False

    return step


@public("contrib.gan.gan_train")
def gan_train(
    train_ops: GANTrainOps,
    logdir: str | None,
    get_hooks_fn: Callable | None = None,
    master: str = "",
    is_chief: bool = True,
    scaffold: Scaffold | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: float | None = 600,
    save_summaries_steps: int | None = 100,
    config: ConfigProto | None = None,
) -> Any:
    """Trains a model with `tf.contrib.training.train`, whose other arguments and results are these.

    Args:
      train_ops: what `gan_train_ops` gave.
      logdir: the directory of checkpoints and summaries; None for none.
      get_hooks_fn: function of `train_ops` that gives the hooks that train; `get_sequential_train_hooks()` when None.
      save_checkpoint_secs: seconds between checkpoints.
    """
    return train(
        train_ops.global_step_inc_op,
        logdir,
        master=master,
        is_chief=is_chief,
        scaffold=scaffold,
        hooks=[*(hooks or ()), *(get_hooks_fn or get_sequential_train_hooks())(train_ops)],
        chief_only_hooks=chief_only_hooks,
        save_checkpoint_secs=save_checkpoint_secs,
        save_summaries_steps=save_summaries_steps,
        config=config,
    )
