"""Losses of generators and discriminators from their outputs: `tf.contrib.gan.losses.wargs`.

1. `_of_generator`        a loss of each output for generated data
2. `_of_discriminator`    the sum of a loss of each output for real data and one for generated data
"""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.framework.variables import get_trainable_variables
from evergraph.distributions.distribution import Distribution
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import losses as losses_ops
from evergraph.ops import math as math_ops
from evergraph.ops.clip import global_norm
from evergraph.ops.constants import stop_gradient
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.variables.scope import variable_scope
from evergraph.ops.variables.scope_object import AUTO_REUSE
from evergraph.summary import summary

public_module("contrib.gan.losses.wargs")

_MEAN = losses_ops.Reduction.SUM_BY_NONZERO_WEIGHTS


def _of_generator(name, losses, weights, scope, loss_collection, reduction, add_summaries):
    loss = losses_ops.compute_weighted_loss(losses, weights, scope, loss_collection, reduction)
    if add_summaries:
        summary.scalar(name, loss)
    return loss


def _of_discriminator(kind, real, generated, weights, scope, loss_collection, reduction, add_summaries):
    of_real = losses_ops.compute_weighted_loss(real, weights[0], scope, None, reduction)
    of_generated = losses_ops.compute_weighted_loss(generated, weights[1], scope, None, reduction)
    return _sum(kind, of_real, of_generated, loss_collection, add_summaries)


def _sum(kind, of_real, of_generated, loss_collection, add_summaries):
    loss = of_real + of_generated
    losses_ops.add_loss(loss, loss_collection)
    if add_summaries:
        summary.scalar(f"discriminator_gen_{kind}_loss", of_generated)
        summary.scalar(f"discriminator_real_{kind}_loss", of_real)
        summary.scalar(f"discriminator_{kind}_loss", loss)
    return loss


def _telling(logits, label, label_smoothing, weights, scope, reduction):
    """The cross entropy of logits, whose labels are all real (1) or all generated (0)."""
    labels = array_ops.ones_like(logits) if label else array_ops.zeros_like(logits)
    return losses_ops.sigmoid_cross_entropy(
        labels, logits, weights, label_smoothing, scope, loss_collection=None, reduction=reduction
    )


@public()
def wasserstein_generator_loss(
    discriminator_gen_outputs: Tensor,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """The mean of `-D(G(z))` (Arjovsky, Chintala and Bottou, 2017, arXiv:1701.07875).

    Args:
      discriminator_gen_outputs: the discriminator's outputs for generated data, `[batch, ...]`.
      weights: a number, or a tensor whose shape broadcasts against that of the outputs.
      scope: the name scope.
      loss_collection: the collection that the loss joins; None for none.
      reduction: a `tf.losses.Reduction`.
      add_summaries: whether the loss has a summary.

    Returns:
      The loss, a scalar for the default reduction.
    """
    with name_scope(scope, "generator_wasserstein_loss", [discriminator_gen_outputs, weights]) as scope:
        losses = -discriminator_gen_outputs
        return _of_generator(
            "generator_wass_loss", losses, weights, scope, loss_collection, reduction, add_summaries
        )


@public()
def wasserstein_discriminator_loss(
    discriminator_real_outputs: Tensor,
    discriminator_gen_outputs: Tensor,
    real_weights: TensorLike = 1.0,
    generated_weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """The mean of `D(G(z))` less that of `D(x)` (Arjovsky, Chintala and Bottou, 2017, arXiv:1701.07875).

    Args:
      discriminator_real_outputs, discriminator_gen_outputs: its outputs for real and for generated data, `[batch, ...]`.
      real_weights, generated_weights: numbers, or tensors whose shapes broadcast against those of the outputs.
      scope, loss_collection, reduction, add_summaries: as for `wasserstein_generator_loss`.
    """
    with name_scope(scope, "discriminator_wasserstein_loss", [discriminator_real_outputs]) as scope:
        return _of_discriminator(
            "wass",
            -discriminator_real_outputs,
            discriminator_gen_outputs,
            (real_weights, generated_weights),
            scope,
            loss_collection,
            reduction,
            add_summaries,
        )


@public()
def minimax_discriminator_loss(
    discriminator_real_outputs: Tensor,
    discriminator_gen_outputs: Tensor,
    label_smoothing: float = 0.25,
    real_weights: TensorLike = 1.0,
    generated_weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """The cross entropy of telling real data from generated ones (Goodfellow et al., 2014, arXiv:1406.2661).

    Args:
      discriminator_real_outputs, discriminator_gen_outputs: logits for real and for generated data, `[batch, ...]`.
      label_smoothing: how far the label of real data is drawn from 1 towards 0.5, doubled.
      real_weights, generated_weights: numbers, or tensors whose shapes broadcast against those of the outputs.
      scope, loss_collection, reduction, add_summaries: as for `wasserstein_generator_loss`.
    """
    with name_scope(scope, "discriminator_minimax_loss", [discriminator_real_outputs]) as scope:
        real = _telling(discriminator_real_outputs, 1, label_smoothing, real_weights, scope, reduction)
        generated = _telling(discriminator_gen_outputs, 0, 0.0, generated_weights, scope, reduction)
        return _sum("minimax", real, generated, loss_collection, add_summaries)


modified_discriminator_loss = public("contrib.gan.losses.wargs.modified_discriminator_loss")(
    minimax_discriminator_loss
)


@public()
def minimax_generator_loss(
    discriminator_gen_outputs: Tensor,
    label_smoothing: float = 0.0,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """The negative of what the discriminator makes small for generated data (Goodfellow et al., 2014, arXiv:1406.2661).

    Args:
      discriminator_gen_outputs: logits for generated data, `[batch, ...]`.
      label_smoothing: how far the label 0 is drawn towards 0.5, doubled.
      weights, scope, loss_collection, reduction, add_summaries: as for `wasserstein_generator_loss`.
    """
    with name_scope(scope, "generator_minimax_loss", [discriminator_gen_outputs]) as scope:
        loss = -_telling(discriminator_gen_outputs, 0, label_smoothing, weights, scope, reduction)
        losses_ops.add_loss(loss, loss_collection)
        if add_summaries:
            summary.scalar("generator_minimax_loss", loss)
    return loss


@public()
def modified_generator_loss(
    discriminator_gen_outputs: Tensor,
    label_smoothing: float = 0.0,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """The cross entropy of generated data taken for real: `-log(sigmoid(D(G(z))))` (Goodfellow et al., 2014, section 3).

    Args:
      discriminator_gen_outputs: logits for generated data, `[batch, ...]`.
      label_smoothing: how far the label 1 is drawn towards 0.5, doubled.
      weights, scope, loss_collection, reduction, add_summaries: as for `wasserstein_generator_loss`.
    """
    with name_scope(scope, "generator_modified_loss", [discriminator_gen_outputs]) as scope:
        loss = _telling(discriminator_gen_outputs, 1, label_smoothing, weights, scope, reduction)
        losses_ops.add_loss(loss, loss_collection)
        if add_summaries:
            summary.scalar("generator_modified_loss", loss)
    return loss


@public()
def least_squares_generator_loss(
    discriminator_gen_outputs: Tensor,
    real_label: float = 1,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """Half the square of how far `D(G(z))` is from the label of real data (Mao et al., 2016, arXiv:1611.04076).

    Args:
      discriminator_gen_outputs: the discriminator's outputs for generated data, `[batch, ...]`.
      real_label: that label.
      weights, scope, loss_collection, reduction, add_summaries: as for `wasserstein_generator_loss`.
    """
    with name_scope(scope, "lsq_generator_loss", [discriminator_gen_outputs]) as scope:
        losses = math_ops.squared_difference(discriminator_gen_outputs, real_label) / 2.0
        return _of_generator(
            "generator_lsq_loss", losses, weights, scope, loss_collection, reduction, add_summaries
        )


@public()
def least_squares_discriminator_loss(
    discriminator_real_outputs: Tensor,
    discriminator_gen_outputs: Tensor,
    real_label: float = 1,
    fake_label: float = 0,
    real_weights: TensorLike = 1.0,
    generated_weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """Half the squares of how far outputs are from the labels (Mao et al., 2016, arXiv:1611.04076).

    Args:
      discriminator_real_outputs, discriminator_gen_outputs: its outputs for real and for generated data, `[batch, ...]`.
      real_label, fake_label: the labels.
      real_weights, generated_weights: numbers, or tensors whose shapes broadcast against those of the outputs.
      scope, loss_collection, reduction, add_summaries: as for `wasserstein_generator_loss`.
    """
    with name_scope(scope, "lsq_discriminator_loss", [discriminator_gen_outputs]) as scope:
        return _of_discriminator(
            "lsq",
            math_ops.squared_difference(discriminator_real_outputs, real_label) / 2.0,
            math_ops.squared_difference(discriminator_gen_outputs, fake_label) / 2.0,
            (real_weights, generated_weights),
            scope,
            loss_collection,
            reduction,
            add_summaries,
        )


@public()
def wasserstein_gradient_penalty(
    real_data: Tensor,
    generated_data: Tensor,
    generator_inputs: Any,
    discriminator_fn: Callable,
    discriminator_scope: Any,
    epsilon: float = 1e-10,
    target: TensorLike = 1.0,
    one_sided: bool = False,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """How far the discriminator's slope between real and generated data is from 1, squared (Gulrajani et al., 2017, arXiv:1704.00028).

    Args:
      real_data, generated_data: tensors of one shape `[batch, ...]` of known rank.
      generator_inputs, discriminator_fn, discriminator_scope: as for `tf.contrib.gan.gan_model`.
      epsilon: added below the square root.
      target: the wanted slope.
      one_sided: whether only a greater one counts (Petzka et al., 2017, arXiv:1709.08894).
      weights, scope, loss_collection, reduction, add_summaries: as for `wasserstein_generator_loss`.

    Raises:
      ValueError: the rank is not known.
    """
    with name_scope(scope, "wasserstein_gradient_penalty", [real_data, generated_data]) as scope:
        for what, data in (("real_data", real_data), ("generated_data", generated_data)):
            if data.shape.ndims is None:
                raise ValueError(f"`{what}` can't have unknown rank.")
        difference = generated_data - real_data
        batch = difference.shape[0].value or array_ops.shape(difference)[0]
        alpha = random_uniform([batch] + [1] * (difference.shape.ndims - 1))
        between = real_data + alpha * difference
        # Outside of the scope, so that updates are found by the discriminator's name.
        with name_scope(None), variable_scope(discriminator_scope, "gpenalty_dscope", reuse=AUTO_REUSE):
            outputs = discriminator_fn(between, generator_inputs)
        outputs = outputs[0] if isinstance(outputs, tuple) else outputs
        (gradient,) = gradients(outputs, between)
        squares = math_ops.reduce_sum(math_ops.square(gradient), axis=list(range(1, between.shape.ndims)))
        too_far = math_ops.sqrt(squares + epsilon) / target - 1.0
        if one_sided:
            too_far = math_ops.maximum(0.0, too_far)
        return _of_generator(
            "gradient_penalty_loss",
            math_ops.square(too_far),
            weights,
            scope,
            loss_collection,
            reduction,
            add_summaries,
        )


@public()
def acgan_discriminator_loss(
    discriminator_real_classification_logits: Tensor,
    discriminator_gen_classification_logits: Tensor,
    one_hot_labels: Tensor,
    label_smoothing: float = 0.0,
    real_weights: TensorLike = 1.0,
    generated_weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """The cross entropy of the classes of real and of generated data (Odena, Olah and Shlens, 2016, arXiv:1610.09585).

    Args:
      discriminator_real_classification_logits, discriminator_gen_classification_logits: `[batch, classes]`.
      one_hot_labels: the classes, of that shape.
      label_smoothing: as for `tf.losses.softmax_cross_entropy`.
      real_weights, generated_weights: numbers, or tensors `[batch]`.
      scope, loss_collection, reduction, add_summaries: as for `wasserstein_generator_loss`.
    """
    with name_scope(scope, "acgan_discriminator_loss", [one_hot_labels]) as scope:
        real, generated = (
            losses_ops.softmax_cross_entropy(
                one_hot_labels, logits, weights, label_smoothing, scope, None, reduction
            )
            for logits, weights in (
                (discriminator_real_classification_logits, real_weights),
                (discriminator_gen_classification_logits, generated_weights),
            )
        )
        return _sum("ac", real, generated, loss_collection, add_summaries)


@public()
def acgan_generator_loss(
    discriminator_gen_classification_logits: Tensor,
    one_hot_labels: Tensor,
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """The cross entropy of the classes of generated data; shapes as for `acgan_discriminator_loss`.

    Its source is Odena, Olah and Shlens, 2016, arXiv:1610.09585.
    """
    with name_scope(scope, "acgan_generator_loss", [one_hot_labels]) as scope:
        loss = losses_ops.softmax_cross_entropy(
            one_hot_labels,
            discriminator_gen_classification_logits,
            weights,
            scope=scope,
            loss_collection=loss_collection,
            reduction=reduction,
        )
        if add_summaries:
            summary.scalar("generator_ac_loss", loss)
    return loss


@public()
def mutual_information_penalty(
    structured_generator_inputs: Sequence[Tensor],
    predicted_distributions: Sequence[Distribution],
    weights: TensorLike = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _MEAN,
    add_summaries: bool = False,
) -> Tensor:
    """The negative log-likelihood of structured inputs under what the discriminator predicts (Chen et al., 2016, arXiv:1606.03657).

    Args:
      structured_generator_inputs: tensors `[batch, ...]`.
      predicted_distributions: a distribution for each.
      weights, scope, loss_collection, reduction, add_summaries: as for `wasserstein_generator_loss`.

    Raises:
      ValueError: there are not as many distributions as inputs.
    """
    if len(structured_generator_inputs) != len(predicted_distributions):
        raise ValueError(
            f"there are {len(structured_generator_inputs)} structured inputs and {len(predicted_distributions)} "
            "distributions: each input has one"
        )
    with name_scope(scope, "mutual_information_loss") as scope:
        pairs = zip(predicted_distributions, structured_generator_inputs)
        likelihoods = array_ops.stack([math_ops.reduce_mean(d.log_prob(noise)) for d, noise in pairs])
        loss = -losses_ops.compute_weighted_loss(likelihoods, weights, scope, loss_collection, reduction)
        if add_summaries:
            summary.scalar("mutual_information_penalty", loss)
    return loss


@public()
def combine_adversarial_loss(
    main_loss: Tensor,
    adversarial_loss: Tensor,
    weight_factor: TensorLike | None = None,
    gradient_ratio: TensorLike | None = None,
    gradient_ratio_epsilon: float = 1e-6,
    variables: Sequence | None = None,
    scalar_summaries: bool = True,
    gradient_summaries: bool = True,
    scope: str | None = None,
) -> Tensor:
    """A loss with an adversarial one added, by a factor or so that their gradients have a ratio (Rippel and Bourdev, 2017, arXiv:1705.05823).

    Args:
      main_loss, adversarial_loss: scalars.
      weight_factor: the factor; 0 leaves the adversarial loss out.
      gradient_ratio: the norm of the main loss' gradient over that of the other; one of the two is given.
      gradient_ratio_epsilon: added to the norm that divides.
      variables: what gradients are taken of; all trainable variables when None.
      scalar_summaries, gradient_summaries: whether losses, and the norms of their gradients, have summaries.
      scope: the name scope.

    Raises:
      ValueError: both or none of the factor and the ratio are given.
    """
    if (weight_factor is None) == (gradient_ratio is None):
        raise ValueError("exactly one of `weight_factor` and `gradient_ratio` must be given")
    variables = get_trainable_variables() if variables is None else variables
    with name_scope(scope, "adversarial_loss", [main_loss, adversarial_loss]):
        norms = []
        if gradient_summaries or gradient_ratio is not None:
            norms = [_norm(gradients(loss, variables)) for loss in (main_loss, adversarial_loss)]
        if scalar_summaries:
            summary.scalar("main_loss", main_loss)
            summary.scalar("adversarial_loss", adversarial_loss)
        if gradient_summaries:
            summary.scalar("main_loss_gradients", norms[0])
            summary.scalar("adversarial_loss_gradients", norms[1])
        if isinstance(weight_factor, (int, float)) and weight_factor == 0:
            return main_loss
        if weight_factor is not None:
            return main_loss + stop_gradient(weight_factor) * adversarial_loss
        if isinstance(gradient_ratio, (int, float)) and gradient_ratio == 0:
            return main_loss
        factor = norms[0] / (norms[1] + gradient_ratio_epsilon) / gradient_ratio
        return main_loss + stop_gradient(factor) * adversarial_loss


def _norm(found):
    """The norm of gradients, scaled by the largest element first: squares of large ones are infinite."""
    found = [each for each in found if each is not None]
    if not found:
        return array_ops.zeros([])
    largest = math_ops.reduce_max(
        array_ops.stack([math_ops.reduce_max(math_ops.abs(each)) for each in found])
    )
    return largest * global_norm([each / largest for each in found])
