"""Losses of a whole model: those of `output_losses`, whose arguments are fields of the model (`tf.contrib.gan.losses`)."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from evergraph.contrib.gan import output_losses
from evergraph.contrib.gan.models import CycleGANModel, GANLoss
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.losses import absolute_difference
from evergraph.summary import summary


def of_model(function: Callable) -> Callable:
    """The function with a model as its first argument, whose fields are the arguments of these names."""
    names = list(inspect.signature(function).parameters)

    @functools.wraps(function)
    def of_a_model(gan_model: Any, **kwargs: Any) -> Tensor:
        fields = gan_model._asdict()
        repeated = sorted(name for name in kwargs if name in fields)
        if repeated:
            raise ValueError(
                f"{repeated} are taken from the model: {function.__name__} does not take them besides"
            )
        return function(**{name: fields[name] for name in names if name in fields}, **kwargs)

    return of_a_model


wasserstein_generator_loss = public("contrib.gan.losses.wasserstein_generator_loss")(
    of_model(output_losses.wasserstein_generator_loss)
)
wasserstein_discriminator_loss = public("contrib.gan.losses.wasserstein_discriminator_loss")(
    of_model(output_losses.wasserstein_discriminator_loss)
)
wasserstein_gradient_penalty = public("contrib.gan.losses.wasserstein_gradient_penalty")(
    of_model(output_losses.wasserstein_gradient_penalty)
)
acgan_discriminator_loss = public("contrib.gan.losses.acgan_discriminator_loss")(
    of_model(output_losses.acgan_discriminator_loss)
)
acgan_generator_loss = public("contrib.gan.losses.acgan_generator_loss")(
    of_model(output_losses.acgan_generator_loss)
)
minimax_discriminator_loss = public("contrib.gan.losses.minimax_discriminator_loss")(
    of_model(output_losses.minimax_discriminator_loss)
)
minimax_generator_loss = public("contrib.gan.losses.minimax_generator_loss")(
    of_model(output_losses.minimax_generator_loss)
)
modified_discriminator_loss = public("contrib.gan.losses.modified_discriminator_loss")(
    of_model(output_losses.modified_discriminator_loss)
)
modified_generator_loss = public("contrib.gan.losses.modified_generator_loss")(
    of_model(output_losses.modified_generator_loss)
)
least_squares_generator_loss = public("contrib.gan.losses.least_squares_generator_loss")(
    of_model(output_losses.least_squares_generator_loss)
)
least_squares_discriminator_loss = public("contrib.gan.losses.least_squares_discriminator_loss")(
    of_model(output_losses.least_squares_discriminator_loss)
)
mutual_information_penalty = public("contrib.gan.losses.mutual_information_penalty")(
    of_model(output_losses.mutual_information_penalty)
)


@public("contrib.gan.losses.combine_adversarial_loss")
def combine_adversarial_loss(
    gan_loss: GANLoss,
    gan_model: Any,
    non_adversarial_loss: Tensor,
    weight_factor: TensorLike | None = None,
    gradient_ratio: TensorLike | None = None,
    gradient_ratio_epsilon: float = 1e-6,
    scalar_summaries: bool = True,
    gradient_summaries: bool = True,
) -> GANLoss:
    """The loss with another one, a scalar, added to the generator's; arguments as for `losses.wargs.combine_adversarial_loss`.

    Raises:
      ValueError: both or none of the factor and the ratio are given.
    """
    combined = output_losses.combine_adversarial_loss(
        non_adversarial_loss,
        gan_loss.generator_loss,
        weight_factor,
        gradient_ratio,
        gradient_ratio_epsilon,
        gan_model.generator_variables,
        scalar_summaries,
        gradient_summaries,
    )
    return gan_loss._replace(generator_loss=combined)


@public("contrib.gan.losses.cycle_consistency_loss")
def cycle_consistency_loss(
    cyclegan_model: CycleGANModel, scope: str | None = None, add_summaries: bool = False
) -> Tensor:
    """How far data are from what comes back through both models, a scalar (Zhu et al., 2017, arXiv:1703.10593)."""
    pairs = (
        (cyclegan_model.model_x2y.generator_inputs, cyclegan_model.reconstructed_x),
        (cyclegan_model.model_y2x.generator_inputs, cyclegan_model.reconstructed_y),
    )
    with name_scope(scope, "cycle_consistency_loss", [t for pair in pairs for t in pair]):
        x, y = (absolute_difference(*pair) for pair in pairs)
        loss = (x + y) / 2.0
        if add_summaries:
            summary.scalar("cycle_consistency_loss_x", x)
            summary.scalar("cycle_consistency_loss_y", y)
            summary.scalar("cycle_consistency_loss", loss)
    return loss
